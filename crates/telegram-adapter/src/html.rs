//! Styled text to Telegram's HTML, within its limits: <https://core.telegram.org/bots/api#html-style>.
//!
//! Limits count what is left after parsing, in UTF-16 units. So a text is cut first, as spans, and each piece is rendered for itself: a tag
//! or an escape can't be cut through, and every piece is whole HTML.

use domain::screen::{Span, Style, Text};

/// Of a message.
pub(crate) const MESSAGE_UNITS_MAX: usize = 4096;
/// Of a caption.
pub(crate) const CAPTION_UNITS_MAX: usize = 1024;
/// A piece is cut at a line's end or between words only if that leaves it at least this part of its room; half a message is no loss.
const FILL_MIN_DIVISOR: usize = 2;
/// A cluster of characters that are drawn as one (a family, a flag) is kept whole if it is at most this long.
const CLUSTER_CHARS_MAX: usize = 16;

/// The HTML of each message that the text becomes; blank ones, which Telegram refuses, are left out.
pub(crate) fn messages(text: &Text) -> Vec<String> {
    split(&text.0, MESSAGE_UNITS_MAX).iter().filter(|piece| !is_blank(piece)).map(|piece| render(piece)).collect()
}

/// The HTML of a caption, cut with an ellipsis if it is too long; `None` if it is blank.
pub(crate) fn caption(text: &Text) -> Option<String> {
    if is_blank(&text.0) {
        return None;
    }
    let whole = text.0.iter().map(|span| units(&span.text)).sum::<usize>() <= CAPTION_UNITS_MAX;
    if whole {
        return Some(render(&text.0));
    }
    let mut first = split(&text.0, CAPTION_UNITS_MAX - 1).into_iter().next().unwrap_or_default();
    if let Some(last) = first.last_mut() {
        last.text.truncate(last.text.trim_end().len());
        last.text.push('…');
    }
    Some(render(&first))
}

/// The text in UTF-16 units, as Telegram counts.
pub(crate) fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

/// The first `units_max` units of a plain text, cut between characters; for labels and notices.
pub(crate) fn cut(text: &str, units_max: usize) -> String {
    let mut left = units_max;
    text.chars()
        .take_while(|letter| match left.checked_sub(letter.len_utf16()) {
            Some(rest) => {
                left = rest;
                true
            }
            None => false,
        })
        .collect()
}

/// Whether Telegram would see no text.
fn is_blank(spans: &[Span]) -> bool {
    let invisible = |letter: char| {
        letter.is_whitespace()
            || letter.is_control()
            || matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
    };
    spans.iter().all(|span| span.text.chars().all(invisible))
}

/// Cuts spans into pieces of at most `units_max` units each, best at the end of a line, else between words, else between characters.
/// Nothing is lost: the pieces' characters in order are the text's.
fn split(spans: &[Span], units_max: usize) -> Vec<Vec<Span>> {
    let letters: Vec<(char, &Style)> =
        spans.iter().flat_map(|span| span.text.chars().map(move |letter| (letter, &span.style))).collect();
    let mut pieces = Vec::new();
    let mut rest = letters.as_slice();
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(piece_end(rest, units_max));
        pieces.push(gather(piece));
        rest = after;
    }
    pieces
}

/// How many characters the next piece takes; at least one.
fn piece_end(letters: &[(char, &Style)], units_max: usize) -> usize {
    let mut room = units_max;
    let mut end = 0;
    for (letter, _) in letters {
        let Some(left) = room.checked_sub(letter.len_utf16()) else { break };
        room = left;
        end += 1;
    }
    if end == letters.len() {
        return end;
    }
    let least = (end / FILL_MIN_DIVISOR).max(1);
    let after_last = |is_end: fn(char) -> bool| (least..=end).rev().find(|at| is_end(letters[at - 1].0));
    after_last(|letter| letter == '\n')
        .or_else(|| after_last(char::is_whitespace))
        .unwrap_or_else(|| cluster_start(letters, end))
        .max(1)
}

/// The nearest place at or before `end` that is inside no cluster.
fn cluster_start(letters: &[(char, &Style)], end: usize) -> usize {
    let joins = |at: usize| at > 0 && at < letters.len() && (extends(letters[at].0) || letters[at - 1].0 == '\u{200d}');
    (end.saturating_sub(CLUSTER_CHARS_MAX)..=end).rev().find(|at| *at > 0 && !joins(*at)).unwrap_or(end)
}

/// Characters that are drawn with the one before them.
fn extends(letter: char) -> bool {
    matches!(letter,
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{200c}' | '\u{200d}' | '\u{20d0}'..='\u{20ff}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}' | '\u{e0020}'..='\u{e007f}')
}

/// Runs of one style become spans again.
fn gather(letters: &[(char, &Style)]) -> Vec<Span> {
    letters
        .chunk_by(|(_, one), (_, next)| std::ptr::eq(*one, *next) || one == next)
        .map(|run| Span { text: run.iter().map(|(letter, _)| letter).collect(), style: run[0].1.clone() })
        .collect()
}

/// Escaped, with balanced tags.
fn render(spans: &[Span]) -> String {
    let mut html = String::new();
    let mut in_quote = false;
    for span in spans.iter().filter(|span| !span.text.is_empty()) {
        if span.style.quote != in_quote {
            // Neighbours in a quotation share one tag: two would be drawn as two quotations.
            html.push_str(if in_quote { "</blockquote>" } else { "<blockquote expandable>" });
            in_quote = span.style.quote;
        }
        render_span(&mut html, span);
    }
    if in_quote {
        html.push_str("</blockquote>");
    }
    html
}

fn render_span(html: &mut String, span: &Span) {
    let Style { bold, italic, code, link, .. } = &span.style;
    // Telegram allows no other style inside code, nor code inside another.
    let link = link.as_deref().filter(|link| !code && is_link(link));
    let tags = [(*code, "code"), (*bold && !code, "b"), (*italic && !code, "i")];
    if let Some(link) = link {
        html.push_str("<a href=\"");
        escape(html, link);
        html.push_str("\">");
    }
    for (_, tag) in tags.iter().filter(|(wanted, _)| *wanted) {
        html.push('<');
        html.push_str(tag);
        html.push('>');
    }
    escape(html, &span.text);
    for (_, tag) in tags.iter().rev().filter(|(wanted, _)| *wanted) {
        html.push_str("</");
        html.push_str(tag);
        html.push('>');
    }
    if link.is_some() {
        html.push_str("</a>");
    }
}

/// Whether Telegram opens this address; any other is left out, since it would refuse or drop it.
pub(crate) fn is_link(link: &str) -> bool {
    let scheme = ["https://", "http://", "tg://"].into_iter().find_map(|scheme| {
        let head = link.get(..scheme.len())?;
        head.eq_ignore_ascii_case(scheme).then(|| &link[scheme.len()..])
    });
    scheme.is_some_and(|rest| !rest.is_empty())
        && !link.chars().any(|letter| letter.is_whitespace() || letter.is_control())
}

fn escape(html: &mut String, text: &str) {
    for letter in text.chars() {
        match letter {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            other => html.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The plain text of balanced HTML of the known tags; panics at anything else.
    fn parsed(html: &str) -> String {
        let (mut plain, mut open, mut rest) = (String::new(), Vec::new(), html);
        while let Some(letter) = rest.chars().next() {
            if letter == '<' {
                let end = rest.find('>').expect("a tag ends");
                let tag = &rest[1..end];
                rest = &rest[end + 1..];
                match tag.strip_prefix('/') {
                    Some(name) => assert_eq!(open.pop(), Some(name.to_owned()), "{html}"),
                    None => {
                        let (name, attribute) = tag.split_once(' ').unwrap_or((tag, ""));
                        assert!(!open.contains(&"code".to_owned()), "nothing is inside code: {html}");
                        match name {
                            "b" | "i" | "code" => assert_eq!(attribute, ""),
                            "blockquote" => assert!(attribute == "expandable" && open.is_empty(), "{html}"),
                            "a" => {
                                let link = attribute.strip_prefix("href=\"").and_then(|link| link.strip_suffix('"'));
                                assert!(is_link(&link.expect("an address").replace("&amp;", "&")), "{html}");
                            }
                            other => panic!("unknown tag `{other}` in {html}"),
                        }
                        open.push(name.to_owned());
                    }
                }
            } else if letter == '&' {
                let names = [("&amp;", '&'), ("&lt;", '<'), ("&gt;", '>'), ("&quot;", '"')];
                let (name, letter) = names.into_iter().find(|(name, _)| rest.starts_with(name)).expect("an escape");
                plain.push(letter);
                rest = &rest[name.len()..];
            } else {
                assert!(letter != '>' && letter != '"', "unescaped in {html}");
                plain.push(letter);
                rest = &rest[letter.len_utf8()..];
            }
        }
        assert!(open.is_empty(), "{html}");
        plain
    }

    fn styled(text: &str, change: impl FnOnce(&mut Style)) -> Span {
        let mut style = Style::default();
        change(&mut style);
        Span { text: text.to_owned(), style }
    }

    #[test]
    fn styles_become_tags_and_letters_are_escaped() {
        let spans = [
            styled("<1 ₽ & \"x\">", |_| {}),
            styled("b", |style| (style.bold, style.italic) = (true, true)),
            styled("c", |style| (style.code, style.bold, style.link) = (true, true, Some("https://a".to_owned()))),
            styled("q1", |style| style.quote = true),
            styled("q2", |style| (style.quote, style.bold) = (true, true)),
            styled("l", |style| style.link = Some("https://a/?x=\"1\"&y".to_owned())),
            styled("n", |style| style.link = Some("javascript:alert(1)".to_owned())),
            styled("", |style| style.bold = true),
        ];
        assert_eq!(
            render(&spans),
            "&lt;1 ₽ &amp; &quot;x&quot;&gt;<b><i>b</i></b><code>c</code><blockquote expandable>q1<b>q2</b></blockquote>\
             <a href=\"https://a/?x=&quot;1&quot;&amp;y\">l</a>n"
        );
        assert_eq!(parsed(&render(&spans)), "<1 ₽ & \"x\">bcq1q2ln");
    }

    #[test]
    fn a_piece_ends_at_a_line_then_at_a_word_then_at_a_whole_character() {
        let ends = |text: &str, max: usize| -> Vec<String> {
            let spans = [styled(text, |_| {})];
            split(&spans, max).iter().map(|piece| piece.iter().map(|span| span.text.as_str()).collect()).collect()
        };
        assert_eq!(ends("aa bb\ncc dd ee", 10), ["aa bb\n", "cc dd ee"]);
        assert_eq!(ends("aaaa bbbb cccc", 10), ["aaaa bbbb ", "cccc"]);
        assert_eq!(ends("aaaaaaaaaaaa", 5), ["aaaaa", "aaaaa", "aa"]);
        assert_eq!(
            ends("a\nbbbbbbbbbbbb", 10),
            ["a\nbbbbbbbb", "bbbb"],
            "an early line's end is not worth half a message"
        );
        assert_eq!(ends("aaaa🦀🦀", 5), ["aaaa", "🦀🦀"], "a crab is two units");
        assert_eq!(ends("aaa👩\u{200d}🚀bb", 6), ["aaa", "👩\u{200d}🚀b", "b"]);
        assert_eq!(ends("🦀", 1), ["🦀"], "something always goes");
    }

    #[test]
    fn blank_texts_are_nothing_and_long_captions_end_with_an_ellipsis() {
        assert_eq!(messages(&Text::plain(" \n\u{200b}")), Vec::<String>::new());
        assert_eq!(messages(&Text::default()), Vec::<String>::new());
        assert_eq!(caption(&Text::plain("\t")), None);
        assert_eq!(caption(&Text::plain("a & b")).as_deref(), Some("a &amp; b"));
        assert_eq!(units(&parsed(&caption(&Text::plain("я".repeat(1024))).unwrap())), 1024);
        let cut = parsed(&caption(&Text::plain("слово ".repeat(300))).unwrap());
        assert!(cut.ends_with("слово…") && units(&cut) <= CAPTION_UNITS_MAX, "{cut}");
        assert_eq!(messages(&Text::plain("ы".repeat(9000))).len(), 3);
        assert_eq!(super::cut("аб🦀в", 3), "аб");
    }

    #[test]
    fn only_addresses_that_telegram_opens_are_links() {
        for link in ["https://a.b/c?d=1", "http://1.1.1.1", "tg://user?id=1", "HTTPS://A"] {
            assert!(is_link(link), "{link}");
        }
        for link in ["", "https://", "javascript:x", "ftp://a", "//a", "a.b", "https://a b", "https://a\n"] {
            assert!(!is_link(link), "{link}");
        }
    }

    fn any_span() -> impl Strategy<Value = Span> {
        let long = ("[a-zа-я🦀 ]{1,9}", 50_usize..300).prop_map(|(word, times)| word.repeat(times));
        let text = prop_oneof!["[a-z <>&\"\n]{0,40}", "\\PC{0,20}", "[🦀👩🚀\u{200d}ёя ]{0,40}", long];
        let link = proptest::option::of(prop_oneof!["https://[a-z\"&<>]{1,9}", "\\PC{0,9}"]);
        (text, any::<[bool; 4]>(), link).prop_map(|(text, [bold, italic, code, quote], link)| Span {
            text,
            style: Style { bold, italic, code, quote, link },
        })
    }

    proptest! {
        #[test]
        fn every_piece_is_whole_html_within_the_limit_and_nothing_is_lost(
            spans in proptest::collection::vec(any_span(), 0..8),
            max in prop_oneof![2_usize..40, Just(CAPTION_UNITS_MAX), Just(MESSAGE_UNITS_MAX)],
        ) {
            let pieces = split(&spans, max);
            let plain: Vec<String> = pieces.iter().map(|piece| parsed(&render(piece))).collect();
            prop_assert!(plain.iter().all(|piece| !piece.is_empty() && units(piece) <= max));
            let text = Text(spans);
            prop_assert_eq!(plain.concat(), text.to_plain());
            for html in messages(&text) {
                prop_assert!(units(&parsed(&html)) <= MESSAGE_UNITS_MAX);
            }
            if let Some(html) = caption(&text) {
                prop_assert!(units(&parsed(&html)) <= CAPTION_UNITS_MAX);
            }
        }
    }
}

//! Telegram's HTML style: <https://core.telegram.org/bots/api#html-style>.
//!
//! Tags nest and must close in order; attributes other than the documented ones are read over; of the named entities only `&lt;`,
//! `&gt;`, `&amp;` and `&quot;` exist, numeric ones all do, and any other ampersand is a letter. Offsets in refusals count bytes.

use super::entities::{Entity, Formatted};

/// Parses a text; the error is what Telegram says after `can't parse entities: `.
pub(super) fn parse(source: &str) -> Result<Formatted, String> {
    let mut parser =
        Parser { rest: source, source, out: String::new(), offset: 0, open: Vec::new(), entities: Vec::new() };
    parser.run()?;
    let mut entities = parser.entities;
    // A language belongs to `pre`; on a `code` that stands alone it means nothing.
    entities.iter_mut().filter(|entity| entity.kind == "code").for_each(|entity| entity.language = None);
    entities.sort_by(|left, right| left.offset.cmp(&right.offset).then(right.length.cmp(&left.length)));
    Ok(Formatted { text: parser.out, entities })
}

struct Parser<'a> {
    source: &'a str,
    rest: &'a str,
    out: String,
    offset: usize,
    open: Vec<Open>,
    entities: Vec<Entity>,
}

struct Open {
    tag: String,
    argument: Option<String>,
    offset: usize,
    text_from: usize,
    byte: usize,
}

impl<'a> Parser<'a> {
    fn run(&mut self) -> Result<(), String> {
        while let Some(letter) = self.rest.chars().next() {
            match letter {
                '<' => self.tag()?,
                '&' => self.reference(),
                _ => {
                    self.push(letter);
                    self.rest = &self.rest[letter.len_utf8()..];
                }
            }
        }
        match self.open.last() {
            Some(open) => Err(format!(
                "Can't find end tag corresponding to start tag \"{}\" at byte offset {}",
                open.tag, open.byte
            )),
            None => Ok(()),
        }
    }

    fn push(&mut self, letter: char) {
        self.out.push(letter);
        self.offset += letter.len_utf16();
    }

    fn position(&self) -> usize {
        self.source.len() - self.rest.len()
    }

    fn reference(&mut self) {
        let named = [("&lt;", '<'), ("&gt;", '>'), ("&amp;", '&'), ("&quot;", '"')];
        if let Some((name, letter)) = named.into_iter().find(|(name, _)| self.rest.starts_with(name)) {
            self.push(letter);
            self.rest = &self.rest[name.len()..];
            return;
        }
        match numeric(self.rest) {
            Some((letter, length)) => {
                self.push(letter);
                self.rest = &self.rest[length..];
            }
            None => {
                self.push('&');
                self.rest = &self.rest[1..];
            }
        }
    }

    fn tag(&mut self) -> Result<(), String> {
        let byte = self.position();
        self.rest = &self.rest[1..];
        match self.rest.strip_prefix('/') {
            Some(rest) => {
                self.rest = rest;
                self.end_tag(byte)
            }
            None => self.start_tag(byte),
        }
    }

    fn start_tag(&mut self, byte: usize) -> Result<(), String> {
        let Some(end) = self.rest.find(|letter: char| letter.is_ascii_whitespace() || letter == '>') else {
            return Err(format!("Unclosed start tag at byte offset {byte}"));
        };
        let tag = self.rest[..end].to_ascii_lowercase();
        self.rest = &self.rest[end..];
        if entity_kind(&tag).is_none() {
            return Err(format!("Unsupported start tag \"{tag}\" at byte offset {byte}"));
        }
        let mut argument = None;
        loop {
            self.rest = self.rest.trim_ascii_start();
            if let Some(rest) = self.rest.strip_prefix('>') {
                self.rest = rest;
                break;
            }
            let (name, value) = self.attribute(&tag, byte)?;
            argument = match (tag.as_str(), name.as_str(), value) {
                ("a", "href", Some(link)) => Some(link),
                ("code", "class", Some(class)) => class.strip_prefix("language-").map(str::to_owned),
                ("tg-emoji", "emoji-id", Some(id)) => Some(id),
                ("span", "class", Some(class)) if class == "tg-spoiler" => Some(class),
                ("blockquote", "expandable", _) => Some(name),
                _ => argument,
            };
        }
        if tag == "span" && argument.is_none() {
            return Err(format!("Tag \"span\" must have class \"tg-spoiler\" at byte offset {byte}"));
        }
        if tag == "tg-emoji" && argument.is_none() {
            return Err(format!("Custom emoji identifier is not specified at byte offset {byte}"));
        }
        self.open.push(Open { tag, argument, offset: self.offset, text_from: self.out.len(), byte });
        Ok(())
    }

    fn attribute(&mut self, tag: &str, byte: usize) -> Result<(String, Option<String>), String> {
        let unclosed = || format!("Unclosed start tag \"{tag}\" at byte offset {byte}");
        let stop = |letter: char| letter.is_ascii_whitespace() || letter == '=' || letter == '>';
        let end = self.rest.find(stop).ok_or_else(unclosed)?;
        if end == 0 {
            return Err(format!("Empty attribute name in the tag \"{tag}\" at byte offset {byte}"));
        }
        let name = self.rest[..end].to_ascii_lowercase();
        self.rest = self.rest[end..].trim_ascii_start();
        let Some(rest) = self.rest.strip_prefix('=') else {
            if tag == "blockquote" && name == "expandable" {
                return Ok((name, None));
            }
            return Err(format!(
                "Expected equal sign in declaration of an attribute of the tag \"{tag}\" at byte offset {byte}"
            ));
        };
        self.rest = rest.trim_ascii_start();
        let value = match self.rest.chars().next() {
            Some(quote @ ('"' | '\'')) => {
                let rest = &self.rest[1..];
                let end = rest.find(quote).ok_or_else(unclosed)?;
                self.rest = &rest[end + 1..];
                &rest[..end]
            }
            _ => {
                let end = self
                    .rest
                    .find(|letter: char| letter.is_ascii_whitespace() || letter == '>')
                    .ok_or_else(unclosed)?;
                let value = &self.rest[..end];
                self.rest = &self.rest[end..];
                value
            }
        };
        Ok((name, Some(decoded(value))))
    }

    fn end_tag(&mut self, byte: usize) -> Result<(), String> {
        let end = self.rest.find('>').ok_or_else(|| format!("Unclosed end tag at byte offset {byte}"))?;
        let name = self.rest[..end].trim_ascii_end().to_ascii_lowercase();
        self.rest = &self.rest[end + 1..];
        let Some(open) = self.open.pop() else {
            return Err(format!("Unexpected end tag at byte offset {byte}"));
        };
        if !name.is_empty() && name != open.tag {
            return Err(format!(
                "Unmatched end tag at byte offset {byte}, expected \"</{}>\", found \"</{name}>\"",
                open.tag
            ));
        }
        if self.offset > open.offset {
            self.close(open);
        }
        Ok(())
    }

    fn close(&mut self, open: Open) {
        let length = self.offset - open.offset;
        let mut entity = Entity::plain(entity_kind(&open.tag).unwrap_or_default(), open.offset, length);
        match open.tag.as_str() {
            "a" => {
                let link = open.argument.unwrap_or_else(|| self.out[open.text_from..].to_owned());
                // Telegram drops a link that leads nowhere and keeps its text.
                if !is_link(&link) {
                    return;
                }
                entity.url = Some(link);
            }
            "code" => entity.language = open.argument,
            "pre" => {
                let whole =
                    |inner: &Entity| inner.kind == "code" && inner.offset == open.offset && inner.length == length;
                if self.entities.last().is_some_and(whole) {
                    entity.language = self.entities.pop().and_then(|inner| inner.language);
                }
            }
            "tg-emoji" => entity.custom_emoji_id = open.argument,
            "blockquote" if open.argument.is_some() => entity.kind = "expandable_blockquote".to_owned(),
            _ => {}
        }
        self.entities.push(entity);
    }
}

fn entity_kind(tag: &str) -> Option<&'static str> {
    Some(match tag {
        "b" | "strong" => "bold",
        "i" | "em" => "italic",
        "u" | "ins" => "underline",
        "s" | "strike" | "del" => "strikethrough",
        "tg-spoiler" | "span" => "spoiler",
        "a" => "text_link",
        "code" => "code",
        "pre" => "pre",
        "blockquote" => "blockquote",
        "tg-emoji" => "custom_emoji",
        _ => return None,
    })
}

fn is_link(link: &str) -> bool {
    let schemes = ["http://", "https://", "tg://", "mailto:", "tel:"];
    let lower = link.to_ascii_lowercase();
    match schemes.into_iter().find_map(|scheme| lower.strip_prefix(scheme)) {
        Some(rest) => !rest.is_empty() && !rest.contains(char::is_whitespace),
        None => !lower.contains(char::is_whitespace) && lower.split('/').next().is_some_and(|host| host.contains('.')),
    }
}

fn numeric(text: &str) -> Option<(char, usize)> {
    let body = text.strip_prefix("&#")?;
    let (digits, radix) = match body.strip_prefix('x') {
        Some(hex) => (hex, 16),
        None => (body, 10),
    };
    let length = digits.find(|letter: char| !letter.is_digit(radix)).unwrap_or(digits.len());
    let letter =
        char::from_u32(u32::from_str_radix(&digits[..length], radix).ok()?).filter(|letter| *letter != '\0')?;
    let mut used = text.len() - digits.len() + length;
    if text[used..].starts_with(';') {
        used += 1;
    }
    Some((letter, used))
}

fn decoded(value: &str) -> String {
    let mut parser =
        Parser { rest: value, source: value, out: String::new(), offset: 0, open: Vec::new(), entities: Vec::new() };
    while let Some(letter) = parser.rest.chars().next() {
        if letter == '&' {
            parser.reference();
        } else {
            parser.push(letter);
            parser.rest = &parser.rest[letter.len_utf8()..];
        }
    }
    parser.out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Kind, offset and length of an entity.
    type Mark = (&'static str, usize, usize);

    #[test]
    fn tags_become_entities() {
        let table: &[(&str, &str, &[Mark])] = &[
            ("plain", "plain", &[]),
            ("<b>a</b><strong>b</strong>", "ab", &[("bold", 0, 1), ("bold", 1, 1)]),
            ("<i>a</i><EM>b</EM>", "ab", &[("italic", 0, 1), ("italic", 1, 1)]),
            ("<u>a</u><ins>b</ins>", "ab", &[("underline", 0, 1), ("underline", 1, 1)]),
            (
                "<s>a</s><strike>b</strike><del>c</del>",
                "abc",
                &[("strikethrough", 0, 1), ("strikethrough", 1, 1), ("strikethrough", 2, 1)],
            ),
            ("😀<b>ж<i>x</i></b>", "😀жx", &[("bold", 2, 2), ("italic", 3, 1)]),
            ("<tg-spoiler>a</tg-spoiler>", "a", &[("spoiler", 0, 1)]),
            ("<span class='tg-spoiler'>a</span>", "a", &[("spoiler", 0, 1)]),
            ("<blockquote>a</blockquote>", "a", &[("blockquote", 0, 1)]),
            ("<blockquote expandable>a</blockquote>", "a", &[("expandable_blockquote", 0, 1)]),
            ("<a href=\"https://a.b/?c=1&amp;d\">x</a>", "x", &[("text_link", 0, 1)]),
            ("<a href=\"nowhere\">x</a>", "x", &[]),
            ("<b></b>", "", &[]),
            ("a &lt; b &amp;&amp; c &nbsp; &#1078;&#x44f; & d", "a < b && c &nbsp; жя & d", &[]),
            ("<b>a</>", "a", &[("bold", 0, 1)]),
        ];
        for (source, text, entities) in table {
            let parsed = parse(source).unwrap_or_else(|error| panic!("{source}: {error}"));
            let marks: Vec<_> =
                parsed.entities.iter().map(|entity| (entity.kind.as_str(), entity.offset, entity.length)).collect();
            assert_eq!((parsed.text.as_str(), marks.as_slice()), (*text, *entities), "{source}");
        }
    }

    #[test]
    fn the_language_of_code_goes_to_its_pre() {
        let parsed = parse("<pre><code class=\"language-rust\">fn</code></pre><code class=\"language-c\">x</code>")
            .expect("parses");
        assert_eq!(parsed.entities.len(), 2);
        assert_eq!((parsed.entities[0].kind.as_str(), parsed.entities[0].language.as_deref()), ("pre", Some("rust")));
        assert_eq!((parsed.entities[1].kind.as_str(), parsed.entities[1].language.as_deref()), ("code", None));
    }

    #[test]
    fn broken_mark_up_is_refused_with_the_place() {
        let table = [
            ("a <b>x", "Can't find end tag corresponding to start tag \"b\" at byte offset 2"),
            ("<b>x</i>", "Unmatched end tag at byte offset 4, expected \"</b>\", found \"</i>\""),
            ("x</b>", "Unexpected end tag at byte offset 1"),
            ("ж <div>x</div>", "Unsupported start tag \"div\" at byte offset 3"),
            ("1 < 2", "Unsupported start tag \"\" at byte offset 2"),
            ("a<b", "Unclosed start tag at byte offset 1"),
            ("<b>x</b", "Unclosed end tag at byte offset 4"),
            ("<a href>x</a>", "Expected equal sign in declaration of an attribute of the tag \"a\" at byte offset 0"),
            ("<a href=\"x>y</a>", "Unclosed start tag \"a\" at byte offset 0"),
            ("<span>x</span>", "Tag \"span\" must have class \"tg-spoiler\" at byte offset 0"),
            ("<b =>x</b>", "Empty attribute name in the tag \"b\" at byte offset 0"),
        ];
        for (source, error) in table {
            assert_eq!(parse(source).map(|parsed| parsed.text), Err(error.to_owned()), "{source}");
        }
    }
}

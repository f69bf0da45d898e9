//! What Telegram marks by itself in a text: commands, links, names, hashtags.
//!
//! Not played: mail addresses, phone numbers, cashtags, links without `https://`.

use super::entities::{Entity, utf16_length};

/// A command has at most so many letters: <https://core.telegram.org/bots/api#setmycommands> says 32, clients mark up to 64.
const COMMAND_LENGTH_MAX: usize = 64;
/// Shortest public name that is marked.
const NAME_LENGTH_MIN: usize = 4;

/// All marks, in order.
pub(super) fn find(text: &str) -> Vec<Entity> {
    let mut entities = Vec::new();
    let (mut at, mut offset, mut before) = (0, 0, None);
    while let Some(letter) = text[at..].chars().next() {
        let found = if opens(before) { mark(&text[at..]) } else { None };
        let length = found.map_or(letter.len_utf8(), |(_, length)| length);
        let piece = &text[at..at + length];
        if let Some((kind, _)) = found {
            entities.push(Entity::plain(kind, offset, utf16_length(piece)));
        }
        offset += utf16_length(piece);
        at += length;
        before = piece.chars().last();
    }
    entities
}

/// Whether a mark may begin after this letter.
fn opens(before: Option<char>) -> bool {
    before.is_none_or(|letter| !letter.is_alphanumeric() && !"_/@#<>".contains(letter))
}

/// What begins here, and its length in bytes.
fn mark(rest: &str) -> Option<(&'static str, usize)> {
    match rest.chars().next()? {
        '/' => command(rest).map(|length| ("bot_command", length)),
        '@' => word(&rest[1..]).filter(|length| *length >= NAME_LENGTH_MIN).map(|length| ("mention", length + 1)),
        '#' => hashtag(rest).map(|length| ("hashtag", length)),
        'h' => link(rest).map(|length| ("url", length)),
        _ => None,
    }
}

/// `/name` or `/name@bot`.
fn command(rest: &str) -> Option<usize> {
    let name = word(&rest[1..]).filter(|length| (1..=COMMAND_LENGTH_MAX).contains(length))? + 1;
    let bot = rest[name..].strip_prefix('@').and_then(word).filter(|length| *length >= NAME_LENGTH_MIN);
    let length = name + bot.map_or(0, |length| length + 1);
    let after = rest[length..].chars().next();
    after.is_none_or(|letter| !letter.is_alphanumeric() && !"/<>".contains(letter)).then_some(length)
}

fn word(rest: &str) -> Option<usize> {
    let length = rest.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').unwrap_or(rest.len());
    (length > 0).then_some(length)
}

fn hashtag(rest: &str) -> Option<usize> {
    let end =
        rest[1..].find(|letter: char| !letter.is_alphanumeric() && letter != '_').map_or(rest.len(), |end| end + 1);
    rest[1..end].chars().any(char::is_alphabetic).then_some(end)
}

/// Up to a blank; a full stop or bracket at the end belongs to the sentence.
fn link(rest: &str) -> Option<usize> {
    let scheme = ["https://", "http://"].into_iter().find(|scheme| rest.starts_with(scheme))?;
    let end = rest.find(|letter: char| letter.is_whitespace() || "<>\"«»".contains(letter)).unwrap_or(rest.len());
    let length = rest[..end].trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '…', '\'']).len();
    (length > scheme.len()).then_some(length)
}

#[cfg(test)]
mod tests {
    use super::find;

    /// A kind, where it starts, how long it is.
    type Mark = (&'static str, usize, usize);

    #[test]
    fn marks_are_found_where_telegram_finds_them() {
        let table: &[(&str, &[Mark])] = &[
            ("/menu", &[("bot_command", 0, 5)]),
            ("Ещё: /menu.", &[("bot_command", 5, 5)]),
            ("(/menu@some_bot)", &[("bot_command", 1, 14)]),
            ("/menu/all a/b / 5 1/2 /меню </b>", &[]),
            ("см. https://a.b/c?d=1, дальше", &[("url", 4, 17)]),
            ("https:// xhttps://a.b", &[]),
            ("😀 @durov @abc a@durov", &[("mention", 3, 6)]),
            ("#котики #1 a#b", &[("hashtag", 0, 7)]),
        ];
        for (text, expected) in table {
            let found = find(text);
            let found: Vec<_> = found.iter().map(|mark| (mark.kind.as_str(), mark.offset, mark.length)).collect();
            assert_eq!(&found, expected, "{text}");
        }
    }
}

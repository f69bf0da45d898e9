//! Texts that an owner may put in place of the files', in each language, while the bot runs. Pure.
//!
//! A text may bear the files' marks (`<b> <i> <code> <q>`) and names of variables in braces: `{name}`. Whatever else stands in it is taken as it
//! is. What is filled in is isolated like in the files, so that a user's name with a mark in it stays five characters of text.

use std::collections::BTreeMap;

use domain::screen::Language;

use super::BadValue;

/// A text that an owner may write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OwnText {
    /// The greeting of a newcomer.
    Greeting,
    /// The terms.
    Terms,
    /// What stands below the help; the files have nothing there.
    HelpMore,
    /// What whoever asks about a payment reads first.
    PaySupport,
}

/// The marks that a text may bear.
const MARKS: [&str; 4] = ["b", "i", "code", "q"];

impl OwnText {
    /// All of them, in the order of their buttons.
    pub const ALL: [Self; 4] = [Self::Greeting, Self::Terms, Self::HelpMore, Self::PaySupport];

    /// The variables that it may name.
    pub const fn variables(self) -> &'static [&'static str] {
        match self {
            Self::Greeting => &["name", "balance"],
            Self::Terms | Self::HelpMore | Self::PaySupport => &[],
        }
    }

    /// The most characters: what stands around it has to fit into Telegram's 4096 with it.
    pub const fn length_max(self) -> usize {
        match self {
            Self::Greeting | Self::HelpMore => 1_500,
            Self::Terms => 3_000,
            Self::PaySupport => 2_000,
        }
    }

    /// The text's key in the files; `None`: the files have none.
    pub const fn key(self) -> Option<&'static str> {
        match self {
            Self::Greeting => Some("welcome-text"),
            Self::Terms => Some("terms-text"),
            Self::HelpMore => None,
            Self::PaySupport => Some("paysupport-text"),
        }
    }

    /// Whether a text can be shown as it was written.
    ///
    /// # Errors
    /// [`BadValue`]: a brace that names no variable of this text, or a mark that is not closed.
    pub fn check(self, text: &str) -> Result<(), BadValue> {
        for piece in pieces(text) {
            let Piece::Named(name) = piece else { continue };
            if !self.variables().contains(&name) {
                return Err(BadValue::Variable(name.chars().take(40).collect()));
            }
        }
        let mut open: Vec<&str> = Vec::new();
        for mark in text.split('<').skip(1).filter_map(|rest| Some(rest.split_once('>')?.0)) {
            match mark.strip_prefix('/') {
                None if MARKS.contains(&mark) => open.push(mark),
                Some(closed) if MARKS.contains(&closed) && open.pop() != Some(closed) => {
                    return Err(BadValue::Mark(closed.to_owned()));
                }
                _ => {}
            }
        }
        open.last().map_or(Ok(()), |mark| Err(BadValue::Mark((*mark).to_owned())))
    }
}

/// A text's parts: what is taken as it is, and what is between braces. A brace without its other half names what is left, or nothing.
enum Piece<'a> {
    Plain(&'a str),
    Named(&'a str),
}

fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let Some(at) = rest.find(['{', '}']) else { return Some(Piece::Plain(std::mem::take(&mut rest))) };
        let (plain, braced) = rest.split_at(at);
        if !plain.is_empty() {
            rest = braced;
            return Some(Piece::Plain(plain));
        }
        let inner = &braced[1..];
        let (name, after) = match inner.find(['{', '}']) {
            Some(end) if braced.starts_with('{') && inner[end..].starts_with('}') => (&inner[..end], &inner[end + 1..]),
            // No pair: what is around the brace is told as the name, and can't be one.
            _ => (braced, ""),
        };
        rest = after;
        Some(Piece::Named(name.trim().trim_start_matches('$')))
    })
}

/// A text with its variables filled in, each between Fluent's isolates. A name without a value stays as it is written.
pub(crate) fn filled(text: &str, values: &[(&str, String)], [begin, end]: [char; 2]) -> String {
    let mut filled = String::with_capacity(text.len());
    for piece in pieces(text) {
        match piece {
            Piece::Plain(plain) => filled.push_str(plain),
            Piece::Named(name) => {
                filled.push(begin);
                match values.iter().find(|(known, _)| *known == name) {
                    Some((_, value)) => filled.push_str(&value.replace([begin, end], "")),
                    None => filled.push_str(name),
                }
                filled.push(end);
            }
        }
    }
    filled
}

/// The owner's own texts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnTexts(pub BTreeMap<(OwnText, Language), String>);

impl OwnTexts {
    /// What the owner wrote; `None`: the files' text holds.
    pub fn get(&self, text: OwnText, language: Language) -> Option<&str> {
        self.0.get(&(text, language)).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MARKS_OF_FLUENT: [char; 2] = ['\u{2068}', '\u{2069}'];

    #[test]
    fn what_can_not_be_shown_is_refused_by_name() {
        let check = |text: &str| OwnText::Greeting.check(text);
        let variable = |name: &str| Err(BadValue::Variable(name.to_owned()));
        let table = [
            ("Hi, {name}! You have { $balance }. 2 < 3 > 1", Ok(())),
            ("<b>Hi</b>, <i><code>you</code></i> <script>", Ok(())),
            ("{nom}", variable("nom")),
            ("{}", variable("")),
            ("{name", variable("{name")),
            ("name}", variable("}")),
            ("{{name}}", variable("{{name}}")),
            ("<b>Hi", Err(BadValue::Mark("b".to_owned()))),
            ("Hi</i>", Err(BadValue::Mark("i".to_owned()))),
            ("<b><i>Hi</b></i>", Err(BadValue::Mark("b".to_owned()))),
        ];
        for (text, wanted) in table {
            assert_eq!(check(text), wanted, "{text}");
        }
        assert_eq!(OwnText::Terms.check("{name}"), variable("name"), "not of this text");
    }

    #[test]
    fn variables_are_filled_in_and_isolated() {
        let values = [("name", "<b>\u{2069}Bob".to_owned())];
        assert_eq!(filled("Hi, { name }!", &values, MARKS_OF_FLUENT), "Hi, \u{2068}<b>Bob\u{2069}!");
    }

    proptest! {
        /// Whatever is written: it is looked at to its end, and what passes names only what is filled in.
        #[test]
        fn what_passes_leaves_no_brace(text in "[a-z{}$<>/ b]{0,40}") {
            let values = [("name", "Ann".to_owned()), ("balance", "5".to_owned())];
            let shown = filled(&text, &values, MARKS_OF_FLUENT);
            if OwnText::Greeting.check(&text).is_ok() {
                prop_assert!(!shown.contains(['{', '}']), "{}", shown);
            }
        }
    }
}

//! Links that tell where people come from, and what came of them. Pure.

use crate::clock::Timestamp;
use crate::money::Money;

/// The payload of a campaign's link begins so; its name follows.
pub const ORIGIN_PREFIX: &str = "c_";
/// Characters of a name: Telegram takes 64 for the whole payload, and a name is read in a list.
pub const NAME_LENGTH_MAX: usize = 32;
/// Characters of a note.
pub const NOTE_LENGTH_MAX: usize = 200;

/// A link that was made at the desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Campaign {
    /// As the link has it; see [`normal_name`].
    pub name: String,
    /// What it is about, for staff.
    pub note: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Campaign {
    /// What the people have whom its link brought: `Person.origin`.
    pub fn origin(&self) -> String {
        origin(&self.name)
    }
}

/// The payload of a campaign's link.
pub fn origin(name: &str) -> String {
    format!("{ORIGIN_PREFIX}{name}")
}

/// A name in its one form: small latin letters, digits, `-` and `_`; `None` if it can't be one.
pub fn normal_name(text: &str) -> Option<String> {
    let name = text.trim().to_lowercase();
    let name = name.strip_prefix(ORIGIN_PREFIX).unwrap_or(&name);
    let fits = (1..=NAME_LENGTH_MAX).contains(&name.len());
    let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_');
    (fits && name.bytes().all(letter)).then(|| name.to_owned())
}

/// What came of a link. Who has deleted their data is not counted any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CampaignFigures {
    /// Which.
    pub campaign: Campaign,
    /// People who came by it.
    pub came: u64,
    /// Of them: who ordered at least once.
    pub ordered: u64,
    /// Of them: who paid at least once and was not paid back.
    pub paid: u64,
    /// What they paid in all, less what was paid back.
    pub income: Money,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_one_form() {
        let longest = "a".repeat(NAME_LENGTH_MAX);
        let table = [
            (" Spring-26 ", Some("spring-26")),
            ("c_blog", Some("blog")),
            ("a_b", Some("a_b")),
            (longest.as_str(), Some(longest.as_str())),
            ("", None),
            ("c_", None),
            ("\u{e9}t\u{e9}", None),
            ("a b", None),
            ("a/b", None),
        ];
        for (text, wanted) in table {
            assert_eq!(normal_name(text).as_deref(), wanted, "{text}");
        }
        assert_eq!(normal_name(&"a".repeat(NAME_LENGTH_MAX + 1)), None);
        assert_eq!(origin("blog"), "c_blog");
    }
}

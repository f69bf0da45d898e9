//! Looking for a model: the sections of the menu, the search, links that bring somebody.

use domain::models::{Catalog, Kind, Model};
use domain::screen::Key;

use super::decide::{go, is_sold};
use super::{Notice, Talk, View};
use crate::event::Event;

/// A search is not longer than this: more words find nothing more.
const QUERY_MAX: usize = 100;
/// Telegram's own bound on what a link may carry to `/start`.
const PAYLOAD_MAX: usize = 64;

/// A section of the main menu: what people want to do, wider than one [`Kind`], so that the menu fits a phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// Pictures from words.
    Pictures,
    /// Pictures made from pictures.
    PictureEdits,
    /// Videos from words.
    Videos,
    /// Pictures set in motion.
    Animations,
    /// Videos made from videos.
    VideoEdits,
    /// People who speak.
    Avatars,
    /// Music.
    Music,
    /// Voices, sounds, and what is said in them.
    Voice,
    /// More quality, less of what disturbs.
    Quality,
    /// One task of a section.
    Task(Kind),
}

impl Section {
    /// Those of the menu, in its order.
    pub const MENU: [Self; 9] = [
        Self::Pictures,
        Self::PictureEdits,
        Self::Videos,
        Self::Animations,
        Self::VideoEdits,
        Self::Avatars,
        Self::Music,
        Self::Voice,
        Self::Quality,
    ];

    /// Its lasting name, for keys.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Pictures => "pictures",
            Self::PictureEdits => "picture_edits",
            Self::Videos => "videos",
            Self::Animations => "animations",
            Self::VideoEdits => "video_edits",
            Self::Avatars => "avatars",
            // The plain word names the task.
            Self::Music => "music_section",
            Self::Voice => "voice",
            Self::Quality => "quality",
            Self::Task(kind) => kind.as_str(),
        }
    }

    /// Its name in buttons.
    pub fn key(self) -> Key {
        Key::of(self.code())
    }

    /// The section with this key.
    pub fn of(key: Key) -> Option<Self> {
        let tasks = Kind::ALL.iter().map(|kind| Self::Task(*kind));
        Self::MENU.into_iter().chain(tasks).find(|section| section.key() == key)
    }

    /// The tasks that it holds.
    pub fn tasks(self) -> &'static [Kind] {
        match self {
            Self::Pictures => &[Kind::TextToImage],
            Self::PictureEdits => &[Kind::ImageEdit, Kind::ImageToImage],
            Self::Videos => &[Kind::TextToVideo],
            Self::Animations => &[Kind::ImageToVideo],
            Self::VideoEdits => &[Kind::VideoToVideo],
            Self::Avatars => &[Kind::Avatar, Kind::SpeechToVideo],
            Self::Music => &[Kind::Music],
            Self::Voice => &[Kind::TextToSpeech, Kind::SoundEffect, Kind::AudioIsolation, Kind::SpeechToText],
            Self::Quality => &[Kind::Upscale, Kind::BackgroundRemoval, Kind::WatermarkRemoval],
            Self::Task(kind) => Kind::ALL.iter().position(|known| *known == kind).map_or(&[], |at| &Kind::ALL[at..=at]),
        }
    }

    /// Whether its tasks differ so much that a long list shows them apart before it shows vendors.
    pub const fn is_of_different_tasks(self) -> bool {
        matches!(self, Self::Voice | Self::Quality)
    }

    /// The models that it offers, in the catalog's order.
    pub fn models(self, catalog: &Catalog) -> impl Iterator<Item = &Model> {
        let does = move |model: &&Model| self.tasks().iter().any(|kind| model.does(*kind));
        catalog.live().filter(does).filter(|model| is_sold(model))
    }
}

/// Shows what these words find.
pub(super) fn search(next: &mut Talk, text: &str) {
    let query: String = text.trim().chars().take(QUERY_MAX).collect();
    if query.is_empty() {
        next.notice = Some(Notice::new("notice-search-words"));
        go(next, View::Search);
    } else if matches!(next.view, View::Found { .. }) {
        next.view = View::Found { query, page: 0 };
    } else {
        go(next, View::Found { query, page: 0 });
    }
}

/// Turns to another page of what was found.
pub(super) fn turn(next: &mut Talk, page: u16) {
    match &mut next.view {
        View::Found { page: shown, .. } => *shown = page,
        _ => go(next, View::Search),
    }
}

/// What brought a new user, if it is worth keeping: the payload of the `/start` that a campaign's or a friend's link sends.
pub fn origin_of(event: &Event) -> Option<String> {
    match event {
        Event::Command { name, arguments } if name == "start" => origin(arguments),
        _ => None,
    }
}

/// `c_<campaign>` or `r_<referral>`, of the letters that Telegram lets through and not longer than it does. Anybody can write anything into a
/// link, so what differs is not kept.
fn origin(arguments: &str) -> Option<String> {
    let payload = arguments.trim();
    let name = ["c_", "r_"].iter().find_map(|prefix| payload.strip_prefix(prefix))?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let is_kept = !name.is_empty() && payload.len() <= PAYLOAD_MAX && payload.bytes().all(is_plain);
    is_kept.then(|| payload.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_task_stands_in_one_section_of_the_menu() {
        let tasks: Vec<Kind> = Section::MENU.iter().flat_map(|section| section.tasks()).copied().collect();
        assert_eq!(tasks.len(), Kind::ALL.len());
        assert_eq!(tasks.into_iter().collect::<BTreeSet<_>>(), Kind::ALL.iter().copied().collect());
    }

    #[test]
    fn a_section_is_found_by_its_key_and_keys_differ() {
        let all = || Section::MENU.into_iter().chain(Kind::ALL.iter().map(|kind| Section::Task(*kind)));
        for section in all() {
            assert_eq!(Section::of(section.key()), Some(section));
        }
        assert_eq!(all().map(|section| section.key()).collect::<BTreeSet<_>>().len(), all().count());
        assert_eq!(Section::of(Key::of("nothing")), None);
    }

    #[test]
    fn only_plain_campaigns_and_referrals_are_kept() {
        let long = format!("c_{}", "a".repeat(62));
        let too_long = format!("c_{}", "a".repeat(63));
        let table = [
            ("c_summer", true),
            ("r_Ab3-_9", true),
            (" c_summer ", true),
            (&long, true),
            (&too_long, false),
            ("c_", false),
            ("r_", false),
            ("", false),
            ("summer", false),
            ("m_1234", false),
            ("C_summer", false),
            ("c_summer sale", false),
            ("c_лето", false),
            ("c_<b>", false),
            ("c_a\u{0}", false),
        ];
        for (payload, kept) in table {
            assert_eq!(origin(payload), kept.then(|| payload.trim().to_owned()), "{payload}");
        }
    }

    #[test]
    fn only_a_start_brings_somebody() {
        let command = |name: &str| Event::Command { name: name.to_owned(), arguments: "c_x".to_owned() };
        assert_eq!(origin_of(&command("start")), Some("c_x".to_owned()));
        assert_eq!(origin_of(&command("menu")), None);
        assert_eq!(origin_of(&Event::Text { text: "/start c_x".to_owned() }), None);
    }
}

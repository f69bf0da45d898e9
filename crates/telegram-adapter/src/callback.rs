//! An [`Action`] as the data of a button, and back.
//!
//! The form is a version, a letter for the kind, and fields of fixed length in base64url: an id takes 22 characters, a key 6, a number 3.
//! So the length depends on the kind alone, and the longest one is 40 of the 64 bytes that Telegram allows (a test computes it).
//!
//! Buttons live in chats for years. So a letter never gets another meaning: what is given up stays unused, and another layout of a kind is
//! another letter. Data that can't be read (an older bot's, a stranger's) is `None`, which redraws.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::ids::GenerationId;
use domain::screen::{Action, DraftAct, GenerationAct, Key, Language};

/// Of this layout.
const VERSION: char = '1';

/// The data of a button that means `action`.
pub(crate) fn encode(action: &Action) -> String {
    let mut data = Writer(String::from(VERSION));
    match action {
        Action::Menu => data.letter('m'),
        Action::Section { section, page } => data.letter('s').key(*section).number(*page),
        Action::Model { model } => data.letter('o').key(*model),
        Action::Create { model } => data.letter('c').key(*model),
        Action::Draft { draft, revision, act } => draft_act(data.letter('d').id(draft).number(*revision), *act),
        Action::Generation { generation, act } => data.letter('g').id(generation).letter(generation_letter(*act)),
        Action::Balance => data.letter('b'),
        Action::Statement { page } => data.letter('t').number(*page),
        Action::History { page } => data.letter('h').number(*page),
        Action::Help => data.letter('e'),
        Action::Settings => data.letter('p'),
        Action::Language(language) => data.letter('l').text(language.code()),
        Action::TopUp => data.letter('u'),
    };
    data.0
}

/// What a button's data means; `None` if it is not ours, or of a version that is given up.
pub(crate) fn decode(data: &str) -> Option<Action> {
    let mut data = Reader(data.strip_prefix(VERSION)?);
    let action = match data.letter()? {
        'm' => Action::Menu,
        's' => Action::Section { section: data.key()?, page: data.number()? },
        'o' => Action::Model { model: data.key()? },
        'c' => Action::Create { model: data.key()? },
        'd' => Action::Draft { draft: data.id()?, revision: data.number()?, act: data.draft_act()? },
        'g' => Action::Generation { generation: data.id()?, act: data.generation_act()? },
        'b' => Action::Balance,
        't' => Action::Statement { page: data.number()? },
        'h' => Action::History { page: data.number()? },
        'e' => Action::Help,
        'p' => Action::Settings,
        'l' => Action::Language(Language::from_code(std::mem::take(&mut data.0))?),
        'u' => Action::TopUp,
        _ => return None,
    };
    data.0.is_empty().then_some(action)
}

fn draft_act(data: &mut Writer, act: DraftAct) -> &mut Writer {
    match act {
        DraftAct::Choose { input, choice } => data.letter('c').key(input).key(choice),
        DraftAct::Edit { input } => data.letter('e').key(input),
        DraftAct::Done { input } => data.letter('d').key(input),
        DraftAct::Clear { input } => data.letter('x').key(input),
        DraftAct::Options => data.letter('o'),
        DraftAct::Review => data.letter('r'),
        DraftAct::Back => data.letter('b'),
        DraftAct::Confirm => data.letter('y'),
        DraftAct::Discard => data.letter('q'),
    }
}

const fn generation_letter(act: GenerationAct) -> char {
    match act {
        GenerationAct::Cancel => 'c',
        GenerationAct::Refresh => 'r',
        GenerationAct::Show => 's',
        GenerationAct::Resend => 'd',
        GenerationAct::Again => 'a',
        GenerationAct::Reword => 'w',
    }
}

struct Writer(String);

impl Writer {
    fn letter(&mut self, letter: char) -> &mut Self {
        self.0.push(letter);
        self
    }

    fn text(&mut self, text: &str) -> &mut Self {
        self.0.push_str(text);
        self
    }

    fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        URL_SAFE_NO_PAD.encode_string(bytes, &mut self.0);
        self
    }

    fn id(&mut self, id: &GenerationId) -> &mut Self {
        self.bytes(id.as_bytes())
    }

    fn key(&mut self, key: Key) -> &mut Self {
        self.bytes(&key.0.to_be_bytes())
    }

    fn number(&mut self, number: u16) -> &mut Self {
        self.bytes(&number.to_be_bytes())
    }
}

struct Reader<'a>(&'a str);

impl Reader<'_> {
    fn letter(&mut self) -> Option<char> {
        let letter = self.0.chars().next()?;
        self.0 = &self.0[letter.len_utf8()..];
        Some(letter)
    }

    /// Exactly `N` bytes; a text of another length, or one with stray bits at its end, is none.
    fn bytes<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, rest) = self.0.split_at_checked((N * 8).div_ceil(6))?;
        let bytes = URL_SAFE_NO_PAD.decode(head).ok()?;
        self.0 = rest;
        bytes.try_into().ok()
    }

    fn id(&mut self) -> Option<GenerationId> {
        self.bytes().map(GenerationId::from_bytes)
    }

    fn key(&mut self) -> Option<Key> {
        self.bytes().map(u32::from_be_bytes).map(Key)
    }

    fn number(&mut self) -> Option<u16> {
        self.bytes().map(u16::from_be_bytes)
    }

    fn draft_act(&mut self) -> Option<DraftAct> {
        Some(match self.letter()? {
            'c' => DraftAct::Choose { input: self.key()?, choice: self.key()? },
            'e' => DraftAct::Edit { input: self.key()? },
            'd' => DraftAct::Done { input: self.key()? },
            'x' => DraftAct::Clear { input: self.key()? },
            'o' => DraftAct::Options,
            'r' => DraftAct::Review,
            'b' => DraftAct::Back,
            'y' => DraftAct::Confirm,
            'q' => DraftAct::Discard,
            _ => return None,
        })
    }

    fn generation_act(&mut self) -> Option<GenerationAct> {
        let acts = [
            GenerationAct::Cancel,
            GenerationAct::Refresh,
            GenerationAct::Show,
            GenerationAct::Resend,
            GenerationAct::Again,
            GenerationAct::Reword,
        ];
        let letter = self.letter()?;
        acts.into_iter().find(|act| generation_letter(*act) == letter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Telegram's limit: <https://core.telegram.org/bots/api#inlinekeyboardbutton>.
    const BYTES_MAX: usize = 64;

    /// Every variant with these values. The matches name each one a second time: a new variant does not compile until it stands in a list.
    fn all(id: GenerationId, first: Key, second: Key, number: u16) -> Vec<Action> {
        let draft_acts = [
            DraftAct::Choose { input: first, choice: second },
            DraftAct::Edit { input: first },
            DraftAct::Done { input: first },
            DraftAct::Clear { input: first },
            DraftAct::Options,
            DraftAct::Review,
            DraftAct::Back,
            DraftAct::Confirm,
            DraftAct::Discard,
        ];
        let place = |act: &DraftAct| match act {
            DraftAct::Choose { .. } => 0,
            DraftAct::Edit { .. } => 1,
            DraftAct::Done { .. } => 2,
            DraftAct::Clear { .. } => 3,
            DraftAct::Options => 4,
            DraftAct::Review => 5,
            DraftAct::Back => 6,
            DraftAct::Confirm => 7,
            DraftAct::Discard => 8,
        };
        assert!(draft_acts.iter().map(place).eq(0..9));
        let generation_acts = [
            GenerationAct::Cancel,
            GenerationAct::Refresh,
            GenerationAct::Show,
            GenerationAct::Resend,
            GenerationAct::Again,
            GenerationAct::Reword,
        ];
        let place = |act: &GenerationAct| match act {
            GenerationAct::Cancel => 0,
            GenerationAct::Refresh => 1,
            GenerationAct::Show => 2,
            GenerationAct::Resend => 3,
            GenerationAct::Again => 4,
            GenerationAct::Reword => 5,
        };
        assert!(generation_acts.iter().map(place).eq(0..6));
        let mut actions = vec![
            Action::Menu,
            Action::Section { section: first, page: number },
            Action::Model { model: first },
            Action::Create { model: first },
            Action::Balance,
            Action::Statement { page: number },
            Action::History { page: number },
            Action::Help,
            Action::Settings,
            Action::TopUp,
        ];
        actions.extend(Language::ALL.map(Action::Language));
        actions.extend(draft_acts.map(|act| Action::Draft { draft: id, revision: number, act }));
        actions.extend(generation_acts.map(|act| Action::Generation { generation: id, act }));
        let place = |action: &Action| match action {
            Action::Menu => 0,
            Action::Section { .. } => 1,
            Action::Model { .. } => 2,
            Action::Create { .. } => 3,
            Action::Balance => 4,
            Action::Statement { .. } => 5,
            Action::History { .. } => 6,
            Action::Help => 7,
            Action::Settings => 8,
            Action::TopUp => 9,
            Action::Language(_) => 10,
            Action::Draft { .. } => 11,
            Action::Generation { .. } => 12,
        };
        let mut places: Vec<usize> = actions.iter().map(place).collect();
        places.dedup();
        assert!(places.into_iter().eq(0..13));
        actions
    }

    #[test]
    fn the_longest_data_of_all_has_forty_of_sixty_four_bytes() {
        let lengths = |id, key, number| -> Vec<usize> {
            all(GenerationId::from_bytes([id; 16]), Key(key), Key(key), number)
                .iter()
                .map(|a| encode(a).len())
                .collect()
        };
        let least = lengths(0, 0, 0);
        assert_eq!(least, lengths(0xff, u32::MAX, u16::MAX), "the length does not depend on the values");
        assert_eq!(least.iter().max(), Some(&40));
        assert!(least.iter().all(|length| (1..=BYTES_MAX).contains(length)));
    }

    #[test]
    fn the_form_is_fixed_since_buttons_live_for_years() {
        let id = GenerationId::from_bytes([7; 16]);
        let pinned = [
            (Action::Menu, "1m"),
            (Action::Section { section: Key(1), page: 2 }, "1sAAAAAQAAI"),
            (Action::Language(Language::En), "1len"),
            (
                Action::Draft { draft: id, revision: 258, act: DraftAct::Choose { input: Key(1), choice: Key(2) } },
                "1dBwcHBwcHBwcHBwcHBwcHBwAQIcAAAAAQAAAAAg",
            ),
            (Action::Generation { generation: id, act: GenerationAct::Again }, "1gBwcHBwcHBwcHBwcHBwcHBwa"),
        ];
        for (action, data) in pinned {
            assert_eq!(encode(&action), data);
            assert_eq!(decode(data), Some(action));
        }
    }

    #[test]
    fn what_is_not_ours_means_nothing() {
        for data in [
            "",
            "1",
            "0m",
            "2m",
            "m",
            "1mm",
            "1z",
            "1o",
            "1oAAAAA",
            "1oAAAAAAA",
            "1oAAAAAB",
            "1lxx",
            "1l",
            "1dAAAA",
            "1ы",
            "menu",
            "\0",
        ] {
            assert_eq!(decode(data), None, "{data:?}");
        }
    }

    proptest! {
        #[test]
        fn every_action_comes_back_as_it_was(id: [u8; 16], first: u32, second: u32, number: u16) {
            for action in all(GenerationId::from_bytes(id), Key(first), Key(second), number) {
                let data = encode(&action);
                prop_assert!(data.len() <= BYTES_MAX);
                prop_assert_eq!(decode(&data), Some(action));
            }
        }

        #[test]
        fn any_data_is_read_without_a_panic_and_only_in_its_one_form(data in prop_oneof!["\\PC{0,70}", "1[a-z][A-Za-z0-9_-]{0,40}"]) {
            if let Some(action) = decode(&data) {
                prop_assert_eq!(encode(&action), data);
            }
        }
    }
}

//! The user and the shop: settings, support, terms, privacy, deleting one's data; letters between users and owners.

use domain::money::Money;
use domain::ports::Person;
use domain::screen::{Action, Button, Emphasis, Language, Preference, Press, Screen, Text};

use super::browse::ways_out;
use super::{Canvas, labelled, primary};
use crate::settings::OwnText;
use crate::texts::Words;
use crate::workers::DEAD_KEPT;

pub(super) fn settings(canvas: &Canvas<'_>) -> Screen {
    let (words, person) = (canvas.words, &canvas.session.person);
    let language = |language: Language, key: &str| Button {
        emphasis: if words.language() == language { Emphasis::Primary } else { Emphasis::Normal },
        ..labelled(words, key, Action::Language(language))
    };
    let switch = |preference: Preference| {
        let (on, key) = match preference {
            Preference::Sound => (!person.silent, if person.silent { "setting-sound-off" } else { "setting-sound-on" }),
            Preference::News => (person.news, if person.news { "setting-news-on" } else { "setting-news-off" }),
        };
        vec![labelled(words, key, Action::Prefer { preference, on: !on })]
    };
    let mut keyboard = vec![vec![language(Language::Ru, "language-ru"), language(Language::En, "language-en")]];
    keyboard.extend(Preference::ALL.map(switch));
    keyboard.push(vec![labelled(words, "setting-privacy", Action::Privacy)]);
    keyboard.push(vec![labelled(words, "setting-forget", Action::Forget)]);
    keyboard.push(vec![labelled(words, "button-menu", Action::Menu)]);
    Screen::new(words.text("settings-text", &[]), keyboard)
}

/// Whoever writes while it is open writes to the owners.
pub(super) fn support(canvas: &Canvas<'_>) -> Screen {
    with_owner(canvas, canvas.words.text("support-text", &[]), Vec::new())
}

/// Whom to ask about a payment.
pub(super) fn pay_support(canvas: &Canvas<'_>) -> Screen {
    ask_us(canvas, canvas.own_or(OwnText::PaySupport, "paysupport-text", &[]))
}

/// A page that ends in writing to the owners.
pub(super) fn ask_us(canvas: &Canvas<'_>, text: Text) -> Screen {
    let write = primary(canvas.words.plain("button-write-support", &[]), Action::Support);
    with_owner(canvas, text, vec![vec![write]])
}

/// What the owner says of themselves, and how else to reach them.
fn with_owner(canvas: &Canvas<'_>, mut text: Text, mut keyboard: Vec<Vec<Button>>) -> Screen {
    let (words, shop) = (canvas.words, canvas.shop);
    if let Some(own) = &shop.support_text {
        text.extend(Text::plain(format!("\n\n{own}")));
    }
    if let Some(contact) = &shop.support_contact {
        keyboard.push(vec![contact_button(words, contact)]);
    }
    keyboard.push(ways_out(words));
    Screen::new(text, keyboard)
}

fn contact_button(words: Words<'_>, contact: &str) -> Button {
    let label = words.plain("button-contact", &[("contact", contact.into())]);
    let url = format!("https://t.me/{}", contact.trim_start_matches('@'));
    Button { label, press: Press::Url(url), emphasis: Emphasis::Normal }
}

pub(super) fn terms(canvas: &Canvas<'_>) -> Screen {
    let words = canvas.words;
    let keyboard = vec![
        vec![labelled(words, "setting-privacy", Action::Privacy)],
        vec![labelled(words, "button-support", Action::Support), labelled(words, "button-menu", Action::Menu)],
    ];
    Screen::new(canvas.own_or(OwnText::Terms, "terms-text", &[]), keyboard)
}

pub(super) fn privacy(canvas: &Canvas<'_>) -> Screen {
    let words = canvas.words;
    let days = i64::try_from(DEAD_KEPT.as_secs() / (24 * 60 * 60)).unwrap_or(i64::MAX);
    let keyboard = vec![vec![labelled(words, "setting-forget", Action::Forget)], ways_out(words)];
    let kept = words.plain("privacy-days", &[("n", days.into())]);
    Screen::new(words.text("privacy-text", &[("kept", kept.into())]), keyboard)
}

/// What deleting one's data means. It is not offered while money is set aside.
pub(super) fn forget(canvas: &Canvas<'_>) -> Screen {
    let (words, wallet) = (canvas.words, canvas.session.money);
    if wallet.reserved > 0 {
        let reserved = words.money(Money::from_kopecks(wallet.reserved));
        let keyboard = vec![vec![history_button(words)], ways_out(words)];
        return Screen::new(words.text("forget-not-now", &[("reserved", reserved.into())]), keyboard);
    }
    let mut text = words.text("forget-text", &[]);
    if wallet.available() > 0 {
        let balance = words.money(Money::from_kopecks(wallet.available()));
        text.extend(words.text("forget-balance", &[("balance", balance.into())]));
    }
    text.extend(words.text("forget-for-good", &[]));
    let delete =
        Button { emphasis: Emphasis::Danger, ..labelled(words, "button-forget-for-good", Action::ForgetForGood) };
    let keyboard = vec![
        vec![delete],
        vec![labelled(words, "button-keep-data", Action::Back), labelled(words, "button-menu", Action::Menu)],
    ];
    Screen::new(text, keyboard)
}

/// The last thing that is said to somebody whose data are deleted.
pub(super) fn forgotten(canvas: &Canvas<'_>) -> Screen {
    let words = canvas.words;
    Screen::new(words.text("forgotten-text", &[]), vec![vec![labelled(words, "button-start-over", Action::Menu)]])
}

/// An owner is about to answer.
pub(super) fn reply(canvas: &Canvas<'_>) -> Screen {
    let words = canvas.words;
    let text = match &canvas.facts.correspondent {
        Some(person) => words.text("reply-text", &[("who", who(person).into())]),
        None => words.text("reply-to-nobody", &[]),
    };
    Screen::new(text, vec![ways_out(words)])
}

/// A user's letter as an owner gets it. `from` is missing if the user has deleted their data since.
pub(crate) fn letter(words: Words<'_>, from: Option<&Person>, text: Option<&str>, has_file: bool) -> Screen {
    let mut shown = match from {
        Some(person) => {
            words.text("letter-text", &[("who", who(person).into()), ("user", person.user.to_string().into())])
        }
        None => words.text("letter-of-nobody", &[]),
    };
    shown.extend(said(words, text, has_file));
    let reply = from.map(|person| vec![primary(words.plain("button-reply", &[]), Action::Reply { user: person.user })]);
    Screen::new(shown, reply.into_iter().collect())
}

/// An owner's answer as the user gets it.
pub(crate) fn answer(words: Words<'_>, text: Option<&str>, has_file: bool) -> Screen {
    let mut shown = words.text("answer-text", &[]);
    shown.extend(said(words, text, has_file));
    Screen::new(shown, vec![vec![labelled(words, "button-reply", Action::Support)]])
}

fn said(words: Words<'_>, text: Option<&str>, has_file: bool) -> Text {
    let mut said = Text::default();
    if let Some(text) = text.filter(|text| !text.trim().is_empty()) {
        said.extend(words.text("letter-words", &[("text", text.into())]));
    }
    if has_file {
        said.extend(words.text("letter-file", &[]));
    }
    said
}

/// A person as one who does not know them tells them apart.
pub(crate) fn who(person: &Person) -> String {
    match &person.username {
        Some(username) => format!("{} (@{username})", person.first_name),
        None => person.first_name.clone(),
    }
}

fn history_button(words: Words<'_>) -> Button {
    let filter = domain::screen::HistoryFilter::All;
    labelled(words, "button-history", Action::History { filter, page: 0 })
}

#[cfg(test)]
mod tests {
    use domain::clock::Timestamp;
    use domain::ids::{ChatId, UserId};

    use super::*;

    #[test]
    fn a_person_is_told_apart_by_name_and_username() {
        let person = Person {
            user: UserId::from_bytes([1; 16]),
            chat: ChatId(7),
            first_name: "Анна".to_owned(),
            username: Some("anna".to_owned()),
            language: Language::Ru,
            gone: false,
            silent: false,
            news: true,
            blocked: false,
            origin: None,
            created_at: Timestamp::EPOCH,
        };
        assert_eq!(who(&person), "Анна (@anna)");
        assert_eq!(who(&Person { username: None, ..person }), "Анна");
    }
}

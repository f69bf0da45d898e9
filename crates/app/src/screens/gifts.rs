//! Promo codes and friends.

use std::fmt::Write as _;

use domain::ledger::Amount;
use domain::ports::ReferralFigures;
use domain::screen::{Action, Button, Emphasis, Press, Screen, Text};

use super::browse::ways_out;
use super::receipt::size;
use super::{Canvas, labelled};
use crate::service::ReferralTerms;
use crate::texts::Words;

/// What the screen about friends shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Friends {
    /// What came of the link.
    pub figures: ReferralFigures,
    /// How many friends rewarded the user today.
    pub today: u32,
    /// What both get.
    pub terms: ReferralTerms,
    /// The personal link; none until Telegram has told the bot's name.
    pub link: Option<String>,
}

/// Whoever writes while it is open names a code.
pub(super) fn promo(canvas: &Canvas<'_>) -> Screen {
    Screen::new(canvas.words.text("promo-text", &[]), vec![ways_out(canvas.words)])
}

pub(super) fn friends(canvas: &Canvas<'_>) -> Screen {
    let words = canvas.words;
    let Some(friends) = &canvas.facts.friends else { return promo(canvas) };
    let mut text = words.text("friends-text", &[]);
    text.extend(terms(words, &friends.terms));
    let count = |count: u64| i64::try_from(count).unwrap_or(i64::MAX).into();
    let ReferralFigures { invited, rewarded } = friends.figures;
    text.extend(words.text("friends-figures", &[("invited", count(invited)), ("rewarded", count(rewarded))]));
    if friends.terms.inviter.value > 0 && friends.today >= friends.terms.day_max {
        text.extend(words.text("friends-day-full", &[]));
    }
    let mut keyboard = Vec::new();
    match &friends.link {
        Some(link) => {
            text.extend(words.text("friends-link", &[("link", link.as_str().into())]));
            keyboard.push(vec![share(words, link)]);
            let label = words.plain("button-copy-link", &[]);
            keyboard.push(vec![Button { label, press: Press::Copy(link.clone()), emphasis: Emphasis::Normal }]);
        }
        None => text.extend(words.text("friends-no-link", &[])),
    }
    let free = Action::Shelf { shelf: domain::screen::Shelf::Free, page: 0 };
    keyboard.push(vec![labelled(words, "button-free", free)]);
    keyboard.push(ways_out(words));
    Screen::new(text, keyboard)
}

/// What both get, and how often a day.
fn terms(words: Words<'_>, terms: &ReferralTerms) -> Text {
    let given = |amount: Amount| (amount.value > 0).then(|| size(words, amount));
    let max = || ("max", i64::from(terms.day_max).into());
    match (given(terms.inviter), given(terms.invited)) {
        (Some(inviter), Some(invited)) if inviter == invited => {
            words.text("friends-terms-same", &[("gift", inviter.into()), max()])
        }
        (Some(inviter), Some(invited)) => {
            words.text("friends-terms", &[("inviter", inviter.into()), ("invited", invited.into()), max()])
        }
        (Some(inviter), None) => words.text("friends-terms-inviter", &[("gift", inviter.into()), max()]),
        (None, Some(invited)) => words.text("friends-terms-invited", &[("gift", invited.into())]),
        (None, None) => Text::default(),
    }
}

/// Telegram asks whom to send it to.
fn share(words: Words<'_>, link: &str) -> Button {
    let (link, said) = (encoded(link), encoded(&words.plain("friends-share", &[])));
    let url = format!("https://t.me/share/url?url={link}&text={said}");
    Button { label: words.plain("button-share", &[]), press: Press::Url(url), emphasis: Emphasis::Primary }
}

/// As a value of an address's query: RFC 3986, section 2.
fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            encoded.push(char::from(byte));
        } else {
            write!(encoded, "%{byte:02X}").expect("writing to a String cannot fail");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_address_does_not_bear_is_encoded() {
        assert_eq!(encoded("aZ9-._~"), "aZ9-._~");
        assert_eq!(encoded("https://t.me/b?start=r_1&x"), "https%3A%2F%2Ft.me%2Fb%3Fstart%3Dr_1%26x");
        assert_eq!(encoded("да +"), "%D0%B4%D0%B0%20%2B");
    }
}

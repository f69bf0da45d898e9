//! The exchange rate: read once a day by one instance, put before the owners when it jumped, and never part of a price that was shown before.

use std::sync::Mutex;
use std::time::Duration;

use app::conversation::{Step, Talk};
use app::workers::RateWatch;
use async_trait::async_trait;
use domain::exchange::ExchangeRate;
use domain::ids::ChatId;
use domain::ports::{ChangeSet, RateChange, RateError, RateReading, RateSource, Store};
use domain::quote::Quote;
use domain::screen::{Action, DraftAct, Press};

use crate::house::{ANN, House, OWNER, PARTNER, WELCOME, words};
use crate::telegram::Sent;

const HOUR: Duration = Duration::from_secs(60 * 60);
/// The day on which a house opens, in its zone.
const TODAY: &str = "2026-11-22";

/// Says what a dollar costs as it was told to, and counts how often it was asked.
#[derive(Default)]
pub(crate) struct Rates {
    says: Mutex<Option<(String, String)>>,
    asked: Mutex<usize>,
}

impl Rates {
    fn says(&self, rate: &str, date: &str) {
        *self.says.lock().unwrap() = Some((rate.to_owned(), date.to_owned()));
    }

    fn is_silent(&self) {
        *self.says.lock().unwrap() = None;
    }

    fn asked(&self) -> usize {
        *self.asked.lock().unwrap()
    }
}

#[async_trait]
impl RateSource for Rates {
    async fn usd(&self, _: Duration) -> Result<RateReading, RateError> {
        *self.asked.lock().unwrap() += 1;
        let said = self.says.lock().unwrap().clone();
        let (rate, date) = said.ok_or_else(|| RateError { detail: "nobody answers".to_owned() })?;
        Ok(RateReading { rate: rate.parse().unwrap(), date })
    }
}

fn open(rate: &str, date: &str) -> (House, RateWatch) {
    let rates = std::sync::Arc::new(Rates::default());
    rates.says(rate, date);
    (House::open_with_rates(&rates), RateWatch::default())
}

impl House {
    fn source(&self) -> &Rates {
        self.rates.as_deref().unwrap()
    }

    async fn look(&self, watch: &mut RateWatch) {
        self.app.watch_rate(watch).await.unwrap();
    }

    /// What holds and what waits.
    async fn stored(&self) -> (Option<String>, Option<String>) {
        let rates = self.store.rates().await.unwrap();
        (rates.current.map(|rate| rate.rate.to_string()), rates.waiting.map(|rate| rate.rate.to_string()))
    }

    async fn store_rate(&self, rate: &str) {
        let mut change = ChangeSet::new(self.clock_now());
        let (rate, date) = (rate.parse().unwrap(), TODAY.to_owned());
        change.rate = Some(RateChange::Set(ExchangeRate { rate, date, read_at: change.at }));
        self.store.commit(&change).await.unwrap();
    }

    fn clock_now(&self) -> domain::clock::Timestamp {
        domain::clock::Clock::now(&*self.clock)
    }

    /// The quote on somebody's confirm screen.
    async fn quote(&self, chat: ChatId) -> Quote {
        let session = self.session(chat).await.unwrap();
        let talk: Talk = serde_json::from_str(&session.conversation.body).unwrap();
        match talk.draft.expect("a draft").step {
            Step::Review { quote } => quote,
            other => panic!("this is not the confirm screen: {other:?}"),
        }
    }
}

fn some(rate: &str) -> Option<String> {
    Some(rate.to_owned())
}

/// How often the owner was told of a jump.
fn told(house: &House) -> usize {
    house.telegram.said(OWNER).iter().filter(|said| said.contains(&words("owner-rate-jumped"))).count()
}

#[tokio::test]
async fn a_rate_is_read_once_a_day_and_the_same_day_again_is_nothing_new() {
    let (house, mut watch) = open("97.5", TODAY);
    house.start(ANN).await;
    for _ in 0..3 {
        house.look(&mut watch).await;
    }
    assert_eq!((house.stored().await, house.source().asked()), ((some("97.5"), None), 1));
    house.at_confirm(ANN).await;
    assert_eq!(house.quote(ANN).await.factor.rate.to_string(), "97.5");
    // A restart on the same day asks nobody.
    house.look(&mut RateWatch::default()).await;
    assert_eq!(house.source().asked(), 1);
    // The next day nothing new is set, as on a weekend: asked once.
    house.clock.advance(24 * HOUR);
    for _ in 0..3 {
        house.look(&mut watch).await;
    }
    assert_eq!((house.stored().await, house.source().asked()), ((some("97.5"), None), 2));
    house.source().says("98", "2026-11-24");
    house.clock.advance(24 * HOUR);
    house.look(&mut watch).await;
    assert_eq!((house.stored().await, house.source().asked()), ((some("98"), None), 3));
    house.audit().await;
}

#[tokio::test]
async fn a_source_that_does_not_answer_is_asked_again_in_an_hour_and_the_last_rate_serves() {
    let (house, mut watch) = open("97.5", TODAY);
    house.start(ANN).await;
    house.source().is_silent();
    for _ in 0..3 {
        house.look(&mut watch).await;
    }
    assert_eq!((house.stored().await, house.source().asked()), ((None, None), 1));
    house.at_confirm(ANN).await;
    assert_eq!(house.quote(ANN).await.factor.rate.to_string(), "95", "the configured one");
    for nonsense in [("0", TODAY), ("97.5", "22.11.2026")] {
        house.source().says(nonsense.0, nonsense.1);
        house.clock.advance(HOUR);
        house.look(&mut watch).await;
        assert_eq!(house.stored().await, (None, None), "{nonsense:?}");
    }
    house.source().says("97.5", TODAY);
    house.look(&mut watch).await;
    assert_eq!((house.stored().await.0, house.source().asked()), (None, 3), "not before an hour has passed");
    house.clock.advance(HOUR);
    house.look(&mut watch).await;
    assert_eq!((house.stored().await.0, house.source().asked()), (some("97.5"), 4));
}

#[tokio::test]
async fn one_instance_asks_and_the_other_takes_over_what_is_stored() {
    let (house, mut watch) = open("97.5", TODAY);
    house.start(ANN).await;
    let now = house.clock_now();
    assert!(house.store.hold_singleton("rate", "another", now, HOUR).await.unwrap());
    house.look(&mut watch).await;
    assert_eq!(house.source().asked(), 0);
    house.store_rate("99").await;
    house.look(&mut watch).await;
    house.at_confirm(ANN).await;
    assert_eq!(house.quote(ANN).await.factor.rate.to_string(), "99");
    assert_eq!(house.source().asked(), 0);
}

#[tokio::test]
async fn without_a_source_the_configured_rate_holds_whatever_is_stored() {
    let house = House::open();
    house.start(ANN).await;
    house.store_rate("99").await;
    house.look(&mut RateWatch::default()).await;
    house.app.refresh_rate().await.unwrap();
    house.at_confirm(ANN).await;
    assert_eq!(house.quote(ANN).await.factor.rate.to_string(), "95");
}

#[tokio::test]
async fn a_jump_waits_until_an_owner_accepts_it_and_is_told_once() {
    let (house, mut watch) = open("106.4", TODAY);
    for chat in [OWNER, ANN] {
        house.start(chat).await;
    }
    house.look(&mut watch).await;
    house.look(&mut RateWatch::default()).await;
    house.work().await;
    assert_eq!((house.stored().await, told(&house)), ((None, some("106.4")), 1));
    let said = house.telegram.said(OWNER).into_iter().find(|said| said.contains(&words("owner-rate-jumped"))).unwrap();
    for figure in ["95\u{a0}₽", "106.4\u{a0}₽", "+12%", "22\u{a0}Nov 2026"] {
        assert!(said.contains(figure), "no `{figure}`: {said}");
    }
    assert_eq!(house.telegram.said(PARTNER).len(), 0, "who never started the bot can't be told");
    let accept = |date: &str| Action::AcceptRate { date: date.to_owned() };
    let shown = house.telegram.sent().into_iter().any(|sent| match sent {
        Sent::Shown { chat: OWNER, screen, .. } => {
            screen.keyboard.iter().flatten().any(|button| button.press == Press::Action(accept(TODAY)))
        }
        _ => false,
    });
    assert!(shown, "a button accepts it");

    house.press(ANN, accept(TODAY)).await;
    assert!(house.telegram.said(ANN).pop().unwrap().contains(&words("notice-stale")));
    house.press(OWNER, accept("2026-11-21")).await;
    assert!(house.telegram.said(OWNER).pop().unwrap().contains(&words("notice-rate-stale")));
    assert_eq!(house.stored().await, (None, some("106.4")));

    // Twice: the same end.
    for _ in 0..2 {
        house.press(OWNER, accept(TODAY)).await;
        let said = house.telegram.said(OWNER).pop().unwrap();
        assert!(said.contains(&words("notice-rate-accepted")) && said.contains("106.4"), "{said}");
        assert_eq!(house.stored().await, (some("106.4"), None));
    }
    house.at_confirm(ANN).await;
    assert_eq!(house.quote(ANN).await.factor.rate.to_string(), "106.4", "at once in this instance");
    house.audit().await;
}

#[tokio::test]
async fn a_newer_rate_takes_the_place_of_one_that_waits() {
    let (house, mut watch) = open("110", TODAY);
    house.start(OWNER).await;
    house.look(&mut watch).await;
    house.clock.advance(24 * HOUR);
    house.source().says("111", "2026-11-23");
    house.look(&mut watch).await;
    house.work().await;
    assert_eq!((house.stored().await, told(&house)), ((None, some("111")), 2));
    house.press(OWNER, Action::AcceptRate { date: TODAY.to_owned() }).await;
    assert!(house.telegram.said(OWNER).pop().unwrap().contains(&words("notice-rate-stale")));
    // It came back by itself: nothing waits any more.
    house.clock.advance(24 * HOUR);
    house.source().says("96", "2026-11-24");
    house.look(&mut watch).await;
    assert_eq!(house.stored().await, (some("96"), None));
}

/// Shown, confirmed and charged are one number; past its time it is quoted and asked again.
#[tokio::test]
async fn a_quote_is_charged_as_it_was_shown_and_an_expired_one_is_asked_again() {
    let (house, mut watch) = open("104", TODAY);
    house.start(ANN).await;
    let confirm = house.at_confirm(ANN).await;
    let shown = house.quote(ANN).await;
    house.look(&mut watch).await;
    house.event(ANN, confirm).await;
    assert_eq!(house.session(ANN).await.unwrap().money.reserved, shown.price.kopecks());
    house.work().await;
    assert_eq!(house.session(ANN).await.unwrap().money.posted, WELCOME - shown.price.kopecks());

    let confirm = house.at_confirm(ANN).await;
    let before = house.quote(ANN).await;
    assert!(before.price > shown.price, "the new rate is in it");
    house.store_rate("113").await;
    house.app.refresh_rate().await.unwrap();
    house.clock.advance(Duration::from_secs(16 * 60));
    house.event(ANN, confirm).await;
    let after = house.quote(ANN).await;
    assert_eq!((house.session(ANN).await.unwrap().money.reserved, house.generations(ANN).await.len()), (0, 1));
    assert!(after.price > before.price && after.factor.rate.to_string() == "113", "asked again: {after:?}");
    let session = house.session(ANN).await.unwrap();
    let draft = serde_json::from_str::<Talk>(&session.conversation.body).unwrap().draft.unwrap();
    house.press(ANN, Action::Draft { draft: draft.id, revision: draft.revision, act: DraftAct::Confirm }).await;
    assert_eq!(house.session(ANN).await.unwrap().money.reserved, after.price.kopecks());
    house.work().await;
    house.audit().await;
}

//! Maintenance by itself: KIE takes no orders and nothing is sold, for all instances, until it does; a model that fails rests.

use std::time::Duration;

use app::workers::WatchState;
use domain::clock::Clock;
use domain::generation::{Failure, FailureReason, StateKind};
use domain::ids::ChatId;
use domain::pause::{Pause, PauseReason};
use domain::ports::{
    AccountTrouble, AuditLogQuery, Claim, CreateError, JobKind, Office, QueryError, Store, TaskStatus, Watch,
};
use domain::rest::Rest;
use domain::screen::{Action, DeskAct, Key, WatchAct};
use domain::staff::{Deed, Role};
use domain::watch::AlertKind;

use crate::house::{ANN, House, METERED, OWNER, PARTNER, PICTURE, WELCOME, words};
use crate::kie::picture;
use crate::watch::{buttons, sound, watch};

const MINUTE: Duration = Duration::from_secs(60);
const BOB: ChatId = ChatId(502);
const HELPER: ChatId = ChatId(601);

fn account(trouble: AccountTrouble) -> CreateError {
    CreateError::Account(trouble)
}

fn maintenance() -> CreateError {
    CreateError::Maintenance { retry_after: None, detail: "455: maintenance".to_owned() }
}

/// What KIE says, the pause it makes, what users and what owners read of it.
fn refusals() -> [(CreateError, PauseReason, &'static str, &'static str); 4] {
    [
        (account(AccountTrouble::KeyRefused), PauseReason::KeyRefused, "notice-paused", "trouble-key-refused"),
        (account(AccountTrouble::OutOfCredits), PauseReason::OutOfCredits, "notice-paused", "trouble-out-of-credits"),
        (account(AccountTrouble::KeyCapReached), PauseReason::KeyCapReached, "notice-paused", "trouble-key-cap"),
        (maintenance(), PauseReason::Maintenance, "notice-paused-maintenance", "trouble-maintenance"),
    ]
}

impl House {
    async fn pause(&self) -> Option<Pause> {
        self.store.pause().await.unwrap()
    }

    /// The watch looks; orders that wait do not move time.
    async fn glances(&self) {
        self.app.watch_over(&mut WatchState::default()).await.unwrap();
        self.work_now().await;
    }

    async fn orders(&self, chat: ChatId) {
        let confirm = self.at_confirm(chat).await;
        self.event(chat, confirm).await;
    }

    /// The states of somebody's orders, newest first.
    async fn states(&self, chat: ChatId) -> Vec<StateKind> {
        self.generations(chat).await.into_iter().map(|generation| generation.state.kind()).collect()
    }

    /// Another instance takes over what comes from Telegram.
    async fn moves_to(&mut self, instance: &str) {
        self.app = self.another(instance);
        self.app.refresh_office().await.unwrap();
        self.app.refresh_showcase().await.unwrap();
    }

    /// The trouble of KIE is met by an order of Ann's.
    async fn is_refused(&self, refusal: CreateError) -> Pause {
        self.kie.refuses(Some(refusal));
        self.orders(ANN).await;
        self.work_now().await;
        self.pause().await.expect("a pause")
    }

    async fn rest(&self) -> Option<Rest> {
        self.store.rests().await.unwrap().into_iter().find(|rest| rest.model.0 == PICTURE)
    }

    async fn fails(&self, orders: usize) {
        let failure = Failure { reason: FailureReason::ProviderFailed, detail: None };
        self.kie.answers(TaskStatus::Failed(failure));
        for _ in 0..orders {
            self.orders(ANN).await;
            self.work().await;
        }
        self.clock.advance(MINUTE * 5);
        self.looks().await;
    }

    async fn noted(&self) -> Vec<(Deed, String)> {
        let log = self.store.audit_log(AuditLogQuery { limit: 9, ..AuditLogQuery::default() }).await.unwrap();
        log.into_iter().map(|entry| (entry.deed, entry.subject)).collect()
    }
}

#[tokio::test]
async fn each_refusal_pauses_all_instances_tells_once_and_charges_nobody() {
    for (refusal, reason, said, trouble) in refusals() {
        let mut house = sound().await;
        house.start(BOB).await;
        let pause = house.is_refused(refusal).await;
        assert_eq!((pause.reason, pause.since, pause.stands()), (reason, house.clock.now(), true));
        let state = if reason == PauseReason::Maintenance { StateKind::Queued } else { StateKind::Failed };
        assert_eq!(house.states(ANN).await, [state], "{reason:?}");
        house.moves_to("second").await;
        house.orders(BOB).await;
        let shown = house.last_shown(BOB);
        assert!(shown.contains(&words(said)), "{reason:?}: {shown}");
        for secret in ["credit", "kie", "key"] {
            assert!(!shown.to_lowercase().contains(&format!("{secret} ")), "{reason:?}: {shown}");
        }
        house.work_now().await;
        assert_eq!((house.generations(BOB).await.len(), house.kie.asked()), (0, 1), "{reason:?}");
        assert_eq!(house.session(BOB).await.unwrap().money.available(), WELCOME);
        // Where the question about our credits can tell of it, it does.
        if reason.shows_in_credits() {
            let trouble = match reason {
                PauseReason::KeyRefused => AccountTrouble::KeyRefused,
                _ => AccountTrouble::OutOfCredits,
            };
            house.kie.has_left(Err(QueryError::Account(trouble)));
        }
        for _ in 0..4 {
            house.clock.advance(MINUTE);
            house.glances().await;
        }
        for chat in [OWNER, PARTNER] {
            let about: Vec<_> =
                house.telegram.said(chat).into_iter().filter(|text| text.contains(words(trouble).trim())).collect();
            assert_eq!(about.len(), 1, "{reason:?}: once, and by one way: {about:?}");
            assert_eq!(house.alarmed(chat).len(), 1, "{reason:?}");
        }
        assert_eq!((house.alarmed(ANN).len(), house.alarmed(BOB).len()), (0, 0));
        house.audit().await;
    }
}

#[tokio::test]
async fn credits_that_are_there_again_end_the_pause_and_what_waited_is_made() {
    for trouble in [AccountTrouble::KeyRefused, AccountTrouble::OutOfCredits] {
        let house = sound().await;
        house.start(BOB).await;
        // Confirmed before anybody knew; the first one meets the trouble, the other one waits.
        house.orders(ANN).await;
        house.orders(BOB).await;
        house.kie.refuses(Some(account(trouble)));
        house.kie.has_left(Err(QueryError::Account(trouble)));
        house.work_now().await;
        let mut states = [house.states(ANN).await, house.states(BOB).await].concat();
        states.sort_unstable();
        assert_eq!(
            (states.as_slice(), house.kie.asked()),
            (&[StateKind::Queued, StateKind::Failed][..], 1),
            "{trouble:?}"
        );
        for _ in 0..20 {
            house.clock.advance(MINUTE);
            house.glances().await;
        }
        let pause = house.pause().await.expect("a pause");
        // Asked after 1, 3, 7 and 15 minutes.
        assert_eq!((pause.stands(), pause.tries, house.kie.asked()), (true, 4, 1), "{trouble:?}");
        house.kie.refuses(None);
        if trouble == AccountTrouble::OutOfCredits {
            house.kie.has_left(Ok("199"));
            house.clock.advance(MINUTE * 10);
            house.glances().await;
            assert!(house.pause().await.unwrap().stands(), "too few for an order");
        }
        house.kie.has_left(Ok("200"));
        house.clock.advance(MINUTE * 10);
        house.glances().await;
        assert!(!house.pause().await.unwrap().stands(), "{trouble:?}");
        house.work().await;
        let mut states = [house.states(ANN).await, house.states(BOB).await].concat();
        states.sort_unstable();
        assert_eq!(states, [StateKind::Delivered, StateKind::Failed], "{trouble:?}");
        house.kie.has_left(Ok("10000"));
        for _ in 0..6 {
            house.clock.advance(MINUTE * 5);
            house.looks().await;
        }
        let told = house.reassured(OWNER);
        assert!(told.iter().any(|screen| screen.text.to_plain().contains(&words("health-account"))), "{told:?}");
        let of_account = |screen: &&domain::screen::Screen| screen.text.to_plain().contains(&words("health-account"));
        assert_eq!(house.reassured(PARTNER).iter().filter(of_account).count(), 1, "{trouble:?}");
        house.audit().await;
    }
}

/// What credits do not show, one order at a time tries, after a time that grows.
#[tokio::test]
async fn one_order_at_a_time_tries_what_credits_do_not_show() {
    for (refusal, reason, ..) in refusals().into_iter().filter(|(_, reason, ..)| !reason.shows_in_credits()) {
        let mut house = sound().await;
        for guest in [BOB, HELPER] {
            house.start(guest).await;
        }
        for chat in [ANN, BOB, HELPER] {
            house.orders(chat).await;
        }
        house.kie.refuses(Some(refusal));
        house.work_now().await;
        let waiting = if reason == PauseReason::Maintenance { 3 } else { 2 };
        let queued = async |house: &House| {
            let mut states = Vec::new();
            for chat in [ANN, BOB, HELPER] {
                states.extend(house.states(chat).await);
            }
            states.into_iter().filter(|state| *state == StateKind::Queued).count()
        };
        assert_eq!((queued(&house).await, house.kie.asked()), (waiting, 1), "{reason:?}");
        // Whichever instance looks: nobody tries before its time, and then one of them.
        for (minutes, asked) in [(4, 1), (1, 2), (9, 2), (1, 3)] {
            for _ in 0..minutes {
                house.clock.advance(MINUTE);
                house.moves_to("another").await;
                house.work_now().await;
            }
            assert_eq!((queued(&house).await, house.kie.asked()), (waiting, asked), "{reason:?} after {minutes}");
        }
        let pause = house.pause().await.unwrap();
        assert_eq!((pause.stands(), pause.tries), (true, 2), "{reason:?}");
        house.kie.refuses(None);
        for _ in 0..21 {
            house.clock.advance(MINUTE);
            house.work_now().await;
        }
        assert!(!house.pause().await.unwrap().stands(), "{reason:?}");
        house.work().await;
        assert_eq!((queued(&house).await, house.kie.asked()), (0, 3 + u64::try_from(waiting).unwrap()), "{reason:?}");
        let mut delivered = 0;
        for chat in [ANN, BOB, HELPER] {
            let states = house.states(chat).await;
            delivered += states.into_iter().filter(|state| *state == StateKind::Delivered).count();
        }
        assert_eq!(delivered, waiting, "{reason:?}");
        house.audit().await;
    }
}

/// With nobody waiting, the next one who orders tries.
#[tokio::test]
async fn the_next_order_tries_if_none_waits() {
    let house = sound().await;
    let pause = house.is_refused(account(AccountTrouble::KeyCapReached)).await;
    house.kie.refuses(None);
    house.clock.advance(pause.until.since(house.clock.now()));
    house.looks().await;
    assert!(house.pause().await.unwrap().stands(), "credits say nothing of it");
    house.orders(ANN).await;
    house.work().await;
    assert_eq!(house.states(ANN).await, [StateKind::Delivered, StateKind::Failed]);
    assert!(!house.pause().await.unwrap().stands());
    house.audit().await;
}

/// A refused key is seen before an order meets it.
#[tokio::test]
async fn what_the_credits_question_meets_pauses_before_an_order_does() {
    let house = sound().await;
    house.kie.has_left(Err(QueryError::Account(AccountTrouble::KeyRefused)));
    house.looks().await;
    house.orders(ANN).await;
    assert!(house.last_shown(ANN).contains(&words("notice-paused")));
    assert_eq!((house.generations(ANN).await.len(), house.kie.asked()), (0, 0));
    assert_eq!(house.alarmed(OWNER).len(), 1);
}

#[tokio::test]
async fn an_owner_ends_a_pause_and_it_is_in_the_log() {
    let house = sound().await;
    house.start(HELPER).await;
    house.press(OWNER, Action::Desk(DeskAct::Role { chat: HELPER, role: Role::Support })).await;
    house.is_refused(maintenance()).await;
    for place in [DeskAct::Home, DeskAct::Health] {
        house.press(OWNER, Action::Desk(place)).await;
        let screen = house.telegram.screen(OWNER);
        assert!(screen.text.to_plain().contains(words("trouble-maintenance").trim()), "{screen:?}");
        assert!(buttons(&screen).contains(&watch(WatchAct::EndPause)), "{screen:?}");
    }
    house.press(HELPER, Action::Desk(DeskAct::Home)).await;
    assert!(!buttons(&house.telegram.screen(HELPER)).contains(&watch(WatchAct::EndPause)));
    house.press(HELPER, watch(WatchAct::EndPause)).await;
    assert!(house.last_shown(HELPER).contains(&words("desk-not-yours")));
    assert!(house.pause().await.unwrap().stands());
    house.press(OWNER, watch(WatchAct::EndPause)).await;
    assert!(house.last_shown(OWNER).contains(&words("desk-pause-ended")));
    assert_eq!(house.pause().await.unwrap().ended_at, Some(house.clock.now()));
    house.press(PARTNER, watch(WatchAct::EndPause)).await;
    assert!(house.last_shown(PARTNER).contains(&words("desk-changed")), "it is over");
    assert_eq!(house.noted().await[0], (Deed::EndPause, "maintenance".to_owned()));
    assert_eq!(house.noted().await.iter().filter(|(deed, _)| *deed == Deed::EndPause).count(), 1);
    house.kie.refuses(None);
    house.work().await;
    assert_eq!(house.states(ANN).await, [StateKind::Delivered]);
    house.audit().await;
}

/// The desk's own switch is another matter: it says its own words and ends with nothing but itself.
#[tokio::test]
async fn the_desks_own_switch_beats_a_pause() {
    let house = sound().await;
    house.start(BOB).await;
    house.is_refused(maintenance()).await;
    house.press(OWNER, Action::Desk(DeskAct::Selling { on: false })).await;
    house.press(OWNER, Action::Desk(DeskAct::Sure)).await;
    let confirm = house.at_confirm(BOB).await;
    house.event(BOB, confirm.clone()).await;
    assert!(house.last_shown(BOB).contains(&words("notice-selling-paused")));
    house.press(OWNER, watch(WatchAct::EndPause)).await;
    house.event(BOB, confirm.clone()).await;
    assert!(house.last_shown(BOB).contains(&words("notice-selling-paused")));
    assert_eq!(house.generations(BOB).await.len(), 0);
    house.press(OWNER, Action::Desk(DeskAct::Selling { on: true })).await;
    house.event(BOB, confirm).await;
    assert_eq!(house.generations(BOB).await.len(), 1);
}

#[tokio::test]
async fn instances_that_meet_a_trouble_at_once_make_one_pause() {
    let house = sound().await;
    house.start(BOB).await;
    house.kie.refuses(Some(maintenance()));
    house.orders(ANN).await;
    house.orders(BOB).await;
    let second = house.another("second");
    let claim = |owner| Claim {
        kinds: &[JobKind::Generation],
        owner,
        now: house.clock.now(),
        lease: Duration::from_secs(120),
        limit: 1,
    };
    let one = house.store.claim(claim("house")).await.unwrap().pop().unwrap();
    let other = house.store.claim(claim("second")).await.unwrap().pop().unwrap();
    tokio::join!(house.app.work(one), second.work(other));
    let pause = house.pause().await.unwrap();
    assert_eq!((pause.version, pause.tries, pause.reason), (1, 0, PauseReason::Maintenance));
    house.glances().await;
    assert_eq!(house.alarmed(OWNER).len(), 1);
}

#[tokio::test]
async fn a_model_that_fails_rests_and_comes_back_by_itself() {
    let mut house = sound().await;
    house.fails(5).await;
    let rest = house.rest().await.expect("a rest");
    assert_eq!((rest.failed, rest.of, rest.repeats, rest.until.since(rest.at)), (5, 5, 0, MINUTE * 30));
    for _ in 0..2 {
        house.press(ANN, Action::Create { model: Key::of(PICTURE) }).await;
        let shown = house.last_shown(ANN);
        assert!(shown.contains("Taking a break until") && !shown.contains("of the last"), "{shown}");
        house.press(ANN, Action::Create { model: Key::of(METERED) }).await;
        assert!(!house.last_shown(ANN).contains("Taking a break"), "another model's trouble is its own");
        house.moves_to("second").await;
    }
    house.clock.advance(MINUTE * 5);
    house.looks().await;
    let told = house.alarmed(OWNER);
    assert_eq!(told.len(), 1, "once");
    assert!(told[0].text.to_plain().contains("Z-Image: 5 of the last 5 failed"), "{:?}", told[0]);
    house.press(OWNER, Action::Desk(DeskAct::Model { model: Key::of(PICTURE) })).await;
    let screen = house.telegram.screen(OWNER);
    assert!(screen.text.to_plain().contains("5 of the last 5"), "{screen:?}");
    assert!(buttons(&screen).contains(&Action::Desk(DeskAct::Sell { model: Key::of(PICTURE), on: true })));
    house.clock.advance(rest.until.since(house.clock.now()));
    house.app.refresh_showcase().await.unwrap();
    house.kie.answers(TaskStatus::Succeeded(picture()));
    house.orders(ANN).await;
    house.work().await;
    assert_eq!(house.states(ANN).await[0], StateKind::Delivered, "what failed before counts no more");
    for _ in 0..3 {
        house.clock.advance(MINUTE * 5);
        house.looks().await;
    }
    assert_eq!((house.alarmed(OWNER).len(), house.reassured(OWNER).len()), (1, 1));
    assert!(house.alert(AlertKind::Errors).await.is_some_and(|alert| !alert.open));
    assert_eq!(house.rest().await, Some(rest), "nobody had to write its end");
    house.audit().await;
}

#[tokio::test]
async fn what_fails_again_rests_longer_and_an_owner_ends_it() {
    let house = sound().await;
    house.fails(5).await;
    let first = house.rest().await.expect("a rest");
    house.clock.advance(first.until.since(house.clock.now()));
    house.app.refresh_showcase().await.unwrap();
    house.fails(4).await;
    assert_eq!(house.rest().await, Some(first), "four are chance");
    house.fails(1).await;
    let second = house.rest().await.expect("a rest");
    assert_eq!((second.repeats, second.until.since(second.at)), (1, MINUTE * 60));
    house.press(ANN, Action::SellAgain { model: Key::of(PICTURE) }).await;
    assert!(house.last_shown(ANN).contains(&words("notice-stale")));
    house.press(OWNER, Action::Desk(DeskAct::Sell { model: Key::of(PICTURE), on: true })).await;
    assert!(house.last_shown(OWNER).contains(&words("desk-model-sold")));
    assert_eq!(house.rest().await.and_then(|rest| rest.ended_at), Some(house.clock.now()));
    assert_eq!(house.noted().await, [(Deed::SellModel, PICTURE.to_owned())]);
    house.kie.answers(TaskStatus::Succeeded(picture()));
    house.orders(ANN).await;
    house.work().await;
    assert_eq!(house.states(ANN).await[0], StateKind::Delivered);
    house.audit().await;
}

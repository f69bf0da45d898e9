//! The watch over the shop: what is wrong is told to the desk once, leads to where it is mended, is muted, and is told to be over.

use std::time::Duration;

use app::workers::WatchState;
use domain::clock::Clock;
use domain::generation::{Failure, FailureReason};
use domain::ids::ChatId;
use domain::ports::{AccountTrouble, DeadUpdate, Office, QueryError, Store, TaskStatus, UpdatesReport, Watch};
use domain::screen::{Action, DeskAct, Key, Press, Screen, WatchAct};
use domain::staff::{Deed, Role};
use domain::watch::{Alert, AlertKind, Level};

use crate::house::{ANN, House, OWNER, PARTNER, PICTURE, words};
use crate::telegram::Sent;

const MINUTE: Duration = Duration::from_secs(60);
const HELPER: ChatId = ChatId(601);

impl House {
    /// One look of a process that has just begun.
    pub(crate) async fn looks(&self) {
        self.app.watch_over(&mut WatchState::default()).await.unwrap();
        self.work().await;
    }

    /// The messages about alerts that a chat got.
    pub(crate) fn alarmed(&self, chat: ChatId) -> Vec<Screen> {
        self.titled(chat, "alerts-told")
    }

    /// The messages that something is over.
    pub(crate) fn reassured(&self, chat: ChatId) -> Vec<Screen> {
        self.titled(chat, "alerts-over")
    }

    fn titled(&self, chat: ChatId, key: &str) -> Vec<Screen> {
        let title = words(key);
        let of_chat = |sent: Sent| match sent {
            Sent::Shown { chat: to, screen, .. } if to == chat && screen.text.to_plain().contains(&title) => {
                Some(screen)
            }
            _ => None,
        };
        self.telegram.sent().into_iter().filter_map(of_chat).collect()
    }

    pub(crate) async fn alert(&self, kind: AlertKind) -> Option<Alert> {
        self.store.alerts().await.unwrap().into_iter().find(|alert| alert.name.kind == kind)
    }

    pub(crate) fn last_shown(&self, chat: ChatId) -> String {
        self.telegram.said(chat).pop().expect("a screen")
    }
}

pub(crate) fn buttons(screen: &Screen) -> Vec<Action> {
    let action = |press: &Press| match press {
        Press::Action(action) => Some(action.clone()),
        _ => None,
    };
    screen.keyboard.iter().flatten().filter_map(|button| action(&button.press)).collect()
}

pub(crate) const fn watch(act: WatchAct) -> Action {
    Action::Desk(DeskAct::Watch(act))
}

/// A house that was audited and where all is well.
pub(crate) async fn sound() -> House {
    let house = House::open();
    for chat in [OWNER, PARTNER, ANN] {
        house.start(chat).await;
    }
    house.looks().await;
    assert_eq!((house.alarmed(OWNER), house.store.alerts().await.unwrap()), (Vec::new(), Vec::new()));
    house
}

/// How each trouble begins, and what then is told of it: the alert, and words of the message.
type Trouble = (AlertKind, fn(&House), &'static str);

const TROUBLES: [Trouble; 7] = [
    (
        AlertKind::Account,
        |house| house.kie.has_left(Err(QueryError::Account(AccountTrouble::KeyRefused))),
        "trouble-key-refused",
    ),
    (
        AlertKind::Account,
        |house| house.kie.has_left(Err(QueryError::Later { retry_after: None, detail: "504".to_owned() })),
        "found-silent",
    ),
    (AlertKind::Account, |house| house.kie.rests_for(Some(MINUTE * 5)), "found-account-resting"),
    (AlertKind::Credits, |house| house.kie.has_left(Ok("199")), "found-credits"),
    (AlertKind::Credits, |house| house.kie.has_left(Ok("0")), "found-credits"),
    (
        AlertKind::Updates,
        |house| {
            let failed = Some((house.clock.now(), "Connection refused".to_owned()));
            house.around.says(Some(UpdatesReport { by_webhook: true, is_set: true, waiting: 3, last_error: failed }));
        },
        "health-updates",
    ),
    (AlertKind::Updates, |house| house.around.says(None), "found-silent"),
];

#[tokio::test]
async fn each_trouble_of_the_outside_is_told_once_to_everybody_who_may_mend_it_and_ends() {
    for (kind, begins, key) in TROUBLES {
        let house = sound().await;
        begins(&house);
        for _ in 0..3 {
            house.clock.advance(MINUTE * 5);
            begins(&house);
            house.looks().await;
        }
        for chat in [OWNER, PARTNER] {
            let told = house.alarmed(chat);
            assert_eq!(told.len(), 1, "{kind:?} {key}");
            let said = told[0].text.to_plain();
            assert!(said.contains(words(key).trim()), "{kind:?} {key}: {said}");
        }
        assert_eq!(house.alarmed(ANN), []);
        assert!(house.alert(kind).await.is_some_and(|alert| alert.open), "{kind:?}");
        house.kie.has_left(Ok("10000"));
        house.kie.rests_for(None);
        house.around.says(Some(UpdatesReport { by_webhook: true, is_set: true, waiting: 0, last_error: None }));
        for _ in 0..2 {
            house.clock.advance(MINUTE * 15);
            house.looks().await;
        }
        let ended = house.alert(kind).await.expect("it is kept");
        assert!(!ended.open, "{kind:?}");
        assert_eq!(house.alarmed(OWNER).len(), 1);
        let told = usize::from(ended.level == Level::Problem);
        assert_eq!((house.reassured(OWNER).len(), house.reassured(ANN).len()), (told, 0), "{kind:?} {key}");
        house.audit().await;
    }
}

#[tokio::test]
async fn a_payment_that_could_not_be_taken_is_told_over_a_restart_once() {
    let mut house = sound().await;
    let body = b"{\"message\":{\"successful_payment\":{}}}".to_vec();
    let (reason, at) = ("it can't be read".to_owned(), house.clock.now());
    house.store.bury(&DeadUpdate { bot: 9, update: Some(77_777), body, reason, at }).await.unwrap();
    house.looks().await;
    house.restart();
    house.clock.advance(MINUTE * 10);
    house.looks().await;
    let told = house.alarmed(OWNER);
    assert_eq!(told.len(), 1);
    assert!(told[0].text.to_plain().contains(&words("found-dead-payments")));
    let mute = watch(WatchAct::Mute { alert: Key::of("payments") });
    assert_eq!(buttons(&told[0]), [Action::Desk(DeskAct::Waiting), mute]);
    house.clock.advance(MINUTE * 60 * 6);
    house.looks().await;
    assert_eq!(house.alarmed(OWNER).len(), 2, "it goes on, and is told again after hours");
}

#[tokio::test]
async fn a_model_that_fails_is_told_with_the_way_to_it() {
    let house = sound().await;
    let failure = Failure { reason: FailureReason::ProviderFailed, detail: None };
    house.kie.answers(TaskStatus::Failed(failure));
    for _ in 0..5 {
        let confirm = house.at_confirm(ANN).await;
        house.event(ANN, confirm).await;
        house.work().await;
    }
    house.clock.advance(MINUTE * 5);
    house.looks().await;
    let told = house.alarmed(OWNER).pop().expect("a message");
    let said = told.text.to_plain();
    assert!(said.contains("Z-Image: 5 of the last 5 failed"), "{said}");
    assert_eq!(buttons(&told)[0], Action::Desk(DeskAct::Model { model: Key::of(PICTURE) }));
    house.audit().await;
}

#[tokio::test]
async fn a_muted_alert_is_listed_and_not_told_until_somebody_unmutes_it() {
    let house = sound().await;
    house.kie.has_left(Ok("0"));
    house.looks().await;
    let (mute, unmute) = (WatchAct::Mute { alert: Key::of("credits") }, WatchAct::Unmute { alert: Key::of("credits") });
    assert!(buttons(&house.alarmed(OWNER)[0]).contains(&watch(mute)));
    house.press(OWNER, watch(mute)).await;
    let shown = house.last_shown(OWNER);
    assert!(shown.contains(&words("alert-muted")) && shown.contains("KIE credits"), "{shown}");
    house.clock.advance(MINUTE * 60 * 12);
    house.looks().await;
    assert_eq!(house.alarmed(PARTNER).len(), 1, "muted is muted for everybody");
    house.press(OWNER, watch(unmute)).await;
    assert!(house.last_shown(OWNER).contains(&words("alert-unmuted")));
    house.looks().await;
    assert_eq!(house.alarmed(PARTNER).len(), 2);
    let log = house.store.audit_log(domain::ports::AuditLogQuery { limit: 9, ..Default::default() }).await.unwrap();
    let deeds: Vec<_> = log.iter().map(|entry| (entry.deed, entry.subject.as_str())).collect();
    assert_eq!(deeds, [(Deed::UnmuteAlert, "credits"), (Deed::MuteAlert, "credits")]);
    house.press(OWNER, watch(WatchAct::Mute { alert: Key::of("nothing") })).await;
    assert!(house.last_shown(OWNER).contains(&words("desk-changed")));
}

/// Support helps users: they see how everything is, and are neither told at night nor may they silence the others.
#[tokio::test]
async fn support_sees_health_and_hears_no_alerts() {
    let house = sound().await;
    house.start(HELPER).await;
    house.press(OWNER, Action::Desk(DeskAct::Role { chat: HELPER, role: Role::Support })).await;
    house.kie.has_left(Ok("0"));
    house.looks().await;
    assert_eq!((house.alarmed(HELPER).len(), house.alarmed(OWNER).len()), (0, 1));
    house.press(HELPER, Action::Desk(DeskAct::Health)).await;
    let shown = house.last_shown(HELPER);
    assert!(shown.contains("⛔ KIE credits") && shown.contains("✅ Database"), "{shown}");
    assert!(shown.find("⛔").unwrap() < shown.find("✅").unwrap(), "what is wrong stands first");
    house.press(HELPER, watch(WatchAct::Mute { alert: Key::of("credits") })).await;
    assert!(house.last_shown(HELPER).contains(&words("desk-not-yours")));
    house.press(HELPER, watch(WatchAct::Alerts)).await;
    assert!(house.last_shown(HELPER).contains(&words("desk-not-yours")));
    house.press(ANN, Action::Desk(DeskAct::Health)).await;
    assert!(!house.last_shown(ANN).contains("KIE credits"));
    assert_eq!(house.alert(AlertKind::Credits).await.unwrap().muted_until, None);
}

#[tokio::test]
async fn the_books_are_audited_and_the_desk_sees_when() {
    let house = sound().await;
    let runs = house.store.audits(9).await.unwrap();
    assert!(matches!(&runs[..], [run] if run.findings.is_empty() && run.at == house.clock.now()), "{runs:?}");
    house.clock.advance(MINUTE * 10);
    house.looks().await;
    assert_eq!(house.store.audits(9).await.unwrap(), runs, "it is not the hour yet");
    house.press(OWNER, Action::Desk(DeskAct::Health)).await;
    let shown = house.last_shown(OWNER);
    assert!(shown.contains("10\u{a0}min ago"), "{shown}");
    house.clock.advance(MINUTE * 60 * 37);
    house.looks().await;
    assert_eq!(house.store.audits(9).await.unwrap().len(), 2);
}

/// A screen waits for a moment at most: nobody looks at the outside here.
#[tokio::test]
async fn health_is_shown_although_nobody_has_looked_outside() {
    let house = House::open();
    house.start(OWNER).await;
    house.press(OWNER, Action::Desk(DeskAct::Health)).await;
    let shown = house.last_shown(OWNER);
    assert!(shown.contains(&words("found-unseen")) && shown.contains("✅ Database"), "{shown}");
    assert_eq!(house.store.audit_log(domain::ports::AuditLogQuery::default()).await.unwrap(), []);
}

//! The log at the desk: found, looked at, sent as a file, cleaned.

use std::time::Duration;

use domain::clock::Clock;
use domain::ids::{ChatId, EventId};
use domain::ports::{AuditLogQuery, EventLevel, EventLog, LogEvent, Office, Source};
use domain::screen::{Action, DeskAct, WatchAct};
use domain::staff::{Deed, Role};

use crate::house::{ANN, House, OWNER, words};
use crate::telegram::Sent;

const MANAGER: ChatId = ChatId(602);

const fn act(act: WatchAct) -> Action {
    Action::Desk(DeskAct::Watch(act))
}

impl House {
    /// An event of so many minutes ago.
    async fn notes(&self, minutes: u64, level: EventLevel, message: &str, user: Option<String>) -> EventId {
        let at = self.clock.now() - Duration::from_secs(minutes * 60);
        let event = LogEvent {
            id: EventId::ordered(&*self.clock, &*self.ids),
            at,
            level,
            target: "app::workers".to_owned(),
            message: message.to_owned(),
            fields: r#"{"price":80}"#.to_owned(),
            correlation: Some("u77".to_owned()),
            user,
            generation: None,
        };
        let id = event.id;
        self.store.keep_events(vec![event]).await.unwrap();
        id
    }

    fn seen(&self, chat: ChatId) -> String {
        self.telegram.said(chat).pop().expect("a screen")
    }
}

/// Three events: of Ann, of nobody, and a fine one.
async fn noted() -> (House, EventId) {
    let house = House::open();
    for chat in [OWNER, ANN] {
        house.start(chat).await;
    }
    let ann = house.session(ANN).await.unwrap().person.user.to_string();
    let first = house.notes(3, EventLevel::Warn, "kie <b>said</b> no", Some(ann)).await;
    house.notes(2, EventLevel::Error, "a job met a defect", None).await;
    house.notes(1, EventLevel::Debug, "too fine to be shown", None).await;
    (house, first)
}

#[tokio::test]
async fn events_are_found_by_level_words_and_telegram_id_and_looked_at() {
    let (house, first) = noted().await;
    house.press(OWNER, act(WatchAct::AllEvents)).await;
    let shown = house.seen(OWNER);
    assert!(shown.contains("kie <b>said</b> no") && !shown.contains("too fine"), "{shown}");
    assert!(shown.find("a job met").unwrap() < shown.find("said").unwrap(), "the newest first");
    house.press(OWNER, act(WatchAct::EventsFrom { level: EventLevel::Error })).await;
    assert!(!house.seen(OWNER).contains("said"));
    house.press(OWNER, act(WatchAct::EventsFrom { level: EventLevel::Debug })).await;
    assert!(house.seen(OWNER).contains("too fine"));
    for (needle, found) in [("DEFECT", "a job met"), ("501", "said"), ("u77", "too fine")] {
        house.say(OWNER, needle).await;
        let shown = house.seen(OWNER);
        assert!(shown.contains(found) && shown.contains(needle), "{needle}: {shown}");
    }
    house.say(OWNER, "501").await;
    assert!(!house.seen(OWNER).contains("a job met"), "it is another one's");
    house.press(OWNER, act(WatchAct::Event { event: first })).await;
    let shown = house.seen(OWNER);
    let wanted = ["app::workers", "u77", r#"{"price":80}"#, "kie <b>said</b> no"];
    assert!(wanted.iter().all(|words| shown.contains(words)), "{shown}");
    house.press(OWNER, act(WatchAct::Event { event: EventId::from_bytes([7; 16]) })).await;
    assert!(house.seen(OWNER).contains(&words("desk-event-gone")));
}

/// The file holds what the screen looks for, one object per line.
#[tokio::test]
async fn what_is_looked_for_is_sent_as_a_file() {
    let (house, _) = noted().await;
    house.press(OWNER, act(WatchAct::AllEvents)).await;
    house.say(OWNER, "DEFECT").await;
    house.press(OWNER, act(WatchAct::ExportEvents)).await;
    house.work().await;
    let mut files = house.telegram.sent().into_iter().filter_map(|sent| match sent {
        Sent::Delivered { item, .. } => item.media.into_iter().next(),
        _ => None,
    });
    let file = files.next_back().expect("a file");
    assert!(matches!(&file.source, Source::Path(_)), "{file:?}");
    assert_eq!(file.file_name.as_deref(), Some("events.jsonl"));
    let log = house.store.audit_log(AuditLogQuery { limit: 9, ..AuditLogQuery::default() }).await.unwrap();
    assert_eq!((log[0].deed, log[0].subject.as_str()), (Deed::Export, "events"));
}

#[tokio::test]
async fn only_an_owner_cleans_the_log_and_only_after_a_second_yes() {
    let (house, _) = noted().await;
    house.start(MANAGER).await;
    house.press(OWNER, Action::Desk(DeskAct::Role { chat: MANAGER, role: Role::Manager })).await;
    house.press(MANAGER, act(WatchAct::AllEvents)).await;
    assert!(house.seen(MANAGER).contains("a job met"));
    house.press(MANAGER, act(WatchAct::CleanEvents)).await;
    assert!(house.seen(MANAGER).contains(&words("desk-not-yours")));
    house.press(ANN, act(WatchAct::AllEvents)).await;
    assert!(!house.seen(ANN).contains("a job met"));
    let deeds = async || {
        let log = house.store.audit_log(AuditLogQuery { limit: 9, ..AuditLogQuery::default() }).await.unwrap();
        log.into_iter().filter(|entry| entry.deed == Deed::CleanLog).count()
    };
    house.press(OWNER, act(WatchAct::CleanEvents)).await;
    for wrong in ["0", "a week", "31"] {
        house.say(OWNER, wrong).await;
        assert!(house.seen(OWNER).contains("from 1 to 30"), "{}", house.seen(OWNER));
    }
    house.say(OWNER, "3").await;
    assert_eq!(deeds().await, 0);
    assert!(house.seen(OWNER).contains("older than 3\u{a0}days"), "{}", house.seen(OWNER));
    house.press(OWNER, Action::Desk(DeskAct::Sure)).await;
    assert_eq!(deeds().await, 1);
    assert!(house.seen(OWNER).contains(&words("events-cleaned")));
}

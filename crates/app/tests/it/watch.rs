//! The watch over the shop as the desk sees it: health, alerts, the log.

use std::sync::Arc;
use std::time::Duration;

use app::conversation::{DeskView, EventFilter, Talk, View, WatchView};
use app::desk::health::{Database, HealthFacts, KieAnswer, Outside};
use app::screens::DeskFacts;
use domain::ids::EventId;
use domain::pause::{Pause, PauseReason};
use domain::ports::{AccountTrouble, EventLevel, Figures, LogEvent, Place, Rates, UpdatesReport};
use domain::watch::{Alert, AlertKind, AlertName, AuditRun, Level};

use crate::snapshots::{Case, Group, case, check};
use crate::world::*;

pub(crate) const GROUPS: [Group; 1] = [("watch", cases)];

fn desk(world: &mut World, view: DeskView) {
    world.role = Some(domain::staff::Role::Owner);
    world.talk = Talk { view: View::Desk(view), ..Talk::default() };
}

fn minutes(minutes: u64) -> Duration {
    Duration::from_secs(minutes * 60)
}

/// With a little of everything.
fn health(kie: KieAnswer) -> HealthFacts {
    let failed = Some((NOON - minutes(3), "Connection timed out".to_owned()));
    let updates = UpdatesReport { by_webhook: true, is_set: true, waiting: 12, last_error: failed };
    let place = Place { version: "1.2.3".to_owned(), may_sleep: true, disk_left: Some(700 << 20) };
    let figures = Figures {
        due: 4,
        live: 9,
        stuck: 1,
        receipts: 2,
        receipts_since: Some(NOON - minutes(190)),
        taken: "1400".parse().unwrap(),
        taken_since: Some(NOON - minutes(7 * 24 * 60)),
        ..Figures::default()
    };
    let findings = vec!["wallet of 01a2: 5 posted, 7 by its transfers".to_owned()];
    let run = AuditRun { at: NOON - minutes(480), took: minutes(1), checked: 12_345, findings };
    HealthFacts {
        database: Some(Database { kind: "postgres", latency: Duration::from_millis(2), missing: Vec::new() }),
        figures: Some(figures),
        unmatched: Some(0),
        audit: Some(Some(run)),
        rates: Some(Rates::default()),
        has_rate_source: false,
        pause: None,
        outside: Some(Arc::new(Outside {
            at: NOON - minutes(1),
            kie,
            resting: Vec::new(),
            updates: Some(updates),
            place,
        })),
    }
}

fn alert(kind: AlertKind, subject: &str, level: Level) -> Alert {
    Alert {
        name: AlertName { kind, subject: subject.to_owned() },
        level,
        first_at: NOON - minutes(90),
        last_at: NOON - minutes(5),
        told_at: Some(NOON - minutes(90)),
        muted_until: None,
        open: true,
        version: 3,
    }
}

fn event(number: u8, level: EventLevel, message: &str) -> LogEvent {
    LogEvent {
        id: EventId::from_bytes([number; 16]),
        at: NOON - minutes(number.into()),
        level,
        target: "app::workers::generation".to_owned(),
        message: message.to_owned(),
        fields: r#"{"detail":"502"}"#.to_owned(),
        correlation: Some("u4711".to_owned()),
        user: Some("01a20320a2007e96a8bf06af395de563".to_owned()),
        generation: None,
    }
}

fn cases() -> Vec<Case> {
    let muted =
        Alert { open: false, muted_until: Some(NOON + minutes(600)), ..alert(AlertKind::Updates, "", Level::Warning) };
    let filter = EventFilter { level: EventLevel::Warn, needle: Some("kie".to_owned()) };
    vec![
        case("health", |world| {
            desk(world, DeskView::Health);
            world.facts.desk.health = Some(health(KieAnswer::Credits("500".parse().unwrap())));
        }),
        case("health-refused", |world| {
            desk(world, DeskView::Health);
            let facts = health(KieAnswer::Refused(AccountTrouble::OutOfCredits));
            world.facts.desk.health = Some(HealthFacts { database: None, figures: None, ..facts });
        }),
        case("health-paused", |world| {
            desk(world, DeskView::Health);
            let pause = Pause::met(PauseReason::Maintenance, None, false, minutes(5), NOON - minutes(2));
            let facts = health(KieAnswer::Silent);
            world.facts.desk.health = Some(HealthFacts { database: None, figures: None, pause, ..facts });
        }),
        case("home-paused", |world| {
            desk(world, DeskView::Home);
            let pause = Pause::met(PauseReason::OutOfCredits, None, false, minutes(5), NOON - minutes(20));
            world.facts.desk = DeskFacts { selling: true, pause, ..DeskFacts::default() };
        }),
        case("alerts", |world| {
            desk(world, DeskView::Watch(WatchView::Alerts));
            let (stuck, errors) = (AlertKind::Stuck, AlertKind::Errors);
            world.facts.desk.alerts =
                vec![alert(stuck, "", Level::Warning), alert(errors, PICTURE, Level::Problem), muted];
        }),
        case("no-alerts", |world| desk(world, DeskView::Watch(WatchView::Alerts))),
        case("events", |world| {
            desk(world, DeskView::Watch(WatchView::Events { filter, page: 0 }));
            world.facts.desk.events = vec![
                event(1, EventLevel::Error, "a job met a defect of kie's"),
                event(2, EventLevel::Warn, "kie <b>did not</b> tell our credits"),
            ];
        }),
        case("event", |world| {
            desk(world, DeskView::Watch(WatchView::Event(EventId::from_bytes([1; 16]))));
            world.facts.desk.events = vec![event(1, EventLevel::Error, "a job met a defect")];
        }),
    ]
}

#[test]
fn watch() {
    check("watch", cases());
}

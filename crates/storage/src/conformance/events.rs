//! The log that the desk reads.

use std::time::Duration;

use domain::clock::Timestamp;
use domain::ids::EventId;
use domain::ports::{EventLevel, EventsQuery, LogEvent, WORDS_AMONG};

use super::World;

/// Whole, those of one moment by their ids, by page; kept twice they are there once.
pub async fn events_come_newest_first_and_once(world: &World) {
    assert_eq!(found(world, everything()).await, []);
    let now = world.now();
    let mut written: Vec<LogEvent> = (0..5).map(|number| event(world, now, &format!("№ {number}"))).collect();
    written[1].at = now + Duration::from_secs(1);
    written[2].correlation = Some("u7".to_owned());
    written[3].user = Some("a user".to_owned());
    written[4].fields = "{\"a\":\"\\u0000\"}".to_owned();
    world.event_log().keep_events(written.clone()).await.expect("it keeps");
    world.event_log().keep_events(written[..2].to_vec()).await.expect("it keeps");
    world.event_log().keep_events(Vec::new()).await.expect("it keeps nothing");
    let mut wanted = written.clone();
    wanted.sort_by_key(|event| std::cmp::Reverse((event.at, event.id)));
    assert_eq!(found(world, everything()).await, wanted);
    assert_eq!(found(world, EventsQuery { skip: 1, limit: 2, ..everything() }).await, wanted[1..3]);
    for event in &written {
        assert_eq!(world.event_log().event(event.id).await.expect("an answer").as_ref(), Some(event));
    }
    let unknown = EventId::from_bytes([9; 16]);
    assert_eq!(world.event_log().event(unknown).await.expect("an answer"), None);
}

/// Words count whatever their case, and are no pattern; names count whole.
pub async fn events_are_found_by_level_words_and_names(world: &World) {
    let now = world.now();
    let named = |message: &str| event(world, now, message);
    let events = [
        LogEvent { level: EventLevel::Debug, ..named("100% of Kie's answers") },
        LogEvent { level: EventLevel::Warn, correlation: Some("u7".to_owned()), ..named("slow_answer") },
        LogEvent { level: EventLevel::Error, user: Some("ab12".to_owned()), ..named("a defect!") },
        LogEvent { generation: Some("ab12".to_owned()), target: "kie_client::retry".to_owned(), ..named("again") },
    ];
    world.event_log().keep_events(events.to_vec()).await.expect("it keeps");
    let (debug, info, warn, error) = (EventLevel::Debug, EventLevel::Info, EventLevel::Warn, EventLevel::Error);
    let table: [(EventLevel, Option<&str>, &[usize]); 13] = [
        (debug, None, &[0, 1, 2, 3]),
        (info, None, &[1, 2, 3]),
        (warn, None, &[1, 2]),
        (error, None, &[2]),
        (debug, Some("KIE"), &[0, 3]),
        (info, Some("kie"), &[3]),
        (debug, Some("ab12"), &[2, 3]),
        (debug, Some("ab1"), &[]),
        (debug, Some("u7"), &[1]),
        (debug, Some("%"), &[0]),
        (debug, Some("w_a"), &[1]),
        (debug, Some("t!"), &[2]),
        (debug, Some("s_o"), &[]),
    ];
    for (level, needle, wanted) in table {
        let needle = needle.map(str::to_owned);
        let query = EventsQuery { level, needle: needle.clone(), ..everything() };
        let mut found: Vec<EventId> = found(world, query).await.into_iter().map(|event| event.id).collect();
        found.sort_unstable();
        let wanted: Vec<EventId> = wanted.iter().map(|place| events[*place].id).collect();
        assert_eq!(found, wanted, "{level:?} {needle:?}");
    }
}

/// Words are looked for among the newest of each level only, names among all.
pub async fn words_are_looked_for_among_the_newest(world: &World) {
    let now = world.now();
    let at = |second: u64| now + Duration::from_secs(second);
    let old = LogEvent { correlation: Some("u7".to_owned()), ..event(world, at(0), "the first words") };
    let warning = LogEvent { level: EventLevel::Warn, ..event(world, at(0), "the first warning") };
    let events: Vec<_> = (1..u64::from(WORDS_AMONG)).map(|number| event(world, at(number), "more")).collect();
    world.event_log().keep_events([vec![old.clone(), warning.clone()], events].concat()).await.expect("it keeps");
    let first = || EventsQuery { needle: Some("first".to_owned()), ..everything() };
    let mut both = vec![old.clone(), warning.clone()];
    both.sort_by_key(|event| std::cmp::Reverse((event.at, event.id)));
    assert_eq!(found(world, first()).await, both);
    let one_more = event(world, at(u64::from(WORDS_AMONG)), "more");
    world.event_log().keep_events(vec![one_more]).await.expect("it keeps");
    assert_eq!(found(world, first()).await, [warning]);
    let named = EventsQuery { needle: Some("u7".to_owned()), ..everything() };
    assert_eq!(found(world, named).await, [old]);
}

/// At most so many at once, and nothing that is younger.
pub async fn old_events_go_oldest_first(world: &World) {
    let now = world.now();
    let written: Vec<LogEvent> =
        (0..6).map(|number| event(world, now + Duration::from_secs(number), "an event")).collect();
    world.event_log().keep_events(written.clone()).await.expect("it keeps");
    let clean = async |limit| {
        let before = now + Duration::from_secs(4);
        world.event_log().clean_events(before, limit).await.expect("it cleans")
    };
    assert_eq!((clean(3).await, clean(3).await, clean(3).await), (3, 1, 0));
    assert_eq!(found(world, everything()).await, [written[5].clone(), written[4].clone()]);
}

fn event(world: &World, at: Timestamp, message: &str) -> LogEvent {
    world.clock.advance(Duration::from_millis(1));
    LogEvent {
        id: EventId::ordered(&world.clock, &world.ids),
        at,
        level: EventLevel::Info,
        target: "app::workers".to_owned(),
        message: message.to_owned(),
        fields: "{}".to_owned(),
        correlation: None,
        user: None,
        generation: None,
    }
}

const fn everything() -> EventsQuery {
    EventsQuery { level: EventLevel::Debug, needle: None, skip: 0, limit: 100 }
}

async fn found(world: &World, query: EventsQuery) -> Vec<LogEvent> {
    world.event_log().events(query).await.expect("an answer")
}

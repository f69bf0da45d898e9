//! What watching over the shop needs: figures, how generations ended, audits that ran, alerts.

use std::collections::BTreeMap;
use std::time::Duration;

use domain::clock::Timestamp;
use domain::generation::{FailureReason, State, StateKind};
use domain::ledger::Operation;
use domain::money::Credits;
use domain::ports::{
    Backlog, ChangeSet, Claim, Commit, DeadUpdate, Ended, Figures, FiguresQuery, JobKey, JobKind, Orphan, Person,
    Schedule,
};
use domain::watch::{Alert, AlertKind, AlertName, AuditRun, Level};

use super::World;
use super::invoices::claimed;
use super::world::{Order, count, metered, refusal, short, step, worth};

/// Each figure counts what its words say, at the moment that is asked about.
pub async fn figures_count_what_waits_and_what_was_taken(world: &World) {
    let begun = world.now();
    let query = |now| FiguresQuery { now, stuck_before: now - Duration::from_secs(3600), since: begun };
    assert_eq!(figures(world, query(begun)).await, Figures::default());
    let person = world.funded(10_000).await;
    let stuck = world.ordered(&person, 10).await;
    world.clock.advance(Duration::from_secs(3601));
    world.ordered(&person, 20).await;
    let (first, made) = (world.succeeded(&person, 30, 30).await, world.now());
    world.succeeded(&person, 40, 40).await;
    nothing_taken(world, &person).await;
    let mut failed = world.fail(&world.ordered(&person, 50).await);
    failed.orphans.push(orphan(&first));
    let due = world.now();
    failed.schedule.push(Schedule::new(JobKey::generation(stuck.generation.id), due));
    failed.schedule.push(Schedule::new(JobKey::messages(person.user), due + Duration::from_secs(60)));
    world.committed(&failed).await;
    let receipt = claimed(world, person.user, "file").await;
    let now = world.now();
    let wanted = Figures {
        due: 1,
        due_since: Some(due),
        live: 2,
        stuck: 1,
        orphans: 1,
        receipts: 1,
        receipts_since: Some(receipt.since),
        dead: 0,
        dead_payments: 0,
        taken: worth(70),
        taken_since: Some(made),
    };
    assert_eq!(figures(world, query(now)).await, wanted);
    let later = FiguresQuery { since: now + Duration::from_secs(1), ..query(now + Duration::from_secs(60)) };
    let lately =
        Figures { due: 2, orphans: 0, taken: Credits::ZERO, taken_since: None, ..figures(world, query(now)).await };
    assert_eq!(figures(world, later).await, lately, "what is old does not count, what waits does");
}

/// Jobs that are due and nobody's, generations that are live; what is claimed or not due yet does not wait.
pub async fn what_waits_is_counted_by_kind(world: &World) {
    let backlog = async |now| world.watch().backlog(now).await.expect("an answer");
    assert_eq!(backlog(world.now()).await, Backlog::default());
    let person = world.funded(1_000).await;
    let (one, two, made) = (world.ordered(&person, 10).await, world.ordered(&person, 20).await, world.now());
    let ended = world.succeeded(&person, 30, 30).await;
    assert_eq!(
        backlog(world.now()).await.generations,
        BTreeMap::from([(StateKind::Queued, 2)]),
        "{}",
        ended.generation.id
    );
    let now = made + Duration::from_secs(60);
    let mut change = world.change();
    change.generations.push(step(&two, State::Submitting));
    let jobs = [(one.generation.id, now), (two.generation.id, now + Duration::from_secs(1))];
    change.schedule.extend(jobs.map(|(id, at)| Schedule::new(JobKey::generation(id), at)));
    change.schedule.push(Schedule::new(JobKey::messages(person.user), now));
    world.committed(&change).await;
    let states = BTreeMap::from([(StateKind::Queued, 1), (StateKind::Submitting, 1)]);
    let due = |jobs: &[(JobKind, u64)]| Backlog {
        jobs: jobs.iter().map(|(kind, count)| (*kind, (*count, now))).collect(),
        generations: states.clone(),
    };
    assert_eq!(backlog(now - Duration::from_micros(1)).await, due(&[]));
    assert_eq!(backlog(now).await, due(&[(JobKind::Generation, 1), (JobKind::Messages, 1)]));
    let later = now + Duration::from_secs(1);
    assert_eq!(backlog(later).await, due(&[(JobKind::Generation, 2), (JobKind::Messages, 1)]), "since the first");
    let claim =
        Claim { kinds: &[JobKind::Messages], owner: "one", now: later, lease: Duration::from_secs(9), limit: 9 };
    assert_eq!(world.store.claim(claim).await.expect("an answer").len(), 1);
    assert_eq!(backlog(later).await, due(&[(JobKind::Generation, 2)]), "what is claimed does not wait");
    let given_up = later + Duration::from_secs(9);
    assert_eq!(backlog(given_up).await, due(&[(JobKind::Generation, 2), (JobKind::Messages, 1)]), "its lease ran out");
}

/// Whether a dead update was a payment can be told from its body alone, and a body need not be text.
pub async fn a_payment_among_the_dead_is_counted(world: &World) {
    let begun = world.now();
    let bodies: [&[u8]; 3] = [b"{\"message\":{}}", b"\xff{\"successful_payment\":{}}\x00", b"\x00\xfe"];
    for (number, body) in (1..).zip(bodies) {
        let (body, reason) = (body.to_vec(), "it can't be read".to_owned());
        let dead = DeadUpdate { bot: 700, update: Some(number), body, reason, at: begun };
        world.store.bury(&dead).await.expect("an answer");
    }
    let query = FiguresQuery { now: begun, stuck_before: begun, since: begun };
    let found = figures(world, query).await;
    assert_eq!((found.dead, found.dead_payments), (3, 1));
    let found = figures(world, FiguresQuery { since: begun + Duration::from_micros(1), ..query }).await;
    assert_eq!((found.dead, found.dead_payments), (0, 0));
}

/// Of all users and models; what is live has not ended, and who took theirs back tells nothing.
pub async fn the_last_ends_come_newest_first(world: &World) {
    let (begun, person) = (world.now(), world.funded(10_000).await);
    assert_eq!(ended(world, begun, 9).await, []);
    world.ordered(&person, 10).await;
    let made = world.succeeded(&person, 10, 10).await;
    let made_at = world.now();
    let other = world.funded(100).await;
    let lost = world.ordered(&other, 10).await;
    let fails = world.fail(&lost);
    world.committed(&fails).await;
    let taken_back = world.ordered(&other, 10).await;
    let mut cancel = world.operations([Operation::Release { hold: taken_back.hold() }]);
    cancel.generations.push(step(&taken_back, State::Cancelled));
    world.committed(&cancel).await;
    let model = |order: &Order| order.generation.model.clone();
    let wanted = [
        Ended { model: model(&lost), failure: Some(FailureReason::ProviderFailed), at: fails.at },
        Ended { model: model(&made), failure: None, at: made_at },
    ];
    assert_eq!(ended(world, begun, 9).await, wanted);
    assert_eq!(ended(world, begun, 1).await, wanted[..1]);
    assert_eq!(ended(world, fails.at, 9).await, wanted[..1]);
}

/// The same one once, with all that was found.
pub async fn audits_come_newest_first(world: &World) {
    assert_eq!(audits(world, 9).await, []);
    let run = |findings: &[&str]| {
        let mut change = world.change();
        let findings = findings.iter().map(|finding| (*finding).to_owned()).collect();
        change.audit = Some(AuditRun { at: change.at, took: Duration::from_millis(1_234), checked: 1 << 40, findings });
        change
    };
    let (clean, bad) = (run(&[]), run(&["строка \"1\"", "row 2"]));
    for change in [&clean, &bad, &clean] {
        world.committed(change).await;
    }
    let (clean, bad) = (clean.audit.expect("it has one"), bad.audit.expect("it has one"));
    assert_eq!(audits(world, 9).await, [bad.clone(), clean]);
    assert_eq!(audits(world, 1).await, [bad]);
    let person = world.funded(10).await;
    let mut refused = world.operations([world.order(&person, 11).reserve.operation]);
    refused.audit = Some(AuditRun { at: refused.at, took: Duration::ZERO, checked: 1, findings: Vec::new() });
    assert_eq!(world.commit(&refused).await, refusal(short(10, 11)));
    assert_eq!(audits(world, 9).await.len(), 2);
}

/// Whoever saw an older one changes nothing, and what stands beside it is not written either; names are apart.
pub async fn an_alert_is_changed_by_whoever_saw_it_last(world: &World) {
    let now = world.now();
    let first = alert(AlertName::only(AlertKind::Stuck), now);
    let of_model = alert(AlertName { kind: AlertKind::Drift, subject: "б/model".to_owned() }, now);
    world.committed(&changes(world, [of_model.clone(), first.clone()])).await;
    let stored = |alert: &Alert| Alert { version: alert.version + 1, ..alert.clone() };
    assert_eq!(alerts(world).await, [stored(&first), stored(&of_model)], "by name");
    let late = ChangeSet { messages: vec![world.message(&world.person().await)], ..changes(world, [first.clone()]) };
    assert_eq!(world.commit(&late).await, Commit::VersionConflict, "it was written before");
    let told = Alert {
        level: Level::Problem,
        last_at: now + Duration::from_secs(1),
        told_at: Some(now + Duration::from_secs(2)),
        muted_until: Some(now + Duration::from_secs(3)),
        ..stored(&first)
    };
    world.committed(&changes(world, [told.clone()])).await;
    assert_eq!(alerts(world).await[0], stored(&told));
    assert_eq!(world.commit(&changes(world, [told.clone()])).await, Commit::VersionConflict);
    let over = Alert { open: false, told_at: None, muted_until: None, ..stored(&told) };
    world.committed(&changes(world, [over.clone()])).await;
    assert_eq!(alerts(world).await, [stored(&over), stored(&of_model)]);
}

/// Instances that look at the same moment: one of them tells.
pub async fn one_of_parallel_tellers_tells(world: &World) {
    let now = world.now();
    let name = AlertName::only(AlertKind::Credits);
    for version in 0..2 {
        let told = Alert { told_at: Some(now), version, ..alert(name.clone(), now) };
        let tellers = (0..10).map(|_| changes(world, [told.clone()])).collect();
        let answers = world.parallel(tellers).await;
        let (told, late) = (count(&answers, &Commit::Committed), count(&answers, &Commit::VersionConflict));
        assert_eq!((told, late), (1, 9), "{answers:?}");
    }
    assert_eq!(alerts(world).await[0].version, 2);
}

/// A success of which KIE said that it took nothing.
async fn nothing_taken(world: &World, person: &Person) {
    let order = world.ordered(person, 10).await;
    let mut change = world.operations([Operation::Release { hold: order.hold() }]);
    change.generations.push(step(&order, State::Succeeded(metered(&order, 1, 0))));
    world.committed(&change).await;
}

fn orphan(order: &Order) -> Orphan {
    let reason = "nobody waits for it".to_owned();
    Orphan { generation: order.generation.id, task: None, late_results: None, reason }
}

fn alert(name: AlertName, at: Timestamp) -> Alert {
    let level = Level::Warning;
    Alert { name, level, first_at: at, last_at: at, told_at: None, muted_until: None, open: true, version: 0 }
}

fn changes(world: &World, alerts: impl Into<Vec<Alert>>) -> ChangeSet {
    ChangeSet { alerts: alerts.into(), ..world.change() }
}

async fn figures(world: &World, query: FiguresQuery) -> Figures {
    world.watch().figures(query).await.expect("an answer")
}

async fn ended(world: &World, since: Timestamp, limit: u32) -> Vec<Ended> {
    world.watch().ended(since, limit).await.expect("an answer")
}

async fn audits(world: &World, limit: u32) -> Vec<AuditRun> {
    world.watch().audits(limit).await.expect("an answer")
}

async fn alerts(world: &World) -> Vec<Alert> {
    world.watch().alerts().await.expect("an answer")
}

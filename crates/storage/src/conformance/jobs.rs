//! Durable work: schedules, claims, fences.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use domain::clock::Timestamp;
use domain::ports::{
    Agenda, ChangeSet, Claim, Commit, JobKey, JobKind, Lease, LeaseEnd, LeaseOutcome, Person, Schedule, Store,
};
use tokio::sync::Barrier;

use super::World;
use super::sessions::says;
use super::world::count;

/// How long a claim lasts in these cases.
const LEASE: Duration = Duration::from_secs(60);
/// A parallel claimer asks at most so often: far more than there are jobs.
const ROUNDS_MAX: usize = 1000;

/// Eight instances at forty jobs: each job has one holder, none is left.
pub async fn each_job_goes_to_one_of_parallel_claimers(world: &World) {
    let mut change = world.change();
    for at in 0..40_u8 {
        change.schedule.push(Schedule::new(key(JobKind::Generation, at), change.at));
    }
    world.committed(&change).await;
    let start = Arc::new(Barrier::new(8));
    let claimers: Vec<_> = (0..8)
        .map(|owner| {
            let (store, start, now) = (Arc::clone(&world.store), Arc::clone(&start), change.at);
            tokio::spawn(async move {
                start.wait().await;
                claim_all(store.as_ref(), &format!("instance-{owner}"), now).await
            })
        })
        .collect();
    let mut leases = Vec::new();
    for claimer in claimers {
        leases.extend(claimer.await.expect("a claim does not panic"));
    }
    let keys: BTreeSet<_> = leases.iter().map(|lease| lease.key).collect();
    assert_eq!((leases.len(), keys.len()), (40, 40));
    assert_eq!(world.agenda(change.at).await.depth(), 0);
    for lease in leases {
        world.committed(&ends(world, &lease, LeaseOutcome::Done)).await;
    }
}

/// Claims three at a time until nothing is due.
async fn claim_all(store: &dyn Store, owner: &str, now: Timestamp) -> Vec<Lease> {
    let mut all = Vec::new();
    for _ in 0..ROUNDS_MAX {
        let claim = Claim { kinds: &[JobKind::Generation], owner, now, lease: LEASE, limit: 3 };
        match store.claim(claim).await {
            Ok(leases) => all.extend(leases),
            Err(away) => assert!(matches!(away, domain::ports::StoreError::Away(_)), "{away}"),
        }
        if store.agenda(now).await.is_ok_and(|agenda| agenda.due.is_empty()) {
            return all;
        }
        tokio::task::yield_now().await;
    }
    panic!("{owner} found work for ever")
}

/// Order, limit, kinds and time are kept; what was claimed is not given again.
pub async fn due_work_of_the_asked_kinds_comes_longest_due_first(world: &World) {
    let now = world.now();
    let second = |at| now - Duration::from_secs(at);
    let jobs = [
        (key(JobKind::Messages, 1), second(10)),
        (key(JobKind::Generation, 2), second(30)),
        (key(JobKind::Generation, 3), second(20)),
        (key(JobKind::Messages, 4), second(40)),
        (key(JobKind::Generation, 5), now + Duration::from_micros(1)),
        (key(JobKind::Generation, 6), now),
    ];
    for (key, run_at) in jobs {
        schedule(world, key, run_at).await;
    }
    let agenda = world.agenda(now).await;
    let wanted = Agenda {
        due: [(JobKind::Generation, 3), (JobKind::Messages, 2)].into(),
        next: Some(now + Duration::from_micros(1)),
    };
    assert_eq!((agenda.depth(), agenda), (5, wanted));
    let claim = async |kinds: &[JobKind], limit| {
        let claim = Claim { kinds, owner: "a", now, lease: LEASE, limit };
        let leases = world.store.claim(claim).await.expect("the store answers");
        for lease in &leases {
            assert_eq!((lease.attempts, lease.until), (1, now + LEASE));
            assert!(jobs.contains(&(lease.key, lease.run_at)), "{lease:?}");
        }
        leases.iter().map(|lease| lease.key).collect::<Vec<_>>()
    };
    assert_eq!(claim(&[JobKind::Generation], 1).await, [jobs[1].0]);
    assert_eq!(claim(&[JobKind::Generation], 9).await, [jobs[2].0, jobs[5].0]);
    assert_eq!(claim(&[JobKind::Generation], 9).await, []);
    assert_eq!(claim(&[], 9).await, []);
    assert_eq!(claim(&JobKind::ALL, 0).await, []);
    assert_eq!(claim(&JobKind::ALL, 9).await, [jobs[3].0, jobs[0].0]);
    assert_eq!(claim(&JobKind::ALL, 9).await, []);
}

/// The fence: a worker that comes back too late writes nothing, while the next one works on.
pub async fn a_claim_that_ran_out_goes_to_the_next_and_is_lost_to_the_first(world: &World) {
    let person = world.funded(100).await;
    let first = scheduled_and_claimed(world, "first").await;
    assert_eq!(claim(world, "second").await, None);
    world.clock.advance(LEASE - Duration::from_micros(1));
    assert_eq!(claim(world, "second").await, None, "not a microsecond too early");
    world.clock.advance(Duration::from_micros(1));
    let second = claim(world, "second").await.expect("the claim ran out");
    assert!(second.fence > first.fence, "{first:?} {second:?}");
    assert_eq!((second.key, second.attempts), (first.key, 2));
    for outcome in OUTCOMES {
        assert_lost(world, &person, &first, outcome).await;
    }
    world.committed(&ends(world, &second, LeaseOutcome::Done)).await;
    assert_eq!(world.commit(&ends(world, &second, LeaseOutcome::Done)).await, Commit::LeaseLost);
}

/// Until the last microsecond it is ours; after it not, whoever came or not.
pub async fn a_claim_that_ran_out_is_lost_even_if_nobody_took_it(world: &World) {
    let person = world.funded(100).await;
    let lease = scheduled_and_claimed(world, "first").await;
    let mut change = ends(world, &lease, LeaseOutcome::Keep);
    change.at = lease.until - Duration::from_micros(1);
    world.committed(&change).await;
    world.clock.advance(LEASE);
    for outcome in OUTCOMES {
        assert_lost(world, &person, &lease, outcome).await;
    }
}

const OUTCOMES: [LeaseOutcome; 3] =
    [LeaseOutcome::Done, LeaseOutcome::Keep, LeaseOutcome::Again { run_at: Timestamp::EPOCH, progress: true }];

/// A full change set under a lost claim: mark, conversation, money, message and work stay unwritten.
async fn assert_lost(world: &World, person: &Person, lease: &Lease, outcome: LeaseOutcome) {
    let mut change = says(world, person, 0, "{\"late\": true}");
    let mark = world.update();
    change.mark = Some(mark);
    change.lease = Some(LeaseEnd { lease: lease.clone(), outcome });
    change.operations.push(world.posting(world.top_up(person.user, 10)));
    change.messages.push(world.message(person));
    change.schedule.push(Schedule::new(JobKey::messages(person.user), Timestamp::EPOCH));
    assert_eq!(world.commit(&change).await, Commit::LeaseLost, "{outcome:?}");
    assert!(!world.store.is_done(mark).await.expect("the store answers"));
    assert_eq!((world.money(person).await, world.session(person).await.conversation.version), ((100, 0), 0));
    assert_eq!(world.store.next_message(person.user).await.expect("the store answers"), None);
    assert!(!world.agenda(Timestamp::EPOCH).await.due.contains_key(&JobKind::Messages));
}

/// A job that was done and scheduled anew is another one: an old holder's number must not fit by chance.
pub async fn a_fence_of_a_removed_job_never_fits_again(world: &World) {
    let person = world.funded(100).await;
    let sleeper = scheduled_and_claimed(world, "sleeper").await;
    world.store.hand_back("sleeper").await.expect("the store answers");
    let worker = claim(world, "worker").await.expect("it was handed back");
    world.committed(&ends(world, &worker, LeaseOutcome::Done)).await;
    for _ in 0..3 {
        let lease = scheduled_and_claimed(world, "worker").await;
        assert_lost(world, &person, &sleeper, LeaseOutcome::Done).await;
        assert_lost(world, &person, &worker, LeaseOutcome::Keep).await;
        world.committed(&ends(world, &lease, LeaseOutcome::Done)).await;
    }
}

/// Nothing is left to claim or to wait for.
pub async fn a_done_job_is_gone(world: &World) {
    let lease = scheduled_and_claimed(world, "a").await;
    world.committed(&ends(world, &lease, LeaseOutcome::Done)).await;
    world.clock.advance(LEASE * 2);
    assert_eq!(claim(world, "a").await, None);
    assert_eq!(next(world).await, None);
    // A new schedule is a new job: its attempts start again.
    assert_eq!(scheduled_and_claimed(world, "a").await.attempts, 1);
}

/// Work that arrived while somebody was at it is not lost, and is due when it was wished, not before.
pub async fn a_done_job_that_was_scheduled_meanwhile_is_due_as_scheduled(world: &World) {
    let lease = scheduled_and_claimed(world, "a").await;
    let wanted = world.now() + Duration::from_secs(500);
    schedule(world, KEY, wanted + Duration::from_secs(9)).await;
    schedule(world, KEY, wanted).await;
    assert_eq!(claim(world, "b").await, None, "the claim stands");
    world.committed(&ends(world, &lease, LeaseOutcome::Done)).await;
    assert_eq!((next(world).await, claim(world, "b").await), (Some(wanted), None));
    world.clock.advance(Duration::from_secs(501));
    let again = claim(world, "b").await.expect("it is due");
    assert!(again.revision > lease.revision && again.fence > lease.fence, "{lease:?} {again:?}");
    assert_eq!((again.attempts, again.run_at), (1, wanted));
}

/// A worker ends while an update makes the same work due, twenty times over: whichever is first, the work is due afterwards.
pub async fn a_schedule_that_races_with_the_end_is_never_lost(world: &World) {
    for round in 0..20 {
        let lease = scheduled_and_claimed(world, "a").await;
        let mut schedule = world.change();
        schedule.schedule.push(Schedule::new(KEY, schedule.at));
        let answers = world.parallel(vec![ends(world, &lease, LeaseOutcome::Done), schedule.clone()]).await;
        assert_eq!(answers, [Commit::Committed, Commit::Committed], "round {round}");
        assert_eq!(next(world).await, Some(schedule.at), "round {round}: work was lost");
    }
}

/// Ten commits under one claim, each of which would end it: one does, and only its money counts.
pub async fn one_of_parallel_ends_of_a_claim_wins(world: &World) {
    let person = world.funded(100).await;
    let lease = scheduled_and_claimed(world, "a").await;
    let changes = (0..10).map(|at| {
        let run_at = world.now() + Duration::from_secs(1);
        let again = LeaseOutcome::Again { run_at, progress: true };
        let mut change = ends(world, &lease, if at % 2 == 0 { LeaseOutcome::Done } else { again });
        change.operations.push(world.posting(world.top_up(person.user, 10)));
        change
    });
    let answers = world.parallel(changes.collect()).await;
    assert_eq!((count(&answers, &Commit::Committed), count(&answers, &Commit::LeaseLost)), (1, 9), "{answers:?}");
    assert_eq!(world.money(&person).await, (110, 0));
}

/// A step that ends its claim and makes the same work due again: it is due as scheduled.
pub async fn a_schedule_beside_the_end_of_a_claim_stays(world: &World) {
    for outcome in
        [LeaseOutcome::Done, LeaseOutcome::Again { run_at: Timestamp::from_seconds(3_000_000_000), progress: true }]
    {
        let lease = scheduled_and_claimed(world, "a").await;
        let mut change = ends(world, &lease, outcome);
        let run_at = change.at + Duration::from_secs(5);
        change.schedule.push(Schedule::new(KEY, run_at));
        world.committed(&change).await;
        assert_eq!(next(world).await, Some(run_at), "{outcome:?}");
        world.clock.advance(Duration::from_secs(6));
    }
}

/// The worker's own wish, unless somebody wished for an earlier time meanwhile.
pub async fn again_is_due_at_its_time_or_earlier(world: &World) {
    let lease = scheduled_and_claimed(world, "a").await;
    let later = world.now() + Duration::from_secs(100);
    world.committed(&ends(world, &lease, LeaseOutcome::Again { run_at: later, progress: true })).await;
    assert_eq!((next(world).await, claim(world, "a").await), (Some(later), None));
    for (meanwhile, wish, wanted) in [(200, 300, 200), (300, 200, 200)] {
        world.clock.advance(Duration::from_secs(1000));
        let lease = claim(world, "a").await.expect("it is due");
        let now = world.now();
        schedule(world, KEY, now + Duration::from_secs(meanwhile)).await;
        let run_at = now + Duration::from_secs(wish);
        world.committed(&ends(world, &lease, LeaseOutcome::Again { run_at, progress: true })).await;
        assert_eq!(next(world).await, Some(now + Duration::from_secs(wanted)));
    }
}

/// Each claim without progress counts, also those that ran out; progress starts again from nothing.
pub async fn attempts_count_claims_since_the_last_progress(world: &World) {
    let mut lease = scheduled_and_claimed(world, "a").await;
    let mut attempts = Vec::new();
    for progress in [false, false, true, false] {
        attempts.push(lease.attempts);
        let run_at = world.now();
        world.committed(&ends(world, &lease, LeaseOutcome::Again { run_at, progress })).await;
        lease = claim(world, "a").await.expect("it is due");
    }
    world.clock.advance(LEASE);
    attempts.extend([lease.attempts, claim(world, "a").await.expect("it ran out").attempts]);
    assert_eq!(attempts, [1, 2, 3, 1, 2, 3]);
}

/// Steps within a claim leave it as it is: same fence, same end, nobody else's.
pub async fn a_kept_claim_is_still_ours(world: &World) {
    let person = world.funded(100).await;
    let lease = scheduled_and_claimed(world, "a").await;
    for kopecks in [1, 2] {
        let mut change = ends(world, &lease, LeaseOutcome::Keep);
        change.operations.push(world.posting(world.top_up(person.user, kopecks)));
        world.committed(&change).await;
    }
    assert_eq!((world.money(&person).await, claim(world, "b").await), ((103, 0), None));
    assert_eq!(next(world).await, Some(lease.until));
    world.committed(&ends(world, &lease, LeaseOutcome::Done)).await;
    assert_eq!(next(world).await, None);
}

/// One row per key: scheduling again moves it forward in time, never back.
pub async fn an_earlier_schedule_wins(world: &World) {
    let now = world.now();
    for (seconds, wanted) in [(50, 50), (90, 50), (20, 20), (50, 20)] {
        schedule(world, KEY, now + Duration::from_secs(seconds)).await;
        assert_eq!(next(world).await, Some(now + Duration::from_secs(wanted)));
    }
    world.clock.advance(Duration::from_secs(100));
    assert!(claim(world, "a").await.is_some());
    assert_eq!(claim(world, "a").await, None, "one row only");
}

/// An instance that stops gives back its own claims and nobody else's; they are lost to it.
pub async fn handed_back_work_is_due_at_once(world: &World) {
    let person = world.funded(100).await;
    let lease = scheduled_and_claimed(world, "leaving").await;
    schedule(world, key(JobKind::Messages, 2), world.now()).await;
    let other = claim(world, "staying").await.expect("the other job is due");
    assert_eq!(world.store.hand_back("leaving").await.expect("the store answers"), 1);
    assert_eq!(world.store.hand_back("leaving").await.expect("the store answers"), 0);
    assert_eq!(world.agenda(world.now()).await.depth(), 1);
    assert_lost_beside_other_work(world, &person, &lease).await;
    let next = claim(world, "staying").await.expect("it was handed back");
    assert!(next.key == lease.key && next.fence > lease.fence, "{lease:?} {next:?}");
    for lease in [other, next] {
        world.committed(&ends(world, &lease, LeaseOutcome::Done)).await;
    }
}

async fn assert_lost_beside_other_work(world: &World, person: &Person, lease: &Lease) {
    let mut change = ends(world, lease, LeaseOutcome::Done);
    change.operations.push(world.posting(world.top_up(person.user, 10)));
    assert_eq!(world.commit(&change).await, Commit::LeaseLost);
    assert_eq!(world.money(person).await, (100, 0));
}

/// A sleeper wakes for the next due job, or when a claim on one runs out.
pub async fn the_agenda_counts_claims_that_run_out(world: &World) {
    assert_eq!(world.agenda(world.now()).await, Agenda::default());
    let lease = scheduled_and_claimed(world, "a").await;
    let later = lease.until + Duration::from_secs(1);
    schedule(world, key(JobKind::Messages, 2), later).await;
    let (one, both) = (vec![(JobKind::Generation, 1)], vec![(JobKind::Generation, 1), (JobKind::Messages, 1)]);
    for (now, due, next) in
        [(world.now(), vec![], Some(lease.until)), (lease.until, one, Some(later)), (later, both, None)]
    {
        assert_eq!(world.agenda(now).await, Agenda { due: due.into_iter().collect(), next });
    }
}

/// The job that most cases work on.
const KEY: JobKey = key(JobKind::Generation, 1);

const fn key(kind: JobKind, subject: u8) -> JobKey {
    JobKey { kind, subject: [subject; 16] }
}

async fn schedule(world: &World, key: JobKey, run_at: Timestamp) {
    let mut change = world.change();
    change.schedule.push(Schedule::new(key, run_at));
    world.committed(&change).await;
}

/// One due job of any kind.
async fn claim(world: &World, owner: &str) -> Option<Lease> {
    let claim = Claim { kinds: &JobKind::ALL, owner, now: world.now(), lease: LEASE, limit: 1 };
    let mut leases = world.store.claim(claim).await.expect("the store answers");
    assert!(leases.len() <= 1, "the limit is one: {leases:?}");
    leases.pop()
}

async fn scheduled_and_claimed(world: &World, owner: &str) -> Lease {
    schedule(world, KEY, world.now()).await;
    claim(world, owner).await.expect("it is due")
}

/// When the first job is due, or its claim runs out.
async fn next(world: &World) -> Option<Timestamp> {
    world.agenda(Timestamp::EPOCH).await.next
}

pub(super) fn ends(world: &World, lease: &Lease, outcome: LeaseOutcome) -> ChangeSet {
    let mut change = world.change();
    change.lease = Some(LeaseEnd { lease: lease.clone(), outcome });
    change
}

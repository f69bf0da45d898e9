//! The order among due jobs: who has much in the queue yields.

use std::time::Duration;

use domain::clock::Timestamp;
use domain::ports::{Agenda, Claim, JobKey, JobKind, Lease, LeaseOutcome, Schedule};

use super::World;
use super::jobs::ends;

const LEASE: Duration = Duration::from_secs(60);

/// The crowd of one user stands behind the single order of another one, and is not forgotten.
pub async fn who_yields_lets_others_go_first(world: &World) {
    let now = world.now();
    for (at, yields) in [(1, 0), (2, 30), (3, 60)] {
        schedule(world, at, now, yields).await;
    }
    let a_moment_later = now + Duration::from_secs(20);
    schedule(world, 4, a_moment_later, 0).await;
    schedule(world, 5, now, 20).await;
    assert_eq!(claim(world, a_moment_later, 2).await, [1, 4]);
    assert_eq!(claim(world, a_moment_later, 9).await, [5, 2, 3]);
}

/// To yield delays nothing while nobody waits: due is due.
pub async fn a_job_that_yields_is_due_at_its_time(world: &World) {
    let soon = world.now() + Duration::from_secs(5);
    schedule(world, 1, soon, 3600).await;
    let too_early = soon - Duration::from_micros(1);
    assert_eq!(world.agenda(too_early).await, Agenda { due: [].into(), next: Some(soon) });
    assert_eq!(world.agenda(soon).await, Agenda { due: [(JobKind::Generation, 1)].into(), next: None });
    assert_eq!(claim(world, too_early, 1).await, [0; 0]);
    assert_eq!(claim(world, soon, 1).await, [1]);
}

/// Among due jobs of different kinds the turn alone counts, and the lease still tells when it was due.
pub async fn turns_count_over_all_kinds(world: &World) {
    let now = world.now();
    let mut change = world.change();
    for (kind, yields) in
        [(JobKind::Generation, 40), (JobKind::Messages, 30), (JobKind::Input, 20), (JobKind::Wake, 10)]
    {
        let yields = Duration::from_secs(yields);
        change.schedule.push(Schedule { yields, ..Schedule::new(JobKey { kind, subject: [1; 16] }, now) });
    }
    world.committed(&change).await;
    let claim = Claim { kinds: &JobKind::ALL, owner: "a", now: world.now(), lease: LEASE, limit: 9 };
    let leases = world.store.claim(claim).await.expect("the store answers");
    let kinds: Vec<_> = leases.iter().map(|lease| lease.key.kind).collect();
    assert_eq!(kinds, [JobKind::Wake, JobKind::Input, JobKind::Messages, JobKind::Generation]);
    assert!(leases.iter().all(|lease| lease.run_at == now), "{leases:?}");
}

/// Scheduling again moves a job forward in its turn as in its time, never back.
pub async fn an_earlier_turn_wins(world: &World) {
    let now = world.now();
    schedule(world, 1, now, 50).await;
    schedule(world, 2, now, 40).await;
    schedule(world, 1, now, 90).await;
    assert_eq!(claim(world, now, 1).await, [2]);
    schedule(world, 3, now, 40).await;
    schedule(world, 1, now + Duration::from_secs(10), 20).await;
    assert_eq!(claim(world, now, 9).await, [1, 3], "its time is the earlier one, and so is its turn");
}

/// Of a claimed job the turn that was scheduled meanwhile counts; a worker's own wish to go on yields to nobody.
pub async fn a_turn_outlives_the_claim_during_which_it_was_scheduled(world: &World) {
    let now = world.now();
    for (outcome, wanted) in [
        (LeaseOutcome::Done, [2, 1]),
        (LeaseOutcome::Again { run_at: now, progress: true }, [1, 2]),
        (LeaseOutcome::Again { run_at: now + Duration::from_secs(3600), progress: true }, [2, 1]),
    ] {
        schedule(world, 1, now, 500).await;
        let lease = leases(world, now, 1).await.pop().expect("it is due");
        schedule(world, 1, now, 100).await;
        schedule(world, 1, now, 200).await;
        let mut change = ends(world, &lease, outcome);
        change.at = now;
        world.committed(&change).await;
        schedule(world, 2, now, 50).await;
        let mut claimed = leases(world, now, 9).await;
        assert_eq!(claimed.iter().map(|lease| lease.key.subject[0]).collect::<Vec<_>>(), wanted, "{outcome:?}");
        for lease in claimed.drain(..) {
            let mut change = ends(world, &lease, LeaseOutcome::Done);
            change.at = now;
            world.committed(&change).await;
        }
    }
}

/// What is put off without having begun (KIE does not answer, or takes no more for now) does not overtake the others by that.
pub async fn what_is_put_off_keeps_its_place(world: &World) {
    let now = world.now();
    for (subject, yields) in [(1, 90), (2, 60), (3, 0)] {
        schedule(world, subject, now, yields).await;
    }
    let later = now + Duration::from_secs(30);
    for lease in leases(world, now, 9).await {
        let mut change = ends(world, &lease, LeaseOutcome::Again { run_at: later, progress: false });
        change.at = now;
        world.committed(&change).await;
    }
    schedule(world, 4, later, 0).await;
    schedule(world, 5, later, 70).await;
    assert_eq!(claim(world, later, 9).await, [3, 4, 2, 5, 1]);
}

async fn schedule(world: &World, subject: u8, run_at: Timestamp, yields: u64) {
    let key = JobKey { kind: JobKind::Generation, subject: [subject; 16] };
    let mut change = world.change();
    change.schedule.push(Schedule { yields: Duration::from_secs(yields), ..Schedule::new(key, run_at) });
    world.committed(&change).await;
}

/// The subjects of what was claimed, in order.
async fn claim(world: &World, now: Timestamp, limit: u32) -> Vec<u8> {
    leases(world, now, limit).await.iter().map(|lease| lease.key.subject[0]).collect()
}

async fn leases(world: &World, now: Timestamp, limit: u32) -> Vec<Lease> {
    let claim = Claim { kinds: &[JobKind::Generation], owner: "a", now, lease: LEASE, limit };
    world.store.claim(claim).await.expect("the store answers")
}

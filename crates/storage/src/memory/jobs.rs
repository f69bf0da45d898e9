//! Work that is due at a time, and the claims on it.

use std::collections::BTreeMap;
use std::time::Duration;

use domain::clock::Timestamp;
use domain::ports::{Agenda, Claim, JobKey, JobKind, Lease, LeaseEnd, LeaseOutcome, Schedule};

/// All jobs.
#[derive(Default)]
pub(super) struct Jobs {
    rows: BTreeMap<JobKey, Job>,
    /// The last fencing number given to anyone. One count for all jobs, so that a job that was removed and scheduled again can't give a
    /// number a second time.
    fence: i64,
}

struct Job {
    run_at: Timestamp,
    /// As what it counts among due jobs; never before `run_at`.
    turn_at: Timestamp,
    revision: i64,
    attempts: i64,
    held: Option<Held>,
}

/// A claim that was given.
struct Held {
    owner: String,
    fence: i64,
    until: Timestamp,
    /// The earliest time and the earliest turn for which the job was scheduled since the claim.
    meanwhile: Option<(Timestamp, Timestamp)>,
}

impl Job {
    /// When somebody may claim it.
    fn due(&self) -> Timestamp {
        self.held.as_ref().map_or(self.run_at, |held| held.until)
    }
}

impl Jobs {
    /// Makes work due; of two times, and of two turns, the earlier one counts.
    pub(super) fn schedule(&mut self, schedule: &Schedule) {
        let Schedule { key, run_at, yields } = *schedule;
        let turn_at = run_at + yields;
        let job = self.rows.entry(key).or_insert(Job { run_at, turn_at, revision: 0, attempts: 0, held: None });
        job.revision += 1;
        let sooner = |(time, turn): (Timestamp, Timestamp)| (time.min(run_at), turn.min(turn_at));
        match &mut job.held {
            Some(held) => held.meanwhile = Some(held.meanwhile.map_or((run_at, turn_at), sooner)),
            None => (job.run_at, job.turn_at) = sooner((job.run_at, job.turn_at)),
        }
    }

    /// Gives up to `limit` due jobs to an instance, in their turn.
    pub(super) fn claim(&mut self, claim: Claim<'_>) -> Vec<Lease> {
        let wanted = |key: &JobKey, job: &Job| claim.kinds.contains(&key.kind) && job.due() <= claim.now;
        let due = self.rows.iter().filter(|(key, job)| wanted(key, job));
        let mut due: Vec<_> = due.map(|(key, job)| (job.turn_at, key.kind.code(), *key)).collect();
        due.sort_unstable();
        due.truncate(usize::try_from(claim.limit).unwrap_or(usize::MAX));
        due.into_iter().filter_map(|(_, _, key)| self.give(key, claim)).collect()
    }

    /// The turn of a job, if it is there.
    pub(super) fn turn(&self, key: JobKey) -> Option<Timestamp> {
        self.rows.get(&key).map(|job| job.turn_at)
    }

    fn give(&mut self, key: JobKey, claim: Claim<'_>) -> Option<Lease> {
        let job = self.rows.get_mut(&key)?;
        self.fence += 1;
        job.attempts += 1;
        let held =
            Held { owner: claim.owner.to_owned(), fence: self.fence, until: claim.now + claim.lease, meanwhile: None };
        let lease = Lease {
            key,
            fence: held.fence,
            revision: job.revision,
            attempts: job.attempts,
            run_at: job.run_at,
            until: held.until,
        };
        job.held = Some(held);
        Some(lease)
    }

    /// Whether a claim is still its holder's at this time.
    pub(super) fn holds(&self, lease: &Lease, at: Timestamp) -> bool {
        let held = self.rows.get(&lease.key).and_then(|job| job.held.as_ref());
        held.is_some_and(|held| held.fence == lease.fence && at < held.until)
    }

    /// Ends a claim that [`Jobs::holds`].
    pub(super) fn end(&mut self, end: &LeaseEnd) {
        let Some(job) = self.rows.get_mut(&end.lease.key) else { return };
        let meanwhile = job.held.as_ref().and_then(|held| held.meanwhile);
        let (next, progress) = match (end.outcome, meanwhile) {
            (LeaseOutcome::Keep, _) => return,
            (LeaseOutcome::Done, None) => return drop(self.rows.remove(&end.lease.key)),
            (LeaseOutcome::Done, Some(meanwhile)) => (meanwhile, true),
            (LeaseOutcome::Again { run_at, progress }, meanwhile) => {
                // What has not begun yet stands back as far as before; what goes on yields to nobody.
                let yields = if progress { Duration::ZERO } else { job.turn_at.since(job.run_at) };
                let own = (run_at, run_at + yields);
                (meanwhile.map_or(own, |(time, turn)| (own.0.min(time), own.1.min(turn))), progress)
            }
        };
        ((job.run_at, job.turn_at), job.held) = (next, None);
        if progress {
            job.attempts = 0;
        }
    }

    /// Ends every claim of an instance; returns how many.
    pub(super) fn hand_back(&mut self, owner: &str) -> usize {
        let mut given_back = 0;
        for job in self.rows.values_mut() {
            if job.held.take_if(|held| held.owner == owner).is_some() {
                given_back += 1;
            }
        }
        given_back
    }

    /// When the next job of these kinds may be claimed.
    pub(super) fn next_due(&self, kinds: &[JobKind]) -> Option<Timestamp> {
        self.rows.iter().filter(|(key, _)| kinds.contains(&key.kind)).map(|(_, job)| job.due()).min()
    }

    /// What may be claimed, and when to look again.
    pub(super) fn agenda(&self, now: Timestamp) -> Agenda {
        let mut agenda = Agenda::default();
        for (key, job) in &self.rows {
            match job.due() {
                due if due <= now => *agenda.due.entry(key.kind).or_default() += 1,
                due => agenda.next = Some(agenda.next.map_or(due, |next| next.min(due))),
            }
        }
        agenda
    }

    /// How many are due then, and since when the first of them is.
    pub(super) fn due_by_kind(&self, now: Timestamp) -> BTreeMap<JobKind, (u64, Timestamp)> {
        let mut due = BTreeMap::new();
        for (key, job) in self.rows.iter().filter(|(_, job)| job.run_at <= now && job.due() <= now) {
            let (count, since) = due.entry(key.kind).or_insert((0, job.run_at));
            (*count, *since) = (*count + 1, job.run_at.min(*since));
        }
        due
    }

    /// The same of all kinds together.
    pub(super) fn due_at(&self, now: Timestamp) -> (usize, Option<Timestamp>) {
        let due = self.rows.values().filter(|job| job.run_at <= now && job.due() <= now).map(|job| job.run_at);
        (self.rows.values().filter(|job| job.due() <= now).count(), due.min())
    }
}

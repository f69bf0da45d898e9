//! Who is woken for work: those of its kind, or the lookout, who knows when what is not due yet becomes so.

use std::collections::BTreeMap;

use domain::clock::Timestamp;
use domain::ports::{ChangeSet, JobKind, LeaseOutcome};
use tokio::sync::Notify;

/// A bell for those who work on each kind, and one for the lookout. Rung while nobody listens, it is heard by the next who does.
#[derive(Debug)]
pub(crate) struct Bells {
    kinds: BTreeMap<JobKind, Notify>,
    lookout: Notify,
}

/// Who is to be woken for a change set that was committed.
#[derive(Debug, Default, PartialEq, Eq)]
struct Wanted {
    kinds: Vec<JobKind>,
    lookout: bool,
}

impl Wanted {
    fn by(change: &ChangeSet, now: Timestamp) -> Self {
        // A claim that ends may leave its job due at any time: by its own wish, or by what was scheduled meanwhile.
        let ends = change.lease.as_ref().is_some_and(|end| end.outcome != LeaseOutcome::Keep);
        let mut wanted = Self { kinds: Vec::new(), lookout: ends };
        for schedule in &change.schedule {
            if schedule.run_at > now {
                wanted.lookout = true;
            } else if !wanted.kinds.contains(&schedule.key.kind) {
                wanted.kinds.push(schedule.key.kind);
            }
        }
        wanted
    }
}

impl Default for Bells {
    fn default() -> Self {
        let kinds = JobKind::ALL.into_iter().map(|kind| (kind, Notify::new())).collect();
        Self { kinds, lookout: Notify::new() }
    }
}

impl Bells {
    /// Wakes whom a committed change set gives something to do.
    pub(crate) fn ring_for(&self, change: &ChangeSet, now: Timestamp) {
        let wanted = Wanted::by(change, now);
        wanted.kinds.into_iter().for_each(|kind| self.ring(kind));
        if wanted.lookout {
            self.lookout.notify_one();
        }
    }

    /// Wakes those who work on a kind.
    pub(super) fn ring(&self, kind: JobKind) {
        self.kinds[&kind].notify_one();
    }

    /// Ends when there may be something of that kind.
    pub(super) async fn heard(&self, kind: JobKind) {
        self.kinds[&kind].notified().await;
    }

    /// Ends when the lookout has to look again.
    pub(super) async fn heard_by_lookout(&self) {
        self.lookout.notified().await;
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use domain::ports::{JobKey, Lease, LeaseEnd, Schedule};
    use tokio::time::timeout;

    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_795_348_800);

    fn schedules(jobs: &[(JobKind, u64)]) -> ChangeSet {
        let mut change = ChangeSet::new(NOW);
        let schedule = |(kind, after): &(JobKind, u64)| {
            let key = JobKey { kind: *kind, subject: [1; 16] };
            Schedule::new(key, NOW + Duration::from_secs(*after))
        };
        change.schedule.extend(jobs.iter().map(schedule));
        change
    }

    fn ends(outcome: LeaseOutcome) -> ChangeSet {
        let key = JobKey { kind: JobKind::Input, subject: [1; 16] };
        let lease = Lease { key, fence: 1, revision: 1, attempts: 1, run_at: NOW, until: NOW };
        let mut change = ChangeSet::new(NOW);
        change.lease = Some(LeaseEnd { lease, outcome });
        change
    }

    #[test]
    fn a_change_set_wakes_whom_it_gives_something_to_do() {
        use JobKind::{Generation, Messages};
        let again = LeaseOutcome::Again { run_at: NOW, progress: false };
        let table = [
            (ChangeSet::new(NOW), vec![], false),
            (schedules(&[(Messages, 0)]), vec![Messages], false),
            (schedules(&[(Messages, 0), (Generation, 0), (Messages, 0)]), vec![Messages, Generation], false),
            (schedules(&[(Messages, 1)]), vec![], true),
            (schedules(&[(Messages, 1), (Generation, 0)]), vec![Generation], true),
            (ends(LeaseOutcome::Keep), vec![], false),
            (ends(LeaseOutcome::Done), vec![], true),
            (ends(again), vec![], true),
        ];
        for (change, kinds, lookout) in table {
            assert_eq!(Wanted::by(&change, NOW), Wanted { kinds, lookout }, "{change:?}");
        }
    }

    #[tokio::test]
    async fn a_bell_is_heard_by_its_kind_and_later_too() {
        let bells = Bells::default();
        bells.ring_for(&schedules(&[(JobKind::Wake, 0), (JobKind::Input, 9)]), NOW);
        let heard = async |kind| timeout(Duration::ZERO, bells.heard(kind)).await.is_ok();
        assert_eq!((heard(JobKind::Messages).await, heard(JobKind::Wake).await), (false, true));
        assert!(!heard(JobKind::Wake).await, "once");
        let looked = async || timeout(Duration::ZERO, bells.heard_by_lookout()).await.is_ok();
        assert_eq!((looked().await, looked().await), (true, false));
    }
}

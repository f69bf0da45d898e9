//! The suite must be able to fail: stores with one flaw each, and the cases that must catch it.

use std::sync::Arc;

use async_trait::async_trait;
use domain::clock::{ManualClock, SeededIds, Timestamp};
use domain::ids::ActionId;
use domain::ledger::{Amount, Operation, Posting, Refusal};
use domain::ports::{ChangeSet, Commit, EventLog, Office, Outreach, Reports, Store, StoreResult, Watch};
use storage::conformance::{self, Backend};
use storage::memory::MemoryStore;
use tokio::sync::Barrier;

#[path = "broken_store.rs"]
mod store;

/// What is wrong with a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flaw {
    /// Looks whether the money is there, then takes it without a condition.
    ChecksThenDebits,
    /// Does not look at claims.
    IgnoresClaims,
    /// Does not look at the conversation's version.
    IgnoresVersions,
    /// Does not look at marks.
    IgnoresMarks,
    /// Writes what is not money in a transaction of its own, first.
    WritesInTwoTransactions,
}

/// The memory store behind a flaw.
struct Broken {
    inner: Arc<MemoryStore>,
    flaw: Flaw,
    /// Lets two checks happen before either debit, so that the race is certain.
    pair: Barrier,
    clock: ManualClock,
    ids: SeededIds,
}

impl Broken {
    fn backend(flaw: Flaw) -> Arc<dyn Backend> {
        let clock = || ManualClock::new(Timestamp::from_seconds(1_790_000_000));
        let inner = Arc::new(MemoryStore::new(Arc::new(clock())));
        let broken = Self { inner, flaw, pair: Barrier::new(2), clock: clock(), ids: SeededIds::new(99) };
        Arc::new(BrokenBackend(Arc::new(broken)))
    }

    async fn check_then_debit(&self, change: &ChangeSet) -> StoreResult<Commit> {
        let (user, amount) = match &change.operations[..] {
            [Posting { operation: Operation::Reserve { user, amount, .. }, .. }] => (*user, *amount),
            [Posting { operation: Operation::Adjust { user, amount, .. }, .. }] if amount.value < 0 => {
                (*user, Amount { value: -amount.value, ..*amount })
            }
            _ => return self.inner.commit(change).await,
        };
        let Amount { unit, value: wanted } = amount;
        let available = self.inner.wallet(user, unit).await?.available();
        self.pair.wait().await;
        if available < wanted {
            let reason = Refusal::InsufficientFunds { unit, available, wanted };
            return Ok(Commit::Refused { operation: 0, reason });
        }
        // The sound store beneath refuses an overdraft, so what it lacks is slipped in first.
        let action = ActionId::ordered(&self.clock, &self.ids);
        let (reason, by) = ("flaw".to_owned(), "flaw".to_owned());
        let slip = Operation::Adjust { action, user, amount, reason, by };
        let mut change = change.clone();
        change.operations.insert(0, Posting::new(slip, &self.clock, &self.ids));
        self.inner.commit(&change).await
    }

    async fn commit_in_two(&self, change: &ChangeSet) -> StoreResult<Commit> {
        let first = ChangeSet { operations: Vec::new(), ..change.clone() };
        let second = ChangeSet { operations: change.operations.clone(), ..ChangeSet::new(change.at) };
        match self.inner.commit(&first).await? {
            Commit::Committed => self.inner.commit(&second).await,
            other => Ok(other),
        }
    }
}

struct BrokenBackend(Arc<Broken>);

#[async_trait]
impl Backend for BrokenBackend {
    fn store(&self) -> Arc<dyn Store> {
        let store: Arc<Broken> = Arc::clone(&self.0);
        store
    }

    fn office(&self) -> Arc<dyn Office> {
        Arc::new(MemoryStore::new(Arc::new(ManualClock::new(Timestamp::EPOCH))))
    }

    fn outreach(&self) -> Arc<dyn Outreach> {
        Arc::new(MemoryStore::new(Arc::new(ManualClock::new(Timestamp::EPOCH))))
    }

    fn watch(&self) -> Arc<dyn Watch> {
        Arc::new(MemoryStore::new(Arc::new(ManualClock::new(Timestamp::EPOCH))))
    }

    fn event_log(&self) -> Arc<dyn EventLog> {
        Arc::new(MemoryStore::new(Arc::new(ManualClock::new(Timestamp::EPOCH))))
    }

    fn reports(&self) -> Arc<dyn Reports> {
        let reports: Arc<MemoryStore> = Arc::clone(&self.0.inner);
        reports
    }

    async fn execute_raw(&self, _: &str) -> bool {
        false
    }
}

/// Runs the case on a store with the flaw; it must panic, and say something like `complaint`.
macro_rules! caught {
    ($test:ident, $flaw:ident, $group:ident::$case:ident, $complaint:literal) => {
        #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
        async fn $test() {
            let backend = Broken::backend(Flaw::$flaw);
            let case = tokio::spawn(conformance::run(backend, conformance::$group::$case));
            let panic = case.await.expect_err("the case passed a broken store").into_panic();
            let said = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
            let text = said.expect("assertions speak in text");
            assert!(text.contains($complaint), "another complaint than expected: {text}");
        }
    };
}

caught!(
    a_debit_without_a_condition_is_caught_by_two,
    ChecksThenDebits,
    ledger::two_parallel_reservations_never_overdraw,
    "exactly floor(balance / price)"
);
caught!(
    a_debit_without_a_condition_is_caught_by_two_hundred,
    ChecksThenDebits,
    ledger::two_hundred_parallel_reservations_never_overdraw,
    "exactly floor(balance / price)"
);
caught!(
    a_debit_without_a_condition_is_caught_by_ten,
    ChecksThenDebits,
    ledger::ten_parallel_reservations_never_overdraw,
    "exactly floor(balance / price)"
);
caught!(
    a_debit_without_a_condition_is_caught_by_fifty,
    ChecksThenDebits,
    ledger::fifty_parallel_reservations_never_overdraw,
    "exactly floor(balance / price)"
);
caught!(
    an_adjustment_without_a_condition_is_caught_by_two,
    ChecksThenDebits,
    races::two_parallel_debits_never_overdraw,
    "exactly floor(balance / amount)"
);
caught!(
    an_adjustment_without_a_condition_is_caught_by_two_hundred,
    ChecksThenDebits,
    races::two_hundred_parallel_debits_never_overdraw,
    "exactly floor(balance / amount)"
);
caught!(
    a_claim_that_is_not_checked_is_caught,
    IgnoresClaims,
    jobs::a_claim_that_ran_out_goes_to_the_next_and_is_lost_to_the_first,
    "LeaseLost"
);
caught!(
    a_version_that_is_not_checked_is_caught,
    IgnoresVersions,
    sessions::one_of_parallel_commits_of_a_version_wins,
    "(1, 19)"
);
caught!(
    a_mark_that_is_not_checked_is_caught,
    IgnoresMarks,
    marks::one_of_parallel_commits_of_a_mark_writes,
    "left: 20"
);
caught!(
    a_commit_in_two_transactions_is_caught,
    WritesInTwoTransactions,
    change_sets::a_refused_operation_undoes_everything_beside_it,
    "the mark stands"
);

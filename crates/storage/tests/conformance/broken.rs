//! The suite must be able to fail: stores with one flaw each, and the cases that must catch it.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use domain::clock::{ManualClock, SeededIds, Timestamp};
use domain::generation::Generation;
use domain::ids::{ActionId, CallbackToken, ChatId, GenerationId, ModelId, TaskId, UserId};
use domain::ledger::{Amount, Operation, Posting, Refusal, Unit, Wallet};
use domain::ports::{
    AuditReport, ChangeSet, Claim, Commit, DeadUpdate, JobKind, Lease, Message, Orphan, PartMark, Session,
    StatementLine, Store, StoreResult, UpdateKey,
};
use storage::conformance::{self, Backend};
use storage::memory::MemoryStore;
use tokio::sync::Barrier;

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
    inner: Arc<dyn Store>,
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
        let [Posting { operation: Operation::Reserve { user, amount, .. }, .. }] = change.operations[..] else {
            return self.inner.commit(change).await;
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

    async fn execute_raw(&self, _: &str) -> bool {
        false
    }
}

#[async_trait]
impl Store for Broken {
    async fn commit(&self, change: &ChangeSet) -> StoreResult<Commit> {
        let mut flawed = change.clone();
        match self.flaw {
            Flaw::ChecksThenDebits => return self.check_then_debit(change).await,
            Flaw::WritesInTwoTransactions => return self.commit_in_two(change).await,
            Flaw::IgnoresClaims => flawed.lease = None,
            Flaw::IgnoresMarks => flawed.mark = None,
            Flaw::IgnoresVersions => {
                if let Some(conversation) = &mut flawed.conversation
                    && let Some(session) = self.inner.session_of(conversation.user).await?
                {
                    conversation.expected = session.conversation.version;
                }
            }
        }
        self.inner.commit(&flawed).await
    }

    async fn session(&self, chat: ChatId) -> StoreResult<Option<Session>> {
        self.inner.session(chat).await
    }

    async fn session_of(&self, user: UserId) -> StoreResult<Option<Session>> {
        self.inner.session_of(user).await
    }

    async fn generation(&self, id: GenerationId) -> StoreResult<Option<Generation>> {
        self.inner.generation(id).await
    }

    async fn generation_by_token(&self, token: &CallbackToken) -> StoreResult<Option<Generation>> {
        self.inner.generation_by_token(token).await
    }

    async fn generation_of_task(&self, task: &TaskId) -> StoreResult<Option<GenerationId>> {
        self.inner.generation_of_task(task).await
    }

    async fn live_generations(&self, user: UserId) -> StoreResult<Vec<Generation>> {
        self.inner.live_generations(user).await
    }

    async fn history(&self, user: UserId, skip: u32, limit: u32) -> StoreResult<Vec<Generation>> {
        self.inner.history(user, skip, limit).await
    }

    async fn queue_position(&self, id: GenerationId) -> StoreResult<u64> {
        self.inner.queue_position(id).await
    }

    async fn usual_duration(&self, model: &ModelId, sample: u32) -> StoreResult<Option<Duration>> {
        self.inner.usual_duration(model, sample).await
    }

    async fn statement(&self, user: UserId, skip: u32, limit: u32) -> StoreResult<Vec<StatementLine>> {
        self.inner.statement(user, skip, limit).await
    }

    async fn wallet(&self, user: UserId, unit: Unit) -> StoreResult<Wallet> {
        self.inner.wallet(user, unit).await
    }

    async fn next_message(&self, user: UserId) -> StoreResult<Option<Message>> {
        self.inner.next_message(user).await
    }

    async fn result_parts(&self, generation: GenerationId) -> StoreResult<Vec<PartMark>> {
        self.inner.result_parts(generation).await
    }

    async fn note_window(&self, user: UserId, version: i64, message: i64) -> StoreResult<()> {
        self.inner.note_window(user, version, message).await
    }

    async fn note_progress(&self, id: GenerationId, message: i64) -> StoreResult<()> {
        self.inner.note_progress(id, message).await
    }

    async fn claim(&self, claim: Claim<'_>) -> StoreResult<Vec<Lease>> {
        self.inner.claim(claim).await
    }

    async fn hand_back(&self, owner: &str) -> StoreResult<u64> {
        self.inner.hand_back(owner).await
    }

    async fn next_due(&self, kinds: &[JobKind]) -> StoreResult<Option<Timestamp>> {
        self.inner.next_due(kinds).await
    }

    async fn queue_depth(&self, now: Timestamp) -> StoreResult<u64> {
        self.inner.queue_depth(now).await
    }

    async fn bury(&self, dead: &DeadUpdate) -> StoreResult<()> {
        self.inner.bury(dead).await
    }

    async fn is_done(&self, key: UpdateKey) -> StoreResult<bool> {
        self.inner.is_done(key).await
    }

    async fn hold_singleton(&self, name: &str, owner: &str, now: Timestamp, lease: Duration) -> StoreResult<bool> {
        self.inner.hold_singleton(name, owner, now, lease).await
    }

    async fn orphan(&self, generation: GenerationId) -> StoreResult<Option<Orphan>> {
        self.inner.orphan(generation).await
    }

    async fn orphans(&self, limit: u32) -> StoreResult<Vec<Orphan>> {
        self.inner.orphans(limit).await
    }

    async fn purge(&self, marks_before: Timestamp, dead_before: Timestamp) -> StoreResult<u64> {
        self.inner.purge(marks_before, dead_before).await
    }

    async fn now(&self) -> StoreResult<Timestamp> {
        self.inner.now().await
    }

    async fn pending_migrations(&self) -> StoreResult<Vec<String>> {
        self.inner.pending_migrations().await
    }

    async fn audit(&self) -> StoreResult<AuditReport> {
        self.inner.audit().await
    }

    fn kind(&self) -> &'static str {
        self.inner.kind()
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

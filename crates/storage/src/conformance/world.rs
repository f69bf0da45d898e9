//! What a case lives in: a store with its clock, its ids, and the things that cases do again and again.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use domain::clock::{Clock, ManualClock, SeededIds, Timestamp};
use domain::free::Funding;
use domain::generation::{Failure, FailureReason, Generation, ResultFile, Results, State, StateKind, Success};
use domain::ids::{ActionId, CallbackToken, ChatId, GenerationId, MessageId, ModelId, TaskId, UserId};
use domain::ledger::{Amount, Operation, Posting, Provider, Refusal, Unit};
use domain::money::{Credits, Markup, Money, PriceFactor, Rate};
use domain::ports::{
    Agenda, ChangeSet, Commit, EventLog, GenerationChange, HistoryQuery, NewMessage, Office, Outreach, Person,
    PersonChange, Reports, Session, Store, StoreError, UpdateKey, Watch,
};
use domain::quote::{Cost, Quote};
use domain::screen::Language;
use tokio::sync::Barrier;

use super::Backend;

/// The states in which money may still be reserved.
pub const LIVE: &[StateKind] = &[StateKind::Queued, StateKind::Submitting, StateKind::Running];

/// How often a parallel commit is repeated while the store is away (a busy pool, a deadlock): more than any sane backend needs.
const TRIES_MAX: usize = 30;

/// A store with its own clock and ids.
pub struct World {
    /// The store under test.
    pub store: Arc<dyn Store>,
    /// The figures that it tells.
    pub reports: Arc<dyn Reports>,
    /// The time of the change sets.
    pub clock: ManualClock,
    /// Ids and chance, seeded.
    pub ids: SeededIds,
    backend: Arc<dyn Backend>,
    count: AtomicI64,
}

/// A generation that is about to be confirmed, or was.
#[derive(Clone, Debug)]
pub struct Order {
    /// The generation, queued.
    pub generation: Generation,
    /// The reservation of its price.
    pub reserve: Posting,
}

impl Order {
    /// The hold that the reservation takes.
    pub fn hold(&self) -> domain::ids::TransferId {
        self.reserve.transfer
    }
}

impl World {
    /// Around a backend. Every world has the same clock and the same sequence of ids.
    pub fn new(backend: Arc<dyn Backend>) -> Self {
        Self {
            store: backend.store(),
            reports: backend.reports(),
            clock: ManualClock::new(Timestamp::from_seconds(1_790_000_000)),
            ids: SeededIds::new(1),
            backend,
            count: AtomicI64::new(0),
        }
    }

    /// What the owner's desk reads of the store.
    pub fn office(&self) -> Arc<dyn Office> {
        self.backend.office()
    }

    /// What the store says of broadcasts, campaigns and promo codes.
    pub fn outreach(&self) -> Arc<dyn Outreach> {
        self.backend.outreach()
    }

    /// What watching over the shop reads of the store.
    pub fn watch(&self) -> Arc<dyn Watch> {
        self.backend.watch()
    }

    /// The log of the store.
    pub fn event_log(&self) -> Arc<dyn EventLog> {
        self.backend.event_log()
    }

    /// Runs SQL past the store; `false` if the backend has no SQL.
    pub async fn execute_raw(&self, sql: &str) -> bool {
        self.backend.execute_raw(sql).await
    }

    /// The words with which the database refuses this SQL.
    pub async fn refusal_of_raw(&self, sql: &str) -> Option<String> {
        self.backend.refusal_of_raw(sql).await
    }

    /// A number that this world never gave before, from 1.
    pub fn number(&self) -> i64 {
        self.count.fetch_add(1, Ordering::SeqCst) + 1
    }

    /// The present moment of the world.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// What there is to do at a moment.
    pub async fn agenda(&self, now: Timestamp) -> Agenda {
        self.store.agenda(now).await.expect("the store answers")
    }

    /// An empty change set, a millisecond after the one before it.
    pub fn change(&self) -> ChangeSet {
        self.clock.advance(Duration::from_millis(1));
        ChangeSet::new(self.clock.now())
    }

    /// A change set of operations.
    pub fn operations(&self, operations: impl IntoIterator<Item = Operation>) -> ChangeSet {
        let mut change = self.change();
        change.operations = operations.into_iter().map(|operation| self.posting(operation)).collect();
        change
    }

    /// An operation with fresh ids.
    pub fn posting(&self, operation: Operation) -> Posting {
        Posting::new(operation, &self.clock, &self.ids)
    }

    /// An update of the bot that was not seen before.
    pub fn update(&self) -> UpdateKey {
        UpdateKey { bot: 700, update: self.number() }
    }

    /// An owner's action, or a refund.
    pub fn action(&self) -> ActionId {
        ActionId::ordered(&self.clock, &self.ids)
    }

    /// Commits once; the store must answer.
    pub async fn commit(&self, change: &ChangeSet) -> Commit {
        self.store.commit(change).await.expect("the store answers")
    }

    /// Commits what must be written.
    pub async fn committed(&self, change: &ChangeSet) {
        assert_eq!(self.commit(change).await, Commit::Committed, "{change:?}");
    }

    /// Commits one operation that must be written, or was before with the same content.
    pub async fn applied(&self, operation: Operation) {
        self.committed(&self.operations([operation])).await;
    }

    /// Commits one operation that the ledger must refuse, and says why it did.
    pub async fn refused(&self, operation: Operation) -> Refusal {
        let change = self.operations([operation]);
        match self.commit(&change).await {
            Commit::Refused { operation: 0, reason } => reason,
            other => panic!("{other:?} instead of a refusal of {:?}", change.operations),
        }
    }

    /// Commits all at once, each in a task of its own behind one barrier, and repeats what the store was away for. The answers stand in the
    /// order of `changes`.
    pub async fn parallel(&self, changes: Vec<ChangeSet>) -> Vec<Commit> {
        let start = Arc::new(Barrier::new(changes.len()));
        let tasks: Vec<_> = changes
            .into_iter()
            .map(|change| {
                let (store, start) = (Arc::clone(&self.store), Arc::clone(&start));
                tokio::spawn(async move {
                    start.wait().await;
                    commit_through(store.as_ref(), &change).await
                })
            })
            .collect();
        let mut answers = Vec::with_capacity(tasks.len());
        for task in tasks {
            answers.push(task.await.expect("a commit does not panic"));
        }
        answers
    }

    /// A new person with an empty wallet.
    pub async fn person(&self) -> Person {
        let person = self.stranger();
        let mut change = self.change();
        change.person = Some(PersonChange::Create(person.clone()));
        self.committed(&change).await;
        person
    }

    /// A person whom the store does not know yet.
    pub fn stranger(&self) -> Person {
        let number = self.number();
        Person {
            user: UserId::random(&self.ids),
            chat: ChatId(5_000_000_000 + number),
            first_name: format!("Иван №{number}"),
            username: Some(format!("ivan_{number}")),
            language: Language::Ru,
            gone: false,
            silent: false,
            news: true,
            blocked: false,
            origin: Some(format!("c_{number}")),
            created_at: self.now(),
        }
    }

    /// A new person with so many kopecks.
    pub async fn funded(&self, kopecks: i64) -> Person {
        let person = self.person().await;
        self.applied(self.top_up(person.user, kopecks)).await;
        person
    }

    /// A payment that was not seen before.
    pub fn top_up(&self, user: UserId, kopecks: i64) -> Operation {
        payment(user, &format!("payment-{}", self.number()), kopecks)
    }

    /// A draft at this price, not committed.
    pub fn order(&self, person: &Person, kopecks: i64) -> Order {
        self.order_of(person, Amount::money(Money::from_kopecks(kopecks)))
    }

    /// A draft that reserves this amount, not committed.
    pub fn order_of(&self, person: &Person, amount: Amount) -> Order {
        self.clock.advance(Duration::from_millis(1));
        let id = GenerationId::ordered(&self.clock, &self.ids);
        let user = person.user;
        let reserve = self.posting(Operation::Reserve { user, generation: id, amount });
        let generation = Generation {
            id,
            user,
            chat: person.chat,
            model: ModelId("google/nano-banana".to_owned()),
            family: domain::models::ApiFamily::Market,
            inputs: serde_json::json!({"prompt": "кот в лодке, \"1936\"", "count": 2, "urls": ["https://example.org/a"]}),
            quote: self.quote(Money::from_kopecks(amount.value.max(1))),
            funding: funding(amount.unit, reserve.transfer),
            token: CallbackToken::random(&self.ids),
            state: State::Queued,
            since: self.now(),
            created_at: self.now(),
            relinked: false,
            progress_message: None,
            made_from: None,
            trial: false,
        };
        Order { generation, reserve }
    }

    /// A metered one, so that a case may capture what it likes. A credit costs half a rouble and is sold for a whole one.
    fn quote(&self, price: Money) -> Quote {
        let factor = PriceFactor {
            rate: Rate::from_raw(1_000_000),
            markup: Markup::from_raw(20_000),
            step: Money::from_kopecks(1),
        };
        let cost = Cost { credits: worth(price.kopecks()), metered: true };
        Quote { price, cost, factor, expires_at: self.now() + Duration::from_secs(900), set: None }
    }

    /// The change set of a confirm: create the generation, reserve its price; at the moment when the draft was made.
    pub fn confirm(&self, order: &Order) -> ChangeSet {
        let mut change = ChangeSet::new(order.generation.created_at);
        change.generations.push(GenerationChange::Create(Box::new(order.generation.clone())));
        change.operations.push(order.reserve.clone());
        change
    }

    /// A confirmed order.
    pub async fn ordered(&self, person: &Person, kopecks: i64) -> Order {
        let order = self.order(person, kopecks);
        self.committed(&self.confirm(&order)).await;
        order
    }

    /// A confirmed order whose money was captured.
    pub async fn succeeded(&self, person: &Person, reserved: i64, captured: i64) -> Order {
        let order = self.ordered(person, reserved).await;
        self.committed(&self.succeed(&order, captured)).await;
        order
    }

    /// The change set of a success: the result and the capture, which is what the result cost.
    pub fn succeed(&self, order: &Order, captured: i64) -> ChangeSet {
        let mut change = self.operations([Operation::Capture { hold: order.hold(), amount: captured }]);
        change.generations.push(step(order, State::Succeeded(metered(order, 1, captured))));
        change
    }

    /// The change set of a failure: the reason and the release.
    pub fn fail(&self, order: &Order) -> ChangeSet {
        let mut change = self.operations([Operation::Release { hold: order.hold() }]);
        change.generations.push(step(order, failed()));
        change
    }

    /// A durable message to a person.
    pub fn message(&self, person: &Person) -> NewMessage {
        let body = format!("{{\"text\": \"№ {}\"}}", self.number());
        NewMessage { id: MessageId::ordered(&self.clock, &self.ids), user: person.user, generation: None, body }
    }

    /// Posted and reserved kopecks.
    pub async fn money(&self, person: &Person) -> (i64, i64) {
        self.figures(person.user, Unit::Money).await
    }

    /// Posted and reserved of one unit.
    pub async fn figures(&self, user: UserId, unit: Unit) -> (i64, i64) {
        let wallet = self.store.wallet(user, unit).await.expect("the store answers");
        (wallet.posted, wallet.reserved)
    }

    /// The session of somebody who is known.
    pub async fn session(&self, person: &Person) -> Session {
        self.store.session_of(person.user).await.expect("the store answers").expect("the person is known")
    }

    /// A generation that must be there.
    pub async fn generation(&self, id: GenerationId) -> Generation {
        self.store.generation(id).await.expect("the store answers").expect("the generation is there")
    }

    /// How many lines a statement has.
    pub async fn lines(&self, person: &Person) -> usize {
        self.store.statement(person.user, 0, 10_000).await.expect("the store answers").len()
    }

    /// The audit must have looked at something in every respect, and found nothing.
    pub async fn assert_audit_is_clean(&self) {
        let report = self.store.audit().await.expect("the audit runs");
        assert!(report.checks.len() >= 7, "the audit leaves invariants out: {report:#?}");
        assert!(report.is_clean(), "{report:#?}");
    }
}

/// A hold of this unit.
pub(super) const fn funding(unit: Unit, hold: domain::ids::TransferId) -> Funding {
    match unit {
        Unit::Money => Funding::Money(hold),
        Unit::Run => Funding::Run(hold),
    }
}

/// A page of all of a person's generations.
pub(super) const fn everything(person: &Person, skip: u32, limit: u32) -> HistoryQuery<'static> {
    HistoryQuery { user: person.user, models: None, with_result: false, skip, limit }
}

/// A payment in Stars.
pub(super) fn payment(user: UserId, payment: &str, kopecks: i64) -> Operation {
    Operation::TopUp {
        user,
        provider: Provider::Stars,
        payment: payment.to_owned(),
        amount: Money::from_kopecks(kopecks),
        native_amount: 50,
        native_currency: "XTR".to_owned(),
    }
}

/// A step of an order's generation from any live state.
pub(super) fn step(order: &Order, to: State) -> GenerationChange {
    GenerationChange::Step { id: order.generation.id, from: LIVE, to, relinked: false }
}

/// What KIE made of an order, in its `attempt`, for its full price.
pub(super) fn success(order: &Order, attempt: u8) -> Success {
    metered(order, attempt, order.generation.quote.price.kopecks())
}

/// What KIE made of an order, in its `attempt`, for so many kopecks.
pub(super) fn metered(order: &Order, attempt: u8, kopecks: i64) -> Success {
    let file = ResultFile {
        url: "https://tempfile.example.org/р.png".to_owned(),
        title: Some("Песня".to_owned()),
        cover_url: None,
        duration_ms: Some(61_500),
    };
    Success {
        task: task(order, attempt),
        results: Results { files: vec![file], text: Some("la \"la\"".to_owned()), unknown: None },
        cost: Some(worth(kopecks)),
        took_ms: 12_345,
    }
}

/// The credits that are sold for so many kopecks under the world's quotes.
pub(super) const fn worth(kopecks: i64) -> Credits {
    Credits::from_raw(kopecks.saturating_mul(10_000))
}

/// The KIE task of an order's `attempt`.
pub(super) fn task(order: &Order, attempt: u8) -> TaskId {
    TaskId(format!("task-{}-{attempt}", order.generation.id))
}

/// The end without a result.
pub(super) fn failed() -> State {
    State::Failed(Failure { reason: FailureReason::ProviderFailed, detail: Some("500: internal".to_owned()) })
}

/// Commits, and repeats what the store was away for: the port promises that this is harmless.
pub(super) async fn commit_through(store: &dyn Store, change: &ChangeSet) -> Commit {
    for _ in 0..TRIES_MAX {
        match store.commit(change).await {
            Ok(commit) => return commit,
            Err(StoreError::Away(_)) => tokio::task::yield_now().await,
            Err(defect) => panic!("{defect}, by {change:?}"),
        }
    }
    panic!("the store was away {TRIES_MAX} times in a row for {change:?}")
}

/// How many answers are this one.
pub(super) fn count(answers: &[Commit], wanted: &Commit) -> usize {
    answers.iter().filter(|answer| *answer == wanted).count()
}

/// A refusal of a change set's first operation.
pub(super) fn refusal(reason: Refusal) -> Commit {
    Commit::Refused { operation: 0, reason }
}

/// Less is there than wanted.
pub(super) fn short(available: i64, wanted: i64) -> Refusal {
    Refusal::InsufficientFunds { unit: Unit::Money, available, wanted }
}

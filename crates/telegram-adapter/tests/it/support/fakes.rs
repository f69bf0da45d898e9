//! An intake that does what a test says, and a store that knows leases and dead updates.

use std::collections::HashSet;
use std::future::Future;
use std::pin::Pin;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use app::intake::{CallbackOutcome, Health, HintOutcome, Intake, RawCallback, RawHint, UpdateOutcome};
use async_trait::async_trait;
use domain::clock::Timestamp;
use domain::free::{FreeUse, FreeWindows};
use domain::generation::Generation;
use domain::ids::{ActionId, CallbackToken, ChatId, GenerationId, InputId, InvoiceId, ModelId, TaskId, UserId};
use domain::ledger::{Payment, Provider, Unit, Wallet};
use domain::payment::{Invoice, Referral};
use domain::ports::{
    Agenda, AuditReport, ChangeSet, Claim, Commit, DeadUpdate, Drift, HistoryQuery, InputFile, Lease, Message, Orphan,
    PartMark, Payback, ProviderRecord, Rates, Reconciled, ReferralFigures, Session, StatementLine, Stop, Store,
    StoreError, StoreResult, Took, Trace, UpdateKey,
};
use domain::promo::PromoState;
use domain::quote::Margin;
use serde_json::Value;
use tokio::sync::watch;

type Handling = Pin<Box<dyn Future<Output = UpdateOutcome> + Send>>;

/// Hands every update to a closure, and keeps what began and what ended.
pub(crate) struct FakeIntake {
    handle: Box<dyn Fn(Value) -> Handling + Send + Sync>,
    log: watch::Sender<Vec<String>>,
}

impl FakeIntake {
    pub(crate) fn new<F>(handle: impl Fn(Value) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = UpdateOutcome> + Send + 'static,
    {
        Self { handle: Box::new(move |update| Box::pin(handle(update))), log: watch::Sender::new(Vec::new()) }
    }

    /// `begin TEXT` and `OUTCOME TEXT`, in order.
    pub(crate) fn log(&self) -> Vec<String> {
        self.log.borrow().clone()
    }

    /// Waits until the log satisfies `probe`.
    pub(crate) async fn wait(&self, probe: impl Fn(&[String]) -> bool) -> Vec<String> {
        let mut log = self.log.subscribe();
        let found = tokio::time::timeout(super::PATIENCE, log.wait_for(|log| probe(log))).await;
        match found {
            Ok(log) => log.expect("the sender lives").clone(),
            Err(_) => panic!("it did not happen; the log is {:#?}", self.log()),
        }
    }

    /// Waits until so many lines begin with `word`.
    pub(crate) async fn wait_count(&self, word: &str, count: usize) -> Vec<String> {
        self.wait(|log| log.iter().filter(|line| line.starts_with(word)).count() >= count).await
    }

    fn note(&self, line: String) {
        self.log.send_modify(|log| log.push(line));
    }
}

/// The words of an update.
pub(crate) fn text(update: &Value) -> String {
    update.pointer("/message/text").and_then(Value::as_str).unwrap_or("?").to_owned()
}

#[async_trait]
impl Intake for FakeIntake {
    async fn telegram(&self, body: Vec<u8>) -> UpdateOutcome {
        let update: Value = serde_json::from_slice(&body).unwrap();
        let words = text(&update);
        self.note(format!("begin {words}"));
        let outcome = (self.handle)(update).await;
        let word = match outcome {
            UpdateOutcome::Done => "done",
            UpdateOutcome::NotJson => "not-json",
            UpdateOutcome::Later(_) => "later",
        };
        self.note(format!("{word} {words}"));
        outcome
    }

    async fn payment_hint(&self, _: RawHint) -> HintOutcome {
        unreachable!("the poller takes no webhooks")
    }

    async fn kie_callback(&self, _: RawCallback) -> CallbackOutcome {
        CallbackOutcome::UnknownToken
    }

    fn health(&self) -> Health {
        Health { ok: true, version: "0", bot_mode: "polling", storage: "memory", uptime_s: 0, queue_depth: 0 }
    }

    async fn missing(&self) -> Vec<String> {
        Vec::new()
    }

    fn metrics(&self) -> String {
        String::new()
    }
}

/// A store with nothing but the lease, marks and dead updates; the rest is a defect.
#[derive(Default)]
pub(crate) struct FakeStore {
    pub(crate) is_away: AtomicBool,
    pub(crate) done: Mutex<HashSet<UpdateKey>>,
    pub(crate) dead: Mutex<Vec<DeadUpdate>>,
    /// Where updates shall go, as somebody said last.
    pub(crate) reception: Mutex<Option<String>>,
    holder: Mutex<Option<(String, Timestamp)>>,
}

impl FakeStore {
    /// Who holds the lease, however old.
    pub(crate) fn holder(&self) -> Option<String> {
        self.holder.lock().unwrap().as_ref().map(|(owner, _)| owner.clone())
    }

    /// Another instance takes the lease, by force.
    pub(crate) fn give_lease_to(&self, owner: &str) {
        *self.holder.lock().unwrap() = Some((owner.to_owned(), Timestamp::from_micros(i64::MAX)));
    }

    fn reach(&self) -> StoreResult<()> {
        if self.is_away.load(Ordering::SeqCst) { Err(StoreError::Away("as told".to_owned())) } else { Ok(()) }
    }
}

fn unused<T>() -> StoreResult<T> {
    Err(StoreError::Defect("the poller does not need this".to_owned()))
}

#[async_trait]
impl Store for FakeStore {
    async fn bury(&self, dead: &DeadUpdate) -> StoreResult<()> {
        self.reach()?;
        self.dead.lock().unwrap().push(dead.clone());
        Ok(())
    }

    async fn is_done(&self, key: UpdateKey) -> StoreResult<bool> {
        self.reach()?;
        Ok(self.done.lock().unwrap().contains(&key))
    }

    async fn hold_singleton(&self, name: &str, owner: &str, now: Timestamp, lease: Duration) -> StoreResult<bool> {
        self.reach()?;
        assert_eq!(name, "poller");
        let mut holder = self.holder.lock().unwrap();
        let is_free = holder.as_ref().is_none_or(|(present, until)| present == owner || *until <= now);
        if is_free {
            *holder = (!lease.is_zero()).then(|| (owner.to_owned(), now + lease));
        }
        Ok(is_free)
    }

    async fn set_reception(&self, _: i64, address: &str, _: Timestamp) -> StoreResult<()> {
        self.reach()?;
        *self.reception.lock().unwrap() = Some(address.to_owned());
        Ok(())
    }

    async fn reception(&self, _: i64) -> StoreResult<Option<String>> {
        self.reach()?;
        Ok(self.reception.lock().unwrap().clone())
    }

    async fn commit(&self, _: &ChangeSet) -> StoreResult<Commit> {
        unused()
    }
    async fn session(&self, _: ChatId) -> StoreResult<Option<Session>> {
        unused()
    }
    async fn session_of(&self, _: UserId) -> StoreResult<Option<Session>> {
        unused()
    }
    async fn generation(&self, _: GenerationId) -> StoreResult<Option<Generation>> {
        unused()
    }
    async fn generations(&self, _: &[GenerationId]) -> StoreResult<Vec<Generation>> {
        unused()
    }
    async fn generation_by_token(&self, _: &CallbackToken) -> StoreResult<Option<Generation>> {
        unused()
    }
    async fn generation_of_task(&self, _: &TaskId) -> StoreResult<Option<GenerationId>> {
        unused()
    }
    async fn live_generations(&self, _: UserId) -> StoreResult<Vec<Generation>> {
        unused()
    }
    async fn history(&self, _: HistoryQuery<'_>) -> StoreResult<Vec<Generation>> {
        unused()
    }
    async fn inputs(&self, _: &[InputId]) -> StoreResult<Vec<InputFile>> {
        unused()
    }
    async fn favourites(&self, _: UserId) -> StoreResult<Vec<ModelId>> {
        unused()
    }
    async fn recent_models(&self, _: UserId, _: u32) -> StoreResult<Vec<ModelId>> {
        unused()
    }
    async fn popular_models(&self, _: Timestamp, _: u32) -> StoreResult<Vec<(ModelId, u64)>> {
        unused()
    }
    async fn is_former(&self, _: &Trace) -> StoreResult<bool> {
        unused()
    }
    async fn keepsake(&self, _: &str, _: [u8; 32]) -> StoreResult<[u8; 32]> {
        unused()
    }
    async fn queue_position(&self, _: GenerationId) -> StoreResult<u64> {
        unused()
    }
    async fn took(&self, _: &ModelId, _: u32) -> StoreResult<Option<Took>> {
        unused()
    }
    async fn margins(&self, _: &ModelId, _: u32) -> StoreResult<Vec<Margin>> {
        Ok(Vec::new())
    }

    async fn drifts(&self, _: Timestamp) -> StoreResult<Vec<Drift>> {
        Ok(Vec::new())
    }

    async fn stops(&self) -> StoreResult<Vec<Stop>> {
        Ok(Vec::new())
    }

    async fn free_uses(&self, _: UserId, _: FreeWindows) -> StoreResult<Vec<(ModelId, FreeUse)>> {
        unused()
    }
    async fn promo(&self, _: &str, _: UserId) -> StoreResult<Option<PromoState>> {
        unused()
    }
    async fn referral(&self, _: UserId) -> StoreResult<Option<Referral>> {
        unused()
    }
    async fn referral_figures(&self, _: UserId) -> StoreResult<ReferralFigures> {
        unused()
    }
    async fn referral_rewards(&self, _: UserId, _: Timestamp) -> StoreResult<u32> {
        unused()
    }
    async fn movements_of(&self, _: GenerationId) -> StoreResult<Vec<StatementLine>> {
        unused()
    }
    async fn statement(&self, _: UserId, _: u32, _: u32) -> StoreResult<Vec<StatementLine>> {
        unused()
    }
    async fn invoice(&self, _: InvoiceId) -> StoreResult<Option<Invoice>> {
        unused()
    }
    async fn invoice_of(&self, _: Provider, _: &str) -> StoreResult<Option<Invoice>> {
        unused()
    }
    async fn invoices(&self, _: UserId, _: u32) -> StoreResult<Vec<Invoice>> {
        unused()
    }
    async fn claimed_invoices(&self, _: u32) -> StoreResult<Vec<Invoice>> {
        unused()
    }
    async fn claimed_with(&self, _: &str, _: InvoiceId) -> StoreResult<Option<InvoiceId>> {
        unused()
    }
    async fn payment(&self, _: Provider, _: &str) -> StoreResult<Option<Payment>> {
        unused()
    }
    async fn payments(&self, _: UserId, _: u32) -> StoreResult<Vec<Payment>> {
        unused()
    }
    async fn payback(&self, _: ActionId) -> StoreResult<Option<Payback>> {
        unused()
    }
    async fn reconciled(&self, _: Provider) -> StoreResult<Reconciled> {
        unused()
    }
    async fn unmatched_records(&self, _: u32) -> StoreResult<Vec<ProviderRecord>> {
        unused()
    }
    async fn rates(&self) -> StoreResult<Rates> {
        unused()
    }
    async fn wallet(&self, _: UserId, _: Unit) -> StoreResult<Wallet> {
        unused()
    }
    async fn next_message(&self, _: UserId) -> StoreResult<Option<Message>> {
        unused()
    }
    async fn result_parts(&self, _: GenerationId) -> StoreResult<Vec<PartMark>> {
        unused()
    }
    async fn note_window(&self, _: UserId, _: i64, _: i64) -> StoreResult<()> {
        unused()
    }
    async fn note_progress(&self, _: GenerationId, _: i64) -> StoreResult<()> {
        unused()
    }
    async fn claim(&self, _: Claim<'_>) -> StoreResult<Vec<Lease>> {
        unused()
    }
    async fn hand_back(&self, _: &str) -> StoreResult<u64> {
        unused()
    }
    async fn agenda(&self, _: Timestamp) -> StoreResult<Agenda> {
        unused()
    }
    async fn orphan(&self, _: GenerationId) -> StoreResult<Option<Orphan>> {
        unused()
    }
    async fn orphans(&self, _: u32) -> StoreResult<Vec<Orphan>> {
        unused()
    }
    async fn purge(&self, _: Timestamp, _: Timestamp) -> StoreResult<u64> {
        unused()
    }
    async fn now(&self) -> StoreResult<Timestamp> {
        unused()
    }
    async fn pending_migrations(&self) -> StoreResult<Vec<String>> {
        unused()
    }
    async fn audit(&self) -> StoreResult<AuditReport> {
        unused()
    }
    fn kind(&self) -> &'static str {
        "fake"
    }
}

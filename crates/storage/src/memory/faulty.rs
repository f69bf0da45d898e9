//! A Store that fails by plan: for tests and the simulation.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use domain::clock::{IdSource, SeededIds, Timestamp};
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

/// One call of a method of the port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call {
    /// The method's name.
    pub method: &'static str,
    /// The number of this call over all methods, from 0.
    pub number: u64,
}

/// What befalls a call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    #[default]
    None,
    /// The store is away: nothing is read or written.
    Before,
    /// The reply is lost: what the call does is done, the caller hears [`StoreError::Away`].
    After,
}

/// A Store whose calls fail as a plan says; otherwise it is the store that it wraps.
pub struct FaultyStore<S: ?Sized> {
    inner: Arc<S>,
    plan: Box<dyn Fn(Call) -> Fault + Send + Sync>,
    calls: AtomicU64,
}

impl<S: Store + ?Sized> FaultyStore<S> {
    /// `plan` is asked once per call, in the order of the calls. [`Store::kind`] never fails and is not counted.
    pub fn new(inner: Arc<S>, plan: impl Fn(Call) -> Fault + Send + Sync + 'static) -> Self {
        Self { inner, plan: Box::new(plan), calls: AtomicU64::new(0) }
    }

    /// Of 1000 calls about `before` are refused and `after` lose their reply, chosen by `seed`. The same calls in the same order fail in the
    /// same way.
    pub fn seeded(inner: Arc<S>, seed: u64, before: u16, after: u16) -> Self {
        let chance = SeededIds::new(seed);
        Self::new(inner, move |_| {
            let mut bytes = [0; 8];
            chance.fill(&mut bytes);
            let lot = u64::from_le_bytes(bytes) % 1000;
            match lot {
                lot if lot < u64::from(before) => Fault::Before,
                lot if lot < u64::from(before) + u64::from(after) => Fault::After,
                _ => Fault::None,
            }
        })
    }

    /// How many calls there were.
    pub fn calls(&self) -> u64 {
        self.calls.load(Ordering::SeqCst)
    }

    async fn through<T: Send>(
        &self,
        method: &'static str,
        call: impl Future<Output = StoreResult<T>> + Send,
    ) -> StoreResult<T> {
        let number = self.calls.fetch_add(1, Ordering::SeqCst);
        match (self.plan)(Call { method, number }) {
            Fault::None => call.await,
            Fault::Before => Err(StoreError::Away(format!("injected before `{method}`, call {number}"))),
            Fault::After => {
                call.await?;
                Err(StoreError::Away(format!("injected after `{method}`, call {number}: the reply is lost")))
            }
        }
    }
}

impl<S: ?Sized> fmt::Debug for FaultyStore<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FaultyStore").field("calls", &self.calls).finish_non_exhaustive()
    }
}

#[async_trait]
impl<S: Store + ?Sized> Store for FaultyStore<S> {
    async fn commit(&self, change: &ChangeSet) -> StoreResult<Commit> {
        self.through("commit", self.inner.commit(change)).await
    }

    async fn session(&self, chat: ChatId) -> StoreResult<Option<Session>> {
        self.through("session", self.inner.session(chat)).await
    }

    async fn session_of(&self, user: UserId) -> StoreResult<Option<Session>> {
        self.through("session_of", self.inner.session_of(user)).await
    }

    async fn generation(&self, id: GenerationId) -> StoreResult<Option<Generation>> {
        self.through("generation", self.inner.generation(id)).await
    }

    async fn generations(&self, ids: &[GenerationId]) -> StoreResult<Vec<Generation>> {
        self.through("generations", self.inner.generations(ids)).await
    }

    async fn generation_by_token(&self, token: &CallbackToken) -> StoreResult<Option<Generation>> {
        self.through("generation_by_token", self.inner.generation_by_token(token)).await
    }

    async fn generation_of_task(&self, task: &TaskId) -> StoreResult<Option<GenerationId>> {
        self.through("generation_of_task", self.inner.generation_of_task(task)).await
    }

    async fn live_generations(&self, user: UserId) -> StoreResult<Vec<Generation>> {
        self.through("live_generations", self.inner.live_generations(user)).await
    }

    async fn history(&self, query: HistoryQuery<'_>) -> StoreResult<Vec<Generation>> {
        self.through("history", self.inner.history(query)).await
    }

    async fn inputs(&self, ids: &[InputId]) -> StoreResult<Vec<InputFile>> {
        self.through("inputs", self.inner.inputs(ids)).await
    }

    async fn favourites(&self, user: UserId) -> StoreResult<Vec<ModelId>> {
        self.through("favourites", self.inner.favourites(user)).await
    }

    async fn recent_models(&self, user: UserId, limit: u32) -> StoreResult<Vec<ModelId>> {
        self.through("recent_models", self.inner.recent_models(user, limit)).await
    }

    async fn popular_models(&self, since: Timestamp, limit: u32) -> StoreResult<Vec<(ModelId, u64)>> {
        self.through("popular_models", self.inner.popular_models(since, limit)).await
    }

    async fn is_former(&self, trace: &Trace) -> StoreResult<bool> {
        self.through("is_former", self.inner.is_former(trace)).await
    }

    async fn keepsake(&self, name: &str, fresh: [u8; 32]) -> StoreResult<[u8; 32]> {
        self.through("keepsake", self.inner.keepsake(name, fresh)).await
    }

    async fn queue_position(&self, id: GenerationId) -> StoreResult<u64> {
        self.through("queue_position", self.inner.queue_position(id)).await
    }

    async fn took(&self, model: &ModelId, sample: u32) -> StoreResult<Option<Took>> {
        self.through("took", self.inner.took(model, sample)).await
    }

    async fn margins(&self, model: &ModelId, limit: u32) -> StoreResult<Vec<Margin>> {
        self.through("margins", self.inner.margins(model, limit)).await
    }

    async fn drifts(&self, since: Timestamp) -> StoreResult<Vec<Drift>> {
        self.through("drifts", self.inner.drifts(since)).await
    }

    async fn stops(&self) -> StoreResult<Vec<Stop>> {
        self.through("stops", self.inner.stops()).await
    }

    async fn free_uses(&self, user: UserId, windows: FreeWindows) -> StoreResult<Vec<(ModelId, FreeUse)>> {
        self.through("free_uses", self.inner.free_uses(user, windows)).await
    }

    async fn promo(&self, code: &str, user: UserId) -> StoreResult<Option<PromoState>> {
        self.through("promo", self.inner.promo(code, user)).await
    }

    async fn referral(&self, invited: UserId) -> StoreResult<Option<Referral>> {
        self.through("referral", self.inner.referral(invited)).await
    }

    async fn referral_figures(&self, inviter: UserId) -> StoreResult<ReferralFigures> {
        self.through("referral_figures", self.inner.referral_figures(inviter)).await
    }

    async fn referral_rewards(&self, inviter: UserId, day: Timestamp) -> StoreResult<u32> {
        self.through("referral_rewards", self.inner.referral_rewards(inviter, day)).await
    }

    async fn statement(&self, user: UserId, skip: u32, limit: u32) -> StoreResult<Vec<StatementLine>> {
        self.through("statement", self.inner.statement(user, skip, limit)).await
    }

    async fn movements_of(&self, generation: GenerationId) -> StoreResult<Vec<StatementLine>> {
        self.through("movements_of", self.inner.movements_of(generation)).await
    }

    async fn invoice(&self, id: InvoiceId) -> StoreResult<Option<Invoice>> {
        self.through("invoice", self.inner.invoice(id)).await
    }

    async fn invoice_of(&self, provider: Provider, external: &str) -> StoreResult<Option<Invoice>> {
        self.through("invoice_of", self.inner.invoice_of(provider, external)).await
    }

    async fn invoices(&self, user: UserId, limit: u32) -> StoreResult<Vec<Invoice>> {
        self.through("invoices", self.inner.invoices(user, limit)).await
    }

    async fn claimed_invoices(&self, limit: u32) -> StoreResult<Vec<Invoice>> {
        self.through("claimed_invoices", self.inner.claimed_invoices(limit)).await
    }

    async fn claimed_with(&self, hash: &str, except: InvoiceId) -> StoreResult<Option<InvoiceId>> {
        self.through("claimed_with", self.inner.claimed_with(hash, except)).await
    }

    async fn payment(&self, provider: Provider, payment: &str) -> StoreResult<Option<Payment>> {
        self.through("payment", self.inner.payment(provider, payment)).await
    }

    async fn payments(&self, user: UserId, limit: u32) -> StoreResult<Vec<Payment>> {
        self.through("payments", self.inner.payments(user, limit)).await
    }

    async fn payback(&self, action: ActionId) -> StoreResult<Option<Payback>> {
        self.through("payback", self.inner.payback(action)).await
    }

    async fn reconciled(&self, provider: Provider) -> StoreResult<Reconciled> {
        self.through("reconciled", self.inner.reconciled(provider)).await
    }

    async fn unmatched_records(&self, limit: u32) -> StoreResult<Vec<ProviderRecord>> {
        self.through("unmatched_records", self.inner.unmatched_records(limit)).await
    }

    async fn rates(&self) -> StoreResult<Rates> {
        self.through("rates", self.inner.rates()).await
    }

    async fn wallet(&self, user: UserId, unit: Unit) -> StoreResult<Wallet> {
        self.through("wallet", self.inner.wallet(user, unit)).await
    }

    async fn next_message(&self, user: UserId) -> StoreResult<Option<Message>> {
        self.through("next_message", self.inner.next_message(user)).await
    }

    async fn result_parts(&self, generation: GenerationId) -> StoreResult<Vec<PartMark>> {
        self.through("result_parts", self.inner.result_parts(generation)).await
    }

    async fn note_window(&self, user: UserId, version: i64, message: i64) -> StoreResult<()> {
        self.through("note_window", self.inner.note_window(user, version, message)).await
    }

    async fn note_progress(&self, id: GenerationId, message: i64) -> StoreResult<()> {
        self.through("note_progress", self.inner.note_progress(id, message)).await
    }

    async fn claim(&self, claim: Claim<'_>) -> StoreResult<Vec<Lease>> {
        self.through("claim", self.inner.claim(claim)).await
    }

    async fn hand_back(&self, owner: &str) -> StoreResult<u64> {
        self.through("hand_back", self.inner.hand_back(owner)).await
    }

    async fn agenda(&self, now: Timestamp) -> StoreResult<Agenda> {
        self.through("agenda", self.inner.agenda(now)).await
    }

    async fn bury(&self, dead: &DeadUpdate) -> StoreResult<()> {
        self.through("bury", self.inner.bury(dead)).await
    }

    async fn is_done(&self, key: UpdateKey) -> StoreResult<bool> {
        self.through("is_done", self.inner.is_done(key)).await
    }

    async fn hold_singleton(&self, name: &str, owner: &str, now: Timestamp, lease: Duration) -> StoreResult<bool> {
        self.through("hold_singleton", self.inner.hold_singleton(name, owner, now, lease)).await
    }

    async fn set_reception(&self, bot: i64, address: &str, at: Timestamp) -> StoreResult<()> {
        self.through("set_reception", self.inner.set_reception(bot, address, at)).await
    }

    async fn reception(&self, bot: i64) -> StoreResult<Option<String>> {
        self.through("reception", self.inner.reception(bot)).await
    }

    async fn orphan(&self, generation: GenerationId) -> StoreResult<Option<Orphan>> {
        self.through("orphan", self.inner.orphan(generation)).await
    }

    async fn orphans(&self, limit: u32) -> StoreResult<Vec<Orphan>> {
        self.through("orphans", self.inner.orphans(limit)).await
    }

    async fn purge(&self, marks_before: Timestamp, dead_before: Timestamp) -> StoreResult<u64> {
        self.through("purge", self.inner.purge(marks_before, dead_before)).await
    }

    async fn now(&self) -> StoreResult<Timestamp> {
        self.through("now", self.inner.now()).await
    }

    async fn pending_migrations(&self) -> StoreResult<Vec<String>> {
        self.through("pending_migrations", self.inner.pending_migrations()).await
    }

    async fn audit(&self) -> StoreResult<AuditReport> {
        self.through("audit", self.inner.audit()).await
    }

    fn kind(&self) -> &'static str {
        self.inner.kind()
    }
}

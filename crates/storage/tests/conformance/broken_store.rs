//! A store with a flaw as the port: every method but the commit is the sound store's.

use std::time::Duration;

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
    StoreResult, Took, Trace, UpdateKey,
};
use domain::promo::PromoState;
use domain::quote::Margin;

use super::{Broken, Flaw};

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

    async fn generations(&self, ids: &[GenerationId]) -> StoreResult<Vec<Generation>> {
        self.inner.generations(ids).await
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

    async fn history(&self, query: HistoryQuery<'_>) -> StoreResult<Vec<Generation>> {
        self.inner.history(query).await
    }

    async fn inputs(&self, ids: &[InputId]) -> StoreResult<Vec<InputFile>> {
        self.inner.inputs(ids).await
    }

    async fn favourites(&self, user: UserId) -> StoreResult<Vec<ModelId>> {
        self.inner.favourites(user).await
    }

    async fn recent_models(&self, user: UserId, limit: u32) -> StoreResult<Vec<ModelId>> {
        self.inner.recent_models(user, limit).await
    }

    async fn popular_models(&self, since: Timestamp, limit: u32) -> StoreResult<Vec<(ModelId, u64)>> {
        self.inner.popular_models(since, limit).await
    }

    async fn is_former(&self, trace: &Trace) -> StoreResult<bool> {
        self.inner.is_former(trace).await
    }

    async fn keepsake(&self, name: &str, fresh: [u8; 32]) -> StoreResult<[u8; 32]> {
        self.inner.keepsake(name, fresh).await
    }

    async fn queue_position(&self, id: GenerationId) -> StoreResult<u64> {
        self.inner.queue_position(id).await
    }

    async fn took(&self, model: &ModelId, sample: u32) -> StoreResult<Option<Took>> {
        self.inner.took(model, sample).await
    }

    async fn margins(&self, model: &ModelId, limit: u32) -> StoreResult<Vec<Margin>> {
        self.inner.margins(model, limit).await
    }

    async fn drifts(&self, since: Timestamp) -> StoreResult<Vec<Drift>> {
        self.inner.drifts(since).await
    }

    async fn stops(&self) -> StoreResult<Vec<Stop>> {
        self.inner.stops().await
    }

    async fn free_uses(&self, user: UserId, windows: FreeWindows) -> StoreResult<Vec<(ModelId, FreeUse)>> {
        self.inner.free_uses(user, windows).await
    }

    async fn promo(&self, code: &str, user: UserId) -> StoreResult<Option<PromoState>> {
        self.inner.promo(code, user).await
    }

    async fn referral(&self, invited: UserId) -> StoreResult<Option<Referral>> {
        self.inner.referral(invited).await
    }

    async fn referral_figures(&self, inviter: UserId) -> StoreResult<ReferralFigures> {
        self.inner.referral_figures(inviter).await
    }

    async fn referral_rewards(&self, inviter: UserId, day: Timestamp) -> StoreResult<u32> {
        self.inner.referral_rewards(inviter, day).await
    }

    async fn statement(&self, user: UserId, skip: u32, limit: u32) -> StoreResult<Vec<StatementLine>> {
        self.inner.statement(user, skip, limit).await
    }

    async fn movements_of(&self, generation: GenerationId) -> StoreResult<Vec<StatementLine>> {
        self.inner.movements_of(generation).await
    }

    async fn invoice(&self, id: InvoiceId) -> StoreResult<Option<Invoice>> {
        self.inner.invoice(id).await
    }

    async fn invoice_of(&self, provider: Provider, external: &str) -> StoreResult<Option<Invoice>> {
        self.inner.invoice_of(provider, external).await
    }

    async fn invoices(&self, user: UserId, limit: u32) -> StoreResult<Vec<Invoice>> {
        self.inner.invoices(user, limit).await
    }

    async fn claimed_invoices(&self, limit: u32) -> StoreResult<Vec<Invoice>> {
        self.inner.claimed_invoices(limit).await
    }

    async fn claimed_with(&self, hash: &str, except: InvoiceId) -> StoreResult<Option<InvoiceId>> {
        self.inner.claimed_with(hash, except).await
    }

    async fn payment(&self, provider: Provider, payment: &str) -> StoreResult<Option<Payment>> {
        self.inner.payment(provider, payment).await
    }

    async fn payments(&self, user: UserId, limit: u32) -> StoreResult<Vec<Payment>> {
        self.inner.payments(user, limit).await
    }

    async fn payback(&self, action: ActionId) -> StoreResult<Option<Payback>> {
        self.inner.payback(action).await
    }

    async fn reconciled(&self, provider: Provider) -> StoreResult<Reconciled> {
        self.inner.reconciled(provider).await
    }

    async fn unmatched_records(&self, limit: u32) -> StoreResult<Vec<ProviderRecord>> {
        self.inner.unmatched_records(limit).await
    }

    async fn rates(&self) -> StoreResult<Rates> {
        self.inner.rates().await
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

    async fn agenda(&self, now: Timestamp) -> StoreResult<Agenda> {
        self.inner.agenda(now).await
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

    async fn set_reception(&self, bot: i64, address: &str, at: Timestamp) -> StoreResult<()> {
        self.inner.set_reception(bot, address, at).await
    }

    async fn reception(&self, bot: i64) -> StoreResult<Option<String>> {
        self.inner.reception(bot).await
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

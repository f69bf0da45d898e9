//! The port, method by method: one lock, one deed.

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

use super::{MemoryStore, audit};

#[async_trait]
impl Store for MemoryStore {
    async fn commit(&self, change: &ChangeSet) -> StoreResult<Commit> {
        self.lock(|state| state.commit(change))?
    }

    async fn session(&self, chat: ChatId) -> StoreResult<Option<Session>> {
        self.lock(|state| state.people.user_of(chat).and_then(|user| state.session(user)))
    }

    async fn session_of(&self, user: UserId) -> StoreResult<Option<Session>> {
        self.lock(|state| state.session(user))
    }

    async fn generation(&self, id: GenerationId) -> StoreResult<Option<Generation>> {
        self.lock(|state| state.generations.get(id).cloned())
    }

    async fn generations(&self, ids: &[GenerationId]) -> StoreResult<Vec<Generation>> {
        self.lock(|state| state.generations.of_ids(ids))
    }

    async fn generation_by_token(&self, token: &CallbackToken) -> StoreResult<Option<Generation>> {
        self.lock(|state| state.generations.by_token(token).cloned())
    }

    async fn generation_of_task(&self, task: &TaskId) -> StoreResult<Option<GenerationId>> {
        self.lock(|state| state.generation_of_task(task))
    }

    async fn live_generations(&self, user: UserId) -> StoreResult<Vec<Generation>> {
        self.lock(|state| state.generations.live(user))
    }

    async fn history(&self, query: HistoryQuery<'_>) -> StoreResult<Vec<Generation>> {
        self.lock(|state| state.generations.history(query))
    }

    async fn inputs(&self, ids: &[InputId]) -> StoreResult<Vec<InputFile>> {
        self.lock(|state| state.people.inputs(ids))
    }

    async fn favourites(&self, user: UserId) -> StoreResult<Vec<ModelId>> {
        self.lock(|state| state.people.favourites(user))
    }

    async fn recent_models(&self, user: UserId, limit: u32) -> StoreResult<Vec<ModelId>> {
        self.lock(|state| state.generations.recent_models(user, size(limit)))
    }

    async fn popular_models(&self, since: Timestamp, limit: u32) -> StoreResult<Vec<(ModelId, u64)>> {
        self.lock(|state| state.generations.successes.popular_models(since, size(limit)))
    }

    async fn is_former(&self, trace: &Trace) -> StoreResult<bool> {
        self.lock(|state| state.people.is_former(trace))
    }

    async fn keepsake(&self, name: &str, fresh: [u8; 32]) -> StoreResult<[u8; 32]> {
        self.lock(|state| state.keepsake(name, fresh))
    }

    async fn queue_position(&self, id: GenerationId) -> StoreResult<u64> {
        self.lock(|state| count(state.queue_position(id)))
    }

    async fn took(&self, model: &ModelId, sample: u32) -> StoreResult<Option<Took>> {
        self.lock(|state| state.generations.successes.took(model, sample))
    }

    async fn margins(&self, model: &ModelId, limit: u32) -> StoreResult<Vec<Margin>> {
        self.lock(|state| state.margins(model, size(limit)))
    }

    async fn drifts(&self, since: Timestamp) -> StoreResult<Vec<Drift>> {
        self.lock(|state| state.generations.successes.drifts(since))?
    }

    async fn stops(&self) -> StoreResult<Vec<Stop>> {
        self.lock(|state| state.stops())
    }

    async fn free_uses(&self, user: UserId, windows: FreeWindows) -> StoreResult<Vec<(ModelId, FreeUse)>> {
        self.lock(|state| state.gifts.free.uses(user, windows))
    }

    async fn promo(&self, code: &str, user: UserId) -> StoreResult<Option<PromoState>> {
        self.lock(|state| state.gifts.promos.promo(code, user))
    }

    async fn referral(&self, invited: UserId) -> StoreResult<Option<Referral>> {
        self.lock(|state| state.gifts.referrals.referral(invited))
    }

    async fn referral_figures(&self, inviter: UserId) -> StoreResult<ReferralFigures> {
        self.lock(|state| state.gifts.referrals.figures(inviter))
    }

    async fn referral_rewards(&self, inviter: UserId, day: Timestamp) -> StoreResult<u32> {
        self.lock(|state| state.gifts.referrals.rewards(inviter, day))
    }

    async fn statement(&self, user: UserId, skip: u32, limit: u32) -> StoreResult<Vec<StatementLine>> {
        self.lock(|state| state.statement(user, size(skip), size(limit)))
    }

    async fn movements_of(&self, generation: GenerationId) -> StoreResult<Vec<StatementLine>> {
        self.lock(|state| state.movements_of(generation))
    }

    async fn invoice(&self, id: InvoiceId) -> StoreResult<Option<Invoice>> {
        self.lock(|state| state.invoices.get(id).cloned())
    }

    async fn invoice_of(&self, provider: Provider, external: &str) -> StoreResult<Option<Invoice>> {
        self.lock(|state| state.invoices.of_external(provider, external).cloned())
    }

    async fn invoices(&self, user: UserId, limit: u32) -> StoreResult<Vec<Invoice>> {
        self.lock(|state| state.invoices.of_user(user, size(limit)))
    }

    async fn claimed_invoices(&self, limit: u32) -> StoreResult<Vec<Invoice>> {
        self.lock(|state| state.invoices.claimed(size(limit)))
    }

    async fn claimed_with(&self, hash: &str, except: InvoiceId) -> StoreResult<Option<InvoiceId>> {
        self.lock(|state| state.invoices.claimed_with(hash, except))
    }

    async fn payment(&self, provider: Provider, payment: &str) -> StoreResult<Option<Payment>> {
        self.lock(|state| state.book.payment(provider, payment).cloned())
    }

    async fn payments(&self, user: UserId, limit: u32) -> StoreResult<Vec<Payment>> {
        self.lock(|state| state.payments(user, size(limit)))
    }

    async fn payback(&self, action: ActionId) -> StoreResult<Option<Payback>> {
        self.lock(|state| state.paybacks.get(action).cloned())
    }

    async fn reconciled(&self, provider: Provider) -> StoreResult<Reconciled> {
        self.lock(|state| state.records.reconciled(provider))
    }

    async fn unmatched_records(&self, limit: u32) -> StoreResult<Vec<ProviderRecord>> {
        self.lock(|state| state.unmatched_records(size(limit)))
    }

    async fn rates(&self) -> StoreResult<Rates> {
        self.lock(|state| state.rates.clone())
    }

    async fn wallet(&self, user: UserId, unit: Unit) -> StoreResult<Wallet> {
        self.lock(|state| state.book.wallet(user, unit))
    }

    async fn next_message(&self, user: UserId) -> StoreResult<Option<Message>> {
        self.lock(|state| state.next_message(user))
    }

    async fn result_parts(&self, generation: GenerationId) -> StoreResult<Vec<PartMark>> {
        self.lock(|state| state.messages.result_parts(generation))
    }

    async fn note_window(&self, user: UserId, version: i64, message: i64) -> StoreResult<()> {
        self.lock(|state| state.people.note_window(user, version, message))
    }

    async fn note_progress(&self, id: GenerationId, message: i64) -> StoreResult<()> {
        self.lock(|state| state.generations.note_progress(id, message))
    }

    async fn claim(&self, claim: Claim<'_>) -> StoreResult<Vec<Lease>> {
        self.lock(|state| state.jobs.claim(claim))
    }

    async fn hand_back(&self, owner: &str) -> StoreResult<u64> {
        self.lock(|state| count(state.jobs.hand_back(owner)))
    }

    async fn agenda(&self, now: Timestamp) -> StoreResult<Agenda> {
        self.lock(|state| state.jobs.agenda(now))
    }

    async fn bury(&self, dead: &DeadUpdate) -> StoreResult<()> {
        self.lock(|state| state.bury(dead))
    }

    async fn is_done(&self, key: UpdateKey) -> StoreResult<bool> {
        self.lock(|state| state.is_done(key))
    }

    async fn hold_singleton(&self, name: &str, owner: &str, now: Timestamp, lease: Duration) -> StoreResult<bool> {
        self.lock(|state| state.hold_singleton(name, owner, now, lease))
    }

    async fn set_reception(&self, bot: i64, address: &str, _: Timestamp) -> StoreResult<()> {
        self.lock(|state| state.receptions.insert(bot, address.to_owned())).map(drop)
    }

    async fn reception(&self, bot: i64) -> StoreResult<Option<String>> {
        self.lock(|state| state.receptions.get(&bot).cloned())
    }

    async fn orphan(&self, generation: GenerationId) -> StoreResult<Option<Orphan>> {
        self.lock(|state| state.orphan(generation))
    }

    async fn orphans(&self, limit: u32) -> StoreResult<Vec<Orphan>> {
        self.lock(|state| state.orphans(size(limit)))
    }

    async fn purge(&self, marks_before: Timestamp, dead_before: Timestamp) -> StoreResult<u64> {
        self.lock(|state| count(state.purge(marks_before, dead_before)))
    }

    async fn now(&self) -> StoreResult<Timestamp> {
        Ok(self.clock.now())
    }

    async fn pending_migrations(&self) -> StoreResult<Vec<String>> {
        Ok(Vec::new())
    }

    async fn audit(&self) -> StoreResult<AuditReport> {
        self.lock(|state| {
            let mut report =
                audit::audit(&audit::Rows::of(&state.book, state.lines(), state.generations.all(), state.incoming()));
            let gifts = audit::gifts::Rows::of(&state.gifts, &state.book, state.generations.all());
            report.checks.extend(audit::gifts::audit(&gifts));
            report
        })
    }

    fn kind(&self) -> &'static str {
        "memory"
    }
}

/// A page's bound as the collections count.
fn size(bound: u32) -> usize {
    usize::try_from(bound).unwrap_or(usize::MAX)
}

/// A collection's size as the port counts.
fn count(size: usize) -> u64 {
    u64::try_from(size).unwrap_or(u64::MAX)
}

//! The port, method by method: one question each, to a query of the same noun.

use std::sync::Arc;
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

use super::{Backend, SqlStore};
use crate::rows::{Page, Wanted};
use crate::{migrations, postgres, sqlite};

/// An audit reads every row once; past this something is wrong with the database.
const AUDIT_TIMEOUT: Duration = Duration::from_secs(30 * 60);

#[async_trait]
impl Store for SqlStore {
    async fn commit(&self, change: &ChangeSet) -> StoreResult<Commit> {
        let change = Arc::new(change.clone());
        ask!(self, writer, commit::commit(change))
    }

    async fn session(&self, chat: ChatId) -> StoreResult<Option<Session>> {
        ask!(self, reader, people::session(chat))
    }

    async fn session_of(&self, user: UserId) -> StoreResult<Option<Session>> {
        ask!(self, reader, people::session_of(user))
    }

    async fn generation(&self, id: GenerationId) -> StoreResult<Option<Generation>> {
        ask!(self, reader, generations::generation(id))
    }

    async fn generations(&self, ids: &[GenerationId]) -> StoreResult<Vec<Generation>> {
        let ids = ids.to_vec();
        ask!(self, reader, generations::of_ids(ids))
    }

    async fn generation_by_token(&self, token: &CallbackToken) -> StoreResult<Option<Generation>> {
        let token = token.clone();
        ask!(self, reader, generations::by_token(token))
    }

    async fn generation_of_task(&self, task: &TaskId) -> StoreResult<Option<GenerationId>> {
        let task = task.clone();
        ask!(self, reader, generations::of_task(task))
    }

    async fn live_generations(&self, user: UserId) -> StoreResult<Vec<Generation>> {
        ask!(self, reader, generations::live(user))
    }

    async fn history(&self, query: HistoryQuery<'_>) -> StoreResult<Vec<Generation>> {
        let page = Page::of(query);
        ask!(self, reader, generations::history(page))
    }

    async fn inputs(&self, ids: &[InputId]) -> StoreResult<Vec<InputFile>> {
        let ids = ids.to_vec();
        ask!(self, reader, inputs::of_ids(ids))
    }

    async fn favourites(&self, user: UserId) -> StoreResult<Vec<ModelId>> {
        ask!(self, reader, favourites::favourites(user))
    }

    async fn recent_models(&self, user: UserId, limit: u32) -> StoreResult<Vec<ModelId>> {
        ask!(self, reader, models::recent(user, limit))
    }

    async fn popular_models(&self, since: Timestamp, limit: u32) -> StoreResult<Vec<(ModelId, u64)>> {
        ask!(self, reader, models::popular(since, limit))
    }

    async fn is_former(&self, trace: &Trace) -> StoreResult<bool> {
        let trace = *trace;
        ask!(self, reader, forgetting::is_former(trace))
    }

    async fn keepsake(&self, name: &str, fresh: [u8; 32]) -> StoreResult<[u8; 32]> {
        let name = name.to_owned();
        ask!(self, writer, keepsakes::keepsake(name, fresh))
    }

    async fn queue_position(&self, id: GenerationId) -> StoreResult<u64> {
        ask!(self, reader, generations::queue_position(id))
    }

    async fn took(&self, model: &ModelId, sample: u32) -> StoreResult<Option<Took>> {
        let model = model.clone();
        ask!(self, reader, models::took(model, sample))
    }

    async fn margins(&self, model: &ModelId, limit: u32) -> StoreResult<Vec<Margin>> {
        let model = model.clone();
        ask!(self, reader, models::margins(model, limit))
    }

    async fn drifts(&self, since: Timestamp) -> StoreResult<Vec<Drift>> {
        ask!(self, reader, models::drifts(since))
    }

    async fn stops(&self) -> StoreResult<Vec<Stop>> {
        ask!(self, reader, stops::stops())
    }

    async fn free_uses(&self, user: UserId, windows: FreeWindows) -> StoreResult<Vec<(ModelId, FreeUse)>> {
        ask!(self, reader, free::uses(user, windows))
    }

    async fn promo(&self, code: &str, user: UserId) -> StoreResult<Option<PromoState>> {
        let code = code.to_owned();
        ask!(self, reader, promos::promo(code, user))
    }

    async fn referral(&self, invited: UserId) -> StoreResult<Option<Referral>> {
        ask!(self, reader, referrals::referral(invited))
    }

    async fn referral_figures(&self, inviter: UserId) -> StoreResult<ReferralFigures> {
        ask!(self, reader, referrals::figures(inviter))
    }

    async fn referral_rewards(&self, inviter: UserId, day: Timestamp) -> StoreResult<u32> {
        ask!(self, reader, referrals::rewards(inviter, day))
    }

    async fn statement(&self, user: UserId, skip: u32, limit: u32) -> StoreResult<Vec<StatementLine>> {
        ask!(self, reader, ledger::statement(user, skip, limit))
    }

    async fn movements_of(&self, generation: GenerationId) -> StoreResult<Vec<StatementLine>> {
        ask!(self, reader, ledger::movements_of(generation))
    }

    async fn invoice(&self, id: InvoiceId) -> StoreResult<Option<Invoice>> {
        ask!(self, reader, invoices::invoice(id))
    }

    async fn invoice_of(&self, provider: Provider, external: &str) -> StoreResult<Option<Invoice>> {
        let external = external.to_owned();
        ask!(self, reader, invoices::of_external(provider, external))
    }

    async fn invoices(&self, user: UserId, limit: u32) -> StoreResult<Vec<Invoice>> {
        ask!(self, reader, invoices::of_user(user, limit))
    }

    async fn claimed_invoices(&self, limit: u32) -> StoreResult<Vec<Invoice>> {
        ask!(self, reader, invoices::claimed(limit))
    }

    async fn claimed_with(&self, hash: &str, except: InvoiceId) -> StoreResult<Option<InvoiceId>> {
        let hash = hash.to_owned();
        ask!(self, reader, invoices::claimed_with(hash, except))
    }

    async fn payment(&self, provider: Provider, payment: &str) -> StoreResult<Option<Payment>> {
        let payment = payment.to_owned();
        ask!(self, reader, paybacks::payment(provider, payment))
    }

    async fn payments(&self, user: UserId, limit: u32) -> StoreResult<Vec<Payment>> {
        ask!(self, reader, paybacks::payments(user, limit))
    }

    async fn payback(&self, action: ActionId) -> StoreResult<Option<Payback>> {
        ask!(self, reader, paybacks::payback(action))
    }

    async fn reconciled(&self, provider: Provider) -> StoreResult<Reconciled> {
        ask!(self, reader, records::reconciled(provider))
    }

    async fn unmatched_records(&self, limit: u32) -> StoreResult<Vec<ProviderRecord>> {
        ask!(self, reader, records::unmatched(limit))
    }

    async fn rates(&self) -> StoreResult<Rates> {
        ask!(self, reader, rates::rates())
    }

    async fn wallet(&self, user: UserId, unit: Unit) -> StoreResult<Wallet> {
        ask!(self, reader, wallets::wallet(user, unit))
    }

    async fn next_message(&self, user: UserId) -> StoreResult<Option<Message>> {
        ask!(self, reader, messages::next(user))
    }

    async fn result_parts(&self, generation: GenerationId) -> StoreResult<Vec<PartMark>> {
        ask!(self, reader, messages::result_parts(generation))
    }

    async fn note_window(&self, user: UserId, version: i64, message: i64) -> StoreResult<()> {
        ask!(self, writer, people::note_window(user, version, message))
    }

    async fn note_progress(&self, id: GenerationId, message: i64) -> StoreResult<()> {
        ask!(self, writer, generations::note_progress(id, message))
    }

    async fn claim(&self, claim: Claim<'_>) -> StoreResult<Vec<Lease>> {
        let wanted = Wanted::of(claim);
        ask!(self, writer, jobs::claim(wanted))
    }

    async fn hand_back(&self, owner: &str) -> StoreResult<u64> {
        let owner = owner.to_owned();
        ask!(self, writer, jobs::hand_back(owner))
    }

    async fn agenda(&self, now: Timestamp) -> StoreResult<Agenda> {
        ask!(self, reader, jobs::agenda(now))
    }

    async fn bury(&self, dead: &DeadUpdate) -> StoreResult<()> {
        let dead = dead.clone();
        ask!(self, writer, updates::bury(dead))
    }

    async fn is_done(&self, key: UpdateKey) -> StoreResult<bool> {
        ask!(self, reader, updates::is_done(key))
    }

    async fn hold_singleton(&self, name: &str, owner: &str, now: Timestamp, lease: Duration) -> StoreResult<bool> {
        let (name, owner) = (name.to_owned(), owner.to_owned());
        ask!(self, writer, singletons::hold(name, owner, now, lease))
    }

    async fn set_reception(&self, bot: i64, address: &str, at: Timestamp) -> StoreResult<()> {
        let address = address.to_owned();
        ask!(self, writer, receptions::set(bot, address, at))
    }

    async fn reception(&self, bot: i64) -> StoreResult<Option<String>> {
        ask!(self, reader, receptions::last(bot))
    }

    async fn orphan(&self, generation: GenerationId) -> StoreResult<Option<Orphan>> {
        ask!(self, reader, orphans::orphan(generation))
    }

    async fn orphans(&self, limit: u32) -> StoreResult<Vec<Orphan>> {
        ask!(self, reader, orphans::orphans(limit))
    }

    async fn purge(&self, marks_before: Timestamp, dead_before: Timestamp) -> StoreResult<u64> {
        ask!(self, writer, updates::purge(marks_before, dead_before))
    }

    async fn now(&self) -> StoreResult<Timestamp> {
        ask!(self, reader, health::now())
    }

    async fn pending_migrations(&self) -> StoreResult<Vec<String>> {
        let applied = ask!(self, reader, health::applied())?;
        Ok(migrations::missing(&applied))
    }

    async fn audit(&self) -> StoreResult<AuditReport> {
        ask!(self, AUDIT_TIMEOUT, reader, audit::audit())
    }

    fn kind(&self) -> &'static str {
        match self.backend {
            Backend::Postgres(_) => "postgres",
            Backend::Sqlite(_) => "sqlite",
        }
    }
}

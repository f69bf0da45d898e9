//! Reconciliation with a provider's own list: what was paid while we were away is credited, what was returned is taken back, and what
//! nobody can explain is kept for the owner.

use std::sync::Arc;
use std::time::Duration;

use domain::clock::Timestamp;
use domain::ids::{InvoiceId, UserId};
use domain::ledger::{Operation, Posting, Provider, Refusal};
use domain::payment::Invoice;
use domain::ports::{ChangeSet, Commit, PaymentGate, ProviderRecord, Reconciliation, StoreError, StoreResult};
use tokio_util::sync::CancellationToken;

use crate::conversation::Notice;
use crate::outbox::Body;
use crate::service::App;

/// A lost payment is found within so long. Telegram keeps an undelivered update for a day, so this is rarely needed, and one call costs
/// nothing.
const EVERY: Duration = Duration::from_secs(10 * 60);
/// The singleton's name: two instances read at different moments.
const NAME: &str = "reconciliation";
/// Telegram's own bound.
const PAGE: u32 = 100;
/// A list longer than this in one go goes on in the next round.
const PAGES_MAX: u32 = 1000;
/// See `TRIES_MAX` of updates: five conflicts in a row mean that something is wrong.
const TRIES_MAX: u32 = 5;
const CALL_BUDGET: Duration = Duration::from_secs(15);

/// Reconciles until `shutdown`, at once and then again and again.
pub(super) async fn keep(app: Arc<App>, shutdown: CancellationToken) {
    while !shutdown.is_cancelled() {
        let wait = match app.reconcile_alone().await {
            Ok(true) => EVERY,
            // If who is at it was killed, their lease has run out by then.
            Ok(false) => app.settings.lease,
            Err(error) => {
                tracing::warn!(%error, "a reconciliation has to wait");
                app.settings.lease
            }
        };
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = shutdown.cancelled() => {}
        }
    }
}

impl App {
    /// Reconciles unless another instance is at it; whether this one did.
    async fn reconcile_alone(&self) -> StoreResult<bool> {
        let (owner, lease) = (self.settings.instance.as_str(), self.settings.lease);
        if self.gates.is_empty() {
            return Ok(true);
        }
        if !self.store.hold_singleton(NAME, owner, self.now(), lease).await? {
            return Ok(false);
        }
        let outcome = self.reconcile().await;
        // Given up, whatever came of it: who starts next reads at once.
        self.store.hold_singleton(NAME, owner, self.now(), Duration::ZERO).await?;
        outcome.map(|()| true)
    }

    /// Reads each provider's own list on from where it was read last. Any number of times, by any number of instances: the same end state.
    ///
    /// # Errors
    /// If the store is away or a defect shows up; what was read so far is kept.
    pub async fn reconcile(&self) -> StoreResult<()> {
        for gate in &self.gates {
            for _ in 0..PAGES_MAX {
                if !self.reconcile_page(&**gate).await? {
                    break;
                }
            }
        }
        Ok(())
    }

    /// One page; whether there may be more.
    async fn reconcile_page(&self, gate: &dyn PaymentGate) -> StoreResult<bool> {
        let asked_at = self.now();
        let known = self.store.reconciled(gate.provider()).await?;
        let records = match gate.records(known.records, PAGE, CALL_BUDGET).await {
            Ok(Some(records)) => records,
            Ok(None) => return Ok(false),
            Err(error) => {
                tracing::warn!(%error, provider = gate.provider().code(), "a provider's list can't be read now");
                return Ok(false);
            }
        };
        for record in &records {
            self.settle_record(record).await?;
        }
        let is_last = records.len() < usize::try_from(PAGE).unwrap_or(usize::MAX);
        let mut change = ChangeSet::new(self.now());
        // Before its end was reached the list says nothing about what it lacks.
        let asked_at = if is_last { asked_at } else { known.asked_at.unwrap_or(Timestamp::EPOCH) };
        change.reconciliation = Some(Reconciliation { provider: gate.provider(), asked_at, records });
        self.commit(&change).await?;
        Ok(!is_last)
    }

    /// Settles one movement. It is looked at this once, so a commit that another one was quicker than is decided anew.
    async fn settle_record(&self, record: &ProviderRecord) -> StoreResult<()> {
        for _ in 0..TRIES_MAX {
            if self.try_to_settle(record).await? {
                return Ok(());
            }
        }
        Err(StoreError::Away("too many version conflicts on one payment".to_owned()))
    }

    /// Whether it is settled.
    async fn try_to_settle(&self, record: &ProviderRecord) -> StoreResult<bool> {
        let payment = self.store.payment(record.provider, &record.payment).await?;
        match (payment, record.is_refund) {
            (None, false) => self.credit_record(record).await,
            (Some(payment), true) if !payment.refunded => {
                let refund = Operation::RefundPayment { provider: record.provider, payment: record.payment.clone() };
                let mut change = ChangeSet::new(self.now());
                change.operations.push(Posting::new(refund, &*self.clock, &*self.ids));
                let notice = Notice::new("notice-payment-refunded");
                self.post(&mut change, payment.user, &Body::Notice(notice), None);
                self.commit_settled(&change).await
            }
            _ => Ok(true),
        }
    }

    /// A payment that nobody told us of.
    async fn credit_record(&self, record: &ProviderRecord) -> StoreResult<bool> {
        let invoice = match record.payload.parse::<InvoiceId>() {
            Ok(id) => self.store.invoice(id).await?,
            Err(_) => None,
        };
        let Some(user) = self.payer_of(record, invoice.as_ref()).await? else {
            tracing::warn!(provider = record.provider.code(), "a payment of somebody whom nobody knows");
            return Ok(true);
        };
        if record.provider != Provider::Stars {
            return Ok(true);
        }
        let mut change = ChangeSet::new(self.now());
        self.credit_stars(&mut change, user, record.native_amount, invoice.as_ref(), &record.payment).await?;
        if let Some(Operation::TopUp { amount, .. }) = change.operations.first().map(|posting| &posting.operation) {
            tracing::warn!(
                provider = record.provider.code(),
                "a payment was found in the provider's list and credited"
            );
            metrics::counter!("payments_reconciled_total").increment(1);
            let notice = Notice::new("notice-payment-found").money("amount", *amount);
            self.post(&mut change, user, &Body::Notice(notice), None);
        }
        self.commit_settled(&change).await
    }

    async fn payer_of(&self, record: &ProviderRecord, invoice: Option<&Invoice>) -> StoreResult<Option<UserId>> {
        if let Some(chat) = record.payer
            && let Some(session) = self.store.session(chat).await?
        {
            return Ok(Some(session.person.user));
        }
        Ok(invoice.map(|invoice| invoice.user))
    }

    /// Commits; whether that settled it. An update of the same payment may have been quicker.
    async fn commit_settled(&self, change: &ChangeSet) -> StoreResult<bool> {
        match self.commit(change).await? {
            Commit::Committed => Ok(true),
            Commit::VersionConflict => Ok(false),
            Commit::Refused { reason: Refusal::Conflict | Refusal::AlreadyRefunded, .. } => Ok(true),
            other => Err(StoreError::Defect(format!("a reconciliation ended as {other:?}"))),
        }
    }
}

//! What users and owners decide about invoices, put into a change set.

use domain::ids::{ChatId, InvoiceId, UserId};
use domain::ledger::Provider;
use domain::money::Money;
use domain::payment::{Invoice, InvoiceEvent, InvoiceState, Receipt};
use domain::ports::{ChangeSet, InvoiceChange, JobKey, NativePrice, Schedule, StoreResult};

use super::{Income, step_invoice};
use crate::conversation::Notice;
use crate::outbox::Body;
use crate::service::App;

impl App {
    /// A new invoice: its provider is asked by a job; a bank transfer can be paid at once. Returns what is said if it can't be made.
    pub(in crate::service) fn make_invoice(
        &self,
        change: &mut ChangeSet,
        user: UserId,
        id: InvoiceId,
        provider: Provider,
        amount: Money,
    ) -> Option<Notice> {
        let terms = &self.settings.payments;
        let (price, state, life) = match self.gate(provider) {
            Some(gate) => (gate.price(amount).ok(), InvoiceState::Asked, terms.invoice_life),
            None => {
                let price = NativePrice { amount: amount.kopecks(), currency: "RUB".to_owned() };
                (Some(price), InvoiceState::Open { external: None, url: None }, terms.bank_life)
            }
        };
        let Some(price) = price else {
            return Some(Notice::new("notice-way-closed"));
        };
        let expires_at = change.at + life;
        let run_at = if state == InvoiceState::Asked { change.at } else { expires_at };
        change.invoices.push(InvoiceChange::Create(Box::new(Invoice {
            id,
            user,
            provider,
            amount,
            native_amount: price.amount,
            native_currency: price.currency,
            state,
            since: change.at,
            created_at: change.at,
            expires_at,
        })));
        change.schedule.push(Schedule::new(JobKey::invoice(id), run_at));
        metrics::counter!("invoices_total", "provider" => provider.code()).increment(1);
        None
    }

    /// The user takes an invoice back; if it is paid all the same, that is credited.
    pub(in crate::service) async fn cancel_invoice(&self, change: &mut ChangeSet, id: InvoiceId) -> StoreResult<()> {
        if let Some(invoice) = self.store.invoice(id).await? {
            step_invoice(change, &invoice, InvoiceEvent::Cancelled);
        }
        Ok(())
    }

    /// A receipt came in: a job looks at it, then the owners get it.
    pub(in crate::service) async fn claim_paid(
        &self,
        change: &mut ChangeSet,
        id: InvoiceId,
        receipt: &Receipt,
    ) -> StoreResult<()> {
        if let Some(invoice) = self.store.invoice(id).await?
            && step_invoice(change, &invoice, InvoiceEvent::Claimed(receipt.clone()))
        {
            change.schedule.push(Schedule::new(JobKey::invoice(id), change.at));
        }
        Ok(())
    }

    /// An owner found the money: credited in the same change set that ends the invoice, so that two owners credit it once.
    pub(in crate::service) async fn approve_claim(
        &self,
        change: &mut ChangeSet,
        invoice: &Invoice,
        amount: Money,
        by: ChatId,
    ) -> StoreResult<()> {
        let income = Income {
            user: invoice.user,
            provider: invoice.provider,
            payment: invoice.id.to_string(),
            amount,
            native_amount: amount.kopecks(),
            native_currency: "RUB".to_owned(),
            invoice: Some(invoice),
            by: Some(by),
        };
        self.credit(change, income).await?;
        tracing::info!(invoice = %invoice.id, %by, "an owner approved a receipt");
        let key = if amount == invoice.amount { "notice-transfer-credited" } else { "notice-transfer-credited-other" };
        let notice = Notice::new(key).money("amount", amount).money("asked", invoice.amount);
        self.post(change, invoice.user, &Body::Notice(notice), None);
        Ok(())
    }

    /// An owner did not find the money: the user is told why.
    pub(in crate::service) fn reject_claim(&self, change: &mut ChangeSet, invoice: &Invoice, reason: &str, by: ChatId) {
        let event = InvoiceEvent::Rejected { reason: reason.to_owned(), by };
        if step_invoice(change, invoice, event) {
            let notice =
                Notice::new("notice-transfer-rejected").money("amount", invoice.amount).words("reason", reason);
            self.post(change, invoice.user, &Body::Notice(notice), None);
        }
    }
}

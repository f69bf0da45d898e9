//! Crediting what was really paid, and taking back what was returned.

use domain::ids::{ChatId, InvoiceId, UserId};
use domain::ledger::{Operation, Posting, Provider};
use domain::money::Money;
use domain::payment::{Invoice, InvoiceEvent, credited};
use domain::ports::{ChangeSet, InvoiceChange, StoreResult};

use crate::conversation::Notice;
use crate::event::Event;
use crate::outbox::Body;
use crate::service::App;

/// Telegram's currency of digital goods.
const STARS: &str = "XTR";

/// A payment that really came in.
pub(crate) struct Income<'a> {
    /// Who paid.
    pub(crate) user: UserId,
    /// Who took it.
    pub(crate) provider: Provider,
    /// The provider's id of it.
    pub(crate) payment: String,
    /// What is credited.
    pub(crate) amount: Money,
    /// What the provider took, in its own unit.
    pub(crate) native_amount: i64,
    /// That unit.
    pub(crate) native_currency: String,
    /// What it was paid for, if that is known.
    pub(crate) invoice: Option<&'a Invoice>,
    /// Who approved it; absent if a provider said so.
    pub(crate) by: Option<ChatId>,
}

impl App {
    /// Puts a payment on its payer's balance, with everything that follows from it.
    pub(crate) async fn credit(&self, change: &mut ChangeSet, income: Income<'_>) -> StoreResult<()> {
        let Income { user, provider, payment, amount, native_amount, native_currency, invoice, by } = income;
        if let Some(invoice) = invoice.filter(|invoice| invoice.user == user) {
            let (payment, credited) = (payment.clone(), amount);
            let event = match by {
                Some(by) => InvoiceEvent::Approved { payment, credited, by },
                None => InvoiceEvent::Paid { payment, credited },
            };
            step_invoice(change, invoice, event);
        }
        let top_up = Operation::TopUp { user, provider, payment, amount, native_amount, native_currency };
        change.operations.push(Posting::new(top_up, &*self.clock, &*self.ids));
        metrics::counter!("payments_total", "provider" => provider.code()).increment(1);
        self.reward_referral(change, user).await
    }

    /// What a payment's update brings. What was credited before, by another word of the same payment, is not credited again.
    pub(in crate::service) async fn take_payment(
        &self,
        change: &mut ChangeSet,
        user: UserId,
        event: &Event,
    ) -> StoreResult<()> {
        match event {
            Event::Paid { currency, total, payload, charge, .. } if currency == STARS => {
                self.take_stars(change, user, *total, payload, charge).await
            }
            Event::Refunded { currency, charge, .. } if currency == STARS => {
                let refund = Operation::RefundPayment { provider: Provider::Stars, payment: charge.clone() };
                change.operations.push(Posting::new(refund, &*self.clock, &*self.ids));
                Ok(())
            }
            Event::Paid { currency, .. } | Event::Refunded { currency, .. } => {
                tracing::error!(currency, "a payment in a currency that we never asked for");
                let notice = Notice::new("owner-payment-odd-currency").words("currency", currency.clone());
                self.tell_owners_in(change, &notice).await
            }
            _ => Ok(()),
        }
    }

    /// A payment in Stars.
    async fn take_stars(
        &self,
        change: &mut ChangeSet,
        user: UserId,
        stars: i64,
        payload: &str,
        charge: &str,
    ) -> StoreResult<()> {
        if self.store.payment(Provider::Stars, charge).await?.is_some() {
            return Ok(());
        }
        let invoice = match payload.parse::<InvoiceId>() {
            Ok(id) => self.store.invoice(id).await?,
            Err(_) => None,
        };
        self.credit_stars(change, user, stars, invoice.as_ref(), charge).await
    }

    /// The same for a payment that is known not to be credited.
    pub(crate) async fn credit_stars(
        &self,
        change: &mut ChangeSet,
        user: UserId,
        stars: i64,
        invoice: Option<&Invoice>,
        charge: &str,
    ) -> StoreResult<()> {
        let worth = self.worth(stars);
        let invoice = invoice.filter(|invoice| invoice.provider == Provider::Stars);
        let (amount, is_flagged) = match worth {
            Some(worth) => credited(invoice, STARS, stars, worth),
            None => (Money::ZERO, true),
        };
        if amount <= Money::ZERO {
            tracing::error!(stars, "a payment that can't be turned into money");
            let notice = Notice::new("owner-payment-worthless").words("payment", charge).number("stars", stars);
            return self.tell_owners_in(change, &notice).await;
        }
        if is_flagged {
            tracing::error!(stars, "a payment without an invoice that explains it; credited at the current rate");
            let notice = Notice::new("owner-payment-unexplained")
                .words("payment", charge)
                .words("user", user.to_string())
                .number("stars", stars)
                .money("amount", amount);
            self.tell_owners_in(change, &notice).await?;
        }
        let income = Income {
            user,
            provider: Provider::Stars,
            payment: charge.to_owned(),
            amount,
            native_amount: stars,
            native_currency: STARS.to_owned(),
            invoice,
            by: None,
        };
        self.credit(change, income).await
    }

    /// A durable message to each owner, in the same change set.
    pub(crate) async fn tell_owners_in(&self, change: &mut ChangeSet, notice: &Notice) -> StoreResult<()> {
        for owner in self.owners_to_tell().await? {
            self.post(change, owner, &Body::Notice(notice.clone()), None);
        }
        Ok(())
    }
}

/// A step of an invoice, if it can be taken; else the invoice stays as it is.
pub(crate) fn step_invoice(change: &mut ChangeSet, invoice: &Invoice, event: InvoiceEvent) -> bool {
    let from = event.kind().from();
    match invoice.state.after(event) {
        Ok(to) => {
            change.invoices.push(InvoiceChange::Step { id: invoice.id, from, to: Box::new(to) });
            true
        }
        Err(forbidden) => {
            tracing::info!(invoice = %invoice.id, %forbidden, "an invoice stays as it is");
            false
        }
    }
}

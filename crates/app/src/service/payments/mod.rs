//! Money that comes in: invoices, Telegram's question before a payment, crediting, refunds.
//!
//! Invariants
//! - A real payment is always credited to its payer, once, by the provider's id of it; its invoice only explains it.
//! - Crediting and what follows from it (the invoice's end, a referral's reward) are one change set.
//! - A provider is asked by a job only, never while an update is handled.

mod checkout;
mod credit;
mod effects;

pub(in crate::service) use checkout::Question;
pub(crate) use credit::{Income, step_invoice};

use std::sync::Arc;
use std::time::Duration;

use domain::ledger::Provider;
use domain::money::Money;
use domain::payment::StarsRate;
use domain::ports::PaymentGate;

use super::App;

/// How money comes in, as the owner has set it.
#[derive(Clone, Debug)]
pub struct PaymentTerms {
    /// What a Star is worth.
    pub stars: StarsRate,
    /// Where users transfer to, if bank transfer is offered.
    pub bank: Option<BankDetails>,
    /// An invoice may be paid for so long.
    pub invoice_life: Duration,
    /// A bank transfer may take so long.
    pub bank_life: Duration,
}

/// Where users transfer to; a card, a phone or both.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BankDetails {
    /// The bank's name.
    pub bank: Option<String>,
    /// The card's number as it was written.
    pub card: Option<String>,
    /// The receiver's name.
    pub card_holder: Option<String>,
    /// The phone number as it was written.
    pub phone: Option<String>,
}

impl App {
    /// The gate of a provider, if it is open.
    pub(crate) fn gate(&self, provider: Provider) -> Option<&Arc<dyn PaymentGate>> {
        self.gates.iter().find(|gate| gate.provider() == provider)
    }

    /// Whether webhooks of this provider are of use.
    pub fn takes_hints(&self, provider: Provider) -> bool {
        self.gate(provider).is_some()
    }

    /// The ways to pay that are open, in the order of their buttons.
    pub(crate) fn ways(&self) -> Vec<Provider> {
        let bank = self.settings.payments.bank.as_ref().map(|_| Provider::Bank);
        self.gates.iter().map(|gate| gate.provider()).chain(bank).collect()
    }

    /// What so many Stars are worth without an invoice.
    pub(crate) fn worth(&self, stars: i64) -> Option<Money> {
        self.settings.payments.stars.worth(stars).ok().filter(|worth| *worth > Money::ZERO)
    }
}

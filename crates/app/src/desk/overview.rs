//! Payments, receipts and paybacks, as far as an owner has to know them.

use domain::ids::{ActionId, UserId};
use domain::ledger::Payment;
use domain::payment::Invoice;
use domain::ports::{Payback, ProviderRecord};

use super::{Desk, DeskError};

/// So many of each are looked at; who needs more looks into the database.
const LIMIT: u32 = 50;
/// Paybacks are found by a user's statement: so many lines of it.
const LINES: u32 = 500;

/// What waits for an owner.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// Invoices whose receipts are to be looked at, oldest first.
    pub receipts: Vec<Invoice>,
    /// What a provider's own list has and our books have not, newest first.
    pub unmatched: Vec<ProviderRecord>,
}

/// One user's payments.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OfUser {
    /// Newest first.
    pub payments: Vec<Payment>,
    /// Invoices, newest first.
    pub invoices: Vec<Invoice>,
    /// Paybacks, newest first.
    pub paybacks: Vec<Payback>,
}

impl Desk<'_> {
    /// What waits for an owner, of all users.
    ///
    /// # Errors
    /// The store's.
    pub async fn waiting(&self) -> Result<Waiting, DeskError> {
        let receipts = self.store.claimed_invoices(LIMIT).await?;
        Ok(Waiting { receipts, unmatched: self.store.unmatched_records(LIMIT).await? })
    }

    /// A user's payments, invoices and paybacks.
    ///
    /// # Errors
    /// The store's.
    pub async fn payments_of(&self, user: UserId) -> Result<OfUser, DeskError> {
        let payments = self.store.payments(user, LIMIT).await?;
        let invoices = self.store.invoices(user, LIMIT).await?;
        let mut paybacks = Vec::new();
        for line in self.store.statement(user, 0, LINES).await? {
            let action = line.cause.parse::<ActionId>().ok().filter(|_| line.name == "reserve_payback");
            if let Some(action) = action {
                paybacks.extend(self.store.payback(action).await?);
            }
        }
        Ok(OfUser { payments, invoices, paybacks })
    }
}

//! Payments that Telegram tells of. A real payment is always credited to its payer; a refund is one operation, whoever tells first.

use std::time::Duration;

use domain::ids::UserId;
use domain::ledger::{Operation, Posting, Provider};
use domain::money::Money;
use domain::screen::Language;

use super::App;
use crate::event::{Event, Incoming};
use crate::intake::UpdateOutcome;

/// Telegram drops a pre-checkout query that is not answered within 10 s; we stay well below.
const PRE_CHECKOUT_BUDGET: Duration = Duration::from_secs(6);
/// Telegram's currency of digital goods.
const STARS: &str = "XTR";

impl App {
    /// Answers a pre-checkout query. No invoice of ours is open, so the answer is no, with a text: read-only, no mark, no version.
    pub(super) async fn pre_checkout(&self, incoming: &Incoming, query: &str) -> UpdateOutcome {
        let language = Language::from_tag(incoming.sender.language.as_deref());
        let refusal = self.texts.in_language(language).plain("notice-payments-off", &[]);
        match self.messenger.answer_pre_checkout(query, Some(&refusal), PRE_CHECKOUT_BUDGET).await {
            Ok(()) => {}
            Err(error) => tracing::warn!(%error, "a pre-checkout query could not be answered"),
        }
        // A repeat would come too late to matter: Telegram keeps the query for seconds only.
        UpdateOutcome::Done
    }

    /// The operation that a payment's update brings, if it is about money that we know how to count.
    pub(super) fn payment_posting(&self, user: UserId, event: &Event) -> Option<Posting> {
        let operation = match event {
            Event::Paid { currency, total, charge, .. } if currency == STARS => Operation::TopUp {
                user,
                provider: Provider::Stars,
                payment: charge.clone(),
                amount: Money::from_kopecks(total.checked_mul(self.settings.kopecks_per_star)?),
                native_amount: *total,
                native_currency: currency.clone(),
            },
            Event::Refunded { currency, charge, .. } if currency == STARS => {
                Operation::RefundPayment { provider: Provider::Stars, payment: charge.clone() }
            }
            Event::Paid { currency, .. } | Event::Refunded { currency, .. } => {
                tracing::error!(
                    currency,
                    "a payment in a currency that we never asked for; it is kept in dead_updates"
                );
                return None;
            }
            _ => return None,
        };
        Some(Posting::new(operation, &*self.clock, &*self.ids))
    }
}

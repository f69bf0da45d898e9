//! Telegram's question before a payment: read-only, no mark, no version; in doubt no.

use std::time::Duration;

use domain::ids::InvoiceId;
use domain::payment::{CheckoutRefusal, check_out};
use domain::ports::StoreResult;
use domain::screen::Language;

use crate::event::Incoming;
use crate::intake::UpdateOutcome;
use crate::service::App;

/// Telegram drops a pre-checkout query that is not answered within 10 s; we stay well below.
const BUDGET: Duration = Duration::from_secs(6);
/// The storage may take so long of it; the rest is for the answer.
const STORE_BUDGET: Duration = Duration::from_secs(3);

/// What a pre-checkout query asks.
pub(in crate::service) struct Question<'a> {
    /// For the answer.
    pub(in crate::service) query: &'a str,
    /// `XTR`.
    pub(in crate::service) currency: &'a str,
    /// In the currency's smallest unit.
    pub(in crate::service) total: i64,
    /// Our invoice's id.
    pub(in crate::service) payload: &'a str,
}

impl App {
    /// Answers a pre-checkout query.
    pub(in crate::service) async fn pre_checkout(&self, incoming: &Incoming, question: &Question<'_>) -> UpdateOutcome {
        let language = Language::from_tag(incoming.sender.language.as_deref());
        let refusal = match tokio::time::timeout(STORE_BUDGET, self.judge(incoming, question)).await {
            Ok(Ok((language, verdict))) => verdict.err().map(|refusal| (language, words_of(refusal))),
            Ok(Err(error)) => {
                tracing::warn!(%error, "a pre-checkout query met a silent storage: no");
                Some((language, "checkout-later"))
            }
            Err(_) => {
                tracing::warn!("a pre-checkout query met a slow storage: no");
                Some((language, "checkout-later"))
            }
        };
        let outcome = if refusal.is_some() { "refused" } else { "allowed" };
        metrics::counter!("checkouts_total", "outcome" => outcome).increment(1);
        let refusal = refusal.map(|(language, key)| self.texts.in_language(language).plain(key, &[]));
        if let Err(error) = self.messenger.answer_pre_checkout(question.query, refusal.as_deref(), BUDGET).await {
            tracing::warn!(%error, "a pre-checkout query could not be answered");
        }
        // A repeat would come too late to matter: Telegram keeps the query for seconds only.
        UpdateOutcome::Done
    }

    async fn judge(
        &self,
        incoming: &Incoming,
        question: &Question<'_>,
    ) -> StoreResult<(Language, Result<(), CheckoutRefusal>)> {
        let language = Language::from_tag(incoming.sender.language.as_deref());
        let Some(session) = self.store.session(incoming.sender.chat).await? else {
            return Ok((language, Err(CheckoutRefusal::NotYours)));
        };
        let invoice = match question.payload.parse::<InvoiceId>() {
            Ok(id) => self.store.invoice(id).await?,
            Err(_) => None,
        };
        let (payer, now) = (session.person.user, self.now());
        let selling = self.is_selling(now);
        let verdict = check_out(invoice.as_ref(), payer, question.currency, question.total, now, selling);
        if let Err(refusal) = verdict {
            tracing::info!(%refusal, "a checkout was refused");
        }
        Ok((session.person.language, verdict))
    }
}

const fn words_of(refusal: CheckoutRefusal) -> &'static str {
    match refusal {
        CheckoutRefusal::Unknown | CheckoutRefusal::Closed => "checkout-closed",
        CheckoutRefusal::NotYours => "checkout-not-yours",
        CheckoutRefusal::Paid => "checkout-paid",
        CheckoutRefusal::Expired => "checkout-expired",
        CheckoutRefusal::WrongAmount => "checkout-wrong-amount",
        CheckoutRefusal::NotSelling => "checkout-not-selling",
    }
}

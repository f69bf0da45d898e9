//! The port [`PaymentGate`] for Telegram Stars: invoice links, refunds, and the bot's own list of transactions.
//!
//! Nothing here says whether an invoice was paid: Telegram tells that by updates (`read`) and by the list ([`TelegramStars::records`]).
//! A link can be paid by anybody and any number of times; who may pay is decided by the answer to the pre-checkout query.
//! <https://core.telegram.org/bots/payments-stars>

use std::time::Duration;

use async_trait::async_trait;
use domain::clock::Timestamp;
use domain::ids::ChatId;
use domain::ledger::{Payment, Provider};
use domain::money::{Money, Overflow};
use domain::payment::{Invoice, StarsRate};
use domain::ports::{
    GateError, InvoiceStatus, InvoiceWords, NativePrice, Offer, PaybackError, PaymentGate, ProviderRecord,
};
use frankenstein::AsyncTelegramApi;
use frankenstein::methods::{CreateInvoiceLinkParams, GetStarTransactionsParams, RefundStarPaymentParams};
use frankenstein::payments::LabeledPrice;
use frankenstein::response::MethodResponse;
use serde::Deserialize;
use serde_json::Value;

use crate::client::Client;
use crate::error::CallError;
use crate::html;
use crate::retry::{self, Repeat};
use crate::send::{self, TOKEN_WAIT};

/// Telegram's name of the unit.
const STARS: &str = "XTR";
/// <https://core.telegram.org/bots/api#createinvoicelink>
const TITLE_UNITS_MAX: usize = 32;
/// <https://core.telegram.org/bots/api#createinvoicelink>
const DESCRIPTION_UNITS_MAX: usize = 255;
/// <https://core.telegram.org/bots/api#getstartransactions>
const RECORDS_MAX: u32 = 100;
/// The payment was paid back before: what was wanted is done.
const DONE_BEFORE: &[&str] = &["CHARGE_ALREADY_REFUNDED"];

/// Telegram Stars.
///
/// All three calls are repeated within their budget, since a repeat is harmless: another link of an invoice is as good as the first one, and
/// Telegram pays a charge back once only, however often it is asked.
#[derive(Clone, Debug)]
pub struct TelegramStars {
    client: Client,
    rate: StarsRate,
}

impl TelegramStars {
    /// Over this client; a rouble of balance costs as many Stars as `rate` says.
    pub const fn new(client: Client, rate: StarsRate) -> Self {
        Self { client, rate }
    }
}

#[async_trait]
impl PaymentGate for TelegramStars {
    fn provider(&self) -> Provider {
        Provider::Stars
    }

    fn price(&self, amount: Money) -> Result<NativePrice, Overflow> {
        Ok(NativePrice { amount: self.rate.stars(amount)?, currency: STARS.to_owned() })
    }

    async fn offer(&self, invoice: &Invoice, words: &InvoiceWords, budget: Duration) -> Result<Offer, GateError> {
        let stars = u32::try_from(invoice.native_amount).ok().filter(|_| invoice.native_currency == STARS);
        let Some(stars) = stars else {
            let (amount, currency) = (invoice.native_amount, &invoice.native_currency);
            return Err(GateError::Refused { detail: format!("`{amount} {currency}` is no amount of Stars") });
        };
        let title = html::cut(words.title.trim(), TITLE_UNITS_MAX);
        let params = CreateInvoiceLinkParams::builder()
            .description(html::cut(words.description.trim(), DESCRIPTION_UNITS_MAX))
            .payload(invoice.id.to_string())
            // Empty = Stars. It may be left out by now, but older local servers want it.
            .provider_token("")
            .currency(STARS)
            .prices(vec![LabeledPrice::builder().label(title.as_str()).amount(stars).build()])
            .title(title)
            .build();
        let deadline = retry::deadline(budget);
        let client = self.client.until(deadline);
        let made = retry::run(Repeat::Harmless, deadline, || client.create_invoice_link(&params)).await;
        let link = made.map_err(gate_error)?.result;
        if link.is_empty() {
            return Err(GateError::Later { retry_after: None, detail: "the link is empty".to_owned() });
        }
        Ok(Offer { external: None, url: link })
    }

    async fn status(&self, _external: &str, _budget: Duration) -> Result<InvoiceStatus, GateError> {
        // Never asked: an offer of Stars has no external id. An invented `Waiting` would hide a caller that asks all the same.
        let detail = "Telegram can't be asked how an invoice stands; it tells of payments by updates and by its list";
        Err(GateError::Refused { detail: detail.to_owned() })
    }

    async fn pay_back(&self, payment: &Payment, payer: ChatId, budget: Duration) -> Result<(), PaybackError> {
        let refused = |detail: String| Err(PaybackError::Refused { detail });
        if payment.provider != Provider::Stars {
            return refused(format!("a payment of `{}` is none of Telegram Stars", payment.provider.code()));
        }
        let Ok(user) = u64::try_from(payer.0) else {
            return refused("the payer is no person of Telegram's".to_owned());
        };
        let params = RefundStarPaymentParams::builder()
            .user_id(user)
            .telegram_payment_charge_id(payment.payment.as_str())
            .build();
        let deadline = retry::deadline(budget);
        let client = self.client.until(deadline);
        match retry::run(Repeat::Harmless, deadline, || client.refund_star_payment(&params)).await {
            Ok(_) | Err(CallError::Unreadable { .. }) => Ok(()),
            Err(error) if error.says(DONE_BEFORE) => Ok(()),
            Err(error) => Err(match judged(error) {
                Judged::Later { retry_after, detail } => PaybackError::Later { retry_after, detail },
                Judged::Refused { detail } => PaybackError::Refused { detail },
            }),
        }
    }

    async fn records(&self, skip: u64, limit: u32, budget: Duration) -> Result<Option<Vec<ProviderRecord>>, GateError> {
        let Ok(offset) = u32::try_from(skip) else {
            return Err(GateError::Refused { detail: format!("`{skip}` is beyond any list of Telegram's") });
        };
        let params = GetStarTransactionsParams::builder().offset(offset).limit(limit.clamp(1, RECORDS_MAX)).build();
        let deadline = retry::deadline(budget);
        let client = self.client.until(deadline);
        let call = || client.request::<_, MethodResponse<Page>>("getStarTransactions", Some(&params));
        let page = retry::run(Repeat::Harmless, deadline, call).await.map_err(gate_error)?.result;
        Ok(Some(page.transactions.into_iter().map(Transaction::record).collect()))
    }

    fn hint(&self, _body: &[u8], _signature: Option<&str>) -> Option<String> {
        None
    }
}

/// Read leniently: of a movement's other side only what is used, so that a partner of a kind that is unknown today is told like any other.
#[derive(Deserialize)]
struct Page {
    transactions: Vec<Transaction>,
}

/// <https://core.telegram.org/bots/api#startransaction>
#[derive(Deserialize)]
struct Transaction {
    id: String,
    amount: i64,
    #[serde(default)]
    nanostar_amount: Value,
    date: i64,
    source: Option<Value>,
    receiver: Option<Value>,
}

impl Transaction {
    /// Every element becomes a record, whatever it is: the caller's `skip` counts records, Telegram's offset counts elements.
    ///
    /// What is no payment for an invoice (a withdrawal, an advertisement, a gift) has neither payer nor payload. What went out is a return;
    /// so a withdrawal and its own return, which share an id, are two records as well.
    fn record(self) -> ProviderRecord {
        // Commissions alone have shares of a Star; an invoice is paid in whole ones, so the books keep whole ones.
        if self.nanostar_amount.as_i64().is_some_and(|share| share != 0) {
            tracing::warn!("a transaction has a share of a Star, which is left out");
        }
        let is_refund = self.receiver.is_some();
        let partner = self.receiver.or(self.source).unwrap_or_default();
        let text = |name: &str| partner.get(name).and_then(Value::as_str);
        let is_payment = text("type") == Some("user") && text("transaction_type") == Some("invoice_payment");
        let payer = partner.pointer("/user/id").and_then(Value::as_i64).filter(|_| is_payment);
        let payload = text("invoice_payload").filter(|_| is_payment).unwrap_or_default().to_owned();
        ProviderRecord {
            provider: Provider::Stars,
            payment: self.id,
            is_refund,
            // The side tells the direction; a sign would tell it twice.
            native_amount: self.amount.saturating_abs(),
            native_currency: STARS.to_owned(),
            payer: payer.map(ChatId),
            payload,
            at: Timestamp::from_seconds(self.date),
        }
    }
}

fn gate_error(error: CallError) -> GateError {
    match judged(error) {
        Judged::Later { retry_after, detail } => GateError::Later { retry_after, detail },
        Judged::Refused { detail } => GateError::Refused { detail },
    }
}

enum Judged {
    Later { retry_after: Option<Duration>, detail: String },
    Refused { detail: String },
}

/// A no is definite only in Telegram's own words: a proxy's page says nothing about the deed.
fn judged(error: CallError) -> Judged {
    if send::refuses_token(&error) {
        return Judged::Later { retry_after: Some(TOKEN_WAIT), detail: "the bot token is refused".to_owned() };
    }
    match error {
        CallError::Refused { code: 400..=408 | 410..=428 | 430..=499, description, .. } => {
            Judged::Refused { detail: description }
        }
        error => Judged::Later { retry_after: error.retry_after(), detail: error.to_string() },
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn record(transaction: Value) -> ProviderRecord {
        serde_json::from_value::<Transaction>(transaction).unwrap().record()
    }

    #[test]
    fn every_movement_is_a_record_and_only_an_invoice_has_a_payer() {
        let user = json!({"id": 5, "is_bot": false, "first_name": "A"});
        let paid = json!({"type": "user", "transaction_type": "invoice_payment", "user": user, "invoice_payload": "p"});
        let mut wordless = paid.clone();
        wordless.as_object_mut().unwrap().remove("invoice_payload");
        let gift = json!({"type": "user", "transaction_type": "gift_purchase", "user": user, "gift": {"odd": []}});
        let media =
            json!({"type": "user", "transaction_type": "paid_media_payment", "user": user, "paid_media_payload": "x"});
        let table = [
            ("source", paid.clone(), false, Some(5), "p"),
            ("receiver", paid, true, Some(5), "p"),
            ("source", wordless, false, Some(5), ""),
            ("receiver", gift, true, None, ""),
            ("source", media, false, None, ""),
            ("receiver", json!({"type": "fragment", "withdrawal_state": {"type": "pending"}}), true, None, ""),
            ("source", json!({"type": "fragment"}), false, None, ""),
            ("receiver", json!({"type": "telegram_ads"}), true, None, ""),
            ("receiver", json!({"type": "telegram_api", "request_count": 7}), true, None, ""),
            ("source", json!({"type": "affiliate_program", "commission_per_mille": 10}), false, None, ""),
            ("receiver", json!({"type": "chat", "chat": {"id": -1}}), true, None, ""),
            ("source", json!({"type": "other"}), false, None, ""),
            ("receiver", json!({"type": "telepathy", "user": 7}), true, None, ""),
            ("source", json!("odd"), false, None, ""),
        ];
        for (side, partner, is_refund, payer, payload) in table {
            let told = record(json!({"id": "c", "amount": 56, "date": 1_790_000_000, side: partner}));
            let expected = ProviderRecord {
                provider: Provider::Stars,
                payment: "c".to_owned(),
                is_refund,
                native_amount: 56,
                native_currency: "XTR".to_owned(),
                payer: payer.map(ChatId),
                payload: payload.to_owned(),
                at: Timestamp::from_seconds(1_790_000_000),
            };
            assert_eq!(told, expected, "{partner}");
        }
        let bare = record(json!({"id": "n", "amount": -3, "nanostar_amount": 5, "date": 1, "extra": []}));
        assert_eq!((bare.native_amount, bare.is_refund, bare.payer), (3, false, None));
    }

    #[test]
    fn a_no_is_definite_only_in_telegrams_own_words() {
        let is_definite = |error| matches!(judged(error), Judged::Refused { .. });
        for (code, expected) in [
            (400, true),
            (403, true),
            (413, true),
            (401, false),
            (404, false),
            (409, false),
            (429, false),
            (500, false),
        ] {
            assert_eq!(is_definite(CallError::refused(code, "x", None)), expected, "{code}");
        }
        assert!(!is_definite(CallError::Status { status: 400, retry_after: None }), "a proxy's page");
        assert!(!is_definite(CallError::Lost { detail: String::new() }));
    }
}

//! Payments in Stars: a pre-checkout query, the bot's word, the payment, perhaps its return, and the list of transactions.
//!
//! Source: <https://core.telegram.org/bots/payments-stars>. A query must be answered within 10 seconds; a payment is returned at most once.
//! An invoice behind a link is paid by anybody who has the link, as often as the bot agrees.

use std::{collections::BTreeMap, time::Duration};

use domain::clock::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

use super::{
    chat::{Invoice, Payment},
    people::People,
    refusal::Refusal,
};

/// Telegram cancels a checkout that the bot did not answer within this time.
const ANSWER_TIME_MAX: Duration = Duration::from_secs(10);

/// Checkouts kept; older ones are forgotten.
const QUERIES_MAX: usize = 10_000;

/// Links kept; older ones are forgotten.
const LINKS_MAX: usize = 10_000;

/// How Telegram's own invoice links begin, <https://core.telegram.org/api/links#invoice-links>.
const LINK: &str = "https://t.me/$";

/// How a checkout stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Checkout {
    /// The bot has not answered.
    Waiting,
    /// The bot said no; the user reads why.
    Refused {
        /// `error_message`.
        reason: String,
    },
    /// Paid.
    Paid {
        /// Telegram's key of the payment.
        telegram_payment_charge_id: String,
        /// The update that tells the bot.
        update_id: i64,
    },
    /// The bot answered too late or never; the user keeps the Stars.
    TimedOut,
}

/// A movement of Stars on the bot's account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StarTransaction {
    /// The payment's key, the same for a payment and its return; or a withdrawal's own.
    pub id: String,
    /// Stars, always positive.
    pub amount: i64,
    /// Unix seconds.
    pub date: i64,
    /// Who paid, or got it back; `None` is the bot's owner, who withdrew.
    pub user_id: Option<i64>,
    /// The bot's own mark; empty for a withdrawal.
    pub invoice_payload: String,
    /// Whether the Stars left the bot: back to who paid, or to the owner.
    pub is_refund: bool,
}

/// A checkout of a user, as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckoutView {
    /// The number of the query.
    pub pre_checkout_query_id: String,
    /// How it stands.
    #[serde(flatten)]
    pub checkout: Checkout,
}

/// A checkout.
#[derive(Debug, Clone)]
pub(super) struct Query {
    /// Who pays.
    pub(super) payer: i64,
    /// Where the invoice is, chat and message; `None` = it was opened by its link.
    pub(super) invoice: Option<(i64, i64)>,
    /// What is paid; the charge id is empty until it is.
    pub(super) payment: Payment,
    /// Since when it waits.
    pub(super) born: Timestamp,
    /// How it stands.
    pub(super) checkout: Checkout,
}

/// Stars that moved to the bot.
#[derive(Debug, Clone)]
pub(super) struct Paid {
    /// Who paid.
    pub(super) payer: i64,
    /// Where the invoice is, chat and message; `None` = it was opened by its link.
    pub(super) invoice: Option<(i64, i64)>,
    /// What was paid.
    pub(super) payment: Payment,
}

/// The bot's account.
#[derive(Debug, Default)]
pub(super) struct Stars {
    count: u64,
    moved: u64,
    queries: BTreeMap<String, Query>,
    linked: u64,
    links: BTreeMap<String, Invoice>,
    transactions: Vec<StarTransaction>,
}

impl Stars {
    /// `createInvoiceLink`: the address under which the invoice can be paid.
    pub(super) fn link(&mut self, invoice: Invoice) -> String {
        self.linked += 1;
        let link = format!("{LINK}SIMULATED{:0>12}", self.linked);
        self.links.insert(link.clone(), invoice);
        if self.links.len() > LINKS_MAX {
            // Numbers are padded, so the first key is the oldest.
            self.links.pop_first();
        }
        link
    }

    /// The invoice behind a link.
    pub(super) fn linked(&self, link: &str) -> Option<&Invoice> {
        self.links.get(link)
    }

    /// Opens a checkout; gives the query's number.
    pub(super) fn open(&mut self, payer: i64, invoice: Option<(i64, i64)>, payment: Payment, now: Timestamp) -> String {
        self.count += 1;
        let id = format!("51{:0>17}", self.count);
        self.queries.insert(id.clone(), Query { payer, invoice, payment, born: now, checkout: Checkout::Waiting });
        if self.queries.len() > QUERIES_MAX {
            // Numbers are padded, so the first key is the oldest.
            self.queries.pop_first();
        }
        id
    }

    /// How a checkout stands at this moment.
    pub(super) fn checkout(&mut self, id: &str, now: Timestamp) -> Option<Checkout> {
        self.current(id, now).map(|query| query.checkout.clone())
    }

    /// The newest `count` checkouts of a user, oldest first.
    pub(super) fn checkouts(&mut self, payer: i64, count: usize, now: Timestamp) -> Vec<CheckoutView> {
        let own = self.queries.iter().rev().filter(|(_, query)| query.payer == payer).take(count);
        let ids: Vec<String> = own.map(|(id, _)| id.clone()).collect();
        let view = |id: String| {
            let checkout = self.checkout(&id, now)?;
            Some(CheckoutView { pre_checkout_query_id: id, checkout })
        };
        ids.into_iter().rev().filter_map(view).collect()
    }

    fn current(&mut self, id: &str, now: Timestamp) -> Option<&mut Query> {
        let query = self.queries.get_mut(id)?;
        if query.checkout == Checkout::Waiting && now.since(query.born) > ANSWER_TIME_MAX {
            query.checkout = Checkout::TimedOut;
        }
        Some(query)
    }

    /// `answerPreCheckoutQuery`: `Ok(Some(...))` when Stars moved.
    pub(super) fn answer(
        &mut self,
        id: &str,
        refusal: Option<String>,
        now: Timestamp,
    ) -> Result<Option<Paid>, Refusal> {
        let Some(query) = self.current(id, now).filter(|query| query.checkout == Checkout::Waiting) else {
            return Err(Refusal::bad("query is too old and response timeout expired or query ID is invalid"));
        };
        if let Some(reason) = refusal {
            query.checkout = Checkout::Refused { reason };
            return Ok(None);
        }
        let (payer, invoice, asked) = (query.payer, query.invoice, query.payment.clone());
        let payment = self.pay(payer, asked, now);
        let charge = payment.telegram_payment_charge_id.clone();
        if let Some(query) = self.queries.get_mut(id) {
            query.payment = payment.clone();
            query.checkout = Checkout::Paid { telegram_payment_charge_id: charge, update_id: 0 };
        }
        Ok(Some(Paid { payer, invoice, payment }))
    }

    /// Moves the Stars to the bot and gives the payment its key, whoever asked for it.
    pub(super) fn pay(&mut self, payer: i64, mut payment: Payment, now: Timestamp) -> Payment {
        self.moved += 1;
        payment.telegram_payment_charge_id = format!("stxSIMULATED{:0>50}{payer}", self.moved);
        self.book(payer, &payment, now, false);
        payment
    }

    /// The owner takes Stars out; gives the movement's key.
    pub(super) fn withdraw(&mut self, amount: i64, now: Timestamp) -> String {
        self.moved += 1;
        let id = format!("wtxSIMULATED{:0>50}", self.moved);
        let (date, invoice_payload) = (now.as_seconds(), String::new());
        let entry = StarTransaction { id: id.clone(), amount, date, user_id: None, invoice_payload, is_refund: true };
        self.transactions.push(entry);
        id
    }

    /// Remembers which update told the bot of a payment.
    pub(super) fn told(&mut self, id: &str, told_by: i64) {
        if let Some(Query { checkout: Checkout::Paid { update_id, .. }, .. }) = self.queries.get_mut(id) {
            *update_id = told_by;
        }
    }

    /// `refundStarPayment`: the payment that went back.
    pub(super) fn refund(&mut self, user_id: i64, charge: &str, now: Timestamp) -> Result<Payment, Refusal> {
        let of_charge = |entry: &&StarTransaction| entry.id == charge && entry.user_id == Some(user_id);
        if self.transactions.iter().filter(of_charge).any(|entry| entry.is_refund) {
            return Err(Refusal::bad("CHARGE_ALREADY_REFUNDED"));
        }
        let Some(paid) = self.transactions.iter().find(of_charge) else {
            return Err(Refusal::bad("CHARGE_NOT_FOUND"));
        };
        let payment = Payment {
            currency: "XTR".to_owned(),
            total_amount: paid.amount,
            invoice_payload: paid.invoice_payload.clone(),
            telegram_payment_charge_id: paid.id.clone(),
        };
        self.book(user_id, &payment, now, true);
        Ok(payment)
    }

    fn book(&mut self, user_id: i64, payment: &Payment, now: Timestamp, is_refund: bool) {
        self.transactions.push(StarTransaction {
            id: payment.telegram_payment_charge_id.clone(),
            amount: payment.total_amount,
            date: now.as_seconds(),
            user_id: Some(user_id),
            invoice_payload: payment.invoice_payload.clone(),
            is_refund,
        });
    }

    /// All transactions, oldest first.
    pub(super) fn transactions(&self) -> Vec<StarTransaction> {
        self.transactions.clone()
    }

    /// `getStarTransactions`: a page, oldest first.
    pub(super) fn page(&self, people: &People, offset: usize, limit: usize) -> Value {
        let entry = |entry: &StarTransaction| {
            let side = if entry.is_refund { "receiver" } else { "source" };
            let partner = match entry.user_id {
                Some(user_id) => json!({
                    "type": "user",
                    "transaction_type": "invoice_payment",
                    "user": people.user_json(Some(user_id)),
                    "invoice_payload": entry.invoice_payload,
                }),
                None => json!({
                    "type": "fragment",
                    "withdrawal_state": {"type": "succeeded", "date": entry.date, "url": "https://fragment.com"},
                }),
            };
            json!({"id": entry.id, "amount": entry.amount, "date": entry.date, side: partner})
        };
        let page: Vec<Value> = self.transactions.iter().skip(offset).take(limit).map(entry).collect();
        json!({ "transactions": page })
    }
}

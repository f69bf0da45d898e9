//! Payments: checkouts of invoices and of links, and what moves Stars without the bot.

use std::time::Duration;

use serde::Serialize;
use serde_json::json;

use super::{
    super::{
        TelegramSimulator,
        chat::{Invoice, MessageKind, Payment},
        refusal::Refusal,
        stars::{Checkout, CheckoutView, StarTransaction},
        state::State,
    },
    ControlError, WaitError, open,
};

/// Stars that moved without the bot's word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Moved {
    /// Telegram's key of the payment.
    pub telegram_payment_charge_id: String,
    /// The update that tells the bot.
    pub update_id: i64,
    /// Telegram's note in the chat.
    pub message_id: i64,
}

impl TelegramSimulator {
    /// The user presses Pay: the bot gets a `pre_checkout_query`, whose number is given back.
    ///
    /// # Errors
    /// When the message is no unpaid invoice.
    pub fn start_payment(&self, user_id: i64, message_id: i64) -> Result<String, ControlError> {
        self.start_payment_of(user_id, user_id, message_id)
    }

    /// The same for an invoice of another chat, which was forwarded to the payer.
    ///
    /// # Errors
    /// When the message is no unpaid invoice.
    pub fn start_payment_of(&self, payer: i64, chat_id: i64, message_id: i64) -> Result<String, ControlError> {
        self.open_checkout(payer, Some((chat_id, message_id)), |state| {
            let message = state.chats.find(chat_id, message_id).filter(|message| !message.deleted);
            let invoice = message.and_then(|message| message.invoice.clone());
            invoice.filter(|invoice| invoice.paid_with.is_none()).ok_or(ControlError::NotPayable(message_id))
        })
    }

    /// The invoice behind a link of `createInvoiceLink`; `None` when no invoice has it.
    pub fn linked_invoice(&self, link: &str) -> Option<Invoice> {
        self.shared.read(|state| state.stars.linked(link).cloned())
    }

    /// Somebody opens an invoice by its link and presses Pay: whoever got the link may, as often as they like. Gives the number of the
    /// `pre_checkout_query`.
    ///
    /// # Errors
    /// When no invoice has that link, or the payer is unknown or blocked the bot.
    pub fn start_link_payment(&self, payer: i64, link: &str) -> Result<String, ControlError> {
        self.open_checkout(payer, None, |state| {
            state.stars.linked(link).cloned().ok_or_else(|| ControlError::NoInvoice(link.to_owned()))
        })
    }

    fn open_checkout(
        &self,
        payer: i64,
        place: Option<(i64, i64)>,
        find: impl FnOnce(&State) -> Result<Invoice, ControlError>,
    ) -> Result<String, ControlError> {
        let now = self.shared.clock.now();
        self.shared.change(|state| {
            let invoice = find(state)?;
            open(state, payer)?;
            let payment = Payment {
                currency: invoice.currency.clone(),
                total_amount: invoice.total_amount,
                invoice_payload: invoice.payload.clone(),
                telegram_payment_charge_id: String::new(),
            };
            let id = state.stars.open(payer, place, payment, now);
            let content = json!({
                "id": id,
                "from": state.people.user_json(Some(payer)),
                "currency": invoice.currency,
                "total_amount": invoice.total_amount,
                "invoice_payload": invoice.payload,
            });
            state.updates.push(payer, "pre_checkout_query", content, now);
            Ok(id)
        })
    }

    /// The user pays without the bot having been asked: an invoice that the bot does not know, an old one of another program with the same
    /// token.
    ///
    /// # Errors
    /// When the payer is unknown or blocked the bot.
    pub fn pay_without_the_bot(&self, payer: i64, stars: i64, payload: &str) -> Result<Moved, ControlError> {
        let now = self.shared.clock.now();
        self.shared.change(|state| {
            open(state, payer)?;
            let asked = Payment {
                currency: "XTR".to_owned(),
                total_amount: stars,
                invoice_payload: payload.to_owned(),
                telegram_payment_charge_id: String::new(),
            };
            let payment = state.stars.pay(payer, asked, now);
            let telegram_payment_charge_id = payment.telegram_payment_charge_id.clone();
            let (update_id, message_id) = state.note_payment(payer, MessageKind::SuccessfulPayment, payment, now);
            Ok(Moved { telegram_payment_charge_id, update_id, message_id })
        })
    }

    /// Telegram itself returns a payment, of which the bot hears by `refunded_payment`.
    ///
    /// # Errors
    /// When the user made no such payment, or it was returned before.
    pub fn refund_without_the_bot(&self, user_id: i64, charge: &str) -> Result<Moved, ControlError> {
        let now = self.shared.clock.now();
        self.shared.change(|state| {
            let refunded = state.stars.refund(user_id, charge, now);
            let payment = refunded.map_err(|Refusal { description, .. }| ControlError::NotRefundable(description))?;
            let (update_id, message_id) = state.note_payment(user_id, MessageKind::RefundedPayment, payment, now);
            Ok(Moved { telegram_payment_charge_id: charge.to_owned(), update_id, message_id })
        })
    }

    /// The bot's owner takes Stars out, of which the bot hears only by its list; gives the movement's key.
    pub fn withdraw_stars(&self, stars: i64) -> String {
        let now = self.shared.clock.now();
        self.shared.change(|state| state.stars.withdraw(stars, now))
    }

    /// How a checkout stands; `None` when there is no such query.
    pub fn checkout(&self, pre_checkout_query_id: &str) -> Option<Checkout> {
        let now = self.shared.clock.now();
        self.shared.quietly(|state| state.stars.checkout(pre_checkout_query_id, now))
    }

    /// The user's newest `count` checkouts, oldest first.
    pub fn checkouts(&self, user_id: i64, count: usize) -> Vec<CheckoutView> {
        let now = self.shared.clock.now();
        self.shared.quietly(|state| state.stars.checkouts(user_id, count, now))
    }

    /// Waits at most `timeout` until the bot answered a checkout.
    ///
    /// # Errors
    /// When it stays unanswered.
    pub async fn wait_checkout(&self, pre_checkout_query_id: &str, timeout: Duration) -> Result<Checkout, WaitError> {
        let what = format!("an answer to pre-checkout query `{pre_checkout_query_id}`");
        self.wait_until(&what, timeout, |simulator| {
            simulator.checkout(pre_checkout_query_id).filter(|checkout| *checkout != Checkout::Waiting)
        })
        .await
    }

    /// Presses Pay and waits for the bot's word.
    ///
    /// # Errors
    /// When the message is no unpaid invoice, or the bot stays silent.
    pub async fn pay_invoice(&self, user_id: i64, message_id: i64, timeout: Duration) -> Result<Checkout, WaitError> {
        let query = self.start_payment(user_id, message_id).map_err(WaitError::Control)?;
        self.wait_checkout(&query, timeout).await
    }

    /// The same for an invoice's link.
    ///
    /// # Errors
    /// As [`Self::start_link_payment`], and when the bot stays silent.
    pub async fn pay_link(&self, payer: i64, link: &str, timeout: Duration) -> Result<Checkout, WaitError> {
        let query = self.start_link_payment(payer, link).map_err(WaitError::Control)?;
        self.wait_checkout(&query, timeout).await
    }

    /// Movements of Stars on the bot's account, oldest first.
    pub fn star_transactions(&self) -> Vec<StarTransaction> {
        self.shared.read(|state| state.stars.transactions())
    }
}

//! Payments in Stars: `sendInvoice`, `answerPreCheckoutQuery`, `refundStarPayment`, `getStarTransactions`.
//! <https://core.telegram.org/bots/payments-stars>.

use domain::clock::Timestamp;
use serde_json::Value;

use super::{
    super::{
        chat::{ChatMessage, Invoice, MessageKind},
        journal::ViolationKind,
        markup::Button,
        params::Params,
        refusal::{Refusal, Success},
        stars::Paid,
        state::State,
    },
    Answer, done, sending,
};

/// Most Stars of one invoice.
const INVOICE_STARS_MAX: i64 = 100_000;

/// Only Stars: other currencies need a payment provider, which the simulator has none of.
pub(super) fn send_invoice(state: &mut State, params: &Params, now: Timestamp) -> Answer {
    let text = |name: &str| params.text(name).unwrap_or_default().to_owned();
    if text("currency") != "XTR" {
        return Err(Refusal::wrong(ViolationKind::NotSimulated, "PAYMENT_PROVIDER_INVALID"));
    }
    if !text("provider_token").is_empty() {
        return Err(Refusal::wrong(ViolationKind::Limit, "STARS_INVOICE_INVALID"));
    }
    let total_amount =
        params.get("prices").and_then(|prices| prices.pointer("/0/amount")).and_then(Value::as_i64).unwrap_or_default();
    if !(1..=INVOICE_STARS_MAX).contains(&total_amount) {
        return Err(Refusal::wrong(ViolationKind::Limit, "CURRENCY_TOTAL_AMOUNT_INVALID"));
    }
    let mut message = sending::begin(state, params, now, MessageKind::Invoice)?;
    message.invoice = Some(Invoice {
        title: text("title"),
        description: text("description"),
        payload: text("payload"),
        currency: text("currency"),
        total_amount,
        start_parameter: text("start_parameter"),
        paid_with: None,
    });
    if message.keyboard.is_empty() {
        message.keyboard = vec![vec![Button::pay(total_amount)]];
    }
    Ok(state.post(message).into())
}

/// A yes moves the Stars and tells the bot by a `successful_payment`.
pub(super) fn answer_pre_checkout_query(state: &mut State, params: &Params, now: Timestamp) -> Answer {
    let id = params.text("pre_checkout_query_id").unwrap_or_default();
    let reason = params.text("error_message").filter(|reason| !reason.is_empty()).map(str::to_owned);
    let refusal = match (params.flag("ok"), reason) {
        (true, _) => None,
        (false, Some(reason)) => Some(reason),
        (false, None) => {
            return Err(Refusal::wrong(ViolationKind::MissingParameter, "parameter \"error_message\" is required"));
        }
    };
    let Some(Paid { payer, invoice: (chat_id, message_id), payment }) = state.stars.answer(id, refusal, now)? else {
        return done();
    };
    let own = chat_id == payer;
    if let Some(invoice) = state.chats.visible(chat_id, message_id).and_then(|message| message.invoice.as_mut())
        && own
    {
        invoice.paid_with = Some(payment.telegram_payment_charge_id.clone());
    }
    let mut note = ChatMessage::new(payer, Some(payer), now.as_seconds(), MessageKind::SuccessfulPayment);
    note.payment = Some(payment);
    let (update_id, _) = state.receive(note, now);
    state.stars.told(id, update_id);
    done()
}

/// Gives the Stars back once and tells the bot by a `refunded_payment`.
pub(super) fn refund_star_payment(state: &mut State, params: &Params, now: Timestamp) -> Answer {
    let user_id = params.number("user_id").unwrap_or_default();
    if state.people.user(user_id).is_none() {
        return Err(Refusal::bad("USER_ID_INVALID"));
    }
    let charge = params.text("telegram_payment_charge_id").unwrap_or_default();
    let payment = state.stars.refund(user_id, charge, now)?;
    let mut note = ChatMessage::new(user_id, Some(user_id), now.as_seconds(), MessageKind::RefundedPayment);
    note.payment = Some(payment);
    state.receive(note, now);
    done()
}

/// Oldest first.
pub(super) fn get_star_transactions(state: &State, params: &Params) -> Success {
    let number = |name: &str| params.number(name).and_then(|number| usize::try_from(number).ok());
    state.stars.page(&state.people, number("offset").unwrap_or(0), number("limit").unwrap_or(100)).into()
}

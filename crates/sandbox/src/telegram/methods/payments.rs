//! Payments in Stars: `sendInvoice`, `createInvoiceLink`, `answerPreCheckoutQuery`, `refundStarPayment`, `getStarTransactions`.
//! <https://core.telegram.org/bots/payments-stars>.

use domain::clock::Timestamp;
use serde_json::Value;

use super::{
    super::{
        chat::{Invoice, MessageKind},
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

/// <https://core.telegram.org/bots/api#sendinvoice>
pub(super) fn send_invoice(state: &mut State, params: &Params, now: Timestamp) -> Answer {
    let invoice = bill(params)?;
    let mut message = sending::begin(state, params, now, MessageKind::Invoice)?;
    if message.keyboard.is_empty() {
        message.keyboard = vec![vec![Button::pay(invoice.total_amount)]];
    }
    message.invoice = Some(invoice);
    Ok(state.post(message).into())
}

/// <https://core.telegram.org/bots/api#createinvoicelink>
pub(super) fn create_invoice_link(state: &mut State, params: &Params) -> Answer {
    let invoice = bill(params)?;
    Ok(Value::from(state.stars.link(invoice)).into())
}

/// Only Stars: other currencies need a payment provider, which the simulator has none of.
fn bill(params: &Params) -> Result<Invoice, Refusal> {
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
    Ok(Invoice {
        title: text("title"),
        description: text("description"),
        payload: text("payload"),
        currency: text("currency"),
        total_amount,
        start_parameter: text("start_parameter"),
        paid_with: None,
    })
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
    let Some(Paid { payer, invoice, payment }) = state.stars.answer(id, refusal, now)? else {
        return done();
    };
    // Only in the payer's own chat is an invoice used up; a forwarded one, or one behind a link, stays payable.
    if let Some((_, message_id)) = invoice.filter(|(chat_id, _)| *chat_id == payer)
        && let Some(invoice) = state.chats.visible(payer, message_id).and_then(|message| message.invoice.as_mut())
    {
        invoice.paid_with = Some(payment.telegram_payment_charge_id.clone());
    }
    let (update_id, _) = state.note_payment(payer, MessageKind::SuccessfulPayment, payment, now);
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
    state.note_payment(user_id, MessageKind::RefundedPayment, payment, now);
    done()
}

/// Oldest first.
pub(super) fn get_star_transactions(state: &State, params: &Params) -> Success {
    let number = |name: &str| params.number(name).and_then(|number| usize::try_from(number).ok());
    state.stars.page(&state.people, number("offset").unwrap_or(0), number("limit").unwrap_or(100)).into()
}

//! What YooKassa says and hears: version 3 of its API, <https://yookassa.ru/developers/api>. Fields that we don't use are left out.

use serde::{Deserialize, Serialize};

/// `{"value": "100.00", "currency": "RUB"}`: text, never a number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Amount {
    pub(super) value: String,
    pub(super) currency: String,
}

/// The body of `POST /payments`.
#[derive(Serialize)]
pub(super) struct NewPayment<'a> {
    pub(super) amount: &'a Amount,
    /// The money is taken at once, without a step that confirms it.
    pub(super) capture: bool,
    pub(super) confirmation: NewConfirmation<'a>,
    /// At most 128 characters.
    pub(super) description: &'a str,
    pub(super) metadata: Metadata,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) receipt: Option<NewReceipt<'a>>,
}

/// How the payer confirms: on YooKassa's own page.
#[derive(Serialize)]
pub(super) struct NewConfirmation<'a> {
    pub(super) r#type: &'a str,
    pub(super) return_url: &'a str,
}

/// What is ours, handed back with the payment.
#[derive(Serialize)]
pub(super) struct Metadata {
    pub(super) invoice: String,
}

/// What the fiscal receipt is made of.
#[derive(Serialize)]
pub(super) struct NewReceipt<'a> {
    pub(super) customer: NewCustomer<'a>,
    pub(super) items: [NewItem<'a>; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) tax_system_code: Option<u8>,
}

/// Where the receipt goes: one of both.
#[derive(Serialize)]
pub(super) struct NewCustomer<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) email: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) phone: Option<&'a str>,
}

/// The one thing that is sold.
#[derive(Serialize)]
pub(super) struct NewItem<'a> {
    pub(super) description: &'a str,
    /// `1.00`: text as well.
    pub(super) quantity: &'a str,
    pub(super) amount: &'a Amount,
    pub(super) vat_code: u8,
    pub(super) payment_mode: &'a str,
    pub(super) payment_subject: &'a str,
}

/// A payment.
#[derive(Deserialize)]
pub(super) struct Payment {
    pub(super) id: String,
    /// `pending`, `waiting_for_capture`, `succeeded`, `canceled`.
    pub(super) status: String,
    pub(super) amount: Amount,
    pub(super) confirmation: Option<Confirmation>,
}

/// Where the payer confirms.
#[derive(Deserialize)]
pub(super) struct Confirmation {
    pub(super) confirmation_url: Option<String>,
}

/// The body of `POST /refunds`. A receipt is not needed with a whole payment: YooKassa takes that of the payment.
#[derive(Serialize)]
pub(super) struct NewRefund<'a> {
    pub(super) payment_id: &'a str,
    pub(super) amount: &'a Amount,
}

/// A refund.
#[derive(Deserialize)]
pub(super) struct Refund {
    pub(super) payment_id: String,
    /// `pending`, `succeeded`, `canceled`.
    pub(super) status: String,
    pub(super) amount: Amount,
    pub(super) cancellation_details: Option<CancellationDetails>,
}

/// Why a refund did not happen.
#[derive(Deserialize)]
pub(super) struct CancellationDetails {
    pub(super) reason: Option<String>,
}

/// The answer of `GET /refunds`.
#[derive(Deserialize)]
pub(super) struct RefundList {
    pub(super) items: Vec<Refund>,
    /// Where the next page begins; absent on the last one.
    pub(super) next_cursor: Option<String>,
}

/// The body of a status other than 200.
#[derive(Deserialize)]
pub(super) struct Error {
    pub(super) code: String,
    pub(super) description: Option<String>,
    /// Which field of the request is wrong.
    pub(super) parameter: Option<String>,
}

/// A webhook's body. It bears no signature.
#[derive(Deserialize)]
pub(super) struct Notification {
    /// `payment.succeeded`, `payment.canceled`, `payment.waiting_for_capture`, `refund.succeeded`.
    pub(super) event: String,
    pub(super) object: NotificationObject,
}

/// A payment or a refund as it was at the event.
#[derive(Deserialize)]
pub(super) struct NotificationObject {
    pub(super) id: Option<String>,
    /// The payment that a refund belongs to.
    pub(super) payment_id: Option<String>,
}

//! YooKassa: a payment is made under the invoice's id as its idempotence key and confirmed on YooKassa's page; a refund is made under a key of
//! the payment, after a look at the refunds that there are.

mod payback;
mod receipts;
mod wire;

use std::time::Duration;

use async_trait::async_trait;
use domain::ids::ChatId;
use domain::ledger::{Payment, Provider};
use domain::money::{Money, Overflow};
use domain::payment::Invoice;
use domain::ports::{
    GateError, InvoiceStatus, InvoiceWords, NativePrice, Offer, PaybackError, PaymentGate, ProviderRecord,
};
use reqwest::{RequestBuilder, Url};
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;

pub use self::receipts::{Customer, Receipts};
use crate::options::{BuildError, Connection, address, base, below};
use crate::retry::deadline;
use crate::transport::{Answer, Transport, Trouble};

/// Where the owner finds number and key of the shop.
const PLACE: &str = "yookassa.ru/my, settings of the shop, API keys";
/// YooKassa's ids have 36 characters; anything much longer was not made by it. A key that is made of one stays below YooKassa's 64.
const ID_CHARS_MAX: usize = 50;
/// A repeated request with the same key gets the first one's answer.
const IDEMPOTENCE_KEY: &str = "Idempotence-Key";
/// The only money that invoices of this gate are written in.
const RUB: &str = "RUB";

/// What the gate to YooKassa is built from.
#[derive(Clone, Debug)]
pub struct YookassaOptions {
    /// The API, its version included.
    pub api_url: String,
    /// The shop's number: the user name of each request.
    pub shop_id: String,
    /// The shop's key: the password of each request.
    pub secret_key: SecretString,
    /// Where YooKassa's page leads back to: the bot.
    pub return_url: String,
    /// What receipts are made of, if YooKassa makes them; without, none is asked for.
    pub receipts: Option<Receipts>,
    /// How the server is reached.
    pub connection: Connection,
}

impl YookassaOptions {
    /// YooKassa's own server, no receipts.
    pub fn new(shop_id: impl Into<String>, secret_key: SecretString, return_url: impl Into<String>) -> Self {
        Self {
            api_url: "https://api.yookassa.ru/v3".to_owned(),
            shop_id: shop_id.into(),
            secret_key,
            return_url: return_url.into(),
            receipts: None,
            connection: Connection::default(),
        }
    }
}

/// The gate to YooKassa. Its unit is the kopeck.
pub struct Yookassa {
    transport: Transport,
    api: Url,
    shop_id: String,
    secret_key: SecretString,
    return_url: String,
    receipts: Option<Receipts>,
}

impl Yookassa {
    /// A gate with these options. No call is made.
    ///
    /// # Errors
    /// [`BuildError`] names the setting to mend.
    pub fn new(options: YookassaOptions) -> Result<Self, BuildError> {
        let shop_id = options.shop_id.trim();
        // A colon ends the user name of a basic authentication.
        if shop_id.is_empty() || !shop_id.bytes().all(|byte| byte.is_ascii_graphic() && byte != b':') {
            return Err(BuildError::Secret { setting: "shop_id", place: PLACE });
        }
        let key = options.secret_key.expose_secret();
        if key.is_empty() || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(BuildError::Secret { setting: "secret_key", place: PLACE });
        }
        address("return_url", &options.return_url)?;
        if let Some(receipts) = &options.receipts {
            receipts.check()?;
        }
        Ok(Self {
            transport: Transport::new("yookassa", &options.connection, vec![options.secret_key.clone()])?,
            api: base("api_url", &options.api_url)?,
            shop_id: shop_id.to_owned(),
            secret_key: options.secret_key,
            return_url: options.return_url,
            receipts: options.receipts,
        })
    }

    fn get(&self, path: &str, query: &[(&str, &str)]) -> RequestBuilder {
        self.signed(self.transport.get(below(&self.api, path, query)))
    }

    fn post(&self, path: &str, key: &str) -> RequestBuilder {
        self.signed(self.transport.post(below(&self.api, path, &[]))).header(IDEMPOTENCE_KEY, key)
    }

    fn signed(&self, request: RequestBuilder) -> RequestBuilder {
        request.basic_auth(&self.shop_id, Some(self.secret_key.expose_secret()))
    }

    /// HTTP 200 is an answer; anything else has a code and words.
    fn read<T: DeserializeOwned>(&self, answer: &Answer) -> Result<T, Trouble> {
        if answer.status == 200 {
            return answer.json().ok_or_else(|| answer.nonsense());
        }
        let words = answer.json::<wire::Error>().map(|error| {
            let place = error.parameter.map(|parameter| format!(" (`{parameter}`)")).unwrap_or_default();
            self.transport.clean(&format!("{}: {}{place}", error.code, error.description.unwrap_or_default()))
        });
        Err(Trouble::of_status(answer, &words.unwrap_or_default()))
    }

    fn body<'a>(
        &'a self,
        invoice: &Invoice,
        words: &'a InvoiceWords,
        amount: &'a wire::Amount,
    ) -> wire::NewPayment<'a> {
        wire::NewPayment {
            amount,
            capture: true,
            confirmation: wire::NewConfirmation { r#type: "redirect", return_url: &self.return_url },
            description: &words.description,
            metadata: wire::Metadata { invoice: invoice.id.to_string() },
            receipt: self.receipts.as_ref().map(|receipts| receipts.of(&words.description, amount)),
        }
    }
}

#[async_trait]
impl PaymentGate for Yookassa {
    fn provider(&self) -> Provider {
        Provider::Yookassa
    }

    fn price(&self, amount: Money) -> Result<NativePrice, Overflow> {
        Ok(NativePrice { amount: amount.kopecks(), currency: RUB.to_owned() })
    }

    async fn offer(&self, invoice: &Invoice, words: &InvoiceWords, budget: Duration) -> Result<Offer, GateError> {
        if invoice.native_currency != RUB || invoice.native_amount <= 0 {
            return Err(GateError::Refused { detail: "an invoice of YooKassa is in roubles, above zero".to_owned() });
        }
        let amount = amount(invoice.native_amount, RUB);
        let body = self.body(invoice, words, &amount);
        // Our own id. YooKassa keeps keys for 24 hours: a repeat gets the same payment, a later one another, and nobody has the first's address.
        let key = invoice.id.to_string();
        let request = || self.post("/payments", &key).json(&body);
        let read = |answer: Answer| opened(self.read(&answer)?, &answer);
        self.transport.call("create_payment", deadline(budget), request, read).await.map_err(Trouble::of_offer)
    }

    async fn status(&self, external: &str, budget: Duration) -> Result<InvoiceStatus, GateError> {
        if !is_id(external) {
            return Err(GateError::Refused { detail: "no payment of YooKassa has such an id".to_owned() });
        }
        let path = format!("/payments/{external}");
        let read = |answer: Answer| standing(self.read(&answer)?, external, &answer);
        self.transport
            .call("get_payment", deadline(budget), || self.get(&path, &[]), read)
            .await
            .map_err(Trouble::of_question)
    }

    async fn pay_back(&self, payment: &Payment, _payer: ChatId, budget: Duration) -> Result<(), PaybackError> {
        self.pay_back_once(payment, deadline(budget)).await
    }

    /// None: YooKassa's lists begin with the newest and go on by a cursor, so they can't be asked for by a number to skip.
    async fn records(
        &self,
        _skip: u64,
        _limit: u32,
        _budget: Duration,
    ) -> Result<Option<Vec<ProviderRecord>>, GateError> {
        Ok(None)
    }

    /// YooKassa signs nothing, so anybody may have sent it: all that is taken from it is an id to ask YooKassa about.
    fn hint(&self, body: &[u8], _signature: Option<&str>) -> Option<String> {
        let notification: wire::Notification = serde_json::from_slice(body).ok()?;
        let id = match notification.event.split('.').next()? {
            "payment" => notification.object.id,
            "refund" => notification.object.payment_id,
            _ => None,
        };
        id.filter(|id| is_id(id))
    }
}

/// Whether it can be an id of YooKassa's, and so may stand in a path.
fn is_id(text: &str) -> bool {
    (1..=ID_CHARS_MAX).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// Kopecks as YooKassa writes them.
fn amount(native_amount: i64, currency: &str) -> wire::Amount {
    wire::Amount { value: Money::from_kopecks(native_amount).to_string(), currency: currency.to_owned() }
}

fn opened(payment: wire::Payment, answer: &Answer) -> Result<Offer, Trouble> {
    if payment.status == "canceled" {
        return Err(Trouble::Refused { detail: "the payment was canceled".to_owned() });
    }
    let url = payment.confirmation.and_then(|confirmation| confirmation.confirmation_url);
    let url = url.filter(|url| url.starts_with("https://")).ok_or_else(|| answer.nonsense())?;
    if is_id(&payment.id) { Ok(Offer { external: Some(payment.id), url }) } else { Err(answer.nonsense()) }
}

fn standing(payment: wire::Payment, asked: &str, answer: &Answer) -> Result<InvoiceStatus, Trouble> {
    if payment.id != asked {
        return Err(answer.nonsense());
    }
    match payment.status.as_str() {
        // The second can't happen with `capture`, and if it does the money is not ours yet.
        "pending" | "waiting_for_capture" => Ok(InvoiceStatus::Waiting),
        "canceled" => Ok(InvoiceStatus::Closed),
        "succeeded" => {
            let paid = answer.money(&payment.amount.value)?;
            Ok(InvoiceStatus::Paid {
                payment: payment.id,
                native_amount: paid.kopecks(),
                native_currency: payment.amount.currency,
            })
        }
        _ => Err(answer.nonsense()),
    }
}

//! Crypto Pay, the payment service of @CryptoBot: an invoice has its price in roubles, and the payer pays it in what they have.
//!
//! There is no idempotence key: a repeated `createInvoice` makes another invoice. It does no harm: the address of an invoice is in its answer
//! only, so one whose answer was lost is paid by nobody, and expires.

mod wire;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use domain::clock::Clock;
use domain::ids::ChatId;
use domain::ledger::{Payment, Provider};
use domain::money::{Money, Overflow};
use domain::payment::Invoice;
use domain::ports::{
    GateError, InvoiceStatus, InvoiceWords, NativePrice, Offer, PaybackError, PaymentGate, ProviderRecord,
};
use hmac::{Hmac, KeyInit, Mac};
use reqwest::header::HeaderValue;
use reqwest::{RequestBuilder, Url};
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use crate::options::{BuildError, Connection, base, below};
use crate::retry::deadline;
use crate::transport::{Answer, Transport, Trouble};

/// The header of a webhook that bears its signature.
pub const SIGNATURE_HEADER: &str = "crypto-pay-api-signature";
/// The header of a request that bears the token.
const TOKEN_HEADER: &str = "Crypto-Pay-API-Token";
/// The longest life of an invoice that Crypto Pay takes, in seconds: 31 days.
const EXPIRES_IN_MAX: i64 = 2_678_400;
/// The only money that invoices of this gate are written in.
const RUB: &str = "RUB";

/// What the gate to Crypto Pay is built from.
#[derive(Clone, Debug)]
pub struct CryptoPayOptions {
    /// The API. Coins without worth: `https://testnet-pay.crypt.bot/api` with a token of @CryptoTestnetBot.
    pub api_url: String,
    /// The application's token; webhooks are signed with it as well.
    pub token: SecretString,
    /// How the server is reached.
    pub connection: Connection,
}

impl CryptoPayOptions {
    /// Crypto Pay's own server.
    pub fn new(token: SecretString) -> Self {
        Self { api_url: "https://pay.crypt.bot/api".to_owned(), token, connection: Connection::default() }
    }
}

/// The gate to Crypto Pay. Its unit is the kopeck that the payer was asked for, whatever coin it was paid in.
pub struct CryptoPay {
    transport: Transport,
    api: Url,
    token: HeaderValue,
    /// SHA-256 of the token, as Crypto Pay has it.
    signing_key: [u8; 32],
    clock: Arc<dyn Clock>,
}

impl CryptoPay {
    /// A gate with these options. No call is made.
    ///
    /// # Errors
    /// [`BuildError`] names the setting to mend.
    pub fn new(options: CryptoPayOptions, clock: Arc<dyn Clock>) -> Result<Self, BuildError> {
        let text = options.token.expose_secret();
        let bad = || BuildError::Secret { setting: "token", place: "@CryptoBot, Crypto Pay, My Apps" };
        // An empty token would let everybody sign.
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(bad());
        }
        let mut token = HeaderValue::from_str(text).map_err(|_| bad())?;
        // Keeps it out of every Debug of a request.
        token.set_sensitive(true);
        Ok(Self {
            signing_key: Sha256::digest(text.as_bytes()).into(),
            transport: Transport::new("crypto_pay", &options.connection, vec![options.token.clone()])?,
            api: base("api_url", &options.api_url)?,
            token,
            clock,
        })
    }

    fn with_token(&self, request: RequestBuilder) -> RequestBuilder {
        request.header(TOKEN_HEADER, self.token.clone())
    }

    /// `ok` in the body decides; the HTTP status is asked if the body says nothing.
    fn read<T: DeserializeOwned>(&self, answer: &Answer) -> Result<T, Trouble> {
        let envelope = answer.json::<wire::Envelope<T>>();
        let Some(envelope) = envelope else {
            return Err(if answer.status == 200 { answer.nonsense() } else { Trouble::of_status(answer, "") });
        };
        match (envelope.ok, envelope.result, envelope.error) {
            (true, Some(result), _) => Ok(result),
            (false, _, Some(error)) => {
                // Some errors come with HTTP 200.
                let status = error.code.filter(|code| *code >= 400).unwrap_or(answer.status);
                let told = Answer { status, retry_after: answer.retry_after, body: None };
                Err(Trouble::of_status(&told, &self.transport.clean(&error.name.unwrap_or_default())))
            }
            _ => Err(answer.nonsense()),
        }
    }

    fn body<'a>(&self, invoice: &Invoice, words: &'a InvoiceWords) -> Result<wire::NewInvoice<'a>, GateError> {
        let refused = |detail: &str| GateError::Refused { detail: detail.to_owned() };
        if invoice.native_currency != RUB || invoice.native_amount <= 0 {
            return Err(refused("an invoice of Crypto Pay is in roubles, above zero"));
        }
        let left_micros = invoice.expires_at.as_micros().saturating_sub(self.clock.now().as_micros());
        let expires_in = (left_micros / 1_000_000).min(EXPIRES_IN_MAX);
        if expires_in < 1 {
            return Err(refused("the invoice has expired"));
        }
        Ok(wire::NewInvoice {
            currency_type: "fiat",
            fiat: RUB,
            amount: Money::from_kopecks(invoice.native_amount).to_string(),
            description: &words.description,
            payload: invoice.id.to_string(),
            expires_in,
        })
    }

    /// In constant time.
    fn is_signed(&self, body: &[u8], signature: &str) -> bool {
        let Some(signature) = from_hex(signature.trim()) else { return false };
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.signing_key) else { return false };
        mac.update(body);
        mac.verify_slice(&signature).is_ok()
    }
}

#[async_trait]
impl PaymentGate for CryptoPay {
    fn provider(&self) -> Provider {
        Provider::CryptoPay
    }

    fn price(&self, amount: Money) -> Result<NativePrice, Overflow> {
        Ok(NativePrice { amount: amount.kopecks(), currency: RUB.to_owned() })
    }

    async fn offer(&self, invoice: &Invoice, words: &InvoiceWords, budget: Duration) -> Result<Offer, GateError> {
        let body = self.body(invoice, words)?;
        let url = below(&self.api, "/createInvoice", &[]);
        let request = || self.with_token(self.transport.post(url.clone())).json(&body);
        let read = |answer: Answer| opened(self.read(&answer)?, &answer);
        self.transport.call("create_invoice", deadline(budget), request, read).await.map_err(Trouble::of_offer)
    }

    async fn status(&self, external: &str, budget: Duration) -> Result<InvoiceStatus, GateError> {
        let refused = || GateError::Refused { detail: "no invoice of Crypto Pay has such an id".to_owned() };
        let asked: u64 = external.parse().map_err(|_| refused())?;
        let url = below(&self.api, "/getInvoices", &[("invoice_ids", &asked.to_string())]);
        let request = || self.with_token(self.transport.get(url.clone()));
        let read = |answer: Answer| standing(self.read(&answer)?, asked, &answer);
        let found = self.transport.call("get_invoices", deadline(budget), request, read).await;
        found.map_err(Trouble::of_question)?.ok_or_else(refused)
    }

    /// Never: Crypto Pay can't take an invoice back. An owner settles it with the payer by hand.
    async fn pay_back(&self, _payment: &Payment, _payer: ChatId, _budget: Duration) -> Result<(), PaybackError> {
        let detail = "Crypto Pay has no refunds; send the payer the amount by hand, then adjust the balance";
        Err(PaybackError::Refused { detail: detail.to_owned() })
    }

    /// None: the list has no documented order, and it knows no payer.
    async fn records(
        &self,
        _skip: u64,
        _limit: u32,
        _budget: Duration,
    ) -> Result<Option<Vec<ProviderRecord>>, GateError> {
        Ok(None)
    }

    fn hint(&self, body: &[u8], signature: Option<&str>) -> Option<String> {
        if !self.is_signed(body, signature?) {
            return None;
        }
        let update: wire::Update = serde_json::from_slice(body).ok()?;
        (update.update_type == "invoice_paid").then(|| update.payload.invoice_id.to_string())
    }
}

fn opened(invoice: wire::Invoice, answer: &Answer) -> Result<Offer, Trouble> {
    let url = invoice.bot_invoice_url.filter(|url| url.starts_with("https://")).ok_or_else(|| answer.nonsense())?;
    Ok(Offer { external: Some(invoice.invoice_id.to_string()), url })
}

/// `None` if the invoice that was asked about is not in the answer.
fn standing(invoices: wire::Invoices, asked: u64, answer: &Answer) -> Result<Option<InvoiceStatus>, Trouble> {
    let Some(invoice) = invoices.items.into_iter().find(|invoice| invoice.invoice_id == asked) else { return Ok(None) };
    let status = match invoice.status.as_str() {
        "active" => InvoiceStatus::Waiting,
        "expired" => InvoiceStatus::Closed,
        "paid" => {
            let asked_for = answer.money(&invoice.amount)?;
            InvoiceStatus::Paid {
                payment: asked.to_string(),
                native_amount: asked_for.kopecks(),
                // All of ours are in ordinary money; the amount of another would not be kopecks.
                native_currency: invoice.fiat.ok_or_else(|| answer.nonsense())?,
            }
        }
        _ => return Err(answer.nonsense()),
    };
    Ok(Some(status))
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let pairs = text.as_bytes().chunks(2);
    pairs.map(|pair| Some(digit(*pair.first()?)? << 4 | digit(*pair.get(1)?)?)).collect()
}

//! A payment provider that does as it is told, and remembers what it was asked.

use std::sync::Mutex;
use std::time::Duration;

use async_trait::async_trait;
use domain::ids::ChatId;
use domain::ledger::{Payment, Provider};
use domain::money::{Money, Overflow};
use domain::payment::Invoice;
use domain::ports::{
    GateError, InvoiceStatus, InvoiceWords, NativePrice, Offer, PaybackError, PaymentGate, ProviderRecord,
};

/// What it answers; each call of a kind takes the first of its answers, and does well without one.
#[derive(Debug)]
pub(crate) struct Cashier {
    provider: Provider,
    pub(crate) offers: Mutex<Vec<GateError>>,
    pub(crate) status: Mutex<InvoiceStatus>,
    pub(crate) paybacks: Mutex<Vec<PaybackError>>,
    pub(crate) records: Mutex<Vec<ProviderRecord>>,
    /// The charges that it was asked to pay back.
    pub(crate) paid_back: Mutex<Vec<String>>,
}

impl Cashier {
    pub(crate) fn new(provider: Provider) -> Self {
        Self {
            provider,
            offers: Mutex::default(),
            status: Mutex::new(InvoiceStatus::Waiting),
            paybacks: Mutex::default(),
            records: Mutex::default(),
            paid_back: Mutex::default(),
        }
    }
}

#[async_trait]
impl PaymentGate for Cashier {
    fn provider(&self) -> Provider {
        self.provider
    }

    fn price(&self, amount: Money) -> Result<NativePrice, Overflow> {
        Ok(match self.provider {
            Provider::Stars => NativePrice { amount: amount.kopecks() / 100, currency: "XTR".to_owned() },
            _ => NativePrice { amount: amount.kopecks(), currency: "RUB".to_owned() },
        })
    }

    async fn offer(&self, invoice: &Invoice, _: &InvoiceWords, _: Duration) -> Result<Offer, GateError> {
        if let Some(error) = self.offers.lock().unwrap().pop() {
            return Err(error);
        }
        let external = (self.provider != Provider::Stars).then(|| format!("ext-{}", invoice.id));
        Ok(Offer { external, url: format!("https://pay.example/{}", invoice.id) })
    }

    async fn status(&self, _: &str, _: Duration) -> Result<InvoiceStatus, GateError> {
        Ok(self.status.lock().unwrap().clone())
    }

    async fn pay_back(&self, payment: &Payment, _: ChatId, _: Duration) -> Result<(), PaybackError> {
        self.paid_back.lock().unwrap().push(payment.payment.clone());
        self.paybacks.lock().unwrap().pop().map_or(Ok(()), Err)
    }

    async fn records(&self, skip: u64, limit: u32, _: Duration) -> Result<Option<Vec<ProviderRecord>>, GateError> {
        if self.provider != Provider::Stars {
            return Ok(None);
        }
        let (skip, limit) = (usize::try_from(skip).unwrap(), usize::try_from(limit).unwrap());
        Ok(Some(self.records.lock().unwrap().iter().skip(skip).take(limit).cloned().collect()))
    }

    fn hint(&self, body: &[u8], _: Option<&str>) -> Option<String> {
        String::from_utf8(body.to_vec()).ok()
    }
}

//! Work on invoices: a place to pay at, how it stands, a receipt's bytes, the end of its time. A provider's webhook only makes it due.

use std::path::Path;
use std::time::Duration;

use domain::ids::InvoiceId;
use domain::ledger::Provider;
use domain::money::Money;
use domain::payment::{Invoice, InvoiceEvent, InvoiceState, Receipt, credited};
use domain::ports::{
    ChangeSet, FileSourceError, GateError, InvoiceStatus, InvoiceWords, JobKey, LeaseOutcome, PaymentGate, Schedule,
    StoreResult,
};
use sha2::{Digest, Sha256};
use tokio::io::AsyncReadExt;

use super::{Attempt, Step};
use crate::conversation::Notice;
use crate::outbox::Body;
use crate::service::{App, Income, step_invoice};

/// One call of a provider.
const CALL_BUDGET: Duration = Duration::from_secs(10);
/// A provider may take a payment at the last moment and say so a little later.
const GRACE: Duration = Duration::from_secs(15 * 60);
/// How often a provider is asked: soon at first, for somebody who waits; rarely once they have gone to fetch their card.
const ASK_MIN: Duration = Duration::from_secs(5);
const ASK_MAX: Duration = Duration::from_secs(60);
/// Telegram's own bound of what a bot may download.
const RECEIPT_BYTES_MAX: u64 = 20 * 1024 * 1024;
/// A receipt that can't be had after so many tries goes to the owners without a hash.
const RECEIPT_TRIES_MAX: i64 = 5;

impl App {
    pub(super) async fn work_on_invoice(&self, attempt: &Attempt) -> StoreResult<()> {
        let id = InvoiceId::from_bytes(attempt.lease.key.subject);
        loop {
            let Some(left) = attempt.remaining(self.now()) else {
                return self.again(attempt, Duration::ZERO).await.map(drop);
            };
            let Some(invoice) = self.store.invoice(id).await? else { return self.finish(attempt).await };
            let budget = left.min(CALL_BUDGET);
            let step = match (&invoice.state, self.gate(invoice.provider)) {
                (InvoiceState::Asked, Some(gate)) => self.offer(attempt, &invoice, &**gate, budget).await?,
                (InvoiceState::Asked, None) => {
                    self.end_invoice(attempt, &invoice, failed("this way to pay is switched off")).await?
                }
                (InvoiceState::Claimed { receipt, hash: None, .. }, _) => {
                    self.check_receipt(attempt, &invoice, receipt, budget).await?
                }
                (state, Some(gate)) if state.external().is_some() => {
                    let external = state.external().unwrap_or_default().to_owned();
                    self.ask(attempt, &invoice, &**gate, &external, budget).await?
                }
                (InvoiceState::Open { .. }, _) => self.wait_or_expire(attempt, &invoice, ASK_MAX).await?,
                _ => return self.finish(attempt).await,
            };
            if step == Step::Ended {
                return Ok(());
            }
        }
    }

    /// Asks the provider for a place to pay at.
    async fn offer(
        &self,
        attempt: &Attempt,
        invoice: &Invoice,
        gate: &dyn PaymentGate,
        budget: Duration,
    ) -> StoreResult<Step> {
        if self.now() >= invoice.expires_at {
            return self.end_invoice(attempt, invoice, InvoiceEvent::Expired).await;
        }
        let language = self.store.session_of(invoice.user).await?.map(|session| session.person.language);
        let words = self.texts.in_language(language.unwrap_or_default());
        let amount = words.money(invoice.amount);
        let words = InvoiceWords {
            title: words.plain("invoice-title", &[]),
            description: words.plain("invoice-description", &[("amount", amount.into())]),
        };
        match gate.offer(invoice, &words, budget).await {
            Ok(offer) => {
                let next = if offer.external.is_some() { self.now() + ASK_MIN } else { invoice.expires_at };
                let outcome = LeaseOutcome::Again { run_at: next, progress: true };
                let mut change = attempt.change(self.now(), outcome);
                let event = InvoiceEvent::Offered { external: offer.external, url: Some(offer.url) };
                step_invoice(&mut change, invoice, event);
                self.wake_payer(&mut change, invoice);
                self.commit_step(&change).await
            }
            Err(GateError::Later { retry_after, detail }) => {
                tracing::warn!(detail, provider = invoice.provider.code(), "an invoice can't be offered yet");
                self.again(attempt, retry_after.unwrap_or_else(|| attempt.backoff())).await
            }
            Err(GateError::Refused { detail }) => {
                tracing::error!(detail, provider = invoice.provider.code(), "a provider refuses our invoice");
                let notice = Notice::new("owner-invoice-refused")
                    .words("provider", invoice.provider.code())
                    .words("detail", detail.clone());
                self.tell_owners(&notice).await?;
                self.end_invoice(attempt, invoice, failed(&detail)).await
            }
        }
    }

    /// Asks the provider how an invoice stands. Its answer decides, whatever a webhook said.
    async fn ask(
        &self,
        attempt: &Attempt,
        invoice: &Invoice,
        gate: &dyn PaymentGate,
        external: &str,
        budget: Duration,
    ) -> StoreResult<Step> {
        match gate.status(external, budget).await {
            Ok(InvoiceStatus::Paid { payment, native_amount, native_currency }) => {
                self.credit_invoice(attempt, invoice, payment, native_amount, native_currency).await
            }
            Ok(InvoiceStatus::Closed) => self.end_invoice(attempt, invoice, InvoiceEvent::Expired).await,
            Ok(InvoiceStatus::Waiting) => {
                let wait = (self.now().since(invoice.created_at) / 10).clamp(ASK_MIN, ASK_MAX);
                self.wait_or_expire(attempt, invoice, wait).await
            }
            Err(GateError::Later { retry_after, detail }) => {
                tracing::info!(detail, provider = invoice.provider.code(), "how an invoice stands is not known yet");
                let wait = retry_after.unwrap_or_else(|| attempt.backoff());
                self.wait_or_expire(attempt, invoice, wait).await
            }
            Err(GateError::Refused { detail }) => {
                tracing::error!(detail, provider = invoice.provider.code(), "a provider does not know our invoice");
                self.wait_or_expire(attempt, invoice, ASK_MAX).await
            }
        }
    }

    async fn credit_invoice(
        &self,
        attempt: &Attempt,
        invoice: &Invoice,
        payment: String,
        native_amount: i64,
        native_currency: String,
    ) -> StoreResult<Step> {
        let worth = if native_currency == "RUB" { Money::from_kopecks(native_amount) } else { invoice.amount };
        let (amount, is_flagged) = credited(Some(invoice), &native_currency, native_amount, worth);
        let mut change = attempt.change(self.now(), LeaseOutcome::Done);
        if is_flagged {
            tracing::error!(invoice = %invoice.id, "a payment differs from its invoice");
            let notice = Notice::new("owner-payment-differs")
                .words("payment", payment.clone())
                .money("asked", invoice.amount)
                .money("amount", amount);
            self.tell_owners_in(&mut change, &notice).await?;
        }
        let income = Income {
            user: invoice.user,
            provider: invoice.provider,
            payment,
            amount,
            native_amount,
            native_currency,
            invoice: Some(invoice),
            by: None,
        };
        self.credit(&mut change, income).await?;
        let notice = Notice::new("notice-payment-credited").money("amount", amount);
        self.post(&mut change, invoice.user, &Body::Notice(notice), None);
        self.wake_payer(&mut change, invoice);
        self.commit_step(&change).await
    }

    /// Looks again after `wait`, unless the invoice's time is over.
    async fn wait_or_expire(&self, attempt: &Attempt, invoice: &Invoice, wait: Duration) -> StoreResult<Step> {
        let now = self.now();
        let end = match invoice.state.external() {
            Some(_) => invoice.expires_at + GRACE,
            None => invoice.expires_at,
        };
        if now < end {
            let wait = if invoice.state.external().is_some() { wait } else { end.since(now) };
            return self.progress(attempt, wait).await;
        }
        self.end_invoice(attempt, invoice, InvoiceEvent::Expired).await
    }

    /// The invoice ends without a payment; one that has ended stays as it is.
    async fn end_invoice(&self, attempt: &Attempt, invoice: &Invoice, event: InvoiceEvent) -> StoreResult<Step> {
        let mut change = attempt.change(self.now(), LeaseOutcome::Done);
        if step_invoice(&mut change, invoice, event) {
            self.wake_payer(&mut change, invoice);
        }
        self.commit_step(&change).await
    }

    fn wake_payer(&self, change: &mut ChangeSet, invoice: &Invoice) {
        change.schedule.push(Schedule::new(JobKey::wake(invoice.user), change.at));
    }

    /// Looks at a receipt's bytes, and hands it to the owners.
    async fn check_receipt(
        &self,
        attempt: &Attempt,
        invoice: &Invoice,
        receipt: &Receipt,
        budget: Duration,
    ) -> StoreResult<Step> {
        let hash = match self.receipt_hash(receipt, budget).await {
            Ok(hash) => Some(hash),
            Err(FileSourceError::Later { detail }) if attempt.lease.attempts < RECEIPT_TRIES_MAX => {
                tracing::info!(detail, "a receipt can't be had yet");
                return self.again(attempt, attempt.backoff()).await;
            }
            Err(error) => {
                tracing::warn!(%error, invoice = %invoice.id, "a receipt goes to the owners without its hash");
                None
            }
        };
        let repeats = match &hash {
            Some(hash) => self.store.claimed_with(hash, invoice.id).await?,
            None => None,
        };
        let mut change = attempt.change(self.now(), LeaseOutcome::Done);
        if step_invoice(&mut change, invoice, InvoiceEvent::Checked { receipt: receipt.clone(), hash, repeats }) {
            let owners = self.owners_to_tell().await?;
            if owners.is_empty() {
                tracing::error!("a receipt reaches nobody: no owner has started the bot");
            }
            for owner in owners {
                self.post(&mut change, owner, &Body::Claim(invoice.id), None);
            }
        }
        self.commit_step(&change).await
    }

    async fn receipt_hash(&self, receipt: &Receipt, budget: Duration) -> Result<String, FileSourceError> {
        let disk = |error: std::io::Error| FileSourceError::Later { detail: format!("a temporary folder: {error}") };
        let folder = tempfile::tempdir().map_err(disk)?;
        let path = folder.path().join("receipt");
        self.files.download(&receipt.file_id, &path, RECEIPT_BYTES_MAX, budget).await?;
        hash_of(&path).await.map_err(disk)
    }
}

fn failed(detail: &str) -> InvoiceEvent {
    InvoiceEvent::Failed { detail: detail.to_owned() }
}

/// SHA-256 of a file, in hexadecimal digits.
async fn hash_of(path: &Path) -> std::io::Result<String> {
    let (mut file, mut digest) = (tokio::fs::File::open(path).await?, Sha256::new());
    let mut piece = vec![0; 64 * 1024];
    loop {
        match file.read(&mut piece).await? {
            0 => return Ok(digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()),
            read => digest.update(&piece[..read]),
        }
    }
}

/// A webhook names an invoice by its provider's id: its job is due.
impl App {
    /// Takes a provider's webhook; only a hint, so the body is believed in nothing but the id.
    ///
    /// # Errors
    /// If the store is away; the provider repeats its webhook then.
    pub async fn take_hint(&self, provider: Provider, body: &[u8], signature: Option<&str>) -> StoreResult<bool> {
        let Some(external) = self.gate(provider).and_then(|gate| gate.hint(body, signature)) else { return Ok(false) };
        let Some(invoice) = self.store.invoice_of(provider, &external).await? else { return Ok(false) };
        let mut change = ChangeSet::new(self.now());
        change.schedule.push(Schedule::new(JobKey::invoice(invoice.id), change.at));
        self.commit(&change).await.map(|_| true)
    }
}

//! The way to Sentry: one thread with a queue before it, on the same HTTP and TLS as everything else.
//!
//! A thread of its own, with a runtime of its own, since what is told may be that the other one is in trouble.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use sentry::types::Dsn;
use sentry::{Envelope, Transport};
use tracing::Instrument;

/// The span in which events are sent.
pub(super) const OWN_SPAN: &str = "mishap_sender";
/// So many events wait; more at once tell nothing new.
const WAITING_MAX: usize = 64;
/// So many are sent in a [`WINDOW`]: a storm of errors must not use up a month's quota.
const WINDOW_MAX: u32 = 60;
const WINDOW: Duration = Duration::from_secs(60);
const CONNECT_BUDGET: Duration = Duration::from_secs(3);
/// For one event, from the connection to the answer.
const SEND_BUDGET: Duration = Duration::from_secs(5);
/// Sentry's own default when it says "later" and no time.
const LATER: Duration = Duration::from_secs(60);
/// Whatever it says, it is asked again after so long.
const LATER_MAX: Duration = Duration::from_secs(60 * 60);

/// How many wait, and who waits for their end.
#[derive(Default)]
struct Waiting {
    count: Mutex<usize>,
    less: Condvar,
}

impl Waiting {
    fn change(&self, change: impl FnOnce(&mut usize)) {
        change(&mut self.count.lock().unwrap_or_else(PoisonError::into_inner));
        self.less.notify_all();
    }

    /// Whether nothing waits any more, within `budget`.
    fn none_within(&self, budget: Duration) -> bool {
        let count = self.count.lock().unwrap_or_else(PoisonError::into_inner);
        let ended = self.less.wait_timeout_while(count, budget, |count| *count > 0);
        !ended.unwrap_or_else(PoisonError::into_inner).1.timed_out()
    }
}

/// How many were taken in the present window.
struct Rate {
    since: Instant,
    taken: u32,
}

impl Rate {
    fn takes(&mut self, now: Instant) -> bool {
        if now.duration_since(self.since) >= WINDOW {
            *self = Self { since: now, taken: 0 };
        }
        self.taken = self.taken.saturating_add(1);
        self.taken <= WINDOW_MAX
    }
}

/// The end that events are thrown into.
pub(super) struct Post {
    out: SyncSender<Envelope>,
    waiting: Arc<Waiting>,
    rate: Mutex<Rate>,
}

impl Post {
    /// Starts the thread.
    ///
    /// # Errors
    /// If the machine gives none.
    pub(super) fn open(dsn: &Dsn, agent: &str) -> anyhow::Result<Self> {
        let (out, letters) = sync_channel(WAITING_MAX);
        let waiting = Arc::new(Waiting::default());
        let carrier = Carrier {
            http: client(agent)?,
            url: dsn.envelope_api_url().to_string(),
            auth: dsn.to_auth(Some(agent)).to_string(),
            waiting: Arc::clone(&waiting),
            closed_until: None,
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        std::thread::Builder::new().name("mishaps".to_owned()).spawn(move || carrier.carry(&runtime, &letters))?;
        Ok(Self { out, waiting, rate: Mutex::new(Rate { since: Instant::now(), taken: 0 }) })
    }
}

impl Transport for Post {
    fn send_envelope(&self, envelope: Envelope) {
        let takes = self.rate.lock().unwrap_or_else(PoisonError::into_inner).takes(Instant::now());
        if !takes {
            return count("dropped");
        }
        self.waiting.change(|count| *count += 1);
        if self.out.try_send(envelope).is_err() {
            self.waiting.change(|count| *count -= 1);
            count("dropped");
        }
    }

    fn flush(&self, timeout: Duration) -> bool {
        self.waiting.none_within(timeout)
    }
}

/// The thread's side.
struct Carrier {
    http: reqwest::Client,
    url: String,
    auth: String,
    waiting: Arc<Waiting>,
    /// Sentry wants nothing before that.
    closed_until: Option<Instant>,
}

impl Carrier {
    fn carry(mut self, runtime: &tokio::runtime::Runtime, letters: &Receiver<Envelope>) {
        while let Ok(envelope) = letters.recv() {
            let outcome = if self.closed_until.is_some_and(|until| Instant::now() < until) {
                "dropped"
            } else {
                runtime.block_on(self.send(&envelope).instrument(tracing::error_span!("mishap_sender")))
            };
            count(outcome);
            self.waiting.change(|count| *count -= 1);
        }
    }

    async fn send(&mut self, envelope: &Envelope) -> &'static str {
        let mut body = Vec::new();
        if envelope.to_writer(&mut body).is_err() {
            return "dropped";
        }
        let request = self.http.post(&self.url).header("x-sentry-auth", &self.auth);
        let request = request.header(CONTENT_TYPE, "application/x-sentry-envelope").body(body).timeout(SEND_BUDGET);
        match request.send().await {
            Ok(answer) if answer.status().is_success() => "sent",
            Ok(answer) => {
                if answer.status() == StatusCode::TOO_MANY_REQUESTS {
                    let told =
                        answer.headers().get(RETRY_AFTER).and_then(|wait| wait.to_str().ok()?.trim().parse().ok());
                    let wait = told.map_or(LATER, Duration::from_secs).min(LATER_MAX);
                    self.closed_until = Instant::now().checked_add(wait);
                }
                tracing::debug!(status = answer.status().as_u16(), "sentry did not take an event");
                "refused"
            }
            Err(error) => {
                tracing::debug!(error = %error.without_url(), "sentry was not reached");
                "failed"
            }
        }
    }
}

fn count(outcome: &'static str) {
    metrics::counter!("mishaps_total", "outcome" => outcome).increment(1);
}

fn client(agent: &str) -> anyhow::Result<reqwest::Client> {
    let mut roots = rustls::RootCertStore::empty();
    roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    let mut tls = rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    tls.alpn_protocols = vec![b"http/1.1".to_vec()];
    let client = reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .user_agent(agent)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .no_proxy()
        // Between two events nobody would notice that a connection died.
        .pool_max_idle_per_host(0)
        .connect_timeout(CONNECT_BUDGET)
        .build()?;
    Ok(client)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_storm_is_cut_and_the_next_window_begins_anew() {
        let begin = Instant::now();
        let mut rate = Rate { since: begin, taken: 0 };
        let taken = (0..WINDOW_MAX * 3).filter(|_| rate.takes(begin)).count();
        assert_eq!(taken, usize::try_from(WINDOW_MAX).unwrap());
        assert!(!rate.takes(begin + WINDOW - Duration::from_millis(1)));
        assert!(rate.takes(begin + WINDOW));
    }

    #[test]
    fn an_end_is_waited_for_and_no_longer() {
        let waiting = Arc::new(Waiting::default());
        assert!(waiting.none_within(Duration::ZERO));
        waiting.change(|count| *count += 1);
        assert!(!waiting.none_within(Duration::from_millis(1)));
        let other = Arc::clone(&waiting);
        let ends = std::thread::spawn(move || other.change(|count| *count -= 1));
        assert!(waiting.none_within(Duration::from_secs(30)));
        ends.join().unwrap();
    }
}

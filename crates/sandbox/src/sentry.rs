//! A Sentry that keeps what it is sent. The form of an envelope (a line of JSON for its head, then for each item a line for its head and one for
//! its body) is that of develop.sentry.dev/sdk/data-model/envelopes; the header with the key that of .../sdk/overview/#authentication.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::http::{self, Request, Response};

/// The key of the only project.
const KEY: &str = "5e17c0de5e17c0de5e17c0de5e17c0de";
const PATH: &str = "/api/1/envelope/";

/// How it answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    /// It takes what comes.
    Takes,
    /// It answers with this status, and takes nothing.
    Refuses(u16),
    /// It takes connections and never answers.
    Silent,
}

struct State {
    mood: Mood,
    envelopes: Vec<String>,
    refused: usize,
}

/// The simulator; it ends when it is dropped.
pub struct SentrySimulator {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    end: CancellationToken,
    _server: JoinHandle<()>,
}

impl SentrySimulator {
    /// Starts it on a free port of this machine.
    ///
    /// # Errors
    /// If no port is free.
    pub async fn start() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let state = Arc::new(Mutex::new(State { mood: Mood::Takes, envelopes: Vec::new(), refused: 0 }));
        let (end, shared) = (CancellationToken::new(), Arc::clone(&state));
        let handler = move |request: Request| answer(request, Arc::clone(&shared));
        let server = tokio::spawn(http::serve(listener, end.clone(), handler));
        Ok(Self { address, state, end, _server: server })
    }

    /// What a client is told of the project.
    pub fn dsn(&self) -> String {
        format!("http://{KEY}@{}/1", self.address)
    }

    /// The secret part of that.
    pub fn key(&self) -> &'static str {
        KEY
    }

    /// From now on it answers so.
    pub fn set_mood(&self, mood: Mood) {
        self.with(|state| state.mood = mood);
    }

    /// Everything that it took, as it came.
    pub fn envelopes(&self) -> Vec<String> {
        self.with(|state| state.envelopes.clone())
    }

    /// The events in it, in the order in which they came.
    pub fn events(&self) -> Vec<Value> {
        self.envelopes().iter().flat_map(|envelope| events(envelope)).collect()
    }

    /// How many requests it did not take: of another form, without the key, or at a wrong moment.
    pub fn refused(&self) -> usize {
        self.with(|state| state.refused)
    }

    fn with<T>(&self, step: impl FnOnce(&mut State) -> T) -> T {
        step(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for SentrySimulator {
    fn drop(&mut self) {
        self.end.cancel();
    }
}

async fn answer(request: Request, state: Arc<Mutex<State>>) -> Response {
    let has_key = request.header("x-sentry-auth").is_some_and(|auth| {
        let pairs = auth.strip_prefix("Sentry ").unwrap_or_default().split(',');
        pairs.map(str::trim).any(|pair| pair.strip_prefix("sentry_key=") == Some(KEY))
    });
    let is_envelope = request.method == hyper::Method::POST && request.path == PATH;
    let mood = {
        let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
        if is_envelope && has_key && state.mood == Mood::Takes {
            state.envelopes.push(String::from_utf8_lossy(&request.body).into_owned());
            return Response::json(200, &serde_json::json!({}));
        }
        state.refused += 1;
        state.mood
    };
    match mood {
        // Longer than any client waits; the end of the simulator ends it.
        Mood::Silent => {
            tokio::time::sleep(Duration::from_secs(60 * 60)).await;
            Response::hang_up()
        }
        Mood::Refuses(status) => Response::json(status, &serde_json::json!({ "detail": "not now" })),
        Mood::Takes if is_envelope => Response::json(403, &serde_json::json!({ "detail": "no such key" })),
        Mood::Takes => Response::json(404, &serde_json::json!({ "detail": "no such page" })),
    }
}

/// The bodies of the items of type `event`.
fn events(envelope: &str) -> Vec<Value> {
    let lines: Vec<Value> = envelope.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let pairs = lines.iter().zip(lines.iter().skip(1));
    pairs.filter(|(head, _)| head["type"] == "event").map(|(_, body)| body.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_envelope_shows_its_events() {
        let envelope = "{\"event_id\":\"1\"}\n{\"type\":\"event\",\"length\":15}\n{\"message\":\"a\"}\n{\"type\":\"client_report\",\"length\":2}\n{}\n";
        assert_eq!(events(envelope), [serde_json::json!({ "message": "a" })]);
        assert_eq!(events("nothing of it"), Vec::<Value>::new());
    }
}

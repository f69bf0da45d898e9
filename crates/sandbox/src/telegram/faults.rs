//! Switches that make calls fail the way networks, proxies and Telegram itself do.

use std::{
    collections::{HashMap, VecDeque},
    time::Duration,
};

use super::refusal::Refusal;
use crate::http::Response;

/// Name that stands for every method in [`fail_next`](super::TelegramSimulator::fail_next).
pub const ANY_METHOD: &str = "*";

/// Name that stands for every method that puts something into a chat: messages, files, edits.
pub const ANY_SENDING: &str = "send*";

/// What happens to the next call of a method.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Refused with this code and Telegram's words for it; nothing is done. 429 usually goes with `retry_after` seconds.
    Status(u16, Option<u64>),
    /// Refused with this code and these words; nothing is done.
    Refuse(u16, String),
    /// An HTML page of a proxy with this status, 502 usually; nothing is done.
    HtmlPage(u16),
    /// The connection closes before anything is done.
    HangUpBefore,
    /// The call takes effect, then the connection closes without an answer.
    HangUpAfter,
    /// The call takes effect after this time.
    Delay(Duration),
    /// The call takes effect, but the answer's body is cut in the middle.
    CutBody,
}

impl Fault {
    /// The answer that stands in for the method's own; `None` when the method runs.
    pub(super) fn instead(&self) -> Option<Response> {
        match self {
            Self::Status(code, retry_after) => {
                let description = match (code, retry_after) {
                    (429, Some(seconds)) => format!("Too Many Requests: retry after {seconds}"),
                    _ => reason(*code).to_owned(),
                };
                Some(Refusal { retry_after: *retry_after, ..Refusal::of(*code, description) }.response())
            }
            Self::Refuse(code, description) => Some(Refusal::of(*code, description.clone()).response()),
            Self::HtmlPage(code) => {
                let reason = reason(*code);
                let page = format!(
                    "<html>\r\n<head><title>{code} {reason}</title></head>\r\n<body>\r\n<center><h1>{code} {reason}</h1></center>\r\n</body>\r\n</html>\r\n"
                );
                Some(Response::new(*code, "text/html", page))
            }
            Self::HangUpBefore => Some(Response::hang_up()),
            Self::HangUpAfter | Self::Delay(_) | Self::CutBody => None,
        }
    }

    /// What becomes of the answer of a method that ran.
    pub(super) fn after(&self, mut response: Response) -> Response {
        match self {
            Self::HangUpAfter => Response::hang_up(),
            Self::CutBody => {
                response.body.truncate(response.body.len() / 2);
                response
            }
            _ => response,
        }
    }
}

/// Faults waiting for their calls, first in first out per method.
#[derive(Debug, Default)]
pub(super) struct Faults(HashMap<String, VecDeque<Fault>>);

impl Faults {
    /// Queues one fault.
    pub(super) fn push(&mut self, method: &str, fault: Fault) {
        self.0.entry(method.to_owned()).or_default().push_back(fault);
    }

    /// Takes the fault of this call: the method's own first, then one for its sort, then one for any method.
    pub(super) fn take(&mut self, method: &str) -> Option<Fault> {
        let sort = if is_sending(method) { ANY_SENDING } else { method };
        [method, sort, ANY_METHOD].into_iter().find_map(|name| self.0.get_mut(name).and_then(VecDeque::pop_front))
    }

    /// How many wait under that name.
    pub(super) fn waiting(&self, method: &str) -> usize {
        self.0.get(method).map_or(0, VecDeque::len)
    }

    /// Forgets those under that name.
    pub(super) fn forget(&mut self, method: &str) {
        self.0.remove(method);
    }

    /// Forgets all.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}

/// Whether the method counts against Telegram's limits of sending.
fn is_sending(method: &str) -> bool {
    method.starts_with("editMessage") || method.starts_with("send") && method != "sendChatAction"
}

/// Telegram puts the HTTP reason phrase where it has nothing better to say.
pub(super) fn reason(code: u16) -> &'static str {
    hyper::StatusCode::from_u16(code).ok().and_then(|status| status.canonical_reason()).unwrap_or("Unknown Error")
}

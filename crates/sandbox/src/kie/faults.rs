//! What goes wrong on purpose.
//!
//! To add a fault: a variant of [`Fault`] with a sentence saying whether the request is processed; its arm in `server::with_fault`; a test in
//! `tests/kie_faults.rs`. To add a route: a variant of [`Route`] and its arm in `server::dispatch`.

use std::collections::{HashMap, VecDeque};

use serde_json::Value;

/// The doors of the simulator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Route {
    /// `POST /api/v1/jobs/createTask`.
    CreateTask,
    /// `GET /api/v1/jobs/recordInfo`.
    RecordInfo,
    /// `GET /api/v1/chat/credit`.
    Credit,
    /// `POST /api/v1/common/download-url`.
    DownloadUrl,
    /// `POST /api/file-stream-upload`.
    Upload,
    /// `POST` to an older endpoint, `/api/v1/veo/generate` for one: makes a task.
    DedicatedCreate,
    /// `GET` of an older endpoint, `/api/v1/veo/record-info` for one: asks for a task.
    DedicatedQuery,
    /// `GET /api/v1/models...` and the public price page: what KIE lists.
    Showroom,
    /// `GET /files/...`: results and uploads.
    File,
}

/// One thing going wrong with one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// HTTP 200 whose body has this code and text: KIE's usual way to refuse. Not processed.
    Code(i64, String),
    /// An HTTP status with a body as it is. Not processed.
    Http(u16, String),
    /// HTTP 429 or 503 with a `Retry-After` header in seconds and an envelope of the same code. Not processed.
    RetryAfter {
        /// HTTP status and body code.
        status: u16,
        /// Value of the header.
        seconds: u64,
    },
    /// The gateway's own HTML page with HTTP 502. Not processed.
    HtmlPage502,
    /// The connection is closed without an answer and nothing happened.
    DropBeforeProcessing,
    /// Processed (a task is made and charged), then the connection is closed without an answer.
    DropAfterProcessing,
    /// Processed at once, answered only after so many milliseconds.
    Delay(u64),
    /// Processed; the answer is cut in the middle of its JSON.
    BrokenJson,
    /// Processed; the answer's `data` is replaced by this, for replies that no client has seen yet.
    Data(Value),
}

/// What goes wrong with the callback of a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallbackFault {
    /// Never sent.
    Lost,
    /// Sent twice, one directly after the other.
    Duplicated,
    /// The task ends and its callback is answered before createTask answers.
    BeforeAnswer,
    /// Sent so many milliseconds after the end.
    Delayed(u64),
}

/// Faults waiting for their request.
#[derive(Debug, Default)]
pub(super) struct FaultPlan {
    next: HashMap<Route, VecDeque<Fault>>,
    standing: HashMap<Route, Fault>,
}

impl FaultPlan {
    pub(super) fn push(&mut self, route: Route, fault: Fault) {
        self.next.entry(route).or_default().push_back(fault);
    }

    pub(super) fn stand(&mut self, route: Route, fault: Fault) {
        self.standing.insert(route, fault);
    }

    pub(super) fn heal(&mut self, route: Route) {
        self.standing.remove(&route);
        self.next.remove(&route);
    }

    /// The fault of the request that arrives now: the queued ones first, then the standing one.
    pub(super) fn take(&mut self, route: Route) -> Option<Fault> {
        self.next.get_mut(&route).and_then(VecDeque::pop_front).or_else(|| self.standing.get(&route).cloned())
    }
}

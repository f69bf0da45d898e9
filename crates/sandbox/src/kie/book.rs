//! Everything a running simulator remembers, behind one lock that is never held across an await.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use domain::clock::Timestamp;
use serde_json::{Map, Value};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    credits::Credits,
    faults::{CallbackFault, FaultPlan, Route},
    options::KieOptions,
    schema::ModelSchema,
    task::{Ending, Task},
};

/// The window of KIE's limit on creations.
const CREATIONS_WINDOW: Duration = Duration::from_secs(10);

/// What every handler shares.
pub(super) struct Shared {
    pub(super) options: KieOptions,
    pub(super) schemas: Vec<ModelSchema>,
    /// `http://127.0.0.1:PORT`, no slash at the end.
    pub(super) base_url: String,
    pub(super) stop: CancellationToken,
    /// Task drivers and callbacks.
    pub(super) tracker: TaskTracker,
    book: Mutex<Book>,
}

impl Shared {
    pub(super) fn new(options: KieOptions, schemas: Vec<ModelSchema>, base_url: String) -> Self {
        let book = Book { credits: options.credits, listed: options.models.clone(), ..Book::default() };
        let (stop, tracker) = (CancellationToken::new(), TaskTracker::new());
        Self { options, schemas, base_url, stop, tracker, book: Mutex::new(book) }
    }

    /// A panicked handler leaves the book readable: each change below is complete in itself.
    pub(super) fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// 32 hexadecimal digits, the form of KIE's task ids.
    pub(super) fn new_id(&self) -> String {
        let mut bytes = [0; 16];
        self.options.ids.fill(&mut bytes);
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

#[derive(Default)]
pub(super) struct Book {
    pub(super) tasks: HashMap<String, Task>,
    pub(super) order: Vec<String>,
    pub(super) created: Vec<CreatedTask>,
    pub(super) dropped: Vec<DroppedField>,
    pub(super) refused: Vec<RefusedCreation>,
    pub(super) deliveries: Vec<Delivery>,
    pub(super) credits: Credits,
    pub(super) endings: VecDeque<Ending>,
    pub(super) endings_standing: Option<Ending>,
    pub(super) faults: FaultPlan,
    pub(super) callbacks_next: VecDeque<CallbackFault>,
    pub(super) callbacks_standing: Option<CallbackFault>,
    pub(super) requests: HashMap<Route, usize>,
    pub(super) uploads: HashMap<String, StoredFile>,
    /// The path and the file of the result that was made last.
    pub(super) made_last: Option<(String, StoredFile)>,
    /// What KIE lists, in the format of `assets/README.md`.
    pub(super) listed: Vec<Value>,
    /// Download links of 20 min: token, then path and expiry.
    pub(super) direct_links: HashMap<String, (String, Timestamp)>,
    recent_creations: VecDeque<Timestamp>,
}

impl Book {
    /// Whether one creation more fits into the last 10 s; a creation that does not fit is not counted, since KIE does not queue it.
    pub(super) fn admit_creation(&mut self, now: Timestamp, max: usize) -> bool {
        while self.recent_creations.front().is_some_and(|at| now.since(*at) >= CREATIONS_WINDOW) {
            self.recent_creations.pop_front();
        }
        self.recent_creations.len() < max
    }

    /// Files a made task: charged, listed, counted.
    pub(super) fn file(&mut self, task: Task, created: CreatedTask, dropped: Vec<DroppedField>) {
        self.recent_creations.push_back(task.created);
        self.credits = self.credits.minus(task.price);
        self.order.push(task.id.clone());
        self.created.push(created);
        self.dropped.extend(dropped);
        self.tasks.insert(task.id.clone(), task);
    }
}

/// An uploaded file as it is served: the first bytes under its path, whatever was uploaded there later.
#[derive(Debug, Clone)]
pub(super) struct StoredFile {
    pub(super) bytes: Vec<u8>,
    pub(super) media_type: String,
}

/// One accepted creation.
#[derive(Debug, Clone, PartialEq)]
pub struct CreatedTask {
    /// The id that the answer carried (or would have carried).
    pub task_id: String,
    /// `model` as sent; of an older endpoint its path.
    pub model: String,
    /// `input` as sent, or the flat body of an older endpoint without its callback; unknown fields included.
    pub input: Map<String, Value>,
    /// `callBackUrl` as sent.
    pub callback_url: Option<String>,
    /// When it arrived.
    pub at: Timestamp,
}

/// A field that KIE ignores without a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DroppedField {
    /// The task made without it.
    pub task_id: String,
    /// Its model.
    pub model: String,
    /// `input.NAME`, or `NAME` for one beside `input`, such as a misspelled `callBackUrl`, or of an older endpoint.
    pub field: String,
}

/// One creation that was refused by its contents or a limit, not by a fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedCreation {
    /// `code` of the answer.
    pub code: i64,
    /// `msg` of the answer.
    pub msg: String,
}

/// One attempt to call back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Whose end it tells.
    pub task_id: String,
    /// HTTP status of the receiver; `None` when it gave none in time, or when its address is not loopback and nothing was sent.
    pub status: Option<u16>,
}

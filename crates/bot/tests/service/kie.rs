//! KIE as one answer: every task is taken, and ends as it was told to.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use domain::generation::{ResultFile, Results};
use domain::ids::TaskId;
use domain::models::ApiFamily;
use domain::models::MediaFacts;
use domain::money::Credits;
use domain::ports::{
    CreateError, CreateRequest, FetchError, Generator, ProbeError, Prober, QueryError, TaskReport, TaskStatus,
    UploadError, Uploaded,
};

pub(crate) struct Kie {
    status: Mutex<TaskStatus>,
    cost: Mutex<Option<Credits>>,
    left: Mutex<Result<Credits, QueryError>>,
    refusal: Mutex<Option<CreateError>>,
    tasks: AtomicU64,
    /// What creations meet; each takes the first, and does well without one.
    pub(crate) creations: Mutex<VecDeque<CreateError>>,
    /// The words of what was asked for, in order.
    pub(crate) asked: Mutex<Vec<String>>,
    rests: Mutex<Option<Duration>>,
}

impl Default for Kie {
    fn default() -> Self {
        Self {
            status: Mutex::new(TaskStatus::Succeeded(picture())),
            cost: Mutex::new(None),
            left: Mutex::new(Ok("10000".parse().unwrap())),
            refusal: Mutex::new(None),
            tasks: AtomicU64::new(0),
            creations: Mutex::default(),
            asked: Mutex::default(),
            rests: Mutex::new(None),
        }
    }
}

pub(crate) fn picture() -> Results {
    let url = "https://kie.example/1.png".to_owned();
    let file = ResultFile { url, title: None, cover_url: None, duration_ms: None };
    Results { files: vec![file], ..Results::default() }
}

impl Kie {
    pub(crate) fn answers(&self, status: TaskStatus) {
        *self.status.lock().unwrap() = status;
    }

    /// What each task costs from now on; without it nothing is said of it.
    pub(crate) fn takes(&self, credits: &str) {
        *self.cost.lock().unwrap() = Some(credits.parse().unwrap());
    }

    /// Takes no orders from now on, for this reason, or takes them again.
    pub(crate) fn refuses(&self, refusal: Option<CreateError>) {
        *self.refusal.lock().unwrap() = refusal;
    }

    /// How often it was asked to make something.
    pub(crate) fn asked(&self) -> u64 {
        u64::try_from(self.asked.lock().unwrap().len()).unwrap()
    }

    /// Nothing new is asked of it for so long, from now on.
    pub(crate) fn rests_for(&self, rests: Option<Duration>) {
        *self.rests.lock().unwrap() = rests;
    }

    /// What it says of our credits from now on.
    pub(crate) fn has_left(&self, credits: Result<&str, QueryError>) {
        *self.left.lock().unwrap() = credits.map(|credits| credits.parse().unwrap());
    }
}

#[async_trait]
impl Generator for Kie {
    async fn create(&self, request: &CreateRequest, _: Duration) -> Result<TaskId, CreateError> {
        let words = request.input.get("prompt").and_then(|words| words.as_str()).unwrap_or_default();
        self.asked.lock().unwrap().push(words.to_owned());
        if let Some(refusal) = self.refusal.lock().unwrap().clone() {
            return Err(refusal);
        }
        if let Some(error) = self.creations.lock().unwrap().pop_front() {
            return Err(error);
        }
        Ok(TaskId(format!("task-{}", self.tasks.fetch_add(1, Ordering::Relaxed))))
    }

    async fn query(&self, _: &TaskId, _: ApiFamily, _: Duration) -> Result<TaskReport, QueryError> {
        let status = self.status.lock().unwrap().clone();
        let cost = *self.cost.lock().unwrap();
        Ok(TaskReport { status, cost, callback_url: None, took_ms: Some(38_000) })
    }

    fn rests(&self, _: ApiFamily) -> Option<Duration> {
        *self.rests.lock().unwrap()
    }

    async fn upload(&self, _: &Path, _: &str, _: Duration) -> Result<Uploaded, UploadError> {
        Err(UploadError::Refused { detail: "nothing is uploaded here".to_owned() })
    }

    async fn credits(&self, _: Duration) -> Result<Credits, QueryError> {
        self.left.lock().unwrap().clone()
    }

    async fn fetch_result(&self, _: &str, _: &Path, _: u64, _: Duration) -> Result<u64, FetchError> {
        Err(FetchError::Gone { detail: "nothing is fetched here".to_owned() })
    }

    async fn fetch_link(&self, _: &str, _: &Path, _: u64, _: Duration) -> Result<u64, FetchError> {
        Err(FetchError::Gone { detail: "nothing is fetched here".to_owned() })
    }
}

#[async_trait]
impl Prober for Kie {
    async fn probe(&self, _: &Path) -> Result<MediaFacts, ProbeError> {
        Err(ProbeError::UnknownKind)
    }
}

//! The `input` object of createTask: every file of the user gets an address at KIE that lives.
//!
//! Files are prepared by their own jobs long before; what is missing or has grown old is prepared again here, and its new state stored, so
//! that a claim that runs out of time leaves less to the next one.

use std::collections::BTreeMap;
use std::time::Duration;

use domain::generation::{FailureReason, Generation};
use domain::ids::InputId;
use domain::models::{ApiFamily, Inputs, MediaKey, Model};
use domain::ports::{
    AccountTrouble, CreateRequest, InputChange, InputFile, InputSource, InputState, LeaseOutcome, StoreError,
    StoreResult,
};
use tokio::time::Instant;

use crate::service::App;
use crate::workers::inputs::Unprepared;
use crate::workers::{Attempt, Step};

/// KIE keeps an upload for 24 hours and a task may fetch it late: four hours are left for the queue and for the task.
const UPLOAD_LIFE: Duration = Duration::from_secs(20 * 60 * 60);
/// Less time than this is not worth the start of a download.
const BUDGET_MIN: Duration = Duration::from_millis(100);

/// Why the payload could not be made.
pub(super) enum NoPayload {
    /// Try again later.
    Later {
        /// When, if somebody said so.
        retry_after: Option<Duration>,
        detail: String,
    },
    /// It will never work.
    Never(FailureReason, String),
    /// KIE takes no uploads of ours; the owners mend it.
    Account(AccountTrouble),
    /// The claim is lost.
    LeaseLost,
    /// The store did not answer.
    Store(StoreError),
}

impl From<StoreError> for NoPayload {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

fn refused(detail: impl Into<String>) -> NoPayload {
    NoPayload::Never(FailureReason::InputsRefused, detail.into())
}

impl App {
    /// Makes the payload within `budget`.
    pub(super) async fn payload(
        &self,
        attempt: &Attempt,
        generation: &Generation,
        budget: Duration,
    ) -> Result<serde_json::Map<String, serde_json::Value>, NoPayload> {
        let until = Instant::now() + budget;
        let model = self.catalog.model(&generation.model).ok_or_else(|| {
            NoPayload::Never(FailureReason::ModelUnavailable, "the catalog lacks the model".to_owned())
        })?;
        let inputs: Inputs = serde_json::from_value(generation.inputs.clone())
            .map_err(|error| refused(format!("the frozen inputs can't be read: {error}")))?;
        let checked = model.check(&inputs).map_err(|problems| refused(format!("{problems:?}")))?;
        let mut missing = Vec::new();
        let mut addresses = BTreeMap::new();
        for (key, file) in self.files_of(checked.inputs()).await? {
            match file.as_ref().map(|file| &file.state) {
                Some(InputState::Refused { reason }) => return Err(refused(format!("an input file: {reason:?}"))),
                Some(InputState::Ready { url, uploaded_at, .. }) if self.lives(generation, *uploaded_at) => {
                    addresses.insert(key, url.clone());
                }
                _ => missing.push((key, file)),
            }
        }
        let count = missing.len();
        for (at, (key, file)) in missing.into_iter().enumerate() {
            // What is left is shared by those that are left.
            let left = until.saturating_duration_since(Instant::now());
            let share = left / u32::try_from(count - at).unwrap_or(u32::MAX);
            let address = self.prepare_again(attempt, generation, &key, file, share).await?;
            addresses.insert(key, address);
        }
        model.payload(&checked, |file| addresses.get(&file.key).cloned()).map_err(|error| refused(error.to_string()))
    }

    /// The request for createTask, or for the dedicated endpoint that was chosen when the order was confirmed.
    pub(super) fn request(
        &self,
        generation: &Generation,
        payload: serde_json::Map<String, serde_json::Value>,
    ) -> Result<CreateRequest, NoPayload> {
        let family = generation.family;
        let (path, input) = if family == ApiFamily::Market {
            (None, payload)
        } else {
            let model = self.catalog.model(&generation.model);
            let dedicated = model.and_then(Model::dedicated).filter(|dedicated| dedicated.family == family);
            let dedicated = dedicated.ok_or_else(|| {
                let detail = format!("the catalog has no endpoint of `{family}` for the model any more");
                NoPayload::Never(FailureReason::ModelUnavailable, detail)
            })?;
            (Some(dedicated.path.clone()), dedicated.request(payload))
        };
        let callback_url = self.callback_url(generation);
        Ok(CreateRequest { model: generation.model.clone(), family, path, input, callback_url })
    }

    /// The files of some inputs, each once, in the inputs' order, with their rows. A generation of an older version names Telegram's files
    /// themselves; those have no rows.
    async fn files_of(&self, inputs: &Inputs) -> StoreResult<Vec<(MediaKey, Option<InputFile>)>> {
        let mut keys: Vec<MediaKey> = Vec::new();
        for file in inputs.files() {
            if !keys.contains(&file.key) {
                keys.push(file.key.clone());
            }
        }
        let ids: Vec<InputId> = keys.iter().filter_map(|key| key.0.parse().ok()).collect();
        let rows = if ids.is_empty() { Vec::new() } else { self.store.inputs(&ids).await? };
        let row = |key: &MediaKey| rows.iter().find(|row| Ok(row.id) == key.0.parse()).cloned();
        Ok(keys.into_iter().map(|key| (key.clone(), row(&key))).collect())
    }

    /// Whether an address will still be good when KIE fetches from it. Once KIE could not (451), only those that were uploaded since count.
    fn lives(&self, generation: &Generation, uploaded_at: domain::clock::Timestamp) -> bool {
        let is_young = self.now().since(uploaded_at) < UPLOAD_LIFE;
        is_young && (!generation.relinked || uploaded_at >= generation.since)
    }

    async fn prepare_again(
        &self,
        attempt: &Attempt,
        generation: &Generation,
        key: &MediaKey,
        file: Option<InputFile>,
        budget: Duration,
    ) -> Result<String, NoPayload> {
        if budget < BUDGET_MIN {
            let detail = "no time is left in this claim".to_owned();
            return Err(NoPayload::Later { retry_after: None, detail });
        }
        let (name, source) = match (&file, key.0.parse::<InputId>()) {
            (Some(file), _) => (file.id.to_string(), file.source.clone()),
            (None, Ok(_)) => return Err(refused("an input file is not kept any more")),
            (None, Err(_)) => (generation.id.to_string(), InputSource::Telegram { file_id: key.0.clone() }),
        };
        let prepared = self.prepare(&name, &source, budget).await;
        let (state, outcome) = match prepared {
            Ok(ready) => (ready.clone().into(), Ok(ready.url)),
            Err(Unprepared::Never { fault, detail }) => {
                (InputState::Refused { reason: fault }, Err(refused(format!("an input file: {fault:?}: {detail}"))))
            }
            Err(Unprepared::Later { retry_after, detail, .. }) => return Err(NoPayload::Later { retry_after, detail }),
            Err(Unprepared::Account(trouble)) => return Err(NoPayload::Account(trouble)),
        };
        if let Some(file) = file {
            let mut change = attempt.change(self.now(), LeaseOutcome::Keep);
            change.inputs.push(InputChange::Settle { id: file.id, state });
            if self.commit_step(&change).await? == Step::Ended {
                return Err(NoPayload::LeaseLost);
            }
        }
        outcome
    }
}

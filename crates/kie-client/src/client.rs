//! The port, call by call. What an answer means stands in the module of the call.

use std::fmt;
use std::path::Path;
use std::time::Duration;

use async_trait::async_trait;
use domain::generation::{Failure, FailureReason};
use domain::ids::TaskId;
use domain::models::ApiFamily;
use domain::money::Credits;
use domain::ports::{CreateError, CreateRequest, FetchError, Generator, QueryError, TaskReport, UploadError, Uploaded};
use reqwest::Url;
use tokio::time::Instant;

use crate::address::Named;
use crate::breaker::{Breakers, Call, Pass, Seen};
use crate::family::{self, Family};
use crate::fetch::Downloader;
use crate::meter::measured;
use crate::options::{BuildError, Options, base, below};
use crate::pace::Pacer;
use crate::retry::{self, RetryPolicy};
use crate::transport::Transport;
use crate::{account, upload, words};

/// KIE.ai, over HTTP. One per account and process: the pace of creations is kept in it.
pub struct KieClient {
    pub(crate) transport: Transport,
    downloader: Downloader,
    /// For addresses that users name: it trusts no host of the configuration.
    stranger: Downloader,
    pacer: Pacer,
    breakers: Breakers,
    /// KIE bounds questions about its catalogue apart from creations.
    pub(crate) catalogue_pacer: Pacer,
    pub(crate) retry: RetryPolicy,
    pub(crate) routes: Routes,
    upload_folder: String,
}

pub(crate) struct Routes {
    /// The API server; paths are put below it.
    pub(crate) api: Url,
    credits: Url,
    upload: Url,
}

/// A creation, ready to be sent.
struct Creation<'a> {
    url: Url,
    body: Vec<u8>,
    /// What must not come back in KIE's words.
    secrets: Vec<&'a str>,
}

impl KieClient {
    /// Builds the client; nothing is sent.
    ///
    /// # Errors
    /// See [`BuildError`]: the options are wrong.
    pub fn new(options: Options) -> Result<Self, BuildError> {
        let api = base("api_url", &options.api_url)?;
        let files = base("upload_url", &options.upload_url)?;
        Ok(Self {
            transport: Transport::new(&options)?,
            downloader: Downloader::new(&options, Named::of(&[&api, &files]))?,
            stranger: Downloader::new(&options, Named::default())?,
            pacer: Pacer::new(options.pace)?,
            breakers: Breakers::new(options.breaker),
            catalogue_pacer: Pacer::new(options.catalogue_pace)?,
            routes: Routes {
                api: api.clone(),
                credits: below(&api, account::CREDITS_PATH),
                upload: below(&files, upload::UPLOAD_PATH),
            },
            upload_folder: options.upload_path.trim_matches('/').to_owned(),
            retry: options.retry,
        })
    }

    async fn create_once(
        &self,
        family: &dyn Family,
        creation: &Creation<'_>,
        pass: Pass<'_>,
        deadline: Instant,
    ) -> Result<TaskId, CreateError> {
        self.pacer.turn(deadline, self.retry.room).await.map_err(|wait| CreateError::NotMade {
            retry_after: Some(wait),
            detail: "our own pace of creations".to_owned(),
        })?;
        let Creation { url, body, secrets } = creation;
        let until = self.answer_by(deadline);
        match self.transport.exchange_once(url.clone(), body.clone(), until, secrets).await {
            Ok(reply) => {
                let made = family.judge_create(&reply);
                pass.end(if matches!(made, Err(CreateError::Unknown { .. })) { Seen::Outage } else { Seen::Answer });
                made
            }
            Err(fault) => {
                pass.end(fault.seen());
                Err(fault.into())
            }
        }
    }

    async fn query_once(&self, of: ApiFamily, task: &TaskId, deadline: Instant) -> Result<TaskReport, QueryError> {
        let family = family::of(of);
        let mut url = below(&self.routes.api, family.query_path());
        url.query_pairs_mut().append_pair("taskId", &task.0);
        let (seen, report) = match self.transport.exchange(self.transport.get(url), self.answer_by(deadline)).await {
            Ok(reply) => {
                let report = family.judge_query(&reply, task);
                let silent = matches!(report, Err(QueryError::Later { .. })) && reply.is_outage();
                (if silent { Seen::Outage } else { Seen::Answer }, report)
            }
            Err(fault) => (fault.seen(), Err(fault.into())),
        };
        self.breakers.note(of, Call::Question, seen);
        report
    }

    async fn credits_once(&self, deadline: Instant) -> Result<Credits, QueryError> {
        let request = self.transport.get(self.routes.credits.clone());
        account::judge_credits(self.transport.exchange(request, self.answer_by(deadline)).await)
    }

    async fn upload_once(&self, file: &Path, name: &str, deadline: Instant) -> Result<Uploaded, UploadError> {
        let form = upload::form(file, name, &self.upload_folder).await?;
        let request = self.transport.post(self.routes.upload.clone()).multipart(form);
        upload::judge_upload(self.transport.exchange(request, self.transfer_by(deadline)).await)
    }

    /// When a try without a file that starts now has to have its answer.
    pub(crate) fn answer_by(&self, deadline: Instant) -> Instant {
        deadline.min(retry::deadline(self.retry.answer_timeout))
    }

    fn transfer_by(&self, deadline: Instant) -> Instant {
        deadline.min(retry::deadline(self.retry.transfer_timeout))
    }
}

/// Nothing can be asked for where nobody knows the path: the model is not fit to be sold this way.
fn pathless(family: ApiFamily) -> CreateError {
    let detail = format!("the model names no path of the family `{family}`");
    CreateError::Refused(Failure { reason: FailureReason::ModelUnavailable, detail: Some(detail) })
}

/// KIE was not asked.
fn resting(wait: Duration) -> CreateError {
    CreateError::NotMade { retry_after: Some(wait), detail: "our own rest while KIE does not answer".to_owned() }
}

#[async_trait]
impl Generator for KieClient {
    async fn create(&self, request: &CreateRequest, budget: Duration) -> Result<TaskId, CreateError> {
        let deadline = retry::deadline(budget);
        let family = family::of(request.family);
        let path = family.create_path(request).ok_or_else(|| pathless(request.family))?;
        let mut secrets = request.callback_url.as_deref().map(words::callback_secrets).unwrap_or_default();
        secrets.extend(words::written(&request.input));
        let creation = Creation { url: below(&self.routes.api, path), body: family.body(request), secrets };
        let attempt = || async {
            let pass = self.breakers.admit(request.family).map_err(resting)?;
            measured("create", self.create_once(family, &creation, pass, deadline)).await
        };
        retry::run(&self.retry, deadline, attempt).await
    }

    async fn query(&self, task: &TaskId, family: ApiFamily, budget: Duration) -> Result<TaskReport, QueryError> {
        let deadline = retry::deadline(budget);
        retry::run(&self.retry, deadline, || measured("query", self.query_once(family, task, deadline))).await
    }

    fn rests(&self, family: ApiFamily) -> Option<Duration> {
        self.breakers.rests(family)
    }

    async fn upload(&self, file: &Path, name: &str, budget: Duration) -> Result<Uploaded, UploadError> {
        let deadline = retry::deadline(budget);
        retry::run(&self.retry, deadline, || measured("upload", self.upload_once(file, name, deadline))).await
    }

    async fn credits(&self, budget: Duration) -> Result<Credits, QueryError> {
        let deadline = retry::deadline(budget);
        retry::run(&self.retry, deadline, || measured("credits", self.credits_once(deadline))).await
    }

    async fn fetch_result(&self, url: &str, to: &Path, bytes_max: u64, budget: Duration) -> Result<u64, FetchError> {
        let deadline = retry::deadline(budget);
        let attempt = || measured("fetch", self.downloader.fetch(url, to, bytes_max, self.transfer_by(deadline)));
        retry::run(&self.retry, deadline, attempt).await.map_err(FetchError::from)
    }

    async fn fetch_link(&self, url: &str, to: &Path, bytes_max: u64, budget: Duration) -> Result<u64, FetchError> {
        let deadline = retry::deadline(budget);
        let attempt = || measured("link", self.stranger.fetch(url, to, bytes_max, self.transfer_by(deadline)));
        retry::run(&self.retry, deadline, attempt).await.map_err(FetchError::from)
    }
}

impl fmt::Debug for KieClient {
    /// Where it sends to; never with what key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KieClient")
            .field("api", &self.routes.api.host_str())
            .field("upload", &self.routes.upload.host_str())
            .field("retry", &self.retry)
            .finish_non_exhaustive()
    }
}

//! One order: checked and priced by the catalog, made by KIE, saved here.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use domain::generation::{ResultFile, Results};
use domain::ids::TaskId;
use domain::models::{ApiFamily, Checked, MediaKey, Model};
use domain::ports::{CreateRequest, Generator, QueryError, TaskStatus};
use domain::quote::Cost;
use kie_client::KieClient;
use serde_json::{Map, Value as Json};

use crate::answers;

/// An upload or a result may be large and the line slow.
const TRANSFER_BUDGET: Duration = Duration::from_secs(5 * 60);
const CREATE_BUDGET: Duration = Duration::from_secs(60);
const QUERY_BUDGET: Duration = Duration::from_secs(15);
/// Between two questions for a task: KIE answers ten a second, a person reads one every few seconds.
const ASK_EVERY: Duration = Duration::from_secs(3);
/// No result of KIE's is larger.
const RESULT_BYTES_MAX: u64 = 2 * 1024 * 1024 * 1024;

/// What is wanted.
#[derive(clap::Args)]
pub(crate) struct Wish {
    /// The model, as `kie models` has it
    pub(crate) model: String,
    /// Its inputs: `name=value`; files by path or https address
    pub(crate) answers: Vec<String>,
    /// The folder to save in
    #[arg(long, default_value = ".")]
    pub(crate) out: PathBuf,
    /// Show price and payload only: nothing is sent
    #[arg(long)]
    pub(crate) dry: bool,
    /// Wait so many minutes
    #[arg(long, default_value_t = 30)]
    pub(crate) minutes: u64,
}

/// An order that the catalog has no objection to.
pub(crate) struct Order<'a> {
    model: &'a Model,
    checked: Checked,
    cost: Cost,
}

impl<'a> Order<'a> {
    /// # Errors
    /// Everything that the catalog refuses, before anything is sent or paid.
    pub(crate) fn of(model: &'a Model, wish: &Wish) -> Result<Self> {
        let inputs = answers::read(model, &wish.answers)?;
        let checked = model.check(&inputs).map_err(|problems| {
            let lines: Vec<_> = problems.iter().map(ToString::to_string).collect();
            anyhow::anyhow!("{} does not take that:\n{}", model.id, lines.join("\n"))
        })?;
        let cost = model.credits(checked.inputs()).context("the catalog has no price for that")?;
        Ok(Self { model, checked, cost })
    }

    pub(crate) fn price(&self) -> String {
        let bound = if self.cost.metered { "at most " } else { "" };
        format!("{}: {bound}{} credits", self.model.id, self.cost.credits)
    }

    /// The payload, with files as they were named.
    ///
    /// # Errors
    /// None that a checked order has.
    pub(crate) fn draft(&self) -> Result<Map<String, Json>> {
        Ok(self.model.payload(&self.checked, |file| Some(file.key.0.clone()))?)
    }

    /// Uploads, orders, waits, saves; what was saved, a line each.
    ///
    /// # Errors
    /// What KIE refused or made nothing of. A lost answer to the order is told as such: it is never sent again.
    pub(crate) async fn make(&self, kie: &KieClient, wish: &Wish) -> Result<Vec<String>> {
        std::fs::create_dir_all(&wish.out).with_context(|| wish.out.display().to_string())?;
        let addresses = self.upload(kie).await?;
        let payload = self.model.payload(&self.checked, |file| addresses.get(&file.key).cloned())?;
        let request = CreateRequest {
            model: self.model.id.clone(),
            family: ApiFamily::Market,
            path: None,
            input: payload,
            callback_url: None,
        };
        let task = kie.create(&request, CREATE_BUDGET).await?;
        eprintln!("task {task}");
        let results = self.wait(kie, &task, Duration::from_secs(wish.minutes * 60)).await?;
        save(kie, &task, &results, &wish.out).await
    }

    async fn upload(&self, kie: &KieClient) -> Result<BTreeMap<MediaKey, String>> {
        let mut addresses = BTreeMap::new();
        for file in self.checked.inputs().files() {
            let named = &file.key.0;
            if named.starts_with("https://") {
                addresses.insert(file.key.clone(), named.clone());
                continue;
            }
            let path = Path::new(named);
            let name =
                path.file_name().and_then(|name| name.to_str()).with_context(|| format!("`{named}` is no file"))?;
            eprintln!("uploading {named}");
            let uploaded = kie.upload(path, name, TRANSFER_BUDGET).await.with_context(|| named.clone())?;
            addresses.insert(file.key.clone(), uploaded.url);
        }
        Ok(addresses)
    }

    /// A network that is away for a while is no failed task: it is asked again until the time is over.
    async fn wait(&self, kie: &KieClient, task: &TaskId, patience: Duration) -> Result<Results> {
        let begun = tokio::time::Instant::now();
        while begun.elapsed() < patience {
            let wait = match kie.query(task, ApiFamily::Market, QUERY_BUDGET).await {
                Ok(report) => match report.status {
                    TaskStatus::Succeeded(results) => return Ok(results),
                    TaskStatus::Failed(failure) => {
                        let detail = failure.detail.unwrap_or_default();
                        bail!("nothing came of it: {:?} {detail}", failure.reason)
                    }
                    TaskStatus::Running => ASK_EVERY,
                },
                Err(QueryError::Later { retry_after, .. }) => retry_after.unwrap_or(ASK_EVERY),
                Err(error) => return Err(error.into()),
            };
            let (passed, usual) = (begun.elapsed().as_secs(), self.model.usual_duration.as_secs());
            eprintln!("{passed} s, usually {usual} s");
            tokio::time::sleep(wait).await;
        }
        bail!("it is not ready after {} min; ask KIE for task {task} later", patience.as_secs() / 60)
    }
}

async fn save(kie: &KieClient, task: &TaskId, results: &Results, folder: &Path) -> Result<Vec<String>> {
    let mut saved = Vec::new();
    for (number, file) in results.files.iter().enumerate() {
        let path = folder.join(format!("{task}-{}{}", number + 1, ending(file)));
        kie.fetch_result(&file.url, &path, RESULT_BYTES_MAX, TRANSFER_BUDGET).await?;
        saved.push(path.display().to_string());
    }
    saved.extend(results.text.clone());
    saved.extend(results.unknown.clone());
    Ok(saved)
}

/// `.png` of the file's address, if it has one.
fn ending(file: &ResultFile) -> String {
    let path = file.url.split(['?', '#']).next().unwrap_or_default();
    let ending = path.rsplit('/').next().and_then(|name| name.rsplit_once('.')).map(|(_, ending)| ending);
    match ending.filter(|ending| !ending.is_empty() && ending.chars().all(|char| char.is_ascii_alphanumeric())) {
        Some(ending) => format!(".{ending}"),
        None => String::new(),
    }
}

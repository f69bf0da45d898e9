//! What KIE itself lists: its catalogue, the schema of a model, and the price page of its web site.
//!
//! The shapes come from public clients of September and October 2026 and are read leniently: an odd entry never spoils the list. A list that
//! was surely cut short is an error, though: whoever compares it with ours would take the rest for withdrawn.
//!
//! The largest answers, about 200 models with their prose or a whole OpenAPI document, stay far below the 2 MiB that `transport` reads; a
//! page of 100 prices is some 50 kB.

use std::num::NonZeroU32;
use std::time::Duration;

use async_trait::async_trait;
use domain::ids::ModelId;
use domain::money::Credits;
use domain::ports::{AccountTrouble, ListPrice, Listing, Showroom, ShowroomError};
use reqwest::Url;
use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::client::KieClient;
use crate::decimal;
use crate::meter::measured;
use crate::options::below;
use crate::pace::Pace;
use crate::reply::{Code, Reply};
use crate::retry::{self, Verdict};
use crate::transport::Fault;

/// Catalogue and schemas: with the key.
const MODELS_PATH: &str = "/api/v1/models";
/// The price page: open to everybody, so our key has no business there.
const PRICES_PATH: &str = "/client/v1/model-pricing/page";
/// Rows of a page; KIE gives no more at once.
const PAGE_ROWS: usize = 100;
/// The most pages that are read: ten times what KIE had in October 2026.
const PAGES_MAX: usize = 50;
/// KIE answers one question about its catalogue a second, all kinds of them together. A tenth is spare for an uneven network.
pub(crate) const PACE: Pace = Pace { burst: NonZeroU32::MIN, interval: Duration::from_millis(1100) };

#[async_trait]
impl Showroom for KieClient {
    async fn listings(&self, budget: Duration) -> Result<Vec<Listing>, ShowroomError> {
        let deadline = retry::deadline(budget);
        let url = below(&self.routes.api, MODELS_PATH);
        let attempt = || measured("models", async { read_listings(&data(self.ask(&url, deadline).await?)?) });
        Ok(retry::run(&self.retry, deadline, attempt).await?)
    }

    async fn schema(&self, model: &ModelId, budget: Duration) -> Result<Option<Value>, ShowroomError> {
        let deadline = retry::deadline(budget);
        let url = schema_url(&self.routes.api, model);
        let attempt = || measured("schema", async { read_schema(self.ask(&url, deadline).await?) });
        Ok(retry::run(&self.retry, deadline, attempt).await?)
    }

    async fn prices(&self, budget: Duration) -> Result<Vec<ListPrice>, ShowroomError> {
        let deadline = retry::deadline(budget);
        let (mut prices, mut rows) = (Vec::new(), 0);
        for number in 1..=PAGES_MAX {
            let attempt = || measured("prices", self.price_page(number, rows, deadline));
            let page = retry::run(&self.retry, deadline, attempt).await?;
            prices.extend(page.rows.iter().filter(|row| row.is_object()).map(list_price));
            rows += page.rows.len();
            if page.is_last {
                return Ok(prices);
            }
        }
        Err(ShowroomError::Later { detail: format!("the price page has no end after {PAGES_MAX} pages") })
    }
}

impl KieClient {
    /// Asks the catalogue once, at its pace.
    async fn ask(&self, url: &Url, deadline: Instant) -> Result<Reply, Missed> {
        self.catalogue_pacer.turn(deadline, self.retry.room).await.map_err(|wait| Missed {
            error: ShowroomError::Later { detail: "our own pace of questions".to_owned() },
            retry_after: Some(wait),
        })?;
        let request = self.transport.get(url.clone());
        let reply = self.transport.exchange(request, self.answer_by(deadline)).await?;
        match reply.code {
            Code::Said(401 | 403) | Code::Status(401 | 403) => Err(Missed::account(AccountTrouble::KeyRefused)),
            Code::Said(402) | Code::Status(402) => Err(Missed::account(AccountTrouble::OutOfCredits)),
            Code::Said(433) | Code::Status(433) => Err(Missed::account(AccountTrouble::KeyCapReached)),
            _ => Ok(reply),
        }
    }

    /// Reads one page of the prices, after `before` rows of the pages before it.
    async fn price_page(&self, number: usize, before: usize, deadline: Instant) -> Result<PricePage, Missed> {
        let body = json!({ "pageNum": number, "pageSize": PAGE_ROWS }).to_string();
        let request = self.transport.post_openly(below(&self.routes.api, PRICES_PATH));
        let request = request.header(CONTENT_TYPE, "application/json").body(body);
        // Without a key nothing in the answer can speak of our account: every refusal is just a page that can't be read.
        PricePage::read(&data(self.transport.exchange(request, self.answer_by(deadline)).await?)?, number, before)
    }
}

/// Where a model's schema is asked for. The slash of an id stays a slash, everything else that is odd in it is encoded.
fn schema_url(api: &Url, model: &ModelId) -> Url {
    let mut url = below(api, MODELS_PATH);
    url.path_segments_mut().expect("an http address has a path").extend(model.0.split('/')).push("schema");
    url
}

/// What an answer without an error carries.
fn data(reply: Reply) -> Result<Value, Missed> {
    match reply.code {
        Code::Said(200) | Code::Status(200) => Ok(reply.data),
        _ => Err(Missed::later(reply.detail(), reply.retry_after)),
    }
}

fn read_listings(data: &Value) -> Result<Vec<Listing>, Missed> {
    let entries = list(data, "models").ok_or_else(|| Missed::later("200 without a list of models", None))?;
    let listings: Vec<Listing> = entries.iter().filter_map(listing).collect();
    let skipped = entries.len() - listings.len();
    if skipped > 0 && listings.is_empty() {
        return Err(Missed::later(format!("none of {skipped} listed models has an id"), None));
    }
    if skipped > 0 {
        tracing::warn!(skipped, "KIE lists {skipped} models without an id; they are left out");
    }
    Ok(listings)
}

fn listing(entry: &Value) -> Option<Listing> {
    let id = text(entry, "model")?;
    let tasks = match &entry["taskType"] {
        Value::Array(tasks) => tasks.iter().filter_map(filled).collect(),
        other => filled(other).into_iter().collect(),
    };
    Some(Listing {
        title: text(entry, "title").unwrap_or_else(|| id.clone()),
        id: ModelId(id),
        provider: text(entry, "provider").unwrap_or_default(),
        tasks,
        pricing: text(entry, "pricingDesc"),
    })
}

/// The document as an object, or as a text that holds one. Null stands for a model whose document KIE has not made yet.
fn read_schema(reply: Reply) -> Result<Option<Value>, Missed> {
    if reply.code == Code::Said(404) {
        return Ok(None);
    }
    let document = match data(reply)? {
        Value::Object(mut data) => data.remove("openapi").unwrap_or_default(),
        Value::Null => Value::Null,
        _ => return Err(Missed::later("200 without an object of the schema", None)),
    };
    let document = match document {
        Value::String(text) if text.trim().is_empty() => Value::Null,
        Value::String(text) => serde_json::from_str(&text).unwrap_or(Value::String(text)),
        other => other,
    };
    match document {
        Value::Null => Ok(None),
        Value::Object(_) => Ok(Some(document)),
        _ => Err(Missed::later("a schema that is no OpenAPI document", None)),
    }
}

/// One page of the prices.
struct PricePage {
    rows: Vec<Value>,
    is_last: bool,
}

impl PricePage {
    /// KIE tells how many pages, and how many rows there are in all. Without either a page that is not full is the last.
    fn read(data: &Value, number: usize, before: usize) -> Result<Self, Missed> {
        let rows = list(data, "records").ok_or_else(|| Missed::later("200 without price rows", None))?.clone();
        let is_last = match (count(data, "pages"), count(data, "total")) {
            (Some(pages), _) => number >= pages,
            (None, Some(total)) => before + rows.len() >= total,
            (None, None) => rows.len() < PAGE_ROWS,
        };
        if rows.is_empty() && !is_last {
            return Err(Missed::later(format!("page {number} of the prices is empty and not the last"), None));
        }
        Ok(Self { rows, is_last })
    }
}

fn list_price(row: &Value) -> ListPrice {
    ListPrice {
        label: text(row, "modelDescription").unwrap_or_default(),
        model: text(row, "anchor").and_then(|anchor| linked_model(&anchor)),
        interface: text(row, "interfaceType").unwrap_or_default(),
        unit: text(row, "creditUnit").unwrap_or_default(),
        credits: credits(&row["creditPrice"]),
    }
}

/// The id in a link such as `https://kie.ai/seedream?model=seedream%2F4.5-edit`.
fn linked_model(anchor: &str) -> Option<ModelId> {
    let site = Url::parse("https://kie.ai").expect("it is an address");
    let link = site.join(anchor).ok()?;
    let (_, id) = link.query_pairs().find(|(name, value)| name == "model" && !value.trim().is_empty())?;
    Some(ModelId(id.trim().to_owned()))
}

/// A price as a number or a text; people typed it.
fn credits(price: &Value) -> Option<Credits> {
    let scaled = match price.as_str().map(str::trim).and_then(|text| text.split_once(',')) {
        // `1,000` may be one or a thousand: better no price than a wrong one. `0,325` can only be a fraction.
        Some((whole, fraction)) if fraction.len() == 3 && whole != "0" => None,
        Some((whole, fraction)) if !fraction.contains('.') && !whole.contains('.') => {
            decimal::scaled(&Value::String(format!("{whole}.{fraction}")), 6)
        }
        Some(_) => None,
        None => decimal::scaled(price, 6),
    };
    scaled.filter(|raw| *raw >= 0).map(Credits::from_raw)
}

/// The list in a field of `data`, or `data` itself where it is the list.
fn list<'a>(data: &'a Value, name: &str) -> Option<&'a Vec<Value>> {
    data.as_array().or_else(|| data.get(name)?.as_array())
}

/// How many, as a number or as digits.
fn count(data: &Value, name: &str) -> Option<usize> {
    match data.get(name)? {
        Value::String(digits) => digits.trim().parse().ok(),
        number => usize::try_from(number.as_u64()?).ok(),
    }
}

fn text(entry: &Value, name: &str) -> Option<String> {
    filled(entry.get(name)?)
}

fn filled(value: &Value) -> Option<String> {
    let text = value.as_str()?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// A try that brought nothing.
struct Missed {
    error: ShowroomError,
    retry_after: Option<Duration>,
}

impl Missed {
    fn later(detail: impl Into<String>, retry_after: Option<Duration>) -> Self {
        Self { error: ShowroomError::Later { detail: detail.into() }, retry_after }
    }

    const fn account(trouble: AccountTrouble) -> Self {
        Self { error: ShowroomError::Account(trouble), retry_after: None }
    }
}

impl From<Fault> for Missed {
    fn from(fault: Fault) -> Self {
        Self::later(fault.detail, None)
    }
}

impl From<Missed> for ShowroomError {
    fn from(missed: Missed) -> Self {
        missed.error
    }
}

impl Verdict for Missed {
    fn is_retryable(&self) -> bool {
        matches!(self.error, ShowroomError::Later { .. })
    }

    fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    fn label(&self) -> &'static str {
        match self.error {
            ShowroomError::Later { .. } => "later",
            ShowroomError::Account(_) => "account",
        }
    }
}

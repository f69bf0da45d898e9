//! The KIE.ai API.

use std::collections::BTreeSet;
use std::time::Duration;

use domain::models::ApiFamily;
use secrecy::SecretString;

use super::address::{self, PlainHttp};
use super::reader::{Read, Reader, Refusal};
use super::registry::{
    KIE_ANSWER_WAIT_MIN_MS, KIE_API_KEY, KIE_API_URL, KIE_CREATE_BUDGET_MS, KIE_DEDICATED, KIE_POLL_MIN_MS,
    KIE_UPLOAD_URL, KIE_WEBHOOK_HMAC_KEY,
};

/// Where the KIE.ai API is, and the key to it.
#[derive(Clone, Debug)]
pub(crate) struct Access {
    /// The account's key.
    pub(crate) key: SecretString,
    /// The API server, without a slash at the end.
    pub(crate) api_url: String,
    /// The server for input files, without a slash at the end.
    pub(crate) upload_url: String,
}

impl Access {
    pub(super) fn read(reader: &mut Reader<'_>) -> Read<Self> {
        let key = reader.value(&KIE_API_KEY, header_value);
        let api_url = reader.value(&KIE_API_URL, server);
        let upload_url = reader.value(&KIE_UPLOAD_URL, server);
        Ok(Self { key: key?, api_url: api_url?, upload_url: upload_url? })
    }
}

/// The KIE.ai API.
#[derive(Clone, Debug)]
pub(crate) struct Kie {
    /// Where it is.
    pub(crate) access: Access,
    /// Callbacks must be signed with it, if set.
    pub(crate) hmac_key: Option<SecretString>,
    /// Families whose dedicated endpoints are used where a model has one.
    pub(crate) dedicated: BTreeSet<ApiFamily>,
    /// Polling is not faster than this.
    pub(crate) poll_min: Duration,
    /// createTask may take so long.
    pub(crate) create_budget: Duration,
    /// After a lost answer of createTask a callback is awaited at least so long.
    pub(crate) answer_wait_min: Duration,
}

impl Kie {
    /// `lease` as the section of the workers has it: a createTask that outlives half of it would be judged by another process.
    pub(super) fn read(reader: &mut Reader<'_>, lease: Read<Duration>) -> Read<Self> {
        let access = Access::read(reader);
        let hmac_key = reader.optional(&KIE_WEBHOOK_HMAC_KEY, header_value);
        let dedicated = reader.value(&KIE_DEDICATED, families);
        let poll_min = reader.millis(&KIE_POLL_MIN_MS);
        let answer_wait_min = reader.millis(&KIE_ANSWER_WAIT_MIN_MS);
        let create_budget = create_budget(reader, lease);
        Ok(Self {
            access: access?,
            hmac_key: hmac_key?,
            dedicated: dedicated?,
            poll_min: poll_min?,
            create_budget: create_budget?,
            answer_wait_min: answer_wait_min?,
        })
    }
}

fn create_budget(reader: &mut Reader<'_>, lease: Read<Duration>) -> Read<Duration> {
    /// KIE answers within seconds when it is well, and within half a minute when it is not.
    const USUAL: Duration = Duration::from_secs(30);
    let set = reader.millis_if_set(&KIE_CREATE_BUDGET_MS)?;
    let half = lease? / 2;
    match set {
        None => Ok(USUAL.min(half)),
        Some(budget) if budget <= half => Ok(budget),
        Some(_) => {
            let wanted = format!("at most {}, half of `JOB_LEASE_MS`", half.as_millis());
            let hint = "an attempt ends before half of its lease: raise `JOB_LEASE_MS` or lower this".to_owned();
            Err(reader.refuse(&KIE_CREATE_BUDGET_MS, wanted, Some(hint)))
        }
    }
}

fn server(text: &str) -> Result<String, Refusal> {
    address::base(text, PlainHttp::Private).map(|url| address::without_slash(&url))
}

fn families(text: &str) -> Result<BTreeSet<ApiFamily>, Refusal> {
    if text == "none" {
        return Ok(BTreeSet::new());
    }
    let dedicated = |name: &str| ApiFamily::from_name(name).filter(|family| *family != ApiFamily::Market);
    let family = |name: &str| dedicated(name).ok_or_else(|| Refusal::hint(format!("`{name}` is none of them")));
    text.split(',').map(|name| family(name.trim())).collect()
}

fn header_value(text: &str) -> Result<SecretString, Refusal> {
    if text.bytes().all(|byte| byte.is_ascii_graphic()) { Ok(text.into()) } else { Err(Refusal::default()) }
}

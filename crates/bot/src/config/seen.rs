//! What the outside is told of a run: who may read its figures, where its mishaps go, which build it is.

use std::str::FromStr;

use secrecy::SecretString;
use sentry::types::{Dsn, Scheme};

use super::address;
use super::reader::{Read, Reader, Refusal};
use super::registry::{METRICS_TOKEN, RENDER_GIT_COMMIT, SENTRY_DSN, SENTRY_ENVIRONMENT};

/// What the outside is told of a run.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    /// Who shows it reads `/metrics`; without it, who is near.
    pub(crate) metrics_token: Option<SecretString>,
    /// Where mishaps go, if anywhere.
    pub(crate) sentry: Option<Sentry>,
    /// The commit that runs, if the hosting says.
    pub(crate) commit: Option<String>,
}

/// Where mishaps go.
#[derive(Clone, Debug)]
pub(crate) struct Sentry {
    /// A [`Dsn`], as text: its key lets anybody write to the project.
    pub(crate) dsn: SecretString,
    /// Its host, which is no secret.
    pub(crate) host: String,
    /// Which of several installations this is.
    pub(crate) environment: String,
}

impl Seen {
    pub(super) fn read(reader: &mut Reader<'_>) -> Read<Self> {
        let metrics_token = reader.optional(&METRICS_TOKEN, |text| {
            let is_header = text.len() >= 16 && text.bytes().all(|byte| byte.is_ascii_graphic());
            if is_header { Ok(SecretString::from(text.to_owned())) } else { Err(Refusal::default()) }
        });
        let dsn = reader.optional(&SENTRY_DSN, dsn);
        let environment = reader.value(&SENTRY_ENVIRONMENT, |text| {
            // Sentry's own rule for the name of an environment.
            let is_name = text.len() <= 64 && !text.contains(|letter: char| letter == '/' || letter.is_whitespace());
            if is_name && text != "None" { Ok(text.to_owned()) } else { Err(Refusal::default()) }
        });
        let commit = reader.text(&RENDER_GIT_COMMIT);
        let (dsn, environment) = (dsn?, environment?);
        let sentry = dsn.map(|(dsn, host)| Sentry { dsn, host, environment });
        Ok(Self { metrics_token: metrics_token?, sentry, commit: commit? })
    }
}

/// The DSN and its host.
fn dsn(text: &str) -> Result<(SecretString, String), Refusal> {
    let dsn =
        Dsn::from_str(text).map_err(|_| Refusal::hint("copy it from the project's settings: Client Keys (DSN)"))?;
    if dsn.scheme() == Scheme::Http && !address::is_private(dsn.host()) {
        return Err(Refusal::hint("write `https`: what is sent there must not be read on the way"));
    }
    Ok((SecretString::from(text.to_owned()), dsn.host().to_owned()))
}

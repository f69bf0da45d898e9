//! The bytes of a result, from where KIE keeps them for a while into a file of ours.

use std::path::{Path, PathBuf};

use domain::ports::FetchError;
use reqwest::header::LOCATION;
use reqwest::{Client, Response, Url};
use tokio::fs::File;
use tokio::io::{AsyncWriteExt, BufWriter};
use tokio::time::{Instant, timeout_at};

use crate::address::{self, Named, PublicResolver};
use crate::options::{BuildError, Options};
use crate::retry::Verdict;
use crate::transport;

/// A link leads to its file at once or by way of a store's own address; more than three is a loop.
const REDIRECTS_MAX: usize = 3;
/// Between the network's pieces of some 16 KiB and the disk.
const BUFFER_BYTES: usize = 256 * 1024;

/// Fetches results. It has a client of its own, which never carries our key and resolves names by [`PublicResolver`].
pub(crate) struct Downloader {
    client: Client,
    named: Named,
}

impl Downloader {
    pub(crate) fn new(options: &Options, named: Named) -> Result<Self, BuildError> {
        let client = transport::builder(options).dns_resolver(PublicResolver(named.clone())).build()?;
        Ok(Self { client, named })
    }

    /// One try, which ends by `until`. Without success no file is left at `to`.
    pub(crate) async fn fetch(&self, url: &str, to: &Path, bytes_max: u64, until: Instant) -> Result<u64, Failed> {
        match timeout_at(until, self.fetch_unbounded(url, to, bytes_max)).await {
            Ok(result) => result,
            Err(_) => Err(later("no time is left")),
        }
    }

    async fn fetch_unbounded(&self, url: &str, to: &Path, bytes_max: u64) -> Result<u64, Failed> {
        let mut url = address::admit(url, &self.named).map_err(|why| gone(&why.to_string()))?;
        for _ in 0..=REDIRECTS_MAX {
            let response =
                self.client.get(url.clone()).send().await.map_err(|error| match address::refusal(&error) {
                    Some(why) => gone(&why.to_string()),
                    None => later(&transport::told(error)),
                })?;
            match response.status().as_u16() {
                200 => return save(response, to, bytes_max).await,
                301 | 302 | 303 | 307 | 308 => url = self.next(&url, &response)?,
                status @ (404 | 410) => return Err(gone(&format!("HTTP {status}"))),
                status @ (400..=407 | 409..=428) => return Err(not_now(&format!("HTTP {status}"))),
                status => return Err(later(&format!("HTTP {status}"))),
            }
        }
        Err(gone("too many redirects"))
    }

    /// Where a redirect leads, judged like the first address.
    fn next(&self, from: &Url, response: &Response) -> Result<Url, Failed> {
        let location = response.headers().get(LOCATION).and_then(|value| value.to_str().ok());
        let target =
            location.and_then(|location| from.join(location).ok()).ok_or_else(|| gone("a redirect to nowhere"))?;
        address::admit(target.as_str(), &self.named).map_err(|why| gone(&format!("a redirect: {why}")))
    }
}

async fn save(mut response: Response, to: &Path, bytes_max: u64) -> Result<u64, Failed> {
    if response.content_length().is_some_and(|announced| announced > bytes_max) {
        return Err(too_large());
    }
    let on_disk = |error: std::io::Error| not_now(&format!("the file can't be written: {error}"));
    let partial = Partial::at(to);
    let mut file = BufWriter::with_capacity(BUFFER_BYTES, File::create(to).await.map_err(on_disk)?);
    let mut bytes: u64 = 0;
    while let Some(chunk) = response.chunk().await.map_err(|error| later(&transport::told(error)))? {
        bytes = bytes.saturating_add(u64::try_from(chunk.len()).unwrap_or(u64::MAX));
        if bytes > bytes_max {
            return Err(too_large());
        }
        file.write_all(&chunk).await.map_err(on_disk)?;
    }
    if bytes == 0 {
        return Err(later("the result is empty"));
    }
    // Flushing also tells of the last write's error.
    file.flush().await.map_err(on_disk)?;
    partial.keep();
    Ok(bytes)
}

/// Removes a half-written file, also when the call is dropped in the middle.
struct Partial(Option<PathBuf>);

impl Partial {
    fn at(path: &Path) -> Self {
        Self(Some(path.to_owned()))
    }

    fn keep(mut self) {
        self.0 = None;
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        if let Some(path) = self.0.take() {
            // It may never have been made; what can't be removed is left to the sweep of the temporary directory.
            let _ = std::fs::remove_file(path);
        }
    }
}

/// Why a try failed, and whether another one may help: a full disk or a refusal is not mended within a call.
pub(crate) struct Failed {
    error: FetchError,
    again: bool,
}

impl From<Failed> for FetchError {
    fn from(failed: Failed) -> Self {
        failed.error
    }
}

fn gone(detail: &str) -> Failed {
    Failed { error: FetchError::Gone { detail: detail.to_owned() }, again: false }
}

const fn too_large() -> Failed {
    Failed { error: FetchError::TooLarge, again: false }
}

fn not_now(detail: &str) -> Failed {
    Failed { error: FetchError::Later { detail: detail.to_owned() }, again: false }
}

fn later(detail: &str) -> Failed {
    Failed { error: FetchError::Later { detail: detail.to_owned() }, again: true }
}

impl Verdict for Failed {
    fn is_retryable(&self) -> bool {
        self.again
    }

    fn retry_after(&self) -> Option<std::time::Duration> {
        None
    }

    fn label(&self) -> &'static str {
        match self.error {
            FetchError::TooLarge => "too_large",
            FetchError::Gone { .. } => "gone",
            FetchError::Later { .. } => "later",
        }
    }
}

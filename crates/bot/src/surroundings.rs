//! How updates reach us, and where we run.

use std::path::{Path, PathBuf};
use std::time::Duration;

use async_trait::async_trait;
use domain::clock::Timestamp;
use domain::ports::{Place, UpdatesReport};
use telegram_adapter::{Setup, WebhookReport, WebhookWish};

use crate::reception::WebhookEar;

/// What we know of it ourselves, and Telegram to be asked.
pub(crate) struct Surroundings {
    pub(crate) setup: Setup,
    /// The webhook that we want; `None`: we ask for updates.
    pub(crate) wish: Option<WebhookWish>,
    /// What looks after it.
    pub(crate) ear: WebhookEar,
    /// The database's file, if it is one.
    pub(crate) file: Option<PathBuf>,
    /// Whether a platform runs us that may put us to sleep.
    pub(crate) may_sleep: bool,
}

#[async_trait]
impl domain::ports::Surroundings for Surroundings {
    async fn updates(&self, budget: Duration) -> Option<UpdatesReport> {
        if self.wish.is_some() {
            self.ear.seen_once(budget / 2).await;
        }
        match self.setup.webhook_info(budget / 2).await {
            Ok(report) => Some(meaning(&report, self.wish.as_ref().map(WebhookWish::marked_url).as_deref())),
            Err(error) => {
                tracing::warn!(%error, "telegram did not tell how updates come");
                None
            }
        }
    }

    fn place(&self) -> Place {
        Place {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            may_sleep: self.may_sleep,
            disk_left: self.file.as_deref().and_then(disk_left),
        }
    }
}

/// `wanted` = the address that Telegram should have.
fn meaning(report: &WebhookReport, wanted: Option<&str>) -> UpdatesReport {
    let failed_at = report.last_error_date.map(Timestamp::from_seconds);
    let words = report.last_error_message.clone().unwrap_or_default();
    UpdatesReport {
        by_webhook: wanted.is_some(),
        is_set: report.url == wanted.unwrap_or_default(),
        waiting: report.pending_update_count,
        last_error: failed_at.map(|at| (at, words)),
    }
}

/// Bytes that are left for us on the disk of a file that is there, or will be.
fn disk_left(file: &Path) -> Option<u64> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    let found = rustix::fs::statvfs(folder).ok()?;
    Some(found.f_bavail.saturating_mul(found.f_frsize))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_held_against_the_address_that_we_want() {
        let report = |url: &str| WebhookReport {
            url: url.to_owned(),
            pending_update_count: 3,
            last_error_date: Some(1_795_348_800),
            last_error_message: Some("Connection refused".to_owned()),
            ..WebhookReport::default()
        };
        let failed = Some((Timestamp::from_seconds(1_795_348_800), "Connection refused".to_owned()));
        let wanted = |by_webhook, is_set| UpdatesReport { by_webhook, is_set, waiting: 3, last_error: failed.clone() };
        let table = [
            ("https://a/t?v=1", Some("https://a/t?v=1"), wanted(true, true)),
            ("https://a/t?v=2", Some("https://a/t?v=1"), wanted(true, false)),
            ("", Some("https://a/t?v=1"), wanted(true, false)),
            ("", None, wanted(false, true)),
            ("https://b", None, wanted(false, false)),
        ];
        for (url, wish, wanted) in table {
            assert_eq!(meaning(&report(url), wish), wanted, "{url} {wish:?}");
        }
        assert_eq!(meaning(&WebhookReport::default(), None).last_error, None);
    }

    #[test]
    fn a_disk_tells_what_is_left_and_a_place_that_is_none_tells_nothing() {
        let folder = tempfile::tempdir().unwrap();
        assert!(disk_left(&folder.path().join("kiebot.db")).is_some_and(|left| left > 0));
        assert!(disk_left(Path::new("kiebot.db")).is_some());
        assert_eq!(disk_left(&folder.path().join("missing/kiebot.db")), None);
    }
}

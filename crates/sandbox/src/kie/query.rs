//! The questions: recordInfo, credit, download-url.

use std::time::Duration;

use serde_json::{Value, json};

use super::{book::Shared, dedicated::Family, files, server::Reply, task::Task};
use crate::http::form;

/// How long a direct download link lives. docs.kie.ai, common-api download-url.
const DIRECT_LINK_LIFE: Duration = Duration::from_secs(20 * 60);

/// `GET /api/v1/jobs/recordInfo?taskId=`. An unknown task and one just created get the same 422 (docs.kie.ai, market/common get-task-detail).
pub(super) fn record_info(shared: &Shared, query: &str) -> Reply {
    match seen(shared, query, None, |task| task.record(shared.options.replies)) {
        Ok(Some(record)) => Reply::success(record),
        Ok(None) => Reply::refusal(422, "recordInfo is null"),
        Err(refusal) => refusal,
    }
}

/// The task that a query names, as `record` shows it; `None` if it is unknown, just created, or of another family.
pub(super) fn seen(
    shared: &Shared,
    query: &str,
    family: Option<Family>,
    record: impl FnOnce(&Task) -> Value,
) -> Result<Option<Value>, Reply> {
    let pairs = form::urlencoded(query);
    let Some((_, task_id)) = pairs.iter().find(|(name, value)| name == "taskId" && !value.is_empty()) else {
        return Err(Reply::refusal(400, "taskId is required"));
    };
    let (book, now) = (shared.book(), shared.options.clock.now());
    let is_seen = |task: &&Task| task.family == family && now.since(task.created) >= shared.options.record_grace;
    Ok(book.tasks.get(task_id).filter(is_seen).map(record))
}

/// `GET /api/v1/chat/credit`: a bare number (5916.25 recorded in April 2026).
pub(super) fn credit(shared: &Shared) -> Reply {
    Reply::success(shared.book().credits.to_json())
}

/// `POST /api/v1/common/download-url`: a bare text; foreign links are 422 "url is wrong" (recorded in April 2026).
pub(super) fn download_url(shared: &Shared, body: &[u8]) -> Reply {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let url = body["url"].as_str().unwrap_or_default();
    let path = url.strip_prefix(&shared.base_url).filter(|path| path.starts_with("/files/results/"));
    let token = shared.new_id();
    let expires = shared.options.clock.now() + DIRECT_LINK_LIFE;
    let mut book = shared.book();
    match path.filter(|path| files::exists(&book, path)) {
        Some(path) => {
            book.direct_links.insert(token.clone(), (path.to_owned(), expires));
            Reply::success(json!(format!("{}/files/direct/{token}", shared.base_url)))
        }
        None => Reply::refusal(422, "url is wrong"),
    }
}

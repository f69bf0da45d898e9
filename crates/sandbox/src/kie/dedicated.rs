//! The older endpoints: Veo, Runway, Aleph, Flux Kontext, 4o image, Suno.

use std::sync::Arc;

use hyper::Method;

use super::{book::Shared, faults::Route, server::Reply};
use crate::http::Request;

/// The door behind a path, if it is one of an older endpoint.
pub(super) const fn route(_path: &str) -> Option<(Route, Method)> {
    None
}

/// Makes a task.
pub(super) async fn create(_shared: &Arc<Shared>, _request: &Request) -> Reply {
    Reply::refusal(404, "Not Found")
}

/// Asks for a task.
pub(super) fn query(_shared: &Shared, _request: &Request) -> Reply {
    Reply::refusal(404, "Not Found")
}

//! What KIE lists: its catalogue, schemas and prices.

use hyper::Method;

use super::{book::Shared, faults::Route, server::Reply};
use crate::http::Request;

/// The door behind a path, if it is one of the catalogue.
pub(super) const fn route(_path: &str) -> Option<(Route, Method)> {
    None
}

/// Answers a question about what KIE lists.
pub(super) fn answer(_shared: &Shared, _request: &Request) -> Reply {
    Reply::refusal(404, "Not Found")
}

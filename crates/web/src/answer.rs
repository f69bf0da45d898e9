//! What a handler yields: a response with the headers that every answer carries, and its reason for the log.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{self, HeaderName, HeaderValue};
use hyper::{Response, StatusCode};

/// A client that is told to wait is told at least this.
const RETRY_AFTER_MIN_S: u64 = 1;

/// A response on its way out.
pub(crate) struct Answer {
    response: Response<Full<Bytes>>,
    /// Why, in a few fixed words; for the log and, on refusals, for the client.
    reason: &'static str,
}

impl Answer {
    /// 200 without a body.
    pub(crate) fn ok() -> Self {
        Self::new(StatusCode::OK, Bytes::new(), "ok")
    }

    /// A refusal whose reason is also its body.
    pub(crate) fn refusal(status: StatusCode, reason: &'static str) -> Self {
        Self::text(status, "text/plain; charset=utf-8", format!("{reason}\n")).because(reason)
    }

    /// 503 with a Retry-After.
    pub(crate) fn later(wait: Duration, reason: &'static str) -> Self {
        Self::refusal(StatusCode::SERVICE_UNAVAILABLE, reason).retry_after(wait)
    }

    /// 503 while the house is being built.
    pub(crate) fn starting() -> Self {
        Self::later(Duration::from_secs(1), "starting")
    }

    /// A text of the given content type.
    pub(crate) fn text(status: StatusCode, content_type: &'static str, text: impl Into<Bytes>) -> Self {
        let mut answer = Self::new(status, text.into(), "ok");
        answer.response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        answer
    }

    /// What a mounted page made; its own headers win over ours.
    pub(crate) fn page(response: Response<Bytes>) -> Self {
        Self { response: response.map(Full::new), reason: "said by the page" }
    }

    fn new(status: StatusCode, body: Bytes, reason: &'static str) -> Self {
        let mut response = Response::new(Full::new(body));
        *response.status_mut() = status;
        Self { response, reason }
    }

    pub(crate) fn because(mut self, reason: &'static str) -> Self {
        self.reason = reason;
        self
    }

    /// Adds Retry-After in whole seconds, rounded up, at least one.
    pub(crate) fn retry_after(mut self, wait: Duration) -> Self {
        let seconds = wait.as_secs().saturating_add(u64::from(wait.subsec_nanos() > 0)).max(RETRY_AFTER_MIN_S);
        self.response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        self
    }

    /// Adds Allow, as a 405 must.
    pub(crate) fn allow(mut self, methods: &'static str) -> Self {
        self.response.headers_mut().insert(header::ALLOW, HeaderValue::from_static(methods));
        self
    }

    pub(crate) fn status(&self) -> StatusCode {
        self.response.status()
    }

    pub(crate) fn reason(&self) -> &'static str {
        self.reason
    }

    /// The finished response. `close` tells the client that this connection takes no further request.
    pub(crate) fn into_response(self, close: bool) -> Response<Full<Bytes>> {
        let mut response = self.response;
        let headers = response.headers_mut();
        let mut unless_set = |name: HeaderName, value: &'static str| {
            headers.entry(name).or_insert(HeaderValue::from_static(value));
        };
        unless_set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
        unless_set(header::CACHE_CONTROL, "no-store");
        if close {
            headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_rounded_up_and_never_zero() {
        for (wait_ms, expected) in [(0, "1"), (1, "1"), (1_000, "1"), (1_001, "2"), (35_000, "35")] {
            let response = Answer::later(Duration::from_millis(wait_ms), "later").into_response(false);
            assert_eq!(response.headers()[header::RETRY_AFTER], expected, "{wait_ms} ms");
        }
    }

    #[test]
    fn a_pages_own_cache_rule_wins() {
        let page = Response::builder().header(header::CACHE_CONTROL, "max-age=60").body(Bytes::new()).unwrap();
        let response = Answer::page(page).into_response(false);
        assert_eq!(response.headers()[header::CACHE_CONTROL], "max-age=60");
        assert_eq!(response.headers()[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
    }
}

//! The seam for pages that are not of this crate: a dashboard, a sandbox.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use hyper::{Request, Response, StatusCode};

use crate::answer::Answer;
use crate::body::Inbound;
use crate::service::Service;

/// Paths the listener answers itself; nothing may be mounted over them.
const OWN_PREFIXES: [&str; 5] = ["/telegram", "/kie", "/health", "/ready", "/metrics"];

/// Answers every path under one prefix, see [`Server::mount`](crate::Server::mount).
#[async_trait]
pub trait Pages: Send + Sync {
    /// Answers one request of any method; its path is the whole path, the body is complete and within its bound.
    /// Runs in its own task: a client that hangs up doesn't end it. It must check who is asking, the listener doesn't.
    /// `Cache-Control` and `X-Content-Type-Options` are added where the answer doesn't set them.
    async fn answer(&self, request: Request<Bytes>) -> Response<Bytes>;
}

/// Pages and their place.
#[derive(Clone)]
pub(crate) struct Mount {
    prefix: &'static str,
    pages: Arc<dyn Pages>,
}

impl Mount {
    /// # Panics
    /// If the prefix isn't of the form `/word` or covers a route of the listener: a mistake in the wiring, seen at the
    /// first start.
    pub(crate) fn new(prefix: &'static str, pages: Arc<dyn Pages>) -> Self {
        assert!(
            prefix.len() > 1 && prefix.starts_with('/') && !prefix.ends_with('/'),
            "`{prefix}` is no prefix like `/admin`"
        );
        let covers = |own: &str| {
            own == prefix || own.starts_with(&format!("{prefix}/")) || prefix.starts_with(&format!("{own}/"))
        };
        assert!(!OWN_PREFIXES.into_iter().any(covers), "`{prefix}` covers a route of the listener");
        Self { prefix, pages }
    }

    /// The prefix, which is also the route template of everything below it.
    pub(crate) fn prefix(&self) -> &'static str {
        self.prefix
    }

    /// Whether `path` is the prefix itself or below it.
    pub(crate) fn covers(&self, path: &str) -> bool {
        path.strip_prefix(self.prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

/// Hands a request to mounted pages.
pub(crate) async fn answer(
    service: &Service,
    mount: Mount,
    head: hyper::http::request::Parts,
    inbound: Inbound<'_>,
) -> Answer {
    let limits = &service.limits;
    let body = match inbound.read(limits.page_body_bytes_max, limits.body_read).await {
        Ok(body) => body,
        Err(refusal) => return refusal.into(),
    };
    let request = Request::from_parts(head, Bytes::from(body));
    let template = mount.prefix();
    match service.work.run(template, async move { mount.pages.answer(request).await }).await {
        Ok(response) if response.status() == StatusCode::SWITCHING_PROTOCOLS => {
            Answer::refusal(StatusCode::NOT_IMPLEMENTED, "upgrades are not served")
        }
        Ok(response) => Answer::page(response),
        Err(unfinished) => unfinished.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Nothing;

    #[async_trait]
    impl Pages for Nothing {
        async fn answer(&self, _request: Request<Bytes>) -> Response<Bytes> {
            Response::new(Bytes::new())
        }
    }

    #[test]
    fn a_mount_covers_its_prefix_and_what_is_below_but_no_longer_word() {
        let mount = Mount::new("/admin", Arc::new(Nothing));
        for (path, expected) in
            [("/admin", true), ("/admin/", true), ("/admin/users", true), ("/administrator", false), ("/", false)]
        {
            assert_eq!(mount.covers(path), expected, "{path}");
        }
    }

    #[test]
    #[should_panic(expected = "covers a route of the listener")]
    fn a_mount_over_an_own_route_is_refused() {
        let _ = Mount::new("/telegram", Arc::new(Nothing));
    }
}

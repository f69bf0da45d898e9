//! One request: find its route, refuse what is no use, call the handler, note the outcome.

use std::net::IpAddr;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::FutureExt;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::{Request, Response, StatusCode};
use metrics::counter;
use tracing::error;

use crate::answer::Answer;
use crate::body::Inbound;
use crate::caller::Callers;
use crate::door::Door;
use crate::limits::Limits;
use crate::line::Pulse;
use crate::pages::{self, Mount};
use crate::routes::Route;
use crate::scrape::Scrape;
use crate::sight::{Sight, WORK_PANICS};
use crate::webhook::{self, WebhookSecret};
use crate::work::{Unfinished, Work};
use crate::{callback, hint, status};

/// Readiness checks at once. A check takes milliseconds; that many are under way only if storage hangs, and then one
/// more would tell nothing new.
const READY_CHECKS_MAX: usize = 8;

/// What every connection shares.
pub(crate) struct Service {
    pub(crate) door: Arc<Door>,
    pub(crate) secret: WebhookSecret,
    pub(crate) limits: Limits,
    pub(crate) mounts: Vec<Mount>,
    /// Who may read `/metrics`.
    pub(crate) scrape: Scrape,
    pub(crate) callers: Callers,
    /// Work that a shutdown waits for.
    pub(crate) work: Work,
    /// Readiness checks, which a shutdown doesn't wait for.
    pub(crate) checks: Work,
}

impl Service {
    pub(crate) fn new(door: Arc<Door>, secret: WebhookSecret, limits: Limits) -> Self {
        Self {
            door,
            secret,
            limits,
            mounts: Vec::new(),
            scrape: Scrape::Near,
            callers: Callers::new(limits),
            work: Work::new(limits.work_max, limits.handle_max),
            checks: Work::new(READY_CHECKS_MAX, limits.ready_max),
        }
    }

    /// Answers one request of this peer; never fails and never panics.
    pub(crate) async fn respond(
        &self,
        request: Request<Incoming>,
        peer: IpAddr,
        pulse: &Pulse,
    ) -> Response<Full<Bytes>> {
        let route = Route::find(request.uri().path(), &self.mounts);
        let template = route.template();
        let sight = Sight::begin(template);
        let answer = match AssertUnwindSafe(self.answer(route, request, peer, pulse)).catch_unwind().await {
            Ok(answer) => answer,
            Err(_) => {
                counter!(WORK_PANICS, "route" => template).increment(1);
                error!(route = template, "the handler of `{template}` panicked");
                Unfinished::Panicked.into()
            }
        };
        sight.done(&answer);
        // What follows an unread body on the wire is that body, not a request.
        answer.into_response(pulse.is_unread())
    }

    async fn answer(&self, route: Route, request: Request<Incoming>, peer: IpAddr, pulse: &Pulse) -> Answer {
        let template = route.template();
        let (head, body) = request.into_parts();
        let inbound = Inbound::new(body, pulse);
        if let Err(wait) = self.callers.admit(&route, peer, &head.headers) {
            return Answer::refusal(StatusCode::TOO_MANY_REQUESTS, "too many requests").retry_after(wait);
        }
        if let Some(methods) = route.refused_method(&head.method) {
            return Answer::refusal(StatusCode::METHOD_NOT_ALLOWED, "method not allowed").allow(methods);
        }
        match route {
            Route::TelegramWebhook => webhook::answer(self, template, &head.headers, inbound).await,
            Route::KieCallback(token) => callback::answer(self, template, token, &head.headers, inbound).await,
            Route::PaymentHint(provider) => hint::answer(self, template, provider, &head.headers, inbound).await,
            Route::Health => status::health(self),
            Route::Ready => status::ready(self, template).await,
            Route::Metrics => status::metrics(self, peer, &head.headers),
            Route::Mounted(mount) => pages::answer(self, mount, head, inbound).await,
            Route::Unmatched => Answer::refusal(StatusCode::NOT_FOUND, "not found"),
        }
    }
}

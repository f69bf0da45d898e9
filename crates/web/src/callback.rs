//! `POST /kie/callback/{token}`: the raw callback goes to the house, which checks the signature and knows the token.

use app::intake::{CallbackOutcome, RawCallback};
use hyper::StatusCode;
use hyper::header::{HeaderMap, HeaderName};

use crate::answer::Answer;
use crate::body::Inbound;
use crate::service::Service;

const TIMESTAMP_HEADER: HeaderName = HeaderName::from_static("x-webhook-timestamp");
const SIGNATURE_HEADER: HeaderName = HeaderName::from_static("x-webhook-signature");

pub(crate) async fn answer(
    service: &Service,
    route: &'static str,
    token: Option<String>,
    headers: &HeaderMap,
    inbound: Inbound<'_>,
) -> Answer {
    let Some(token) = token else { return unknown_token() };
    let Some(intake) = service.door.intake() else { return Answer::starting() };
    let limits = &service.limits;
    let body = match inbound.read(limits.callback_body_bytes_max, limits.body_read).await {
        Ok(body) => body,
        Err(refusal) => return refusal.into(),
    };
    let callback = RawCallback {
        token,
        timestamp: text(headers, TIMESTAMP_HEADER),
        signature: text(headers, SIGNATURE_HEADER),
        body,
    };
    match service.work.run(route, async move { intake.kie_callback(callback).await }).await {
        Ok(CallbackOutcome::Stored) => Answer::ok(),
        Ok(CallbackOutcome::BadSignature) => Answer::refusal(StatusCode::UNAUTHORIZED, "bad signature"),
        Ok(CallbackOutcome::UnknownToken) => unknown_token(),
        Ok(CallbackOutcome::Later(wait)) => Answer::later(wait, "storage is away"),
        Err(unfinished) => unfinished.into(),
    }
}

fn unknown_token() -> Answer {
    Answer::refusal(StatusCode::NOT_FOUND, "unknown token")
}

/// A header as text; bytes that are no text stay visible as such, so that a garbled signature is wrong, not missing.
fn text(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
}

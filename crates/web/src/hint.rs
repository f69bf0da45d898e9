//! `POST /payments/{provider}/webhook`: a payment provider says that something happened; the house asks the provider itself.

use app::intake::{HintOutcome, RawHint};
use hyper::StatusCode;
use hyper::header::{HeaderMap, HeaderName};

use crate::answer::Answer;
use crate::body::Inbound;
use crate::service::Service;

/// Where Crypto Pay signs; others sign nothing.
const SIGNATURE_HEADER: HeaderName = HeaderName::from_static("crypto-pay-api-signature");

pub(crate) async fn answer(
    service: &Service,
    route: &'static str,
    provider: String,
    headers: &HeaderMap,
    inbound: Inbound<'_>,
) -> Answer {
    let Some(intake) = service.door.intake() else { return Answer::starting() };
    let limits = &service.limits;
    let body = match inbound.read(limits.callback_body_bytes_max, limits.body_read).await {
        Ok(body) => body,
        Err(refusal) => return refusal.into(),
    };
    let signature = headers.get(SIGNATURE_HEADER).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let hint = RawHint { provider, signature, body };
    match service.work.run(route, async move { intake.payment_hint(hint).await }).await {
        Ok(HintOutcome::Taken) => Answer::ok(),
        Ok(HintOutcome::UnknownProvider) => Answer::refusal(StatusCode::NOT_FOUND, "not found"),
        Ok(HintOutcome::Later(wait)) => Answer::later(wait, "storage is away"),
        Err(unfinished) => unfinished.into(),
    }
}

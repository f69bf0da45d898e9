//! `POST /telegram/webhook`: the secret, then the body, then the house.

use app::intake::UpdateOutcome;
use hyper::header::{HeaderMap, HeaderName};
use hyper::{StatusCode, http::HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;

use crate::Error;
use crate::answer::Answer;
use crate::body::Inbound;
use crate::service::Service;

const SECRET_HEADER: HeaderName = HeaderName::from_static("x-telegram-bot-api-secret-token");

pub(crate) async fn answer(
    service: &Service,
    route: &'static str,
    headers: &HeaderMap,
    inbound: Inbound<'_>,
) -> Answer {
    if !service.secret.is(headers.get(SECRET_HEADER)) {
        return Answer::refusal(StatusCode::UNAUTHORIZED, "wrong or missing secret");
    }
    let Some(intake) = service.door.intake() else { return Answer::starting() };
    let limits = &service.limits;
    let body = match inbound.read(limits.telegram_body_bytes_max, limits.body_read).await {
        Ok(body) => body,
        Err(refusal) => return refusal.into(),
    };
    match service.work.run(route, async move { intake.telegram(body).await }).await {
        Ok(UpdateOutcome::Done) => Answer::ok(),
        Ok(UpdateOutcome::NotJson) => Answer::refusal(StatusCode::BAD_REQUEST, "not JSON with an update_id"),
        Ok(UpdateOutcome::Later(wait)) => Answer::later(wait, "a passing outage"),
        Err(unfinished) => unfinished.into(),
    }
}

/// The secret that Telegram repeats in a header of every update.
pub(crate) struct WebhookSecret(SecretString);

impl WebhookSecret {
    pub(crate) fn new(secret: SecretString) -> Result<Self, Error> {
        if secret.expose_secret().is_empty() { Err(Error::EmptySecret) } else { Ok(Self(secret)) }
    }

    /// Compares in a time that depends on the lengths only.
    fn is(&self, sent: Option<&HeaderValue>) -> bool {
        sent.is_some_and(|sent| self.0.expose_secret().as_bytes().ct_eq(sent.as_bytes()).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_very_secret_passes() {
        let secret = WebhookSecret::new("s3cret_Token".into()).unwrap();
        let cases = [
            ("s3cret_Token", true),
            ("s3cret_token", false),
            ("s3cret_Toke", false),
            ("s3cret_Token ", false),
            ("", false),
        ];
        for (sent, expected) in cases {
            assert_eq!(secret.is(Some(&HeaderValue::from_static(sent))), expected, "{sent}");
        }
        assert!(!secret.is(None));
        assert!(!secret.is(Some(&HeaderValue::from_bytes(b"\xff\xfe").unwrap())));
    }

    #[test]
    fn an_empty_secret_is_refused() {
        assert!(matches!(WebhookSecret::new("".into()), Err(Error::EmptySecret)));
    }
}

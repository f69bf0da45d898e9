//! `/health`, `/ready` and `/metrics`: what machines ask. None of the three holds a secret or a user's word.

use std::net::IpAddr;

use hyper::StatusCode;
use hyper::header::HeaderMap;
use serde::Serialize;

use crate::answer::Answer;
use crate::service::Service;

const JSON: &str = "application/json";
const PROMETHEUS_TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Alive is who answers: nothing but memory is read, so a database that blinks doesn't get the process restarted.
pub(crate) fn health(service: &Service) -> Answer {
    json(StatusCode::OK, &service.door.health())
}

/// Ready is only who could serve a user right now.
pub(crate) async fn ready(service: &Service, route: &'static str) -> Answer {
    let Some(intake) = service.door.intake() else { return readiness(vec!["starting".to_owned()]) };
    match service.checks.run(route, async move { intake.missing().await }).await {
        Ok(missing) => readiness(missing),
        Err(_) => readiness(vec!["an answer of the readiness check".to_owned()]),
    }
}

/// What the recorder holds, in Prometheus' text form, for who may read it.
pub(crate) fn metrics(service: &Service, client: IpAddr, headers: &HeaderMap) -> Answer {
    if !service.scrape.admits(client, headers) {
        return Answer::refusal(StatusCode::UNAUTHORIZED, "no token, and not from near");
    }
    match service.door.intake() {
        Some(intake) => Answer::text(StatusCode::OK, PROMETHEUS_TEXT, intake.metrics()),
        None => Answer::starting(),
    }
}

#[derive(Serialize)]
struct Readiness {
    ready: bool,
    missing: Vec<String>,
}

fn readiness(missing: Vec<String>) -> Answer {
    let ready = missing.is_empty();
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let answer = json(status, &Readiness { ready, missing });
    if ready { answer } else { answer.because("not ready").retry_after(std::time::Duration::from_secs(1)) }
}

fn json(status: StatusCode, value: &impl Serialize) -> Answer {
    let text = serde_json::to_vec(value).expect("plain structs with text keys always serialize");
    Answer::text(status, JSON, text)
}

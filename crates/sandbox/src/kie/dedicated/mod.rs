//! The older, dedicated endpoints: Veo, Runway, Aleph, Flux Kontext, 4o image, Suno and its lyrics.
//!
//! A task made here is a task like any other: the same checker, prices, balance, limit, endings, faults and callbacks. What differs is said by
//! its [`Family`]: where it is asked for, with which words (`record`), what it yields (`results`), how its end is told (`letter`).
//!
//! Invariants:
//! - a body is flat and in camelCase; what `assets/kie_dedicated.json` does not know is dropped, as createTask does;
//! - a task is known to the query of its own family only;
//! - Suno takes no task without an address for its callback.
//!
//! A planned failure whose code is a word of the family (`SENSITIVE_WORD_ERROR`, `CREATE_TASK_FAILED`, `CALLBACK_EXCEPTION`) becomes its status.
//! A planned `resultJson` takes the place of the family's result: `response`, or Runway's `videoInfo`.
//!
//! To add an endpoint of a known family: an entry in `assets/kie_dedicated.json`, whose `id` is the path. To add a family: a variant of
//! [`Family`] and the arms that the compiler asks for.
//!
//! Sources: docs.kie.ai/old-model and its predecessors, 2025 to 2026. Words of refused combinations are our own.

mod family;
mod letter;
mod record;
mod results;

use std::sync::{Arc, LazyLock};

use hyper::Method;
use serde::Deserialize;
use serde_json::{Value, json};

pub(in crate::kie) use self::family::Family;
pub(in crate::kie) use self::letter::letter;
pub(in crate::kie) use self::results::result;
use super::{
    book::Shared,
    check::Refusal,
    create::{self, Order},
    faults::Route,
    query,
    schema::ModelSchema,
    server::Reply,
};
use crate::http::Request;

const ENDPOINTS: &str = include_str!("../../../assets/kie_dedicated.json");

/// Where tasks of one sort are made; the schema's id is the path.
struct Endpoint {
    family: Family,
    schema: ModelSchema,
}

/// The door behind a path, if it is one of an older endpoint.
pub(super) fn route(path: &str) -> Option<(Route, Method)> {
    if Family::asked_at(path).is_some() {
        return Some((Route::DedicatedQuery, Method::GET));
    }
    endpoint(path).map(|_| (Route::DedicatedCreate, Method::POST))
}

/// Makes a task or says why not. The answer holds nothing but `taskId`.
pub(super) async fn create(shared: &Arc<Shared>, request: &Request) -> Reply {
    let Some(endpoint) = endpoint(&request.path) else { return Reply::refusal(404, "Not Found") };
    match create::place(shared, read(endpoint, &request.body)).await {
        Ok(task_id) => Reply::success(json!({ "taskId": task_id })),
        Err(refusal) => refusal,
    }
}

/// Tells how a task of this family is. An unknown one is a 422, but nothing at all with Suno.
pub(super) fn query(shared: &Shared, request: &Request) -> Reply {
    let Some(family) = Family::asked_at(&request.path) else { return Reply::refusal(404, "Not Found") };
    let record = |task: &_| record::record(task, family, &shared.base_url);
    match query::seen(shared, &request.query, Some(family), record) {
        Ok(Some(record)) => Reply::success(record),
        Ok(None) if family.is_sunos() => Reply::success(Value::Null),
        Ok(None) => Reply::refusal(422, "recordInfo is null"),
        Err(refusal) => refusal,
    }
}

fn read(endpoint: &'static Endpoint, body: &[u8]) -> Result<Order<'static>, Refusal> {
    let mut input = create::object(body)?;
    let callback_url = create::callback_url(&input)?;
    input.remove(create::CALLBACK);
    if endpoint.family.is_sunos() && callback_url.is_none() {
        // Recorded by several clients in 2025 and 2026.
        return Err(Refusal::new(422, "Please enter callBackUrl"));
    }
    Ok(Order { schema: &endpoint.schema, family: Some(endpoint.family), input, callback_url, unread: Vec::new() })
}

fn endpoint(path: &str) -> Option<&'static Endpoint> {
    static ENDPOINTS_READ: LazyLock<Vec<Endpoint>> =
        LazyLock::new(|| read_all().expect("the embedded endpoints are in the format, a test reads them"));
    ENDPOINTS_READ.iter().find(|endpoint| endpoint.schema.id == path)
}

fn read_all() -> Result<Vec<Endpoint>, Box<dyn std::error::Error>> {
    let document: Value = serde_json::from_str(ENDPOINTS)?;
    let models = document["models"].as_array().cloned().unwrap_or_default();
    let schemas = ModelSchema::read_all(&models)?;
    let families = models.iter().map(|model| Family::deserialize(&model["family"]));
    families.zip(schemas).map(|(family, schema)| Ok(Endpoint { family: family?, schema })).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_endpoints_are_read_and_priced() {
        let endpoints = read_all().expect("in the format");
        for endpoint in &endpoints {
            let path = &endpoint.schema.id;
            assert!(path.starts_with("/api/v1/"), "{path}");
            assert!(Family::asked_at(path).is_none(), "{path} is a query");
            assert!(endpoint.schema.is_priced(), "{path} has no price");
        }
        for family in Family::ALL {
            assert!(endpoints.iter().any(|endpoint| endpoint.family == family), "{family:?} makes nothing");
        }
    }
}

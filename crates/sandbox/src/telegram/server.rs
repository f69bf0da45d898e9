//! The HTTP side: which address is which method, who may call, faults, and the journal.

use std::sync::Arc;

use serde_json::Value;

use super::{
    Shared,
    faults::Fault,
    journal::{Outcome, ViolationKind},
    methods,
    params::Params,
    refusal::{Refusal, Success},
    spec,
};
use crate::http::{Request, Response, form};

/// Answers one request.
pub(super) async fn handle(shared: Arc<Shared>, request: Request) -> Response {
    let path = form::percent_decoded(&request.path, false);
    let (file, rest) = match path.strip_prefix("/file/bot") {
        Some(rest) => (true, rest),
        None => match path.strip_prefix("/bot") {
            Some(rest) => (false, rest),
            None => return Refusal::of(404, "Not Found".to_owned()).response(),
        },
    };
    let (token, name) = rest.split_once('/').unwrap_or((rest, ""));
    if token != shared.token {
        return Refusal::of(401, "Unauthorized".to_owned()).response();
    }
    if file {
        return download(&shared, name);
    }
    match spec::method(name) {
        Some(method) => call(&shared, method, &request).await,
        None => {
            let known = name.to_owned();
            shared.change(|state| {
                state.journal.violate(&known, ViolationKind::UnknownMethod, "no such method".to_owned())
            });
            Refusal::of(404, "Not Found".to_owned()).response()
        }
    }
}

fn download(shared: &Shared, path: &str) -> Response {
    let now = shared.clock.now();
    match shared.read(|state| state.files.download(path, now)) {
        Some(bytes) => Response::new(200, "application/octet-stream", bytes.to_vec()),
        None => Refusal::of(404, "Not Found".to_owned()).response(),
    }
}

async fn call(shared: &Arc<Shared>, method: &'static spec::Method, request: &Request) -> Response {
    let read = Params::read(request);
    let (number, fault) = shared.change(|state| {
        let (params, uploads) = match &read {
            Ok(params) => (Value::Object(params.values.clone()), params.upload_notes()),
            Err(_) => (Value::Null, Vec::new()),
        };
        (state.journal.begin(method.name, params, uploads), state.faults.take(method.name))
    });
    if let Some(response) = fault.as_ref().and_then(Fault::instead) {
        shared.change(|state| state.journal.end(number, Outcome::Faulted));
        return response;
    }
    if let Some(Fault::Delay(time)) = fault {
        tokio::time::sleep(time).await;
    }
    let result = match read {
        Ok(params) => run(shared, method, params).await,
        Err(refusal) => Err(refusal),
    };
    note(shared, method, number, &result);
    let response = match result {
        Ok(success) => success.response(),
        Err(refusal) => refusal.response(),
    };
    match fault {
        Some(fault) => fault.after(response),
        None => response,
    }
}

/// Notes how a call ended.
pub(super) fn note(shared: &Shared, method: &spec::Method, number: u64, result: &Result<Success, Refusal>) {
    shared.change(|state| match result {
        Ok(_) => state.journal.end(number, Outcome::Done),
        Err(refusal) => {
            let description = refusal.description.clone();
            state.journal.end(number, Outcome::Refused { code: refusal.code, description: description.clone() });
            if let Some(kind) = refusal.violation {
                state.journal.violate(method.name, kind, description);
            }
        }
    });
}

/// Checks the parameters and runs the method.
pub(super) async fn run(
    shared: &Arc<Shared>,
    method: &'static spec::Method,
    params: Params,
) -> Result<Success, Refusal> {
    let (params, unknown) = params.checked(method)?;
    if let Some(first) = unknown.first() {
        if shared.strict {
            let text = format!("parameter `{first}` is not in the simulator's table");
            return Err(Refusal::wrong(ViolationKind::UnknownParameter, text));
        }
        shared.change(|state| {
            for name in &unknown {
                let detail = format!("parameter `{name}` is not in the simulator's table");
                state.journal.violate(method.name, ViolationKind::UnknownParameter, detail);
            }
        });
    }
    methods::run(shared, method.name, &params).await
}

//! From a request to an answer: route, key, fault, handler.

use std::{sync::Arc, time::Duration};

use hyper::Method;
use serde_json::{Value, json};

use super::{
    book::Shared,
    create, dedicated,
    faults::{Fault, Route},
    files, query, showroom, upload,
};
use crate::http::{Request, Response};

/// What a handler says; which host sends it decides the form.
pub(super) struct Reply {
    pub(super) code: i64,
    pub(super) msg: String,
    pub(super) data: Value,
}

impl Reply {
    pub(super) fn success(data: Value) -> Self {
        Self { code: 200, msg: "success".to_owned(), data }
    }

    pub(super) fn refusal(code: i64, msg: impl Into<String>) -> Self {
        Self { code, msg: msg.into(), data: Value::Null }
    }

    /// Always HTTP 200: the true status is `code`, as recorded April 2026 (`{"code":422,"msg":"url is wrong","data":null}`). The upload host
    /// adds a boolean `success` (recorded too).
    fn into_response(self, route: Route) -> Response {
        let mut body = json!({ "code": self.code, "msg": self.msg, "data": self.data });
        if route == Route::Upload {
            body["success"] = json!(self.code == 200);
        }
        Response::json(200, &body)
    }
}

/// Answers one request.
pub(super) async fn handle(shared: Arc<Shared>, request: Request) -> Response {
    let Some((route, method)) = route(&request.path) else { return http_error(404, "Not Found") };
    // Result links are open to HEAD as well, as those of any file host.
    if request.method != method && !(route == Route::File && request.method == Method::HEAD) {
        return http_error(405, "Method Not Allowed");
    }
    let fault = {
        let mut book = shared.book();
        *book.requests.entry(route).or_default() += 1;
        book.faults.take(route)
    };
    match fault {
        Some(fault) => with_fault(shared, request, route, fault).await,
        None => dispatch(shared, request, route).await,
    }
}

fn route(path: &str) -> Option<(Route, Method)> {
    Some(match path {
        "/api/v1/jobs/createTask" => (Route::CreateTask, Method::POST),
        "/api/v1/jobs/recordInfo" => (Route::RecordInfo, Method::GET),
        "/api/v1/chat/credit" => (Route::Credit, Method::GET),
        "/api/v1/common/download-url" => (Route::DownloadUrl, Method::POST),
        "/api/file-stream-upload" => (Route::Upload, Method::POST),
        path if path.starts_with("/files/") => (Route::File, Method::GET),
        path => return dedicated::route(path).or_else(|| showroom::route(path)),
    })
}

async fn dispatch(shared: Arc<Shared>, request: Request, route: Route) -> Response {
    if route == Route::File {
        return files::serve(&shared, &request.path);
    }
    if !showroom::is_open(&request.path) && !has_key(&shared, &request) {
        return Reply::refusal(401, "You do not have access permissions").into_response(route);
    }
    let reply = match route {
        Route::CreateTask => create::create_task(&shared, &request.body).await,
        Route::RecordInfo => query::record_info(&shared, &request.query),
        Route::Credit => query::credit(&shared),
        Route::DownloadUrl => query::download_url(&shared, &request.body),
        Route::Upload => upload::upload(&shared, &request),
        Route::DedicatedCreate => dedicated::create(&shared, &request).await,
        Route::DedicatedQuery => dedicated::query(&shared, &request),
        Route::Showroom => showroom::answer(&shared, &request),
        Route::File => unreachable!("files are served above, without a key"),
    };
    reply.into_response(route)
}

/// Only `Authorization: Bearer KEY` counts; `apikey` or `x-api-key` is a 401 at KIE too.
fn has_key(shared: &Shared, request: &Request) -> bool {
    let given = request.header("authorization").and_then(|value| value.strip_prefix("Bearer "));
    given == Some(shared.options.api_key.as_str())
}

async fn with_fault(shared: Arc<Shared>, request: Request, route: Route, fault: Fault) -> Response {
    match fault {
        Fault::Code(code, msg) => Reply::refusal(code, msg).into_response(route),
        Fault::Http(status, body) => Response::new(status, "application/json", body),
        Fault::RetryAfter { status, seconds } => {
            let text = if status == 429 {
                "Your call frequency is too high. Please try again later."
            } else {
                "Service Unavailable"
            };
            http_error(status, text).with_header("retry-after", seconds.to_string())
        }
        Fault::HtmlPage502 => {
            Response::new(502, "text/html", "<html><head><title>502 Bad Gateway</title></head><body></body></html>")
        }
        Fault::DropBeforeProcessing => Response::hang_up(),
        Fault::DropAfterProcessing => {
            dispatch(shared, request, route).await;
            Response::hang_up()
        }
        Fault::Delay(ms) => {
            let response = dispatch(shared, request, route).await;
            tokio::time::sleep(Duration::from_millis(ms)).await;
            response
        }
        Fault::BrokenJson => {
            let mut response = dispatch(shared, request, route).await;
            response.body.truncate(response.body.len() / 2);
            response
        }
        Fault::Data(data) => {
            let mut response = dispatch(shared, request, route).await;
            if let Ok(mut body) = serde_json::from_slice::<Value>(&response.body) {
                body["data"] = data;
                response.body = body.to_string().into_bytes();
            }
            response
        }
    }
}

fn http_error(status: u16, text: &str) -> Response {
    Response::json(status, &json!({ "code": status, "msg": text, "data": null }))
}

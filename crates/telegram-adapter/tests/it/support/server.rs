//! A scripted server: each request takes the next answer of a queue, and is kept.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::{Map, Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::spec;

/// What a request gets.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    /// Status, headers, body.
    Reply(u16, Vec<(&'static str, String)>, Vec<u8>),
    /// The connection closes.
    HangUp,
    /// Nothing, ever.
    Silence,
    /// A body that ends before its announced length.
    Cut,
}

impl Answer {
    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self::Reply(status, vec![("content-type", "application/json".to_owned())], body.to_string().into_bytes())
    }

    pub(crate) fn result(result: Value) -> Self {
        Self::json(200, &json!({"ok": true, "result": result}))
    }

    /// A message of that number.
    pub(crate) fn message(id: i64) -> Self {
        Self::result(json!({"message_id": id, "date": 1, "chat": {"id": 1001, "type": "private"}}))
    }

    pub(crate) fn refusal(code: u16, description: &str) -> Self {
        Self::json(code, &json!({"ok": false, "error_code": code, "description": description}))
    }

    pub(crate) fn flood(seconds: u64) -> Self {
        let parameters = json!({"retry_after": seconds});
        Self::json(
            429,
            &json!({"ok": false, "error_code": 429, "description": "Too Many Requests", "parameters": parameters}),
        )
    }

    pub(crate) fn html(status: u16) -> Self {
        Self::Reply(status, vec![("content-type", "text/html".to_owned())], b"<html>Bad Gateway</html>".to_vec())
    }
}

/// A request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) verb: String,
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Seen {
    /// The last part of the path: the method's name.
    pub(crate) fn method(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// Parameters and names of files, of JSON or of multipart.
    pub(crate) fn params(&self) -> (Value, Vec<String>) {
        let content_type = self.header("content-type").unwrap_or_default();
        let Some((_, boundary)) = content_type.split_once("boundary=") else { return (self.json(), Vec::new()) };
        let text = String::from_utf8_lossy(&self.body);
        let (mut fields, mut files) = (Map::new(), Vec::new());
        for part in text.split(&format!("--{boundary}")).filter_map(|part| part.strip_prefix("\r\n")) {
            let Some((head, value)) = part.split_once("\r\n\r\n") else { continue };
            let name = head.split("name=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
            if head.contains("filename=") {
                files.push(name.to_owned());
            } else {
                fields.insert(name.to_owned(), Value::from(value.trim_end_matches("\r\n")));
            }
        }
        (Value::Object(fields), files)
    }
}

/// The server; it stops when it is dropped. Without an answer left it hangs up, and the test's end says so.
pub(crate) struct Scripted {
    pub(crate) url: String,
    answers: Arc<Mutex<VecDeque<Answer>>>,
    seen: Arc<Mutex<Vec<Seen>>>,
    task: JoinHandle<()>,
}

impl Scripted {
    pub(crate) async fn start(answers: impl IntoIterator<Item = Answer>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let answers = Arc::new(Mutex::new(answers.into_iter().collect::<VecDeque<_>>()));
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (queue, book) = (Arc::clone(&answers), Arc::clone(&seen));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (queue, book) = (Arc::clone(&queue), Arc::clone(&book));
                let service = service_fn(move |request| answer(request, Arc::clone(&queue), Arc::clone(&book)));
                tokio::spawn(
                    hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service),
                );
            }
        });
        Self { url, answers, seen, task }
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    pub(crate) fn methods(&self) -> Vec<String> {
        self.seen().iter().map(|seen| seen.method().to_owned()).collect()
    }

    /// All answers were taken, and every call keeps to the specification.
    pub(crate) fn assert_used_up(&self) {
        assert_eq!(self.answers.lock().unwrap().len(), 0, "answers are left over after {:?}", self.methods());
        for seen in self.seen().iter().filter(|seen| seen.verb == "POST") {
            let (params, files) = seen.params();
            spec::assert_call(seen.method(), &params, &files.iter().map(String::as_str).collect::<Vec<_>>());
        }
    }
}

impl Drop for Scripted {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn answer(
    request: Request<Incoming>,
    answers: Arc<Mutex<VecDeque<Answer>>>,
    book: Arc<Mutex<Vec<Seen>>>,
) -> Result<Response<Full<Bytes>>, std::io::Error> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map(|body| body.to_bytes().to_vec()).unwrap_or_default();
    let header = |(name, value): (&hyper::header::HeaderName, &hyper::header::HeaderValue)| {
        (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    let seen = Seen {
        verb: head.method.to_string(),
        path: head.uri.path().to_owned(),
        headers: head.headers.iter().map(header).collect(),
        body,
    };
    book.lock().unwrap().push(seen);
    let next = answers.lock().unwrap().pop_front();
    match next.unwrap_or(Answer::HangUp) {
        Answer::Reply(status, headers, body) => {
            let mut response = Response::builder().status(status);
            for (name, value) in headers {
                response = response.header(name, value);
            }
            Ok(response.body(Full::new(Bytes::from(body))).unwrap())
        }
        Answer::HangUp => Err(std::io::Error::other("the script says so")),
        Answer::Silence => match std::future::pending::<Infallible>().await {},
        Answer::Cut => {
            // The announced length is never reached: hyper closes the connection.
            let half = Full::new(Bytes::from_static(br#"{"ok":true,"resu"#));
            Ok(Response::builder().header("content-length", "500").body(half).unwrap())
        }
    }
}

//! The chat page: one HTML document that shows the simulated chats as phones do, so that a developer plays the bot in a browser.
//!
//! Start it with [`serve`] over running simulators. It sees only what a user sees ([`TelegramSimulator`]'s control side) and the switches
//! of [`KieSimulator`].
//!
//! Must not know: the bot, its database, the Bot API's methods. It adds nothing to the simulators' state but what users do.
//!
//! Invariants:
//! - it listens on loopback, and answers only requests that name loopback and come from itself, so no other web page can drive it;
//! - the document loads nothing from elsewhere and runs only its own script (a policy by hash); texts become text nodes, never HTML;
//! - each body is bounded; each refusal is JSON, `{"error": "..."}`, in words that the page shows as they are;
//! - a chat has a version, a fingerprint of what is to be seen; `GET /api/chat/{id}?since=VERSION` answers once it differs.
//!
//! For browser tests, the elements carry stable attributes: `data-chat`, `data-message`, `data-from`, `data-kind`, `data-edits`, `data-press`
//! (callback data), `data-input`, `data-send`, `data-photo`, `data-menu`, `data-command`, `data-action`, `data-error`, `data-switch`.
//!
//! To add something that a user can do: an arm in `chat::act` and its control in `page.js`. To add a switch: an arm in `Page::switch`, a
//! field in `Page::status` and a button in `page.html`. A panel of its own is a `<section>` beside the chats and a `GET /api/...` route.

mod chat;
mod file;

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::{
    http::{self, Request, Response, form},
    kie::{Fault, KieSimulator, Route, TaskState},
    telegram::{TelegramSimulator, User},
};

/// The port tried first.
pub const DEFAULT_PORT: u16 = 8088;

/// Who is there when the caller added nobody: number, name, language.
const USERS: [(i64, &str, &str); 2] = [(1001, "Анна", "ru"), (1002, "Ben", "en")];
/// Ports tried after the one asked for; a developer rarely has more sandboxes open.
const NEXT_PORTS: u16 = 20;
/// Largest body of everything but a photo: a text of 4096 characters, each escaped, is 24 KB.
const JSON_BYTES_MAX: usize = 64 * 1024;
/// How long a slow KIE thinks about each answer: longer than a user waits patiently, shorter than a client's limit.
const SLOW_MS: u64 = 5_000;
/// The simulators' violations told in the strip; the newest say enough.
const VIOLATIONS_SHOWN: usize = 20;

/// Serves the page on 127.0.0.1 until `shutdown` fires; gives its address at once. A port that is taken makes way for the next free one;
/// port 0 takes any. When the simulator has no users, Анна (ru) and Ben (en) are added, who have not pressed Start yet.
///
/// # Errors
/// When no port of the range can be bound.
pub async fn serve(
    telegram: Arc<TelegramSimulator>,
    kie: Arc<KieSimulator>,
    port: u16,
    shutdown: CancellationToken,
) -> io::Result<SocketAddr> {
    let listener = bind(port).await?;
    let address = listener.local_addr()?;
    if telegram.users().is_empty() {
        for (id, name, language) in USERS {
            telegram.add_stranger(User::new(id, name).with_language(language));
        }
    }
    let page = Arc::new(Page { telegram, kie, switches: Mutex::default() });
    tokio::spawn(http::serve(listener, shutdown, move |request| {
        let page = Arc::clone(&page);
        async move { page.answer(&request).await }
    }));
    Ok(address)
}

async fn bind(port: u16) -> io::Result<TcpListener> {
    let last = port.saturating_add(NEXT_PORTS);
    let mut at = port;
    loop {
        match TcpListener::bind((Ipv4Addr::LOCALHOST, at)).await {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse && at < last => at += 1,
            bound => return bound,
        }
    }
}

struct Page {
    telegram: Arc<TelegramSimulator>,
    kie: Arc<KieSimulator>,
    switches: Mutex<Switches>,
}

#[derive(Default)]
struct Switches {
    /// How many tasks there were when a failure was ordered; it is spent once there are more.
    fail_ordered_at: Option<usize>,
    slow: bool,
}

/// A request that cannot be done, told to the user.
struct Refusal {
    status: u16,
    text: String,
}

impl Refusal {
    fn new(status: u16, text: impl Into<String>) -> Self {
        Self { status, text: text.into() }
    }

    fn response(&self) -> Response {
        Response::json(self.status, &json!({ "error": self.text }))
    }
}

impl Page {
    async fn answer(&self, request: &Request) -> Response {
        let answer = if is_foreign(request) {
            Err(Refusal::new(
                403,
                "open the page by its own address, http://127.0.0.1 or http://localhost with its port",
            ))
        } else {
            self.route(request).await
        };
        let response = answer.unwrap_or_else(|refusal| refusal.response());
        response
            .with_header("cache-control", "no-store")
            .with_header("cross-origin-resource-policy", "same-origin")
            .with_header("referrer-policy", "no-referrer")
            .with_header("x-content-type-options", "nosniff")
    }

    async fn route(&self, request: &Request) -> Result<Response, Refusal> {
        let path = form::percent_decoded(&request.path, false);
        let steps: Vec<&str> = path.split('/').skip(1).collect();
        match (request.method.as_str(), steps.as_slice()) {
            ("GET", [""]) => Ok(document()),
            ("GET", ["favicon.ico"]) => Ok(Response::new(204, "image/x-icon", "")),
            ("GET", ["file", id]) => file::answer(&self.telegram, id, request),
            ("GET", ["api", "status"]) => Ok(Response::json(200, &self.status())),
            ("POST", ["api", "switch", name]) => self.switch(name, &json_body(request)?),
            ("GET", ["api", "chat", id]) => Ok(chat::watch(&self.telegram, self.user(id)?, &request.query).await),
            ("POST", ["api", "chat", id, act]) => chat::act(&self.telegram, &self.user(id)?, act, request),
            _ => Err(Refusal::new(404, format!("there is no `{} {path}`", request.method))),
        }
    }

    fn user(&self, id: &str) -> Result<User, Refusal> {
        let found = self.telegram.users().into_iter().find(|user| user.id.to_string() == id);
        found.ok_or_else(|| Refusal::new(404, format!("there is no user `{id}` in the sandbox")))
    }

    /// What the strip above the chats shows.
    fn status(&self) -> Value {
        let tasks = self.kie.tasks();
        let count = |wanted: fn(TaskState) -> bool| tasks.iter().filter(|task| wanted(task.state)).count();
        let users = self.telegram.users().into_iter();
        let users = users.map(|user| json!({"id": user.id, "name": user.first_name, "language": user.language_code}));
        let violations = self.telegram.violations().into_iter().rev().take(VIOLATIONS_SHOWN);
        let violations = violations.map(|violation| format!("{}: {}", violation.method, violation.detail));
        let switches = self.switches.lock().unwrap_or_else(PoisonError::into_inner);
        json!({
            "users": users.collect::<Vec<_>>(),
            "credits": self.kie.credits().to_string(),
            "running": count(|state| !state.is_final()),
            "done": count(|state| state == TaskState::Success),
            "failed": count(|state| state == TaskState::Fail),
            "violations": violations.collect::<Vec<_>>(),
            "switches": {"fail-next": switches.fail_ordered_at == Some(tasks.len()), "slow": switches.slow},
        })
    }

    /// Turns a switch; a failure that was ordered cannot be called back.
    fn switch(&self, name: &str, body: &Value) -> Result<Response, Refusal> {
        let on = body["on"].as_bool().ok_or_else(|| Refusal::new(400, "`on` must be true or false"))?;
        {
            let mut switches = self.switches.lock().unwrap_or_else(PoisonError::into_inner);
            match name {
                "fail-next" => {
                    let made = self.kie.tasks().len();
                    if on && switches.fail_ordered_at != Some(made) {
                        self.kie.next_task_fails("500", "Internal server error");
                        switches.fail_ordered_at = Some(made);
                    }
                }
                "slow" => {
                    switches.slow = on;
                    for route in [Route::CreateTask, Route::RecordInfo] {
                        if on {
                            self.kie.fail_always(route, Fault::Delay(SLOW_MS));
                        } else {
                            self.kie.heal(route);
                        }
                    }
                }
                _ => return Err(Refusal::new(404, format!("there is no switch `{name}`"))),
            }
        }
        Ok(Response::json(200, &self.status()))
    }
}

/// Whether a page elsewhere in the same browser sent it: under a name that it points at loopback, or across origins.
fn is_foreign(request: &Request) -> bool {
    let host = request.header("host").unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let origin = request.header("origin");
    !["127.0.0.1", "localhost"].contains(&name) || origin.is_some_and(|origin| origin != format!("http://{host}"))
}

/// A JSON body within its bound.
fn json_body(request: &Request) -> Result<Value, Refusal> {
    if request.body.len() > JSON_BYTES_MAX {
        return Err(Refusal::new(413, format!("the request is larger than {} KB", JSON_BYTES_MAX / 1024)));
    }
    serde_json::from_slice(&request.body).map_err(|error| Refusal::new(400, format!("the request is no JSON: {error}")))
}

/// The document with its style and script inside, and the policy that lets in nothing else.
fn document() -> Response {
    static DOCUMENT: LazyLock<(String, String)> = LazyLock::new(|| {
        let (style, script) = (include_str!("page.css"), include_str!("page.js"));
        let html = include_str!("page.html").replace("/*page.css*/", style).replace("/*page.js*/", script);
        let hash = |text: &str| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)));
        let policy = format!(
            "default-src 'none'; style-src {}; script-src {}; img-src 'self'; media-src 'self'; connect-src 'self'; \
             base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            hash(style),
            hash(script),
        );
        (html, policy)
    });
    let (html, policy) = &*DOCUMENT;
    Response::new(200, "text/html; charset=utf-8", html.as_str()).with_header("content-security-policy", policy)
}

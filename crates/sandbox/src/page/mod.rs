//! The chat page: one HTML document that shows the simulated chats as phones do, so that a developer plays the bot in a browser.
//!
//! Start it with [`serve`] over a [`Scene`]: running simulators and what stands behind the bot ([`Backstage`]). It sees what a user sees
//! ([`TelegramSimulator`]'s control side), turns the switches of both simulators, and shows the books beside the chat.
//!
//! Must not know: the bot, its database, the Bot API's methods.
//!
//! Invariants:
//! - it listens on loopback, and answers only requests that name loopback and come from itself, so no other web page can drive it;
//! - the document loads nothing from elsewhere and runs only its own script (a policy by hash); texts become text nodes, never HTML;
//! - each body is bounded; each refusal is JSON, `{"error": "..."}`, in words that the page shows as they are;
//! - everything that is shown comes by one request that waits for a change (`watch`).
//!
//! `/?only=ID` shows that user's phone and nothing else, for screenshots. For browser tests, the elements carry stable attributes:
//! `data-chat`, `data-message`, `data-from`, `data-kind`, `data-edits`, `data-press` (callback data), `data-input`, `data-send`, `data-attach`
//! (a kind of file), `data-menu`, `data-command`, `data-action`, `data-error`, `data-switch`, `data-time`, `data-restart`, `data-tab`,
//! `data-invoice` (a button whose link is an invoice), `data-pay`, `data-sheet` (open = a payment is offered) with `data-sheet-pay`,
//! `data-sheet-cancel` and `data-sheet-error`, `data-return` (Telegram takes the payment of this key back),
//! `data-available` and `data-reserved` (kopecks), `data-movement` (an operation), `data-audit` (`sound`, `findings` or `unknown`).
//!
//! To add something that a user can do: an arm in `chat::act` and its control in `assets/js/composer.js`. To add a switch: see `switches`. To
//! add something to be seen: a topic in `watch::look` and its place in `assets/page.html`.

mod backstage;
mod chat;
mod document;
mod file;
mod switches;
mod watch;

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

pub use backstage::{Audit, Backstage, Ledger, LedgerLine};

use crate::{
    http::{self, Request, Response, form},
    kie::{KieSimulator, TaskState},
    telegram::{Standing, TelegramSimulator, User},
};
use switches::Switches;
use watch::LastAudit;

/// The port tried first.
pub const DEFAULT_PORT: u16 = 8088;

/// Who is there when the caller added nobody: number, name, language.
const USERS: [(i64, &str, &str); 2] = [(1001, "Анна", "ru"), (1002, "Ben", "en")];
/// More users than anybody looks at.
const USERS_MAX: usize = 100;
/// A name as Telegram takes it: <https://core.telegram.org/bots/api#user> says nothing, clients allow 64 letters.
const NAME_LENGTH_MAX: usize = 64;
/// Ports tried after the one asked for; a developer rarely has more sandboxes open.
const NEXT_PORTS: u16 = 20;
/// Largest body of everything but a file: a text of 4096 characters, each escaped, is 24 KB.
const JSON_BYTES_MAX: usize = 64 * 1024;
/// The simulators' violations told in the strip; the newest say enough.
const VIOLATIONS_SHOWN: usize = 20;
/// Time is moved by at most a month at once: beyond that, nothing new happens.
const SHIFT_MAX: Duration = Duration::from_secs(31 * 24 * 3600);
/// The largest gift. Kopecks.
const GIFT_MAX: i64 = 1_000_000;

/// What the page shows and moves.
#[derive(Clone)]
pub struct Scene {
    /// The chats.
    pub telegram: Arc<TelegramSimulator>,
    /// Who makes the pictures.
    pub kie: Arc<KieSimulator>,
    /// What stands behind the bot.
    pub backstage: Arc<dyn Backstage>,
}

/// Serves the page on 127.0.0.1 until `shutdown` fires; gives its address at once. A port that is taken makes way for the next free one;
/// port 0 takes any. When the simulator has no users, Анна (ru) and Ben (en) are added, who have not pressed Start yet.
///
/// # Errors
/// When no port of the range can be bound.
pub async fn serve(scene: Scene, port: u16, shutdown: CancellationToken) -> io::Result<SocketAddr> {
    let listener = bind(port).await?;
    let address = listener.local_addr()?;
    if scene.telegram.users().is_empty() {
        for (id, name, language) in USERS {
            scene.telegram.add_stranger(User::new(id, name).with_language(language));
        }
    }
    let page = Arc::new(Page { scene, switches: Switches::default(), last_audit: LastAudit::default() });
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
    scene: Scene,
    switches: Switches,
    last_audit: LastAudit,
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
            ("GET", [""]) => Ok(document::document()),
            ("GET", ["favicon.ico"]) => Ok(Response::new(204, "image/x-icon", "")),
            ("GET", ["file", id]) => file::answer(&self.scene.telegram, id, request),
            ("GET", ["api", "watch"]) => watch::answer(self, request).await,
            ("POST", ["api", "switch", name]) => {
                self.switches.turn(&self.scene, name, &json_body(request)?)?;
                Ok(self.told())
            }
            ("POST", ["api", "time"]) => self.shift(&json_body(request)?),
            ("POST", ["api", "restart"]) => {
                self.scene.backstage.restart().await.map_err(|error| Refusal::new(500, error))?;
                Ok(self.told())
            }
            ("POST", ["api", "users"]) => self.add_user(&json_body(request)?),
            ("POST", ["api", "chat", id, "gift"]) => self.give(self.user(id)?.id, &json_body(request)?).await,
            ("POST", ["api", "chat", id, act]) => chat::act(&self.scene.telegram, &self.user(id)?, act, request),
            _ => Err(Refusal::new(404, format!("there is no `{} {path}`", request.method))),
        }
    }

    fn user(&self, id: &str) -> Result<User, Refusal> {
        let found = self.scene.telegram.users().into_iter().find(|user| user.id.to_string() == id);
        found.ok_or_else(|| Refusal::new(404, format!("there is no user `{id}` in the sandbox")))
    }

    /// What the strip above the chats shows.
    fn status(&self) -> Value {
        let Scene { telegram, kie, backstage } = &self.scene;
        let tasks = kie.tasks();
        let count = |wanted: fn(TaskState) -> bool| tasks.iter().filter(|task| wanted(task.state)).count();
        let users = telegram.users().into_iter().map(|user| {
            json!({
                "id": user.id,
                "name": user.first_name,
                "language": user.language_code,
                "owner": backstage.is_owner(user.id),
                "blocked": telegram.standing(user.id) == Some(Standing::Blocked),
                "last": telegram.last_from_bot(user.id).map_or(0, |message| message.message_id),
            })
        });
        let violations = telegram.violations().into_iter().rev().take(VIOLATIONS_SHOWN);
        let violations = violations.map(|violation| format!("{}: {}", violation.method, violation.detail));
        json!({
            "users": users.collect::<Vec<_>>(),
            "credits": kie.credits().to_string(),
            "running": count(|state| !state.is_final()),
            "done": count(|state| state == TaskState::Success),
            "failed": count(|state| state == TaskState::Fail),
            "violations": violations.collect::<Vec<_>>(),
            "switches": self.switches.states(&self.scene),
            "shifted": backstage.shifted().as_secs(),
        })
    }

    fn told(&self) -> Response {
        Response::json(200, &self.status())
    }

    fn shift(&self, body: &Value) -> Result<Response, Refusal> {
        let by = body["seconds"].as_u64().map(Duration::from_secs).filter(|by| *by <= SHIFT_MAX);
        let by = by.ok_or_else(|| Refusal::new(400, format!("`seconds` must be from 0 to {}", SHIFT_MAX.as_secs())))?;
        self.scene.backstage.shift(by);
        Ok(self.told())
    }

    /// Somebody new, who has not pressed Start yet.
    fn add_user(&self, body: &Value) -> Result<Response, Refusal> {
        let field = |name: &str| body[name].as_str().unwrap_or_default().trim().to_owned();
        let (name, language) = (field("name"), field("language"));
        if !(1..=NAME_LENGTH_MAX).contains(&name.chars().count()) {
            return Err(Refusal::new(400, format!("a name has from 1 to {NAME_LENGTH_MAX} letters")));
        }
        let is_code =
            |code: &str| code.len() <= 10 && code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
        if !is_code(&language) {
            return Err(Refusal::new(400, "a language is written as `ru`, `en` or `pt-br`"));
        }
        let users = self.scene.telegram.users();
        if users.len() >= USERS_MAX {
            return Err(Refusal::new(409, format!("there are {USERS_MAX} users already")));
        }
        let id = users.iter().map(|user| user.id).max().unwrap_or(1000) + 1;
        let user = User::new(id, name);
        self.scene.telegram.add_stranger(if language.is_empty() { user } else { user.with_language(language) });
        Ok(Response::json(200, &json!({"id": id})))
    }

    async fn give(&self, user: i64, body: &Value) -> Result<Response, Refusal> {
        let kopecks = body["kopecks"].as_i64().filter(|kopecks| (1..=GIFT_MAX).contains(kopecks));
        let kopecks = kopecks.ok_or_else(|| Refusal::new(400, format!("`kopecks` must be from 1 to {GIFT_MAX}")))?;
        self.scene.backstage.credit(user, kopecks).await.map_err(|error| Refusal::new(409, error))?;
        Ok(Response::json(200, &json!({})))
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

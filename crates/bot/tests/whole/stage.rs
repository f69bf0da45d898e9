//! The stage of a case: both simulators, a gate before each, a database, and the bot between them.

use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Once};
use std::time::Duration;

use domain::clock::{Clock, SeededIds, Timestamp};
use domain::ports::{EventLevel, EventLog, EventsQuery};
use sandbox::kie::{KieOptions, KieSimulator, Pace, Route};
use sandbox::sentry::SentrySimulator;
use sandbox::telegram::{SimulatorOptions, TelegramSimulator, UpdateView, User};
use tempfile::TempDir;

use crate::bound::{SOON, until};
use crate::cable::Cable;
use crate::figures;
use crate::front::Front;
use crate::gate::Gate;
use crate::ground::Ground;
use crate::leaks::Leaks;
use crate::played::add_played;
use crate::pooler::Pooler;
use crate::process::Bot;
use crate::walk::{Walker, Words};

/// The owner's chat.
pub(crate) const OWNER: i64 = 900;
/// What the webhook must show.
pub(crate) const SECRET: &str = "whole-test-secret";
const KIE_KEY: &str = "kie-key-of-the-whole-test";
/// Ports below those that the system hands out for outgoing connections, so that no connection takes ours between two lives of the bot.
const PORTS: std::ops::Range<u16> = 15_000..32_000;

/// How a case is set up.
pub(crate) struct Plan {
    /// `BOT_MODE`.
    pub(crate) mode: &'static str,
    /// Whether KIE's callbacks can reach the bot.
    pub(crate) public: bool,
    /// How KIE's tasks move.
    pub(crate) pace: Pace,
    /// KIE signs its callbacks with it.
    pub(crate) kie_signs_with: Option<&'static str>,
    /// PostgreSQL is reached through a cable that can be cut.
    pub(crate) cable: bool,
    /// Telegram and KIE reach the bot through a gate.
    pub(crate) door: bool,
    /// Telegram and KIE reach the instances through a balancer.
    pub(crate) front: bool,
    /// PostgreSQL is reached through PgBouncer, except for migrations.
    pub(crate) pooler: bool,
    /// Another release than ours is started first.
    pub(crate) release: Option<PathBuf>,
    /// More of the bot's environment; a later value wins.
    pub(crate) environment: Vec<(&'static str, &'static str)>,
}

impl Plan {
    /// Updates and callbacks come by HTTP.
    pub(crate) const fn webhook() -> Self {
        let pace = Pace::Timed {
            waiting: Duration::from_millis(10),
            queuing: Duration::from_millis(10),
            generating: Duration::from_millis(30),
        };
        Self {
            mode: "webhook",
            public: true,
            pace,
            kie_signs_with: None,
            cable: false,
            door: false,
            front: false,
            pooler: false,
            release: None,
            environment: Vec::new(),
        }
    }

    /// Nothing can reach the bot: it asks Telegram and KIE.
    pub(crate) fn polling() -> Self {
        Self { mode: "polling", public: false, ..Self::webhook() }
    }

    /// Tasks end when the case says so.
    pub(crate) fn manual(self) -> Self {
        Self { pace: Pace::Manual, ..self }
    }

    pub(crate) fn with(mut self, name: &'static str, value: &'static str) -> Self {
        self.environment.push((name, value));
        self
    }
}

/// Everything of one case.
pub(crate) struct Stage {
    pub(crate) telegram: Arc<TelegramSimulator>,
    pub(crate) kie: KieSimulator,
    pub(crate) telegram_gate: Gate,
    pub(crate) kie_gate: Gate,
    pub(crate) door: Option<Gate>,
    pub(crate) front: Option<Front>,
    pub(crate) cable: Option<Cable>,
    pub(crate) sentry: SentrySimulator,
    pub(crate) bot: Bot,
    pub(crate) http: reqwest::Client,
    // Last, so that the bot is gone before its files and its database are.
    folder: TempDir,
    // After the bot, before the database: it holds connections to it.
    _pooler: Option<Pooler>,
    pub(crate) ground: Ground,
}

impl Stage {
    /// Starts everything; the bot is ready then.
    pub(crate) async fn open(ground: Ground, plan: Plan) -> Self {
        let http = client();
        let clock: Arc<dyn Clock> = Arc::new(WallClock);
        let mut options = SimulatorOptions::new(Arc::clone(&clock));
        options.retry_unit = Duration::from_millis(50);
        let telegram = Arc::new(TelegramSimulator::start(options).await.expect("a free port"));
        let mut options = KieOptions::new(clock, Arc::new(SeededIds::new(1)));
        (options.api_key, options.pace) = (KIE_KEY.to_owned(), plan.pace);
        options.webhook_hmac_key = plan.kie_signs_with.map(str::to_owned);
        options.callback_retry_wait = Duration::from_secs(1);
        let kie = KieSimulator::start(options).await.expect("a free port");
        let telegram_gate = Gate::before(&telegram.base_url(), http.clone()).await;
        let kie_gate = Gate::before(kie.base_url(), http.clone()).await;
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut database = ground.url(folder.path());
        let cable = match ground.server().filter(|_| plan.cable) {
            Some(server) => {
                let cable = Cable::to(server.clone()).await;
                database = database.replace(&server, &cable.address());
                Some(cable)
            }
            None => None,
        };
        let direct = database.clone();
        let pooler = match ground.server().filter(|_| plan.pooler) {
            Some(server) => {
                let pooler = Pooler::before(&server, &ground.user()).await;
                database = database.replace(&server, &pooler.address());
                Some(pooler)
            }
            None => None,
        };
        let port = free_port();
        let base_url = format!("http://127.0.0.1:{port}");
        let door = if plan.door { Some(Gate::before(&base_url, http.clone()).await) } else { None };
        let front = if plan.front { Some(Front::before(port).await) } else { None };
        let public_url = door.as_ref().map(Gate::url).or_else(|| front.as_ref().map(Front::url));
        let public_url = public_url.unwrap_or_else(|| base_url.clone());
        let sentry = SentrySimulator::start().await.expect("a free port");
        let mut environment = environment(&plan, &telegram, &telegram_gate, &kie_gate, database, port, &public_url);
        // First, so that a plan may say otherwise.
        environment.insert(0, ("SENTRY_DSN", sentry.dsn()));
        if pooler.is_some() {
            environment.push(("DATABASE_MIGRATION_URL", direct));
        }
        let mut bot = Bot::new(environment, folder.path(), base_url, http.clone());
        if let Some(release) = &plan.release {
            bot = bot.of(release);
        }
        bot.start().await;
        Self {
            telegram,
            kie,
            telegram_gate,
            kie_gate,
            door,
            front,
            cable,
            sentry,
            bot,
            http,
            folder,
            _pooler: pooler,
            ground,
        }
    }

    /// A new person in Telegram, who has never seen the bot.
    pub(crate) fn person(&self, id: i64, words: Words) -> Walker {
        self.telegram.add_stranger(User::new(id, format!("Person {id}")).with_language(words.language()));
        Walker::new(Arc::clone(&self.telegram), id, words)
    }

    /// The newest update of a kind.
    pub(crate) fn last_update(&self, kind: &str) -> UpdateView {
        self.telegram.updates().into_iter().rev().find(|update| update.kind == kind).expect("there was one")
    }

    /// `kiebot adjust`: gives what it said.
    pub(crate) async fn adjust(&self, user: i64, roubles: &str) -> String {
        let user = user.to_string();
        let (code, said) = self.bot.run(&["adjust", &user, roubles, "--reason", "a test"]).await;
        assert_eq!(code, Some(0), "{said}");
        said
    }

    /// Waits until KIE has so many tasks; gives the newest one's id.
    pub(crate) async fn created(&self, count: usize) -> String {
        let what = format!("KIE has {count} tasks");
        until(&what, async || self.kie.created().get(count - 1).map(|created| created.task_id.clone())).await
    }

    /// Waits until a route of KIE has had more than so many requests.
    pub(crate) async fn asked_more_than(&self, route: Route, count: usize) {
        until(&format!("more than {count} of {route:?}"), async || (self.kie.requests(route) > count).then_some(()))
            .await;
    }

    /// Where KIE was told to call back for its task number `index`.
    pub(crate) fn callback_url(&self, index: usize) -> String {
        self.kie.created()[index].callback_url.clone().expect("the bot has a public address")
    }

    /// Posts a callback; gives the status.
    pub(crate) async fn call_back(&self, url: &str, body: &serde_json::Value) -> u16 {
        self.http.post(url).json(body).send().await.expect("an answer").status().as_u16()
    }

    /// The end of every case: no update waits, the bot ends by SIGTERM, the books are sound, and nobody heard what they must not.
    pub(crate) async fn close(self) {
        self.telegram.wait_idle(SOON).await.expect("no update waits");
        let page = figures::page(&self).await;
        figures::check(&page);
        self.leaks().check("the page of figures", &page);
        self.close_without_figures().await;
    }

    /// The same where the figures are guarded.
    pub(crate) async fn close_without_figures(mut self) {
        self.telegram.wait_idle(SOON).await.expect("no update waits");
        self.bot.signal_term();
        assert_eq!(self.bot.ended().await, Some(0), "SIGTERM ends with 0");
        self.audit().await;
        assert_eq!(self.telegram.violations(), []);
        assert_eq!(self.kie.dropped_fields(), []);
        let token = self.telegram.token();
        for seen in self.kie_gate.seen() {
            assert!(!seen.path.contains(token) && !seen.body.contains(token), "KIE saw the token: {seen:?}");
        }
        let events = self.kept_events().await;
        assert!(events.contains("ready to work"), "the desk's log is kept: {events}");
        let leaks = self.leaks();
        leaks.check("the log", &self.bot.log());
        leaks.check("the desk's log", &events);
        leaks.check("an event for Sentry", &self.sentry.envelopes().join("\n"));
    }

    /// What nobody must hear of this case: its secrets, and what people wrote.
    fn leaks(&self) -> Leaks {
        let mut leaks = self.bot.leaks();
        add_played(&mut leaks, &self.telegram, &self.kie);
        leaks
    }

    /// The bot's `DATABASE_URL`, past any cable.
    pub(crate) fn database(&self) -> String {
        self.ground.url(self.folder.path())
    }

    /// What the bot has left in the desk's log, one event per line.
    async fn kept_events(&self) -> String {
        let address = storage::DatabaseUrl::parse(&self.ground.url(self.folder.path())).expect("the bot's own address");
        let store = storage::connect(&address, &storage::PoolOptions::default()).await.expect("the bot has ended");
        let query = EventsQuery { level: EventLevel::Debug, needle: None, skip: 0, limit: 100_000 };
        let events = store.events(query).await.expect("an answer");
        events.iter().map(|event| serde_json::to_string(event).expect("it is plain") + "\n").collect()
    }

    /// `kiebot audit` finds nothing.
    pub(crate) async fn audit(&self) {
        let (code, said) = self.bot.run(&["audit"]).await;
        assert_eq!(code, Some(0), "{said}");
        assert!(said.contains("the books are sound"), "{said}");
    }
}

fn environment(
    plan: &Plan,
    telegram: &TelegramSimulator,
    telegram_gate: &Gate,
    kie_gate: &Gate,
    database: String,
    port: u16,
    public_url: &str,
) -> Vec<(&'static str, String)> {
    let mut environment = vec![
        ("TELEGRAM_BOT_TOKEN", telegram.token().to_owned()),
        ("KIE_API_KEY", KIE_KEY.to_owned()),
        ("ADMIN_ID", OWNER.to_string()),
        ("DATABASE_URL", database),
        ("DB_POOL_SIZE", "4".to_owned()),
        ("TELEGRAM_API_URL", telegram_gate.url()),
        // People of the tests are faster than those whom Telegram's limits are for; the limits have tests of their own.
        ("TELEGRAM_CHAT_INTERVAL_MS", "1".to_owned()),
        ("USER_UPDATE_INTERVAL_MS", "0".to_owned()),
        ("USER_ORDERS_PER_MINUTE", "1000".to_owned()),
        ("KIE_API_URL", kie_gate.url()),
        ("KIE_UPLOAD_URL", kie_gate.url()),
        ("HOST", "127.0.0.1".to_owned()),
        ("PORT", port.to_string()),
        ("BOT_MODE", plan.mode.to_owned()),
        ("WEBHOOK_SECRET_TOKEN", SECRET.to_owned()),
        // The prices of `walk` follow from these.
        ("USD_RATE_URL", "off".to_owned()),
        ("FREE_GENERATIONS", "false".to_owned()),
        ("USD_RATE", "95".to_owned()),
        ("PRICING_MARKUP", "2.0".to_owned()),
        ("WELCOME_BALANCE_RUB", "100".to_owned()),
        ("KIE_POLL_MIN_MS", "50".to_owned()),
        ("KIE_CREATE_BUDGET_MS", "1000".to_owned()),
        ("KIE_ANSWER_WAIT_MIN_MS", "100".to_owned()),
        ("JOB_LEASE_MS", "10000".to_owned()),
        ("LOG_FORMAT", "json".to_owned()),
        ("LOG_LEVEL", "debug".to_owned()),
    ];
    if plan.public {
        environment.push(("WEBHOOK_BASE_URL", public_url.to_owned()));
    }
    environment.extend(plan.environment.iter().map(|(name, value)| (*name, (*value).to_owned())));
    environment
}

/// A port that the bot can have in each of its lives.
pub(crate) fn free_port() -> u16 {
    /// Stages of this process so far; each looks further than the one before, which may not have bound its port yet.
    static LOOKED_AT: AtomicU32 = AtomicU32::new(0);
    let span = u32::from(PORTS.end - PORTS.start);
    // Test processes run side by side: each begins elsewhere.
    let first = std::process::id().wrapping_mul(37);
    loop {
        let step = LOOKED_AT.fetch_add(1, Ordering::Relaxed);
        assert!(step < span, "no port is free");
        let offset = first.wrapping_add(step.wrapping_mul(101)) % span;
        let port = PORTS.start + u16::try_from(offset).expect("it is below the span");
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return port;
        }
    }
}

/// One client for the gates and the cases.
fn client() -> reqwest::Client {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| {
        rustls::crypto::ring::default_provider().install_default().expect("it is installed once");
    });
    reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().expect("a client")
}

/// The machine's clock: the bot reads its database's, and both sides must mean the same moment.
struct WallClock;

impl Clock for WallClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the bot under test lives in real time, so the simulators around it must too"
    )]
    fn now(&self) -> Timestamp {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("it is after 1970");
        Timestamp::EPOCH + now
    }
}

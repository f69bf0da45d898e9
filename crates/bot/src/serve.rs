//! `kiebot serve`: builds the adapters, starts the loops, ends them in order.
//!
//! The port opens first; the house is built behind it. SIGTERM: no new updates and no new jobs, what is in flight finishes in its time, leases
//! are handed back; what is not done then is done by another instance.

use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use app::intake::{Health, Intake};
use app::screens::Shop;
use app::service::{App, Parts, PaymentTerms, ReferralTerms, Settings, USER_BURST};
use app::settings::OwnTexts;
use app::texts::Texts;
use domain::allowance::Allowance;
use domain::clock::{Clock, IdSource};
use domain::ids::ChatId;
use domain::ledger::Amount;
use domain::money::Money;
use domain::ports::Store;
use probe::HeaderProber;
use secrecy::SecretString;
use telegram_adapter::{
    Client, CommandList, Identity, Pace, PollOptions, PollState, Poller, Setup, TelegramFiles, TelegramMessenger,
    UploadLimits, WebhookWish,
};
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use web::{Door, Limits, Server};

use crate::config::{Config, Intake as Mode};
use crate::database;
use crate::events::Feed;
use crate::house::{Ear, House};
use crate::meters::Metrics;
use crate::reception::{self, Reception, WebhookEar};
use crate::surroundings::Surroundings;
use crate::world::{DatabaseClock, OsIds};

/// Telegram's own default. Updates of one user come one at a time; so many users are served at once.
const WEBHOOK_CONNECTIONS_MAX: u16 = 40;
/// An invoice waits for so long: what a provider's own page gives a payer.
const INVOICE_LIFE: Duration = Duration::from_secs(60 * 60);
/// A transfer may have to wait for the payer's bank, or for the evening.
const BANK_LIFE: Duration = Duration::from_secs(48 * 60 * 60);
/// Of the time for the end, what is left for handing back when the work is given up: a few small statements, ...
const HANDING_BACK_MAX: Duration = Duration::from_secs(4);
/// ... or this part of it, if that is less.
const HANDING_BACK_PART: u32 = 4;

/// What a caller may want to know of the running service.
#[cfg_attr(not(feature = "sandbox"), expect(dead_code, reason = "only the sandbox asks"))]
pub(crate) struct Running {
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// Its store, once it stands.
    pub(crate) store: Arc<dyn Store>,
}

/// What may stand between the service and its world; nothing in production.
pub(crate) trait Between: Send + Sync {
    /// The store as the app has it.
    fn store(&self, store: Arc<dyn Store>) -> Arc<dyn Store>;

    /// The clock as the app has it.
    fn clock(&self, clock: Arc<dyn Clock>) -> Arc<dyn Clock>;
}

/// What a caller that plays with the service hands in.
#[derive(Default)]
pub(crate) struct Hooks {
    /// Told once the house stands.
    pub(crate) running: Option<oneshot::Sender<Running>>,
    /// What the desk's log is made of.
    pub(crate) events: Option<Feed>,
    /// Put before store and clock.
    pub(crate) between: Option<Arc<dyn Between>>,
}

/// Runs the service until `shutdown`.
pub(crate) async fn serve(config: Config, metrics: Metrics, shutdown: CancellationToken, hooks: Hooks) -> Result<()> {
    let Hooks { running, events, between } = hooks;
    let started = Instant::now();
    let mode = config.telegram.intake.mode();
    let addresses = database::addresses(&config.database)?;
    let door = Arc::new(Door::new(Health {
        ok: true,
        version: env!("CARGO_PKG_VERSION"),
        bot_mode: mode,
        storage: addresses.work.kind(),
        uptime_s: 0,
        queue_depth: 0,
    }));
    let server = listen(&config, &door).await?;
    let address = server.local_addr();
    tracing::info!(%address, mode, "listening");
    let intake_end = CancellationToken::new();
    let listening = tokio::spawn(server.run(intake_end.clone()));
    let tasks = TaskTracker::new();
    let built = tokio::select! {
        built = build(&config, &addresses, metrics, started, &tasks, &shutdown, between.as_deref()) => built?,
        () = shutdown.cancelled() => {
            intake_end.cancel();
            let _drained = listening.await??;
            return Ok(());
        }
    };
    let Built { app, intake, poller, store, clock } = built;
    // What was stopped stays stopped over a restart, from the first update on.
    if let Err(error) = app.refresh_showcase().await {
        tracing::warn!(%error, "which models are stopped could not be read; the workers try again");
    }
    if let Err(error) = app.refresh_rate().await {
        tracing::warn!(%error, "the exchange rate could not be read; the workers try again");
    }
    door.open(Arc::clone(&intake)).context("opening the door")?;
    let last_word = CancellationToken::new();
    let keeping = events.map(|feed| {
        let source: (Arc<dyn Clock>, Arc<dyn IdSource>) = (clock, Arc::new(OsIds::default()));
        tokio::spawn(feed.keep(store.clone(), source, last_word.clone()))
    });
    let work_end = CancellationToken::new();
    let patience = patience(&config);
    let workers = tokio::spawn(app::workers::run(Arc::clone(&app), config.workers.workers, work_end.clone(), patience));
    let polling = poller.map(|poller| tokio::spawn(poller.run(intake_end.clone())));
    tracing::info!(after_ms = started.elapsed().as_millis(), "ready to work");
    if let Some(running) = running {
        let store: Arc<dyn Store> = store.clone();
        let _ = running.send(Running { address, store });
    }
    shutdown.cancelled().await;
    tracing::info!("stopping: no new updates, what is in flight finishes");
    intake_end.cancel();
    work_end.cancel();
    let end = async {
        // Workers first: they hand back what another instance may go on with at once.
        workers.await?;
        if let Some(polling) = polling {
            polling.await?;
        }
        let drained = listening.await?.context("serving")?;
        tasks.close();
        tasks.wait().await;
        last_word.cancel();
        if let Some(keeping) = keeping {
            keeping.await?;
        }
        store.drain().await;
        anyhow::Ok(drained)
    };
    match tokio::time::timeout(config.workers.shutdown, end).await {
        Ok(drained) => tracing::info!(clean = drained?.is_clean(), "stopped"),
        Err(_) => tracing::warn!("stopped at the end of the time for it; what still ran goes on elsewhere"),
    }
    Ok(())
}

/// How long what is in flight may take to end.
fn patience(config: &Config) -> Duration {
    let time = config.workers.shutdown;
    time - HANDING_BACK_MAX.min(time / HANDING_BACK_PART)
}

async fn listen(config: &Config, door: &Arc<Door>) -> Result<Server> {
    let address = SocketAddr::new(config.http.host, config.http.port);
    let secret = match &config.telegram.intake {
        Mode::Webhook { secret_token, .. } => secret_token.clone(),
        // Nobody posts updates while we poll: a secret that nobody knows.
        Mode::Polling => {
            let mut bytes = [0; 32];
            OsIds::default().fill(&mut bytes);
            SecretString::from(bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
        }
    };
    let limits = Limits { drain: patience(config), proxies: config.http.proxies, ..Limits::default() };
    let bound = Server::bind(address, Arc::clone(door), secret, limits).await;
    let server = bound.with_context(|| format!("listening on {address}"))?;
    Ok(match &config.seen.metrics_token {
        Some(token) => server.guard_metrics(token.clone()),
        None => server,
    })
}

/// A credit by hand up to this needs no second owner, until another figure is set at the desk: 5000 roubles.
const ALONE_MAX: Money = Money::from_kopecks(500_000);

struct Built {
    app: Arc<App>,
    intake: Arc<dyn Intake>,
    poller: Option<Poller>,
    /// The database itself, with nothing before it.
    store: Arc<storage::SqlStore>,
    clock: Arc<dyn Clock>,
}

async fn build(
    config: &Config,
    addresses: &database::Addresses,
    metrics: Metrics,
    started: Instant,
    tasks: &TaskTracker,
    shutdown: &CancellationToken,
    between: Option<&dyn Between>,
) -> Result<Built> {
    let catalog = crate::shop::load_for(config.money.free).map_err(|problems| {
        let lines: Vec<_> = problems.iter().map(ToString::to_string).collect();
        anyhow::anyhow!("the catalog has problems:\n{}", lines.join("\n"))
    })?;
    let sql = open_store(config, addresses).await?;
    let ids: Arc<dyn IdSource> = Arc::new(OsIds::default());
    let clock = Arc::new(DatabaseClock::start(&*sql).await?);
    tasks.spawn(Arc::clone(&clock).keep(sql.clone(), shutdown.clone()));
    let (store, clock): (Arc<dyn Store>, Arc<dyn Clock>) = match between {
        Some(between) => (between.store(sql.clone()), between.clock(clock)),
        None => (sql.clone(), clock),
    };
    tasks.spawn(metrics.clone().keep(sql.clone(), Arc::clone(&clock), started, shutdown.clone()));
    let client = Client::new(telegram_adapter::Options {
        api_url: config.telegram.api_url.clone(),
        ..telegram_adapter::Options::new(config.telegram.token.clone())
    })?;
    let generator = crate::kie::client(&config.kie.access)?;
    let pace = Pace { chat_interval: config.telegram.chat_interval, ..Pace::TELEGRAM };
    let settings = settings(config, &*ids);
    let instance = settings.instance.clone();
    let (told, ear) = ear(config, &clock);
    let parts = Parts {
        store: store.clone(),
        office: sql.clone(),
        outreach: sql.clone(),
        watch: sql.clone(),
        event_log: sql.clone(),
        surroundings: Arc::new(Surroundings {
            setup: Setup::new(client.clone()),
            wish: wish(config),
            ear: told.webhook.clone(),
            file: addresses.work.sqlite_path().map(Into::into),
            may_sleep: config.on_render,
        }),
        reports: sql.clone(),
        charts: Arc::new(charts::PngCharts),
        generator: Arc::new(generator),
        messenger: Arc::new(TelegramMessenger::new(client.clone(), pace, UploadLimits::TELEGRAM)),
        files: Arc::new(TelegramFiles::new(client.clone())),
        prober: Arc::new(HeaderProber),
        rate_source: crate::rate::source(&config.pricing)?,
        gates: crate::gates::open(&config.money, client.clone(), Arc::clone(&clock))?,
        catalog: Arc::new(catalog),
        texts: Texts::load()?,
        clock: Arc::clone(&clock),
        ids,
    };
    let app = Arc::new(App::new(parts, settings));
    let setup = Setup::new(client.clone());
    let identity = Arc::new(OnceLock::new());
    let intake: Arc<dyn Intake> = Arc::new(House {
        app: Arc::clone(&app),
        clock: Arc::clone(&clock),
        bot: config.telegram.bot,
        identity: Arc::clone(&identity),
        callback_key: config.kie.hmac_key.clone(),
        ear,
        metrics,
        sql: sql.clone(),
        mode: config.telegram.intake.mode(),
        started,
    });
    let names = (identity, Arc::clone(&app));
    let owners: Vec<_> = config.owners.iter().copied().map(ChatId).collect();
    let commands = crate::commands::menu(&owners);
    tasks.spawn(introduce(setup.clone(), names, commands, shutdown.clone()));
    if let Some(wish) = wish(config) {
        let (store, clock, bot, instance) = (store.clone(), Arc::clone(&clock), config.telegram.bot, instance.clone());
        let (ear, every) = (told.webhook, config.telegram.webhook_check);
        let reception = Reception { setup, store, clock, bot, instance, wish, ear, every };
        tasks.spawn(reception.keep(shutdown.clone()));
    }
    let poller = told.polling.map(|state| {
        let options = PollOptions::new(instance);
        // After a crash the next process polls no later than it takes over the crashed one's jobs.
        let lease = options.lease.min(config.workers.job_lease);
        let options = PollOptions { lease, last_work: patience(config), ..options };
        let poller = Poller::new(client, Arc::clone(&intake), store.clone(), Arc::clone(&clock), options);
        // Set once, here: the ear was made a moment ago.
        let _ = state.set(poller.state());
        poller
    });
    Ok(Built { app, intake, poller, store: sql, clock })
}

/// Waits for a database that does not answer yet: on a platform both start together.
async fn open_store(config: &Config, addresses: &database::Addresses) -> Result<Arc<storage::SqlStore>> {
    loop {
        let opened = async {
            if config.database.migrate_on_start {
                database::migrate(addresses).await?;
            }
            database::open(addresses, &config.database).await
        };
        match opened.await {
            Ok(store) => return Ok(store),
            Err(error) if is_away(&error) => {
                tracing::warn!(error = format!("{error:#}"), "the database does not answer; trying again");
                tokio::time::sleep(reception::RETRY).await;
            }
            Err(error) => return Err(error),
        }
    }
}

fn is_away(error: &anyhow::Error) -> bool {
    matches!(error.downcast_ref::<storage::ConnectError>(), Some(storage::ConnectError::Unreachable { .. }))
}

fn settings(config: &Config, ids: &dyn IdSource) -> Settings {
    let mut instance = [0; 8];
    ids.fill(&mut instance);
    Settings {
        bot: config.telegram.bot,
        instance: instance.iter().map(|byte| format!("{byte:02x}")).collect(),
        factor: config.pricing.factor(),
        shop: Shop {
            support_contact: config.shop.support_telegram.clone(),
            support_text: config.shop.support_text.clone(),
            texts: OwnTexts::default(),
        },
        zone: config.time_zone.clone(),
        owners: config.owners.iter().copied().map(ChatId).collect(),
        welcome: config.money.welcome,
        referral: ReferralTerms {
            invited: Amount::runs(config.money.referral.friend),
            inviter: Amount::runs(config.money.referral.inviter),
            day_max: config.money.referral.day_max,
        },
        payments: PaymentTerms {
            stars: config.money.stars_per_rub,
            bank: config.money.bank_transfer.clone(),
            invoice_life: INVOICE_LIFE,
            bank_life: BANK_LIFE,
        },
        live_max: config.workers.live_max,
        user_updates: Allowance { burst: USER_BURST, interval: config.workers.user_update_interval },
        orders_per_minute: config.workers.orders_per_minute,
        send_budget: Duration::from_secs(3),
        lease: config.workers.job_lease,
        create_budget: config.kie.create_budget,
        answer_wait_min: config.kie.answer_wait_min,
        dedicated: config.kie.dedicated.clone(),
        losses_to_stop: config.pricing.losses_to_stop,
        poll_min: config.kie.poll_min,
        callback_base: config.telegram.public_url.clone(),
        alone_max: ALONE_MAX,
        selling_pause: config.workers.selling_pause,
    }
}

/// Where those who make updates reach us report it.
struct Told {
    webhook: WebhookEar,
    polling: Option<Arc<OnceLock<Arc<PollState>>>>,
}

fn ear(config: &Config, clock: &Arc<dyn Clock>) -> (Told, Arc<dyn Ear>) {
    let webhook = WebhookEar::default();
    match &config.telegram.intake {
        Mode::Webhook { .. } => (Told { webhook: webhook.clone(), polling: None }, Arc::new(webhook)),
        Mode::Polling => {
            let state = Arc::new(OnceLock::new());
            let ear = PollingEar { state: Arc::clone(&state), clock: Arc::clone(clock) };
            (Told { webhook, polling: Some(state) }, Arc::new(ear))
        }
    }
}

fn wish(config: &Config) -> Option<WebhookWish> {
    match &config.telegram.intake {
        Mode::Webhook { base_url, secret_token } => Some(WebhookWish {
            url: format!("{base_url}/telegram/webhook"),
            secret: secret_token.clone(),
            max_connections: WEBHOOK_CONNECTIONS_MAX,
        }),
        Mode::Polling => None,
    }
}

struct PollingEar {
    state: Arc<OnceLock<Arc<PollState>>>,
    clock: Arc<dyn Clock>,
}

impl Ear for PollingEar {
    fn deaf(&self) -> Option<String> {
        let healthy = self.state.get().is_some_and(|state| state.is_healthy(self.clock.now()));
        (!healthy).then(|| "getUpdates has not succeeded lately".to_owned())
    }
}

/// Asks who the bot is and tells which commands there are; again until Telegram has taken it.
async fn introduce(
    setup: Setup,
    (identity, app): (Arc<OnceLock<Identity>>, Arc<App>),
    commands: Vec<CommandList>,
    shutdown: CancellationToken,
) {
    while !shutdown.is_cancelled() {
        let result = async {
            let found = setup.identify(reception::BUDGET).await?;
            app.introduce(found.username.clone());
            let _known = identity.set(found);
            setup.set_commands(&commands, reception::BUDGET).await
        };
        match result.await {
            Ok(_) => return,
            Err(error) => {
                tracing::warn!(%error, "telegram does not take the set-up; trying again");
                let _ = shutdown.run_until_cancelled(tokio::time::sleep(reception::RETRY)).await;
            }
        }
    }
}

//! [`Stage`]: simulators that stay, and a bot between them that can be started again.

use std::net::{Ipv4Addr, TcpListener};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use app::desk::Desk;
use domain::clock::{Clock, IdSource};
use domain::money::Money;
use domain::ports::Store;
use sandbox::kie::{KieOptions, KieSimulator, Pace};
use sandbox::telegram::{SimulatorOptions, TelegramSimulator, User};
use tokio::sync::{Mutex, oneshot};
use tokio_util::sync::CancellationToken;

use super::veil::{Veil, WallClock};
use super::{OWNER, PEOPLE};
use crate::config::{Config, Environment};
use crate::events::{self, Feed};
use crate::logging;
use crate::meters::{Build, Metrics};
use crate::serve::{Hooks, Running, serve};
use crate::world::OsIds;

/// A bot that runs between its simulators.
pub(crate) struct Stage {
    pub(crate) telegram: Arc<TelegramSimulator>,
    pub(crate) kie: Arc<KieSimulator>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn IdSource>,
    pub(super) veil: Arc<Veil>,
    /// Falls at the end of everything.
    pub(super) curtain: CancellationToken,
    config: Config,
    metrics: Metrics,
    /// What the desk's log is made of, in each life.
    events: Feed,
    /// The present bot's store, with nothing before it.
    store: RwLock<Arc<dyn Store>>,
    /// `None` = it ended and could not be started again.
    service: Mutex<Option<Service>>,
    _folder: tempfile::TempDir,
}

/// One life of the bot.
struct Service {
    shutdown: CancellationToken,
    ended: tokio::task::JoinHandle<Result<()>>,
}

impl Stage {
    /// Starts simulators and bot. Nothing of the environment matters but the log's settings and
    /// whether something is free: the sandbox must not touch a real bot.
    pub(crate) async fn start(fast: bool, environment: &Environment) -> Result<Self> {
        let veil = Arc::new(Veil::default());
        let clock: Arc<dyn Clock> = veil.shifted(Arc::new(WallClock));
        let ids: Arc<dyn IdSource> = Arc::new(OsIds::default());
        let telegram = Arc::new(TelegramSimulator::start(SimulatorOptions::new(Arc::clone(&clock))).await?);
        let pace = Pace::total(if fast { Duration::from_millis(400) } else { Duration::from_secs(6) });
        let kie_options = KieOptions { pace, ..KieOptions::sandbox(Arc::clone(&clock), Arc::clone(&ids)) };
        let key = kie_options.api_key.clone();
        let kie = Arc::new(KieSimulator::start(kie_options).await?);
        for (id, name, language) in PEOPLE {
            telegram.add_user(User::new(*id, *name).with_language(*language));
        }
        let folder = tempfile::tempdir().context("making a folder for the sandbox's database")?;
        let port = free_port().context("looking for a free port")?.to_string();
        let free = if fast { "false" } else { "true" };
        let environment = Environment::default()
            .with("TELEGRAM_BOT_TOKEN", telegram.token())
            .with("TELEGRAM_API_URL", telegram.base_url())
            .with("KIE_API_KEY", key)
            .with("KIE_API_URL", kie.base_url())
            .with("KIE_UPLOAD_URL", kie.base_url())
            .with("ADMIN_ID", OWNER.to_string())
            .with("DATABASE_URL", format!("sqlite://{}", folder.path().join("sandbox.db").display()))
            // By polling, so that a bot that is away loses nothing; KIE's callbacks have an address all the same.
            .with("BOT_MODE", "polling")
            .with("WEBHOOK_BASE_URL", format!("http://127.0.0.1:{port}"))
            .with("HOST", "127.0.0.1")
            .with("PORT", port)
            // Nothing outside of this machine is asked.
            .with("USD_RATE_URL", "off")
            // A demonstration shows a paid order.
            .with("FREE_GENERATIONS", environment.text("FREE_GENERATIONS").unwrap_or(free))
            .with("KIE_POLL_MIN_MS", if fast { "100" } else { "1000" })
            .with("LOG_LEVEL", environment.text("LOG_LEVEL").unwrap_or("warn"));
        let config = Config::load(&environment).map_err(|problems| anyhow::anyhow!("{problems}"))?;
        let (layer, events) = events::channel();
        logging::start(&config.log, Some(layer), None)?;
        let metrics = Metrics::install(&Build { version: env!("CARGO_PKG_VERSION"), commit: None })?;
        let (service, store) = Service::start(&config, &metrics, &events, &veil).await?;
        Ok(Self {
            telegram,
            kie,
            clock,
            ids,
            veil,
            curtain: CancellationToken::new(),
            config,
            metrics,
            events,
            store: RwLock::new(store),
            service: Mutex::new(Some(service)),
            _folder: folder,
        })
    }

    /// The bot's books, also while the bot is kept from them.
    pub(crate) fn store(&self) -> Arc<dyn Store> {
        Arc::clone(&self.store.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Ends the bot in order and starts it again on the same database.
    pub(super) async fn restart(&self) -> Result<()> {
        let mut service = self.service.lock().await;
        if let Some(before) = service.take() {
            before.stop().await.context("the bot did not end in order")?;
        }
        let (next, store) = Service::start(&self.config, &self.metrics, &self.events, &self.veil).await?;
        *self.store.write().unwrap_or_else(PoisonError::into_inner) = store;
        *service = Some(next);
        Ok(())
    }

    /// Waits until the bot has answered this person with a keyboard.
    pub(crate) async fn greeted(&self, user: i64) -> Result<()> {
        let wait = Duration::from_secs(20);
        self.telegram.wait_for(user, |message| message.is_from_bot() && !message.keyboard.is_empty(), wait).await?;
        Ok(())
    }

    /// Money for a person who has started the bot, as an owner gives it.
    pub(crate) async fn credit(&self, user: i64, amount: Money) -> Result<()> {
        let catalog = crate::shop::load().map_err(|problems| anyhow!(crate::shop::lines(&problems)))?;
        let store = self.store();
        let desk = Desk { store: &*store, catalog: &catalog, clock: &*self.clock, ids: &*self.ids, by: "sandbox" };
        crate::money::corrected(&desk, &user.to_string(), amount, "pocket money").await?;
        Ok(())
    }

    /// Ends the bot and everything that shows it.
    pub(super) async fn stop(&self) -> Result<()> {
        self.curtain.cancel();
        match self.service.lock().await.take() {
            Some(service) => service.stop().await,
            None => Ok(()),
        }
    }
}

impl Service {
    async fn start(
        config: &Config,
        metrics: &Metrics,
        events: &Feed,
        veil: &Arc<Veil>,
    ) -> Result<(Self, Arc<dyn Store>)> {
        let shutdown = CancellationToken::new();
        let (told, running) = oneshot::channel();
        let hooks = Hooks { running: Some(told), events: Some(events.clone()), between: Some(veil.clone()) };
        let ended = tokio::spawn(serve(config.clone(), metrics.clone(), shutdown.clone(), hooks));
        let Ok(Running { store, address }) = running.await else {
            ended.await??;
            anyhow::bail!("the bot ended before it had begun");
        };
        tracing::debug!(%address, "the sandbox's bot listens");
        Ok((Self { shutdown, ended }, store))
    }

    async fn stop(self) -> Result<()> {
        self.shutdown.cancel();
        self.ended.await?
    }
}

/// A port that nobody listens on now. It must be known before the bot starts, because the bot tells KIE its address, and be the same in each
/// of the bot's lives.
fn free_port() -> std::io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

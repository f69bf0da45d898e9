//! `kiebot sandbox`: the whole bot between local simulators, without any account.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use domain::clock::{Clock, IdSource, Timestamp};
use domain::money::Money;
use domain::ports::Store;
use sandbox::kie::{KieOptions, KieSimulator, Pace};
use sandbox::telegram::{SimulatorOptions, TelegramSimulator, User};
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use crate::cli;
use crate::config::{Config, Environment};
use crate::logging::Metrics;
use crate::serve::{Running, serve};
use crate::world::OsIds;

/// What the sandbox's people start with, so that they can buy something.
const POCKET_MONEY: Money = Money::from_kopecks(50_000);
/// The sandbox's people: Telegram's id, name, language.
pub(crate) const ANN: (i64, &str, &str) = (1001, "Ann", "en");
const PEOPLE: &[(i64, &str, &str)] = &[ANN, (1002, "Anna", "ru"), (1000, "Owner", "en")];
const OWNER: i64 = 1000;

/// The machine's own clock: simulators stand outside, as Telegram and KIE do.
struct WallClock;

impl Clock for WallClock {
    fn now(&self) -> Timestamp {
        #[expect(
            clippy::disallowed_methods,
            reason = "the simulators are the outside world, which has a clock of its own"
        )]
        let now = std::time::SystemTime::now();
        let since = now.duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Timestamp::EPOCH + since
    }
}

/// A bot that runs between its simulators.
pub(crate) struct Stage {
    pub(crate) telegram: Arc<TelegramSimulator>,
    pub(crate) kie: Arc<KieSimulator>,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn IdSource>,
    shutdown: CancellationToken,
    service: tokio::task::JoinHandle<Result<()>>,
    _folder: tempfile::TempDir,
}

/// Plays until Ctrl-C, or the demo until its end.
pub(crate) async fn run(options: &cli::Sandbox, environment: &Environment) -> Result<ExitCode> {
    let stage = Stage::start(options.fast || options.demo, environment).await?;
    let played = if options.demo {
        crate::demo::play(&stage, Path::new("result.png")).await
    } else {
        page(&stage, options.port).await
    };
    stage.stop().await?;
    played.map(|()| ExitCode::SUCCESS)
}

#[expect(clippy::print_stdout, reason = "the address of the page is what the user asked for")]
async fn page(stage: &Stage, port: u16) -> Result<()> {
    for (id, ..) in PEOPLE {
        stage.telegram.send_text(*id, "/start")?;
        stage.greeted(*id).await?;
        stage.credit(*id).await?;
    }
    let port = if port == 0 { sandbox::page::DEFAULT_PORT } else { port };
    let end = stage.shutdown.child_token();
    let address = sandbox::page::serve(Arc::clone(&stage.telegram), Arc::clone(&stage.kie), port, end)
        .await
        .context("opening the chat page")?;
    println!("The bot is open in your browser: http://{address}");
    println!("Everything runs on this machine; nothing is bought. Ctrl-C ends it, and forgets all.");
    tokio::signal::ctrl_c().await.context("waiting for Ctrl-C")
}

impl Stage {
    /// Starts simulators and bot. Nothing of the environment matters but the log's settings: the sandbox must not touch a real bot.
    pub(crate) async fn start(fast: bool, environment: &Environment) -> Result<Self> {
        let (clock, ids): (Arc<dyn Clock>, Arc<dyn IdSource>) = (Arc::new(WallClock), Arc::new(OsIds::default()));
        let telegram = Arc::new(TelegramSimulator::start(SimulatorOptions::new(Arc::clone(&clock))).await?);
        let pace = Pace::total(if fast { Duration::from_millis(400) } else { Duration::from_secs(6) });
        let kie_options = KieOptions { pace, ..KieOptions::sandbox(Arc::clone(&clock), Arc::clone(&ids)) };
        let key = kie_options.api_key.clone();
        let kie = Arc::new(KieSimulator::start(kie_options).await?);
        for (id, name, language) in PEOPLE {
            telegram.add_user(User::new(*id, *name).with_language(*language));
        }
        let folder = tempfile::tempdir().context("making a folder for the sandbox's database")?;
        let environment = Environment::default()
            .with("TELEGRAM_BOT_TOKEN", telegram.token())
            .with("TELEGRAM_API_URL", telegram.base_url())
            .with("KIE_API_KEY", key)
            .with("KIE_API_URL", kie.base_url())
            .with("KIE_UPLOAD_URL", kie.base_url())
            .with("ADMIN_ID", OWNER.to_string())
            .with("DATABASE_URL", format!("sqlite://{}", folder.path().join("sandbox.db").display()))
            .with("BOT_MODE", "polling")
            .with("HOST", "127.0.0.1")
            .with("PORT", "0")
            .with("KIE_POLL_MIN_MS", if fast { "100" } else { "1000" })
            .with("LOG_LEVEL", environment.text("LOG_LEVEL").unwrap_or("warn"));
        let config = Config::load(&environment).map_err(|problems| anyhow::anyhow!("{problems}"))?;
        let (shutdown, metrics) = (CancellationToken::new(), Metrics::install()?);
        let (told, running) = oneshot::channel();
        let service = tokio::spawn(serve(config, metrics, shutdown.clone(), Some(told)));
        let Ok(Running { store, address }) = running.await else {
            service.await??;
            anyhow::bail!("the bot ended before it had begun");
        };
        tracing::debug!(%address, "the sandbox's bot listens");
        Ok(Self { telegram, kie, store, clock, ids, shutdown, service, _folder: folder })
    }

    /// Waits until the bot has answered this person with a keyboard.
    pub(crate) async fn greeted(&self, user: i64) -> Result<()> {
        let wait = Duration::from_secs(20);
        self.telegram.wait_for(user, |message| message.is_from_bot() && !message.keyboard.is_empty(), wait).await?;
        Ok(())
    }

    /// Pocket money for a person who has started the bot.
    pub(crate) async fn credit(&self, user: i64) -> Result<()> {
        let (store, clock, ids) = (&*self.store, &*self.clock, &*self.ids);
        crate::commands::adjust(store, clock, ids, user, POCKET_MONEY, "pocket money", "sandbox").await?;
        Ok(())
    }

    async fn stop(self) -> Result<()> {
        self.shutdown.cancel();
        self.service.await?
    }
}

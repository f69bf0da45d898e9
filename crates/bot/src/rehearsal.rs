//! `kiebot rehearse`: another binary, as it will be deployed, between our simulators.
//!
//! It is started as a platform starts it (environment, port, webhook), asked for /health and /ready, greeted by a person, and ended by SIGTERM;
//! before that, its migrations go up, down and up again. So what is proven is the file that is deployed, and not the one that proves it.
//!
//! Invariants: every wait is for a thing and has a bound; nothing outside of this machine is asked; the child is gone at the end.

use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use domain::clock::Clock;
use sandbox::kie::{KieOptions, KieSimulator};
use sandbox::telegram::{SimulatorOptions, TelegramSimulator, User};
use storage::DatabaseUrl;

use crate::config::frame::Http;
use crate::doctor::{Line, Verdict};
use crate::facts;
use crate::sandbox::WallClock;
use crate::world::OsIds;

/// From the start of the process to an answer; the port opens first, so this is much.
const STARTS_WITHIN: Duration = Duration::from_secs(30);
/// A person gets their menu within this, on a busy machine too.
const ANSWERS_WITHIN: Duration = Duration::from_secs(20);
/// What a platform grants after SIGTERM.
const ENDS_WITHIN: Duration = Duration::from_secs(30);
/// Between two looks.
const LOOK_EVERY: Duration = Duration::from_millis(25);
const OWNER: i64 = 1000;
const PERSON: i64 = 1001;

/// Plays it on `scratch`, an empty database, or on a SQLite file of its own. A line for each thing; what follows from a broken thing is not
/// tried.
///
/// # Errors
/// If the simulators can't be started, or there is no such binary.
pub(crate) async fn rehearse(bin: &Path, scratch: Option<&str>) -> Result<Vec<Line>> {
    let bin = bin.canonicalize().with_context(|| format!("`{}` can't be started", bin.display()))?;
    let folder = tempfile::tempdir().context("making a folder for the rehearsal")?;
    let database = match scratch {
        Some(url) => url.to_owned(),
        None => format!("sqlite://{}", folder.path().join("rehearsal.db").display()),
    };
    let stage = Stage::open(bin, database, folder.path()).await?;
    let mut lines = Vec::new();
    for step in [Step::Migrations, Step::Play, Step::Doctor, Step::Audit, Step::Simulators] {
        lines.extend(stage.step(step).await);
        if !crate::doctor::is_sound(&lines) {
            break;
        }
    }
    Ok(lines)
}

#[derive(Clone, Copy)]
enum Step {
    Migrations,
    Play,
    Doctor,
    Audit,
    Simulators,
}

/// The simulators, and what the binary is told of them.
struct Stage<'f> {
    bin: PathBuf,
    folder: &'f Path,
    telegram: TelegramSimulator,
    /// It ends when it is dropped.
    _kie: KieSimulator,
    database: DatabaseUrl,
    http: Http,
    environment: Vec<(&'static str, String)>,
}

impl<'f> Stage<'f> {
    async fn open(bin: PathBuf, database: String, folder: &'f Path) -> Result<Self> {
        let clock: Arc<dyn Clock> = Arc::new(WallClock);
        let telegram = TelegramSimulator::start(SimulatorOptions::new(Arc::clone(&clock))).await?;
        let options = KieOptions::sandbox(clock, Arc::new(OsIds::default()));
        let key = options.api_key.clone();
        let kie = KieSimulator::start(options).await?;
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let environment = vec![
            ("TELEGRAM_BOT_TOKEN", telegram.token().to_owned()),
            ("TELEGRAM_API_URL", telegram.base_url()),
            ("KIE_API_KEY", key),
            ("KIE_API_URL", kie.base_url().to_owned()),
            ("KIE_UPLOAD_URL", kie.base_url().to_owned()),
            ("ADMIN_ID", OWNER.to_string()),
            ("DATABASE_URL", database.clone()),
            ("BOT_MODE", "webhook".to_owned()),
            ("WEBHOOK_BASE_URL", format!("http://127.0.0.1:{port}")),
            ("HOST", "127.0.0.1".to_owned()),
            ("PORT", port.to_string()),
            ("USD_RATE_URL", "off".to_owned()),
            ("LOG_FORMAT", "json".to_owned()),
        ];
        let database = DatabaseUrl::parse(&database).context("the scratch database")?;
        let http = Http { host: Ipv4Addr::LOCALHOST.into(), port, proxies: 0 };
        Ok(Self { bin, folder, telegram, _kie: kie, database, http, environment })
    }

    async fn step(&self, step: Step) -> Vec<Line> {
        match step {
            Step::Migrations => vec![told("migrations", self.migrations().await, MIGRATIONS)],
            Step::Play => self.play().await,
            Step::Doctor => {
                vec![told("its doctor", self.said(&["doctor"]).await.map(|_| "no problem".to_owned()), DOCTOR)]
            }
            Step::Audit => vec![told("its audit", self.said(&["audit"]).await.map(|said| last_line(&said)), AUDIT)],
            Step::Simulators => vec![self.simulators().await],
        }
    }

    /// The binary's own way up, ours down, and its way up again.
    async fn migrations(&self) -> Result<String> {
        let known = storage::pending(&self.database).await?.len();
        if known == 0 {
            bail!("the scratch database is not empty: it has been migrated before");
        }
        self.said(&["migrate"]).await.context("up")?;
        storage::rollback(&self.database, known).await.context("down")?;
        self.said(&["migrate"]).await.context("up again")?;
        let missing = storage::pending(&self.database).await?;
        if !missing.is_empty() {
            bail!("the binary lacks {}: it is older than this tree", missing.join(", "));
        }
        Ok(format!("{known} went up, down and up again on {}", self.database.kind()))
    }

    async fn play(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        let mut bot = match self.start() {
            Ok(bot) => bot,
            Err(error) => return vec![told("start", Err(error), STARTS)],
        };
        let steps = async {
            let health = self.healthy(&mut bot).await;
            lines.push(told("start", health, STARTS));
            if crate::doctor::is_sound(&lines) {
                lines.push(told("/start", self.greeted(&mut bot).await, GREETS));
            }
        };
        steps.await;
        lines.push(told("end", bot.end().await, ENDS));
        lines
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.bin);
        let own = self.environment.iter().map(|(name, value)| (*name, value.as_str()));
        command.args(arguments).env_clear().envs(own).current_dir(self.folder).stdin(Stdio::null());
        command
    }

    fn start(&self) -> Result<Bot> {
        let log = self.folder.join("bot.log");
        let file = std::fs::File::create(&log)?;
        let mut command = self.command(&["serve"]);
        let child = command.stdout(file.try_clone()?).stderr(file).spawn().context("it can't be started")?;
        Ok(Bot { child, log })
    }

    async fn healthy(&self, bot: &mut Bot) -> Result<String> {
        let asked = async {
            loop {
                bot.check()?;
                if let Ok(said) = facts::health(self.http).await {
                    return anyhow::Ok(said);
                }
                tokio::time::sleep(LOOK_EVERY).await;
            }
        };
        let said = tokio::time::timeout(STARTS_WITHIN, asked).await;
        let said = said.with_context(|| format!("no answer within {STARTS_WITHIN:?}; {}", bot.last_words()))??;
        Ok(format!("/health says {said}"))
    }

    /// The update is sent at once; Telegram repeats it until the bot is ready, so that this also tells that it became so.
    async fn greeted(&self, bot: &mut Bot) -> Result<String> {
        self.telegram.add_user(User::new(PERSON, "Ann").with_language("en"));
        self.telegram.send_text(PERSON, "/start")?;
        let answered = self.telegram.wait_for(
            PERSON,
            |message| message.is_from_bot() && !message.keyboard.is_empty(),
            ANSWERS_WITHIN,
        );
        let answer = match answered.await {
            Ok(answer) => answer,
            Err(error) => bail!("{error}; {}", bot.last_words()),
        };
        let violations = self.telegram.violations();
        if !violations.is_empty() {
            bail!("Telegram's published rules were broken: {violations:?}");
        }
        let buttons = answer.keyboard.iter().flatten().count();
        Ok(format!("answered by webhook with {buttons} buttons"))
    }

    /// What a command of the binary said, if it ended well.
    async fn said(&self, arguments: &[&str]) -> Result<String> {
        let output = self.output(arguments).await?;
        let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
        if !output.status.success() {
            bail!("`{}` ended with {}: {}", arguments.join(" "), output.status, said.trim());
        }
        Ok(said)
    }

    async fn output(&self, arguments: &[&str]) -> Result<Output> {
        let mut command = self.command(arguments);
        tokio::task::spawn_blocking(move || command.output()).await?.context("it can't be started")
    }

    /// A build with the simulators works all the same, and is larger than it need be.
    async fn simulators(&self) -> Line {
        const WANTED: &str = "a build without the simulators";
        const REMEDY: &str = "build it with `cargo build --release --locked -p kiebot --no-default-features`";
        match self.output(&["sandbox", "--help"]).await {
            Ok(output) if output.status.success() => {
                Line::bad("features", Verdict::Warning, "the sandbox is in this binary", WANTED, REMEDY)
            }
            Ok(_) => Line::ok("features", "without the sandbox", WANTED),
            Err(error) => Line::bad("features", Verdict::Problem, format!("{error:#}"), WANTED, REMEDY),
        }
    }
}

/// What is wanted of a step, and what to do.
type Want = (&'static str, &'static str);

const MIGRATIONS: Want = (
    "every migration of the binary runs, can be taken back, and runs again",
    "mend the script that is named; `cargo xtask migrations` checks their form",
);
const STARTS: Want =
    ("it starts and answers /health within 30 s", "read what it said last; `kiebot serve` tells every problem at once");
const GREETS: Want =
    ("/start is answered with the menu", "read what it said last; `cargo run -- sandbox` shows the same in a browser");
const ENDS: Want = ("SIGTERM ends it with 0 within 30 s", "see what hangs at its end in its log");
const DOCTOR: Want = ("its doctor finds no problem between simulators", "mend what its line says");
const AUDIT: Want = ("its audit is clean", "the books of a fresh database must be sound: see the finding");

fn told(check: &'static str, found: Result<String>, (wanted, remedy): Want) -> Line {
    match found {
        Ok(found) => Line::ok(check, found, wanted),
        Err(error) => Line::bad(check, Verdict::Problem, format!("{error:#}"), wanted, remedy),
    }
}

fn last_line(said: &str) -> String {
    said.trim().lines().last().unwrap_or_default().to_owned()
}

/// The running binary; gone when this is dropped.
struct Bot {
    child: Child,
    log: PathBuf,
}

impl Bot {
    fn check(&mut self) -> Result<()> {
        match self.child.try_wait()? {
            Some(status) => bail!("it ended with {status}; {}", self.last_words()),
            None => Ok(()),
        }
    }

    fn last_words(&self) -> String {
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        let last: Vec<&str> = log.trim().lines().rev().take(3).collect();
        let last: Vec<&str> = last.into_iter().rev().collect();
        format!("it said last: {}", last.join(" | "))
    }

    async fn end(&mut self) -> Result<String> {
        self.check()?;
        let pid = self.child.id().to_string();
        // A shell has it built in; a slim machine has no program of this name.
        let sent = Command::new("sh").args(["-c", "kill -TERM \"$1\"", "kill", &pid]).status();
        if !sent.context("sending SIGTERM")?.success() {
            bail!("SIGTERM could not be sent");
        }
        let ended = async {
            loop {
                if let Some(status) = self.child.try_wait()? {
                    return anyhow::Ok(status);
                }
                tokio::time::sleep(LOOK_EVERY).await;
            }
        };
        let status = tokio::time::timeout(ENDS_WITHIN, ended).await;
        let status = status.with_context(|| format!("it still runs after {ENDS_WITHIN:?}"))??;
        if !status.success() {
            bail!("it ended with {status}; {}", self.last_words());
        }
        Ok("SIGTERM ended it with 0".to_owned())
    }
}

impl Drop for Bot {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

//! The thin binary: configuration, wiring, commands. The only place that names every adapter; it decides nothing that a library could.
//!
//! | module | what |
//! |---|---|
//! | `config` | one registry of variables; all problems at once, secrets masked |
//! | `cli`, `logging`, `world` | the command line; logs; the real clock and chance |
//! | `serve`, `house`, `database` | the adapters put together; raw bytes to the app; the store |
//! | `commands`, `doctor`, `shop` | `migrate`, `audit`; live checks; the built-in catalog |
//! | `money`, `rate` | the owner's desk on the command line; where the exchange rate is read |
//! | `events`, `lines` | the log that the desk reads; what a line says |
//! | `meters`, `mishaps` | figures for Prometheus; errors and panics for Sentry |
//! | `reception`, `surroundings` | where updates reach us, looked after; what is known of that, where we run |
//! | `kie`, `showroom` | KIE's client; what KIE's own catalogue says against ours |
//! | `facts` | what this binary is, for tools; whether the one on this machine lives |
//! | `sandbox`, `demo`, `rehearsal` | the whole bot between simulators; another binary between them |

mod cli;
mod commands;
mod config;
mod database;
#[cfg(feature = "sandbox")]
mod demo;
mod doctor;
mod events;
mod facts;
mod gates;
mod house;
mod kie;
mod lines;
mod logging;
mod meters;
mod mishaps;
mod money;
mod rate;
mod reception;
#[cfg(feature = "sandbox")]
mod rehearsal;
#[cfg(feature = "sandbox")]
mod sandbox;
mod serve;
mod shop;
mod showroom;
mod surroundings;
mod world;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use clap::Parser;
use curator::diff::Severity;
use domain::clock::Clock;
use domain::ports::Store;
use kie_client::KieClient;
use tokio_util::sync::CancellationToken;

use cli::{Catalog, Cli, Command, EXIT_FAILED, EXIT_USAGE};
use config::{Base, Config, Desk, Environment, Problems};
use meters::{Build, Metrics};
use mishaps::Mishaps;
use world::{DatabaseClock, OsIds};

/// For threads that still write when everything else has ended.
const LAST_THREADS: Duration = Duration::from_secs(1);

fn main() -> ExitCode {
    let command = Cli::parse().command();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&anyhow::Error::from(error)),
    };
    let ended = runtime.block_on(run(command, &Environment::of_process()));
    // What still runs was given up; a thread that hangs must not keep the process from ending.
    runtime.shutdown_timeout(LAST_THREADS);
    match ended {
        Ok(code) => code,
        Err(error) => failed(&error),
    }
}

async fn run(command: Command, environment: &Environment) -> Result<ExitCode> {
    match command {
        Command::Serve => match Config::load(environment) {
            Ok(config) => serve(config).await,
            Err(problems) => Ok(misconfigured(&problems)),
        },
        Command::Doctor { json, before_deploy } => doctor(environment, json, before_deploy).await,
        #[cfg(feature = "sandbox")]
        Command::Sandbox(options) => sandbox::run(&options, environment).await,
        Command::Catalog(command) => catalog(&command, environment).await,
        Command::ConfigTable => Ok(told(&config::table(), ExitCode::SUCCESS)),
        Command::MetricsTable => Ok(told(&meters::table(), ExitCode::SUCCESS)),
        Command::Facts => Ok(told(&serde_json::to_string_pretty(&facts::facts())?, ExitCode::SUCCESS)),
        Command::Health => match config::listener(environment) {
            Ok(http) => Ok(told(&facts::health(http).await?, ExitCode::SUCCESS)),
            Err(problems) => Ok(misconfigured(&problems)),
        },
        #[cfg(feature = "sandbox")]
        Command::Rehearse(options) => {
            let lines = rehearsal::rehearse(&options.bin, options.scratch.as_deref()).await?;
            report(&lines, options.json)
        }
        // What is left works on the database alone.
        command => match Base::load(environment) {
            Ok(base) => with_database(&command, &base).await,
            Err(problems) => Ok(misconfigured(&problems)),
        },
    }
}

async fn catalog(command: &Catalog, environment: &Environment) -> Result<ExitCode> {
    match command {
        Catalog::Check { dir } => Ok(match shop::check(dir.as_deref()) {
            Ok(found) => told(&found, ExitCode::SUCCESS),
            Err(problems) => told(&shop::lines(&problems), ExitCode::from(EXIT_FAILED)),
        }),
        Catalog::Table => Ok(told(curator::table::table(&built_in()?).trim_end(), ExitCode::SUCCESS)),
        Catalog::Import { model, from: Some(source) } => {
            let drafts = showroom::import_from(source, &built_in()?, model.as_deref()).await?;
            Ok(told(&showroom::shown(&drafts), ExitCode::SUCCESS))
        }
        Catalog::Import { model, from: None } => match kie_of(environment)? {
            Ok(kie) => {
                let id = model.as_deref().context("a model is to be named")?;
                let drafts = showroom::import_from_kie(&kie, &built_in()?, id).await?;
                Ok(told(&showroom::shown(&drafts), ExitCode::SUCCESS))
            }
            Err(problems) => Ok(misconfigured(&problems)),
        },
        Catalog::Diff { models, notes } => match kie_of(environment)? {
            Ok(kie) => diff(&kie, models, *notes || !models.is_empty()).await,
            Err(problems) => Ok(misconfigured(&problems)),
        },
    }
}

fn built_in() -> Result<domain::models::Catalog> {
    shop::load().map_err(|problems| anyhow!("the built-in catalog is not sound:\n{}", shop::lines(&problems)))
}

/// The client of KIE, for what needs nothing else; or what is wrong with the configuration of it.
fn kie_of(environment: &Environment) -> Result<Result<KieClient, Problems>> {
    let desk = match Desk::load(environment) {
        Ok(desk) => desk,
        Err(problems) => return Ok(Err(problems)),
    };
    logging::start(&desk.log, None, None)?;
    for note in &desk.notes {
        tracing::warn!("{note}");
    }
    Ok(Ok(kie::client(&desk.kie)?))
}

async fn diff(kie: &KieClient, only: &[String], in_full: bool) -> Result<ExitCode> {
    let differences = showroom::diff(kie, &built_in()?, only).await?;
    let breaks = differences.iter().any(|difference| difference.severity() == Severity::Breaks);
    let code = if breaks { ExitCode::from(EXIT_FAILED) } else { ExitCode::SUCCESS };
    let report = if in_full { curator::diff::report_in_full } else { curator::diff::report };
    Ok(told(report(&differences).trim_end(), code))
}

async fn serve(config: Config) -> Result<ExitCode> {
    let build = Build { version: env!("CARGO_PKG_VERSION"), commit: config.seen.commit.clone() };
    let mishaps = match &config.seen.sentry {
        Some(sentry) => Some(Mishaps::open(sentry, &build, config.secrets())?),
        None => None,
    };
    let (layer, feed) = events::channel();
    logging::start(&config.log, Some(layer), mishaps.as_ref())?;
    for note in &config.notes {
        tracing::warn!("{note}");
    }
    let metrics = Metrics::install(&build)?;
    let shutdown = CancellationToken::new();
    let signals = tokio::spawn(signals(shutdown.clone()));
    let served =
        serve::serve(config, metrics, shutdown, serve::Hooks { events: Some(feed), ..serve::Hooks::default() }).await;
    signals.abort();
    if served.is_err() {
        tracing::error!("the service could not go on; its last words say why");
    }
    if let Some(mishaps) = mishaps
        && !mishaps.end().await
    {
        tracing::warn!("not every mishap was told to Sentry in time");
    }
    served.map(|()| ExitCode::SUCCESS)
}

/// SIGTERM (a platform) or SIGINT (a person) begins the end.
async fn signals(shutdown: CancellationToken) -> Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut term = signal(SignalKind::terminate()).context("listening for SIGTERM")?;
    tokio::select! {
        _ = term.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
    shutdown.cancel();
    Ok(())
}

async fn doctor(environment: &Environment, json: bool, before_deploy: bool) -> Result<ExitCode> {
    let moment = if before_deploy { doctor::Moment::BeforeDeploy } else { doctor::Moment::AnyTime };
    report(&doctor::check(environment, moment).await, json)
}

fn report(lines: &[doctor::Line], json: bool) -> Result<ExitCode> {
    let code = if doctor::is_sound(lines) { ExitCode::SUCCESS } else { ExitCode::from(EXIT_FAILED) };
    let text = if json { serde_json::to_string_pretty(lines)? } else { doctor::text(lines) };
    Ok(told(text.trim_end(), code))
}

async fn with_database(command: &Command, base: &Base) -> Result<ExitCode> {
    logging::start(&base.log, None, None)?;
    for note in &base.notes {
        tracing::warn!("{note}");
    }
    let addresses = database::addresses(&base.database)?;
    if *command == Command::Migrate {
        let ran = database::migrate(&addresses).await?;
        let text =
            if ran.is_empty() { "the database is up to date".to_owned() } else { format!("ran: {}", ran.join(", ")) };
        return Ok(told(&text, ExitCode::SUCCESS));
    }
    if let Command::Backup { file } = command {
        storage::back_up(&addresses.work, file).await?;
        return Ok(told(&format!("the database was copied to {}", file.display()), ExitCode::SUCCESS));
    }
    let store: Arc<dyn Store> = database::open(&addresses, &base.database).await?;
    if *command == Command::Audit {
        let report = commands::audit(&*store).await?;
        let code = if report.is_clean() { ExitCode::SUCCESS } else { ExitCode::from(EXIT_FAILED) };
        return Ok(told(&commands::audit_lines(&report), code));
    }
    let clock: Arc<dyn Clock> = Arc::new(DatabaseClock::start(&*store).await?);
    let office = money::Office { store: &*store, clock: &*clock, ids: &OsIds::default(), zone: &base.time_zone };
    Ok(told(office.run(command).await?.trim_end(), ExitCode::SUCCESS))
}

#[expect(clippy::print_stdout, reason = "what a command was asked for")]
fn told(text: &str, code: ExitCode) -> ExitCode {
    println!("{text}");
    code
}

#[expect(clippy::print_stderr, reason = "the log may not be there yet")]
fn misconfigured(problems: &Problems) -> ExitCode {
    eprintln!("{problems}");
    ExitCode::from(EXIT_USAGE)
}

#[expect(clippy::print_stderr, reason = "the log may not be there yet")]
fn failed(error: &anyhow::Error) -> ExitCode {
    eprintln!("error: {error:#}");
    ExitCode::from(EXIT_FAILED)
}

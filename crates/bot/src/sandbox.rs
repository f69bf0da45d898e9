//! `kiebot sandbox`: the whole bot between local simulators, without any account.
//!
//! | module | what |
//! |---|---|
//! | `stage` | simulators and bot, and the bot started again |
//! | `veil` | stands between the bot and its store and clock: time forward, storage away |
//! | `backstage` | what the chat page shows and moves behind the bot |

mod backstage;
pub(crate) mod stage;
mod veil;

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result};
use domain::money::Money;
use sandbox::page::Scene;

use crate::cli;
use crate::config::Environment;
use backstage::StageDoor;
use stage::Stage;
pub(crate) use veil::WallClock;

/// What the sandbox's people start with, so that they can buy something.
pub(crate) const POCKET_MONEY: Money = Money::from_kopecks(50_000);
/// The sandbox's people: Telegram's id, name, language.
pub(crate) const ANN: (i64, &str, &str) = (1001, "Ann", "en");
const PEOPLE: &[(i64, &str, &str)] = &[ANN, (1002, "Anna", "ru"), (OWNER, "Owner", "en")];
const OWNER: i64 = 1000;

/// Plays until Ctrl-C, or the demo until its end.
pub(crate) async fn run(options: &cli::Sandbox, environment: &Environment) -> Result<ExitCode> {
    let stage = Arc::new(Stage::start(options.fast || options.demo, environment).await?);
    let played = if options.demo {
        crate::demo::play(&stage, Path::new("result.png")).await
    } else {
        page(&stage, options.port).await
    };
    stage.stop().await?;
    played.map(|()| ExitCode::SUCCESS)
}

#[expect(clippy::print_stdout, reason = "the address of the page is what the user asked for")]
async fn page(stage: &Arc<Stage>, port: u16) -> Result<()> {
    for (id, ..) in PEOPLE {
        stage.telegram.send_text(*id, "/start")?;
        stage.greeted(*id).await?;
        stage.credit(*id, POCKET_MONEY).await?;
    }
    let port = if port == 0 { sandbox::page::DEFAULT_PORT } else { port };
    let scene = Scene {
        telegram: Arc::clone(&stage.telegram),
        kie: Arc::clone(&stage.kie),
        backstage: Arc::new(StageDoor(Arc::clone(stage))),
    };
    let address =
        sandbox::page::serve(scene, port, stage.curtain.child_token()).await.context("opening the chat page")?;
    println!("The bot is open in your browser: http://{address}");
    println!("Everything runs on this machine; nothing is bought. Ctrl-C ends it, and forgets all.");
    ended().await
}

/// Waits for Ctrl-C, or for SIGTERM of a test or a supervisor.
async fn ended() -> Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut term = signal(SignalKind::terminate()).context("listening for SIGTERM")?;
    tokio::select! {
        _ = term.recv() => Ok(()),
        pressed = tokio::signal::ctrl_c() => pressed.context("waiting for Ctrl-C"),
    }
}

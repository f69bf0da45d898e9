//! `kiebot facts`: what this binary is, for tools that must agree with it (the files that deploy it, above all) and may not link it.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::CommandFactory;
use serde::Serialize;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::cli::Cli;
use crate::config::VARIABLES;
use crate::config::frame::Http;
use crate::config::variable::{Fallback, Section, Sight};

/// What it is.
#[derive(Debug, Serialize)]
pub(crate) struct Facts {
    /// Of the workspace.
    version: &'static str,
    /// Every command.
    commands: Vec<Deed>,
    /// Every variable that is read.
    variables: Vec<Fact>,
    /// What a platform asks whether the process lives.
    health_path: &'static str,
    /// What people ask whether it works.
    ready_path: &'static str,
    /// From SIGTERM to the end of what is in flight, at most.
    drain_s: u64,
}

/// A command.
#[derive(Debug, Serialize)]
struct Deed {
    /// Such as `serve` and `catalog check`.
    name: String,
    /// Its options, such as `--json`.
    options: Vec<String>,
}

/// A variable.
#[derive(Debug, Serialize)]
struct Fact {
    name: &'static str,
    /// Nothing runs without it.
    required: bool,
    /// Its value, or a part of it, must not be seen.
    secret: bool,
    /// The hosting sets it.
    platform: bool,
    /// Names that people write when they mean it.
    mistaken_for: &'static [&'static str],
}

/// Says what it is.
pub(crate) fn facts() -> Facts {
    Facts {
        version: env!("CARGO_PKG_VERSION"),
        commands: commands(&<Cli as CommandFactory>::command(), ""),
        variables: VARIABLES
            .iter()
            .map(|variable| Fact {
                name: variable.name,
                required: matches!(variable.default, Fallback::Required(_)),
                secret: variable.sight != Sight::Open,
                platform: variable.section == Section::Platform,
                mistaken_for: variable.mistaken_for,
            })
            .collect(),
        health_path: web::HEALTH,
        ready_path: web::READY,
        drain_s: drain_s(),
    }
}

/// As long as nobody sets another time.
fn drain_s() -> u64 {
    let shutdown = VARIABLES.iter().find(|variable| variable.name == "SHUTDOWN_MS");
    let text = shutdown.and_then(|variable| match variable.default {
        Fallback::Text(text) => text.parse::<u64>().ok(),
        _ => None,
    });
    text.expect("the registry has it with a figure; a test reads it").div_ceil(1000)
}

fn commands(command: &clap::Command, before: &str) -> Vec<Deed> {
    let mut found = Vec::new();
    for command in command.get_subcommands() {
        let name = format!("{before}{}", command.get_name());
        if command.has_subcommands() {
            found.extend(commands(command, &format!("{name} ")));
        } else {
            let options = command.get_arguments().filter_map(clap::Arg::get_long);
            let mut options: Vec<String> = options.map(|long| format!("--{long}")).collect();
            options.sort();
            found.push(Deed { name, options });
        }
    }
    found
}

/// Asks the bot that listens on this machine whether it lives; a container has no other tool for it.
///
/// # Errors
/// If it does not, with what was seen.
pub(crate) async fn health(http: Http) -> Result<String> {
    /// A living one answers from memory.
    const PATIENCE: Duration = Duration::from_secs(4);
    let host = if http.host.is_unspecified() { IpAddr::V4(Ipv4Addr::LOCALHOST) } else { http.host };
    let address = SocketAddr::new(host, http.port);
    let asked = tokio::time::timeout(PATIENCE, ask(address)).await;
    let answer = asked.with_context(|| format!("{address} gave no answer within {PATIENCE:?}"))??;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    let status = head.lines().next().unwrap_or_default();
    if status.split(' ').nth(1) != Some("200") {
        bail!("{address} answered `{status}`");
    }
    Ok(body.trim().to_owned())
}

async fn ask(address: SocketAddr) -> Result<String> {
    /// The page has a few dozen bytes; who sends more is not our bot.
    const BYTES_MAX: u64 = 64 * 1024;
    let stream = TcpStream::connect(address).await;
    let mut stream = stream.with_context(|| format!("nobody listens on {address}"))?;
    let request = format!("GET {} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n", web::HEALTH);
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.take(BYTES_MAX).read_to_end(&mut answer).await?;
    String::from_utf8(answer).context("the answer is no text")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_facts_name_what_deploy_files_speak_of() {
        let facts = facts();
        for command in ["serve", "migrate", "doctor", "audit", "catalog check", "health"] {
            assert!(facts.commands.iter().any(|deed| deed.name == command), "{command}: {:?}", facts.commands);
        }
        let doctor = facts.commands.iter().find(|deed| deed.name == "doctor").unwrap();
        assert_eq!(doctor.options, ["--before-deploy", "--json"]);
        let required: Vec<_> = facts.variables.iter().filter(|fact| fact.required).map(|fact| fact.name).collect();
        assert_eq!(required, ["TELEGRAM_BOT_TOKEN", "KIE_API_KEY", "ADMIN_ID"]);
        let fact = |name: &str| facts.variables.iter().find(|fact| fact.name == name).expect(name);
        assert_eq!(facts.drain_s, 25);
        assert!(fact("DATABASE_URL").secret && !fact("PORT").secret && fact("RENDER").platform);
    }

    #[tokio::test]
    async fn a_port_where_nobody_listens_is_named() {
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        drop(listener);
        let http = Http { host: IpAddr::V4(Ipv4Addr::UNSPECIFIED), port, proxies: 0 };
        let error = format!("{:#}", health(http).await.unwrap_err());
        assert!(error.contains(&format!("nobody listens on 127.0.0.1:{port}")), "{error}");
    }
}

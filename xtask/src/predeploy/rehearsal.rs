//! The binary itself between simulators: `kiebot rehearse` of the debug build plays the world for it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail};

use super::line::{How, Line};
use crate::postgres::{Database, HOW_TO_GET_IT, find_bin_dir};
use crate::workspace::{self, captured, cargo};

/// On SQLite, and on a scratch database of the tests' PostgreSQL if there is one.
///
/// # Errors
/// If the world cannot be built.
pub(super) fn lines(binary: &Path) -> anyhow::Result<Vec<Line>> {
    const WANTED: &str = "the same on PostgreSQL";
    captured(&mut cargo(["build", "--quiet", "--package", "kiebot"]))?;
    let world = workspace::metadata()?.target_directory.join("debug/kiebot");
    let mut lines = on("sqlite", &world, binary, None)?;
    match Database::find()? {
        Database::Missing(reason) => {
            let remedy = HOW_TO_GET_IT.to_owned();
            lines.push(Line::bad("rehearsal, postgres", How::NotChecked, reason, WANTED, remedy));
        }
        database => match Scratch::make(database.url().unwrap_or_default()) {
            Ok(scratch) => lines.extend(on("postgres", &world, binary, Some(&scratch.url))?),
            Err(error) => {
                let remedy =
                    "see that databases may be created on the server in TEST_DATABASE_URL, and that psql is there";
                lines.push(Line::bad("rehearsal, postgres", How::Problem, format!("{error:#}"), WANTED, remedy));
            }
        },
    }
    Ok(lines)
}

fn on(kind: &str, world: &Path, binary: &Path, scratch: Option<&str>) -> anyhow::Result<Vec<Line>> {
    let mut command = Command::new(world);
    command.args(["rehearse", "--json", "--bin"]).arg(binary).stdin(Stdio::null()).stderr(Stdio::inherit());
    if let Some(scratch) = scratch {
        command.args(["--scratch", scratch]);
    }
    let output = command.output().context("cannot start the rehearsal")?;
    let lines: Vec<Line> = serde_json::from_slice(&output.stdout).context("cannot read what the rehearsal said")?;
    let named = |line: Line| Line { check: format!("rehearsal, {kind}: {}", line.check), ..line };
    Ok(lines.into_iter().map(named).collect())
}

/// An empty database that is dropped with this.
struct Scratch {
    server: String,
    name: String,
    url: String,
}

impl Scratch {
    fn make(server: &str) -> anyhow::Result<Self> {
        let name = format!("kiebot_predeploy_{}", std::process::id());
        psql(server, &format!("CREATE DATABASE {name}"))?;
        Ok(Self { server: server.to_owned(), url: with_database(server, &name), name })
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(error) = psql(&self.server, &format!("DROP DATABASE {} WITH (FORCE)", self.name)) {
            eprintln!("the database `{}` stays: {error:#}", self.name);
        }
    }
}

fn psql(url: &str, statement: &str) -> anyhow::Result<()> {
    let beside_the_server = find_bin_dir().map(|tools| tools.join("psql")).filter(|psql| psql.exists());
    let mut command = Command::new(beside_the_server.unwrap_or_else(|| PathBuf::from("psql")));
    command.args(["--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--dbname", url, "--command", statement]);
    let output = command.stdin(Stdio::null()).output().context("cannot start psql")?;
    if !output.status.success() {
        bail!("{}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(())
}

/// The same server, another database.
fn with_database(url: &str, name: &str) -> String {
    let (place, parameters) =
        url.split_once('?').map_or((url, String::new()), |(place, rest)| (place, format!("?{rest}")));
    let (scheme, rest) = place.split_once("://").unwrap_or(("postgres", place));
    let server = rest.split('/').next().unwrap_or_default();
    format!("{scheme}://{server}/{name}{parameters}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_database_of_the_same_server() {
        for (url, wanted) in [
            ("postgres://postgres@127.0.0.1:5544/postgres", "postgres://postgres@127.0.0.1:5544/x"),
            ("postgresql://a:b@h?sslmode=require", "postgresql://a:b@h/x?sslmode=require"),
        ] {
            assert_eq!(with_database(url, "x"), wanted);
        }
    }
}

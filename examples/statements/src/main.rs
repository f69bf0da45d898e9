//! A user's whole statement as a table for an accountant: every operation with the balance after it.
//!
//! It is proven before it is written: from the wallet as it is now, back through all operations, nothing may be left. What does not add up is
//! an error and no table.
//!
//! ```text
//! export DATABASE_URL=postgres://...      # a read-only role is enough
//! cargo run -p statements -- 123456789 > statement.csv
//! ```

mod table;

use std::io::Write;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use app::csv::{Separator, document};
use clap::Parser;
use domain::ids::{ChatId, UserId};
use domain::ledger::Unit;
use domain::ports::{StatementLine, Store};
use storage::{DatabaseUrl, PoolOptions, connect};

use table::{HEADER, Wallets, rows};

/// Lines are read by so many.
const PAGE: u32 = 500;
/// A user who orders meanwhile moves the pages: then they are read anew, so often.
const TRIES: usize = 5;

#[derive(Parser)]
#[command(about = "A user's statement as CSV on stdout; the database's address is read from DATABASE_URL")]
struct Cli {
    /// Telegram's id of the user, or ours
    user: String,
    /// Semicolons between the cells, for spreadsheets that write decimals with a comma
    #[arg(long)]
    semicolons: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(&Cli::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "a small tool reads its one variable where it starts")]
async fn run(cli: &Cli) -> Result<()> {
    let url = std::env::var("DATABASE_URL").context("set DATABASE_URL, as the bot has it")?;
    let store = connect(&DatabaseUrl::parse(&url)?, &PoolOptions::default()).await?;
    let user = find(&*store, &cli.user).await?;
    let (wallets, lines) = read(&*store, user).await?;
    let mut table = vec![HEADER.map(str::to_owned)];
    table.extend(rows(wallets, &lines)?);
    let separator = if cli.semicolons { Separator::Semicolon } else { Separator::Comma };
    std::io::stdout().write_all(&document(&table, separator))?;
    eprintln!("{} operations, they add up to {}", lines.len(), wallets.money.posted_text());
    Ok(())
}

async fn find(store: &dyn Store, name: &str) -> Result<UserId> {
    let found = match (name.parse::<UserId>(), name.parse::<i64>()) {
        (Ok(user), _) => store.session_of(user).await?,
        (_, Ok(chat)) => store.session(ChatId(chat)).await?,
        _ => bail!("`{name}` is neither Telegram's id of a user nor ours"),
    };
    Ok(found.with_context(|| format!("there is no user `{name}`"))?.person.user)
}

/// The wallets and every line, newest first, of one moment.
async fn read(store: &dyn Store, user: UserId) -> Result<(Wallets, Vec<StatementLine>)> {
    for _ in 0..TRIES {
        let before = wallets(store, user).await?;
        let mut lines = Vec::new();
        loop {
            let skip = u32::try_from(lines.len())?;
            let page = store.statement(user, skip, PAGE).await?;
            let is_last = page.len() < usize::try_from(PAGE)?;
            lines.extend(page);
            if is_last {
                break;
            }
        }
        if before == wallets(store, user).await? && !has_doubles(&lines) {
            return Ok((before, lines));
        }
    }
    bail!("the user's balance moves all the time; try again in a minute")
}

async fn wallets(store: &dyn Store, user: UserId) -> Result<Wallets> {
    let (money, runs) = (store.wallet(user, Unit::Money).await?, store.wallet(user, Unit::Run).await?);
    Ok(Wallets { money: money.into(), runs: runs.into() })
}

/// A new line pushes the last one of a page to the next page.
fn has_doubles(lines: &[StatementLine]) -> bool {
    let ids: std::collections::BTreeSet<_> = lines.iter().map(|line| line.operation).collect();
    ids.len() < lines.len()
}

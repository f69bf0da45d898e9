//! The command line: `kiebot --help` is its documentation.

mod money;
#[cfg(test)]
mod tests;

use clap::{Args, Parser, Subcommand};
use domain::ids::UserId;
use domain::money::Money;

pub(crate) use money::{Gift, Payments, Promo, Rate, Refund, RefundPayment};

/// A command did not do what was asked, or found something.
pub(crate) const EXIT_FAILED: u8 = 1;
/// The configuration or the command line is wrong; nothing was done. The same code as clap's own.
pub(crate) const EXIT_USAGE: u8 = 2;

const LONG_ABOUT: &str = "\
A Telegram bot that sells AI generations of the KIE.ai API out of a prepaid balance in roubles.

Everything is configured by environment variables; README.md has the table of them. Three are needed to serve: TELEGRAM_BOT_TOKEN, KIE_API_KEY \
and ADMIN_ID.";

const AFTER_HELP: &str = "\
Examples:
  kiebot sandbox --demo            one paid generation in the terminal, without any account
  kiebot                           serve; all problems of the configuration are listed at once
  kiebot doctor                    what is wrong, and what to do about it
  kiebot adjust 123456789 500 --reason \"to try it\"
  kiebot payments 123456789        a user's payments with their ids
  kiebot refund-payment stars CHARGE --reason \"asked for it\"
  kiebot promo WINTER --rub 100 --total 500 --until 2026-12-31

Exit codes:
  0  done
  1  it failed, or something was found (audit, doctor, catalog check)
  2  the configuration or the command line is wrong; nothing was done";

/// The command line.
#[derive(Debug, Parser)]
#[command(name = "kiebot", version, about = "A Telegram bot that sells AI generations", long_about = LONG_ABOUT, after_help = AFTER_HELP)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

impl Cli {
    /// What is to be done; `serve` if nothing was said.
    pub(crate) fn command(self) -> Command {
        self.command.unwrap_or(Command::Serve)
    }
}

/// What can be done. These comments are the help.
#[derive(Debug, PartialEq, Eq, Subcommand)]
pub(crate) enum Command {
    /// Run the bot (the default)
    ///
    /// Opens the port, brings the database up to date, sets the webhook or polls, and works until SIGTERM. Then it stops taking updates, ends
    /// what it does within 25 seconds and exits with 0.
    Serve,
    /// Bring the database up to date, and end
    ///
    /// `serve` does the same at its start unless MIGRATE_ON_START is false. Needs the database's variables only.
    Migrate,
    /// Check everything that must be right, live
    ///
    /// Variables and their form, database, its encryption and migrations, Telegram's getMe and getWebhookInfo, KIE's key and credits, clocks,
    /// catalog, work and books, plan and disk. Each line says what was found, what is wanted and what to do. Ends with 1 if anything is wrong.
    Doctor {
        /// One JSON document instead of lines
        #[arg(long)]
        json: bool,
        /// For the moment between build and start: the old version still serves, so its webhook is not judged, and nobody else's outage fails it
        #[arg(long)]
        before_deploy: bool,
    },
    /// Prove that the books add up
    ///
    /// Checks every invariant of the ledger in one read-only snapshot, prints what was checked with counts, names each offending row and ends with
    /// 1 if there is one. Needs the database's variables only.
    Audit,
    /// Credit or debit a user's balance
    ///
    /// A correction in the books with its reason, not a payment. A debit can't take more than is available. Needs the database's variables
    /// only.
    Adjust(Adjust),
    /// Give back what was taken for a generation, wholly or in part
    ///
    /// From revenue to the user's balance; all refunds of a generation together are at most what was taken for it. The user is told, with
    /// the reason. Needs the database's variables only.
    Refund(Refund),
    /// Pay a payment back through the provider that took it
    ///
    /// What the balance still has of it is set aside at once; the running bot asks the provider and tells how it went. What was spent becomes a
    /// debt that the user's next top-up pays first. Needs the database's variables only.
    RefundPayment(RefundPayment),
    /// Give a user money or free runs
    ///
    /// A bonus in the books. The user is told. Needs the database's variables only.
    Gift(Gift),
    /// Make a promo code
    ///
    /// Each redemption gives money or free runs. Needs the database's variables only.
    Promo(Promo),
    /// List payments, and what waits for an owner
    ///
    /// Of one user: payments, invoices, paybacks. Without one: receipts that wait for approval, and what a provider's own list has and our
    /// books have not. Needs the database's variables only.
    Payments(Payments),
    /// Show the exchange rate, or accept one that waits
    ///
    /// A rate that changed by more than 10 % in a day waits for an owner. Needs the database's variables only.
    Rate(Rate),
    /// Play the whole bot on this machine: no account, no token, no network
    ///
    /// Starts simulators of Telegram and KIE.ai and the bot between them, prints the address of a chat page and runs until Ctrl-C.
    #[cfg(feature = "sandbox")]
    Sandbox(Sandbox),
    /// Look after the model catalog
    #[command(subcommand)]
    Catalog(Catalog),
    /// Print the table of variables for README.md
    #[command(hide = true)]
    ConfigTable,
    /// Print docs/METRICS.md
    #[command(hide = true)]
    MetricsTable,
    /// Ask the bot on this machine whether it lives
    ///
    /// Asks /health on PORT and prints its answer; ends with 1 if there is none. What a container's health check runs.
    Health,
    /// Copy the SQLite database while the bot works
    ///
    /// The copy is the database as it is at one moment. PostgreSQL is copied with pg_dump. docs/DEPLOY.md has the way back. Needs the
    /// database's variables only.
    Backup {
        /// A file that is not there yet
        #[arg(value_name = "FILE")]
        file: std::path::PathBuf,
    },
    /// Print what this binary is, as JSON for tools
    #[command(hide = true)]
    Facts,
    /// Play a start and one /start for another binary, between simulators, and print the lines
    #[cfg(feature = "sandbox")]
    #[command(hide = true)]
    Rehearse(Rehearse),
}

/// `rehearse`.
#[cfg(feature = "sandbox")]
#[derive(Args, Debug, PartialEq, Eq)]
pub(crate) struct Rehearse {
    /// The binary that is to be deployed
    #[arg(long, value_name = "FILE")]
    pub(crate) bin: std::path::PathBuf,
    /// An empty database that may be filled and emptied; without it, a SQLite file that is gone afterwards
    #[arg(long, value_name = "URL")]
    pub(crate) scratch: Option<String>,
    /// One JSON document instead of lines
    #[arg(long)]
    pub(crate) json: bool,
}

/// `adjust`.
#[derive(Args, Debug, PartialEq, Eq)]
pub(crate) struct Adjust {
    /// The user: Telegram's id or ours
    #[arg(value_parser = user)]
    pub(crate) user: String,
    /// Roubles, such as 500, 99.50 or -20
    #[arg(value_parser = amount, allow_negative_numbers = true)]
    pub(crate) amount: Money,
    /// Why; kept in the books
    #[arg(long, value_name = "TEXT", value_parser = words)]
    pub(crate) reason: String,
    /// Who does it; kept in the books
    #[arg(long, value_name = "NAME", default_value = "command line", value_parser = words)]
    pub(crate) by: String,
}

/// `sandbox`.
#[cfg(feature = "sandbox")]
#[derive(Args, Debug, PartialEq, Eq)]
pub(crate) struct Sandbox {
    /// Play one paid and one failed generation in the terminal, write the result file, and end
    #[arg(long)]
    pub(crate) demo: bool,
    /// The port of the chat page; without it 8088, or the next free one
    #[arg(long, default_value_t = 0, hide_default_value = true)]
    pub(crate) port: u16,
    /// Generations take no time
    #[arg(long)]
    pub(crate) fast: bool,
}

/// `catalog`.
#[derive(Debug, PartialEq, Eq, Subcommand)]
pub(crate) enum Catalog {
    /// Check every model file: schema, prices, offered combinations
    ///
    /// Prints `file:line`, the rule and the remedy for each finding, and ends with 1 if there is one.
    Check {
        /// A folder of model files instead of the built-in catalog
        #[arg(long, value_name = "FOLDER")]
        dir: Option<std::path::PathBuf>,
    },
    /// Print the shop window as Markdown
    ///
    /// What stands in docs/MODELS.md; `cargo xtask docs --write` puts it there.
    Table,
    /// Say what changed at KIE against the catalog
    ///
    /// Asks KIE's own catalogue, its schemas (one a second, so a whole run takes some minutes) and its price page. Ends with 1 if requests of ours
    /// would be refused or sold at a loss. Needs KIE_API_KEY only.
    Diff {
        /// These models only
        #[arg(value_name = "MODEL")]
        models: Vec<String>,
        /// Every note on a line of its own; without it, and without a model, they are summed up
        #[arg(long)]
        notes: bool,
    },
    /// Draft an entry for a new model, to be reviewed and put into config/models
    ///
    /// From KIE's own schema of the model (needs KIE_API_KEY), or from a page of docs.kie.ai, an OpenAPI document, or the predecessor's model files.
    /// The draft goes to standard output, what to look at to standard error.
    Import {
        /// KIE's id of the model; with `--from` it may be left out, and everything in the source is drafted
        #[arg(value_name = "MODEL", required_unless_present = "from")]
        model: Option<String>,
        /// A file, an https address, or `-` for standard input
        #[arg(long, value_name = "SOURCE")]
        from: Option<String>,
    },
}

/// A Telegram id of a person, or an id of ours.
fn user(text: &str) -> Result<String, String> {
    let is_chat = text.parse::<i64>().is_ok_and(|id| id > 0);
    if is_chat || text.parse::<UserId>().is_ok() {
        Ok(text.to_owned())
    } else {
        Err("the number that Telegram knows the user by is wanted, or our id of 32 digits".to_owned())
    }
}

fn amount(text: &str) -> Result<Money, String> {
    match text.parse() {
        Ok(Money::ZERO) => Err("an adjustment of nothing is none".to_owned()),
        Ok(amount) => Ok(amount),
        Err(_) => Err("roubles are wanted, with at most two digits after the point".to_owned()),
    }
}

fn words(text: &str) -> Result<String, String> {
    /// Enough for a sentence, short enough for a line of a statement.
    const CHARS_MAX: usize = 200;
    let text = text.trim();
    match text.chars().count() {
        0 => Err("it is empty".to_owned()),
        1..=CHARS_MAX => Ok(text.to_owned()),
        more => Err(format!("it has {more} characters; {CHARS_MAX} at most")),
    }
}

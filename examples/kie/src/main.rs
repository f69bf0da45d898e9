//! KIE.ai on the command line: what the models are, what one takes and costs, make something and save it.
//!
//! Two libraries of this workspace do the work. `domain::models` knows from `config/models` what a model takes: an order that it refuses is
//! never sent, and the price is known before. `kie-client` asks KIE: it keeps KIE's pace, repeats what may be repeated, and never sends an order
//! a second time.
//!
//! ```text
//! export KIE_API_KEY=...
//! cargo run -p kie -- models seedream
//! cargo run -p kie -- inputs google/nano-banana
//! cargo run -p kie -- make google/nano-banana prompt="a red cat on the moon" --out pictures
//! ```

mod answers;
mod order;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use clap::{Parser, Subcommand};
use domain::models::{Catalog, InputKind, Model};
use domain::ports::Generator;
use domain::screen::Language;
use kie_client::{KieClient, Options};

/// A question that takes no upload and no picture.
const BUDGET: Duration = Duration::from_secs(15);

#[derive(Parser)]
#[command(about = "KIE.ai on the command line; the key is read from KIE_API_KEY")]
struct Cli {
    /// The folder of the catalog
    #[arg(long, default_value = "config/models")]
    catalog: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// How many credits are left
    Credits,
    /// The models whose id or title has these words
    Models { words: Vec<String> },
    /// What a model takes
    Inputs { model: String },
    /// Make something and save it
    Make(order::Wish),
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Cli::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stdout, reason = "what was asked for goes to stdout")]
async fn run(cli: Cli) -> Result<()> {
    match cli.command {
        Command::Credits => println!("{}", client()?.credits(BUDGET).await?),
        Command::Models { words } => print!("{}", models(&catalog(&cli.catalog)?, &words)),
        Command::Inputs { model } => print!("{}", inputs(find(&catalog(&cli.catalog)?, &model)?)),
        Command::Make(wish) => {
            let catalog = catalog(&cli.catalog)?;
            let order = order::Order::of(find(&catalog, &wish.model)?, &wish)?;
            eprintln!("{}", order.price());
            if wish.dry {
                println!("{}", serde_json::to_string_pretty(&order.draft()?)?);
                return Ok(());
            }
            for saved in order.make(&client()?, &wish).await? {
                println!("{saved}");
            }
        }
    }
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "a small tool reads its three variables where it starts")]
fn client() -> Result<KieClient> {
    let key = std::env::var("KIE_API_KEY").context("set KIE_API_KEY: a key from https://kie.ai/api-key")?;
    let mut options = Options::new(key.into());
    // Other servers than KIE's own: a simulator.
    if let Ok(url) = std::env::var("KIE_API_URL") {
        options.api_url = url;
    }
    if let Ok(url) = std::env::var("KIE_UPLOAD_URL") {
        options.upload_url = url;
    }
    Ok(KieClient::new(options)?)
}

fn catalog(folder: &Path) -> Result<Catalog> {
    let read = || -> std::io::Result<Vec<(String, String)>> {
        let mut files = Vec::new();
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "toml") {
                files.push((path.display().to_string(), std::fs::read_to_string(&path)?));
            }
        }
        files.sort();
        Ok(files)
    };
    let files = read().with_context(|| format!("{}: name the catalog's folder with --catalog", folder.display()))?;
    let files: Vec<_> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    Catalog::load(&files).map_err(|problems| {
        let lines: Vec<_> = problems.iter().map(ToString::to_string).collect();
        anyhow!("the catalog has problems:\n{}", lines.join("\n"))
    })
}

fn find<'a>(catalog: &'a Catalog, name: &str) -> Result<&'a Model> {
    let Some(model) = catalog.resolve(name) else { bail!("there is no model `{name}`; `kie models` lists them") };
    Ok(model)
}

fn models(catalog: &Catalog, words: &[String]) -> String {
    let words: Vec<String> = words.iter().map(|word| word.to_lowercase()).collect();
    let fits = |model: &&Model| {
        let text = format!("{} {}", model.id, model.title.get(Language::En)).to_lowercase();
        words.iter().all(|word| text.contains(word))
    };
    catalog.live().filter(fits).map(|model| format!("{:<44} {}\n", model.id, model.title.get(Language::En))).collect()
}

fn inputs(model: &Model) -> String {
    let asked = model.inputs().iter().filter(|input| !matches!(input.kind, InputKind::Fixed(_)));
    asked
        .map(|input| {
            let must = if input.must_be_asked() { "required" } else { "optional" };
            format!("{:<24} {must}  {}\n", input.name, answers::takes(input))
        })
        .collect()
}

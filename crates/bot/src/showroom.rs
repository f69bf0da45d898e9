//! `kiebot catalog diff` and `kiebot catalog import`: what KIE and others say, read for the curator.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use curator::diff::{self, Difference};
use curator::import::{self, Draft};
use domain::ids::ModelId;
use domain::models::Catalog;
use domain::ports::{Generator, Showroom};
use kie_client::KieClient;

/// One question may take so long, with its repeats and KIE's pace of one a second.
const BUDGET: Duration = Duration::from_secs(90);
/// More is no page of a documentation.
const PAGE_BYTES_MAX: u64 = 8 * 1024 * 1024;

/// What changed at KIE: of these models only, if any are named. A schema is asked for model by model, at KIE's pace.
///
/// # Errors
/// If KIE does not answer, or the catalog has none of the named models.
pub(crate) async fn diff(kie: &dyn Showroom, catalog: &Catalog, only: &[String]) -> Result<Vec<Difference>> {
    let named = |id: &ModelId| only.is_empty() || only.contains(&id.0);
    if let Some(unknown) = only.iter().find(|id| catalog.model(&ModelId((*id).clone())).is_none()) {
        bail!("the catalog has no model `{unknown}`; `kiebot catalog table` lists all");
    }
    let listings = kie.listings(BUDGET).await?;
    let prices = kie.prices(BUDGET).await?;
    progress(&format!("KIE lists {} models and {} prices", listings.len(), prices.len()));
    let is_ours = |id: &ModelId| catalog.model(id).is_some_and(domain::models::Model::is_live);
    let asked: Vec<_> = listings.iter().map(|listing| &listing.id).filter(|id| is_ours(id) && named(id)).collect();
    progress(&format!("asking for {} schemas, one a second", asked.len()));
    let mut schemas = BTreeMap::new();
    for id in asked {
        if let Some(schema) = kie.schema(id, BUDGET).await? {
            schemas.insert(id.clone(), schema);
        }
    }
    let differences = diff::diff(catalog, &listings, &schemas, &prices);
    // What is about no model in particular is no answer to a question about some.
    let asked_for = |difference: &Difference| difference.model.as_ref().map_or(only.is_empty(), named);
    Ok(differences.into_iter().filter(asked_for).collect())
}

/// A draft from KIE's own schema of a model.
///
/// # Errors
/// If KIE does not answer or has no schema of it, or the schema can't be read.
pub(crate) async fn import_from_kie(kie: &dyn Showroom, catalog: &Catalog, id: &str) -> Result<Vec<Draft>> {
    let schema = kie.schema(&ModelId(id.to_owned()), BUDGET).await?;
    let schema = schema.with_context(|| {
        format!("KIE has no schema of `{id}`; give a page of docs.kie.ai that describes it with `--from`")
    })?;
    Ok(import::draft(&schema.to_string(), catalog, Some(id))?)
}

/// Drafts from a file, a page or the standard input (`-`): of that model only, if one is named.
///
/// # Errors
/// If the source can't be read, or nothing in it can be.
pub(crate) async fn import_from(source: &str, catalog: &Catalog, id: Option<&str>) -> Result<Vec<Draft>> {
    let text = match source {
        "-" => {
            let mut text = String::new();
            std::io::stdin().take(PAGE_BYTES_MAX).read_to_string(&mut text).context("reading the standard input")?;
            text
        }
        page if page.starts_with("https://") => fetched(page).await?,
        path => std::fs::read_to_string(path).with_context(|| format!("reading `{path}`"))?,
    };
    Ok(import::draft(&text, catalog, id)?)
}

/// A public page. No key is needed for one, and none is sent.
async fn fetched(page: &str) -> Result<String> {
    let folder = tempfile::tempdir().context("making a temporary folder")?;
    let path = folder.path().join("page");
    let client = KieClient::new(kie_client::Options::new("no key is sent".into()))?;
    client.fetch_link(page, &path, PAGE_BYTES_MAX, BUDGET).await.with_context(|| format!("fetching `{page}`"))?;
    std::fs::read_to_string(&path).with_context(|| format!("`{page}` is no text"))
}

/// The drafts for standard output; what a reviewer has to know goes to standard error.
pub(crate) fn shown(drafts: &[Draft]) -> String {
    for draft in drafts {
        for remark in &draft.remarks {
            progress(&format!("{}: {remark}", draft.id));
        }
    }
    drafts.iter().map(|draft| draft.toml.trim_end()).collect::<Vec<_>>().join("\n\n")
}

#[expect(clippy::print_stderr, reason = "the standard output is for what was asked")]
fn progress(line: &str) {
    eprintln!("{line}");
}

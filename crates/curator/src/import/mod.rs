//! Drafts of catalog entries from what others have written down: one of KIE's pages, or the predecessor's registry.
//!
//! ```text
//! text --read--> Node --openapi | predecessor--> Sheet* --field--> Shape of each input --write--> Draft (TOML, remarks)
//! ```
//!
//! Must not know: where the text comes from, where the draft goes to. Nothing here knows a single model by its id.
//!
//! Invariants
//! - A draft is hidden and has no price: nothing is sold before a person has read it. What a person must decide says `REVIEW`.
//! - A draft loads as it is: the catalog's own loader reads it, and what it finds is among the remarks.
//! - Transport stays out: `model` of the envelope and `callBackUrl` never become inputs.
//! - A default is taken over only if it is one of the choices, a switch, or a number within the bounds. Texts and links of samples
//!   are other people's and never become defaults.
//! - Wire types are exact: what the source says is text stays text, and a sample that disagrees is pointed at.
//! - The text is bounded in bytes, depth, nodes and aliases; nothing in it is followed out of it.
//!
//! # How to add a form of source
//!
//! 1. Tell it apart in `read`, by what only that form holds.
//! 2. Turn it into `sheet::Sheet`s in a file of its own; properties stay as they are written.
//! 3. Teach `property` the new spelling of a bound, and `prose` what the source says in words only.
//! 4. Add a fixture and a test that its drafts load.

mod error;
mod field;
mod files;
mod guess;
mod house;
mod node;
mod numbers;
mod openapi;
mod predecessor;
mod price;
mod property;
mod prose;
mod read;
mod references;
mod sheet;
mod toml_text;
mod write;

use domain::ids::ModelId;
use domain::models::{Catalog, Status, Vendor};

pub use self::error::ImportError;
use self::house::House;
use self::read::Source;
use self::sheet::Sheet;

/// One entry to be reviewed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// KIE's id, as the source has it.
    pub id: String,
    /// Whose model it probably is: the catalog's vendor of its relatives, else made from the source's words.
    pub vendor: Vendor,
    /// The `[[model]]` with its inputs, in the format of `config/models`; ends with a line break.
    pub toml: String,
    /// What the reader of the draft should know: guesses, what was left out, what the source does not say.
    pub remarks: Vec<String>,
    /// Whether the catalog has this id already, as a model or as an older name of one.
    pub exists: bool,
}

impl Draft {
    /// The draft as a file of its own: the vendor's line, then the entry.
    pub fn file(&self) -> String {
        let (slug, name) = (toml_text::text(&self.vendor.slug), toml_text::text(&self.vendor.name));
        format!("vendor = {{ slug = {slug}, name = {name} }}\n\n{}", self.toml)
    }
}

/// Drafts of every model that `text` describes, or of the one called `only`, in the order of the text.
///
/// Known forms, told apart by content: a page of KIE's documentation in Markdown; its OpenAPI document alone, in YAML or JSON, also
/// as the catalogue's API wraps it (`data.openapi`); the predecessor's registry in JSON and in YAML. The catalog lends its words: titles
/// of inputs, labels of choices, constants, vendors.
///
/// # Errors
/// [`ImportError`]: the text is none of these, is cut short, or holds no such model.
pub fn draft(text: &str, catalog: &Catalog, only: Option<&str>) -> Result<Vec<Draft>, ImportError> {
    let sheets = match read::read(text)? {
        Source::OpenApi { documents, title } => openapi::sheets(&documents, title.as_deref())?,
        Source::Registry(root) => predecessor::sheets(&root)?,
    };
    let known: Vec<_> = sheets.iter().map(|sheet| sheet.id.clone()).collect();
    let wanted: Vec<_> = sheets.into_iter().filter(|sheet| only.is_none_or(|only| only == sheet.id)).collect();
    match only {
        Some(only) if wanted.is_empty() => Err(ImportError::no_such_model(only, &known)),
        _ => {
            let house = House::of(catalog);
            Ok(wanted.iter().map(|sheet| one(sheet, catalog, &house)).collect())
        }
    }
}

fn one(sheet: &Sheet, catalog: &Catalog, house: &House<'_>) -> Draft {
    let known = standing(&sheet.id, catalog);
    let vendor = guess::vendor(sheet, catalog);
    let written = write::write(sheet, house);
    let mut draft = Draft {
        id: sheet.id.clone(),
        vendor,
        toml: written.toml,
        exists: known.is_some(),
        remarks: known.into_iter().chain(written.remarks).collect(),
    };
    if !catalog.all().any(|model| model.vendor == draft.vendor) {
        draft.remarks.push(format!("vendor `{}` is new to the catalog: check slug and name", draft.vendor.name));
    }
    // The loader has the last word: what it refuses is told, not hidden.
    if let Err(problems) = Catalog::load(&[("draft", &draft.file())]) {
        draft.remarks.extend(problems.iter().map(|problem| format!("the draft does not load yet: {problem}")));
    }
    draft
}

/// What the catalog says of this id, if it knows it.
fn standing(id: &str, catalog: &Catalog) -> Option<String> {
    if let Some(model) = catalog.model(&ModelId(id.to_owned())) {
        let how = match &model.status {
            Status::Live => "and sold".to_owned(),
            Status::Hidden { reason } => format!("hidden ({reason})"),
            Status::Stopped { .. } | Status::Resting(_) => "sold, but stopped for now".to_owned(),
        };
        return Some(format!("`{id}` is in the catalog already, {how}: `catalog diff` tells what differs"));
    }
    let target = &catalog.resolve(id)?.id;
    Some(format!(
        "`{id}` is an older name in the catalog's aliases and leads to `{target}`: that one takes its place, draft it instead"
    ))
}

//! Why there is no draft, each with what to do about it.

/// How many ids a refusal lists: a screen of them.
const SHOWN_IDS: usize = 12;

/// Why a text gives no draft.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// There is nothing in it.
    #[error(
        "the text is empty; give it a page of KIE's documentation (its address with `.md`), or a registry of the predecessor"
    )]
    Empty,
    /// It is larger than any of these sources.
    #[error("the text has {bytes} bytes, more than {max}; give it one page or one registry, not a whole archive")]
    TooLarge {
        /// Its size.
        bytes: usize,
        /// The limit.
        max: usize,
    },
    /// It is a web page.
    #[error("the text is HTML; take the page's Markdown: its address with `.md` at the end")]
    WebPage,
    /// It begins like JSON and is none.
    #[error("the text is no JSON (line {line}: {reason}); fetch it again, it may be cut short")]
    BadJson {
        /// Where, from 1.
        line: usize,
        /// What the reader says.
        reason: String,
    },
    /// It is no YAML, or more than we are ready to read.
    #[error("the text is no readable YAML (line {line}: {reason}); fetch it again, it may be cut short")]
    BadYaml {
        /// Where, from 1, within the YAML.
        line: u64,
        /// What the reader says.
        reason: String,
    },
    /// A Markdown page ends within its code block.
    #[error("the page ends within its `{fence}` block; fetch it again, it was cut short")]
    CutShort {
        /// How the block begins.
        fence: String,
    },
    /// A Markdown page without an OpenAPI document.
    #[error("the page has no ```yaml block with an OpenAPI document; take a model's page below `docs.kie.ai/market`")]
    NoOpenApi,
    /// KIE's catalogue knows the model and has no schema for it.
    #[error(
        "KIE's catalogue has no schema for this model (`data.openapi` is null); take its page in the documentation"
    )]
    NoSchema,
    /// It can be read and is none of the known forms.
    #[error(
        "the text is neither an OpenAPI document nor a registry of the predecessor; it needs `openapi` or `models` at its top"
    )]
    Unknown,
    /// The document describes other endpoints.
    #[error("no `{CREATE_TASK}` among the paths ({paths}); a dedicated endpoint goes to `[model.dedicated]` of the unified model, by hand", CREATE_TASK = super::openapi::CREATE_TASK)]
    NoCreateTask {
        /// What it describes instead.
        paths: String,
    },
    /// The document does not say which model it is about.
    #[error(
        "the document names no model (neither `enum`, `default` nor a sample of `model`); write the id into it and try again"
    )]
    NoModelId,
    /// The registry holds no models.
    #[error("the registry holds no models; it needs a list or a table below `models`, each with inputs")]
    NoModels,
    /// The wanted id is not in it.
    #[error("there is no model `{wanted}` in the text; it holds {known}")]
    NoSuchModel {
        /// The id that was asked for.
        wanted: String,
        /// Those that there are, the first few.
        known: String,
    },
}

impl ImportError {
    pub(super) fn no_such_model(wanted: &str, known: &[String]) -> Self {
        let shown: Vec<_> = known.iter().take(SHOWN_IDS).map(|id| format!("`{id}`")).collect();
        let more = known.len() - shown.len();
        let tail = if more > 0 { format!(" and {more} more") } else { String::new() };
        Self::NoSuchModel { wanted: wanted.to_owned(), known: format!("{}{tail}", shown.join(", ")) }
    }
}

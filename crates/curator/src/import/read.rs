//! Telling apart what a text is, and reading it within bounds.

use serde_saphyr::options::DuplicateKeyPolicy;

use super::error::ImportError;
use super::node::Node;

/// KIE's longest page has 50 kB, the predecessor's registries 40 kB: a hundred times that.
const BYTES_MAX: usize = 4 * 1024 * 1024;
/// A schema in a schema in a page is about twenty levels deep.
const DEPTH_MAX: usize = 64;
/// The longest page makes about five thousand nodes.
const NODES_MAX: usize = 400_000;
/// Some writers of YAML repeat a list by an alias. What all aliases together may unfold to, and what an anchor may hold in bytes:
/// their product, 128 MB, is the most that an attack can make.
const ALIASES_MAX: usize = 200;
const REPLAYED_MAX: usize = 2_000;
const ANCHOR_BYTES_MAX: usize = 64 * 1024;
/// A page has one document, seldom two.
const BLOCKS_MAX: usize = 32;

/// What a text turned out to be.
#[derive(Debug)]
pub(super) enum Source {
    /// OpenAPI documents, and the heading of the page around them.
    OpenApi { documents: Vec<Node>, title: Option<String> },
    /// A registry of the predecessor.
    Registry(Node),
}

pub(super) fn read(text: &str) -> Result<Source, ImportError> {
    if text.len() > BYTES_MAX {
        return Err(ImportError::TooLarge { bytes: text.len(), max: BYTES_MAX });
    }
    let text = text.trim_start_matches('\u{feff}').trim();
    match text.chars().next() {
        None => Err(ImportError::Empty),
        Some('<') => Err(ImportError::WebPage),
        Some('{' | '[') => recognise(json(text)?),
        Some(_) if text.lines().any(|line| Fence::open(line).is_some()) => page(text),
        // A page cut off before its document, or without one.
        Some('#') if !text.lines().any(is_top_key) => Err(ImportError::NoOpenApi),
        Some(_) => recognise(yaml(text)?),
    }
}

fn is_top_key(line: &str) -> bool {
    ["openapi:", "paths:", "models:", "meta:"].iter().any(|key| line.starts_with(key))
}

/// What a whole document is, by the keys at its top.
fn recognise(root: Node) -> Result<Source, ImportError> {
    let wrapped =
        root.at(&["data", "openapi"]).or_else(|| root.get("openapi").filter(|inner| !inner.entries().is_empty()));
    match wrapped {
        Some(Node::Null) => return Err(ImportError::NoSchema),
        // The document may travel as a text within the answer.
        Some(Node::Text(inner)) => return recognise_inner(inner),
        Some(inner) if is_openapi(inner) => {
            return Ok(Source::OpenApi { documents: vec![inner.clone()], title: None });
        }
        _ => {}
    }
    if is_openapi(&root) {
        return Ok(Source::OpenApi { documents: vec![root], title: None });
    }
    if root.get("models").is_some() {
        return Ok(Source::Registry(root));
    }
    Err(ImportError::Unknown)
}

fn recognise_inner(text: &str) -> Result<Source, ImportError> {
    let document = if text.trim_start().starts_with('{') { json(text)? } else { yaml(text)? };
    if !is_openapi(&document) {
        return Err(ImportError::Unknown);
    }
    Ok(Source::OpenApi { documents: vec![document], title: None })
}

fn is_openapi(node: &Node) -> bool {
    node.get("paths").is_some_and(|paths| !paths.entries().is_empty())
}

/// The OpenAPI documents of a Markdown page.
fn page(text: &str) -> Result<Source, ImportError> {
    let title = text.lines().find_map(|line| line.strip_prefix("# ")).map(|title| title.trim().to_owned());
    let mut documents = Vec::new();
    let mut refused = None;
    for (fence, block) in blocks(text)? {
        let read = if fence.is_json() || block.trim_start().starts_with('{') { json(&block) } else { yaml(&block) };
        match read {
            Ok(document) if is_openapi(&document) => documents.push(document),
            Ok(_) => {}
            // Samples of requests in a page need not be clean; only if nothing else is there do they matter.
            Err(error) => refused = refused.or(block.contains("paths").then_some(error)),
        }
    }
    match (documents.is_empty(), refused) {
        (false, _) => Ok(Source::OpenApi { documents, title }),
        (true, Some(error)) => Err(error),
        (true, None) => Err(ImportError::NoOpenApi),
    }
}

/// How a code block begins: three or more backticks or tildes, and the language.
struct Fence {
    mark: char,
    length: usize,
    language: String,
}

impl Fence {
    /// The fence that a line opens, if it is of a language that documents are written in.
    fn open(line: &str) -> Option<Self> {
        let line = line.trim();
        let mark = line.chars().next().filter(|mark| matches!(mark, '`' | '~'))?;
        let length = line.chars().take_while(|other| *other == mark).count();
        let language = line[length..].split_whitespace().next().unwrap_or_default().to_lowercase();
        let readable = matches!(language.as_str(), "yaml" | "yml" | "json");
        (length >= 3 && readable).then_some(Self { mark, length, language })
    }

    fn closes(&self, line: &str) -> bool {
        let line = line.trim();
        line.chars().all(|mark| mark == self.mark) && line.len() >= self.length
    }

    fn is_json(&self) -> bool {
        self.language == "json"
    }
}

fn blocks(text: &str) -> Result<Vec<(Fence, String)>, ImportError> {
    let mut blocks = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let Some(fence) = Fence::open(line) else { continue };
        let mut block = String::new();
        loop {
            let Some(line) = lines.next() else {
                let fence = format!("{}{}", fence.mark.to_string().repeat(fence.length), fence.language);
                return Err(ImportError::CutShort { fence });
            };
            if fence.closes(line) {
                break;
            }
            block.push_str(line);
            block.push('\n');
        }
        blocks.push((fence, block));
        if blocks.len() == BLOCKS_MAX {
            break;
        }
    }
    Ok(blocks)
}

/// JSON; its reader bounds the depth itself.
fn json(text: &str) -> Result<Node, ImportError> {
    serde_json::from_str(text)
        .map_err(|error| ImportError::BadJson { line: error.line(), reason: first_line(&error.to_string()) })
}

/// YAML 1.2: `on` and `no` are words, `012` and `1_000` too.
fn yaml(text: &str) -> Result<Node, ImportError> {
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_depth: DEPTH_MAX,
            max_nodes: NODES_MAX,
            max_aliases: ALIASES_MAX,
            max_anchors: ALIASES_MAX,
            max_recorded_anchor_bytes: ANCHOR_BYTES_MAX,
            max_documents: 1,
        },
        alias_limits: serde_saphyr::alias_limits! {
            max_total_replayed_events: REPLAYED_MAX,
            max_replay_stack_depth: 8,
        },
        duplicate_keys: DuplicateKeyPolicy::Error,
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
        with_snippet: false,
    };
    serde_saphyr::from_str_with_options(text, options).map_err(|error| ImportError::BadYaml {
        line: error.location().map_or(1, |location| location.line()),
        reason: first_line(&error.to_string()),
    })
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().trim().to_owned()
}

//! What every form of source comes to: a model and its properties, still in the source's words.

use super::node::Node;

/// One model as its source describes it.
#[derive(Clone, Debug)]
pub(super) struct Sheet {
    pub(super) id: String,
    /// Its name for people, if the source has one.
    pub(super) title: Option<String>,
    /// Who makes it, in the source's words.
    pub(super) vendor: Option<String>,
    /// What tells its kind: menu, modality, heading. Lower case.
    pub(super) words: String,
    /// What it says to come back: `image`, `video`.
    pub(super) output: Option<String>,
    /// In the source's order; system fields are gone already.
    pub(super) properties: Vec<Property>,
    /// Prices by the source's name for them, in credits: `("1k", "18")`; an empty name is the only price.
    pub(super) prices: Vec<(String, String)>,
    /// Which source, for the reader: "KIE's OpenAPI page".
    pub(super) source: &'static str,
    /// What to tell the reader beforehand.
    pub(super) remarks: Vec<String>,
    /// Decisions that concern the model as a whole: comments at its top.
    pub(super) reviews: Vec<String>,
}

/// One input as the source describes it.
#[derive(Clone, Debug)]
pub(super) struct Property {
    pub(super) name: String,
    pub(super) required: bool,
    /// Its schema, references resolved.
    pub(super) schema: Node,
    /// What samples of whole requests send for it: they show the wire type, and nothing else is taken from them.
    pub(super) samples: Vec<Node>,
    /// What to decide about it.
    pub(super) reviews: Vec<String>,
}

//! [`Dedicated`]: an older endpoint of KIE's that makes the same as the unified one, and how a payload is said there.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use super::kind::ApiFamily;
use super::schema::Localized;

/// A model's way through a dedicated endpoint: a fallback that the owner may configure. Made by the loader only.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Dedicated {
    /// Whose requests, status words and results; never the unified one.
    pub family: ApiFamily,
    /// Where its tasks are made, from the first slash: `/api/v1/veo/generate`.
    pub path: String,
    /// Said to the user before they confirm: what this way makes otherwise than the model promises.
    pub note: Option<Localized>,
    /// Its names of inputs that are called otherwise there, by the unified name.
    pub(super) names: BTreeMap<String, String>,
    /// Its values of inputs, by the unified name; each list of (unified, its own).
    pub(super) values: BTreeMap<String, Vec<(Json, Json)>>,
    /// Inputs that it does not know, by the unified name.
    pub(super) without: Vec<String>,
}

impl Dedicated {
    /// The body of its request without the callback, made from the payload of the unified way.
    pub fn request(&self, payload: Map<String, Json>) -> Map<String, Json> {
        let known = payload.into_iter().filter(|(name, _)| !self.without.contains(name));
        known.map(|(name, value)| (self.name(&name), self.value(&name, value))).collect()
    }

    /// What the input with this unified name is called there.
    pub(super) fn name(&self, name: &str) -> String {
        self.names.get(name).map_or(name, String::as_str).to_owned()
    }

    fn value(&self, name: &str, value: Json) -> Json {
        let others = self.values.get(name).map(Vec::as_slice).unwrap_or_default();
        others.iter().find(|(unified, _)| *unified == value).map_or(value, |(_, own)| own.clone())
    }
}

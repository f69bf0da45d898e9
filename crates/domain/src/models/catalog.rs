//! The whole catalog: immutable, indexed, loaded from text.

use std::collections::BTreeMap;

use super::file;
use super::kind::Kind;
use super::model::{Model, Vendor};
use super::problem::Problem;
use crate::ids::ModelId;

/// Every model that we know, sold or hidden, in the order of the files.
#[derive(Clone, Debug)]
pub struct Catalog {
    models: Vec<Model>,
    by_id: BTreeMap<String, usize>,
    aliases: BTreeMap<String, ModelId>,
}

impl Catalog {
    /// Reads and proves the catalog's files, given as (name, TOML text). The names appear in messages only.
    ///
    /// # Errors
    /// Everything that is wrong, by file and line. Then there is no catalog, and the bot does not start.
    pub fn load(files: &[(&str, &str)]) -> Result<Self, Vec<Problem>> {
        let file::Contents { models, aliases } = file::read(files)?;
        let by_id = models.iter().enumerate().map(|(index, model)| (model.id.0.clone(), index)).collect();
        Ok(Self { models, by_id, aliases })
    }

    /// The model with this id or older name: names of the predecessor's models lead to what does their work today.
    pub fn resolve(&self, name: &str) -> Option<&Model> {
        let id = self.aliases.get(name).map_or(name, |id| id.0.as_str());
        self.by_id.get(id).map(|index| &self.models[*index])
    }

    /// The model with this id, hidden ones too: an old generation may name it.
    pub fn model(&self, id: &ModelId) -> Option<&Model> {
        self.by_id.get(id.0.as_str()).map(|index| &self.models[*index])
    }

    /// Every model, hidden ones too.
    pub fn all(&self) -> impl Iterator<Item = &Model> {
        self.models.iter()
    }

    /// The models that are sold.
    pub fn live(&self) -> impl Iterator<Item = &Model> {
        self.models.iter().filter(|model| model.is_live())
    }

    /// The models that are sold and do this task, mainly or also.
    pub fn by_kind(&self, kind: Kind) -> impl Iterator<Item = &Model> {
        self.live().filter(move |model| model.does(kind))
    }

    /// The models of a vendor that are sold, by the vendor's slug.
    pub fn by_vendor<'a>(&'a self, slug: &'a str) -> impl Iterator<Item = &'a Model> {
        self.live().filter(move |model| model.vendor.slug == slug)
    }

    /// The tasks that some sold model does, in the order of the menu.
    pub fn kinds(&self) -> impl Iterator<Item = Kind> {
        Kind::ALL.iter().copied().filter(|kind| self.by_kind(*kind).next().is_some())
    }

    /// The vendors of sold models, by name.
    pub fn vendors(&self) -> Vec<&Vendor> {
        let mut vendors: Vec<_> = self.live().map(|model| &model.vendor).collect();
        vendors.sort_by(|a, b| a.name.cmp(&b.name));
        vendors.dedup();
        vendors
    }
}

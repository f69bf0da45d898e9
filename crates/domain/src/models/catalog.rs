//! The whole catalog: immutable, indexed, loaded from text.

use std::collections::BTreeMap;

use super::file;
use super::kind::Kind;
use super::model::{Model, Status, Vendor};
use super::overrides::Overrides;
use super::problem::Problem;
use crate::ids::ModelId;
use crate::ports::Stop;
use crate::rest::Rest;
use crate::screen::Key;

/// Every model that we know, sold or hidden, in the order of the files.
#[derive(Clone, Debug)]
pub struct Catalog {
    models: Vec<Model>,
    by_id: BTreeMap<String, usize>,
    by_key: BTreeMap<Key, usize>,
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
        let by_key = models.iter().enumerate().map(|(index, model)| (Key::of(&model.id.0), index)).collect();
        Ok(Self { models, by_id, by_key, aliases })
    }

    /// The same catalog less what is stopped: no list shows those models, and their cards can say why. What the catalog itself hides stays
    /// hidden; a stop of an unknown model changes nothing.
    #[must_use]
    pub fn with_stops(&self, stops: &[Stop]) -> Self {
        let mut catalog = self.clone();
        for stop in stops {
            let Some(index) = catalog.by_id.get(stop.model.0.as_str()) else { continue };
            let model = &mut catalog.models[*index];
            if model.is_live() {
                model.status = Status::Stopped { reason: stop.reason, since: stop.at };
            }
        }
        catalog
    }

    /// The same catalog less what rests. What is stopped or hidden stays so; a rest of an unknown model changes nothing.
    #[must_use]
    pub fn with_rests(mut self, rests: &[Rest]) -> Self {
        for rest in rests {
            let Some(index) = self.by_id.get(rest.model.0.as_str()) else { continue };
            let model = &mut self.models[*index];
            if model.is_live() {
                model.status = Status::Resting(rest.clone());
            }
        }
        self
    }

    /// The same catalog with what an owner set for some models laid over it; who is not in it is as the files say.
    #[must_use]
    pub fn with_overrides(mut self, overrides: &Overrides) -> Self {
        for model in &mut self.models {
            overrides.lay_over(model);
        }
        self
    }

    /// The same catalog with nothing in it that may be had for nothing.
    #[must_use]
    pub fn without_free(mut self) -> Self {
        for model in &mut self.models {
            model.free = None;
        }
        self
    }

    /// The model with this id or older name: names of the predecessor's models lead to what does their work today.
    pub fn resolve(&self, name: &str) -> Option<&Model> {
        let id = self.aliases.get(name).map_or(name, |id| id.0.as_str());
        self.by_id.get(id).map(|index| &self.models[*index])
    }

    /// The older names, each with the id that it leads to, ordered by name.
    pub fn aliases(&self) -> impl Iterator<Item = (&str, &ModelId)> {
        self.aliases.iter().map(|(name, id)| (name.as_str(), id))
    }

    /// The model with this id, hidden ones too: an old generation may name it.
    pub fn model(&self, id: &ModelId) -> Option<&Model> {
        self.by_id.get(id.0.as_str()).map(|index| &self.models[*index])
    }

    /// The model that a button names, hidden ones too.
    pub fn by_key(&self, key: Key) -> Option<&Model> {
        self.by_key.get(&key).map(|index| &self.models[*index])
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use crate::ports::StopReason;

    fn catalog() -> Catalog {
        let files = [
            ("alibaba.toml", include_str!("../../../../config/models/alibaba.toml")),
            ("common.toml", include_str!("../../../../config/models/common.toml")),
            ("google.toml", include_str!("../../../../config/models/google.toml")),
        ];
        Catalog::load(&files).unwrap()
    }

    fn stop(model: &ModelId) -> Stop {
        Stop { model: model.clone(), reason: StopReason::Loss, at: Timestamp::from_seconds(1_795_348_800) }
    }

    #[test]
    fn a_stopped_model_is_in_no_list_but_can_be_looked_up() {
        let all = catalog();
        let model = all.live().next().unwrap().clone();
        let less = all.with_stops(&[stop(&model.id), stop(&ModelId("nobody/knows".to_owned()))]);
        assert_eq!(less.live().count() + 1, all.live().count());
        assert!(less.by_kind(model.kind).all(|other| other.id != model.id));
        assert!(less.by_vendor(&model.vendor.slug).all(|other| other.id != model.id));
        let shown = less.model(&model.id).unwrap();
        assert_eq!(shown.stop(), Some((StopReason::Loss, Timestamp::from_seconds(1_795_348_800))));
        assert!(!shown.is_live());
        assert!(all.model(&model.id).unwrap().is_live(), "the catalog itself is as it was");
    }

    #[test]
    fn a_resting_model_is_in_no_list_and_says_until_when() {
        let all = catalog();
        let (model, other) = (all.live().next().unwrap().clone(), all.live().nth(1).unwrap().id.clone());
        let at = Timestamp::from_seconds(1_795_348_800);
        let rest = |model: &ModelId| Rest::of(model.clone(), 5, 5, None, at);
        let rests = [rest(&model.id), rest(&other), rest(&ModelId("nobody/knows".to_owned()))];
        let less = all.with_stops(&[stop(&other)]).with_rests(&rests);
        assert_eq!(less.live().count() + 2, all.live().count());
        let shown = less.model(&model.id).unwrap();
        assert_eq!(
            (shown.rest(), shown.stop(), shown.is_live(), shown.is_off_for_now()),
            (Some(&rests[0]), None, false, true)
        );
        let stopped = less.model(&other).unwrap();
        assert!(stopped.stop().is_some() && stopped.rest().is_none(), "a stop is for longer than a rest");
        assert!(all.live().all(|model| !model.is_off_for_now()));
    }

    #[test]
    fn nothing_is_free_in_a_catalog_without() {
        let files = [
            ("alibaba.toml", include_str!("../../../../config/models/alibaba.toml")),
            ("common.toml", include_str!("../../../../config/models/common.toml")),
            ("free.toml", "[free]\n\"z-image\" = { day = 3, hour = 2 }"),
        ];
        let all = Catalog::load(&files).unwrap();
        assert!(all.live().any(|model| model.free.is_some()));
        assert!(all.without_free().all().all(|model| model.free.is_none()));
    }

    #[test]
    fn a_hidden_model_stays_hidden_when_it_is_stopped() {
        let mut all = catalog();
        all.models[0].status = Status::Hidden { reason: "withdrawn".to_owned() };
        let id = all.models[0].id.clone();
        let less = all.with_stops(&[stop(&id)]);
        assert_eq!(less.model(&id).unwrap().status, Status::Hidden { reason: "withdrawn".to_owned() });
        assert_eq!(less.model(&id).unwrap().stop(), None);
    }
}

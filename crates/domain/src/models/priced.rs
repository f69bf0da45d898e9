//! What a price hangs on, for whoever explains one.

use std::collections::BTreeMap;

use super::condition::{Condition, Fact, OutputPixels, Subject, View};
use super::model::Model;
use super::price::{PriceTable, Term};
use super::schema::Input;
use super::value::{Inputs, Value};

/// An input that the price hangs on.
#[derive(Clone, Copy, Debug)]
pub struct PriceInput<'a> {
    /// The input.
    pub input: &'a Input,
    /// What holds for it.
    pub value: &'a Value,
    /// What the price counts of it, if that is something else than the value itself.
    pub measure: Option<Measure>,
}

/// What is counted of a given value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// The length of all files together, in milliseconds.
    Millis(i64),
    /// The length of all texts together, in UTF-16 units.
    Characters(i64),
}

impl Model {
    /// The inputs that the price hangs on beside what else is filled in, in the order of the wizard: no constants, none that is left out
    /// or does not apply.
    pub fn price_inputs<'a>(&'a self, inputs: &'a Inputs) -> Vec<PriceInput<'a>> {
        let view = View::new(&self.inputs, inputs);
        let subjects = self.price.as_ref().map(PriceTable::subjects).unwrap_or_default();
        let held = subjects.into_iter().filter_map(|(index, fact)| {
            let input = &self.inputs[index];
            let value = view.value(index).filter(|_| !input.is_fixed())?;
            let measure = match fact {
                Some(Fact::Millis) => Fact::Millis.of(value).map(Measure::Millis),
                Some(Fact::Characters) => Fact::Characters.of(value).map(Measure::Characters),
                _ => None,
            };
            Some(PriceInput { input, value, measure })
        });
        held.collect()
    }
}

impl PriceTable {
    /// The inputs that rows and surcharges look at or count, each with what they count of it.
    fn subjects(&self) -> BTreeMap<usize, Option<Fact>> {
        let mut subjects: BTreeMap<usize, Option<Fact>> = BTreeMap::new();
        let mut note = |index: usize, fact: Option<Fact>| {
            let known = subjects.entry(index).or_default();
            *known = known.or(fact);
        };
        for row in self.rows.iter().chain(&self.surcharges) {
            for Condition { subject, .. } in &row.when {
                match *subject {
                    Subject::Input(index) => note(index, None),
                    Subject::Fact(index, fact) => note(index, Some(fact)),
                    Subject::OutputPixels => {}
                }
            }
            for term in &row.quantity.terms {
                match *term {
                    Term::Millis(index) => note(index, Some(Fact::Millis)),
                    Term::Fact(index, fact) => note(index, Some(fact)),
                    Term::Frames { frames, rate } => [frames, rate].into_iter().for_each(|index| note(index, None)),
                    Term::OutputPixels => {}
                }
            }
            row.quantity.times.into_iter().for_each(|index| note(index, None));
        }
        match &self.output_pixels {
            Some(OutputPixels::Table { input, .. }) => note(*input, None),
            Some(OutputPixels::Source { input, factor, .. }) => {
                note(*input, None);
                factor.iter().for_each(|index| note(*index, None));
            }
            None => {}
        }
        subjects
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::ModelId;
    use crate::models::{Catalog, Media, MediaFacts, MediaKey, MediaRef};

    const MODELS: &str = r#"
        vendor = { slug = "test", name = "Test" }

        [[model]]
        id = "dub"
        kind = "video-to-video"
        title = { ru = "Дубль", en = "Dub" }
        summary = { ru = "Повтор.", en = "Again." }
        example = { ru = "Кот", en = "A cat" }

        [[model.input]]
        name = "prompt"
        type = "text"
        title = { ru = "Запрос", en = "Prompt" }
        max_length = 100

        [[model.input]]
        name = "quality"
        type = "choice"
        title = { ru = "Качество", en = "Quality" }
        default = "480p"
        options = ["480p", "720p"]

        [[model.input]]
        name = "clip"
        type = "video"
        title = { ru = "Видео", en = "Video" }
        required = true
        max_seconds = 30

        [[model.input]]
        name = "lines"
        type = "text"
        title = { ru = "Реплики", en = "Lines" }
        required = true
        max_length = 500

        [[model.input]]
        name = "sound"
        type = "bool"
        default = false
        title = { ru = "Звук", en = "Sound" }
        when = { quality = "720p" }

        [model.price]
        date = 2026-10-10
        source = "made up"
        rows = [
          { when = { quality = "480p" }, credits = 2, per = "second of input video", seconds = "clip" },
          { when = { quality = "720p" }, credits = 5, per = "second of input video", seconds = "clip" },
        ]
        surcharges = [
          { when = { sound = true }, credits = 1, per = "generation" },
          { credits = 1, per = "1k chars", characters = "lines" },
        ]
    "#;

    fn told(inputs: &Inputs) -> Vec<(String, Option<Measure>)> {
        let catalog = Catalog::load(&[("test.toml", MODELS)]).unwrap();
        let model = catalog.model(&ModelId("dub".to_owned())).unwrap();
        let held = model.price_inputs(inputs);
        held.iter().map(|held| (format!("{} {:?}", held.input.name, held.value), held.measure)).collect()
    }

    #[test]
    fn what_rows_look_at_and_count_is_told_with_its_default_and_its_measure() {
        let file = |millis| MediaRef {
            key: MediaKey("file".to_owned()),
            facts: MediaFacts { millis: Some(millis), ..MediaFacts::unknown(Media::Video) },
        };
        let inputs = Inputs::new()
            .with("prompt", Value::text("a cat"))
            .with("clip", Value::Media(vec![file(12_500)]))
            .with("lines", Value::text("да 🐈"));
        let named: Vec<_> = told(&inputs).into_iter().map(|(held, measure)| (held[..4].to_owned(), measure)).collect();
        let wanted = [
            ("qual".to_owned(), None),
            ("clip".to_owned(), Some(Measure::Millis(12_500))),
            ("line".to_owned(), Some(Measure::Characters(5))),
        ];
        assert_eq!(named, wanted, "the prompt costs nothing, and there is no sound at this quality");
        assert!(told(&inputs)[0].0.contains("480p"), "the default holds");
        let dearer = inputs.with("quality", Value::choice("720p")).with("sound", Value::Bool(true));
        assert_eq!(told(&dearer).len(), 4);
    }
}

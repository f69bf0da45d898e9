//! How a model counts what one input brings: the unit and its price, for the question that asks for it.

use super::condition::View;
use super::model::Model;
use super::price::{Per, Row, Term};
use super::value::Inputs;
use crate::money::Credits;

/// The price of one unit of what an input brings; it may hang on answers that are still open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// What is counted.
    pub per: Per,
    /// Credits for one unit, at least.
    pub low: Credits,
    /// Credits for one unit, at most.
    pub high: Credits,
}

impl Rate {
    fn of(row: &Row) -> Self {
        Self { per: row.per, low: row.credits, high: row.credits }
    }

    /// Both at once; none if they count different things.
    fn or(self, other: Self) -> Option<Self> {
        (self.per == other.per).then(|| Self { low: self.low.min(other.low), high: self.high.max(other.high), ..self })
    }
}

impl Model {
    /// What one unit of the answer to input `name` costs beside what else is filled in; none if the price does not count
    /// it, counts it only in part, or counts it in several ways.
    pub fn rate(&self, inputs: &Inputs, name: &str) -> Option<Rate> {
        let table = self.price.as_ref()?;
        let index = self.inputs.iter().position(|input| input.name == name)?;
        let view = View { output_pixels: table.output_pixels.as_ref(), ..View::new(&self.inputs, inputs) };
        let mut rate: Option<Rate> = None;
        for row in &table.rows {
            let holds = view.holds(&row.when);
            if holds == Some(false) {
                continue;
            }
            if !row.counts_each(index) {
                return None;
            }
            let one = Rate::of(row);
            rate = Some(rate.map_or(Some(one), |rate| rate.or(one))?);
            if holds == Some(true) {
                break;
            }
        }
        rate
    }
}

impl Row {
    /// Whether every unit of what the input brings costs the same, and nothing else multiplies it.
    fn counts_each(&self, index: usize) -> bool {
        let quantity = &self.quantity;
        let is_counted = |term: &Term| match term {
            Term::Millis(counted) | Term::Fact(counted, _) => *counted == index,
            Term::Frames { .. } | Term::OutputPixels => false,
        };
        quantity.beyond == 0 && quantity.times.is_none() && quantity.terms.iter().any(is_counted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::ModelId;
    use crate::models::{Catalog, Value};

    const MODELS: &str = r#"
        vendor = { slug = "test", name = "Test" }

        [[model]]
        id = "dub"
        kind = "video-to-video"
        title = { ru = "Дубль", en = "Dub" }
        summary = { ru = "Повтор.", en = "Again." }

        [[model.input]]
        name = "quality"
        type = "choice"
        title = { ru = "Качество", en = "Quality" }
        required = true
        options = ["480p", "720p"]

        [[model.input]]
        name = "clip"
        type = "video"
        title = { ru = "Видео", en = "Video" }
        required = true
        max_seconds = 30

        [[model.input]]
        name = "pictures"
        type = "images"
        title = { ru = "Картинки", en = "Pictures" }
        max_items = 3

        [model.price]
        date = 2026-10-10
        source = "made up"
        rows = [
          { when = { quality = "480p" }, credits = 2, per = "second of input video", seconds = "clip" },
          { when = { quality = "720p" }, credits = 5, per = "second of input video", seconds = "clip" },
        ]
        surcharges = [{ credits = 1, per = "input image", count = "pictures" }]
    "#;

    #[test]
    fn a_rate_is_a_range_until_what_it_hangs_on_is_answered() {
        let catalog = Catalog::load(&[("models.toml", MODELS)]).expect("it is sound");
        let model = catalog.model(&ModelId("dub".to_owned())).expect("it is in the file");
        let rate = |inputs: &Inputs, name: &str| {
            model.rate(inputs, name).map(|rate| (rate.per, rate.low.to_string(), rate.high.to_string()))
        };
        let range = |low: &str, high: &str| Some((Per::SecondOfInputVideo, low.to_owned(), high.to_owned()));
        let empty = Inputs::new();
        assert_eq!(rate(&empty, "clip"), range("2", "5"));
        assert_eq!(rate(&empty.with("quality", Value::choice("720p")), "clip"), range("5", "5"));
        // Nothing is counted by these alone.
        for name in ["quality", "pictures", "unknown"] {
            assert_eq!(rate(&Inputs::new(), name), None, "{name}");
        }
    }
}

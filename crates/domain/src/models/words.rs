//! Price rows as words, for people who keep the catalog: `20 per second, if mode = std, sound = true`. No user reads them.

use super::condition::{Condition, Fact, Subject, Test};
use super::model::Model;
use super::price::Row;
use super::value::Value;

impl Model {
    /// A row of this model's price table in words: credits, unit, and when it holds.
    pub fn row_in_words(&self, row: &Row) -> String {
        let when = self.conditions_in_words(row);
        let condition = if when.is_empty() { String::new() } else { format!(", if {when}") };
        format!("{} per {}{condition}", row.credits, row.per)
    }

    /// When a row of this model's price table holds, in words; empty = always.
    pub fn conditions_in_words(&self, row: &Row) -> String {
        let words: Vec<_> = row.when.iter().map(|condition| self.condition_in_words(condition)).collect();
        words.join(", ")
    }

    fn condition_in_words(&self, condition: &Condition) -> String {
        let (subject, scale) = match condition.subject {
            Subject::Input(index) => (self.inputs[index].name.clone(), 1),
            Subject::Fact(index, fact) => {
                let (word, scale) = fact_in_words(fact);
                (format!("{}.{word}", self.inputs[index].name), scale)
            }
            Subject::OutputPixels => ("output.pixels".to_owned(), 1),
        };
        let shown = |figure: i64| (figure / scale).to_string();
        match &condition.test {
            Test::Is(values) => {
                let values: Vec<_> = values.iter().map(value_in_words).collect();
                format!("{subject} = {}", values.join(" or "))
            }
            Test::Given => format!("{subject} given"),
            Test::Absent => format!("{subject} absent"),
            Test::Between { at_least: Some(least), at_most: Some(most) } if least == most => {
                format!("{subject} = {}", shown(*least))
            }
            Test::Between { at_least: Some(least), at_most: Some(most) } => {
                format!("{subject} from {} to {}", shown(*least), shown(*most))
            }
            Test::Between { at_least: Some(least), at_most: None } => format!("{subject} at least {}", shown(*least)),
            Test::Between { at_least: None, at_most: Some(most) } => format!("{subject} at most {}", shown(*most)),
            Test::Between { at_least: None, at_most: None } => subject,
        }
    }
}

/// The fact's name in the catalog's files, and how many of our base units its unit there has.
const fn fact_in_words(fact: Fact) -> (&'static str, i64) {
    match fact {
        Fact::Count => ("count", 1),
        Fact::Millis => ("seconds", 1000),
        Fact::ShortSide => ("short_side", 1),
        Fact::Pixels => ("pixels", 1),
        Fact::Characters => ("characters", 1),
    }
}

fn value_in_words(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Choice(key) => key.to_string(),
        Value::Integer(integer) => integer.to_string(),
        Value::Decimal(decimal) => decimal.to_string(),
        Value::Bool(flag) => flag.to_string(),
        // Conditions compare scalars only; the loader sees to it.
        Value::Media(_) | Value::Texts(_) | Value::Objects(_) | Value::Task(_) => "given".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use crate::ids::ModelId;
    use crate::models::Catalog;

    const MODELS: &str = r#"
        vendor = { slug = "test", name = "Test" }

        [[model]]
        id = "clip"
        kind = "video-to-video"
        title = { ru = "Клип", en = "Clip" }
        summary = { ru = "Клип из клипа.", en = "A clip of a clip." }

        [[model.input]]
        name = "quality"
        type = "choice"
        title = { ru = "Качество", en = "Quality" }
        options = ["480p", "720p", "1080p"]
        default = "480p"

        [[model.input]]
        name = "shots"
        type = "bool"
        title = { ru = "Сцены", en = "Shots" }
        required = true
        default = false

        [[model.input]]
        name = "clip"
        type = "video"
        title = { ru = "Видео", en = "Video" }
        required = true
        max_seconds = 30

        [[model.input]]
        name = "scenes"
        type = "texts"
        title = { ru = "Что в сценах", en = "What happens" }
        when = { shots = true }
        required = true
        max_items = 3
        max_length = 90

        [[model.input]]
        name = "ids"
        type = "texts"
        title = { ru = "Имена", en = "Names" }
        when = { shots = true }
        max_items = 3
        max_length = 90
        otherwise = []

        [[model.input]]
        name = "style"
        type = "choice"
        title = { ru = "Стиль", en = "Style" }
        options = [{ value = "a", ru = "Один", en = "One" }, { value = "b", ru = "Два", en = "Two" }]
        default = "a"

        [model.price]
        date = 2026-10-10
        source = "made up"
        rows = [
          { when = { quality = ["480p", "720p"], clip = { seconds = { at_most = 5 } } }, credits = 2, per = "generation" },
          { when = { quality = "1080p" }, credits = 5.5, per = "second of input video", seconds = "clip" },
          { credits = 3, per = "second of input video", seconds = "clip" },
        ]

        [aliases]
        "old/clip" = "clip"
        "an/older-clip" = "clip"
    "#;

    fn catalog() -> Catalog {
        Catalog::load(&[("models.toml", MODELS)]).expect("it is sound")
    }

    #[test]
    fn rows_are_told_in_the_words_of_the_file() {
        let catalog = catalog();
        let model = catalog.model(&ModelId("clip".to_owned())).expect("it is in the file");
        let rows = model.price_table().expect("it has one").rows();
        let words: Vec<_> = rows.iter().map(|row| model.row_in_words(row)).collect();
        assert_eq!(
            words,
            [
                "2 per generation, if clip.seconds at most 5, quality = 480p or 720p",
                "5.5 per second of input video, if quality = 1080p",
                "3 per second of input video",
            ]
        );
        assert_eq!(model.conditions_in_words(&rows[2]), "");
    }

    #[test]
    fn what_every_request_holds_and_whose_default_counts_is_known() {
        let catalog = catalog();
        let model = catalog.model(&ModelId("clip".to_owned())).expect("it is in the file");
        let told: Vec<_> = model
            .inputs()
            .iter()
            .map(|input| (input.name.as_str(), input.is_always_sent(), input.relies_on_default()))
            .collect();
        assert_eq!(
            told,
            [
                // The price hangs on it, so that its default is sent as well.
                ("quality", true, false),
                ("shots", true, false),
                ("clip", true, false),
                // Required, but only where it applies.
                ("scenes", false, false),
                ("ids", true, false),
                ("style", false, true),
            ]
        );
    }

    #[test]
    fn aliases_are_listed_by_name() {
        let catalog = catalog();
        let aliases: Vec<_> = catalog.aliases().map(|(name, id)| (name, id.0.as_str())).collect();
        assert_eq!(aliases, [("an/older-clip", "clip"), ("old/clip", "clip")]);
    }
}

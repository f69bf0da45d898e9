//! What a model takes and costs: the simulator's own small format, described in `assets/README.md`.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::credits::Credits;

/// The models that the simulator knows unless it is told others.
const DEFAULT_MODELS: &str = include_str!("../../assets/kie_models.json");

/// A model description that can't be used.
#[derive(Debug, thiserror::Error)]
pub enum SchemaError {
    /// The description does not fit the format.
    #[error("model `{model}` is not in the simulator's format: {problem}")]
    Format {
        /// Its `id`, or `?`.
        model: String,
        /// What is wrong.
        problem: String,
    },
    /// Two descriptions share an id.
    #[error("model `{0}` is described twice")]
    Duplicate(String),
}

/// The embedded model descriptions, to start from when a test needs one more.
pub fn default_models() -> Vec<Value> {
    let document: Value = serde_json::from_str(DEFAULT_MODELS).expect("the embedded file is JSON, a test reads it");
    document["models"].as_array().cloned().unwrap_or_default()
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct ModelSchema {
    pub(super) id: String,
    pub(super) output: Output,
    #[serde(default)]
    pub(super) shape: Option<Shape>,
    pub(super) inputs: Vec<Field>,
    #[serde(default)]
    credits: Vec<PriceRow>,
}

/// The kind of file that comes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Output {
    Image,
    Video,
    Audio,
    Text,
}

/// How `resultJson` is laid out where the kind of file does not tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Shape {
    /// `{"resultUrls":[...]}`.
    Links,
    /// `{"resultObject":{...}}`.
    Object,
    /// `{"data":[{"audio_url":...}]}`: two tracks.
    Tracks,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Field {
    pub(super) name: String,
    #[serde(rename = "type")]
    pub(super) kind: FieldKind,
    #[serde(default)]
    pub(super) required: bool,
    #[serde(default)]
    pub(super) values: Vec<Value>,
    #[serde(default)]
    pub(super) default: Option<Value>,
    #[serde(default)]
    pub(super) min: Option<f64>,
    #[serde(default)]
    pub(super) max: Option<f64>,
    #[serde(default)]
    pub(super) min_length: Option<usize>,
    #[serde(default)]
    pub(super) max_length: Option<usize>,
    #[serde(default)]
    pub(super) min_items: Option<usize>,
    #[serde(default)]
    pub(super) max_items: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum FieldKind {
    String,
    Enum,
    Bool,
    Number,
    Integer,
    #[serde(alias = "audio_url", alias = "video_url")]
    ImageUrl,
    #[serde(alias = "audio_urls", alias = "video_urls", alias = "urls")]
    ImageUrls,
    #[serde(alias = "object_list", alias = "integer_list")]
    StringList,
}

impl FieldKind {
    pub(super) const fn is_link(self) -> bool {
        matches!(self, Self::ImageUrl | Self::ImageUrls)
    }
}

#[derive(Debug, Clone, Deserialize)]
struct PriceRow {
    #[serde(default)]
    when: Map<String, Value>,
    credits: serde_json::Number,
    per: String,
}

impl ModelSchema {
    /// Reads every description, or says which one is wrong.
    pub(super) fn read_all(models: &[Value]) -> Result<Vec<Self>, SchemaError> {
        let mut read: Vec<Self> = Vec::new();
        for model in models {
            let id = || model["id"].as_str().unwrap_or("?").to_owned();
            let schema = Self::deserialize(model)
                .map_err(|error| SchemaError::Format { model: id(), problem: error.to_string() })?;
            for row in &schema.credits {
                if Credits::parse(&row.credits.to_string()).is_none() {
                    let problem = format!("`{}` is not an amount of credits", row.credits);
                    return Err(SchemaError::Format { model: id(), problem });
                }
            }
            if read.iter().any(|other| other.id == schema.id) {
                return Err(SchemaError::Duplicate(id()));
            }
            read.push(schema);
        }
        Ok(read)
    }

    pub(super) fn shape(&self) -> Shape {
        self.shape.unwrap_or(match self.output {
            Output::Text => Shape::Object,
            Output::Image | Output::Video | Output::Audio => Shape::Links,
        })
    }

    /// What a task with this input costs: the first row whose conditions hold, nothing if there is none.
    pub(super) fn price(&self, input: &Map<String, Value>) -> Credits {
        let Some(row) = self.credits.iter().find(|row| self.holds(row, input)) else { return Credits::default() };
        let base = Credits::parse(&row.credits.to_string()).unwrap_or_default();
        match row.per.as_str() {
            "second" => base.ratio(self.whole_number(input, "duration").unwrap_or(UNTOLD_SECONDS), 1),
            "image" => base.ratio(self.whole_number(input, "n").unwrap_or(1), 1),
            "1k chars" => base.ratio(self.letters(input), 1000),
            "input image" => base.ratio(self.links(input), 1),
            "second of input video" | "second of audio" => base.ratio(UNTOLD_SECONDS, 1),
            // Megapixels and tokens can't be known before the work; one unit keeps the price deterministic.
            _ => base,
        }
    }

    fn holds(&self, row: &PriceRow, input: &Map<String, Value>) -> bool {
        row.when.iter().all(|(name, wanted)| {
            let field = self.inputs.iter().find(|field| field.name == *name);
            let given = input.get(name);
            match wanted.as_str() {
                Some("given") => given.is_some_and(is_filled),
                Some("absent") => !given.is_some_and(is_filled),
                _ => given.or_else(|| field.and_then(|field| field.default.as_ref())) == Some(wanted),
            }
        })
    }

    /// Reads `"5"` and `5` alike: which of the two a model wants is the checker's business.
    fn whole_number(&self, input: &Map<String, Value>, name: &str) -> Option<i64> {
        let default = self.inputs.iter().find(|field| field.name == name).and_then(|field| field.default.as_ref());
        match input.get(name).or(default)? {
            Value::String(text) => text.parse().ok(),
            value => value.as_i64(),
        }
    }

    fn letters(&self, input: &Map<String, Value>) -> i64 {
        let text = input.get("text").or_else(|| input.get("prompt")).and_then(Value::as_str).unwrap_or_default();
        i64::try_from(text.chars().count()).unwrap_or(i64::MAX)
    }

    fn links(&self, input: &Map<String, Value>) -> i64 {
        let names = self.inputs.iter().filter(|field| field.kind.is_link()).map(|field| &field.name);
        let count: usize =
            names.filter_map(|name| input.get(name)).map(|value| value.as_array().map_or(1, Vec::len)).sum();
        i64::try_from(count).unwrap_or(i64::MAX)
    }
}

/// Length assumed for media whose length no input tells: the shortest clip that most models make.
const UNTOLD_SECONDS: i64 = 5;

fn is_filled(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn price(model: &str, input: Value) -> String {
        let schemas = ModelSchema::read_all(&default_models()).expect("embedded models");
        let schema = schemas.iter().find(|schema| schema.id == model).expect("known model");
        schema.price(input.as_object().expect("object")).to_string()
    }

    #[test]
    fn prices_follow_the_table() {
        let cases = [
            ("z-image", json!({"prompt": "cat"}), "0.8"),
            ("kling-2.6/text-to-video", json!({"duration": "10", "sound": true}), "220.0"),
            ("kling-3.0/video", json!({"duration": "7", "mode": "std", "sound": false}), "98.0"),
            ("wan/2-7-text-to-video", json!({"duration": 4, "resolution": "720p"}), "64.0"),
            ("wan/2-7-text-to-video", json!({}), "120.0"),
            ("bytedance/v1-lite-image-to-video", json!({"duration": "5", "resolution": "720p"}), "22.5"),
            ("elevenlabs/text-to-speech-turbo-2-5", json!({"text": "Привет"}), "0.036"),
        ];
        for (model, input, expected) in cases {
            assert_eq!(price(model, input.clone()), expected, "{model} {input}");
        }
    }

    #[test]
    fn a_bad_description_is_named() {
        let twice =
            [json!({"id": "a", "output": "image", "inputs": []}), json!({"id": "a", "output": "image", "inputs": []})];
        assert!(matches!(ModelSchema::read_all(&twice), Err(SchemaError::Duplicate(id)) if id == "a"));
        let odd = [json!({"id": "b", "output": "smell", "inputs": []})];
        assert!(matches!(ModelSchema::read_all(&odd), Err(SchemaError::Format { model, .. }) if model == "b"));
    }
}

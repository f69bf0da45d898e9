//! What a model takes and costs: the simulator's own small format, described in `assets/README.md`.

use std::sync::LazyLock;

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
    // Many simulators start in one test process: the text is read once.
    static MODELS: LazyLock<Vec<Value>> = LazyLock::new(|| {
        let document: Value = serde_json::from_str(DEFAULT_MODELS).expect("the embedded file is JSON, a test reads it");
        document["models"].as_array().cloned().unwrap_or_default()
    });
    MODELS.clone()
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
    #[serde(default)]
    refuse: Vec<RefusedTogether>,
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

/// Inputs that do not go together, though each is right by itself.
#[derive(Debug, Clone, Deserialize)]
struct RefusedTogether {
    when: Map<String, Value>,
    msg: String,
}

#[derive(Debug, Clone, Deserialize)]
struct PriceRow {
    #[serde(default)]
    when: Map<String, Value>,
    credits: serde_json::Number,
    per: String,
    /// Added to the first row that holds, not instead of it.
    #[serde(default)]
    surcharge: bool,
    /// So many units cost nothing.
    #[serde(default)]
    free: i64,
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

    /// What a task with this input costs: the first row whose conditions hold, nothing if there is none, and all surcharges.
    pub(super) fn price(&self, input: &Map<String, Value>) -> Credits {
        let holding = || self.credits.iter().filter(|row| self.holds(&row.when, input));
        let base = holding().find(|row| !row.surcharge);
        let rows = base.into_iter().chain(holding().filter(|row| row.surcharge));
        let thousandths = rows.map(|row| self.row_price(row, input).thousandths()).sum();
        Credits::from_thousandths(thousandths)
    }

    /// Why these inputs are refused together, if they are.
    pub(super) fn refused_together(&self, input: &Map<String, Value>) -> Option<&str> {
        self.refuse.iter().find(|row| self.holds(&row.when, input)).map(|row| row.msg.as_str())
    }

    fn row_price(&self, row: &PriceRow, input: &Map<String, Value>) -> Credits {
        let base = Credits::parse(&row.credits.to_string()).unwrap_or_default();
        match row.per.as_str() {
            "second" => {
                let (amount, unit) = self.seconds(input);
                base.ratio(amount, unit)
            }
            "image" => base.ratio(self.pictures(input), 1),
            "1k chars" => base.ratio(self.letters(input), 1000),
            "input image" => base.ratio((self.links(input) - row.free).max(0), 1),
            "second of input video" => base.ratio(UNTOLD_SECONDS * self.videos(input), 1),
            "second of audio" => base.ratio(UNTOLD_SECONDS, 1),
            // What goes in is the surcharge, what comes out the base.
            "1M tokens" if row.surcharge => base.ratio(self.letters(input), 2 * 1_000_000),
            "1M tokens" => base.ratio((self.letters(input) * TOKENS_PER_LETTER).min(TOKENS_MAX), 1_000_000),
            // Megapixels can't be known before the work; one unit keeps the price deterministic.
            _ => base,
        }
    }

    /// Seconds of output as a fraction: said, or counted in frames, or assumed.
    fn seconds(&self, input: &Map<String, Value>) -> (i64, i64) {
        let number = |name| self.whole_number(input, name).filter(|number| *number > 0);
        match (number("duration"), number("num_frames"), number("frames_per_second")) {
            (Some(seconds), _, _) => (seconds, 1),
            (None, Some(frames), Some(rate)) => (frames, rate),
            _ => (UNTOLD_SECONDS, 1),
        }
    }

    fn pictures(&self, input: &Map<String, Value>) -> i64 {
        ["n", "num_images", "max_images", "nVariants"]
            .iter()
            .find_map(|name| self.whole_number(input, name))
            .unwrap_or(1)
    }

    fn holds(&self, when: &Map<String, Value>, input: &Map<String, Value>) -> bool {
        when.iter().all(|(name, wanted)| {
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

    /// Letters of everything that is spoken or drawn, wherever it stands.
    fn letters(&self, input: &Map<String, Value>) -> i64 {
        let spoken = ["text", "prompt", "dialogue", "dialogue_turns"];
        let count: usize = spoken.iter().filter_map(|name| input.get(*name)).map(letters_in).sum();
        i64::try_from(count).unwrap_or(i64::MAX)
    }

    fn links(&self, input: &Map<String, Value>) -> i64 {
        self.count(input, |field| field.kind.is_link() && field.name.contains("image"))
    }

    fn videos(&self, input: &Map<String, Value>) -> i64 {
        self.count(input, |field| field.kind.is_link() && field.name.contains("video"))
    }

    fn count(&self, input: &Map<String, Value>, wanted: impl Fn(&Field) -> bool) -> i64 {
        let names = self.inputs.iter().filter(|field| wanted(field)).map(|field| &field.name);
        let count: usize =
            names.filter_map(|name| input.get(name)).map(|value| value.as_array().map_or(1, Vec::len)).sum();
        i64::try_from(count).unwrap_or(i64::MAX)
    }
}

fn letters_in(value: &Value) -> usize {
    match value {
        Value::String(text) => text.chars().count(),
        Value::Array(items) => items.iter().filter_map(|item| item.get("text")).map(letters_in).sum(),
        _ => 0,
    }
}

/// Tokens of speech assumed for a letter: 25 tokens a second, some 13 letters a second.
const TOKENS_PER_LETTER: i64 = 2;

/// What a speech model gives at most; longer speech is cut off.
const TOKENS_MAX: i64 = 16_384;

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
impl ModelSchema {
    pub(super) const fn is_priced(&self) -> bool {
        !self.credits.is_empty()
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
            ("elevenlabs/text-to-dialogue-v3", json!({"dialogue": [{"text": "Привет"}, {"text": "Пока"}]}), "0.14"),
            ("seedream/5-pro-image-to-image", json!({"quality": "high", "image_urls": ["a", "b", "c"]}), "15.0"),
            ("bytedance/seedream-v4-text-to-image", json!({"prompt": "cat", "max_images": 3}), "15.0"),
            ("kling-2.6/motion-control", json!({"mode": "1080p", "video_urls": ["a"]}), "90.0"),
            ("wan/2-2-a14b-speech-to-video-turbo", json!({"num_frames": 80, "frames_per_second": 16}), "60.0"),
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

//! What a user filled in: [`Inputs`], a map from an input's wire name to a typed [`Value`].
//!
//! Values are ours, not KIE's: a choice is its key, a picture is a [`MediaRef`]. The payload turns them into exact wire
//! types with the schema in hand, so a stored draft survives a change of the schema and is simply checked again.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::ids::{ModelId, TaskId};
use crate::money::{BadDecimal, Credits};

/// The filled-in inputs of one draft or generation, by wire name. Says nothing about validity: see `Model::check`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Inputs(BTreeMap<String, Value>);

impl Inputs {
    /// Nothing filled in.
    pub const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// What was filled in for `name`; defaults are not seen here, see `Model::value`.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// Fills in `name`, replacing what was there.
    pub fn set(&mut self, name: impl Into<String>, value: Value) {
        self.0.insert(name.into(), value);
    }

    /// The same with `name` filled in.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: Value) -> Self {
        self.set(name, value);
        self
    }

    /// Empties `name`; gives back what was there.
    pub fn remove(&mut self, name: &str) -> Option<Value> {
        self.0.remove(name)
    }

    /// Everything filled in, ordered by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// Every file that is filled in, those within objects included.
    pub fn files(&self) -> Vec<&MediaRef> {
        fn of(value: &Value) -> Vec<&MediaRef> {
            match value {
                Value::Media(files) => files.iter().collect(),
                Value::Objects(objects) => objects.iter().flat_map(Inputs::files).collect(),
                _ => Vec::new(),
            }
        }
        self.0.values().flat_map(of).collect()
    }

    /// Whether nothing is filled in.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many inputs are filled in.
    pub fn len(&self) -> usize {
        self.0.len()
    }
}

impl FromIterator<(String, Value)> for Inputs {
    fn from_iter<I: IntoIterator<Item = (String, Value)>>(values: I) -> Self {
        Self(values.into_iter().collect())
    }
}

/// One filled-in value. The variant must fit the input's kind, else `check` refuses it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// Free text.
    Text(String),
    /// One of the offered choices.
    Choice(ChoiceKey),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction.
    Decimal(Decimal),
    /// Yes or no.
    Bool(bool),
    /// One or several files, in the user's order.
    Media(Vec<MediaRef>),
    /// Several short texts, such as ids.
    Texts(Vec<String>),
    /// A list of objects (shots, speakers), each filled in like a small form.
    Objects(Vec<Inputs>),
    /// An earlier generation of ours that this one builds on.
    Task(TaskRef),
}

impl Value {
    /// A text, for short call sites.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A choice by its key, for short call sites.
    pub fn choice(key: impl Into<String>) -> Self {
        Self::Choice(ChoiceKey(key.into()))
    }
}

/// The stable name of a choice within its input: its wire value as text (`720p`, `5`, `true`). At most
/// [`ChoiceKey::BYTES_MAX`] bytes, so that it fits a button; never a position, so that an old button stays right.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ChoiceKey(pub String);

impl ChoiceKey {
    /// Telegram gives a button 64 bytes of data; half of them are for the key.
    pub const BYTES_MAX: usize = 32;

    /// The key's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ChoiceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A file that the user gave, by a name of the app's making; becomes an https address only when it is submitted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediaRef {
    /// What the app finds the file by. The catalog never reads it.
    pub key: MediaKey,
    /// What is known about the file.
    pub facts: MediaFacts,
}

/// The app's name of a stored input file. Opaque here.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MediaKey(pub String);

impl fmt::Display for MediaKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What is known about a file. An unknown figure passes the checks that need it and takes the dearest price.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediaFacts {
    /// Picture, video, sound or document.
    pub media: Media,
    /// Size in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// MIME type, lower case, without parameters: `image/png`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mime: Option<String>,
    /// Width in pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// Height in pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    /// Length in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub millis: Option<u64>,
}

impl MediaFacts {
    /// Only the kind is known.
    pub const fn unknown(media: Media) -> Self {
        Self { media, bytes: None, mime: None, width: None, height: None, millis: None }
    }
}

/// The sorts of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Media {
    /// A picture.
    Image,
    /// A video.
    Video,
    /// Sound, voice or music.
    Audio,
    /// Any other file, such as a PDF.
    Document,
}

/// An earlier generation as input of the next one (extend, upscale).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskRef {
    /// KIE's task id, which goes on the wire.
    pub task: TaskId,
    /// The model that made it.
    pub model: ModelId,
    /// What is known about its result; prices may depend on it.
    pub facts: MediaFacts,
}

/// An exact decimal number in millionths. A fraction has at most fifteen digits, so that the JSON number is exact too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Decimal(i64);

impl Decimal {
    /// How many parts one has.
    pub const SCALE: i64 = 1_000_000;
    /// The largest number with a fraction, in millionths: fifteen digits are the most that any JSON reader gives back unchanged.
    pub const FRACTION_MAX: i64 = 999_999_999_999_999;

    /// From millionths; none for a fraction past the limit.
    pub const fn from_raw(raw: i64) -> Option<Self> {
        let whole = raw % Self::SCALE == 0;
        let short = raw >= -Self::FRACTION_MAX && raw <= Self::FRACTION_MAX;
        if whole || short { Some(Self(raw)) } else { None }
    }

    /// From a whole number; none past the limit.
    pub fn from_integer(integer: i64) -> Option<Self> {
        integer.checked_mul(Self::SCALE).and_then(Self::from_raw)
    }

    /// In millionths.
    pub const fn raw(self) -> i64 {
        self.0
    }

    /// The JSON number: whole numbers without a point, fractions with exactly these digits.
    pub fn to_json(self) -> serde_json::Number {
        if self.0 % Self::SCALE == 0 {
            return (self.0 / Self::SCALE).into();
        }
        let float = self.to_string().parse::<f64>().ok();
        float.and_then(serde_json::Number::from_f64).expect("a decimal of fifteen digits is a finite float")
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Credits::from_raw(self.0).fmt(f)
    }
}

impl FromStr for Decimal {
    type Err = BadDecimal;

    fn from_str(text: &str) -> Result<Self, BadDecimal> {
        // Credits are kept in millionths too; their exact reading and printing serve here.
        let raw = text.parse::<Credits>()?.raw();
        Self::from_raw(raw).ok_or_else(|| BadDecimal { text: text.to_owned(), digits: 6 })
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// A value as KIE wants it, type included: `"5"`, `5`, `0.5` and `true` are four different things.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum WireValue {
    /// A JSON string.
    Text(String),
    /// A JSON number without a fraction.
    Integer(i64),
    /// A JSON number.
    Decimal(Decimal),
    /// A JSON boolean.
    Bool(bool),
}

impl WireValue {
    /// The JSON form.
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            Self::Text(text) => text.as_str().into(),
            Self::Integer(integer) => (*integer).into(),
            Self::Decimal(decimal) => serde_json::Value::Number(decimal.to_json()),
            Self::Bool(flag) => (*flag).into(),
        }
    }

    /// The number that it says, if it says one: 5 for `5`, `5.0` and `"5"`.
    pub fn number(&self) -> Option<Decimal> {
        match self {
            Self::Text(text) => text.parse().ok(),
            Self::Integer(integer) => Decimal::from_integer(*integer),
            Self::Decimal(decimal) => Some(*decimal),
            Self::Bool(_) => None,
        }
    }
}

impl fmt::Display for WireValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => text.fmt(f),
            Self::Integer(integer) => integer.fmt(f),
            Self::Decimal(decimal) => decimal.fmt(f),
            Self::Bool(flag) => flag.fmt(f),
        }
    }
}

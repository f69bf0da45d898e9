//! What a value on the wire may be, as far as JSON Schema and our catalog can both say it: the ground on which they are compared.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use domain::models::Decimal;
use serde_json::Value as Json;

/// What one value may be. Nothing said = anything goes.
#[derive(Clone, Debug, Default)]
pub(super) struct Shape {
    /// Empty = any.
    pub(super) types: BTreeSet<WireType>,
    /// Empty = any.
    pub(super) values: Vec<Json>,
    pub(super) default: Option<Json>,
    pub(super) bounds: BTreeMap<Bound, Decimal>,
    /// Of a list.
    pub(super) items: Option<Box<Shape>>,
    /// Of an object.
    pub(super) fields: BTreeMap<String, Shape>,
    /// Of an object: the fields that must be there.
    pub(super) required: BTreeSet<String>,
}

/// The types of JSON, whole numbers apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum WireType {
    Text,
    Integer,
    Number,
    Flag,
    List,
    Object,
}

/// What a bound limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Bound {
    /// The smallest number.
    Least,
    /// The largest number.
    Most,
    /// The fewest characters of a text.
    LengthLeast,
    /// The most characters of a text.
    LengthMost,
    /// The fewest items of a list.
    ItemsLeast,
    /// The most items of a list.
    ItemsMost,
}

impl Bound {
    pub(super) const ALL: [Self; 6] =
        [Self::Least, Self::Most, Self::LengthLeast, Self::LengthMost, Self::ItemsLeast, Self::ItemsMost];

    /// Whether `one` allows less than `other`.
    pub(super) fn is_tighter(self, one: Decimal, other: Decimal) -> bool {
        match self {
            Self::Least | Self::LengthLeast | Self::ItemsLeast => one > other,
            Self::Most | Self::LengthMost | Self::ItemsMost => one < other,
        }
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Least => "at least",
            Self::Most => "at most",
            Self::LengthLeast => "shortest length",
            Self::LengthMost => "longest length",
            Self::ItemsLeast => "fewest items",
            Self::ItemsMost => "most items",
        })
    }
}

impl WireType {
    /// The type of a value; none for null.
    pub(super) fn of(value: &Json) -> Option<Self> {
        match value {
            Json::Null => None,
            Json::Bool(_) => Some(Self::Flag),
            Json::Number(number) if number.is_f64() => Some(Self::Number),
            Json::Number(_) => Some(Self::Integer),
            Json::String(_) => Some(Self::Text),
            Json::Array(_) => Some(Self::List),
            Json::Object(_) => Some(Self::Object),
        }
    }

    /// By its name in a schema, and by some that people write in its place.
    pub(super) fn from_name(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "string" | "text" | "file" => Some(Self::Text),
            "integer" | "int" => Some(Self::Integer),
            "number" | "float" | "double" => Some(Self::Number),
            "boolean" | "bool" => Some(Self::Flag),
            "array" | "list" => Some(Self::List),
            "object" => Some(Self::Object),
            _ => None,
        }
    }

    /// Whether a place for this type takes a value of `other`: each whole number is a number.
    pub(super) fn takes(self, other: Self) -> bool {
        self == other || (self == Self::Number && other == Self::Integer)
    }
}

impl fmt::Display for WireType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text => "string",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Flag => "boolean",
            Self::List => "array",
            Self::Object => "object",
        })
    }
}

impl Shape {
    /// What is allowed by both. Where they contradict each other, the first is believed: a slip of the writer's.
    pub(super) fn and(self, other: Self) -> Self {
        let both: BTreeSet<_> = self.types.intersection(&other.types).copied().collect();
        let values: Vec<_> = self.values.iter().filter(|value| contains(&other.values, value)).cloned().collect();
        Self {
            types: one_of([both, self.types, other.types], BTreeSet::is_empty),
            values: one_of([values, self.values, other.values], Vec::is_empty),
            default: self.default.or(other.default),
            bounds: join(self.bounds, other.bounds, |bound, a, b| if bound.is_tighter(a, b) { a } else { b }),
            items: match (self.items, other.items) {
                (Some(a), Some(b)) => Some(Box::new(a.and(*b))),
                (a, b) => a.or(b),
            },
            fields: join(self.fields, other.fields, |_, a, b| a.and(b)),
            required: self.required.into_iter().chain(other.required).collect(),
        }
    }

    /// What is allowed by one of both. A field that only one of them knows is known.
    pub(super) fn or(self, other: Self) -> Self {
        let types = if self.types.is_empty() || other.types.is_empty() {
            BTreeSet::new()
        } else {
            self.types.union(&other.types).copied().collect()
        };
        let values = if self.values.is_empty() || other.values.is_empty() {
            Vec::new()
        } else {
            let more: Vec<_> = other.values.into_iter().filter(|value| !contains(&self.values, value)).collect();
            self.values.into_iter().chain(more).collect()
        };
        let in_both = Bound::ALL.into_iter().filter_map(|bound| {
            let (a, b) = (*self.bounds.get(&bound)?, *other.bounds.get(&bound)?);
            Some((bound, if bound.is_tighter(a, b) { b } else { a }))
        });
        Self {
            types,
            values,
            default: self.default.or(other.default),
            bounds: in_both.collect(),
            items: self.items.zip(other.items).map(|(a, b)| Box::new(a.or(*b))),
            fields: join(self.fields, other.fields, |_, a, b| a.or(b)),
            required: self.required.intersection(&other.required).cloned().collect(),
        }
    }
}

/// Whether one of `values` is the same value; 5 and 5.0 are, 5 and "5" are not.
pub(super) fn contains(values: &[Json], wanted: &Json) -> bool {
    values.iter().any(|value| is_same(value, wanted))
}

/// Whether two values are the same.
pub(super) fn is_same(a: &Json, b: &Json) -> bool {
    a == b || matches!((decimal(a), decimal(b)), (Some(a), Some(b)) if a == b)
}

/// The exact number, if it is one that fits.
pub(super) fn decimal(value: &Json) -> Option<Decimal> {
    value.as_number().and_then(|number| number.to_string().parse().ok())
}

/// The first that says something.
fn one_of<T: Default>(candidates: [T; 3], is_silent: impl Fn(&T) -> bool) -> T {
    candidates.into_iter().find(|candidate| !is_silent(candidate)).unwrap_or_default()
}

fn join<K: Ord, V>(a: BTreeMap<K, V>, b: BTreeMap<K, V>, both: impl Fn(&K, V, V) -> V) -> BTreeMap<K, V> {
    let mut joined = a;
    for (key, value) in b {
        let value = match joined.remove(&key) {
            Some(first) => both(&key, first, value),
            None => value,
        };
        joined.insert(key, value);
    }
    joined
}

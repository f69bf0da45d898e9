//! Reading a TOML table key by key, with a problem instead of a failure for whatever is not as wanted.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::report::Report;
use crate::models::problem::Rule;
use crate::models::schema::Localized;
use crate::models::value::{Decimal, WireValue};

/// A value with its place.
pub(super) type Node<'t> = &'t Spanned<DeValue<'t>>;

/// A table with a memory of the keys that were asked for; what is left over in the end is unknown.
#[derive(Debug)]
pub(super) struct Fields<'t> {
    table: &'t DeTable<'t>,
    /// Where the table begins.
    pub(super) at: usize,
    asked: Vec<&'static str>,
}

impl<'t> Fields<'t> {
    pub(super) const fn new(table: &'t DeTable<'t>, at: usize) -> Self {
        Self { table, at, asked: Vec::new() }
    }

    /// The table that a value is, or a problem.
    pub(super) fn of(node: Node<'t>, report: &mut Report<'_>) -> Option<Self> {
        let table = node.get_ref().as_table().or_else(|| wrong(report, node, "a table"))?;
        Some(Self::new(table, at(node)))
    }

    /// The value of `key`, if it is there.
    pub(super) fn get(&mut self, key: &'static str) -> Option<Node<'t>> {
        if !self.asked.contains(&key) {
            self.asked.push(key);
        }
        self.table.get(key)
    }

    /// The value of `key`, or a problem.
    pub(super) fn need(&mut self, key: &'static str, report: &mut Report<'_>) -> Option<Node<'t>> {
        let found = self.get(key);
        if found.is_none() {
            report.add(self.at, Rule::MissingKey, format!("`{key}` is missing"), format!("write `{key} = ...`"));
        }
        found
    }

    pub(super) fn text(&mut self, key: &'static str, report: &mut Report<'_>) -> Option<&'t str> {
        self.get(key).and_then(|node| text(node, report))
    }

    pub(super) fn need_text(&mut self, key: &'static str, report: &mut Report<'_>) -> Option<&'t str> {
        self.need(key, report).and_then(|node| text(node, report))
    }

    pub(super) fn flag(&mut self, key: &'static str, report: &mut Report<'_>) -> Option<bool> {
        let node = self.get(key)?;
        node.get_ref().as_bool().or_else(|| wrong(report, node, "`true` or `false`"))
    }

    pub(super) fn integer(&mut self, key: &'static str, report: &mut Report<'_>) -> Option<i64> {
        self.get(key).and_then(|node| integer(node, report))
    }

    pub(super) fn need_integer(&mut self, key: &'static str, report: &mut Report<'_>) -> Option<i64> {
        self.need(key, report).and_then(|node| integer(node, report))
    }

    /// A count or size: a whole number from zero.
    pub(super) fn size(&mut self, key: &'static str, report: &mut Report<'_>) -> Option<usize> {
        let node = self.get(key)?;
        usize::try_from(integer(node, report)?).ok().or_else(|| wrong(report, node, "a whole number from 0"))
    }

    pub(super) fn decimal(&mut self, key: &'static str, report: &mut Report<'_>) -> Option<Decimal> {
        self.get(key).and_then(|node| decimal(node, report))
    }

    pub(super) fn need_decimal(&mut self, key: &'static str, report: &mut Report<'_>) -> Option<Decimal> {
        self.need(key, report).and_then(|node| decimal(node, report))
    }

    /// A list; absent = empty.
    pub(super) fn list(&mut self, key: &'static str, report: &mut Report<'_>) -> Vec<Node<'t>> {
        self.get(key).and_then(|node| list(node, report)).unwrap_or_default()
    }

    /// A list of texts; absent = empty.
    pub(super) fn texts(&mut self, key: &'static str, report: &mut Report<'_>) -> Vec<&'t str> {
        self.list(key, report).into_iter().filter_map(|node| text(node, report)).collect()
    }

    pub(super) fn localized(&mut self, key: &'static str, report: &mut Report<'_>) -> Option<Localized> {
        self.get(key).and_then(|node| localized(node, report))
    }

    pub(super) fn need_localized(&mut self, key: &'static str, report: &mut Report<'_>) -> Option<Localized> {
        self.need(key, report).and_then(|node| localized(node, report))
    }

    /// Says which keys nobody asked for.
    pub(super) fn finish(self, report: &mut Report<'_>) {
        for (key, _) in self.table.iter() {
            if !self.asked.contains(&key.get_ref().as_ref()) {
                let message = format!("`{}` is no key here", key.get_ref());
                report.add(
                    key.span().start,
                    Rule::UnknownKey,
                    message,
                    format!("known are `{}`", self.asked.join("`, `")),
                );
            }
        }
    }
}

/// Where a value begins.
pub(super) fn at(node: Node<'_>) -> usize {
    node.span().start
}

pub(super) fn text<'t>(node: Node<'t>, report: &mut Report<'_>) -> Option<&'t str> {
    let text = node.get_ref().as_str().or_else(|| wrong(report, node, "a text"))?;
    if text.trim().is_empty() {
        report.add(at(node), Rule::EmptyText, "the text is empty", "write it, or leave the key out");
        return None;
    }
    Some(text)
}

pub(super) fn integer(node: Node<'_>, report: &mut Report<'_>) -> Option<i64> {
    let found = node.get_ref().as_integer().filter(|integer| integer.radix() == 10);
    found.and_then(|integer| integer.as_str().parse().ok()).or_else(|| wrong(report, node, "a whole number"))
}

/// A decimal number, read from its digits: it never passes through a float.
pub(super) fn decimal(node: Node<'_>, report: &mut Report<'_>) -> Option<Decimal> {
    let digits = match node.get_ref() {
        DeValue::Integer(integer) if integer.radix() == 10 => integer.as_str(),
        DeValue::Float(float) => float.as_str(),
        _ => "",
    };
    digits.parse().ok().or_else(|| wrong(report, node, "a number with at most six digits after the point"))
}

pub(super) fn list<'t>(node: Node<'t>, report: &mut Report<'_>) -> Option<Vec<Node<'t>>> {
    let array = node.get_ref().as_array().or_else(|| wrong(report, node, "a list"))?;
    Some(array.iter().collect())
}

/// A value for the wire, of exactly the type that it is written in.
pub(super) fn wire(node: Node<'_>, report: &mut Report<'_>) -> Option<WireValue> {
    match node.get_ref() {
        DeValue::String(text) => Some(WireValue::Text(text.as_ref().to_owned())),
        DeValue::Integer(_) => integer(node, report).map(WireValue::Integer),
        DeValue::Float(_) => decimal(node, report).map(WireValue::Decimal),
        DeValue::Boolean(flag) => Some(WireValue::Bool(*flag)),
        _ => wrong(report, node, "a text, a number, `true` or `false`"),
    }
}

pub(super) fn localized(node: Node<'_>, report: &mut Report<'_>) -> Option<Localized> {
    let mut fields = Fields::of(node, report)?;
    let texts = localized_fields(&mut fields, report);
    fields.finish(report);
    texts
}

/// The keys `ru` and `en` of a table that has others too.
pub(super) fn localized_fields(fields: &mut Fields<'_>, report: &mut Report<'_>) -> Option<Localized> {
    let mut one = |key: &'static str| {
        let node = fields.get(key);
        if node.is_none() {
            let message = format!("the text has no `{key}`");
            report.add(
                fields.at,
                Rule::MissingLanguage,
                message,
                "write it in both languages: `{ ru = \"...\", en = \"...\" }`",
            );
        }
        node.and_then(|node| text(node, report)).map(str::to_owned)
    };
    let (ru, en) = (one("ru"), one("en"));
    Some(Localized { ru: ru?, en: en? })
}

/// Notes a value of the wrong type; gives none, to end a chain.
pub(super) fn wrong<T>(report: &mut Report<'_>, node: Node<'_>, wanted: &str) -> Option<T> {
    let found = node.get_ref().type_str();
    report.add(at(node), Rule::WrongType, format!("the {found} is not {wanted}"), format!("write {wanted}"));
    None
}

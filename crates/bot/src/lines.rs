//! What a line of the log says, and what it belongs to by itself or by the spans around it. For layers that hand lines on.

use std::collections::BTreeMap;

use serde_json::Value;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

/// A line of ours is short; what is longer was not written by us.
pub(crate) const TEXT_MAX: usize = 2_000;
/// A line of ours has a handful of fields.
const FIELDS_MAX: usize = 20;

/// What a line says.
#[derive(Debug, Default)]
pub(crate) struct Line {
    pub(crate) message: String,
    pub(crate) fields: BTreeMap<&'static str, Value>,
    pub(crate) names: Names,
}

/// What a line belongs to, by itself or by the spans around it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    pub(crate) correlation: Option<String>,
    pub(crate) user: Option<String>,
    pub(crate) generation: Option<String>,
}

/// Keeps what a new span names. Several layers may do it for one span.
pub(crate) fn remember<S>(attributes: &Attributes<'_>, id: &Id, context: &Context<'_, S>)
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    let Some(span) = context.span(id) else { return };
    let mut line = Line::default();
    attributes.record(&mut line);
    span.extensions_mut().replace(line.names);
}

/// Keeps what a span names later.
pub(crate) fn learn<S>(id: &Id, values: &Record<'_>, context: &Context<'_, S>)
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    let Some(span) = context.span(id) else { return };
    let mut line = Line::default();
    values.record(&mut line);
    if let Some(names) = span.extensions_mut().get_mut::<Names>() {
        let before = std::mem::replace(names, line.names);
        names.complete(&before);
    }
}

impl Names {
    /// What is not named yet is named as by a span further out.
    fn complete(&mut self, outer: &Self) {
        for (inner, outer) in [
            (&mut self.correlation, &outer.correlation),
            (&mut self.user, &outer.user),
            (&mut self.generation, &outer.generation),
        ] {
            if inner.is_none() {
                inner.clone_from(outer);
            }
        }
    }
}

impl Line {
    /// What an event says; what it does not name itself is named by the spans around it, the inner one first.
    pub(crate) fn of<S>(event: &Event<'_>, context: &Context<'_, S>) -> Self
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        let mut line = Self::default();
        event.record(&mut line);
        for span in context.event_scope(event).into_iter().flatten() {
            if let Some(names) = span.extensions().get::<Names>() {
                line.names.complete(names);
            }
        }
        line
    }

    fn put(&mut self, field: &Field, value: Value) {
        let text = || value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        match field.name() {
            "message" => self.message = text(),
            "correlation" => self.names.correlation = Some(text()),
            "user" => self.names.user = Some(text()),
            "generation" => self.names.generation = Some(text()),
            name if self.fields.len() < FIELDS_MAX => drop(self.fields.insert(name, value)),
            _ => {}
        }
    }
}

impl Visit for Line {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, cut(value).into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, value.into());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.put(field, cut(&format!("{value:?}")).into());
    }
}

fn cut(text: &str) -> &str {
    text.char_indices().nth(TEXT_MAX).map_or(text, |(end, _)| &text[..end])
}

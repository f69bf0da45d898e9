//! Price tables: KIE's credits for one generation, by its inputs.
//!
//! Rows are tried in order and the first that matches is the base; surcharges that match are added. What is not known yet
//! (a file's length, a choice still to be made) takes the dearest row and the largest quantity, so that a quote is an upper bound.

use super::condition::{Condition, Fact, OutputPixels, View, numeric, numeric_bounds};
use super::kind::named;
use super::schema::{Input, InputKind};
use super::value::Decimal;
use crate::money::{Credits, Overflow};
use crate::quote::Cost;

/// The lowest and the highest price over everything that a model offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PriceRange {
    /// The cheapest combination with the smallest quantity.
    pub low: Credits,
    /// The dearest combination with the largest quantity.
    pub high: Credits,
}

/// Why there is no price. Never read as "free".
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoPrice {
    /// The model has no price table; such a model is hidden.
    #[error("the model has no price table")]
    NoTable,
    /// No row matches these inputs.
    #[error("no price row matches these inputs")]
    NoRow,
    /// The matching row gives zero, for example for a file of no length.
    #[error("the price of these inputs is zero")]
    Zero,
    /// The figures are absurd.
    #[error(transparent)]
    Overflow(#[from] Overflow),
}

named! {
    /// What one row's credits are for.
    Per {
        /// One request, whatever it makes.
        Generation = "generation",
        /// Each picture that comes back.
        Image = "image",
        /// Each second of the video or sound that comes back.
        Second = "second",
        /// Each second of a given video.
        SecondOfInputVideo = "second of input video",
        /// Each second of a given sound.
        SecondOfAudio = "second of audio",
        /// Each minute of a given sound.
        MinuteOfAudio = "minute of audio",
        /// Each million pixels of the picture that comes back.
        Megapixel = "megapixel",
        /// Each thousand characters of text.
        ThousandChars = "1k chars",
        /// Each million tokens.
        MillionTokens = "1M tokens",
        /// Each given picture.
        InputImage = "input image",
    }
}

/// A model's prices, with their origin.
#[derive(Clone, Debug)]
pub struct PriceTable {
    /// The day the prices were read, `2026-10-10`.
    pub date: String,
    /// Where they were read.
    pub source: String,
    pub(super) rows: Vec<Row>,
    pub(super) surcharges: Vec<Row>,
    pub(super) output_pixels: Option<OutputPixels>,
}

/// One line of a price table.
#[derive(Clone, Debug)]
pub struct Row {
    /// Credits for one unit.
    pub credits: Credits,
    /// The unit.
    pub per: Per,
    pub(super) when: Vec<Condition>,
    pub(super) quantity: Quantity,
}

/// How many units a generation takes: `round up ((terms + fixed - beyond), block) / unit x times`.
#[derive(Clone, Debug, Default)]
pub(super) struct Quantity {
    /// What is added up, in base units: milliseconds, characters, pixels, pieces.
    pub(super) terms: Vec<Term>,
    /// A constant part, in base units.
    pub(super) fixed: i64,
    /// So much is free, in base units.
    pub(super) beyond: i64,
    /// Rounded up to a multiple of this, in base units.
    pub(super) block: i64,
    /// So many base units make one priced unit.
    pub(super) unit: i64,
    /// The input that says how often, `num_images`.
    pub(super) times: Option<usize>,
    /// The figure is an estimate of what KIE will measure itself.
    pub(super) measured: bool,
}

/// One addend of a quantity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Term {
    /// Seconds that an input says, or that its files last, in milliseconds.
    Millis(usize),
    /// Frames over frames per second, in milliseconds.
    Frames { frames: usize, rate: usize },
    /// A fact of what was given, in its own unit.
    Fact(usize, Fact),
    /// The pixels of one output picture.
    OutputPixels,
}

impl PriceTable {
    /// The base rows, in the order in which they are tried.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The rows that are added when they match.
    pub fn surcharges(&self) -> &[Row] {
        &self.surcharges
    }

    /// The price for what `view` shows.
    pub(super) fn price(&self, view: View<'_>, end: End) -> Result<Cost, NoPrice> {
        let view = View { output_pixels: self.output_pixels.as_ref(), ..view };
        let mut base: Option<Credits> = None;
        let mut metered = false;
        for row in &self.rows {
            let holds = view.holds(&row.when);
            if holds == Some(false) {
                continue;
            }
            let (credits, sure) = row.total(&view, end)?;
            base = Some(base.map_or(credits, |other| end.pick(credits, other)));
            metered |= !sure || holds.is_none();
            if holds == Some(true) {
                break;
            }
        }
        let mut credits = base.ok_or(NoPrice::NoRow)?;
        for row in &self.surcharges {
            let holds = view.holds(&row.when);
            if holds == Some(false) || (holds.is_none() && end == End::Lowest) {
                continue;
            }
            let (more, sure) = row.total(&view, end)?;
            credits = credits.checked_add(more)?;
            metered |= !sure || holds.is_none();
        }
        if credits <= Credits::ZERO { Err(NoPrice::Zero) } else { Ok(Cost { credits, metered }) }
    }

    /// The index of the row that surely is the base for what `view` shows.
    pub(super) fn base_row(&self, view: View<'_>) -> Option<usize> {
        let view = View { output_pixels: self.output_pixels.as_ref(), ..view };
        self.rows.iter().position(|row| view.holds(&row.when) == Some(true))
    }
}

/// Which figure is taken where an input was left alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The default, else the largest: a quote.
    Quote,
    /// The smallest that can be chosen.
    Lowest,
    /// The largest that can be chosen.
    Highest,
}

impl End {
    fn pick(self, a: Credits, b: Credits) -> Credits {
        if self == Self::Lowest { a.min(b) } else { a.max(b) }
    }
}

impl Row {
    /// The credits of this row, and whether that is what KIE will take for sure.
    fn total(&self, view: &View<'_>, end: End) -> Result<(Credits, bool), NoPrice> {
        const OVERFLOW: NoPrice = NoPrice::Overflow(Overflow("quantity of a price row"));
        let quantity = &self.quantity;
        let mut sure = !quantity.measured;
        let mut amount = quantity.fixed;
        for term in &quantity.terms {
            let (figure, known) = term.figure(view, end);
            amount = amount.checked_add(figure).ok_or(OVERFLOW)?;
            sure &= known;
        }
        let amount = amount.saturating_sub(quantity.beyond).max(0);
        let blocks = amount.checked_add(quantity.block - 1).ok_or(OVERFLOW)? / quantity.block;
        let amount = blocks.checked_mul(quantity.block).ok_or(OVERFLOW)?;
        let mut credits = self.credits.checked_ratio(amount, quantity.unit)?;
        if let Some(index) = quantity.times {
            let (times, known) = number_at(view, index, end, end == End::Lowest);
            credits = credits.checked_ratio(times.raw(), Decimal::SCALE)?;
            sure &= known;
        }
        Ok((credits, sure))
    }
}

impl Term {
    /// The figure in base units, and whether it is known.
    fn figure(self, view: &View<'_>, end: End) -> (i64, bool) {
        match self {
            Self::Millis(index) if is_number(&view.schema[index]) => {
                let (seconds, known) = number_at(view, index, end, end == End::Lowest);
                (millis(seconds), known)
            }
            Self::Millis(index) => fact_at(view, index, Fact::Millis, end),
            Self::Frames { frames, rate } => {
                let (frames, frames_known) = number_at(view, frames, end, end == End::Lowest);
                // The slowest rate makes the longest video.
                let (rate, rate_known) = number_at(view, rate, end, end != End::Lowest);
                let (frames, rate) = (i128::from(frames.raw()) * 1000, i128::from(rate.raw().max(1)));
                (i64::try_from((frames + rate - 1) / rate).unwrap_or(i64::MAX), frames_known && rate_known)
            }
            Self::Fact(index, fact) => fact_at(view, index, fact, end),
            Self::OutputPixels => match view.output_pixels() {
                Some(pixels) => (pixels, true),
                None => (pixels_bound(view.output_pixels, end), false),
            },
        }
    }
}

/// The number of an input that is one: what was chosen, in a quote also its default, else a bound of its schema.
fn number_at(view: &View<'_>, index: usize, end: End, lowest: bool) -> (Decimal, bool) {
    let input = &view.schema[index];
    let set = if end == End::Quote { view.value(index) } else { view.given(index) };
    if let Some(number) = set.and_then(|value| numeric(input, value)) {
        return (number, true);
    }
    // The loader refuses quantities from inputs without bounds.
    let (low, high) = numeric_bounds(input).unwrap_or_default();
    (if lowest { low } else { high }, false)
}

/// A fact of what was given; nothing given counts nothing, unless it still has to be.
fn fact_at(view: &View<'_>, index: usize, fact: Fact, end: End) -> (i64, bool) {
    let input = &view.schema[index];
    let given = view.value(index);
    if given.is_none() && !input.must_be_asked() {
        return (0, true);
    }
    if let Some(figure) = given.and_then(|value| fact.of(value)) {
        return (figure, true);
    }
    (fact_bound(input, fact, end == End::Lowest).unwrap_or(0), false)
}

/// The least or the most that a fact of an input can be, by its schema; none = the schema sets no bound.
pub(super) fn fact_bound(input: &Input, fact: Fact, lowest: bool) -> Option<i64> {
    let pick = |low: usize, high: usize| i64::try_from(if lowest { low } else { high }).ok();
    match (&input.kind, fact) {
        (InputKind::Text(rule), Fact::Characters) => pick(rule.min_length.max(1), rule.max_length),
        (InputKind::Texts(rule), Fact::Count) => pick(1, rule.max_items),
        (InputKind::Objects(rule), Fact::Count) => pick(rule.min_items, rule.max_items),
        (InputKind::Objects(rule), Fact::Characters) => {
            let texts = rule.fields.iter().filter_map(|field| match &field.kind {
                InputKind::Text(text) => Some(text.max_length),
                _ => None,
            });
            pick(1, rule.max_items.saturating_mul(texts.sum()))
        }
        (InputKind::Media(rule), Fact::Count) => pick(rule.min_items, rule.max_items),
        (InputKind::Media(_) | InputKind::Task(_), Fact::Millis) if lowest => Some(1000),
        (InputKind::Media(rule), Fact::Millis) => {
            let files = u64::try_from(rule.max_items).ok()?;
            let each = rule.max_millis.and_then(|millis| millis.checked_mul(files));
            let bounds = each.into_iter().chain(rule.max_total_millis);
            bounds.min().and_then(|millis| i64::try_from(millis).ok())
        }
        _ => None,
    }
}

pub(super) fn is_number(input: &Input) -> bool {
    matches!(input.kind, InputKind::Integer(_) | InputKind::Number(_) | InputKind::Choice(_))
}

fn millis(seconds: Decimal) -> i64 {
    // Millionths of a second up to whole milliseconds.
    seconds.raw().saturating_add(999).div_euclid(1000)
}

fn pixels_bound(rule: Option<&OutputPixels>, end: End) -> i64 {
    match rule {
        Some(OutputPixels::Table { pixels, .. }) => {
            let sizes = pixels.iter().map(|(_, pixels)| *pixels);
            if end == End::Lowest { sizes.min() } else { sizes.max() }.unwrap_or(0)
        }
        Some(OutputPixels::Source { max, .. }) => {
            if end == End::Lowest {
                1
            } else {
                *max
            }
        }
        None => 0,
    }
}

//! The `[model.price]` table.

use toml::de::DeValue;

use super::condition::{read_conditions, read_value};
use super::fields::{Fields, Node, at, integer, text, wrong};
use super::report::Report;
use super::{Places, index, name};
use crate::models::condition::{Condition, Fact, OutputPixels, Test, numeric_bounds};
use crate::models::price::{Per, PriceTable, Quantity, Row, Term, fact_bound, is_number};
use crate::models::problem::Rule;
use crate::models::schema::{Input, InputKind};
use crate::money::Credits;

/// The price table, or none after a problem. Marks the inputs that the price hangs on as always sent.
pub(super) fn read_price<'t>(
    node: Node<'t>,
    inputs: &mut [Input],
    places: &mut Places,
    report: &mut Report<'_>,
) -> Option<PriceTable> {
    let mut fields = Fields::of(node, report)?;
    places.price = fields.at;
    let date = fields.need("date", report).and_then(|node| read_date(node, report));
    let source = fields.need_text("source", report);
    let output_pixels = fields.get("output_pixels").map(|node| read_output_pixels(node, inputs, report));
    let output_pixels = output_pixels.unwrap_or(Some(None));
    fields.need("rows", report);
    let rows = read_rows(fields.list("rows", report), inputs, output_pixels.as_ref(), &mut places.rows, report);
    let extra = fields.list("surcharges", report);
    let surcharges = read_rows(extra, inputs, output_pixels.as_ref(), &mut places.surcharges, report);
    fields.finish(report);
    let table = PriceTable {
        date: date?,
        source: source?.to_owned(),
        rows: rows?,
        surcharges: surcharges?,
        output_pixels: output_pixels?,
    };
    close(&table, inputs, places.price, report);
    Some(table)
}

fn read_date(node: Node<'_>, report: &mut Report<'_>) -> Option<String> {
    let date = node.get_ref().as_datetime().filter(|datetime| datetime.date.is_some() && datetime.time.is_none());
    date.map(ToString::to_string).or_else(|| wrong(report, node, "a date such as `2026-10-10`, without quotes"))
}

/// `{ input = "image_size", sizes = [["square", 1048576]] }` or `{ source = "image_url", factor = "upscale_factor", max = 67108864 }`.
fn read_output_pixels<'t>(node: Node<'t>, inputs: &[Input], report: &mut Report<'_>) -> Option<Option<OutputPixels>> {
    let mut fields = Fields::of(node, report)?;
    let table = fields.get("input").map(|node| index(node, inputs, report));
    let read = if let Some(input) = table {
        fields.need("sizes", report);
        let sizes = fields.list("sizes", report);
        let pixels = sizes.into_iter().map(|node| read_size(node, &inputs[input?], report)).collect::<Option<Vec<_>>>();
        Some(OutputPixels::Table { input: input?, pixels: pixels? })
    } else {
        let input = fields.need("source", report).and_then(|node| index(node, inputs, report));
        let factor = fields.get("factor").map(|node| number_index(node, inputs, report));
        let max = fields.need_integer("max", report);
        Some(OutputPixels::Source {
            input: input?,
            factor: factor.map_or(Some(None), |index| index.map(Some))?,
            max: max?,
        })
    };
    fields.finish(report);
    Some(read)
}

fn read_size<'t>(node: Node<'t>, input: &Input, report: &mut Report<'_>) -> Option<(crate::models::value::Value, i64)> {
    let pair = super::list(node, report)?;
    let [choice, pixels] = pair.as_slice() else { return wrong(report, node, "a pair of choice and pixels") };
    Some((read_value(input, choice, report)?, integer(pixels, report)?))
}

fn read_rows<'t>(
    nodes: Vec<Node<'t>>,
    inputs: &[Input],
    output_pixels: Option<&Option<OutputPixels>>,
    places: &mut Vec<usize>,
    report: &mut Report<'_>,
) -> Option<Vec<Row>> {
    let mut rows = Vec::new();
    let mut whole = true;
    for node in nodes {
        places.push(at(node));
        match read_row(node, inputs, output_pixels.is_some_and(Option::is_some), report) {
            Some(row) => rows.push(row),
            None => whole = false,
        }
    }
    whole.then_some(rows)
}

fn read_row<'t>(node: Node<'t>, inputs: &[Input], has_pixels: bool, report: &mut Report<'_>) -> Option<Row> {
    let mut fields = Fields::of(node, report)?;
    let when =
        fields.get("when").map(|node| read_conditions(node, inputs, has_pixels, report)).unwrap_or(Some(Vec::new()));
    let credits = fields.need_decimal("credits", report);
    let per = fields.need("per", report).and_then(|node| name(node, Per::ALL, Per::from_name, report));
    let quantity = per.and_then(|per| read_quantity(per, &mut fields, inputs, has_pixels, report));
    let place = fields.at;
    if quantity.is_some() {
        // Which keys belong here hangs on the unit.
        fields.finish(report);
    }
    let credits = credits?;
    if credits.raw() <= 0 {
        report.add(
            place,
            Rule::PriceOutOfBand,
            format!("{credits} credits are no price"),
            "write a price above 0, or hide the model",
        );
        return None;
    }
    Some(Row { credits: Credits::from_raw(credits.raw()), per: per?, when: when?, quantity: quantity? })
}

/// What is counted for a unit: the keys depend on it.
fn read_quantity<'t>(
    per: Per,
    fields: &mut Fields<'t>,
    inputs: &[Input],
    has_pixels: bool,
    report: &mut Report<'_>,
) -> Option<Quantity> {
    let mut quantity = Quantity { unit: 1, block: 1, ..Quantity::default() };
    match per {
        Per::Generation | Per::Image => quantity.fixed = 1,
        Per::Second | Per::SecondOfInputVideo | Per::SecondOfAudio | Per::MinuteOfAudio => {
            quantity.unit = if per == Per::MinuteOfAudio { 60_000 } else { 1000 };
            read_seconds(fields, inputs, &mut quantity, report)?;
        }
        Per::Megapixel => {
            quantity.unit = 1_000_000;
            quantity.terms.push(Term::OutputPixels);
            if !has_pixels {
                report.add(
                    fields.at,
                    Rule::MissingKey,
                    "the price has no `output_pixels`",
                    "say in the price table how large the output is",
                );
                return None;
            }
        }
        Per::ThousandChars => {
            quantity.unit = 1000;
            quantity.terms = read_facts("characters", Fact::Characters, fields, inputs, report)?;
        }
        Per::InputImage => quantity.terms = read_facts("count", Fact::Count, fields, inputs, report)?,
        Per::MillionTokens => {
            quantity.unit = 1_000_000;
            quantity.fixed = read_tokens(fields, report)?;
        }
    }
    // What the far side measures by its own rule is held as whole units, unless the file knows better.
    let base = if matches!(per, Per::Second | Per::SecondOfInputVideo | Per::SecondOfAudio | Per::MinuteOfAudio) {
        1000
    } else {
        1
    };
    let block = fields.integer("block", report).map(|block| block.saturating_mul(base));
    quantity.measured = match per {
        Per::ThousandChars => block.is_none(),
        Per::Megapixel | Per::MillionTokens => true,
        _ => quantity.terms.iter().any(|term| is_measured(*term, inputs)),
    };
    quantity.block = block.unwrap_or(if per == Per::MillionTokens { 1 } else { quantity.unit });
    quantity.beyond = fields.integer("beyond", report).unwrap_or(0).saturating_mul(base);
    quantity.times = match fields.get("times") {
        Some(node) => Some(number_index(node, inputs, report)?),
        None => None,
    };
    if quantity.block < 1 || quantity.beyond < 0 || quantity.fixed < 0 {
        report.add(
            fields.at,
            Rule::BadBounds,
            "the quantity has a figure below its least",
            "`block` starts at 1, the others at 0",
        );
        return None;
    }
    bounded(&quantity, inputs, fields.at, report)
}

/// `seconds = "duration"`, `["duration", "video_urls"]`, `5`, or `{ frames = "num_frames", rate = "frames_per_second" }`.
fn read_seconds<'t>(
    fields: &mut Fields<'t>,
    inputs: &[Input],
    quantity: &mut Quantity,
    report: &mut Report<'_>,
) -> Option<()> {
    let node = fields.need("seconds", report)?;
    match node.get_ref() {
        DeValue::Integer(_) => quantity.fixed = integer(node, report)?.saturating_mul(1000),
        DeValue::Table(_) => {
            let mut inner = Fields::of(node, report)?;
            let frames = inner.need("frames", report).and_then(|node| number_index(node, inputs, report));
            let rate = inner.need("rate", report).and_then(|node| number_index(node, inputs, report));
            inner.finish(report);
            quantity.terms.push(Term::Frames { frames: frames?, rate: rate? });
        }
        _ => {
            for node in one_or_list(node, report)? {
                let index = index(node, inputs, report)?;
                if !is_number(&inputs[index]) && !matches!(inputs[index].kind, InputKind::Media(_) | InputKind::Task(_))
                {
                    return wrong(report, node, "the name of a number, or of a video or sound");
                }
                quantity.terms.push(Term::Millis(index));
            }
        }
    }
    Some(())
}

fn read_facts<'t>(
    key: &'static str,
    fact: Fact,
    fields: &mut Fields<'t>,
    inputs: &[Input],
    report: &mut Report<'_>,
) -> Option<Vec<Term>> {
    let node = fields.need(key, report)?;
    let nodes = one_or_list(node, report)?;
    nodes.into_iter().map(|node| index(node, inputs, report).map(|index| Term::Fact(index, fact))).collect()
}

/// Tokens can't be counted beforehand: the file gives a bound and says where it comes from.
fn read_tokens(fields: &mut Fields<'_>, report: &mut Report<'_>) -> Option<i64> {
    let place = fields.at;
    let bound = fields.integer("tokens_max", report);
    let source = fields.text("tokens_source", report);
    if bound.is_none() || source.is_none() {
        let remedy = "write `tokens_max = ...` and `tokens_source = \"...\"`, or hide the model";
        report.add(place, Rule::UnboundedPrice, "a price by tokens has no upper bound with its source", remedy);
    }
    source.and(bound)
}

fn one_or_list<'t>(node: Node<'t>, report: &mut Report<'_>) -> Option<Vec<Node<'t>>> {
    if node.get_ref().is_str() { Some(vec![node]) } else { super::list(node, report) }
}

/// The index of an input that is a number (or choices that are all numbers).
fn number_index(node: Node<'_>, inputs: &[Input], report: &mut Report<'_>) -> Option<usize> {
    let index = index(node, inputs, report)?;
    if numeric_bounds(&inputs[index]).is_none_or(|(low, _)| low.raw() <= 0) {
        let message = format!("input `{}` does not always say a number above 0", inputs[index].name);
        report.add(at(node), Rule::BadReference, message, "count by an input that does");
        return None;
    }
    text(node, report).map(|_| index)
}

fn is_measured(term: Term, inputs: &[Input]) -> bool {
    match term {
        Term::Millis(index) => !is_number(&inputs[index]),
        Term::Frames { .. } => false,
        Term::OutputPixels => true,
        Term::Fact(_, fact) => fact == Fact::Characters,
    }
}

/// Refuses a quantity that has no upper bound for inputs that pass the check.
fn bounded(quantity: &Quantity, inputs: &[Input], place: usize, report: &mut Report<'_>) -> Option<Quantity> {
    for term in &quantity.terms {
        let (index, bound) = match *term {
            Term::Millis(index) if is_number(&inputs[index]) => (index, numeric_bounds(&inputs[index]).map(|_| 0)),
            Term::Millis(index) => (index, fact_bound(&inputs[index], Fact::Millis, false)),
            Term::Fact(index, fact) => (index, fact_bound(&inputs[index], fact, false)),
            Term::Frames { .. } | Term::OutputPixels => continue,
        };
        if bound.is_none() {
            let message = format!("what input `{}` adds to the price has no upper bound", inputs[index].name);
            report.add(
                place,
                Rule::UnboundedPrice,
                message,
                "give the input `max_seconds`, `max_length` or `max_items`",
            );
            return None;
        }
    }
    Some(quantity.clone())
}

/// Every input that decides about the price must have a value at confirm, and it goes on the wire.
fn close(table: &PriceTable, inputs: &mut [Input], place: usize, report: &mut Report<'_>) {
    let rows = || table.rows.iter().chain(&table.surcharges);
    let mut deciding: Vec<usize> = Vec::new();
    for condition in rows().flat_map(|row| &row.when) {
        // Given or absent is an answer too.
        if !matches!(condition.test, Test::Given | Test::Absent) {
            deciding.extend(Condition::input(condition));
        }
    }
    for row in rows() {
        deciding.extend(row.quantity.times);
        for term in &row.quantity.terms {
            match *term {
                Term::Millis(index) => deciding.push(index),
                Term::Frames { frames, rate } => deciding.extend([frames, rate]),
                Term::Fact(..) | Term::OutputPixels => {}
            }
        }
    }
    match &table.output_pixels {
        Some(OutputPixels::Table { input, .. }) => deciding.push(*input),
        Some(OutputPixels::Source { factor, .. }) => deciding.extend(*factor),
        None => {}
    }
    deciding.sort_unstable();
    deciding.dedup();
    for index in deciding {
        let input = &mut inputs[index];
        input.always_sent = true;
        let scalar = is_number(input) || matches!(input.kind, InputKind::Bool);
        if scalar && !input.required && input.default.is_none() {
            let message = format!("the price hangs on `{}`, which may be left open", input.name);
            report.add(
                place,
                Rule::OpenPriceInput,
                message,
                "make it `required`, or give it the `default` that the model assumes",
            );
        }
    }
}

//! What a generation cost: what was shown, set aside, charged and given back, when, and for which inputs.

use domain::free::Means;
use domain::generation::{Generation, State};
use domain::ledger::{Amount, Unit};
use domain::money::Money;
use domain::ports::StatementLine;
use domain::screen::{Action, GenerationAct, Screen, Text};

use super::result::{about, inputs, title};
use super::{Canvas, Receipt, draft, free, labelled, menu, why};
use crate::texts::Words;

/// A value is shown up to so many characters: a receipt is no archive of prompts.
const VALUE_MAX: usize = 300;
/// An owner's reason is shown up to so many characters; a page of the statement may have one on each line.
pub(super) const NOTE_MAX: usize = 200;

pub(super) fn receipt(canvas: &Canvas<'_>) -> Screen {
    let Some(facts) = &canvas.facts.receipt else { return menu::menu(canvas, None) };
    let (words, generation) = (canvas.words, &facts.generation);
    let number = generation.id.to_string();
    let number = number.get(number.len().saturating_sub(8)..).unwrap_or(&number).to_uppercase();
    let mut text = words.text(
        "receipt-title",
        &[
            ("model", title(words, canvas.catalog, generation).into()),
            ("number", number.into()),
            ("when", words.moment(generation.created_at, canvas.now).into()),
        ],
    );
    let metered = generation.quote.cost.metered && generation.funding.means() == Means::Money;
    let shown = if metered { "receipt-shown-at-most" } else { "receipt-shown" };
    text.extend(words.text(shown, &[("price", free::cost(words, generation, generation.quote.price).into())]));
    text.extend(movements(canvas, facts));
    text.extend(what_for(canvas, generation));
    text.extend(why::this_price(canvas, generation));
    let card = labelled(words, "button-to-order", about(generation, GenerationAct::Show));
    let keyboard = vec![
        vec![card, labelled(words, "button-support", Action::Support)],
        vec![labelled(words, "button-back", Action::Back), labelled(words, "button-menu", Action::Menu)],
    ];
    Screen::new(text, keyboard)
}

/// What the books say, movement by movement, and the sum of it.
fn movements(canvas: &Canvas<'_>, facts: &Receipt) -> Text {
    let words = canvas.words;
    let mut text = Text::default();
    let mut unit = Unit::Money;
    let mut total = 0_i64;
    // Of a trial a run moves that was given with it: the shop's own business.
    let movements: &[StatementLine] = if facts.generation.trial { &[] } else { &facts.movements };
    for line in movements {
        for (key, amount) in steps(line) {
            let when = words.moment(line.at, canvas.now);
            text.extend(words.text(key, &[("amount", size(words, amount).into()), ("when", when.into())]));
        }
        if let Some(note) = &line.note {
            text.extend(words.text("receipt-note", &[("note", draft::cut(note, NOTE_MAX).into())]));
        }
        if line.posted.value != 0 {
            unit = line.posted.unit;
            total = total.saturating_sub(line.posted.value);
        }
    }
    let live = facts.generation.state.kind().is_live();
    // An older version beside this one may have written the end without its generation: then the generation itself has to do.
    let unknown = !movements.iter().any(|line| matches!(line.name.as_str(), "capture" | "release"));
    let is_free = facts.generation.funding.means() == Means::Free || facts.generation.trial;
    let key = match total {
        _ if is_free => receipt_of_a_free_one(&facts.generation.state),
        _ if live => "receipt-open",
        _ if unknown => "receipt-total",
        0 if movements.iter().any(|line| line.posted.value != 0) => "receipt-returned",
        0 => "receipt-nothing",
        _ => "receipt-total",
    };
    let total = if unknown {
        super::result::charged(words, &facts.generation)
    } else {
        size(words, Amount { unit, value: total })
    };
    text.extend(words.text(key, &[("amount", total.into())]));
    text
}

/// No money and no run moves for it.
const fn receipt_of_a_free_one(state: &State) -> &'static str {
    match state {
        State::Cancelled | State::Failed(_) => "receipt-nothing",
        _ => "receipt-total",
    }
}

/// The movements of one operation, in words' keys: a capture may give a part back.
fn steps(line: &StatementLine) -> Vec<(&'static str, Amount)> {
    let of = |value: i64| Amount { unit: line.reserved.unit, value: value.saturating_abs() };
    match line.name.as_str() {
        "reserve" => vec![("receipt-reserved", of(line.reserved.value))],
        "release" => vec![("receipt-released", of(line.reserved.value))],
        "capture" => {
            let rest = line.posted.value.saturating_sub(line.reserved.value);
            let mut steps = vec![("receipt-captured", of(line.posted.value))];
            if rest > 0 {
                steps.push(("receipt-released", of(rest)));
            }
            steps
        }
        _ => vec![("receipt-refunded", Amount { unit: line.posted.unit, value: line.posted.value.saturating_abs() })],
    }
}

/// What was ordered: every input that was filled in.
fn what_for(canvas: &Canvas<'_>, generation: &Generation) -> Text {
    let words = canvas.words;
    let mut text = Text::default();
    let (Some(model), Some(inputs)) = (canvas.catalog.model(&generation.model), inputs(generation)) else {
        return text;
    };
    for input in model.inputs().iter().filter(|input| !input.is_fixed()) {
        let Some(value) = inputs.get(&input.name) else { continue };
        let value = draft::cut(&draft::shown(canvas, input, value), VALUE_MAX);
        let title = input.title.get(words.language());
        text.extend(words.text("receipt-input", &[("input", title.into()), ("value", value.into())]));
    }
    text
}

/// An amount without a sign.
pub(super) fn size(words: Words<'_>, amount: Amount) -> String {
    let value = amount.value.saturating_abs();
    match amount.unit {
        Unit::Money => words.money(Money::from_kopecks(value)),
        Unit::Run => words.plain("amount-runs", &[("n", value.into())]),
    }
}

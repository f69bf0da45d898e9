//! Why a generation had its price, folded away below its receipt.
//!
//! It tells what the user can check: what they chose, the rate and its day, the rounding, and of a metered price how the bound became the
//! charge. It tells neither KIE's credits nor the markup: with the rate beside it, either of them would give away the other.

use domain::free::Means;
use domain::generation::Generation;
use domain::models::{Measure, PriceInput};
use domain::money::Money;
use domain::quote::SetPrice;
use domain::screen::Text;

use super::result::inputs;
use super::{Canvas, draft};

/// A value is shown up to so many characters: the receipt has it in full.
const VALUE_MAX: usize = 60;

/// The section; nothing for what cost no money.
pub(super) fn this_price(canvas: &Canvas<'_>, generation: &Generation) -> Text {
    let (words, quote) = (canvas.words, &generation.quote);
    if generation.funding.means() != Means::Money {
        return Text::default();
    }
    let mut text = words.text("receipt-why", &[]);
    text.extend(choices(canvas, generation));
    if quote.cost.metered {
        text.extend(metered(canvas, generation));
    }
    match quote.set {
        Some(SetPrice::Fixed(_)) => {
            text.extend(words.text("receipt-why-set", &[]));
            return text;
        }
        Some(SetPrice::Floor(least)) if is_below(generation, least) => {
            text.extend(words.text("receipt-why-least", &[("least", words.money(least).into())]));
        }
        _ => {}
    }
    let rate = words.decimal(&quote.factor.rate.to_string());
    let (when, step) = (words.moment(quote.frozen_at(), canvas.now), words.money(quote.factor.step));
    let args = [("when", when.into()), ("rate", rate.into()), ("step", step.into())];
    text.extend(words.text("receipt-why-rate", &args));
    text
}

/// Whether table, rate and markup made less than the owner's least price: at the confirm, or by what KIE took in the end.
fn is_below(generation: &Generation, least: Money) -> bool {
    let quote = &generation.quote;
    let consumed = generation.state.success().and_then(|success| success.cost).filter(|_| quote.cost.metered);
    quote.factor.price(consumed.unwrap_or(quote.cost.credits)).is_ok_and(|price| price < least)
}

/// What the user chose of what the price hangs on; nothing if the model or the choices are gone. Which inputs that are, and the defaults of
/// those that were left alone, the catalog of today tells: that holds as long as it still makes the frozen price of the frozen inputs.
fn choices(canvas: &Canvas<'_>, generation: &Generation) -> Text {
    let words = canvas.words;
    let mut text = Text::default();
    let (Some(model), Some(inputs)) = (canvas.catalog.model(&generation.model), inputs(generation)) else {
        return text;
    };
    let is_same = model.credits(&inputs).is_ok_and(|cost| cost == generation.quote.cost);
    let mut held = model.price_inputs(&inputs);
    if !is_same {
        held.retain(|one| inputs.get(&one.input.name).is_some());
    }
    if !held.is_empty() {
        text.extend(words.text("receipt-why-choices", &[]));
    } else if is_same {
        text.extend(words.text("receipt-why-one-price", &[]));
    }
    for one in held {
        let title = one.input.title.get(words.language());
        let value = draft::cut(&value(canvas, &one), VALUE_MAX);
        text.extend(words.text("receipt-why-choice", &[("input", title.into()), ("value", value.into())]));
    }
    if !is_same {
        text.extend(words.text("receipt-why-changed", &[]));
    }
    text
}

fn value(canvas: &Canvas<'_>, one: &PriceInput<'_>) -> String {
    match one.measure {
        Some(Measure::Millis(millis)) => {
            let seconds = millis.saturating_add(999).div_euclid(1000);
            canvas.words.plain("duration-seconds", &[("n", seconds.into())])
        }
        Some(Measure::Characters(characters)) => canvas.words.plain("value-characters", &[("n", characters.into())]),
        None => draft::shown(canvas, one.input, one.value),
    }
}

/// How the upper bound became the charge.
fn metered(canvas: &Canvas<'_>, generation: &Generation) -> Text {
    let (words, quote) = (canvas.words, &generation.quote);
    let bound = ("bound", words.money(quote.price).into());
    let charged = generation.state.success().map(|success| quote.settle(success.cost).capture);
    match charged {
        None => words.text("receipt-why-bound", &[bound]),
        Some(charged) if charged < quote.price => {
            let rest = quote.price.checked_sub(charged).unwrap_or(Money::ZERO);
            let args = [bound, ("charged", words.money(charged).into()), ("rest", words.money(rest).into())];
            words.text("receipt-why-below-bound", &args)
        }
        Some(_) => words.text("receipt-why-at-bound", &[bound]),
    }
}

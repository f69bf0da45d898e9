//! A generation while it is being made, and how it ended.

use std::time::Duration;

use domain::clock::Timestamp;
use domain::generation::{FailureReason, Generation, QUEUED_MAX, State, Undeliverable};
use domain::models::Catalog;
use domain::screen::{Action, Button, Emphasis, GenerationAct, Screen, Text};

use super::result::{about, asks_for_words, captured, charged, favourite, other_model, prompt, receipt, repeats};
use super::result::{sold, title, uses};
use super::{Canvas, GenerationFacts, draft, free, labelled};
use crate::texts::Words;

/// After so many times the usual duration the user is told that it takes longer.
pub(crate) const OVERDUE: u32 = 10;
/// A card reminds of the prompt, it does not repeat it.
const PROMPT_MAX: usize = 200;

/// The card in the window: what a message says, with a way back.
pub(super) fn in_window(canvas: &Canvas<'_>, facts: &GenerationFacts) -> Screen {
    let words = canvas.words;
    let mut screen = card(words, canvas.catalog, facts, canvas.now);
    let menu = screen.keyboard.last_mut().filter(|_| !facts.generation.state.kind().is_live());
    if let Some(row) = menu.filter(|row| row.len() == 1) {
        row.insert(0, labelled(words, "button-back", Action::Back));
    }
    screen
}

/// How a generation stands, for the window and for messages.
pub(super) fn card(words: Words<'_>, catalog: &Catalog, facts: &GenerationFacts, now: Timestamp) -> Screen {
    let generation = &facts.generation;
    let mut text = words.text("generation-title", &[("model", title(words, catalog, generation).into())]);
    let mut keyboard = match &generation.state {
        State::Queued | State::Submitting | State::Running { .. } => {
            text.extend(waiting(words, facts, now));
            return Screen::new(text, waiting_buttons(words, generation));
        }
        State::Succeeded(_) => {
            text.extend(sending(words, generation));
            let refresh = labelled(words, "button-refresh", about(generation, GenerationAct::Refresh));
            vec![vec![refresh, receipt(words, generation)]]
        }
        State::Delivered(success) => {
            let took = Duration::from_millis(u64::try_from(success.took_ms).unwrap_or(0));
            let price = charged(words, generation);
            text.extend(words.text(
                free::told(
                    generation,
                    ["generation-delivered", "generation-delivered-run", "generation-delivered-free"],
                ),
                &[("price", price.into()), ("took", words.duration(took).into())],
            ));
            with_result(words, catalog, facts)
        }
        State::Undeliverable { reason: Undeliverable::ChatGone, .. } => {
            text.extend(sending(words, generation));
            with_result(words, catalog, facts)
        }
        State::Undeliverable { reason: Undeliverable::Refused, .. } => {
            text.extend(words.text(
                free::told(
                    generation,
                    ["generation-undeliverable", "generation-undeliverable-run", "generation-undeliverable-free"],
                ),
                &[("price", captured(words, generation).into())],
            ));
            with_result(words, catalog, facts)
        }
        State::Cancelled => {
            let price = words.money(generation.quote.price);
            text.extend(words.text(
                free::told(
                    generation,
                    ["generation-cancelled", "generation-cancelled-run", "generation-cancelled-free"],
                ),
                &[("price", price.into())],
            ));
            let mut keyboard = repeats(words, catalog, generation);
            keyboard.push(vec![receipt(words, generation)]);
            keyboard
        }
        State::Failed(failure) => {
            text.extend(words.text(failure_key(failure.reason), &[]));
            let price = words.money(generation.quote.price);
            text.extend(words.text(
                free::told(
                    generation,
                    ["generation-not-charged", "generation-not-charged-run", "generation-not-charged-free"],
                ),
                &[("price", price.into())],
            ));
            what_to_try(words, catalog, generation, failure.reason)
        }
    };
    text.extend(order(words, catalog, generation, now));
    if let Some(id) = generation.made_from {
        let origin = Action::Generation { generation: id, act: GenerationAct::Show };
        keyboard.push(vec![labelled(words, "button-made-from", origin)]);
    }
    keyboard.push(vec![labelled(words, "button-menu", Action::Menu)]);
    Screen::new(text, keyboard)
}

fn sending(words: Words<'_>, generation: &Generation) -> Text {
    let key = free::told(generation, ["generation-sending", "generation-sending-run", "generation-sending-free"]);
    words.text(key, &[("price", captured(words, generation).into())])
}

/// Place in the queue or state, time so far, the usual time, the money.
fn waiting(words: Words<'_>, facts: &GenerationFacts, now: Timestamp) -> Text {
    let generation = &facts.generation;
    let elapsed = words.duration(now.since(generation.created_at));
    let overdue = now.since(generation.since) > facts.usual.saturating_mul(OVERDUE);
    let mut text = match generation.state {
        State::Queued if facts.rests => {
            words.text("generation-resting", &[("within", words.duration(QUEUED_MAX).into())])
        }
        State::Queued => {
            let ahead = i64::try_from(facts.ahead).unwrap_or(i64::MAX);
            words.text("generation-queued", &[("ahead", ahead.into())])
        }
        State::Submitting => words.text("generation-submitting", &[]),
        _ if overdue => words.text("generation-overdue", &[("elapsed", elapsed.clone().into())]),
        _ => words.text("generation-running", &[("elapsed", elapsed.into())]),
    };
    text.extend(usual(words, facts));
    let price = words.money(generation.quote.price);
    let reserved = ["generation-reserved", "generation-reserved-run", "generation-free"];
    let reserved_overdue = ["generation-reserved-overdue", "generation-reserved-run-overdue", "generation-free"];
    let key = free::told(generation, if overdue { reserved_overdue } else { reserved });
    text.extend(words.text(key, &[("price", price.into())]));
    text
}

/// The usual time: what was measured, with the rare case if it differs; else that it is a guess.
fn usual(words: Words<'_>, facts: &GenerationFacts) -> Text {
    let usual = words.duration(facts.usual);
    match facts.rare.map(|rare| words.duration(rare)) {
        Some(rare) if rare != usual => words.text("usual-measured", &[("usual", usual.into()), ("rare", rare.into())]),
        Some(_) => words.text("usual-steady", &[("usual", usual.into())]),
        None => words.text("usual-guessed", &[("usual", usual.into())]),
    }
}

fn waiting_buttons(words: Words<'_>, generation: &Generation) -> Vec<Vec<Button>> {
    let refresh = labelled(words, "button-refresh", about(generation, GenerationAct::Refresh));
    let menu = labelled(words, "button-menu", Action::Menu);
    if generation.state != State::Queued {
        return vec![vec![refresh, menu]];
    }
    let cancel = labelled(words, "button-cancel", about(generation, GenerationAct::Cancel));
    vec![vec![Button { emphasis: Emphasis::Danger, ..cancel }, refresh], vec![menu]]
}

/// What can be done with a result that exists.
fn with_result(words: Words<'_>, catalog: &Catalog, facts: &GenerationFacts) -> Vec<Vec<Button>> {
    let generation = &facts.generation;
    let mut keyboard = vec![vec![labelled(words, "button-resend", about(generation, GenerationAct::Resend))]];
    keyboard.extend(repeats(words, catalog, generation));
    keyboard.extend(uses(words, catalog, generation));
    let mut row: Vec<Button> = favourite(words, catalog, generation, facts.favourite).into_iter().collect();
    row.push(receipt(words, generation));
    keyboard.push(row);
    keyboard
}

/// The way on after a failure, the best one first.
fn what_to_try(
    words: Words<'_>,
    catalog: &Catalog,
    generation: &Generation,
    reason: FailureReason,
) -> Vec<Vec<Button>> {
    let model = sold(catalog, generation);
    let again = model.map(|_| labelled(words, "button-again", about(generation, GenerationAct::Again)));
    let reword = model
        .filter(|model| asks_for_words(model))
        .map(|_| labelled(words, "button-reword", about(generation, GenerationAct::Reword)));
    let other = other_model(words, catalog, generation);
    // What was refused once is refused again: other words, or another model.
    let mut ways = match reason {
        FailureReason::InputsRefused | FailureReason::ContentRefused => vec![reword, other, again],
        FailureReason::ModelUnavailable => vec![other],
        FailureReason::ServiceUnavailable | FailureReason::QueuedTooLong => vec![again, other],
        FailureReason::ProviderFailed | FailureReason::AnswerLost | FailureReason::TimedOut => {
            vec![again, reword, other]
        }
    };
    ways.push(Some(labelled(words, "button-support", Action::Support)));
    let mut ways: Vec<Button> = ways.into_iter().flatten().collect();
    if let Some(best) = ways.first_mut().filter(|button| button.label != words.plain("button-support", &[])) {
        best.emphasis = Emphasis::Primary;
    }
    ways.push(receipt(words, generation));
    super::pairs(ways)
}

/// When it was ordered and with which words, below how it ended.
fn order(words: Words<'_>, catalog: &Catalog, generation: &Generation, now: Timestamp) -> Text {
    let mut text = words.text("generation-when", &[("when", words.moment(generation.created_at, now).into())]);
    if let Some(prompt) = prompt(catalog, generation) {
        text.extend(words.text("generation-prompt", &[("prompt", draft::cut(&prompt, PROMPT_MAX).into())]));
    }
    if generation.made_from.is_some() {
        text.extend(words.text("generation-made-from", &[]));
    }
    text
}

const fn failure_key(reason: FailureReason) -> &'static str {
    match reason {
        FailureReason::InputsRefused => "failure-inputs-refused",
        FailureReason::ContentRefused => "failure-content-refused",
        FailureReason::ProviderFailed => "failure-provider-failed",
        FailureReason::ModelUnavailable => "failure-model-unavailable",
        FailureReason::ServiceUnavailable => "failure-service-unavailable",
        FailureReason::AnswerLost => "failure-answer-lost",
        FailureReason::TimedOut => "failure-timed-out",
        FailureReason::QueuedTooLong => "failure-queued-too-long",
    }
}

//! A generation: its progress, its end, its result's caption, the history.

use domain::clock::Timestamp;
use domain::generation::{FailureReason, Generation, State, Undeliverable};
use domain::models::Catalog;
use domain::money::Money;
use domain::screen::{Action, Button, Emphasis, GenerationAct, Screen, Text};
use std::time::Duration;

use super::{Canvas, GenerationFacts, PAGE, button, labelled, pager, primary};
use crate::texts::Words;

pub(super) fn card(words: Words<'_>, catalog: &Catalog, facts: &GenerationFacts, now: Timestamp) -> Screen {
    let generation = &facts.generation;
    let mut text = words.text("generation-title", &[("model", title(words, catalog, generation).into())]);
    let price = words.money(generation.quote.price);
    let id = generation.id;
    let act = |act| Action::Generation { generation: id, act };
    let menu = labelled(words, "button-menu", Action::Menu);
    let again = primary(words.plain("button-again", &[]), act(GenerationAct::Again));
    let reword = labelled(words, "button-reword", act(GenerationAct::Reword));
    let refresh = labelled(words, "button-refresh", act(GenerationAct::Refresh));
    let elapsed = words.duration(now.since(generation.created_at));
    let usual = words.duration(facts.usual);
    let keyboard = match &generation.state {
        State::Queued => {
            let ahead = i64::try_from(facts.ahead).unwrap_or(i64::MAX);
            text.extend(words.text("generation-queued", &[("ahead", ahead.into()), ("price", price.into())]));
            let cancel =
                Button { emphasis: Emphasis::Danger, ..labelled(words, "button-cancel", act(GenerationAct::Cancel)) };
            vec![vec![cancel, refresh], vec![menu]]
        }
        State::Submitting | State::Running { .. } => {
            let overdue = now.since(generation.since) > facts.usual.saturating_mul(OVERDUE);
            let key = if overdue { "generation-overdue" } else { "generation-running" };
            text.extend(
                words.text(key, &[("elapsed", elapsed.into()), ("usual", usual.into()), ("price", price.into())]),
            );
            vec![vec![refresh, menu]]
        }
        State::Succeeded(_) => {
            text.extend(words.text("generation-sending", &[("price", captured(words, generation).into())]));
            vec![vec![refresh, menu]]
        }
        State::Delivered(success) => {
            let took = Duration::from_millis(u64::try_from(success.took_ms).unwrap_or(0));
            text.extend(words.text(
                "generation-delivered",
                &[("price", charged(words, generation).into()), ("took", words.duration(took).into())],
            ));
            let resend = labelled(words, "button-resend", act(GenerationAct::Resend));
            vec![vec![again, resend], vec![reword, menu]]
        }
        State::Undeliverable { reason, .. } => {
            text.extend(match reason {
                Undeliverable::ChatGone => {
                    words.text("generation-sending", &[("price", captured(words, generation).into())])
                }
                Undeliverable::Refused => {
                    words.text("generation-undeliverable", &[("price", captured(words, generation).into())])
                }
            });
            vec![vec![again, menu]]
        }
        State::Cancelled => {
            text.extend(words.text("generation-cancelled", &[("price", price.into())]));
            vec![vec![again, reword], vec![menu]]
        }
        State::Failed(failure) => {
            text.extend(words.text(failure_key(failure.reason), &[]));
            text.extend(words.text("generation-not-charged", &[("price", price.into())]));
            vec![vec![again, reword], vec![menu]]
        }
    };
    Screen { text, keyboard }
}

/// After so many times the usual duration the user is told that it takes longer.
pub(crate) const OVERDUE: u32 = 10;

/// What stands under a result.
pub(crate) fn caption(words: Words<'_>, catalog: &Catalog, generation: &Generation) -> Text {
    let took = generation.state.success().map_or(0, |success| success.took_ms);
    let took = Duration::from_millis(u64::try_from(took).unwrap_or(0));
    words.text(
        "result-caption",
        &[
            ("model", title(words, catalog, generation).into()),
            ("price", charged(words, generation).into()),
            ("took", words.duration(took).into()),
        ],
    )
}

/// What can be done with a result.
pub(crate) fn result_buttons(words: Words<'_>, generation: &Generation) -> Vec<Vec<Button>> {
    let act = |act| Action::Generation { generation: generation.id, act };
    vec![
        vec![
            labelled(words, "button-again", act(GenerationAct::Again)),
            labelled(words, "button-reword", act(GenerationAct::Reword)),
        ],
        vec![labelled(words, "button-menu", Action::Menu)],
    ]
}

pub(super) fn history(canvas: &Canvas<'_>, page: u16) -> Screen {
    let words = canvas.words;
    let rows = &canvas.facts.history;
    let mut keyboard: Vec<Vec<Button>> = rows
        .iter()
        .take(PAGE)
        .map(|generation| {
            let label = words.plain(
                "history-row",
                &[
                    ("state", words.plain(state_key(&generation.state), &[]).into()),
                    ("model", title(words, canvas.catalog, generation).into()),
                    ("price", charged(words, generation).into()),
                ],
            );
            let show = Action::Generation { generation: generation.id, act: GenerationAct::Show };
            vec![button(label, show)]
        })
        .collect();
    keyboard.extend(pager(words, page, rows.len() > PAGE, |page| Action::History { page }));
    keyboard.push(vec![labelled(words, "button-menu", Action::Menu)]);
    let key = if rows.is_empty() { "history-empty" } else { "history-text" };
    Screen { text: words.text(key, &[]), keyboard }
}

/// What a generation cost in the end: the capture of what was quoted, or nothing.
fn charged(words: Words<'_>, generation: &Generation) -> String {
    let money = match &generation.state {
        State::Cancelled | State::Failed(_) => Money::ZERO,
        State::Undeliverable { reason: Undeliverable::Refused, .. } => Money::ZERO,
        _ => return captured(words, generation),
    };
    words.money(money)
}

/// What was captured for a result, whatever became of it since; before that, what is set aside.
fn captured(words: Words<'_>, generation: &Generation) -> String {
    let capture = generation.state.success().map(|success| generation.quote.settle(success.cost).capture);
    words.money(capture.unwrap_or(generation.quote.price))
}

fn title(words: Words<'_>, catalog: &Catalog, generation: &Generation) -> String {
    catalog
        .model(&generation.model)
        .map_or_else(|| generation.model.to_string(), |model| model.title.get(words.language()).to_owned())
}

const fn state_key(state: &State) -> &'static str {
    match state {
        State::Queued => "state-queued",
        State::Submitting | State::Running { .. } => "state-running",
        State::Succeeded(_) => "state-sending",
        State::Delivered(_) => "state-delivered",
        State::Undeliverable { .. } => "state-undeliverable",
        State::Cancelled => "state-cancelled",
        State::Failed(_) => "state-failed",
    }
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

//! The draft: questions, options, the wait for files, the confirm screen, not enough money.
//!
//! Pure as every screen: what stands on a question's buttons comes from the same functions that the wizard reads their presses with.

mod choices;
mod lists;
mod options;
mod question;
mod review;
mod values;

pub(crate) use values::{cut, shown};

use domain::models::Model;
use domain::screen::{Action, Button, DraftAct, Emphasis, Screen};

use super::{Canvas, labelled, menu, model};
use crate::conversation::{Draft, Question, Step};

pub(super) fn draft(canvas: &Canvas<'_>, draft: &Draft) -> Screen {
    let Some(model) = canvas.catalog.model(&draft.model) else { return menu::menu(canvas, None) };
    if model.is_off_for_now() && !draft.is_trial_of(canvas.actor) {
        return model::card(canvas, &draft.model, Some(draft));
    }
    match &draft.step {
        Step::Ask { .. } | Step::Item { .. } => {
            match Question::at(model, &draft.step).filter(|question| question.exists(&draft.inputs)) {
                Some(question) => question::ask(&Sheet { canvas, draft, model }, &question),
                None => options::list(canvas, draft, model),
            }
        }
        Step::Options => options::list(canvas, draft, model),
        Step::Preparing => review::preparing(canvas, draft, model),
        Step::Review { quote } => review::review(canvas, draft, model, quote),
        Step::Short { available, quote } => review::short(canvas, draft, model, *available, quote),
    }
}

/// What a question is drawn from.
pub(super) struct Sheet<'a> {
    pub(super) canvas: &'a Canvas<'a>,
    pub(super) draft: &'a Draft,
    pub(super) model: &'a Model,
}

impl Sheet<'_> {
    const fn act(&self, what: DraftAct) -> Action {
        act(self.draft, what)
    }
}

fn navigation(canvas: &Canvas<'_>, draft: &Draft) -> Vec<Button> {
    vec![
        labelled(canvas.words, "button-back", act(draft, DraftAct::Back)),
        Button {
            emphasis: Emphasis::Danger,
            ..labelled(canvas.words, "button-discard", act(draft, DraftAct::Discard))
        },
    ]
}

const fn act(draft: &Draft, act: DraftAct) -> Action {
    Action::Draft { draft: draft.id, revision: draft.revision, act }
}

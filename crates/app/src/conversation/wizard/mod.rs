//! Composing a draft: any model's schema becomes questions, nothing here knows a model.
//!
//! | module | idea |
//! |---|---|
//! | `turn` | one event of a draft: where it stands, and where it goes next |
//! | `question` | what is open: an input, or a field of an item of a list |
//! | `answer` | words and buttons as answers |
//! | `naming` | a choice by its name, typing slips forgiven |
//! | `arrivals`, `album` | files and links as answers |
//! | `settled` | what became known of the files meanwhile |
//! | `items` | lists of objects, filled in item by item |
//! | `order` | the confirm screen's button |
//!
//! Invariants: a draft's revision grows with everything that a user can see change, so an old button only redraws; what turns out about a
//! file is looked at before anything else; the confirm screen exists only with answers that pass `Model::check` and files that KIE has.
//!
//! To add a kind of input: its arms in `answer` and `question`, the screen in `screens::draft::question`, a model in the tests' workshop.

mod album;
mod answer;
mod arrivals;
mod items;
mod naming;
mod order;
mod question;
mod settled;
mod turn;

pub use question::askable;
pub(crate) use question::{
    CHOICES_PAGE, CHOICES_PAGED, Question, candidates, fields, is_question, mends, objects, options, required, results,
};

use domain::free::Means;
use domain::ids::GenerationId;
use domain::models::{InputKind, Inputs, Model, Refusal, Value};
use domain::screen::DraftAct;

use super::decide::{Context, Decision};
use super::{Draft, Notice, Step, Talk, View, stash};
use crate::event::Event;
use turn::Turn;

/// Starts a draft with what is known, and goes to its first open question. A draft that was open is replaced.
pub(super) fn begin(next: &mut Talk, model: &Model, inputs: Inputs, context: &Context<'_>) {
    *next = start(std::mem::take(next), model, inputs, None, false, context).talk;
}

/// Begins a draft with what was sent for it, if the model takes that.
pub(super) fn create(mut next: Talk, model: &Model, context: &Context<'_>) -> Decision {
    let stash = next.stash.take().unwrap_or_default();
    let inputs = stash::fill(model, &stash);
    let made_from = stash.made_from.filter(|_| !inputs.is_empty());
    start(next, model, inputs, made_from, false, context)
}

/// Begins a draft that tries the model at the shop's cost, whether the model is sold or not.
pub(super) fn try_out(mut next: Talk, model: &Model, context: &Context<'_>) -> Decision {
    if !askable(model) {
        next.notice = Some(Notice::new("desk-not-askable"));
        return Decision::show(next);
    }
    start(next, model, Inputs::new(), None, true, context)
}

fn start(
    mut talk: Talk,
    model: &Model,
    inputs: Inputs,
    made_from: Option<GenerationId>,
    trial: bool,
    context: &Context<'_>,
) -> Decision {
    talk.view = View::Draft;
    talk.draft = Some(Draft {
        id: GenerationId::ordered(context.clock, context.ids),
        revision: 1,
        model: model.id.clone(),
        inputs: usable(model, &inputs),
        step: Step::Options,
        means: Means::Money,
        made_from,
        album: None,
        edit_from: None,
        options_page: 0,
        trial,
    });
    on_draft(talk, context, Turn::go_on)
}

/// Back to the draft, as it is now: its price, and what the balance is by now.
pub(super) fn resume(mut talk: Talk, context: &Context<'_>) -> Decision {
    talk.view = View::Draft;
    on_draft(talk, context, Turn::go_on)
}

/// What of `inputs` may stand in a draft. Too few files are no obstacle: the rest is asked for.
fn usable(model: &Model, inputs: &Inputs) -> Inputs {
    let fits = |name: &str, value: &Value| match model.check_value(name, value) {
        Ok(()) => true,
        Err(problems) => problems.iter().all(|problem| matches!(problem.refusal, Refusal::TooFew { .. })),
    };
    let usable = inputs.iter().filter(|(name, value)| fits(name, value));
    usable.map(|(name, value)| (name.to_owned(), value.clone())).collect()
}

/// Takes the words out, so that the wizard asks for them again.
pub(super) fn forget_words(model: &Model, inputs: &mut Inputs) {
    let asked = model.inputs().iter().find(|input| matches!(input.kind, InputKind::Text(_)) && input.must_be_asked());
    if let Some(input) = asked {
        inputs.remove(&input.name);
    }
}

/// A text came in: an answer to the open question, or nothing we asked for.
pub(super) fn typed(next: Talk, text: &str, context: &Context<'_>) -> Decision {
    Decision { fresh: true, ..on_draft(next, context, |turn| turn.words(text)) }
}

/// A file came in. Those of an album are drawn together, once no more come.
pub(super) fn sent_file(next: Talk, event: &Event, context: &Context<'_>) -> Decision {
    match event {
        Event::File { kind, file, caption, album: Some(album), message } => {
            let decision =
                on_draft(next, context, |turn| turn.album_file(album, *message, *kind, file, caption.as_deref()));
            album::hush(decision, context.now)
        }
        Event::File { kind, file, caption, .. } => {
            Decision { fresh: true, ..on_draft(next, context, |turn| turn.file(*kind, file, caption.as_deref())) }
        }
        _ => Decision::fresh(next),
    }
}

/// The conversation goes on by itself while the draft is open: files are ready, or an album is complete. Elsewhere what is known of the
/// draft's files waits until the user comes back.
pub(super) fn woken(mut next: Talk, context: &Context<'_>) -> Decision {
    if let Some(until) = next.quiet_until.filter(|until| context.now < *until) {
        return Decision { wake_at: Some(until), quiet: true, ..Decision::show(next) };
    }
    let complete = next.quiet_until.take().is_some();
    let revision = next.draft.as_ref().map(|draft| draft.revision);
    let decision = on_draft(next, context, Turn::wake);
    let talk = &decision.talk;
    let visible = complete || talk.notice.is_some() || talk.draft.as_ref().map(|draft| draft.revision) != revision;
    Decision { fresh: complete, quiet: !visible, ..decision }
}

/// A button of a draft was pressed.
pub(super) fn press(
    mut next: Talk,
    draft_id: GenerationId,
    revision: u16,
    act: DraftAct,
    context: &Context<'_>,
) -> Decision {
    if context.generation.is_some_and(|generation| generation.id == draft_id) {
        // It was confirmed before: the same again shows the same.
        next.view = View::Generation { generation: draft_id };
        return Decision::show(next);
    }
    let Some(draft) = next.draft.as_ref().filter(|draft| draft.id == draft_id) else {
        next.view = View::Menu;
        next.notice = Some(Notice::new("notice-stale"));
        return Decision::show(next);
    };
    let is_current = draft.revision == revision;
    next.view = View::Draft;
    on_draft(next, context, |turn| if is_current { turn.press(act) } else { turn.stale() })
}

/// Lets something happen to the draft, after a look at what became known of its files.
fn on_draft<'a>(talk: Talk, context: &Context<'a>, act: impl FnOnce(&mut Turn<'a>)) -> Decision {
    match Turn::open(talk, context) {
        Ok(mut turn) => {
            turn.settle();
            turn.hear_album();
            act(&mut turn);
            turn.close()
        }
        Err(talk) => Decision::show(*talk),
    }
}

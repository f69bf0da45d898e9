//! What can be done with a generation that exists: its buttons.

use domain::generation::StateKind;
use domain::ids::{GenerationId, InputId};
use domain::models::{Inputs, MediaRef, Value};
use domain::screen::{GenerationAct, Key};

use super::decide::{Context, Decision, Effect, go, is_sold};
use super::{Notice, Talk, View, stash, wizard};

/// A button that speaks of a generation was pressed.
pub(super) fn press(mut next: Talk, id: GenerationId, act: GenerationAct, context: &Context<'_>) -> Decision {
    let Some(generation) = context.generation.filter(|generation| generation.id == id) else {
        next.notice = Some(Notice::new("notice-generation-gone"));
        return Decision::show(next);
    };
    match act {
        GenerationAct::Refresh | GenerationAct::Show => go(&mut next, View::Generation { generation: id }),
        GenerationAct::Receipt => go(&mut next, View::Receipt { generation: id }),
        GenerationAct::Vary => return stash::vary(next, generation, context),
        GenerationAct::Cancel => {
            next.view = View::Generation { generation: id };
            next.notice = match generation.state.kind() {
                StateKind::Queued => return Decision::with(next, Effect::Cancel(id)),
                StateKind::Submitting | StateKind::Running | StateKind::Succeeded => {
                    Some(Notice::new("notice-too-late-to-cancel"))
                }
                _ => Some(Notice::new("notice-cancel-ended")),
            };
        }
        GenerationAct::Resend => {
            if generation.state.success().is_some() {
                return Decision::with(next, Effect::Resend(id));
            }
            next.notice = Some(Notice::new("notice-no-result"));
        }
        GenerationAct::Again | GenerationAct::Reword => {
            let model = context.catalog.model(&generation.model);
            if model.is_some_and(|model| model.is_off_for_now()) {
                // The card says why it can't be repeated.
                go(&mut next, View::Model { model: generation.model.clone() });
                return Decision::show(next);
            }
            let model = model.filter(|model| is_sold(model));
            let inputs: Option<Inputs> = serde_json::from_value(generation.inputs.clone()).ok();
            let (Some(model), Some(mut inputs)) = (model, inputs) else {
                next.notice = Some(Notice::new("notice-model-gone"));
                return Decision::show(next);
            };
            if act == GenerationAct::Reword {
                wizard::forget_words(model, &mut inputs);
            }
            let some_are_lost = forget_lost_files(&mut inputs, context);
            wizard::begin(&mut next, model, inputs, context);
            if some_are_lost {
                next.notice = Some(Notice::new("notice-files-lost"));
            }
            if let Some(draft) = &mut next.draft {
                draft.made_from = generation.made_from;
            }
        }
    }
    Decision::show(next)
}

/// Takes out files that are not kept any more, so that they are asked for; says whether there were some.
fn forget_lost_files(inputs: &mut Inputs, context: &Context<'_>) -> bool {
    // A generation of an older version names Telegram's files themselves, which last.
    let is_kept = |file: &MediaRef| {
        file.key.0.parse::<InputId>().map_or(true, |id| context.inputs.iter().any(|known| known.id == id))
    };
    let mut kept = Vec::new();
    for (name, value) in inputs.iter() {
        if let Value::Media(files) = value
            && !files.iter().all(is_kept)
        {
            kept.push((name.to_owned(), files.iter().filter(|file| is_kept(file)).cloned().collect::<Vec<_>>()));
        }
    }
    let some_are_lost = !kept.is_empty();
    for (name, files) in kept {
        match files.is_empty() {
            true => drop(inputs.remove(&name)),
            false => inputs.set(name, Value::Media(files)),
        }
    }
    some_are_lost
}

/// A generation's result becomes what was sent, for the models of a section.
pub(super) fn use_result(mut next: Talk, id: GenerationId, section: Key, context: &Context<'_>) -> Decision {
    match context.generation.filter(|generation| generation.id == id) {
        Some(generation) => return stash::take_result(next, generation, section, context),
        None => next.notice = Some(Notice::new("notice-generation-gone")),
    }
    Decision::show(next)
}

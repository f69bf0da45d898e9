//! Composing a draft: any model's schema becomes questions, nothing here knows a model.

use domain::ids::GenerationId;
use domain::models::{Checked, Input, InputKind, Inputs, MediaKey, MediaRef, Model, Refusal as InputRefusal, Value};
use domain::ports::TelegramFile;
use domain::quote::{Cost, Quote};
use domain::screen::{DraftAct, Key};

use super::decide::{Context, DRAFT_REVISION_MAX, Decision, Effect, is_sold};
use super::files::{facts, file_bytes_max};
use super::refusal::{not_an_answer, refusal, too_large};
use super::{Draft, Notice, Step, Talk, View};
use crate::event::FileKind;

/// Whether the wizard can ask for everything that the model needs.
pub fn askable(model: &Model) -> bool {
    model.inputs().iter().filter(|input| input.must_be_asked()).all(|input| is_question(&input.kind))
}

/// Whether an input of this kind can be asked for.
pub(crate) const fn is_question(kind: &InputKind) -> bool {
    matches!(
        kind,
        InputKind::Text(_)
            | InputKind::Choice(_)
            | InputKind::Integer(_)
            | InputKind::Number(_)
            | InputKind::Bool
            | InputKind::Media(_)
    )
}

/// The optional inputs that the options screen offers.
pub(crate) fn options<'a>(model: &'a Model, inputs: &'a Inputs) -> impl Iterator<Item = &'a Input> {
    model.open_inputs(inputs).filter(|input| !input.must_be_asked() && is_question(&input.kind))
}

/// Starts a draft with what is known, and goes to its first open question. A draft that was open is replaced.
pub(super) fn begin(next: &mut Talk, model: &Model, inputs: Inputs, context: &Context<'_>) {
    let known: Inputs = inputs
        .iter()
        .filter(|(name, value)| model.check_value(name, value).is_ok())
        .map(|(name, value)| (name.to_owned(), value.clone()))
        .collect();
    let id = GenerationId::ordered(context.clock, context.ids);
    next.view = View::Draft;
    next.draft = Some(Draft { id, revision: 1, model: model.id.clone(), inputs: known, step: Step::Options });
    go_on(next, context);
}

/// Takes the words out, so that the wizard asks for them again.
pub(super) fn forget_words(model: &Model, inputs: &mut Inputs) {
    let asked = model.inputs().iter().find(|input| matches!(input.kind, InputKind::Text(_)) && input.must_be_asked());
    if let Some(input) = asked {
        inputs.remove(&input.name);
    }
}

/// A text came in: an answer to the open question, or nothing we asked for.
pub(super) fn typed(next: &mut Talk, text: &str, context: &Context<'_>) {
    let Some((model, input)) = open_question(next, context) else {
        return nothing_asked(next, "notice-use-buttons", context);
    };
    match input.read_typed(text) {
        Some(value) => answer(next, model, input, value, context),
        None => next.notice = Some(not_an_answer(input)),
    }
}

/// A file came in.
pub(super) fn sent_file(
    next: &mut Talk,
    kind: FileKind,
    file: &TelegramFile,
    caption: Option<&str>,
    context: &Context<'_>,
) {
    let Some((model, input)) = open_question(next, context) else {
        return nothing_asked(next, "notice-no-file-wanted", context);
    };
    let InputKind::Media(rule) = &input.kind else {
        // A picture with words under it answers a question for words.
        return match caption {
            Some(caption) => typed(next, caption, context),
            None => next.notice = Some(Notice::new("notice-no-file-wanted")),
        };
    };
    let mut files = match next.draft.as_ref().and_then(|draft| draft.inputs.get(&input.name)) {
        Some(Value::Media(files)) if rule.list => files.clone(),
        _ => Vec::new(),
    };
    let reference = MediaRef { key: MediaKey(file.file_id.clone()), facts: facts(kind, file) };
    if !files.contains(&reference) {
        files.push(reference);
    }
    let complete = files.len() >= rule.max_items;
    let value = Value::Media(files);
    if let Some(refused) = refused_file(model, input, &value) {
        next.notice = Some(refused);
        return;
    }
    if file.size.is_some_and(|bytes| bytes > file_bytes_max(rule)) {
        next.notice = Some(too_large(file_bytes_max(rule)));
        return;
    }
    if let Some(draft) = &mut next.draft {
        draft.inputs.set(input.name.clone(), value);
    }
    touch(next);
    let refused = caption.and_then(|caption| take_caption(next, model, caption));
    // A list is finished by its button, so that an album has room to arrive.
    if !rule.list || complete {
        after_answer(next, model, input, context);
    }
    next.notice = next.notice.take().or(refused);
}

/// Why these files can't be taken, if so. Too few of them is no reason yet: a list grows file by file.
fn refused_file(model: &Model, input: &Input, files: &Value) -> Option<Notice> {
    let mut problems = model.check_value(&input.name, files).err()?;
    problems.retain(|problem| !matches!(problem.refusal, InputRefusal::TooFew { .. }));
    (!problems.is_empty()).then(|| refusal(&problems))
}

/// Words under a file that was asked for answer the next question, if that is for words.
fn take_caption(next: &mut Talk, model: &Model, caption: &str) -> Option<Notice> {
    let draft = next.draft.as_mut()?;
    let input = model.next_missing(&draft.inputs).filter(|input| matches!(input.kind, InputKind::Text(_)))?;
    let (name, value) = (input.name.clone(), Value::text(caption));
    match model.check_value(&name, &value) {
        Ok(()) => {
            draft.inputs.set(name, value);
            None
        }
        Err(problems) => Some(refusal(&problems)),
    }
}

/// Words or a file that no question asked for.
fn nothing_asked(next: &mut Talk, in_draft: &str, context: &Context<'_>) {
    if next.view == View::Draft && next.draft.is_some() {
        if current_model_is_gone(next, context) {
            lose_model(next);
        } else {
            next.notice = Some(Notice::new(in_draft));
        }
        return;
    }
    next.view = View::Menu;
    next.notice = Some(Notice::new("notice-pick-a-model"));
}

fn lose_model(next: &mut Talk) {
    next.draft = None;
    next.view = View::Menu;
    next.notice = Some(Notice::new("notice-model-gone"));
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
    let current = next.draft.as_ref().filter(|draft| draft.id == draft_id && draft.revision == revision);
    let model = current.and_then(|draft| context.catalog.model(&draft.model)).filter(|model| is_sold(model));
    let Some(model) = model else {
        let known = next.draft.as_ref().is_some_and(|draft| draft.id == draft_id);
        next.notice = Some(Notice::new("notice-stale"));
        next.view = if known { View::Draft } else { View::Menu };
        if current_model_is_gone(&next, context) {
            lose_model(&mut next);
        }
        return Decision::show(next);
    };
    next.view = View::Draft;
    match act {
        DraftAct::Choose { input, choice } => choose(&mut next, model, input, choice, context),
        DraftAct::Edit { input } => match find(model, input) {
            Some(input) => step(&mut next, Step::Ask { input: input.name.clone() }),
            None => stale(&mut next),
        },
        DraftAct::Done { input } => done(&mut next, model, input, context),
        DraftAct::Clear { input } => match (&mut next.draft, find(model, input)) {
            (Some(draft), Some(input)) => {
                draft.inputs.remove(&input.name);
                touch(&mut next);
            }
            _ => stale(&mut next),
        },
        DraftAct::Options => step(&mut next, Step::Options),
        DraftAct::Review => go_on(&mut next, context),
        DraftAct::Back => back(&mut next, model, context),
        DraftAct::Discard => {
            next.draft = None;
            next.view = View::Model { model: model.id.clone() };
            next.notice = Some(Notice::new("notice-draft-discarded"));
        }
        DraftAct::Confirm => return confirm(next, model, context),
    }
    Decision::show(next)
}

fn confirm(mut next: Talk, model: &Model, context: &Context<'_>) -> Decision {
    let Some(draft) = next.draft.clone() else { return Decision::show(next) };
    let quote = match draft.step {
        Step::Review { quote } | Step::Short { quote, .. } => quote,
        Step::Ask { .. } | Step::Options => {
            go_on(&mut next, context);
            return Decision::show(next);
        }
    };
    if !context.selling {
        next.notice = Some(Notice::new("notice-selling-paused"));
        return Decision::show(next);
    }
    if context.live >= context.live_max {
        next.notice = Some(Notice::new("notice-too-many-live").number("max", context.live_max));
        return Decision::show(next);
    }
    let fresh = (!quote.is_expired(context.now)).then(|| model.check(&draft.inputs).ok()).flatten();
    let Some(checked) = fresh else {
        go_on(&mut next, context);
        next.notice = next.notice.or_else(|| Some(Notice::new("notice-price-refreshed")));
        return Decision::show(next);
    };
    let available = domain::money::Money::from_kopecks(context.money.available());
    if available < quote.price {
        step(&mut next, Step::Short { available, quote });
        return Decision::show(next);
    }
    next.draft = None;
    next.view = View::Generation { generation: draft.id };
    // Frozen is what applies: an input that lost its condition is neither sent nor uploaded.
    let draft = Draft { inputs: checked.inputs().clone(), ..draft };
    Decision { talk: next, fresh: false, effect: Some(Effect::Order(Box::new(draft), Box::new(quote))) }
}

fn choose(next: &mut Talk, model: &Model, input: Key, choice: Key, context: &Context<'_>) {
    let Some(input) = find(model, input) else { return stale(next) };
    let candidates = candidates(model, input, next.draft.as_ref().map(|draft| &draft.inputs));
    match candidates.into_iter().find(|(key, _)| *key == choice) {
        Some((_, value)) => answer(next, model, input, value, context),
        None => stale(next),
    }
}

fn stale(next: &mut Talk) {
    next.notice = Some(Notice::new("notice-stale"));
}

/// The values that get a button, with their keys.
pub(crate) fn candidates(model: &Model, input: &Input, inputs: Option<&Inputs>) -> Vec<(Key, Value)> {
    let empty = Inputs::new();
    let inputs = inputs.unwrap_or(&empty);
    match &input.kind {
        InputKind::Choice(_) => model
            .choices(inputs, &input.name)
            .map(|choice| (Key::of(choice.key.as_str()), Value::Choice(choice.key.clone())))
            .collect(),
        InputKind::Integer(rule) => {
            rule.usual.iter().map(|number| (Key::of(&number.to_string()), Value::Integer(*number))).collect()
        }
        InputKind::Number(rule) => {
            rule.usual.iter().map(|number| (Key::of(&number.to_string()), Value::Decimal(*number))).collect()
        }
        InputKind::Bool => [true, false]
            .into_iter()
            .map(|flag| (Key::of(if flag { "true" } else { "false" }), Value::Bool(flag)))
            .collect(),
        _ => Vec::new(),
    }
}

fn answer(next: &mut Talk, model: &Model, input: &Input, value: Value, context: &Context<'_>) {
    if let Err(problems) = model.check_value(&input.name, &value) {
        next.notice = Some(refusal(&problems));
        return;
    }
    if let Some(draft) = &mut next.draft {
        draft.inputs.set(input.name.clone(), value);
    }
    after_answer(next, model, input, context);
}

/// After an optional input come the options again; after a required one the next question.
fn after_answer(next: &mut Talk, model: &Model, input: &Input, context: &Context<'_>) {
    let complete = next.draft.as_ref().is_some_and(|draft| model.next_missing(&draft.inputs).is_none());
    if complete && !input.must_be_asked() {
        step(next, Step::Options);
    } else {
        go_on(next, context);
    }
}

fn done(next: &mut Talk, model: &Model, input: Key, context: &Context<'_>) {
    let Some(input) = find(model, input) else { return stale(next) };
    let given = next.draft.as_ref().and_then(|draft| draft.inputs.get(&input.name));
    let refused = match given {
        // A list that still lacks files is not finished.
        Some(value) => model.check_value(&input.name, value).err().map(|problems| refusal(&problems)),
        None => input.must_be_asked().then(|| not_an_answer(input)),
    };
    if refused.is_some() {
        next.notice = refused;
        return;
    }
    after_answer(next, model, input, context);
}

/// To the next open question, else to the confirm screen with a fresh price.
fn go_on(next: &mut Talk, context: &Context<'_>) {
    let Some(draft) = &mut next.draft else { return };
    let Some(model) = context.catalog.model(&draft.model) else { return };
    forget_unknown(model, &mut draft.inputs);
    if let Some(input) = model.next_missing(&draft.inputs) {
        let input = input.name.clone();
        step(next, Step::Ask { input });
        return;
    }
    match model.check(&draft.inputs).map_err(Some).and_then(|checked| price(model, &checked, context).ok_or(None)) {
        Ok(quote) => step(next, Step::Review { quote }),
        Err(Some(problems)) => {
            next.notice = Some(refusal(&problems));
            let at = problems.first().map(|problem| problem.input.clone()).unwrap_or_default();
            step(next, if model.input(&at).is_some() { Step::Ask { input: at } } else { Step::Options });
        }
        Err(None) => {
            next.notice = Some(Notice::new("notice-no-price"));
            step(next, Step::Options);
        }
    }
}

/// What a draft of an older catalog holds for inputs that the model has no more would be refused for ever.
fn forget_unknown(model: &Model, inputs: &mut Inputs) {
    let is_known = |name: &str| model.input(name).is_some_and(|input| is_question(&input.kind));
    let unknown: Vec<_> = inputs.iter().map(|(name, _)| name.to_owned()).filter(|name| !is_known(name)).collect();
    for name in unknown {
        inputs.remove(&name);
    }
}

fn price(model: &Model, checked: &Checked, context: &Context<'_>) -> Option<Quote> {
    let priced = model.credits(checked.inputs()).ok()?;
    let cost = Cost { credits: priced.credits, metered: priced.metered };
    Quote::new(cost, context.factor, context.now).ok()
}

fn back(next: &mut Talk, model: &Model, context: &Context<'_>) {
    let Some(draft) = &next.draft else { return };
    let asked: Vec<_> = model
        .open_inputs(&draft.inputs)
        .filter(|input| input.must_be_asked())
        .map(|input| input.name.clone())
        .collect();
    let previous = match &draft.step {
        Step::Ask { input } => match asked.iter().position(|name| name == input) {
            Some(at) => at.checked_sub(1).map(|at| asked[at].clone()),
            // An optional input: back to where it was chosen.
            None => return step(next, Step::Options),
        },
        Step::Options | Step::Short { .. } => return go_on(next, context),
        Step::Review { .. } => asked.last().cloned(),
    };
    match previous {
        Some(input) => step(next, Step::Ask { input }),
        None => next.view = View::Model { model: model.id.clone() },
    }
}

fn step(next: &mut Talk, to: Step) {
    if let Some(draft) = &mut next.draft {
        draft.step = to;
    }
    touch(next);
}

fn touch(next: &mut Talk) {
    if let Some(draft) = &mut next.draft {
        draft.revision = draft.revision.saturating_add(1).min(DRAFT_REVISION_MAX);
    }
}

fn open_question<'a>(next: &Talk, context: &Context<'a>) -> Option<(&'a Model, &'a Input)> {
    let draft = next.draft.as_ref().filter(|_| next.view == View::Draft)?;
    let model = context.catalog.model(&draft.model).filter(|model| is_sold(model))?;
    match &draft.step {
        Step::Ask { input } => Some((model, model.input(input)?)),
        _ => None,
    }
}

fn current_model_is_gone(next: &Talk, context: &Context<'_>) -> bool {
    next.draft.as_ref().is_some_and(|draft| !context.catalog.model(&draft.model).is_some_and(is_sold))
}

fn find(model: &Model, key: Key) -> Option<&Input> {
    model.inputs().iter().find(|input| Key::of(&input.name) == key && is_question(&input.kind))
}

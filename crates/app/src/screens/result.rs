//! A result: the words under it, and what can be done with it.

use std::time::Duration;

use domain::generation::{Generation, State, Undeliverable};
use domain::models::{Catalog, InputKind, Inputs, Kind, MediaFacts, MediaKey, MediaRef, Model, Output, Value};
use domain::money::Money;
use domain::screen::{Action, Button, GenerationAct, Key, Text};

use super::{button, free, labelled, pairs};
use crate::conversation::{Arrival, Stash, is_sold, takes};
use crate::texts::Words;

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

/// The buttons under a result.
pub(crate) fn result_buttons(words: Words<'_>, catalog: &Catalog, generation: &Generation) -> Vec<Vec<Button>> {
    let mut keyboard = repeats(words, catalog, generation);
    keyboard.extend(uses(words, catalog, generation));
    let mut row: Vec<Button> = favourite(words, catalog, generation, false).into_iter().collect();
    row.push(receipt(words, generation));
    keyboard.push(row);
    keyboard.push(vec![labelled(words, "button-menu", Action::Menu)]);
    keyboard
}

/// Again, and again with other words; nothing if the model is not sold any more.
pub(super) fn repeats(words: Words<'_>, catalog: &Catalog, generation: &Generation) -> Vec<Vec<Button>> {
    let mut row = Vec::new();
    if let Some(model) = sold(catalog, generation) {
        row.push(labelled(words, "button-again", about(generation, GenerationAct::Again)));
        if asks_for_words(model) {
            row.push(labelled(words, "button-reword", about(generation, GenerationAct::Reword)));
        }
    }
    if row.is_empty() { Vec::new() } else { vec![row] }
}

/// What else can be made of a result, as far as some sold model takes it.
pub(super) fn uses(words: Words<'_>, catalog: &Catalog, generation: &Generation) -> Vec<Vec<Button>> {
    let has_files = generation.state.success().is_some_and(|success| !success.results.files.is_empty());
    let Some(model) = catalog.model(&generation.model).filter(|_| has_files) else { return Vec::new() };
    let Some(media) = model.output.media() else { return Vec::new() };
    let unnamed = MediaRef { key: MediaKey(String::new()), facts: MediaFacts::unknown(media) };
    let result = Stash { files: vec![Arrival { file: unnamed, message: 0 }], ..Stash::default() };
    let takes = |kind: Kind| catalog.by_kind(kind).any(|model| takes(model, &result));
    let vary = (model.output == Output::Image && (takes(Kind::ImageToImage) || takes(Kind::ImageEdit)))
        .then(|| labelled(words, "button-vary", about(generation, GenerationAct::Vary)));
    let further = further(model.output).iter().filter(|(kind, _)| takes(*kind)).map(|(kind, key)| {
        let section = Key::of(kind.as_str());
        labelled(words, key, Action::Use { generation: generation.id, section })
    });
    pairs(vary.into_iter().chain(further))
}

/// The tasks that go on from a result, and their short names.
const fn further(output: Output) -> &'static [(Kind, &'static str)] {
    match output {
        Output::Image => &[
            (Kind::ImageEdit, "button-use-edit"),
            (Kind::ImageToVideo, "button-use-animate"),
            (Kind::Upscale, "button-use-upscale"),
            (Kind::Avatar, "button-use-talk"),
        ],
        Output::Video => &[(Kind::VideoToVideo, "button-use-video"), (Kind::Upscale, "button-use-upscale")],
        Output::Audio => &[(Kind::Avatar, "button-use-voice"), (Kind::AudioIsolation, "button-use-clean")],
        Output::Text => &[],
    }
}

/// Keeps the model among the favourites, or takes it out if it `is_kept`; nothing if it is not sold any more.
pub(super) fn favourite(words: Words<'_>, catalog: &Catalog, generation: &Generation, is_kept: bool) -> Option<Button> {
    let model = Key::of(&sold(catalog, generation)?.id.0);
    let key = if is_kept { "button-unfavour" } else { "button-favour" };
    Some(labelled(words, key, Action::Favourite { model, on: !is_kept }))
}

pub(super) fn receipt(words: Words<'_>, generation: &Generation) -> Button {
    labelled(words, "button-receipt", about(generation, GenerationAct::Receipt))
}

pub(super) const fn about(generation: &Generation, act: GenerationAct) -> Action {
    Action::Generation { generation: generation.id, act }
}

/// The model, if it is still sold.
pub(super) fn sold<'a>(catalog: &'a Catalog, generation: &Generation) -> Option<&'a Model> {
    catalog.model(&generation.model).filter(|model| is_sold(model))
}

/// Whether the model asks for words that can be put differently.
pub(super) fn asks_for_words(model: &Model) -> bool {
    model.inputs().iter().any(|input| matches!(input.kind, InputKind::Text(_)) && input.must_be_asked())
}

/// Another sold model does the same: the button that leads to all of them.
pub(super) fn other_model(words: Words<'_>, catalog: &Catalog, generation: &Generation) -> Option<Button> {
    let kind = catalog.model(&generation.model)?.kind;
    let others = catalog.by_kind(kind).any(|model| is_sold(model) && model.id != generation.model);
    let section = Action::Section { section: Key::of(kind.as_str()), page: 0 };
    others.then(|| button(words.plain("button-other-model", &[]), section))
}

/// What a generation cost in the end: the capture of what was quoted, or nothing.
pub(super) fn charged(words: Words<'_>, generation: &Generation) -> String {
    match &generation.state {
        State::Cancelled | State::Failed(_) => words.money(Money::ZERO),
        // Nobody gives back what was free.
        State::Undeliverable { reason: Undeliverable::Refused, .. } if generation.funding.hold().is_some() => {
            words.money(Money::ZERO)
        }
        _ => captured(words, generation),
    }
}

/// What was captured for a result, whatever became of it since; before that, what is set aside.
pub(super) fn captured(words: Words<'_>, generation: &Generation) -> String {
    let capture = generation.state.success().map(|success| generation.quote.settle(success.cost).capture);
    free::cost(words, generation, capture.unwrap_or(generation.quote.price))
}

/// What made it; of a trial at the desk with that word.
pub(super) fn title(words: Words<'_>, catalog: &Catalog, generation: &Generation) -> String {
    let model = catalog.model(&generation.model);
    let title =
        model.map_or_else(|| generation.model.to_string(), |model| model.title.get(words.language()).to_owned());
    if generation.trial { words.plain("trial-of", &[("model", title.into())]) } else { title }
}

/// What the user asked for, in their own words: the first text that the model asks for, else any.
pub(crate) fn prompt(catalog: &Catalog, generation: &Generation) -> Option<String> {
    let inputs = inputs(generation)?;
    let known = catalog.model(&generation.model).map(Model::inputs).unwrap_or_default();
    let by_model = known.iter().filter(|input| !input.is_fixed()).filter_map(|input| inputs.get(&input.name));
    let all = inputs.iter().map(|(_, value)| value);
    by_model.chain(all).find_map(first_words)
}

/// The first text in a value: of a dialogue its first line.
fn first_words(value: &Value) -> Option<String> {
    let in_one_line = |text: &String| text.split_whitespace().collect::<Vec<_>>().join(" ");
    match value {
        Value::Text(text) => Some(in_one_line(text)),
        Value::Texts(texts) => texts.iter().map(in_one_line).find(|text| !text.is_empty()),
        Value::Objects(objects) => {
            objects.iter().find_map(|object| object.iter().find_map(|(_, value)| first_words(value)))
        }
        _ => None,
    }
    .filter(|text| !text.is_empty())
}

/// The frozen inputs; none if an older form can't be read, or the user had them deleted.
pub(super) fn inputs(generation: &Generation) -> Option<Inputs> {
    serde_json::from_value(generation.inputs.clone()).ok()
}

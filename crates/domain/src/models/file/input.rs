//! The `[[model.input]]` tables.

use super::condition::{read_conditions, read_value};
use super::fields::{Fields, Node, at, decimal, integer, localized_fields, text, wire, wrong};
use super::report::Report;
use super::{Titles, json};
use crate::ids::ModelId;
use crate::models::check;
use crate::models::problem::Rule;
use crate::models::schema::{
    Choice, Input, InputKind, IntegerRule, Localized, MediaRule, NumberRule, ObjectsRule, TaskRule, TextRule, TextsRule,
};
use crate::models::value::{ChoiceKey, Decimal, Media, Value, WireValue};

/// Where tasks of other models are named, to be looked up when all models are known.
type TaskPlaces = Vec<(usize, ModelId)>;

/// All inputs of a model, or none after a problem.
pub(super) fn read_inputs<'t>(
    nodes: &[Node<'t>],
    titles: &Titles,
    tasks: &mut TaskPlaces,
    report: &mut Report<'_>,
) -> Option<Vec<Input>> {
    let before = report.problems.len();
    let mut inputs: Vec<Input> = Vec::new();
    for node in nodes {
        let Some(input) = read_input(node, &inputs, titles, tasks, report) else { continue };
        if inputs.iter().any(|other| other.name == input.name) {
            let message = format!("input `{}` occurs twice", input.name);
            report.add(at(node), Rule::DuplicateInput, message, "remove one of them");
        }
        inputs.push(input);
    }
    (report.problems.len() == before).then_some(inputs)
}

fn read_input<'t>(
    node: Node<'t>,
    earlier: &[Input],
    titles: &Titles,
    tasks: &mut TaskPlaces,
    report: &mut Report<'_>,
) -> Option<Input> {
    let mut fields = Fields::of(node, report)?;
    let name = fields.need_text("name", report);
    let kind = read_kind(&mut fields, titles, tasks, report);
    let title = match (fields.get("title"), &kind) {
        (None, Some(InputKind::Fixed(_))) => Some(Localized { ru: String::new(), en: String::new() }),
        (None, _) => name.and_then(|name| titles.get(name).cloned()).or_else(|| {
            let remedy = "write `title = { ru = \"...\", en = \"...\" }`, or add the name to a file's `[titles]`";
            report.add(fields.at, Rule::MissingKey, "`title` is missing and the name has no common title", remedy);
            None
        }),
        (Some(_), _) => fields.localized("title", report),
    };
    let hint = fields.localized("hint", report);
    let required = fields.flag("required", report).unwrap_or(false);
    let always_sent = fields.flag("always", report).unwrap_or(false);
    let otherwise = fields.get("otherwise").map(|node| json(node, report));
    let applies_when = fields.get("when").map(|node| read_conditions(node, earlier, false, report));
    let default = fields.get("default");
    if kind.is_some() {
        // Which keys belong here hangs on the type.
        fields.finish(report);
    }
    let mut input = Input {
        name: name?.to_owned(),
        title: title?,
        hint,
        required,
        default: None,
        kind: kind?,
        applies_when: applies_when.unwrap_or(Some(Vec::new()))?,
        always_sent,
        otherwise: otherwise.unwrap_or(None),
    };
    input.default = default.and_then(|node| read_default(&input, node, report));
    Some(input)
}

fn read_default(input: &Input, node: Node<'_>, report: &mut Report<'_>) -> Option<Value> {
    if let InputKind::Choice(choices) = &input.kind {
        let default = wire(node, report)?;
        let found = choices.iter().find(|choice| choice.wire == default);
        if found.is_none() {
            let message = format!("the default `{default}` of `{}` is not among its choices", input.name);
            report.add(
                at(node),
                Rule::DefaultNotOffered,
                message,
                "write one of them, with the same type (`5` is not `\"5\"`)",
            );
        }
        return found.map(|choice| Value::Choice(choice.key.clone()));
    }
    let value = read_value(input, node, report)?;
    let mut problems = Vec::new();
    check::check_value(input, &value, &mut problems);
    for problem in &problems {
        let message = format!("the default of `{}` is refused: {}", input.name, problem.refusal);
        report.add(at(node), Rule::BadBounds, message, "write a default within the bounds");
    }
    problems.is_empty().then_some(value)
}

fn read_kind<'t>(
    fields: &mut Fields<'t>,
    titles: &Titles,
    tasks: &mut TaskPlaces,
    report: &mut Report<'_>,
) -> Option<InputKind> {
    const KNOWN: &str = "`text`, `choice`, `integer`, `number`, `bool`, `image(s)`, `video(s)`, `audio(s)`, `document(s)`, `texts`, \
                         `objects`, `task`, `fixed`";
    let node = fields.need("type", report)?;
    let kind = text(node, report)?;
    match kind {
        "text" => read_text(fields, report).map(InputKind::Text),
        "choice" => read_choices(fields, report).map(InputKind::Choice),
        "integer" => read_integer(fields, report).map(InputKind::Integer),
        "number" => read_number(fields, report).map(InputKind::Number),
        "bool" => Some(InputKind::Bool),
        "image" | "images" => read_media(Media::Image, kind == "images", fields, report).map(InputKind::Media),
        "video" | "videos" => read_media(Media::Video, kind == "videos", fields, report).map(InputKind::Media),
        "audio" | "audios" => read_media(Media::Audio, kind == "audios", fields, report).map(InputKind::Media),
        "document" | "documents" => {
            read_media(Media::Document, kind == "documents", fields, report).map(InputKind::Media)
        }
        "texts" => read_texts(fields, report).map(InputKind::Texts),
        "objects" => read_objects(fields, titles, tasks, report).map(InputKind::Objects),
        "task" => read_task(fields, tasks, report).map(InputKind::Task),
        "fixed" => fields.need("value", report).and_then(|node| json(node, report)).map(InputKind::Fixed),
        _ => {
            report.add(
                at(node),
                Rule::UnknownName,
                format!("`{kind}` is no type of input"),
                format!("known are {KNOWN}"),
            );
            None
        }
    }
}

fn read_text(fields: &mut Fields<'_>, report: &mut Report<'_>) -> Option<TextRule> {
    /// What is longer than this is rather written in several lines.
    const ONE_LINE: usize = 200;
    let min_length = fields.size("min_length", report).unwrap_or(0);
    let node = fields.need("max_length", report)?;
    let max_length = fields.size("max_length", report)?;
    let multiline = fields.flag("multiline", report).unwrap_or(max_length > ONE_LINE);
    bounds(node, min_length <= max_length && max_length > 0, report)?;
    Some(TextRule { min_length, max_length, multiline })
}

fn read_choices(fields: &mut Fields<'_>, report: &mut Report<'_>) -> Option<Vec<Choice>> {
    let node = fields.need("options", report)?;
    let before = report.problems.len();
    let mut choices: Vec<Choice> = Vec::new();
    for option in super::list(node, report)? {
        let Some(choice) = read_choice(option, report) else { continue };
        if choices.iter().any(|other| other.key == choice.key) {
            let message = format!("the choice `{}` occurs twice", choice.key);
            report.add(at(option), Rule::DuplicateChoice, message, "remove one of them");
        }
        if let Some(other) = choices.iter().find(|other| other.key != choice.key && reads_the_same(other, &choice)) {
            let message = format!("`{}` and `{}` read the same", other.key, choice.key);
            report.add(at(option), Rule::DuplicateLabel, message, "say in both languages what sets them apart");
        }
        let first = choices.first().map(|first| std::mem::discriminant(&first.wire));
        if first.is_some_and(|first| first != std::mem::discriminant(&choice.wire)) {
            let message = format!("the choice `{}` has another wire type than the first one", choice.key);
            report.add(
                at(option),
                Rule::MixedWireTypes,
                message,
                "write all choices as texts or all as numbers, as the schema has them",
            );
        }
        choices.push(choice);
    }
    if choices.is_empty() && report.problems.len() == before {
        report.add(at(node), Rule::BadBounds, "there is nothing to choose from", "write at least one option");
    }
    (report.problems.len() == before).then_some(choices)
}

fn reads_the_same(one: &Choice, other: &Choice) -> bool {
    let (one, other) = (&one.label, &other.label);
    one.ru.to_lowercase() == other.ru.to_lowercase() || one.en.to_lowercase() == other.en.to_lowercase()
}

/// `"16:9"`, which is its own label, or `{ value = "auto", ru = "...", en = "..." }`.
fn read_choice(node: Node<'_>, report: &mut Report<'_>) -> Option<Choice> {
    let (wire_node, label) = if node.get_ref().is_table() {
        let mut fields = Fields::of(node, report)?;
        let value = fields.need("value", report);
        let label = localized_fields(&mut fields, report);
        fields.finish(report);
        (value?, Some(label?))
    } else {
        (node, None)
    };
    let value = wire(wire_node, report)?;
    let key = value.to_string();
    let says_nothing = label.as_ref().is_none_or(|label| label.ru == key || label.en == key);
    if says_nothing && !speaks_for_itself(&value) {
        let message = format!("the label of `{key}` is only its wire value");
        report.add(
            at(node),
            Rule::LabelIsWireValue,
            message,
            "write `{ value = ..., ru = \"...\", en = \"...\" }` with words for people",
        );
        return None;
    }
    if key.len() > ChoiceKey::BYTES_MAX {
        let message = format!("`{key}` has {} bytes, more than {}", key.len(), ChoiceKey::BYTES_MAX);
        report.add(at(node), Rule::LongKey, message, "leave the choice out: no button can carry it");
        return None;
    }
    let label = label.unwrap_or_else(|| Localized { ru: key.clone(), en: key.clone() });
    Some(Choice { key: ChoiceKey(key), wire: value, label })
}

/// Sizes, ratios, resolutions and plain numbers are the same in every language: `16:9`, `720p`, `2K`, `1024x1024`, `5`.
fn speaks_for_itself(value: &WireValue) -> bool {
    match value {
        WireValue::Integer(_) | WireValue::Decimal(_) => true,
        WireValue::Bool(_) => false,
        WireValue::Text(text) => {
            text.starts_with(|first: char| first.is_ascii_digit())
                && text.chars().all(|c| c.is_ascii_digit() || ":.xX*pPkK".contains(c))
        }
    }
}

fn read_integer(fields: &mut Fields<'_>, report: &mut Report<'_>) -> Option<IntegerRule> {
    let (min, max) = (fields.need_integer("min", report), fields.need_integer("max", report));
    let step = fields.integer("step", report).unwrap_or(1);
    let usual = fields.list("usual", report);
    let usual: Vec<_> = usual.into_iter().filter_map(|node| integer(node, report)).collect();
    let as_text = fields.flag("as_text", report).unwrap_or(false);
    let (min, max) = (min?, max?);
    let node = fields.get("max")?;
    let exact = Decimal::from_integer(min).is_some() && Decimal::from_integer(max).is_some();
    bounds(
        node,
        exact
            && min <= max
            && step > 0
            && usual.iter().all(|usual| (min..=max).contains(usual) && (usual - min) % step == 0),
        report,
    )?;
    Some(IntegerRule { min, max, step, usual, as_text })
}

fn read_number(fields: &mut Fields<'_>, report: &mut Report<'_>) -> Option<NumberRule> {
    let (min, max) = (fields.need_decimal("min", report), fields.need_decimal("max", report));
    let step = fields.decimal("step", report);
    let usual = fields.list("usual", report);
    let usual: Vec<_> = usual.into_iter().filter_map(|node| decimal(node, report)).collect();
    let (min, max) = (min?, max?);
    let node = fields.get("max")?;
    let on_step =
        |value: &Decimal| step.is_none_or(|step| step.raw() > 0 && (value.raw() - min.raw()) % step.raw() == 0);
    bounds(
        node,
        min <= max && on_step(&min) && usual.iter().all(|usual| (min..=max).contains(usual) && on_step(usual)),
        report,
    )?;
    Some(NumberRule { min, max, step, usual })
}

fn read_media(media: Media, list: bool, fields: &mut Fields<'_>, report: &mut Report<'_>) -> Option<MediaRule> {
    /// Lists whose length the schema leaves open: one Telegram album.
    const ALBUM: usize = 10;
    const MEGABYTE: u64 = 1_000_000;
    let min_items = if list { fields.size("min_items", report).unwrap_or(1) } else { 1 };
    let max_items = if list { fields.size("max_items", report).unwrap_or(ALBUM) } else { 1 };
    let megabytes = fields.size("max_file_mb", report).and_then(|megabytes| u64::try_from(megabytes).ok());
    let mut seconds = |key| fields.size(key, report).and_then(|seconds| u64::try_from(seconds).ok());
    let (each, total) = (seconds("max_seconds"), seconds("max_total_seconds"));
    let mime: Vec<_> = fields.texts("mime", report).into_iter().map(str::to_owned).collect();
    let node = fields.get("type")?;
    bounds(node, min_items > 0 && min_items <= max_items && ![megabytes, each, total].contains(&Some(0)), report)?;
    let prefix = match media {
        Media::Image => "image/",
        Media::Video => "video/",
        Media::Audio => "audio/",
        Media::Document => "",
    };
    if let Some(stray) = mime.iter().find(|mime| !mime.starts_with(prefix)) {
        report.add(
            at(node),
            Rule::WrongType,
            format!("`{stray}` is no MIME type of such files"),
            format!("write `{prefix}...`"),
        );
        return None;
    }
    let max_file_bytes = megabytes.map(|megabytes| megabytes.saturating_mul(MEGABYTE));
    let [max_millis, max_total_millis] =
        [each, total].map(|seconds| seconds.map(|seconds| seconds.saturating_mul(1000)));
    Some(MediaRule { media, list, min_items, max_items, max_file_bytes, mime, max_millis, max_total_millis })
}

fn read_texts(fields: &mut Fields<'_>, report: &mut Report<'_>) -> Option<TextsRule> {
    let (max_items, max_length) = (fields.need("max_items", report), fields.need("max_length", report));
    let node = max_items.and(max_length)?;
    let (max_items, max_length) = (fields.size("max_items", report)?, fields.size("max_length", report)?);
    bounds(node, max_items > 0 && max_length > 0, report)?;
    Some(TextsRule { max_items, max_length })
}

fn read_objects<'t>(
    fields: &mut Fields<'t>,
    titles: &Titles,
    tasks: &mut TaskPlaces,
    report: &mut Report<'_>,
) -> Option<ObjectsRule> {
    let min_items = fields.size("min_items", report).unwrap_or(1);
    let node = fields.need("max_items", report);
    let max_items = fields.size("max_items", report);
    fields.need("field", report);
    let nodes = fields.list("field", report);
    let inner = read_inputs(&nodes, titles, tasks, report)?;
    let (node, max_items) = (node?, max_items?);
    bounds(node, min_items > 0 && min_items <= max_items && !inner.is_empty(), report)?;
    if inner.iter().any(|field| matches!(field.kind, InputKind::Objects(_))) {
        return wrong(report, node, "a list of plain objects: objects within objects are not supported");
    }
    Some(ObjectsRule { min_items, max_items, fields: inner })
}

fn read_task(fields: &mut Fields<'_>, tasks: &mut TaskPlaces, report: &mut Report<'_>) -> Option<TaskRule> {
    fields.need("of", report)?;
    let mut of = Vec::new();
    for node in fields.list("of", report) {
        let id = ModelId(text(node, report)?.to_owned());
        tasks.push((at(node), id.clone()));
        of.push(id);
    }
    Some(TaskRule { of })
}

/// Notes bounds that leave no room.
fn bounds(node: Node<'_>, sane: bool, report: &mut Report<'_>) -> Option<()> {
    if !sane {
        let remedy = "write bounds with min <= default <= max, a step above 0, and usual values within";
        report.add(at(node), Rule::BadBounds, "the bounds contradict each other", remedy);
    }
    sane.then_some(())
}

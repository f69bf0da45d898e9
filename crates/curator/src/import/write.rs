//! A sheet as a `[[model]]` in the format and the order of `config/models`.

use domain::models::{Localized, Media, WireValue};

use super::field::{Field, Shape, fields};
use super::files::{Files, name_parts};
use super::house::{House, speaks_for_itself};
use super::sheet::Sheet;
use super::{guess, price, toml_text};

/// The entry, and what to say of it.
#[derive(Debug)]
pub(super) struct Written {
    pub(super) toml: String,
    pub(super) remarks: Vec<String>,
}

pub(super) fn write(sheet: &Sheet, house: &House<'_>) -> Written {
    let (mut inputs, left_out) = fields(&sheet.properties, false);
    let constants = settle_constants(&mut inputs, house);
    // The wizard asks in this order: what must be given first, constants last.
    inputs.sort_by_key(|field| (matches!(field.shape, Shape::Fixed(_)), !(field.required && field.default.is_none())));
    let guess = guess::kind(sheet, &inputs);

    let mut page = Page::default();
    for review in sheet.reviews.iter().chain(&left_out) {
        page.review(review);
    }
    page.line("[[model]]");
    page.pair("id", &toml_text::text(&sheet.id));
    page.review(&format!("the kind is a guess from {}", guess.why));
    page.pair("kind", &toml_text::text(guess.kind.as_str()));
    if !guess.also.is_empty() {
        page.pair("also", &toml_text::texts(guess.also.iter().map(|kind| kind.as_str())));
    }
    if guess.kind.outputs().first() != Some(&guess.output) {
        page.pair("output", &toml_text::text(guess.output.as_str()));
    }
    let title = sheet.title.clone().unwrap_or_else(|| humanized(&sheet.id));
    let title = if house.is_taken(&title, &sheet.id) { format!("{title} ({})", sheet.id) } else { title };
    page.review("the name in the shop window, as short as its neighbours'");
    page.pair("title", &same(&title));
    let placeholder = |language: &str| format!("REVIEW: in {language}, what one gets from {}, in one line", sheet.id);
    page.pair("summary", &toml_text::localized(&Localized { ru: placeholder("Russian"), en: placeholder("English") }));
    if inputs.iter().any(|field| field.required && matches!(field.shape, Shape::Text { .. })) {
        page.review(r#"a prompt worth trying, of our own: example = { ru = "...", en = "..." }"#);
    }
    page.pair("hidden", &toml_text::text(&format!("a draft: from {}, not reviewed, without a price", sheet.source)));

    for field in &inputs {
        page.blank();
        input(&mut page, "[[model.input]]", field, house);
    }
    page.blank();
    for line in price::skeleton(sheet, &inputs, guess.output) {
        page.line(&format!("# {line}"));
    }

    let mut remarks = sheet.remarks.clone();
    remarks.push(format!("kind `{}` is a guess from {}", guess.kind, guess.why));
    remarks.extend(constants);
    remarks.extend(left_out);
    let places = page.text.lines().filter(|line| line.contains("REVIEW")).count();
    remarks.push(format!("{places} lines say REVIEW; the price is one of them"));
    Written { toml: page.text, remarks }
}

/// What the catalog sends everywhere without asking is sent so here too, if the types agree. Tells which.
fn settle_constants(inputs: &mut [Field], house: &House<'_>) -> Vec<String> {
    let mut told = Vec::new();
    for field in inputs {
        let Some(serde_json::Value::Bool(value)) = house.constant(&field.name) else { continue };
        if matches!(field.shape, Shape::Bool) {
            field.shape = Shape::Fixed(WireValue::Bool(*value));
            field.default = None;
            field.reviews.push("every other model of the catalog sends this and does not ask".to_owned());
            told.push(format!("`{}` is fixed to `{value}`, as in every other model of the catalog", field.name));
        }
    }
    told
}

/// The lines of an entry.
#[derive(Debug, Default)]
struct Page {
    text: String,
}

impl Page {
    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn blank(&mut self) {
        self.line("");
    }

    fn pair(&mut self, key: &str, value: &str) {
        self.line(&format!("{key} = {value}"));
    }

    /// A decision for a person, above the place that it concerns.
    fn review(&mut self, decision: &str) {
        let decision = toml_text::comment(decision);
        let end = if decision.ends_with(['.', '?', '}']) { "" } else { "." };
        self.line(&format!("# REVIEW: {decision}{end}"));
    }
}

fn input(page: &mut Page, header: &str, field: &Field, house: &House<'_>) {
    for review in &field.reviews {
        page.review(review);
    }
    if matches!(field.shape, Shape::Task) {
        page.review("the results of which models can be taken? List them in `of`");
    }
    page.line(header);
    page.pair("name", &toml_text::text(&field.name));
    page.pair("type", &toml_text::text(type_name(&field.shape)));
    if let Shape::Fixed(value) = &field.shape {
        return page.pair("value", &toml_text::wire(value));
    }
    page.pair("title", &toml_text::localized(&title(field, house)));
    if field.required {
        page.pair("required", "true");
    }
    match &field.shape {
        Shape::Text { min_length, max_length } => {
            if *min_length > 0 {
                page.pair("min_length", &min_length.to_string());
            }
            page.pair("max_length", &max_length.to_string());
        }
        Shape::Choice(choices) => options(page, &field.name, choices, house),
        Shape::Integer { min, max, step, usual, as_text } => {
            page.pair("min", &min.to_string());
            page.pair("max", &max.to_string());
            if *step != 1 {
                page.pair("step", &step.to_string());
            }
            if !usual.is_empty() {
                page.pair("usual", &format!("{usual:?}"));
            }
            if *as_text {
                page.pair("as_text", "true");
            }
        }
        Shape::Number { min, max, step } => {
            page.pair("min", &min.to_string());
            page.pair("max", &max.to_string());
            if let Some(step) = step {
                page.pair("step", &step.to_string());
            }
        }
        Shape::Files(files) => limits(page, files),
        Shape::Texts { max_items, max_length } => {
            page.pair("max_items", &max_items.to_string());
            page.pair("max_length", &max_length.to_string());
        }
        Shape::Objects { min_items, max_items, fields } => {
            if *min_items > 1 {
                page.pair("min_items", &min_items.to_string());
            }
            page.pair("max_items", &max_items.to_string());
            for inner in fields {
                page.blank();
                input(page, "[[model.input.field]]", inner, house);
            }
        }
        Shape::Task => page.pair("of", "[]"),
        Shape::Bool | Shape::Fixed(_) => {}
    }
    if let Some(default) = &field.default {
        page.pair("default", &default_text(&field.shape, default));
    }
}

/// A default as the loader wants it: a number's is written as a plain number.
fn default_text(shape: &Shape, default: &WireValue) -> String {
    match (shape, default) {
        (Shape::Number { .. }, WireValue::Decimal(decimal)) => decimal.to_string(),
        _ => toml_text::wire(default),
    }
}

const fn type_name(shape: &Shape) -> &'static str {
    match shape {
        Shape::Text { .. } => "text",
        Shape::Choice(_) => "choice",
        Shape::Integer { .. } => "integer",
        Shape::Number { .. } => "number",
        Shape::Bool => "bool",
        Shape::Texts { .. } => "texts",
        Shape::Objects { .. } => "objects",
        Shape::Task => "task",
        Shape::Fixed(_) => "fixed",
        Shape::Files(files) => match (files.media, files.list) {
            (Media::Image, false) => "image",
            (Media::Image, true) => "images",
            (Media::Video, false) => "video",
            (Media::Video, true) => "videos",
            (Media::Audio, false) => "audio",
            (Media::Audio, true) => "audios",
            (Media::Document, false) => "document",
            (Media::Document, true) => "documents",
        },
    }
}

/// The catalog's usual title of such an input, else the name in words, to be translated.
fn title(field: &Field, house: &House<'_>) -> Localized {
    house.title(field).cloned().unwrap_or_else(|| {
        let mut parts = name_parts(&field.name);
        if parts.len() > 1 && matches!(parts.last().map(String::as_str), Some("url" | "urls")) {
            parts.pop();
        }
        let words = sentence(&parts.join(" "));
        Localized { ru: format!("REVIEW: {words}"), en: words }
    })
}

fn limits(page: &mut Page, files: &Files) {
    let counts = [("min_items", files.min_items), ("max_items", files.max_items), ("max_file_mb", files.max_file_mb)];
    for (key, count) in counts {
        if let Some(count) = count {
            page.pair(key, &count.to_string());
        }
    }
    if !files.mime.is_empty() {
        page.pair("mime", &toml_text::texts(files.mime.iter().map(String::as_str)));
    }
    for (key, seconds) in [("max_seconds", files.max_seconds), ("max_total_seconds", files.max_total_seconds)] {
        if let Some(seconds) = seconds {
            page.pair(key, &seconds.to_string());
        }
    }
}

/// `["480p", "720p"]` on one line; with labels a line each.
fn options(page: &mut Page, name: &str, choices: &[WireValue], house: &House<'_>) {
    if choices.iter().all(speaks_for_itself) {
        let plain: Vec<_> = choices.iter().map(toml_text::wire).collect();
        return page.pair("options", &format!("[{}]", plain.join(", ")));
    }
    page.line("options = [");
    let mut taken: Vec<Localized> = Vec::new();
    for choice in choices {
        let value = toml_text::wire(choice);
        if speaks_for_itself(choice) {
            let key = choice.to_string();
            taken.push(Localized { ru: key.clone(), en: key });
            page.line(&format!("  {value},"));
            continue;
        }
        let label = label(name, choice, house, &taken);
        let (ru, en) = (toml_text::text(&label.ru), toml_text::text(&label.en));
        page.line(&format!("  {{ value = {value}, ru = {ru}, en = {en} }},"));
        taken.push(label);
    }
    page.line("]");
}

/// A label that no choice before it has: the catalog's, else a placeholder to be written in both languages.
fn label(name: &str, choice: &WireValue, house: &House<'_>, taken: &[Localized]) -> Localized {
    let key = choice.to_string();
    let free = |label: &Localized| {
        let same = |a: &str, b: &str| a.to_lowercase() == b.to_lowercase();
        !taken.iter().any(|other| same(&other.ru, &label.ru) || same(&other.en, &label.en))
    };
    if let Some(label) = house.label(name, &key).filter(|label| free(label)) {
        return label.clone();
    }
    let words = sentence(&key.replace(['_', '-'], " "));
    let placeholder = |text: String| Localized { ru: text.clone(), en: text };
    let numbered = (2..).map(|number| placeholder(format!("REVIEW: {words} ({number})")));
    let mut candidates = std::iter::once(placeholder(format!("REVIEW: {words}"))).chain(numbered);
    candidates.find(free).unwrap_or_else(|| placeholder(format!("REVIEW: {words}")))
}

/// The same words in both languages: a proper name.
fn same(name: &str) -> String {
    toml_text::localized(&Localized { ru: name.to_owned(), en: name.to_owned() })
}

/// `wan/2-7-image-to-video` is `Wan 2 7 Image To Video`.
fn humanized(id: &str) -> String {
    let words = id.split(['/', '-', '_', ' ']).filter(|word| !word.is_empty());
    words.map(sentence).collect::<Vec<_>>().join(" ")
}

/// The words with a capital at the beginning and single blanks.
fn sentence(words: &str) -> String {
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut letters = words.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => "?".to_owned(),
    }
}

//! A random schema, as plain data and as the TOML of a catalog; and whether a payload is what the plain data promise.

use std::fmt::Write as _;

use domain::models::{Inputs, Media, Value};
use serde_json::Value as Json;

pub(super) const MODEL: &str = "random/model";
pub(super) const SOURCE: &str = "random/source";

/// A source of small random numbers; proptest shrinks the list that it reads from.
pub(super) struct Dice {
    pub(super) faces: Vec<u32>,
    pub(super) at: usize,
}

impl Dice {
    /// From 0 to `most`.
    pub(super) fn roll(&mut self, most: usize) -> usize {
        let round = self.at / self.faces.len();
        let face = usize::try_from(self.faces[self.at % self.faces.len()]).unwrap();
        self.at += 1;
        // Each round through the list is another one, or a user would go in circles.
        (face.wrapping_mul(2 * round + 1) >> (round % 7)) % (most + 1)
    }

    pub(super) fn flip(&mut self, one_in: usize) -> bool {
        self.roll(one_in - 1) == 0
    }

    pub(super) fn of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.roll(list.len() - 1)]
    }
}

/// One input, as the test knows it.
#[derive(Clone, Debug)]
pub(super) struct Spec {
    pub(super) name: String,
    pub(super) sort: Sort,
    pub(super) required: bool,
    /// In TOML and as a value.
    pub(super) default: Option<(String, Value)>,
    /// An earlier input and the TOML of its value, with the value.
    pub(super) when: Option<(usize, String, Value)>,
}

#[derive(Clone, Debug)]
pub(super) enum Sort {
    Text { min: usize, max: usize },
    Choice(Vec<String>),
    Integer { min: i64, max: i64, step: i64, usual: Vec<i64>, as_text: bool },
    Number { min: i64, max: i64 },
    Bool,
    Files { media: Media, list: bool, min: usize, max: usize, seconds: Option<u64> },
    Texts { max: usize, length: usize },
    Objects { min: usize, max: usize, fields: Vec<Spec> },
    Task,
    Fixed,
}

pub(super) fn schema(dice: &mut Dice) -> (Vec<Spec>, Vec<String>) {
    let count = 1 + dice.roll(11);
    let mut specs: Vec<Spec> = Vec::new();
    for number in 0..count {
        let mut spec = spec(&format!("input_{number}"), dice, true);
        if dice.flip(3) {
            spec.when = condition(&specs, dice);
        }
        specs.push(spec);
    }
    if specs.iter().all(|spec| matches!(spec.sort, Sort::Fixed)) {
        specs.push(Spec { sort: Sort::Bool, ..spec_named("input_last") });
    }
    let rules = rules(&specs, dice);
    (specs, rules)
}

pub(super) fn spec_named(name: &str) -> Spec {
    Spec { name: name.to_owned(), sort: Sort::Fixed, required: true, default: None, when: None }
}

pub(super) fn spec(name: &str, dice: &mut Dice, outer: bool) -> Spec {
    let sort = match dice.roll(if outer { 11 } else { 6 }) {
        0 | 1 => {
            let max = *dice.of(&[1, 20, 300, 5000]);
            Sort::Text { min: if dice.flip(3) { max.min(3) } else { 0 }, max }
        }
        2 => {
            let count = *dice.of(&[1, 2, 5, 16, 17, 61]);
            Sort::Choice((0..count).map(|number| format!("value_{number}")).collect())
        }
        3 => {
            let (min, step) = (-4 + i64::try_from(dice.roll(8)).unwrap(), 1 + i64::try_from(dice.roll(3)).unwrap());
            let max = min + step * i64::try_from(dice.roll(40)).unwrap();
            let usual = if dice.flip(2) { vec![min, max] } else { Vec::new() };
            Sort::Integer { min, max, step, usual, as_text: dice.flip(3) }
        }
        4 => Sort::Number { min: 0, max: 1 + i64::try_from(dice.roll(9)).unwrap() },
        5 => Sort::Bool,
        6 | 7 => {
            let media = *dice.of(&[Media::Image, Media::Video, Media::Audio, Media::Document]);
            let list = dice.flip(2);
            let min = if list { 1 + dice.roll(2) } else { 1 };
            let max = if list { min + dice.roll(3) } else { 1 };
            let seconds = matches!(media, Media::Video | Media::Audio).then_some(60).filter(|_| dice.flip(2));
            Sort::Files { media, list, min, max, seconds }
        }
        8 => Sort::Texts { max: 1 + dice.roll(4), length: 1 + dice.roll(30) },
        9 => {
            let fields = (0..=dice.roll(3)).map(|number| spec(&format!("input_{number}"), dice, false)).collect();
            let min = 1 + dice.roll(2);
            Sort::Objects { min, max: min + dice.roll(10), fields }
        }
        10 => Sort::Task,
        _ => Sort::Fixed,
    };
    let mut spec = Spec { sort, required: dice.flip(2), ..spec_named(name) };
    spec.default = default(&spec, dice).filter(|_| dice.flip(3));
    spec
}

pub(super) fn default(spec: &Spec, dice: &mut Dice) -> Option<(String, Value)> {
    Some(match &spec.sort {
        Sort::Choice(values) => {
            let value = dice.of(values).clone();
            (format!("{value:?}"), Value::choice(value))
        }
        Sort::Integer { min, .. } => (min.to_string(), Value::Integer(*min)),
        Sort::Number { max, .. } => (max.to_string(), Value::Decimal(max.to_string().parse().unwrap())),
        Sort::Bool => ("false".to_owned(), Value::Bool(false)),
        _ => return None,
    })
}

/// That an earlier choice or flag has some value.
pub(super) fn condition(earlier: &[Spec], dice: &mut Dice) -> Option<(usize, String, Value)> {
    let fit: Vec<usize> =
        (0..earlier.len()).filter(|at| matches!(earlier[*at].sort, Sort::Choice(_) | Sort::Bool)).collect();
    if fit.is_empty() {
        return None;
    }
    let at = *dice.of(&fit);
    let (toml, value) = match &earlier[at].sort {
        Sort::Choice(values) => {
            let value = dice.of(values).clone();
            (format!("{value:?}"), Value::choice(value))
        }
        _ => {
            let flag = dice.flip(2);
            (flag.to_string(), Value::Bool(flag))
        }
    };
    Some((at, toml, value))
}

/// Rules that a user can obey: between inputs that may be left out and always exist, or against one pair of values.
pub(super) fn rules(specs: &[Spec], dice: &mut Dice) -> Vec<String> {
    let is_free = |spec: &&Spec| !spec.required && spec.default.is_none() && spec.when.is_none();
    let free: Vec<&str> =
        specs.iter().filter(is_free).filter(|spec| !matches!(spec.sort, Sort::Fixed)).map(|spec| &*spec.name).collect();
    let mut rules = Vec::new();
    if free.len() >= 2 && dice.flip(2) {
        let (first, second) = (free[0], free[1]);
        rules.push(match dice.roll(2) {
            0 => format!("{{ any_of = [{first:?}, {second:?}] }}"),
            1 => format!("{{ one_of = [{first:?}, {second:?}] }}"),
            _ => format!("{{ apart = [[{first:?}], [{second:?}]] }}"),
        });
    }
    let pairs: Vec<&Spec> = specs
        .iter()
        .filter(|spec| match &spec.sort {
            Sort::Choice(values) => values.len() > 1,
            Sort::Bool => true,
            _ => false,
        })
        .collect();
    if pairs.len() >= 2 && dice.flip(2) {
        let value = |spec: &Spec| match &spec.sort {
            Sort::Choice(values) => format!("{:?}", values[1]),
            _ => "true".to_owned(),
        };
        let (a, b) = (pairs[0], pairs[1]);
        rules.push(format!("{{ forbid = {{ {} = {}, {} = {} }} }}", a.name, value(a), b.name, value(b)));
    }
    rules
}

pub(super) fn toml(specs: &[Spec], rules: &[String], price: &str) -> String {
    let mut text = String::from("vendor = { slug = \"random\", name = \"Random\" }\n\n");
    let model = |text: &mut String, id: &str, word: &str| {
        writeln!(text, "[[model]]\nid = {id:?}\nkind = \"text-to-video\"").unwrap();
        writeln!(text, "title = {{ ru = \"Модель {word}\", en = \"Model {word}\" }}").unwrap();
        writeln!(text, "summary = {{ ru = \"Делает {word}.\", en = \"Makes {word}.\" }}").unwrap();
        writeln!(text, "example = {{ ru = \"Проба\", en = \"A try\" }}").unwrap();
    };
    model(&mut text, SOURCE, "one");
    text.push_str("[[model.input]]\nname = \"prompt\"\ntype = \"text\"\nmax_length = 9\ntitle = { ru = \"Слова\", en = \"Words\" }\n");
    text.push_str(
        "[model.price]\ndate = 2026-10-10\nsource = \"made up\"\nrows = [{ credits = 1, per = \"generation\" }]\n\n",
    );
    model(&mut text, MODEL, "two");
    writeln!(text, "rules = [{}]", rules.join(", ")).unwrap();
    for spec in specs {
        input(&mut text, "model.input", spec, specs);
    }
    writeln!(text, "[model.price]\ndate = 2026-10-10\nsource = \"made up\"\n{price}").unwrap();
    text
}

pub(super) fn input(text: &mut String, place: &str, spec: &Spec, all: &[Spec]) {
    let Spec { name, sort, .. } = spec;
    writeln!(text, "[[{place}]]\nname = {name:?}").unwrap();
    let long = "очень длинное название ".repeat(if name.ends_with('3') { 4 } else { 0 });
    writeln!(text, "title = {{ ru = \"Вход {long}{name}\", en = \"The {name}\" }}").unwrap();
    if name.ends_with('2') {
        writeln!(text, "hint = {{ ru = \"Подсказка.\", en = \"A hint.\" }}").unwrap();
    }
    match sort {
        Sort::Text { min, max } => writeln!(text, "type = \"text\"\nmin_length = {min}\nmax_length = {max}"),
        Sort::Choice(values) => {
            let option = |value: &String| {
                format!(
                    "{{ value = {value:?}, ru = \"Голос {value}: спокойный, низкий, для новостей и книг\", en = \"{value} voice\" }}"
                )
            };
            let options: Vec<String> = values.iter().map(option).collect();
            writeln!(text, "type = \"choice\"\noptions = [{}]", options.join(", "))
        }
        Sort::Integer { min, max, step, usual, as_text } => writeln!(
            text,
            "type = \"integer\"\nmin = {min}\nmax = {max}\nstep = {step}\nusual = {usual:?}\nas_text = {as_text}"
        ),
        Sort::Number { min, max } => writeln!(text, "type = \"number\"\nmin = {min}\nmax = {max}\nstep = 0.25"),
        Sort::Bool => writeln!(text, "type = \"bool\""),
        Sort::Files { media, list, min, max, seconds } => {
            let (sort, mime) = kind_of(*media);
            let (s, many) =
                if *list { ("s", format!("min_items = {min}\nmax_items = {max}\n")) } else { ("", String::new()) };
            let seconds = seconds.map(|seconds| format!("max_seconds = {seconds}\n")).unwrap_or_default();
            writeln!(text, "type = \"{sort}{s}\"\n{many}{seconds}mime = [{mime:?}]\nmax_file_mb = 10")
        }
        Sort::Texts { max, length } => writeln!(text, "type = \"texts\"\nmax_items = {max}\nmax_length = {length}"),
        Sort::Objects { min, max, .. } => writeln!(text, "type = \"objects\"\nmin_items = {min}\nmax_items = {max}"),
        Sort::Task => writeln!(text, "type = \"task\"\nof = [{SOURCE:?}]"),
        Sort::Fixed => writeln!(text, "type = \"fixed\"\nvalue = [1, \"x\"]"),
    }
    .unwrap();
    if !matches!(sort, Sort::Fixed) {
        writeln!(text, "required = {}", spec.required).unwrap();
    }
    if let Some((default, _)) = &spec.default {
        writeln!(text, "default = {default}").unwrap();
    }
    if let Some((at, value, _)) = &spec.when {
        writeln!(text, "when = {{ {} = {value} }}", all[*at].name).unwrap();
    }
    if let Sort::Objects { fields, .. } = sort {
        for field in fields {
            input(text, "model.input.field", field, fields);
        }
    }
}

pub(super) const fn kind_of(media: Media) -> (&'static str, &'static str) {
    match media {
        Media::Image => ("image", "image/png"),
        Media::Video => ("video", "video/mp4"),
        Media::Audio => ("audio", "audio/mpeg"),
        Media::Document => ("document", "application/pdf"),
    }
}

/// One price, or one per choice, or one per second of what is sent.
pub(super) fn price(specs: &[Spec], dice: &mut Dice) -> String {
    let plain = "rows = [{ credits = 4, per = \"generation\" }]".to_owned();
    let always = specs.iter().filter(|spec| spec.when.is_none() && (spec.required || spec.default.is_some()));
    for spec in always {
        match &spec.sort {
            Sort::Choice(values) if dice.flip(2) && values.len() < 20 => {
                let row = |(number, value): (usize, &String)| {
                    format!(
                        "{{ when = {{ {} = {value:?} }}, credits = {}, per = \"generation\" }}",
                        spec.name,
                        number + 1
                    )
                };
                let rows: Vec<String> = values.iter().enumerate().map(row).collect();
                return format!("rows = [{}]", rows.join(", "));
            }
            Sort::Files { media: Media::Audio, seconds: Some(_), .. } if dice.flip(2) => {
                return format!("rows = [{{ credits = 0.5, per = \"second of audio\", seconds = {:?} }}]", spec.name);
            }
            Sort::Text { .. } if spec.required && dice.flip(3) => {
                return format!("rows = [{{ credits = 100, per = \"1k chars\", characters = {:?} }}]", spec.name);
            }
            _ => {}
        }
    }
    plain
}

/// Whether an input exists, by what was ordered. Written a second time on purpose, without the code under test.
pub(super) fn applies(specs: &[Spec], at: usize, inputs: &Inputs) -> bool {
    let Some((on, _, wanted)) = &specs[at].when else { return true };
    let default = specs[*on].default.as_ref().map(|(_, value)| value);
    applies(specs, *on, inputs) && inputs.get(&specs[*on].name).or(default) == Some(wanted)
}

pub(super) fn fits(sort: &Sort, json: &Json) -> bool {
    let texts = |json: &Json| -> Option<Vec<String>> {
        json.as_array()?.iter().map(|one| one.as_str().map(str::to_owned)).collect()
    };
    match sort {
        Sort::Text { min, max } => json.as_str().is_some_and(|text| (*min..=*max).contains(&text.chars().count())),
        Sort::Choice(values) => json.as_str().is_some_and(|text| values.iter().any(|value| value == text)),
        Sort::Integer { min, max, step, as_text, .. } => {
            let number = if *as_text { json.as_str().and_then(|text| text.parse().ok()) } else { json.as_i64() };
            number.is_some_and(|number| (*min..=*max).contains(&number) && (number - min) % step == 0)
        }
        Sort::Number { .. } => json.is_number(),
        Sort::Bool => json.is_boolean(),
        Sort::Files { list: true, min, max, .. } => texts(json).is_some_and(|list| {
            (*min..=*max).contains(&list.len()) && list.iter().all(|address| address.starts_with("https://kie."))
        }),
        Sort::Files { .. } => json.as_str().is_some_and(|address| address.starts_with("https://kie.")),
        Sort::Texts { max, length } => texts(json).is_some_and(|list| {
            (1..=*max).contains(&list.len()) && list.iter().all(|text| text.chars().count() <= *length)
        }),
        Sort::Objects { min, max, fields } => json.as_array().is_some_and(|list| {
            (*min..=*max).contains(&list.len()) && list.iter().all(|item| form_fits(fields, &Inputs::new(), item))
        }),
        Sort::Task => json == "task",
        Sort::Fixed => *json == serde_json::json!([1, "x"]),
    }
}

pub(super) fn form_fits(specs: &[Spec], inputs: &Inputs, form: &Json) -> bool {
    let Some(form) = form.as_object() else { return false };
    let known = form.keys().all(|name| specs.iter().any(|spec| spec.name == *name));
    known
        && specs.iter().enumerate().all(|(at, spec)| match form.get(&spec.name) {
            Some(json) => applies(specs, at, inputs) && fits(&spec.sort, json),
            None => !spec.required || spec.default.is_some() || !applies(specs, at, inputs),
        })
}

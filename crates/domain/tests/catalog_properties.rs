//! What holds for any inputs: a payload has exactly the schema's types, a price is what the range says and grows with the quantity.
//!
//! Inputs are made at random from each model's own schema, so every model that is added to the catalog is tested too.

#![expect(clippy::unwrap_used, reason = "helpers of tests; a broken expectation ends the test where it stands")]

use std::sync::LazyLock;

use domain::ids::TaskId;
use domain::models::{
    Catalog, Decimal, Input, InputKind, Inputs, MediaFacts, MediaKey, MediaRef, MediaRule, Model, TaskRef, Value,
};
use proptest::prelude::*;
use serde_json::Value as Json;

/// What is sold by the files under `config/models`, and the made-up models with every feature.
static SOLD: LazyLock<Vec<Model>> = LazyLock::new(|| {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../config/models");
    let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> =
        paths.map(|path| (path.display().to_string(), std::fs::read_to_string(&path).unwrap())).collect();
    files.sort();
    files.push(("catalog_rich.toml".to_owned(), include_str!("catalog_rich.toml").to_owned()));
    let files: Vec<_> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    Catalog::load(&files).unwrap().live().cloned().collect()
});

/// A source of small random numbers; proptest shrinks the list that it reads from.
struct Dice<'a>(std::iter::Cycle<std::slice::Iter<'a, u32>>);

impl Dice<'_> {
    /// From 0 to `most`.
    fn roll(&mut self, most: usize) -> usize {
        let face = usize::try_from(*self.0.next().expect("a cycle never ends")).unwrap();
        face % (most + 1)
    }

    fn between(&mut self, min: i64, max: i64) -> i64 {
        let room = usize::try_from(max - min).unwrap();
        min + i64::try_from(self.roll(room)).unwrap()
    }
}

fn fill(schema: &[Input], dice: &mut Dice<'_>) -> Inputs {
    let mut inputs = Inputs::new();
    for input in schema {
        if !input.is_fixed() && (input.must_be_asked() || dice.roll(2) > 0) {
            inputs.set(input.name.as_str(), value(input, dice));
        }
    }
    inputs
}

/// A value within the bounds.
fn value(input: &Input, dice: &mut Dice<'_>) -> Value {
    match &input.kind {
        InputKind::Text(rule) => {
            let letters = ["a", "я", "0", "<"];
            let length = rule.min_length.max(1) + dice.roll(rule.max_length - rule.min_length.max(1));
            Value::text(letters[dice.roll(letters.len() - 1)].repeat(length))
        }
        InputKind::Choice(choices) => Value::Choice(choices[dice.roll(choices.len() - 1)].key.clone()),
        InputKind::Integer(rule) => {
            Value::Integer(rule.min + rule.step * dice.between(0, (rule.max - rule.min) / rule.step))
        }
        InputKind::Number(rule) => {
            let step = rule.step.map_or(1, Decimal::raw);
            let steps = dice.between(0, (rule.max.raw() - rule.min.raw()) / step);
            Value::Decimal(Decimal::from_raw(rule.min.raw() + steps * step).unwrap())
        }
        InputKind::Bool => Value::Bool(dice.roll(1) == 1),
        InputKind::Media(rule) => Value::Media(files(rule, dice)),
        InputKind::Texts(rule) => {
            Value::Texts(vec!["x".repeat(1 + dice.roll(rule.max_length - 1)); 1 + dice.roll(rule.max_items - 1)])
        }
        InputKind::Objects(rule) => {
            let count = rule.min_items + dice.roll(rule.max_items - rule.min_items);
            Value::Objects((0..count).map(|_| fill(&rule.fields, dice)).collect())
        }
        InputKind::Task(rule) => {
            let model = rule.of[dice.roll(rule.of.len() - 1)].clone();
            Value::Task(TaskRef {
                task: TaskId("task".to_owned()),
                model,
                facts: facts(None, domain::models::Media::Video, dice),
            })
        }
        InputKind::Fixed(_) => unreachable!("constants are not filled in"),
    }
}

fn files(rule: &MediaRule, dice: &mut Dice<'_>) -> Vec<MediaRef> {
    let count = rule.min_items + dice.roll(rule.max_items - rule.min_items);
    let share = rule.max_total_millis.map(|millis| millis / u64::try_from(count).unwrap());
    let longest = rule.max_millis.into_iter().chain(share).min();
    (0..count)
        .map(|number| MediaRef { key: MediaKey(format!("{number}")), facts: facts(longest, rule.media, dice) })
        .collect()
}

fn facts(max_millis: Option<u64>, media: domain::models::Media, dice: &mut Dice<'_>) -> MediaFacts {
    let longest = usize::try_from(max_millis.unwrap_or(100_000)).unwrap();
    let known = dice.roll(3) > 0;
    let mut figure = |most| known.then(|| u32::try_from(1 + dice.roll(most)).unwrap());
    let (width, height, millis) = (figure(5000), figure(5000), figure(longest - 1));
    MediaFacts { width, height, millis: millis.map(u64::from), ..MediaFacts::unknown(media) }
}

/// Whether a JSON value is what the schema promises. Written a second time on purpose, without the code under test.
fn fits(input: &Input, json: &Json) -> bool {
    let is_address = |json: &Json| json.as_str().is_some_and(|text| text.starts_with("https://"));
    match &input.kind {
        InputKind::Text(rule) => json.as_str().is_some_and(|text| text.chars().count() <= rule.max_length),
        InputKind::Choice(choices) => choices.iter().any(|choice| choice.wire.to_json() == *json),
        InputKind::Integer(rule) => {
            let number = if rule.as_text { json.as_str().and_then(|text| text.parse().ok()) } else { json.as_i64() };
            number.is_some_and(|number| (rule.min..=rule.max).contains(&number))
        }
        InputKind::Number(_) => json.is_number(),
        InputKind::Bool => json.is_boolean(),
        InputKind::Media(rule) if rule.list => {
            json.as_array().is_some_and(|list| !list.is_empty() && list.iter().all(is_address))
        }
        InputKind::Media(_) => is_address(json),
        InputKind::Texts(_) => json.as_array().is_some_and(|list| list.iter().all(Json::is_string)),
        InputKind::Objects(rule) => json.as_array().is_some_and(|list| {
            list.iter().all(|object| object.as_object().is_some_and(|object| form_fits(&rule.fields, object)))
        }),
        InputKind::Task(_) => json == "task",
        InputKind::Fixed(constant) => json == constant,
    }
}

fn form_fits(schema: &[Input], payload: &serde_json::Map<String, Json>) -> bool {
    payload.iter().all(|(name, json)| schema.iter().any(|input| input.name == *name && fits(input, json)))
}

proptest! {
    // Each case fills in every model that is sold: some ten thousand forms.
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn checked_inputs_become_a_payload_of_exact_types_at_a_price_within_the_range(faces in prop::collection::vec(any::<u32>(), 8..60)) {
        let mut dice = Dice(faces.iter().cycle());
        for model in SOLD.iter() {
            let inputs = fill(model.inputs(), &mut dice);
            // Rules between inputs may refuse it; nothing else may.
            let checked = match model.check(&inputs) {
                Ok(checked) => checked,
                Err(problems) => {
                    use domain::models::Refusal::{Combination, NoneOf, Together};
                    prop_assert!(
                        problems.iter().all(|problem| matches!(problem.refusal, Combination(_) | NoneOf(_) | Together(_))),
                        "{}: {problems:?}", model.id
                    );
                    continue;
                }
            };
            let payload = model.payload(&checked, |file| Some(format!("https://files.example/{}", file.key))).unwrap();
            prop_assert!(form_fits(model.inputs(), &payload), "{}: {payload:?}", model.id);
            for input in model.inputs().iter().filter(|input| input.must_be_asked()) {
                let applies = model.open_inputs(&inputs).any(|open| open.name == input.name);
                // An empty list may stand for an input that does not apply.
                let sent = payload.get(&input.name).is_some_and(|json| json.as_array().is_none_or(|list| !list.is_empty()));
                prop_assert_eq!(sent, applies, "{}: {}", &model.id, &input.name);
            }
            // What was left out does not change the price, and nothing is free.
            let cost = model.credits(checked.inputs()).unwrap();
            prop_assert_eq!(cost, model.credits(&inputs).unwrap(), "{}", &model.id);
            let range = model.price_range().unwrap();
            prop_assert!(range.low <= cost.credits && cost.credits <= range.high, "{}: {cost:?} not in {range:?}", model.id);
            // A stored draft means the same.
            let stored: Inputs = serde_json::from_str(&serde_json::to_string(&inputs).unwrap()).unwrap();
            prop_assert_eq!(stored, inputs);
        }
    }

}

proptest! {
    #[test]
    fn a_longer_video_never_costs_less(seconds in 6_i64..30, resolution in 0_usize..3) {
        let model = SOLD.iter().find(|model| model.id.0 == "grok-imagine/text-to-video").unwrap();
        let resolution = Value::Choice(model.input("resolution").unwrap().choices()[resolution].key.clone());
        let price = |seconds| {
            let inputs = Inputs::new().with("duration", Value::Integer(seconds)).with("resolution", resolution.clone());
            model.credits(&inputs).unwrap().credits
        };
        prop_assert!(price(seconds) < price(seconds + 1));
        // Each second costs the same, to the millionth.
        prop_assert_eq!(price(seconds).raw() * (seconds + 1), price(seconds + 1).raw() * seconds);
    }

    #[test]
    fn a_longer_source_never_costs_less(millis in 1_u64..60_000, more in 0_u64..10_000) {
        let model = SOLD.iter().find(|model| model.id.0 == "rich/avatar").unwrap();
        let price = |millis: u64| {
            let facts = MediaFacts { millis: Some(millis.min(60_000)), ..MediaFacts::unknown(domain::models::Media::Audio) };
            let audio = Value::Media(vec![MediaRef { key: MediaKey("a".to_owned()), facts }]);
            model.credits(&Inputs::new().with("audio", audio)).unwrap().credits
        };
        prop_assert!(price(millis) <= price(millis + more));
    }

    #[test]
    fn decimals_are_exact_as_text_and_as_json(raw in -Decimal::FRACTION_MAX..=Decimal::FRACTION_MAX) {
        let decimal = Decimal::from_raw(raw).unwrap();
        prop_assert_eq!(decimal.to_string().parse::<Decimal>().unwrap(), decimal);
        let sent = serde_json::to_string(&decimal.to_json()).unwrap();
        let read: serde_json::Number = serde_json::from_str(&sent).unwrap();
        // The nearest number of six digits to what a reader gets is the one that was meant.
        prop_assert_eq!(format!("{:.6}", read.as_f64().unwrap()).parse::<Decimal>().unwrap(), decimal);
        prop_assert_eq!(raw % Decimal::SCALE == 0, read.is_i64());
    }

    #[test]
    fn long_decimals_are_whole_or_refused(raw in Decimal::FRACTION_MAX + 1..i64::MAX) {
        prop_assert_eq!(Decimal::from_raw(raw).is_some(), raw % Decimal::SCALE == 0);
        let whole = raw / Decimal::SCALE;
        prop_assert_eq!(Decimal::from_integer(whole).unwrap().to_json(), serde_json::Number::from(whole));
    }
}

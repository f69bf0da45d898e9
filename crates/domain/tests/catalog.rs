//! The shipped catalog and a made-up one with every feature: what loads, what is checked, what it costs, what KIE gets.

#![expect(clippy::unwrap_used, reason = "helpers of tests; a broken expectation ends the test where it stands")]

use domain::ids::{ModelId, TaskId};
use domain::models::{
    Catalog, Decimal, InputKind, Inputs, Kind, Media, MediaFacts, MediaKey, MediaRef, Model, NoPayload, NoPrice,
    Refusal, TaskRef, Value,
};
use domain::money::Credits;
use serde_json::json;

const VIDEO: &str = "grok-imagine/text-to-video";
const RICH: &[(&str, &str)] = &[("catalog_rich.toml", include_str!("catalog_rich.toml"))];

/// Every file under `config/models`.
fn shipped() -> Catalog {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../config/models");
    let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> =
        paths.map(|path| (path.display().to_string(), std::fs::read_to_string(&path).unwrap())).collect();
    files.sort();
    load(&files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect::<Vec<_>>())
}

fn load(files: &[(&str, &str)]) -> Catalog {
    Catalog::load(files).unwrap_or_else(|problems| {
        let lines: Vec<_> = problems.iter().map(ToString::to_string).collect();
        panic!("the catalog is broken:\n{}", lines.join("\n"))
    })
}

fn model(catalog: &Catalog, id: &str) -> Model {
    catalog.model(&ModelId(id.to_owned())).unwrap_or_else(|| panic!("no model {id}")).clone()
}

fn credits(text: &str) -> Credits {
    text.parse().unwrap()
}

fn file(media: Media, key: &str) -> MediaRef {
    MediaRef { key: MediaKey(key.to_owned()), facts: MediaFacts::unknown(media) }
}

fn address(file: &MediaRef) -> Option<String> {
    Some(format!("https://files.example/{}", file.key))
}

fn payload(model: &Model, inputs: &Inputs) -> serde_json::Value {
    let checked = model.check(inputs).unwrap();
    model.payload(&checked, address).unwrap().into()
}

/// The price and whether it is metered, as text: short to compare.
fn price(model: &Model, inputs: &Inputs) -> String {
    let cost = model.credits(inputs).unwrap();
    format!("{}{}", cost.credits, if cost.metered { " metered" } else { "" })
}

fn refusals(model: &Model, inputs: &Inputs) -> Vec<(String, Refusal)> {
    let problems = model.check(inputs).unwrap_err();
    problems.into_iter().map(|problem| (problem.input, problem.refusal)).collect()
}

// -- the shipped catalog ---------------------------------------------------------------------------------------------------------

#[test]
fn the_shipped_catalog_loads_and_is_indexed() {
    let catalog = shipped();
    for kind in catalog.kinds() {
        assert!(catalog.by_kind(kind).all(|model| model.is_live() && model.does(kind)), "{kind}");
    }
    let vendors = catalog.vendors();
    assert!(vendors.is_sorted_by_key(|vendor| &vendor.name), "{vendors:?}");
    let by_vendor: usize = vendors.iter().map(|vendor| catalog.by_vendor(&vendor.slug).count()).sum();
    assert_eq!(by_vendor, catalog.live().count(), "a slug stands for one vendor only");
    assert!(catalog.by_vendor("xai").any(|model| model.id.0 == VIDEO));
    assert!(catalog.model(&ModelId("sora-2".to_owned())).is_none());
}

/// Every kind of input is exercised by something that is really sold, so the tests over the whole catalog meet it.
#[test]
fn every_kind_of_input_is_sold() {
    let catalog = shipped();
    let inputs: Vec<_> = catalog.live().flat_map(Model::inputs).collect();
    type Test = fn(&InputKind) -> bool;
    let wanted: [(&str, Test); 15] = [
        ("text", |kind| matches!(kind, InputKind::Text(_))),
        ("choice", |kind| matches!(kind, InputKind::Choice(_))),
        ("integer", |kind| matches!(kind, InputKind::Integer(_))),
        ("integer as text", |kind| matches!(kind, InputKind::Integer(rule) if rule.as_text)),
        ("number", |kind| matches!(kind, InputKind::Number(_))),
        ("bool", |kind| matches!(kind, InputKind::Bool)),
        ("image", |kind| matches!(kind, InputKind::Media(rule) if rule.media == Media::Image && !rule.list)),
        ("images", |kind| matches!(kind, InputKind::Media(rule) if rule.media == Media::Image && rule.list)),
        ("video", |kind| matches!(kind, InputKind::Media(rule) if rule.media == Media::Video && !rule.list)),
        ("videos", |kind| matches!(kind, InputKind::Media(rule) if rule.media == Media::Video && rule.list)),
        ("audio", |kind| matches!(kind, InputKind::Media(rule) if rule.media == Media::Audio && !rule.list)),
        ("audios", |kind| matches!(kind, InputKind::Media(rule) if rule.media == Media::Audio && rule.list)),
        ("objects", |kind| matches!(kind, InputKind::Objects(_))),
        ("task", |kind| matches!(kind, InputKind::Task(_))),
        ("fixed", |kind| matches!(kind, InputKind::Fixed(_))),
    ];
    for (name, is_it) in wanted {
        assert!(inputs.iter().any(|input| is_it(&input.kind)), "no model that is sold takes `{name}`");
    }
}

/// The registry of the predecessor, as it was: each name leads to a model of today, hidden if nobody does its work any more.
#[test]
fn every_name_of_the_predecessor_leads_to_a_model() {
    let catalog = shipped();
    let names: Vec<_> = include_str!("predecessor.txt").lines().collect();
    assert_eq!(names.len(), 72);
    for name in &names {
        assert!(catalog.resolve(name).is_some(), "`{name}` leads nowhere");
    }
    let sold = |name: &&&str| catalog.resolve(name).is_some_and(Model::is_live);
    let lost: Vec<_> = names.iter().filter(|name| !sold(name)).copied().collect();
    let gone = [
        "bytedance/seedream",
        "bytedance/v1-pro-fast-image-to-video",
        "elevenlabs/speech-to-text",
        "ideogram/v3-reframe",
        "midjourney/api",
        "sora-2-pro-image-to-video",
        "sora-2-pro-storyboard",
        "sora-2-text-to-video",
        "sora-watermark-remover",
    ];
    assert_eq!(lost, gone, "withdrawn, undocumented or without a sure price; nothing else is");
    assert_eq!(catalog.resolve("suno/v5").unwrap().id.0, "ai-music-api/generate");
    assert!(catalog.resolve("nobody/nothing").is_none());
}

#[test]
fn text_to_image_sends_its_required_default_and_the_safety_switch() {
    let model = model(&shipped(), "z-image");
    let inputs = Inputs::new().with("prompt", Value::text("кот"));
    assert_eq!(payload(&model, &inputs), json!({"prompt": "кот", "aspect_ratio": "1:1", "nsfw_checker": true}));
    assert_eq!(price(&model, &inputs), "0.8");
    let range = model.price_range().unwrap();
    assert_eq!((range.low, range.high), (credits("0.8"), credits("0.8")));
}

#[test]
fn image_edit_sends_every_picture_in_order_and_keeps_the_shape() {
    let model = model(&shipped(), "google/nano-banana-edit");
    let pictures = Value::Media(vec![file(Media::Image, "b"), file(Media::Image, "a")]);
    let inputs = Inputs::new().with("image_urls", pictures).with("prompt", Value::text("swap"));
    let expected = json!({
        "image_urls": ["https://files.example/b", "https://files.example/a"], "prompt": "swap", "aspect_ratio": "auto",
    });
    assert_eq!(payload(&model, &inputs), expected);
    assert_eq!(price(&model, &inputs), "4");
}

#[test]
fn video_is_priced_by_the_second_and_sends_what_the_price_hangs_on() {
    let model = model(&shipped(), "grok-imagine/text-to-video");
    let inputs = Inputs::new().with("prompt", Value::text("sea"));
    assert_eq!(payload(&model, &inputs), json!({"prompt": "sea", "duration": 6, "resolution": "480p"}));
    assert_eq!(price(&model, &inputs), "14.4");
    let longer = inputs.clone().with("duration", Value::Integer(15)).with("resolution", Value::choice("720p"));
    assert_eq!(price(&model, &longer), "67.5");
    let range = model.price_range().unwrap();
    assert_eq!((range.low, range.high), (credits("14.4"), credits("240")));
}

#[test]
fn a_list_of_shots_is_sent_when_asked_for_and_empty_else() {
    let model = model(&shipped(), "kling-3.0/video");
    let inputs = Inputs::new().with("prompt", Value::text("a lighthouse"));
    assert_eq!(payload(&model, &inputs)["multi_prompt"], json!([]));
    let shot = |prompt: &str| Inputs::new().with("prompt", Value::text(prompt));
    let shots = Value::Objects(vec![shot("dawn"), shot("storm").with("duration", Value::Integer(2))]);
    let inputs = inputs.with("multi_shots", Value::Bool(true));
    assert_eq!(refusals(&model, &inputs), [("multi_prompt".to_owned(), Refusal::Missing)]);
    let sent = payload(&model, &inputs.with("multi_prompt", shots));
    assert_eq!(sent["multi_prompt"], json!([{"prompt": "dawn", "duration": 3}, {"prompt": "storm", "duration": 2}]));
    assert_eq!((&sent["multi_shots"], &sent["duration"]), (&json!(true), &json!("5")));
}

#[test]
fn a_button_shows_the_price_that_it_leads_to() {
    let model = model(&shipped(), "grok-imagine/text-to-video");
    let inputs = Inputs::new().with("duration", Value::Integer(10));
    let shown: Vec<_> = model
        .choices(&inputs, "resolution")
        .map(|choice| model.credits_with(&inputs, "resolution", &Value::Choice(choice.key.clone())).unwrap().credits)
        .collect();
    assert_eq!(shown, [credits("24"), credits("45"), credits("80")]);
    assert_eq!(price(&model, &inputs), "24", "asking changed nothing");
}

#[test]
fn the_wizard_asks_what_is_required_and_has_no_default() {
    let model = model(&shipped(), "google/nano-banana-edit");
    let mut inputs = Inputs::new();
    assert_eq!(model.next_missing(&inputs).unwrap().name, "image_urls");
    inputs.set("image_urls", Value::Media(vec![file(Media::Image, "a")]));
    assert_eq!(model.next_missing(&inputs).unwrap().name, "prompt");
    inputs.set("prompt", Value::text("x"));
    assert!(model.next_missing(&inputs).is_none());
    assert_eq!(model.value(&inputs, "output_format"), Some(&Value::choice("png")), "the default is visible");
}

#[test]
fn wrong_inputs_are_refused_with_figures() {
    let catalog = shipped();
    let edit = model(&catalog, "google/nano-banana-edit");
    let wrong = |facts: MediaFacts| MediaRef { key: MediaKey(String::new()), facts };
    let large = MediaFacts { bytes: Some(10_000_001), ..MediaFacts::unknown(Media::Image) };
    let tiff = MediaFacts { mime: Some("image/tiff".to_owned()), ..MediaFacts::unknown(Media::Image) };
    let files = vec![wrong(large), wrong(tiff), wrong(MediaFacts::unknown(Media::Video))];
    let inputs = Inputs::new().with("image_urls", Value::Media(files)).with("aspect_ratio", Value::choice("7:1"));
    let refused = refusals(&edit, &inputs);
    assert!(
        refused
            .contains(&("image_urls".to_owned(), Refusal::TooLarge { entry: 1, bytes: 10_000_001, max: 10_000_000 }))
    );
    assert!(refused.iter().any(|(_, why)| matches!(why, Refusal::WrongFormat { entry: 2, .. })));
    assert!(refused.iter().any(|(_, why)| matches!(why, Refusal::WrongMedia { entry: 3, .. })));
    assert!(refused.contains(&("prompt".to_owned(), Refusal::Missing)));
    assert!(refused.iter().any(|(input, why)| input == "aspect_ratio" && matches!(why, Refusal::NotAChoice(_))));

    let full = MediaFacts { bytes: Some(10_000_000), ..MediaFacts::unknown(Media::Image) };
    assert_eq!(edit.check_value("image_urls", &Value::Media(vec![wrong(full)])), Ok(()), "the limit itself is allowed");
    let eleven = Value::Media(vec![file(Media::Image, "a"); 11]);
    let problems = edit.check_value("image_urls", &eleven).unwrap_err();
    assert_eq!(problems[0].refusal, Refusal::TooMany { count: 11, max: 10 });

    let image = model(&catalog, "z-image");
    let long = Inputs::new().with("prompt", Value::text("я".repeat(1001)));
    assert_eq!(refusals(&image, &long), [("prompt".to_owned(), Refusal::TooLong { length: 1001, max: 1000 })]);
    assert_eq!(
        refusals(&image, &Inputs::new().with("prompt", Value::text("  "))),
        [("prompt".to_owned(), Refusal::Missing)]
    );
    let constant = Inputs::new().with("prompt", Value::text("x")).with("nsfw_checker", Value::Bool(false));
    assert_eq!(refusals(&image, &constant), [("nsfw_checker".to_owned(), Refusal::Unknown)]);

    let video = model(&catalog, "grok-imagine/text-to-video");
    let short = Inputs::new().with("prompt", Value::text("x")).with("duration", Value::Integer(5));
    let (value, min) = (Decimal::from_integer(5).unwrap(), Decimal::from_integer(6).unwrap());
    assert_eq!(refusals(&video, &short), [("duration".to_owned(), Refusal::BelowMin { value, min })]);
    let typed = Inputs::new().with("prompt", Value::text("x")).with("duration", Value::text("6"));
    assert_eq!(refusals(&video, &typed), [("duration".to_owned(), Refusal::WrongType)]);
}

#[test]
fn inputs_checked_for_one_model_are_no_payload_of_another() {
    let catalog = shipped();
    let checked = model(&catalog, "z-image").check(&Inputs::new().with("prompt", Value::text("x"))).unwrap();
    let other = model(&catalog, "grok-imagine/text-to-video");
    assert!(matches!(other.payload(&checked, address), Err(NoPayload::NotChecked { .. })));
}

#[test]
fn a_file_without_address_is_named() {
    let model = model(&shipped(), "google/nano-banana-edit");
    let picture = Value::Media(vec![file(Media::Image, "a")]);
    let checked = model.check(&Inputs::new().with("image_urls", picture).with("prompt", Value::text("x"))).unwrap();
    assert_eq!(model.payload(&checked, |_| None), Err(NoPayload::NoAddress(MediaKey("a".to_owned()))));
}

#[test]
fn typed_answers_are_read_by_the_inputs_kind() {
    let catalog = shipped();
    let video = model(&catalog, "grok-imagine/text-to-video");
    let read = |name: &str, text: &str| video.input(name).unwrap().read_typed(text);
    assert_eq!(read("duration", " 12 "), Some(Value::Integer(12)));
    assert_eq!(read("duration", "twelve"), None);
    assert_eq!(read("mode", "весёлое"), Some(Value::choice("fun")));
    assert_eq!(read("mode", "PLAYFUL"), Some(Value::choice("fun")));
    assert_eq!(read("resolution", "4K"), None);
    let rich = model(&load(RICH), "rich/everything");
    let strength = rich.input("strength").unwrap().read_typed("0,75");
    assert_eq!(strength, Some(Value::Decimal("0.75".parse().unwrap())));
}

// -- every feature ---------------------------------------------------------------------------------------------------------------

/// What "rich/everything" needs.
fn start() -> Inputs {
    Inputs::new().with("prompt", Value::text("a river"))
}

#[test]
fn wire_types_are_exact() {
    let model = model(&load(RICH), "rich/everything");
    let shot = Inputs::new().with("prompt", Value::text("one"));
    let inputs = start()
        .with("duration", Value::choice("10"))
        .with("level", Value::choice("2"))
        .with("sound", Value::Bool(true))
        .with("voice", Value::text("Anne"))
        .with("frames", Value::Integer(44))
        .with("strength", Value::Decimal("0.7".parse().unwrap()))
        .with("first_frame", Value::Media(vec![file(Media::Image, "f")]))
        .with("ids", Value::Texts(vec!["x1".to_owned()]))
        .with("shots", Value::Objects(vec![shot.clone(), shot.with("duration", Value::Integer(12))]));
    let expected = json!({
        "prompt": "a river", "duration": "10", "resolution": "768P", "level": 2, "stability": 0.5, "sound": true, "voice": "Anne",
        "frames": "44", "strength": 0.7, "first_frame": "https://files.example/f", "ids": ["x1"],
        "shots": [{"prompt": "one", "duration": 3}, {"prompt": "one", "duration": 12}], "multi_prompt": [],
    });
    assert_eq!(payload(&model, &inputs), expected);
}

#[test]
fn what_does_not_apply_is_neither_asked_nor_sent() {
    let model = model(&load(RICH), "rich/everything");
    let inputs = start().with("voice", Value::text("left over"));
    assert!(payload(&model, &inputs).get("voice").is_none());
    assert!(model.next_missing(&inputs).is_none());
    assert!(model.check(&inputs).unwrap().inputs().get("voice").is_none());
    let frames = self::model(&load(RICH), "rich/frames");
    let slow = Inputs::new().with("prompt", Value::text("x"));
    assert!(payload(&frames, &slow).get("level").is_none(), "a default that does not apply stays at home");
    let fast = slow.clone().with("turbo", Value::Bool(true));
    assert_eq!(payload(&frames, &fast)["level"], 1);
    assert_eq!((price(&frames, &slow), price(&frames, &fast)), ("60".to_owned(), "75".to_owned()));
    let with_sound = start().with("sound", Value::Bool(true));
    assert_eq!(model.next_missing(&with_sound).unwrap().name, "voice");
    assert_eq!(refusals(&model, &with_sound), [("voice".to_owned(), Refusal::Missing)]);
}

#[test]
fn every_bound_is_kept() {
    let model = model(&load(RICH), "rich/everything");
    let refusal = |name: &str, value: Value| {
        let problems = model.check_value(name, &value).unwrap_err();
        assert_eq!(problems.len(), 1, "{problems:?}");
        problems[0].refusal.clone()
    };
    let decimal = |text: &str| text.parse::<Decimal>().unwrap();
    let off = |value: &str, min: &str, step: &str| Refusal::OffStep {
        value: decimal(value),
        min: decimal(min),
        step: decimal(step),
    };
    assert_eq!(refusal("frames", Value::Integer(42)), off("42", "40", "4"));
    assert_eq!(refusal("strength", Value::Decimal(decimal("0.33"))), off("0.33", "0.1", "0.05"));
    let above = Refusal::AboveMax { value: decimal("1.25"), max: decimal("1.2") };
    assert_eq!(refusal("strength", Value::Decimal(decimal("1.25"))), above);
    assert_eq!(refusal("prompt", Value::text("ab")), Refusal::TooShort { length: 2, min: 3 });
    // Counted as the far side counts: an emoji is two.
    assert_eq!(refusal("prompt", Value::text("😀".repeat(11))), Refusal::TooLong { length: 22, max: 20 });
    let clip = |millis| MediaRef {
        key: MediaKey("v".to_owned()),
        facts: MediaFacts { millis: Some(millis), ..MediaFacts::unknown(Media::Video) },
    };
    assert_eq!(model.check_value("references", &Value::Media(vec![clip(15_000)])), Ok(()));
    let long = Value::Media(vec![clip(1), clip(15_001)]);
    assert_eq!(refusal("references", long), Refusal::TooLongMedia { entry: 2, millis: 15_001, max: 15_000 });
    let long_together = Value::Media(vec![clip(15_000), clip(15_000), clip(15_000)]);
    assert_eq!(refusal("references", long_together), Refusal::TooLongMedia { entry: 3, millis: 45_000, max: 40_000 });
    assert_eq!(refusal("references", Value::Media(Vec::new())), Refusal::TooFew { count: 0, min: 1 });
    let ids = Value::Texts(vec!["x".repeat(9)]);
    assert_eq!(refusal("ids", ids), Refusal::TooLong { length: 9, max: 8 });
    let shots = Value::Objects(vec![start(), Inputs::new()]);
    let Refusal::InEntry { entry: 2, problem } = refusal("shots", shots) else { panic!("the second shot is empty") };
    assert_eq!((problem.input.as_str(), problem.refusal), ("prompt", Refusal::Missing));
}

#[test]
fn rules_between_inputs_are_kept_and_their_choices_not_offered() {
    let catalog = load(RICH);
    let everything = model(&catalog, "rich/everything");
    let both = start()
        .with("first_frame", Value::Media(vec![file(Media::Image, "f")]))
        .with("references", Value::Media(vec![file(Media::Video, "v")]));
    let together = Refusal::Together(vec!["first_frame".to_owned(), "references".to_owned()]);
    assert_eq!(refusals(&everything, &both), [("references".to_owned(), together)]);
    let forbidden = start().with("duration", Value::choice("10")).with("resolution", Value::choice("1080P"));
    assert!(matches!(refusals(&everything, &forbidden)[0].1, Refusal::Combination(_)));
    let long = start().with("duration", Value::choice("10"));
    let offered: Vec<_> = everything.choices(&long, "resolution").map(|choice| choice.key.as_str()).collect();
    assert_eq!(offered, ["768P"]);
    assert_eq!(everything.choices(&start(), "resolution").count(), 2);

    let avatar = model(&catalog, "rich/avatar");
    let faceless = Inputs::new().with("audio", Value::Media(vec![file(Media::Audio, "a")]));
    assert!(matches!(refusals(&avatar, &faceless)[0].1, Refusal::NoneOf(_)));
}

#[test]
fn an_earlier_generation_counts_with_its_facts() {
    let model = model(&load(RICH), "rich/everything");
    let task = |id: &str, side: Option<u32>| {
        let facts = MediaFacts { width: side, height: side.map(|side| side * 2), ..MediaFacts::unknown(Media::Video) };
        Value::Task(TaskRef { task: TaskId("t1".to_owned()), model: ModelId(id.to_owned()), facts })
    };
    let small = start().with("source", task("rich/everything", Some(480)));
    assert_eq!(price(&model, &small), "10");
    assert_eq!(payload(&model, &small)["source"], "t1");
    assert_eq!(price(&model, &start().with("source", task("rich/everything", Some(720)))), "13", "720p, upright");
    let unknown = start().with("source", task("rich/everything", None));
    assert_eq!(price(&model, &unknown), "13 metered", "the dearest, settled later");
    let foreign = start().with("source", task("rich/upscale", None));
    assert!(matches!(refusals(&model, &foreign)[0].1, Refusal::WrongTask(_)));
}

#[test]
fn input_and_output_seconds_are_added_and_bounded_while_unknown() {
    let model = model(&load(RICH), "rich/everything");
    let video = |millis: Option<u64>| MediaRef {
        key: MediaKey("v".to_owned()),
        facts: MediaFacts { millis, ..MediaFacts::unknown(Media::Video) },
    };
    // 5 s of output and 2.1 + 3 s of input are 10.1 s, held as 11 s at 1.25.
    let known = start().with("references", Value::Media(vec![video(Some(2_100)), video(Some(3_000))]));
    assert_eq!(price(&model, &known), "13.75 metered");
    // One length is not known: 3 files of 15 s and the output are the most that the check lets through.
    let unknown = start().with("references", Value::Media(vec![video(Some(2_100)), video(None)]));
    assert_eq!(price(&model, &unknown), "56.25 metered");
}

#[test]
fn prices_by_area_text_frames_and_count() {
    let catalog = load(RICH);
    let upscale = model(&catalog, "rich/upscale");
    let picture = |side: Option<u32>| {
        let facts = MediaFacts { width: side, height: side, ..MediaFacts::unknown(Media::Image) };
        Value::Media(vec![MediaRef { key: MediaKey("p".to_owned()), facts }])
    };
    assert_eq!(price(&upscale, &Inputs::new().with("image", picture(Some(1024)))), "10");
    assert_eq!(price(&upscale, &Inputs::new().with("image", picture(Some(1025)))), "20");
    let four = Inputs::new().with("image", picture(Some(513))).with("factor", Value::choice("4"));
    assert_eq!(price(&upscale, &four), "20");
    assert_eq!(price(&upscale, &Inputs::new().with("image", picture(None))), "20 metered");
    assert_eq!(price(&upscale, &Inputs::new()), "20 metered", "before the picture is there");

    let area = model(&catalog, "rich/megapixels");
    let prompt = Inputs::new().with("prompt", Value::text("x"));
    assert_eq!(price(&area, &prompt), "4 metered", "a begun megapixel is held as a whole one");
    let large = prompt.with("size", Value::choice("2048x1024")).with("num_images", Value::choice("3"));
    assert_eq!(price(&area, &large), "36 metered");

    let speech = model(&catalog, "rich/speech");
    let line = |length| Inputs::new().with("text", Value::text("a".repeat(length))).with("voice", Value::choice("ann"));
    let dialogue = Inputs::new().with("dialogue", Value::Objects(vec![line(500), line(500)]));
    assert_eq!(price(&speech, &dialogue), "15.14688 metered", "one thousand and the bound of the tokens");
    let more = Inputs::new().with("dialogue", Value::Objects(vec![line(500), line(500), line(1)]));
    assert_eq!(price(&speech, &more), "29.14688 metered");

    let frames = model(&catalog, "rich/frames");
    assert_eq!(price(&frames, &Inputs::new()), "60", "80 frames at 16 a second");
    assert_eq!(price(&frames, &Inputs::new().with("num_frames", Value::Integer(84))), "72", "5.25 s are 6");

    let avatar = model(&catalog, "rich/avatar");
    let facts = MediaFacts { millis: Some(9_001), ..MediaFacts::unknown(Media::Audio) };
    let audio = Value::Media(vec![MediaRef { key: MediaKey("a".to_owned()), facts }]);
    let one = Inputs::new().with("audio", audio).with("extra", Value::Media(vec![file(Media::Image, "1")]));
    assert_eq!(price(&avatar, &one), "80 metered", "the first picture is free");
    let three = one.with("extra", Value::Media(vec![file(Media::Image, "1"); 3]));
    assert_eq!(price(&avatar, &three), "81 metered");
}

#[test]
fn ranges_reach_from_the_least_to_the_most() {
    let catalog = load(RICH);
    let range = |id: &str| {
        let range = model(&catalog, id).price_range().unwrap();
        format!("{}-{}", range.low, range.high)
    };
    // 5 + 1 s at 1.25; 10 s + 45 s at 1.25 and the surcharge.
    assert_eq!(range("rich/everything"), "7.5-65.5");
    assert_eq!(range("rich/upscale"), "10-20");
    assert_eq!(range("rich/megapixels"), "4-48");
    // 40 frames at 60 a second are 0.67 s; 120 at 4 are 30 s.
    assert_eq!(range("rich/frames"), "12-450");
    assert_eq!(range("rich/avatar"), "8-484");
    assert_eq!(range("rich/speech"), "15.14688-71.14688");
}

#[test]
fn a_hidden_model_is_found_but_not_sold() {
    let catalog = load(RICH);
    let gone = model(&catalog, "rich/gone");
    assert!(!gone.is_live());
    assert!(catalog.live().all(|model| model.id != gone.id));
    assert_eq!(gone.credits(&Inputs::new()), Err(NoPrice::NoTable), "never free");
    assert_eq!(gone.price_range(), None);
}

#[test]
fn drafts_survive_as_json() {
    let inputs = start()
        .with("duration", Value::choice("10"))
        .with("strength", Value::Decimal("0.75".parse().unwrap()))
        .with("references", Value::Media(vec![file(Media::Video, "v")]))
        .with("shots", Value::Objects(vec![start()]));
    let text = serde_json::to_string(&inputs).unwrap();
    assert_eq!(serde_json::from_str::<Inputs>(&text).unwrap(), inputs);
    assert!(text.contains(r#""duration":{"choice":"10"}"#), "{text}");
}

#[test]
fn usual_durations_come_from_the_kind_unless_the_file_knows_better() {
    let catalog = load(RICH);
    assert_eq!(model(&catalog, "rich/everything").usual_duration.as_secs(), 77);
    let avatar = model(&catalog, "rich/avatar");
    assert_eq!(avatar.usual_duration, Kind::Avatar.usual_duration(avatar.output));
}

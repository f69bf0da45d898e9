//! Answers to the wizard's questions: words, numbers, choices, files; what is taken, and what is said when it is not.

use app::conversation::{NoticeArg, Step, View};
use app::event::FileKind;
use domain::models::{Decimal, MediaFacts, MediaKey, MediaRef, Value};
use domain::ports::{InputSource, TelegramFile};
use domain::screen::DraftAct;

use crate::world::*;

/// The workshop's model, at one of its questions.
fn at(question: &str) -> World {
    let mut world = World::before(workshop());
    world.create(EVERYTHING);
    let steps: [(&str, Prepare); 7] = [
        ("frames", |world| {
            world.photo("a");
            world.photo("b");
            world.done("frames");
        }),
        ("prompt", |world| drop(world.say("Бумажный кораблик"))),
        ("quality", |world| drop(world.choose("quality", "draft"))),
        ("seconds", |world| drop(world.choose("seconds", "8"))),
        ("strength", |world| drop(world.say("0,75"))),
        ("sound", |world| drop(world.choose("sound", "true"))),
        ("voice", |world| drop(world.say("Полный вперёд!"))),
    ];
    for (name, step) in steps {
        if name == question {
            assert_eq!(world.asked(), question);
            return world;
        }
        step(&mut world);
    }
    world.act(DraftAct::Options);
    world.edit(question);
    assert_eq!(world.asked(), question);
    world
}

fn files(world: &World, input: &str) -> usize {
    match world.input(input) {
        Some(Value::Media(files)) => files.len(),
        None => 0,
        other => panic!("{other:?}"),
    }
}

#[test]
fn typed_answers_are_taken_or_refused_with_the_reason() {
    let long = "ж".repeat(201);
    let decimal = |text: &str| Value::Decimal(text.parse::<Decimal>().unwrap());
    let table: [(&str, &str, Result<Value, &str>); 25] = [
        ("prompt", "Кораблик", Ok(Value::text("Кораблик"))),
        ("prompt", "  Кораблик\nв ручье ", Ok(Value::text("  Кораблик\nв ручье "))),
        ("prompt", "Ко", Err("notice-too-short")),
        ("prompt", "   ", Err("notice-missing")),
        ("prompt", &long, Err("notice-too-long")),
        ("quality", "Черновик", Ok(Value::choice("draft"))),
        ("quality", " fair COPY ", Ok(Value::choice("fine"))),
        ("quality", "fine", Ok(Value::choice("fine"))),
        ("quality", "отличное", Err("notice-use-buttons")),
        ("seconds", "10", Ok(Value::Integer(10))),
        ("seconds", " 4 ", Ok(Value::Integer(4))),
        ("seconds", "5", Err("notice-off-step")),
        ("seconds", "2", Err("notice-below-min")),
        ("seconds", "14", Err("notice-above-max")),
        ("seconds", "6,5", Err("notice-whole-number-wanted")),
        ("seconds", "шесть", Err("notice-whole-number-wanted")),
        ("seconds", "99999999999999999999", Err("notice-whole-number-wanted")),
        ("strength", "0,5", Ok(decimal("0.5"))),
        ("strength", "1.15", Ok(decimal("1.15"))),
        ("strength", "0,51", Err("notice-off-step")),
        ("strength", "0", Err("notice-below-min")),
        ("strength", "1,25", Err("notice-above-max")),
        ("strength", "сильно", Err("notice-number-wanted")),
        ("sound", "да", Err("notice-use-buttons")),
        ("frames", "вот картинка", Err("notice-picture-wanted")),
    ];
    for (question, text, wanted) in table {
        let mut world = at(question);
        let before = world.draft().clone();
        let decision = world.say(text);
        assert!(decision.fresh, "an answer stands below the words");
        match wanted {
            Ok(value) => {
                assert_eq!((world.input(question), world.notice()), (Some(&value), ""), "{question}: {text}");
                assert!(world.draft().revision > before.revision, "{question}: {text}");
                assert_ne!(world.draft().step, before.step, "{question}: {text}");
            }
            Err(notice) => {
                assert_eq!((world.draft(), world.notice()), (&before, notice), "{question}: {text}");
            }
        }
    }
}

#[test]
fn a_refusal_names_the_figures_that_help() {
    let mut world = at("prompt");
    world.say("Ко");
    let args = &world.talk.notice.as_ref().unwrap().args;
    assert_eq!(*args, [("length".to_owned(), NoticeArg::Number(2)), ("min".to_owned(), NoticeArg::Number(3))]);
    let mut world = at("strength");
    world.say("5");
    let args = &world.talk.notice.as_ref().unwrap().args;
    assert_eq!(*args, [("max".to_owned(), NoticeArg::Figure { figure: "1.2".to_owned() })]);
}

/// One surrogate pair counts as two, as the model's own side counts.
#[test]
fn the_longest_text_is_taken_and_one_more_unit_is_not() {
    let mut world = at("prompt");
    world.say(&"😀".repeat(100));
    assert_eq!(world.notice(), "");
    let mut world = at("prompt");
    world.say(&format!("{}a", "😀".repeat(100)));
    assert_eq!(world.notice(), "notice-too-long");
}

#[test]
fn words_and_files_outside_of_a_question_get_an_answer() {
    let mut world = World::new();
    for view in [View::Menu, View::Help, View::Balance] {
        world.talk.view = view;
        world.say("кот");
        assert_eq!((&world.talk.view, world.notice()), (&View::Offer, ""));
        world.photo("a");
        assert_eq!((&world.talk.view, world.notice()), (&View::Offer, ""));
    }
    let steps: [Prepare; 3] = [
        |_| {},
        |world| drop(world.act(DraftAct::Options)),
        |world| {
            world.session.money.posted = 0;
            world.act(DraftAct::Confirm);
        },
    ];
    for step in steps {
        let mut world = World::new().at_review();
        step(&mut world);
        let before = world.draft().clone();
        world.say("кот");
        assert_eq!((&world.talk.view, world.notice()), (&View::Draft, "notice-use-buttons"));
        world.photo("a");
        assert_eq!((&world.talk.view, world.notice()), (&View::Draft, "notice-no-file-wanted"));
        assert_eq!(*world.draft(), before);
    }
    // A draft that waits behind another screen does not swallow words.
    let mut world = at("prompt");
    world.command("balance");
    world.say("кот");
    assert_eq!((&world.talk.view, world.input("prompt")), (&View::Offer, None));
}

#[test]
fn files_are_taken_or_refused_with_the_reason() {
    use FileKind::{Animation, Audio, Document, Photo, Video, Voice};
    let clip = |seconds| TelegramFile { duration_s: Some(seconds), ..document("v", "video/mp4", 1_000_000) };
    let unknown = |id: &str| TelegramFile { mime: None, size: None, ..photo(id) };
    let table: [(&str, FileKind, TelegramFile, &str); 18] = [
        ("frames", Photo, photo("x"), ""),
        ("frames", Document, document("x", "image/png", 10_000_000), ""),
        ("frames", Document, document("x", "IMAGE/PNG; q=1", 1), ""),
        ("frames", Document, document("x", "image/jpg", 1), ""),
        ("frames", Document, document("x", "image/png", 10_000_001), "notice-file-too-large"),
        ("frames", Document, document("x", "image/heic", 1), "notice-wrong-format"),
        ("frames", Document, document("x", "application/pdf", 1), "notice-picture-wanted"),
        ("frames", Document, unknown("x"), "notice-picture-wanted"),
        ("frames", Video, clip(3), "notice-picture-wanted"),
        ("frames", Voice, unknown("x"), "notice-picture-wanted"),
        ("clip", Video, clip(15), ""),
        ("clip", Animation, clip(2), ""),
        ("clip", Document, document("v", "video/quicktime", 20 * 1024 * 1024), ""),
        ("clip", Document, document("v", "video/mp4", 20 * 1024 * 1024 + 1), "notice-file-too-large"),
        ("clip", Video, clip(16), "notice-media-too-long"),
        ("clip", Photo, photo("x"), "notice-video-wanted"),
        ("prompt", Photo, photo("x"), "notice-no-file-wanted"),
        ("sound", Audio, unknown("x"), "notice-no-file-wanted"),
    ];
    for (question, kind, file, notice) in table {
        let mut world = at(question);
        let before = world.draft().clone();
        let decision = world.live(&sent(kind, file.clone(), None));
        assert_eq!(world.notice(), notice, "{question}: {kind:?} {file:?}");
        assert!(decision.fresh);
        if notice.is_empty() {
            assert_eq!(files(&world, question), 1, "{question}: {kind:?} {file:?}");
            assert!(world.draft().revision > before.revision);
        } else {
            assert_eq!(*world.draft(), before, "{question}: {kind:?} {file:?}");
        }
    }
}

/// The catalog may allow more than Telegram hands out; what can't be fetched later is refused now.
#[test]
fn a_file_beyond_telegrams_reach_is_refused_before_any_money_moves() {
    let mut world = World::before(workshop());
    world.create(VOICE);
    world.live(&sent(FileKind::Audio, document("a", "audio/mpeg", 30_000_000), None));
    let notice = world.talk.notice.as_ref().unwrap();
    assert_eq!((notice.key.as_str(), &notice.args[0].1), ("notice-file-too-large", &NoticeArg::Number(20)));
    world.live(&sent(
        FileKind::Voice,
        TelegramFile { duration_s: Some(10), ..document("a", "audio/ogg", 30_000) },
        None,
    ));
    assert_eq!(world.quote().price.kopecks(), 4_80);
}

#[test]
fn an_album_arrives_file_by_file_and_is_closed_by_its_button() {
    let mut world = at("frames");
    let mut revisions = vec![world.draft().revision];
    for (sent, id) in [(1, "a"), (2, "b")] {
        world.photo(id);
        assert_eq!((files(&world, "frames"), world.notice(), world.asked()), (sent, "", "frames"), "{id}");
        revisions.push(world.draft().revision);
    }
    assert!(revisions.windows(2).all(|pair| pair[0] < pair[1]), "{revisions:?}");
    // The same file again is one file.
    world.photo("b");
    assert_eq!((files(&world, "frames"), world.notice(), world.asked()), (2, "notice-file-twice", "frames"));
    world.done("frames");
    assert_eq!(world.asked(), "prompt");
}

#[test]
fn the_last_file_that_fits_closes_the_list_and_one_more_is_refused() {
    let mut world = at("frames");
    for id in ["a", "b", "c"] {
        world.photo(id);
    }
    assert_eq!((files(&world, "frames"), world.asked()), (3, "prompt"));
    world.edit("frames");
    world.photo("d");
    assert_eq!((files(&world, "frames"), world.notice()), (3, "notice-too-many"));
    world.act(DraftAct::Clear { input: domain::screen::Key::of("frames") });
    assert_eq!((files(&world, "frames"), world.asked()), (0, "frames"));
}

#[test]
fn a_list_is_not_finished_before_it_has_enough() {
    let mut world = at("frames");
    world.done("frames");
    assert_eq!((world.asked(), world.notice()), ("frames", "notice-picture-wanted"));
    world.photo("a");
    world.done("frames");
    assert_eq!((world.asked(), world.notice(), files(&world, "frames")), ("frames", "notice-too-few", 1));
    world.photo("b");
    world.done("frames");
    assert_eq!((world.asked(), world.notice()), ("prompt", ""));
}

#[test]
fn a_single_file_is_replaced_by_the_next_one() {
    let mut world = at("clip");
    world.live(&sent(FileKind::Video, document("first", "video/mp4", 1), None));
    assert_eq!(*world.step(), Step::Options);
    world.edit("clip");
    world.live(&sent(FileKind::Video, document("second", "video/mp4", 1), None));
    let second = world.inputs.last().expect("each file has a row");
    assert_eq!(second.source, InputSource::Telegram { file_id: "second".to_owned() });
    let wanted = MediaRef {
        key: MediaKey(second.id.to_string()),
        facts: MediaFacts {
            bytes: Some(1),
            mime: Some("video/mp4".to_owned()),
            ..MediaFacts::unknown(domain::models::Media::Video)
        },
    };
    assert_eq!(world.input("clip"), Some(&Value::Media(vec![wanted])));
}

#[test]
fn words_under_a_picture_answer_a_question_for_words() {
    let mut world = at("prompt");
    world.live(&sent(FileKind::Photo, photo("x"), Some("Кораблик")));
    assert_eq!((world.input("prompt"), world.asked()), (Some(&Value::text("Кораблик")), "quality"));
}

#[test]
fn words_under_a_file_that_was_asked_for_answer_the_next_question() {
    let mut world = World::new();
    world.create(EDIT);
    world.live(&sent(FileKind::Photo, photo("a"), Some("Сделай ночь")));
    world.photo("b");
    assert_eq!(world.asked(), "image_urls", "the album may go on");
    world.done("image_urls");
    assert_eq!(world.input("prompt"), Some(&Value::text("Сделай ночь")));
    world.quote();
    // Words that were given before are not written over.
    world.edit("image_urls");
    world.live(&sent(FileKind::Photo, photo("c"), Some("Сделай день")));
    assert_eq!(world.input("prompt"), Some(&Value::text("Сделай ночь")));
}

#[test]
fn words_under_a_file_that_do_not_fit_are_said_to_be_left_out() {
    let mut world = at("frames");
    world.live(&sent(FileKind::Photo, photo("a"), Some("Ко")));
    assert_eq!((files(&world, "frames"), world.notice()), (1, "notice-too-short"));
    assert_eq!(world.input("prompt"), None);
}

#[test]
fn an_optional_question_may_be_left_as_it_is() {
    for question in ["clip", "loop", "negative"] {
        let mut world = at(question);
        world.done(question);
        assert_eq!((world.step(), world.notice(), world.input(question)), (&Step::Options, "", None), "{question}");
    }
}

#[test]
fn an_option_that_raises_a_question_has_it_asked_at_once() {
    let mut world = at("loop");
    world.choose("loop", "true");
    assert_eq!(world.asked(), "turns");
    world.say("3");
    world.quote();
    world.act(DraftAct::Options);
    world.edit("loop");
    world.choose("loop", "false");
    assert_eq!(*world.step(), Step::Options);
}

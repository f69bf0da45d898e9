//! What is sent without being asked, or taken from a result: who takes it, what becomes of it, how it is shown.

use app::conversation::{Arrival, Section, Stash, Step, View, fill, takes};
use app::event::{Event, FileKind};
use domain::generation::{Generation, ResultFile, State, Success};
use domain::ids::{GenerationId, InputId, ModelId};
use domain::models::{Catalog, Inputs, Kind, Media, MediaFacts, MediaKey, MediaRef, Refusal, Value};
use domain::ports::{
    InputFault, InputFile, InputSource, InputState, MediaKind, PartMark, PartOutcome, SentFile, TelegramFile,
};
use domain::screen::{Action, GenerationAct, Key, Language};
use proptest::prelude::*;

use crate::world::*;

pub(crate) const PROMPT: &str = "Рыжий кот в скафандре смотрит на Землю из иллюминатора";

pub(crate) fn bare(kind: FileKind, file: TelegramFile, caption: Option<&str>) -> Event {
    sent(kind, file, caption)
}

/// One file of an album.
pub(crate) fn of_album(id: &str, message: i64, caption: Option<&str>) -> Event {
    let (album, caption) = (Some("album".to_owned()), caption.map(str::to_owned));
    Event::File { kind: FileKind::Photo, file: photo(id), caption, album, message }
}

fn stash(world: &World) -> &Stash {
    world.talk.stash.as_ref().expect("something waits")
}

/// The Telegram ids of the files that wait, in order.
fn waiting(world: &World) -> Vec<String> {
    let source = |arrival: &Arrival| {
        let row = world.inputs.iter().find(|row| row.id.to_string() == arrival.file.key.0).expect("it has a row");
        match &row.source {
            InputSource::Telegram { file_id } => file_id.clone(),
            InputSource::Link { url } => url.clone(),
            InputSource::Result { url, file_id, .. } => format!("{url} {}", file_id.as_deref().unwrap_or("-")),
        }
    };
    stash(world).files.iter().map(source).collect()
}

/// The tasks that the offer shows.
fn tasks(world: &World) -> Vec<Kind> {
    let of = |action: Action| match action {
        Action::Offered { section, .. } => match Section::of(section) {
            Some(Section::Task(kind)) => Some(kind),
            other => panic!("an offer of {other:?}"),
        },
        _ => None,
    };
    actions(&world.render(Language::Ru)).into_iter().filter_map(of).collect()
}

/// The models that the screen shows.
fn models(world: &World) -> Vec<Key> {
    let of = |action: Action| if let Action::Model { model } = action { Some(model) } else { None };
    actions(&world.render(Language::Ru)).into_iter().filter_map(of).collect()
}

pub(crate) fn offered(kind: Kind) -> Action {
    Action::Offered { section: Section::Task(kind).key(), page: 0 }
}

#[test]
fn words_become_the_prompt_of_the_model_that_is_picked() {
    let mut world = World::new();
    let decision = world.say(PROMPT);
    assert_eq!((&world.talk.view, decision.fresh, decision.quiet), (&View::Offer, true, false));
    let tasks = tasks(&world);
    assert!(tasks.contains(&Kind::TextToImage) && tasks.contains(&Kind::TextToVideo), "{tasks:?}");
    assert!(!tasks.contains(&Kind::ImageEdit) && !tasks.contains(&Kind::Upscale), "{tasks:?}");
    world.press(offered(Kind::TextToImage));
    assert!(models(&world).contains(&Key::of(PICTURE)));
    world.press(Action::Model { model: Key::of(PICTURE) });
    world.create(PICTURE);
    assert_eq!(world.input("prompt"), Some(&Value::text(PROMPT)));
    assert!(matches!(world.step(), Step::Review { .. }), "nothing is left to ask");
    assert_eq!(world.talk.stash, None, "it is taken");
}

#[test]
fn a_photo_with_words_under_it_needs_no_further_question() {
    let mut world = World::new();
    let decision = world.live(&bare(FileKind::Photo, photo("a"), Some("Сделай ночь")));
    assert_eq!(decision.inputs.len(), 1, "it is prepared at once");
    assert_eq!(world.talk.view, View::Offer);
    let tasks = tasks(&world);
    assert!(tasks.contains(&Kind::ImageEdit) && tasks.contains(&Kind::ImageToVideo), "{tasks:?}");
    assert!(tasks.contains(&Kind::Upscale), "words are no demand: {tasks:?}");
    assert!(!tasks.contains(&Kind::TextToImage) && !tasks.contains(&Kind::AudioIsolation), "{tasks:?}");
    world.press(offered(Kind::ImageEdit));
    world.create(EDIT);
    assert!(matches!(world.step(), Step::Review { .. }), "{:?}", world.step());
    assert_eq!(world.input("prompt"), Some(&Value::text("Сделай ночь")));
    let Some(Value::Media(files)) = world.input("image_urls") else { panic!("no picture") };
    assert_eq!(files[0].key.0, decision.inputs[0].id.to_string());
}

#[test]
fn what_is_sent_one_after_another_goes_together() {
    let mut world = World::new();
    world.photo("a");
    world.say(PROMPT);
    assert_eq!((waiting(&world), stash(&world).text.as_deref()), (vec!["a".to_owned()], Some(PROMPT)));
    world.say("Другие слова, подлиннее, чем название модели");
    assert_eq!(waiting(&world), ["a"], "other words take the place of the words");
    // Words first, then the picture.
    let mut world = World::new();
    world.say(PROMPT);
    world.photo("b");
    assert_eq!((waiting(&world), stash(&world).text.as_deref()), (vec!["b".to_owned()], Some(PROMPT)));
    // A further picture that is no album is another wish, and so is what comes after the menu.
    world.photo("c");
    assert_eq!((waiting(&world), stash(&world).text.as_deref()), (vec!["c".to_owned()], None));
    world.press(Action::Menu);
    assert_eq!(world.talk.stash, None);
    world.say(PROMPT);
    assert!(stash(&world).files.is_empty());
}

#[test]
fn an_album_joins_in_its_order_and_is_drawn_once() {
    let mut world = World::new();
    for (id, message) in [("b", 12), ("c", 13), ("a", 11)] {
        let decision = world.live(&of_album(id, message, (id == "a").then_some("Склей их вместе")));
        assert!(decision.quiet && !decision.fresh && decision.inputs.len() == 1);
        assert_eq!(decision.wake_at, world.talk.quiet_until);
        assert!(decision.wake_at.is_some_and(|at| at > NOON));
    }
    assert_eq!(
        (waiting(&world), stash(&world).text.as_deref()),
        (["a", "b", "c"].map(str::to_owned).to_vec(), Some("Склей их вместе"))
    );
    let early = world.live(&Event::Wake);
    assert!(early.quiet && early.wake_at.is_some(), "one more may come");
    world.clock.advance(std::time::Duration::from_secs(1));
    let decision = world.live(&Event::Wake);
    assert_eq!((decision.quiet, decision.fresh, world.talk.quiet_until), (false, true, None));
    assert!(world.live(&Event::Wake).quiet, "twice is once");
    world.press(offered(Kind::ImageEdit));
    world.create(EDIT);
    let Some(Value::Media(files)) = world.input("image_urls") else { panic!("no pictures") };
    assert_eq!(files.len(), 3);
}

#[test]
fn a_late_file_of_an_album_joins_without_a_screen() {
    let mut world = World::new();
    world.live(&of_album("a", 11, None));
    world.press(Action::Model { model: Key::of(EDIT) });
    let decision = world.live(&of_album("b", 12, None));
    assert!(decision.quiet && matches!(world.talk.view, View::Model { .. }));
    assert_eq!(waiting(&world), ["a", "b"]);
    for message in 13..40 {
        world.live(&of_album("more", message, None));
    }
    assert_eq!(stash(&world).files.len(), 10, "no album is larger");
}

#[test]
fn a_file_that_is_too_large_is_refused_at_once() {
    let mut world = World::new();
    let file = document("a", "video/mp4", 20 * 1024 * 1024 + 1);
    let decision = world.live(&bare(FileKind::Document, file, None));
    assert_eq!((world.notice(), decision.inputs.len(), &world.talk.stash), ("notice-file-too-large", 0, &None));
    let file = document("a", "video/mp4", 20 * 1024 * 1024);
    world.live(&bare(FileKind::Document, file, None));
    assert_eq!(waiting(&world), ["a"]);
}

#[test]
fn a_useless_file_leaves_with_a_word() {
    let table = [
        (InputFault::TooLarge, "notice-file-too-large"),
        (InputFault::Gone, "notice-sent-gone"),
        (InputFault::BadLink, "notice-sent-bad-link"),
        (InputFault::UnknownKind, "notice-sent-unknown"),
        (InputFault::Damaged, "notice-sent-damaged"),
        (InputFault::Refused, "notice-sent-refused"),
    ];
    for (reason, notice) in table {
        let mut world = World { prepares: false, ..World::new() };
        world.photo("a");
        world.settle(InputState::Refused { reason });
        let decision = world.live(&Event::Wake);
        assert_eq!((world.notice(), decision.quiet), (notice, false));
        assert_eq!((&world.talk.view, &world.talk.stash), (&View::Menu, &None), "nothing waits any more");
        // Words stay.
        let mut world = World { prepares: false, ..World::new() };
        world.live(&bare(FileKind::Photo, photo("a"), Some(PROMPT)));
        world.settle(InputState::Refused { reason });
        world.live(&Event::Wake);
        assert_eq!((world.notice(), &world.talk.view), (notice, &View::Offer));
        assert_eq!((stash(&world).files.len(), stash(&world).text.as_deref()), (0, Some(PROMPT)));
    }
}

#[test]
fn it_turns_out_what_an_unknown_file_is() {
    let mut world = World { prepares: false, ..World::new() };
    let nameless = TelegramFile { mime: None, width: None, height: None, ..photo("a") };
    world.live(&bare(FileKind::Document, nameless, None));
    world.facts.inputs = world.inputs.clone();
    assert_eq!(tasks(&world), []);
    let shown = world.render(Language::En).text.to_plain();
    assert!(shown.contains("one moment"), "{shown}");
    let facts = MediaFacts { mime: Some("image/png".to_owned()), ..MediaFacts::unknown(Media::Image) };
    world.settle(InputState::Ready { facts, url: "https://kie.example/a".to_owned(), uploaded_at: NOON });
    let decision = world.live(&Event::Wake);
    assert!(!decision.quiet && !decision.fresh, "the window is edited");
    assert!(tasks(&world).contains(&Kind::ImageEdit));
}

#[test]
fn nobody_is_disturbed_by_a_file_that_is_ready() {
    let mut world = World { prepares: false, ..World::new() };
    world.photo("a");
    let facts = stash(&world).files[0].file.facts.clone();
    world.settle(InputState::Ready { facts, url: "https://kie.example/a".to_owned(), uploaded_at: NOON });
    assert!(world.live(&Event::Wake).quiet, "it is what it was taken for");
    world.press(Action::Balance);
    let other = MediaFacts { bytes: Some(1), ..MediaFacts::unknown(Media::Image) };
    world.settle(InputState::Ready {
        facts: other.clone(),
        url: "https://kie.example/a".to_owned(),
        uploaded_at: NOON,
    });
    assert!(world.live(&Event::Wake).quiet, "they look at something else");
    assert_eq!(stash(&world).files[0].file.facts, other);
}

#[test]
fn words_that_name_a_model_are_a_search_and_no_prompt() {
    let mut world = World::new();
    world.say("z-image");
    let first = models(&world);
    assert!(first.contains(&Key::of(PICTURE)) && first.len() <= 4, "{first:?}");
    assert!(tasks(&world).contains(&Kind::TextToImage), "they may still be a prompt");
    world.press(Action::Model { model: Key::of(PICTURE) });
    assert_eq!(world.talk.stash, None);
    world.create(PICTURE);
    assert_eq!(world.asked(), "prompt");
    // Back leads to what was found.
    let mut world = World::new();
    world.say("z-image");
    world.press(Action::Model { model: Key::of(PICTURE) });
    world.press(Action::Back);
    assert_eq!(world.talk.view, View::Found { query: "z-image".to_owned(), page: 0 });
    // The same words through a task are a prompt.
    let mut world = World::new();
    world.say("z-image");
    world.press(offered(Kind::TextToImage));
    world.press(Action::Model { model: Key::of(PICTURE) });
    world.create(PICTURE);
    assert_eq!(world.input("prompt"), Some(&Value::text("z-image")));
}

#[test]
fn an_https_address_alone_is_a_file() {
    let table = [
        (" https://example.org/a.png ", true),
        ("https://example.org/a.png?x=1#y", true),
        ("http://example.org/a.png", false),
        ("https://me@example.org/a.png", false),
        ("https://localhost/a.png", false),
        ("https://example.org/a.png посмотри сюда", false),
    ];
    for (text, is_file) in table {
        let mut world = World::new();
        let decision = world.say(text);
        assert_eq!((decision.inputs.len(), world.talk.view == View::Offer), (usize::from(is_file), true), "{text}");
        assert_eq!(stash(&world).text.is_none(), is_file, "{text}");
        if is_file {
            assert_eq!(waiting(&world), [text.trim()]);
        }
    }
}

/// Something with pictures, as it was delivered.
pub(crate) fn result(count: usize) -> (Generation, Vec<PartMark>) {
    let file = |at: usize| ResultFile {
        url: format!("https://kie.example/{at}.png"),
        title: None,
        cover_url: None,
        duration_ms: None,
    };
    let mut success: Success = success(None);
    success.results.files = (0..count).map(file).collect();
    let sent = |part: i64, kind: MediaKind, name: &str| {
        let files = (0..count).map(|at| SentFile { kind, file_id: format!("{name}{at}") }).collect();
        PartMark { part, outcome: PartOutcome::Sent { message_ids: vec![part], files } }
    };
    let parts = vec![sent(2, MediaKind::Document, "document"), sent(0, MediaKind::Photo, "photo")];
    (generation(State::Delivered(success)), parts)
}

pub(crate) fn used(world: &mut World, generation: &Generation, sent: &[PartMark], kind: Kind) -> Vec<InputFile> {
    (world.generation, world.sent) = (Some(generation.clone()), sent.to_vec());
    let section = Section::Task(kind).key();
    world.press(Action::Use { generation: generation.id, section }).inputs
}

#[test]
fn a_result_is_used_with_its_best_copy() {
    let (made, sent) = result(1);
    let mut world = World::new();
    let inputs = used(&mut world, &made, &sent, Kind::ImageToVideo);
    assert_eq!(waiting(&world), ["https://kie.example/0.png document0"], "the document is not compressed");
    assert_eq!(inputs[0].user, world.session.person.user);
    assert_eq!(world.talk.view, View::Offered { section: Section::Task(Kind::ImageToVideo).key(), page: 0 });
    assert!(!models(&world).is_empty());
    // The same button again makes nothing new, another task neither.
    assert_eq!(used(&mut world, &made, &sent, Kind::ImageToVideo), []);
    assert_eq!(used(&mut world, &made, &sent, Kind::ImageEdit), []);
    world.create(EDIT);
    assert_eq!(world.draft().made_from, Some(made.id));
    assert_eq!(world.asked(), "prompt", "the old words are not for this");
}

#[test]
fn copies_that_can_not_be_told_apart_are_left_out() {
    let (made, sent) = result(2);
    let only = |kinds: &[MediaKind]| -> Vec<PartMark> {
        let is_of = |mark: &&PartMark| match &mark.outcome {
            PartOutcome::Sent { files, .. } => files.iter().all(|file| kinds.contains(&file.kind)),
            PartOutcome::Refused { .. } => false,
        };
        sent.iter().filter(is_of).cloned().collect()
    };
    let lacking = {
        let mut marks = only(&[MediaKind::Photo]);
        if let PartOutcome::Sent { files, .. } = &mut marks[0].outcome {
            files.pop();
        }
        marks
    };
    let twice = [only(&[MediaKind::Document]), only(&[MediaKind::Document])].concat();
    let table: [(Vec<PartMark>, &str); 5] = [
        (sent.clone(), "document0"),
        (only(&[MediaKind::Photo]), "photo0"),
        (twice, "document0"),
        (lacking, "-"),
        (Vec::new(), "-"),
    ];
    for (marks, copy) in table {
        let mut world = World::new();
        used(&mut world, &made, &marks, Kind::ImageEdit);
        assert_eq!(waiting(&world)[0], format!("https://kie.example/0.png {copy}"));
    }
}

#[test]
fn of_several_pictures_as_many_are_used_as_a_model_takes() {
    let (made, sent) = result(4);
    for (kind, count) in [(Kind::ImageEdit, 4), (Kind::Upscale, 1)] {
        let mut world = World::before(workshop());
        let inputs = used(&mut world, &made, &sent, kind);
        assert_eq!((waiting(&world).len(), inputs.len()), (count, count), "{kind}");
        assert!(!models(&world).is_empty(), "{kind}");
    }
}

#[test]
fn what_has_no_files_can_not_be_used() {
    let queued = generation(State::Queued);
    for kind in [Kind::ImageEdit, Kind::Upscale] {
        let mut world = World::new();
        let inputs = used(&mut world, &queued, &[], kind);
        assert_eq!((inputs, world.notice(), &world.talk.stash), (Vec::new(), "notice-no-result", &None));
    }
    let mut world = World::new();
    world.generation = None;
    let section = Section::Task(Kind::Upscale).key();
    world.press(Action::Use { generation: GenerationId::from_bytes([4; 16]), section });
    assert_eq!(world.notice(), "notice-generation-gone");
}

#[test]
fn a_variation_keeps_picture_and_words() {
    let (made, sent) = result(1);
    let mut world = World::before(workshop());
    world.sent = sent;
    world.about(&made, GenerationAct::Vary);
    assert_eq!(stash(&world).text.as_deref(), Some("Лес осенью"));
    assert_eq!(world.talk.view, View::Offered { section: Section::Task(Kind::ImageToImage).key(), page: 0 });
    assert!(!models(&world).is_empty());
    world.press(Action::Create { model: Key::of(EDIT) });
    assert!(matches!(world.step(), Step::Review { .. }), "{:?}", world.step());
    assert_eq!((world.draft().made_from, world.input("prompt")), (Some(made.id), Some(&Value::text("Лес осенью"))));
}

fn arrival(number: u8, media: Media) -> Arrival {
    let key = MediaKey(InputId::from_bytes([number; 16]).to_string());
    Arrival { file: MediaRef { key, facts: MediaFacts::unknown(media) }, message: i64::from(number) }
}

fn of(media: &[Media], text: Option<&str>) -> Stash {
    let files = (1..).zip(media).map(|(number, media)| arrival(number, *media)).collect();
    Stash { text: text.map(str::to_owned), files, ..Stash::default() }
}

#[test]
fn a_model_takes_what_its_questions_ask_for() {
    use Media::{Audio, Document, Image, Video};
    let catalog = workshop();
    let long = "о".repeat(5001);
    let table: [(&str, Stash, bool); 16] = [
        (PICTURE, of(&[], Some("кот")), true),
        (PICTURE, of(&[], Some(&long)), false),
        (PICTURE, of(&[Image], None), false),
        (EDIT, of(&[Image], None), true),
        (EDIT, of(&[Image; 10], Some("кот")), true),
        (EDIT, of(&[Image; 11], None), false),
        (EDIT, of(&[Video], None), false),
        (EDIT, of(&[Image, Video], None), false),
        (EDIT, of(&[Document], None), false),
        // Fewer than it wants: the rest is asked for.
        (EVERYTHING, of(&[Image], None), true),
        (EVERYTHING, of(&[Image, Image, Video], None), true),
        (EVERYTHING, of(&[Image, Image, Video, Video], None), false),
        (VOICE, of(&[Audio], None), true),
        // Words under a file are a help, no demand.
        (VOICE, of(&[Audio], Some("слова")), true),
        (VOICE, of(&[], Some("слова")), false),
        ("workshop/hidden", of(&[], Some("кот")), false),
    ];
    for (model, stash, wanted) in table {
        let model = catalog.model(&ModelId(model.to_owned())).unwrap();
        assert_eq!(takes(model, &stash), wanted, "{} {stash:?}", model.id);
    }
}

#[test]
fn two_pictures_are_a_first_and_a_last_frame_where_no_list_takes_them() {
    let model = workshop().model(&ModelId("workshop/avatar".to_owned())).unwrap();
    let inputs = fill(model, &of(&[Media::Image; 2], None));
    assert_eq!(inputs.files().len(), 2, "{inputs:?}");
}

/// Each file that was sent, in each list of a filled draft, at most once.
fn placed(inputs: &Inputs) -> Vec<&str> {
    inputs.files().into_iter().map(|file| file.key.0.as_str()).collect()
}

fn any_stash() -> impl Strategy<Value = Stash> {
    let media = prop::sample::select(vec![Media::Image, Media::Video, Media::Audio, Media::Document]);
    (prop::collection::vec(media, 0..5), prop::option::of("[а-я ]{1,60}"))
        .prop_map(|(media, text)| of(&media, text.as_deref()))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    /// Over every model: what is filled in passes the schema but for a lack of files, nothing is in two places, and who takes a stash
    /// has all its files and, without files, its words.
    #[test]
    fn what_is_filled_in_fits(stash in any_stash()) {
        let catalog: &Catalog = workshop();
        for model in catalog.all() {
            let inputs = fill(model, &stash);
            for (name, value) in inputs.iter() {
                if let Err(problems) = model.check_value(name, value) {
                    let lacks_only = problems.iter().all(|problem| matches!(problem.refusal, Refusal::TooFew { .. }));
                    prop_assert!(lacks_only, "{} {problems:?}", model.id);
                }
            }
            let mut keys = placed(&inputs);
            let count = keys.len();
            keys.sort_unstable();
            keys.dedup();
            prop_assert_eq!(keys.len(), count);
            let said = inputs.iter().any(|(_, value)| Some(value) == stash.text.clone().map(Value::Text).as_ref());
            if takes(model, &stash) {
                prop_assert!(model.is_live());
                prop_assert_eq!(count, stash.files.len());
                prop_assert!(said || !stash.files.is_empty());
            }
        }
    }

    /// Whatever is sent, the screens lead on: every task that is shown has a model, and the model begins with what was sent.
    #[test]
    fn every_offer_leads_to_a_draft(stash in any_stash()) {
        let mut world = World::before(workshop());
        if stash.text.is_none() && stash.files.is_empty() {
            return Ok(());
        }
        world.talk.stash = Some(stash.clone());
        world.press(Action::Offer);
        for kind in tasks(&world) {
            world.press(offered(kind));
            let shown = models(&world);
            prop_assert!(!shown.is_empty(), "{kind}");
            let before = world.talk.clone();
            world.press(Action::Model { model: shown[0] });
            let model = shown[0];
            world.press(Action::Create { model });
            prop_assert_eq!(placed(&world.draft().inputs).len(), stash.files.len());
            world.talk = before;
            world.press(Action::Back);
            prop_assert_eq!(&world.talk.view, &View::Offer);
        }
    }
}

//! Files on their way into a draft: what is known at once, what turns out later, albums, addresses.

use std::time::Duration;

use app::conversation::{NoticeArg, Step, Talk, View};
use app::event::{Event, FileKind};
use domain::clock::Clock;
use domain::models::{Media, MediaFacts, Value};
use domain::ports::{InputFault, InputSource, InputState, TelegramFile};
use domain::screen::{Action, DraftAct, Key, Language};

use crate::world::*;

/// The model that wants a recording, with one sent that is still being checked.
fn with_a_recording() -> World {
    let mut world = World::before(workshop());
    world.prepares = false;
    world.create(VOICE);
    world.live(&recording("a"));
    world
}

fn recording(id: &str) -> Event {
    sent(FileKind::Audio, TelegramFile { duration_s: Some(10), ..document(id, "audio/mpeg", 1000) }, None)
}

fn wake(world: &mut World) -> app::conversation::Decision {
    world.live(&Event::Wake)
}

fn ready(facts: MediaFacts) -> InputState {
    InputState::Ready { facts, url: "https://kie.example/a".to_owned(), uploaded_at: NOON }
}

fn sound(millis: u64) -> MediaFacts {
    MediaFacts { millis: Some(millis), mime: Some("audio/mpeg".to_owned()), ..MediaFacts::unknown(Media::Audio) }
}

fn album(id: &str, message: i64, name: &str) -> Event {
    Event::File { kind: FileKind::Photo, file: photo(name), caption: None, album: Some(id.to_owned()), message }
}

/// The files of an input by Telegram's names, in order.
fn order_of(world: &World, input: &str) -> Vec<String> {
    let Some(Value::Media(files)) = world.input(input) else { return Vec::new() };
    let name = |key: &str| {
        let row = world.inputs.iter().find(|row| row.id.to_string() == key).expect("each file has a row");
        match &row.source {
            InputSource::Telegram { file_id } => file_id.clone(),
            other => panic!("{other:?}"),
        }
    };
    files.iter().map(|file| name(&file.key.0)).collect()
}

#[test]
fn a_file_becomes_a_row_of_its_own_and_the_draft_names_it() {
    let world = with_a_recording();
    let [row] = world.inputs.as_slice() else { panic!("{:?}", world.inputs) };
    assert_eq!(row.source, InputSource::Telegram { file_id: "a".to_owned() });
    assert_eq!((row.user, &row.state), (world.session.person.user, &InputState::Pending));
    assert_eq!(world.talk.input_ids(), [row.id]);
}

#[test]
fn nothing_is_priced_before_every_file_is_checked() {
    let mut world = with_a_recording();
    assert_eq!(*world.step(), Step::Preparing);
    // Pressing does not help, and says so; the wake does nothing that anybody sees.
    world.act(DraftAct::Review);
    assert_eq!((world.step(), world.notice()), (&Step::Preparing, "notice-still-preparing"));
    world.act(DraftAct::Confirm);
    assert_eq!((world.step(), world.notice()), (&Step::Preparing, "notice-still-preparing"));
    let decision = wake(&mut world);
    assert!(decision.quiet && decision.effect.is_none());
    world.say("скоро?");
    assert_eq!(world.notice(), "notice-use-buttons");
    world.settle(ready(sound(12_400)));
    let decision = wake(&mut world);
    assert!(!decision.quiet && !decision.fresh, "the window goes on by itself");
    // By its own bytes it lasts longer than Telegram said: that is what is charged.
    assert_eq!(world.quote().price.kopecks(), 6_30);
    assert!(world.act(DraftAct::Confirm).effect.is_some());
}

#[test]
fn back_and_cancel_work_while_files_are_checked() {
    let mut world = with_a_recording();
    world.act(DraftAct::Back);
    assert_eq!(world.asked(), "audio");
    let mut world = with_a_recording();
    world.act(DraftAct::Discard);
    assert_eq!((&world.talk.draft, world.notice()), (&None, "notice-draft-discarded"));
    let decision = wake(&mut world);
    assert!(decision.quiet, "the file of a draft that is gone interests nobody");
}

#[test]
fn a_file_that_can_not_be_used_is_asked_for_again_with_the_reason() {
    use domain::ports::InputFault::{BadLink, Damaged, Gone, Refused, TooLarge, UnknownKind};
    let faults = [
        (TooLarge, "notice-fault-too-large"),
        (Gone, "notice-fault-gone"),
        (BadLink, "notice-fault-link"),
        (UnknownKind, "notice-fault-kind"),
        (Damaged, "notice-fault-damaged"),
        (Refused, "notice-fault-refused"),
    ];
    let faults = faults.map(|(reason, notice)| (InputState::Refused { reason }, notice));
    let video = MediaFacts::unknown(Media::Video);
    let wma = MediaFacts { mime: Some("audio/x-ms-wma".to_owned()), ..sound(10_000) };
    let facts = [
        (ready(video), "notice-sound-wanted"),
        (ready(wma), "notice-wrong-format"),
        (ready(sound(60_001)), "notice-media-too-long"),
        (ready(MediaFacts { bytes: Some(50_000_001), ..sound(10_000) }), "notice-file-too-large"),
    ];
    for (state, notice) in faults.into_iter().chain(facts) {
        let mut world = with_a_recording();
        world.settle(state.clone());
        let decision = wake(&mut world);
        assert_eq!((world.notice(), world.asked(), world.input("audio")), (notice, "audio", None), "{state:?}");
        assert!(!decision.quiet);
        for language in Language::ALL {
            assert!(world.render(language).text.to_plain().contains("MP3"), "what is accepted stands below");
        }
    }
}

/// Whatever the user does first, a file that is of no use is said to be so; what they did is not lost.
#[test]
fn what_turned_out_is_looked_at_before_any_button_or_word() {
    let at_prompt = || {
        let mut world = World::new();
        world.prepares = false;
        world.create(EDIT);
        world.photo("a");
        world.done("image_urls");
        world.settle(InputState::Refused { reason: InputFault::Damaged });
        world
    };
    let mut world = at_prompt();
    world.say("Сделай ночь");
    assert_eq!((world.notice(), world.asked()), ("notice-fault-damaged", "image_urls"));
    assert_eq!(world.input("prompt"), Some(&Value::text("Сделай ночь")));
    // On the confirm screen nothing is ordered with it.
    let mut world = at_prompt();
    world.settle(ready(MediaFacts::unknown(Media::Image)));
    world.say("Сделай ночь");
    world.quote();
    world.settle(InputState::Refused { reason: InputFault::Gone });
    let decision = world.act(DraftAct::Confirm);
    assert_eq!((decision.effect, world.notice(), world.asked()), (None, "notice-fault-gone", "image_urls"));
    // Behind another screen it waits until the user comes back.
    let mut world = at_prompt();
    world.press(Action::Menu);
    assert!(wake(&mut world).quiet);
    assert_eq!(world.talk.view, View::Menu);
    world.act(DraftAct::Review);
    assert_eq!((world.notice(), world.asked()), ("notice-fault-damaged", "image_urls"));
}

#[test]
fn a_file_that_nobody_keeps_any_more_is_asked_for_again() {
    let mut world = with_a_recording();
    world.settle(ready(sound(10_000)));
    wake(&mut world);
    world.quote();
    world.inputs.clear();
    let decision = world.act(DraftAct::Confirm);
    assert_eq!((decision.effect, world.notice(), world.asked()), (None, "notice-file-expired", "audio"));
}

/// Facts that come in while something else is asked are kept, and nobody is disturbed.
#[test]
fn a_file_that_is_fine_disturbs_nobody() {
    let mut world = World::new();
    world.prepares = false;
    world.create(EDIT);
    world.photo("a");
    world.done("image_urls");
    let shown = world.draft_action(DraftAct::Back);
    let facts = MediaFacts { width: Some(640), height: Some(480), ..MediaFacts::unknown(Media::Image) };
    world.settle(ready(facts.clone()));
    let decision = wake(&mut world);
    assert!(decision.quiet);
    let Some(Value::Media(files)) = world.input("image_urls") else { panic!("the file stays") };
    assert_eq!(files[0].facts, facts);
    world.press(shown);
    assert_eq!((world.notice(), world.asked()), ("", "image_urls"), "the button on the screen still works");
}

#[test]
fn an_album_is_drawn_once_and_stands_in_the_order_of_its_messages() {
    let mut world = World::new();
    world.create(EDIT);
    world.photo("before");
    let begun = world.clock.now();
    for (message, name) in [(12, "b"), (11, "a"), (14, "d"), (13, "c")] {
        world.clock.advance(Duration::from_millis(100));
        let decision = world.live(&album("x", message, name));
        assert!(decision.quiet && !decision.fresh);
        assert_eq!(decision.wake_at, Some(world.clock.now() + Duration::from_secs(1)), "each photo pushes it");
    }
    assert_eq!(order_of(&world, "image_urls"), ["before", "a", "b", "c", "d"]);
    // A wake for something else that comes too early waits, too.
    let early = wake(&mut world);
    assert!(early.quiet && early.wake_at.is_some());
    world.clock.advance(Duration::from_secs(1));
    assert!(world.clock.now().since(begun) < Duration::from_secs(2));
    let decision = wake(&mut world);
    assert!(!decision.quiet && decision.fresh && decision.wake_at.is_none(), "once, below the photos");
    assert!(wake(&mut world).quiet, "and not again");
}

#[test]
fn of_an_album_for_one_file_the_first_by_message_is_taken() {
    for messages in [[21, 22, 23], [23, 22, 21], [22, 23, 21]] {
        let mut world = World::before(workshop());
        world.create("workshop/avatar");
        for message in messages {
            world.live(&album("x", message, &message.to_string()));
        }
        assert_eq!(order_of(&world, "portrait"), ["21"], "{messages:?}");
        world.clock.advance(Duration::from_secs(2));
        let decision = wake(&mut world);
        assert!(!decision.quiet);
        assert_eq!(world.notice(), "notice-album-for-one");
        world.quote();
    }
}

#[test]
fn what_is_too_much_of_an_album_is_said_once() {
    let mut world = World::before(workshop());
    world.create(EVERYTHING);
    for message in [31, 35, 32, 34, 33] {
        world.live(&album("x", message, &message.to_string()));
    }
    assert_eq!(order_of(&world, "frames"), ["31", "32", "33"]);
    world.clock.advance(Duration::from_secs(2));
    wake(&mut world);
    assert_eq!((world.notice(), world.asked()), ("notice-album-surplus", "prompt"));
    let notice = world.talk.notice.as_ref().unwrap();
    assert_eq!(notice.args, [("max".to_owned(), NoticeArg::Number(3))]);
    world.say("Кораблик");
    assert_eq!(world.notice(), "");
}

#[test]
fn an_album_with_something_wrong_in_it_keeps_the_rest_and_says_so() {
    let mut world = World::new();
    world.create(EDIT);
    world.live(&album("x", 1, "a"));
    let heic = document("h", "image/heic", 9);
    let odd =
        Event::File { kind: FileKind::Document, file: heic, caption: None, album: Some("x".to_owned()), message: 2 };
    world.live(&odd);
    world.live(&album("x", 3, "c"));
    assert_eq!(order_of(&world, "image_urls"), ["a", "c"]);
    world.clock.advance(Duration::from_secs(2));
    wake(&mut world);
    assert_eq!(world.notice(), "notice-wrong-format");
}

#[test]
fn the_words_under_an_album_answer_the_next_question() {
    let mut world = World::new();
    world.create(EDIT);
    let with_words = Event::File {
        kind: FileKind::Photo,
        file: photo("a"),
        caption: Some("Сделай ночь".to_owned()),
        album: Some("x".to_owned()),
        message: 1,
    };
    world.live(&with_words);
    world.live(&album("x", 2, "b"));
    world.clock.advance(Duration::from_secs(2));
    wake(&mut world);
    world.done("image_urls");
    assert_eq!(world.input("prompt"), Some(&Value::text("Сделай ночь")));
    world.quote();
}

#[test]
fn an_album_where_no_file_is_wanted_gets_one_answer() {
    let mut world = World::new().at_review();
    for message in 1..4 {
        assert!(world.live(&album("x", message, "a")).quiet);
    }
    world.clock.advance(Duration::from_secs(2));
    assert!(!wake(&mut world).quiet);
    assert_eq!(world.notice(), "notice-no-file-wanted");
    world.quote();
}

#[test]
fn an_address_is_as_good_as_a_file() {
    let table = [
        ("https://files.example/a.mp3", ""),
        (" https://files.example/a.mp3\n", ""),
        ("http://files.example/a.mp3", "notice-link-not-https"),
        ("https://localhost/a.mp3", "notice-link-not-https"),
        ("https://user:secret@files.example/a", "notice-link-not-https"),
        ("ftp://files.example/a.mp3", "notice-link-not-https"),
        ("вот: files.example", "notice-sound-wanted"),
    ];
    for (text, notice) in table {
        let mut world = World::before(workshop());
        world.prepares = false;
        world.create(VOICE);
        world.say(text);
        assert_eq!(world.notice(), notice, "{text}");
        assert_eq!(world.inputs.len(), usize::from(notice.is_empty()), "{text}");
    }
    let mut world = World::new();
    world.prepares = false;
    world.create(EDIT);
    world.say("https://files.example/a.png https://files.example/b.png");
    let sources: Vec<_> = world.inputs.iter().map(|row| row.source.clone()).collect();
    let link = |url: &str| InputSource::Link { url: url.to_owned() };
    assert_eq!(sources, [link("https://files.example/a.png"), link("https://files.example/b.png")]);
    assert_eq!(world.asked(), "image_urls", "more may follow");
}

/// What is behind an address is known only when it was fetched: its price is settled then.
#[test]
fn a_page_behind_an_address_is_no_file() {
    let mut world = World::before(workshop());
    world.prepares = false;
    world.create(VOICE);
    world.say("https://files.example/page");
    assert_eq!(*world.step(), Step::Preparing);
    world.settle(InputState::Refused { reason: InputFault::UnknownKind });
    wake(&mut world);
    assert_eq!((world.notice(), world.asked()), ("notice-fault-kind", "audio"));
}

#[test]
fn single_files_are_taken_out_of_a_list() {
    let mut world = World::new();
    world.create(EDIT);
    for name in ["a", "b", "c"] {
        world.photo(name);
    }
    let input = Key::of("image_urls");
    world.act(DraftAct::RemoveItem { input, index: 1 });
    assert_eq!(order_of(&world, "image_urls"), ["a", "c"]);
    world.act(DraftAct::RemoveItem { input, index: 5 });
    assert_eq!(world.notice(), "notice-stale");
    for _ in 0..2 {
        world.act(DraftAct::RemoveItem { input, index: 0 });
    }
    assert_eq!((world.input("image_urls"), world.asked()), (None, "image_urls"));
    world.done("image_urls");
    assert_eq!(world.notice(), "notice-picture-wanted");
}

#[test]
fn a_wake_out_of_nowhere_changes_nothing() {
    for view in [View::Menu, View::Help, View::Draft] {
        let mut world = World::new();
        world.talk = Talk { view, ..Talk::default() };
        let before = world.talk.clone();
        let decision = wake(&mut world);
        assert!(decision.quiet);
        assert_eq!(decision.talk, before);
    }
}

//! Questions beyond one value: lists of objects, several texts, voices by name, own earlier works, many optional inputs.

use app::conversation::{Decision, Step, View};
use domain::generation::{Generation, State};
use domain::ids::{GenerationId, ModelId};
use domain::models::{Inputs, Value};
use domain::screen::{Action, DraftAct, Key, Language};

use crate::world::*;

pub(crate) const DIALOGUE: &str = "workshop/dialogue";
pub(crate) const EXTEND: &str = "workshop/extend";
pub(crate) const DUB: &str = "workshop/dub";

fn dialogue() -> World {
    let mut world = World::before(workshop());
    world.create(DIALOGUE);
    world
}

/// The list, the item and the field that are asked for.
fn field(world: &World) -> (u16, &str) {
    match world.step() {
        Step::Item { index, field, .. } => (*index, field),
        other => panic!("no item is asked for: {other:?}"),
    }
}

fn items(world: &World) -> &[Inputs] {
    match world.input("lines") {
        Some(Value::Objects(items)) => items,
        None => &[],
        other => panic!("{other:?}"),
    }
}

/// One line of the dialogue, from its first field on.
fn say_line(world: &mut World, words: &str, voice: &str) {
    world.say(words);
    world.say(voice);
    world.done("pause");
}

fn acts(world: &World) -> Vec<DraftAct> {
    let act = |action: Action| match action {
        Action::Draft { act, .. } => Some(act),
        _ => None,
    };
    actions(&world.render(Language::Ru)).into_iter().filter_map(act).collect()
}

const LINES: fn() -> Key = || Key::of("lines");

#[test]
fn a_list_is_filled_in_item_by_item_and_field_by_field() {
    let mut world = dialogue();
    assert_eq!(field(&world), (0, "text"), "the first item begins by itself");
    world.say("Кто там?");
    assert_eq!(field(&world), (0, "voice"));
    world.choose("voice", "v00Xk");
    assert_eq!(field(&world), (0, "pause"));
    world.done("pause");
    assert_eq!(world.asked(), "lines");
    // Not enough yet; words at the list begin the next item.
    world.done("lines");
    assert_eq!((world.notice(), world.asked()), ("notice-too-few-items", "lines"));
    world.say("Почтальон.");
    assert_eq!(field(&world), (1, "voice"));
    world.say("борис");
    world.choose("pause", "3");
    world.done("lines");
    world.quote();
    let second = Inputs::new()
        .with("text", Value::text("Почтальон."))
        .with("voice", Value::choice("v01Xk"))
        .with("pause", Value::Integer(3));
    assert_eq!(items(&world)[1], second);
    assert!(world.act(DraftAct::Confirm).effect.is_some());
}

#[test]
fn answers_within_an_item_are_checked_like_all_others() {
    let mut world = dialogue();
    world.say(&"ж".repeat(61));
    assert_eq!((world.notice(), field(&world)), ("notice-too-long", (0, "text")));
    world.done("text");
    assert_eq!((world.notice(), field(&world)), ("notice-missing", (0, "text")));
    world.say("Кто там?");
    world.say("Никто");
    assert_eq!((world.notice(), field(&world)), ("notice-no-such-choice", (0, "voice")));
    world.choose("voice", "v00Xk");
    world.say("12");
    assert_eq!((world.notice(), field(&world)), ("notice-above-max", (0, "pause")));
}

#[test]
fn items_are_changed_and_taken_out() {
    let mut world = dialogue();
    for (words, voice) in [("раз", "Анна"), ("два", "Борис"), ("три", "Вера")] {
        if !matches!(world.step(), Step::Item { .. }) {
            world.act(DraftAct::AddItem { input: LINES() });
        }
        say_line(&mut world, words, voice);
    }
    world.act(DraftAct::EditItem { input: LINES(), index: 1 });
    assert_eq!(field(&world), (1, "text"));
    world.done("text");
    world.say("Глеб");
    world.act(DraftAct::Back);
    assert_eq!(field(&world), (1, "voice"));
    world.done("voice");
    world.done("pause");
    assert_eq!(items(&world)[1].get("voice"), Some(&Value::choice("v03Xk")));
    assert_eq!(items(&world)[1].get("text"), Some(&Value::text("два")), "kept");
    world.act(DraftAct::RemoveItem { input: LINES(), index: 0 });
    assert_eq!(items(&world)[0].get("text"), Some(&Value::text("два")));
    world.act(DraftAct::EditItem { input: LINES(), index: 2 });
    assert_eq!(world.notice(), "notice-stale");
    world.done("lines");
    world.quote();
    // The same list from the confirm screen.
    world.edit("lines");
    world.act(DraftAct::Clear { input: LINES() });
    assert_eq!((items(&world).len(), world.asked()), (0, "lines"));
}

#[test]
fn an_item_that_was_not_finished_is_dropped_on_the_way_back_and_asked_for_on_the_way_on() {
    let mut world = dialogue();
    world.act(DraftAct::Back);
    assert_eq!((items(&world).len(), world.asked()), (0, "lines"));
    world.act(DraftAct::AddItem { input: LINES() });
    world.say("раз");
    world.press(Action::Menu);
    world.act(DraftAct::Review);
    assert_eq!((world.notice(), world.asked()), ("notice-too-few-items", "lines"));
    world.act(DraftAct::AddItem { input: LINES() });
    say_line(&mut world, "два", "Анна");
    world.done("lines");
    assert_eq!(field(&world), (0, "voice"), "what the first one lacks");
    world.choose("voice", "v00Xk");
    world.done("pause");
    world.done("lines");
    world.quote();
}

#[test]
fn no_more_items_than_fit() {
    let mut world = dialogue();
    for number in 0..10 {
        if !matches!(world.step(), Step::Item { .. }) {
            world.act(DraftAct::AddItem { input: LINES() });
        }
        say_line(&mut world, &format!("реплика {number}"), "Анна");
    }
    assert!(!acts(&world).contains(&DraftAct::AddItem { input: LINES() }));
    world.say("ещё");
    assert_eq!((world.notice(), items(&world).len()), ("notice-too-many-items", 10));
    // Ten of them take two pages.
    world.act(DraftAct::Page { input: LINES(), page: 0 });
    assert!(acts(&world).contains(&DraftAct::EditItem { input: LINES(), index: 7 }));
    assert!(!acts(&world).contains(&DraftAct::EditItem { input: LINES(), index: 8 }));
    world.act(DraftAct::Page { input: LINES(), page: 1 });
    assert!(acts(&world).contains(&DraftAct::EditItem { input: LINES(), index: 9 }));
    for _ in 0..2 {
        world.act(DraftAct::RemoveItem { input: LINES(), index: 8 });
    }
    assert!(acts(&world).contains(&DraftAct::EditItem { input: LINES(), index: 0 }), "the last page is gone");
}

#[test]
fn a_voice_is_found_page_by_page_or_by_its_name() {
    let mut world = dialogue();
    for words in ["раз", "два"] {
        world.say(words);
        world.choose("voice", "v00Xk");
        world.done("pause");
    }
    world.done("lines");
    world.act(DraftAct::Options);
    world.edit("narrator");
    let narrator = Key::of("narrator");
    let offered = |world: &World| {
        let choose = |act: &DraftAct| matches!(act, DraftAct::Choose { .. });
        acts(world).into_iter().filter(choose).count()
    };
    assert_eq!(offered(&world), 8);
    world.act(DraftAct::Page { input: narrator, page: 2 });
    assert_eq!(offered(&world), 4);
    world.act(DraftAct::Page { input: narrator, page: 900 });
    assert_eq!(offered(&world), 4, "past the end is the end");
    for (typed, key) in
        [("Теодор", None), ("theodor", Some("v19Xk")), ("фЕдор", Some("v19Xk")), ("Кирил", Some("v09Xk"))]
    {
        world.say(typed);
        match key {
            Some(key) => {
                assert_eq!(
                    (world.step(), world.input("narrator")),
                    (&Step::Options, Some(&Value::choice(key))),
                    "{typed}"
                );
                world.edit("narrator");
            }
            None => assert_eq!(world.notice(), "notice-no-such-choice", "{typed}"),
        }
    }
    // It opens where the chosen one stands.
    assert!(matches!(world.step(), Step::Ask { page: 1, .. }), "{:?}", world.step());
    world.act(DraftAct::Clear { input: narrator });
    assert_eq!((world.step(), world.input("narrator")), (&Step::Options, None), "its default holds again");
}

/// Own results, the newest first.
fn own(count: u8) -> Vec<Generation> {
    let made = |number| Generation {
        id: GenerationId::from_bytes([number; 16]),
        ..generation_of(EVERYTHING, "4", false, State::Delivered(success(None)))
    };
    (1..=count).map(made).collect()
}

#[test]
fn an_own_work_is_chosen_by_its_button() {
    let mut world = World::before(workshop());
    world.own = own(3);
    world.facts.own = own(3);
    world.create(EXTEND);
    assert_eq!(world.talk.wanted_results(workshop()).map(<[ModelId]>::len), Some(2));
    let second = Key::of(&own(3)[1].id.to_string());
    let choose = DraftAct::Choose { input: Key::of("task_id"), choice: second };
    assert!(acts(&world).contains(&choose));
    world.act(choose);
    let Some(Value::Task(task)) = world.input("task_id") else { panic!("{:?}", world.draft()) };
    assert_eq!((task.task.0.as_str(), task.model.0.as_str()), ("task", EVERYTHING));
    world.quote();
    assert!(world.act(DraftAct::Confirm).effect.is_some());
}

#[test]
fn whoever_has_nothing_to_choose_from_is_told_where_to_make_it() {
    let mut world = World::before(workshop());
    world.create(EXTEND);
    let models: Vec<Action> = [EVERYTHING, EXTEND].map(|id| Action::Model { model: Key::of(id) }).into();
    let shown = actions(&world.render(Language::En));
    assert_eq!(shown[..2], models);
    world.say("то самое видео");
    assert_eq!((world.notice(), world.asked()), ("notice-own-work-wanted", "task_id"));
    // Somebody else's, or one that is gone, is no answer.
    let strange = Key::of(&GenerationId::from_bytes([9; 16]).to_string());
    world.act(DraftAct::Choose { input: Key::of("task_id"), choice: strange });
    assert_eq!(world.notice(), "notice-stale");
    world.own = vec![Generation { model: ModelId(PICTURE.to_owned()), ..own(1).remove(0) }];
    world.act(DraftAct::Choose { input: Key::of("task_id"), choice: Key::of(&world.own[0].id.to_string()) });
    assert_eq!(world.notice(), "notice-stale");
}

/// The dubbing model with its video, at its broken rule.
fn dub() -> World {
    let mut world = World::before(workshop());
    world.create(DUB);
    let clip = domain::ports::TelegramFile { duration_s: Some(12), ..document("v", "video/mp4", 9) };
    world.live(&sent(app::event::FileKind::Video, clip, None));
    world
}

fn edit(world: &mut World, input: &str) -> Decision {
    world.act(DraftAct::Options);
    world.edit(input)
}

#[test]
fn what_excludes_each_other_is_named_and_mended_by_taking_one_back() {
    let mut world = dub();
    assert_eq!((world.notice(), world.asked()), ("notice-none-of", "sound"));
    let said = world.render(Language::Ru).text.to_plain();
    assert!(said.contains("Звук, Слова"), "{said}");
    world.edit("words");
    world.say("Здравствуйте!");
    world.quote();
    for sign in ["logo", "frame"] {
        edit(&mut world, sign);
        world.photo(sign);
    }
    assert_eq!(*world.step(), Step::Options);
    world.act(DraftAct::Review);
    assert_eq!((world.notice(), world.asked()), ("notice-apart", "frame"));
    let said = world.render(Language::En).text.to_plain();
    assert!(said.contains("Sign in the corner, Frame"), "{said}");
    world.act(DraftAct::Clear { input: Key::of("frame") });
    world.done("frame");
    // 12 seconds at 3 credits.
    assert_eq!(world.quote().price.kopecks(), 34_40);
}

#[test]
fn several_short_texts_come_one_per_line() {
    let mut world = dub();
    world.edit("words");
    world.say("Здравствуйте!");
    edit(&mut world, "tags");
    world.say("раз\n\n  два \nтри\nчетыре");
    assert_eq!((world.notice(), world.asked()), ("notice-items-over", "tags"));
    world.say("раз\nслишком длинная метка");
    assert_eq!(world.notice(), "notice-too-long");
    world.say("раз\n\n  два ");
    assert_eq!(world.input("tags"), Some(&Value::Texts(vec!["раз".to_owned(), "два".to_owned()])));
    assert_eq!(*world.step(), Step::Options);
    world.edit("tags");
    world.act(DraftAct::Clear { input: Key::of("tags") });
    assert_eq!((world.step(), world.input("tags")), (&Step::Options, None));
}

#[test]
fn many_optional_inputs_take_pages_and_the_page_is_kept() {
    let mut world = dub();
    world.edit("words");
    world.say("Здравствуйте!");
    world.act(DraftAct::Options);
    let shown = |world: &World, name: &str| acts(world).contains(&DraftAct::Edit { input: Key::of(name) });
    assert!(shown(&world, "slow") && !shown(&world, "fade"));
    let next = acts(&world).into_iter().find(|act| matches!(act, DraftAct::Page { .. })).expect("a second page");
    world.act(next);
    assert!(!shown(&world, "slow") && shown(&world, "fade"));
    world.edit("fade");
    world.choose("fade", "false");
    assert!(shown(&world, "fade"), "back on the same page");
    world.act(DraftAct::Back);
    world.quote();
}

#[test]
fn a_value_edited_on_the_confirm_screen_leads_back_there() {
    let mut world = World::new();
    world.create(VIDEO);
    world.say("Маяк в шторм");
    // By an answer, by Back, by leaving it as it is; required and optional alike.
    let ways: [(&str, Prepare); 5] = [
        ("prompt", |world| drop(world.say("Маяк в штиль"))),
        ("prompt", |world| drop(world.act(DraftAct::Back))),
        ("resolution", |world| drop(world.choose("resolution", "1080p"))),
        ("duration", |world| drop(world.done("duration"))),
        ("mode", |world| drop(world.act(DraftAct::Back))),
    ];
    for (input, way) in ways {
        let edit = DraftAct::Edit { input: Key::of(input) };
        assert!(acts(&world).contains(&edit), "{input} can be changed here");
        world.act(edit);
        assert_eq!(world.asked(), input);
        way(&mut world);
        world.quote();
    }
    // While it was asked on the way, Back leads to where it came from.
    world.act(DraftAct::Back);
    assert_eq!(world.asked(), "prompt");
    world.act(DraftAct::Back);
    assert_eq!(world.talk.view, View::Model { model: ModelId(VIDEO.to_owned()) });
}

//! What an event changes outside of a draft: commands, menus, generations, and whatever else may come in.

use app::conversation::{Effect, View};
use app::event::Event;
use domain::generation::{Failure, FailureReason, State, StateKind, Undeliverable};
use domain::ids::{GenerationId, ModelId, TaskId};
use domain::screen::{Action, GenerationAct, HistoryFilter, Key, Language};

use crate::world::*;

fn state(kind: StateKind) -> State {
    match kind {
        StateKind::Queued => State::Queued,
        StateKind::Submitting => State::Submitting,
        StateKind::Running => State::Running { task: TaskId("t".to_owned()) },
        StateKind::Succeeded => State::Succeeded(success(None)),
        StateKind::Delivered => State::Delivered(success(None)),
        StateKind::Undeliverable => State::Undeliverable { success: success(None), reason: Undeliverable::Refused },
        StateKind::Cancelled => State::Cancelled,
        StateKind::Failed => State::Failed(Failure { reason: FailureReason::TimedOut, detail: None }),
    }
}

#[test]
fn each_command_leads_to_its_screen_in_a_new_message() {
    let table = [
        ("start", View::Menu, ""),
        ("start promo_summer", View::Menu, ""),
        ("menu", View::Menu, ""),
        ("balance", View::Balance, ""),
        ("history", View::History { filter: HistoryFilter::All, page: 0 }, ""),
        ("help", View::Help, ""),
        ("settings", View::Settings, ""),
        ("support", View::Support, ""),
        ("paysupport", View::PaySupport, ""),
        ("terms", View::Terms, ""),
        ("cancel", View::Menu, "notice-nothing-to-cancel"),
        ("abracadabra", View::Menu, "notice-unknown-command"),
        ("", View::Menu, "notice-unknown-command"),
    ];
    for (line, view, notice) in table {
        let mut world = World::new();
        world.talk.view = View::Terms;
        let decision = world.command(line);
        assert_eq!((&world.talk.view, world.notice()), (&view, notice), "/{line}");
        assert!(decision.fresh && decision.effect.is_none(), "/{line}");
    }
}

#[test]
fn a_start_link_leads_to_its_model_while_that_is_sold() {
    let link = |id: &str| format!("start m_{:x}", Key::of(id).0);
    let table = [
        (link(PICTURE), View::Model { model: ModelId(PICTURE.to_owned()) }),
        (link(VIDEO), View::Model { model: ModelId(VIDEO.to_owned()) }),
        (link("workshop/hidden"), View::Menu),
        (link("nobody/knows-it"), View::Menu),
        ("start m_".to_owned(), View::Menu),
        ("start m_xyz".to_owned(), View::Menu),
        ("start m_ffffffffff".to_owned(), View::Menu),
    ];
    for (line, view) in table {
        let mut world = World::before(workshop());
        world.command(&line);
        assert_eq!(world.talk.view, view, "/{line}");
    }
}

#[test]
fn commands_but_for_cancel_keep_the_draft() {
    for line in
        ["start", "menu", "balance", "history", "help", "settings", "support", "paysupport", "terms", "nonsense"]
    {
        let mut world = World::new().at_review();
        let before = world.talk.draft.clone();
        world.command(line);
        assert_eq!(world.talk.draft, before, "/{line}");
    }
    let mut world = World::new().at_review();
    world.command("cancel");
    assert_eq!((world.talk.draft.as_ref(), world.notice()), (None, "notice-draft-discarded"));
}

#[test]
fn the_buttons_of_the_menus_lead_to_their_screens() {
    let picture = Key::of(PICTURE);
    let table = [
        (Action::Menu, View::Menu),
        (Action::Section { section: Key(1), page: 3 }, View::Section { section: Key(1), page: 3 }),
        (Action::Model { model: picture }, View::Model { model: ModelId(PICTURE.to_owned()) }),
        (Action::Create { model: picture }, View::Draft),
        (Action::Balance, View::Balance),
        (Action::Statement { page: 2 }, View::Statement { page: 2 }),
        (
            Action::History { filter: HistoryFilter::Videos, page: 1 },
            View::History { filter: HistoryFilter::Videos, page: 1 },
        ),
        (Action::Help, View::Help),
        (Action::Settings, View::Settings),
        (Action::TopUp, View::TopUp),
        (Action::Language(Language::En), View::Settings),
    ];
    for (action, view) in table {
        let mut world = World::new();
        world.command("terms");
        let decision = world.press(action.clone());
        let effect = if let Action::Language(language) = action { Some(Effect::Speak(language)) } else { None };
        assert_eq!((&world.talk.view, world.notice(), decision.fresh), (&view, "", false), "{action:?}");
        assert_eq!(decision.effect, effect, "{action:?}");
    }
}

#[test]
fn a_model_that_is_not_sold_says_so_and_starts_nothing() {
    for id in ["workshop/hidden", "nobody/knows-it"] {
        for action in [Action::Model { model: Key::of(id) }, Action::Create { model: Key::of(id) }] {
            let mut world = World::before(workshop());
            world.press(action);
            assert_eq!(
                (&world.talk.view, world.notice(), &world.talk.draft),
                (&View::Menu, "notice-model-gone", &None)
            );
        }
    }
}

#[test]
fn what_can_not_be_taken_says_so_and_changes_nothing_else() {
    let table = [
        (Event::Unsupported, "notice-unsupported", true),
        (Event::Edited, "notice-edited", true),
        (Event::Press { query: "q".to_owned(), message: None, action: None }, "notice-stale", false),
    ];
    for (event, notice, fresh) in table {
        for prepare in [World::new, || World::new().at_review()] {
            let mut world = prepare();
            let (view, draft) = (world.talk.view.clone(), world.talk.draft.clone());
            let decision = world.live(&event);
            assert_eq!((&world.talk.view, &world.talk.draft), (&view, &draft), "{event:?}");
            assert_eq!((world.notice(), decision.fresh, decision.effect), (notice, fresh, None), "{event:?}");
        }
    }
}

#[test]
fn a_notice_lasts_until_the_next_event() {
    let mut world = World::new();
    world.live(&Event::Unsupported);
    world.press(Action::Help);
    assert_eq!(world.notice(), "");
}

#[test]
fn a_payment_leads_back_to_the_order_that_waits_for_it_and_else_to_the_balance() {
    let paid = || Event::Paid {
        currency: "XTR".to_owned(),
        total: 50,
        payload: "p".to_owned(),
        charge: "c".to_owned(),
        at: NOON,
    };
    let refunded = Event::Refunded { currency: "XTR".to_owned(), total: 50, charge: "c".to_owned() };
    let table = [
        (World::new().at_review(), paid(), View::Draft),
        (World::new(), paid(), View::Balance),
        (World::new().at_review(), refunded.clone(), View::Balance),
        (World::new(), refunded, View::Balance),
    ];
    for (mut world, event, view) in table {
        let had_order = world.talk.draft.is_some();
        let decision = world.live(&event);
        assert_eq!((&world.talk.view, decision.fresh), (&view, true));
        assert_eq!(world.talk.draft.is_some(), had_order, "the order is still there");
    }
}

#[test]
fn events_without_a_screen_change_nothing() {
    let query =
        Event::PreCheckout { query: "q".to_owned(), currency: "XTR".to_owned(), total: 1, payload: String::new() };
    for event in [Event::Membership { gone: true }, Event::Membership { gone: false }, Event::Elsewhere, query] {
        let mut world = World::new().at_review();
        let before = world.talk.clone();
        assert_eq!(world.live(&event).effect, None);
        assert_eq!(world.talk, before, "{event:?}");
    }
}

/// Every state and every button, written down a second time on purpose. `show` = the generation's card without a notice.
#[test]
fn every_state_answers_every_button_of_a_generation() {
    let table = "
        state         cancel    resend
        queued        CANCEL    notice-no-result
        submitting    too-late  notice-no-result
        running       too-late  notice-no-result
        succeeded     too-late  RESEND
        delivered     ended     RESEND
        undeliverable ended     RESEND
        cancelled     ended     notice-no-result
        failed        ended     notice-no-result";
    let rows: Vec<Vec<&str>> = table.trim().lines().skip(1).map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(rows.len(), StateKind::ALL.len());
    for row in rows {
        let generation = generation(state(StateKind::from_code(row[0]).unwrap()));
        let card = View::Generation { generation: generation.id };

        let mut world = World::new();
        let effect = world.about(&generation, GenerationAct::Cancel).effect;
        let (wanted, notice) = match row[1] {
            "CANCEL" => (Some(Effect::Cancel(generation.id)), ""),
            "too-late" => (None, "notice-too-late-to-cancel"),
            _ => (None, "notice-cancel-ended"),
        };
        assert_eq!((effect, world.notice(), &world.talk.view), (wanted, notice, &card), "cancel {}", row[0]);

        let mut world = World::new();
        let effect = world.about(&generation, GenerationAct::Resend).effect;
        let (wanted, notice) = match row[2] {
            "RESEND" => (Some(Effect::Resend(generation.id)), ""),
            notice => (None, notice),
        };
        assert_eq!((effect, world.notice()), (wanted, notice), "resend {}", row[0]);

        for act in [GenerationAct::Show, GenerationAct::Refresh] {
            let mut world = World::new();
            let effect = world.about(&generation, act).effect;
            assert_eq!((effect, world.notice(), &world.talk.view), (None, "", &card), "{act:?} {}", row[0]);
        }
    }
}

#[test]
fn a_generation_of_somebody_else_or_of_nobody_does_not_exist() {
    let acts = [
        GenerationAct::Cancel,
        GenerationAct::Refresh,
        GenerationAct::Show,
        GenerationAct::Resend,
        GenerationAct::Again,
        GenerationAct::Reword,
    ];
    for act in acts {
        for loaded in [None, Some(generation(State::Queued))] {
            let mut world = World::new();
            world.generation = loaded;
            let other = GenerationId::from_bytes([7; 16]);
            let decision = world.press(Action::Generation { generation: other, act });
            assert_eq!((world.notice(), decision.effect), ("notice-generation-gone", None), "{act:?}");
            assert_eq!((&world.talk.view, &world.talk.draft), (&View::Menu, &None), "{act:?}");
        }
    }
}

#[test]
fn again_is_a_new_draft_with_the_same_inputs_one_press_before_the_order() {
    let old = generation_of(PICTURE, "0.8", false, state(StateKind::Delivered));
    let mut world = World::new();
    world.about(&old, GenerationAct::Again);
    assert_eq!(world.talk.view, View::Draft);
    assert_ne!(world.draft().id, old.id);
    assert_eq!(serde_json::to_value(&world.draft().inputs).unwrap(), old.inputs);
    assert_eq!(world.quote().price.kopecks(), 80);
}

#[test]
fn reword_asks_for_the_words_and_keeps_the_rest() {
    let mut first = World::new();
    first.create(EDIT);
    first.photo("a");
    first.done("image_urls");
    first.say("Сделай ночь");
    let mut old = generation(State::Cancelled);
    old.inputs = serde_json::to_value(&first.draft().inputs).unwrap();

    let mut world = World { inputs: first.inputs.clone(), ..World::new() };
    world.about(&old, GenerationAct::Reword);
    assert_eq!(world.asked(), "prompt");
    assert_eq!(world.input("image_urls"), first.input("image_urls"));
    assert_eq!(world.input("prompt"), None);
}

#[test]
fn again_asks_for_a_file_that_is_not_kept_any_more() {
    let mut first = World::new();
    first.create(EDIT);
    first.photo("a");
    first.photo("b");
    first.done("image_urls");
    first.say("Сделай ночь");
    let mut old = generation(State::Cancelled);
    old.inputs = serde_json::to_value(&first.draft().inputs).unwrap();

    // All of them are gone.
    let mut world = World::new();
    world.about(&old, GenerationAct::Again);
    assert_eq!((world.notice(), world.asked()), ("notice-files-lost", "image_urls"));
    assert_eq!((world.input("image_urls"), world.input("prompt")), (None, first.input("prompt")));

    // One is.
    let mut world = World { inputs: first.inputs[1..].to_vec(), ..World::new() };
    world.about(&old, GenerationAct::Again);
    assert_eq!(world.notice(), "notice-files-lost");
    let left = world.draft().inputs.files().into_iter().map(|file| file.key.0.clone()).collect::<Vec<_>>();
    assert_eq!(left, [first.inputs[1].id.to_string()]);
}

#[test]
fn again_with_inputs_that_the_model_takes_no_more_asks_for_them() {
    let mut old = generation_of(PICTURE, "0.8", false, State::Cancelled);
    old.inputs = serde_json::json!({ "prompt": { "text": "Лес" }, "aspect_ratio": { "choice": "2:1" }, "style": { "text": "x" } });
    let mut world = World::new();
    world.about(&old, GenerationAct::Again);
    assert_eq!((world.input("aspect_ratio"), world.input("style")), (None, None));
    assert_eq!(world.quote().price.kopecks(), 80);
}

#[test]
fn again_of_a_model_that_is_gone_or_of_inputs_that_can_not_be_read_says_so() {
    let mut unreadable = generation_of(PICTURE, "0.8", false, State::Cancelled);
    unreadable.inputs = serde_json::json!(["an", "older", "form"]);
    let gone = [
        generation_of("old/model", "1", false, State::Cancelled),
        generation_of("workshop/hidden", "1", false, State::Cancelled),
    ];
    for old in gone.into_iter().chain([unreadable]) {
        for act in [GenerationAct::Again, GenerationAct::Reword] {
            let mut world = World::before(workshop());
            world.about(&old, act);
            assert_eq!((world.notice(), &world.talk.draft), ("notice-model-gone", &None), "{}", old.model);
        }
    }
}

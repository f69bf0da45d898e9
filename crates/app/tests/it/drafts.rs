//! The way of a draft from its first question to the order: prices, money, stale buttons, steps back.

use std::time::Duration;

use app::conversation::{Decision, Step, View};
use app::event::{Event, FileKind};
use domain::clock::Clock;
use domain::generation::State;
use domain::ids::{GenerationId, ModelId};
use domain::ledger::Wallet;
use domain::models::{Inputs, Value};
use domain::money::Money;
use domain::pause::PauseReason;
use domain::quote::QUOTE_LIFE;
use domain::screen::{Action, DraftAct, Key};

use crate::world::*;

#[test]
fn a_confirm_orders_what_was_shown_at_the_price_that_was_shown() {
    let mut world = World::new().at_review();
    let (shown, draft) = (world.quote(), world.draft().clone());
    let decision = world.act(DraftAct::Confirm);
    let (ordered, quote) = order(&decision);
    assert_eq!((ordered.id, &ordered.model, &ordered.inputs), (draft.id, &draft.model, &draft.inputs));
    assert_eq!(*quote, shown);
    assert_eq!(world.talk.draft, None);
    assert_eq!(world.talk.view, View::Generation { generation: draft.id });
}

#[test]
fn a_confirm_of_what_exists_shows_it_and_orders_nothing() {
    let mut world = World::new().at_review();
    let confirm = world.draft_action(DraftAct::Confirm);
    let mut made = generation_of(PICTURE, "0.8", false, State::Queued);
    made.id = world.draft().id;
    world.press(confirm.clone());
    world.generation = Some(made.clone());
    // At once, and again after the user went on to another draft.
    for _ in 0..2 {
        let decision = world.press(confirm.clone());
        assert_eq!((decision.effect, world.notice()), (None, ""));
        assert_eq!(world.talk.view, View::Generation { generation: made.id });
        world.create(VIDEO);
    }
    assert_eq!(world.draft().model, ModelId(VIDEO.to_owned()), "the new draft is untouched");
}

#[test]
fn the_balance_decides_to_the_kopeck() {
    let table = [(80, true), (79, false), (0, false), (100_00, true)];
    for (kopecks, enough) in table {
        let mut world = World::new().with_money(kopecks).at_review();
        let decision = world.act(DraftAct::Confirm);
        assert_eq!(decision.effect.is_some(), enough, "{kopecks}");
        if !enough {
            let quote = decision.talk.draft.as_ref().map(|draft| draft.step.clone());
            assert!(matches!(quote, Some(Step::Short { available, .. }) if available == Money::from_kopecks(kopecks)));
        }
    }
    // What is reserved for other orders can't be spent.
    let mut world = World::new().at_review();
    world.session.money = Wallet { posted: 100_00, reserved: 99_21 };
    assert_eq!(world.act(DraftAct::Confirm).effect, None);
    world.session.money.reserved = 99_20;
    world.act(DraftAct::Review);
    assert!(world.act(DraftAct::Confirm).effect.is_some());
}

#[test]
fn after_a_top_up_the_draft_goes_on_where_it_was() {
    let mut world = World::new().with_money(0).at_review();
    world.act(DraftAct::Confirm);
    let resume = world.draft_action(DraftAct::Review);
    world.press(Action::TopUp);
    assert!(actions(&world.render(domain::screen::Language::Ru)).contains(&resume), "the way back is on the screen");
    world.session.money.posted = 80;
    world.press(resume);
    assert!(world.act(DraftAct::Confirm).effect.is_some());
}

#[test]
fn an_expired_quote_is_quoted_again_and_asked_again() {
    let mut world = World::new().at_review();
    let shown = world.quote();
    world.clock.advance(QUOTE_LIFE - Duration::from_micros(1));
    assert!(
        world.consider(&pressed(world.draft_action(DraftAct::Confirm))).effect.is_some(),
        "the last microsecond counts"
    );
    world.clock.advance(Duration::from_micros(1));
    world.factor.rate = "191".parse().unwrap();
    let decision = world.act(DraftAct::Confirm);
    assert_eq!((decision.effect, world.notice()), (None, "notice-price-refreshed"));
    assert_eq!((shown.price.kopecks(), world.quote().price.kopecks()), (80, 160));
    assert!(!world.quote().is_expired(world.clock.now()));
    let second = world.act(DraftAct::Confirm);
    assert_eq!(order(&second).1.price.kopecks(), 160);
}

#[test]
fn a_price_that_changed_within_the_quotes_life_is_charged_as_shown() {
    let mut world = World::new().at_review();
    world.factor.rate = "191".parse().unwrap();
    let decision = world.act(DraftAct::Confirm);
    assert_eq!(order(&decision).1.price.kopecks(), 80);
}

#[test]
fn what_stops_a_confirm_says_so_and_keeps_the_draft() {
    fn paused(world: &mut World, reason: PauseReason) {
        (world.selling, world.paused) = (false, Some(reason));
    }
    let table: [(Prepare, &str); 9] = [
        (|world| world.selling = false, "notice-selling-paused"),
        (|world| paused(world, PauseReason::KeyRefused), "notice-paused"),
        (|world| paused(world, PauseReason::OutOfCredits), "notice-paused"),
        (|world| paused(world, PauseReason::KeyCapReached), "notice-paused"),
        (|world| paused(world, PauseReason::Maintenance), "notice-paused-maintenance"),
        (|world| world.live = 3, "notice-too-many-live"),
        (|world| world.live = 300, "notice-too-many-live"),
        (|world| world.order_wait = Some(Duration::from_secs(40)), "notice-orders-too-fast"),
        (|world| world.clock.advance(QUOTE_LIFE), "notice-price-refreshed"),
    ];
    for (prepare, notice) in table {
        let mut world = World::new().at_review();
        prepare(&mut world);
        let decision = world.act(DraftAct::Confirm);
        assert_eq!((decision.effect, world.notice()), (None, notice));
        assert!(matches!(world.step(), Step::Review { .. }), "{notice}");
    }
    let mut world = World::new().at_review();
    world.live = 2;
    assert!(world.act(DraftAct::Confirm).effect.is_some(), "one below the limit");
}

#[test]
fn a_confirm_before_the_confirm_screen_only_leads_there() {
    let mut world = World::new();
    world.create(PICTURE);
    let decision = world.act(DraftAct::Confirm);
    assert_eq!((decision.effect, world.asked()), (None, "prompt"));
    world.say("Лес");
    world.act(DraftAct::Options);
    let decision = world.act(DraftAct::Confirm);
    assert_eq!(decision.effect, None);
    world.quote();
}

#[test]
fn a_button_of_an_older_revision_redraws_and_changes_nothing() {
    let acts = [DraftAct::Confirm, DraftAct::Options, DraftAct::Review, DraftAct::Back, DraftAct::Discard];
    for act in acts {
        let mut world = World::new().at_review();
        let stale = world.draft_action(act);
        world.edit("prompt");
        world.say("Другой лес");
        let before = world.talk.draft.clone();
        world.press(Action::Menu);
        let decision = world.press(stale);
        assert_eq!((&world.talk.draft, world.notice(), decision.effect), (&before, "notice-stale", None), "{act:?}");
        assert_eq!(world.talk.view, View::Draft, "the draft as it is now");
    }
}

#[test]
fn a_button_of_another_draft_changes_nothing() {
    let other = Action::Draft { draft: GenerationId::from_bytes([5; 16]), revision: 1, act: DraftAct::Discard };
    for mut world in [World::new(), World::new().at_review()] {
        let before = world.talk.draft.clone();
        let decision = world.press(other.clone());
        assert_eq!((&world.talk.draft, world.notice(), decision.effect), (&before, "notice-stale", None));
        assert_eq!(world.talk.view, View::Menu);
    }
}

#[test]
fn a_model_that_is_switched_off_ends_its_draft_with_a_word() {
    let events: [fn(&World) -> Event; 5] = [
        |world| pressed(world.draft_action(DraftAct::Confirm)),
        |world| pressed(world.draft_action(DraftAct::Options)),
        |_| Event::Text { text: "Лес".to_owned() },
        |_| sent(FileKind::Photo, photo("a"), None),
        |world| {
            let draft = world.draft();
            pressed(Action::Draft { draft: draft.id, revision: draft.revision - 1, act: DraftAct::Back })
        },
    ];
    for event in events {
        for model in ["workshop/hidden", "gone/altogether"] {
            let mut world = World::before(workshop()).at_review();
            world.talk.draft.as_mut().unwrap().model = ModelId(model.to_owned());
            let decision = world.live(&event(&world));
            assert_eq!((&world.talk.draft, &world.talk.view), (&None, &View::Menu), "{model}");
            assert_eq!((world.notice(), decision.effect), ("notice-model-gone", None), "{model}");
        }
    }
}

#[test]
fn back_leads_one_step_back_from_everywhere_and_loses_nothing() {
    let mut world = World::new();
    world.create(EDIT);
    world.photo("a");
    world.done("image_urls");
    world.say("Сделай ночь");
    let inputs = world.draft().inputs.clone();
    let back = |world: &mut World| drop(world.act(DraftAct::Back));

    world.act(DraftAct::Options);
    world.edit("output_format");
    back(&mut world);
    assert_eq!(*world.step(), Step::Options);
    back(&mut world);
    world.quote();
    back(&mut world);
    assert_eq!(world.asked(), "prompt");
    back(&mut world);
    assert_eq!(world.asked(), "image_urls");
    back(&mut world);
    assert_eq!(world.talk.view, View::Model { model: ModelId(EDIT.to_owned()) });
    assert_eq!(world.draft().inputs, inputs);
    world.act(DraftAct::Review);
    world.quote();
}

#[test]
fn back_from_too_little_money_is_the_confirm_screen() {
    let mut world = World::new().with_money(0).at_review();
    world.act(DraftAct::Confirm);
    world.act(DraftAct::Back);
    world.quote();
}

#[test]
fn discard_drops_the_draft_and_offers_the_model_again() {
    let mut world = World::new().at_review();
    world.act(DraftAct::Discard);
    assert_eq!((&world.talk.draft, world.notice()), (&None, "notice-draft-discarded"));
    assert_eq!(world.talk.view, View::Model { model: ModelId(PICTURE.to_owned()) });
}

#[test]
fn another_draft_has_another_id_and_replaces_the_first() {
    let mut world = World::new().at_review();
    let first = world.draft().id;
    world.create(PICTURE);
    assert_ne!(world.draft().id, first);
    assert!(world.draft().inputs.is_empty());
}

#[test]
fn an_option_is_edited_and_the_price_follows() {
    let mut world = World::new();
    world.create(VIDEO);
    world.say("Маяк в шторм");
    assert_eq!(world.quote().price.kopecks(), 13_80);
    world.act(DraftAct::Options);
    world.edit("resolution");
    world.choose("resolution", "1080p");
    assert_eq!(*world.step(), Step::Options);
    world.edit("duration");
    world.say("30");
    world.act(DraftAct::Review);
    assert_eq!(world.quote().price.kopecks(), 229_20);
    // Left as it is: the value stays.
    world.act(DraftAct::Options);
    world.edit("duration");
    world.done("duration");
    assert_eq!(world.input("duration"), Some(&Value::Integer(30)));
}

#[test]
fn a_question_that_lost_its_condition_is_neither_asked_nor_ordered() {
    let mut world = World::before(workshop());
    everything(&mut world);
    world.edit("sound");
    world.choose("sound", "false");
    world.quote();
    assert!(world.input("voice").is_some(), "kept, should the sound come back");
    let decision = world.act(DraftAct::Confirm);
    assert_eq!(order(&decision).0.inputs.get("voice"), None);
}

#[test]
fn values_that_do_not_go_together_are_refused_before_any_money_moves() {
    let mut world = World::before(workshop());
    everything(&mut world);
    world.edit("quality");
    // No button offers it beside the sound, but it can be typed.
    world.choose("quality", "fine");
    assert_eq!(world.notice(), "notice-stale");
    world.say("чистовик");
    assert_eq!(world.notice(), "notice-not-together");
    assert_eq!(world.asked(), "sound", "the last of the two is asked again");
    world.choose("sound", "false");
    assert_eq!((world.notice(), world.quote().price.kopecks()), ("", 38_20));
}

#[test]
fn at_least_one_of_several_files_is_asked_for() {
    let mut world = World::before(workshop());
    world.create("workshop/avatar");
    assert_eq!((world.notice(), world.asked()), ("notice-none-of", "portrait"));
    // The other one will do as well, and its button is there.
    let other = world.draft_action(DraftAct::Edit { input: Key::of("extra") });
    assert!(actions(&world.render(domain::screen::Language::Ru)).contains(&other));
    world.press(other);
    world.photo("a");
    world.done("extra");
    world.quote();
    assert_eq!(world.input("portrait"), None);
}

#[test]
fn what_an_older_catalog_left_in_a_draft_is_forgotten() {
    let mut world = World::new().at_review();
    let draft = world.talk.draft.as_mut().unwrap();
    draft.inputs.set("gone", Value::text("x"));
    draft.inputs.set("nsfw_checker", Value::Bool(false));
    draft.step = Step::Ask { input: "gone".to_owned(), page: 0 };
    world.say("слова");
    assert_eq!(world.notice(), "notice-use-buttons");
    world.act(DraftAct::Review);
    world.quote();
    assert_eq!(world.draft().inputs, Inputs::new().with("prompt", Value::text("Рыжий кот в скафандре")));
}

#[test]
fn a_key_that_the_model_does_not_know_is_stale() {
    let (input, choice) = (Key(1), Key(2));
    let acts = [
        DraftAct::Choose { input, choice },
        DraftAct::Choose { input: Key::of("aspect_ratio"), choice },
        DraftAct::Edit { input },
        DraftAct::Done { input },
        DraftAct::Clear { input },
        DraftAct::Edit { input: Key::of("nsfw_checker") },
    ];
    for act in acts {
        let mut world = World::new().at_review();
        let before = world.talk.draft.clone();
        world.act(act);
        assert_eq!((&world.talk.draft, world.notice()), (&before, "notice-stale"), "{act:?}");
    }
}

#[test]
fn a_revision_at_its_end_still_lets_the_order_through() {
    let mut world = World::new().at_review();
    world.talk.draft.as_mut().unwrap().revision = u16::MAX - 1;
    world.edit("prompt");
    world.say("Лес");
    let decision: Decision = world.act(DraftAct::Confirm);
    assert_eq!(order(&decision).0.revision, u16::MAX - 1);
}

/// All questions of the workshop's model answered.
fn everything(world: &mut World) {
    world.create(EVERYTHING);
    world.photo("a");
    world.photo("b");
    world.done("frames");
    world.say("Бумажный кораблик");
    world.choose("quality", "draft");
    world.choose("seconds", "8");
    world.say("0,75");
    world.choose("sound", "true");
    world.say("Полный вперёд!");
    world.quote();
}

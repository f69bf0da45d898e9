//! A model that is not sold for now, as users and owners meet it; and what a dedicated endpoint makes otherwise.

use std::sync::OnceLock;
use std::time::Duration;

use app::conversation::{DeskView, Effect, Section, Talk, View};
use app::search::Search;
use domain::generation::State;
use domain::ids::ModelId;
use domain::models::{ApiFamily, Catalog};
use domain::ports::{Stop, StopReason};
use domain::rest::Rest;
use domain::screen::{Action, DraftAct, GenerationAct, Key, Language, Press, Shelf};
use domain::staff::Role;

use crate::snapshots::{Case, Group, case_in, check};
use crate::world::*;

pub(crate) const GROUPS: [Group; 1] = [("stopped", cases)];

/// Where [`PICTURE`] was sold until two hours before noon.
fn stopped() -> &'static Catalog {
    static STOPPED: OnceLock<Catalog> = OnceLock::new();
    let at = NOON - Duration::from_secs(2 * 60 * 60);
    let stop = Stop { model: picture(), reason: StopReason::Loss, at };
    STOPPED.get_or_init(|| gallery().with_stops(&[stop]))
}

/// Where [`PICTURE`] rests since ten minutes before noon.
fn resting() -> &'static Catalog {
    static RESTING: OnceLock<Catalog> = OnceLock::new();
    let rest = Rest::of(picture(), 6, 7, None, NOON - Duration::from_secs(10 * 60));
    RESTING.get_or_init(|| gallery().clone().with_rests(&[rest]))
}

/// One model with a dedicated endpoint that makes it otherwise.
fn roundabout() -> &'static Catalog {
    static ROUNDABOUT: OnceLock<Catalog> = OnceLock::new();
    ROUNDABOUT.get_or_init(|| {
        let file = r#"
            vendor = { slug = "studio", name = "Studio" }

            [[model]]
            id = "studio/film"
            kind = "text-to-video"
            title = { ru = "Кино", en = "Film" }
            summary = { ru = "Снимает короткое видео.", en = "Makes a short video." }
            example = { ru = "Прибой", en = "Surf" }
            usual_seconds = 100

            [[model.input]]
            name = "prompt"
            type = "text"
            title = { ru = "Описание", en = "Prompt" }
            required = true
            max_length = 500

            [model.price]
            date = 2026-10-10
            source = "made up"
            rows = [{ credits = 10, per = "generation" }]

            [model.dedicated]
            family = "veo"
            path = "/api/v1/veo/generate"
            note = { ru = "Звука в этом видео не будет.", en = "This video will have no sound." }
        "#;
        let problems = |problems: Vec<_>| panic!("{problems:?}");
        Catalog::load(&[("film.toml", file)]).unwrap_or_else(problems)
    })
}

fn picture() -> ModelId {
    ModelId(PICTURE.to_owned())
}

/// A user before the confirm screen of a model that was stopped meanwhile.
fn surprised() -> World {
    let mut world = World::before(gallery()).at_review();
    world.restock(stopped());
    world
}

fn card(world: &mut World) {
    world.talk = Talk { view: View::Model { model: picture() }, ..Talk::default() };
}

fn film(world: &mut World, family: ApiFamily) {
    world.create("studio/film");
    world.say("Волны бьются о скалы");
    world.facts.family = family;
}

#[test]
fn stopped_models_and_notes() {
    check("stopped", cases());
}

fn cases() -> Vec<Case> {
    let owner = || World { role: Some(Role::Owner), ..World::before(stopped()) };
    vec![
        case_in("card", World::before(stopped()), card),
        case_in("card_for_an_owner", owner(), card),
        case_in("card_of_a_resting_model", World::before(resting()), card),
        case_in(
            "card_of_a_resting_model_for_an_owner",
            World { role: Some(Role::Owner), ..World::before(resting()) },
            card,
        ),
        case_in("resting_model_at_the_desk", World { role: Some(Role::Owner), ..World::before(resting()) }, |world| {
            world.talk = Talk { view: View::Desk(DeskView::Model { model: picture() }), ..Talk::default() };
        }),
        case_in("favourites_with_a_resting_model", World::before(resting()), |world| {
            world.talk = Talk { view: View::Shelf { shelf: Shelf::Favourites, page: 0 }, ..Talk::default() };
            world.facts.shelf = vec![picture()];
        }),
        case_in("popular_without_a_resting_model", World::before(resting()), |world| {
            world.talk = Talk { view: View::Shelf { shelf: Shelf::Popular, page: 0 }, ..Talk::default() };
            world.facts.shelf = vec![picture()];
        }),
        case_in("confirm_is_refused", surprised(), |world| drop(world.act(DraftAct::Confirm))),
        case_in("card_once_it_is_sold_again", owner(), |world| {
            world.press(Action::SellAgain { model: Key::of(PICTURE) });
            world.restock(gallery());
        }),
        case_in("review_by_the_usual_way", World::before(roundabout()), |world| film(world, ApiFamily::Market)),
        case_in("review_by_a_way_with_a_note", World::before(roundabout()), |world| film(world, ApiFamily::Veo)),
    ]
}

#[test]
fn a_stopped_model_is_in_no_list_and_not_found() {
    let (world, all) = (World::before(stopped()), World::before(gallery()));
    let sold = |catalog: &'static Catalog| {
        let sections = Section::MENU.into_iter().flat_map(|section| section.models(catalog));
        sections.filter(|model| model.id == picture()).count()
    };
    assert!(sold(gallery()) > 0);
    assert_eq!(sold(stopped()), 0);
    let finds = |search: &Search| search.find("z-image").contains(&picture());
    assert!(finds(all.search) && !finds(world.search));
    let views = [
        View::Menu,
        View::Section { section: Section::Pictures.key(), page: 0 },
        View::Found { query: "z-image".to_owned(), page: 0 },
        View::Shelf { shelf: Shelf::Favourites, page: 0 },
    ];
    for view in views {
        for (catalog, wanted) in [(gallery(), view != View::Menu), (stopped(), false)] {
            let mut world = World::before(catalog);
            world.facts.shelf = vec![picture()];
            world.talk.view = view.clone();
            let leads = actions(&world.render(Language::En)).contains(&Action::Model { model: Key::of(PICTURE) });
            assert_eq!(leads, wanted, "{view:?}");
        }
    }
}

#[test]
fn every_way_to_a_stopped_model_ends_at_its_card() {
    let key = Key::of(PICTURE);
    let wanted = View::Model { model: picture() };
    let mut world = World::before(stopped());
    for action in [Action::Model { model: key }, Action::Create { model: key }] {
        world.talk = Talk::default();
        let decision = world.press(action);
        assert_eq!((&world.talk.view, world.notice(), decision.effect), (&wanted, "", None));
        assert_eq!(world.talk.draft, None);
    }
    world.command(&format!("start m_{:x}", key.0));
    assert_eq!(world.talk.view, wanted);
    let made = generation_of(PICTURE, "4", false, State::Delivered(success(None)));
    for act in [GenerationAct::Again, GenerationAct::Reword] {
        world.talk = Talk::default();
        let decision = world.about(&made, act);
        assert_eq!((&world.talk.view, decision.effect), (&wanted, None));
        assert_eq!(world.talk.draft, None);
    }
    let decision = world.press(Action::Favourite { model: key, on: true });
    assert!(matches!(decision.effect, Some(Effect::Favour { on: true, .. })), "it can be kept for later");
    let screen = world.render(Language::En);
    assert!(!actions(&screen).contains(&Action::Create { model: key }));
}

#[test]
fn a_draft_of_a_stopped_model_orders_nothing_and_waits() {
    type Try = fn(&mut World) -> Option<Effect>;
    let tries: [Try; 4] = [
        |world| world.act(DraftAct::Confirm).effect,
        |world| world.act(DraftAct::Edit { input: Key::of("prompt") }).effect,
        |world| world.say("Другой кот").effect,
        |world| world.live(&app::event::Event::Wake).effect,
    ];
    for attempt in tries {
        let mut world = surprised();
        let draft = world.draft().clone();
        assert_eq!(attempt(&mut world), None);
        assert_eq!(world.talk.view, View::Model { model: picture() });
        assert_eq!((world.notice(), world.draft()), ("notice-draft-stopped", &draft));
        let leads_on = |world: &World| {
            actions(&world.render(Language::En))
                .into_iter()
                .find(|action| matches!(action, Action::Draft { act: DraftAct::Review, .. }))
        };
        assert_eq!(leads_on(&world), None);
        world.restock(gallery());
        let resume = leads_on(&world).expect("it is sold again");
        world.press(resume);
        world.quote();
        assert!(matches!(world.act(DraftAct::Confirm).effect, Some(Effect::Order(..))));
    }
}

#[test]
fn back_to_the_draft_of_a_stopped_model_shows_its_card() {
    let mut world = surprised();
    world.press(Action::Help);
    world.press(Action::Back);
    assert_eq!(world.talk.view, View::Draft);
    let shown = actions(&world.render(Language::En));
    assert!(!shown.iter().any(|action| matches!(action, Action::Draft { .. })), "{shown:?}");
}

#[test]
fn only_an_owner_sells_a_model_again() {
    let sell = |model: &str| Action::SellAgain { model: Key::of(model) };
    let table = [
        // Whether it is an owner, where, which, what is said, whether it happens.
        (false, stopped(), PICTURE, "notice-stale", false),
        (true, stopped(), PICTURE, "notice-sold-again", true),
        // Another instance may have stopped it.
        (true, gallery(), PICTURE, "notice-sold-again", true),
        (true, stopped(), "nobody/knows-it", "notice-model-gone", false),
        (true, workshop(), "workshop/hidden", "notice-model-gone", false),
    ];
    for (is_owner, catalog, model, notice, happens) in table {
        let mut world = World { role: is_owner.then_some(Role::Owner), ..World::before(catalog) };
        let decision = world.press(sell(model));
        let wanted = happens.then(|| Effect::SellAgain(ModelId(model.to_owned())));
        assert_eq!((world.notice(), decision.effect), (notice, wanted), "{is_owner} {model}");
    }
    let mut user = World::before(stopped());
    card(&mut user);
    assert!(!actions(&user.render(Language::En)).contains(&sell(PICTURE)));
    user.role = Some(Role::Owner);
    assert!(actions(&user.render(Language::En)).contains(&sell(PICTURE)));
}

#[test]
fn the_note_stands_above_the_price() {
    let mut world = World::before(roundabout());
    film(&mut world, ApiFamily::Veo);
    let screen = world.render(Language::En);
    let said = screen.text.to_plain();
    let (note, price) = (said.find("no sound").expect("the note"), said.find("Price").expect("the price"));
    assert!(note < price, "{said}");
    assert!(
        screen
            .keyboard
            .iter()
            .flatten()
            .any(|button| matches!(&button.press, Press::Action(Action::Draft { act: DraftAct::Confirm, .. })))
    );
}

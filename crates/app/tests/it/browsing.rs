//! Ways to a model and back: taps, pages, shelves, the search, links.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use app::conversation::{Effect, Section, TRAIL_MAX, Talk, View};
use app::screens::PAGE;
use domain::ids::ModelId;
use domain::models::{Kind, Model};
use domain::screen::{Action, Key, Language, Press, Screen, Shelf};

use crate::market::market;
use crate::world::*;

fn actions(screen: &Screen) -> Vec<Action> {
    let action = |press: &Press| match press {
        Press::Action(action) => Some(action.clone()),
        _ => None,
    };
    screen.keyboard.iter().flatten().filter_map(|button| action(&button.press)).collect()
}

fn shown(world: &World) -> Vec<Action> {
    actions(&world.render(Language::Ru))
}

/// Presses a button that is really there.
fn tap(world: &mut World, action: Action) {
    assert!(shown(world).contains(&action), "{action:?} is not on the screen of {:?}", world.talk.view);
    assert!(!world.press(action).fresh, "a tap edits the message");
}

fn models_shown(world: &World) -> Vec<&'static str> {
    let of = |key: Key| market().live().find(|model| Key::of(&model.id.0) == key).map(|model| model.id.0.as_str());
    let shown = shown(world).into_iter().filter_map(|action| match action {
        Action::Model { model } => of(model),
        _ => None,
    });
    shown.collect()
}

/// Every press that leads nearer to a model.
const fn leads_on(action: &Action) -> bool {
    matches!(
        action,
        Action::Section { .. }
            | Action::SectionVendor { .. }
            | Action::Model { .. }
            | Action::Vendors { .. }
            | Action::Vendor { .. }
    )
}

/// How many taps away from the menu each model is, over the buttons that are really drawn; at most `taps_max` are tried.
fn distances(world: &mut World, taps_max: usize, ways: impl Fn(&Action) -> bool) -> BTreeMap<ModelId, usize> {
    let mut found = BTreeMap::new();
    let mut seen = BTreeSet::new();
    let mut open = VecDeque::from([(Talk::default(), 0)]);
    while let Some((talk, taps)) = open.pop_front() {
        if let View::Model { model } = &talk.view {
            found.entry(model.clone()).or_insert(taps);
            continue;
        }
        if taps == taps_max || !seen.insert(format!("{:?}", talk.view)) {
            continue;
        }
        world.talk = talk;
        for action in shown(world).into_iter().filter(|action| leads_on(action) && ways(action)) {
            open.push_back((world.consider(&pressed(action)).talk, taps + 1));
        }
    }
    found
}

/// Goal: nobody searches long. Method: a breadth-first walk over real buttons, with and without an order of popularity.
#[test]
fn any_of_two_hundred_models_is_at_most_four_taps_away() {
    let all: BTreeSet<ModelId> = market().live().map(|model| model.id.clone()).collect();
    assert!(all.len() >= 200, "{} models only", all.len());
    let orders: [Vec<ModelId>; 2] = [Vec::new(), all.iter().rev().cloned().collect()];
    for popular in orders {
        let mut world = World::before(market());
        world.facts.popular = popular.into();
        let by_task = distances(&mut world, 4, |action| !matches!(action, Action::Vendors { .. }));
        assert_eq!(by_task.keys().cloned().collect::<BTreeSet<_>>(), all, "by task");
        let by_vendor = distances(&mut world, 4, |action| !matches!(action, Action::Section { .. }));
        assert_eq!(by_vendor.keys().cloned().collect::<BTreeSet<_>>(), all, "by vendor");
    }
}

/// The same holds for what is really sold today.
#[test]
fn every_model_that_is_sold_is_at_most_four_taps_away() {
    let sold: BTreeSet<ModelId> =
        shop().live().filter(|model| app::conversation::askable(model)).map(|model| model.id.clone()).collect();
    let found = distances(&mut World::new(), 4, |_| true);
    assert_eq!(found.into_keys().collect::<BTreeSet<_>>(), sold);
}

#[test]
fn the_menu_fits_a_phone() {
    let mut world = World::before(bazaar());
    world.facts.popular = vec![ModelId("z-image".to_owned())].into();
    world.facts.shelf = vec![ModelId("z-image".to_owned())];
    world.facts.favourites = vec![ModelId("z-image".to_owned())];
    let screen = world.render(Language::Ru);
    assert!(screen.keyboard.len() <= 10, "{} rows", screen.keyboard.len());
    let shelves = Shelf::ALL.map(|shelf| Action::Shelf { shelf, page: 0 });
    assert!(shelves.iter().all(|shelf| actions(&screen).contains(shelf)));
}

#[test]
fn an_empty_shelf_has_no_button() {
    let mut world = World::before(market());
    let is_shelf = |action: &Action| matches!(action, Action::Shelf { .. });
    assert!(!shown(&world).iter().any(is_shelf));
    // What is no longer sold fills no shelf.
    world.facts.favourites = vec![ModelId("old/model".to_owned())];
    assert!(!shown(&world).iter().any(is_shelf));
}

#[test]
fn no_screen_on_the_way_breaks_a_bound_of_telegram() {
    let mut world = World::before(market());
    let mut seen = BTreeSet::new();
    let mut open = vec![Talk::default()];
    while let Some(talk) = open.pop() {
        if !seen.insert(format!("{:?}", talk.view)) {
            continue;
        }
        world.talk = talk;
        for language in Language::ALL {
            let screen = world.render(language);
            for button in screen.keyboard.iter().flatten() {
                assert!((1..=64).contains(&button.label.chars().count()), "{}", button.label);
            }
            assert!(screen.keyboard.iter().all(|row| (1..=8).contains(&row.len())), "{:?}", world.talk.view);
            assert!(screen.keyboard.len() <= 14, "{} rows at {:?}", screen.keyboard.len(), world.talk.view);
            assert!(screen.text.to_plain().chars().count() < 1500);
        }
        let is_menu = world.talk.view == View::Menu;
        assert_eq!(shown(&world).contains(&Action::Back), !is_menu, "{:?}", world.talk.view);
        assert_eq!(shown(&world).contains(&Action::Menu), !is_menu, "{:?}", world.talk.view);
        open.extend(shown(&world).into_iter().filter(leads_on).map(|action| world.consider(&pressed(action)).talk));
    }
    assert!(seen.len() > 250, "{} screens", seen.len());
}

#[test]
fn what_people_use_most_stands_first() {
    let kling = Action::SectionVendor { section: Section::Animations.key(), vendor: Key::of("kling"), page: 0 };
    let mut world = World::before(market());
    world.press(kling);
    let plain = models_shown(&world);
    let (third, fifth) = (plain[2], plain[4]);
    world.facts.popular = [fifth, "z-image", third].map(|id| ModelId(id.to_owned())).to_vec().into();
    let ordered = models_shown(&world);
    assert_eq!(ordered[..2], [fifth, third]);
    assert_eq!(ordered.len(), plain.len());
    // And above the vendors of the section.
    tap(&mut world, Action::Back);
    tap(&mut world, Action::Section { section: Section::Animations.key(), page: 0 });
    assert_eq!(models_shown(&world)[..2], [fifth, third]);
}

#[test]
fn back_after_paging_leads_out_of_the_list() {
    let mut world = World::before(market());
    let section = Section::Music.key();
    tap(&mut world, Action::Section { section, page: 0 });
    for page in [2, 1, 0, 2] {
        tap(&mut world, Action::Section { section, page });
        assert_eq!(world.talk.view, View::Section { section, page });
    }
    tap(&mut world, Action::Back);
    assert_eq!(world.talk.view, View::Menu);
    assert!(world.talk.trail.is_empty());
}

#[test]
fn back_from_a_card_leads_to_the_page_it_was_found_on() {
    let mut world = World::before(market());
    tap(&mut world, Action::Search);
    assert!(world.say("видео").fresh);
    tap(&mut world, Action::Found { page: 1 });
    let found = world.talk.view.clone();
    let card = shown(&world).into_iter().find(|action| matches!(action, Action::Model { .. })).unwrap();
    tap(&mut world, card);
    tap(&mut world, Action::Back);
    assert_eq!(world.talk.view, found);
    // Another search takes the place of the first.
    world.say("клинг");
    assert_eq!(world.talk.view, View::Found { query: "клинг".to_owned(), page: 0 });
    tap(&mut world, Action::Back);
    assert_eq!(world.talk.view, View::Search);
    tap(&mut world, Action::Back);
    assert_eq!(world.talk.view, View::Menu);
}

#[test]
fn back_from_a_favourite_leads_to_the_favourites() {
    let mut world = World::before(market());
    let id = ModelId("z-image".to_owned());
    world.facts.favourites = vec![id.clone()];
    let favourites = Action::Shelf { shelf: Shelf::Favourites, page: 0 };
    tap(&mut world, favourites);
    world.facts.shelf = vec![id.clone()];
    let model = Key::of(&id.0);
    tap(&mut world, Action::Model { model });
    for on in [false, true, false] {
        world.facts.favourites = if on { Vec::new() } else { vec![id.clone()] };
        let toggle = Action::Favourite { model, on };
        assert!(shown(&world).contains(&toggle));
        let decision = world.press(toggle);
        assert_eq!(decision.effect, Some(Effect::Favour { model: id.clone(), on }));
        assert_eq!(world.talk.view, View::Model { model: id.clone() });
        assert_eq!(world.notice(), if on { "notice-favourite-on" } else { "notice-favourite-off" });
    }
    tap(&mut world, Action::Back);
    assert_eq!(world.talk.view, View::Shelf { shelf: Shelf::Favourites, page: 0 });
    tap(&mut world, Action::Back);
    assert_eq!(world.talk.view, View::Menu);
}

#[test]
fn a_favourite_that_is_not_sold_is_refused() {
    let mut world = World::before(market());
    let decision = world.press(Action::Favourite { model: Key::of("nobody/knows-it"), on: true });
    assert_eq!((decision.effect, world.notice()), (None, "notice-model-gone"));
}

#[test]
fn back_from_a_linked_card_leads_to_the_menu() {
    let mut world = World::before(market());
    tap(&mut world, Action::Help);
    world.command(&format!("start m_{:x}", Key::of("z-image").0));
    assert_eq!(world.talk.view, View::Model { model: ModelId("z-image".to_owned()) });
    tap(&mut world, Action::Back);
    assert_eq!(world.talk.view, View::Menu);
}

#[test]
fn back_without_a_trail_leads_to_the_menu() {
    let mut world = World::before(market());
    for way in ["menu", "start", "cancel"] {
        world.press(Action::Vendors { page: 0 });
        world.press(Action::Vendor { vendor: Key::of("kling"), page: 0 });
        world.command(way);
        assert_eq!((&world.talk.view, world.talk.trail.len()), (&View::Menu, 0), "/{way}");
        // A button of an older message.
        world.press(Action::Back);
        assert_eq!(world.talk.view, View::Menu, "/{way}");
    }
    world.talk = Talk { view: View::Help, ..Talk::default() };
    world.press(Action::Back);
    assert_eq!(world.talk.view, View::Menu);
}

#[test]
fn the_menu_button_forgets_the_way() {
    let mut world = World::before(market());
    tap(&mut world, Action::Vendors { page: 0 });
    tap(&mut world, Action::Vendor { vendor: Key::of("kling"), page: 0 });
    tap(&mut world, Action::Menu);
    assert!(world.talk.trail.is_empty());
}

#[test]
fn the_trail_is_bounded_and_its_end_is_the_menu() {
    let mut world = World::before(market());
    let ids: Vec<Key> = market().live().map(|model: &Model| Key::of(&model.id.0)).collect();
    for model in &ids[..40] {
        world.press(Action::Model { model: *model });
        assert!(world.talk.trail.len() <= TRAIL_MAX);
    }
    let mut backs = 0;
    while world.talk.view != View::Menu {
        world.press(Action::Back);
        backs += 1;
        assert!(backs <= TRAIL_MAX + 1);
    }
    assert_eq!(backs, TRAIL_MAX + 1);
}

#[test]
fn a_page_past_the_end_shows_the_last_one() {
    let mut world = World::before(market());
    let section = Section::Music.key();
    world.press(Action::Section { section, page: 2 });
    let last = world.render(Language::Ru);
    for page in [3, 500, u16::MAX] {
        world.press(Action::Section { section, page });
        assert_eq!(world.render(Language::Ru), last);
    }
    for action in [
        Action::Vendors { page: 9 },
        Action::Vendor { vendor: Key::of("kling"), page: 99 },
        Action::Shelf { shelf: Shelf::Recent, page: 9 },
        Action::Section { section: Section::Videos.key(), page: 7 },
    ] {
        world.press(action.clone());
        assert!(!world.render(Language::Ru).text.to_plain().is_empty(), "{action:?}");
    }
}

/// Messages of before the sections, and old links, name tasks.
#[test]
fn a_task_is_a_section_too() {
    let mut world = World::before(market());
    for kind in Kind::ALL {
        world.press(Action::Section { section: Key::of(kind.as_str()), page: 0 });
        let models = models_shown(&world);
        let does = |id: &&str| market().model(&ModelId((*id).to_owned())).is_some_and(|model| model.does(*kind));
        assert!(!models.is_empty() && models.iter().all(does), "{kind}: {models:?}");
    }
}

#[test]
fn what_has_no_such_section_or_vendor_shows_a_way_on() {
    let mut world = World::before(market());
    let nothing = Key::of("nothing");
    for action in [
        Action::Section { section: nothing, page: 0 },
        Action::SectionVendor { section: nothing, vendor: nothing, page: 0 },
        Action::Vendor { vendor: nothing, page: 0 },
    ] {
        world.press(action.clone());
        assert!(shown(&world).len() > 4, "{action:?}");
    }
}

#[test]
fn the_search_command_asks_or_finds() {
    let mut world = World::before(market());
    assert!(world.command("search").fresh);
    assert_eq!(world.talk.view, View::Search);
    tap(&mut world, Action::Back);
    world.command("search клниг");
    assert_eq!(world.talk.view, View::Found { query: "клниг".to_owned(), page: 0 });
    assert_eq!(models_shown(&world).len(), PAGE);
    tap(&mut world, Action::Back);
    assert_eq!(world.talk.view, View::Menu);
}

#[test]
fn what_is_searched_for_is_bounded_and_never_empty() {
    let mut world = World::before(market());
    world.press(Action::Search);
    world.say(&"ж".repeat(5000));
    assert!(matches!(&world.talk.view, View::Found { query, .. } if query.chars().count() == 100));
    assert!(models_shown(&world).is_empty() && shown(&world).contains(&Action::Vendors { page: 0 }));
    world.say(" \n ");
    assert_eq!((&world.talk.view, world.notice()), (&View::Search, "notice-search-words"));
}

#[test]
fn a_page_button_without_a_search_asks_for_words() {
    let mut world = World::before(market());
    world.press(Action::Found { page: 1 });
    assert_eq!(world.talk.view, View::Search);
}

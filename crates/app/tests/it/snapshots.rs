//! Every screen in both languages, as a user reads it: one file per screen, Russian above, English below.
//!
//! The screens are reached as a user reaches them, by presses and messages. To add one: a case in the group it belongs to; write its file
//! with `INSTA_UPDATE=always` and read it. A file that no case stands behind fails `no_file_is_left_over`.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use app::conversation::{Section, Talk, View};
use app::event::{Event, FileKind};
use domain::generation::{Generation, State};
use domain::ids::{GenerationId, ModelId};
use domain::models::Kind;
use domain::ports::{InputFault, InputState, TelegramFile};
use domain::screen::{Action, DraftAct, Key, Language, Shelf};

use crate::lists::{DIALOGUE, DUB, EXTEND};
use crate::market::market;
use crate::notation::Names;
use crate::world::*;

pub(crate) struct Case {
    name: String,
    world: World,
}

/// A folder of snapshots with what stands behind its files.
pub(crate) type Group = (&'static str, fn() -> Vec<Case>);

impl Case {
    pub(crate) fn render(&self, language: Language) -> domain::screen::Screen {
        self.world.render(language)
    }
}

pub(crate) fn case(name: impl Into<String>, prepare: impl FnOnce(&mut World)) -> Case {
    case_in(name, World::new(), prepare)
}

pub(crate) fn case_in(name: impl Into<String>, mut world: World, prepare: impl FnOnce(&mut World)) -> Case {
    prepare(&mut world);
    Case { name: name.into(), world }
}

pub(crate) fn view(name: &str, view: View) -> Case {
    case(name, |world| world.talk = Talk { view, ..Talk::default() })
}

macro_rules! groups {
    ($($group:ident),*) => {
        const GROUPS: &[Group] = &[$((stringify!($group), cases::$group)),*];

        $(#[test]
        fn $group() {
            check(stringify!($group), cases::$group());
        })*
    };
}

groups!(start, models, browse, questions, orders);

pub(crate) fn check(group: &str, cases: Vec<Case>) {
    for Case { name, world } in cases {
        let names = Names::of(world.catalog);
        let shown = Language::ALL.map(|language| {
            let screen = names.screen(&world.render(language));
            format!("=== {}\n{screen}\n", language.code())
        });
        insta::with_settings!({
            snapshot_path => format!("../snapshots/{group}"),
            prepend_module_to_snapshot => false,
            omit_expression => true,
        }, {
            insta::assert_snapshot!(name, shown.join("\n"));
        });
    }
}

#[test]
fn no_file_is_left_over() {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/snapshots"));
    let mut known: BTreeSet<String> = crate::notices::FILES.iter().map(|name| format!("notices/{name}.snap")).collect();
    let all = GROUPS.iter().chain(&crate::results::GROUPS).chain(&crate::account::GROUPS).chain(&crate::offers::GROUPS);
    let all = all
        .chain(&crate::stopped::GROUPS)
        .chain(&crate::gifts::GROUPS)
        .chain(&crate::payments::GROUPS)
        .chain(&crate::desk::GROUPS)
        .chain(&crate::watch::GROUPS)
        .chain(&crate::outreach::GROUPS)
        .chain(&crate::terms::GROUPS);
    for (group, cases) in all {
        known.extend(cases().iter().map(|case| format!("{group}/{}.snap", case.name)));
    }
    let mut found = BTreeSet::new();
    for group in std::fs::read_dir(&folder).expect("the snapshots are there") {
        let group = group.expect("a folder");
        for file in std::fs::read_dir(group.path()).expect("a folder") {
            let name = file.expect("a file").file_name().into_string().expect("a plain name");
            // A `.snap.new` beside a file is the trace of its test's own failure.
            if name.ends_with(".snap") {
                found.insert(format!("{}/{name}", group.file_name().display()));
            }
        }
    }
    let left_over: Vec<_> = found.difference(&known).collect();
    assert!(left_over.is_empty(), "no case stands behind {left_over:?}");
}

mod cases {
    use super::*;

    pub(super) fn start() -> Vec<Case> {
        let mut cases = vec![
            view("welcome", View::Welcome),
            view("menu", View::Menu),
            case("menu_with_an_unfinished_order", |world| {
                world.create(VIDEO);
                world.press(Action::Menu);
            }),
            case("unknown_command", |world| drop(world.command("abracadabra"))),
            case("words_out_of_the_blue", |world| drop(world.say("кот"))),
        ];
        // A person whose name is full of marks and of characters that mean something elsewhere.
        let named = case("welcome_of_a_name_with_marks", |world| {
            world.talk.view = View::Welcome;
            world.session.person.first_name = "<b>{ $name } & \u{2068}Co\u{2069}</b>".to_owned();
        });
        cases.push(named);
        cases
    }

    pub(super) fn models() -> Vec<Case> {
        let mut cases = Vec::new();
        for (name, id) in [("picture", PICTURE), ("edit", EDIT), ("video", VIDEO)] {
            cases.push(view(&format!("card_{name}"), View::Model { model: ModelId(id.to_owned()) }));
        }
        cases.push(case("card_with_an_unfinished_order", |world| {
            world.create(PICTURE);
            world.act(DraftAct::Back);
        }));
        cases.push(case("card_of_a_favourite", |world| {
            world.facts.favourites = vec![ModelId(PICTURE.to_owned())];
            world.talk.view = View::Model { model: ModelId(PICTURE.to_owned()) };
        }));
        cases.push(case_in("card_of_a_model_that_asks_much", World::before(workshop()), |world| {
            world.talk.view = View::Model { model: ModelId(EVERYTHING.to_owned()) };
        }));
        cases
    }

    pub(super) fn browse() -> Vec<Case> {
        let ids = |ids: &[&str]| -> Vec<ModelId> { ids.iter().map(|id| ModelId((*id).to_owned())).collect() };
        let known = ["nano-banana-pro", "kling-3.0/video", "z-image", "veo-3-1"];
        let at = |name: &str, action: Action| case_in(name, World::before(market()), |world| drop(world.press(action)));
        let section = |section: Section, page| Action::Section { section: section.key(), page };
        let vendor = Key::of("kling");
        let mut cases = vec![
            case_in("menu_with_shelves", World::before(market()), |world| {
                world.facts.popular = ids(&known).into();
                world.facts.favourites = ids(&known[..1]);
                world.facts.shelf = ids(&known[1..2]);
            }),
            at("section_by_vendors", section(Section::Animations, 0)),
            case_in("section_by_vendors_the_most_used_first", World::before(market()), |world| {
                world.facts.popular = ids(&["hailuo/2-3-image-to-video-pro", "z-image", "veo-3-1"]).into();
                world.press(section(Section::Animations, 0));
            }),
            at("section_of_different_tasks", section(Section::Voice, 0)),
            at("section_short", section(Section::Avatars, 0)),
            at("section_of_one_vendor_first_page", section(Section::Music, 0)),
            at("section_of_one_vendor_past_its_end", section(Section::Music, 9)),
            at("section_task", section(Section::Task(Kind::Upscale), 0)),
            at("section_vendor", Action::SectionVendor { section: Section::Videos.key(), vendor, page: 0 }),
            at("vendors", Action::Vendors { page: 0 }),
            at("vendor_second_page", Action::Vendor { vendor, page: 1 }),
            at("search", Action::Search),
            case_in("search_with_something_popular", World::before(market()), |world| {
                world.facts.popular = ids(&known).into();
                world.press(Action::Search);
            }),
        ];
        for (name, query) in [
            ("found_many", "клинг"),
            ("found_few", "recraft"),
            ("found_one", "рекрафт фон"),
            ("found_nothing", "<b>щщщщ</b> & { $n }"),
        ] {
            cases.push(case_in(name, World::before(market()), |world| drop(world.command(&format!("search {query}")))));
        }
        // What is free stands in a group of its own.
        for shelf in Shelf::ALL.into_iter().filter(|shelf| *shelf != Shelf::Free) {
            let name = format!("shelf_{shelf:?}").to_lowercase();
            cases.push(at(&format!("{name}_empty"), Action::Shelf { shelf, page: 0 }));
            cases.push(case_in(name, World::before(market()), |world| {
                world.facts.shelf = ids(&known);
                world.press(Action::Shelf { shelf, page: 0 });
            }));
        }
        let kept = |on| Action::Favourite { model: Key::of("z-image"), on };
        for (name, on) in [("card_after_it_was_kept", true), ("card_after_it_was_dropped", false)] {
            cases.push(case_in(name, World::before(market()), |world| {
                world.press(Action::Model { model: Key::of("z-image") });
                world.press(kept(on));
                world.facts.favourites = if on { ids(&["z-image"]) } else { Vec::new() };
            }));
        }
        cases
    }

    pub(super) fn questions() -> Vec<Case> {
        let mut cases = vec![
            case("picture_prompt", |world| drop(world.create(PICTURE))),
            case("edit_photos_none_yet", |world| drop(world.create(EDIT))),
            case("edit_photos_two_sent", |world| {
                world.create(EDIT);
                world.photo("a");
                world.photo("b");
            }),
            case("edit_prompt", |world| {
                world.create(EDIT);
                world.photo("a");
                world.done("image_urls");
            }),
            case("video_prompt", |world| drop(world.create(VIDEO))),
        ];
        for (model, name) in [(PICTURE, "picture"), (EDIT, "edit"), (VIDEO, "video")] {
            cases.push(case(format!("{name}_options"), |world| at_options(world, model)));
        }
        let options = [
            (PICTURE, "picture", "aspect_ratio"),
            (EDIT, "edit", "aspect_ratio"),
            (EDIT, "edit", "output_format"),
            (VIDEO, "video", "duration"),
            (VIDEO, "video", "resolution"),
            (VIDEO, "video", "aspect_ratio"),
            (VIDEO, "video", "mode"),
        ];
        for (model, name, input) in options {
            cases.push(case(format!("{name}_option_{input}"), |world| {
                at_options(world, model);
                world.edit(input);
            }));
        }
        let everything: [(&str, Prepare); 6] = [
            ("files_one_of_two", |world| drop(world.photo("a"))),
            ("choice_with_prices", |world| to_quality(world)),
            ("whole_number_with_prices", |world| {
                to_quality(world);
                world.choose("quality", "fine");
            }),
            ("number_with_a_fraction", |world| to_strength(world)),
            ("yes_or_no", |world| {
                to_strength(world);
                world.say("0,5");
            }),
            ("text_asked_for_the_sound", |world| {
                to_strength(world);
                world.say("0,5");
                world.choose("sound", "true");
            }),
        ];
        for (name, prepare) in everything {
            cases.push(case_in(format!("workshop_{name}"), World::before(workshop()), |world| {
                world.create(EVERYTHING);
                prepare(world);
            }));
        }
        for (name, files) in [("none_yet", 0), ("one_sent", 1)] {
            cases.push(case_in(format!("workshop_optional_video_{name}"), World::before(workshop()), |world| {
                at_everything(world);
                world.act(DraftAct::Options);
                world.edit("clip");
                if files > 0 {
                    world.live(&sent(FileKind::Video, document("v", "video/mp4", 9_000_000), None));
                    world.edit("clip");
                }
            }));
        }
        cases.push(case_in("workshop_sound", World::before(workshop()), |world| drop(world.create(VOICE))));
        cases.extend(dialogue());
        cases.extend(dub());
        cases.push(case_in("extend_nothing_yet", World::before(workshop()), |world| drop(world.create(EXTEND))));
        cases.push(case_in("extend_own_works", World::before(workshop()), |world| {
            let made = |number| Generation {
                id: GenerationId::from_bytes([number; 16]),
                ..generation_of(EVERYTHING, "4", false, State::Delivered(success(None)))
            };
            world.facts.own = vec![made(1), made(2)];
            world.create(EXTEND);
        }));
        cases.push(case("picture_prompt_again", |world| {
            to_review(world, PICTURE);
            world.edit("prompt");
        }));
        cases.push(case_in("workshop_options", World::before(workshop()), |world| {
            at_everything(world);
            world.act(DraftAct::Options);
        }));
        cases
    }

    fn dialogue() -> Vec<Case> {
        let steps: [(&str, Prepare); 5] = [
            ("first_item", |_| {}),
            ("voice_of_many", |world| drop(world.say("Кто там?"))),
            ("pause_with_a_default", |world| {
                world.say("Кто там?");
                world.choose("voice", "v00Xk");
            }),
            ("one_of_two_items", |world| {
                world.say("Кто там?");
                world.choose("voice", "v00Xk");
                world.done("pause");
                world.done("lines");
            }),
            ("narrator_of_many", |world| {
                for words in ["Кто там?", "Это я, почтальон Печкин. Принёс вам посылку, вот"]
                {
                    world.say(words);
                    world.choose("voice", "v01Xk");
                    world.done("pause");
                }
                world.done("lines");
                world.edit("narrator");
            }),
        ];
        let case = |(name, prepare): (&str, Prepare)| {
            case_in(format!("dialogue_{name}"), World::before(workshop()), |world| {
                world.create(DIALOGUE);
                prepare(world);
            })
        };
        steps.into_iter().map(case).collect()
    }

    fn dub() -> Vec<Case> {
        let words: Prepare = |world| {
            world.edit("words");
            world.say("Здравствуйте!");
        };
        let case = |name: &str, prepare: &dyn Fn(&mut World)| {
            case_in(format!("dub_{name}"), World::before(workshop()), |world| {
                world.create(DUB);
                prepare(world);
            })
        };
        let clip: Prepare = |world| {
            let file = TelegramFile { duration_s: Some(12), ..document("v", "video/mp4", 9_000_000) };
            world.live(&sent(FileKind::Video, file, None));
        };
        vec![
            case("clip_with_its_rate", &|_| {}),
            case("one_of_two_is_needed", &clip),
            case("texts", &|world| {
                clip(world);
                words(world);
                world.edit("tags");
            }),
            case("options_second_page", &|world| {
                clip(world);
                words(world);
                world.act(DraftAct::Options);
                world.act(DraftAct::Page { input: Key::of("options"), page: 1 });
            }),
            case("option_set_to_another_value", &|world| {
                clip(world);
                words(world);
                world.edit("softness");
                world.say("7");
                world.edit("softness");
            }),
            case("two_exclude_each_other", &|world| {
                clip(world);
                words(world);
                for sign in ["logo", "frame"] {
                    world.act(DraftAct::Options);
                    world.edit(sign);
                    world.photo(sign);
                }
                world.act(DraftAct::Review);
            }),
        ]
    }

    pub(super) fn orders() -> Vec<Case> {
        vec![
            case("review_picture", |world| to_review(world, PICTURE)),
            case("review_edit", |world| to_review(world, EDIT)),
            case("review_video", |world| to_review(world, VIDEO)),
            case_in("review_video_at_its_dearest_without_the_money", World::new().with_money(15_50), |world| {
                to_review(world, VIDEO);
                world.act(DraftAct::Options);
                world.edit("duration");
                world.choose("duration", "30");
                world.edit("resolution");
                world.choose("resolution", "1080p");
                world.act(DraftAct::Review);
            }),
            case_in("review_for_the_last_kopeck", World::new().with_money(80), |world| to_review(world, PICTURE)),
            case_in("review_everything", World::before(workshop()), at_everything),
            case_in("review_metered", World::before(workshop()), |world| {
                world.create(VOICE);
                world.live(&sent(FileKind::Document, document("a", "audio/wav", 900_000), None));
            }),
            case_in("preparing", World::before(workshop()), |world| {
                world.prepares = false;
                world.create(VOICE);
                world.live(&sent(FileKind::Document, document("a", "audio/wav", 900_000), None));
            }),
            case_in("a_file_was_of_no_use", World::before(workshop()), |world| {
                world.prepares = false;
                world.create(VOICE);
                world.live(&sent(FileKind::Document, document("a", "audio/wav", 900_000), None));
                world.settle(InputState::Refused { reason: InputFault::UnknownKind });
                world.live(&Event::Wake);
            }),
            case_in("review_dialogue", World::before(workshop()), |world| {
                world.create(DIALOGUE);
                for words in ["Кто там?", "Это я, почтальон Печкин."] {
                    world.say(words);
                    world.choose("voice", "v01Xk");
                    world.done("pause");
                }
                world.done("lines");
            }),
            case("review_long_prompt", |world| {
                world.create(VIDEO);
                world.say(&"Очень длинное описание. ".repeat(60));
            }),
            case("review_after_its_price_expired", |world| {
                to_review(world, PICTURE);
                world.clock.advance(Duration::from_secs(900));
                world.act(DraftAct::Confirm);
            }),
            case("review_while_too_many_are_live", |world| {
                to_review(world, PICTURE);
                world.live = 3;
                world.act(DraftAct::Confirm);
            }),
            case_in("short", World::new().with_money(79), |world| {
                to_review(world, PICTURE);
                world.act(DraftAct::Confirm);
            }),
            case("discarded", |world| {
                to_review(world, PICTURE);
                world.act(DraftAct::Discard);
            }),
        ]
    }

    fn at_options(world: &mut World, model: &str) {
        to_review(world, model);
        world.act(DraftAct::Options);
    }

    fn to_review(world: &mut World, model: &str) {
        world.create(model);
        if model == EDIT {
            world.photo("a");
            world.photo("b");
            world.done("image_urls");
        }
        world.say("Рыжий кот в скафандре смотрит на Землю");
        world.quote();
    }

    fn to_quality(world: &mut World) {
        world.photo("a");
        world.photo("b");
        world.done("frames");
        world.say("Бумажный кораблик");
    }

    fn to_strength(world: &mut World) {
        to_quality(world);
        world.choose("quality", "draft");
        world.choose("seconds", "8");
    }

    fn at_everything(world: &mut World) {
        world.create(EVERYTHING);
        to_strength(world);
        world.say("0,75");
        world.choose("sound", "true");
        world.say("Полный вперёд!");
        world.quote();
    }
}

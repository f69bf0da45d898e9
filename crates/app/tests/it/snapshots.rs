//! Every screen in both languages, as a user reads it: one file per screen, Russian above, English below.
//!
//! The screens are reached as a user reaches them, by presses and messages. To add one: a case in the group it belongs to; write its file
//! with `INSTA_UPDATE=always` and read it. A file that no case stands behind fails `no_file_is_left_over`.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use app::conversation::{Talk, View};
use app::event::{Event, FileKind};
use app::screens::PAGE;
use domain::generation::{Failure, FailureReason, Generation, State, Undeliverable};
use domain::ids::{GenerationId, ModelId, OperationId, TaskId};
use domain::ledger::{Amount, Wallet};
use domain::models::Kind;
use domain::money::Money;
use domain::ports::StatementLine;
use domain::screen::{Action, DraftAct, GenerationAct, Key, Language};

use crate::notation::Names;
use crate::world::*;

struct Case {
    name: String,
    world: World,
}

fn case(name: impl Into<String>, prepare: impl FnOnce(&mut World)) -> Case {
    case_in(name, World::new(), prepare)
}

fn case_in(name: impl Into<String>, mut world: World, prepare: impl FnOnce(&mut World)) -> Case {
    prepare(&mut world);
    Case { name: name.into(), world }
}

fn view(name: &str, view: View) -> Case {
    case(name, |world| world.talk = Talk { view, ..Talk::default() })
}

macro_rules! groups {
    ($($group:ident),*) => {
        const GROUPS: &[(&str, fn() -> Vec<Case>)] = &[$((stringify!($group), cases::$group)),*];

        $(#[test]
        fn $group() {
            check(stringify!($group), cases::$group());
        })*
    };
}

groups!(start, models, questions, orders, progress, money, history, pages);

fn check(group: &str, cases: Vec<Case>) {
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
    for (group, cases) in GROUPS {
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
        let section = |kind: Kind| View::Section { section: Key::of(kind.as_str()), page: 0 };
        let sections = shop().kinds().map(|kind| view(&format!("section_{kind}"), section(kind)));
        let mut cases: Vec<_> = sections.collect();
        cases.push(view("section_past_its_end", View::Section { section: Key::of("text-to-image"), page: 1 }));
        for (name, id) in [("picture", PICTURE), ("edit", EDIT), ("video", VIDEO)] {
            cases.push(view(&format!("card_{name}"), View::Model { model: ModelId(id.to_owned()) }));
        }
        cases.push(case("card_with_an_unfinished_order", |world| {
            world.create(PICTURE);
            world.act(DraftAct::Back);
        }));
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
        cases.push(case_in("workshop_options", World::before(workshop()), |world| {
            at_everything(world);
            world.act(DraftAct::Options);
        }));
        cases
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

    pub(super) fn progress() -> Vec<Case> {
        let mut cases = Vec::new();
        for ahead in [0, 1, 2, 5, 21] {
            cases.push(card(&format!("queued_{ahead}_ahead"), generation(State::Queued), ahead));
        }
        let failed =
            |reason| State::Failed(Failure { reason, detail: Some("500: internal error, key abc".to_owned()) });
        let undeliverable = |reason| State::Undeliverable { success: success(None), reason };
        let states = [
            ("submitting", State::Submitting),
            ("running", State::Running { task: TaskId("t".to_owned()) }),
            ("succeeded", State::Succeeded(success(None))),
            ("delivered", State::Delivered(success(None))),
            ("undeliverable_chat_gone", undeliverable(Undeliverable::ChatGone)),
            ("undeliverable_refused", undeliverable(Undeliverable::Refused)),
            ("cancelled", State::Cancelled),
            ("failed_inputs_refused", failed(FailureReason::InputsRefused)),
            ("failed_content_refused", failed(FailureReason::ContentRefused)),
            ("failed_provider_failed", failed(FailureReason::ProviderFailed)),
            ("failed_model_unavailable", failed(FailureReason::ModelUnavailable)),
            ("failed_service_unavailable", failed(FailureReason::ServiceUnavailable)),
            ("failed_answer_lost", failed(FailureReason::AnswerLost)),
            ("failed_timed_out", failed(FailureReason::TimedOut)),
            ("failed_queued_too_long", failed(FailureReason::QueuedTooLong)),
        ];
        cases.extend(states.map(|(name, state)| card(name, generation(state), 0)));
        let running = || generation(State::Running { task: TaskId("t".to_owned()) });
        for (name, seconds) in [("running_for_eight_minutes", 8 * 60), ("running_for_five_hours", 5 * 3600)] {
            let mut overdue = running();
            overdue.created_at = NOON - Duration::from_secs(seconds);
            overdue.since = overdue.created_at;
            cases.push(card(name, overdue, 0));
        }
        // A metered model consumed less than its bound: what is shown is what was captured.
        let metered = |state| generation_of(VIDEO, "30", true, state);
        cases.push(card("delivered_metered", metered(State::Delivered(success(Some("12.5")))), 0));
        let refused = State::Undeliverable { success: success(Some("12.5")), reason: Undeliverable::Refused };
        cases.push(card("undeliverable_refused_metered", metered(refused), 0));
        cases.push(card("of_a_model_that_is_gone", generation_of("old/model", "4", false, State::Cancelled), 0));
        cases.push(case("too_late_to_cancel", |world| {
            world.facts = facts_of(running(), 0);
            world.about(&running(), GenerationAct::Cancel);
        }));
        cases.push(case("gone", |world| {
            let press = Action::Generation { generation: GenerationId::from_bytes([3; 16]), act: GenerationAct::Show };
            world.press(press);
        }));
        cases
    }

    pub(super) fn money() -> Vec<Case> {
        let lines = || {
            vec![
                line("top_up", 500_00, 0),
                line("bonus", 50_00, 0),
                line("reserve", 0, 3_90),
                line("capture", -3_90, -3_90),
                line("release", 0, -13_80),
                line("refund_generation", 3_90, 0),
                line("reserve_payback", 0, 500_00),
                line("refund_payment", -500_00, -500_00),
            ]
        };
        let statement = |page| View::Statement { page };
        let mut empty_purse = World::new().with_money(0);
        empty_purse.shop = Shop::default();
        let mut own_words = World::new();
        own_words.shop.support_text = Some("Отвечаем с 10 до 20 по Москве.\nВыходной – воскресенье.".to_owned());
        vec![
            view("balance", View::Balance),
            case_in("balance_empty", World::new().with_money(0), |world| world.talk.view = View::Balance),
            case("balance_with_reserved", |world| {
                world.session.money = Wallet { posted: 1_234_567_05, reserved: 13_80 };
                world.talk.view = View::Balance;
            }),
            view("statement_empty", statement(0)),
            case("statement_of_each_kind", |world| {
                world.facts.statement = lines();
                world.talk.view = statement(0);
            }),
            case("statement_first_of_two_pages", |world| {
                world.facts.statement = [lines(), lines()].concat();
                world.facts.statement.truncate(PAGE + 1);
                world.talk.view = statement(0);
            }),
            case("statement_last_page", |world| {
                let runs = |name: &str, runs, reserved| StatementLine {
                    posted: Amount::runs(runs),
                    reserved: Amount::runs(reserved),
                    ..line(name, 0, 0)
                };
                world.facts.statement = vec![
                    line("adjust", 100_00, 0),
                    line("adjust", -5, 0),
                    runs("bonus", 5, 0),
                    runs("reserve", 0, 1),
                    runs("capture", -1, -1),
                ];
                world.talk.view = statement(1);
            }),
            case("top_up", |world| drop(world.press(Action::TopUp))),
            case_in("top_up_on_the_way_to_an_order", World::new().with_money(79), |world| {
                to_review(world, PICTURE);
                world.act(DraftAct::Confirm);
                world.press(Action::TopUp);
            }),
            case_in("top_up_without_a_contact", empty_purse, |world| drop(world.press(Action::TopUp))),
            case_in("top_up_with_own_words", own_words, |world| drop(world.press(Action::TopUp))),
        ]
    }

    pub(super) fn history() -> Vec<Case> {
        let rows = || {
            vec![
                generation(State::Queued),
                generation(State::Submitting),
                generation_of(VIDEO, "14.4", false, State::Running { task: TaskId("t".to_owned()) }),
                generation(State::Succeeded(success(None))),
                generation_of(PICTURE, "0.8", false, State::Delivered(success(Some("0.8")))),
                generation(State::Undeliverable { success: success(None), reason: Undeliverable::Refused }),
                generation(State::Cancelled),
                generation(State::Failed(Failure { reason: FailureReason::TimedOut, detail: None })),
            ]
        };
        let page = |name: &str, rows: Vec<Generation>, page| {
            case(name, |world| {
                world.facts.history = rows;
                world.talk.view = View::History { page };
            })
        };
        vec![
            page("empty", Vec::new(), 0),
            page("one_of_each_state", rows(), 0),
            page("first_of_two_pages", [rows(), rows()].concat().drain(..=PAGE).collect(), 0),
            page("middle_page", [rows(), rows()].concat().drain(..=PAGE).collect(), 1),
            page("last_page", rows().drain(..2).collect(), 2),
        ]
    }

    pub(super) fn pages() -> Vec<Case> {
        let silent = |name: &str, view: View| {
            case(format!("{name}_without_a_contact"), |world| {
                world.shop = Shop::default();
                world.talk.view = view;
            })
        };
        vec![
            view("settings", View::Settings),
            view("help", View::Help),
            view("support", View::Support),
            silent("support", View::Support),
            view("paysupport", View::PaySupport),
            silent("paysupport", View::PaySupport),
            view("terms", View::Terms),
            case("unsupported", |world| drop(world.live(&Event::Unsupported))),
        ]
    }

    use app::screens::Shop;

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

    fn card(name: &str, generation: Generation, ahead: u64) -> Case {
        case(name, |world| {
            world.talk.view = View::Generation { generation: generation.id };
            world.facts = facts_of(generation, ahead);
        })
    }

    fn line(name: &str, posted: i64, reserved: i64) -> StatementLine {
        StatementLine {
            operation: OperationId::from_bytes([4; 16]),
            name: name.to_owned(),
            cause: "cause".to_owned(),
            posted: Amount::money(Money::from_kopecks(posted)),
            reserved: Amount::money(Money::from_kopecks(reserved)),
            at: NOON,
        }
    }
}

//! The user and the shop: money, settings, privacy, letters, deleting one's data.

use std::time::Duration;

use app::conversation::{Effect, LETTERS_MAX, LETTERS_WITHIN, Letter, Talk, View};
use app::event::{Event, FileKind};
use app::screens::{PAGE, Shop};
use domain::generation::State;
use domain::ids::UserId;
use domain::ledger::{Amount, Wallet};
use domain::ports::StatementLine;
use domain::screen::{Action, DraftAct, Emphasis, Language, Preference, Press};
use domain::staff::Role;

use crate::results::{line, noted};
use crate::snapshots::{Case, Group, case, case_in, check, view};
use crate::world::*;

const ANN: UserId = UserId::from_bytes([4; 16]);

pub(crate) const GROUPS: [Group; 2] = [("money", money), ("pages", pages)];

#[test]
fn everything_about_money_and_people() {
    for (group, cases) in GROUPS {
        check(group, cases());
    }
}

fn money() -> Vec<Case> {
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
    let mut empty_purse = World::before(studio()).with_money(0);
    empty_purse.shop = Shop::default();
    let mut own_words = World::before(studio());
    own_words.shop.support_text = Some("Отвечаем с 10 до 20 по Москве.\nВыходной – воскресенье.".to_owned());
    vec![
        view("balance", View::Balance),
        case_in("balance_empty", World::before(studio()).with_money(0), |world| world.talk.view = View::Balance),
        case("balance_with_reserved", |world| {
            world.session.money = Wallet { posted: 1_234_567_05, reserved: 13_80 };
            world.talk.view = View::Balance;
        }),
        view("statement_empty", statement(0)),
        case("statement_of_each_kind", |world| {
            world.facts.statement = lines();
            world.facts.orders = vec![generation(State::Delivered(success(None)))];
            world.talk.view = statement(0);
        }),
        case("statement_of_each_cause", |world| {
            let of = |name: &str, group: &str, cause: &str, kopecks| StatementLine {
                group: group.to_owned(),
                cause: cause.to_owned(),
                ..line(name, kopecks, 0)
            };
            world.facts.statement = vec![
                of("bonus", "bonus_welcome", "u", 50_00),
                of("bonus", "bonus_promo", "SUMMER:0101:0", 25_00),
                of("bonus", "bonus_referral", "0101:inviter", 10_00),
                of("bonus", "bonus_gift", "0202:owner", 5_00),
                noted(line("refund_generation", 1_00, 0), "Кот вышел <b>не тот</b>"),
                noted(line("adjust", -5, 0), "Ошиблись в прошлый раз"),
                StatementLine { generation: None, ..line("release", 0, -500_00) },
            ];
            world.facts.orders = vec![generation(State::Delivered(success(None)))];
            world.talk.view = statement(0);
        }),
        case("statement_of_each_way_to_pay", |world| {
            let of =
                |name: &str, cause: &str, kopecks| StatementLine { cause: cause.to_owned(), ..line(name, kopecks, 0) };
            world.facts.statement = vec![
                of("top_up", "stars:ch:1", 500_00),
                of("top_up", "bank:0303", 500_00),
                of("top_up", "yookassa:1", 500_00),
                of("top_up", "crypto_pay:1", 500_00),
                of("refund_payment", "stars:ch:1", -500_00),
                of("refund_payment", "yookassa:1", -500_00),
            ];
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
        case_in("top_up_on_the_way_to_an_order", World::before(studio()).with_money(79), |world| {
            world.create(PICTURE);
            world.say("Рыжий кот в скафандре");
            world.act(DraftAct::Confirm);
            world.press(Action::TopUp);
        }),
        case_in("top_up_without_a_contact", empty_purse, |world| drop(world.press(Action::TopUp))),
        case_in("top_up_with_own_words", own_words, |world| drop(world.press(Action::TopUp))),
    ]
}

fn pages() -> Vec<Case> {
    let silent = |name: &str, view: View| {
        case(format!("{name}_without_a_contact"), |world| {
            world.shop = Shop::default();
            world.talk.view = view;
        })
    };
    let mut cases = vec![
        view("settings", View::Settings),
        view("help", View::Help),
        view("support", View::Support),
        silent("support", View::Support),
        view("paysupport", View::PaySupport),
        silent("paysupport", View::PaySupport),
        view("terms", View::Terms),
        case("unsupported", |world| drop(world.live(&Event::Unsupported))),
    ];
    cases.extend([
        case("settings_silent_without_news", |world| {
            world.session.person.silent = true;
            world.session.person.news = false;
            world.talk.view = View::Settings;
        }),
        case("support_with_own_words", |world| {
            world.shop.support_text = Some("Отвечаем с 10 до 20 по Москве.".to_owned());
            world.talk.view = View::Support;
        }),
        case("support_after_a_letter", |world| {
            world.press(Action::Support);
            world.say("Не пришла картинка");
        }),
        view("privacy", View::Privacy),
        view("forget", View::Forget),
        case_in("forget_with_an_empty_balance", World::new().with_money(0), |world| world.talk.view = View::Forget),
        case("forget_while_money_is_set_aside", |world| {
            world.session.money = Wallet { posted: 100_00, reserved: 3_90 };
            world.talk.view = View::Forget;
        }),
        case("forgotten", |world| drop(world.press(Action::ForgetForGood))),
        case("reply", |world| {
            world.role = Some(Role::Owner);
            world.facts.correspondent = Some(world.session.person.clone());
            world.press(Action::Reply { user: ANN });
        }),
        case("reply_to_nobody", |world| {
            world.role = Some(Role::Owner);
            world.press(Action::Reply { user: ANN });
        }),
    ]);
    cases
}

fn asked(world: &World, effect: &Option<Effect>) -> Option<Letter> {
    match effect {
        Some(Effect::Ask(letter)) => Some(letter.clone()),
        Some(other) => panic!("{other:?} at {:?}", world.talk.view),
        None => None,
    }
}

#[test]
fn what_is_written_on_the_support_screen_goes_to_the_owners_and_nothing_else_does() {
    let mut world = World::new();
    world.say("Привет");
    assert!(matches!(world.talk.view, View::Offer), "elsewhere words are a prompt");
    world.press(Action::Support);
    let decision = world.say("Не пришла картинка");
    let wanted = Letter { text: Some("Не пришла картинка".to_owned()), copy: None };
    assert_eq!(asked(&world, &decision.effect), Some(wanted));
    assert_eq!((world.notice(), &world.talk.view, decision.fresh), ("notice-asked", &View::Support, true));
    let decision = world.live(&sent(FileKind::Document, document("d", "image/png", 9), Some("Вот снимок")));
    assert_eq!(asked(&world, &decision.effect), Some(Letter { text: Some("Вот снимок".to_owned()), copy: Some(9) }));
    assert!(decision.inputs.is_empty(), "a file for the owner is no input");
    let decision = world.say(" \n");
    assert_eq!((asked(&world, &decision.effect), world.notice()), (None, "notice-letter-empty"));
}

#[test]
fn letters_are_limited_for_a_while() {
    let mut world = World::new();
    world.press(Action::Support);
    for _ in 0..LETTERS_MAX {
        assert!(asked(&world, &world.consider(&Event::Text { text: "х".to_owned() }).effect).is_some());
        world.say("х");
        world.clock.advance(Duration::from_secs(1));
    }
    let decision = world.say("ещё");
    assert_eq!((asked(&world, &decision.effect), world.notice()), (None, "notice-letters-too-many"));
    let said = world.render(Language::Ru).text.to_plain();
    assert!(said.contains("10\u{a0}минут"), "{said}");
    world.clock.advance(LETTERS_WITHIN - Duration::from_secs(10));
    let decision = world.say("ещё");
    assert!(asked(&world, &decision.effect).is_some(), "the first one is long ago: {}", world.notice());
    assert_eq!(world.talk.letters.len(), LETTERS_MAX);
}

#[test]
fn only_an_owner_answers_and_goes_back_to_where_they_were() {
    let mut stranger = World::new();
    stranger.press(Action::Reply { user: ANN });
    assert_eq!((stranger.notice(), &stranger.talk.view), ("notice-stale", &View::Menu));
    // Was an owner when the view was stored.
    stranger.talk = Talk { view: View::Reply { user: ANN }, ..Talk::default() };
    let decision = stranger.say("Привет");
    assert_eq!((decision.effect, &stranger.talk.view), (None, &View::Menu));

    let mut owner = World::new();
    owner.role = Some(Role::Owner);
    owner.press(Action::Balance);
    owner.press(Action::Reply { user: ANN });
    assert_eq!(owner.say(" ").effect, None);
    let decision = owner.say("Уже чиним");
    let letter = Letter { text: Some("Уже чиним".to_owned()), copy: None };
    assert_eq!(decision.effect, Some(Effect::Answer { user: ANN, letter }));
    assert_eq!((owner.notice(), &owner.talk.view), ("notice-answered", &View::Balance));
    assert_eq!(owner.say("кот").effect, None, "the next words are not for the user");
}

/// Its files come one by one: all of them are answers.
#[test]
fn an_owners_album_is_an_answer_file_by_file() {
    let mut owner = World::new();
    owner.role = Some(Role::Owner);
    owner.press(Action::Reply { user: ANN });
    for message in [11, 12] {
        let photo = Event::File {
            kind: FileKind::Photo,
            file: photo("p"),
            caption: None,
            album: Some("a".to_owned()),
            message,
        };
        let letter = Letter { text: None, copy: Some(message) };
        assert_eq!(owner.live(&photo).effect, Some(Effect::Answer { user: ANN, letter }));
    }
}

#[test]
fn data_are_deleted_only_after_a_question_and_never_while_something_is_under_way() {
    let mut world = World::new().at_review();
    world.press(Action::Settings);
    world.press(Action::Forget);
    let screen = world.render(Language::Ru);
    let danger: Vec<_> =
        screen.keyboard.iter().flatten().filter(|button| button.emphasis == Emphasis::Danger).collect();
    assert!(matches!(danger[..], [button] if button.press == Press::Action(Action::ForgetForGood)));
    assert!(screen.text.to_plain().contains("100\u{a0}₽"), "it says what is lost");

    for (reserved, live) in [(1, 0), (0, 1)] {
        let mut busy = World::new();
        busy.press(Action::Forget);
        (busy.session.money.reserved, busy.live) = (reserved, live);
        let decision = busy.press(Action::ForgetForGood);
        assert_eq!((decision.effect, busy.notice(), &busy.talk.view), (None, "notice-forget-later", &View::Forget));
    }

    let decision = world.press(Action::ForgetForGood);
    assert_eq!(decision.effect, Some(Effect::Forget));
    assert_eq!(world.talk, Talk { view: View::Forgotten, ..Talk::default() }, "nothing of the person is left");
}

#[test]
fn a_preference_is_switched_by_its_button() {
    for preference in Preference::ALL {
        let mut world = World::new();
        world.press(Action::Settings);
        let switch = |world: &World| {
            let is_it =
                |action: &Action| matches!(action, Action::Prefer { preference: its, .. } if *its == preference);
            actions(&world.render(Language::En)).into_iter().find(is_it).expect("a switch")
        };
        let off = Action::Prefer { preference, on: false };
        assert_eq!(switch(&world), off);
        let decision = world.press(off);
        assert_eq!(decision.effect, Some(Effect::Prefer { preference, on: false }));
        assert_eq!(world.talk.view, View::Settings);
        match preference {
            Preference::Sound => world.session.person.silent = true,
            Preference::News => world.session.person.news = false,
        }
        assert_eq!(switch(&world), Action::Prefer { preference, on: true });
    }
}

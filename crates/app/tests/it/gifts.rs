//! What is given: free ones within limits, runs, promo codes, friends. As a user reads it, and what each event changes.

use std::time::Duration;

use app::conversation::{Effect, GUESSES_MAX, GUESSES_WITHIN, Step, Talk, View};
use app::event::Event;
use app::free::FreeNow;
use app::screens::{Friends, Receipt};
use app::service::ReferralTerms;
use domain::free::{FreeUse, Funding, Means};
use domain::generation::{Failure, FailureReason, Generation, State, Undeliverable};
use domain::ids::{ModelId, TaskId, TransferId};
use domain::ledger::{Amount, Wallet};
use domain::money::Money;
use domain::ports::{ReferralFigures, StatementLine};
use domain::promo::{PromoCode, PromoState};
use domain::screen::{Action, DraftAct, Language, Press, Shelf};

use crate::results::line;
use crate::snapshots::{Case, Group, case_in, check};
use crate::world::*;

pub(crate) const GROUPS: [Group; 4] = [("free", free), ("funding", funding), ("promo", promo), ("friends", friends)];

#[test]
fn everything_that_is_given() {
    for (group, cases) in GROUPS {
        check(group, cases());
    }
}

/// Before [`fair`], with so many of [`PICTURE`] used in the day and in the hour, and runs.
fn visitor(day: u32, hour: u32, runs: i64) -> World {
    let mut world = World::before(fair());
    world.session.runs = Wallet { posted: runs, reserved: 0 };
    use_up(&mut world, day, hour);
    world
}

fn use_up(world: &mut World, day: u32, hour: u32) {
    let zone = jiff::tz::TimeZone::get("Europe/Moscow").unwrap();
    world.free = FreeNow::new(NOON, &zone);
    world.free.used = vec![(ModelId(PICTURE.to_owned()), FreeUse { day, hour })];
    world.facts.free = world.free.clone();
}

fn free() -> Vec<Case> {
    let picture = || View::Model { model: ModelId(PICTURE.to_owned()) };
    let shelf = |name: &str, world: World| {
        case_in(name, world, |world| drop(world.press(Action::Shelf { shelf: Shelf::Free, page: 0 })))
    };
    let card = |name: &str, world: World| case_in(name, world, |world| world.talk.view = picture());
    let review = |name: &str, world: World| case_in(name, world.at_review(), |_| ());
    let mut moved = visitor(1, 1, 1).at_review();
    use_up(&mut moved, 3, 2);
    let mut refilled = visitor(3, 2, 0).at_review();
    use_up(&mut refilled, 2, 0);
    let mut spent = visitor(1, 1, 0).at_review();
    use_up(&mut spent, 2, 2);
    let confirm = |name: &str, world: World| case_in(name, world, |world| drop(world.act(DraftAct::Confirm)));
    vec![
        case_in("menu", visitor(0, 0, 0), |world| world.talk = Talk::default()),
        shelf("shelf", visitor(0, 0, 0)),
        shelf("shelf_with_runs_after_the_hour", visitor(2, 2, 5)),
        shelf("shelf_after_the_day", visitor(3, 1, 0)),
        shelf("shelf_without_any", World::before(studio())),
        card("card", visitor(1, 1, 0)),
        card("card_after_the_hour", visitor(2, 2, 0)),
        card("card_after_the_day", visitor(3, 1, 0)),
        review("review_free", visitor(1, 1, 0).with_money(0)),
        review("review_run", visitor(3, 1, 5)),
        review("review_money_after_the_hour", visitor(2, 2, 0)),
        review("review_without_money_after_the_day", visitor(3, 1, 0).with_money(0)),
        confirm("free_became_a_run", moved),
        confirm("money_became_free", refilled),
        confirm("free_became_money", spent),
        confirm("refused_after_the_day", visitor(3, 1, 0).with_money(0).at_review()),
        confirm("refused_after_the_hour", visitor(2, 2, 0).with_money(0).at_review()),
        case_in("balance_with_runs", visitor(0, 0, 5), |world| world.talk.view = View::Balance),
    ]
}

fn funded(means: Means, state: State) -> Generation {
    let hold = TransferId::from_bytes([8; 16]);
    let funding = match means {
        Means::Money => Funding::Money(hold),
        Means::Run => Funding::Run(hold),
        Means::Free => Funding::Free(FreeNow::new(NOON, &jiff::tz::TimeZone::UTC).windows.unwrap()),
    };
    Generation { funding, ..generation_of(PICTURE, "0.8", false, state) }
}

fn funding() -> Vec<Case> {
    let failed = || State::Failed(Failure { reason: FailureReason::ProviderFailed, detail: None });
    let refused = || State::Undeliverable { success: success(None), reason: Undeliverable::Refused };
    let running = || State::Running { task: TaskId("t".to_owned()) };
    let states: [(&str, &dyn Fn() -> State); 6] = [
        ("running", &running),
        ("sending", &|| State::Succeeded(success(None))),
        ("delivered", &|| State::Delivered(success(None))),
        ("undeliverable", &refused),
        ("cancelled", &|| State::Cancelled),
        ("failed", &failed),
    ];
    let mut cases = Vec::new();
    for means in [Means::Run, Means::Free] {
        for (name, state) in states {
            let name = format!("{}_{name}", means.code());
            let generation = funded(means, state());
            cases.push(case_in(name, World::before(fair()), |world| {
                world.talk.view = View::Generation { generation: generation.id };
                world.facts = facts_of(generation, 0);
            }));
        }
        let mut overdue = funded(means, running());
        overdue.created_at = NOON - Duration::from_secs(5 * 3600);
        overdue.since = overdue.created_at;
        cases.push(case_in(format!("{}_overdue", means.code()), World::before(fair()), |world| {
            world.talk.view = View::Generation { generation: overdue.id };
            world.facts = facts_of(overdue, 0);
        }));
    }
    let run = |name: &str, posted, reserved| StatementLine {
        posted: Amount::runs(posted),
        reserved: Amount::runs(reserved),
        ..line(name, 0, 0)
    };
    let receipt = |name: &str, means, state, lines: Vec<StatementLine>| {
        case_in(name, World::before(fair()), |world| {
            let generation = funded(means, state);
            world.talk.view = View::Receipt { generation: generation.id };
            world.facts.receipt = Some(Receipt { generation, movements: lines });
        })
    };
    let reserve = || run("reserve", 0, 1);
    cases.extend([
        receipt("receipt_run", Means::Run, State::Delivered(success(None)), vec![reserve(), run("capture", -1, -1)]),
        receipt("receipt_run_failed", Means::Run, failed(), vec![reserve(), run("release", 0, -1)]),
        receipt("receipt_free", Means::Free, State::Delivered(success(None)), Vec::new()),
        receipt("receipt_free_running", Means::Free, running(), Vec::new()),
        receipt("receipt_free_failed", Means::Free, failed(), Vec::new()),
    ]);
    cases
}

fn promo() -> Vec<Case> {
    let asked = |name: &str, code: &str, state: Option<PromoState>| {
        case_in(name, World::before(fair()), |world| {
            world.press(Action::Balance);
            world.press(Action::Promo);
            world.promo = state;
            world.say(code);
        })
    };
    let money = Amount::money(Money::from_kopecks(150_00));
    let expired = PromoState { promo: PromoCode { expires_at: Some(NOON), ..code(money).promo }, ..code(money) };
    vec![
        case_in("question", World::before(fair()), |world| drop(world.press(Action::Promo))),
        asked("redeemed_money", "hello", Some(code(money))),
        asked("redeemed_runs", "hello", Some(code(Amount::runs(3)))),
        asked("unknown", "hello", None),
        asked("no_code", "здравствуйте, есть скидка?", None),
        asked("expired", "hello", Some(expired)),
        asked("used_by_you", "hello", Some(PromoState { used: 1, used_by_user: 1, ..code(money) })),
        asked("used_up", "hello", Some(PromoState { used: 2, ..code(money) })),
        case_in("too_many", World::before(fair()), |world| {
            world.press(Action::Promo);
            (0..=GUESSES_MAX).for_each(|_| drop(world.say("hello")));
        }),
    ]
}

fn code(gift: Amount) -> PromoState {
    let promo = PromoCode {
        code: "HELLO".to_owned(),
        gift,
        total_max: 2,
        per_user_max: 1,
        expires_at: None,
        created_at: NOON - Duration::from_secs(60),
    };
    PromoState { promo, used: 0, used_by_user: 0 }
}

fn friends() -> Vec<Case> {
    let terms = ReferralTerms { invited: Amount::runs(3), inviter: Amount::runs(5), day_max: 10 };
    let shown = Friends {
        figures: ReferralFigures { invited: 4, rewarded: 2 },
        today: 1,
        terms,
        link: Some("https://t.me/kie_bot?start=r_01010101010101010101010101010101".to_owned()),
    };
    let at = |name: &str, friends: Friends| {
        case_in(name, World::before(fair()), |world| {
            world.facts.friends = Some(friends);
            world.press(Action::Friends);
        })
    };
    let none = Amount::runs(0);
    let same = ReferralTerms { inviter: Amount::runs(3), ..terms };
    let with = |terms| Friends { terms, ..shown.clone() };
    vec![
        at("friends", shown.clone()),
        at("same_for_both", with(same)),
        at(
            "money_for_one",
            with(ReferralTerms { inviter: Amount::money(Money::from_kopecks(50_00)), invited: none, day_max: 1 }),
        ),
        at("only_the_friend", with(ReferralTerms { inviter: none, ..terms })),
        at("nothing", with(ReferralTerms { inviter: none, invited: none, day_max: 0 })),
        at("day_is_full", Friends { today: 10, ..shown.clone() }),
        at("without_a_link", Friends { link: None, ..shown }),
    ]
}

fn means_of(effect: &Option<Effect>) -> Option<Means> {
    match effect {
        Some(Effect::Order(draft, _)) => Some(draft.means),
        Some(other) => panic!("{other:?}"),
        None => None,
    }
}

#[test]
fn the_free_ones_go_first_then_a_run_then_money() {
    let table = [
        ((0, 0), 0, 0, Means::Free),
        ((0, 0), 5, 100_00, Means::Free),
        ((2, 2), 1, 100_00, Means::Run),
        ((3, 0), 1, 0, Means::Run),
        ((3, 0), 0, 100_00, Means::Money),
    ];
    for ((day, hour), runs, kopecks, wanted) in table {
        let mut world = visitor(day, hour, runs).with_money(kopecks).at_review();
        assert_eq!(world.draft().means, wanted, "{day} {hour} {runs}");
        let decision = world.act(DraftAct::Confirm);
        assert_eq!(means_of(&decision.effect), Some(wanted), "{day} {hour} {runs}");
    }
}

#[test]
fn what_was_shown_is_what_is_taken_else_it_is_shown_anew() {
    let states = [((0, 0), 0), ((2, 2), 1), ((2, 2), 0)];
    let notices = ["notice-means-free", "notice-means-run", "notice-means-money"];
    for (before, ((day, hour), runs)) in states.into_iter().enumerate() {
        for (after, ((day_after, hour_after), runs_after)) in states.into_iter().enumerate() {
            let mut world = visitor(day, hour, runs).at_review();
            use_up(&mut world, day_after, hour_after);
            world.session.runs.posted = runs_after;
            let decision = world.act(DraftAct::Confirm);
            let ordered = means_of(&decision.effect).is_some();
            assert_eq!(ordered, before == after, "{before} {after}");
            if !ordered {
                assert_eq!(world.notice(), notices[after], "{before} {after}");
                assert!(means_of(&world.act(DraftAct::Confirm).effect).is_some(), "the second time it is agreed");
            }
        }
    }
}

#[test]
fn past_the_limits_and_without_means_nothing_is_ordered() {
    let mut world = visitor(3, 1, 0).with_money(0).at_review();
    let decision = world.act(DraftAct::Confirm);
    assert_eq!(decision.effect, None);
    assert!(matches!(world.step(), Step::Short { .. }));
    let actions = actions(&world.render(Language::En));
    assert!(actions.contains(&Action::TopUp) && actions.contains(&Action::Friends));
}

/// What costs no money has no price that could grow old.
#[test]
fn a_free_order_does_not_expire_and_freezes_a_fresh_quote() {
    let mut world = visitor(0, 0, 0).with_money(0).at_review();
    world.clock.advance(Duration::from_secs(3600));
    let now = domain::clock::Clock::now(&world.clock);
    let decision = world.act(DraftAct::Confirm);
    let (draft, quote) = order(&decision);
    assert_eq!(draft.means, Means::Free);
    assert!(!quote.is_expired(now));
}

/// Runs are for models that have free ones.
#[test]
fn a_model_without_free_ones_takes_money_whatever_is_in_the_bank() {
    let mut world = visitor(0, 0, 9);
    world.create("google/nano-banana");
    world.say("Рыжий кот");
    assert_eq!(world.draft().means, Means::Money);
}

fn redeemed(effect: Option<Effect>) -> Option<(String, u32, Amount)> {
    match effect {
        Some(Effect::Redeem { code, nth, gift }) => Some((code, nth, gift)),
        Some(other) => panic!("{other:?}"),
        None => None,
    }
}

#[test]
fn a_code_comes_by_its_screen_by_a_command_and_by_a_link() {
    let gift = Amount::runs(3);
    let wanted = Some(("HELLO".to_owned(), 0, gift));
    let world = || {
        let mut world = World::before(fair());
        world.promo = Some(code(gift));
        world
    };
    let mut typed = world();
    typed.press(Action::Balance);
    typed.press(Action::Promo);
    assert_eq!(redeemed(typed.say(" hel lo ").effect), wanted);
    assert_eq!((&typed.talk.view, &typed.talk.trail[..]), (&View::Balance, &[View::Menu][..]));
    for (line, view) in [("promo hello", View::Balance), ("start p_Hello", View::Menu)] {
        let mut world = world();
        assert_eq!(redeemed(world.command(line).effect), wanted, "{line}");
        assert_eq!((&world.talk.view, world.notice()), (&view, "notice-promo-redeemed"), "{line}");
    }
    let mut asked = world();
    assert_eq!((redeemed(asked.command("promo").effect), &asked.talk.view), (None, &View::Promo));
    // Elsewhere words are a prompt.
    let mut elsewhere = world();
    assert_eq!(elsewhere.say("hello").effect, None);
    assert_eq!(elsewhere.talk.view, View::Offer);
}

#[test]
fn the_second_time_of_a_code_that_may_be_used_twice_is_another_redemption() {
    let mut world = World::before(fair());
    let mut state = code(Amount::runs(1));
    (state.promo.per_user_max, state.used, state.used_by_user) = (2, 1, 1);
    world.promo = Some(state);
    assert_eq!(redeemed(world.command("promo hello").effect), Some(("HELLO".to_owned(), 1, Amount::runs(1))));
}

/// A state that was looked up for another code redeems nothing.
#[test]
fn only_the_code_that_was_named_is_redeemed() {
    let mut world = World::before(fair());
    world.promo = Some(code(Amount::runs(1)));
    assert_eq!(world.command("promo other").effect, None);
    assert_eq!(world.notice(), "notice-promo-unknown");
}

#[test]
fn whoever_guesses_is_slowed_down_and_even_a_right_code_has_to_wait() {
    let mut world = World::before(fair());
    world.press(Action::Promo);
    for _ in 0..GUESSES_MAX {
        world.say("wrong");
        assert_eq!(world.notice(), "notice-promo-unknown");
        world.clock.advance(Duration::from_secs(1));
    }
    world.promo = Some(code(Amount::runs(1)));
    for line in ["promo hello", "start p_HELLO"] {
        assert_eq!((world.command(line).effect, world.notice()), (None, "notice-promo-too-many"), "{line}");
    }
    world.clock.advance(GUESSES_WITHIN);
    assert!(redeemed(world.command("promo hello").effect).is_some());
    // What can't be a code is no guess.
    let mut chatty = World::before(fair());
    chatty.press(Action::Promo);
    (0..20).for_each(|_| drop(chatty.say("есть скидка?")));
    assert_eq!((chatty.notice(), chatty.talk.guesses.len()), ("notice-promo-no-code", 0));
}

#[test]
fn a_link_is_shared_in_telegram_and_copied_by_a_tap() {
    let Some(case) = friends().into_iter().next() else { panic!("a case") };
    let screen = case.render(Language::En);
    let presses: Vec<_> = screen.keyboard.iter().flatten().map(|button| &button.press).collect();
    let link = "https://t.me/kie_bot?start=r_01010101010101010101010101010101";
    assert!(presses.contains(&&Press::Copy(link.to_owned())));
    assert!(presses.iter().any(
        |press| matches!(press, Press::Url(url) if url.starts_with("https://t.me/share/url?url=https%3A%2F%2Ft.me"))
    ));
}

#[test]
fn friends_and_codes_have_commands() {
    for (name, view) in [("friends", View::Friends), ("promo", View::Promo)] {
        let mut world = World::before(fair());
        world.live(&Event::Command { name: name.to_owned(), arguments: String::new() });
        assert_eq!(world.talk.view, view);
    }
}

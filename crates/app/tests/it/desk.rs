//! The owner's desk as each role reads it.

use std::collections::BTreeMap;

use app::conversation::{DeskQuestion, DeskView, Talk, View, Wish};
use app::desk::{Period as Figures, Waiting};
use app::screens::{DeskFacts, FiguresShown, PersonFacts};
use domain::figures::{DayFigures, ModelFigures, Span, Waits};
use domain::generation::StateKind;
use domain::ids::{ActionId, ChatId, ModelId, UserId};
use domain::ledger::{Payment, Provider};
use domain::money::Money;
use domain::ports::{Funnel, LiveFigures, Person, ProviderRecord, UserFigures};
use domain::screen::{Key, Period, PersonTab};
use domain::staff::{Actor, Approval, AuditEntry, Deed, Role, Setting, StaffMember, Standing};

use crate::results::line;
use crate::snapshots::{Case, Group, case_in, check};
use crate::world::*;

pub(crate) const GROUPS: [Group; 1] = [("desk", desk)];

#[test]
fn the_desk() {
    for (group, cases) in GROUPS {
        check(group, cases());
    }
}

fn rub(kopecks: i64) -> Money {
    Money::from_kopecks(kopecks)
}

fn boss() -> Actor {
    Actor { chat: ChatId(77), role: Role::Owner, standing: Standing::Configured }
}

/// At a screen of the desk, with what it shows.
fn at(name: &str, view: DeskView, facts: DeskFacts) -> Case {
    as_role(name, Role::Owner, view, facts)
}

fn as_role(name: &str, role: Role, view: DeskView, facts: DeskFacts) -> Case {
    case_in(name, World { role: Some(role), ..World::new() }, move |world| {
        world.talk = Talk { view: View::Desk(view), ..Talk::default() };
        world.facts.desk = facts;
    })
}

fn someone() -> PersonFacts {
    let world = World::new();
    let mut session = world.session;
    session.person = Person {
        username: Some("anna_k".to_owned()),
        origin: Some("c_autumn".to_owned()),
        gone: true,
        ..session.person
    };
    let figures = UserFigures {
        first_seen: NOON,
        last_seen: Some(NOON),
        generations: [(StateKind::Delivered, 12), (StateKind::Failed, 3)].into(),
        spent: rub(345_60),
        paid_in: rub(1_500_00),
        paid_back: Money::ZERO,
        top_model: Some(ModelId(PICTURE.to_owned())),
    };
    PersonFacts { figures: Some(figures), ..PersonFacts::new(session) }
}

fn payment(id: &str, refunded: bool) -> Payment {
    Payment {
        provider: Provider::Stars,
        payment: id.to_owned(),
        user: UserId::from_bytes([1; 16]),
        amount: rub(500_00),
        native_amount: 500,
        native_currency: "XTR".to_owned(),
        at: NOON,
        refunded,
    }
}

fn entry(deed: Deed, subject: &str, before: Option<&str>, after: Option<&str>, reason: Option<&str>) -> AuditEntry {
    AuditEntry {
        id: ActionId::from_bytes([9; 16]),
        by: boss(),
        deed,
        subject: subject.to_owned(),
        before: before.map(str::to_owned),
        after: after.map(str::to_owned),
        reason: reason.map(str::to_owned),
        at: NOON,
    }
}

fn figures() -> FiguresShown {
    let mut waits = Waits::default();
    for seconds in [20, 30, 40, 200] {
        waits.note(std::time::Duration::from_secs(seconds));
    }
    let of_picture = ModelFigures {
        ordered: 1240,
        succeeded: 1200,
        failed: 31,
        cancelled: 9,
        captured: rub(96_000_00),
        refunded: rub(120_00),
        cost: rub(48_000_00),
        costless: 2,
        waits,
    };
    let models = [(ModelId(PICTURE.to_owned()), of_picture)].into();
    let (paid_in, paid_back, given) = (rub(120_000_00), rub(500_00), rub(3_000_00));
    let figures = DayFigures { new_users: 215, paid_in, paid_back, given, models, ..DayFigures::default() };
    let funnel = Funnel { came: 215, ordered: 120, paid: 38 };
    let figures = Figures { span: Span { from: NOON, until: NOON }, figures, active: 1890, funnel };
    let states = vec![LiveFigures { state: StateKind::Running, count: 7, oldest: Some(NOON) }];
    FiguresShown { figures, states }
}

fn approval(by: i64) -> Approval {
    Approval {
        id: ActionId::from_bytes([8; 16]),
        by: ChatId(by),
        user: UserId::from_bytes([1; 16]),
        amount: rub(20_000_00),
        reason: "конкурс".to_owned(),
        at: NOON,
        end: None,
    }
}

fn desk() -> Vec<Case> {
    let user = UserId::from_bytes([1; 16]);
    let person = |tab| DeskView::Person { user, tab, page: 0 };
    let with = |facts: PersonFacts| DeskFacts { person: Some(facts), ..DeskFacts::default() };
    let home = || DeskFacts { selling: true, waits: 3, ..DeskFacts::default() };
    let live = || Some(live());
    let set = Setting { name: "markup".to_owned(), value: Some("\"2.5\"".to_owned()), version: 3, at: NOON };
    let earned = BTreeMap::from([(ModelId(PICTURE.to_owned()), rub(96_000_00))]);
    let record = ProviderRecord {
        provider: Provider::Stars,
        payment: "charge".to_owned(),
        is_refund: false,
        native_amount: 250,
        native_currency: "XTR".to_owned(),
        payer: Some(ChatId(55)),
        payload: "x".to_owned(),
        at: NOON,
    };
    let waiting = Waiting { receipts: Vec::new(), unmatched: vec![record] };
    let staff = vec![StaffMember { chat: ChatId(901), role: Role::Manager, since: NOON }];
    vec![
        at("home", DeskView::Home, home()),
        at("home_while_nothing_is_sold", DeskView::Home, DeskFacts::default()),
        as_role("home_of_a_manager", Role::Manager, DeskView::Home, home()),
        as_role("home_of_support", Role::Support, DeskView::Home, home()),
        as_role("closed_to_support", Role::Support, DeskView::Settings, home()),
        at(
            "figures",
            DeskView::Statistics { period: Period::Week },
            DeskFacts { figures: Some(figures()), ..DeskFacts::default() },
        ),
        at("find", DeskView::FindPeople, DeskFacts::default()),
        at(
            "found",
            DeskView::People { query: "ан".to_owned(), page: 0 },
            DeskFacts { people: vec![someone().session.person; 9], ..DeskFacts::default() },
        ),
        at("found_nobody", DeskView::People { query: "ан".to_owned(), page: 0 }, DeskFacts::default()),
        at("person", person(PersonTab::Card), with(someone())),
        as_role("person_for_support", Role::Support, person(PersonTab::Card), with(someone())),
        at(
            "person_statement",
            person(PersonTab::Statement),
            with(PersonFacts { statement: vec![line("adjust", 500_00, 0)], ..someone() }),
        ),
        at(
            "person_payments",
            person(PersonTab::Payments),
            with(PersonFacts { payments: vec![payment("a", false), payment("b", true)], ..someone() }),
        ),
        at("person_gone", person(PersonTab::Card), DeskFacts::default()),
        at("ask_credit", DeskView::Ask(DeskQuestion::Credit(user)), with(someone())),
        at("ask_setting", DeskView::Ask(DeskQuestion::Setting("welcome".to_owned())), DeskFacts::default()),
        at(
            "sure_credit",
            DeskView::Sure(Wish::Adjust { user, kopecks: 2_500_00, reason: "приз".to_owned() }),
            with(someone()),
        ),
        at(
            "sure_payback",
            DeskView::Sure(Wish::PayBack { user, payment: Key(1), reason: "ошибка".to_owned() }),
            DeskFacts { payment: Some(payment("a", false)), ..DeskFacts::default() },
        ),
        at("sure_stop_selling", DeskView::Sure(Wish::StopSelling), DeskFacts::default()),
        at(
            "waiting",
            DeskView::Waiting,
            DeskFacts {
                waiting,
                approvals: vec![approval(77), approval(5)],
                me: Some(ChatId(77)),
                ..DeskFacts::default()
            },
        ),
        at("waiting_nothing", DeskView::Waiting, DeskFacts::default()),
        at("models", DeskView::Models { page: 0 }, DeskFacts { earned, live: live(), ..DeskFacts::default() }),
        at("settings", DeskView::Settings, DeskFacts { live: live(), ..DeskFacts::default() }),
        at(
            "setting",
            DeskView::Setting { name: "markup".to_owned() },
            DeskFacts {
                live: live(),
                configured: Some("\"2\"".to_owned()),
                set: Some(set),
                log: vec![entry(Deed::Set, "markup", None, Some("\"2.5\""), None)],
                ..DeskFacts::default()
            },
        ),
        at("staff", DeskView::Staff, DeskFacts { staff, owners: vec![ChatId(77)], ..DeskFacts::default() }),
        at("appoint", DeskView::Appoint { chat: ChatId(4321) }, DeskFacts::default()),
        at(
            "audit_log",
            DeskView::AuditLog { page: 0 },
            DeskFacts {
                log: vec![
                    entry(Deed::Credit, "01a2", Some("100.00"), Some("150.00"), Some("приз")),
                    entry(Deed::Set, "selling", None, Some("false"), None),
                    entry(Deed::Dismiss, "901", Some("manager"), None, None),
                ],
                ..DeskFacts::default()
            },
        ),
        case_in("blocked", World::new(), |world| world.talk.view = View::Blocked),
    ]
}

fn live() -> app::settings::Live {
    app::settings::Live {
        selling: true,
        selling_note: None,
        markup: "2.5".parse().unwrap(),
        welcome: rub(10_00),
        live_max: 3,
        losses_to_stop: 5,
        shop: app::screens::Shop::default(),
        alone_max: rub(5_000_00),
        models: domain::models::Overrides::default(),
    }
}

//! What an owner sets for one model, trying one, and the owner's own texts: as they are read, and what each press and word decides.

use std::sync::OnceLock;

use app::conversation::{DeskQuestion, DeskView, Effect, Step, Talk, View, Wish};
use app::desk::{ModelPeriod, Work};
use app::screens::{DeskFacts, Receipt, Shop};
use app::settings::{OwnText, OwnTexts};
use domain::figures::{ModelFigures, Waits};
use domain::free::{FreeLimits, Funding, Means};
use domain::generation::{Generation, State};
use domain::ids::{ActionId, ChatId, ModelId, TransferId};
use domain::models::{Catalog, GIFT_MAX, Overrides};
use domain::money::Money;
use domain::ports::{Drift, Stop, StopReason};
use domain::quote::SetPrice;
use domain::screen::{Action, DeskAct, Key, Language, ModelDeed, ModelSetting};
use domain::staff::{Actor, AuditEntry, Deed, Role, Setting, Standing};

use crate::snapshots::{Case, Group, case_in, check};
use crate::world::*;

pub(crate) const GROUPS: [Group; 1] = [("terms", cases)];

const MANY: &str = "counter/many";
const METERED: &str = "counter/metered";
const HIDDEN: &str = "counter/hidden";
const UNPRICED: &str = "counter/unpriced";

#[test]
fn terms_and_texts() {
    for (group, cases) in GROUPS {
        check(group, cases());
    }
}

/// One vendor's models and the made-up ones; [`PICTURE`] may be had for nothing.
fn counter() -> &'static Catalog {
    static COUNTER: OnceLock<Catalog> = OnceLock::new();
    COUNTER.get_or_init(|| {
        let files = [
            ("alibaba.toml", include_str!("../../../../config/models/alibaba.toml")),
            ("common.toml", include_str!("../../../../config/models/common.toml")),
            ("counter.toml", include_str!("counter.toml")),
            ("free.toml", "[free]\n\"z-image\" = { day = 3, hour = 2 }"),
        ];
        Catalog::load(&files).unwrap_or_else(|problems| panic!("{problems:?}"))
    })
}

/// The same at prices of the owner's: 0.30 for [`PICTURE`], which is below cost, at least 3 roubles for the others; and nothing for nothing.
fn priced() -> &'static Catalog {
    static PRICED: OnceLock<Catalog> = OnceLock::new();
    PRICED.get_or_init(|| {
        let prices = [(id(PICTURE), rub(30)), (id(MANY), rub(3_00)), (id(METERED), rub(3_00))].into();
        let (markups, free) = ([(id(MANY), "3".parse().unwrap())].into(), [(id(PICTURE), None)].into());
        counter().clone().with_overrides(&Overrides { markups, prices, free })
    })
}

/// The same with [`PICTURE`] stopped.
fn stopped() -> &'static Catalog {
    static STOPPED: OnceLock<Catalog> = OnceLock::new();
    STOPPED.get_or_init(|| counter().with_stops(&[Stop { model: id(PICTURE), reason: StopReason::Desk, at: NOON }]))
}

fn id(model: &str) -> ModelId {
    ModelId(model.to_owned())
}

fn rub(kopecks: i64) -> Money {
    Money::from_kopecks(kopecks)
}

fn as_role(role: Role, catalog: &'static Catalog) -> World {
    World { role: Some(role), ..World::before(catalog) }
}

fn owner() -> World {
    as_role(Role::Owner, counter())
}

fn desk(name: &str, catalog: &'static Catalog, view: DeskView, facts: DeskFacts) -> Case {
    case_in(name, as_role(Role::Owner, catalog), move |world| {
        world.talk = Talk { view: View::Desk(view), ..Talk::default() };
        world.facts.desk = facts;
    })
}

fn period(days: usize, times: u64) -> ModelPeriod {
    let mut waits = Waits::default();
    for seconds in [20, 30, 40, 200] {
        waits.note(std::time::Duration::from_secs(seconds));
    }
    let money = |kopecks: i64| rub(kopecks * i64::try_from(times).unwrap());
    let figures = ModelFigures {
        ordered: 310 * times,
        succeeded: 300 * times,
        failed: 8 * times,
        cancelled: 2 * times,
        captured: money(24_000_00),
        refunded: money(30_00),
        cost: money(12_000_00),
        costless: times - 1,
        waits,
    };
    let drift = |metered, taken: &str| Drift {
        model: id(PICTURE),
        metered,
        successes: 300,
        quoted: "240".parse().unwrap(),
        taken: taken.parse().unwrap(),
        earned: rub(24_000_00),
        cost: rub(12_000_00),
    };
    let drifts = if times > 1 { vec![drift(false, "243.1"), drift(true, "200")] } else { vec![drift(false, "240")] };
    ModelPeriod { days, figures, drifts }
}

fn live() -> app::settings::Live {
    app::settings::Live {
        selling: true,
        selling_note: None,
        markup: "2".parse().unwrap(),
        welcome: Money::ZERO,
        live_max: 3,
        losses_to_stop: 5,
        shop: Shop { texts: own_texts(), ..Shop::default() },
        alone_max: rub(5_000_00),
        models: Overrides {
            prices: [(id(PICTURE), rub(30))].into(),
            free: [(id(PICTURE), None), (id(MANY), Some(FreeLimits { day: 4, hour: 1 }))].into(),
            ..Overrides::default()
        },
    }
}

fn own_texts() -> OwnTexts {
    let greeting = "<b>Рады видеть, {name}!</b>\nНа балансе { balance }, 2 < 3.".to_owned();
    let help = "Не вышло? Пишите, поможем: <i>каждый день</i>.".to_owned();
    let of = |text, words: &str| ((text, Language::Ru), words.to_owned());
    OwnTexts(
        [
            of(OwnText::Greeting, &greeting),
            of(OwnText::HelpMore, &help),
            of(OwnText::Terms, "Всё честно."),
            of(OwnText::PaySupport, "Платёж потерялся? Найдём."),
        ]
        .into(),
    )
}

fn set(name: &str, before: Option<&str>, after: Option<&str>) -> AuditEntry {
    AuditEntry {
        id: ActionId::from_bytes([9; 16]),
        by: Actor { chat: ChatId(77), role: Role::Owner, standing: Standing::Configured },
        deed: Deed::Set,
        subject: name.to_owned(),
        before: before.map(str::to_owned),
        after: after.map(str::to_owned),
        reason: None,
        at: NOON,
    }
}

/// The screen of a setting that was set, and set otherwise before.
fn setting(case: &str, name: &str, value: Option<&str>, before: Option<&str>, configured: Option<&str>) -> Case {
    let stored = Setting { name: name.to_owned(), value: value.map(str::to_owned), version: 2, at: NOON };
    let settings = [stored.clone()];
    let live = app::settings::Live { models: Overrides::default(), shop: Shop::default(), ..live() }.with(&settings);
    let facts = DeskFacts {
        live: Some(live),
        configured: configured.map(str::to_owned),
        set: Some(stored),
        log: vec![set(name, before, value)],
        ..DeskFacts::default()
    };
    let catalog = if value.is_some() { priced() } else { counter() };
    desk(case, catalog, DeskView::Setting { name: name.to_owned() }, facts)
}

/// With the owner's own texts.
fn page(name: &str, view: View) -> Case {
    case_in(name, World::before(counter()), |world| {
        world.shop.texts = own_texts();
        world.talk.view = view;
    })
}

/// A generation of [`METERED`] for at least three roubles, and one of [`PICTURE`] for the owner's price.
fn bought(model: &str, credits: &str, metered: bool, consumed: Option<&str>) -> Generation {
    let made = generation_of(model, credits, metered, State::Delivered(success(consumed)));
    let set = priced().model(&id(model)).unwrap().set_price;
    Generation { quote: made.quote.at(set), ..made }
}

fn tried(state: State) -> Generation {
    let funding = Funding::Run(TransferId::from_bytes([8; 16]));
    Generation { trial: true, funding, ..generation_of(PICTURE, "0.8", false, state) }
}

fn receipt(name: &str, generation: Generation) -> Case {
    case_in(name, World::before(priced()), |world| {
        world.talk.view = View::Receipt { generation: generation.id };
        world.facts.receipt = Some(Receipt { generation, movements: Vec::new() });
    })
}

fn cases() -> Vec<Case> {
    let facts = || DeskFacts { model: vec![period(7, 1), period(30, 4)], live: Some(live()), ..DeskFacts::default() };
    let model = |name: &str, catalog, of: &str, facts| desk(name, catalog, DeskView::Model { model: id(of) }, facts);
    let ask = |name: &str, of: &str| {
        desk(name, counter(), DeskView::Ask(DeskQuestion::Setting(of.to_owned())), DeskFacts::default())
    };
    let sure = |name: &str, of: &str, value: &str| {
        let wish = Wish::Set { name: of.to_owned(), value: value.to_owned() };
        desk(name, counter(), DeskView::Sure(wish), DeskFacts::default())
    };
    let trial = |name: &str, of: &'static str| {
        case_in(name, owner(), move |world| {
            try_out(world, of);
            world.say("Кот на весах");
        })
    };
    let manager = as_role(Role::Manager, counter());
    vec![
        model("model", counter(), PICTURE, DeskFacts { live: None, ..facts() }),
        model("model_at_a_price_below_cost", priced(), PICTURE, facts()),
        model("model_with_a_least_price", priced(), MANY, facts()),
        model("model_that_is_hidden", counter(), UNPRICED, DeskFacts::default()),
        case_in("model_for_a_manager", manager, |world| {
            world.talk.view = View::Desk(DeskView::Model { model: id(PICTURE) });
        }),
        setting("price", "price:z-image", Some("30"), None, None),
        setting("price_taken_back", "price:counter/many", None, Some("30000"), None),
        setting("free", "free:z-image", Some(r#"{"day":5,"hour":1}"#), Some("false"), Some(r#"{"day":3,"hour":2}"#)),
        setting("free_by_the_files", "free:z-image", None, Some("false"), Some(r#"{"day":3,"hour":2}"#)),
        setting("never_free", "free:z-image", Some("false"), None, Some(r#"{"day":3,"hour":2}"#)),
        setting("text", "text:greeting:en", Some(r#""<b>Hi, {name}!</b>""#), Some(r#""Hello""#), None),
        setting("text_of_the_files", "text:terms:ru", None, None, None),
        setting("text_that_is_empty", "text:help:ru", None, None, None),
        desk("texts", counter(), DeskView::Texts, DeskFacts { live: Some(live()), ..DeskFacts::default() }),
        ask("ask_price", "price:z-image"),
        ask("ask_least_price", "price:counter/many"),
        ask("ask_limits", "free:z-image"),
        ask("ask_text", "text:greeting:ru"),
        sure("sure_price", "price:z-image", "30"),
        sure("sure_text", "text:greeting:ru", r#""<b>Привет, {name}!</b>""#),
        desk(
            "sure_rollback_below_cost",
            counter(),
            DeskView::Sure(Wish::Rollback(ActionId::from_bytes([9; 16]))),
            DeskFacts { log: vec![set("price:z-image", Some("30"), None)], ..DeskFacts::default() },
        ),
        page("own_greeting", View::Welcome),
        page("own_help", View::Help),
        page("own_terms", View::Terms),
        page("own_paysupport", View::PaySupport),
        receipt("receipt_at_a_set_price", bought(PICTURE, "0.8", false, None)),
        receipt("receipt_at_the_least_price", bought(METERED, "4", true, Some("1"))),
        receipt("receipt_above_the_least_price", bought(METERED, "40", true, Some("30"))),
        receipt("receipt_of_a_trial", tried(State::Delivered(success(None)))),
        trial("trial", PICTURE),
        trial("trial_that_is_metered", METERED),
        trial("trial_without_a_price", UNPRICED),
        case_in("tried", owner(), |world| {
            let made = tried(State::Delivered(success(None)));
            world.talk.view = View::Generation { generation: made.id };
            world.facts = facts_of(made, 0);
        }),
        case_in("trying", owner(), |world| {
            let made = tried(State::Queued);
            world.talk.view = View::Generation { generation: made.id };
            world.facts = facts_of(made, 0);
        }),
    ]
}

fn act(model: &str, deed: ModelDeed) -> Action {
    Action::Desk(DeskAct::OfModel { model: Key::of(model), deed })
}

fn try_out(world: &mut World, model: &str) {
    world.press(act(model, ModelDeed::Try));
}

/// The deed that a decision is about.
fn work_of(effect: Option<&Effect>) -> Option<&Work> {
    match effect {
        Some(Effect::Desk(work)) => Some(work),
        _ => None,
    }
}

fn set_to(name: &str, value: Option<&str>) -> Work {
    Work::Set { name: name.to_owned(), value: value.map(str::to_owned) }
}

#[test]
fn a_price_below_cost_is_asked_again_and_any_other_is_set_at_once() {
    let name = "price:z-image";
    // At 95.50 roubles per dollar 0.8 credits are 39 kopecks.
    for (typed, value, again) in [("0,38", "38", true), ("0.39", "39", false), ("12,5 ₽", "1250", false)] {
        let mut world = owner();
        world.press(act(PICTURE, ModelDeed::Setting(ModelSetting::Price)));
        world.press(act(PICTURE, ModelDeed::Set(ModelSetting::Price)));
        let decision = world.say(typed);
        if again {
            assert_eq!(work_of(decision.effect.as_ref()), None, "{typed}: not yet");
            let sure = DeskView::Sure(Wish::Set { name: name.to_owned(), value: value.to_owned() });
            assert_eq!(world.talk.view, View::Desk(sure));
            let decision = world.press(Action::Desk(DeskAct::Sure));
            assert_eq!(work_of(decision.effect.as_ref()), Some(&set_to(name, Some(value))), "{typed}");
        } else {
            assert_eq!(work_of(decision.effect.as_ref()), Some(&set_to(name, Some(value))), "{typed}");
        }
        assert_eq!(world.talk.view, View::Desk(DeskView::Setting { name: name.to_owned() }), "{typed}");
    }
    // Where prices differ the owner's is the least, so no price is below cost.
    let mut world = owner();
    world.press(act(MANY, ModelDeed::Set(ModelSetting::Price)));
    let decision = world.say("0.01");
    assert_eq!(work_of(decision.effect.as_ref()), Some(&set_to("price:counter/many", Some("1"))));
}

#[test]
fn a_value_that_breaks_a_rule_is_asked_for_again_with_the_rule() {
    let table = [
        (PICTURE, ModelSetting::Price, "0", "desk-out-of-bounds"),
        (PICTURE, ModelSetting::Price, "cheap", "desk-bad-value"),
        (PICTURE, ModelSetting::Free, "2 3", "desk-bad-limits"),
        (PICTURE, ModelSetting::Free, "often", "desk-bad-value"),
        (MANY, ModelSetting::Free, "3 2", "desk-gift-too-dear"),
        (HIDDEN, ModelSetting::Free, "3 2", "desk-gift-hidden"),
    ];
    for (model, setting, typed, key) in table {
        let mut world = owner();
        world.press(act(model, ModelDeed::Set(setting)));
        let asked = world.talk.view.clone();
        let decision = world.say(typed);
        assert_eq!((world.notice(), &world.talk.view), (key, &asked), "{model} {typed}");
        assert_eq!(work_of(decision.effect.as_ref()), None, "{model} {typed}");
    }
    assert!(GIFT_MAX > domain::money::Credits::ZERO);
    let mut world = owner();
    for (typed, key) in
        [("{nom}", "desk-bad-variable"), ("<b>Hi", "desk-bad-mark"), (&"a".repeat(1_501), "desk-too-long")]
    {
        world.press(Action::Desk(DeskAct::Set { name: Key::of("text:greeting:en") }));
        world.say(typed);
        assert_eq!(world.notice(), key, "{typed}");
    }
}

#[test]
fn a_text_is_seen_before_it_is_published() {
    let mut world = owner();
    let name = "text:terms:en";
    world.press(Action::Desk(DeskAct::Setting { name: Key::of(name) }));
    world.press(Action::Desk(DeskAct::Set { name: Key::of(name) }));
    let decision = world.say("  <b>Fair.</b> ");
    assert_eq!(work_of(decision.effect.as_ref()), None);
    let shown = world.render(Language::Ru).text.to_plain();
    assert!(shown.contains("Fair.") && !shown.contains("<b>"), "{shown}");
    let decision = world.press(Action::Desk(DeskAct::Sure));
    assert_eq!(work_of(decision.effect.as_ref()), Some(&set_to(name, Some(r#""<b>Fair.</b>""#))));
    let decision = world.press(Action::Desk(DeskAct::Reset { name: Key::of(name) }));
    assert_eq!(work_of(decision.effect.as_ref()), Some(&set_to(name, None)));
}

#[test]
fn a_models_settings_are_taken_back_and_its_free_ones_away() {
    let mut world = owner();
    for setting in ModelSetting::ALL {
        let decision = world.press(act(PICTURE, ModelDeed::Reset(setting)));
        assert_eq!(
            work_of(decision.effect.as_ref()),
            Some(&set_to(&app::settings::of_model(setting, &id(PICTURE)), None))
        );
    }
    let decision = world.press(act(PICTURE, ModelDeed::NeverFree));
    assert_eq!(work_of(decision.effect.as_ref()), Some(&set_to("free:z-image", Some("false"))));
    world.press(act("nobody/knows", ModelDeed::Try));
    assert_eq!(world.notice(), "notice-model-gone");
}

#[test]
fn orders_are_quoted_at_the_owners_price() {
    let mut world = World::before(priced());
    world.create(PICTURE);
    world.say("Кот");
    assert_eq!((world.quote().price, world.quote().set), (rub(30), Some(SetPrice::Fixed(rub(30)))));
    let confirm = world.draft_action(domain::screen::DraftAct::Confirm);
    let decision = world.press(confirm);
    assert_eq!(order(&decision).1.price, rub(30));
    // 2 credits and 40 at 95.50, times three: 2.865 and 57.30 roubles.
    for (quality, price) in [("draft", 3_00), ("fine", 57_30)] {
        world.create(MANY);
        world.say("Кот");
        world.choose("quality", quality);
        assert_eq!(world.quote().price, rub(price), "{quality}");
    }
    let shown = world.render(Language::En).text.to_plain();
    assert!(shown.contains("57.30"), "{shown}");
}

/// A price that was shown stays, whatever is set meanwhile.
#[test]
fn a_quote_that_was_shown_keeps_its_price() {
    let mut world = World::before(counter()).at_review();
    let shown = world.quote().price;
    world.restock(priced());
    let confirm = world.draft_action(domain::screen::DraftAct::Confirm);
    world.free = app::free::FreeNow::default();
    let decision = world.press(confirm);
    assert_eq!(order(&decision).1.price, shown);
}

#[test]
fn a_trial_works_whether_its_model_is_sold_or_not_and_while_nothing_is() {
    let table = [(counter(), PICTURE), (stopped(), PICTURE), (counter(), HIDDEN), (counter(), UNPRICED)];
    for (catalog, model) in table {
        for role in [Role::Owner, Role::Manager] {
            let mut world = World { selling: false, ..as_role(role, catalog).with_money(0) };
            try_out(&mut world, model);
            world.say("Кот");
            assert!(matches!(world.step(), Step::Review { .. }), "{model} {:?}", world.talk);
            assert!(world.draft().trial && world.draft().means == Means::Run, "{model}");
            let confirm = world.draft_action(domain::screen::DraftAct::Confirm);
            let decision = world.press(confirm);
            let (draft, quote) = order(&decision);
            assert!(draft.trial, "{model}");
            assert_eq!(quote.price == Money::ZERO, model == UNPRICED, "{model}");
        }
    }
}

#[test]
fn a_trial_is_for_those_whose_duty_models_are() {
    for role in [Some(Role::Support), None] {
        let mut world = World { role, ..World::before(counter()) };
        try_out(&mut world, PICTURE);
        let wanted = if role.is_some() { "desk-not-yours" } else { "notice-stale" };
        assert_eq!((world.notice(), &world.talk.draft), (wanted, &None));
    }
}

/// Whoever is dismissed between the first press and the last pays like everybody, and is told so first.
#[test]
fn a_trial_ends_with_the_duty() {
    let mut world = owner();
    try_out(&mut world, PICTURE);
    world.say("Кот");
    world.role = None;
    let confirm = world.draft_action(domain::screen::DraftAct::Confirm);
    let decision = world.press(confirm);
    assert_eq!(decision.effect, None);
    assert!(!world.draft().trial && world.draft().means == Means::Money, "{:?}", world.draft());
    assert_eq!(world.notice(), "notice-means-money");
    let mut world = as_role(Role::Owner, stopped());
    try_out(&mut world, PICTURE);
    world.say("Кот");
    world.role = None;
    let confirm = world.draft_action(domain::screen::DraftAct::Confirm);
    let decision = world.press(confirm);
    assert_eq!((decision.effect, world.notice()), (None, "notice-draft-stopped"));
}

#[test]
fn a_trial_leads_back_to_the_desk_and_is_found_again() {
    let mut world = as_role(Role::Owner, stopped());
    try_out(&mut world, PICTURE);
    world.press(Action::Menu);
    let resume = actions(&world.render(Language::En)).into_iter().find(|action| matches!(action, Action::Draft { .. }));
    world.press(resume.expect("the menu leads back to it"));
    assert_eq!(world.talk.view, View::Draft);
    let discard = world.draft_action(domain::screen::DraftAct::Discard);
    world.press(discard);
    assert_eq!(world.talk.view, View::Desk(DeskView::Model { model: id(PICTURE) }));
}

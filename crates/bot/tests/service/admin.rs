//! The owner's desk over the whole app: every button for every role, each refusal, each line of the audit log.

use std::collections::VecDeque;
use std::time::Duration;

use domain::ids::{ActionId, BroadcastId, ChatId, EventId, UserId};
use domain::ledger::{Operation, Posting, Provider};
use domain::money::Money;
use domain::ports::{AuditLogQuery, ChangeSet, Commit, EventLevel, Office, StaffChange, Store};
use domain::screen::{
    Action, BroadcastAct, DeskAct, DraftAct, GenerationAct, Key, ModelDeed, ModelSetting, Period, PersonDeed,
    PersonTab, Press, PromoAct, Screen, WatchAct,
};
use domain::staff::{AuditEntry, Deed, Duty, Role};

use crate::house::{ANN, House, OWNER, PARTNER, PICTURE, WELCOME, words};

pub(crate) const MANAGER: ChatId = ChatId(701);
const HELPER: ChatId = ChatId(702);
/// What a picture costs.
const PRICE: i64 = 80;
/// A walk is no longer than this.
const STEPS_MAX: usize = 1_500;

impl House {
    /// A shop with a user who has ordered and paid, and staff of every role who have started the bot.
    pub(crate) async fn with_a_desk() -> Self {
        let house = Self::open();
        for chat in [OWNER, PARTNER, MANAGER, HELPER, ANN] {
            house.start(chat).await;
        }
        let confirm = house.at_confirm(ANN).await;
        house.event(ANN, confirm).await;
        house.work().await;
        let user = house.user(ANN).await;
        let payment = Operation::TopUp {
            user,
            provider: Provider::Stars,
            payment: "charge".to_owned(),
            amount: Money::from_kopecks(10_000),
            native_amount: 100,
            native_currency: "XTR".to_owned(),
        };
        let mut change = ChangeSet::new(domain::clock::Clock::now(&*house.clock));
        change.operations.push(Posting::new(payment, &*house.clock, &*house.ids));
        for (chat, role) in [(MANAGER, Role::Manager), (HELPER, Role::Support)] {
            change.staff.push(StaffChange::Appoint { chat, role });
        }
        assert_eq!(house.store.commit(&change).await.unwrap(), Commit::Committed);
        house.app.refresh_office().await.unwrap();
        house
    }

    pub(crate) async fn user(&self, chat: ChatId) -> UserId {
        self.session(chat).await.expect("a known user").person.user
    }

    async fn admin(&self, chat: ChatId) {
        self.event(chat, domain_command("admin")).await;
    }

    pub(crate) async fn at_desk(&self, chat: ChatId, act: DeskAct) -> String {
        self.clock.advance(Duration::from_millis(1));
        self.press(chat, Action::Desk(act)).await;
        self.telegram.screen(chat).text.to_plain()
    }

    /// A moment later, so that the log has its order.
    pub(crate) async fn types(&self, chat: ChatId, text: &str) {
        self.clock.advance(Duration::from_millis(1));
        self.say(chat, text).await;
    }

    pub(crate) async fn log(&self) -> Vec<AuditEntry> {
        let query = AuditLogQuery { limit: 1000, ..AuditLogQuery::default() };
        self.store.audit_log(query).await.unwrap()
    }

    pub(crate) async fn available(&self, chat: ChatId) -> i64 {
        self.session(chat).await.unwrap().money.available()
    }
}

fn domain_command(name: &str) -> app::event::Event {
    app::event::Event::Command { name: name.to_owned(), arguments: String::new() }
}

/// One of each act; a new one does not compile until it stands here.
fn every_act(user: UserId, generation: domain::ids::GenerationId) -> Vec<DeskAct> {
    let (model, name) = (Key::of(PICTURE), Key::of("markup"));
    let acts = vec![
        DeskAct::Home,
        DeskAct::Statistics { period: Period::Week },
        DeskAct::Chart { period: Period::Week },
        DeskAct::Export { period: Period::Week },
        DeskAct::FindPeople,
        DeskAct::People { page: 0 },
        DeskAct::Person { user, tab: PersonTab::Card, page: 0 },
        DeskAct::Do { user, deed: PersonDeed::Credit },
        DeskAct::Do { user, deed: PersonDeed::Debit },
        DeskAct::Do { user, deed: PersonDeed::GiveRuns },
        DeskAct::Do { user, deed: PersonDeed::Block },
        DeskAct::Do { user, deed: PersonDeed::Unblock },
        DeskAct::Do { user, deed: PersonDeed::Write },
        DeskAct::Generation { generation },
        DeskAct::Refund { generation },
        DeskAct::PayBack { user, payment: Key::of("stars:charge") },
        DeskAct::Sure,
        DeskAct::Waiting,
        DeskAct::Decide { approval: ActionId::from_bytes([1; 16]), granted: true },
        DeskAct::Models { page: 0 },
        DeskAct::Model { model },
        DeskAct::Sell { model, on: false },
        DeskAct::Selling { on: false },
        DeskAct::Settings,
        DeskAct::Setting { name },
        DeskAct::Set { name },
        DeskAct::Switch { name: Key::of("selling"), on: false },
        DeskAct::Reset { name },
        DeskAct::Rollback { entry: ActionId::from_bytes([1; 16]) },
        DeskAct::Staff,
        DeskAct::Appoint,
        DeskAct::Role { chat: ChatId(1234), role: Role::Owner },
        DeskAct::Dismiss { chat: MANAGER },
        DeskAct::AuditLog { page: 0 },
        DeskAct::Health,
        DeskAct::Broadcast(BroadcastAct::List { page: 0 }),
        DeskAct::Broadcast(BroadcastAct::Write),
        DeskAct::Broadcast(BroadcastAct::Start { id: BroadcastId::from_bytes([1; 16]) }),
        DeskAct::Promo(PromoAct::Codes { page: 0 }),
        DeskAct::Promo(PromoAct::Make),
        DeskAct::Promo(PromoAct::Campaigns { page: 0 }),
        DeskAct::Promo(PromoAct::Launch),
        DeskAct::Watch(WatchAct::Alerts),
        DeskAct::Watch(WatchAct::Mute { alert: Key::of("stuck") }),
        DeskAct::Watch(WatchAct::Unmute { alert: Key::of("stuck") }),
        DeskAct::Watch(WatchAct::AllEvents),
        DeskAct::Watch(WatchAct::Events { page: 0 }),
        DeskAct::Watch(WatchAct::EventsFrom { level: EventLevel::Error }),
        DeskAct::Watch(WatchAct::Event { event: EventId::from_bytes([1; 16]) }),
        DeskAct::Watch(WatchAct::ExportEvents),
        DeskAct::Watch(WatchAct::CleanEvents),
        DeskAct::Watch(WatchAct::EndPause),
        DeskAct::OfModel { model, deed: ModelDeed::Setting(ModelSetting::Price) },
        DeskAct::OfModel { model, deed: ModelDeed::Set(ModelSetting::Price) },
        DeskAct::OfModel { model, deed: ModelDeed::Reset(ModelSetting::Price) },
        DeskAct::OfModel { model, deed: ModelDeed::NeverFree },
        DeskAct::OfModel { model, deed: ModelDeed::Try },
        DeskAct::Texts,
    ];
    for act in &acts {
        match act {
            DeskAct::Home
            | DeskAct::Statistics { .. }
            | DeskAct::Chart { .. }
            | DeskAct::Export { .. }
            | DeskAct::FindPeople
            | DeskAct::People { .. }
            | DeskAct::Person { .. }
            | DeskAct::Do { .. }
            | DeskAct::Generation { .. }
            | DeskAct::Refund { .. }
            | DeskAct::PayBack { .. }
            | DeskAct::Sure
            | DeskAct::Waiting
            | DeskAct::Decide { .. }
            | DeskAct::Models { .. }
            | DeskAct::Model { .. }
            | DeskAct::Sell { .. }
            | DeskAct::Selling { .. }
            | DeskAct::Settings
            | DeskAct::Setting { .. }
            | DeskAct::Set { .. }
            | DeskAct::Switch { .. }
            | DeskAct::Reset { .. }
            | DeskAct::Rollback { .. }
            | DeskAct::Staff
            | DeskAct::Appoint
            | DeskAct::Role { .. }
            | DeskAct::Dismiss { .. }
            | DeskAct::AuditLog { .. }
            | DeskAct::Broadcast(_)
            | DeskAct::Promo(_)
            | DeskAct::Texts
            | DeskAct::Health => {}
            DeskAct::OfModel { deed, .. } => match deed {
                ModelDeed::Setting(_)
                | ModelDeed::Set(_)
                | ModelDeed::Reset(_)
                | ModelDeed::NeverFree
                | ModelDeed::Try => {}
            },
            DeskAct::Watch(act) => match act {
                WatchAct::Alerts
                | WatchAct::Mute { .. }
                | WatchAct::Unmute { .. }
                | WatchAct::Events { .. }
                | WatchAct::EventsFrom { .. }
                | WatchAct::AllEvents
                | WatchAct::Event { .. }
                | WatchAct::ExportEvents
                | WatchAct::CleanEvents
                | WatchAct::EndPause => {}
            },
        }
    }
    acts
}

fn acts_on(screen: &Screen) -> Vec<DeskAct> {
    let buttons = screen.keyboard.iter().flatten();
    let acts = buttons.filter_map(|button| match &button.press {
        Press::Action(Action::Desk(act)) => Some(*act),
        _ => None,
    });
    acts.collect()
}

/// The confirm button of a draft, once all is answered.
fn confirm_on(screen: &Screen) -> Option<Action> {
    screen.keyboard.iter().flatten().find_map(|button| match &button.press {
        Press::Action(action @ Action::Draft { act: DraftAct::Confirm, .. }) => Some(action.clone()),
        _ => None,
    })
}

/// What is typed where an act leads to a question.
fn answer_to(act: &DeskAct) -> Option<&'static str> {
    Some(match act {
        DeskAct::FindPeople => "501",
        DeskAct::Do { deed: PersonDeed::Credit, .. } => "2500 a prize",
        DeskAct::Do { deed: PersonDeed::Debit, .. } => "1 a slip",
        DeskAct::Do { deed: PersonDeed::GiveRuns, .. } => "2",
        DeskAct::Do { deed: PersonDeed::Block, .. } => "spam",
        DeskAct::Do { deed: PersonDeed::Write, .. } => "Hello",
        DeskAct::Refund { .. } => "0.10 the wrong cat",
        DeskAct::PayBack { .. } => "by mistake",
        DeskAct::OfModel { deed: ModelDeed::Set(ModelSetting::Markup), .. } => "3",
        DeskAct::OfModel { deed: ModelDeed::Set(ModelSetting::Price), .. } => "0.01",
        DeskAct::OfModel { deed: ModelDeed::Set(ModelSetting::Free), .. } => "3 2",
        DeskAct::OfModel { deed: ModelDeed::Try, .. } => "a lighthouse",
        DeskAct::Set { .. } => "5",
        DeskAct::Appoint => "4321",
        DeskAct::Broadcast(BroadcastAct::Write) => "Hello everybody",
        DeskAct::Promo(PromoAct::Make) => "WALK",
        DeskAct::Promo(PromoAct::Launch) => "walk",
        _ => return None,
    })
}

/// Presses every button that a role finds beneath /admin, answers every question, and says the second yes everywhere.
async fn walk(house: &House, chat: ChatId, role: Role) -> Vec<DeskAct> {
    house.admin(chat).await;
    let mut waiting: VecDeque<DeskAct> = acts_on(&house.telegram.screen(chat)).into();
    let mut pressed: Vec<DeskAct> = Vec::new();
    let learn = |screen: &Screen, waiting: &mut VecDeque<DeskAct>, pressed: &[DeskAct]| {
        assert!(!screen.text.to_plain().trim().is_empty());
        for act in acts_on(screen) {
            assert!(act.duty().is_none_or(|duty| role.may(duty)), "{role:?} is offered {act:?}");
            let is_new = !pressed.contains(&act) && !waiting.contains(&act) && act != DeskAct::Sure;
            if is_new {
                waiting.push_back(act);
            }
        }
    };
    while let Some(act) = waiting.pop_front() {
        assert!(pressed.len() < STEPS_MAX, "the walk does not end");
        // Whoever dismisses themselves sees nothing more.
        if matches!(act, DeskAct::Dismiss { chat: whom } if whom == chat) {
            continue;
        }
        pressed.push(act);
        let before = house.telegram.sent().len();
        house.press(chat, Action::Desk(act)).await;
        assert!(house.telegram.sent().len() > before, "{act:?} was met with silence");
        let said = house.telegram.screen(chat).text.to_plain();
        assert!(!said.contains(&words("desk-not-yours")), "{role:?} {act:?}: {said}");
        learn(&house.telegram.screen(chat), &mut waiting, &pressed);
        if let Some(answer) = answer_to(&act) {
            house.types(chat, answer).await;
            learn(&house.telegram.screen(chat), &mut waiting, &pressed);
        }
        if matches!(act, DeskAct::OfModel { deed: ModelDeed::Try, .. })
            && let Some(confirm) = confirm_on(&house.telegram.screen(chat))
        {
            house.press(chat, confirm).await;
        }
        if acts_on(&house.telegram.screen(chat)).contains(&DeskAct::Sure) {
            house.press(chat, Action::Desk(DeskAct::Sure)).await;
            learn(&house.telegram.screen(chat), &mut waiting, &pressed);
        }
        house.work_now().await;
    }
    pressed
}

#[tokio::test]
async fn an_owner_presses_every_button() {
    let house = House::with_a_desk().await;
    let pressed = walk(&house, OWNER, Role::Owner).await;
    let user = house.user(ANN).await;
    let generation = house.generations(ANN).await[0].id;
    let kind = |act: &DeskAct| std::mem::discriminant(act);
    // An owner finds a way to everything but what needs another owner's wish.
    for act in every_act(user, generation) {
        let is_found = pressed.iter().any(|pressed| kind(pressed) == kind(&act));
        // Pages come with more than one page of people; the second yes is said wherever it is asked for.
        let needs_more = matches!(act, DeskAct::Sure | DeskAct::Decide { .. } | DeskAct::People { .. });
        assert!(is_found || needs_more, "no way leads to {act:?}");
    }
    house.audit().await;
}

#[tokio::test]
async fn a_manager_and_a_helper_find_their_own_buttons_only() {
    for (chat, role, least) in [(MANAGER, Role::Manager, 20), (HELPER, Role::Support, 8)] {
        let house = House::with_a_desk().await;
        let pressed = walk(&house, chat, role).await;
        assert!(pressed.len() >= least, "{role:?} pressed {pressed:?}");
        for entry in house.log().await {
            assert_eq!((entry.by.chat, entry.by.role), (chat, role));
        }
        house.audit().await;
    }
}

#[tokio::test]
async fn what_a_role_does_not_include_is_refused_and_leaves_no_trace() {
    let house = House::with_a_desk().await;
    let user = house.user(ANN).await;
    let generation = house.generations(ANN).await[0].id;
    let balance = house.available(ANN).await;
    for (chat, role) in [(MANAGER, Some(Role::Manager)), (HELPER, Some(Role::Support)), (ANN, None)] {
        for act in every_act(user, generation) {
            let may = role.is_some_and(|role| act.duty().is_none_or(|duty| role.may(duty)));
            if may {
                continue;
            }
            let said = house.at_desk(chat, act).await;
            let wanted = if role.is_some() { "desk-not-yours" } else { "notice-stale" };
            assert!(said.contains(&words(wanted)), "{role:?} {act:?}: {said}");
        }
    }
    assert_eq!(house.log().await, []);
    assert_eq!(house.available(ANN).await, balance);
    assert_eq!(house.store.settings().await.unwrap(), []);
    assert_eq!(house.store.staff().await.unwrap().len(), 2);
    // The command is unknown to whom the desk is closed.
    house.admin(ANN).await;
    assert!(house.telegram.screen(ANN).text.to_plain().contains(&words("notice-unknown-command")));
}

/// Who was a manager when the question was asked, and is none when it is answered.
#[tokio::test]
async fn who_is_dismissed_does_nothing_more_even_before_this_instance_knows() {
    let house = House::with_a_desk().await;
    let user = house.user(ANN).await;
    house.at_desk(MANAGER, DeskAct::Do { user, deed: PersonDeed::Credit }).await;
    let mut change = ChangeSet::new(domain::clock::Clock::now(&*house.clock));
    change.staff.push(StaffChange::Dismiss(MANAGER));
    assert_eq!(house.store.commit(&change).await.unwrap(), Commit::Committed);
    let balance = house.available(ANN).await;
    house.types(MANAGER, "500 for me").await;
    assert_eq!(house.available(ANN).await, balance);
    assert_eq!(house.log().await, []);
    let said = house.telegram.screen(MANAGER).text.to_plain();
    assert!(!said.contains(&words("desk-adjusted")), "{said}");
}

type Line = (ChatId, Role, Deed, String, Option<String>, Option<String>, Option<String>);

fn line(entry: AuditEntry) -> Line {
    (entry.by.chat, entry.by.role, entry.deed, entry.subject, entry.before, entry.after, entry.reason)
}

#[tokio::test]
async fn each_deed_is_logged_with_who_what_before_after_and_why() {
    let house = House::with_a_desk().await;
    let user = house.user(ANN).await;
    let made = house.generations(ANN).await[0].clone();
    let (owner, text) = ((OWNER, Role::Owner), |text: &str| Some(text.to_owned()));
    let mut wanted: Vec<Line> = Vec::new();
    let mut log = |by: (ChatId, Role), deed, subject: &str, before, after, reason| {
        wanted.push((by.0, by.1, deed, subject.to_owned(), before, after, reason));
    };
    let subject = user.to_string();
    let ask = async |chat, act, answer: &str| {
        house.at_desk(chat, act).await;
        house.types(chat, answer).await;
    };

    let posted = WELCOME - PRICE + 10_000;
    let rub = |kopecks| Some(Money::from_kopecks(kopecks).to_string());
    ask(OWNER, DeskAct::Do { user, deed: PersonDeed::Credit }, "5 a prize").await;
    log(owner, Deed::Credit, &subject, rub(posted), rub(posted + 500), text("a prize"));
    ask(MANAGER, DeskAct::Do { user, deed: PersonDeed::Debit }, "1.50 a slip").await;
    log((MANAGER, Role::Manager), Deed::Debit, &subject, rub(posted + 500), rub(posted + 350), text("a slip"));
    ask(OWNER, DeskAct::Do { user, deed: PersonDeed::GiveRuns }, "4").await;
    log(owner, Deed::GiveRuns, &subject, None, text("4"), None);
    ask(HELPER, DeskAct::Do { user, deed: PersonDeed::Block }, "spam").await;
    log((HELPER, Role::Support), Deed::Block, &subject, None, None, text("spam"));
    house.at_desk(HELPER, DeskAct::Do { user, deed: PersonDeed::Unblock }).await;
    log((HELPER, Role::Support), Deed::Unblock, &subject, None, None, None);
    ask(HELPER, DeskAct::Do { user, deed: PersonDeed::Write }, "Sorry!").await;
    log((HELPER, Role::Support), Deed::Write, &subject, None, None, None);
    ask(OWNER, DeskAct::Refund { generation: made.id }, "0.30 the wrong cat").await;
    log(owner, Deed::RefundGeneration, &made.id.to_string(), None, text("0.30"), text("the wrong cat"));
    ask(OWNER, DeskAct::Refund { generation: made.id }, "the rest").await;
    log(owner, Deed::RefundGeneration, &made.id.to_string(), None, text("0.50"), text("the rest"));
    ask(OWNER, DeskAct::PayBack { user, payment: Key::of("stars:charge") }, "a wish").await;
    house.at_desk(OWNER, DeskAct::Sure).await;
    log(owner, Deed::RefundPayment, "stars:charge", text("100.00"), None, text("a wish"));
    house.at_desk(MANAGER, DeskAct::Sell { model: Key::of(PICTURE), on: false }).await;
    log((MANAGER, Role::Manager), Deed::StopModel, PICTURE, None, None, None);
    house.at_desk(MANAGER, DeskAct::Sell { model: Key::of(PICTURE), on: true }).await;
    log((MANAGER, Role::Manager), Deed::SellModel, PICTURE, None, None, None);
    ask(OWNER, DeskAct::Set { name: Key::of("markup") }, "2,5").await;
    log(owner, Deed::Set, "markup", None, text("\"2.5\""), None);
    ask(OWNER, DeskAct::Set { name: Key::of("markup") }, "3").await;
    log(owner, Deed::Set, "markup", text("\"2.5\""), text("\"3\""), None);
    let last = house.log().await[0].id;
    house.at_desk(OWNER, DeskAct::Rollback { entry: last }).await;
    house.at_desk(OWNER, DeskAct::Sure).await;
    log(owner, Deed::Set, "markup", text("\"3\""), text("\"2.5\""), None);
    house.at_desk(OWNER, DeskAct::Reset { name: Key::of("markup") }).await;
    log(owner, Deed::Set, "markup", text("\"2.5\""), None, None);
    house.at_desk(MANAGER, DeskAct::Selling { on: false }).await;
    house.at_desk(MANAGER, DeskAct::Sure).await;
    log((MANAGER, Role::Manager), Deed::Set, "selling", None, text("false"), None);
    ask(OWNER, DeskAct::Appoint, "4321").await;
    house.at_desk(OWNER, DeskAct::Role { chat: ChatId(4321), role: Role::Support }).await;
    log(owner, Deed::Appoint, "4321", None, text("support"), None);
    house.at_desk(OWNER, DeskAct::Role { chat: ChatId(4321), role: Role::Manager }).await;
    log(owner, Deed::Appoint, "4321", text("support"), text("manager"), None);
    house.at_desk(OWNER, DeskAct::Dismiss { chat: ChatId(4321) }).await;
    house.at_desk(OWNER, DeskAct::Sure).await;
    log(owner, Deed::Dismiss, "4321", text("manager"), None, None);

    let mut logged: Vec<Line> = house.log().await.into_iter().map(line).collect();
    logged.reverse();
    assert_eq!(logged.len(), wanted.len(), "{logged:#?}");
    for (logged, wanted) in logged.into_iter().zip(wanted) {
        assert_eq!(logged, wanted);
    }
    house.work().await;
    house.audit().await;
}

#[tokio::test]
async fn a_refused_wish_says_why_and_is_not_logged() {
    let house = House::with_a_desk().await;
    let user = house.user(ANN).await;
    let made = house.generations(ANN).await[0].clone();
    let refused = async |act, answer: &str, key: &str| {
        house.at_desk(OWNER, act).await;
        house.types(OWNER, answer).await;
        let said = house.telegram.screen(OWNER).text.to_plain();
        assert!(said.contains(&words(key)), "{answer}: {said}");
    };
    let deed = |deed| DeskAct::Do { user, deed };
    refused(deed(PersonDeed::Credit), "many", "desk-bad-amount").await;
    refused(deed(PersonDeed::Credit), "999999999 a slip of the finger", "desk-too-much").await;
    refused(deed(PersonDeed::Debit), "900 more than there is", "desk-too-little").await;
    refused(deed(PersonDeed::GiveRuns), "0", "desk-bad-runs").await;
    refused(deed(PersonDeed::Block), "  ", "desk-no-reason").await;
    refused(DeskAct::Refund { generation: made.id }, "5 too much", "desk-more-than-left").await;
    refused(DeskAct::Set { name: Key::of("markup") }, "0.5", "desk-out-of-bounds").await;
    refused(DeskAct::Set { name: Key::of("live_max") }, "many", "desk-bad-value").await;
    refused(DeskAct::Appoint, "@somebody", "desk-bad-id").await;
    // Owners of the configuration can't be locked out, nor shut out.
    for act in [DeskAct::Role { chat: PARTNER, role: Role::Support }, DeskAct::Dismiss { chat: PARTNER }] {
        house.at_desk(OWNER, act).await;
        house.press(OWNER, Action::Desk(DeskAct::Sure)).await;
    }
    let partner = house.user(PARTNER).await;
    refused(DeskAct::Do { user: partner, deed: PersonDeed::Block }, "a quarrel", "desk-is-owner").await;
    assert_eq!(house.log().await, []);
    house.admin(PARTNER).await;
    assert!(acts_on(&house.telegram.screen(PARTNER)).contains(&DeskAct::Staff), "still an owner");
    assert!(house.app.refresh_office().await.is_ok() && Role::Owner.may(Duty::Staff));
}

#[tokio::test]
async fn a_large_credit_waits_for_another_owner() {
    let house = House::with_a_desk().await;
    let user = house.user(ANN).await;
    let balance = house.available(ANN).await;
    let wish = async || {
        house.at_desk(OWNER, DeskAct::Do { user, deed: PersonDeed::Credit }).await;
        house.types(OWNER, "6000 a contest").await;
        house.at_desk(OWNER, DeskAct::Sure).await
    };
    assert!(wish().await.contains("another owner has been asked"));
    assert_eq!(house.available(ANN).await, balance, "nothing moves yet");
    house.work().await;
    let asked = house.telegram.screen(PARTNER);
    assert!(asked.text.to_plain().contains("a contest"), "{asked:?}");
    let decide = acts_on(&asked);
    let [DeskAct::Decide { approval, granted: true }, DeskAct::Decide { granted: false, .. }] = decide[..] else {
        panic!("{decide:?}")
    };
    let grant = DeskAct::Decide { approval, granted: true };
    assert!(house.at_desk(OWNER, grant).await.contains(&words("desk-own-wish")), "not by oneself");
    assert!(house.at_desk(MANAGER, grant).await.contains(&words("desk-not-yours")), "not by a manager");
    for _ in 0..2 {
        house.at_desk(PARTNER, grant).await;
        assert_eq!(house.available(ANN).await, balance + 600_000, "once");
    }
    wish().await;
    house.work().await;
    let [refuse] = acts_on(&house.telegram.screen(PARTNER))[1..] else { panic!("no button") };
    house.at_desk(PARTNER, refuse).await;
    assert_eq!(house.available(ANN).await, balance + 600_000);
    let deeds: Vec<(ChatId, Deed)> =
        house.log().await.into_iter().map(|entry| (entry.by.chat, entry.deed)).rev().collect();
    let wanted = [
        (OWNER, Deed::AskCredit),
        (PARTNER, Deed::GrantCredit),
        (OWNER, Deed::AskCredit),
        (PARTNER, Deed::RefuseCredit),
    ];
    assert_eq!(deeds, wanted);
    wish().await;
    house.work().await;
    let [forgotten, _] = acts_on(&house.telegram.screen(PARTNER))[..] else { panic!("no buttons") };
    house.clock.advance(Duration::from_secs(7 * 24 * 60 * 60));
    assert!(house.at_desk(PARTNER, forgotten).await.contains(&words("desk-changed")), "nobody decided for a week");
    assert_eq!(house.available(ANN).await, balance + 600_000);
    house.audit().await;
}

#[tokio::test]
async fn who_is_shut_out_can_only_write_to_the_support_and_what_they_pay_is_credited() {
    let house = House::with_a_desk().await;
    let user = house.user(ANN).await;
    let confirm = house.at_confirm(ANN).await;
    house.at_desk(HELPER, DeskAct::Do { user, deed: PersonDeed::Block }).await;
    house.types(HELPER, "spam").await;
    let orders = house.generations(ANN).await.len();
    house.event(ANN, confirm).await;
    assert_eq!(house.generations(ANN).await.len(), orders, "nothing is ordered");
    house.start(ANN).await;
    assert!(house.telegram.screen(ANN).text.to_plain().contains("write to support"));
    house.press(ANN, Action::Support).await;
    house.types(ANN, "Why?").await;
    house.work().await;
    assert!(house.telegram.said(OWNER).iter().any(|said| said.contains("Why?")), "the letter arrives");
    house.at_desk(HELPER, DeskAct::Do { user, deed: PersonDeed::Unblock }).await;
    let confirm = house.at_confirm(ANN).await;
    house.event(ANN, confirm).await;
    assert_eq!(house.generations(ANN).await.len(), orders + 1);
}

#[tokio::test]
async fn settings_hold_at_once() {
    let house = House::with_a_desk().await;
    let of_picture = |deed| DeskAct::OfModel { model: Key::of(PICTURE), deed };
    house.at_desk(OWNER, of_picture(ModelDeed::Set(ModelSetting::Markup))).await;
    house.types(OWNER, "4").await;
    let confirm = house.at_confirm(ANN).await;
    let balance = house.available(ANN).await;
    house.event(ANN, confirm).await;
    assert_eq!(house.available(ANN).await, balance - 2 * PRICE, "twice the margin, twice the price");
    house.work().await;
    house.at_desk(OWNER, of_picture(ModelDeed::Reset(ModelSetting::Markup))).await;
    house.at_desk(OWNER, DeskAct::Set { name: Key::of("selling_note") }).await;
    house.types(OWNER, "Back at noon").await;
    house.at_desk(OWNER, DeskAct::Selling { on: false }).await;
    house.at_desk(OWNER, DeskAct::Sure).await;
    let orders = house.generations(ANN).await.len();
    let confirm = house.at_confirm(ANN).await;
    house.event(ANN, confirm).await;
    assert_eq!(house.generations(ANN).await.len(), orders, "nothing is sold");
    assert!(house.telegram.screen(ANN).text.to_plain().contains("Back at noon"));
    house.at_desk(OWNER, DeskAct::Selling { on: true }).await;
    let confirm = house.at_confirm(ANN).await;
    house.event(ANN, confirm).await;
    assert_eq!(house.generations(ANN).await.len(), orders + 1);
    house.work().await;
    let made = house.generations(ANN).await[0].id;
    house.press(ANN, Action::Generation { generation: made, act: GenerationAct::Receipt }).await;
    house.audit().await;
}

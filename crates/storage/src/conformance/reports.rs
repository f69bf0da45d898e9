//! Figures of random histories against a plain fold of the same history in memory, and against the accounts of the ledger; the same figures
//! once they are kept; and people found by what they are called.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use domain::clock::{ManualClock, Timestamp};
use domain::figures::{DayFigures, Span};
use domain::generation::{State, Success};
use domain::ids::ModelId;
use domain::ledger::{Account, Amount, BonusKind, Book, HoldState, Operation, Phase, Provider, Unit};
use domain::money::Money;
use domain::ports::{ChangeSet, Commit, ConversationChange, PeopleQuery, Person, PersonChange, Reports, Store, Trace};

use super::World;
use super::chance::Lot;
use super::world::{Order, failed, metered, step};
use crate::memory::MemoryStore;

const HOUR: u64 = 60 * 60;

const MODELS: [&str; 3] = ["google/nano-banana", "suno/v5", "kling/v3"];

/// A history of some days: all figures are those of the fold, in the days of two time zones, before and after they are kept.
pub async fn figures_of_a_random_history_agree_with_the_fold(world: &World) {
    let history = History::of(world, 20_261_129, 260).await;
    // Days of two zones, one of them with a day of 25 hours.
    for (offset, long) in [(3 * HOUR, None), (11 * HOUR / 2, Some(2))] {
        let days = days(world, history.began, offset, long);
        history.agree(world, &days).await;
    }
}

/// The sums of all days are what the ledger's accounts say of themselves.
pub async fn figures_of_a_random_history_agree_with_the_accounts(world: &World) {
    let history = History::of(world, 20_261_130, 260).await;
    let days = days(world, history.began, 0, None);
    for day in days.iter().step_by(2) {
        world.reports.roll_up(*day).await.expect("the store answers");
    }
    let figures = world.reports.days(&days).await.expect("the store answers");
    let sum = DayFigures::sum(&figures).expect("small sums");
    let all = sum.generations().expect("small sums");
    let balance = |wanted: &dyn Fn(&Account) -> bool| -> i64 {
        let moved = history
            .book
            .transfers()
            .iter()
            .filter(|moved| moved.unit == Unit::Money && matches!(moved.phase, Phase::Posted | Phase::Captured));
        moved.map(|moved| moved.amount * (i64::from(wanted(&moved.credit)) - i64::from(wanted(&moved.debit)))).sum()
    };
    let kopecks = |money: Money| money.kopecks();
    assert_eq!(kopecks(all.revenue()), balance(&|account| *account == Account::Revenue), "revenue/generation");
    let cash = balance(&|account| matches!(account, Account::Cash(_)));
    assert_eq!(kopecks(sum.paid_back) - kopecks(sum.paid_in), cash, "cash/*");
    assert_eq!(-kopecks(sum.given), balance(&|account| matches!(account, Account::Bonus(_))), "bonus/*");
    // A history in which nothing happened would agree as well.
    assert!([all.refunded, all.cost, sum.paid_back, sum.given].iter().all(|money| *money > Money::ZERO), "{sum:#?}");
    let counts = [all.succeeded, all.failed, all.cancelled, all.costless, sum.new_users];
    assert!(counts.iter().all(|count| *count > 0), "{sum:#?}");
    assert!(
        all.succeeded + all.failed + all.cancelled <= all.ordered && all.waits.count() == all.succeeded,
        "{all:#?}"
    );
    assert_eq!((sum.untold, sum.models.len()), (Default::default(), MODELS.len()));
}

/// A model's figures are its part of everybody's, of days that are kept and of others; a model that nobody had has none.
pub async fn the_figures_of_one_model_are_its_part_of_all(world: &World) {
    let history = History::of(world, 20_261_201, 200).await;
    let days = days(world, history.began, 3 * HOUR, None);
    let models = MODELS.into_iter().chain(["nobody/knows"]).map(|model| ModelId(model.to_owned()));
    let models: Vec<_> = models.collect();
    let since = world.now() - Duration::from_secs(48 * HOUR);
    let all_drifts = world.store.drifts(since).await.expect("the store answers");
    assert!(!all_drifts.is_empty(), "KIE said what it took");
    // Nothing is kept, then half of the days, then all of them.
    for kept in [0, 2, 1] {
        for day in days.iter().step_by(kept.max(1)).take(if kept == 0 { 0 } else { days.len() }) {
            world.reports.roll_up(*day).await.expect("the store answers");
        }
        let all = world.reports.days(&days).await.expect("the store answers");
        for model in &models {
            let wanted: Vec<_> = all.iter().map(|day| day.models.get(model).cloned().unwrap_or_default()).collect();
            let found = world.reports.model_days(model, &days).await.expect("the store answers");
            assert_eq!(found, wanted, "{model}");
        }
    }
    for model in &models {
        let wanted: Vec<_> = all_drifts.iter().filter(|drift| drift.model == *model).cloned().collect();
        assert_eq!(world.reports.drifts_of(model, since).await.expect("the store answers"), wanted, "{model}");
    }
    assert_eq!(world.reports.model_days(&models[0], &[]).await.expect("the store answers"), []);
}

/// A day that is kept is counted no more, and kept once; other ends are another span.
pub async fn a_day_is_rolled_up_once(world: &World) {
    let person = world.funded(500).await;
    let days = days(world, world.now(), 0, None);
    assert_eq!(world.reports.unrolled(&days).await.expect("the store answers"), days);
    world.succeeded(&person, 70, 40).await;
    let day = days[0];
    let before = world.reports.days(&[day]).await.expect("the store answers");
    assert_eq!(before[0].generations().expect("small sums").captured.kopecks(), 40);
    for _ in 0..2 {
        world.reports.roll_up(day).await.expect("the store answers");
        assert_eq!(world.reports.unrolled(&days).await.expect("the store answers"), days[1..]);
    }
    assert_eq!(world.reports.days(&[day, day]).await.expect("the store answers"), [before.clone(), before].concat());
    let shifted = Span { until: day.until + Duration::from_secs(HOUR), ..day };
    assert_eq!(world.reports.unrolled(&[shifted]).await.expect("the store answers"), [shifted]);
    // The longer span takes the place of the day that it begins with.
    world.reports.roll_up(shifted).await.expect("the store answers");
    assert_eq!(world.reports.unrolled(&[shifted, day]).await.expect("the store answers"), [day]);
    assert_eq!(world.reports.unrolled(&[]).await.expect("the store answers"), []);
    assert_eq!(world.reports.days(&[]).await.expect("the store answers"), []);
}

/// By our id, by Telegram's, by the beginning of a username or a name; without regard to case in any alphabet, in pages that meet.
pub async fn people_are_found_by_what_they_are_called(world: &World) {
    let names = [
        ("Ёжик", Some("Yozh_1")),
        ("ёлка", None),
        ("ЕЖ", Some("ezh")),
        ("Anna", Some("ANNA_k")),
        ("anton", Some("Yota")),
    ];
    let mut people = Vec::new();
    for (first_name, username) in names {
        let mut change = world.change();
        let person =
            Person { first_name: first_name.to_owned(), username: username.map(str::to_owned), ..world.stranger() };
        change.person = Some(PersonChange::Create(person.clone()));
        world.committed(&change).await;
        people.push(person);
    }
    let [hedgehog, fir, yozh, anna, anton] = [0, 1, 2, 3, 4].map(|place: usize| people[place].user);
    let table = [
        ("ё", vec![hedgehog, fir]),
        ("ЁЖ", vec![hedgehog]),
        ("еж", vec![yozh]),
        ("yo", vec![anton, hedgehog]),
        ("@YO", vec![anton, hedgehog]),
        ("@ё", vec![]),
        ("an", vec![anna, anton]),
        ("annak", vec![]),
        ("a%", vec![]),
        ("_", vec![]),
        ("\0", vec![anton, anna, yozh, fir, hedgehog]),
        ("  ", vec![anton, anna, yozh, fir, hedgehog]),
    ];
    for (text, wanted) in &table {
        assert_eq!(found(world, text, 0, 9).await, *wanted, "`{text}`");
    }
    assert_eq!(found(world, &fir.to_string(), 0, 9).await, [fir]);
    assert_eq!(found(world, &people[3].chat.to_string(), 0, 9).await, [anna]);
    for (text, wanted) in table.iter().filter(|(_, wanted)| !wanted.is_empty()) {
        for (skip, user) in (0..).zip(wanted) {
            assert_eq!(found(world, text, skip, 1).await, [*user], "`{text}` after {skip}");
        }
    }
    // A new name is what is found from then on.
    let mut change = world.change();
    change.person =
        Some(PersonChange::Update(Person { first_name: "Яна".to_owned(), username: None, ..people[3].clone() }));
    world.committed(&change).await;
    assert_eq!(found(world, "янА", 0, 9).await, [anna]);
    assert_eq!(found(world, "an", 0, 9).await, [anton]);
}

/// A version that does not know what a search compares leaves it empty; it is filled in, part by part.
pub async fn names_of_an_older_version_are_filled_in(world: &World) {
    let people = [world.person().await, world.person().await, world.person().await];
    assert_eq!(found(world, "иван", 0, 9).await.len(), 3);
    if !world.execute_raw("UPDATE people SET name_key = NULL, username_key = NULL").await {
        return;
    }
    assert_eq!(found(world, "иван", 0, 9).await, []);
    let mut filled = Vec::new();
    while filled.last() != Some(&0) {
        filled.push(world.reports.complete_names(2).await.expect("the store answers"));
    }
    assert_eq!(filled, [2, 1, 0]);
    assert_eq!(found(world, "иван", 0, 9).await.len(), 3);
    let username = people[1].username.clone().expect("everybody has one here");
    assert_eq!(found(world, &username, 0, 9).await, [people[1].user]);
}

async fn found(world: &World, text: &str, skip: u32, limit: u32) -> Vec<domain::ids::UserId> {
    let people = world.reports.people(&PeopleQuery::of(text), skip, limit).await.expect("the store answers");
    people.into_iter().map(|person| person.user).collect()
}

/// The days from the one in which `began` lies until now, shifted by so many seconds; the `long`th has an hour more.
fn days(world: &World, began: Timestamp, offset: u64, long: Option<usize>) -> Vec<Span> {
    let day = Duration::from_secs(24 * HOUR);
    let midnight = began.as_seconds() - began.as_seconds().rem_euclid(86_400);
    let mut from = Timestamp::from_seconds(midnight) - Duration::from_secs(offset);
    let mut days = Vec::new();
    while from <= world.now() || days.len() < 3 {
        let more = if Some(days.len()) == long { HOUR } else { 0 };
        let span = Span { from, until: from + day + Duration::from_secs(more) };
        days.push(span);
        from = span.until;
    }
    days
}

/// The same change sets in the store under test and in a memory of its own.
struct History {
    began: Timestamp,
    memory: MemoryStore,
    book: Book,
    people: Vec<Person>,
    versions: BTreeMap<usize, i64>,
    live: Vec<Order>,
    captured: Vec<Order>,
    payments: Vec<String>,
}

impl History {
    async fn of(world: &World, seed: u64, steps: usize) -> Self {
        let (clock, lot) = (ManualClock::new(world.now()), Lot::new(seed));
        let mut history = Self {
            began: world.now(),
            memory: MemoryStore::new(Arc::new(clock)),
            book: Book::default(),
            people: Vec::new(),
            versions: BTreeMap::new(),
            live: Vec::new(),
            captured: Vec::new(),
            payments: Vec::new(),
        };
        for number in 0..steps {
            // From no time at all to two hours: some five days, and some moments that are the same.
            world.clock.advance(Duration::from_secs(lot.below(2) * lot.below(2 * HOUR)));
            history.step(world, &lot, number).await;
        }
        history
    }

    async fn step(&mut self, world: &World, lot: &Lot, number: usize) {
        let Some(end) = u64::try_from(self.people.len()).ok().filter(|end| *end > 2) else {
            return self.come(world).await;
        };
        let place = usize::try_from(lot.below(end)).expect("a short list");
        let person = self.people[place].clone();
        match lot.below(16) {
            0 => self.come(world).await,
            1 => self.speak(world, place, &person).await,
            2 | 3 => self.pay(world, lot, &person).await,
            4..=7 => self.order(world, lot, &person).await,
            8..=10 => self.succeed(world, lot).await,
            11 => self.end_in_vain(world, lot).await,
            12 => self.refund(world, lot).await,
            13 => self.give(world, lot, &person, number).await,
            14 if lot.below(3) == 0 => self.pay_back(world, lot).await,
            14 if lot.below(4) == 0 => self.forget(world, number, &person).await,
            _ => self.submit(world, lot).await,
        }
    }

    /// Both stores must answer the same.
    async fn commit(&mut self, world: &World, change: &ChangeSet) -> bool {
        let found = world.commit(change).await;
        assert_eq!(self.memory.commit(change).await.expect("memory answers"), found, "{change:#?}");
        if found != Commit::Committed {
            return false;
        }
        self.book.apply_all(&change.operations).expect("the stores took it");
        true
    }

    async fn apply(&mut self, world: &World, operation: Operation) -> bool {
        let change = world.operations([operation]);
        self.commit(world, &change).await
    }

    async fn come(&mut self, world: &World) {
        let person = world.stranger();
        let mut change = world.change();
        change.person = Some(PersonChange::Create(person.clone()));
        assert!(self.commit(world, &change).await);
        self.people.push(person);
    }

    async fn speak(&mut self, world: &World, place: usize, person: &Person) {
        let expected = self.versions.get(&place).copied().unwrap_or(0);
        let mut change = world.change();
        let body = "{}".to_owned();
        change.conversation = Some(ConversationChange { user: person.user, expected, body, forget_window: false });
        if self.commit(world, &change).await {
            self.versions.insert(place, expected + 1);
        }
    }

    async fn pay(&mut self, world: &World, lot: &Lot, person: &Person) {
        let top_up = world.top_up(person.user, lot.between(100, 900));
        if let Operation::TopUp { payment, .. } = &top_up {
            self.payments.push(payment.clone());
        }
        self.apply(world, top_up).await;
    }

    async fn order(&mut self, world: &World, lot: &Lot, person: &Person) {
        let of_run = lot.below(4) == 0;
        let amount = if of_run { Amount::runs(1) } else { Amount::money(Money::from_kopecks(lot.between(2, 120))) };
        let mut order = world.order_of(person, amount);
        order.generation.model = ModelId((*lot.pick(&MODELS)).to_owned());
        if self.commit(world, &world.confirm(&order)).await {
            self.live.push(order);
        }
    }

    async fn submit(&mut self, world: &World, lot: &Lot) {
        if !self.live.is_empty() {
            let mut change = world.change();
            change.generations.push(step(lot.pick(&self.live), State::Submitting));
            assert!(self.commit(world, &change).await);
        }
    }

    fn take(&mut self, lot: &Lot) -> Option<Order> {
        let end = u64::try_from(self.live.len()).expect("a short list");
        (end > 0).then(|| self.live.remove(usize::try_from(lot.below(end)).expect("a short list")))
    }

    async fn succeed(&mut self, world: &World, lot: &Lot) {
        let Some(order) = self.take(lot) else { return };
        let price = order.generation.quote.price.kopecks();
        // KIE says nothing, takes nothing, or takes something.
        let captured = match lot.below(5) {
            0 => price,
            1 if order.generation.funding.means() == domain::free::Means::Money => 0,
            _ => lot.between(1, price),
        };
        let (hold, success) = (order.hold(), metered(&order, 1, captured));
        let success = if captured == price && lot.below(2) == 0 { Success { cost: None, ..success } } else { success };
        let ending =
            if captured == 0 { Operation::Release { hold } } else { Operation::Capture { hold, amount: captured } };
        let mut change = world.operations([ending]);
        change.generations.push(step(&order, State::Succeeded(success)));
        assert!(self.commit(world, &change).await);
        self.captured.push(order);
    }

    async fn end_in_vain(&mut self, world: &World, lot: &Lot) {
        let Some(order) = self.take(lot) else { return };
        let mut change = world.operations([Operation::Release { hold: order.hold() }]);
        change.generations.push(step(&order, if lot.below(2) == 0 { State::Cancelled } else { failed() }));
        assert!(self.commit(world, &change).await);
    }

    async fn refund(&mut self, world: &World, lot: &Lot) {
        let captured =
            |order: &&Order| self.book.hold(order.hold()).is_some_and(|hold| hold.state == HoldState::Captured);
        let orders: Vec<_> = self.captured.iter().filter(captured).map(Order::hold).collect();
        if !orders.is_empty() {
            let (reason, by) = ("a test".to_owned(), "owner".to_owned());
            let (refund, hold) = (world.action(), *lot.pick(&orders));
            self.apply(world, Operation::RefundGeneration { refund, hold, amount: lot.between(1, 30), reason, by })
                .await;
        }
    }

    async fn give(&mut self, world: &World, lot: &Lot, person: &Person, number: usize) {
        let amount =
            if lot.below(2) == 0 { Amount::runs(2) } else { Amount::money(Money::from_kopecks(lot.between(1, 99))) };
        let kind = *lot.pick(&[BonusKind::Welcome, BonusKind::Gift]);
        self.apply(world, Operation::Bonus { user: person.user, kind, cause: number.to_string(), amount }).await;
    }

    async fn pay_back(&mut self, world: &World, lot: &Lot) {
        if !self.payments.is_empty() {
            let payment = lot.pick(&self.payments).clone();
            self.apply(world, Operation::RefundPayment { provider: Provider::Stars, payment }).await;
        }
    }

    async fn forget(&mut self, world: &World, number: usize, person: &Person) {
        let mut change = world.change();
        let trace = Trace([u8::try_from(number % 256).expect("a remainder"); 32]);
        change.person = Some(PersonChange::Forget { user: person.user, trace });
        self.commit(world, &change).await;
    }

    /// Every figure of the store under test is that of the fold.
    async fn agree(&self, world: &World, days: &[Span]) {
        let wanted = self.memory.days(days).await.expect("memory answers");
        let counted = world.reports.days(days).await.expect("the store answers");
        assert_eq!(counted, wanted, "counted");
        // A day is kept hour by hour while it goes on, the longer beginning instead of the shorter one.
        for hours in [5, 17] {
            let begun = |day: &Span| Span { until: day.from + Duration::from_secs(hours * HOUR), ..*day };
            let beginnings: Vec<_> = days.iter().map(begun).collect();
            for beginning in &beginnings {
                world.reports.roll_up(*beginning).await.expect("the store answers");
            }
            assert_eq!(world.reports.unrolled(&beginnings).await.expect("the store answers"), []);
            assert_eq!(world.reports.days(days).await.expect("the store answers"), wanted, "{hours} hours kept");
        }
        for day in days.iter().skip(1).step_by(2) {
            world.reports.roll_up(*day).await.expect("the store answers");
        }
        let left: Vec<_> = days.iter().step_by(2).copied().collect();
        assert_eq!(world.reports.unrolled(days).await.expect("the store answers"), left);
        assert_eq!(world.reports.days(days).await.expect("the store answers"), wanted, "half of them kept");
        for day in left {
            world.reports.roll_up(day).await.expect("the store answers");
        }
        assert_eq!(world.reports.days(days).await.expect("the store answers"), wanted, "all of them kept");
        for day in days {
            let (found, fold) = (world.reports.active(day.from).await, self.memory.active(day.from).await);
            assert_eq!(found.expect("the store answers"), fold.expect("memory answers"), "active since {day:?}");
            let (found, fold) = (world.reports.funnel(*day).await, self.memory.funnel(*day).await);
            assert_eq!(found.expect("the store answers"), fold.expect("memory answers"), "the funnel of {day:?}");
        }
        let (found, fold) = (world.reports.states().await, self.memory.states().await);
        assert_eq!(found.expect("the store answers"), fold.expect("memory answers"));
        for person in &self.people {
            let (found, fold) =
                (world.reports.user_figures(person.user).await, self.memory.user_figures(person.user).await);
            let fold = fold.expect("memory answers");
            assert!(fold.is_some(), "who came stays, also once forgotten");
            assert_eq!(found.expect("the store answers"), fold, "{person:?}");
        }
        let nobody = world.reports.user_figures(world.stranger().user).await.expect("the store answers");
        assert_eq!(nobody, None);
    }
}

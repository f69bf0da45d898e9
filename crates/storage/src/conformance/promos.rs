//! Promo codes.

use std::time::Duration;

use domain::ids::UserId;
use domain::ledger::{Amount, BonusKind, Operation};
use domain::money::Money;
use domain::ports::{ChangeSet, Commit, Person, PromoChange};
use domain::promo::{PromoCode, PromoState, cause};

use super::World;
use super::world::{count, refusal, short};

/// Every field comes back, with the counts of all and of the one who asks; absence is no error.
pub async fn a_code_is_found_as_each_user_finds_it(world: &World) {
    let (person, other) = (world.person().await, world.person().await);
    assert_eq!(promo(world, "SPRING", &person).await, None);
    let money = Amount::money(Money::from_kopecks(5000));
    let spring = PromoCode { expires_at: Some(world.now() + Duration::from_secs(60)), ..code(world, "SPRING", 5, 2) };
    let spring = PromoCode { gift: money, ..spring };
    made(world, &spring).await;
    made(world, &code(world, "КОТ-1_A", 1, 1)).await;
    world.committed(&redeems(world, &spring, &person, 0)).await;
    let state = |used, used_by_user| Some(PromoState { promo: spring.clone(), used, used_by_user });
    assert_eq!(
        (promo(world, "SPRING", &person).await, promo(world, "SPRING", &other).await),
        (state(1, 1), state(1, 0))
    );
    world.committed(&redeems(world, &spring, &person, 1)).await;
    world.committed(&redeems(world, &spring, &other, 0)).await;
    assert_eq!(
        (promo(world, "SPRING", &person).await, promo(world, "SPRING", &other).await),
        (state(3, 2), state(3, 1))
    );
    assert_eq!((world.money(&person).await, world.money(&other).await), ((10_000, 0), (5000, 0)));
    let untouched = promo(world, "КОТ-1_A", &person).await.expect("it was made");
    assert_eq!((untouched.promo.expires_at, untouched.promo.gift, untouched.used), (None, Amount::runs(2), 0));
}

/// A second code of this name is a conflict, whatever it gives, and changes nothing.
pub async fn a_code_is_made_once(world: &World) {
    let person = world.person().await;
    let first = code(world, "ONCE", 5, 1);
    made(world, &first).await;
    let changes = (0..5)
        .map(|_| ChangeSet { promos: vec![PromoChange::Create(code(world, "PARALLEL", 9, 9))], ..world.change() });
    let answers = world.parallel(changes.collect()).await;
    assert_eq!((count(&answers, &Commit::Committed), count(&answers, &Commit::VersionConflict)), (1, 4));
    let again = ChangeSet { promos: vec![PromoChange::Create(code(world, "ONCE", 9, 9))], ..world.change() };
    assert_eq!(world.commit(&again).await, Commit::VersionConflict);
    let found = promo(world, "ONCE", &person).await.expect("it was made");
    assert_eq!(found.promo, first);
}

/// Twenty users at once, three uses left.
pub async fn the_last_uses_go_to_some_of_parallel_users(world: &World) {
    let few = code(world, "FEW", 3, 1);
    made(world, &few).await;
    let mut changes = Vec::new();
    for _ in 0..20 {
        changes.push(redeems(world, &few, &world.person().await, 0));
    }
    let answers = world.parallel(changes).await;
    assert_eq!((count(&answers, &Commit::Committed), count(&answers, &Commit::VersionConflict)), (3, 17));
    let stranger = world.person().await;
    assert_eq!(promo(world, "FEW", &stranger).await.map(|state| state.used), Some(3));
    assert_eq!(world.commit(&redeems(world, &few, &stranger, 0)).await, Commit::VersionConflict);
}

/// Twenty taps of one user: one gift, also where a user may redeem twice, because each of them is the first one.
pub async fn parallel_redemptions_of_one_user_are_one(world: &World) {
    let person = world.person().await;
    for (name, per_user) in [("ONE", 1), ("TWO", 2)] {
        let promo = code(world, name, 50, per_user);
        made(world, &promo).await;
        let changes = (0..20).map(|_| redeems(world, &promo, &person, 0));
        let answers = world.parallel(changes.collect()).await;
        assert_eq!((count(&answers, &Commit::Committed), count(&answers, &Commit::VersionConflict)), (1, 19));
    }
    let again = (0..20).map(|_| redeems(world, &code(world, "TWO", 50, 2), &person, 1));
    let answers = world.parallel(again.collect()).await;
    assert_eq!((count(&answers, &Commit::Committed), count(&answers, &Commit::VersionConflict)), (1, 19));
    let runs = world.figures(person.user, domain::ledger::Unit::Run).await;
    assert_eq!(runs, (6, 0));
}

/// As often as one may, counted from nothing and without gaps.
pub async fn a_user_redeems_in_order_and_as_often_as_one_may(world: &World) {
    let person = world.person().await;
    let thrice = code(world, "THRICE", 50, 3);
    made(world, &thrice).await;
    for (nth, fits) in [(1, false), (0, true), (0, false), (2, false), (1, true), (2, true), (2, false), (3, false)] {
        let answer = world.commit(&redeems(world, &thrice, &person, nth)).await;
        assert_eq!(answer, if fits { Commit::Committed } else { Commit::VersionConflict }, "{nth}");
    }
    assert_eq!(promo(world, "THRICE", &person).await.map(|state| (state.used, state.used_by_user)), Some((3, 3)));
}

/// The moment of its expiry is one too late; the change set's time decides.
pub async fn a_code_is_worth_nothing_from_its_expiry_on(world: &World) {
    let until = world.now() + Duration::from_secs(60);
    let brief = PromoCode { expires_at: Some(until), ..code(world, "BRIEF", 50, 1) };
    made(world, &brief).await;
    for (at, fits) in
        [(until, false), (until - Duration::from_micros(1), true), (until + Duration::from_secs(1), false)]
    {
        let change = ChangeSet { at, ..redeems(world, &brief, &world.person().await, 0) };
        assert_eq!(world.commit(&change).await == Commit::Committed, fits, "{at:?}");
    }
}

/// An unknown code gives nothing, and what is undone was not redeemed.
pub async fn a_redemption_that_is_undone_uses_nothing(world: &World) {
    let person = world.funded(10).await;
    let promo = code(world, "UNDONE", 5, 1);
    assert_eq!(world.commit(&redeems(world, &promo, &person, 0)).await, Commit::VersionConflict);
    made(world, &promo).await;
    let mut greedy = redeems(world, &promo, &person, 0);
    greedy.operations.insert(0, world.order(&person, 11).reserve);
    assert_eq!(world.commit(&greedy).await, refusal(short(10, 11)));
    assert_eq!(self::promo(world, "UNDONE", &person).await.map(|state| (state.used, state.used_by_user)), Some((0, 0)));
    // Made and redeemed at once.
    let (new, other) = (code(world, "NEW", 5, 1), world.person().await);
    let mut change = redeems(world, &new, &other, 0);
    change.promos.insert(0, PromoChange::Create(new.clone()));
    world.committed(&change).await;
    assert_eq!(self::promo(world, "NEW", &other).await.map(|state| state.used), Some(1));
}

/// These rows belong to nobody: any two users meet at them.
pub async fn opposite_orders_of_two_codes_do_not_lock_each_other_out(world: &World) {
    let codes = [code(world, "A", 50, 1), code(world, "B", 50, 1)];
    for code in &codes {
        made(world, code).await;
    }
    let mut changes = Vec::new();
    for at in 0..20 {
        let person = world.person().await;
        let (mut change, other) = (redeems(world, &codes[0], &person, 0), redeems(world, &codes[1], &person, 0));
        change.promos.extend(other.promos);
        change.operations.extend(other.operations);
        if at % 2 == 0 {
            change.promos.reverse();
        }
        changes.push(change);
    }
    let answers = world.parallel(changes).await;
    assert_eq!(count(&answers, &Commit::Committed), 20, "{answers:?}");
}

/// A code that gives two runs and never expires.
pub(super) fn code(world: &World, name: &str, total_max: u32, per_user_max: u32) -> PromoCode {
    let (code, gift, created_at) = (name.to_owned(), Amount::runs(2), world.now());
    PromoCode { code, gift, total_max, per_user_max, expires_at: None, created_at }
}

pub(super) async fn made(world: &World, promo: &PromoCode) {
    world.committed(&ChangeSet { promos: vec![PromoChange::Create(promo.clone())], ..world.change() }).await;
}

/// The change set of a redemption: the count and the gift.
pub(super) fn redeems(world: &World, promo: &PromoCode, person: &Person, nth: u32) -> ChangeSet {
    let user: UserId = person.user;
    let cause = cause(&promo.code, user, nth);
    let mut change = world.operations([Operation::Bonus { user, kind: BonusKind::Promo, cause, amount: promo.gift }]);
    change.promos.push(PromoChange::Redeem { code: promo.code.clone(), user, nth });
    change
}

pub(super) async fn promo(world: &World, code: &str, person: &Person) -> Option<PromoState> {
    world.store.promo(code, person.user).await.expect("the store answers")
}

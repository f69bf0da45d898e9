//! Who brought whom, and what both get for it.

use std::time::Duration;

use domain::clock::Timestamp;
use domain::ids::UserId;
use domain::ledger::{Amount, BonusKind, Operation, Unit};
use domain::payment::Referral;
use domain::ports::{ChangeSet, Commit, Person, ReferralChange, ReferralFigures, StoreError};

use super::World;
use super::world::{count, refusal, short};

/// The first referral of a user stays, whoever claims them later; it is found by the friend.
pub async fn who_came_once_came_once(world: &World) {
    let (inviter, other, friend) = (world.person().await, world.person().await, world.person().await);
    assert_eq!(referral(world, &friend).await, None);
    let first = brings(world, &inviter, &friend);
    world.committed(&first).await;
    for again in [&first, &brings(world, &other, &friend), &brings(world, &inviter, &friend)] {
        world.committed(again).await;
    }
    let wanted = Referral { invited: friend.user, inviter: inviter.user, at: first.at, rewarded_at: None };
    assert_eq!(referral(world, &friend).await, Some(wanted));
    assert_eq!((figures(world, &inviter).await, figures(world, &other).await), ((1, 0), (0, 0)));
    assert_eq!(referral(world, &inviter).await, None);
}

/// No change set may say so.
pub async fn nobody_brings_themselves(world: &World) {
    let person = world.person().await;
    let answer = world.store.commit(&brings(world, &person, &person)).await;
    assert!(matches!(answer, Err(StoreError::Defect(_))), "{answer:?}");
    assert_eq!(referral(world, &person).await, None);
}

/// Both get something, once, however often and however late it is tried.
pub async fn a_referral_is_rewarded_once(world: &World) {
    let (inviter, friend) = (world.person().await, world.person().await);
    let day = world.now();
    let unknown = rewards(world, &inviter, &friend, Some((day, 9)));
    assert_eq!(world.commit(&unknown).await, Commit::VersionConflict);
    world.committed(&brings(world, &inviter, &friend)).await;
    let of_another = rewards(world, &world.person().await, &friend, Some((day, 9)));
    assert_eq!(world.commit(&of_another).await, Commit::VersionConflict);
    let first = rewards(world, &inviter, &friend, Some((day, 9)));
    world.committed(&first).await;
    for counted in [Some((day, 9)), Some((day + DAY, 9)), None] {
        assert_eq!(world.commit(&rewards(world, &inviter, &friend, counted)).await, Commit::VersionConflict);
    }
    assert_eq!(referral(world, &friend).await.and_then(|referral| referral.rewarded_at), Some(first.at));
    assert_eq!((figures(world, &inviter).await, counted(world, &inviter, day).await), ((1, 1), 1));
    assert_eq!((runs(world, &inviter).await, runs(world, &friend).await), (1, 1));
}

/// Twenty first payments of one friend at once.
pub async fn parallel_rewards_of_one_referral_are_one(world: &World) {
    let (inviter, friend) = (world.person().await, world.person().await);
    world.committed(&brings(world, &inviter, &friend)).await;
    let day = world.now();
    let changes = (0..20).map(|_| rewards(world, &inviter, &friend, Some((day, 9))));
    let answers = world.parallel(changes.collect()).await;
    assert_eq!((count(&answers, &Commit::Committed), count(&answers, &Commit::VersionConflict)), (1, 19));
    assert_eq!((runs(world, &inviter).await, counted(world, &inviter, day).await), (1, 1));
}

/// Ten friends of one inviter pay at once, on a day that brings three rewards: three are counted, the others may get their own part.
pub async fn parallel_rewards_of_one_day_stay_within_it(world: &World) {
    let inviter = world.person().await;
    let day = world.now();
    let friends = friends(world, &inviter, 10).await;
    let changes = friends.iter().map(|friend| rewards(world, &inviter, friend, Some((day, 3))));
    let answers = world.parallel(changes.collect()).await;
    assert_eq!((count(&answers, &Commit::Committed), count(&answers, &Commit::VersionConflict)), (3, 7));
    assert_eq!((figures(world, &inviter).await, counted(world, &inviter, day).await), ((10, 3), 3));
    for (friend, answer) in friends.iter().zip(&answers) {
        if *answer == Commit::VersionConflict {
            world.committed(&rewards(world, &inviter, friend, None)).await;
        }
        assert_eq!(runs(world, friend).await, 1);
        assert!(referral(world, friend).await.is_some_and(|referral| referral.rewarded_at.is_some()));
    }
    assert_eq!((figures(world, &inviter).await, runs(world, &inviter).await), ((10, 3), 3));
}

/// A full day is full, a day of none as well; the next day begins anew.
pub async fn a_full_day_counts_no_more(world: &World) {
    let inviter = world.person().await;
    let friends = friends(world, &inviter, 3).await;
    let day = world.now();
    let fits = async |friend: &Person, counted| {
        world.commit(&rewards(world, &inviter, friend, Some(counted))).await == Commit::Committed
    };
    assert!(!fits(&friends[0], (day, 0)).await);
    assert!(fits(&friends[0], (day, 1)).await);
    assert!(!fits(&friends[1], (day, 1)).await);
    assert_eq!(referral(world, &friends[1]).await.and_then(|referral| referral.rewarded_at), None);
    assert!(fits(&friends[1], (day + DAY, 1)).await);
    assert!(fits(&friends[2], (day, 2)).await);
    let found = (counted(world, &inviter, day).await, counted(world, &inviter, day + DAY).await);
    assert_eq!((found, counted(world, &inviter, day - DAY).await), ((2, 1), 0));
}

/// What the ledger refuses was not rewarded.
pub async fn a_reward_that_is_undone_is_none(world: &World) {
    let (inviter, friend) = (world.person().await, world.funded(10).await);
    world.committed(&brings(world, &inviter, &friend)).await;
    let day = world.now();
    let mut greedy = rewards(world, &inviter, &friend, Some((day, 9)));
    greedy.operations.insert(0, world.order(&friend, 11).reserve);
    assert_eq!(world.commit(&greedy).await, refusal(short(10, 11)));
    assert_eq!((figures(world, &inviter).await, counted(world, &inviter, day).await), ((1, 0), 0));
    // A friend who comes and pays within one change set.
    let quick = world.person().await;
    let mut change = rewards(world, &inviter, &quick, Some((day, 9)));
    change.referrals.splice(0..0, brings(world, &inviter, &quick).referrals);
    world.committed(&change).await;
    assert_eq!((figures(world, &inviter).await, counted(world, &inviter, day).await), ((2, 1), 1));
}

pub(super) const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// The change set of a friend's first /start.
pub(super) fn brings(world: &World, inviter: &Person, friend: &Person) -> ChangeSet {
    let mut change = world.change();
    let (invited, inviter) = (friend.user, inviter.user);
    change.referrals.push(ReferralChange::Create(Referral { invited, inviter, at: change.at, rewarded_at: None }));
    change
}

/// The change set of a friend's first payment: the reward, and a run for each who gets one.
pub(super) fn rewards(
    world: &World,
    inviter: &Person,
    friend: &Person,
    counted: Option<(Timestamp, u32)>,
) -> ChangeSet {
    let bonus = |user: UserId, side: &str| {
        let cause = format!("{}:{side}", friend.user);
        Operation::Bonus { user, kind: BonusKind::Referral, cause, amount: Amount::runs(1) }
    };
    let both = [Some(bonus(friend.user, "invited")), counted.map(|_| bonus(inviter.user, "inviter"))];
    let mut change = world.operations(both.into_iter().flatten());
    change.referrals.push(ReferralChange::Reward { invited: friend.user, inviter: inviter.user, counted });
    change
}

async fn friends(world: &World, inviter: &Person, number: usize) -> Vec<Person> {
    let mut friends = Vec::with_capacity(number);
    for _ in 0..number {
        let friend = world.person().await;
        world.committed(&brings(world, inviter, &friend)).await;
        friends.push(friend);
    }
    friends
}

pub(super) async fn referral(world: &World, friend: &Person) -> Option<Referral> {
    world.store.referral(friend.user).await.expect("the store answers")
}

pub(super) async fn figures(world: &World, inviter: &Person) -> (u64, u64) {
    let figures: ReferralFigures = world.store.referral_figures(inviter.user).await.expect("the store answers");
    (figures.invited, figures.rewarded)
}

async fn counted(world: &World, inviter: &Person, day: Timestamp) -> u32 {
    world.store.referral_rewards(inviter.user, day).await.expect("the store answers")
}

async fn runs(world: &World, person: &Person) -> i64 {
    world.figures(person.user, Unit::Run).await.0
}

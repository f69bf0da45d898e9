//! Rows of what was given, spoiled by hand: the audit names each of them. The ways of spoiling stand in `corruptions`.

use domain::free::FreeLimits;
use domain::generation::Event;
use domain::ledger::Amount;
use domain::ports::Person;

use super::World;
use super::corruptions::spoil;
use super::free::{end, free_one, gives_back, takes};
use super::promos::{code, made, redeems};
use super::referrals::{brings, rewards};

/// One of everything that is given: free generations, delivered and given back, a run, a code, a referral that was rewarded and one that was not.
pub(super) async fn were_given(world: &World, inviter: &Person) {
    let friend = world.person().await;
    let limits = FreeLimits { day: 9, hour: 9 };
    let (had, lost) = (free_one(world, &friend), free_one(world, &friend));
    world.committed(&takes(world, &had, limits)).await;
    end(world, &had, Event::Delivered).await;
    world.committed(&takes(world, &lost, limits)).await;
    world.committed(&gives_back(world, &lost)).await;
    let promo = code(world, "CODE_1", 1, 1);
    made(world, &promo).await;
    world.committed(&redeems(world, &promo, &friend, 0)).await;
    let by_run = world.order_of(&friend, Amount::runs(1));
    world.committed(&world.confirm(&by_run)).await;
    world.committed(&world.succeed(&by_run, 1)).await;
    world.committed(&brings(world, inviter, &friend)).await;
    world.committed(&rewards(world, inviter, &friend, Some((world.now(), 1)))).await;
    world.committed(&brings(world, inviter, &world.person().await)).await;
}

/// Spoils rows, and one of the findings says so in these words.
async fn spoil_so(world: &World, sql: &str, words: &str) {
    spoil(world, sql).await;
    let report = world.store.audit().await.expect("the audit runs");
    let mut findings = report.checks.iter().flat_map(|check| &check.findings);
    assert!(findings.any(|finding| finding.contains(words)), "no `{words}` in {report:#?}");
}

/// Somebody would have less for nothing than they may.
pub async fn a_counter_with_more_than_its_generations_is_found(world: &World) {
    spoil_so(world, "UPDATE free_uses SET uses = uses + 1", "its generations say").await;
}

/// Somebody would have more for nothing than they may.
pub async fn a_lost_counter_is_found(world: &World) {
    spoil_so(world, "DELETE FROM free_uses WHERE kind = 'hour'", "its generations say").await;
}

/// Had for nothing, and counted nowhere.
pub async fn a_free_generation_that_was_given_back_and_delivered_is_found(world: &World) {
    spoil_so(
        world,
        "UPDATE generations SET state = 'delivered' WHERE paid_by = 'free' AND state = 'failed'",
        "its generations say",
    )
    .await;
}

/// Paid twice.
pub async fn a_free_generation_with_a_hold_is_found(world: &World) {
    spoil_so(
        world,
        "UPDATE generations SET paid_by = 'free', free_day = 1, free_hour = 1 WHERE state = 'queued'",
        "is paid by free",
    )
    .await;
}

/// Money is held, and a run would be captured.
pub async fn a_generation_paid_in_another_unit_is_found(world: &World) {
    spoil_so(world, "UPDATE generations SET paid_by = 'run' WHERE state = 'queued'", "is paid by run").await;
}

/// Nobody knows what to give back.
pub async fn a_free_generation_without_its_windows_is_found(world: &World) {
    spoil_so(world, "UPDATE generations SET free_day = NULL WHERE paid_by = 'free'", "its windows say otherwise").await;
}

/// One generation is one run.
pub async fn a_generation_that_costs_two_runs_is_found(world: &World) {
    spoil_so(world, "UPDATE holds SET amount = 2 WHERE unit = 'run'", "reserved 2").await;
}

/// Delivered for nothing, and not free.
pub async fn a_released_run_for_a_delivered_generation_is_found(world: &World) {
    spoil_so(world, "UPDATE holds SET state = 'released', captured = 0 WHERE unit = 'run'", "its hold is released")
        .await;
}

/// The owner is shown an income that nobody paid.
pub async fn a_free_success_that_earned_something_is_found(world: &World) {
    spoil_so(world, "UPDATE successes SET earned = 1 WHERE earned IS NULL", "and earned 1").await;
}

/// Used up by its row only.
pub async fn a_code_that_was_used_by_nobody_is_found(world: &World) {
    spoil_so(world, "UPDATE promo_codes SET used = used + 1", "by its users").await;
}

/// Its user could redeem it again.
pub async fn a_lost_redemption_is_found(world: &World) {
    spoil_so(world, "DELETE FROM promo_uses", "by its users").await;
}

/// More than the owner wanted to give.
pub async fn a_code_beyond_its_limit_is_found(world: &World) {
    spoil_so(world, "UPDATE promo_codes SET total_max = 0", "times of 0").await;
}

/// More than one user may have.
pub async fn a_user_beyond_the_limit_of_a_code_is_found(world: &World) {
    spoil_so(world, "UPDATE promo_codes SET per_user_max = 0", "1 times by").await;
}

/// A reward for oneself.
pub async fn somebody_who_brought_themselves_is_found(world: &World) {
    spoil_so(world, "UPDATE referrals SET inviter = invited", "who is the same").await;
}

/// Rewards that go in a circle.
pub async fn two_who_brought_each_other_are_found(world: &World) {
    spoil_so(world, "INSERT INTO referrals (invited, inviter, at) SELECT inviter, invited, at FROM referrals WHERE rewarded_at IS NOT NULL", "was brought by them").await;
}

/// Rewarded by its row only.
pub async fn a_rewarded_referral_without_its_bonus_is_found(world: &World) {
    spoil_so(world, "UPDATE referrals SET rewarded_at = 1 WHERE rewarded_at IS NULL", "got no bonus").await;
}

/// The friend could be rewarded again.
pub async fn a_referral_bonus_without_a_reward_is_found(world: &World) {
    spoil_so(world, "UPDATE referrals SET rewarded_at = NULL, reward_day = NULL", "has no referral that was rewarded")
        .await;
}

/// The day could bring one more.
pub async fn an_inviter_bonus_that_no_day_counts_is_found(world: &World) {
    spoil_so(world, "UPDATE referrals SET reward_day = NULL", "has no referral that was rewarded").await;
}

/// The day is full too early.
pub async fn a_day_with_more_than_its_referrals_is_found(world: &World) {
    spoil_so(world, "UPDATE referral_days SET rewards = rewards + 1", "its referrals say").await;
}

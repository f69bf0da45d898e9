//! 8 and what belongs to it: what was given stands against what it was given for.

use std::collections::{BTreeMap, BTreeSet};

use domain::clock::Timestamp;
use domain::free::Funding;
use domain::generation::{Generation, StateKind};
use domain::ids::UserId;
use domain::ledger::{Book, Group};
use domain::ports::AuditCheck;

use super::check;
use crate::counters::{CounterKey, keys};
use crate::memory::free::Counters;
use crate::memory::gifts::Gifts;
use crate::memory::promos::PromoRows;
use crate::memory::referrals::ReferralRows;

/// The rows that are looked at.
pub(in crate::memory) struct Rows {
    counters: Counters,
    /// What each generation that is free and was not given back took.
    taken: Vec<CounterKey>,
    promos: PromoRows,
    referrals: ReferralRows,
    /// Causes of bonuses for codes and for referrals, and to whom they went.
    promo_bonuses: Vec<String>,
    referral_bonuses: BTreeSet<(String, UserId)>,
}

impl Rows {
    /// The rows of what is given, beside the bonuses of a book and the generations.
    pub(in crate::memory) fn of<'a>(
        gifts: &Gifts,
        book: &Book,
        generations: impl Iterator<Item = &'a Generation>,
    ) -> Self {
        let bonuses = |group: Group| {
            let causes = book.postings().map(|(posting, user)| (posting.operation.cause(), user));
            causes.filter(move |(cause, _)| cause.group == group).map(|(cause, user)| (cause.key, user))
        };
        Self {
            counters: gifts.free.rows().clone(),
            taken: generations.flat_map(taken_by).flatten().collect(),
            promos: gifts.promos.rows().clone(),
            referrals: gifts.referrals.rows().clone(),
            promo_bonuses: bonuses(Group::BonusPromo).map(|(key, _)| key).collect(),
            referral_bonuses: bonuses(Group::BonusReferral).filter_map(|(key, user)| Some((key, user?))).collect(),
        }
    }
}

/// One that can't be delivered keeps what it took; one that was cancelled or failed gave it back.
fn taken_by(row: &Generation) -> Option<[CounterKey; 2]> {
    match row.funding {
        Funding::Free(windows) if !matches!(row.state.kind(), StateKind::Failed | StateKind::Cancelled) => {
            Some(keys(row.user, &row.model, windows))
        }
        _ => None,
    }
}

/// Looks at everything that is given.
pub(in crate::memory) fn audit(rows: &Rows) -> Vec<AuditCheck> {
    let rewarded = rows.referrals.referrals.values().filter(|(row, _)| row.rewarded_at.is_some()).count();
    vec![
        check(
            "a counter of free generations equals the fold of those that took it",
            rows.counters.len(),
            counters_equal_folds(rows),
        ),
        check(
            "a promo code was used as often as its users did and as bonuses were given, within its limits",
            rows.promos.codes.len(),
            codes_equal_folds(rows),
        ),
        check(
            "nobody brought themselves, and no two brought each other",
            rows.referrals.referrals.len(),
            nobody_goes_in_circles(rows),
        ),
        check("a referral has its bonuses exactly if it was rewarded", rewarded, rewards_are_bonuses(rows)),
        check(
            "a day of an inviter equals the fold of the referrals that it counts",
            rows.referrals.days.len(),
            days_equal_folds(rows),
        ),
    ]
}

fn counters_equal_folds(rows: &Rows) -> impl Iterator<Item = String> {
    let mut folds: BTreeMap<&CounterKey, (u32, u32)> = BTreeMap::new();
    for (key, uses) in &rows.counters {
        folds.entry(key).or_default().0 = *uses;
    }
    for key in &rows.taken {
        folds.entry(key).or_default().1 += 1;
    }
    let wrong = folds.into_iter().filter(|(_, (uses, fold))| uses != fold);
    wrong.map(|(key, (uses, fold))| format!("{key:?} is {uses}, its generations say {fold}"))
}

fn codes_equal_folds(rows: &Rows) -> impl Iterator<Item = String> {
    let mut folds: BTreeMap<&str, (u32, u32, u32)> = BTreeMap::new();
    for (code, (_, used)) in &rows.promos.codes {
        folds.entry(code).or_default().0 = *used;
    }
    for ((code, _), uses) in &rows.promos.uses {
        folds.entry(code).or_default().1 += uses;
    }
    for cause in &rows.promo_bonuses {
        folds.entry(cause.split(':').next().unwrap_or_default()).or_default().2 += 1;
    }
    let wrong = folds.into_iter().filter(|(_, (used, by_users, given))| used != by_users || used != given);
    let wrong = wrong.map(|(code, (used, by_users, given))| {
        format!("promo code `{code}` was used {used} times, by its users {by_users} times, and gave {given} bonuses")
    });
    let beyond = rows.promos.codes.values().filter(|(promo, used)| *used > promo.total_max);
    let beyond = beyond.map(|(promo, used)| format!("promo code `{}` was used {used} times", promo.code));
    let greedy =
        rows.promos.uses.iter().filter(|((code, _), uses)| {
            rows.promos.codes.get(code).is_none_or(|(promo, _)| **uses > promo.per_user_max)
        });
    let greedy = greedy.map(|((code, user), uses)| format!("promo code `{code}` was used {uses} times by `{user}`"));
    wrong.chain(beyond).chain(greedy)
}

fn nobody_goes_in_circles(rows: &Rows) -> impl Iterator<Item = String> {
    let known = &rows.referrals.referrals;
    let bad = known.values().filter(|(row, _)| {
        let brought_them = known.get(&row.inviter).is_some_and(|(other, _)| other.inviter == row.invited);
        row.invited == row.inviter || brought_them
    });
    bad.map(|(row, _)| {
        format!("user `{}` was brought by `{}`, who is the same or was brought by them", row.invited, row.inviter)
    })
}

fn rewards_are_bonuses(rows: &Rows) -> impl Iterator<Item = String> {
    let mut wanted: BTreeSet<(String, UserId)> = BTreeSet::new();
    for (row, day) in rows.referrals.referrals.values().filter(|(row, _)| row.rewarded_at.is_some()) {
        wanted.insert((format!("{}:invited", row.invited), row.invited));
        if day.is_some() {
            wanted.insert((format!("{}:inviter", row.invited), row.inviter));
        }
    }
    let of_referrals = |(key, _): &&(String, UserId)| key.ends_with(":invited") || key.ends_with(":inviter");
    let given: BTreeSet<_> = rows.referral_bonuses.iter().filter(of_referrals).cloned().collect();
    let wrong: Vec<_> = wanted.symmetric_difference(&given).cloned().collect();
    wrong.into_iter().map(|(key, user)| format!("bonus `{key}` to `{user}` and its referral do not agree"))
}

fn days_equal_folds(rows: &Rows) -> impl Iterator<Item = String> {
    let mut folds: BTreeMap<(UserId, Timestamp), (u32, u32)> = BTreeMap::new();
    for (key, rewards) in &rows.referrals.days {
        folds.entry(*key).or_default().0 = *rewards;
    }
    for (row, day) in rows.referrals.referrals.values() {
        if let Some(day) = day {
            folds.entry((row.inviter, *day)).or_default().1 += 1;
        }
    }
    let wrong = folds.into_iter().filter(|(_, (rewards, fold))| rewards != fold);
    wrong.map(|((user, day), (rewards, fold))| {
        format!("day {day:?} of `{user}` has {rewards} rewards, its referrals say {fold}")
    })
}

#[cfg(test)]
mod tests;

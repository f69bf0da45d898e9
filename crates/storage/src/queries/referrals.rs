//! Who brought whom, and the rewards that an inviter's day brought.

use diesel::dsl::count_star;
use diesel::prelude::*;
use diesel::query_dsl::methods::FilterDsl;
use diesel_async::RunQueryDsl;
use domain::clock::Timestamp;
use domain::ids::UserId;
use domain::payment::Referral;
use domain::ports::{Commit, ReferralChange, ReferralFigures};

use super::Conn;
use crate::error::Fault;
use crate::prepared::Prepare;
use crate::rows::{ReferralRow, count, figure};
use crate::schema::{referral_days, referrals};

/// Notes referrals and rewards them. The rows of referrals come before the days, each in one order: friends of one inviter meet at the day.
///
/// # Errors
/// `Fault::Stop` with a version conflict if a referral is not there, was rewarded before, or the inviter's day is full.
pub(crate) async fn change(conn: &mut Conn, changes: &[ReferralChange], at: Timestamp) -> Result<(), Fault> {
    let mut changes: Vec<_> = changes.iter().collect();
    changes.sort_by_key(|change| invited_of(change));
    let mut days = Vec::new();
    for change in changes {
        match change {
            ReferralChange::Create(referral) => create(conn, referral).await?,
            ReferralChange::Reward { invited, inviter, counted } => {
                reward(conn, *invited, *inviter, counted.map(|(day, _)| day), at).await?;
                days.extend(counted.map(|(day, limit)| (*inviter, day, limit)));
            }
        }
    }
    days.sort_unstable();
    for (inviter, day, limit) in days {
        count_in(conn, inviter, day, limit).await?;
    }
    Ok(())
}

const fn invited_of(change: &ReferralChange) -> UserId {
    match change {
        ReferralChange::Create(Referral { invited, .. }) | ReferralChange::Reward { invited, .. } => *invited,
    }
}

/// Who came once came once: a second row is none.
async fn create(conn: &mut Conn, referral: &Referral) -> Result<(), Fault> {
    let row = (
        referrals::invited.eq(referral.invited.as_bytes().as_slice()),
        referrals::inviter.eq(referral.inviter.as_bytes().as_slice()),
        referrals::at.eq(referral.at.as_micros()),
        referrals::rewarded_at.eq(referral.rewarded_at.map(Timestamp::as_micros)),
    );
    diesel::insert_into(referrals::table).values(row).on_conflict_do_nothing().execute(conn).await?;
    Ok(())
}

async fn reward(
    conn: &mut Conn,
    invited: UserId,
    inviter: UserId,
    day: Option<Timestamp>,
    at: Timestamp,
) -> Result<(), Fault> {
    let brought = referrals::inviter.eq(inviter.as_bytes().as_slice()).and(referrals::rewarded_at.is_null());
    let row = QueryDsl::filter(referrals::table.find(invited.as_bytes().as_slice()), brought);
    let rewarded =
        (referrals::rewarded_at.eq(Some(at.as_micros())), referrals::reward_day.eq(day.map(Timestamp::as_micros)));
    let touched = diesel::update(row).set(rewarded).prepared().execute(conn).await?;
    if touched == 1 { Ok(()) } else { Err(Commit::VersionConflict.into()) }
}

/// One more reward of this day, within its limit.
async fn count_in(conn: &mut Conn, inviter: UserId, day: Timestamp, limit: u32) -> Result<(), Fault> {
    let first = (
        referral_days::inviter.eq(inviter.as_bytes().as_slice()),
        referral_days::day.eq(day.as_micros()),
        referral_days::rewards.eq(1),
    );
    let more = diesel::insert_into(referral_days::table)
        .values(first)
        .on_conflict((referral_days::inviter, referral_days::day))
        .do_update()
        .set(referral_days::rewards.eq(referral_days::rewards + 1));
    let within = FilterDsl::filter(more, referral_days::rewards.lt(i64::from(limit)));
    // The first row of a day has no condition to fail.
    let counted = limit > 0 && within.prepared().execute(conn).await? == 1;
    if counted { Ok(()) } else { Err(Commit::VersionConflict.into()) }
}

/// Who brought this user.
pub(crate) async fn referral(conn: &mut Conn, invited: UserId) -> Result<Option<Referral>, Fault> {
    let row = referrals::table.find(invited.as_bytes().as_slice()).first::<ReferralRow>(conn).await.optional()?;
    row.map(ReferralRow::into_referral).transpose()
}

/// How many a user brought, and for how many of them the user was rewarded, too.
pub(crate) async fn figures(conn: &mut Conn, inviter: UserId) -> Result<ReferralFigures, Fault> {
    let (invited, rewarded) = QueryDsl::filter(referrals::table, referrals::inviter.eq(inviter.as_bytes().as_slice()))
        .select((count_star(), diesel::dsl::count(referrals::reward_day)))
        .get_result::<(i64, i64)>(conn)
        .await?;
    Ok(ReferralFigures { invited: count("referrals", invited)?, rewarded: count("referrals", rewarded)? })
}

/// How many rewards this day of an inviter brought.
pub(crate) async fn rewards(conn: &mut Conn, inviter: UserId, day: Timestamp) -> Result<u32, Fault> {
    let row = referral_days::table.find((inviter.as_bytes().as_slice(), day.as_micros()));
    let rewards = row.select(referral_days::rewards).first::<i64>(conn).await.optional()?;
    figure("referral_days.rewards", rewards.unwrap_or(0))
}

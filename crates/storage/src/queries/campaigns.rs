//! Campaigns, and what came of them.

use std::collections::BTreeMap;

use diesel::dsl::{count_star, exists, sql};
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel_async::RunQueryDsl;
use domain::campaign::{Campaign, CampaignFigures};
use domain::money::Money;
use domain::ports::Commit;

use super::{Conn, counts};
use crate::error::Fault;
use crate::rows::counts::of_campaign;
use crate::rows::{CampaignRow, count};
use crate::schema::{campaigns, generations, payments, people};

/// Makes campaigns.
///
/// # Errors
/// `Fault::Stop` with a version conflict if a name is taken.
pub(crate) async fn change(conn: &mut Conn, new: &[Campaign]) -> Result<(), Fault> {
    for campaign in new {
        let row = diesel::insert_into(campaigns::table).values(CampaignRow::of(campaign));
        if row.on_conflict_do_nothing().execute(conn).await? != 1 {
            return Err(Commit::VersionConflict.into());
        }
    }
    Ok(())
}

/// A campaign by its name, with what came of it.
pub(crate) async fn campaign(conn: &mut Conn, name: String) -> Result<Option<CampaignFigures>, Fault> {
    let row = campaigns::table.find(name).first::<CampaignRow>(conn).await.optional()?;
    let made = row.map(CampaignRow::into_campaign).into_iter().collect();
    Ok(figures(conn, made).await?.pop())
}

/// Campaigns with what came of them, the last made first.
pub(crate) async fn page(conn: &mut Conn, skip: u32, limit: u32) -> Result<Vec<CampaignFigures>, Fault> {
    let rows = campaigns::table
        .order((campaigns::created_at.desc(), campaigns::name))
        .offset(skip.into())
        .limit(limit.into())
        .load::<CampaignRow>(conn)
        .await?;
    figures(conn, rows.into_iter().map(CampaignRow::into_campaign).collect()).await
}

/// All of them.
pub(crate) async fn all(conn: &mut Conn) -> Result<Vec<Campaign>, Fault> {
    let rows = campaigns::table.order(campaigns::name).load::<CampaignRow>(conn).await?;
    Ok(rows.into_iter().map(CampaignRow::into_campaign).collect())
}

/// What came of campaigns, or had come when it was counted last.
async fn figures(conn: &mut Conn, made: Vec<Campaign>) -> Result<Vec<CampaignFigures>, Fault> {
    let name = |campaign: &Campaign| of_campaign(&campaign.name);
    let kept = counts::kept(conn, &made.iter().map(name).collect::<Vec<_>>()).await?;
    let unknown: Vec<_> = made.iter().filter(|campaign| !kept.contains_key(&name(campaign))).cloned().collect();
    let mut counted = counted(conn, unknown).await?;
    let figures = |campaign: Campaign| match kept.get(&name(&campaign)) {
        Some(kept) => Some(kept.into_figures(campaign)),
        None => {
            let place = counted.iter().position(|figures| figures.campaign.name == campaign.name)?;
            Some(counted.swap_remove(place))
        }
    };
    Ok(made.into_iter().filter_map(figures).collect())
}

/// What came of campaigns: each figure is one statement for all of them, by the index over origins.
pub(crate) async fn counted(conn: &mut Conn, made: Vec<Campaign>) -> Result<Vec<CampaignFigures>, Fault> {
    if made.is_empty() {
        return Ok(Vec::new());
    }
    let origins: Vec<String> = made.iter().map(Campaign::origin).collect();
    let brought = people::table.filter(people::origin.eq_any(&origins));
    let came = brought.clone().group_by(people::origin).select((people::origin, count_star()));
    let came = by_origin(came.load(conn).await?)?;
    let orders = generations::table.filter(generations::user_id.eq(people::user_id)).select(generations::id);
    let ordered =
        brought.clone().filter(exists(orders)).group_by(people::origin).select((people::origin, count_star()));
    let ordered = by_origin(ordered.load(conn).await?)?;
    let paid = brought
        .inner_join(payments::table.on(payments::user_id.eq(people::user_id)))
        .filter(payments::refunded.eq(false))
        .group_by(people::origin)
        .select((
            people::origin,
            sql::<BigInt>("COUNT(DISTINCT people.user_id)"),
            sql::<BigInt>("CAST(SUM(payments.amount) AS BIGINT)"),
        ));
    let paid = paid.load::<(Option<String>, i64, i64)>(conn).await?;
    let figures = |campaign: Campaign| {
        let origin = campaign.origin();
        let payers = paid.iter().find(|(of, _, _)| of.as_ref() == Some(&origin));
        let (payers, income) = payers.map_or((0, 0), |(_, payers, income)| (*payers, *income));
        let of = |counts: &BTreeMap<String, u64>| counts.get(&origin).copied().unwrap_or(0);
        Ok(CampaignFigures {
            came: of(&came),
            ordered: of(&ordered),
            paid: count("payments", payers)?,
            income: Money::from_kopecks(income),
            campaign,
        })
    };
    made.into_iter().map(figures).collect()
}

fn by_origin(rows: Vec<(Option<String>, i64)>) -> Result<BTreeMap<String, u64>, Fault> {
    let known = rows.into_iter().filter_map(|(origin, figure)| origin.map(|origin| (origin, figure)));
    known.map(|(origin, figure)| Ok((origin, count("people", figure)?))).collect()
}

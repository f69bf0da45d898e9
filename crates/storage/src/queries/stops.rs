//! What is not sold for now: models that are stopped or rest, and, in a pause, everything.

use diesel::prelude::*;
use diesel::query_dsl::methods;
use diesel_async::RunQueryDsl;
use domain::clock::Timestamp;
use domain::ids::ModelId;
use domain::pause::Pause;
use domain::ports::{Commit, Stop, StopChange};
use domain::rest::Rest;

use super::Conn;
use crate::error::Fault;
use crate::rows::{PauseRow, RestRow, SELLING, StopRow};
use crate::schema::{pauses, rests, stops};

/// Stops models, lets them rest and sells them again. These rows belong to no user, so commits of any two users meet here: each takes its models in one
/// order, by id, and what happens to one model keeps the order in which it was asked for.
pub(crate) async fn change(conn: &mut Conn, changes: &[StopChange], at: Timestamp) -> Result<(), Fault> {
    let mut changes: Vec<_> = changes.iter().collect();
    changes.sort_by(|one, other| model_of(one).cmp(model_of(other)));
    for change in changes {
        match change {
            StopChange::Stop(model, reason) => {
                let row = StopRow::of(&Stop { model: model.clone(), reason: *reason, at });
                let fresh = diesel::insert_into(stops::table).values(&row).on_conflict(stops::model);
                let write = methods::FilterDsl::filter(fresh.do_update().set(&row), stops::resumed_at.is_not_null());
                write.execute(conn).await?;
            }
            StopChange::Rest(rest) => {
                let row = RestRow::of(rest);
                let fresh = diesel::insert_into(rests::table).values(&row).on_conflict(rests::model);
                let is_over = rests::ended_at.is_not_null().or(rests::until.le(rest.at.as_micros()));
                let write = methods::FilterDsl::filter(fresh.do_update().set(&row), is_over);
                write.execute(conn).await?;
            }
            StopChange::Resume(model) => {
                let stopped = stops::table.find(&model.0).filter(stops::resumed_at.is_null());
                diesel::update(stopped).set(stops::resumed_at.eq(at.as_micros())).execute(conn).await?;
                let rests = rests::table.find(&model.0).filter(rests::ended_at.is_null());
                let rests = rests.filter(rests::until.gt(at.as_micros()));
                diesel::update(rests).set(rests::ended_at.eq(at.as_micros())).execute(conn).await?;
            }
        }
    }
    Ok(())
}

fn model_of(change: &StopChange) -> &ModelId {
    match change {
        StopChange::Stop(model, _) | StopChange::Rest(Rest { model, .. }) | StopChange::Resume(model) => model,
    }
}

/// All of them, by model; put in order here, since databases differ in how they order text.
pub(crate) async fn stops(conn: &mut Conn) -> Result<Vec<Stop>, Fault> {
    let rows = stops::table.filter(stops::resumed_at.is_null()).load::<StopRow>(conn).await?;
    let mut stops = rows.into_iter().map(StopRow::into_stop).collect::<Result<Vec<_>, _>>()?;
    stops.sort_unstable_by(|one, other| one.model.cmp(&other.model));
    Ok(stops)
}

/// The last rest of each model, by model; put in order here as well.
pub(crate) async fn rests(conn: &mut Conn) -> Result<Vec<Rest>, Fault> {
    let rows = rests::table.load::<RestRow>(conn).await?;
    let mut rests = rows.into_iter().map(RestRow::into_rest).collect::<Result<Vec<_>, _>>()?;
    rests.sort_unstable_by(|one, other| one.model.cmp(&other.model));
    Ok(rests)
}

/// Writes the pause of selling.
///
/// # Errors
/// `Fault::Stop` with a version conflict if it is not as it was when somebody looked.
pub(crate) async fn change_pause(conn: &mut Conn, pause: &Pause) -> Result<(), Fault> {
    let row = PauseRow::after(pause);
    let touched = if pause.version == 0 {
        diesel::insert_into(pauses::table).values(row).on_conflict_do_nothing().execute(conn).await?
    } else {
        let known = pauses::table.find(SELLING).filter(pauses::version.eq(pause.version));
        diesel::update(known).set(row).execute(conn).await?
    };
    if touched == 1 { Ok(()) } else { Err(Commit::VersionConflict.into()) }
}

/// The last pause of selling.
pub(crate) async fn pause(conn: &mut Conn) -> Result<Option<Pause>, Fault> {
    let row = pauses::table.find(SELLING).first::<PauseRow>(conn).await.optional()?;
    row.map(PauseRow::into_pause).transpose()
}

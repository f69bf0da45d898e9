//! The models that are not sold for now.

use diesel::prelude::*;
use diesel::query_dsl::methods;
use diesel_async::RunQueryDsl;
use domain::clock::Timestamp;
use domain::ids::ModelId;
use domain::ports::{Stop, StopChange};

use super::Conn;
use crate::error::Fault;
use crate::rows::StopRow;
use crate::schema::stops;

/// Stops models and sells them again. These rows belong to no user, so commits of any two users meet here: each takes its models in one
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
            StopChange::Resume(model) => {
                let stopped = stops::table.find(&model.0).filter(stops::resumed_at.is_null());
                diesel::update(stopped).set(stops::resumed_at.eq(at.as_micros())).execute(conn).await?;
            }
        }
    }
    Ok(())
}

fn model_of(change: &StopChange) -> &ModelId {
    match change {
        StopChange::Stop(model, _) | StopChange::Resume(model) => model,
    }
}

/// All of them, by model; put in order here, since databases differ in how they order text.
pub(crate) async fn stops(conn: &mut Conn) -> Result<Vec<Stop>, Fault> {
    let rows = stops::table.filter(stops::resumed_at.is_null()).load::<StopRow>(conn).await?;
    let mut stops = rows.into_iter().map(StopRow::into_stop).collect::<Result<Vec<_>, _>>()?;
    stops.sort_unstable_by(|one, other| one.model.cmp(&other.model));
    Ok(stops)
}

//! Counters of free generations.
//!
//! They are never purged: a generation may give back what it took however long it lived, and the audit compares all of them with the
//! generations, which stay as well. There are at most two per free generation.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::query_dsl::methods::FilterDsl;
use diesel_async::RunQueryDsl;
use domain::free::{FreeUse, FreeWindows};
use domain::ids::{ModelId, UserId};
use domain::ports::{Commit, FreeChange};

use super::Conn;
use crate::counters::{CounterKey, Touch, WindowKind, touches};
use crate::error::Fault;
use crate::prepared::Prepare;
use crate::rows::{code, figure};
use crate::schema::free_uses;

/// Counts up and down, each counter by one conditional statement, in the order of their keys.
///
/// # Errors
/// `Fault::Stop` with a version conflict if a counter stands at its limit; `Fault::Row` if one has nothing to give back.
pub(crate) async fn change(conn: &mut Conn, changes: &[FreeChange]) -> Result<(), Fault> {
    for (key, touch) in touches(changes) {
        let touched = match touch {
            // The first row of a window has no condition to fail.
            Touch::Up(0) => false,
            Touch::Up(limit) => up(conn, &key, limit).await?,
            Touch::Down if down(conn, &key).await? => true,
            Touch::Down => return Err(Fault::Row(format!("free_uses has nothing to give back to {key:?}"))),
        };
        if !touched {
            return Err(Commit::VersionConflict.into());
        }
    }
    Ok(())
}

async fn up(conn: &mut Conn, key: &CounterKey, limit: u32) -> Result<bool, Fault> {
    let first = (
        free_uses::user_id.eq(key.user.as_bytes().as_slice()),
        free_uses::kind.eq(key.kind.code()),
        free_uses::begins_at.eq(key.begins_at.as_micros()),
        free_uses::model.eq(&key.model.0),
        free_uses::uses.eq(1),
    );
    let more = diesel::insert_into(free_uses::table)
        .values(first)
        .on_conflict((free_uses::user_id, free_uses::kind, free_uses::begins_at, free_uses::model))
        .do_update()
        .set(free_uses::uses.eq(free_uses::uses + 1));
    let within = FilterDsl::filter(more, free_uses::uses.lt(i64::from(limit)));
    Ok(within.prepared().execute(conn).await? == 1)
}

async fn down(conn: &mut Conn, key: &CounterKey) -> Result<bool, Fault> {
    let key = (key.user.as_bytes().as_slice(), key.kind.code(), key.begins_at.as_micros(), &key.model.0);
    let taken = QueryDsl::filter(free_uses::table.find(key), free_uses::uses.gt(0));
    let less = diesel::update(taken).set(free_uses::uses.eq(free_uses::uses - 1));
    Ok(less.prepared().execute(conn).await? == 1)
}

/// What a user had of each model in these windows, by model; put in order here, since databases differ in how they order text.
pub(crate) async fn uses(
    conn: &mut Conn,
    user: UserId,
    windows: FreeWindows,
) -> Result<Vec<(ModelId, FreeUse)>, Fault> {
    let of = |kind: WindowKind| {
        free_uses::kind.eq(kind.code()).and(free_uses::begins_at.eq(kind.begin(windows).as_micros()))
    };
    let of_user = free_uses::user_id.eq(user.as_bytes().as_slice()).and(free_uses::uses.gt(0));
    let rows = QueryDsl::filter(free_uses::table, of_user.and(of(WindowKind::Day).or(of(WindowKind::Hour))))
        .select((free_uses::model, free_uses::kind, free_uses::uses))
        .load::<(String, String, i64)>(conn)
        .await?;
    let mut uses: BTreeMap<ModelId, FreeUse> = BTreeMap::new();
    for (model, kind, figure_of) in rows {
        let kind = code("free_uses.kind", &kind, WindowKind::from_code)?;
        *kind.figure(uses.entry(ModelId(model)).or_default()) = figure("free_uses.uses", figure_of)?;
    }
    Ok(uses.into_iter().collect())
}

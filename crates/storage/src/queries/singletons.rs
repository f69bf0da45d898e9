//! Leases on things of which there is one.

use std::time::Duration;

use diesel::prelude::*;
use diesel::query_dsl::methods::FilterDsl;
use diesel_async::RunQueryDsl;
use domain::clock::Timestamp;

use super::Conn;
use crate::error::Fault;
use crate::prepared::Prepare;
use crate::schema::singletons;

/// Takes, renews or gives up the lease; whether it is the owner's now.
pub(crate) async fn hold(
    conn: &mut Conn,
    name: String,
    owner: String,
    now: Timestamp,
    lease: Duration,
) -> Result<bool, Fault> {
    if lease.is_zero() {
        let ours = QueryDsl::filter(singletons::table.find(&name), singletons::owner.eq(&owner));
        diesel::delete(ours).execute(conn).await?;
        return Ok(false);
    }
    let until = (now + lease).as_micros();
    let free = singletons::owner.eq(&owner).or(singletons::until.le(now.as_micros()));
    let taken = diesel::insert_into(singletons::table)
        .values((singletons::name.eq(&name), singletons::owner.eq(&owner), singletons::until.eq(until)))
        .on_conflict(singletons::name)
        .do_update()
        .set((singletons::owner.eq(&owner), singletons::until.eq(until)));
    let touched = FilterDsl::filter(taken, free).prepared().execute(conn).await?;
    Ok(touched == 1)
}

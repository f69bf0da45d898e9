//! The owner's list of tasks that KIE may have made or finished without us.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use domain::clock::Timestamp;
use domain::ids::GenerationId;
use domain::ports::Orphan;

use super::Conn;
use crate::error::Fault;
use crate::prepared::Prepare;
use crate::rows::OrphanRow;
use crate::schema::orphans;

/// Lists orphans; a row that stands is completed, never emptied.
pub(crate) async fn list(conn: &mut Conn, listed: &[Orphan], at: Timestamp) -> Result<(), Fault> {
    for orphan in listed {
        diesel::insert_into(orphans::table)
            .values(OrphanRow::of(orphan, at))
            .on_conflict(orphans::generation_id)
            .do_update()
            .set(Completed {
                task_id: orphan.task.as_ref().map(|task| task.0.as_str()),
                late_results: orphan.late_results.as_deref(),
                reason: &orphan.reason,
            })
            .prepared()
            .execute(conn)
            .await?;
    }
    Ok(())
}

/// What a listing adds to a row that stands; `None` leaves what is known.
#[derive(AsChangeset)]
#[diesel(table_name = orphans)]
struct Completed<'a> {
    task_id: Option<&'a str>,
    late_results: Option<&'a str>,
    reason: &'a str,
}

/// What is noted of a generation.
pub(crate) async fn orphan(conn: &mut Conn, id: GenerationId) -> Result<Option<Orphan>, Fault> {
    let row = orphans::table.find(id.as_bytes().as_slice()).first::<OrphanRow>(conn).await.optional()?;
    row.map(OrphanRow::into_orphan).transpose()
}

/// The list, newest first.
pub(crate) async fn orphans(conn: &mut Conn, limit: u32) -> Result<Vec<Orphan>, Fault> {
    let rows = orphans::table
        .order((orphans::at.desc(), orphans::generation_id.desc()))
        .limit(limit.into())
        .load::<OrphanRow>(conn)
        .await?;
    rows.into_iter().map(OrphanRow::into_orphan).collect()
}

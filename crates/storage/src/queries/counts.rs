//! Counts over all people: while they are few they are counted when somebody asks, and else read as they were counted last.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::upsert::excluded;
use diesel_async::RunQueryDsl;
use domain::broadcast::Segment;
use domain::clock::Timestamp;

use super::Conn;
use crate::error::Fault;
use crate::rows::counts::{Counts, of_segment};
use crate::rows::{from_json, to_json};
use crate::schema::kept_counts;

/// With more people than this nobody waits for a count.
pub(crate) const COUNTED_MAX: u64 = 20_000;

/// What is kept under these names, if it is to be read rather than counted.
pub(crate) async fn kept(conn: &mut Conn, names: &[String]) -> Result<BTreeMap<String, Counts>, Fault> {
    let everybody = of_segment(Segment::Everybody);
    let rows = kept_counts::table
        .filter(kept_counts::name.eq_any(names).or(kept_counts::name.eq(&everybody)))
        .select((kept_counts::name, kept_counts::figures))
        .load::<(String, String)>(conn)
        .await?;
    let read = |(name, text): (String, String)| Ok((name, from_json("kept_counts.figures", &text)?));
    let kept = rows.into_iter().map(read).collect::<Result<BTreeMap<String, Counts>, Fault>>()?;
    let are_many = kept.get(&everybody).is_some_and(|counts| counts.people > COUNTED_MAX);
    Ok(if are_many { kept } else { BTreeMap::new() })
}

/// Keeps counts.
pub(crate) async fn keep(conn: &mut Conn, counts: Vec<(String, Counts)>, at: Timestamp) -> Result<(), Fault> {
    for (name, counts) in counts {
        let figures = to_json("kept_counts.figures", &counts)?;
        let row = (kept_counts::name.eq(name), kept_counts::figures.eq(figures), kept_counts::at.eq(at.as_micros()));
        diesel::insert_into(kept_counts::table)
            .values(row)
            .on_conflict(kept_counts::name)
            .do_update()
            .set((
                kept_counts::figures.eq(excluded(kept_counts::figures)),
                kept_counts::at.eq(excluded(kept_counts::at)),
            ))
            .execute(conn)
            .await?;
    }
    Ok(())
}

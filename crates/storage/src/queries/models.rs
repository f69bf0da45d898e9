//! What is known of models by the generations that they made: whose they are, how many, how long.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use domain::clock::Timestamp;
use domain::ids::{ModelId, UserId};
use domain::ports::Took;

use super::Conn;
use crate::error::Fault;
use crate::rows::count;
use crate::schema::{generations, successes};
use crate::took::took_of;

/// The models that a user ordered, the latest first. A user has few of them, so they are put in order here: databases differ in how they
/// order text.
pub(crate) async fn recent(conn: &mut Conn, user: UserId, limit: u32) -> Result<Vec<ModelId>, Fault> {
    let ordered = generations::table
        .filter(generations::user_id.eq(user.as_bytes().as_slice()))
        .group_by(generations::model)
        .select((generations::model, diesel::dsl::max(generations::created_at)));
    let mut ordered = ordered.load::<(String, Option<i64>)>(conn).await?;
    ordered.sort_unstable_by(|(model, at), (other, other_at)| other_at.cmp(at).then_with(|| model.cmp(other)));
    ordered.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(ordered.into_iter().map(|(model, _)| ModelId(model)).collect())
}

/// The models with the most successes since then, and how many; put in order here as well.
pub(crate) async fn popular(conn: &mut Conn, since: Timestamp, limit: u32) -> Result<Vec<(ModelId, u64)>, Fault> {
    let made = successes::table
        .filter(successes::at.ge(since.as_micros()))
        .group_by(successes::model)
        .select((successes::model, diesel::dsl::count_star()));
    let mut made = made.load::<(String, i64)>(conn).await?;
    made.sort_unstable_by(|(model, figure), (other, others)| others.cmp(figure).then_with(|| model.cmp(other)));
    made.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    made.into_iter().map(|(model, figure)| Ok((ModelId(model), count("successes", figure)?))).collect()
}

/// How long a model's last `sample` successes took.
pub(crate) async fn took(conn: &mut Conn, model: ModelId, sample: u32) -> Result<Option<Took>, Fault> {
    let millis = successes::table
        .filter(successes::model.eq(&model.0))
        .order((successes::at.desc(), successes::generation_id.desc()))
        .limit(sample.into())
        .select(successes::took_ms)
        .load::<i64>(conn)
        .await?;
    Ok(took_of(millis, sample))
}

//! The models that people keep.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use domain::clock::Timestamp;
use domain::ids::{ModelId, UserId};
use domain::ports::FavouriteChange;

use super::Conn;
use super::people::of_a_person;
use crate::error::Fault;
use crate::schema::favourites;

/// Keeps a model, or takes it out. What is kept stays in its place.
///
/// # Errors
/// `Fault::Stop` with a version conflict if the user has no person (any more).
pub(crate) async fn change(conn: &mut Conn, change: &FavouriteChange, at: Timestamp) -> Result<(), Fault> {
    let user = change.user.as_bytes().as_slice();
    if change.on {
        let row =
            (favourites::user_id.eq(user), favourites::model.eq(&change.model.0), favourites::at.eq(at.as_micros()));
        let kept = diesel::insert_into(favourites::table).values(row).on_conflict_do_nothing().execute(conn).await;
        of_a_person(kept)?;
    } else {
        diesel::delete(favourites::table.find((user, &change.model.0))).execute(conn).await?;
    }
    Ok(())
}

/// A user's favourites, the last kept first; those of one moment by id, put in order here, since databases differ in how they order text.
pub(crate) async fn favourites(conn: &mut Conn, user: UserId) -> Result<Vec<ModelId>, Fault> {
    let kept = favourites::table.filter(favourites::user_id.eq(user.as_bytes().as_slice()));
    let mut kept = kept.select((favourites::at, favourites::model)).load::<(i64, String)>(conn).await?;
    kept.sort_unstable_by(|(at, model), (other_at, other)| other_at.cmp(at).then_with(|| model.cmp(other)));
    Ok(kept.into_iter().map(|(_, model)| ModelId(model)).collect())
}

//! A person is forgotten: what leads to them goes, what the books need stays.
//!
//! The order is that of every commit. The person's row is locked first, without keeping out those who add something that belongs to it, and
//! removed last: what a commit that did not touch the conversation added meanwhile is a conflict then, and never stays behind.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use domain::clock::Timestamp;
use domain::generation::StateKind;
use domain::ids::UserId;
use domain::ports::{Commit, Trace};

use super::people::of_a_person;
use super::{Conn, invoices, records};
use crate::error::Fault;
use crate::prepared::Prepare;
use crate::schema::{conversations, favourites, generations, input_files, message_numbers, messages, people, traces};

/// With one of these a user can't be forgotten yet: money or a result is under way.
const UNFINISHED: [&str; 4] =
    [StateKind::Queued.code(), StateKind::Submitting.code(), StateKind::Running.code(), StateKind::Succeeded.code()];

/// What is left of inputs and bodies: JSON that says nothing.
const EMPTY: &str = "{}";

/// Locks the person's row.
///
/// # Errors
/// `Fault::Stop` with a version conflict if there is none.
pub(crate) async fn begin(conn: &mut Conn, user: UserId) -> Result<(), Fault> {
    let row = people::table.filter(people::user_id.eq(user.as_bytes().as_slice()));
    let locked = diesel::update(row).set(people::gone.eq(true)).prepared().execute(conn).await?;
    if locked == 1 { Ok(()) } else { Err(Commit::VersionConflict.into()) }
}

/// Forgets the person whose row is locked.
///
/// # Errors
/// `Fault::Stop` with a version conflict while one of the user's generations is live or not yet delivered.
pub(crate) async fn finish(conn: &mut Conn, user: UserId, trace: &Trace, at: Timestamp) -> Result<(), Fault> {
    let user = user.as_bytes().as_slice();
    diesel::delete(conversations::table.find(user)).execute(conn).await?;
    // Nobody confirms any more: a confirm goes through the conversation.
    let unfinished = generations::table
        .filter(generations::user_id.eq(user).and(generations::state.eq_any(UNFINISHED)))
        .select(generations::id);
    if diesel::select(diesel::dsl::exists(unfinished)).get_result::<bool>(conn).await? {
        return Err(Commit::VersionConflict.into());
    }
    diesel::delete(input_files::table.filter(input_files::user_id.eq(user))).execute(conn).await?;
    diesel::delete(favourites::table.filter(favourites::user_id.eq(user))).execute(conn).await?;
    let made = generations::table.filter(generations::user_id.eq(user));
    let emptied =
        (generations::inputs.eq(EMPTY), generations::chat_id.eq(0), generations::progress_message.eq(None::<i64>));
    diesel::update(made).set(emptied).prepared().execute(conn).await?;
    invoices::forget(conn, user).await?;
    silence(conn, user, at).await?;
    diesel::insert_into(traces::table)
        .values((traces::hash.eq(trace.0.as_slice()), traces::at.eq(at.as_micros())))
        .on_conflict(traces::hash)
        .do_update()
        .set(traces::at.eq(at.as_micros()))
        .prepared()
        .execute(conn)
        .await?;
    records::forget(conn, user).await?;
    let removed = diesel::delete(people::table.filter(people::user_id.eq(user))).execute(conn).await;
    of_a_person(removed).map(drop)
}

/// Ends the messages that wait and empties all.
async fn silence(conn: &mut Conn, user: &[u8], at: Timestamp) -> Result<(), Fault> {
    // Whoever adds a message has the counter's row, so none slips through.
    let counter = message_numbers::table.find(user);
    diesel::update(counter).set(message_numbers::last.eq(message_numbers::last)).prepared().execute(conn).await?;
    let waiting = messages::table.filter(messages::user_id.eq(user).and(messages::ended.is_null()));
    let ended = (messages::ended.eq("refused"), messages::ended_at.eq(at.as_micros()));
    diesel::update(waiting).set(ended).prepared().execute(conn).await?;
    let said = messages::table.filter(messages::user_id.eq(user));
    diesel::update(said).set(messages::body.eq(EMPTY)).prepared().execute(conn).await?;
    Ok(())
}

/// Whether somebody with this trace was forgotten.
pub(crate) async fn is_former(conn: &mut Conn, trace: Trace) -> Result<bool, Fault> {
    let known = diesel::select(diesel::dsl::exists(traces::table.find(trace.0.to_vec())));
    Ok(known.get_result::<bool>(conn).await?)
}

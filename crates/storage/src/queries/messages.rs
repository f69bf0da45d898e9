//! Durable messages and the outcomes of their parts.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use domain::clock::Timestamp;
use domain::ids::{GenerationId, MessageId, UserId};
use domain::ports::{Message, MessageEnd, NewMessage, PartMark};

use super::Conn;
use crate::error::Fault;
use crate::prepared::Prepare;
use crate::rows::{MessageRow, PartRow};
use crate::schema::{message_numbers, message_parts, messages, people};

/// Adds messages, numbered in this order. The counter's row makes two commits for one user take turns.
pub(crate) async fn append(conn: &mut Conn, new: &[NewMessage], at: Timestamp) -> Result<(), Fault> {
    for message in new {
        let number = diesel::insert_into(message_numbers::table)
            .values((message_numbers::user_id.eq(message.user.as_bytes().as_slice()), message_numbers::last.eq(1)))
            .on_conflict(message_numbers::user_id)
            .do_update()
            .set(message_numbers::last.eq(message_numbers::last + 1))
            .returning(message_numbers::last)
            .prepared()
            .get_result::<i64>(conn)
            .await?;
        // The repeat of a commit whose answer was lost finds its message in place.
        diesel::insert_into(messages::table)
            .values(MessageRow::of(message, number, at))
            .on_conflict(messages::id)
            .do_nothing()
            .execute(conn)
            .await?;
    }
    Ok(())
}

/// Notes outcomes. They are definite: the first one stays.
pub(crate) async fn note_parts(conn: &mut Conn, parts: &[(MessageId, PartMark)], at: Timestamp) -> Result<(), Fault> {
    for (message, mark) in parts {
        diesel::insert_into(message_parts::table)
            .values(PartRow::of(*message, mark, at)?)
            .on_conflict((message_parts::message_id, message_parts::part))
            .do_nothing()
            .execute(conn)
            .await?;
    }
    Ok(())
}

/// Ends messages. One that has ended stays as it ended.
pub(crate) async fn end(conn: &mut Conn, ended: &[(MessageId, MessageEnd)], at: Timestamp) -> Result<(), Fault> {
    for (message, end) in ended {
        let code = match end {
            MessageEnd::Sent => "sent",
            MessageEnd::Refused => "refused",
        };
        let row = messages::table.find(message.as_bytes().as_slice()).filter(messages::ended.is_null());
        let ended = (messages::ended.eq(code), messages::ended_at.eq(at.as_micros()));
        diesel::update(row).set(ended).prepared().execute(conn).await?;
    }
    Ok(())
}

/// The first message of a user that has not ended; `None` also once the person was deleted.
pub(crate) async fn next(conn: &mut Conn, user: UserId) -> Result<Option<Message>, Fault> {
    let user_id = user.as_bytes().as_slice();
    let found = messages::table
        .inner_join(people::table.on(people::user_id.eq(messages::user_id)))
        .filter(messages::user_id.eq(user_id).and(messages::ended.is_null()))
        .order(messages::number.asc())
        .select((messages::all_columns, people::chat_id))
        .first::<(MessageRow, i64)>(conn)
        .await
        .optional()?;
    let Some((row, chat)) = found else { return Ok(None) };
    let parts = parts_of(conn, &row.id).await?;
    row.into_message(chat, parts).map(Some)
}

/// The outcomes of a generation's result message, by part.
pub(crate) async fn result_parts(conn: &mut Conn, generation: GenerationId) -> Result<Vec<PartMark>, Fault> {
    let message = messages::table
        .filter(messages::generation_id.eq(generation.as_bytes().as_slice()))
        .order(messages::number.asc())
        .select(messages::id)
        .first::<Vec<u8>>(conn)
        .await
        .optional()?;
    match message {
        Some(message) => parts_of(conn, &message).await,
        None => Ok(Vec::new()),
    }
}

async fn parts_of(conn: &mut Conn, message: &[u8]) -> Result<Vec<PartMark>, Fault> {
    let rows = message_parts::table
        .filter(message_parts::message_id.eq(message))
        .order(message_parts::part.asc())
        .load::<PartRow>(conn)
        .await?;
    rows.into_iter().map(PartRow::into_mark).collect()
}

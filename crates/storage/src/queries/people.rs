//! People, their conversations, and the session that every update starts from.

use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};
use diesel_async::RunQueryDsl;
use domain::clock::Timestamp;
use domain::ids::{ChatId, UserId};
use domain::ledger::Unit;
use domain::ports::{Commit, ConversationChange, Person, PersonChange, Session, seen_hour};

use super::{Conn, dialect, forgetting};
use crate::error::Fault;
use crate::prepared::Prepare;
use crate::rows::{PersonRow, SearchKeys, SessionRow, into_session};
use crate::schema::{conversations, people, users, wallets};

/// One statement: person, conversation and both wallets, of the person that `$filter` finds.
macro_rules! session {
    ($conn:expr, $filter:expr) => {{
        let (money, runs) = diesel::alias!(wallets as money, wallets as runs);
        people::table
            .inner_join(conversations::table.on(conversations::user_id.eq(people::user_id)))
            .left_join(
                money.on(money
                    .field(wallets::user_id)
                    .eq(people::user_id)
                    .and(money.field(wallets::unit).eq(Unit::Money.code()))),
            )
            .left_join(runs.on(
                runs.field(wallets::user_id).eq(people::user_id).and(runs.field(wallets::unit).eq(Unit::Run.code())),
            ))
            .filter($filter)
            .select((
                PersonRow::as_select(),
                (conversations::version, conversations::body, conversations::window_message),
                (money.field(wallets::posted).nullable(), money.field(wallets::reserved).nullable()),
                (runs.field(wallets::posted).nullable(), runs.field(wallets::reserved).nullable()),
            ))
            .first::<SessionRow>($conn)
            .await
            .optional()?
            .map(into_session)
            .transpose()
    }};
}

/// The session of a chat.
pub(crate) async fn session(conn: &mut Conn, chat: ChatId) -> Result<Option<Session>, Fault> {
    session!(conn, people::chat_id.eq(chat.0))
}

/// The session of a user.
pub(crate) async fn session_of(conn: &mut Conn, user: UserId) -> Result<Option<Session>, Fault> {
    session!(conn, people::user_id.eq(user.as_bytes().as_slice()))
}

/// Writes the person's row and the conversation; both in one round trip where the backend can.
pub(crate) async fn change(
    conn: &mut Conn,
    person: Option<&PersonChange>,
    conversation: Option<&ConversationChange>,
    at: Timestamp,
) -> Result<(), Fault> {
    match person {
        Some(PersonChange::Create(person)) => create(conn, person).await?,
        Some(PersonChange::Forget { user, .. }) => forgetting::begin(conn, *user).await?,
        Some(PersonChange::Update(_)) | None => {}
    }
    let known = match person {
        Some(PersonChange::Update(person)) => {
            let row = people::table.filter(people::user_id.eq(person.user.as_bytes().as_slice()));
            Some(
                diesel::update(row)
                    .set((News::of(person), SearchKeys::of(&person.first_name, person.username.as_deref()))),
            )
        }
        _ => None,
    };
    let spoken = conversation.map(|change| {
        let row = conversations::table
            .filter(conversations::user_id.eq(change.user.as_bytes().as_slice()))
            .filter(conversations::version.eq(change.expected));
        diesel::update(row).set(Spoken::of(change, at))
    });
    let touched = match (known, spoken) {
        (Some(known), Some(spoken)) => dialect::both!(conn, known, spoken),
        (Some(known), None) => (known.prepared().execute(conn).await?, 1),
        (None, Some(spoken)) => (1, spoken.prepared().execute(conn).await?),
        (None, None) => (1, 1),
    };
    if touched != (1, 1) {
        return Err(Commit::VersionConflict.into());
    }
    match person {
        Some(PersonChange::Forget { user, trace }) => forgetting::finish(conn, *user, trace, at).await,
        _ => Ok(()),
    }
}

/// The outcome of a write of something that belongs to a person: without one the change set was decided on what is no more.
///
/// # Errors
/// `Fault::Stop` with a version conflict if the person is not there.
pub(crate) fn of_a_person(written: Result<usize, Error>) -> Result<usize, Fault> {
    match written {
        Err(Error::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, _)) => Err(Commit::VersionConflict.into()),
        written => Ok(written?),
    }
}

/// Notes the window's message, if the conversation still has this version.
pub(crate) async fn note_window(conn: &mut Conn, user: UserId, version: i64, message: i64) -> Result<(), Fault> {
    let row = conversations::table
        .filter(conversations::user_id.eq(user.as_bytes().as_slice()))
        .filter(conversations::version.eq(version));
    diesel::update(row).set(conversations::window_message.eq(message)).prepared().execute(conn).await?;
    Ok(())
}

/// A new user, the person, and an empty conversation. Two updates of one stranger may race: the second one finds the chat taken.
async fn create(conn: &mut Conn, person: &Person) -> Result<(), Fault> {
    let user = person.user.as_bytes().as_slice();
    let at = person.created_at.as_micros();
    let new = diesel::insert_into(users::table)
        .values((users::id.eq(user), users::created_at.eq(at)))
        .on_conflict_do_nothing()
        .execute(conn)
        .await?;
    if new == 0 {
        return Err(Commit::VersionConflict.into());
    }
    let row = (PersonRow::of(person), SearchKeys::of(&person.first_name, person.username.as_deref()));
    let first = diesel::insert_into(people::table).values(row).on_conflict_do_nothing().execute(conn).await?;
    if first == 0 {
        return Err(Commit::VersionConflict.into());
    }
    let silence = (
        conversations::user_id.eq(user),
        conversations::version.eq(0),
        conversations::body.eq(""),
        conversations::window_message.eq(None::<i64>),
        conversations::seen_at.eq(seen_hour(person.created_at).as_micros()),
    );
    diesel::insert_into(conversations::table).values(silence).execute(conn).await?;
    Ok(())
}

/// What an update may tell anew about a person, and what they may switch.
#[derive(AsChangeset)]
#[diesel(table_name = people, treat_none_as_null = true)]
struct News<'a> {
    first_name: &'a str,
    username: Option<&'a str>,
    language: &'static str,
    gone: bool,
    silent: bool,
    news: bool,
}

impl<'a> News<'a> {
    fn of(person: &'a Person) -> Self {
        Self {
            first_name: &person.first_name,
            username: person.username.as_deref(),
            language: person.language.code(),
            gone: person.gone,
            silent: person.silent,
            news: person.news,
        }
    }
}

/// The next version of a conversation. `window_message`: `None` leaves it, `Some(None)` forgets it.
#[derive(AsChangeset)]
#[diesel(table_name = conversations)]
struct Spoken<'a> {
    version: i64,
    body: &'a str,
    window_message: Option<Option<i64>>,
    seen_at: i64,
}

impl<'a> Spoken<'a> {
    fn of(change: &'a ConversationChange, at: Timestamp) -> Self {
        Self {
            version: change.expected + 1,
            body: &change.body,
            window_message: change.forget_window.then_some(None),
            seen_at: seen_hour(at).as_micros(),
        }
    }
}

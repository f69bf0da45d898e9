//! Rows of people and conversations.

use diesel::prelude::{AsChangeset, Insertable, Queryable, Selectable};
use domain::clock::Timestamp;
use domain::ids::{ChatId, UserId};
use domain::ledger::Wallet;
use domain::ports::{Conversation, Person, Session, search_key};
use domain::screen::Language;

use super::{Bytes, id};
use crate::error::Fault;
use crate::schema::people;

/// A row of `people`, without what only a search compares.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = people, treat_none_as_default_value = false)]
pub(crate) struct PersonRow {
    pub(crate) chat_id: i64,
    pub(crate) user_id: Bytes,
    pub(crate) first_name: String,
    pub(crate) username: Option<String>,
    pub(crate) language: String,
    pub(crate) gone: bool,
    pub(crate) created_at: i64,
    pub(crate) silent: bool,
    pub(crate) news: bool,
    pub(crate) origin: Option<String>,
    pub(crate) blocked: bool,
}

/// A person with conversation (version, body, window) and the figures of both wallets, absent where a wallet never moved.
pub(crate) type SessionRow =
    (PersonRow, (i64, String, Option<i64>), (Option<i64>, Option<i64>), (Option<i64>, Option<i64>));

impl PersonRow {
    /// The row of a person.
    pub(crate) fn of(person: &Person) -> Self {
        Self {
            chat_id: person.chat.0,
            user_id: person.user.as_bytes().to_vec(),
            first_name: person.first_name.clone(),
            username: person.username.clone(),
            language: person.language.code().to_owned(),
            gone: person.gone,
            created_at: person.created_at.as_micros(),
            silent: person.silent,
            news: person.news,
            origin: person.origin.clone(),
            blocked: person.blocked,
        }
    }

    /// What the row means.
    pub(crate) fn into_person(self) -> Result<Person, Fault> {
        Ok(Person {
            user: id("people.user_id", &self.user_id, UserId::from_bytes)?,
            chat: ChatId(self.chat_id),
            first_name: self.first_name,
            username: self.username,
            language: known_language(&self.language),
            gone: self.gone,
            silent: self.silent,
            news: self.news,
            origin: self.origin,
            blocked: self.blocked,
            created_at: Timestamp::from_micros(self.created_at),
        })
    }
}

/// A newer version may have more languages: who reads one of those is served in the nearest one meanwhile, as a newcomer would be.
pub(super) fn known_language(code: &str) -> Language {
    Language::from_code(code).unwrap_or_else(|| Language::from_tag(Some(code)))
}

/// What a search compares of a row of `people`.
#[derive(Insertable, AsChangeset)]
#[diesel(table_name = people, treat_none_as_default_value = false, treat_none_as_null = true)]
pub(crate) struct SearchKeys {
    name_key: Option<String>,
    username_key: Option<String>,
}

impl SearchKeys {
    /// Of these names.
    pub(crate) fn of(first_name: &str, username: Option<&str>) -> Self {
        Self { name_key: Some(search_key(first_name)), username_key: username.map(search_key) }
    }
}

/// What the joined row means.
pub(crate) fn into_session((person, conversation, money, runs): SessionRow) -> Result<Session, Fault> {
    let wallet = |(posted, reserved): (Option<i64>, Option<i64>)| Wallet {
        posted: posted.unwrap_or(0),
        reserved: reserved.unwrap_or(0),
    };
    let (version, body, window) = conversation;
    Ok(Session {
        person: person.into_person()?,
        conversation: Conversation { version, body, window },
        money: wallet(money),
        runs: wallet(runs),
    })
}

//! Rows of broadcasts and campaigns.

use diesel::prelude::{Insertable, Queryable};
use domain::broadcast::{Broadcast, BroadcastState, Content, Figures, Segment, Target};
use domain::campaign::Campaign;
use domain::clock::Timestamp;
use domain::ids::{BroadcastId, ChatId, UserId};

use super::person::known_language;
use super::{Bytes, code, count, id};
use crate::error::Fault;
use crate::schema::{broadcasts, campaigns};

/// A row of `broadcasts`.
#[derive(Queryable, Insertable)]
#[diesel(table_name = broadcasts, treat_none_as_default_value = false)]
pub(crate) struct BroadcastRow {
    id: Bytes,
    text: String,
    photo: Option<String>,
    segment: String,
    audience: i64,
    state: String,
    cursor_user: Option<Bytes>,
    taken: i64,
    sent: i64,
    blocked: i64,
    failed: i64,
    unknown: i64,
    created_at: i64,
    started_at: Option<i64>,
    ended_at: Option<i64>,
}

impl BroadcastRow {
    /// The row of a broadcast to which nothing has happened yet.
    pub(crate) fn of(broadcast: &Broadcast) -> Self {
        Self {
            id: broadcast.id.as_bytes().to_vec(),
            text: broadcast.content.text.clone(),
            photo: broadcast.content.photo.clone(),
            segment: broadcast.segment.code().to_owned(),
            audience: figure(broadcast.audience),
            state: broadcast.state.code().to_owned(),
            cursor_user: None,
            taken: 0,
            sent: 0,
            blocked: 0,
            failed: 0,
            unknown: 0,
            created_at: broadcast.created_at.as_micros(),
            started_at: None,
            ended_at: None,
        }
    }

    /// What the row means.
    pub(crate) fn into_broadcast(self) -> Result<Broadcast, Fault> {
        let user = |bytes: Bytes| id("broadcasts.cursor_user", &bytes, UserId::from_bytes);
        Ok(Broadcast {
            id: id("broadcasts.id", &self.id, BroadcastId::from_bytes)?,
            content: Content { text: self.text, photo: self.photo },
            segment: code("broadcasts.segment", &self.segment, Segment::from_code)?,
            audience: count("broadcasts.audience", self.audience)?,
            state: code("broadcasts.state", &self.state, BroadcastState::from_code)?,
            figures: Figures {
                taken: count("broadcasts.taken", self.taken)?,
                sent: count("broadcasts.sent", self.sent)?,
                blocked: count("broadcasts.blocked", self.blocked)?,
                failed: count("broadcasts.failed", self.failed)?,
                unknown: count("broadcasts.unknown", self.unknown)?,
            },
            cursor: self.cursor_user.map(user).transpose()?,
            created_at: Timestamp::from_micros(self.created_at),
            started_at: self.started_at.map(Timestamp::from_micros),
            ended_at: self.ended_at.map(Timestamp::from_micros),
        })
    }
}

/// A count as the database keeps it.
fn figure(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Who is next: user, chat, language, silent.
#[derive(Queryable)]
pub(crate) struct TargetRow {
    user_id: Bytes,
    chat_id: i64,
    language: String,
    silent: bool,
}

impl TargetRow {
    /// What the row means.
    pub(crate) fn into_target(self) -> Result<Target, Fault> {
        Ok(Target {
            user: id("people.user_id", &self.user_id, UserId::from_bytes)?,
            chat: ChatId(self.chat_id),
            language: known_language(&self.language),
            silent: self.silent,
        })
    }
}

/// A row of `campaigns`.
#[derive(Queryable, Insertable)]
#[diesel(table_name = campaigns, treat_none_as_default_value = false)]
pub(crate) struct CampaignRow {
    name: String,
    note: Option<String>,
    created_at: i64,
}

impl CampaignRow {
    /// The row of a campaign.
    pub(crate) fn of(campaign: &Campaign) -> Self {
        let Campaign { name, note, created_at } = campaign;
        Self { name: name.clone(), note: note.clone(), created_at: created_at.as_micros() }
    }

    /// What the row means.
    pub(crate) fn into_campaign(self) -> Campaign {
        let Self { name, note, created_at } = self;
        Campaign { name, note, created_at: Timestamp::from_micros(created_at) }
    }
}

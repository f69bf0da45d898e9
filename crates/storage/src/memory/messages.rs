//! Durable messages in the order of each user.

use std::collections::BTreeMap;

use domain::clock::Timestamp;
use domain::ids::{ChatId, GenerationId, MessageId, UserId};
use domain::ports::{Message, NewMessage, PartMark, PartOutcome};

/// All durable messages.
#[derive(Default)]
pub(super) struct Messages {
    rows: BTreeMap<MessageId, Row>,
    /// The number that each user's last message got.
    last: BTreeMap<UserId, i64>,
    /// Those that have not ended, by their number.
    open: BTreeMap<UserId, BTreeMap<i64, MessageId>>,
    results: BTreeMap<GenerationId, MessageId>,
}

struct Row {
    number: i64,
    user: UserId,
    generation: Option<GenerationId>,
    body: String,
    at: Timestamp,
    parts: BTreeMap<i64, PartOutcome>,
}

impl Messages {
    /// Whether there is one with this id.
    pub(super) fn knows(&self, id: MessageId) -> bool {
        self.rows.contains_key(&id)
    }

    /// Adds one under its user's next number; one that is there already stays as it is.
    pub(super) fn add(&mut self, new: &NewMessage, at: Timestamp) {
        if self.knows(new.id) {
            return;
        }
        let last = self.last.entry(new.user).or_default();
        *last += 1;
        let NewMessage { id, user, generation, ref body } = *new;
        let row = Row { number: *last, user, generation, body: body.clone(), at, parts: BTreeMap::new() };
        self.open.entry(user).or_default().insert(row.number, id);
        if let Some(generation) = generation {
            self.results.entry(generation).or_insert(id);
        }
        self.rows.insert(id, row);
    }

    /// Marks a part. Its outcome is definite: the first one stands.
    pub(super) fn mark(&mut self, id: MessageId, mark: &PartMark) {
        if let Some(row) = self.rows.get_mut(&id) {
            row.parts.entry(mark.part).or_insert_with(|| mark.outcome.clone());
        }
    }

    /// Ends one.
    pub(super) fn end(&mut self, id: MessageId) {
        if let Some(row) = self.rows.get(&id)
            && let Some(open) = self.open.get_mut(&row.user)
        {
            open.remove(&row.number);
        }
    }

    /// Ends and empties all of a user's.
    pub(super) fn forget(&mut self, user: UserId) {
        self.open.remove(&user);
        for row in self.rows.values_mut().filter(|row| row.user == user) {
            "{}".clone_into(&mut row.body);
        }
    }

    /// The first of a user's that has not ended; it goes to `chat`.
    pub(super) fn next(&self, user: UserId, chat: ChatId) -> Option<Message> {
        let (number, id) = self.open.get(&user)?.first_key_value()?;
        let row = self.rows.get(id)?;
        Some(Message {
            id: *id,
            number: *number,
            user,
            chat,
            generation: row.generation,
            body: row.body.clone(),
            parts: row.parts(),
            at: row.at,
        })
    }

    /// The parts of a generation's result message.
    pub(super) fn result_parts(&self, generation: GenerationId) -> Vec<PartMark> {
        self.results.get(&generation).and_then(|id| self.rows.get(id)).map_or_else(Vec::new, Row::parts)
    }
}

impl Row {
    fn parts(&self) -> Vec<PartMark> {
        self.parts.iter().map(|(part, outcome)| PartMark { part: *part, outcome: outcome.clone() }).collect()
    }
}

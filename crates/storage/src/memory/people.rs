//! People, and everything that goes with them: conversations, input files, favourites.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use domain::clock::Timestamp;
use domain::ids::{ChatId, InputId, ModelId, UserId};
use domain::ports::{
    BlockChange, ChangeSet, Conversation, ConversationChange, FavouriteChange, InputChange, InputFile, Person,
    PersonChange, StoreError, StoreResult, Trace, seen_hour,
};

/// All people.
#[derive(Default)]
pub(super) struct People {
    /// Everybody who ever came, and when; also those who were forgotten.
    users: BTreeMap<UserId, Timestamp>,
    rows: BTreeMap<UserId, Person>,
    chats: BTreeMap<ChatId, UserId>,
    conversations: BTreeMap<UserId, Conversation>,
    /// The hour in which each one was seen last.
    seen: BTreeMap<UserId, Timestamp>,
    inputs: BTreeMap<InputId, InputFile>,
    /// Since when each one is kept.
    favourites: BTreeMap<UserId, BTreeMap<ModelId, Timestamp>>,
    /// Of those who were forgotten.
    traces: BTreeSet<Trace>,
}

impl People {
    /// Whether everything in the change set that belongs to a person finds what it expects.
    ///
    /// # Errors
    /// [`StoreError::Defect`] if the id of a new input file is another one's.
    pub(super) fn expected(&self, change: &ChangeSet) -> StoreResult<bool> {
        if !self.person_fits(change) || !self.conversation_fits(change) {
            return Ok(false);
        }
        let there = |user: UserId| match &change.person {
            Some(PersonChange::Create(new)) if new.user == user => true,
            Some(PersonChange::Forget { user: forgotten, .. }) if *forgotten == user => false,
            _ => self.rows.contains_key(&user),
        };
        let mut created: BTreeMap<InputId, &InputFile> = BTreeMap::new();
        for input in &change.inputs {
            let InputChange::Create(file) = input else { continue };
            match created.get(&file.id).copied().or_else(|| self.inputs.get(&file.id)) {
                Some(known) if (known.user, &known.source) != (file.user, &file.source) => {
                    return Err(StoreError::Defect(format!("the id `{}` is another input file's", file.id)));
                }
                Some(_) => {}
                None if there(file.user) => drop(created.insert(file.id, file)),
                None => return Ok(false),
            }
        }
        Ok(change.favourites.iter().all(|favourite| !favourite.on || there(favourite.user)))
    }

    fn person_fits(&self, change: &ChangeSet) -> bool {
        match &change.person {
            None => true,
            Some(PersonChange::Create(new)) => {
                !self.chats.contains_key(&new.chat) && !self.users.contains_key(&new.user)
            }
            Some(PersonChange::Update(Person { user, .. }) | PersonChange::Forget { user, .. }) => {
                self.rows.contains_key(user)
            }
        }
    }

    fn conversation_fits(&self, change: &ChangeSet) -> bool {
        let Some(ConversationChange { user, expected, .. }) = &change.conversation else { return true };
        match (self.conversations.get(user), &change.person) {
            (Some(conversation), _) => conversation.version == *expected,
            (None, Some(PersonChange::Create(new))) => new.user == *user && *expected == 0,
            (None, _) => false,
        }
    }

    /// Writes what [`People::expected`] found good.
    pub(super) fn write(&mut self, change: &ChangeSet) {
        change.person.iter().for_each(|person| self.write_person(person));
        change.conversation.iter().for_each(|conversation| self.write_conversation(conversation, change.at));
        change.inputs.iter().for_each(|input| self.write_input(input));
        change.favourites.iter().for_each(|favourite| self.write_favourite(favourite, change.at));
        for user in super::outreach::gone(change) {
            if let Some(person) = self.rows.get_mut(&user) {
                person.gone = true;
            }
        }
        for block in &change.blocks {
            if let Some(person) = self.rows.get_mut(&block.user) {
                person.blocked = block.on;
            }
        }
    }

    /// Whether each block changes something.
    pub(super) fn blocks_fit(&self, change: &ChangeSet) -> bool {
        let fits = |block: &BlockChange| self.rows.get(&block.user).is_some_and(|person| person.blocked != block.on);
        change.blocks.iter().all(fits)
    }

    fn write_person(&mut self, change: &PersonChange) {
        match change {
            PersonChange::Create(new) => {
                self.users.insert(new.user, new.created_at);
                self.seen.insert(new.user, seen_hour(new.created_at));
                self.chats.insert(new.chat, new.user);
                let empty = Conversation { version: 0, body: String::new(), window: None };
                self.conversations.insert(new.user, empty);
                self.rows.insert(new.user, new.clone());
            }
            PersonChange::Update(new) => {
                if let Some(person) = self.rows.get_mut(&new.user) {
                    let Person { chat, blocked, ref origin, created_at, .. } = *person;
                    *person = Person { chat, blocked, origin: origin.clone(), created_at, ..new.clone() };
                }
            }
            PersonChange::Forget { user, trace } => {
                if let Some(person) = self.rows.remove(user) {
                    self.chats.remove(&person.chat);
                }
                self.conversations.remove(user);
                self.seen.remove(user);
                self.inputs.retain(|_, file| file.user != *user);
                self.favourites.remove(user);
                self.traces.insert(*trace);
            }
        }
    }

    fn write_conversation(&mut self, change: &ConversationChange, at: Timestamp) {
        if let Some(conversation) = self.conversations.get_mut(&change.user) {
            self.seen.insert(change.user, seen_hour(at));
            conversation.version += 1;
            conversation.body.clone_from(&change.body);
            if change.forget_window {
                conversation.window = None;
            }
        }
    }

    fn write_input(&mut self, change: &InputChange) {
        match change {
            InputChange::Create(file) => drop(self.inputs.entry(file.id).or_insert_with(|| file.clone())),
            InputChange::Settle { id, state } => {
                if let Some(file) = self.inputs.get_mut(id) {
                    file.state = state.clone();
                }
            }
        }
    }

    fn write_favourite(&mut self, change: &FavouriteChange, at: Timestamp) {
        let kept = self.favourites.entry(change.user).or_default();
        if change.on {
            kept.entry(change.model.clone()).or_insert(at);
        } else {
            kept.remove(&change.model);
        }
    }

    /// Whose chat it is.
    pub(super) fn user_of(&self, chat: ChatId) -> Option<UserId> {
        self.chats.get(&chat).copied()
    }

    /// By our id.
    pub(super) fn get(&self, user: UserId) -> Option<&Person> {
        self.rows.get(&user)
    }

    /// Everybody from there on, by id.
    pub(super) fn behind(&self, from: Bound<UserId>) -> impl Iterator<Item = &Person> {
        self.rows.range((from, Bound::Unbounded)).map(|(_, person)| person)
    }

    /// All of them.
    pub(super) fn all(&self) -> impl Iterator<Item = &Person> {
        self.rows.values()
    }

    /// Everybody who ever came, and when.
    pub(super) const fn users(&self) -> &BTreeMap<UserId, Timestamp> {
        &self.users
    }

    /// The hours in which people were seen last.
    pub(super) const fn seen(&self) -> &BTreeMap<UserId, Timestamp> {
        &self.seen
    }

    /// What is going on with a person.
    pub(super) fn conversation(&self, user: UserId) -> Option<&Conversation> {
        self.conversations.get(&user)
    }

    /// Notes the window's message if the conversation still has this version.
    pub(super) fn note_window(&mut self, user: UserId, version: i64, message: i64) {
        if let Some(conversation) = self.conversations.get_mut(&user).filter(|row| row.version == version) {
            conversation.window = Some(message);
        }
    }

    /// Those of these files that are there, each once.
    pub(super) fn inputs(&self, ids: &[InputId]) -> Vec<InputFile> {
        let ids: BTreeSet<_> = ids.iter().collect();
        ids.into_iter().filter_map(|id| self.inputs.get(id)).cloned().collect()
    }

    /// A user's favourites, the last kept first; those of one moment by id.
    pub(super) fn favourites(&self, user: UserId) -> Vec<ModelId> {
        let kept = self.favourites.get(&user).into_iter().flatten();
        let mut kept: Vec<_> = kept.map(|(model, at)| (Reverse(*at), model)).collect();
        kept.sort_unstable();
        kept.into_iter().map(|(_, model)| model.clone()).collect()
    }

    /// Whether somebody with this trace was forgotten.
    pub(super) fn is_former(&self, trace: &Trace) -> bool {
        self.traces.contains(trace)
    }

    /// Removes old input files; returns how many.
    pub(super) fn purge(&mut self, before: Timestamp) -> usize {
        let known = self.inputs.len();
        self.inputs.retain(|_, file| file.at >= before);
        known - self.inputs.len()
    }
}

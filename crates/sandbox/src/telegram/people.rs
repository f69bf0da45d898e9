//! Who the bot can talk to: users with their standing, and groups.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

use super::refusal::Refusal;

/// A person in Telegram.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct User {
    /// Also the number of the private chat.
    pub id: i64,
    /// Shown name.
    pub first_name: String,
    /// Second part of the shown name.
    pub last_name: Option<String>,
    /// Public name without `@`.
    pub username: Option<String>,
    /// Language of the app, as `ru` or `pt-br`.
    pub language_code: Option<String>,
    /// Whether the person pays for Telegram Premium.
    pub is_premium: bool,
}

impl User {
    /// A user with nothing but a name.
    pub fn new(id: i64, first_name: impl Into<String>) -> Self {
        let first_name = first_name.into();
        Self { id, first_name, last_name: None, username: None, language_code: None, is_premium: false }
    }

    /// The same user with a public name.
    pub fn with_username(mut self, username: impl Into<String>) -> Self {
        self.username = Some(username.into());
        self
    }

    /// The same user with a language.
    pub fn with_language(mut self, language_code: impl Into<String>) -> Self {
        self.language_code = Some(language_code.into());
        self
    }

    fn json(&self) -> Value {
        let mut user = json!({"id": self.id, "is_bot": false, "first_name": self.first_name});
        let texts =
            [("last_name", &self.last_name), ("username", &self.username), ("language_code", &self.language_code)];
        for (name, value) in texts {
            if let Some(value) = value {
                user[name] = Value::from(value.as_str());
            }
        }
        if self.is_premium {
            user["is_premium"] = Value::Bool(true);
        }
        user
    }
}

/// What stands between a user and the bot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// The bot may write.
    Open,
    /// The user never pressed Start.
    NotStarted,
    /// The user blocked the bot.
    Blocked,
    /// The account is gone.
    Deactivated,
}

/// The bot's own account.
#[derive(Debug, Clone)]
pub(super) struct Bot {
    /// The number before the colon of the token.
    pub(super) id: i64,
    /// Shown name.
    pub(super) name: String,
    /// Public name without `@`.
    pub(super) username: String,
}

impl Bot {
    /// As the sender of a message.
    pub(super) fn json(&self) -> Value {
        json!({"id": self.id, "is_bot": true, "first_name": self.name, "username": self.username})
    }
}

/// All users and groups.
#[derive(Debug)]
pub(super) struct People {
    /// The bot.
    pub(super) bot: Bot,
    users: BTreeMap<i64, (User, Standing)>,
    groups: BTreeMap<i64, String>,
}

impl People {
    /// Nobody but the bot.
    pub(super) fn new(bot: Bot) -> Self {
        Self { bot, users: BTreeMap::new(), groups: BTreeMap::new() }
    }

    /// Adds or renames a user.
    pub(super) fn put_user(&mut self, user: User, standing: Standing) {
        self.users.insert(user.id, (user, standing));
    }

    /// Adds or renames a group; group numbers are negative.
    pub(super) fn put_group(&mut self, id: i64, title: String) {
        self.groups.insert(id, title);
    }

    /// All users, by number.
    pub(super) fn users(&self) -> Vec<User> {
        self.users.values().map(|(user, _)| user.clone()).collect()
    }

    /// The user of that number, with the standing.
    pub(super) fn user(&self, id: i64) -> Option<(&User, Standing)> {
        self.users.get(&id).map(|(user, standing)| (user, *standing))
    }

    /// Changes the standing; `false` when there is no such user.
    pub(super) fn set_standing(&mut self, id: i64, standing: Standing) -> bool {
        self.users.get_mut(&id).map(|entry| entry.1 = standing).is_some()
    }

    /// Whether that chat exists.
    pub(super) fn has_chat(&self, id: i64) -> bool {
        self.users.contains_key(&id) || self.groups.contains_key(&id)
    }

    /// The chat that `chat_id` names, or what Telegram says when there is none.
    pub(super) fn chat(&self, chat_id: Option<&Value>) -> Result<i64, Refusal> {
        // A bot cannot reach a person by `@name`, and the simulated groups are not public.
        let id = chat_id.and_then(Value::as_i64).filter(|id| self.has_chat(*id));
        id.ok_or_else(|| Refusal::bad("chat not found"))
    }

    /// The same, where the bot must also be welcome.
    pub(super) fn writable(&self, chat_id: Option<&Value>) -> Result<i64, Refusal> {
        let id = self.chat(chat_id)?;
        match self.user(id).map(|(_, standing)| standing) {
            None | Some(Standing::Open) => Ok(id),
            Some(Standing::NotStarted) => Err(Refusal::forbidden("bot can't initiate conversation with a user")),
            Some(Standing::Blocked) => Err(Refusal::forbidden("bot was blocked by the user")),
            Some(Standing::Deactivated) => Err(Refusal::forbidden("user is deactivated")),
        }
    }

    /// A `User`: the bot when `id` is `None`.
    pub(super) fn user_json(&self, id: Option<i64>) -> Value {
        match id.and_then(|id| self.users.get(&id)) {
            Some((user, _)) => user.json(),
            None => self.bot.json(),
        }
    }

    /// A `Chat`.
    pub(super) fn chat_json(&self, id: i64) -> Value {
        match (self.users.get(&id), self.groups.get(&id)) {
            (Some((user, _)), _) => {
                let mut chat = json!({"id": id, "type": "private", "first_name": user.first_name});
                for (name, value) in [("last_name", &user.last_name), ("username", &user.username)] {
                    if let Some(value) = value {
                        chat[name] = Value::from(value.as_str());
                    }
                }
                chat
            }
            (None, Some(title)) => json!({"id": id, "type": "supergroup", "title": title}),
            (None, None) => json!({"id": id, "type": "private", "first_name": "?"}),
        }
    }
}

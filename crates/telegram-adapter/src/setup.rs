//! What a start and a doctor need of Telegram: who the bot is, its webhook, its commands.

use std::time::Duration;

use domain::screen::Key;
use frankenstein::AsyncTelegramApi;
use frankenstein::methods::{DeleteWebhookParams, GetMyCommandsParams, SetMyCommandsParams, SetWebhookParams};
use frankenstein::response::MethodResponse;
use frankenstein::types::{AllowedUpdate, BotCommand, BotCommandScope, BotCommandScopeChat, ChatId};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use crate::client::Client;
use crate::error::CallError;
use crate::read;
use crate::retry::{self, Repeat};

/// The kinds of updates that the bot asks for, by webhook and by polling.
pub const ALLOWED_UPDATES: [AllowedUpdate; 5] = [
    AllowedUpdate::Message,
    AllowedUpdate::EditedMessage,
    AllowedUpdate::CallbackQuery,
    AllowedUpdate::PreCheckoutQuery,
    AllowedUpdate::MyChatMember,
];

/// Who the bot is.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Identity {
    /// Telegram's id of it.
    pub id: i64,
    /// Without @. Every bot has one.
    #[serde(default)]
    pub username: String,
    /// Its shown name.
    #[serde(default)]
    pub first_name: String,
}

/// How the webhook should be.
#[derive(Clone, Debug)]
pub struct WebhookWish {
    /// Where Telegram posts updates.
    pub url: String,
    /// Comes back in `X-Telegram-Bot-Api-Secret-Token`; 1 to 256 of `A-Za-z0-9_-`.
    pub secret: SecretString,
    /// Updates in flight at once, 1 to 100.
    pub max_connections: u16,
}

impl WebhookWish {
    /// The address as it is set. Telegram never tells the secret, so the address carries 32 bits of the secret's hash: a start sees by it
    /// whether the secret was changed, without a memory of its own. The listener ignores the query.
    pub fn marked_url(&self) -> String {
        let separator = if self.url.contains('?') { '&' } else { '?' };
        format!("{}{separator}v={:08x}", self.url, Key::of(self.secret.expose_secret()).0)
    }
}

/// How the webhook is, as Telegram tells it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct WebhookReport {
    /// Empty: none is set.
    pub url: String,
    /// Updates that wait.
    pub pending_update_count: u64,
    /// Of the last failed delivery, seconds since 1970.
    pub last_error_date: Option<i64>,
    /// Why it failed.
    pub last_error_message: Option<String>,
    /// Updates in flight at once.
    pub max_connections: Option<u16>,
    /// The kinds that are sent; `None` is Telegram's choice.
    pub allowed_updates: Option<Vec<String>>,
    /// Where the address leads.
    pub ip_address: Option<String>,
}

/// The commands that one language's menu shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandList {
    /// For this chat only; `None` is for every chat without a list.
    pub chat: Option<i64>,
    /// Two letters; `None` is for every language without a list.
    pub language: Option<String>,
    /// Name without slash, and what it does.
    pub commands: Vec<(String, String)>,
}

/// Calls for a start and a doctor. All of them are harmless to repeat, and are repeated within their budget.
#[derive(Clone, Debug)]
pub struct Setup {
    client: Client,
}

impl Setup {
    /// Over this client.
    pub const fn new(client: Client) -> Self {
        Self { client }
    }

    /// Who the bot is.
    ///
    /// # Errors
    /// See [`CallError`]; code 401 or 404 is a wrong token.
    pub async fn identify(&self, budget: Duration) -> Result<Identity, CallError> {
        let deadline = retry::deadline(budget);
        let client = self.client.until(deadline);
        // Read leniently, not as frankenstein's `User`: a start must not fail on a new field's form.
        let call = || client.request::<(), MethodResponse<Identity>>("getMe", None);
        Ok(retry::run(Repeat::Harmless, deadline, call).await?.result)
    }

    /// How the webhook is.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn webhook_info(&self, budget: Duration) -> Result<WebhookReport, CallError> {
        let deadline = retry::deadline(budget);
        let client = self.client.until(deadline);
        let call = || client.request::<(), MethodResponse<WebhookReport>>("getWebhookInfo", None);
        Ok(retry::run(Repeat::Harmless, deadline, call).await?.result)
    }

    /// Sets the webhook if it is not as wished; true = it was set. What waits is kept.
    ///
    /// It is also set if the last delivery failed with 401: then Telegram sends another secret, whatever the address says.
    ///
    /// # Errors
    /// See [`CallError`]; code 400 is an address that Telegram does not take.
    pub async fn reconcile_webhook(&self, wish: &WebhookWish, budget: Duration) -> Result<bool, CallError> {
        let deadline = retry::deadline(budget);
        let url = wish.marked_url();
        let report = self.webhook_info(budget).await?;
        if stands(&report, &url, wish.max_connections) {
            return Ok(false);
        }
        let params = SetWebhookParams::builder()
            .url(url)
            .secret_token(wish.secret.expose_secret())
            .allowed_updates(ALLOWED_UPDATES.to_vec())
            .max_connections(u32::from(wish.max_connections))
            .build();
        let client = self.client.until(deadline);
        retry::run(Repeat::Harmless, deadline, || client.set_webhook(&params)).await?;
        tracing::info!(max_connections = wish.max_connections, "the webhook was set");
        Ok(true)
    }

    /// Takes the webhook away, so that polling may begin. What waits is kept.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn delete_webhook(&self, budget: Duration) -> Result<(), CallError> {
        let deadline = retry::deadline(budget);
        let client = self.client.until(deadline);
        let params = DeleteWebhookParams::builder().drop_pending_updates(false).build();
        retry::run(Repeat::Harmless, deadline, || client.delete_webhook(&params)).await?;
        Ok(())
    }

    /// Sets the commands of each chat and language whose list differs; returns how many were set. A chat that Telegram refuses is passed over:
    /// who is to have it has not started the bot.
    ///
    /// # Errors
    /// See [`CallError`]; lists before the one that failed are set.
    pub async fn set_commands(&self, lists: &[CommandList], budget: Duration) -> Result<usize, CallError> {
        let deadline = retry::deadline(budget);
        let client = self.client.until(deadline);
        let mut count = 0;
        for list in lists {
            let wished: Vec<BotCommand> = list
                .commands
                .iter()
                .map(|(name, what)| BotCommand::builder().command(name.as_str()).description(what.as_str()).build())
                .collect();
            let scope =
                list.chat.map(|chat| BotCommandScope::Chat(BotCommandScopeChat { chat_id: ChatId::Integer(chat) }));
            let ask = GetMyCommandsParams::builder()
                .maybe_scope(scope.clone())
                .maybe_language_code(list.language.clone())
                .build();
            let present = retry::run(Repeat::Harmless, deadline, || client.get_my_commands(&ask)).await;
            // A list that can't be read is not the one that is wished.
            match present {
                Ok(present) if present.result == wished => continue,
                Ok(_) | Err(CallError::Unreadable { .. }) => {}
                Err(CallError::Refused { .. }) if list.chat.is_some() => continue,
                Err(error) => return Err(error),
            }
            let params = SetMyCommandsParams::builder()
                .commands(wished)
                .maybe_scope(scope)
                .maybe_language_code(list.language.clone())
                .build();
            match retry::run(Repeat::Harmless, deadline, || client.set_my_commands(&params)).await {
                Ok(_) => count += 1,
                Err(CallError::Refused { .. }) if list.chat.is_some() => {}
                Err(error) => return Err(error),
            }
        }
        Ok(count)
    }
}

impl WebhookReport {
    /// Whether it is as wished. A refusal of our secret counts once: it is told until something is delivered again, and `known_refusal` is the
    /// [`refused_at`](Self::refused_at) that somebody has seen to already.
    pub fn is_as(&self, wish: &WebhookWish, known_refusal: Option<i64>) -> bool {
        let news = match self.refused_at() {
            Some(at) if known_refusal != Some(at) => self.last_error_message.clone(),
            _ => None,
        };
        let report = Self { last_error_message: news, ..self.clone() };
        stands(&report, &wish.marked_url(), wish.max_connections)
    }

    /// When Telegram was last answered that its secret is wrong, in seconds since 1970, if that is the last error.
    pub fn refused_at(&self) -> Option<i64> {
        let refused = self.last_error_message.as_deref().is_some_and(|message| message.contains("401"));
        self.last_error_date.filter(|_| refused)
    }
}

fn stands(report: &WebhookReport, url: &str, max_connections: u16) -> bool {
    let mut present = report.allowed_updates.clone().unwrap_or_default();
    present.sort_unstable();
    let mut wished = read::KINDS.map(str::to_owned);
    wished.sort_unstable();
    let refused_secret = report.last_error_message.as_deref().is_some_and(|message| message.contains("401"));
    report.url == url && report.max_connections == Some(max_connections) && present == wished && !refused_secret
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_tells_the_secret_apart_without_telling_it() {
        let wish =
            |url: &str, secret: &str| WebhookWish { url: url.to_owned(), secret: secret.into(), max_connections: 40 };
        let one = wish("https://bot.example/telegram/webhook", "first-secret");
        assert_eq!(one.marked_url(), "https://bot.example/telegram/webhook?v=e0a5091e");
        assert_ne!(one.marked_url(), wish(&one.url, "second-secret").marked_url());
        assert!(wish("https://bot.example/?x=1", "s").marked_url().contains("?x=1&v="));
        assert!(!format!("{one:?}").contains("first-secret"));
    }

    #[test]
    fn a_refusal_of_the_secret_counts_once() {
        let wish = WebhookWish { url: "https://a".to_owned(), secret: "s".into(), max_connections: 40 };
        let report = WebhookReport {
            url: wish.marked_url(),
            max_connections: Some(40),
            allowed_updates: Some(read::KINDS.map(str::to_owned).to_vec()),
            last_error_date: Some(1_800_000_000),
            last_error_message: Some("Wrong response from the webhook: 401 Unauthorized".to_owned()),
            ..WebhookReport::default()
        };
        assert!(!report.is_as(&wish, None));
        assert!(report.is_as(&wish, report.refused_at()));
        assert!(!report.is_as(&wish, Some(1_799_999_999)), "a new one");
        let slow = WebhookReport { last_error_message: Some("Connection timed out".to_owned()), ..report };
        assert_eq!((slow.refused_at(), slow.is_as(&wish, None)), (None, true));
    }

    #[test]
    fn a_webhook_stands_only_if_everything_is_as_wished() {
        let names = ALLOWED_UPDATES.map(|kind| serde_json::to_value(kind).unwrap().as_str().unwrap().to_owned());
        assert_eq!(names, read::KINDS, "what is asked for is what is read");
        let right = WebhookReport {
            url: "https://a?v=1".to_owned(),
            max_connections: Some(40),
            allowed_updates: Some(names.into_iter().rev().collect()),
            last_error_message: Some("Connection timed out".to_owned()),
            ..WebhookReport::default()
        };
        let table = [
            (right.clone(), true),
            (WebhookReport { url: "https://a?v=2".to_owned(), ..right.clone() }, false),
            (WebhookReport { max_connections: None, ..right.clone() }, false),
            (WebhookReport { allowed_updates: None, ..right.clone() }, false),
            (WebhookReport { allowed_updates: Some(vec!["message".to_owned()]), ..right.clone() }, false),
            (
                WebhookReport {
                    last_error_message: Some("Wrong response from the webhook: 401 Unauthorized".to_owned()),
                    ..right
                },
                false,
            ),
        ];
        for (report, expected) in table {
            assert_eq!(stands(&report, "https://a?v=1", 40), expected, "{report:?}");
        }
    }
}

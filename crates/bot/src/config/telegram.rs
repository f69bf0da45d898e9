//! The Bot API, and how updates come in.

use std::fmt::Write;
use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

use super::address::{self, PlainHttp};
use super::reader::{Noted, Read, Reader, Refusal};
use super::registry::{
    BOT_MODE, RENDER_EXTERNAL_URL, TELEGRAM_API_URL, TELEGRAM_BOT_TOKEN, TELEGRAM_CHAT_INTERVAL_MS, WEBHOOK_BASE_URL,
    WEBHOOK_CHECK_MS, WEBHOOK_SECRET_TOKEN,
};
use super::variable::{Fallback, Variable};

/// The Bot API, and how updates come in.
#[derive(Clone, Debug)]
pub(crate) struct Telegram {
    /// The bot's token.
    pub(crate) token: SecretString,
    /// The bot's Telegram id: the part of the token that is no secret.
    pub(crate) bot: i64,
    /// The Bot API server, without a slash at the end.
    pub(crate) api_url: String,
    /// Between messages into one chat, after a burst.
    pub(crate) chat_interval: Duration,
    /// How often the webhook is looked after.
    pub(crate) webhook_check: Duration,
    /// How updates come in.
    pub(crate) intake: Intake,
    /// Our public address, without a slash at the end: KIE's callbacks reach it, with polling too.
    pub(crate) public_url: Option<String>,
}

/// How updates come in.
#[derive(Clone, Debug)]
pub(crate) enum Intake {
    /// Telegram calls us.
    Webhook {
        /// Our public address, without a slash at the end.
        base_url: String,
        /// What Telegram must show.
        secret_token: SecretString,
    },
    /// We ask Telegram.
    Polling,
}

impl Intake {
    /// As `BOT_MODE` spells it.
    pub(crate) const fn mode(&self) -> &'static str {
        match self {
            Self::Webhook { .. } => "webhook",
            Self::Polling => "polling",
        }
    }
}

impl Telegram {
    pub(super) fn read(reader: &mut Reader<'_>) -> Read<Self> {
        let token = reader.value(&TELEGRAM_BOT_TOKEN, token);
        let api = reader.value(&TELEGRAM_API_URL, |text| address::base(text, PlainHttp::Private));
        let chat_interval = reader.millis(&TELEGRAM_CHAT_INTERVAL_MS);
        let webhook_check = reader.millis(&WEBHOOK_CHECK_MS);
        let secret_token = reader.optional(&WEBHOOK_SECRET_TOKEN, secret_token);
        let public = public_url(reader);
        let mode = reader.optional(&BOT_MODE, |text| match text.to_ascii_lowercase().as_str() {
            "webhook" => Ok(true),
            "polling" => Ok(false),
            _ => Err(Refusal::default()),
        });
        // What follows needs both; if one was refused, nothing more is said of the other.
        let public = public?;
        let webhook = mode?.unwrap_or(public.is_some());
        let base_url = match (webhook, &public) {
            (false, _) => None,
            (true, Some((variable, url))) => {
                check_port(reader, variable, url, api.as_ref())?;
                Some(address::without_slash(url))
            }
            (true, None) => {
                let wanted = format!("{}, because `BOT_MODE` is `webhook`", WEBHOOK_BASE_URL.form);
                let hint = "set it, or set `BOT_MODE` to `polling`".to_owned();
                return Err(reader.refuse(&WEBHOOK_BASE_URL, wanted, Some(hint)));
            }
        };
        let (bot, token) = token?;
        let secret_token = secret_token?.unwrap_or_else(|| derived_secret(&token));
        let intake = base_url.map_or(Intake::Polling, |base_url| Intake::Webhook { base_url, secret_token });
        let public_url = public.map(|(_, url)| address::without_slash(&url));
        let api_url = address::without_slash(&api?);
        let (chat_interval, webhook_check) = (chat_interval?, webhook_check?);
        Ok(Self { token, bot, api_url, chat_interval, webhook_check, intake, public_url })
    }
}

/// Our public address and the variable that told it.
fn public_url(reader: &mut Reader<'_>) -> Read<Option<(&'static Variable, Url)>> {
    let own = reader.optional(&WEBHOOK_BASE_URL, |text| address::base(text, PlainHttp::Loopback))?;
    if let Some(url) = own {
        return Ok(Some((&WEBHOOK_BASE_URL, url)));
    }
    let hosting = reader.optional(&RENDER_EXTERNAL_URL, |text| address::base(text, PlainHttp::Loopback))?;
    Ok(hosting.map(|url| (&RENDER_EXTERNAL_URL, url)))
}

/// Telegram's own servers call these ports only. A local Bot API server or a simulator calls any, and who else would call a loopback host?
fn check_port(reader: &mut Reader<'_>, variable: &'static Variable, url: &Url, api: Result<&Url, &Noted>) -> Read<()> {
    const PORTS: [u16; 4] = [443, 80, 88, 8443];
    let is_default =
        |api: &Url| matches!(TELEGRAM_API_URL.default, Fallback::Text(text) if text == address::without_slash(api));
    let official = api.is_ok_and(is_default) && !url.host_str().is_some_and(address::is_loopback);
    match url.port_or_known_default() {
        Some(port) if official && !PORTS.contains(&port) => {
            let hint = format!("Telegram does not call port {port}");
            Err(reader.refuse(variable, variable.form.to_string(), Some(hint)))
        }
        _ => Ok(()),
    }
}

fn token(text: &str) -> Result<(i64, SecretString), Refusal> {
    const TAIL_CHARS_MIN: usize = 10;
    let (id, tail) = text.split_once(':').ok_or_else(Refusal::default)?;
    let digits = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
    if !digits || tail.len() < TAIL_CHARS_MIN || !tail.bytes().all(is_token_byte) {
        return Err(Refusal::default());
    }
    let bot = id.parse().map_err(|_| Refusal::default())?;
    Ok((bot, text.into()))
}

fn secret_token(text: &str) -> Result<SecretString, Refusal> {
    const CHARS_MAX: usize = 256;
    if text.len() <= CHARS_MAX && text.bytes().all(is_token_byte) { Ok(text.into()) } else { Err(Refusal::default()) }
}

const fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

/// The same in every instance and after every restart, and no way back to the token. 64 hexadecimal digits.
fn derived_secret(token: &SecretString) -> SecretString {
    const PURPOSE: &[u8] = b"kiebot: X-Telegram-Bot-Api-Secret-Token";
    let mut mac =
        Hmac::<Sha256>::new_from_slice(token.expose_secret().as_bytes()).expect("HMAC takes a key of any length");
    mac.update(PURPOSE);
    let mut text = String::with_capacity(64);
    for byte in mac.finalize().into_bytes() {
        write!(text, "{byte:02x}").expect("a String takes all text");
    }
    text.into()
}

//! Who runs the bot, and what users are told of them.

use std::collections::BTreeSet;

use jiff::tz::TimeZone;

use super::reader::{Read, Reader, Refusal};
use super::registry::{ADMIN_ID, SUPPORT_TELEGRAM, SUPPORT_TEXT, TIME_ZONE};

/// What users are told of the owner.
#[derive(Clone, Debug)]
pub(crate) struct Shop {
    /// `@name` of the support.
    pub(crate) support_telegram: Option<String>,
    /// The owner's own words on the support screen.
    pub(crate) support_text: Option<String>,
}

impl Shop {
    pub(super) fn read(reader: &mut Reader<'_>) -> Read<Self> {
        let support_telegram = reader.optional(&SUPPORT_TELEGRAM, telegram_name);
        let support_text = reader.text(&SUPPORT_TEXT);
        Ok(Self { support_telegram: support_telegram?, support_text: support_text? })
    }
}

/// The owners' Telegram ids, in the order of the variable, each once.
pub(super) fn owners(reader: &mut Reader<'_>) -> Read<Vec<i64>> {
    reader.value(&ADMIN_ID, |text| {
        let mut known = BTreeSet::new();
        let ids = text.split(',').map(str::trim).filter(|id| !id.is_empty()).map(owner);
        let ids = ids.collect::<Result<Vec<_>, _>>()?;
        let ids: Vec<_> = ids.into_iter().filter(|id| known.insert(*id)).collect();
        if ids.is_empty() { Err(Refusal::default()) } else { Ok(ids) }
    })
}

fn owner(text: &str) -> Result<i64, Refusal> {
    // Telegram promises ids of at most 52 bits.
    const ID_MAX: i64 = (1 << 52) - 1;
    match text.parse::<i64>() {
        Ok(id) if (1..=ID_MAX).contains(&id) => Ok(id),
        Ok(id) if id < 0 => Err(Refusal::hint("a negative number is a group or a channel: the owner is a person")),
        _ if text.starts_with('@') => {
            Err(Refusal::hint("the number is wanted, not the name: ask @userinfobot in Telegram"))
        }
        _ if text.contains([';', ' ']) => Err(Refusal::hint("put commas between the numbers")),
        _ => Err(Refusal::default()),
    }
}

/// Whose days and hours users are told.
pub(super) fn time_zone(reader: &mut Reader<'_>) -> Read<TimeZone> {
    reader.value(&TIME_ZONE, |text| {
        TimeZone::get(text).map_err(|_| Refusal::hint("such as `Europe/Moscow`, `Asia/Yekaterinburg` or `UTC`"))
    })
}

/// `@name`, however it was written.
fn telegram_name(text: &str) -> Result<String, Refusal> {
    let name = ["https://t.me/", "http://t.me/", "t.me/", "@"].iter().find_map(|start| text.strip_prefix(start));
    let name = name.unwrap_or(text);
    let letters = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    // Telegram's names have 5 to 32 characters, bought ones 4.
    if letters && (4..=32).contains(&name.len()) { Ok(format!("@{name}")) } else { Err(Refusal::default()) }
}

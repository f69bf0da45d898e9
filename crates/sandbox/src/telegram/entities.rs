//! Texts with styled stretches, as Telegram keeps them: plain letters plus entities that count in UTF-16 code units.

use serde::Serialize;
use serde_json::Value;

use super::{found, html, journal::ViolationKind, params::Params, refusal::Refusal};

/// Inside these nothing is marked; what is marked already is not marked twice.
const CLOSED: &[&str] = &["code", "pre", "text_link", "text_mention", "bot_command", "url", "mention", "hashtag"];

/// A styled stretch of a text; the names are those of `MessageEntity`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entity {
    /// `bold`, `text_link`, `bot_command`...
    #[serde(rename = "type")]
    pub kind: String,
    /// Where it starts, in UTF-16 code units.
    pub offset: usize,
    /// How long it is, in UTF-16 code units.
    pub length: usize,
    /// The link of a `text_link`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The language of a `pre`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The picture of a `custom_emoji`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom_emoji_id: Option<String>,
}

impl Entity {
    /// An entity with no further data.
    pub(super) fn plain(kind: &str, offset: usize, length: usize) -> Self {
        Self { kind: kind.to_owned(), offset, length, url: None, language: None, custom_emoji_id: None }
    }
}

/// A text with its entities.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Formatted {
    /// The letters.
    pub(super) text: String,
    /// Sorted by start, the longer first.
    pub(super) entities: Vec<Entity>,
}

impl Formatted {
    /// Reads a text parameter (`text`, `caption`) with `parse_mode` or explicit entities, from the method's or an object's fields.
    pub(super) fn read(fields: &serde_json::Map<String, Value>, name: &str, entities: &str) -> Result<Self, Refusal> {
        let text = fields.get(name).and_then(Value::as_str).unwrap_or_default();
        let mode = fields.get("parse_mode").and_then(Value::as_str).unwrap_or_default();
        let formatted = match mode.to_lowercase().as_str() {
            "" => Self { text: text.to_owned(), entities: given(fields.get(entities), utf16_length(text))? },
            "html" => html::parse(text)
                .map_err(|error| Refusal::wrong(ViolationKind::Markup, format!("can't parse entities: {error}")))?,
            "markdown" | "markdownv2" => {
                return Err(Refusal::wrong(ViolationKind::NotSimulated, "the simulator reads parse_mode HTML only"));
            }
            _ => return Err(Refusal::wrong(ViolationKind::Markup, "unsupported parse_mode")),
        };
        Ok(formatted.trimmed().marked())
    }

    /// With what Telegram marks by itself in every text: commands, links, names and hashtags, outside of code and of other links.
    fn marked(mut self) -> Self {
        let closed: Vec<_> = self.entities.iter().filter(|entity| CLOSED.contains(&entity.kind.as_str())).collect();
        let apart = |found: &Entity| {
            closed.iter().all(|entity| {
                found.offset >= entity.offset + entity.length || entity.offset >= found.offset + found.length
            })
        };
        let found: Vec<_> = found::find(&self.text).into_iter().filter(apart).collect();
        self.entities.extend(found);
        self.entities.sort_by(|left, right| left.offset.cmp(&right.offset).then(right.length.cmp(&left.length)));
        self
    }

    /// Length as Telegram's clients count it.
    pub(super) fn length(&self) -> usize {
        utf16_length(&self.text)
    }

    /// Without white space at either end, as Telegram stores texts.
    fn trimmed(self) -> Self {
        let from_start = self.text.trim_start();
        let lead = utf16_length(&self.text) - utf16_length(from_start);
        let text = from_start.trim_end().to_owned();
        let total = utf16_length(&text);
        let clip = |mut entity: Entity| {
            let start = entity.offset.max(lead) - lead;
            let end = (entity.offset + entity.length).saturating_sub(lead).min(total);
            (entity.offset, entity.length) = (start, end.saturating_sub(start));
            (entity.length > 0).then_some(entity)
        };
        Self { text, entities: self.entities.into_iter().filter_map(clip).collect() }
    }
}

/// A text that a person typed.
pub(super) fn typed(text: &str) -> Formatted {
    Formatted { text: text.to_owned(), entities: Vec::new() }.marked()
}

/// Length in UTF-16 code units.
pub(super) fn utf16_length(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

fn given(value: Option<&Value>, length: usize) -> Result<Vec<Entity>, Refusal> {
    let Some(items) = value.and_then(Value::as_array) else { return Ok(Vec::new()) };
    let text = |item: &Value, name: &str| item.get(name).and_then(Value::as_str).map(str::to_owned);
    let size = |item: &Value, name: &str| {
        item.get(name).and_then(Value::as_u64).and_then(|number| usize::try_from(number).ok()).unwrap_or(usize::MAX)
    };
    let mut entities = Vec::with_capacity(items.len());
    for item in items {
        let (offset, extent) = (size(item, "offset"), size(item, "length"));
        if offset.checked_add(extent).is_none_or(|end| end > length) {
            return Err(Refusal::wrong(ViolationKind::Limit, "ENTITY_BOUNDS_INVALID"));
        }
        entities.push(Entity {
            url: text(item, "url"),
            language: text(item, "language"),
            custom_emoji_id: text(item, "custom_emoji_id"),
            ..Entity::plain(&text(item, "type").unwrap_or_default(), offset, extent)
        });
    }
    Ok(entities)
}

/// Reads a caption and checks its length.
pub(super) fn caption(fields: &serde_json::Map<String, Value>) -> Result<Formatted, Refusal> {
    let caption = Formatted::read(fields, "caption", "caption_entities")?;
    if caption.length() > super::spec::CAPTION_LENGTH_MAX {
        return Err(Refusal::wrong(ViolationKind::Limit, "message caption is too long"));
    }
    Ok(caption)
}

/// Reads a message's text and checks its length.
pub(super) fn message_text(params: &Params) -> Result<Formatted, Refusal> {
    let text = Formatted::read(&params.values, "text", "entities")?;
    match text.length() {
        0 => Err(Refusal::wrong(ViolationKind::Limit, "message text is empty")),
        length if length > super::spec::TEXT_LENGTH_MAX => {
            Err(Refusal::wrong(ViolationKind::Limit, "message is too long"))
        }
        _ => Ok(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_commands_and_links_are_marked() {
        let text = typed("/start ref_7 😀 https://a.b /no-such");
        let marks: Vec<_> =
            text.entities.iter().map(|entity| (entity.kind.as_str(), entity.offset, entity.length)).collect();
        assert_eq!(marks, [("bot_command", 0, 6), ("url", 16, 11), ("bot_command", 28, 3)]);
    }

    #[test]
    fn nothing_is_marked_in_code_and_in_links() {
        let fields = serde_json::json!({
            "text": "<code>/menu</code> <a href=\"https://a.b\">https://c.d</a> <b>/menu</b>", "parse_mode": "HTML",
        });
        let fields = fields.as_object().expect("an object");
        let text = Formatted::read(fields, "text", "entities").expect("sound");
        let marks: Vec<_> = text.entities.iter().map(|entity| (entity.kind.as_str(), entity.offset)).collect();
        assert_eq!(marks, [("code", 0), ("text_link", 6), ("bold", 18), ("bot_command", 18)]);
    }

    #[test]
    fn trimming_moves_the_entities() {
        let text = Formatted {
            text: "  ab c \n".to_owned(),
            entities: vec![Entity::plain("bold", 1, 3), Entity::plain("code", 7, 1)],
        };
        let trimmed = text.trimmed();
        assert_eq!((trimmed.text.as_str(), trimmed.entities), ("ab c", vec![Entity::plain("bold", 0, 2)]));
    }
}

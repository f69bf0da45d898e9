//! What Telegram says of a message that it took: its id and its file, read leniently.
//!
//! frankenstein's `Message` fails on an unknown word anywhere inside. A message that was taken must never look like one that was not, or it
//! would be sent twice; so only these few fields are read, and a missing one is no error.

use domain::ports::{MediaKind, SentFile};
use frankenstein::response::MethodResponse;
use serde::Deserialize;
use serde_json::Value;

/// A message as we need it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "Value")]
pub(crate) struct SentMessage {
    /// 0 if Telegram said none, which never was seen; an edit of it fails as gone.
    pub(crate) id: i64,
    file: Option<SentFile>,
}

/// Several of them.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "Value")]
pub(crate) struct SentMessages(pub(crate) Vec<SentMessage>);

/// Frankenstein's envelope round it.
pub(crate) type SentOne = MethodResponse<SentMessage>;
/// Frankenstein's envelope round several.
pub(crate) type SentMany = MethodResponse<SentMessages>;

impl SentMessage {
    /// The file, as Telegram keeps it. It may have another form than we asked for: a film without sound becomes an animation, which is kept
    /// as the video that it was sent as; what no player can play becomes a document.
    pub(crate) fn file(&self) -> Option<&SentFile> {
        self.file.as_ref()
    }
}

impl From<Value> for SentMessage {
    fn from(message: Value) -> Self {
        let id = message.get("message_id").and_then(Value::as_i64).unwrap_or_default();
        if id == 0 {
            tracing::warn!("Telegram took a message and did not tell its id");
        }
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let of = |field: &str| message.pointer(&format!("/{field}/file_id")).and_then(text);
        // An animation is told as a document too, so it comes before it.
        let kinds = [
            ("video", MediaKind::Video),
            ("animation", MediaKind::Video),
            ("audio", MediaKind::Audio),
            ("voice", MediaKind::Audio),
            ("document", MediaKind::Document),
        ];
        let photo = message.get("photo").and_then(Value::as_array).and_then(|sizes| largest(sizes)).and_then(text);
        let photo = photo.map(|file_id| SentFile { kind: MediaKind::Photo, file_id });
        let other = || kinds.into_iter().find_map(|(field, kind)| of(field).map(|file_id| SentFile { kind, file_id }));
        Self { id, file: photo.or_else(other) }
    }
}

impl From<Value> for SentMessages {
    fn from(messages: Value) -> Self {
        match messages {
            Value::Array(messages) => Self(messages.into_iter().map(SentMessage::from).collect()),
            _ => Self(Vec::new()),
        }
    }
}

fn largest(sizes: &[Value]) -> Option<&Value> {
    let area = |size: &&Value| {
        let side = |name: &str| size.get(name).and_then(Value::as_u64).unwrap_or(0);
        side("width").saturating_mul(side("height"))
    };
    sizes.iter().max_by_key(area).and_then(|size| size.get("file_id"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn ids_and_files_are_found_in_every_form() {
        let read = |message: Value| SentMessage::from(message);
        let file = |kind, id: &str| Some(SentFile { kind, file_id: id.to_owned() });
        let photo = json!({"message_id": 5_000_000_000_i64, "chat": {"type": "hologram"}, "photo": [
            {"file_id": "small", "width": 90, "height": 60}, {"file_id": "large", "width": 1280, "height": 853}, {"file_id": 7}]});
        assert_eq!(read(photo), SentMessage { id: 5_000_000_000, file: file(MediaKind::Photo, "large") });
        let silent = json!({"message_id": 2, "animation": {"file_id": "a"}, "document": {"file_id": "a"}});
        assert_eq!(read(silent).file, file(MediaKind::Video, "a"));
        assert_eq!(read(json!({"message_id": 2, "document": {"file_id": "d"}})).file, file(MediaKind::Document, "d"));
        assert_eq!(read(json!({"message_id": 2, "audio": {"file_id": "m"}})).file, file(MediaKind::Audio, "m"));
        assert_eq!(read(json!({"message_id": 2, "photo": "x"})).file, None);
        assert_eq!(read(json!([])), SentMessage::default());
        assert_eq!(SentMessages::from(json!([{"message_id": 1}, {"message_id": 2}])).0.len(), 2);
    }
}

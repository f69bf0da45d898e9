//! Methods that carry files: `sendPhoto` and its kin, `sendMediaGroup`, `editMessageMedia`.
//! <https://core.telegram.org/bots/api#sending-files>.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::{
    super::{
        Shared,
        chat::{ChatMessage, MessageKind},
        entities,
        files::MediaKind,
        journal::ViolationKind,
        markup::Markup,
        media::{self, Source},
        params::Params,
        refusal::Refusal,
        state::State,
    },
    Answer, editing, sending,
};

/// `sendPhoto`, `sendVideo`, `sendAnimation`, `sendAudio`, `sendVoice`, `sendDocument`.
pub(super) async fn send_file(shared: &Arc<Shared>, method: &str, params: &Params) -> Answer {
    let kind = MediaKind::from_field(&method["send".len()..].to_lowercase()).unwrap_or(MediaKind::Document);
    let field = kind.field();
    let caption = entities::caption(&params.values)?;
    // Asked first, so that a blocked bot learns that rather than an upload's trouble.
    shared.read(|state| state.people.writable(params.get("chat_id")).map(drop))?;
    let source = media::gather(params, field, params.text(field), kind).await?;
    let now = shared.clock.now();
    shared.change(|state| {
        let mut message = sending::begin(state, params, now, kind.into())?;
        message.set_text(caption);
        message.has_spoiler = params.flag("has_spoiler");
        message.set_media(source.keep(&mut state.files, kind, &params.values)?);
        Ok(state.post(message).into())
    })
}

/// <https://core.telegram.org/bots/api#sendmediagroup>
pub(super) async fn send_media_group(shared: &Arc<Shared>, params: &Params) -> Answer {
    shared.read(|state| state.people.writable(params.get("chat_id")).map(drop))?;
    let items = params.get("media").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let mut album = Vec::with_capacity(items.len());
    for item in items.iter().filter_map(Value::as_object) {
        album.push(Item::gather(params, item).await?);
    }
    check_mixture(&album)?;
    let now = shared.clock.now();
    shared.change(|state| {
        let group = state.chats.next_album();
        let messages = album.iter().map(|item| {
            let mut message = sending::begin(state, params, now, MessageKind::Document)?;
            message.media_group_id = Some(group.clone());
            item.put(state, &mut message)?;
            Ok(message)
        });
        // All or nothing: a refused file leaves no half of an album.
        let messages = messages.collect::<Result<Vec<ChatMessage>, Refusal>>()?;
        let posted: Vec<Value> = messages.into_iter().map(|message| state.post(message)).collect();
        Ok(Value::Array(posted).into())
    })
}

/// <https://core.telegram.org/bots/api#editmessagemedia>
pub(super) async fn edit_message_media(shared: &Arc<Shared>, params: &Params) -> Answer {
    let markup = Markup::read(params.get("reply_markup"), false)?;
    let empty = Map::new();
    let item = Item::gather(params, params.get("media").and_then(Value::as_object).unwrap_or(&empty)).await?;
    let now = shared.clock.now();
    shared.change(|state| {
        let mut message = editing::editable(state, params)?;
        let kind = item.kind;
        let fixed = [MediaKind::Audio, MediaKind::Document];
        let in_album = message.media_group_id.is_some();
        let before = message.media.as_ref().map(|media| media.kind);
        if in_album && before.is_some_and(|before| before != kind && (fixed.contains(&kind) || fixed.contains(&before)))
        {
            return Err(Refusal::bad("message content type can't be changed in an album"));
        }
        item.put(state, &mut message)?;
        message.set_markup(markup);
        editing::store(state, message, now)
    })
}

/// One medium of a JSON parameter.
struct Item {
    kind: MediaKind,
    source: Source,
    fields: Map<String, Value>,
}

impl Item {
    async fn gather(params: &Params, fields: &Map<String, Value>) -> Result<Self, Refusal> {
        let text = |name: &str| fields.get(name).and_then(Value::as_str);
        let kind = text("type").and_then(MediaKind::from_field).unwrap_or(MediaKind::Document);
        entities::caption(fields)?;
        let source = media::gather(params, "media", text("media"), kind).await?;
        Ok(Self { kind, source, fields: fields.clone() })
    }

    fn put(&self, state: &mut State, message: &mut ChatMessage) -> Result<(), Refusal> {
        message.set_text(entities::caption(&self.fields)?);
        message.has_spoiler = self.fields.get("has_spoiler").and_then(Value::as_bool).unwrap_or(false);
        message.set_media(self.source.keep(&mut state.files, self.kind, &self.fields)?);
        Ok(())
    }
}

fn check_mixture(album: &[Item]) -> Result<(), Refusal> {
    let wrong = |text: &str| Err(Refusal::wrong(ViolationKind::Limit, text));
    if album.iter().any(|item| item.kind == MediaKind::Animation) {
        return wrong("Animation can't be sent in an album");
    }
    for (kind, name) in [(MediaKind::Audio, "Audio"), (MediaKind::Document, "Document")] {
        let count = album.iter().filter(|item| item.kind == kind).count();
        if count > 0 && count < album.len() {
            return wrong(&format!("{name} can't be mixed with other media types"));
        }
    }
    Ok(())
}

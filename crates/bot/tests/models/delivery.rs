//! What came into the chat: each result in its native form, with its own bytes, words and buttons, in order.

use std::collections::BTreeMap;

use domain::generation::{ResultFile, State};
use domain::models::{Model, Output, Value};
use sandbox::telegram::{ChatMessage, Media, MessageKind};

use crate::checks::{charged, holds, same};
use crate::house::House;
use crate::order::{Done, kopecks};
use crate::person::words;

/// Telegram's albums hold two to ten.
const ALBUM_MAX: usize = 10;
/// What Telegram plays as music; the rest comes as a file.
const PLAYED: [&str; 2] = ["audio/mpeg", "audio/mp4"];
/// Of a title that is made from the words of an order.
const TITLE_MAX: usize = 60;

/// One message that must come.
#[derive(Clone, Debug)]
struct Wanted<'a> {
    kind: MessageKind,
    /// The file of the result, or of its cover.
    url: Option<&'a str>,
    track: Option<&'a ResultFile>,
    /// What stands in the text.
    words: Option<&'a str>,
    /// Model, price and time stand under it.
    is_captioned: bool,
    /// It stands together with its neighbours.
    in_album: bool,
    has_buttons: bool,
}

impl<'a> Wanted<'a> {
    const fn of(kind: MessageKind) -> Self {
        Self { kind, url: None, track: None, words: None, is_captioned: false, in_album: false, has_buttons: false }
    }

    const fn file(kind: MessageKind, url: &'a str) -> Self {
        Self { url: Some(url), ..Self::of(kind) }
    }
}

/// Result and extras came in their native forms, in order, each with the very bytes that KIE has, the buttons under the last main one.
pub(crate) async fn delivery(house: &House, model: &Model, done: &Done) -> Result<(), String> {
    holds(matches!(done.generation.state, State::Delivered(_)), || format!("it is {:?}", done.generation.state))?;
    let mut bytes = BTreeMap::new();
    let files = &done.success.results.files;
    for url in files.iter().flat_map(|file| [Some(&file.url), file.cover_url.as_ref()]).flatten() {
        if !bytes.contains_key(url.as_str()) {
            bytes.insert(url.as_str(), house.bytes(url).await?);
        }
    }
    let wanted = messages(model, done, &|url| bytes.get(url).is_some_and(|bytes| is_played(bytes)));
    let kinds = |wanted: &[Wanted<'_>]| wanted.iter().map(|one| one.kind).collect::<Vec<_>>();
    same("what came", &done.news.iter().map(|message| message.kind).collect(), &kinds(&wanted))?;
    for (message, wanted) in done.news.iter().zip(&wanted) {
        one_message(house, model, done, message, wanted, &bytes)
            .map_err(|fault| format!("message {}: {fault}", message.message_id))?;
    }
    Ok(())
}

/// Whether Telegram plays it as music: MP3 (a frame, or a tag before it) or MPEG-4.
fn is_played(bytes: &[u8]) -> bool {
    let is_mp3 = bytes.starts_with(b"ID3") || matches!(bytes, [0xFF, second, ..] if second & 0xE0 == 0xE0);
    is_mp3 || bytes.get(4..8) == Some(b"ftyp")
}

fn messages<'a>(model: &Model, done: &'a Done, is_played: &dyn Fn(&str) -> bool) -> Vec<Wanted<'a>> {
    let results = &done.success.results;
    let files = &results.files;
    let captioned = |wanted: Wanted<'a>| Wanted { is_captioned: true, ..wanted };
    let words = results.text.as_deref().map(|text| Wanted { words: Some(text), ..Wanted::of(MessageKind::Text) });
    let mut wanted: Vec<Wanted<'a>> = words.map(captioned).into_iter().collect();
    let as_one = |kind| files.iter().map(move |file| captioned(Wanted::file(kind, &file.url)));
    let mut extras: Vec<Wanted<'a>> = Vec::new();
    match model.output {
        Output::Image => {
            if let [_] = files.as_slice() {
                wanted.extend(as_one(MessageKind::Photo));
            } else {
                wanted.extend(albums(files.iter().map(|file| file.url.as_str()), MessageKind::Photo));
                wanted.push(captioned(Wanted::of(MessageKind::Text)));
            }
            extras.extend(albums(files.iter().map(|file| file.url.as_str()), MessageKind::Document));
        }
        Output::Video => wanted.extend(as_one(MessageKind::Video)),
        Output::Audio => {
            wanted.extend(files.iter().map(|file| {
                let kind = if is_played(&file.url) { MessageKind::Audio } else { MessageKind::Document };
                Wanted { track: Some(file), ..captioned(Wanted::file(kind, &file.url)) }
            }));
            let mut covers: Vec<&str> = Vec::new();
            for cover in files.iter().filter_map(|file| file.cover_url.as_deref()) {
                if !covers.contains(&cover) {
                    covers.push(cover);
                }
            }
            extras.extend(albums(covers.into_iter(), MessageKind::Photo));
        }
        Output::Text => wanted.extend(as_one(MessageKind::Document)),
    }
    if let Some(last) = wanted.last_mut() {
        last.has_buttons = true;
    }
    wanted.extend(extras);
    wanted
}

/// Files in albums as large as they get.
fn albums<'a>(urls: impl Iterator<Item = &'a str>, kind: MessageKind) -> Vec<Wanted<'a>> {
    let urls: Vec<&str> = urls.collect();
    let album = |album: &[&'a str]| {
        let in_album = album.len() > 1;
        album.iter().map(|url| Wanted { in_album, ..Wanted::file(kind, url) }).collect::<Vec<_>>()
    };
    urls.chunks(ALBUM_MAX).flat_map(album).collect()
}

fn one_message(
    house: &House,
    model: &Model,
    done: &Done,
    message: &ChatMessage,
    wanted: &Wanted<'_>,
    bytes: &BTreeMap<&str, Vec<u8>>,
) -> Result<(), String> {
    if let Some(url) = wanted.url {
        let media = message.media.as_ref().ok_or("no file")?;
        let came = house.telegram.file(&media.file_id).ok_or("a file that Telegram does not have")?.1;
        let is_same = bytes.get(url).is_some_and(|bytes| *bytes == *came);
        holds(is_same, || format!("{} bytes that are not those of {url}", came.len()))?;
        if let Some(track) = wanted.track.filter(|_| wanted.kind == MessageKind::Audio) {
            played(model, done, media, track)?;
        }
    }
    if let Some(words) = wanted.words {
        holds(message.text.contains(words.trim()), || format!("{words:?} is not in {:?}", message.text))?;
    }
    if wanted.is_captioned {
        caption(model, done, &message.text)?;
    }
    same("in an album", &message.media_group_id.is_some(), &wanted.in_album)?;
    let labels: Vec<&str> = message.keyboard.iter().flatten().map(|button| button.label.as_str()).collect();
    if !wanted.has_buttons {
        return same("buttons", &labels, &Vec::new());
    }
    let missing = ["button-again", "button-receipt", "button-menu"].map(words);
    let missing: Vec<&String> = missing.iter().filter(|words| !labels.iter().any(|label| label == words)).collect();
    holds(missing.is_empty(), || format!("no {missing:?} among {labels:?}"))
}

/// Music has a title (KIE's, the first words of the order, or else the model's name) and, if KIE told it, a length.
fn played(model: &Model, done: &Done, media: &Media, track: &ResultFile) -> Result<(), String> {
    holds(PLAYED.contains(&media.media_type.as_str()), || format!("{} as music", media.media_type))?;
    let inputs = model.inputs().iter().filter_map(|input| done.form.inputs.get(&input.name));
    let text = |value: &Value| match value {
        Value::Text(text) => Some(text.split_whitespace().collect::<Vec<_>>().join(" ")),
        _ => None,
    };
    let mut words = inputs.filter_map(|value| match value {
        Value::Objects(objects) => objects.first()?.iter().find_map(|(_, value)| text(value)),
        value => text(value),
    });
    let own = words.next().unwrap_or_else(|| model.title.en.clone()).chars().take(TITLE_MAX).collect::<String>();
    let title = track.title.clone().unwrap_or(own).trim().to_owned();
    same("the title", &media.title, &Some(title))?;
    let seconds = track.duration_ms.and_then(|millis| u64::try_from(millis / 1000).ok());
    holds(seconds.is_none_or(|seconds| seconds == media.duration), || format!("{} s of {seconds:?}", media.duration))
}

/// The model's name, and what was charged.
fn caption(model: &Model, done: &Done, text: &str) -> Result<(), String> {
    let mut lines = text.lines();
    same("the first line", &lines.next(), &Some(model.title.en.as_str()))?;
    let told = lines.next().and_then(|line| line.split(" · ").next()).unwrap_or_default();
    same("the price that is told", &kopecks(told)?, &charged(done))
}

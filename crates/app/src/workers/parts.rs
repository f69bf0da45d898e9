//! How a result is delivered: which items in which order. Pure, so that a part's number means the same after a crash.

use domain::generation::Generation;
use domain::models::{Catalog, Output};
use domain::ports::{DeliverItem, Media, MediaKind, Source};
use domain::screen::{Screen, Text};

use crate::screens::{caption, result_buttons};
use crate::texts::Words;

/// Telegram's albums hold two to ten.
const ALBUM_MAX: usize = 10;
/// A text result longer than this goes out in several messages; the adapter splits it.
const TEXT_MAX: usize = 12_000;

/// One part of a result's delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    /// What is sent.
    pub(super) what: What,
    /// Whether the generation counts as delivered only with it; others are a bonus.
    pub(super) main: bool,
}

/// What one part sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// A file or an album.
    Files(DeliverItem),
    /// Words.
    Words(Screen),
}

/// The parts of a generation's result, in order. Never empty.
pub(super) fn plan(words: Words<'_>, catalog: &Catalog, generation: &Generation) -> Vec<Part> {
    let output = catalog.model(&generation.model).map_or(Output::Image, |model| model.output);
    let caption = caption(words, catalog, generation);
    let buttons = result_buttons(words, generation);
    let Some(success) = generation.state.success() else { return Vec::new() };
    let results = &success.results;
    let kind = match output {
        Output::Image => MediaKind::Photo,
        Output::Video => MediaKind::Video,
        Output::Audio => MediaKind::Audio,
        Output::Text => MediaKind::Document,
    };
    let media = |kind: MediaKind| -> Vec<Media> {
        let file = |(at, file): (usize, &domain::generation::ResultFile)| Media {
            kind,
            source: Source::Url(file.url.clone()),
            title: file.title.clone(),
            file_name: Some(format!("{}-{}.{}", generation.id, at + 1, file_extension(&file.url, kind))),
            duration_s: file.duration_ms.and_then(|ms| u32::try_from(ms / 1000).ok()),
        };
        results.files.iter().enumerate().map(file).collect()
    };
    let files = |media: Vec<Media>, caption: Text, keyboard, main| Part {
        what: What::Files(DeliverItem { media, caption, keyboard }),
        main,
    };
    let mut parts = Vec::new();
    if let Some(text) = &results.text {
        let mut said = caption.clone();
        said.extend(Text::plain(format!("\n\n{}", text.chars().take(TEXT_MAX).collect::<String>())));
        parts.push(Part { what: What::Words(Screen { text: said, keyboard: buttons.clone() }), main: true });
    }
    match (kind, results.files.len()) {
        (_, 0) => {}
        (MediaKind::Photo, 1) => parts.push(files(media(kind), caption, buttons, true)),
        (MediaKind::Photo, _) => {
            for album in media(kind).chunks(ALBUM_MAX) {
                parts.push(files(album.to_vec(), Text::default(), Vec::new(), true));
            }
            // An album bears no buttons: they come under a line of their own.
            parts.push(Part { what: What::Words(Screen { text: caption, keyboard: buttons }), main: true });
        }
        (kind, count) => {
            for (at, one) in media(kind).into_iter().enumerate() {
                let last = at + 1 == count;
                let keyboard = if last { buttons.clone() } else { Vec::new() };
                parts.push(files(vec![one], caption.clone(), keyboard, true));
            }
        }
    }
    if kind == MediaKind::Photo {
        // Telegram compresses photos: the originals come as documents.
        for album in media(MediaKind::Document).chunks(ALBUM_MAX) {
            parts.push(files(album.to_vec(), Text::default(), Vec::new(), false));
        }
    }
    if parts.is_empty() {
        let mut text = words.text("result-unknown", &[]);
        text.extend(Text::plain("\n"));
        parts
            .push(Part { what: What::Words(Screen { text, keyboard: result_buttons(words, generation) }), main: true });
    }
    parts
}

/// The words with links for what no form of Telegram takes.
pub(super) fn links(words: Words<'_>, item: &DeliverItem) -> Screen {
    let mut text = words.text("result-links", &[]);
    for media in &item.media {
        if let Source::Url(url) = &media.source {
            text.extend(Text(vec![domain::screen::Span {
                text: format!("\n{url}"),
                style: domain::screen::Style { link: Some(url.clone()), ..Default::default() },
            }]));
        }
    }
    Screen { text, keyboard: item.keyboard.clone() }
}

fn file_extension(url: &str, kind: MediaKind) -> String {
    let path = url.split(['?', '#']).next().unwrap_or(url);
    let name = path.rsplit('/').next().unwrap_or(path);
    match name.rsplit_once('.') {
        Some((_, extension)) if extension.len() <= 4 && extension.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
            extension.to_ascii_lowercase()
        }
        _ => match kind {
            MediaKind::Photo | MediaKind::Document => "png".to_owned(),
            MediaKind::Video => "mp4".to_owned(),
            MediaKind::Audio => "mp3".to_owned(),
        },
    }
}

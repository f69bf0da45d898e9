//! What a source does not say outright: the kind of a model, and whose it is. Both are told as guesses.

use domain::models::{Catalog, Kind, Media, Output, Vendor};

use super::field::{Field, Shape};
use super::sheet::Sheet;

/// A model's kind, what it can do besides, what comes back, and why we think so.
#[derive(Debug)]
pub(super) struct Guess {
    pub(super) kind: Kind,
    pub(super) also: Vec<Kind>,
    pub(super) output: Output,
    pub(super) why: String,
}

/// Words that name a kind, the most telling first.
const WORDS: &[(&str, Kind)] = &[
    ("watermark-remov", Kind::WatermarkRemoval),
    ("remove-background", Kind::BackgroundRemoval),
    ("background-removal", Kind::BackgroundRemoval),
    ("upscale", Kind::Upscale),
    ("audio-isolation", Kind::AudioIsolation),
    ("audio-to-audio", Kind::AudioIsolation),
    ("speech-to-text", Kind::SpeechToText),
    ("text-to-speech", Kind::TextToSpeech),
    ("text-to-dialogue", Kind::TextToSpeech),
    ("-tts", Kind::TextToSpeech),
    ("sound-effect", Kind::SoundEffect),
    ("avatar", Kind::Avatar),
    ("lip-sync", Kind::Avatar),
    ("lipsync", Kind::Avatar),
    ("speech-to-video", Kind::SpeechToVideo),
    ("from-audio", Kind::SpeechToVideo),
    ("audio-to-video", Kind::SpeechToVideo),
    ("video-to-video", Kind::VideoToVideo),
    ("video-edit", Kind::VideoToVideo),
    ("image-to-video", Kind::ImageToVideo),
    ("text-to-video", Kind::TextToVideo),
    ("image-edit", Kind::ImageEdit),
    ("image-to-image", Kind::ImageToImage),
    ("text-to-image", Kind::TextToImage),
    ("music", Kind::Music),
    ("song", Kind::Music),
    ("lyrics", Kind::Music),
];

pub(super) fn kind(sheet: &Sheet, fields: &[Field]) -> Guess {
    // Headings part words by blanks, registries by underscores.
    let spelled = |text: &str| format!("-{}-", text.to_lowercase().replace([' ', '_', '/', '.'], "-"));
    let (id, words) = (spelled(&sheet.id), spelled(&sheet.words));
    let in_id = WORDS.iter().find(|(word, _)| id.contains(word));
    // A section such as `Music Models` holds speech too: it is a hint only where nothing better is said.
    let in_words = || WORDS.iter().find(|(word, kind)| *kind != Kind::Music && words.contains(word));
    let (kind, why) = match in_id {
        Some((word, kind)) => (*kind, format!("`{}` in the id", word.trim_matches('-'))),
        None if id.ends_with("-edit-") => (by_section(&words, fields, true), "`edit` in the id".to_owned()),
        None => match in_words() {
            Some((word, kind)) => (*kind, format!("`{}` in the source's words", word.trim_matches('-'))),
            None => (by_section(&words, fields, false), "the menu's section and the inputs".to_owned()),
        },
    };
    let output = output(kind, sheet, &words, fields);
    let takes = |media| fields.iter().any(|field| !field.required && is_file(field, media));
    let also = match kind {
        Kind::TextToVideo if takes(Media::Image) => vec![Kind::ImageToVideo],
        Kind::TextToImage if takes(Media::Image) => vec![Kind::ImageEdit],
        _ => Vec::new(),
    };
    Guess { kind, also, output, why }
}

/// From what comes back and what must be given.
fn by_section(words: &str, fields: &[Field], edits: bool) -> Kind {
    let needs = |media| fields.iter().any(|field| field.required && is_file(field, media));
    let section = |name: &str| words.contains(&format!("-{name}-models-")) || words.contains(&format!("-{name}-"));
    if section("music") && !section("video") && !section("image") {
        return if needs(Media::Audio) { Kind::AudioIsolation } else { Kind::Music };
    }
    if section("video") {
        return match (needs(Media::Video) || edits, needs(Media::Audio), needs(Media::Image)) {
            (true, _, _) => Kind::VideoToVideo,
            (_, true, _) => Kind::SpeechToVideo,
            (_, _, true) => Kind::ImageToVideo,
            _ => Kind::TextToVideo,
        };
    }
    if needs(Media::Video) {
        Kind::VideoToVideo
    } else if needs(Media::Image) || edits {
        Kind::ImageEdit
    } else {
        Kind::TextToImage
    }
}

fn output(kind: Kind, sheet: &Sheet, words: &str, fields: &[Field]) -> Output {
    let possible = kind.outputs();
    let said = sheet.output.as_deref().and_then(Output::from_name).filter(|output| possible.contains(output));
    let takes_video = fields.iter().any(|field| is_file(field, Media::Video));
    let video = possible.contains(&Output::Video) && (takes_video || words.contains("video"));
    let first = possible.first().copied().unwrap_or(Output::Image);
    // A song comes back as a video only where that is said.
    said.unwrap_or(if video && kind != Kind::Music { Output::Video } else { first })
}

fn is_file(field: &Field, media: Media) -> bool {
    matches!(&field.shape, Shape::Files(files) if files.media == media)
}

/// The vendor of the catalog's model whose id is most alike, if it begins with the same word; else one out of the source's words.
pub(super) fn vendor(sheet: &Sheet, catalog: &Catalog) -> Vendor {
    let first_word =
        |id: &str| id.split(|letter: char| !letter.is_ascii_alphabetic()).next().unwrap_or_default().to_lowercase();
    let own = first_word(&sheet.id);
    let shared = |id: &str| id.bytes().zip(sheet.id.bytes()).take_while(|(a, b)| a == b).count();
    let relatives = catalog.all().filter(|model| !own.is_empty() && first_word(&model.id.0) == own);
    // The first of the nearest, so that the order of the files decides between equals.
    let nearest = relatives.reduce(|best, model| if shared(&model.id.0) > shared(&best.id.0) { model } else { best });
    if let Some(model) = nearest {
        return model.vendor.clone();
    }
    let family = sheet.id.split('/').next().unwrap_or(&sheet.id);
    let name = sheet.vendor.clone().unwrap_or_else(|| family.to_owned());
    let known = catalog.all().map(|model| &model.vendor).find(|vendor| vendor.name.eq_ignore_ascii_case(&name));
    known.cloned().unwrap_or_else(|| Vendor { slug: slug(&name), name })
}

fn slug(name: &str) -> String {
    let words = name.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let slug = words.collect::<Vec<_>>().join("-").to_lowercase();
    if slug.is_empty() { "new-vendor".to_owned() } else { slug }
}

//! Inputs that are files: told by name, format and description, with the limits that the source states.

use domain::models::Media;

use super::node::Node;
use super::{property, prose};

/// Files as an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Files {
    pub(super) media: Media,
    pub(super) list: bool,
    pub(super) min_items: Option<usize>,
    pub(super) max_items: Option<usize>,
    pub(super) max_file_mb: Option<usize>,
    pub(super) mime: Vec<String>,
    pub(super) max_seconds: Option<usize>,
    pub(super) max_total_seconds: Option<usize>,
}

const SORTS: [(Media, &[&str]); 3] = [
    (
        Media::Image,
        &["image", "images", "img", "photo", "photos", "picture", "pictures", "frame", "mask", "avatar", "face"],
    ),
    (Media::Video, &["video", "videos", "clip", "clips", "movie"]),
    (Media::Audio, &["audio", "audios", "sound", "song", "music", "recording"]),
];

/// The files that a text or a list of texts stands for; none if it is words.
pub(super) fn files(name: &str, schema: &Node, list: bool, reviews: &mut Vec<String>) -> Option<Files> {
    let description = property::description(schema);
    let parts = name_parts(name);
    let by_name = sort_of(parts.iter().map(String::as_str));
    let items = if list { schema.get("items").unwrap_or(schema) } else { schema };
    let linked = parts.iter().any(|part| matches!(part.as_str(), "url" | "urls" | "uri" | "link" | "links"))
        || [schema, items].iter().any(|node| matches!(node.text_of("format"), Some("uri" | "url" | "binary")));
    let told =
        description.to_lowercase().contains("url") || schema.any(&["accepted_formats", "max_file_size"]).is_some();
    // The predecessor calls its lists of files `image_input`.
    let named = by_name.is_some()
        && (told || parts.last().is_some_and(|part| matches!(part.as_str(), "input" | "file" | "files")));
    if !linked && !named {
        return None;
    }
    let media = by_name.or_else(|| sort_of_prose(description)).unwrap_or_else(|| {
        reviews.push("a link to a file of which sort? The source does not say".to_owned());
        Media::Document
    });
    Some(limits(media, list, schema, reviews))
}

fn limits(media: Media, list: bool, schema: &Node, reviews: &mut Vec<String>) -> Files {
    let formats = schema.any(&["accepted_formats"]).map(Node::items).unwrap_or_default();
    let stated = formats.iter().filter_map(Node::text).collect::<Vec<_>>().join(" ");
    let size = schema.any(&["max_file_size"]).and_then(Node::text).unwrap_or_default();
    let text = format!("{} {stated} {size}", property::description(schema));

    let megabytes = prose::megabytes(&text);
    if megabytes.len() > 1 {
        reviews.push("the description speaks of several sizes in MB; this is the smallest".to_owned());
    }
    let (each, total) = if matches!(media, Media::Video | Media::Audio) { prose::seconds(&text) } else { (None, None) };
    if each.is_some() || total.is_some() {
        reviews.push("the lengths are read from the description's words: check them".to_owned());
    } else if matches!(media, Media::Video | Media::Audio) {
        reviews.push("the source bounds no length; a price by its seconds needs `max_seconds`".to_owned());
    }
    let max_items = list.then(|| property::most_items(schema).or_else(|| prose::items(&text))).flatten();
    if list && max_items.is_none() {
        reviews.push("the source does not say how many files; without `max_items` it is an album of 10".to_owned());
    }
    let min_items = property::fewest_items(schema).filter(|fewest| list && *fewest > 1);
    Files {
        media,
        list,
        min_items: min_items.filter(|fewest| max_items.is_none_or(|most| *fewest <= most)),
        max_items,
        max_file_mb: megabytes.first().copied(),
        mime: prose::mimes(&text, media),
        max_seconds: each,
        max_total_seconds: total.filter(|_| list),
    }
}

/// `firstFrame_url` is `first`, `frame`, `url`.
pub(super) fn name_parts(name: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut after_small = false;
    for letter in name.chars() {
        if !letter.is_ascii_alphanumeric() || (letter.is_ascii_uppercase() && after_small) {
            parts.push(String::new());
        }
        after_small = letter.is_ascii_lowercase();
        if !letter.is_ascii_alphanumeric() {
            continue;
        }
        if let Some(part) = parts.last_mut() {
            part.push(letter.to_ascii_lowercase());
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// The sort that the last telling word names: `video_cover_image_url` is a picture.
fn sort_of<'a>(words: impl DoubleEndedIterator<Item = &'a str>) -> Option<Media> {
    words.rev().find_map(|word| SORTS.iter().find(|(_, names)| names.contains(&word)).map(|(media, _)| *media))
}

/// The sort that a description names first.
fn sort_of_prose(text: &str) -> Option<Media> {
    let text = text.to_lowercase();
    let words = text.split(|letter: char| !letter.is_ascii_alphanumeric()).collect::<Vec<_>>();
    sort_of(words.into_iter().rev())
}

//! The shapes that a result comes in. Tolerant: the first known key that leads to something wins.

use domain::generation::{ResultFile, Results};
use serde_json::{Map, Value};

use crate::decimal;

/// Files of one result; more is no result of any model.
pub(crate) const FILES_MAX: usize = 100;
/// The longest address that is taken for one.
pub(crate) const URL_BYTES_MAX: usize = 4096;
/// How deep containers are looked into: `response` / `data` / a track, and a JSON text round each.
const DEPTH_MAX: usize = 8;
/// The longest text that is kept of a shape that nobody knows.
pub(crate) const UNKNOWN_BYTES_MAX: usize = 16 * 1024;

/// Lists of addresses. Beside them stand `originUrls` and `resultWaterMarkUrls`, which nobody wants.
const LISTS: &[&str] = &["resultUrls", "result_urls", "maskUrls", "mask_urls", "segments"];
/// Lists of tracks, and objects that hold one of the other keys.
const CONTAINERS: &[&str] =
    &["data", "sunoData", "suno_data", "info", "videoInfo", "response", "resultInfoJson", "resultObject"];
/// The main file of an object, best first; a still picture is the main file only if nothing else is.
const MAIN: &[&str] = &[
    "resultUrl",
    "result_url",
    "resultVideoUrl",
    "videoUrl",
    "video_url",
    "audio_url",
    "audioUrl",
    "source_audio_url",
    "sourceAudioUrl",
    "audioWavUrl",
    "audio_wav_url",
    "resultImageUrl",
    "result_image_url",
    "stream_audio_url",
    "streamAudioUrl",
    "maskUrl",
    "imageUrl",
    "image_url",
];
/// Files that belong together, all of them.
const STEMS: &[&str] = &["vocalUrl", "vocal_url", "instrumentalUrl", "instrumental_url"];
const COVERS: &[&str] = &["image_url", "imageUrl", "resultImageUrl"];

/// What a task has made, by the first of these that tells it. `raw` is asked for the text to keep if none of the known shapes is there.
pub(crate) fn decode(said: &[&Value], raw: impl FnOnce() -> String) -> Results {
    for said in said {
        let mut found = Results::default();
        gather(said, &mut found, 0);
        if has_some(&found) {
            return found;
        }
    }
    Results { unknown: Some(cut(&raw(), UNKNOWN_BYTES_MAX).to_owned()), ..Results::default() }
}

/// The list under `key` of a result that may be text; empty if there is none.
pub(crate) fn parts(result: &Value, key: &str) -> Vec<Value> {
    let list = opened(result).and_then(|result| opened(result.get(key)?));
    if let Some(Value::Array(parts)) = list { parts } else { Vec::new() }
}

/// The value, or the JSON in it if it is text.
pub(crate) fn opened(value: &Value) -> Option<Value> {
    match value {
        Value::String(text) => serde_json::from_str(text).ok(),
        value => Some(value.clone()),
    }
}

const fn has_some(found: &Results) -> bool {
    !found.files.is_empty() || found.text.is_some()
}

fn gather(value: &Value, found: &mut Results, depth: usize) {
    if depth > DEPTH_MAX {
        return;
    }
    match value {
        Value::String(text) => match nested(text) {
            Some(inner) => gather(&inner, found, depth + 1),
            None if is_url(text) => push(found, bare(text)),
            None => {}
        },
        Value::Array(items) => items.iter().for_each(|item| gather(item, found, depth + 1)),
        Value::Object(map) => {
            let own = object(map, depth);
            own.files.into_iter().for_each(|file| push(found, file));
            add_text(found, None, own.text.as_deref().unwrap_or(""));
        }
        _ => {}
    }
}

/// What one object holds, found for itself: what was found before it must not hide it.
fn object(map: &Map<String, Value>, depth: usize) -> Results {
    let mut found = Results::default();
    for key in LISTS {
        if let Some(list) = map.get(*key) {
            gather(list, &mut found, depth + 1);
        }
        if !found.files.is_empty() {
            return found;
        }
    }
    for url in STEMS.iter().filter_map(|key| url_at(map, key)) {
        push(&mut found, bare(url));
    }
    if !found.files.is_empty() {
        return found;
    }
    if let Some(file) = track(map) {
        push(&mut found, file);
        return found;
    }
    for key in CONTAINERS {
        match map.get(*key) {
            Some(Value::String(text)) if *key == "resultObject" && nested(text).is_none() => {
                add_text(&mut found, None, text)
            }
            Some(inner) => gather(inner, &mut found, depth + 1),
            None => {}
        }
        if has_some(&found) {
            return found;
        }
    }
    if let Some(Value::Array(verses)) = map.get("lyricsData") {
        verses.iter().for_each(|verse| gather(verse, &mut found, depth + 1));
    } else if let Some(text) = map.get("text").and_then(Value::as_str) {
        add_text(&mut found, map.get("title").and_then(Value::as_str), text);
    }
    found
}

fn bare(url: &str) -> ResultFile {
    ResultFile { url: url.to_owned(), title: None, cover_url: None, duration_ms: None }
}

/// An object with an address: a track, a video with its cover, a single file.
fn track(map: &Map<String, Value>) -> Option<ResultFile> {
    let url = MAIN.iter().find_map(|key| url_at(map, key))?;
    let cover_url = COVERS.iter().find_map(|key| url_at(map, key)).filter(|cover| *cover != url);
    let title = map.get("title").and_then(Value::as_str).map(str::trim).filter(|title| !title.is_empty());
    // Suno gives seconds with a fraction.
    let duration_ms = map.get("duration").and_then(|seconds| decimal::scaled(seconds, 3)).filter(|ms| *ms > 0);
    Some(ResultFile {
        url: url.to_owned(),
        title: title.map(str::to_owned),
        cover_url: cover_url.map(str::to_owned),
        duration_ms,
    })
}

fn url_at<'a>(map: &'a Map<String, Value>, key: &str) -> Option<&'a str> {
    map.get(key).and_then(Value::as_str).filter(|text| is_url(text))
}

fn push(found: &mut Results, file: ResultFile) {
    let known = found.files.iter().any(|known| known.url == file.url);
    if !known && found.files.len() < FILES_MAX {
        found.files.push(file);
    }
}

/// Several texts (two versions of lyrics) become one, with an empty line between.
fn add_text(found: &mut Results, title: Option<&str>, text: &str) {
    let (title, text) = (title.unwrap_or("").trim(), text.trim());
    if text.is_empty() {
        return;
    }
    let whole = if title.is_empty() { text.to_owned() } else { format!("{title}\n\n{text}") };
    found.text = Some(match found.text.take() {
        Some(before) => format!("{before}\n\n{whole}"),
        None => whole,
    });
}

/// The JSON in a text, if it is an object or a list.
fn nested(text: &str) -> Option<Value> {
    let text = text.trim();
    text.starts_with(['{', '[']).then(|| serde_json::from_str(text).ok()).flatten()
}

fn is_url(text: &str) -> bool {
    text.len() <= URL_BYTES_MAX
        && !text.contains(|c: char| c.is_whitespace() || c.is_control())
        && ["https://", "http://"].iter().any(|scheme| text.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty()))
}

/// At most this many bytes from the start, whole characters only.
fn cut(text: &str, bytes_max: usize) -> &str {
    &text[..text.floor_char_boundary(bytes_max)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn files(value: &Value) -> Vec<String> {
        decode(&[value], String::new).files.into_iter().map(|file| file.url).collect()
    }

    #[test]
    fn every_known_shape_leads_to_its_files() {
        let table = [
            (json!({"resultUrls": ["https://a/1", "https://a/2"]}), vec!["https://a/1", "https://a/2"]),
            (
                json!({"resultUrls": ["https://a/1", "https://a/1", "", 5, null, "ftp://a", "no url"]}),
                vec!["https://a/1"],
            ),
            (json!({"resultUrls": "[\"https://a/1\"]"}), vec!["https://a/1"]),
            (json!({"resultUrls": "https://a/1"}), vec!["https://a/1"]),
            (json!({"result_urls": ["https://a/1"]}), vec!["https://a/1"]),
            (json!({"resultUrls": [], "resultUrl": "https://a/1"}), vec!["https://a/1"]),
            (json!({"resultUrls": ["https://a/1"], "resultWaterMarkUrls": ["https://a/w"]}), vec!["https://a/1"]),
            (json!({"resultUrls": ["https://a/1"], "originUrls": ["https://a/o"]}), vec!["https://a/1"]),
            (
                json!({"resultUrls": [{"resultUrl": "https://a/1"}, {"resultUrl": "https://a/2"}]}),
                vec!["https://a/1", "https://a/2"],
            ),
            (json!({"videoUrl": "https://a/v", "imageUrl": "https://a/i"}), vec!["https://a/v"]),
            (json!({"videoInfo": {"videoUrl": "https://a/v", "imageUrl": "https://a/i"}}), vec!["https://a/v"]),
            (json!({"resultImageUrl": "https://a/i", "originImageUrl": "https://a/o"}), vec!["https://a/i"]),
            (json!({"audioWavUrl": "https://a/w"}), vec!["https://a/w"]),
            (json!({"vocalUrl": "https://a/v", "instrumentalUrl": "https://a/i"}), vec!["https://a/v", "https://a/i"]),
            (json!({"info": {"result_urls": ["https://a/1"]}}), vec!["https://a/1"]),
            (
                json!({"sunoData": [{"audioUrl": "https://a/1"}, {"audioUrl": "https://a/2"}]}),
                vec!["https://a/1", "https://a/2"],
            ),
            (json!({"resultObject": {"mask_urls": ["https://a/m"]}}), vec!["https://a/m"]),
            (
                json!({"resultObject": {"segments": [{"maskUrl": "https://a/m", "name": "subject"}]}}),
                vec!["https://a/m"],
            ),
            (json!("{\"resultUrls\":[\"https://a/1\"]}"), vec!["https://a/1"]),
            (json!(["https://a/1"]), vec!["https://a/1"]),
        ];
        for (value, expected) in table {
            assert_eq!(files(&value), expected, "{value}");
        }
    }

    #[test]
    fn tracks_keep_title_cover_and_length() {
        let found = decode(
            &[&json!({"data": [
                {"id": "1", "audio_url": "https://a/1.mp3", "stream_audio_url": "https://a/s", "image_url": "https://a/1.jpg", "title": "One", "duration": 198.44},
                {"id": "2", "audio_url": "", "stream_audio_url": "https://a/s2", "image_url": "", "title": " ", "duration": "60"},
            ]})],
            String::new,
        );
        let [first, second] = found.files.as_slice() else { panic!("{found:?}") };
        assert_eq!((first.url.as_str(), first.title.as_deref()), ("https://a/1.mp3", Some("One")));
        assert_eq!((first.cover_url.as_deref(), first.duration_ms), (Some("https://a/1.jpg"), Some(198_440)));
        assert_eq!((second.url.as_str(), second.title.as_deref()), ("https://a/s2", None));
        assert_eq!((second.cover_url.as_deref(), second.duration_ms), (None, Some(60_000)));
    }

    #[test]
    fn texts_are_joined_with_their_titles() {
        let text = |value: &Value| decode(&[value], String::new).text;
        let lyrics =
            json!({"resultObject": {"lyricsData": [{"title": "A", "text": "la\nla"}, {"text": "lo"}, {"text": ""}]}});
        assert_eq!(text(&lyrics).as_deref(), Some("A\n\nla\nla\n\nlo"));
        assert_eq!(text(&json!({"resultObject": {"text": "hello", "language_code": "en"}})).as_deref(), Some("hello"));
        assert_eq!(text(&json!({"resultObject": "hello"})).as_deref(), Some("hello"));
        assert_eq!(text(&json!({"resultObject": "{\"text\":\"hello\"}"})).as_deref(), Some("hello"));
    }

    #[test]
    fn the_parsed_response_is_preferred_and_the_text_is_the_fallback() {
        let text = json!("{\"resultUrls\":[\"https://a/text\"]}");
        let url = |response: &Value| decode(&[response, &text], String::new).files[0].url.clone();
        assert_eq!(url(&json!({"resultUrls": ["https://a/object"]})), "https://a/object");
        for empty in [json!(null), json!({}), json!(""), json!({"resultUrls": []})] {
            assert_eq!(url(&empty), "https://a/text", "{empty}");
        }
    }

    #[test]
    fn a_shape_that_nobody_knows_is_kept_and_bounded() {
        let raw = "я".repeat(10_000);
        for value in [
            json!({}),
            json!({"resultUrls": []}),
            json!({"layers": [1]}),
            json!(5),
            json!("[[[[[[[[[[[["),
            json!("plain"),
        ] {
            let found = decode(&[&value], || raw.clone());
            assert!(found.files.is_empty() && found.text.is_none(), "{value}");
            assert_eq!(found.unknown.map(|text| text.len()), Some(UNKNOWN_BYTES_MAX), "{value}");
        }
    }

    #[test]
    fn depth_and_number_of_files_are_bounded() {
        let many: Vec<String> = (0..500).map(|at| format!("https://a/{at}")).collect();
        assert_eq!(files(&json!({ "resultUrls": many })).len(), FILES_MAX);
        let deep = (0..100).fold(json!("https://a/1"), |inner, _| json!([inner]));
        assert!(files(&deep).is_empty());
    }

    /// JSON of known and unknown keys, nested as JSON text now and then.
    fn any_json() -> impl Strategy<Value = Value> {
        let keys = LISTS.iter().chain(CONTAINERS).chain(MAIN).chain(STEMS).chain(&[
            "lyricsData",
            "text",
            "title",
            "duration",
            "x",
        ]);
        let key = proptest::sample::select(keys.map(|key| (*key).to_owned()).collect::<Vec<_>>());
        let leaf = prop_oneof![
            any::<Option<bool>>().prop_map(|leaf| json!(leaf)),
            any::<f64>().prop_map(|leaf| json!(leaf)),
            any::<String>().prop_map(Value::String),
            "https://a/[a-z]{0,3}".prop_map(Value::String),
        ];
        leaf.prop_recursive(6, 40, 5, move |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
                proptest::collection::vec((key.clone(), inner.clone()), 0..4)
                    .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
                inner.prop_map(|value| Value::String(value.to_string())),
            ]
        })
    }

    proptest! {
        #[test]
        fn whatever_is_said_something_bounded_is_found(response in any_json(), text in any_json()) {
            let found = decode(&[&response, &text], || text.to_string());
            prop_assert!(has_some(&found) != found.unknown.is_some());
            prop_assert!(found.files.len() <= FILES_MAX && found.files.iter().all(|file| is_url(&file.url)));
            prop_assert!(found.unknown.is_none_or(|text| text.len() <= UNKNOWN_BYTES_MAX));
        }
    }
}

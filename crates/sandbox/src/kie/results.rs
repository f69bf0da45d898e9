//! What a successful task yields: the text of `resultJson`, and the size of its pictures.

use serde_json::{Map, Value, json};

use super::{
    schema::{Output, Shape},
    task::Task,
};

/// Pictures asked for at once; more is nothing that a model offers.
const LINKS_MAX: u64 = 10;
/// Pixels of every picture, whatever its aspect ratio: small enough to be drawn at once, large enough to be read.
const PICTURE_AREA: u32 = 640 * 640;

/// The parsed form of `resultJson`. docs.kie.ai, market model pages, 2026: links for nearly all models, an object for texts, two tracks for music.
pub(super) fn result_json(task: &Task, base_url: &str) -> Value {
    let link = |name: String| format!("{base_url}/files/results/{}/{name}", task.id);
    match task.shape {
        Shape::Links => {
            let count = task.input.get("n").and_then(Value::as_u64).unwrap_or(1).clamp(1, LINKS_MAX);
            let links: Vec<String> = (0..count).map(|at| link(format!("{at}.{}", suffix(task.output)))).collect();
            json!({ "resultUrls": links })
        }
        Shape::Object => {
            json!({ "resultObject": { "lyricsData": [lyrics(task, "Verse one"), lyrics(task, "Verse two")] } })
        }
        Shape::Tracks => {
            let track = |at: u32| {
                json!({
                    "id": format!("{}-{at}", task.id),
                    "audio_url": link(format!("{at}.mp3")),
                    "stream_audio_url": link(format!("{at}.mp3")),
                    "image_url": link(format!("{at}.png")),
                    "title": task.input.get("title").and_then(Value::as_str).unwrap_or("Local song"),
                    "prompt": task.prompt(),
                    "duration": 2.3,
                })
            };
            json!({ "data": [track(0), track(1)] })
        }
    }
}

/// Width and height in pixels, by the input that names a shape: `16:9`, `portrait_4_3`, `square_hd`. Square for anything else.
pub(super) fn picture_size(input: &Map<String, Value>) -> (u32, u32) {
    let named = ["aspect_ratio", "aspectRatio", "ratio", "image_size", "size"]
        .iter()
        .find_map(|name| input.get(*name)?.as_str());
    let (wide, high) = named.and_then(ratio).unwrap_or((1, 1));
    let width = (PICTURE_AREA * wide / high).isqrt();
    (width, width * high / wide)
}

/// Ratios beyond 1:4 are cut, so that no side becomes tiny.
fn ratio(name: &str) -> Option<(u32, u32)> {
    let (left, right) = match name.split_once(':') {
        Some((left, right)) => (left, right),
        None => match name.split_once('_')? {
            ("portrait" | "landscape", sides) => sides.split_once('_')?,
            _ => return None,
        },
    };
    let (left, right): (u32, u32) = (left.parse().ok()?, right.parse().ok()?);
    if left == 0 || right == 0 || left > 100 || right > 100 {
        return None;
    }
    // `portrait_4_3` names the long side first, though the picture stands; ratios with a colon are width to height.
    let (wide, high) = if name.starts_with("portrait") { (left.min(right), left.max(right)) } else { (left, right) };
    Some((wide.min(high * 4), high.min(wide * 4)))
}

const fn suffix(output: Output) -> &'static str {
    match output {
        Output::Image => "png",
        Output::Video => "mp4",
        Output::Audio => "mp3",
        Output::Text => "txt",
    }
}

fn lyrics(task: &Task, title: &str) -> Value {
    json!({ "title": title, "text": format!("[{title}]\n{}", task.prompt()), "status": "complete", "errorMessage": "" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ratio_decides_the_size() {
        let size = |name: &str| picture_size(json!({ "aspect_ratio": name }).as_object().expect("object"));
        assert_eq!(size("1:1"), (640, 640));
        assert_eq!(size("16:9"), (853, 479));
        assert_eq!(size("9:16"), (480, 853));
        assert_eq!(size("portrait_4_3"), (554, 738));
        assert_eq!(size("landscape_16_9"), (853, 479));
        for odd in ["auto", "0:1", "square_hd", "a:b", "1:1000", ""] {
            assert_eq!(size(odd), (640, 640), "{odd}");
        }
    }
}

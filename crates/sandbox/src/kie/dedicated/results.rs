//! What a successful task of an older endpoint yields: the object that its record holds as `response`, or as Runway's `videoInfo`.

use serde_json::{Value, json};

use super::{Family, record::text_time};
use crate::kie::task::Task;

/// Pictures of one 4o task at most.
const PICTURES_MAX: u64 = 4;
/// Songs of one task.
const SONGS: usize = 2;

/// The family's result of a task that has ended well.
pub(in crate::kie) fn result(task: &Task, family: Family, base_url: &str) -> Value {
    let link = |name: &str| link(task, base_url, name);
    match family {
        Family::Veo => json!({
            "taskId": task.id,
            "resultUrls": [link("0.mp4")],
            "originUrls": [link("origin.mp4")],
            "resolution": text(task, "resolution").unwrap_or("720p"),
            "hasAudioList": [true],
            "seeds": [task.input.get("seeds").cloned().unwrap_or(json!(10_000))],
        }),
        Family::Runway => json!({
            "videoId": format!("{}-video", task.id),
            "taskId": task.id,
            "videoUrl": link("0.mp4"),
            "imageUrl": link("0.png"),
        }),
        Family::Aleph => {
            json!({ "taskId": task.id, "resultVideoUrl": link("0.mp4"), "resultImageUrl": link("0.png") })
        }
        Family::FluxKontext => json!({ "originImageUrl": link("origin.png"), "resultImageUrl": link("0.png") }),
        Family::FourOImage => {
            let count = task.input.get("nVariants").and_then(Value::as_u64).unwrap_or(1).clamp(1, PICTURES_MAX);
            let links: Vec<String> = (0..count).map(|at| link(&format!("{at}.png"))).collect();
            json!({ "resultUrls": links })
        }
        Family::Suno => songs(task, base_url, SONGS),
        Family::SunoLyrics => {
            json!({ "taskId": task.id, "data": [lyrics(task, "Verse one"), lyrics(task, "Verse two")] })
        }
    }
}

/// The songs of a task of which the first `ready` have their file; the others can only be listened to, once there is one.
pub(super) fn songs(task: &Task, base_url: &str, ready: usize) -> Value {
    let version = text(task, "model").unwrap_or("V5").to_lowercase().replace('_', "-");
    let song = |at: usize| {
        let is_ready = at < ready;
        let file = link(task, base_url, &format!("{at}.mp3"));
        json!({
            "id": format!("{}-{at}", task.id),
            "audioUrl": if is_ready { file.as_str() } else { "" },
            "streamAudioUrl": if ready > 0 { file.as_str() } else { "" },
            "imageUrl": link(task, base_url, &format!("{at}.png")),
            "prompt": task.prompt(),
            "modelName": format!("chirp-{version}"),
            "title": text(task, "title").unwrap_or("Local song"),
            "tags": text(task, "style").or_else(|| text(task, "tags")).unwrap_or_default(),
            "createTime": text_time(task.created),
            "duration": is_ready.then_some(2.3),
        })
    };
    json!({ "taskId": task.id, "sunoData": (0..SONGS).map(song).collect::<Vec<_>>() })
}

fn link(task: &Task, base_url: &str, name: &str) -> String {
    format!("{base_url}/files/results/{}/{name}", task.id)
}

fn text<'a>(task: &'a Task, name: &str) -> Option<&'a str> {
    task.input.get(name).and_then(Value::as_str)
}

fn lyrics(task: &Task, title: &str) -> Value {
    json!({ "title": title, "text": format!("[{title}]\n{}", task.prompt()), "status": "complete", "errorMessage": "" })
}

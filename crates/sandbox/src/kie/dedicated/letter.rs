//! The body of a callback, each family in its own form. Only the end is told, not Suno's steps between (`text`, `first`).

use serde_json::{Map, Value, json};

use super::{
    Family,
    record::{error_code, response},
};
use crate::kie::task::{Task, TaskState};

/// Names of a song's fields that a callback spells in another way than a record.
const SONG_NAMES: [(&str, &str); 4] = [
    ("audioUrl", "audio_url"),
    ("streamAudioUrl", "stream_audio_url"),
    ("imageUrl", "image_url"),
    ("modelName", "model_name"),
];

/// What is sent at the end of a task.
pub(in crate::kie) fn letter(task: &Task, family: Family) -> Value {
    let data = match family {
        Family::Veo => with_info(task, &response(task), &["resultUrls", "originUrls", "resolution"]),
        Family::FluxKontext => with_info(task, &response(task), &["originImageUrl", "resultImageUrl"]),
        Family::FourOImage => {
            let links = json!({ "result_urls": response(task)["resultUrls"] });
            with_info(task, &links, &["result_urls"])
        }
        Family::Runway => runway(task),
        Family::Aleph => aleph(task),
        Family::Suno => sunos(task, songs(task)),
        Family::SunoLyrics => sunos(task, response(task)["data"].clone()),
    };
    let mut letter = match (task.failure(), error_code(task)) {
        (Some((_, msg)), code) => json!({ "code": code, "msg": msg, "data": data }),
        (None, _) => json!({ "code": 200, "msg": "All generated successfully.", "data": data }),
    };
    if family == Family::Aleph {
        // docs.kie.ai, generate-aleph-video-callbacks: the only one whose task stands beside `data`.
        letter["taskId"] = json!(task.id);
    }
    letter
}

fn with_info(task: &Task, result: &Value, names: &[&str]) -> Value {
    let mut data = json!({ "taskId": task.id });
    if is_done(task) {
        let told = |name: &&str| Some(((*name).to_owned(), result.get(*name)?.clone()));
        data["info"] = Value::Object(names.iter().filter_map(told).collect());
    }
    data
}

fn runway(task: &Task) -> Value {
    let video = response(task);
    let text = |name: &str| video[name].as_str().unwrap_or_default().to_owned();
    json!({
        "task_id": task.id,
        "video_id": text("videoId"),
        "video_url": text("videoUrl"),
        "image_url": text("imageUrl"),
    })
}

fn aleph(task: &Task) -> Value {
    if !is_done(task) {
        return Value::Null;
    }
    let video = response(task);
    json!({ "result_video_url": video["resultVideoUrl"], "result_image_url": video["resultImageUrl"] })
}

fn sunos(task: &Task, made: Value) -> Value {
    let end = if is_done(task) { "complete" } else { "error" };
    json!({ "callbackType": end, "task_id": task.id, "data": made })
}

fn songs(task: &Task) -> Value {
    let mut made = response(task)["sunoData"].take();
    for song in made.as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut) {
        for (name, other) in SONG_NAMES {
            rename(song, name, other);
        }
    }
    made
}

fn rename(song: &mut Map<String, Value>, name: &str, other: &str) {
    if let Some(value) = song.remove(name) {
        song.insert(other.to_owned(), value);
    }
}

fn is_done(task: &Task) -> bool {
    task.state == TaskState::Success
}

//! Whole records of tasks that ended well, by the documented form of each family, and everything that is read from them.

use std::time::Duration;

use domain::generation::{ResultFile, Results};
use domain::ids::TaskId;
use domain::models::ApiFamily::{self, Aleph, FluxKontext, FourOImage, Runway, Suno, SunoLyrics, Veo};
use domain::ports::{Generator, TaskReport, TaskStatus};
use serde_json::{Value, json};

use super::CALLBACK;
use crate::server::{Answer, Server};

async fn asked(family: ApiFamily, data: &Value) -> TaskReport {
    let server = Server::start([Answer::data(data.clone())]).await;
    server.client_of_one_try().query(&TaskId("task-1".into()), family, Duration::from_secs(20)).await.unwrap()
}

async fn made(family: ApiFamily, data: &Value) -> Results {
    let report = asked(family, data).await;
    let TaskStatus::Succeeded(results) = report.status else { panic!("{family}: {report:?}") };
    results
}

fn file(url: &str) -> ResultFile {
    ResultFile { url: url.into(), title: None, cover_url: None, duration_ms: None }
}

fn files(files: Vec<ResultFile>) -> Results {
    Results { files, ..Results::default() }
}

/// The request as a record repeats it.
fn param() -> String {
    json!({"prompt": "a cat", "callBackUrl": CALLBACK}).to_string()
}

#[tokio::test]
async fn veo_gives_a_list_which_was_text_before() {
    let record = |urls: Value| {
        json!({
            "taskId": "task-1", "paramJson": param(), "successFlag": 1, "fallbackFlag": false, "errorCode": null, "errorMessage": "",
            "createTime": 1_757_574_164_000_i64, "completeTime": 1_757_574_264_500_i64,
            "response": {"taskId": "task-1", "resultUrls": urls, "originUrls": ["https://a/original.mp4"], "resolution": "1080p", "hasAudioList": [true], "seeds": [12345]},
        })
    };
    for urls in [json!(["https://a/1.mp4"]), json!("[\"https://a/1.mp4\"]"), json!("https://a/1.mp4")] {
        let report = asked(Veo, &record(urls.clone())).await;
        assert_eq!(report.status, TaskStatus::Succeeded(files(vec![file("https://a/1.mp4")])), "{urls}");
        assert_eq!(report.callback_url.as_deref(), Some(CALLBACK));
        assert_eq!((report.took_ms, report.cost), (Some(100_500), None));
    }
    let several = made(Veo, &record(json!(["https://a/1.mp4", "https://a/2.mp4"]))).await;
    assert_eq!(several, files(vec![file("https://a/1.mp4"), file("https://a/2.mp4")]));
}

#[tokio::test]
async fn runway_gives_a_video_with_its_cover() {
    let data = json!({
        "taskId": "task-1", "parentTaskId": "", "state": "success", "generateTime": "2025-08-15 14:30:45", "expireFlag": 0,
        "generateParam": {"prompt": "a cat", "imageUrl": "https://a/input.png", "expandPrompt": true},
        "videoInfo": {"videoId": "v", "taskId": "task-1", "videoUrl": "https://a/1.mp4", "imageUrl": "https://a/1.jpg"},
        "failCode": 0, "failMsg": "",
    });
    let expected = ResultFile { cover_url: Some("https://a/1.jpg".into()), ..file("https://a/1.mp4") };
    let report = asked(Runway, &data).await;
    assert_eq!(report.status, TaskStatus::Succeeded(files(vec![expected])));
    assert_eq!((report.callback_url, report.took_ms), (None, None));
}

#[tokio::test]
async fn aleph_gives_a_video_with_its_cover() {
    let data = json!({
        "taskId": "task-1", "paramJson": param(), "successFlag": 1, "completeTime": "2025-08-15 14:32:45", "createTime": "2025-08-15 14:30:45",
        "response": {"taskId": "task-1", "resultVideoUrl": "https://a/1.mp4", "resultImageUrl": "https://a/1.jpg"},
    });
    let expected = ResultFile { cover_url: Some("https://a/1.jpg".into()), ..file("https://a/1.mp4") };
    let report = asked(Aleph, &data).await;
    assert_eq!(report.status, TaskStatus::Succeeded(files(vec![expected])));
    assert_eq!((report.callback_url.as_deref(), report.took_ms), (Some(CALLBACK), Some(120_000)));
}

#[tokio::test]
async fn flux_kontext_gives_its_picture_and_not_the_original() {
    let response = json!({"originImageUrl": "https://a/original.png", "resultImageUrl": "https://a/1.png"});
    for response in [response.clone(), json!(response.to_string())] {
        let data = json!({"taskId": "task-1", "paramJson": param(), "successFlag": 1, "response": response});
        assert_eq!(made(FluxKontext, &data).await, files(vec![file("https://a/1.png")]));
    }
}

#[tokio::test]
async fn four_o_image_gives_a_list() {
    let data = json!({
        "taskId": "task-1", "paramJson": param(), "successFlag": 1, "status": "SUCCESS", "progress": "1.00",
        "response": {"resultUrls": ["https://a/1.png", "https://a/2.png"]},
    });
    assert_eq!(made(FourOImage, &data).await, files(vec![file("https://a/1.png"), file("https://a/2.png")]));
}

#[tokio::test]
async fn suno_gives_two_songs_with_titles_covers_and_lengths() {
    let song = |at: u8, duration: Value| {
        json!({
            "id": format!("song-{at}"), "audioUrl": format!("https://a/{at}.mp3"), "streamAudioUrl": format!("https://a/{at}"),
            "imageUrl": format!("https://a/{at}.jpg"), "prompt": "[Verse] la la", "modelName": "m", "title": format!("Song {at}"),
            "tags": "pop", "createTime": "2025-01-01 00:00:00", "duration": duration,
        })
    };
    let expected = |at: u8, duration_ms: i64| ResultFile {
        url: format!("https://a/{at}.mp3"),
        title: Some(format!("Song {at}")),
        cover_url: Some(format!("https://a/{at}.jpg")),
        duration_ms: Some(duration_ms),
    };
    for status in ["SUCCESS", "CALLBACK_EXCEPTION"] {
        let data = json!({
            "taskId": "task-1", "parentMusicId": "", "param": param(), "status": status, "type": "GENERATE", "errorCode": null, "errorMessage": null,
            "response": {"taskId": "task-1", "sunoData": [song(1, json!(198.44)), song(2, json!("201"))]},
        });
        let report = asked(Suno, &data).await;
        let songs = files(vec![expected(1, 198_440), expected(2, 201_000)]);
        assert_eq!(report.status, TaskStatus::Succeeded(songs), "{status}");
        assert_eq!(report.callback_url.as_deref(), Some(CALLBACK));
    }
}

#[tokio::test]
async fn sunos_lyrics_are_one_text_of_all_versions_that_are_there() {
    let data = json!({
        "taskId": "task-1", "param": param(), "status": "SUCCESS", "type": "LYRICS", "errorCode": null, "errorMessage": null,
        "response": {"taskId": "task-1", "data": [
            {"text": "[Verse]\nla", "title": "One", "status": "complete", "errorMessage": ""},
            {"text": "", "title": "Lost", "status": "failed", "errorMessage": "no"},
            {"text": "[Verse]\nlo", "title": "Two", "status": "complete", "errorMessage": ""},
        ]},
    });
    let text = Some("One\n\n[Verse]\nla\n\nTwo\n\n[Verse]\nlo".to_owned());
    assert_eq!(made(SunoLyrics, &data).await, Results { text, ..Results::default() });
}

#[tokio::test]
async fn a_cost_counts_when_a_family_tells_it() {
    for (written, expected) in [(json!(12.5), Some("12.5")), (json!(null), None), (json!(-1), None)] {
        let data = json!({"successFlag": 1, "creditsConsumed": written, "response": {"resultUrls": ["https://a/1"]}});
        let expected = expected.map(|credits| credits.parse().unwrap());
        assert_eq!(asked(Veo, &data).await.cost, expected, "{written}");
        let running = json!({"successFlag": 0, "creditsConsumed": written});
        assert_eq!(asked(Veo, &running).await.cost, None, "{written}");
    }
}

#[tokio::test]
async fn a_shape_that_nobody_knows_is_kept_without_our_request() {
    let table = [
        (Veo, json!({"successFlag": 1, "paramJson": param(), "response": {"new": 1}}), r#"{"new":1}"#),
        (
            Suno,
            json!({"status": "SUCCESS", "param": param(), "response": null}),
            r#"{"response":null,"status":"SUCCESS"}"#,
        ),
        (
            Runway,
            json!({"state": "success", "generateParam": {"prompt": "a cat"}, "videoInfo": {"new": 1}}),
            r#"{"new":1}"#,
        ),
    ];
    for (family, data, expected) in table {
        let unknown = made(family, &data).await.unknown.unwrap();
        assert_eq!(unknown, expected, "{family}");
    }
}

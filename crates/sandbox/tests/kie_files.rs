//! Files of the KIE simulator: uploads, results, download links.

mod kie_common;

use std::{sync::Arc, time::Duration};

use domain::clock::{ManualClock, SeededIds, Timestamp};
use kie_common::{KEY, client, create, ended, manual, post, start};
use reqwest::multipart::{Form, Part};
use sandbox::kie::{KieOptions, KieSimulator};
use serde_json::{Value, json};

fn form(bytes: &'static [u8], path: &'static str, name: &'static str) -> Form {
    let file = Part::bytes(bytes).file_name("photo.jpg").mime_str("image/jpeg").expect("a media type");
    Form::new().part("file", file).text("uploadPath", path).text("fileName", name)
}

async fn upload(kie: &KieSimulator, form: Form) -> Value {
    let url = format!("{}/api/file-stream-upload", kie.base_url());
    let answer = client().post(url).bearer_auth(KEY).multipart(form).send().await.expect("an answer");
    assert_eq!(answer.status(), 200);
    answer.json().await.expect("JSON")
}

async fn fetch(link: &str) -> (u16, String, Vec<u8>) {
    let answer = client().get(link).send().await.expect("an answer");
    let media_type = answer.headers()["content-type"].to_str().expect("ASCII").to_owned();
    (answer.status().as_u16(), media_type, answer.bytes().await.expect("a body").to_vec())
}

#[tokio::test]
async fn an_upload_is_answered_as_recorded_and_served_openly() {
    let kie = manual().await;
    let answer = upload(&kie, form(b"jpeg bytes", "kiebot/in puts", "кот 1.jpg")).await;
    assert_eq!((&answer["success"], &answer["code"]), (&json!(true), &json!(200)));
    let data = &answer["data"];
    assert_eq!((&data["success"], &data["fileName"]), (&json!(true), &json!("кот 1.jpg")));
    assert_eq!((&data["filePath"], &data["fileSize"]), (&json!("kiebot/in puts/кот 1.jpg"), &json!(10)));
    assert_eq!((&data["mimeType"], &data["uploadedAt"].as_str().map(str::len)), (&json!("image/jpeg"), &Some(24)));
    let link = data["downloadUrl"].as_str().expect("a link");
    assert!(link.is_ascii() && !link.contains(' '), "{link}");
    assert_eq!(fetch(link).await, (200, "image/jpeg".to_owned(), b"jpeg bytes".to_vec()));
}

#[tokio::test]
async fn the_same_path_and_name_goes_on_serving_the_old_bytes() {
    let kie = manual().await;
    let first = upload(&kie, form(b"old", "a", "b.jpg")).await;
    let second = upload(&kie, form(b"newer", "a", "b.jpg")).await;
    assert_eq!(first["data"]["downloadUrl"], second["data"]["downloadUrl"]);
    assert_eq!(second["data"]["fileSize"], 5, "the answer looks right");
    let link = second["data"]["downloadUrl"].as_str().expect("a link");
    assert_eq!(fetch(link).await.2, b"old");
}

#[tokio::test]
async fn incomplete_uploads_are_refused() {
    let kie = manual().await;
    let file = || Part::bytes(&b"x"[..]).file_name("a.png");
    let cases = [
        (Form::new().text("uploadPath", "a"), "file is required"),
        (Form::new().part("file", file()), "uploadPath is required"),
        (Form::new().part("file", file()).text("uploadPath", "/a"), "uploadPath must not begin or end with a slash"),
        (Form::new().part("file", file()).text("uploadPath", "a/"), "uploadPath must not begin or end with a slash"),
    ];
    for (form, msg) in cases {
        let answer = upload(&kie, form).await;
        assert_eq!(answer, json!({"success": false, "code": 400, "msg": msg, "data": null}));
    }
    let answer = post(&kie, "/api/file-stream-upload", &json!({})).await;
    assert_eq!((&answer["success"], &answer["code"]), (&json!(false), &json!(400)));
    let unnamed = upload(&kie, Form::new().part("file", file()).text("uploadPath", "a")).await;
    assert!(unnamed["data"]["fileName"].as_str().expect("a name").ends_with(".png"));
}

#[tokio::test]
async fn an_upload_is_a_good_input_link() {
    let kie = start(|_| {}).await;
    let answer = upload(&kie, form(b"photo", "in", "кот.jpg")).await;
    let body = json!({"model": "recraft/crisp-upscale", "input": {"image": answer["data"]["downloadUrl"]}});
    let id = create(&kie, &body).await;
    assert_eq!(ended(&kie, &id).await["state"], "success");
}

#[tokio::test]
async fn results_are_real_files_of_their_kind() {
    let kie = start(|_| {}).await;
    let picture = json!({"model": "z-image", "input": {"prompt": "Рыжий кот", "aspect_ratio": "9:16"}});
    let video = json!({"model": "wan/2-7-text-to-video", "input": {"prompt": "a", "duration": 2}});
    let speech = json!({"model": "elevenlabs/text-to-speech-turbo-2-5", "input": {"text": "Привет"}});
    let mut files = Vec::new();
    for body in [picture, video, speech] {
        let id = create(&kie, &body).await;
        let record = ended(&kie, &id).await;
        files.push(fetch(record["response"]["resultUrls"][0].as_str().expect("a link")).await);
    }
    assert_eq!((files[0].0, files[0].1.as_str()), (200, "image/png"));
    let info = png::Decoder::new(std::io::Cursor::new(&files[0].2)).read_info().expect("a PNG").info().clone();
    assert_eq!((info.width, info.height), (480, 853));
    assert_eq!((files[1].1.as_str(), &files[1].2[4..8]), ("video/mp4", &b"ftyp"[..]));
    assert_eq!((files[2].1.as_str(), &files[2].2[..4]), ("audio/mpeg", &[0xff, 0xf3, 0x44, 0xc4][..]));
}

#[tokio::test]
async fn only_ended_tasks_have_files() {
    let kie = manual().await;
    let id = kie_common::create_picture(&kie, "a").await;
    let base = kie.base_url();
    for path in [
        format!("results/{id}/0.png"),
        "results/none/0.png".to_owned(),
        "uploads/none".to_owned(),
        "direct/none".to_owned(),
    ] {
        assert_eq!(fetch(&format!("{base}/files/{path}")).await.0, 404, "{path}");
    }
    kie.complete(&id);
    let link = format!("{base}/files/results/{id}/0.png");
    assert_eq!(fetch(&link).await.0, 200);
    assert_eq!(client().head(&link).send().await.expect("an answer").status(), 200);
}

#[tokio::test]
async fn a_download_link_is_for_own_results_and_lives_twenty_minutes() {
    let clock = Arc::new(ManualClock::new(Timestamp::from_seconds(1_795_305_600)));
    let options =
        KieOptions { pace: KieOptions::quick().pace, ..KieOptions::new(clock.clone(), Arc::new(SeededIds::new(3))) };
    let kie = KieSimulator::start(options).await.expect("a free port");
    let id = kie_common::create_picture(&kie, "a").await;
    let record = ended(&kie, &id).await;
    let result = record["response"]["resultUrls"][0].as_str().expect("a link").to_owned();

    let answer = post(&kie, "/api/v1/common/download-url", &json!({"url": result})).await;
    let direct = answer["data"].as_str().expect("a bare text").to_owned();
    assert_eq!(fetch(&direct).await, fetch(&result).await);
    clock.advance(Duration::from_secs(20 * 60));
    assert_eq!(fetch(&direct).await.0, 404);
    assert_eq!(fetch(&result).await.0, 200);

    for foreign in
        ["https://example.com/a.png".to_owned(), format!("{}/files/results/none/0.png", kie.base_url()), String::new()]
    {
        let answer = post(&kie, "/api/v1/common/download-url", &json!({"url": foreign})).await;
        assert_eq!(answer, json!({"code": 422, "msg": "url is wrong", "data": null}), "{foreign}");
    }
}

//! Uploads, URLs, file ids, albums, downloads.

use std::time::Duration;

use sandbox::telegram::{IncomingMedia, MediaKind, MessageKind, ViolationKind};
use serde_json::{Value, json};

use crate::kit::{ANN, BEN, Bench, Hook, Reply, mp4, png};

const MEGABYTE: usize = 1024 * 1024;

fn to_ann() -> [(&'static str, String); 1] {
    [("chat_id", ANN.to_string())]
}

fn padded(mut head: Vec<u8>, length: usize) -> Vec<u8> {
    head.resize(length, 0);
    head
}

#[tokio::test]
async fn each_kind_of_file_is_uploaded_and_kept() {
    let bench = Bench::new().await;
    let table: [(&str, &str, &str, Vec<u8>, MessageKind); 6] = [
        ("sendPhoto", "photo", "a.png", png(800, 600), MessageKind::Photo),
        ("sendVideo", "video", "a.mp4", mp4(), MessageKind::Video),
        ("sendAnimation", "animation", "a.gif", b"GIF89a\x05\0\x06\0".to_vec(), MessageKind::Animation),
        ("sendAudio", "audio", "a.mp3", b"ID3....".to_vec(), MessageKind::Audio),
        ("sendVoice", "voice", "a.ogg", b"OggS....".to_vec(), MessageKind::Voice),
        ("sendDocument", "document", "a.txt", b"text".to_vec(), MessageKind::Document),
    ];
    for (method, field, name, bytes, kind) in table {
        let texts =
            [("chat_id", ANN.to_string()), ("caption", "<b>here</b>".to_owned()), ("parse_mode", "HTML".to_owned())];
        let (status, answer) = bench.upload(method, &texts, vec![(field, name, bytes.clone())]).await;
        assert_eq!((status, &answer["result"]["caption"]), (200, &json!("here")), "{method}: {answer}");
        let seen = bench.simulator.last_from_bot(ANN).expect("there");
        assert_eq!((seen.kind, seen.text.as_str()), (kind, "here"), "{method}");
        let media = seen.media.expect("a file");
        assert_eq!(bench.simulator.file(&media.file_id).map(|(_, kept)| kept.to_vec()), Some(bytes), "{method}");
        let file = &answer["result"][field];
        let id = if field == "photo" { &file[1]["file_id"] } else { &file["file_id"] };
        assert_eq!(*id, json!(media.file_id), "{method}: {answer}");
    }
    assert_eq!(bench.violations(), []);
}

#[tokio::test]
async fn details_of_a_film_and_a_song_are_kept() {
    let bench = Bench::new().await;
    let texts = [
        ("chat_id", ANN.to_string()),
        ("duration", "7".to_owned()),
        ("width", "640".to_owned()),
        ("height", "360".to_owned()),
        ("has_spoiler", "true".to_owned()),
    ];
    let (_, film) = bench.upload("sendVideo", &texts, vec![("video", "a.mp4", mp4())]).await;
    let video = &film["result"]["video"];
    assert_eq!(
        (&video["duration"], &video["width"], &video["file_name"], &video["mime_type"]),
        (&json!(7), &json!(640), &json!("a.mp4"), &json!("video/mp4"))
    );
    assert_eq!(film["result"]["has_media_spoiler"], json!(true));
    let texts = [("chat_id", ANN.to_string()), ("title", "Song".to_owned()), ("performer", "Me".to_owned())];
    let (_, song) = bench.upload("sendAudio", &texts, vec![("audio", "a.mp3", b"ID3".to_vec())]).await;
    assert_eq!(
        (&song["result"]["audio"]["title"], &song["result"]["audio"]["performer"]),
        (&json!("Song"), &json!("Me"))
    );
}

#[tokio::test]
async fn what_a_player_cannot_play_becomes_a_document() {
    let bench = Bench::new().await;
    let (_, answer) =
        bench.upload("sendAudio", &to_ann(), vec![("audio", "a.wav", b"RIFF\0\0\0\0WAVE".to_vec())]).await;
    assert_eq!(answer["result"]["document"]["mime_type"], "audio/wav");
    assert_eq!(answer["result"].get("audio"), None);
}

#[tokio::test]
async fn limits_of_uploads_are_kept() {
    let bench = Bench::new().await;
    let large = "Request Entity Too Large";
    let table: [(&str, &str, Vec<u8>, u16, &str); 6] = [
        ("sendPhoto", "photo", padded(png(9, 9), 10 * MEGABYTE + 1), 413, large),
        ("sendDocument", "document", padded(mp4(), 50 * MEGABYTE + 1), 413, large),
        ("sendPhoto", "photo", b"no picture".to_vec(), 400, "Bad Request: IMAGE_PROCESS_FAILED"),
        ("sendPhoto", "photo", png(9_000, 1_001), 400, "Bad Request: PHOTO_INVALID_DIMENSIONS"),
        ("sendPhoto", "photo", png(2_100, 100), 400, "Bad Request: PHOTO_INVALID_DIMENSIONS"),
        ("sendVideo", "video", Vec::new(), 400, "Bad Request: file must be non-empty"),
    ];
    for (method, field, bytes, status, description) in table {
        let (found, answer) = bench.upload(method, &to_ann(), vec![(field, "a.bin", bytes)]).await;
        assert_eq!((found, &answer["description"]), (status, &json!(description)), "{method}");
    }
    let (status, answer) =
        bench.upload("sendPhoto", &to_ann(), vec![("photo", "a.png", padded(png(9_000, 1_000), 10 * MEGABYTE))]).await;
    assert_eq!(status, 200, "{answer}");
    let caption = [("chat_id", ANN.to_string()), ("caption", "x".repeat(1025))];
    let (_, answer) = bench.upload("sendPhoto", &caption, vec![("photo", "a.png", png(9, 9))]).await;
    assert_eq!(answer["description"], "Bad Request: message caption is too long");
    assert_eq!(bench.simulator.messages(ANN).len(), 1);
}

#[tokio::test]
async fn a_file_id_is_sent_again_in_its_own_kind_only() {
    let bench = Bench::new().await;
    let (_, answer) = bench.upload("sendPhoto", &to_ann(), vec![("photo", "a.png", png(9, 9))]).await;
    let id = &answer["result"]["photo"][1]["file_id"];
    let again = bench.ok("sendPhoto", json!({"chat_id": BEN, "photo": id})).await;
    assert_eq!(again["photo"], answer["result"]["photo"]);
    let refused = bench.refused("sendVideo", json!({"chat_id": ANN, "video": id})).await;
    assert_eq!(refused, "Bad Request: can't use file of type Photo as Video");
    let unknown = bench.refused("sendPhoto", json!({"chat_id": ANN, "photo": "AgACnothing"})).await;
    assert_eq!(unknown, "Bad Request: wrong file identifier/HTTP URL specified");
    let loose = bench.refused("sendPhoto", json!({"chat_id": ANN, "photo": "attach://nothing"})).await;
    assert_eq!(loose, "Bad Request: wrong file identifier/HTTP URL specified");
    assert_eq!(bench.violations(), [ViolationKind::MissingParameter]);
}

#[tokio::test]
async fn a_url_is_fetched_within_type_and_size() {
    let bench = Bench::new().await;
    let web = Hook::start().await;
    let failed = "Bad Request: failed to get HTTP URL content";
    let wrong = "Bad Request: wrong type of the web page content";
    let table: [(&str, &str, Reply, Option<&str>); 11] = [
        ("sendPhoto", "photo", Reply::page("image/png", png(9, 9)), None),
        ("sendPhoto", "photo", Reply::page("image/png; charset=x", padded(png(9, 9), 5 * MEGABYTE)), None),
        ("sendPhoto", "photo", Reply::page("image/png", padded(png(9, 9), 5 * MEGABYTE + 1)), Some(failed)),
        ("sendPhoto", "photo", Reply::page("text/html", b"<html>".to_vec()), Some(wrong)),
        ("sendPhoto", "photo", Reply::status(404), Some(failed)),
        ("sendVideo", "video", Reply::page("video/mp4", mp4()), None),
        ("sendVideo", "video", Reply::page("video/webm", mp4()), Some(wrong)),
        ("sendVideo", "video", Reply::page("video/mp4", padded(mp4(), 20 * MEGABYTE + 1)), Some(failed)),
        ("sendDocument", "document", Reply::page("application/pdf", b"%PDF".to_vec()), None),
        ("sendDocument", "document", Reply::page("text/plain", b"text".to_vec()), Some(wrong)),
        ("sendVoice", "voice", Reply::page("audio/ogg", padded(b"OggS".to_vec(), MEGABYTE + 1)), Some(failed)),
    ];
    for (method, field, reply, refusal) in table {
        let shown = format!("{method} {:?} of {} bytes", reply.headers, reply.body.len());
        web.will([reply]);
        let (_, answer) = bench.raw(method, json!({"chat_id": ANN, field: format!("{}/file.bin?x=1", web.url)})).await;
        assert_eq!(answer["description"].as_str(), refusal, "{shown}");
    }
    for url in ["http://example.com/a.png", "https://127.0.0.1/a.png", "http://127.0.0.1:1/a.png"] {
        assert_eq!(bench.refused("sendPhoto", json!({"chat_id": ANN, "photo": url})).await, failed, "{url}");
    }
    assert_eq!(bench.violations(), []);
}

#[tokio::test]
async fn an_album_has_two_to_ten_files_that_go_together() {
    let bench = Bench::new().await;
    let ids = {
        let (_, photo) = bench.upload("sendPhoto", &to_ann(), vec![("photo", "a.png", png(9, 9))]).await;
        let (_, video) = bench.upload("sendVideo", &to_ann(), vec![("video", "a.mp4", mp4())]).await;
        let (_, document) = bench.upload("sendDocument", &to_ann(), vec![("document", "a.txt", b"x".to_vec())]).await;
        let (_, animation) = bench.upload("sendAnimation", &to_ann(), vec![("animation", "a.mp4", mp4())]).await;
        [
            photo["result"]["photo"][1]["file_id"].clone(),
            video["result"]["video"]["file_id"].clone(),
            document["result"]["document"]["file_id"].clone(),
            animation["result"]["animation"]["file_id"].clone(),
        ]
    };
    let item = |kind: &str, id: &Value| json!({"type": kind, "media": id});
    let (photo, video, document, animation) =
        (item("photo", &ids[0]), item("video", &ids[1]), item("document", &ids[2]), item("animation", &ids[3]));
    let before = bench.simulator.messages(ANN).len();
    let wrong_count = "Bad Request: wrong number of media in the album, must be 2-10";
    let table = [
        (vec![photo.clone()], wrong_count),
        (vec![photo.clone(); 11], wrong_count),
        (vec![photo.clone(), document.clone()], "Bad Request: Document can't be mixed with other media types"),
        (vec![photo.clone(), animation], "Bad Request: Animation can't be sent in an album"),
        (vec![photo.clone(), item("photo", &ids[1])], "Bad Request: can't use file of type Video as Photo"),
    ];
    for (media, description) in table {
        assert_eq!(bench.refused("sendMediaGroup", json!({"chat_id": ANN, "media": media})).await, description);
    }
    assert_eq!(bench.simulator.messages(ANN).len(), before);
    let media = json!([{"type": "photo", "media": "attach://one", "caption": "both"}, video]).to_string();
    let (status, answer) = bench
        .upload("sendMediaGroup", &[("chat_id", ANN.to_string()), ("media", media)], vec![("one", "a.png", png(9, 9))])
        .await;
    assert_eq!(status, 200, "{answer}");
    let album = &answer["result"];
    assert_eq!((&album[0]["caption"], &album[0]["media_group_id"]), (&json!("both"), &album[1]["media_group_id"]));
    bench.ok("sendMediaGroup", json!({"chat_id": ANN, "media": vec![document; 10]})).await;
}

#[tokio::test]
async fn a_users_file_is_downloaded_by_a_link_that_lives_an_hour() {
    let bench = Bench::new().await;
    bench.simulator.send_photo(ANN, png(640, 480)).expect("sent");
    bench
        .simulator
        .send_media(
            ANN,
            IncomingMedia::new(MediaKind::Document, b"%PDF-1".to_vec()).named("r.pdf").captioned("receipt"),
        )
        .expect("sent");
    let updates = bench.ok("getUpdates", json!({})).await;
    let sizes = updates[0]["message"]["photo"].as_array().expect("sizes");
    assert_eq!((&sizes[0]["width"], &sizes[1]["width"], &sizes[1]["height"]), (&json!(90), &json!(640), &json!(480)));
    assert_eq!(
        (&updates[1]["message"]["caption"], &updates[1]["message"]["document"]["mime_type"]),
        (&json!("receipt"), &json!("application/pdf"))
    );
    let file = bench.ok("getFile", json!({"file_id": sizes[1]["file_id"]})).await;
    let path = file["file_path"].as_str().expect("a path");
    let url = format!("{}/file/bot{}/{path}", bench.simulator.base_url(), bench.simulator.token());
    let get = || async { bench.http.get(&url).send().await.expect("an answer") };
    assert_eq!(get().await.bytes().await.expect("bytes"), png(640, 480));
    bench.clock.advance(Duration::from_secs(3601));
    assert_eq!(get().await.status().as_u16(), 404);
    bench.ok("getFile", json!({"file_id": sizes[1]["file_id"]})).await;
    assert_eq!(get().await.status().as_u16(), 200);
    let unknown = bench.refused("getFile", json!({"file_id": "x"})).await;
    assert_eq!(unknown, "Bad Request: wrong file_id or the file is temporarily unavailable");
}

#[tokio::test]
async fn a_file_over_twenty_megabytes_cannot_be_downloaded() {
    let bench = Bench::new().await;
    let film = IncomingMedia::new(MediaKind::Video, padded(mp4(), 20 * MEGABYTE + 1));
    bench.simulator.send_media(ANN, film).expect("sent");
    let updates = bench.ok("getUpdates", json!({})).await;
    let id = &updates[0]["message"]["video"]["file_id"];
    assert_eq!(bench.refused("getFile", json!({"file_id": id})).await, "Bad Request: file is too big");
}

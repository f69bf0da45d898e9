//! Files out: against the simulator, and what stands on the wire.

use std::path::{Path, PathBuf};
use std::time::Duration;

use domain::ports::{DeliverItem, Delivered, Media, MediaKind, Messenger, SendError, SentFile, Source};
use domain::screen::Text;
use sandbox::picture::picture;
use sandbox::telegram::{Fault, MediaKind as Shown, TelegramSimulator};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::server::{Answer, Scripted};
use crate::support::{ADA, BUDGET, assert_correct, messenger, screen, simulator};

fn media(kind: MediaKind, source: Source) -> Media {
    Media { kind, source, title: None, file_name: None, duration_s: None }
}

fn item(media: Vec<Media>, caption: &str) -> DeliverItem {
    DeliverItem { media, caption: Text::plain(caption), keyboard: screen("x").keyboard, silent: false }
}

/// A folder with a picture, a film and a track.
struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        let folder = Self(TempDir::new().unwrap());
        folder.write("picture.png", &picture("кот на луне", "model", 320, 200));
        let clip = Path::new(env!("CARGO_MANIFEST_DIR")).join("../sandbox/assets/clip.mp4");
        folder.write("clip.mp4", &std::fs::read(clip).unwrap());
        folder.write("track.mp3", b"ID3 and some music");
        folder
    }

    fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        std::fs::write(self.path(name), bytes).unwrap();
        self.path(name)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn source(&self, name: &str) -> Source {
        Source::Path(self.path(name))
    }
}

fn last(simulator: &TelegramSimulator) -> sandbox::telegram::ChatMessage {
    simulator.last_from_bot(ADA.0).unwrap()
}

#[tokio::test]
async fn each_kind_is_uploaded_and_then_sent_again_by_its_id() {
    let (simulator, _) = simulator().await;
    let telegram = messenger(&simulator.base_url());
    let folder = Folder::new();
    let table = [
        (MediaKind::Photo, "picture.png", Shown::Photo),
        (MediaKind::Video, "clip.mp4", Shown::Video),
        (MediaKind::Audio, "track.mp3", Shown::Audio),
        (MediaKind::Document, "picture.png", Shown::Document),
    ];
    for (kind, file, shown) in table {
        let mut one = media(kind, folder.source(file));
        one.title = Some("Песня о луне".to_owned());
        one.file_name = Some("кот \"на луне\".png".to_owned());
        one.duration_s = Some(7);
        let delivered = telegram.deliver(ADA, &item(vec![one], "Готово <за> 5 ₽"), BUDGET).await.unwrap();
        let message = last(&simulator);
        assert_eq!(message.text, "Готово <за> 5 ₽");
        assert_eq!(message.keyboard.len(), 1);
        let kept = message.media.unwrap();
        assert_eq!(kept.kind, shown);
        assert_eq!(delivered.message_ids, [message.message_id]);
        assert_eq!(delivered.files, [SentFile { kind, file_id: kept.file_id.clone() }]);
        if kind == MediaKind::Audio {
            assert_eq!((kept.title.as_deref(), kept.duration), (Some("Песня о луне"), 7));
        }
        if kind == MediaKind::Document {
            assert_eq!(kept.file_name.as_deref(), Some("кот _на луне_.png"));
        }
        let again = item(vec![media(kind, Source::FileId(kept.file_id.clone()))], "");
        let repeated = telegram.deliver(ADA, &again, BUDGET).await.unwrap();
        assert_eq!(repeated.files[0].file_id, kept.file_id);
        assert_eq!(last(&simulator).text, "");
    }
    assert_correct(&simulator);
}

#[tokio::test]
async fn an_address_is_fetched_by_telegram_and_one_that_fails_asks_for_another_source() {
    let (simulator, _) = simulator().await;
    let telegram = messenger(&simulator.base_url());
    let png = picture("x", "m", 100, 100);
    let page = |kind: &str, body: &[u8]| Answer::Reply(200, vec![("content-type", kind.to_owned())], body.to_vec());
    let host = Scripted::start([page("image/png", &png), page("text/html", b"<html>"), Answer::html(404)]).await;
    let by_address = || item(vec![media(MediaKind::Photo, Source::Url(format!("{}/a.png", host.url)))], "");
    assert_eq!(telegram.deliver(ADA, &by_address(), BUDGET).await.unwrap().files.len(), 1);
    assert_eq!(telegram.deliver(ADA, &by_address(), BUDGET).await, Err(SendError::TooLarge));
    assert_eq!(telegram.deliver(ADA, &by_address(), BUDGET).await, Err(SendError::TooLarge));
    let wrong = item(vec![media(MediaKind::Photo, Source::FileId("AgAC-of-another-bot".to_owned()))], "");
    assert_eq!(telegram.deliver(ADA, &wrong, BUDGET).await, Err(SendError::TooLarge));
    assert_correct(&simulator);
}

#[tokio::test]
async fn albums_keep_their_order_and_show_one_caption() {
    let (simulator, _) = simulator().await;
    let telegram = messenger(&simulator.base_url());
    let folder = Folder::new();
    let png = picture("y", "m", 100, 100);
    let host = Scripted::start([Answer::Reply(200, vec![("content-type", "image/png".to_owned())], png)]).await;
    let first =
        telegram.deliver(ADA, &item(vec![media(MediaKind::Photo, folder.source("picture.png"))], ""), BUDGET).await;
    let known = first.unwrap().files[0].file_id.clone();
    let mixed = vec![
        media(MediaKind::Photo, folder.source("picture.png")),
        media(MediaKind::Photo, Source::FileId(known.clone())),
        media(MediaKind::Video, folder.source("clip.mp4")),
        media(MediaKind::Photo, Source::Url(format!("{}/a.png", host.url))),
    ];
    let delivered = telegram.deliver(ADA, &item(mixed, "Альбом"), BUDGET).await.unwrap();
    let messages: Vec<_> = simulator.messages(ADA.0).into_iter().skip(1).collect();
    assert_eq!(delivered.message_ids, messages.iter().map(|message| message.message_id).collect::<Vec<_>>());
    assert_eq!(messages.iter().map(|message| message.text.as_str()).collect::<Vec<_>>(), ["Альбом", "", "", ""]);
    let kinds: Vec<MediaKind> = delivered.files.iter().map(|file| file.kind).collect();
    assert_eq!(kinds, [MediaKind::Photo, MediaKind::Photo, MediaKind::Video, MediaKind::Photo]);
    assert_eq!(delivered.files[1].file_id, known);
    let tracks =
        vec![media(MediaKind::Audio, folder.source("track.mp3")), media(MediaKind::Audio, folder.source("track.mp3"))];
    telegram.deliver(ADA, &item(tracks, "Под последней"), BUDGET).await.unwrap();
    let texts: Vec<String> = simulator.messages(ADA.0).into_iter().skip(5).map(|message| message.text).collect();
    assert_eq!(texts, ["", "Под последней"]);
    assert_correct(&simulator);
}

#[tokio::test]
async fn a_caption_is_cut_and_a_wrong_number_of_files_is_refused() {
    let (simulator, _) = simulator().await;
    let telegram = messenger(&simulator.base_url());
    let folder = Folder::new();
    let long = item(vec![media(MediaKind::Photo, folder.source("picture.png"))], &"слово & ".repeat(400));
    telegram.deliver(ADA, &long, BUDGET).await.unwrap();
    assert!(last(&simulator).text.ends_with('…') && last(&simulator).text.encode_utf16().count() <= 1024);
    for count in [0, 11] {
        let files = vec![media(MediaKind::Photo, folder.source("picture.png")); count];
        let result = telegram.deliver(ADA, &item(files, ""), BUDGET).await;
        assert!(matches!(result, Err(SendError::Refused { .. })), "{count}");
    }
    assert_eq!(simulator.calls().len(), 1);
    assert_correct(&simulator);
}

#[tokio::test]
async fn what_is_too_large_or_missing_is_known_before_the_upload() {
    let (simulator, _) = simulator().await;
    let telegram = messenger(&simulator.base_url());
    let folder = Folder::new();
    let large = folder.path("large.bin");
    std::fs::File::create(&large).unwrap().set_len(11 * 1024 * 1024).unwrap();
    let photo = item(vec![media(MediaKind::Photo, Source::Path(large))], "");
    assert_eq!(telegram.deliver(ADA, &photo, BUDGET).await, Err(SendError::TooLarge));
    let huge = folder.path("huge.bin");
    std::fs::File::create(&huge).unwrap().set_len(51 * 1024 * 1024).unwrap();
    let document = item(vec![media(MediaKind::Document, Source::Path(huge))], "");
    assert_eq!(telegram.deliver(ADA, &document, BUDGET).await, Err(SendError::TooLarge));
    let missing = item(vec![media(MediaKind::Photo, folder.source("missing.png"))], "");
    assert!(matches!(telegram.deliver(ADA, &missing, BUDGET).await, Err(SendError::Later { .. })));
    assert_eq!(simulator.calls().len(), 0);
}

#[tokio::test]
async fn a_delivery_whose_answer_is_lost_is_left_to_the_caller() {
    let (simulator, _) = simulator().await;
    let telegram = messenger(&simulator.base_url());
    let folder = Folder::new();
    let photo = item(vec![media(MediaKind::Photo, folder.source("picture.png"))], "");
    simulator.fail_next("sendPhoto", Fault::CutBody);
    assert!(matches!(telegram.deliver(ADA, &photo, BUDGET).await, Err(SendError::Later { .. })));
    assert_eq!(simulator.messages(ADA.0).len(), 1);
    simulator.fail_next("sendPhoto", Fault::Status(429, Some(1)));
    telegram.deliver(ADA, &photo, BUDGET).await.unwrap();
    assert_eq!(simulator.messages(ADA.0).len(), 2, "after a flood wait the file is opened anew");
    simulator.block(ADA.0);
    assert_eq!(telegram.deliver(ADA, &photo, BUDGET).await, Err(SendError::ChatGone));
    assert_correct(&simulator);
}

#[tokio::test]
async fn an_upload_has_a_length_a_readable_name_and_its_parameters_as_texts() {
    let server = Scripted::start([Answer::message(3)]).await;
    let folder = Folder::new();
    let mut one = media(MediaKind::Video, folder.source("clip.mp4"));
    one.file_name = Some("кот на луне.mp4".to_owned());
    one.duration_s = Some(5);
    let delivered = messenger(&server.url).deliver(ADA, &item(vec![one], "a & b"), BUDGET).await.unwrap();
    assert_eq!(delivered, Delivered { message_ids: vec![3], files: Vec::new() }, "no file was told");
    let seen = server.seen().remove(0);
    let length: usize =
        seen.header("content-length").expect("no chunks: some Bot API servers refuse them").parse().unwrap();
    assert_eq!(length, seen.body.len());
    let body = String::from_utf8_lossy(&seen.body);
    // The Bot API server reads `filename` as it is; `filename*` it does not know, and would take the file for a text.
    assert!(body.contains("name=\"video\"; filename=\"кот на луне.mp4\""), "{}", &body[..600.min(body.len())]);
    let (params, files) = seen.params();
    assert_eq!(files, ["video"]);
    assert_eq!(params["caption"], "a &amp; b");
    assert_eq!(params["duration"], "5");
    let markup: Value = serde_json::from_str(params["reply_markup"].as_str().unwrap()).unwrap();
    assert_eq!(markup["inline_keyboard"][0][0]["callback_data"], json!("1m"));
    server.assert_used_up();
}

#[tokio::test]
async fn an_upload_that_is_not_taken_ends_with_the_budget() {
    let server = Scripted::start([Answer::Silence]).await;
    let folder = Folder::new();
    let photo = item(vec![media(MediaKind::Photo, folder.source("picture.png"))], "");
    let result = messenger(&server.url).deliver(ADA, &photo, Duration::from_millis(600)).await;
    assert!(matches!(result, Err(SendError::Later { .. })), "{result:?}");
}

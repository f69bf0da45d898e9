//! Files in.

use std::time::Duration;

use domain::ports::{FileSource, FileSourceError};
use sandbox::telegram::{Fault, IncomingMedia, MediaKind};
use serde_json::json;
use telegram_adapter::{TelegramFiles, read_update};
use tempfile::TempDir;

use crate::support::server::{Answer, Scripted};
use crate::support::{ADA, BUDGET, TOKEN, assert_correct, client, simulator};

const MB: u64 = 1024 * 1024;

#[tokio::test]
async fn a_users_file_is_written_to_disk_within_the_bound() {
    let (simulator, _) = simulator().await;
    let folder = TempDir::new().unwrap();
    let to = folder.path().join("in.bin");
    let bytes: Vec<u8> = (0..=255_u8).cycle().take(300_000).collect();
    let sent =
        simulator.send_media(ADA.0, IncomingMedia::new(MediaKind::Document, bytes.clone()).named("п.bin")).unwrap();
    let body = simulator.update_body(sent.update_id).unwrap().to_string();
    let app::event::Event::File { file, .. } = read_update(1, body.as_bytes()).unwrap().event else { panic!("{body}") };
    assert_eq!((file.size, file.file_name.as_deref()), (Some(300_000), Some("п.bin")));
    let files = TelegramFiles::new(client(&simulator.base_url()));
    assert_eq!(files.download(&file.file_id, &to, MB, BUDGET).await, Ok(300_000));
    assert_eq!(std::fs::read(&to).unwrap(), bytes);
    assert_eq!(files.download(&file.file_id, &to, 299_999, BUDGET).await, Err(FileSourceError::TooLarge));
    assert!(!to.exists(), "nothing half is left");
    let unknown = files.download("no-such-file", &to, MB, BUDGET).await;
    assert!(
        matches!(unknown, Err(FileSourceError::Later { .. })),
        "Telegram's words for it also mean `not now`: {unknown:?}"
    );
    simulator.fail_next("getFile", Fault::HangUpBefore);
    simulator.fail_next("getFile", Fault::HtmlPage(502));
    assert_eq!(files.download(&file.file_id, &to, MB, BUDGET).await, Ok(300_000), "short trouble is overcome");
    assert_correct(&simulator);
}

async fn scripted(answers: Vec<Answer>, bytes_max: u64) -> (Result<u64, FileSourceError>, bool, Vec<String>) {
    let server = Scripted::start(answers).await;
    let folder = TempDir::new().unwrap();
    let to = folder.path().join("in.bin");
    let result = TelegramFiles::new(client(&server.url)).download("f", &to, bytes_max, BUDGET).await;
    server.assert_used_up();
    (result, to.exists(), server.seen().iter().map(|seen| seen.path.clone()).collect())
}

fn told(path: &str) -> Answer {
    Answer::result(json!({"file_id": "f", "file_unique_id": "u", "file_path": path}))
}

fn bytes(count: usize) -> Answer {
    Answer::Reply(200, Vec::new(), vec![7; count])
}

#[tokio::test]
async fn the_address_is_built_of_the_servers_path_and_nothing_else() {
    let (result, _, paths) = scripted(vec![told("photos/file 1?.jpg"), bytes(3)], MB).await;
    assert_eq!(result, Ok(3));
    assert_eq!(paths, [format!("/bot{TOKEN}/getFile"), format!("/file/bot{TOKEN}/photos/file%201%3F.jpg")]);
    let (result, _, paths) = scripted(vec![told("../bot1/logOut")], MB).await;
    assert!(result.is_err() && paths.len() == 1);
}

#[tokio::test]
async fn a_lie_about_the_size_does_not_fill_the_disk() {
    let (result, exists, _) = scripted(vec![told("a"), bytes(2000)], 1000).await;
    assert_eq!((result, exists), (Err(FileSourceError::TooLarge), false));
    let chunked = Answer::Reply(200, vec![("transfer-encoding", "chunked".to_owned())], vec![7; 2000]);
    let (result, exists, _) = scripted(vec![told("a"), chunked], 1000).await;
    assert_eq!((result, exists), (Err(FileSourceError::TooLarge), false));
}

#[tokio::test]
async fn refusals_are_told_apart_and_a_cut_file_is_fetched_again() {
    let refused = |words: &str| vec![Answer::refusal(400, &format!("Bad Request: {words}"))];
    assert_eq!(scripted(refused("file is too big"), MB).await.0, Err(FileSourceError::TooLarge));
    for gone in
        ["invalid file_id", "wrong remote file identifier specified: can't unserialize it", "FILE_REFERENCE_EXPIRED"]
    {
        assert_eq!(scripted(refused(gone), MB).await.0, Err(FileSourceError::Gone), "{gone}");
    }
    assert_eq!(scripted(vec![told("a"), Answer::html(404)], MB).await.0, Err(FileSourceError::Gone));
    let no_path = Answer::result(json!({"file_id": "f", "file_unique_id": "u"}));
    assert_eq!(scripted(vec![no_path], MB).await.0, Err(FileSourceError::Gone));
    let unauthorized = scripted(vec![Answer::refusal(401, "Unauthorized")], MB).await.0;
    assert!(matches!(unauthorized, Err(FileSourceError::Later { .. })));
    let (result, exists, _) = scripted(vec![told("a"), Answer::Cut, told("a"), bytes(5)], MB).await;
    assert_eq!((result, exists), (Ok(5), true));
}

#[tokio::test]
async fn a_local_servers_absolute_path_is_copied_only_from_this_machine() {
    let folder = TempDir::new().unwrap();
    let there = folder.path().join("kept.bin");
    std::fs::write(&there, [1; 500]).unwrap();
    let path = there.to_str().unwrap();
    let (result, exists, paths) = scripted(vec![told(path)], 500).await;
    assert_eq!((result, exists, paths.len()), (Ok(500), true, 1));
    assert_eq!(scripted(vec![told(path)], 499).await.0, Err(FileSourceError::TooLarge));
    assert_eq!(scripted(vec![told("/nonexistent/file")], 499).await.0, Err(FileSourceError::Gone));
    let server = Scripted::start([told(path)]).await;
    // The same server under an address that is not known to be this machine.
    let elsewhere = server.url.replace("127.0.0.1", "0.0.0.0");
    let to = folder.path().join("in.bin");
    let result = TelegramFiles::new(client(&elsewhere)).download("f", &to, MB, BUDGET).await;
    assert!(
        matches!(&result, Err(FileSourceError::Later { detail }) if detail.contains("another machine")),
        "{result:?}"
    );
    assert!(!to.exists());
}

#[tokio::test]
async fn a_download_ends_with_its_budget() {
    let server = Scripted::start([told("a"), Answer::Silence]).await;
    let folder = TempDir::new().unwrap();
    let files = TelegramFiles::new(client(&server.url));
    let result = files.download("f", &folder.path().join("x"), MB, Duration::from_millis(600)).await;
    assert!(matches!(result, Err(FileSourceError::Later { .. })), "{result:?}");
}

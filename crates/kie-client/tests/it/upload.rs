//! file-stream-upload.

use std::io::Write;
use std::time::Duration;

use domain::ports::{Generator, UploadError, Uploaded};
use kie_client::KieClient;
use serde_json::json;
use tempfile::NamedTempFile;

use crate::server::{Answer, KEY, Server, nobody, options};

const BUDGET: Duration = Duration::from_secs(20);
const URL: &str = "https://tempfile.redpandaai.co/kieai/1/kiebot/photo-1.jpg";

fn file(bytes: &[u8]) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    file
}

/// As recorded: the upload server says `success` in the frame and in `data`.
fn taken() -> Answer {
    let data = json!({
        "success": true, "fileName": "photo-1.jpg", "filePath": "kieai/1/kiebot/photo-1.jpg", "downloadUrl": URL,
        "fileSize": 7, "mimeType": "image/jpeg", "uploadedAt": "2026-04-20T10:00:00.000Z",
    });
    Answer::http(
        200,
        &json!({"success": true, "code": 200, "msg": "File uploaded successfully", "data": data}).to_string(),
    )
}

fn told(result: &Result<Uploaded, UploadError>) -> String {
    match result {
        Ok(uploaded) => uploaded.url.clone(),
        Err(UploadError::Later { .. }) => "later".into(),
        Err(UploadError::Refused { .. }) => "refused".into(),
        Err(UploadError::Account(trouble)) => format!("account {trouble:?}"),
    }
}

#[tokio::test]
async fn the_form_has_kies_fields_and_the_files_bytes() {
    let server = Server::start([taken()]).await;
    // Larger than any buffer on the way, and no text.
    let bytes: Vec<u8> = (0..300_000_u32).flat_map(u32::to_le_bytes).collect();
    let file = file(&bytes);
    let result = server.client().upload(file.path(), "photo-1.jpg", BUDGET).await;
    assert_eq!(result, Ok(Uploaded { url: URL.into() }));
    let [sent] = server.requests().try_into().unwrap();
    assert_eq!(sent.line, "POST /api/file-stream-upload");
    assert_eq!(sent.header("authorization"), Some(format!("Bearer {KEY}").as_str()));
    assert!(sent.header("content-type").unwrap().starts_with("multipart/form-data; boundary="));
    let text = sent.text();
    assert!(text.contains("name=\"uploadPath\"\r\n\r\nkiebot\r\n"));
    assert!(text.contains("name=\"fileName\"\r\n\r\nphoto-1.jpg\r\n"));
    assert!(
        text.contains("name=\"file\"; filename=\"photo-1.jpg\"\r\nContent-Type: image/jpeg\r\n"),
        "{}",
        &text[..600]
    );
    assert!(sent.body.windows(bytes.len()).any(|window| window == bytes));
}

#[tokio::test]
async fn every_code_means_what_the_table_says() {
    let server = Server::start([]).await;
    let client = server.client_of_one_try();
    let file = file(b"picture");
    let table = [
        (400, "refused"),
        (401, "account KeyRefused"),
        (402, "account OutOfCredits"),
        (403, "account KeyRefused"),
        (404, "later"),
        (405, "later"),
        (413, "refused"),
        (415, "refused"),
        (422, "refused"),
        (429, "later"),
        (433, "account KeyCapReached"),
        (451, "later"),
        (455, "later"),
        (500, "later"),
        (502, "later"),
        (550, "later"),
        (301, "later"),
    ];
    for (code, expected) in table {
        server.script([Answer::code(code, "words"), Answer::http(u16::try_from(code).unwrap(), "<html></html>")]);
        assert_eq!(told(&client.upload(file.path(), "a.jpg", BUDGET).await), expected, "{code} in the body");
        assert_eq!(told(&client.upload(file.path(), "a.jpg", BUDGET).await), expected, "HTTP {code}");
    }
}

#[tokio::test]
async fn both_names_of_the_link_are_read_and_what_is_no_link_is_not_taken() {
    let server = Server::start([]).await;
    let client = server.client_of_one_try();
    let file = file(b"picture");
    let table = [
        (json!({"code": 200, "data": {"downloadUrl": URL, "fileUrl": "https://other/x"}}), URL),
        (json!({"code": 200, "data": {"downloadUrl": "", "fileUrl": URL}}), URL),
        (json!({"success": true, "code": 200, "data": {"fileUrl": URL}}), URL),
        (json!({"success": false, "code": 200, "data": {"downloadUrl": URL}}), "later"),
        (json!({"code": 200, "data": {"downloadUrl": "kiebot/photo.jpg"}}), "later"),
        (json!({"code": 200, "data": {"downloadUrl": "ftp://a/photo.jpg"}}), "later"),
        (json!({"code": 200, "data": {}}), "later"),
        (json!({"code": 200, "data": null}), "later"),
        (json!({"code": 200, "data": [URL]}), "later"),
    ];
    for (body, expected) in table {
        server.script([Answer::http(200, &body.to_string())]);
        assert_eq!(told(&client.upload(file.path(), "a.jpg", BUDGET).await), expected, "{body}");
    }
}

#[tokio::test]
async fn a_second_try_sends_the_whole_file_again() {
    let file = file(b"the whole picture");
    for first in
        [Answer::CloseAfterReading, Answer::code(500, "x"), Answer::http(502, "<html>"), Answer::code(429, "x")]
    {
        let server = Server::start([first.clone(), taken()]).await;
        assert_eq!(told(&server.client().upload(file.path(), "a.jpg", BUDGET).await), URL, "{first:?}");
        let sent = server.requests();
        assert_eq!(sent.len(), 2);
        assert!(sent.iter().all(|request| request.text().contains("the whole picture")));
    }
}

#[tokio::test]
async fn no_answer_no_server_and_no_budget_are_later() {
    let file = file(b"picture");
    let server = Server::start([Answer::Hang]).await;
    assert_eq!(told(&server.client().upload(file.path(), "a.jpg", Duration::from_millis(150)).await), "later");
    assert_eq!(told(&server.client().upload(file.path(), "a.jpg", Duration::ZERO).await), "later");
    let client = KieClient::new(options(&nobody().await)).unwrap();
    assert_eq!(told(&client.upload(file.path(), "a.jpg", BUDGET).await), "later");
}

#[tokio::test]
async fn files_and_names_that_can_never_be_sent_are_refused_without_a_request() {
    let server = Server::start([]).await;
    let client = server.client();
    let good = file(b"picture");
    let empty = file(b"");
    let folder = tempfile::tempdir().unwrap();
    let long = "n".repeat(201);
    let table = [
        (good.path(), ""),
        (good.path(), "a/b.jpg"),
        (good.path(), "a\\b.jpg"),
        (good.path(), "a\"b.jpg"),
        (good.path(), "a\r\nb.jpg"),
        (good.path(), long.as_str()),
        (empty.path(), "a.jpg"),
        (folder.path(), "a.jpg"),
        (std::path::Path::new("/nowhere/at/all"), "a.jpg"),
    ];
    for (path, name) in table {
        assert_eq!(told(&client.upload(path, name, BUDGET).await), "refused", "{path:?} {name:?}");
    }
    assert!(server.requests().is_empty());
}

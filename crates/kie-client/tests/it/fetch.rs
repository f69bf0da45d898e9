//! The bytes of a result, and the addresses that we must not fetch from.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use domain::ports::{FetchError, Generator};
use kie_client::KieClient;
use tempfile::TempDir;

use crate::server::{Answer, Server, nobody, options};

const BUDGET: Duration = Duration::from_secs(20);
const MAX: u64 = 1 << 20;

struct Target {
    folder: TempDir,
}

impl Target {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("result.png")
    }

    fn is_empty(&self) -> bool {
        std::fs::read_dir(self.folder.path()).unwrap().next().is_none()
    }
}

fn told(result: &Result<u64, FetchError>) -> String {
    match result {
        Ok(bytes) => format!("{bytes} bytes"),
        Err(FetchError::TooLarge) => "too large".into(),
        Err(FetchError::Gone { .. }) => "gone".into(),
        Err(FetchError::Later { .. }) => "later".into(),
    }
}

fn redirect(to: impl Into<String>) -> Answer {
    Answer::http(302, "").with_header("Location", to)
}

async fn fetch(client: &KieClient, url: &str, to: &Path) -> String {
    told(&client.fetch_result(url, to, MAX, BUDGET).await)
}

#[tokio::test]
async fn the_bytes_are_in_the_file_and_our_key_is_not_in_the_request() {
    let bytes: Vec<u8> = (0..200_000_u32).flat_map(u32::to_le_bytes).collect();
    let body = Answer::Reply { status: 200, headers: Vec::new(), body: bytes.clone(), delay: Duration::ZERO };
    let server = Server::start([body]).await;
    let target = Target::new();
    std::fs::write(target.path(), "what was there before").unwrap();
    assert_eq!(fetch(&server.client(), &format!("{}/a.png?sig=1", server.url()), &target.path()).await, "800000 bytes");
    assert_eq!(std::fs::read(target.path()).unwrap(), bytes);
    let [sent] = server.requests().try_into().unwrap();
    assert_eq!(sent.line, "GET /a.png?sig=1");
    assert_eq!(sent.header("authorization"), None);
    assert_eq!(sent.header("referer"), None);
}

/// A result may lie at a host that the configuration names; a user must not lead us there, over TLS or without.
#[tokio::test]
async fn a_link_of_a_user_trusts_no_host_of_the_configuration() {
    let server = Server::start([]).await;
    let (client, target) = (server.client(), Target::new());
    for url in [format!("{}/a.png", server.url()), server.url().replace("http://", "https://")] {
        assert_eq!(told(&client.fetch_link(&url, &target.path(), MAX, BUDGET).await), "gone", "{url}");
    }
    assert!(server.requests().is_empty() && !target.path().exists());
}

#[tokio::test]
async fn statuses_mean_what_the_table_says_and_leave_no_file() {
    let server = Server::start([]).await;
    let client = server.client_of_one_try();
    let target = Target::new();
    let table = [
        (404, "gone"),
        (410, "gone"),
        (400, "later"),
        (401, "later"),
        (403, "later"),
        (429, "later"),
        (500, "later"),
        (503, "later"),
        (204, "later"),
        (206, "later"),
        (304, "later"),
    ];
    for (status, expected) in table {
        server.script([Answer::http(status, "")]);
        assert_eq!(fetch(&client, &server.url(), &target.path()).await, expected, "{status}");
    }
    assert!(target.is_empty());
}

#[tokio::test]
async fn a_result_that_is_too_large_leaves_no_file() {
    let large = "x".repeat(1 << 16);
    let endless = Answer::Raw(format!("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{large}").into_bytes());
    let server = Server::start([Answer::http(200, &large), endless]).await;
    let target = Target::new();
    for how in ["announced", "found out while reading"] {
        let result = server.client().fetch_result(&server.url(), &target.path(), (1 << 16) - 1, BUDGET).await;
        assert_eq!(told(&result), "too large", "{how}");
        assert!(target.is_empty(), "{how}");
    }
    server.script([Answer::http(200, &large)]);
    let result = server.client().fetch_result(&server.url(), &target.path(), 1 << 16, BUDGET).await;
    assert_eq!(told(&result), "65536 bytes", "exactly the bound");
}

#[tokio::test]
async fn a_cut_or_empty_body_is_fetched_again_and_leaves_no_part() {
    let cut = || Answer::Raw(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nten bytes.".to_vec());
    let target = Target::new();
    let server = Server::start([cut(), cut(), cut()]).await;
    assert_eq!(fetch(&server.client(), &server.url(), &target.path()).await, "later");
    assert_eq!(server.requests().len(), 3);
    assert!(target.is_empty());

    let good = Answer::http(200, "all of it");
    let server = Server::start([cut(), Answer::http(200, ""), good]).await;
    assert_eq!(fetch(&server.client(), &server.url(), &target.path()).await, "9 bytes");
    assert_eq!(std::fs::read_to_string(target.path()).unwrap(), "all of it");
}

#[tokio::test]
async fn three_redirects_are_followed_and_a_fourth_is_not() {
    let server = Server::start([redirect("/b"), redirect("/c"), redirect("/d"), Answer::http(200, "here")]).await;
    let target = Target::new();
    assert_eq!(fetch(&server.client(), &format!("{}/a", server.url()), &target.path()).await, "4 bytes");
    assert_eq!(server.requests().last().unwrap().line, "GET /d");

    server.script((0..4).map(|_| redirect("/loop")));
    assert_eq!(fetch(&server.client(), &server.url(), &Target::new().path()).await, "gone");
    assert_eq!(server.requests().len(), 4);
}

/// The server is named by the configuration; where it sends us is not.
#[tokio::test]
async fn addresses_that_are_not_public_are_gone_directly_and_by_redirect() {
    let server = Server::start([]).await;
    let client = server.client();
    let target = Target::new();
    let port = server.address.port();
    let addresses = [
        format!("http://localhost:{port}/"),
        format!("https://localhost:{port}/"),
        format!("http://127.0.0.2:{port}/"),
        format!("https://127.0.0.2:{port}/"),
        format!("http://[::1]:{port}/"),
        format!("https://[::ffff:127.0.0.1]:{port}/"),
        format!("https://0.0.0.0:{port}/"),
        "http://169.254.169.254/latest/meta-data".to_owned(),
        "https://169.254.169.254/".to_owned(),
        "https://10.0.0.1/".to_owned(),
        "https://192.168.1.1/".to_owned(),
        "https://100.64.0.1/".to_owned(),
        "https://[fd00::1]/".to_owned(),
        "https://[fe80::1]/".to_owned(),
        "http://tempfile.aiquickdraw.com/plain-http".to_owned(),
        "file:///etc/passwd".to_owned(),
        "gopher://127.0.0.1/".to_owned(),
        format!("http://user:pw@127.0.0.1:{port}/"),
        "https://".to_owned(),
    ];
    for address in &addresses {
        assert_eq!(fetch(&client, address, &target.path()).await, "gone", "{address}");
        assert!(server.requests().is_empty(), "{address} was asked");
        server.script([redirect(address)]);
        assert_eq!(fetch(&client, &server.url(), &target.path()).await, "gone", "a redirect to {address}");
        assert_eq!(server.requests().len(), 1, "a redirect to {address} was followed");
    }
    server.script([Answer::http(302, "")]);
    assert_eq!(fetch(&client, &server.url(), &target.path()).await, "gone", "a redirect without a location");
    assert!(target.is_empty());
}

#[tokio::test]
async fn a_host_that_the_configuration_names_may_be_private_and_plain() {
    let server = Server::start([Answer::http(200, "here")]).await;
    let named = format!("http://localhost:{}", server.address.port());
    // The name may lead to ::1 first, where nobody listens; the connector then takes the next address.
    let client = KieClient::new(options(&named)).unwrap();
    assert_eq!(fetch(&client, &format!("{named}/a"), &Target::new().path()).await, "4 bytes");
}

#[tokio::test]
async fn a_dead_or_silent_server_is_later_within_the_budget() {
    let target = Target::new();
    let dead = nobody().await;
    assert_eq!(fetch(&KieClient::new(options(&dead)).unwrap(), &dead, &target.path()).await, "later");

    let silent = Server::start([Answer::Hang]).await;
    let start = Instant::now();
    let result = silent.client().fetch_result(&silent.url(), &target.path(), MAX, Duration::from_millis(150)).await;
    assert_eq!(told(&result), "later");
    assert!(start.elapsed() < Duration::from_secs(5));
    assert!(target.is_empty());
}

/// As when a worker is told to stop: its future is dropped in the middle of a download.
#[tokio::test]
async fn a_fetch_that_is_dropped_leaves_no_part() {
    let server =
        Server::start([Answer::Stall(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nten bytes.".to_vec())]).await;
    let target = Target::new();
    let (client, url, path) = (server.client(), server.url(), target.path());
    let fetching = tokio::spawn(async move { client.fetch_result(&url, &path, MAX, BUDGET).await });
    let deadline = Instant::now() + BUDGET;
    while target.is_empty() {
        assert!(Instant::now() < deadline, "the download never began");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    fetching.abort();
    assert!(fetching.await.unwrap_err().is_cancelled());
    assert!(target.is_empty());
}

#[tokio::test]
async fn a_place_that_cannot_be_written_is_later_and_tried_once() {
    let server = Server::start([Answer::http(200, "here")]).await;
    assert_eq!(fetch(&server.client(), &server.url(), Path::new("/nowhere/at/all")).await, "later");
    assert_eq!(server.requests().len(), 1, "it can't be written a second later either");
}

//! Clients that are slow, silent, huge or many.

use std::time::Duration;

use domain::allowance::Allowance;
use tokio::io::AsyncWriteExt;
use tokio::time::sleep;
use web::Limits;

use crate::support::{Client, Fake, PATIENCE, SECRET, Script, get, http_client, serve, soon, update};

const SHORT: Duration = Duration::from_millis(60);

fn chunked(path: &str) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nhost: x\r\nx-telegram-bot-api-secret-token: {SECRET}\r\ntransfer-encoding: chunked\r\n\r\n"
    )
}

/// Sends `piece` again and again, a little slower than any honest client, until the server has had enough.
async fn drip(client: &mut Client, piece: &[u8]) {
    for _ in 0..2_000 {
        if client.stream.write_all(piece).await.is_err() {
            return;
        }
        tokio::select! {
            () = sleep(Duration::from_millis(10)) => {}
            readable = client.stream.readable() => return readable.unwrap(),
        }
    }
    panic!("the server never had enough");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_that_stops_half_way_is_given_up() {
    let (running, _fake) = serve(Fake::done(), Limits { header_read: SHORT, ..Limits::default() }).await;
    let mut client = running.client().await;
    assert_eq!(client.ask("GET /health HTTP/1.1\r\nhos").await.status, 408);
    assert_eq!(client.bytes_to_end().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_that_drips_is_given_up_although_bytes_keep_coming() {
    let (running, _fake) = serve(Fake::done(), Limits { header_read: SHORT, ..Limits::default() }).await;
    let mut client = running.client().await;
    client.send("GET /health HTTP/1.1\r\nx-drip: ").await;
    drip(&mut client, b"a").await;
    assert_eq!(client.reply().await.status, 408);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_never_speaks_is_hung_up_on_without_a_word() {
    let (running, _fake) = serve(Fake::done(), Limits { header_read: SHORT, ..Limits::default() }).await;
    assert_eq!(running.client().await.bytes_to_end().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_connection_outlives_the_time_of_a_head_and_its_next_head_is_timed_again() {
    let limits = Limits { header_read: Duration::from_millis(300), ..Limits::default() };
    let (running, _fake) = serve(Fake::done(), limits).await;
    let mut client = running.client().await;
    assert_eq!(client.ask(get("/health")).await.status, 200);
    // This wait is the subject of the test: twice the time of a head must not close an idle connection.
    sleep(Duration::from_millis(600)).await;
    assert_eq!(client.ask(get("/health")).await.status, 200);
    assert_eq!(client.ask("GET /hea").await.status, 408);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_connection_is_closed_in_the_end() {
    // The time of a head is out of reach, so that it can't be what closes the connection.
    let limits = Limits { idle: SHORT, header_read: PATIENCE * 2, ..Limits::default() };
    let (running, _fake) = serve(Fake::done(), limits).await;
    for request in [get("/health"), update("{}")] {
        let mut client = running.client().await;
        assert_eq!(client.ask(request).await.status, 200);
        assert_eq!(client.bytes_to_end().await, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_stops_half_way_is_408_and_never_reaches_the_house() {
    let (running, fake) = serve(Fake::done(), Limits { body_read: SHORT, ..Limits::default() }).await;
    let half = update("{\"update_id\":1}").replace("content-length: 15", "content-length: 16");
    let callback = "POST /kie/callback/abc HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n{".to_owned();
    for request in [half, callback, chunked("/telegram/webhook") + "2\r\n{"] {
        let mut client = running.client().await;
        let reply = client.ask(&request).await;
        assert_eq!((reply.status, reply.header("connection")), (408, Some("close")), "{request}");
        assert_eq!(client.bytes_to_end().await, 0);
    }
    assert!(fake.updates.lock().unwrap().is_empty());
    assert!(fake.callbacks.lock().unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_drips_is_408_although_bytes_keep_coming() {
    let (running, fake) = serve(Fake::done(), Limits { body_read: SHORT, ..Limits::default() }).await;
    let mut client = running.client().await;
    client.send(update("").replace("content-length: 0", "content-length: 100000")).await;
    drip(&mut client, b" ").await;
    assert_eq!(client.reply().await.status, 408);
    assert!(fake.updates.lock().unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_announced_length_over_the_bound_is_413_before_the_body() {
    let (running, fake) = serve(Fake::done(), Limits::default()).await;
    for path in ["/telegram/webhook", "/kie/callback/abc"] {
        for length in ["1048577", "18446744073709551000"] {
            let mut client = running.client().await;
            let head = chunked(path).replace("transfer-encoding: chunked", &format!("content-length: {length}"));
            let reply = client.ask(head).await;
            assert_eq!((reply.status, reply.header("connection")), (413, Some("close")), "{path} {length}");
        }
    }
    assert!(fake.updates.lock().unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn exactly_the_bound_is_taken_and_one_byte_more_is_413_also_in_chunks() {
    let (running, fake) = serve(Fake::done(), Limits::default()).await;
    let bound = Limits::default().telegram_body_bytes_max;
    for (bytes, status) in [(bound, 200), (bound + 1, 413)] {
        let body = "x".repeat(bytes);
        for path in ["/telegram/webhook", "/kie/callback/abc"] {
            let mut client = running.client().await;
            client.send(chunked(path)).await;
            client.send(format!("{bytes:x}\r\n{body}\r\n0\r\n\r\n")).await;
            assert_eq!(client.reply().await.status, status, "{path} {bytes}");
        }
    }
    assert_eq!(fake.updates.lock().unwrap().iter().map(Vec::len).collect::<Vec<_>>(), [bound]);
    assert_eq!(fake.callbacks.lock().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_sends_all_before_it_reads_still_sees_its_refusal() {
    let (running, _fake) = serve(Fake::done(), Limits::default()).await;
    // More than the buffers of a loopback socket hold, less than what the listener is ready to throw away.
    let body = "x".repeat(7 * 1024 * 1024);
    for (secret, status) in [(SECRET, 413), ("wrong", 401)] {
        let mut client = running.client().await;
        client.send(update(&body).replace(SECRET, secret)).await;
        assert_eq!(client.reply().await.status, status);

        let sent = http_client()
            .post(running.url("/telegram/webhook"))
            .header("X-Telegram-Bot-Api-Secret-Token", secret)
            .body(body.clone())
            .send();
        assert_eq!(sent.await.unwrap().status(), status);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_malformed_request_is_refused_and_the_listener_lives_on() {
    let (running, fake) = serve(Fake::done(), Limits::default()).await;
    let cases = [
        ("what is this\r\n\r\n".to_owned(), 400),
        (chunked("/telegram/webhook") + "zz\r\n{}\r\n0\r\n\r\n", 400),
        (format!("GET /health HTTP/1.1\r\nx-long: {}\r\n\r\n", "a".repeat(40 * 1024)), 431),
        (format!("GET /health HTTP/1.1\r\n{}\r\n", "x: y\r\n".repeat(65)), 431),
    ];
    for (request, status) in cases {
        assert_eq!(running.client().await.ask(&request).await.status, status, "{request:.80}");
    }
    assert_eq!(running.client().await.ask(get("/health")).await.status, 200);
    assert!(fake.updates.lock().unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn no_more_connections_are_served_than_slots_and_the_others_get_their_turn() {
    let (fake, mut reports) = Fake::new(Script::Gated);
    let (running, fake) = serve(fake, Limits { connections_max: 2, ..Limits::default() }).await;
    let request = update("{}").replace("host: x", "host: x\r\nconnection: close");
    let mut clients = Vec::new();
    for _ in 0..6 {
        let mut client = running.client().await;
        client.send(&request).await;
        clients.push(client);
    }
    for _ in 0..2 {
        soon("an update to begin", reports.begun.recv()).await.unwrap();
    }
    assert!(reports.begun.try_recv().is_err());
    fake.gate.add_permits(6);
    for mut client in clients {
        assert_eq!(client.reply().await.status, 200);
    }
    assert_eq!(fake.running_max(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_connection_makes_room_when_every_slot_is_taken() {
    let limits = Limits {
        connections_max: 1,
        idle_crowded: Duration::from_millis(30),
        header_read: PATIENCE * 2,
        ..Limits::default()
    };
    let (running, _fake) = serve(Fake::done(), limits).await;
    let mut idle = running.client().await;
    assert_eq!(idle.ask(get("/health")).await.status, 200);
    let mut next = running.client().await;
    assert_eq!(next.ask(get("/health")).await.status, 200);
    assert_eq!(idle.bytes_to_end().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_address_does_not_take_every_connection() {
    let limits = Limits { address_connections_max: 2, ..Limits::default() };
    let (running, _fake) = serve(Fake::done(), limits).await;
    let (mut first, mut second) = (running.client().await, running.client().await);
    for client in [&mut first, &mut second] {
        assert_eq!(client.ask(get("/health")).await.status, 200);
    }
    assert_eq!(running.client().await.bytes_to_end().await, 0, "the third is closed without a word");
    drop(first);
    let again = async {
        loop {
            let mut client = running.client().await;
            let _closed_on_us = client.stream.write_all(get("/health").as_bytes()).await;
            if client.bytes_or_end().await {
                return;
            }
        }
    };
    soon("the place of one that has left", again).await;
    assert_eq!(second.ask(get("/health")).await.status, 200, "who is there stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_loud_caller_is_429_and_the_others_the_webhook_and_health_are_not() {
    let few = Allowance { burst: 3, interval: Duration::from_secs(60) };
    let limits = Limits { address_requests: few, proxies: 1, ..Limits::default() };
    let (running, fake) = serve(Fake::done(), limits).await;
    let from = |request: String, address: &str| {
        request.replacen("host: x", &format!("host: x\r\nx-forwarded-for: {address}"), 1)
    };
    let callback = || "POST /kie/callback/abc HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n{}".to_owned();
    let mut client = running.client().await;
    let loud = "203.0.113.7";
    for request in [get("/ready"), get("/ready"), callback()] {
        assert_eq!(client.ask(from(request, loud)).await.status, 200);
    }
    // What stands before the proxy's own entry is invented.
    for request in [from(get("/ready"), loud), from(callback(), "198.51.100.9, 203.0.113.7")] {
        let mut client = running.client().await;
        let reply = client.ask(request).await;
        assert_eq!((reply.status, reply.header("retry-after")), (429, Some("60")));
    }
    assert_eq!(fake.callbacks.lock().unwrap().len(), 1);
    assert_eq!(client.ask(from(get("/ready"), "203.0.113.8")).await.status, 200, "another caller");
    for _ in 0..9 {
        assert_eq!(client.ask(from(get("/health"), loud)).await.status, 200);
        assert_eq!(client.ask(from(update("{}"), loud)).await.status, 200);
    }
}

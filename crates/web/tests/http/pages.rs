//! The seam for pages of others.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio::time::sleep;
use web::{Bytes, Door, Limits, Pages, Request, Response, StatusCode, header};

use crate::support::{PATIENCE, Running, bind, get, known};

/// Far more than the buffers of a loopback socket hold.
const HUGE_BYTES: usize = 32 * 1024 * 1024;

struct Echo;

#[async_trait]
impl Pages for Echo {
    async fn answer(&self, request: Request<Bytes>) -> Response<Bytes> {
        let path = request.uri().path();
        assert!(!path.ends_with("panic"), "as scripted");
        if path.ends_with("huge") {
            return Response::new(Bytes::from(vec![b'x'; HUGE_BYTES]));
        }
        let said = format!("{} {path} {}", request.method(), String::from_utf8_lossy(request.body()));
        let page = Response::builder().status(StatusCode::CREATED).header(header::CACHE_CONTROL, "max-age=60");
        page.body(Bytes::from(said)).unwrap()
    }
}

async fn serve(limits: Limits) -> Running {
    let server = bind(&Arc::new(Door::new(known())), limits).await;
    Running::start(server.mount("/admin", Arc::new(Echo)))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mount_answers_below_its_prefix_and_nowhere_else() {
    let running = serve(Limits { page_body_bytes_max: 10, ..Limits::default() }).await;
    let mut client = running.client().await;
    let reply = client.ask("POST /admin/users?page=2 HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\n\r\nname").await;
    assert_eq!((reply.status, reply.body.as_str()), (201, "POST /admin/users name"));
    assert_eq!(reply.header("cache-control"), Some("max-age=60"));
    assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(client.ask(get("/admin")).await.body, "GET /admin ");
    assert_eq!(client.ask(get("/administrator")).await.status, 404);
    assert_eq!(client.ask(get("/admin/panic")).await.status, 503);
    assert_eq!(client.ask(get("/health")).await.status, 200);
    let large = client.ask("POST /admin HTTP/1.1\r\nhost: x\r\ncontent-length: 11\r\n\r\n").await;
    assert_eq!(large.status, 413);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_takes_nothing_of_its_answer_is_cut() {
    let running = serve(Limits { response_write: Duration::from_millis(60), ..Limits::default() }).await;
    let mut client = running.client().await;
    client.send(get("/admin/huge")).await;
    client.stream.readable().await.unwrap();
    // A clean end within the drain means that the listener gave the client up by itself.
    assert!(running.stop().await.is_clean());
    assert!(client.bytes_to_end().await < HUGE_BYTES);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_reads_slowly_gets_everything_even_if_others_wait_for_its_slot() {
    let step = Duration::from_millis(20);
    let limits = Limits { connections_max: 1, idle_crowded: step, header_read: PATIENCE * 2, ..Limits::default() };
    let running = serve(limits).await;
    let (mut slow, mut next) = (running.client().await, running.client().await);
    slow.send(get("/admin/huge")).await;
    next.send(get("/health")).await;
    // The pace is the subject of the test: each pause is longer than an idle connection would be granted now.
    for megabytes in 1..=24 {
        slow.pull(megabytes * 1024 * 1024).await;
        sleep(step * 2).await;
    }
    assert_eq!(slow.reply().await.body.len(), HUGE_BYTES);
    // Only now it is idle, and makes room.
    assert_eq!(next.reply().await.status, 200);
    assert_eq!(slow.bytes_to_end().await, 0);
    assert!(running.stop().await.is_clean());
}

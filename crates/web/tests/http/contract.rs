//! Each row of the outside contract: route, status, headers.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use app::intake::{CallbackOutcome, HintOutcome, UpdateOutcome};
use web::{Door, Limits};

use crate::support::{Fake, Running, SECRET, Script, bind, get, http_client, known, serve, update};

#[tokio::test(flavor = "multi_thread")]
async fn an_updates_outcome_becomes_its_status() {
    let (running, fake) = serve(Fake::done(), Limits::default()).await;
    let mut client = running.client().await;
    let cases = [
        (UpdateOutcome::Done, 200, None),
        (UpdateOutcome::NotJson, 400, None),
        (UpdateOutcome::Later(Duration::from_millis(1_500)), 503, Some("2")),
        (UpdateOutcome::Later(Duration::ZERO), 503, Some("1")),
    ];
    for (outcome, status, retry_after) in cases {
        *fake.script.lock().unwrap() = Script::Answer(outcome);
        let reply = client.ask(update("{\"update_id\":1}")).await;
        assert_eq!((reply.status, reply.header("retry-after")), (status, retry_after), "{outcome:?}");
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(reply.header("cache-control"), Some("no-store"));
        assert_eq!(reply.header("connection"), None, "the connection stays open");
    }
    assert_eq!(fake.updates.lock().unwrap().len(), 4);
    assert!(fake.updates.lock().unwrap().iter().all(|body| body == b"{\"update_id\":1}"));
    assert!(running.stop().await.is_clean());
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_secret_the_answer_comes_before_the_body() {
    let (running, fake) = serve(Fake::done(), Limits::default()).await;
    let almost = &SECRET[..SECRET.len() - 1];
    for header in
        ["", "x-telegram-bot-api-secret-token: \r\n", &format!("x-telegram-bot-api-secret-token: {almost}\r\n")]
    {
        let mut client = running.client().await;
        // The body is announced and never sent: only a server that doesn't wait for it answers 401 rather than 408.
        let reply = client
            .ask(format!("POST /telegram/webhook HTTP/1.1\r\nhost: x\r\n{header}content-length: 5000\r\n\r\n"))
            .await;
        assert_eq!(reply.status, 401, "{header}");
        assert_eq!(reply.header("connection"), Some("close"));
        assert!(!reply.body.contains(SECRET));
        assert_eq!(client.bytes_to_end().await, 0);
    }
    assert!(fake.updates.lock().unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_callbacks_outcome_becomes_its_status() {
    let (running, fake) = serve(Fake::done(), Limits::default()).await;
    let mut client = running.client().await;
    let cases = [
        (CallbackOutcome::Stored, 200, None),
        (CallbackOutcome::BadSignature, 401, None),
        (CallbackOutcome::UnknownToken, 404, None),
        (CallbackOutcome::Later(Duration::from_secs(3)), 503, Some("3")),
    ];
    for (outcome, status, retry_after) in cases {
        *fake.callback.lock().unwrap() = outcome;
        let reply = client.ask("POST /kie/callback/to-Ken_1 HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n{}").await;
        assert_eq!((reply.status, reply.header("retry-after")), (status, retry_after), "{outcome:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_callback_is_handed_on_as_it_came() {
    let (running, fake) = serve(Fake::done(), Limits::default()).await;
    let sent = http_client()
        .post(running.url("/kie/callback/abc?x=1"))
        .header("X-Webhook-Timestamp", "1700000000")
        .header("X-Webhook-Signature", "c2ln")
        .body("{\"taskId\":\"t\"}")
        .send()
        .await
        .unwrap();
    assert_eq!(sent.status(), 200);
    let reply =
        running.client().await.ask("POST /kie/callback/bare HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n").await;
    assert_eq!(reply.status, 200);
    let callbacks = fake.callbacks.lock().unwrap_or_else(PoisonError::into_inner);
    assert_eq!(callbacks[0].token, "abc");
    assert_eq!(callbacks[0].timestamp.as_deref(), Some("1700000000"));
    assert_eq!(callbacks[0].signature.as_deref(), Some("c2ln"));
    assert_eq!(callbacks[0].body, b"{\"taskId\":\"t\"}");
    assert_eq!((callbacks[1].token.as_str(), callbacks[1].timestamp.as_deref()), ("bare", None));
    assert_eq!((callbacks[1].signature.as_deref(), callbacks[1].body.len()), (None, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_a_token_is_unknown_without_asking_the_house() {
    let (running, fake) = serve(Fake::done(), Limits::default()).await;
    let mut client = running.client().await;
    for token in ["%2e%2e", "a%20b", &"a".repeat(200)] {
        let reply =
            client.ask(format!("POST /kie/callback/{token} HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n")).await;
        assert_eq!(reply.status, 404, "{token}");
    }
    assert!(fake.callbacks.lock().unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn health_tells_the_houses_figures() {
    let (running, _fake) = serve(Fake::done(), Limits::default()).await;
    let reply = running.client().await.ask(get("/health?probe=1")).await;
    assert_eq!((reply.status, reply.header("content-type")), (200, Some("application/json")));
    assert_eq!(
        reply.body,
        r#"{"ok":true,"version":"1.2.3","bot_mode":"webhook","storage":"memory","uptime_s":7,"queue_depth":3}"#
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn ready_names_what_is_missing() {
    let (running, fake) = serve(Fake::done(), Limits::default()).await;
    let mut client = running.client().await;
    let reply = client.ask(get("/ready")).await;
    assert_eq!((reply.status, reply.body.as_str()), (200, r#"{"ready":true,"missing":[]}"#));

    *fake.missing.lock().unwrap() = vec!["storage".to_owned(), "webhook".to_owned()];
    let reply = client.ask(get("/ready")).await;
    assert_eq!((reply.status, reply.body.as_str()), (503, r#"{"ready":false,"missing":["storage","webhook"]}"#));
    assert_eq!(reply.header("content-type"), Some("application/json"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_readiness_check_that_hangs_is_a_503_and_never_holds_a_shutdown() {
    let (mut fake, _reports) = Fake::new(Script::Gated);
    fake.ready_waits = true;
    let (running, _fake) = serve(fake, Limits { ready_max: Duration::from_millis(50), ..Limits::default() }).await;
    let mut client = running.client().await;
    // More often than checks may be under way at once: each is answered.
    for _ in 0..12 {
        let reply = client.ask(get("/ready")).await;
        assert_eq!(reply.status, 503);
        assert!(reply.body.contains("an answer of the readiness check"), "{}", reply.body);
    }
    assert_eq!(client.ask(get("/health")).await.status, 200);
    assert!(running.stop().await.is_clean());
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_are_prometheus_text() {
    let (running, _fake) = serve(Fake::done(), Limits::default()).await;
    let reply = running.client().await.ask(get("/metrics")).await;
    assert_eq!(reply.status, 200);
    assert!(reply.header("content-type").unwrap().starts_with("text/plain; version=0.0.4"));
    assert!(reply.body.contains("updates_total 5"));
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_are_not_for_everybody() {
    let (running, _fake) = serve(Fake::done(), Limits::default()).await;
    let ask = |header: &str| format!("GET /metrics HTTP/1.1\r\nhost: x\r\n{header}\r\n\r\n");
    let reply = running.client().await.ask(ask("x-forwarded-for: 203.0.113.5")).await;
    assert_eq!((reply.status, reply.body.contains("updates_total")), (401, false), "a proxy brought it");
    let door = Arc::new(Door::new(known()));
    door.open(Arc::new(Fake::done())).unwrap();
    let guarded = Running::start(bind(&door, Limits::default()).await.guard_metrics("t0ken".into()));
    let mut client = guarded.client().await;
    for (header, status) in
        [("x-a: b", 401), ("authorization: Bearer t0kem", 401), ("authorization: Bearer t0ken", 200)]
    {
        let reply = client.ask(ask(header)).await;
        assert_eq!((reply.status, reply.body.contains("updates_total")), (status, status == 200), "{header}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn head_is_get_without_a_body() {
    let (running, _fake) = serve(Fake::done(), Limits::default()).await;
    let mut client = running.client().await;
    for path in ["/health", "/ready", "/metrics"] {
        let whole = client.ask(get(path)).await;
        client.send(format!("HEAD {path} HTTP/1.1\r\nhost: x\r\n\r\n")).await;
        let bare = client.bare_reply().await;
        assert_eq!((bare.status, bare.header("content-length")), (200, whole.header("content-length")), "{path}");
    }
    // If a body had been sent after all, this reply would begin with it.
    assert_eq!(client.ask(get("/health")).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn other_paths_are_404_and_other_methods_405_with_allow() {
    let (running, fake) = serve(Fake::done(), Limits::default()).await;
    let mut client = running.client().await;
    for path in [
        "/",
        "/admin",
        "/admin/",
        "/admin/users",
        "/telegram",
        "/telegram/webhook/",
        "/kie/callback/",
        "/kie/callback/a/b",
        "/healthz",
    ] {
        for method in ["GET", "POST"] {
            let reply = client.ask(format!("{method} {path} HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n")).await;
            assert_eq!(reply.status, 404, "{method} {path}");
        }
    }
    let wrong = [
        ("GET", "/telegram/webhook", "POST"),
        ("PUT", "/telegram/webhook", "POST"),
        ("GET", "/kie/callback/abc", "POST"),
        ("POST", "/health", "GET, HEAD"),
        ("DELETE", "/ready", "GET, HEAD"),
        ("BREW", "/metrics", "GET, HEAD"),
    ];
    for (method, path, allow) in wrong {
        let reply = client.ask(format!("{method} {path} HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n")).await;
        assert_eq!((reply.status, reply.header("allow")), (405, Some(allow)), "{method} {path}");
    }
    assert!(fake.updates.lock().unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_sent_in_one_go_are_answered_in_order() {
    let (running, fake) = serve(Fake::done(), Limits::default()).await;
    let mut client = running.client().await;
    let all =
        [update("{\"update_id\":1}"), get("/health"), get("/nothing"), update("{\"update_id\":2}"), get("/ready")]
            .concat();
    // Cut anywhere, also within a head.
    let (first, second) = all.split_at(all.len() - 20);
    client.send(first).await;
    let mut statuses = Vec::new();
    for _ in 0..4 {
        statuses.push(client.reply().await.status);
    }
    statuses.push(client.ask(second).await.status);
    assert_eq!(statuses, [200, 200, 404, 200, 200]);
    assert_eq!(*fake.updates.lock().unwrap(), [b"{\"update_id\":1}".to_vec(), b"{\"update_id\":2}".to_vec()]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_asks_first_is_told_to_go_on_only_with_the_secret() {
    let (running, fake) = serve(Fake::done(), Limits::default()).await;
    let expecting = update("").replace("content-length: 0", "content-length: 2\r\nexpect: 100-continue");
    let mut client = running.client().await;
    client.send(&expecting).await;
    assert_eq!(client.bare_reply().await.status, 100);
    assert_eq!(client.ask("{}").await.status, 200);

    let mut client = running.client().await;
    assert_eq!(client.ask(expecting.replace(SECRET, "guess")).await.status, 401);
    assert_eq!(fake.updates.lock().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_providers_webhook_is_handed_on_and_its_outcome_becomes_its_status() {
    let (running, fake) = serve(Fake::done(), Limits::default()).await;
    let sent = http_client()
        .post(running.url("/payments/crypto_pay/webhook"))
        .header("crypto-pay-api-signature", "c0ffee")
        .body("{\"update_type\":\"invoice_paid\"}")
        .send()
        .await
        .unwrap();
    assert_eq!(sent.status(), 200);
    let hint = fake.hints.lock().unwrap().pop().expect("it was handed on");
    assert_eq!((hint.provider.as_str(), hint.signature.as_deref()), ("crypto_pay", Some("c0ffee")));
    assert_eq!(hint.body, b"{\"update_type\":\"invoice_paid\"}");
    let cases = [
        (HintOutcome::Taken, 200, None),
        (HintOutcome::UnknownProvider, 404, None),
        (HintOutcome::Later(Duration::from_secs(5)), 503, Some("5")),
    ];
    let mut client = running.client().await;
    for (outcome, status, retry_after) in cases {
        *fake.hint.lock().unwrap() = outcome;
        let reply =
            client.ask("POST /payments/yookassa/webhook HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n{}").await;
        assert_eq!((reply.status, reply.header("retry-after")), (status, retry_after), "{outcome:?}");
    }
}

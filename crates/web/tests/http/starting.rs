//! Binding, and the time between the open port and the open door.

use std::sync::Arc;

use web::{Door, Error, Limits, Server};

use crate::support::{Client, Fake, Running, SECRET, bind, get, known, update};

#[tokio::test(flavor = "multi_thread")]
async fn until_the_door_opens_health_answers_and_the_rest_says_come_back() {
    let door = Arc::new(Door::new(known()));
    let running = Running::start(bind(&door, Limits::default()).await);
    let mut client = running.client().await;

    let health = client.ask(get("/health")).await;
    assert_eq!(health.status, 200);
    assert_eq!(
        health.body,
        r#"{"ok":true,"version":"1.2.3","bot_mode":"polling","storage":"sqlite","uptime_s":0,"queue_depth":0}"#
    );
    let ready = client.ask(get("/ready")).await;
    assert_eq!((ready.status, ready.body.as_str()), (503, r#"{"ready":false,"missing":["starting"]}"#));
    let callback = "POST /kie/callback/abc HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n".to_owned();
    for request in [update(""), callback, get("/metrics")] {
        let reply = client.ask(&request).await;
        assert_eq!((reply.status, reply.header("retry-after")), (503, Some("1")), "{request}");
    }
    assert_eq!(client.ask(update("").replace(SECRET, "guess")).await.status, 401);
    assert_eq!(client.ask(get("/nothing")).await.status, 404);

    let fake = Arc::new(Fake::done());
    door.open(fake.clone()).unwrap();
    assert_eq!(client.ask(update("{}")).await.status, 200);
    assert_eq!(client.ask(get("/ready")).await.status, 200);
    assert!(client.ask(get("/health")).await.body.contains("webhook"));
    assert!(matches!(door.open(fake), Err(Error::AlreadyOpen)));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_knocks_between_bind_and_run_is_served() {
    let door = Arc::new(Door::new(known()));
    let server = bind(&door, Limits::default()).await;
    let mut early = Client::connect(server.local_addr()).await;
    early.send(get("/health")).await;
    let running = Running::start(server);
    assert_eq!(early.reply().await.status, 200);
    assert!(running.stop().await.is_clean());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_work_is_refused_before_anything_runs() {
    let door = Arc::new(Door::new(known()));
    let taken = bind(&door, Limits::default()).await;
    let again = Server::bind(taken.local_addr(), Arc::clone(&door), SECRET.into(), Limits::default()).await;
    assert!(matches!(again.err(), Some(Error::Bind { address, .. }) if address == taken.local_addr()));

    let any = ([127, 0, 0, 1], 0).into();
    let open_to_all = Server::bind(any, Arc::clone(&door), "".into(), Limits::default()).await;
    assert!(matches!(open_to_all.err(), Some(Error::EmptySecret)));
    let deaf = Limits { connections_max: 0, ..Limits::default() };
    assert!(matches!(
        Server::bind(any, door, SECRET.into(), deaf).await.err(),
        Some(Error::Limit { name: "connections_max", .. })
    ));
}

//! What becomes of the house's work when its time is over, its client leaves, there is too much of it, or it panics.

use std::time::Duration;

use web::Limits;

use crate::support::{Fake, Script, get, serve, soon, update};

#[tokio::test(flavor = "multi_thread")]
async fn past_its_time_the_answer_is_503_and_the_work_completes() {
    let (fake, mut reports) = Fake::new(Script::Gated);
    let (running, fake) = serve(fake, Limits { handle_max: Duration::from_millis(50), ..Limits::default() }).await;
    let mut client = running.client().await;
    let reply = client.ask(update("{}")).await;
    assert_eq!((reply.status, reply.header("retry-after")), (503, Some("5")));
    soon("the update to begin", reports.begun.recv()).await.unwrap();
    assert!(reports.ended.try_recv().is_err(), "it still waits at the gate");
    assert_eq!(client.ask(get("/health")).await.status, 200, "the connection goes on");
    fake.gate.add_permits(1);
    soon("the update to end", reports.ended.recv()).await.unwrap();
    assert!(running.stop().await.is_clean());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_hangs_up_does_not_end_the_work() {
    let (fake, mut reports) = Fake::new(Script::Gated);
    let (running, fake) = serve(fake, Limits { connections_max: 1, ..Limits::default() }).await;
    let mut client = running.client().await;
    client.send(update("{}")).await;
    soon("the update to begin", reports.begun.recv()).await.unwrap();
    drop(client);
    // There is one slot: who comes next is served only once the listener has seen the hang-up.
    assert_eq!(running.client().await.ask(get("/health")).await.status, 200);
    fake.gate.add_permits(1);
    soon("the update to end", reports.ended.recv()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn work_beyond_the_bound_is_refused_at_once_and_health_is_not() {
    let (fake, mut reports) = Fake::new(Script::Gated);
    let (running, fake) = serve(fake, Limits { work_max: 1, ..Limits::default() }).await;
    let mut first = running.client().await;
    first.send(update("{}")).await;
    soon("the update to begin", reports.begun.recv()).await.unwrap();
    let mut second = running.client().await;
    let reply = second.ask(update("{}")).await;
    assert_eq!((reply.status, reply.header("retry-after")), (503, Some("1")));
    assert_eq!(second.ask(get("/health")).await.status, 200);
    assert_eq!(second.ask(get("/ready")).await.status, 200);
    fake.gate.add_permits(2);
    assert_eq!(first.reply().await.status, 200);
    assert_eq!(second.ask(update("{}")).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_is_503_for_its_request_and_nothing_else() {
    let (mut fake, _reports) = Fake::new(Script::Panic);
    fake.health_panics = true;
    let (running, fake) = serve(fake, Limits { work_max: 1, ..Limits::default() }).await;
    let mut client = running.client().await;
    for request in [update("{\"update_id\":1}"), update("{\"update_id\":2}"), get("/health")] {
        let reply = client.ask(request).await;
        assert_eq!((reply.status, reply.header("retry-after")), (503, Some("5")));
        assert!(!reply.body.contains("scripted"));
    }
    *fake.script.lock().unwrap() = Script::Answer(app::intake::UpdateOutcome::Done);
    assert_eq!(
        client.ask(update("{\"update_id\":3}")).await.status,
        200,
        "the slot of the panicked work is free again"
    );
    assert!(running.stop().await.is_clean());
}

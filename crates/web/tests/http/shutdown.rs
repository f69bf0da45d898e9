//! The signal: nothing new, what runs is finished, what can't be finished is cut and told.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::sleep;
use web::{Drained, Limits};

use crate::support::{Fake, Script, get, serve, soon, update};

/// Waits until the port is closed.
async fn refused(address: SocketAddr) {
    soon("the port to close", async {
        while TcpStream::connect(address).await.is_ok() {
            sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_request_is_finished_and_new_connections_are_refused() {
    let (fake, mut reports) = Fake::new(Script::Gated);
    let (running, fake) = serve(fake, Limits::default()).await;
    let (mut busy, mut idle, silent) = (running.client().await, running.client().await, running.client().await);
    assert_eq!(idle.ask(get("/health")).await.status, 200);
    // Two requests in one go: the second one comes too late.
    busy.send(update("{}") + &update("{}")).await;
    soon("the update to begin", reports.begun.recv()).await.unwrap();

    running.shutdown.cancel();
    refused(running.address).await;
    assert_eq!(idle.bytes_to_end().await, 0, "an idle connection is closed at once");
    assert!(!running.task.is_finished());

    fake.gate.add_permits(2);
    let reply = busy.reply().await;
    assert_eq!((reply.status, reply.header("connection")), (200, Some("close")));
    assert_eq!(busy.bytes_to_end().await, 0);
    assert_eq!(fake.updates.lock().unwrap().len(), 1);
    assert!(running.drained().await.is_clean());
    drop(silent);
}

#[tokio::test(flavor = "multi_thread")]
async fn work_that_outlived_its_answer_is_waited_for() {
    let (fake, mut reports) = Fake::new(Script::Gated);
    let (running, fake) = serve(fake, Limits { handle_max: Duration::from_millis(30), ..Limits::default() }).await;
    assert_eq!(running.client().await.ask(update("{}")).await.status, 503);
    running.shutdown.cancel();
    refused(running.address).await;
    assert!(!running.task.is_finished());
    fake.gate.add_permits(1);
    assert!(running.drained().await.is_clean());
    reports.ended.try_recv().expect("the work ended before the listener did");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_end_in_time_is_cut_and_counted() {
    let (fake, mut reports) = Fake::new(Script::Gated);
    let (running, _fake) = serve(fake, Limits { drain: Duration::from_millis(80), ..Limits::default() }).await;
    let mut client = running.client().await;
    client.send(update("{}")).await;
    soon("the update to begin", reports.begun.recv()).await.unwrap();
    assert_eq!(running.stop().await, Drained { connections_cut: 1, work_unfinished: 1 });
    assert_eq!(client.bytes_to_end().await, 0);
    assert!(reports.ended.try_recv().is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shutdown_before_the_first_connection_is_clean() {
    let (running, _fake) = serve(Fake::done(), Limits::default()).await;
    assert!(running.stop().await.is_clean());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listener_whose_slots_are_all_taken_still_hears_the_signal() {
    let (fake, mut reports) = Fake::new(Script::Gated);
    let (running, fake) = serve(fake, Limits { connections_max: 1, ..Limits::default() }).await;
    let mut client = running.client().await;
    client.send(update("{}")).await;
    soon("the update to begin", reports.begun.recv()).await.unwrap();
    running.shutdown.cancel();
    refused(running.address).await;
    fake.gate.add_permits(1);
    assert_eq!(client.reply().await.status, 200);
    assert!(running.drained().await.is_clean());
}

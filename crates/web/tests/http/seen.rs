//! Metrics and logs: complete, and without anything that a client sent.

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use metrics_exporter_prometheus::PrometheusBuilder;
use tracing_subscriber::fmt::MakeWriter;
use web::Limits;

use crate::support::{Fake, SECRET, Script, get, serve, soon, update};

/// The log as text.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// One thread, so that the recorder and the log of this test see everything and nothing of other tests.
#[tokio::test]
async fn every_outcome_is_counted_and_logged_by_template_only() {
    let recorder = PrometheusBuilder::new().build_recorder();
    let handle = recorder.handle();
    let _recording = metrics::set_default_local_recorder(&recorder);
    let log = Log::default();
    let _logging = tracing::subscriber::set_default(
        tracing_subscriber::fmt().json().with_max_level(tracing::Level::TRACE).with_writer(log.clone()).finish(),
    );

    let (fake, mut reports) = Fake::new(Script::Gated);
    let (running, fake) = serve(fake, Limits { handle_max: Duration::from_millis(40), ..Limits::default() }).await;
    let mut client = running.client().await;
    *fake.callback.lock().unwrap() = app::intake::CallbackOutcome::UnknownToken;
    let callback = "POST /kie/callback/tok3n-of-path?q=qu3ry HTTP/1.1\r\nhost: x\r\nx-webhook-signature: s1gnature\r\ncontent-length: 8\r\n\r\nb0dyb0dy";
    assert_eq!(client.ask(callback).await.status, 404);
    assert_eq!(client.ask(get("/some/pr1vate/path")).await.status, 404);
    assert_eq!(client.ask(get("/health")).await.status, 200);
    assert_eq!(client.ask(update("").replace(SECRET, "gu3ss")).await.status, 401);
    assert_eq!(client.ask(update("b0dyb0dy")).await.status, 503);
    *fake.script.lock().unwrap() = Script::Panic;
    assert_eq!(client.ask(update("b0dyb0dy")).await.status, 503);
    fake.gate.add_permits(1);
    soon("the overrun work to end", reports.ended.recv()).await.unwrap();
    assert!(running.stop().await.is_clean());

    let metrics = handle.render();
    for line in [
        r#"http_requests_total{route="/kie/callback/{token}",status="404"} 1"#,
        r#"http_requests_total{route="unmatched",status="404"} 1"#,
        r#"http_requests_total{route="/health",status="200"} 1"#,
        r#"http_requests_total{route="/telegram/webhook",status="401"} 1"#,
        r#"http_requests_total{route="/telegram/webhook",status="503"} 2"#,
        r#"http_work_overruns_total{route="/telegram/webhook"} 1"#,
        r#"http_work_panics_total{route="/telegram/webhook"} 1"#,
        r#"http_request_duration_seconds_count{route="/telegram/webhook"} 3"#,
        "http_connections_open 0",
    ] {
        assert!(metrics.lines().any(|found| found == line), "`{line}` is missing in\n{metrics}");
    }

    let text = log.text();
    for expected in [
        "`/kie/callback/{token}` answered 404",
        "`unmatched` answered 404",
        "`/telegram/webhook` answered 401",
        "`/telegram/webhook` answered 503",
        "the work behind `/telegram/webhook` panicked",
        "past its answer",
        "everything in flight was finished",
    ] {
        assert!(text.contains(expected), "`{expected}` is missing in\n{text}");
    }
    assert!(!text.contains("`/health` answered"), "what went well is not logged");
    let ours: String = text.lines().filter(|line| line.contains(r#""target":"web"#)).collect();
    for secret in ["tok3n-of-path", "qu3ry", "s1gnature", "b0dyb0dy", "pr1vate", "gu3ss", SECRET, "scripted"] {
        assert!(!ours.contains(secret) && !metrics.contains(secret), "`{secret}` leaked");
    }
}

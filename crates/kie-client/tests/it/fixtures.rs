//! Whole answers, rebuilt by their documented or reported forms, through the client. Each file names its source, the answer, and what is to be read from it.

use std::path::Path;
use std::time::Duration;

use domain::generation::Failure;
use domain::ids::{ModelId, TaskId};
use domain::models::ApiFamily;
use domain::ports::{CreateRequest, Generator, TaskReport, TaskStatus};
use kie_client::KieClient;
use serde_json::{Value, json};

use crate::server::{Answer, Server};

const BUDGET: Duration = Duration::from_secs(20);

#[tokio::test]
async fn every_fixture_is_read_as_it_says() {
    let server = Server::start([]).await;
    let client = server.client_of_one_try();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let fixture: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        assert!(fixture["source"].as_str().is_some_and(|source| !source.is_empty()), "{path:?} names no source");
        let status = u16::try_from(fixture["http_status"].as_u64().unwrap()).unwrap();
        server.script([Answer::http(status, &fixture["body"].to_string())]);
        assert_eq!(ask(&client, fixture["call"].as_str().unwrap()).await, fixture["expect"], "{path:?}");
        seen += 1;
    }
    assert!(seen >= 15, "only {seen} fixtures were found");
}

async fn ask(client: &KieClient, call: &str) -> Value {
    let task = TaskId("4f1d6a0be5b84b6ab1a2f9b5c7d8e9f0".into());
    match call {
        "create" => {
            let request = CreateRequest {
                model: ModelId("google/nano-banana".into()),
                family: ApiFamily::Market,
                path: None,
                input: serde_json::Map::new(),
                callback_url: None,
            };
            outcome(client.create(&request, BUDGET).await.map(|task| json!(task)))
        }
        "query" => outcome(client.query(&task, ApiFamily::Market, BUDGET).await.map(told)),
        "credits" => outcome(client.credits(BUDGET).await.map(|credits| json!(credits))),
        "upload" => {
            let file = tempfile::NamedTempFile::new().unwrap();
            std::fs::write(file.path(), "picture").unwrap();
            outcome(client.upload(file.path(), "photo.jpg", BUDGET).await.map(|uploaded| json!(uploaded.url)))
        }
        other => panic!("`{other}` is no call"),
    }
}

fn outcome<E: std::fmt::Display>(result: Result<Value, E>) -> Value {
    result.unwrap_or_else(|error| json!({"error": error.to_string()}))
}

fn told(report: TaskReport) -> Value {
    let status = match report.status {
        TaskStatus::Running => json!("running"),
        TaskStatus::Succeeded(results) => json!({ "succeeded": results }),
        TaskStatus::Failed(Failure { reason, detail }) => json!({"failed": reason, "detail": detail}),
    };
    json!({"status": status, "cost": report.cost, "callback_url": report.callback_url, "took_ms": report.took_ms})
}

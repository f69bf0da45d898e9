//! While KIE does not answer, nothing new is asked of that family; refusals are answers.

use std::time::Duration;

use domain::ids::{ModelId, TaskId};
use domain::models::ApiFamily;
use domain::ports::{CreateError, CreateRequest, Generator};
use kie_client::{BreakerPolicy, KieClient};
use serde_json::json;

use crate::create::told;
use crate::server::{Answer, Server, nobody, options};

const BUDGET: Duration = Duration::from_secs(2);
const REST: Duration = Duration::from_millis(300);

fn request(family: ApiFamily) -> CreateRequest {
    let path = (family != ApiFamily::Market).then(|| "/api/v1/veo/generate".to_owned());
    let (model, input) = (ModelId("m".into()), serde_json::Map::new());
    CreateRequest { model, family, path, input, callback_url: None }
}

/// Of three outages, with a rest that a test waits out; each call is one try.
fn client(url: &str) -> KieClient {
    let mut options = options(url);
    options.retry.tries_max = 1;
    options.breaker = BreakerPolicy { rest: REST, ..BreakerPolicy::KIE };
    KieClient::new(options).unwrap()
}

fn made() -> Answer {
    Answer::data(json!({"taskId": "t"}))
}

#[tokio::test]
async fn three_outages_keep_new_tasks_of_that_family_back_and_no_other() {
    let server = Server::start([]).await;
    let kie = client(&server.url());
    let outages = [Answer::http(502, "<html></html>"), Answer::CloseAfterReading, Answer::code(500, "Internal Error")];
    server.script(outages);
    for _ in 0..3 {
        assert_eq!(kie.rests(ApiFamily::Market), None);
        assert_eq!(told(&kie.create(&request(ApiFamily::Market), BUDGET).await), "unknown");
    }
    assert_eq!(server.requests().len(), 3);
    let kept_back = kie.create(&request(ApiFamily::Market), BUDGET).await;
    let Err(CreateError::NotMade { retry_after: Some(wait), .. }) = kept_back else { panic!("{kept_back:?}") };
    assert!(wait <= REST && kie.rests(ApiFamily::Market).is_some(), "{wait:?}");
    assert!(server.requests().is_empty(), "nothing was sent");

    server.script([made()]);
    assert_eq!(kie.rests(ApiFamily::Veo), None);
    assert_eq!(told(&kie.create(&request(ApiFamily::Veo), BUDGET).await), "made t");
    assert!(kie.rests(ApiFamily::Market).is_some(), "another family's answer proves nothing of this one");
}

#[tokio::test]
async fn after_the_rest_one_creation_finds_out_and_an_answer_lets_all_go_on() {
    let url = nobody().await;
    let kie = client(&url);
    for _ in 0..3 {
        assert_eq!(told(&kie.create(&request(ApiFamily::Market), BUDGET).await), "not made");
    }
    let rest = kie.rests(ApiFamily::Market).expect("no connection is an outage");
    tokio::time::sleep(rest).await;
    assert_eq!(kie.rests(ApiFamily::Market), None);
    assert_eq!(told(&kie.create(&request(ApiFamily::Market), BUDGET).await), "not made");
    let longer = kie.rests(ApiFamily::Market).expect("it is out still");
    assert!(longer > REST, "the rest grows: {longer:?}");

    let server =
        Server::start([Answer::http(503, ""), Answer::http(503, ""), Answer::http(503, ""), Answer::Hang]).await;
    let kie = std::sync::Arc::new(client(&server.url()));
    for _ in 0..3 {
        let _out = kie.create(&request(ApiFamily::Market), BUDGET).await;
    }
    assert_eq!(server.requests().len(), 3);
    tokio::time::sleep(kie.rests(ApiFamily::Market).expect("three outages")).await;
    let probe = tokio::spawn({
        let kie = std::sync::Arc::clone(&kie);
        async move { kie.create(&request(ApiFamily::Market), BUDGET).await }
    });
    let arrived = async {
        while server.requests().is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(BUDGET, arrived).await.expect("one is let through");
    assert_eq!(told(&kie.create(&request(ApiFamily::Market), BUDGET).await), "not made", "the others wait for it");
    assert!(server.requests().is_empty());
    probe.abort();
    let _ended = probe.await;
    server.script([Answer::code(422, "url is wrong"), made()]);
    assert_eq!(told(&kie.create(&request(ApiFamily::Market), BUDGET).await), "refused InputsRefused");
    assert_eq!(kie.rests(ApiFamily::Market), None, "a refusal is an answer");
    assert_eq!(told(&kie.create(&request(ApiFamily::Market), BUDGET).await), "made t");
}

#[tokio::test]
async fn refusals_full_queues_and_account_troubles_are_answers() {
    let server = Server::start([]).await;
    let kie = client(&server.url());
    for code in [400, 401, 402, 404, 422, 429, 433, 451, 455, 501, 505, 531, 550] {
        server.script((0..3).map(|_| Answer::code(code, "no")));
        for _ in 0..3 {
            let _refused = kie.create(&request(ApiFamily::Market), BUDGET).await;
        }
        assert_eq!(kie.rests(ApiFamily::Market), None, "{code}");
    }
}

#[tokio::test]
async fn unanswered_questions_keep_new_tasks_back_and_are_asked_on() {
    let server = Server::start((0..4).map(|_| Answer::http(504, ""))).await;
    let kie = client(&server.url());
    for _ in 0..4 {
        assert!(kie.query(&TaskId("t".into()), ApiFamily::Market, BUDGET).await.is_err());
    }
    assert!(kie.rests(ApiFamily::Market).is_some());
    assert_eq!(server.requests().len(), 4, "questions are never kept back");
}

//! Creations: the request to the letter, and the codes that mean something else than in the unified family.

use std::time::Duration;

use domain::generation::{Failure, FailureReason};
use domain::models::ApiFamily;
use domain::ports::{CreateError, Generator};
use serde_json::{Value, json};

use super::{CALLBACK, DEDICATED, request};
use crate::create::told;
use crate::server::{Answer, Server};

const BUDGET: Duration = Duration::from_secs(20);

fn made() -> Answer {
    Answer::data(json!({"taskId": "task-1"}))
}

/// The path as the request says it; the inputs at the top level, as they are, and the callback beside them.
#[tokio::test]
async fn a_dedicated_request_is_flat_and_goes_to_its_own_path() {
    let server = Server::start([]).await;
    let client = server.client();
    let table = [
        (
            ApiFamily::Veo,
            "/api/v1/veo/generate",
            json!({"prompt": "a cat", "model": "veo3_fast", "imageUrls": ["https://a/1"], "generationType": "REFERENCE_2_VIDEO", "aspect_ratio": "16:9", "duration": 8}),
        ),
        (
            ApiFamily::Runway,
            "/api/v1/runway/generate",
            json!({"prompt": "a cat", "duration": 5, "quality": "720p", "aspectRatio": "16:9", "waterMark": ""}),
        ),
        (
            ApiFamily::Runway,
            "/api/v1/runway/extend",
            json!({"taskId": "before", "prompt": "it jumps", "quality": "720p"}),
        ),
        (ApiFamily::Aleph, "/api/v1/aleph/generate", json!({"prompt": "make it snow", "videoUrl": "https://a/v.mp4"})),
        (
            ApiFamily::FluxKontext,
            "/api/v1/flux/kontext/generate",
            json!({"prompt": "a cat", "model": "flux-kontext-max", "inputImage": "https://a/1", "safetyTolerance": 2}),
        ),
        (
            ApiFamily::FourOImage,
            "/api/v1/gpt4o-image/generate",
            json!({"prompt": "a cat", "filesUrl": ["https://a/1"], "size": "3:2"}),
        ),
        (
            ApiFamily::Suno,
            "/api/v1/generate",
            json!({"prompt": "a song", "customMode": false, "instrumental": true, "model": "V5", "styleWeight": 0.65}),
        ),
        (ApiFamily::Suno, "/api/v1/generate/extend", json!({"audioId": "a", "defaultParamFlag": false, "model": "V5"})),
        (ApiFamily::SunoLyrics, "/api/v1/lyrics", json!({"prompt": "a song about a cat"})),
    ];
    for (family, path, input) in table {
        for callback in [Some(CALLBACK.to_owned()), None] {
            server.script([made()]);
            let mut request = request(family, path, &input);
            request.callback_url = callback.clone();
            assert_eq!(told(&client.create(&request, BUDGET).await), "made task-1", "{path}");
            let [sent] = server.requests().try_into().unwrap();
            assert_eq!(sent.line, format!("POST {path}"));
            assert_eq!(sent.header("content-type"), Some("application/json"));
            let mut expected = input.clone();
            if let Some(url) = callback {
                expected["callBackUrl"] = Value::String(url);
            }
            assert_eq!(sent.json(), expected, "{path}");
        }
    }
}

#[tokio::test]
async fn the_unified_family_knows_its_path_and_wraps_the_inputs() {
    let server = Server::start([made(), made()]).await;
    let mut request = request(ApiFamily::Market, "/ignored", &json!({"prompt": "a cat"}));
    server.client().create(&request, BUDGET).await.unwrap();
    request.callback_url = None;
    server.client().create(&request, BUDGET).await.unwrap();
    let [with, without] = server.requests().try_into().unwrap();
    assert_eq!(with.line, "POST /api/v1/jobs/createTask");
    assert_eq!(with.json(), json!({"model": "a/model", "input": {"prompt": "a cat"}, "callBackUrl": CALLBACK}));
    assert_eq!(without.json(), json!({"model": "a/model", "input": {"prompt": "a cat"}}));
}

#[tokio::test]
async fn a_dedicated_request_without_a_path_is_refused_and_nothing_is_sent() {
    let server = Server::start([]).await;
    let client = server.client();
    for family in DEDICATED {
        for path in [None, Some(String::new()), Some("veo/generate".to_owned())] {
            let mut request = request(family, "", &json!({"prompt": "a cat"}));
            request.path = path;
            let expected = Failure {
                reason: FailureReason::ModelUnavailable,
                detail: Some(format!("the model names no path of the family `{family}`")),
            };
            assert_eq!(client.create(&request, BUDGET).await, Err(CreateError::Refused(expected)));
        }
    }
    assert!(server.requests().is_empty());
}

/// A path is only ever a path: it can't lead the key to another server, nor add a query.
#[tokio::test]
async fn an_odd_path_stays_on_the_api_server() {
    let server = Server::start([]).await;
    for path in ["//evil.example/x", "/\\evil.example", "/@evil.example/?a=b#c", "/../../x"] {
        server.script([made()]);
        let request = request(ApiFamily::Veo, path, &json!({}));
        assert_eq!(told(&server.client().create(&request, BUDGET).await), "made task-1", "{path}");
        assert!(!server.requests()[0].line.contains('?'), "{path}");
    }
}

/// A code of the table in `create` keeps its meaning; those that a family says otherwise are listed here for all families.
#[tokio::test]
async fn a_familys_own_codes_are_known() {
    use ApiFamily::{Aleph, FluxKontext, FourOImage, Market, Runway, Suno, SunoLyrics, Veo};
    let server = Server::start([]).await;
    let client = server.client_of_one_try();
    let table: [(i64, &str, &[ApiFamily], &str); 23] = [
        (408, "slow down", &[Suno, SunoLyrics], "not made"),
        (408, "upstream silent", &[Market, Veo, Runway, Aleph, FluxKontext, FourOImage], "refused ProviderFailed"),
        (413, "conflict", &[Suno, SunoLyrics], "refused ContentRefused"),
        (413, "the prompt is too long", &[Suno, SunoLyrics], "refused InputsRefused"),
        (413, "conflict", &[Market, Veo, Runway, Aleph, FluxKontext, FourOImage], "refused InputsRefused"),
        (400, "no", &[FourOImage], "refused ContentRefused"),
        (400, "size is required", &[FourOImage], "refused InputsRefused"),
        (400, "no", &[Market, Veo, Runway, Aleph, FluxKontext, Suno, SunoLyrics], "refused InputsRefused"),
        (422, "Ratio error", &[Veo], "refused InputsRefused"),
        (422, "Please enter callBackUrl", &[Suno, SunoLyrics], "refused InputsRefused"),
        (401, "no access", ApiFamily::ALL, "account KeyRefused"),
        (402, "no credits", ApiFamily::ALL, "account OutOfCredits"),
        (429, "too fast", ApiFamily::ALL, "not made"),
        (433, "cap", ApiFamily::ALL, "account KeyCapReached"),
        (451, "could not fetch the image", ApiFamily::ALL, "input died"),
        (455, "maintenance", ApiFamily::ALL, "maintenance"),
        (500, "Internal Error", ApiFamily::ALL, "unknown"),
        (500, "This interface is temporarily paused", ApiFamily::ALL, "refused ModelUnavailable"),
        (501, "generation failed", ApiFamily::ALL, "refused ProviderFailed"),
        (505, "function off", ApiFamily::ALL, "refused ModelUnavailable"),
        (531, "failed and refunded", ApiFamily::ALL, "refused ProviderFailed"),
        (550, "queue full", ApiFamily::ALL, "not made"),
        (418, "nobody knows", ApiFamily::ALL, "unknown"),
    ];
    for (code, words, families, expected) in table {
        for family in families {
            server.script([Answer::code(code, words)]);
            let result = client.create(&request(*family, "/api/v1/x", &json!({"prompt": "a cat"})), BUDGET).await;
            assert_eq!(told(&result), expected, "{family}: {code} {words}");
            assert_eq!(server.requests().len(), 1, "{family}: {code} is sent once");
        }
    }
}

/// The promise of the unified family holds for each: what may have been made is never sent again, what was not made is.
#[tokio::test]
async fn an_unknown_outcome_is_sent_once_in_each_family() {
    let server = Server::start([]).await;
    let client = server.client();
    for family in DEDICATED {
        let request = request(family, "/api/v1/x", &json!({"prompt": "a cat"}));
        let nonsense = [
            Answer::CloseAfterReading,
            Answer::http(502, "<html></html>"),
            Answer::http(200, "not json"),
            Answer::data(json!(null)),
            Answer::data(json!(["task-1"])),
            Answer::data(json!({"taskId": "t".repeat(300)})),
        ];
        for answer in nonsense {
            server.script([answer.clone()]);
            assert_eq!(told(&client.create(&request, BUDGET).await), "unknown", "{family} {answer:?}");
            assert_eq!(server.requests().len(), 1, "{family} {answer:?}");
        }
        server.script([Answer::code(550, "queue full"), made()]);
        assert_eq!(told(&client.create(&request, BUDGET).await), "made task-1", "{family}");
        assert_eq!(server.requests().len(), 2, "{family}");
    }
}

#[tokio::test]
async fn what_kie_repeats_of_a_dedicated_request_is_taken_out() {
    let server = Server::start([]).await;
    let client = server.client_of_one_try();
    for family in DEDICATED {
        server.script([Answer::code(422, &format!("wrong: {CALLBACK} for `a cat in the snow`"))]);
        let request = request(family, "/api/v1/x", &json!({"prompt": "a cat in the snow"}));
        let Err(CreateError::Refused(failure)) = client.create(&request, BUDGET).await else { panic!("{family}") };
        assert_eq!(failure.detail.as_deref(), Some("422: wrong: *** for `***`"), "{family}");
    }
}

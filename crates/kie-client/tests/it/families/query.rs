//! Questions: where each family is asked, its words, its failures, its nonsense.

use std::time::Duration;

use domain::generation::Failure;
use domain::ids::TaskId;
use domain::models::ApiFamily::{self, Aleph, FluxKontext, FourOImage, Market, Runway, Suno, SunoLyrics, Veo};
use domain::ports::{Generator, TaskStatus};
use serde_json::{Value, json};

use super::{CALLBACK, DEDICATED};
use crate::query::told;
use crate::server::{Answer, Server};

const BUDGET: Duration = Duration::from_secs(20);

fn task() -> TaskId {
    TaskId("task-1".into())
}

/// Each row: families, `data` of the answer, what it means.
async fn check(table: &[(&[ApiFamily], Value, &str)]) {
    let server = Server::start([]).await;
    let client = server.client_of_one_try();
    for (families, data, expected) in table {
        for family in *families {
            server.script([Answer::data(data.clone())]);
            assert_eq!(told(&client.query(&task(), *family, BUDGET).await), *expected, "{family}: {data}");
        }
    }
}

#[tokio::test]
async fn each_family_is_asked_at_its_own_path() {
    let server = Server::start([]).await;
    let client = server.client();
    let table = [
        (Market, "/api/v1/jobs/recordInfo"),
        (Veo, "/api/v1/veo/record-info"),
        (Runway, "/api/v1/runway/record-detail"),
        (Aleph, "/api/v1/aleph/record-info"),
        (FluxKontext, "/api/v1/flux/kontext/record-info"),
        (FourOImage, "/api/v1/gpt4o-image/record-info"),
        (Suno, "/api/v1/generate/record-info"),
        (SunoLyrics, "/api/v1/lyrics/record-info"),
    ];
    for (family, path) in table {
        server.script([Answer::data(json!({"taskId": "task-1"}))]);
        assert_eq!(told(&client.query(&task(), family, BUDGET).await), "running", "{family}");
        assert_eq!(server.requests()[0].line, format!("GET {path}?taskId=task-1"));
    }
}

#[tokio::test]
async fn flags_mean_the_same_in_every_family_as_numbers_and_as_text() {
    check(&[
        (ApiFamily::ALL, json!({"successFlag": 0}), "running"),
        (ApiFamily::ALL, json!({"successFlag": 1}), "succeeded"),
        (ApiFamily::ALL, json!({"successFlag": 2}), "failed ProviderFailed"),
        (ApiFamily::ALL, json!({"successFlag": 3}), "failed ProviderFailed"),
        (ApiFamily::ALL, json!({"successFlag": "0"}), "running"),
        (ApiFamily::ALL, json!({"successFlag": "1"}), "succeeded"),
        (ApiFamily::ALL, json!({"successFlag": "2"}), "failed ProviderFailed"),
        (ApiFamily::ALL, json!({"successFlag": "3"}), "failed ProviderFailed"),
        (ApiFamily::ALL, json!({"successFlag": 4}), "running"),
        (ApiFamily::ALL, json!({"successFlag": "NEW_WORD"}), "running"),
        (ApiFamily::ALL, json!({"successFlag": null}), "running"),
        (ApiFamily::ALL, json!({"successFlag": [1]}), "running"),
        (ApiFamily::ALL, json!({"state": "a new word", "status": "A_NEW_WORD", "successFlag": 0}), "running"),
        (ApiFamily::ALL, json!({}), "running"),
        // A failure's words without the end of the task are none.
        (ApiFamily::ALL, json!({"successFlag": 0, "errorCode": 500, "errorMessage": "retrying"}), "running"),
    ])
    .await;
}

#[tokio::test]
async fn each_familys_words_mean_what_the_table_says() {
    let both: &[ApiFamily] = &[Suno, SunoLyrics];
    check(&[
        (&[Runway], json!({"state": "wait"}), "running"),
        (&[Runway], json!({"state": "queueing"}), "running"),
        (&[Runway], json!({"state": "generating"}), "running"),
        (&[Runway], json!({"state": "success"}), "succeeded"),
        (&[Runway], json!({"state": "fail"}), "failed ProviderFailed"),
        (&[Runway], json!({"state": "SUCCESS"}), "running"),
        (&[FourOImage], json!({"status": "GENERATING", "progress": "0.50"}), "running"),
        (&[FourOImage], json!({"status": "SUCCESS"}), "succeeded"),
        (&[FourOImage], json!({"status": "CREATE_TASK_FAILED"}), "failed ProviderFailed"),
        (&[FourOImage], json!({"status": "GENERATE_FAILED"}), "failed ProviderFailed"),
        (&[FourOImage], json!({"status": "A_NEW_WORD", "successFlag": 1}), "succeeded"),
        (both, json!({"status": "PENDING"}), "running"),
        (both, json!({"status": "TEXT_SUCCESS"}), "running"),
        (both, json!({"status": "FIRST_SUCCESS"}), "running"),
        (both, json!({"status": "SUCCESS"}), "succeeded"),
        (both, json!({"status": "success"}), "running"),
        (both, json!({"status": "CREATE_TASK_FAILED"}), "failed ProviderFailed"),
        (&[Suno], json!({"status": "GENERATE_AUDIO_FAILED"}), "failed ProviderFailed"),
        (&[SunoLyrics], json!({"status": "GENERATE_LYRICS_FAILED"}), "failed ProviderFailed"),
        (both, json!({"status": "SENSITIVE_WORD_ERROR"}), "failed ContentRefused"),
        (both, json!({"status": "A_NEW_WORD"}), "running"),
        // Suno's helpers put the word into the flag.
        (both, json!({"successFlag": "PENDING"}), "running"),
        (both, json!({"successFlag": "SUCCESS"}), "succeeded"),
        (both, json!({"successFlag": "CREATE_TASK_FAILED"}), "failed ProviderFailed"),
    ])
    .await;
}

/// Only our address failed: the songs decide.
#[tokio::test]
async fn a_failed_callback_is_no_failed_song() {
    let songs = |songs: Value| json!({"status": "CALLBACK_EXCEPTION", "response": {"sunoData": songs}});
    let lyrics = |lyrics: Value| json!({"status": "CALLBACK_EXCEPTION", "response": {"data": lyrics}});
    let whole = json!([{"audioUrl": "https://a/1.mp3"}, {"audioUrl": "https://a/2.mp3"}]);
    let as_text =
        json!({"status": "CALLBACK_EXCEPTION", "response": json!({"sunoData": whole.to_string()}).to_string()});
    check(&[
        (&[Suno], songs(whole), "succeeded"),
        (&[Suno], as_text, "succeeded"),
        (&[Suno], songs(json!([{"audio_url": "https://a/1.mp3"}])), "succeeded"),
        (&[Suno], songs(json!([{"audioUrl": "https://a/1.mp3"}, {"audioUrl": "", "title": "Two"}])), "running"),
        (&[Suno], songs(json!([{"streamAudioUrl": "https://a/1", "imageUrl": "https://a/1.jpg"}])), "running"),
        (&[Suno], songs(json!([])), "running"),
        (&[Suno], songs(json!(null)), "running"),
        (&[Suno], json!({"status": "CALLBACK_EXCEPTION"}), "running"),
        (
            &[SunoLyrics],
            lyrics(json!([{"text": "la la", "title": "One"}, {"text": "", "status": "failed"}])),
            "succeeded",
        ),
        (&[SunoLyrics], lyrics(json!([{"text": " "}])), "running"),
        (&[SunoLyrics], json!({"status": "CALLBACK_EXCEPTION", "response": null}), "running"),
    ])
    .await;
}

#[tokio::test]
async fn a_failures_code_and_words_give_its_reason() {
    let others: &[ApiFamily] = &[Veo, Aleph, FluxKontext, FourOImage, Suno, SunoLyrics];
    let failed = |code: Value, message: Value| json!({"successFlag": 3, "errorCode": code, "errorMessage": message});
    let runway = |code: Value, message: Value| json!({"state": "fail", "failCode": code, "failMsg": message});
    check(&[
        (others, failed(json!(400), json!(null)), "failed ContentRefused"),
        (others, failed(json!("400"), json!("something")), "failed ContentRefused"),
        (others, failed(json!(400), json!("prompt cannot be empty")), "failed InputsRefused"),
        (others, failed(json!(422), json!("")), "failed InputsRefused"),
        (others, failed(json!(451), json!("")), "failed InputsRefused"),
        (others, failed(json!(402), json!("")), "failed ServiceUnavailable"),
        (others, failed(json!(505), json!("")), "failed ModelUnavailable"),
        (others, failed(json!(500), json!("Internal Error")), "failed ProviderFailed"),
        (others, failed(json!(501), json!("flagged by the content policy")), "failed ContentRefused"),
        (others, failed(json!(null), json!("This interface is temporarily paused")), "failed ModelUnavailable"),
        (&[Veo], failed(json!(422), json!("Ratio error")), "failed InputsRefused"),
        (&[Suno, SunoLyrics], failed(json!(413), json!("")), "failed ContentRefused"),
        (&[Veo, FourOImage], failed(json!(413), json!("")), "failed InputsRefused"),
        (&[Suno, SunoLyrics], failed(json!(531), json!("")), "failed ProviderFailed"),
        // The word is sure, whatever stands beside it.
        (
            &[Suno],
            json!({"status": "SENSITIVE_WORD_ERROR", "errorCode": 500, "errorMessage": "is required"}),
            "failed ContentRefused",
        ),
        (&[Runway], runway(json!(400), json!("Inappropriate content detected")), "failed ContentRefused"),
        (&[Runway], runway(json!(400), json!("")), "failed ContentRefused"),
        (&[Runway], runway(json!(0), json!("")), "failed ProviderFailed"),
        (&[Runway], runway(json!(500), json!("")), "failed ProviderFailed"),
    ])
    .await;
}

#[tokio::test]
async fn a_failure_keeps_kies_code_and_words_or_the_familys_word() {
    let server = Server::start([]).await;
    let client = server.client_of_one_try();
    let table = [
        (
            Veo,
            json!({"successFlag": 2, "errorCode": 500, "errorMessage": "upstream\nerror"}),
            Some("500: upstream error"),
        ),
        (Veo, json!({"successFlag": 2}), None),
        (Runway, json!({"state": "fail", "failCode": 0, "failMsg": "busy"}), Some("busy")),
        (Suno, json!({"status": "GENERATE_AUDIO_FAILED", "errorCode": null}), Some("GENERATE_AUDIO_FAILED")),
        (
            Suno,
            json!({"status": "GENERATE_AUDIO_FAILED", "errorCode": 501, "errorMessage": format!("no {CALLBACK}"), "param": json!({"callBackUrl": CALLBACK}).to_string()}),
            Some("501: no ***"),
        ),
    ];
    for (family, data, expected) in table {
        server.script([Answer::data(data.clone())]);
        let status = client.query(&task(), family, BUDGET).await.unwrap().status;
        let TaskStatus::Failed(Failure { detail, .. }) = status else { panic!("{family}: {data}: {status:?}") };
        assert_eq!(detail.as_deref(), expected, "{family}: {data}");
    }
}

#[tokio::test]
async fn codes_about_a_task_keep_their_meaning_but_for_sunos() {
    let server = Server::start([]).await;
    let client = server.client_of_one_try();
    let others: &[ApiFamily] = &[Market, Veo, Runway, Aleph, FluxKontext, FourOImage];
    let sunos: &[ApiFamily] = &[Suno, SunoLyrics];
    let table = [
        (200, "success", ApiFamily::ALL, "unknown task"),
        (404, "no such task", ApiFamily::ALL, "unknown task"),
        (422, "recordInfo is null", ApiFamily::ALL, "unknown task"),
        (422, "record is null", ApiFamily::ALL, "unknown task"),
        (500, "recordInfo is null", ApiFamily::ALL, "unknown task"),
        (408, "silent", others, "failed ProviderFailed"),
        (408, "slow down", sunos, "later"),
        (501, "generation failed", ApiFamily::ALL, "failed ProviderFailed"),
        (531, "failed and refunded", sunos, "failed ProviderFailed"),
        (531, "refunded", others, "later"),
        (400, "bad request", ApiFamily::ALL, "later"),
        (401, "no access", ApiFamily::ALL, "account KeyRefused"),
        (402, "no credits", ApiFamily::ALL, "account OutOfCredits"),
        (413, "too large", ApiFamily::ALL, "later"),
        (429, "too fast", ApiFamily::ALL, "later"),
        (433, "cap", ApiFamily::ALL, "account KeyCapReached"),
        (455, "maintenance", ApiFamily::ALL, "later"),
        (500, "Internal Error", ApiFamily::ALL, "later"),
        (550, "queue full", ApiFamily::ALL, "later"),
    ];
    for (code, words, families, expected) in table {
        for family in families {
            server.script([Answer::code(code, words)]);
            assert_eq!(told(&client.query(&task(), *family, BUDGET).await), expected, "{family}: {code} {words}");
        }
    }
}

#[tokio::test]
async fn nonsense_is_never_a_failed_task() {
    let server = Server::start([]).await;
    let client = server.client_of_one_try();
    for family in DEDICATED {
        let table = [
            Answer::http(502, "<html>Bad Gateway</html>"),
            Answer::http(501, "<html></html>"),
            Answer::http(200, "not json"),
            Answer::http(200, "[]"),
            Answer::data(json!([])),
            Answer::data(json!("text")),
            Answer::data(json!(7)),
            Answer::data(json!({"taskId": "another", "successFlag": 1, "state": "success", "status": "SUCCESS"})),
            Answer::CloseAfterReading,
        ];
        for answer in table {
            server.script([answer.clone()]);
            assert_eq!(told(&client.query(&task(), family, BUDGET).await), "later", "{family} {answer:?}");
        }
        let wrong_types = json!({"taskId": ["x"], "state": 5, "status": {}, "successFlag": true, "response": "{", "videoInfo": 1, "errorCode": [], "errorMessage": 1, "paramJson": 7});
        server.script([Answer::data(wrong_types)]);
        assert_eq!(told(&client.query(&task(), family, BUDGET).await), "running", "{family}");
    }
}

#[tokio::test]
async fn a_question_is_asked_again_within_its_budget() {
    let server = Server::start([]).await;
    for family in DEDICATED {
        server.script([
            Answer::code(429, "too fast"),
            Answer::CloseAfterReading,
            Answer::data(json!({"successFlag": 0})),
        ]);
        assert_eq!(told(&server.client().query(&task(), family, BUDGET).await), "running", "{family}");
        assert_eq!(server.requests().len(), 3, "{family}");
    }
}

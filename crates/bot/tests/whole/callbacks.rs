//! KIE's callbacks: lost, doubled, early, forged, signed. A callback is a hint; `recordInfo` is the truth.

use sandbox::kie::{CallbackFault, Route};
use serde_json::{Value, json};

use crate::bound::until;
use crate::gate::Hold;
use crate::ground::Ground;
use crate::stage::{Plan, Stage};
use crate::walk::{PICTURE_PRICE, WELCOME, Words};

const ANN: i64 = 501;
const BEN: i64 = 502;
const KEY: &str = "the-key-of-kies-callbacks";

/// A body as KIE sends it at a success.
fn success(task: &str) -> Value {
    let result = json!({"resultUrls": ["https://example.com/forged.png"]}).to_string();
    json!({"code": 200, "msg": "Playground task completed successfully.", "data": {"taskId": task, "state": "success", "resultJson": result}})
}

pub(crate) async fn a_lost_one_is_made_up_by_polling(ground: Ground) {
    ordinary(ground, CallbackFault::Lost).await;
}

pub(crate) async fn duplicates_are_one(ground: Ground) {
    ordinary(ground, CallbackFault::Duplicated).await;
}

/// It arrives while createTask has not answered: the bot knows no task id yet.
pub(crate) async fn one_before_the_answer_counts(ground: Ground) {
    ordinary(ground, CallbackFault::BeforeAnswer).await;
}

async fn ordinary(ground: Ground, fault: CallbackFault) {
    let stage = Stage::open(ground, Plan::webhook()).await;
    let ann = stage.person(ANN, Words::En);
    ann.start().await;
    stage.kie.next_callback(fault);
    ann.order("a cat").await;
    ann.gets_picture().await;
    assert_eq!(ann.files(), (1, 1));
    assert_eq!(stage.kie.created().len(), 1);
    let statuses: Vec<_> = stage.kie.deliveries().iter().map(|delivery| delivery.status).collect();
    assert!(statuses.iter().all(|status| *status == Some(200)), "{statuses:?}");
    assert_eq!(statuses.is_empty(), fault == CallbackFault::Lost);
    assert_eq!(ann.balance().await, (WELCOME - PICTURE_PRICE, 0));
    stage.close().await;
}

pub(crate) async fn an_unknown_token_is_404(ground: Ground) {
    let stage = Stage::open(ground, Plan::webhook()).await;
    for token in ["0123456789abcdef0123456789abcdef", "a%20b", "x"] {
        let url = stage.bot.url(&format!("/kie/callback/{token}"));
        assert_eq!(stage.call_back(&url, &success("0f")).await, 404, "{token}");
    }
    stage.close().await;
}

/// Who knows the address may make the bot ask KIE, and nothing else.
pub(crate) async fn a_forged_success_charges_nothing(ground: Ground) {
    let stage = Stage::open(ground, Plan::webhook().manual()).await;
    let ann = stage.person(ANN, Words::En);
    ann.start().await;
    ann.order("a cat").await;
    let task = stage.created(1).await;
    let url = stage.callback_url(0);
    let forgeries = [success(&task), success("another"), json!({"code": 200}), json!("no object")];
    for forgery in &forgeries {
        let asked = stage.kie.requests(Route::RecordInfo);
        assert_eq!(stage.call_back(&url, forgery).await, 200, "{forgery}");
        stage.asked_more_than(Route::RecordInfo, asked).await;
    }
    assert_eq!(ann.balance().await, (WELCOME - PICTURE_PRICE, PICTURE_PRICE), "set aside, not charged");
    assert!(stage.kie.complete(&task));
    ann.gets_files().await;
    assert_eq!(ann.balance().await, (WELCOME - PICTURE_PRICE, 0));
    assert_eq!(stage.call_back(&url, &success(&task)).await, 200, "a repeat after the end");
    stage.close().await;
}

/// Ann's answer is lost. A forged callback to her address names Ben's task: it must not become hers, and her own must still.
pub(crate) async fn another_users_task_is_not_taken(ground: Ground) {
    let stage = Stage::open(ground, Plan::webhook().manual()).await;
    let (ann, ben) = (stage.person(ANN, Words::En), stage.person(BEN, Words::En));
    ann.start().await;
    ben.start().await;
    let mut lost = stage.kie_gate.hold(Hold::after("/createTask"));
    ann.order("a cat of ann's").await;
    lost.caught().await;
    ben.order("a dog of ben's").await;
    let (anns, bens) = (stage.created(1).await, stage.created(2).await);
    // Ben's task must be known as his before somebody claims it.
    let asked = stage.kie.requests(Route::RecordInfo);
    assert_eq!(stage.call_back(&stage.callback_url(1), &success(&bens)).await, 200);
    stage.asked_more_than(Route::RecordInfo, asked).await;
    let asked = stage.kie.requests(Route::RecordInfo);
    assert_eq!(stage.call_back(&stage.callback_url(0), &success(&bens)).await, 200);
    // createTask's budget ends, and the job looks at what the callback said.
    until("the forgery was looked at", async || stage.bot.log().contains("a callback named another").then_some(()))
        .await;
    assert!(stage.kie.complete(&bens));
    ben.gets_picture().await;
    assert!(stage.kie.complete(&anns));
    ann.gets_picture().await;
    assert!(stage.kie.requests(Route::RecordInfo) > asked);
    assert_eq!(stage.kie.created().len(), 2);
    for person in [&ann, &ben] {
        assert_eq!(person.files(), (1, 1));
        assert_eq!(person.balance().await, (WELCOME - PICTURE_PRICE, 0));
    }
    stage.close().await;
}

/// KIE signs with another key than ours: nothing of it is believed, and polling finds the result.
pub(crate) async fn a_wrong_signature_is_401(ground: Ground) {
    signed(ground, "another-key-than-the-bots", 401).await;
}

pub(crate) async fn a_right_signature_is_taken(ground: Ground) {
    signed(ground, KEY, 200).await;
}

async fn signed(ground: Ground, kie_signs_with: &'static str, expected: u16) {
    let plan = Plan { kie_signs_with: Some(kie_signs_with), ..Plan::webhook() };
    let stage = Stage::open(ground, plan.with("KIE_WEBHOOK_HMAC_KEY", KEY)).await;
    let ann = stage.person(ANN, Words::En);
    ann.start().await;
    ann.order("a cat").await;
    let task = stage.created(1).await;
    ann.gets_picture().await;
    until("KIE was answered", async || (!stage.kie.deliveries().is_empty()).then_some(())).await;
    assert!(
        stage.kie.deliveries().iter().all(|delivery| delivery.status == Some(expected)),
        "{:?}",
        stage.kie.deliveries()
    );
    assert_eq!(stage.call_back(&stage.callback_url(0), &success(&task)).await, 401, "without a signature");
    assert_eq!(ann.balance().await, (WELCOME - PICTURE_PRICE, 0));
    stage.close().await;
}

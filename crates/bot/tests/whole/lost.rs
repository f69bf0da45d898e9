//! What gets lost on the way: createTask's answer (KIE has no key against doubles, so it is never sent again unless surely nothing was made),
//! an input, a result.

use sandbox::kie::{Fault, Route};
use sandbox::picture::picture;

use crate::ground::Ground;
use crate::stage::{Plan, Stage};
use crate::walk::{EDIT, EDIT_PRICE, PICTURE_PRICE, WELCOME, Walker, Words};

const ANN: i64 = 501;

/// The callback bears the token of the generation: it tells the task.
pub(crate) async fn an_answer_is_made_up_by_the_callback(ground: Ground) {
    let stage = Stage::open(ground, Plan::webhook()).await;
    let ann = stage.person(ANN, Words::En);
    ann.start().await;
    stage.kie.fail_next(Route::CreateTask, Fault::DropAfterProcessing);
    ann.order("a cat").await;
    ann.gets_picture().await;
    assert_eq!((stage.kie.created().len(), stage.kie.requests(Route::CreateTask)), (1, 1));
    assert_eq!(ann.balance().await, (WELCOME - PICTURE_PRICE, 0));
    stage.close().await;
}

/// Nothing can tell the task: the order fails, the money comes back, KIE's task is an orphan.
pub(crate) async fn an_answer_without_a_public_address_fails_and_releases(ground: Ground) {
    let stage = Stage::open(ground, Plan::polling()).await;
    let ann = stage.person(ANN, Words::En);
    ann.start().await;
    stage.kie.fail_next(Route::CreateTask, Fault::DropAfterProcessing);
    ann.order("a cat").await;
    let told = ann.is_told("failure-answer-lost").await;
    assert!(told.text.contains(&ann.words.of("generation-not-charged")), "{}", told.text);
    assert_eq!((stage.kie.created().len(), stage.kie.requests(Route::CreateTask)), (1, 1), "it is not sent again");
    assert_eq!(ann.files(), (0, 0));
    assert_eq!(ann.balance().await, (WELCOME, 0));
    stage.close().await;
}

/// 429 says that nothing was made: the order waits in our own queue.
pub(crate) async fn too_many_creations_wait_and_succeed(ground: Ground) {
    let stage = Stage::open(ground, Plan::webhook()).await;
    let ann = stage.person(ANN, Words::En);
    ann.start().await;
    stage.kie.fail_next(Route::CreateTask, Fault::Code(429, "Your call frequency is too high.".to_owned()));
    stage.kie.fail_next(Route::CreateTask, Fault::RetryAfter { status: 429, seconds: 1 });
    ann.order("a cat").await;
    ann.gets_picture().await;
    assert_eq!((stage.kie.created().len(), stage.kie.requests(Route::CreateTask)), (1, 3));
    assert_eq!(ann.balance().await, (WELCOME - PICTURE_PRICE, 0));
    stage.close().await;
}

/// KIE could not fetch an input: it is uploaded anew, once.
pub(crate) async fn a_dead_input_is_uploaded_again(ground: Ground) {
    let stage = Stage::open(ground, Plan::webhook()).await;
    let ann = stage.person(ANN, Words::En);
    ann.start().await;
    stage.kie.fail_next(Route::CreateTask, dead_input());
    order_an_edit(&ann).await;
    ann.gets_picture().await;
    assert_eq!((stage.kie.created().len(), stage.kie.requests(Route::Upload)), (1, 2));
    assert_eq!(ann.balance().await, (WELCOME - EDIT_PRICE, 0));
    stage.kie.fail_next(Route::CreateTask, dead_input());
    stage.kie.fail_next(Route::CreateTask, dead_input());
    order_an_edit(&ann).await;
    let told = ann.is_told("failure-inputs-refused").await;
    assert!(told.text.contains(&ann.words.of("generation-not-charged")), "{}", told.text);
    assert_eq!(ann.balance().await, (WELCOME - EDIT_PRICE, 0));
    stage.close().await;
}

fn dead_input() -> Fault {
    Fault::Code(451, "Failed to fetch the input file".to_owned())
}

async fn order_an_edit(ann: &Walker) {
    ann.create(EDIT).await;
    ann.send_picture(&picture("one", "camera", 320, 240)).await;
    let done = ann.press("Done, 1").await;
    ann.sees(|message| message.message_id == done.message_id && message.edits > done.edits).await;
    ann.say("make it blue").await;
    ann.press(&ann.words.of("button-confirm")).await;
}

/// The result's link is dead when it is to be sent: what was captured goes back.
pub(crate) async fn a_dead_result_is_refunded(ground: Ground) {
    let stage = Stage::open(ground, Plan::webhook()).await;
    let ann = stage.person(ANN, Words::En);
    ann.start().await;
    let link = format!("{}/files/results/gone/0.png", stage.kie.base_url());
    stage.kie.next_task_returns(&serde_json::json!({ "resultUrls": [link] }).to_string());
    ann.order("a cat").await;
    ann.is_told("generation-undeliverable").await;
    assert_eq!(ann.files(), (0, 0));
    assert_eq!(ann.balance().await, (WELCOME, 0));
    stage.close().await;
}

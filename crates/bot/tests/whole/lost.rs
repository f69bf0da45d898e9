//! createTask, whose answer may be lost: KIE has no key against doubles, so it is never sent again unless surely nothing was made.

use sandbox::kie::{Fault, Route};

use crate::ground::Ground;
use crate::stage::{Plan, Stage};
use crate::walk::{PICTURE_PRICE, WELCOME, Words};

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

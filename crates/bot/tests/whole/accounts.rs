//! KIE refuses our account: the order fails, the money comes back, the owner hears of it, and nothing more is sold until it is over.

use sandbox::kie::{Fault, Route};

use crate::ground::Ground;
use crate::stage::{OWNER, Plan, Stage};
use crate::walk::{WELCOME, Words};

const ANN: i64 = 501;

pub(crate) async fn no_credits_pause_the_selling(ground: Ground) {
    refused(ground, 402, "Credits insufficient", "trouble-out-of-credits").await;
}

pub(crate) async fn a_refused_key_pauses_the_selling(ground: Ground) {
    refused(ground, 401, "You do not have access permissions", "trouble-key-refused").await;
}

pub(crate) async fn a_used_up_cap_pauses_the_selling(ground: Ground) {
    refused(ground, 433, "The key's daily limit is used up", "trouble-key-cap").await;
}

async fn refused(ground: Ground, code: i64, words: &str, trouble: &str) {
    let stage = Stage::open(ground, Plan::webhook()).await;
    let (owner, ann) = (stage.person(OWNER, Words::En), stage.person(ANN, Words::En));
    owner.start().await;
    ann.start().await;
    stage.kie.fail_next(Route::CreateTask, Fault::Code(code, words.to_owned()));
    ann.order("a cat").await;
    let told = ann.is_told("failure-service-unavailable").await;
    assert!(told.text.contains(&ann.words.of("generation-not-charged")), "{}", told.text);
    let alert = owner.is_told("alerts-told").await;
    assert!(alert.text.contains(&owner.words.of(trouble)), "{}", alert.text);
    ann.order("another cat").await;
    ann.is_told("notice-paused").await;
    assert_eq!((stage.kie.created().len(), stage.kie.requests(Route::CreateTask)), (0, 1));
    assert_eq!(ann.balance().await, (WELCOME, 0));
    stage.close().await;
}

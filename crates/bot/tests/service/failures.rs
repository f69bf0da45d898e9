//! When KIE does not do its part: what becomes of the order and of the money, and what the user reads.

use std::time::Duration;

use domain::generation::{Failure, FailureReason, StateKind};
use domain::ports::CreateError;
use domain::screen::{Action, GenerationAct};

use crate::house::{ANN, House, WELCOME, words};

const MINUTE: Duration = Duration::from_secs(60);
const PRICE: i64 = 80;

impl House {
    async fn ann_orders(&self) {
        let confirm = self.at_confirm(ANN).await;
        self.event(ANN, confirm).await;
    }

    /// The screen that says so.
    fn told(&self, key: &str) -> String {
        let said = self.telegram.said(ANN);
        said.iter().find(|said| said.contains(&words(key))).unwrap_or_else(|| panic!("no `{key}` in {said:#?}")).clone()
    }

    fn asked(&self) -> usize {
        self.kie.asked.lock().unwrap().len()
    }

    /// What the message says now under which the order was confirmed.
    async fn progress(&self) -> String {
        let generation = self.generations(ANN).await.remove(0);
        self.telegram.reads(generation.progress_message.expect("it was shown"))
    }
}

async fn open() -> House {
    let house = House::open();
    house.start(ANN).await;
    house
}

fn failed(reason: FailureReason) -> CreateError {
    CreateError::Refused(Failure { reason, detail: None })
}

/// What KIE's answers become is a table of the client's tests; this is what becomes of the order.
#[tokio::test]
async fn every_failure_of_a_creation_ends_with_the_money_back_and_says_why() {
    use FailureReason::{ContentRefused, InputsRefused, ModelUnavailable, ProviderFailed};
    let unknown = CreateError::Unknown { detail: "no answer in time".to_owned() };
    let table = [
        (failed(InputsRefused), "failure-inputs-refused"),
        (failed(ContentRefused), "failure-content-refused"),
        (failed(ModelUnavailable), "failure-model-unavailable"),
        (failed(ProviderFailed), "failure-provider-failed"),
        (unknown, "failure-answer-lost"),
    ];
    for (error, key) in table {
        let house = open().await;
        house.kie.creations.lock().unwrap().push_back(error.clone());
        house.ann_orders().await;
        house.work().await;
        let told = house.told(key);
        assert!(told.contains(&words("generation-not-charged")), "{error}: {told}");
        assert_eq!((house.money(ANN).await, house.asked()), ((WELCOME, 0), 1), "{error}: it is never sent again");
        house.audit().await;
    }
}

/// 429, 455, 550, no connection: surely nothing was made.
#[tokio::test]
async fn what_was_not_made_waits_in_our_queue_and_is_charged_once() {
    let house = open().await;
    for retry_after in [None, Some(Duration::from_secs(30)), None] {
        let error = CreateError::NotMade { retry_after, detail: "550: queue full".to_owned() };
        house.kie.creations.lock().unwrap().push_back(error);
    }
    house.ann_orders().await;
    house.work().await;
    assert_eq!(house.generations(ANN).await[0].state.kind(), StateKind::Delivered);
    assert_eq!((house.money(ANN).await, house.asked()), ((WELCOME - PRICE, 0), 4));
    house.audit().await;
}

#[tokio::test]
async fn while_kie_is_out_orders_wait_say_so_and_go_on_by_themselves() {
    let house = open().await;
    house.kie.rests_for(Some(MINUTE * 5));
    house.ann_orders().await;
    let shown = house.telegram.said(ANN).pop().unwrap();
    assert!(shown.contains(&words("generation-resting")), "at once: {shown}");
    house.work().await;
    let progress = house.progress().await;
    assert!(progress.contains(&words("generation-resting")) && progress.contains("2\u{a0}h"), "{progress}");
    assert_eq!((house.money(ANN).await, house.asked()), ((WELCOME, PRICE), 0), "reserved, and nothing asked of KIE");
    house.kie.rests_for(None);
    house.clock.advance(MINUTE * 5);
    house.work().await;
    assert_eq!(house.generations(ANN).await[0].state.kind(), StateKind::Delivered);
    assert_eq!((house.money(ANN).await, house.asked()), ((WELCOME - PRICE, 0), 1));
    house.audit().await;
}

#[tokio::test]
async fn an_order_that_waits_for_kie_can_be_cancelled() {
    let house = open().await;
    house.kie.rests_for(Some(MINUTE * 5));
    house.ann_orders().await;
    house.work().await;
    let generation = house.generations(ANN).await.remove(0).id;
    house.press(ANN, Action::Generation { generation, act: GenerationAct::Cancel }).await;
    assert_eq!((house.money(ANN).await, house.asked()), ((WELCOME, 0), 0));
    house.audit().await;
}

#[tokio::test]
async fn an_order_that_waits_for_kie_for_two_hours_is_released() {
    let house = open().await;
    house.kie.rests_for(Some(MINUTE * 5));
    house.ann_orders().await;
    for _ in 0..24 {
        house.work_now().await;
        assert_eq!(house.money(ANN).await, (WELCOME, PRICE));
        house.clock.advance(MINUTE * 5);
    }
    house.clock.advance(MINUTE);
    house.work_now().await;
    house.told("failure-queued-too-long");
    assert_eq!((house.money(ANN).await, house.asked()), ((WELCOME, 0), 0));
    house.audit().await;
}

//! The owner's desk on the command line, on the database of a running service.

use crate::ground::Ground;
use crate::payments::tell;
use crate::stage::{Plan, Stage};
use crate::walk::{WELCOME, Words};

const ANN: i64 = 501;

pub(crate) async fn gifts_and_codes(ground: Ground) {
    let stage = Stage::open(ground, Plan::webhook()).await;
    let ann = stage.person(ANN, Words::En);
    let (code, said) = stage.bot.run(&["gift", "501", "--rub", "25.50"]).await;
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("501") && said.contains("/start"), "it says what to do: {said}");
    ann.start().await;
    let (code, said) = stage.bot.run(&["gift", "501", "--rub", "25.50"]).await;
    assert_eq!(code, Some(0), "{said}");
    ann.is_told("notice-gift-money").await;
    assert_eq!(ann.balance().await, (WELCOME + 25_50, 0));
    assert_eq!(stage.bot.run(&["gift", "501", "--runs", "3"]).await.0, Some(0));
    let (code, said) = stage.bot.run(&["gift", "501", "--rub", "100000.01"]).await;
    assert_eq!(code, Some(1), "{said}");

    let promo = ["promo", "winter", "--rub", "10", "--total", "5", "--until", "2099-12-31"];
    let (code, said) = stage.bot.run(&promo).await;
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("WINTER: 10.00 RUB each time, 5 times in all, 1 per user, until 2099-12-31"), "{said}");
    let (code, said) = stage.bot.run(&promo).await;
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("exists already"), "{said}");
    let (code, said) = stage.bot.run(&["promo", "old", "--runs", "1", "--total", "5", "--until", "2020-01-01"]).await;
    assert_eq!(code, Some(1), "{said}");
    stage.close().await;
}

pub(crate) async fn payments_are_listed_and_refusals_say_what_to_do(ground: Ground) {
    let stage = Stage::open(ground, Plan::webhook()).await;
    let ann = stage.person(ANN, Words::En);
    ann.start().await;
    tell(&stage, &ann, "successful_payment", "charge-1").await;
    let (code, said) = stage.bot.run(&["payments", "501"]).await;
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("stars charge-1  50.00 RUB (50 XTR)"), "{said}");
    let (code, said) = stage.bot.run(&["payments"]).await;
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("receipts that wait for approval in the bot: none"), "{said}");
    let (code, said) = stage.bot.run(&["refund-payment", "stars", "charge-2", "--reason", "a test"]).await;
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("charge-2") && said.contains("kiebot payments"), "{said}");
    let (code, said) = stage.bot.run(&["refund", "0123456789abcdef0123456789abcdef", "--reason", "a test"]).await;
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("receipt"), "{said}");
    let (code, said) = stage.bot.run(&["rate"]).await;
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("holds:"), "{said}");
    let (code, said) = stage.bot.run(&["rate", "--accept", "2026-11-29"]).await;
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("no rate of 2026-11-29 waits"), "{said}");
    stage.close().await;
}

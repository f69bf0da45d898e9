//! What a user comes for: pictures, edits, videos; and every way in which an order ends without one.

use sandbox::kie::{Fault, Route};
use sandbox::picture::picture;
use sandbox::telegram::MessageKind;

use crate::bound::{SOON, until};
use crate::ground::Ground;
use crate::stage::{Plan, Stage};
use crate::walk::{EDIT, EDIT_PRICE, PICTURE_PRICE, VIDEO, WELCOME, Walker, Words, kopecks};

const ANN: i64 = 501;

pub(crate) async fn by_webhook(ground: Ground) {
    through_the_menu(ground, Plan::webhook(), Words::En).await;
}

pub(crate) async fn by_polling(ground: Ground) {
    through_the_menu(ground, Plan::polling(), Words::Ru).await;
}

/// From `/start` by the menu to the picture, step by step as a person goes.
async fn through_the_menu(ground: Ground, plan: Plan, words: Words) {
    let stage = Stage::open(ground, plan).await;
    let ann = stage.person(ANN, words);
    ann.start().await;
    ann.press(&words.of("kind-text-to-image")).await;
    ann.press("Z-Image").await;
    ann.press(&words.of("button-create")).await;
    ann.offered(&words.of("button-discard")).await;
    let prompt = "a lighthouse <b>&</b> the sea";
    ann.say(prompt).await;
    let review = ann.offered(&words.of("button-confirm")).await;
    let button = review.labelled(&words.of("button-confirm")).expect("it is offered");
    assert_eq!(kopecks(&button.label), PICTURE_PRICE, "the button says the price");
    assert!(review.text.contains(prompt), "the order shows the prompt as it was written: {}", review.text);
    ann.press(&words.of("button-confirm")).await;
    let result = ann.gets_picture().await;
    assert_eq!(kopecks(&result.photo.text), PICTURE_PRICE, "the caption says what was charged");
    assert!(result.photo.text.contains("Z-Image"), "the caption names the model: {}", result.photo.text);
    assert!(result.photo.labelled(&words.of("button-again")).is_some());
    assert_eq!(ann.files(), (1, 1));
    assert_eq!(stage.kie.created().len(), 1);
    assert_eq!(stage.kie.created()[0].input["prompt"], prompt);
    assert_eq!(ann.balance().await, (WELCOME - PICTURE_PRICE, 0));
    stage.close().await;
}

/// Both photos reach KIE byte for byte, by upload: no address of Telegram's is told.
pub(crate) async fn an_edit_of_two_photos(ground: Ground) {
    let stage = Stage::open(ground, Plan::webhook()).await;
    let ann = stage.person(ANN, Words::En);
    ann.start().await;
    ann.create(EDIT).await;
    let photos = ["one", "two"].map(|name| picture(name, "camera", 320, 240));
    for (count, photo) in photos.iter().enumerate() {
        ann.send_picture(photo).await;
        let done = format!("Done, {}", count + 1);
        ann.offered(&done).await;
    }
    let done = ann.press("Done, 2").await;
    ann.sees(|message| message.message_id == done.message_id && message.edits > done.edits).await;
    ann.say("put one beside two").await;
    ann.press(&ann.words.of("button-confirm")).await;
    ann.gets_picture().await;
    let created = stage.kie.created();
    let urls = created[0].input["image_urls"].as_array().expect("a list").clone();
    assert_eq!(urls.len(), photos.len());
    for (url, photo) in urls.iter().zip(&photos) {
        let url = url.as_str().expect("an address");
        assert!(url.starts_with(stage.kie.base_url()), "an address of KIE's: {url}");
        let bytes = stage.http.get(url).send().await.expect("KIE has it").bytes().await.expect("KIE has it");
        assert!(bytes == photo.as_slice(), "the same bytes");
    }
    assert_eq!(ann.balance().await, (WELCOME - EDIT_PRICE, 0));
    stage.close().await;
}

pub(crate) async fn a_video_costs_what_its_length_says(ground: Ground) {
    let stage = Stage::open(ground, Plan::webhook()).await;
    let ann = stage.person(ANN, Words::En);
    ann.start().await;
    ann.create(VIDEO).await;
    ann.say("a drone circles a lighthouse").await;
    let confirm = ann.words.of("button-confirm");
    let price =
        |message: &sandbox::telegram::ChatMessage| message.labelled(&confirm).map(|button| kopecks(&button.label));
    let review = ann.offered(&confirm).await;
    assert_eq!(price(&review), Some(13_70), "6 s at 2.4 credits");
    ann.press(&ann.words.of("button-options")).await;
    ann.press("Length in seconds").await;
    let choices = ann.offered("10 ·").await;
    assert_eq!(kopecks(choices.labelled("10 ·").expect("offered").label.split('·').nth(1).expect("a price")), 22_80);
    ann.press("10 ·").await;
    ann.press(&ann.words.of("button-review")).await;
    let review = ann.sees(|message| price(message) == Some(22_80)).await;
    assert!(review.text.contains("10"));
    ann.press(&confirm).await;
    ann.sees(|message| message.kind == MessageKind::Video).await;
    assert_eq!(stage.kie.created()[0].input["duration"], 10);
    assert_eq!(ann.balance().await, (WELCOME - 22_80, 0));
    stage.close().await;
}

pub(crate) async fn a_failure_gives_the_money_back(ground: Ground) {
    let stage = Stage::open(ground, Plan::webhook()).await;
    let ann = stage.person(ANN, Words::Ru);
    ann.start().await;
    stage.kie.next_task_fails("500", "Internal Error, Please try again later.");
    ann.order("a cat").await;
    let told = ann.is_told("failure-provider-failed").await;
    assert!(told.text.contains(&ann.words.of("generation-not-charged")), "{}", told.text);
    assert_eq!(ann.files(), (0, 0));
    assert_eq!(ann.balance().await, (WELCOME, 0));
    stage.close().await;
}

/// Price and balance are said, nothing changes; after a top-up the same draft goes through.
pub(crate) async fn a_balance_that_is_too_small_says_both_figures(ground: Ground) {
    let stage = Stage::open(ground, Plan::webhook().with("WELCOME_BALANCE_RUB", "0.79")).await;
    let ann = stage.person(ANN, Words::En);
    ann.start().await;
    ann.order("a cat").await;
    let short = ann.offered(&ann.words.of("button-to-draft")).await;
    for figure in ["0.80", "0.79", "0.01"] {
        assert!(short.text.contains(figure), "{figure} in {}", short.text);
    }
    assert_eq!(stage.kie.created().len(), 0);
    stage.adjust(ANN, "0.01").await;
    ann.press(&ann.words.of("button-to-draft")).await;
    ann.press(&ann.words.of("button-confirm")).await;
    ann.gets_picture().await;
    assert_eq!(ann.balance().await, (0, 0));
    stage.close().await;
}

pub(crate) async fn a_cancel_while_queued_gives_the_money_back(ground: Ground) {
    let stage = Stage::open(ground, Plan::webhook()).await;
    let ann = stage.person(ANN, Words::En);
    ann.start().await;
    stage.kie.fail_always(Route::CreateTask, Fault::Code(429, "Your call frequency is too high.".to_owned()));
    ann.order("a cat").await;
    stage.asked_more_than(Route::CreateTask, 0).await;
    cancel_in_the_end(&stage, &ann).await;
    stage.kie.heal(Route::CreateTask);
    assert_eq!(stage.kie.created().len(), 0);
    assert_eq!(ann.balance().await, (WELCOME, 0));
    stage.close().await;
}

/// Between two tries it is queued; within one it is too late, which the bot says, and the person tries again.
async fn cancel_in_the_end(stage: &Stage, ann: &Walker) {
    let (cancelled, cancel) = (ann.words.of("generation-cancelled"), ann.words.of("button-cancel"));
    until("the order is cancelled", async || {
        stage.telegram.wait_idle(SOON).await.expect("every press is taken");
        let window = ann.sees(|message| !message.keyboard.is_empty()).await;
        if window.text.contains(&cancelled) {
            return Some(());
        }
        let label = if window.labelled(&cancel).is_some() { cancel.clone() } else { ann.words.of("button-refresh") };
        ann.press(&label).await;
        None
    })
    .await;
}

//! Files on their way from a chat to KIE: sent without being asked, as answers, as links, as own results; good ones, bad ones, and killed between.

use sandbox::kie::Route;
use sandbox::picture::picture;
use sandbox::telegram::{ChatMessage, IncomingMedia, MediaKind, MessageKind};

use crate::bound::{SOON, until};
use crate::gate::Hold;
use crate::ground::Ground;
use crate::stage::{Plan, Stage};
use crate::walk::{EDIT, EDIT_PRICE, PICTURE_PRICE, WELCOME, Walker, Words, kopecks};

const ANN: i64 = 501;
/// Two seconds of video, and two seconds of a voice.
const CLIP: &[u8] = include_bytes!("../../../probe/tests/fixtures/clip.mp4");
const VOICE: &[u8] = include_bytes!("../../../probe/tests/fixtures/voice.oga");
/// 8 credits per second of the clip.
const UPSCALE: &str = "topaz/video-upscale";
const UPSCALE_PRICE: i64 = 15_20;
/// 0.2 credits per second of the voice, rounded up.
const ISOLATION: &str = "elevenlabs/audio-isolation";
const ISOLATION_PRICE: i64 = 40;

fn cat() -> Vec<u8> {
    picture("cat", "camera", 320, 240)
}

fn price(message: &ChatMessage, words: Words) -> Option<i64> {
    let keys = ["button-confirm", "button-confirm-metered"];
    keys.iter().find_map(|key| message.labelled(&words.of(key)).map(|button| kopecks(&button.label)))
}

/// Waits for the confirm screen and gives its price.
async fn quoted(ann: &Walker) -> i64 {
    let review = ann.sees(|message| price(message, ann.words).is_some()).await;
    price(&review, ann.words).expect("it was seen")
}

/// Presses the button of the confirm screen, whatever it says of the price.
async fn confirm(ann: &Walker) {
    let review = ann.sees(|message| price(message, ann.words).is_some()).await;
    let keys = ["button-confirm", "button-confirm-metered"].map(|key| ann.words.of(key));
    let key = keys.iter().find(|key| review.labelled(key).is_some()).expect("it is a confirm screen");
    ann.press(key).await;
}

/// The bytes that KIE got for an input of its task number `index`.
async fn got(stage: &Stage, index: usize, input: &str) -> Vec<Vec<u8>> {
    let value = stage.kie.created()[index].input[input].clone();
    let urls = value.as_array().cloned().unwrap_or_else(|| vec![value]);
    let mut files = Vec::new();
    for url in urls {
        let url = url.as_str().expect("an address").to_owned();
        assert!(url.starts_with(stage.kie.base_url()), "an address of KIE's: {url}");
        files.push(stage.http.get(url).send().await.expect("KIE has it").bytes().await.expect("KIE has it").to_vec());
    }
    files
}

/// A picture with words under it, out of the blue: two taps to the model, none of them a question.
pub(crate) async fn a_bare_photo_becomes_an_edit(ground: Ground) {
    let stage = Stage::open(ground, Plan::webhook()).await;
    let ann = stage.person(ANN, Words::En);
    ann.start().await;
    ann.send(IncomingMedia::new(MediaKind::Photo, cat()).captioned("make it night")).await;
    let offer = ann.offered(&ann.words.of("kind-image-edit")).await;
    assert!(offer.text.contains("make it night") && offer.text.contains('1'), "{}", offer.text);
    until("the file is at KIE before anybody asks", async || (stage.kie.requests(Route::Upload) == 1).then_some(()))
        .await;
    ann.press(&ann.words.of("kind-image-edit")).await;
    ann.press("Nano Banana").await;
    ann.press(&ann.words.of("button-create")).await;
    assert_eq!(quoted(&ann).await, EDIT_PRICE);
    confirm(&ann).await;
    ann.gets_picture().await;
    assert_eq!(got(&stage, 0, "image_urls").await, [cat()]);
    assert_eq!(stage.kie.created()[0].input["prompt"], "make it night");
    assert_eq!(stage.kie.requests(Route::Upload), 1, "once is enough");
    assert_eq!(ann.balance().await, (WELCOME - EDIT_PRICE, 0));
    stage.close().await;
}

/// Ten updates, one screen, in the order of the album.
pub(crate) async fn a_bare_album_is_one_screen(ground: Ground) {
    let stage = Stage::open(ground, Plan::polling()).await;
    let ann = stage.person(ANN, Words::En);
    ann.start().await;
    let photos: Vec<_> = (0..10).map(|number| picture(&format!("photo {number}"), "camera", 96, 64)).collect();
    let before = stage.telegram.messages(ANN).len();
    for photo in &photos {
        let mut media = IncomingMedia::new(MediaKind::Photo, photo.clone());
        media.media_group_id = Some("album".to_owned());
        stage.telegram.send_media(ANN, media).expect("it is a picture");
    }
    let count = ann.words.of("offer-received");
    ann.sees(|message| message.text.contains(&count) && message.text.contains("10")).await;
    stage.telegram.wait_idle(SOON).await.expect("every photo is taken");
    let said: Vec<_> = stage.telegram.messages(ANN).into_iter().skip(before).filter(ChatMessage::is_from_bot).collect();
    assert_eq!(said.len(), 1, "{said:#?}");
    ann.press(&ann.words.of("kind-image-edit")).await;
    ann.press("Nano Banana").await;
    ann.press(&ann.words.of("button-create")).await;
    ann.offered(&ann.words.of("button-discard")).await;
    ann.say("glue them together").await;
    confirm(&ann).await;
    ann.gets_picture().await;
    assert_eq!(got(&stage, 0, "image_urls").await, photos, "in their order");
    stage.close().await;
}

pub(crate) async fn a_file_too_large_is_refused_at_once(ground: Ground) {
    let stage = Stage::open(ground, Plan::webhook()).await;
    let ann = stage.person(ANN, Words::Ru);
    ann.start().await;
    let large = vec![7; 20 * 1024 * 1024 + 1];
    ann.send(IncomingMedia::new(MediaKind::Document, large).named("film.mkv")).await;
    ann.is_told("notice-file-too-large").await;
    assert_eq!(stage.kie.requests(Route::Upload), 0);
    stage.close().await;
}

/// Telegram takes every document; what it is shows only in its bytes.
pub(crate) async fn a_damaged_file_is_told(ground: Ground) {
    let stage = Stage::open(ground, Plan::webhook()).await;
    let ann = stage.person(ANN, Words::En);
    ann.start().await;
    ann.send(IncomingMedia::new(MediaKind::Document, &cat()[..20]).named("cat.png")).await;
    ann.is_told("notice-sent-damaged").await;
    ann.send(IncomingMedia::new(MediaKind::Document, *b"just words").named("cat.png")).await;
    ann.is_told("notice-sent-unknown").await;
    assert_eq!(stage.kie.requests(Route::Upload), 0, "KIE is not bothered with it");
    stage.close().await;
}

/// Nobody makes us read our own network.
pub(crate) async fn a_link_to_a_private_address_is_refused(ground: Ground) {
    let stage = Stage::open(ground, Plan::webhook()).await;
    let ann = stage.person(ANN, Words::En);
    ann.start().await;
    for link in
        ["https://10.0.0.1/cat.png", "https://169.254.169.254/latest/meta-data", "https://192.168.0.1:8443/x.png"]
    {
        ann.say(link).await;
        ann.is_told("notice-sent-bad-link").await;
    }
    assert_eq!(stage.kie.requests(Route::Upload), 0);
    stage.close().await;
}

/// Nobody listens there, today and in a few seconds.
pub(crate) async fn a_link_that_does_not_answer_is_given_up(ground: Ground) {
    let stage = Stage::open(ground, Plan::webhook()).await;
    let ann = stage.person(ANN, Words::En);
    ann.start().await;
    ann.say("https://nobody.invalid/cat.png").await;
    ann.offered(&ann.words.of("button-menu")).await;
    ann.is_told("notice-sent-bad-link").await;
    stage.close().await;
}

/// Telegram tells no length of a document: the price is that of its real length and not the dearest.
pub(crate) async fn a_video_without_a_length_has_an_exact_price(ground: Ground) {
    let stage = Stage::open(ground, Plan::webhook()).await;
    let ann = stage.person(ANN, Words::En);
    ann.start().await;
    ann.create(UPSCALE).await;
    ann.send(IncomingMedia::new(MediaKind::Document, CLIP).named("clip.mp4")).await;
    assert_eq!(quoted(&ann).await, UPSCALE_PRICE);
    let messages = stage.telegram.messages(ANN);
    let after = messages.iter().rev().take_while(|message| message.is_from_bot()).count();
    assert_eq!(after, 1, "what says that the file is being looked at becomes the order: {messages:#?}");
    confirm(&ann).await;
    ann.sees(|message| message.kind == MessageKind::Video).await;
    assert_eq!(got(&stage, 0, "video_url").await, [CLIP]);
    let (balance, reserved) = ann.balance().await;
    assert!(balance >= WELCOME - UPSCALE_PRICE && reserved == 0, "{balance} {reserved}");
    stage.close().await;
}

pub(crate) async fn a_bare_voice_is_cleaned(ground: Ground) {
    let stage = Stage::open(ground, Plan::webhook()).await;
    let ann = stage.person(ANN, Words::Ru);
    ann.start().await;
    ann.send(IncomingMedia::new(MediaKind::Voice, VOICE)).await;
    ann.offered(&ann.words.of("kind-audio-isolation")).await;
    ann.press(&ann.words.of("kind-audio-isolation")).await;
    ann.press("ElevenLabs").await;
    ann.press(&ann.words.of("button-create")).await;
    assert_eq!(quoted(&ann).await, ISOLATION_PRICE);
    confirm(&ann).await;
    ann.sees(|message| message.kind == MessageKind::Audio).await;
    assert_eq!(stage.kie.created()[0].model, ISOLATION);
    assert_eq!(got(&stage, 0, "audio_url").await, [VOICE]);
    stage.close().await;
}

/// The full-quality original goes in, not Telegram's compressed copy.
pub(crate) async fn a_result_is_used_as_an_input(ground: Ground) {
    let stage = Stage::open(ground, Plan::webhook()).await;
    let ann = stage.person(ANN, Words::En);
    ann.start().await;
    ann.order("a cat").await;
    let first = ann.gets_picture().await;
    let original =
        first.document.media.as_ref().and_then(|media| stage.telegram.file(&media.file_id)).expect("it is kept");
    let edit = ann.words.of("button-use-edit");
    stage.telegram.press_label(ANN, first.photo.message_id, &edit).expect("it is offered under the result");
    ann.reads(&ann.words.of("offer-from-result")).await;
    ann.press("Nano Banana").await;
    ann.press(&ann.words.of("button-create")).await;
    ann.offered(&ann.words.of("button-discard")).await;
    ann.say("make it blue").await;
    confirm(&ann).await;
    ann.gets_picture().await;
    assert_eq!(stage.kie.created()[1].model, EDIT);
    assert_eq!(got(&stage, 1, "image_urls").await, [original.1.to_vec()]);
    assert_eq!(ann.balance().await, (WELCOME - PICTURE_PRICE - EDIT_PRICE, 0));
    stage.close().await;
}

/// KIE's link of the result is dead by then: Telegram's copy lives for ever.
pub(crate) async fn a_result_whose_link_has_died_is_used_from_telegram(ground: Ground) {
    let stage = Stage::open(ground, Plan::webhook()).await;
    let ann = stage.person(ANN, Words::En);
    ann.start().await;
    ann.order("a cat").await;
    let first = ann.gets_picture().await;
    let original =
        first.document.media.as_ref().and_then(|media| stage.telegram.file(&media.file_id)).expect("it is kept");
    stage.kie.fail_always(Route::File, sandbox::kie::Fault::Http(404, "gone".to_owned()));
    stage.telegram.press_label(ANN, first.photo.message_id, &ann.words.of("button-use-edit")).expect("it is offered");
    until("it is uploaded", async || (stage.kie.requests(Route::Upload) == 1).then_some(())).await;
    stage.kie.heal(Route::File);
    ann.press("Nano Banana").await;
    ann.press(&ann.words.of("button-create")).await;
    ann.offered(&ann.words.of("button-discard")).await;
    ann.say("make it blue").await;
    confirm(&ann).await;
    ann.gets_picture().await;
    assert_eq!(got(&stage, 1, "image_urls").await, [original.1.to_vec()]);
    stage.close().await;
}

/// SIGKILL when the bytes are here and not yet at KIE: the next life fetches and uploads them.
pub(crate) async fn killed_between_fetch_and_upload(ground: Ground) {
    killed_at(ground, Hold::before("/file-stream-upload")).await;
}

/// SIGKILL when KIE has the bytes and nobody knows: they are uploaded once more, under another name.
pub(crate) async fn killed_after_the_upload(ground: Ground) {
    killed_at(ground, Hold::after("/file-stream-upload")).await;
}

/// SIGKILL when it is stored what is to be shown, and nobody was shown it.
pub(crate) async fn killed_before_the_wake_is_shown(ground: Ground) {
    let mut stage = Stage::open(ground, Plan::webhook().with("JOB_LEASE_MS", "4000")).await;
    let ann = stage.person(ANN, Words::En);
    ann.start().await;
    ann.create(UPSCALE).await;
    // The first screen says that the file is being looked at; the second one is drawn by the wake.
    let mut held = stage.telegram_gate.hold(Hold::before("/editMessageText").saying("Create"));
    ann.send(IncomingMedia::new(MediaKind::Document, CLIP).named("clip.mp4")).await;
    held.caught().await;
    stage.bot.kill9();
    drop(held);
    stage.bot.start().await;
    assert_eq!(quoted(&ann).await, UPSCALE_PRICE);
    stage.close().await;
}

async fn killed_at(ground: Ground, hold: Hold) {
    let mut stage = Stage::open(ground, Plan::webhook().with("JOB_LEASE_MS", "4000")).await;
    let ann = stage.person(ANN, Words::En);
    ann.start().await;
    ann.create(EDIT).await;
    let mut held = stage.kie_gate.hold(hold);
    ann.send_picture(&cat()).await;
    held.caught().await;
    stage.telegram.wait_idle(SOON).await.expect("the photo is taken");
    stage.bot.kill9();
    drop(held);
    stage.bot.start().await;
    ann.press("Done, 1").await;
    ann.offered(&ann.words.of("button-discard")).await;
    ann.say("make it blue").await;
    confirm(&ann).await;
    ann.gets_picture().await;
    assert_eq!(got(&stage, 0, "image_urls").await, [cat()]);
    assert_eq!(ann.balance().await, (WELCOME - EDIT_PRICE, 0));
    stage.close().await;
}

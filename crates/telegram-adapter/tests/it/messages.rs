//! Screens and answers against the simulator.

use std::time::Duration;

use domain::ids::ChatId;
use domain::ports::{Activity, Messenger, SendError};
use domain::screen::{Action, Button, Emphasis, Press, Screen, Span, Style, Text};
use sandbox::telegram::{Checkout, Fault, MessageKind, TelegramSimulator};
use telegram_adapter::{Pace, TelegramMessenger, UploadLimits, read_update};

use crate::support::{ADA, BUDGET, PATIENCE, assert_correct, client, messenger, screen, simulator};

const BOT: i64 = 7_000_000_001;

/// The update as our reader understands it.
fn read(simulator: &TelegramSimulator, update: i64) -> app::event::Incoming {
    let body = simulator.update_body(update).unwrap();
    read_update(BOT, body.to_string().as_bytes()).unwrap()
}

#[tokio::test]
async fn a_screen_is_sent_edited_left_alone_and_replaced() {
    let (simulator, _) = simulator().await;
    let messenger = messenger(&simulator.base_url());
    let first = messenger.show(ADA, None, &screen("Раз <два> & \"три\""), BUDGET).await.unwrap();
    let sent = simulator.last_from_bot(ADA.0).unwrap();
    assert_eq!((sent.message_id, sent.text.as_str()), (first, "Раз <два> & \"три\""));
    assert_eq!(sent.keyboard[0][0].data.as_deref(), Some("1m"));
    assert_eq!(messenger.show(ADA, Some(first), &screen("Другое"), BUDGET).await, Ok(first));
    assert_eq!(
        messenger.show(ADA, Some(first), &screen("Другое"), BUDGET).await,
        Ok(first),
        "the same again is success"
    );
    assert_eq!(simulator.last_from_bot(ADA.0).unwrap().text, "Другое");
    let bare = Screen { keyboard: Vec::new(), ..screen("Другое") };
    assert_eq!(messenger.show(ADA, Some(first), &bare, BUDGET).await, Ok(first));
    assert!(simulator.last_from_bot(ADA.0).unwrap().keyboard.is_empty(), "a screen without buttons takes them away");
    let new = messenger.show(ADA, Some(first + 100), &screen("Новое"), BUDGET).await.unwrap();
    assert!(new > first, "what can't be edited is sent anew");
    assert_eq!(simulator.messages(ADA.0).len(), 2);
    assert_correct(&simulator);
}

#[tokio::test]
async fn every_style_and_every_kind_of_button_arrives() {
    let (simulator, _) = simulator().await;
    let messenger = messenger(&simulator.base_url());
    let span = |text: &str, style: Style| Span { text: text.to_owned(), style };
    let text = Text(vec![
        span("b", Style { bold: true, ..Style::default() }),
        span("i", Style { italic: true, ..Style::default() }),
        span("c", Style { code: true, ..Style::default() }),
        span("q", Style { quote: true, ..Style::default() }),
        span("l", Style { link: Some("https://example.org/?a=1&b=\"2\"".to_owned()), ..Style::default() }),
    ]);
    let button = |label: &str, press: Press, emphasis| vec![Button { label: label.to_owned(), press, emphasis }];
    let keyboard = vec![
        button("Действие", Press::Action(Action::Balance), Emphasis::Primary),
        button("Адрес", Press::Url("https://example.org".to_owned()), Emphasis::Normal),
        button("Копия", Press::Copy("4276 0000".to_owned()), Emphasis::Danger),
    ];
    messenger.show(ADA, None, &Screen::new(text, keyboard), BUDGET).await.unwrap();
    let sent = simulator.last_from_bot(ADA.0).unwrap();
    assert_eq!(sent.text, "bicql");
    let kinds: Vec<&str> = sent.entities.iter().map(|entity| entity.kind.as_str()).collect();
    assert_eq!(kinds, ["bold", "italic", "code", "expandable_blockquote", "text_link"]);
    assert_eq!(sent.keyboard.iter().flatten().count(), 3);
    assert_correct(&simulator);
}

#[tokio::test]
async fn a_long_text_goes_out_in_order_with_the_buttons_under_the_last() {
    let (simulator, _) = simulator().await;
    let messenger = messenger(&simulator.base_url());
    let long = "слово <b> & 🦀 ".repeat(700);
    let last = messenger.show(ADA, None, &screen(&long), BUDGET).await.unwrap();
    let messages = simulator.messages(ADA.0);
    assert_eq!(messages.len(), 3);
    let joined: String = messages.iter().map(|message| message.text.trim_end().to_owned() + " ").collect();
    assert_eq!(joined.trim_end(), long.trim_end());
    assert!(messages.iter().all(|message| message.keyboard.is_empty() == (message.message_id != last)));
    assert_eq!(messages[2].message_id, last);
    assert_correct(&simulator);
}

#[tokio::test]
async fn an_empty_screen_is_refused_without_a_call_and_a_gone_chat_is_known() {
    let (simulator, _) = simulator().await;
    let messenger = messenger(&simulator.base_url());
    assert!(matches!(messenger.show(ADA, None, &screen(" \n"), BUDGET).await, Err(SendError::Refused { .. })));
    assert_eq!(simulator.calls().len(), 0);
    assert_eq!(messenger.show(ChatId(31_337), None, &screen("x"), BUDGET).await, Err(SendError::ChatGone));
    simulator.block(ADA.0);
    assert_eq!(messenger.show(ADA, None, &screen("x"), BUDGET).await, Err(SendError::ChatGone));
    assert_eq!(messenger.show(ADA, Some(1), &screen("x"), BUDGET).await, Err(SendError::ChatGone));
    simulator.unblock(ADA.0);
    simulator.deactivate(ADA.0);
    assert_eq!(messenger.show(ADA, None, &screen("x"), BUDGET).await, Err(SendError::ChatGone));
    messenger.activity(ADA, Activity::Typing).await;
    assert_correct(&simulator);
}

#[tokio::test]
async fn a_press_comes_back_as_its_action_and_is_answered_once_or_too_late() {
    let (simulator, clock) = simulator().await;
    let messenger = messenger(&simulator.base_url());
    let message = messenger.show(ADA, None, &screen("x"), BUDGET).await.unwrap();
    let query = simulator.press_label(ADA.0, message, "Меню").unwrap();
    let update = simulator.updates().last().unwrap().update_id;
    let incoming = read(&simulator, update);
    assert_eq!(incoming.sender.chat, ADA);
    let pressed = app::event::Event::Press { query: query.clone(), message: Some(message), action: Some(Action::Menu) };
    assert_eq!(incoming.event, pressed);
    messenger.answer_press(&query, Some("Готово"), true, BUDGET).await.unwrap();
    let answers = simulator.callback_answers();
    assert_eq!((answers[0].text.as_deref(), answers[0].show_alert), (Some("Готово"), true));
    let late = simulator.press_label(ADA.0, message, "Меню").unwrap();
    clock.advance(Duration::from_secs(3600));
    messenger.answer_press(&late, None, false, BUDGET).await.unwrap();
    assert_correct(&simulator);
}

#[tokio::test]
async fn what_telegram_does_twice_we_do_not() {
    let (simulator, _) = simulator().await;
    let messenger = messenger(&simulator.base_url());
    simulator.fail_next("sendMessage", Fault::HangUpAfter);
    let lost = messenger.show(ADA, None, &screen("once"), BUDGET).await;
    assert!(matches!(lost, Err(SendError::Later { unsent: false, .. })), "{lost:?}");
    assert_eq!(simulator.messages(ADA.0).len(), 1, "it arrived, and the caller decides about a second one");
    let message = simulator.last_from_bot(ADA.0).unwrap().message_id;
    simulator.fail_next("editMessageText", Fault::HangUpAfter);
    simulator.fail_next("editMessageText", Fault::Status(429, Some(1)));
    assert_eq!(messenger.show(ADA, Some(message), &screen("twice"), BUDGET).await, Ok(message));
    assert_eq!(simulator.last_from_bot(ADA.0).unwrap().text, "twice");
    assert_correct(&simulator);
}

#[tokio::test]
async fn activity_is_shown_in_each_form_and_its_failure_is_nothing() {
    let (simulator, _) = simulator().await;
    let messenger = messenger(&simulator.base_url());
    let forms = [
        (Activity::Typing, "typing"),
        (Activity::UploadPhoto, "upload_photo"),
        (Activity::UploadVideo, "upload_video"),
        (Activity::UploadVoice, "upload_voice"),
        (Activity::UploadDocument, "upload_document"),
    ];
    for (activity, name) in forms {
        messenger.activity(ADA, activity).await;
        assert_eq!(simulator.chat_action(ADA.0).unwrap().action, name);
    }
    simulator.fail_next("sendChatAction", Fault::HangUpBefore);
    messenger.activity(ADA, Activity::Typing).await;
    assert_eq!(simulator.calls_of("sendChatAction").len(), 6);
    assert_correct(&simulator);
}

#[tokio::test]
async fn a_checkout_is_allowed_or_refused_and_the_payment_is_read() {
    let (simulator, _) = simulator().await;
    let messenger = messenger(&simulator.base_url());
    let invoice = || {
        let body = serde_json::json!({"chat_id": ADA.0, "title": "100 ₽", "description": "Баланс", "payload": "p-1", "currency": "XTR",
            "prices": [{"label": "100 ₽", "amount": 50}]});
        let url = format!("{}/bot{}/sendInvoice", simulator.base_url(), simulator.token());
        async move { post(&url, &body).await }
    };
    for (refusal, kind) in [(Some("Продажи приостановлены"), None), (None, Some(MessageKind::SuccessfulPayment))]
    {
        invoice().await;
        let message = simulator.last_from_bot(ADA.0).unwrap().message_id;
        let query = simulator.start_payment(ADA.0, message).unwrap();
        let asked = simulator.updates().last().unwrap().update_id;
        let total = 50;
        let expected = app::event::Event::PreCheckout {
            query: query.clone(),
            currency: "XTR".to_owned(),
            total,
            payload: "p-1".to_owned(),
        };
        assert_eq!(read(&simulator, asked).event, expected);
        messenger.answer_pre_checkout(&query, refusal, BUDGET).await.unwrap();
        let end = simulator.wait_checkout(&query, PATIENCE).await.unwrap();
        assert_eq!(matches!(end, Checkout::Paid { .. }), kind.is_some(), "{end:?}");
    }
    let paid = simulator.updates().last().unwrap().update_id;
    let event = read(&simulator, paid).event;
    assert!(matches!(&event, app::event::Event::Paid { total: 50, payload, .. } if payload == "p-1"), "{event:?}");
    assert_correct(&simulator);
}

#[tokio::test]
async fn a_chat_is_not_flooded_and_a_turn_too_late_is_told_without_a_call() {
    let (simulator, _) = simulator().await;
    let paced = TelegramMessenger::new(client(&simulator.base_url()), Pace::TELEGRAM, UploadLimits::TELEGRAM);
    for _ in 0..3 {
        paced.show(ADA, None, &screen("x"), BUDGET).await.unwrap();
    }
    let short = Duration::from_millis(300);
    let fourth = paced.show(ADA, None, &screen("x"), short).await;
    assert!(matches!(fourth, Err(SendError::Later { retry_after: Some(_), .. })), "{fourth:?}");
    assert_eq!(simulator.calls().len(), 3);
    paced.show(ADA, None, &screen("x"), BUDGET).await.unwrap();
    assert_correct(&simulator);
}

/// A call that the adapter does not make yet.
async fn post(url: &str, body: &serde_json::Value) {
    let provider = rustls::crypto::ring::default_provider();
    let tls =
        rustls::ClientConfig::builder_with_provider(provider.into()).with_safe_default_protocol_versions().unwrap();
    let tls = tls.with_root_certificates(rustls::RootCertStore::empty()).with_no_client_auth();
    let http = reqwest::Client::builder().tls_backend_preconfigured(tls).no_proxy().build().unwrap();
    assert!(http.post(url).json(body).send().await.unwrap().status().is_success());
}

#[tokio::test]
async fn a_message_is_copied_into_another_chat_without_its_sender() {
    let (simulator, _) = simulator().await;
    let messenger = messenger(&simulator.base_url());
    let bob = ChatId(4242);
    simulator.add_user(sandbox::telegram::User::new(bob.0, "Bob"));
    let film = sandbox::telegram::IncomingMedia::new(
        sandbox::telegram::MediaKind::Photo,
        sandbox::picture::picture("cat", "test", 64, 64),
    )
    .captioned("под фото");
    let photo = simulator.send_media(ADA.0, film).unwrap().message_id;
    let copy = messenger.copy(ADA, photo, bob, BUDGET).await.unwrap();
    let shown = simulator.last_from_bot(bob.0).unwrap();
    assert_eq!((shown.message_id, shown.kind, shown.text.as_str()), (copy, MessageKind::Photo, "под фото"));
    assert!(shown.is_from_bot() && shown.media.is_some());
    let gone = messenger.copy(ADA, photo + 1000, bob, BUDGET).await;
    assert!(matches!(gone, Err(SendError::Refused { .. })), "{gone:?}");
    let stranger = messenger.copy(ADA, photo, ChatId(5), BUDGET).await;
    assert_eq!(stranger, Err(SendError::ChatGone));
    assert_correct(&simulator);
}

#[tokio::test]
async fn a_silent_screen_arrives_without_a_sound() {
    let (simulator, _) = simulator().await;
    let messenger = messenger(&simulator.base_url());
    for silent in [true, false] {
        let quiet = Screen { silent, ..screen("Готово") };
        messenger.show(ADA, None, &quiet, BUDGET).await.unwrap();
        let call = simulator.calls().into_iter().rfind(|call| call.method == "sendMessage").unwrap();
        assert_eq!(call.params["disable_notification"].as_bool(), silent.then_some(true));
    }
    assert_correct(&simulator);
}

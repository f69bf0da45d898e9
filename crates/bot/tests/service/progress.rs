//! Waiting for a result and getting it: what the progress says in the end, the activity, the sound, the books behind a receipt.

use std::sync::Arc;

use app::event::Event;
use domain::generation::{Failure, FailureReason, Results, StateKind};
use domain::ports::{Activity, MediaKind, Store, TaskStatus};
use domain::screen::{Action, GenerationAct, Preference};

use crate::house::{ANN, House, words};
use crate::telegram::{Sent, kinds};

/// A progress that reaches the chat after the result was sent must not stay behind: who shows it closes it.
#[tokio::test]
async fn a_progress_that_is_shown_after_the_end_is_closed() {
    for (status, key) in [
        (TaskStatus::Succeeded(crate::kie::picture()), "progress-done"),
        (TaskStatus::Failed(Failure { reason: FailureReason::ProviderFailed, detail: None }), "progress-failed"),
    ] {
        let house = Arc::new(House::open());
        house.kie.answers(status);
        house.start(ANN).await;
        let confirm = house.at_confirm(ANN).await;
        let hold = house.telegram.hold("Your order is next in the queue");
        let confirming = tokio::spawn({
            let house = Arc::clone(&house);
            async move { house.event(ANN, confirm).await }
        });
        hold.entered.acquire().await.unwrap().forget();
        // The order is committed, its screen is on its way: everything else happens now.
        house.work().await;
        assert!(!house.generations(ANN).await[0].state.kind().is_live());
        hold.leave.add_permits(1);
        confirming.await.unwrap();
        let generation = house.generations(ANN).await.remove(0);
        let progress = house.telegram.reads(generation.progress_message.expect("it was noted"));
        assert_eq!(progress, words(key));
        house.audit().await;
    }
}

/// The message is known before it is drawn, so that nothing that is lost in between leaves it behind.
#[tokio::test]
async fn where_a_progress_will_be_is_committed_with_its_order() {
    let house = House::open();
    house.start(ANN).await;
    let Event::Press { query, action, .. } = house.at_confirm(ANN).await else { panic!("a press") };
    let message = house.session(ANN).await.unwrap().conversation.window;
    assert!(message.is_some());
    house.event(ANN, Event::Press { query, message, action }).await;
    let generation = house.generations(ANN).await.remove(0);
    assert_eq!((generation.progress_message, house.calls("note_progress")), (message, 0));
    house.work().await;
    assert_eq!(house.telegram.reads(message.unwrap()), words("progress-done"));
    house.audit().await;
}

/// The same the other way round: who ends it finds a progress that was noted while the result was on its way.
#[tokio::test]
async fn a_progress_that_was_there_in_time_is_closed_by_the_end() {
    let house = House::open();
    house.start(ANN).await;
    let confirm = house.at_confirm(ANN).await;
    house.event(ANN, confirm).await;
    let message = house.generations(ANN).await[0].progress_message.expect("it was noted");
    assert!(house.telegram.reads(message).contains("next in the queue"), "{}", house.telegram.reads(message));
    house.work().await;
    assert_eq!(house.telegram.reads(message), words("progress-done"));
}

#[tokio::test]
async fn a_card_from_the_history_stays_a_card() {
    let house = House::open();
    house.start(ANN).await;
    let confirm = house.at_confirm(ANN).await;
    house.event(ANN, confirm).await;
    house.work().await;
    let generation = house.generations(ANN).await[0].id;
    house.press(ANN, Action::Generation { generation, act: GenerationAct::Show }).await;
    let last = house.telegram.said(ANN).pop().unwrap();
    assert!(last.contains(&words("generation-delivered")) && last.contains("a lighthouse"), "{last}");
    house.press(ANN, Action::Generation { generation, act: GenerationAct::Receipt }).await;
    let last = house.telegram.said(ANN).pop().unwrap();
    for key in ["receipt-reserved", "receipt-captured", "receipt-total", "receipt-shown"] {
        assert!(last.contains(&words(key)), "{key} in {last}");
    }
    house.press(ANN, Action::Statement { page: 0 }).await;
    let last = house.telegram.said(ANN).pop().unwrap();
    assert_eq!(last.matches("Z-Image").count(), 2, "set aside and paid, each with what for: {last}");
    assert_eq!(last.matches("22\u{a0}Nov").count(), 3, "each line has its date: {last}");
}

#[tokio::test]
async fn the_chat_shows_that_it_works_and_a_silent_user_hears_nothing() {
    let house = House::open();
    house.start(ANN).await;
    house.press(ANN, Action::Prefer { preference: Preference::Sound, on: false }).await;
    let confirm = house.at_confirm(ANN).await;
    house.event(ANN, confirm).await;
    house.work().await;
    let sent = house.telegram.sent();
    let uploads = |sent: &&Sent| matches!(sent, Sent::Activity { activity: Activity::UploadPhoto, chat: ANN });
    assert!(sent.iter().filter(uploads).count() >= 2, "while it is made, and before it is sent");
    assert_eq!(kinds(&sent), [MediaKind::Photo, MediaKind::Document]);
    let loud = sent.iter().filter(|sent| matches!(sent, Sent::Delivered { item, .. } if !item.silent));
    assert_eq!(loud.count(), 0);
    house.press(ANN, Action::Prefer { preference: Preference::Sound, on: true }).await;
    let generation = house.generations(ANN).await[0].id;
    house.press(ANN, Action::Generation { generation, act: GenerationAct::Resend }).await;
    house.work().await;
    let again = house.telegram.sent().split_off(sent.len());
    let by_id = again.iter().filter(|sent| match sent {
        Sent::Delivered { item, .. } => {
            !item.silent && item.media.iter().all(|media| matches!(media.source, domain::ports::Source::FileId(_)))
        }
        _ => false,
    });
    assert_eq!(by_id.count(), 2, "by Telegram's own ids: {again:?}");
}

#[tokio::test]
async fn a_long_text_is_one_file_and_comes_again_by_its_id() {
    let house = House::open();
    house.kie.answers(TaskStatus::Succeeded(Results { text: Some("la ".repeat(5000)), ..Results::default() }));
    house.start(ANN).await;
    let confirm = house.at_confirm(ANN).await;
    house.event(ANN, confirm).await;
    house.work().await;
    let generation = house.generations(ANN).await.remove(0);
    assert_eq!(generation.state.kind(), StateKind::Delivered);
    house.press(ANN, Action::Generation { generation: generation.id, act: GenerationAct::Resend }).await;
    house.work().await;
    let sources = house.telegram.sent().into_iter().filter_map(|sent| match sent {
        Sent::Delivered { item, .. } => item.media.into_iter().next(),
        _ => None,
    });
    let names: Vec<_> = sources
        .map(|media| {
            (media.kind, matches!(media.source, domain::ports::Source::Path(_)), media.file_name.unwrap_or_default())
        })
        .collect();
    let name = format!("{}.txt", generation.id);
    assert_eq!(names, [(MediaKind::Document, true, name.clone()), (MediaKind::Document, false, name)]);
    assert_eq!(house.store.result_parts(generation.id).await.unwrap().len(), 1);
}

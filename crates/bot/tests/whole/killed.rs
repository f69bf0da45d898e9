//! SIGKILL at each step of a generation, then another life on the same database. The step is held open by the gate, so the moment is exact.
//!
//! Always: the generation ends, KIE made one task at most, the money was captured once or released once, and at most one part came twice.

use sandbox::kie::Pace;

use crate::gate::Hold;
use crate::ground::Ground;
use crate::shelf::Shelf;
use crate::stage::{Plan, Stage};
use crate::walk::{PICTURE_PRICE, WELCOME, Walker, Words};

const ANN: i64 = 501;
/// A claim of the killed life holds so long.
const LEASE_MS: &str = "4000";

/// Whose call is held.
#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    Telegram,
    Kie,
}

/// How it ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Delivered,
    Released,
}

/// The order is committed, and nobody was told.
pub(crate) async fn before_the_press_was_answered(ground: Ground) {
    killed(ground, Plan::webhook().manual(), At::Telegram, Hold::before("/answerCallbackQuery"), End::Delivered).await;
}

pub(crate) async fn before_the_order_was_shown(ground: Ground) {
    killed(ground, Plan::webhook().manual(), At::Telegram, Hold::before("/editMessageText"), End::Delivered).await;
}

pub(crate) async fn after_the_order_was_shown(ground: Ground) {
    killed(ground, Plan::webhook().manual(), At::Telegram, Hold::after("/editMessageText"), End::Delivered).await;
}

/// Nobody can know that KIE made nothing: without a public address it fails, and is not sent again.
pub(crate) async fn before_createtask_arrived(ground: Ground) {
    killed(ground, Plan::polling(), At::Kie, Hold::before("/createTask"), End::Released).await;
}

/// KIE works on it; its callback tells the next life which task it is.
pub(crate) async fn after_createtask_was_done(ground: Ground) {
    killed(ground, Plan::webhook(), At::Kie, Hold::after("/createTask"), End::Delivered).await;
}

pub(crate) async fn before_the_first_query(ground: Ground) {
    killed(ground, Plan::webhook(), At::Kie, Hold::before("/recordInfo"), End::Delivered).await;
}

pub(crate) async fn after_the_query_that_tells_success(ground: Ground) {
    killed(ground, Plan::webhook(), At::Kie, Hold::after("/recordInfo"), End::Delivered).await;
}

pub(crate) async fn before_the_photo_was_sent(ground: Ground) {
    killed(ground, Plan::webhook(), At::Telegram, Hold::before("/sendPhoto"), End::Delivered).await;
}

pub(crate) async fn by_polling_before_the_photo_was_sent(ground: Ground) {
    killed(ground, Plan::polling(), At::Telegram, Hold::before("/sendPhoto"), End::Delivered).await;
}

pub(crate) async fn after_the_photo_was_sent(ground: Ground) {
    killed(ground, Plan::webhook(), At::Telegram, Hold::after("/sendPhoto"), End::Delivered).await;
}

pub(crate) async fn before_the_document_was_sent(ground: Ground) {
    killed(ground, Plan::webhook(), At::Telegram, Hold::before("/sendDocument"), End::Delivered).await;
}

/// The answer to the upload, not the refusal of the address that came before it.
pub(crate) async fn after_the_document_was_sent(ground: Ground) {
    let hold = Hold::after("/sendDocument").saying("filename=");
    killed(ground, Plan::webhook(), At::Telegram, hold, End::Delivered).await;
}

pub(crate) async fn before_the_last_edit(ground: Ground) {
    let hold = Hold::before("/editMessageText").saying("the result is below");
    killed(ground, Plan::webhook(), At::Telegram, hold, End::Delivered).await;
}

async fn killed(ground: Ground, plan: Plan, at: At, hold: Hold, end: End) {
    let is_manual = plan.pace == Pace::Manual;
    let mut stage = Stage::open(ground, plan.with("JOB_LEASE_MS", LEASE_MS)).await;
    let ann = stage.person(ANN, Words::En);
    ann.start().await;
    // A picture that is there at once: what is tested is not how fast one is drawn.
    let shelf = Shelf::with_picture(1024).await;
    stage.kie.next_task_returns(&shelf.result());
    ann.compose("a cat").await;
    let gate = if at == At::Kie { &stage.kie_gate } else { &stage.telegram_gate };
    let mut held = gate.hold(hold);
    ann.press(&ann.words.of("button-confirm")).await;
    held.caught().await;
    // The screen and the work go their ways side by side: here KIE has the task, whatever the bot knows of it.
    let task = if is_manual { Some(stage.created(1).await) } else { None };
    stage.bot.kill9();
    drop(held);
    stage.bot.start().await;
    if let Some(task) = task {
        assert!(stage.kie.complete(&task));
    }
    ended(&stage, &ann, end).await;
    stage.close().await;
}

async fn ended(stage: &Stage, ann: &Walker, end: End) {
    match end {
        End::Delivered => ann.sees_in_history("state-delivered").await,
        End::Released => drop(ann.is_told("failure-answer-lost").await),
    }
    let (balance, reserved) = ann.balance().await;
    assert_eq!(reserved, 0);
    let (photos, documents) = ann.files();
    let created = stage.kie.created().len();
    match end {
        End::Delivered => {
            assert!(
                photos >= 1 && documents >= 1 && photos + documents <= 3,
                "{photos} photos and {documents} documents: one part at most is doubled"
            );
            assert_eq!(created, 1, "KIE made one task");
            assert_eq!(balance, WELCOME - PICTURE_PRICE, "captured once");
        }
        End::Released => {
            assert_eq!((photos, documents), (0, 0));
            assert!(created <= 1, "KIE made one task at most");
            assert_eq!(balance, WELCOME, "released");
        }
    }
}

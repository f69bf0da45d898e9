//! The switches of the strip: what goes wrong on purpose.
//!
//! To add one: a row in [`NAMES`], its arms in [`Switches::turn`] and [`Switches::states`], a button with `data-switch` in `page.html`.

use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};

use super::{Refusal, Scene};
use crate::{
    kie::{CallbackFault, Credits, Fault, Route},
    telegram::{self, ANY_SENDING},
};

/// All of them.
const NAMES: [&str; 9] = [
    "kie-slow",
    "kie-fail-next",
    "kie-fail-all",
    "kie-lost-callbacks",
    "kie-no-credits",
    "telegram-429",
    "payment-lost",
    "payment-doubled",
    "storage-away",
];
/// The note that tells the bot of a payment.
const PAID: &str = "successful_payment";

/// How long a slow KIE thinks about each answer: longer than a user waits patiently, shorter than a client's limit.
const SLOW_MS: u64 = 5_000;
/// How many calls one press of `telegram-429` refuses: enough to reach a second try of the same message.
const REFUSED_SENDS: usize = 3;
/// What Telegram then asks to wait. Seconds.
const RETRY_AFTER: u64 = 3;
/// How a task fails: KIE's most frequent words.
const FAILURE: (&str, &str) = ("500", "Internal server error");

/// Where the switches stand, as far as the simulators do not tell it.
#[derive(Debug, Default)]
pub(super) struct Switches(Mutex<Positions>);

#[derive(Debug, Default)]
struct Positions {
    /// How many tasks there were when a failure was ordered; it is spent once there are more.
    fail_ordered_at: Option<usize>,
    slow: bool,
    fail_all: bool,
    lost_callbacks: bool,
    /// The balance that was taken away.
    credits_taken: Option<Credits>,
}

impl Switches {
    /// Turns one; a failure that was ordered cannot be called back.
    pub(super) fn turn(&self, scene: &Scene, name: &str, body: &Value) -> Result<(), Refusal> {
        if !NAMES.contains(&name) {
            return Err(Refusal::new(404, format!("there is no switch `{name}`")));
        }
        let on = body["on"].as_bool().ok_or_else(|| Refusal::new(400, "`on` must be true or false"))?;
        let mut at = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let kie = &scene.kie;
        match name {
            "kie-slow" => {
                at.slow = on;
                for route in [Route::CreateTask, Route::RecordInfo] {
                    if on { kie.fail_always(route, Fault::Delay(SLOW_MS)) } else { kie.heal(route) }
                }
            }
            "kie-fail-next" => {
                let made = kie.tasks().len();
                if on && at.fail_ordered_at != Some(made) {
                    kie.next_task_fails(FAILURE.0, FAILURE.1);
                    at.fail_ordered_at = Some(made);
                }
            }
            "kie-fail-all" => {
                at.fail_all = on;
                kie.all_tasks_fail(on.then_some(FAILURE));
            }
            "kie-lost-callbacks" => {
                at.lost_callbacks = on;
                kie.callbacks(on.then_some(CallbackFault::Lost));
            }
            "kie-no-credits" => match (on, at.credits_taken) {
                (true, None) => {
                    at.credits_taken = Some(kie.credits());
                    kie.set_credits(Credits::default());
                }
                (false, Some(before)) => {
                    at.credits_taken = None;
                    kie.set_credits(before);
                }
                _ => {}
            },
            "telegram-429" if on => {
                for _ in 0..REFUSED_SENDS {
                    scene.telegram.fail_next(ANY_SENDING, telegram::Fault::Status(429, Some(RETRY_AFTER)));
                }
            }
            "telegram-429" => scene.telegram.forget_faults(ANY_SENDING),
            "payment-lost" | "payment-doubled" => {
                // Both stand under one name, so the other one is ordered anew.
                let (lost, doubled) = scene.telegram.update_troubles(PAID);
                let (lost, doubled) = if name == "payment-lost" { (on, doubled > 0) } else { (lost > 0, on) };
                scene.telegram.spare_updates(PAID);
                scene.telegram.lose_next_updates(PAID, usize::from(lost));
                scene.telegram.double_next_updates(PAID, usize::from(doubled));
            }
            _ => scene.backstage.take_storage_away(on),
        }
        Ok(())
    }

    /// Each switch by its name: whether it is on, or how often it still strikes.
    pub(super) fn states(&self, scene: &Scene) -> Value {
        let at = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (lost, doubled) = scene.telegram.update_troubles(PAID);
        json!({
            "kie-slow": at.slow,
            "kie-fail-next": at.fail_ordered_at == Some(scene.kie.tasks().len()),
            "kie-fail-all": at.fail_all,
            "kie-lost-callbacks": at.lost_callbacks,
            "kie-no-credits": at.credits_taken.is_some(),
            "telegram-429": scene.telegram.faults_waiting(ANY_SENDING),
            "payment-lost": lost > 0,
            "payment-doubled": doubled > 0,
            "storage-away": scene.backstage.is_storage_away(),
        })
    }
}

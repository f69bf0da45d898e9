//! Browser tests: `kiebot sandbox` with its chat page in a headless Chromium, used as a person uses it.
//!
//! | module | what |
//! |---|---|
//! | `desk` | the owner's desk |
//! | `devtools` | Chromium by the DevTools protocol |
//! | `stage` | the real executable; no secret and nothing that was written on its page may stand in its log |
//! | `phone` | one chat on the page |
//! | `play` | what a user goes through |
//! | `till` | paying in Stars |
//! | `screens` | models walked at a phone's width, in both languages; `cargo xtask shots` keeps the pictures |
//!
//! Without a Chromium the tests fail and say how to get one. `KIEBOT_NO_BROWSER=1` leaves them out, which is said and counted: the name of each
//! is appended to the file that `KIEBOT_BROWSER_SKIPPED_LOG` names.

mod desk;
mod devtools;
#[path = "../shared/leaks.rs"]
mod leaks;
mod phone;
mod play;
mod screens;
mod stage;
mod till;

use std::io::Write;

/// Whether the browser tests are to be left out; then it is told and noted for `name`.
fn is_left_out(name: &str) -> bool {
    if variable("KIEBOT_NO_BROWSER").as_deref() != Some("1") {
        return false;
    }
    eprintln!("SKIPPED: `{name}`, because KIEBOT_NO_BROWSER is 1");
    if let Some(path) = variable("KIEBOT_BROWSER_SKIPPED_LOG") {
        let log = std::fs::OpenOptions::new().create(true).append(true).open(path);
        log.and_then(|mut log| writeln!(log, "{name}")).expect("the named file takes a line");
    }
    true
}

#[expect(clippy::disallowed_methods, reason = "how a test learns what its runner wants")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

#[test]
fn a_user_buys_fails_and_outlives_a_restart() {
    if !is_left_out("browser::a_user_buys_fails_and_outlives_a_restart") {
        play::a_user_buys_fails_and_outlives_a_restart();
    }
}

#[test]
fn faults_and_time_do_what_their_buttons_say() {
    if !is_left_out("browser::faults_and_time_do_what_their_buttons_say") {
        play::faults_and_time_do_what_their_buttons_say();
    }
}

#[test]
fn an_owner_runs_the_shop_from_the_desk() {
    if !is_left_out("browser::an_owner_runs_the_shop_from_the_desk") {
        desk::an_owner_runs_the_shop_from_the_desk();
    }
}

#[test]
fn a_user_pays_by_stars_and_each_payment_counts_once() {
    if !is_left_out("browser::a_user_pays_by_stars_and_each_payment_counts_once") {
        till::a_user_pays_by_stars_and_each_payment_counts_once();
    }
}

#[test]
fn models_are_walked_on_a_phone_in_both_languages() {
    if !is_left_out("browser::models_are_walked_on_a_phone_in_both_languages") {
        screens::walk_all(variable("KIEBOT_SHOTS").as_deref().map(std::path::Path::new));
    }
}

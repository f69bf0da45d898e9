//! The seven cases that tests of payments must show, by their names; each is made of cases that stand in [`super::ledger`],
//! [`super::races`] and [`super::free`], one after the other in one database.

use super::World;
use super::{free, ledger, races};

/// Reserved at the confirm, captured with the result.
pub async fn the_first_case_reserve_and_capture(world: &World) {
    ledger::reserve_and_capture(world).await;
}

/// Both figures in the answer, nothing changed; and the same order goes through once the money is there.
pub async fn the_second_case_insufficient_balance(world: &World) {
    ledger::insufficient_balance_shows_both_figures_and_changes_nothing(world).await;
    ledger::a_refused_reservation_may_be_tried_again_after_a_top_up(world).await;
}

/// A failure gives all of it back.
pub async fn the_third_case_release_on_failure(world: &World) {
    ledger::a_failure_releases_the_money(world).await;
}

/// Had for nothing within the limits, however many taps come at once; refused past them, where a run of the bank pays.
pub async fn the_fourth_case_a_free_model_on_an_empty_wallet(world: &World) {
    free::a_free_model_on_an_empty_wallet_is_had_within_its_limits_and_refused_past_them(world).await;
    free::limits_hold_under_parallel_takes(world).await;
}

/// Each operation left its transfers, each has its line, the audit is clean.
pub async fn the_fifth_case_ledger_integrity(world: &World) {
    ledger::ledger_integrity(world).await;
    ledger::a_statement_tells_every_operation(world).await;
}

/// Twenty confirms at once, then again and again: one reservation.
pub async fn the_sixth_case_double_charge_prevented(world: &World) {
    ledger::parallel_confirms_charge_once(world).await;
    ledger::repeated_confirms_charge_once(world).await;
    ledger::parallel_reservations_of_one_cause_are_one(world).await;
}

/// The exact balance; amounts that are none; a hold that is resolved the other way; parallel reservations and debits of one wallet.
pub async fn the_seventh_case_edge_cases(world: &World) {
    ledger::the_exact_balance_is_enough(world).await;
    ledger::amounts_that_are_no_amounts_are_refused(world).await;
    ledger::a_hold_is_resolved_one_way(world).await;
    ledger::fifty_parallel_reservations_never_overdraw(world).await;
    races::fifty_parallel_debits_never_overdraw(world).await;
}

//! What the port promises, as cases that every backend must pass.
//!
//! A case is one `pub async fn` over a [`World`]: a store with its own clock, ids and shortcuts. It says its goal in its first line, panics with
//! what differs, and shares nothing with other cases: each one gets an empty database. [`run`] audits the books after each case, so every case
//! is also a case of "the audit is clean".
//!
//! Invariants
//! - A case speaks to the store through the port only. What a backend can't do (raw SQL) is an argument: [`Backend`].
//! - No sleeping and no wall clock: time is the change sets' own, moved by hand; parallel commits start together at a barrier.
//! - Chance comes from a seed; a failure prints it.
//!
//! To add a case: the function in the file of its noun, its name in [`crate::for_each_case`] (a test of the suite compares the two). To add a backend:
//! implement [`Backend`] and expand the list over it, as `tests/conformance.rs` does.

pub mod broadcasts;
pub mod campaigns;
mod chance;
pub mod change_sets;
pub mod corruptions;
pub mod events;
pub mod faults;
pub mod favourites;
pub mod forgetting;
pub mod free;
pub mod funding;
pub mod generations;
pub mod housekeeping;
pub mod inputs;
pub mod invoices;
pub mod jobs;
pub mod ledger;
pub mod listings;
pub mod margins;
pub mod marks;
pub mod messages;
pub mod office;
pub mod paybacks;
mod plain;
pub mod promos;
pub mod races;
pub mod rates;
pub mod reconciliation;
pub mod reference;
pub mod referrals;
pub mod reports;
pub mod selling;
pub mod sessions;
pub mod seven;
pub mod shelves;
pub mod spoilt_gifts;
pub mod stops;
pub mod turns;
pub mod watch;
mod world;

use std::sync::Arc;

use async_trait::async_trait;
use domain::ports::{EventLog, Office, Outreach, Reports, Store, Watch};

pub use world::{LIVE, Order, World};

/// A kind of store under test, with an empty database.
#[async_trait]
pub trait Backend: Send + Sync {
    /// The store. Each call gives the same one.
    fn store(&self) -> Arc<dyn Store>;

    /// What the owner's desk reads of it.
    fn office(&self) -> Arc<dyn Office>;

    /// What it says of broadcasts, campaigns and promo codes.
    fn outreach(&self) -> Arc<dyn Outreach>;
    /// The same store, as the figures that it tells.
    fn reports(&self) -> Arc<dyn Reports>;

    /// What watching over the shop reads of it.
    fn watch(&self) -> Arc<dyn Watch>;

    /// Its log.
    fn event_log(&self) -> Arc<dyn EventLog>;

    /// Runs a batch of SQL past the store, on one connection of its own, to spoil rows; `false` if this backend has no SQL. Panics if the
    /// database refuses it.
    async fn execute_raw(&self, sql: &str) -> bool;

    /// The words with which the database refuses this SQL; `None` if it did not refuse, or if this backend has no SQL.
    async fn refusal_of_raw(&self, _sql: &str) -> Option<String> {
        None
    }
}

/// Runs a case that spoils rows; the audit is the case's own matter.
///
/// # Panics
/// If a promise is broken.
pub async fn run_spoiling(backend: Arc<dyn Backend>, case: impl AsyncFnOnce(&World)) {
    case(&World::new(backend)).await;
}

/// Runs a case, then audits the books.
///
/// # Panics
/// If a promise is broken.
pub async fn run(backend: Arc<dyn Backend>, case: impl AsyncFnOnce(&World)) {
    let world = World::new(backend);
    case(&world).await;
    world.assert_audit_is_clean().await;
}

/// Calls `$callback!` with all cases, grouped by the module that has them.
#[macro_export]
macro_rules! for_each_case {
    ($callback:ident) => {
        $callback! {
                sessions {
                    a_stranger_has_no_session
                    a_created_person_has_a_session
                    one_of_parallel_creations_of_a_chat_wins
                    an_update_overwrites_what_telegram_shows
                    preferences_are_switched_and_the_origin_stays
                    an_update_of_an_unknown_person_is_a_conflict
                    a_conversation_grows_by_one_version
                    a_person_and_the_first_conversation_are_one_change_set
                    a_version_conflict_writes_nothing
                    one_of_parallel_commits_of_a_version_wins
                    a_window_is_noted_for_its_version_only
                }
                marks {
                    a_done_update_counts_its_repeats_and_writes_nothing_more
                    one_of_parallel_commits_of_a_mark_writes
                    updates_of_two_bots_are_two
                    a_buried_update_is_done
                    an_unreadable_update_is_kept
                    purge_removes_what_is_old_and_nothing_else
                }
                ledger {
                    reserve_and_capture
                    insufficient_balance_shows_both_figures_and_changes_nothing
                    a_failure_releases_the_money
                    ledger_integrity
                    parallel_confirms_charge_once
                    repeated_confirms_charge_once
                    parallel_reservations_of_one_cause_are_one
                    the_exact_balance_is_enough
                    amounts_that_are_no_amounts_are_refused
                    a_hold_is_resolved_one_way
                    two_parallel_reservations_never_overdraw
                    ten_parallel_reservations_never_overdraw
                    fifty_parallel_reservations_never_overdraw
                    two_hundred_parallel_reservations_never_overdraw
                    the_measured_sequence_means_the_same
                    a_refused_reservation_may_be_tried_again_after_a_top_up
                    free_runs_are_a_unit_of_their_own
                    a_statement_tells_every_operation
                    movements_are_found_by_their_generation
                }
                races {
                    parallel_captures_resolve_a_hold_once
                    a_capture_and_a_release_resolve_a_hold_once
                    a_hundred_captures_and_releases_resolve_a_hold_once
                    parallel_refunds_never_exceed_the_capture
                    a_hundred_refunds_never_exceed_the_capture
                    two_parallel_debits_never_overdraw
                    ten_parallel_debits_never_overdraw
                    fifty_parallel_debits_never_overdraw
                    two_hundred_parallel_debits_never_overdraw
                    parallel_top_ups_of_one_payment_credit_once
                    parallel_changes_of_one_wallet_all_count
                    parallel_paybacks_of_one_payment_are_one
                    opposite_orders_of_two_wallets_do_not_lock_each_other_out
                    workers_and_taps_of_one_user_all_get_through
                }
                seven {
                    the_first_case_reserve_and_capture
                    the_second_case_insufficient_balance
                    the_third_case_release_on_failure
                    the_fourth_case_a_free_model_on_an_empty_wallet
                    the_fifth_case_ledger_integrity
                    the_sixth_case_double_charge_prevented
                    the_seventh_case_edge_cases
                }
                paybacks {
                    a_spent_payment_taken_back_is_paid_by_the_next_top_up
                    a_payback_sets_aside_and_is_finished_once
                    a_released_payback_may_be_tried_again
                    a_hold_is_eaten_by_no_payback_and_no_adjustment
                    a_payback_is_wished_once
                    a_payback_ends_once
                    payments_come_newest_first
                }
                invoices {
                    every_state_of_an_invoice_survives_storage
                    an_invoice_is_created_once
                    a_step_of_an_invoice_from_another_state_is_a_conflict
                    one_of_parallel_steps_of_an_invoice_wins
                    steps_of_an_invoice_count_in_order
                    an_invoice_is_found_by_its_providers_id
                    an_external_id_belongs_to_one_invoice
                    invoices_come_newest_first
                    claimed_invoices_come_oldest_first
                    a_receipt_is_recognised_whatever_became_of_its_invoice
                }
                reconciliation {
                    a_list_that_is_kept_twice_is_kept_once
                    parallel_lists_are_kept_once
                    records_without_a_payment_are_listed
                    a_payment_that_came_after_the_list_is_no_finding
                }
                rates {
                    a_rate_that_is_set_holds
                    a_rate_that_waits_is_accepted_by_its_date
                    a_rate_of_another_date_is_not_accepted
                    a_change_set_that_is_not_written_changes_no_rate
                }
                change_sets {
                    several_operations_on_one_wallet_count_in_order
                    operations_see_those_before_them
                    a_refusal_names_its_operation
                    the_first_of_two_refusals_is_named
                    a_refused_operation_undoes_everything_beside_it
                    a_lost_step_undoes_everything_beside_it
                    everything_of_a_change_set_is_written
                }
                reference {
                    random_operations_agree_with_the_book
                    random_lists_of_operations_agree_with_the_book
                }
                generations {
                    a_generation_is_found_by_id_token_and_task
                    generations_are_found_by_their_ids
                    every_state_survives_storage
                    a_generation_is_created_once
                    a_step_from_another_state_is_a_conflict
                    one_of_parallel_steps_wins
                    two_steps_of_one_change_set_count_in_order
                    a_relinked_generation_stays_relinked
                    a_task_stays_bound_to_a_failed_generation
                    what_a_generation_was_made_from_stays_known
                    the_family_of_a_generation_stays_known
                    progress_messages_are_noted
                }
                funding {
                    how_a_generation_is_paid_stays_known
                    a_run_is_earned_or_given_back
                    what_was_not_paid_with_money_has_no_margin
                }
                free {
                    a_free_model_on_an_empty_wallet_is_had_within_its_limits_and_refused_past_them
                    limits_hold_under_parallel_takes
                    a_limit_of_none_lets_nothing_through
                    an_hour_and_a_day_end_where_the_next_one_begins
                    what_is_given_back_goes_to_the_windows_that_it_was_taken_from
                    giving_back_what_was_not_taken_is_a_defect
                    uses_are_told_by_model
                    a_take_that_is_undone_counts_nothing
                    opposite_orders_of_two_counters_do_not_lock_each_other_out
                    a_free_generation_that_cannot_be_delivered_stays_counted
                }
                promos {
                    a_code_is_found_as_each_user_finds_it
                    a_code_is_made_once
                    the_last_uses_go_to_some_of_parallel_users
                    parallel_redemptions_of_one_user_are_one
                    a_user_redeems_in_order_and_as_often_as_one_may
                    a_code_is_worth_nothing_from_its_expiry_on
                    a_redemption_that_is_undone_uses_nothing
                    opposite_orders_of_two_codes_do_not_lock_each_other_out
                }
                referrals {
                    who_came_once_came_once
                    nobody_brings_themselves
                    a_referral_is_rewarded_once
                    parallel_rewards_of_one_referral_are_one
                    parallel_rewards_of_one_day_stay_within_it
                    a_full_day_counts_no_more
                    a_reward_that_is_undone_is_none
                }
                listings {
                    live_ones_come_oldest_first
                    history_is_paged_newest_first
                    history_is_narrowed_by_models_and_results
                    what_succeeded_is_in_the_history_of_results
                    the_queue_position_counts_older_queued_ones
                    the_queue_position_follows_the_order_of_claims
                }
                shelves {
                    recent_models_come_once_and_the_latest_first
                    popular_models_count_successes_since_a_moment
                    the_time_that_a_model_takes_is_told_by_its_last_successes
                }
                margins {
                    margins_come_newest_first
                    margins_count_from_the_last_resume
                    a_loss_is_seen_in_its_margin
                    a_success_of_unknown_cost_has_no_margin
                    drifts_add_up_by_model_and_kind_of_quote
                    sums_that_no_figure_can_say_are_a_defect
                }
                stops {
                    a_stop_stays_until_its_model_is_resumed
                    stops_come_by_model
                    stops_of_one_change_set_count_in_order
                    a_change_set_that_is_not_written_changes_no_stop
                    opposite_orders_of_two_stops_do_not_lock_each_other_out
                }
                selling {
                    a_pause_is_changed_by_whoever_saw_it_last
                    one_of_parallel_pauses_wins
                    a_refused_change_set_lets_everything_be_sold
                    a_rest_goes_on_until_its_end
                    rests_come_by_model_and_leave_stops_alone
                }
                office {
                    staff_is_appointed_and_dismissed
                    a_dismissed_actor_does_nothing
                    the_audit_log_says_who_did_what
                    the_audit_log_is_immutable
                    a_setting_has_versions
                    one_of_parallel_settings_wins
                    a_large_credit_waits_for_another_owner
                    a_block_outlives_the_persons_own_updates
                    a_refused_change_set_leaves_the_desk_alone
                }
                broadcasts {
                    a_broadcast_comes_back_in_every_state
                    each_step_needs_its_state
                    one_broadcast_is_sent_at_a_time
                    segments_hold_whom_they_say
                    somebody_is_taken_once
                    parallel_takers_never_take_the_same_person
                    outcomes_are_noted_once
                    who_was_not_tried_is_next_again
                    people_may_come_and_go_meanwhile
                    old_targets_are_purged
                    a_refused_change_set_takes_nobody
                }
                campaigns {
                    a_campaign_is_made_once
                    a_campaign_counts_whom_it_brought
                    promo_codes_are_listed_with_their_uses
        }

                watch {
                    figures_count_what_waits_and_what_was_taken
                    a_payment_among_the_dead_is_counted
                    what_waits_is_counted_by_kind
                    the_last_ends_come_newest_first
                    audits_come_newest_first
                    an_alert_is_changed_by_whoever_saw_it_last
                    one_of_parallel_tellers_tells
                }
                events {
                    events_come_newest_first_and_once
                    events_are_found_by_level_words_and_names
                    old_events_go_oldest_first
                    words_are_looked_for_among_the_newest
                }
                inputs {
                    an_input_file_comes_back_in_every_state
                    an_input_file_is_created_once
                    input_files_are_found_by_their_ids
                    settling_an_unknown_input_file_changes_nothing
                    an_input_file_belongs_to_a_person
                    purge_removes_old_input_files
                }
                favourites {
                    favourites_come_last_kept_first
                    a_favourite_is_kept_once
                    a_favourite_belongs_to_a_person
                }
                forgetting {
                    a_forgotten_person_leaves_nothing_that_leads_to_them
                    the_books_of_a_forgotten_person_stay
                    what_a_forgotten_person_was_given_stays_counted
                    a_trace_tells_who_was_here_before
                    a_forgotten_chat_comes_back_as_a_new_user
                    nobody_is_forgotten_while_a_generation_is_unfinished
                    forgetting_of_nobody_is_a_conflict
                    forgetting_is_one_with_its_change_set
                    work_that_comes_after_the_forgetting_changes_nothing
                    one_of_a_confirm_and_a_forgetting_wins
                    invoices_of_a_forgotten_person_keep_their_money_only
                    a_receipt_that_comes_after_the_forgetting_is_not_kept
                    a_payer_goes_with_the_person
                }
                jobs {
                    each_job_goes_to_one_of_parallel_claimers
                    due_work_of_the_asked_kinds_comes_longest_due_first
                    a_claim_that_ran_out_goes_to_the_next_and_is_lost_to_the_first
                    a_claim_that_ran_out_is_lost_even_if_nobody_took_it
                    a_fence_of_a_removed_job_never_fits_again
                    a_done_job_is_gone
                    a_done_job_that_was_scheduled_meanwhile_is_due_as_scheduled
                    a_schedule_beside_the_end_of_a_claim_stays
                    a_schedule_that_races_with_the_end_is_never_lost
                    one_of_parallel_ends_of_a_claim_wins
                    again_is_due_at_its_time_or_earlier
                    attempts_count_claims_since_the_last_progress
                    a_kept_claim_is_still_ours
                    an_earlier_schedule_wins
                    handed_back_work_is_due_at_once
                    the_agenda_counts_claims_that_run_out
                }
                turns {
                    who_yields_lets_others_go_first
                    a_job_that_yields_is_due_at_its_time
                    turns_count_over_all_kinds
                    an_earlier_turn_wins
                    a_turn_outlives_the_claim_during_which_it_was_scheduled
                    what_is_put_off_keeps_its_place
                }
                messages {
                    messages_come_in_the_order_of_their_change_set
                    numbers_grow_without_gaps_under_parallel_commits
                    every_user_counts_from_one
                    parts_keep_their_outcomes
                    an_ended_message_makes_room_for_the_next
                    parts_of_a_result_outlive_the_message
                    a_message_to_nobody_is_kept_and_not_sent
                }
                housekeeping {
                    an_orphan_is_completed_and_never_emptied
                    orphans_come_newest_first
                    a_singleton_has_one_owner_until_it_runs_out
                    a_singleton_is_given_up
                    one_of_parallel_owners_gets_a_singleton
                    who_was_started_last_says_where_updates_go
                    a_keepsake_is_the_same_for_everybody
                    the_store_tells_its_time_kind_and_migrations
                }
                reports {
                    figures_of_a_random_history_agree_with_the_fold
                    figures_of_a_random_history_agree_with_the_accounts
                    a_day_is_rolled_up_once
                    people_are_found_by_what_they_are_called
                    names_of_an_older_version_are_filled_in
                    the_figures_of_one_model_are_its_part_of_all
                }
                faults {
                    a_store_that_was_away_took_nothing
                    a_marked_change_set_after_a_lost_reply_is_done
                    a_confirm_after_a_lost_reply_charges_once
                    a_step_under_a_claim_after_a_lost_reply_is_harmless
                    an_unmarked_operation_after_a_lost_reply_counts_once
                    small_statements_after_a_lost_reply_are_harmless
                    a_flaky_store_keeps_the_books_whole
                }
            }
    };
}

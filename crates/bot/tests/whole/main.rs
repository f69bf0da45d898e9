//! Whole-binary tests: the real executable between the two simulators, on SQLite and on PostgreSQL.
//!
//! A case is one `async fn` over a [`ground::Ground`] in the file of its theme; [`cases`] lists it and makes one named test of it per
//! database: `sqlite::success::by_webhook`, `postgres::success::by_webhook`. A case opens a [`stage::Stage`], lets [`walk::Walker`]s use the bot, and ends
//! with [`stage::Stage::close`]: SIGTERM ends the bot with 0, `kiebot audit` is clean, no call broke Telegram's published rules, KIE
//! dropped no field, every figure is in docs/METRICS.md, and no secret and no word of a person's was told anywhere.
//!
//! Invariants: nothing but the outside contract is used (environment, HTTP, commands, chats); every wait is for a thing and has a bound; a case
//! shares nothing with another one.
//!
//! `KIEBOT_FLEET_ROUNDS=20` lets the crowd of [`fleet`] order so often while instances come and go;
//! `KIEBOT_DEPLOYED_BIN=FILE` lets its deploys begin with that release.
//!
//! To add a case: the function, its name in [`cases`]. To add a step at which the bot is killed: a function in [`killed`], [`killed_payments`]
//! or [`killed_returns`].

mod accounts;
mod bound;
mod cable;
mod callbacks;
mod commands;
mod confirms;
mod crowded;
mod desk;
mod door;
mod drill;
mod figures;
mod files;
mod fleet;
mod front;
mod gate;
mod ground;
mod killed;
mod killed_payments;
mod killed_returns;
#[path = "../shared/leaks.rs"]
mod leaks;
mod lost;
mod newer;
mod outage;
mod payments;
#[path = "../shared/played.rs"]
mod played;
mod pooler;
mod process;
mod reception;
mod seen;
mod sending;
mod shelf;
mod stage;
mod stopping;
mod storm;
mod success;
mod till;
mod tour;
mod unanswered;
mod walk;

/// Calls `$callback!` with all cases by their files.
macro_rules! cases {
    ($callback:ident) => {
        $callback! {
            success {
                by_webhook
                by_polling
                an_edit_of_two_photos
                a_video_costs_what_its_length_says
                a_failure_gives_the_money_back
                a_balance_that_is_too_small_says_both_figures
                a_cancel_while_queued_gives_the_money_back
            }
            confirms {
                twenty_at_once_are_one
                a_repeated_update_has_no_second_effect
            }
            callbacks {
                a_lost_one_is_made_up_by_polling
                duplicates_are_one
                one_before_the_answer_counts
                an_unknown_token_is_404
                a_forged_success_charges_nothing
                another_users_task_is_not_taken
                a_wrong_signature_is_401
                a_right_signature_is_taken
            }
            lost {
                an_answer_is_made_up_by_the_callback
                an_answer_without_a_public_address_fails_and_releases
                too_many_creations_wait_and_succeed
                a_dead_input_is_uploaded_again
                a_dead_result_is_refunded
            }
            accounts {
                no_credits_pause_the_selling
                a_refused_key_pauses_the_selling
                a_used_up_cap_pauses_the_selling
            }
            unanswered {
                three_outages_make_orders_wait_and_say_so
                maintenance_and_a_full_queue_wait_and_succeed
            }
            crowded {
                a_flood_by_webhook_costs_nobody_else_time
                a_flood_by_polling_costs_nobody_else_time
            }
            door {
                a_wrong_secret_is_401
                no_json_is_400
                too_large_is_413
                a_slow_body_is_408
                an_unknown_kind_is_200
                a_broken_update_is_kept
            }
            files {
                a_bare_photo_becomes_an_edit
                a_bare_album_is_one_screen
                a_file_too_large_is_refused_at_once
                a_damaged_file_is_told
                a_link_to_a_private_address_is_refused
                a_link_that_does_not_answer_is_given_up
                a_video_without_a_length_has_an_exact_price
                a_bare_voice_is_cleaned
                a_result_is_used_as_an_input
                a_result_whose_link_has_died_is_used_from_telegram
                killed_between_fetch_and_upload
                killed_after_the_upload
                killed_before_the_wake_is_shown
            }
            sending {
                refused_screens_come_in_the_end
                a_screen_refused_for_long_is_sent_later
                refused_results_come_once
                a_large_photo_is_uploaded
                a_photo_too_large_for_telegram_is_a_document
                who_blocked_the_bot_gets_it_on_return
            }
            stopping {
                sigterm_lets_createtask_end
                sigterm_lets_an_update_end
                two_versions_overlap
                sigterm_ends_an_open_getupdates
            }
            payments {
                stars_are_credited_once
                a_refund_takes_back_once
                a_strangers_payment_is_credited
            }
            commands {
                doctor_finds_no_problem
                adjust_refuses_strangers_and_overdrafts
                migrate_is_done_once
            }
            desk {
                gifts_and_codes
                payments_are_listed_and_refusals_say_what_to_do
            }
            seen {
                every_figure_is_shown
                a_token_guards_the_figures
                one_id_finds_an_order
                a_mishap_is_told_before_the_end
                a_dead_sentry_slows_nothing
            }
            storm {
                kills_at_random_moments_lose_nothing
                kills_at_random_moments_lose_no_payment
            }
            killed {
                before_the_press_was_answered
                before_the_order_was_shown
                after_the_order_was_shown
                before_createtask_arrived
                after_createtask_was_done
                before_the_first_query
                after_the_query_that_tells_success
                before_the_photo_was_sent
                after_the_photo_was_sent
                before_the_document_was_sent
                after_the_document_was_sent
                before_the_last_edit
                by_polling_before_the_photo_was_sent
            }
            killed_payments {
                before_the_link_was_made
                after_the_link_was_made
                before_the_button_was_shown
                before_the_question_was_answered
                after_the_question_was_answered
                before_the_payment_was_shown
                after_the_payment_was_shown
                by_polling_before_the_payment_was_shown
                by_polling_before_the_payment_was_heard
                before_telegram_heard_that_it_was_taken
                during_all_of_a_payment
                before_the_list_was_read
                after_the_list_was_read
                before_an_approval_was_answered
                after_an_approval_was_answered
                before_the_payer_was_told_of_an_approval
                after_the_payer_was_told_of_an_approval
            }
            killed_returns {
                before_it_was_paid_back
                after_it_was_paid_back
                after_it_was_paid_back_in_silence
                after_a_spent_payment_was_paid_back
                before_a_return_was_heard
                before_a_return_was_shown
                before_telegram_heard_that_a_return_was_taken
                before_a_return_of_what_is_spent_was_heard
                before_a_return_of_what_is_spent_was_shown
            }
            drill {
                a_copy_is_restored_and_what_was_in_flight_settles
            }
        }
    };
}

/// Cases that need a server: what each theme is called, and the file of its cases.
macro_rules! postgres_only {
    ($($theme:ident of $file:ident { $($case:ident)* })*) => {
        $(mod $theme { $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                let name = concat!("whole::postgres::", stringify!($theme), "::", stringify!($case));
                crate::ground::on_postgres(name, crate::$file::$case).await;
            }
        )* })*
    };
}

macro_rules! tests {
    ($($file:ident { $($case:ident)* })*) => {
        mod sqlite {
            $(mod $file { $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $case() {
                    crate::ground::on_sqlite(crate::$file::$case).await;
                }
            )* })*
            // Thousands of steps: what they find does not depend on the database.
            mod tour {
                use crate::ground::on_sqlite;
                use crate::tour;

                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn of_a_newcomer_in_english() {
                    on_sqlite(tour::of_a_newcomer_in_english).await;
                }

                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn of_a_newcomer_in_russian() {
                    on_sqlite(tour::of_a_newcomer_in_russian).await;
                }

                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn of_a_rich_user_in_english() {
                    on_sqlite(tour::of_a_rich_user_in_english).await;
                }

                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn of_a_rich_user_in_russian() {
                    on_sqlite(tour::of_a_rich_user_in_russian).await;
                }

                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn of_an_owner_in_english() {
                    on_sqlite(tour::of_an_owner_in_english).await;
                }

                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn of_an_owner_in_russian() {
                    on_sqlite(tour::of_an_owner_in_russian).await;
                }
            }
        }
        mod postgres {
            $(mod $file { $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $case() {
                    let name = concat!("whole::postgres::", stringify!($file), "::", stringify!($case));
                    crate::ground::on_postgres(name, crate::$file::$case).await;
                }
            )* })*
            postgres_only! {
                // A SQLite file does not go away by itself.
                outage of outage {
                    away_is_503_and_nothing_is_lost
                    away_during_a_generation_loses_nothing
                }
                // Nor do several instances share it.
                deploys of stopping {
                    what_is_too_slow_goes_on_elsewhere_at_once
                    it_listens_before_it_is_ready
                }
                fleet of fleet {
                    deploys_are_not_noticed
                    a_killed_poller_is_followed
                    a_frozen_poller_does_nothing_twice
                    a_crowd_is_served_while_instances_come_and_go
                }
                reception of reception {
                    allies_set_it_once
                    the_last_to_start_has_it
                    a_poller_yields_to_a_later_webhook
                }
                newer of newer {
                    its_words_hide_nothing_and_stop_nobody
                }
                pooler of pooler {
                    a_picture_comes_through_it
                    kills_behind_it_lose_nothing
                }
                // Nor can its COMMIT be held on the way.
                commits of killed_payments {
                    before_the_payment_was_committed
                    after_the_payment_was_committed
                    before_the_found_payment_was_committed
                    after_the_found_payment_was_committed
                }
                commits_of_returns of killed_returns {
                    before_the_payback_was_committed
                    after_the_payback_was_committed
                    before_a_return_of_what_is_spent_was_committed
                    after_a_return_of_what_is_spent_was_committed
                }
            }
        }
    };
}

cases!(tests);

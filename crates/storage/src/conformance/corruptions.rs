//! Rows that were spoiled by hand, past the store: the database refuses it, and where its guards are down the audit names the row.
//!
//! For backends with SQL only; [`crate::for_each_corruption`] lists the cases. The memory store's audit is tested on spoiled rows where it
//! stands. Tables and columns are those of the migrations.

use std::time::Duration;

use domain::ledger::{Operation, Provider};
use domain::ports::ProviderRecord;

use super::World;
use super::invoices::paid;
use super::paybacks::wish;
use super::reconciliation::{lists, record};
use super::spoilt_gifts::were_given;
use super::world::payment;

/// Lifts what guards rows against spoiling, for the statements behind it in the same batch.
fn guards_down(kind: &str) -> &'static str {
    match kind {
        "sqlite" => {
            "PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON;
             DROP TRIGGER operations_refuse_update; DROP TRIGGER operations_refuse_delete;
             DROP TRIGGER transfers_refuse_update; DROP TRIGGER transfers_refuse_delete;"
        }
        "postgres" => {
            "SET session_replication_role = replica;
             DO $$ DECLARE guard record; BEGIN
                 FOR guard IN SELECT conrelid::regclass AS place, conname FROM pg_constraint
                     WHERE contype = 'c' AND connamespace = 'public'::regnamespace
                 LOOP EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', guard.place, guard.conname); END LOOP;
             END $$;"
        }
        other => panic!("{other} has no SQL"),
    }
}

/// Books with one of everything: captured and refunded, released, pending, a debt, a payback under way, a paid invoice, a provider's
/// list.
async fn lived(world: &World) {
    let rich = world.person().await;
    world.applied(payment(rich.user, "rich", 1000)).await;
    let captured = world.succeeded(&rich, 400, 390).await;
    world
        .applied(Operation::RefundGeneration {
            refund: world.action(),
            hold: captured.hold(),
            amount: 90,
            reason: "a test".to_owned(),
            by: "owner".to_owned(),
        })
        .await;
    let failed = world.ordered(&rich, 50).await;
    world.committed(&world.fail(&failed)).await;
    world.ordered(&rich, 20).await;
    let debtor = world.person().await;
    world.applied(payment(debtor.user, "debt", 100)).await;
    world.succeeded(&debtor, 80, 80).await;
    world.applied(Operation::RefundPayment { provider: Provider::Stars, payment: "debt".to_owned() }).await;
    world.committed(&wish(world, "rich")).await;
    paid(world, rich.user, "invoiced", 70).await;
    world.clock.advance(Duration::from_secs(120));
    let invoiced = ProviderRecord { native_amount: 70, native_currency: "RUB".to_owned(), ..record("invoiced", false) };
    let list =
        vec![record("rich", false), record("debt", false), record("debt", true), invoiced, record("lost", false)];
    world.committed(&lists(world, list)).await;
    were_given(world, &debtor).await;
}

/// Spoils rows with the guards down and expects the audit to name at least one.
pub(super) async fn spoil(world: &World, sql: &str) {
    lived(world).await;
    world.assert_audit_is_clean().await;
    let batch = format!("{} {sql}", guards_down(world.store.kind()));
    assert!(world.execute_raw(&batch).await, "this backend has no SQL");
    let report = world.store.audit().await.expect("the audit runs");
    let findings: Vec<_> = report.checks.iter().flat_map(|check| &check.findings).collect();
    assert!(!findings.is_empty(), "the audit missed it: {report:#?}");
    assert!(findings.iter().all(|finding| finding.len() > 10), "a finding names its row: {findings:?}");
}

/// Tries to spoil rows with the guards up.
async fn refused(world: &World, statements: &[&str]) {
    lived(world).await;
    for sql in statements {
        let refusal = world.refusal_of_raw(sql).await;
        assert!(refusal.is_some(), "the database did it: {sql}");
    }
    world.assert_audit_is_clean().await;
}

/// What moved money once can't be changed or removed, not even by hand.
pub async fn the_database_refuses_to_change_the_past(world: &World) {
    let statements = [
        "UPDATE transfers SET amount = amount + 1",
        "DELETE FROM transfers WHERE phase = 'posted'",
        "UPDATE operations SET cause_key = 'other' WHERE name = 'top_up'",
        "DELETE FROM operations",
    ];
    refused(world, &statements).await;
}

/// Figures that no sound ledger has.
pub async fn the_database_refuses_impossible_figures(world: &World) {
    let statements = [
        "UPDATE wallets SET posted = reserved - 1",
        "UPDATE wallets SET reserved = -1",
        "UPDATE receivables SET amount = -1",
        "UPDATE holds SET captured = amount + 1 WHERE state = 'captured'",
        "UPDATE holds SET refunded = captured + 1 WHERE state = 'captured'",
        "UPDATE holds SET captured = 1 WHERE state = 'pending'",
        "UPDATE free_uses SET uses = -1",
        "UPDATE promo_codes SET used = total_max + 1",
        "UPDATE referrals SET inviter = invited",
        "UPDATE generations SET paid_by = 'free' WHERE paid_by = 'money'",
        "UPDATE generations SET free_hour = NULL WHERE paid_by = 'free'",
        "UPDATE generations SET paid_by = 'gold'",
    ];
    refused(world, &statements).await;
}

/// Captured by its row, by no transfer.
pub async fn a_capture_without_a_transfer_is_found(world: &World) {
    spoil(world, "UPDATE holds SET state = 'captured', captured = amount WHERE state = 'pending'").await;
}

/// Earned more than was set aside.
pub async fn a_capture_of_more_than_was_held_is_found(world: &World) {
    spoil(world, "UPDATE transfers SET amount = amount + 1000 WHERE phase = 'captured'").await;
}

/// Resolved by its transfer, pending by its row.
pub async fn a_hold_that_forgot_its_resolution_is_found(world: &World) {
    spoil(world, "UPDATE holds SET state = 'pending', captured = 0, refunded = 0 WHERE state = 'captured'").await;
}

/// A kopeck out of nowhere.
pub async fn a_wallet_with_more_than_its_transfers_is_found(world: &World) {
    spoil(world, "UPDATE wallets SET posted = posted + 1").await;
}

/// Somebody could spend what a hold has set aside.
pub async fn a_wallet_that_forgot_a_hold_is_found(world: &World) {
    spoil(world, "UPDATE wallets SET reserved = 0 WHERE reserved > 0").await;
}

/// Less than nothing is available.
pub async fn an_overdrawn_wallet_is_found(world: &World) {
    spoil(world, "UPDATE wallets SET posted = reserved - 1 WHERE reserved > 0").await;
}

/// A wallet's row is gone.
pub async fn a_lost_wallet_is_found(world: &World) {
    spoil(world, "DELETE FROM wallets WHERE reserved > 0").await;
}

/// A payment's transfer is gone.
pub async fn a_deleted_transfer_is_found(world: &World) {
    spoil(world, "DELETE FROM transfers WHERE phase = 'posted'").await;
}

/// A debt was forgiven without a transfer.
pub async fn a_forgotten_debt_is_found(world: &World) {
    spoil(world, "UPDATE receivables SET amount = 0").await;
}

/// A statement that tells another story than the wallet.
pub async fn a_false_line_of_a_statement_is_found(world: &World) {
    spoil(world, "UPDATE operations SET posted = posted + 1 WHERE name = 'capture'").await;
}

/// The money stays set aside for something that ended.
pub async fn a_hold_of_an_ended_generation_is_found(world: &World) {
    spoil(world, "UPDATE generations SET state = 'failed' WHERE state = 'queued'").await;
}

/// The money stays set aside for nothing at all.
pub async fn a_hold_of_no_generation_is_found(world: &World) {
    spoil(world, "DELETE FROM generations WHERE state = 'queued'").await;
}

/// A worker would make what was paid or released before.
pub async fn a_live_generation_with_a_resolved_hold_is_found(world: &World) {
    spoil(world, "UPDATE generations SET state = 'running' WHERE state = 'succeeded'").await;
}

/// A credit whose cause is another one.
pub async fn a_payment_without_a_top_up_is_found(world: &World) {
    spoil(world, "UPDATE operations SET cause_key = 'stars:other' WHERE cause_key = 'stars:rich' AND name = 'top_up'")
        .await;
}

/// Taken back by its row only.
pub async fn a_refunded_payment_without_a_refund_is_found(world: &World) {
    spoil(world, "UPDATE payments SET refunded = TRUE WHERE payment = 'rich'").await;
}

/// Paid, and not in the list of payments.
pub async fn a_lost_payment_is_found(world: &World) {
    spoil(world, "DELETE FROM payments WHERE payment = 'debt'").await;
}

/// Paid for nothing.
pub async fn a_captured_generation_without_a_result_is_found(world: &World) {
    spoil(world, "UPDATE generations SET state = 'failed' WHERE state = 'succeeded'").await;
}

/// Delivered for nothing.
pub async fn a_delivered_generation_without_a_capture_is_found(world: &World) {
    spoil(world, "UPDATE generations SET state = 'delivered' WHERE state = 'failed'").await;
}

/// More was given back than earned.
pub async fn a_refund_beyond_the_capture_is_found(world: &World) {
    spoil(world, "UPDATE holds SET refunded = captured + 1 WHERE refunded > 0").await;
}

/// The user confirmed less.
pub async fn a_charge_above_the_quote_is_found(world: &World) {
    spoil(world, "UPDATE generations SET price = 79 WHERE price = 80").await;
}

/// The owner is shown an income that nobody paid.
pub async fn a_margin_beside_the_books_is_found(world: &World) {
    spoil(world, "UPDATE successes SET earned = earned + 1").await;
}

/// A receipt shows what was taken for another generation.
pub async fn a_capture_that_names_another_generation_is_found(world: &World) {
    let sql = "UPDATE operations SET generation_id =
                   (SELECT generation_id FROM holds WHERE state = 'pending' AND generation_id IS NOT NULL LIMIT 1)
               WHERE name = 'capture'";
    spoil(world, sql).await;
}

/// A refund stands on the receipt of a generation for which nothing was given back.
pub async fn a_refund_that_names_another_generation_is_found(world: &World) {
    let sql = "UPDATE operations SET generation_id =
                   (SELECT h.generation_id FROM holds h WHERE h.state = 'released' AND h.user_id = operations.user_id LIMIT 1)
               WHERE name = 'refund_generation'";
    spoil(world, sql).await;
}

/// A top-up stands on a receipt.
pub async fn a_payment_that_names_a_generation_is_found(world: &World) {
    let sql = "UPDATE operations SET generation_id =
                   (SELECT h.generation_id FROM holds h WHERE h.state = 'released' AND h.user_id = operations.user_id LIMIT 1)
               WHERE cause_key = 'stars:rich'";
    spoil(world, sql).await;
}

/// The provider took another amount than we know of.
pub async fn a_list_with_another_amount_is_found(world: &World) {
    spoil(world, "UPDATE provider_records SET native_amount = 49 WHERE payment = 'rich'").await;
}

/// The provider took other money than we know of.
pub async fn a_list_with_another_currency_is_found(world: &World) {
    spoil(world, "UPDATE provider_records SET native_currency = 'USD' WHERE payment = 'rich'").await;
}

/// The provider gave it back, and the user still has it.
pub async fn a_return_that_was_not_taken_back_is_found(world: &World) {
    let sql = "INSERT INTO provider_records
                   (provider, payment, is_refund, native_amount, native_currency, payer, payload, at)
               SELECT provider, payment, TRUE, native_amount, native_currency, payer, payload, at FROM provider_records
               WHERE payment = 'rich'";
    spoil(world, sql).await;
}

/// Credited, and the provider knows nothing of it.
pub async fn a_payment_that_its_list_lacks_is_found(world: &World) {
    spoil(world, "DELETE FROM provider_records WHERE payment = 'rich'").await;
}

/// The list of payments tells of other money than the cash account.
pub async fn a_payment_beside_the_cash_is_found(world: &World) {
    spoil(world, "UPDATE payments SET amount = amount + 1 WHERE payment = 'rich'").await;
}

/// Paid by nothing.
pub async fn a_paid_invoice_without_its_payment_is_found(world: &World) {
    spoil(world, "UPDATE invoices SET payment = 'other' WHERE state = 'paid'").await;
}

/// Paid by somebody else.
pub async fn a_paid_invoice_of_another_user_is_found(world: &World) {
    spoil(world, "UPDATE invoices SET user_id = id WHERE state = 'paid'").await;
}

/// More is shown as credited than was.
pub async fn a_paid_invoice_of_another_amount_is_found(world: &World) {
    spoil(world, "UPDATE invoices SET credited = credited + 1 WHERE state = 'paid'").await;
}

/// The money stays set aside, and nobody will ask the provider.
pub async fn a_hold_of_no_payback_is_found(world: &World) {
    spoil(world, "DELETE FROM paybacks").await;
}

/// It claims to be over, and the payment was never taken back.
pub async fn a_payback_that_was_not_done_is_found(world: &World) {
    spoil(world, "UPDATE paybacks SET ended = 'done', ended_at = at").await;
}

/// The provider refused, and the money stays set aside.
pub async fn a_refused_payback_that_kept_its_hold_is_found(world: &World) {
    spoil(world, "UPDATE paybacks SET ended = 'refused', detail = 'no', ended_at = at").await;
}

/// Nothing is there to be paid back.
pub async fn a_payback_of_no_payment_is_found(world: &World) {
    spoil(world, "UPDATE paybacks SET payment = 'other'").await;
}

/// Calls `$callback!` with all cases of this module and of `spoilt_gifts`.
#[macro_export]
macro_rules! for_each_corruption {
    ($callback:ident) => {
        $callback! {
            corruptions {
                the_database_refuses_to_change_the_past
                the_database_refuses_impossible_figures
                a_capture_without_a_transfer_is_found
                a_capture_of_more_than_was_held_is_found
                a_hold_that_forgot_its_resolution_is_found
                a_wallet_with_more_than_its_transfers_is_found
                a_wallet_that_forgot_a_hold_is_found
                an_overdrawn_wallet_is_found
                a_lost_wallet_is_found
                a_deleted_transfer_is_found
                a_forgotten_debt_is_found
                a_false_line_of_a_statement_is_found
                a_hold_of_an_ended_generation_is_found
                a_hold_of_no_generation_is_found
                a_live_generation_with_a_resolved_hold_is_found
                a_payment_without_a_top_up_is_found
                a_refunded_payment_without_a_refund_is_found
                a_lost_payment_is_found
                a_captured_generation_without_a_result_is_found
                a_delivered_generation_without_a_capture_is_found
                a_refund_beyond_the_capture_is_found
                a_charge_above_the_quote_is_found
                a_margin_beside_the_books_is_found
                a_capture_that_names_another_generation_is_found
                a_refund_that_names_another_generation_is_found
                a_payment_that_names_a_generation_is_found
                a_list_with_another_amount_is_found
                a_list_with_another_currency_is_found
                a_return_that_was_not_taken_back_is_found
                a_payment_that_its_list_lacks_is_found
                a_payment_beside_the_cash_is_found
                a_paid_invoice_without_its_payment_is_found
                a_paid_invoice_of_another_user_is_found
                a_paid_invoice_of_another_amount_is_found
                a_hold_of_no_payback_is_found
                a_payback_that_was_not_done_is_found
                a_refused_payback_that_kept_its_hold_is_found
                a_payback_of_no_payment_is_found
            }
            spoilt_gifts {
                a_counter_with_more_than_its_generations_is_found
                a_lost_counter_is_found
                a_free_generation_that_was_given_back_and_delivered_is_found
                a_free_generation_with_a_hold_is_found
                a_generation_paid_in_another_unit_is_found
                a_free_generation_without_its_windows_is_found
                a_generation_that_costs_two_runs_is_found
                a_released_run_for_a_delivered_generation_is_found
                a_free_success_that_earned_something_is_found
                a_code_that_was_used_by_nobody_is_found
                a_lost_redemption_is_found
                a_code_beyond_its_limit_is_found
                a_user_beyond_the_limit_of_a_code_is_found
                somebody_who_brought_themselves_is_found
                two_who_brought_each_other_are_found
                a_rewarded_referral_without_its_bonus_is_found
                a_referral_bonus_without_a_reward_is_found
                an_inviter_bonus_that_no_day_counts_is_found
                a_day_with_more_than_its_referrals_is_found
            }
        }
    };
}

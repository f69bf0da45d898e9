//! A provider's own list beside our payments.

use std::time::Duration;

use domain::clock::Timestamp;
use domain::ids::ChatId;
use domain::ledger::{Operation, Provider};
use domain::ports::{ChangeSet, Commit, ProviderRecord, Reconciled, Reconciliation};

use super::World;
use super::world::{count, payment};

/// The same list again, alone or with what came since: the same end. What is known stays as it was.
pub async fn a_list_that_is_kept_twice_is_kept_once(world: &World) {
    assert_eq!(reconciled(world, Provider::Stars).await, Reconciled::default());
    let first = lists(world, vec![record("a", false), record("b", false)]);
    for _ in 0..2 {
        world.committed(&first).await;
        let wanted = Reconciled { records: 2, asked_at: Some(first.at) };
        assert_eq!(reconciled(world, Provider::Stars).await, wanted);
    }
    let other = ProviderRecord { native_amount: 1, ..record("a", false) };
    let second = lists(world, vec![other, record("a", true), record("a", true)]);
    world.committed(&second).await;
    assert_eq!(reconciled(world, Provider::Stars).await, Reconciled { records: 3, asked_at: Some(second.at) });
    assert_eq!(reconciled(world, Provider::CryptoPay).await, Reconciled::default());
    let kept = unmatched(world, 9).await;
    assert!(kept.contains(&record("a", false)), "{kept:?}");
    // An older moment that comes late moves nothing back; an empty page is a page.
    world.committed(&first).await;
    world.committed(&ChangeSet { at: world.now(), ..first.clone() }).await;
    assert_eq!(reconciled(world, Provider::Stars).await, Reconciled { records: 3, asked_at: Some(second.at) });
    let empty = lists(world, Vec::new());
    world.committed(&empty).await;
    assert_eq!(reconciled(world, Provider::Stars).await, Reconciled { records: 3, asked_at: Some(empty.at) });
}

/// Two instances that read the same list at once.
pub async fn parallel_lists_are_kept_once(world: &World) {
    let names = ["a", "b", "c", "d", "e"];
    let records: Vec<_> = names.iter().flat_map(|name| [record(name, false), record(name, true)]).collect();
    let backwards: Vec<_> = records.iter().rev().cloned().collect();
    let both = (0..10).map(|at| lists(world, if at % 2 == 0 { records.clone() } else { backwards.clone() }));
    let changes: Vec<_> = both.collect();
    let last = changes.last().map(|change| change.at);
    let answers = world.parallel(changes).await;
    assert_eq!(count(&answers, &Commit::Committed), 10, "{answers:?}");
    assert_eq!(reconciled(world, Provider::Stars).await, Reconciled { records: 10, asked_at: last });
}

/// Payments that never reached us, and returns that are not ours yet; the newest first.
pub async fn records_without_a_payment_are_listed(world: &World) {
    let person = world.person().await;
    for name in ["known", "returned", "taken back"] {
        world.applied(payment(person.user, name, 100)).await;
    }
    let at = |seconds, record| ProviderRecord { at: Timestamp::from_seconds(seconds), ..record };
    let lost = at(10, record("lost", false));
    let returned = at(30, record("returned", true));
    let stranger = at(20, ProviderRecord { payer: None, ..record("stranger", true) });
    let known = ["known", "returned", "taken back"].map(|name| at(40, record(name, false)));
    let mut list = known.to_vec();
    // What the owner took out: nobody paid it, so no payment is missing.
    let own = |name, is_refund| ProviderRecord { payer: None, payload: String::new(), ..record(name, is_refund) };
    list.extend([at(50, record("taken back", true)), lost.clone(), returned.clone(), stranger.clone()]);
    list.extend([at(60, own("withdrawn", true)), at(60, own("withdrawn", false))]);
    let mut change = lists(world, list);
    // Later, as far as the audit is concerned: here the list is ahead of the books on purpose.
    change.operations.push(world.posting(taken_back("taken back")));
    world.committed(&change).await;
    assert_eq!(unmatched(world, 9).await, [returned, stranger.clone(), lost.clone()]);
    assert_eq!(unmatched(world, 1).await.len(), 1);
    // What is credited and taken back agrees.
    world.applied(payment(person.user, "lost", 100)).await;
    world.applied(taken_back("returned")).await;
    assert_eq!(unmatched(world, 9).await, [stranger]);
}

/// Soon after a payment the list may not have it yet: the audit waits for a minute.
pub async fn a_payment_that_came_after_the_list_is_no_finding(world: &World) {
    let person = world.person().await;
    world.applied(payment(person.user, "listed", 100)).await;
    world.clock.advance(Duration::from_secs(120));
    world.applied(payment(person.user, "late", 100)).await;
    world.committed(&lists(world, vec![record("listed", false)])).await;
    world.assert_audit_is_clean().await;
}

fn taken_back(payment: &str) -> Operation {
    Operation::RefundPayment { provider: Provider::Stars, payment: payment.to_owned() }
}

/// A movement of as many stars as the world's payments have.
pub(super) fn record(payment: &str, is_refund: bool) -> ProviderRecord {
    ProviderRecord {
        provider: Provider::Stars,
        payment: payment.to_owned(),
        is_refund,
        native_amount: 50,
        native_currency: "XTR".to_owned(),
        payer: Some(ChatId(5)),
        payload: "счёт".to_owned(),
        at: Timestamp::from_seconds(1_790_000_000),
    }
}

/// The list of Stars, asked for at the moment of the change set.
pub(super) fn lists(world: &World, records: Vec<ProviderRecord>) -> ChangeSet {
    let change = world.change();
    let list = Reconciliation { provider: Provider::Stars, asked_at: change.at, records };
    ChangeSet { reconciliation: Some(list), ..change }
}

async fn reconciled(world: &World, provider: Provider) -> Reconciled {
    world.store.reconciled(provider).await.expect("the store answers")
}

pub(super) async fn unmatched(world: &World, limit: u32) -> Vec<ProviderRecord> {
    world.store.unmatched_records(limit).await.expect("the store answers")
}

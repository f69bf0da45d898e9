//! Invoices: created once, moved on by conditional steps, found by everything that names them.

use std::time::Duration;

use domain::ids::{ChatId, InvoiceId, UserId};
use domain::ledger::{Operation, Provider};
use domain::money::Money;
use domain::payment::{Invoice, InvoiceEvent, InvoiceEventKind, InvoiceState, Receipt, ReceiptForm};
use domain::ports::{ChangeSet, Commit, InvoiceChange};

use super::World;
use super::world::{count, refusal, short};

/// An owner.
const OWNER: ChatId = ChatId(42);

/// Every state with all of its facts comes back as it was written.
pub async fn every_state_of_an_invoice_survives_storage(world: &World) {
    let person = world.person().await;
    let ended = |state| Invoice { state, ..invoice(world, person.user) };
    let (id, by) = (invoice(world, person.user).id, OWNER);
    let receipt = receipt("файл");
    let states = [
        InvoiceState::Asked,
        InvoiceState::Open { external: None, url: None },
        InvoiceState::Open { external: Some("e".to_owned()), url: Some("https://example.org/п".to_owned()) },
        InvoiceState::Claimed { receipt: receipt.clone(), hash: None, repeats: None },
        InvoiceState::Claimed { receipt, hash: Some("ab".to_owned()), repeats: Some(id) },
        InvoiceState::Rejected { reason: "не пришло, \"правда\"".to_owned(), by },
        InvoiceState::Expired { external: None },
        InvoiceState::Cancelled { external: None },
        InvoiceState::Failed { detail: "500".to_owned() },
    ];
    for state in states {
        let invoice = ended(state);
        world.committed(&creates(world, &invoice)).await;
        assert_eq!(found(world, invoice.id).await, invoice);
    }
    let paid = paid(world, person.user, "p", 70).await;
    assert_eq!(found(world, paid.id).await.state, paid.state);
    assert_eq!(world.store.invoice(id).await.expect("the store answers"), None);
}

/// An id is taken once; the first one stays.
pub async fn an_invoice_is_created_once(world: &World) {
    let person = world.person().await;
    let first = invoice(world, person.user);
    world.committed(&creates(world, &first)).await;
    let other = Invoice { native_amount: 1, ..first.clone() };
    assert_eq!(world.commit(&creates(world, &other)).await, Commit::VersionConflict);
    assert_eq!(world.commit(&creates(world, &first)).await, Commit::VersionConflict);
    assert_eq!(found(world, first.id).await, first);
}

/// What happens is written with its moment; what can't happen here, or to nothing, is a conflict and undoes what stands beside it.
pub async fn a_step_of_an_invoice_from_another_state_is_a_conflict(world: &World) {
    let person = world.person().await;
    let mut invoice = invoice(world, person.user);
    world.committed(&creates(world, &invoice)).await;
    let offer = offered(None);
    let open = step(world, &mut invoice, offer);
    world.committed(&open).await;
    assert_eq!(found(world, invoice.id).await, Invoice { since: open.at, ..invoice.clone() });
    let mut again = ChangeSet { at: world.now(), ..open.clone() };
    again.operations.push(world.posting(world.top_up(person.user, 5)));
    assert_eq!(world.commit(&again).await, Commit::VersionConflict);
    assert_eq!(world.money(&person).await, (0, 0));
    let unknown = InvoiceChange::Step {
        id: InvoiceId::from_bytes([9; 16]),
        from: InvoiceEventKind::Expired.from(),
        to: Box::new(InvoiceState::Expired { external: None }),
    };
    assert_eq!(world.commit(&ChangeSet { invoices: vec![unknown], ..world.change() }).await, Commit::VersionConflict);
    assert_eq!(found(world, invoice.id).await, Invoice { since: open.at, ..invoice });
}

/// A receipt is approved, rejected and checked again at once: one of them happens.
pub async fn one_of_parallel_steps_of_an_invoice_wins(world: &World) {
    let person = world.person().await;
    let claimed = claimed(world, person.user, "a").await;
    let steps = (0..6).map(|at| {
        let event = if at % 2 == 0 {
            InvoiceEvent::Rejected { reason: at.to_string(), by: OWNER }
        } else {
            InvoiceEvent::Approved { payment: claimed.id.to_string(), credited: Money::from_kopecks(30), by: OWNER }
        };
        let mut change = step(world, &mut claimed.clone(), event);
        if at % 2 == 1 {
            change.operations.push(world.posting(top_up(&claimed, Provider::Bank, &claimed.id.to_string(), 30)));
        }
        change
    });
    let answers = world.parallel(steps.collect()).await;
    assert_eq!((count(&answers, &Commit::Committed), count(&answers, &Commit::VersionConflict)), (1, 5));
    let (posted, _) = world.money(&person).await;
    let is_paid = matches!(found(world, claimed.id).await.state, InvoiceState::Paid { .. });
    assert_eq!(posted, if is_paid { 30 } else { 0 });
}

/// Steps of one change set see each other; the ledger's refusal undoes them all.
pub async fn steps_of_an_invoice_count_in_order(world: &World) {
    let person = world.person().await;
    let mut invoice = invoice(world, person.user);
    let mut change = creates(world, &invoice);
    change.invoices.extend(step(world, &mut invoice, offered(None)).invoices);
    change.invoices.extend(step(world, &mut invoice, InvoiceEvent::Cancelled).invoices);
    let greedy = ChangeSet { operations: vec![world.order(&person, 1).reserve], ..change.clone() };
    assert_eq!(world.commit(&greedy).await, refusal(short(0, 1)));
    assert_eq!(world.store.invoice(invoice.id).await.expect("the store answers"), None);
    world.committed(&change).await;
    assert_eq!(found(world, invoice.id).await.state, InvoiceState::Cancelled { external: None });
}

/// By the provider's id, also when it expired meanwhile: a late payment finds it. Ids of two providers are two.
pub async fn an_invoice_is_found_by_its_providers_id(world: &World) {
    let person = world.person().await;
    let mut first = invoice(world, person.user);
    let mut second = Invoice { provider: Provider::CryptoPay, ..invoice(world, person.user) };
    for invoice in [&mut first, &mut second] {
        world.committed(&creates(world, invoice)).await;
        let offer = step(world, invoice, offered(Some("x-1")));
        world.committed(&offer).await;
        let expiry = step(world, invoice, InvoiceEvent::Expired);
        world.committed(&expiry).await;
    }
    let of = async |provider, external: &str| {
        let found = world.store.invoice_of(provider, external).await.expect("the store answers");
        found.map(|invoice| invoice.id)
    };
    assert_eq!(of(first.provider, "x-1").await, Some(first.id));
    assert_eq!(of(Provider::CryptoPay, "x-1").await, Some(second.id));
    assert_eq!(of(first.provider, "x-2").await, None);
    assert_eq!(of(Provider::Yookassa, "x-1").await, None);
}

/// No two invoices of a provider have one id of it: that would be a defect.
pub async fn an_external_id_belongs_to_one_invoice(world: &World) {
    let person = world.person().await;
    let (mut first, mut second) = (invoice(world, person.user), invoice(world, person.user));
    for invoice in [&first, &second] {
        world.committed(&creates(world, invoice)).await;
    }
    let offer = step(world, &mut first, offered(Some("x-1")));
    world.committed(&offer).await;
    let stolen = step(world, &mut second, offered(Some("x-1")));
    assert!(world.store.commit(&stolen).await.is_err());
    assert_eq!(found(world, second.id).await.state, InvoiceState::Asked);
}

/// A user's own, the newest first, no more than asked for.
pub async fn invoices_come_newest_first(world: &World) {
    let (person, other) = (world.person().await, world.person().await);
    let mut wanted = Vec::new();
    for _ in 0..3 {
        let invoice = invoice(world, person.user);
        world.committed(&creates(world, &invoice)).await;
        wanted.insert(0, invoice);
        let foreign = self::invoice(world, other.user);
        world.committed(&creates(world, &foreign)).await;
    }
    assert_eq!(world.store.invoices(person.user, 9).await.expect("the store answers"), wanted);
    assert_eq!(world.store.invoices(person.user, 2).await.expect("the store answers"), wanted[..2]);
}

/// Only those that wait for an owner, the oldest first, whichever was looked at last.
pub async fn claimed_invoices_come_oldest_first(world: &World) {
    let person = world.person().await;
    let mut first = claimed(world, person.user, "a").await;
    let mut gone = claimed(world, person.user, "b").await;
    let third = claimed(world, person.user, "c").await;
    let open = invoice(world, person.user);
    world.committed(&creates(world, &open)).await;
    let rejection = step(world, &mut gone, InvoiceEvent::Rejected { reason: "no".to_owned(), by: OWNER });
    world.committed(&rejection).await;
    world.committed(&step(world, &mut first, checked("a", None))).await;
    let waiting = async |limit| {
        let rows = world.store.claimed_invoices(limit).await.expect("the store answers");
        rows.into_iter().map(|row| row.id).collect::<Vec<_>>()
    };
    assert_eq!(waiting(9).await, [first.id, third.id]);
    assert_eq!(waiting(1).await, [first.id]);
}

/// Who shows a receipt again is seen, also after the first invoice was paid or rejected. The oldest other one is named.
pub async fn a_receipt_is_recognised_whatever_became_of_its_invoice(world: &World) {
    let person = world.person().await;
    let mut first = claimed(world, person.user, "a").await;
    let mut second = claimed(world, person.user, "b").await;
    let with = async |hash: &str, except| world.store.claimed_with(hash, except).await.expect("the store answers");
    assert_eq!(with("h", second.id).await, None);
    for invoice in [&mut first, &mut second] {
        let check = step(world, invoice, checked("a", Some("h")));
        world.committed(&check).await;
    }
    assert_eq!(with("h", second.id).await, Some(first.id));
    assert_eq!(with("h", first.id).await, Some(second.id));
    let rejection = step(world, &mut first, InvoiceEvent::Rejected { reason: "no".to_owned(), by: OWNER });
    world.committed(&rejection).await;
    assert_eq!(with("h", second.id).await, Some(first.id));
    let payment = second.id.to_string();
    let credited = Money::from_kopecks(30);
    let mut approval = step(world, &mut second, InvoiceEvent::Approved { payment, credited, by: OWNER });
    approval.operations.push(world.posting(top_up(&second, Provider::Bank, &second.id.to_string(), 30)));
    world.committed(&approval).await;
    let third = invoice(world, person.user).id;
    assert_eq!((with("h", third).await, with("h", first.id).await), (Some(first.id), Some(second.id)));
    assert_eq!(with("other", third).await, None);
}

/// Asks for 70 kopecks by bank transfer.
pub(super) fn invoice(world: &World, user: UserId) -> Invoice {
    let at = world.change().at;
    Invoice {
        id: InvoiceId::ordered(&world.clock, &world.ids),
        user,
        provider: Provider::Bank,
        amount: Money::from_kopecks(70),
        native_amount: 70,
        native_currency: "RUB".to_owned(),
        state: InvoiceState::Asked,
        since: at,
        created_at: at,
        expires_at: at + Duration::from_secs(3600),
    }
}

pub(super) fn creates(world: &World, invoice: &Invoice) -> ChangeSet {
    ChangeSet { invoices: vec![InvoiceChange::Create(Box::new(invoice.clone()))], ..world.change() }
}

/// The change set of an event, which must be possible; `invoice` is then as after it.
pub(super) fn step(world: &World, invoice: &mut Invoice, event: InvoiceEvent) -> ChangeSet {
    let from = event.kind().from();
    let to = invoice.state.after(event).expect("it can happen");
    let change = world.change();
    (invoice.state, invoice.since) = (to.clone(), change.at);
    ChangeSet { invoices: vec![InvoiceChange::Step { id: invoice.id, from, to: Box::new(to) }], ..change }
}

pub(super) fn offered(external: Option<&str>) -> InvoiceEvent {
    let url = Some("https://example.org/pay".to_owned());
    InvoiceEvent::Offered { external: external.map(str::to_owned), url }
}

fn checked(file: &str, hash: Option<&str>) -> InvoiceEvent {
    InvoiceEvent::Checked { receipt: receipt(file), hash: hash.map(str::to_owned), repeats: None }
}

fn receipt(file: &str) -> Receipt {
    Receipt { form: ReceiptForm::Photo, file_id: file.to_owned(), unique_id: format!("u-{file}"), message: 7 }
}

/// An invoice whose receipt waits for an owner.
pub(super) async fn claimed(world: &World, user: UserId, file: &str) -> Invoice {
    let mut invoice = invoice(world, user);
    let mut change = creates(world, &invoice);
    for event in [offered(None), InvoiceEvent::Claimed(receipt(file))] {
        change.invoices.extend(step(world, &mut invoice, event).invoices);
    }
    invoice.since = change.at;
    world.committed(&change).await;
    invoice
}

/// An invoice of Stars that was paid by this payment, which is credited.
pub(super) async fn paid(world: &World, user: UserId, payment: &str, kopecks: i64) -> Invoice {
    let mut invoice = Invoice { provider: Provider::Stars, ..invoice(world, user) };
    world.committed(&creates(world, &invoice)).await;
    let credited = Money::from_kopecks(kopecks);
    let mut change = step(world, &mut invoice, InvoiceEvent::Paid { payment: payment.to_owned(), credited });
    change.operations.push(world.posting(top_up(&invoice, Provider::Stars, payment, kopecks)));
    world.committed(&change).await;
    invoice
}

fn top_up(invoice: &Invoice, provider: Provider, payment: &str, kopecks: i64) -> Operation {
    let native_currency = invoice.native_currency.clone();
    let (user, amount) = (invoice.user, Money::from_kopecks(kopecks));
    Operation::TopUp { user, provider, payment: payment.to_owned(), amount, native_amount: 70, native_currency }
}

pub(super) async fn found(world: &World, id: InvoiceId) -> Invoice {
    world.store.invoice(id).await.expect("the store answers").expect("the invoice is there")
}

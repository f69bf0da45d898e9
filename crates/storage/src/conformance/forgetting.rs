//! A person is forgotten: what leads to them goes, the books stay whole.

use domain::free::FreeLimits;
use domain::generation::{Event, EventKind, State, StateKind, Undeliverable};
use domain::ids::{ChatId, InvoiceId, MessageId, UserId};
use domain::ledger::Operation;
use domain::payment::{Invoice, InvoiceEvent, InvoiceState};
use domain::ports::{
    ChangeSet, Commit, GenerationChange, InputFault, InputState, MessageEnd, NewMessage, Person, PersonChange,
    ProviderRecord, Trace,
};

use super::World;
use super::favourites::{keeps, kept};
use super::free::{end, free_one, takes, used, uses};
use super::inputs::{creates, file, found, settles};
use super::invoices;
use super::promos::{code, made, promo, redeems};
use super::reconciliation::{lists, record, unmatched};
use super::referrals::{brings, figures, rewards};
use super::sessions::says;
use super::world::{Order, count, everything, refusal, short, step, success};

/// Row, conversation, favourites, input files, inputs, words: nothing of it is found any more, by anything.
pub async fn a_forgotten_person_leaves_nothing_that_leads_to_them(world: &World) {
    let (person, other) = (world.funded(100).await, world.funded(100).await);
    let lived = lived(world, &person).await;
    let neighbour = self::lived(world, &other).await;
    world.committed(&forgets(world, &person)).await;
    assert_eq!(world.store.session(person.chat).await.expect("the store answers"), None);
    assert_eq!(world.store.session_of(person.user).await.expect("the store answers"), None);
    assert_eq!(kept(world, &person).await, [""; 0]);
    assert_eq!(found(world, &[lived.input]).await, []);
    assert_eq!(world.store.next_message(person.user).await.expect("the store answers"), None);
    let row = world.generation(lived.order.generation.id).await;
    assert_eq!((row.inputs, row.chat, row.progress_message), (serde_json::json!({}), ChatId(0), None));
    // The other one is as before.
    assert_eq!(world.session(&other).await.conversation.body, "{\"full\": true}");
    assert_eq!(kept(world, &other).await, ["model"]);
    assert_eq!(found(world, &[neighbour.input]).await.len(), 1);
    assert_eq!(world.generation(neighbour.order.generation.id).await.inputs, neighbour.order.generation.inputs);
    let next = world.store.next_message(other.user).await.expect("the store answers");
    assert_eq!(next.map(|message| message.id), Some(neighbour.waiting));
}

/// Wallet, statement, states, prices and the parts that Telegram took are the user's, not the person's.
pub async fn the_books_of_a_forgotten_person_stay(world: &World) {
    let person = world.funded(100).await;
    let lived = lived(world, &person).await;
    let before = world.generation(lived.order.generation.id).await;
    let statement = world.store.statement(person.user, 0, 99).await.expect("the store answers");
    world.committed(&forgets(world, &person)).await;
    assert_eq!(world.money(&person).await, (90, 0));
    assert_eq!(world.store.statement(person.user, 0, 99).await.expect("the store answers"), statement);
    let after = world.generation(before.id).await;
    assert_eq!(
        (after.state, after.since, after.quote, after.funding),
        (before.state, before.since, before.quote, before.funding)
    );
    let history = world.store.history(everything(&person, 0, 9)).await.expect("the store answers");
    assert_eq!(history.len(), 1);
    // Money may still come and go: a payment that is late, one that is taken back.
    world.applied(world.top_up(person.user, 5)).await;
    assert_eq!(world.money(&person).await, (95, 0));
}

/// Counters, redemptions and referrals name the user only, as the books do: they stay, so that nobody gets twice what is given once. Where
/// the person came from goes with the person.
pub async fn what_a_forgotten_person_was_given_stays_counted(world: &World) {
    let (person, friend) = (world.person().await, world.person().await);
    let (free, code) = (free_one(world, &person), code(world, "GONE", 5, 1));
    world.committed(&takes(world, &free, FreeLimits { day: 1, hour: 1 })).await;
    end(world, &free, Event::Delivered).await;
    made(world, &code).await;
    world.committed(&redeems(world, &code, &person, 0)).await;
    world.committed(&brings(world, &person, &friend)).await;
    world.committed(&forgets(world, &person)).await;
    assert_eq!(uses(world, &person).await, [used("free", 1, 1)]);
    assert_eq!(promo(world, "GONE", &person).await.map(|state| state.used_by_user), Some(1));
    assert_eq!(world.commit(&redeems(world, &code, &person, 0)).await, Commit::VersionConflict);
    // The friend's first payment comes later, and the books are whole.
    world.committed(&rewards(world, &person, &friend, Some((world.now(), 1)))).await;
    assert_eq!(figures(world, &person).await, (1, 1));
    let again = Person { user: UserId::random(&world.ids), origin: None, ..person.clone() };
    let mut change = world.change();
    change.person = Some(PersonChange::Create(again.clone()));
    world.committed(&change).await;
    assert_eq!((uses(world, &again).await, figures(world, &again).await), (vec![], (0, 0)));
    assert_eq!(world.session(&again).await.person.origin, None);
}

/// One bit is kept, so that a welcome is given once.
pub async fn a_trace_tells_who_was_here_before(world: &World) {
    let person = world.person().await;
    let former = async |trace| world.store.is_former(&trace).await.expect("the store answers");
    assert!(!former(trace(&person)).await);
    world.committed(&forgets(world, &person)).await;
    assert!(former(trace(&person)).await);
    assert!(!former(Trace([1; 32])).await);
    // The same chat again, forgotten again: the same trace.
    let again = Person { user: UserId::random(&world.ids), ..person.clone() };
    let mut change = world.change();
    change.person = Some(PersonChange::Create(again.clone()));
    world.committed(&change).await;
    world.committed(&forgets(world, &again)).await;
    assert!(former(trace(&person)).await);
}

/// A later /start is somebody new: another user with an empty wallet, and the old one's money is not theirs.
pub async fn a_forgotten_chat_comes_back_as_a_new_user(world: &World) {
    let old = world.funded(100).await;
    lived(world, &old).await;
    world.committed(&forgets(world, &old)).await;
    let new = Person { user: UserId::random(&world.ids), created_at: world.now(), ..old.clone() };
    let mut change = says(world, &new, 0, "{\"new\": true}");
    change.person = Some(PersonChange::Create(new.clone()));
    world.committed(&change).await;
    let session = world.store.session(old.chat).await.expect("the store answers").expect("they are back");
    assert_eq!((session.person, session.money.posted), (new.clone(), 0));
    assert_eq!(session.conversation.version, 1);
    assert_eq!(kept(world, &new).await, [""; 0]);
    assert_eq!(world.store.history(everything(&new, 0, 9)).await.expect("the store answers"), []);
    // The old user's id is no way back.
    let mut change = world.change();
    change.person = Some(PersonChange::Create(Person { chat: ChatId(1), ..old.clone() }));
    assert_eq!(world.commit(&change).await, Commit::VersionConflict);
}

/// While money or a result is under way nothing is forgotten; every end of a generation frees the way.
pub async fn nobody_is_forgotten_while_a_generation_is_unfinished(world: &World) {
    let person = world.funded(100).await;
    let conflict = async || {
        assert_eq!(world.commit(&forgets(world, &person)).await, Commit::VersionConflict);
        assert_eq!(world.session(&person).await.person, person);
    };
    let order = world.ordered(&person, 10).await;
    conflict().await;
    for state in [State::Submitting, State::Running { task: success(&order, 1).task }] {
        let mut change = world.change();
        change.generations.push(step(&order, state));
        world.committed(&change).await;
        conflict().await;
    }
    world.committed(&world.succeed(&order, 10)).await;
    conflict().await;
    let (cancelled, failed) = (world.ordered(&person, 10).await, world.ordered(&person, 10).await);
    deliver(world, &order).await;
    conflict().await;
    let mut change = world.operations([Operation::Release { hold: cancelled.hold() }]);
    change.generations.push(step(&cancelled, State::Cancelled));
    world.committed(&change).await;
    world.committed(&world.fail(&failed)).await;
    let lost = world.succeeded(&person, 10, 10).await;
    let (success, reason) = (success(&lost, 1), Undeliverable::ChatGone);
    let (id, from) = (lost.generation.id, EventKind::Undeliverable.from());
    let mut change = world.change();
    let to = State::Undeliverable { success, reason };
    change.generations.push(GenerationChange::Step { id, from, to, relinked: false });
    world.committed(&change).await;
    world.committed(&forgets(world, &person)).await;
}

/// Somebody who is not there can't be forgotten (again): load again, decide again.
pub async fn forgetting_of_nobody_is_a_conflict(world: &World) {
    let person = world.person().await;
    assert_eq!(world.commit(&forgets(world, &world.stranger())).await, Commit::VersionConflict);
    world.committed(&forgets(world, &person)).await;
    assert_eq!(world.commit(&forgets(world, &person)).await, Commit::VersionConflict);
}

/// The version that was loaded may be demanded, and what is refused beside it undoes it.
pub async fn forgetting_is_one_with_its_change_set(world: &World) {
    let person = world.funded(10).await;
    world.committed(&says(world, &person, 0, "{}")).await;
    let mut stale = forgets(world, &person);
    stale.conversation = says(world, &person, 0, "{}").conversation;
    assert_eq!(world.commit(&stale).await, Commit::VersionConflict);
    let mut greedy = forgets(world, &person);
    let adjust = world.order(&person, 11).reserve;
    greedy.operations.push(adjust);
    assert_eq!(world.commit(&greedy).await, refusal(short(10, 11)));
    assert_eq!(world.session(&person).await.person, person);
    assert!(!world.store.is_former(&trace(&person)).await.expect("the store answers"));
    let mut change = forgets(world, &person);
    change.mark = Some(world.update());
    change.conversation = says(world, &person, 1, "{}").conversation;
    world.committed(&change).await;
    assert!(matches!(world.commit(&change).await, Commit::AlreadyDone(_)));
    assert_eq!(world.store.session_of(person.user).await.expect("the store answers"), None);
}

/// A worker that prepared a file, one that sends, one that settles: who comes too late does no harm.
pub async fn work_that_comes_after_the_forgetting_changes_nothing(world: &World) {
    let person = world.funded(100).await;
    let lived = lived(world, &person).await;
    world.committed(&forgets(world, &person)).await;
    let refused = InputState::Refused { reason: InputFault::Gone };
    world.committed(&settles(world, lived.input, &refused)).await;
    assert_eq!(found(world, &[lived.input]).await, []);
    let mut change = world.change();
    change.ended.push((lived.waiting, MessageEnd::Sent));
    change.messages.push(world.message(&person));
    world.committed(&change).await;
    assert_eq!(world.store.next_message(person.user).await.expect("the store answers"), None);
    world.store.note_window(person.user, 1, 7).await.expect("the store answers");
    for late in
        [creates(world, &file(world, &person)), keeps(world, &person, &["a"], true), says(world, &person, 1, "{}")]
    {
        assert_eq!(world.commit(&late).await, Commit::VersionConflict, "{late:?}");
    }
}

/// A tap on confirm and a tap on delete at once, on two devices: the order stands or the person is gone, never both.
pub async fn one_of_a_confirm_and_a_forgetting_wins(world: &World) {
    for _ in 0..5 {
        let person = world.funded(100).await;
        let order = world.order(&person, 10);
        let mut confirm = world.confirm(&order);
        confirm.conversation = says(world, &person, 0, "{}").conversation;
        let kept = keeps(world, &person, &["a"], true);
        let sent = creates(world, &file(world, &person));
        let answers = world.parallel(vec![confirm, forgets(world, &person), kept, sent]).await;
        assert_eq!(count(&answers[..2], &Commit::Committed), 1, "{answers:?}");
        let (committed, conflict) = (Commit::Committed, Commit::VersionConflict);
        assert!(answers.iter().all(|answer| [&committed, &conflict].contains(&answer)), "{answers:?}");
        let session = world.store.session_of(person.user).await.expect("the store answers");
        let live = world.store.live_generations(person.user).await.expect("the store answers");
        assert_eq!((session.is_some(), live.len()), if answers[0] == committed { (true, 1) } else { (false, 0) });
        if let Some(row) = live.first() {
            assert_eq!(row.state.kind(), StateKind::Queued);
            world.committed(&world.fail(&order)).await;
        }
    }
}

/// Amounts, payments and the hash of a receipt stay; the receipt's file, an owner's words and the page to pay at go.
pub async fn invoices_of_a_forgotten_person_keep_their_money_only(world: &World) {
    let (person, other) = (world.person().await, world.person().await);
    let mut open = invoices::invoice(world, person.user);
    world.committed(&invoices::creates(world, &open)).await;
    let offer = invoices::step(world, &mut open, invoices::offered(Some("x-1")));
    world.committed(&offer).await;
    let claimed = invoices::claimed(world, person.user, "a").await;
    let paid = invoices::paid(world, person.user, "p", 70).await;
    let mut rejected = invoices::claimed(world, person.user, "b").await;
    let (reason, by) = ("Иван, денег нет".to_owned(), ChatId(42));
    let rejection = invoices::step(world, &mut rejected, InvoiceEvent::Rejected { reason, by });
    world.committed(&rejection).await;
    let neighbour = invoices::claimed(world, other.user, "c").await;
    world.committed(&forgets(world, &person)).await;
    let state = async |invoice: &Invoice| invoices::found(world, invoice.id).await.state;
    assert_eq!(state(&open).await, InvoiceState::Open { external: Some("x-1".to_owned()), url: None });
    let InvoiceState::Claimed { receipt, .. } = state(&claimed).await else { panic!("it still waits") };
    assert_eq!((receipt.file_id.as_str(), receipt.unique_id.as_str(), receipt.message), ("", "", 0));
    assert_eq!(state(&rejected).await, InvoiceState::Rejected { reason: String::new(), by });
    assert_eq!(invoices::found(world, paid.id).await, paid);
    assert_eq!(invoices::found(world, neighbour.id).await, neighbour);
    let late = world.store.invoice_of(open.provider, "x-1").await.expect("the store answers");
    assert_eq!(late.map(|invoice| invoice.id), Some(open.id), "a late payment finds its invoice");
}

/// A worker looks at a receipt while its payer goes: what it knows of the file is not written again, its hash is.
pub async fn a_receipt_that_comes_after_the_forgetting_is_not_kept(world: &World) {
    let person = world.person().await;
    let mut invoice = invoices::claimed(world, person.user, "a").await;
    let InvoiceState::Claimed { receipt, .. } = invoice.state.clone() else { panic!("it was claimed") };
    world.committed(&forgets(world, &person)).await;
    let seen = InvoiceEvent::Checked { receipt, hash: Some("h".to_owned()), repeats: None };
    let check = invoices::step(world, &mut invoice, seen);
    world.committed(&check).await;
    let InvoiceState::Claimed { receipt, hash, .. } = invoices::found(world, invoice.id).await.state else {
        panic!("it still waits")
    };
    assert_eq!((receipt.file_id.as_str(), hash.as_deref()), ("", Some("h")));
    let again = world.store.claimed_with("h", InvoiceId::from_bytes([9; 16])).await.expect("the store answers");
    assert_eq!(again, Some(invoice.id));
}

/// A provider's list keeps the payment, not who made it.
pub async fn a_payer_goes_with_the_person(world: &World) {
    let (person, other) = (world.person().await, world.person().await);
    let of = |name: &str, chat| ProviderRecord { payer: Some(chat), ..record(name, false) };
    world.committed(&lists(world, vec![of("a", person.chat), of("b", other.chat)])).await;
    world.committed(&forgets(world, &person)).await;
    let mut payers: Vec<_> = unmatched(world, 9).await.into_iter().map(|row| (row.payment, row.payer)).collect();
    payers.sort();
    assert_eq!(payers, [("a".to_owned(), None), ("b".to_owned(), Some(other.chat))]);
}

/// What a person left behind.
struct Lived {
    order: Order,
    input: domain::ids::InputId,
    waiting: MessageId,
}

/// A life with something of everything, and 90 kopecks left of 100.
async fn lived(world: &World, person: &Person) -> Lived {
    world.committed(&says(world, person, 0, "{\"full\": true}")).await;
    let sent = file(world, person);
    world.committed(&creates(world, &sent)).await;
    world.committed(&keeps(world, person, &["model"], true)).await;
    let order = world.succeeded(person, 10, 10).await;
    world.store.note_progress(order.generation.id, 77).await.expect("the store answers");
    deliver(world, &order).await;
    let mut change = world.change();
    let done = NewMessage { generation: Some(order.generation.id), ..world.message(person) };
    let waiting = world.message(person);
    change.ended.push((done.id, MessageEnd::Sent));
    change.messages = vec![done, waiting.clone()];
    world.committed(&change).await;
    Lived { order, input: sent.id, waiting: waiting.id }
}

async fn deliver(world: &World, order: &Order) {
    let mut change = world.change();
    let (id, from) = (order.generation.id, EventKind::Delivered.from());
    let to = State::Delivered(success(order, 1));
    change.generations.push(GenerationChange::Step { id, from, to, relinked: false });
    world.committed(&change).await;
}

fn forgets(world: &World, person: &Person) -> ChangeSet {
    let mut change = world.change();
    change.person = Some(PersonChange::Forget { user: person.user, trace: trace(person) });
    change
}

/// Stands for the keyed hash that the app makes.
fn trace(person: &Person) -> Trace {
    let mut hash = [7; 32];
    hash[..8].copy_from_slice(&person.chat.0.to_be_bytes());
    Trace(hash)
}

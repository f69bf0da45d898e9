//! Parallel resolutions, refunds and payments: each has exactly one effect, whatever the order in which they arrive.

use std::time::Duration;

use domain::generation::State;
use domain::ledger::{Amount, Operation, Provider, Refusal};
use domain::money::Money;
use domain::ports::{Claim, Commit, JobKey, JobKind, LeaseEnd, LeaseOutcome, Person, PersonChange, Schedule};

use super::World;
use super::world::{count, metered, payment, refusal, step};

/// Ten captures of one hold, all of different amounts: one is earned, the rest of the hold is free, nine hear that it was captured.
pub async fn parallel_captures_resolve_a_hold_once(world: &World) {
    let person = world.funded(1000).await;
    let order = world.ordered(&person, 100).await;
    let hold = order.hold();
    let changes = (0..10).map(|at| world.operations([Operation::Capture { hold, amount: 91 + at }]));
    let answers = world.parallel(changes.collect()).await;
    assert_eq!(count(&answers, &Commit::Committed), 1, "{answers:?}");
    assert_eq!(count(&answers, &refusal(Refusal::AlreadyCaptured)), 9, "{answers:?}");
    let won = answers.iter().position(|answer| *answer == Commit::Committed).expect("one was committed");
    let captured = 91 + i64::try_from(won).expect("less than ten");
    assert_eq!(world.money(&person).await, (1000 - captured, 0));
    end_with_result(world, &order, captured).await;
}

/// A success and a time-out at once: either the money is earned or it is free, never both, and the losers hear which.
pub async fn a_capture_and_a_release_resolve_a_hold_once(world: &World) {
    let person = world.funded(1000).await;
    let mut earned = 0;
    for _ in 0..5 {
        let order = world.ordered(&person, 100).await;
        let hold = order.hold();
        let changes = (0..10).map(|at| match at % 2 {
            0 => world.operations([Operation::Capture { hold, amount: 100 }]),
            _ => world.operations([Operation::Release { hold }]),
        });
        let answers = world.parallel(changes.collect()).await;
        let captured = answers[0] == Commit::Committed;
        let (winner, refused) = match captured {
            true => (0, refusal(Refusal::AlreadyCaptured)),
            false => (1, refusal(Refusal::AlreadyReleased)),
        };
        for (at, answer) in answers.iter().enumerate() {
            let wanted = if at % 2 == winner { &Commit::Committed } else { &refused };
            assert_eq!(answer, wanted, "{answers:?}");
        }
        if captured {
            earned += 100;
            end_with_result(world, &order, 100).await;
        } else {
            let mut change = world.change();
            change.generations.push(step(&order, super::world::failed()));
            world.committed(&change).await;
        }
        assert_eq!(world.money(&person).await, (1000 - earned, 0));
    }
}

/// A hundred ends of one hold at once, half of them captures, each of another amount: either one capture wins and everybody else hears of
/// it, or the releases win, which are all the same one.
pub async fn a_hundred_captures_and_releases_resolve_a_hold_once(world: &World) {
    let person = world.funded(1000).await;
    let order = world.ordered(&person, 100).await;
    let hold = order.hold();
    let changes = (0..100).map(|at| match at % 2 {
        0 => world.operations([Operation::Capture { hold, amount: 1 + at }]),
        _ => world.operations([Operation::Release { hold }]),
    });
    let answers = world.parallel(changes.collect()).await;
    let won: Vec<_> = (0_i64..).zip(&answers).filter(|(_, answer)| **answer == Commit::Committed).collect();
    match won[..] {
        [(at, _)] => {
            assert!(at % 2 == 0, "the releases are one and the same: {answers:?}");
            assert_eq!(count(&answers, &refusal(Refusal::AlreadyCaptured)), 99, "{answers:?}");
            assert_eq!(world.money(&person).await, (1000 - (1 + at), 0));
            end_with_result(world, &order, 1 + at).await;
        }
        _ => {
            assert!(won.len() == 50 && won.iter().all(|(at, _)| at % 2 == 1), "{answers:?}");
            assert_eq!(count(&answers, &refusal(Refusal::AlreadyReleased)), 50, "{answers:?}");
            assert_eq!(world.money(&person).await, (1000, 0));
            let mut change = world.change();
            change.generations.push(step(&order, super::world::failed()));
            world.committed(&change).await;
        }
    }
    // The top-up, the reservation, and one end.
    assert_eq!(world.lines(&person).await, 3);
}

/// Ten refunds of 30 out of 100: three are given, whoever they are.
pub async fn parallel_refunds_never_exceed_the_capture(world: &World) {
    let person = world.funded(100).await;
    let order = world.succeeded(&person, 100, 100).await;
    let refund = || Operation::RefundGeneration {
        refund: world.action(),
        hold: order.hold(),
        amount: 30,
        reason: "a test".to_owned(),
        by: "owner".to_owned(),
    };
    let answers = world.parallel((0..10).map(|_| world.operations([refund()])).collect()).await;
    assert_eq!(count(&answers, &Commit::Committed), 3, "{answers:?}");
    assert_eq!(count(&answers, &refusal(Refusal::ExceedsCapture { left: 10, wanted: 30 })), 7, "{answers:?}");
    assert_eq!(world.money(&person).await, (90, 0));
    world
        .applied(Operation::RefundGeneration {
            refund: world.action(),
            hold: order.hold(),
            amount: 10,
            reason: "a test".to_owned(),
            by: "owner".to_owned(),
        })
        .await;
    assert_eq!(world.money(&person).await, (100, 0));
}

/// A hundred refunds of all sizes: together they give back what was captured at most, and who is refused wanted more than was left.
pub async fn a_hundred_refunds_never_exceed_the_capture(world: &World) {
    let person = world.funded(500).await;
    let order = world.succeeded(&person, 500, 400).await;
    let hold = order.hold();
    let amounts: Vec<i64> = (0..100).map(|at| 5 + at % 13).collect();
    let refund = |amount: &i64| Operation::RefundGeneration {
        refund: world.action(),
        hold,
        amount: *amount,
        reason: "a test".to_owned(),
        by: "owner".to_owned(),
    };
    let answers = world.parallel(amounts.iter().map(|amount| world.operations([refund(amount)])).collect()).await;
    let given = amounts.iter().zip(&answers).filter(|(_, answer)| **answer == Commit::Committed);
    let given: i64 = given.map(|(amount, _)| amount).sum();
    assert!(given <= 400, "{given} were given back of 400");
    for (amount, answer) in amounts.iter().zip(&answers) {
        if let Commit::Refused { reason, .. } = answer {
            let Refusal::ExceedsCapture { left, wanted } = reason else { panic!("{reason:?}") };
            assert!(wanted == amount && left < wanted && 400 - given <= *left, "{reason:?}, {given} given");
        }
    }
    assert_eq!(world.money(&person).await, (100 + given, 0));
}

/// So many owners' debits of one wallet at once: exactly `floor(balance / amount)` are taken, each refusal says what there was.
async fn parallel_debits(world: &World, commits: usize) {
    let (amount, affordable) = (70, commits / 2);
    let taken = i64::try_from(affordable).expect("a few hundred") * amount;
    let person = world.funded(taken + amount - 1).await;
    let debit = || {
        let minus = Amount::money(Money::from_kopecks(-amount));
        let (reason, by) = ("test".to_owned(), "owner".to_owned());
        world.operations([Operation::Adjust { action: world.action(), user: person.user, amount: minus, reason, by }])
    };
    let answers = world.parallel((0..commits).map(|_| debit()).collect()).await;
    let committed = count(&answers, &Commit::Committed);
    assert_eq!(committed, affordable, "exactly floor(balance / amount) debits may succeed: {answers:?}");
    for answer in answers.iter().filter(|answer| **answer != Commit::Committed) {
        let Commit::Refused { operation: 0, reason } = answer else { panic!("{answer:?}") };
        let Refusal::InsufficientFunds { available, wanted, .. } = reason else { panic!("{reason:?}") };
        assert!(*wanted == amount && *available == amount - 1, "{reason:?}");
    }
    assert_eq!(world.money(&person).await, (amount - 1, 0));
    assert_eq!(world.lines(&person).await, affordable + 1);
}

/// The smallest race of debits.
pub async fn two_parallel_debits_never_overdraw(world: &World) {
    parallel_debits(world, 2).await;
}

/// A small race of debits.
pub async fn ten_parallel_debits_never_overdraw(world: &World) {
    parallel_debits(world, 10).await;
}

/// More debits than any pool has connections.
pub async fn fifty_parallel_debits_never_overdraw(world: &World) {
    parallel_debits(world, 50).await;
}

/// A queue of debits at one wallet.
pub async fn two_hundred_parallel_debits_never_overdraw(world: &World) {
    parallel_debits(world, 200).await;
}

/// The update and the reconciliation find one payment at once, ten times.
pub async fn parallel_top_ups_of_one_payment_credit_once(world: &World) {
    let person = world.person().await;
    let changes = (0..10).map(|_| world.operations([payment(person.user, "charge", 500)]));
    let answers = world.parallel(changes.collect()).await;
    assert_eq!(count(&answers, &Commit::Committed), 10);
    assert_eq!((world.money(&person).await, world.lines(&person).await), ((500, 0), 1));
}

/// Credits, debits and reservations of one wallet at once lose none of each other.
pub async fn parallel_changes_of_one_wallet_all_count(world: &World) {
    let person = world.funded(10_000).await;
    let changes = (0..40).map(|at| match at % 4 {
        0 => world.operations([world.top_up(person.user, 7)]),
        1 => {
            let amount = Amount::money(Money::from_kopecks(-11));
            let (reason, by) = ("test".to_owned(), "owner".to_owned());
            world.operations([Operation::Adjust { action: world.action(), user: person.user, amount, reason, by }])
        }
        _ => world.confirm(&world.order(&person, 13)),
    });
    let answers = world.parallel(changes.collect()).await;
    assert_eq!(count(&answers, &Commit::Committed), 40, "{answers:?}");
    assert_eq!(world.money(&person).await, (10_000 + 70 - 110, 260));
    assert_eq!(world.lines(&person).await, 41);
}

/// The owner's refund and the provider's own notice meet: one payback, one debt.
pub async fn parallel_paybacks_of_one_payment_are_one(world: &World) {
    let person = world.person().await;
    world.applied(payment(person.user, "charge", 500)).await;
    world.succeeded(&person, 200, 200).await;
    let back = || Operation::RefundPayment { provider: Provider::Stars, payment: "charge".to_owned() };
    let answers = world.parallel((0..10).map(|_| world.operations([back()])).collect()).await;
    assert_eq!(count(&answers, &Commit::Committed), 10, "{answers:?}");
    assert_eq!(world.money(&person).await, (0, 0));
    world.applied(payment(person.user, "later", 300)).await;
    assert_eq!(world.money(&person).await, (100, 0));
}

/// Change sets that touch two wallets in both orders: all of them get through.
pub async fn opposite_orders_of_two_wallets_do_not_lock_each_other_out(world: &World) {
    let (one, two) = (world.person().await, world.person().await);
    let changes = (0..40).map(|at| {
        let (first, second) = if at % 2 == 0 { (&one, &two) } else { (&two, &one) };
        world.operations([world.top_up(first.user, 3), world.top_up(second.user, 5)])
    });
    let answers = world.parallel(changes.collect()).await;
    assert_eq!(count(&answers, &Commit::Committed), 40, "{answers:?}");
    assert_eq!((world.money(&one).await, world.money(&two).await), ((160, 0), (160, 0)));
}

/// Workers' steps and taps that touch the same user's rows of every kind at once: nobody is refused, and everything counts.
pub async fn workers_and_taps_of_one_user_all_get_through(world: &World) {
    let person = world.person().await;
    let mut schedule = world.change();
    let keys = (0..10).map(|at| JobKey { kind: JobKind::Generation, subject: [at; 16] });
    schedule.schedule = keys.map(|key| Schedule::new(key, schedule.at)).collect();
    world.committed(&schedule).await;
    let lease = Duration::from_secs(60);
    let claim = Claim { kinds: &[JobKind::Generation], owner: "a", now: world.now(), lease, limit: 10 };
    let leases = world.store.claim(claim).await.expect("the store answers");
    let messages = Schedule::new(JobKey::messages(person.user), schedule.at);
    let steps = leases.into_iter().map(|lease| {
        let mut change = world.operations([world.top_up(person.user, 3)]);
        change.schedule.push(messages);
        change.lease = Some(LeaseEnd { lease, outcome: LeaseOutcome::Done });
        change.messages.push(world.message(&person));
        change
    });
    let taps = (0..20_u8).map(|at| {
        let mut change = world.operations([world.top_up(person.user, 5)]);
        change.mark = Some(world.update());
        change.person = Some(PersonChange::Update(Person { first_name: format!("Анна {at}"), ..person.clone() }));
        change.messages.push(world.message(&person));
        let key = JobKey { kind: JobKind::Generation, subject: [at % 10; 16] };
        change.schedule = vec![messages, Schedule::new(key, change.at)];
        change
    });
    let answers = world.parallel(steps.chain(taps).collect()).await;
    assert_eq!(count(&answers, &Commit::Committed), 30, "{answers:?}");
    assert_eq!((world.money(&person).await, world.lines(&person).await), ((130, 0), 30));
    assert_eq!(world.agenda(world.now()).await.depth(), 11);
}

async fn end_with_result(world: &World, order: &super::Order, captured: i64) {
    let mut change = world.change();
    change.generations.push(step(order, State::Succeeded(metered(order, 1, captured))));
    world.committed(&change).await;
}

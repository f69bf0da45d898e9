//! The ledger's rules, the measured sequence, and any sequence.

use super::*;
use crate::clock::{ManualClock, SeededIds, Timestamp};
use crate::ids::{ActionId, GenerationId};
use crate::ledger::{Amount, BonusKind, Operation};
use crate::money::Money;
use proptest::prelude::*;

struct Bench {
    book: Book,
    clock: ManualClock,
    ids: SeededIds,
    user: UserId,
}

impl Bench {
    fn new() -> Self {
        let ids = SeededIds::new(7);
        let user = UserId::random(&ids);
        Self { book: Book::default(), clock: ManualClock::new(Timestamp::from_seconds(1_700_000_000)), ids, user }
    }

    fn funded(kopecks: i64) -> Self {
        let mut bench = Self::new();
        bench.top_up("first", kopecks).unwrap();
        bench
    }

    fn apply(&mut self, operation: Operation) -> Result<(Applied, TransferId), Refusal> {
        let posting = Posting::new(operation, &self.clock, &self.ids);
        let before = format!("{:?}", self.book);
        let result = self.book.apply(&posting);
        if result != Ok(Applied::Now) {
            assert_eq!(before, format!("{:?}", self.book), "a refusal or repeat changed the book");
        }
        let user = self.user;
        for unit in [Unit::Money, Unit::Run] {
            assert_eq!(self.book.wallet(user, unit), self.book.fold(user, unit), "row and fold differ");
        }
        result.map(|applied| (applied, posting.transfer))
    }

    fn top_up(&mut self, payment: &str, kopecks: i64) -> Result<Applied, Refusal> {
        self.apply(Operation::TopUp {
            user: self.user,
            provider: Provider::Stars,
            payment: payment.to_owned(),
            amount: Money::from_kopecks(kopecks),
            native_amount: kopecks / 180,
            native_currency: "XTR".to_owned(),
        })
        .map(|(applied, _)| applied)
    }

    fn reserve(&mut self, kopecks: i64) -> Result<TransferId, Refusal> {
        let generation = GenerationId::ordered(&self.clock, &self.ids);
        let amount = Amount::money(Money::from_kopecks(kopecks));
        self.apply(Operation::Reserve { user: self.user, generation, amount }).map(|(_, hold)| hold)
    }

    fn capture(&mut self, hold: TransferId, amount: i64) -> Result<Applied, Refusal> {
        self.apply(Operation::Capture { hold, amount }).map(|(applied, _)| applied)
    }

    fn release(&mut self, hold: TransferId) -> Result<Applied, Refusal> {
        self.apply(Operation::Release { hold }).map(|(applied, _)| applied)
    }

    fn refund(&mut self, hold: TransferId, amount: i64) -> Result<Applied, Refusal> {
        let refund = ActionId::ordered(&self.clock, &self.ids);
        self.apply(Operation::RefundGeneration {
            refund,
            hold,
            amount,
            reason: "a test".to_owned(),
            by: "owner".to_owned(),
        })
        .map(|(applied, _)| applied)
    }

    fn pay_back(&mut self, payment: &str) -> Result<Applied, Refusal> {
        let operation = Operation::RefundPayment { provider: Provider::Stars, payment: payment.to_owned() };
        self.apply(operation).map(|(applied, _)| applied)
    }

    fn figures(&self) -> (i64, i64) {
        let wallet = self.book.wallet(self.user, Unit::Money);
        (wallet.posted, wallet.reserved)
    }
}

fn short(available: i64, wanted: i64) -> Refusal {
    Refusal::InsufficientFunds { unit: Unit::Money, available, wanted }
}

/// A step of the measured sequence: what is done, what TigerBeetle replied, and what our book answers.
type Measured = (&'static str, &'static str, fn(&mut Bench, &[TransferId]) -> Answer, Answer, (i64, i64));

/// Whether it was written, or why not.
type Answer = Result<Applied, Refusal>;

/// How TigerBeetle answered a sequence (hold = our reserve, settle = our capture), row by row, with the figures after each one. Ours means the
/// same, but for two rows: no hold of ours ends by itself, and what was refused may be tried again, since nothing was written.
#[test]
fn the_measured_sequence_means_the_same() {
    use Applied::{Already, Now};
    const UNKNOWN: TransferId = TransferId::from_bytes([9; 16]);
    let conflict = Err(Refusal::Conflict);
    let (captured, released) = (Err(Refusal::AlreadyCaptured), Err(Refusal::AlreadyReleased));
    // The holds that the steps name: 0 of 70, 1 of 40, 2 of 20, as they are made.
    let rows: [Measured; 20] = [
        ("top-up again, same id", "exists", |bench, _| bench.top_up("first", 100), Ok(Already), (100, 0)),
        ("other amount", "exists_with_different_amount", |bench, _| bench.top_up("first", 101), conflict, (100, 0)),
        ("hold 70", "ok", |bench, _| bench.reserve(70).map(|_| Now), Ok(Now), (100, 70)),
        ("hold 40", "exceeds_credits", |bench, _| bench.reserve(40).map(|_| Now), Err(short(30, 40)), (100, 70)),
        ("settle 50 of 70", "ok", |bench, holds| bench.capture(holds[0], 50), Ok(Now), (50, 0)),
        (
            "settle again, other content",
            "already_posted",
            |bench, holds| bench.capture(holds[0], 49),
            captured.clone(),
            (50, 0),
        ),
        ("settle again, same", "exists", |bench, holds| bench.capture(holds[0], 50), Ok(Already), (50, 0)),
        ("release after settle", "already_posted", |bench, holds| bench.release(holds[0]), captured, (50, 0)),
        ("hold 40", "ok", |bench, _| bench.reserve(40).map(|_| Now), Ok(Now), (50, 40)),
        (
            "settle more than held",
            "exceeds_pending_amount",
            |bench, holds| bench.capture(holds[1], 41),
            Err(Refusal::ExceedsHold { held: 40, wanted: 41 }),
            (50, 40),
        ),
        ("release", "ok", |bench, holds| bench.release(holds[1]), Ok(Now), (50, 0)),
        ("release again", "exists", |bench, holds| bench.release(holds[1]), Ok(Already), (50, 0)),
        ("settle after release", "already_voided", |bench, holds| bench.capture(holds[1], 40), released, (50, 0)),
        ("hold 20", "ok", |bench, _| bench.reserve(20).map(|_| Now), Ok(Now), (50, 20)),
        (
            "settle after the hold timed out",
            "expired; ours differs: its generation ends it, nothing else",
            |bench, holds| {
                bench.clock.advance(std::time::Duration::from_secs(366 * 24 * 3600));
                bench.capture(holds[2], 20)
            },
            Ok(Now),
            (30, 0),
        ),
        ("settle unknown hold", "not_found", |bench, _| bench.capture(UNKNOWN, 1), Err(Refusal::HoldNotFound), (30, 0)),
        (
            "linked pair, second fails",
            "linked_event_failed",
            |bench, _| pair(bench, 10, 21),
            Err(short(20, 21)),
            (30, 0),
        ),
        ("hold 31", "exceeds_credits", |bench, _| one_order(bench, 31), Err(short(30, 31)), (30, 0)),
        ("top-up 1", "ok", |bench, _| bench.top_up("second", 1), Ok(Now), (31, 0)),
        (
            "refused id retried after a top-up",
            "id_already_failed; ours differs: nothing was written, so it is as new",
            |bench, _| one_order(bench, 31),
            Ok(Now),
            (31, 31),
        ),
    ];
    let mut bench = Bench::funded(100);
    for (step, theirs, ours, means, figures) in rows {
        let holds: Vec<_> =
            bench.book.transfers().iter().filter(|it| it.phase == Phase::Pending).map(|it| it.id).collect();
        assert_eq!(ours(&mut bench, &holds), means, "{step} (TigerBeetle: {theirs})");
        assert_eq!(bench.figures(), figures, "{step} (TigerBeetle: {theirs})");
    }
}

/// Two reservations that are written together or not at all; the refusal must be the second one's.
fn pair(bench: &mut Bench, first: i64, second: i64) -> Answer {
    let reserve = |kopecks| {
        let generation = GenerationId::ordered(&bench.clock, &bench.ids);
        let amount = Amount::money(Money::from_kopecks(kopecks));
        Posting::new(Operation::Reserve { user: bench.user, generation, amount }, &bench.clock, &bench.ids)
    };
    let postings = [reserve(first), reserve(second)];
    match bench.book.apply_all(&postings) {
        Ok(_) => Ok(Applied::Now),
        Err((place, refusal)) => {
            assert_eq!(place, 1, "{refusal}");
            Err(refusal)
        }
    }
}

/// The very same order, whenever it is tried.
fn one_order(bench: &mut Bench, kopecks: i64) -> Answer {
    let (generation, amount) = (GenerationId::from_bytes([7; 16]), Amount::money(Money::from_kopecks(kopecks)));
    bench.apply(Operation::Reserve { user: bench.user, generation, amount }).map(|(applied, _)| applied)
}

#[test]
fn a_refused_reservation_may_be_retried_after_a_top_up() {
    let mut bench = Bench::funded(10);
    let generation = GenerationId::ordered(&bench.clock, &bench.ids);
    let amount = Amount::money(Money::from_kopecks(20));
    let operation = Operation::Reserve { user: bench.user, generation, amount };
    assert_eq!(bench.apply(operation.clone()).unwrap_err(), short(10, 20));
    bench.top_up("second", 10).unwrap();
    assert_eq!(bench.apply(operation).unwrap().0, Applied::Now);
}

#[test]
fn amounts_that_are_not_positive_are_refused_everywhere() {
    let mut bench = Bench::funded(100);
    let hold = bench.reserve(10).unwrap();
    for amount in [0, -1, i64::MIN] {
        assert_eq!(bench.top_up("other", amount), Err(Refusal::NotPositive(amount)));
        assert_eq!(bench.reserve(amount), Err(Refusal::NotPositive(amount)));
        assert_eq!(bench.capture(hold, amount), Err(Refusal::NotPositive(amount)));
    }
    bench.capture(hold, 10).unwrap();
    assert_eq!(bench.refund(hold, 0), Err(Refusal::NotPositive(0)));
    assert_eq!(bench.top_up("huge", i64::MAX), Err(Refusal::Overflow));
}

#[test]
fn refunds_never_exceed_the_capture_in_all() {
    let mut bench = Bench::funded(100);
    let hold = bench.reserve(60).unwrap();
    assert_eq!(bench.refund(hold, 1), Err(Refusal::NotCaptured));
    bench.capture(hold, 50).unwrap();
    bench.refund(hold, 30).unwrap();
    assert_eq!(bench.refund(hold, 21), Err(Refusal::ExceedsCapture { left: 20, wanted: 21 }));
    bench.refund(hold, 20).unwrap();
    assert_eq!(bench.figures(), (100, 0));
}

#[test]
fn a_spent_payment_taken_back_leaves_a_receivable_that_the_next_top_up_pays_first() {
    let mut bench = Bench::funded(100);
    let hold = bench.reserve(80).unwrap();
    bench.capture(hold, 80).unwrap();
    assert_eq!(bench.pay_back("first"), Ok(Applied::Now));
    assert_eq!((bench.figures(), bench.book.receivable(bench.user)), ((0, 0), 80));
    assert_eq!(bench.pay_back("first"), Ok(Applied::Already));
    bench.top_up("second", 30).unwrap();
    assert_eq!((bench.figures(), bench.book.receivable(bench.user)), ((0, 0), 50));
    bench.top_up("third", 70).unwrap();
    assert_eq!((bench.figures(), bench.book.receivable(bench.user)), ((20, 0), 0));
}

#[test]
fn a_hold_is_not_eaten_by_a_payback_or_an_adjustment() {
    let mut bench = Bench::funded(100);
    let hold = bench.reserve(70).unwrap();
    bench.pay_back("first").unwrap();
    assert_eq!((bench.figures(), bench.book.receivable(bench.user)), ((70, 70), 70));
    let action = ActionId::ordered(&bench.clock, &bench.ids);
    let amount = Amount::money(Money::from_kopecks(-1));
    let take = Operation::Adjust { action, user: bench.user, amount, reason: "test".into(), by: "owner".into() };
    assert_eq!(bench.apply(take).unwrap_err(), short(0, 1));
    bench.capture(hold, 70).unwrap();
    assert_eq!(bench.figures(), (0, 0));
}

#[test]
fn a_payback_sets_aside_first_and_the_providers_own_notice_finishes_it() {
    let mut bench = Bench::funded(100);
    let spent = bench.reserve(30).unwrap();
    bench.capture(spent, 30).unwrap();
    let set_aside = |bench: &mut Bench| {
        let action = ActionId::ordered(&bench.clock, &bench.ids);
        let payment = "first".to_owned();
        bench.apply(Operation::ReservePayback { action, provider: Provider::Stars, payment })
    };
    let (_, hold) = set_aside(&mut bench).unwrap();
    assert_eq!(bench.figures(), (70, 70));
    assert_eq!(set_aside(&mut bench).unwrap_err(), Refusal::AlreadyRefunded);
    assert_eq!(bench.capture(hold, 70), Err(Refusal::WrongPurpose));
    assert_eq!(bench.release(hold), Ok(Applied::Now));
    set_aside(&mut bench).unwrap();
    assert_eq!(bench.pay_back("first"), Ok(Applied::Now));
    assert_eq!((bench.figures(), bench.book.receivable(bench.user)), ((0, 0), 30));
    assert_eq!(set_aside(&mut bench).unwrap_err(), Refusal::AlreadyRefunded);
}

/// One change set with every kind of operation whose last one is refused: the book is as if nothing had happened.
#[test]
fn a_refusal_undoes_all_operations_before_it() {
    let mut bench = Bench::funded(100);
    let captured = bench.reserve(40).unwrap();
    bench.capture(captured, 30).unwrap();
    let pending = bench.reserve(20).unwrap();
    let (user, provider) = (bench.user, Provider::Stars);
    let action = || ActionId::ordered(&bench.clock, &bench.ids);
    let kopecks = |value| Amount::money(Money::from_kopecks(value));
    let top_up = |payment: &str, amount| Operation::TopUp {
        user,
        provider,
        payment: payment.to_owned(),
        amount: Money::from_kopecks(amount),
        native_amount: amount / 180,
        native_currency: "XTR".to_owned(),
    };
    let reserve = |amount| {
        let generation = GenerationId::ordered(&bench.clock, &bench.ids);
        Operation::Reserve { user, generation, amount: kopecks(amount) }
    };
    let operations = [
        top_up("first", 100),
        Operation::RefundGeneration {
            refund: action(),
            hold: captured,
            amount: 10,
            reason: "a test".to_owned(),
            by: "owner".to_owned(),
        },
        Operation::ReservePayback { action: action(), provider, payment: "first".to_owned() },
        Operation::RefundPayment { provider, payment: "first".to_owned() },
        top_up("second", 50),
        Operation::Capture { hold: pending, amount: 5 },
        Operation::Bonus { user, kind: BonusKind::Gift, cause: "gift".to_owned(), amount: Amount::runs(3) },
        reserve(1),
        reserve(1_000_000),
    ];
    let postings: Vec<_> =
        operations.into_iter().map(|operation| Posting::new(operation, &bench.clock, &bench.ids)).collect();
    let mut all = bench.book.clone();
    let before = format!("{all:?}");
    let (place, refusal) = all.apply_all(&postings).unwrap_err();
    assert_eq!((place, refusal), (8, short(24, 1_000_000)));
    assert!(before == format!("{all:?}"), "the refused list left something behind");
    // Without the refused one, all together are what they are one by one.
    let written = all.apply_all(&postings[..8]).unwrap();
    assert_eq!(written.iter().map(Option::is_some).collect::<Vec<_>>(), [&[false][..], &[true; 7]].concat());
    for posting in &postings[..8] {
        bench.book.apply(posting).unwrap();
    }
    assert_eq!(format!("{all:?}"), format!("{:?}", bench.book));
}

#[test]
fn free_runs_are_a_unit_of_their_own() {
    let mut bench = Bench::new();
    let give = |cause: &str, runs| Operation::Bonus {
        user: UserId::from_bytes([1; 16]),
        kind: BonusKind::Referral,
        cause: cause.to_owned(),
        amount: Amount::runs(runs),
    };
    bench.user = UserId::from_bytes([1; 16]);
    bench.apply(give("friend", 2)).unwrap();
    assert_eq!(bench.apply(give("friend", 2)).unwrap().0, Applied::Already);
    assert_eq!(bench.reserve(1), Err(short(0, 1)));
    let generation = GenerationId::ordered(&bench.clock, &bench.ids);
    let run = Operation::Reserve { user: bench.user, generation, amount: Amount::runs(1) };
    let (_, hold) = bench.apply(run).unwrap();
    bench.capture(hold, 1).unwrap();
    assert_eq!(bench.book.wallet(bench.user, Unit::Run), Wallet { posted: 1, reserved: 0 });
}

#[test]
fn two_changes_of_one_wallet_are_allowed_exactly_if_both_are_allowed_in_turn() {
    let change = |posted, reserved, needs_available| WalletChange {
        user: UserId::from_bytes([1; 16]),
        unit: Unit::Money,
        posted,
        reserved,
        needs_available,
    };
    // A release of 50 makes room for a reservation of 60 with 10 available.
    let both = change(0, -50, 0).then(change(0, 60, 60)).unwrap();
    assert_eq!(both, change(0, 10, 10));
    let debits = change(-30, 0, 30).then(change(-30, 0, 30)).unwrap();
    assert_eq!(debits, change(-60, 0, 60));
}

#[derive(Clone, Debug)]
enum Step {
    TopUp(u8, i64),
    Reserve(i64),
    Capture(usize, i64),
    Release(usize),
    Refund(usize, i64),
    PayBack(u8),
    Adjust(i64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (0_u8..6, 1_i64..500).prop_map(|(payment, amount)| Step::TopUp(payment, amount)),
        (-2_i64..300).prop_map(Step::Reserve),
        (0_usize..12, 0_i64..300).prop_map(|(hold, amount)| Step::Capture(hold, amount)),
        (0_usize..12).prop_map(Step::Release),
        (0_usize..12, 0_i64..300).prop_map(|(hold, amount)| Step::Refund(hold, amount)),
        (0_u8..6).prop_map(Step::PayBack),
        (-200_i64..200).prop_map(Step::Adjust),
    ]
}

proptest! {
    /// Any sequence keeps every invariant after each step: row = fold, available >= 0, captured <= held, refunded <= captured,
    /// and every kopeck that left the outside accounts is in a wallet, earned, or owed.
    #[test]
    fn any_sequence_keeps_the_books_sound(steps in proptest::collection::vec(step(), 1..60)) {
        let mut bench = Bench::new();
        let mut holds = vec![TransferId::from_bytes([0; 16])];
        for step in steps {
            let nth = |at: usize| holds[at % holds.len()];
            match step {
                Step::TopUp(payment, amount) => drop(bench.top_up(&payment.to_string(), amount)),
                Step::Reserve(amount) => holds.extend(bench.reserve(amount).ok()),
                Step::Capture(at, amount) => drop(bench.capture(nth(at), amount)),
                Step::Release(at) => drop(bench.release(nth(at))),
                Step::Refund(at, amount) => drop(bench.refund(nth(at), amount)),
                Step::PayBack(payment) => drop(bench.pay_back(&payment.to_string())),
                Step::Adjust(amount) => {
                    let action = ActionId::ordered(&bench.clock, &bench.ids);
                    let amount = Amount::money(Money::from_kopecks(amount));
                    let (reason, by) = (String::new(), String::new());
                    drop(bench.apply(Operation::Adjust { action, user: bench.user, amount, reason, by }));
                }
            }
            let wallet = bench.book.wallet(bench.user, Unit::Money);
            prop_assert!(wallet.available() >= 0 && wallet.reserved >= 0);
            let pending: i64 =
                bench.book.holds().filter(|hold| hold.state == HoldState::Pending).map(|hold| hold.amount).sum();
            prop_assert_eq!(pending, wallet.reserved);
            prop_assert!(bench.book.holds().all(|hold| hold.captured <= hold.amount && hold.refunded <= hold.captured));
            let mut balances: BTreeMap<String, i64> = BTreeMap::new();
            for transfer in bench.book.transfers() {
                prop_assert!(transfer.amount > 0);
                if matches!(transfer.phase, Phase::Posted | Phase::Captured) {
                    *balances.entry(transfer.debit.to_string()).or_default() -= transfer.amount;
                    *balances.entry(transfer.credit.to_string()).or_default() += transfer.amount;
                }
            }
            prop_assert_eq!(balances.values().sum::<i64>(), 0);
            let owed = bench.book.receivable(bench.user);
            let receivable = balances.get(&Account::Receivable(bench.user).to_string()).copied().unwrap_or(0);
            prop_assert_eq!(receivable, -owed);
            let mut resolved: Vec<_> = bench.book.transfers().iter().filter_map(|transfer| transfer.resolves).collect();
            let count = resolved.len();
            resolved.sort_unstable();
            resolved.dedup();
            prop_assert_eq!(resolved.len(), count, "a hold was resolved twice");
        }
    }
}

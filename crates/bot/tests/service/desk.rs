//! What an owner does with money, over the whole app: refunds, paybacks, gifts, codes, corrections. Every case ends with sound books.

use app::desk::{Desk, DeskError, Promo, Refused, Share};
use domain::generation::Generation;
use domain::ids::ChatId;
use domain::ledger::{Amount, Operation, Posting, Provider, Refusal};
use domain::money::Money;
use domain::ports::{ChangeSet, Commit, JobKey, JobKind, PaybackChange, Store};
use domain::screen::{Action, GenerationAct};

use crate::house::{ANN, FILM, House, WELCOME, words};

/// What a picture costs.
const PRICE: i64 = 80;

impl House {
    fn desk(&self) -> Desk<'_> {
        Desk { store: &*self.store, catalog: &self.catalog, clock: &*self.clock, ids: &*self.ids, by: "the owner" }
    }

    /// A picture that was ordered, made and delivered.
    async fn delivered(&self, chat: ChatId) -> Generation {
        let confirm = self.at_confirm(chat).await;
        self.event(chat, confirm).await;
        self.work().await;
        self.generations(chat).await.remove(0)
    }

    /// Posted and reserved, in kopecks.
    pub(crate) async fn money(&self, chat: ChatId) -> (i64, i64) {
        let wallet = self.session(chat).await.unwrap().money;
        (wallet.posted, wallet.reserved)
    }

    async fn pays(&self, chat: ChatId, payment: &str, kopecks: i64) {
        let user = self.session(chat).await.unwrap().person.user;
        let operation = Operation::TopUp {
            user,
            provider: Provider::Stars,
            payment: payment.to_owned(),
            amount: Money::from_kopecks(kopecks),
            native_amount: kopecks / 100,
            native_currency: "XTR".to_owned(),
        };
        let mut change = ChangeSet::new(domain::clock::Clock::now(&*self.clock));
        change.operations.push(Posting::new(operation, &*self.clock, &*self.ids));
        assert_eq!(self.store.commit(&change).await.unwrap(), Commit::Committed);
    }

    fn last(&self, chat: ChatId) -> String {
        self.telegram.said(chat).pop().expect("a message")
    }
}

fn rub(kopecks: i64) -> Money {
    Money::from_kopecks(kopecks)
}

#[track_caller]
fn refused<T: std::fmt::Debug>(result: Result<T, DeskError>) -> Refused {
    result.expect_err("a refusal").refused().expect("a refusal").clone()
}

#[tokio::test]
async fn a_generation_is_refunded_in_parts_up_to_what_was_taken_and_the_user_is_told_why() {
    let house = House::open();
    house.start(ANN).await;
    let made = house.delivered(ANN).await;
    assert_eq!(house.money(ANN).await, (WELCOME - PRICE, 0));
    let desk = house.desk();
    let refund = desk.refund_generation(&made, Share::Part(rub(30)), "the wrong cat").await.unwrap();
    assert_eq!(refund.amount, Amount::money(rub(30)));
    house.work().await;
    let said = house.last(ANN);
    assert!(said.contains("0.30\u{a0}₽") && said.contains("the wrong cat") && said.contains("Z-Image"), "{said}");
    let left = Amount::money(rub(PRICE - 30));
    let too_much = desk.refund_generation(&made, Share::Part(rub(PRICE - 29)), "x").await;
    assert_eq!(refused(too_much), Refused::MoreThanLeft { left });
    for nothing in [0, -1] {
        let none = desk.refund_generation(&made, Share::Part(rub(nothing)), "x").await;
        assert!(matches!(refused(none), Refused::NotGiven { .. }));
    }
    assert_eq!(desk.refund_generation(&made, Share::All, "the rest").await.unwrap().amount, left);
    assert_eq!(house.money(ANN).await, (WELCOME, 0));
    for share in [Share::All, Share::Part(rub(1))] {
        assert_eq!(refused(desk.refund_generation(&made, share, "x").await), Refused::AllGivenBack);
    }
    assert_eq!(house.money(ANN).await, (WELCOME, 0));
    house.work().await;
    house.audit().await;
}

/// The movement names its generation and bears the owner's words, so both screens tell them, for a part as for the rest.
#[tokio::test]
async fn a_refund_stands_with_its_reason_on_the_receipt_and_on_the_statement() {
    let house = House::open();
    house.start(ANN).await;
    let other = house.delivered(ANN).await;
    house.clock.advance(std::time::Duration::from_secs(60));
    let made = house.delivered(ANN).await;
    let receipt = async |of: &Generation| {
        house.press(ANN, Action::Generation { generation: of.id, act: GenerationAct::Receipt }).await;
        house.last(ANN)
    };
    assert!(!receipt(&made).await.contains("Reason:"));
    let desk = house.desk();
    desk.refund_generation(&made, Share::Part(rub(30)), "the wrong <b>cat</b>").await.unwrap();
    house.work().await;
    let shown = receipt(&made).await;
    let wanted =
        ["Charged: 0.80\u{a0}₽", "Refunded: 0.30\u{a0}₽", "Reason: the wrong <b>cat</b>", "Total: 0.50\u{a0}₽"];
    assert!(wanted.iter().all(|line| shown.contains(line)), "{shown}");
    assert!(shown.contains("This model has one price") && !shown.contains("have changed"), "{shown}");
    house.press(ANN, Action::Statement { page: 0 }).await;
    let shown = house.last(ANN);
    let first = shown.split("Order paid").next().expect("the newest lines");
    let wanted = ["Refund of an order: +0.30\u{a0}₽", "Reason: the wrong <b>cat</b>", "Z-Image"];
    assert!(wanted.iter().all(|line| first.contains(line)) && shown.contains("Welcome bonus"), "{shown}");
    desk.refund_generation(&made, Share::All, "the rest").await.unwrap();
    house.work().await;
    let shown = receipt(&made).await;
    let wanted = ["Refunded: 0.50\u{a0}₽", "Reason: the rest", "Total: all of it was returned"];
    assert!(wanted.iter().all(|line| shown.contains(line)), "{shown}");
    let shown = receipt(&other).await;
    assert!(!shown.contains("Refunded") && shown.contains("Total: 0.80\u{a0}₽"), "{shown}");
    house.audit().await;
}

#[tokio::test]
async fn refunds_never_exceed_what_was_taken_however_often_they_are_wished() {
    let house = House::open();
    house.start(ANN).await;
    let made = house.delivered(ANN).await;
    let desk = house.desk();
    let mut done = 0;
    for _ in 0..20 {
        done += usize::from(desk.refund_generation(&made, Share::Part(rub(30)), "x").await.is_ok());
    }
    assert_eq!((done, house.money(ANN).await), (2, (WELCOME - PRICE + 60, 0)));
    house.audit().await;
}

#[tokio::test]
async fn what_is_under_way_or_was_never_taken_is_not_refunded() {
    let house = House::open();
    house.start(ANN).await;
    let confirm = house.at_confirm_of(ANN, FILM).await;
    house.event(ANN, confirm).await;
    let queued = house.generations(ANN).await.remove(0);
    let desk = house.desk();
    assert_eq!(refused(desk.refund_generation(&queued, Share::All, "x").await), Refused::UnderWay(queued.id));
    let cancel = GenerationAct::Cancel;
    house.press(ANN, Action::Generation { generation: queued.id, act: cancel }).await;
    let cancelled = house.generations(ANN).await.remove(0);
    assert_eq!(refused(desk.refund_generation(&cancelled, Share::All, "x").await), Refused::NothingTaken(queued.id));
    house.work().await;
    assert_eq!(house.money(ANN).await, (WELCOME, 0));
    house.audit().await;
}

/// When they return to a result that is lost by then, all of it goes back by itself: it must be one and the same refund.
#[tokio::test]
async fn of_a_result_that_waits_for_somebody_who_is_gone_all_goes_back_once() {
    let house = House::open();
    house.start(ANN).await;
    let confirm = house.at_confirm(ANN).await;
    house.event(ANN, confirm).await;
    house.telegram.blocks(ANN, true);
    house.work().await;
    let made = house.generations(ANN).await.remove(0);
    let desk = house.desk();
    let part = desk.refund_generation(&made, Share::Part(rub(30)), "x").await;
    assert_eq!(refused(part), Refused::WaitsForUser(made.id));
    assert_eq!(desk.refund_generation(&made, Share::All, "gone").await.unwrap().amount, Amount::money(rub(PRICE)));
    assert_eq!(refused(desk.refund_generation(&made, Share::All, "gone").await), Refused::AllGivenBack);
    house.telegram.blocks(ANN, false);
    house.start(ANN).await;
    house.work().await;
    assert_eq!(house.money(ANN).await, (WELCOME, 0));
    house.audit().await;
}

#[tokio::test]
async fn a_generation_is_found_by_its_id_or_by_what_its_receipt_shows() {
    let house = House::open();
    house.start(ANN).await;
    let made = house.delivered(ANN).await;
    let (desk, id) = (house.desk(), made.id.to_string());
    let end = id[id.len() - 8..].to_uppercase();
    assert_eq!(desk.generation(&id, None).await.unwrap().id, made.id);
    assert_eq!(desk.generation(&id, Some(made.user)).await.unwrap().id, made.id);
    assert_eq!(desk.generation(&end, Some(made.user)).await.unwrap().id, made.id);
    let stranger = domain::ids::UserId::from_bytes([3; 16]);
    for (id, user) in [(&end, None), (&id, Some(stranger)), (&end[5..].to_owned(), Some(made.user))] {
        assert!(matches!(refused(desk.generation(id, user).await), Refused::NoSuchGeneration(_)), "{id}");
    }
}

#[tokio::test]
async fn a_payment_is_set_aside_and_its_payback_is_due() {
    let house = House::open();
    house.start(ANN).await;
    house.pays(ANN, "ch-1", 5_000).await;
    let desk = house.desk();
    let mut change = desk.change();
    let plan = desk.refund_payment(&mut change, Provider::Stars, "ch-1", "asked for it").await.unwrap();
    assert_eq!((plan.payment.amount, plan.set_aside), (rub(5_000), rub(5_000)));
    let jobs: Vec<JobKey> = change.schedule.iter().map(|schedule| schedule.key).collect();
    assert_eq!(jobs, [JobKey::payback(plan.action)]);
    assert!(matches!(&change.paybacks[..], [PaybackChange::Create(payback)] if payback.reason == "asked for it"));
    desk.commit(&change).await.unwrap();
    assert_eq!(house.money(ANN).await, (WELCOME + 5_000, 5_000));
    let payback = house.store.payback(plan.action).await.unwrap().expect("it stands");
    assert_eq!((payback.by.as_str(), payback.end), ("the owner", None));
    assert!(house.store.next_due(&[JobKind::Payback]).unwrap().is_some());

    let mut again = desk.change();
    desk.refund_payment(&mut again, Provider::Stars, "ch-1", "twice").await.unwrap();
    assert_eq!(refused(desk.commit(&again).await), Refused::Ledger(Refusal::AlreadyRefunded));
    let unknown = desk.refund_payment(&mut desk.change(), Provider::Stars, "ch-2", "x").await;
    assert!(matches!(refused(unknown), Refused::NoSuchPayment { .. }));
    let found = desk.payments_of(payback_user(&house).await).await.unwrap();
    assert_eq!((found.payments.len(), found.paybacks.len()), (1, 1));
    house.audit().await;
}

async fn payback_user(house: &House) -> domain::ids::UserId {
    house.session(ANN).await.unwrap().person.user
}

#[tokio::test]
async fn what_was_spent_of_a_payment_is_said() {
    let house = House::open_with(|settings| settings.welcome = Money::ZERO);
    house.start(ANN).await;
    house.pays(ANN, "ch-1", 5_000).await;
    house.delivered(ANN).await;
    let desk = house.desk();
    let mut change = desk.change();
    let plan = desk.refund_payment(&mut change, Provider::Stars, "ch-1", "x").await.unwrap();
    assert_eq!(plan.set_aside, rub(5_000 - PRICE));
    desk.commit(&change).await.unwrap();
    assert_eq!(house.money(ANN).await, (5_000 - PRICE, 5_000 - PRICE));
    house.audit().await;
}

#[tokio::test]
async fn money_and_runs_are_given_and_told() {
    let house = House::open();
    house.start(ANN).await;
    let (desk, session) = (house.desk(), house.session(ANN).await.unwrap());
    for (amount, said) in [(Amount::money(rub(12_345)), "123.45\u{a0}₽"), (Amount::runs(5), "5\u{a0}free runs")] {
        let mut change = desk.change();
        desk.gift(&mut change, &session, amount).unwrap();
        desk.commit(&change).await.unwrap();
        // The same change set again is the same gift.
        desk.commit(&ChangeSet { messages: Vec::new(), ..change }).await.unwrap();
        house.work().await;
        assert!(house.last(ANN).contains(said), "{}", house.last(ANN));
    }
    let session = house.session(ANN).await.unwrap();
    assert_eq!((session.money.posted, session.runs.posted), (WELCOME + 12_345, 5));
    for slip in [Amount::money(rub(0)), Amount::money(rub(-1)), Amount::runs(0), Amount::runs(10_001)] {
        assert!(matches!(refused(desk.gift(&mut desk.change(), &session, slip)), Refused::NotGiven { .. }));
    }
    let user = session.person.user.to_string();
    assert_eq!(desk.person(&user).await.unwrap().person.chat, ANN);
    assert_eq!(desk.person("501").await.unwrap().person.chat, ANN);
    for nobody in ["502", "-501", "ann", &"0".repeat(32)] {
        assert_eq!(refused(desk.person(nobody).await), Refused::NoSuchUser(nobody.to_owned()));
    }
    house.audit().await;
}

#[tokio::test]
async fn a_code_is_made_once_in_its_one_form() {
    let house = House::open();
    house.start(ANN).await;
    let (desk, user) = (house.desk(), house.session(ANN).await.unwrap().person.user);
    let wish = |code: &str| Promo {
        code: code.to_owned(),
        gift: Amount::runs(3),
        total_max: 100,
        per_user_max: 1,
        expires_at: None,
    };
    let make = async |wish: Promo| {
        let mut change = desk.change();
        let promo = desk.make_promo(&mut change, wish)?;
        desk.commit(&change).await.map(|()| promo)
    };
    assert_eq!(make(wish(" winter ")).await.unwrap().code, "WINTER");
    let stored = house.store.promo("WINTER", user).await.unwrap().expect("it stands");
    assert_eq!((stored.promo.gift, stored.used), (Amount::runs(3), 0));
    assert_eq!(refused(make(wish("WINTER")).await), Refused::CodeTaken);
    assert!(matches!(refused(make(wish("no/code")).await), Refused::BadCode(_)));
    for (total_max, per_user_max) in [(0, 1), (1, 0), (1, 2), (1_000_001, 1)] {
        let counts = Promo { total_max, per_user_max, ..wish("OTHER") };
        assert!(matches!(refused(make(counts).await), Refused::BadCounts { .. }), "{total_max} {per_user_max}");
    }
    let past = Promo { expires_at: Some(desk.change().at), ..wish("OTHER") };
    assert_eq!(refused(make(past).await), Refused::ExpiredAlready);
    let nothing = Promo { gift: Amount::runs(0), ..wish("OTHER") };
    assert!(matches!(refused(make(nothing).await), Refused::NotGiven { .. }));
    house.audit().await;
}

#[tokio::test]
async fn a_balance_is_corrected_down_to_nothing_and_no_further() {
    let house = House::open();
    house.start(ANN).await;
    let desk = house.desk();
    for (kopecks, wanted) in [(500, Ok(WELCOME + 500)), (-WELCOME - 501, Err(WELCOME + 500)), (-WELCOME - 500, Ok(0))] {
        let session = house.session(ANN).await.unwrap();
        let mut change = desk.change();
        let planned = desk.adjust(&mut change, &session, rub(kopecks), "a test");
        match wanted {
            Ok(posted) => {
                planned.unwrap();
                desk.commit(&change).await.unwrap();
                assert_eq!(house.money(ANN).await, (posted, 0));
            }
            Err(left) => assert_eq!(refused(planned), Refused::TooLittle { available: rub(left) }),
        }
    }
    assert!(house.telegram.said(ANN).iter().all(|said| !said.contains(&words("notice-gift-money"))));
    house.audit().await;
}

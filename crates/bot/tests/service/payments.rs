//! Payments in Stars over the whole app: an invoice, Telegram's question, the payment's word in every order and number, its return, and what
//! a reconciliation finds. Every case ends with sound books.

use std::time::Duration;

use app::event::Event;
use app::intake::UpdateOutcome;
use domain::clock::Clock;
use domain::ids::ChatId;
use domain::ledger::{Amount, Provider, Unit};
use domain::payment::{Invoice, InvoiceStateKind};
use domain::ports::{ProviderRecord, Store};
use domain::screen::{Action, Press};
use storage::memory::Fault;

use crate::house::{ANN, FILM, House, OWNER, WELCOME, words};
use crate::telegram::Sent;

const BEN: ChatId = ChatId(502);

impl House {
    /// An invoice over so many kopecks that can be paid in Stars.
    pub(crate) async fn invoice(&self, chat: ChatId, kopecks: u32) -> Invoice {
        self.clock.advance(Duration::from_secs(1));
        self.press(chat, Action::TopUp).await;
        self.press(chat, Action::Pay { provider: Provider::Stars, kopecks }).await;
        self.work().await;
        self.last_invoice(chat).await
    }

    pub(crate) async fn last_invoice(&self, chat: ChatId) -> Invoice {
        let user = self.session(chat).await.unwrap().person.user;
        self.store.invoices(user, 1).await.unwrap().remove(0)
    }

    pub(crate) async fn posted(&self, chat: ChatId) -> i64 {
        self.session(chat).await.unwrap().money.posted - WELCOME
    }

    async fn asks(&self, chat: ChatId, payload: &str, total: i64) -> Option<String> {
        let (query, currency, payload) = ("q".to_owned(), "XTR".to_owned(), payload.to_owned());
        self.event(chat, Event::PreCheckout { query, currency, total, payload }).await;
        self.telegram.checkouts.lock().unwrap().pop().expect("an answer")
    }

    fn paid(&self, payload: &str, total: i64, charge: &str) -> Event {
        let (currency, payload, charge) = ("XTR".to_owned(), payload.to_owned(), charge.to_owned());
        Event::Paid { currency, total, payload, charge, at: self.clock.now() }
    }

    fn refunded(total: i64, charge: &str) -> Event {
        Event::Refunded { currency: "XTR".to_owned(), total, charge: charge.to_owned() }
    }

    fn record(&self, chat: ChatId, payload: &str, charge: &str, stars: i64, is_refund: bool) {
        self.stars.records.lock().unwrap().push(ProviderRecord {
            provider: Provider::Stars,
            payment: charge.to_owned(),
            is_refund,
            native_amount: stars,
            native_currency: "XTR".to_owned(),
            payer: Some(chat),
            payload: payload.to_owned(),
            at: self.clock.now(),
        });
    }

    /// What the last screen of a chat says.
    pub(crate) fn says(&self, chat: ChatId) -> String {
        self.telegram.said(chat).pop().expect("a message")
    }

    fn pay_buttons(&self, chat: ChatId) -> Vec<String> {
        let last = self.telegram.sent().into_iter().rev().find_map(|sent| match sent {
            Sent::Shown { chat: to, screen, .. } if to == chat => Some(screen),
            _ => None,
        });
        let buttons = last.expect("a screen").keyboard.into_iter().flatten();
        buttons.filter_map(|button| if let Press::Url(url) = button.press { Some(url) } else { None }).collect()
    }
}

#[tokio::test]
async fn an_invoice_is_offered_asked_for_paid_and_credited_once() {
    let house = House::open();
    house.start(ANN).await;
    let invoice = house.invoice(ANN, 10_000).await;
    assert_eq!((invoice.state.kind(), invoice.native_amount), (InvoiceStateKind::Open, 100));
    assert_eq!(house.pay_buttons(ANN), [format!("https://pay.example/{}", invoice.id)]);
    let payload = invoice.id.to_string();
    assert_eq!(house.asks(ANN, &payload, 100).await, None);
    let paid = house.paid(&payload, 100, "charge");
    house.update(900, ANN, paid.clone()).await;
    // The same update, the same payment in another update, and the provider's list.
    house.update(900, ANN, paid.clone()).await;
    house.update(901, ANN, paid).await;
    house.record(ANN, &payload, "charge", 100, false);
    house.app.reconcile().await.unwrap();
    assert_eq!(house.posted(ANN).await, 10_000);
    assert_eq!(house.last_invoice(ANN).await.state.kind(), InvoiceStateKind::Paid);
    assert!(house.says(ANN).contains(&words("balance-text")), "{}", house.says(ANN));
    assert_eq!(house.asks(ANN, &payload, 100).await.as_deref(), Some(&*words("checkout-paid")));
    house.audit().await;
}

#[tokio::test]
async fn a_checkout_is_refused_in_doubt() {
    let house = House::open();
    house.start(ANN).await;
    house.start(BEN).await;
    let invoice = house.invoice(ANN, 10_000).await;
    let payload = invoice.id.to_string();
    let table = [
        (BEN, payload.as_str(), 100, "checkout-not-yours"),
        (ANN, payload.as_str(), 99, "checkout-wrong-amount"),
        (ANN, "nonsense", 100, "checkout-closed"),
        (ChatId(777), payload.as_str(), 100, "checkout-not-yours"),
    ];
    for (chat, payload, total, key) in table {
        assert_eq!(house.asks(chat, payload, total).await.as_deref(), Some(&*words(key)), "{key}");
    }
    house.store_fails(&[("session", Fault::Before)]);
    assert_eq!(house.asks(ANN, &payload, 100).await.as_deref(), Some(&*words("checkout-later")));
    house.clock.advance(Duration::from_secs(2 * 3600));
    assert_eq!(house.asks(ANN, &payload, 100).await.as_deref(), Some(&*words("checkout-expired")));
    house.work().await;
    assert_eq!(house.last_invoice(ANN).await.state.kind(), InvoiceStateKind::Expired);
    house.audit().await;
}

#[tokio::test]
async fn what_was_really_paid_is_credited_whatever_its_invoice_says() {
    let house = House::open();
    for chat in [OWNER, ANN] {
        house.start(chat).await;
    }
    // Without an invoice, and after its time.
    let invoice = house.invoice(ANN, 10_000).await;
    house.clock.advance(Duration::from_secs(2 * 3600));
    house.work().await;
    house.event(ANN, house.paid("nonsense", 7, "stray")).await;
    assert_eq!(house.posted(ANN).await, 700);
    house.event(ANN, house.paid(&invoice.id.to_string(), 100, "late")).await;
    assert_eq!(house.posted(ANN).await, 10_700);
    assert_eq!(house.last_invoice(ANN).await.state.kind(), InvoiceStateKind::Paid);
    house.work().await;
    let alerts: Vec<_> = house.telegram.said(OWNER).into_iter().filter(|said| said.contains("stray")).collect();
    assert_eq!(alerts.len(), 1, "the owner is told of the payment without an invoice, once");
    house.audit().await;
}

#[tokio::test]
async fn who_topped_up_on_the_way_to_an_order_is_back_at_it() {
    let house = House::open();
    house.start(ANN).await;
    // Spend the welcome bonus on nothing: a film costs more than is there.
    let confirm = house.at_confirm_of(ANN, FILM).await;
    let user = house.session(ANN).await.unwrap().person.user;
    let before = house.store.wallet(user, Unit::Money).await.unwrap().available();
    house.desk_takes(ANN, before).await;
    house.event(ANN, confirm.clone()).await;
    let invoice = house.invoice(ANN, 50_000).await;
    house.event(ANN, house.paid(&invoice.id.to_string(), 500, "charge")).await;
    let said = house.says(ANN);
    assert!(said.contains("a lighthouse"), "the order is on the screen again: {said}");
    house.audit().await;
}

#[tokio::test]
async fn a_return_takes_the_money_back_once_and_what_was_spent_is_owed() {
    let house = House::open();
    house.start(ANN).await;
    let invoice = house.invoice(ANN, 10_000).await;
    house.event(ANN, house.paid(&invoice.id.to_string(), 100, "charge")).await;
    house.desk_takes(ANN, WELCOME + 6000).await;
    for _ in 0..2 {
        house.event(ANN, House::refunded(100, "charge")).await;
    }
    house.record(ANN, &invoice.id.to_string(), "charge", 100, false);
    house.record(ANN, &invoice.id.to_string(), "charge", 100, true);
    house.app.reconcile().await.unwrap();
    let wallet = house.session(ANN).await.unwrap().money;
    assert_eq!((wallet.posted, wallet.reserved), (0, 0));
    // The next top-up pays what is owed first: sixty roubles.
    let next = house.invoice(ANN, 20_000).await;
    house.event(ANN, house.paid(&next.id.to_string(), 200, "second")).await;
    assert_eq!(house.session(ANN).await.unwrap().money.posted, 14_000);
    // Of a payment that nobody knows nothing moves.
    house.event(ANN, House::refunded(5, "unknown")).await;
    assert_eq!(house.session(ANN).await.unwrap().money.posted, 14_000);
    house.audit().await;
}

#[tokio::test]
async fn a_payment_whose_word_never_came_is_found_in_the_providers_list() {
    let house = House::open();
    house.start(ANN).await;
    let invoice = house.invoice(ANN, 10_000).await;
    let payload = invoice.id.to_string();
    house.record(ANN, &payload, "lost", 100, false);
    house.record(ChatId(4040), "nonsense", "nobody", 5, false);
    for _ in 0..3 {
        house.app.reconcile().await.unwrap();
    }
    house.work().await;
    assert_eq!(house.posted(ANN).await, 10_000);
    assert!(house.telegram.said(ANN).iter().any(|said| said.contains(&words("notice-payment-found"))));
    // Its word comes after all.
    let outcome = house.update(990, ANN, house.paid(&payload, 100, "lost")).await;
    assert_eq!((outcome, house.posted(ANN).await), (UpdateOutcome::Done, 10_000));
    let unmatched = house.store.unmatched_records(10).await.unwrap();
    assert_eq!(unmatched.iter().map(|record| record.payment.as_str()).collect::<Vec<_>>(), ["nobody"]);
    house.audit().await;
}

#[tokio::test]
async fn an_invoice_that_waits_is_shown_again_instead_of_another_one() {
    let house = House::open();
    house.start(ANN).await;
    let first = house.invoice(ANN, 10_000).await;
    assert_eq!(house.invoice(ANN, 10_000).await.id, first.id);
    assert_ne!(house.invoice(ANN, 50_000).await.id, first.id);
    house.clock.advance(Duration::from_secs(1));
    house.press(ANN, Action::TopUp).await;
    house.say(ANN, "77").await;
    house.press(ANN, Action::Pay { provider: Provider::Stars, kopecks: 7700 }).await;
    assert_eq!(house.last_invoice(ANN).await.amount.kopecks(), 7700);
    for (text, key) in [("a cat", "notice-not-an-amount"), ("1", "notice-amount-out-of-bounds")] {
        house.press(ANN, Action::TopUp).await;
        house.say(ANN, text).await;
        assert!(house.says(ANN).contains(&words(key)), "{}", house.says(ANN));
    }
    house.audit().await;
}

impl House {
    /// An owner takes so much away.
    async fn desk_takes(&self, chat: ChatId, kopecks: i64) {
        use domain::ids::ActionId;
        use domain::ledger::{Operation, Posting};
        use domain::ports::{ChangeSet, Commit};
        let user = self.session(chat).await.unwrap().person.user;
        let amount = Amount { unit: Unit::Money, value: -kopecks };
        let (reason, by) = ("spent".to_owned(), "owner".to_owned());
        let action = ActionId::ordered(&*self.clock, &*self.ids);
        let adjust = Operation::Adjust { action, user, amount, reason, by };
        let mut change = ChangeSet::new(self.clock.now());
        change.operations.push(Posting::new(adjust, &*self.clock, &*self.ids));
        assert_eq!(self.store.commit(&change).await.unwrap(), Commit::Committed);
    }
}

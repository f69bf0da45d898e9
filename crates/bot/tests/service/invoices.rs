//! Invoices of providers that can be asked, bank transfers with receipts, and paybacks. Every case ends with sound books.

use std::time::Duration;

use app::event::{Event, FileKind};
use app::service::BankDetails;
use domain::clock::Clock;
use domain::ids::{ActionId, ChatId};
use domain::ledger::{Operation, Posting, Provider};
use domain::payment::{InvoiceState, InvoiceStateKind};
use domain::ports::{
    ChangeSet, Commit, GateError, InvoiceStatus, JobKey, Payback, PaybackChange, PaybackEnd, PaybackError, Schedule,
    Store, TelegramFile,
};
use domain::screen::{Action, ClaimAct, InvoiceAct};

use crate::house::{ANN, House, OWNER, PARTNER, words};

const BEN: ChatId = ChatId(502);

impl House {
    fn with_bank() -> Self {
        Self::open_with(|settings| {
            settings.payments.bank = Some(BankDetails { phone: Some("+7 900".to_owned()), ..BankDetails::default() });
        })
    }

    async fn pays_by(&self, chat: ChatId, provider: Provider, kopecks: u32) {
        self.press(chat, Action::TopUp).await;
        self.press(chat, Action::TopUpAmount { kopecks }).await;
        self.press(chat, Action::Pay { provider, kopecks }).await;
    }

    async fn sends_receipt(&self, chat: ChatId, bytes: &str) {
        let file = TelegramFile {
            file_id: format!("kept:{bytes}"),
            unique_id: bytes.to_owned(),
            size: Some(9),
            mime: Some("application/pdf".to_owned()),
            width: None,
            height: None,
            duration_s: None,
            file_name: None,
        };
        self.event(chat, Event::File { kind: FileKind::Document, file, caption: None, album: None, message: 77 }).await;
    }

    async fn decides(&self, owner: ChatId, payer: ChatId, act: ClaimAct) {
        let invoice = self.last_invoice(payer).await.id;
        self.press(owner, Action::Claim { invoice, act }).await;
    }

    /// A payment that was credited by a card.
    async fn paid_by_card(&self, chat: ChatId, kopecks: u32) {
        self.pays_by(chat, Provider::Yookassa, kopecks).await;
        let (native_amount, native_currency) = (i64::from(kopecks), "RUB".to_owned());
        *self.cards.status.lock().unwrap() =
            InvoiceStatus::Paid { payment: "card-1".to_owned(), native_amount, native_currency };
        self.work().await;
    }

    /// An owner wishes that a payment is paid back.
    async fn wishes_back(&self, payment: &str) -> ActionId {
        let action = ActionId::ordered(&*self.clock, &*self.ids);
        let provider = Provider::Yookassa;
        let reserve = Operation::ReservePayback { action, provider, payment: payment.to_owned() };
        let posting = Posting::new(reserve, &*self.clock, &*self.ids);
        let mut change = ChangeSet::new(self.clock.now());
        change.paybacks.push(PaybackChange::Create(Payback {
            action,
            provider,
            payment: payment.to_owned(),
            hold: posting.transfer,
            reason: "a mistake".to_owned(),
            by: "owner".to_owned(),
            at: change.at,
            end: None,
        }));
        change.operations.push(posting);
        change.schedule.push(Schedule::new(JobKey::payback(action), change.at));
        assert_eq!(self.store.commit(&change).await.unwrap(), Commit::Committed);
        action
    }

    async fn end_of(&self, action: ActionId) -> Option<PaybackEnd> {
        self.store.payback(action).await.unwrap().expect("it was wished").end
    }
}

#[tokio::test]
async fn the_providers_own_word_decides_and_never_its_webhook() {
    let house = House::open();
    house.start(ANN).await;
    house.pays_by(ANN, Provider::Yookassa, 30_000).await;
    house.work_now().await;
    let invoice = house.last_invoice(ANN).await;
    let external = invoice.state.external().expect("it can be asked for").to_owned();
    for _ in 0..2 {
        assert!(house.app.take_hint(Provider::Yookassa, external.as_bytes(), None).await.unwrap());
    }
    house.work_now().await;
    assert_eq!(house.posted(ANN).await, 0, "a webhook is only a hint");
    assert!(!house.app.take_hint(Provider::Yookassa, b"somebody else's", None).await.unwrap());
    assert!(!house.app.take_hint(Provider::CryptoPay, external.as_bytes(), None).await.unwrap());
    let (native_amount, native_currency) = (30_000, "RUB".to_owned());
    *house.cards.status.lock().unwrap() =
        InvoiceStatus::Paid { payment: "card-1".to_owned(), native_amount, native_currency };
    for _ in 0..3 {
        house.app.take_hint(Provider::Yookassa, external.as_bytes(), None).await.unwrap();
        house.work_now().await;
    }
    assert_eq!(house.posted(ANN).await, 30_000);
    assert_eq!(house.last_invoice(ANN).await.state.kind(), InvoiceStateKind::Paid);
    assert!(house.telegram.said(ANN).iter().any(|said| said.contains(&words("notice-payment-credited"))));
    house.audit().await;
}

#[tokio::test]
async fn an_invoice_that_was_taken_back_and_paid_all_the_same_is_credited() {
    let house = House::open();
    house.start(ANN).await;
    house.pays_by(ANN, Provider::Yookassa, 30_000).await;
    house.work_now().await;
    let invoice = house.last_invoice(ANN).await;
    house.press(ANN, Action::Invoice { invoice: invoice.id, act: InvoiceAct::Cancel }).await;
    assert_eq!(house.last_invoice(ANN).await.state.kind(), InvoiceStateKind::Cancelled);
    let (native_amount, native_currency) = (30_000, "RUB".to_owned());
    *house.cards.status.lock().unwrap() =
        InvoiceStatus::Paid { payment: "card-1".to_owned(), native_amount, native_currency };
    house.clock.advance(Duration::from_secs(10));
    house.work_now().await;
    assert_eq!(house.posted(ANN).await, 30_000);
    house.audit().await;
}

#[tokio::test]
async fn a_provider_that_refuses_fails_the_invoice_and_one_that_is_away_is_asked_again() {
    let house = House::open();
    for chat in [OWNER, ANN] {
        house.start(chat).await;
    }
    let later = || GateError::Later { retry_after: None, detail: "502".to_owned() };
    house.cards.offers.lock().unwrap().extend([later(), later()]);
    house.pays_by(ANN, Provider::Yookassa, 30_000).await;
    for _ in 0..3 {
        house.work_now().await;
        house.clock.advance(Duration::from_secs(3));
    }
    assert_eq!(house.last_invoice(ANN).await.state.kind(), InvoiceStateKind::Open);
    house.cards.offers.lock().unwrap().push(GateError::Refused { detail: "wrong key".to_owned() });
    house.pays_by(ANN, Provider::Yookassa, 40_000).await;
    house.work_now().await;
    assert_eq!(house.last_invoice(ANN).await.state.kind(), InvoiceStateKind::Failed);
    assert!(house.says(ANN).contains(&words("invoice-failed").lines().next().unwrap().to_owned()));
    assert!(house.telegram.said(OWNER).iter().any(|said| said.contains("wrong key")));
    house.audit().await;
}

#[tokio::test]
async fn a_receipt_is_approved_by_one_owner_once() {
    let house = House::with_bank();
    for chat in [OWNER, PARTNER, ANN, BEN] {
        house.start(chat).await;
    }
    house.pays_by(ANN, Provider::Bank, 30_000).await;
    assert!(house.says(ANN).contains("+7 900"));
    house.send_photo(ANN, 70, None).await;
    house.sends_receipt(ANN, "paper").await;
    house.work().await;
    let invoice = house.last_invoice(ANN).await;
    assert_eq!(invoice.state.kind(), InvoiceStateKind::Claimed);
    assert_eq!(house.posted(ANN).await, 0, "nothing is credited without an owner");
    for owner in [OWNER, PARTNER] {
        assert!(house.telegram.said(owner).iter().any(|said| said.contains(&invoice.reference())), "{owner}");
    }
    // A user is no owner.
    house.decides(BEN, ANN, ClaimAct::Approve).await;
    assert_eq!(house.posted(ANN).await, 0);
    house.decides(OWNER, ANN, ClaimAct::Approve).await;
    house.decides(PARTNER, ANN, ClaimAct::Approve).await;
    assert!(house.says(PARTNER).contains(&words("notice-claim-gone")));
    assert_eq!(house.posted(ANN).await, 30_000);
    house.audit().await;
}

#[tokio::test]
async fn another_amount_is_credited_as_it_came_and_a_rejection_says_why() {
    let house = House::with_bank();
    for chat in [OWNER, ANN, BEN] {
        house.start(chat).await;
    }
    house.pays_by(ANN, Provider::Bank, 30_000).await;
    house.sends_receipt(ANN, "paper").await;
    house.work().await;
    house.decides(OWNER, ANN, ClaimAct::Other).await;
    house.say(OWNER, "a cat").await;
    house.say(OWNER, "250").await;
    house.work().await;
    assert_eq!(house.posted(ANN).await, 25_000);
    house.pays_by(BEN, Provider::Bank, 30_000).await;
    house.sends_receipt(BEN, "paper").await;
    house.work().await;
    assert!(house.telegram.said(OWNER).iter().any(|said| said.contains("⚠️")), "the same file was a receipt before");
    house.decides(OWNER, BEN, ClaimAct::Reject).await;
    house.say(OWNER, "no such transfer").await;
    house.work().await;
    assert_eq!(house.posted(BEN).await, 0);
    let InvoiceState::Rejected { reason, by } = house.last_invoice(BEN).await.state else { panic!("rejected") };
    assert_eq!((reason.as_str(), by), ("no such transfer", OWNER));
    assert!(house.telegram.said(BEN).iter().any(|said| said.contains("no such transfer")));
    house.audit().await;
}

#[tokio::test]
async fn an_unpaid_transfer_expires() {
    let house = House::with_bank();
    house.start(ANN).await;
    house.pays_by(ANN, Provider::Bank, 30_000).await;
    house.clock.advance(Duration::from_secs(3601));
    house.work().await;
    assert_eq!(house.last_invoice(ANN).await.state.kind(), InvoiceStateKind::Expired);
    house.audit().await;
}

#[tokio::test]
async fn a_payback_is_asked_for_until_the_outcome_is_known_and_taken_once() {
    let house = House::open();
    house.start(ANN).await;
    house.paid_by_card(ANN, 30_000).await;
    let later = || PaybackError::Later { retry_after: None, detail: "lost".to_owned() };
    house.cards.paybacks.lock().unwrap().extend([later(), later()]);
    let action = house.wishes_back("card-1").await;
    house.work().await;
    assert_eq!(house.cards.paid_back.lock().unwrap().len(), 3);
    assert_eq!(house.end_of(action).await, Some(PaybackEnd::Done));
    assert_eq!(house.posted(ANN).await, 0);
    assert!(house.telegram.said(ANN).iter().any(|said| said.contains("a mistake")));
    house.audit().await;
}

#[tokio::test]
async fn a_refused_payback_gives_back_what_was_set_aside() {
    let house = House::open();
    for chat in [OWNER, ANN] {
        house.start(chat).await;
    }
    house.paid_by_card(ANN, 30_000).await;
    house.cards.paybacks.lock().unwrap().push(PaybackError::Refused { detail: "too old".to_owned() });
    let action = house.wishes_back("card-1").await;
    assert!(house.session(ANN).await.unwrap().money.reserved > 0);
    house.work().await;
    assert_eq!(house.end_of(action).await, Some(PaybackEnd::Refused { detail: "too old".to_owned() }));
    let wallet = house.session(ANN).await.unwrap().money;
    assert_eq!((house.posted(ANN).await, wallet.reserved), (30_000, 0));
    assert!(house.telegram.said(OWNER).iter().any(|said| said.contains("too old")));
    house.audit().await;
}

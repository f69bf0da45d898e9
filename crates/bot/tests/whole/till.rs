//! Paying as a person does it, and what must hold at the end of every payment: told again and again, it stays what it is.

use sandbox::telegram::{ChatMessage, Checkout, StarTransaction};
use serde_json::json;

use crate::bound::{SOON, until};
use crate::gate::Gate;
use crate::stage::Stage;
use crate::walk::Walker;

/// The smallest amount that has a button, in roubles and, a star being a rouble, in stars.
pub(crate) const STARS: i64 = 100;
/// The same in kopecks.
pub(crate) const TOP_UP: i64 = STARS * 100;

impl Walker {
    /// Asks for an invoice in Stars; nothing is awaited.
    pub(crate) async fn asks_for_invoice(&self) {
        self.asks_for(&STARS.to_string()).await;
    }

    /// The same over an amount that has a button.
    pub(crate) async fn asks_for(&self, roubles: &str) {
        self.say("/balance").await;
        self.press(&self.words.of("button-top-up")).await;
        self.is_told("top-up-text").await;
        self.press(roubles).await;
    }

    /// Waits for the button that leads to the invoice: its address.
    pub(crate) async fn gets_link(&self) -> String {
        let label = self.words.of("button-pay");
        let is_link = |message: &ChatMessage| message.labelled(&label).is_some_and(|button| button.url.is_some());
        let screen = self.sees(is_link).await;
        screen.labelled(&label).and_then(|button| button.url.clone()).expect("it was seen")
    }

    /// An invoice that can be paid.
    pub(crate) async fn invoice(&self) -> String {
        self.asks_for_invoice().await;
        self.gets_link().await
    }

    /// Waits for one of the words with which a payment is acknowledged: by its own update, or by the provider's list if that was quicker.
    pub(crate) async fn is_told_of_payment(&self) {
        let (found, came) = (self.words.of("notice-payment-found"), "came in");
        self.sees(|message| message.text.contains(&found) || message.text.contains(came)).await;
    }

    /// Waits until so many kopecks are available and nothing is set aside.
    pub(crate) async fn has(&self, kopecks: i64) {
        until(&format!("a balance of {kopecks}"), async || (self.balance().await == (kopecks, 0)).then_some(())).await;
    }
}

impl Stage {
    /// The gate between Telegram and the bot.
    pub(crate) fn door(&self) -> &Gate {
        self.door.as_ref().expect("the plan has one")
    }

    /// Somebody pays behind a link; the bot says yes.
    pub(crate) async fn pays(&self, ann: &Walker, link: &str) {
        let checkout = self.telegram.pay_link(ann.id, link, SOON).await.unwrap_or_else(|error| panic!("{error}"));
        assert!(matches!(checkout, Checkout::Paid { .. }), "{checkout:?}");
    }

    /// An invoice that is paid, credited and told of.
    pub(crate) async fn has_paid(&self, ann: &Walker) {
        let link = ann.invoice().await;
        self.pays(ann, &link).await;
        ann.is_told_of_payment().await;
    }

    /// Telegram's key of the only payment.
    pub(crate) fn charge(&self) -> String {
        let paid: Vec<StarTransaction> = self.moved(false);
        assert_eq!(paid.len(), 1, "{paid:?}");
        paid[0].id.clone()
    }

    /// What people paid, or got back.
    pub(crate) fn moved(&self, is_refund: bool) -> Vec<StarTransaction> {
        let all = self.telegram.star_transactions().into_iter();
        all.filter(|moved| moved.user_id.is_some() && moved.is_refund == is_refund).collect()
    }

    /// The bot dies, and lives again until it has asked for Telegram's list.
    pub(crate) async fn reborn(&mut self) {
        let asked = |stage: &Self| {
            stage.telegram_gate.seen().iter().filter(|seen| seen.path.ends_with("/getStarTransactions")).count()
        };
        self.bot.kill9();
        let before = asked(self);
        self.bot.start().await;
        until("the list is asked for", async || (asked(self) > before).then_some(())).await;
    }

    /// The end of a case about Stars. Telegram tells every payment and every return again, under the old number and under a new one, and the
    /// bot reads the list once more: nothing moves. Telegram holds as many Stars as the case says, and the balance is exact; the audit of
    /// [`Stage::close`] holds the books against the list.
    pub(crate) async fn close_with(mut self, ann: &Walker, payments: usize, returns: usize, kopecks: i64) {
        self.telegram.wait_idle(SOON).await.expect("no update waits");
        ann.has(kopecks).await;
        for update in self.telegram.updates() {
            let body = self.telegram.update_body(update.update_id).expect("it is known");
            let message = &body["message"];
            if message.get("successful_payment").or_else(|| message.get("refunded_payment")).is_some() {
                self.telegram.redeliver(update.update_id);
                self.telegram.send_raw_update(json!({"message": message}));
            }
        }
        self.telegram.wait_idle(SOON).await.expect("no update waits");
        self.reborn().await;
        ann.has(kopecks).await;
        assert_eq!((self.moved(false).len(), self.moved(true).len()), (payments, returns), "payments and returns");
        self.close().await;
    }
}

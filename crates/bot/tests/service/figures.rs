//! The figures of the owner's desk over the whole app: periods of the owner's days, and days that are kept once they are over.

use std::time::Duration;

use app::desk::Periods;
use domain::clock::Clock;
use domain::ids::ChatId;
use domain::ledger::{Operation, Posting, Provider};
use domain::money::Money;
use domain::ports::{ChangeSet, Commit, Store};
use jiff::tz::TimeZone;

use crate::house::{ANN, House, WELCOME};

const BOB: ChatId = ChatId(4242);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

impl House {
    async fn brought(&self, chat: ChatId, payment: &str, kopecks: i64) {
        let user = self.session(chat).await.unwrap().person.user;
        let operation = Operation::TopUp {
            user,
            provider: Provider::Bank,
            payment: payment.to_owned(),
            amount: Money::from_kopecks(kopecks),
            native_amount: kopecks,
            native_currency: "RUB".to_owned(),
        };
        let mut change = ChangeSet::new(self.clock.now());
        change.operations.push(Posting::new(operation, &*self.clock, &*self.ids));
        assert_eq!(self.store.commit(&change).await.unwrap(), Commit::Committed);
    }

    async fn periods(&self) -> Periods {
        Periods::of(&*self.store, self.clock.now(), &TimeZone::UTC).await.unwrap()
    }
}

/// One comes and orders, ten days later another one comes and pays: each period has what happened in it, and keeping days changes nothing.
#[tokio::test]
async fn periods_have_what_happened_in_them() {
    let house = House::open();
    house.start(ANN).await;
    let confirm = house.at_confirm(ANN).await;
    house.event(ANN, confirm).await;
    house.work().await;
    house.clock.advance(DAY * 10);
    house.start(BOB).await;
    house.brought(BOB, "b1", 500_00).await;
    let before = house.periods().await;
    let figures = [&before.today, &before.week, &before.month].map(|period| {
        let sum = &period.figures;
        let all = sum.generations().unwrap();
        (sum.new_users, sum.paid_in.kopecks(), sum.given.kopecks(), all.succeeded, period.active, period.funnel.ordered)
    });
    let lately = (1, 500_00, WELCOME, 0, 1, 0);
    assert_eq!(figures, [lately, lately, (2, 500_00, 2 * WELCOME, 1, 2, 1)]);
    assert_eq!((before.month.funnel.came, before.month.funnel.paid), (2, 1));
    let month = before.month.figures.generations().unwrap();
    assert!(month.revenue() > Money::ZERO && month.waits.percentile(50).is_some(), "{month:?}");
    assert_eq!(before.month.figures.top_models(3).len(), 1);
    let mut rounds = Vec::new();
    while rounds.last() != Some(&0) && rounds.len() < 100 {
        rounds.push(house.app.roll_up().await.unwrap());
    }
    // All of 400 days but today, and yesterday only once it is closed.
    let kept: usize = rounds.iter().sum();
    assert!((398..400).contains(&kept) && rounds.iter().all(|round| *round <= 20), "{rounds:?}");
    assert_eq!(house.periods().await, before);
    // Hours of today that are kept, and what came after them.
    house.clock.advance(Duration::from_secs(2 * 60 * 60));
    house.app.roll_up_today().await.unwrap();
    assert_eq!(house.periods().await.month.figures, before.month.figures);
    house.brought(BOB, "b2", 100_00).await;
    let after = house.periods().await;
    assert_eq!(after.month.figures.paid_in.kopecks(), before.month.figures.paid_in.kopecks() + 100_00);
    house.clock.advance(DAY * 40);
    assert_eq!(house.periods().await.month.figures, domain::figures::DayFigures::default());
    house.audit().await;
}

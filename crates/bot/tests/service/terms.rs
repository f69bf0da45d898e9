//! What an owner sets for one model and writes for everybody, over the whole app: it holds at once, for every instance, and is taken back.
//! And models that are tried at the shop's cost: nobody's balance moves, and the books stay sound.

use domain::clock::Clock;
use domain::figures::ModelFigures;
use domain::free::Means;
use domain::generation::{Failure, FailureReason, Generation, StateKind};
use domain::ids::{ChatId, ModelId};
use domain::ledger::{Unit, Wallet};
use domain::money::Money;
use domain::ports::{ChangeSet, Commit, Office, Reports, StaffChange, Store, TaskStatus};
use domain::screen::{Action, DeskAct, DraftAct, GenerationAct, Key, ModelDeed, ModelSetting};
use domain::staff::{AuditEntry, Deed};

use crate::admin::MANAGER;
use crate::house::{ANN, House, METERED, OWNER, PICTURE, WELCOME, pressed, words};

const BEN: ChatId = ChatId(502);
/// A picture is sold for 80 kopecks, and costs us 38.
const PRICE: i64 = 80;

const fn of(model: Key, deed: ModelDeed) -> DeskAct {
    DeskAct::OfModel { model, deed }
}

fn picture(deed: ModelDeed) -> DeskAct {
    of(Key::of(PICTURE), deed)
}

impl House {
    async fn sets(&self, model: &str, setting: ModelSetting, typed: &str) {
        self.at_desk(OWNER, of(Key::of(model), ModelDeed::Setting(setting))).await;
        self.at_desk(OWNER, of(Key::of(model), ModelDeed::Set(setting))).await;
        self.types(OWNER, typed).await;
    }

    /// What an order of a model takes from the balance of somebody who has enough.
    async fn pays_for(&self, chat: ChatId, model: &str) -> i64 {
        let confirm = self.at_confirm_of(chat, model).await;
        let before = self.session(chat).await.unwrap().money.posted;
        self.event(chat, confirm).await;
        self.work().await;
        before - self.session(chat).await.unwrap().money.posted
    }

    async fn wallets(&self, chat: ChatId) -> (Wallet, Wallet) {
        let user = self.session(chat).await.unwrap().person.user;
        let of = async |unit| self.store.wallet(user, unit).await.unwrap();
        (of(Unit::Money).await, of(Unit::Run).await)
    }

    /// Up to the confirm button of a trial; returns its press.
    async fn at_trial(&self, chat: ChatId, model: &str) -> app::event::Event {
        self.at_desk(chat, of(Key::of(model), ModelDeed::Try)).await;
        self.types(chat, "a lighthouse").await;
        let talk: app::conversation::Talk =
            serde_json::from_str(&self.session(chat).await.unwrap().conversation.body).unwrap();
        let draft = talk.draft.unwrap_or_else(|| panic!("no draft: {:?} {:?}", talk.view, talk.notice));
        assert!(draft.trial);
        pressed(Action::Draft { draft: draft.id, revision: draft.revision, act: DraftAct::Confirm })
    }

    async fn tries(&self, chat: ChatId) -> Generation {
        let confirm = self.at_trial(chat, PICTURE).await;
        for _ in 0..2 {
            self.event(chat, confirm.clone()).await;
        }
        self.work().await;
        let made = self.generations(chat).await.remove(0);
        assert!(made.trial && made.funding.means() == Means::Run);
        made
    }

    /// What the reports say of pictures today.
    async fn of_pictures(&self) -> ModelFigures {
        let now = self.clock.now();
        let day = domain::figures::Span { from: now - DAY, until: now + DAY };
        let mut figures = self.store.model_days(&ModelId(PICTURE.to_owned()), &[day]).await.unwrap();
        figures.remove(0)
    }
}

const DAY: std::time::Duration = std::time::Duration::from_secs(24 * 60 * 60);

fn change(entry: &AuditEntry) -> (Deed, &str, Option<&str>, Option<&str>) {
    (entry.deed, entry.subject.as_str(), entry.before.as_deref(), entry.after.as_deref())
}

#[tokio::test]
async fn a_price_of_its_own_holds_for_every_order_after_it_on_every_instance_and_is_rolled_back() {
    let mut house = House::with_a_desk().await;
    assert_eq!(house.pays_for(ANN, PICTURE).await, PRICE);
    let shown = house.at_confirm(ANN).await;
    house.sets(PICTURE, ModelSetting::Price, "2,50").await;
    // Its margin does not matter any more.
    house.sets(PICTURE, ModelSetting::Markup, "10").await;
    let before = house.available(ANN).await;
    house.event(ANN, shown).await;
    house.work().await;
    assert_eq!(house.available(ANN).await, before - PRICE, "what was shown is what is paid");
    assert_eq!(house.pays_for(ANN, PICTURE).await, 2_50);
    let made = house.generations(ANN).await[0].id;
    house.press(ANN, Action::Generation { generation: made, act: GenerationAct::Receipt }).await;
    let receipt = house.telegram.screen(ANN).text.to_plain();
    assert!(receipt.contains("the shop’s price for this model") && !receipt.contains("per dollar"), "{receipt}");
    house.restart();
    house.app.refresh_office().await.unwrap();
    assert_eq!(house.pays_for(ANN, PICTURE).await, 2_50, "another instance knows");
    // Below cost it is asked again, with the cost.
    house.sets(PICTURE, ModelSetting::Price, "0.37").await;
    assert!(house.telegram.screen(OWNER).text.to_plain().contains("below cost"));
    assert_eq!(house.pays_for(ANN, PICTURE).await, 2_50, "not yet");
    house.sets(PICTURE, ModelSetting::Price, "0.37").await;
    house.at_desk(OWNER, DeskAct::Sure).await;
    assert_eq!(house.pays_for(ANN, PICTURE).await, 37);
    let last = house.log().await[0].id;
    house.at_desk(OWNER, DeskAct::Rollback { entry: last }).await;
    house.at_desk(OWNER, DeskAct::Sure).await;
    assert_eq!(house.pays_for(ANN, PICTURE).await, 2_50, "as it was before");
    house.at_desk(OWNER, picture(ModelDeed::Reset(ModelSetting::Price))).await;
    house.at_desk(OWNER, picture(ModelDeed::Reset(ModelSetting::Markup))).await;
    assert_eq!(house.pays_for(ANN, PICTURE).await, PRICE);
    let log = house.log().await;
    let wanted = [
        (Deed::Set, "model:z-image", Some("\"10\""), None),
        (Deed::Set, "price:z-image", Some("250"), None),
        (Deed::Set, "price:z-image", Some("37"), Some("250")),
        (Deed::Set, "price:z-image", Some("250"), Some("37")),
        (Deed::Set, "model:z-image", None, Some("\"10\"")),
        (Deed::Set, "price:z-image", None, Some("250")),
    ];
    assert_eq!(log.iter().map(change).collect::<Vec<_>>(), wanted);
    house.audit().await;
}

/// Four credits at most; KIE took one.
#[tokio::test]
async fn where_the_cost_is_known_afterwards_the_price_is_the_least_that_is_paid() {
    let house = House::with_a_desk().await;
    house.kie.takes("1");
    let by_use = house.pays_for(ANN, METERED).await;
    house.sets(METERED, ModelSetting::Price, "2").await;
    assert_eq!((by_use, house.pays_for(ANN, METERED).await), (1_00, 2_00));
    house.kie.takes("3");
    assert_eq!(house.pays_for(ANN, METERED).await, 2_90, "more than the least");
    house.audit().await;
}

#[tokio::test]
async fn free_ones_are_given_and_taken_away_at_the_desk() {
    let house = House::with_a_desk().await;
    house.sets(PICTURE, ModelSetting::Free, "2 1").await;
    assert_eq!(house.pays_for(ANN, PICTURE).await, 0, "one an hour");
    assert_eq!(house.generations(ANN).await[0].funding.means(), Means::Free);
    assert_eq!(house.pays_for(ANN, PICTURE).await, PRICE);
    house.audit().await;
    // What the files give, the desk takes away and gives back.
    let house = House::fair();
    for chat in [OWNER, ANN] {
        house.start(chat).await;
    }
    let orders = async || {
        let confirm = house.at_confirm(ANN).await;
        house.event(ANN, confirm).await;
        house.work().await;
        house.generations(ANN).await.len()
    };
    house.at_desk(OWNER, picture(ModelDeed::NeverFree)).await;
    assert_eq!(orders().await, 0, "nothing is on the balance, and nothing is free");
    house.at_desk(OWNER, picture(ModelDeed::Reset(ModelSetting::Free))).await;
    assert_eq!(orders().await, 1);
    house.audit().await;
}

#[tokio::test]
async fn a_trial_costs_nobodys_balance_and_works_while_nothing_is_sold() {
    let house = House::with_a_desk().await;
    house.kie.takes("0.8");
    let (before, figures) = (house.wallets(MANAGER).await, house.of_pictures().await);
    house.at_desk(MANAGER, DeskAct::Sell { model: Key::of(PICTURE), on: false }).await;
    house.at_desk(MANAGER, DeskAct::Selling { on: false }).await;
    house.at_desk(MANAGER, DeskAct::Sure).await;
    let made = house.tries(MANAGER).await;
    assert_eq!(made.state.kind(), StateKind::Delivered);
    assert_eq!(house.wallets(MANAGER).await, before, "neither money nor runs");
    assert_eq!(house.generations(MANAGER).await.len(), 1, "however often it is pressed");
    let log = house.log().await;
    assert_eq!((log[0].by.chat, log[0].deed, log[0].subject.as_str()), (MANAGER, Deed::TryModel, PICTURE));
    assert_eq!(log[0].after.as_deref(), Some(made.id.to_string().as_str()));
    // The shop's own expense: cost without revenue, and nothing for the drift of what is sold.
    let now = house.of_pictures().await;
    assert_eq!((now.succeeded, now.captured), (figures.succeeded + 1, figures.captured));
    assert_eq!(now.cost, figures.cost.checked_add(Money::from_kopecks(38)).unwrap());
    let drifts = house.store.drifts_of(&ModelId(PICTURE.to_owned()), house.clock.now() - DAY).await.unwrap();
    assert_eq!(drifts, [], "the first picture did not say what it took");
    // It bears its name wherever it is told of, and can't be refunded.
    house.press(MANAGER, Action::Generation { generation: made.id, act: GenerationAct::Receipt }).await;
    let receipt = house.telegram.screen(MANAGER).text.to_plain();
    assert!(receipt.contains("(trial)") && receipt.contains("at the shop’s cost"), "{receipt}");
    house.at_desk(OWNER, DeskAct::Refund { generation: made.id }).await;
    house.types(OWNER, "by mistake").await;
    assert!(house.telegram.screen(OWNER).text.to_plain().contains(&words("desk-was-free")));
    house.audit().await;
}

#[tokio::test]
async fn a_trial_that_comes_to_nothing_leaves_nothing() {
    let house = House::with_a_desk().await;
    let before = house.wallets(OWNER).await;
    house.kie.answers(TaskStatus::Failed(Failure { reason: FailureReason::ProviderFailed, detail: None }));
    assert_eq!(house.tries(OWNER).await.state.kind(), StateKind::Failed);
    assert_eq!(house.wallets(OWNER).await, before);
    let confirm = house.at_trial(OWNER, PICTURE).await;
    house.event(OWNER, confirm).await;
    let queued = house.generations(OWNER).await[0].id;
    assert_eq!(house.wallets(OWNER).await.1, Wallet { posted: before.1.posted + 1, reserved: 1 }, "given and held");
    house.press(OWNER, Action::Generation { generation: queued, act: GenerationAct::Cancel }).await;
    house.work().await;
    assert_eq!(house.wallets(OWNER).await, before);
    house.audit().await;
}

/// Who was a manager at the first press, and is none at the last: this instance does not know yet, the commit does.
#[tokio::test]
async fn who_is_dismissed_tries_nothing_more() {
    let house = House::with_a_desk().await;
    let confirm = house.at_trial(MANAGER, PICTURE).await;
    let mut change = ChangeSet::new(house.clock.now());
    change.staff.push(StaffChange::Dismiss(MANAGER));
    assert_eq!(house.store.commit(&change).await.unwrap(), Commit::Committed);
    let before = house.wallets(MANAGER).await;
    house.event(MANAGER, confirm).await;
    house.work().await;
    assert_eq!((house.generations(MANAGER).await.len(), house.wallets(MANAGER).await), (0, before));
    assert_eq!(house.log().await, []);
    house.audit().await;
}

#[tokio::test]
async fn the_owners_texts_are_read_at_once_in_their_language_and_the_files_come_back() {
    let house = House::with_a_desk().await;
    let write = async |name: &str, typed: &str| {
        house.at_desk(OWNER, DeskAct::Texts).await;
        house.at_desk(OWNER, DeskAct::Setting { name: Key::of(name) }).await;
        house.at_desk(OWNER, DeskAct::Set { name: Key::of(name) }).await;
        house.types(OWNER, typed).await;
        house.telegram.screen(OWNER).text.to_plain()
    };
    let preview = write("text:greeting:en", "<b>Ahoy, {name}!</b> You have {balance}.").await;
    assert!(preview.contains("Ahoy, User 1!"), "{preview}");
    assert_eq!(house.store.settings().await.unwrap(), [], "not before it was seen");
    house.at_desk(OWNER, DeskAct::Sure).await;
    write("text:greeting:ru", "Nobody reads this here").await;
    house.at_desk(OWNER, DeskAct::Sure).await;
    house.start(BEN).await;
    let greeted = house.telegram.screen(BEN).text.to_plain();
    assert!(greeted.contains(&format!("Ahoy, User {BEN}! You have {}\u{a0}₽.", WELCOME / 100)), "{greeted}");
    assert!(write("text:terms:en", "{name} agrees").await.contains("stands for nothing here"));
    house.at_desk(OWNER, DeskAct::Reset { name: Key::of("text:greeting:en") }).await;
    let third = ChatId(503);
    house.start(third).await;
    let greeted = house.telegram.screen(third).text.to_plain();
    assert!(!greeted.contains("Ahoy") && greeted.contains("User 503"), "{greeted}");
    // A setting that the desk can't see is no setting: support and managers are refused, as with every other.
    let said = house.at_desk(MANAGER, DeskAct::Texts).await;
    assert!(said.contains(&words("desk-not-yours")), "{said}");
}

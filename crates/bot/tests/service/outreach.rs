//! Broadcasts, promo codes and campaigns at the desk, from the owner's first tap to what users get.

use std::time::Duration;

use app::conversation::Talk;
use app::event::Event;
use domain::broadcast::{Broadcast, BroadcastState, Segment};
use domain::ids::{BroadcastId, ChatId};
use domain::ledger::Unit;
use domain::ports::{AuditLogQuery, JobKind, Office, Outreach};
use domain::screen::{Action, BroadcastAct, DeskAct, Preference, PromoAct};
use domain::staff::Deed;

use crate::house::{ANN, House, OWNER, PARTNER, words};
use crate::telegram::Sent;

const BEN: ChatId = ChatId(502);

impl House {
    /// A second after the one before it, so that the audit log has their order.
    async fn act(&self, act: BroadcastAct) {
        self.clock.advance(Duration::from_secs(1));
        self.press(OWNER, Action::Desk(DeskAct::Broadcast(act))).await;
    }

    async fn promo(&self, act: PromoAct) {
        self.press(OWNER, Action::Desk(DeskAct::Promo(act))).await;
    }

    async fn written(&self, text: &str) -> BroadcastId {
        self.act(BroadcastAct::Write).await;
        self.say(OWNER, text).await;
        self.broadcast().await.id
    }

    /// The last one that was written.
    async fn broadcast(&self) -> Broadcast {
        self.store.broadcasts(0, 1).await.unwrap().pop().expect("one was written")
    }

    async fn deeds(&self) -> Vec<Deed> {
        let query = AuditLogQuery { limit: 100, ..AuditLogQuery::default() };
        self.store.audit_log(query).await.unwrap().into_iter().rev().map(|entry| entry.deed).collect()
    }

    fn shown(&self) -> String {
        self.telegram.said(OWNER).pop().expect("a screen")
    }

    fn got(&self, chat: ChatId, text: &str) -> usize {
        self.telegram.said(chat).iter().filter(|said| *said == text).count()
    }
}

/// Two owners, and two users of whom one wants no news.
async fn house() -> House {
    peopled(House::open()).await
}

async fn peopled(house: House) -> House {
    for chat in [OWNER, PARTNER, ANN, BEN] {
        house.start(chat).await;
    }
    house.press(BEN, Action::Prefer { preference: Preference::News, on: false }).await;
    house
}

#[tokio::test]
async fn a_broadcast_is_written_looked_at_and_sent_after_a_second_yes() {
    let house = house().await;
    let id = house.written("  Spring is here  ").await;
    let draft = house.broadcast().await;
    assert_eq!((draft.state, draft.segment, draft.audience), (BroadcastState::Draft, Segment::Everybody, 3));
    assert!(house.shown().contains("Spring is here") && house.shown().contains(": 3"), "{}", house.shown());

    house.act(BroadcastAct::Preview { id }).await;
    house.work().await;
    assert_eq!((house.got(OWNER, "Spring is here"), house.got(ANN, "Spring is here")), (1, 0));

    house.act(BroadcastAct::Start { id }).await;
    assert!(house.shown().contains(&words("broadcast-sure-start")), "{}", house.shown());
    house.work().await;
    assert_eq!(house.got(ANN, "Spring is here"), 0, "the first tap is none");
    house.act(BroadcastAct::Yes).await;
    assert_eq!(house.broadcast().await.state, BroadcastState::Sending);
    // The same tap again is about a screen that is gone.
    house.act(BroadcastAct::Yes).await;
    house.work().await;
    let done = house.broadcast().await;
    assert_eq!((done.state, done.figures.sent, done.figures.settled()), (BroadcastState::Done, 3, 3));
    assert_eq!((house.got(ANN, "Spring is here"), house.got(BEN, "Spring is here")), (1, 0));
    house.act(BroadcastAct::Open { id }).await;
    assert!(house.shown().contains("3 of 3"), "{}", house.shown());
    house.act(BroadcastAct::List { page: 0 }).await;
    assert!(house.shown().contains("✅ 3"), "{}", house.shown());
    assert_eq!(house.deeds().await, [Deed::StartBroadcast]);
}

/// A whole round takes longer than half of such a claim: it goes out in small ones.
#[tokio::test]
async fn a_short_lease_sends_all_the_same() {
    let house = peopled(House::open_with(|settings| settings.lease = Duration::from_secs(2))).await;
    let id = house.written("Spring is here").await;
    house.act(BroadcastAct::Start { id }).await;
    house.act(BroadcastAct::Yes).await;
    house.work().await;
    let done = house.broadcast().await;
    assert_eq!((done.state, done.figures.sent, done.figures.settled()), (BroadcastState::Done, 3, 3));
}

#[tokio::test]
async fn a_picture_goes_with_its_words_and_who_blocked_the_bot_is_gone() {
    let house = house().await;
    house.act(BroadcastAct::Write).await;
    house.send_photo(OWNER, 7, Some("Look")).await;
    let id = house.broadcast().await.id;
    house.telegram.blocks(ANN, true);
    house.act(BroadcastAct::Start { id }).await;
    house.act(BroadcastAct::Yes).await;
    house.work().await;
    let figures = house.broadcast().await.figures;
    assert_eq!((figures.sent, figures.blocked), (2, 1));
    assert!(house.session(ANN).await.unwrap().person.gone);
    let pictures: Vec<_> = house
        .telegram
        .sent()
        .into_iter()
        .filter_map(|sent| match sent {
            Sent::Delivered { chat, item } => Some((chat, item.caption.to_plain(), item.media.len())),
            _ => None,
        })
        .collect();
    assert_eq!(pictures.len(), 2);
    assert!(pictures.contains(&(PARTNER, "Look".to_owned(), 1)), "{pictures:?}");
}

#[tokio::test]
async fn a_segment_is_chosen_with_its_count() {
    let house = house().await;
    let id = house.written("hello").await;
    house.act(BroadcastAct::Aim { id, segment: Segment::Paid }).await;
    let draft = house.broadcast().await;
    assert_eq!((draft.segment, draft.audience), (Segment::Paid, 0));
    house.act(BroadcastAct::Start { id }).await;
    house.act(BroadcastAct::Yes).await;
    house.work().await;
    let done = house.broadcast().await;
    assert_eq!((done.state, done.figures.taken), (BroadcastState::Done, 0));
    house.act(BroadcastAct::Aim { id, segment: Segment::Everybody }).await;
    assert_eq!(house.broadcast().await.segment, Segment::Paid, "it is over");
}

#[tokio::test]
async fn a_paused_broadcast_stands_still_and_one_is_sent_at_a_time() {
    let house = house().await;
    let first = house.written("first").await;
    let second = house.written("second").await;
    let begin = async |id| {
        house.act(BroadcastAct::Start { id }).await;
        house.act(BroadcastAct::Yes).await;
    };
    begin(first).await;
    begin(second).await;
    assert!(house.shown().contains(&words("broadcast-other")), "{}", house.shown());
    house.act(BroadcastAct::Pause { id: first }).await;
    begin(second).await;
    house.work().await;
    assert_eq!((house.got(ANN, "first"), house.got(ANN, "second")), (0, 1));
    assert_eq!(house.store.next_due(&[JobKind::Broadcast]).unwrap(), None);
    house.act(BroadcastAct::Resume { id: first }).await;
    house.act(BroadcastAct::Cancel { id: first }).await;
    house.act(BroadcastAct::Yes).await;
    house.act(BroadcastAct::Resume { id: first }).await;
    house.work().await;
    assert_eq!(house.got(ANN, "first"), 0);
    let first = house.store.broadcast(first).await.unwrap().unwrap();
    assert_eq!((first.state, first.figures.taken), (BroadcastState::Cancelled, 0));
    let deeds = [
        Deed::StartBroadcast,
        Deed::PauseBroadcast,
        Deed::StartBroadcast,
        Deed::ResumeBroadcast,
        Deed::CancelBroadcast,
    ];
    assert_eq!(house.deeds().await, deeds);
}

#[tokio::test]
async fn a_user_makes_nothing_at_the_desk() {
    let house = house().await;
    for act in [DeskAct::Broadcast(BroadcastAct::Write), DeskAct::Promo(PromoAct::Launch)] {
        house.press(ANN, Action::Desk(act)).await;
        house.say(ANN, "free-money").await;
    }
    assert!(house.store.broadcasts(0, 9).await.unwrap().is_empty());
    assert!(house.store.campaigns(0, 9).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_promo_code_is_made_step_by_step_and_works() {
    let house = house().await;
    house.promo(PromoAct::Codes { page: 0 }).await;
    house.promo(PromoAct::Make).await;
    house.say(OWNER, "spring").await;
    house.promo(PromoAct::Gift { unit: Unit::Run }).await;
    house.promo(PromoAct::Pick { number: 3 }).await;
    house.say(OWNER, "100").await;
    house.promo(PromoAct::Pick { number: 1 }).await;
    house.promo(PromoAct::Pick { number: 30 }).await;
    assert!(house.store.promos(0, 9).await.unwrap().is_empty(), "not before the yes");
    house.promo(PromoAct::Yes).await;
    assert!(house.shown().contains("SPRING"), "{}", house.shown());
    house.event(ANN, Event::Command { name: "promo".to_owned(), arguments: "spring".to_owned() }).await;
    assert_eq!(house.session(ANN).await.unwrap().runs.posted, 3);
    let made = house.store.promos(0, 9).await.unwrap().remove(0);
    let life = made.promo.expires_at.unwrap().since(made.promo.created_at);
    assert_eq!((made.used, made.promo.total_max, made.promo.per_user_max), (1, 100, 1));
    assert_eq!(life.as_secs(), 30 * 24 * 60 * 60);
    assert_eq!(house.deeds().await, [Deed::MakePromo]);

    house.promo(PromoAct::Make).await;
    house.say(OWNER, "Spring").await;
    house.promo(PromoAct::Gift { unit: Unit::Money }).await;
    for number in [50, 10, 1, 0] {
        house.promo(PromoAct::Pick { number }).await;
    }
    house.promo(PromoAct::Yes).await;
    assert!(house.shown().contains(&words("promo-taken")), "{}", house.shown());
    assert_eq!(house.store.promos(0, 9).await.unwrap().len(), 1);
    house.audit().await;
}

#[tokio::test]
async fn a_campaign_counts_those_whom_its_link_brought() {
    let house = house().await;
    house.promo(PromoAct::Launch).await;
    house.say(OWNER, "C_Blog-May a review").await;
    assert!(house.shown().contains("https://t.me/house_bot?start=c_blog-may"), "{}", house.shown());
    let newcomer = ChatId(600);
    house.event(newcomer, Event::Command { name: "start".to_owned(), arguments: "c_blog-may".to_owned() }).await;
    let confirm = house.at_confirm(newcomer).await;
    house.event(newcomer, confirm).await;
    house.promo(PromoAct::Campaigns { page: 0 }).await;
    assert!(house.shown().contains("Came: 1, ordered: 1, paid: 0"), "{}", house.shown());
    house.promo(PromoAct::Launch).await;
    house.say(OWNER, "blog-may").await;
    assert!(house.shown().contains(&words("campaign-taken")), "{}", house.shown());
    house.promo(PromoAct::Launch).await;
    house.say(OWNER, "no/name").await;
    assert!(house.shown().contains(&words("campaign-bad-name")), "{}", house.shown());
    assert_eq!(house.deeds().await, [Deed::MakeCampaign]);
    let talk: Talk = serde_json::from_str(&house.session(OWNER).await.unwrap().conversation.body).unwrap();
    assert!(talk.trail.len() < 6, "{talk:?}");
}

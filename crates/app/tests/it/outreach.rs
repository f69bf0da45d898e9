//! Broadcasts, promo codes and campaigns at the desk as staff read them, and what each message there becomes.

use app::conversation::{BroadcastView, DeskView, Effect, PromoDraft, PromoView, View};
use app::desk::{BroadcastWork, PromoWork, Work};
use app::event::{Event, FileKind};
use domain::broadcast::{Broadcast, BroadcastState, CAPTION_LENGTH_MAX, Content, Figures, Segment};
use domain::campaign::{Campaign, CampaignFigures};
use domain::ids::BroadcastId;
use domain::ledger::{Amount, Unit};
use domain::money::Money;
use domain::ports::{PromoFigures, TelegramFile};
use domain::promo::PromoCode;
use domain::screen::{Action, BroadcastAct, DeskAct, PromoAct};

use crate::snapshots::{Case, Group, case, check};
use crate::world::*;

pub(crate) const GROUPS: [Group; 2] = [("broadcasts", broadcasts), ("promos", promos)];

#[test]
fn everything_about_reaching_many() {
    for (group, cases) in GROUPS {
        check(group, cases());
    }
}

const ID: BroadcastId = BroadcastId::from_bytes([9; 16]);

fn broadcast(state: BroadcastState, figures: Figures) -> Broadcast {
    let content = Content::new("Spring is here.\nThree new models: <b>try</b> them.", None).unwrap();
    Broadcast { state, figures, segment: Segment::Active, ..Broadcast::draft(ID, content, 1_234, NOON) }
}

fn broadcasts() -> Vec<Case> {
    let shown = |name: &str, view: BroadcastView, rows: Vec<Broadcast>| {
        case(name, |world| {
            world.role = Some(domain::staff::Role::Owner);
            world.talk.view = View::Desk(DeskView::Broadcast(view));
            world.facts.desk.outreach.broadcast = rows.first().cloned();
            world.facts.desk.outreach.broadcasts = rows;
        })
    };
    let draft = || broadcast(BroadcastState::Draft, Figures::default());
    let figures = Figures { taken: 620, sent: 580, blocked: 30, failed: 2, unknown: 1 };
    let with_photo = Broadcast {
        content: Content::new("Look", Some("file".to_owned())).unwrap(),
        ..broadcast(BroadcastState::Done, figures)
    };
    let card = |name, row| shown(name, BroadcastView::Card(ID), vec![row]);
    vec![
        shown("list_of_none", BroadcastView::List { page: 0 }, Vec::new()),
        shown("list", BroadcastView::List { page: 0 }, vec![draft(), with_photo.clone()]),
        shown("write", BroadcastView::Write, Vec::new()),
        card("draft", draft()),
        shown("sure_start", BroadcastView::SureStart(ID), vec![draft()]),
        card("sending", broadcast(BroadcastState::Sending, figures)),
        card("paused", broadcast(BroadcastState::Paused, figures)),
        shown("sure_cancel", BroadcastView::SureCancel(ID), vec![broadcast(BroadcastState::Paused, figures)]),
        card("done", with_photo),
        shown("gone", BroadcastView::Card(ID), Vec::new()),
    ]
}

fn promos() -> Vec<Case> {
    let shown = |name: &str, view: PromoView| {
        case(name, |world| {
            world.role = Some(domain::staff::Role::Owner);
            world.talk.view = View::Desk(DeskView::Promo(view));
            world.facts.desk.outreach.codes =
                vec![code("SPRING", Some(60)), code("OLD", Some(-60)), code("EVER", None)];
            let figures = |name: &str, note: Option<&str>| CampaignFigures {
                campaign: Campaign { name: name.to_owned(), note: note.map(str::to_owned), created_at: NOON },
                came: 120,
                ordered: 40,
                paid: 7,
                income: Money::from_kopecks(1_234_50),
            };
            world.facts.desk.outreach.campaigns = vec![figures("blog", Some("a review")), figures("ads", None)];
            world.facts.desk.outreach.bot = Some("house_bot".to_owned());
        })
    };
    let empty = PromoDraft::default;
    let named = || PromoDraft { code: Some("SPRING".to_owned()), ..empty() };
    let money = || PromoDraft { unit: Some(Unit::Money), ..named() };
    let gift = || PromoDraft { value: Some(50_00), ..money() };
    let total = || PromoDraft { total: Some(100), ..gift() };
    let each = || PromoDraft { per_user: Some(1), ..total() };
    let make = |name, draft| shown(name, PromoView::Make(draft));
    vec![
        shown("codes", PromoView::Codes { page: 0 }),
        make("make_code", empty()),
        make("make_unit", named()),
        make("make_roubles", money()),
        make("make_runs", PromoDraft { unit: Some(Unit::Run), ..named() }),
        make("make_total", gift()),
        make("make_each", total()),
        make("make_days", each()),
        make("make_sure", PromoDraft { days: Some(30), ..each() }),
        shown("campaigns", PromoView::Campaigns { page: 0 }),
        shown("launch", PromoView::Launch),
    ]
}

fn code(code: &str, expires_in: Option<i64>) -> PromoFigures {
    let expires_at =
        expires_in.map(|seconds| domain::clock::Timestamp::from_micros(NOON.as_micros() + seconds * 1_000_000));
    let gift = Amount::runs(3);
    let promo = PromoCode { code: code.to_owned(), gift, total_max: 10, per_user_max: 1, expires_at, created_at: NOON };
    PromoFigures { promo, used: 4 }
}

fn owner(act: DeskAct) -> World {
    let mut world = World::new();
    world.role = Some(domain::staff::Role::Owner);
    world.press(Action::Desk(act));
    world
}

fn sent(kind: FileKind, caption: &str) -> Event {
    let file = TelegramFile {
        file_id: "file".to_owned(),
        unique_id: "file".to_owned(),
        size: None,
        mime: None,
        width: None,
        height: None,
        duration_s: None,
        file_name: None,
    };
    Event::File { kind, file, caption: Some(caption.to_owned()), album: None, message: 1 }
}

fn composed(effect: Option<Effect>) -> Option<Content> {
    match effect {
        Some(Effect::Desk(work)) => match *work {
            Work::Broadcast(BroadcastWork::Compose { content, .. }) => Some(content),
            _ => None,
        },
        _ => None,
    }
}

#[test]
fn a_text_or_a_photo_becomes_a_draft_and_nothing_else_does() {
    let mut world = owner(DeskAct::Broadcast(BroadcastAct::Write));
    assert_eq!(composed(world.live(&sent(FileKind::Video, "look")).effect), None);
    assert_eq!(world.notice(), "broadcast-only-photo");
    let long = "a".repeat(CAPTION_LENGTH_MAX + 1);
    assert_eq!(composed(world.live(&sent(FileKind::Photo, &long)).effect), None);
    assert_eq!(world.notice(), "desk-too-long");
    assert_eq!(composed(world.say(" ").effect), None);
    assert_eq!(world.notice(), "broadcast-empty");
    let content = composed(world.live(&sent(FileKind::Photo, "look")).effect).expect("a draft");
    assert_eq!((content.text.as_str(), content.photo.as_deref()), ("look", Some("file")));
    let mut world = owner(DeskAct::Broadcast(BroadcastAct::Write));
    let content = composed(world.say("news").effect).expect("a draft");
    assert_eq!((content.text.as_str(), content.photo), ("news", None));
    assert!(matches!(world.talk.view, View::Desk(DeskView::Broadcast(BroadcastView::Card(_)))));
}

#[test]
fn a_yes_is_about_the_screen_that_asks() {
    let mut world = owner(DeskAct::Broadcast(BroadcastAct::Open { id: ID }));
    assert_eq!(world.press(Action::Desk(DeskAct::Broadcast(BroadcastAct::Yes))).effect, None);
    assert_eq!(world.notice(), "notice-stale");
    let mut world = owner(DeskAct::Promo(PromoAct::Make));
    for act in [PromoAct::Yes, PromoAct::Pick { number: 5 }, PromoAct::Gift { unit: Unit::Run }] {
        assert_eq!(world.press(Action::Desk(DeskAct::Promo(act))).effect, None);
        assert_eq!(world.notice(), "notice-stale", "{act:?}: the code is asked for first");
    }
}

#[test]
fn a_campaign_is_named_with_a_note_or_without() {
    let launched = |text: &str| {
        let mut world = owner(DeskAct::Promo(PromoAct::Launch));
        match world.say(text).effect {
            Some(Effect::Desk(work)) => match *work {
                Work::Promo(PromoWork::Launch { name, note }) => Some((name, note)),
                other => panic!("{other:?}"),
            },
            _ => None,
        }
    };
    assert_eq!(launched("Blog"), Some(("blog".to_owned(), None)));
    assert_eq!(launched("c_blog\na  review "), Some(("blog".to_owned(), Some("a  review".to_owned()))));
    assert_eq!(launched("b/log"), None);
}

//! The data of buttons: every action, every length, nothing of strangers.

use super::*;
use domain::broadcast::Segment;
use domain::ids::{ActionId, BroadcastId, ChatId, EventId};
use domain::ledger::Unit;
use domain::ports::EventLevel;
use domain::screen::{
    BroadcastAct, DeskAct, ModelDeed, ModelSetting, Period, PersonDeed, PersonTab, PromoAct, WatchAct,
};
use domain::staff::Role;
use proptest::prelude::*;

/// Telegram's limit: <https://core.telegram.org/bots/api#inlinekeyboardbutton>.
const BYTES_MAX: usize = 64;

/// Every variant with these values. The matches name each one a second time: a new variant does not compile until it stands in a list.
fn all(id: GenerationId, first: Key, second: Key, number: u16) -> Vec<Action> {
    let draft_acts = [
        DraftAct::Page { input: first, page: number },
        DraftAct::AddItem { input: first },
        DraftAct::EditItem { input: first, index: number },
        DraftAct::RemoveItem { input: first, index: number },
        DraftAct::Choose { input: first, choice: second },
        DraftAct::Edit { input: first },
        DraftAct::Done { input: first },
        DraftAct::Clear { input: first },
        DraftAct::Options,
        DraftAct::Review,
        DraftAct::Back,
        DraftAct::Confirm,
        DraftAct::Discard,
    ];
    let place = |act: &DraftAct| match act {
        DraftAct::Page { .. } => 0,
        DraftAct::AddItem { .. } => 1,
        DraftAct::EditItem { .. } => 2,
        DraftAct::RemoveItem { .. } => 3,
        DraftAct::Choose { .. } => 4,
        DraftAct::Edit { .. } => 5,
        DraftAct::Done { .. } => 6,
        DraftAct::Clear { .. } => 7,
        DraftAct::Options => 8,
        DraftAct::Review => 9,
        DraftAct::Back => 10,
        DraftAct::Confirm => 11,
        DraftAct::Discard => 12,
    };
    assert!(draft_acts.iter().map(place).eq(0..13));
    let place = |act: &GenerationAct| match act {
        GenerationAct::Cancel => 0,
        GenerationAct::Refresh => 1,
        GenerationAct::Show => 2,
        GenerationAct::Resend => 3,
        GenerationAct::Again => 4,
        GenerationAct::Reword => 5,
        GenerationAct::Vary => 6,
        GenerationAct::Receipt => 7,
    };
    assert!(GENERATION_ACTS.iter().map(place).eq(0..8));
    let mut actions = vec![
        Action::Menu,
        Action::Back,
        Action::Section { section: first, page: number },
        Action::SectionVendor { section: first, vendor: second, page: number },
        Action::Vendors { page: number },
        Action::Vendor { vendor: first, page: number },
        Action::Search,
        Action::Found { page: number },
        Action::Offer,
        Action::Offered { section: first, page: number },
        Action::Model { model: first },
        Action::Create { model: first },
        Action::Favourite { model: first, on: true },
        Action::Favourite { model: first, on: false },
        Action::Use { generation: id, section: first },
        Action::Balance,
        Action::Promo,
        Action::Friends,
        Action::Statement { page: number },
        Action::Help,
        Action::Settings,
        Action::TopUp,
        Action::Terms,
        Action::Privacy,
        Action::Support,
        Action::Forget,
        Action::ForgetForGood,
        Action::Reply { user: UserId::from_bytes(*id.as_bytes()) },
        Action::SellAgain { model: first },
        Action::AcceptRate { date: "2026-11-29".to_owned() },
        Action::TopUpAmount { kopecks: first.0 },
    ];
    let (invoice, kopecks) = (InvoiceId::from_bytes(*id.as_bytes()), first.0);
    actions.extend(Provider::ALL.map(|provider| Action::Pay { provider, kopecks }));
    actions.extend(InvoiceAct::ALL.map(|act| Action::Invoice { invoice, act }));
    actions.extend(ClaimAct::ALL.map(|act| Action::Claim { invoice, act }));
    actions.extend(Shelf::ALL.map(|shelf| Action::Shelf { shelf, page: number }));
    actions.extend(HistoryFilter::ALL.map(|filter| Action::History { filter, page: number }));
    for on in [true, false] {
        actions.extend(Preference::ALL.map(|preference| Action::Prefer { preference, on }));
    }
    actions.extend(Language::ALL.map(Action::Language));
    actions.extend(draft_acts.map(|act| Action::Draft { draft: id, revision: number, act }));
    actions.extend(GENERATION_ACTS.map(|act| Action::Generation { generation: id, act }));
    actions.extend(desk(id, first, number).into_iter().map(Action::Desk));
    let place = |action: &Action| match action {
        Action::Menu => 0,
        Action::Back => 1,
        Action::Section { .. } => 2,
        Action::SectionVendor { .. } => 3,
        Action::Vendors { .. } => 4,
        Action::Vendor { .. } => 5,
        Action::Search => 6,
        Action::Found { .. } => 7,
        Action::Offer => 8,
        Action::Offered { .. } => 9,
        Action::Model { .. } => 10,
        Action::Create { .. } => 11,
        Action::Favourite { .. } => 12,
        Action::Use { .. } => 13,
        Action::Balance => 14,
        Action::Promo => 15,
        Action::Friends => 16,
        Action::Statement { .. } => 17,
        Action::Help => 18,
        Action::Settings => 19,
        Action::TopUp => 20,
        Action::Terms => 21,
        Action::Privacy => 22,
        Action::Support => 23,
        Action::Forget => 24,
        Action::ForgetForGood => 25,
        Action::Reply { .. } => 26,
        Action::SellAgain { .. } => 27,
        Action::AcceptRate { .. } => 28,
        Action::TopUpAmount { .. } => 29,
        Action::Pay { .. } => 30,
        Action::Invoice { .. } => 31,
        Action::Claim { .. } => 32,
        Action::Shelf { .. } => 33,
        Action::History { .. } => 34,
        Action::Prefer { .. } => 35,
        Action::Language(_) => 36,
        Action::Draft { .. } => 37,
        Action::Generation { .. } => 38,
        Action::Desk(_) => 39,
    };
    let mut places: Vec<usize> = actions.iter().map(place).collect();
    places.dedup();
    assert!(places.into_iter().eq(0..40));
    actions
}

/// The same of what can be done at the desk.
fn desk(id: GenerationId, key: Key, number: u16) -> Vec<DeskAct> {
    let user = UserId::from_bytes(*id.as_bytes());
    let action = ActionId::from_bytes(*id.as_bytes());
    let chat = ChatId(i64::from(key.0));
    let mut acts = vec![
        DeskAct::Home,
        DeskAct::FindPeople,
        DeskAct::People { page: number },
        DeskAct::Generation { generation: id },
        DeskAct::Refund { generation: id },
        DeskAct::PayBack { user, payment: key },
        DeskAct::Sure,
        DeskAct::Waiting,
        DeskAct::Models { page: number },
        DeskAct::Model { model: key },
        DeskAct::OfModel { model: key, deed: ModelDeed::NeverFree },
        DeskAct::OfModel { model: key, deed: ModelDeed::Try },
        DeskAct::Texts,
        DeskAct::Settings,
        DeskAct::Setting { name: key },
        DeskAct::Set { name: key },
        DeskAct::Reset { name: key },
        DeskAct::Rollback { entry: action },
        DeskAct::Staff,
        DeskAct::Appoint,
        DeskAct::Dismiss { chat },
        DeskAct::AuditLog { page: number },
        DeskAct::Health,
        DeskAct::Watch(WatchAct::Alerts),
        DeskAct::Watch(WatchAct::Mute { alert: key }),
        DeskAct::Watch(WatchAct::Unmute { alert: key }),
        DeskAct::Watch(WatchAct::Events { page: number }),
        DeskAct::Watch(WatchAct::AllEvents),
        DeskAct::Watch(WatchAct::Event { event: EventId::from_bytes(*id.as_bytes()) }),
        DeskAct::Watch(WatchAct::ExportEvents),
        DeskAct::Watch(WatchAct::CleanEvents),
        DeskAct::Watch(WatchAct::EndPause),
    ];
    for on in [true, false] {
        acts.extend([
            DeskAct::Decide { approval: action, granted: on },
            DeskAct::Sell { model: key, on },
            DeskAct::Selling { on },
            DeskAct::Switch { name: key, on },
        ]);
    }
    acts.extend(EventLevel::ALL.map(|level| DeskAct::Watch(WatchAct::EventsFrom { level })));
    for wrap in [ModelDeed::Setting, ModelDeed::Set, ModelDeed::Reset] {
        acts.extend(ModelSetting::ALL.map(|setting| DeskAct::OfModel { model: key, deed: wrap(setting) }));
    }
    acts.extend(Period::ALL.map(|period| DeskAct::Statistics { period }));
    acts.extend(Period::ALL.map(|period| DeskAct::Chart { period }));
    acts.extend(Period::ALL.map(|period| DeskAct::Export { period }));
    acts.extend(PersonTab::ALL.map(|tab| DeskAct::Person { user, tab, page: number }));
    acts.extend(PersonDeed::ALL.map(|deed| DeskAct::Do { user, deed }));
    acts.extend(Role::ALL.map(|role| DeskAct::Role { chat, role }));
    acts.extend(broadcasts(BroadcastId::from_bytes(*id.as_bytes()), number).into_iter().map(DeskAct::Broadcast));
    acts.extend(promos(number).into_iter().map(DeskAct::Promo));
    let place = |act: &DeskAct| match act {
        DeskAct::Home => 0,
        DeskAct::Statistics { .. } => 1,
        DeskAct::Chart { .. } => 2,
        DeskAct::Export { .. } => 3,
        DeskAct::FindPeople => 4,
        DeskAct::People { .. } => 5,
        DeskAct::Person { .. } => 6,
        DeskAct::Do { .. } => 7,
        DeskAct::Generation { .. } => 8,
        DeskAct::Refund { .. } => 9,
        DeskAct::PayBack { .. } => 10,
        DeskAct::Sure => 11,
        DeskAct::Waiting => 12,
        DeskAct::Decide { .. } => 13,
        DeskAct::Models { .. } => 14,
        DeskAct::Model { .. } => 15,
        DeskAct::Sell { .. } => 16,
        DeskAct::OfModel { .. } => 17,
        DeskAct::Texts => 18,
        DeskAct::Selling { .. } => 19,
        DeskAct::Settings => 20,
        DeskAct::Setting { .. } => 21,
        DeskAct::Set { .. } => 22,
        DeskAct::Switch { .. } => 23,
        DeskAct::Reset { .. } => 24,
        DeskAct::Rollback { .. } => 25,
        DeskAct::Staff => 26,
        DeskAct::Appoint => 27,
        DeskAct::Role { .. } => 28,
        DeskAct::Dismiss { .. } => 29,
        DeskAct::AuditLog { .. } => 30,
        DeskAct::Health => 31,
        DeskAct::Broadcast(_) => 32,
        DeskAct::Promo(_) => 33,
        DeskAct::Watch(_) => 34,
    };
    let places: std::collections::BTreeSet<usize> = acts.iter().map(place).collect();
    assert!(places.into_iter().eq(0..35), "an act at the desk stands in no list");
    acts
}

fn broadcasts(id: BroadcastId, page: u16) -> Vec<BroadcastAct> {
    let mut acts = vec![
        BroadcastAct::List { page },
        BroadcastAct::Write,
        BroadcastAct::Open { id },
        BroadcastAct::Preview { id },
        BroadcastAct::Start { id },
        BroadcastAct::Pause { id },
        BroadcastAct::Resume { id },
        BroadcastAct::Cancel { id },
        BroadcastAct::Yes,
    ];
    acts.extend(Segment::ALL.map(|segment| BroadcastAct::Aim { id, segment }));
    let place = |act: &BroadcastAct| match act {
        BroadcastAct::List { .. } => 0,
        BroadcastAct::Write => 1,
        BroadcastAct::Open { .. } => 2,
        BroadcastAct::Aim { .. } => 3,
        BroadcastAct::Preview { .. } => 4,
        BroadcastAct::Start { .. } => 5,
        BroadcastAct::Pause { .. } => 6,
        BroadcastAct::Resume { .. } => 7,
        BroadcastAct::Cancel { .. } => 8,
        BroadcastAct::Yes => 9,
    };
    let places: std::collections::BTreeSet<usize> = acts.iter().map(place).collect();
    assert!(places.into_iter().eq(0..10), "an act on broadcasts stands in no list");
    acts
}

fn promos(page: u16) -> Vec<PromoAct> {
    let acts = vec![
        PromoAct::Codes { page },
        PromoAct::Make,
        PromoAct::Gift { unit: Unit::Money },
        PromoAct::Gift { unit: Unit::Run },
        PromoAct::Pick { number: u32::from(page) },
        PromoAct::Yes,
        PromoAct::Campaigns { page },
        PromoAct::Launch,
    ];
    let place = |act: &PromoAct| match act {
        PromoAct::Codes { .. } => 0,
        PromoAct::Make => 1,
        PromoAct::Gift { .. } => 2,
        PromoAct::Pick { .. } => 3,
        PromoAct::Yes => 4,
        PromoAct::Campaigns { .. } => 5,
        PromoAct::Launch => 6,
    };
    let places: std::collections::BTreeSet<usize> = acts.iter().map(place).collect();
    assert!(places.into_iter().eq(0..7), "an act on promo codes stands in no list");
    acts
}

#[test]
fn the_longest_data_of_all_has_forty_of_sixty_four_bytes() {
    let lengths = |id, key, number| -> Vec<usize> {
        all(GenerationId::from_bytes([id; 16]), Key(key), Key(key), number).iter().map(|a| encode(a).len()).collect()
    };
    let least = lengths(0, 0, 0);
    assert_eq!(least, lengths(0xff, u32::MAX, u16::MAX), "the length does not depend on the values");
    assert_eq!(least.iter().max(), Some(&40));
    assert!(least.iter().all(|length| (1..=BYTES_MAX).contains(length)));
}

#[test]
fn the_form_is_fixed_since_buttons_live_for_years() {
    let id = GenerationId::from_bytes([7; 16]);
    let pinned = [
        (Action::Menu, "1m"),
        (Action::Section { section: Key(1), page: 2 }, "1sAAAAAQAAI"),
        (Action::Language(Language::En), "1len"),
        (
            Action::Draft { draft: id, revision: 258, act: DraftAct::Choose { input: Key(1), choice: Key(2) } },
            "1dBwcHBwcHBwcHBwcHBwcHBwAQIcAAAAAQAAAAAg",
        ),
        (Action::Generation { generation: id, act: GenerationAct::Again }, "1gBwcHBwcHBwcHBwcHBwcHBwa"),
        (Action::History { filter: HistoryFilter::All, page: 1 }, "1hAAE"),
        (Action::History { filter: HistoryFilter::Videos, page: 1 }, "1HvAAE"),
        (Action::Prefer { preference: Preference::Sound, on: false }, "1rs0"),
        (Action::SellAgain { model: Key(1) }, "1SAAAAAQ"),
        (Action::AcceptRate { date: "2026-11-29".to_owned() }, "1$2026-11-29"),
        (Action::Promo, "1P"),
        (Action::Friends, "1F"),
        (Action::Shelf { shelf: Shelf::Free, page: 0 }, "1fgAAA"),
    ];
    for (action, data) in pinned {
        assert_eq!(encode(&action), data);
        assert_eq!(decode(data), Some(action));
    }
}

#[test]
fn what_is_not_ours_means_nothing() {
    for data in [
        "",
        "1",
        "0m",
        "2m",
        "m",
        "1mm",
        "1w",
        "1H*AAA",
        "1aAAAAAQ2",
        "1o",
        "1oAAAAA",
        "1oAAAAAAA",
        "1oAAAAAB",
        "1lxx",
        "1l",
        "1dAAAA",
        "1ы",
        "menu",
        "\0",
    ] {
        assert_eq!(decode(data), None, "{data:?}");
    }
}

proptest! {
    #[test]
    fn every_action_comes_back_as_it_was(id: [u8; 16], first: u32, second: u32, number: u16) {
        for action in all(GenerationId::from_bytes(id), Key(first), Key(second), number) {
            let data = encode(&action);
            prop_assert!(data.len() <= BYTES_MAX);
            prop_assert_eq!(decode(&data), Some(action));
        }
    }

    #[test]
    fn any_data_is_read_without_a_panic_and_only_in_its_one_form(data in prop_oneof!["\\PC{0,70}", "1[a-zA-Z][A-Za-z0-9_-]{0,40}"]) {
        if let Some(action) = decode(&data) {
            prop_assert_eq!(encode(&action), data);
        }
    }
}

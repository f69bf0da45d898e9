//! A model that is sold at a loss is reported and stops itself; stopped, it is not sold; an owner sells it again.

use std::time::Duration;

use app::conversation::{Section, Talk, View};
use domain::generation::StateKind;
use domain::ids::{ChatId, ModelId};
use domain::models::ApiFamily;
use domain::ports::{StopReason, Store};
use domain::screen::{Action, DraftAct, Key, Press, Screen};
use storage::memory::Fault;

use crate::house::{ANN, FILM, House, METERED, OWNER, PARTNER, PICTURE, WELCOME, words};
use crate::telegram::Sent;

const BEN: ChatId = ChatId(502);
/// A picture is sold for 80 kopecks; so many credits cost 95.
const LOSS: &str = "2";
/// As the table says.
const FAIR: &str = "0.8";

async fn open(house: &House) {
    for chat in [OWNER, ANN] {
        house.start(chat).await;
    }
}

async fn order(house: &House, chat: ChatId) {
    let confirm = house.at_confirm(chat).await;
    house.event(chat, confirm).await;
}

async fn lose(house: &House, times: usize) {
    house.kie.takes(LOSS);
    for _ in 0..times {
        order(house, ANN).await;
        house.work().await;
    }
}

/// How often an owner was told of a loss, and that the model was stopped.
fn told(house: &House, owner: ChatId) -> (usize, usize) {
    let said = house.telegram.said(owner);
    let count = |words: &str| said.iter().filter(|said| said.contains(words)).count();
    (count("was sold at a loss"), count("is off sale"))
}

async fn stopped(house: &House) -> Vec<String> {
    house.store.stops().await.unwrap().into_iter().map(|stop| stop.model.0).collect()
}

/// The screen that a chat saw last.
fn seen(house: &House, by: ChatId) -> Screen {
    let screen = |sent: Sent| match sent {
        Sent::Shown { chat, screen, .. } if chat == by => Some(screen),
        _ => None,
    };
    house.telegram.sent().into_iter().filter_map(screen).next_back().expect("a screen")
}

fn actions(screen: &Screen) -> Vec<Action> {
    let action = |press: &Press| match press {
        Press::Action(action) => Some(action.clone()),
        _ => None,
    };
    screen.keyboard.iter().flatten().filter_map(|button| action(&button.press)).collect()
}

async fn talk(house: &House, chat: ChatId) -> Talk {
    serde_json::from_str(&house.session(chat).await.unwrap().conversation.body).unwrap()
}

async fn is_sold(house: &House, chat: ChatId) -> bool {
    house.press(chat, Action::Model { model: Key::of(PICTURE) }).await;
    actions(&seen(house, chat)).contains(&Action::Create { model: Key::of(PICTURE) })
}

const SELL_AGAIN: fn() -> Action = || Action::SellAgain { model: Key::of(PICTURE) };

#[tokio::test]
async fn three_losses_in_a_row_stop_a_model_and_the_owner_is_told_once_of_each() {
    let house = House::open();
    open(&house).await;
    lose(&house, 1).await;
    assert_eq!((told(&house, OWNER), stopped(&house).await.len()), ((1, 0), 0));
    let said = house.telegram.said(OWNER).into_iter().find(|said| said.contains("was sold at a loss")).unwrap();
    for figure in
        ["Z-Image", "0.8 by the table", "2 taken", "paid 0.80\u{a0}₽", "cost us 0.95\u{a0}₽", "after 3\u{a0}losses"]
    {
        assert!(said.contains(figure), "no `{figure}`: {said}");
    }
    lose(&house, 1).await;
    assert_eq!((told(&house, OWNER), stopped(&house).await.len()), ((1, 0), 0), "the same day");
    lose(&house, 1).await;
    assert_eq!((told(&house, OWNER), stopped(&house).await), ((1, 1), vec![PICTURE.to_owned()]));
    let stop = house.store.stops().await.unwrap().remove(0);
    assert_eq!((stop.model, stop.reason), (ModelId(PICTURE.to_owned()), StopReason::Loss));
    assert!(actions(&seen(&house, OWNER)).contains(&SELL_AGAIN()));
    // The customer got what they paid for, at the price that they saw.
    assert_eq!(house.session(ANN).await.unwrap().money.posted, WELCOME - 3 * 80);
    assert!(house.generations(ANN).await.iter().all(|made| made.state.kind() == StateKind::Delivered));
    assert_eq!(told(&house, PARTNER), (0, 0), "who never started the bot can't be told");
    house.audit().await;
}

#[tokio::test]
async fn a_stopped_model_is_neither_listed_nor_found_nor_sold_and_an_open_order_is_refused() {
    let house = House::open();
    open(&house).await;
    house.start(BEN).await;
    let confirm = house.at_confirm(BEN).await;
    let draft = talk(&house, BEN).await.draft.unwrap();
    lose(&house, 3).await;

    house.event(BEN, confirm.clone()).await;
    let said = house.telegram.said(BEN).pop().unwrap();
    assert!(said.contains(&words("notice-draft-stopped")) && said.contains("Not on sale"), "{said}");
    let session = house.session(BEN).await.unwrap();
    assert_eq!((session.money.reserved, house.generations(BEN).await.len()), (0, 0));
    assert_eq!(talk(&house, BEN).await.draft, Some(draft.clone()), "it is kept");

    let leads = Action::Model { model: Key::of(PICTURE) };
    house.press(BEN, Action::Section { section: Section::Pictures.key(), page: 0 }).await;
    assert!(!actions(&seen(&house, BEN)).contains(&leads));
    house.press(BEN, Action::Search).await;
    house.say(BEN, "z-image").await;
    assert!(!actions(&seen(&house, BEN)).contains(&leads));
    assert!(!is_sold(&house, BEN).await);
    assert!(!actions(&seen(&house, BEN)).contains(&SELL_AGAIN()), "that is for owners");
    assert!(!is_sold(&house, OWNER).await);
    assert!(actions(&seen(&house, OWNER)).contains(&SELL_AGAIN()));
    let made = house.generations(ANN).await.remove(0).id;
    house.press(ANN, Action::Generation { generation: made, act: domain::screen::GenerationAct::Again }).await;
    assert_eq!(talk(&house, ANN).await.view, View::Model { model: ModelId(PICTURE.to_owned()) });

    house.press(OWNER, SELL_AGAIN()).await;
    assert!(house.telegram.said(OWNER).pop().unwrap().contains(&words("notice-sold-again")));
    assert!(actions(&seen(&house, OWNER)).contains(&Action::Create { model: Key::of(PICTURE) }), "at once");
    assert_eq!(stopped(&house).await, Vec::<String>::new());
    let resume = Action::Draft { draft: draft.id, revision: draft.revision, act: DraftAct::Review };
    house.press(BEN, resume).await;
    let draft = talk(&house, BEN).await.draft.unwrap();
    house.press(BEN, Action::Draft { draft: draft.id, revision: draft.revision, act: DraftAct::Confirm }).await;
    assert_eq!(house.generations(BEN).await.len(), 1);
    house.kie.takes(FAIR);
    house.work().await;
    assert_eq!(stopped(&house).await, Vec::<String>::new());
    house.audit().await;
}

#[tokio::test]
async fn only_an_owner_sells_a_model_again() {
    let house = House::open();
    open(&house).await;
    lose(&house, 3).await;
    house.press(ANN, SELL_AGAIN()).await;
    assert!(house.telegram.said(ANN).pop().unwrap().contains(&words("notice-stale")));
    assert_eq!(stopped(&house).await, [PICTURE]);
    assert!(!is_sold(&house, ANN).await);
    // Twice is as once.
    for _ in 0..2 {
        house.press(OWNER, SELL_AGAIN()).await;
        assert_eq!(stopped(&house).await, Vec::<String>::new());
    }
    assert!(is_sold(&house, ANN).await);
    // It still loses: that is told again at once, and a new row of three stops it.
    lose(&house, 2).await;
    assert_eq!((told(&house, OWNER), stopped(&house).await.len()), ((2, 1), 0));
    lose(&house, 1).await;
    assert_eq!((told(&house, OWNER), stopped(&house).await.len()), ((2, 2), 1));
}

#[tokio::test]
async fn a_fair_success_ends_a_row_of_losses() {
    let house = House::open();
    open(&house).await;
    lose(&house, 2).await;
    house.kie.takes(FAIR);
    order(&house, ANN).await;
    house.work().await;
    lose(&house, 2).await;
    assert_eq!(stopped(&house).await, Vec::<String>::new());
    lose(&house, 1).await;
    assert_eq!(stopped(&house).await, [PICTURE]);
    house.audit().await;
}

#[tokio::test]
async fn zero_means_never_and_the_owner_is_reminded_once_a_day() {
    let house = House::open_with(|settings| settings.losses_to_stop = 0);
    open(&house).await;
    lose(&house, 5).await;
    assert_eq!((told(&house, OWNER), stopped(&house).await.len()), ((1, 0), 0));
    let said = house.telegram.said(OWNER).join("\n");
    assert!(!said.contains("takes itself off sale"), "nothing is promised that will not happen: {said}");
    house.clock.advance(Duration::from_secs(24 * 60 * 60));
    lose(&house, 2).await;
    assert_eq!((told(&house, OWNER), stopped(&house).await.len()), ((2, 0), 0));
}

#[tokio::test]
async fn a_metered_model_settles_lower_and_is_no_loss() {
    let house = House::open();
    open(&house).await;
    house.kie.takes("1");
    for _ in 0..3 {
        let confirm = house.at_confirm_of(ANN, METERED).await;
        house.event(ANN, confirm).await;
        house.work().await;
    }
    let quote = house.generations(ANN).await[0].quote;
    assert!(quote.cost.metered && quote.price.kopecks() == 380);
    assert_eq!(house.session(ANN).await.unwrap().money.posted, WELCOME - 3 * 100);
    assert_eq!((told(&house, OWNER), stopped(&house).await.len()), ((0, 0), 0));
    // Past twice the bound what was paid does not cover it any more.
    house.kie.takes("8.1");
    let confirm = house.at_confirm_of(ANN, METERED).await;
    house.event(ANN, confirm).await;
    house.work().await;
    assert_eq!(told(&house, OWNER), (1, 0));
    house.audit().await;
}

#[tokio::test]
async fn a_stop_outlives_a_restart_and_so_does_the_button() {
    let mut house = House::open();
    open(&house).await;
    lose(&house, 3).await;
    let button = actions(&seen(&house, OWNER)).into_iter().find(|action| *action == SELL_AGAIN()).unwrap();
    house.restart();
    // A store that does not answer leaves what was known, which is nothing yet.
    house.store_fails(&[("stops", Fault::Before)]);
    house.app.refresh_showcase().await.unwrap_err();
    assert!(is_sold(&house, ANN).await);
    house.app.refresh_showcase().await.unwrap();
    assert!(!is_sold(&house, ANN).await);
    house.store_fails(&[("stops", Fault::Before)]);
    house.app.refresh_showcase().await.unwrap_err();
    assert!(!is_sold(&house, ANN).await);
    house.press(OWNER, button).await;
    assert!(is_sold(&house, ANN).await);
}

/// What is ordered before the stop runs to its end, and nobody is told of it again.
#[tokio::test(flavor = "multi_thread")]
async fn orders_under_way_end_as_usual_and_losses_at_once_are_counted_and_told_once() {
    let house = House::open();
    open(&house).await;
    house.kie.takes(LOSS);
    for _ in 0..5 {
        order(&house, ANN).await;
    }
    house.work_at_once().await;
    assert_eq!(stopped(&house).await, [PICTURE]);
    assert_eq!(told(&house, OWNER), (1, 1));
    assert!(house.generations(ANN).await.iter().all(|made| made.state.kind() == StateKind::Delivered));
    assert_eq!(house.session(ANN).await.unwrap().money.posted, WELCOME - 5 * 80);
    house.audit().await;
}

/// The commit of the third loss is done, but its answer is lost: the repeat finds the claim gone, and nothing happens twice.
#[tokio::test]
async fn a_stop_whose_answer_is_lost_is_told_once_and_seen_at_the_next_look() {
    let house = House::open();
    open(&house).await;
    lose(&house, 2).await;
    house.store_fails(&[("margins", Fault::None), ("commit", Fault::After)]);
    lose(&house, 1).await;
    assert_eq!((told(&house, OWNER), stopped(&house).await), ((1, 1), vec![PICTURE.to_owned()]));
    assert!(is_sold(&house, ANN).await, "this instance does not know yet");
    house.app.refresh_showcase().await.unwrap();
    assert!(!is_sold(&house, ANN).await);
    house.audit().await;
}

#[tokio::test]
async fn the_first_look_at_the_stops_is_at_the_start_of_the_workers() {
    let mut house = House::open();
    open(&house).await;
    lose(&house, 3).await;
    house.restart();
    let stop = tokio_util::sync::CancellationToken::new();
    let workers = tokio::spawn(app::workers::run(house.app.clone(), 1, stop.clone(), Duration::from_secs(60)));
    for _ in 0..1000 {
        if !is_sold(&house, ANN).await {
            break;
        }
        tokio::task::yield_now().await;
    }
    assert!(!is_sold(&house, ANN).await);
    stop.cancel();
    workers.await.unwrap();
}

#[tokio::test]
async fn the_note_of_a_dedicated_endpoint_is_read_before_paying_if_that_is_the_way() {
    let note = "This video will have no sound.";
    for dedicated in [false, true] {
        let house = House::open_with(|settings| {
            settings.dedicated = dedicated.then_some(ApiFamily::Veo).into_iter().collect();
        });
        open(&house).await;
        let confirm = house.at_confirm_of(ANN, FILM).await;
        let said = house.telegram.said(ANN).pop().unwrap();
        assert_eq!(said.contains(note), dedicated, "{said}");
        house.event(ANN, confirm).await;
        let wanted = if dedicated { ApiFamily::Veo } else { ApiFamily::Market };
        assert_eq!(house.generations(ANN).await[0].family, wanted);
    }
}

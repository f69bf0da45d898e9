//! Random walks: a user presses buttons that are really on the screen, old ones too, writes and sends whatever they like, while time, prices
//! and money move. What must hold at every step is in [`Walk::look`] and [`Walk::judge`].

use std::collections::BTreeMap;
use std::time::Duration;

use app::conversation::{Decision, Draft, Effect, Step, Talk, View};
use app::event::{Event, FileKind};
use app::free::FreeNow;
use app::screens::{Facts, Receipt};
use domain::clock::Clock;
use domain::free::{FreeUse, Funding, Means};
use domain::generation::{Event as Life, Failure, FailureReason, Generation, State, Undeliverable};
use domain::ids::{CallbackToken, GenerationId, ModelId, TaskId, TransferId};
use domain::models::{Input, InputKind, Media, MediaRule};
use domain::money::Money;
use domain::ports::TelegramFile;
use domain::quote::Quote;
use domain::screen::{Action, DraftAct, Key, Language, Preference, Press, Screen};
use proptest::prelude::*;
use proptest::strategy::ValueTree;

use crate::world::*;

/// One thing that happens on a walk. Numbers pick from whatever there is at that moment.
#[derive(Clone, Debug)]
enum Move {
    /// One of the buttons on the screen.
    Press(usize),
    /// Ahead: the way on, if the screen marks one, else what the open question wants.
    Ahead(usize),
    /// A button of some earlier screen.
    PressOld(usize),
    Say(String),
    Send(usize, usize),
    Command(usize),
    /// Stickers, edits, broken buttons.
    Odd(usize),
    Wait(u64),
    /// The exchange rate in ten-thousandths of a rouble.
    Rate(u32),
    /// What is on the wallet, in kopecks.
    Money(i64),
    Selling(bool),
    /// What is in the bank of runs.
    Runs(i64),
    /// Another hour begins, or another day.
    Refill(bool),
    /// The oldest live generation goes on.
    Progress(usize),
}

fn moves() -> impl Strategy<Value = Move> {
    let words = prop_oneof![
        Just("Рыжий кот".to_owned()),
        Just("0,5".to_owned()),
        Just("8".to_owned()),
        Just("чистовик".to_owned()),
        Just("да".to_owned()),
        Just(" ".to_owned()),
        Just("/start".to_owned()),
        Just("<b>{ $name }\u{2068}</b>".to_owned()),
        "[а-яa-z0-9 ,.]{0,60}",
        "\\PC{0,12}",
        Just("ж".repeat(5001)),
    ];
    prop_oneof![
        8 => any::<usize>().prop_map(Move::Press),
        10 => any::<usize>().prop_map(Move::Ahead),
        2 => any::<usize>().prop_map(Move::PressOld),
        2 => words.prop_map(Move::Say),
        2 => (any::<usize>(), any::<usize>()).prop_map(|(kind, file)| Move::Send(kind, file)),
        1 => any::<usize>().prop_map(Move::Command),
        1 => any::<usize>().prop_map(Move::Odd),
        1 => (0_u64..1200).prop_map(Move::Wait),
        1 => (300_000_u32..2_000_000).prop_map(Move::Rate),
        1 => (0_i64..300_00).prop_map(Move::Money),
        1 => prop::bool::weighted(0.8).prop_map(Move::Selling),
        1 => (0_i64..3).prop_map(Move::Runs),
        1 => any::<bool>().prop_map(Move::Refill),
        2 => any::<usize>().prop_map(Move::Progress),
    ]
}

/// What an order holds is resolved; nothing is left of it that matters to a walk.
fn end(world: &mut World, generation: &Generation) {
    match generation.funding {
        Funding::Money(_) => world.session.money.reserved -= generation.quote.price.kopecks(),
        Funding::Run(_) => world.session.runs.reserved -= 1,
        Funding::Free(_) => {}
    }
}

struct Walk {
    world: World,
    generations: BTreeMap<GenerationId, Generation>,
    /// Buttons that were on some screen.
    seen: Vec<Action>,
    orders: usize,
    /// What the confirm screens said, and their buttons, by draft and revision.
    offers: BTreeMap<(GenerationId, u16), (String, String)>,
}

impl Walk {
    fn new() -> Self {
        let mut world = World::before(bazaar());
        world.free = FreeNow::new(NOON, &jiff::tz::TimeZone::UTC);
        let mut walk =
            Self { world, generations: BTreeMap::new(), seen: Vec::new(), orders: 0, offers: BTreeMap::new() };
        walk.look();
        walk
    }

    fn go(&mut self, step: Move) {
        match step {
            Move::Press(pick) => {
                let shown = self.shown();
                self.live(&pressed(shown[pick % shown.len()].clone()));
            }
            Move::Ahead(pick) => self.ahead(pick),
            Move::PressOld(pick) => {
                let old = self.seen[pick % self.seen.len()].clone();
                self.live(&pressed(old));
            }
            Move::Say(text) => self.live(&Event::Text { text }),
            Move::Send(kind, file) => self.live(&file_of(kind, file)),
            Move::Command(pick) => {
                let lines = [
                    "start",
                    "start m_0",
                    "menu",
                    "balance",
                    "history",
                    "help",
                    "settings",
                    "support",
                    "terms",
                    "cancel",
                    "x",
                ];
                self.live(&command(lines[pick % lines.len()]));
            }
            Move::Odd(pick) => {
                let broken = Event::Press { query: "q".to_owned(), message: None, action: None };
                let odd = [Event::Unsupported, Event::Edited, broken, Event::Membership { gone: false }];
                self.live(&odd[pick % odd.len()]);
            }
            Move::Wait(seconds) => self.world.clock.advance(Duration::from_secs(seconds)),
            Move::Rate(rate) => self.world.factor.rate = domain::money::Rate::from_raw(i64::from(rate)),
            Move::Money(kopecks) => self.world.session.money.posted = self.world.session.money.reserved + kopecks,
            Move::Selling(on) => self.world.selling = on,
            Move::Runs(runs) => self.world.session.runs.posted = self.world.session.runs.reserved + runs,
            Move::Refill(day) => {
                for (_, used) in &mut self.world.free.used {
                    *used = FreeUse { day: if day { 0 } else { used.day }, hour: 0 };
                }
            }
            Move::Progress(pick) => self.progress(pick),
        }
        self.look();
    }

    /// Answers the open question rightly, or takes the first way on: so that walks reach the order often.
    fn ahead(&mut self, pick: usize) {
        let event = self.answer(pick).unwrap_or_else(|| {
            let shown = self.shown();
            let confirm = shown
                .iter()
                .find(|action| matches!(action, Action::Draft { act: DraftAct::Confirm | DraftAct::Review, .. }));
            let create = shown.iter().find(|action| matches!(action, Action::Create { .. } | Action::Model { .. }));
            let sections: Vec<_> = shown.iter().filter(|action| matches!(action, Action::Section { .. })).collect();
            let section = (!sections.is_empty()).then(|| sections[pick % sections.len()]);
            pressed(confirm.or(create).or(section).cloned().unwrap_or(Action::Menu))
        });
        self.live(&event);
    }

    /// What is asked for, if something is.
    fn asked(&self) -> Option<&'static Input> {
        let draft = self.world.talk.draft.as_ref().filter(|_| self.world.talk.view == View::Draft)?;
        let model = self.world.catalog.model(&draft.model)?;
        match &draft.step {
            Step::Ask { input, .. } => model.input(input),
            Step::Item { input, field, .. } => match &model.input(input)?.kind {
                InputKind::Objects(rule) => rule.fields.iter().find(|one| one.name == *field),
                _ => None,
            },
            _ => None,
        }
    }

    /// A right answer to the open question.
    fn answer(&mut self, pick: usize) -> Option<Event> {
        let input = self.asked()?;
        let shown = self.shown();
        let all = |wanted: fn(&DraftAct) -> bool| -> Vec<Action> {
            let wanted = |action: &&Action| matches!(action, Action::Draft { act, .. } if wanted(act));
            shown.iter().filter(wanted).cloned().collect()
        };
        let choices = all(|act| matches!(act, DraftAct::Choose { .. }));
        let (done, clear) =
            (all(|act| matches!(act, DraftAct::Done { .. })), all(|act| matches!(act, DraftAct::Clear { .. })));
        let items = all(|act| matches!(act, DraftAct::RemoveItem { .. })).len();
        let say = |words: &str| Event::Text { text: words.to_owned() };
        // What works only without this answer is mended by taking it back.
        if self.world.notice() == "notice-apart" && !clear.is_empty() {
            return Some(pressed(clear[0].clone()));
        }
        Some(match &input.kind {
            _ if !choices.is_empty() => pressed(choices[pick % choices.len()].clone()),
            InputKind::Text(rule) => {
                say(&"Кораблик ".repeat(rule.min_length / 9 + 1).chars().take(rule.max_length).collect::<String>())
            }
            InputKind::Texts(_) => say("раз\nдва"),
            InputKind::Integer(rule) => say(&rule.min.to_string()),
            InputKind::Number(rule) => say(&rule.min.to_string()),
            InputKind::Objects(rule) => match (items < rule.min_items, done.first()) {
                (false, Some(done)) => pressed(done.clone()),
                _ => pressed(self.world.draft_action(DraftAct::AddItem { input: Key::of(&input.name) })),
            },
            InputKind::Media(rule) => {
                let enough = match self.world.talk.draft.as_ref().map(|draft| draft.inputs.files().len()) {
                    Some(files) => files >= rule.min_items,
                    None => false,
                };
                match done.first().filter(|_| rule.list && enough && pick.is_multiple_of(2)) {
                    Some(done) => pressed(done.clone()),
                    None => file_for(rule, pick),
                }
            }
            _ => return None,
        })
    }

    fn progress(&mut self, pick: usize) {
        let Some(generation) = self.generations.values_mut().find(|generation| is_live(generation)) else { return };
        let ends = match &generation.state {
            State::Queued => vec![Life::Submit, Life::Cancel],
            State::Submitting => vec![Life::Accepted(TaskId("t".to_owned())), Life::NotMade],
            _ => vec![
                Life::Succeeded(success(None)),
                Life::Failed(Failure { reason: FailureReason::ContentRefused, detail: None }),
            ],
        };
        let next = generation.state.after(ends[pick % ends.len()].clone()).expect("it is allowed here");
        generation.state = match next {
            State::Succeeded(_) if pick.is_multiple_of(2) => next.after(Life::Delivered).expect("it is allowed here"),
            State::Succeeded(_) if pick.is_multiple_of(3) => {
                next.after(Life::Undeliverable(Undeliverable::Refused)).expect("it is allowed here")
            }
            other => other,
        };
        if !is_live(generation) {
            end(&mut self.world, generation);
        }
    }

    /// Loads what the service would load, decides, lives with it.
    fn live(&mut self, event: &Event) {
        self.load(event);
        let before = self.world.talk.clone();
        let decision = self.world.live(event);
        self.judge(&before, event, &decision);
        self.take_effect(&decision);
    }

    /// As the service does: the generation that a press names, and for a confirm how many are live.
    fn load(&mut self, event: &Event) {
        let named = match event {
            Event::Press {
                action: Some(Action::Generation { generation, .. } | Action::Use { generation, .. }),
                ..
            } => Some(generation),
            Event::Press { action: Some(Action::Draft { draft, act: DraftAct::Confirm, .. }), .. } => Some(draft),
            _ => None,
        };
        self.world.generation = named.and_then(|id| self.generations.get(id)).cloned();
        self.world.live = self.generations.values().filter(|generation| is_live(generation)).count();
        self.world.own = self.own();
    }

    /// The results that the open question offers; of each model that it speaks of there is one from before the walk.
    fn own(&self) -> Vec<Generation> {
        let models = self.world.talk.wanted_results(self.world.catalog).unwrap_or_default();
        let old = |id: &ModelId| Generation {
            id: GenerationId::from_bytes([200; 16]),
            ..generation_of(&id.0, "1", false, State::Delivered(success(None)))
        };
        let made = self.generations.values().filter(|row| row.state.success().is_some() && models.contains(&row.model));
        models.first().map(old).into_iter().chain(made.cloned()).take(10).collect()
    }

    fn judge(&self, before: &Talk, event: &Event, decision: &Decision) {
        let after = &decision.talk;
        let silent = matches!(event, Event::Membership { .. });
        let redraw = matches!(event, Event::Command { .. } | Event::Press { .. });
        let said = after != before || after.notice.is_some() || decision.effect.is_some() || decision.fresh;
        assert!(said || silent || redraw, "no answer to {event:?}");
        let stored: Talk = serde_json::from_str(&serde_json::to_string(after).unwrap()).unwrap();
        assert_eq!(stored, *after);
        if let (Some(old), Some(new)) = (&before.draft, &after.draft)
            && old.id == new.id
        {
            assert!(new.revision >= old.revision);
            let same = (&old.inputs, &old.step) == (&new.inputs, &new.step);
            assert!(same || new.revision > old.revision, "changed without a new revision by {event:?}");
        }
        if let Some(Effect::Order(draft, quote)) = &decision.effect {
            let world = &self.world;
            let model = world.catalog.model(&draft.model).unwrap();
            let checked = model.check(&draft.inputs).unwrap_or_else(|problems| panic!("ordered with {problems:?}"));
            assert_eq!(*checked.inputs(), draft.inputs, "only what applies is ordered");
            assert!(model.is_live() && world.selling && world.live < world.live_max);
            assert!(!quote.is_expired(world.clock.now()));
            assert_eq!(draft.means, world.free.means(model, world.session.runs), "paid with what there is");
            assert_eq!(before.draft.as_ref().map(|draft| draft.means), Some(draft.means), "paid with what was shown");
            assert!(quote.price > Money::ZERO);
            if draft.means == Means::Money {
                assert!(quote.price.kopecks() <= world.session.money.available());
                assert!(
                    matches!(before.draft.as_ref().map(|draft| &draft.step), Some(Step::Review { quote: shown }) if *shown == **quote)
                );
            }
            let (text, label) = self.offers.get(&(draft.id, draft.revision)).expect("it was offered on some screen");
            let words = texts().in_language(Language::Ru);
            let price = match draft.means {
                Means::Money => words.money(quote.price),
                Means::Run => words.plain("amount-runs", &[("n", 1.into())]),
                Means::Free => words.plain("amount-free", &[]),
            };
            assert!(text.contains(&price) && label.contains(&price), "charged {price}, shown: {text} [{label}]");
            assert!(!self.generations.contains_key(&draft.id), "ordered twice");
        }
    }

    fn take_effect(&mut self, decision: &Decision) {
        match &decision.effect {
            Some(Effect::Desk(work)) => unreachable!("no walk leads to the desk: {work:?}"),
            Some(Effect::Order(draft, quote)) => {
                self.orders += 1;
                let funding = self.take(draft, quote);
                let now = self.world.clock.now();
                let generation = Generation {
                    id: draft.id,
                    user: self.world.session.person.user,
                    chat: self.world.session.person.chat,
                    model: draft.model.clone(),
                    family: domain::models::ApiFamily::Market,
                    inputs: serde_json::to_value(&draft.inputs).unwrap(),
                    quote: **quote,
                    funding,
                    token: CallbackToken::from_text("t".to_owned()),
                    state: State::Queued,
                    since: now,
                    created_at: now,
                    relinked: false,
                    progress_message: None,
                    made_from: None,
                    trial: draft.trial,
                };
                self.generations.insert(draft.id, generation);
            }
            Some(Effect::Cancel(id)) => {
                let generation = self.generations.get_mut(id).expect("it exists");
                generation.state = generation.state.after(Life::Cancel).expect("only a queued one is cancelled");
                end(&mut self.world, generation);
            }
            Some(Effect::Resend(id)) => assert!(self.generations[id].state.success().is_some()),
            Some(Effect::Speak(language)) => self.world.session.person.language = *language,
            Some(Effect::Prefer { preference: Preference::Sound, on }) => self.world.session.person.silent = !on,
            Some(Effect::Prefer { preference: Preference::News, on }) => self.world.session.person.news = *on,
            Some(Effect::SellAgain(_) | Effect::AcceptRate { .. } | Effect::Approve { .. } | Effect::Reject { .. }) => {
                panic!("only owners do that")
            }
            Some(Effect::Redeem { .. }) => panic!("there are no codes"),
            Some(
                Effect::Invoice { .. } | Effect::CheckInvoice(_) | Effect::CancelInvoice(_) | Effect::ClaimPaid { .. },
            ) => panic!("there is no way to pay"),
            Some(Effect::Favour { .. } | Effect::Forget | Effect::Ask(_) | Effect::Answer { .. }) | None => {}
        }
    }

    /// What an order is paid with is taken.
    fn take(&mut self, draft: &Draft, quote: &Quote) -> Funding {
        let (hold, world) = (TransferId::from_bytes([8; 16]), &mut self.world);
        match draft.means {
            Means::Money => {
                world.session.money.reserved += quote.price.kopecks();
                Funding::Money(hold)
            }
            Means::Run => {
                world.session.runs.reserved += 1;
                Funding::Run(hold)
            }
            Means::Free => {
                let windows = world.free.windows.expect("it was free");
                let used = world.free.used(&draft.model);
                world.free.used.retain(|(model, _)| *model != draft.model);
                let used = FreeUse { day: used.day + 1, hour: used.hour + 1 };
                world.free.used.push((draft.model.clone(), used));
                Funding::Free(windows)
            }
        }
    }

    /// What the window shows now has words and buttons, the same ones in both languages, and each of them leads on.
    fn look(&mut self) {
        let screen = self.draw();
        for action in actions(&screen) {
            self.try_press(&action);
            if !self.seen.contains(&action) && self.seen.len() < 300 {
                self.seen.push(action);
            }
        }
    }

    fn draw(&mut self) -> Screen {
        self.world.facts = self.facts(&self.world.talk.view);
        let screen = check_screen(&self.world);
        for button in screen.keyboard.iter().flatten() {
            if let Press::Action(Action::Draft { draft, revision, act: DraftAct::Confirm }) = button.press {
                self.offers.insert((draft, revision), (screen.text.to_plain(), button.label.clone()));
            }
        }
        screen
    }

    /// Presses a button that was just drawn, on a copy: it is never stale and shows something.
    fn try_press(&mut self, action: &Action) {
        let event = pressed(action.clone());
        self.load(&event);
        let decision = self.world.consider(&event);
        let notice = decision.talk.notice.as_ref().map_or("", |notice| notice.key.as_str());
        let dead =
            ["notice-stale", "notice-generation-gone", "notice-model-gone", "notice-no-result", "notice-cancel-ended"];
        assert!(!dead.contains(&notice), "{notice} after {action:?} that was just drawn");
        let talk = std::mem::replace(&mut self.world.talk, decision.talk);
        let facts = self.facts(&self.world.talk.view);
        let facts = std::mem::replace(&mut self.world.facts, facts);
        check_screen(&self.world);
        (self.world.talk, self.world.facts) = (talk, facts);
    }

    fn facts(&self, view: &View) -> Facts {
        Facts { free: self.world.free.clone(), ..self.rows(view) }
    }

    fn rows(&self, view: &View) -> Facts {
        match view {
            View::Receipt { generation } => {
                let row = self.generations.get(generation).cloned();
                let receipt = row.map(|generation| Receipt { generation, movements: Vec::new() });
                Facts { receipt, ..Facts::default() }
            }
            View::Generation { generation } => {
                self.generations.get(generation).map_or_else(Facts::default, |row| facts_of(row.clone(), 0))
            }
            View::History { .. } => {
                Facts { history: self.generations.values().rev().take(9).cloned().collect(), ..Facts::default() }
            }
            View::Draft => Facts { own: self.own(), ..Facts::default() },
            _ => Facts::default(),
        }
    }

    fn shown(&self) -> Vec<Action> {
        actions(&self.world.render(Language::Ru))
    }
}

const fn is_live(generation: &Generation) -> bool {
    matches!(generation.state, State::Queued | State::Submitting | State::Running { .. })
}

pub(crate) fn check_screen(world: &World) -> Screen {
    let [ru, en] = Language::ALL.map(|language| world.render(language));
    for screen in [&ru, &en] {
        assert!(!screen.text.to_plain().trim().is_empty(), "an empty screen: {:?}", world.talk);
        assert!(!actions(screen).is_empty(), "a dead end: {:?}", world.talk);
        let plain = screen.text.to_plain();
        let texts = screen.keyboard.iter().flatten().map(|button| button.label.as_str()).chain([plain.as_str()]);
        for text in texts {
            assert!(!text.trim().is_empty() && !text.contains(['\u{2068}', '\u{2069}']), "{text:?}");
        }
        assert!(plain.encode_utf16().count() <= 4096, "telegram takes 4096 units: {plain}");
        assert!(screen.keyboard.iter().all(|row| !row.is_empty() && row.len() <= 8));
        assert!(screen.keyboard.iter().flatten().count() <= 100, "telegram takes a hundred buttons");
    }
    assert_eq!(actions(&ru), actions(&en), "{:?}", world.talk);
    ru
}

/// A file that fits.
fn file_for(rule: &MediaRule, pick: usize) -> Event {
    let mime = rule.mime.first().map(String::as_str);
    let id = format!("p{}", pick % 50);
    let seconds = |file: TelegramFile| TelegramFile { duration_s: Some(3), ..file };
    match rule.media {
        Media::Image => sent(FileKind::Document, document(&id, mime.unwrap_or("image/png"), 9), None),
        Media::Video => sent(FileKind::Video, seconds(document(&id, mime.unwrap_or("video/mp4"), 9)), None),
        Media::Audio => sent(FileKind::Audio, seconds(document(&id, mime.unwrap_or("audio/mpeg"), 9)), None),
        Media::Document => sent(FileKind::Document, document(&id, mime.unwrap_or("application/pdf"), 9), None),
    }
}

fn file_of(kind: usize, file: usize) -> Event {
    let kinds =
        [FileKind::Photo, FileKind::Video, FileKind::Audio, FileKind::Voice, FileKind::Document, FileKind::Animation];
    let files = [
        photo("x"),
        photo("y"),
        document("v", "video/mp4", 5_000_000),
        document("a", "audio/mpeg", 5_000_000),
        document("h", "image/heic", 1),
        document("big", "image/png", 400_000_000),
        document("odd", "application/pdf;charset=x", 0),
    ];
    let caption = [None, Some("Подпись к файлу"), Some("")];
    sent(kinds[kind % kinds.len()], files[file % files.len()].clone(), caption[(kind / 7) % caption.len()])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_walk_ends_in_a_panic_a_dead_end_or_a_wrong_order(steps in prop::collection::vec(moves(), 1..70)) {
        let mut walk = Walk::new();
        for step in steps {
            walk.go(step);
        }
    }
}

/// The walks above prove nothing if they never get to an order.
#[test]
fn walks_do_reach_orders_of_many_models() {
    let mut walk = Walk::new();
    let mut models = std::collections::BTreeSet::new();
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let strategy = moves();
    for _ in 0..4000 {
        let step = strategy.new_tree(&mut runner).unwrap().current();
        walk.go(step);
        models.extend(walk.generations.values().map(|generation| generation.model.0.clone()));
    }
    assert!(walk.orders > 20, "{} orders only", walk.orders);
    assert!(models.len() > 5, "{models:?} only");
}

/// Whatever is on the shelves can be had: whoever just answers gets to the order of each model, with every kind of question on the way.
#[test]
fn every_model_that_is_sold_can_be_ordered() {
    const STEPS_MAX: usize = 200;
    for model in workshop().live() {
        let mut walk = Walk::new();
        walk.world.session.money.posted = 1_000_000_00;
        walk.live(&pressed(Action::Create { model: Key::of(&model.id.0) }));
        let mut notices = Vec::new();
        for pick in 0..STEPS_MAX {
            if walk.orders > 0 {
                break;
            }
            walk.draw();
            walk.ahead(pick);
            notices.push(walk.world.notice().to_owned());
        }
        let step = walk.world.talk.draft.as_ref().map(|draft| &draft.step);
        assert_eq!(walk.orders, 1, "{}: {step:?} after {notices:?}", model.id);
        let ordered = walk.generations.values().next().expect("an order");
        assert_eq!(ordered.model, model.id);
    }
}

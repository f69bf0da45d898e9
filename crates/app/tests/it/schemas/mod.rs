//! Random schemas through the wizard: whatever inputs, conditions and rules a catalog declares, a user who goes on answering gets to the
//! confirm screen, and what is ordered there fits the schema. The schema is made as TOML, read as every catalog, and kept beside it as plain
//! data ([`Spec`]) so that the payload is judged without the code under test.

mod spec;

use app::conversation::{Step, View};
use app::event::{Event, FileKind};
use domain::generation::State;
use domain::ids::GenerationId;
use domain::models::{Catalog, Media, MediaFacts};
use domain::ports::{InputFault, InputState, TelegramFile};
use domain::screen::{Action, DraftAct, Key};
use proptest::prelude::*;
use serde_json::Value as Json;

use self::spec::{Dice, MODEL, SOURCE, Sort, Spec, form_fits, kind_of, price, schema, toml};
use crate::walks::check_screen;
use crate::world::*;

/// An eager user needs no more steps, however many inputs there are.
const STEPS_MAX: usize = 600;

/// A user who wants to get there.
struct Eager<'a> {
    world: World,
    specs: &'a [Spec],
    dice: Dice,
    files: usize,
}

impl Eager<'_> {
    /// Presses around and writes whatever comes to mind.
    fn wander(&mut self, steps: usize) {
        for _ in 0..steps {
            self.look();
            let shown = self.shown();
            match self.dice.roll(9) {
                0 => {
                    let words = *self.dice.of(&["привет", "3", "value_1", "https://a.example/b.png"]);
                    self.live(&Event::Text { text: words.to_owned() });
                }
                1 => self.send(),
                2 => self.answer(),
                _ => {
                    let action = self.dice.of(&shown).clone();
                    if !matches!(action, Action::Draft { act: DraftAct::Discard | DraftAct::Confirm, .. }) {
                        self.live(&pressed(action));
                    }
                }
            }
            self.settle_some();
            self.come_back();
        }
    }

    /// From whatever screen the way back into the draft.
    fn come_back(&mut self) {
        if self.world.talk.view != View::Draft {
            assert!(self.world.talk.draft.is_some(), "the draft is gone: {:?}", self.world.talk);
            let back = self.world.draft_action(DraftAct::Review);
            self.live(&pressed(back));
        }
    }

    /// Answers until everything is answered.
    fn arrive(&mut self) {
        let mut trail = Vec::new();
        for _ in 0..STEPS_MAX {
            self.look();
            let asked = format!("{:?} {}", self.world.step(), self.world.notice());
            trail.push(asked);
            match self.world.step().clone() {
                Step::Review { .. } => return,
                Step::Ask { .. } | Step::Item { .. } => self.answer(),
                Step::Options => self.go(DraftAct::Review),
                Step::Preparing => {
                    self.world.prepare();
                    self.live(&Event::Wake);
                }
                Step::Short { .. } => panic!("there was enough money"),
            }
            self.come_back();
        }
        let last = trail.split_off(trail.len() - 12);
        panic!("no confirm screen after {STEPS_MAX} steps; the last ones: {last:#?}");
    }

    fn go(&mut self, act: DraftAct) {
        let action = self.world.draft_action(act);
        self.live(&pressed(action));
    }

    fn press_one(&mut self, offered: &[Action]) {
        let action = self.dice.of(offered).clone();
        self.live(&pressed(action));
    }

    fn live(&mut self, event: &Event) {
        self.world.live(event);
        self.world.facts.own.clone_from(&self.world.own);
        self.world.clock.advance(std::time::Duration::from_millis(10));
    }

    fn shown(&self) -> Vec<Action> {
        actions(&self.world.render(domain::screen::Language::Ru))
    }

    /// The screen is in order, and so is what each of its buttons leads to.
    fn look(&mut self) {
        let screen = check_screen(&self.world);
        let texts = screen.keyboard.iter().flatten().map(|button| button.label.chars().count());
        assert!(texts.max().unwrap_or(0) <= 64, "a label is too long: {screen:?}");
        for action in actions(&screen) {
            let decision = self.world.consider(&pressed(action.clone()));
            let notice = decision.talk.notice.as_ref().map_or("", |notice| notice.key.as_str());
            assert_ne!(notice, "notice-stale", "{action:?} was just drawn: {:?}", self.world.talk);
            let talk = std::mem::replace(&mut self.world.talk, decision.talk);
            check_screen(&self.world);
            self.world.talk = talk;
        }
    }

    /// Answers the open question: by a button, by words, by files.
    fn answer(&mut self) {
        let sort = match self.world.step().clone() {
            Step::Ask { input, .. } => self.specs.iter().find(|spec| spec.name == input).map(|spec| spec.sort.clone()),
            Step::Item { input, field, .. } => {
                let list = self.specs.iter().find(|spec| spec.name == input);
                list.and_then(|list| match &list.sort {
                    Sort::Objects { fields, .. } => fields.iter().find(|spec| spec.name == field),
                    _ => None,
                })
                .map(|spec| spec.sort.clone())
            }
            _ => return,
        };
        let shown = self.shown();
        let pick = |wanted: fn(&DraftAct) -> bool| -> Vec<Action> {
            let wanted = |action: &&Action| matches!(action, Action::Draft { act, .. } if wanted(act));
            shown.iter().filter(wanted).cloned().collect()
        };
        let offered = pick(|act| matches!(act, DraftAct::Choose { .. }));
        let done = pick(|act| matches!(act, DraftAct::Done { .. }));
        let elsewhere = pick(|act| matches!(act, DraftAct::Edit { .. }));
        let clear = pick(|act| matches!(act, DraftAct::Clear { .. }));
        let pages = pick(|act| matches!(act, DraftAct::Page { .. }));
        // What works only without this input is had by emptying it.
        if self.world.notice() == "notice-apart" && !clear.is_empty() {
            return self.live(&pressed(clear[0].clone()));
        }
        if !elsewhere.is_empty() && self.dice.flip(3) {
            return self.press_one(&elsewhere);
        }
        if !pages.is_empty() && self.dice.flip(4) {
            return self.press_one(&pages);
        }
        let mended = self.world.notice() != "notice-none-of";
        if !done.is_empty() && mended && self.dice.flip(2) {
            return self.live(&pressed(done[0].clone()));
        }
        if !offered.is_empty() && !self.dice.flip(4) {
            return self.press_one(&offered);
        }
        let words = match sort.expect("a question of the schema") {
            Sort::Text { min, max } => "я".repeat(1.max(min) + self.dice.roll(max - 1.max(min).min(max))),
            Sort::Choice(values) => self.dice.of(&values).to_uppercase(),
            Sort::Integer { min, max, step, .. } => {
                let steps = usize::try_from((max - min) / step).unwrap();
                (min + step * i64::try_from(self.dice.roll(steps)).unwrap()).to_string()
            }
            Sort::Number { max, .. } => format!("{},5", max - 1),
            Sort::Texts { max, length } => vec!["ы".repeat(length); 1 + self.dice.roll(max - 1)].join("\n"),
            Sort::Files { .. } => return self.send(),
            Sort::Objects { min, .. } => {
                let key = match self.world.step() {
                    Step::Ask { input, .. } => Key::of(input),
                    other => panic!("a list within {other:?}"),
                };
                let add = pick(|act| matches!(act, DraftAct::AddItem { .. }));
                let sent = pick(|act| matches!(act, DraftAct::RemoveItem { .. })).len();
                return match (add.first(), done.first()) {
                    (Some(add), _) if sent < min => self.live(&pressed(add.clone())),
                    (_, Some(done)) => self.live(&pressed(done.clone())),
                    (Some(add), None) => self.live(&pressed(add.clone())),
                    (None, None) => self.go(DraftAct::RemoveItem { input: key, index: 0 }),
                };
            }
            Sort::Bool | Sort::Task | Sort::Fixed => return self.press_one(&offered),
        };
        self.live(&Event::Text { text: words });
    }

    /// A file of the wanted sort, mostly; alone, in an album, or by its address.
    fn send(&mut self) {
        let wanted = match self.world.step().clone() {
            Step::Ask { input, .. } => self.specs.iter().find(|spec| spec.name == input).map(|spec| spec.sort.clone()),
            Step::Item { input, field, .. } => {
                let list = self.specs.iter().find(|spec| spec.name == input).map(|spec| spec.sort.clone());
                match list {
                    Some(Sort::Objects { fields, .. }) => {
                        fields.iter().find(|spec| spec.name == field).map(|spec| spec.sort.clone())
                    }
                    _ => None,
                }
            }
            _ => None,
        };
        let media = match wanted {
            Some(Sort::Files { media, .. }) if !self.dice.flip(9) => media,
            _ => *self.dice.of(&[Media::Image, Media::Video, Media::Audio, Media::Document]),
        };
        self.files += 1;
        let count = if self.dice.flip(4) { 1 + self.dice.roll(4) } else { 1 };
        let album = (count > 1).then(|| format!("album {}", self.files));
        for number in 0..count {
            let kind = FileKind::Document;
            let id = format!("file {} {}", self.files, number);
            let seconds =
                matches!(media, Media::Video | Media::Audio).then(|| 1 + u32::try_from(self.dice.roll(70)).unwrap());
            let file = TelegramFile { duration_s: seconds, ..document(&id, kind_of(media).1, 1000) };
            // Telegram may hand an album over in any order.
            let message = i64::try_from(self.files * 10 + (count - number)).unwrap();
            let link = album.is_none() && self.dice.flip(5);
            if link {
                self.live(&Event::Text { text: format!("https://files.example/{}", self.files) });
            } else {
                self.live(&Event::File { kind, file, caption: None, album: album.clone(), message });
            }
        }
        if album.is_some() {
            self.world.clock.advance(std::time::Duration::from_secs(2));
            self.live(&Event::Wake);
        }
        self.settle_some();
    }

    /// Some files turn out to be something else than they seemed.
    fn settle_some(&mut self) {
        if self.world.inputs.iter().all(|row| row.state != InputState::Pending) {
            return;
        }
        match self.dice.roll(7) {
            0 => self.world.settle(InputState::Refused { reason: InputFault::Damaged }),
            1 => {
                let facts = MediaFacts { mime: Some("image/heic".to_owned()), ..MediaFacts::unknown(Media::Image) };
                let (url, uploaded_at) = ("https://kie.example/x".to_owned(), NOON);
                self.world.settle(InputState::Ready { facts, url, uploaded_at });
            }
            2 | 3 => {}
            _ => self.world.prepare(),
        }
        if self.dice.flip(2) {
            self.live(&Event::Wake);
        }
    }
}

fn drive(faces: Vec<u32>) -> Result<(), TestCaseError> {
    let mut dice = Dice { faces, at: 0 };
    let (specs, rules) = schema(&mut dice);
    let source = toml(&specs, &rules, &price(&specs, &mut dice));
    // A price may have no row for what a random rule forbids; such a catalog is refused when it is loaded.
    let Ok(catalog) = Catalog::load(&[("random.toml", &source)]) else { return Ok(()) };
    let model = catalog.model(&domain::ids::ModelId(MODEL.to_owned())).expect("it is in the file").clone();
    let mut world = World::before(Box::leak(Box::new(catalog))).with_money(1_000_000_00);
    world.prepares = false;
    let mut own = generation_of(SOURCE, "1", false, State::Delivered(success(None)));
    own.id = GenerationId::from_bytes([3; 16]);
    world.own = vec![own];
    world.facts.own.clone_from(&world.own);
    world.create(MODEL);
    let mut eager = Eager { world, specs: &specs, dice, files: 0 };
    let steps = eager.dice.roll(25);
    eager.wander(steps);
    eager.arrive();
    let decision = eager.world.act(DraftAct::Confirm);
    let (draft, _) = order(&decision);
    let checked = model.check(&draft.inputs).unwrap_or_else(|problems| panic!("ordered with {problems:?}"));
    prop_assert_eq!(checked.inputs(), &draft.inputs);
    let ready =
        |key: &str| eager.world.inputs.iter().find(|row| row.id.to_string() == key).map(|row| row.state.clone());
    let address = |file: &domain::models::MediaRef| match ready(&file.key.0) {
        Some(InputState::Ready { url, .. }) => Some(url),
        _ => None,
    };
    let payload = model.payload(&checked, address).unwrap_or_else(|why| panic!("{why}: {source}"));
    let payload = Json::Object(payload);
    prop_assert!(form_fits(&specs, &draft.inputs, &payload), "{payload:#} does not fit {source}");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_schema_leads_to_an_order_that_fits_it(faces in prop::collection::vec(any::<u32>(), 60..200)) {
        drive(faces)?;
    }
}

/// The property proves nothing if hardly a schema loads.
#[test]
fn most_random_schemas_are_catalogs() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let strategy = prop::collection::vec(any::<u32>(), 60..200);
    let mut loaded = 0;
    for _ in 0..200 {
        let faces = proptest::strategy::ValueTree::current(&strategy.new_tree(&mut runner).unwrap());
        let mut dice = Dice { faces, at: 0 };
        let (specs, rules) = schema(&mut dice);
        let source = toml(&specs, &rules, &price(&specs, &mut dice));
        match Catalog::load(&[("random.toml", &source)]) {
            Ok(_) => loaded += 1,
            Err(problems) => {
                let accepted = ["price", "combination", "row"];
                let problem = problems[0].to_string();
                assert!(accepted.iter().any(|word| problem.contains(word)), "{problem}\n{source}");
            }
        }
    }
    assert!(loaded > 150, "{loaded} of 200");
}

//! A user with a talk, a wallet and a clock: the facts that `decide` and `render` look at, in one place.

use std::sync::OnceLock;
use std::time::Duration;

use app::conversation::{Context, Decision, Draft, Effect, Step, Talk, decide};
use app::event::{Event, FileKind};
use app::screens::{Canvas, Facts, GenerationFacts, Shop, render};
use app::texts::Texts;
use domain::clock::{Clock, ManualClock, SeededIds, Timestamp};
use domain::generation::{Generation, ResultFile, Results, State, Success};
use domain::ids::{CallbackToken, ChatId, GenerationId, ModelId, TaskId, TransferId, UserId};
use domain::ledger::Wallet;
use domain::models::{Catalog, Inputs, Value};
use domain::money::{Money, PriceFactor};
use domain::ports::{Conversation, Person, Session, TelegramFile};
use domain::quote::{Cost, Quote};
use domain::screen::{Action, Button, DraftAct, GenerationAct, Key, Language, Press, Screen};

/// 2026-11-22 12:00 UTC.
pub(crate) const NOON: Timestamp = Timestamp::from_seconds(1_795_348_800);
pub(crate) const PICTURE: &str = "z-image";
pub(crate) const EDIT: &str = "google/nano-banana-edit";
pub(crate) const VIDEO: &str = "grok-imagine/text-to-video";
pub(crate) const EVERYTHING: &str = "workshop/everything";
pub(crate) const VOICE: &str = "workshop/voice";

macro_rules! config {
    ($file:literal) => {
        ($file, include_str!(concat!("../../../../config/models/", $file)))
    };
}

/// What is really sold.
pub(crate) fn shop() -> &'static Catalog {
    static SHOP: OnceLock<Catalog> = OnceLock::new();
    SHOP.get_or_init(|| {
        let files = [config!("alibaba.toml"), config!("common.toml"), config!("google.toml"), config!("xai.toml")];
        Catalog::load(&files).expect("the catalog's own tests prove it")
    })
}

/// What is really sold, and models that ask all that can be asked.
pub(crate) fn workshop() -> &'static Catalog {
    static WORKSHOP: OnceLock<Catalog> = OnceLock::new();
    WORKSHOP.get_or_init(|| {
        let own = ("workshop.toml", include_str!("workshop.toml"));
        let files = [config!("alibaba.toml"), config!("google.toml"), config!("xai.toml"), own, config!("common.toml")];
        Catalog::load(&files)
            .unwrap_or_else(|problems| panic!("{}", problems.iter().map(|p| format!("{p}\n")).collect::<String>()))
    })
}

pub(crate) fn texts() -> &'static Texts {
    static TEXTS: OnceLock<Texts> = OnceLock::new();
    TEXTS.get_or_init(|| Texts::load().expect("the texts parse"))
}

/// Brings a world to where a test begins.
pub(crate) type Prepare = fn(&mut World);

/// One user and everything around them.
pub(crate) struct World {
    pub(crate) catalog: &'static Catalog,
    pub(crate) factor: PriceFactor,
    pub(crate) session: Session,
    pub(crate) facts: Facts,
    pub(crate) shop: Shop,
    pub(crate) talk: Talk,
    /// The generation that the next event speaks of.
    pub(crate) generation: Option<Generation>,
    pub(crate) live: usize,
    pub(crate) live_max: usize,
    pub(crate) selling: bool,
    pub(crate) clock: ManualClock,
    pub(crate) ids: SeededIds,
}

impl World {
    /// A user with 100 roubles before the real shelves, at 95.50 roubles per dollar.
    pub(crate) fn new() -> Self {
        Self::before(shop())
    }

    pub(crate) fn before(catalog: &'static Catalog) -> Self {
        let person = Person {
            user: UserId::from_bytes([1; 16]),
            chat: ChatId(77),
            first_name: "Анна".to_owned(),
            username: None,
            language: Language::Ru,
            gone: false,
            created_at: NOON,
        };
        Self {
            catalog,
            factor: PriceFactor {
                rate: "95.5".parse().expect("a rate"),
                markup: "2".parse().expect("a markup"),
                step: Money::from_kopecks(10),
            },
            session: Session {
                person,
                conversation: Conversation { version: 1, body: String::new(), window: Some(5) },
                money: Wallet { posted: 100_00, reserved: 0 },
                runs: Wallet::default(),
            },
            facts: Facts::default(),
            shop: Shop { support_contact: Some("@kiebot_help".to_owned()), support_text: None },
            talk: Talk::default(),
            generation: None,
            live: 0,
            live_max: 3,
            selling: true,
            clock: ManualClock::new(NOON),
            ids: SeededIds::new(7),
        }
    }

    pub(crate) fn with_money(mut self, kopecks: i64) -> Self {
        self.session.money = Wallet { posted: kopecks, reserved: 0 };
        self
    }

    /// Decides about `event` without living it.
    pub(crate) fn consider(&self, event: &Event) -> Decision {
        let context = Context {
            catalog: self.catalog,
            factor: self.factor,
            money: self.session.money,
            generation: self.generation.as_ref(),
            live: self.live,
            live_max: self.live_max,
            selling: self.selling,
            now: self.clock.now(),
            clock: &self.clock,
            ids: &self.ids,
        };
        decide(&self.talk, event, &context)
    }

    /// Lives through `event`.
    pub(crate) fn live(&mut self, event: &Event) -> Decision {
        let decision = self.consider(event);
        self.talk = decision.talk.clone();
        decision
    }

    pub(crate) fn press(&mut self, action: Action) -> Decision {
        self.live(&pressed(action))
    }

    /// Presses a button of the draft as it is now.
    pub(crate) fn act(&mut self, act: DraftAct) -> Decision {
        let action = self.draft_action(act);
        self.press(action)
    }

    pub(crate) fn draft_action(&self, act: DraftAct) -> Action {
        let draft = self.draft();
        Action::Draft { draft: draft.id, revision: draft.revision, act }
    }

    pub(crate) fn choose(&mut self, input: &str, choice: &str) -> Decision {
        self.act(DraftAct::Choose { input: Key::of(input), choice: Key::of(choice) })
    }

    pub(crate) fn edit(&mut self, input: &str) -> Decision {
        self.act(DraftAct::Edit { input: Key::of(input) })
    }

    pub(crate) fn done(&mut self, input: &str) -> Decision {
        self.act(DraftAct::Done { input: Key::of(input) })
    }

    pub(crate) fn about(&mut self, generation: &Generation, act: GenerationAct) -> Decision {
        self.generation = Some(generation.clone());
        self.press(Action::Generation { generation: generation.id, act })
    }

    pub(crate) fn create(&mut self, model: &str) -> Decision {
        self.press(Action::Create { model: Key::of(model) })
    }

    pub(crate) fn say(&mut self, text: &str) -> Decision {
        self.live(&Event::Text { text: text.to_owned() })
    }

    pub(crate) fn command(&mut self, line: &str) -> Decision {
        self.live(&command(line))
    }

    pub(crate) fn photo(&mut self, id: &str) -> Decision {
        self.live(&sent(FileKind::Photo, photo(id), None))
    }

    pub(crate) fn draft(&self) -> &Draft {
        self.talk.draft.as_ref().expect("a draft is open")
    }

    pub(crate) fn step(&self) -> &Step {
        &self.draft().step
    }

    pub(crate) fn input(&self, name: &str) -> Option<&Value> {
        self.draft().inputs.get(name)
    }

    /// The name of the input that is asked for.
    pub(crate) fn asked(&self) -> &str {
        match self.step() {
            Step::Ask { input } => input,
            other => panic!("nothing is asked: {other:?}"),
        }
    }

    /// The quote on the confirm screen.
    pub(crate) fn quote(&self) -> Quote {
        match self.step() {
            Step::Review { quote } => *quote,
            other => panic!("this is not the confirm screen: {other:?}"),
        }
    }

    /// The key of the notice, or nothing.
    pub(crate) fn notice(&self) -> &str {
        self.talk.notice.as_ref().map_or("", |notice| notice.key.as_str())
    }

    pub(crate) fn render(&self, language: Language) -> Screen {
        let canvas = Canvas {
            words: texts().in_language(language),
            catalog: self.catalog,
            factor: self.factor,
            session: &self.session,
            facts: &self.facts,
            shop: &self.shop,
            now: self.clock.now(),
        };
        render(&self.talk, &canvas)
    }

    /// A confirmed draft of [`PICTURE`], one press before its order.
    pub(crate) fn at_review(mut self) -> Self {
        self.create(PICTURE);
        self.say("Рыжий кот в скафандре");
        assert!(matches!(self.step(), Step::Review { .. }));
        self
    }
}

/// The order that a decision made.
pub(crate) fn order(decision: &Decision) -> (&Draft, &Quote) {
    match &decision.effect {
        Some(Effect::Order(draft, quote)) => (draft, quote),
        other => panic!("no order: {other:?}"),
    }
}

pub(crate) fn pressed(action: Action) -> Event {
    Event::Press { query: "q".to_owned(), message: Some(5), action: Some(action) }
}

pub(crate) fn command(line: &str) -> Event {
    let (name, arguments) = line.split_once(' ').unwrap_or((line, ""));
    Event::Command { name: name.to_owned(), arguments: arguments.to_owned() }
}

pub(crate) fn sent(kind: FileKind, file: TelegramFile, caption: Option<&str>) -> Event {
    Event::File { kind, file, caption: caption.map(str::to_owned), album: None, message: 9 }
}

/// A photo of 1280 x 960 pixels and 200 kB.
pub(crate) fn photo(id: &str) -> TelegramFile {
    TelegramFile {
        file_id: id.to_owned(),
        unique_id: id.to_owned(),
        size: Some(200_000),
        mime: None,
        width: Some(1280),
        height: Some(960),
        duration_s: None,
        file_name: None,
    }
}

/// A file as it is.
pub(crate) fn document(id: &str, mime: &str, size: u64) -> TelegramFile {
    TelegramFile { size: Some(size), mime: Some(mime.to_owned()), width: None, height: None, ..photo(id) }
}

/// Something that was ordered 41 seconds before noon for 3.90 roubles.
pub(crate) fn generation(state: State) -> Generation {
    generation_of(EDIT, "4", false, state)
}

pub(crate) fn generation_of(model: &str, credits: &str, metered: bool, state: State) -> Generation {
    let created_at = NOON - Duration::from_secs(41);
    let factor = World::new().factor;
    let cost = Cost { credits: credits.parse().expect("credits"), metered };
    let inputs = Inputs::new().with("prompt", Value::text("Лес осенью"));
    Generation {
        id: GenerationId::from_bytes([9; 16]),
        user: UserId::from_bytes([1; 16]),
        chat: ChatId(77),
        model: ModelId(model.to_owned()),
        inputs: serde_json::to_value(inputs).expect("inputs are JSON"),
        quote: Quote::new(cost, factor, created_at).expect("a price"),
        hold: TransferId::from_bytes([8; 16]),
        token: CallbackToken::from_text("t".to_owned()),
        state,
        since: created_at,
        created_at,
        relinked: false,
        progress_message: None,
    }
}

/// A picture that took 38 seconds.
pub(crate) fn success(cost: Option<&str>) -> Success {
    let file =
        ResultFile { url: "https://kie.example/1.png".to_owned(), title: None, cover_url: None, duration_ms: None };
    Success {
        task: TaskId("task".to_owned()),
        results: Results { files: vec![file], text: None, unknown: None },
        cost: cost.map(|credits| credits.parse().expect("credits")),
        took_ms: 38_400,
    }
}

pub(crate) fn facts_of(generation: Generation, ahead: u64) -> Facts {
    let generation = Some(GenerationFacts { generation, ahead, usual: Duration::from_secs(40) });
    Facts { generation, ..Facts::default() }
}

/// The actions of a screen's buttons, in order.
pub(crate) fn actions(screen: &Screen) -> Vec<Action> {
    let action = |button: &Button| match &button.press {
        Press::Action(action) => Some(action.clone()),
        Press::Url(_) | Press::Copy(_) => None,
    };
    screen.keyboard.iter().flatten().filter_map(action).collect()
}

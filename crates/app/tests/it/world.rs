//! A user with a talk, a wallet and a clock: the facts that `decide` and `render` look at, in one place.

use std::sync::{Mutex, OnceLock};
use std::time::Duration;

use app::conversation::{Context, Decision, Draft, Effect, Step, Talk, decide};
use app::event::{Event, FileKind};
use app::free::FreeNow;
use app::screens::{Canvas, Facts, GenerationFacts, Shop, render};
use app::search::Search;
use app::texts::Texts;
use domain::clock::{Clock, ManualClock, SeededIds, Timestamp};
use domain::free::Funding;
use domain::generation::{Generation, ResultFile, Results, State, Success};
use domain::ids::{CallbackToken, ChatId, GenerationId, ModelId, TaskId, TransferId, UserId};
use domain::ledger::Wallet;
use domain::models::{Catalog, Inputs, Media, MediaFacts, MediaRef, Value};
use domain::money::{Money, PriceFactor};
use domain::pause::PauseReason;
use domain::ports::{Conversation, InputFile, InputState, PartMark, Person, Session, TelegramFile};
use domain::promo::PromoState;
use domain::quote::{Cost, Quote};
use domain::screen::{Action, Button, DraftAct, GenerationAct, Key, Language, Press, Screen};
use domain::staff::{Actor, Role, Standing};

/// 2026-11-22 12:00 UTC.
pub(crate) const NOON: Timestamp = Timestamp::from_seconds(1_795_348_800);
pub(crate) const PICTURE: &str = "z-image";
pub(crate) const EDIT: &str = "google/nano-banana-edit";
pub(crate) const VIDEO: &str = "grok-imagine/text-to-video";
pub(crate) const EVERYTHING: &str = "workshop/everything";
pub(crate) const VOICE: &str = "workshop/voice";

/// Every file under `config/models` by name, with its text; but what is free has to be paid for, except in [`fair`].
fn shelves() -> Vec<(String, String)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../config/models");
    let files = std::fs::read_dir(folder).expect("the catalog's folder").map(|entry| {
        let path = entry.expect("a readable folder").path();
        let text = std::fs::read_to_string(&path).expect("a readable file");
        (path.file_name().unwrap_or_default().to_string_lossy().into_owned(), text)
    });
    let mut files: Vec<_> = files.filter(|(name, _)| name != "free.toml").collect();
    files.sort();
    files
}

fn stocked(files: &[(String, String)]) -> Catalog {
    let files: Vec<_> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    Catalog::load(&files)
        .unwrap_or_else(|problems| panic!("{}", problems.iter().map(|p| format!("{p}\n")).collect::<String>()))
}

/// What is really sold.
pub(crate) fn shop() -> &'static Catalog {
    static SHOP: OnceLock<Catalog> = OnceLock::new();
    SHOP.get_or_init(|| stocked(&shelves()))
}

/// What is really sold, and models that ask all that can be asked.
pub(crate) fn workshop() -> &'static Catalog {
    static WORKSHOP: OnceLock<Catalog> = OnceLock::new();
    WORKSHOP.get_or_init(|| {
        let mut files = shelves();
        files.push(("workshop.toml".to_owned(), include_str!("workshop.toml").to_owned()));
        stocked(&files)
    })
}

/// The [`workshop`], with free ones of some models.
pub(crate) fn bazaar() -> &'static Catalog {
    static BAZAAR: OnceLock<Catalog> = OnceLock::new();
    BAZAAR.get_or_init(|| {
        let mut files = shelves();
        files.push(("workshop.toml".to_owned(), include_str!("workshop.toml").to_owned()));
        files.push(("free.toml".to_owned(), include_str!("../../../../config/models/free.toml").to_owned()));
        stocked(&files)
    })
}

/// What a few vendors sell, and made-up models that go on from a result: it does not grow with what is really sold.
pub(crate) fn studio() -> &'static Catalog {
    static STUDIO: OnceLock<Catalog> = OnceLock::new();
    STUDIO.get_or_init(|| {
        let known = ["common.toml", "alibaba.toml", "google.toml", "xai.toml"];
        let mut files: Vec<_> = shelves().into_iter().filter(|(name, _)| known.contains(&name.as_str())).collect();
        files.push(("workshop.toml".to_owned(), include_str!("workshop.toml").to_owned()));
        files.push(("studio.toml".to_owned(), include_str!("studio.toml").to_owned()));
        stocked(&files)
    })
}

/// A few vendors' models, some of them free: [`PICTURE`] twice an hour and three times a day.
pub(crate) fn fair() -> &'static Catalog {
    static FAIR: OnceLock<Catalog> = OnceLock::new();
    FAIR.get_or_init(|| {
        let known = ["common.toml", "alibaba.toml", "recraft.toml", "google.toml"];
        let mut files: Vec<_> = shelves().into_iter().filter(|(name, _)| known.contains(&name.as_str())).collect();
        let free = include_str!("../../../../config/models/free.toml");
        files.push(("free.toml".to_owned(), free.to_owned()));
        stocked(&files)
    })
}

/// Nothing but pictures.
pub(crate) fn gallery() -> &'static Catalog {
    static GALLERY: OnceLock<Catalog> = OnceLock::new();
    GALLERY.get_or_init(|| {
        let known = ["common.toml", "alibaba.toml"];
        stocked(&shelves().into_iter().filter(|(name, _)| known.contains(&name.as_str())).collect::<Vec<_>>())
    })
}

/// In Moscow's days and hours.
/// The search over a catalog, made once for each: it takes longer than a test.
fn search_of(catalog: &'static Catalog) -> &'static Search {
    static MADE: Mutex<Vec<(&'static Catalog, &'static Search)>> = Mutex::new(Vec::new());
    let mut made = MADE.lock().unwrap();
    if let Some((_, search)) = made.iter().find(|(of, _)| std::ptr::eq(*of, catalog)) {
        return search;
    }
    let search: &'static Search = Box::leak(Box::new(Search::new(catalog)));
    made.push((catalog, search));
    search
}

pub(crate) fn texts() -> &'static Texts {
    static TEXTS: OnceLock<Texts> = OnceLock::new();
    TEXTS.get_or_init(|| {
        let zone = jiff::tz::TimeZone::get("Europe/Moscow").expect("it is built in");
        Texts::load().expect("the texts parse").in_zone(zone)
    })
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
    /// What Telegram took of its result.
    pub(crate) sent: Vec<PartMark>,
    /// What the user has had for nothing.
    pub(crate) free: FreeNow,
    /// The promo code that the next event names.
    pub(crate) promo: Option<PromoState>,
    /// The input files that are known.
    pub(crate) inputs: Vec<InputFile>,
    /// The own generations that the open question offers.
    pub(crate) own: Vec<Generation>,
    /// Files are ready as soon as they arrive.
    pub(crate) prepares: bool,
    pub(crate) search: &'static Search,
    /// What the user is at the owner's desk.
    pub(crate) role: Option<Role>,
    pub(crate) live: usize,
    pub(crate) live_max: usize,
    pub(crate) order_wait: Option<Duration>,
    pub(crate) selling: bool,
    /// Why they are not sold, if it is not the desk's word.
    pub(crate) paused: Option<PauseReason>,
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
            silent: false,
            news: true,
            blocked: false,
            origin: None,
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
            shop: Shop { support_contact: Some("@kiebot_help".to_owned()), support_text: None, ..Shop::default() },
            talk: Talk::default(),
            generation: None,
            sent: Vec::new(),
            free: FreeNow::default(),
            promo: None,
            inputs: Vec::new(),
            own: Vec::new(),
            prepares: true,
            search: search_of(catalog),
            role: None,
            live: 0,
            live_max: 3,
            order_wait: None,
            selling: true,
            paused: None,
            clock: ManualClock::new(NOON),
            ids: SeededIds::new(7),
        }
    }

    /// The shelves become others under the user's hands.
    pub(crate) fn restock(&mut self, catalog: &'static Catalog) {
        (self.catalog, self.search) = (catalog, search_of(catalog));
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
            runs: self.session.runs,
            free: &self.free,
            promo: self.promo.as_ref(),
            generation: self.generation.as_ref(),
            sent: &self.sent,
            inputs: &self.inputs,
            own: &self.own,
            search: self.search,
            actor: self.actor(),
            user: self.session.person.user,
            blocked: self.session.person.blocked,
            live: self.live,
            live_max: self.live_max,
            order_wait: self.order_wait,
            ways: &[],
            invoice: None,
            invoices: &[],
            credited: None,
            selling: self.selling,
            paused: self.paused,
            selling_note: None,
            now: self.clock.now(),
            clock: &self.clock,
            ids: &self.ids,
        };
        decide(&self.talk, event, &context)
    }

    fn actor(&self) -> Option<Actor> {
        let standing = Standing::Configured;
        self.role.map(|role| Actor { chat: self.session.person.chat, role, standing })
    }

    /// Lives through `event`.
    pub(crate) fn live(&mut self, event: &Event) -> Decision {
        let decision = self.consider(event);
        self.talk = decision.talk.clone();
        self.inputs.extend(decision.inputs.iter().cloned());
        if self.prepares {
            self.prepare();
            let waits = |draft: &Draft| draft.step == Step::Preparing;
            if self.talk.draft.as_ref().is_some_and(waits) && *event != Event::Wake {
                self.live(&Event::Wake);
            }
        }
        decision
    }

    /// Every file that waits is ready, and is what it was taken for.
    pub(crate) fn prepare(&mut self) {
        let drafted = self.talk.draft.iter().flat_map(|draft| draft.inputs.files());
        let stashed = self.talk.stash.iter().flat_map(|stash| stash.files.iter().map(|arrival| &arrival.file));
        let known: Vec<MediaRef> = drafted.chain(stashed).cloned().collect();
        let uploaded_at = self.clock.now();
        for row in self.inputs.iter_mut().filter(|row| row.state == InputState::Pending) {
            let facts = known.iter().find(|file| file.key.0 == row.id.to_string()).map(|file| file.facts.clone());
            let facts = facts.unwrap_or_else(|| MediaFacts::unknown(Media::Image));
            row.state = InputState::Ready { facts, url: format!("https://kie.example/{}", row.id), uploaded_at };
        }
    }

    /// The file that arrived last turns out to be this.
    pub(crate) fn settle(&mut self, state: InputState) {
        self.inputs.last_mut().expect("a file arrived").state = state;
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
            Step::Ask { input, .. } => input,
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
            search: self.search,
            factor: self.factor,
            session: &self.session,
            actor: self.actor(),
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
        family: domain::models::ApiFamily::Market,
        inputs: serde_json::to_value(inputs).expect("inputs are JSON"),
        quote: Quote::new(cost, factor, created_at).expect("a price"),
        funding: Funding::Money(TransferId::from_bytes([8; 16])),
        token: CallbackToken::from_text("t".to_owned()),
        state,
        since: created_at,
        created_at,
        relinked: false,
        progress_message: None,
        made_from: None,
        trial: false,
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
    let usual = Duration::from_secs(40);
    let generation = Some(GenerationFacts { generation, ahead, rests: false, usual, rare: None, favourite: false });
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

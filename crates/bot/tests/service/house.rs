//! The app between the fakes, with a store in memory and a hand-moved clock.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use app::event::{Event, FileKind, Incoming, Sender};
use app::intake::UpdateOutcome;
use app::screens::Shop;
use app::service::{App, Parts, PaymentTerms, ReferralTerms, Settings};
use app::texts::{Texts, source};
use domain::allowance::Allowance;
use domain::clock::{Clock, ManualClock, SeededIds, Timestamp};
use domain::generation::Generation;
use domain::ids::ChatId;
use domain::ledger::Amount;
use domain::ledger::Provider;
use domain::models::Catalog;
use domain::money::{Money, PriceFactor};
use domain::payment::StarsRate;
use domain::ports::{Claim, HistoryQuery, JobKind, RateSource, Session, Store, TelegramFile, UpdateKey};
use domain::screen::{Action, DraftAct, Key, Language};
use jiff::tz::TimeZone;
use storage::memory::{Fault, FaultyStore, MemoryStore};
use tokio::task::JoinSet;

use crate::around::Around;
use crate::cashier::Cashier;
use crate::ear::ear;
use crate::kie::Kie;
use crate::leaks::Leaks;
use crate::rate::Rates;
use crate::telegram::Telegram;

pub(crate) const OWNER: ChatId = ChatId(1);
pub(crate) const PARTNER: ChatId = ChatId(2);
pub(crate) const ANN: ChatId = ChatId(501);
/// For 0.8 credits.
pub(crate) const PICTURE: &str = "z-image";
/// Made up: metered, for four credits at most.
pub(crate) const METERED: &str = "house/metered";
/// Made up: with a dedicated endpoint and its note.
pub(crate) const FILM: &str = "house/film";
/// Given to each newcomer, in kopecks.
pub(crate) const WELCOME: i64 = 10_000;

pub(crate) struct House {
    pub(crate) app: Arc<App>,
    pub(crate) store: Arc<MemoryStore>,
    pub(crate) telegram: Arc<Telegram>,
    pub(crate) kie: Arc<Kie>,
    /// How updates come.
    pub(crate) around: Arc<Around>,
    /// Telegram as one who takes money.
    pub(crate) stars: Arc<Cashier>,
    /// Another one, who can be asked how an invoice stands.
    pub(crate) cards: Arc<Cashier>,
    pub(crate) clock: Arc<ManualClock>,
    /// Says what a dollar costs, if anybody does.
    pub(crate) rates: Option<Arc<Rates>>,
    pub(crate) catalog: Arc<Catalog>,
    pub(crate) ids: Arc<SeededIds>,
    settings: Settings,
    faults: Faults,
    updates: AtomicI64,
    leaks: Mutex<Leaks>,
}

/// Calls of the store in the order in which they are waited for, and what befalls each; all other calls go well. All of them are counted.
type Faults = Arc<Mutex<(VecDeque<(&'static str, Fault)>, BTreeMap<&'static str, u64>)>>;

impl House {
    /// Two owners, a welcome bonus of 100 roubles, one vendor's models and the made-up ones.
    pub(crate) fn open() -> Self {
        Self::open_with(|_| ())
    }

    /// The same with other settings.
    pub(crate) fn open_with(change: impl FnOnce(&mut Settings)) -> Self {
        Self::furnish("", None, change)
    }

    /// The same with somebody who says what a dollar costs.
    pub(crate) fn open_with_rates(rates: &Arc<Rates>) -> Self {
        Self::furnish("", Some(Arc::clone(rates)), |_| ())
    }

    /// Newcomers get nothing but free ones of [`PICTURE`]: two an hour, three a day.
    pub(crate) fn fair() -> Self {
        let free = "[free]\n\"z-image\" = { day = 3, hour = 2 }";
        Self::furnish(free, None, |settings| settings.welcome = Money::ZERO)
    }

    fn furnish(free: &str, rates: Option<Arc<Rates>>, change: impl FnOnce(&mut Settings)) -> Self {
        // From the first word on.
        ear();
        let clock = Arc::new(ManualClock::new(Timestamp::from_seconds(1_795_348_800)));
        let store = Arc::new(MemoryStore::new(clock.clone()));
        let (telegram, kie) = (Arc::new(Telegram::default()), Arc::new(Kie::default()));
        let around = Arc::new(Around::default());
        let (stars, cards) = (Cashier::new(Provider::Stars), Cashier::new(Provider::Yookassa));
        let (stars, cards) = (Arc::new(stars), Arc::new(cards));
        let models = [
            ("alibaba.toml", include_str!("../../../../config/models/alibaba.toml")),
            ("common.toml", include_str!("../../../../config/models/common.toml")),
            ("house.toml", include_str!("house.toml")),
            ("free.toml", free),
        ];
        let catalog = Arc::new(Catalog::load(&models).expect("the catalog's own tests prove it"));
        let (ids, faults, mut settings) = (Arc::new(SeededIds::new(7)), Faults::default(), settings());
        change(&mut settings);
        let parts = Parts {
            store: Arc::new(faulty(&store, &faults)),
            office: store.clone(),
            outreach: store.clone(),
            watch: store.clone(),
            event_log: store.clone(),
            surroundings: around.clone(),
            reports: store.clone(),
            charts: Arc::new(charts::PngCharts),
            generator: kie.clone(),
            messenger: telegram.clone(),
            files: telegram.clone(),
            prober: kie.clone(),
            rate_source: rates.clone().map(|rates| -> Arc<dyn RateSource> { rates }),
            gates: vec![stars.clone(), cards.clone()],
            catalog: catalog.clone(),
            texts: Texts::load().expect("the texts parse"),
            clock: clock.clone(),
            ids: ids.clone(),
        };
        let app = Arc::new(App::new(parts, settings.clone()));
        app.introduce("house_bot".to_owned());
        Self {
            app,
            store,
            telegram,
            kie,
            around,
            stars,
            cards,
            clock,
            rates,
            catalog,
            ids,
            settings,
            faults,
            updates: AtomicI64::new(1),
            leaks: Mutex::default(),
        }
    }

    /// A new process before the same store and the same outside.
    pub(crate) fn restart(&mut self) {
        self.app = self.another(&self.settings.instance);
    }

    /// One more instance before the same store and the same outside.
    pub(crate) fn another(&self, instance: &str) -> Arc<App> {
        let parts = Parts {
            store: Arc::new(faulty(&self.store, &self.faults)),
            office: self.store.clone(),
            outreach: self.store.clone(),
            watch: self.store.clone(),
            event_log: self.store.clone(),
            surroundings: self.around.clone(),
            reports: self.store.clone(),
            charts: Arc::new(charts::PngCharts),
            generator: self.kie.clone(),
            messenger: self.telegram.clone(),
            files: self.telegram.clone(),
            prober: self.kie.clone(),
            rate_source: self.rates.clone().map(|rates| -> Arc<dyn RateSource> { rates }),
            gates: vec![self.stars.clone(), self.cards.clone()],
            catalog: self.catalog.clone(),
            texts: Texts::load().expect("the texts parse"),
            clock: self.clock.clone(),
            ids: self.ids.clone(),
        };
        let settings = Settings { instance: instance.to_owned(), ..self.settings.clone() };
        Arc::new(App::new(parts, settings))
    }

    /// The next calls of these methods, in this order, meet this.
    pub(crate) fn store_fails(&self, faults: &[(&'static str, Fault)]) {
        self.faults.lock().unwrap().0.extend(faults);
    }

    /// How often the app has called this method of the store.
    pub(crate) fn calls(&self, method: &str) -> u64 {
        self.faults.lock().unwrap().1.get(method).copied().unwrap_or(0)
    }

    pub(crate) async fn event(&self, chat: ChatId, event: Event) {
        let update = self.updates.fetch_add(1, Ordering::Relaxed);
        assert_eq!(self.update(update, chat, event).await, UpdateOutcome::Done);
    }

    /// The same number is the repeat of the same update.
    pub(crate) async fn update(&self, update: i64, chat: ChatId, event: Event) -> UpdateOutcome {
        if let Event::Text { text } | Event::File { caption: Some(text), .. } = &event {
            self.leaks.lock().unwrap().text(text);
        }
        let sender = Sender {
            chat,
            first_name: format!("User {chat}"),
            username: Some(format!("user{chat}")),
            language: Some("en".to_owned()),
        };
        let incoming = Incoming { key: UpdateKey { bot: 9, update }, sender, event };
        self.app.take_update(incoming, Vec::new()).await
    }

    pub(crate) async fn start(&self, chat: ChatId) {
        self.event(chat, Event::Command { name: "start".to_owned(), arguments: String::new() }).await;
    }

    pub(crate) async fn say(&self, chat: ChatId, text: &str) {
        self.event(chat, Event::Text { text: text.to_owned() }).await;
    }

    pub(crate) async fn send_photo(&self, chat: ChatId, message: i64, caption: Option<&str>) {
        let file = TelegramFile {
            file_id: "photo".to_owned(),
            unique_id: "photo".to_owned(),
            size: Some(9),
            mime: None,
            width: Some(8),
            height: Some(6),
            duration_s: None,
            file_name: None,
        };
        let caption = caption.map(str::to_owned);
        self.event(chat, Event::File { kind: FileKind::Photo, file, caption, album: None, message }).await;
    }

    pub(crate) async fn press(&self, chat: ChatId, action: Action) {
        self.event(chat, pressed(action)).await;
    }

    /// Up to the confirm button of a picture; returns its press.
    pub(crate) async fn at_confirm(&self, chat: ChatId) -> Event {
        self.at_confirm_of(chat, PICTURE).await
    }

    /// The same of a model that asks for nothing but words.
    pub(crate) async fn at_confirm_of(&self, chat: ChatId, model: &str) -> Event {
        self.press(chat, Action::Create { model: Key::of(model) }).await;
        self.say(chat, "a lighthouse").await;
        self.confirm_of(chat).await
    }

    /// The press on the confirm button that is shown.
    pub(crate) async fn confirm_of(&self, chat: ChatId) -> Event {
        let session = self.session(chat).await.expect("a known user");
        let talk: app::conversation::Talk = serde_json::from_str(&session.conversation.body).expect("a talk");
        let draft = talk.draft.expect("a draft");
        pressed(Action::Draft { draft: draft.id, revision: draft.revision, act: DraftAct::Confirm })
    }

    /// Does all that is due, again and again, until nothing is; time moves by itself over waits of up to a minute.
    pub(crate) async fn work(&self) {
        self.work_on(&JobKind::ALL, false).await;
    }

    /// Does what is due by now, until nothing is; time stands still.
    pub(crate) async fn work_now(&self) {
        for _ in 0..100 {
            let (kinds, now) = (&JobKind::ALL, self.clock.now());
            let claim = Claim { kinds, owner: "house", now, lease: self.settings.lease, limit: 8 };
            let claimed = self.store.claim(claim).await.unwrap();
            if claimed.is_empty() {
                return;
            }
            for lease in claimed {
                self.app.work(lease).await;
            }
        }
        panic!("the work does not end");
    }

    /// The same, but nothing durable is sent.
    pub(crate) async fn work_but_for_messages(&self) {
        self.work_on(&[JobKind::Generation, JobKind::Input, JobKind::Wake], false).await;
    }

    /// All that is due at once is done at once.
    pub(crate) async fn work_at_once(&self) {
        self.work_on(&JobKind::ALL, true).await;
    }

    async fn work_on(&self, kinds: &[JobKind], at_once: bool) {
        const WAIT: Duration = Duration::from_secs(60);
        for _ in 0..100 {
            let now = self.clock.now();
            let claim = Claim { kinds, owner: "house", now, lease: self.settings.lease, limit: 8 };
            let claimed = self.store.claim(claim).await.unwrap();
            if claimed.is_empty() {
                match self.store.next_due(kinds).unwrap() {
                    Some(due) if due.since(now) <= WAIT => self.clock.advance(due.since(now)),
                    _ => return,
                }
            }
            let mut works = JoinSet::new();
            for lease in claimed {
                let app = Arc::clone(&self.app);
                works.spawn(async move { app.work(lease).await });
                while !at_once && works.join_next().await.is_some() {}
            }
            works.join_all().await;
        }
        panic!("the work does not end");
    }

    pub(crate) async fn session(&self, chat: ChatId) -> Option<Session> {
        self.store.session(chat).await.unwrap()
    }

    pub(crate) async fn generations(&self, chat: ChatId) -> Vec<Generation> {
        let user = self.session(chat).await.expect("a known user").person.user;
        let query = HistoryQuery { user, models: None, with_result: false, skip: 0, limit: 10 };
        self.store.history(query).await.unwrap()
    }

    /// The books must be sound at the end of every case.
    pub(crate) async fn audit(&self) {
        let report = self.store.audit().await.unwrap();
        assert!(report.is_clean(), "{report:?}");
        for chat in [OWNER, PARTNER, ANN] {
            if self.session(chat).await.is_none() {
                continue;
            }
            for generation in self.generations(chat).await {
                self.leaks.lock().unwrap().secret("a callback's token", generation.token.expose());
            }
        }
        self.listen();
    }

    /// Nothing that must not be told was told.
    fn listen(&self) {
        let leaks = self.leaks.lock().unwrap();
        leaks.check("the log", &ear().log());
        leaks.check("the page of figures", &ear().figures());
    }
}

impl Drop for House {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.listen();
        }
    }
}

fn faulty(store: &Arc<MemoryStore>, faults: &Faults) -> FaultyStore<MemoryStore> {
    let faults = Arc::clone(faults);
    FaultyStore::new(store.clone(), move |call| {
        let (faults, calls) = &mut *faults.lock().unwrap();
        *calls.entry(call.method).or_default() += 1;
        match faults.front() {
            Some((method, fault)) if *method == call.method => {
                let fault = *fault;
                faults.pop_front();
                fault
            }
            _ => Fault::None,
        }
    })
}

pub(crate) fn settings() -> Settings {
    Settings {
        bot: 9,
        instance: "house".to_owned(),
        factor: PriceFactor {
            rate: "95".parse().unwrap(),
            markup: "2".parse().unwrap(),
            step: Money::from_kopecks(10),
        },
        shop: Shop { support_contact: Some("@help".to_owned()), support_text: None, ..Shop::default() },
        zone: TimeZone::UTC,
        owners: vec![OWNER, PARTNER],
        welcome: Money::from_kopecks(WELCOME),
        referral: ReferralTerms { invited: Amount::runs(3), inviter: Amount::runs(5), day_max: 2 },
        payments: PaymentTerms {
            stars: StarsRate::per_rouble(10_000).unwrap(),
            bank: None,
            invoice_life: Duration::from_secs(3600),
            bank_life: Duration::from_secs(3600),
        },
        live_max: 5,
        // People of the tests are faster than others; the limits have tests of their own.
        user_updates: Allowance { burst: 1, interval: Duration::ZERO },
        orders_per_minute: 1000,
        send_budget: Duration::from_secs(60),
        lease: Duration::from_secs(120),
        create_budget: Duration::from_secs(30),
        answer_wait_min: Duration::from_secs(600),
        dedicated: std::collections::BTreeSet::new(),
        losses_to_stop: 3,
        poll_min: Duration::from_secs(2),
        callback_base: None,
        alone_max: Money::from_kopecks(500_000),
        selling_pause: Duration::from_secs(300),
    }
}

pub(crate) fn pressed(action: Action) -> Event {
    Event::Press { query: "q".to_owned(), message: None, action: Some(action) }
}

/// What a text says before its first argument, on its first line, in English.
pub(crate) fn words(key: &str) -> String {
    let line = source(Language::En).lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(" = "));
    let line = line.unwrap_or_else(|| panic!("no text `{key}`")).trim_start_matches(r#"{"\u000A"}"#);
    let words = line.split('{').next().unwrap_or(line);
    ["<b>", "</b>", "<i>", "</i>"].iter().fold(words.to_owned(), |words, mark| words.replace(mark, ""))
}

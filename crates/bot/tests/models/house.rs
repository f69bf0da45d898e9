//! The house under test: the real parts wired as `serve` wires them, between the simulators, worked step by step.

use std::collections::BTreeSet;
use std::num::NonZeroU32;
use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Once};
use std::time::Duration;

use app::intake::UpdateOutcome;
use app::screens::Shop;
use app::service::{App, Parts, PaymentTerms, ReferralTerms, Settings};
use app::texts::Texts;
use domain::allowance::Allowance;
use domain::clock::{Clock, ManualClock, SeededIds, Timestamp};
use domain::ledger::Amount;
use domain::models::{ApiFamily, Catalog, Model};
use domain::money::{Money, PriceFactor};
use domain::payment::StarsRate;
use domain::ports::{Claim, JobKind, Store};
use jiff::tz::TimeZone;
use kie_client::KieClient;
use probe::HeaderProber;
use sandbox::kie::{CallbackFault, Credits, KieOptions, KieSimulator, Pace};
use sandbox::telegram::{SimulatorOptions, TelegramSimulator};
use serde_json::{Value, json};
use storage::memory::MemoryStore;
use telegram_adapter::{TelegramFiles, TelegramMessenger, UploadLimits};

use crate::ear::ear;
use crate::leaks::Leaks;
use crate::played::add_played;

const KIE_KEY: &str = "kie-key-of-the-model-tests";
/// Where KIE is told to call back. It does not: what it would say is asked for.
pub(crate) const CALLBACK_BASE: &str = "http://127.0.0.1:9";
/// Given to each newcomer (a million roubles): enough for the dearest model and the one that it builds on.
pub(crate) const WELCOME: Money = Money::from_kopecks(100_000_000);
/// Work that is due later than this belongs to nobody's order.
const WAIT: Duration = Duration::from_secs(60);
/// Rounds of claims until nothing is left to do; an order takes about a dozen.
const ROUNDS_MAX: usize = 100;

/// Which way of KIE's API the orders go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// The unified one.
    Market,
    /// The older endpoint of each model that has one.
    Dedicated,
}

/// Everything of one test.
pub(crate) struct House {
    pub(crate) catalog: Arc<Catalog>,
    pub(crate) store: Arc<MemoryStore>,
    pub(crate) telegram: TelegramSimulator,
    pub(crate) kie: KieSimulator,
    pub(crate) way: Way,
    pub(crate) factor: PriceFactor,
    pub(crate) http: reqwest::Client,
    clock: Arc<ManualClock>,
    app: Arc<App>,
    bot: i64,
    /// The last update that was taken.
    taken: AtomicI64,
}

impl House {
    pub(crate) async fn open(way: Way) -> Self {
        // From the first word on.
        ear();
        let clock = Arc::new(ManualClock::new(Timestamp::from_seconds(1_795_348_800)));
        let telegram = TelegramSimulator::start(SimulatorOptions::new(clock.clone())).await.expect("a free port");
        let kie = KieSimulator::start(kie_options(clock.clone())).await.expect("a free port");
        kie.callbacks(Some(CallbackFault::Lost));
        let client = telegram_adapter::Client::new(telegram_adapter::Options {
            api_url: telegram.base_url(),
            ..telegram_adapter::Options::new(telegram.token().into())
        })
        .expect("the simulator's own address and token");
        let bot = client.bot_id();
        let (catalog, store) = (Arc::new(catalog()), Arc::new(MemoryStore::new(clock.clone())));
        let dedicated = match way {
            Way::Market => BTreeSet::new(),
            Way::Dedicated => catalog.all().filter_map(Model::dedicated).map(|dedicated| dedicated.family).collect(),
        };
        let settings = settings(bot, dedicated);
        let factor = settings.factor;
        let parts = Parts {
            store: store.clone(),
            office: store.clone(),
            outreach: store.clone(),
            watch: store.clone(),
            event_log: store.clone(),
            surroundings: Arc::new(Nowhere),
            reports: store.clone(),
            charts: Arc::new(charts::PngCharts),
            generator: Arc::new(generator(&kie)),
            messenger: Arc::new(TelegramMessenger::new(client.clone(), telegram_pace(), UploadLimits::TELEGRAM)),
            files: Arc::new(TelegramFiles::new(client)),
            prober: Arc::new(HeaderProber),
            rate_source: None,
            gates: Vec::new(),
            catalog: catalog.clone(),
            texts: Texts::load().expect("the texts parse"),
            clock: clock.clone(),
            ids: Arc::new(SeededIds::new(7)),
        };
        let app = Arc::new(App::new(parts, settings));
        let taken = AtomicI64::new(0);
        Self { catalog, store, telegram, kie, way, factor, http: http(), clock, app, bot, taken }
    }

    /// The models that are sold.
    pub(crate) fn sold(&self) -> impl Iterator<Item = &Model> {
        sold(&self.catalog)
    }

    /// Takes what Telegram has for the bot, and does all the work that comes of it.
    pub(crate) async fn go_on(&self) -> Result<(), String> {
        for update in self.updates().await? {
            self.taken.store(update["update_id"].as_i64().ok_or("an update without a number")?, Ordering::Relaxed);
            let body = update.to_string().into_bytes();
            let incoming = telegram_adapter::read_update(self.bot, &body).map_err(|error| error.to_string())?;
            let outcome = self.app.take_update(incoming, body).await;
            if outcome != UpdateOutcome::Done {
                return Err(format!("{outcome:?} of {update}"));
            }
        }
        self.work().await
    }

    /// getUpdates, as the poller calls it.
    async fn updates(&self) -> Result<Vec<Value>, String> {
        let url = format!("{}/bot{}/getUpdates", self.telegram.base_url(), self.telegram.token());
        let body = json!({"offset": self.taken.load(Ordering::Relaxed) + 1, "timeout": 0});
        let answer: Value = self.json(self.http.post(url).json(&body)).await?;
        answer["result"].as_array().cloned().ok_or_else(|| format!("no updates: {answer}"))
    }

    /// Does all that is due, again and again; time and KIE move on when nothing is.
    async fn work(&self) -> Result<(), String> {
        for _ in 0..ROUNDS_MAX {
            let now = self.clock.now();
            let claim = Claim { kinds: &JobKind::ALL, owner: "house", now, lease: Duration::from_secs(120), limit: 8 };
            let claimed = self.store.claim(claim).await.map_err(|error| error.to_string())?;
            if claimed.is_empty() {
                self.kie_goes_on();
                match self.store.next_due(&JobKind::ALL).map_err(|error| error.to_string())? {
                    Some(due) if due.since(now) <= WAIT => self.clock.advance(due.since(now)),
                    _ => return Ok(()),
                }
            }
            for lease in claimed {
                self.app.work(lease).await;
            }
        }
        Err("the work does not end".to_owned())
    }

    /// Each task of KIE's one state further, so that each is also seen under way.
    fn kie_goes_on(&self) {
        for task in self.kie.tasks().iter().rev().take_while(|task| !task.state.is_final()) {
            self.kie.advance(&task.task_id);
        }
    }

    /// The bytes behind an address of KIE's.
    pub(crate) async fn bytes(&self, url: &str) -> Result<Vec<u8>, String> {
        let fetched = async { self.http.get(url).send().await?.error_for_status()?.bytes().await };
        fetched.await.map(|bytes| bytes.to_vec()).map_err(|error| format!("{url}: {error}"))
    }

    /// The result in KIE's record of a task, as it stands on the wire.
    pub(crate) async fn told(&self, task: &str, family: ApiFamily) -> Result<Value, String> {
        let path = match family {
            ApiFamily::Market => "jobs/recordInfo",
            ApiFamily::Veo => "veo/record-info",
            ApiFamily::Runway => "runway/record-detail",
            ApiFamily::Aleph => "aleph/record-info",
            ApiFamily::FluxKontext => "flux/kontext/record-info",
            ApiFamily::FourOImage => "gpt4o-image/record-info",
            ApiFamily::Suno => "generate/record-info",
            ApiFamily::SunoLyrics => "lyrics/record-info",
        };
        let url = format!("{}/api/v1/{path}?taskId={task}", self.kie.base_url());
        let mut record = self.json(self.http.get(url).bearer_auth(KIE_KEY)).await?;
        let data = &mut record["data"];
        match family {
            ApiFamily::Market => {
                let text = data["resultJson"].as_str().unwrap_or_default();
                serde_json::from_str(text).map_err(|error| format!("resultJson: {error}"))
            }
            ApiFamily::Runway => Ok(data["videoInfo"].take()),
            _ => Ok(data["response"].take()),
        }
    }

    async fn json(&self, request: reqwest::RequestBuilder) -> Result<Value, String> {
        async { request.send().await?.json().await }.await.map_err(|error: reqwest::Error| error.to_string())
    }

    /// What is wrong at the end: the books, what Telegram and KIE have seen, and what must not have been said.
    pub(crate) async fn close(&self) -> Option<String> {
        let audit = self.store.audit().await.expect("a store in memory answers");
        let (violations, dropped, leaks) = (self.telegram.violations(), self.kie.dropped_fields(), self.leaks());
        let clean = audit.is_clean() && violations.is_empty() && dropped.is_empty() && leaks.is_empty();
        (!clean).then(|| format!("==== at the end: {violations:?}, {dropped:?}, {leaks:#?}, {audit:?}"))
    }

    /// Secrets and words of people in the log and among the figures.
    fn leaks(&self) -> Vec<String> {
        let mut leaks = Leaks::default();
        leaks.environment([("TELEGRAM_BOT_TOKEN", self.telegram.token()), ("KIE_API_KEY", KIE_KEY)]);
        add_played(&mut leaks, &self.telegram, &self.kie);
        [("the log", ear().log()), ("the page of figures", ear().figures())]
            .iter()
            .flat_map(|(place, told)| leaks.found(place, told))
            .collect()
    }
}

/// The catalog as it lies in the repository; but nothing is free, so that each price is seen to be charged.
pub(crate) fn catalog() -> Catalog {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config/models");
    let entries = std::fs::read_dir(folder).expect("the catalog's folder");
    let mut files: Vec<(String, String)> = entries
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml") && !path.ends_with("free.toml"))
        .map(|path| (path.display().to_string(), std::fs::read_to_string(&path).expect("a readable file")))
        .collect();
    files.sort();
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    Catalog::load(&files).unwrap_or_else(|problems| panic!("{problems:#?}"))
}

/// The models that the bot sells: those of the catalog for which it can ask everything.
pub(crate) fn sold(catalog: &Catalog) -> impl Iterator<Item = &Model> {
    catalog.live().filter(|model| app::conversation::askable(model))
}

fn kie_options(clock: Arc<ManualClock>) -> KieOptions {
    let mut options = KieOptions::new(clock, Arc::new(SeededIds::new(1)));
    (options.api_key, options.pace) = (KIE_KEY.to_owned(), Pace::Manual);
    (options.credits, options.creations_per_10_s_max) = (Credits::whole(1_000_000_000), usize::MAX);
    options
}

fn generator(kie: &KieSimulator) -> KieClient {
    let pace = kie_client::Pace { burst: NonZeroU32::MAX, interval: Duration::from_nanos(1) };
    KieClient::new(kie_client::Options {
        api_url: kie.base_url().to_owned(),
        upload_url: kie.base_url().to_owned(),
        pace,
        ..kie_client::Options::new(KIE_KEY.into())
    })
    .expect("the simulator's own address and key")
}

/// People of this test are faster than those whom Telegram's limits are for; the limits have tests of their own.
const fn telegram_pace() -> telegram_adapter::Pace {
    let (at_once, interval) = (NonZeroU32::MAX, Duration::ZERO);
    telegram_adapter::Pace { all_burst: at_once, all_interval: interval, chat_burst: at_once, chat_interval: interval }
}

fn settings(bot: i64, dedicated: BTreeSet<ApiFamily>) -> Settings {
    Settings {
        bot,
        instance: "house".to_owned(),
        factor: PriceFactor {
            rate: "95".parse().expect("a rate"),
            markup: "2".parse().expect("a factor"),
            step: Money::from_kopecks(10),
        },
        shop: Shop::default(),
        zone: TimeZone::UTC,
        owners: Vec::new(),
        welcome: WELCOME,
        referral: ReferralTerms { invited: Amount::runs(3), inviter: Amount::runs(5), day_max: 2 },
        payments: PaymentTerms {
            stars: StarsRate::per_rouble(10_000).expect("above zero"),
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
        dedicated,
        losses_to_stop: 0,
        poll_min: Duration::from_secs(2),
        callback_base: Some(CALLBACK_BASE.to_owned()),
        alone_max: Money::from_kopecks(500_000),
        selling_pause: Duration::from_secs(300),
    }
}

fn http() -> reqwest::Client {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| {
        rustls::crypto::ring::default_provider().install_default().expect("it is installed once");
    });
    reqwest::Client::builder().no_proxy().build().expect("a client")
}

/// The watch over the shop is none of the models' business.
struct Nowhere;

#[async_trait::async_trait]
impl domain::ports::Surroundings for Nowhere {
    async fn updates(&self, _: Duration) -> Option<domain::ports::UpdatesReport> {
        None
    }

    fn place(&self) -> domain::ports::Place {
        domain::ports::Place::default()
    }
}

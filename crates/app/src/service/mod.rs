//! The use cases, with their effects: [`App`] loads, decides, commits one change set, shows.
//!
//! Invariants
//! - Every update ends in one commit that bears its mark, or in `dead_updates`, but for what its user sends too fast; nothing is shown before it
//!   is committed.
//! - No call to KIE, no download and no probe happens while an update is handled: these are jobs ([`crate::workers`]).
//! - Whatever is sent here may be sent again by the repeat of the same update; nothing else is repeated.

mod alerts;
mod callbacks;
mod desk;
mod events;
mod facts;
mod free;
mod haste;
mod health;
mod meters;
mod office;
mod orders;
mod outreach;
mod payments;
mod people;
mod rate;
mod referrals;
mod selling;
mod senders;
mod shelves;
mod showcase;
mod showing;
mod turn;
mod updates;

pub use callbacks::CallbackNotice;
pub(crate) use events::EVENTS_KEPT;
pub use haste::USER_BURST;
pub use payments::{BankDetails, PaymentTerms};
pub(crate) use payments::{Income, step_invoice};
pub use referrals::ReferralTerms;
pub(crate) use selling::Passage;
pub(crate) use showing::{Showing, Shown};
pub(crate) use turn::read_talk;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use domain::allowance::Allowance;
use domain::clock::{Clock, IdSource, Timestamp};
use domain::generation::Generation;
use domain::ids::{ChatId, ModelId};
use domain::models::{ApiFamily, Catalog};
use domain::money::{Money, PriceFactor};
use domain::ports::{
    ChangeSet, Charts, Commit, EventLog, FileSource, Generator, Messenger, Office, Outreach, PaymentGate, Prober,
    RateSource, Reports, Store, StoreResult, Surroundings, Watch,
};
use domain::staff::Deed;
use jiff::tz::TimeZone;

use self::showing::Talking;
use crate::desk::cleaned_after;
use crate::screens::{GenerationFacts, Shop};
use crate::texts::Texts;
use crate::workers::{Bells, Losses};

/// What the owner has set. Durations are bounds on waiting, not on correctness.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The bot's Telegram id.
    pub bot: i64,
    /// This process among several: owns leases.
    pub instance: String,
    /// Markup and step, and the rate as long as no other one is known.
    pub factor: PriceFactor,
    /// What the owner says of themselves.
    pub shop: Shop,
    /// Whose days and hours are told.
    pub zone: TimeZone,
    /// Owners' chats.
    pub owners: Vec<ChatId>,
    /// Given to each new user; zero = nothing.
    pub welcome: Money,
    /// What a friend's first payment brings.
    pub referral: ReferralTerms,
    /// How money comes in.
    pub payments: PaymentTerms,
    /// How many generations a user may have at once: more is a queue of one's own, not a faster result.
    pub live_max: usize,
    /// How fast a user's updates are worked on.
    pub user_updates: Allowance,
    /// How many orders a user may confirm within a minute; at least one.
    pub orders_per_minute: u32,
    /// Within an update, showing may take so long; Telegram holds back the user's next update meanwhile.
    pub send_budget: Duration,
    /// A claim on a job lasts so long; an attempt with all its calls ends before half of it.
    pub lease: Duration,
    /// createTask may take so long.
    pub create_budget: Duration,
    /// After a lost answer of createTask a callback is awaited at least so long, if callbacks can reach us.
    pub answer_wait_min: Duration,
    /// Families of KIE's API whose older endpoints are used where a model has one.
    pub dedicated: BTreeSet<ApiFamily>,
    /// A model stops itself after so many losses in a row; zero = never.
    pub losses_to_stop: u32,
    /// Polling is not faster than this.
    pub poll_min: Duration,
    /// The public address that KIE's callbacks reach, without a slash at the end.
    pub callback_base: Option<String>,
    /// A larger credit by hand needs a second owner, if there is one.
    pub alone_max: Money,
    /// Selling pauses for so long, the first time, when KIE refuses in a way that our credits do not show; then an order tries.
    pub selling_pause: Duration,
}

/// The adapters and the data that the app works with.
pub struct Parts {
    /// The database.
    pub store: Arc<dyn Store>,
    /// What the owner's desk reads.
    pub office: Arc<dyn Office>,
    /// Broadcasts, campaigns and promo codes, as the desk and the worker read them.
    pub outreach: Arc<dyn Outreach>,
    /// What watching over the shop reads.
    pub watch: Arc<dyn Watch>,
    /// The log that the desk reads.
    pub event_log: Arc<dyn EventLog>,
    /// How updates reach us, and where we run.
    pub surroundings: Arc<dyn Surroundings>,
    /// The same database, as the figures that it tells.
    pub reports: Arc<dyn Reports>,
    /// Draws its figures.
    pub charts: Arc<dyn Charts>,
    /// KIE.
    pub generator: Arc<dyn Generator>,
    /// Telegram, outgoing.
    pub messenger: Arc<dyn Messenger>,
    /// Files that users send.
    pub files: Arc<dyn FileSource>,
    /// What a file is.
    pub prober: Arc<dyn Prober>,
    /// What a dollar costs; without it the configured rate always holds.
    pub rate_source: Option<Arc<dyn RateSource>>,
    /// Who takes money for us, in the order of their buttons.
    pub gates: Vec<Arc<dyn PaymentGate>>,
    /// The models.
    pub catalog: Arc<Catalog>,
    /// The texts.
    pub texts: Texts,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Ids and chance.
    pub ids: Arc<dyn IdSource>,
}

/// The service.
pub struct App {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) office: Arc<dyn Office>,
    pub(crate) outreach: Arc<dyn Outreach>,
    pub(crate) watch: Arc<dyn Watch>,
    pub(crate) event_log: Arc<dyn EventLog>,
    cleaning: events::Cleaning,
    pub(crate) surroundings: Arc<dyn Surroundings>,
    outside: health::Window,
    pub(crate) reports: Arc<dyn Reports>,
    pub(crate) charts: Arc<dyn Charts>,
    pub(crate) generator: Arc<dyn Generator>,
    pub(crate) messenger: Arc<dyn Messenger>,
    pub(crate) files: Arc<dyn FileSource>,
    pub(crate) prober: Arc<dyn Prober>,
    pub(crate) rate_source: Option<Arc<dyn RateSource>>,
    pub(crate) gates: Vec<Arc<dyn PaymentGate>>,
    pub(crate) catalog: Arc<Catalog>,
    pub(crate) texts: Texts,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn IdSource>,
    pub(crate) settings: Settings,
    pub(crate) losses: Losses,
    haste: haste::Haste,
    rate: rate::RateNow,
    backroom: office::Backroom,
    window: showcase::Window,
    popularity: shelves::Popularity,
    pub(crate) talking: Talking,
    bells: Bells,
    depth: AtomicU64,
    /// The bot's own name at Telegram, once it is known.
    name: OnceLock<String>,
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("App").field("instance", &self.settings.instance).finish_non_exhaustive()
    }
}

/// After so many runs of our own their median is shown instead of the catalog's guess.
const USUAL_SAMPLE: u32 = 20;

impl App {
    /// Puts the parts together.
    pub fn new(parts: Parts, settings: Settings) -> Self {
        let Parts {
            store,
            office,
            outreach,
            watch,
            event_log,
            surroundings,
            reports,
            charts,
            generator,
            messenger,
            files,
            prober,
            rate_source,
            gates,
            catalog,
            texts,
            clock,
            ids,
        } = parts;
        let rate = rate::RateNow::new(settings.factor.rate);
        let window = showcase::Window::new(&catalog);
        let texts = texts.in_zone(settings.zone.clone());
        let backroom = office::Backroom::new(&settings);
        let haste = haste::Haste::new(settings.user_updates);
        Self {
            store,
            office,
            outreach,
            watch,
            event_log,
            cleaning: events::Cleaning::default(),
            surroundings,
            outside: health::Window::default(),
            reports,
            charts,
            generator,
            messenger,
            files,
            prober,
            rate_source,
            gates,
            catalog,
            texts,
            clock,
            ids,
            settings,
            losses: Losses::default(),
            haste,
            rate,
            backroom,
            window,
            popularity: shelves::Popularity::default(),
            talking: Talking::default(),
            bells: Bells::default(),
            depth: AtomicU64::new(0),
            name: OnceLock::new(),
        }
    }

    /// Tells the bot's own name at Telegram, without @; it is asked for after the start, and personal links need it. The first one stays.
    pub fn introduce(&self, name: String) {
        if self.name.set(name).is_err() {
            tracing::debug!("the bot's name is known already");
        }
    }

    /// Jobs that were due at the last look.
    pub fn queue_depth(&self) -> u64 {
        self.depth.load(Ordering::Relaxed)
    }

    /// The store, for health and readiness.
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.store
    }

    pub(crate) fn note_depth(&self, depth: u64) {
        self.depth.store(depth, Ordering::Relaxed);
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Commits; wakes this instance's workers if work became due, clears its showcase if a model was stopped or is sold again, and takes over
    /// an exchange rate, staff, settings and a pause that changed.
    pub(crate) async fn commit(&self, change: &ChangeSet) -> StoreResult<Commit> {
        let commit = self.store.commit(change).await?;
        self.count_commit(change, &commit);
        if commit == Commit::Committed {
            self.bells.ring_for(change, self.now());
        }
        if commit == Commit::Committed
            && !change.stops.is_empty()
            && let Err(error) = self.refresh_showcase().await
        {
            tracing::warn!(%error, "the showcase is as it was; it is looked at again within a minute");
        }
        if commit == Commit::Committed
            && change.rate.is_some()
            && let Err(error) = self.refresh_rate().await
        {
            tracing::warn!(%error, "the exchange rate is as it was; it is looked at again within a minute");
        }
        if commit == Commit::Committed
            && !(change.staff.is_empty() && change.settings.is_empty() && change.pause.is_none())
            && let Err(error) = self.refresh_office().await
        {
            tracing::warn!(%error, "the desk's staff, settings and pause are as they were; they are looked at again within seconds");
        }
        let cleaned = change.audit_log.iter().find(|entry| entry.deed == Deed::CleanLog);
        if let Some(kept) =
            cleaned.and_then(|entry| cleaned_after(&entry.subject)).filter(|_| commit == Commit::Committed)
        {
            self.cleaning.want(kept);
        }
        Ok(commit)
    }

    pub(crate) const fn bells(&self) -> &Bells {
        &self.bells
    }

    /// What the progress or the card of a generation shows.
    pub(crate) async fn facts_of(&self, generation: Generation) -> StoreResult<GenerationFacts> {
        let state = generation.state.kind();
        let queued = state == domain::generation::StateKind::Queued;
        let ahead = if queued { self.store.queue_position(generation.id).await? } else { 0 };
        let measured = if state.is_live() { self.store.took(&generation.model, USUAL_SAMPLE).await? } else { None };
        let usual = measured.map_or_else(|| self.guess(&generation.model), |took| took.median);
        let kept = if state.is_live() { Vec::new() } else { self.store.favourites(generation.user).await? };
        let favourite = kept.contains(&generation.model);
        let rests = queued && self.generator.rests(generation.family).is_some();
        Ok(GenerationFacts { generation, ahead, rests, usual, rare: measured.map(|took| took.p95), favourite })
    }

    /// How long a model usually takes: our own median after enough runs, the catalog's guess before.
    pub(crate) async fn usual(&self, model: &ModelId) -> StoreResult<Duration> {
        let measured = self.store.took(model, USUAL_SAMPLE).await?;
        Ok(measured.map_or_else(|| self.guess(model), |took| took.median))
    }

    fn guess(&self, model: &ModelId) -> Duration {
        const UNKNOWN: Duration = Duration::from_secs(60);
        self.catalog.model(model).map_or(UNKNOWN, |model| model.usual_duration)
    }
}

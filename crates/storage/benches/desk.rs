//! How quickly the owner's desk has what it shows: every call to the store that its screens make, with their arguments, on PostgreSQL with a
//! year of a shop's life in it.
//!
//! Method: `seed.sql` fills a database of its own; all days that are over are rolled up, and the hours of today, as the service does it; then each call is made so many times, one after the
//! other, with another argument each time where it has one. What is shown are percentiles of the whole call as the app waits for it. The first
//! round of all calls is not counted. Rolling up is timed, too.
//!
//! `cargo xtask bench desk [-- --users 1000000 --generations 2000000 --transfers 10000000 --rounds 100]`; with `--filled <url>` on a database
//! that `cargo xtask seed` has filled.
#![expect(clippy::print_stdout, reason = "a bench tells its figures on stdout")]

use std::time::{Duration, Instant};

use domain::broadcast::Segment;
use domain::clock::Timestamp;
use domain::figures::Span;
use domain::ids::{ModelId, UserId};
use domain::ports::{
    AuditLogQuery, EventLevel, EventLog, EventsQuery, FiguresQuery, HistoryQuery, Office, Outreach, PeopleQuery,
    Reports, Store, StoreResult, Watch,
};
use storage::testing::{Seed, TestDatabase};
use storage::{DatabaseUrl, PoolOptions, SqlStore, connect};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// What every screen of the desk shall stay under.
const GOAL: Duration = Duration::from_millis(100);

fn main() {
    let words: Vec<_> = std::env::args().collect();
    let said = |name: &str| {
        let at = words.iter().position(|word| word == name).map(|place| place + 1);
        at.and_then(|place| words.get(place)).map(String::as_str)
    };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    runtime.block_on(run(said));
}

async fn run<'a>(said: impl Fn(&str) -> Option<&'a str>) {
    let number = |name: &str, usual: u64| said(name).map_or(usual, |word| word.parse().expect("a number"));
    let rounds = u32::try_from(number("--rounds", 100)).expect("some rounds");
    if let Some(url) = said("--filled") {
        let url = DatabaseUrl::parse(url).expect("an address");
        let store = connect(&url, &PoolOptions::default()).await.expect("the database answers");
        println!("{url}, as it is; {rounds} calls of each");
        return measure(&store, rounds).await;
    }
    let Some(database) = TestDatabase::postgres("bench desk").await else { return };
    let seed = Seed {
        users: number("--users", 1_000_000),
        generations: number("--generations", 2_000_000),
        transfers: number("--transfers", 10_000_000),
    };
    let begun = Instant::now();
    database.seed(seed).await;
    println!("{seed:?}, filled in {:.0?}; {rounds} calls of each", begun.elapsed());
    measure(&database.store(), rounds).await;
}

async fn measure(store: &SqlStore, rounds: u32) {
    let desk = Desk::open(store).await;
    desk.roll_up().await;
    println!("{:<34} {:>10} {:>10} {:>10}", "call", "p50", "p95", "goal");
    for call in CALLS {
        let mut took = Vec::new();
        for round in 0..=rounds {
            let begun = Instant::now();
            desk.call(call, round).await.expect("the store answers");
            took.push(begun.elapsed());
        }
        // The first one finds a cold connection.
        let mut took = took.split_off(1);
        took.sort_unstable();
        let percentile =
            |percent: usize| took.get((took.len() * percent).div_ceil(100).max(1) - 1).copied().unwrap_or_default();
        let met = match percentile(95) {
            _ if call == IN_BACKGROUND => "no screen",
            took if took < GOAL => "met",
            _ => "MISSED",
        };
        println!("{call:<34} {:>10.1?} {:>10.1?} {met:>10}", percentile(50), percentile(95));
    }
}

const CALLS: [&str; 40] = [
    "days: today",
    "days: 30, the others kept",
    IN_BACKGROUND,
    "active: today",
    "active: 30 days",
    "funnel: today",
    "funnel: 30 days",
    "states",
    "people: by the beginning of a name",
    "people: by the beginning of @username",
    "people: everybody, page by page",
    "user_figures",
    "model_days: 30, the others kept",
    "drifts_of: 30 days",
    "session_of",
    "statement",
    "history",
    "payments",
    "claimed_invoices",
    "unmatched_records",
    "drifts: 30 days",
    "watch: figures",
    "watch: ended",
    "audits, alerts",
    "settings, staff",
    "audit_log: page by page",
    "audit_log: one setting's",
    "waiting_approvals",
    "events: all",
    "events: errors, page by page",
    "events: of a user",
    "events: with words",
    "events: with words that nothing has",
    "broadcasts: page by page",
    "audience: everybody",
    "audience: active",
    "audience: paid",
    "audience: never paid",
    "campaigns",
    "promos: page by page",
];

/// What rolling up a day counts.
const IN_BACKGROUND: &str = "days: one that is not kept";

/// The desk at its moment, with somebody to look up.
struct Desk<'a> {
    store: &'a SqlStore,
    /// Back from today.
    days: Vec<Span>,
    people: Vec<UserId>,
}

impl<'a> Desk<'a> {
    async fn open(store: &'a SqlStore) -> Self {
        let now = store.now().await.expect("the store answers");
        let hours = 24 * 60 * 60;
        let midnight = Timestamp::from_seconds(now.as_seconds() - now.as_seconds().rem_euclid(hours));
        let days = (0..=365).map(|back| midnight - DAY * back).map(|from| Span { from, until: from + DAY }).collect();
        let mut people = Vec::new();
        for page in 0..20 {
            let found = store.people(&PeopleQuery::default(), page * 997, 5).await.expect("the store answers");
            people.extend(found.into_iter().map(|person| person.user));
        }
        Self { store, days, people }
    }

    /// All days but today and the oldest one, which is left to be counted.
    async fn roll_up(&self) {
        let begun = Instant::now();
        let over = self.days.iter().skip(1).take(360);
        let mut longest = Duration::ZERO;
        for day in over {
            let begun = Instant::now();
            self.store.roll_up(*day).await.expect("the store answers");
            longest = longest.max(begun.elapsed());
        }
        let (now, today) =
            (self.store.now().await.expect("the store answers"), self.days.first().expect("there are days"));
        let hours = now.since(today.from).as_secs() / (60 * 60);
        let so_far = Span { until: today.from + Duration::from_secs(hours * 60 * 60), ..*today };
        if so_far.from < so_far.until {
            self.store.roll_up(so_far).await.expect("the store answers");
        }
        self.store.recount(now).await.expect("the store answers");
        println!("360 days rolled up in {:.1?}, the longest in {longest:.1?}", begun.elapsed());
    }

    async fn call(&self, call: &str, round: u32) -> StoreResult<()> {
        let today = self.days.first().copied().expect("there are days");
        let month = Span { from: self.days.get(29).expect("there are 30 days").from, until: today.until };
        let round_robin = usize::try_from(round).expect("a small number");
        let names = ["и", "анна", "ё", "alex", "иван", "o"];
        let name = names.get(round_robin % names.len()).expect("a remainder");
        let page = (round % 5) * 10;
        match call {
            "days: today" => self.store.days(&[today]).await.map(drop),
            "days: 30, the others kept" => self.store.days(self.days.get(..30).expect("there are 30")).await.map(drop),
            IN_BACKGROUND => {
                let day = self.days.get(361 + round_robin % 4).copied().expect("there are 366");
                self.store.days(&[day]).await.map(drop)
            }
            "active: today" => self.store.active(today.from).await.map(drop),
            "active: 30 days" => self.store.active(month.from).await.map(drop),
            "funnel: today" => self.store.funnel(today).await.map(drop),
            "funnel: 30 days" => self.store.funnel(month).await.map(drop),
            "states" => self.store.states().await.map(drop),
            "people: by the beginning of a name" => self.store.people(&PeopleQuery::of(name), page, 11).await.map(drop),
            "people: by the beginning of @username" => {
                self.store.people(&PeopleQuery::of(&format!("@user_{}", round % 97)), page, 11).await.map(drop)
            }
            "people: everybody, page by page" => {
                self.store.people(&PeopleQuery::default(), round * 10, 11).await.map(drop)
            }
            // The model that sells best has most to add up.
            "model_days: 30, the others kept" => {
                let days = self.days.get(..30).expect("there are 30");
                self.store.model_days(&ModelId("seed/model-00".to_owned()), days).await.map(drop)
            }
            "drifts_of: 30 days" => {
                self.store.drifts_of(&ModelId("seed/model-00".to_owned()), month.from).await.map(drop)
            }
            "user_figures" => self.store.user_figures(self.somebody(round)).await.map(drop),
            "session_of" => self.store.session_of(self.somebody(round)).await.map(drop),
            "statement" => self.store.statement(self.somebody(round), 0, 11).await.map(drop),
            "history" => {
                let user = self.somebody(round);
                let query = HistoryQuery { user, models: None, with_result: false, skip: 0, limit: 11 };
                self.store.history(query).await.map(drop)
            }
            "payments" => self.store.payments(self.somebody(round), 20).await.map(drop),
            "claimed_invoices" => self.store.claimed_invoices(20).await.map(drop),
            "unmatched_records" => self.store.unmatched_records(20).await.map(drop),
            "drifts: 30 days" => self.store.drifts(month.from).await.map(drop),
            "watch: figures" => {
                let now = today.until;
                let query = FiguresQuery { now, stuck_before: now - DAY, since: now - DAY * 7 };
                self.store.figures(query).await.map(drop)
            }
            "watch: ended" => self.store.ended(month.from, 1_000).await.map(drop),
            "audits, alerts" => {
                self.store.audits(2).await?;
                self.store.alerts().await.map(drop)
            }
            "settings, staff" => {
                self.store.settings().await?;
                self.store.staff().await.map(drop)
            }
            "audit_log: page by page" => {
                let query = AuditLogQuery { skip: round * 10, limit: 11, ..AuditLogQuery::default() };
                self.store.audit_log(query).await.map(drop)
            }
            "audit_log: one setting's" => {
                let query = AuditLogQuery { subject: Some("markup".to_owned()), limit: 11, ..AuditLogQuery::default() };
                self.store.audit_log(query).await.map(drop)
            }
            "waiting_approvals" => self.store.waiting_approvals(month.from, 10).await.map(drop),
            "events: all" => self.events(EventLevel::Debug, None, page).await,
            "events: errors, page by page" => self.events(EventLevel::Error, None, page).await,
            "events: of a user" => self.events(EventLevel::Debug, Some(self.somebody(round).to_string()), 0).await,
            "events: with words" => self.events(EventLevel::Debug, Some("Webhook".to_owned()), page).await,
            "events: with words that nothing has" => {
                self.events(EventLevel::Debug, Some("no such words".to_owned()), 0).await
            }
            "broadcasts: page by page" => self.store.broadcasts(page, 11).await.map(drop),
            "audience: everybody" => self.store.audience(Segment::Everybody, today.until).await.map(drop),
            "audience: active" => self.store.audience(Segment::Active, today.until).await.map(drop),
            "audience: paid" => self.store.audience(Segment::Paid, today.until).await.map(drop),
            "audience: never paid" => self.store.audience(Segment::NeverPaid, today.until).await.map(drop),
            "campaigns" => self.store.campaigns(0, 11).await.map(drop),
            _ => self.store.promos(page, 11).await.map(drop),
        }
    }

    fn somebody(&self, round: u32) -> UserId {
        let place = usize::try_from(round).expect("a small number") % self.people.len();
        self.people.get(place).copied().expect("a remainder")
    }

    async fn events(&self, level: EventLevel, needle: Option<String>, skip: u32) -> StoreResult<()> {
        self.store.events(EventsQuery { level, needle, skip, limit: 11 }).await.map(drop)
    }
}

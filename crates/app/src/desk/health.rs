//! How everything is: facts in, lines out. Pure, so that the bot, the web and the command line can draw the same lines.
//!
//! To add a check: a variant of [`Check`], its function here with its bounds, its words `health-...`, `found-...` and `remedy-...`.

use std::sync::Arc;
use std::time::Duration;

use domain::clock::Timestamp;
use domain::models::ApiFamily;
use domain::money::Credits;
use domain::pause::{Pause, PauseReason};
use domain::ports::{AccountTrouble, Figures, Place, Rates, UpdatesReport};
use domain::watch::{AuditRun, Level};

use crate::conversation::Notice;

/// What is looked at, in the order of the lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Check {
    /// The database answers.
    Database,
    /// No migration is missing.
    Migrations,
    /// Updates reach us.
    Updates,
    /// KIE takes our key.
    Account,
    /// Credits are left.
    Credits,
    /// Jobs are done in time.
    Queue,
    /// Generations move.
    Stuck,
    /// Tasks that nobody waits for.
    Orphans,
    /// Receipts are decided about.
    Receipts,
    /// Payments are taken and explained.
    Payments,
    /// The books are sound.
    Audit,
    /// The exchange rate is fresh.
    Rate,
    /// Our own version.
    Version,
    /// What we run on does not sleep.
    Plan,
    /// Room for the database's file.
    Disk,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What was looked at.
    pub check: Check,
    /// How bad it is; `None`: as it should be.
    pub level: Option<Level>,
    /// What was found, with its figures.
    pub found: Notice,
    /// The words of what to do, if anything.
    pub remedy: Option<&'static str>,
}

/// What the database said of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Database {
    /// Its kind.
    pub kind: &'static str,
    /// How long it took to tell the time.
    pub latency: Duration,
    /// Migrations that it lacks.
    pub missing: Vec<String>,
}

/// What KIE said when it was asked for our credits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KieAnswer {
    /// So many are left.
    Credits(Credits),
    /// It refuses our account.
    Refused(AccountTrouble),
    /// Nothing, or nothing that means anything.
    Silent,
}

/// The outside, as this instance saw it last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outside {
    /// When.
    pub at: Timestamp,
    /// KIE.
    pub kie: KieAnswer,
    /// Families of which this instance makes nothing new for now, since KIE does not answer there.
    pub resting: Vec<ApiFamily>,
    /// How updates come to us, as Telegram tells it; `None`: it did not.
    pub updates: Option<UpdatesReport>,
    /// Where we run.
    pub place: Place,
}

/// Everything that the lines are made of; `None` = it gave no answer in time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HealthFacts {
    /// The database about itself.
    pub database: Option<Database>,
    /// Its figures; those of a week are since then.
    pub figures: Option<Figures>,
    /// What the provider's lists have and our books have not.
    pub unmatched: Option<usize>,
    /// The last audit, if there was any.
    pub audit: Option<Option<AuditRun>>,
    /// The exchange rates.
    pub rates: Option<Rates>,
    /// Whether somebody tells the exchange rate.
    pub has_rate_source: bool,
    /// The pause of selling, if one stands.
    pub pause: Option<Pause>,
    /// The outside; `None`: nobody has looked yet.
    pub outside: Option<Arc<Outside>>,
}

/// Fewer credits than this buy hardly a video.
const CREDITS_LOW: Credits = Credits::from_raw(200_000_000);
/// With so many days left there is time to top up, with fewer it presses.
const DAYS_LOW: i64 = 3;
/// Work that waits for so long is late; for so long, it stands still.
const QUEUE_LATE: Duration = Duration::from_secs(5 * 60);
const QUEUE_STANDS: Duration = Duration::from_secs(30 * 60);
/// A generation that was ordered so long ago and is live is stuck: the slowest models take half of it.
pub const STUCK_AFTER: Duration = Duration::from_secs(2 * 60 * 60);
/// So many stuck ones are no accident any more.
const STUCK_MANY: u64 = 5;
/// A payer waits for so long without asking.
const RECEIPT_WAITS: Duration = Duration::from_secs(2 * 60 * 60);
/// One night's audit may be missed, not two.
pub const AUDIT_OLD: Duration = Duration::from_secs(36 * 60 * 60);
/// Over a long weekend no rate is published.
const RATE_OLD: Duration = Duration::from_secs(5 * 24 * 60 * 60);
/// So many updates wait at Telegram only if we are not there.
const UPDATES_MANY: u64 = 100;
/// A failed delivery this long ago is over.
const DELIVERY_FAILED: Duration = Duration::from_secs(15 * 60);
const DISK_LOW: u64 = 1 << 30;
const DISK_FULL: u64 = 200 << 20;
/// Figures of what is taken or lost are of so long a time.
pub const WEEK: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// The lines: problems first, then warnings, each in the order of the checks.
pub fn lines(facts: &HealthFacts, now: Timestamp) -> Vec<Line> {
    let outside = facts.outside.as_deref();
    let mut lines = vec![
        database(facts.database.as_ref()),
        migrations(facts.database.as_ref()),
        updates(outside, now),
        account(outside, facts.pause.as_ref()),
        credits(outside, facts.figures.as_ref(), now),
        queue(facts.figures.as_ref(), now),
        stuck(facts.figures.as_ref()),
        orphans(facts.figures.as_ref()),
        receipts(facts.figures.as_ref(), now),
        payments(facts.figures.as_ref(), facts.unmatched),
        audit(facts.audit.as_ref(), now),
        rate(facts.rates.as_ref(), facts.has_rate_source, now),
    ];
    if let Some(outside) = outside {
        lines.extend(place(&outside.place));
    }
    lines.sort_by_key(|line| (std::cmp::Reverse(line.level), line.check));
    lines
}

/// How many days the credits last at what the last week took a day; `None`: it took nothing, or is too short to tell.
pub fn days_left(credits: Credits, figures: &Figures, now: Timestamp) -> Option<i64> {
    const DAY: i64 = 24 * 60 * 60;
    let seconds = i64::try_from(now.since(figures.taken_since?).as_secs()).ok()?;
    // After less than a day the pace is anybody's guess: a whole day of it is assumed.
    let per_day = figures.taken.checked_ratio(DAY, seconds.max(DAY)).ok().filter(|credits| credits.raw() > 0)?;
    Some((credits.raw() / per_day.raw()).max(0))
}

fn ok(check: Check, found: Notice) -> Line {
    Line { check, level: None, found, remedy: None }
}

fn bad(check: Check, level: Level, found: Notice, remedy: &'static str) -> Line {
    Line { check, level: Some(level), found, remedy: Some(remedy) }
}

fn silent(check: Check, remedy: &'static str) -> Line {
    bad(check, Level::Problem, Notice::new("found-silent"), remedy)
}

fn database(database: Option<&Database>) -> Line {
    let Some(database) = database else { return silent(Check::Database, "remedy-database") };
    let found = Notice::new("found-database").words("kind", database.kind).number("ms", database.latency.as_millis());
    ok(Check::Database, found)
}

fn migrations(database: Option<&Database>) -> Line {
    match database {
        None => silent(Check::Migrations, "remedy-database"),
        Some(database) if database.missing.is_empty() => ok(Check::Migrations, Notice::new("found-migrations")),
        Some(database) => {
            let found = Notice::new("found-migrations-missing").words("names", database.missing.join(", "));
            bad(Check::Migrations, Level::Problem, found, "remedy-migrations")
        }
    }
}

fn updates(outside: Option<&Outside>, now: Timestamp) -> Line {
    let Some(outside) = outside else { return unseen(Check::Updates) };
    let Some(report) = &outside.updates else { return silent(Check::Updates, "remedy-updates") };
    let way = if report.by_webhook { "found-updates-webhook" } else { "found-updates-polling" };
    let found = Notice::new(way).number("n", report.waiting);
    if !report.is_set {
        let key = if report.by_webhook { "found-updates-elsewhere" } else { "found-updates-taken" };
        return bad(Check::Updates, Level::Problem, Notice::new(key), "remedy-updates");
    }
    match &report.last_error {
        Some((at, error)) if report.waiting > 0 && now.since(*at) < DELIVERY_FAILED => {
            let found = Notice::new("found-updates-failed").number("n", report.waiting);
            let found = found.span("ago", now.since(*at)).words("error", error.as_str());
            bad(Check::Updates, Level::Problem, found, "remedy-updates")
        }
        _ if report.waiting >= UPDATES_MANY => bad(Check::Updates, Level::Warning, found, "remedy-updates"),
        _ => ok(Check::Updates, found),
    }
}

fn unseen(check: Check) -> Line {
    ok(check, Notice::new("found-unseen"))
}

/// The words of why nothing is sold, and of what to do.
pub(crate) const fn trouble(reason: PauseReason) -> (&'static str, &'static str) {
    match reason {
        PauseReason::KeyRefused => ("trouble-key-refused", "remedy-key"),
        PauseReason::OutOfCredits => ("trouble-out-of-credits", "remedy-credits"),
        PauseReason::KeyCapReached => ("trouble-key-cap", "remedy-key-cap"),
        PauseReason::Maintenance => ("trouble-maintenance", "remedy-maintenance"),
    }
}

fn account(outside: Option<&Outside>, pause: Option<&Pause>) -> Line {
    if let Some(pause) = pause {
        let (words, remedy) = trouble(pause.reason);
        let key = if pause.reason.shows_in_credits() { "found-paused-asked" } else { "found-paused-tried" };
        return bad(Check::Account, Level::Problem, Notice::new(key).text("trouble", words), remedy);
    }
    let Some(outside) = outside else { return unseen(Check::Account) };
    let refused = match outside.kie {
        KieAnswer::Credits(_) if outside.resting.is_empty() => return ok(Check::Account, Notice::new("found-account")),
        // It tells our credits and makes nothing.
        KieAnswer::Credits(_) => {
            let families = outside.resting.iter().map(|family| family.as_str()).collect::<Vec<_>>().join(", ");
            let found = Notice::new("found-account-resting").words("families", families);
            return bad(Check::Account, Level::Problem, found, "remedy-kie-silent");
        }
        KieAnswer::Silent => return silent(Check::Account, "remedy-kie-silent"),
        KieAnswer::Refused(refused) => refused,
    };
    let (words, remedy) = trouble(refused.into());
    bad(Check::Account, Level::Problem, Notice::new("found-account-trouble").text("trouble", words), remedy)
}

fn credits(outside: Option<&Outside>, figures: Option<&Figures>, now: Timestamp) -> Line {
    let Some(outside) = outside else { return unseen(Check::Credits) };
    let KieAnswer::Credits(credits) = outside.kie else {
        return ok(Check::Credits, Notice::new("found-credits-unknown"));
    };
    let days = figures.and_then(|figures| days_left(credits, figures, now));
    let found = match days {
        Some(days) => Notice::new("found-credits-days").credits("credits", whole(credits)).number("n", days),
        None => Notice::new("found-credits").credits("credits", whole(credits)),
    };
    match days {
        _ if credits <= Credits::ZERO => bad(Check::Credits, Level::Problem, found, "remedy-credits"),
        Some(0) => bad(Check::Credits, Level::Problem, found, "remedy-credits"),
        Some(days) if days < DAYS_LOW => bad(Check::Credits, Level::Warning, found, "remedy-credits"),
        _ if credits < CREDITS_LOW => bad(Check::Credits, Level::Warning, found, "remedy-credits"),
        _ => ok(Check::Credits, found),
    }
}

/// Fractions of a credit tell nobody anything here.
const fn whole(credits: Credits) -> Credits {
    Credits::from_raw(credits.raw() - credits.raw() % 1_000_000)
}

fn queue(figures: Option<&Figures>, now: Timestamp) -> Line {
    let Some(figures) = figures else { return silent(Check::Queue, "remedy-database") };
    let wait = figures.due_since.map_or(Duration::ZERO, |since| now.since(since));
    if wait < QUEUE_LATE {
        return ok(Check::Queue, Notice::new("found-queue").number("n", figures.due));
    }
    let level = if wait < QUEUE_STANDS { Level::Warning } else { Level::Problem };
    let found = Notice::new("found-queue-late").number("n", figures.due).span("wait", wait);
    bad(Check::Queue, level, found, "remedy-queue")
}

fn stuck(figures: Option<&Figures>) -> Line {
    let Some(figures) = figures else { return silent(Check::Stuck, "remedy-database") };
    if figures.stuck == 0 {
        return ok(Check::Stuck, Notice::new("found-live").number("n", figures.live));
    }
    let level = if figures.stuck < STUCK_MANY { Level::Warning } else { Level::Problem };
    let found = Notice::new("found-stuck").number("n", figures.stuck).span("age", STUCK_AFTER);
    bad(Check::Stuck, level, found, "remedy-stuck")
}

fn orphans(figures: Option<&Figures>) -> Line {
    match figures.map(|figures| figures.orphans) {
        None => silent(Check::Orphans, "remedy-database"),
        Some(0) => ok(Check::Orphans, Notice::new("found-no-orphans")),
        Some(orphans) => {
            bad(Check::Orphans, Level::Warning, Notice::new("found-orphans").number("n", orphans), "remedy-orphans")
        }
    }
}

fn receipts(figures: Option<&Figures>, now: Timestamp) -> Line {
    let Some(figures) = figures else { return silent(Check::Receipts, "remedy-database") };
    let Some(since) = figures.receipts_since else { return ok(Check::Receipts, Notice::new("found-no-receipts")) };
    let wait = now.since(since);
    let found = Notice::new("found-receipts").number("n", figures.receipts).span("wait", wait);
    if wait < RECEIPT_WAITS {
        ok(Check::Receipts, found)
    } else {
        bad(Check::Receipts, Level::Warning, found, "remedy-receipts")
    }
}

fn payments(figures: Option<&Figures>, unmatched: Option<usize>) -> Line {
    let (Some(figures), Some(unmatched)) = (figures, unmatched) else {
        return silent(Check::Payments, "remedy-database");
    };
    if figures.dead_payments > 0 {
        let found = Notice::new("found-dead-payments").number("n", figures.dead_payments);
        return bad(Check::Payments, Level::Problem, found, "remedy-dead-payments");
    }
    if unmatched > 0 {
        let found = Notice::new("found-unmatched").number("n", unmatched);
        return bad(Check::Payments, Level::Warning, found, "remedy-unmatched");
    }
    ok(Check::Payments, Notice::new("found-payments"))
}

fn audit(audit: Option<&Option<AuditRun>>, now: Timestamp) -> Line {
    let Some(run) = audit else { return silent(Check::Audit, "remedy-database") };
    let Some(run) = run else {
        return bad(Check::Audit, Level::Warning, Notice::new("found-no-audit"), "remedy-audit-old");
    };
    let ago = now.since(run.at);
    if let Some(first) = run.findings.first() {
        let found = Notice::new("found-audit-findings").number("n", run.findings.len());
        let found = found.span("ago", ago).words("first", first.as_str());
        return bad(Check::Audit, Level::Problem, found, "remedy-audit");
    }
    let found = Notice::new("found-audit").number("n", run.checked).span("ago", ago);
    if ago > AUDIT_OLD { bad(Check::Audit, Level::Warning, found, "remedy-audit-old") } else { ok(Check::Audit, found) }
}

fn rate(rates: Option<&Rates>, has_source: bool, now: Timestamp) -> Line {
    let Some(rates) = rates else { return silent(Check::Rate, "remedy-database") };
    if let Some(waiting) = &rates.waiting {
        let found = Notice::new("found-rate-waiting").rate("rate", waiting.rate).day("day", &waiting.date);
        return bad(Check::Rate, Level::Warning, found, "remedy-rate-waiting");
    }
    let Some(current) = &rates.current else {
        let found = Notice::new("found-rate-configured");
        return if has_source {
            bad(Check::Rate, Level::Warning, found, "remedy-rate")
        } else {
            ok(Check::Rate, found)
        };
    };
    let found = Notice::new("found-rate").rate("rate", current.rate).day("day", &current.date);
    if has_source && now.since(current.read_at) > RATE_OLD {
        bad(Check::Rate, Level::Warning, found, "remedy-rate")
    } else {
        ok(Check::Rate, found)
    }
}

fn place(place: &Place) -> Vec<Line> {
    let mut lines = vec![ok(Check::Version, Notice::new("found-version").words("version", place.version.as_str()))];
    if place.may_sleep {
        lines.push(bad(Check::Plan, Level::Warning, Notice::new("found-plan"), "remedy-plan"));
    }
    if let Some(left) = place.disk_left {
        let found = Notice::new("found-disk").number("mb", left >> 20);
        lines.push(match left {
            _ if left < DISK_FULL => bad(Check::Disk, Level::Problem, found, "remedy-disk"),
            _ if left < DISK_LOW => bad(Check::Disk, Level::Warning, found, "remedy-disk"),
            _ => ok(Check::Disk, found),
        });
    }
    lines
}

/// The words of a check's name.
pub(crate) const fn title(check: Check) -> &'static str {
    match check {
        Check::Database => "health-database",
        Check::Migrations => "health-migrations",
        Check::Updates => "health-updates",
        Check::Account => "health-account",
        Check::Credits => "health-credits",
        Check::Queue => "health-queue",
        Check::Stuck => "health-stuck",
        Check::Orphans => "health-orphans",
        Check::Receipts => "health-receipts",
        Check::Payments => "health-payments",
        Check::Audit => "health-audit",
        Check::Rate => "health-rate",
        Check::Version => "health-version",
        Check::Plan => "health-plan",
        Check::Disk => "health-disk",
    }
}

#[cfg(test)]
mod tests;

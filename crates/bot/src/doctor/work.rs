//! Work, books and exchange rate, as the desk's health judges them: the same facts, the same bounds, the same words.

use app::desk::health::{Check, HealthFacts, STUCK_AFTER, WEEK, lines as judged};
use app::texts::Texts;
use domain::clock::Timestamp;
use domain::ports::{FiguresQuery, Store, Watch};
use domain::screen::Language;
use domain::watch::Level;
use storage::SqlStore;

use super::{Line, Moment, Verdict};
use crate::config::Parts;

/// So many unexplained payments are counted; who has more has the same problem.
const UNMATCHED_COUNTED: u32 = 50;

/// The checks of the desk that are the database's to answer, their names here, and what is wanted of each.
const CHECKS: &[(Check, &str, &str)] = &[
    (Check::Queue, "queue", "work that is due is done within 5 minutes"),
    (Check::Stuck, "generations", "no generation is live for over 2 hours"),
    (Check::Orphans, "orphans", "every task at KIE belongs to a generation"),
    (Check::Receipts, "receipts", "a receipt is decided about within 2 hours"),
    (Check::Payments, "payments", "every payment was taken and explained"),
    (Check::Audit, "audit", "an audit of the last 36 hours that found nothing"),
    (Check::Rate, "rate", "a rate of these days, and none that waits for a decision"),
];

/// Nothing is said of a database that can't tell the time: its own lines say it.
pub(super) async fn lines(store: &SqlStore, parts: &Parts, moment: Moment) -> Vec<Line> {
    let Ok(now) = store.now().await else { return Vec::new() };
    let query = FiguresQuery { now, stuck_before: now - STUCK_AFTER, since: now - WEEK };
    let facts = HealthFacts {
        figures: store.figures(query).await.ok(),
        unmatched: store.unmatched_records(UNMATCHED_COUNTED).await.ok().map(|records| records.len()),
        audit: store.audits(1).await.ok().map(|audits| audits.into_iter().next()),
        rates: store.rates().await.ok(),
        has_rate_source: parts.has_rate_source,
        ..HealthFacts::default()
    };
    told(&facts, now, parts, moment)
}

fn told(facts: &HealthFacts, now: Timestamp, parts: &Parts, moment: Moment) -> Vec<Line> {
    let Ok(texts) = Texts::load() else { return Vec::new() };
    let texts = texts.in_zone(parts.time_zone.clone());
    let words = texts.in_language(Language::En);
    let judged = judged(facts, now);
    let line = |(check, name, wanted): &(Check, &'static str, &'static str)| {
        let line = judged.iter().find(|line| line.check == *check)?;
        let found = line.found.render(words).to_plain().trim().to_owned();
        let remedy = line.remedy.map(|key| words.plain(key, &[]).trim().to_owned()).unwrap_or_default();
        Some(match line.level {
            None => Line::ok(name, found, wanted),
            // A new version may be what mends it.
            Some(Level::Problem) if moment == Moment::AnyTime => {
                Line::bad(*name, Verdict::Problem, found, *wanted, remedy)
            }
            Some(Level::Problem | Level::Warning) => Line::bad(*name, Verdict::Warning, found, *wanted, remedy),
        })
    };
    CHECKS.iter().filter_map(line).collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use domain::ports::Figures;

    use super::*;
    use crate::config::Environment;

    /// Work has stood still for an hour, and nothing else was asked.
    #[test]
    fn what_the_desk_judges_is_told_in_its_words_and_keeps_no_deploy_from_its_way() {
        let now = Timestamp::from_seconds(1_795_348_800);
        let since = now - Duration::from_secs(3600);
        let figures = Figures { due: 7, due_since: Some(since), ..Figures::default() };
        let facts = HealthFacts { figures: Some(figures), audit: Some(None), ..HealthFacts::default() };
        let parts = Parts::load(&Environment::default());
        for (moment, verdict) in [(Moment::AnyTime, Verdict::Problem), (Moment::BeforeDeploy, Verdict::Warning)] {
            let lines = told(&facts, now, &parts, moment);
            assert_eq!(lines.len(), CHECKS.len());
            let queue = &lines[0];
            assert_eq!((queue.check.as_ref(), queue.verdict), ("queue", verdict));
            assert!(queue.found.contains('7') && !queue.remedy.is_empty(), "{queue:?}");
            let audit = lines.iter().find(|line| line.check == "audit").unwrap();
            assert_eq!(audit.verdict, Verdict::Warning);
        }
    }
}

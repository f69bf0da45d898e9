//! Each check with what makes it fine, doubtful and broken.

use domain::exchange::ExchangeRate;

use super::*;

const NOON: Timestamp = Timestamp::from_seconds(1_795_348_800);

fn credits(whole: i64) -> Credits {
    Credits::from_raw(whole * 1_000_000)
}

fn minutes(minutes: u64) -> Duration {
    Duration::from_secs(minutes * 60)
}

/// Of a shop where all is well.
fn outside() -> Outside {
    let updates = UpdatesReport { by_webhook: true, is_set: true, waiting: 0, last_error: None };
    let place = Place { version: "1.2.3".to_owned(), may_sleep: false, disk_left: Some(10 << 30) };
    Outside { at: NOON, kie: KieAnswer::Credits(credits(10_000)), resting: Vec::new(), updates: Some(updates), place }
}

fn sound() -> HealthFacts {
    let run = AuditRun { at: NOON - minutes(60), took: minutes(1), checked: 7, findings: Vec::new() };
    let current =
        ExchangeRate { rate: "95.5".parse().unwrap(), date: "2026-11-22".to_owned(), read_at: NOON - minutes(60) };
    HealthFacts {
        database: Some(Database { kind: "sqlite", latency: Duration::from_millis(2), missing: Vec::new() }),
        figures: Some(Figures::default()),
        unmatched: Some(0),
        audit: Some(Some(run)),
        rates: Some(Rates { current: Some(current), waiting: None }),
        has_rate_source: true,
        pause: None,
        outside: Some(Arc::new(outside())),
    }
}

#[track_caller]
fn found(facts: &HealthFacts, check: Check) -> (Option<Level>, String) {
    let lines = lines(facts, NOON);
    let line = lines.iter().find(|line| line.check == check).expect("its line");
    assert_eq!(
        line.level.is_some(),
        line.remedy.is_some(),
        "what is wrong says what to do, and nothing else does: {line:?}"
    );
    (line.level, line.found.key.clone())
}

const WARNING: Option<Level> = Some(Level::Warning);
const PROBLEM: Option<Level> = Some(Level::Problem);

#[test]
fn a_sound_shop_has_nothing_to_do() {
    let lines = lines(&sound(), NOON);
    assert!(lines.iter().all(|line| line.level.is_none() && line.remedy.is_none()), "{lines:?}");
    let checks: Vec<_> = lines.iter().map(|line| line.check).collect();
    assert!(checks.is_sorted() && checks.len() == 14, "{checks:?}");
}

#[test]
fn problems_come_first_and_then_warnings() {
    let mut facts = sound();
    facts.audit = Some(None);
    facts.database = None;
    facts.figures = Some(Figures { orphans: 1, ..Figures::default() });
    let lines = lines(&facts, NOON);
    let begin: Vec<_> = lines.iter().map(|line| (line.level, line.check)).take(4).collect();
    let wanted =
        [(PROBLEM, Check::Database), (PROBLEM, Check::Migrations), (WARNING, Check::Orphans), (WARNING, Check::Audit)];
    assert_eq!(begin, wanted);
}

/// What does not answer is a problem of its own, and never looks like "nothing found".
#[test]
fn silence_is_said() {
    let silent = HealthFacts {
        outside: Some(Arc::new(Outside { updates: None, kie: KieAnswer::Silent, ..outside() })),
        ..HealthFacts::default()
    };
    for line in lines(&silent, NOON) {
        match line.check {
            Check::Version | Check::Disk => assert_eq!(line.level, None),
            Check::Credits => assert_eq!(line.found.key, "found-credits-unknown"),
            _ => assert_eq!((line.level, line.found.key.as_str()), (PROBLEM, "found-silent"), "{:?}", line.check),
        }
    }
    let unseen = HealthFacts { outside: None, ..sound() };
    for check in [Check::Updates, Check::Account, Check::Credits] {
        assert_eq!(found(&unseen, check), (None, "found-unseen".to_owned()));
    }
}

#[test]
fn credits_are_weighed_by_how_fast_they_go() {
    // What the last week took, over how many hours, what is left, how many days that lasts, how bad it is.
    let table = [
        (0, 0, 10_000, None, None),
        (0, 0, 199, None, WARNING),
        (0, 0, 0, None, PROBLEM),
        (700, 168, 1_000, Some(10), None),
        (700, 168, 300, Some(3), None),
        (700, 168, 299, Some(2), WARNING),
        (700, 168, 99, Some(0), PROBLEM),
        (7_000, 168, 2_999, Some(2), WARNING),
        (70, 168, 150, Some(15), WARNING),
        (100, 1, 1_000, Some(10), None),
        (100, 48, 1_000, Some(20), None),
        (700, 168, -5, Some(0), PROBLEM),
    ];
    for (taken, hours, left, days, level) in table {
        let taken_since = (taken > 0).then(|| NOON - minutes(hours * 60));
        let figures = Figures { taken: credits(taken), taken_since, ..Figures::default() };
        assert_eq!(days_left(credits(left), &figures, NOON), days, "{taken} in {hours} h, {left} left");
        let outside = Outside { kie: KieAnswer::Credits(credits(left)), ..outside() };
        let facts = HealthFacts { figures: Some(figures), outside: Some(Arc::new(outside)), ..sound() };
        assert_eq!(found(&facts, Check::Credits).0, level, "{taken} in {hours} h, {left} left");
    }
}

#[test]
fn each_trouble_of_the_account_has_its_remedy() {
    let table = [
        (AccountTrouble::KeyRefused, "remedy-key"),
        (AccountTrouble::OutOfCredits, "remedy-credits"),
        (AccountTrouble::KeyCapReached, "remedy-key-cap"),
    ];
    for (trouble, remedy) in table {
        let outside = Outside { kie: KieAnswer::Refused(trouble), ..outside() };
        let facts = HealthFacts { outside: Some(Arc::new(outside)), ..sound() };
        let lines = lines(&facts, NOON);
        assert_eq!((lines[0].check, lines[0].level, lines[0].remedy), (Check::Account, PROBLEM, Some(remedy)));
    }
}

/// That it knows our credits does not prove that it makes anything.
#[test]
fn a_family_that_rests_is_a_problem_and_named() {
    let resting = vec![ApiFamily::Market, ApiFamily::Veo];
    let facts = HealthFacts { outside: Some(Arc::new(Outside { resting, ..outside() })), ..sound() };
    let line = lines(&facts, NOON).swap_remove(0);
    assert_eq!((line.check, line.level, line.remedy), (Check::Account, PROBLEM, Some("remedy-kie-silent")));
    assert_eq!(line.found, Notice::new("found-account-resting").words("families", "market, veo"));
}

/// Whatever KIE says of our credits meanwhile: nothing is sold.
#[test]
fn a_pause_is_a_problem_with_its_remedy() {
    let table = [
        (PauseReason::KeyRefused, "found-paused-asked", "remedy-key"),
        (PauseReason::OutOfCredits, "found-paused-asked", "remedy-credits"),
        (PauseReason::KeyCapReached, "found-paused-tried", "remedy-key-cap"),
        (PauseReason::Maintenance, "found-paused-tried", "remedy-maintenance"),
    ];
    assert_eq!(table.len(), PauseReason::ALL.len());
    for (reason, key, remedy) in table {
        let pause = Pause::met(reason, None, false, minutes(5), NOON);
        for outside in [None, Some(Arc::new(outside()))] {
            let lines = lines(&HealthFacts { pause, outside, ..sound() }, NOON);
            let first = &lines[0];
            assert_eq!((first.check, first.level, first.remedy), (Check::Account, PROBLEM, Some(remedy)));
            assert_eq!(first.found.key, key);
        }
    }
}

#[test]
fn updates_are_late_lost_or_go_elsewhere() {
    let failed = |ago| Some((NOON - minutes(ago), "Connection refused".to_owned()));
    let report = |by_webhook, is_set, waiting, last_error| UpdatesReport { by_webhook, is_set, waiting, last_error };
    let table = [
        (report(true, true, 5, None), None, "found-updates-webhook"),
        (report(false, true, 5, None), None, "found-updates-polling"),
        (report(true, true, 0, failed(1)), None, "found-updates-webhook"),
        (report(true, true, 1, failed(14)), PROBLEM, "found-updates-failed"),
        (report(true, true, 1, failed(15)), None, "found-updates-webhook"),
        (report(true, true, 100, None), WARNING, "found-updates-webhook"),
        (report(true, false, 0, None), PROBLEM, "found-updates-elsewhere"),
        (report(false, false, 0, None), PROBLEM, "found-updates-taken"),
    ];
    for (updates, level, key) in table {
        let facts =
            HealthFacts { outside: Some(Arc::new(Outside { updates: Some(updates.clone()), ..outside() })), ..sound() };
        assert_eq!(found(&facts, Check::Updates), (level, key.to_owned()), "{updates:?}");
    }
}

#[test]
fn what_waits_in_the_database_is_weighed_by_its_age_and_number() {
    let figures = Figures::default;
    let since = |ago| Some(NOON - minutes(ago));
    let table = [
        (Check::Queue, Figures { due: 900, due_since: since(4), ..figures() }, None, "found-queue"),
        (Check::Queue, Figures { due: 1, due_since: since(5), ..figures() }, WARNING, "found-queue-late"),
        (Check::Queue, Figures { due: 1, due_since: since(30), ..figures() }, PROBLEM, "found-queue-late"),
        (Check::Stuck, Figures { live: 9, ..figures() }, None, "found-live"),
        (Check::Stuck, Figures { live: 9, stuck: 1, ..figures() }, WARNING, "found-stuck"),
        (Check::Stuck, Figures { live: 9, stuck: 5, ..figures() }, PROBLEM, "found-stuck"),
        (Check::Orphans, Figures { orphans: 1, ..figures() }, WARNING, "found-orphans"),
        (Check::Receipts, Figures { receipts: 3, receipts_since: since(119), ..figures() }, None, "found-receipts"),
        (Check::Receipts, Figures { receipts: 1, receipts_since: since(120), ..figures() }, WARNING, "found-receipts"),
        (Check::Payments, Figures { dead: 5, ..figures() }, None, "found-payments"),
        (Check::Payments, Figures { dead: 5, dead_payments: 1, ..figures() }, PROBLEM, "found-dead-payments"),
    ];
    for (check, figures, level, key) in table {
        let facts = HealthFacts { figures: Some(figures), ..sound() };
        assert_eq!(found(&facts, check), (level, key.to_owned()), "{figures:?}");
    }
    let unmatched = HealthFacts { unmatched: Some(2), ..sound() };
    assert_eq!(found(&unmatched, Check::Payments), (WARNING, "found-unmatched".to_owned()));
}

#[test]
fn an_audit_is_sound_old_missing_or_found_something() {
    let run = |ago, findings: &[&str]| {
        let findings = findings.iter().map(|finding| (*finding).to_owned()).collect();
        Some(AuditRun { at: NOON - ago, took: Duration::ZERO, checked: 1, findings })
    };
    let table = [
        (run(AUDIT_OLD, &[]), None, "found-audit"),
        (run(AUDIT_OLD + minutes(1), &[]), WARNING, "found-audit"),
        (run(minutes(1), &["row"]), PROBLEM, "found-audit-findings"),
        (None, WARNING, "found-no-audit"),
    ];
    for (audit, level, key) in table {
        let facts = HealthFacts { audit: Some(audit.clone()), ..sound() };
        assert_eq!(found(&facts, Check::Audit), (level, key.to_owned()), "{audit:?}");
    }
}

#[test]
fn a_rate_is_fresh_old_waiting_or_configured() {
    let rate = |ago| {
        let date = "2026-11-20".to_owned();
        Some(ExchangeRate { rate: "95.5".parse().unwrap(), date, read_at: NOON - ago })
    };
    let table = [
        (rate(RATE_OLD), None, true, None, "found-rate"),
        (rate(RATE_OLD + minutes(1)), None, true, WARNING, "found-rate"),
        (rate(RATE_OLD + minutes(1)), None, false, None, "found-rate"),
        (rate(minutes(1)), rate(minutes(1)), true, WARNING, "found-rate-waiting"),
        (None, None, true, WARNING, "found-rate-configured"),
        (None, None, false, None, "found-rate-configured"),
    ];
    for (current, waiting, has_rate_source, level, key) in table {
        let facts = HealthFacts { rates: Some(Rates { current, waiting }), has_rate_source, ..sound() };
        assert_eq!(found(&facts, Check::Rate), (level, key.to_owned()));
    }
}

#[test]
fn a_place_may_sleep_or_run_full() {
    let table =
        [(DISK_LOW, None), (DISK_LOW - 1, WARNING), (DISK_FULL, WARNING), (DISK_FULL - 1, PROBLEM), (0, PROBLEM)];
    for (left, level) in table {
        let place = Place { disk_left: Some(left), may_sleep: true, ..outside().place };
        let facts = HealthFacts { outside: Some(Arc::new(Outside { place, ..outside() })), ..sound() };
        assert_eq!(found(&facts, Check::Disk).0, level, "{left}");
        assert_eq!(found(&facts, Check::Plan).0, WARNING);
    }
    let place = Place { disk_left: None, ..outside().place };
    let facts = HealthFacts { outside: Some(Arc::new(Outside { place, ..outside() })), ..sound() };
    assert!(lines(&facts, NOON).iter().all(|line| !matches!(line.check, Check::Disk | Check::Plan)));
}

#[test]
fn missing_migrations_are_named() {
    let mut facts = sound();
    facts.database.as_mut().unwrap().missing = vec!["0050_audits".to_owned(), "0051_alerts".to_owned()];
    assert_eq!(found(&facts, Check::Migrations), (PROBLEM, "found-migrations-missing".to_owned()));
    assert_eq!(found(&facts, Check::Database).0, None);
}

//! What is due, and when it is told.

use domain::money::Money;

use super::*;
use crate::desk::health::Line;

const NOON: Timestamp = Timestamp::from_seconds(1_795_348_800);
const MINUTE: Duration = Duration::from_secs(60);

fn finding(kind: AlertKind, level: Level) -> Finding {
    Finding { name: AlertName::only(kind), level, found: Notice::new("found-silent") }
}

/// Applies a plan as a store does.
fn stored(known: &[Alert], plan: &Plan) -> Vec<Alert> {
    let mut alerts: BTreeMap<AlertName, Alert> =
        known.iter().map(|alert| (alert.name.clone(), alert.clone())).collect();
    for change in &plan.changes {
        assert_eq!(alerts.get(&change.name).map_or(0, |alert| alert.version), change.version);
        alerts.insert(change.name.clone(), Alert { version: change.version + 1, ..change.clone() });
    }
    alerts.into_values().collect()
}

/// Looks every five minutes for so long; returns after how many minutes something was told, and what.
fn watched(minutes: u64, findings: impl Fn(u64) -> Vec<Finding>) -> Vec<(u64, Vec<String>)> {
    let (mut known, mut told) = (Vec::new(), Vec::new());
    for minute in (0..=minutes).step_by(5) {
        let plan = plan(&findings(minute), &known, NOON + MINUTE * u32::try_from(minute).unwrap());
        known = stored(&known, &plan);
        if !plan.told.is_empty() {
            let word = |told: Told| if told.over { format!("{} is over", told.alert) } else { told.alert };
            told.push((minute, plan.told.into_iter().map(word).collect()));
        }
    }
    told
}

fn codes(codes: &[&str]) -> Vec<String> {
    codes.iter().map(|code| (*code).to_owned()).collect()
}

#[test]
fn what_goes_on_is_told_again_in_its_time() {
    let problem = |_| vec![finding(AlertKind::Stuck, Level::Problem)];
    let at: Vec<u64> = watched(24 * 60, problem).into_iter().map(|(minute, _)| minute).collect();
    assert_eq!(at, [0, 360, 720, 1080, 1440]);
    let warning = |_| vec![finding(AlertKind::Stuck, Level::Warning)];
    let at: Vec<u64> = watched(48 * 60, warning).into_iter().map(|(minute, _)| minute).collect();
    assert_eq!(at, [0, 1440, 2880]);
}

#[test]
fn what_comes_and_goes_makes_no_storm() {
    for level in Level::ALL {
        let flaps =
            |minute: u64| if minute.is_multiple_of(10) { vec![finding(AlertKind::Updates, level)] } else { Vec::new() };
        assert_eq!(watched(5 * 60, flaps).len(), 1, "{level:?}");
    }
    let rises = |minute: u64| {
        let level = if minute.is_multiple_of(10) { Level::Warning } else { Level::Problem };
        vec![finding(AlertKind::Updates, level)]
    };
    let at: Vec<u64> = watched(3 * 60, rises).into_iter().map(|(minute, _)| minute).collect();
    assert_eq!(at, [0, 65, 125], "a rise is told, and not by the minute");
}

/// What kept away for ten minutes is over, told once; what comes back is told again, half an hour after the last word at the soonest.
#[test]
fn the_end_of_a_problem_is_told_once() {
    let problem = |there: bool| there.then(|| finding(AlertKind::Account, Level::Problem)).into_iter().collect();
    let over = || codes(&["account is over"]);
    let begin = || codes(&["account"]);
    let told = watched(12 * 60, |minute| problem(minute < 60));
    assert_eq!(told, [(0, begin()), (65, over())], "once, and not before it has kept away");
    let told = watched(120, |minute| problem(minute != 15 && minute < 60));
    assert_eq!(told, [(0, begin()), (65, over())], "a gap is no end");
    let told = watched(90, |minute| problem(minute < 10 || (20..80).contains(&minute)));
    assert_eq!(told, [(0, begin()), (15, over()), (30, begin()), (85, over())]);
    let told = watched(60, |minute| problem(minute < 10 || minute == 20));
    assert_eq!(told, [(0, begin()), (15, over())], "of what was not told the end is not told either");
    let warning = |minute: u64| (minute < 60).then(|| finding(AlertKind::Stuck, Level::Warning)).into_iter().collect();
    assert_eq!(watched(120, warning), [(0, codes(&["stuck"]))]);
}

#[test]
fn the_end_of_what_is_muted_is_not_told() {
    let found = [finding(AlertKind::Credits, Level::Problem)];
    let mut known = stored(&[], &plan(&found, &[], NOON));
    known[0].muted_until = Some(NOON + MUTE);
    let ended = plan(&[], &known, NOON + OVER_AFTER);
    assert_eq!((ended.told.len(), ended.changes[0].open), (0, false));
    known[0].muted_until = None;
    let ended = plan(&[], &known, NOON + OVER_AFTER);
    assert_eq!((ended.told.len(), ended.told[0].over, ended.changes[0].open), (1, true, false));
    assert_eq!(plan(&[], &known, NOON + OVER_AFTER - MINUTE), Plan::default(), "it may come back");
}

/// Models that begin to fail one after the other are one message in half an hour; a problem waits for nothing.
#[test]
fn warnings_that_begin_together_are_one_message() {
    let of_model = |number: u64, level| Finding {
        name: AlertName { kind: AlertKind::Errors, subject: format!("model-{number:02}") },
        ..finding(AlertKind::Errors, level)
    };
    let spreads = |minute: u64| (0..=minute / 5).take(9).map(|number| of_model(number, Level::Warning)).collect();
    let told = watched(60, spreads);
    let count: Vec<_> = told.iter().map(|(minute, told)| (*minute, told.len())).collect();
    assert_eq!(count, [(0, 1), (30, 6), (60, 2)]);
    let spreads = |minute: u64| {
        let mut all = vec![of_model(0, Level::Warning)];
        all.extend((minute >= 10).then(|| finding(AlertKind::Audit, Level::Problem)));
        all
    };
    assert_eq!(watched(20, spreads), [(0, codes(&["errors:model-00"])), (10, codes(&["audit"]))]);
}

#[test]
fn problems_stand_first_in_a_message() {
    let found = [finding(AlertKind::Account, Level::Warning), finding(AlertKind::Stuck, Level::Problem)];
    let told: Vec<_> = plan(&found, &[], NOON).told.into_iter().map(|told| told.alert).collect();
    assert_eq!(told, ["stuck", "account"]);
}

#[test]
fn what_is_muted_is_seen_and_not_told() {
    let found = [finding(AlertKind::Credits, Level::Problem)];
    let mut known = stored(&[], &plan(&found, &[], NOON));
    known[0].muted_until = Some(NOON + MUTE);
    let later = NOON + MUTE - MINUTE;
    let silent = plan(&found, &known, later);
    assert_eq!((silent.told.len(), silent.changes[0].last_at, silent.changes[0].open), (0, later, true));
    let loud = plan(&found, &stored(&known, &silent), NOON + MUTE);
    assert_eq!((loud.told.len(), loud.changes[0].told_at), (1, Some(NOON + MUTE)));
}

#[test]
fn an_alert_knows_since_when_it_is_open() {
    let found = [finding(AlertKind::Credits, Level::Warning)];
    let first = stored(&[], &plan(&found, &[], NOON));
    let second = stored(&first, &plan(&found, &first, NOON + MINUTE));
    assert_eq!((second[0].first_at, second[0].last_at, second[0].open), (NOON, NOON + MINUTE, true));
    let over = plan(&[], &second, NOON + MINUTE * 2);
    assert_eq!((over.told.len(), over.changes[0].open, over.changes[0].last_at), (0, false, NOON + MINUTE));
    let over = stored(&second, &over);
    assert_eq!(plan(&[], &over, NOON + MINUTE * 3), Plan::default(), "it ends once");
    let again = stored(&over, &plan(&found, &over, NOON + MINUTE * 9));
    assert_eq!((again[0].first_at, again[0].told_at, again[0].open), (NOON + MINUTE * 9, Some(NOON), true));
}

fn ends(pattern: &str) -> Vec<Ended> {
    let end = |(number, letter): (u32, char)| Ended {
        model: ModelId(if letter.is_ascii_uppercase() { "other" } else { "model" }.to_owned()),
        failure: match letter.to_ascii_lowercase() {
            'f' => Some(FailureReason::ProviderFailed),
            't' => Some(FailureReason::TimedOut),
            'c' => Some(FailureReason::ContentRefused),
            'i' => Some(FailureReason::InputsRefused),
            's' => Some(FailureReason::ServiceUnavailable),
            'q' => Some(FailureReason::QueuedTooLong),
            _ => None,
        },
        at: NOON - MINUTE * number,
    };
    (0..).zip(pattern.chars()).map(end).collect()
}

#[test]
fn a_model_fails_too_often_by_its_last_ends() {
    let model = |failed, of| vec![(ModelId("model".to_owned()), failed, of)];
    let table = [
        ("", vec![]),
        ("ffff", vec![]),
        ("fffff", model(5, 5)),
        ("fftff.....", model(5, 10)),
        ("fffff......", vec![]),
        ("....................fffff", vec![]),
        ("ffffffffff..........ffffffffff", model(10, 20)),
        ("ccccciiiiisssssqqqqq", vec![]),
        ("fcfcfcfcf", model(5, 5)),
        ("FfFfFfFfF", vec![(ModelId("other".to_owned()), 5, 5)]),
    ];
    for (pattern, wanted) in table {
        assert_eq!(failing(&ends(pattern)), wanted, "{pattern}");
    }
}

/// What ended before or during the last rest counts no more, one model's trouble is not another's, and repeats make it longer.
#[test]
fn a_model_rests_by_what_ended_since_its_last_rest() {
    let model = |name: &str| ModelId(name.to_owned());
    let begun = |pattern: &str, rests: &[Rest]| {
        let begun = resting(&ends(pattern), rests, NOON);
        begun.into_iter().map(|rest| (rest.model.0, rest.failed, rest.of, rest.repeats)).collect::<Vec<_>>()
    };
    let one = |name: &str, failed, of, repeats| vec![(name.to_owned(), failed, of, repeats)];
    let last = |name: &str, until| Rest { until, ..Rest::of(model(name), 5, 5, None, NOON - MINUTE * 60) };
    assert_eq!(begun("ffff", &[]), vec![]);
    assert_eq!(begun("fffff.", &[]), one("model", 5, 6, 0));
    assert_eq!(begun("FFFFFf....", &[]), one("other", 5, 5, 0));
    assert_eq!(begun("FFFFFfffff", &[]).len(), 2);
    assert_eq!(begun("fffff", &[last("model", NOON + MINUTE)]), vec![], "it rests already");
    assert_eq!(begun("fffff", &[last("other", NOON + MINUTE)]), one("model", 5, 5, 0));
    assert_eq!(begun("fffffff", &[last("model", NOON - MINUTE * 4)]), vec![], "four of them ended since then");
    assert_eq!(begun("fffffff", &[last("model", NOON - MINUTE * 5)]), one("model", 5, 5, 1));
    let by_hand = Rest { ended_at: Some(NOON - MINUTE * 5), ..last("model", NOON + MINUTE) };
    assert_eq!(begun("fffffff", std::slice::from_ref(&by_hand)), one("model", 5, 5, 0), "an owner ended it");
}

fn drift(quoted: i64, taken: i64, successes: u64, earned: i64, cost: i64) -> Drift {
    Drift {
        model: ModelId("model".to_owned()),
        metered: false,
        successes,
        quoted: Credits::from_raw(quoted),
        taken: Credits::from_raw(taken),
        earned: Money::from_kopecks(earned),
        cost: Money::from_kopecks(cost),
    }
}

#[test]
fn drifts_and_failing_models_and_bad_lines_become_findings() {
    let catalog = Catalog::load(&[]).unwrap();
    let line = |check, level| Line { check, level, found: Notice::new("found-silent"), remedy: None };
    let lines = [
        line(Check::Stuck, Some(Level::Warning)),
        line(Check::Payments, None),
        line(Check::Disk, Some(Level::Problem)),
        line(Check::Audit, Some(Level::Problem)),
    ];
    let drifts = [drift(100, 106, 3, 10, 5), drift(100, 110, 5, 5, 10)];
    let rests = resting(&ends("fffff"), &[], NOON);
    let found = findings(&lines, &rests, &drifts, &catalog);
    let told: Vec<_> = found.iter().map(|finding| (finding.name.code(), finding.level)).collect();
    let wanted = [
        ("errors:model".to_owned(), Level::Problem),
        ("stuck".to_owned(), Level::Warning),
        ("audit".to_owned(), Level::Problem),
        ("drift:model".to_owned(), Level::Problem),
    ];
    assert_eq!(told, wanted, "once each, the worse one of two");
    let none = [drift(100, 105, 9, 10, 5), drift(100, 200, 2, 10, 5), drift(100, 50, 9, 10, 5), drift(0, 0, 9, 0, 0)];
    assert_eq!(findings(&[], &[], &none, &catalog), [], "within rounding, chance, or in our favour");
}

#[test]
fn each_alert_leads_to_where_it_is_mended() {
    for kind in AlertKind::ALL {
        assert!(!title_of(kind.code()).is_empty());
        let place = place_of(&AlertName { kind: *kind, subject: "a:b".to_owned() }.code());
        let wanted = match kind {
            AlertKind::Receipts | AlertKind::Payments => DeskAct::Waiting,
            AlertKind::Errors | AlertKind::Drift => DeskAct::Model { model: Key::of("a:b") },
            _ => DeskAct::Health,
        };
        assert_eq!(place, Action::Desk(wanted));
    }
}

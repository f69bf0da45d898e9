//! Whether our price tables agree with what KIE takes, and which models are stopped.

use domain::ports::{Drift, Stop};

use super::{Line, Verdict};

/// As many models are named; the rest is counted.
const NAMED_MAX: usize = 5;
const REMEDY: &str = "run `cargo xtask catalog diff` and mend the price tables in config/models";

/// Our tables against what KIE took lately.
pub(super) fn drifted(drifts: &[Drift]) -> Line {
    const WANTED: &str = "KIE takes what our price tables say";
    // A metered quote is an upper bound: only what goes beyond it is drift.
    let differs = |drift: &&Drift| if drift.metered { drift.taken > drift.quoted } else { drift.taken != drift.quoted };
    let drifted: Vec<_> = drifts.iter().filter(differs).collect();
    let successes: u64 = drifts.iter().map(|drift| drift.successes).sum();
    if drifted.is_empty() {
        return Line::ok("prices", format!("as the tables say, over {successes} results of 30 days"), WANTED);
    }
    let said = drifted.iter().map(|drift| {
        let loss = if drift.cost > drift.earned { ", at a loss" } else { "" };
        format!("{} ({} instead of {} credits{loss})", drift.model.0, drift.taken, drift.quoted)
    });
    Line::bad("prices", Verdict::Warning, named(said), WANTED, REMEDY)
}

/// What is not sold for now.
pub(super) fn stopped(stops: &[Stop]) -> Line {
    const WANTED: &str = "no model had to be stopped";
    if stops.is_empty() {
        return Line::ok("stops", "no model is stopped", WANTED);
    }
    let said = stops.iter().map(|stop| stop.model.0.clone());
    Line::bad(
        "stops",
        Verdict::Warning,
        named(said),
        WANTED,
        "see why on its card in the bot; there it is sold again, too",
    )
}

fn named(said: impl ExactSizeIterator<Item = String>) -> String {
    let more = said.len().saturating_sub(NAMED_MAX);
    let mut text = said.take(NAMED_MAX).collect::<Vec<_>>().join(", ");
    if more > 0 {
        text.push_str(&format!(", and {more} more"));
    }
    text
}

#[cfg(test)]
mod tests {
    use domain::clock::Timestamp;
    use domain::ids::ModelId;
    use domain::money::Money;
    use domain::ports::StopReason;

    use super::*;

    fn drift(model: &str, metered: bool, quoted: &str, taken: &str, cost: i64) -> Drift {
        let (quoted, taken) = (quoted.parse().unwrap(), taken.parse().unwrap());
        let (earned, cost) = (Money::from_kopecks(400), Money::from_kopecks(cost));
        Drift { model: ModelId(model.to_owned()), metered, successes: 3, quoted, taken, earned, cost }
    }

    #[test]
    fn a_price_that_differs_is_named_and_a_bound_may_be_more_than_is_taken() {
        let sound = [drift("a", false, "12", "12", 200), drift("b", true, "12", "3.5", 50)];
        let line = drifted(&sound);
        assert_eq!((line.verdict, line.found.as_str()), (Verdict::Ok, "as the tables say, over 6 results of 30 days"));
        let dearer = [drift("a", false, "12", "10", 200), drift("b", true, "12", "12.5", 500)];
        let line = drifted(&dearer);
        assert_eq!(line.verdict, Verdict::Warning);
        assert_eq!(line.found, "a (10 instead of 12 credits), b (12.5 instead of 12 credits, at a loss)");
    }

    #[test]
    fn stopped_models_are_named_up_to_a_bound() {
        assert_eq!(stopped(&[]).verdict, Verdict::Ok);
        let stop = |n: usize| Stop { model: ModelId(format!("m{n}")), reason: StopReason::Loss, at: Timestamp::EPOCH };
        let line = stopped(&(0..7).map(stop).collect::<Vec<_>>());
        assert_eq!((line.verdict, line.found.as_str()), (Verdict::Warning, "m0, m1, m2, m3, m4, and 2 more"));
    }
}

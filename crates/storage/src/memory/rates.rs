//! The exchange rate.

use domain::ports::{RateChange, Rates};

/// Whether the change finds what it expects.
pub(super) fn expected(rates: &Rates, change: Option<&RateChange>) -> bool {
    match change {
        Some(RateChange::Accept { date }) => rates.waiting.as_ref().is_some_and(|waiting| waiting.date == *date),
        Some(RateChange::Set(_) | RateChange::Hold(_)) | None => true,
    }
}

/// Writes a change that [`expected`] found good.
pub(super) fn write(rates: &mut Rates, change: &RateChange) {
    match change {
        RateChange::Set(rate) => *rates = Rates { current: Some(rate.clone()), waiting: None },
        RateChange::Hold(rate) => rates.waiting = Some(rate.clone()),
        RateChange::Accept { .. } => *rates = Rates { current: rates.waiting.take(), waiting: None },
    }
}

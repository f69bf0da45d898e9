//! Whether new generations are sold: paused while KIE refuses our account, so that nobody pays for what can't be made.

use std::sync::atomic::{AtomicI64, Ordering};

use domain::clock::Timestamp;

use super::App;

/// A pause that ends by itself. Each instance learns of the trouble by its own first refused call.
#[derive(Debug)]
pub struct Selling {
    paused_until: AtomicI64,
}

impl Default for Selling {
    fn default() -> Self {
        Self { paused_until: AtomicI64::new(i64::MIN) }
    }
}

impl Selling {
    /// Whether new generations are sold.
    pub fn is_on(&self, now: Timestamp) -> bool {
        now.as_micros() >= self.paused_until.load(Ordering::Relaxed)
    }

    /// Stops selling until then; true if it was on, so that one alert is sent and not one per refusal.
    pub fn pause(&self, now: Timestamp, until: Timestamp) -> bool {
        self.paused_until.swap(until.as_micros(), Ordering::Relaxed) <= now.as_micros()
    }
}

impl App {
    /// Whether new generations are sold: nobody at the desk stopped it, and KIE takes our calls.
    pub(crate) fn is_selling(&self, now: Timestamp) -> bool {
        self.office_now().live.selling && self.selling.is_on(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_pause_ends_by_itself_and_is_told_once() {
        let (selling, start, minute) = (Selling::default(), Timestamp::from_seconds(1000), Duration::from_secs(60));
        assert!(selling.is_on(start));
        assert!(selling.pause(start, start + minute), "the first refusal is told");
        assert!(!selling.pause(start, start + minute), "the next one is not");
        assert!(!selling.is_on(start + minute - Duration::from_micros(1)));
        assert!(selling.is_on(start + minute));
        assert!(selling.pause(start + minute, start + minute * 2), "a new pause is told again");
    }
}

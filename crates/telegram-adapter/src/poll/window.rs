//! Which updates are being worked on, and how far getUpdates may be told that they are done.
//!
//! Telegram forgets every update below the `offset` of a call, and gives at most a hundred from there on. So the offset is the first update
//! that is not done; later ones that are done already come again and are known here.

use std::collections::BTreeSet;

/// The numbers of updates that were read and are not yet confirmed.
#[derive(Debug, Default)]
pub(super) struct Window {
    pending: BTreeSet<i64>,
    done: BTreeSet<i64>,
}

impl Window {
    /// Notes an update that was read; false = it is known already.
    pub(super) fn take(&mut self, update: i64) -> bool {
        !self.done.contains(&update) && self.pending.insert(update)
    }

    /// Notes that an update is done.
    pub(super) fn finish(&mut self, update: i64) {
        if self.pending.remove(&update) {
            self.done.insert(update);
        }
    }

    /// Up to where Telegram may forget. `None` = there is nothing to tell: without an offset it gives the oldest that waits, which also holds
    /// when its numbers begin anew after a silent week.
    pub(super) fn offset(&self) -> Option<i64> {
        match (self.pending.first(), self.done.last()) {
            (Some(first), _) => Some(*first),
            (None, Some(last)) => last.checked_add(1),
            (None, None) => None,
        }
    }

    /// Telegram took this offset.
    pub(super) fn confirmed(&mut self, offset: Option<i64>) {
        if let Some(offset) = offset {
            self.done.retain(|update| *update >= offset);
        }
    }

    /// How many are being worked on.
    pub(super) fn pending(&self) -> usize {
        self.pending.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_offset_never_passes_an_update_that_is_not_done() {
        let mut window = Window::default();
        assert_eq!(window.offset(), None);
        assert!(window.take(10) && window.take(11) && window.take(12) && !window.take(11));
        window.finish(11);
        window.finish(12);
        window.finish(99);
        assert_eq!((window.offset(), window.pending()), (Some(10), 1));
        window.confirmed(Some(10));
        assert!(!window.take(11), "it comes again and is known");
        window.finish(10);
        assert_eq!(window.offset(), Some(13));
        window.confirmed(Some(10));
        assert_eq!(window.offset(), Some(13), "not told yet");
        window.confirmed(Some(13));
        assert_eq!(window.offset(), None);
        assert!(window.take(3), "numbers may begin anew");
    }
}

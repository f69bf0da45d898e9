//! The counters that changes of free generations touch.
//!
//! Each change touches two counters, those of its day and of its hour. Whoever touches several takes them in one order, by key, so that no two
//! commits wait for each other; what happens to one counter keeps the order in which it was asked for.

use domain::clock::Timestamp;
use domain::free::{FreeUse, FreeWindows};
use domain::ids::{ModelId, UserId};
use domain::ports::FreeChange;

/// Which window a counter counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum WindowKind {
    /// A calendar day of the owner's time zone.
    Day,
    /// A clock hour.
    Hour,
}

/// Whose counter it is, of which window and model.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct CounterKey {
    pub(crate) user: UserId,
    pub(crate) kind: WindowKind,
    pub(crate) begins_at: Timestamp,
    pub(crate) model: ModelId,
}

/// What happens to a counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Touch {
    /// One more, up to this many.
    Up(u32),
    /// One less.
    Down,
}

impl WindowKind {
    /// As rows keep it.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Hour => "hour",
        }
    }

    /// The inverse of [`WindowKind::code`].
    pub(crate) fn from_code(code: &str) -> Option<Self> {
        [Self::Day, Self::Hour].into_iter().find(|kind| kind.code() == code)
    }

    /// When the window of this kind began.
    pub(crate) const fn begin(self, windows: FreeWindows) -> Timestamp {
        match self {
            Self::Day => windows.day,
            Self::Hour => windows.hour,
        }
    }

    /// The figure of this kind.
    pub(crate) const fn figure(self, figures: &mut FreeUse) -> &mut u32 {
        match self {
            Self::Day => &mut figures.day,
            Self::Hour => &mut figures.hour,
        }
    }
}

/// The two counters of a user, a model and the windows of a moment.
pub(crate) fn keys(user: UserId, model: &ModelId, windows: FreeWindows) -> [CounterKey; 2] {
    [WindowKind::Day, WindowKind::Hour].map(|kind| CounterKey {
        user,
        kind,
        begins_at: kind.begin(windows),
        model: model.clone(),
    })
}

/// What the changes do to which counters, in the order in which these are locked.
pub(crate) fn touches(changes: &[FreeChange]) -> Vec<(CounterKey, Touch)> {
    let mut touches: Vec<_> = changes
        .iter()
        .flat_map(|change| match change {
            FreeChange::Take { user, model, windows, limits } => {
                let [day, hour] = keys(*user, model, *windows);
                [(day, Touch::Up(limits.day)), (hour, Touch::Up(limits.hour))]
            }
            FreeChange::Give { user, model, windows } => keys(*user, model, *windows).map(|key| (key, Touch::Down)),
        })
        .collect();
    // Stable: a counter's own touches stay in order.
    touches.sort_by(|(one, _), (other, _)| one.cmp(other));
    touches
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::free::FreeLimits;

    #[test]
    fn counters_are_touched_by_key_and_each_of_them_in_order() {
        let windows = |day, hour| FreeWindows { day: Timestamp::from_micros(day), hour: Timestamp::from_micros(hour) };
        let user = |byte| UserId::from_bytes([byte; 16]);
        let model = || ModelId("m".to_owned());
        let limits = FreeLimits { day: 5, hour: 2 };
        let (late, early) = (windows(1, 9), windows(1, 3));
        let found = touches(&[
            FreeChange::Take { user: user(2), model: model(), windows: late, limits },
            FreeChange::Give { user: user(2), model: model(), windows: early },
            FreeChange::Give { user: user(1), model: model(), windows: late },
            FreeChange::Give { user: user(2), model: model(), windows: late },
        ]);
        let told: Vec<_> =
            found.iter().map(|(key, touch)| (key.user, key.kind, key.begins_at.as_micros(), *touch)).collect();
        let wanted = [
            (user(1), WindowKind::Day, 1, Touch::Down),
            (user(1), WindowKind::Hour, 9, Touch::Down),
            (user(2), WindowKind::Day, 1, Touch::Up(5)),
            (user(2), WindowKind::Day, 1, Touch::Down),
            (user(2), WindowKind::Day, 1, Touch::Down),
            (user(2), WindowKind::Hour, 3, Touch::Down),
            (user(2), WindowKind::Hour, 9, Touch::Up(2)),
            (user(2), WindowKind::Hour, 9, Touch::Down),
        ];
        assert_eq!(told, wanted);
    }
}

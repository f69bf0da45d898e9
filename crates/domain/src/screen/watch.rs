//! What a button about the watch over the shop can mean: alerts, and the log.

use serde::{Deserialize, Serialize};

use super::Key;
use crate::ids::EventId;
use crate::ports::EventLevel;
use crate::staff::Duty;

/// Everything that a button about alerts can mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WatchAct {
    /// The alerts that are open or muted.
    Alerts,
    /// Nothing is told of an alert for a day.
    Mute {
        /// Of `AlertName::code`.
        alert: Key,
    },
    /// An alert is told again.
    Unmute {
        /// Of `AlertName::code`.
        alert: Key,
    },
    /// A pause of selling ends.
    EndPause,
    /// The log, of what is looked for.
    Events {
        /// From 0.
        page: u16,
    },
    /// The log from this level on.
    EventsFrom {
        /// The least that is shown.
        level: EventLevel,
    },
    /// The log of everything.
    AllEvents,
    /// One event.
    Event {
        /// Which.
        event: EventId,
    },
    /// The log as a file, as far as it is looked for.
    ExportEvents,
    /// Removes old events: asks again.
    CleanEvents,
}

impl WatchAct {
    /// What it belongs to.
    pub const fn duty(self) -> Duty {
        match self {
            Self::Alerts | Self::Mute { .. } | Self::Unmute { .. } | Self::EndPause => Duty::Maintenance,
            Self::Events { .. }
            | Self::EventsFrom { .. }
            | Self::AllEvents
            | Self::Event { .. }
            | Self::ExportEvents => Duty::Logs,
            Self::CleanEvents => Duty::Cleanup,
        }
    }
}

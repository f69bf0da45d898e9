//! What a button about the watch over the shop can mean.

use serde::{Deserialize, Serialize};

use super::Key;
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
}

impl WatchAct {
    /// What it belongs to.
    pub const fn duty(self) -> Duty {
        match self {
            Self::Alerts | Self::Mute { .. } | Self::Unmute { .. } => Duty::Maintenance,
        }
    }
}

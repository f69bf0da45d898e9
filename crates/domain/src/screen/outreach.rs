//! What a button about broadcasts, promo codes and campaigns can mean.

use serde::{Deserialize, Serialize};

use crate::broadcast::Segment;
use crate::ids::BroadcastId;
use crate::ledger::Unit;

/// Something about broadcasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BroadcastAct {
    /// The last ones.
    List {
        /// From 0.
        page: u16,
    },
    /// Asks what to send.
    Write,
    /// One, as it is now.
    Open {
        /// Which.
        id: BroadcastId,
    },
    /// It is for these.
    Aim {
        /// Which.
        id: BroadcastId,
        /// To whom.
        segment: Segment,
    },
    /// Shows it to its writer.
    Preview {
        /// Which.
        id: BroadcastId,
    },
    /// Sends it: asks again.
    Start {
        /// Which.
        id: BroadcastId,
    },
    /// Lets it stand still.
    Pause {
        /// Which.
        id: BroadcastId,
    },
    /// Lets it go on.
    Resume {
        /// Which.
        id: BroadcastId,
    },
    /// Ends it before its end: asks again.
    Cancel {
        /// Which.
        id: BroadcastId,
    },
    /// Yes, do what the screen asks about.
    Yes,
}

/// Something about promo codes and campaigns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PromoAct {
    /// The codes.
    Codes {
        /// From 0.
        page: u16,
    },
    /// Begins a new code.
    Make,
    /// The new code gives this.
    Gift {
        /// Money or runs.
        unit: Unit,
    },
    /// The same as typing this number.
    Pick {
        /// The number.
        number: u32,
    },
    /// Yes, make it.
    Yes,
    /// The campaigns.
    Campaigns {
        /// From 0.
        page: u16,
    },
    /// Asks for a new campaign's name.
    Launch,
}

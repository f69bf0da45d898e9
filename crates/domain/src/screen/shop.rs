//! What a button can mean that is about one model's terms at the owner's desk.

use serde::{Deserialize, Serialize};

use crate::staff::Duty;

/// What can be set for one model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModelSetting {
    /// Its own margin.
    Markup,
    /// Its own price.
    Price,
    /// How often it may be had for nothing.
    Free,
}

impl ModelSetting {
    /// All of them, in the order of their buttons.
    pub const ALL: [Self; 3] = [Self::Price, Self::Markup, Self::Free];
}

/// What can be done with one model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModelDeed {
    /// Shows a setting of it, with where it comes from and what it was.
    Setting(ModelSetting),
    /// Asks for a setting of it.
    Set(ModelSetting),
    /// Takes a setting of it back.
    Reset(ModelSetting),
    /// It is not to be had for nothing, whatever the files say.
    NeverFree,
    /// Makes something with it at the shop's cost.
    Try,
}

impl ModelDeed {
    /// What it belongs to.
    pub const fn duty(self) -> Duty {
        match self {
            Self::Setting(_) | Self::Set(_) | Self::Reset(_) | Self::NeverFree => Duty::Settings,
            Self::Try => Duty::Models,
        }
    }
}

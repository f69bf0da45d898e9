//! What is done at the desk about alerts.

use domain::ports::ChangeSet;
use domain::screen::Key;
use domain::staff::{Actor, Deed, Duty};
use domain::watch::Alert;

use super::alerts::MUTE;
use super::work::{Line, Room};
use super::{Desk, DeskError, Refused};

/// What is done about the watch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WatchWork {
    /// Nothing is told of an alert for a day.
    Mute(Key),
    /// An alert is told again.
    Unmute(Key),
}

impl WatchWork {
    /// What it belongs to.
    pub const fn duty(&self) -> Duty {
        match self {
            Self::Mute(_) | Self::Unmute(_) => Duty::Maintenance,
        }
    }
}

impl Desk<'_> {
    /// Mutes an alert, or takes that back.
    ///
    /// # Errors
    /// [`Refused::Changed`] if there is none with this key.
    pub(super) async fn watch_by(
        &self,
        change: &mut ChangeSet,
        actor: Actor,
        work: &WatchWork,
        room: Room<'_>,
    ) -> Result<(), DeskError> {
        let (key, until, deed) = match work {
            WatchWork::Mute(key) => (*key, Some(change.at + MUTE), Deed::MuteAlert),
            WatchWork::Unmute(key) => (*key, None, Deed::UnmuteAlert),
        };
        let alerts = room.watch.alerts().await?;
        let known = alerts.into_iter().find(|alert| Key::of(&alert.name.code()) == key).ok_or(Refused::Changed)?;
        self.log(change, actor, Line::new(deed, known.name.code()));
        change.alerts.push(Alert { muted_until: until, ..known });
        Ok(())
    }
}

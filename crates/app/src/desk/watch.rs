//! What is done at the desk about alerts, a pause of selling and the log.

use std::time::Duration;

use domain::pause::Pause;
use domain::ports::ChangeSet;
use domain::screen::Key;
use domain::staff::{Actor, Deed, Duty};
use domain::watch::Alert;

use super::alerts::MUTE;
use super::work::{Line, Room};
use super::{Desk, DeskError, Refused};
use crate::conversation::EventFilter;
use crate::outbox::Body;

/// What is done about the watch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WatchWork {
    /// Nothing is told of an alert for a day.
    Mute(Key),
    /// An alert is told again.
    Unmute(Key),
    /// A pause of selling ends.
    EndPause,
    /// The log is sent as a file, as far as it is looked for.
    ExportEvents(EventFilter),
    /// Events that are older than so many days are removed.
    CleanEvents {
        /// From 1 to [`CLEANED_DAYS_MAX`].
        days: u16,
    },
}

/// Nothing is older: events go by themselves after a month.
pub const CLEANED_DAYS_MAX: u16 = 30;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// What a line of the audit log says of a cleaning, and back: how old an event is that goes.
pub(crate) fn cleaned_after(subject: &str) -> Option<Duration> {
    Some(DAY * subject.strip_suffix(" days")?.parse().ok()?)
}

impl WatchWork {
    /// What it belongs to.
    pub const fn duty(&self) -> Duty {
        match self {
            Self::Mute(_) | Self::Unmute(_) | Self::EndPause => Duty::Maintenance,
            Self::ExportEvents(_) => Duty::Logs,
            Self::CleanEvents { .. } => Duty::Cleanup,
        }
    }
}

impl Desk<'_> {
    /// Mutes an alert, or takes that back; ends a pause; sends the log or cleans it. The events themselves go after the commit that says so.
    ///
    /// # Errors
    /// [`Refused::Changed`] if there is no alert with this key, or no pause.
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
            WatchWork::EndPause => {
                let pause = room.watch.pause().await?.filter(Pause::stands).ok_or(Refused::Changed)?;
                self.log(change, actor, Line::new(Deed::EndPause, pause.reason.code()));
                change.pause = Some(pause.ended(change.at));
                return Ok(());
            }
            WatchWork::ExportEvents(filter) => {
                let reader = self.store.session(actor.chat).await?.ok_or(Refused::Changed)?;
                self.tell(change, reader.person.user, &Body::Events(filter.clone()));
                self.log(change, actor, Line::new(Deed::Export, "events"));
                return Ok(());
            }
            WatchWork::CleanEvents { days } => {
                self.log(change, actor, Line::new(Deed::CleanLog, format!("{days} days")));
                return Ok(());
            }
        };
        let alerts = room.watch.alerts().await?;
        let known = alerts.into_iter().find(|alert| Key::of(&alert.name.code()) == key).ok_or(Refused::Changed)?;
        self.log(change, actor, Line::new(deed, known.name.code()));
        change.alerts.push(Alert { muted_until: until, ..known });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_audit_log_tells_how_old_what_goes_is() {
        assert_eq!(cleaned_after("3 days"), Some(DAY * 3));
        assert_eq!((cleaned_after("days"), cleaned_after("all")), (None, None));
    }
}

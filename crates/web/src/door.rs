//! The door between the listener and the house: closed while the house is being built, then open for good.

use std::fmt;
use std::sync::{Arc, OnceLock};

use app::intake::{Health, Intake};
use tokio::time::Instant;

use crate::Error;

/// Lets the listener run before the house stands. Share it in an `Arc`: the server holds one end, the wiring opens it.
pub struct Door {
    intake: OnceLock<Arc<dyn Intake>>,
    known: Health,
    since: Instant,
}

impl Door {
    /// A closed door. `known` is what `/health` tells until the door opens; its `uptime_s` counts on from now.
    #[must_use]
    pub fn new(known: Health) -> Self {
        Self { intake: OnceLock::new(), known, since: Instant::now() }
    }

    /// Opens the door: from now on requests reach `intake`.
    ///
    /// # Errors
    /// [`Error::AlreadyOpen`] the second time; the first intake stays.
    pub fn open(&self, intake: Arc<dyn Intake>) -> Result<(), Error> {
        self.intake.set(intake).map_err(|_| Error::AlreadyOpen)
    }

    /// Who takes requests, once there is one.
    pub(crate) fn intake(&self) -> Option<Arc<dyn Intake>> {
        self.intake.get().cloned()
    }

    /// The figures of `/health`; reads nothing but memory.
    pub(crate) fn health(&self) -> Health {
        match self.intake.get() {
            Some(intake) => intake.health(),
            None => Health {
                uptime_s: self.known.uptime_s.saturating_add(self.since.elapsed().as_secs()),
                ..self.known.clone()
            },
        }
    }
}

impl fmt::Debug for Door {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Door")
            .field("open", &self.intake.get().is_some())
            .field("known", &self.known)
            .finish_non_exhaustive()
    }
}

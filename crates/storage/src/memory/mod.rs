//! The Store in memory: for tests and for the simulation, and the plainest reading of what the port promises.
//!
//! Must not know: SQL, files, the network, or what time it is (a [`Clock`] comes in).
//!
//! Invariants
//! - One lock around the whole state, never held across an await: a commit is atomic and every reader sees whole commits.
//! - A commit looks at every expectation first, lets the ledger write all operations or none, and only then writes the rest, which cannot
//!   fail any more. So a refused change set leaves nothing behind, and a commit costs what it changes, not what the state holds.
//! - Nothing is kept after the process.
//!
//! To add a method of the port: its noun's file (`generations`, `invoices`, `jobs`, ...) or `state` gets the deed, `store` one forwarding line,
//! `faulty` one more.

mod audit;
mod events;
mod faulty;
mod free;
mod generations;
mod gifts;
mod invoices;
mod jobs;
mod messages;
mod office;
mod outreach;
mod paybacks;
mod people;
mod promos;
mod rates;
mod records;
mod referrals;
mod reports;
mod state;
mod store;
mod successes;
mod watch;

use std::fmt;
use std::sync::{Arc, Mutex};

use domain::clock::{Clock, Timestamp};
use domain::ports::{JobKind, StoreError, StoreResult};

pub use faulty::{Call, Fault, FaultyStore};
use state::State;

/// The Store in memory.
pub struct MemoryStore {
    state: Mutex<State>,
    clock: Arc<dyn Clock>,
}

impl MemoryStore {
    /// An empty store. `clock` answers for "the database's own clock" and nothing else: rows take their times from the change sets.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { state: Mutex::default(), clock }
    }

    /// When the next job of these kinds may be claimed: for tests that move time to it.
    ///
    /// # Errors
    /// As any call's.
    pub fn next_due(&self, kinds: &[JobKind]) -> StoreResult<Option<Timestamp>> {
        self.lock(|state| state.jobs.next_due(kinds))
    }

    /// Runs `with` under the lock.
    fn lock<T>(&self, with: impl FnOnce(&mut State) -> T) -> StoreResult<T> {
        let broken = |_| StoreError::Defect("a panic during an earlier call left the state in doubt".to_owned());
        self.state.lock().map_err(broken).map(|mut state| with(&mut state))
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The rows hold what users wrote.
        f.debug_struct("MemoryStore").finish_non_exhaustive()
    }
}

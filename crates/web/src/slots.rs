//! The bound on connections that are open at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Places for connections.
pub(crate) struct Slots {
    free: Arc<Semaphore>,
    /// Somebody waits for a place.
    wanted: AtomicBool,
}

/// A place, held for as long as it lives.
pub(crate) struct Slot(#[expect(dead_code, reason = "it is held for its drop")] OwnedSemaphorePermit);

impl Slots {
    pub(crate) fn new(count: usize) -> Self {
        Self { free: Arc::new(Semaphore::new(count)), wanted: AtomicBool::new(false) }
    }

    /// Waits for a free place.
    pub(crate) async fn take(&self) -> Slot {
        if let Ok(permit) = Arc::clone(&self.free).try_acquire_owned() {
            return Slot(permit);
        }
        self.wanted.store(true, Ordering::Relaxed);
        let permit = Arc::clone(&self.free).acquire_owned().await.expect("the semaphore is never closed");
        self.wanted.store(false, Ordering::Relaxed);
        Slot(permit)
    }

    /// Whether every place is held by a connection. A place that waits for its connection is not taken yet.
    pub(crate) fn all_taken(&self) -> bool {
        self.wanted.load(Ordering::Relaxed)
    }
}

//! A pool of connections that says why it has none. Compiled for each backend, as a child of its module, which names `Conn`.
//!
//! The pool beneath hides why a connection could not be made and lets everybody wait for the whole time-out. Here a call is refused at once,
//! with the reason, if an attempt fails while the pool has no connection at all.

use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use diesel::ConnectionResult;
use diesel_async::pooled_connection::bb8::{Pool, PooledConnection};
use diesel_async::pooled_connection::{
    AsyncDieselConnectionManager, ManagerConfig, PoolableConnection, RecyclingMethod,
};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::sync::Notify;

use super::Conn;
use crate::error::Fault;
use crate::store::PoolState;

/// The pool.
#[derive(Clone)]
pub(crate) struct Connections {
    pool: Pool<Conn>,
    size: u32,
    trouble: Arc<Trouble>,
    waiting: Arc<AtomicU64>,
}

/// Counts somebody as waiting for as long as it lives.
struct Waiter<'a>(&'a AtomicU64);

impl<'a> Waiter<'a> {
    fn begin(waiting: &'a AtomicU64) -> Self {
        waiting.fetch_add(1, Ordering::Relaxed);
        Self(waiting)
    }
}

impl Drop for Waiter<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// What the last attempt to connect met.
#[derive(Default)]
struct Trouble {
    seen: Notify,
    last: Mutex<String>,
}

impl Trouble {
    fn tell(&self, detail: String) {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = detail;
        self.seen.notify_waiters();
    }

    fn last(&self) -> String {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Connections {
    /// A pool that connects when it is first asked, and keeps at most `size` connections. A connection is waited for `patience` long.
    pub(crate) fn new(
        size: u32,
        patience: Duration,
        keep: Option<Duration>,
        connect: impl Fn() -> BoxFuture<'static, ConnectionResult<Conn>> + Send + Sync + 'static,
    ) -> Self {
        let trouble = Arc::new(Trouble::default());
        let told = Arc::clone(&trouble);
        let mut config = ManagerConfig::<Conn>::default();
        config.recycling_method = RecyclingMethod::Fast;
        config.custom_setup = Box::new(move |_| {
            let (attempt, told) = (connect(), Arc::clone(&told));
            async move { attempt.await.inspect_err(|error| told.tell(error.to_string())) }.boxed()
        });
        // The address stays with `connect`: the manager gets none that it could show.
        let manager = AsyncDieselConnectionManager::new_with_config("", config);
        let pool = Pool::builder()
            .max_size(size)
            .connection_timeout(patience)
            .retry_connection(false)
            .idle_timeout(keep)
            .max_lifetime(keep.map(|keep| keep * 3))
            // A question before each use would be a round trip each; a dead connection is known without asking, see `get`.
            .test_on_check_out(false)
            .build_unchecked(manager);
        Self { pool, size, trouble, waiting: Arc::default() }
    }

    /// A connection. A server that restarted has closed all of them; those are thrown away here, so that nobody is refused for them.
    pub(crate) async fn get(&self) -> Result<PooledConnection<'static, Conn>, Fault> {
        for _ in 0..=self.size {
            let mut conn = self.next().await?;
            if !conn.is_broken() {
                return Ok(conn);
            }
        }
        Err(Fault::Away("every connection of the pool was closed".to_owned()))
    }

    /// How it stands.
    pub(crate) fn state(&self, name: &'static str) -> PoolState {
        let state = self.pool.state();
        let figures = &state.statistics;
        PoolState {
            name,
            size: self.size,
            idle: state.idle_connections,
            in_use: state.connections.saturating_sub(state.idle_connections),
            waiting: self.waiting.load(Ordering::Relaxed),
            waited: figures.get_waited,
            timed_out: figures.get_timed_out,
            made: figures.connections_created,
        }
    }

    async fn next(&self) -> Result<PooledConnection<'static, Conn>, Fault> {
        let _waiter = Waiter::begin(&self.waiting);
        let mut waiting = pin!(self.pool.get_owned());
        loop {
            let mut failed = pin!(self.trouble.seen.notified());
            failed.as_mut().enable();
            tokio::select! {
                biased;
                got = &mut waiting => {
                    return got.map_err(|error| Fault::Away(format!("no connection is free: {error}")));
                }
                () = failed => {
                    // As long as others have one, it comes back.
                    if self.pool.state().connections == 0 {
                        return Err(Fault::Away(self.trouble.last()));
                    }
                }
            }
        }
    }
}

//! Connections to a SQLite file: one that writes, and a pool of readers.

use std::path::{Path, PathBuf};

use diesel::{ConnectionError, ConnectionResult};
use diesel_async::pooled_connection::bb8::PooledConnection;
use diesel_async::{AsyncConnection, SimpleAsyncConnection};
use futures_util::FutureExt;

use super::Conn;
use super::pool::Connections;
use crate::error::{ConnectError, Fault};
use crate::store::{PoolOptions, PoolState};

/// What each connection is told first. The wait comes first of all, since the rest may meet a lock of another process. FULL: a commit that
/// was answered survives a power cut. Recursive triggers: without them a REPLACE takes a row away unseen by the triggers that refuse a DELETE.
pub(crate) const SETUP: &str = "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
     PRAGMA foreign_keys = ON; PRAGMA recursive_triggers = ON;";

/// Makes the directory of the file, if it is not there.
///
/// # Errors
/// [`ConnectError::Directory`].
pub(crate) fn prepare_directory(file: &Path) -> Result<(), ConnectError> {
    match file.parent() {
        Some(directory) if !directory.as_os_str().is_empty() => std::fs::create_dir_all(directory)
            .map_err(|source| ConnectError::Directory { path: directory.display().to_string(), source }),
        _ => Ok(()),
    }
}

/// Two pools on one file. SQLite has one writer at a time: here they queue in fairness instead of polling a lock.
#[derive(Clone)]
pub(crate) struct Database {
    writer: Connections,
    readers: Connections,
}

/// Pools that open the file when they are first asked.
pub(crate) fn open(file: &Path, options: &PoolOptions) -> Database {
    Database {
        writer: pool(file.to_owned(), 1, SETUP.to_owned(), options),
        readers: pool(file.to_owned(), options.size, format!("{SETUP} PRAGMA query_only = ON;"), options),
    }
}

fn pool(file: PathBuf, size: u32, setup: String, options: &PoolOptions) -> Connections {
    // A file does not go away, and a young connection has no prepared statements: connections are kept for ever.
    Connections::new(size, options.call_timeout, None, move || establish(file.clone(), setup.clone()).boxed())
}

/// One connection, ready for use.
pub(crate) async fn establish(file: PathBuf, setup: String) -> ConnectionResult<Conn> {
    let path =
        file.to_str().ok_or_else(|| ConnectionError::InvalidConnectionUrl("the path is not UTF-8".to_owned()))?;
    let mut conn = Conn::establish(path).await?;
    conn.batch_execute(&setup).await.map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(conn)
}

impl Database {
    /// The one connection for changes.
    pub(crate) async fn writer(&self) -> Result<PooledConnection<'static, Conn>, Fault> {
        self.writer.get().await
    }

    /// How its pools stand.
    pub(crate) fn pools(&self) -> Vec<PoolState> {
        vec![self.writer.state("writer"), self.readers.state("readers")]
    }

    /// A connection for a look-up.
    pub(crate) async fn reader(&self) -> Result<PooledConnection<'static, Conn>, Fault> {
        self.readers.get().await
    }
}

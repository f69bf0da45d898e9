//! Connections to a PostgreSQL server, and the pool of them.

use std::time::Duration;

use diesel::{ConnectionError, ConnectionResult};
use diesel_async::SimpleAsyncConnection;
use diesel_async::pooled_connection::bb8::PooledConnection;
use futures_util::FutureExt;
use tokio_postgres::config::SslMode;
use tokio_postgres_rustls::MakeRustlsConnect;

use super::pool::Connections;
use super::{Conn, pooled};
use crate::address::{DatabaseUrl, Encryption, PostgresPlace};
use crate::error::{ConnectError, Fault};
use crate::store::{PoolOptions, PoolState};
use crate::tls::client_config;

/// How to get a connection.
#[derive(Clone)]
pub(crate) struct Server {
    config: tokio_postgres::Config,
    tls: MakeRustlsConnect,
    connect_timeout: Duration,
    /// Of statements and of transactions that nobody goes on with; `None` = no limit.
    patience: Option<Duration>,
    /// A session is ours for one transaction only.
    pooler: bool,
}

impl Server {
    /// The server at `url`.
    ///
    /// # Errors
    /// [`ConnectError::Certificates`].
    pub(crate) fn new(
        url: &DatabaseUrl,
        place: &PostgresPlace,
        connect_timeout: Duration,
        patience: Option<Duration>,
    ) -> Result<Self, ConnectError> {
        let encryption = url.encryption();
        let mut config = place.config.clone();
        config.ssl_mode(match encryption {
            Encryption::Off => SslMode::Disable,
            Encryption::IfOffered => SslMode::Prefer,
            Encryption::Unverified | Encryption::Verified | Encryption::VerifiedBy(_) => SslMode::Require,
        });
        config.connect_timeout(connect_timeout);
        if config.get_application_name().is_none() {
            config.application_name("kiebot");
        }
        let tls = MakeRustlsConnect::new(client_config(&encryption)?);
        Ok(Self { config, tls, connect_timeout, patience, pooler: url.has_pooler() })
    }

    /// A new connection, ready for use.
    pub(crate) async fn connect(&self) -> ConnectionResult<Conn> {
        let slow = || ConnectionError::BadConnection(format!("no connection within {:?}", self.connect_timeout));
        tokio::time::timeout(self.connect_timeout, self.establish()).await.unwrap_or_else(|_| Err(slow()))
    }

    async fn establish(&self) -> ConnectionResult<Conn> {
        let (client, connection) = self
            .config
            .connect(self.tls.clone())
            .await
            .map_err(|error| ConnectionError::BadConnection(chain(&error)))?;
        if self.pooler {
            return pooled::welcome(client, connection).await;
        }
        let mut conn = Conn::try_from_client_and_connection(client, connection).await?;
        // We know some errors by their English words only; a role that may not ask for them gets its own language.
        let asked = conn.batch_execute("SET lc_messages = 'C'").await;
        if let Err(error) = asked {
            tracing::debug!(%error, "the server answers in its own language");
        }
        if let Some(patience) = self.patience {
            let millis = patience.as_millis();
            let limits =
                format!("SET statement_timeout = {millis}; SET idle_in_transaction_session_timeout = {millis}");
            conn.batch_execute(&limits).await.map_err(ConnectionError::CouldntSetupConfiguration)?;
        }
        Ok(conn)
    }
}

/// The error and its causes: tokio-postgres keeps what happened in the cause.
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}

/// An idle connection is closed after this time, and any connection after three times of it.
const KEEP: Duration = Duration::from_secs(10 * 60);

/// The pool.
#[derive(Clone)]
pub(crate) struct Database {
    connections: Connections,
    /// What a call's transaction begins with, if a session is ours for one transaction only.
    frame: Option<String>,
}

/// A pool that connects when it is first asked.
pub(crate) fn open(server: Server, options: &PoolOptions) -> Database {
    let frame = server.pooler.then(|| pooled::frame(server.patience));
    let connect = move || {
        let server = server.clone();
        async move { server.connect().await }.boxed()
    };
    Database { connections: Connections::new(options.size, options.call_timeout, Some(KEEP), connect), frame }
}

impl Database {
    /// A connection for a change.
    pub(crate) async fn writer(&self) -> Result<PooledConnection<'static, Conn>, Fault> {
        self.connections.get().await
    }

    /// How its pool stands.
    pub(crate) fn pools(&self) -> Vec<PoolState> {
        vec![self.connections.state("all")]
    }

    /// A connection for a look-up.
    pub(crate) async fn reader(&self) -> Result<PooledConnection<'static, Conn>, Fault> {
        self.connections.get().await
    }

    /// Before a call's work. Behind a pooler the whole call becomes one transaction: a statement is prepared in one step and run in the next,
    /// and between two transactions the server's connection may be another one.
    pub(crate) async fn begin(&self, conn: &mut Conn) -> Result<(), Fault> {
        match &self.frame {
            Some(frame) => pooled::begin(conn, frame).await,
            None => Ok(()),
        }
    }

    /// After a call's work, which gave `result`.
    pub(crate) async fn end<T>(&self, conn: &mut Conn, result: Result<T, Fault>) -> Result<T, Fault> {
        match self.frame {
            Some(_) => pooled::end(conn, result).await,
            None => result,
        }
    }
}

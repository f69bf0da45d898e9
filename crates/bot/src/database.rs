//! From the configuration to an open, migrated store.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use secrecy::ExposeSecret;
use storage::{DatabaseUrl, PoolOptions, SqlStore};

use crate::config::{Database, Target, Tls};

/// How long a call may wait for the database before it counts as away. Below the 20 s that an update may take in all.
const CALL_TIMEOUT: Duration = Duration::from_secs(8);

/// The addresses that a configuration names.
pub(crate) struct Addresses {
    /// For work.
    pub(crate) work: DatabaseUrl,
    /// For migrations.
    pub(crate) migrations: DatabaseUrl,
}

/// Reads the addresses.
pub(crate) fn addresses(database: &Database) -> Result<Addresses> {
    let tls = match &database.tls {
        None => storage::Tls::BySslMode,
        Some(Tls::Verify) => storage::Tls::Verify,
        Some(Tls::CaFile(path)) => storage::Tls::CaFile(path.clone()),
        Some(Tls::Insecure) => storage::Tls::Insecure,
        Some(Tls::Off) => storage::Tls::Off,
    };
    match &database.target {
        Target::Sqlite { path } => {
            let url = DatabaseUrl::parse(&format!("sqlite://{}", path.display()))?;
            Ok(Addresses { work: url.clone(), migrations: url })
        }
        Target::Postgres { url, migration_url } => {
            let work = DatabaseUrl::parse(url.expose_secret())?.with_tls(tls.clone());
            let migrations = DatabaseUrl::parse(migration_url.expose_secret())?.with_tls(tls);
            // Who names another place for migrations has a pooler on the usual way. If not, it is only slower.
            let work = if work.is_beside(&migrations) { work } else { work.behind_pooler() };
            Ok(Addresses { work, migrations })
        }
    }
}

/// Runs what is missing, under a lock; says what it ran.
pub(crate) async fn migrate(addresses: &Addresses) -> Result<Vec<String>> {
    let ran = storage::migrate(&addresses.migrations).await.context("migrating the database")?;
    if !ran.is_empty() {
        tracing::info!(migrations = ran.join(", "), "the database was migrated");
    }
    Ok(ran)
}

/// Opens the store.
pub(crate) async fn open(addresses: &Addresses, database: &Database) -> Result<Arc<SqlStore>> {
    let options = PoolOptions { size: database.pool_size, call_timeout: CALL_TIMEOUT, ..PoolOptions::default() };
    storage::connect(&addresses.work, &options).await.context("opening the database")
}

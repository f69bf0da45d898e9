//! What a case stands on: SQLite in its own folder, or a database of its own on the PostgreSQL that `TEST_DATABASE_URL` names.

use std::future::Future;
use std::path::Path;

use storage::testing::{TestDatabase, server_address};

/// The database of one case; it goes when this is dropped.
pub(crate) struct Ground {
    postgres: Option<TestDatabase>,
}

/// Runs a case on SQLite.
pub(crate) async fn on_sqlite<F: Future<Output = ()>>(case: impl FnOnce(Ground) -> F) {
    Box::pin(case(Ground { postgres: None })).await;
}

/// Runs a case on PostgreSQL; without one it is skipped, out loud and counted under `name`.
pub(crate) async fn on_postgres<F: Future<Output = ()>>(name: &str, case: impl FnOnce(Ground) -> F) {
    if let Some(database) = TestDatabase::postgres(name).await {
        Box::pin(case(Ground { postgres: Some(database) })).await;
    }
}

impl Ground {
    /// `DATABASE_URL`, for a bot whose files lie in `folder`.
    pub(crate) fn url(&self, folder: &Path) -> String {
        match &self.postgres {
            None => format!("sqlite://{}", folder.join("bot.db").display()),
            Some(database) => {
                let address = server_address().expect("the database was made on it");
                let (place, parameters) = address.split_once('?').unwrap_or((&address, "sslmode=disable"));
                let (server, _) = place.rsplit_once('/').expect("it names a database");
                let shown = database.url().to_string();
                let name = shown.rsplit('/').next().expect("it names a database");
                format!("{server}/{name}?{parameters}")
            }
        }
    }

    /// As whom PostgreSQL is used.
    pub(crate) fn user(&self) -> String {
        let database = self.postgres.as_ref().expect("the case is one of PostgreSQL");
        let shown = database.url().to_string();
        let place = shown.split("://").nth(1).expect("it is an address");
        place.split_once('@').map_or("postgres", |(user, _)| user.trim_end_matches(":***")).to_owned()
    }

    /// Runs SQL past the bot. Only on PostgreSQL.
    pub(crate) async fn execute(&self, sql: &str) {
        self.try_execute(sql).await.unwrap_or_else(|error| panic!("`{sql}`: {error}"));
    }

    /// The same, for SQL that the database may refuse.
    pub(crate) async fn try_execute(&self, sql: &str) -> Result<(), String> {
        self.postgres.as_ref().expect("the case is one of PostgreSQL").try_execute(sql).await
    }

    /// `host:port` of PostgreSQL; `None` on SQLite.
    pub(crate) fn server(&self) -> Option<String> {
        let database = self.postgres.as_ref()?;
        let shown = database.url().to_string();
        let place = shown.split("://").nth(1)?.split('/').next()?;
        Some(place.rsplit('@').next()?.to_owned())
    }
}

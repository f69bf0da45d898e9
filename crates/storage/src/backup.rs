//! A copy of a SQLite file as it is at one moment, while others write to it. PostgreSQL brings its own tools for that.

use std::path::{Path, PathBuf};

use diesel::connection::SimpleConnection;
use diesel::sql_types::Text;
use diesel::{Connection, RunQueryDsl, SqliteConnection, sql_query};

use crate::address::DatabaseUrl;
use crate::sqlite;

/// Why there is no copy.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// A server is copied by its own tools.
    #[error("`{0}` is a server: copy it with `pg_dump --format=custom --file=FILE`, from any machine that reaches it")]
    Server(String),
    /// There is no database yet.
    #[error("there is no database at `{}`", .0.display())]
    Missing(PathBuf),
    /// Nothing is written over.
    #[error("`{}` is there already: name a file that is not", .0.display())]
    Taken(PathBuf),
    /// The database refused, or the disk did.
    #[error("no copy was made: {0}")]
    Failed(String),
}

/// Copies the database into `file`, which must not be there yet. Writers are not held up; the copy is on the disk when this returns, and is
/// gone again if it could not be finished.
///
/// # Errors
/// See [`BackupError`].
pub async fn back_up(url: &DatabaseUrl, file: &Path) -> Result<(), BackupError> {
    let Some(source) = url.sqlite_path() else { return Err(BackupError::Server(url.to_string())) };
    if !source.exists() {
        return Err(BackupError::Missing(source.to_owned()));
    }
    if file.exists() {
        return Err(BackupError::Taken(file.to_owned()));
    }
    let (source, file) = (source.to_owned(), file.to_owned());
    let work = tokio::task::spawn_blocking(move || {
        let copied = copy(&source, &file);
        if copied.is_err() {
            // Half a copy would pass for one.
            let _ = std::fs::remove_file(&file);
        }
        copied
    });
    let copied = work.await.map_err(|error| BackupError::Failed(error.to_string()))?;
    copied.map_err(|error| BackupError::Failed(error.to_string()))
}

fn copy(source: &Path, file: &Path) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let (source, target) = (source.to_str(), file.to_str());
    let (source, target) = source.zip(target).ok_or("the path is not UTF-8")?;
    let mut conn = SqliteConnection::establish(source)?;
    conn.batch_execute(sqlite::SETUP)?;
    sql_query("VACUUM INTO ?").bind::<Text, _>(target).execute(&mut conn)?;
    // SQLite leaves it to the system when the copy reaches the disk.
    std::fs::File::open(file)?.sync_all()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_copy_is_whole_and_nothing_is_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let address = |name: &str| {
            DatabaseUrl::parse(&format!("sqlite://{}", folder.path().join(name).display())).expect("a sound address")
        };
        let (source, copy) = (address("bot.db"), folder.path().join("copy's.db"));
        assert!(matches!(back_up(&source, &copy).await, Err(BackupError::Missing(_))));
        crate::migrate(&source).await.unwrap();
        back_up(&source, &copy).await.unwrap();
        assert_eq!(crate::pending(&address("copy's.db")).await.unwrap(), Vec::<String>::new());
        assert!(matches!(back_up(&source, &copy).await, Err(BackupError::Taken(_))));
        let nowhere = folder.path().join("nowhere/copy.db");
        assert!(matches!(back_up(&source, &nowhere).await, Err(BackupError::Failed(_))));
        let server = DatabaseUrl::parse("postgres://bot:hunter2@db/kiebot").unwrap();
        let refused = back_up(&server, &copy).await.unwrap_err().to_string();
        assert!(refused.contains("pg_dump") && !refused.contains("hunter2"), "{refused}");
    }
}

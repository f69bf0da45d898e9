//! What can go wrong below the port, and what the caller is told: an outage or a defect.

use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind, Error};
use domain::ports::{Commit, StoreError};

/// Why there is no store.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The database did not answer, or refused us. The address is shown without its password.
    #[error("cannot connect to `{address}`: {detail}")]
    Unreachable {
        /// Where.
        address: String,
        /// What was seen.
        detail: String,
    },
    /// The file with the authority's certificates can't be used.
    #[error("the certificates in `{path}` can't be used: {detail}; DATABASE_TLS wants a PEM file")]
    Certificates {
        /// The file.
        path: String,
        /// What was seen.
        detail: String,
    },
    /// The directory of the SQLite file can't be made.
    #[error("cannot create the directory `{path}` of the database")]
    Directory {
        /// The directory.
        path: String,
        /// Why not.
        source: std::io::Error,
    },
    /// A migration failed; it and those after it were not applied.
    #[error("a migration failed: {0}")]
    Migration(String),
}

/// Why a query gave no answer.
#[derive(Debug)]
pub(crate) enum Fault {
    /// The database said so.
    Database(Error),
    /// There was no connection to be had.
    Away(String),
    /// A row holds what no row may hold: where, and what.
    Row(String),
    /// Not an error: the transaction is undone, and this is the commit's answer.
    Stop(Box<Commit>),
}

impl Fault {
    /// A row that can't be read.
    pub(crate) fn row(place: &str, found: impl std::fmt::Debug) -> Self {
        Self::Row(format!("{place} holds {found:?}"))
    }

    /// Whether the database undid this transaction because of another one, so that the same again is likely to go through.
    pub(crate) fn is_collision(&self) -> bool {
        match self {
            Self::Database(Error::DatabaseError(DatabaseErrorKind::SerializationFailure, _)) => true,
            Self::Database(Error::DatabaseError(DatabaseErrorKind::Unknown, found)) => {
                found.message().contains("deadlock detected")
            }
            _ => false,
        }
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Database(error)
    }
}

impl From<Commit> for Fault {
    fn from(answer: Commit) -> Self {
        Self::Stop(Box::new(answer))
    }
}

impl From<Fault> for StoreError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Database(error) => from_database(error),
            Fault::Away(detail) => Self::Away(detail),
            Fault::Row(detail) => Self::Defect(detail),
            Fault::Stop(answer) => Self::Defect(format!("a look-up ended with the commit's answer {answer:?}")),
        }
    }
}

/// Words of errors that have no kind of their own in diesel and pass by themselves. PostgreSQL speaks English to us if it lets us ask for it.
const PASSING: [&str; 15] = [
    "deadlock detected",
    "canceling statement",
    "terminating connection",
    "the database system is",
    "too many clients",
    "too many connections",
    "remaining connection slots",
    "connection",
    "could not extend file",
    "no space left",
    "out of shared memory",
    "is locked",
    "readonly database",
    "disk i/o error",
    "database or disk is full",
];

fn from_database(error: Error) -> StoreError {
    let Error::DatabaseError(kind, found) = &error else {
        return match error {
            // A transaction that can't go on: the connection died under it.
            Error::BrokenTransactionManager | Error::RollbackErrorOnCommit { .. } => {
                StoreError::Away(error.to_string())
            }
            _ => StoreError::Defect(error.to_string()),
        };
    };
    let text = describe(found.as_ref());
    match kind {
        DatabaseErrorKind::ClosedConnection
        | DatabaseErrorKind::UnableToSendCommand
        | DatabaseErrorKind::SerializationFailure
        | DatabaseErrorKind::ReadOnlyTransaction => StoreError::Away(text),
        DatabaseErrorKind::Unknown if is_passing(found.message()) => StoreError::Away(text),
        _ => StoreError::Defect(text),
    }
}

fn is_passing(message: &str) -> bool {
    let message = message.to_lowercase();
    PASSING.iter().any(|word| message.contains(word))
}

/// The message and where it happened; never the details, in which PostgreSQL quotes the row.
fn describe(found: &(dyn DatabaseErrorInformation + Send + Sync)) -> String {
    match (found.table_name(), found.constraint_name()) {
        (Some(table), Some(constraint)) => format!("{} (table `{table}`, constraint `{constraint}`)", found.message()),
        _ => found.message().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(kind: DatabaseErrorKind, message: &str) -> StoreError {
        Fault::from(Error::DatabaseError(kind, Box::new(message.to_owned()))).into()
    }

    #[test]
    fn outages_and_defects_are_told_apart() {
        use DatabaseErrorKind::{CheckViolation, ClosedConnection, ReadOnlyTransaction, UniqueViolation, Unknown};
        let away = [
            (Unknown, "deadlock detected"),
            (Unknown, "database is locked"),
            (Unknown, "attempt to write a readonly database"),
            (ReadOnlyTransaction, "cannot execute UPDATE in a read-only transaction"),
            (Unknown, "canceling statement due to statement timeout"),
            (Unknown, "terminating connection due to administrator command"),
            (Unknown, "the database system is starting up"),
            (Unknown, "sorry, too many clients already"),
            (ClosedConnection, "gone"),
        ];
        for (kind, message) in away {
            assert!(matches!(told(kind, message), StoreError::Away(_)), "{message}");
        }
        let defects = [
            (UniqueViolation, "duplicate key value"),
            (CheckViolation, "wallets_never_overdrawn"),
            (Unknown, "syntax error at or near \"SELEC\""),
            (Unknown, "rows of transfers are immutable: a correction is a new operation"),
        ];
        for (kind, message) in defects {
            assert!(matches!(told(kind, message), StoreError::Defect(_)), "{message}");
        }
    }

    #[test]
    fn only_a_collision_is_tried_again() {
        let fault = |kind, message: &str| Fault::from(Error::DatabaseError(kind, Box::new(message.to_owned())));
        assert!(fault(DatabaseErrorKind::Unknown, "deadlock detected").is_collision());
        assert!(fault(DatabaseErrorKind::SerializationFailure, "could not serialize access").is_collision());
        assert!(!fault(DatabaseErrorKind::UniqueViolation, "duplicate key value").is_collision());
        assert!(!Fault::Away("no connection".to_owned()).is_collision());
    }
}

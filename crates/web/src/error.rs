//! What can go wrong with the listener itself; a failed request is an answer, not an error.

use std::net::SocketAddr;

/// Why the listener can't start or go on.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address can't be listened on.
    #[error("cannot listen on `{address}`: set HOST and PORT to an address of this machine and a free port")]
    Bind {
        /// The address that was wanted.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// The system refused to hand over connections for so long that trying on is pointless.
    #[error("no connection could be accepted in {tries} tries in a row")]
    Accept {
        /// Tries in a row that failed.
        tries: u32,
        /// What the system said last.
        source: std::io::Error,
    },
    /// A limit has a value that can't work.
    #[error("limit `{name}` is `{found}`, wanted is {wanted}")]
    Limit {
        /// The field of [`Limits`](crate::Limits).
        name: &'static str,
        /// The value that was given.
        found: String,
        /// What would do.
        wanted: &'static str,
    },
    /// An empty webhook secret would let everybody in.
    #[error("the webhook secret is empty: set WEBHOOK_SECRET_TOKEN, or leave it unset to have it derived")]
    EmptySecret,
    /// The door was opened a second time; the first intake stays.
    #[error("the door is open already")]
    AlreadyOpen,
}

//! Ids as types. Each of our ids is a UUID made from an [`IdSource`]; ids that others give are integers or text.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::clock::{Clock, IdSource};

/// An id's text is not 32 hexadecimal digits (hyphens allowed).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no id: 32 hexadecimal digits are wanted")]
pub struct BadId(pub String);

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// From the 16 bytes that storage keeps.
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(Uuid::from_bytes(bytes))
            }

            /// The 16 bytes that storage keeps.
            pub const fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.simple().fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0.simple())
            }
        }

        impl FromStr for $name {
            type Err = BadId;

            fn from_str(text: &str) -> Result<Self, BadId> {
                Uuid::try_parse(text).map(Self).map_err(|_| BadId(text.to_owned()))
            }
        }
    };
}

macro_rules! random_id {
    ($name:ident) => {
        impl $name {
            /// A random id (version 4): tells nothing, not even when it was made.
            pub fn random(ids: &dyn IdSource) -> Self {
                let mut bytes = [0; 16];
                ids.fill(&mut bytes);
                Self(uuid::Builder::from_random_bytes(bytes).into_uuid())
            }
        }
    };
}

macro_rules! ordered_id {
    ($name:ident) => {
        impl $name {
            /// A time-ordered id (version 7), so that new rows land at one end of an index.
            pub fn ordered(clock: &dyn Clock, ids: &dyn IdSource) -> Self {
                let mut bytes = [0; 10];
                ids.fill(&mut bytes);
                let millis = u64::try_from(clock.now().as_micros() / 1000).unwrap_or(0);
                Self(uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid())
            }
        }
    };
}

id!(
    /// One person of ours. Random, and not Telegram's: the books keep it after the person is deleted.
    UserId
);
random_id!(UserId);

id!(
    /// One generation, minted with its draft: the key of the generation and the cause of its reservation.
    GenerationId
);
ordered_id!(GenerationId);

id!(
    /// One file that a user gave as an input; the name by which drafts and generations know it.
    InputId
);
ordered_id!(InputId);

id!(
    /// One operation of the ledger.
    OperationId
);
ordered_id!(OperationId);

id!(
    /// One transfer of the ledger.
    TransferId
);
ordered_id!(TransferId);

id!(
    /// One durable message.
    MessageId
);
ordered_id!(MessageId);

id!(
    /// One action of an owner, a refund or another thing that needs a cause of its own.
    ActionId
);
ordered_id!(ActionId);

id!(
    /// One event of the log.
    EventId
);
ordered_id!(EventId);

id!(
    /// One invoice. A provider hands it back with the payment.
    InvoiceId
);
ordered_id!(InvoiceId);

id!(
    /// One text to many users.
    BroadcastId
);
ordered_id!(BroadcastId);

/// Telegram's id of a private chat, which is also the id of the person in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ChatId(pub i64);

impl fmt::Display for ChatId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// KIE's id of a task, as createTask gives it. Text of KIE's making; never parsed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TaskId(pub String);

impl fmt::Display for TaskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The catalog's id of a model, which is KIE's: `google/nano-banana`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ModelId(pub String);

impl fmt::Display for ModelId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The random token in a generation's callback address. It authenticates KIE's callback, so Debug does not print it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CallbackToken(String);

impl CallbackToken {
    /// 128 random bits as 32 hexadecimal digits.
    pub fn random(ids: &dyn IdSource) -> Self {
        let mut bytes = [0; 16];
        ids.fill(&mut bytes);
        Self(Uuid::from_bytes(bytes).simple().to_string())
    }

    /// From the text of an address or a row.
    pub const fn from_text(text: String) -> Self {
        Self(text)
    }

    /// The text for the address and the row.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for CallbackToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CallbackToken(***)")
    }
}

//! What keeps the catalog true: [`table`] shows it, [`diff`] says what changed at KIE, [`import`] drafts a new entry.
//!
//! Must not know: HTTP, files, the database, Telegram. Text and plain data come in, text and findings go out; `bot` reads and prints.
//!
//! Invariants
//! - Nothing here changes the catalog: a draft is reviewed and put into `config/models` by a person.
//! - The same input gives the same output, to the byte.

pub mod diff;
pub mod import;
pub mod table;

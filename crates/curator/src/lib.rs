//! What keeps the catalog true: [`table`] shows it, [`diff`] says what changed at KIE, [`import`] drafts a new entry.
//!
//! Must not know: HTTP, files, the database, Telegram. Text and plain data come in, text and findings go out; `bot` reads and prints.
//!
//! ```text
//! Catalog --table--> Markdown (docs/MODELS.md)
//! Catalog + what KIE lists, documents and charges --diff--> Difference* --report--> text for the terminal
//! Catalog + a page, a document, a registry             --import--> Draft* (TOML, remarks)
//! ```
//!
//! Invariants
//! - Nothing here changes the catalog: a draft is reviewed and put into `config/models` by a person.
//! - The same input gives the same output, to the byte.
//! - What KIE says is data of a stranger: whatever its shape, it is read as far as it can be, and nothing here panics on it.
//!
//! How to add a kind of difference: a variant of [`diff::What`] with its severity, words and remedy (the compiler asks for each),
//! the place that finds it (`diff::{listed, inputs, prices}`), and a case in `tests/diff.rs`.

pub mod diff;
pub mod import;
pub mod table;

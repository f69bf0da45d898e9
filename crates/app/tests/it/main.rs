//! The pure half of the app: what an event changes and what a user then reads. No store, no network, no time but a hand-moved one.
//!
//! | module | what it shows |
//! |---|---|
//! | `snapshots`, `notices` | every screen and notice in both languages, as a user sees it; the files lie in `tests/snapshots` |
//! | `decisions`, `drafts`, `answers` | what each event changes, case by case |
//! | `walks` | properties under random walks over the buttons that are really shown |
//! | `stored` | what is kept in rows stays readable |
//! | `locales` | typography and width of the texts |
//!
//! After a change of words: `INSTA_UPDATE=always cargo test -p app`, then read what changed. Without it a new or different snapshot fails.

#![expect(clippy::unwrap_used, reason = "the helpers of tests may fail like tests")]
#![expect(clippy::inconsistent_digit_grouping, reason = "amounts in kopecks are written as roubles_kopecks")]

mod answers;
mod decisions;
mod drafts;
mod locales;
mod notation;
mod notices;
mod snapshots;
mod stored;
mod walks;
mod world;

//! The pure half of the app: what an event changes and what a user then reads. No store, no network, no time but a hand-moved one.
//!
//! | module | what it shows |
//! |---|---|
//! | `snapshots`, `notices` | every screen and notice in both languages, as a user sees it; the files lie in `tests/snapshots` |
//! | `decisions`, `drafts`, `answers`, `lists`, `waiting` | what each event changes, case by case |
//! | `walks` | properties under random walks over the buttons that are really shown |
//! | `browsing`, `searching` | ways to a model and back; what a search finds, over the two hundred models of `market` |
//! | `results`, `account` | generations, results, receipts, history; money, settings, letters, deleting one's data |
//! | `gifts` | free ones, runs, promo codes, friends |
//! | `outreach` | the desk: broadcasts, promo codes, campaigns |
//! | `schemas` | random schemas are driven through the wizard to an order that fits them |
//! | `stash`, `offers` | what is sent without being asked, or taken from a result |
//! | `stopped` | a model that is not sold for now, for users and owners; the note of a dedicated endpoint |
//! | `stored` | what is kept in rows stays readable |
//! | `terms` | the desk: prices and free ones of one model, trying it, own texts |
//! | `locales` | typography and width of the texts |
//!
//! After a change of words: `INSTA_UPDATE=always cargo test -p app`, then read what changed. Without it a new or different snapshot fails.

#![expect(clippy::unwrap_used, reason = "the helpers of tests may fail like tests")]
#![expect(clippy::inconsistent_digit_grouping, reason = "amounts in kopecks are written as roubles_kopecks")]

mod account;
mod answers;
mod browsing;
mod decisions;
mod desk;
mod drafts;
mod gifts;
mod lists;
mod locales;
mod market;
mod notation;
mod notices;
mod offers;
mod outreach;
mod payments;
mod results;
mod schemas;
mod searching;
mod snapshots;
mod stash;
mod stopped;
mod stored;
mod terms;
mod waiting;
mod walks;
mod watch;
mod world;

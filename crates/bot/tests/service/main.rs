//! The app's use cases over the store in memory, with Telegram and KIE played by two small fakes, in one process and under a hand-moved clock:
//! what needs a store to be seen, and an outside that fails at one exact moment.
//!
//! Whatever a case does, no secret and no word of a person's may stand in the log or among the figures: [`house::House::audit`] and the end of a
//! house look.
//!
//! To add a case: a file of its theme; a [`house::House`], events in, [`house::House::work`], then look at what was [`telegram::Sent`].

#![expect(clippy::unwrap_used, reason = "the helpers of tests may fail like tests")]
#![expect(clippy::inconsistent_digit_grouping, reason = "amounts in kopecks are written as roubles_kopecks")]

mod admin;
mod around;
mod cashier;
mod crowd;
mod desk;
#[path = "../shared/ear.rs"]
mod ear;
mod events;
mod failures;
mod fair;
mod figures;
mod forgetting;
mod free;
mod gifts;
mod house;
mod invoices;
mod kie;
#[path = "../shared/leaks.rs"]
mod leaks;
mod letters;
mod limits;
mod losses;
mod maintenance;
mod outreach;
mod payments;
mod progress;
mod rate;
mod telegram;
mod terms;
mod watch;
mod workers;

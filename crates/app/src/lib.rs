//! Use cases and screens over the domain's ports.
//!
//! Must not know: Telegram's or KIE's wire forms, SQL, HTTP. It decides (pure functions over plain data), commits one change set per update
//! or step, and shows screens through the [`domain::ports::Messenger`].
//!
//! | module | what |
//! |---|---|
//! | [`event`] | what comes in, as the app understands it |
//! | [`conversation`] | the state of a talk and the pure decision about it |
//! | [`screens`], [`texts`] | from a talk to words and buttons, in two languages |
//! | [`free`] | what a user has had for nothing, and when there is more |
//! | [`search`] | finding models by words |
//! | [`service`] | the use cases with their effects |
//! | [`settings`] | what an owner may set while the bot runs |
//! | [`desk`] | what an owner does with money, for every place that an owner works at |
//! | [`workers`] | durable work: submit, poll, deliver |
//! | [`csv`] | rows as a document for a spreadsheet |
//! | [`intake`] | the door for raw bytes that `web` and the poller knock at |

pub mod conversation;
pub mod csv;
pub mod desk;
pub mod event;
pub mod free;
pub mod intake;
pub mod outbox;
pub mod screens;
pub mod search;
pub mod service;
pub mod settings;
pub mod texts;
pub mod workers;

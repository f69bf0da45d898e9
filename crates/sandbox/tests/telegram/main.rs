//! The Bot API simulator, driven over real sockets: one test per rule of Telegram that it plays.

mod delivery;
mod editing;
mod faults;
mod files;
mod kit;
mod payments;
mod published;
mod texts;
mod transport;

//! The Bot API simulator.

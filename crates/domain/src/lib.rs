//! To be written.

pub mod clock;
pub mod ids;
pub mod models;
pub mod money;

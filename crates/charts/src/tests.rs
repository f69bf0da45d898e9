//! t
mod samples;

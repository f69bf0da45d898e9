//! See [`telegram_adapter::fuzzing::update`].
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| telegram_adapter::fuzzing::update(bytes));

//! See [`telegram_adapter::fuzzing::press`].
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| telegram_adapter::fuzzing::press(bytes));

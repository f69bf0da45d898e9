//! See [`kie_client::fuzzing::callback`].
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| kie_client::fuzzing::callback(bytes));

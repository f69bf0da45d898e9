//! See [`kie_client::fuzzing::record`].
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| kie_client::fuzzing::record(bytes));

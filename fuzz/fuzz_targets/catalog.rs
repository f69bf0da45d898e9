//! See [`domain::fuzzing::catalog`].
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| domain::fuzzing::catalog(bytes));

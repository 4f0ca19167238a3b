//! Any bytes through the stage `decode`.
#![no_main]

#[path = "../../tests/library/invariants/decode.rs"]
mod invariants;

libfuzzer_sys::fuzz_target!(|input: &[u8]| invariants::check(input));

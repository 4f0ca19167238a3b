//! Any text through the repair.
#![no_main]

#[path = "../../tests/library/invariants/repair.rs"]
mod invariants;

libfuzzer_sys::fuzz_target!(|text: &str| invariants::check(text));

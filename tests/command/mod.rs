//! The command `scutch`, run on folders that the tests make.

mod determinism;
mod diff;
mod faults;
mod filter;
mod formats;
mod learn;
mod scratch;
mod shared;
mod tampering;
mod usage;

//! The command `scutch`, run on folders that the tests make.

mod composition;
mod determinism;
mod diff;
mod explain;
mod faults;
mod filter;
mod formats;
mod learn;
mod lints;
mod pack;
mod rule_tests;
mod scratch;
mod shared;
mod tampering;
mod usage;
mod warc;
mod warnings;

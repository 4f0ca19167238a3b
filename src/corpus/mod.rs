//! Work that needs every document of a corpus: learning rules, comparing rule sets.

pub mod diff;
pub mod learn;
mod reading;
mod site;

pub use reading::{Follow, Tally};

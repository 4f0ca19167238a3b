//! Work that needs every document of a corpus: learning rules.

pub mod learn;
mod reading;
mod site;

pub use reading::{Follow, Tally};

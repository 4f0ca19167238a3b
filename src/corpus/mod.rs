//! Work that needs every document of a corpus: learning rules, comparing rule sets.

pub mod diff;
pub mod learn;
mod reading;
mod site;

pub use reading::{Follow, Tally};

/// A count with its noun: `1 page`, `2 pages`.
fn numbered(count: u64, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

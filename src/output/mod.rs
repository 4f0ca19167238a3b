//! What a run writes: documents, rejected documents, changes, failures, the manifest.

mod code_points;
mod counts;
mod folder;
mod manifest;
mod names;
mod owner;
mod rows;
mod seal;

pub(crate) use code_points::CodePoints;
pub use counts::{Counts, RuleCount, Tally};
pub(crate) use folder::OutputFolder;
pub(crate) use manifest::{FORMAT, InputEntry, Manifest, RunIdentity, StoredManifest, StoredRule, is_sealed};
pub(crate) use names::{CHANGES, DOCUMENTS, FAILED, MANIFEST, REJECTED};
pub(crate) use owner::Overwrite;
pub use rows::RowWriter;
pub(crate) use rows::{Failure, Rows};
pub(crate) use seal::is_intact;

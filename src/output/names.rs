//! Names of what stands in an output folder.

/// Documents that were kept.
pub(crate) const DOCUMENTS: &str = "documents";
/// Documents that were rejected, with their reasons.
pub(crate) const REJECTED: &str = "rejected";
/// Changes of the documents.
pub(crate) const CHANGES: &str = "changes";
/// Folders that a run writes.
pub(super) const FOLDERS: [&str; 3] = [DOCUMENTS, REJECTED, CHANGES];
/// What could not be read or processed.
pub(crate) const FAILED: &str = "failed.jsonl";
/// Counts, digests and inputs; complete output has it.
pub(crate) const MANIFEST: &str = "manifest.json";
/// Ending of files that are not complete.
pub(super) const PARTIAL: &str = ".partial";

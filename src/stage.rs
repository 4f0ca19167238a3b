//! What a step of the pipeline is.

use crate::document::{Document, Fact, Verdict};
use crate::edit::Edits;
use crate::error::Error;

/// One step over one document. It is pure: it proposes, and never changes anything itself.
pub trait Stage: Send + Sync {
    /// Name, as in `--stages` and at the start of its rules' ids.
    fn name(&self) -> &'static str;

    /// What should be done to the document.
    ///
    /// # Errors
    /// When the document cannot be processed; it then ends in `failed.jsonl`, and the run goes on.
    fn run(&self, document: &Document) -> Result<Outcome, Error>;
}

/// What a stage proposes.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Outcome {
    /// Changes of the text.
    pub edits: Edits,
    /// What was found out.
    pub facts: Vec<Fact>,
    /// Things to look at that change nothing.
    pub tags: Vec<String>,
    /// Whether the document ends here; `None` to go on.
    pub verdict: Option<Verdict>,
}

/// One step that must see every document, such as finding duplicates.
pub trait CorpusStage: Send + Sync {
    /// What is remembered of a document.
    type Fingerprint: Send;

    /// Name, as in `--stages`.
    fn name(&self) -> &'static str;

    /// What is to be remembered of a document. Pure; called on any thread.
    fn observe(&self, document: &Document) -> Self::Fingerprint;

    /// Where each document ends, in input order. Deterministic.
    fn decide(&mut self, seen: &[Self::Fingerprint]) -> Vec<Verdict>;
}

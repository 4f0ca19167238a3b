//! Counts that must reconcile: everything read is kept, rejected, duplicate or failed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::document::{Document, Verdict};

/// Documents and bytes of one kind. Bytes are those of the records in the decompressed inputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Tally {
    /// Number of documents.
    pub documents: u64,
    /// Their bytes.
    pub bytes: u64,
}

impl Tally {
    pub(crate) fn add(&mut self, bytes: u64) {
        self.documents += 1;
        self.bytes += bytes;
    }

    pub(crate) fn merge(&mut self, other: Self) {
        self.documents += other.documents;
        self.bytes += other.bytes;
    }
}

/// What one rule did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RuleCount {
    /// Changes made.
    pub edits: u64,
    /// Documents changed.
    pub documents: u64,
    /// Code points that left the text, less those that came in.
    pub chars_removed: i64,
}

/// Counts of a run, or of a part of one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counts {
    /// Everything that was read.
    pub read: Tally,
    /// Kept.
    pub kept: Tally,
    /// Rejected with a reason.
    pub rejected: Tally,
    /// Copies of other documents.
    pub duplicate: Tally,
    /// Failed with an error.
    pub failed: Tally,
    /// What each rule did, by its index in the rule table.
    pub rules: BTreeMap<usize, RuleCount>,
    /// Rejected documents by reason.
    pub reasons: BTreeMap<String, u64>,
    /// Documents by tag.
    pub tags: BTreeMap<String, u64>,
    /// Bytes of text that were written to `documents/`.
    pub text_bytes: u64,
    /// Records of containers that hold no document (`request`, `warcinfo`), by kind. They are not among what was read.
    pub passed_over: BTreeMap<String, Tally>,
}

impl Counts {
    /// Counts a document that was cleaned.
    pub(crate) fn add_document(&mut self, document: &Document) {
        let bytes = document.source.length;
        self.read.add(bytes);
        match &document.verdict {
            Verdict::Kept => {
                self.kept.add(bytes);
                self.text_bytes += document.text.as_str().len() as u64;
            }
            Verdict::Rejected(reason) => {
                self.rejected.add(bytes);
                *self.reasons.entry(reason.clone()).or_default() += 1;
            }
            Verdict::Duplicate(reason) => {
                self.duplicate.add(bytes);
                *self.reasons.entry(reason.clone()).or_default() += 1;
            }
        }
        for tag in &document.tags {
            *self.tags.entry(tag.clone()).or_default() += 1;
        }
    }

    /// Counts what the rules did to one document: edits and code points by rule index.
    pub(crate) fn add_rules(&mut self, of_document: &BTreeMap<usize, (u64, i64)>) {
        for (rule, (edits, chars_removed)) in of_document {
            let count = self.rules.entry(*rule).or_default();
            count.edits += edits;
            count.documents += 1;
            count.chars_removed += chars_removed;
        }
    }

    /// Counts a record that failed.
    pub(crate) fn add_failure(&mut self, bytes: u64) {
        self.read.add(bytes);
        self.failed.add(bytes);
    }

    /// Counts records that hold no document.
    pub(crate) fn add_passed_over(&mut self, kind: &str, records: Tally) {
        self.passed_over.entry(kind.to_owned()).or_default().merge(records);
    }

    /// Adds the counts of another part.
    pub(crate) fn merge(&mut self, other: &Self) {
        self.read.merge(other.read);
        self.kept.merge(other.kept);
        self.rejected.merge(other.rejected);
        self.duplicate.merge(other.duplicate);
        self.failed.merge(other.failed);
        self.text_bytes += other.text_bytes;
        for (rule, count) in &other.rules {
            let sum = self.rules.entry(*rule).or_default();
            sum.edits += count.edits;
            sum.documents += count.documents;
            sum.chars_removed += count.chars_removed;
        }
        for (kind, records) in &other.passed_over {
            self.add_passed_over(kind, *records);
        }
        for (reason, count) in &other.reasons {
            *self.reasons.entry(reason.clone()).or_default() += count;
        }
        for (tag, count) in &other.tags {
            *self.tags.entry(tag.clone()).or_default() += count;
        }
    }

    /// Whether everything read is accounted for, in documents and in bytes.
    #[must_use]
    pub fn reconcile(&self) -> bool {
        let mut sum = Tally::default();
        for part in [self.kept, self.rejected, self.duplicate, self.failed] {
            sum.merge(part);
        }
        sum == self.read
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_record_is_noticed() {
        let mut counts = Counts::default();
        counts.add_failure(10);
        assert!(counts.reconcile());
        counts.read.documents += 1;
        assert!(!counts.reconcile());
    }
}

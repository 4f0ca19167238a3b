//! The manifest: counts that reconcile, digests, inputs, and a digest of all that at its end. Deterministic:
//! no clock, no machine names.

use std::collections::BTreeMap;
use std::io::Write;

use serde::{Deserialize, Serialize};

use super::counts::{Counts, Tally};
use super::seal;
use crate::config::ChangesDetail;
use crate::digest::{Sha256Stream, sha256};
use crate::edit::RuleTable;
use crate::pipeline::Pipeline;

/// Number of the form of output that is written.
pub(crate) const FORMAT: u32 = 1;

/// What tells two runs apart, beside their inputs: an output folder of another one is not overwritten
/// unasked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RunIdentity {
    /// Name of the corpus.
    pub(crate) source: String,
    /// SHA-256 of the settings.
    pub(crate) config_sha256: String,
}

/// One input file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct InputEntry {
    pub(crate) path: String,
    /// Bytes as they are on disk.
    pub(crate) bytes: u64,
    /// Of the bytes on disk; "" if the file could not be read to its end.
    pub(crate) sha256: String,
    /// Records read from it.
    pub(crate) documents: u64,
}

/// The manifest without its list of inputs, which may be long and is written as a stream.
#[derive(Debug, Serialize)]
pub(crate) struct Manifest<'a> {
    format: u32,
    version: String,
    #[serde(flatten)]
    identity: &'a RunIdentity,
    rules_sha256: &'a str,
    changes: ChangesDetail,
    read: Tally,
    kept: Tally,
    rejected: Tally,
    duplicate: Tally,
    failed: Tally,
    /// Hidden files and folders that were passed over.
    hidden: u64,
    /// Records of containers that hold no document, by kind.
    passed_over: &'a BTreeMap<String, Tally>,
    text_bytes: u64,
    stages: BTreeMap<&'a str, u64>,
    rules: BTreeMap<&'a str, RuleEntry<'a>>,
    reasons: &'a BTreeMap<String, u64>,
    tags: &'a BTreeMap<String, u64>,
    failed_sha256: String,
}

#[derive(Debug, Serialize)]
struct RuleEntry<'a> {
    sha256: &'a str,
    edits: u64,
    documents: u64,
    chars_removed: i64,
}

/// What is read back of a manifest to tell whose output it stands for.
#[derive(Debug, Deserialize)]
pub(crate) struct StoredRun {
    #[serde(flatten)]
    pub(crate) identity: RunIdentity,
    pub(crate) inputs: Vec<InputEntry>,
}

/// All of a manifest, read back to check it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StoredManifest {
    pub(crate) format: u32,
    pub(crate) version: String,
    pub(crate) source: String,
    pub(crate) config_sha256: String,
    pub(crate) rules_sha256: String,
    /// What `changes/` holds.
    pub(crate) changes: ChangesDetail,
    pub(crate) read: Tally,
    pub(crate) kept: Tally,
    pub(crate) rejected: Tally,
    pub(crate) duplicate: Tally,
    pub(crate) failed: Tally,
    pub(crate) hidden: u64,
    /// Absent in manifests of earlier versions.
    #[serde(default)]
    pub(crate) passed_over: BTreeMap<String, Tally>,
    pub(crate) text_bytes: u64,
    pub(crate) stages: BTreeMap<String, u64>,
    pub(crate) rules: BTreeMap<String, StoredRule>,
    pub(crate) reasons: BTreeMap<String, u64>,
    pub(crate) tags: BTreeMap<String, u64>,
    /// Of the bytes of `failed.jsonl`, whose lines have no digest of their own; empty in manifests of earlier versions.
    #[serde(default)]
    pub(crate) failed_sha256: String,
    pub(crate) inputs: Vec<InputEntry>,
    pub(crate) manifest_sha256: String,
}

/// What one rule did, as the manifest tells it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StoredRule {
    pub(crate) sha256: String,
    pub(crate) edits: u64,
    pub(crate) documents: u64,
    pub(crate) chars_removed: i64,
}

/// Whether a manifest is, byte for byte, the one for which the digest at its end was made.
pub(crate) fn is_sealed(manifest: &[u8]) -> bool {
    seal::MANIFEST.split(manifest).is_some_and(|(signed, stated)| sha256(signed).as_bytes() == stated)
}

impl<'a> Manifest<'a> {
    pub(crate) fn new(
        pipeline: &'a Pipeline,
        identity: &'a RunIdentity,
        changes: ChangesDetail,
        counts: &'a Counts,
        hidden: u64,
    ) -> Self {
        let table: &RuleTable = pipeline.rules();
        let mut stages: BTreeMap<&str, u64> = BTreeMap::new();
        let mut rules = BTreeMap::new();
        for (index, rule) in table.iter().enumerate() {
            let Some(count) = counts.rules.get(&index) else { continue };
            *stages.entry(rule.stage).or_default() += count.edits;
            let (edits, documents, chars_removed) = (count.edits, count.documents, count.chars_removed);
            rules.insert(rule.id.as_str(), RuleEntry { sha256: &rule.sha256, edits, documents, chars_removed });
        }
        Self {
            format: FORMAT,
            version: pipeline.version(),
            identity,
            rules_sha256: pipeline.rules_digest(),
            changes,
            read: counts.read,
            kept: counts.kept,
            rejected: counts.rejected,
            duplicate: counts.duplicate,
            failed: counts.failed,
            hidden,
            passed_over: &counts.passed_over,
            text_bytes: counts.text_bytes,
            stages,
            rules,
            reasons: &counts.reasons,
            tags: &counts.tags,
            failed_sha256: String::new(),
        }
    }

    /// The same, vouching for `failed.jsonl`, of which this is the SHA-256.
    pub(crate) fn with_failed(self, failed_sha256: String) -> Self {
        Self { failed_sha256, ..self }
    }

    /// Writes the manifest; `inputs` yields one [`InputEntry`] as JSON a line.
    ///
    /// # Errors
    /// When writing or reading fails.
    pub(crate) fn write(
        &self,
        writer: &mut impl Write,
        inputs: impl Iterator<Item = std::io::Result<String>>,
    ) -> std::io::Result<()> {
        let head = serde_json::to_string_pretty(self).map_err(std::io::Error::other)?;
        let open = head.strip_suffix("\n}").unwrap_or(&head);
        let mut digest = Sha256Stream::default();
        let mut put = |part: &[u8]| {
            digest.update(part);
            writer.write_all(part)
        };
        put(open.as_bytes())?;
        put(b",\n  \"inputs\": [")?;
        for (index, input) in inputs.enumerate() {
            put(if index == 0 { b"\n    " } else { b",\n    " })?;
            put(input?.as_bytes())?;
        }
        put(b"\n  ]")?;
        writer.write_all(seal::MANIFEST.written(&digest.finish()).as_bytes())
    }
}

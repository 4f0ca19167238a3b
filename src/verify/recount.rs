//! What a run must have counted, by its lines, and how the manifest differs from it.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::Value;

use super::{ChangeLine, DocumentLine};
use crate::config::ChangesDetail;
use crate::digest::short_sha256;
use crate::output::{FORMAT, StoredManifest, StoredRule, Tally};

/// Counts over the lines that were read.
#[derive(Default)]
pub(super) struct Recount {
    kept: Tally,
    rejected: Tally,
    duplicate: Tally,
    failed: Tally,
    passed_over: BTreeMap<String, Tally>,
    text_bytes: u64,
    stages: BTreeMap<String, u64>,
    rules: BTreeMap<String, StoredRule>,
    reasons: BTreeMap<String, u64>,
    tags: BTreeMap<String, u64>,
    /// Changes that hold the text before.
    with_text: u64,
    /// Corpus, version and digest of the settings, as the documents name them.
    runs: BTreeSet<(String, String, String)>,
}

impl Recount {
    pub(super) fn add_failure(&mut self, bytes: u64) {
        self.failed.add(bytes);
    }

    /// Counts records of the inputs that hold no document.
    pub(super) fn add_passed_over(&mut self, kind: &str, records: Tally) {
        self.passed_over.entry(kind.to_owned()).or_default().merge(records);
    }

    /// Counts a document with its changes, as far as there are lines of them.
    pub(super) fn add_document(&mut self, document: &DocumentLine, changes: &[ChangeLine]) {
        let metadata = &document.metadata;
        match metadata.status.as_str() {
            "kept" => {
                self.kept.add(metadata.raw_length);
                self.text_bytes += document.text.len() as u64;
            }
            "duplicate" => self.duplicate.add(metadata.raw_length),
            _ => self.rejected.add(metadata.raw_length),
        }
        if metadata.status != "kept" {
            *self.reasons.entry(metadata.reason.clone()).or_default() += 1;
        }
        for tag in tags(&metadata.extra) {
            *self.tags.entry(tag).or_default() += 1;
        }
        // The column tells the numbers also where there are no lines of changes.
        for (rule, edits) in metadata.rules.split(' ').filter_map(|part| part.rsplit_once(':')) {
            let count = self.rules.entry(rule.to_owned()).or_default();
            count.edits += edits.parse().unwrap_or(0);
            count.documents += 1;
        }
        for change in changes {
            self.with_text += u64::from(!change.before.is_empty());
            *self.stages.entry(change.stage.clone()).or_default() += 1;
            let count = self.rules.entry(change.rule.clone()).or_default();
            count.sha256.clone_from(&change.rule_sha256);
            let points = |text: &str| i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
            count.chars_removed += points(&change.before) - points(&change.after);
        }
        let run = (document.source.clone(), document.version.clone(), metadata.config_sha256.clone());
        if !self.runs.contains(&run) {
            self.runs.insert(run);
        }
    }

    /// What the manifest states otherwise, one sentence each. Its list of inputs is not looked at. What the
    /// lines do not tell is taken as stated: rules where `changes/` does not hold the text before, and the
    /// names of the run where there is no document.
    pub(super) fn differences(&self, mut stated: StoredManifest) -> Vec<String> {
        stated.inputs.clear();
        let mut found = stated.clone();
        found.format = FORMAT;
        (found.kept, found.rejected, found.duplicate, found.failed) =
            (self.kept, self.rejected, self.duplicate, self.failed);
        found.read = Tally::default();
        for tally in [self.kept, self.rejected, self.duplicate, self.failed] {
            found.read.merge(tally);
        }
        found.text_bytes = self.text_bytes;
        found.passed_over.clone_from(&self.passed_over);
        found.reasons.clone_from(&self.reasons);
        found.tags.clone_from(&self.tags);
        found.rules.clone_from(&self.rules);
        if stated.changes != ChangesDetail::None {
            found.stages.clone_from(&self.stages);
        }
        for (id, rule) in &mut found.rules {
            let Some(stated_rule) = stated.rules.get(id) else { continue };
            if stated.changes != ChangesDetail::Full {
                rule.chars_removed = stated_rule.chars_removed;
            }
            if stated.changes == ChangesDetail::None {
                rule.sha256.clone_from(&stated_rule.sha256);
            }
        }
        let mut differences = Vec::new();
        let holds_more = match stated.changes {
            ChangesDetail::Full => false,
            ChangesDetail::Spans => self.with_text > 0,
            ChangesDetail::None => !self.stages.is_empty(),
        };
        if holds_more {
            differences.push("states `changes` as less than is in changes/".to_owned());
        }
        for (source, version, config_sha256) in &self.runs {
            let run = StoredManifest {
                source: source.clone(),
                version: version.clone(),
                config_sha256: config_sha256.clone(),
                ..found.clone()
            };
            compare("", &value(&stated), &value(&run), &mut differences);
        }
        if self.runs.is_empty() {
            compare("", &value(&stated), &value(&found), &mut differences);
        }
        if !stated.version.ends_with(&format!(" rules/{}", short_sha256(stated.rules_sha256.as_bytes()))) {
            differences.push("states a `rules_sha256` that is not the one of its `version`".to_owned());
        }
        differences
    }
}

/// The tags of a document, from its column `extra`.
fn tags(extra: &str) -> Vec<String> {
    #[derive(Default, Deserialize)]
    struct Extra {
        #[serde(default)]
        scutch_tags: Vec<String>,
    }
    serde_json::from_str::<Extra>(extra).unwrap_or_default().scutch_tags
}

fn value(manifest: &StoredManifest) -> Value {
    serde_json::to_value(manifest).expect("plain data is JSON")
}

/// Adds a sentence for each value that is not the same; `path` leads to the two.
fn compare(path: &str, stated: &Value, found: &Value, differences: &mut Vec<String>) {
    let (Value::Object(stated_entries), Value::Object(found_entries)) = (stated, found) else {
        if stated != found {
            differences.push(format!("states `{path}` as {stated}, but by the lines it is {found}"));
        }
        return;
    };
    let names: BTreeSet<&String> = stated_entries.keys().chain(found_entries.keys()).collect();
    for name in names {
        let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        let entry = |entries: &serde_json::Map<String, Value>| entries.get(name).cloned().unwrap_or_default();
        compare(&path, &entry(stated_entries), &entry(found_entries), differences);
    }
}

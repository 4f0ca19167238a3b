//! Documents and changes as lines of JSON: constant keys in constant order, scalars only, "" or 0 for
//! unknown.

use std::collections::{BTreeMap, BTreeSet};

use encoding_rs::UTF_8;
use serde::Serialize;

use super::code_points::CodePoints;
use super::counts::Counts;
use super::seal::seal;
use crate::config::{ChangesDetail, Config};
use crate::digest::sha256;
use crate::document::{Document, Field, Source, Verdict};
use crate::edit::RuleTable;
use crate::pipeline::Pipeline;

/// Lines that a unit of work gave, by the file they belong to.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Rows {
    pub(crate) documents: Vec<u8>,
    pub(crate) rejected: Vec<u8>,
    pub(crate) changes: Vec<u8>,
    pub(crate) failed: Vec<u8>,
    /// Records that failed since they lack the field of the text.
    pub(crate) without_field: u64,
    /// Of the first record that failed; empty if none did.
    pub(crate) first_error: String,
    /// Numbers of the exceptions ([`Exceptions::of`](crate::rules::Exceptions::of)) that fit a record.
    pub(crate) exceptions: BTreeSet<usize>,
    pub(crate) counts: Counts,
}

/// A record that could not be processed, as a line of `failed.jsonl`.
#[derive(Debug, Serialize)]
pub(crate) struct Failure<'a> {
    pub(crate) id: &'a str,
    pub(crate) raw_path: &'a str,
    pub(crate) raw_record: u64,
    pub(crate) raw_offset: u64,
    pub(crate) raw_length: u64,
    pub(crate) error: &'a str,
}

/// Turns documents into lines. One per run; may be used by many threads.
pub struct RowWriter<'a> {
    rules: &'a RuleTable,
    version: String,
    config_digest: String,
    corpus: String,
    added: String,
    changes: ChangesDetail,
}

/// A document's row behind `id` and `text`.
#[derive(Serialize)]
struct DocumentRow<'a> {
    source: &'a str,
    added: &'a str,
    created: &'a str,
    version: &'a str,
    metadata: MetadataRow<'a>,
}

#[derive(Serialize)]
struct MetadataRow<'a> {
    url: &'a str,
    title: &'a str,
    date: &'a str,
    lang: &'a str,
    lang_score: f64,
    breadcrumbs: String,
    byline: &'a str,
    captions: String,
    extra: String,
    raw_path: &'a str,
    raw_record: u64,
    raw_offset: u64,
    raw_length: u64,
    raw_sha256: &'a str,
    raw_encoding: &'a str,
    raw_encoding_from: &'a str,
    raw_encoding_score: f64,
    raw_malformed: u64,
    mime: &'a str,
    http_status: u64,
    warc_payload_digest: &'a str,
    warc_truncated: &'a str,
    text_sha256: &'a str,
    chars_raw: u64,
    chars_out: u64,
    n_edits: u64,
    chars_removed: u64,
    config_sha256: &'a str,
    status: &'a str,
    reason: &'a str,
    rules: &'a str,
}

#[derive(Serialize)]
struct ChangeRow<'a> {
    id: &'a str,
    seq: u64,
    stage: &'a str,
    rule: &'a str,
    rule_sha256: &'a str,
    op: &'a str,
    raw_start: u32,
    raw_end: u32,
    text_start: u32,
    text_end: u32,
    before: &'a str,
    after: &'a str,
    score: f32,
    note: &'a str,
}

/// Numbers about a document's changes.
#[derive(Default)]
struct ChangeSummary {
    by_rule: BTreeMap<usize, (u64, i64)>,
    edits: u64,
    chars_removed: u64,
}

impl<'a> RowWriter<'a> {
    /// A writer for documents of a pipeline; `corpus` is the name of the corpus.
    #[must_use]
    pub fn new(pipeline: &'a Pipeline, config: &Config, corpus: &str) -> Self {
        Self {
            rules: pipeline.rules(),
            version: pipeline.version(),
            config_digest: pipeline.config_digest().to_owned(),
            corpus: corpus.to_owned(),
            added: config.output.added.clone(),
            changes: config.output.changes,
        }
    }

    /// Adds the lines of a document and counts it. `raw_sha256` is the digest of its payload.
    pub(crate) fn write(&self, document: &Document, raw_sha256: &str, rows: &mut Rows) {
        let id = document.source.document_id();
        let first_change = rows.changes.len();
        let summary = self.write_changes(document, &id, &mut rows.changes);
        rows.counts.add_document(document);
        rows.counts.add_rules(&summary.by_rule);
        let changes = rows.changes.get(first_change..).unwrap_or_default();
        let target = if document.verdict == Verdict::Kept { &mut rows.documents } else { &mut rows.rejected };
        self.write_document(document, &id, raw_sha256, &summary, changes, target);
    }

    /// Adds the line of a record that failed, and counts it.
    pub(crate) fn write_failure(failure: &Failure<'_>, rows: &mut Rows) {
        rows.counts.add_failure(failure.raw_length);
        write_line(&mut rows.failed, failure);
    }

    /// A document's line as `scutch clean` writes it: kept or rejected alike, without its changes.
    #[must_use]
    pub fn line(&self, document: &Document, raw_sha256: &str) -> Vec<u8> {
        let mut rows = Rows::default();
        self.write(document, raw_sha256, &mut rows);
        if rows.documents.is_empty() { rows.rejected } else { rows.documents }
    }

    /// The line of a failed record in the shape of a document: empty text, status and reason say why.
    #[must_use]
    pub fn failure_line(&self, source: &Source, error: &str) -> Vec<u8> {
        let id = source.document_id();
        let metadata =
            MetadataRow { status: "failed", reason: error, ..MetadataRow::of_source(source, &self.config_digest) };
        let mut line = Vec::new();
        self.write_row(&id, "", "", metadata, &[], &mut line);
        line
    }

    fn write_changes(&self, document: &Document, id: &str, lines: &mut Vec<u8>) -> ChangeSummary {
        let mut summary = ChangeSummary::default();
        let changes = document.text.changes();
        if changes.len() == 0 {
            return summary;
        }
        let points = CodePoints::new(document.text.decoded());
        for change in changes {
            let count = |text: &str| i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
            let removed = count(change.before) - count(change.after);
            let of_rule = summary.by_rule.entry(change.rule.index()).or_default();
            of_rule.0 += 1;
            of_rule.1 += removed;
            summary.chars_removed += u64::try_from(removed).unwrap_or(0);
            if self.changes != ChangesDetail::None {
                let rule = self.rules.get(change.rule);
                let row = ChangeRow {
                    id,
                    seq: summary.edits,
                    stage: rule.stage,
                    rule: &rule.id,
                    rule_sha256: &rule.sha256,
                    op: change.op.name(),
                    raw_start: change.raw.start,
                    raw_end: change.raw.end,
                    text_start: points.before(change.decoded.start),
                    text_end: points.before(change.decoded.end),
                    before: if self.changes == ChangesDetail::Full { change.before } else { "" },
                    after: change.after,
                    score: change.score,
                    note: change.note,
                };
                write_line(lines, &row);
            }
            summary.edits += 1;
        }
        summary
    }

    fn write_document(
        &self,
        document: &Document,
        id: &str,
        raw_sha256: &str,
        summary: &ChangeSummary,
        changes: &[u8],
        lines: &mut Vec<u8>,
    ) {
        let text = document.text.as_str();
        let is_raw = document.encoding == UTF_8.name() && document.text.is_untouched();
        let text_sha256 = if is_raw { raw_sha256.to_owned() } else { sha256(text.as_bytes()) };
        let (status, reason) = match &document.verdict {
            Verdict::Kept => ("kept", ""),
            Verdict::Rejected(reason) => ("rejected", reason.as_str()),
            Verdict::Duplicate(reason) => ("duplicate", reason.as_str()),
        };
        let rules = self.rule_counts(&summary.by_rule);
        let fact = |field: &Field| document.fact(field).unwrap_or_default();
        let date = fact(&Field::Date);
        let url = if document.source.url.is_empty() { fact(&Field::Url) } else { &document.source.url };
        let metadata = MetadataRow {
            url,
            title: fact(&Field::Title),
            date,
            lang: fact(&Field::Lang),
            breadcrumbs: json_list(document.facts_of(&Field::Breadcrumbs)),
            byline: fact(&Field::Byline),
            captions: json_list(document.facts_of(&Field::Captions)),
            extra: extra(document),
            raw_sha256,
            raw_encoding: document.encoding,
            raw_encoding_from: if document.encoding.is_empty() { "" } else { document.encoding_from.name() },
            raw_encoding_score: (document.encoding_score * 100.0).floor() / 100.0,
            raw_malformed: document.text.malformed().into(),
            text_sha256: &text_sha256,
            chars_raw: document.text.decoded().chars().count() as u64,
            chars_out: text.chars().count() as u64,
            n_edits: summary.edits,
            chars_removed: summary.chars_removed,
            status,
            reason,
            rules: &rules,
            ..MetadataRow::of_source(&document.source, &self.config_digest)
        };
        self.write_row(id, text, date, metadata, changes, lines);
    }

    fn write_row(
        &self,
        id: &str,
        text: &str,
        created: &str,
        metadata: MetadataRow<'_>,
        changes: &[u8],
        lines: &mut Vec<u8>,
    ) {
        let start = lines.len();
        lines.extend_from_slice(b"{\"id\":");
        write_value(lines, &id);
        lines.extend_from_slice(b",\"text\":");
        let text_start = lines.len();
        write_value(lines, &text);
        let text_end = lines.len();
        let (source, added, version) = (self.corpus.as_str(), self.added.as_str(), self.version.as_str());
        write_value(lines, &DocumentRow { source, added, created, version, metadata });
        // The rest of the row goes on behind the text.
        lines[text_end] = b',';
        seal(lines, start, &(text_start..text_end), changes);
    }

    /// `strip.web.ad.label:2 repair.lossy:8`, sorted by rule id.
    fn rule_counts(&self, by_rule: &BTreeMap<usize, (u64, i64)>) -> String {
        let named = self.rules.iter().enumerate().filter_map(|(index, rule)| Some((&rule.id, by_rule.get(&index)?.0)));
        let sorted: BTreeMap<&String, u64> = named.collect();
        let counts: Vec<String> = sorted.into_iter().map(|(id, count)| format!("{id}:{count}")).collect();
        counts.join(" ")
    }
}

impl<'a> MetadataRow<'a> {
    /// What is known before the document is cleaned; everything else is unknown.
    fn of_source(source: &'a Source, config_sha256: &'a str) -> Self {
        Self {
            url: &source.url,
            title: "",
            date: "",
            lang: "",
            lang_score: 0.0,
            breadcrumbs: String::new(),
            byline: "",
            captions: String::new(),
            extra: String::new(),
            raw_path: &source.path,
            raw_record: source.record,
            raw_offset: source.offset,
            raw_length: source.length,
            raw_sha256: "",
            raw_encoding: "",
            raw_encoding_from: "",
            raw_encoding_score: 0.0,
            raw_malformed: 0,
            mime: source.media_type(),
            http_status: source.http_status.into(),
            warc_payload_digest: &source.payload_digest,
            warc_truncated: &source.truncated,
            text_sha256: "",
            chars_raw: 0,
            chars_out: 0,
            n_edits: 0,
            chars_removed: 0,
            config_sha256,
            status: "",
            reason: "",
            rules: "",
        }
    }
}

fn write_value(lines: &mut Vec<u8>, value: &impl Serialize) {
    serde_json::to_writer(lines, value).expect("writing to memory cannot fail, and keys are strings");
}

fn write_line(lines: &mut Vec<u8>, row: &impl Serialize) {
    write_value(lines, row);
    lines.push(b'\n');
}

/// A list as JSON in a string, since lists break loaders; "" if it is empty.
fn json_list<'a>(values: impl Iterator<Item = &'a str>) -> String {
    let values: Vec<&str> = values.collect();
    if values.is_empty() { String::new() } else { serde_json::to_string(&values).expect("strings are JSON") }
}

/// Everything without a column of its own, as JSON in a string; "" if there is nothing.
fn extra(document: &Document) -> String {
    let mut extra = document.extra();
    if !document.tags.is_empty() {
        extra.entry("scutch_tags").or_default().extend(document.tags.iter().map(String::as_str));
    }
    if extra.is_empty() {
        return String::new();
    }
    serde_json::to_string(&extra).expect("strings are JSON")
}

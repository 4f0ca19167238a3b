//! Proving an output folder against its inputs: every record is in one place, every edit replays and
//! undoes, every line is as it was written, and the counts reconcile.
//!
//! Inputs and outputs are read side by side in input order, so memory does not grow with the corpus,
//! apart from the list of the input files.

mod lines;
mod recount;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use self::lines::Lines;
use self::recount::Recount;
use crate::config::{ChangesDetail, Config};
use crate::digest::sha256;
use crate::document::Source;
use crate::encoding::Encoding;
use crate::error::Error;
use crate::input::{self, Inputs, Message, PassedOver, Payload, PayloadReader, file_digest};
use crate::output::{
    CHANGES, CodePoints, DOCUMENTS, FAILED, InputEntry, MANIFEST, REJECTED, StoredManifest, Tally, is_intact, is_sealed,
};
use crate::replay::{RecordedChange, replay, undo};
use crate::span::DecodedSpan;
use crate::traced_text::TracedText;

/// Something that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The document's id, or the file that is at fault.
    pub document: String,
    /// What does not hold.
    pub reason: String,
}

/// What came of a verification.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VerifyReport {
    /// Records of the inputs.
    pub records: u64,
    /// Documents, kept or not, that were checked.
    pub documents: u64,
    /// Changes that were replayed and undone.
    pub changes: u64,
    /// Documents whose changes hold no text (`--changes spans` or `none`), so that only digests could
    /// be checked.
    pub not_replayed: u64,
    /// Everything that does not hold, in input order.
    pub problems: Vec<Problem>,
    /// How the inputs differ from those of the run, by name and order; `None` if they do not. What follows
    /// from it is in `problems` too.
    pub other_inputs: Option<String>,
}

/// Checks the output folder `clean` against `raw`, the inputs of the run in the same order.
///
/// `config` must have the run's tables `input` and `filter`: the field and size limit decide what a record is, and the
/// filter which of them are looked into.
///
/// # Errors
/// [`Error::File`] if the folder cannot be read, [`Error::Definition`] if an input does not exist or the filter is not
/// as it must be. What does not hold is no error but a [`Problem`].
pub fn verify(clean: &Path, raw: &[PathBuf], config: &Config) -> Result<VerifyReport, Error> {
    let payloads = PayloadReader::new(config)?;
    let inputs = Inputs::new(raw)?.reading(config.input.hidden_files());
    let manifest_path = clean.join(MANIFEST);
    let text = std::fs::read(&manifest_path).map_err(|source| Error::file("read", &manifest_path, source))?;
    let stored = serde_json::from_slice::<StoredManifest>(&text);
    let mut order = BTreeMap::new();
    for file in inputs.files() {
        let name = file.map_or_else(|(name, _)| name, |file| file.name().to_owned());
        let position = order.len();
        order.entry(name).or_insert(position);
    }
    if let Ok(manifest) = &stored
        && is_sealed(&text)
        && is_elsewhere(manifest, &inputs, &order)
    {
        let folders: Vec<String> = raw.iter().map(|path| path.display().to_string()).collect();
        let reason = "holds no file that is an input of the run by its name".to_owned();
        let problems = vec![Problem { document: folders.join(", "), reason }];
        let other_inputs = difference(manifest, &order);
        return Ok(VerifyReport { problems, other_inputs, ..VerifyReport::default() });
    }
    let mut check = Check {
        order: &order,
        documents: Lines::open(clean, DOCUMENTS)?,
        rejected: Lines::open(clean, REJECTED)?,
        failed: Lines::of_file(clean.join(FAILED))?,
        changes: Lines::open(clean, CHANGES)?,
        report: VerifyReport::default(),
        counted: Recount::default(),
        detail: stored.as_ref().ok().map(|manifest| manifest.changes),
        lost: BTreeSet::new(),
        previous: None,
    };
    let mut found = Vec::new();
    for file in inputs.files() {
        let mut entry = InputEntry::default();
        let records = check.report.records;
        match file {
            Ok(file) => {
                file.name().clone_into(&mut entry.path);
                let mut each = |message: Message| {
                    match message {
                        Message::Unit(unit) => {
                            for (kind, records, bytes) in unit.passed_over().into_iter().flat_map(PassedOver::iter) {
                                check.counted.add_passed_over(kind, Tally { documents: records, bytes });
                            }
                            payloads.each(&unit, &mut |source, payload| check.record(&source, &payload));
                        }
                        Message::FileDone { bytes, sha256, .. } => (entry.bytes, entry.sha256) = (bytes, sha256),
                    }
                    true
                };
                input::read_file(file, &config.input, &mut each);
            }
            Err((name, _)) => {
                entry.path.clone_from(&name);
                let source = Source { path: name, ..Source::default() };
                check.record(&source, &Payload::Unreadable(String::new()));
            }
        }
        entry.documents = check.report.records - records;
        found.push(entry);
    }
    check.rest();
    match stored {
        Ok(manifest) => {
            if !is_sealed(&text) {
                check.problem(MANIFEST, "is not as it was written");
            }
            let failed = clean.join(FAILED);
            let digest = file_digest(&failed).map_err(|source| Error::file("read", &failed, source))?;
            let is_named = check.report.problems.iter().any(|problem| Path::new(&problem.document).ends_with(FAILED));
            if !manifest.failed_sha256.is_empty() && digest != manifest.failed_sha256 && !is_named {
                check.problem(FAILED, "is not as it was written");
            }
            check.report.other_inputs = difference(&manifest, &order);
            check.compare_inputs(&manifest.inputs, &found);
            if manifest.hidden != inputs.passed_over() {
                check.problem(MANIFEST, "states another number of hidden files and folders");
            }
            // Lines with faults give other counts, which says nothing new.
            if check.report.problems.is_empty() {
                for difference in check.counted.differences(manifest) {
                    check.problem(MANIFEST, &difference);
                }
            }
        }
        Err(error) => check.problem(MANIFEST, &format!("cannot be read: {error}")),
    }
    Ok(check.report)
}

/// Whether no input of a run is among those at hand: everything else that does not hold would follow from it.
fn is_elsewhere(manifest: &StoredManifest, inputs: &Inputs, order: &BTreeMap<String, usize>) -> bool {
    let is_here = manifest.inputs.iter().any(|input| order.contains_key(&input.path));
    !(is_here || manifest.inputs.is_empty() || inputs.has_standard_input())
}

/// How the inputs of a run differ from those at hand, whose names are known with their places.
fn difference(manifest: &StoredManifest, order: &BTreeMap<String, usize>) -> Option<String> {
    let before: Vec<&str> = manifest.inputs.iter().map(|input| input.path.as_str()).collect();
    let missing: Vec<&str> = before.iter().copied().filter(|name| !order.contains_key(*name)).collect();
    let known: BTreeSet<&str> = before.iter().copied().collect();
    let new = order.keys().find(|name| !known.contains(name.as_str()));
    let places: Vec<usize> = before.iter().filter_map(|name| order.get(*name).copied()).collect();
    match (missing.first(), new) {
        (Some(name), _) => {
            Some(format!("{} of the run's {} inputs, such as `{name}`, are not here", missing.len(), before.len()))
        }
        (None, Some(name)) => Some(format!("`{name}` is not among the inputs of the run")),
        (None, None) => (!places.is_sorted()).then(|| "the inputs stand in another order than in the run".to_owned()),
    }
}

/// A document's line, as far as it is checked.
#[derive(Debug, Deserialize)]
struct DocumentLine {
    id: String,
    text: String,
    source: String,
    version: String,
    metadata: MetadataLine,
}

#[derive(Debug, Deserialize)]
struct MetadataLine {
    raw_path: String,
    raw_record: u64,
    raw_length: u64,
    raw_sha256: String,
    raw_encoding: String,
    text_sha256: String,
    chars_raw: u64,
    chars_out: u64,
    n_edits: u64,
    config_sha256: String,
    extra: String,
    status: String,
    reason: String,
    rules: String,
}

#[derive(Debug, Deserialize)]
struct FailedLine {
    id: String,
    raw_path: String,
    raw_record: u64,
    raw_offset: u64,
    raw_length: u64,
}

#[derive(Debug, Deserialize)]
struct ChangeLine {
    seq: u64,
    stage: String,
    rule: String,
    rule_sha256: String,
    op: String,
    raw_start: u32,
    raw_end: u32,
    text_start: u32,
    text_end: u32,
    before: String,
    after: String,
}

/// Where a line of `changes/` belongs.
#[derive(Debug, Deserialize)]
struct ChangeHead {
    id: String,
    seq: u64,
}

/// Stands for a number that cannot be read. One less than the largest, so that the next one is a number too.
const UNREADABLE_SEQ: u64 = u64::MAX - 1;

/// What is said of a document with lines in `changes/` behind those that it should have.
const MORE_CHANGES: &str = "has more changes than its line states";

/// Place of a record: position of its file in the inputs, then its number. `None` for a file that is
/// not among the inputs.
type Key = (Option<usize>, u64);

struct Check<'a> {
    order: &'a BTreeMap<String, usize>,
    documents: Lines,
    rejected: Lines,
    failed: Lines,
    changes: Lines,
    report: VerifyReport,
    counted: Recount,
    /// What `changes/` holds, if the manifest can be read.
    detail: Option<ChangesDetail>,
    /// Records that are in no output.
    lost: BTreeSet<String>,
    /// The document whose changes were looked at last, and the number that its next change would have.
    previous: Option<(String, u64)>,
}

/// Which output a record was found in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Documents,
    Rejected,
    Failed,
}

impl Check<'_> {
    fn problem(&mut self, document: &str, reason: &str) {
        self.report.problems.push(Problem { document: document.to_owned(), reason: reason.to_owned() });
    }

    fn lines(&mut self, place: Place) -> &mut Lines {
        match place {
            Place::Documents => &mut self.documents,
            Place::Rejected => &mut self.rejected,
            Place::Failed => &mut self.failed,
        }
    }

    fn key(&self, path: &str, record: u64) -> Key {
        (self.order.get(path).copied(), record)
    }

    /// The place of the record on the next line of an output; a line that cannot be read is reported
    /// and passed over.
    fn next_key(&mut self, place: Place) -> Option<Key> {
        loop {
            if let Some(key) = self.lines(place).next_key {
                return Some(key);
            }
            let line = self.lines(place).peek()?;
            let parsed = if place == Place::Failed {
                serde_json::from_slice::<FailedLine>(line).map(|line| (line.raw_path, line.raw_record))
            } else {
                serde_json::from_slice::<DocumentLine>(line)
                    .map(|line| (line.metadata.raw_path, line.metadata.raw_record))
            };
            match parsed {
                Ok((path, record)) => {
                    let key = self.key(&path, record);
                    self.lines(place).next_key = Some(key);
                }
                Err(error) => {
                    let name = id_in(line).unwrap_or_else(|| self.lines(place).place());
                    self.problem(&name, &format!("the line cannot be read: {error}"));
                    self.lines(place).advance();
                }
            }
        }
    }

    /// Checks one record of the inputs.
    fn record(&mut self, source: &Source, payload: &Payload<'_>) {
        self.report.records += 1;
        let key = self.key(&source.path, source.record);
        let places = [Place::Documents, Place::Rejected, Place::Failed];
        for place in places {
            // What stands before belongs to no record of the inputs.
            while self.next_key(place).is_some_and(|next| next < key) {
                self.foreign(place);
            }
        }
        let found: Vec<Place> = places.into_iter().filter(|place| self.next_key(*place) == Some(key)).collect();
        if found.is_empty() {
            self.lost.insert(source.document_id());
            self.problem(&source.document_id(), "is in the inputs, but neither kept nor rejected nor failed");
        } else if found.len() > 1 {
            self.problem(&source.document_id(), "is in more than one output");
        }
        for place in found {
            let line = self.lines(place).advance().unwrap_or_default();
            match place {
                Place::Documents => self.document(&line, source, payload, "kept"),
                Place::Rejected => self.document(&line, source, payload, "rejected"),
                Place::Failed => self.failure(&line, source),
            }
        }
    }

    /// Passes over a line that belongs to no record.
    fn foreign(&mut self, place: Place) {
        let line = self.lines(place).advance().unwrap_or_default();
        let name = id_in(&line).unwrap_or_default();
        if place != Place::Failed
            && let Ok(document) = serde_json::from_slice::<DocumentLine>(&line)
        {
            self.changes_of(&document.id, document.metadata.n_edits);
        }
        self.problem(&name, "is in the output, but not in the inputs, or is there twice");
    }

    /// Everything that is left in the outputs belongs to no record.
    fn rest(&mut self) {
        for place in [Place::Documents, Place::Rejected, Place::Failed] {
            while self.next_key(place).is_some() {
                self.foreign(place);
            }
        }
        let mut named: Option<String> = None;
        while let Some(line) = self.changes.advance() {
            let name = id_in(&line).unwrap_or_default();
            if !self.lost.contains(&name) && named.as_ref() != Some(&name) {
                let is_of_last = self.previous.as_ref().is_some_and(|(id, _)| *id == name);
                self.problem(&name, if is_of_last { MORE_CHANGES } else { "has changes that belong to no document" });
                named = Some(name);
            }
        }
        for lines in [&mut self.documents, &mut self.rejected, &mut self.failed, &mut self.changes] {
            self.report.problems.append(&mut lines.faults);
        }
    }

    /// The lines of `changes/` that belong to a document with so many edits. Lines of documents that
    /// are lost, or that the document before should have had, are passed over.
    fn changes_of(&mut self, id: &str, edits: u64) -> Vec<Vec<u8>> {
        // Documents may share an id, and those without edits have no lines by which to find one's way.
        if edits == 0 {
            return Vec::new();
        }
        let mut is_named = false;
        while let Some(head) = self.changes.peek().and_then(id_in) {
            let previous = self.previous.as_ref();
            let is_stale = self.changes.peek().is_some_and(|line| goes_on(line, previous));
            if head == id || !(is_stale || self.lost.contains(&head)) {
                break;
            }
            if let Some(line) = self.changes.advance().filter(|_| is_stale) {
                self.previous = Some((head.clone(), seq_in(&line) + 1));
                if !is_named {
                    self.problem(&head, MORE_CHANGES);
                    is_named = true;
                }
            }
        }
        let mut lines: Vec<Vec<u8>> = Vec::new();
        while (lines.len() as u64) < edits && self.next_change_is_of(id, lines.len() as u64, edits) {
            lines.extend(self.changes.advance());
        }
        let next = lines.last().map_or(edits, |line| seq_in(line) + 1);
        self.previous = Some((id.to_owned(), next));
        lines
    }

    /// Whether the next line of `changes/` is number `seq` of a document's. One with another id may be
    /// damaged: then its number fits, or the line behind it is the document's.
    fn next_change_is_of(&mut self, id: &str, seq: u64, edits: u64) -> bool {
        let Some(line) = self.changes.peek() else { return false };
        let Ok(head) = serde_json::from_slice::<ChangeHead>(line) else { return true };
        if head.id == id {
            return true;
        }
        let is_of_document = |line: &[u8]| id_in(line).is_some_and(|found| found == id);
        match seq {
            0 => edits == 1 || self.changes.peek_second().is_some_and(is_of_document),
            _ => head.seq == seq,
        }
    }

    fn failure(&mut self, line: &[u8], source: &Source) {
        // `next_key` has parsed the line before.
        let Ok(failed) = serde_json::from_slice::<FailedLine>(line) else { return };
        self.counted.add_failure(failed.raw_length);
        if (failed.id, failed.raw_offset, failed.raw_length) != (source.document_id(), source.offset, source.length) {
            self.problem(&source.document_id(), "its line in failed.jsonl tells another id or place than the input");
        }
    }

    fn document(&mut self, line: &[u8], source: &Source, payload: &Payload<'_>, expected_status: &str) {
        // `next_key` has parsed the line before.
        let Ok(document) = serde_json::from_slice::<DocumentLine>(line) else { return };
        self.report.documents += 1;
        let metadata = &document.metadata;
        let changes = self.changes_of(&source.document_id(), metadata.n_edits);
        let parsed: Result<Vec<ChangeLine>, _> = changes.iter().map(|line| serde_json::from_slice(line)).collect();
        self.counted.add_document(&document, parsed.as_deref().unwrap_or_default());
        let mut reasons = Vec::new();
        if metadata.status != expected_status && !(metadata.status == "duplicate" && expected_status == "rejected") {
            reasons.push(format!("status is `{}`, but it is in the output for `{expected_status}`", metadata.status));
        }
        if document.id != source.document_id() {
            reasons.push(format!("its id should be `{}`", source.document_id()));
        }
        if !is_intact(line, &changes) {
            reasons.push("its line, or a line of its changes, is not as it was written".to_owned());
        }
        if metadata.text_sha256 != text_digest(&document) {
            reasons.push("its text is not the one that was written".to_owned());
        }
        if metadata.chars_out != document.text.chars().count() as u64 {
            reasons.push("its text does not have the number of characters that is stated".to_owned());
        }
        match payload {
            Payload::Bytes(raw) => match parsed {
                Ok(changes) => self.against_raw(&document, raw, changes, &mut reasons),
                Err(error) => reasons.push(format!("a line of its changes cannot be read: {error}")),
            },
            Payload::Refused { sha256, .. } => {
                if metadata.raw_sha256 != *sha256 {
                    reasons.push("the raw file is another one".to_owned());
                }
            }
            Payload::Unreadable(error) => reasons.push(format!("its raw bytes cannot be read: {error}")),
        }
        if let Some(reason) = reasons.into_iter().reduce(|all, next| format!("{all}; {next}")) {
            self.problem(&source.document_id(), &reason);
        }
    }

    /// Decodes the raw bytes and walks the changes in both directions.
    fn against_raw(
        &mut self,
        document: &DocumentLine,
        raw: &[u8],
        changes: Vec<ChangeLine>,
        reasons: &mut Vec<String>,
    ) {
        let metadata = &document.metadata;
        if metadata.raw_sha256 != sha256(raw) {
            reasons.push("the raw bytes are others".to_owned());
            return;
        }
        if metadata.raw_encoding.is_empty() {
            if !document.text.is_empty() || !changes.is_empty() {
                reasons.push("it was not decoded, but has text".to_owned());
            }
            return;
        }
        let Some(encoding) = Encoding::for_label(&metadata.raw_encoding) else {
            reasons.push(format!("unknown encoding `{}`", metadata.raw_encoding));
            return;
        };
        let Ok(traced) = TracedText::decode(raw, encoding) else {
            reasons.push("the raw bytes cannot be decoded".to_owned());
            return;
        };
        let decoded = traced.as_str();
        if metadata.chars_raw != decoded.chars().count() as u64 {
            reasons.push("the decoded text does not have the number of characters that is stated".to_owned());
        }
        let holds_no_text = |change: &&ChangeLine| change.op != "insert" && change.before.is_empty();
        let without_text = changes.iter().find(holds_no_text);
        match self.detail {
            Some(ChangesDetail::Full) => {
                if let Some(change) = without_text {
                    reasons.push(format!("change {} does not hold the text before it", change.seq));
                }
            }
            _ if without_text.is_some() || (changes.is_empty() && metadata.n_edits > 0) => {
                self.report.not_replayed += 1;
                return;
            }
            _ => {}
        }
        if metadata.n_edits != changes.len() as u64 {
            reasons.push(format!("it has {} changes, not {}", changes.len(), metadata.n_edits));
        }
        if let Some(change) = changes.iter().zip(0..).find(|(change, seq)| change.seq != *seq) {
            reasons.push(format!("change {} stands at place {}", change.0.seq, change.1));
        }
        check_raw_spans(&traced, &changes, reasons);
        let recorded: Vec<RecordedChange> = changes.into_iter().map(ChangeLine::recorded).collect();
        match replay(decoded, &recorded) {
            Ok(text) if text == document.text => {}
            Ok(_) => reasons.push("replaying its changes gives another text".to_owned()),
            Err(error) => reasons.push(error.to_string()),
        }
        match undo(&document.text, &recorded) {
            Ok(text) if text == decoded => {}
            Ok(_) => reasons.push("undoing its changes gives another text".to_owned()),
            Err(error) => reasons.push(error.to_string()),
        }
        self.report.changes += recorded.len() as u64;
    }

    /// Compares the list of inputs in the manifest with the files that were found.
    fn compare_inputs(&mut self, stated: &[InputEntry], found: &[InputEntry]) {
        let by_path: BTreeMap<&str, &InputEntry> = stated.iter().map(|input| (input.path.as_str(), input)).collect();
        for input in found {
            match by_path.get(input.path.as_str()) {
                None => self.problem(&input.path, "is an input, but not in the list of the manifest"),
                Some(entry) if *entry != input => {
                    let stated =
                        format!("{} bytes, {} records, SHA-256 `{}`", entry.bytes, entry.documents, entry.sha256);
                    let reason = format!(
                        "is stated in the manifest with {stated}, but has {} bytes, {} records, SHA-256 `{}`",
                        input.bytes, input.documents, input.sha256
                    );
                    self.problem(&input.path, &reason);
                }
                Some(_) => {}
            }
        }
        let names: BTreeSet<&str> = found.iter().map(|input| input.path.as_str()).collect();
        for input in stated.iter().filter(|input| !names.contains(input.path.as_str())) {
            self.problem(&input.path, "is in the list of the manifest, but not among the inputs");
        }
        if stated.len() == found.len() && stated.iter().zip(found).any(|(stated, found)| stated.path != found.path) {
            self.problem(MANIFEST, "lists the inputs in another order");
        }
    }
}

impl ChangeLine {
    fn recorded(self) -> RecordedChange {
        let Self { text_start, text_end, before, after, .. } = self;
        RecordedChange { text_start, text_end, before, after }
    }
}

/// Whether the raw span of each change is the one that its text span came from.
fn check_raw_spans(traced: &TracedText, changes: &[ChangeLine], reasons: &mut Vec<String>) {
    let points = CodePoints::new(traced.as_str());
    for change in changes {
        let (Some(start), Some(end)) = (points.byte_of(change.text_start), points.byte_of(change.text_end)) else {
            reasons.push(format!("change {} lies outside the text", change.seq));
            return;
        };
        let raw = traced.origins().raw_span(DecodedSpan { start, end: end.max(start) });
        if (raw.start, raw.end) != (change.raw_start, change.raw_end) {
            let stated = format!("{}..{}", change.raw_start, change.raw_end);
            reasons.push(format!("change {} came from bytes {:?}, not {stated}", change.seq, raw.range()));
            return;
        }
    }
}

fn text_digest(document: &DocumentLine) -> String {
    sha256(document.text.as_bytes())
}

/// The id at the start of a line, even if the line is damaged behind it.
fn id_in(line: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(line);
    let rest = text.strip_prefix("{\"id\":")?;
    let mut values = serde_json::Deserializer::from_str(rest).into_iter::<String>();
    values.next()?.ok()
}

/// Whether a line of `changes/` goes on from those of the document before, or repeats the last of them. Another
/// document with the same id begins at 0.
fn goes_on(line: &[u8], previous: Option<&(String, u64)>) -> bool {
    let seq = seq_in(line);
    previous.is_some_and(|(id, next)| id_in(line).as_ref() == Some(id) && (seq == *next || seq + 1 == *next))
}

/// The number of a line of `changes/`; [`UNREADABLE_SEQ`] if it cannot be read.
fn seq_in(line: &[u8]) -> u64 {
    serde_json::from_slice::<ChangeHead>(line).map_or(UNREADABLE_SEQ, |head| head.seq.min(UNREADABLE_SEQ))
}

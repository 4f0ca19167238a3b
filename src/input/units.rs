//! What the reader passes on: units of work, and the ends of files.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::compression::Compression;
use super::walk::{Format, InputFile, Location};

/// Bytes that make one unit of work: enough to make passing units between threads cheap.
pub(super) const BATCH_BYTES: usize = 256 << 10;
/// Records, also those that are passed over, that make one unit of work however small they are.
const BATCH_RECORDS: u64 = 4096;
/// A JSON line may be longer than its text by escapes (`\u00e9` for two bytes) and other fields.
const LINE_BYTES_PER_TEXT_BYTE: u64 = 4;

/// What the reader passes on, in input order.
#[derive(Debug)]
pub(crate) enum Message {
    /// Work to do.
    Unit(Unit),
    /// A file is read to its end.
    FileDone { name: String, bytes: u64, sha256: String },
}

/// Some payloads of one file.
#[derive(Debug)]
pub(crate) struct Unit {
    pub(crate) file: Arc<InputFile>,
    pub(crate) payloads: Payloads,
}

impl Unit {
    /// A unit of a file that is known by its name alone.
    pub(crate) fn of_name(name: String, payloads: Payloads) -> Self {
        let location = Location::File(name.clone().into());
        let file = InputFile { location, name, format: Format::Text, compression: Compression::None };
        Self { file: Arc::new(file), payloads }
    }

    /// Bytes held: what the memory budget counts.
    pub(crate) fn bytes(&self) -> usize {
        match &self.payloads {
            Payloads::Whole { bytes } | Payloads::Lines { bytes, .. } => bytes.len(),
            Payloads::Records(batch) => batch.bytes.len(),
            Payloads::Failed { .. } | Payloads::Refused { .. } => 0,
        }
    }

    /// Records of containers that hold no document, and are not read.
    pub(crate) fn passed_over(&self) -> Option<&PassedOver> {
        if let Payloads::Records(batch) = &self.payloads { Some(&batch.passed_over) } else { None }
    }
}

/// The payloads of a unit.
#[derive(Debug)]
pub(crate) enum Payloads {
    /// One document.
    Whole { bytes: Vec<u8> },
    /// Whole lines, one record each. `first_line` counts from 1.
    Lines { bytes: Vec<u8>, first_line: u64, offset: u64 },
    /// Records of a container.
    Records(RecordBatch),
    /// A file that is not looked into, for a reason.
    Refused { length: u64, sha256: String, reason: String },
    /// A record (or, with line 0, the file) that could not be read.
    Failed { line: u64, offset: u64, length: u64, error: String },
}

/// Records that were cut out of a container.
#[derive(Debug, Default)]
pub(crate) struct RecordBatch {
    /// What was kept of the records, one after the other.
    pub(crate) bytes: Vec<u8>,
    /// Records that hold documents or are broken, in input order.
    pub(crate) records: Vec<RecordPlace>,
    /// The others.
    pub(crate) passed_over: PassedOver,
}

impl RecordBatch {
    pub(super) fn is_full(&self) -> bool {
        let records = self.records.len() as u64 + self.passed_over.records();
        self.bytes.len() >= BATCH_BYTES || records >= BATCH_RECORDS
    }

    pub(super) fn is_empty(&self) -> bool {
        self.records.is_empty() && self.passed_over.records() == 0
    }
}

/// A record in its container.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct RecordPlace {
    /// Number among all records of the file, from 1.
    pub(crate) number: u64,
    /// Byte in the decompressed file where the record starts.
    pub(crate) offset: u64,
    /// Bytes of the record in the decompressed file.
    pub(crate) length: u64,
    /// What was kept of it, in the bytes of its batch.
    pub(crate) kept: Range<usize>,
    pub(crate) state: RecordState,
    /// Place and size in the compressed file of the member that holds this record alone, if there is one.
    pub(crate) member: Option<(u64, u64)>,
}

/// What was kept of a record.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum RecordState {
    /// All of it.
    Whole,
    /// Its start, since it is too large.
    TooLarge,
    /// Its start, since it is broken, for this reason.
    Broken(String),
}

/// Numbers and bytes of records that hold no document, by kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct PassedOver(BTreeMap<&'static str, (u64, u64)>);

impl PassedOver {
    pub(super) fn add(&mut self, kind: &'static str, bytes: u64) {
        let count = self.0.entry(kind).or_default();
        count.0 += 1;
        count.1 += bytes;
    }

    /// Each kind with the number of its records and their bytes in the decompressed file, sorted by kind.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&'static str, u64, u64)> {
        self.0.iter().map(|(kind, (records, bytes))| (*kind, *records, *bytes))
    }

    fn records(&self) -> u64 {
        self.0.values().map(|(records, _)| records).sum()
    }
}

/// Most bytes of a line of JSON, for a limit on its text.
pub(crate) fn max_line_bytes(max_document_bytes: u64) -> u64 {
    max_document_bytes.saturating_mul(LINE_BYTES_PER_TEXT_BYTE)
}

/// What is said of something over its limit.
pub(crate) fn too_large(bytes: u64, limit: u64) -> String {
    format!("payload of {bytes} bytes is too large (at most {limit}; see `max-document-bytes`)")
}

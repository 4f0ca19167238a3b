//! Cleaning a stream: what comes in goes out in the same order, one line for each.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::path::Path;

use crate::config::Config;
use crate::document::{Document, Verdict};
use crate::error::Error;
use crate::input::{self, Message, PassedOver, PayloadReader, Payloads, Unit};
use crate::output::RowWriter;
use crate::parallel::ordered_map;
use crate::pipeline::Pipeline;
use crate::worker::Worker;

/// Messages about failed or rejected records that are kept; the rest is counted.
const MAX_MESSAGES: usize = 20;

/// What is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum To {
    /// The clean text alone.
    Text,
    /// One document a line, in the shape of `documents/`. A blank line of JSONL is no record, and comes
    /// back as an empty line, so that line numbers stay.
    Jsonl,
}

/// What came of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FilterReport {
    /// Records, those that failed among them.
    pub read: u64,
    /// Records that failed.
    pub failed: u64,
    /// Rejected records by reason.
    pub reasons: BTreeMap<String, u64>,
    /// Records of a container that hold no document, by kind; they are not among those read.
    pub passed_over: BTreeMap<String, u64>,
    /// What to tell the user about records that failed or, in text, were rejected.
    pub messages: Vec<String>,
    /// Messages beyond those.
    pub more_messages: u64,
}

/// What one unit of input became.
#[derive(Default)]
struct Part {
    bytes: Vec<u8>,
    report: FilterReport,
}

/// Cleans `reader`, which holds what `config.input.from` says, into `writer`. Without `to`, many records (JSONL, WARC)
/// give JSONL and one document gives text.
///
/// # Errors
/// [`Error::Definition`] if the filter is not as it must be, [`Error::File`] if `writer` does not take the output. Faults of records are no errors: in JSONL a
/// failed record keeps its line, with its reason.
pub fn filter(
    reader: Box<dyn Read + Send>,
    writer: &mut dyn Write,
    to: Option<To>,
    config: &Config,
    pipeline: &Pipeline,
    threads: usize,
) -> Result<FilterReport, Error> {
    let payloads = PayloadReader::new(config)?;
    let (file, reader) = input::open_stream(reader, config.input.from);
    let to = to.unwrap_or(if file.is_container() { To::Jsonl } else { To::Text });
    let rows =
        RowWriter::new(pipeline, config, if config.output.source.is_empty() { "stdin" } else { &config.output.source });
    let worker = Worker { pipeline, payloads: &payloads, writer: &rows };
    let mut report = FilterReport::default();
    ordered_map(
        threads,
        |give| {
            let mut send = |message: Message| match message {
                Message::Unit(unit) => {
                    let bytes = unit.bytes();
                    give(unit, bytes)
                }
                Message::FileDone { .. } => true,
            };
            input::read_stream(file, reader, &config.input, &mut send);
        },
        |unit: Unit| part(worker, &unit, to),
        |part: Part| {
            report.read += part.report.read;
            report.failed += part.report.failed;
            for (reason, count) in part.report.reasons {
                *report.reasons.entry(reason).or_default() += count;
            }
            for (kind, records) in part.report.passed_over {
                *report.passed_over.entry(kind).or_default() += records;
            }
            let room = MAX_MESSAGES.saturating_sub(report.messages.len());
            report.more_messages += part.report.messages.len().saturating_sub(room) as u64;
            report.messages.extend(part.report.messages.into_iter().take(room));
            writer.write_all(&part.bytes).map_err(|source| Error::file("write", Path::new("standard output"), source))
        },
    )?;
    Ok(report)
}

/// The output of one unit.
fn part(worker: Worker<'_>, unit: &Unit, to: To) -> Part {
    let mut part = Part::default();
    for (kind, records, _) in unit.passed_over().into_iter().flat_map(PassedOver::iter) {
        part.report.passed_over.insert(kind.to_owned(), records);
    }
    let mut blank_lines = BlankLines::of(unit);
    worker.each(unit, &mut |source, raw_sha256, result| {
        if to == To::Jsonl {
            blank_lines.write_before(source.record, &mut part.bytes);
        }
        part.report.read += 1;
        if let Ok(Document { verdict: Verdict::Rejected(reason), .. }) = &result {
            *part.report.reasons.entry(reason.clone()).or_default() += 1;
        }
        match (result, to) {
            (Ok(document), To::Jsonl) => part.bytes.extend(worker.writer.line(&document, raw_sha256)),
            (Ok(document), To::Text) => part.add_text(&document),
            (Err(error), to) => {
                part.report.failed += 1;
                part.report.messages.push(format!("failed: {}: {error}", source.document_id()));
                if to == To::Jsonl {
                    part.bytes.extend(worker.writer.failure_line(source, &error));
                }
            }
        }
    });
    if to == To::Jsonl {
        blank_lines.write_before(blank_lines.end, &mut part.bytes);
    }
    part
}

/// The lines of a unit that hold no record: those between its records.
struct BlankLines {
    /// The first line that was not put out yet, from 1.
    next: u64,
    /// The line behind the last.
    end: u64,
}

impl BlankLines {
    fn of(unit: &Unit) -> Self {
        match &unit.payloads {
            Payloads::Lines { bytes, first_line, .. } => {
                let lines = bytes.split_inclusive(|byte| *byte == b'\n').count() as u64;
                Self { next: *first_line, end: first_line + lines }
            }
            // One record, or a document that is no line of anything.
            Payloads::Whole { .. } | Payloads::Records(_) | Payloads::Refused { .. } | Payloads::Failed { .. } => {
                Self { next: 1, end: 1 }
            }
        }
    }

    /// Puts out an empty line for each line up to that of the record `line`, end excluded.
    fn write_before(&mut self, line: u64, bytes: &mut Vec<u8>) {
        if self.next < self.end {
            bytes.extend((self.next..line).map(|_| b'\n'));
            self.next = line + 1;
        }
    }
}

impl Part {
    /// The text of a document and a line end.
    fn add_text(&mut self, document: &Document) {
        if let Verdict::Rejected(reason) | Verdict::Duplicate(reason) = &document.verdict {
            self.report.messages.push(format!("rejected: {}: {reason}", document.source.document_id()));
            return;
        }
        let text = document.text.as_str();
        self.bytes.extend_from_slice(text.as_bytes());
        if !text.ends_with('\n') {
            self.bytes.push(b'\n');
        }
    }
}

//! Cleaning a stream: what comes in goes out in the same order, one record for each.

use std::io::{Cursor, Read, Write};
use std::path::Path;

use crate::config::Config;
use crate::document::{Content, Document, Verdict};
use crate::error::Error;
use crate::input::{self, Compression, Format, InputFile, Location, Message, Unit};
use crate::output::RowWriter;
use crate::parallel::ordered_map;
use crate::pipeline::Pipeline;
use crate::worker::Worker;

/// Name of the stream in output.
const NAME: &str = "-";
/// Bytes looked at to tell what a stream is.
const SNIFFED: u64 = 4096;
/// Messages about failed or rejected records that are kept; the rest is counted.
const MAX_MESSAGES: usize = 20;

/// What a stream is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum From {
    /// JSONL if the first line starts like a JSON object, HTML if it starts like a page, else text.
    Auto,
    /// One document of plain text.
    Text,
    /// One page.
    Html,
    /// One JSON record a line.
    Jsonl,
}

/// What is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum To {
    /// The clean text alone.
    Text,
    /// One document a line, in the shape of `documents/`.
    Jsonl,
}

/// What came of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FilterReport {
    /// Records that failed.
    pub failed: u64,
    /// What to tell the user about records that failed or, in text, were rejected.
    pub messages: Vec<String>,
}

/// What one unit of input became.
#[derive(Default)]
struct Part {
    bytes: Vec<u8>,
    report: FilterReport,
}

/// Cleans `reader` into `writer`. Without `to`, JSONL gives JSONL and anything else gives text.
///
/// # Errors
/// [`Error::File`] if `writer` does not take the output. Faults of records are no errors: in JSONL a
/// failed record keeps its line, with its reason.
pub fn filter(
    mut reader: Box<dyn Read + Send>,
    writer: &mut dyn Write,
    from: From,
    to: Option<To>,
    config: &Config,
    pipeline: &Pipeline,
    threads: usize,
) -> Result<FilterReport, Error> {
    let mut start = Vec::new();
    // What cannot be read now cannot be read later: the reader says so then.
    let _ = (&mut reader).take(SNIFFED).read_to_end(&mut start);
    let from = if from == From::Auto { sniff(&start) } else { from };
    let to = to.unwrap_or(if from == From::Jsonl { To::Jsonl } else { To::Text });
    let format = match from {
        From::Jsonl => Format::Jsonl,
        From::Html => Format::Html,
        From::Text | From::Auto => Format::Text,
    };
    let file =
        InputFile { location: Location::StandardInput, name: NAME.to_owned(), format, compression: Compression::None };
    let rows =
        RowWriter::new(pipeline, config, if config.output.source.is_empty() { "stdin" } else { &config.output.source });
    let worker = Worker { pipeline, config, writer: &rows };
    let mut report = FilterReport::default();
    let reader = Box::new(Cursor::new(start).chain(reader));
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
            input::read_stream(file, reader, config.input.max_document_bytes, &mut send);
        },
        |unit: Unit| part(worker, &unit, to),
        |part: Part| {
            report.failed += part.report.failed;
            let room = MAX_MESSAGES.saturating_sub(report.messages.len());
            report.messages.extend(part.report.messages.into_iter().take(room));
            writer.write_all(&part.bytes).map_err(|source| Error::file("write", Path::new("standard output"), source))
        },
    )?;
    Ok(report)
}

/// What a stream is, by its first bytes.
fn sniff(start: &[u8]) -> From {
    let first = start.trim_ascii_start();
    if first.starts_with(b"{\"") || first.starts_with(b"{ \"") {
        From::Jsonl
    } else if Content::sniff(start) == Content::Html {
        From::Html
    } else {
        From::Text
    }
}

/// The output of one unit.
fn part(worker: Worker<'_>, unit: &Unit, to: To) -> Part {
    let mut part = Part::default();
    worker.each(unit, &mut |source, raw_sha256, result| match (result, to) {
        (Ok(document), To::Jsonl) => part.bytes.extend(worker.writer.line(&document, raw_sha256)),
        (Ok(document), To::Text) => part.add_text(&document),
        (Err(error), to) => {
            part.report.failed += 1;
            part.report.messages.push(format!("failed: {}: {error}", source.document_id()));
            if to == To::Jsonl {
                part.bytes.extend(worker.writer.failure_line(source, &error));
            }
        }
    });
    part
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

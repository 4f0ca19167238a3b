//! What a worker thread does with one unit of work: payloads to documents to lines.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::config::Config;
use crate::digest::sha256;
use crate::document::{Content, Document, Source};
use crate::error::Error;
use crate::input::{self, Payloads, Unit};
use crate::output::{Failure, RowWriter, Rows};
use crate::pipeline::Pipeline;
use crate::rules::Exceptions;
use crate::stages::strip::host_of;

/// What a worker needs.
#[derive(Clone, Copy)]
pub(crate) struct Worker<'a> {
    pub(crate) pipeline: &'a Pipeline,
    pub(crate) config: &'a Config,
    pub(crate) writer: &'a RowWriter<'a>,
}

/// Takes each record of a unit: where it came from, the SHA-256 of its payload, what became of it.
pub(crate) type Receive<'a> = &'a mut dyn FnMut(&Source, &str, Result<Document, String>);

impl Worker<'_> {
    /// The lines of one unit, each record in exactly one place, and which of `exceptions` fit its records.
    pub(crate) fn clean(self, unit: &Unit, exceptions: &Exceptions) -> Rows {
        let mut rows = Rows::default();
        self.each(unit, &mut |source, raw_sha256, result| {
            if !exceptions.is_empty() {
                let site = result.as_ref().map(host_of).unwrap_or_default();
                rows.exceptions.extend(exceptions.of(&source.path, &site));
            }
            match result {
                Ok(document) => self.writer.write(&document, raw_sha256, &mut rows),
                Err(error) => {
                    rows.without_field += u64::from(input::lacks_field(&error));
                    if rows.first_error.is_empty() {
                        rows.first_error.clone_from(&error);
                    }
                    fail(source, &error, &mut rows);
                }
            }
        });
        rows
    }

    /// Cleans the records of one unit, in order.
    pub(crate) fn each(self, unit: &Unit, receive: Receive<'_>) {
        let limit = self.config.input.max_document_bytes;
        for_each_payload(unit, self.config, &mut |source, payload| match payload {
            Payload::Bytes(raw) if raw.len() as u64 > limit => {
                let error = Error::TooLarge { bytes: raw.len() as u64, limit };
                receive(&source, "", Err(error.to_string()));
            }
            Payload::Bytes(raw) => {
                let result = clean_caught(self.pipeline, raw, source.clone());
                receive(&source, &sha256(raw), result);
            }
            Payload::Refused { sha256, reason } => {
                receive(&source, sha256, Ok(Document::refused(source.clone(), reason.to_owned())));
            }
            Payload::Unreadable(error) => receive(&source, "", Err(error)),
        });
    }
}

/// What a record holds.
pub(crate) enum Payload<'a> {
    /// Raw bytes to be cleaned.
    Bytes(&'a [u8]),
    /// Something that is not looked into, for a reason.
    Refused { sha256: &'a str, reason: &'a str },
    /// Nothing, for this error.
    Unreadable(String),
}

/// Takes each payload of a unit, and where it came from.
pub(crate) type ReceivePayload<'a> = &'a mut dyn FnMut(Source, Payload<'_>);

/// Finds the payloads of one unit, in order.
pub(crate) fn for_each_payload(unit: &Unit, config: &Config, receive: ReceivePayload<'_>) {
    let file = &unit.file;
    let source = |record: u64, offset: u64, length: u64| Source {
        path: file.name().to_owned(),
        record,
        offset,
        length,
        ..Source::default()
    };
    match &unit.payloads {
        Payloads::Whole { bytes } => {
            let content = if file.is_html() { Content::Html } else { Content::Text };
            receive(Source { content, ..source(0, 0, bytes.len() as u64) }, Payload::Bytes(bytes));
        }
        Payloads::Lines { bytes, first_line, offset } => {
            let mut offset = *offset;
            for (number, line) in (*first_line..).zip(bytes.split_inclusive(|byte| *byte == b'\n')) {
                if !line.trim_ascii().is_empty() {
                    let source = Source { in_container: true, ..source(number, offset, line.len() as u64) };
                    receive_record(line, source, config, receive);
                }
                offset += line.len() as u64;
            }
        }
        Payloads::Failed { line, offset, length, error } => {
            receive(
                Source { in_container: *line > 0, ..source(*line, *offset, *length) },
                Payload::Unreadable(error.clone()),
            );
        }
        Payloads::Refused { length, sha256, reason } => {
            receive(source(0, 0, *length), Payload::Refused { sha256, reason });
        }
    }
}

/// One line of JSON. A byte order mark in front of the first is passed over.
fn receive_record(line: &[u8], source: Source, config: &Config, receive: ReceivePayload<'_>) {
    let line = if source.offset == 0 { line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line) } else { line };
    let limit = input::max_line_bytes(config.input.max_document_bytes);
    if line.len() as u64 > limit {
        let error = input::too_large(line.len() as u64, limit);
        return receive(source, Payload::Unreadable(error));
    }
    match input::record(line, &config.input.field) {
        Err(fault) => receive(Source { id: fault.id, url: fault.url, ..source }, Payload::Unreadable(fault.error)),
        Ok(record) => {
            let content = config.input.content.of(&record.text);
            let declared_charset = "utf-8".to_owned();
            let source = Source { id: record.id, url: record.url, content, declared_charset, ..source };
            receive(source, Payload::Bytes(&record.text));
        }
    }
}

/// Cleans one payload; an error or a panic of a stage becomes its message.
///
/// # Errors
/// The message, for people.
pub(crate) fn clean_caught(pipeline: &Pipeline, raw: &[u8], source: Source) -> Result<Document, String> {
    // A stage is pure and the document is its own: nothing half-changed can be seen afterwards.
    let caught = catch_unwind(AssertUnwindSafe(|| pipeline.clean(raw, source)));
    match caught {
        Ok(result) => result.map_err(|error| chain(&error)),
        Err(panic) => {
            let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
            let text = text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
            Err(format!("a stage panicked, which is a bug of scutch: {text}"))
        }
    }
}

fn fail(source: &Source, error: &str, rows: &mut Rows) {
    let id = source.document_id();
    let failure = Failure {
        id: &id,
        raw_path: &source.path,
        raw_record: source.record,
        raw_offset: source.offset,
        raw_length: source.length,
        error,
    };
    RowWriter::write_failure(&failure, rows);
}

/// An error with its causes, as one line.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}

//! What a worker thread does with one unit of work: payloads to documents to lines.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::digest::sha256;
use crate::document::{Document, Source};
use crate::input::{self, PassedOver, Payload, PayloadReader, Unit};
use crate::output::{Failure, RowWriter, Rows, Tally};
use crate::pipeline::Pipeline;
use crate::rules::Exceptions;
use crate::stages::strip::host_of;

/// What a worker needs.
#[derive(Clone, Copy)]
pub(crate) struct Worker<'a> {
    pub(crate) pipeline: &'a Pipeline,
    pub(crate) payloads: &'a PayloadReader<'a>,
    pub(crate) writer: &'a RowWriter<'a>,
}

/// Takes each record of a unit: where it came from, the SHA-256 of its payload, what became of it.
pub(crate) type Receive<'a> = &'a mut dyn FnMut(&Source, &str, Result<Document, String>);

impl Worker<'_> {
    /// The lines of one unit, each record in exactly one place, and which of `exceptions` fit its records.
    pub(crate) fn clean(self, unit: &Unit, exceptions: &Exceptions) -> Rows {
        let mut rows = Rows::default();
        for (kind, records, bytes) in unit.passed_over().into_iter().flat_map(PassedOver::iter) {
            rows.counts.add_passed_over(kind, Tally { documents: records, bytes });
        }
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
        self.payloads.each(unit, &mut |source, payload| match payload {
            Payload::Bytes(raw) => {
                let mut result = clean_caught(self.pipeline, raw, source.clone());
                if let Ok(document) = &mut result {
                    self.payloads.select(document);
                }
                receive(&source, &sha256(raw), result);
            }
            Payload::Refused { sha256, reason } => {
                receive(&source, sha256, Ok(Document::refused(source.clone(), reason.to_owned())));
            }
            Payload::Unreadable(error) => receive(&source, "", Err(error)),
        });
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

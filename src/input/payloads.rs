//! From a unit of work to its payloads: what workers do before anything is cleaned.

use super::selection::Selection;
use super::units::{Payloads, RecordBatch, RecordPlace, RecordState, Unit, max_line_bytes, too_large};
use super::{jsonl, warc};
use crate::config::{Config, InputOptions};
use crate::document::{Content, Document, Field, Source, Verdict};
use crate::error::Error;

/// What a record holds.
pub(crate) enum Payload<'a> {
    /// Raw bytes to be cleaned.
    Bytes(&'a [u8]),
    /// Something that is not looked into, for a reason. The SHA-256 is that of the whole file, or empty if the record was
    /// not looked into either.
    Refused { sha256: &'a str, reason: &'a str },
    /// Nothing, for this error.
    Unreadable(String),
}

/// Takes each payload of a unit, and where it came from.
pub(crate) type ReceivePayload<'a> = &'a mut dyn FnMut(Source, Payload<'_>);

/// Finds the payloads of units.
pub(crate) struct PayloadReader<'a> {
    options: &'a InputOptions,
    selection: Selection,
}

impl<'a> PayloadReader<'a> {
    /// A reader for the inputs of a configuration.
    ///
    /// # Errors
    /// [`Error::Definition`] if the filter is not as it must be.
    pub(crate) fn new(config: &'a Config) -> Result<Self, Error> {
        Ok(Self { options: &config.input, selection: Selection::new(&config.filter)? })
    }

    /// Largest payload in bytes.
    pub(crate) fn limit(&self) -> u64 {
        self.options.max_document_bytes
    }

    /// Gives each payload of a unit, in order, with where it came from. What the filter takes out is refused.
    pub(crate) fn each(&self, unit: &Unit, receive: ReceivePayload<'_>) {
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
                self.give(Source { content, ..source(0, 0, bytes.len() as u64) }, bytes, receive);
            }
            Payloads::Lines { bytes, first_line, offset } => {
                let mut offset = *offset;
                for (number, line) in (*first_line..).zip(bytes.split_inclusive(|byte| *byte == b'\n')) {
                    if !line.trim_ascii().is_empty() {
                        let source = Source { in_container: true, ..source(number, offset, line.len() as u64) };
                        self.line(line, source, receive);
                    }
                    offset += line.len() as u64;
                }
            }
            Payloads::Records(RecordBatch { bytes, records, .. }) => {
                for place in records {
                    let kept = bytes.get(place.kept.clone()).unwrap_or_default();
                    let source = source(place.number, place.offset, place.length);
                    self.warc_record(kept, place, Source { in_container: true, ..source }, receive);
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

    /// Rejects a document in a language that is not wanted, now that it is known.
    pub(crate) fn select(&self, document: &mut Document) {
        let language = document.fact(&Field::Lang).unwrap_or_default();
        if document.verdict == Verdict::Kept
            && let Some(reason) = self.selection.refusal_of_language(language)
        {
            document.verdict = Verdict::Rejected(reason.to_owned());
        }
    }

    /// Gives a payload that was found, unless it is too large or the filter takes it out.
    fn give(&self, source: Source, raw: &[u8], receive: ReceivePayload<'_>) {
        let (bytes, limit) = (raw.len() as u64, self.limit());
        match self.selection.refusal_of_size(bytes) {
            Some(reason) => receive(source, Payload::Refused { sha256: "", reason }),
            None if bytes > limit => receive(source, Payload::Unreadable(too_large(bytes, limit))),
            None => receive(source, Payload::Bytes(raw)),
        }
    }

    /// One line of JSON. A byte order mark in front of the first is passed over.
    fn line(&self, line: &[u8], source: Source, receive: ReceivePayload<'_>) {
        let line = if source.offset == 0 { line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line) } else { line };
        let limit = max_line_bytes(self.limit());
        if line.len() as u64 > limit {
            return receive(source, Payload::Unreadable(too_large(line.len() as u64, limit)));
        }
        match jsonl::record(line, &self.options.field) {
            Err(fault) => receive(Source { id: fault.id, url: fault.url, ..source }, Payload::Unreadable(fault.error)),
            Ok(record) => {
                let content = self.options.content.of(&record.text);
                let source = Source { id: record.id, url: record.url, content, is_decoded: true, ..source };
                match self.selection.refusal_of(&source) {
                    Some(reason) => receive(source, Payload::Refused { sha256: "", reason }),
                    None => self.give(source, &record.text, receive),
                }
            }
        }
    }

    fn warc_record(&self, kept: &[u8], place: &RecordPlace, mut source: Source, receive: ReceivePayload<'_>) {
        if let RecordState::Broken(error) = &place.state {
            warc::open_broken(kept, &mut source);
            return receive(source, Payload::Unreadable(error.clone()));
        }
        let body = match warc::open(kept, &mut source) {
            Ok(body) => body,
            Err(error) => return receive(source, Payload::Unreadable(error)),
        };
        if let Some((offset, length)) = place.member {
            source.extra.push(("warc_member_offset", offset.to_string()));
            source.extra.push(("warc_member_length", length.to_string()));
        }
        if let Some(reason) = self.selection.refusal_of(&source) {
            return receive(source, Payload::Refused { sha256: "", reason });
        }
        if place.state == RecordState::TooLarge {
            return match self.selection.refusal_of_size(place.length) {
                Some(reason) => receive(source, Payload::Refused { sha256: "", reason }),
                None => receive(source, Payload::Unreadable(too_large(place.length, self.limit()))),
            };
        }
        match body.payload(self.limit()) {
            Ok(payload) => {
                source.content = warc::content(&source, self.options.content, &payload);
                self.give(source, &payload, receive);
            }
            Err(error) => receive(source, Payload::Unreadable(error)),
        }
    }
}

//! WARC and WET: archives of the web, in the form of ISO 28500 (WARC 1.0 and 1.1).
//!
//! The reader cuts the file into records (`records`), which needs their decompressed bytes one after the other
//! (`members`, `retained`, `window`); what is in a record (`payload`) is found by the workers.

mod head;
mod members;
mod payload;
mod records;
mod retained;
#[cfg(test)]
mod tests;
mod window;

use std::io::Read;

pub(super) use payload::{content, open, open_broken};

use self::members::Members;
use self::records::{Cut, CutKind, KEPT_BYTES, Records};
use self::window::Window;
use super::compression::Compression;
use super::units::{Payloads, RecordBatch, RecordPlace, RecordState};

/// How the head of a record begins.
const HEAD_START: &[u8; 5] = b"WARC/";

/// Whether something begins like a WARC file, compressed or not: with a record, or with the dictionary of Zstandard.
pub(super) fn is_start(start: &[u8]) -> bool {
    start.starts_with(HEAD_START) || start.starts_with(members::DICTIONARY)
}

/// Reads a file and passes on batches of its records. `send` returns whether to go on.
pub(super) fn read<'a>(
    raw: impl Read + Send + 'a,
    compression: Compression,
    max_document_bytes: u64,
    mut send: impl FnMut(Payloads) -> bool,
) {
    let window = Window::new(Members::new(Box::new(raw), compression));
    // A block holds more than the payload: the head of the response.
    let mut records = Records::new(window, max_document_bytes.saturating_add(KEPT_BYTES as u64));
    let mut batch = RecordBatch::default();
    let mut number = 0;
    loop {
        let start = batch.bytes.len();
        let Some(Cut { offset, length, kind, member }) = records.next(&mut batch.bytes) else { break };
        number += 1;
        let kept = start..batch.bytes.len();
        let state = match kind {
            CutKind::Document => Some(RecordState::Whole),
            CutKind::LargeDocument => Some(RecordState::TooLarge),
            CutKind::Fault(error) => Some(RecordState::Broken(error)),
            CutKind::PassedOver(name) => {
                batch.passed_over.add(name, length);
                None
            }
        };
        if let Some(state) = state {
            batch.records.push(RecordPlace { number, offset, length, kept, state, member });
        }
        if batch.is_full() && !send(Payloads::Records(std::mem::take(&mut batch))) {
            return;
        }
    }
    if !batch.is_empty() {
        send(Payloads::Records(batch));
    }
}

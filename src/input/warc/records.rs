//! Cutting a file into records. Every decompressed byte belongs to exactly one cut, whatever is wrong with the file.

use super::HEAD_START;
use super::head::{Head, Use, start_of};
use super::window::{Front, Window};
use crate::input::fields::head_end;

/// Bytes of a head that are looked at first.
const HEAD_BYTES: usize = 4 << 10;
/// Most bytes of a head: those of real files have a few hundred.
const MAX_HEAD_BYTES: usize = 1 << 20;
/// Bytes that are kept of the block of a record that is too large, or at fault: enough for the head of the response in it.
pub(super) const KEPT_BYTES: usize = 64 << 10;
/// What stands behind the block of a record (WARC 1.1, section 4).
const RECORD_END: &[u8] = b"\r\n\r\n";

/// A piece of the file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Cut {
    /// Decompressed bytes of the file before it.
    pub(super) offset: u64,
    /// Decompressed bytes of it, line ends behind the block included.
    pub(super) length: u64,
    pub(super) kind: CutKind,
    /// Place and size in the compressed file of the member that holds this record alone.
    pub(super) member: Option<(u64, u64)>,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum CutKind {
    /// A record that holds a document.
    Document,
    /// One of which only the start is kept.
    LargeDocument,
    /// Another record, by its type.
    PassedOver(&'static str),
    /// A record or something else that cannot be read, and why.
    Fault(String),
}

/// Cuts a file into records.
pub(super) struct Records<'a> {
    window: Window<'a>,
    max_block_bytes: u64,
}

impl<'a> Records<'a> {
    /// Records with blocks of more than `max_block_bytes` are cut like others, but not kept as a whole.
    pub(super) fn new(window: Window<'a>, max_block_bytes: u64) -> Self {
        Self { window, max_block_bytes }
    }

    /// The next piece of the file. What is kept of it is added to `kept`: all of a document's record unless it is too
    /// large, the start of one that is at fault, nothing of others.
    pub(super) fn next(&mut self, kept: &mut Vec<u8>) -> Option<Cut> {
        let offset = self.window.offset();
        match self.window.front() {
            Front::End => return None,
            Front::Broken => {
                let kind = CutKind::Fault(self.window.take_broken());
                return Some(Cut { offset, length: 0, kind, member: None });
            }
            Front::Bytes => {}
        }
        let found = match self.head() {
            Err(error) => Err((error, HEAD_START.len())),
            Ok((usage, head, content_length)) if content_length > self.max_block_bytes => {
                return Some(self.large(usage, head, content_length, kept));
            }
            Ok((usage, head, content_length)) => {
                // The limit of blocks, which are held in memory, fits.
                let block_end = head.saturating_add(usize::try_from(content_length).unwrap_or(usize::MAX));
                self.end(block_end).map(|end| (usage, block_end, end)).map_err(|error| (error, head))
            }
        };
        Some(match found {
            Ok((usage, block_end, end)) => {
                let member = self.window.member(end);
                if usage == Use::Document {
                    kept.extend_from_slice(self.window.bytes(0, block_end));
                }
                self.window.advance(end);
                let kind = match usage {
                    Use::Document => CutKind::Document,
                    Use::PassedOver(name) => CutKind::PassedOver(name),
                };
                Cut { offset, length: end as u64, kind, member }
            }
            Err((error, searched)) => {
                let (kept_before, have) = (kept.len(), self.window.have(KEPT_BYTES));
                kept.extend_from_slice(self.window.bytes(0, have));
                let (length, cause) = self.window.pass_to_head(searched);
                keep_at_most(kept, kept_before, length);
                Cut { offset, length, kind: CutKind::Fault(cause.unwrap_or(error)), member: None }
            }
        })
    }

    /// What is to be done with the record, the bytes of its head, and those that its block should have.
    fn head(&mut self) -> Result<(Use, usize, u64), String> {
        let mut wanted = HEAD_BYTES;
        loop {
            let have = self.window.have(wanted);
            let bytes = self.window.bytes(0, have);
            let is_start = bytes.starts_with(HEAD_START) || HEAD_START.starts_with(bytes);
            if is_start && head_end(bytes).is_none() {
                if have < wanted {
                    return Err(self.breaks_off("its head", have));
                }
                if wanted >= MAX_HEAD_BYTES {
                    return Err(format!("the head of the record has no end within {MAX_HEAD_BYTES} bytes"));
                }
                wanted *= 4;
                continue;
            }
            let head = Head::parse(bytes)?;
            return Ok((head.usage(), head.length, head.content_length));
        }
    }

    /// Why a record ends at `at`, in the middle of `part`.
    fn breaks_off(&self, part: &str, at: usize) -> String {
        if let Some(error) = self.window.broken_at(at) {
            return error.to_owned();
        }
        let what = if self.window.ends_at(at) { "the file ends" } else { "another record begins" };
        format!("{what} behind {at} bytes of the record, before {part} is complete")
    }

    /// Where a record ends behind its line ends, if all of it is there and nothing is wrong with it.
    fn end(&mut self, block_end: usize) -> Result<usize, String> {
        let have = self.window.have(block_end);
        if have < block_end {
            return Err(self.breaks_off(&format!("its block, which should end at byte {block_end},"), have));
        }
        let mut end = block_end;
        // The byte behind must be asked for in any case: it tells whether the member was whole.
        while self.window.have(end + 1) > end && matches!(self.window.bytes(end, end + 1), b"\r" | b"\n") {
            end += 1;
        }
        if let Some(error) = self.window.broken_at(end) {
            return Err(error.to_owned());
        }
        let have = self.window.have(end + HEAD_START.len());
        let next = self.window.bytes(end, have);
        // Within a member, what does not go on like a record may be why its check will not hold.
        let has_end = !self.window.has_members() && self.window.bytes(block_end, end).starts_with(RECORD_END);
        if HEAD_START.starts_with(next) || has_end {
            return Ok(end);
        }
        Err(format!(
            "no record follows at byte {end}, but `{}`: the `Content-Length` is wrong",
            start_of(self.window.bytes(end, have))
        ))
    }

    /// A record that is too large to be held in memory.
    fn large(&mut self, usage: Use, head: usize, content_length: u64, kept: &mut Vec<u8>) -> Cut {
        let offset = self.window.offset();
        let kept_before = kept.len();
        let have = self.window.have(head.saturating_add(KEPT_BYTES));
        kept.extend_from_slice(self.window.bytes(0, have));
        let wanted = content_length.saturating_add(head as u64);
        let mut length = self.window.pass(head, wanted);
        if length < wanted {
            let broken = self.window.broken_at(0).map(str::to_owned);
            let error = broken.unwrap_or_else(|| {
                format!("the record ends behind {length} bytes, before its block, which should end at byte {wanted}")
            });
            length += if self.window.starts_with_head() { 0 } else { self.window.pass_to_head(0).0 };
            keep_at_most(kept, kept_before, length);
            return Cut { offset, length, kind: CutKind::Fault(error), member: None };
        }
        while self.window.have(1) > 0 && matches!(self.window.bytes(0, 1), b"\r" | b"\n") {
            self.window.advance(1);
            length += 1;
        }
        let kind = match usage {
            Use::Document => CutKind::LargeDocument,
            Use::PassedOver(name) => {
                kept.truncate(kept_before);
                CutKind::PassedOver(name)
            }
        };
        Cut { offset, length, kind, member: None }
    }
}

/// Takes out what was kept beyond `length` bytes from `start` on.
fn keep_at_most(kept: &mut Vec<u8>, start: usize, length: u64) {
    kept.truncate(start.saturating_add(usize::try_from(length).unwrap_or(usize::MAX)));
}

//! UTF-32: four bytes a character.

use super::Builder;
use crate::encoding::ByteOrder;
use crate::span::RawSpan;
use crate::traced_text::TracedText;

/// Bytes of a character.
const UNIT: usize = 4;

/// The character of four bytes; `None` if the number is none (a surrogate, or above U+10FFFF).
pub(crate) fn character(unit: [u8; UNIT], order: ByteOrder) -> Option<char> {
    char::from_u32(match order {
        ByteOrder::Little => u32::from_le_bytes(unit),
        ByteOrder::Big => u32::from_be_bytes(unit),
    })
}

/// Decodes `raw`. Four bytes that are no character, and what is left at the end, become one U+FFFD each.
pub(super) fn decode(raw: &[u8], order: ByteOrder) -> TracedText {
    let mut built = Builder::default();
    built.text.reserve(raw.len() / UNIT);
    let (units, rest) = raw.as_chunks::<UNIT>();
    for (index, unit) in units.iter().enumerate() {
        let span = index * UNIT..(index + 1) * UNIT;
        match character(*unit, order) {
            Some(c) => built.push_char(c, span),
            None => built.push_malformed(RawSpan::from_range(span)),
        }
    }
    if !rest.is_empty() {
        built.push_malformed(RawSpan::from_range(raw.len() - rest.len()..raw.len()));
    }
    built.finish()
}

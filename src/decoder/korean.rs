//! The Korean encodings that the Encoding Standard lacks. What is malformed is cut as the standard cuts it in
//! EUC-KR: a second byte that is ASCII is not part of the fault.

use super::Builder;
use crate::encoding::{decode_johab_pair, is_johab_lead, ks_x_1001};
use crate::span::RawSpan;
use crate::traced_text::TracedText;

/// What announces KS X 1001 in ISO-2022-KR, at the start of a line.
pub(crate) const DESIGNATION: &[u8] = b"\x1B$)C";
const SHIFT_OUT: u8 = 0x0E;
const SHIFT_IN: u8 = 0x0F;

/// Decodes Johab.
pub(super) fn decode_johab(raw: &[u8]) -> TracedText {
    let mut built = Builder::default();
    built.text.reserve(raw.len());
    let mut position = 0;
    while let Some(&byte) = raw.get(position) {
        let trail = raw.get(position + 1).copied();
        let pair = trail.and_then(|trail| decode_johab_pair(byte, trail));
        let len = match pair {
            Some(_) => 2,
            None if is_johab_lead(byte) && trail.is_some_and(|trail| !trail.is_ascii()) => 2,
            None => 1,
        };
        let span = position..position + len;
        match pair.or_else(|| byte.is_ascii().then(|| char::from(byte))) {
            Some(c) => built.push_char(c, span),
            None => built.push_malformed(RawSpan::from_range(span)),
        }
        position += len;
    }
    built.finish()
}

/// Decodes ISO-2022-KR (RFC 1557): pairs of seven bits between shift out and shift in; a line break shifts in, too.
/// Designation and shifts give no text.
pub(super) fn decode_iso_2022_kr(raw: &[u8]) -> TracedText {
    let mut built = Builder::default();
    built.text.reserve(raw.len());
    let mut is_korean = false;
    let mut position = 0;
    while let Some(rest) = raw.get(position..).filter(|rest| !rest.is_empty()) {
        let (character, len) = match *rest {
            _ if rest.starts_with(DESIGNATION) => (None, DESIGNATION.len()),
            [SHIFT_OUT | SHIFT_IN, ..] => (None, 1),
            [lead @ 0x21..=0x7E, trail @ 0x21..=0x7E, ..] if is_korean => (Some(ks_x_1001(lead, trail)), 2),
            [0x21..=0x7E, ..] if is_korean => (Some(None), 1),
            [byte, ..] => (Some(Some(char::from(byte)).filter(|c| c.is_ascii() && *c != '\x1B')), 1),
            [] => break,
        };
        let span = position..position + len;
        match character {
            Some(Some(c)) => built.push_char(c, span),
            Some(None) => built.push_malformed(RawSpan::from_range(span)),
            None => {}
        }
        is_korean = match rest {
            [SHIFT_OUT, ..] => true,
            [SHIFT_IN | b'\n', ..] => false,
            _ => is_korean,
        };
        position += len;
    }
    built.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::TextSpan;

    #[test]
    fn shifts_give_no_text_and_keep_positions() {
        let text = decode_iso_2022_kr(b"\x1B$)Ca \x0E0!3*\x0F b\n\x0E0!\nc");
        assert_eq!((text.as_str(), text.malformed()), ("a 가나 b\n가\nc", 0));
        assert_eq!(text.raw_span(TextSpan::new(5, 8)), RawSpan::new(9, 11));
        assert_eq!(text.raw_span(TextSpan::new(8, 10)), RawSpan::new(12, 14));
    }

    #[test]
    fn malformed_parts_are_one_replacement_each() {
        let text = decode_iso_2022_kr(b"\x1BN\x0E0 \x7F~~\x0F\xB0");
        assert_eq!((text.as_str(), text.malformed()), ("\u{FFFD}N\u{FFFD} \x7F\u{FFFD}\u{FFFD}", 4));
        let text = decode_johab(b"\x88a\x80\x88 \x88\xFF\x88");
        assert_eq!((text.as_str(), text.malformed()), ("가\u{FFFD}\u{FFFD} \u{FFFD}\u{FFFD}", 4));
        assert_eq!(text.raw_span(TextSpan::new(10, 13)), RawSpan::new(5, 7));
    }
}

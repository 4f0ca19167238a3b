//! Raw bytes to text with origins.

pub(crate) mod korean;
pub(crate) mod utf32;

use encoding_rs::DecoderResult;

use crate::encoding::{Encoding, Kind};
use crate::error::Error;
use crate::origins::Origins;
use crate::span::{RawSpan, offset};
use crate::traced_text::TracedText;

/// Longest output of one call of a decoder that is given a few bytes: what `encoding_rs` may hold
/// back (at most a character and a replacement of 4 bytes each) plus the new characters, rounded up.
const OUTPUT_ROOM: usize = 64;

/// Decodes `raw`; see [`TracedText::decode`].
pub(crate) fn decode(raw: &[u8], encoding: Encoding) -> Result<TracedText, Error> {
    let limit = u32::MAX as usize;
    // No encoding makes more than three bytes of text from one byte.
    if raw.len() > limit / 3 {
        return Err(Error::TooLarge { bytes: raw.len() as u64, limit: limit as u64 / 3 });
    }
    if encoding == Encoding::UTF_8 {
        return Ok(decode_utf8(raw));
    }
    if let Some(table) = encoding.byte_table() {
        return Ok(decode_single_byte(raw, &table));
    }
    Ok(match encoding.kind() {
        Kind::Standard(encoding) => decode_stateful(raw, encoding),
        Kind::SingleByte(_) => unreachable!("every single-byte encoding has a table"),
        Kind::Utf32(order) => utf32::decode(raw, order),
        Kind::Iso2022Kr => korean::decode_iso_2022_kr(raw),
        Kind::Johab => korean::decode_johab(raw),
    })
}

/// UTF-8: valid stretches are copied; each maximal malformed part becomes one U+FFFD, as the
/// Encoding Standard demands.
fn decode_utf8(raw: &[u8]) -> TracedText {
    if let Ok(text) = simdutf8::basic::from_utf8(raw) {
        return TracedText::from_parts(text.to_owned(), Origins::identity(offset(raw.len())), 0);
    }
    let mut built = Builder::default();
    let mut position = 0;
    for chunk in raw.utf8_chunks() {
        let valid = chunk.valid();
        let end = position + valid.len();
        built.text.push_str(valid);
        built.origins.push_units(RawSpan::from_range(position..end), 1, 1);
        position = end + chunk.invalid().len();
        if !chunk.invalid().is_empty() {
            built.push_malformed(RawSpan::from_range(end..position));
        }
    }
    built.finish()
}

/// What each byte means, if the encoding maps every byte on its own; `None` marks a malformed byte.
type ByteTable = [Option<char>; 256];

fn decode_single_byte(raw: &[u8], table: &ByteTable) -> TracedText {
    let mut built = Builder::default();
    built.text.reserve(raw.len());
    // Length of the characters of the open run, and where it started.
    let mut unit = 0_u16;
    let mut run_start = 0;
    for (position, byte) in raw.iter().enumerate() {
        let character = table[usize::from(*byte)];
        let this_unit = character.map_or(0, |c| u16::try_from(c.len_utf8()).expect("at most 4"));
        if this_unit != unit {
            built.close_run(run_start..position, unit);
            (unit, run_start) = (this_unit, position);
        }
        if let Some(c) = character {
            built.text.push(c);
        } else {
            built.push_malformed(RawSpan::from_range(position..position + 1));
            run_start = position + 1;
        }
    }
    built.close_run(run_start..raw.len(), unit);
    built.finish()
}

/// Any encoding: the decoder gets one byte at a time, so what it puts out tells which bytes it read.
/// ASCII is never passed by, since a byte may belong to a sequence or follow an escape.
fn decode_stateful(raw: &[u8], encoding: &'static encoding_rs::Encoding) -> TracedText {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut built = Builder::default();
    built.text.reserve(raw.len());
    let mut room = [0_u8; OUTPUT_ROOM];
    // Raw bytes before this position are accounted for.
    let mut accounted = 0;
    let mut position = 0;
    loop {
        let last = position == raw.len();
        let input = raw.get(position..(position + 1).min(raw.len())).unwrap_or_default();
        let (result, read, written) = decoder.decode_to_utf8_without_replacement(input, &mut room, last);
        position += read;
        let output = std::str::from_utf8(room.get(..written).unwrap_or_default()).expect("encoding_rs writes UTF-8");
        match result {
            DecoderResult::Malformed(len, after) => {
                let end = position.saturating_sub(usize::from(after));
                let start = end.saturating_sub(usize::from(len)).max(accounted);
                built.push_output(output, accounted..start);
                built.push_malformed(RawSpan::from_range(start..end.max(start)));
                accounted = end.max(start);
            }
            DecoderResult::InputEmpty | DecoderResult::OutputFull => {
                if !output.is_empty() {
                    built.push_output(output, accounted..position);
                    accounted = position;
                }
                if last && result == DecoderResult::InputEmpty {
                    break;
                }
            }
        }
    }
    built.finish()
}

#[derive(Default)]
struct Builder {
    text: String,
    origins: Origins,
    malformed: u32,
}

impl Builder {
    /// Ends a run of characters of one raw byte and `text_unit` text bytes each.
    fn close_run(&mut self, raw: std::ops::Range<usize>, text_unit: u16) {
        if text_unit > 0 {
            self.origins.push_units(RawSpan::from_range(raw), 1, text_unit);
        }
    }

    fn push_malformed(&mut self, raw: RawSpan) {
        self.text.push(char::REPLACEMENT_CHARACTER);
        self.origins.push_whole(raw, offset(char::REPLACEMENT_CHARACTER.len_utf8()));
        self.malformed += 1;
    }

    /// Adds a character that is all of `raw`.
    fn push_char(&mut self, c: char, raw: std::ops::Range<usize>) {
        self.push_output(c.encode_utf8(&mut [0; 4]), raw);
    }

    /// Adds what the decoder made of `raw`: usually one character, sometimes two.
    fn push_output(&mut self, output: &str, raw: std::ops::Range<usize>) {
        self.text.push_str(output);
        let raw = RawSpan::from_range(raw);
        let text_len = offset(output.len());
        match (u16::try_from(raw.len()), u16::try_from(text_len)) {
            (Ok(raw_unit @ 1..), Ok(text_unit)) if output.chars().nth(1).is_none() && text_unit > 0 => {
                self.origins.push_units(raw, raw_unit, text_unit);
            }
            _ => self.origins.push_whole(raw, text_len),
        }
    }

    fn finish(self) -> TracedText {
        TracedText::from_parts(self.text, self.origins, self.malformed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::TextSpan;

    #[test]
    fn malformed_utf8_is_one_replacement_per_maximal_part() {
        let text = decode(b"a\xE2\x80b\xFFc", Encoding::UTF_8).expect("short");
        assert_eq!(text.as_str(), "a\u{FFFD}b\u{FFFD}c");
        assert_eq!(text.malformed(), 2);
        assert_eq!(text.raw_span(TextSpan::new(1, 4)), RawSpan::new(1, 3));
        assert_eq!(text.raw_span(TextSpan::new(4, 5)), RawSpan::new(3, 4));
    }

    #[test]
    fn windows_1251_and_utf_16_are_a_few_runs() {
        let text = decode(b"\xCF\xF0\xE8\xE2\xE5\xF2, 2016", encoding_rs::WINDOWS_1251.into()).expect("short");
        assert_eq!(text.as_str(), "Привет, 2016");
        assert_eq!(text.origins().run_count(), 2);
        assert_eq!(text.raw_span(TextSpan::new(2, 4)), RawSpan::new(1, 2));
        let text = decode(b"A\0\x41\x04\x3D\xD8\x00\xDE", encoding_rs::UTF_16LE.into()).expect("short");
        assert_eq!(text.as_str(), "Aс😀");
        assert_eq!(text.raw_span(TextSpan::new(3, 7)), RawSpan::new(4, 8));
    }
}

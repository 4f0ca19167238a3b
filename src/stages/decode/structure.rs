//! Encodings that show in the order of the bytes alone: UTF-16 and UTF-32, ISO-2022.

use encoding_rs::{ISO_2022_JP, UTF_16BE, UTF_16LE};

use crate::encoding::Encoding;

/// Share of the bytes at even or odd places above which they are the upper bytes of UTF-16: with curly quotes and
/// dashes 0.97.
const SHARE_OF_UPPER: f64 = 0.9;
/// Share of NUL bytes at the other places up to which that holds.
const NUL_SHARE_ELSEWHERE: f64 = 0.01;
/// Share of the two commonest upper bytes in UTF-16 text of one alphabet: Russian with Latin spaces has
/// 1.0, with curly quotes 0.98; the letters of English at every second place 0.25.
const SHARE_OF_TWO_VALUES: f64 = 0.7;
/// Units at the start that are looked at, and how many there must be at least. All of UTF-32 must be characters that
/// are written, and of UTF-16 this share: a few controls are damage, many are another kind of data.
const SHARE_OF_WRITTEN: f64 = 0.9;
const UNITS_OF_SAMPLE: usize = 1024;
const LEAST_UNITS: usize = 2;
/// Where the planes end that have letters: two characters of UTF-16 seldom make a number below.
const LAST_PLANE: char = '\u{40000}';

/// UTF-16 or UTF-32 of an alphabet, by the places of control bytes.
pub(super) fn by_upper_bytes(raw: &[u8]) -> Option<Encoding> {
    let order =
        [(u32::from_le_bytes as fn([u8; 4]) -> u32, Encoding::UTF_32LE), (u32::from_be_bytes, Encoding::UTF_32BE)];
    let utf32 = order.into_iter().find(|(number, _)| is_utf32(raw, *number)).map(|(_, encoding)| encoding);
    utf32.or_else(|| utf16(raw))
}

/// Whether all units are characters. Text in UTF-16 has two characters in such a unit, which makes a number
/// that is far too large.
fn is_utf32(raw: &[u8], number: fn([u8; 4]) -> u32) -> bool {
    let (units, _) = raw.as_chunks::<4>();
    let is_character = |unit: &[u8; 4]| char::from_u32(number(*unit)).is_some_and(|c| is_written(c) && c < LAST_PLANE);
    raw.len().is_multiple_of(4) && units.len() >= LEAST_UNITS && units.iter().take(UNITS_OF_SAMPLE).all(is_character)
}

/// UTF-16 without a mark: the upper bytes of characters of alphabets, at all even or all odd places, are NUL and one
/// other control byte.
fn utf16(raw: &[u8]) -> Option<Encoding> {
    let share = |first: usize, counts: fn(u8) -> bool| {
        let places = raw.len().saturating_sub(first).div_ceil(2);
        let counted = raw.iter().skip(first).step_by(2).filter(|byte| counts(**byte)).count();
        ratio(counted, places)
    };
    let is_upper = |first: usize| share(first, is_upper_byte) > SHARE_OF_UPPER && has_few_values(raw, first);
    let has_nul = |first: usize| share(first, |byte| byte == 0) > NUL_SHARE_ELSEWHERE;
    let is_text = |number: fn([u8; 2]) -> u16| {
        let (units, _) = raw.as_chunks::<2>();
        let first = units.iter().take(UNITS_OF_SAMPLE).map(|unit| number(*unit));
        let is_text = |unit: &u16| char::from_u32((*unit).into()).is_none_or(is_written);
        units.len() >= LEAST_UNITS && ratio(first.clone().filter(is_text).count(), first.count()) > SHARE_OF_WRITTEN
    };
    match (is_upper(0), is_upper(1)) {
        (false, true) if !has_nul(0) && is_text(u16::from_le_bytes) => Some(UTF_16LE.into()),
        (true, false) if !has_nul(1) && is_text(u16::from_be_bytes) => Some(UTF_16BE.into()),
        _ => None,
    }
}

/// Whether a character may stand in a text.
fn is_written(c: char) -> bool {
    !c.is_control() || c.is_ascii_whitespace() || matches!(c, '\u{8}' | '\u{1b}')
}

/// Whether a byte may be the upper one of a letter or space, U+0000 to U+1FFF, and is no white space by itself.
fn is_upper_byte(byte: u8) -> bool {
    byte < 0x20 && !b"\t\n\r".contains(&byte)
}

/// Whether the bytes at even (`first` 0) or odd places (1) are mostly of two values, as the upper bytes
/// of an alphabet are; the letters of a text with stray NUL bytes are of many.
fn has_few_values(raw: &[u8], first: usize) -> bool {
    let mut counts = [0_usize; 256];
    for byte in raw.iter().skip(first).step_by(2) {
        counts[usize::from(*byte)] += 1;
    }
    let all = counts.iter().sum();
    counts.sort_unstable_by(|one, other| other.cmp(one));
    ratio(counts[0] + counts[1], all) > SHARE_OF_TWO_VALUES
}

/// The encoding that escape sequences tell, of those with seven bits: ISO-2022-KR (RFC 1557) by its header and
/// its shifts, ISO-2022-JP (RFC 1468) by what it designates. Text with escapes for terminals has neither.
pub(super) fn by_escapes(raw: &[u8]) -> Option<Encoding> {
    const KOREAN: &[u8] = b"\x1B$)C";
    const JAPANESE: [&[u8]; 3] = [b"\x1B$B", b"\x1B$@", b"\x1B(I"];
    memchr::memchr(0x1B, raw)?;
    if !raw.is_ascii() {
        return None;
    }
    // The header stands at the start of a line, before all Korean text.
    let header = memchr::memmem::find(raw, KOREAN).filter(|at| *at == 0 || raw.get(at - 1) == Some(&b'\n'));
    let shift = memchr::memchr(0x0E, raw);
    if let (Some(header), Some(shift)) = (header, shift)
        && header < shift
    {
        return Some(Encoding::ISO_2022_KR);
    }
    let designated = JAPANESE.iter().any(|escape| memchr::memmem::find(raw, escape).is_some());
    let is_whole = || ISO_2022_JP.decode_without_bom_handling_and_without_replacement(raw).is_some();
    (designated && is_whole()).then(|| ISO_2022_JP.into())
}

#[expect(clippy::cast_precision_loss, reason = "a share needs no more than 52 bits")]
pub(super) fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf_32_needs_no_nul_in_most_places() {
        let raw = |text: &str| text.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect::<Vec<u8>>();
        assert_eq!(by_upper_bytes(&raw("港の朝市")), Some(Encoding::UTF_32LE));
        assert_eq!(by_upper_bytes(&raw("Hi")), Some(Encoding::UTF_32LE));
        assert_eq!(by_upper_bytes(b"H\0i\0 \0y\0o\0u\0"), Some(UTF_16LE.into()));
        let thai: Vec<u8> = "ตลาดน้ำยามเช้า".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(by_upper_bytes(&thai), Some(UTF_16BE.into()));
        assert_eq!(by_upper_bytes(b"plain text with a NUL \0 in it"), None);
    }

    #[test]
    fn seven_bits_are_told_by_their_escapes() {
        assert_eq!(by_escapes(b"\x1B$B$3$s$K$A$O\x1B(B"), Some(ISO_2022_JP.into()));
        assert_eq!(by_escapes(b"\x1B$)C\x0E0!\x0F"), Some(Encoding::ISO_2022_KR));
        assert_eq!(by_escapes(b"\x1B[1mbold\x1B[0m"), None);
    }
}

//! Byte order marks that were read as text, where files were put together or read in the wrong encoding: `ï»¿`,
//! `п»ї`, `锘`.

use std::ops::Range;
use std::sync::OnceLock;

use encoding_rs::{BIG5, EUC_KR, Encoding, GBK};

use crate::stages::repair::codec::ALL;
use crate::stages::repair::{Repair, RepairKind, protected};

/// The mark as it should be.
const MARK: &str = "\u{feff}";
/// Its bytes in UTF-8.
const BYTES: [u8; 3] = [0xEF, 0xBB, 0xBF];

/// Encodings that read two bytes of the mark as one character, and its last byte with the letter behind it.
const DOUBLE_BYTE: [(&Encoding, &str); 3] = [(GBK, "gbk"), (EUC_KR, "cp949"), (BIG5, "big5")];

/// Repairs of the byte order marks of a text, sorted: U+FEFF anywhere, and what other encodings make of it at the
/// start of a line. What is in backticks or in blocks of code stays.
pub(crate) fn repair(text: &str) -> Vec<Repair> {
    if text.is_ascii() {
        return Vec::new();
    }
    let bytes = text.as_bytes();
    let found = memchr::memmem::find_iter(bytes, MARK);
    let mut repairs: Vec<Repair> =
        found.map(|at| mark(at..at + MARK.len(), String::new(), "U+FEFF".to_owned())).collect();
    let line_starts = memchr::memchr_iter(b'\n', bytes).map(|line_break| line_break + 1);
    for start in std::iter::once(0).chain(line_starts) {
        if bytes.get(start).is_some_and(|byte| !byte.is_ascii()) {
            repairs.extend(misread(text, start));
        }
    }
    repairs.sort_by_key(|repair| repair.start);
    protected::spare_code(text, &mut repairs);
    repairs
}

fn mark(place: Range<usize>, replacement: String, note: String) -> Repair {
    Repair { start: place.start, end: place.end, replacement, kind: RepairKind::ByteOrderMark, note, score: 6.0 }
}

/// The misread mark that begins at `start`, the start of a line.
fn misread(text: &str, start: usize) -> Option<Repair> {
    let rest = text.get(start..)?;
    let (reading, codec) =
        readings().iter().find(|(reading, _)| rest.starts_with(reading.as_str())).map_or(("", ""), |(r, c)| (r, c));
    if reading.is_empty() {
        return double_byte(rest, start);
    }
    let next = rest.get(reading.len()..)?.chars().next();
    // Alone on its line, it may be shown; at the start of the text, nothing has been said yet.
    let is_mark = next.map_or(start == 0, |c| !c.is_whitespace() || (start == 0 && c == '\n'));
    let is_listed = next.is_some_and(|c| matches!(c, ',' | ';' | ':' | ')' | '|' | '='));
    (is_mark && !is_listed).then(|| mark(start..start + reading.len(), String::new(), format!("utf8>{codec}")))
}

/// What single-byte encodings make of the mark, without doubles, and their names.
fn readings() -> &'static [(String, &'static str)] {
    static READINGS: OnceLock<Vec<(String, &'static str)>> = OnceLock::new();
    READINGS.get_or_init(|| {
        let mut readings: Vec<(String, &'static str)> = Vec::new();
        for codec in ALL {
            let reading: String = BYTES.iter().map(|byte| codec.table().decode(*byte)).collect();
            if readings.iter().all(|(known, _)| *known != reading) {
                readings.push((reading, codec.name()));
            }
        }
        readings
    })
}

/// What the encodings of two bytes make of the first two bytes of the mark.
fn first_halves() -> &'static [(char, &'static Encoding, &'static str)] {
    static HALVES: OnceLock<Vec<(char, &'static Encoding, &'static str)>> = OnceLock::new();
    HALVES.get_or_init(|| {
        let half = |(encoding, name): (&'static Encoding, &'static str)| {
            let text = encoding.decode_without_bom_handling_and_without_replacement(&BYTES[..2])?;
            Some((text.chars().next()?, encoding, name))
        };
        DOUBLE_BYTE.into_iter().filter_map(half).collect()
    })
}

/// The mark in an encoding of two bytes: two characters, of which the second has taken the letter behind the mark
/// along, or one and U+FFFD before what cannot be taken along.
fn double_byte(rest: &str, start: usize) -> Option<Repair> {
    let mut chars = rest.chars();
    let (first, second) = (chars.next()?, chars.next()?);
    // Looked up, since to encode the first character of every line takes long.
    let (_, encoding, name) = *first_halves().iter().find(|(half, _, _)| *half == first)?;
    let replacement = match encoded(second, encoding) {
        Some([0xBF, letter]) if letter.is_ascii_graphic() => char::from(letter).to_string(),
        None if second == char::REPLACEMENT_CHARACTER => String::new(),
        _ => return None,
    };
    let end = start + first.len_utf8() + second.len_utf8();
    Some(mark(start..end, replacement, format!("utf8>{name}")))
}

/// The two bytes of a character in an encoding.
fn encoded(c: char, encoding: &'static Encoding) -> Option<[u8; 2]> {
    let mut buffer = [0; 4];
    let (bytes, _, is_lost) = encoding.encode(c.encode_utf8(&mut buffer));
    if is_lost { None } else { <[u8; 2]>::try_from(bytes.as_ref()).ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repaired(text: &str) -> String {
        crate::stages::repair::edits::apply(text, &repair(text))
    }

    #[test]
    fn marks_at_the_start_of_lines_go() {
        assert_eq!(repaired("ï»¿One\nï»¿Two\n\u{feff}Three\nfo\u{feff}ur"), "One\nTwo\nThree\nfour");
        assert_eq!(repaired("п»їПривет\nп»ї<p>"), "Привет\n<p>");
        assert_eq!(repaired("∩╗┐Tide\n´╗┐tables\nÔªøfor\nя╗┐all"), "Tide\ntables\nfor\nall");
        assert_eq!(repaired("ï»¿\nOne"), "\nOne");
        for encoding in [GBK, EUC_KR, BIG5] {
            let (read, _) = encoding.decode_without_bom_handling(b"\xEF\xBB\xBFHello");
            assert_eq!(repaired(&format!("{read}\nHi\n{read}")), "Hello\nHi\nHello", "{}", encoding.name());
        }
        let (read, _) = GBK.decode_without_bom_handling(b"\xEF\xBB\xBF# Notes");
        assert_eq!(repaired(&read), "# Notes");
    }

    #[test]
    fn marks_that_are_shown_stay() {
        for text in [
            "The bytes EF BB BF look like ï»¿ in a browser, or п»ї.",
            "A list:\nï»¿\nп»ї\n",
            "Signs:\nï»¿ is the mark in Windows-1252\nп»ї, in Windows-1251",
            "in code: `\u{feff}` and `ï»¿`",
            "锘是一种化学元素。\n锘\n锘 No 102",
            "“Quoted”\nÉté\n漢字",
        ] {
            assert_eq!(repaired(text), text);
        }
    }
}

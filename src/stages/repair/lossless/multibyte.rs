//! UTF-8 that was read as a double-byte encoding of East Asia: two bytes became one character, and
//! the last byte of a sequence often took the next letter along (`鈥淚` for `“I`).
//!
//! Bytes that made no character became U+FFFD. What has such a byte is decoded to one U+FFFD, which
//! the search for lossy channels restores from the context as far as it can. The fingerprints of
//! U+FFFD itself (`锟斤拷`, `占쏙옙`) are sequences like others.

use std::sync::OnceLock;

use encoding_rs::{BIG5, EUC_KR, Encoding, GBK, SHIFT_JIS};

use crate::language::class::{Class, class};
use crate::stages::repair::oddity::cost;
use crate::stages::repair::{Repair, RepairKind};

/// The encodings, the most common first, with their names in channels.
const ENCODINGS: [(&Encoding, &str); 4] = [(GBK, "gbk"), (SHIFT_JIS, "cp932"), (EUC_KR, "cp949"), (BIG5, "big5")];

/// Runs of East Asian characters at the start of a text that are tried; more than half must be UTF-8
/// when encoded. Of 5 429 runs in 39 Chinese articles 4.5 % are in EUC-KR, 0.6 % in GBK, none in Big5.
const SAMPLE: usize = 16;
/// Share of the characters of a damaged text that must be part of decodable runs, in percent.
const LEAST_SHARE: usize = 80;
/// Decoded characters from which chance is excluded.
const LEAST_DECODED: usize = 4;
/// What the repair of a text must gain, in nats.
const LEAST_GAIN: f32 = 8.0;

/// The bytes of each character of the Basic Multilingual Plane in one encoding: 0 if it has none, one
/// byte as it is, two as a big-endian number.
struct Table(Vec<u16>);

impl Table {
    fn get(index: usize) -> &'static Self {
        static TABLES: [OnceLock<Table>; ENCODINGS.len()] = [const { OnceLock::new() }; ENCODINGS.len()];
        TABLES[index].get_or_init(|| Self::new(ENCODINGS[index].0))
    }

    fn new(encoding: &'static Encoding) -> Self {
        let mut codes = vec![0; 0x1_0000];
        let mut add = |bytes: &[u8], code: u16| {
            let (text, had_errors) = encoding.decode_without_bom_handling(bytes);
            let mut chars = text.chars();
            if let (false, Some(c), None) = (had_errors, chars.next(), chars.next())
                && let Ok(unit) = u16::try_from(u32::from(c))
                && codes[usize::from(unit)] == 0
            {
                codes[usize::from(unit)] = code;
            }
        };
        for byte in 0x80..=0xFF_u8 {
            add(&[byte], u16::from(byte));
        }
        for lead in 0x81..=0xFE_u8 {
            for trail in 0x40..=0xFE_u8 {
                add(&[lead, trail], u16::from_be_bytes([lead, trail]));
            }
        }
        if encoding == SHIFT_JIS {
            // Windows reads byte A0 as a private character.
            codes[0xF8F0] = 0xA0;
        }
        Self(codes)
    }

    /// Appends the bytes of `c`, nothing for a byte that is lost. Returns whether there are any.
    fn encode(&self, c: char, bytes: &mut Vec<Option<u8>>) -> bool {
        if c == char::REPLACEMENT_CHARACTER {
            bytes.push(None);
            return true;
        }
        let code = usize::try_from(u32::from(c)).ok().and_then(|unit| self.0.get(unit)).copied().unwrap_or(0);
        match code.to_be_bytes() {
            [0, 0] => return false,
            [0, byte] => bytes.push(Some(byte)),
            [lead, trail] => bytes.extend([Some(lead), Some(trail)]),
        }
        true
    }
}

/// A stretch of characters that are not ASCII, as byte positions of the text.
#[derive(Clone, Copy)]
struct Run<'t> {
    start: usize,
    text: &'t str,
    before: char,
    after: char,
    /// Whether nothing is left of the run but U+FFFD.
    is_lost: bool,
}

/// What a run stands for.
struct Decoded {
    text: String,
    /// Characters of more than one byte of which at least one is known.
    count: usize,
}

/// Repairs of a text that was read as a double-byte encoding as a whole, sorted; empty for others.
pub(crate) fn repair(text: &str) -> Vec<Repair> {
    if !has_east_asian(text) {
        return Vec::new();
    }
    let sample: Vec<Run<'_>> = runs(text).filter(|run| !run.is_lost).take(SAMPLE).collect();
    let fits = |index: usize| sample.iter().filter(|run| decoded(run.text, Table::get(index)).is_some()).count();
    let Some((most, index)) = (0..ENCODINGS.len()).map(|index| (fits(index), index)).rev().max_by_key(|best| best.0)
    else {
        return Vec::new();
    };
    if most * 2 <= sample.len() {
        return Vec::new();
    }
    let (table, name) = (Table::get(index), ENCODINGS[index].1);
    let (mut all, mut covered, mut count, mut gain) = (0, 0, 0, 0.0);
    let mut repairs = Vec::new();
    for run in runs(text) {
        all += if run.is_lost { 0 } else { run.text.len() };
        let Some(found) = decoded(run.text, table) else {
            continue;
        };
        covered += if run.is_lost { 0 } else { run.text.len() };
        count += found.count;
        let visible: Vec<char> = run.text.chars().collect();
        // U+FFFD is what was there before, and nothing to hold against the encoding.
        let meant: Vec<char> = found.text.chars().filter(|c| *c != char::REPLACEMENT_CHARACTER).collect();
        gain += cost(run.before, &visible, run.after) - cost(run.before, &meant, run.after);
        if found.text == run.text {
            continue;
        }
        repairs.push(Repair {
            start: run.start,
            end: run.start + run.text.len(),
            replacement: found.text,
            kind: RepairKind::Lossless,
            note: format!("utf8>{name}"),
            score: 0.0,
        });
    }
    if covered * 100 < all * LEAST_SHARE || count < LEAST_DECODED || gain < LEAST_GAIN {
        return Vec::new();
    }
    for repair in &mut repairs {
        repair.score = gain;
    }
    repairs
}

/// Whether the text has any character of China, Japan or Korea.
fn has_east_asian(text: &str) -> bool {
    text.as_bytes().chunks(64).any(|block| block.iter().fold(false, |any, b| any | (0xE3..=0xEF).contains(b)))
}

/// The stretches of characters that are not ASCII and hold an East Asian one, or are lost.
fn runs(text: &str) -> impl Iterator<Item = Run<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let rest = text.get(at..)?;
            let start = at + rest.find(|c: char| !c.is_ascii())?;
            let rest = text.get(start..)?;
            let run = rest.get(..rest.find(|c: char| c.is_ascii()).unwrap_or(rest.len()))?;
            at = start + run.len();
            let is_lost = run.chars().all(|c| c == char::REPLACEMENT_CHARACTER);
            if is_lost || run.chars().any(|c| class(c) == Class::Han) {
                let before = text.get(..start)?.chars().next_back().unwrap_or('\n');
                let after = text.get(at..)?.chars().next().unwrap_or('\n');
                return Some(Run { start, text: run, before, after, is_lost });
            }
        }
    })
}

/// What the characters stand for if all of them are UTF-8 in the encoding, but for lost bytes.
fn decoded(run: &str, table: &Table) -> Option<Decoded> {
    let mut bytes = Vec::with_capacity(run.len());
    for c in run.chars() {
        if !table.encode(c, &mut bytes) {
            return None;
        }
    }
    let mut text = String::new();
    let mut count = 0;
    let mut rest = bytes.as_slice();
    while let Some((first, tail)) = rest.split_first() {
        let length = match first {
            Some(byte @ 0..0x80) => {
                text.push(char::from(*byte));
                rest = tail;
                continue;
            }
            Some(0xC2..=0xDF) => 2,
            Some(0xF0..=0xF4) => 4,
            Some(0xE0..=0xEF) | None => 3,
            Some(_) => return None,
        };
        let is_continuation = |byte: &&Option<u8>| byte.is_none_or(|byte| (0x80..=0xBF).contains(&byte));
        let found = 1 + tail.iter().take(length - 1).take_while(is_continuation).count();
        let (sequence, later) = rest.split_at(found);
        let whole: Option<Vec<u8>> = sequence.iter().copied().collect();
        match whole {
            Some(whole) if found == length => {
                text.push_str(std::str::from_utf8(&whole).ok()?);
                count += 1;
            }
            // The run ends before its sequence does: the last byte was dropped.
            Some(_) if !later.is_empty() => return None,
            _ => {
                text.push(char::REPLACEMENT_CHARACTER);
                count += usize::from(sequence.iter().any(Option::is_some));
            }
        }
        rest = later;
    }
    Some(Decoded { text, count })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repaired(text: &str) -> String {
        crate::stages::repair::edits::apply(text, &repair(text))
    }

    fn misread(text: &str, encoding: &'static Encoding) -> String {
        encoding.decode_without_bom_handling(text.as_bytes()).0.into_owned()
    }

    #[test]
    fn utf8_read_as_a_double_byte_encoding_is_decoded() {
        for text in ["Für die Größe der Tür wäre Öl schön.", "Мост открыли, и все", "d’été à la forêt où j’étais né"]
        {
            assert_eq!(repaired(&misread(text, GBK)), text);
        }
        assert_eq!(repaired(&misread("spät für wäre käme", EUC_KR)), "spät für wäre käme");
        assert_eq!(repaired(&misread("spät für wäre käme", SHIFT_JIS)), "spät für wäre käme");
    }

    #[test]
    fn east_asian_text_is_left() {
        for text in [
            "茅台酒的价格上涨了，联通公司也一样。",
            "用iPhone手机看《红楼梦》，在Windows系统里。",
            "彼は「はい」と言った。ｶﾀｶﾅ ﾃｽﾄ です。",
            "한국어 조선말 다리가 월요일에 다시 열렸다",
            "繁體中文的文章，與簡體不同。",
        ] {
            assert_eq!(repaired(text), text);
        }
    }
}

//! Encoded words of e-mail headers that were left as they are: `=?UTF-8?Q?Caf=C3=A9?=` (RFC 2047).

use std::ops::Range;

use crate::decoder::decode;
use crate::encoding::Encoding;
use crate::language::class::class;
use crate::stages::repair::{Repair, RepairKind, protected};

/// Longest name of a charset that is read, in bytes, with the language that RFC 2231 adds to it.
const LONGEST_CHARSET: usize = 60;
/// Longest content of a word, in bytes: the longest line of an e-mail (RFC 5322, 2.1.1). The 75 that RFC 2047
/// allows are often exceeded.
const LONGEST_CONTENT: usize = 998;

/// A word whose content is bytes again.
struct Word<'t> {
    place: Range<usize>,
    encoding: Encoding,
    /// Charset as it was written, for people to read.
    charset: &'t str,
    content: Vec<u8>,
}

/// Repairs of the encoded words of a text, sorted: adjacent words become one text, without the white space between
/// them. What stands in code or is explained stays, and so do words that do not decode.
pub(crate) fn repair(text: &str) -> Vec<Repair> {
    let mut words: Vec<Word<'_>> = Vec::new();
    for start in memchr::memmem::find_iter(text.as_bytes(), b"=?") {
        if words.last().is_none_or(|last| start >= last.place.end) {
            words.extend(word(text, start));
        }
    }
    let are_adjacent = |a: &Word<'_>, b: &Word<'_>| text.get(a.place.end..b.place.start).is_some_and(is_folding);
    let mut repairs: Vec<Repair> = words.chunk_by(are_adjacent).filter_map(|words| joined(text, words)).collect();
    protected::spare(text, &mut repairs);
    repairs
}

/// Whether white space between two words is only there to separate them: on one line, or before a line that
/// continues a header.
fn is_folding(gap: &str) -> bool {
    let continued = gap.strip_prefix("\r\n").or_else(|| gap.strip_prefix('\n'));
    let is_line_break = continued.is_some_and(str::is_empty);
    !is_line_break && continued.unwrap_or(gap).chars().all(|c| c == ' ' || c == '\t')
}

/// The word that begins at byte `start`.
fn word(text: &str, start: usize) -> Option<Word<'_>> {
    let rest = text.get(start + "=?".len()..)?;
    let charset = rest.get(..question_mark(rest, LONGEST_CHARSET)?)?;
    let (label, _language) = charset.split_once('*').unwrap_or((charset, ""));
    let rest = rest.get(charset.len() + 1..)?;
    let read = match rest.get(..2)? {
        "Q?" | "q?" => quoted,
        "B?" | "b?" => base64,
        _ => return None,
    };
    let rest = rest.get(2..)?;
    let content = rest.get(..question_mark(rest, LONGEST_CONTENT)?)?;
    let end = text.len() - rest.len() + content.len() + "?=".len();
    if !rest.get(content.len()..)?.starts_with("?=") || !content.bytes().all(|b| (b' '..=b'~').contains(&b)) {
        return None;
    }
    Some(Word { place: start..end, encoding: Encoding::for_label(label)?, charset, content: read(content.as_bytes())? })
}

fn question_mark(text: &str, most: usize) -> Option<usize> {
    memchr::memchr(b'?', text.as_bytes().get(..text.len().min(most + 1))?)
}

/// The bytes of content in the encoding `Q` (RFC 2047, 4.2).
fn quoted(content: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(content.len());
    let mut rest = content;
    while let [first, tail @ ..] = rest {
        rest = tail;
        bytes.push(match first {
            b'_' => b' ',
            b'=' => {
                let (digits, tail) = tail.split_at_checked(2)?;
                rest = tail;
                let digits = std::str::from_utf8(digits).ok().filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()))?;
                u8::from_str_radix(digits, 16).ok()?
            }
            other => *other,
        });
    }
    Some(bytes)
}

/// The bytes of content in the encoding `B`, which is Base64 (RFC 4648, 4). Padding may be missing.
fn base64(content: &[u8]) -> Option<Vec<u8>> {
    let digits: &[u8] = content.strip_suffix(b"==").or_else(|| content.strip_suffix(b"=")).unwrap_or(content);
    let mut bytes = Vec::with_capacity(digits.len());
    for group in digits.chunks(4) {
        let mut number = 0;
        for digit in group {
            number = number << 6 | digit_of_base64(*digit)?;
        }
        let [_, first, second, third] = (number << (6 * (4 - group.len()))).to_be_bytes();
        bytes.extend_from_slice([first, second, third].get(..group.len().checked_sub(1).filter(|n| *n > 0)?)?);
    }
    Some(bytes)
}

fn digit_of_base64(digit: u8) -> Option<u32> {
    Some(u32::from(match digit {
        b'A'..=b'Z' => digit - b'A',
        b'a'..=b'z' => digit - b'a' + 26,
        b'0'..=b'9' => digit - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    }))
}

/// The repair of adjacent words. Programs cut texts inside of characters, so that words of one charset are decoded
/// together.
fn joined(text: &str, words: &[Word<'_>]) -> Option<Repair> {
    let (first, last) = (words.first()?, words.last()?);
    let is_part_of_word = |c: Option<char>| c.is_some_and(|c| class(c).is_word() || c == '=' || c == '&');
    if is_part_of_word(text.get(..first.place.start)?.chars().next_back())
        || is_part_of_word(text.get(last.place.end..)?.chars().next())
    {
        return None;
    }
    let mut replacement = String::new();
    for same in words.chunk_by(|a, b| a.encoding == b.encoding) {
        let content: Vec<u8> = same.iter().flat_map(|word| word.content.iter().copied()).collect();
        let decoded = decode(&content, same.first()?.encoding).ok().filter(|decoded| decoded.malformed() == 0)?;
        replacement.push_str(decoded.as_str());
    }
    if replacement.is_empty() || replacement.chars().any(|c| c.is_control() && c != '\t') {
        return None;
    }
    Some(Repair {
        start: first.place.start,
        end: last.place.end,
        replacement,
        kind: RepairKind::EncodedWord,
        note: format!("RFC 2047, {}", first.charset),
        score: 8.0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repaired(text: &str) -> String {
        crate::stages::repair::edits::apply(text, &repair(text))
    }

    #[test]
    fn encoded_words_are_decoded() {
        for (text, expected) in [
            ("Subject: =?UTF-8?Q?Caf=C3=A9_ouvert?=", "Subject: Café ouvert"),
            ("Betreff: =?iso-8859-1?b?R3L832U=?= aus (=?ISO-8859-1*de?Q?K=F6ln?=)", "Betreff: Grüße aus (Köln)"),
            ("To: =?koi8-r?B?8NLJ18XU?= <a@x.example>", "To: Привет <a@x.example>"),
            ("=?shift_jis?B?k/qWe4zq?= =?utf-8?q?_=e2=82=ac?=", "日本語 €"),
            ("=?utf-8?Q?Gr=C3=BC=C3=9Fe?=, =?utf-8?Q?no_end?", "Grüße, =?utf-8?Q?no_end?"),
            ("=?cp850?Q?=82t=82?=", "été"),
        ] {
            assert_eq!(repaired(text), expected);
        }
    }

    #[test]
    fn adjacent_words_are_one_text() {
        assert_eq!(repaired("=?utf-8?Q?Stra=C3?=\r\n =?utf-8?Q?=9Fe_zum?= =?utf-8?B?IE1lZXI=?="), "Straße zum Meer");
        assert_eq!(repaired("=?utf-8?Q?a=C3=A9?= b =?utf-8?Q?c?=\n=?utf-8?Q?d?="), "aé b c\nd");
    }

    #[test]
    fn what_does_not_decode_or_is_shown_stays() {
        for text in [
            "=?utf-8?Q?Caf=E9?= =?utf-8?B?R3L832U=?= =?no-such?Q?a?= =?utf-8?X?a?=",
            "=?utf-8?Q?=C3=A?= =?utf-8?B?A?= =?utf-8?B?a*bc?= =?utf-8?Q??=",
            "=?utf-8?Q?a=00b?= =?iso-8859-1?Q?=85?=",
            "such as `=?iso-8859-1?B?R3L832U=?=` in code",
            "decode_header(\"=?iso-8859-1?q?p=F6stal?=\")",
            "Subject: =?UTF-8?Q?Caf=C3=A9_ouvert?= is how “Café ouvert” is written.",
            "/?q=?utf-8?Q?a?=&b, if (a =?b?Q?c?= d)",
        ] {
            assert_eq!(repaired(text), text);
        }
    }
}

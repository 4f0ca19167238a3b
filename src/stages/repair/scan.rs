//! The one scan that tells whether a text may be broken at all.

use crate::language::class::{Class, class};
use crate::stages::repair::oddity::{Suspicions, unended};

/// Bytes that are looked at together: long enough for vector instructions, short enough that
/// most blocks of prose with curly quotes hold none.
const BLOCK: usize = 16;

/// Where the characters lie that are odd before what goes on as if they were not there: letters of other alphabets
/// need no closer look.
const CUTS: std::ops::RangeInclusive<char> = 'Â'..='œ';

/// Whether nothing in the text hints at damage, so that no further work is needed.
pub(crate) fn is_clean(text: &str) -> bool {
    first_odd(text, 0).is_none() && transliterated(text).next().is_none()
}

/// The first character at or after byte `from` that hints at damage by what stands before it: the
/// position of its first byte. `from` must be a character boundary. Does not see
/// [`transliterated`] damage.
pub(crate) fn first_odd(text: &str, from: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let suspicions = Suspicions::get();
    let mut last = text.get(..from).and_then(|before| before.chars().next_back()).unwrap_or(' ');
    let mut left = class(last);
    let mut at = from;
    while at < bytes.len() {
        // What stands after a character that is not ASCII may be odd although it is plain by itself.
        if let Some(block) = bytes.get(at..at + BLOCK).filter(|block| last.is_ascii() && is_plain(block)) {
            at += BLOCK;
            last = char::from(block[BLOCK - 1]);
            left = class(last);
            continue;
        }
        let end = at + BLOCK;
        for c in text.get(at..)?.chars() {
            let here = class(c);
            let odd = if c == '?' || last == '?' {
                is_odd_question(bytes, at, c)
            } else {
                suspicions.has(left, here)
                    || (CUTS.contains(&last)
                        && (is_cut_short(last, here) || (matches!(last, 'í' | 'â') && is_contraction(bytes, at))))
            };
            if odd {
                return Some(at);
            }
            left = here;
            last = c;
            at += c.len_utf8();
            if at >= end {
                break;
            }
        }
    }
    None
}

/// Where the name of the euro sign stands as in a transliterated quote, `aEUR(TM)`: byte positions.
pub(crate) fn transliterated(text: &str) -> impl Iterator<Item = usize> {
    memchr::memmem::find_iter(text.as_bytes(), b"aEUR")
}

/// Whether a block is ASCII without controls and question marks. Written without branches, so
/// that it compiles to vector instructions.
#[expect(clippy::needless_bitwise_bool, reason = "branches would keep it from becoming vector instructions")]
fn is_plain(block: &[u8]) -> bool {
    let odd = |b: u8| (b >= 0x7F) | (b == b'?') | ((b < b' ') & (b != b'\n') & (b != b'\t') & (b != b'\r'));
    !block.iter().fold(false, |any, &b| any | odd(b))
}

/// Whether the question mark at or before `at` may have been something else: it stands before a
/// word, inside a contraction, beside a character that is not ASCII, or among others.
fn is_odd_question(bytes: &[u8], at: usize, c: char) -> bool {
    if c != '?' {
        return !c.is_ascii() && class(c) != Class::Han && !class(c).is_quote_or_space();
    }
    let before = at.checked_sub(1).and_then(|i| bytes.get(i)).copied().unwrap_or(b'\n');
    let after = bytes.get(at + 1).copied().unwrap_or(b'\n');
    let begins = before.is_ascii_whitespace() || matches!(before, b'(' | b'[');
    (begins && after.is_ascii_alphabetic())
        || (before.is_ascii_alphabetic() && b"stlrvdmSTLRVDM".contains(&after))
        || (after == b'?' && bytes.get(at + 2) == Some(&b'?'))
        || (before >= 0x80 && (after == b'?' || after >= 0x80 || after.is_ascii_alphabetic()))
}

/// Whether one of the letters of English contractions ends a word at `at`: â is what is left of the
/// apostrophe when controls were deleted, and í is what Mac Roman
/// makes of the apostrophe of Windows-1252.
fn is_contraction(bytes: &[u8], at: usize) -> bool {
    bytes.get(at).is_some_and(|b| b"stdm".contains(b))
        && !bytes.get(at + 1).is_some_and(|b| b.is_ascii_alphabetic() || *b >= 0x80)
}

/// Whether a word ends in a letter that ends none, as the first bytes of mojibake do.
fn is_cut_short(last: char, next: Class) -> bool {
    unended(last, next) > 0.0 || (matches!(last, 'Ã' | 'Â') && !next.is_letter())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_of_many_languages_is_clean() {
        for text in [
            "Plain words, “quoted” — and don’t you know? See https://x.example/?q=1&r=2 now.",
            "Ein Übermaß an Größe: „so ist es“ – ja!",
            "Где же ты, «друг мой»? Здесь — 5 °C.",
            "彼は「はい」と言った。本当？",
            "Ça coûte 5 €, n’est-ce pas ?",
            "ΑΒΓ και ελληνικά· τι;",
        ] {
            assert!(is_clean(text), "{text}");
        }
    }

    #[test]
    fn damage_anywhere_in_a_block_is_seen() {
        for n in 0..70 {
            for broken in ["â€™s", "?€?so", "it?s", "\u{19}s", "Ã©t", "aEUR(TM)", "\u{fffd}"] {
                let text = format!("{}{broken} and more text that fills up the block", "x ".repeat(n));
                assert!(!is_clean(&text), "{text}");
            }
        }
    }
}

//! The one scan that tells whether a text may be broken at all.

use crate::language::class::{Class, class};
use crate::stages::repair::oddity::{Suspicions, unended};

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
    loop {
        // What stands after a character that is not ASCII may be odd although it is plain by itself.
        if last.is_ascii() {
            at += plain_length(bytes.get(at..)?);
            last = at.checked_sub(1).and_then(|i| bytes.get(i)).map_or(' ', |&b| char::from(b));
            left = class(last);
        }
        if at >= bytes.len() {
            return None;
        }
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
            if c.is_ascii() && bytes.get(at).is_some_and(u8::is_ascii) {
                break;
            }
        }
    }
}

/// Where the name of the euro sign stands as in a transliterated quote, `aEUR(TM)`: byte positions.
pub(crate) fn transliterated(text: &str) -> impl Iterator<Item = usize> {
    memchr::memmem::find_iter(text.as_bytes(), b"aEUR")
}

/// How many bytes at the start are ASCII without controls and question marks; line ends and tabs are no controls.
fn plain_length(bytes: &[u8]) -> usize {
    let (blocks, rest) = bytes.as_chunks();
    for (n, block) in blocks.iter().enumerate() {
        let odd = not_plain(u64::from_le_bytes(*block));
        if odd != 0 {
            return n * block.len() + odd.trailing_zeros() as usize / 8;
        }
    }
    let is_plain = |byte: &&u8| not_plain(ONES * u64::from(**byte)) == 0;
    bytes.len() - rest.len() + rest.iter().take_while(is_plain).count()
}

/// One in each byte of a block.
const ONES: u64 = 0x0101_0101_0101_0101;
/// The highest bit of each byte of a block.
const HIGH: u64 = ONES << 7;

/// The highest bit of each byte of a block that is not ASCII, a control or a question mark. The bytes are looked at all
/// at once (Warren, Hacker's Delight, 2nd edition, section 6-1), without carries from one to the next.
fn not_plain(block: u64) -> u64 {
    let low = block & !HIGH;
    // The highest bit is set where the low bits are not those of `byte`.
    let differs_from = |byte: u8| (low ^ (ONES * u64::from(byte))) + !HIGH;
    let odd = (block | (low + ONES) | !(low + ONES * 0x60) | !differs_from(b'?')) & HIGH;
    if odd == 0 {
        return 0;
    }
    odd & (block | (differs_from(b'\n') & differs_from(b'\t') & differs_from(b'\r')))
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
        || (before.is_ascii_alphabetic() && after == b'?' && bytes.get(at + 2).is_some_and(u8::is_ascii_alphabetic))
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
    fn plain_bytes_are_told_one_by_one() {
        for byte in 0..=u8::MAX {
            let is_plain = matches!(byte, b' '..0x7F | b'\n' | b'\t' | b'\r') && byte != b'?';
            for at in 0..20 {
                let mut bytes = [b'x'; 20];
                bytes[at] = byte;
                assert_eq!(plain_length(&bytes), if is_plain { 20 } else { at }, "{byte:02x} at {at}");
            }
        }
    }

    #[test]
    fn plain_neighbors_are_not_odd() {
        let plain = || ('\t'..'\x7f').filter(|c| plain_length(&[*c as u8]) == 1);
        for (left, right) in plain().flat_map(|left| plain().map(move |right| (left, right))) {
            assert!(!Suspicions::get().has(class(left), class(right)), "{left:?} {right:?}");
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

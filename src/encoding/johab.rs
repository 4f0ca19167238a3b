//! Johab, KS X 1001:1992 annex 3: Hangul as three fields of five bits, everything else moved from its
//! place in KS X 1001.
//!
//! Method: Ken Lunde, *CJKV Information Processing*. The area for users (lead byte 0xD8) is not decoded.

use encoding_rs::EUC_KR;

/// What stands for "no letter" in the field of the first or last consonant.
const NO_CONSONANT: usize = 1;
/// What stands for "no letter" in the field of the vowel.
const NO_VOWEL: usize = 2;
/// Numbers of the first consonants, 2 to 20, as compatibility letters.
const FIRST: &str = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ";
/// Vowels of the fields 0 to 29; a dot where there is none.
const VOWELS: &str = "...ㅏㅐㅑㅒㅓ..ㅔㅕㅖㅗㅘㅙ..ㅚㅛㅜㅝㅞㅟ..ㅠㅡㅢㅣ";
/// Last consonants of the fields 0 to 29; a dot where there is none.
const LAST: &str = "..ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁ.ㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ";
/// Vowels and last consonants (with none) of Unicode's syllables.
const UNICODE_VOWELS: usize = 21;
const UNICODE_LASTS: usize = 28;
/// The first syllable of Unicode, 가.
const FIRST_SYLLABLE: usize = 0xAC00;
/// Cells of a row of KS X 1001.
const CELLS: u8 = 94;

/// The character of a pair of bytes; `None` if it has none.
pub(crate) fn decode_pair(lead: u8, trail: u8) -> Option<char> {
    match lead {
        0x84..=0xD3 if matches!(trail, 0x41..=0x7E | 0x81..=0xFE) => hangul(lead, trail),
        0xD9..=0xDE => moved(lead - 0xD9, 0x21, trail),
        0xE0..=0xF9 => moved(lead - 0xE0, 0x4A, trail),
        _ => None,
    }
}

/// Whether a byte may begin a pair.
pub(crate) fn is_lead(byte: u8) -> bool {
    matches!(byte, 0x84..=0xD3 | 0xD8..=0xDE | 0xE0..=0xF9)
}

fn hangul(lead: u8, trail: u8) -> Option<char> {
    let code = usize::from(lead) << 8 | usize::from(trail);
    let (first, vowel, last) = (code >> 10 & 31, code >> 5 & 31, code & 31);
    let letter = |letters: &str, field: usize| letters.chars().nth(field).filter(|c| *c != '.');
    match (first, vowel, last) {
        (NO_CONSONANT, NO_VOWEL, NO_CONSONANT) => Some('\u{3000}'),
        (NO_CONSONANT, NO_VOWEL, last) => letter(LAST, last),
        (NO_CONSONANT, vowel, NO_CONSONANT) => letter(VOWELS, vowel),
        (first, NO_VOWEL, NO_CONSONANT) => letter(FIRST, first.checked_sub(2)?),
        _ => {
            letter(FIRST, first.checked_sub(2)?)?;
            letter(VOWELS, vowel)?;
            let rank = |letters: &str, field: usize| letters.chars().take(field).filter(|c| *c != '.').count();
            let last_rank = match last {
                NO_CONSONANT => 0,
                _ => letter(LAST, last).map(|_| rank(LAST, last) + 1)?,
            };
            let index = ((first - 2) * UNICODE_VOWELS + rank(VOWELS, vowel)) * UNICODE_LASTS + last_rank;
            char::from_u32(u32::try_from(FIRST_SYLLABLE + index).ok()?)
        }
    }
}

/// A symbol or hanja: each lead byte holds two rows of KS X 1001, beginning with `first_row`.
fn moved(pair_of_rows: u8, first_row: u8, trail: u8) -> Option<char> {
    let cell = match trail {
        0x31..=0x7E => trail - 0x31,
        0x91..=0xFE => trail - 0x43,
        _ => return None,
    };
    let row = first_row + 2 * pair_of_rows + cell / CELLS;
    let cell = 0x21 + cell % CELLS;
    // The letters of today stand among the Hangul.
    if row == 0x24 && cell <= 0x53 {
        return None;
    }
    ks_x_1001(row, cell)
}

/// The character of a row and cell of KS X 1001, each 0x21 to 0x7E.
pub(crate) fn ks_x_1001(row: u8, cell: u8) -> Option<char> {
    let pair = [row | 0x80, cell | 0x80];
    EUC_KR.decode_without_bom_handling_and_without_replacement(&pair)?.chars().next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn syllables_letters_symbols_and_hanja_are_decoded() {
        for (pair, c) in [
            ([0x88, 0x61], '가'),
            ([0xD3, 0xBD], '힣'),
            ([0x88, 0x41], 'ㄱ'),
            ([0x84, 0x61], 'ㅏ'),
            ([0x84, 0x44], 'ㄳ'),
            ([0xD9, 0x31], '\u{3000}'),
            ([0xE0, 0x31], '伽'),
        ] {
            assert_eq!(decode_pair(pair[0], pair[1]), Some(c), "{pair:x?}");
        }
        assert_eq!(decode_pair(0x88, 0x20), None);
    }

    /// The number of pairs, and the sum of each pair times its code point, as Python 3.11's codec has them.
    #[test]
    fn all_pairs_agree_with_another_codec() {
        let pairs = (0x80..=u8::MAX).flat_map(|lead| (0x21..u8::MAX).map(move |trail| [lead, trail]));
        let known = pairs.filter_map(|pair| Some((pair, decode_pair(pair[0], pair[1])?)));
        let (count, sum) = known.fold((0, 0), |(count, sum), (pair, c)| {
            (count + 1, sum + u64::from(u16::from_be_bytes(pair)) * u64::from(c))
        });
        assert_eq!((count, sum), (17_065, 34_971_237_278_460_u64));
    }

    #[test]
    fn all_syllables_of_unicode_are_there_once() {
        let pairs = (0x84..=0xD3_u8).flat_map(|lead| (0x41..=0xFE_u8).map(move |trail| (lead, trail)));
        let mut found: Vec<char> = pairs.filter_map(|(lead, trail)| decode_pair(lead, trail)).collect();
        found.retain(|c| ('가'..='힣').contains(c));
        found.sort_unstable();
        assert_eq!(found, ('가'..='힣').collect::<Vec<char>>());
    }
}

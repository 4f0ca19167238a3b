//! Readings of a sample in encodings of several bytes a character.

use encoding_rs::{BIG5, EUC_JP, EUC_KR, GBK, SHIFT_JIS, UTF_16BE, UTF_16LE};

use crate::encoding::{Encoding, Kind};
use crate::language::class::{Class, class};
use crate::language::{BOUNDARY, Common, Han, Language, languages};
use crate::stages::decode::detect::counts::Counts;
use crate::stages::decode::detect::signs::{self, MALFORMED};
use crate::stages::decode::detect::{Best, Reading, other_alphabet};
use crate::traced_text::TracedText;

/// A sample with more malformed sequences than this, and than one character in [`SHARE`], is not in the encoding.
const MOST_MALFORMED: usize = 2;
const SHARE: usize = 50;
/// Commas, full stops, brackets and quotes of East Asia.
const PUNCTUATION: u32 = 16;
/// Other wide signs, and wide forms of ASCII.
const WIDE_SIGN: u32 = 30;
/// A Han character of the first and the second level, and one that the standard lacks.
const HAN: [u32; 3] = [30, 42, 52];
/// A syllable or sign of the language that is not among its common ones.
const RARE: u32 = 44;
/// A letter of another alphabet.
const OTHER: u32 = 56;
/// A Latin letter beside a character of East Asia.
const LATIN_BESIDE: u32 = 28;
/// Narrow katakana.
const NARROW_KATAKANA: u32 = 40;

/// The encodings with the languages they are for, and how unlikely each is.
fn candidates() -> [(Encoding, &'static [&'static str], u32); 8] {
    const ALL: &[&str] = &["zh-cn", "zh-tw", "ja", "ko"];
    [
        (GBK.into(), &["zh-cn"], 0),
        (BIG5.into(), &["zh-tw"], 0),
        (SHIFT_JIS.into(), &["ja"], 0),
        (EUC_JP.into(), &["ja"], 2),
        (EUC_KR.into(), &["ko"], 0),
        (Encoding::JOHAB, &["ko"], 8),
        (UTF_16LE.into(), ALL, 8),
        (UTF_16BE.into(), ALL, 10),
    ]
}

/// Whether an encoding is among those.
pub(super) fn is_tried(encoding: Encoding) -> bool {
    candidates().iter().any(|(tried, _, _)| *tried == encoding)
}

/// What the sample costs in each encoding in which nearly all of it means something. Left out is what costs far more
/// than others.
pub(super) fn readings(sample: &[u8], counts: &Counts, best: &mut Best) -> Vec<Reading> {
    let Some(latin) = counts.latin() else { return Vec::new() };
    let of = |(encoding, codes, prior): (Encoding, &[&str], u32)| {
        let text = read(sample, encoding)?;
        let spoken = languages().iter().filter(|language| codes.contains(&language.code()));
        let mut least = None;
        for language in spoken {
            let limit = least.unwrap_or(best.most());
            least = cost(&text, language, latin, prior, limit).or(least);
        }
        best.note(least?);
        Some(Reading { encoding, cost: least? })
    };
    candidates().into_iter().filter_map(of).collect()
}

/// The text, if it is well-formed but for a few places.
fn read(sample: &[u8], encoding: Encoding) -> Option<String> {
    let text = match encoding.kind() {
        Kind::Standard(standard) => standard.decode_without_bom_handling(sample).0.into_owned(),
        _ => TracedText::decode(sample, encoding).ok()?.as_str().to_owned(),
    };
    let malformed = text.chars().filter(|c| *c == char::REPLACEMENT_CHARACTER).count();
    (malformed <= MOST_MALFORMED.max(text.len() / SHARE / 3)).then_some(text)
}

/// What the text costs beyond `known`, if all of it is less than `most`.
fn cost(text: &str, language: &Language, latin: &Language, known: u32, most: u32) -> Option<u32> {
    let ascii = text.bytes().filter(u8::is_ascii_alphabetic).count();
    let known = known.saturating_add(other_alphabet(u32::try_from(ascii).unwrap_or(u32::MAX)));
    let mut before = ' ';
    text.chars().try_fold(known, |sum, c| {
        let [first, second] = [before, c].map(|c| u8::try_from(c).map_or(BOUNDARY, |byte| latin.letter_of_ascii(byte)));
        let cost = latin.cost(first, second) + character(c, language) + beside_letter(before, c);
        before = c;
        let sum = sum.saturating_add(cost);
        (sum < most).then_some(sum)
    })
}

/// What a Latin letter beside a character of East Asia costs: words of both stand side by side, but seldom.
fn beside_letter(before: char, c: char) -> u32 {
    let is_change = (before.is_ascii_alphabetic() && !c.is_ascii() && class(c).is_letter())
        || (!before.is_ascii() && class(before).is_letter() && c.is_ascii_alphabetic());
    if is_change { LATIN_BESIDE } else { 0 }
}

/// What a character costs wherever it stands.
fn character(c: char, language: &Language) -> u32 {
    match c {
        _ if c.is_ascii() => signs::sign(c),
        char::REPLACEMENT_CHARACTER => MALFORMED,
        '、' | '。' | '，' | '「' | '」' | '（' | '）' | '《' | '》' | '：' | '；' | '？' | '！' => {
            PUNCTUATION
        }
        '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ff5e}' => WIDE_SIGN,
        '\u{ff61}'..='\u{ff9f}' => NARROW_KATAKANA,
        _ => match class(c) {
            Class::Han => han(c, language),
            letter if letter.is_letter() => OTHER,
            Class::Control => MALFORMED,
            _ => signs::sign(c),
        },
    }
}

fn han(c: char, language: &Language) -> u32 {
    if let Some(known) = language.single(c) {
        return known;
    }
    let standard = match language.code() {
        "zh-cn" => Han::Simplified,
        "zh-tw" => Han::Traditional,
        "ja" => Han::Japanese,
        _ => return if matches!(c, '\u{ac00}'..='\u{d7a3}') { RARE } else { OTHER },
    };
    let is_ideograph = matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{2fa1f}');
    match standard.level(c) {
        _ if !is_ideograph => RARE,
        Common::First => HAN[0],
        Common::Second => HAN[1],
        Common::Not => HAN[2],
    }
}

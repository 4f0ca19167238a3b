//! Readings of a sample in encodings of one byte a character.

use std::sync::OnceLock;

use encoding_rs::{
    IBM866, ISO_8859_2, ISO_8859_3, ISO_8859_4, ISO_8859_5, ISO_8859_6, ISO_8859_7, ISO_8859_8, ISO_8859_10,
    ISO_8859_13, ISO_8859_14, ISO_8859_15, ISO_8859_16, KOI8_R, KOI8_U, MACINTOSH, WINDOWS_874, WINDOWS_1250,
    WINDOWS_1251, WINDOWS_1252, WINDOWS_1253, WINDOWS_1254, WINDOWS_1255, WINDOWS_1256, WINDOWS_1257, WINDOWS_1258,
    X_MAC_CYRILLIC,
};

use crate::encoding::{Encoding, IBM437, IBM737, IBM850, IBM852, IBM855, IBM858};
use crate::language::class::{Script, class};
use crate::language::{BOUNDARY, Language, Letter, languages};
use crate::stages::decode::detect::counts::{Counted, Counts};
use crate::stages::decode::detect::signs::{self, MALFORMED};
use crate::stages::decode::detect::{Best, Reading, other_alphabet};

/// An encoding that is tried, with all that is known of it beforehand.
struct Candidate {
    encoding: Encoding,
    script: Script,
    /// How much rarer it is than others, in quarters of a nat.
    prior: u32,
    table: [Option<char>; 256],
    /// The letters of each language of its alphabet, as numbers.
    languages: Vec<(&'static Language, OnceLock<Box<[Letter; 256]>>)>,
}

impl Candidate {
    fn new(encoding: Encoding, script: Script, prior: u32) -> Option<Self> {
        let table = encoding.byte_table()?;
        // Vietnamese alone writes its tones as marks of their own.
        let fits = |language: &&Language| encoding != WINDOWS_1258.into() || language.code() == "vi";
        let of_script = languages().iter().filter(|language| language.script() == script).filter(fits);
        let languages = of_script.map(|language| (language, OnceLock::new())).collect();
        Some(Self { encoding, script, prior, table, languages })
    }

    fn letters(&self, language: &Language) -> Box<[Letter; 256]> {
        let mut letters = Box::new([BOUNDARY; 256]);
        for (slot, c) in letters.iter_mut().zip(self.table) {
            *slot = c.map_or(BOUNDARY, |c| language.letter(c));
        }
        letters
    }

    /// Whether a byte is a letter of the alphabet that the encoding is for.
    fn is_letter(&self, byte: u8) -> bool {
        self.table[usize::from(byte)].is_some_and(|c| class(c).script() == Some(self.script))
    }

    /// What signs between letters cost.
    fn between(&self, triples: &[Counted<3>]) -> u32 {
        let of = |triple: &Counted<3>| match triple.bytes.map(|byte| self.table[usize::from(byte)]) {
            [Some(first), Some(sign), Some(last)] => triple.count * signs::between(first, sign, last),
            _ => 0,
        };
        triples.iter().map(of).sum()
    }

    /// What capitals, signs and bytes without meaning cost.
    fn beside(&self, pairs: &[Counted<2>]) -> u32 {
        let of = |pair: &Counted<2>| match pair.bytes.map(|byte| self.table[usize::from(byte)]) {
            [Some(first), Some(second)] => signs::beside(first, second),
            [None, Some(second)] => signs::beside(' ', second),
            [_, None] => MALFORMED,
        };
        pairs.iter().map(|pair| pair.count * of(pair)).sum()
    }

    /// What the sample costs in the language in which it costs least, if that is less than `most`.
    fn cost(&self, sample: &Counts, most: u32) -> Option<u32> {
        if self.script != Script::Latin && !sample.bytes().any(|byte| self.is_letter(byte)) {
            return None;
        }
        let signs = self.prior + self.beside(&sample.pairs) + self.between(&sample.triples);
        let mut least = None;
        for (language, letters) in &self.languages {
            let Some(ascii) = self.ascii_cost(language, sample) else { continue };
            let letters = letters.get_or_init(|| self.letters(language));
            let words = Words { language, letters, latin: self.latin(sample) };
            let limit = least.unwrap_or(most);
            least = words.cost(&sample.pairs, signs.saturating_add(ascii), limit).or(least);
        }
        least
    }

    /// The language of words in ASCII, if that is not the language of the others too.
    fn latin(&self, sample: &Counts) -> Option<&'static Language> {
        if self.script == Script::Latin { None } else { sample.latin() }
    }

    /// What the words in ASCII cost beside those of a language. Nothing for one that they do not fit.
    fn ascii_cost(&self, language: &Language, sample: &Counts) -> Option<u32> {
        if self.script == Script::Latin {
            sample.ascii_cost(language)
        } else {
            Some(sample.least_ascii_cost() + other_alphabet(sample.ascii_letters()))
        }
    }
}

/// How the words of a sample are read.
struct Words<'a> {
    language: &'static Language,
    letters: &'a [Letter; 256],
    /// The language of words in ASCII, if that is another one.
    latin: Option<&'static Language>,
}

impl Words<'_> {
    /// What the pairs cost beyond `known`, if all of it is less than `most`.
    fn cost(&self, pairs: &[Counted<2>], known: u32, most: u32) -> Option<u32> {
        pairs.iter().try_fold(known, |sum, pair| {
            let sum = sum.saturating_add(pair.count * self.cost_of_pair(pair.bytes));
            (sum < most).then_some(sum)
        })
    }

    fn cost_of_pair(&self, pair: [u8; 2]) -> u32 {
        let is_plain = |byte: u8| byte.is_ascii() || self.letters[usize::from(byte)] == BOUNDARY;
        let (language, [first, second]) = match self.latin {
            Some(latin) if pair.iter().all(|byte| is_plain(*byte)) => {
                (latin, pair.map(|byte| latin.letter_of_ascii(byte)))
            }
            _ => (self.language, pair.map(|byte| self.letters[usize::from(byte)])),
        };
        language.cost(first, second)
    }
}

/// The encodings, the likeliest first, and how unlikely each is; `x-user-defined` says nothing of letters, and
/// ISO-8859-8-I reads bytes as ISO-8859-8 does.
fn candidates() -> &'static [Candidate] {
    static CANDIDATES: OnceLock<Vec<Candidate>> = OnceLock::new();
    CANDIDATES.get_or_init(|| {
        let listed: [(Encoding, Script, u32); 33] = [
            (WINDOWS_1252.into(), Script::Latin, 0),
            (WINDOWS_1250.into(), Script::Latin, 2),
            (ISO_8859_2.into(), Script::Latin, 4),
            (WINDOWS_1254.into(), Script::Latin, 4),
            (WINDOWS_1257.into(), Script::Latin, 4),
            (WINDOWS_1258.into(), Script::Latin, 8),
            (ISO_8859_15.into(), Script::Latin, 6),
            (MACINTOSH.into(), Script::Latin, 6),
            ((&IBM850).into(), Script::Latin, 8),
            ((&IBM852).into(), Script::Latin, 8),
            ((&IBM437).into(), Script::Latin, 10),
            ((&IBM858).into(), Script::Latin, 14),
            (ISO_8859_13.into(), Script::Latin, 8),
            (ISO_8859_16.into(), Script::Latin, 10),
            (ISO_8859_4.into(), Script::Latin, 10),
            (ISO_8859_3.into(), Script::Latin, 12),
            (ISO_8859_10.into(), Script::Latin, 12),
            (ISO_8859_14.into(), Script::Latin, 12),
            (WINDOWS_1251.into(), Script::Cyrillic, 0),
            (KOI8_R.into(), Script::Cyrillic, 2),
            (KOI8_U.into(), Script::Cyrillic, 4),
            (IBM866.into(), Script::Cyrillic, 4),
            (ISO_8859_5.into(), Script::Cyrillic, 6),
            (X_MAC_CYRILLIC.into(), Script::Cyrillic, 6),
            ((&IBM855).into(), Script::Cyrillic, 8),
            (WINDOWS_1253.into(), Script::Greek, 0),
            (ISO_8859_7.into(), Script::Greek, 2),
            ((&IBM737).into(), Script::Greek, 6),
            (WINDOWS_1255.into(), Script::Hebrew, 0),
            (ISO_8859_8.into(), Script::Hebrew, 2),
            (WINDOWS_1256.into(), Script::Arabic, 0),
            (ISO_8859_6.into(), Script::Arabic, 2),
            (WINDOWS_874.into(), Script::Abugida, 0),
        ];
        listed.into_iter().filter_map(|(encoding, script, prior)| Candidate::new(encoding, script, prior)).collect()
    })
}

/// Whether an encoding is among those.
pub(super) fn is_tried(encoding: Encoding) -> bool {
    candidates().iter().any(|candidate| candidate.encoding == encoding)
}

/// What the sample costs in each encoding, in the language in which it costs least. Left out is what costs far more
/// than others.
pub(super) fn readings(sample: &Counts, best: &mut Best) -> Vec<Reading> {
    let of = |candidate: &Candidate| {
        let cost = candidate.cost(sample, best.most())?;
        best.note(cost);
        Some(Reading { encoding: candidate.encoding, cost })
    };
    candidates().iter().filter_map(of).collect()
}

/// Whether two encodings make the same text of the sample.
pub(super) fn read_alike(sample: &Counts, one: Encoding, other: Encoding) -> bool {
    let table =
        |encoding| candidates().iter().find(|candidate| candidate.encoding == encoding).map(|found| &found.table);
    match (table(one), table(other)) {
        (Some(one), Some(other)) => sample.bytes().all(|byte| one[usize::from(byte)] == other[usize::from(byte)]),
        _ => false,
    }
}

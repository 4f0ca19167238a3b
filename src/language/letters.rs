//! Costs of letters after letters, by language.

use std::sync::OnceLock;

use crate::language::class::{Script, class};

/// What an unseen pair costs beyond the rarest one that was counted, in quarters of a nat, and beyond its second
/// letter by itself.
const UNSEEN: u8 = 6;
const UNSEEN_ALONE: u8 = 2;
/// What the end of a word costs at most.
const WORD_END: u8 = 16;
/// What a letter of a language costs at most, less than one that it does not have.
const MOST: u8 = 36;
/// What a letter of the same alphabet costs that the language does not have: `é` in English. Those of the
/// languages of Western Europe (ISO-8859-1) stand in names and borrowed words more often than others.
const WESTERN: u8 = 40;
const FOREIGN: u8 = 48;
/// What a letter of another alphabet costs.
const OTHER: u8 = 54;

/// A letter in a [`Language`]: its number there.
pub(crate) type Letter = u16;

/// What is no letter: white space, a digit, a sign, the start and the end of the text.
pub(crate) const BOUNDARY: Letter = 0;

/// Kinds of letters that a language does not have, numbered behind its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stranger {
    /// A letter of ASCII in a language of another alphabet.
    Ascii,
    /// A letter of the language's alphabet that Western Europe has.
    Western,
    /// Another letter of the language's alphabet.
    Foreign,
    /// A letter of another alphabet.
    Other,
}

/// How many kinds there are.
const STRANGERS: usize = 4;

/// The letters of a language and how they follow each other.
#[derive(Debug)]
pub(crate) struct Language {
    code: &'static str,
    script: Script,
    /// The number of each character of ASCII.
    ascii: [Letter; 128],
    /// In order of their code points; the number of the first is 1.
    letters: Vec<char>,
    /// What each number costs by itself, in quarters of a nat; that of [`BOUNDARY`] is 0.
    single: Vec<u8>,
    /// What each number costs after each other one, row by row; empty if only `single` is known.
    pairs: Vec<u8>,
}

impl Language {
    /// BCP 47 tag.
    pub(crate) const fn code(&self) -> &'static str {
        self.code
    }

    /// The alphabet.
    pub(crate) const fn script(&self) -> Script {
        self.script
    }

    /// The number of a character.
    pub(crate) fn letter(&self, c: char) -> Letter {
        let number = match self.index(c) {
            Some(index) => index + 1,
            None => match self.stranger(folded(c)) {
                Some(stranger) => self.letters.len() + 1 + stranger as usize,
                None => return BOUNDARY,
            },
        };
        Letter::try_from(number).unwrap_or(BOUNDARY)
    }

    /// The place of a character among the letters.
    fn index(&self, c: char) -> Option<usize> {
        let place = |c: char| self.letters.binary_search(&c).ok();
        // Where the i without a dot is a letter of its own, the capital with a dot is the other one's.
        place(folded(c)).or_else(|| place('i').filter(|_| c == 'İ' && place('ı').is_some()))
    }

    /// The number of a byte of ASCII; bytes beyond are no letters.
    pub(crate) fn letter_of_ascii(&self, byte: u8) -> Letter {
        self.ascii.get(usize::from(byte)).copied().unwrap_or(BOUNDARY)
    }

    fn stranger(&self, c: char) -> Option<Stranger> {
        // Punctuation and digits of the Arabic script.
        if matches!(c, '\u{60c}' | '\u{61b}' | '\u{61f}' | '\u{660}'..='\u{66c}' | '\u{6f0}'..='\u{6f9}') {
            return None;
        }
        if c.is_ascii_alphabetic() && self.script != Script::Latin {
            return Some(Stranger::Ascii);
        }
        let script = class(c).script()?;
        Some(match (script == self.script, c <= 'ÿ') {
            (true, true) => Stranger::Western,
            (true, false) => Stranger::Foreign,
            (false, _) => Stranger::Other,
        })
    }

    /// What `second` costs after `first`, in quarters of a nat: minus the logarithm of its probability.
    pub(crate) fn cost(&self, first: Letter, second: Letter) -> u32 {
        let (first, second) = (usize::from(first), usize::from(second));
        let cost = if self.pairs.is_empty() {
            self.single.get(second)
        } else {
            self.pairs.get(first * self.single.len() + second)
        };
        u32::from(cost.copied().unwrap_or(OTHER))
    }

    /// What a letter costs by itself, in quarters of a nat; that of [`BOUNDARY`] is 0.
    pub(crate) fn alone(&self, letter: Letter) -> u32 {
        u32::from(self.single.get(usize::from(letter)).copied().unwrap_or(OTHER))
    }

    /// Whether the language has the letter, in either case.
    pub(crate) fn has(&self, c: char) -> bool {
        self.index(c).is_some()
    }

    /// What a letter of the language costs by itself; nothing for others.
    pub(crate) fn single(&self, c: char) -> Option<u32> {
        let index = self.letters.binary_search(&c).ok()?;
        self.single.get(index + 1).map(|cost| u32::from(*cost))
    }

    /// The letters with what they cost by themselves.
    pub(crate) fn letters(&self) -> impl Iterator<Item = (char, u8)> {
        self.letters.iter().copied().zip(self.single.iter().skip(1).copied())
    }

    fn new(code: &'static str, single: &[(char, u8)], pairs: &[(char, char, u8)]) -> Self {
        let mut sorted = single.to_vec();
        sorted.sort_unstable();
        let letters: Vec<char> = sorted.iter().map(|(letter, _)| *letter).collect();
        let commonest = single.iter().min_by_key(|(_, cost)| *cost);
        let script = commonest.and_then(|(letter, _)| class(*letter).script()).unwrap_or(Script::Other);
        let strangers = [FOREIGN, WESTERN, FOREIGN, OTHER];
        let single = std::iter::once(0).chain(sorted.iter().map(|(_, cost)| *cost)).chain(strangers).collect();
        let mut language = Self { code, script, ascii: [BOUNDARY; 128], letters, single, pairs: Vec::new() };
        language.ascii =
            std::array::from_fn(|byte| u8::try_from(byte).map_or(BOUNDARY, |byte| language.letter(byte.into())));
        if !pairs.is_empty() {
            let rarest = pairs.iter().map(|(first, _, cost)| language.single_cost(*first).saturating_add(*cost)).max();
            language.pairs = language.unseen(rarest.unwrap_or(MOST).saturating_add(UNSEEN));
            let width = language.single.len();
            for (first, second, cost) in pairs {
                let place = usize::from(language.letter(*first)) * width + usize::from(language.letter(*second));
                if let Some(slot) = language.pairs.get_mut(place) {
                    *slot = *cost;
                }
            }
        }
        language
    }

    fn single_cost(&self, c: char) -> u8 {
        self.single.get(usize::from(self.letter(c))).copied().unwrap_or(0)
    }

    /// Costs of pairs that were not counted. `rarest` is what both letters of the commonest of them cost.
    fn unseen(&self, rarest: u8) -> Vec<u8> {
        let known = self.letters.len();
        let ascii = known + 1 + Stranger::Ascii as usize;
        let single = |letter: usize| self.single.get(letter).copied().unwrap_or(OTHER);
        // The rarer the first letter, the less is known of what follows it.
        let least = |first: usize| if first > known { 0 } else { rarest.saturating_sub(single(first)) };
        let cost = |first: usize, second: usize| match (first, second) {
            (0, 0) => 0,
            // What words of ASCII cost is a matter of their own language: here only how many there are.
            _ if first == ascii && second == ascii => 0,
            _ if first == ascii && second == 0 => 0,
            (0, _) if second == ascii => 0,
            _ if first == ascii || (second == ascii && first > 0) => OTHER,
            _ if second > known => single(second),
            (_, 0) => least(first).min(WORD_END),
            _ => single(second).saturating_add(UNSEEN_ALONE).max(least(first)).min(MOST),
        };
        let width = known + 1 + STRANGERS;
        (0..width).flat_map(|first| (0..width).map(move |second| cost(first, second))).collect()
    }
}

/// The form in which letters are counted: small, and of two encodings of one letter the older one, which
/// stands in encodings other than Unicode's.
fn folded(c: char) -> char {
    match c {
        'ș' | 'Ș' => 'ş',
        'ț' | 'Ț' => 'ţ',
        '\u{6cc}' => '\u{64a}',
        // Its small form is two characters, of which the first is another letter.
        'İ' => 'İ',
        _ if c.is_ascii() => c.to_ascii_lowercase(),
        _ => c.to_lowercase().next().unwrap_or(c),
    }
}

/// The newer of the two encodings of a Romanian letter, which has a comma below instead of a cedilla.
pub(crate) const fn with_comma(c: char) -> Option<char> {
    match c {
        'ş' => Some('ș'),
        'ţ' => Some('ț'),
        'Ş' => Some('Ș'),
        'Ţ' => Some('Ț'),
        _ => None,
    }
}

/// All languages, in the order of the file.
pub(crate) fn languages() -> &'static [Language] {
    static LANGUAGES: OnceLock<Vec<Language>> = OnceLock::new();
    LANGUAGES.get_or_init(|| read(include_str!("letters.txt")))
}

/// Reads blocks of `language CODE`, `letters`, `pairs` and lines of `COST keys`.
fn read(file: &'static str) -> Vec<Language> {
    let blocks = file.split("language ").skip(1);
    blocks.filter_map(|block| block.split_once('\n')).map(|(code, body)| read_language(code, body)).collect()
}

fn read_language(code: &'static str, body: &str) -> Language {
    let (letters, pairs) = body.split_once("pairs\n").unwrap_or((body, ""));
    let groups = |lines: &str| -> Vec<(u8, Vec<char>)> {
        let line = |line: &str| {
            let (cost, keys) = line.split_once(' ')?;
            Some((cost.parse().ok()?, keys.chars().map(|c| if c == '_' { ' ' } else { c }).collect()))
        };
        lines.lines().filter_map(line).collect()
    };
    let single: Vec<(char, u8)> =
        groups(letters).iter().flat_map(|(cost, keys)| keys.iter().map(|key| (*key, *cost))).collect();
    let pairs: Vec<(char, char, u8)> = groups(pairs)
        .iter()
        .flat_map(|(cost, keys)| {
            keys.chunks_exact(2).filter_map(|pair| match pair {
                [first, second] => Some((*first, *second, *cost)),
                _ => None,
            })
        })
        .collect();
    Language::new(code, &single, &pairs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn language(code: &str) -> &'static Language {
        languages().iter().find(|language| language.code() == code).expect("known")
    }

    fn cost(code: &str, first: char, second: char) -> u32 {
        let language = language(code);
        language.cost(language.letter(first), language.letter(second))
    }

    #[test]
    fn all_languages_are_read_with_their_alphabets() {
        assert_eq!(languages().len(), 50);
        let scripts = ["fr", "ru", "el", "he", "fa", "th", "ja", "zh-cn"].map(|code| language(code).script());
        let expected = [
            Script::Latin,
            Script::Cyrillic,
            Script::Greek,
            Script::Hebrew,
            Script::Arabic,
            Script::Abugida,
            Script::Han,
            Script::Han,
        ];
        assert_eq!(scripts, expected);
    }

    #[test]
    fn common_pairs_cost_less_than_rare_ones() {
        assert!(cost("fr", 'q', 'u') < cost("fr", 'q', 'a'));
        assert!(cost("ru", 'с', 'т') < cost("ru", 'т', 'с'));
        assert!(cost("de", 'f', 'ü') < cost("de", 'f', 'é'));
        assert_eq!(cost("ru", 'С', 'Т'), cost("ru", 'с', 'т'));
        assert_eq!(cost("ro", 'ș', 'i'), cost("ro", 'ş', 'i'));
        assert_eq!(cost("ru", 'a', 'b'), 0);
        assert_eq!(cost("ru", 'a', 'б'), u32::from(OTHER));
    }
}

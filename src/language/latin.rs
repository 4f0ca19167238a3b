//! Which Latin language the words of a text are in.

use crate::language::class::Script;
use crate::language::letters::{Language, languages};

/// Letters of ASCII from which the language is told, set by hand: a sentence or two.
const ENOUGH: u32 = 60;
/// Bytes of a text that are looked at: a language shows in far fewer.
const MOST_BYTES: usize = 16 << 10;

/// Words that few languages but English use so often.
const ENGLISH: [&str; 5] = [" the ", " and ", " of ", " to ", " is "];
/// Bytes of English text in which at least one of them is expected.
const ENGLISH_SPACING: usize = 200;

/// What the words in ASCII cost in each Latin language, in quarters of a nat, the cheapest first. `pairs` are bytes that
/// follow each other, with how often they do.
pub(crate) fn latin_by_cost(pairs: &(impl Iterator<Item = ([u8; 2], u32)> + Clone)) -> Vec<(&'static Language, u32)> {
    let cost = |language: &Language| -> u32 {
        let of = |([first, second], count): ([u8; 2], u32)| {
            count * language.cost(language.letter_of_ascii(first), language.letter_of_ascii(second))
        };
        pairs.clone().map(of).sum()
    };
    let latin = languages().iter().filter(|language| language.script() == Script::Latin);
    let mut costs: Vec<_> = latin.map(|language| (language, cost(language))).collect();
    costs.sort_by_key(|(_, cost)| *cost);
    costs
}

/// The Latin language that the intact words of `text` fit best; nothing if they are too few.
pub(crate) fn latin_language(text: &str) -> Option<&'static Language> {
    let mut counts = vec![0_u32; 1 << 14];
    let mut letters = 0;
    let bytes = text.as_bytes();
    let sample = bytes.get(..MOST_BYTES).unwrap_or(bytes);
    // What stands beside a broken letter, or one of few languages, is no end of a word.
    let is_odd = |byte: u8| !byte.is_ascii() || byte == b'?';
    for word in sample.split(u8::is_ascii_whitespace) {
        let ends = [word.first().map(|first| [b' ', *first]), word.last().map(|last| [*last, b' '])];
        for [first, second] in word.array_windows().copied().chain(ends.into_iter().flatten()) {
            if is_odd(first) || is_odd(second) {
                continue;
            }
            counts[usize::from(first) << 7 | usize::from(second)] += 1;
            letters += u32::from(second.is_ascii_alphabetic());
        }
    }
    if letters < ENOUGH {
        return None;
    }
    let pair = |at: usize| Some([u8::try_from(at >> 7).ok()?, u8::try_from(at & 0x7F).ok()?]);
    let pairs = counts.iter().enumerate().filter(|(_, count)| **count > 0);
    let pairs = pairs.filter_map(|(at, count)| Some((pair(at)?, *count)));
    latin_by_cost(&pairs).first().map(|(language, _)| *language)
}

/// Whether a text is English, by its most frequent words.
pub(crate) fn is_english(whole: &str) -> bool {
    // The whole document is searched, which `str::matches` takes several times as long for.
    let seen: usize = ENGLISH.iter().map(|word| memchr::memmem::find_iter(whole.as_bytes(), word).count()).sum();
    seen > 0 && whole.len() / seen <= ENGLISH_SPACING
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intact_words_tell_the_language() {
        let code = |text: &str| latin_language(text).map(Language::code);
        let french = "Le soir, les p?cheurs reviennent au port avec des filets vides, et personne ne demande pourquoi ils \
            sont rest?s si longtemps en mer, ni ce qui les attend demain quand le vent aura tourn?.";
        assert_eq!(code(french), Some("fr"));
        let english = "It?s late, and the boats have not come home. Nobody asks why they stayed out so long, or what is \
            waiting for them tomorrow when the wind has changed, and we don?t know it either.";
        assert_eq!(code(english), Some("en"));
        assert_eq!(code("Too short"), None);
    }
}

//! How often bytes follow each other in a sample, and which languages its words in ASCII fit.

use crate::language::{Language, latin_by_cost};

/// Languages of the Latin alphabet that are tried, by how well they fit the words in ASCII.
const LATIN_LANGUAGES: usize = 8;
/// Letters in ASCII from which all languages that fit badly are left out.
const ENOUGH_ASCII: u32 = 60;

/// Some bytes in a row and how often they occur.
pub(super) struct Counted<const N: usize> {
    pub(super) bytes: [u8; N],
    pub(super) count: u32,
}

/// The bytes of a sample, which stands between spaces.
pub(super) struct Counts {
    /// Two bytes, at least one of them beyond ASCII.
    pub(super) pairs: Vec<Counted<2>>,
    /// A byte beyond ASCII between its neighbors.
    pub(super) triples: Vec<Counted<3>>,
    /// The Latin languages that fit the words in ASCII, the best first, and what those cost.
    latin: Vec<(&'static Language, u32)>,
    ascii_letters: u32,
}

impl Counts {
    pub(super) fn new(sample: &[u8]) -> Self {
        let ends = [sample.first().map(|first| [b' ', *first]), sample.last().map(|last| [*last, b' '])];
        let all = sample.array_windows().copied().chain(ends.into_iter().flatten());
        let (ascii, pairs): (Vec<[u8; 2]>, Vec<[u8; 2]>) = all.partition(|pair| pair.is_ascii());
        let ascii = counted(ascii);
        let triples = counted(sample.array_windows().filter(|[_, byte, _]| !byte.is_ascii()).copied().collect());
        let is_word = |pair: &&Counted<2>| pair.bytes.iter().all(u8::is_ascii_alphabetic);
        let ascii_letters = ascii.iter().filter(is_word).map(|pair| pair.count).sum();
        Self { pairs: counted(pairs), triples, latin: latin(&ascii, ascii_letters), ascii_letters }
    }

    /// The Latin language that fits the words in ASCII best.
    pub(super) fn latin(&self) -> Option<&'static Language> {
        self.latin.first().map(|(language, _)| *language)
    }

    /// What the words in ASCII cost in the language that they fit best.
    pub(super) fn least_ascii_cost(&self) -> u32 {
        self.latin.first().map_or(0, |(_, cost)| *cost)
    }

    /// What the words in ASCII cost in a Latin language. Nothing if others fit them better.
    pub(super) fn ascii_cost(&self, language: &Language) -> Option<u32> {
        self.latin.iter().find(|(known, _)| std::ptr::eq(*known, language)).map(|(_, cost)| *cost)
    }

    /// Pairs of letters in ASCII.
    pub(super) fn ascii_letters(&self) -> u32 {
        self.ascii_letters
    }

    /// The bytes beyond ASCII, some more than once.
    pub(super) fn bytes(&self) -> impl Iterator<Item = u8> {
        self.pairs.iter().map(|pair| pair.bytes[1]).filter(|byte| !byte.is_ascii())
    }
}

fn counted<const N: usize>(mut all: Vec<[u8; N]>) -> Vec<Counted<N>> {
    // As numbers they are compared much faster than as slices.
    all.sort_unstable_by_key(|bytes| bytes.iter().fold(0_u32, |number, byte| number << 8 | u32::from(*byte)));
    let equal = all.chunk_by(|one, other| one == other);
    let count = |chunk: &[[u8; N]]| Some(Counted { bytes: *chunk.first()?, count: u32::try_from(chunk.len()).ok()? });
    equal.filter_map(count).collect()
}

fn latin(ascii: &[Counted<2>], letters: u32) -> Vec<(&'static Language, u32)> {
    let mut costs = latin_by_cost(&ascii.iter().map(|pair| (pair.bytes, pair.count)));
    if letters >= ENOUGH_ASCII {
        costs.truncate(LATIN_LANGUAGES);
    }
    costs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_and_triples_are_counted() {
        let counts = Counts::new(b"\xE9t\xE9 \xE9t");
        let pairs: Vec<_> = counts.pairs.iter().map(|pair| (pair.bytes, pair.count)).collect();
        assert_eq!(pairs, [([b' ', 0xE9], 2), ([b't', 0xE9], 1), ([0xE9, b' '], 1), ([0xE9, b't'], 2)]);
        assert_eq!(counts.triples.len(), 2);
    }

    #[test]
    fn words_in_ascii_tell_the_language() {
        let latin = |text: &[u8]| Counts::new(text).latin().map(Language::code);
        assert_eq!(latin(b"Der Hafen schlief noch, und die Boote lagen still neben der Mauer."), Some("de"));
        assert_eq!(latin(b"The harbor was still asleep, and the boats lay beside the wall."), Some("en"));
    }
}

//! Patterns that no text stands for, told by the bytes at both ends of a line: one set of bits for each place and
//! byte, so that a line is held against the ends of all of them at once.

use super::affixes::Affixes;
use super::openings::{Openings, PAIRS, PLACES, pair};

/// Patterns in one word of bits.
const WORD: usize = 64;
/// Bytes that may stand at one place.
const BYTES: usize = 256;

/// Rows of bits of the first and the last byte.
const BYTE_ROWS: usize = 2 * BYTES;
/// Rows of bits of one kind of pairs.
const PAIR_ROWS: usize = PLACES * PAIRS;

/// Which of many patterns a line may match, as far as its ends go.
pub(super) struct Wordless {
    /// Index of each pattern among all.
    patterns: Vec<usize>,
    /// Words of bits of one row.
    words: usize,
    /// Rows of bits, one for each pattern that may have a byte or pair at a place: for the first and the last byte,
    /// then for the first, the last and the inner pairs.
    bits: Vec<u64>,
    /// Patterns of which what stands behind decoration is known.
    inner: Vec<u64>,
    /// Those of them of which it is known behind decoration of ASCII alone.
    behind_ascii: Vec<u64>,
}

/// A pattern that no text stands for.
pub(super) struct Ends<'a> {
    pub(super) index: usize,
    pub(super) affixes: &'a Affixes,
    pub(super) openings: &'a Openings,
}

impl Wordless {
    pub(super) fn new(all: &[Ends<'_>]) -> Self {
        let words = all.len().div_ceil(WORD);
        let mut found = Self {
            patterns: all.iter().map(|ends| ends.index).collect(),
            words,
            bits: vec![0; (BYTE_ROWS + 3 * PAIR_ROWS) * words],
            inner: vec![0; words],
            behind_ascii: vec![0; words],
        };
        let everything = [[u64::MAX; PAIRS / 64]; PLACES];
        for (number, Ends { affixes, openings, .. }) in all.iter().enumerate() {
            let bit = 1 << (number % WORD);
            let mut set = |row: usize| found.bits[row * words + number / WORD] |= bit;
            for (end, set_of_bytes) in [affixes.first[0], affixes.last[0]].iter().enumerate() {
                let bytes = (0..=u8::MAX).filter(|byte| set_of_bytes.contains(*byte));
                bytes.for_each(|byte| set(end * BYTES + usize::from(byte)));
            }
            let kinds = [&openings.first, &openings.last, openings.inner.as_ref().unwrap_or(&everything)];
            for (kind, pairs) in kinds.into_iter().enumerate() {
                for (place, bits) in pairs.iter().enumerate() {
                    let is_set = |pair: &usize| bits[pair / 64] >> (pair % 64) & 1 == 1;
                    (0..PAIRS).filter(is_set).for_each(|pair| set(pair_row(kind, place) + pair));
                }
            }
            if openings.inner.is_some() {
                found.inner[number / WORD] |= bit;
            }
            if openings.is_inner_behind_ascii {
                found.behind_ascii[number / WORD] |= bit;
            }
        }
        found
    }

    /// Gives out the index of every pattern whose ends fit those of `line`, rising.
    pub(super) fn find(&self, line: &[u8], mut give: impl FnMut(usize)) {
        let (Some(first), Some(last)) = (line.first(), line.last()) else { return };
        let mut rows = [usize::from(*first), BYTES + usize::from(*last), 0, 0, 0, 0, 0, 0];
        let mut count = 2;
        let pairs = line.array_windows().take(PLACES).enumerate().map(|(place, [one, next])| (0, place, *one, *next));
        let backwards = line.array_windows().rev().take(PLACES).enumerate();
        let backwards = backwards.map(|(place, [one, next])| (1, place, *next, *one));
        for (slot, (kind, place, one, next)) in rows.iter_mut().skip(2).zip(pairs.chain(backwards)) {
            *slot = pair_row(kind, place) + pair(one, next);
            count += 1;
        }
        let rows = rows.get(..count).unwrap_or_default();
        let start = line.iter().position(u8::is_ascii_alphanumeric);
        let (decoration, inner) = line.split_at(start.unwrap_or(line.len()));
        for word in 0..self.words {
            let of_row = |row: usize| self.bits.get(row * self.words + word).copied().unwrap_or(0);
            let mut fits = rows.iter().fold(u64::MAX, |fits, row| fits & of_row(*row));
            let known = self.inner.get(word).copied().unwrap_or(0);
            if fits & known != 0 {
                let pairs = inner.array_windows().take(PLACES).enumerate();
                let mut fits_inner = pairs
                    .fold(u64::MAX, |fits, (place, [one, next])| fits & of_row(pair_row(2, place) + pair(*one, *next)));
                if !decoration.is_ascii() {
                    fits_inner |= self.behind_ascii.get(word).copied().unwrap_or(0);
                }
                fits &= fits_inner | !known;
            }
            while fits != 0 {
                let number = word * WORD + fits.trailing_zeros() as usize;
                fits &= fits - 1;
                if let Some(index) = self.patterns.get(number) {
                    give(*index);
                }
            }
        }
    }
}

/// The row of the first pair of a kind at a place.
fn pair_row(kind: usize, place: usize) -> usize {
    BYTE_ROWS + kind * PAIR_ROWS + place * PAIRS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ends_tell_which_patterns_may_match() {
        let patterns = ["[A-Z][a-z]+", "[0-9]+", ".*[.。]", "x", "[^0-9A-Za-z]*(?:home|тел)x?"];
        let parsed = patterns.map(|pattern| regex_syntax::parse(pattern).expect("valid"));
        let ends: Vec<(Affixes, Openings)> = parsed.iter().map(|hir| (Affixes::of(hir), Openings::of(hir))).collect();
        let ends = ends.iter().enumerate().map(|(index, (affixes, openings))| Ends { index, affixes, openings });
        let wordless = Wordless::new(&ends.collect::<Vec<_>>());
        let found = |line: &str| {
            let mut found = Vec::new();
            wordless.find(line.as_bytes(), |index| found.push(index));
            found
        };
        assert_eq!(found("Ada"), [0]);
        assert_eq!(found("12"), [1]);
        assert_eq!(found("Ada."), [2]);
        assert_eq!(found("x"), [3]);
        assert_eq!(found("12a"), [0; 0]);
        assert_eq!(found("» home"), [4]);
        assert_eq!(found("» hall"), [0; 0]);
        assert_eq!(found("тел"), [4]);
    }
}

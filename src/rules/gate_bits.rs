//! The gates of many patterns as sets of bits, one bit for each pattern, so that a line is held against all of them
//! at once.
//!
//! Every property of a line (its first byte, its last pair of bytes, its length, that it holds a comma) has a row of
//! bits: the patterns that may match a line with it. Those in all rows of a line are left.

use super::gates::{Gates, Look, Traits};
use super::openings::{PAIRS, PLACES, pair};

/// Patterns in one word of bits.
const WORD: usize = 64;
/// Words that are looked at together.
const LANES: usize = 4;
/// Patterns of which one such group of words tells.
const GROUP: usize = WORD * LANES;
/// Bytes that may stand at one place.
const BYTES: usize = 256;
/// Lengths in bytes that are told apart; longer lines count as this long.
const LENGTHS: usize = 256;
/// Numbers of spaces that are told apart; more count as so many.
const SPACES: usize = 8;

/// Rows of one kind of pairs.
const PAIR_ROWS: usize = PLACES * PAIRS;
/// The first row of each kind: by the first byte, the last byte, the length, the number of spaces, a class that the
/// line has, and a pair.
const FIRST_BYTE: usize = 0;
const LAST_BYTE: usize = FIRST_BYTE + BYTES;
const LENGTH: usize = LAST_BYTE + BYTES;
const SPACE: usize = LENGTH + LENGTHS;
const CLASS: usize = SPACE + SPACES;
const PAIR: usize = CLASS + Traits::COUNT;
const ROWS: usize = PAIR + 3 * PAIR_ROWS;
/// Most rows that one line has, without those of what stands behind decoration.
const ROWS_OF_LINE: usize = 4 + Traits::COUNT + 2 * PLACES;

/// Which kind of pairs a row is of.
#[derive(Clone, Copy)]
enum Kind {
    First,
    Last,
    Inner,
}

/// Which of many patterns a line may match, as far as their gates tell.
pub(super) struct GateBits {
    /// Number that each pattern is given out as.
    patterns: Vec<usize>,
    groups: Vec<Group>,
    /// Sets of classes of each of which a line must have one, and where those of each pattern end.
    required: Vec<Traits>,
    required_ends: Vec<usize>,
}

/// A few words of bits.
type Words = [u64; LANES];

/// The bits of some patterns.
struct Group {
    rows: Vec<Words>,
    /// Patterns of which what stands behind decoration is known.
    inner: Words,
    /// Those of them of which it is known behind decoration of ASCII alone.
    behind_ascii: Words,
}

impl Group {
    /// The patterns that are in all of these rows.
    #[inline]
    fn in_all(&self, rows: impl Iterator<Item = usize>) -> Words {
        let mut all = [u64::MAX; LANES];
        for row in rows {
            let Some(row) = self.rows.get(row) else { continue };
            for (all, word) in all.iter_mut().zip(row) {
                *all &= word;
            }
        }
        all
    }
}

impl GateBits {
    /// The gates of all patterns, each with the number that it is given out as. For patterns without texts: those of
    /// others are not looked for.
    pub(super) fn new(all: &[(usize, &Gates)]) -> Self {
        let empty = || Group { rows: vec![[0; LANES]; ROWS], inner: [0; LANES], behind_ascii: [0; LANES] };
        let mut found = Self {
            patterns: all.iter().map(|(index, _)| *index).collect(),
            groups: std::iter::repeat_with(empty).take(all.len().div_ceil(GROUP)).collect(),
            required: Vec::new(),
            required_ends: Vec::new(),
        };
        for (number, (_, gates)) in all.iter().enumerate() {
            found.add(number, gates);
        }
        found
    }

    fn add(&mut self, number: usize, gates: &Gates) {
        let (affixes, openings) = (gates.affixes(), gates.openings());
        let (word, bit) = (number % GROUP / WORD, 1 << (number % WORD));
        let group = &mut self.groups[number / GROUP];
        let rows = &mut group.rows;
        let mut set = |row: usize| rows[row][word] |= bit;
        for byte in 0..=u8::MAX {
            if affixes.first[0].contains(byte) {
                set(FIRST_BYTE + usize::from(byte));
            }
            if affixes.last[0].contains(byte) {
                set(LAST_BYTE + usize::from(byte));
            }
        }
        let lengths = gates.min_bytes.min(LENGTHS - 1)..=gates.max_bytes.min(LENGTHS - 1);
        lengths.for_each(|length| set(LENGTH + length));
        (gates.min_spaces.min(SPACES - 1)..SPACES).for_each(|spaces| set(SPACE + spaces));
        gates.alphabet.classes().for_each(|class| set(CLASS + class));
        let everything = [[u64::MAX; PAIRS / 64]; PLACES];
        let kinds = [
            (Kind::First, &openings.first),
            (Kind::Last, &openings.last),
            (Kind::Inner, openings.inner.as_ref().unwrap_or(&everything)),
        ];
        for (kind, pairs) in kinds {
            for (place, bits) in pairs.iter().enumerate() {
                let is_set = |pair: &usize| bits[pair / 64] >> (pair % 64) & 1 == 1;
                (0..PAIRS).filter(is_set).for_each(|pair| set(pair_row(kind, place) + pair));
            }
        }
        if openings.inner.is_some() {
            group.inner[word] |= bit;
        }
        if openings.is_inner_behind_ascii {
            group.behind_ascii[word] |= bit;
        }
        self.required.extend(&gates.traits);
        self.required_ends.push(self.required.len());
    }

    /// Gives out the number of every pattern that admits the line, in the order in which they were given.
    pub(super) fn find(&self, look: &Look<'_>, mut give: impl FnMut(usize)) {
        let line = look.bytes();
        let traits = look.traits();
        let mut buffer = [0; ROWS_OF_LINE];
        let rows = rows_of(line, traits, look.spaces(), &mut buffer);
        for (group, first) in self.groups.iter().zip((0..).step_by(GROUP)) {
            let mut fits = group.in_all(rows.iter().copied());
            if fits.iter().zip(&group.inner).any(|(fits, known)| fits & known != 0) {
                let start = line.iter().position(u8::is_ascii_alphanumeric);
                let (decoration, inner) = line.split_at(start.unwrap_or(line.len()));
                let pairs = inner.array_windows().take(PLACES).enumerate();
                let fits_inner =
                    group.in_all(pairs.map(|(place, [one, next])| pair_row(Kind::Inner, place) + pair(*one, *next)));
                let is_told = decoration.is_ascii();
                for (at, fits) in fits.iter_mut().enumerate() {
                    let admitted = if is_told { 0 } else { group.behind_ascii[at] };
                    *fits &= fits_inner[at] | admitted | !group.inner[at];
                }
            }
            for (fits, first) in fits.iter_mut().zip((first..).step_by(WORD)) {
                while *fits != 0 {
                    let number = first + fits.trailing_zeros() as usize;
                    *fits &= *fits - 1;
                    if self.required_of(number).iter().all(|set| traits.meets(*set))
                        && let Some(index) = self.patterns.get(number)
                    {
                        give(*index);
                    }
                }
            }
        }
    }

    fn required_of(&self, number: usize) -> &[Traits] {
        let end = |number: usize| self.required_ends.get(number).copied().unwrap_or(0);
        let start = number.checked_sub(1).map_or(0, end);
        self.required.get(start..end(number)).unwrap_or_default()
    }
}

/// The row of the first pair of a kind at a place.
fn pair_row(kind: Kind, place: usize) -> usize {
    PAIR + kind as usize * PAIR_ROWS + place * PAIRS
}

/// The rows of a line with these classes, without those of what stands behind decoration.
fn rows_of<'a>(line: &[u8], traits: Traits, spaces: usize, rows: &'a mut [usize; ROWS_OF_LINE]) -> &'a [usize] {
    let (Some(first), Some(last)) = (line.first(), line.last()) else { return &[] };
    let mut count = 0;
    let mut add = |row: usize| {
        if let Some(slot) = rows.get_mut(count) {
            *slot = row;
            count += 1;
        }
    };
    add(FIRST_BYTE + usize::from(*first));
    add(LAST_BYTE + usize::from(*last));
    add(LENGTH + line.len().min(LENGTHS - 1));
    add(SPACE + spaces.min(SPACES - 1));
    let forwards = line.array_windows().take(PLACES).map(|[one, next]| (*one, *next));
    forwards.enumerate().for_each(|(place, (one, next))| add(pair_row(Kind::First, place) + pair(one, next)));
    let backwards = line.array_windows().rev().take(PLACES).map(|[one, next]| (*next, *one));
    backwards.enumerate().for_each(|(place, (one, next))| add(pair_row(Kind::Last, place) + pair(one, next)));
    traits.classes().for_each(|class| add(CLASS + class));
    rows.get(..count).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(patterns: &[&str], line: &str) -> Vec<usize> {
        let gates = patterns.iter().map(|pattern| Gates::of(&regex_syntax::parse(pattern).expect("valid"), pattern));
        let gates: Vec<Gates> = gates.collect();
        let bits = GateBits::new(&gates.iter().enumerate().collect::<Vec<_>>());
        let mut found = Vec::new();
        bits.find(&Look::at(line), |index| found.push(index));
        found
    }

    #[test]
    fn both_ends_tell_which_patterns_may_match() {
        let patterns = ["[A-Z][a-z]+", "[0-9]+", ".*[.。]", "x", "[^0-9A-Za-z]*(?:home|тел)x?"];
        assert_eq!(found(&patterns, "Ada"), [0]);
        assert_eq!(found(&patterns, "12"), [1]);
        assert_eq!(found(&patterns, "Ada."), [2]);
        assert_eq!(found(&patterns, "x"), [3]);
        assert_eq!(found(&patterns, "12a"), [0; 0]);
        assert_eq!(found(&patterns, "» home"), [4]);
        assert_eq!(found(&patterns, "» hall"), [0; 0]);
        assert_eq!(found(&patterns, "тел"), [4]);
    }

    #[test]
    fn what_stands_between_the_ends_tells_too() {
        let patterns = [r"\p{L}+", r"\S+(?: \S+){2,}", ".*[|/].*", "[a-z ]{3,300}"];
        assert_eq!(found(&patterns, "ab"), [0]);
        assert_eq!(found(&patterns, "a b"), [3], "one space is too few");
        assert_eq!(found(&patterns, "a b c"), [1, 3]);
        assert_eq!(found(&patterns, "a|b"), [2], "the last has no such mark");
        assert_eq!(found(&patterns, &"a".repeat(280)), [0, 3]);
    }
}

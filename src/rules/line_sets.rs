//! Several sets of lines of one text.

use std::ops::Range;

/// Lines of which one word tells.
const LINES_PER_WORD: usize = 64;

/// Sets of lines, by number: one bit for each line.
#[derive(Debug, Clone)]
pub(super) struct LineSets {
    words: usize,
    bits: Vec<u64>,
}

impl LineSets {
    /// So many empty sets for a text of so many lines.
    pub(super) fn new(sets: usize, lines: usize) -> Self {
        let words = lines.div_ceil(LINES_PER_WORD);
        Self { words, bits: vec![0; sets * words] }
    }

    /// Adds a line to a set. Lines behind the text are left out.
    #[inline]
    pub(super) fn add(&mut self, set: usize, line: usize) {
        let word = self.row(set).and_then(|row| self.bits.get_mut(row)?.get_mut(line / LINES_PER_WORD));
        if let Some(word) = word {
            *word |= 1 << (line % LINES_PER_WORD);
        }
    }

    /// Whether a line is in a set.
    #[inline]
    pub(super) fn has(&self, set: usize, line: usize) -> bool {
        let word = self.row(set).and_then(|row| self.bits.get(row)?.get(line / LINES_PER_WORD));
        word.is_some_and(|word| word >> (line % LINES_PER_WORD) & 1 == 1)
    }

    /// For each of these lists of sets, with a number of lines: the lines that have another line of one of the sets
    /// within so many lines.
    pub(super) fn near<'s>(&self, wanted: impl ExactSizeIterator<Item = (&'s [usize], usize)>) -> Self {
        let words = self.words;
        let mut near = Self { words, bits: vec![0; wanted.len() * words] };
        let mut hits = vec![0; words];
        for (number, (sets, steps)) in wanted.enumerate() {
            hits.fill(0);
            for row in sets.iter().filter_map(|set| self.bits.get(self.row(*set)?)) {
                hits.iter_mut().zip(row).for_each(|(all, one)| *all |= one);
            }
            if hits.iter().all(|word| *word == 0) {
                continue;
            }
            let row = near.row(number).and_then(|row| near.bits.get_mut(row)).unwrap_or_default();
            for step in 1..=steps.min(words * LINES_PER_WORD) {
                add_moved_on(row, &hits, step);
                add_moved_back(row, &hits, step);
            }
        }
        near
    }

    fn row(&self, set: usize) -> Option<Range<usize>> {
        let start = set * self.words;
        (start + self.words <= self.bits.len()).then_some(start..start + self.words)
    }
}

/// Adds to a set the lines that stand so many lines behind those of another.
fn add_moved_on(set: &mut [u64], other: &[u64], lines: usize) {
    let (words, bits) = whole_words(lines);
    let mut carried = 0;
    for (word, moved) in set.iter_mut().skip(words).zip(other) {
        *word |= moved << bits | carried;
        carried = moved.unbounded_shr(u64::BITS - bits);
    }
}

/// Adds to a set the lines that stand so many lines before those of another.
fn add_moved_back(set: &mut [u64], other: &[u64], lines: usize) {
    let (words, bits) = whole_words(lines);
    let moved = other.get(words..).unwrap_or_default();
    let mut carried = 0;
    for (word, moved) in set.iter_mut().zip(moved).rev() {
        *word |= moved >> bits | carried;
        carried = moved.unbounded_shl(u64::BITS - bits);
    }
}

/// A number of lines in words and bits.
fn whole_words(lines: usize) -> (usize, u32) {
    (lines / LINES_PER_WORD, u32::try_from(lines % LINES_PER_WORD).expect("less than a word has"))
}

#[cfg(test)]
mod tests {
    use super::LineSets;

    const LINES: [usize; 5] = [0, 63, 64, 130, 199];

    fn sets() -> LineSets {
        let mut sets = LineSets::new(3, 200);
        LINES.into_iter().chain([700]).for_each(|line| sets.add(1, line));
        sets.add(2, 100);
        sets
    }

    #[test]
    fn lines_are_found_in_their_set_alone() {
        let sets = sets();
        for line in 0..210 {
            assert_eq!(sets.has(1, line), LINES.contains(&line), "{line}");
            assert!(!sets.has(0, line) && !sets.has(3, line));
        }
        assert!(!LineSets::new(2, 0).has(1, 0));
    }

    #[test]
    fn lines_near_others_are_found_on_both_sides_of_them() {
        let sets = sets();
        let all: &[usize] = &[1, 2, 9];
        for steps in [0, 1, 3, 63, 64, 65, 128, 199, 1000] {
            let near = sets.near([(all, steps), (&[1], steps), (&[0], steps)].into_iter());
            for line in 0..200_usize {
                let is_near = |hit: &usize| *hit != line && hit.abs_diff(line) <= steps;
                assert_eq!(near.has(0, line), LINES.iter().chain(&[100]).any(is_near), "{line} within {steps}");
                assert_eq!(near.has(1, line), LINES.iter().any(is_near), "{line} within {steps}");
                assert!(!near.has(2, line));
            }
        }
    }
}

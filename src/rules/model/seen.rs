//! How much of a line the text said before: extractors write cells of tables and boxes twice.

use std::collections::HashSet;

use foldhash::fast::FixedState;

/// Words in a row that are looked up; a line of fewer words is looked up as a whole.
const ROW: usize = 4;

/// The words in a row that a text has had so far, by hash.
pub(super) struct Seen {
    rows: HashSet<u64, FixedState>,
    /// Those that came with the line that is looked at.
    new: Vec<u64>,
}

impl Seen {
    /// For a text of so many words.
    pub(super) fn new(words: usize) -> Self {
        Self { rows: HashSet::with_capacity_and_hasher(words, FixedState::default()), new: Vec::new() }
    }

    /// The share of a line's rows of words that stand in the lines before, 0 to 1, and adds them. `words` are the hashes
    /// of its words.
    pub(super) fn share(&mut self, words: &[u32]) -> f32 {
        let row = |words: &[u32]| {
            words
                .iter()
                .fold(1_u64, |sum, word| (sum.rotate_left(13) ^ u64::from(*word)).wrapping_mul(0x9e37_79b9_7f4a_7c15))
        };
        let size = words.len().clamp(1, ROW);
        let (mut known, mut all) = (0_u16, 0_u16);
        self.new.clear();
        for row in words.windows(size).map(row) {
            all = all.saturating_add(1);
            if self.rows.insert(row) {
                self.new.push(row);
            } else if !self.new.contains(&row) {
                // A line may repeat words of its own.
                known = known.saturating_add(1);
            }
        }
        if all == 0 { 0.0 } else { f32::from(known) / f32::from(all) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_in_a_row_are_known_when_they_come_again() {
        let mut seen = Seen::new(0);
        let mut is = |words: &[u32], share: f32| assert!((seen.share(words) - share).abs() < 1e-6, "{words:?}");
        is(&[1, 2, 3, 4, 5], 0.0);
        is(&[9, 1, 2, 3, 4, 5], 2.0 / 3.0);
        is(&[1, 2], 0.0);
        is(&[1, 2], 1.0);
        is(&[], 0.0);
        is(&[7, 7, 7, 7, 7, 7, 7], 0.0);
        is(&[7, 7, 7, 7, 7], 1.0);
    }
}

//! How much of a line the text said before: extractors write cells of tables and boxes twice.

use std::collections::HashSet;

use foldhash::fast::FixedState;

/// Words in a row that are looked up; a line of fewer words is looked up as a whole.
const ROW: usize = 4;

/// The words in a row that a text has had so far, by hash.
#[derive(Default)]
pub(super) struct Seen {
    rows: HashSet<u64, FixedState>,
}

impl Seen {
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
        for words in words.windows(size) {
            // A line is looked at with itself only after it: it may repeat words.
            known = known.saturating_add(u16::from(self.rows.contains(&row(words))));
            all = all.saturating_add(1);
        }
        self.rows.extend(words.windows(size).map(row));
        if all == 0 { 0.0 } else { f32::from(known) / f32::from(all) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_in_a_row_are_known_when_they_come_again() {
        let mut seen = Seen::default();
        let mut is = |words: &[u32], share: f32| assert!((seen.share(words) - share).abs() < 1e-6, "{words:?}");
        is(&[1, 2, 3, 4, 5], 0.0);
        is(&[9, 1, 2, 3, 4, 5], 2.0 / 3.0);
        is(&[1, 2], 0.0);
        is(&[1, 2], 1.0);
        is(&[], 0.0);
    }
}

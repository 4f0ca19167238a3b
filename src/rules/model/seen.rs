//! How much of a line the text said before: extractors write cells of tables and boxes twice.

/// Words in a row that are looked up; a line of fewer words is looked up as a whole.
const ROW: usize = 4;

/// Stands for a place of the table where nothing is.
const EMPTY: u64 = 0;

/// The words in a row that a text has had so far, by hash.
pub(super) struct Seen {
    /// A table with open addresses, at most half full, so that a search ends soon.
    rows: Vec<u64>,
    /// How far a hash is shifted to be a place in the table.
    shift: u32,
    has_empty: bool,
    /// Those that came with the line that is looked at.
    new: Vec<u64>,
}

impl Seen {
    /// For a text of at most so many words.
    pub(super) fn new(words: usize) -> Self {
        /// Places of the smallest table.
        const LEAST: usize = 16;
        let places = (2 * words).max(LEAST).next_power_of_two();
        Self { rows: vec![EMPTY; places], shift: u64::BITS - places.ilog2(), has_empty: false, new: Vec::new() }
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
            if self.insert(row) {
                self.new.push(row);
            } else if !self.new.contains(&row) {
                // A line may repeat words of its own.
                known = known.saturating_add(1);
            }
        }
        if all == 0 { 0.0 } else { f32::from(known) / f32::from(all) }
    }

    /// Adds a row; whether it is new.
    fn insert(&mut self, row: u64) -> bool {
        if row == EMPTY {
            return !std::mem::replace(&mut self.has_empty, true);
        }
        #[expect(clippy::cast_possible_truncation, reason = "a table has fewer places")]
        let (front, back) = self.rows.split_at_mut((row >> self.shift) as usize);
        for place in back.iter_mut().chain(front) {
            if *place == row {
                return false;
            }
            if *place == EMPTY {
                *place = row;
                return true;
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_hash_is_known_when_it_comes_again() {
        let mut seen = Seen::new(8);
        for row in [EMPTY, 1, u64::MAX, u64::MAX - 1, 1 << 63] {
            assert!(seen.insert(row) && !seen.insert(row), "{row}");
        }
    }

    #[test]
    fn words_in_a_row_are_known_when_they_come_again() {
        let mut seen = Seen::new(64);
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

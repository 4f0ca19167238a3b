//! The words that the body of a text is made of: other articles have other words.

/// Letters from which a word tells what a text is about.
const TOPIC_LETTERS: u32 = 4;
/// Bits of the set of words of the body, a power of two.
const TOPIC_BITS: usize = 1 << 14;

/// Marks the hash of a word that tells what a text is about.
const TOPIC: u32 = 1 << 31;

/// The hash of a word by which topics know it. `hash` is one of its letters, of which there are so many.
pub(super) fn word_hash(hash: u32, letters: u32) -> u32 {
    let mixed = (hash ^ (hash >> 15)).wrapping_mul(0x2c1b_3c6d);
    (mixed >> 1) | if letters >= TOPIC_LETTERS { TOPIC } else { 0 }
}

/// The words that the body of a text is made of, as a set that may hold a word too many.
pub(super) struct Topics {
    once: Box<Bits>,
    twice: Box<Bits>,
    /// The words of the line that is being added.
    line: Box<Bits>,
}

type Bits = [u64; TOPIC_BITS / 64];

impl Topics {
    pub(super) fn new() -> Self {
        let empty = || Box::new([0; TOPIC_BITS / 64]);
        Self { once: empty(), twice: empty(), line: empty() }
    }

    /// Where a word stands in the set; no bit for one that tells nothing. Without branches: which words tell something is
    /// hard to foretell.
    #[inline]
    fn place(hash: u32) -> (usize, u64) {
        let bit = (hash & !TOPIC) as usize % TOPIC_BITS;
        (bit / 64, u64::from(hash >> TOPIC.trailing_zeros()) << (bit % 64))
    }

    /// Adds the words of a body line.
    pub(super) fn add(&mut self, words: &[u32]) {
        for hash in words {
            let (at, bit) = Self::place(*hash);
            let new = bit & !self.line[at];
            self.line[at] |= bit;
            self.twice[at] |= self.once[at] & new;
            self.once[at] |= bit;
        }
        for hash in words {
            self.line[Self::place(*hash).0] = 0;
        }
    }

    /// Of the topic words of a line, how many the body has elsewhere, and how many there are.
    pub(super) fn share(&self, words: &[u32], is_body: bool) -> (usize, usize) {
        let set = if is_body { &self.twice } else { &self.once };
        let mut known = 0;
        let mut counted = 0;
        for (at, bit) in words.iter().map(|hash| Self::place(*hash)) {
            counted += usize::from(bit != 0);
            known += usize::from(set[at] & bit != 0);
        }
        (known, counted)
    }
}

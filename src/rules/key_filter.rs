//! Which lines cannot be a whole-line phrase, told by their first and their last characters: making the key of a
//! line costs far more.

use super::openings::{CODES, code};

/// Bytes that are looked at, at either end.
const DEPTH: usize = 3;
/// Words of the bits of one end.
const WORDS: usize = CODES * CODES * CODES / 64;

/// How the keys of phrases begin and end.
pub(super) struct KeyFilter {
    /// Whether some key begins (ends) with bytes of these classes.
    first: Vec<u64>,
    last: Vec<u64>,
}

impl KeyFilter {
    pub(super) fn new<'a>(keys: impl Iterator<Item = &'a str>) -> Self {
        let mut filter = Self { first: vec![0; WORDS], last: vec![0; WORDS] };
        for key in keys {
            add(&mut filter.first, key.bytes());
            add(&mut filter.last, key.bytes().rev());
        }
        filter
    }

    /// Whether the key of a line may be one of the keys. The line stands in its key as it is written, apart from
    /// case, numbers, apostrophes and what is stripped from its ends.
    pub(super) fn admits(&self, line: &str) -> bool {
        let bytes = line.as_bytes();
        let is_end = |byte: &u8| byte.is_ascii_alphanumeric() || !byte.is_ascii();
        let ends = bytes.iter().position(is_end).zip(bytes.iter().rposition(is_end));
        let Some(core) = ends.and_then(|(first, last)| bytes.get(first..=last)) else { return false };
        may_be(&self.first, core.iter()) && may_be(&self.last, core.iter().rev())
    }
}

fn add(bits: &mut [u64], mut key: impl Iterator<Item = u8>) {
    let mut codes = || key.next().map_or(0..CODES, |byte| code(byte)..code(byte) + 1);
    let (first, second, third) = (codes(), codes(), codes());
    for one in first {
        for next in second.clone() {
            for last in third.clone() {
                let index = (one * CODES + next) * CODES + last;
                bits[index / 64] |= 1 << (index % 64);
            }
        }
    }
}

/// Whether some key has the classes of these bytes. Numbers are shorter in keys, and characters beyond ASCII may be
/// others: what such a line is like is not known.
fn may_be<'a>(bits: &[u64], mut bytes: impl Iterator<Item = &'a u8>) -> bool {
    let mut index = 0;
    for _ in 0..DEPTH {
        match bytes.next() {
            Some(byte) if byte.is_ascii() && !byte.is_ascii_digit() => index = index * CODES + code(*byte),
            _ => return true,
        }
    }
    bits.get(index / 64).is_some_and(|word| word >> (index % 64) & 1 == 1)
}

#[cfg(test)]
mod tests {
    use super::KeyFilter;

    #[test]
    fn lines_that_begin_or_end_like_no_key_are_turned_away() {
        let filter = KeyFilter::new(["share", "add to cart", "0 comments", "ok"].into_iter());
        for line in ["Share", "• Share:", "SHARE", "Add to cart", "Ok", "12 Comments"] {
            assert!(filter.admits(line), "{line}");
        }
        for line in ["The ferry", "Sharon", "--", "Add to wish list"] {
            assert!(!filter.admits(line), "{line}");
        }
    }
}

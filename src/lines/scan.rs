//! The bytes of a text by class, as bits: one pass with vector instructions, 64 bytes at a time, as simdjson has it
//! (Langdale and Lemire, "Parsing gigabytes of JSON per second", 2019). What asks for classes of a line then asks bits.
//!
//! Everything that the pass calls must be part of it to be compiled for the vector instructions: functions always
//! inlined, and no closures.

use std::ops::Range;
use std::sync::LazyLock;

use fearless_simd::prelude::*;
use fearless_simd::{Level, dispatch, mask8x64, u8x64};

/// Bytes of a block: one bit of each set for each.
pub(crate) const BLOCK: usize = 64;

/// The bytes of up to 64 in a row that are of each class. A byte is of one class at most: other signs of ASCII are of
/// none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Classes {
    /// Small letters of ASCII.
    pub(crate) small: u64,
    /// Capitals of ASCII.
    pub(crate) capital: u64,
    /// Digits of ASCII.
    pub(crate) digit: u64,
    /// Plain spaces.
    pub(crate) space: u64,
    /// `'`.
    pub(crate) apostrophe: u64,
    /// Below the space.
    pub(crate) control: u64,
    /// First bytes of characters beyond ASCII.
    pub(crate) lead: u64,
    /// Their other bytes.
    pub(crate) continuation: u64,
}

impl Classes {
    /// The classes from a byte of the first block on, 64 bytes. `shift` is below 64.
    #[inline]
    fn across(first: &Self, next: &Self, shift: u32) -> Self {
        // In two steps, for a shift by 64 is none.
        let join = |first: u64, next: u64| first >> shift | (next << 1) << (63 - shift);
        Self {
            small: join(first.small, next.small),
            capital: join(first.capital, next.capital),
            digit: join(first.digit, next.digit),
            space: join(first.space, next.space),
            apostrophe: join(first.apostrophe, next.apostrophe),
            control: join(first.control, next.control),
            lead: join(first.lead, next.lead),
            continuation: join(first.continuation, next.continuation),
        }
    }

    /// The first bytes alone.
    #[inline]
    fn cut_to(self, bytes: usize) -> Self {
        let mask = first_bits(bytes);
        Self {
            small: self.small & mask,
            capital: self.capital & mask,
            digit: self.digit & mask,
            space: self.space & mask,
            apostrophe: self.apostrophe & mask,
            control: self.control & mask,
            lead: self.lead & mask,
            continuation: self.continuation & mask,
        }
    }

    /// Bytes beyond ASCII.
    #[inline]
    pub(crate) fn beyond_ascii(&self) -> u64 {
        self.lead | self.continuation
    }

    /// Letters of ASCII.
    #[inline]
    pub(crate) fn letter(&self) -> u64 {
        self.small | self.capital
    }
}

/// So many of the lowest bits, 64 at most.
#[inline]
pub(crate) fn first_bits(count: usize) -> u64 {
    if count >= BLOCK { u64::MAX } else { (1 << count) - 1 }
}

/// The classes of all bytes of a text.
#[derive(Debug, Default)]
pub(crate) struct Scan {
    /// One block more than the text has, so that each has a next one.
    blocks: Vec<Classes>,
}

impl Scan {
    /// The classes of the bytes of `text`.
    pub(crate) fn of(text: &str) -> Self {
        static LEVEL: LazyLock<Level> = LazyLock::new(Level::new);
        let mut blocks = Vec::with_capacity(text.len() / BLOCK + 2);
        let level = *LEVEL;
        dispatch!(level, simd => read(simd, text.as_bytes(), &mut blocks));
        Self { blocks }
    }

    /// The classes of 64 bytes each, in order. What stands behind the text is of no class.
    pub(crate) fn blocks(&self) -> &[Classes] {
        self.blocks.split_last().map_or(&[], |(_, blocks)| blocks)
    }

    /// The classes of the bytes in `range`, 64 at a time; those behind it are of no class.
    #[inline]
    pub(crate) fn within(&self, range: Range<usize>) -> impl Iterator<Item = Classes> {
        range.clone().step_by(BLOCK).map(move |start| self.at(start..range.end))
    }

    /// The classes of the first 64 bytes in `range`; those behind it are of no class.
    #[inline]
    pub(crate) fn at(&self, range: Range<usize>) -> Classes {
        let at = range.start / BLOCK;
        let Some([first, next]) = self.blocks.get(at..at + 2).and_then(<[Classes]>::first_chunk) else {
            return Classes::default();
        };
        #[expect(clippy::cast_possible_truncation, reason = "less than a block has")]
        let shift = (range.start % BLOCK) as u32;
        Classes::across(first, next, shift).cut_to(range.len())
    }
}

#[expect(clippy::inline_always, reason = "what is not inlined is compiled without vector instructions")]
#[inline(always)]
fn read<S: Simd>(simd: S, text: &[u8], found: &mut Vec<Classes>) {
    let (blocks, rest) = text.as_chunks::<BLOCK>();
    for block in blocks {
        found.push(classes(simd, block));
    }
    if !rest.is_empty() {
        let mut block = [0; BLOCK];
        block[..rest.len()].copy_from_slice(rest);
        found.push(classes(simd, &block).cut_to(rest.len()));
    }
    found.push(Classes::default());
}

#[expect(clippy::inline_always, reason = "what is not inlined is compiled without vector instructions")]
#[inline(always)]
fn classes<S: Simd>(simd: S, block: &[u8; BLOCK]) -> Classes {
    let bytes = u8x64::load_array(simd, *block);
    Classes {
        small: between(simd, bytes, b'a', b'z').to_bitmask(),
        capital: between(simd, bytes, b'A', b'Z').to_bitmask(),
        digit: between(simd, bytes, b'0', b'9').to_bitmask(),
        space: bytes.simd_eq(u8x64::splat(simd, b' ')).to_bitmask(),
        apostrophe: bytes.simd_eq(u8x64::splat(simd, b'\'')).to_bitmask(),
        control: bytes.simd_lt(u8x64::splat(simd, b' ')).to_bitmask(),
        lead: bytes.simd_ge(u8x64::splat(simd, 0xC0)).to_bitmask(),
        continuation: between(simd, bytes, 0x80, 0xBF).to_bitmask(),
    }
}

#[expect(clippy::inline_always, reason = "what is not inlined is compiled without vector instructions")]
#[inline(always)]
fn between<S: Simd>(simd: S, bytes: u8x64<S>, first: u8, last: u8) -> mask8x64<S> {
    (bytes - u8x64::splat(simd, first)).simd_le(u8x64::splat(simd, last - first))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The classes of bytes, told one by one.
    fn plainly(bytes: &[u8]) -> Classes {
        let bits = |is: &dyn Fn(u8) -> bool| {
            bytes.iter().take(BLOCK).enumerate().fold(0, |bits, (at, byte)| bits | u64::from(is(*byte)) << at)
        };
        Classes {
            small: bits(&|byte| byte.is_ascii_lowercase()),
            capital: bits(&|byte| byte.is_ascii_uppercase()),
            digit: bits(&|byte| byte.is_ascii_digit()),
            space: bits(&|byte| byte == b' '),
            apostrophe: bits(&|byte| byte == b'\''),
            control: bits(&|byte| byte < b' '),
            lead: bits(&|byte| byte >= 0xC0),
            continuation: bits(&|byte| (0x80..0xC0).contains(&byte)),
        }
    }

    proptest! {
        #[test]
        fn classes_are_those_of_each_byte(text in "[ -~éж。\\t\\n]{0,200}", from in 0..200_usize, to in 0..200_usize) {
            let scan = Scan::of(&text);
            let to = to.min(text.len());
            let from = from.min(to);
            let bytes = &text.as_bytes()[from..to];
            prop_assert_eq!(scan.at(from..to), plainly(bytes));
            let expected: Vec<Classes> = bytes.chunks(BLOCK).map(plainly).collect();
            prop_assert_eq!(scan.within(from..to).collect::<Vec<_>>(), expected);
            let expected: Vec<Classes> = text.as_bytes().chunks(BLOCK).map(plainly).collect();
            prop_assert_eq!(scan.blocks(), expected);
        }
    }
}

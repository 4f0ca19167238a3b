//! What a line is made of, read off the classes of its bytes: what decides how a line is looked at, at the cost of a few
//! bits.

use std::ops::Range;

use super::gates::Traits;
use super::line_key::is_stable;
use super::small_letters::may_be_capital;
use crate::lines::scan::{BLOCK, Scan, first_bits};

/// What a line is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each decides something of its own")]
pub(super) struct Marks {
    pub(super) is_ascii: bool,
    /// Whether capitals beyond ASCII may stand in it.
    pub(super) may_have_capitals: bool,
    /// Whether it is of ASCII and has no digits.
    pub(super) is_simple: bool,
    /// Whether it stands in its key as it is written, apart from case, numbers, apostrophes and what is stripped from its
    /// ends: no character is dropped or becomes another, and no white space is folded.
    pub(super) is_plain: bool,
    /// The classes of its characters.
    pub(super) traits: Traits,
    /// Number of plain spaces.
    pub(super) spaces: usize,
}

impl Marks {
    /// Those of the line at `line` in `text`, which `scan` is of.
    pub(super) fn of(text: &str, line: Range<usize>, scan: &Scan) -> Self {
        let (mut small, mut capital, mut digit, mut apostrophe, mut lead, mut control) = (0, 0, 0, 0, 0, 0);
        let (mut folded, mut was_space) = (0, 0);
        let mut spaces = 0;
        let mut signs = Traits::default();
        let (mut are_stable, mut may_have_capitals) = (true, false);
        let line_text = text.as_bytes();
        for (start, classes) in line.clone().step_by(BLOCK).zip(scan.within(line.clone())) {
            small |= classes.small;
            capital |= classes.capital;
            digit |= classes.digit;
            apostrophe |= classes.apostrophe;
            control |= classes.control;
            folded |= classes.space & (classes.space << 1 | was_space);
            was_space = classes.space >> (BLOCK - 1);
            spaces += classes.space.count_ones() as usize;
            let known = classes.letter() | classes.digit | classes.space | classes.apostrophe;
            // Of characters beyond ASCII the last byte tells.
            let not_last = classes.lead | classes.continuation & classes.continuation >> 1;
            let mut rest = first_bits(line.end - start) & !known & !not_last;
            while rest != 0 {
                let byte = line_text.get(start + rest.trailing_zeros() as usize);
                signs = signs.or(byte.map_or(Traits::default(), |byte| Traits::of_byte(*byte)));
                rest &= rest - 1;
            }
            lead |= classes.lead;
            let mut rest = classes.lead;
            while rest != 0 {
                let at = start + rest.trailing_zeros() as usize;
                let character = text.get(at..).and_then(|text| text.chars().next());
                are_stable &= character.is_some_and(is_stable);
                let bytes = line_text.get(at..at + 2).and_then(<[u8]>::first_chunk);
                may_have_capitals |= bytes.is_some_and(|[lead, next]| may_be_capital(*lead, *next));
                rest &= rest - 1;
            }
        }
        let with = |traits: Traits, found: u64, class: Traits| if found == 0 { traits } else { traits.or(class) };
        let traits = with(signs, small, Traits::SMALL);
        let traits = with(traits, capital, Traits::CAPITAL);
        let traits = with(traits, digit, Traits::DIGIT);
        let traits = with(traits, apostrophe, Traits::APOSTROPHE);
        let traits = with(traits, lead, Traits::BEYOND_ASCII);
        Self {
            is_ascii: lead == 0,
            may_have_capitals,
            is_simple: lead | digit == 0,
            is_plain: control | folded == 0 && are_stable,
            traits: if spaces == 0 { traits } else { traits.or(Traits::SPACE) },
            spaces,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::line_key;
    use super::*;

    /// Whether a line is plain, told by each character and its neighbor.
    fn is_plain(line: &str) -> bool {
        !line.contains("  ") && line.bytes().all(|byte| byte >= b' ') && line.chars().all(is_stable)
    }

    proptest! {
        #[test]
        fn marks_are_what_a_look_at_each_byte_tells(line in "([a-zA-Z 0-9]{0,9}|[ -~]|[éж’…\u{a0}\t•©]){0,40}") {
            let text = format!("x é{line}\n  9");
            let marks = Marks::of(&text, 4..4 + line.len(), &Scan::of(&text));
            let all = Traits::of(line.as_bytes());
            prop_assert_eq!(marks.is_ascii, line.is_ascii());
            prop_assert_eq!(marks.is_simple, line_key::is_simple(&line));
            prop_assert_eq!(marks.is_plain, is_plain(&line));
            prop_assert_eq!(marks.spaces, line.matches(' ').count());
            if line.is_ascii() {
                prop_assert_eq!(marks.traits, all);
            }
            prop_assert_eq!(marks.traits.or(all), all);
            // Only bytes within characters may be left out, which stand for nothing.
            let last: Vec<u8> = line.chars().filter_map(|c| c.to_string().bytes().last()).collect();
            prop_assert_eq!(marks.traits.or(Traits::of(&last)), marks.traits);
        }
    }
}

//! Which Han characters are common ones, as the standards of China, Taiwan and Japan sort them.

use std::ops::RangeInclusive;
use std::sync::OnceLock;

use encoding_rs::{BIG5, EUC_JP, Encoding, GBK};

/// A set of common Han characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Han {
    /// Level 1 of GB 2312: 3755 characters in the order of their pronunciation.
    Simplified,
    /// The 5401 characters that Big5 lists first.
    Traditional,
    /// Level 1 of JIS X 0208: 2965 characters.
    Japanese,
}

/// How common a Han character is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Common {
    /// One of the first level.
    First,
    /// One of the second level.
    Second,
    /// One that the standard lacks.
    Not,
}

/// The two levels of a standard.
struct Levels {
    first: Set,
    second: Set,
}

type Set = std::collections::HashSet<char, foldhash::fast::FixedState>;

impl Han {
    /// How common a character is.
    pub(crate) fn level(self, c: char) -> Common {
        let levels = self.levels();
        if levels.first.contains(&c) {
            Common::First
        } else if levels.second.contains(&c) {
            Common::Second
        } else {
            Common::Not
        }
    }

    fn levels(self) -> &'static Levels {
        static LEVELS: [OnceLock<Levels>; 3] = [const { OnceLock::new() }; 3];
        // Rows of the two levels in the bytes of the encoding.
        let (slot, encoding, first, second) = match self {
            Self::Simplified => (&LEVELS[0], GBK, 0xB0..=0xD7, 0xD8..=0xF7),
            Self::Traditional => (&LEVELS[1], BIG5, 0xA4..=0xC6, 0xC9..=0xF9),
            Self::Japanese => (&LEVELS[2], EUC_JP, 0xB0..=0xCF, 0xD0..=0xF4),
        };
        slot.get_or_init(|| Levels { first: characters(encoding, first), second: characters(encoding, second) })
    }
}

/// The characters of the rows that start with these bytes.
fn characters(encoding: &'static Encoding, rows: RangeInclusive<u8>) -> Set {
    let trails = || (0x40..=0x7E).chain(0xA1..=0xFE).filter(move |trail| encoding == BIG5 || *trail >= 0xA1);
    let pairs = rows.flat_map(|row| trails().map(move |trail| [row, trail]));
    pairs
        // What the standards left free is for private use.
        .filter_map(|pair| {
            encoding.decode_without_bom_handling_and_without_replacement(&pair).and_then(|text| text.chars().next())
        })
        .filter(|c| !('\u{e000}'..='\u{f8ff}').contains(c))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_those_of_the_standards() {
        assert_eq!(Han::Simplified.levels().first.len(), 3755);
        assert_eq!(Han::Japanese.levels().first.len(), 2965);
        assert_eq!(Han::Simplified.level('国'), Common::First);
        assert_eq!(Han::Traditional.level('國'), Common::First);
        assert_eq!(Han::Japanese.level('国'), Common::First);
        assert_eq!(Han::Simplified.level('國'), Common::Not);
        assert_eq!(Han::Japanese.level('聰'), Common::Second);
    }
}

//! The kind of character a character is, for telling right readings of text from wrong ones.

/// Declares the classes and the list of them all.
macro_rules! classes {
    ($($class:ident),+ $(,)?) => {
        /// What a character is to its neighbors. Every character belongs to exactly one class.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub(crate) enum Class {
            $($class),+
        }

        /// All classes, in the order of their numbers.
        pub(crate) const ALL_CLASSES: &[Class] = &[$(Class::$class),+];
    };
}

classes! {
    Space,
    Lower,
    Upper,
    Digit,
    LatinLower,
    LatinUpper,
    GreekLower,
    GreekUpper,
    CyrillicLower,
    CyrillicUpper,
    Hebrew,
    Arabic,
    Abugida,
    Han,
    OtherLetter,
    Open,
    Close,
    Apostrophe,
    Stop,
    Ellipsis,
    Dash,
    Straight,
    Bracket,
    Question,
    AsciiSymbol,
    Currency,
    Number,
    Legal,
    Bullet,
    Section,
    Odd,
    Box,
    Math,
    Control,
    Replacement,
    Mark,
    Emoji,
    Format,
    Rare,
}

use Class::{
    Abugida, Apostrophe, Arabic, AsciiSymbol, Box, Bracket, Bullet, Close, Control, Currency, CyrillicLower,
    CyrillicUpper, Dash, Digit, Ellipsis, Emoji, Format, GreekLower, GreekUpper, Han, Hebrew, LatinLower, LatinUpper,
    Legal, Lower, Mark, Math, Number, Odd, Open, OtherLetter, Question, Rare, Replacement, Section, Space, Stop,
    Straight, Upper,
};

/// How many classes there are.
pub(crate) const CLASSES: usize = ALL_CLASSES.len();

/// Writing systems that are told apart. Latin letters with and without accents are one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Script {
    Latin,
    Greek,
    Cyrillic,
    Hebrew,
    Arabic,
    Abugida,
    Han,
    Other,
}

impl Class {
    /// The writing system of a letter; nothing for what is not a letter.
    pub(crate) const fn script(self) -> Option<Script> {
        Some(match self {
            Lower | Upper | LatinLower | LatinUpper => Script::Latin,
            GreekLower | GreekUpper => Script::Greek,
            CyrillicLower | CyrillicUpper => Script::Cyrillic,
            Hebrew => Script::Hebrew,
            Arabic => Script::Arabic,
            Abugida => Script::Abugida,
            Han => Script::Han,
            OtherLetter => Script::Other,
            _ => return None,
        })
    }

    pub(crate) const fn is_letter(self) -> bool {
        self.script().is_some()
    }

    pub(crate) const fn is_lower(self) -> bool {
        matches!(self, Lower | LatinLower | GreekLower | CyrillicLower)
    }

    pub(crate) const fn is_upper(self) -> bool {
        matches!(self, Upper | LatinUpper | GreekUpper | CyrillicUpper)
    }

    pub(crate) const fn is_ascii_letter(self) -> bool {
        matches!(self, Lower | Upper)
    }

    /// Whether it may stand after a sentence: quotes and spaces.
    pub(crate) const fn is_quote_or_space(self) -> bool {
        matches!(self, Space | Open | Close | Apostrophe | Dash | Ellipsis | Emoji | Format)
    }

    pub(crate) const fn is_word(self) -> bool {
        self.is_letter() || matches!(self, Digit)
    }
}

/// Characters below this code point are looked up in a table: it ends with the marks and syllables of Japan.
const TABLE_LENGTH: usize = 0x3100;

static TABLE: [Class; TABLE_LENGTH] = build_table();

#[expect(clippy::cast_possible_truncation, reason = "the index stays below 0x3100")]
const fn build_table() -> [Class; TABLE_LENGTH] {
    let mut table = [Rare; TABLE_LENGTH];
    let mut code = 0;
    while code < TABLE_LENGTH {
        table[code] = by_range(code as u32);
        code += 1;
    }
    table
}

/// The class of `c`.
#[inline]
pub(crate) fn class(c: char) -> Class {
    let code = u32::from(c);
    match usize::try_from(code).ok().and_then(|index| TABLE.get(index)) {
        Some(class) => *class,
        // Most of what lies past the table: asked first, Chinese is read three times as fast.
        None if matches!(code, 0x4E00..=0x9FFF | 0xAC00..=0xD7A3 | 0xFF00..=0xFFEF) => Han,
        None => beyond(code),
    }
}

/// The class of a character past the table.
#[inline(never)]
fn beyond(code: u32) -> Class {
    by_range(code)
}

#[expect(clippy::match_same_arms, clippy::too_many_lines, reason = "a table in the order of code points")]
const fn by_range(code: u32) -> Class {
    match code {
        0x09 | 0x0A | 0x0C | 0x0D | 0x20 | 0xA0 | 0x2000..=0x200A | 0x2028 | 0x2029 | 0x202F | 0x205F | 0x3000 => Space,
        0x00..=0x1F | 0x7F..=0x9F => Control,
        0x30..=0x39 => Digit,
        0x41..=0x5A => Upper,
        0x61..=0x7A => Lower,
        0x21 | 0x2C | 0x2E | 0x3A | 0x3B => Stop,
        0x3F => Question,
        0x22 | 0x27 => Straight,
        0x28 | 0x29 | 0x5B | 0x5D | 0x7B | 0x7D => Bracket,
        0x2D => Dash,
        0x23..=0x7E => AsciiSymbol,
        0xA1 | 0xAB | 0xBF | 0x2018 | 0x201A | 0x201C | 0x201E | 0x2039 => Open,
        0xBB | 0x201D | 0x203A => Close,
        0x2019 => Apostrophe,
        0x2026 => Ellipsis,
        0x2010..=0x2015 => Dash,
        0xA2 | 0xA3 | 0xA5 | 0x20A0..=0x20C0 => Currency,
        0xAA
        | 0xB0..=0xB3
        | 0xB5
        | 0xB9
        | 0xBA
        | 0xBC..=0xBE
        | 0xD7
        | 0xF7
        | 0x2030
        | 0x2044
        | 0x2116
        | 0x2150..=0x215F => Number,
        0xA9 | 0xAE | 0x2122 => Legal,
        0xB7 | 0x2022 => Bullet,
        0xA7 | 0xB6 | 0x2020 | 0x2021 => Section,
        0xA4 | 0xA6 | 0xA8 | 0xAC | 0xAF | 0xB4 | 0xB8 | 0x192 | 0x2B0..=0x2FF | 0x37A | 0x384 | 0x385 | 0x2310 => Odd,
        0xAD | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x206F | 0xFEFF | 0xFE00..=0xFE0F => Format,
        0xC0..=0xD6 | 0xD8..=0xDE => LatinUpper,
        0xDF..=0xF6 | 0xF8..=0xFF => LatinLower,
        0x130 => LatinUpper,
        0x131 | 0x138 | 0x149 => LatinLower,
        0x139..=0x148 | 0x179..=0x17E => {
            if code % 2 == 1 {
                LatinUpper
            } else {
                LatinLower
            }
        }
        0x178 => LatinUpper,
        0x17F => OtherLetter,
        0x100..=0x177 => {
            if code.is_multiple_of(2) {
                LatinUpper
            } else {
                LatinLower
            }
        }
        0x1A0 | 0x1AF | 0x218 | 0x21A => LatinUpper,
        0x1A1 | 0x1B0 | 0x219 | 0x21B => LatinLower,
        0x1E00..=0x1EF9 => {
            if code.is_multiple_of(2) {
                LatinUpper
            } else {
                LatinLower
            }
        }
        0x1C4..=0x1CC => LatinLower,
        0x180..=0x2AF => OtherLetter,
        0x300..=0x36F => Mark,
        0x386 | 0x388..=0x38F | 0x391..=0x3AB => GreekUpper,
        0x390 | 0x3AC..=0x3CE => GreekLower,
        0x370..=0x3FF => OtherLetter,
        0x400..=0x42F | 0x490 => CyrillicUpper,
        0x430..=0x45F | 0x491 => CyrillicLower,
        0x483..=0x489 => Mark,
        0x460..=0x52F => OtherLetter,
        0x5D0..=0x5EA | 0x5F0..=0x5F4 => Hebrew,
        0x591..=0x5C7 => Mark,
        0x600..=0x6FF | 0x750..=0x77F | 0xFB50..=0xFDFF | 0xFE70..=0xFEFC => Arabic,
        0x900..=0xEFF => Abugida,
        0x1000..=0x109F | 0x1780..=0x17FF => Abugida,
        0x10A0..=0x10FF | 0x530..=0x58F => OtherLetter,
        0x1F00..=0x1FFF => OtherLetter,
        0x2190..=0x21FF => Emoji,
        0x2200..=0x22FF | 0x25CA => Math,
        0x2070..=0x209F | 0x2160..=0x218F => Number,
        0x2500..=0x259F | 0x2320 | 0x2321 => Box,
        0x25A0..=0x27BF | 0x2300..=0x23FF | 0x2B00..=0x2BFF | 0x1F000..=0x1FAFF => Emoji,
        0x2460..=0x24FF => Number,
        0x2000..=0x206F => Rare,
        0x2100..=0x214F => Number,
        0x3001..=0x30FF
        | 0x31F0..=0x31FF
        | 0x3400..=0x4DBF
        | 0x4E00..=0x9FFF
        | 0xAC00..=0xD7A3
        | 0xF900..=0xFAFF
        | 0xFF00..=0xFFEF
        | 0x1100..=0x11FF
        | 0x3100..=0x318F
        | 0x3200..=0x33FF
        | 0x20000..=0x2FA1F => Han,
        0xFB01 | 0xFB02 => LatinLower,
        0xFFFD => Replacement,
        0x1FB00..=0x1FFFF => Rare,
        _ => Rare,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_and_ranges_agree() {
        for c in '\0'..=char::MAX {
            assert_eq!(class(c), by_range(u32::from(c)), "{c}");
        }
        assert_eq!(class('œ'), LatinLower);
        assert_eq!(class('Ž'), LatinUpper);
        assert_eq!(class('ı'), LatinLower);
    }
}

//! What signs, capitals and bytes without meaning cost: how likely they are where they stand.
//!
//! In quarters of a nat, like the costs of letters. The figures are set by hand: typographic marks stand in every
//! second sentence, a currency sign in one text in ten, and control characters of the upper half in none.

use crate::language::class::{Class, class};

/// A byte or a sequence of bytes that means nothing in the encoding.
pub(super) const MALFORMED: u32 = 100;
/// A small letter before a capital.
const CAPITAL_INSIDE: u32 = 20;
/// A capital behind a capital.
const CAPITALS: u32 = 3;
/// A capital at the start of a word.
const CAPITAL_FIRST: u32 = 5;
/// A sign beside a letter that does not belong there.
const MISPLACED: u32 = 20;
/// A dash or an apostrophe beside a letter or a space, which it may or may not stand beside.
const SELDOM: u32 = 5;
/// A sign between two letters.
const INSIDE: u32 = 24;
/// An en dash or a space that does not break the line, between two letters.
const SELDOM_INSIDE: u32 = 8;
/// A rule or a block beside another one: they come in rows.
const BOX_IN_ROW: u32 = 4;
const BOX_CORNER: u32 = 24;

/// Signs of measures and numbers, which stand beside letters: `20 °C`, `5 µm`, `m²`, `№`.
const UNITS: &str = "°µ²±×№½";

/// What a character beyond ASCII that is no letter costs; 0 for others.
pub(super) fn sign(c: char) -> u32 {
    // Ahead of the rest: Vietnamese tones, joiners, ordinals and the marks before Spanish questions.
    match c {
        '\t' | '\n' | '\x0C' | '\r' | '\x1B' => 0,
        _ if c.is_ascii_control() => 30,
        _ if c.is_ascii() => 0,
        '\u{300}'..='\u{323}' => 12,
        '\u{200c}' | '\u{200d}' => 20,
        'ª' | 'º' | '¿' | '¡' | '\u{60c}' => 24,
        '\u{a0}' => 26,
        '\u{ad}' | '‹' | '›' => 36,
        '¥' | '‰' | '¶' => 40,
        '‚' | '†' | '‡' | '¹' | '³' | '‗' | '⌐' | '∩' | '∙' | '√' | '■' => 44,
        // The general currency sign stood where the euro sign stands now, and nobody ever wrote it.
        '¤' => 60,
        _ => match class(c) {
            Class::Open | Class::Close | Class::Apostrophe | Class::Dash | Class::Ellipsis => 20,
            Class::Currency | Class::Legal | Class::Bullet | Class::Section => 28,
            Class::Number if UNITS.contains(c) => 28,
            Class::Number | Class::Odd | Class::Box => 36,
            Class::Control => 80,
            Class::Mark => 30,
            letter if letter.is_letter() => 0,
            _ => 44,
        },
    }
}

/// What `second` costs beside `first` beyond the costs of its letters: capitals and signs in odd places.
pub(super) fn beside(first: char, second: char) -> u32 {
    let (before, this) = (class(first), class(second));
    if before == Class::Box && this == Class::Box {
        return if first == second { BOX_IN_ROW } else { BOX_CORNER };
    }
    sign(second) + capitals(before, this) + placed(first, second)
}

/// What a sign beyond ASCII costs beyond that between two letters, where words are seldom parted by one alone.
pub(super) fn between(first: char, sign: char, last: char) -> u32 {
    if sign.is_ascii() || !class(first).is_letter() || !class(last).is_letter() {
        return 0;
    }
    match (sign, class(sign)) {
        ('–' | '\u{a0}', _) => SELDOM_INSIDE,
        // Catalan writes `l·l`.
        ('·' | '\u{ad}' | '\u{200c}' | '\u{200d}', _)
        | (_, Class::Apostrophe | Class::Dash | Class::Ellipsis | Class::Mark) => 0,
        (_, letter) if letter.is_letter() => 0,
        _ if UNITS.contains(sign) => SELDOM_INSIDE,
        _ => INSIDE,
    }
}

fn capitals(before: Class, this: Class) -> u32 {
    match (before.is_letter(), before.is_upper(), this.is_upper()) {
        (true, false, true) if before.is_lower() => CAPITAL_INSIDE,
        (true, true, true) => CAPITALS,
        (false, _, true) => CAPITAL_FIRST,
        _ => 0,
    }
}

fn placed(first: char, second: char) -> u32 {
    // Guillemets point either way, and the French put spaces inside.
    let kind = |c: char| if "«»‹›".contains(c) || UNITS.contains(c) { Class::Straight } else { class(c) };
    let (before, this) = (kind(first), kind(second));
    match (before, this) {
        (Class::Open, Class::Space) | (Class::Space, Class::Close | Class::Apostrophe | Class::Ellipsis) => MISPLACED,
        (Class::Close, after) if after.is_letter() => MISPLACED,
        (letter, Class::Open) if letter.is_word() => MISPLACED,
        (Class::Number | Class::Odd | Class::Box | Class::Legal | Class::Section | Class::Currency, after)
            if after.is_letter() =>
        {
            MISPLACED
        }
        (letter, Class::Odd | Class::Box | Class::Section | Class::Currency | Class::Number | Class::Bullet)
            if letter.is_letter() =>
        {
            MISPLACED
        }
        (Class::Dash, Class::Space) if first != '-' => SELDOM,
        (Class::Apostrophe, Class::Space) => SELDOM,
        (Class::Digit, letter) | (letter, Class::Digit) if letter.is_letter() && !letter.is_ascii_letter() => SELDOM,
        (letter, Class::Dash) if letter.is_letter() && second != '-' => SELDOM,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_cost_more_where_they_are_odd() {
        assert!(sign('“') < sign('¤') && sign('¤') < sign('\u{81}'));
        assert_eq!((sign('a'), sign('é')), (0, 0));
        assert!(beside(' ', '“') < beside('f', '“'));
        assert!(beside('f', '’') < beside(' ', '’'));
        assert!(between('n', '›', 'k') > between('n', '’', 'k'));
        assert!(beside('═', '═') < beside('a', '═'));
        assert!(beside('a', 'É') > beside('É', 'a'));
    }
}

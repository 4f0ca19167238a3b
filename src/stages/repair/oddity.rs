//! How odd a text looks: the cost of characters and of their neighbors, in nats, set by hand.
//!
//! The method is that of ftfy 6.3.1 (`badness.py`: broken text shows in unlikely neighbors), but
//! as a sum of costs, so that the broken and the repaired reading of a text can be compared.

use std::sync::OnceLock;

use crate::language::class::{ALL_CLASSES, CLASSES, Class, Script, class};
use Class::{
    Abugida, Apostrophe, Arabic, AsciiSymbol, Box, Bracket, Bullet, Close, Control, Currency, Dash, Digit, Ellipsis,
    Emoji, Format, GreekLower, GreekUpper, Han, Hebrew, LatinLower, LatinUpper, Legal, Lower, Mark, Math, Number, Odd,
    Open, OtherLetter, Question, Rare, Replacement, Section, Space, Stop, Straight, Upper,
};

/// A count as a factor of costs.
pub(crate) fn small(count: usize) -> f32 {
    f32::from(u16::try_from(count).unwrap_or(u16::MAX))
}

/// Characters that are common in many languages, typographic marks above all.
const COMMON: f32 = 0.8;

/// The cost of `c` by itself, whatever stands next to it. ASCII is free.
#[expect(clippy::match_same_arms, clippy::too_many_lines, reason = "a table, read by line")]
pub(crate) fn rarity(c: char) -> f32 {
    if c.is_ascii() && !c.is_ascii_control() {
        return 0.0;
    }
    match class(c) {
        Space => match c {
            '\n' | '\r' | '\t' | '\u{c}' => 0.0,
            '\u{a0}' => 0.6,
            '\u{2009}' | '\u{202f}' | '\u{3000}' | '\u{2003}' | '\u{2028}' => 2.0,
            _ => 5.0,
        },
        Control => match c {
            '\u{85}' => 6.0,
            _ => 8.0,
        },
        LatinLower => match c {
            'à'..='ü' | 'ß' => 1.5,
            'ą' | 'ć' | 'č' | 'ď' | 'đ' | 'ě' | 'ę' | 'ė' | 'ē' | 'ğ' | 'ı' | 'ł' | 'ľ' | 'ń' | 'ň' | 'ř' | 'ś'
            | 'ş' | 'š' | 'ţ' | 'ť' | 'ů' | 'ű' | 'ő' | 'ź' | 'ż' | 'ž' | 'ș' | 'ț' | 'œ' | 'ā' | 'ă' | 'ī' | 'ū'
            | 'ų' | 'į' | 'ņ' | 'ļ' | 'ķ' | 'ģ' | 'ý' | 'ÿ' | 'þ' | 'ō' | 'ư' | 'ơ' => 2.0,
            '\u{1ea0}'..='\u{1ef9}' => 2.2,
            'ﬁ' | 'ﬂ' | 'ǆ' | 'ǉ' | 'ǌ' => 3.0,
            _ => 5.0,
        },
        LatinUpper => match c {
            'À' | 'É' | 'È' | 'Ä' | 'Ö' | 'Ü' | 'Ç' | 'Ó' | 'Í' | 'Ú' | 'Á' | 'Š' | 'Ž' | 'Č' | 'Ś' | 'Ż' | 'Ł'
            | 'İ' | 'Ñ' | 'Ø' | 'Ò' | 'Ù' | 'Ô' => 2.5,
            'Ã' | 'Â' => 5.0,
            'Å' | 'Æ' | 'Œ' | 'Î' | 'Ê' | 'Ë' | 'Ï' | 'Õ' | 'Ì' | 'Û' | 'Ý' | 'Đ' | 'Ř' | 'Ů' | 'Ş' | 'Ţ' | 'Ț'
            | 'Ș' | 'Ē' | 'Ī' | 'Ā' | 'Ģ' | 'Ķ' | 'Ļ' | 'Ņ' | 'Ū' | 'Ų' | 'Ă' | 'Ź' | 'Ć' | 'Ę' | 'Ą' | 'Ń' | 'Ť'
            | 'Ď' | 'Ň' | 'Ľ' | 'Ő' | 'Ű' | 'Ě' | 'Ğ' => 3.0,
            '\u{1ea0}'..='\u{1ef9}' => 3.0,
            _ => 5.0,
        },
        GreekLower | GreekUpper | Hebrew => 1.5,
        Han => match c {
            '\u{3001}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{ff00}'..='\u{ff9f}' => {
                1.5
            }
            _ => 6.0,
        },
        Arabic => match c {
            '\u{620}'..='\u{652}'
            | '\u{660}'..='\u{669}'
            | '\u{67e}'
            | '\u{686}'
            | '\u{698}'
            | '\u{6a9}'
            | '\u{6af}'
            | '\u{6cc}'
            | '،'
            | '؛'
            | '؟'
            | '\u{6f0}'..='\u{6f9}' => 1.3,
            _ => 5.0,
        },
        Abugida => 1.8,
        Class::CyrillicLower | Class::CyrillicUpper => match c {
            'А'..='я' | 'ё' | 'Ё' | 'і' | 'І' | 'ї' | 'є' | 'Є' | 'Ї' => 1.2,
            _ => 2.2,
        },
        OtherLetter => match c {
            '\u{10d0}'..='\u{10ff}' | '\u{531}'..='\u{587}' | '\u{1f00}'..='\u{1fff}' => 2.5,
            _ => 10.0,
        },
        Open => match c {
            '“' => COMMON,
            '‘' => 1.2,
            '¡' | '¿' => 2.0,
            '‹' | '‚' => 3.0,
            _ => 1.8,
        },
        Close => match c {
            '”' => COMMON,
            '›' => 3.0,
            _ => 1.8,
        },
        Apostrophe => COMMON,
        Ellipsis => 1.0,
        Dash => match c {
            '–' | '—' => COMMON,
            '-' => 0.0,
            '‑' | '―' => 3.0,
            _ => 5.0,
        },
        Currency => match c {
            '£' | '€' => 1.5,
            '¢' | '¥' => 2.5,
            '₹' | '₽' | '₴' | '₺' | '₩' | '₪' => 3.0,
            _ => 5.0,
        },
        Number => match c {
            '°' | '²' | '½' | '×' => 1.8,
            '³' | '¼' | '¾' | '±' | 'µ' | '№' | 'º' | 'ª' | '÷' => 2.5,
            '¹' | '‰' => 3.5,
            _ => 4.5,
        },
        Legal => 1.8,
        Bullet => 1.5,
        Section => match c {
            '§' => 2.5,
            _ => 4.0,
        },
        Odd => match c {
            '´' => 3.0,
            _ => 4.5,
        },
        Box => match c {
            '─' | '│' => 2.0,
            _ => 3.0,
        },
        Math => 3.0,
        Replacement => 4.0,
        Mark => 3.0,
        Emoji => match c {
            '\u{1f300}'..='\u{1faff}'
            | '\u{2600}'..='\u{27bf}'
            | '→'
            | '←'
            | '↑'
            | '↓'
            | '■'
            | '□'
            | '▪'
            | '●'
            | '◆'
            | '▼'
            | '▲'
            | '►'
            | '○' => 2.5,
            _ => 4.0,
        },
        Format => match c {
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{fe0f}' => 2.0,
            _ => 5.0,
        },
        Rare => match c {
            '′' | '″' | '\u{2800}' => 3.0,
            _ => 9.0,
        },
        Question | Stop | Straight | Bracket | AsciiSymbol | Digit | Lower | Upper => 0.0,
    }
}

/// The cost of `b` standing right after `a`.
#[expect(clippy::match_same_arms, reason = "a table, read by line")]
pub(crate) fn neighbors(a: Class, b: Class) -> f32 {
    if let (Some(left), Some(right)) = (a.script(), b.script()) {
        return letters(a, b, left, right);
    }
    match (a, b) {
        (Question, _) | (_, Question) => question(a, b),
        (Box, Box) => 0.0,
        (Box, Space | Stop | Straight | Bracket | AsciiSymbol | Dash)
        | (Space | Stop | Straight | Bracket | AsciiSymbol | Dash, Box) => 0.3,
        (_, Box) => 4.0,
        (Box, Digit | Lower | Upper) => 3.0,
        (Box, _) => 5.0,
        (Control, _) | (_, Control) => 0.0,
        (Odd, Odd) => 2.0,
        (Space, Odd) => 1.5,
        (_, Odd) => 3.0,
        (Odd, Space) => 0.0,
        (Odd, _) if b.is_letter() => 2.5,
        (Odd, _) => 1.5,
        (_, Open) if a.is_letter() => match a {
            Lower | Upper => 3.5,
            Han => 0.0,
            Arabic | Hebrew | Abugida => 2.0,
            _ => 4.0,
        },
        (Close, _) if b.is_letter() => match b {
            Han => 0.0,
            _ => 3.0,
        },
        (_, Currency) if a.is_letter() => match a {
            Lower | Upper => 1.5,
            Han => 0.5,
            _ => 4.0,
        },
        (Currency, _) if b.is_letter() => match b {
            Lower | Upper => 1.5,
            Han => 0.5,
            _ => 3.0,
        },
        (_, Number) if a.is_letter() => match a {
            Lower | Upper => 1.0,
            Han => 0.0,
            LatinUpper => 4.5,
            _ => 3.0,
        },
        (Number, _) if b.is_letter() => match b {
            Lower | Upper => 0.5,
            Han => 0.0,
            _ => 3.0,
        },
        (Lower | Upper, Legal) => 0.3,
        (_, Legal) if a.is_letter() => 1.0,
        (Legal, _) if b.is_letter() => 3.0,
        (_, Section) if a.is_letter() => 1.5,
        (Section, _) if b.is_letter() => 1.0,
        (_, Math) if a.is_letter() => match a {
            Lower | Upper => 2.0,
            _ => 4.0,
        },
        (Math, LatinLower | LatinUpper) => 3.0,
        (Math, Number | Legal | Section | Currency | Open | Close | Bullet) => 4.0,
        (Number | Legal | Section | Currency | Open | Close, Math) => 2.5,
        (Currency, Legal | Number | Open | Close | Section | Dash | Bullet | Ellipsis | Apostrophe | Currency) => 3.5,
        (Legal | Section | Open | Close | Apostrophe, Number) | (Number, Legal | Currency) => 1.5,
        (Number, Open | Close | Apostrophe) => 1.5,
        (Number, Number) => 1.0,
        (Close | Apostrophe, Currency | Legal | Open | Section) => 1.5,
        (Legal, Open | Close) => 2.0,
        (Close, Apostrophe) => 2.0,
        (Open, Close | Apostrophe) => 2.0,
        (Open, Space) => 2.5,
        (Open, Legal | Section | Dash) => 1.5,
        (Open | Currency, Stop) => 1.5,
        (Space, Close) => 2.5,
        (Space, Apostrophe) => 1.5,
        (Digit, Open) => 1.5,
        (Ellipsis, Number | Currency | Legal | Section) => 2.0,
        (Stop, _) if b.is_letter() && !b.is_ascii_letter() && b != Han => 2.0,
        (Replacement, Replacement) => 1.0,
        (Mark, Mark) => 0.5,
        (Space, Mark) => 4.0,
        (Emoji, LatinLower | LatinUpper | Number | Currency | Legal | Section)
        | (LatinLower | LatinUpper | Number | Currency | Legal | Section, Emoji) => 3.0,
        _ => 0.0,
    }
}

fn letters(a: Class, b: Class, left: Script, right: Script) -> f32 {
    if left != right {
        return match (left, right) {
            (Script::Han, _) | (_, Script::Han) => 0.5,
            // γ and μ stand inside the words of science.
            (Script::Latin, Script::Greek) | (Script::Greek, Script::Latin) => 1.5,
            _ => 5.0,
        };
    }
    if a.is_lower() && b.is_upper() {
        return match (a, b) {
            (Lower, Upper) => 0.0,
            (Lower, _) => 4.0,
            (_, Upper) => 3.0,
            _ => 3.5,
        };
    }
    0.0
}

/// A question mark that is not one: inside or before a word, or between signs.
fn question(a: Class, b: Class) -> f32 {
    let mut cost = 0.0;
    if a == Question {
        cost += match b {
            Space | Straight | Bracket | Close | Apostrophe | Stop | Question | Han | Emoji => 0.0,
            Lower | Upper | Digit => 2.5,
            AsciiSymbol | Dash => 0.5,
            Currency | Number | Legal | Section | Odd | Bullet => 4.0,
            _ => 2.0,
        };
    }
    if b == Question {
        cost += match a {
            Space | LatinUpper => 1.5,
            Currency | Odd | Section | Open => 3.0,
            _ => 0.0,
        };
    }
    cost
}

/// The cost of a text between two neighbors, which count as context alone.
pub(crate) fn cost(before: char, text: &[char], after: char) -> f32 {
    cost_of(before, text.iter().copied(), after)
}

/// The same of characters that do not lie side by side.
pub(crate) fn cost_of(before: char, text: impl Iterator<Item = char>, after: char) -> f32 {
    let pairs = Pairs::get();
    let mut total = 0.0;
    let mut left = class(before);
    let mut last = before;
    for c in text {
        let here = class(c);
        let (neighbors, opening) = pairs.costs(left, here);
        total += rarity(c) + neighbors + opening + unended(last, here);
        left = here;
        last = c;
    }
    let right = class(after);
    total + pairs.costs(left, right).0 + unended(last, right)
}

/// The costs of [`neighbors`] and [`opening`] as a table: they are asked for every character of broken text.
struct Pairs([[(f32, f32); CLASSES]; CLASSES]);

impl Pairs {
    /// The table, computed at first use.
    fn get() -> &'static Self {
        static TABLE: OnceLock<Pairs> = OnceLock::new();
        TABLE.get_or_init(|| {
            let mut rows = [[(0.0, 0.0); CLASSES]; CLASSES];
            for &a in ALL_CLASSES {
                for &b in ALL_CLASSES {
                    rows[a as usize][b as usize] = (neighbors(a, b), opening(a, b));
                }
            }
            Self(rows)
        })
    }

    const fn costs(&self, a: Class, b: Class) -> (f32, f32) {
        self.0[a as usize][b as usize]
    }
}

/// The cost of a ligature that no letter follows: no word ends in œ.
pub(crate) fn unended(last: char, next: Class) -> f32 {
    if matches!(last, 'œ' | 'Œ') && !next.is_letter() { 3.0 } else { 0.0 }
}

/// The cost of a writing system beginning in the middle of text in another one.
fn opening(left: Class, here: Class) -> f32 {
    match here.script() {
        Some(Script::Latin) | None => 0.0,
        script if left.script() == script => 0.0,
        Some(Script::Greek) => 1.0,
        Some(Script::Han) => 4.0,
        Some(_) => 2.0,
    }
}

/// Whether a pair of neighbors alone is reason to look closer, as a table for the scan.
pub(crate) struct Suspicions([u64; CLASSES]);

impl Suspicions {
    /// The table, computed at first use.
    pub(crate) fn get() -> &'static Self {
        static TABLE: OnceLock<Suspicions> = OnceLock::new();
        TABLE.get_or_init(|| {
            let mut rows = [0; CLASSES];
            for &a in ALL_CLASSES {
                for &b in ALL_CLASSES {
                    rows[a as usize] |= u64::from(is_suspicious(a, b)) << (b as u32);
                }
            }
            Self(rows)
        })
    }

    /// The same as [`is_suspicious`].
    pub(crate) fn has(&self, a: Class, b: Class) -> bool {
        self.0[a as usize] >> (b as u32) & 1 != 0
    }
}

/// Whether a pair of neighbors alone is reason to look closer.
pub(crate) fn is_suspicious(a: Class, b: Class) -> bool {
    if matches!(b, Control | Replacement | Rare) {
        return true;
    }
    // A mark beside plain text may be careless, but mojibake has two odd characters or a letter.
    if (is_plain(a) && is_mark(b)) || (is_mark(a) && is_plain(b)) {
        return false;
    }
    (matches!(b, Odd | Box) && a != Space && a != b)
        || (a == LatinUpper
            && matches!(b, Legal | Bullet | Close | Currency | Number | Section | LatinUpper | LatinLower))
        || neighbors(a, b) >= SUSPICIOUS_PAIR
}

const fn is_plain(class: Class) -> bool {
    matches!(
        class,
        Space | Lower | Upper | Digit | Stop | Straight | Bracket | AsciiSymbol | Han | Hebrew | Arabic | Abugida
    )
}

const fn is_mark(class: Class) -> bool {
    matches!(class, Open | Close | Apostrophe | Ellipsis | Dash | Legal | Bullet | Currency | Number | Emoji)
}

/// Cost of a pair above which a text is examined, in nats. Below it lie `m²`, `½ cup`, `US$`.
const SUSPICIOUS_PAIR: f32 = 1.9;

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> f32 {
        let chars: Vec<char> = text.chars().collect();
        cost(' ', &chars, ' ')
    }

    #[test]
    fn mojibake_costs_more_than_what_it_stands_for() {
        for (broken, whole) in
            [("cafÃ©", "café"), ("donâ€™t", "don’t"), ("РґРѕРј", "дом"), ("тАЩtis", "’tis"), ("wei√ü", "weiß")]
        {
            assert!(of(broken) > of(whole) + 3.0, "{broken} {} {whole} {}", of(broken), of(whole));
        }
    }

    #[test]
    fn plain_prose_of_many_languages_is_cheap() {
        for text in ["naïve café", "Straße", "żółw", "дом стоит", "ελλάδα", "日本語"] {
            assert!(of(text) < 2.5 * 10.0, "{text} {}", of(text));
        }
    }
}

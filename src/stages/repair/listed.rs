//! Characters that are listed in the order of their code points, as the tables of manuals do: `ÀÁÂÃ`, `à á â ã`.
//!
//! Some of those stand side by side that mojibake has side by side as well.

use crate::stages::repair::text::Characters;

/// One listed character in fewer than so many makes a text a table. Pairs such as `ст` in prose are one
/// letter in 30.
const TABLE_SHARE: usize = 3;

/// Whether the characters at `from..to` are part of a list: one of them begins, ends or is inside three in a row.
pub(crate) fn is_listed(text: &Characters, from: usize, to: usize) -> bool {
    let rises = |at: usize, step: usize| match (text.get(at), text.get(at + step), text.get(at + 2 * step)) {
        (Some(a), Some(b), Some(c)) => !a.is_ascii() && follows(a, b) && follows(b, c),
        _ => false,
    };
    // With spaces in between, or with the small letters: `ÃãÄäÅå`.
    let is_spaced = |at: usize| match (text.at(at + 1), text.at(at + 3)) {
        (' ', ' ') => true,
        (a, b) => follows(a, b),
    };
    (from.saturating_sub(2)..to).any(|at| rises(at, 1))
        || (from.saturating_sub(4)..to).any(|at| rises(at, 2) && is_spaced(at))
}

/// Whether a great part of the characters beyond ASCII stands in lists.
pub(crate) fn is_table(text: &[char]) -> bool {
    let beyond = text.iter().filter(|c| !c.is_ascii()).count();
    let listed = text.windows(3).filter(|window| match window {
        [a, _, _] if a.is_ascii() => false,
        [a, b, _] if follows(*a, *b) => true,
        [a, ' ', c] => follows(*a, *c),
        _ => false,
    });
    listed.count() * TABLE_SHARE > beyond
}

/// Whether `b` is the code point after `a`.
fn follows(a: char, b: char) -> bool {
    u32::from(b) == u32::from(a) + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_a_table_are_lists() {
        for text in ["ÀÁÂÃÄÅ", "à á â ã ä å"] {
            let characters = Characters::new(text);
            assert!((0..characters.len()).step_by(2).all(|at| is_listed(&characters, at, at + 1)), "{text}");
            assert!(is_table(&characters.chars));
        }
    }

    #[test]
    fn words_are_no_lists() {
        for text in ["cafÃ© dâ€™Ã©tÃ©", "Мост открыли в понедельник", "où êtes-vous"]
        {
            let characters = Characters::new(text);
            assert!((0..characters.len()).all(|at| !is_listed(&characters, at, at + 1)), "{text}");
            assert!(!is_table(&characters.chars));
        }
    }
}

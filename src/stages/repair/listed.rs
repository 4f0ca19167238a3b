//! Characters that are listed in the order of their code points, as the tables of manuals do: `ÀÁÂÃ`, `à á â ã`.
//!
//! Some of those stand side by side that mojibake has side by side as well.

use crate::stages::repair::text::Characters;

/// One listed character in fewer than so many makes a text a table. Pairs such as `ст` in prose are one
/// letter in 30.
const TABLE_SHARE: usize = 3;

/// Whether the characters at `from..to` are part of a list: one of them begins, ends or is inside three in a row.
pub(crate) fn is_listed(text: &Characters, from: usize, to: usize) -> bool {
    let part = |before: usize, after: usize| {
        text.chars.get(from.saturating_sub(before)..(to + after).min(text.len())).unwrap_or_default()
    };
    let rises = |a: char, b: char, c: char| !a.is_ascii() && follows(a, b) && follows(b, c);
    part(2, 2).windows(3).any(|window| matches!(window, &[a, b, c] if rises(a, b, c)))
        // With spaces in between, or with the small letters: `ÃãÄäÅå`.
        || part(4, 4).windows(5).any(|window| {
            matches!(window, &[a, one, b, other, c] if rises(a, b, c) && ((one, other) == (' ', ' ') || follows(one, other)))
        })
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

//! The gates of the patterns of built-in packs, found when the program was built: parsing hundreds of
//! patterns took two thirds of the time that the program needed to start (27 of 45 ms).

use std::sync::OnceLock;

use super::affixes::{Affixes, ByteSet, DEPTH};
use super::gates::{Gates, Traits};

/// Sets of bytes at the first and at the last places of a line, as [`Affixes`] has them.
type AffixBits = [[[u64; 4]; DEPTH]; 2];

/// What the build script found out about a pattern.
struct KnownGates {
    pattern: &'static str,
    texts: &'static [&'static str],
    min_bytes: usize,
    traits: &'static [u32],
    /// Of patterns without texts; those of others are found when they are needed.
    affixes: Option<AffixBits>,
}

/// Sorted by pattern.
#[expect(clippy::unreadable_literal, reason = "the build script writes it")]
const KNOWN: &[KnownGates] = include!(concat!(env!("OUT_DIR"), "/known_gates.rs"));

/// Whether a built-in pack has this pattern.
pub(super) fn is_known(pattern: &str) -> bool {
    KNOWN.binary_search_by_key(&pattern, |known| known.pattern).is_ok()
}

/// The gates of a pattern that a built-in pack has. It is known to be valid and of moderate size.
pub(super) fn find(pattern: &str) -> Option<Gates> {
    let known = KNOWN.get(KNOWN.binary_search_by_key(&pattern, |known| known.pattern).ok()?)?;
    let affixes = OnceLock::new();
    if let Some([first, last]) = known.affixes {
        affixes.get_or_init(|| Affixes { first: first.map(ByteSet), last: last.map(ByteSet) });
    }
    Some(Gates {
        texts: known.texts.iter().map(|text| (*text).to_owned()).collect(),
        affixes,
        pattern: pattern.to_owned(),
        min_bytes: known.min_bytes,
        traits: known.traits.iter().copied().map(Traits).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gates_of_built_in_patterns_are_known() {
        let (packs, faults) = crate::rules::Packs::load(&["web".to_owned(), "news".to_owned()]);
        assert!(faults.is_empty());
        let patterns =
            packs.rules().flat_map(|rule| rule.definition.matches.regex.iter().chain(&rule.definition.unless.regex));
        let mut count = 0;
        for pattern in patterns {
            let pattern = pattern.get_ref();
            let Some(known) = find(pattern) else { continue };
            let found = Gates::of(&regex_syntax::parse(pattern).expect("valid"), pattern);
            assert_eq!((&known.texts, known.min_bytes, &known.traits), (&found.texts, found.min_bytes, &found.traits));
            assert_eq!(known.affixes.get().is_some(), found.affixes.get().is_some());
            assert!(known.first_bytes() == found.first_bytes(), "{pattern}");
            count += 1;
        }
        assert!(count > 200, "{count} patterns are known: the others are parsed whenever the program starts");
    }
}

//! The gates of the patterns of built-in packs, found when the program was built: parsing hundreds of
//! patterns took two thirds of the time that the program needed to start (27 of 45 ms).

use std::sync::OnceLock;

use super::affixes::{Affixes, ByteSet, DEPTH};
use super::gates::{Gates, Traits};
use super::openings::{Openings, PairBits};

/// Sets of bytes at the first and at the last places of a line, as [`Affixes`] has them.
type AffixBits = [[[u64; 4]; DEPTH]; 2];

/// First, last and inner pairs of a line, as [`Openings`] has them.
type OpeningBits = (PairBits, PairBits, Option<PairBits>, bool);

/// What the build script found out about a pattern.
struct KnownGates {
    pattern: &'static str,
    texts: &'static [&'static str],
    min_bytes: usize,
    max_bytes: usize,
    min_spaces: usize,
    traits: &'static [u64],
    alphabet: u64,
    /// Of patterns without texts; those of others are found when they are needed.
    affixes: Option<AffixBits>,
    openings: Option<OpeningBits>,
}

/// Sorted by pattern.
#[expect(clippy::unreadable_literal, reason = "the build script writes it")]
static KNOWN: &[KnownGates] = include!(concat!(env!("OUT_DIR"), "/known_gates.rs"));

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
    let openings = OnceLock::new();
    if let Some((first, last, inner, is_inner_behind_ascii)) = known.openings {
        openings.get_or_init(|| Box::new(Openings { first, last, inner, is_inner_behind_ascii }));
    }
    Some(Gates {
        texts: known.texts.iter().map(|text| (*text).to_owned()).collect(),
        affixes,
        openings,
        pattern: pattern.to_owned(),
        min_bytes: known.min_bytes,
        max_bytes: known.max_bytes,
        min_spaces: known.min_spaces,
        traits: known.traits.iter().copied().map(Traits).collect(),
        alphabet: Traits(known.alphabet),
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
            assert_eq!((known.max_bytes, known.alphabet), (found.max_bytes, found.alphabet), "{pattern}");
            assert_eq!(known.min_spaces, found.min_spaces, "{pattern}");
            assert_eq!(known.openings.get(), found.openings.get(), "{pattern}");
            assert!(known.affixes().first == found.affixes().first, "{pattern}");
            count += 1;
        }
        assert!(count > 200, "{count} patterns are known: the others are parsed whenever the program starts");
    }
}

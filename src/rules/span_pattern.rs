//! What a span rule looks for in a whole text.

use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};
use memchr::memmem::Finder;
use regex::Regex;
use regex_syntax::hir::literal::{Extractor, Literal};
use regex_syntax::hir::{Hir, HirKind};

/// Bytes from which a text that each match has is worth looking for.
const LEAST_TEXT: usize = 3;

/// What a span rule looks for.
pub(crate) enum SpanPattern {
    Literal(Box<Finder<'static>>),
    Regex {
        regex: Box<Regex>,
        /// Texts of which each match has one: most texts have none of them, which is told faster than by the regex.
        texts: Option<AhoCorasick>,
    },
}

impl SpanPattern {
    /// A text to look for. It must not be empty.
    pub(super) fn literal(text: &str) -> Self {
        Self::Literal(Box::new(Finder::new(text).into_owned()))
    }

    /// A pattern to look for; `pattern` is the source of `regex`.
    pub(super) fn regex(regex: Regex, pattern: &str) -> Self {
        let texts = regex_syntax::parse(pattern).ok().and_then(|hir| texts_of(&hir));
        // Only for this kind of match are vector instructions used.
        let finder = |texts| AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(texts).ok();
        Self::Regex { regex: Box::new(regex), texts: texts.and_then(finder) }
    }

    /// Byte ranges of all matches in `text`, rising, none overlapping another of the same rule, none empty.
    pub(crate) fn find_all(&self, text: &str) -> Vec<Range<usize>> {
        match self {
            Self::Literal(finder) => {
                let len = finder.needle().len();
                finder.find_iter(text.as_bytes()).map(|start| start..start + len).collect()
            }
            Self::Regex { texts: Some(texts), .. } if !texts.is_match(text) => Vec::new(),
            Self::Regex { regex, .. } => {
                regex.find_iter(text).map(|found| found.range()).filter(|range| !range.is_empty()).collect()
            }
        }
    }
}

/// Texts of which each match has one, as written: those of the part of the pattern whose texts are longest. `None` if no
/// part has texts that are long enough.
fn texts_of(hir: &Hir) -> Option<Vec<Vec<u8>>> {
    let parts = match hir.kind() {
        HirKind::Concat(parts) => parts.as_slice(),
        _ => std::slice::from_ref(hir),
    };
    let of_part = |part: &Hir| {
        let found = Extractor::new().extract(part);
        found.literals().map(|texts| texts.iter().map(Literal::as_bytes).map(<[u8]>::to_vec).collect())
    };
    let shortest = |texts: &Vec<Vec<u8>>| texts.iter().map(Vec::len).min().unwrap_or(0);
    parts.iter().filter_map(of_part).filter(|texts| shortest(texts) >= LEAST_TEXT).max_by_key(shortest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(pattern: &str) -> Option<Vec<String>> {
        let texts = texts_of(&regex_syntax::parse(pattern).expect("valid"))?;
        Some(texts.into_iter().map(|text| String::from_utf8(text).expect("letters")).collect())
    }

    #[test]
    fn texts_that_each_match_has_are_found_anywhere_in_a_pattern() {
        let two = Some(vec!["Share".to_owned(), "Print".to_owned()]);
        assert_eq!(texts(r"\s+(?:Share|Print)"), two);
        assert_eq!(texts(r"\s+(?:Share|Print)[a-z]*x?"), two);
        assert_eq!(texts(r"Share"), Some(vec!["Share".to_owned()]));
        for pattern in [r"\s+", r"\s+(?:Share|ad)", r"(?:Share)?x", r"(?:Share|Print)*", r"[a-z]+", ""] {
            assert_eq!(texts(pattern), None, "{pattern}");
        }
    }

    #[test]
    fn what_is_found_is_what_the_pattern_alone_finds() {
        let pattern = r"\s+(?:(?i)advert|Anzeige)\p{L}*";
        let regex = Regex::new(pattern).expect("valid");
        let find = SpanPattern::regex(regex.clone(), pattern);
        assert!(matches!(find, SpanPattern::Regex { texts: Some(_), .. }), "the short way is taken");
        for text in ["", "An ADVERTISEMENT here", "\u{a0}advert  Anzeigen", "anzeige", "Die Anzeige"] {
            let alone: Vec<_> = regex.find_iter(text).map(|found| found.range()).collect();
            assert_eq!(find.find_all(text), alone, "{text}");
        }
    }
}

//! What span rules look for in a text.

use std::ops::Range;

use memchr::memmem::Finder;
use regex::Regex;
use regex_syntax::hir::literal::{ExtractKind, Extractor};

/// What a span rule looks for.
pub(crate) struct SpanPattern(Kind);

enum Kind {
    Literal(Box<Finder<'static>>),
    /// A pattern, and the texts that its matches end with: looking for these takes a fifth of the time.
    Regex(Box<Regex>, Option<Box<Regex>>),
}

impl SpanPattern {
    /// Looks for a text, which is not empty.
    pub(super) fn literal(text: &str) -> Self {
        Self(Kind::Literal(Box::new(Finder::new(text).into_owned())))
    }

    pub(super) fn regex(regex: Regex) -> Self {
        let endings = endings(regex.as_str()).map(Box::new);
        Self(Kind::Regex(Box::new(regex), endings))
    }

    /// Byte ranges of all matches in `text`, rising, none overlapping another of the same rule, none
    /// empty.
    pub(crate) fn find_all(&self, text: &str) -> Vec<Range<usize>> {
        match &self.0 {
            Kind::Literal(finder) => {
                let len = finder.needle().len();
                finder.find_iter(text.as_bytes()).map(|start| start..start + len).collect()
            }
            Kind::Regex(_, Some(endings)) if !endings.is_match(text) => Vec::new(),
            Kind::Regex(regex, _) => {
                regex.find_iter(text).map(|found| found.range()).filter(|range| !range.is_empty()).collect()
            }
        }
    }
}

/// A pattern for the texts of which one is the end of every match; `None` if they are not few, or too short to be
/// looked for.
fn endings(pattern: &str) -> Option<Regex> {
    /// Most texts that are looked for many bytes at a time.
    const MOST: usize = 64;
    /// Fewest bytes of a text that tells something.
    const SHORTEST: usize = 4;
    let hir = regex_syntax::parse(pattern).ok()?;
    let found = Extractor::new().kind(ExtractKind::Suffix).extract(&hir);
    let texts = found.literals().filter(|texts| (1..=MOST).contains(&texts.len()))?;
    let texts: Option<Vec<&str>> = texts.iter().map(|text| std::str::from_utf8(text.as_bytes()).ok()).collect();
    let texts = texts.filter(|texts| texts.iter().all(|text| text.len() >= SHORTEST))?;
    let escaped: Vec<String> = texts.into_iter().map(regex_syntax::escape).collect();
    Regex::new(&escaped.join("|")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_without_an_ending_are_passed_over() {
        assert_eq!(endings(r"\s+(?:Werbung|Anzeige\.)").expect("two texts").as_str(), r"Werbung|Anzeige\.");
        for pattern in ["[0-9]+", r"\s+ad", "(?i)advertisement", ".*", "word.*"] {
            assert!(endings(pattern).is_none(), "{pattern}");
        }
    }

    #[test]
    fn all_matches_are_found() {
        let pattern = SpanPattern::regex(Regex::new(r"\s+(?:Werbung|Anzeige)").expect("valid"));
        assert_eq!(pattern.find_all("Ja. Werbung Nein.\nAnzeige"), [3..11, 17..25]);
        assert_eq!(pattern.find_all("Ja. Werben."), [0..0; 0]);
        assert_eq!(SpanPattern::literal("ab").find_all("abcab"), [0..2, 3..5]);
    }
}

//! Whole-line patterns that begin or end with anything: whether a line matches is found out sooner without that.
//!
//! `.*(?:said|told) .*` matches a line if `(?:said|told) ` stands anywhere in it, which literals tell, and
//! `.*[.:]` if `[.:]` stands at its end, which is read from the end. With the loose ends, the whole line is read.

use regex_syntax::hir::{Class, Hir, HirKind, Repetition};

/// The pattern without its loose ends, to be looked for anywhere in a line where they were; `None` if it has none. Lines
/// have no line feed.
pub(super) fn without_loose_ends(hir: &Hir) -> Option<String> {
    let front = without_end(hir, End::Front);
    let back = without_end(front.as_ref().unwrap_or(hir), End::Back);
    let (start, end) = (if front.is_some() { "" } else { "^" }, if back.is_some() { "" } else { "$" });
    let pattern = back.or(front)?;
    Some(format!("{start}(?:{pattern}){end}"))
}

/// An end of a pattern.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Front,
    Back,
}

/// The pattern without what stands for anything at one end; `None` if nothing does.
fn without_end(hir: &Hir, end: End) -> Option<Hir> {
    match hir.kind() {
        HirKind::Capture(capture) => without_end(&capture.sub, end),
        HirKind::Concat(parts) => {
            let at = if end == End::Front { 0 } else { parts.len().checked_sub(1)? };
            let part = without_end(parts.get(at)?, end)?;
            let others =
                parts.iter().enumerate().map(|(index, other)| if index == at { part.clone() } else { other.clone() });
            Some(Hir::concat(others.collect()))
        }
        // Of something that must be there so many times, that much stays.
        HirKind::Repetition(repetition) if repetition.max.is_none() && is_anything(&repetition.sub) => {
            Some(Hir::repetition(Repetition { max: Some(repetition.min), ..repetition.clone() }))
        }
        _ => None,
    }
}

/// Whether a part is any character but a line feed.
fn is_anything(hir: &Hir) -> bool {
    let HirKind::Class(Class::Unicode(class)) = hir.kind() else { return false };
    let mut others = class.clone();
    others.negate();
    others.iter().all(|range| (range.start(), range.end()) == ('\n', '\n'))
}

#[cfg(test)]
mod tests {
    use regex::Regex;

    use super::*;

    fn loosened(pattern: &str) -> Option<String> {
        without_loose_ends(&regex_syntax::parse(pattern).expect("valid"))
    }

    #[test]
    fn ends_that_are_anything_are_left_out() {
        assert_eq!(loosened("[a-z]x").as_deref(), None);
        assert_eq!(loosened("(?:.*x )?y|.*").as_deref(), None, "what may be left out stays");
        let is_free = |pattern: &str| loosened(pattern).map(|found| (!found.starts_with('^'), !found.ends_with('$')));
        assert_eq!((is_free(".*ab.*"), is_free(".+ab.*")), (Some((true, true)), Some((true, true))));
        assert_eq!((is_free("(?<who>ab).*"), is_free(".*[.:]")), (Some((false, true)), Some((true, false))));
    }

    /// Every pattern of the packs, on lines made from it and on lines that are cut.
    #[test]
    fn lines_match_with_loose_ends_as_they_do_without() {
        use proptest::strategy::{Strategy, ValueTree};
        use proptest::test_runner::TestRunner;
        /// Lines made from each pattern.
        const LINES: usize = 8;
        let (packs, faults) = crate::rules::Packs::load(&["web".to_owned(), "news".to_owned()]);
        assert!(faults.is_empty());
        let mut runner = TestRunner::deterministic();
        let mut tried = 0;
        for pattern in packs.rules().flat_map(|rule| &rule.definition.matches.regex) {
            let Some(loose) = loosened(pattern.get_ref()) else { continue };
            let Ok(strategy) = proptest::string::string_regex(pattern.get_ref()) else { continue };
            let loose = Regex::new(&loose).expect("a part of a valid pattern");
            let whole = Regex::new(&format!("^(?:{})$", pattern.get_ref())).expect("valid");
            for _ in 0..LINES {
                let line = strategy.new_tree(&mut runner).expect("no filter").current().replace('\n', "");
                for cut in [0, 1, 2, line.chars().count() / 2] {
                    let (front, back): (String, String) =
                        (line.chars().skip(cut).collect(), line.chars().take(line.chars().count() - cut).collect());
                    for line in [front, back] {
                        assert_eq!(whole.is_match(&line), loose.is_match(&line), "{} on {line:?}", pattern.get_ref());
                        tried += 1;
                    }
                }
            }
        }
        assert!(tried > 1_000, "{tried} lines");
    }
}

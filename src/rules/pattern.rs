//! One whole-line pattern, and the cheap tests that keep it from being run in vain.
//!
//! Hundreds of patterns in one `RegexSet` thrash its lazy automaton (measured: 0.04 MB/s on full-page
//! text), so each pattern is run alone, and only on lines that its [`Gates`] admit.

use std::sync::OnceLock;

use regex::Regex;

use super::gates::{Gates, Look};
use super::{known_gates, written_size};

/// A pattern that is compiled when it is first needed: compiling takes milliseconds.
pub(crate) struct Pattern {
    source: String,
    compiled: OnceLock<Option<Regex>>,
    gates: Gates,
}

impl Pattern {
    /// Reads a pattern that must match whole lines. Only one that may be too large is compiled at once.
    ///
    /// # Errors
    /// The message of the parser or the compiler.
    pub(crate) fn new(pattern: &str) -> Result<Self, String> {
        if let Some(gates) = known_gates::find(pattern) {
            return Ok(Self { source: whole_line(pattern), compiled: OnceLock::new(), gates });
        }
        let hir = regex_syntax::parse(pattern).map_err(|error| error.to_string())?;
        let source = whole_line(pattern);
        // A comment of a pattern with `(?x)` would hide its end; nothing else can.
        if pattern.contains('#') {
            regex_syntax::parse(&source).map_err(|error| error.to_string())?;
        }
        let compiled = OnceLock::new();
        if !written_size::surely_compiles(&hir) {
            let regex = Regex::new(&source).map_err(|error| error.to_string())?;
            compiled.get_or_init(|| Some(regex));
        }
        Ok(Self { source, compiled, gates: Gates::of(&hir, pattern) })
    }

    /// What every line that matches has.
    pub(super) fn gates(&self) -> &Gates {
        &self.gates
    }

    /// Whether the whole line matches.
    pub(crate) fn is_match(&self, line: &str) -> bool {
        self.is_match_at(&Look::at(line), line)
    }

    /// The same for a line that several patterns look at.
    pub(super) fn is_match_at(&self, look: &Look<'_>, line: &str) -> bool {
        self.gates.admit(look) && self.matches(line)
    }

    /// The same for a line that the gates admit.
    pub(super) fn matches(&self, line: &str) -> bool {
        self.regex().is_some_and(|regex| regex.is_match(line))
    }

    /// Captures in the line, if the whole of it matches.
    pub(crate) fn captures<'t>(&self, line: &'t str) -> Option<regex::Captures<'t>> {
        if !self.gates.admit(&Look::at(line)) {
            return None;
        }
        self.regex()?.captures(line)
    }

    fn regex(&self) -> Option<&Regex> {
        self.compiled.get_or_init(|| Regex::new(&self.source).ok()).as_ref()
    }
}

/// The pattern as it is held against lines.
fn whole_line(pattern: &str) -> String {
    format!("^(?:{pattern})$")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_whole_lines() {
        let pattern = Pattern::new(r"[0-9]{1,2} \p{L}+ [0-9]{4}|never").expect("valid");
        assert!(pattern.is_match("30 June 2016") && pattern.is_match("never"));
        assert!(!pattern.is_match("on 30 June 2016") && !pattern.is_match("30 June 2016 or never"));
    }

    #[test]
    fn what_does_not_compile_is_told_at_once() {
        assert!(Pattern::new(r"(?x) sponsored \s by \s .* # label").is_err(), "the comment hides the end");
        assert!(Pattern::new(r"(?:(?:\p{L}{20}){20}){20}x").is_err(), "too large");
        assert!(Pattern::new(r"(?:\p{L}{20}){3}x").is_ok());
    }
}

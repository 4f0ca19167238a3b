//! What the tests of rules do not touch: phrases that no example has, languages without a phrase.

use std::collections::BTreeSet;

use super::diff_notation;
use super::format::{Matchers, Scope, Status, Tests};
use super::line_key::line_key_of;
use super::load::{LoadedRule, Packs};
use super::matcher::{Anchor, key_has};
use super::pattern::Pattern;

/// How well the tests of a rule cover it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// Id of the rule.
    pub id: String,
    /// Examples of what it matches: lines, documents, rewrites, extractions and diffs.
    pub drop: usize,
    /// Examples of what it leaves alone.
    pub keep: usize,
    /// Known limits.
    pub todo: usize,
    /// Phrases and patterns as they are written.
    pub phrases: usize,
    /// Those of them that match no line of the rule's own examples or of a whole-document case, in the order in
    /// which they are written.
    pub never_hit: Vec<String>,
    /// Languages, sorted, that some rule of these packs has phrases in and this one does not. Empty if it has
    /// none by language.
    pub missing_languages: Vec<String>,
}

impl Packs {
    /// How well the tests of the rules whose id starts with `prefix` cover them, in order of file and place.
    /// Rejected rules are left out.
    #[must_use]
    pub fn coverage(&self, prefix: &str) -> Vec<Coverage> {
        let languages: BTreeSet<&str> = self.rules().flat_map(languages_of).collect();
        let cases: Vec<String> = self
            .cases()
            .iter()
            .filter_map(|loaded| diff_notation::parse(&loaded.case.doc).ok())
            .map(|doc| doc.before)
            .collect();
        let cases = Lines::new(cases.iter().map(String::as_str));
        let is_meant = |rule: &&LoadedRule| {
            rule.definition.id.get_ref().starts_with(prefix) && rule.definition.status != Status::Rejected
        };
        self.rules().filter(is_meant).map(|rule| coverage_of(rule, &cases, &languages)).collect()
    }
}

/// Lines of examples, with their keys.
struct Lines(Vec<(String, String)>);

impl Lines {
    fn new<'a>(documents: impl Iterator<Item = &'a str>) -> Self {
        let lines = documents.flat_map(str::lines).map(str::trim).filter(|line| !line.is_empty());
        Self(lines.map(|line| (line.to_owned(), line_key_of(line))).collect())
    }

    fn have_key(&self, key: &str, anchor: Anchor) -> bool {
        self.0.iter().any(|(_, line)| key_has(line, key, anchor))
    }

    fn match_pattern(&self, pattern: &str) -> bool {
        Pattern::new(pattern).is_ok_and(|pattern| self.0.iter().any(|(line, _)| pattern.is_match(line)))
    }
}

fn coverage_of(rule: &LoadedRule, cases: &Lines, languages: &BTreeSet<&str>) -> Coverage {
    let definition = &rule.definition;
    let tests = &definition.tests;
    let examples = examples(tests);
    let own = Lines::new(examples.iter().map(String::as_str));
    let (mut phrases, mut never_hit) = (0, Vec::new());
    for matchers in parts_of(rule) {
        let kinds = matchers.phrases().into_iter().zip(Anchor::OF_KINDS);
        for (phrase, anchor) in
            kinds.flat_map(|(phrases, (_, anchor))| phrases.iter().map(move |phrase| (phrase, anchor)))
        {
            phrases += 1;
            let keys: Vec<String> =
                rule.vocab.expand(phrase).unwrap_or_default().iter().map(|phrase| line_key_of(phrase)).collect();
            if !keys.iter().any(|key| own.have_key(key, anchor) || cases.have_key(key, anchor)) {
                never_hit.push(phrase.to_owned());
            }
        }
        for pattern in &matchers.regex {
            phrases += 1;
            if !own.match_pattern(pattern.get_ref()) && !cases.match_pattern(pattern.get_ref()) {
                never_hit.push(pattern.get_ref().clone());
            }
        }
    }
    let has: BTreeSet<&str> = languages_of(rule).collect();
    let missing =
        if has.is_empty() { Vec::new() } else { languages.difference(&has).map(|&tag| tag.to_owned()).collect() };
    Coverage {
        id: definition.id.get_ref().clone(),
        drop: tests.drop.len() + tests.drop_docs.len() + tests.rewrite.len() + tests.extract.len() + tests.diff.len(),
        keep: tests.keep.len() + tests.keep_docs.len(),
        todo: tests.todo_drop.len() + tests.todo_keep.len(),
        phrases,
        never_hit,
        missing_languages: missing,
    }
}

/// The documents of a rule's own examples that it should do something to.
fn examples(tests: &Tests) -> Vec<String> {
    let mut all: Vec<String> = tests.drop.iter().chain(&tests.drop_docs).chain(&tests.todo_drop).cloned().collect();
    all.extend(tests.rewrite.iter().map(|test| test.input.clone()));
    all.extend(tests.extract.iter().map(|test| test.input.clone()));
    all.extend(tests.diff.iter().filter_map(|test| diff_notation::parse(&test.doc).ok()).map(|doc| doc.before));
    all
}

/// All matchers of a rule but its exceptions. Spans have a pattern that is no line: what they find is tested by
/// their rewrites.
fn parts_of(rule: &LoadedRule) -> impl Iterator<Item = Matchers> {
    let has_lines = rule.definition.scope != Scope::Span;
    has_lines.then(|| rule.definition.matches.parts()).into_iter().flatten()
}

/// The languages that a rule has phrases in.
fn languages_of(rule: &LoadedRule) -> impl Iterator<Item = &str> {
    let languages = rule
        .definition
        .matches
        .phrases()
        .into_iter()
        .flat_map(|phrases| phrases.by_language.iter().map(|(language, _)| language.as_str()));
    languages.filter(|language| *language != "any")
}

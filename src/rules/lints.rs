//! Faults that a rule may have although it can be read: E01 to E20 of rules/README.md.
//!
//! E04 (unknown key) and E06 (pattern that does not compile) are found while reading and compiling,
//! E15 (id outside its pack, or used twice) while loading; E09, E13 and E16 need several rules, see `conflicts`.

use super::families::{FAMILIES, families_hint};
use super::format::{Action, BlockEnd, Inside, Matchers, Phrases, RuleDefinition, Scope, Status, WhenSiteUnknown};
use super::line_key::line_key_of;
use super::load::LoadedRule;
use crate::error::Error;

/// Counted repetitions above this make the automaton large: `.{0,400}` ran at 2 MB/s, `.*` with
/// `max_chars` at 250.
const MAX_REPETITION: u32 = 20;
/// Kinds of phrases, in the order of [`Matchers::phrases`].
const KINDS: [&str; 4] = ["lines", "starts", "ends", "has"];
/// The key of phrases of no one language.
const ANY: &str = "any";
/// Guards that line rules read.
const LINE_GUARDS: &[&str] = &[
    "position",
    "min_chars",
    "max_chars",
    "min_words",
    "max_words",
    "near",
    "near_lines",
    "below",
    "run_before_body",
    "short_neighbours",
    "prefix_of_next",
    "extends_previous",
    "duplicate_in_doc",
    "same_as_title",
    "shares_word_with_title",
    "min_hits_in_doc",
    "group",
];
/// Those of them that look at the line itself and its neighbors: all that `protect` reads.
const PROTECT_GUARDS: &[&str] = &[
    "min_chars",
    "max_chars",
    "min_words",
    "max_words",
    "short_neighbours",
    "prefix_of_next",
    "extends_previous",
    "duplicate_in_doc",
];
/// Guards that block rules read.
const BLOCK_GUARDS: &[&str] = &["position", "min_chars", "max_chars", "max_lines", "if_unclosed"];
/// Guards that document rules read.
const DOCUMENT_GUARDS: &[&str] = &["min_chars", "max_chars", "max_lines", "max_body_lines", "min_hits"];
/// Guards that span rules read.
const SPAN_GUARDS: &[&str] = &["min_hits_in_doc", "group"];
/// Guards that nothing reads yet, which is a fault of its own.
const UNREAD_GUARDS: [&str; 2] = ["pages_on_site", "share_of_site"];

/// All faults of one rule.
pub(super) fn lint(rule: &LoadedRule) -> Vec<Error> {
    let definition = &rule.definition;
    let mut faults = Vec::new();
    let mut fault = |message: String, hint: &str| faults.push(rule.error_at_id(message, hint));
    let id = definition.id.get_ref();
    if !FAMILIES.contains(&definition.family.as_str()) {
        fault(format!("unknown family `{}`", definition.family), &families_hint(&definition.family));
    }
    if definition.why.trim().chars().count() < 10 {
        fault(format!("`why` of `{id}` says nothing"), "say in a sentence what the line is and why it may go");
    }
    if definition.status == Status::Rejected {
        return faults;
    }
    lint_shape(definition, &mut fault);
    lint_examples(rule, &mut faults);
    lint_guards(rule, &mut faults);
    lint_sites(rule, &mut faults);
    lint_phrases(rule, &mut faults);
    for pattern in &definition.matches.regex {
        lint_pattern(rule, pattern, &mut faults);
    }
    lint_unread_guards(rule, &mut faults);
    faults
}

/// E17: guards that the rule's scope or action does not read, each at its place.
fn lint_unread_guards(rule: &LoadedRule, faults: &mut Vec<Error>) {
    let definition = &rule.definition;
    let (read, reader) = match (definition.scope, definition.action) {
        (Scope::Document, _) => (DOCUMENT_GUARDS, "scope `document`"),
        (Scope::Line, Action::Protect) => (PROTECT_GUARDS, "action `protect`"),
        (Scope::Line, _) => (LINE_GUARDS, "scope `line`"),
        (Scope::Block, _) => (BLOCK_GUARDS, "scope `block`"),
        (Scope::Span, _) => (SPAN_GUARDS, "scope `span`"),
    };
    let is_unread = |key: &str| !read.contains(&key) && !UNREAD_GUARDS.contains(&key);
    let guards = rule.keys_of("when").into_iter().filter(|(key, _)| is_unread(key));
    let exceptions = if definition.scope == Scope::Span { rule.keys_of("unless") } else { Vec::new() };
    for (key, offset) in guards.chain(exceptions) {
        let message =
            format!("E17 `{key}` of `{}` has no effect: the {reader} does not read it", definition.id.get_ref());
        let hint = format!("take it out; read are: {}", read.join(", "));
        faults.push(rule.error_at(offset, message, &hint));
    }
}

fn lint_examples(rule: &LoadedRule, faults: &mut Vec<Error>) {
    let definition = &rule.definition;
    let tests = &definition.tests;
    let id = definition.id.get_ref();
    let positive =
        tests.drop.len() + tests.drop_docs.len() + tests.rewrite.len() + tests.extract.len() + tests.diff.len();
    if positive == 0 {
        let message = format!("E01 `{id}` has no example of what it matches");
        faults.push(rule.error_at_key(&["tests"], message, "add `drop = [\"...\"]` under [rule.tests]"));
    }
    if tests.keep.len() + tests.keep_docs.len() == 0 {
        let message = format!("E02 `{id}` has no example of what it must leave alone");
        let hint = "add `keep = [\"...\"]` under [rule.tests]: a sentence of real text that comes close";
        faults.push(rule.error_at_key(&["tests"], message, hint));
    }
    let expanded = phrases(definition).filter_map(|phrase| rule.vocab.expand(phrase).ok()).flatten();
    let phrases: Vec<String> = expanded.map(|phrase| line_key_of(&phrase)).collect();
    if phrases.is_empty() || definition.scope != Scope::Line {
        return;
    }
    let shares_a_word = |example: &str| {
        let key = line_key_of(example);
        let words =
            |text: &str| -> Vec<String> { text.split(|c: char| !c.is_alphanumeric()).map(str::to_owned).collect() };
        let known: Vec<String> = phrases.iter().flat_map(|phrase| words(phrase)).collect();
        words(&key).iter().any(|word| !word.is_empty() && known.contains(word))
            || phrases.iter().any(|phrase| !phrase.is_empty() && key.contains(phrase.as_str()))
    };
    let examples: Vec<&String> = tests.keep.iter().chain(&tests.keep_docs).collect();
    if definition.matches.regex.is_empty()
        && !examples.is_empty()
        && !examples.iter().any(|example| shares_a_word(example))
    {
        let key = if tests.keep.is_empty() { "keep_docs" } else { "keep" };
        let message = format!("E03 no keep example of `{id}` has a word in common with its phrases");
        let hint = "a near-miss tests something; a line of other words does not";
        faults.push(rule.error_at_key(&["tests", key], message, hint));
    }
}

fn lint_guards(rule: &LoadedRule, faults: &mut Vec<Error>) {
    let definition = &rule.definition;
    let id = definition.id.get_ref();
    let (when, table) = (&definition.when, &definition.matches);
    let has_size_guard = when.max_chars.is_some() || when.max_words.is_some();
    let part = table.phrases().into_iter().zip(KINDS).skip(1).find(|(phrases, _)| !phrases.is_empty());
    if let Some((_, kind)) = part
        && !has_size_guard
        && definition.scope == Scope::Line
    {
        let message = format!("E12 `{id}` looks for parts of lines without a size guard");
        faults.push(rule.error_at_key(&["match", kind], message, "add `max_chars` under [rule.when]"));
    }
    if definition.scope == Scope::Document && when.max_chars.is_none() && when.max_body_lines.is_none() {
        faults.push(rule.error_at_id(
            format!("E12 document rule `{id}` has no guard on what else the document holds"),
            "add `max_body_lines` or `max_chars` under [rule.when]",
        ));
    }
    let is_short = |phrase: &str| {
        let key = line_key_of(phrase);
        let letters = key.chars().filter(|c| c.is_alphanumeric()).count();
        key.is_ascii() && letters > 0 && letters <= 2
    };
    let has_place = !when.position.is_empty() || !when.near.is_empty() || when.short_neighbours.is_some();
    let protects = definition.action == Action::Protect;
    if let Some(phrase) = table.lines.iter().find(|phrase| is_short(phrase) && !phrase.contains('{'))
        && !has_place
        && !protects
        && definition.scope != Scope::Document
    {
        let message = format!("E11 phrase `{phrase}` of `{id}` is too short to stand anywhere");
        let hint = "add `position`, `near` or `short_neighbours` under [rule.when]";
        faults.push(rule.error_at_value(&["match", "lines"], phrase, message, hint));
    }
    if definition.scope == Scope::Block && when.max_lines.is_none() && table.end.is_none() {
        let message = format!("E14 block rule `{id}` has neither an end nor `max_lines`");
        faults.push(rule.error_at_id(message, "say where the block ends"));
    }
}

/// E18: sites that no document can be of.
fn lint_sites(rule: &LoadedRule, faults: &mut Vec<Error>) {
    let definition = &rule.definition;
    // `scutch learn` names sites by their folders where documents have no address.
    let is_folder = definition.has_support() && definition.when_site_unknown != WhenSiteUnknown::Skip;
    let is_host = |site: &str| {
        let lower = site.to_lowercase();
        !site.is_empty() && lower == site && !site.starts_with("www.") && !site.contains(['/', ':', '*', '@', '?', ' '])
    };
    for site in definition.sites.iter().filter(|site| !is_folder && !is_host(site)) {
        let message = format!("E18 `{site}` of `{}` is not a bare host name", definition.id.get_ref());
        let lower = site.to_lowercase();
        let host = lower.split_once("://").map_or(lower.as_str(), |(_, rest)| rest);
        let host = host.split(['/', ':', '?']).next().unwrap_or_default().trim_matches(['*', '.', ' ']);
        let host = host.strip_prefix("www.").unwrap_or(host);
        let host = if is_host(host) { host } else { "example.org" };
        let hint = format!("write `{host}`: small letters, without `www.`; its subdomains count");
        faults.push(rule.error_at_value(&["sites"], site, message, &hint));
    }
}

/// E19 and E20: languages that are no tags, and phrases without a key.
fn lint_phrases(rule: &LoadedRule, faults: &mut Vec<Error>) {
    let definition = &rule.definition;
    let id = definition.id.get_ref();
    for tag in definition.langs.iter().filter(|tag| !is_language(tag) || *tag == ANY) {
        let message = format!("E19 `{tag}` in `langs` of `{id}` is not a language");
        let hint = "write the tag of a language, 2 or 3 letters, optionally with parts behind `-`: `en`, `zh-Hant`; without `langs` a rule is for all";
        faults.push(rule.error_at_value(&["langs"], tag, message, hint));
    }
    for (path, phrases) in phrase_tables(definition) {
        for (language, list) in phrases.by_language.iter() {
            if !is_language(language) {
                let message = format!("E19 `{language}` in `{}` of `{id}` is not a language", path.join("."));
                let hint = "write the tag of a language, 2 or 3 letters, optionally with parts behind `-` (`en`, `zh-Hant`), or `any`";
                faults.push(rule.error_at_value(&path, language, message, hint));
            }
            for phrase in list {
                let expanded = rule.vocab.expand(phrase).unwrap_or_default();
                if expanded.iter().any(|phrase| line_key_of(phrase).is_empty()) {
                    let message =
                        format!("E20 phrase `{phrase}` of `{id}` has no letter or digit, so that it matches no line");
                    faults.push(rule.error_at_value(&path, phrase, message, "write a `regex` for lines of symbols"));
                }
            }
        }
    }
}

/// Whether a text has the form of a BCP 47 tag.
fn is_language(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let primary = parts.next().unwrap_or_default();
    matches!(primary.len(), 2 | 3)
        && primary.bytes().all(|byte| byte.is_ascii_alphabetic())
        && parts.all(|part| matches!(part.len(), 1..=8) && part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

/// All phrases of a rule, its exceptions included, by the tables and the key that they are in.
fn phrase_tables(definition: &RuleDefinition) -> Vec<(Vec<&'static str>, Phrases)> {
    let table = &definition.matches;
    let parts: [(&[&'static str], Option<Matchers>); 5] = [
        (&["match"], Some(table.matchers())),
        (&["match", "start"], table.start.clone()),
        (&["match", "end"], table.end.as_ref().map(BlockEnd::matchers)),
        (&["match", "inside"], table.inside.as_ref().map(Inside::matchers)),
        (&["unless"], Some(definition.unless.clone())),
    ];
    let mut tables = Vec::new();
    for (path, matchers) in parts {
        for (phrases, kind) in matchers.iter().flat_map(|matchers| matchers.phrases().into_iter().zip(KINDS)) {
            tables.push(([path, &[kind]].concat(), phrases.clone()));
        }
    }
    tables
}

fn lint_shape(definition: &RuleDefinition, fault: &mut impl FnMut(String, &str)) {
    let id = definition.id.get_ref();
    let table = &definition.matches;
    let needs = |missing: bool, what: &str| missing.then(|| format!("`{id}`: {what}"));
    let structural = definition.when.prefix_of_next
        || definition.when.extends_previous
        || definition.when.same_as_title
        || definition.when.duplicate_in_doc
        || definition.when.shares_word_with_title
        || definition.when.short_neighbours.is_some();
    let problems = [
        needs(
            definition.scope == Scope::Document && !matches!(definition.action, Action::Drop | Action::Tag),
            "a document rule drops or tags",
        ),
        needs(definition.scope == Scope::Document && table.matchers().is_empty(), "a document rule needs [rule.match]"),
        needs(definition.action == Action::Extract && definition.to.is_none(), "an extract rule needs `to`"),
        needs(definition.action == Action::Rewrite && table.with.is_none(), "a rewrite rule needs `with`"),
        needs(definition.action == Action::Rewrite && definition.scope != Scope::Span, "only span rules rewrite"),
        needs(definition.scope == Scope::Block && table.start.is_none(), "a block rule needs [rule.match.start]"),
        needs(
            definition.scope == Scope::Line && table.matchers().is_empty() && !structural,
            "a line rule needs [rule.match] or a structural guard",
        ),
        needs(
            definition.when.pages_on_site.is_some() || definition.when.share_of_site.is_some(),
            "guards on a whole site are not read yet",
        ),
    ];
    for problem in problems.into_iter().flatten() {
        fault(
            problem,
            "`scutch rules list` names rules of every kind, and `scutch rules show ID` prints one to copy from",
        );
    }
}

/// E05, E07, E08, E10 for one pattern.
fn lint_pattern(rule: &LoadedRule, pattern: &toml::Spanned<String>, faults: &mut Vec<Error>) {
    let text = pattern.get_ref();
    let mut fault = |message: String, hint: &str| faults.push(rule.error_at(pattern.span().start, message, hint));
    if let Some(count) = largest_repetition(text).filter(|count| *count > MAX_REPETITION) {
        fault(format!("E05 counted repetition up to {count} (at most {MAX_REPETITION})"), "use `.*` and `max_chars`");
    }
    if text.starts_with("(?i)") && text.contains("\\p{Lu}") {
        fault("E07 `(?i)` makes `\\p{Lu}` match small letters too".to_owned(), "spell out the case where it matters");
    }
    if text.replace("(?-u:\\b)", "").contains("\\b") {
        fault(
            "E08 Unicode `\\b` leaves the fast path".to_owned(),
            "the whole line is matched anyway; or use `(?-u:\\b)`",
        );
    }
    let has_literal = text.split(|c: char| !c.is_alphabetic()).any(|word| word.chars().count() >= 3);
    if !has_literal && rule.definition.when.max_chars.is_none() && rule.definition.scope == Scope::Line {
        fault("E10 pattern without a literal word needs `max_chars`".to_owned(), "add `max_chars` under [rule.when]");
    }
}

/// The largest number in a `{n}`, `{n,}` or `{n,m}` of a pattern.
fn largest_repetition(pattern: &str) -> Option<u32> {
    pattern
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}'))
        .filter(|(counts, _)| counts.chars().all(|c| c.is_ascii_digit() || c == ','))
        .flat_map(|(counts, _)| counts.split(','))
        .filter_map(|count| count.parse().ok())
        .max()
}

fn phrases(definition: &RuleDefinition) -> impl Iterator<Item = &str> {
    definition.matches.phrases().into_iter().flat_map(Phrases::iter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_tags() {
        assert!(["en", "gsw", "zh-Hant", "de-AT-1996", "any"].into_iter().all(is_language));
        assert!(!["english", "e", "", "en_US", "de-", "12"].into_iter().any(is_language));
    }

    #[test]
    fn repetitions_are_counted_but_classes_are_not() {
        assert_eq!(largest_repetition(r"a{2}b{3,40}"), Some(40));
        assert_eq!(largest_repetition(r"\p{Lu}\x{20AC}"), None);
    }
}

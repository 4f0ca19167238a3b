//! Why rules match a line, or nearly do: for authors of rules.

use super::engine::{Context, examine};
use super::format::{Action, Phrases, Scope, Status, WhenSiteUnknown};
use super::line_key::line_key_of;
use super::load::{LoadedRule, Packs};
use super::matcher::{Anchor, DEFAULT_MAX_CHARS, key_has};
use super::nearest::distance;
use super::options::RuleOptions;
use super::pattern::Pattern;
use super::set::RuleSet;
use crate::edit::RuleTable;
use crate::error::Error;

/// Near misses that are shown.
const MAX_NEARLY: usize = 5;
/// Shortest phrase in letters that a line may have in it, or be a part of, to be a near miss: shorter ones stand in
/// any line.
const MIN_PART_LETTERS: usize = 5;
/// Share of the letters of a phrase, one in so many, that may differ in a near miss.
const LETTERS_PER_DIFFERENCE: usize = 5;
/// Most letters that may differ.
const MAX_DIFFERENCES: usize = 4;

/// What the rules have to say of a line that stands alone.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LineReport {
    /// The key that phrases are compared with; empty for symbols alone.
    pub key: String,
    /// The rule that takes the line where it stands alone, in the profile of the options.
    pub taken_by: Option<String>,
    /// The rule that protects the line, where one does.
    pub protected_by: Option<String>,
    /// Rules with a phrase or pattern that matches: own ones before those that come with the program, each in order of
    /// file and place.
    pub matches: Vec<LineMatch>,
    /// Rules with a phrase that is nearly the line, the nearest first.
    pub nearly: Vec<LineMatch>,
}

/// A rule, and how it relates to a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineMatch {
    /// Id of the rule.
    pub id: String,
    /// The phrase or pattern, as it is written, with its key: ``lines `Share` ``.
    pub by: String,
    /// What else must hold, or what keeps the rule from acting; may be empty.
    pub remarks: Vec<String>,
}

impl Packs {
    /// What the rules have to say of a line.
    ///
    /// # Errors
    /// [`Error::Definition`] if the rules cannot be compiled.
    pub fn explain_line(&self, line: &str, options: &RuleOptions) -> Result<LineReport, Error> {
        let line = line.trim();
        let key = line_key_of(line);
        let set = RuleSet::build(self, options, &mut RuleTable::default())?;
        let findings = examine(&set, line, Context::default());
        let taken = findings.first_rule();
        let mut report = LineReport {
            taken_by: taken.and_then(|index| set.rules.get(index)).map(|rule| rule.name.clone()),
            key,
            ..LineReport::default()
        };
        let mut nearly: Vec<(usize, LineMatch)> = Vec::new();
        for rule in self.rules() {
            let id = rule.definition.id.get_ref();
            if let Some(by) = match_of(rule, line, &report.key) {
                report.matches.push(LineMatch { id: id.clone(), by, remarks: remarks(rule, line, options) });
            } else if let Some((distance, by, why)) = near_miss(rule, &report.key) {
                nearly.push((distance, LineMatch { id: id.clone(), by, remarks: vec![why] }));
            }
        }
        let builtin: Vec<&str> = Self::builtin_names().collect();
        let is_builtin = |id: &str| builtin.contains(&id.split('.').next().unwrap_or_default());
        report.matches.sort_by_key(|one| is_builtin(&one.id));
        report.protected_by = self.protector(line, options).filter(|_| report.taken_by.is_none()).map(str::to_owned);
        nearly.sort_by(|one, other| {
            (one.0, is_builtin(&one.1.id), &one.1.id).cmp(&(other.0, is_builtin(&other.1.id), &other.1.id))
        });
        report.nearly = nearly.into_iter().take(MAX_NEARLY).map(|(_, one)| one).collect();
        Ok(report)
    }

    /// The protecting rule that a line falls under where it stands alone.
    pub(super) fn protector(&self, line: &str, options: &RuleOptions) -> Option<&str> {
        let key = line_key_of(line);
        let protects = |rule: &&LoadedRule| {
            rule.definition.action == Action::Protect
                && options.acts(rule.definition.confidence, rule.definition.status)
                && match_of(rule, line, &key).is_some()
                && obstacles(rule, line, options).is_empty()
        };
        self.rules().find(protects).map(|rule| rule.definition.id.get_ref().as_str())
    }
}

/// The phrases of a rule, or of its exceptions: the kind of each, where it must stand, how it is written, and the key
/// of each of the phrases that it is expanded to.
fn phrases<'a>(
    rule: &'a LoadedRule,
    kinds: [&'a Phrases; 4],
) -> impl Iterator<Item = (&'static str, Anchor, &'a str, String)> {
    let kinds = kinds.into_iter().zip(Anchor::OF_KINDS);
    let written = kinds.flat_map(|(phrases, (name, anchor))| phrases.iter().map(move |phrase| (name, anchor, phrase)));
    written.flat_map(|(name, anchor, phrase)| {
        let expanded = rule.vocab.expand(phrase).unwrap_or_default();
        expanded.into_iter().map(move |one| (name, anchor, phrase, line_key_of(&one)))
    })
}

/// What of a rule matches the line.
fn match_of(rule: &LoadedRule, line: &str, key: &str) -> Option<String> {
    if rule.definition.scope == Scope::Span {
        return None;
    }
    let is_in =
        |(_, anchor, _, phrase): &(&str, Anchor, &str, String)| !phrase.is_empty() && key_has(key, phrase, *anchor);
    if let Some((name, _, phrase, _)) = phrases(rule, rule.definition.matches.phrases()).find(is_in) {
        return Some(format!("{name} `{phrase}`"));
    }
    let mut patterns = rule.definition.matches.regex.iter().map(toml::Spanned::get_ref);
    let pattern = patterns.find(|pattern| Pattern::new(pattern).is_ok_and(|pattern| pattern.is_match(line)))?;
    Some(format!("regex `{pattern}`"))
}

/// What keeps a rule that matches from acting on the line, wherever it stands.
fn obstacles(rule: &LoadedRule, line: &str, options: &RuleOptions) -> Vec<String> {
    let definition = &rule.definition;
    let when = &definition.when;
    let (chars, words) = (line.chars().count(), line.split_whitespace().count());
    let mut obstacles = Vec::new();
    let mut say = |holds: bool, obstacle: String| obstacles.extend(holds.then_some(format!("not: {obstacle}")));
    if definition.scope == Scope::Line {
        let most = when.max_chars.unwrap_or(DEFAULT_MAX_CHARS);
        say(chars > most, format!("{chars} characters, more than max_chars = {most}"));
        let least = when.min_chars.unwrap_or(0);
        say(chars < least, format!("{chars} characters, fewer than min_chars = {least}"));
        let most = when.max_words.unwrap_or(usize::MAX);
        say(words > most, format!("{words} words, more than max_words = {most}"));
        let least = when.min_words.unwrap_or(0);
        say(words < least, format!("{words} words, fewer than min_words = {least}"));
    }
    say(is_excepted(rule, line), "[rule.unless] matches too".to_owned());
    let left_out = options.left_out_by(definition);
    say(left_out.is_some(), format!("left out, as {}", left_out.unwrap_or_default()));
    obstacles
}

/// What else must hold for a rule that matches, or what keeps it from acting.
fn remarks(rule: &LoadedRule, line: &str, options: &RuleOptions) -> Vec<String> {
    let definition = &rule.definition;
    let mut remarks = obstacles(rule, line, options);
    let mut say = |holds: bool, remark: String| remarks.extend(holds.then_some(remark));
    let is_around =
        |key: &String| !key.starts_with("min_chars") && !key.starts_with("max_chars") && !key.ends_with("_words");
    let guards = rule.written_guards().into_iter().filter(|(key, _)| is_around(key));
    let around: Vec<String> = guards.map(|(_, written)| written).collect();
    say(!around.is_empty(), format!("only if what is around it fits: {}", around.join(", ")));
    let unknown = match definition.when_site_unknown {
        WhenSiteUnknown::Skip => "",
        WhenSiteUnknown::Apply => ", or where the site is not known",
        WhenSiteUnknown::Tag => "; it tags where the site is not known",
    };
    say(!definition.sites.is_empty(), format!("only on sites = {}{unknown}", definition.sites.join(", ")));
    say(!definition.langs.is_empty(), format!("only in langs = {}", definition.langs.join(", ")));
    let protects = definition.action == Action::Protect;
    say(protects, "protects the line: rules of the same or a lower rank leave it alone".to_owned());
    let acts = options.acts(definition.confidence, definition.status) && definition.action != Action::Tag;
    let (confidence, status) = (definition.confidence.name(), definition.status.name());
    let only_tags = !acts && !protects && definition.status != Status::Rejected;
    say(only_tags, format!("only tags ({confidence} confidence, {status})"));
    say(definition.scope == Scope::Document, "judges the whole document".to_owned());
    remarks
}

/// Whether an exception of the rule matches the line.
fn is_excepted(rule: &LoadedRule, line: &str) -> bool {
    let unless = &rule.definition.unless;
    let key = line_key_of(line);
    phrases(rule, unless.phrases()).any(|(_, anchor, _, phrase)| key_has(&key, &phrase, anchor))
        || unless
            .regex
            .iter()
            .any(|pattern| Pattern::new(pattern.get_ref()).is_ok_and(|pattern| pattern.is_match(line)))
}

/// How far the nearest phrase of a rule is from the key of a line, the phrase, and what differs.
fn near_miss(rule: &LoadedRule, key: &str) -> Option<(usize, String, String)> {
    let letters = |text: &str| text.chars().count();
    let nearness = |(name, anchor, phrase, other): (&str, Anchor, &str, String)| {
        let by = format!("{name} `{phrase}`");
        let (own, its) = (letters(key), letters(&other));
        let allowed = (its / LETTERS_PER_DIFFERENCE).min(MAX_DIFFERENCES);
        if anchor == Anchor::Whole && own.abs_diff(its) <= allowed {
            let distance = distance(key, &other);
            if distance <= allowed {
                let noun = if distance == 1 { "letter differs" } else { "letters differ" };
                return Some((distance, by, format!("{distance} {noun}: its key is `{other}`")));
            }
        }
        if its >= MIN_PART_LETTERS && key_has(key, &other, Anchor::Anywhere) {
            return Some((own - its, by, "the line has more than the phrase".to_owned()));
        }
        if own >= MIN_PART_LETTERS && key_has(&other, key, Anchor::Anywhere) {
            return Some((its - own, by, format!("the phrase has more: its key is `{other}`")));
        }
        None
    };
    phrases(rule, rule.definition.matches.phrases())
        .filter(|(_, _, _, other)| !other.is_empty())
        .filter_map(nearness)
        .min_by_key(|(distance, _, _)| *distance)
}

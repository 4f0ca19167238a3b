//! Faults of rules that can only be seen beside others: E09, E13 and E16 of rules/README.md.

use std::collections::{BTreeMap, BTreeSet};

use super::format::{Action, Scope, Status};
use super::line_key::line_key_of;
use super::load::{LoadedRule, Packs};
use super::pattern::Pattern;
use crate::error::Error;

/// The built-in pack that the protect list is in.
const PROTECTING_PACK: &str = "web";

/// All such faults of the rules that were read, in order of file and place.
pub(super) fn lint_together(packs: &Packs) -> Vec<Error> {
    let mut faults = Vec::new();
    let is_line_rule =
        |rule: &&LoadedRule| rule.definition.scope == Scope::Line && rule.definition.status != Status::Rejected;
    let rules: Vec<&LoadedRule> = packs.rules().filter(is_line_rule).collect();
    // The list holds for packs that are tested without it, too: they are run beside it.
    let has_list = packs.names().any(|(id, _)| id == PROTECTING_PACK);
    let (builtin, _) = if has_list { Default::default() } else { Packs::load(&[PROTECTING_PACK.to_owned()]) };
    let protecting: Vec<Protection<'_>> = rules
        .iter()
        .copied()
        .chain(builtin.rules().filter(is_line_rule))
        .filter(|rule| rule.definition.action == Action::Protect)
        .map(Protection::new)
        .collect();
    let mut owners: BTreeMap<String, &LoadedRule> = BTreeMap::new();
    for rule in rules.into_iter().filter(|rule| rule.definition.action != Action::Protect) {
        let id = rule.definition.id.get_ref();
        for phrase in rule.definition.matches.lines.iter() {
            let expanded = rule.vocab.expand(phrase).unwrap_or_default();
            for key in expanded.iter().map(|phrase| line_key_of(phrase)).filter(|key| !key.is_empty()) {
                if let Some(by) = protecting.iter().find(|by| by.outranks(rule) && by.covers(&key, phrase)) {
                    let message = format!("E13 phrase `{phrase}` of `{id}` is protected by `{}`", by.id());
                    let hint = "take it out, or make the rule one for `sites`, which comes before the protect list";
                    faults.push(rule.error_at_text(phrase, message, hint));
                }
                let Some(other) = owners.insert(key, rule) else { continue };
                if other.definition.action != rule.definition.action {
                    let there = other.definition.id.get_ref();
                    let (one, two) = (rule.definition.action.name(), other.definition.action.name());
                    let message = format!("E09 phrase `{phrase}` of `{id}` ({one}) also stands in `{there}` ({two})");
                    faults.push(rule.error_at_text(phrase, message, "take it out of one of the two"));
                }
            }
        }
    }
    faults.extend(lint_known(packs));
    faults
}

/// E16: known hits of rules that are not there, although their pack is.
fn lint_known(packs: &Packs) -> Vec<Error> {
    let is_read = |pack: &str| packs.names().any(|(id, _)| id == pack);
    let is_gone = |id: &str| {
        let rule = packs.rules().find(|rule| rule.definition.id.get_ref() == id);
        rule.is_none_or(|rule| rule.definition.status == Status::Rejected)
    };
    let gone = packs.known().filter(|(id, _)| is_read(id.split('.').next().unwrap_or_default()) && is_gone(id));
    gone.map(|(id, place)| Error::Definition {
        place: place.clone(),
        message: format!("E16 lines that `{id}` is known to hit, but the rule was removed"),
        hint: "take them out, or put them under the rule that has taken its place".to_owned(),
    })
    .collect()
}

/// A protecting rule with its phrases for whole lines and its patterns.
struct Protection<'a> {
    rule: &'a LoadedRule,
    keys: BTreeSet<String>,
    patterns: Vec<Pattern>,
}

impl<'a> Protection<'a> {
    fn new(rule: &'a LoadedRule) -> Self {
        let table = &rule.definition.matches;
        let phrases = rule.vocab.expand_all(&table.lines).unwrap_or_default();
        let keys = phrases.iter().map(|phrase| line_key_of(phrase)).filter(|key| !key.is_empty()).collect();
        let patterns = table.regex.iter().filter_map(|pattern| Pattern::new(pattern.get_ref()).ok());
        Self { rule, keys, patterns: patterns.collect() }
    }

    fn id(&self) -> &str {
        self.rule.definition.id.get_ref()
    }

    /// Whether lines are kept from this rule.
    fn outranks(&self, rule: &LoadedRule) -> bool {
        let rank = |rule: &LoadedRule| (!rule.definition.sites.is_empty(), rule.definition.confidence);
        rank(self.rule) >= rank(rule)
    }

    fn covers(&self, key: &str, phrase: &str) -> bool {
        self.keys.contains(key) || self.patterns.iter().any(|pattern| pattern.is_match(phrase))
    }
}

//! Which rules a document meets, whether or not they act.

use super::engine::{Context, examine};
use super::set::RuleSet;
use crate::document::{Document, Field};

/// Ids of the rules that act on a document or would tag it: once for each edit, and once for a tag or rejection.
/// The address of a document is not looked at.
pub(crate) fn examine_document<'a>(set: &'a RuleSet, document: &Document) -> Vec<&'a str> {
    let context = Context {
        language: document.fact(&Field::Lang).unwrap_or_default(),
        title: document.fact(&Field::Title),
        ..Context::default()
    };
    let findings = examine(set, document.text.as_str(), context);
    let acting = findings.acting.iter().map(|finding| finding.rule);
    let rules = acting.chain(findings.tagging.iter().copied()).chain(findings.rejected_by);
    rules.filter_map(|index| set.rules.get(index)).map(|rule| rule.name.as_str()).collect()
}

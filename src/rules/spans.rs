//! Span rules: stretches within lines, told by what stands directly before and behind.

use std::collections::BTreeMap;
use std::ops::Range;

use super::engine::{Decision, Examination, Finding};
use super::format::{Action, Scope};
use super::set::SpanRule;

/// All spans in lines that are not taken, in rising order, none overlapping another. Rules that only
/// tag are added to `tagging`.
pub(super) fn find(examination: &Examination<'_>, taken: &[bool], tagging: &mut Vec<usize>) -> Vec<Finding> {
    let mut hits: Vec<(Range<usize>, usize)> = Vec::new();
    for (index, rule) in examination.set.rules.iter().enumerate() {
        let Some(span) = rule.span.as_ref().filter(|_| rule.facts.scope == Scope::Span) else { continue };
        if !examination.applies(index) {
            continue;
        }
        for range in span.find.find_all(examination.text) {
            if holds_in_context(examination, span, &range, taken) {
                hits.push((range, index));
            }
        }
    }
    let hits = with_enough_hits(examination, hits);
    let (mut acting, tags): (Vec<_>, Vec<_>) =
        hits.into_iter().partition(|(_, rule)| examination.acts(examination.rule(*rule)));
    tagging.extend(tags.into_iter().map(|(_, rule)| rule));
    acting.sort_by(|(one, one_rule), (other, other_rule)| {
        let (one_rule, other_rule) = (examination.rule(*one_rule), examination.rule(*other_rule));
        one.start
            .cmp(&other.start)
            .then_with(|| other_rule.rank().cmp(&one_rule.rank()))
            .then_with(|| one_rule.name.cmp(&other_rule.name))
    });
    let mut end = 0;
    acting.retain(|(range, _)| {
        let is_free = range.start >= end;
        end = if is_free { range.end } else { end };
        is_free
    });
    acting.into_iter().filter_map(|(span, rule)| finding(examination, span, rule)).collect()
}

fn finding(examination: &Examination<'_>, span: Range<usize>, index: usize) -> Option<Finding> {
    let rule = examination.rule(index);
    let decision = match rule.facts.action {
        Action::Drop => Decision::Delete,
        Action::Rewrite => Decision::Replace(rule.span.as_ref()?.with.clone()),
        Action::Extract => Decision::Extract(rule.split_value(examination.text.get(span.clone())?)),
        Action::Tag | Action::Protect => return None,
    };
    Some(Finding { span, rule: index, decision })
}

/// Whether the match lies within one line that is not taken, and what stands around it fits.
fn holds_in_context(examination: &Examination<'_>, span: &SpanRule, range: &Range<usize>, taken: &[bool]) -> bool {
    let line_index = examination.lines.partition_point(|line| line.full().end <= range.start);
    let Some(line) = examination.lines.get(line_index) else { return false };
    let (full, content) = (line.full(), line.content());
    if range.start < full.start || range.end > full.end || taken.get(line_index).copied().unwrap_or(false) {
        return false;
    }
    let before = examination.text.get(full.start..range.start).unwrap_or_default();
    let after = examination.text.get(range.end..content.end.max(range.end)).unwrap_or_default();
    span.before.as_ref().is_none_or(|regex| regex.is_match(before))
        && span.after.as_ref().is_none_or(|regex| regex.is_match(after))
}

/// Leaves out the hits of rules that must match several times and do not. Rules of one group count
/// together.
fn with_enough_hits(examination: &Examination<'_>, hits: Vec<(Range<usize>, usize)>) -> Vec<(Range<usize>, usize)> {
    let key = |index: usize| {
        let rule = examination.rule(index);
        rule.when.group.clone().unwrap_or_else(|| rule.name.clone())
    };
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for (_, rule) in &hits {
        *counts.entry(key(*rule)).or_default() += 1;
    }
    let enough = |index: usize| {
        let least = examination.rule(index).when.min_hits_in_doc;
        examination.context.line_alone
            || least.is_none_or(|least| counts.get(&key(index)).is_some_and(|count| *count >= least))
    };
    hits.into_iter().filter(|(_, rule)| enough(*rule)).collect()
}

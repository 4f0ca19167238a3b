//! Document rules: they judge a text as a whole, after lines, blocks and spans.

use std::collections::BTreeMap;

use super::engine::Examination;
use super::format::Scope;
use super::matcher::{Slot, Target};
use super::set::Rule;

/// The rule (by index) that the document falls to, if one does: that of the highest rank, then the one whose id
/// comes first. `taken` says which lines other rules take. Rules that only tag are added to `tagging`.
pub(super) fn find(examination: &Examination<'_>, taken: &[bool], tagging: &mut Vec<usize>) -> Option<usize> {
    let is_of_document = |target: &Target| examination.rule(target.rule).facts.scope == Scope::Document;
    if !examination.targets().iter().any(is_of_document) {
        return None;
    }
    let mut hits: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for line in 0..examination.lines.len() {
        let targets = examination.targets_of(line).iter().filter(|target| target.slot == Slot::Main);
        for target in targets.filter(|target| is_of_document(target)) {
            hits.entry(target.rule).or_default().push(line);
        }
    }
    hits.retain(|index, lines| {
        let rule = examination.rule(*index);
        examination.applies(*index)
            && meets_guards(examination, rule, lines, taken)
            && !(0..examination.lines.len()).any(|line| examination.is_excepted(line, *index))
    });
    let (acting, tags): (Vec<usize>, Vec<usize>) =
        hits.into_keys().partition(|index| examination.acts(examination.rule(*index)));
    tagging.extend(tags);
    acting.into_iter().min_by(|one, other| examination.rule(*one).order(examination.rule(*other)))
}

/// Whether a text with these hits is as small, and has as little else in it, as the rule asks.
fn meets_guards(examination: &Examination<'_>, rule: &Rule, hits: &[usize], taken: &[bool]) -> bool {
    let when = &rule.when;
    let lines = &examination.lines;
    let chars: usize = lines.iter().map(crate::lines::Line::chars).sum();
    let is_other_body = |(index, line): &(usize, &crate::lines::Line)| {
        line.is_body && !hits.contains(index) && !taken.get(*index).copied().unwrap_or(false)
    };
    let body_lines = || lines.iter().enumerate().filter(is_other_body).count();
    chars >= when.min_chars.unwrap_or(0)
        && chars <= when.max_chars.unwrap_or(usize::MAX)
        && lines.len() <= when.max_lines.unwrap_or(usize::MAX)
        && (examination.context.line_alone || hits.len() >= when.min_hits.unwrap_or(1))
        && when.max_body_lines.is_none_or(|most| body_lines() <= most)
}

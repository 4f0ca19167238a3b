//! Block rules: from a start line to an end line, with evidence inside.

use std::ops::Range;

use super::engine::Examination;
use super::format::{Action, IfUnclosed};
use super::matcher::Slot;
use super::set::{BlockRule, Rule};

/// Lines that a block rule claims; `position` is not yet checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) lines: Range<usize>,
    pub(super) rule: usize,
}

/// All blocks, best rule first, then by place.
pub(super) fn find(examination: &Examination<'_>) -> Vec<Block> {
    let mut blocks = Vec::new();
    for start in 0..examination.lines.len() {
        for target in examination.targets_of(start).iter().filter(|target| target.slot == Slot::Start) {
            let rule = examination.rule(target.rule);
            let Some(block_rule) = &rule.block else { continue };
            if rule.action == Action::Protect
                || !examination.applies_to_document(rule)
                || examination.is_excepted(start, target.rule)
            {
                continue;
            }
            if let Some(lines) = extent(examination, start, target.rule, block_rule)
                && has_size_and_evidence(examination, lines.clone(), target.rule, rule, block_rule)
            {
                blocks.push(Block { lines, rule: target.rule });
            }
        }
    }
    let rank = |block: &Block| examination.rule(block.rule).rank();
    blocks.sort_by(|one, other| rank(other).cmp(&rank(one)).then(one.lines.start.cmp(&other.lines.start)));
    blocks
}

/// The lines from `start` to the block's end.
fn extent(examination: &Examination<'_>, start: usize, rule: usize, block: &BlockRule) -> Option<Range<usize>> {
    let last = examination.lines.iter().rposition(|line| !line.is_blank())?;
    let limit = examination.rule(rule).when.max_lines.unwrap_or(usize::MAX);
    let text_lines = (start + 1..=last).filter(|index| !examination.line(*index).is_blank());
    if block.has_end
        && let Some(end) = text_lines.take(limit).find(|index| examination.hit(*index, rule, Slot::End))
    {
        return Some(start..end + 1);
    }
    if block.ends_at_eof {
        return Some(start..last + 1);
    }
    match block.if_unclosed {
        IfUnclosed::Keep => None,
        IfUnclosed::ToEnd => Some(start..last + 1),
        IfUnclosed::StartLine => Some(start..start + 1),
    }
}

/// Whether a block is no larger than its rule allows and holds enough of what it must hold.
fn has_size_and_evidence(
    examination: &Examination<'_>,
    lines: Range<usize>,
    index: usize,
    rule: &Rule,
    block: &BlockRule,
) -> bool {
    let text_lines = || lines.clone().filter(|line| !examination.line(*line).is_blank());
    let chars: usize = text_lines().map(|line| examination.line(line).chars).sum();
    let mut evidence: Vec<Slot> = text_lines()
        .flat_map(|line| examination.targets_of(line))
        .filter(|target| target.rule == index && matches!(target.slot, Slot::Inside(_)))
        .map(|target| target.slot)
        .collect();
    evidence.sort_unstable();
    evidence.dedup();
    text_lines().count() <= rule.when.max_lines.unwrap_or(usize::MAX)
        && chars <= rule.when.max_chars.unwrap_or(usize::MAX)
        && chars >= rule.when.min_chars.unwrap_or(0)
        && evidence.len() >= block.min_inside
}

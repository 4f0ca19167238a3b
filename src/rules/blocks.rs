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

/// Lines of a block whose rule does not say how many it may have: without a limit, a start
/// line that is repeated throughout a text would be held against all that follows each time.
const MAX_LINES: usize = 200;

/// All blocks, best rule first, then by place.
pub(super) fn find(examination: &Examination<'_>) -> Vec<Block> {
    let count = examination.lines.len();
    let mut blocks = Vec::new();
    if !examination.targets().iter().any(|target| target.slot == Slot::Start) {
        return blocks;
    }
    for start in 0..count {
        for target in examination.targets_of(start).iter().filter(|target| target.slot == Slot::Start) {
            let rule = examination.rule(target.rule);
            let Some(block_rule) = &rule.block else { continue };
            if rule.facts.action == Action::Protect
                || !examination.applies(target.rule)
                || examination.is_excepted(start, target.rule)
            {
                continue;
            }
            let lines = extent(examination, start..count, target.rule, block_rule);
            let fits = |lines: &Range<usize>| has_size_and_evidence(examination, lines, target.rule, rule, block_rule);
            blocks.extend(lines.filter(fits).map(|lines| Block { lines, rule: target.rule }));
        }
    }
    let rank = |block: &Block| examination.rule(block.rule).rank();
    blocks.sort_by(|one, other| rank(other).cmp(&rank(one)).then(one.lines.start.cmp(&other.lines.start)));
    blocks
}

/// The lines of a block, of `lines` from its start line to the end of the text. `None` if it does not end, or
/// not within the lines that it may have.
fn extent(examination: &Examination<'_>, lines: Range<usize>, rule: usize, block: &BlockRule) -> Option<Range<usize>> {
    let limit = max_lines(examination.rule(rule));
    let start = lines.start;
    let mut behind = lines.clone().skip(1).take(limit);
    if block.has_end
        && let Some(end) = behind.find(|index| examination.hit(*index, rule, Slot::End))
    {
        return Some(start..end + 1);
    }
    let to_end = || (lines.len() <= limit).then_some(lines);
    if block.ends_at_eof {
        return to_end();
    }
    match block.if_unclosed {
        IfUnclosed::Keep => None,
        IfUnclosed::ToEnd => to_end(),
        IfUnclosed::StartLine => Some(start..start + 1),
    }
}

fn max_lines(rule: &Rule) -> usize {
    rule.when.max_lines.unwrap_or(MAX_LINES)
}

/// Whether a block is no larger than its rule allows and holds enough of what it must hold.
fn has_size_and_evidence(
    examination: &Examination<'_>,
    lines: &Range<usize>,
    index: usize,
    rule: &Rule,
    block: &BlockRule,
) -> bool {
    let chars: usize = lines.clone().map(|line| examination.line(line).chars()).sum();
    let mut evidence: Vec<Slot> = lines
        .clone()
        .flat_map(|line| examination.targets_of(line))
        .filter(|target| target.rule == index && matches!(target.slot, Slot::Inside(_)))
        .map(|target| target.slot)
        .collect();
    evidence.sort_unstable();
    evidence.dedup();
    lines.len() <= max_lines(rule)
        && chars <= rule.when.max_chars.unwrap_or(usize::MAX)
        && chars >= rule.when.min_chars.unwrap_or(0)
        && evidence.len() >= block.min_inside
}

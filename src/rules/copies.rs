//! Copies of lines that are furniture by what stands near them.
//!
//! Pages show their menus twice, for wide and for narrow screens. A rule that asks what stands near a line may see it
//! in one copy alone; the other copy is as much furniture.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use super::engine::{Candidate, Examination};
use super::format::Action;
use super::guards::SHORT_CHARS;

/// Short neighbors from which a line stands in a list.
const LEAST_SHORT_NEIGHBORS: usize = 2;

/// Lines that stay although a rule that asks for what is near took one with the same words, each with that rule: those in a
/// run of short lines. `took` are the lines that rules take; `is_free` says which lines may go.
pub(super) fn of_taken(
    examination: &Examination<'_>,
    took: &[Candidate],
    is_free: impl Fn(usize) -> bool,
) -> Vec<Candidate> {
    let is_by_place = |one: &&Candidate| {
        let rule = examination.rule(one.rule);
        rule.facts.action == Action::Drop && !rule.when.near.is_empty()
    };
    let is_short = |line: usize| examination.line(line).chars() <= SHORT_CHARS;
    let by_place = took.iter().filter(is_by_place).filter(|one| is_short(one.line));
    let rules: HashMap<&str, usize, FixedState> =
        by_place.map(|one| (examination.content(one.line), one.rule)).collect();
    if rules.is_empty() {
        return Vec::new();
    }
    let is_listed = |one: &Candidate| {
        examination.short_neighbors(one.line, LEAST_SHORT_NEIGHBORS) >= LEAST_SHORT_NEIGHBORS
            && !examination.is_running_text(one.line)
    };
    let lines = (0..examination.lines.len()).filter(|line| is_short(*line) && is_free(*line));
    let copy = |line| rules.get(examination.content(line)).map(|rule| Candidate { line, rule: *rule });
    lines.filter_map(copy).filter(is_listed).collect()
}

//! The guards of line rules: what must hold of a line, of the lines around it, and of what other rules found.

use std::collections::{BTreeMap, HashSet};

use foldhash::fast::FixedState;

use super::engine::{Candidate, Examination};
use super::facts::Asks;
use super::line_sets::LineSets;
use super::set::Rule;
use super::settling::{Settled, Title};

/// Characters up to which a neighbor counts as short for `short_neighbours`.
pub(super) const SHORT_CHARS: usize = 40;
/// Fewest lines of a run before a body line: one line alone may be a heading of the text.
const LEAST_RUN: usize = 2;
/// Letters from which a word that is not capitalized links a line to the title.
const TITLE_WORD_LETTERS: usize = 5;
/// Letters from which a capitalized word does.
const TITLE_NAME_LETTERS: usize = 4;

impl<'a> Examination<'a> {
    /// Guards that need nothing but the line and those around it.
    pub(super) fn meets_own_guards(&self, one: Candidate) -> bool {
        let (index, rule) = (one.line, self.rule(one.rule));
        let facts = &rule.facts;
        facts.admit_size(self.line(index).chars())
            && self.applies(one.rule)
            && (!facts.counts_words || self.has_words(index, rule))
            && (self.context.line_alone
                || ((!facts.looks_around || self.meets_neighbor_guards(index, rule))
                    && (!facts.needs_loose_line || !self.is_running_text(index))))
    }

    /// Whether a line has as many words as the rule asks.
    fn has_words(&self, index: usize, rule: &Rule) -> bool {
        let words = |most: usize| self.content(index).split_whitespace().take(most).count();
        rule.when.max_words.is_none_or(|most| words(most + 1) <= most)
            && rule.when.min_words.is_none_or(|least| words(least) >= least)
    }

    /// Guards that look at the lines around.
    fn meets_neighbor_guards(&self, index: usize, rule: &Rule) -> bool {
        let when = &rule.when;
        (!when.prefix_of_next || self.neighbor(index, 1).is_some_and(|next| self.is_cut_from(index, next)))
            && (!when.extends_previous || self.extends_previous(index, rule))
            && (!when.duplicate_in_doc || self.is_repeated(index))
            && when.short_neighbours.is_none_or(|least| self.short_neighbors(index, least) >= least)
    }

    /// The next line (`step` 1) or the one before (`step` -1).
    pub(super) fn neighbor(&self, index: usize, step: isize) -> Option<usize> {
        index.checked_add_signed(step).filter(|at| *at < self.lines.len())
    }

    /// Whether line `index` is the start of line `whole`, which goes on.
    fn is_cut_from(&self, index: usize, whole: usize) -> bool {
        let (cut, whole) = (self.content(index), self.content(whole));
        let stem = cut.trim_end_matches(['.', '…']);
        whole != cut && whole.len() > stem.len() && whole.starts_with(stem)
    }

    fn extends_previous(&self, index: usize, rule: &Rule) -> bool {
        self.neighbor(index, -1).is_some_and(|previous| {
            self.line(previous).chars() >= rule.when.min_chars.unwrap_or(1) && self.is_cut_from(previous, index)
        })
    }

    /// Number of neighbors on both sides, in a row, that are short; counts no further than needed.
    pub(super) fn short_neighbors(&self, index: usize, needed: usize) -> usize {
        let count = |step| {
            let mut at = index;
            let mut count = 0;
            while count < needed
                && let Some(next) = self.neighbor(at, step).filter(|next| self.line(*next).chars() <= SHORT_CHARS)
            {
                (at, count) = (next, count + 1);
            }
            count
        };
        count(-1) + count(1)
    }

    /// Whether the line stands before in the same words.
    fn is_repeated(&self, index: usize) -> bool {
        let find = || {
            let mut seen: HashSet<&str, FixedState> = HashSet::default();
            self.lines.iter().map(|line| !seen.insert(line.text(self.text))).collect::<Vec<bool>>()
        };
        self.repeats.get_or_init(find).get(index).copied().unwrap_or(false)
    }

    /// Guards that ask for the title or for what other rules found: `near` are the lines near what they found, by the
    /// number of what is asked to be near.
    pub(super) fn meets_shared_guards(&self, one: Candidate, settled: &Settled<'a>, near: &LineSets) -> bool {
        let rule = self.rule(one.rule);
        if rule.asks() != Asks::Others {
            return true;
        }
        let when = &rule.when;
        let is_title = |title: &Title<'_>| title.text == self.content(one.line) && title.line != Some(one.line);
        let is_like_title = |title: &Title<'_>| {
            title.text != self.content(one.line) && share_a_word(title.text, self.content(one.line))
        };
        rule.near.is_none_or(|number| near.has(number, one.line))
            && (!when.same_as_title || settled.title(self).is_some_and(is_title))
            && (!when.shares_word_with_title || settled.title(self).is_some_and(is_like_title))
    }

    /// Leaves out candidates of rules that must match several times and do not.
    pub(super) fn with_enough_hits(&self, candidates: Vec<Candidate>) -> Vec<Candidate> {
        if candidates.iter().all(|one| self.rule(one.rule).when.min_hits_in_doc.is_none()) {
            return candidates;
        }
        let key = |rule: usize| self.rule(rule).when.group.as_ref().unwrap_or(&self.rule(rule).name).as_str();
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for one in candidates.iter().filter(|one| self.rule(one.rule).when.min_hits_in_doc.is_some()) {
            *counts.entry(key(one.rule)).or_default() += 1;
        }
        let enough = |one: &Candidate| {
            let least = self.rule(one.rule).when.min_hits_in_doc;
            least.is_none_or(|least| counts.get(key(one.rule)).is_some_and(|count| *count >= least))
        };
        candidates.into_iter().filter(enough).collect()
    }

    /// Leaves out candidates of rules with `below` that are in no run of lines right below such a heading,
    /// or in a run of the wrong size.
    pub(super) fn with_runs(
        &self,
        mut candidates: Vec<Candidate>,
        furniture: &[bool],
        families: &LineSets,
    ) -> Vec<Candidate> {
        let asks_for_heading = |rule: &usize| !self.rule(*rule).below.is_empty();
        let mut rules: Vec<usize> = candidates.iter().map(|one| one.rule).filter(asks_for_heading).collect();
        rules.sort_unstable();
        rules.dedup();
        for index in rules {
            let when = &self.rule(index).when;
            let below = &self.rule(index).below;
            let is_heading = |line: usize| below.iter().any(|family| families.has(*family, line));
            let mut lines: Vec<usize> =
                candidates.iter().filter(|one| one.rule == index && !furniture[one.line]).map(|one| one.line).collect();
            lines.sort_unstable();
            let mut admitted: HashSet<usize, FixedState> = HashSet::default();
            for run in lines.chunk_by(|one, next| self.neighbor(*one, 1) == Some(*next)) {
                let (Some(first), Some(last)) = (run.first(), run.last()) else { continue };
                let is_below = self.neighbor(*first, -1).is_some_and(is_heading);
                let next = self.neighbor(*last, 1);
                let is_bounded = when.run_before_body.is_none_or(|most| {
                    (LEAST_RUN..=most).contains(&run.len()) && next.is_some_and(|next| self.line(next).is_body)
                });
                if is_below && is_bounded {
                    admitted.extend(run);
                }
            }
            candidates.retain(|one| one.rule != index || admitted.contains(&one.line));
        }
        candidates
    }
}

/// Whether two lines have a telling word in common.
fn share_a_word(title: &str, line: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        text.split(|c: char| !c.is_alphanumeric())
            .filter(|word| {
                let letters = word.chars().count();
                let is_name = word.chars().next().is_some_and(char::is_uppercase);
                letters >= TITLE_WORD_LETTERS || (is_name && letters >= TITLE_NAME_LETTERS)
            })
            .map(str::to_lowercase)
            .collect()
    };
    let of_title = words(title);
    words(line).iter().any(|word| of_title.contains(word))
}

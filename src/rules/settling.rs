//! Which of a text's candidates hold once all guards are looked at: those that ask where a line stands, for the title,
//! and for what other rules found.

use std::cell::OnceCell;

use super::blocks;
use super::engine::{Candidate, Examination};
use super::facts::Asks;
use super::format::{Action, Confidence};
use super::line_sets::LineSets;
use super::places::Places;
use super::set::Rule;
use crate::lines;

/// How strong a rule is among those that want the same line.
type Rank = (bool, Confidence);

/// The title of a document, and the line that it first stands on.
pub(super) struct Title<'a> {
    pub(super) text: &'a str,
    pub(super) line: Option<usize>,
}

/// What rules match once all guards are looked at, before one is chosen for each line. The lines' candidates are
/// those of the examination.
pub(super) struct Settled<'a> {
    pub(super) blocks: Vec<blocks::Block>,
    pub(super) protection: Protection,
    pub(super) places: Places,
    /// Whether each line is furniture by what it and its place say.
    furniture: Vec<bool>,
    title: OnceCell<Option<Title<'a>>>,
}

impl<'a> Settled<'a> {
    /// The title: that which is known from elsewhere, or the first line that is no furniture, if it looks like one.
    pub(super) fn title(&self, examination: &Examination<'a>) -> Option<&Title<'a>> {
        let find = || {
            let counts = |line: usize| !self.furniture.get(line).copied().unwrap_or(false);
            let found = || lines::find_title(examination.text, &examination.lines, counts);
            let text = examination.context.title.or_else(|| found().map(|line| examination.content(line)))?;
            let line = (0..examination.lines.len()).find(|line| examination.content(*line) == text);
            Some(Title { text, line })
        };
        self.title.get_or_init(find).as_ref()
    }
}

/// The highest rank of a protecting rule on each line.
#[derive(Debug, Default)]
pub(super) struct Protection {
    /// Empty if no line is protected.
    ranks: Vec<Option<Rank>>,
}

impl Protection {
    pub(super) fn of(examination: &Examination<'_>) -> Self {
        let mut ranks = Vec::new();
        for one in &examination.candidates {
            let rule = examination.rule(one.rule);
            if rule.facts.action == Action::Protect && examination.acts(rule) {
                ranks.resize(examination.lines.len(), None);
                let rank: &mut Option<Rank> = &mut ranks[one.line];
                *rank = (*rank).max(Some(rule.rank()));
            }
        }
        Self { ranks }
    }

    /// Whether no line is protected.
    pub(super) fn is_empty(&self) -> bool {
        self.ranks.is_empty()
    }

    /// Whether a line is protected from any rule.
    pub(super) fn covers(&self, line: usize) -> bool {
        self.rank(line).is_some()
    }

    /// Whether a rule may have a line.
    #[inline]
    fn admits(&self, line: usize, rule: &Rule) -> bool {
        self.rank(line).is_none_or(|rank| rank < rule.rank())
    }

    #[inline]
    fn rank(&self, line: usize) -> Option<Rank> {
        self.ranks.get(line).copied().flatten()
    }
}

impl<'a> Examination<'a> {
    /// Looks at the guards of all candidates that ask for more than the lines around them.
    pub(super) fn settle(&mut self) -> Settled<'a> {
        let looks_around = !self.context.line_alone;
        let blocks = blocks::find(self);
        let protection = Protection::of(self);
        let is_free = |one: Candidate| protection.admits(one.line, self.rule(one.rule));

        // What is furniture wherever it stands tells where the body is.
        let mut furniture = vec![false; self.lines.len()];
        for block in &blocks {
            furniture[block.lines.clone()].fill(true);
        }
        let mut candidates = Vec::with_capacity(self.candidates.len());
        for one in self.candidates.iter().copied() {
            let rule = self.rule(one.rule);
            if rule.facts.action == Action::Protect || !is_free(one) {
                continue;
            }
            let is_sure = rule.asks() == Asks::Neighbors && rule.when.min_hits_in_doc.is_none();
            furniture[one.line] |= is_sure && self.removes(rule);
            candidates.push(one);
        }
        let places = Places::new(&self.lines, &furniture);
        let in_place = |one: Candidate| places.admit(self.rule(one.rule).facts.positions, one.line..one.line + 1);
        if looks_around {
            candidates.retain(|one| in_place(*one));
        }
        candidates.extend(self.guarded_candidates(Asks::Position, &places, |one| is_free(one) && in_place(one)));
        for one in &candidates {
            let rule = self.rule(one.rule);
            furniture[one.line] |= rule.asks() != Asks::Others && self.removes(rule);
        }
        let families = self.families(&candidates, &blocks);
        let settled = Settled { blocks, protection, places, furniture, title: OnceCell::new() };
        let near = families.near(self.set.near.iter().map(|near| (near.families.as_slice(), near.lines)));
        let shared = |one: Candidate| self.meets_shared_guards(one, &settled, &near);
        if looks_around {
            candidates.retain(|one| shared(*one));
        }
        let admits = |one: Candidate| {
            let rule = self.rule(one.rule);
            shared(one)
                && settled.places.admit(rule.facts.positions, one.line..one.line + 1)
                && settled.protection.admits(one.line, rule)
        };
        candidates.extend(self.guarded_candidates(Asks::Others, &settled.places, admits));
        if looks_around {
            candidates = self.with_enough_hits(candidates);
            candidates = self.with_runs(candidates, &settled.furniture, &families);
        }
        candidates.sort_by_key(|one| one.line);
        self.candidates = candidates;
        settled
    }

    fn removes(&self, rule: &Rule) -> bool {
        rule.facts.removes() && self.acts(rule)
    }

    /// Lines hit by each family, by the number of the family in the set.
    fn families(&self, candidates: &[Candidate], blocks: &[blocks::Block]) -> LineSets {
        let mut families = LineSets::new(self.set.families, self.lines.len());
        for one in candidates {
            let rule = self.rule(one.rule);
            if rule.asks() != Asks::Others {
                families.add(rule.family_number, one.line);
            }
        }
        for block in blocks {
            block.lines.clone().for_each(|line| families.add(self.rule(block.rule).family_number, line));
        }
        families
    }
}

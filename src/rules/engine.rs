//! Holding a rule set against a text: which lines, blocks and spans go, become metadata, or change.
//!
//! All rules see the same text. Order: lines are matched; rules whose guards need nothing else find
//! what is furniture for sure; that tells where the body of the text is, which decides positions;
//! then the title is known, and the rules that ask for it or for their neighbors decide. Protecting
//! rules win over others of their rank or below. Blocks take lines first, then line rules, then spans; rules for
//! whole documents see what is left, and may reject the document.

use std::cell::{Cell, OnceCell};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::exceptions::is_within;
use super::facts::Asks;
use super::format::{Scope, WhenSiteUnknown};
use super::gates::Look;
use super::matcher::{Slot, Target};
use super::model::Judgment;
use super::pattern::Pattern;
use super::places::Places;
use super::set::{Act, Rule, RuleSet};
use super::settling::Protection;
use super::waiting::Waiting;
use crate::edit::RuleId;
use crate::lines::scan::Scan;
use crate::lines::{self, Line};

/// What is known of the document besides its text.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Context<'a> {
    /// Host name of its address, lower case; empty if unknown.
    pub(crate) site: &'a str,
    /// Language, a BCP 47 tag; empty if unknown.
    pub(crate) language: &'a str,
    /// Title, if it is known from elsewhere.
    pub(crate) title: Option<&'a str>,
    /// Numbers of the set's exceptions that the document falls under.
    pub(crate) exceptions: &'a [usize],
    /// Whether guards on what stands around a line (position, neighbors, title, number of hits) are
    /// passed over: for the one-line `drop` tests of rules.
    pub(crate) line_alone: bool,
    /// Whether the text is what the block model left of a page: the line model has nothing to add to that.
    pub(crate) is_main_text: bool,
}

impl Context<'_> {
    /// Whether the document's site and language are ones that the rule is for.
    fn admits(&self, rule: &Rule) -> bool {
        if rule.left_out_by.iter().any(|number| self.exceptions.contains(number)) {
            return false;
        }
        let site = rule.sites.is_empty()
            || if self.site.is_empty() {
                rule.when_site_unknown != WhenSiteUnknown::Skip
            } else {
                rule.sites.iter().any(|site| is_within(self.site, site))
            };
        let primary = |tag: &str| tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
        let language = rule.langs.is_empty()
            || self.language.is_empty()
            || rule.langs.iter().any(|tag| primary(tag) == primary(self.language));
        site && language
    }
}

/// What becomes of a stretch of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Decision {
    /// It goes.
    Delete,
    /// It becomes other text.
    Replace(String),
    /// It goes, and these values become metadata.
    Extract(Vec<String>),
}

/// A decision with its place and its rule (by index in the set).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) span: Range<usize>,
    pub(crate) rule: usize,
    pub(crate) decision: Decision,
}

/// Everything that a rule set has to say of a text.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Findings {
    /// In rising order, none overlapping another.
    pub(crate) acting: Vec<Finding>,
    /// Rules (by index) that would act in a bolder profile, or only ever tag; sorted, each once.
    pub(crate) tagging: Vec<usize>,
    /// The rule (by index) that the document as a whole falls to; then nothing else is found.
    pub(crate) rejected_by: Option<usize>,
    /// The rule of the line model that takes all of the text, and its score; then nothing else is found.
    pub(crate) nothing: Option<(RuleId, f32)>,
    /// Lines that the line model takes, in order; none that a rule takes.
    pub(crate) judged: Vec<Judged>,
    /// Whether the document guard held rules or the line model back.
    pub(crate) over_removal: bool,
}

impl Findings {
    /// The rule (by index) that takes the document, or the first stretch of it, if one does.
    pub(super) fn first_rule(&self) -> Option<usize> {
        self.rejected_by.or_else(|| self.acting.first().map(|finding| finding.rule))
    }
}

/// A line that the line model takes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Judged {
    pub(crate) span: Range<usize>,
    pub(crate) judgment: Judgment,
}

/// Holds `set` against `text`.
pub(crate) fn examine(set: &RuleSet, text: &str, context: Context<'_>) -> Findings {
    let mut examination = Examination::of(set, text, context);
    let settled = examination.settle();
    examination.choose(&settled)
}

/// Whether a protecting rule of the set matches a line of `text`.
pub(crate) fn protects_some_line(set: &RuleSet, text: &str) -> bool {
    !Protection::of(&Examination::of(set, text, Context::default())).is_empty()
}

/// A rule that matched a line, its guards on the line itself being met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) line: usize,
    pub(super) rule: usize,
}

/// A text under examination.
pub(super) struct Examination<'a> {
    pub(super) set: &'a RuleSet,
    pub(super) text: &'a str,
    pub(super) scan: Scan,
    pub(super) lines: Vec<Line>,
    pub(super) context: Context<'a>,
    /// What each line matched: where it ends in `targets`.
    hits: Vec<usize>,
    targets: Vec<Target>,
    /// Lines that wait for rules whose guards come before their patterns: for those that ask for neighbors alone, in
    /// order of the lines, and for the others.
    waiting_here: Vec<Candidate>,
    waiting: Waiting,
    /// Lines with plain spaces, of those that have others and may match.
    spaced: BTreeMap<usize, String>,
    pub(super) candidates: Vec<Candidate>,
    /// Whether each rule is for the document, by the rule's index.
    applies: Vec<bool>,
    /// Whether each line stands before in the same words; found when a rule first asks.
    pub(super) repeats: OnceCell<Vec<bool>>,
    /// Lines that may announce a list; found when a rule first asks.
    pub(super) announcing: OnceCell<Vec<usize>>,
    /// What was found out about each line, for rules that ask for the same.
    pub(super) known: Vec<KnownOfLine>,
}

/// What was found out about a line so far.
#[derive(Debug, Clone, Default)]
pub(super) struct KnownOfLine {
    pub(super) is_running_text: Cell<Option<bool>>,
    pub(super) is_matched: Cell<Option<bool>>,
}

impl<'a> Examination<'a> {
    /// A text whose lines are matched, with the candidates that can be told from the lines alone.
    pub(super) fn of(set: &'a RuleSet, text: &'a str, context: Context<'a>) -> Self {
        let scan = Scan::of(text);
        let lines = lines::split_scanned(text, &scan);
        let mut examination = Self::new(set, text, scan, lines, context);
        examination.match_lines();
        examination.find_candidates();
        examination
    }

    fn new(set: &'a RuleSet, text: &'a str, scan: Scan, lines: Vec<Line>, context: Context<'a>) -> Self {
        let mut applies = vec![true; set.rules.len()];
        for index in &set.for_some {
            applies[*index] = set.rules.get(*index).is_some_and(|rule| context.admits(rule));
        }
        Self {
            set,
            text,
            scan,
            hits: Vec::with_capacity(lines.len()),
            targets: Vec::with_capacity(lines.len()),
            waiting_here: Vec::new(),
            waiting: Waiting::default(),
            spaced: BTreeMap::new(),
            candidates: Vec::new(),
            applies,
            repeats: OnceCell::new(),
            announcing: OnceCell::new(),
            known: vec![KnownOfLine::default(); lines.len()],
            lines,
            context,
        }
    }

    #[inline]
    pub(super) fn rule(&self, index: usize) -> &'a Rule {
        self.set.rules.get(index).expect("indices come from this set")
    }

    #[inline]
    pub(super) fn line(&self, index: usize) -> &Line {
        self.lines.get(index).expect("indices come from this text")
    }

    #[inline]
    pub(super) fn content(&self, index: usize) -> &'a str {
        self.line(index).text(self.text)
    }

    fn match_lines(&mut self) {
        let set = self.set;
        let matcher = &set.matcher;
        let mut waiting = Vec::new();
        matcher.with_scratch(|scratch| {
            for (index, line) in self.lines.iter().enumerate() {
                if matcher.may_match(line.content().len()) {
                    let found = matcher.match_line(self.text, line, &self.scan, scratch);
                    self.targets.extend_from_slice(found.targets);
                    for target in found.may_match {
                        let applies = self.applies.get(target.rule).copied().unwrap_or(false);
                        let Some(rule) = set.rules.get(target.rule).filter(|_| applies) else { continue };
                        if rule.facts.admit_size(line.chars()) {
                            let one = Candidate { line: index, rule: target.rule };
                            let asks_no_more = rule.asks() == Asks::Neighbors;
                            if asks_no_more { &mut self.waiting_here } else { &mut waiting }.push(one);
                        }
                    }
                    self.spaced.extend(found.spaced.map(|spaced| (index, spaced)));
                }
                self.hits.push(self.targets.len());
            }
        });
        self.waiting = Waiting::new(&waiting, set.rules.len());
    }

    /// What a line matched.
    #[inline]
    pub(super) fn targets_of(&self, line: usize) -> &[Target] {
        let start = line.checked_sub(1).and_then(|before| self.hits.get(before)).copied().unwrap_or(0);
        self.hits.get(line).and_then(|end| self.targets.get(start..*end)).unwrap_or_default()
    }

    pub(super) fn hit(&self, line: usize, rule: usize, slot: Slot) -> bool {
        self.targets_of(line).contains(&Target { rule, slot })
    }

    /// Rules that matched each line and whose guards on the line itself are met.
    fn find_candidates(&mut self) {
        let mut candidates = Vec::with_capacity(self.lines.len());
        let is_asked = |rule: &usize| self.is_structural(*rule) && self.applies(*rule);
        let structural: Vec<usize> = self.set.guarded.iter().copied().filter(is_asked).collect();
        let mut waiting = self.waiting_here.as_slice();
        for index in 0..self.lines.len() {
            for target in self.targets_of(index).iter().filter(|target| target.slot == Slot::Main) {
                let one = Candidate { line: index, rule: target.rule };
                if self.rule(one.rule).facts.scope == Scope::Line && self.meets_own_guards(one) {
                    candidates.push(one);
                }
            }
            let first = candidates.len();
            while let Some((one, behind)) = waiting.split_first().filter(|(one, _)| one.line == index) {
                candidates.extend(Some(*one).filter(|one| self.meets_guards_and_matches(*one)));
                waiting = behind;
            }
            let found = structural.iter().map(|rule| Candidate { line: index, rule: *rule });
            candidates.extend(found.filter(|one| self.meets_guards_and_matches(*one)));
            candidates[first..].sort_unstable_by_key(|one| one.rule);
        }
        candidates.retain(|one| !self.is_excepted(one.line, one.rule));
        self.candidates = candidates;
    }

    /// Whether a rule has guards alone, and none that ask for more than neighbors.
    fn is_structural(&self, rule: usize) -> bool {
        !self.rule(rule).has_matchers && self.rule(rule).asks() == Asks::Neighbors
    }

    /// The same for rules whose guards come before their patterns and that ask for more than neighbors.
    /// `admits` says whether the guards that ask for it are met.
    pub(super) fn guarded_candidates(
        &self,
        asks: Asks,
        places: &Places,
        admits: impl Fn(Candidate) -> bool,
    ) -> Vec<Candidate> {
        let mut found = Vec::new();
        let fits = |rule: &usize| self.rule(*rule).asks() == asks && self.applies(*rule);
        for index in self.set.guarded.iter().copied().filter(fits) {
            let rule = self.rule(index);
            let all = 0..self.lines.len();
            let lines = if self.context.line_alone { all } else { places.around(&rule.when.position) };
            let matches = |line: usize| {
                let one = Candidate { line, rule: index };
                let is_found = (self.context.line_alone || admits(one))
                    && self.meets_guards_and_matches(one)
                    && !self.is_excepted(line, index);
                is_found.then_some(one)
            };
            if rule.has_matchers {
                found.extend(self.waiting.for_rule(index).filter(|line| lines.contains(line)).filter_map(matches));
            } else {
                let fits = |line: &usize| rule.facts.admit_size(self.line(*line).chars());
                found.extend(lines.filter(fits).filter_map(matches));
            }
        }
        found
    }

    fn meets_guards_and_matches(&self, one: Candidate) -> bool {
        let rule = self.rule(one.rule);
        // The gates of one of the patterns admit the line: with one pattern, they need not be asked again.
        let matches = || match rule.regexes.as_slice() {
            [pattern] => {
                pattern.matches(self.content(one.line))
                    || self.spaced(one.line).is_some_and(|line| pattern.matches(line))
            }
            patterns => self.matches_any(one.line, patterns),
        };
        self.meets_own_guards(one) && (!rule.has_matchers || matches())
    }

    /// Whether the rule with this index is for the document.
    #[inline]
    pub(super) fn applies(&self, rule: usize) -> bool {
        self.applies.get(rule).copied().unwrap_or(false)
    }

    /// Whether the rule acts on this document, rather than tagging it.
    #[inline]
    pub(super) fn acts(&self, rule: &Rule) -> bool {
        let site_is_guessed = || !rule.sites.is_empty() && self.context.site.is_empty();
        rule.act == Act::Apply && !(rule.when_site_unknown == WhenSiteUnknown::Tag && site_is_guessed())
    }

    /// Whether `[rule.unless]` holds for a line.
    pub(super) fn is_excepted(&self, index: usize, rule: usize) -> bool {
        self.hit(index, rule, Slot::Unless) || self.matches_any(index, &self.rule(rule).unless)
    }

    /// Whether a line matches one of these patterns, as it stands or with plain spaces.
    fn matches_any(&self, index: usize, patterns: &[Arc<Pattern>]) -> bool {
        if patterns.is_empty() {
            return false;
        }
        let matches = |line: &str| {
            let look = Look::at(line);
            patterns.iter().any(|pattern| pattern.is_match_at(&look, line))
        };
        matches(self.content(index)) || self.spaced.get(&index).is_some_and(|spaced| matches(spaced))
    }

    /// The line with plain spaces, if it has others and may match.
    pub(super) fn spaced(&self, line: usize) -> Option<&str> {
        self.spaced.get(&line).map(String::as_str)
    }

    /// What all lines matched, in order of the lines.
    pub(super) fn targets(&self) -> &[Target] {
        &self.targets
    }
}

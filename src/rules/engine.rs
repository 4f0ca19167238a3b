//! Holding a rule set against a text: which lines, blocks and spans go, become metadata, or change.
//!
//! All rules see the same text. Order: lines are matched; rules whose guards need nothing else find
//! what is furniture for sure; that tells where the body of the text is, which decides positions;
//! then the title is known, and the rules that ask for it or for their neighbors decide. Protecting
//! rules win over others of their rank or below. Blocks take lines first, then line rules, then spans; rules for
//! whole documents see what is left, and may reject the document.

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use foldhash::fast::FixedState;

use super::exceptions::is_within;
use super::format::{Action, Confidence, Scope, WhenSiteUnknown};
use super::matcher::{Scratch, Slot, Target, Written};
use super::model::Judgment;
use super::pattern::Pattern;
use super::places::Places;
use super::set::{Act, Asks, Rule, RuleSet};
use super::{blocks, copies, documents, spans};
use crate::lines::{self, Line};

/// Lines within which `near` looks for a neighbor unless the rule says otherwise.
const DEFAULT_NEAR_LINES: usize = 3;
/// Characters up to which a neighbor counts as short for `short_neighbours`.
pub(super) const SHORT_CHARS: usize = 40;
/// Fewest lines of a run before a body line: one line alone may be a heading of the text.
const LEAST_RUN: usize = 2;
/// Letters from which a word that is not capitalized links a line to the title.
const TITLE_WORD_LETTERS: usize = 5;
/// Letters from which a capitalized word does.
const TITLE_NAME_LETTERS: usize = 4;

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
    !Examination::of(set, text, Context::default()).protection().is_empty()
}

/// A rule that matched a line, its guards on the line itself being met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) line: usize,
    pub(super) rule: usize,
}

/// The title of a document, and the line that it first stands on.
pub(super) struct Title<'a> {
    pub(super) text: &'a str,
    pub(super) line: Option<usize>,
}

/// What rules match once all guards are looked at, before one is chosen for each line. The lines' candidates are
/// those of the examination.
pub(super) struct Settled<'a> {
    pub(super) blocks: Vec<blocks::Block>,
    /// The highest rank of a protecting rule on each line.
    pub(super) protected: BTreeMap<usize, (bool, Confidence)>,
    pub(super) places: Places,
    pub(super) title: Option<Title<'a>>,
}

/// A text under examination.
pub(super) struct Examination<'a> {
    pub(super) set: &'a RuleSet,
    pub(super) text: &'a str,
    pub(super) lines: Vec<Line>,
    pub(super) context: Context<'a>,
    /// What each line matched: where it ends in `targets`.
    hits: Vec<usize>,
    targets: Vec<Target>,
    /// Lines with plain spaces, of those that have others and may match.
    spaced: BTreeMap<usize, String>,
    pub(super) candidates: Vec<Candidate>,
    /// Whether each line stands before in the same words; empty if no rule asks.
    repeats: Vec<bool>,
}

impl<'a> Examination<'a> {
    /// A text whose lines are matched, with the candidates that can be told from the lines alone.
    pub(super) fn of(set: &'a RuleSet, text: &'a str, context: Context<'a>) -> Self {
        let mut examination = Self::new(set, text, lines::split(text), context);
        examination.match_lines();
        examination.find_candidates();
        examination
    }

    fn new(set: &'a RuleSet, text: &'a str, lines: Vec<Line>, context: Context<'a>) -> Self {
        let hits = Vec::with_capacity(lines.len());
        let asks = set.rules.iter().any(|rule| rule.when.duplicate_in_doc);
        let mut seen: HashSet<&str, FixedState> = HashSet::default();
        let repeats = if asks { lines.iter().map(|line| !seen.insert(line.text(text))).collect() } else { Vec::new() };
        Self {
            set,
            text,
            lines,
            context,
            hits,
            targets: Vec::new(),
            spaced: BTreeMap::new(),
            candidates: Vec::new(),
            repeats,
        }
    }

    pub(super) fn rule(&self, index: usize) -> &'a Rule {
        self.set.rules.get(index).expect("indices come from this set")
    }

    pub(super) fn line(&self, index: usize) -> &Line {
        self.lines.get(index).expect("indices come from this text")
    }

    pub(super) fn content(&self, index: usize) -> &'a str {
        self.line(index).text(self.text)
    }

    fn match_lines(&mut self) {
        let mut scratch = Scratch::default();
        for (index, line) in self.lines.iter().enumerate() {
            if self.set.matcher.may_match(line.content().len()) {
                let mut spaced = None;
                let written = Written::new(line.text(self.text), line.chars(), &mut spaced);
                self.set.matcher.match_line(&written, &mut scratch, &mut self.targets);
                self.spaced.extend(spaced.map(|spaced| (index, spaced)));
            }
            self.hits.push(self.targets.len());
        }
    }

    /// What a line matched.
    pub(super) fn targets_of(&self, line: usize) -> &[Target] {
        let start = line.checked_sub(1).and_then(|before| self.hits.get(before)).copied().unwrap_or(0);
        self.hits.get(line).and_then(|end| self.targets.get(start..*end)).unwrap_or_default()
    }

    pub(super) fn hit(&self, line: usize, rule: usize, slot: Slot) -> bool {
        self.targets_of(line).contains(&Target { rule, slot })
    }

    /// Rules that matched each line and whose guards on the line itself are met.
    fn find_candidates(&mut self) {
        let mut candidates = Vec::new();
        let first: Vec<usize> =
            self.set.guarded.iter().copied().filter(|rule| self.rule(*rule).asks() == Asks::Neighbors).collect();
        for index in 0..self.lines.len() {
            let matched = self.targets_of(index).iter().filter(|target| target.slot == Slot::Main);
            let matched = matched.map(|target| Candidate { line: index, rule: target.rule });
            let is_line_rule = |one: &Candidate| self.rule(one.rule).scope == Scope::Line;
            candidates.extend(matched.filter(|one| is_line_rule(one) && self.meets_own_guards(*one)));
            let guarded = first.iter().map(|rule| Candidate { line: index, rule: *rule });
            candidates.extend(guarded.filter(|one| self.meets_guards_and_matches(*one)));
        }
        candidates.retain(|one| !self.is_excepted(one.line, one.rule));
        self.candidates = candidates;
    }

    /// The same for rules whose guards come before their patterns and that ask for more than neighbors.
    /// `admits` says whether the guards that ask for it are met.
    fn guarded_candidates(&self, asks: Asks, admits: impl Fn(Candidate) -> bool) -> Vec<Candidate> {
        let rules = self.set.guarded.iter().copied().filter(|rule| self.rule(*rule).asks() == asks);
        let all = rules.flat_map(|rule| (0..self.lines.len()).map(move |line| Candidate { line, rule }));
        let fits = |one: &Candidate| (self.context.line_alone || admits(*one)) && self.meets_guards_and_matches(*one);
        all.filter(fits).filter(|one| !self.is_excepted(one.line, one.rule)).collect()
    }

    fn meets_guards_and_matches(&self, one: Candidate) -> bool {
        let rule = self.rule(one.rule);
        self.meets_own_guards(one) && (!rule.has_matchers || self.matches_any(one.line, &rule.regexes))
    }

    /// Whether the document's site and language are ones that the rule is for.
    pub(super) fn applies_to_document(&self, rule: &Rule) -> bool {
        if rule.left_out_by.iter().any(|number| self.context.exceptions.contains(number)) {
            return false;
        }
        let site = rule.sites.is_empty()
            || if self.context.site.is_empty() {
                rule.when_site_unknown != WhenSiteUnknown::Skip
            } else {
                rule.sites.iter().any(|site| is_within(self.context.site, site))
            };
        let primary = |tag: &str| tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
        let language = rule.langs.is_empty()
            || self.context.language.is_empty()
            || rule.langs.iter().any(|tag| primary(tag) == primary(self.context.language));
        site && language
    }

    /// Whether the rule acts on this document, rather than tagging it.
    pub(super) fn acts(&self, rule: &Rule) -> bool {
        let site_is_guessed = !rule.sites.is_empty() && self.context.site.is_empty();
        rule.act == Act::Apply && !(site_is_guessed && rule.when_site_unknown == WhenSiteUnknown::Tag)
    }

    /// Guards that need nothing but the line and those around it.
    fn meets_own_guards(&self, one: Candidate) -> bool {
        let (index, rule) = (one.line, self.rule(one.rule));
        let (line, when) = (self.line(index), &rule.when);
        let words = |most: usize| self.content(index).split_whitespace().take(most + 1).count();
        line.chars() <= rule.max_chars()
            && when.min_chars.is_none_or(|least| line.chars() >= least)
            && when.max_words.is_none_or(|most| words(most) <= most)
            && when.min_words.is_none_or(|least| words(least) >= least)
            && self.applies_to_document(rule)
            && (self.context.line_alone || self.meets_neighbor_guards(index, rule))
            && (self.context.line_alone || !rule.needs_loose_line() || !self.is_running_text(index))
    }

    /// Whether `[rule.unless]` holds for a line.
    pub(super) fn is_excepted(&self, index: usize, rule: usize) -> bool {
        self.hit(index, rule, Slot::Unless) || self.matches_any(index, &self.rule(rule).unless)
    }

    /// Whether a line matches one of these patterns, as it stands or with plain spaces.
    fn matches_any(&self, index: usize, patterns: &[Arc<Pattern>]) -> bool {
        let matches = |line: &str| patterns.iter().any(|pattern| pattern.is_match(line));
        matches(self.content(index)) || self.spaced.get(&index).is_some_and(|spaced| matches(spaced))
    }

    /// Guards that look at the lines around.
    fn meets_neighbor_guards(&self, index: usize, rule: &Rule) -> bool {
        let when = &rule.when;
        (!when.prefix_of_next || self.neighbor(index, 1).is_some_and(|next| self.is_cut_from(index, next)))
            && (!when.extends_previous || self.extends_previous(index, rule))
            && (!when.duplicate_in_doc || self.repeats.get(index).copied().unwrap_or(false))
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

    /// Looks at the guards of all candidates that ask for more than the lines around them.
    pub(super) fn settle(&mut self) -> Settled<'a> {
        let blocks = blocks::find(self);
        let protected = self.protection();
        let is_free = |one: &Candidate| protected.get(&one.line).is_none_or(|rank| *rank < self.rule(one.rule).rank());
        let mut candidates: Vec<Candidate> = self.candidates.iter().copied().filter(is_free).collect();
        candidates.retain(|one| self.rule(one.rule).action != Action::Protect);

        // What is furniture wherever it stands tells where the body is.
        let mut furniture = vec![false; self.lines.len()];
        for block in &blocks {
            block.lines.clone().for_each(|line| furniture[line] = true);
        }
        for one in &candidates {
            let rule = self.rule(one.rule);
            let is_sure = rule.asks() == Asks::Neighbors && rule.when.min_hits_in_doc.is_none();
            furniture[one.line] |= is_sure && self.removes(rule);
        }
        let places = Places::new(&self.lines, &furniture);
        let in_place = |one: Candidate| places.admit(&self.rule(one.rule).when.position, one.line..one.line + 1);
        if !self.context.line_alone {
            candidates.retain(|one| in_place(*one));
        }
        candidates.extend(self.guarded_candidates(Asks::Position, |one| is_free(&one) && in_place(one)));
        for one in &candidates {
            furniture[one.line] |= self.rule(one.rule).asks() != Asks::Others && self.removes(self.rule(one.rule));
        }
        let found_title =
            lines::find_title(self.text, &self.lines, |line| !furniture[line]).map(|line| self.content(line));
        let title = self
            .context
            .title
            .or(found_title)
            .map(|text| Title { text, line: (0..self.lines.len()).find(|line| self.content(*line) == text) });
        let families = self.families(&candidates, &blocks);
        let shared = |one: Candidate| self.meets_shared_guards(one, title.as_ref(), &families);
        if !self.context.line_alone {
            candidates.retain(|one| shared(*one));
        }
        let admits = |one: Candidate| is_free(&one) && in_place(one) && shared(one);
        candidates.extend(self.guarded_candidates(Asks::Others, admits));
        if !self.context.line_alone {
            candidates = self.with_enough_hits(candidates);
            candidates = self.with_runs(candidates, &furniture, &families);
        }
        candidates.sort_by_key(|one| one.line);
        self.candidates = candidates;
        Settled { blocks, protected, places, title }
    }

    fn removes(&self, rule: &Rule) -> bool {
        self.acts(rule) && matches!(rule.action, Action::Drop | Action::Extract)
    }

    /// The highest rank of a protecting rule on each line.
    fn protection(&self) -> BTreeMap<usize, (bool, Confidence)> {
        let mut protected = BTreeMap::new();
        for one in &self.candidates {
            let rule = self.rule(one.rule);
            if rule.action == Action::Protect && self.acts(rule) {
                let rank = protected.entry(one.line).or_insert(rule.rank());
                *rank = (*rank).max(rule.rank());
            }
        }
        protected
    }

    /// Lines hit by each family, rising.
    fn families(&self, candidates: &[Candidate], blocks: &[blocks::Block]) -> BTreeMap<&'a str, Vec<usize>> {
        let mut families: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for one in candidates.iter().filter(|one| self.rule(one.rule).asks() != Asks::Others) {
            families.entry(&self.rule(one.rule).family).or_default().push(one.line);
        }
        for block in blocks {
            families.entry(&self.rule(block.rule).family).or_default().extend(block.lines.clone());
        }
        for lines in families.values_mut() {
            lines.sort_unstable();
            lines.dedup();
        }
        families
    }

    /// Guards that ask for the title or for what other rules found.
    fn meets_shared_guards(
        &self,
        one: Candidate,
        title: Option<&Title<'_>>,
        families: &BTreeMap<&str, Vec<usize>>,
    ) -> bool {
        let when = &self.rule(one.rule).when;
        let content = self.content(one.line);
        let steps = when.near_lines.unwrap_or(DEFAULT_NEAR_LINES);
        let is_near = |lines: &Vec<usize>| {
            let from = lines.partition_point(|line| *line < one.line.saturating_sub(steps));
            let within = lines.get(from..).unwrap_or_default().iter().take_while(|line| **line <= one.line + steps);
            within.into_iter().any(|line| *line != one.line)
        };
        (when.near.is_empty() || when.near.iter().filter_map(|family| families.get(family.as_str())).any(is_near))
            && (!when.same_as_title || title.is_some_and(|title| title.text == content && title.line != Some(one.line)))
            && (!when.shares_word_with_title
                || title.is_some_and(|title| title.text != content && share_a_word(title.text, content)))
    }

    /// Leaves out candidates of rules that must match several times and do not.
    fn with_enough_hits(&self, candidates: Vec<Candidate>) -> Vec<Candidate> {
        let key = |rule: usize| self.rule(rule).when.group.clone().unwrap_or_else(|| self.rule(rule).name.clone());
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for one in candidates.iter().filter(|one| self.rule(one.rule).when.min_hits_in_doc.is_some()) {
            *counts.entry(key(one.rule)).or_default() += 1;
        }
        let enough = |one: &Candidate| {
            let least = self.rule(one.rule).when.min_hits_in_doc;
            least.is_none_or(|least| counts.get(&key(one.rule)).is_some_and(|count| *count >= least))
        };
        candidates.into_iter().filter(enough).collect()
    }

    /// Leaves out candidates of rules with `below` that are in no run of lines right below such a heading,
    /// or in a run of the wrong size.
    fn with_runs(
        &self,
        mut candidates: Vec<Candidate>,
        furniture: &[bool],
        families: &BTreeMap<&str, Vec<usize>>,
    ) -> Vec<Candidate> {
        let mut rules: Vec<usize> = candidates.iter().map(|one| one.rule).collect();
        rules.sort_unstable();
        rules.dedup();
        rules.retain(|rule| !self.rule(*rule).when.below.is_empty());
        for index in rules {
            let when = &self.rule(index).when;
            let headings: Vec<&Vec<usize>> =
                when.below.iter().filter_map(|family| families.get(family.as_str())).collect();
            let is_heading = |line: usize| headings.iter().any(|lines| lines.binary_search(&line).is_ok());
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

    /// One rule for each line and block, then spans in what is left.
    fn choose(&self, settled: &Settled<'_>) -> Findings {
        let places = &settled.places;
        let mut findings = Findings::default();
        let mut tagging = Vec::new();
        let mut taken = vec![false; self.lines.len()];
        for block in &settled.blocks {
            let rule = self.rule(block.rule);
            if !self.context.line_alone && !places.admit(&rule.when.position, block.lines.clone()) {
                continue;
            }
            if !self.acts(rule) {
                tagging.push(block.rule);
                continue;
            }
            if block.lines.clone().any(|line| taken[line]) {
                continue;
            }
            block.lines.clone().for_each(|line| taken[line] = true);
            let span = self.line(block.lines.start).full().start..self.line(block.lines.end - 1).full().end;
            let decision = if rule.action == Action::Extract {
                Decision::Extract(vec![self.text.get(span.clone()).unwrap_or_default().trim().to_owned()])
            } else {
                Decision::Delete
            };
            findings.acting.push(Finding { span, rule: block.rule, decision });
        }
        let mut took: Vec<Candidate> = Vec::new();
        for group in self.candidates.chunk_by(|one, next| one.line == next.line) {
            let (acting, tags): (Vec<&Candidate>, Vec<&Candidate>) =
                group.iter().partition(|one| self.acts(self.rule(one.rule)));
            tagging.extend(tags.into_iter().map(|one| one.rule));
            let best = acting.into_iter().min_by(|one, other| self.rule(one.rule).order(self.rule(other.rule)));
            if let Some(best) = best.filter(|best| !taken[best.line]) {
                taken[best.line] = true;
                took.push(*best);
            }
        }
        took.extend(copies::of_taken(self, &took, |line| !taken[line] && !settled.protected.contains_key(&line)));
        for one in took {
            taken[one.line] = true;
            findings.acting.push(self.line_finding(one));
        }
        let rejected_by = documents::find(self, &taken, &mut tagging);
        if rejected_by.is_some() {
            return Findings { rejected_by, ..Findings::default() };
        }
        if self.removes_too_much(&findings.acting, places) {
            return Findings { over_removal: true, ..Findings::default() };
        }
        self.ask_model(settled, &mut taken, &mut findings);
        findings.acting.extend(spans::find(self, &taken, &mut tagging));
        findings.acting.sort_by_key(|finding| (finding.span.start, finding.span.end));
        tagging.sort_unstable();
        tagging.dedup();
        findings.tagging = tagging;
        findings
    }

    /// What a line rule does to its line.
    fn line_finding(&self, one: Candidate) -> Finding {
        let rule = self.rule(one.rule);
        let content = self.content(one.line);
        let decision = match rule.action {
            Action::Extract => {
                let capture = |line: &str| {
                    let captured = rule.regexes.iter().find_map(|regex| regex.captures(line)?.name(&rule.capture));
                    captured.map(|found| split_value(rule, found.as_str()))
                };
                let spaced = || self.spaced.get(&one.line).and_then(|line| capture(line));
                Decision::Extract(capture(content).or_else(spaced).unwrap_or_else(|| split_value(rule, content)))
            }
            _ => Decision::Delete,
        };
        Finding { span: self.line(one.line).full(), rule: one.rule, decision }
    }

    /// The document guard: rules below high confidence may take only so much of the body.
    fn removes_too_much(&self, findings: &[Finding], places: &Places) -> bool {
        let Some(body) = places.body() else { return false };
        let within = |line: &usize| body.contains(line);
        let total: usize =
            self.lines.iter().enumerate().filter(|(index, _)| within(index)).map(|(_, line)| line.chars()).sum();
        let span = self.line(*body.start()).full().start..self.line(*body.end()).full().end;
        let removed: usize = findings
            .iter()
            .filter(|finding| self.rule(finding.rule).confidence < Confidence::High)
            .filter_map(|finding| self.text.get(finding.span.start.max(span.start)..finding.span.end.min(span.end)))
            .map(|removed| removed.trim().chars().count())
            .sum();
        #[expect(clippy::cast_precision_loss, reason = "a share needs no more than 52 bits")]
        let share = removed as f64 / total.max(1) as f64;
        share > self.set.max_removed
    }
}

/// The value of an extraction as a list, without empty parts.
pub(super) fn split_value(rule: &Rule, value: &str) -> Vec<String> {
    let parts: Vec<&str> = match &rule.split {
        Some(separator) => separator.split(value).collect(),
        None => vec![value],
    };
    parts.into_iter().map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
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

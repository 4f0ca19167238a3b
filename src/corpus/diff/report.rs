//! What differs between two rule sets, rule by rule.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use foldhash::fast::FixedState;
use serde::Serialize;

use super::compare::{Compared, Difference, Kind};

/// Examples shown of one rule.
const MAX_EXAMPLES: usize = 20;
/// Examples kept of one rule while documents come in: among these are the worst, and only at the end is it known
/// which keys stand on one site alone.
const KEPT_EXAMPLES: usize = 200;
/// What a reason adds to the rank of an example. A line that is known to be good is worst.
const WEIGHTS: [(&str, u32); 5] = [("gold", 16), ("in the body", 8), ("sentence", 4), ("long", 2), ("one site", 1)];

/// Counts of lines that come out otherwise.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct DiffCounts {
    /// Lines that newly go.
    pub lines_dropped: u64,
    /// Lines that newly stay.
    pub lines_kept: u64,
    /// Lines that stay in other words.
    pub lines_changed: u64,
    /// Characters that newly go.
    pub characters_dropped: u64,
    /// Characters that newly stay.
    pub characters_kept: u64,
    /// Of the lines that newly go, those that end like a sentence.
    pub sentence_drops: u64,
    /// Those between the first and the last body line.
    pub body_drops: u64,
    /// Those of at least 80 characters.
    pub long_drops: u64,
    /// Those that are known good lines (`gold/*.txt` of the packs).
    pub gold_drops: u64,
    /// Documents in which any line comes out otherwise.
    pub documents: u64,
}

impl DiffCounts {
    fn add(&mut self, difference: &Difference) {
        self.characters_dropped += difference.dropped_chars;
        self.characters_kept += difference.kept_chars;
        match difference.kind {
            Kind::Kept => self.lines_kept += 1,
            Kind::Changed => self.lines_changed += 1,
            Kind::Dropped => {
                self.lines_dropped += 1;
                self.sentence_drops += u64::from(difference.marks.sentence);
                self.body_drops += u64::from(difference.marks.body);
                self.long_drops += u64::from(difference.marks.long);
                self.gold_drops += u64::from(difference.marks.gold);
            }
        }
    }
}

/// A line that comes out otherwise, with what stands around it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DiffExample {
    /// Id of the document.
    pub document: String,
    /// Its site; empty if it has none.
    pub site: String,
    /// Why it is worth a look: `gold`, `in the body`, `sentence`, `long`, `one site`.
    pub reasons: Vec<&'static str>,
    /// The line with two on each side; the first two characters say what becomes of each: `- ` newly goes,
    /// `+ ` newly stays, two spaces as before.
    pub lines: Vec<String>,
    #[serde(skip)]
    key: String,
    /// The one of `lines` that it is about.
    #[serde(skip)]
    line: String,
    #[serde(skip)]
    rank: (u32, u64),
}

/// What one rule makes differ.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct RuleDiff {
    /// Id of the rule: of the new set for what newly goes, of the old one for what newly stays.
    pub rule: String,
    /// How much.
    #[serde(flatten)]
    pub counts: DiffCounts,
    /// Different line keys.
    pub keys: usize,
    /// Different sites.
    pub sites: usize,
    /// Documents by language, as pages say it; `unknown` if they do not.
    pub languages: BTreeMap<String, u64>,
    /// The worst examples first, one of each key and none that stands beside another, at most 20.
    pub examples: Vec<DiffExample>,
}

/// What was compared.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct DiffSide {
    /// As it was named.
    pub name: String,
    /// Number of rules.
    pub rules: usize,
    /// Digest of the rule set.
    pub sha256: String,
    /// Documents of the sample in which the document guard held all rules back.
    pub over_removal: u64,
}

/// Everything that differs. As JSON it is written with these names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct DiffReport {
    /// Version of this shape: 1.
    pub format: u32,
    /// The line model that took part: always `none`, for rules alone are compared.
    pub line_model: &'static str,
    /// The old rules.
    pub old: DiffSide,
    /// The new rules.
    pub new: DiffSide,
    /// Documents that were looked at.
    pub documents: u64,
    /// Their lines that are not blank.
    pub lines: u64,
    /// The characters of those.
    pub characters: u64,
    /// Documents that were rejected or could not be read.
    pub unread: u64,
    /// What differs in all.
    pub total: DiffCounts,
    /// What differs by rule, most lines first.
    pub rules: Vec<RuleDiff>,
}

/// What is gathered of one rule.
#[derive(Default)]
struct Gathered {
    diff: RuleDiff,
    /// The site of each key, or `None` if there are several.
    site_of_key: HashMap<String, Option<String>, FixedState>,
    sites: BTreeSet<String>,
}

/// Gathers what differs, document by document.
#[derive(Default)]
pub(super) struct Gathering {
    report: DiffReport,
    rules: BTreeMap<String, Gathered>,
}

impl Gathering {
    /// Takes one document.
    pub(super) fn add(&mut self, compared: Compared) {
        let report = &mut self.report;
        report.documents += 1;
        report.lines += compared.lines;
        report.characters += compared.chars;
        report.old.over_removal += u64::from(compared.over_removal.0);
        report.new.over_removal += u64::from(compared.over_removal.1);
        report.total.documents += u64::from(!compared.differences.is_empty());
        let mut rules_of_document = BTreeSet::new();
        for difference in compared.differences {
            report.total.add(&difference);
            let gathered = self.rules.entry(difference.rule.clone()).or_default();
            if rules_of_document.insert(difference.rule.clone()) {
                gathered.diff.counts.documents += 1;
                *gathered.diff.languages.entry(compared.language.clone()).or_default() += 1;
                gathered.sites.insert(compared.site.clone());
            }
            gathered.add(difference, &compared.id, &compared.site);
        }
    }

    /// The report, without names and digests of the rule sets.
    pub(super) fn finish(self) -> DiffReport {
        let mut rules: Vec<RuleDiff> =
            self.rules.into_iter().map(|(rule, gathered)| RuleDiff { rule, ..gathered.finish() }).collect();
        let lines = |diff: &RuleDiff| diff.counts.lines_dropped + diff.counts.lines_kept + diff.counts.lines_changed;
        rules.sort_by(|one, other| lines(other).cmp(&lines(one)).then_with(|| one.rule.cmp(&other.rule)));
        DiffReport { format: 1, line_model: "none", rules, ..self.report }
    }
}

impl Gathered {
    fn add(&mut self, difference: Difference, document: &str, site: &str) {
        self.diff.counts.add(&difference);
        let known = self.site_of_key.entry(difference.key.clone()).or_insert_with(|| Some(site.to_owned()));
        if known.as_deref() != Some(site) {
            *known = None;
        }
        let marks = difference.marks;
        let held = [marks.gold, marks.body, marks.sentence, marks.long];
        let reasons: Vec<(&'static str, u32)> =
            WEIGHTS.into_iter().zip(held).filter_map(|(weight, holds)| holds.then_some(weight)).collect();
        let rank = reasons.iter().map(|(_, weight)| weight).sum();
        let example = DiffExample {
            document: document.to_owned(),
            site: site.to_owned(),
            reasons: reasons.iter().map(|(reason, _)| *reason).collect(),
            lines: difference.shown,
            line: difference.line,
            key: difference.key,
            rank: (rank, difference.dropped_chars.max(difference.kept_chars)),
        };
        let examples = &mut self.diff.examples;
        match examples.iter_mut().find(|known| known.key == example.key) {
            Some(known) if known.rank < example.rank => *known = example,
            Some(_) => {}
            None => examples.push(example),
        }
        if examples.len() > KEPT_EXAMPLES {
            examples.sort_by_key(|example| std::cmp::Reverse(example.rank));
            examples.truncate(KEPT_EXAMPLES / 2);
        }
    }

    fn finish(mut self) -> RuleDiff {
        self.diff.keys = self.site_of_key.len();
        self.diff.sites = self.sites.len();
        for example in &mut self.diff.examples {
            if self.sites.len() > 1 && self.site_of_key.get(&example.key).is_some_and(Option::is_some) {
                let [.., (reason, weight)] = WEIGHTS;
                example.reasons.push(reason);
                example.rank.0 += weight;
            }
        }
        self.diff.examples.sort_by_key(|example| std::cmp::Reverse(example.rank));
        let mut shown: BTreeSet<(String, String)> = BTreeSet::new();
        self.diff.examples.retain(|example| {
            // What stands beside an example that is shown was seen with it.
            let is_new = shown.insert((example.document.clone(), example.line.clone()));
            if is_new {
                shown.extend(example.lines.iter().map(|line| (example.document.clone(), line.clone())));
            }
            is_new
        });
        self.diff.examples.truncate(MAX_EXAMPLES);
        self.diff
    }
}

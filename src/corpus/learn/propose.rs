//! Which repeated lines of a site become rules, alone or as a block, and which are held back.

use std::collections::{BTreeMap, HashMap, HashSet};

use foldhash::fast::FixedState;

use super::LearnOptions;
use super::keep::near_miss;
use super::sightings::SitePages;
use super::support::{MAX_DISTINCT, Side, SiteSupport, Support};
use crate::rules::{KnownLines, PhraseIndex, RuleSet, line_key, protects_some_line};

/// Share of the words of a line and a phrase that must be common for the line to be of the phrase's family.
const SAME_FAMILY: f64 = 0.5;
/// The same for a line whose place says nothing: `Related work` is no `Related`.
const SURE_FAMILY: f64 = 0.75;
/// Share of the pages on which the same must stand beside a line for it to be held by that.
const ANCHORED: f64 = 0.5;
/// Share of the pages from which what is most often so counts as what it is.
const MOSTLY: f64 = 0.5;
/// Share of a line's neighbors on one side that must differ from each other.
const LEAST_DISTINCT: f64 = 1.0 / 3.0;
/// Pages from which neighbors can be called the same.
const LEAST_NEIGHBORS: u32 = 3;
/// Share of the pages of both lines on which one line follows another for them to be one block.
const TOGETHER: f64 = 0.9;
/// Share of the pages on which a line must stand right above the body to be a headline there: furniture does so now and then.
const LEAST_ABOVE: f64 = 0.1;
/// Share of the pages on which rules must see a line in a place for its rule to ask for that place.
const SURE_PLACE: f64 = 0.98;

/// Why a repeated line is not proposed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum HeldBack {
    /// Too few pages that are no copies of others.
    Copies,
    /// The chosen rules take it already.
    Taken,
    /// A rule of the pack speaks of it.
    Known,
    /// A protecting rule matches it.
    Protected,
    /// The title of most of its pages.
    Title,
    /// The same text stands beside it wherever it stands.
    SameNeighbors,
    /// It stands in the middle of varying text, as running headings do.
    Loose,
    /// The headline of an article, which others name too.
    Headline,
    /// It cannot be written as a phrase: braces are placeholders.
    Unwritable,
}

/// A line or block to be proposed as a rule.
#[derive(Debug, Clone)]
pub(super) struct Proposal {
    /// The lines in order; one for a line rule.
    pub(super) lines: Vec<Support>,
    /// Pages on which the site's lines stand, copies included.
    pub(super) site_pages: u32,
    pub(super) family: String,
    /// `head` or `tail`, where rules see it there on nearly all pages.
    pub(super) position: Option<&'static str>,
    /// A line of the corpus that comes close and does not repeat.
    pub(super) keep: String,
}

/// What lines are judged by.
pub(super) struct Judge<'a> {
    pub(super) options: &'a LearnOptions,
    pub(super) rules: &'a RuleSet,
    pub(super) phrases: &'a PhraseIndex,
    pub(super) known: &'a KnownLines,
}

/// What comes of the lines of one site.
#[derive(Debug, Default)]
pub(super) struct Judged {
    pub(super) proposals: Vec<Proposal>,
    pub(super) held_back: BTreeMap<HeldBack, Vec<String>>,
}

impl Judge<'_> {
    /// Proposals for one site, in the order of its texts.
    pub(super) fn judge(&self, site: &SitePages, support: &SiteSupport) -> Judged {
        let mut judged = Judged::default();
        let mut accepted: Vec<&Support> = Vec::new();
        for line in &support.lines {
            match self.reason(site, line) {
                Some(reason) => judged.held_back.entry(reason).or_default().push(line.text.clone()),
                None => accepted.push(line),
            }
        }
        for chain in chains(&accepted) {
            let first = chain.first().copied();
            let Some(first) = first else { continue };
            let is_one_line = chain.len() == 1;
            let sure = |pages: u32| share(pages, first.pages) >= SURE_PLACE;
            let position = match () {
                () if is_one_line && (sure(first.plain_tail) || is_furniture_below(first)) => Some("tail"),
                () if is_one_line && sure(first.plain_head) => Some("head"),
                () => None,
            };
            judged.proposals.push(Proposal {
                family: self.family_of(&chain),
                keep: near_miss(&chain, &support.misses),
                lines: chain.into_iter().cloned().collect(),
                site_pages: site.pages,
                position,
            });
        }
        judged
    }

    /// Why a line is held back; `None` if it is proposed.
    fn reason(&self, site: &SitePages, line: &Support) -> Option<HeldBack> {
        let mut key = String::new();
        line_key(&line.text, &mut key);
        let near = self.phrases.nearest(&key).map_or(0.0, |near| near.nearness);
        let is_mostly = |pages: u32| share(pages, line.pages) > MOSTLY;
        let is_loose = is_mostly(line.body) || (!is_anchored(&line.before, line) && !is_anchored(&line.after, line));
        let checks = [
            (line.pages < self.options.least_pages(site.pages), HeldBack::Copies),
            (!self.options.include_taken && is_mostly(line.taken), HeldBack::Taken),
            (self.known.knows(&key, &site.site.name), HeldBack::Known),
            (line.text.contains(['{', '}']), HeldBack::Unwritable),
            (is_mostly(line.titles), HeldBack::Title),
            (protects_some_line(self.rules, &line.text), HeldBack::Protected),
            (is_loose && !self.options.include_loose && near < SURE_FAMILY, HeldBack::Loose),
            (near < SAME_FAMILY && is_headline(line) && !is_furniture_below(line), HeldBack::Headline),
            (has_same(&line.before, line) || has_same(&line.after, line), HeldBack::SameNeighbors),
        ];
        checks.into_iter().find_map(|(holds, reason)| holds.then_some(reason))
    }

    /// The family of the nearest phrase of the packs to any of the lines.
    fn family_of(&self, lines: &[&Support]) -> String {
        let nearest = lines.iter().filter_map(|line| {
            let mut key = String::new();
            line_key(&line.text, &mut key);
            self.phrases.nearest(&key)
        });
        // The first of the nearest.
        let best = nearest.reduce(|best, next| if next.nearness > best.nearness { next } else { best });
        best.filter(|best| best.nearness >= SAME_FAMILY).map_or_else(|| "unknown".to_owned(), |best| best.family)
    }
}

/// Whether a line stands on a few of its pages where a headline does: in the head, or right above the body, though it
/// mostly stands elsewhere.
fn is_headline(line: &Support) -> bool {
    let is_seldom = |pages: u32, least: f64| pages > 0 && (least..MOSTLY).contains(&share(pages, line.pages));
    is_seldom(line.plain_head, 0.0) || is_seldom(line.above_body, LEAST_ABOVE)
}

/// Whether rules see a line in the tail wherever it is no headline.
fn is_furniture_below(line: &Support) -> bool {
    is_headline(line) && share(line.plain_tail, line.pages - line.plain_head.min(line.pages)) >= SURE_PLACE
}

/// Whether something that does not vary holds the line on this side: the edge of the text, or furniture.
fn is_anchored(side: &Side, line: &Support) -> bool {
    let most_common = side.counted.values().max().copied().unwrap_or(0);
    share(side.edges + side.taken + most_common, line.pages) >= ANCHORED
}

/// Whether few texts take turns beside a line although it is not furniture that holds it there: copies of one
/// text in several versions.
fn has_same(side: &Side, line: &Support) -> bool {
    let beside = line.pages.saturating_sub(side.edges + side.taken).min(MAX_DISTINCT);
    #[expect(clippy::cast_precision_loss, reason = "there are at most `MAX_DISTINCT`")]
    let distinct = side.distinct() as f64;
    beside >= LEAST_NEIGHBORS && !is_anchored(side, line) && distinct < f64::from(beside) * LEAST_DISTINCT
}

/// Lines that follow each other on nearly all pages, as chains; the others as chains of one. In order of their
/// first lines.
fn chains<'a>(lines: &[&'a Support]) -> Vec<Vec<&'a Support>> {
    let numbers: HashMap<u64, usize, FixedState> =
        lines.iter().enumerate().map(|(number, line)| (line.hash, number)).collect();
    let find_next = |line: &Support| {
        let next = line.after.counted.iter().filter_map(|(hash, pages)| Some((*numbers.get(hash)?, *pages)));
        let mut next = next.filter(|(number, pages)| {
            let both = lines.get(*number).map_or(0, |next| next.pages.max(line.pages));
            share(*pages, both) >= TOGETHER
        });
        next.next().map(|(number, _)| number)
    };
    let next_of: Vec<Option<usize>> = lines.iter().map(|line| find_next(line)).collect();
    let not_first: HashSet<usize, FixedState> = next_of.iter().flatten().copied().collect();
    let mut done = vec![false; lines.len()];
    let mut chains = Vec::new();
    // Lines in a circle have no first one: they are taken where they are met.
    let firsts = (0..lines.len()).filter(|number| !not_first.contains(number)).chain(0..lines.len());
    for first in firsts {
        let mut chain = Vec::new();
        let mut at = Some(first);
        while let Some(number) = at.filter(|number| !done.get(*number).copied().unwrap_or(true)) {
            if let Some(done) = done.get_mut(number) {
                *done = true;
            }
            chain.extend(lines.get(number).map(|line| (number, *line)));
            at = next_of.get(number).copied().flatten();
        }
        if !chain.is_empty() {
            chains.push(chain);
        }
    }
    chains.sort_by_key(|chain| chain.first().map(|(number, _)| *number));
    chains.into_iter().map(|chain| chain.into_iter().map(|(_, line)| line).collect()).collect()
}

/// A part of pages, 0 to 1; 0 of none.
pub(super) fn share(part: u32, whole: u32) -> f64 {
    if whole == 0 { 0.0 } else { f64::from(part) / f64::from(whole) }
}

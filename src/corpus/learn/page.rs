//! What one page tells of the lines that repeat on its site: the second reading.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use super::sightings::{Repeated, Seen, SitePages, line_hash};
use crate::corpus::site::Site;
use crate::document::{Document, Field};
use crate::lines::{self, BodyShape, Line};
use crate::rules::{Context, Decision, Finding, RuleSet, examine, line_key, parse_date};

/// Longest line in bytes that is learned. Longer lines that repeat are paragraphs of articles that
/// were published twice.
pub(super) const MAX_LINE_BYTES: usize = 400;
/// Letters and digits that a line of ASCII must have more of: shorter ones are counters and marks, and a rule
/// for them may not stand anywhere (fault E11).
const SHORT_KEY: usize = 2;
/// Share of a site's pages from which a line is furniture whatever it looks like when it is asked whether a
/// document repeats another.
const WIDE_SHARE: (u64, u64) = (1, 2);
/// Lengths in characters of lines that are kept as near misses: shorter ones say little, longer ones
/// are no pleasure to review.
const MISS_CHARS: std::ops::RangeInclusive<usize> = 15..=200;

/// Near misses taken of one page, so that a site's come from several.
const MISSES_OF_PAGE: usize = 20;

/// Where a line stands in its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Head,
    Body,
    Tail,
    /// In a text without any body line.
    Nowhere,
}

/// What stands beside a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Beside {
    /// The start or end of the text.
    Edge,
    /// A line that the chosen rules take out.
    Taken,
    /// A line, by its hash.
    Line(u64),
}

/// One repeated line on one page, where it stands first.
#[derive(Debug)]
pub(super) struct Occurrence {
    pub(super) hash: u64,
    pub(super) text: String,
    pub(super) before: Beside,
    pub(super) after: Beside,
    /// Its place if lines that repeat are no body text.
    pub(super) place: Place,
    /// Its place as rules would see it, were it the only one that is not body text.
    pub(super) plain_place: Place,
    /// Whether it stands right above the body: nothing that rules leave lies in between.
    pub(super) is_above_body: bool,
    pub(super) is_taken: bool,
    pub(super) is_title: bool,
}

/// One page of a site.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) site: u32,
    pub(super) id: String,
    /// Day of the document, `2016-06-30`; empty if it is not known.
    pub(super) date: String,
    /// Whether it has next to no text of its own, so that it teaches nothing.
    pub(super) is_copy: bool,
    pub(super) lines: Vec<Occurrence>,
    /// Lines that do not repeat and that no rule takes.
    pub(super) misses: Vec<String>,
}

/// Hashes of the lines of a document that can be learned, each once, rising.
pub(super) fn hashes_of(document: &Document, site: &Site) -> Vec<u64> {
    let text = document.text.as_str();
    let mut key = String::new();
    let hash = |line: &Line| hash_of(site, line.text(text), &mut key);
    let mut hashes: Vec<u64> = lines::split(text).iter().filter_map(hash).collect();
    hashes.sort_unstable();
    hashes.dedup();
    hashes
}

fn hash_of(site: &Site, line: &str, key: &mut String) -> Option<u64> {
    if line.len() > MAX_LINE_BYTES {
        return None;
    }
    line_key(line, key);
    let signs = key.chars().filter(|c| c.is_alphanumeric()).take(SHORT_KEY + 1).count();
    let can_be_learned = key.chars().any(char::is_alphabetic) && (signs > SHORT_KEY || !key.is_ascii());
    can_be_learned.then(|| line_hash(site, key))
}

/// What pages are read against.
#[derive(Clone, Copy)]
pub(super) struct Reading<'a> {
    pub(super) sites: &'a [SitePages],
    pub(super) site_numbers: &'a HashMap<Site, u32, FixedState>,
    pub(super) repeated: &'a Repeated,
    pub(super) rules: &'a RuleSet,
}

/// A line of a page under examination.
struct Examined {
    line: Line,
    hash: Option<u64>,
    /// How often it repeats, if it does.
    seen: Option<Seen>,
    is_taken: bool,
}

impl Reading<'_> {
    /// What the page tells; `None` if its site is not one that `is_wanted`.
    pub(super) fn page(&self, document: &Document, is_wanted: impl Fn(u32) -> bool) -> Option<Page> {
        let site = Site::of(document);
        let number = self.site_numbers.get(&site).copied().filter(|number| is_wanted(*number))?;
        let text = document.text.as_str();
        let language = document.fact(&Field::Lang).unwrap_or_default();
        let title = document.fact(&Field::Title);
        let exceptions = self.rules.exceptions.of(&document.source.path, site.host());
        let context = Context { site: site.host(), language, title, exceptions: &exceptions, ..Context::default() };
        let findings = examine(self.rules, text, context).acting;
        let lines = self.lines(text, &site, &findings);
        let is_copy = self.is_copy(&lines, number);
        let mut page = Page {
            site: number,
            id: document.source.document_id(),
            date: self.date(document, &findings),
            is_copy,
            lines: Vec::new(),
            misses: Vec::new(),
        };
        if !is_copy {
            page.lines = occurrences(&lines, text, title);
            let is_miss =
                |line: &&Examined| line.seen.is_none() && !line.is_taken && MISS_CHARS.contains(&line.line.chars());
            let misses = lines.iter().filter(is_miss).take(MISSES_OF_PAGE);
            page.misses = misses.map(|line| line.line.text(text).to_owned()).collect();
        }
        Some(page)
    }

    fn lines(&self, text: &str, site: &Site, findings: &[Finding]) -> Vec<Examined> {
        let mut key = String::new();
        let mut findings = findings.iter().peekable();
        let examined = |line: Line| {
            let content = line.content();
            while findings.next_if(|finding| finding.span.end <= content.start).is_some() {}
            let is_taken = findings.peek().is_some_and(|finding| {
                let covers = finding.span.start <= content.start && finding.span.end >= content.end;
                covers && !matches!(finding.decision, Decision::Replace(_))
            });
            let hash = hash_of(site, line.text(text), &mut key);
            let seen = hash.and_then(|hash| self.repeated.get(&hash).copied());
            Examined { line, hash, seen, is_taken }
        };
        lines::split(text).into_iter().map(examined).collect()
    }

    /// Whether most of the text that is the document's own, furniture apart, stands on other pages too.
    /// Measured in characters of body lines; of all lines where there are none.
    fn is_copy(&self, lines: &[Examined], site: u32) -> bool {
        let pages = self.sites.get(site as usize).map_or(0, |site| site.pages);
        let is_wide = |seen: &Seen| u64::from(seen.pages) * WIDE_SHARE.1 >= u64::from(pages) * WIDE_SHARE.0;
        let has_body = lines.iter().any(|line| line.line.is_short_body && !line.is_taken);
        let (mut own, mut repeated, mut all) = (0, 0, 0);
        for line in lines.iter().filter(|line| !line.is_taken && (line.line.is_short_body || !has_body)) {
            let chars = line.line.chars();
            all += chars;
            match &line.seen {
                None => own += chars,
                Some(seen) if !is_wide(seen) => repeated += chars,
                Some(_) => {}
            }
        }
        all > 0 && (own == 0 || repeated > own)
    }

    /// The day of a document, from its page or from the rules for dates.
    fn date(&self, document: &Document, findings: &[Finding]) -> String {
        let of_rules = || {
            findings.iter().find_map(|finding| match &finding.decision {
                Decision::Extract(values) if self.fills_date(finding.rule) => parse_date(values.first()?),
                _ => None,
            })
        };
        let stamp = document.fact(&Field::Date).map(str::to_owned).or_else(of_rules).unwrap_or_default();
        stamp.split('T').next().unwrap_or_default().to_owned()
    }

    fn fills_date(&self, rule: usize) -> bool {
        self.rules.rules.get(rule).is_some_and(|rule| rule.to == Some(Field::Date))
    }
}

/// The repeated lines of a page, each where it stands first.
fn occurrences(lines: &[Examined], text: &str, title: Option<&str>) -> Vec<Occurrence> {
    let places = places(lines, |line| line.seen.is_some() || line.is_taken);
    let plain_places = places_of_all(lines);
    // The last line of the head that rules leave.
    let above = plain_places.iter().zip(lines).take_while(|(place, _)| **place == Place::Head);
    let above = above.enumerate().filter(|(_, (_, line))| !line.is_taken).last().map(|(index, _)| index);
    let mut met = std::collections::HashSet::<u64, FixedState>::default();
    let beside = |index: Option<usize>| match index.and_then(|index| lines.get(index)) {
        None => Beside::Edge,
        Some(line) if line.is_taken => Beside::Taken,
        // Lines that cannot be learned differ from each other as well.
        Some(line) => Beside::Line(line.hash.unwrap_or_else(|| long_hash(line.line.text(text)))),
    };
    let occurrence = |(index, line): (usize, &Examined)| {
        let hash = line.hash.filter(|hash| line.seen.is_some() && met.insert(*hash))?;
        let content = line.line.text(text);
        let place = |places: &[Place]| places.get(index).copied().unwrap_or(Place::Nowhere);
        Some(Occurrence {
            hash,
            text: content.to_owned(),
            before: beside(index.checked_sub(1)),
            after: beside(Some(index + 1)),
            place: place(&places),
            plain_place: place(&plain_places),
            is_above_body: above == Some(index),
            is_taken: line.is_taken,
            is_title: title == Some(content),
        })
    };
    lines.iter().enumerate().filter_map(occurrence).collect()
}

fn long_hash(line: &str) -> u64 {
    use std::hash::BuildHasher;
    FixedState::with_seed(1).hash_one(line)
}

fn places_of_all(lines: &[Examined]) -> Vec<Place> {
    places(lines, |_| false)
}

/// The place of each line; furniture does not tell where the body is.
fn places(lines: &[Examined], is_furniture: impl Fn(&Examined) -> bool) -> Vec<Place> {
    let shape = BodyShape::of(lines.iter().filter(|line| !is_furniture(line)).map(|line| &line.line));
    let is_body = |line: &Examined| shape.fits(&line.line) && !is_furniture(line);
    let first = lines.iter().position(is_body);
    let last = lines.iter().rposition(is_body);
    let place = |index: usize| match (first, last) {
        (Some(first), _) if index < first => Place::Head,
        (_, Some(last)) if index > last => Place::Tail,
        (Some(_), Some(_)) => Place::Body,
        _ => Place::Nowhere,
    };
    (0..lines.len()).map(place).collect()
}

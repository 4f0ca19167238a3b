//! What all pages of a site tell of its repeated lines.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use foldhash::fast::FixedState;

use super::page::{Beside, Occurrence, Page, Place};

/// Different neighbors of a line that are counted: enough to tell furniture from a text that was published
/// again, and 512 bytes a side.
pub(super) const MAX_DISTINCT: u32 = 64;
/// Neighbors of a line of which the number of pages is kept: those that furniture has come first.
const MAX_COUNTED: usize = 8;
/// Documents named as examples.
const MAX_DOCS: usize = 3;
/// Bytes of lines that are kept of a site, to find near misses in.
const MAX_MISS_BYTES: usize = 32 << 10;

/// What stands on one side of a line, over all pages.
#[derive(Debug, Clone, Default)]
pub(super) struct Side {
    /// Pages on which it is the start or end of the text.
    pub(super) edges: u32,
    /// Pages on which it is a line that rules take.
    pub(super) taken: u32,
    /// Pages of each neighbor, for the first few.
    pub(super) counted: BTreeMap<u64, u32>,
    distinct: BTreeSet<u64>,
}

impl Side {
    fn add(&mut self, beside: Beside) {
        match beside {
            Beside::Edge => self.edges += 1,
            Beside::Taken => self.taken += 1,
            Beside::Line(hash) => {
                if self.distinct.len() < MAX_DISTINCT as usize {
                    self.distinct.insert(hash);
                }
                if self.counted.len() < MAX_COUNTED || self.counted.contains_key(&hash) {
                    *self.counted.entry(hash).or_default() += 1;
                }
            }
        }
    }

    /// Number of different neighbors, at most [`MAX_DISTINCT`].
    pub(super) fn distinct(&self) -> usize {
        self.distinct.len()
    }
}

/// What is known of one repeated line.
#[derive(Debug, Clone)]
pub(super) struct Support {
    pub(super) hash: u64,
    /// The line as it stands on the first page.
    pub(super) text: String,
    /// Pages that are no copies.
    pub(super) pages: u32,
    /// Pages on which rules take it.
    pub(super) taken: u32,
    /// Pages on which it is the title that the page names.
    pub(super) titles: u32,
    pub(super) head: u32,
    pub(super) body: u32,
    pub(super) tail: u32,
    /// The same for places as rules see them.
    pub(super) plain_head: u32,
    pub(super) plain_tail: u32,
    /// Pages on which it stands right above the body, furniture apart.
    pub(super) above_body: u32,
    pub(super) before: Side,
    pub(super) after: Side,
    /// The first documents.
    pub(super) docs: Vec<String>,
    /// The earliest day known; empty if none is.
    pub(super) first_seen: String,
}

impl Support {
    fn new(occurrence: &Occurrence) -> Self {
        Self {
            hash: occurrence.hash,
            text: occurrence.text.clone(),
            pages: 0,
            taken: 0,
            titles: 0,
            head: 0,
            body: 0,
            tail: 0,
            plain_head: 0,
            plain_tail: 0,
            above_body: 0,
            before: Side::default(),
            after: Side::default(),
            docs: Vec::new(),
            first_seen: String::new(),
        }
    }

    fn add(&mut self, occurrence: &Occurrence, id: &str, date: &str) {
        self.pages += 1;
        self.taken += u32::from(occurrence.is_taken);
        self.titles += u32::from(occurrence.is_title);
        self.head += u32::from(occurrence.place == Place::Head);
        self.body += u32::from(occurrence.place == Place::Body);
        self.tail += u32::from(occurrence.place == Place::Tail);
        self.plain_head += u32::from(occurrence.plain_place == Place::Head);
        self.plain_tail += u32::from(occurrence.plain_place == Place::Tail);
        self.above_body += u32::from(occurrence.is_above_body);
        self.before.add(occurrence.before);
        self.after.add(occurrence.after);
        if self.docs.len() < MAX_DOCS {
            self.docs.push(id.to_owned());
        }
        if !date.is_empty() && (self.first_seen.is_empty() || date < self.first_seen.as_str()) {
            date.clone_into(&mut self.first_seen);
        }
    }
}

/// What is known of the lines of one site.
#[derive(Debug, Default)]
pub(super) struct SiteSupport {
    /// Pages that repeat others and were left out.
    pub(super) copies: u32,
    /// The lines in the order in which they were first met.
    pub(super) lines: Vec<Support>,
    numbers: HashMap<u64, usize, FixedState>,
    /// Lines that do not repeat, in the order of the corpus.
    pub(super) misses: Vec<String>,
    miss_bytes: usize,
}

impl SiteSupport {
    /// Takes one page of the site.
    pub(super) fn add(&mut self, page: Page) {
        if page.is_copy {
            self.copies += 1;
            return;
        }
        for occurrence in &page.lines {
            let number = *self.numbers.entry(occurrence.hash).or_insert_with(|| {
                self.lines.push(Support::new(occurrence));
                self.lines.len() - 1
            });
            if let Some(support) = self.lines.get_mut(number) {
                support.add(occurrence, &page.id, &page.date);
            }
        }
        for miss in page.misses {
            if self.miss_bytes + miss.len() <= MAX_MISS_BYTES {
                self.miss_bytes += miss.len();
                self.misses.push(miss);
            }
        }
    }
}

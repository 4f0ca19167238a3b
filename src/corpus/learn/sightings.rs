//! On how many pages each line of a site stands, in bounded memory: the first of two readings.
//!
//! Most lines of a corpus stand on one page. The first sight of a line goes into a Bloom filter, and only the
//! second into a table. A line that the filter takes for one seen before has one page too many, which the
//! second reading sets right.
//!
//! When the table is full, the part of the hash space that is looked at is halved, and the other half is left
//! for another reading of the corpus. Reading again costs time alone; spilling to files would need room on disk
//! and an order of merging, for corpora that have more lines that repeat than memory has room for.

use std::collections::{BTreeMap, HashMap};
use std::hash::BuildHasher;
use std::ops::RangeInclusive;

use foldhash::fast::FixedState;
use foldhash::quality;

use crate::corpus::site::Site;

/// Bits of the filter that each line sets, in one word of 64 bits: with 16 bits a line, about 1 % of first
/// sights are taken for second ones.
const PROBES: u32 = 3;
/// Bits of a number of a bit in a word.
const BIT_NUMBER: u32 = 6;
/// Bytes of an entry of the table: hash, site, pages, and a byte of the table's own.
const ENTRY_BYTES: usize = 17;
/// The table doubles when it grows, and both are there while it does: half of the new one on top.
const GROWTH: f64 = 1.5;
/// Share of the memory that is the filter's.
const FILTER_SHARE: usize = 4;
/// Share of the memory that is the table's.
const TABLE_SHARE: usize = 2;
/// Share of a table's slots that may be taken before it grows: that of `std`'s.
const LOAD: (usize, usize) = (7, 8);
/// Smallest filter in words: 1 MiB.
const LEAST_FILTER_WORDS: usize = 1 << 17;

/// The hash of a line of a site.
pub(super) fn line_hash(site: &Site, key: &str) -> u64 {
    quality::FixedState::with_seed(0).hash_one((site.kind as u8, &site.name, key))
}

/// A Bloom filter that keeps the bits of a line in one word, so that a look costs one access to memory.
struct Filter {
    words: Vec<u64>,
}

impl Filter {
    /// A filter of about so many bytes.
    fn new(bytes: usize) -> Self {
        let words = (bytes / size_of::<u64>()).max(LEAST_FILTER_WORDS);
        Self { words: vec![0; 1 << words.ilog2()] }
    }

    /// Adds a hash; whether it (or another with the same bits) was there before.
    fn insert(&mut self, hash: u64) -> bool {
        let bits = (0..PROBES).fold(0, |bits, probe| bits | 1 << (hash >> (probe * BIT_NUMBER) & 63));
        // The bits used above are not used again, nor the highest ones, by which the hash space is parted.
        let index = usize::try_from(hash >> (PROBES * BIT_NUMBER)).unwrap_or(usize::MAX) & (self.words.len() - 1);
        let Some(word) = self.words.get_mut(index) else { return false };
        let is_known = *word & bits == bits;
        *word |= bits;
        is_known
    }

    fn clear(&mut self) {
        self.words.fill(0);
    }
}

/// Pages of one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Seen {
    /// Index of its site.
    pub(super) site: u32,
    /// Number of its pages.
    pub(super) pages: u32,
}

/// Lines that repeat, by hash.
pub(super) type Repeated = HashMap<u64, Seen, FixedState>;

/// Pages of one site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SitePages {
    pub(super) site: Site,
    pub(super) pages: u32,
}

/// Which lines repeat.
pub(super) struct Sightings {
    filter: Filter,
    table: HashMap<u64, Seen, FixedState>,
    max_entries: usize,
    sites: Vec<SitePages>,
    site_numbers: HashMap<Site, u32, FixedState>,
    /// The part of the hash space that is looked at.
    part: RangeInclusive<u64>,
    /// Parts that are left for other readings.
    left: Vec<RangeInclusive<u64>>,
    is_first_reading: bool,
    repeated: BTreeMap<u64, Seen>,
}

impl Sightings {
    /// Room for sightings in about three quarters of `memory` bytes.
    pub(super) fn new(memory: usize) -> Self {
        #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let slots = ((memory / TABLE_SHARE) as f64 / (ENTRY_BYTES as f64 * GROWTH)) as usize;
        let slots = 1_usize << slots.max(1).ilog2();
        Self {
            filter: Filter::new(memory / FILTER_SHARE),
            table: HashMap::default(),
            max_entries: (slots * LOAD.0 / LOAD.1).max(1),
            sites: Vec::new(),
            site_numbers: HashMap::default(),
            part: 0..=u64::MAX,
            left: Vec::new(),
            is_first_reading: true,
            repeated: BTreeMap::new(),
        }
    }

    /// Takes the lines of one page, each hash once.
    pub(super) fn add(&mut self, site: &Site, hashes: &[u64]) {
        let number = self.number_of(site);
        if self.is_first_reading
            && let Some(entry) = self.sites.get_mut(number as usize)
        {
            entry.pages += 1;
        }
        for hash in hashes {
            if !self.part.contains(hash) {
                continue;
            }
            if let Some(seen) = self.table.get_mut(hash) {
                seen.pages += 1;
            } else if self.filter.insert(*hash) {
                self.table.insert(*hash, Seen { site: number, pages: 2 });
                while self.table.len() >= self.max_entries && self.part.start() < self.part.end() {
                    self.halve();
                }
            }
        }
    }

    fn number_of(&mut self, site: &Site) -> u32 {
        if let Some(number) = self.site_numbers.get(site) {
            return *number;
        }
        let number = u32::try_from(self.sites.len()).expect("there are fewer than 4 billion sites");
        self.site_numbers.insert(site.clone(), number);
        self.sites.push(SitePages { site: site.clone(), pages: 0 });
        number
    }

    /// Leaves the upper half of the part for another reading.
    fn halve(&mut self) {
        let (start, end) = (*self.part.start(), *self.part.end());
        let middle = start + (end - start) / 2;
        self.left.push(middle + 1..=end);
        self.part = start..=middle;
        self.table.retain(|hash, _| *hash <= middle);
    }

    /// Ends a reading: lines on at least `least(pages of their site)` pages are kept. Whether the corpus must be
    /// read again for another part of the hash space.
    pub(super) fn end_reading(&mut self, least: impl Fn(u32) -> u32) -> bool {
        let pages_of = |seen: &Seen| self.sites.get(seen.site as usize).map_or(0, |site| site.pages);
        let kept = self.table.drain().filter(|(_, seen)| seen.pages >= least(pages_of(seen)));
        self.repeated.extend(kept);
        self.filter.clear();
        self.is_first_reading = false;
        match self.left.pop() {
            Some(part) => {
                self.part = part;
                true
            }
            None => false,
        }
    }

    /// The sites in the order in which they were met, and the lines that repeat, by hash.
    pub(super) fn finish(self) -> (Vec<SitePages>, Repeated) {
        (self.sites, self.repeated.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::site::SiteKind;

    /// Pages of 40 lines of their own and 10 that stand on every page.
    fn read(sightings: &mut Sightings, pages: u64) {
        let site = Site { kind: SiteKind::Host, name: "example.org".to_owned() };
        for page in 0..pages {
            let own = (0..40).map(|line| format!("own {page} {line}"));
            let common = (0..10).map(|line| format!("common {line}"));
            let hashes: Vec<u64> = own.chain(common).map(|line| line_hash(&site, &line)).collect();
            sightings.add(&site, &hashes);
        }
    }

    #[test]
    fn lines_that_repeat_are_found_whatever_room_there_is() {
        let find = |max_entries: usize| {
            let mut sightings = Sightings::new(1 << 20);
            sightings.max_entries = max_entries;
            let mut readings = 1;
            read(&mut sightings, 200);
            while sightings.end_reading(|pages| pages / 20) {
                readings += 1;
                read(&mut sightings, 200);
            }
            let (sites, repeated) = sightings.finish();
            assert_eq!(sites.iter().map(|site| site.pages).collect::<Vec<_>>(), [200]);
            assert_eq!(repeated.len(), 10);
            // A first sight that was taken for a second one makes one page too many.
            assert!(repeated.values().all(|seen| (200..=201).contains(&seen.pages)));
            readings
        };
        assert_eq!(find(1 << 20), 1);
        assert!(find(4) > 2);
    }
}

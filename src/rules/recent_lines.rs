//! Lines that were held against a rule set lately, with what they matched: a page shows its menu twice, and the pages
//! of a site show one menu.

use std::hash::BuildHasher;

use foldhash::fast::FixedState;

use super::matcher::Target;

/// Lines that are kept, a power of two. They take about half a megabyte, and with most targets each two.
const PLACES: usize = 4096;
/// Bytes of the longest line that is kept: longer ones are paragraphs, which seldom come again.
const MAX_BYTES: usize = 96;
/// Most targets of a line that is kept, which bounds the memory.
const MAX_TARGETS: usize = 24;

/// A table that knows a line until another needs its place.
#[derive(Default)]
pub(super) struct RecentLines {
    /// A part of the hash of each line that is kept: most other lines are told from it without a look at the line. Empty
    /// until a line is kept.
    hashes: Vec<u32>,
    entries: Vec<Entry>,
    hasher: FixedState,
}

/// The empty line stands for none.
#[derive(Default, Clone)]
struct Entry {
    line: String,
    targets: Vec<Target>,
}

/// Where a line is kept.
#[derive(Clone, Copy)]
pub(super) struct Place {
    at: usize,
    hash: u32,
}

impl RecentLines {
    /// Where the line would be kept; `None` for one that is not worth it.
    pub(super) fn place_of(&self, line: &str) -> Option<Place> {
        if line.is_empty() || line.len() > MAX_BYTES {
            return None;
        }
        let hash = self.hasher.hash_one(line.as_bytes());
        #[expect(clippy::cast_possible_truncation, reason = "some bits are as good as others")]
        Some(Place { at: hash as usize % PLACES, hash: (hash >> 32) as u32 })
    }

    /// Whether it is known what the line matched.
    #[inline]
    pub(super) fn knows(&self, place: Place, line: &str) -> bool {
        self.hashes.get(place.at) == Some(&place.hash)
            && self.entries.get(place.at).is_some_and(|entry| entry.line == line)
    }

    /// What the line that is kept at a place matched.
    #[inline]
    pub(super) fn targets(&self, place: Place) -> &[Target] {
        self.entries.get(place.at).map(|entry| entry.targets.as_slice()).unwrap_or_default()
    }

    pub(super) fn keep(&mut self, place: Place, line: &str, targets: &[Target]) {
        if targets.len() > MAX_TARGETS {
            return;
        }
        if self.entries.is_empty() {
            self.entries.resize(PLACES, Entry::default());
            self.hashes.resize(PLACES, 0);
        }
        if let (Some(entry), Some(hash)) = (self.entries.get_mut(place.at), self.hashes.get_mut(place.at)) {
            *hash = place.hash;
            entry.line.clear();
            entry.line.push_str(line);
            entry.targets.clear();
            entry.targets.extend_from_slice(targets);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::matcher::Slot;
    use super::*;

    fn find<'a>(recent: &'a RecentLines, place: Place, line: &str) -> Option<&'a [Target]> {
        recent.knows(place, line).then(|| recent.targets(place))
    }

    #[test]
    fn a_line_is_known_until_another_takes_its_place() {
        let mut recent = RecentLines::default();
        let targets = [Target { rule: 7, slot: Slot::Main }];
        let place = recent.place_of("Home").expect("a short line");
        assert_eq!(find(&recent, place, "Home"), None);
        recent.keep(place, "Home", &targets);
        assert_eq!(find(&recent, place, "Home"), Some(targets.as_slice()));
        assert_eq!(find(&recent, place, "Start"), None, "another line with the same place");
        let other = Place { at: place.at, ..recent.place_of("Start").expect("a short line") };
        recent.keep(other, "Start", &[]);
        assert_eq!((find(&recent, other, "Start"), find(&recent, place, "Home")), (Some([].as_slice()), None));
    }

    #[test]
    fn memory_is_bounded() {
        let mut recent = RecentLines::default();
        assert!(recent.place_of(&"x".repeat(MAX_BYTES + 1)).is_none() && recent.place_of("").is_none());
        let place = recent.place_of("Home").expect("a short line");
        recent.keep(place, "Home", &[Target { rule: 7, slot: Slot::Main }; MAX_TARGETS + 1]);
        assert_eq!(find(&recent, place, "Home"), None);
    }
}

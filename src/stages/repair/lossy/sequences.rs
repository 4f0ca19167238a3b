//! The visible sequences of a channel, as a table that is asked at many places of a text.

use std::collections::BTreeMap;

/// Characters with which something may begin.
#[derive(Debug, Default)]
pub(crate) struct Beginnings {
    /// Those of ASCII, by code point.
    ascii: u128,
    /// The others, sorted.
    others: Vec<char>,
}

impl Beginnings {
    /// The characters that are in one of several.
    pub(crate) fn union<'b>(all: impl Iterator<Item = &'b Self>) -> Self {
        let mut union = Self::default();
        for beginnings in all {
            union.ascii |= beginnings.ascii;
            union.others.extend_from_slice(&beginnings.others);
        }
        union.sort();
        union
    }

    pub(crate) fn contains(&self, c: char) -> bool {
        if c.is_ascii() { self.ascii & (1 << u32::from(c)) != 0 } else { self.others.binary_search(&c).is_ok() }
    }

    fn sort(&mut self) {
        self.others.sort_unstable();
        self.others.dedup();
    }
}

impl FromIterator<char> for Beginnings {
    fn from_iter<T: IntoIterator<Item = char>>(chars: T) -> Self {
        let mut beginnings = Self::default();
        for c in chars {
            if c.is_ascii() {
                beginnings.ascii |= 1 << u32::from(c);
            } else {
                beginnings.others.push(c);
            }
        }
        beginnings.sort();
        beginnings
    }
}

/// Sequences, and the characters that each may stand for, the commonest first.
#[derive(Debug)]
pub(crate) struct Sequences {
    originals: BTreeMap<Vec<char>, Vec<char>>,
    /// Length of the longest, in characters.
    longest: usize,
    beginnings: Beginnings,
    /// The sequences of one character with their originals, and the first two of longer ones, sorted: most texts
    /// have many of the first and few of the second.
    singles: Vec<(char, Vec<char>)>,
    pairs: Vec<(char, char)>,
}

impl Sequences {
    pub(crate) fn new(originals: BTreeMap<Vec<char>, Vec<char>>) -> Self {
        let longest = originals.keys().map(Vec::len).max().unwrap_or(0);
        let beginnings = originals.keys().filter_map(|visible| visible.first().copied()).collect();
        let (mut singles, mut pairs) = (Vec::new(), Vec::new());
        for (visible, originals) in &originals {
            match visible.as_slice() {
                [] => {}
                [single] => singles.push((*single, originals.clone())),
                [first, second, ..] => pairs.push((*first, *second)),
            }
        }
        pairs.dedup();
        Self { originals, longest, beginnings, singles, pairs }
    }

    /// The sequences, sorted.
    pub(crate) fn visible(&self) -> impl Iterator<Item = &[char]> {
        self.originals.keys().map(Vec::as_slice)
    }

    pub(crate) const fn beginnings(&self) -> &Beginnings {
        &self.beginnings
    }

    /// Whether one of the sequences stands in `text`.
    pub(crate) fn is_in(&self, text: &str) -> bool {
        text.char_indices().filter(|(_, c)| self.beginnings.contains(*c)).any(|(at, _)| {
            let rest: Vec<char> = text.get(at..).unwrap_or_default().chars().take(self.longest).collect();
            self.matched(&rest).is_some()
        })
    }

    /// What a sequence may stand for; nothing if it is none.
    pub(crate) fn originals(&self, visible: &[char]) -> Option<&[char]> {
        self.originals.get(visible).map(Vec::as_slice)
    }

    /// The longest sequence at the beginning of `text`: its length and what it may stand for.
    pub(crate) fn matched<'s>(&'s self, text: &[char]) -> Option<(usize, &'s [char])> {
        let first = *text.first()?;
        let is_pair = text.get(1).is_some_and(|second| self.pairs.binary_search(&(first, *second)).is_ok());
        if !is_pair {
            let single = self.singles.binary_search_by_key(&first, |(single, _)| *single).ok()?;
            return self.singles.get(single).map(|(_, originals)| (1, originals.as_slice()));
        }
        (1..=self.longest.min(text.len())).rev().find_map(|length| {
            let visible = text.get(..length)?;
            self.originals.get(visible).map(|originals| (length, originals.as_slice()))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_sequence_is_found() {
        let sequence = |visible: &str, original: char| (visible.chars().collect(), vec![original]);
        let sequences = Sequences::new([sequence("a", '1'), sequence("ab", '2'), sequence("âcd", '3')].into());
        let matched = |text: &str| {
            let text: Vec<char> = text.chars().collect();
            sequences.matched(&text).map(|(length, originals)| (length, originals.to_vec()))
        };
        assert_eq!(matched("abc"), Some((2, vec!['2'])));
        assert_eq!(matched("acd"), Some((1, vec!['1'])));
        assert_eq!(matched("âcd"), Some((3, vec!['3'])));
        assert_eq!((matched("âc"), matched("b"), matched("")), (None, None, None));
        assert!(sequences.is_in("xâcd") && !sequences.is_in("xâc"));
    }
}

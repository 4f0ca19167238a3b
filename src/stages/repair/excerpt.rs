//! The part of a text that has to be looked at: the lines around what looks damaged.
//!
//! Repairs are found in the excerpt as in a text of its own, so that a long document with one odd
//! place costs no more than its line. What must be known of the rest is in [`Outside`].

use std::borrow::Cow;
use std::ops::Range;

use crate::stages::repair::{Repair, edits, scan};

/// How far a stretch reaches to either side within a line that is longer, in bytes.
const REACH: usize = 2048;
/// Bytes in which a cut looks for a space.
const WORD: usize = 64;
/// Share of a text from which the excerpt is all of it, as one in so many.
const MOST: usize = 2;
/// Share of the characters beyond ASCII that may be left out where an excerpt has most of them, as one in so many.
const FEW_LEFT_OUT: usize = 4;

/// Lines of a text, or parts of long lines, one after the other.
#[derive(Debug)]
pub(crate) struct Excerpt<'t> {
    pub(crate) text: Cow<'t, str>,
    stretches: Vec<Stretch>,
    pub(crate) outside: Outside,
}

/// What an excerpt leaves out, as far as repairs depend on it.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(crate) struct Outside {
    /// Number of characters.
    pub(crate) length: usize,
    /// Whether quotes, dashes or ellipses are among them: then the text has not lost all of its own.
    pub(crate) has_marks: bool,
}

/// Bytes of the whole text, and where they begin in the excerpt.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Stretch {
    whole: Range<usize>,
    begin: usize,
}

/// The lines of `text` that look damaged, as sorted and disjoint byte ranges.
pub(crate) fn suspects(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut from = 0;
    while let Some(at) = scan::first_odd(text, from) {
        let stretch = around(text, at);
        from = stretch.end.max(at + 1);
        found.push(stretch);
    }
    found.extend(scan::transliterated(text).map(|at| around(text, at)));
    merged(found)
}

/// The line around byte `at` of `text`, or as much of it as [`REACH`] allows.
pub(crate) fn around(text: &str, at: usize) -> Range<usize> {
    let bytes = text.as_bytes();
    let least = at.saturating_sub(REACH);
    let before = bytes.get(least..at).unwrap_or_default();
    let start = match memchr::memrchr(b'\n', before) {
        Some(line_break) => least + line_break + 1,
        None if least == 0 => 0,
        None => cut(text, least),
    };
    let most = (at + REACH).min(bytes.len());
    let after = bytes.get(at..most).unwrap_or_default();
    let end = match memchr::memchr(b'\n', after) {
        Some(line_break) => at + line_break + 1,
        None if most == bytes.len() => most,
        None => cut(text, most),
    };
    start..end
}

/// The lines around all of `place`, or as much of the first and the last as [`REACH`] allows.
pub(crate) fn around_all(text: &str, place: Range<usize>) -> Range<usize> {
    around(text, place.start).start..around(text, place.end).end
}

/// A place near `at` where a word begins, or at least a character.
fn cut(text: &str, at: usize) -> usize {
    let near = text.as_bytes().get(at..(at + WORD).min(text.len())).unwrap_or_default();
    let space = memchr::memchr2(b' ', b'\n', near).map_or(at, |space| at + space + 1);
    (space..=text.len()).find(|&i| text.is_char_boundary(i)).unwrap_or(text.len())
}

fn merged(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| range.start);
    let mut out: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match out.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => out.push(range),
        }
    }
    out
}

impl<'t> Excerpt<'t> {
    /// The excerpt of `text` that `ranges` make; all of it if they are a great part.
    pub(crate) fn new(text: &'t str, ranges: Vec<Range<usize>>) -> Self {
        let ranges = merged(ranges);
        let covered: usize = ranges.iter().map(Range::len).sum();
        if covered * MOST >= text.len() {
            return Self::whole(text);
        }
        let mut excerpt = String::with_capacity(covered + ranges.len());
        let mut stretches = Vec::with_capacity(ranges.len());
        for range in ranges {
            let stretch = text.get(range.clone()).unwrap_or_default();
            stretches.push(Stretch { whole: range.clone(), begin: excerpt.len() });
            excerpt.push_str(stretch);
            if !stretch.ends_with('\n') {
                excerpt.push('\n');
            }
        }
        let mut result = Self { text: Cow::Owned(excerpt), stretches, outside: Outside::default() };
        for piece in result.rest(text) {
            let piece = text.get(piece).unwrap_or_default();
            result.outside.length += piece.chars().count();
            result.outside.has_marks |= has_marks(piece);
        }
        result
    }

    /// The excerpt that is all of `text`.
    pub(crate) fn whole(text: &'t str) -> Self {
        let stretches = vec![Stretch { whole: 0..text.len(), begin: 0 }];
        Self { text: Cow::Borrowed(text), stretches, outside: Outside::default() }
    }

    /// Whether few characters of `text`, the whole text, that are not ASCII are left out.
    pub(crate) fn has_most_signs(&self, text: &str) -> bool {
        let count = |part: &str| part.bytes().filter(|byte| !byte.is_ascii()).count();
        let left: usize = self.rest(text).into_iter().filter_map(|range| text.get(range)).map(count).sum();
        left * FEW_LEFT_OUT <= count(&self.text)
    }

    /// The stretches, as byte ranges of the whole text.
    pub(crate) fn ranges(&self) -> impl Iterator<Item = Range<usize>> {
        self.stretches.iter().map(|stretch| stretch.whole.clone())
    }

    /// What lies between the stretches, as byte ranges of `text`, the whole text.
    pub(crate) fn rest(&self, text: &str) -> Vec<Range<usize>> {
        let mut from = 0;
        let mut rest = Vec::new();
        for range in self.ranges() {
            rest.push(from..range.start);
            from = range.end;
        }
        rest.push(from..text.len());
        rest.retain(|range| !range.is_empty());
        rest
    }

    /// The whole text, with `repairs` of the excerpt made.
    pub(crate) fn document(&self, text: &'t str, repairs: &[Repair]) -> Cow<'t, str> {
        if repairs.is_empty() {
            return Cow::Borrowed(text);
        }
        let (from, to) = (|stretch: &Stretch| stretch.begin, |stretch: &Stretch| stretch.whole.start);
        Cow::Owned(edits::apply_moved(text, repairs, |repair| self.position(repair.start, from, to)))
    }

    /// Repairs of the excerpt as repairs of the whole text.
    pub(crate) fn to_whole(&self, repairs: Vec<Repair>) -> Vec<Repair> {
        self.moved(repairs, |stretch| stretch.begin, |stretch| stretch.whole.start)
    }

    /// Repairs of the whole text, all of which lie in the stretches, as repairs of the excerpt.
    pub(crate) fn to_excerpt(&self, repairs: Vec<Repair>) -> Vec<Repair> {
        self.moved(repairs, |stretch| stretch.whole.start, |stretch| stretch.begin)
    }

    fn moved(
        &self,
        mut repairs: Vec<Repair>,
        from: impl Fn(&Stretch) -> usize,
        to: impl Fn(&Stretch) -> usize,
    ) -> Vec<Repair> {
        for repair in &mut repairs {
            let start = self.position(repair.start, &from, &to);
            repair.end = start + (repair.end - repair.start);
            repair.start = start;
        }
        repairs
    }

    /// Position `at` of a text, in which the stretches begin where `from` tells, in one where they begin where `to`
    /// tells.
    fn position(&self, at: usize, from: impl Fn(&Stretch) -> usize, to: impl Fn(&Stretch) -> usize) -> usize {
        let next = self.stretches.partition_point(|stretch| from(stretch) <= at);
        let stretch = next.checked_sub(1).and_then(|n| self.stretches.get(n));
        let stretch = stretch.expect("a repair lies inside a stretch");
        at - from(stretch) + to(stretch)
    }
}

/// Whether curly quotes, dashes or ellipses occur in `text`.
fn has_marks(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memchr_iter(0xE2, bytes).any(|at| {
        let mark = bytes.get(at..at + 3).and_then(|mark| std::str::from_utf8(mark).ok());
        mark.and_then(|mark| mark.chars().next()).is_some_and(is_mark)
    })
}

/// Whether `c` is a curly quote, a dash or an ellipsis.
pub(crate) const fn is_mark(c: char) -> bool {
    matches!(c, '’' | '“' | '”' | '–' | '—' | '…')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stages::repair::RepairKind;

    #[test]
    fn an_excerpt_is_the_damaged_lines() {
        let clean = "A clean line of words, with “quotes” and more of them.\n";
        let text = format!("{}It was damaged â€™ here.\n{}", clean.repeat(9), clean.repeat(9));
        let excerpt = Excerpt::new(&text, suspects(&text));
        assert_eq!(excerpt.text, "It was damaged â€™ here.\n");
        assert!(excerpt.outside.has_marks);
        assert_eq!(excerpt.outside.length + excerpt.text.chars().count(), text.chars().count());
    }

    #[test]
    fn an_excerpt_of_one_long_line_ends_between_words() {
        let clean = "ähnliche Wörter ohne Ende ".repeat(400);
        let text = format!("{clean}â€™ und {clean}");
        let excerpt = Excerpt::new(&text, suspects(&text));
        assert!(excerpt.text.len() < 2 * REACH + 2 * WORD);
        assert!(excerpt.text.starts_with(|c: char| c.is_alphabetic()));
        assert!(excerpt.text.ends_with(" \n"));
    }

    #[test]
    fn repairs_come_back_to_their_place() {
        let text = format!("{}broken Ã© here\n{}", "clean\n".repeat(50), "clean\n".repeat(50));
        let excerpt = Excerpt::new(&text, suspects(&text));
        let repair = |start, end| Repair {
            start,
            end,
            replacement: "é".to_owned(),
            kind: RepairKind::Lossless,
            note: String::new(),
            score: 1.0,
        };
        let there = vec![repair(7, 11)];
        let back = excerpt.to_whole(there.clone());
        assert_eq!(text.get(back[0].start..back[0].end), Some("Ã©"));
        assert_eq!(excerpt.to_excerpt(back), there);
    }
}

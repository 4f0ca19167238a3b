//! The bytes that every match of a pattern must begin and end with.

use std::ops::RangeInclusive;

use regex_syntax::hir::{Class, ClassUnicode, Hir, HirKind};
use regex_syntax::utf8::Utf8Sequences;

/// Bytes that are looked at, at either end.
pub(super) const DEPTH: usize = 4;

/// A set of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct ByteSet(pub(super) [u64; 4]);

impl ByteSet {
    pub(super) fn contains(&self, byte: u8) -> bool {
        self.0[usize::from(byte >> 6)] >> (byte & 63) & 1 == 1
    }

    fn add(&mut self, bytes: RangeInclusive<u8>) {
        bytes.for_each(|byte| self.0[usize::from(byte >> 6)] |= 1 << (byte & 63));
    }

    fn add_all(&mut self, other: Self) {
        self.0.iter_mut().zip(other.0).for_each(|(own, new)| *own |= new);
    }
}

/// Which bytes may stand at the first four places of a line, and at the last four.
pub(super) struct Affixes {
    pub(super) first: [ByteSet; DEPTH],
    pub(super) last: [ByteSet; DEPTH],
}

impl Affixes {
    pub(super) fn of(hir: &Hir) -> Self {
        Self { first: places(hir, End::First).bytes, last: places(hir, End::Last).bytes }
    }

    /// Whether a line may begin and end as it does.
    pub(super) fn admit(&self, line: &[u8]) -> bool {
        self.first.iter().zip(line).all(|(set, byte)| set.contains(*byte))
            && self.last.iter().zip(line.iter().rev()).all(|(set, byte)| set.contains(*byte))
    }
}

/// The end of a line from which places are counted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    First,
    Last,
}

/// Bytes at the places of a match, counted from one end.
#[derive(Clone, Copy, Default)]
struct Places {
    /// Bytes that may stand at each place, if the match reaches that far.
    bytes: [ByteSet; DEPTH],
    /// Whether the match may have this many bytes; the last stands for so many or more.
    lengths: [bool; DEPTH + 1],
}

impl Places {
    /// The match of length 0.
    fn empty() -> Self {
        let mut places = Self::default();
        places.lengths[0] = true;
        places
    }

    fn add_all(&mut self, other: Self) {
        self.bytes.iter_mut().zip(other.bytes).for_each(|(own, new)| own.add_all(new));
        self.lengths.iter_mut().zip(other.lengths).for_each(|(own, new)| *own |= new);
    }

    /// Adds a text of one byte out of each of these ranges, in the order of places.
    fn add_sequence(&mut self, ranges: impl Iterator<Item = RangeInclusive<u8>>) {
        let mut length = 0;
        for range in ranges {
            if let Some(place) = self.bytes.get_mut(length) {
                place.add(range);
            }
            length += 1;
        }
        self.lengths[length.min(DEPTH)] = true;
    }

    /// This match with another behind it, further from the end.
    fn followed_by(self, next: Self) -> Self {
        let mut joined = Self { bytes: self.bytes, lengths: [false; DEPTH + 1] };
        for (length, _) in self.lengths.iter().enumerate().filter(|(_, may_be)| **may_be) {
            for (own, new) in joined.bytes.iter_mut().skip(length).zip(next.bytes) {
                own.add_all(new);
            }
            for (more, _) in next.lengths.iter().enumerate().filter(|(_, may_be)| **may_be) {
                joined.lengths[(length + more).min(DEPTH)] = true;
            }
        }
        joined
    }
}

fn places(hir: &Hir, end: End) -> Places {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Places::empty(),
        HirKind::Literal(literal) => {
            let mut found = Places::default();
            let bytes = literal.0.iter().map(|byte| *byte..=*byte);
            match end {
                End::First => found.add_sequence(bytes),
                End::Last => found.add_sequence(bytes.rev()),
            }
            found
        }
        HirKind::Class(Class::Bytes(class)) => {
            let mut found = Places::default();
            class.iter().for_each(|range| found.add_sequence(std::iter::once(range.start()..=range.end())));
            found
        }
        HirKind::Class(Class::Unicode(class)) => places_of_class(class, end),
        HirKind::Capture(capture) => places(&capture.sub, end),
        HirKind::Repetition(repetition) => {
            // So many repetitions reach beyond the places that are looked at; more say no more.
            const ENOUGH: u32 = 5;
            let sub = places(&repetition.sub, end);
            let least = repetition.min.min(ENOUGH);
            let most = repetition.max.map_or(ENOUGH, |max| max.min(ENOUGH));
            let (mut found, mut times) = (Places::default(), Places::empty());
            for count in 0..=most {
                if count >= least {
                    found.add_all(times);
                }
                times = times.followed_by(sub);
            }
            found
        }
        HirKind::Concat(parts) if end == End::First => {
            parts.iter().fold(Places::empty(), |found, part| found.followed_by(places(part, end)))
        }
        HirKind::Concat(parts) => {
            parts.iter().rev().fold(Places::empty(), |found, part| found.followed_by(places(part, end)))
        }
        HirKind::Alternation(parts) => {
            let mut found = Places::default();
            for part in parts {
                found.add_all(places(part, end));
            }
            found
        }
    }
}

fn places_of_class(class: &ClassUnicode, end: End) -> Places {
    /// Ranges up to which a class is looked at exactly: `\p{L}` has hundreds, which takes a millisecond.
    const MAX_RANGES: usize = 32;
    let mut found = Places::default();
    let mut add = |ranges: &mut dyn DoubleEndedIterator<Item = RangeInclusive<u8>>| match end {
        End::First => found.add_sequence(ranges),
        End::Last => found.add_sequence(ranges.rev()),
    };
    if class.ranges().len() <= MAX_RANGES {
        for sequence in class.iter().flat_map(|range| Utf8Sequences::new(range.start(), range.end())) {
            add(&mut sequence.as_slice().iter().map(|range| range.start..=range.end));
        }
        return found;
    }
    // Of a large class, only the first bytes of its characters are told apart.
    let continuation = 0x80..=0xBF;
    let mut leads = ByteSet::default();
    for range in class.iter() {
        leads.add(lead_byte(range.start())..=lead_byte(range.end()));
    }
    for (byte, length) in (0x00..=0x7F).map(|byte| (byte, 1)).chain((0xC2..=0xF4).map(|byte| (byte, utf8_len(byte)))) {
        if leads.contains(byte) {
            add(&mut std::iter::once(byte..=byte).chain(std::iter::repeat_n(continuation.clone(), length - 1)));
        }
    }
    found
}

/// First byte of a character in UTF-8.
fn lead_byte(c: char) -> u8 {
    let mut bytes = [0; 4];
    c.encode_utf8(&mut bytes).as_bytes()[0]
}

/// Bytes of a character in UTF-8, by its first byte, which is not one of ASCII.
fn utf8_len(lead: u8) -> usize {
    match lead {
        0..0xE0 => 2,
        0xE0..0xF0 => 3,
        _ => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admits(pattern: &str, line: &str) -> bool {
        Affixes::of(&regex_syntax::parse(pattern).expect("valid")).admit(line.as_bytes())
    }

    #[test]
    fn ends_of_optional_parts_are_those_of_their_neighbors_too() {
        let pattern = r"(?:\* )?[Bb]y [a-z]+\.?";
        for line in ["by us", "* By us.", "By us", "by a"] {
            assert!(admits(pattern, line), "{line}");
        }
        for line in ["say us", "By us!", "By 9", "Boys", "**By us"] {
            assert!(!admits(pattern, line), "{line}");
        }
    }

    #[test]
    fn characters_of_several_bytes_are_read_from_both_ends() {
        assert!(admits("[А-Я]+", "ДА") && !admits("[А-Я]+", "no") && !admits("[А-Я]+", "Да, no"));
        assert!(admits(".*[.。]", "完。") && !admits(".*[.。]", "完，"));
    }

    #[test]
    fn repeated_parts_may_go_on() {
        for line in ["ababab", "ab", "ababababc"] {
            assert!(admits("(?:ab){1,}c?", line), "{line}");
        }
        assert!(!admits("(?:ab){2,}c?", "abba"));
        assert!(admits("x{0,2}y", "y") && admits("x{0,2}y", "xxy") && !admits("x{2}y", "yy"));
    }
}

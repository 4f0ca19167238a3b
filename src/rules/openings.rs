//! The first and the last characters of all matches of a pattern, as pairs of neighbors: `home|start` begins with
//! `ho`, `om`, `me` or with `st`, `ta`, `ar`.
//!
//! Bytes are told apart by their class alone: each letter of ASCII in either case, digits, the space, other ASCII,
//! and the rest. The build script uses this file too: see `known_gates`.

use std::collections::BTreeSet;

use regex_syntax::hir::{Class, Hir, HirKind};

/// Classes of bytes.
pub(super) const CODES: usize = 32;
/// Classes that are looked at, at either end.
const DEPTH: usize = 4;
/// Pairs of neighbors among them.
pub(super) const PLACES: usize = DEPTH - 1;
/// Pairs of classes.
pub(super) const PAIRS: usize = CODES * CODES;

const SPACE: u8 = 0;
const DIGIT: u8 = 27;
const OTHER_ASCII: u8 = 28;
const BEYOND_ASCII: u8 = 29;

/// The class of each byte: letters have 1 to 26.
const CODE_OF: [u8; 256] = {
    let mut table = [BEYOND_ASCII; 256];
    let mut byte = 0_u8;
    while byte.is_ascii() {
        table[byte as usize] = match byte {
            b' ' => SPACE,
            b'0'..=b'9' => DIGIT,
            b'a'..=b'z' | b'A'..=b'Z' => byte.to_ascii_lowercase() - b'a' + 1,
            _ => OTHER_ASCII,
        };
        byte += 1;
    }
    table
};

/// The class of a byte, below 32.
pub(super) fn code(byte: u8) -> usize {
    usize::from(CODE_OF[usize::from(byte)])
}

/// Number of a pair of neighbors, below [`PAIRS`].
pub(super) fn pair(one: u8, next: u8) -> usize {
    code(one) * CODES + code(next)
}

/// Sets of pairs, one for each place.
pub(super) type PairBits = [[u64; PAIRS / 64]; PLACES];

/// How matches begin and end.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Openings {
    pub(super) first: PairBits,
    /// Counted from the end.
    pub(super) last: PairBits,
    /// How they begin from their first ASCII letter or digit on, for patterns that begin with any number of other
    /// characters.
    pub(super) inner: Option<PairBits>,
    /// Whether `inner` holds only where nothing but ASCII stands before it.
    pub(super) is_inner_behind_ascii: bool,
}

impl Openings {
    pub(super) fn of(hir: &Hir) -> Self {
        let inner = behind_decoration(hir);
        Self {
            first: bits(&texts(hir, End::First)),
            last: bits(&texts(hir, End::Last)),
            is_inner_behind_ascii: inner.as_ref().is_some_and(|texts| texts.iter().any(|text| !text.starts_plain())),
            inner: inner.map(|texts| bits(&texts)),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    First,
    Last,
}

/// Up to four classes in a row.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
struct Text {
    codes: [u8; DEPTH],
    length: usize,
    /// Whether anything may follow, rather than what follows in the pattern.
    is_open: bool,
}

impl Text {
    fn new(codes: impl Iterator<Item = u8>) -> Self {
        let mut text = Self::default();
        codes.for_each(|code| text.push(code));
        text
    }

    fn push(&mut self, code: u8) {
        match self.codes.get_mut(self.length) {
            Some(slot) => (*slot, self.length) = (code, self.length + 1),
            None => self.is_open = true,
        }
    }

    fn followed_by(mut self, next: &Self) -> Self {
        if !self.is_open {
            next.codes.iter().take(next.length).for_each(|code| self.push(*code));
            self.is_open |= next.is_open;
        }
        self
    }

    fn cut_to(mut self, length: usize) -> Self {
        while self.length > length {
            self.length -= 1;
            self.codes[self.length] = 0;
            self.is_open = true;
        }
        self
    }

    /// Whether it begins with an ASCII letter or digit.
    fn starts_plain(&self) -> bool {
        self.length > 0 && (1..=DIGIT).contains(&self.codes[0])
    }
}

type Texts = BTreeSet<Text>;

/// The first texts of a pattern behind its decoration, if it begins with that and if they all begin with an ASCII
/// letter or digit or with something beyond ASCII.
fn behind_decoration(hir: &Hir) -> Option<Texts> {
    let HirKind::Concat(parts) = hir.kind() else { return None };
    let (decoration, rest) = parts.split_first()?;
    let HirKind::Repetition(repetition) = decoration.kind() else { return None };
    let HirKind::Class(Class::Unicode(class)) = repetition.sub.kind() else { return None };
    let has_plain = class.iter().any(|range| {
        [('0', '9'), ('A', 'Z'), ('a', 'z')].iter().any(|(from, to)| range.start() <= *to && range.end() >= *from)
    });
    if has_plain || repetition.min > 0 || repetition.max.is_some() {
        return None;
    }
    let texts = in_a_row(rest.iter(), End::First);
    let is_told = |text: &Text| text.starts_plain() || (text.length > 0 && text.codes[0] == BEYOND_ASCII);
    texts.iter().all(is_told).then_some(texts)
}

fn texts(hir: &Hir, end: End) -> Texts {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => BTreeSet::from([Text::default()]),
        HirKind::Literal(literal) => {
            let codes = literal.0.iter().map(|byte| CODE_OF[usize::from(*byte)]);
            BTreeSet::from([if end == End::First { Text::new(codes) } else { Text::new(codes.rev()) }])
        }
        HirKind::Class(class) => texts_of_class(class),
        HirKind::Capture(capture) => texts(&capture.sub, end),
        HirKind::Repetition(repetition) => {
            let sub = texts(&repetition.sub, end);
            let most = repetition.max.map_or(DEPTH, |max| DEPTH.min(max as usize));
            let least = DEPTH.min(repetition.min as usize);
            let (mut found, mut times) = (Texts::new(), BTreeSet::from([Text::default()]));
            for count in 0..=most {
                if count >= least {
                    found.extend(&times);
                }
                times = followed_by(times, &sub);
            }
            if repetition.max.is_none_or(|max| max as usize > DEPTH) {
                // More repetitions, each of which may be empty, are whatever they are.
                found = found
                    .into_iter()
                    .map(|text| Text { is_open: text.is_open || text.length == DEPTH, ..text })
                    .collect();
                if repetition.sub.properties().minimum_len().unwrap_or(0) == 0 {
                    found.insert(Text { is_open: true, ..Text::default() });
                }
            }
            found
        }
        HirKind::Concat(parts) if end == End::First => in_a_row(parts.iter(), end),
        HirKind::Concat(parts) => in_a_row(parts.iter().rev(), end),
        HirKind::Alternation(parts) => parts.iter().flat_map(|part| texts(part, end)).collect(),
    }
}

fn in_a_row<'a>(parts: impl Iterator<Item = &'a Hir>, end: End) -> Texts {
    let mut found = BTreeSet::from([Text::default()]);
    for part in parts {
        if found.iter().all(|text| text.is_open || text.length == DEPTH) {
            break;
        }
        found = followed_by(found, &texts(part, end));
    }
    found
}

fn followed_by(texts: Texts, next: &Texts) -> Texts {
    /// Texts that are made at once: more are made shorter first.
    const MOST: usize = 2048;
    let (mut found, mut short): (Texts, Texts) =
        texts.into_iter().partition(|text| text.is_open || text.length == DEPTH);
    let (mut next, mut length) = (next.clone(), DEPTH);
    while short.len() * next.len() > MOST && length > 0 {
        length -= 1;
        next = next.iter().map(|text| text.cut_to(length)).collect();
        if short.len() * next.len() > MOST {
            short = short.iter().map(|text| text.cut_to(length)).collect();
        }
    }
    found.extend(short.iter().flat_map(|text| next.iter().map(|next| text.followed_by(next))));
    found
}

fn texts_of_class(class: &Class) -> Texts {
    let mut found = Texts::new();
    let mut add_ascii = |from: u32, to: u32| {
        found.extend((from..=to.min(0x7F)).map(|byte| Text::new(std::iter::once(CODE_OF[byte as usize]))));
    };
    match class {
        Class::Bytes(class) => {
            for range in class.iter() {
                add_ascii(u32::from(range.start()), u32::from(range.end()));
            }
            if class.iter().any(|range| !range.end().is_ascii()) {
                found.insert(Text::new(std::iter::once(BEYOND_ASCII)));
            }
        }
        Class::Unicode(class) => {
            for range in class.iter() {
                add_ascii(u32::from(range.start()), u32::from(range.end()));
            }
            for bytes in 2..=4 {
                let has_some =
                    class.iter().any(|range| (range.start().len_utf8()..=range.end().len_utf8()).contains(&bytes));
                if has_some {
                    found.insert(Text::new(std::iter::repeat_n(BEYOND_ASCII, bytes)));
                }
            }
        }
    }
    found
}

/// The pairs of texts at each place; what a text does not tell may be anything.
fn bits(texts: &Texts) -> PairBits {
    let mut bits = [[0; PAIRS / 64]; PLACES];
    let codes = |text: &Text, place: usize| {
        let code = text.codes.get(place).copied().filter(|_| place < text.length);
        code.map_or(0..CODES, |code| usize::from(code)..usize::from(code) + 1)
    };
    for text in texts {
        for (place, bits) in bits.iter_mut().enumerate() {
            for one in codes(text, place) {
                for next in codes(text, place + 1) {
                    let pair = one * CODES + next;
                    bits[pair / 64] |= 1 << (pair % 64);
                }
            }
        }
    }
    bits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admits(bits: &PairBits, line: &[u8]) -> bool {
        bits.iter().zip(line.array_windows()).all(|(bits, [one, next])| {
            let pair = pair(*one, *next);
            bits[pair / 64] >> (pair % 64) & 1 == 1
        })
    }

    #[test]
    fn beginnings_and_ends_are_told() {
        let openings = |pattern: &str| Openings::of(&regex_syntax::parse(pattern).expect("valid"));
        let found = openings(r"(?i)(?:home|start) [0-9]+\)?");
        assert!(admits(&found.first, b"Home 12") && admits(&found.first, b"START 1"));
        assert!(!admits(&found.first, b"Hotel 12") && !admits(&found.first, b" home 12"));
        let backwards = |line: &str| line.bytes().rev().collect::<Vec<u8>>();
        assert!(admits(&found.last, &backwards("12)")) && admits(&found.last, &backwards(" 1")));
        assert!(!admits(&found.last, &backwards("12a")));
        let found = openings(r"(?i)[^0-9A-Za-z]*(?:home|тел).*");
        let inner = found.inner.expect("it begins with decoration");
        assert!(found.is_inner_behind_ascii && admits(&inner, b"home") && !admits(&inner, b"hot"));
        assert!(openings(r"[^0-9A-Za-z]*(?:©|home)").inner.is_some(), "the sign is beyond ASCII");
        assert_eq!(openings(r"[^0-9A-Za-z]*(?:\(c\)|home)").inner, None);
        assert_eq!(openings(r"[^a]*home").inner, None);
    }
}

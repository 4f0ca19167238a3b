//! What a whole-line pattern cannot match without, read off its syntax: texts, rare symbols, digits, and the
//! bytes that a line must begin and end with. Looking for these costs far less than running patterns.
//!
//! The build script uses this file too, to find the gates of built-in patterns: see `known_gates`.

use std::cell::OnceCell;
use std::ops::RangeInclusive;
use std::sync::OnceLock;

use regex_syntax::hir::{Class, ClassUnicode, Hir, HirKind};

use super::affixes::Affixes;
use super::literals::{self, Texts};
use super::openings::Openings;

/// What every line that a pattern matches has.
pub(super) struct Gates {
    pub(super) texts: Texts,
    /// Found when first needed, from the pattern: most patterns never meet a line with their texts.
    pub(super) affixes: OnceLock<Affixes>,
    /// Likewise.
    pub(super) openings: OnceLock<Box<Openings>>,
    pub(super) pattern: String,
    /// Its length in bytes is no less.
    pub(super) min_bytes: usize,
    /// Its length in bytes is no more.
    pub(super) max_bytes: usize,
    /// It has no fewer spaces.
    pub(super) min_spaces: usize,
    /// Of each of these sets, it has one.
    pub(super) traits: Vec<Traits>,
    /// It has nothing else.
    pub(super) alphabet: Traits,
}

impl Gates {
    /// The gates of `pattern`, which was parsed to `hir`.
    pub(super) fn of(hir: &Hir, pattern: &str) -> Self {
        let texts = literals::required(hir);
        let (affixes, openings) = (OnceLock::new(), OnceLock::new());
        if texts.is_empty() {
            // They will be asked for at once, to list the pattern by its ends.
            affixes.get_or_init(|| Affixes::of(hir));
            openings.get_or_init(|| Box::new(Openings::of(hir)));
        }
        Self {
            texts,
            affixes,
            openings,
            pattern: pattern.to_owned(),
            min_bytes: hir.properties().minimum_len().unwrap_or(0),
            max_bytes: hir.properties().maximum_len().unwrap_or(usize::MAX),
            min_spaces: min_spaces(hir),
            traits: required_classes(hir),
            alphabet: alphabet(hir),
        }
    }

    /// Texts in small letters of which one stands in the line, as described at [`literals::required`];
    /// empty if nothing is known.
    pub(super) fn texts(&self) -> &[String] {
        &self.texts
    }

    /// Whether a line must have something that can be looked for in it.
    pub(super) fn ask_for_content(&self) -> bool {
        !self.texts.is_empty() || !self.traits.is_empty()
    }

    /// Bytes that the line may begin and end with.
    pub(super) fn affixes(&self) -> &Affixes {
        self.affixes.get_or_init(|| Affixes::of(&self.parsed()))
    }

    /// How the line may begin and end.
    pub(super) fn openings(&self) -> &Openings {
        self.openings.get_or_init(|| Box::new(Openings::of(&self.parsed())))
    }

    fn parsed(&self) -> Hir {
        regex_syntax::parse(&self.pattern).expect("the pattern was parsed before")
    }

    /// Whether a line may match, as far as its length, ends, and classes of characters go.
    pub(super) fn admit(&self, line: &Look<'_>) -> bool {
        self.has_size(line) && self.affixes().admit(line.bytes) && self.admit_traits(line.traits())
    }

    fn has_size(&self, line: &Look<'_>) -> bool {
        line.bytes.len() >= self.min_bytes && line.bytes.len() <= self.max_bytes
    }

    fn admit_traits(&self, traits: Traits) -> bool {
        traits.0 & !self.alphabet.0 == 0 && self.traits.iter().all(|set| traits.meets(*set))
    }
}

/// A line, and what was seen of it so far.
pub(super) struct Look<'a> {
    bytes: &'a [u8],
    traits: OnceCell<Traits>,
    spaces: OnceCell<usize>,
}

impl<'a> Look<'a> {
    pub(super) fn at(line: &'a str) -> Self {
        Self { bytes: line.as_bytes(), traits: OnceCell::new(), spaces: OnceCell::new() }
    }

    /// A line of which it is known what it has.
    pub(super) fn seen(line: &'a str, traits: Traits, spaces: usize) -> Self {
        Self { bytes: line.as_bytes(), traits: OnceCell::from(traits), spaces: OnceCell::from(spaces) }
    }

    pub(super) fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    pub(super) fn traits(&self) -> Traits {
        *self.traits.get_or_init(|| Traits::of(self.bytes))
    }

    /// Number of plain spaces.
    pub(super) fn spaces(&self) -> usize {
        *self.spaces.get_or_init(|| spaces_in(self.bytes))
    }
}

/// Symbols that are rare in running text, so that looking for them pays. The last bytes of those outside
/// ASCII differ from those of the usual quotation marks and dashes.
const RARE_SYMBOLS: [char; 29] = [
    '(', ')', '[', ']', '{', '}', '<', '>', '|', ':', '@', '#', '/', '\\', '*', '_', '=', '&', '%', '+', '©', '→', '»',
    '›', '：', '（', '）', '【', '】',
];

/// Other characters of ASCII that many patterns have no place for.
const COMMON_SYMBOLS: [char; 15] = [' ', ',', '.', ';', '!', '?', '\'', '"', '-', '$', '^', '`', '~', '\t', '\x7f'];

/// Classes of characters, as a set of bits: one for each rare symbol, told by its last byte alone, and one
/// for each of the other classes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Traits(pub(super) u64);

impl Traits {
    pub(super) const DIGIT: Self = Self(1 << RARE_SYMBOLS.len());
    pub(super) const SMALL: Self = Self(Self::DIGIT.0 << 1);
    pub(super) const CAPITAL: Self = Self(Self::DIGIT.0 << 2);
    pub(super) const BEYOND_ASCII: Self = Self(Self::DIGIT.0 << 3);
    const CONTROL: Self = Self(Self::DIGIT.0 << 4);
    /// The class of the first of the common symbols.
    const COMMON: Self = Self(Self::DIGIT.0 << 5);

    /// The classes that a byte stands for.
    const OF_BYTE: [Self; 256] = {
        let mut table = [Self(0); 256];
        let mut byte = 0_u8;
        loop {
            table[byte as usize] = match byte {
                b'0'..=b'9' => Self::DIGIT,
                b'a'..=b'z' => Self::SMALL,
                b'A'..=b'Z' => Self::CAPITAL,
                0x80.. => Self::BEYOND_ASCII,
                0..b' ' => Self::CONTROL,
                _ => Self(0),
            };
            if byte == u8::MAX {
                break;
            }
            byte += 1;
        }
        let mut index = 0;
        while index < RARE_SYMBOLS.len() {
            let mut bytes = [0; 4];
            let length = RARE_SYMBOLS[index].encode_utf8(&mut bytes).len();
            table[bytes[length - 1] as usize].0 |= 1 << index;
            index += 1;
        }
        let mut index = 0;
        while index < COMMON_SYMBOLS.len() {
            table[COMMON_SYMBOLS[index] as usize].0 |= Self::COMMON.0 << index;
            index += 1;
        }
        table
    };

    pub(super) const SPACE: Self = Self(Self::COMMON.0);
    pub(super) const APOSTROPHE: Self = Self(Self::COMMON.0 << 6);

    pub(super) fn of(bytes: &[u8]) -> Self {
        Self(bytes.iter().fold(0, |seen, byte| seen | Self::OF_BYTE[usize::from(*byte)].0))
    }

    /// What a character stands for: a rare symbol for itself alone.
    fn of_character(c: char) -> Self {
        match RARE_SYMBOLS.iter().position(|rare| *rare == c) {
            Some(index) => Self(1 << index),
            None if c.is_ascii() => Self::of(c.encode_utf8(&mut [0; 4]).as_bytes()),
            None => Self::BEYOND_ASCII,
        }
    }

    /// Number of classes.
    pub(super) const COUNT: usize = RARE_SYMBOLS.len() + 5 + COMMON_SYMBOLS.len();
    /// Classes that nearly every line has.
    const USUAL: Self = Self(Self::SMALL.0 | Self::CAPITAL.0 | Self::COMMON.0);

    /// The classes by number, below [`Self::COUNT`], rising.
    pub(super) fn classes(self) -> impl Iterator<Item = usize> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            let class = (rest != 0).then_some(rest.trailing_zeros() as usize)?;
            rest &= rest - 1;
            Some(class)
        })
    }

    /// How many lines have one of the classes: more for those that are frequent.
    fn frequency(self) -> u32 {
        /// How much more often a line has a digit, a character beyond ASCII or a punctuation mark than a rare symbol.
        const FREQUENT: u32 = 8;
        let frequent = self.0 & !(Self::DIGIT.0 - 1);
        self.0.count_ones() + (FREQUENT - 1) * frequent.count_ones()
    }

    #[inline]
    pub(super) fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    #[inline]
    pub(super) fn of_byte(byte: u8) -> Self {
        Self::OF_BYTE[usize::from(byte)]
    }

    #[inline]
    pub(super) fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// Sets of classes of each of which every match has one, without those that nearly every line has one of. Sorted;
/// none is part of another.
fn required_classes(hir: &Hir) -> Vec<Traits> {
    let sets = match hir.kind() {
        HirKind::Literal(literal) => {
            let text = std::str::from_utf8(&literal.0).unwrap_or_default();
            text.chars().map(Traits::of_character).collect()
        }
        HirKind::Class(Class::Unicode(class)) => vec![classes_of(class)],
        HirKind::Capture(capture) => required_classes(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => required_classes(&repetition.sub),
        HirKind::Concat(parts) => parts.iter().flat_map(required_classes).collect(),
        HirKind::Alternation(parts) => {
            let mut parts = parts.iter().map(required_classes);
            let first = parts.next().unwrap_or_default();
            parts.fold(first, |sets, part| sets.into_iter().filter_map(|set| rarest_union(set, &part)).collect())
        }
        _ => Vec::new(),
    };
    without_needless(sets)
}

/// The set together with that of `others` which makes it least frequent.
fn rarest_union(set: Traits, others: &[Traits]) -> Option<Traits> {
    others.iter().map(|other| set.or(*other)).min_by_key(|union| (union.frequency(), *union))
}

/// The sets that say something, and that others do not say already.
fn without_needless(mut sets: Vec<Traits>) -> Vec<Traits> {
    sets.retain(|set| !set.meets(Traits::USUAL));
    sets.sort_unstable();
    sets.dedup();
    let all = sets.clone();
    sets.retain(|set| !all.iter().any(|other| other != set && other.or(*set) == *set));
    sets
}

/// The classes that a character of `class` stands for. Of characters beyond ASCII, only few are told apart.
fn classes_of(class: &ClassUnicode) -> Traits {
    class.iter().fold(Traits(0), |found, range| {
        let count = range.end() as usize - range.start() as usize;
        let in_ascii = (range.start()..=range.end()).take_while(char::is_ascii);
        let found = in_ascii.fold(found, |found, c| found.or(Traits::of_character(c)));
        match range.end().is_ascii() {
            true => found,
            false if range.start().is_ascii() || count > RARE_SYMBOLS.len() => found.or(Traits::BEYOND_ASCII),
            false => (range.start()..=range.end()).fold(found, |found, c| found.or(Traits::of_character(c))),
        }
    })
}

/// Number of plain spaces.
fn spaces_in(line: &[u8]) -> usize {
    line.iter().map(|byte| usize::from(*byte == b' ')).sum()
}

/// The fewest spaces that a match holds.
fn min_spaces(hir: &Hir) -> usize {
    match hir.kind() {
        HirKind::Literal(literal) => spaces_in(&literal.0),
        HirKind::Capture(capture) => min_spaces(&capture.sub),
        HirKind::Repetition(repetition) => min_spaces(&repetition.sub).saturating_mul(repetition.min as usize),
        HirKind::Concat(parts) => parts.iter().map(min_spaces).fold(0, usize::saturating_add),
        HirKind::Alternation(parts) => parts.iter().map(min_spaces).min().unwrap_or(0),
        HirKind::Class(_) | HirKind::Empty | HirKind::Look(_) => 0,
    }
}

/// The classes of all bytes that matches may hold.
fn alphabet(hir: &Hir) -> Traits {
    let of_bytes = |bytes: RangeInclusive<u8>| Traits::of(&bytes.collect::<Vec<u8>>());
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Traits(0),
        HirKind::Literal(literal) => Traits::of(&literal.0),
        HirKind::Class(Class::Unicode(class)) => class.iter().fold(Traits(0), |found, range| {
            let in_ascii = (range.start() as u32..=range.end() as u32).take_while(|c| *c < 0x80);
            let in_ascii = Traits::of(&in_ascii.filter_map(|c| u8::try_from(c).ok()).collect::<Vec<u8>>());
            let beyond = if range.end().is_ascii() { Traits(0) } else { of_bytes(0x80..=0xFF) };
            found.or(in_ascii).or(beyond)
        }),
        HirKind::Class(Class::Bytes(class)) => {
            class.iter().fold(Traits(0), |found, range| found.or(of_bytes(range.start()..=range.end())))
        }
        HirKind::Capture(capture) => alphabet(&capture.sub),
        HirKind::Repetition(repetition) => alphabet(&repetition.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            parts.iter().fold(Traits(0), |found, part| found.or(alphabet(part)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admits(pattern: &str, line: &str) -> bool {
        Gates::of(&regex_syntax::parse(pattern).expect("valid"), pattern).admit(&Look::at(line))
    }

    #[test]
    fn lines_without_what_is_needed_are_passed_over() {
        let date = r"[0-9]{1,2} \p{L}+ [0-9]{4}";
        assert!(admits(date, "30 June 2016"));
        assert!(!admits(date, "on a day in June"));
        assert!(!admits(date, "3 J"));
        assert!(!admits(date, "30 June 2016."), "ends with no digit");
        let credit = r".+[(\[](?:AP|AFP)[)\]].*";
        assert!(admits(credit, "The bridge (AP) in May") && !admits(credit, "The bridge, AP, in May"));
        assert!(admits(r".*© .*", "Photo © the paper") && !admits(r".*© .*", "“Photo” – the paper"));
    }

    /// Every pattern of the packs, on lines made from it.
    #[test]
    fn no_gate_turns_away_a_match() {
        use proptest::strategy::{Strategy, ValueTree};
        use proptest::test_runner::TestRunner;
        /// Lines made from each pattern.
        const LINES: usize = 40;
        let (packs, faults) = crate::rules::Packs::load(&["web".to_owned(), "news".to_owned()]);
        assert!(faults.is_empty());
        let mut runner = TestRunner::deterministic();
        let mut tried = 0;
        for rule in packs.rules() {
            for pattern in &rule.definition.matches.regex {
                let hir = regex_syntax::parse(pattern.get_ref()).expect("valid");
                let gates = Gates::of(&hir, pattern.get_ref());
                let Ok(strategy) = proptest::string::string_regex(pattern.get_ref()) else { continue };
                for _ in 0..LINES {
                    let line = strategy.new_tree(&mut runner).expect("no filter").current();
                    // Cases of letters that `literals` does not think of, and line ends, which no line has.
                    let is_odd = |c: char| matches!(c, '\n' | 'ſ' | '\u{212a}' | '\u{1c80}'..='\u{1c88}');
                    if line.is_empty() || line.contains(is_odd) {
                        continue;
                    }
                    assert!(gates.admit(&Look::at(&line)), "{} on {line:?}", pattern.get_ref());
                    let small = line.to_lowercase();
                    let has_text = gates.texts().is_empty() || gates.texts().iter().any(|text| small.contains(text));
                    assert!(has_text, "{:?} for {} on {line:?}", gates.texts(), pattern.get_ref());
                    tried += 1;
                }
            }
        }
        assert!(tried > 5_000, "{tried} lines");
    }
}

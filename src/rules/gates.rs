//! What a whole-line pattern cannot match without, read off its syntax: texts, rare symbols, digits, and the
//! bytes that a line must begin and end with. Looking for these costs far less than running patterns.
//!
//! The build script uses this file too, to find the gates of built-in patterns: see `known_gates`.

use std::cell::OnceCell;
use std::sync::OnceLock;

use regex_syntax::hir::{Class, Hir, HirKind};

use super::affixes::{Affixes, ByteSet};
use super::literals::{self, Texts};

/// What every line that a pattern matches has.
pub(super) struct Gates {
    pub(super) texts: Texts,
    /// Found when first needed, from the pattern: most patterns never meet a line with their texts.
    pub(super) affixes: OnceLock<Affixes>,
    pub(super) pattern: String,
    /// Its length in bytes is no less.
    pub(super) min_bytes: usize,
    /// Of each of these sets, it has one.
    pub(super) traits: Vec<Traits>,
}

impl Gates {
    /// The gates of `pattern`, which was parsed to `hir`.
    pub(super) fn of(hir: &Hir, pattern: &str) -> Self {
        let mut traits = required_symbols(hir);
        if needs_digit(hir) {
            traits.push(Traits::DIGIT);
        }
        traits.sort_unstable();
        traits.dedup();
        let texts = literals::required(hir);
        let affixes = OnceLock::new();
        if texts.is_empty() {
            // It will be asked for at once, to list the pattern by its first byte.
            affixes.get_or_init(|| Affixes::of(hir));
        }
        Self {
            texts,
            affixes,
            pattern: pattern.to_owned(),
            min_bytes: hir.properties().minimum_len().unwrap_or(0),
            traits,
        }
    }

    /// Texts in small letters of which one stands in the line, as described at [`literals::required`];
    /// empty if nothing is known.
    pub(super) fn texts(&self) -> &[String] {
        &self.texts
    }

    /// Bytes that the line may begin with.
    pub(super) fn first_bytes(&self) -> ByteSet {
        self.affixes().first_bytes()
    }

    /// Whether a line must have something that can be looked for in it.
    pub(super) fn ask_for_content(&self) -> bool {
        !self.texts.is_empty() || !self.traits.is_empty()
    }

    fn affixes(&self) -> &Affixes {
        self.affixes
            .get_or_init(|| Affixes::of(&regex_syntax::parse(&self.pattern).expect("the pattern was parsed before")))
    }

    /// Whether a line may match, as far as its length, ends, symbols and digits go.
    pub(super) fn admit(&self, line: &Look<'_>) -> bool {
        line.bytes.len() >= self.min_bytes
            && self.affixes().admit(line.bytes)
            && (self.traits.is_empty() || self.traits.iter().all(|set| line.traits().meets(*set)))
    }
}

/// A line, and what was seen of it so far.
pub(super) struct Look<'a> {
    bytes: &'a [u8],
    traits: OnceCell<Traits>,
}

impl<'a> Look<'a> {
    pub(super) fn at(line: &'a str) -> Self {
        Self { bytes: line.as_bytes(), traits: OnceCell::new() }
    }

    pub(super) fn first_byte(&self) -> u8 {
        self.bytes.first().copied().unwrap_or_default()
    }

    fn traits(&self) -> Traits {
        *self.traits.get_or_init(|| Traits::of(self.bytes))
    }
}

/// Symbols that are rare in running text, so that looking for them pays. The last bytes of those outside
/// ASCII differ from those of the usual quotation marks and dashes.
const RARE_SYMBOLS: [char; 29] = [
    '(', ')', '[', ']', '{', '}', '<', '>', '|', ':', '@', '#', '/', '\\', '*', '_', '=', '&', '%', '+', '©', '→', '»',
    '›', '：', '（', '）', '【', '】',
];

/// Rare symbols and digits, as a set of bits: one for each symbol, told by its last byte alone, and one
/// for all digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Traits(pub(super) u32);

impl Traits {
    const DIGIT: Self = Self(1 << RARE_SYMBOLS.len());

    /// The trait that a byte stands for.
    const OF_BYTE: [Self; 256] = {
        let mut table = [Self(0); 256];
        let mut index = 0;
        while index < RARE_SYMBOLS.len() {
            let mut bytes = [0; 4];
            let length = RARE_SYMBOLS[index].encode_utf8(&mut bytes).len();
            table[bytes[length - 1] as usize].0 |= 1 << index;
            index += 1;
        }
        let mut digit = b'0';
        while digit <= b'9' {
            table[digit as usize] = Self::DIGIT;
            digit += 1;
        }
        table
    };

    fn of(bytes: &[u8]) -> Self {
        Self(bytes.iter().fold(0, |seen, byte| seen | Self::OF_BYTE[usize::from(*byte)].0))
    }

    /// What a symbol stands for; `None` if it is not a rare one.
    fn of_symbol(symbol: char) -> Option<Self> {
        RARE_SYMBOLS.iter().position(|rare| *rare == symbol).map(|index| Self(1 << index))
    }

    fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// Sets of rare symbols of each of which one stands in every match.
fn required_symbols(hir: &Hir) -> Vec<Traits> {
    match hir.kind() {
        HirKind::Literal(literal) => {
            std::str::from_utf8(&literal.0).unwrap_or_default().chars().filter_map(Traits::of_symbol).collect()
        }
        HirKind::Class(Class::Unicode(class)) => {
            let count: usize = class.iter().map(|range| range.end() as usize - range.start() as usize + 1).sum();
            if count > RARE_SYMBOLS.len() {
                return Vec::new();
            }
            let symbols = class.iter().flat_map(|range| range.start()..=range.end());
            let all: Option<Vec<Traits>> = symbols.map(Traits::of_symbol).collect();
            all.and_then(|all| all.into_iter().reduce(Traits::or)).into_iter().collect()
        }
        HirKind::Capture(capture) => required_symbols(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => required_symbols(&repetition.sub),
        HirKind::Concat(parts) => parts.iter().flat_map(required_symbols).collect(),
        HirKind::Alternation(parts) => {
            let first = |part: &Hir| required_symbols(part).into_iter().next();
            let all: Option<Vec<Traits>> = parts.iter().map(first).collect();
            all.and_then(|all| all.into_iter().reduce(Traits::or)).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// Whether every match holds an ASCII digit.
fn needs_digit(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Literal(literal) => literal.0.iter().any(u8::is_ascii_digit),
        HirKind::Class(class) => match class {
            Class::Unicode(class) => class.iter().all(|range| range.start() >= '0' && range.end() <= '9'),
            Class::Bytes(class) => class.iter().all(|range| range.start() >= b'0' && range.end() <= b'9'),
        },
        HirKind::Capture(capture) => needs_digit(&capture.sub),
        HirKind::Repetition(repetition) => repetition.min > 0 && needs_digit(&repetition.sub),
        HirKind::Concat(parts) => parts.iter().any(needs_digit),
        HirKind::Alternation(parts) => parts.iter().all(needs_digit),
        HirKind::Empty | HirKind::Look(_) => false,
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

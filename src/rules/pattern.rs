//! One whole-line pattern, and the cheap tests that keep it from being run in vain.
//!
//! Hundreds of patterns in one `RegexSet` thrash its lazy automaton (measured: 0.04 MB/s on full-page
//! text), so each pattern is run alone, and only on lines that are short enough and whose key holds a
//! word that the pattern cannot match without.

use std::sync::OnceLock;

use regex::Regex;
use regex_syntax::hir::{Class, Hir, HirKind};

use super::line_key::line_key_of;
use super::matcher::is_unspaced;

/// Letters from which a word is worth looking for.
const MIN_LETTERS: usize = 3;
/// The same in scripts without spaces between words.
const MIN_LETTERS_UNSPACED: usize = 2;
/// Most words of which one must be there; more are no better than running the pattern.
const MAX_ALTERNATIVES: usize = 64;

/// Most sets of words that are looked for: enough to tell, few enough for a byte of bits.
const MAX_SETS: usize = 8;

/// A pattern that is compiled when it is first needed: compiling takes milliseconds.
pub(crate) struct Pattern {
    source: String,
    compiled: OnceLock<Option<Regex>>,
    /// Fewest bytes that a line must have.
    min_bytes: usize,
    needs_digit: bool,
    /// Of each set, one word must stand in the line's key; empty if nothing is known.
    required: Vec<Words>,
    /// Of each set, one symbol must stand in the line.
    symbols: Vec<Vec<char>>,
}

/// Words as in line keys, any of which will do.
type Words = Vec<String>;

impl Pattern {
    /// Reads a pattern that must match whole lines. It is checked, not compiled.
    ///
    /// # Errors
    /// The parser's message.
    pub(crate) fn new(pattern: &str) -> Result<Self, String> {
        let hir = regex_syntax::parse(pattern).map_err(|error| error.to_string())?;
        let mut required = required_words(&hir);
        required.retain(|words| words.len() <= MAX_ALTERNATIVES);
        required.sort_by(|one, other| worth(other).cmp(&worth(one)).then_with(|| one.cmp(other)));
        required.dedup();
        required.truncate(MAX_SETS);
        let mut symbols = required_symbols(&hir);
        symbols.sort();
        symbols.dedup();
        symbols.truncate(MAX_SETS);
        Ok(Self {
            source: format!("^(?:{pattern})$"),
            compiled: OnceLock::new(),
            min_bytes: hir.properties().minimum_len().unwrap_or(0),
            needs_digit: needs_digit(&hir),
            required,
            symbols,
        })
    }

    /// Sets of words, as in line keys: of each, one must stand in a line's key. Empty if nothing is
    /// known, at most 8 sets.
    pub(crate) fn required(&self) -> &[Words] {
        &self.required
    }

    /// The words or symbols of which one must stand in a line and which say most about it; empty if
    /// nothing is known.
    pub(crate) fn telling(&self) -> Words {
        let symbols = || self.symbols.first().map(|set| set.iter().map(char::to_string).collect::<Words>());
        match self.required.first() {
            Some(words) if worth(words) > 0 || self.symbols.is_empty() => words.clone(),
            _ => symbols().unwrap_or_default(),
        }
    }

    /// Whether a line may match, from what costs little to look at.
    pub(crate) fn may_match(&self, line: &str) -> bool {
        line.len() >= self.min_bytes
            && (!self.needs_digit || line.bytes().any(|byte| byte.is_ascii_digit()))
            && self.symbols.iter().all(|set| line.contains(set.as_slice()))
    }

    /// Whether the whole line matches.
    pub(crate) fn is_match(&self, line: &str) -> bool {
        self.regex().is_some_and(|regex| regex.is_match(line))
    }

    /// Captures in the line, if the whole of it matches.
    pub(crate) fn captures<'t>(&self, line: &'t str) -> Option<regex::Captures<'t>> {
        self.regex()?.captures(line)
    }

    fn regex(&self) -> Option<&Regex> {
        self.compiled.get_or_init(|| Regex::new(&self.source).ok()).as_ref()
    }
}

/// Sets of words, keys of runs of letters, of each of which one stands in every match.
fn required_words(hir: &Hir) -> Vec<Words> {
    match hir.kind() {
        HirKind::Literal(literal) => std::str::from_utf8(&literal.0).map(words_of).unwrap_or_default(),
        HirKind::Capture(capture) => required_words(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => required_words(&repetition.sub),
        HirKind::Concat(parts) => {
            let mut run = String::new();
            let mut required = Vec::new();
            for part in parts {
                if let Some(text) = single_text(part) {
                    run.push_str(&text);
                } else {
                    required.extend(words_of(&std::mem::take(&mut run)));
                    required.extend(required_words(part));
                }
            }
            required.extend(words_of(&run));
            required
        }
        HirKind::Alternation(parts) => {
            // Of each alternative the set that says most; together they are one set.
            let best = |part: &Hir| required_words(part).into_iter().max_by_key(worth);
            let all: Option<Vec<Words>> = parts.iter().map(best).collect();
            let mut words = all.unwrap_or_default().concat();
            words.sort();
            words.dedup();
            if words.is_empty() { Vec::new() } else { vec![words] }
        }
        _ => Vec::new(),
    }
}

/// Symbols that are rare in running text, so that looking for them pays.
const RARE_SYMBOLS: &str = "()[]{}<>©|@#/\\*_=&%+→»›（）【】";

/// Sets of rare symbols of each of which one stands in every match.
fn required_symbols(hir: &Hir) -> Vec<Vec<char>> {
    match hir.kind() {
        HirKind::Literal(literal) => {
            let text = std::str::from_utf8(&literal.0).unwrap_or_default();
            text.chars().filter(|c| RARE_SYMBOLS.contains(*c)).map(|c| vec![c]).collect()
        }
        HirKind::Class(Class::Unicode(class)) => {
            let count: usize = class.iter().map(|range| range.end() as usize - range.start() as usize + 1).sum();
            let symbols = || class.iter().flat_map(|range| range.start()..=range.end());
            let is_rare = count <= RARE_SYMBOLS.len() && symbols().all(|c| RARE_SYMBOLS.contains(c));
            if is_rare { vec![symbols().collect()] } else { Vec::new() }
        }
        HirKind::Capture(capture) => required_symbols(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => required_symbols(&repetition.sub),
        HirKind::Concat(parts) => parts.iter().flat_map(required_symbols).collect(),
        HirKind::Alternation(parts) => {
            let first = |part: &Hir| required_symbols(part).into_iter().next();
            let all: Option<Vec<Vec<char>>> = parts.iter().map(first).collect();
            let mut symbols = all.unwrap_or_default().concat();
            symbols.sort_unstable();
            symbols.dedup();
            if symbols.is_empty() { Vec::new() } else { vec![symbols] }
        }
        _ => Vec::new(),
    }
}

/// How much it says that one of the words stands in a text: letters of the shortest word (the longer,
/// the rarer), nothing if one is common.
fn worth(words: &Words) -> usize {
    words.iter().map(|word| rarity(word)).min().unwrap_or(0)
}

/// Letters of a word, 0 for a common English one.
pub(super) fn rarity(word: &str) -> usize {
    if COMMON_WORDS.binary_search(&word).is_ok() { 0 } else { word.chars().count() }
}

/// The commonest English words of three letters and more, as any frequency list has them: running text
/// is full of them, so that finding one says nothing. Sorted.
const COMMON_WORDS: [&str; 275] = [
    "about",
    "after",
    "again",
    "all",
    "also",
    "always",
    "and",
    "another",
    "any",
    "are",
    "around",
    "article",
    "ask",
    "away",
    "back",
    "because",
    "been",
    "before",
    "being",
    "best",
    "better",
    "between",
    "big",
    "both",
    "but",
    "call",
    "came",
    "can",
    "change",
    "city",
    "come",
    "comes",
    "content",
    "could",
    "country",
    "course",
    "day",
    "days",
    "did",
    "different",
    "does",
    "done",
    "down",
    "each",
    "early",
    "end",
    "enough",
    "even",
    "ever",
    "every",
    "fact",
    "far",
    "feel",
    "few",
    "find",
    "first",
    "for",
    "found",
    "four",
    "free",
    "from",
    "full",
    "general",
    "get",
    "give",
    "given",
    "going",
    "good",
    "government",
    "great",
    "group",
    "had",
    "hand",
    "has",
    "have",
    "head",
    "hear",
    "help",
    "her",
    "here",
    "high",
    "him",
    "himself",
    "his",
    "home",
    "house",
    "how",
    "however",
    "important",
    "interest",
    "into",
    "its",
    "itself",
    "join",
    "just",
    "keep",
    "kind",
    "know",
    "large",
    "last",
    "late",
    "later",
    "least",
    "left",
    "less",
    "let",
    "life",
    "like",
    "line",
    "little",
    "live",
    "local",
    "long",
    "look",
    "made",
    "make",
    "man",
    "many",
    "may",
    "mean",
    "means",
    "men",
    "might",
    "money",
    "more",
    "most",
    "much",
    "must",
    "name",
    "national",
    "need",
    "never",
    "new",
    "news",
    "next",
    "night",
    "not",
    "nothing",
    "now",
    "number",
    "off",
    "often",
    "old",
    "once",
    "one",
    "only",
    "open",
    "order",
    "other",
    "others",
    "our",
    "out",
    "over",
    "own",
    "part",
    "people",
    "perhaps",
    "place",
    "plan",
    "play",
    "point",
    "possible",
    "post",
    "power",
    "present",
    "problem",
    "program",
    "public",
    "put",
    "question",
    "rather",
    "read",
    "really",
    "right",
    "room",
    "said",
    "same",
    "say",
    "school",
    "second",
    "see",
    "seem",
    "seemed",
    "seen",
    "set",
    "several",
    "shall",
    "she",
    "should",
    "show",
    "side",
    "since",
    "small",
    "social",
    "some",
    "something",
    "sometimes",
    "state",
    "states",
    "still",
    "story",
    "such",
    "system",
    "take",
    "taken",
    "tell",
    "text",
    "than",
    "that",
    "the",
    "their",
    "them",
    "then",
    "there",
    "these",
    "they",
    "thing",
    "things",
    "think",
    "this",
    "those",
    "though",
    "thought",
    "three",
    "through",
    "time",
    "times",
    "today",
    "together",
    "told",
    "too",
    "took",
    "toward",
    "turn",
    "two",
    "under",
    "united",
    "until",
    "upon",
    "use",
    "used",
    "very",
    "want",
    "war",
    "was",
    "water",
    "way",
    "ways",
    "week",
    "well",
    "went",
    "were",
    "what",
    "when",
    "where",
    "which",
    "while",
    "white",
    "who",
    "whole",
    "why",
    "will",
    "with",
    "within",
    "without",
    "word",
    "work",
    "world",
    "would",
    "year",
    "years",
    "yet",
    "you",
    "young",
    "your",
];

/// The text of a part that matches one text alone, apart from case.
fn single_text(hir: &Hir) -> Option<String> {
    match hir.kind() {
        HirKind::Literal(literal) => std::str::from_utf8(&literal.0).ok().map(str::to_owned),
        HirKind::Class(Class::Unicode(class)) => {
            /// Letters with their variants of case: `kK` and the Kelvin sign.
            const MAX_VARIANTS: u32 = 5;
            /// Old forms of Cyrillic letters that `(?i)` adds; lines of the web do not have them.
            const OLD_CYRILLIC: std::ops::RangeInclusive<char> = '\u{1c80}'..='\u{1c88}';
            let count: u32 = class.iter().map(|range| u32::from(range.end()) - u32::from(range.start()) + 1).sum();
            if count > MAX_VARIANTS {
                return None;
            }
            let variants = class.iter().flat_map(|range| range.start()..=range.end());
            let mut keys = variants.filter(|c| !OLD_CYRILLIC.contains(c)).map(|c| line_key_of(&c.to_string()));
            let first = keys.next().filter(|key| !key.is_empty())?;
            keys.all(|key| key == first).then_some(first)
        }
        _ => None,
    }
}

/// The keys of all runs of letters that are long enough, each a set of its own.
fn words_of(text: &str) -> Vec<Words> {
    let words = text.split(|c: char| !c.is_alphabetic()).map(line_key_of);
    let is_long = |word: &String| {
        let letters = word.chars().count();
        letters >= MIN_LETTERS || (letters >= MIN_LETTERS_UNSPACED && word.chars().all(is_unspaced))
    };
    words.filter(is_long).map(|word| vec![word]).collect()
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

    fn required(pattern: &str) -> Vec<Words> {
        Pattern::new(pattern).expect("valid").required
    }

    #[test]
    fn common_words_are_sorted() {
        assert!(COMMON_WORDS.is_sorted());
    }

    #[test]
    fn required_words_are_found_behind_groups_and_case() {
        assert_eq!(required(r"(?i)(?:story|article)\s?code\s?:?\s?[0-9]+"), [vec!["code"], vec!["article", "story"]]);
        assert_eq!(required(r"(?i)reporting by .+; editing by .+"), [vec!["reporting"], vec!["editing"]]);
        assert_eq!(required(r"(?:Foto|Bild): .*"), [["bild", "foto"]]);
        assert!(required(r"\p{Lu}.*").is_empty());
        assert!(required(r"(?:abc)?x").is_empty());
    }

    #[test]
    fn lines_without_what_is_needed_are_passed_over() {
        let pattern = Pattern::new(r"[0-9]{1,2} \p{L}+ [0-9]{4}").expect("valid");
        assert!(pattern.may_match("30 June 2016"));
        assert!(!pattern.may_match("on a day in June"));
        assert!(!pattern.may_match("3 J"));
        let credit = Pattern::new(r".+[(\[](?:AP|AFP)[)\]]").expect("valid");
        assert!(credit.may_match("The bridge (AP)") && !credit.may_match("The bridge, AP"));
        assert!(pattern.is_match("30 June 2016") && !pattern.is_match("on 30 June 2016"));
    }
}

//! Holding lines against all phrases and patterns of a rule set at once.
//!
//! Whole-line phrases are a hash lookup of the line's key; parts of lines, and the words without which
//! a pattern cannot match, are one Aho-Corasick pass over the key; patterns are run one by one on the
//! few lines that are left. Only lines short enough for some rule are looked at.

use std::collections::HashMap;

use super::format::{Matchers, Phrases};
use super::line_key::{line_key, line_key_of};
use super::pattern::{Pattern, rarity};
use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use foldhash::fast::FixedState;

/// Longest line in characters that a rule without `max_chars` is held against.
pub(crate) const DEFAULT_MAX_CHARS: usize = 400;

/// Characters up to which a line counts as short: most parts of lines are looked for in short lines
/// alone, so that paragraphs are held against few words.
const SHORT_LINE_CHARS: usize = 160;

/// Which part of a rule a matcher belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Slot {
    /// `[rule.match]`.
    Main,
    /// `[rule.unless]`.
    Unless,
    /// `[rule.match.start]`.
    Start,
    /// `[rule.match.end]`.
    End,
    /// `[rule.match.inside]`, with the number of the phrase.
    Inside(u16),
}

/// A rule, by index in its set, and the part of it that matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Target {
    pub(crate) rule: usize,
    pub(crate) slot: Slot,
}

/// Where in the line's key a phrase must stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Anchor {
    Start,
    End,
    Anywhere,
    /// From start to end: a phrase as long as a paragraph.
    Whole,
}

/// What it means that a phrase stands in a line's key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// A part of a rule matches.
    Matches(Anchor, Target),
    /// A pattern, by index, may match as far as one of its sets of words goes.
    Allows(usize, u8),
}

/// A pattern with what it stands for.
struct TargetedPattern {
    pattern: Pattern,
    target: Target,
    max_chars: usize,
}

/// A word to look for in lines of up to so many characters.
struct LimitedPart {
    word: String,
    part: Part,
    max_chars: usize,
}

impl LimitedPart {
    /// The word as it may stand in a line: small, with a capital first, or in capitals. ASCII needs one
    /// form, since it is searched without regard to case.
    fn as_written(&self) -> Vec<Self> {
        let mut words = vec![self.word.clone()];
        if !self.word.is_ascii() {
            let mut rest = self.word.chars();
            let capital = rest.next().map(|first| first.to_uppercase().chain(rest).collect());
            words.extend(capital);
            words.push(self.word.to_uppercase());
            words.sort();
            words.dedup();
        }
        // A number or an apostrophe may be written in many ways: what is certain is the rarest word.
        // Where all words are common, the phrase is looked for as a whole.
        let certain = |text: String| {
            let runs = text.split(|c: char| !c.is_alphabetic()).filter(|run| !run.is_empty());
            let rarest = runs.max_by_key(|run| rarity(&run.to_lowercase())).map(str::to_owned);
            match rarest {
                Some(word) if rarity(&word.to_lowercase()) > 0 => word,
                _ => text,
            }
        };
        let part = |word| Self { word, part: self.part, max_chars: self.max_chars };
        words.into_iter().map(certain).map(part).collect()
    }
}

/// Words that are looked for together.
struct Words {
    automaton: AhoCorasick,
    /// What each word of the automaton means.
    parts: Vec<Part>,
    place: Place,
}

/// What words are looked for in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Keys: a phrase must stand where its rule says.
    Keys,
    /// Lines as they are: a word found may or may not be of the phrase.
    RawLines,
}

impl Words {
    fn of_keys<'a>(parts: impl Iterator<Item = &'a LimitedPart>) -> Self {
        Self::new(parts, Place::Keys)
    }

    fn of_raw<'a>(parts: impl Iterator<Item = &'a LimitedPart>) -> Self {
        Self::new(parts, Place::RawLines)
    }

    fn new<'a>(parts: impl Iterator<Item = &'a LimitedPart>, place: Place) -> Self {
        let (words, parts): (Vec<&str>, Vec<Part>) = parts.map(|one| (one.word.as_str(), one.part)).unzip();
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            // Twice as fast as the default for so many words, for a few megabytes.
            .kind(Some(AhoCorasickKind::DFA))
            .ascii_case_insensitive(place == Place::RawLines)
            .build(words)
            .expect("phrases are far fewer than the automaton can hold");
        Self { automaton, parts, place }
    }

    /// Gives out every word that stands in `text` where it must.
    fn find(&self, text: &str, mut give: impl FnMut(Part)) {
        for found in self.automaton.find_overlapping_iter(text) {
            let Some(part) = self.parts.get(found.pattern().as_usize()) else { continue };
            match part {
                Part::Matches(anchor, _)
                    if self.place == Place::Keys && !anchor_holds(*anchor, text, found.start()..found.end()) => {}
                _ => give(*part),
            }
        }
    }
}

/// Collects matchers; [`Builder::build`] compiles them.
#[derive(Default)]
pub(crate) struct Builder {
    keys: HashMap<String, Vec<Target>, FixedState>,
    parts: Vec<LimitedPart>,
    patterns: Vec<TargetedPattern>,
    longest_key: usize,
    longest_line: usize,
}

impl Builder {
    /// Adds all matchers of one part of a rule. `slot` is asked for the slot of each.
    pub(crate) fn add(
        &mut self,
        rule: usize,
        matchers: &Matchers,
        vocab: &Vocab,
        max_chars: usize,
        mut slot: impl FnMut() -> Slot,
    ) -> Result<(), UnknownPlaceholder> {
        for phrase in vocab.expand_all(&matchers.lines)? {
            let key = line_key_of(&phrase);
            if !key.is_empty() {
                self.longest_key = self.longest_key.max(key.len());
                let target = Target { rule, slot: slot() };
                let phrase_chars = key.chars().count();
                if phrase_chars > SHORT_LINE_CHARS / 2 {
                    // Keys are looked up for short lines; decoration may make this one's line a long one.
                    let max_chars = 2 * phrase_chars;
                    self.longest_line = self.longest_line.max(max_chars);
                    self.parts.push(LimitedPart {
                        word: key.clone(),
                        part: Part::Matches(Anchor::Whole, target),
                        max_chars,
                    });
                }
                self.keys.entry(key).or_default().push(target);
            }
        }
        for (phrases, anchor) in
            [(&matchers.starts, Anchor::Start), (&matchers.ends, Anchor::End), (&matchers.has, Anchor::Anywhere)]
        {
            for phrase in vocab.expand_all(phrases)? {
                let key = line_key_of(&phrase);
                if !key.is_empty() {
                    self.longest_line = self.longest_line.max(max_chars);
                    let part = Part::Matches(anchor, Target { rule, slot: slot() });
                    self.parts.push(LimitedPart { word: key, part, max_chars });
                }
            }
        }
        Ok(())
    }

    /// Adds a pattern for lines of at most `max_chars` characters.
    pub(crate) fn add_pattern(&mut self, pattern: Pattern, target: Target, max_chars: usize) {
        let index = self.patterns.len();
        self.longest_line = self.longest_line.max(max_chars);
        for (set, words) in (0_u8..).zip(pattern.required()) {
            let part = |word: &String| LimitedPart { word: word.clone(), part: Part::Allows(index, set), max_chars };
            self.parts.extend(words.iter().map(part));
        }
        self.patterns.push(TargetedPattern { pattern, target, max_chars });
    }

    /// The compiled matcher.
    pub(crate) fn build(self) -> LineMatcher {
        let free = |is_free: &dyn Fn(&TargetedPattern) -> bool| -> Vec<usize> {
            self.patterns.iter().enumerate().filter(|(_, one)| is_free(one)).map(|(index, _)| index).collect()
        };
        let is_long = |max_chars: usize| max_chars > SHORT_LINE_CHARS;
        let free_patterns = free(&|one| one.pattern.required().is_empty());
        let long_free_patterns = free(&|one| is_long(one.max_chars) && one.pattern.telling().is_empty());
        let phrases = || {
            let is_phrase = |part: &&LimitedPart| is_long(part.max_chars) && matches!(part.part, Part::Matches(..));
            self.parts.iter().filter(is_phrase)
        };
        let telling = |(index, one): (usize, &TargetedPattern)| -> Vec<LimitedPart> {
            let words = one.pattern.telling().into_iter();
            words.map(|word| LimitedPart { word, part: Part::Allows(index, 0), max_chars: one.max_chars }).collect()
        };
        let of_patterns = self.patterns.iter().enumerate().filter(|(_, one)| is_long(one.max_chars)).flat_map(telling);
        let raw_words: Vec<LimitedPart> =
            phrases().flat_map(LimitedPart::as_written).chain(of_patterns.flat_map(|part| part.as_written())).collect();
        LineMatcher {
            keys: self.keys,
            parts: Words::of_keys(self.parts.iter()),
            long_parts: Words::of_keys(phrases()),
            raw_words: Words::of_raw(raw_words.iter()),
            raw_ascii_words: Words::of_raw(raw_words.iter().filter(|part| !has_other_letters(&part.word))),
            free_patterns,
            long_free_patterns,
            patterns: self.patterns,
            longest_key: self.longest_key,
            longest_line: self.longest_line,
        }
    }
}

/// Everything a rule set looks for in lines.
pub(crate) struct LineMatcher {
    keys: HashMap<String, Vec<Target>, FixedState>,
    /// Words in keys of short lines.
    parts: Words,
    /// The few words that may stand in keys of long lines.
    long_parts: Words,
    /// The rarest words of phrases and patterns as they may be written, and symbols: looked for in long
    /// lines before anything else.
    raw_words: Words,
    /// Those of them that are ASCII: enough for lines without other letters, in a fifth of the memory.
    raw_ascii_words: Words,
    patterns: Vec<TargetedPattern>,
    /// Patterns that no word stands for: run on every short line.
    free_patterns: Vec<usize>,
    /// Patterns that neither word nor symbol stands for: run on every long line, up to their limit.
    long_free_patterns: Vec<usize>,
    /// Length in bytes of the longest key.
    longest_key: usize,
    /// Characters of the longest line that parts and patterns are held against.
    longest_line: usize,
}

/// Memory that is used again for every line.
#[derive(Default)]
pub(crate) struct Scratch {
    key: String,
    /// Patterns whose words were found, with the set that each word is of.
    allowed: Vec<(usize, u8)>,
}

/// Keys are at most so much shorter than their lines: NFKC and decoration can shrink a line, but a
/// line of more bytes than this many times the longest key cannot have it as key in practice.
const LINE_BYTES_PER_KEY_BYTE: usize = 3;

impl LineMatcher {
    /// Whether a line of this many bytes can match anything, so that it need not be looked at.
    pub(crate) fn may_match(&self, bytes: usize) -> bool {
        const LONGEST_CHARACTER: usize = 4;
        bytes <= (self.longest_key * LINE_BYTES_PER_KEY_BYTE).max(self.longest_line * LONGEST_CHARACTER)
    }

    /// Adds what `line` (trimmed, of `chars` characters) matches to `targets`, sorted, each once.
    pub(crate) fn match_line(&self, line: &str, chars: usize, scratch: &mut Scratch, targets: &mut Vec<Target>) {
        let first = targets.len();
        if chars <= SHORT_LINE_CHARS {
            self.match_short(line, chars, scratch, targets);
        } else if chars <= self.longest_line {
            self.match_long(line, chars, scratch, targets);
        }
        if targets.len() - first > 1 {
            let mut found = targets.split_off(first);
            found.sort_unstable();
            found.dedup();
            targets.append(&mut found);
        }
    }

    /// A short line: everything is looked for in its key.
    fn match_short(&self, line: &str, chars: usize, scratch: &mut Scratch, targets: &mut Vec<Target>) {
        let Scratch { key, allowed } = scratch;
        line_key(line, key);
        if let Some(found) = self.keys.get(key.as_str()) {
            targets.extend_from_slice(found);
        }
        allowed.clear();
        self.parts.find(key, |part| match part {
            Part::Matches(_, target) => targets.push(target),
            Part::Allows(pattern, set) => allowed.push((pattern, set)),
        });
        allowed.sort_unstable();
        allowed.dedup();
        for group in allowed.chunk_by(|one, next| one.0 == next.0) {
            let index = group.first().map_or(0, |(index, _)| *index);
            if self.patterns.get(index).is_some_and(|one| one.pattern.required().len() == group.len()) {
                self.run_pattern(index, line, chars, targets);
            }
        }
        self.free_patterns.iter().for_each(|index| self.run_pattern(*index, line, chars, targets));
    }

    /// A paragraph: its raw bytes are searched first, which tells nearly always that nothing matches.
    fn match_long(&self, line: &str, chars: usize, scratch: &mut Scratch, targets: &mut Vec<Target>) {
        let Scratch { key, allowed } = scratch;
        allowed.clear();
        let mut may_hold_phrase = false;
        let has_other_letters = has_other_letters(line);
        let words = if has_other_letters { &self.raw_words } else { &self.raw_ascii_words };
        words.find(line, |part| match part {
            Part::Matches(..) => may_hold_phrase = true,
            Part::Allows(pattern, set) => allowed.push((pattern, set)),
        });
        if may_hold_phrase {
            line_key(line, key);
            self.long_parts.find(key, |part| {
                if let Part::Matches(_, target) = part {
                    targets.push(target);
                }
            });
        }
        allowed.sort_unstable();
        allowed.dedup();
        for (index, _) in allowed.iter() {
            self.run_pattern(*index, line, chars, targets);
        }
        self.long_free_patterns.iter().for_each(|index| self.run_pattern(*index, line, chars, targets));
    }

    fn run_pattern(&self, index: usize, line: &str, chars: usize, targets: &mut Vec<Target>) {
        let Some(one) = self.patterns.get(index) else { return };
        if chars <= one.max_chars && one.pattern.may_match(line) && one.pattern.is_match(line) {
            targets.push(one.target);
        }
    }
}

/// Whether a text has letters or digits outside ASCII.
fn has_other_letters(text: &str) -> bool {
    !text.is_ascii() && text.chars().any(|c| !c.is_ascii() && c.is_alphanumeric())
}

/// Whether a phrase found at `range` of `key` stands where it must, and does not cut a word in two.
fn anchor_holds(anchor: Anchor, key: &str, range: std::ops::Range<usize>) -> bool {
    let in_place = match anchor {
        Anchor::Start => range.start == 0,
        Anchor::End => range.end == key.len(),
        Anchor::Anywhere => true,
        Anchor::Whole => range == (0..key.len()),
    };
    let before = key.get(..range.start).and_then(|text| text.chars().next_back());
    let after = key.get(range.end..).and_then(|text| text.chars().next());
    let found = key.get(range).unwrap_or_default();
    in_place && !joins(before, found.chars().next()) && !joins(found.chars().next_back(), after)
}

/// Whether two neighbors are parts of one word. Scripts without spaces between words never are.
fn joins(left: Option<char>, right: Option<char>) -> bool {
    let in_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() && !is_unspaced(c));
    in_word(left) && in_word(right)
}

/// Whether a character is of a script that puts no spaces between words: Han, Kana, Thai, Lao,
/// Khmer, Myanmar.
pub(crate) fn is_unspaced(c: char) -> bool {
    matches!(
        c,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3040}'..='\u{30ff}'
            | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{20000}'..='\u{3134f}'
    )
}

/// Lists of words that phrases may name: `Share on {platform}`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Vocab {
    lists: std::collections::BTreeMap<String, Vec<String>>,
}

/// A placeholder that no `[vocab]` list explains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UnknownPlaceholder {
    pub(crate) phrase: String,
    pub(crate) name: String,
}

impl Vocab {
    pub(crate) fn new(lists: std::collections::BTreeMap<String, Vec<String>>) -> Self {
        Self { lists }
    }

    /// All phrases with each placeholder replaced by each of its words.
    fn expand_all(&self, phrases: &Phrases) -> Result<Vec<String>, UnknownPlaceholder> {
        let mut expanded = Vec::new();
        for phrase in phrases.iter() {
            expanded.extend(self.expand(phrase)?);
        }
        Ok(expanded)
    }

    /// One phrase with each placeholder replaced by each of its words; `{n}` becomes a number.
    pub(crate) fn expand(&self, phrase: &str) -> Result<Vec<String>, UnknownPlaceholder> {
        let Some((before, rest)) = phrase.split_once('{') else { return Ok(vec![phrase.to_owned()]) };
        let Some((name, after)) = rest.split_once('}') else { return Ok(vec![phrase.to_owned()]) };
        let number = ["0".to_owned()];
        let words = match self.lists.get(name) {
            Some(words) => words.as_slice(),
            None if name == "n" => &number,
            None => return Err(UnknownPlaceholder { phrase: phrase.to_owned(), name: name.to_owned() }),
        };
        let tails = self.expand(after)?;
        Ok(words.iter().flat_map(|word| tails.iter().map(move |tail| format!("{before}{word}{tail}"))).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_expand_to_every_word() {
        let lists = [("platform".to_owned(), vec!["X".to_owned(), "Reddit".to_owned()])].into();
        let vocab = Vocab::new(lists);
        assert_eq!(vocab.expand("Share on {platform}").expect("known"), ["Share on X", "Share on Reddit"]);
        assert_eq!(vocab.expand("{n} of {n}").expect("known"), ["0 of 0"]);
        assert!(vocab.expand("{nobody}").is_err());
    }

    #[test]
    fn parts_of_lines_do_not_cut_words() {
        assert!(anchor_holds(Anchor::Anywhere, "an ad here", 3..5));
        assert!(!anchor_holds(Anchor::Anywhere, "a bad one", 3..5));
        assert!(anchor_holds(Anchor::Start, "广告位招租", 0..6));
    }
}

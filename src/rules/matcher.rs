//! Holding lines against all phrases and patterns of a rule set at once.
//!
//! Whole-line phrases are a hash lookup of the key of a short line. Parts of lines, and the words without
//! which a pattern cannot match, are one pass of a [`WordFilter`] over the line; what it finds is then
//! looked at one by one: phrases in the line's key, patterns in the line. Patterns that no word stands
//! for are told by their gates, all at once ([`GateBits`]). Only lines short enough for some rule are looked at.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use foldhash::fast::FixedState;

use super::format::Matchers;
use super::gate_bits::GateBits;
use super::gates::Look;
use super::key_filter::KeyFilter;
use super::line_key::{is_simple, line_key, line_key_of, without_decoration};
use super::marks::Marks;
use super::pattern::Pattern;
use super::recent_lines::RecentLines;
use super::small_letters::in_small_letters;
use super::spacing::with_plain_spaces;
use super::vocab::{UnknownPlaceholder, Vocab};
use super::word_filter::{GRAM_BYTES, WordFilter};
use crate::lines::scan::Scan;
use crate::lines::{Line, is_unspaced};

/// Longest line in characters that a rule without `max_chars` is held against.
pub(crate) const DEFAULT_MAX_CHARS: usize = 400;

/// Characters up to which a line counts as short: keys of short lines are looked up among the whole-line
/// phrases.
pub(super) const SHORT_LINE_CHARS: usize = 160;

/// Lengths in characters up to which lines are searched for the same texts: longer lines are searched for those
/// alone that some rule looks for in lines as long, which are few.
const BANDS: [usize; 4] = [SHORT_LINE_CHARS, 300, 450, usize::MAX];

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
    /// `[rule.match]` of a rule whose guards come before its patterns: the gates of one of them admit the line.
    MayMatch,
}

/// A rule, by index in its set, and the part of it that matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Target {
    pub(crate) rule: usize,
    pub(crate) slot: Slot,
}

/// Where in the line's key a phrase must stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    End,
    Anywhere,
    /// From start to end: a phrase as long as a paragraph.
    Whole,
}

impl Anchor {
    /// Where the phrases of each kind must stand, in the order of [`Matchers::phrases`], with the name of the kind.
    pub(super) const OF_KINDS: [(&'static str, Self); 4] =
        [("lines", Self::Whole), ("starts", Self::Start), ("ends", Self::End), ("has", Self::Anywhere)];
}

/// A phrase that is looked for in keys.
struct Phrase {
    key: String,
    anchor: Anchor,
    target: Target,
    max_chars: usize,
}

impl Phrase {
    fn stands_in(&self, key: &str) -> bool {
        key_has(key, &self.key, self.anchor)
    }

    /// What of the phrase can be looked for in plain lines: the longest part without what may be written in
    /// several ways, which is numbers and apostrophes.
    fn certain_text(&self) -> Option<&str> {
        let is_certain = |c: char| (c.is_ascii() || c.is_alphabetic()) && !c.is_ascii_digit() && c != '\'';
        let runs = self.key.split(|c: char| !is_certain(c)).map(str::trim);
        runs.filter(|run| run.len() >= GRAM_BYTES).max_by_key(|run| run.len())
    }
}

/// Whether the key of a phrase stands in the key of a line, where it must.
pub(super) fn key_has(line: &str, phrase: &str, anchor: Anchor) -> bool {
    let holds = |start: usize| anchor_holds(anchor, line, start..start + phrase.len());
    match anchor {
        Anchor::Start => line.starts_with(phrase) && holds(0),
        Anchor::End => line.ends_with(phrase) && holds(line.len() - phrase.len()),
        Anchor::Whole => line == phrase,
        Anchor::Anywhere => line.match_indices(phrase).any(|(start, _)| holds(start)),
    }
}

/// A pattern with what it stands for.
struct TargetedPattern {
    pattern: Arc<Pattern>,
    target: Target,
    max_chars: usize,
}

/// What it means that a word stands in a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Hint {
    /// A phrase, by index, may stand in its key.
    Phrase(usize),
    /// A pattern, by index, may match.
    Pattern(usize),
}

/// A hint, and the longest line in characters for which it counts.
#[derive(Clone, Copy)]
struct LimitedHint {
    hint: Hint,
    max_chars: usize,
}

/// Collects matchers; [`Builder::build`] compiles them.
#[derive(Default)]
pub(crate) struct Builder {
    keys: HashMap<String, Vec<Target>, FixedState>,
    phrases: Vec<Phrase>,
    patterns: Vec<TargetedPattern>,
    longest_key: usize,
    longest_line: usize,
}

impl Builder {
    /// Adds all matchers of one part of a rule but its patterns. `slot` is asked for the slot of each.
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
                    self.add_phrase(key.clone(), Anchor::Whole, target, 2 * phrase_chars);
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
                    self.add_phrase(key, anchor, Target { rule, slot: slot() }, max_chars);
                }
            }
        }
        Ok(())
    }

    fn add_phrase(&mut self, key: String, anchor: Anchor, target: Target, max_chars: usize) {
        self.longest_line = self.longest_line.max(max_chars);
        self.phrases.push(Phrase { key, anchor, target, max_chars });
    }

    /// Adds a pattern for lines of at most `max_chars` characters.
    pub(crate) fn add_pattern(&mut self, pattern: Arc<Pattern>, target: Target, max_chars: usize) {
        self.longest_line = self.longest_line.max(max_chars);
        self.patterns.push(TargetedPattern { pattern, target, max_chars });
    }

    /// The compiled matcher.
    pub(crate) fn build(self) -> LineMatcher {
        let mut hints: BTreeMap<String, Vec<LimitedHint>> = BTreeMap::new();
        let mut add = |text: &str, hint: Hint, max_chars: usize| {
            hints.entry(text.to_owned()).or_default().push(LimitedHint { hint, max_chars });
        };
        let mut wordless_phrases = Vec::new();
        for (index, phrase) in self.phrases.iter().enumerate() {
            match phrase.certain_text() {
                Some(text) => add(text, Hint::Phrase(index), phrase.max_chars),
                None => wordless_phrases.push(index),
            }
        }
        let mut wordless_patterns = Vec::new();
        for (index, one) in self.patterns.iter().enumerate() {
            let gates = one.pattern.gates();
            gates.texts().iter().for_each(|text| add(text, Hint::Pattern(index), one.max_chars));
            if gates.texts().is_empty() {
                wordless_patterns.push((index, gates));
            }
        }
        let (texts, hints): (Vec<String>, Vec<Vec<LimitedHint>>) = hints.into_iter().unzip();
        let filter = |shorter: usize| {
            let counts = |hints: &Vec<LimitedHint>| hints.iter().any(|hint| hint.max_chars > shorter);
            let texts = texts.iter().map(String::as_str).enumerate().zip(&hints);
            WordFilter::new(texts.filter(|(_, hints)| counts(hints)).map(|(text, _)| text))
        };
        let mut first_letters = vec![0; self.longest_key + 1];
        for (length, letter) in self.keys.keys().map(|key| (key.len(), key.as_bytes()[0])) {
            first_letters[length] |= 1 << (letter & 31);
        }
        let wordless_patterns = GateBits::new(&wordless_patterns);
        LineMatcher {
            key_filter: KeyFilter::new(self.keys.keys().map(String::as_str)),
            keys: self.keys,
            first_letters,
            filters: [0].into_iter().chain(BANDS).zip(BANDS).map(|(shorter, band)| (band, filter(shorter))).collect(),
            hints,
            longest_wordless_phrase: wordless_phrases
                .iter()
                .filter_map(|index| Some(self.phrases.get(*index)?.max_chars))
                .max()
                .unwrap_or(0),
            phrases: self.phrases,
            wordless_phrases,
            patterns: self.patterns,
            wordless_patterns,
            longest_key: self.longest_key,
            longest_line: self.longest_line,
            scratches: Mutex::default(),
        }
    }
}

/// Everything a rule set looks for in lines.
pub(crate) struct LineMatcher {
    keys: HashMap<String, Vec<Target>, FixedState>,
    /// The telling texts of phrases and patterns, in small letters, for lines of up to so many characters.
    filters: Vec<(usize, WordFilter)>,
    /// The letters of ASCII that keys of each length in bytes begin with, as bits of their lower five bits.
    first_letters: Vec<u32>,
    key_filter: KeyFilter,
    /// What each word of the filter hints at.
    hints: Vec<Vec<LimitedHint>>,
    phrases: Vec<Phrase>,
    /// Phrases that no word stands for: looked for in the keys of all lines.
    wordless_phrases: Vec<usize>,
    /// Characters of the longest line that one of those is looked for in.
    longest_wordless_phrase: usize,
    patterns: Vec<TargetedPattern>,
    /// Patterns that no word stands for.
    wordless_patterns: GateBits,
    /// Length in bytes of the longest key.
    longest_key: usize,
    /// Characters of the longest line that phrases and patterns are held against.
    longest_line: usize,
    /// Memory that is not in use, one for each thread that ever was in it at once.
    scratches: Mutex<Vec<Scratch>>,
}

/// Which hints are wanted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Hints {
    All,
    Phrases,
    Patterns,
}

/// A line as it stands in a text.
#[derive(Clone, Copy)]
struct Written<'a> {
    /// The line, trimmed and not empty.
    text: &'a str,
    /// Its characters.
    chars: usize,
    marks: Marks,
    /// The line with plain spaces, if it has others.
    spaced: Option<&'a str>,
}

impl<'a> Written<'a> {
    /// A line of `text`, which `scan` is of. `spaced` is memory for it.
    fn new(text: &'a str, line: &Line, scan: &Scan, spaced: &'a mut Option<String>) -> Self {
        let marks = Marks::of(text, line.content(), scan);
        *spaced = if marks.is_plain { None } else { with_plain_spaces(line.text(text)) };
        Self { text: line.text(text), chars: line.chars(), marks, spaced: spaced.as_deref() }
    }
}

/// Memory that is used again for every line, and from text to text.
#[derive(Default)]
pub(crate) struct Scratch {
    recent: RecentLines,
    key: String,
    /// The line in small letters, if it has capitals outside ASCII.
    small: String,
    hints: Vec<Hint>,
    /// What one line matches.
    found: Vec<Target>,
}

/// What one line matches.
pub(crate) struct Found<'a> {
    /// Sorted, each once.
    pub(crate) targets: &'a [Target],
    /// Likewise: rules whose guards come before their patterns, and that may match.
    pub(crate) may_match: &'a [Target],
    /// The line with plain spaces, if it has others.
    pub(crate) spaced: Option<String>,
}

impl<'a> Found<'a> {
    /// Of targets that are sorted, those that may match last.
    fn new(all: &'a [Target], spaced: Option<String>) -> Self {
        let count = all.iter().take_while(|target| target.slot != Slot::MayMatch).count();
        let (targets, may_match) = all.split_at(count);
        Self { targets, may_match, spaced }
    }
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

    /// Does something with memory for matching lines.
    pub(crate) fn with_scratch(&self, work: impl FnOnce(&mut Scratch)) {
        let free = || self.scratches.lock().unwrap_or_else(PoisonError::into_inner);
        let mut scratch = free().pop().unwrap_or_default();
        work(&mut scratch);
        free().push(scratch);
    }

    /// What a line of `text` matches. `scan` is that of the text.
    pub(crate) fn match_line<'s>(&self, text: &str, line: &Line, scan: &Scan, scratch: &'s mut Scratch) -> Found<'s> {
        let content = line.text(text);
        let place = scratch.recent.place_of(content);
        if place.is_some_and(|place| scratch.recent.knows(place, content)) {
            return Found::new(place.map_or(&[], |place| scratch.recent.targets(place)), None);
        }
        let mut found = std::mem::take(&mut scratch.found);
        found.clear();
        let mut spaced = None;
        self.match_written(&Written::new(text, line, scan, &mut spaced), scratch, &mut found);
        // Those that wait come last.
        found.sort_unstable_by_key(|target| (target.slot == Slot::MayMatch, *target));
        found.dedup();
        if let Some(place) = place.filter(|_| spaced.is_none()) {
            scratch.recent.keep(place, content, &found);
        }
        scratch.found = found;
        Found::new(&scratch.found, spaced)
    }

    /// Adds what a line matches to `targets`, some more than once.
    fn match_written(&self, line: &Written<'_>, scratch: &mut Scratch, targets: &mut Vec<Target>) {
        let Written { text, chars, marks, spaced } = *line;
        let is_short = chars <= SHORT_LINE_CHARS;
        if !is_short && chars > self.longest_line {
            return;
        }
        let Scratch { key, small, hints, .. } = scratch;
        let is_plain = marks.is_plain;
        let is_looked_up = is_short && (!is_plain || self.may_have_key(text, marks));
        let mut has_key = is_looked_up || chars <= self.longest_wordless_phrase || !is_plain;
        if has_key {
            line_key(text, key);
        }
        if is_looked_up && let Some(found) = self.keys.get(key.as_str()) {
            targets.extend_from_slice(found);
        }
        let small = if marks.may_have_capitals { in_small_letters(text, small) } else { text };
        let wanted = if is_plain { Hints::All } else { Hints::Phrases };
        self.collect_hints(if is_plain { small } else { key }, chars, wanted, hints);
        if !has_key && hints.iter().any(|hint| matches!(hint, Hint::Phrase(_))) {
            line_key(text, key);
            has_key = true;
        }
        let key = if has_key { key.as_str() } else { "" };
        for hint in hints.iter() {
            if let Hint::Phrase(index) = hint {
                self.find_phrase(*index, key, chars, targets);
            }
        }
        self.wordless_phrases.iter().for_each(|index| self.find_phrase(*index, key, chars, targets));
        let look = Look::seen(text, marks.traits, marks.spaces);
        if is_plain {
            self.run_patterns(text, &look, chars, hints, targets);
            return;
        }
        self.collect_hints(small, chars, Hints::Patterns, hints);
        self.run_patterns(text, &look, chars, hints, targets);
        if let Some(spaced) = spaced {
            self.collect_hints(in_small_letters(spaced, &mut String::new()), chars, Hints::Patterns, hints);
            self.run_patterns(spaced, &Look::at(spaced), chars, hints, targets);
        }
    }

    /// Whether a plain line may have one of the keys: if not, its key is not worth making. Some key is as long as the line
    /// without its decoration, and begins and ends like it. Lines with digits or letters outside ASCII may be of any
    /// length.
    #[inline]
    fn may_have_key(&self, text: &str, marks: Marks) -> bool {
        let core = without_decoration(text);
        let is_simple = marks.is_simple || (!marks.is_ascii && is_simple(core));
        let has_length = || {
            let letters = self.first_letters.get(core.len()).copied().unwrap_or(0);
            core.bytes().next().is_some_and(|letter| letters >> (letter & 31) & 1 == 1)
        };
        (!is_simple || has_length()) && self.key_filter.admits(core)
    }

    /// What the texts that stand in `text` hint at, each once.
    fn collect_hints(&self, text: &str, chars: usize, wanted: Hints, hints: &mut Vec<Hint>) {
        hints.clear();
        let Some((_, filter)) = self.filters.iter().find(|(band, _)| chars <= *band) else { return };
        let counts = |limited: &LimitedHint| match (wanted, limited.hint) {
            (Hints::Phrases, Hint::Pattern(_)) | (Hints::Patterns, Hint::Phrase(_)) => false,
            _ => chars <= limited.max_chars,
        };
        filter.find(text, |number| {
            for limited in self.hints.get(number).into_iter().flatten() {
                if counts(limited) {
                    hints.push(limited.hint);
                }
            }
        });
        hints.sort_unstable();
        hints.dedup();
    }

    /// Holds the patterns that `hints` names, and those that no text stands for, against `text`.
    fn run_patterns(&self, text: &str, look: &Look<'_>, chars: usize, hints: &[Hint], targets: &mut Vec<Target>) {
        for hint in hints {
            if let Hint::Pattern(index) = hint {
                self.run_pattern(*index, text, chars, |pattern| pattern.gates().admit(look), targets);
            }
        }
        self.wordless_patterns.find(look, |index| self.run_pattern(index, text, chars, |_| true, targets));
    }

    fn find_phrase(&self, index: usize, key: &str, chars: usize, targets: &mut Vec<Target>) {
        let Some(phrase) = self.phrases.get(index) else { return };
        if chars <= phrase.max_chars && phrase.stands_in(key) {
            targets.push(phrase.target);
        }
    }

    /// Holds a pattern against a line, if its gates admit it; those of a rule whose guards come first are not run.
    fn run_pattern(
        &self,
        index: usize,
        line: &str,
        chars: usize,
        is_admitted: impl Fn(&Pattern) -> bool,
        targets: &mut Vec<Target>,
    ) {
        let Some(one) = self.patterns.get(index) else { return };
        if chars <= one.max_chars
            && is_admitted(&one.pattern)
            && (one.target.slot == Slot::MayMatch || one.pattern.matches(line))
        {
            targets.push(one.target);
        }
    }
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

#[cfg(test)]
mod tests {
    use proptest::strategy::{Strategy, ValueTree};
    use proptest::test_runner::TestRunner;

    use super::*;
    use crate::edit::RuleTable;
    use crate::rules::{Packs, Profile, RuleOptions, RuleSet};

    #[test]
    fn parts_of_lines_do_not_cut_words() {
        assert!(anchor_holds(Anchor::Anywhere, "an ad here", 3..5));
        assert!(!anchor_holds(Anchor::Anywhere, "a bad one", 3..5));
        assert!(anchor_holds(Anchor::Start, "广告位招租", 0..6));
    }

    /// What a line matches when everything is held against it.
    fn all_matches(matcher: &LineMatcher, line: &str, chars: usize) -> Vec<Target> {
        let key = line_key_of(line);
        let mut found = Vec::new();
        if chars <= SHORT_LINE_CHARS {
            found.extend(matcher.keys.get(key.as_str()).into_iter().flatten());
        }
        (0..matcher.phrases.len()).for_each(|index| matcher.find_phrase(index, &key, chars, &mut found));
        let spaced = with_plain_spaces(line);
        let is_met =
            |pattern: &Pattern| pattern.matches(line) || spaced.as_ref().is_some_and(|line| pattern.matches(line));
        let fits = |one: &&TargetedPattern| chars <= one.max_chars && is_met(&one.pattern);
        found.extend(matcher.patterns.iter().filter(fits).map(|one| one.target));
        found.sort_unstable();
        found.dedup();
        found
    }

    /// A line in the ways in which lines are written.
    fn variants(line: &str) -> Vec<String> {
        use unicode_normalization::UnicodeNormalization;
        let middle = line.char_indices().nth(line.chars().count() / 2).map_or(0, |(at, _)| at);
        let (front, back) = line.split_at(middle);
        let wide = |c: char| char::from_u32(u32::from(c) + 0xFEE0).filter(|_| c.is_ascii_graphic()).unwrap_or(c);
        let capital = |word: &str| {
            let mut letters = word.chars();
            letters.next().map(|first| first.to_uppercase().chain(letters).collect::<String>()).unwrap_or_default()
        };
        let mixed = |(index, c): (usize, char)| if index % 3 == 1 { c.to_uppercase().collect() } else { vec![c] };
        let mut all = vec![
            line.to_owned(),
            line.to_uppercase(),
            line.split(' ').map(capital).collect::<Vec<_>>().join(" "),
            line.chars().enumerate().flat_map(mixed).collect(),
            line.replace(' ', "\u{a0}"),
            line.replace(' ', "\t"),
            line.replace(' ', "  "),
            format!("{front}\u{ad}{back}"),
            line.chars().map(wide).collect(),
            line.nfd().collect(),
            line.replace('i', "İ").replace('I', "ı"),
            format!("• {line} »"),
            format!("{line} 12,345 and é, реклама。"),
        ];
        let chars = line.chars().count();
        for length in BANDS.into_iter().take(3).flat_map(|band| [band - 1, band, band + 1]) {
            let padding: String = "lorem ".chars().cycle().take(length.saturating_sub(chars)).collect();
            all.push(format!("{padding}{line}"));
            all.push(format!("{line}{padding}"));
        }
        all.iter().map(|line| line.trim().replace(['\n', '\r', '\u{2028}', '\u{2029}'], "")).collect()
    }

    #[test]
    fn searching_for_texts_first_gives_what_holding_everything_against_a_line_gives() {
        /// Lines made from each pattern.
        const LINES: usize = 3;
        let (packs, faults) = Packs::load(&["web".to_owned(), "news".to_owned()]);
        assert!(faults.is_empty());
        let options = RuleOptions { profile: Profile::Aggressive, ..RuleOptions::default() };
        let set = RuleSet::build(&packs, &options, &mut RuleTable::default()).expect("the packs are sound");
        let matcher = &set.matcher;
        let mut lines: Vec<String> = matcher.keys.keys().cloned().collect();
        lines.extend(matcher.phrases.iter().map(|phrase| phrase.key.clone()));
        lines.sort();
        // One phrase in eight is enough: they differ little.
        let mut lines: Vec<String> = lines.into_iter().step_by(8).collect();
        let mut runner = TestRunner::deterministic();
        for pattern in packs.rules().flat_map(|rule| &rule.definition.matches.regex) {
            if let Ok(strategy) = proptest::string::string_regex(pattern.get_ref()) {
                lines.extend((0..LINES).map(|_| strategy.new_tree(&mut runner).expect("no filter").current()));
            }
        }
        let is_odd_case = |c: char| matches!(c, 'ſ' | '\u{212a}' | '\u{212b}' | '\u{1c80}'..='\u{1c88}');
        let (mut hits, mut scratch) = (0, Scratch::default());
        for line in lines.iter().flat_map(|line| variants(line)).filter(|line| !line.contains(is_odd_case)) {
            let chars = line.chars().count();
            let scan = Scan::of(&line);
            let mut targets_of_line = || {
                let of_line = |one: &Line| {
                    let found = matcher.match_line(&line, one, &scan, &mut scratch);
                    [found.targets, found.may_match].concat()
                };
                let may_match = matcher.may_match(line.len());
                crate::lines::split(&line).first().filter(|_| may_match).map(of_line).unwrap_or_default()
            };
            let mut found = targets_of_line();
            assert_eq!(found, targets_of_line(), "a line that is known: {line:?}");
            found.sort_unstable();
            let all = all_matches(matcher, &line, chars);
            // Gates admit some lines that do not match.
            found.retain(|target| target.slot != Slot::MayMatch || all.contains(target));
            assert_eq!(found, all, "on {line:?}");
            hits += found.len();
        }
        assert!(hits > 10_000, "{hits} hits");
    }
}

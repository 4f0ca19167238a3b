//! Reading a line: counts of what its characters are, and the hashes of its words.

use std::ops::Range;

use super::topics::word_hash;
use crate::lines::is_unspaced;
use crate::lines::scan::{BLOCK, Scan, first_bits};

/// Characters of a line that are looked at: its shape is plain after a few sentences.
pub(super) const LOOKED_AT: usize = 320;

/// What the characters of a line are.
#[derive(Debug, Default, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is one of the numbers")]
pub(super) struct Shape {
    pub(super) chars: f32,
    pub(super) words: f32,
    pub(super) letters: f32,
    pub(super) capitals: f32,
    pub(super) digits: f32,
    pub(super) signs: f32,
    pub(super) capitalized: f32,
    pub(super) commas: f32,
    pub(super) stops: f32,
    pub(super) separators: f32,
    pub(super) quotes: f32,
    pub(super) slashes: f32,
    pub(super) unspaced: f32,
    pub(super) longest_number: u32,
    pub(super) has_at: bool,
    pub(super) has_mark: bool,
    pub(super) has_bracket: bool,
    pub(super) has_time: bool,
    pub(super) has_currency: bool,
    /// Words that are stuck together: a capital behind a small letter.
    pub(super) seams: f32,
    pub(super) has_cells: bool,
}

/// Start of the hash of a word: FNV-1a.
const SEED: u32 = 0x811c_9dc5;
const PRIME: u32 = 0x0100_0193;

/// Counts of the characters of a line, as whole numbers.
#[derive(Default)]
struct Counts {
    chars: u32,
    /// Words in halves: a character of a script without spaces is as much as half a word.
    half_words: u32,
    letters: u32,
    capitals: u32,
    digits: u32,
    signs: u32,
    capitalized: u32,
    unspaced: u32,
    seams: u32,
}

/// The word that is being read.
struct Word {
    hash: u32,
    letters: u32,
}

impl Word {
    const START: Self = Self { hash: SEED, letters: 0 };

    fn push(&mut self, small: u32) {
        self.hash = (self.hash ^ small).wrapping_mul(PRIME);
        self.letters += 1;
    }

    /// Ends the word, if one has begun.
    fn end(&mut self, hashes: &mut Vec<u32>) {
        if self.letters > 0 {
            hashes.push(word_hash(self.hash, self.letters));
        }
        *self = Self::START;
    }
}

/// Reads the line at `line` of a text, and adds the hash of each of its words to `hashes`, with the topic words marked by
/// their top bit. `scan` is that of the text.
pub(super) fn read(text: &str, line: Range<usize>, scan: &Scan, hashes: &mut Vec<u32>) -> Shape {
    let end = end_of_look(&line, scan);
    let mut reading = Reading { text, start: line.start, shape: Shape::default(), counts: Counts::default(), hashes };
    let mut at = line.start;
    while at < end {
        at = reading.read_block(at, end, scan);
    }
    let Reading { mut shape, counts, .. } = reading;
    counts.put(&mut shape);
    shape
}

/// Where the characters end that are looked at.
fn end_of_look(line: &Range<usize>, scan: &Scan) -> usize {
    if line.len() <= LOOKED_AT {
        return line.end;
    }
    let mut left = LOOKED_AT;
    for (start, classes) in line.clone().step_by(BLOCK).zip(scan.within(line.clone())) {
        let mut starts = first_bits(line.end - start) & !classes.continuation;
        let count = starts.count_ones() as usize;
        if count > left {
            (0..left).for_each(|_| starts &= starts - 1);
            return start + starts.trailing_zeros() as usize;
        }
        left -= count;
    }
    line.end
}

/// A line that is being read.
///
/// It falls into stretches between spaces and signs of ASCII. Most are words of ASCII letters: those are counted in bits,
/// and only their hashes are made byte by byte. The others are read character by character.
struct Reading<'a> {
    text: &'a str,
    /// Where the line begins.
    start: usize,
    shape: Shape,
    counts: Counts,
    hashes: &'a mut Vec<u32>,
}

impl Reading<'_> {
    /// Reads what stands between `at` and `end`, up to 64 bytes or a stretch that is longer. Returns where it stops, which
    /// is not within a stretch.
    fn read_block(&mut self, at: usize, end: usize, scan: &Scan) -> usize {
        let classes = scan.at(at..end);
        let valid = first_bits(end - at);
        let inner = classes.letter() | classes.digit | classes.apostrophe | classes.beyond_ascii();
        let between = valid & !inner;
        let valid = if end - at <= BLOCK {
            valid
        } else if between == 0 {
            let behind = end_of_stretch(at + BLOCK, end, scan);
            self.read_stretch(at..behind);
            return behind;
        } else {
            // What stands behind the last sign may go on in the next block.
            u64::MAX >> between.leading_zeros()
        };
        let (inner, between) = (inner & valid, between & valid);
        let mut slow = 0;
        let mut rest = inner;
        while rest != 0 {
            let first = rest.trailing_zeros();
            let count = (!(rest >> first)).trailing_zeros();
            let stretch = first_bits(count as usize) << first;
            rest &= !stretch;
            let start = at + first as usize;
            if stretch & classes.letter() == stretch {
                self.hashes.push(word_hash(hash_of(self.text.as_bytes(), start, count as usize), count));
            } else {
                slow |= stretch;
                self.read_stretch(start..start + count as usize);
            }
        }
        let fast = inner & !slow;
        let starts = fast & !(inner << 1);
        let counts = &mut self.counts;
        counts.chars += (fast | between).count_ones();
        counts.letters += fast.count_ones();
        counts.capitals += (fast & classes.capital).count_ones();
        counts.capitalized += (starts & classes.capital).count_ones();
        counts.half_words += 2 * starts.count_ones();
        counts.seams += (fast & classes.capital & (classes.small << 1)).count_ones();
        let mut signs = between & !classes.space;
        while signs != 0 {
            self.read_ascii_sign(at + signs.trailing_zeros() as usize);
            signs &= signs - 1;
        }
        at + (u64::BITS - valid.leading_zeros()) as usize
    }

    /// The character before a place in the line; a space at its start.
    fn previous(&self, at: usize) -> char {
        match at.checked_sub(1).filter(|before| *before >= self.start).and_then(|at| self.text.as_bytes().get(at)) {
            None => ' ',
            Some(byte) if byte.is_ascii() => char::from(*byte),
            Some(_) => self.text.get(self.start..at).and_then(|line| line.chars().next_back()).unwrap_or(' '),
        }
    }

    /// Counts a sign of ASCII that is no apostrophe, which ends words.
    fn read_ascii_sign(&mut self, at: usize) {
        let sign = self.text.as_bytes().get(at).copied().map_or(' ', char::from);
        let previous = self.previous(at);
        self.counts.signs += u32::from(!sign.is_whitespace());
        read_sign(&mut self.shape, sign, previous, || !is_letter(previous) && previous.is_numeric());
    }

    /// Reads a stretch character by character.
    fn read_stretch(&mut self, stretch: Range<usize>) {
        let mut previous = self.previous(stretch.start);
        let (shape, counts) = (&mut self.shape, &mut self.counts);
        let mut word = Word::START;
        let mut number = 0_u32;
        for c in self.text.get(stretch).unwrap_or_default().chars() {
            counts.chars += 1;
            match c {
                _ if is_letter(c) => {
                    let is_capital = is_uppercase(c);
                    counts.letters += 1;
                    counts.capitals += u32::from(is_capital);
                    if is_unspaced(c) {
                        counts.unspaced += 1;
                        counts.half_words += 1;
                        word.end(self.hashes);
                    } else if word.letters == 0 {
                        counts.half_words += 2;
                        counts.capitalized += u32::from(is_capital);
                    }
                    counts.seams += u32::from(is_capital && previous.is_lowercase());
                    word.push(u32::from(if is_capital { c.to_lowercase().next().unwrap_or(c) } else { c }));
                    number = 0;
                }
                _ if c.is_numeric() => {
                    counts.digits += 1;
                    if number == 0 && word.letters == 0 {
                        counts.half_words += 2;
                        // All numbers are one word.
                        self.hashes.push(1);
                    }
                    number += 1;
                    shape.longest_number = shape.longest_number.max(number);
                }
                _ => {
                    if !matches!(c, '\'' | '’' | '\u{ad}') {
                        word.end(self.hashes);
                    }
                    counts.signs += u32::from(!c.is_whitespace());
                    read_sign(shape, c, previous, || number > 0);
                    number = 0;
                }
            }
            previous = c;
        }
        word.end(self.hashes);
    }
}

/// Where a stretch ends that goes on at `at`.
fn end_of_stretch(at: usize, end: usize, scan: &Scan) -> usize {
    for start in (at..end).step_by(BLOCK) {
        let classes = scan.at(start..end);
        let inner = classes.letter() | classes.digit | classes.apostrophe | classes.beyond_ascii();
        let between = first_bits(end - start) & !inner;
        if between != 0 {
            return start + between.trailing_zeros() as usize;
        }
    }
    end
}

/// The hash of a word of so many letters of ASCII.
fn hash_of(text: &[u8], start: usize, count: usize) -> u32 {
    /// Letters that are loaded at once.
    const LOADED: usize = 8;
    const SMALL: u64 = u64::from_le_bytes([0x20; LOADED]);
    let step = |hash: u32, small: u8| (hash ^ u32::from(small)).wrapping_mul(PRIME);
    let mut hash = SEED;
    let end = start + count;
    for at in (start..end).step_by(LOADED) {
        let Some(loaded) = text.get(at..).and_then(<[u8]>::first_chunk::<LOADED>) else {
            let rest = text.get(at..end).unwrap_or_default();
            return rest.iter().fold(hash, |hash, letter| step(hash, letter | 0x20));
        };
        let small = (u64::from_le_bytes(*loaded) | SMALL).to_le_bytes();
        // Steps are made for all letters that are loaded, and those behind the word forgotten: lengths of words are hard
        // to foretell.
        let left = end - at;
        for (index, letter) in small.into_iter().enumerate() {
            let next = step(hash, letter);
            hash = if index < left { next } else { hash };
        }
    }
    hash
}

/// Whether a character is a letter; the usual ones are told at once.
fn is_letter(c: char) -> bool {
    match c {
        'a'..='z'
        | 'A'..='Z'
        | 'À'..='Ö'
        | 'Ø'..='ö'
        | 'ø'..='ÿ'
        | 'А'..='я'
        | '\u{4e00}'..='\u{9fa5}'
        | 'ぁ'..='ゖ'
        | 'ァ'..='ヺ' => true,
        '\0'..='\u{7f}' | '\u{2010}'..='\u{203a}' => false,
        _ => c.is_alphabetic(),
    }
}

/// Whether a letter is a capital; the usual ones are told at once.
fn is_uppercase(c: char) -> bool {
    match c {
        'A'..='Z' | 'А'..='Я' => true,
        'a'..='z' | 'а'..='я' | 'ß'..='ÿ' | '\u{4e00}'..='\u{9fa5}' | 'ぁ'..='ゖ' | 'ァ'..='ヺ' => false,
        _ => c.is_uppercase(),
    }
}

impl Counts {
    #[expect(clippy::cast_precision_loss, reason = "a few hundred characters are looked at")]
    fn put(&self, shape: &mut Shape) {
        shape.chars = self.chars as f32;
        shape.words = self.half_words as f32 / 2.0;
        shape.letters = self.letters as f32;
        shape.capitals = self.capitals as f32;
        shape.digits = self.digits as f32;
        shape.signs = self.signs as f32;
        shape.capitalized = self.capitalized as f32;
        shape.unspaced = self.unspaced as f32;
        shape.seams = self.seams as f32;
    }
}

/// Counts a sign.
fn read_sign(shape: &mut Shape, c: char, previous: char, is_after_digit: impl FnOnce() -> bool) {
    match c {
        ',' | '،' | '、' | '，' | ';' => shape.commas += 1.0,
        '.' | '!' | '?' | '。' | '！' | '？' | '؟' | '۔' if previous.is_alphabetic() || previous == ')' => {
            shape.stops += 1.0;
        }
        '|' | '›' | '»' | '>' | '•' | '·' | '→' | '←' | '«' | '‹' | '<' => shape.separators += 1.0,
        '"' | '“' | '”' | '„' | '「' | '」' | '’' | '\'' => shape.quotes += 1.0,
        '/' | '\\' | '_' | '=' | '{' | '}' | '#' => shape.slashes += 1.0,
        '\t' => shape.has_cells = true,
        '@' => shape.has_at = true,
        '©' | '®' | '™' => shape.has_mark = true,
        '(' | '[' | '（' => shape.has_bracket = true,
        ':' if is_after_digit() => shape.has_time = true,
        '€' | '$' | '£' | '¥' | '%' => shape.has_currency = true,
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What reading a line character by character gives, with the hashes of its words.
    fn plainly(line: &str) -> (Shape, Vec<u32>) {
        let mut hashes = Vec::new();
        let text: String = line.chars().take(LOOKED_AT).collect();
        let mut reading =
            Reading { text: &text, start: 0, shape: Shape::default(), counts: Counts::default(), hashes: &mut hashes };
        let mut start = 0;
        for (at, c) in text.char_indices().filter(|(_, c)| c.is_ascii() && !c.is_ascii_alphanumeric() && *c != '\'') {
            reading.read_stretch(start..at);
            reading.counts.chars += 1;
            if c != ' ' {
                reading.read_ascii_sign(at);
            }
            start = at + 1;
        }
        reading.read_stretch(start..text.len());
        let Reading { mut shape, counts, .. } = reading;
        counts.put(&mut shape);
        (shape, hashes)
    }

    proptest! {
        #[test]
        fn words_in_bits_are_what_words_of_characters_are(
            line in "([a-zA-Z]{0,12}[ .,:)']?|[0-9]{1,4}|[éЖж’“日本ー…\u{a0}]|[!-/\t]){0,60}",
            before in "[a é]{0,70}",
        ) {
            let text = format!("{before}{line} and more");
            let mut hashes = vec![7];
            let scan = Scan::of(&text);
            let shape = read(&text, before.len()..before.len() + line.len(), &scan, &mut hashes);
            let (expected, words) = plainly(&line);
            prop_assert_eq!(&hashes[1..], words);
            prop_assert_eq!(shape, expected);
        }
    }

    #[test]
    fn hashes_are_those_of_fnv() {
        let hash = |word: &[u8]| word.iter().fold(SEED, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(PRIME));
        for word in ["a", "lamp", "lampposts", "straightforwardly"] {
            for text in [format!("x{}", word.to_uppercase()), format!("x{word} and what stands behind")] {
                assert_eq!(hash_of(text.as_bytes(), 1, word.len()), hash(word.as_bytes()), "{word}");
            }
        }
    }
}

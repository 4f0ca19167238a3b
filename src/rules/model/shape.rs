//! Reading a line: counts of what its characters are, and the hashes of its words.

use super::topics::word_hash;
use crate::lines::is_unspaced;

/// Characters of a line that are looked at: its shape is plain after a few sentences.
pub(super) const LOOKED_AT: usize = 320;

/// What the characters of a line are.
#[derive(Default)]
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
        self.hash = (self.hash ^ small).wrapping_mul(0x0100_0193);
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

/// Reads a line, and adds the hash of each of its words to `hashes`, with the topic words marked by their top bit.
pub(super) fn read(line: &str, hashes: &mut Vec<u32>) -> Shape {
    let mut shape = Shape::default();
    let mut counts = Counts::default();
    let mut word = Word::START;
    let mut number = 0_u32;
    let mut previous = ' ';
    let mut rest = line;
    while (counts.chars as usize) < LOOKED_AT
        && let Some(c) = rest.chars().next()
    {
        let (run, behind) = small_letters(rest, LOOKED_AT - counts.chars as usize);
        if let [_, ..] = run {
            let letters = u32::try_from(run.len()).unwrap_or(0);
            counts.half_words += if word.letters == 0 { 2 } else { 0 };
            counts.letters += letters;
            counts.chars += letters;
            for letter in run {
                word.push(u32::from(*letter));
            }
            (number, previous, rest) = (0, c, behind);
            continue;
        }
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
        counts.chars += 1;
        match c {
            ' ' => {
                word.end(hashes);
                number = 0;
            }
            'A'..='Z' => {
                counts.letters += 1;
                counts.capitals += 1;
                if word.letters == 0 {
                    counts.half_words += 2;
                    counts.capitalized += 1;
                }
                counts.seams += u32::from(previous.is_lowercase());
                word.push(u32::from(c.to_ascii_lowercase()));
                number = 0;
            }
            _ if is_letter(c) => {
                let is_capital = c.is_uppercase();
                counts.letters += 1;
                counts.capitals += u32::from(is_capital);
                if is_unspaced(c) {
                    counts.unspaced += 1;
                    counts.half_words += 1;
                    word.end(hashes);
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
                    hashes.push(1);
                }
                number += 1;
                shape.longest_number = shape.longest_number.max(number);
            }
            _ => {
                if !matches!(c, '\'' | '’' | '\u{ad}') {
                    word.end(hashes);
                }
                counts.signs += u32::from(!c.is_whitespace());
                read_sign(&mut shape, c, previous, number > 0);
                number = 0;
            }
        }
        previous = c;
    }
    word.end(hashes);
    counts.put(&mut shape);
    shape
}

/// The small letters of ASCII that a text begins with, at most so many, and what stands behind them.
fn small_letters(text: &str, most: usize) -> (&[u8], &str) {
    let count = text.bytes().take(most).take_while(u8::is_ascii_lowercase).count();
    let (letters, behind) = text.split_at_checked(count).unwrap_or(("", text));
    (letters.as_bytes(), behind)
}

/// Whether a character beyond the letters of ASCII is a letter; the usual ones are told at once.
fn is_letter(c: char) -> bool {
    match c {
        '\0'..='\u{7f}' | '\u{2010}'..='\u{203a}' => false,
        'À'..='Ö' | 'Ø'..='ö' | 'ø'..='ÿ' | 'А'..='я' => true,
        _ => c.is_alphabetic(),
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
fn read_sign(shape: &mut Shape, c: char, previous: char, after_digit: bool) {
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
        ':' if after_digit => shape.has_time = true,
        '€' | '$' | '£' | '¥' | '%' => shape.has_currency = true,
        _ => {}
    }
}

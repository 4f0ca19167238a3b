//! Reading a line: counts of what its characters are, and the hashes of its words.

use super::topics::word_hash;
use crate::lines::is_unspaced;

/// Characters of a line that are looked at: its shape is plain after a few sentences.
const LOOKED_AT: usize = 320;

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

/// Ends a word, if one has begun.
fn end_word(hash: &mut u32, word_letters: &mut u32, hashes: &mut Vec<u32>) {
    if *word_letters > 0 {
        hashes.push(word_hash(*hash, *word_letters));
    }
    *hash = SEED;
    *word_letters = 0;
}

/// Reads a line, and adds the hash of each of its words to `hashes`, with the topic words marked by their top bit.
pub(super) fn read(line: &str, hashes: &mut Vec<u32>) -> Shape {
    let mut shape = Shape::default();
    let mut hash = SEED;
    let mut word_letters = 0_u32;
    let mut number = 0_u32;
    let mut previous = ' ';
    for c in line.chars().take(LOOKED_AT) {
        shape.chars += 1.0;
        let is_letter = c.is_alphabetic();
        if is_letter {
            let is_first = word_letters == 0;
            let is_capital = c.is_uppercase();
            shape.letters += 1.0;
            shape.capitals += f32::from(u8::from(is_capital));
            if is_unspaced(c) {
                // A character is as much as half a word.
                shape.unspaced += 1.0;
                shape.words += 0.5;
                end_word(&mut hash, &mut word_letters, hashes);
            } else if is_first {
                shape.words += 1.0;
                shape.capitalized += f32::from(u8::from(is_capital));
            }
            if is_capital && previous.is_lowercase() {
                shape.seams += 1.0;
            }
            let small = if is_capital { c.to_lowercase().next().unwrap_or(c) } else { c };
            hash = (hash ^ u32::from(small)).wrapping_mul(0x0100_0193);
            word_letters += 1;
            number = 0;
        } else if c.is_numeric() {
            shape.digits += 1.0;
            if number == 0 && word_letters == 0 {
                shape.words += 1.0;
                // All numbers are one word.
                hashes.push(1);
            }
            number += 1;
            shape.longest_number = shape.longest_number.max(number);
        } else {
            if !matches!(c, '\'' | '’' | '\u{ad}') {
                end_word(&mut hash, &mut word_letters, hashes);
            }
            if !c.is_whitespace() {
                shape.signs += 1.0;
            }
            read_sign(&mut shape, c, previous, number > 0);
            number = 0;
        }
        previous = c;
    }
    end_word(&mut hash, &mut word_letters, hashes);
    shape
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

//! A text as characters with their byte positions.

use crate::language::class::class;
use crate::stages::repair::excerpt::{Outside, is_mark};
use crate::stages::repair::scan::is_clean;

/// The characters of a text and where each begins.
#[derive(Debug)]
pub(crate) struct Characters {
    pub(crate) chars: Vec<char>,
    /// Byte position of each character, and the length of the text at the end.
    pub(crate) starts: Vec<usize>,
    /// Positions of the characters that are not ASCII, in the lines that may be damaged.
    pub(crate) marks: Vec<usize>,
    /// Positions of all characters that are not ASCII.
    pub(crate) all_marks: Vec<usize>,
    /// What the document has besides this text.
    pub(crate) outside: Outside,
}

impl Characters {
    /// The characters of a document.
    pub(crate) fn new(text: &str) -> Self {
        Self::of_part(text, Outside::default())
    }

    /// The characters of a part of a document.
    pub(crate) fn of_part(text: &str, outside: Outside) -> Self {
        let mut chars = Vec::with_capacity(text.len());
        let mut starts = Vec::with_capacity(text.len() + 1);
        let mut marks = Vec::new();
        let mut all_marks = Vec::new();
        let mut begin = 0;
        for line in text.split_inclusive('\n') {
            let clean = is_clean(line);
            for (start, c) in line.char_indices() {
                if !c.is_ascii() {
                    all_marks.push(chars.len());
                    if !clean {
                        marks.push(chars.len());
                    }
                }
                chars.push(c);
                starts.push(begin + start);
            }
            begin += line.len();
        }
        starts.push(text.len());
        Self { chars, starts, marks, all_marks, outside }
    }

    /// The character before position `at`, or a line break at the beginning.
    pub(crate) fn before(&self, at: usize) -> char {
        at.checked_sub(1).and_then(|i| self.get(i)).unwrap_or('\n')
    }

    /// The character at `at`, or a line break past the end.
    pub(crate) fn at(&self, at: usize) -> char {
        self.get(at).unwrap_or('\n')
    }

    pub(crate) fn get(&self, at: usize) -> Option<char> {
        self.chars.get(at).copied()
    }

    pub(crate) fn len(&self) -> usize {
        self.chars.len()
    }

    /// Number of characters of the document.
    pub(crate) fn document_length(&self) -> usize {
        self.len() + self.outside.length
    }

    /// Whether curly quotes, dashes or ellipses occur in the document.
    pub(crate) fn has_marks(&self) -> bool {
        self.outside.has_marks || self.all_marks.iter().any(|&i| is_mark(self.at(i)))
    }

    /// Whether `word` stands at `at`.
    pub(crate) fn has(&self, at: usize, word: &str) -> bool {
        word.chars().enumerate().all(|(i, c)| self.get(at + i) == Some(c))
    }

    /// Whether `ending`, of ASCII letters, stands at `at` and ends a word.
    pub(crate) fn has_ending(&self, at: usize, ending: &str) -> bool {
        self.has(at, ending) && !class(self.at(at + ending.len())).is_word()
    }
}

//! A word with lost letters: what may have stood in each place of it.

use crate::language::class::class;
use crate::stages::repair::fit::{Side, misfit, side};
use crate::stages::repair::spelling::{Candidate, Piece, Spelling};
use crate::stages::repair::text::Characters;
use crate::stages::repair::viterbi::Lost;

/// What a capital costs that begins a word, and one that stands where a small letter would, in nats.
const CAPITAL: f32 = 2.0;
/// The same where nouns begin with one.
const CAPITAL_NOUN: f32 = 0.7;
const OTHER_CASE: f32 = 8.0;
/// What a sign costs that is no mark of running text, `½`, and what it costs beside letters, in nats.
const RARE_MARK: f32 = 3.0;
const NO_MARK: f32 = 8.0;
/// What a mark costs that opens a question where the language has it, in nats.
const OPENS_QUESTION: f32 = 3.0;
/// What several question marks cost that are meant, at the end of a word, in nats.
const QUESTIONS: f32 = 7.0;

/// A word with lost letters.
pub(crate) struct Word {
    /// Its first character.
    pub(crate) from: usize,
    /// Its end, excluded.
    pub(crate) to: usize,
    /// How many lost places it has.
    pub(crate) lost: usize,
}

impl Word {
    /// The word around a place, with as many of the places from there on as are in it.
    pub(crate) fn around(text: &Characters, first: &Lost, places: &[Lost]) -> Self {
        let is_letter = |i: usize| class(text.at(i)).is_letter();
        let from = (0..first.from).rev().take_while(|&i| is_letter(i)).last().unwrap_or(first.from);
        let mut to = first.from;
        let mut lost = 0;
        loop {
            match places.get(lost) {
                Some(place) if place.from == to => {
                    to = place.to;
                    lost += 1;
                }
                _ if to < text.len() && is_letter(to) => to += 1,
                _ => return Self { from, to, lost },
            }
        }
    }

    /// The letters and the lost places of the word. `places` are those in it.
    pub(crate) fn pieces(&self, text: &Characters, places: &[Lost], spelling: &Spelling) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let mut places = places.iter().peekable();
        let mut at = self.from;
        while at < self.to {
            if let Some(place) = places.next_if(|place| place.from == at) {
                pieces.push(Piece::Lost(self.candidates(text, place, spelling)));
                at = place.to;
            } else {
                pieces.push(Piece::Letter(text.at(at)));
                at += 1;
            }
        }
        pieces
    }

    fn candidates(&self, text: &Characters, place: &Lost, spelling: &Spelling) -> Vec<Candidate> {
        // What the language does not have stands in names, and is not told by them.
        let has_own = place.originals.iter().any(|c| spelling.has(*c));
        let is_possible = |c: &char| !has_own || spelling.has(*c) || !class(*c).is_letter();
        let cost = |original: char| {
            if class(original).is_letter() {
                self.case_cost(text, place, original, spelling) + spelling.form_cost(original)
            } else {
                mark_cost(text, place, original, spelling)
            }
        };
        let originals = place.originals.iter().copied().filter(is_possible);
        let originals = originals.map(|original| Candidate { original, cost: cost(original) });
        let visible = text.chars.get(place.from..place.to).unwrap_or_default();
        let is_question = place.to == self.to && visible.iter().all(|c| *c == '?');
        originals.chain(is_question.then_some(Candidate { original: '?', cost: QUESTIONS })).collect()
    }

    /// What the case of a letter costs among the letters of the word, in nats.
    fn case_cost(&self, text: &Characters, place: &Lost, original: char, spelling: &Spelling) -> f32 {
        let ascii = |i: &usize| text.at(*i).is_ascii_alphabetic();
        let left = (self.from..place.from).rev().find(ascii).map(|i| class(text.at(i)));
        let right = (place.to..self.to).find(ascii).map(|i| class(text.at(i)));
        let (capital, small) = match (place.from == self.from, begins_sentence(text, self.from)) {
            (true, true) => (0.0, CAPITAL),
            (true, false) if spelling.has_capital_nouns() => (CAPITAL_NOUN, 0.0),
            _ => (CAPITAL, 0.0),
        };
        match (class(original).is_upper(), left, right) {
            (true, Some(left), _) if left.is_lower() => OTHER_CASE,
            (true, Some(_), Some(right)) if right.is_lower() => OTHER_CASE,
            (true, None, Some(right)) if right.is_lower() => capital,
            (true, None, None) => capital,
            (false, Some(left), Some(right)) if left.is_upper() && right.is_upper() => OTHER_CASE,
            (false, None, Some(right)) if right.is_upper() => OTHER_CASE,
            (false, Some(left), None) if left.is_upper() => CAPITAL,
            (false, None, _) => small,
            _ => 0.0,
        }
    }
}

/// What a mark costs in a lost place, in nats.
fn mark_cost(text: &Characters, place: &Lost, original: char, spelling: &Spelling) -> f32 {
    let (left, right) = (side(Some(text.before(place.from))), side(Some(text.at(place.to))));
    if matches!(original, '¿' | '¡') {
        let opens = spelling.opens_questions() && matches!(left, Side::Space | Side::Edge | Side::Opening);
        return if opens { OPENS_QUESTION } else { NO_MARK };
    }
    let is_letter = |side: Side| matches!(side, Side::Lower | Side::Upper);
    let is_in_text = left == Side::Space || right == Side::Space || (is_letter(left) && is_letter(right));
    let rare = match original {
        '’' | '‘' | '“' | '”' | '„' | '«' | '»' | '–' | '—' | '…' | '\u{ad}' => 0.0,
        '\u{a0}' if !is_in_text => 0.0,
        _ if original == '\u{a0}' || is_letter(left) || is_letter(right) => NO_MARK,
        _ => RARE_MARK,
    };
    rare + misfit(original, left, right)
}

/// Whether a sentence begins at `at`.
fn begins_sentence(text: &Characters, at: usize) -> bool {
    let before =
        (0..at).rev().map(|i| text.at(i)).find(|c| !matches!(c, ' ' | '"' | '“' | '„' | '«' | '(' | '¿' | '¡'));
    matches!(before, None | Some('.' | '!' | '?' | '\n' | '…'))
}

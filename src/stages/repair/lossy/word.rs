//! A word with lost letters: what may have stood in each place of it.

use crate::language::class::{Class, class};
use crate::stages::repair::fit::{Side, misfit, side};
use crate::stages::repair::lossy::spelling::{Candidate, Piece, Spelling};
use crate::stages::repair::lossy::viterbi::Lost;
use crate::stages::repair::text::Characters;

/// What a capital costs that begins a word inside a sentence, and a small letter that begins one, in nats, set by hand as all
/// of these: one word in twenty begins with a capital.
const CAPITAL: f32 = 3.0;
/// What a capital costs that begins a word where nouns do, in nats.
const CAPITAL_NOUN: f32 = 0.7;
/// What a letter costs whose case no word has in its place, in nats: such a letter is never restored.
pub(crate) const OTHER_CASE: f32 = 8.0;
/// What a sign costs that is no mark of running text, `½`, in nats.
const RARE_MARK: f32 = 3.0;
/// What such a sign costs beside letters, in nats.
const NO_MARK: f32 = 8.0;
/// What a mark costs that opens a question where the language has it, in nats.
const OPENS_QUESTION: f32 = 3.0;
/// What several question marks cost that are meant, at the end of a word, in nats.
const QUESTIONS: f32 = 7.0;

/// More lost places make no word.
const MOST_LOST: usize = 24;

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
            match places.get(lost).filter(|_| lost < MOST_LOST) {
                Some(place) if place.from == to => {
                    to = place.to;
                    lost += 1;
                }
                _ if to < text.len() && is_letter(to) => to += 1,
                _ => return Self { from, to, lost },
            }
        }
    }

    /// Whether quotation marks stand around the word alone, as in texts about broken ones.
    pub(crate) fn is_quoted(&self, text: &Characters) -> bool {
        let is_space = |i: &usize| class(text.at(*i)) == Class::Space && text.at(*i) != '\n';
        let before = (0..self.from).rev().find(|i| !is_space(i)).map_or('\n', |i| text.at(i));
        let after = (self.to..text.len()).find(|i| !is_space(i)).map_or('\n', |i| text.at(i));
        let is_quote = |c: char| matches!(class(c), Class::Open | Class::Close | Class::Apostrophe | Class::Straight);
        is_quote(before) && is_quote(after)
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
        let case = Case::new(text, self, place, spelling);
        let cost = |original: char| {
            if class(original).is_letter() {
                case.cost(original) + spelling.form_cost(original, place.originals)
            } else {
                mark_cost(text, place, original, spelling)
            }
        };
        let originals = place.originals.iter().copied().filter(is_possible);
        let originals = originals.map(|original| Candidate { original, cost: cost(original) });
        let is_question = place.to == self.to && place.visible(text).iter().all(|c| *c == '?');
        originals.chain(is_question.then_some(Candidate { original: '?', cost: QUESTIONS })).collect()
    }
}

/// The letters of a word beside a lost place, as far as they tell whether a capital stood there.
struct Case {
    /// The nearest letter before it.
    left: Option<Class>,
    /// The nearest letter behind it.
    right: Option<Class>,
    /// What a capital costs that begins the word, in nats.
    capital: f32,
    /// What a small letter costs that does.
    small: f32,
}

impl Case {
    fn new(text: &Characters, word: &Word, place: &Lost, spelling: &Spelling) -> Self {
        let ascii = |i: &usize| text.at(*i).is_ascii_alphabetic();
        let left = (word.from..place.from).rev().find(ascii).map(|i| class(text.at(i)));
        let right = (place.to..word.to).find(ascii).map(|i| class(text.at(i)));
        let (capital, small) = match (place.from == word.from, begins_sentence(text, word.from)) {
            (true, true) => (0.0, CAPITAL),
            (true, false) if spelling.has_capital_nouns() => (CAPITAL_NOUN, 0.0),
            _ => (CAPITAL, 0.0),
        };
        Self { left, right, capital, small }
    }

    /// What the case of a letter costs in the place, in nats.
    fn cost(&self, original: char) -> f32 {
        match (class(original).is_upper(), self.left, self.right) {
            (true, Some(left), _) if left.is_lower() => OTHER_CASE,
            (true, Some(_), Some(right)) if right.is_lower() => OTHER_CASE,
            (true, None, Some(right)) if right.is_lower() => self.capital,
            (true, None, None) => self.capital,
            (false, Some(left), Some(right)) if left.is_upper() && right.is_upper() => OTHER_CASE,
            (false, None, Some(right)) if right.is_upper() => OTHER_CASE,
            (false, Some(left), None) if left.is_upper() => CAPITAL,
            (false, None, _) => self.small,
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
    let is_in_text = left == Side::Space || right == Side::Space || (left.is_letter() && right.is_letter());
    let rare = match original {
        '’' | '‘' | '“' | '”' | '„' | '«' | '»' | '–' | '—' | '…' | '\u{ad}' => 0.0,
        '\u{a0}' if !is_in_text => 0.0,
        _ if original == '\u{a0}' || left.is_letter() || right.is_letter() => NO_MARK,
        _ => RARE_MARK,
    };
    rare + misfit(original, left, right)
}

/// Whether a sentence begins at `at`.
fn begins_sentence(text: &Characters, at: usize) -> bool {
    let opens = |c: char| matches!(c, ' ' | '"' | '“' | '„' | '«' | '(' | '¿' | '¡');
    let Some(last) = (0..at).rev().find(|&i| !opens(text.at(i))) else { return true };
    match text.at(last) {
        '.' | '!' | '\n' | '…' => true,
        // The last of what is left of a lost character ends none.
        '?' => text.before(last).is_ascii_alphanumeric(),
        _ => false,
    }
}

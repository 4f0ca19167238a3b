//! Quotes, apostrophes and dashes that became plain question marks: `it?s ?quoted.?`
//!
//! A question mark is data, so only those are touched that cannot be one, and only in a document
//! where several cannot.

use crate::language::class::{Class, class};
use crate::stages::repair::fit::is_contraction;
use crate::stages::repair::text::Characters;
use crate::stages::repair::{Repair, RepairKind};

/// Question marks inside contractions from which a document is taken to have lost its marks.
const CONTRACTIONS: usize = 2;
/// The same where question marks also stand before words.
const OPENINGS: usize = 2;
/// Characters that show a word to be part of an address, where a question mark is itself.
const ADDRESS: [char; 6] = ['/', '=', '&', '@', '_', '\\'];

/// Repairs of question marks, sorted. Empty if the document may mean them, or if `is_english` tells that it is not in the
/// language whose contractions these are.
pub(crate) fn repair(text: &Characters, is_english: impl FnOnce() -> bool) -> Vec<Repair> {
    let places: Vec<usize> = (0..text.len()).filter(|&i| text.at(i) == '?' && !is_in_address(text, i)).collect();
    let contractions = places.iter().filter(|&&i| contracts(text, i)).count();
    let openings = places.iter().filter(|&&i| opens(text, i)).count();
    if contractions < CONTRACTIONS && (contractions == 0 || openings < OPENINGS) {
        return Vec::new();
    }
    if text.has_marks() || !is_english() {
        return Vec::new();
    }
    let closing = closing(text, &places);
    let mut repairs = Vec::new();
    let mut open = false;
    let mut last = 0;
    for (&at, closes_later) in places.iter().zip(closing) {
        if (last..at).any(|i| text.at(i) == '\n') {
            open = false;
        }
        last = at;
        let Some(original) = original(text, at, open, closes_later) else { continue };
        match original {
            '“' => open = true,
            '”' => open = false,
            _ => {}
        }
        repairs.push(Repair {
            start: text.starts[at],
            end: text.starts[at + 1],
            replacement: original.to_string(),
            kind: RepairKind::Lossy,
            note: "direct>ascii:?".to_owned(),
            score: 1.0,
        });
    }
    repairs
}

/// What the question mark at `at` was, if it cannot be one. `closes_later`: whether a quotation that
/// opens there can close.
fn original(text: &Characters, at: usize, open: bool, closes_later: bool) -> Option<char> {
    let (before, after) = (text.before(at), text.at(at + 1));
    if contracts(text, at) {
        return Some('’');
    }
    if open && after == '?' && is_quoted_word(text, at) {
        return Some('”');
    }
    if opens(text, at) {
        let quotation = at == 0 || before == '\n' || closes_later;
        return quotation.then_some('“');
    }
    let ends = class(after) == Class::Space || matches!(after, '.' | ',' | ';' | ':' | ')');
    if matches!(before, '.' | ',' | '!' | '?') && ends && (open || before != '!') {
        return (open || before == ',').then_some('”');
    }
    if open && class(before).is_word() && ends {
        let next = if class(after) == Class::Space { text.at(at + 2) } else { after };
        return (after != '\n' && (class(next) == Class::Lower || next == '.' || next == ',')).then_some('”');
    }
    if before == ' ' && after == ' ' {
        return Some('—');
    }
    (before.is_ascii_digit() && after.is_ascii_digit()).then_some('–')
}

/// Whether a question mark stands where an English contraction or genitive has its apostrophe.
fn contracts(text: &Characters, at: usize) -> bool {
    text.before(at).is_ascii_alphabetic() && is_contraction(text, at + 1)
}

/// Whether a single word between question marks ends at `at`: its quotes are its own, so that a
/// question mark follows them.
pub(crate) fn is_quoted_word(text: &Characters, at: usize) -> bool {
    let start = (0..at).rev().find(|&i| !class(text.at(i)).is_word());
    start.is_some_and(|i| text.at(i) == '?' && i + 1 < at)
}

/// Whether a question mark stands before a word.
fn opens(text: &Characters, at: usize) -> bool {
    let before = text.before(at);
    (class(before) == Class::Space || matches!(before, '(' | '[' | '-')) && class(text.at(at + 1)).is_letter()
}

/// For each of the question marks at `places`, whether a quotation that opens there can close before
/// the next one opens.
fn closing(text: &Characters, places: &[usize]) -> Vec<bool> {
    let mut closing = vec![false; places.len()];
    let mut closes_later = false;
    for (n, pair) in places.windows(2).enumerate().rev() {
        let &[at, next] = pair else { continue };
        let ends = opens(text, next) || (at..next).any(|i| text.at(i) == '\n');
        let closes = !contracts(text, next) && !class(text.at(next + 1)).is_letter();
        closes_later = !ends && (closes || closes_later);
        if let Some(known) = closing.get_mut(n) {
            *known = closes_later;
        }
    }
    closing
}

/// Whether the word around `at` is a web address, a formula or a pattern.
fn is_in_address(text: &Characters, at: usize) -> bool {
    let is_inside = |i: &usize| text.get(*i).is_some_and(|c| class(c) != Class::Space);
    let left = (0..at).rev().take_while(|i| is_inside(i));
    let right = (at..text.len()).take_while(is_inside);
    left.chain(right).take(MOST_WORD).any(|i| ADDRESS.contains(&text.at(i)))
}

/// Characters of a word that are looked at.
const MOST_WORD: usize = 200;

#[cfg(test)]
mod tests {
    use super::*;

    fn repaired(text: &str) -> String {
        crate::stages::repair::edits::apply(text, &repair(&Characters::new(text), || true))
    }

    #[test]
    fn marks_that_cannot_be_questions_are_restored() {
        assert_eq!(
            repaired("It?s late, he said. ?We don?t know,? she wrote. Why? Because."),
            "It’s late, he said. “We don’t know,” she wrote. Why? Because."
        );
    }

    #[test]
    fn a_quotation_opens_if_it_can_close_after_whatever_many_contractions() {
        for times in [1, 20_000] {
            let contractions = "it?s ".repeat(times);
            let apostrophes = "it’s ".repeat(times);
            let whole = format!("He said “a {apostrophes}so,” and it’s it’s late.");
            assert!(repaired(&format!("He said ?a {contractions}so,? and it?s it?s late.")) == whole, "{times} times");
            let open = format!("He said ?a {apostrophes}and it’s it’s late. ?No.");
            assert!(repaired(&format!("He said ?a {contractions}and it?s it?s late. ?No.")) == open, "{times} times");
        }
    }

    #[test]
    fn questions_and_addresses_stay() {
        for text in ["Is it? Yes. Really? No.", "a?b:c and x?s:t", "see /find?t=1 and /get?s"] {
            assert_eq!(repaired(text), text);
        }
    }
}

//! How odd a sequence is if it is taken as it is, and not for what a channel left.

use crate::language::class::class;
use crate::stages::repair::fit::{Side, is_contraction, side};
use crate::stages::repair::lossy::channel::Spec;
use crate::stages::repair::lossy::viterbi::Lost;
use crate::stages::repair::oddity::cost;
use crate::stages::repair::text::Characters;

/// A sequence of three characters or more that no writer means, `â€?` or `aEUR(TM)`.
const MEANT_BY_NOBODY: f32 = 9.0;
/// The same with a NUL inside, which is no character of a text: one is enough for a channel that is as rare as
/// those that write it, which costs 11 nats, and for an ellipsis, which costs 5.
const WITH_NUL: f32 = 22.0;
/// An English contraction with a letter for its apostrophe, `itÕs`: one is enough, likewise.
const CONTRACTED_LETTER: f32 = 17.0;
/// A character that the sequence around a U+FFFD explains as well.
const BESIDE_REPLACED: f32 = 3.0;
/// What an accented letter at the edge of a word costs more in English than in other languages.
const ENGLISH: f32 = 2.5;
/// Literal cost of question marks that end no question, in nats.
const NO_QUESTION: f32 = 6.0;
/// Words that English contracts with `is` and `has`; behind other words a letter before `s` is part of them
/// (`Solís`).
const CONTRACTED_WITH_IS: [&str; 11] =
    ["it", "he", "she", "that", "there", "here", "what", "who", "where", "let", "everyone"];
/// Words that English contracts with `have`, `are` and `will`.
const PRONOUNS: [&str; 10] = ["i", "you", "we", "they", "he", "she", "it", "that", "who", "there"];

/// The cost of the visible characters of `place` as they are, in nats.
pub(crate) fn literal(text: &Characters, spec: Spec, place: &Lost, english: bool) -> f32 {
    let visible = place.visible(text);
    let (before, after) = (text.before(place.from), text.at(place.to));
    let (left, right) = (side(Some(before)), side(Some(after)));
    if are_all_questions(visible) {
        return questions(text, place, left, right);
    }
    if visible == ['â'] {
        return lone_letter(text, place, left, right, english);
    }
    let plain = cost(before, visible, after);
    match spec {
        Spec::Confused(..) if visible.iter().all(|&c| class(c).is_letter()) => {
            let contracted = english && is_contracted(text, place.from, place.to);
            let lone = lone_letter(text, place, left, right, english);
            plain.max(if contracted { CONTRACTED_LETTER } else { lone })
        }
        Spec::Confused(..) => plain,
        Spec::ReadAsUtf8 => MEANT_BY_NOBODY,
        _ if visible.contains(&'\0') => WITH_NUL,
        _ if visible.len() >= 3 => plain.max(MEANT_BY_NOBODY).max(replaced(visible)),
        _ => plain,
    }
}

/// Whether a sequence is question marks, perhaps behind the last letter of a word: `a??`.
fn are_all_questions(visible: &[char]) -> bool {
    let questions = match visible {
        [letter, rest @ ..] if letter.is_ascii_alphabetic() => rest,
        all => all,
    };
    !questions.is_empty() && questions.iter().all(|c| *c == '?')
}

/// The cost of a sequence with U+FFFD, as high as that of its characters one by one, so that one
/// character that explains them all wins against several.
fn replaced(visible: &[char]) -> f32 {
    visible.iter().map(|c| if *c == char::REPLACEMENT_CHARACTER { MEANT_BY_NOBODY } else { BESIDE_REPLACED }).sum()
}

/// Whether all that was lost are question marks where questions may end.
pub(crate) fn are_questions(text: &Characters, spec: Spec, lost: &[Lost], english: bool) -> bool {
    lost.iter().all(|place| {
        let visible = place.visible(text);
        are_all_questions(visible) && literal(text, spec, place, english) < NO_QUESTION
    })
}

/// Whether U+FFFD stands for one of the lost characters.
pub(crate) fn is_replaced(text: &Characters, lost: &[Lost]) -> bool {
    let visible = |place: &Lost| place.visible(text);
    lost.iter().any(|place| visible(place).contains(&char::REPLACEMENT_CHARACTER))
}

/// Whether `place` looks right as it is, so that it speaks against the channel.
pub(crate) fn contradicts(text: &Characters, spec: Spec, place: &Lost) -> bool {
    let visible = place.visible(text);
    let (before, after) = (text.before(place.from), text.at(place.to));
    let inside = class(before).is_lower() && class(after).is_lower();
    let letter = visible.len() == 1 && visible.iter().all(|&c| class(c).is_lower());
    match spec {
        Spec::ReadAsUtf8 => inside && !is_contraction(text, place.to),
        _ => letter && inside && place.originals.contains(&'’') && !is_contraction(text, place.to),
    }
}

/// Whether the letter at `from` stands where an English contraction has its apostrophe: in `didn't`, `we've`,
/// `they're`, `I'll` and `it's`.
pub(crate) fn is_contracted(text: &Characters, from: usize, to: usize) -> bool {
    let ends = |ending: &str| text.has_ending(to, ending);
    let word: String = {
        let start = (0..from).rev().take_while(|&i| class(text.at(i)).is_letter()).last().unwrap_or(from);
        (start..from).map(|i| text.at(i).to_ascii_lowercase()).collect()
    };
    (ends("t") && word.len() > 2 && word.ends_with('n'))
        || (["ve", "re", "ll"].iter().any(|ending| ends(ending)) && PRONOUNS.contains(&word.as_str()))
        || (ends("s") && CONTRACTED_WITH_IS.contains(&word.as_str()))
}

/// Question marks inside a word or before one are none; at its end they may well be.
#[expect(clippy::match_same_arms, reason = "a table, read by line")]
fn questions(text: &Characters, place: &Lost, left: Side, right: Side) -> f32 {
    match (left, right) {
        _ if left.is_letter() && right.is_letter() => {
            if is_contraction(text, place.to) {
                MEANT_BY_NOBODY
            } else {
                6.0
            }
        }
        (Side::Digit, Side::Digit) => 6.0,
        (Side::Space | Side::Edge | Side::Opening, _) if right.is_letter() => 7.0,
        (Side::Space, Side::Space) => 2.5,
        (Side::Stop, Side::Space | Side::Edge) => 2.5,
        _ => 1.0,
    }
}

/// Whether a capital begins a word in capitals: `ÆBLE`.
fn is_capital_of_word(text: &Characters, place: &Lost) -> bool {
    class(text.at(place.from)).is_upper() && class(text.at(place.to + 1)).is_upper()
}

/// A lone accented letter belongs into words, not before or after one; least so in English.
#[expect(clippy::match_same_arms, reason = "a table, read by line")]
fn lone_letter(text: &Characters, place: &Lost, left: Side, right: Side, english: bool) -> f32 {
    let bonus = if english { ENGLISH } else { 0.0 };
    match (left, right) {
        _ if left.is_letter() && is_contraction(text, place.to) => 4.0 + bonus,
        _ if left.is_letter() && right.is_letter() => 1.5,
        (Side::Stop | Side::Closing | Side::Quote, Side::Space | Side::Edge | Side::Stop) => 8.0,
        (Side::Space | Side::Edge | Side::Opening, Side::Upper) if is_capital_of_word(text, place) => 1.5 + bonus,
        (Side::Space | Side::Edge | Side::Opening, Side::Upper) => 5.0 + bonus,
        (Side::Space, Side::Space) => 3.0 + bonus,
        (Side::Digit, _) | (_, Side::Digit) => 5.0 + bonus,
        _ => 1.5 + bonus,
    }
}

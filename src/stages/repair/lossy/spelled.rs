//! Lost letters, restored by the spelling of the language.
//!
//! A channel may leave several letters alike: `?©` may be all that is left of é, and `??` of most others. In languages whose
//! letters these are, words tell which letter stood there, and what is in so many words tells the channel.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::language::class::class;
use crate::language::{Language, with_comma};
use crate::stages::repair::Repair;
use crate::stages::repair::lossy::channel::{Channel, Spec};
use crate::stages::repair::lossy::index::{Index, most_seen};
use crate::stages::repair::lossy::infer::{self, Decoded};
use crate::stages::repair::lossy::literal::literal;
use crate::stages::repair::lossy::spelling::{Candidate, Spelling};
use crate::stages::repair::lossy::viterbi::{Choice, Lost};
use crate::stages::repair::lossy::word::{OTHER_CASE, Word};
use crate::stages::repair::oddity::{is_suspicious, small};
use crate::stages::repair::text::Characters;

/// Words with lost letters from which a channel is inferred.
const LEAST_WORDS: usize = 4;
/// How many of the channels that may have written most of the traces are looked at closely.
const EXAMINED: usize = 24;
/// Characters from which the likeliest channels are told, from the first damage on.
const SAMPLE: usize = 16 << 10;
/// How many of those are looked at in all of the text.
const LIKELIEST: usize = 4;
/// Channels that may have written less than one in so many traces as the best are passed over.
const LEAST_HITS: usize = 2;
/// What a letter must be likelier than all others together, in nats: wrong one time in 13 at most.
const LETTER_MARGIN: f32 = 2.5;
/// More of one letter are not expected: texts are about something.
const MOST_EXPECTED: f32 = 4.0;
/// Channels that explain less than the best by not more than this, in nats, must agree with it.
const RIVAL: f32 = 3.0;
/// No margin is noted as greater, in nats.
const MOST_MARGIN: f32 = 9.0;
/// How many different traces tell the channels.
const COMMON_TRACES: usize = 64;
/// Characters of the longest trace: those of four letters.
const LONGEST_TRACE: usize = 8;

/// The repairs of lost letters of a text in `language`, sorted; nothing if no channel is sure enough. `document` is the
/// whole document, and `decoded` what is known of its damage.
pub(crate) fn repair<'d>(
    text: &Characters,
    language: impl FnOnce() -> Option<&'static Language>,
    document: impl FnOnce() -> Cow<'d, str>,
    decoded: &BTreeMap<Decoded, usize>,
    margin: f32,
) -> Option<Vec<Repair>> {
    let traces = traces(text);
    if traces.values().sum::<usize>() < LEAST_WORDS {
        return None;
    }
    let language = language()?;
    let spelling = Spelling::new(language, &document());
    let suspicious = suspicious(text, &spelling);
    let explanations = |channels: &[(usize, &'static Channel)], part: &Range<usize>| {
        let of = |(rank, channel): &(usize, &'static Channel)| {
            explain(text, part, &spelling, (*rank, channel), &suspicious, decoded)
        };
        let mut found: Vec<Explanation> = channels.iter().filter_map(of).collect();
        found.sort_by(|a, b| b.score.total_cmp(&a.score));
        found
    };
    let mut channels = ranked(&traces);
    let first = suspicious.first().copied().unwrap_or(0).min(text.len().saturating_sub(SAMPLE));
    let sample = first..text.len().min(first + SAMPLE);
    if sample.len() < text.len() {
        let found = explanations(&channels, &sample);
        channels = found.iter().take(LIKELIEST).map(|found| (found.rank, found.channel)).collect();
    }
    let found = explanations(&channels, &(0..text.len()));
    let (best, others) = found.split_first()?;
    if best.score < infer::NEEDED_SCORE + margin || best.words < LEAST_WORDS {
        return None;
    }
    let rivals = || others.iter().take_while(|other| other.score + RIVAL > best.score);
    let is_agreed =
        |letter: &&Letter| letter.choice.margin >= LETTER_MARGIN + margin && rivals().all(|rival| rival.agrees(letter));
    Some(best.letters.iter().filter(is_agreed).map(|letter| repair_of(text, &spelling, best, letter)).collect())
}

/// How a channel explains a text.
struct Explanation {
    channel: &'static Channel,
    /// Its place among all channels.
    rank: usize,
    /// How much better than taking the text as it is, in nats.
    score: f32,
    /// The letters that are sure enough.
    letters: Vec<Letter>,
    /// Words with lost letters of which more than question marks are left, and that are not quoted by themselves.
    words: usize,
}

/// A lost letter.
struct Letter {
    place: Lost,
    choice: Choice,
}

impl Explanation {
    /// Whether the channel leaves the same letter, or nothing that is sure, at its place.
    fn agrees(&self, letter: &Letter) -> bool {
        let start = self.letters.partition_point(|other| other.place.to <= letter.place.from);
        let mut overlapping = self.letters.iter().skip(start).take_while(|other| other.place.from < letter.place.to);
        overlapping.all(|other| {
            (other.place.from, other.place.to) == (letter.place.from, letter.place.to)
                && other.choice.original == letter.choice.original
        })
    }
}

/// Whether a character may be what is left of another.
const fn is_trace(c: char) -> bool {
    c == '?' || !c.is_ascii()
}

/// What stands inside and beside words and is no letter of ASCII, with how often it does.
fn traces(text: &Characters) -> BTreeMap<Vec<char>, usize> {
    let mut found = BTreeMap::new();
    let mut at = 0;
    while at < text.len() {
        let length = (at..text.len()).take_while(|&i| is_trace(text.at(i))).count();
        let is_beside_word = class(text.before(at)).is_letter() || class(text.at(at + length)).is_letter();
        let run = text.chars.get(at..at + length.min(LONGEST_TRACE)).unwrap_or_default();
        // A single question mark is one, and letters may be those of the language.
        let is_odd = length > 1 && run.iter().any(|c| !class(*c).is_letter());
        if is_odd && is_beside_word {
            *found.entry(run.to_vec()).or_insert(0) += 1;
        }
        at += length.max(1);
    }
    found
}

/// The channels that may have written most of the traces, with their ranks.
fn ranked(traces: &BTreeMap<Vec<char>, usize>) -> Vec<(usize, &'static Channel)> {
    let index = Index::get();
    let mut traces: Vec<(&Vec<char>, &usize)> = traces.iter().collect();
    traces.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    traces.truncate(COMMON_TRACES);
    let misread = (0..index.specs().len()).filter(|&i| matches!(index.specs()[i], Spec::Misread(..)));
    let hits = misread.map(|i| {
        let explained = |(trace, count): &(&Vec<char>, &usize)| **count * explained_in(trace, index.channel(i));
        (i, traces.iter().map(explained).sum())
    });
    most_seen(hits, LEAST_HITS, EXAMINED).into_iter().map(|i| (i, index.channel(i))).collect()
}

/// How many characters of a trace the channel may have written.
fn explained_in(trace: &[char], channel: &'static Channel) -> usize {
    let mut rest = trace;
    let mut explained = 0;
    while !rest.is_empty() {
        let length = read(channel, rest).map(|(length, _)| length);
        explained += length.unwrap_or(0);
        rest = rest.get(length.unwrap_or(1)..).unwrap_or_default();
    }
    explained
}

/// The longest sequence of the channel at the start of `text`.
fn read(channel: &'static Channel, text: &[char]) -> Option<(usize, &'static [char])> {
    let questions = text.iter().take(LONGEST_TRACE + 1).take_while(|c| **c == '?').count();
    // Two letters, where three marks and one would be a quote.
    let letter = channel.ambiguous.originals(&['?', '?']);
    if let Some(originals) = letter.filter(|_| questions % 2 == 0 && questions > 2) {
        return Some((2, originals));
    }
    let certain = channel.sequences.matched(text);
    let ambiguous = channel.ambiguous.matched(text).filter(|(length, _)| text[..*length].iter().any(|c| is_trace(*c)));
    match (certain, ambiguous) {
        (Some(certain), Some(ambiguous)) if ambiguous.0 > certain.0 => Some(ambiguous),
        (Some(certain), _) => Some(certain),
        (None, ambiguous) => ambiguous,
    }
}

/// The places that the channel may have written in a part of a text, in order, without overlap.
fn places(text: &Characters, part: &Range<usize>, channel: &'static Channel) -> Vec<Lost> {
    let mut found: Vec<Lost> = Vec::new();
    let mut at = part.start;
    while at < part.end {
        if !is_trace(text.at(at)) {
            at += 1;
            continue;
        }
        let questions = (at..part.end).take_while(|&i| text.at(i) == '?').take(LONGEST_TRACE + 1).count();
        if questions > LONGEST_TRACE {
            // A line of them, and no word.
            at = (at..part.end).find(|&i| text.at(i) != '?').unwrap_or(part.end);
            continue;
        }
        if let Some(real) = infer::real_questions(text, channel, at) {
            at += real;
            continue;
        }
        let rest = text.chars.get(at..).unwrap_or_default();
        let is_beside_lost = found.last().is_some_and(|last| last.to == at);
        match read(channel, rest) {
            Some((length, originals)) if length > 1 && is_damage(text, at, length, is_beside_lost, channel) => {
                found.push(Lost { from: at, to: at + length, originals });
                at += length;
            }
            _ => at += 1,
        }
    }
    found
}

/// Whether the sequence of a channel at `at` is damage where it stands: those that occur in texts for better reasons are
/// in words alone.
fn is_damage(text: &Characters, at: usize, length: usize, is_beside_lost: bool, channel: &Channel) -> bool {
    let visible = text.chars.get(at..at + length).unwrap_or_default();
    if channel.sequences.originals(visible).is_some() {
        return true;
    }
    let next = text.at(at + length);
    let is_question = visible.iter().all(|c| *c == '?');
    let begins = !is_beside_lost && !class(text.before(at)).is_letter();
    if class(next).is_letter() || is_trace(next) {
        return !begins || (is_question && !is_trace(next) && !is_trace(text.before(at)));
    }
    // A question does not end before a small letter or a comma.
    let goes_on = next == ',' || (next == ' ' && class(text.at(at + length + 1)).is_lower());
    is_question && goes_on && (!begins || text.before(at) == ' ')
}

/// Positions of characters that clean text of the language would not have there.
fn suspicious(text: &Characters, spelling: &Spelling) -> Vec<usize> {
    (0..text.len()).filter(|&i| is_odd(text.before(i), text.at(i), spelling)).collect()
}

fn is_odd(before: char, c: char, spelling: &Spelling) -> bool {
    is_suspicious(class(before), class(c)) && !(spelling.has(c) && class(before).is_letter())
}

/// How well the channel explains a part of the text; nothing if it has written no letter.
fn explain(
    text: &Characters,
    part: &Range<usize>,
    spelling: &Spelling,
    (rank, channel): (usize, &'static Channel),
    suspicious: &[usize],
    decoded: &BTreeMap<Decoded, usize>,
) -> Option<Explanation> {
    let places = places(text, part, channel);
    let mut score = infer::agreement(channel, decoded) - infer::rank_cost(channel.spec, rank);
    let mut letters = Vec::new();
    let mut words = 0;
    let mut likeliest = Vec::with_capacity(places.len());
    let mut rest = places.as_slice();
    while let Some(first) = rest.first() {
        let word = Word::around(text, first, rest);
        let (mine, later) = rest.split_at(word.lost);
        rest = later;
        let pieces = word.pieces(text, mine, spelling);
        let reading = spelling.read(&pieces);
        let literal: f32 = mine.iter().map(|place| literal(text, channel.spec, place, false)).sum();
        score += literal - reading.cost;
        for (place, found) in mine.iter().zip(&reading.places) {
            let choice = choice(found);
            likeliest.push(choice.original);
            if choice.margin >= LETTER_MARGIN && (spelling.has(choice.original) || choice.original == '\u{a0}') {
                letters.push(Letter { place: place.clone(), choice });
            }
        }
        // Question marks alone may be what an author has put there: `a??b`, `p??le`.
        let is_told = |(place, original): (&Lost, &char)| {
            spelling.has(*original) && place.visible(text).iter().any(|c| *c != '?')
        };
        let told = mine.iter().zip(likeliest.iter().skip(likeliest.len() - mine.len())).any(is_told);
        words += usize::from(told && !word.is_quoted(text));
    }
    let is_open = |at: usize| {
        let i = places.partition_point(|place| place.to < at);
        match places.get(i).zip(likeliest.get(i)) {
            // What looked odd because of the characters that stand before it.
            Some((place, before)) if place.to == at => {
                let begins = places.get(i + 1).is_some_and(|next| next.from == at);
                !begins && is_odd(*before, text.at(at), spelling)
            }
            Some((place, _)) => place.from > at,
            None => true,
        }
    };
    score -= infer::unexplained(suspicious.iter().filter(|at| part.contains(at) && is_open(**at)).count());
    score -= missing(text, spelling, channel, &places, decoded);
    (words > 0).then_some(Explanation { channel, rank, score, letters, words })
}

/// What the letters of the language say against a channel that leaves no trace of them, in nats: a letter that is expected so
/// often is missing with the probability that the Poisson distribution gives.
fn missing(
    text: &Characters,
    spelling: &Spelling,
    channel: &Channel,
    places: &[Lost],
    decoded: &BTreeMap<Decoded, usize>,
) -> f32 {
    let seen: BTreeSet<&[char]> = places.iter().map(|place| place.visible(text)).collect();
    let decoded_letters = decoded.iter().filter(|((_, original), _)| spelling.has(*original)).map(|(_, count)| count);
    let count = places.len() + decoded_letters.sum::<usize>();
    let is_missing = |letter: char| {
        let is_seen = |form: char| {
            let visible = channel.visible(form);
            visible.is_none_or(|v| seen.contains(v.as_slice()) || decoded.contains_key(&(v, form)))
        };
        !is_seen(letter) && !with_comma(letter).is_some_and(is_seen)
    };
    let expected = |share: f32| (small(count) * share).min(MOST_EXPECTED);
    spelling.own_letters().filter(|(letter, _)| is_missing(*letter)).map(|(_, share)| expected(share)).sum()
}

/// The likeliest of the candidates for a place, with what it is likelier than all others together.
fn choice(candidates: &[(Candidate, f32)]) -> Choice {
    let likeliest = candidates.iter().max_by(|a, b| a.1.total_cmp(&b.1));
    let possible = |(candidate, share): &(Candidate, f32)| {
        (candidate.original, if candidate.cost < OTHER_CASE { *share } else { 0.0 })
    };
    let (original, share) = likeliest.map_or((char::REPLACEMENT_CHARACTER, 0.0), possible);
    Choice { original, margin: (share / (1.0 - share).max(f32::MIN_POSITIVE)).ln().min(MOST_MARGIN) }
}

fn repair_of(text: &Characters, spelling: &Spelling, explanation: &Explanation, letter: &Letter) -> Repair {
    let Letter { place, choice } = letter;
    let is_possible = |c: &char| *c == choice.original || spelling.has(*c);
    let among: Vec<char> = place.originals.iter().copied().filter(is_possible).collect();
    infer::repair_of(text, explanation.channel, place, &among, *choice, explanation.score)
}

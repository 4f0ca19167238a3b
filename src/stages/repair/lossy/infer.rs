//! Finds the lossy channel that a document went through, and restores the document.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::language::class::{Class, class};
use crate::language::is_english;
use crate::stages::repair::codec::Codec;
use crate::stages::repair::fit::{Side, misfit, side};
use crate::stages::repair::lossy::channel::{After, Channel, Spec};
use crate::stages::repair::lossy::habits::Habits;
use crate::stages::repair::lossy::index::{self, Index};
use crate::stages::repair::lossy::literal::{are_questions, contradicts, is_contracted, is_replaced, literal};
use crate::stages::repair::lossy::questions::is_quoted_word;
use crate::stages::repair::lossy::sequences::Beginnings;
use crate::stages::repair::lossy::viterbi::{self, Choice, Lost};
use crate::stages::repair::oddity::{is_suspicious, small};
use crate::stages::repair::text::Characters;
use crate::stages::repair::{Repair, RepairKind};

/// How many of the channels whose sequences are seen most are looked at closely.
const EXAMINED: usize = 40;
/// Channels whose sequences are seen less than one in so many times as the best are passed over.
const LEAST_HITS: usize = 3;
/// One letter in fewer than so many is a letter of the language, not a confused mark.
const COMMON_LETTER: usize = 20;
/// The same in damaged lines alone, where there are at least so many: marks are as dense in a few short lines.
const DENSE_LETTER: usize = 6;
const MANY: usize = 60;
/// What the best channel must explain more than it leaves open, in nats.
pub(crate) const NEEDED_SCORE: f32 = 5.5;
/// What a channel must explain in the damaged lines for the other lines to matter, in nats.
/// The lowest score in the damaged lines of an article that was repaired as a whole is -5.9, over 114
/// articles and 30 channels.
const HOPELESS_SCORE: f32 = -8.0;
/// Cost of a suspicious character that a channel does not explain.
const UNEXPLAINED: f32 = 3.0;
/// Cost of a place that a channel would explain but that looks right as it is.
const CONTRADICTION: f32 = 5.0;
/// What a place that was decoded without loss adds if the channel would leave it so.
const AGREES: f32 = 0.5;
/// What a channel costs whose decoder is not the Western one.
const RARE_DECODER: f32 = 3.0;
/// Least length of a text, in characters, in which a channel with few traces is inferred.
const LEAST_DOCUMENT: usize = 120;
/// One lost letter in fewer than so many lost characters shows a text that lost its letters.
const LOST_LETTERS: usize = 4;
/// Literal cost of a single letter that a channel may have left, in nats: where a mark stands.
const STRONG: f32 = 4.0;
/// The same where no letter can stand.
const CERTAIN: f32 = 7.0;
/// Bytes of a mark, of which each may be a question mark.
const LONGEST_LOST: usize = 3;
/// Share of the repairs that may leave something odd beside them.
const LEFT_ODD: usize = 4;

/// A place that an earlier, lossless round decoded: what was visible and what it was.
pub(crate) type Decoded = (Vec<char>, char);

/// What is known about lost letters before marks are restored.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Letters {
    /// Nothing: those are restored that one letter or two others compete with.
    Open,
    /// Those that the spelling of the language tells were restored, and the others are in doubt.
    Spelled,
}

impl Letters {
    /// A letter is not guessed among more characters than these.
    const fn most(self) -> usize {
        match self {
            Self::Open => 3,
            Self::Spelled => 1,
        }
    }
}

/// What was found out about the lost characters of a text.
#[derive(Default)]
pub(crate) struct Inference {
    /// The repairs, sorted. Empty if no channel is sure enough.
    pub(crate) repairs: Vec<Repair>,
    /// The channel that explains more than it leaves open, but is not sure enough.
    pub(crate) suspected: Option<&'static Channel>,
    /// The channels that may be sure enough if they explain more of the document.
    pub(crate) candidates: Vec<&'static Channel>,
}

/// The repairs of the lost characters of an excerpt. `current` is its text, and `document` gives the
/// whole document.
pub(crate) fn repair<'d>(
    text: &Characters,
    current: &str,
    document: impl FnOnce() -> Cow<'d, str>,
    decoded: &BTreeMap<Decoded, usize>,
    letters: Letters,
    margin: f32,
) -> Inference {
    let index = Index::get();
    let hits = index.hits(current);
    let is_possible = |i: usize| !matches!(index.specs()[i], Spec::Confused(..)) || !is_common_letter(text, hits[i]);
    let possible = hits.iter().copied().enumerate().filter(|(i, _)| is_possible(*i));
    let order = index::most_seen(possible, LEAST_HITS, EXAMINED);
    if order.is_empty() {
        return Inference::default();
    }
    let suspicious = suspicious(text);
    let document = document();
    let english = is_english(&document);
    let mut best: Option<(f32, usize, Vec<Lost>)> = None;
    let mut candidates = Vec::new();
    let channels: Vec<&Channel> = order.iter().map(|&i| index.channel(i)).collect();
    let beginnings = beginnings(text, &channels);
    for &i in &order {
        let channel = index.channel(i);
        let lost = lost(text, channel, &beginnings);
        if lost.is_empty() {
            continue;
        }
        let score = score(text, english, channel, &lost, suspicious.len(), decoded) - rank_cost(index.specs()[i], i);
        if score > HOPELESS_SCORE {
            candidates.push(channel);
        }
        if best.as_ref().is_none_or(|(other, ..)| score > *other) {
            best = Some((score, i, lost));
        }
    }
    let Some((score, i, lost)) = best else {
        return Inference::default();
    };
    let is_enough = score >= NEEDED_SCORE + margin;
    if score <= 0.0 && !is_enough {
        return Inference { candidates, ..Inference::default() };
    }
    let channel = index.channel(i);
    let supported = is_supported(text, english, channel, &lost);
    // Letters that words may have and questions show no damage.
    let is_odd = (supported || is_replaced(text, &lost)) && !are_questions(text, channel.spec, &lost, english);
    let unsure = Inference { repairs: Vec::new(), suspected: (score > 0.0 && is_odd).then_some(channel), candidates };
    if !supported || !is_enough || (text.document_length() < LEAST_DOCUMENT && is_guess(channel)) {
        return unsure;
    }
    let (places, unclear) = with_ambiguous(text, channel, lost);
    let (repairs, mut left) = restored(text, Habits::of(&document, english), channel, &places, letters, score);
    left.extend(unclear.iter().filter_map(|place| {
        let letter = place.originals.iter().find(|c| class(**c).is_lower())?;
        Some(repair_of(text, channel, place, place.originals, Choice { original: *letter, margin: 0.0 }, score))
    }));
    if repairs.is_empty() || leaves_odd(current, &repairs, &left) || is_lone_quote(text, &document, &places) {
        return unsure;
    }
    let suspected = (!left.is_empty()).then_some(channel);
    Inference { repairs, suspected, ..Inference::default() }
}

/// The lost characters together with the places of ambiguous sequences where the channel, being sure, leaves one
/// reading: a currency sign before a number, a fraction, and a letter behind a small letter. And the places of such sequences
/// in words where it leaves several.
fn with_ambiguous(text: &Characters, channel: &'static Channel, lost: Vec<Lost>) -> (Vec<Lost>, Vec<Lost>) {
    let (mut found, mut unclear) = (Vec::new(), Vec::new());
    let mut certain = lost.into_iter().peekable();
    let mut i = 0;
    while i < text.len() {
        if let Some(place) = certain.next_if(|place| place.from == i) {
            i = place.to;
            found.push(place);
            continue;
        }
        let rest = text.chars.get(i..).unwrap_or_default();
        let free = certain.peek().map_or(usize::MAX, |place| place.from - i);
        let ambiguous = channel.ambiguous.matched(rest).filter(|(length, _)| *length <= free);
        let Some((length, originals)) = ambiguous else {
            i += 1;
            continue;
        };
        let place = Lost { from: i, to: i + length, originals };
        if is_clear(text, &place) {
            i += length;
            found.push(place);
        } else if class(text.before(i)).is_lower() && !class(text.at(i)).is_letter() {
            i += length;
            unclear.push(place);
        } else {
            i += 1;
        }
    }
    (found, unclear)
}

/// Whether an ambiguous sequence can be read in one way where it stands.
fn is_clear(text: &Characters, place: &Lost) -> bool {
    let (before, after) = (text.before(place.from), text.at(place.to));
    let is_free = matches!(side(Some(before)), Side::Space | Side::Edge | Side::Opening);
    if is_free && after.is_ascii_digit() {
        return place.originals.contains(&'£');
    }
    if is_free && after == ' ' {
        return matches!(place.originals, ['½' | '¼' | '¾']);
    }
    let is_lower = |c: char| class(c).is_lower();
    is_lower(before) && !is_lower(text.at(place.from)) && matches!(place.originals, [original] if is_lower(*original))
}

/// Whether what is seen so often is a letter of the language: in the document, or in its damaged lines.
fn is_common_letter(text: &Characters, hits: usize) -> bool {
    hits * COMMON_LETTER >= text.document_length() || (hits * DENSE_LETTER >= text.len() && hits >= MANY)
}

/// Whether a channel that leaves mere letters has more evidence than names and foreign words.
fn is_supported(text: &Characters, english: bool, channel: &Channel, lost: &[Lost]) -> bool {
    let visible = |place: &Lost| text.at(place.from);
    let strong = |least: f32| {
        lost.iter()
            .filter(move |place| place.to - place.from == 1)
            .filter(move |place| literal(text, channel.spec, place, english) >= least)
    };
    if channel.spec == Spec::ReadAsUtf8 {
        // Other languages lose letters above all, and those are not guessed.
        let inside = lost.iter().filter(|l| contradicts(text, channel.spec, l)).count();
        return english && inside * LOST_LETTERS <= lost.len();
    }
    if matches!(channel.spec, Spec::Confused(..)) {
        if english && lost.iter().any(|place| is_contracted(text, place.from, place.to)) {
            return true;
        }
        let first = strong(STRONG).next().map(visible);
        return strong(STRONG).any(|place| Some(visible(place)) != first);
    }
    let circumflex = lost.iter().all(|place| place.to - place.from > 1 || visible(place) != 'â');
    circumflex || strong(CERTAIN).next().is_some() || (english && strong(STRONG).count() > 1)
}

/// A slight preference for channels that are listed, and thus more common, first.
pub(crate) fn rank_cost(spec: Spec, rank: usize) -> f32 {
    let decoder = match spec {
        Spec::Misread(Codec::Windows1252 | Codec::Latin1, ..) => 0.0,
        Spec::Confused(..) => 1.5,
        _ => RARE_DECODER,
    };
    decoder + small(rank) * 0.01
}

/// Short texts in which only the last byte of a sequence is lost get U+FFFD instead.
fn is_guess(channel: &Channel) -> bool {
    channel.sequences.visible().flatten().any(|c| *c == char::REPLACEMENT_CHARACTER)
        || matches!(channel.spec, Spec::Misread(_, _, After::Encoded(..)))
            && channel.sequences.visible().any(|s| s.first() != Some(&'?') && s.last() == Some(&'?'))
}

/// The positions at which one of some channels may have written something, rising.
fn beginnings(text: &Characters, channels: &[&Channel]) -> Vec<usize> {
    let beginnings = Beginnings::union(channels.iter().map(|channel| channel.sequences.beginnings()));
    (0..text.len()).filter(|&i| beginnings.contains(text.at(i))).collect()
}

/// The places of a text that a channel may have written, in order, without overlap. `beginnings` are the positions
/// at which it may have.
fn lost(text: &Characters, channel: &'static Channel, beginnings: &[usize]) -> Vec<Lost> {
    let mut found = Vec::new();
    let mut free = 0;
    for &i in beginnings {
        if i < free {
            continue;
        }
        if let Some(real) = real_questions(text, channel, i) {
            free = i + real;
            continue;
        }
        if channel.spec == Spec::ReadAsUtf8 {
            // Three in a row are the bytes of one character, and another channel's.
            let run = (i..text.len()).take_while(|&j| text.at(j) == char::REPLACEMENT_CHARACTER).count();
            if run > 2 {
                free = i + run;
                continue;
            }
        }
        let rest = text.chars.get(i..).unwrap_or_default();
        if let Some((length, originals)) = channel.sequences.matched(rest) {
            free = i + length;
            let place = Lost { from: i, to: free, originals };
            if !may_end_question(text, channel, &place) {
                found.push(place);
            }
        }
    }
    found
}

/// How many question marks at `at` are real ones before lost characters: `Why????` in a channel that writes `???` ends in
/// one and a quote, and so does `Why???²` in one that writes `??²`.
pub(crate) fn real_questions(text: &Characters, channel: &Channel, at: usize) -> Option<usize> {
    let writes_questions = channel.sequences.originals(&['?'; LONGEST_LOST]).is_some();
    if text.at(at) != '?' || text.before(at) == '?' || !class(text.before(at)).is_word() || is_quoted_word(text, at) {
        return None;
    }
    let run = (at..text.len()).take_while(|&i| text.at(i) == '?').count();
    let goes_on = |kept: &usize| {
        let rest = text.chars.get(at + run - kept..).unwrap_or_default();
        channel.sequences.matched(rest).is_some_and(|(length, _)| length > *kept)
    };
    // The last of them may begin a sequence that ends in something else.
    let kept = (1..=run.min(LONGEST_LOST - 1)).filter(goes_on).min_by_key(|kept| (run - kept) % LONGEST_LOST);
    let length = run - kept.unwrap_or(0);
    (length % LONGEST_LOST == 1 && (kept.is_some() || (length > LONGEST_LOST && writes_questions))).then_some(1)
}

/// Whether a place may as well be a question mark and a shorter sequence.
fn may_end_question(text: &Characters, channel: &Channel, place: &Lost) -> bool {
    let visible = place.visible(text);
    let [first @ '?', shorter @ ..] = visible else { return false };
    shorter.iter().all(|c| c == first)
        && channel.sequences.originals(shorter).is_some()
        && class(text.before(place.from)).is_word()
        && !class(text.at(place.to)).is_letter()
}

/// Positions of characters that clean text would not have there.
fn suspicious(text: &Characters) -> Vec<usize> {
    let mut found = Vec::new();
    let mut left = Class::Space;
    for (i, &c) in text.chars.iter().enumerate() {
        let here = class(c);
        if is_suspicious(left, here) || matches!(c, 'â' | 'Â' | 'Ã') {
            found.push(i);
        }
        left = here;
    }
    found
}

/// How much better a channel explains a document than taking it as it is, in nats.
fn score(
    text: &Characters,
    english: bool,
    channel: &Channel,
    lost: &[Lost],
    suspicious: usize,
    decoded: &BTreeMap<Decoded, usize>,
) -> f32 {
    let mut total = 0.0;
    let mut explained = 0;
    for place in lost {
        let visible = place.visible(text);
        let (before, after) = (text.before(place.from), text.at(place.to));
        let literal = literal(text, channel.spec, place, english);
        let (left, right) = (side(Some(before)), side(Some(after)));
        let likelihood: f32 = place.originals.iter().map(|&c| (-misfit(c, left, right)).exp()).sum();
        total += literal + likelihood.ln();
        if contradicts(text, channel.spec, place) {
            total -= CONTRADICTION;
        }
        explained += visible.iter().filter(|c| !c.is_ascii() || **c < ' ').count();
    }
    total - unexplained(suspicious.saturating_sub(explained)) + agreement(channel, decoded)
}

/// What suspicious characters cost that a channel does not explain, in nats.
pub(crate) fn unexplained(characters: usize) -> f32 {
    UNEXPLAINED * small(characters)
}

/// What the places that were decoded without loss say for a channel, in nats.
pub(crate) fn agreement(channel: &Channel, decoded: &BTreeMap<Decoded, usize>) -> f32 {
    let of = |((visible, original), count): (&Decoded, &usize)| {
        let agrees = channel.visible(*original).is_none_or(|v| v == *visible);
        small(*count) * if agrees { AGREES } else { -UNEXPLAINED }
    };
    decoded.iter().map(of).sum()
}

/// The repairs of lost characters, and those of places that are better left because nothing tells which letter
/// stood there.
fn restored(
    text: &Characters,
    habits: Habits,
    channel: &Channel,
    lost: &[Lost],
    letters: Letters,
    score: f32,
) -> (Vec<Repair>, Vec<Repair>) {
    let (mut repairs, mut left) = (Vec::new(), Vec::new());
    let mut rest = lost;
    let mut from = 0;
    while from < text.len() && !rest.is_empty() {
        let to = (from..text.len()).find(|&i| text.at(i) == '\n').unwrap_or(text.len());
        let here = rest.iter().take_while(|l| l.from < to).count();
        let (mine, later) = rest.split_at(here);
        rest = later;
        if !mine.is_empty() {
            let habits = habits.in_paragraph(text.chars.get(from..to).unwrap_or_default());
            let choices = viterbi::restore(text, from, to, mine, habits);
            for (place, choice) in mine.iter().zip(choices) {
                let is_left = is_unlikely_letter(text, channel, place, letters, choice.original);
                let destination = if is_left { &mut left } else { &mut repairs };
                destination.push(repair_of(text, channel, place, place.originals, choice, score));
            }
        }
        from = to + 1;
    }
    (repairs, left)
}

/// The repair of a place, whose note names `among`, the characters that may have stood there.
pub(crate) fn repair_of(
    text: &Characters,
    channel: &Channel,
    place: &Lost,
    among: &[char],
    choice: Choice,
    score: f32,
) -> Repair {
    Repair {
        start: text.starts[place.from],
        end: text.starts[place.to],
        replacement: choice.original.to_string(),
        kind: RepairKind::Lossy,
        note: note(channel, among, choice.margin),
        score,
    }
}

fn note(channel: &Channel, originals: &[char], margin: f32) -> String {
    if originals.len() == 1 {
        return channel.name.clone();
    }
    let among: String = originals.iter().take(8).collect();
    format!("{}; among {among}; margin {margin:.1}", channel.name)
}

/// Letters are restored inside words alone, and where nothing else is possible.
fn is_unlikely_letter(text: &Characters, channel: &Channel, place: &Lost, letters: Letters, original: char) -> bool {
    if channel.spec == Spec::ReadAsUtf8 && contradicts(text, channel.spec, place) {
        return true;
    }
    if matches!(original, '\u{a0}' | '\u{ad}') {
        return place.originals.len() > letters.most();
    }
    if !class(original).is_letter() {
        return false;
    }
    let beside = class(text.before(place.from)).is_letter() || class(text.at(place.to)).is_letter();
    !beside || place.originals.len() > letters.most()
}

/// Whether the text would still look broken after the repairs, and if what is `left` were repaired too: then the
/// channel is wrong.
fn leaves_odd(current: &str, repairs: &[Repair], left: &[Repair]) -> bool {
    let mut all: Vec<Repair> = repairs.iter().chain(left).cloned().collect();
    all.sort_by_key(|repair| repair.start);
    let after = Characters::new(&crate::stages::repair::edits::apply(current, &all));
    // Lost characters that nothing decides stay U+FFFD.
    let odd = suspicious(&after).into_iter().filter(|&i| after.at(i) != char::REPLACEMENT_CHARACTER).count();
    odd * LEFT_ODD > repairs.len().max(LEFT_ODD)
}

/// One lone quote that nothing pairs with is not enough to tell what it was.
fn is_lone_quote(text: &Characters, document: &str, lost: &[Lost]) -> bool {
    let [place] = lost else { return false };
    let sides = [text.before(place.from), text.at(place.to)].map(|c| class(c).is_letter());
    let visible = place.visible(text);
    // Programs test their decoders with strings of U+FFFD.
    let is_shown = sides == [false, false] && visible.iter().all(|c| *c == char::REPLACEMENT_CHARACTER);
    place.originals.len() > 1 && (is_shown || (sides != [true, true] && !document.contains(['"', '“', '”'])))
}

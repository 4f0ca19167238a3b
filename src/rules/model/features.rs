//! What a line is like, in numbers: the input of the line model.
//!
//! Numbers are between about -1 and 1, so that the weights of all are of one size. Nothing here depends on the
//! language: words enter by their hashes alone.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::evidence::{Evidence, Kind};
use super::seen::Seen;
use super::shape::{LOOKED_AT, Shape, read};
use super::topics::Topics;
use crate::lines::{self, BodyShape, Line};

/// Numbers that tell what a line is like.
pub(crate) const SHAPES: usize = 66;
/// The numbers, in order, by name: a model says which it was trained on.
pub(crate) const NAMES: [&str; SHAPES] = [
    // What the line alone tells.
    "chars",
    "words",
    "capitalized",
    "capitals",
    "digits",
    "signs",
    "ends_sentence",
    "ends_colon",
    "ends_open",
    "ends_ellipsis",
    "ends_question",
    "starts_small",
    "starts_capital",
    "starts_digit",
    "starts_bullet",
    "starts_sign",
    "stops",
    "commas",
    "separators",
    "at",
    "address",
    "mark",
    "quotes",
    "word_length",
    "bracket",
    "time",
    "year",
    "currency",
    "slashes",
    "unspaced",
    "seams",
    "cells",
    // Lists that it may be part of.
    "body_indent",
    "indent",
    "starts_like_previous",
    "starts_like_next",
    // Its place among the lines and the body.
    "place",
    "lines_before",
    "lines_behind",
    "body_before",
    "in_head",
    "in_tail",
    "is_body",
    "since_body",
    "until_body",
    // The text as a whole.
    "text_lines",
    "text_chars",
    "text_body",
    "text_line_chars",
    "text_short",
    "text_bodies",
    // What rules say.
    "low",
    "medium",
    "high",
    "protected",
    "text_rules",
    "label",
    "comment",
    "related",
    "notice",
    "below_comment",
    "below_related",
    // The words that the body has, too, copies of the line, and how much of it the lines before say.
    "known_words",
    "topic_words",
    "copies",
    "seen",
];
const LINE: usize = 0;
const CURRENCY: usize = 27;
const SEAMS: usize = 30;
const LISTS: usize = 32;
const PLACE: usize = 36;
const IS_BODY: usize = 42;
const UNTIL_BODY: usize = 44;
const TEXT: usize = 45;
const RULES: usize = 51;
const TOPICS: usize = 62;
const COPIES: usize = 64;

/// One line in numbers, by the order in `NAMES`.
pub(crate) type Features = [f32; SHAPES];

/// Whether a line tells that a list is one of goods or links: a rule matches it, it has a price or a share, or it stands
/// more than once.
pub(super) fn tells_goods(features: &Features) -> bool {
    let is_set = |at: usize| features.get(at).is_some_and(|value| *value > 0.0);
    (RULES..RULES + 3).chain([CURRENCY, COPIES]).any(is_set)
}

/// Numbers for each of `lines`, in order. `evidence` has one entry for each line.
pub(crate) fn describe(text: &str, lines: &[Line], evidence: &[Evidence]) -> Vec<Features> {
    let mut topics = Topics::new();
    let mut hashes = Vec::new();
    let mut ends = Vec::with_capacity(lines.len());
    let mut all = Vec::with_capacity(lines.len());
    let starts: Vec<u32> = lines.iter().map(|line| start_of(line.text(text))).collect();
    for (index, line) in lines.iter().enumerate() {
        let first = hashes.len();
        let content = line.text(text);
        let shape = read(content, &mut hashes);
        let words = hashes.get(first..).unwrap_or_default();
        if line.is_body {
            topics.add(words);
        }
        let mut features = [0.0; SHAPES];
        put_shape(&mut features, &shape, content, line);
        let same_start =
            |at: Option<usize>| at.and_then(|at| starts.get(at)).is_some_and(|start| Some(start) == starts.get(index));
        put(
            &mut features,
            LISTS + 1,
            [
                log(line.indent(), 6.0),
                f32::from(u8::from(same_start(index.checked_sub(1)))),
                f32::from(u8::from(same_start(index.checked_add(1)))),
            ],
        );
        ends.push(hashes.len());
        all.push(features);
    }
    put_surroundings(text, lines, &mut all);
    put_evidence(evidence, &mut all);
    put_topics(lines, &topics, &hashes, &ends, &mut all);
    all
}

/// The value that occurs most often, the smallest of these; `None` if there is none.
pub(super) fn most_frequent(values: impl Iterator<Item = usize>) -> Option<usize> {
    let mut counts = std::collections::BTreeMap::<usize, usize>::new();
    values.for_each(|value| *counts.entry(value).or_default() += 1);
    counts.into_iter().max_by_key(|(value, count)| (*count, std::cmp::Reverse(*value))).map(|(value, _)| value)
}

/// Sets the numbers from `at` on.
#[inline]
fn put<const N: usize>(features: &mut Features, at: usize, values: [f32; N]) {
    if let Some(slots) = features.get_mut(at..).and_then(<[f32]>::first_chunk_mut) {
        *slots = values;
    }
}

/// Logarithm of one more than a count, in parts of `most` doublings.
#[expect(clippy::cast_precision_loss, reason = "a logarithm needs few digits")]
fn log(count: usize, most: f32) -> f32 {
    log2(count as f32 + 1.0) / most
}

/// A logarithm that is the same on all machines: exponent and a straight line between powers of two.
fn log2(value: f32) -> f32 {
    const FRACTION_BITS: u32 = 23;
    let bits = value.max(1.0).to_bits();
    let exponent = (bits >> FRACTION_BITS).cast_signed() - 127;
    let fraction = f32::from_bits((bits & ((1 << FRACTION_BITS) - 1)) | (127 << FRACTION_BITS)) - 1.0;
    #[expect(clippy::cast_precision_loss, reason = "exponents are small")]
    let exponent = exponent as f32;
    exponent + fraction
}

/// The first bytes of a line as a number, for telling lists.
fn start_of(line: &str) -> u32 {
    const BYTES: usize = 4;
    line.bytes().take(BYTES).fold(0, |sum, byte| sum << 8 | u32::from(byte))
}

/// The numbers that the line alone gives.
fn put_shape(shapes: &mut Features, shape: &Shape, line: &str, whole: &Line) {
    let part = |count: f32| count / shape.chars.max(1.0);
    let yes = |is: bool| f32::from(u8::from(is));
    let first = line.chars().next().unwrap_or(' ');
    let last = line.chars().next_back().unwrap_or(' ');
    let words = shape.words.max(1.0);
    let is_bullet =
        |c: char| matches!(c, '*' | '•' | '-' | '–' | '—' | '·' | '+' | '>' | '»' | '›' | '#' | '|' | '■' | '●');
    let has_address = has_address(line);
    put(shapes, SEAMS, [log2(shape.seams + 1.0) / 3.0, yes(shape.has_cells || has_bars(line, shape))]);
    put(
        shapes,
        LINE,
        [
            log(whole.chars(), 8.0),
            log2(words) / 6.0,
            shape.capitalized / words,
            shape.capitals / shape.letters.max(1.0),
            part(shape.digits),
            part(shape.signs),
            yes(lines::ends_sentence(line)),
            yes(matches!(last, ':' | '：')),
            yes(matches!(last, ',' | ';' | '-' | '–' | '|' | '/' | '»' | '›' | '>' | '→')),
            yes(last == '…' || line.ends_with("...")),
            yes(matches!(last, '?' | '!' | '？' | '！')),
            yes(first.is_lowercase()),
            yes(first.is_uppercase()),
            yes(first.is_numeric()),
            yes(is_bullet(first)),
            yes(!first.is_alphanumeric() && !is_bullet(first)),
            log2(shape.stops + 1.0) / 3.0,
            (shape.commas * 4.0 / words.max(4.0)).min(1.0),
            log2(shape.separators + 1.0) / 3.0,
            yes(shape.has_at),
            yes(has_address),
            yes(shape.has_mark),
            yes(shape.quotes > 1.0),
            (shape.letters / words / 10.0).min(2.0),
            yes(shape.has_bracket),
            yes(shape.has_time),
            yes(shape.longest_number == 4),
            yes(shape.has_currency),
            log2(shape.slashes + 1.0) / 3.0,
            yes(shape.unspaced * 2.0 > shape.letters),
        ],
    );
}

/// Whether a line has two bars in a row.
fn has_bars(line: &str, shape: &Shape) -> bool {
    (shape.separators > 1.0 || line.len() > LOOKED_AT) && line.contains("||")
}

/// Whether a line has what addresses of the web have.
fn has_address(line: &str) -> bool {
    static PARTS: LazyLock<[Finder<'_>; 3]> = LazyLock::new(|| ["http", "www.", ".com"].map(Finder::new));
    let [scheme, host, domain] = &*PARTS;
    let line = line.as_bytes();
    scheme.find(line).is_some()
        || (memchr::memchr(b'.', line).is_some() && (host.find(line).is_some() || domain.find(line).is_some()))
}

/// The numbers that tell where a line stands, and in what text.
#[expect(clippy::cast_precision_loss, reason = "shares and logarithms need few digits")]
fn put_surroundings(text: &str, lines: &[Line], all: &mut [Features]) {
    let shape = BodyShape::of(lines);
    let is_body = |line: &Line| shape.fits(line);
    let total: usize = lines.iter().map(Line::chars).sum();
    let of_body: usize = lines.iter().filter(|line| is_body(line)).map(Line::chars).sum();
    let bodies = lines.iter().filter(|line| is_body(line)).count();
    let share_of_body = of_body as f32 / total.max(1) as f32;
    let short = lines.iter().filter(|line| line.chars() < 30 && !lines::ends_sentence(line.text(text))).count();
    let document = [
        log(lines.len(), 10.0),
        log(total, 16.0),
        share_of_body,
        log(total / lines.len().max(1), 8.0),
        short as f32 / lines.len().max(1) as f32,
        log(bodies, 8.0),
    ];
    let body_indent = most_frequent(lines.iter().filter(|line| is_body(line)).map(Line::indent));
    let mut before = 0;
    let mut since = None;
    for (index, (line, features)) in lines.iter().zip(all.iter_mut()).enumerate() {
        let behind = lines.len() - 1 - index;
        let after = of_body.saturating_sub(before + if is_body(line) { line.chars() } else { 0 });
        put(
            features,
            PLACE,
            [
                index as f32 / lines.len() as f32,
                log(index, 8.0),
                log(behind, 8.0),
                before as f32 / of_body.max(1) as f32,
                f32::from(u8::from(bodies > 0 && before == 0)),
                f32::from(u8::from(bodies > 0 && after == 0)),
                f32::from(u8::from(is_body(line))),
                since.map_or(1.0, |lines| log(lines, 6.0)),
            ],
        );
        put(features, TEXT, document);
        put(features, LISTS, [f32::from(u8::from(Some(line.indent()) == body_indent))]);
        if is_body(line) {
            before += line.chars();
            since = Some(0);
        } else {
            since = since.map(|lines| lines + 1);
        }
    }
    let mut until = None;
    for (line, features) in lines.iter().zip(all.iter_mut()).rev() {
        put(features, UNTIL_BODY, [until.map_or(1.0, |lines| log(lines, 6.0))]);
        until = if is_body(line) { Some(0) } else { until.map(|lines| lines + 1) };
    }
}

/// The numbers that rules give.
#[expect(clippy::cast_precision_loss, reason = "a share needs few digits")]
fn put_evidence(evidence: &[Evidence], all: &mut [Features]) {
    let share = evidence.iter().filter(|one| one.strength > 1).count() as f32 / evidence.len().max(1) as f32;
    let (mut below_comment, mut below_related, mut below_body) = (false, false, false);
    for (one, features) in evidence.iter().zip(all) {
        let yes = |is: bool| f32::from(u8::from(is));
        let kind = |kind: Kind| yes(one.strength > 0 && one.kind == kind);
        let is = |strength: u8| yes(one.strength == strength);
        let values = [
            is(1),
            is(2),
            is(3),
            yes(one.is_protected),
            share,
            kind(Kind::Label),
            kind(Kind::Comment),
            kind(Kind::Related),
            kind(Kind::Notice),
            yes(below_comment),
            yes(below_related),
        ];
        put(features, RULES, values);
        below_body |= features.get(IS_BODY).is_some_and(|is_body| *is_body > 0.5);
        below_comment |= below_body && one.strength > 1 && one.kind == Kind::Comment;
        below_related |= below_body && one.strength > 1 && one.kind == Kind::Related;
    }
}

/// The numbers that tell how much of the body and of the lines before a line speaks of.
#[expect(clippy::cast_precision_loss, reason = "a share needs few digits")]
fn put_topics(lines: &[Line], topics: &Topics, hashes: &[u32], ends: &[usize], all: &mut [Features]) {
    let mut start = 0;
    let mut numbers = std::collections::HashMap::<u32, usize, foldhash::fast::FixedState>::default();
    let mut counts: Vec<usize> = Vec::with_capacity(lines.len());
    let mut kinds = Vec::with_capacity(lines.len());
    for end in ends {
        let words = hashes.get(start..*end).unwrap_or_default();
        let key = words.iter().fold(1_u32, |sum, hash| (sum.rotate_left(5) ^ hash).wrapping_mul(0x9e37_79b1));
        let kind = *numbers.entry(key).or_insert(counts.len());
        match counts.get_mut(kind) {
            Some(count) => *count += 1,
            None => counts.push(1),
        }
        kinds.push(kind);
        start = *end;
    }
    start = 0;
    let mut seen = Seen::new(hashes.len());
    for (((line, end), kind), features) in lines.iter().zip(ends).zip(kinds).zip(all) {
        let words = hashes.get(start..*end).unwrap_or_default();
        let (known, counted) = topics.share(words, line.is_body);
        let copies = counts.get(kind).copied().unwrap_or(1).saturating_sub(1);
        let values = [
            if counted == 0 { 0.5 } else { known as f32 / counted as f32 },
            log(counted, 4.0),
            log(copies, 4.0),
            seen.share(words),
        ];
        put(features, TOPICS, values);
        start = *end;
    }
}

//! What a line is like, in numbers: the input of the line model.
//!
//! Numbers are between about -1 and 1, so that the weights of all are of one size. Nothing here depends on the
//! language: words enter by their hashes alone.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use foldhash::fast::FixedState;
use memchr::memmem::Finder;

use super::evidence::{Evidence, Kind};
use super::seen::Seen;
use super::shape::{LOOKED_AT, Shape, read};
use super::topics::Topics;
use crate::lines::Line;
use crate::lines::scan::Scan;

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
const ADDRESS: usize = 20;
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

/// Numbers for each of `lines`, in order. `scan` is that of the text; `evidence` has one entry for each line.
pub(crate) fn describe(text: &str, scan: &Scan, lines: &[Line], evidence: &[Evidence]) -> Vec<Features> {
    let mut words = Words::new(lines.len());
    let mut all = vec![[0.0; SHAPES]; lines.len()];
    put_addresses(text, lines, &mut all);
    let start = |line: Option<&Line>| line.map(|line| start_of(line.text(text)));
    let (mut previous, mut own) = (None, start(lines.first()));
    for (index, (line, features)) in lines.iter().zip(&mut all).enumerate() {
        let shape = words.add(text, line, scan);
        put_shape(features, &shape, line.text(text), line);
        let next = start(lines.get(index + 1));
        put(features, LISTS + 1, [log(line.indent(), 6.0), yes(previous == own), yes(next == own)]);
        (previous, own) = (own, next);
    }
    put_surroundings(lines, &mut all);
    put_evidence(evidence, &mut all);
    put_words(lines, &words, &mut all);
    all
}

/// The words of the lines of a text, by their hashes.
struct Words {
    hashes: Vec<u32>,
    /// Where the words of each line end.
    ends: Vec<usize>,
    topics: Topics,
    /// Of each line, a number that lines with the same words share.
    kinds: Vec<usize>,
    /// That number by a hash of all words.
    kind_of: HashMap<u32, usize, FixedState>,
    /// How many lines have each number.
    counts: Vec<usize>,
}

impl Words {
    /// For a text of so many lines.
    fn new(lines: usize) -> Self {
        /// Words of a line for which memory is reserved.
        const WORDS: usize = 8;
        Self {
            hashes: Vec::with_capacity(WORDS * lines),
            ends: Vec::with_capacity(lines),
            topics: Topics::new(),
            kinds: Vec::with_capacity(lines),
            kind_of: HashMap::with_capacity_and_hasher(lines, FixedState::default()),
            counts: Vec::with_capacity(lines),
        }
    }

    /// Reads the next line.
    fn add(&mut self, text: &str, line: &Line, scan: &Scan) -> Shape {
        let first = self.hashes.len();
        let shape = read(text, line.content(), scan, &mut self.hashes);
        self.ends.push(self.hashes.len());
        let words = self.hashes.get(first..).unwrap_or_default();
        if line.is_body {
            self.topics.add(words);
        }
        let key = words.iter().fold(1_u32, |sum, hash| (sum.rotate_left(5) ^ hash).wrapping_mul(0x9e37_79b1));
        let kind = *self.kind_of.entry(key).or_insert(self.counts.len());
        match self.counts.get_mut(kind) {
            Some(count) => *count += 1,
            None => self.counts.push(1),
        }
        self.kinds.push(kind);
        shape
    }

    /// For each line, its words and how many other lines have the same.
    fn of_lines(&self) -> impl Iterator<Item = (&[u32], usize)> {
        let mut start = 0;
        self.ends.iter().zip(&self.kinds).map(move |(end, kind)| {
            let words = self.hashes.get(start..*end).unwrap_or_default();
            start = *end;
            (words, self.counts.get(*kind).copied().unwrap_or(1).saturating_sub(1))
        })
    }
}

/// The value that occurs most often, the smallest of these; `None` if there is none.
pub(super) fn most_frequent(mut values: impl Iterator<Item = usize>) -> Option<usize> {
    let first = values.next()?;
    let mut alike = 1;
    let mut counts = BTreeMap::<usize, usize>::new();
    // Mostly all are the same.
    for value in values {
        if value == first {
            alike += 1;
        } else {
            *counts.entry(value).or_default() += 1;
        }
    }
    counts.insert(first, alike);
    counts.into_iter().max_by_key(|(value, count)| (*count, std::cmp::Reverse(*value))).map(|(value, _)| value)
}

/// The number for something that is so or not.
#[inline]
fn yes(is: bool) -> f32 {
    f32::from(u8::from(is))
}

/// Sets the numbers from `at` on.
#[inline]
fn put<const N: usize>(features: &mut Features, at: usize, values: [f32; N]) {
    if let Some(slots) = features.get_mut(at..).and_then(<[f32]>::first_chunk_mut) {
        *slots = values;
    }
}

/// Logarithm of one more than a count, in parts of `most` doublings.
#[inline]
#[expect(clippy::cast_precision_loss, reason = "a logarithm needs few digits")]
pub(crate) fn log(count: usize, most: f32) -> f32 {
    log2(count as f32 + 1.0) / most
}

/// A logarithm that is the same on all machines: exponent and a straight line between powers of two.
#[inline]
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
    let first = line.chars().next().unwrap_or(' ');
    let last = line.chars().next_back().unwrap_or(' ');
    let words = shape.words.max(1.0);
    let is_bullet =
        |c: char| matches!(c, '*' | '•' | '-' | '–' | '—' | '·' | '+' | '>' | '»' | '›' | '#' | '|' | '■' | '●');
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
            yes(whole.ends_sentence),
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
            shapes[ADDRESS],
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

/// Tells which lines have what addresses of the web have. Looking for it in all of the text at once costs least.
fn put_addresses(text: &str, lines: &[Line], all: &mut [Features]) {
    static PARTS: LazyLock<[Finder<'_>; 3]> = LazyLock::new(|| ["http", "www.", ".com"].map(Finder::new));
    for part in &*PARTS {
        let mut rest = lines.iter().zip(all.iter_mut()).peekable();
        for at in part.find_iter(text.as_bytes()) {
            // No part of an address is white space, so that lines have all of it or nothing.
            while rest.next_if(|(line, _)| line.content().end <= at).is_some() {}
            if let Some((_, features)) = rest.peek_mut() {
                put(features, ADDRESS, [1.0]);
            }
        }
    }
}

/// What the surroundings of a line are made of.
#[derive(Default)]
struct Sums {
    chars: usize,
    /// Characters of the lines with the shape of body text, and how many there are, by the length of a whole body line
    /// and of half of one.
    of_body: [(usize, usize); 2],
    /// Short lines that end like no sentence.
    short: usize,
}

impl Sums {
    /// Characters below which a line is short.
    const SHORT: usize = 30;

    fn of(lines: &[Line]) -> Self {
        let mut sums = Self::default();
        for line in lines {
            let chars = line.chars();
            sums.chars += chars;
            for (of_body, is_body) in sums.of_body.iter_mut().zip([line.is_body, line.is_short_body]) {
                of_body.0 += if is_body { chars } else { 0 };
                of_body.1 += usize::from(is_body);
            }
            sums.short += usize::from(chars < Self::SHORT && !line.ends_sentence);
        }
        sums
    }
}

/// The numbers that tell where a line stands, and in what text.
#[expect(clippy::cast_precision_loss, reason = "shares and logarithms need few digits")]
fn put_surroundings(lines: &[Line], all: &mut [Features]) {
    let sums = Sums::of(lines);
    let [whole, half] = sums.of_body;
    let has_long = whole.1 > 0;
    let (of_body, bodies) = if has_long { whole } else { half };
    let is_body = |line: &Line| if has_long { line.is_body } else { line.is_short_body };
    let document = [
        log(lines.len(), 10.0),
        log(sums.chars, 16.0),
        of_body as f32 / sums.chars.max(1) as f32,
        log(sums.chars / lines.len().max(1), 8.0),
        sums.short as f32 / lines.len().max(1) as f32,
        log(bodies, 8.0),
    ];
    let body_indent = most_frequent(lines.iter().filter(|line| is_body(line)).map(Line::indent));
    let mut before = 0;
    let mut since = None;
    for (index, (line, features)) in lines.iter().zip(all.iter_mut()).enumerate() {
        let is_body = is_body(line);
        let behind = lines.len() - 1 - index;
        let after = of_body.saturating_sub(before + if is_body { line.chars() } else { 0 });
        put(
            features,
            PLACE,
            [
                index as f32 / lines.len() as f32,
                log(index, 8.0),
                log(behind, 8.0),
                before as f32 / of_body.max(1) as f32,
                yes(bodies > 0 && before == 0),
                yes(bodies > 0 && after == 0),
                yes(is_body),
                since.map_or(1.0, |lines| log(lines, 6.0)),
            ],
        );
        put(features, TEXT, document);
        put(features, LISTS, [yes(Some(line.indent()) == body_indent)]);
        if is_body {
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
fn put_words(lines: &[Line], words: &Words, all: &mut [Features]) {
    let mut seen = Seen::new(words.hashes.len());
    for ((line, (words_of_line, copies)), features) in lines.iter().zip(words.of_lines()).zip(all) {
        let (known, counted) = words.topics.share(words_of_line, line.is_body);
        let values = [
            if counted == 0 { 0.5 } else { known as f32 / counted as f32 },
            log(counted, 4.0),
            log(copies, 4.0),
            seen.share(words_of_line),
        ];
        put(features, TOPICS, values);
    }
}

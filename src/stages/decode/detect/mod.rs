//! Which encoding bytes are in, by what the text would say.
//!
//! Each encoding gives a text, and each language says how likely that text is: its letters after each other, its
//! signs, its capitals. The encoding whose text is likeliest wins (a naive Bayes classifier over pairs of letters).
//! Where texts are as good as each other, the guess of chardetng 1.0 (Henri Sivonen) counts too.

mod counts;
mod sample;
mod signs;
mod single_byte;
mod wide;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{GB18030, GBK, ISO_8859_8, ISO_8859_8_I, UTF_16BE, UTF_16LE};

use crate::encoding::Encoding;
use crate::traced_text::TracedText;
use counts::Counts;

/// What chardetng's guess is worth, in quarters of a nat.
const SECOND_OPINION: u32 = 8;
/// What a declaration is worth, in quarters of a nat, and for long texts as a part of all that the best reading
/// costs: a language without a model fits none of the encodings well.
const DECLARED: u32 = 60;
const DECLARED_PART: u32 = 50;
/// Quarters of a nat by which the best reading leads for each nat of certainty: letters of one word are no
/// independent witnesses.
const LEAD: f64 = 8.0;
/// What a character of UTF-16 costs at most on average. Chinese prose costs 30, binaries 50.
const MOST_OF_UTF16: usize = 38;
/// Bytes that are enough to tell that.
const LEAST_OF_UTF16: usize = 16;

/// What words in ASCII cost beyond those of the best Latin language where the language is another: for each letter,
/// and at most.
const OTHER_ALPHABET: u32 = 2;
const MOST_OTHER_ALPHABET: u32 = 60;

/// What it costs that so many letters in ASCII stand in a text of another alphabet.
fn other_alphabet(letters: u32) -> u32 {
    letters.saturating_mul(OTHER_ALPHABET).min(MOST_OTHER_ALPHABET)
}

/// What a reading of a sample costs: minus the logarithm of its probability, in quarters of a nat.
struct Reading {
    encoding: Encoding,
    cost: u32,
}

/// What the best reading so far costs.
#[derive(Default)]
struct Best(Option<u32>);

impl Best {
    /// What another one may cost, at most, to be of interest.
    fn most(&self) -> u32 {
        self.0.map_or(u32::MAX, |best| credible(best).saturating_add(SECOND_OPINION).saturating_add(1))
    }

    fn note(&mut self, cost: u32) {
        self.0 = Some(self.0.map_or(cost, |best| best.min(cost)));
    }
}

/// What a declared encoding may cost where the best one costs `best`.
fn credible(best: u32) -> u32 {
    best.saturating_add(DECLARED).saturating_add(best / DECLARED_PART)
}

/// What the statistics say.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Detected {
    pub(super) encoding: Encoding,
    /// How sure that is, from 0 to 1; below 0.5 only where a declaration outweighs a better reading.
    pub(super) confidence: f64,
}

/// The encoding of bytes that are not UTF-8; `declared` is what somebody said of them, which counts unless
/// another encoding fits much better.
pub(super) fn detect(raw: &[u8], declared: Option<Encoding>) -> Detected {
    let sample = sample::sample(raw);
    let counts = Counts::new(&sample);
    let mut best = Best::default();
    let mut readings = single_byte::readings(&counts, &mut best);
    readings.extend(wide::readings(&sample, &counts, &mut best));
    let guess = second_opinion(&sample);
    for reading in &mut readings {
        if reading.encoding == guess {
            reading.cost = reading.cost.saturating_sub(SECOND_OPINION);
        }
    }
    readings.sort_by_key(|reading| reading.cost);
    let Some(best) = readings.first() else { return Detected { encoding: guess, confidence: 0.5 } };
    let chosen = declared.filter(|declared| is_credible(raw, *declared, best, &readings));
    let encoding = chosen.unwrap_or(best.encoding);
    let tried = alike(encoding);
    let differs =
        |reading: &&Reading| reading.encoding != tried && !single_byte::read_alike(&counts, tried, reading.encoding);
    let confidence = match (cost_in(tried, &readings), readings.iter().find(differs)) {
        (Some(cost), Some(next)) => {
            let said = if chosen.is_some() { DECLARED } else { 0 };
            let lead = f64::from(next.cost) + f64::from(said) - f64::from(cost);
            1.0 / (1.0 + (-lead / LEAD).exp())
        }
        // Nothing else makes another text of it.
        _ => 1.0,
    };
    Detected { encoding, confidence }
}

/// Whether bytes with many controls are UTF-16 of East Asia, in which every byte means something else.
pub(super) fn utf16(raw: &[u8]) -> Option<Detected> {
    let sample = sample::sample(raw);
    let best = wide::readings(&sample, &Counts::new(&sample), &mut Best::default())
        .into_iter()
        .filter(|reading| [UTF_16LE, UTF_16BE].map(Encoding::from).contains(&reading.encoding))
        .min_by_key(|reading| reading.cost)?;
    let is_text = sample.len() >= LEAST_OF_UTF16
        && usize::try_from(best.cost).is_ok_and(|cost| cost <= MOST_OF_UTF16 * sample.len() / 2);
    is_text.then_some(Detected { encoding: best.encoding, confidence: 1.0 })
}

fn second_opinion(sample: &[u8]) -> Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(sample, true);
    detector.guess(None, Utf8Detection::Deny).into()
}

/// What the sample costs in an encoding, if that is among the readings.
fn cost_in(encoding: Encoding, readings: &[Reading]) -> Option<u32> {
    readings.iter().find(|reading| reading.encoding == encoding).map(|reading| reading.cost)
}

/// The encoding that is tried for one that reads bytes as it does.
fn alike(encoding: Encoding) -> Encoding {
    match encoding {
        gb if gb == GB18030.into() => GBK.into(),
        logical if logical == ISO_8859_8_I.into() => ISO_8859_8.into(),
        other => other,
    }
}

/// Whether the bytes may be what they are said to be. Of encodings without a reading of their own they must be all of
/// it.
fn is_credible(raw: &[u8], declared: Encoding, best: &Reading, readings: &[Reading]) -> bool {
    if declared == Encoding::UTF_8 {
        return false;
    }
    let like = alike(declared);
    let is_tried = single_byte::is_tried(like) || wide::is_tried(like);
    match cost_in(like, readings) {
        Some(cost) => cost <= credible(best.cost),
        None => !is_tried && TracedText::decode(raw, declared).is_ok_and(|text| text.malformed() == 0),
    }
}

//! Which raw bytes each stretch of the decoded text came from.

use crate::span::{DecodedSpan, RawSpan};

/// A stretch of decoded text and the raw bytes behind it: 16 bytes.
///
/// Either every character of `raw_unit` raw bytes became `text_unit` bytes of text (1/1 for ASCII,
/// 1/2 for Cyrillic in windows-1251, 2/1 for ASCII in UTF-16), or, when both units are 0, all the
/// text came from all the raw bytes and neither can be divided.
/// UTF-8 counts bytes as units, so a valid UTF-8 document is one run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Run {
    text_start: u32,
    raw_start: u32,
    raw_end: u32,
    raw_unit: u16,
    text_unit: u16,
}

impl Run {
    fn is_whole(self) -> bool {
        self.text_unit == 0
    }
}

/// The map from decoded text to raw bytes: runs that tile the text, raw positions never going back.
///
/// Raw bytes that made no text (an escape sequence at the end of ISO-2022-JP) lie between runs or
/// behind the last one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origins {
    runs: Vec<Run>,
    text_len: u32,
}

impl Origins {
    /// The map of a text that is its raw bytes, byte for byte.
    #[must_use]
    pub(crate) fn identity(len: u32) -> Self {
        let mut origins = Self::default();
        origins.push_units(RawSpan::new(0, len), 1, 1);
        origins
    }

    /// Whether it is the map of a text that is its raw bytes, byte for byte.
    pub(crate) fn is_identity(&self) -> bool {
        *self == Self::identity(self.text_len)
    }

    /// Adds text behind all other: each `raw_unit` bytes of `raw` became `text_unit` bytes.
    pub(crate) fn push_units(&mut self, raw: RawSpan, raw_unit: u16, text_unit: u16) {
        if raw.is_empty() {
            return;
        }
        let text_start = self.text_len;
        self.text_len += raw.len() / u32::from(raw_unit) * u32::from(text_unit);
        if let Some(last) = self.runs.last_mut()
            && !last.is_whole()
            && (last.raw_unit, last.text_unit) == (raw_unit, text_unit)
            && last.raw_end == raw.start
        {
            last.raw_end = raw.end;
            return;
        }
        self.runs.push(Run { text_start, raw_start: raw.start, raw_end: raw.end, raw_unit, text_unit });
    }

    /// Adds `text_len` bytes of text behind all other that came from all of `raw` together.
    pub(crate) fn push_whole(&mut self, raw: RawSpan, text_len: u32) {
        if text_len == 0 {
            return;
        }
        let text_start = self.text_len;
        self.text_len += text_len;
        self.runs.push(Run { text_start, raw_start: raw.start, raw_end: raw.end, raw_unit: 0, text_unit: 0 });
    }

    /// Length of the decoded text in bytes.
    #[must_use]
    pub fn text_len(&self) -> u32 {
        self.text_len
    }

    /// Number of runs: a measure of memory (16 bytes each).
    #[must_use]
    pub fn run_count(&self) -> usize {
        self.runs.len()
    }

    /// The raw bytes that `span` came from, widened to whole characters. Takes O(log runs).
    ///
    /// An empty span has an empty raw span at its place. A span beyond the text is cut to it.
    #[must_use]
    pub fn raw_span(&self, span: DecodedSpan) -> RawSpan {
        if span.is_empty() {
            let place = self.raw_start(span.start);
            return RawSpan::new(place, place);
        }
        let start = self.raw_start(span.start);
        RawSpan::new(start, self.raw_end(span.end).max(start))
    }

    /// Where the character at `position` starts in the raw bytes.
    fn raw_start(&self, position: u32) -> u32 {
        if position >= self.text_len {
            return self.runs.last().map_or(0, |run| run.raw_end);
        }
        let index = self.runs.partition_point(|run| run.text_start <= position);
        let Some(run) = index.checked_sub(1).and_then(|before| self.runs.get(before)) else { return 0 };
        if run.is_whole() {
            return run.raw_start;
        }
        run.raw_start + (position - run.text_start) / u32::from(run.text_unit) * u32::from(run.raw_unit)
    }

    /// Where the character that ends at (or spans) `position` ends in the raw bytes.
    fn raw_end(&self, position: u32) -> u32 {
        let position = position.min(self.text_len);
        let index = self.runs.partition_point(|run| run.text_start < position);
        let Some(run) = index.checked_sub(1).and_then(|before| self.runs.get(before)) else { return 0 };
        if run.is_whole() {
            return run.raw_end;
        }
        run.raw_start + (position - run.text_start).div_ceil(u32::from(run.text_unit)) * u32::from(run.raw_unit)
    }
}

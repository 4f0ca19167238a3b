//! Where the body of a text lies, and what stands in its head and its tail.

use std::ops::{Range, RangeInclusive};

use super::facts::Positions;
use super::format::Position;
use crate::lines::{BodyShape, Line};

/// Where the body of the text lies.
pub(super) struct Places {
    last: Option<usize>,
    body: Option<(usize, usize)>,
}

impl Places {
    pub(super) fn new(lines: &[Line], furniture: &[bool]) -> Self {
        let is_text = |index: &usize| !furniture.get(*index).copied().unwrap_or(false);
        let shape = BodyShape::of((0..lines.len()).filter(is_text).filter_map(|index| lines.get(index)));
        let is_body = |index: &usize| lines.get(*index).is_some_and(|line| shape.fits(line)) && is_text(index);
        let mut body_lines = (0..lines.len()).filter(is_body);
        let first_body = body_lines.next();
        let last_body = body_lines.next_back().or(first_body);
        Self { last: lines.len().checked_sub(1), body: first_body.zip(last_body) }
    }

    /// Lines from the first to the last body line; `None` if there is no body line.
    pub(super) fn body(&self) -> Option<RangeInclusive<usize>> {
        self.body.map(|(first, last)| first..=last)
    }

    /// Lines outside of which none stands in one of these positions.
    pub(super) fn around(&self, positions: &[Position]) -> Range<usize> {
        let lines = self.last.map_or(0, |last| last + 1);
        match (positions, self.body) {
            ([Position::Head], Some((first, _))) => 0..first,
            ([Position::Tail], Some((_, last))) => last + 1..lines,
            ([Position::Body], Some((first, last))) => first..last + 1,
            ([Position::Head | Position::Tail | Position::Body], None) => 0..0,
            ([Position::Last], _) => self.last.unwrap_or(0)..lines,
            ([Position::First], _) => 0..lines.min(1),
            _ => 0..lines,
        }
    }

    /// Whether a line or block stands in one of these positions. Without any body line (a poem, a list)
    /// there is neither head nor tail.
    #[inline]
    pub(super) fn admit(&self, positions: Positions, lines: Range<usize>) -> bool {
        positions.meet(Positions::of(&[Position::Any])) || positions.meet(self.of(lines))
    }

    /// The positions that lines stand in.
    fn of(&self, lines: Range<usize>) -> Positions {
        let (start, end) = (lines.start, lines.end.saturating_sub(1));
        let ends = Positions::of(&[Position::Any])
            .with(Position::First, start == 0)
            .with(Position::Last, self.last == Some(end));
        let Some((first, last)) = self.body else { return ends };
        ends.with(Position::Head, end < first)
            .with(Position::Tail, start > last)
            .with(Position::Body, start >= first && end <= last)
    }
}

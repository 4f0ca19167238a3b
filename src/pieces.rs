//! How the text as it stands now is made of the decoded text: the one place that does the
//! arithmetic of edits, for bytes (while cleaning) and for code points (when replaying a record).
//!
//! A text is a row of pieces. A piece is either a verbatim copy of a stretch of the decoded text or
//! a replacement: text that stands where a stretch of decoded text (maybe an empty one) stood.
//! What was deleted lies in no piece.
//!
//! An edit is recorded with a span of the *decoded* text, so that span must name exactly one
//! stretch of the current text. [`Pieces::locate`] goes from decoded to current,
//! [`Pieces::cover`] finds the smallest decoded span whose current text contains given text. The two
//! agree: `locate(cover(t).decoded) == cover(t).text`, which makes replay and undo exact.

use std::ops::Range;

/// One piece: 16 bytes. Its text ends where the next piece's text starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Piece {
    text_start: u32,
    decoded_start: u32,
    decoded_end: u32,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Copy,
    Replacement,
}

impl Piece {
    /// Stands where nothing stood: inserted text.
    fn is_insertion(&self) -> bool {
        self.decoded_start == self.decoded_end
    }
}

/// A stretch of the current text together with the stretch of decoded text that it stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cover {
    pub(crate) decoded: Range<u32>,
    pub(crate) text: Range<u32>,
}

impl Cover {
    /// Whether a splice here and one at `next` (which starts later) cannot influence each other,
    /// so that both may be made in one pass.
    pub(crate) fn is_clear_of(&self, next: &Self) -> bool {
        // Two neighbors may both take along an insertion that stands between them.
        let texts_apart = self.text.end <= next.text.start;
        let both_hold_decoded_text = !self.decoded.is_empty() && !next.decoded.is_empty();
        texts_apart
            && (self.decoded.end < next.decoded.start
                || (self.decoded.end == next.decoded.start && both_hold_decoded_text))
    }
}

/// A change of the row of pieces: `cover` becomes a replacement of `text_len` units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Splice {
    pub(crate) cover: Cover,
    pub(crate) text_len: u32,
}

/// The row of pieces of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pieces {
    pieces: Vec<Piece>,
    text_len: u32,
}

impl Pieces {
    /// The row of a text that was not edited.
    pub(crate) fn untouched(len: u32) -> Self {
        let piece = Piece { text_start: 0, decoded_start: 0, decoded_end: len, kind: Kind::Copy };
        Self { pieces: if len == 0 { Vec::new() } else { vec![piece] }, text_len: len }
    }

    pub(crate) fn piece_count(&self) -> usize {
        self.pieces.len()
    }

    fn text_end(&self, index: usize) -> u32 {
        self.pieces.get(index + 1).map_or(self.text_len, |next| next.text_start)
    }

    fn get(&self, index: usize) -> Piece {
        *self.pieces.get(index).expect("indices come from this row")
    }

    /// The current text of the decoded stretch: insertions at both borders included.
    ///
    /// A border inside a replacement is moved outwards to the replacement's border.
    pub(crate) fn locate(&self, decoded: &Range<u32>) -> Range<u32> {
        let start = self.lower(decoded.start);
        start..self.upper(decoded.end).max(start)
    }

    /// Text position before everything that stands at or after `position` of the decoded text.
    fn lower(&self, position: u32) -> u32 {
        // The first piece that reaches beyond the position, or is an insertion at it.
        let index = self.pieces.partition_point(|piece| {
            piece.decoded_end < position || (piece.decoded_end == position && !piece.is_insertion())
        });
        match self.pieces.get(index) {
            None => self.text_len,
            Some(piece) if piece.kind == Kind::Copy && piece.decoded_start < position => {
                piece.text_start + (position - piece.decoded_start)
            }
            Some(piece) => piece.text_start,
        }
    }

    /// Text position behind everything that stands before or at `position` of the decoded text.
    fn upper(&self, position: u32) -> u32 {
        // One past the last piece that starts before the position, or is an insertion at it.
        let index = self.pieces.partition_point(|piece| {
            piece.decoded_start < position || (piece.decoded_start == position && piece.is_insertion())
        });
        let Some(last) = index.checked_sub(1) else { return 0 };
        let piece = self.get(last);
        if piece.kind == Kind::Copy && position < piece.decoded_end {
            piece.text_start + (position - piece.decoded_start)
        } else {
            self.text_end(last)
        }
    }

    /// The smallest stretch that a change of `text` must be recorded with: replacements that `text`
    /// touches in part are taken whole, and so are insertions at its borders.
    pub(crate) fn cover(&self, text: &Range<u32>) -> Cover {
        let decoded = if text.is_empty() { self.cover_of_place(text.start) } else { self.cover_of_stretch(text) };
        let located = self.locate(&decoded);
        Cover { decoded, text: located }
    }

    /// Decoded span for an insertion at `position`.
    fn cover_of_place(&self, position: u32) -> Range<u32> {
        // The last piece that starts before the position.
        let index = self.pieces.partition_point(|piece| piece.text_start < position);
        let Some(last) = index.checked_sub(1) else {
            // At the very start: in front of all pieces, deleted stretches included.
            return 0..0;
        };
        let piece = self.get(last);
        if position == self.text_end(last) {
            return piece.decoded_end..piece.decoded_end;
        }
        match piece.kind {
            Kind::Copy => {
                let place = piece.decoded_start + (position - piece.text_start);
                place..place
            }
            Kind::Replacement => piece.decoded_start..piece.decoded_end,
        }
    }

    /// Decoded span for a change of a stretch that is not empty.
    fn cover_of_stretch(&self, text: &Range<u32>) -> Range<u32> {
        let first = self.get(self.pieces.partition_point(|piece| piece.text_start <= text.start).saturating_sub(1));
        let last = self.get(self.pieces.partition_point(|piece| piece.text_start < text.end).saturating_sub(1));
        let start = match first.kind {
            Kind::Copy => first.decoded_start + (text.start - first.text_start),
            Kind::Replacement => first.decoded_start,
        };
        let end = match last.kind {
            Kind::Copy => last.decoded_start + (text.end - last.text_start),
            Kind::Replacement => last.decoded_end,
        };
        start..end
    }

    /// The decoded stretch that `text` came from, for looking up origins. Unlike [`Pieces::cover`]
    /// it leaves out insertions at the borders. Empty where the text was inserted.
    pub(crate) fn decoded_span(&self, text: &Range<u32>) -> Range<u32> {
        if text.is_empty() { self.cover_of_place(text.start) } else { self.cover_of_stretch(text) }
    }

    /// Makes all splices, which are in rising order and clear of each other. One pass.
    pub(crate) fn splice(&mut self, splices: &[Splice]) {
        let mut built = Builder::with_capacity(self.pieces.len() + 2 * splices.len());
        let mut index = 0;
        let mut text_position = 0;
        for splice in splices {
            self.copy_until(&mut built, &mut index, text_position..splice.cover.text.start);
            built.push(Kind::Replacement, splice.cover.decoded.clone(), splice.text_len);
            text_position = splice.cover.text.end;
        }
        self.copy_until(&mut built, &mut index, text_position..self.text_len);
        *self = Self { pieces: built.pieces, text_len: built.text_len };
    }

    /// Copies the pieces of a stretch of the current text; `index` is a piece at or before its start
    /// and is moved on.
    fn copy_until(&self, built: &mut Builder, index: &mut usize, text: Range<u32>) {
        while *index < self.pieces.len() {
            let (piece, end) = (self.get(*index), self.text_end(*index));
            if end <= text.start {
                *index += 1;
                continue;
            }
            if piece.text_start >= text.end {
                return;
            }
            let start = piece.text_start.max(text.start);
            let stop = end.min(text.end);
            let decoded = match piece.kind {
                Kind::Copy => {
                    let shift = piece.decoded_start;
                    shift + (start - piece.text_start)..shift + (stop - piece.text_start)
                }
                Kind::Replacement => piece.decoded_start..piece.decoded_end,
            };
            built.push(piece.kind, decoded, stop - start);
            if end > text.end {
                return;
            }
            *index += 1;
        }
    }
}

/// A row of pieces that grows at its end.
struct Builder {
    pieces: Vec<Piece>,
    text_len: u32,
}

impl Builder {
    fn with_capacity(pieces: usize) -> Self {
        Self { pieces: Vec::with_capacity(pieces), text_len: 0 }
    }

    fn push(&mut self, kind: Kind, decoded: Range<u32>, text_len: u32) {
        if text_len == 0 {
            return;
        }
        let text_start = self.text_len;
        self.text_len += text_len;
        if let Some(last) = self.pieces.last_mut()
            && (last.kind, kind) == (Kind::Copy, Kind::Copy)
            && last.decoded_end == decoded.start
        {
            last.decoded_end = decoded.end;
            return;
        }
        self.pieces.push(Piece { text_start, decoded_start: decoded.start, decoded_end: decoded.end, kind });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn splice(pieces: &mut Pieces, text: Range<u32>, text_len: u32) -> Cover {
        let cover = pieces.cover(&text);
        pieces.splice(&[Splice { cover: cover.clone(), text_len }]);
        cover
    }

    #[test]
    fn change_inside_a_replacement_takes_it_whole() {
        let mut pieces = Pieces::untouched(20);
        splice(&mut pieces, 5..8, 6);
        assert_eq!(pieces.cover(&(7..8)), Cover { decoded: 5..8, text: 5..11 });
        assert_eq!(pieces.cover(&(3..7)), Cover { decoded: 3..8, text: 3..11 });
    }

    #[test]
    fn change_beside_an_insertion_takes_it_along() {
        let mut pieces = Pieces::untouched(20);
        splice(&mut pieces, 5..5, 2);
        assert_eq!(pieces.cover(&(7..9)), Cover { decoded: 5..7, text: 5..9 });
        assert_eq!(pieces.cover(&(3..5)), Cover { decoded: 3..5, text: 3..7 });
    }

    #[test]
    fn insertion_into_a_gap_stays_in_the_gap() {
        let mut pieces = Pieces::untouched(20);
        splice(&mut pieces, 5..8, 0);
        let cover = splice(&mut pieces, 5..5, 1);
        assert_eq!(cover, Cover { decoded: 5..5, text: 5..5 });
        assert_eq!(pieces.decoded_span(&(6..8)), 8..10);
    }
}

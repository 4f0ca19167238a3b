//! A text that knows where every character came from, and everything that was done to it.

use std::borrow::Cow;
use std::ops::Range;

use crate::edit::{Edit, Edits, Op, RuleId};
use crate::encoding::Encoding;
use crate::error::Error;
use crate::origins::Origins;
use crate::pieces::{Cover, Pieces, Splice};
use crate::span::{DecodedSpan, RawSpan, TextSpan, offset};

/// Text with origins: the text as it stands, the text as it was decoded, the raw bytes behind both,
/// and a record of every change in between.
///
/// Text changes in one place only, [`TracedText::apply`].
///
/// # Example
/// ```
/// use scutch::{Edit, Edits, RawSpan, RuleTable, TextSpan, TracedText};
///
/// let mut rules = RuleTable::default();
/// let rule = rules.builtin("strip", "share");
/// let mut text = TracedText::decode(b"Share\nThe talks go on.", encoding_rs::UTF_8)?;
/// let mut edits = Edits::default();
/// edits.push(Edit::delete(TextSpan::new(0, 6), rule))?;
/// text.apply(&edits);
/// assert_eq!(text.as_str(), "The talks go on.");
/// assert_eq!(text.raw_span(TextSpan::new(4, 9)), RawSpan::new(10, 15));
/// assert_eq!(text.changes().next().map(|change| change.before), Some("Share\n"));
/// # Ok::<(), scutch::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct TracedText {
    text: String,
    /// The text before any edit; `None` as long as it is `text`.
    decoded: Option<String>,
    origins: Origins,
    pieces: Pieces,
    malformed: u32,
    changes: Vec<ChangeRecord>,
    /// `before` and `after` of all changes, one behind the other.
    arena: String,
}

/// One change, its texts being ranges of the arena.
#[derive(Debug, Clone)]
struct ChangeRecord {
    rule: RuleId,
    op: Op,
    decoded: Range<u32>,
    before: Range<usize>,
    after: Range<usize>,
    score: f32,
    note: Cow<'static, str>,
}

/// One thing that was done to a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Change<'a> {
    /// The rule that wanted it.
    pub rule: RuleId,
    /// What was done.
    pub op: Op,
    /// The raw bytes concerned.
    pub raw: RawSpan,
    /// The bytes of the decoded text concerned.
    pub decoded: DecodedSpan,
    /// What stood there.
    pub before: &'a str,
    /// What stands there now.
    pub after: &'a str,
    /// How sure the rule was, 0 to 1.
    pub score: f32,
    /// What else a reader should know; may be empty.
    pub note: &'a str,
}

impl TracedText {
    /// Decodes `raw`. Malformed bytes become U+FFFD and are counted; a byte order mark stays in the
    /// text as U+FEFF (removing it is an edit like any other).
    ///
    /// # Errors
    /// [`Error::TooLarge`] if the raw bytes or the text exceed 4 GiB.
    pub fn decode(raw: &[u8], encoding: impl Into<Encoding>) -> Result<Self, Error> {
        crate::decoder::decode(raw, encoding.into())
    }

    /// The empty text of a payload that was not decoded.
    pub(crate) fn empty() -> Self {
        Self::from_parts(String::new(), Origins::default(), 0)
    }

    /// A text with its origins, as the decoder made it.
    pub(crate) fn from_parts(text: String, origins: Origins, malformed: u32) -> Self {
        let pieces = Pieces::untouched(offset(text.len()));
        Self { text, decoded: None, origins, pieces, malformed, changes: Vec::new(), arena: String::new() }
    }

    /// The text as it stands now.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The text as it was decoded, before any edit.
    #[must_use]
    pub fn decoded(&self) -> &str {
        self.decoded.as_deref().unwrap_or(&self.text)
    }

    /// Whether nothing was done to the text, and every byte of it is the raw byte at its place. Raw bytes that
    /// gave no text may lie behind; UTF-8 has none.
    #[must_use]
    pub fn is_untouched(&self) -> bool {
        self.changes.is_empty() && self.origins.is_identity()
    }

    /// Number of malformed byte sequences that became U+FFFD.
    #[must_use]
    pub fn malformed(&self) -> u32 {
        self.malformed
    }

    /// From decoded text to raw bytes.
    #[must_use]
    pub fn origins(&self) -> &Origins {
        &self.origins
    }

    /// The raw bytes that `span` came from, widened to whole characters; text that a rule replaced
    /// as one has all raw bytes of what it replaced. Empty if the text was inserted. Takes O(log runs).
    #[must_use]
    pub fn raw_span(&self, span: TextSpan) -> RawSpan {
        self.origins.raw_span(self.decoded_span(span))
    }

    /// The stretch of the decoded text that `span` came from.
    #[must_use]
    pub fn decoded_span(&self, span: TextSpan) -> DecodedSpan {
        let decoded = self.pieces.decoded_span(&(span.start..span.end));
        DecodedSpan::new(decoded.start, decoded.end)
    }

    /// The text that stands now for a stretch of the decoded text.
    #[must_use]
    pub fn locate(&self, span: DecodedSpan) -> TextSpan {
        let text = self.pieces.locate(&(span.start..span.end));
        TextSpan::new(text.start, text.end)
    }

    /// Number of 16-byte records that trace this text: a measure of memory.
    #[must_use]
    pub fn trace_len(&self) -> usize {
        self.origins.run_count() + self.pieces.piece_count()
    }

    /// Everything that was done, in order: replaying the changes one by one on the decoded text
    /// gives the text.
    #[must_use]
    pub fn changes(&self) -> impl ExactSizeIterator<Item = Change<'_>> {
        self.changes.iter().map(|record| {
            let decoded = DecodedSpan::new(record.decoded.start, record.decoded.end);
            Change {
                rule: record.rule,
                op: record.op,
                raw: self.origins.raw_span(decoded),
                decoded,
                before: self.arena_text(&record.before),
                after: self.arena_text(&record.after),
                score: record.score,
                note: &record.note,
            }
        })
    }

    fn arena_text(&self, range: &Range<usize>) -> &str {
        self.arena.get(range.clone()).expect("ranges of the arena are those of the strings put there")
    }

    /// Makes the edits, in one pass, and records a change for each: the only place where text
    /// changes.
    ///
    /// An edit that touches a part of text which an earlier edit replaced as one is recorded as a
    /// change of that whole replacement, since only the whole has a place in the decoded text.
    ///
    /// # Panics
    /// If an edit lies outside the text or splits a character: a bug of the stage.
    pub fn apply(&mut self, edits: &Edits) {
        if edits.is_empty() {
            return;
        }
        let mut log = Log { changes: std::mem::take(&mut self.changes), arena: std::mem::take(&mut self.arena) };
        let mut text = String::with_capacity(self.text.len());
        let mut splices = Vec::with_capacity(edits.len());
        let mut copied = 0;
        for cluster in Clusters::new(&self.pieces, edits.as_slice()) {
            let start = cluster.cover.text.start as usize;
            text.push_str(slice(&self.text, copied..start));
            copied = cluster.cover.text.end as usize;
            let text_start = text.len();
            log.make_cluster(&cluster, &self.text, &mut text);
            splices.push(Splice { text_len: offset(text.len() - text_start), cover: cluster.cover });
        }
        text.push_str(slice(&self.text, copied..self.text.len()));
        self.pieces.splice(&splices);
        (self.changes, self.arena) = (log.changes, log.arena);
        let previous = std::mem::replace(&mut self.text, text);
        self.decoded.get_or_insert(previous);
    }
}

fn slice(text: &str, range: Range<usize>) -> &str {
    text.get(range).expect("edits lie within the text, on character borders")
}

/// The changes so far.
struct Log {
    changes: Vec<ChangeRecord>,
    arena: String,
}

impl Log {
    /// Appends what stands for the cluster afterwards to `made`, and records its changes.
    fn make_cluster(&mut self, cluster: &Cluster<'_>, text: &str, made: &mut String) {
        let span = cluster.cover.text.start as usize..cluster.cover.text.end as usize;
        let before = slice(text, span.clone());
        if let [edit] = cluster.edits
            && edit.span.range() == span
        {
            // The common case: nothing beside the edit itself.
            self.record(edit, &cluster.cover, before, &edit.replacement);
            made.push_str(&edit.replacement);
            return;
        }
        // Each edit is recorded with the whole cover, as one step after the other.
        let mut current = before.to_owned();
        let mut shift = 0_isize;
        for edit in cluster.edits {
            let place = |position: u32| {
                (position as usize - span.start).checked_add_signed(shift).expect("edits before this one made room")
            };
            let mut next = current.clone();
            next.replace_range(place(edit.span.start)..place(edit.span.end), &edit.replacement);
            self.record(edit, &cluster.cover, &current, &next);
            shift += next.len().cast_signed() - current.len().cast_signed();
            current = next;
        }
        made.push_str(&current);
    }

    /// Records that `edit` turned `before` into `after`.
    fn record(&mut self, edit: &Edit, cover: &Cover, before: &str, after: &str) {
        let start = self.arena.len();
        self.arena.push_str(before);
        let middle = self.arena.len();
        self.arena.push_str(after);
        let op = match (edit.extracted, before.is_empty(), after.is_empty()) {
            (true, _, _) => Op::Extract,
            (false, true, _) => Op::Insert,
            (false, false, true) => Op::Delete,
            (false, false, false) => Op::Replace,
        };
        self.changes.push(ChangeRecord {
            rule: edit.rule,
            op,
            decoded: cover.decoded.clone(),
            before: start..middle,
            after: middle..self.arena.len(),
            score: edit.score,
            note: edit.note.clone(),
        });
    }
}

/// Edits that must be recorded together since their covers touch.
struct Cluster<'a> {
    cover: Cover,
    edits: &'a [Edit],
}

/// Groups edits into clusters whose covers are clear of each other.
struct Clusters<'a> {
    pieces: &'a Pieces,
    edits: &'a [Edit],
}

impl<'a> Clusters<'a> {
    fn new(pieces: &'a Pieces, edits: &'a [Edit]) -> Self {
        Self { pieces, edits }
    }

    fn cover(&self, edit: &Edit) -> Cover {
        self.pieces.cover(&(edit.span.start..edit.span.end))
    }
}

impl<'a> Iterator for Clusters<'a> {
    type Item = Cluster<'a>;

    fn next(&mut self) -> Option<Cluster<'a>> {
        let mut cover = self.cover(self.edits.first()?);
        let mut count = 1;
        while let Some(edit) = self.edits.get(count) {
            let next = self.cover(edit);
            if cover.is_clear_of(&next) {
                break;
            }
            let text = cover.text.start.min(next.text.start)..cover.text.end.max(next.text.end);
            cover = self.pieces.cover(&text);
            count += 1;
        }
        let (edits, rest) = self.edits.split_at(count);
        self.edits = rest;
        Some(Cluster { cover, edits })
    }
}

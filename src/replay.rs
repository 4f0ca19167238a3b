//! Proving a record: from the decoded text to the clean one (replay), and back (undo).
//!
//! Works on what `changes/` holds, in code points, and on nothing else: a record must stand on its
//! own.

use crate::error::Error;
use crate::pieces::{Cover, Pieces, Splice};

/// One change as recorded: positions are code points of the decoded text, end excluded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedChange {
    /// First code point.
    pub text_start: u32,
    /// One past the last code point.
    pub text_end: u32,
    /// What stood there.
    pub before: String,
    /// What stands there afterwards.
    pub after: String,
}

/// The text that `changes`, made in order on `decoded`, give.
///
/// # Errors
/// [`Error::Replay`] if a change speaks of text that does not stand there.
///
/// # Example
/// ```
/// use scutch::replay::{RecordedChange, replay, undo};
///
/// let change = RecordedChange { text_start: 3, text_end: 6, before: "?€?".into(), after: "“".into() };
/// let changes = [change];
/// assert_eq!(replay("so ?€?yes", &changes)?, "so “yes");
/// assert_eq!(undo("so “yes", &changes)?, "so ?€?yes");
/// # Ok::<(), scutch::Error>(())
/// ```
pub fn replay(decoded: &str, changes: &[RecordedChange]) -> Result<String, Error> {
    let mut text = decoded.to_owned();
    for batch in batches(changes, code_points(decoded))? {
        let swaps = batch.changes.iter().zip(&batch.splices).map(|(change, splice)| Swap {
            start: splice.cover.text.start,
            old: &change.before,
            new: &change.after,
        });
        text = swap_all(&text, swaps, batch.first_seq)?;
    }
    Ok(text)
}

/// The decoded text that `changes` turned into `text`.
///
/// # Errors
/// [`Error::Replay`] if a change speaks of text that does not stand there.
pub fn undo(text: &str, changes: &[RecordedChange]) -> Result<String, Error> {
    let clean_len = i64::from(code_points(text));
    let growth: i64 =
        changes.iter().map(|c| i64::from(code_points(&c.after)) - i64::from(code_points(&c.before))).sum();
    let decoded_len = u32::try_from(clean_len - growth)
        .map_err(|_| Error::Replay { seq: 0, reason: "the changes remove more than there was".to_owned() })?;
    let mut text = text.to_owned();
    for batch in batches(changes, decoded_len)?.into_iter().rev() {
        let swaps = batch.changes.iter().zip(&batch.starts_after).map(|(change, start)| Swap {
            start: *start,
            old: &change.after,
            new: &change.before,
        });
        text = swap_all(&text, swaps, batch.first_seq)?;
    }
    Ok(text)
}

/// Number of code points.
fn code_points(text: &str) -> u32 {
    u32::try_from(text.chars().count()).unwrap_or(u32::MAX)
}

/// Changes that can be made in one pass: rising, and clear of each other.
struct Batch<'a> {
    first_seq: usize,
    changes: &'a [RecordedChange],
    splices: Vec<Splice>,
    /// Where the text of each change starts once the whole batch is made, in code points.
    starts_after: Vec<u32>,
}

/// Cuts the changes into batches and finds the text of each change, from lengths alone.
fn batches(changes: &[RecordedChange], decoded_len: u32) -> Result<Vec<Batch<'_>>, Error> {
    let mut pieces = Pieces::untouched(decoded_len);
    let mut batches = Vec::new();
    let mut first_seq = 0;
    while let Some(rest) = changes.get(first_seq..).filter(|rest| !rest.is_empty()) {
        let batch = next_batch(&pieces, rest, first_seq)?;
        pieces.splice(&batch.splices);
        first_seq += batch.changes.len();
        batches.push(batch);
    }
    Ok(batches)
}

/// The longest batch at the start of `changes`, which are not empty.
fn next_batch<'a>(pieces: &Pieces, changes: &'a [RecordedChange], first_seq: usize) -> Result<Batch<'a>, Error> {
    let mut splices: Vec<Splice> = Vec::new();
    let mut starts_after = Vec::new();
    let mut shift = 0_i64;
    for (index, change) in changes.iter().enumerate() {
        let fault = |reason: String| Error::Replay { seq: first_seq + index, reason };
        if change.text_start > change.text_end {
            return Err(fault("it ends before it starts".to_owned()));
        }
        let decoded = change.text_start..change.text_end;
        let text = pieces.locate(&decoded);
        let cover = Cover { decoded, text };
        if splices.last().is_some_and(|last| !last.cover.is_clear_of(&cover)) {
            break;
        }
        let (stands, recorded) = (cover.text.end - cover.text.start, code_points(&change.before));
        if stands != recorded {
            let place = &cover.decoded;
            return Err(fault(format!("{stands} code points stand at {place:?}, but `before` has {recorded}")));
        }
        let text_len = code_points(&change.after);
        let place_after = u32::try_from(i64::from(cover.text.start) + shift)
            .map_err(|_| fault("its place lies outside the text".to_owned()))?;
        starts_after.push(place_after);
        shift += i64::from(text_len) - i64::from(stands);
        splices.push(Splice { cover, text_len });
    }
    let changes = changes.get(..splices.len()).unwrap_or(changes);
    Ok(Batch { first_seq, changes, splices, starts_after })
}

/// Text to be exchanged for another; `start` is a code point of the text before any exchange.
struct Swap<'a> {
    start: u32,
    old: &'a str,
    new: &'a str,
}

/// Exchanges all swaps, which rise and do not overlap, after checking that the old text is there.
fn swap_all<'a>(text: &str, swaps: impl Iterator<Item = Swap<'a>>, first_seq: usize) -> Result<String, Error> {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    let mut position = 0_u32;
    for (index, swap) in swaps.enumerate() {
        let fault = |reason: String| Error::Replay { seq: first_seq + index, reason };
        let ahead = swap.start.checked_sub(position).ok_or_else(|| fault("it goes back".to_owned()))?;
        let (kept, tail) =
            split_at_code_point(rest, ahead).ok_or_else(|| fault("it lies beyond the text".to_owned()))?;
        result.push_str(kept);
        rest = tail.strip_prefix(swap.old).ok_or_else(|| {
            let found: String = tail.chars().take(swap.old.chars().count()).collect();
            fault(format!("expected `{}` at code point {}, found `{found}`", swap.old, swap.start))
        })?;
        result.push_str(swap.new);
        position = swap.start + code_points(swap.old);
    }
    result.push_str(rest);
    Ok(result)
}

fn split_at_code_point(text: &str, count: u32) -> Option<(&str, &str)> {
    let mut indices = text.char_indices().map(|(index, _)| index).chain(std::iter::once(text.len()));
    text.split_at_checked(indices.nth(count as usize)?)
}

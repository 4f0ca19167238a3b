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
    let mut pieces = Pieces::untouched(code_points(decoded));
    let mut text = decoded.to_owned();
    let mut seq = 0;
    for batch in batches(changes) {
        let (splices, _) = splices(&pieces, batch, seq)?;
        let swaps = batch.iter().zip(&splices).map(|(change, splice)| Swap {
            start: splice.cover.text.start,
            old: &change.before,
            new: &change.after,
        });
        text = swap_all(&text, swaps, seq)?;
        pieces.splice(&splices);
        seq += batch.len();
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
    // Forward, lengths alone: where each batch found its text.
    let mut pieces = Pieces::untouched(decoded_len);
    let mut steps = Vec::new();
    let mut seq = 0;
    for batch in batches(changes) {
        let (splices, starts_after) = splices(&pieces, batch, seq)?;
        pieces.splice(&splices);
        steps.push((seq, batch, starts_after));
        seq += batch.len();
    }
    // Backward, with the texts.
    let mut text = text.to_owned();
    for (seq, batch, starts) in steps.into_iter().rev() {
        let swaps =
            batch.iter().zip(starts).map(|(change, start)| Swap { start, old: &change.after, new: &change.before });
        text = swap_all(&text, swaps, seq)?;
    }
    Ok(text)
}

/// Number of code points.
fn code_points(text: &str) -> u32 {
    u32::try_from(text.chars().count()).unwrap_or(u32::MAX)
}

/// Cuts the changes into groups that can be made in one pass: rising, and clear of each other.
fn batches(changes: &[RecordedChange]) -> impl Iterator<Item = &[RecordedChange]> {
    let cover = |change: &RecordedChange| Cover { decoded: change.text_start..change.text_end, text: 0..0 };
    changes.chunk_by(move |one, next| cover(one).is_clear_of(&cover(next)))
}

/// The splices of one batch, and where each one's text starts after the whole batch is made.
fn splices(pieces: &Pieces, batch: &[RecordedChange], first_seq: usize) -> Result<(Vec<Splice>, Vec<u32>), Error> {
    let mut splices = Vec::with_capacity(batch.len());
    let mut starts_after = Vec::with_capacity(batch.len());
    let mut shift = 0_i64;
    for (index, change) in batch.iter().enumerate() {
        let seq = first_seq + index;
        if change.text_start > change.text_end {
            return Err(Error::Replay { seq, reason: "it ends before it starts".to_owned() });
        }
        let decoded = change.text_start..change.text_end;
        let text = pieces.locate(&decoded);
        let (stands, recorded) = (text.end - text.start, code_points(&change.before));
        if stands != recorded {
            let reason = format!("{stands} code points stand at {decoded:?}, but `before` has {recorded}");
            return Err(Error::Replay { seq, reason });
        }
        let text_len = code_points(&change.after);
        let start_after = u32::try_from(i64::from(text.start) + shift)
            .map_err(|_| Error::Replay { seq, reason: "its place lies outside the text".to_owned() })?;
        starts_after.push(start_after);
        shift += i64::from(text_len) - i64::from(stands);
        splices.push(Splice { cover: Cover { decoded, text }, text_len });
    }
    Ok((splices, starts_after))
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

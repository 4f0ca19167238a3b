//! Text that shows damage on purpose: quoted in backticks, as manuals and issue trackers do.

use crate::stages::repair::Repair;

/// Longest quotation in backticks, in bytes. Longer ones are stray backticks.
const LONGEST: usize = 200;

/// Removes the repairs that lie inside a pair of backticks on one line.
pub(crate) fn spare(text: &str, repairs: &mut Vec<Repair>) {
    if repairs.is_empty() || memchr::memchr(b'`', text.as_bytes()).is_none() {
        return;
    }
    let spans = spans(text);
    repairs.retain(|r| {
        let after = spans.partition_point(|&(_, end)| end <= r.start);
        spans.get(after).is_none_or(|&(start, _)| r.end <= start)
    });
}

/// The byte ranges between backticks, in order.
fn spans(text: &str) -> Vec<(usize, usize)> {
    let mut spans = Vec::new();
    let mut open: Option<usize> = None;
    for at in memchr::memchr2_iter(b'`', b'\n', text.as_bytes()) {
        if text.as_bytes().get(at) == Some(&b'\n') {
            open = None;
            continue;
        }
        open = match open {
            Some(start) if at > start && at - start <= LONGEST => {
                spans.push((start, at));
                None
            }
            _ => Some(at + 1),
        };
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_end_with_the_line() {
        assert_eq!(spans("a `b c` d `e\nf `g`"), [(3, 6), (16, 17)]);
        assert_eq!(spans("no code"), []);
    }
}

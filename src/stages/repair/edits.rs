//! Repairs of a text, and how a later round of repairs is put into terms of the first text.

use std::borrow::Cow;

use crate::stages::repair::Repair;

/// A text on its way through rounds of repairs, each found in what the last one has made.
pub(crate) struct Rounds<'t> {
    text: &'t str,
    /// The text after all repairs so far.
    pub(crate) current: Cow<'t, str>,
    /// All repairs so far, in terms of the first text.
    pub(crate) edits: Vec<Repair>,
}

impl<'t> Rounds<'t> {
    pub(crate) const fn new(text: &'t str) -> Self {
        Self { text, current: Cow::Borrowed(text), edits: Vec::new() }
    }

    /// Makes repairs of the current text. Returns whether there were any.
    pub(crate) fn add(&mut self, found: Vec<Repair>) -> bool {
        if found.is_empty() {
            return false;
        }
        let repaired = apply(&self.current, &found);
        self.edits = compose(self.text, &self.current, std::mem::take(&mut self.edits), found);
        self.current = Cow::Owned(repaired);
        true
    }
}

/// The text after `repairs`, which must be sorted, disjoint and on character boundaries of `text`.
pub(crate) fn apply(text: &str, repairs: &[Repair]) -> String {
    apply_moved(text, repairs, |repair| repair.start)
}

/// The text after `repairs`, each of which begins at the byte that `start` tells.
pub(crate) fn apply_moved(text: &str, repairs: &[Repair], start: impl Fn(&Repair) -> usize) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for repair in repairs {
        let start = start(repair);
        out.push_str(text.get(at..start).expect("repairs are sorted and on boundaries"));
        out.push_str(&repair.replacement);
        at = start + (repair.end - repair.start);
    }
    out.push_str(text.get(at..).expect("repairs end inside the text"));
    out
}

/// Sorts repairs that were found independently, and leaves out those that overlap one before them.
pub(crate) fn make_disjoint(repairs: &mut Vec<Repair>) {
    repairs.sort_by_key(|repair| repair.start);
    let mut end = 0;
    repairs.retain(|repair| {
        let is_clear = repair.start >= end;
        if is_clear {
            end = repair.end;
        }
        is_clear
    });
}

/// One list of repairs of the first text that does what `first` and then `second` do.
///
/// `second` is in terms of `middle`, the text after `first`. A repair of the second list that touches the
/// replacement of one of the first list is merged with it. Repairs that change nothing are left out.
pub(crate) fn compose(text: &str, middle: &str, first: Vec<Repair>, mut second: Vec<Repair>) -> Vec<Repair> {
    if first.is_empty() {
        second.retain(|r| text.get(r.start..r.end) != Some(r.replacement.as_str()));
        return second;
    }
    if second.is_empty() {
        return first;
    }
    let mut out = Vec::with_capacity(first.len() + second.len());
    let mut first = first.into_iter().peekable();
    let mut second = second.into_iter().peekable();
    // How far positions of the middle text lie behind those of the first text: middle + shrunk - grown.
    let (mut grown, mut shrunk) = (0, 0);
    while let Some(later) = second.next() {
        while let Some(done) = first.next_if(|r| r.start + grown - shrunk + r.replacement.len() <= later.start) {
            grown += done.replacement.len();
            shrunk += done.end - done.start;
            out.push(done);
        }
        // All repairs that overlap each other become one, which covers these bytes of the middle text.
        let (mut from, mut to) = (later.start, later.end);
        let mut start = None;
        let (mut kind, mut note, mut score) = (later.kind, later.note.clone(), later.score);
        let mut parts = vec![later];
        loop {
            if let Some(done) = first.next_if(|r| r.start + grown - shrunk < to) {
                let begin = done.start + grown - shrunk;
                if start.is_none() {
                    start = Some(if begin < from { done.start } else { from + shrunk - grown });
                    kind = done.kind;
                    note = format!("{}; {note}", done.note);
                }
                from = from.min(begin);
                to = to.max(begin + done.replacement.len());
                score = score.min(done.score);
                grown += done.replacement.len();
                shrunk += done.end - done.start;
            } else if let Some(next) = second.next_if(|r| r.start < to) {
                to = to.max(next.end);
                score = score.min(next.score);
                parts.push(next);
            } else {
                break;
            }
        }
        for part in &mut parts {
            part.start -= from;
            part.end -= from;
        }
        let replacement = apply(middle.get(from..to).expect("repair boundaries"), &parts);
        let start = start.unwrap_or_else(|| from + shrunk - grown);
        out.push(Repair { start, end: to + shrunk - grown, replacement, kind, note, score });
    }
    out.extend(first);
    out.retain(|r| text.get(r.start..r.end) != Some(r.replacement.as_str()));
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stages::repair::RepairKind;

    fn repair(start: usize, end: usize, replacement: &str) -> Repair {
        Repair {
            start,
            end,
            replacement: replacement.to_owned(),
            kind: RepairKind::Lossless,
            note: String::new(),
            score: 1.0,
        }
    }

    #[test]
    fn composition_does_what_both_rounds_do() {
        let text = "abcdefghij";
        let first = vec![repair(1, 3, "XYZ"), repair(5, 6, ""), repair(7, 9, "Q")];
        let middle = apply(text, &first);
        assert_eq!(middle, "aXYZdegQj");
        for second in [
            vec![repair(2, 3, "_")],
            vec![repair(0, 5, "_")],
            vec![repair(3, 7, "__"), repair(7, 8, "")],
            vec![repair(5, 7, "k"), repair(8, 9, "!")],
            vec![repair(1, 2, "x"), repair(2, 3, "y"), repair(3, 5, "z")],
        ] {
            let expected = apply(&middle, &second);
            let both = compose(text, &middle, first.clone(), second);
            assert_eq!(apply(text, &both), expected);
            assert!(both.windows(2).all(|w| w[0].end <= w[1].start), "{both:?}");
        }
    }
}

//! Repairs of a text, and how a later round of repairs is put into terms of the first text.

use crate::stages::repair::Repair;

/// The text after `repairs`, which must be sorted, disjoint and on character boundaries of `text`.
pub(crate) fn apply(text: &str, repairs: &[Repair]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for repair in repairs {
        out.push_str(text.get(at..repair.start).expect("repairs are sorted and on boundaries"));
        out.push_str(&repair.replacement);
        at = repair.end;
    }
    out.push_str(text.get(at..).expect("repairs end inside the text"));
    out
}

/// One list of repairs of the first text that does what `first` and then `second` do.
///
/// `second` is in terms of the text after `first`. A repair of the second list that touches the
/// replacement of one of the first list is merged with it.
pub(crate) fn compose(text: &str, first: Vec<Repair>, second: Vec<Repair>) -> Vec<Repair> {
    if first.is_empty() {
        return second;
    }
    if second.is_empty() {
        return first;
    }
    let middle = apply(text, &first);
    let mut out = Vec::with_capacity(first.len() + second.len());
    let mut first = first.into_iter().peekable();
    // How far positions of the middle text lie behind those of the first text: middle + back - ahead.
    let (mut grown, mut shrunk) = (0, 0);
    for later in second {
        while let Some(done) = first.next_if(|r| r.start + grown - shrunk + r.replacement.len() <= later.start) {
            grown += done.replacement.len();
            shrunk += done.end - done.start;
            out.push(done);
        }
        let mut start = later.start + shrunk - grown;
        let mut prefix = String::new();
        let mut suffix = String::new();
        let mut kind = later.kind;
        let mut note = later.note;
        let mut score = later.score;
        let mut reached = false;
        while let Some(done) = first.next_if(|r| r.start + grown - shrunk < later.end) {
            let from = done.start + grown - shrunk;
            let to = from + done.replacement.len();
            if !reached {
                if from < later.start {
                    prefix.push_str(middle.get(from..later.start).expect("a repair boundary"));
                    start = done.start;
                }
                reached = true;
                kind = done.kind;
                note = format!("{}; {note}", done.note);
            }
            if to > later.end {
                suffix.push_str(middle.get(later.end..to).expect("a repair boundary"));
            }
            score = score.min(done.score);
            grown += done.replacement.len();
            shrunk += done.end - done.start;
        }
        let end =
            if suffix.is_empty() { later.end + shrunk - grown } else { later.end + suffix.len() + shrunk - grown };
        let replacement = format!("{prefix}{}{suffix}", later.replacement);
        out.push(Repair { start, end, replacement, kind, note, score });
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
        ] {
            let expected = apply(&middle, &second);
            let both = compose(text, first.clone(), second);
            assert_eq!(apply(text, &both), expected);
            assert!(both.windows(2).all(|w| w[0].end <= w[1].start), "{both:?}");
        }
    }
}

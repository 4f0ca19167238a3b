//! What must hold for any text that is repaired.

use scutch::stages::repair::{Repair, repair};

/// Repairs `text` and checks the edits.
pub(crate) fn check(text: &str) {
    let repaired = repair(text);
    check_edits(text, &repaired.edits);
    assert_eq!(replayed(text, &repaired.edits), repaired.text, "the edits do not give the text");
    assert_eq!(undone(text, &repaired.text, &repaired.edits), text, "the edits do not give back the original");
    let again = repair(text);
    assert_eq!((&repaired.edits, &repaired.tags), (&again.edits, &again.tags), "two runs differ");
    let plain = plain(text);
    assert_eq!(repair(&plain).text, plain, "plain letters are changed");
}

/// The edits are sorted, disjoint and on borders of characters; each changes something, and none makes controls.
fn check_edits(text: &str, edits: &[Repair]) {
    let mut end = 0;
    for edit in edits {
        let broken = text.get(edit.start..edit.end).expect("edits lie on borders of characters");
        assert!(edit.start >= end, "{edit:?} overlaps the one before it");
        assert_ne!(broken, edit.replacement);
        assert!(edit.score > 0.0 && edit.score.is_finite(), "{edit:?}");
        assert!(!edit.note.is_empty(), "{edit:?} does not say why");
        let is_control = |c: char| c.is_ascii_control() && !c.is_ascii_whitespace();
        let made = edit.replacement.chars().find(|c| is_control(*c) && !broken.contains(*c));
        assert_eq!(made, None, "{edit:?} makes a control");
        end = edit.end;
    }
}

fn replayed(text: &str, edits: &[Repair]) -> String {
    let mut result = String::new();
    let mut at = 0;
    for edit in edits {
        result.push_str(text.get(at..edit.start).expect("checked"));
        result.push_str(&edit.replacement);
        at = edit.end;
    }
    result + text.get(at..).expect("checked")
}

/// What `repaired` was before the edits of `text`: only the places that were edited are taken from `text`.
fn undone(text: &str, repaired: &str, edits: &[Repair]) -> String {
    let mut result = String::new();
    let mut rest = repaired;
    let mut at = 0;
    for edit in edits {
        let (kept, tail) = rest.split_at_checked(edit.start - at).expect("the text between edits is kept");
        result.push_str(kept);
        result.push_str(text.get(edit.start..edit.end).expect("checked"));
        rest = tail.strip_prefix(edit.replacement.as_str()).expect("the replacement stands in its place");
        at = edit.end;
    }
    result + rest
}

/// The ASCII letters of `text` in small letters, and a space for whatever is not ASCII.
fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_alphabetic() || !c.is_ascii()).map(plain_letter).collect()
}

const fn plain_letter(c: char) -> char {
    if c.is_ascii() { c.to_ascii_lowercase() } else { ' ' }
}

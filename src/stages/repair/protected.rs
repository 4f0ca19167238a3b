//! Text that shows damage on purpose, as manuals and issue trackers do: in backticks, alone in
//! quotes, in code, or beside what it stands for.

use std::ops::Range;

use crate::language::class::class;
use crate::stages::repair::Repair;
use crate::stages::repair::scan::is_clean;

/// Bytes of a word that is shown in quotes, on either side of a repair, at most: longer ones are no words, and to look
/// at them for each repair takes too long.
const LONGEST_WORD: usize = 256;

/// Longest quotation in backticks, in bytes. Longer ones are stray backticks.
const LONGEST: usize = 200;
/// How far on its line what a sequence stands for is searched, in bytes to either side.
const BESIDE: usize = 200;

/// What stands between a broken word and the same word as it should be.
const ARROWS: [&str; 4] = ["→", "->", "=>", "⇒"];

/// Removes the repairs of what is shown on purpose. Inside backticks that is everything; elsewhere
/// what looks shown is spared if that is at least half of all that is broken: in a document that is
/// broken itself, quotations and code are too.
pub(crate) fn spare(text: &str, repairs: &mut Vec<Repair>) {
    spare_code(text, repairs);
    let runs = runs(repairs);
    let shown: Vec<bool> =
        runs.iter().map(|run| repairs.get(run.clone()).is_some_and(|r| is_shown(text, r, repairs))).collect();
    let count = shown.iter().filter(|is_shown| **is_shown).count();
    if count == 0 || count * 2 < runs.len() {
        return;
    }
    let spared: Vec<bool> = runs.iter().zip(shown).flat_map(|(run, shown)| run.clone().map(move |_| shown)).collect();
    let mut spared = spared.into_iter();
    repairs.retain(|_| !spared.next().unwrap_or(false));
}

/// Removes the repairs inside backticks, and those in blocks of code if they are at least half of the others.
pub(crate) fn spare_code(text: &str, repairs: &mut Vec<Repair>) {
    if repairs.is_empty() || memchr::memchr(b'`', text.as_bytes()).is_none() {
        return;
    }
    let (spans, fences) = (spans(text), fences(text));
    repairs.retain(|repair| !is_inside(&spans, repair));
    let inside = repairs.iter().filter(|repair| is_inside(&fences, repair)).count();
    if inside * 2 >= repairs.len() {
        repairs.retain(|repair| !is_inside(&fences, repair));
    }
}

/// Removes all of the repairs if at least half of them are shown on purpose: the text explains them.
pub(crate) fn spare_all(text: &str, repairs: &mut Vec<Repair>) {
    let all = repairs.len();
    spare(text, repairs);
    if repairs.len() * 2 <= all {
        repairs.clear();
    }
}

/// Whether all that looks damaged in `text` is in backticks.
pub(crate) fn is_damage_quoted(text: &str) -> bool {
    let spans = spans(text);
    let mut from = 0;
    let mut rest = String::new();
    for (start, end) in spans {
        rest.push_str(text.get(from..start).unwrap_or_default());
        from = end;
    }
    rest.push_str(text.get(from..).unwrap_or_default());
    from > 0 && is_clean(&rest)
}

/// Indices of repairs that touch each other, together.
fn runs(repairs: &[Repair]) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    let mut end = None;
    for (i, repair) in repairs.iter().enumerate() {
        match runs.last_mut() {
            Some(run) if end == Some(repair.start) => run.end = i + 1,
            _ => runs.push(i..i + 1),
        }
        end = Some(repair.end);
    }
    runs
}

/// Whether `run`, adjacent ones of the `repairs`, is of a sequence that stands for itself.
fn is_shown(text: &str, run: &[Repair], repairs: &[Repair]) -> bool {
    let (Some(first), Some(last)) = (run.first(), run.last()) else {
        return false;
    };
    let before = text.get(..first.start).unwrap_or_default();
    let after = text.get(last.end..).unwrap_or_default();
    let left = before.chars().next_back().unwrap_or('\n');
    let right = after.chars().next().unwrap_or('\n');
    let whole = || -> String { run.iter().map(|repair| repair.replacement.as_str()).collect() };
    let is_quote = || {
        let mut chars = run.iter().flat_map(|repair| repair.replacement.chars());
        chars.all(|c| matches!(c, '’' | '‘' | '“' | '”'))
    };
    if is_quoted(left, right) || (is_enclosed(left, right) && is_quote()) {
        return true;
    }
    let alone = [left, right].iter().all(|c| c.is_whitespace() || matches!(c, '|' | '→' | '=' | ':' | ',' | '.'));
    if alone {
        let whole = whole();
        // No apostrophe stands between spaces.
        return (whole == "’" && left == ' ' && right == ' ')
            || has_beside(text, first.start..last.end, &whole, repairs);
    }
    // A word in quotes, and the same word as it should be.
    let is_word = |c: char| class(c).is_word();
    let reach = |chars: &mut dyn Iterator<Item = char>| -> Option<usize> {
        let mut length = 0;
        for c in chars.take_while(|c| is_word(*c)) {
            length += c.len_utf8();
            if length > LONGEST_WORD {
                return None;
            }
        }
        Some(length)
    };
    let (Some(head), Some(tail)) = (reach(&mut before.chars().rev()), reach(&mut after.chars())) else { return false };
    let start = before.get(..before.len() - head).unwrap_or_default();
    let end = after.get(tail..).unwrap_or_default();
    let left = start.chars().next_back().unwrap_or('\n');
    let right = end.chars().next().unwrap_or('\n');
    let place = start.len()..last.end + tail;
    if !is_quoted(left, right) && !is_mapped(text, &place) {
        return false;
    }
    let part = |range: Range<usize>| text.get(range).unwrap_or_default();
    let word = [part(start.len()..first.start), &whole(), part(last.end..last.end + tail)].concat();
    has_beside(text, place, &word, repairs)
}

/// Whether two characters are a pair of quotation marks, or the slashes around a pattern.
const fn is_quoted(left: char, right: char) -> bool {
    matches!(
        (left, right),
        ('"', '"')
            | ('\'', '\'')
            | ('“' | '„', '”' | '“')
            | ('‘' | '‚', '’' | '‘')
            | ('”', '”')
            | ('«', '»')
            | ('»', '«')
            | ('「', '」')
            | ('/', '/')
    )
}

/// Whether an arrow stands before or after `place`: `schÃ¶n → schön`.
fn is_mapped(text: &str, place: &Range<usize>) -> bool {
    let before = text.get(..place.start).unwrap_or_default().trim_end_matches(' ');
    let after = text.get(place.end..).unwrap_or_default().trim_start_matches(' ');
    ARROWS.iter().any(|arrow| before.ends_with(arrow) || after.starts_with(arrow))
}

/// Whether two characters are brackets, marks of emphasis, or the ends of tags around something.
const fn is_enclosed(left: char, right: char) -> bool {
    matches!((left, right), ('(', ')') | ('[', ']') | ('>', '<') | ('*', '*') | ('_', '_'))
}

/// Whether `word` stands near `place` and needs no repair, on the same line and not inside a longer word.
fn has_beside(text: &str, place: Range<usize>, word: &str, repairs: &[Repair]) -> bool {
    let bytes = text.as_bytes();
    let least = place.start.saturating_sub(BESIDE);
    let most = (place.end + BESIDE).min(bytes.len());
    let start = memchr::memrchr(b'\n', bytes.get(least..place.start).unwrap_or_default()).map_or(least, |i| least + i);
    let end = memchr::memchr(b'\n', bytes.get(place.end..most).unwrap_or_default()).map_or(most, |i| place.end + i);
    let line = bytes.get(start..end).unwrap_or_default();
    memchr::memmem::find_iter(line, word.as_bytes()).any(|at| {
        let at = start + at;
        let before = text.get(..at).and_then(|before| before.chars().next_back()).unwrap_or('\n');
        let after = text.get(at + word.len()..).and_then(|after| after.chars().next()).unwrap_or('\n');
        let next = repairs.partition_point(|repair| repair.end <= at);
        let is_intact = repairs.get(next).is_none_or(|repair| at + word.len() <= repair.start);
        is_intact && !class(before).is_word() && !class(after).is_word()
    })
}

fn is_inside(spans: &[(usize, usize)], repair: &Repair) -> bool {
    let after = spans.partition_point(|&(_, end)| end <= repair.start);
    spans.get(after).is_some_and(|&(start, _)| start < repair.end)
}

/// The byte ranges of blocks of code between lines of three backticks, in order.
fn fences(text: &str) -> Vec<(usize, usize)> {
    let mut fences = Vec::new();
    let mut open = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if line.trim_start().starts_with("```") {
            open = match open {
                Some(start) => {
                    fences.push((start, at));
                    None
                }
                None => Some(at + line.len()),
            };
        }
        at += line.len();
    }
    fences
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

    #[test]
    fn fences_are_pairs_of_lines() {
        assert_eq!(fences("a\n```rust\nb\n```\nc\n```\nd"), [(10, 12)]);
    }
}

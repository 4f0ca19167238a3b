//! What was meant for a terminal: escape sequences, and characters struck over each other to look bold or underlined,
//! as manual pages have them.

use std::ops::Range;

use crate::stages::repair::{Repair, RepairKind, edits, protected};

const ESCAPE: u8 = 0x1B;
const BELL: u8 = 0x07;
const BACKSPACE: u8 = 0x08;

/// Longest control string (a window title, a link) that is read, in bytes. Addresses are shorter.
const LONGEST_STRING: usize = 4096;
/// Sequences without their escape character from which a text is taken to have lost it: those of one colored word
/// in a text may be explained there.
const LEAST_LOST: usize = 3;
/// Highest number that selects a rendition: bright background colors end there (ECMA-48 and xterm).
const HIGHEST_RENDITION: u16 = 107;
/// How code and `cat -v` write the escape character.
const WRITTEN_ESCAPES: [&str; 8] = ["\\e", "\\E", "\\033", "\\x1b", "\\x1B", "\\u001b", "\\u001B", "^["];

/// Repairs of what a terminal would have carried out, sorted. What is in backticks or in blocks of code stays.
pub(crate) fn repair(text: &str) -> Vec<Repair> {
    let mut repairs = Vec::new();
    if memchr::memchr2(ESCAPE, BACKSPACE, text.as_bytes()).is_some() {
        repairs = sequences(text);
        repairs.extend(overstrikes(text));
        edits::make_disjoint(&mut repairs);
    }
    protected::spare_code(text, &mut repairs);
    repairs
}

fn terminal(place: Range<usize>, replacement: String, note: &str) -> Repair {
    Repair {
        start: place.start,
        end: place.end,
        replacement,
        kind: RepairKind::Terminal,
        note: note.to_owned(),
        score: 8.0,
    }
}

/// Escape sequences. None in a text that designates character sets of two bytes: that is ISO-2022, which lost its
/// meaning, and not its escapes, if it came here.
fn sequences(text: &str) -> Vec<Repair> {
    let bytes = text.as_bytes();
    if memchr::memmem::find(bytes, b"\x1B$").is_some() {
        return Vec::new();
    }
    let mut found: Vec<Range<usize>> = Vec::new();
    for start in memchr::memchr_iter(ESCAPE, bytes) {
        let is_inside = found.last().is_some_and(|last| start < last.end);
        if let Some(length) = bytes.get(start..).and_then(sequence).filter(|_| !is_inside) {
            found.push(start..start + length);
        }
    }
    found.chunk_by(|a, b| a.end == b.start).filter_map(|adjacent| without(text, adjacent)).collect()
}

/// The repair of adjacent sequences: a space where they move the cursor between words.
fn without(text: &str, adjacent: &[Range<usize>]) -> Option<Repair> {
    let (start, end) = (adjacent.first()?.start, adjacent.last()?.end);
    let has_moved = adjacent.iter().any(|place| text.as_bytes().get(place.clone()).is_some_and(moves));
    let replacement = if has_moved && is_between_words(text, start, end) { " " } else { "" };
    Some(terminal(start..end, replacement.to_owned(), "escape sequence"))
}

/// Length of the escape sequence at the start of `bytes`, as ECMA-48 has them (5.3 to 5.6), with the few private
/// ones that VT100 added: to save the cursor, to set the keypad, to draw lines.
fn sequence(bytes: &[u8]) -> Option<usize> {
    match bytes.get(1)? {
        b'[' => control_sequence(bytes),
        b']' | b'P' | b'X' | b'^' | b'_' => control_string(bytes),
        b'(' | b')' => bytes.get(2).is_some_and(|set| b"0AB".contains(set)).then_some(3),
        b'7' | b'8' | b'=' | b'>' => Some(2),
        _ => None,
    }
}

/// Length of `ESC [`, parameters, and a final byte. The space that may stand before the final byte is read only in
/// the shape of the cursor, `ESC [ 4 SP q`: elsewhere it is that of a text which was cut off.
fn control_sequence(bytes: &[u8]) -> Option<usize> {
    let count =
        |from: usize, is: &dyn Fn(&u8) -> bool| bytes.get(from..).map(|rest| rest.iter().take_while(|b| is(b)).count());
    let mut end = 2 + count(2, &|b| (0x30..=0x3F).contains(b))?;
    if bytes.get(end..)?.starts_with(b" q") {
        return Some(end + 2);
    }
    end += count(end, &|b| (0x21..=0x2F).contains(b))?;
    bytes.get(end).filter(|b| (0x40..=0x7E).contains(*b)).map(|_| end + 1)
}

/// Length of a control string, which ends with `ESC \` or a bell.
fn control_string(bytes: &[u8]) -> Option<usize> {
    let most = bytes.len().min(LONGEST_STRING);
    let body = bytes.get(2..most)?;
    let end = 2 + body.iter().position(u8::is_ascii_control)?;
    match bytes.get(end..)? {
        [BELL, ..] => Some(end + 1),
        [ESCAPE, b'\\', ..] => Some(end + 2),
        _ => None,
    }
}

/// Whether a sequence moves the cursor, so that what stands behind it was elsewhere on the screen.
fn moves(sequence: &[u8]) -> bool {
    sequence.starts_with(b"\x1B[") && sequence.last().is_some_and(|last| b"ABCDEFGHdf".contains(last))
}

fn is_between_words(text: &str, start: usize, end: usize) -> bool {
    let before = text.get(..start).and_then(|before| before.chars().next_back());
    let after = text.get(end..).and_then(|after| after.chars().next());
    let is_visible = |c: Option<char>| c.is_some_and(|c| !c.is_whitespace() && !c.is_control());
    is_visible(before) && is_visible(after)
}

/// Characters that are struck over the same character or an underscore: `N\bN`, `_\bw`. Other backspaces stay, since
/// what they delete is not known.
fn overstrikes(text: &str) -> Vec<Repair> {
    let mut repairs = Vec::new();
    let mut done = 0;
    for at in memchr::memchr_iter(BACKSPACE, text.as_bytes()) {
        let Some(first) = text.get(done..at).and_then(|before| before.chars().next_back()) else { continue };
        let (shown, end) = struck(text, first, at);
        if end > at {
            repairs.push(terminal(at - first.len_utf8()..end, shown.to_string(), "overstrike"));
            done = end;
        }
    }
    repairs
}

/// What is seen of `first` and of what is struck over it from byte `at` on, and where that ends.
fn struck(text: &str, first: char, at: usize) -> (char, usize) {
    let (mut shown, mut end) = (first, at);
    while let Some(next) = text.get(end..).and_then(|rest| rest.strip_prefix('\u{8}')).and_then(|r| r.chars().next()) {
        shown = match (shown, next) {
            (a, b) if [a, b].iter().any(|c| c.is_control() || c.is_whitespace()) => break,
            (a, b) if a == b || b == '_' => a,
            ('_', b) => b,
            _ => break,
        };
        end += 1 + next.len_utf8();
    }
    (shown, end)
}

/// Colors whose escape character was deleted, `[31mred[0m`. Only where there are several, each line that has them
/// ends in a reset, and none is closed by a bracket, written as an escape or alone between spaces.
///
/// A round of its own: what [`repair`] leaves may have them too.
pub(crate) fn without_escape(text: &str) -> Vec<Repair> {
    if memchr::memmem::find(text.as_bytes(), b"[0m").is_none() {
        return Vec::new();
    }
    let mut repairs = Vec::new();
    let mut begin = 0;
    for line in text.split_inclusive('\n') {
        let places = renditions(line);
        let is_reset = |place: Option<&Range<usize>>| place.and_then(|p| line.get(p.clone())) == Some("[0m");
        let is_colored = !is_reset(places.first()) && is_reset(places.last());
        let are_lost = is_colored && places.iter().all(|place| is_lost(line, place));
        if !places.is_empty() && !are_lost {
            return Vec::new();
        }
        repairs.extend(places.into_iter().map(|place| {
            terminal(begin + place.start..begin + place.end, String::new(), "escape sequence without ESC")
        }));
        begin += line.len();
    }
    if repairs.len() < LEAST_LOST {
        return Vec::new();
    }
    protected::spare_code(text, &mut repairs);
    repairs
}

/// Where `[`, numbers of renditions and `m` stand in a line.
fn renditions(line: &str) -> Vec<Range<usize>> {
    let places = memchr::memchr_iter(b'[', line.as_bytes());
    places.filter_map(|start| Some(start..start + rendition(line.get(start..)?)?)).collect()
}

/// Length of `[1;31m` at the start of `text`.
fn rendition(text: &str) -> Option<usize> {
    let rest = text.strip_prefix('[')?;
    let end = rest.find(|c: char| !c.is_ascii_digit() && c != ';').filter(|end| *end > 0)?;
    let numbers = rest.get(..end)?;
    let is_known = |number: &str| number.parse::<u16>().is_ok_and(|number| number <= HIGHEST_RENDITION);
    (rest.get(end..)?.starts_with('m') && numbers.split(';').all(is_known)).then_some(end + 2)
}

/// Whether the rendition at `place` of a line has lost its escape, rather than being something else.
fn is_lost(line: &str, place: &Range<usize>) -> bool {
    let (before, after) = (line.get(..place.start).unwrap_or_default(), line.get(place.end..).unwrap_or_default());
    let is_space = |c: char| c.is_whitespace();
    let is_alone = before.ends_with(is_space) && after.starts_with(is_space) && !after.trim().is_empty();
    let is_bracket = after.find(['[', ']']).is_some_and(|at| after.as_bytes().get(at) == Some(&b']'));
    // A bare escape character would start a new sequence.
    let is_written = before.ends_with('\u{1b}') || WRITTEN_ESCAPES.iter().any(|written| before.ends_with(written));
    !is_bracket && !is_written && !is_alone
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repaired(text: &str) -> String {
        let once = edits::apply(text, &repair(text));
        edits::apply(&once, &without_escape(&once))
    }

    #[test]
    fn escape_sequences_go() {
        for (text, expected) in [
            ("\x1B[1;31merror\x1B[0m: no \x1B[4mferry\x1B[24m\x1B[K", "error: no ferry"),
            ("\x1B[38;5;208mamber\x1B[m \x1B[38:2::255:0:0mred\x1B(B\x1B[m", "amber red"),
            ("\x1B]0;harbor: ~\x07$ ls \x1B]8;;https://x.example/\x1B\\log\x1B]8;;\x1B\\", "$ ls log"),
            ("\x1B[?25l\x1B[2J\x1B[Hwaiting\x1B[5Cdone\x1B[4 q", "waiting done"),
            ("one \x1B[3;1Htwo\x1B7\x1B8\x1B=", "one two"),
            ("\x1BP$q\"p\x1B\\text", "text"),
        ] {
            assert_eq!(repaired(text), expected);
        }
    }

    #[test]
    fn characters_struck_over_each_other_become_one() {
        assert_eq!(repaired("N\x08NA\x08AM\x08ME\x08E\n  _\x08f_\x08i_\x08l_\x08e é\x08é"), "NAME\n  file é");
        assert_eq!(repaired("f\x08_ _\x08b\x08b c\x08c\x08c _\x08_"), "f b c _");
    }

    #[test]
    fn colors_that_lost_their_escape_go() {
        let text = "[32mok[0m 12 passed\n[1;31mfailed[0m 2 in [33mwarn[0m\nplain line";
        assert_eq!(repaired(text), "ok 12 passed\nfailed 2 in warn\nplain line");
    }

    #[test]
    fn what_is_no_sequence_or_is_shown_stays() {
        for text in [
            "ESC alone \x1B and \x1B[ and \x1B[12",
            "\x1B]0;a title that never ends\nand a line",
            "typed teh\x08\x08he, then +\x08o and \x08 at the start",
            "\x1B$B%F%9%H\x1B(B",
            "write `\x1B[31m` for red and `N\x08N` for bold",
            "depths [30m-50m], [10m-30m] and [0m-10m]",
            "ranges: [0m, 10m), [10m, 30m), [30m, 50m)",
            "use [31m for red, [32m for green and [0m to end",
            "echo -e '\\e[31mred\\e[0m' '\\033[32mgreen\\033[0m'",
            "^[[31mred^[[0m and ^[[32mgreen^[[0m",
            "one [31mword[0m alone",
            "array[0m] and [1m",
        ] {
            assert_eq!(repaired(text), text);
        }
    }
}

//! Line ends, spaces, blank lines, control and invisible characters.

use crate::document::Document;
use crate::edit::{Edit, Edits, RuleId, RuleTable};
use crate::error::Error;
use crate::span::TextSpan;
use crate::stage::{Outcome, Stage};

/// Makes white space plain.
///
/// - CR LF, CR, U+2028 and U+2029 become LF; so do vertical tab and form feed between words, which
///   would otherwise be glued together.
/// - Unicode spaces become a space; runs of spaces become one; none at the start or end of a line.
/// - At most one blank line; none at the start or end of the text.
/// - C0 controls (but tab and LF), DEL, U+FEFF, soft hyphen and zero-width space go.
///   Zero-width joiner and non-joiner and variation selectors stay: scripts and emoji need them.
pub struct WhiteSpace {
    newline: RuleId,
    unicode: RuleId,
    run: RuleId,
    leading: RuleId,
    trailing: RuleId,
    blank_lines: RuleId,
    edges: RuleId,
    control: RuleId,
    invisible: RuleId,
}

impl WhiteSpace {
    /// The stage, its rules registered in `rules`.
    pub fn new(rules: &mut RuleTable) -> Self {
        let mut rule = |name| rules.builtin(super::NAME, name);
        Self {
            newline: rule("newline"),
            unicode: rule("space.unicode"),
            run: rule("space.run"),
            leading: rule("space.leading"),
            trailing: rule("space.trailing"),
            blank_lines: rule("blank_lines"),
            edges: rule("edges"),
            control: rule("control"),
            invisible: rule("invisible"),
        }
    }

    /// Edits that make the white space of `text` plain.
    fn edits(&self, text: &str) -> Result<Edits, Error> {
        let mut edits = Edits::default();
        let mut position = 0;
        while let Some(start) = next_region(text, position) {
            let end = region_end(text, start);
            self.mend_region(text, start..end, &mut edits)?;
            position = end;
        }
        Ok(edits)
    }

    /// Edits for one maximal stretch of white space and characters that go.
    fn mend_region(&self, text: &str, region: std::ops::Range<usize>, edits: &mut Edits) -> Result<(), Error> {
        let stretch = text.get(region.clone()).expect("regions lie on character borders");
        let at_edge = region.start == 0 || region.end == text.len();
        let has_newline = stretch.chars().any(|c| Class::of(c) == Some(Class::Newline));
        // A form feed alone between two words stands for a line break.
        let has_break = has_newline || stretch.chars().any(|c| Class::of(c) == Some(Class::Break));
        let mut seen = Seen::default();
        let mut chars = stretch.char_indices().peekable();
        while let Some((offset, c)) = chars.next() {
            let class = Class::of(c).expect("regions hold nothing else");
            let start = region.start + offset;
            let mut end = start + c.len_utf8();
            if c == '\r' && chars.next_if(|(_, next)| *next == '\n').is_some() {
                end += 1;
            }
            let span = TextSpan::from_range(start..end);
            let place = Place { at_edge, has_newline, has_break };
            if let Some((replacement, rule)) =
                self.decide(class, text.get(start..end) == Some("\n"), c, place, &mut seen)
            {
                edits.push_merged(Edit::replace(span, replacement, rule))?;
            }
        }
        Ok(())
    }

    /// What one character of a region becomes, and why; `None` if it stays.
    fn decide(
        &self,
        class: Class,
        is_line_feed: bool,
        c: char,
        place: Place,
        seen: &mut Seen,
    ) -> Option<(&'static str, RuleId)> {
        match class {
            Class::Control => Some(("", self.control)),
            Class::Invisible => Some(("", self.invisible)),
            Class::Newline | Class::Break | Class::Space | Class::Tab if place.at_edge => Some(("", self.edges)),
            Class::Break if place.has_newline => Some(("", self.control)),
            Class::Newline | Class::Break => {
                seen.newlines += 1;
                match (seen.newlines, is_line_feed) {
                    (1 | 2, true) => None,
                    (1 | 2, false) => Some(("\n", self.newline)),
                    _ => Some(("", self.blank_lines)),
                }
            }
            Class::Space | Class::Tab if place.has_break => {
                Some(("", if seen.newlines == 0 { self.trailing } else { self.leading }))
            }
            Class::Tab => {
                seen.space = false;
                None
            }
            Class::Space if seen.space => Some(("", self.run)),
            Class::Space => {
                seen.space = true;
                (c != ' ').then_some((" ", self.unicode))
            }
        }
    }
}

impl Stage for WhiteSpace {
    fn name(&self) -> &'static str {
        super::NAME
    }

    fn run(&self, document: &Document) -> Result<Outcome, Error> {
        Ok(Outcome { edits: self.edits(document.text.as_str())?, ..Outcome::default() })
    }
}

/// Facts about a region that decide what becomes of its characters.
#[derive(Clone, Copy)]
struct Place {
    at_edge: bool,
    has_newline: bool,
    has_break: bool,
}

/// What stood before, within a region.
#[derive(Default)]
struct Seen {
    newlines: usize,
    space: bool,
}

/// Characters that this stage deals with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Newline,
    /// Vertical tab and form feed.
    Break,
    Space,
    Tab,
    Control,
    Invisible,
}

impl Class {
    fn of(c: char) -> Option<Self> {
        Some(match c {
            '\n' | '\r' | '\u{2028}' | '\u{2029}' => Self::Newline,
            '\u{b}' | '\u{c}' => Self::Break,
            '\t' => Self::Tab,
            ' ' | '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => Self::Space,
            '\0'..='\u{1f}' | '\u{7f}' => Self::Control,
            '\u{ad}' | '\u{200b}' | '\u{feff}' => Self::Invisible,
            _ => return None,
        })
    }
}

/// Bytes that a character of some [`Class`] starts with.
const SUSPECT: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte <= 0x20 {
        table[byte] = true;
        byte += 1;
    }
    table[0x7F] = true;
    // U+00A0 U+00AD, U+1680, U+2000-U+205F, U+3000, U+FEFF.
    table[0xC2] = true;
    table[0xE1] = true;
    table[0xE2] = true;
    table[0xE3] = true;
    table[0xEF] = true;
    table
};

/// Bytes that are looked at together.
const BLOCK: usize = 64;

/// Length of what may be passed over from `position` on: whole blocks in which nothing of a [`Class`] stands
/// but single spaces and one or two line feeds between words. It may end within a character.
fn plain_blocks(bytes: &[u8], position: usize) -> usize {
    let is_plain = |block: &[u8; BLOCK + 2]| {
        // A region must not be cut in two at the border.
        let at_border = is_white(block[BLOCK - 1]) & u8::from(!block[BLOCK].is_ascii_graphic());
        // In slices side by side and without a way out, the processor looks at many bytes at a time.
        let windows = block[..BLOCK].iter().zip(&block[1..=BLOCK]).zip(&block[2..]);
        windows.fold(at_border, |found, ((one, two), three)| found | needs_a_look(*one, *two, *three)) == 0
    };
    let rest = bytes.get(position..).unwrap_or_default();
    let blocks =
        (0..).step_by(BLOCK).take_while(|at| rest.get(*at..).and_then(<[u8]>::first_chunk).is_some_and(is_plain));
    blocks.count() * BLOCK
}

/// 1 for white space of ASCII and control characters, else 0.
fn is_white(byte: u8) -> u8 {
    u8::from(byte <= b' ')
}

/// 1 if a character that is not plain starts at the first of three bytes, else 0. Numbers and no truth values,
/// since those would be looked at one by one.
fn needs_a_look(one: u8, two: u8, three: u8) -> u8 {
    let is = |byte: u8, value: u8| u8::from(byte == value);
    let feeds = is(one, b'\n') & is(two, b'\n');
    let control = u8::from(one < b' ') & (1 - is(one, b'\n')) | is(one, 0x7F);
    let run = is_white(one) & is_white(two) & (1 - feeds) | feeds & is(three, b'\n');
    // U+00A0, U+00AD; U+1680; U+2000-U+200B, U+2028, U+2029, U+202F, U+205F; U+3000; U+FEFF.
    let two_bytes = is(one, 0xC2) & (is(two, 0xA0) | is(two, 0xAD));
    let ogham = is(one, 0xE1) & is(two, 0x9A);
    let general = is(three, 0xA8) | is(three, 0xA9) | is(three, 0xAF) | u8::from(three <= 0x8B);
    let general = is(one, 0xE2) & (is(two, 0x80) & general | is(two, 0x81) & is(three, 0x9F));
    let ideographic = is(one, 0xE3) & is(two, 0x80) & is(three, 0x80);
    let mark = is(one, 0xEF) & is(two, 0xBB) & is(three, 0xBF);
    control | run | two_bytes | ogham | general | ideographic | mark
}

/// Start of the next region that may need mending, from `position` on: single spaces and single line
/// ends between words are passed over.
fn next_region(text: &str, mut position: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut looked_at = position;
    loop {
        // What stands at the start of the text is an edge, and what stands in the middle of a region was seen.
        if position > 0 && position >= looked_at {
            position = next_boundary(text, position + plain_blocks(bytes, position));
            looked_at = position + BLOCK;
        }
        let found = bytes.get(position..)?.iter().position(|byte| SUSPECT[usize::from(*byte)])?;
        position += found;
        let suspects_next = |ahead: usize| bytes.get(position + ahead).is_none_or(|byte| SUSPECT[usize::from(*byte)]);
        let is_plain = position > 0
            && match bytes.get(position) {
                Some(b' ' | b'\n') => {
                    !suspects_next(1)
                        || (bytes.get(position + 1) == Some(&b'\n')
                            && bytes.get(position) == Some(&b'\n')
                            && !suspects_next(2))
                }
                Some(b'\t') => !suspects_next(1),
                Some(0xC2 | 0xE1 | 0xE2 | 0xE3 | 0xEF) => {
                    text.get(position..)?.chars().next().and_then(Class::of).is_none()
                }
                _ => false,
            };
        if !is_plain {
            if text.get(position..)?.chars().next().and_then(Class::of).is_some() {
                return Some(position);
            }
            position += 1;
            continue;
        }
        // A plain line end may be two line feeds: step over both.
        let step = if bytes.get(position..position + 2) == Some(b"\n\n") { 2 } else { 1 };
        position = next_boundary(text, position + step);
    }
}

/// The first border of a character from `position` on.
fn next_boundary(text: &str, position: usize) -> usize {
    (position..text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len())
}

fn region_end(text: &str, start: usize) -> usize {
    let rest = text.get(start..).unwrap_or_default();
    start + rest.find(|c| Class::of(c).is_none()).unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::traced_text::TracedText;

    fn mended(text: &str) -> String {
        let mut rules = RuleTable::default();
        let stage = WhiteSpace::new(&mut rules);
        let mut traced = TracedText::decode(text.as_bytes(), encoding_rs::UTF_8).expect("short");
        traced.apply(&stage.edits(text).expect("in order"));
        traced.as_str().to_owned()
    }

    #[test]
    fn plain_text_needs_no_edit() {
        let mut rules = RuleTable::default();
        let text = "One line.\nAnother – with “quotes” and 中文，字。\n\nA new\tparagraph, می‌خواهم, 👩‍👩‍👧 ❤️.";
        assert!(WhiteSpace::new(&mut rules).edits(text).expect("in order").is_empty());
    }

    /// Every odd character, at every place of a block and beside other white space, as in a short text.
    #[test]
    fn blocks_hide_nothing() {
        let odd = [
            "\r\n",
            "\u{b}",
            "\t",
            "\0",
            "\u{7f}",
            "\u{a0}",
            "\u{ad}",
            "\u{1680}",
            "\u{2000}",
            "\u{200a}",
            "\u{200b}",
            "\u{2028}",
            "\u{2029}",
            "\u{202f}",
            "\u{205f}",
            "\u{3000}",
            "\u{feff}",
            "  ",
            "\n\n\n",
            " \n",
            "\n ",
            "\n\n \n",
            " \u{a0}",
            "\n\u{3000}",
            "“",
            "é…",
            "中",
        ];
        for odd in odd {
            let expected = mended(&format!("ab{odd}cd"));
            for front in 1..2 * BLOCK + 3 {
                let (front, back) = ("a".repeat(front), "d".repeat(3 * BLOCK));
                let text = format!("{front}b{odd}c{back}");
                assert_eq!(mended(&text), expected.replace('a', &front).replace('d', &back), "from {text:?}");
            }
        }
    }

    #[test]
    fn every_kind_of_white_space_is_made_plain() {
        let cases = [
            ("a\r\nb\rc\u{2028}d\u{2029}e", "a\nb\nc\nd\ne"),
            ("a\u{a0}b\u{3000}c \u{2009} d", "a b c d"),
            ("a  b   c", "a b c"),
            ("a \n b\t\n\tc", "a\nb\nc"),
            ("a\n\n\n\nb\n \n\u{a0}\nc", "a\n\nb\n\nc"),
            ("\n\n a\n\n", "a"),
            ("a\0b\u{1}c\u{7f}d", "abcd"),
            ("so\u{ad}ft ze\u{200b}ro \u{feff}bom", "soft zero bom"),
            ("page one\u{c}page two", "page one\npage two"),
            ("page one\n\u{c}page two", "page one\npage two"),
            ("a\tb \t c", "a\tb \t c"),
            ("a \u{200b} b", "a b"),
            ("\u{feff}", ""),
        ];
        for (text, expected) in cases {
            assert_eq!(mended(text), expected, "from {text:?}");
            assert_eq!(mended(expected), expected, "a second time");
        }
    }
}

//! A text as lines, and what their shape tells: body text, titles, furniture.

pub(crate) mod scan;

use std::ops::Range;

use scan::{BLOCK, Scan};

/// Characters from which a line that ends like a sentence is body text, in scripts with spaces
/// between words. The prototype of the rule format used 60 to 80; 80 keeps a one-line correction
/// note (65 characters) from ending the tail of an article.
pub(crate) const BODY_CHARS: usize = 80;
/// The same for Han, Kana, Thai and the like, where a character says about three times as much.
const BODY_CHARS_UNSPACED: usize = 25;
/// Shortest and longest title in characters: headlines of one word are as likely furniture.
const TITLE_CHARS: std::ops::RangeInclusive<usize> = 10..=200;
/// Bytes of a line for which memory is reserved: menus have shorter lines, articles longer ones.
const BYTES_PER_LINE: usize = 48;
/// Shortest title in a script without spaces.
const TITLE_CHARS_UNSPACED: usize = 5;

/// One line of a text, not blank. All positions are bytes of the text. They have 32 bits, as in
/// [`crate::traced_text::TracedText`]: a text of short lines takes more memory for its lines than for itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    content: Range<u32>,
    full: Range<u32>,
    chars: u32,
    /// Whether it has the length and the end of a paragraph of body text.
    pub(crate) is_body: bool,
    /// Whether it has at least half of that length: body text where no line is longer.
    pub(crate) is_short_body: bool,
    /// Whether it ends like a sentence, whatever its length.
    pub(crate) ends_sentence: bool,
}

impl Line {
    /// Where the line stands, without surrounding white space and line end.
    #[inline]
    pub(crate) fn content(&self) -> Range<usize> {
        self.content.start as usize..self.content.end as usize
    }

    /// Where the line stands, with its line end.
    #[inline]
    pub(crate) fn full(&self) -> Range<usize> {
        self.full.start as usize..self.full.end as usize
    }

    /// Bytes of white space before the content.
    pub(crate) fn indent(&self) -> usize {
        (self.content.start - self.full.start) as usize
    }

    /// Characters of the content.
    #[inline]
    pub(crate) fn chars(&self) -> usize {
        self.chars as usize
    }

    /// The line's content in the text it was made from.
    #[inline]
    pub(crate) fn text<'a>(&self, text: &'a str) -> &'a str {
        text.get(self.content()).unwrap_or_default()
    }
}

/// What counts as body text in a text: its lines with the length of a paragraph, or, where no line is as long, those
/// with half of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BodyShape {
    has_long: bool,
}

impl BodyShape {
    /// The shape of body text among these lines.
    pub(crate) fn of<'a>(lines: impl IntoIterator<Item = &'a Line>) -> Self {
        Self { has_long: lines.into_iter().any(|line| line.is_body) }
    }

    /// Whether a line has it.
    pub(crate) fn fits(self, line: &Line) -> bool {
        if self.has_long { line.is_body } else { line.is_short_body }
    }
}

/// The lines of `text` that are not blank, in order; line ends are LF, CR LF, CR, U+2028 and U+2029.
pub(crate) fn split(text: &str) -> Vec<Line> {
    split_scanned(text, &Scan::of(text))
}

/// The same for a text whose bytes were looked at.
pub(crate) fn split_scanned(text: &str, scan: &Scan) -> Vec<Line> {
    let mut lines = Vec::with_capacity(text.len() / BYTES_PER_LINE);
    let bytes = text.as_bytes();
    let mut start = 0;
    let mut end_line = |end: usize, width: usize| {
        // The second half of a CR LF ends no line.
        if end >= start {
            let width = if bytes.get(end..end + 2) == Some(b"\r\n") { 2 } else { width };
            lines.extend(line(text, scan, start..end, end + width));
            start = end + width;
        }
    };
    let has_unicode_ends = memchr::memmem::find(bytes, "\u{2028}".as_bytes()).is_some()
        || memchr::memmem::find(bytes, "\u{2029}".as_bytes()).is_some();
    if has_unicode_ends {
        let ends = text.match_indices(['\n', '\r', '\u{2028}', '\u{2029}']);
        ends.for_each(|(end, found)| end_line(end, found.len()));
    } else {
        for (classes, first) in scan.blocks().iter().zip((0..).step_by(BLOCK)) {
            let mut controls = classes.control;
            while controls != 0 {
                let at = first + controls.trailing_zeros() as usize;
                controls &= controls - 1;
                if matches!(bytes.get(at), Some(b'\n' | b'\r')) {
                    end_line(at, 1);
                }
            }
        }
    }
    end_line(text.len(), 0);
    lines
}

/// The line in `range`; `None` if it is blank.
fn line(text: &str, scan: &Scan, range: Range<usize>, full_end: usize) -> Option<Line> {
    let whole = text.get(range.clone()).unwrap_or_default();
    // Most lines begin and end with a letter.
    let is_graphic = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_graphic);
    let trimmed_start = if is_graphic(whole.as_bytes().first()) { whole } else { whole.trim_start() };
    let start = range.start + (whole.len() - trimmed_start.len());
    let content = if is_graphic(whole.as_bytes().last()) { trimmed_start } else { trimmed_start.trim_end() };
    if content.is_empty() {
        return None;
    }
    // Other bytes than the first one of each character.
    let more: u32 = scan.within(start..start + content.len()).map(|classes| classes.continuation.count_ones()).sum();
    let is_ascii = more == 0;
    let chars = content.len() - more as usize;
    let body_chars = if !is_ascii && is_mostly_unspaced(content) { BODY_CHARS_UNSPACED } else { BODY_CHARS };
    let ends_sentence = ends_sentence(content);
    let is_short_body = chars >= body_chars / 2 && (ends_sentence || self::ends_sentence(without_references(content)));
    let position = |at: usize| u32::try_from(at).expect("texts are shorter than 4 GiB");
    Some(Line {
        content: position(start)..position(start + content.len()),
        full: position(range.start)..position(full_end),
        chars: position(chars),
        is_body: is_short_body && chars >= body_chars,
        is_short_body,
        ends_sentence,
    })
}

/// Whether the first characters are of a script without spaces between words.
fn is_mostly_unspaced(text: &str) -> bool {
    /// Characters looked at.
    const SAMPLE: usize = 40;
    /// Bytes of the longest character.
    const LONGEST_CHARACTER: usize = 4;
    // ASCII at the start decides nearly all texts at once, and so do bytes that no such character starts with.
    let start = |bytes: usize| text.as_bytes().get(..bytes).unwrap_or(text.as_bytes());
    let may_start_one = |byte: &u8| matches!(byte, 0xE0 | 0xE1 | 0xE3..=0xE9 | 0xF0);
    if start(SAMPLE).is_ascii() || !start(SAMPLE * LONGEST_CHARACTER).iter().any(may_start_one) {
        return false;
    }
    let sample = text.chars().take(SAMPLE);
    let (mut unspaced, mut letters) = (0, 0);
    for c in sample.filter(|c| c.is_alphanumeric()) {
        letters += 1;
        unspaced += usize::from(is_unspaced(c));
    }
    unspaced * 2 > letters
}

/// Whether a character is of a script that puts no spaces between words: Han, Kana, Thai, Lao,
/// Khmer, Myanmar.
pub(crate) fn is_unspaced(c: char) -> bool {
    matches!(
        c,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3040}'..='\u{30ff}'
            | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{20000}'..='\u{3134f}'
    )
}

/// Whether a line ends like a sentence: with its punctuation, closing quotes and brackets behind it.
pub(crate) fn ends_sentence(line: &str) -> bool {
    // Most lines end with a letter.
    if line.bytes().next_back().is_some_and(|byte| byte.is_ascii_alphanumeric()) {
        return false;
    }
    let end = line.trim_end_matches(['"', '\'', '”', '’', '»', '«', '“', ')', ']', '」', '』', '）', '*']);
    end.ends_with(['.', '!', '?', '…', '。', '！', '？', '؟', '۔', '।', '．'])
}

/// A line without what refers to notes and sources at its end: `.[3]`, `. (Fenwick 1998)`, `.¹²`, `.7`.
fn without_references(line: &str) -> &str {
    /// Bytes of the longest reference: more may be a part of the sentence.
    const LONGEST: usize = 60;
    let mut rest = line;
    while let Some(open) = rest.chars().next_back().and_then(opening_bracket) {
        match rest.rfind(open).filter(|at| rest.len() - at <= LONGEST).and_then(|at| rest.get(..at)) {
            Some(before) => rest = before.trim_end(),
            None => return line,
        }
    }
    let is_number = |c: char| c.is_ascii_digit() || matches!(c, '¹' | '²' | '³' | '⁰' | '⁴'..='⁹');
    let before = rest.trim_end_matches(is_number);
    // A number behind a number is a decimal.
    let is_behind_word = before.trim_end_matches(['.', '!', '?', '”', '"']).ends_with(char::is_alphabetic);
    if is_behind_word { before } else { rest }
}

/// The bracket that a closing one belongs to.
fn opening_bracket(close: char) -> Option<char> {
    match close {
        ')' => Some('('),
        ']' => Some('['),
        '）' => Some('（'),
        '】' => Some('【'),
        _ => None,
    }
}

/// Index of the title among `lines`: the first line that counts, if it looks like a headline with
/// text behind it. `counts` says which lines are not furniture.
pub(crate) fn find_title(text: &str, lines: &[Line], counts: impl Fn(usize) -> bool) -> Option<usize> {
    let mut candidates = lines.iter().enumerate().filter(|(index, _)| counts(*index));
    let (index, line) = candidates.next()?;
    let has_text_behind = candidates.any(|(_, next)| next.chars > line.chars / 2 && next.ends_sentence);
    (looks_like_title(text, line) && has_text_behind).then_some(index)
}

/// Whether a line has the length, the start and the end of a headline.
pub(crate) fn looks_like_title(text: &str, line: &Line) -> bool {
    let content = line.text(text);
    let shortest = if is_mostly_unspaced(content) { TITLE_CHARS_UNSPACED } else { *TITLE_CHARS.start() };
    let has_title_length = (shortest..=*TITLE_CHARS.end()).contains(&line.chars());
    let ends_like_title = !line.ends_sentence || content.ends_with(['?', '!', '？', '！', '"', '”', '\'', '’']);
    let starts_like_title = content.chars().next().is_some_and(|c| c.is_alphanumeric() || "\"'“‘«„「『¿¡".contains(c));
    has_title_length && ends_like_title && starts_like_title
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_at_every_kind_of_line_end_and_blank_ones_are_none() {
        for text in ["one\r\ntwo \u{2028} three\rfour\n\nfive", "\r\none\r\n\r\n two\r\r\nthree\n\rfour\nfive\r\n"] {
            let lines: Vec<&str> = split(text).iter().map(|line| line.text(text)).collect();
            assert_eq!(lines, ["one", "two", "three", "four", "five"]);
            assert_eq!(split(text).last().map(|line| line.full().end), Some(text.len()));
        }
        let full: Vec<_> = split(" one\r\ntwo\r\n").iter().map(Line::full).collect();
        assert_eq!(full, [0..6, 6..11]);
    }

    #[test]
    fn references_are_no_end_of_their_own() {
        let without = |line: &str| without_references(line).to_owned();
        for reference in ["[3]", "[3][14]", " (Fenwick 1998)", "¹²", "12", " (12) [4]"] {
            assert_eq!(without(&format!("The gate was shut.{reference}")), "The gate was shut.");
        }
        for line in ["The price fell to 3.14", "Photo 12", "The gate (from 1870) was shut", ")", "a.)"] {
            assert_eq!(ends_sentence(without_references(line)), ends_sentence(line), "{line}");
        }
    }

    #[test]
    fn title_is_the_first_line_that_is_no_sentence() {
        let text =
            "Share\nBridge reopens after ten years\n\nThe bridge over the river was opened to traffic again on Monday.";
        let lines = split(text);
        assert_eq!(find_title(text, &lines, |index| index != 0), Some(1));
        let text = "The bridge was opened to traffic again.\nIt had been closed for ten years.";
        assert_eq!(find_title(text, &split(text), |_| true), None);
    }
}

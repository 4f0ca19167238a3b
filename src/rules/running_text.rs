//! Short lines that are part of the text around them, whatever rule matches them: words of a sentence that
//! an extractor broke at its links, entries of a list that the text announces.

use super::engine::Examination;
use super::format::Scope;
use super::matcher::Slot;
use crate::lines::{Line, ends_sentence};

/// Longest entry of a list in characters that may be such a part: the size that the rules for one-word
/// buttons have.
const MAX_CHARS: usize = 24;
/// Longest line that may be a word of a sentence: a button has one word or two short ones (`Contact us`),
/// and longer links are most often those of a notice (`Privacy Policy`).
const MAX_WORD_CHARS: usize = 12;
/// Lines in a row that may be words of one sentence without text between them.
const MAX_BROKEN_OUT: usize = 3;
/// Lines in which a sentence must come to its end, from the line behind the one that is looked at.
const MAX_LINES_OF_SENTENCE: usize = 8;
/// Entries of a list that are passed over on the way to the line that announces it.
const MAX_ENTRIES: usize = 12;
/// What an entry of a list starts with, before a space.
const ENTRY_MARKS: [char; 4] = ['*', '-', '+', '•'];

impl Examination<'_> {
    /// Whether a line is part of the text around it.
    pub(super) fn is_running_text(&self, index: usize) -> bool {
        let chars = self.line(index).chars();
        if chars > MAX_CHARS {
            return false;
        }
        let Some(known) = self.known.get(index) else { return false };
        if let Some(found) = known.is_running_text.get() {
            return found;
        }
        let found = self.find_whether_running_text(index, chars);
        known.is_running_text.set(Some(found));
        found
    }

    fn find_whether_running_text(&self, index: usize, chars: usize) -> bool {
        let is_word = || self.content(index).starts_with(char::is_alphanumeric);
        (chars <= MAX_WORD_CHARS && is_word() && self.is_inside_sentence(index)) || self.is_announced_entry(index)
    }

    /// Whether the line, alone or with a few matched ones beside it, stands in the middle of a sentence: the
    /// text before ends with a small letter or a comma, or there is none, and the text behind starts with a
    /// word in small letters and comes to the end of a sentence.
    fn is_inside_sentence(&self, index: usize) -> bool {
        // Most lines are followed by none that goes on, whatever rules match.
        let mut behind = (index + 1..self.lines.len()).take(MAX_BROKEN_OUT);
        if !behind.any(|line| starts_inside_sentence(self.content(line))) {
            return false;
        }
        let first = self.last_in_run(index, -1);
        let last = self.last_in_run(index, 1);
        let (Some(previous), Some(next)) = (self.neighbor(first, -1), self.neighbor(last, 1)) else {
            return self.starts_the_text(first, last);
        };
        !self.is_matched(previous) && is_open(self.content(previous)) && self.goes_on_to_its_end(next)
    }

    /// Whether a line that is the first of the text is the start of its first sentence.
    fn starts_the_text(&self, first: usize, last: usize) -> bool {
        let goes_on = |next| self.goes_on_to_its_end(next);
        first == last && self.neighbor(first, -1).is_none() && self.neighbor(last, 1).is_some_and(goes_on)
    }

    /// Whether a sentence goes on in a line that no rule matches, and comes to its end there or below, in
    /// lines that go on too or are matched.
    fn goes_on_to_its_end(&self, line: usize) -> bool {
        let goes_on = |line: usize| starts_inside_sentence(self.content(line));
        let lines = std::iter::successors(Some(line), |line| self.neighbor(*line, 1)).take(MAX_LINES_OF_SENTENCE);
        let mut lines = lines.take_while(|line| goes_on(*line) || self.is_short_match(*line));
        !self.is_matched(line) && goes_on(line) && lines.any(|line| ends_sentence(self.content(line)))
    }

    /// The last of the matched short lines that follow each other from a line in one direction.
    fn last_in_run(&self, index: usize, step: isize) -> usize {
        let next = |line: &usize| self.neighbor(*line, step).filter(|line| self.is_short_match(*line));
        std::iter::successors(Some(index), next).take(MAX_BROKEN_OUT).last().unwrap_or(index)
    }

    /// Whether the line is an entry of a list (`* Share`) that a line of text with a colon at its end
    /// announces, and behind which the text goes on with a sentence.
    fn is_announced_entry(&self, index: usize) -> bool {
        let is_entry = |line: &usize| is_entry(self.content(*line));
        let announcing = self.announcing.get_or_init(|| self.find_announcing());
        let above = announcing.get(..announcing.partition_point(|line| *line < index)).and_then(<[usize]>::last);
        let is_announced = |above: usize| {
            let behind = std::iter::successors(self.neighbor(index, 1), |line| self.neighbor(*line, 1));
            let outside = behind.take(MAX_ENTRIES).find(|line| !is_entry(line));
            index - above <= MAX_ENTRIES
                && (above + 1..=index).all(|line| is_entry(&line))
                && !self.is_matched(above)
                && outside.is_some_and(|line| !self.is_matched(line) && self.line(line).is_short_body)
        };
        above.is_some_and(|above| is_announced(*above))
    }

    /// Lines that may announce a list.
    fn find_announcing(&self) -> Vec<usize> {
        let announces = |(index, line): &(usize, &Line)| {
            let content = self.content(*index);
            line.chars() > MAX_CHARS && content.ends_with([':', '：']) && !is_entry(content)
        };
        self.lines.iter().enumerate().filter(announces).map(|(index, _)| index).collect()
    }

    fn is_short_match(&self, line: usize) -> bool {
        self.line(line).chars() <= MAX_CHARS && self.is_matched(line)
    }

    /// Whether a rule that takes lines out matches the line, its guards not being looked at.
    fn is_matched(&self, line: usize) -> bool {
        let Some(known) = self.known.get(line) else { return false };
        if let Some(found) = known.is_matched.get() {
            return found;
        }
        let found = self.targets_of(line).iter().any(|target| {
            let facts = &self.rule(target.rule).facts;
            let takes_lines = facts.scope == Scope::Line && facts.removes();
            target.slot == Slot::Main && takes_lines && !self.is_excepted(line, target.rule)
        });
        known.is_matched.set(Some(found));
        found
    }
}

/// Whether a line is an entry of a list.
fn is_entry(line: &str) -> bool {
    let mut chars = line.chars();
    chars.next().is_some_and(|first| ENTRY_MARKS.contains(&first)) && chars.next() == Some(' ')
}

/// Whether a line can be the start of a sentence that goes on in the next line: it ends with a small letter
/// or a comma.
fn is_open(line: &str) -> bool {
    line.ends_with(|c: char| c.is_lowercase() || matches!(c, ',' | '，'))
}

/// Whether a line starts with a word in small letters: not with an address or a name such as `iPhone`.
fn starts_inside_sentence(line: &str) -> bool {
    if !line.starts_with(is_of_small_word) {
        return false;
    }
    let word = line.split(char::is_whitespace).next().unwrap_or_default();
    let word = word.trim_end_matches([',', '.', ';', ':', '!', '?', '…', '"', '”', ')']);
    // One letter is the mark of a list (`o Editorials`) more often than a word.
    word.chars().nth(1).is_some() && word.chars().all(is_of_small_word)
}

/// Whether a character stands in words in small letters.
fn is_of_small_word(c: char) -> bool {
    c.is_lowercase() || matches!(c, '\'' | '’' | '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentence_goes_on_only_with_words() {
        assert!(is_open("To pay, press") && is_open("It said,") && !is_open("Done.") && !is_open("IT SAID"));
        for line in ["and wait", "then", "l'eau", "light!"] {
            assert!(starts_inside_sentence(line), "{line}");
        }
        for line in ["o Editorials", "iPhone", "ada@example.org", "Then", "12 votes", "", "www.example.org"] {
            assert!(!starts_inside_sentence(line), "{line}");
        }
    }
}

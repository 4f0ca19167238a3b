//! The text of a document as it was, with every edit in its place: what went, what came, and which rules did it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write;

use anstyle::{AnsiColor, Style};

use crate::document::Document;
use crate::edit::RuleTable;
use crate::span::DecodedSpan;
use crate::stages::extract;
use crate::traced_text::Change;

const REMOVED: Style = AnsiColor::Red.on_default().strikethrough();
const ADDED: Style = AnsiColor::Green.on_default();
/// Style of names beside the text.
pub(super) const NAME: Style = AnsiColor::Cyan.on_default().dimmed();

/// Characters of removed markup that are shown from each end. Removed text is shown whole.
const SHOWN_MARKUP: usize = 400;

/// Writes the decoded text, removed text as `[-...-]`, new text as `{+...+}`, each with its rules. A stretch stands in
/// the bracket of the edit that took it: where an edit took what other edits had left, it has a bracket for each part.
pub(super) fn print(out: &mut impl Write, document: &Document, rules: &RuleTable) -> std::io::Result<()> {
    let changes: Vec<Change<'_>> = document.text.changes().collect();
    let decoded = document.text.decoded();
    for segment in segments(&changes, decoded) {
        let before = decoded.get(segment.span.range()).unwrap_or_default();
        let after = match segment.state {
            State::Copy => {
                write!(out, "{before}")?;
                continue;
            }
            State::Gone | State::Replaced { is_first: false, .. } => "",
            State::Replaced { by, is_first: true } => changes.get(by).map_or("", |change| change.after),
        };
        let is_markup = last(&segment, &changes).is_some_and(|change| rules.get(change.rule).stage == extract::NAME);
        if !before.is_empty() {
            let shown = if is_markup { shortened(before) } else { visible(before) };
            write!(out, "{REMOVED}[-{shown}-]{REMOVED:#}")?;
        }
        if !after.is_empty() {
            write!(out, "{ADDED}{{+{}+}}{ADDED:#}", visible(after))?;
        }
        let mut names: Vec<String> = Vec::new();
        for change in segment.changes.iter().filter_map(|index| changes.get(*index)) {
            let name = name(change, rules);
            if !names.contains(&name) {
                names.push(name);
            }
        }
        write!(out, "{NAME}<{}>{NAME:#}", names.join(", "))?;
        if before.ends_with('\n') {
            writeln!(out)?;
        }
    }
    if decoded.ends_with('\n') { Ok(()) } else { writeln!(out) }
}

/// Rule, score where it says how sure it was, and note of a change.
fn name(change: &Change<'_>, rules: &RuleTable) -> String {
    let mut name = rules.get(change.rule).id.clone();
    if change.score < 1.0 {
        // Rounded down: 1.00 would be as sure as rules without a score are.
        let percent = (change.score * 100.0).floor();
        // Writing to a string cannot fail.
        let _ = write!(name, " {:.2}", percent / 100.0);
    }
    if !change.note.is_empty() {
        name.push_str(": ");
        name.push_str(change.note);
    }
    name
}

/// A stretch of the decoded text that the same edits made what it is.
struct Segment {
    span: DecodedSpan,
    /// Numbers of the edits, rising.
    changes: Vec<usize>,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// It stands as it was.
    Copy,
    /// It went.
    Gone,
    /// Other text stands for it, and for the segments beside it that the edit `by` took, too: at the first of them.
    Replaced { by: usize, is_first: bool },
}

/// Edits and state of a stretch.
#[derive(Clone)]
struct Part {
    end: u32,
    changes: Vec<usize>,
    state: State,
}

/// The decoded text in stretches, in order, none missing. Each edit gets what those before it left of its span.
fn segments(changes: &[Change<'_>], decoded: &str) -> Vec<Segment> {
    let end = u32::try_from(decoded.len()).unwrap_or(u32::MAX);
    // By start and end: an insertion comes before the stretch that begins at its place.
    let mut parts = BTreeMap::from([((0, end), Part { end, changes: Vec::new(), state: State::Copy })]);
    for (number, change) in changes.iter().enumerate() {
        let span = change.decoded;
        split(&mut parts, span.start);
        split(&mut parts, span.end);
        let mut is_first = true;
        for (_, part) in parts.range_mut((span.start, span.start)..=(span.end, span.end)) {
            if part.state == State::Gone {
                continue;
            }
            part.changes.push(number);
            part.state = if change.after.is_empty() {
                State::Gone
            } else {
                State::Replaced { by: number, is_first: std::mem::take(&mut is_first) }
            };
        }
        if is_first && !change.after.is_empty() {
            let state = State::Replaced { by: number, is_first };
            parts.insert((span.start, span.start), Part { end: span.start, changes: vec![number], state });
        }
    }
    let mut segments: Vec<Segment> = Vec::new();
    for ((start, _), part) in parts {
        if start == part.end && part.state == State::Gone {
            // What was inserted and went again was never in the text.
            continue;
        }
        let end = part.end;
        match segments.last_mut() {
            Some(before)
                if before.state == State::Gone
                    && part.state == State::Gone
                    && before.changes.last() == part.changes.last() =>
            {
                before.span.end = end;
                before.changes.extend(part.changes);
                before.changes.sort_unstable();
                before.changes.dedup();
            }
            _ => {
                let span = DecodedSpan::new(start, end);
                segments.push(Segment { span, changes: part.changes, state: part.state });
            }
        }
    }
    segments
}

/// Makes a border at `at`.
fn split(parts: &mut BTreeMap<(u32, u32), Part>, at: u32) {
    let Some((&(start, end), _)) = parts.range(..(at, at)).next_back() else { return };
    if !(start < at && at < end) {
        return;
    }
    let Some(part) = parts.remove(&(start, end)) else { return };
    parts.insert((start, at), Part { end: at, ..part.clone() });
    let state = match part.state {
        State::Replaced { by, .. } => State::Replaced { by, is_first: false },
        state => state,
    };
    parts.insert((at, end), Part { state, ..part });
}

/// The edit that a segment owes its state to.
fn last<'a>(segment: &Segment, changes: &'a [Change<'a>]) -> Option<&'a Change<'a>> {
    segment.changes.last().and_then(|number| changes.get(*number))
}

/// Markup with its middle left out, if it is long.
fn shortened(markup: &str) -> String {
    let count = markup.chars().count();
    if count <= 2 * SHOWN_MARKUP {
        return visible(markup);
    }
    let start: String = markup.chars().take(SHOWN_MARKUP).collect();
    let end: String = markup.chars().skip(count - SHOWN_MARKUP).collect();
    format!("{} ... {} characters ... {}", visible(&start), count - 2 * SHOWN_MARKUP, visible(&end))
}

/// Text with characters that cannot be seen spelled out; a line end within it is spelled and made.
fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\n' if chars.peek().is_some() => shown.push_str("\\n\n"),
            '\n' => shown.push_str("\\n"),
            '\r' => shown.push_str("\\r"),
            '\t' => shown.push_str("\\t"),
            ' ' => shown.push(' '),
            c if c.is_control() || c.is_whitespace() || is_unseen(c) => {
                let _ = write!(shown, "U+{:04X}", u32::from(c));
            }
            c => shown.push(c),
        }
    }
    shown
}

/// Zero-width and invisible characters, and combining marks, which look like part of a letter.
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Source;
    use crate::edit::{Edit, Edits};
    use crate::span::TextSpan;
    use crate::traced_text::TracedText;

    /// What is printed of `text` after each list of edits was made: start, end, replacement, rule.
    fn printed(text: &str, rounds: &[&[(u32, u32, &'static str, &'static str)]]) -> String {
        let mut rules = RuleTable::default();
        let mut traced = TracedText::decode(text.as_bytes(), encoding_rs::UTF_8).expect("UTF-8");
        for round in rounds {
            let mut edits = Edits::default();
            for (start, end, with, rule) in *round {
                let rule = rules.builtin("strip", rule);
                edits.push(Edit::replace(TextSpan::new(*start, *end), *with, rule)).expect("in order");
            }
            traced.apply(&edits);
        }
        let mut document = Document::refused(Source::default(), String::new());
        document.text = traced;
        let mut out = anstream::StripStream::new(Vec::new());
        print(&mut out, &document, &rules).expect("memory takes it");
        String::from_utf8(out.into_inner()).expect("UTF-8")
    }

    #[test]
    fn edits_side_by_side_have_a_bracket_each() {
        let shown = printed("a\nb\nc\n", &[&[(0, 2, "", "one"), (2, 4, "", "two")]]);
        assert_eq!(shown, "[-a\\n-]<strip.one>\n[-b\\n-]<strip.two>\nc\n");
    }

    #[test]
    fn edit_around_others_has_what_they_left() {
        let shown = printed("\na\n\nb\nc", &[&[(1, 3, "", "one"), (4, 6, "", "two")], &[(0, 2, "", "edges")]]);
        let lines: Vec<&str> = shown.lines().collect();
        let edges = "[-\\n-]<strip.edges>";
        assert_eq!(lines, [edges, "[-a\\n-]<strip.one>", edges, "[-b\\n-]<strip.two>", "c"]);
    }

    #[test]
    fn replacement_stands_where_its_edit_begins_and_names_those_before() {
        let shown = printed("a??b  c", &[&[(1, 3, "x", "one")], &[(1, 2, "y", "two"), (3, 5, " ", "space")]]);
        assert_eq!(shown, "a[-??-]{+y+}<strip.one, strip.two>b[-  -]{+ +}<strip.space>c\n");
        let gone = printed("don??t\nc", &[&[(3, 5, "x", "one")], &[(0, 6, "", "line")]]);
        assert_eq!(gone, "[-don??t\\n-]<strip.one, strip.line>\nc\n");
        assert_eq!(printed("ab", &[&[(1, 1, "x", "one")]]), "a{+x+}<strip.one>b\n");
        assert_eq!(printed("ab", &[&[(1, 1, "x", "one")], &[(1, 2, "", "two")]]), "ab\n");
    }

    #[test]
    fn score_and_note_stand_behind_the_rule() {
        let mut rules = RuleTable::default();
        let mut edit = Edit::delete(TextSpan::new(0, 1), rules.builtin("strip", "one"));
        (edit.score, edit.note) = (0.999, "why".into());
        let mut traced = TracedText::decode(b"ab", encoding_rs::UTF_8).expect("UTF-8");
        let mut edits = Edits::default();
        edits.push(edit).expect("the first");
        traced.apply(&edits);
        let change = traced.changes().next().expect("one");
        assert_eq!(name(&change, &rules), "strip.one 0.99: why");
    }

    #[test]
    fn removed_text_is_shown_whole_line_by_line() {
        let text = "word\n".repeat(500);
        let shown = printed(&text, &[&[(0, 2500, "", "page")]]);
        assert_eq!(shown.lines().count(), 500);
        assert!(shown.starts_with("[-word\\nword".replace("nword", "n\nword").as_str()), "{shown}");
        assert!(shown.ends_with("word\\n-]<strip.page>\n"), "{shown}");
    }
}

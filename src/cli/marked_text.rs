//! The text of a document as it was, with every edit in its place: what went, what came, and which rules did it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write;
use std::ops::Range;

use anstyle::{AnsiColor, Style};

use crate::document::Document;
use crate::edit::RuleTable;
use crate::span::{DecodedSpan, offset};
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
    for segment in segments(&changes, decoded, rules) {
        let before = decoded.get(segment.span.range()).unwrap_or_default();
        let Some(after) = &segment.text else {
            write!(out, "{before}")?;
            continue;
        };
        let is_markup = is_of_markup(&segment.changes, &changes, rules);
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
    /// What stands there now; `None` if it is what stood there.
    text: Option<String>,
}

/// What became of a stretch of the decoded text, whose start and end are its key.
#[derive(Clone, Default)]
struct Part {
    changes: Vec<usize>,
    text: Option<String>,
}

/// Parts by start and end: an insertion comes before the stretch that begins at its place.
type Parts = BTreeMap<(u32, u32), Part>;

/// The decoded text in stretches, in order, none missing. Each edit gets what it touches itself of what those before it left.
fn segments(changes: &[Change<'_>], decoded: &str, rules: &RuleTable) -> Vec<Segment> {
    let mut parts = Parts::from([((0, offset(decoded.len())), Part::default())]);
    for (number, change) in changes.iter().enumerate() {
        make(&mut parts, number, change, decoded);
    }
    let mut segments: Vec<Segment> = Vec::new();
    for ((start, end), part) in parts {
        let is_gone = part.text.as_deref() == Some("");
        if start == end && is_gone {
            // What was inserted and went again was never in the text.
            continue;
        }
        let is_text = |numbers: &[usize]| !is_of_markup(numbers, changes, rules);
        match segments.last_mut() {
            Some(before)
                if is_gone
                    && before.text.as_deref() == Some("")
                    && before.changes.last() == part.changes.last()
                    && is_text(&before.changes)
                    && is_text(&part.changes) =>
            {
                before.span.end = end;
                before.changes.extend(part.changes);
            }
            _ => segments.push(Segment { span: DecodedSpan::new(start, end), changes: part.changes, text: part.text }),
        }
    }
    for segment in &mut segments {
        segment.changes.sort_unstable();
        segment.changes.dedup();
    }
    segments
}

/// Makes one change. It may be recorded with more text than it changes, where edits touched parts of one replacement.
fn make(parts: &mut Parts, number: usize, change: &Change<'_>, decoded: &str) {
    let span = change.decoded;
    split(parts, span.start);
    split(parts, span.end);
    let keys: Vec<(u32, u32)> =
        parts.range((span.start, span.start)..=(span.end, span.end)).map(|(key, _)| *key).collect();
    let is_edited =
        |key: &(u32, u32)| parts.get(key).and_then(|part| part.text.as_ref()).is_some_and(|text| !text.is_empty());
    let (changed, with) = if keys.iter().any(is_edited) {
        difference(change.before, change.after)
    } else {
        (0..change.before.len(), change.after)
    };
    let mut with = Some(with);
    let mut at = 0;
    for (start, end) in keys {
        let Some(part) = parts.get_mut(&(start, end)) else { continue };
        let length = part.text.as_ref().map_or((end - start) as usize, String::len);
        let (from, to) = (changed.start.clamp(at, at + length) - at, changed.end.clamp(at, at + length) - at);
        let is_here = from < to || (changed.is_empty() && (at..=at + length).contains(&changed.start));
        at += length;
        if !is_here || (changed.is_empty() && with.is_none()) {
            continue;
        }
        if let Some(text) = &mut part.text {
            text.replace_range(from..to, with.take().unwrap_or_default());
            part.changes.push(number);
        } else if from < to {
            let (from, to) = (start + offset(from), start + offset(to));
            split(parts, from);
            split(parts, to);
            let text = Some(with.take().unwrap_or_default().to_owned());
            parts.insert((from, to), Part { changes: vec![number], text });
        }
    }
    // An insertion where nothing was edited before, or where all that was edited is gone.
    if let Some(with) = with.filter(|with| !with.is_empty()) {
        let is_within = span.start as usize + changed.start <= span.end as usize
            && change.before.len() == (span.end - span.start) as usize;
        let place = if is_within { span.start + offset(changed.start) } else { span.start };
        let place = if decoded.is_char_boundary(place as usize) { place } else { span.start };
        split(parts, place);
        parts.insert((place, place), Part { changes: vec![number], text: Some(with.to_owned()) });
    }
}

/// The bytes of `before` that are others in `after`, and those others.
fn difference<'a>(before: &str, after: &'a str) -> (Range<usize>, &'a str) {
    let same = |pair: &(char, char)| pair.0 == pair.1;
    let prefix: usize = before.chars().zip(after.chars()).take_while(same).map(|(c, _)| c.len_utf8()).sum();
    let rests = (before.get(prefix..).unwrap_or_default(), after.get(prefix..).unwrap_or_default());
    let suffix: usize =
        rests.0.chars().rev().zip(rests.1.chars().rev()).take_while(same).map(|(c, _)| c.len_utf8()).sum();
    (prefix..before.len() - suffix, after.get(prefix..after.len() - suffix).unwrap_or_default())
}

/// Makes a border at `at`, unless other text stands there by now.
fn split(parts: &mut Parts, at: u32) {
    let Some((&(start, end), part)) = parts.range(..(at, at)).next_back() else { return };
    if !(start < at && at < end) || part.text.as_ref().is_some_and(|text| !text.is_empty()) {
        return;
    }
    let Some(part) = parts.remove(&(start, end)) else { return };
    parts.insert((start, at), part.clone());
    parts.insert((at, end), part);
}

/// Whether the first of some edits took markup.
fn is_of_markup(numbers: &[usize], changes: &[Change<'_>], rules: &RuleTable) -> bool {
    let first = numbers.first().and_then(|number| changes.get(*number));
    first.is_some_and(|change| rules.get(change.rule).stage == extract::NAME)
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
    fn edits_recorded_with_one_replacement_have_what_they_change() {
        // What was replaced as one is touched by two edits, which are recorded with all of it.
        let rounds: [&[_]; 2] = [&[(4, 7, "\n\n", "markup")], &[(0, 5, "", "one"), (5, 9, "", "two")]];
        let shown = printed("home<b>news", &rounds);
        assert_eq!(shown, "[-home-]<strip.one>[-<b>new-]<strip.markup, strip.one, strip.two>s\n");
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

//! One document under two rule sets: the lines that come out otherwise.

use std::collections::HashSet;
use std::ops::Range;

use foldhash::fast::FixedState;

use crate::corpus::site::{Site, language_of};
use crate::document::{Document, Field};
use crate::lines::{self, Line, ends_sentence};
use crate::rules::{Context, Decision, Finding, Findings, RuleSet, examine, line_key};

/// Lines shown on each side of an example.
const CONTEXT_LINES: usize = 2;
/// Characters from which a line is long: a body line has as many.
const LONG_CHARS: usize = 80;
/// Longest stretch of a line in characters that an example shows.
const SHOWN_CHARS: usize = 300;

/// How a line comes out otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The new rules take it, the old ones did not.
    Dropped,
    /// The old rules took it, the new ones do not.
    Kept,
    /// Both leave it, in other words.
    Changed,
}

/// What makes a difference worth a look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a reason of its own")]
pub(super) struct Marks {
    /// It is a line that is known to be good.
    pub(super) gold: bool,
    /// It stands between the first and the last body line.
    pub(super) body: bool,
    /// It ends like a sentence.
    pub(super) sentence: bool,
    /// It has as many characters as a body line.
    pub(super) long: bool,
}

/// A line that comes out otherwise.
#[derive(Debug, Clone)]
pub(super) struct Difference {
    pub(super) kind: Kind,
    /// The rule that makes the difference: for what is kept the old one.
    pub(super) rule: String,
    pub(super) key: String,
    /// Characters that go with the new rules and stayed with the old ones.
    pub(super) dropped_chars: u64,
    /// The reverse.
    pub(super) kept_chars: u64,
    pub(super) marks: Marks,
    /// The line in diff notation.
    pub(super) line: String,
    /// The same with those around it.
    pub(super) shown: Vec<String>,
}

/// What two rule sets make of one document.
#[derive(Debug, Clone)]
pub(super) struct Compared {
    pub(super) id: String,
    pub(super) site: String,
    pub(super) language: String,
    pub(super) lines: u64,
    pub(super) chars: u64,
    /// Whether the document guard held the old and the new rules back.
    pub(super) over_removal: (bool, bool),
    pub(super) differences: Vec<Difference>,
}

/// What becomes of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Fate {
    Stays,
    Goes(usize),
    Becomes(String, usize),
}

/// Two rule sets to hold documents against.
pub(super) struct Comparison<'a> {
    pub(super) old: &'a RuleSet,
    pub(super) new: &'a RuleSet,
    /// Keys of lines that are known to be good.
    pub(super) gold: &'a HashSet<String, FixedState>,
}

/// Findings in which a rule that rejects the document takes all of its text.
fn with_rejection(mut findings: Findings, text: &str) -> Findings {
    if let Some(rule) = findings.rejected_by {
        findings.acting = vec![Finding { span: 0..text.len(), rule, decision: Decision::Delete }];
    }
    findings
}

impl Comparison<'_> {
    pub(super) fn compare(&self, document: &Document) -> Compared {
        let site = Site::of(document);
        let text = document.text.as_str();
        let language = document.fact(&Field::Lang).unwrap_or_default();
        let examined = |set: &RuleSet| {
            let exceptions = set.exceptions.of(&document.source.path, site.host());
            let title = document.fact(&Field::Title);
            let context = Context { site: site.host(), language, title, exceptions: &exceptions, ..Context::default() };
            with_rejection(examine(set, text, context), text)
        };
        let lines = lines::split(text);
        let (old, new) = (examined(self.old), examined(self.new));
        let differences = self.differences(text, &lines, &old, &new);
        Compared {
            id: document.source.document_id(),
            language: language_of(document),
            lines: lines.len() as u64,
            chars: lines.iter().map(|line| line.chars() as u64).sum(),
            over_removal: (old.over_removal, new.over_removal),
            differences,
            site: site.name,
        }
    }

    fn differences(&self, text: &str, lines: &[Line], old: &Findings, new: &Findings) -> Vec<Difference> {
        let old = fates(text, lines, &old.acting);
        let new = fates(text, lines, &new.acting);
        let fates: Vec<(Fate, Fate)> = old.into_iter().zip(new).collect();
        let first_body = lines.iter().position(|line| line.is_body);
        let last_body = lines.iter().rposition(|line| line.is_body);
        let is_inside =
            |index| first_body.is_some_and(|first| index >= first) && last_body.is_some_and(|last| index <= last);
        let mut differences = Vec::new();
        for (index, (line, (old, new))) in lines.iter().zip(&fates).enumerate() {
            let Some((kind, rule)) = self.kind(old, new) else { continue };
            let content = line.text(text);
            let mut key = String::new();
            line_key(content, &mut key);
            let (before, after) = (left(old, line), left(new, line));
            differences.push(Difference {
                kind,
                rule,
                dropped_chars: before.saturating_sub(after),
                kept_chars: after.saturating_sub(before),
                marks: Marks {
                    gold: self.gold.contains(&key),
                    body: is_inside(index),
                    sentence: ends_sentence(content),
                    long: line.chars() >= LONG_CHARS,
                },
                key,
                line: shown(text, lines, &fates, index..index + 1).pop().unwrap_or_default(),
                shown: shown(text, lines, &fates, index.saturating_sub(CONTEXT_LINES)..index + CONTEXT_LINES + 1),
            });
        }
        differences
    }

    fn kind(&self, old: &Fate, new: &Fate) -> Option<(Kind, String)> {
        let name =
            |set: &RuleSet, rule: &usize| set.rules.get(*rule).map_or_else(String::new, |rule| rule.name.clone());
        match (old, new) {
            (Fate::Goes(_), Fate::Goes(_)) | (Fate::Stays, Fate::Stays) => None,
            (_, Fate::Goes(rule)) => Some((Kind::Dropped, name(self.new, rule))),
            (Fate::Goes(rule), _) => Some((Kind::Kept, name(self.old, rule))),
            (Fate::Becomes(before, _), Fate::Becomes(after, _)) if before == after => None,
            (_, Fate::Becomes(_, rule)) => Some((Kind::Changed, name(self.new, rule))),
            (Fate::Becomes(_, rule), Fate::Stays) => Some((Kind::Changed, name(self.old, rule))),
        }
    }
}

/// Characters of a line that are left.
fn left(fate: &Fate, line: &Line) -> u64 {
    match fate {
        Fate::Stays => line.chars() as u64,
        Fate::Goes(_) => 0,
        Fate::Becomes(text, _) => text.chars().count() as u64,
    }
}

/// What becomes of each line.
fn fates(text: &str, lines: &[Line], findings: &[Finding]) -> Vec<Fate> {
    let mut rest = findings;
    let fate = |line: &Line| {
        let content = line.content();
        while rest.first().is_some_and(|finding| finding.span.end <= content.start) {
            rest = rest.get(1..).unwrap_or_default();
        }
        let mut within = rest.iter().take_while(|finding| finding.span.start < content.end).peekable();
        let Some(first) = within.peek().copied() else { return Fate::Stays };
        let covers = first.span.start <= content.start && first.span.end >= content.end;
        if covers && !matches!(first.decision, Decision::Replace(_)) {
            return Fate::Goes(first.rule);
        }
        Fate::Becomes(rewritten(text, content.clone(), within), first.rule)
    };
    lines.iter().map(fate).collect()
}

/// A line with the changes inside it made.
fn rewritten<'a>(text: &str, content: Range<usize>, findings: impl Iterator<Item = &'a Finding>) -> String {
    let mut result = String::new();
    let mut at = content.start;
    for finding in findings {
        result.push_str(text.get(at..finding.span.start.max(at)).unwrap_or_default());
        if let Decision::Replace(with) = &finding.decision {
            result.push_str(with);
        }
        at = finding.span.end.min(content.end);
    }
    result + text.get(at..content.end).unwrap_or_default()
}

/// Some lines, each behind `- ` if it newly goes, `+ ` if it newly stays, else two spaces.
fn shown(text: &str, lines: &[Line], fates: &[(Fate, Fate)], range: Range<usize>) -> Vec<String> {
    let near = lines.iter().zip(fates).skip(range.start).take(range.len());
    let mut shown = Vec::new();
    for (line, fates) in near {
        let content = line.text(text);
        match fates {
            (Fate::Goes(_), Fate::Goes(_)) => shown.push(shortened("  ", content)),
            (_, Fate::Goes(_)) => shown.push(shortened("- ", content)),
            (Fate::Goes(_), _) => shown.push(shortened("+ ", content)),
            (old, new) => {
                let written = |fate: &Fate| match fate {
                    Fate::Becomes(text, _) => text.clone(),
                    Fate::Stays | Fate::Goes(_) => content.to_owned(),
                };
                let (old, new) = (written(old), written(new));
                if old == new {
                    shown.push(shortened("  ", &new));
                } else {
                    shown.extend([shortened("- ", &old), shortened("+ ", &new)]);
                }
            }
        }
    }
    shown
}

fn shortened(mark: &str, line: &str) -> String {
    match line.char_indices().nth(SHOWN_CHARS) {
        None => format!("{mark}{line}"),
        Some((end, _)) => format!("{mark}{}…", line.get(..end).unwrap_or_default()),
    }
}

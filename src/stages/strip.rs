//! Boilerplate: runs the rule set and the line model over the text.

use crate::document::{Content, Document, Fact, Field, Verdict};
use crate::edit::{Edit, Edits};
use crate::error::Error;
use crate::rules::{Context, Decision, Finding, Judged, NOTHING, RuleSet, STAGE, examine, parse_date};
use crate::span::TextSpan;
use crate::stage::{Outcome, Stage};

/// Name of the stage.
pub const NAME: &str = STAGE;

/// Tag of a document in which rules would have removed too much.
const OVER_REMOVAL: &str = "over-removal";

/// Takes boilerplate out of text, by rules.
pub struct Strip {
    rules: RuleSet,
    /// Whether pages come with their main text alone.
    has_main_text: bool,
}

impl Strip {
    /// The stage for a rule set. `has_main_text` says whether the block model chose the text of pages before: then rules
    /// alone act on it. Measured, the line model adds nothing there (aeb F1 0.9738 with it, 0.9736 without) and takes the names
    /// of lists and goods (F1 of words of wcxb 0.874 and 0.882).
    #[must_use]
    pub fn new(rules: RuleSet, has_main_text: bool) -> Self {
        Self { rules, has_main_text }
    }

    /// What a finding is in terms of edits and facts.
    fn add(&self, finding: Finding, outcome: &mut Outcome) -> Result<(), Error> {
        let Some(rule) = self.rules.rules.get(finding.rule) else { return Ok(()) };
        let span = TextSpan::from_range(finding.span);
        let mut edit = match finding.decision {
            Decision::Delete => Edit::delete(span, rule.id),
            Decision::Replace(with) => Edit::replace(span, with, rule.id),
            Decision::Extract(values) => {
                let field = rule.to.clone().unwrap_or_else(|| Field::Extra(rule.family.clone()));
                outcome.facts.extend(values.into_iter().map(|value| fact(&field, value, rule.id)));
                Edit::extract(span, rule.id)
            }
        };
        edit.score = rule.confidence.score();
        outcome.edits.push(edit)
    }
}

/// What the line model does to a line.
fn edit(one: Judged) -> Edit {
    let mut edit = Edit::delete(TextSpan::from_range(one.span), one.judgment.rule);
    edit.score = one.judgment.score;
    edit
}

/// A fact from the text of a rule. A date becomes a timestamp; one that cannot be read for sure stays
/// as it was written, under `date_text`.
fn fact(field: &Field, value: String, rule: crate::edit::RuleId) -> Fact {
    if *field != Field::Date {
        return Fact { field: field.clone(), value, rule };
    }
    match parse_date(&value) {
        Some(stamp) => Fact { field: Field::Date, value: stamp, rule },
        None => Fact { field: Field::Extra("date_text".to_owned()), value, rule },
    }
}

impl Stage for Strip {
    fn name(&self) -> &'static str {
        NAME
    }

    fn run(&self, document: &Document) -> Result<Outcome, Error> {
        let site = host_of(document);
        let exceptions = self.rules.exceptions.of(&document.source.path, &site);
        let context = Context {
            site: &site,
            language: document.fact(&Field::Lang).unwrap_or_default(),
            title: document.fact(&Field::Title),
            exceptions: &exceptions,
            line_alone: false,
            is_main_text: self.has_main_text && document.source.content == Content::Html,
        };
        let findings = examine(&self.rules, document.text.as_str(), context);
        let mut outcome = Outcome { edits: Edits::default(), ..Outcome::default() };
        let mut judged = findings.judged.into_iter().peekable();
        for finding in findings.acting {
            while let Some(one) = judged.next_if(|one| one.span.start < finding.span.start) {
                outcome.edits.push(edit(one))?;
            }
            self.add(finding, &mut outcome)?;
        }
        for one in judged {
            outcome.edits.push(edit(one))?;
        }
        let rejecting = findings.rejected_by.and_then(|index| self.rules.rules.get(index));
        outcome.verdict = rejecting.map(|rule| Verdict::Rejected(rule.name.clone()));
        if let Some((rule, score)) = findings.nothing {
            let mut edit = Edit::delete(TextSpan::from_range(0..document.text.as_str().len()), rule);
            edit.score = score;
            outcome.edits.push(edit)?;
            outcome.verdict = Some(Verdict::Rejected(NOTHING.to_owned()));
        }
        let names = findings.tagging.iter().filter_map(|index| self.rules.rules.get(*index));
        outcome.tags.extend(names.map(|rule| rule.name.clone()));
        if findings.over_removal {
            outcome.tags.push(OVER_REMOVAL.to_owned());
        }
        Ok(outcome)
    }
}

/// Host of a document's address: that of its record, else that which its page gives; empty if there is none.
pub(crate) fn host_of(document: &Document) -> String {
    let canonical = document.fact(&Field::Url).unwrap_or_default();
    host(if document.source.url.is_empty() { canonical } else { &document.source.url })
}

/// Host name of an address, lower case, without `www.`; empty if there is none.
fn host(url: &str) -> String {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let host = host.split(':').next().unwrap_or_default().to_ascii_lowercase();
    host.strip_prefix("www.").map(str::to_owned).unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::host;

    #[test]
    fn host_is_found_in_every_address() {
        assert_eq!(host("https://user@WWW.Example.org:8080/a?b#c"), "example.org");
        assert_eq!(host("example.org"), "");
    }
}

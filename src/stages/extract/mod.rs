//! HTML to its visible text, as edits on the source; leaves other content alone.
//!
//! Which of the visible text is the main text comes later; so far everything that a browser would
//! show stays, one line per block element.

mod facts;
mod layout;
mod limits;
mod long_tag;
mod sink;
mod site_name;
mod statements;
mod tokens;
mod tree;
mod visible;

pub use facts::{Fact as PageFact, PageFacts, page_facts};
pub use tree::{ElementSpan, HtmlTree, SourceSpan, TextChunk, TextOrigin};
pub use visible::{MarkupEdit, MarkupKind, VisibleText, visible_text};

use crate::document::{Content, Document, Fact, Field};
use crate::edit::{Edit, RuleId, RuleTable};
use crate::error::Error;
use crate::span::TextSpan;
use crate::stage::{Outcome, Stage};

/// Name of the stage.
pub const NAME: &str = "extract";

/// The stage.
pub struct Extract {
    rules: Vec<(MarkupKind, RuleId)>,
    facts: RuleId,
}

impl Extract {
    /// The stage, its rules registered in `rules`.
    pub fn new(rules: &mut RuleTable) -> Self {
        let kinds = [MarkupKind::Whitespace, MarkupKind::Markup, MarkupKind::Hidden, MarkupKind::Entity];
        let by_kind = kinds.into_iter().map(|kind| (kind, rules.builtin(NAME, kind.name()))).collect();
        Self { rules: by_kind, facts: rules.builtin(NAME, "page_facts") }
    }

    fn rule(&self, kind: MarkupKind) -> RuleId {
        let found = self.rules.iter().find(|(known, _)| *known == kind);
        found.expect("every kind is registered by `new`").1
    }

    fn page_facts(&self, facts: PageFacts) -> Vec<Fact> {
        let found = [
            (Field::Title, facts.title),
            (Field::Date, facts.published),
            (Field::Byline, facts.byline),
            (Field::Lang, facts.lang),
            (Field::Url, facts.canonical_url),
            (Field::Extra("description".to_owned()), facts.description),
        ];
        let facts = found.into_iter().filter_map(|(field, fact)| Some((field, fact?.value)));
        facts.map(|(field, value)| Fact { field, value, rule: self.facts }).collect()
    }
}

impl Stage for Extract {
    fn name(&self) -> &'static str {
        NAME
    }

    fn run(&self, document: &Document) -> Result<Outcome, Error> {
        let mut outcome = Outcome::default();
        if document.source.content != Content::Html {
            return Ok(outcome);
        }
        let source = document.text.as_str();
        let visible = visible_text(source, &HtmlTree::parse(source));
        for edit in visible.edits {
            let span = TextSpan::from_range(edit.start..edit.end);
            outcome.edits.push(Edit::replace(span, edit.replacement, self.rule(edit.kind)))?;
        }
        outcome.facts = self.page_facts(visible.facts);
        Ok(outcome)
    }
}

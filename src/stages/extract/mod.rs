//! HTML to its main text, as edits on the source; leaves other content alone.
//!
//! The parser's tree knows which bytes of the source each text came from (`tree`). Its visible text is cut into blocks,
//! one for each line (`page`); a small model tells which of them are the main text (`model`), and each of the others
//! is one edit, whose rule names the reason (`selection`). In the mode `all` everything that a browser would show
//! stays.

mod blocks;
mod facts;
mod features;
mod hints;
mod layout;
mod limits;
mod long_tag;
mod model;
mod options;
mod page;
mod page_kind;
mod selection;
mod sink;
mod site_name;
mod smoothing;
mod statements;
mod tokens;
mod tree;
mod visible;

pub use blocks::{BlockFeatures, block_feature_names, block_features};
pub use facts::{Fact as PageFact, PageFacts, page_facts};
pub use options::{ExtractMode, ExtractOptions};
pub use selection::Reason;
pub use tree::{ElementSpan, HtmlTree, Scripts, SourceSpan, TextChunk, TextOrigin};
pub use visible::{MarkupEdit, MarkupKind, VisibleText, visible_text};

use model::BlockModel;
use page::ReadPage;

use crate::document::{Content, Document, Fact, Field};
use crate::edit::{Edit, RuleId, RuleInfo, RuleTable};
use crate::error::Error;
use crate::span::TextSpan;
use crate::stage::{Outcome, Stage};

/// Name of the stage.
pub const NAME: &str = "extract";

/// The stage.
pub struct Extract {
    /// What chooses the blocks that stay, unless all do.
    model: Option<BlockModel>,
    rules: Vec<(MarkupKind, RuleId)>,
    facts: RuleId,
}

impl Extract {
    /// The stage, its rules registered in `rules`.
    ///
    /// # Errors
    /// [`Error::Definition`] if the weights of a block model of one's own cannot be read.
    pub fn new(options: &ExtractOptions, rules: &mut RuleTable) -> Result<Self, Error> {
        let model = BlockModel::new(options)?;
        let markup = [MarkupKind::Whitespace, MarkupKind::Markup, MarkupKind::Hidden, MarkupKind::Entity];
        let by_kind = markup.into_iter().map(|kind| (kind, rules.builtin(NAME, kind.name())));
        let mut by_kind: Vec<(MarkupKind, RuleId)> = by_kind.collect();
        if let Some(model) = &model {
            let sha256 = model.sha256();
            for kind in Reason::ALL.map(MarkupKind::Block) {
                let id = format!("{NAME}.{}", kind.name());
                by_kind.push((kind, rules.add(RuleInfo { stage: NAME, id, sha256: sha256.clone() })));
            }
        }
        Ok(Self { model, rules: by_kind, facts: rules.builtin(NAME, "page_facts") })
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
        let read = ReadPage::new(source);
        let facts = page_facts(&read.tree);
        let select = |model: &BlockModel| model.select(&read, &facts, &document.source.url);
        let selection = self.model.as_ref().map(select).unwrap_or_default();
        for edit in visible::edits(source, &read.tree, &read.layout, &selection) {
            let span = TextSpan::from_range(edit.start..edit.end);
            let score = edit.score;
            outcome.edits.push(Edit { score, ..Edit::replace(span, edit.replacement, self.rule(edit.kind)) })?;
        }
        outcome.facts = self.page_facts(facts);
        Ok(outcome)
    }
}

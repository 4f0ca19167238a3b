//! The blocks of a page as the block model sees them: its training uses the same numbers as its runs.

use super::facts::page_facts;
use super::page::ReadPage;
use super::{features, model};
use crate::rules::RuleSet;

/// A block and its numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct BlockFeatures {
    /// Its visible text, white space collapsed.
    pub text: String,
    /// In the order of [`block_feature_names`].
    pub numbers: Vec<f32>,
}

/// Names of the numbers of a block: those of the line model for its text, then those of its place in the page.
#[must_use]
pub fn block_feature_names() -> Vec<String> {
    RuleSet::feature_names().iter().map(|name| (*name).to_owned()).chain(features::names()).collect()
}

/// The blocks of a page that have text, in the order of its tree, as the block model sees them. `rules` tells what
/// their words are known for; `address` is empty if it is not known.
#[must_use]
pub fn block_features(source: &str, address: &str, rules: &RuleSet) -> Vec<BlockFeatures> {
    let read = ReadPage::new(source);
    let lines: Vec<&str> = read.page.lines().collect();
    let described = model::describe(&read, &page_facts(&read.tree), address, rules).into_iter();
    let text = |number: usize| lines.get(number).copied().unwrap_or_default().to_owned();
    described.map(|(number, numbers)| BlockFeatures { text: text(number), numbers: numbers.to_vec() }).collect()
}

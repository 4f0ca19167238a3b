//! Settings of the stage.

use serde::{Deserialize, Serialize};

/// The choice of the weights that come with the program.
pub(super) const BUILTIN: &str = "builtin";

/// The table `[extract]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct ExtractOptions {
    /// What stays of a page.
    pub mode: ExtractMode,
    /// The block model: `builtin`, or the path of weights that `rules/models/train_blocks.py` wrote.
    pub block_model: String,
}

impl Default for ExtractOptions {
    fn default() -> Self {
        Self { mode: ExtractMode::Article, block_model: BUILTIN.to_owned() }
    }
}

/// What stays of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ExtractMode {
    /// The main text.
    #[default]
    Article,
    /// All visible text.
    All,
    /// The main text, without what is in doubt.
    Precision,
    /// The main text, with what is in doubt.
    Recall,
}

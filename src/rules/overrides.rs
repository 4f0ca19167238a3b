//! Fields of rules that the user sees otherwise: the tables `[rules.override."ID"]` of the configuration.

use serde::{Deserialize, Serialize};

use super::format::{Confidence, Position, RuleDefinition, Status};
use crate::error::Error;

/// Fields of a rule that take the place of its own. What the rule matches, and what it does, stays its author's:
/// who wants another rule leaves it out and writes one.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Override {
    /// `high`, `medium` or `low`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confidence: Option<String>,
    /// `proposed`, `preview`, `stable`, `deprecated` or `rejected`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Places in a document, as in `[rule.when]`; empty for everywhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<Vec<String>>,
    /// Most characters of a line or block.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_chars: Option<usize>,
    /// Most words of a line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_words: Option<usize>,
    /// Most lines of a block.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_lines: Option<usize>,
}

impl Override {
    /// The rule as the user sees it.
    ///
    /// # Errors
    /// [`Error::Definition`] for a word that is none of those a field may have.
    pub(super) fn apply(&self, definition: &RuleDefinition) -> Result<RuleDefinition, Error> {
        let mut seen = definition.clone();
        if let Some(word) = &self.confidence {
            seen.confidence = named("confidence", word, &Confidence::ALL, Confidence::name)?;
        }
        if let Some(word) = &self.status {
            seen.status = named("status", word, &Status::ALL, Status::name)?;
        }
        if let Some(words) = &self.position {
            let position = |word: &String| named("position", word, &Position::ALL, Position::name);
            seen.when.position = words.iter().map(position).collect::<Result<_, _>>()?;
        }
        seen.when.max_chars = self.max_chars.or(seen.when.max_chars);
        seen.when.max_words = self.max_words.or(seen.when.max_words);
        seen.when.max_lines = self.max_lines.or(seen.when.max_lines);
        Ok(seen)
    }
}

/// The value that a word names.
fn named<T: Copy>(key: &str, word: &str, all: &[T], name: fn(T) -> &'static str) -> Result<T, Error> {
    all.iter().copied().find(|one| name(*one) == word).ok_or_else(|| {
        let hint = format!("use one of: {}", all.iter().map(|one| name(*one)).collect::<Vec<_>>().join(", "));
        Error::of_setting("rules.override", format!("unknown {key} `{word}`"), hint)
    })
}

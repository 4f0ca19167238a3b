//! Placeholders in phrases: `Share on {platform}` stands for one phrase for each platform.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::format::Phrases;

/// Lists of words that phrases may name: `Share on {platform}`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Vocab {
    /// Shared by all rules of a pack.
    lists: Arc<BTreeMap<String, Vec<String>>>,
}

/// A placeholder that no `[vocab]` list explains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UnknownPlaceholder {
    pub(crate) phrase: String,
    pub(crate) name: String,
}

impl Vocab {
    pub(crate) fn new(lists: BTreeMap<String, Vec<String>>) -> Self {
        Self { lists: Arc::new(lists) }
    }

    /// All phrases with each placeholder replaced by each of its words.
    pub(crate) fn expand_all(&self, phrases: &Phrases) -> Result<Vec<String>, UnknownPlaceholder> {
        let mut expanded = Vec::new();
        for phrase in phrases.iter() {
            expanded.extend(self.expand(phrase)?);
        }
        Ok(expanded)
    }

    /// One phrase with each placeholder replaced by each of its words; `{n}` becomes a number.
    pub(crate) fn expand(&self, phrase: &str) -> Result<Vec<String>, UnknownPlaceholder> {
        let Some((before, rest)) = phrase.split_once('{') else { return Ok(vec![phrase.to_owned()]) };
        let Some((name, after)) = rest.split_once('}') else { return Ok(vec![phrase.to_owned()]) };
        let number = ["0".to_owned()];
        let words = match self.lists.get(name) {
            Some(words) => words.as_slice(),
            None if name == "n" => &number,
            None => return Err(UnknownPlaceholder { phrase: phrase.to_owned(), name: name.to_owned() }),
        };
        let tails = self.expand(after)?;
        Ok(words.iter().flat_map(|word| tails.iter().map(move |tail| format!("{before}{word}{tail}"))).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_expand_to_every_word() {
        let lists = [("platform".to_owned(), vec!["X".to_owned(), "Reddit".to_owned()])].into();
        let vocab = Vocab::new(lists);
        assert_eq!(vocab.expand("Share on {platform}").expect("known"), ["Share on X", "Share on Reddit"]);
        assert_eq!(vocab.expand("{n} of {n}").expect("known"), ["0 of 0"]);
        assert!(vocab.expand("{nobody}").is_err());
    }
}

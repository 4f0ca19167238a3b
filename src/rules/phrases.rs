//! The phrases of packs, for those who look for what rules know already or nearly know.

use std::collections::{BTreeMap, HashMap};

use foldhash::fast::FixedState;

use super::format::{Action, Matchers, RuleDefinition};
use super::line_key::line_key_of;
use super::load::Packs;

/// Letters that a word must have to tell anything of a phrase: `of` and `to` stand everywhere.
const TELLING_LETTERS: usize = 3;

/// The family of each phrase that is taken out, found by the words of its key.
#[derive(Debug, Default)]
pub(crate) struct PhraseIndex {
    /// Number of different words of each phrase, and the family of its rule.
    phrases: Vec<(usize, String)>,
    /// Phrases (rising) in which a word stands.
    by_word: HashMap<String, Vec<usize>, FixedState>,
}

/// A family with how near the nearest of its phrases is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct NearFamily {
    pub(crate) family: String,
    /// Words in common of all words of both, 0 to 1 (Jaccard's index).
    pub(crate) nearness: f64,
}

impl PhraseIndex {
    /// The phrases of all rules of the packs that drop or extract.
    pub(crate) fn new(packs: &Packs) -> Self {
        let mut index = Self::default();
        for rule in packs.rules() {
            let definition = &rule.definition;
            if !matches!(definition.action, Action::Drop | Action::Extract) {
                continue;
            }
            let phrases = phrases_of(definition).into_iter().filter_map(|phrase| rule.vocab.expand(&phrase).ok());
            for phrase in phrases.flatten() {
                index.add(&line_key_of(&phrase), &definition.family);
            }
        }
        index
    }

    fn add(&mut self, key: &str, family: &str) {
        let words = words(key);
        let number = self.phrases.len();
        self.phrases.push((words.len(), family.to_owned()));
        for word in words {
            self.by_word.entry(word.to_owned()).or_default().push(number);
        }
    }

    /// The family of the phrase that has most words in common with a line key; the first of equals. `None` if
    /// none has a word of three letters (or one in a script without spaces) in common with it.
    pub(crate) fn nearest(&self, key: &str) -> Option<NearFamily> {
        let own = words(key);
        let mut common: BTreeMap<usize, (usize, bool)> = BTreeMap::new();
        for word in &own {
            let is_telling = !word.is_ascii() || word.len() >= TELLING_LETTERS;
            for phrase in self.by_word.get(*word).into_iter().flatten() {
                let entry = common.entry(*phrase).or_default();
                entry.0 += 1;
                entry.1 |= is_telling;
            }
        }
        let mut best: Option<NearFamily> = None;
        for (phrase, (shared, is_telling)) in common {
            let Some((count, family)) = self.phrases.get(phrase).filter(|_| is_telling) else { continue };
            #[expect(clippy::cast_precision_loss, reason = "numbers of words are small")]
            let nearness = shared as f64 / (own.len() + count - shared) as f64;
            if best.as_ref().is_none_or(|best| nearness > best.nearness) {
                best = Some(NearFamily { family: family.clone(), nearness });
            }
        }
        best
    }
}

/// The different words of a key, sorted.
fn words(key: &str) -> Vec<&str> {
    let mut words: Vec<&str> = key.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.sort_unstable();
    words.dedup();
    words
}

/// Lines that the rules of a pack speak of, whatever the status of the rules.
#[derive(Debug, Default)]
pub(crate) struct KnownLines {
    /// The sites of the rules that name each key; empty for all.
    sites_by_key: HashMap<String, Vec<Vec<String>>, FixedState>,
}

impl KnownLines {
    /// The lines of all rules of the packs.
    pub(crate) fn new(packs: &Packs) -> Self {
        let mut known = Self::default();
        for rule in packs.rules() {
            for phrase in phrases_of(&rule.definition) {
                let phrases = rule.vocab.expand(&phrase).unwrap_or_else(|_| vec![phrase]);
                for key in phrases.iter().map(|phrase| line_key_of(phrase)) {
                    known.sites_by_key.entry(key).or_default().push(rule.definition.sites.clone());
                }
            }
        }
        known
    }

    /// Whether a rule for this site (or for all) speaks of a line.
    pub(crate) fn knows(&self, key: &str, site: &str) -> bool {
        let is_for = |sites: &Vec<String>| sites.is_empty() || sites.iter().any(|known| known == site);
        self.sites_by_key.get(key).is_some_and(|rules| rules.iter().any(is_for))
    }
}

/// All phrases of a rule, those of its block too.
fn phrases_of(definition: &RuleDefinition) -> Vec<String> {
    let of_part = |part: Matchers| -> Vec<String> {
        part.phrases().into_iter().flat_map(|phrases| phrases.iter().map(str::to_owned)).collect()
    };
    definition.matches.parts().flat_map(of_part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_phrase_names_the_family() {
        let mut index = PhraseIndex::default();
        index.add("share on facebook", "share");
        index.add("sign up for our newsletter", "newsletter");
        index.add("to the top", "nav");
        let near = index.nearest("share this on facebook").expect("words in common");
        assert_eq!((near.family.as_str(), near.nearness), ("share", 0.75));
        assert_eq!(index.nearest("to be or"), None, "short words tell nothing");
        assert_eq!(index.nearest("ferry"), None);
    }
}

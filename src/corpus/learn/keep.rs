//! Examples of what a learned rule must leave alone: lines of the same site that come close and do not repeat.

use super::support::Support;
use crate::rules::line_key;

/// What stands in for a near miss where the site has no line with a word of the rule.
const FALLBACK: &str = "was all that the sign at the door said.";

/// The line of `misses` that has most words of the lines of a rule, for its number of words; the first of equals.
/// Where none has any, the first line of the rule in a sentence, which is no line of the corpus.
pub(super) fn near_miss(lines: &[&Support], misses: &[String]) -> String {
    let mut own: Vec<String> = lines.iter().flat_map(|line| words(&line.text)).collect();
    own.sort_unstable();
    own.dedup();
    let mut best: Option<(f64, &String)> = None;
    for miss in misses {
        let words = words(miss);
        let shared = words.iter().filter(|word| own.binary_search(word).is_ok());
        // A word counts by its length: `the` says less than `advertisement`.
        let shared: usize = shared.map(|word| word.chars().count()).sum();
        let all: usize = words.iter().map(|word| word.chars().count()).sum();
        #[expect(clippy::cast_precision_loss, reason = "lines are short")]
        let nearness = shared as f64 / all.max(1) as f64;
        if shared > 0 && best.is_none_or(|(most, _)| nearness > most) {
            best = Some((nearness, miss));
        }
    }
    match best {
        Some((_, miss)) => miss.clone(),
        None => format!("{} {FALLBACK}", lines.first().map(|line| line.text.as_str()).unwrap_or_default()),
    }
}

/// The different words of a line's key.
fn words(line: &str) -> Vec<String> {
    let mut key = String::new();
    line_key(line, &mut key);
    let mut words: Vec<String> =
        key.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect();
    words.sort_unstable();
    words.dedup();
    words
}

//! Lines that wait for rules whose guards come before their patterns: those that the gates of such a pattern admit.
//!
//! Most of these rules ask where the body lies or what others found, and are asked one after the other once that is
//! known. What waits for each is put together once, so that none has to go through all lines.

use super::engine::Candidate;

/// What waits, by rule.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    /// Sorted by rule, then by line.
    lines: Vec<Candidate>,
    /// Where the lines of each rule end.
    ends: Vec<u32>,
}

impl Waiting {
    /// Puts together what waits for each of so many rules. `found` is sorted by line.
    pub(super) fn new(found: &[Candidate], rules: usize) -> Self {
        if found.is_empty() {
            return Self::default();
        }
        // A counting sort: first how many lines each rule has, then where they begin, last where they end.
        let mut ends = vec![0; rules];
        for one in found {
            if let Some(count) = ends.get_mut(one.rule) {
                *count += 1;
            }
        }
        let mut start = 0;
        for end in &mut ends {
            start += std::mem::replace(end, start);
        }
        let mut lines = found.to_vec();
        for one in found {
            if let Some(end) = ends.get_mut(one.rule)
                && let Some(slot) = lines.get_mut(*end as usize)
            {
                *slot = *one;
                *end += 1;
            }
        }
        Self { lines, ends }
    }

    /// The lines that wait for a rule, rising.
    pub(super) fn for_rule(&self, rule: usize) -> impl Iterator<Item = usize> {
        let end = |rule: usize| self.ends.get(rule).map(|end| *end as usize);
        let start = rule.checked_sub(1).map_or(Some(0), end);
        let range = start.zip(end(rule)).map(|(start, end)| start..end);
        range.and_then(|range| self.lines.get(range)).unwrap_or_default().iter().map(|one| one.line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rule_has_its_lines_in_order() {
        let found = [(0, 3), (1, 0), (1, 3), (4, 0), (4, 1), (9, 3)].map(|(line, rule)| Candidate { line, rule });
        let waiting = Waiting::new(&found, 5);
        let of = |rule: usize| waiting.for_rule(rule).collect::<Vec<_>>();
        assert_eq!((of(0), of(1), of(3)), (vec![1, 4], vec![4], vec![0, 1, 9]));
        assert!(of(2).is_empty() && of(4).is_empty() && of(5).is_empty());
        assert_eq!(Waiting::new(&[], 5).for_rule(0).count(), 0);
    }
}

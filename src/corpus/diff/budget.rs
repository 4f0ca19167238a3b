//! How much may differ: `sentence-drops<=0.01%,chars<=1%`.

use std::str::FromStr;

use serde::Serialize;

use super::report::{DiffCounts, DiffReport};
use crate::error::Error;

/// Parts of a whole in percent.
const PERCENT: f64 = 100.0;

/// What a term measures, and of how many.
type Measure = fn(&DiffCounts, &DiffReport) -> (u64, u64);

/// What can be limited, with what a percentage is of.
const MEASURES: [(&str, Measure); 9] = [
    ("lines", |total, report| (total.lines_dropped, report.lines)),
    ("chars", |total, report| (total.characters_dropped, report.characters)),
    ("documents", |total, report| (total.documents, report.documents)),
    ("sentence-drops", |total, report| (total.sentence_drops, report.lines)),
    ("body-drops", |total, report| (total.body_drops, report.lines)),
    ("long-drops", |total, report| (total.long_drops, report.lines)),
    ("gold-drops", |total, report| (total.gold_drops, report.lines)),
    ("kept-lines", |total, report| (total.lines_kept, report.lines)),
    ("kept-chars", |total, report| (total.characters_kept, report.characters)),
];

/// Limits on what may differ between two rule sets: terms `MEASURE<=NUMBER` or `MEASURE<=NUMBER%`, with commas
/// between them.
///
/// A measure is one of `lines`, `chars` (newly dropped), `documents` (with any difference), `sentence-drops`,
/// `body-drops`, `long-drops`, `gold-drops` (lines newly dropped that end like a sentence, stand in the body, have 80
/// characters or more, are known to be good), `kept-lines` and `kept-chars` (newly kept). A percentage is of all
/// lines, characters or documents of the sample.
///
/// # Example
/// ```
/// use scutch::corpus::diff::Budget;
///
/// assert!("sentence-drops<=0.01%, gold-drops<=0".parse::<Budget>().is_ok());
/// assert!("sentences<=1".parse::<Budget>().is_err());
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Budget {
    terms: Vec<Term>,
}

#[derive(Debug, Clone, PartialEq)]
struct Term {
    /// Index in [`MEASURES`].
    measure: usize,
    limit: f64,
    is_share: bool,
}

/// A term of a budget with what was measured.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BudgetLine {
    /// The term: `chars<=1%`.
    pub term: String,
    /// What was measured.
    pub count: u64,
    /// The same in percent of all there is.
    pub percent: f64,
    /// By how much it exceeds the limit, in the unit of the limit; 0 if it does not.
    pub excess: f64,
    /// Whether the limit is kept.
    pub holds: bool,
}

impl FromStr for Budget {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let terms = text.split(',').map(str::trim).filter(|term| !term.is_empty()).map(term);
        Ok(Self { terms: terms.collect::<Result<_, _>>()? })
    }
}

fn term(text: &str) -> Result<Term, Error> {
    let fault = |message: String| {
        let names: Vec<&str> = MEASURES.iter().map(|(name, _)| *name).collect();
        let hint = format!("write `MEASURE<=NUMBER` or `MEASURE<=NUMBER%`; measures are: {}", names.join(", "));
        Error::of_setting("--budget", message, hint)
    };
    let (name, limit) = text.split_once("<=").ok_or_else(|| fault(format!("`{text}` has no `<=`")))?;
    let (name, limit) = (name.trim(), limit.trim());
    let measure = MEASURES.iter().position(|(known, _)| *known == name);
    let measure = measure.ok_or_else(|| fault(format!("unknown measure `{name}`")))?;
    let is_share = limit.ends_with('%');
    let number = limit.trim_end_matches('%').trim();
    let limit = number.parse().ok().filter(|limit: &f64| limit.is_finite() && *limit >= 0.0);
    let limit = limit.ok_or_else(|| fault(format!("`{number}` is not a number from 0 on")))?;
    Ok(Term { measure, limit, is_share })
}

impl Budget {
    /// Holds each term against a report.
    #[must_use]
    pub fn check(&self, report: &DiffReport) -> Vec<BudgetLine> {
        self.terms.iter().filter_map(|term| term.check(report)).collect()
    }
}

impl Term {
    fn check(&self, report: &DiffReport) -> Option<BudgetLine> {
        let (name, measure) = MEASURES.get(self.measure)?;
        let (count, whole) = measure(&report.total, report);
        #[expect(clippy::cast_precision_loss, reason = "a share needs no more than 52 bits")]
        let (count_f64, percent) = (count as f64, count as f64 * PERCENT / whole.max(1) as f64);
        let value = if self.is_share { percent } else { count_f64 };
        let unit = if self.is_share { "%" } else { "" };
        Some(BudgetLine {
            term: format!("{name}<={}{unit}", self.limit),
            count,
            percent,
            excess: (value - self.limit).max(0.0),
            holds: value <= self.limit,
        })
    }
}

impl BudgetLine {
    /// The outcome for people: `chars<=1%: 2.5 % (1200), 1.5 % over`.
    #[must_use]
    pub fn in_words(&self) -> String {
        let Self { term, count, percent, excess, holds } = self;
        let unit = if term.ends_with('%') { " %" } else { "" };
        let outcome = if *holds { "within the budget".to_owned() } else { format!("{}{unit} over", rounded(*excess)) };
        format!("{term}: {count} ({} %), {outcome}", rounded(*percent))
    }
}

/// A number with four digits behind the point at most.
fn rounded(number: f64) -> String {
    let text = format!("{number:.4}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_held_against_counts_and_shares() {
        let total = DiffCounts { lines_dropped: 30, sentence_drops: 2, ..DiffCounts::default() };
        let report = DiffReport { lines: 1000, total, ..DiffReport::default() };
        let budget: Budget = "lines<=3%, sentence-drops <= 0.1 %,lines<=29".parse().expect("it is a budget");
        let checked = budget.check(&report);
        assert_eq!(checked.iter().map(|line| line.holds).collect::<Vec<_>>(), [true, false, false]);
        assert_eq!(checked[1].in_words(), "sentence-drops<=0.1%: 2 (0.2 %), 0.1 % over");
        assert_eq!(checked[2].in_words(), "lines<=29: 30 (3 %), 1 over");
    }

    #[test]
    fn what_is_no_budget_is_refused() {
        for text in ["lines", "lines<3", "words<=3", "lines<=many", "lines<=-1", "lines<=nan"] {
            assert!(text.parse::<Budget>().is_err(), "{text}");
        }
    }
}

//! What can be said of a clean text: so far its title.

use crate::document::{Document, Fact, Field};
use crate::edit::{RuleId, RuleTable};
use crate::error::Error;
use crate::lines;
use crate::stage::{Outcome, Stage};

/// Name of the stage.
pub const NAME: &str = "annotate";

/// Finds the title, which stays in the text.
pub struct Annotate {
    title: RuleId,
}

impl Annotate {
    /// The stage, its rules registered in `rules`.
    pub fn new(rules: &mut RuleTable) -> Self {
        Self { title: rules.builtin(NAME, "title") }
    }
}

impl Stage for Annotate {
    fn name(&self) -> &'static str {
        NAME
    }

    fn run(&self, document: &Document) -> Result<Outcome, Error> {
        let mut outcome = Outcome::default();
        if document.fact(&Field::Title).is_none() {
            let text = document.text.as_str();
            let lines = lines::split(text);
            let title = lines::find_title(text, &lines, |_| true).and_then(|index| lines.get(index));
            outcome.facts.extend(title.map(|line| Fact {
                field: Field::Title,
                value: line.text(text).to_owned(),
                rule: self.title,
            }));
        }
        Ok(outcome)
    }
}

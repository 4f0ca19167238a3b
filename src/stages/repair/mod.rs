//! Mojibake: finds text whose bytes were read in the wrong encoding, and undoes it.
//!
//! [`Repairer`] does the work on plain strings; [`Repair`](self::RepairStage) is the stage around it.

mod codec;
mod edits;
mod excerpt;
mod fit;
mod leftovers;
mod listed;
mod lossless;
mod lossy;
mod oddity;
mod protected;
mod repairer;
mod scan;
mod text;

pub use repairer::{Repair, RepairKind, RepairOptions, Repaired, Repairer, Repairs, Tag, repair};

use crate::document::Document;
use crate::edit::{Edit, RuleId, RuleTable};
use crate::error::Error;
use crate::span::TextSpan;
use crate::stage::{Outcome, Stage};

/// Name of the stage.
pub const NAME: &str = "repair";

/// Tag of a document in which characters were lost that cannot be restored for sure.
const UNSURE: &str = "mojibake-unsure";

/// The stage: each repaired place is an edit, with the channel as its note.
pub struct RepairStage {
    repairer: Repairer,
    rules: Vec<(RepairKind, RuleId)>,
}

impl RepairStage {
    /// The stage, its rules registered in `rules`.
    pub fn new(options: RepairOptions, rules: &mut RuleTable) -> Self {
        let rules = RepairKind::ALL.into_iter().map(|kind| (kind, rules.builtin(NAME, kind.name()))).collect();
        Self { repairer: Repairer::new(options), rules }
    }

    fn rule(&self, kind: RepairKind) -> RuleId {
        let found = self.rules.iter().find(|(known, _)| *known == kind);
        found.expect("every kind is registered by `new`").1
    }
}

impl Stage for RepairStage {
    fn name(&self) -> &'static str {
        NAME
    }

    fn run(&self, document: &Document) -> Result<Outcome, Error> {
        let repaired = self.repairer.repair(document.text.as_str());
        let mut outcome = Outcome::default();
        for repair in repaired.edits {
            let span = TextSpan::from_range(repair.start..repair.end);
            let mut edit = Edit::replace(span, repair.replacement, self.rule(repair.kind));
            edit.note = repair.note.into();
            edit.score = repair.score;
            outcome.edits.push(edit)?;
        }
        for tag in repaired.tags {
            match tag {
                Tag::Unsure(channel) => outcome.tags.push(format!("{UNSURE}:{channel}")),
            }
        }
        Ok(outcome)
    }
}

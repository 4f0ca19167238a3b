//! The stages in a row: from raw bytes to a document with its verdict.

use crate::config::Config;
use crate::digest::short_sha256;
use crate::document::{Document, Source, Verdict};
use crate::edit::RuleTable;
use crate::error::Error;
use crate::rules::{Packs, RuleSet};
use crate::stage::Stage;
use crate::stages::annotate::{self, Annotate};
use crate::stages::decode::Decode;
use crate::stages::extract::{self, Extract, ExtractMode};
use crate::stages::normalize::{self, UnicodeFormStage, WhiteSpace};
use crate::stages::repair::{self, RepairStage};
use crate::stages::strip::{self, Strip};

/// Reason of a document in which nothing is left.
const EMPTY: &str = "empty: nothing left after cleaning";

/// The stages that a configuration asks for, ready to clean documents on any number of threads.
///
/// # Example
/// ```
/// use scutch::{Config, Packs, Pipeline, Source};
///
/// let config = Config::default();
/// let (packs, faults) = Packs::load(&config.rules.packs);
/// assert!(faults.is_empty());
/// let pipeline = Pipeline::new(&config, &packs)?;
/// let raw = "Share\n\nThe mayor called it \u{e2}\u{20ac}\u{153}a fair deal\u{e2}\u{20ac}\u{9d}.\n";
/// let document = pipeline.clean(raw.as_bytes(), Source::default())?;
/// assert_eq!(document.text.as_str(), "The mayor called it “a fair deal”.");
/// # Ok::<(), scutch::Error>(())
/// ```
pub struct Pipeline {
    decode: Decode,
    stages: Vec<Box<dyn Stage>>,
    rules: RuleTable,
    rules_digest: String,
    config_digest: String,
    warnings: Vec<Error>,
}

impl Pipeline {
    /// Builds the stages. `packs` are those that `config.rules.packs` names.
    ///
    /// # Errors
    /// [`Error::Definition`] for settings or rules that are not as they must be.
    pub fn new(config: &Config, packs: &Packs) -> Result<Self, Error> {
        config.check()?;
        let mut rules = RuleTable::default();
        let decode = Decode::new(&config.decode, &mut rules)?;
        let mut stages: Vec<Box<dyn Stage>> = Vec::new();
        let mut rules_digest = String::new();
        let mut warnings = Vec::new();
        if config.runs(extract::NAME) {
            stages.push(Box::new(Extract::new(&config.extract, &mut rules)?));
        }
        if config.runs(repair::NAME) {
            stages.push(Box::new(RepairStage::new(config.repair_options(), &mut rules)));
        }
        if config.runs(strip::NAME) {
            config.rules.check(packs)?;
            let mut set = RuleSet::build(packs, &config.rules, &mut rules)?;
            warnings.extend(config.rules.warnings(packs));
            warnings.extend(set.take_warnings());
            let set = set.with_line_model(&config.rules, &mut rules)?;
            config.rules.lock.check(&set.locked_digest())?;
            set.digest().clone_into(&mut rules_digest);
            let has_main_text = config.runs(extract::NAME) && config.extract.mode != ExtractMode::All;
            stages.push(Box::new(Strip::new(set, has_main_text)));
        }
        if config.runs(normalize::NAME) {
            stages.push(Box::new(WhiteSpace::new(&mut rules)));
            stages.push(Box::new(UnicodeFormStage::new(config.normalize, &mut rules)));
        }
        if config.runs(annotate::NAME) {
            stages.push(Box::new(Annotate::new(&mut rules)));
        }
        Ok(Self { decode, stages, rules, rules_digest, config_digest: config.digest(), warnings })
    }

    /// Cleans one payload. The verdict is set; a rejected document has what was made of its text up
    /// to then.
    ///
    /// # Errors
    /// When a stage cannot process the document.
    pub fn clean(&self, raw: &[u8], source: Source) -> Result<Document, Error> {
        let mut document = self.decode.run(raw, source)?;
        for stage in &self.stages {
            if document.verdict != Verdict::Kept {
                return Ok(document);
            }
            let outcome = stage.run(&document)?;
            document.text.apply(&outcome.edits);
            document.facts.extend(outcome.facts);
            document.tags.extend(outcome.tags);
            if let Some(verdict) = outcome.verdict {
                document.verdict = verdict;
            }
        }
        if document.verdict == Verdict::Kept && document.text.as_str().trim().is_empty() {
            document.verdict = Verdict::Rejected(EMPTY.to_owned());
        }
        Ok(document)
    }

    /// The rules of all stages.
    #[must_use]
    pub fn rules(&self) -> &RuleTable {
        &self.rules
    }

    /// Takes out what was noticed that is no error, but should be mended: rules that are named by an old id or make
    /// the run slow. Each has its place and a hint.
    pub fn take_warnings(&mut self) -> Vec<Error> {
        std::mem::take(&mut self.warnings)
    }

    /// Program and rule set, as in the column `version`: `scutch/0.1.0 rules/1a2b3c4d`.
    #[must_use]
    pub fn version(&self) -> String {
        format!("scutch/{} rules/{}", env!("CARGO_PKG_VERSION"), short_sha256(self.rules_digest.as_bytes()))
    }

    /// SHA-256 of the rule set, 64 hex digits; empty if `strip` does not run.
    #[must_use]
    pub fn rules_digest(&self) -> &str {
        &self.rules_digest
    }

    /// SHA-256 of the settings, 64 hex digits.
    #[must_use]
    pub fn config_digest(&self) -> &str {
        &self.config_digest
    }
}

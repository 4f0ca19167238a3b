//! What two rule sets make of the same documents, and where that differs.

mod budget;
mod compare;
mod markdown;
mod report;
mod sample;

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use foldhash::fast::FixedState;

use super::reading::{Follow, Reader};
use crate::config::Config;
use crate::edit::RuleTable;
use crate::error::Error;
use crate::input::Inputs;
use crate::rules::{Packs, Profile, RuleOptions, RuleSet, line_key};
pub use budget::{Budget, BudgetLine};
use compare::Comparison;
pub use markdown::markdown;
use report::Gathering;
pub use report::{DiffCounts, DiffExample, DiffReport, DiffSide, RuleDiff};
use sample::Sample;

/// What is to be compared.
#[derive(Debug, Clone)]
pub struct DiffOptions {
    /// The old rules: packs as `--rules` names them, with commas between them (`builtin` for all that come with
    /// the program), or a configuration file, of which the table `[rules]` counts.
    pub old: String,
    /// The new rules, likewise.
    pub new: String,
    /// Folders and files.
    pub inputs: Vec<PathBuf>,
    /// Documents that are looked at; 0 for all.
    pub sample: usize,
    /// How sure rules must be to act, whatever configuration files say.
    pub profile: Option<Profile>,
    /// Whether proposed and preview rules act as if they were stable.
    pub proposed: bool,
    /// Worker threads; 0 for one a core.
    pub threads: usize,
}

/// A rule set with the packs that it was made of.
struct Side {
    packs: Packs,
    set: RuleSet,
}

impl Side {
    fn load(name: &str, options: &DiffOptions) -> Result<Self, Vec<Error>> {
        let path = Path::new(name);
        let is_file = path.extension().is_some_and(|extension| extension == "toml") && path.is_file();
        let mut rules = if is_file {
            Config::read(path).map_err(|error| vec![error])?.rules
        } else {
            RuleOptions { packs: pack_names(name), ..RuleOptions::default() }
        };
        rules.profile = options.profile.unwrap_or(rules.profile);
        let (mut packs, faults) = Packs::load(&rules.packs);
        if !faults.is_empty() {
            return Err(faults);
        }
        if options.proposed {
            packs.promote();
        }
        rules.check(&packs).map_err(|error| vec![error])?;
        let set = RuleSet::build(&packs, &rules, &mut RuleTable::default()).map_err(|error| vec![error])?;
        Ok(Self { packs, set })
    }

    fn about(&self, name: &str, over_removal: u64) -> DiffSide {
        DiffSide { name: name.to_owned(), rules: self.set.len(), sha256: self.set.digest().to_owned(), over_removal }
    }
}

/// Compares what two rule sets make of a corpus.
///
/// # Errors
/// Several at once for faults of packs; [`Error::Definition`] for settings, standard input and inputs that do not
/// exist; [`Error::Interrupted`] if `stop` was set.
pub fn diff(
    options: &DiffOptions,
    config: &Config,
    follow: &mut dyn Follow,
    stop: &AtomicBool,
) -> Result<DiffReport, Vec<Error>> {
    let old = Side::load(&options.old, options)?;
    let new = Side::load(&options.new, options)?;
    let one = |error: Error| vec![error];
    let inputs = Inputs::new(&options.inputs).map_err(one)?.reading(config.input.hidden_files());
    let reader = Reader::new(&inputs, config, options.threads, stop).map_err(one)?;
    let sample = match options.sample {
        0 => Sample::ALL,
        size => Sample::of(&reader, size, follow).map_err(one)?,
    };
    let gold = gold_keys(&[&old.packs, &new.packs]);
    let comparison = Comparison { old: &old.set, new: &new.set, gold: &gold };
    let mut gathering = Gathering::default();
    follow.begin("comparing what the rules do");
    let tally = reader.each(
        follow,
        |source| sample.holds(source),
        |document| Some(comparison.compare(document)),
        |compared| gathering.add(compared),
    );
    let tally = tally.map_err(one)?;
    let report = gathering.finish();
    Ok(DiffReport {
        old: old.about(&options.old, report.old.over_removal),
        new: new.about(&options.new, report.new.over_removal),
        unread: tally.rejected + tally.failed,
        ..report
    })
}

fn pack_names(list: &str) -> Vec<String> {
    list.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// The keys of all lines that packs know to be good.
fn gold_keys(packs: &[&Packs]) -> HashSet<String, FixedState> {
    let lines = packs.iter().flat_map(|packs| packs.gold()).map(|(_, line)| line);
    let key = |line: &String| {
        let mut key = String::new();
        line_key(line, &mut key);
        key
    };
    lines.map(key).filter(|key| !key.is_empty()).collect()
}

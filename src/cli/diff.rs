//! `scutch diff`: what other rules would do to a corpus.

use std::io::Write;

use serde::Serialize;

use super::arguments::{DiffArguments, DiffFormat};
use super::corpus::{Readings, failure, stop_on_interrupt};
use super::messages::{Failure, found};
use super::progress::Quiet;
use super::{Exit, settings};
use crate::corpus::diff::{Budget, BudgetLine, DiffOptions, DiffReport, diff, markdown};
use crate::error::Error;
use crate::input::Inputs;

/// The report as JSON: its own keys, and the lines of the budget.
#[derive(Serialize)]
struct Json<'a> {
    #[serde(flatten)]
    report: &'a DiffReport,
    budget: &'a [BudgetLine],
}

pub(super) fn run(arguments: &DiffArguments) -> Result<Exit, Failure> {
    let budget: Budget = arguments.budget.as_deref().unwrap_or_default().parse().map_err(Failure::usage)?;
    if !arguments.settings.rules.is_empty() {
        let hint = "OLD and NEW name the packs: `scutch diff builtin builtin,./my-rules CORPUS`";
        return Err(Failure::usage(Error::of_setting("--rules", "has no meaning here", hint)));
    }
    let config = settings::configuration(&arguments.settings)?;
    let inputs = Inputs::new(&arguments.paths)?.reading(config.input.hidden_files());
    let quiet = if arguments.quiet { Quiet::Yes } else { Quiet::No };
    let mut readings = Readings::new(inputs.total_bytes(), quiet);
    let options = DiffOptions {
        old: arguments.old.clone(),
        new: arguments.new.clone(),
        inputs: arguments.paths.clone(),
        sample: arguments.sample,
        profile: arguments.settings.profile.map(settings::named_profile),
        proposed: arguments.proposed,
        threads: arguments.threads,
    };
    let result = diff(&options, &config, &mut readings, &stop_on_interrupt());
    readings.finish();
    let report = result.map_err(failure)?;
    let budget = budget.check(&report);
    let exceeded: Vec<&BudgetLine> = budget.iter().filter(|line| !line.holds).collect();
    let mut stderr = anstream::stderr().lock();
    for line in &exceeded {
        // If nobody can read the message, the exit code still says it.
        let _ = writeln!(stderr, "budget exceeded: {}", line.in_words());
    }
    let exit = if exceeded.is_empty() { Exit::Done } else { Exit::Faults };
    found(exit, print(&report, &budget, arguments.format))
}

fn print(report: &DiffReport, budget: &[BudgetLine], format: DiffFormat) -> std::io::Result<()> {
    let mut out = anstream::stdout().lock();
    match format {
        DiffFormat::Md => write!(out, "{}", markdown(report, budget)),
        DiffFormat::Json => {
            serde_json::to_writer_pretty(&mut out, &Json { report, budget })?;
            writeln!(out)
        }
    }
}

//! `scutch verify`: is the output what the inputs and the record of edits say?

use std::io::Write;

use super::Exit;
use super::arguments::VerifyArguments;
use super::messages::{Failure, found, hint};
use super::settings;
use crate::error::Error;
use crate::input::Inputs;
use crate::output::MANIFEST;
use crate::verify::{VerifyReport, verify};
use crate::wording::{counted, numbered};

pub(super) fn run(arguments: &VerifyArguments) -> Result<Exit, Failure> {
    let config = settings::configuration(&arguments.settings)?;
    Inputs::new(&arguments.raw)?;
    let manifest = arguments.clean.join(MANIFEST);
    if let Err(source) = std::fs::metadata(&manifest) {
        return Err(Failure::usage(Error::file("read", &manifest, source)));
    }
    let report = verify(&arguments.clean, &arguments.raw, &config)?;
    let exit = if report.problems.is_empty() { Exit::Done } else { Exit::Faults };
    found(exit, print(&report, arguments.show))
}

fn print(report: &VerifyReport, show: usize) -> std::io::Result<()> {
    if let Some(difference) = &report.other_inputs {
        hint(&format!("{difference}; `--raw` takes what `ingest` took, in the same order, and `--hidden` likewise"));
    }
    let mut out = anstream::stdout().lock();
    for problem in report.problems.iter().take(show) {
        writeln!(out, "{}: {}", problem.document, problem.reason)?;
    }
    let hidden = report.problems.len().saturating_sub(show);
    if hidden > 0 {
        writeln!(out, "... and {hidden} more (`--show {}` shows all)", report.problems.len())?;
    }
    writeln!(out, "{}", summary(report))
}

fn summary(report: &VerifyReport) -> String {
    let VerifyReport { records, documents, changes, not_replayed, problems, other_inputs: _ } = report;
    let not_replayed = match not_replayed {
        0 => String::new(),
        count => format!(" ({count} documents without the text of their changes: digests alone were checked)"),
    };
    let verdict = match problems.len() {
        0 => "everything holds".to_owned(),
        count => counted(count, "problem"),
    };
    let (records, documents) = (numbered(*records, "record"), numbered(*documents, "document"));
    let changes = numbered(*changes, "change");
    format!("{records}, {documents}, {changes} replayed and undone{not_replayed}: {verdict}")
}

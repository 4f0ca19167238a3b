//! `scutch verify`: is the output what the inputs and the record of edits say?

use std::io::Write;

use super::Exit;
use super::arguments::VerifyArguments;
use super::messages::Failure;
use super::settings;
use crate::error::Error;
use crate::input::Inputs;
use crate::verify::{VerifyReport, verify};

pub(super) fn run(arguments: &VerifyArguments) -> Result<Exit, Failure> {
    let config = settings::configuration(&arguments.settings)?;
    Inputs::new(&arguments.raw)?;
    let manifest = arguments.clean.join("manifest.json");
    if let Err(source) = std::fs::metadata(&manifest) {
        return Err(Failure::usage(Error::file("read", &manifest, source)));
    }
    let report = verify(&arguments.clean, &arguments.raw, &config)?;
    let mut out = anstream::stdout().lock();
    for problem in report.problems.iter().take(arguments.show) {
        writeln!(out, "{}: {}", problem.document, problem.reason)?;
    }
    let hidden = report.problems.len().saturating_sub(arguments.show);
    if hidden > 0 {
        writeln!(out, "... and {hidden} more (`--show {}` shows all)", report.problems.len())?;
    }
    writeln!(out, "{}", summary(&report))?;
    Ok(if report.problems.is_empty() { Exit::Done } else { Exit::Faults })
}

fn summary(report: &VerifyReport) -> String {
    let VerifyReport { records, documents, changes, not_replayed, problems } = report;
    let not_replayed = match not_replayed {
        0 => String::new(),
        count => format!(" ({count} documents without the text of their changes: digests alone were checked)"),
    };
    let verdict = match problems.len() {
        0 => "everything holds".to_owned(),
        1 => "1 problem".to_owned(),
        count => format!("{count} problems"),
    };
    format!("{records} records, {documents} documents, {changes} changes replayed and undone{not_replayed}: {verdict}")
}

//! `scutch learn`: rules for what repeats across the pages of a site.

use std::io::Write;
use std::path::Path;

use super::arguments::LearnArguments;
use super::corpus::{Readings, failure, stop_on_interrupt};
use super::messages::Failure;
use super::progress::Quiet;
use super::{Exit, settings};
use crate::corpus::learn::{LearnOptions, LearnReport, learn};
use crate::input::Inputs;
use crate::wording::{counted, numbered};

/// Bytes of a MiB.
const MIB: usize = 1 << 20;
/// Characters shown of a line that was held back.
const SHOWN_CHARS: usize = 80;
/// Parts of a whole in percent.
const PERCENT: f64 = 100.0;

pub(super) fn run(arguments: &LearnArguments) -> Result<Exit, Failure> {
    let config = settings::configuration(&arguments.settings)?;
    let file = settings::file_of_packs(arguments.settings.config.as_deref(), &arguments.settings.rules);
    let packs = settings::packs(&config, file)?;
    let inputs = Inputs::new(&arguments.paths)?.reading(config.input.hidden_files());
    let quiet = if arguments.quiet { Quiet::Yes } else { Quiet::No };
    let mut readings = Readings::new(inputs.total_bytes(), quiet);
    let options = LearnOptions {
        inputs: arguments.paths.clone(),
        output: arguments.output.clone(),
        min_pages: arguments.min_pages,
        min_share: arguments.min_share / PERCENT,
        include_taken: arguments.include_taken,
        include_loose: arguments.include_loose,
        memory: arguments.memory * MIB,
        threads: arguments.threads,
    };
    let result = learn(&options, &config, &packs, &mut readings, &stop_on_interrupt());
    readings.finish();
    let report = result.map_err(failure)?;
    if !arguments.quiet {
        // The rules are written, whether or not anybody reads the summary.
        let _ = print_summary(&report, &arguments.output);
    }
    Ok(if report.tally.failed == 0 { Exit::Done } else { Exit::Faults })
}

/// The start of a line, as much as fits beside the counts.
fn shortened(line: &str) -> String {
    let start: String = line.chars().take(SHOWN_CHARS).collect();
    if start.len() < line.len() { format!("{start} ...") } else { start }
}

fn print_summary(report: &LearnReport, output: &Path) -> std::io::Result<()> {
    let mut stream = anstream::stderr().lock();
    let tally = &report.tally;
    let (documents, sites) = (numbered(tally.documents, "document"), numbered(report.sites, "site"));
    let times = numbered(report.readings.into(), "time");
    writeln!(stream, "{documents} of {sites}, read {times}")?;
    if tally.rejected + tally.failed > 0 {
        writeln!(stream, "  {} rejected, {} failed", tally.rejected, tally.failed)?;
    }
    writeln!(
        stream,
        "  {:>9} {} enough pages",
        report.sites_with_pages,
        if report.sites_with_pages == 1 { "site has" } else { "sites have" }
    )?;
    writeln!(stream, "  {:>9} pages repeat others and taught nothing", report.copies)?;
    writeln!(stream, "  {:>9} lines repeat on enough pages; held back of them:", report.repeated)?;
    for (reason, held) in &report.held_back {
        let remedy = if held.remedy.is_empty() { String::new() } else { format!(" ({})", held.remedy) };
        writeln!(stream, "  {:>9}   {reason}{remedy}", held.count)?;
        for line in &held.examples {
            writeln!(stream, "  {:>9}     {}", "", shortened(line))?;
        }
        let others = held.count - held.examples.len() as u64;
        if others > 0 {
            writeln!(stream, "  {:>9}     and {}", "", numbered(others, "other"))?;
        }
    }
    let (lines, blocks) = (counted(report.lines.len(), "line rule"), counted(report.blocks.len(), "block rule"));
    writeln!(stream, "proposed: {lines}, {blocks}")?;
    let output = output.display();
    if report.lines.is_empty() && report.blocks.is_empty() {
        return writeln!(stream, "{output} was left as it was");
    }
    writeln!(
        stream,
        "look next: read {output}, set the status of each rule to `stable` or `rejected`, and run `scutch rules test --rules {output}`"
    )
}

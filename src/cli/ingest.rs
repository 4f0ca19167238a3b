//! `scutch ingest`: a folder of dirty documents into a folder of clean ones.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::Exit;
use super::arguments::IngestArguments;
use super::messages::{Failure, INTERRUPTED, print_warning};
use super::progress::{Display, Quiet};
use super::rejections;
use super::settings;
use crate::config::{Config, timestamp};
use crate::error::Error;
use crate::input::Inputs;
use crate::output::{Counts, DOCUMENTS, FAILED, REJECTED, RuleCount};
use crate::pipeline::Pipeline;
use crate::run::{RunOptions, RunReport, run as run_inputs};
use crate::wording::{numbered, passed_over};

/// Rules shown in the summary.
const TOP_RULES: usize = 8;

pub(super) fn run(arguments: &IngestArguments) -> Result<Exit, Failure> {
    let mut config = settings::configuration(&arguments.settings)?;
    if let Some(source) = &arguments.source {
        config.output.source.clone_from(source);
    }
    if let Some(added) = &arguments.added {
        config.output.added = timestamp(added).unwrap_or_else(|| added.clone());
    }
    if let Some(changes) = arguments.changes {
        config.output.changes = settings::changes_detail(changes);
    }
    let pipeline = settings::pipeline(&config, &arguments.settings)?;
    let inputs = Inputs::new(&arguments.paths)?.reading(config.input.hidden_files());
    let stop = Arc::new(AtomicBool::new(false));
    let asked = stop.clone();
    // Without a handler Ctrl-C still ends the program; only the tidy end is lost.
    let _ = ctrlc::set_handler(move || {
        if asked.swap(true, Ordering::Relaxed) {
            // Asked twice: the reader may be waiting for input that never comes.
            end_at_once();
        }
    });
    let quiet = if arguments.quiet { Quiet::Yes } else { Quiet::No };
    let mut display = Display::new(inputs.total_bytes(), quiet);
    let options = RunOptions {
        inputs: arguments.paths.clone(),
        output: arguments.output.clone(),
        overwrite: arguments.overwrite,
        threads: arguments.threads,
    };
    let result = run_inputs(&options, &config, &pipeline, &mut display, &stop);
    display.finish();
    let report = result.map_err(|error| explain(error, arguments))?;
    if !arguments.quiet {
        // The run is done, whether or not anybody reads its summary.
        let _ = print_summary(&report, &pipeline, arguments);
    }
    print_warnings(&report, &config, arguments);
    let is_sound = report.counts.failed.documents == 0 && report.counts.reconcile();
    Ok(if is_sound { Exit::Done } else { Exit::Faults })
}

#[expect(clippy::exit, reason = "the user asked twice, and nothing else can end a read that waits")]
pub(super) fn end_at_once() -> ! {
    std::process::exit(INTERRUPTED.into())
}

/// Adds what the user can do to errors of a run.
fn explain(error: Error, arguments: &IngestArguments) -> Failure {
    let Error::Interrupted = error else { return error.into() };
    let reason = "was not changed: the run was stopped before it was complete";
    let unchanged = Error::output(&arguments.output, reason, "run the command again");
    Failure { errors: vec![error, unchanged], is_usage: false }
}

/// Warns of what the settings may be wrong about.
fn print_warnings(report: &RunReport, config: &Config, arguments: &IngestArguments) {
    let mut stream = anstream::stderr().lock();
    let rejections = rejections::warning(report.counts.read.documents, &report.counts.reasons);
    let file = settings::file(arguments.settings.config.as_deref());
    let idle =
        settings::idle_exceptions(config, &report.fitting).into_iter().map(|error| settings::placed(error, file));
    for warning in rejections.into_iter().chain(idle) {
        // The run is done, whether or not anybody reads this.
        let _ = print_warning(&mut stream, &warning);
    }
}

fn print_summary(report: &RunReport, pipeline: &Pipeline, arguments: &IngestArguments) -> std::io::Result<()> {
    let mut stream = anstream::stderr().lock();
    let counts = &report.counts;
    let documents = arguments.output.join(DOCUMENTS);
    let read = counts.read.documents;
    let (documents_read, files) = (numbered(read, "document"), numbered(report.files, "file"));
    writeln!(stream, "{documents_read} read from {files} ({})", megabytes(report.input_bytes))?;
    if report.hidden > 0 {
        let entries = if report.hidden == 1 { "file or folder" } else { "files and folders" };
        writeln!(stream, "skipped {} hidden {entries} (`--hidden` reads them)", report.hidden)?;
    }
    if let Some(line) = passed_over(counts.passed_over.iter().map(|(kind, records)| (kind.as_str(), records.documents)))
    {
        writeln!(stream, "{line}")?;
    }
    writeln!(
        stream,
        "  kept      {:>9}  {} of clean text in {}/",
        counts.kept.documents,
        megabytes(counts.text_bytes),
        documents.display()
    )?;
    writeln!(stream, "  rejected  {:>9}  {}", counts.rejected.documents, reasons(counts))?;
    if counts.duplicate.documents > 0 {
        writeln!(stream, "  duplicate {:>9}", counts.duplicate.documents)?;
    }
    writeln!(stream, "  failed    {:>9}", counts.failed.documents)?;
    if let Some((name, error)) = &report.first_without_field {
        let others = match report.without_field {
            1 => String::new(),
            count => format!(", and those of {}", numbered(count - 1, "file")),
        };
        writeln!(stream, "all records of {name}{others} failed: {error}; `--field` names the field of the text")?;
    }
    let mut rules: Vec<(&str, &RuleCount)> = pipeline
        .rules()
        .iter()
        .enumerate()
        .filter_map(|(index, rule)| Some((rule.id.as_str(), counts.rules.get(&index)?)))
        .collect();
    rules.sort_by(|one, other| other.1.edits.cmp(&one.1.edits).then_with(|| one.0.cmp(other.0)));
    if !rules.is_empty() {
        writeln!(stream, "most used rules, of {} that made edits:", rules.len())?;
    }
    for (id, count) in rules.into_iter().take(TOP_RULES) {
        let noun = if count.edits == 1 { "edit" } else { "edits" };
        writeln!(stream, "  {id:<34} {:>8} {noun} in {}", count.edits, numbered(count.documents, "document"))?;
    }
    if !counts.reconcile() {
        writeln!(stream, "the counts do not reconcile: this is a bug of scutch, please report it")?;
    }
    writeln!(stream, "look next: {}", advice(counts, arguments))
}

/// The most useful next step.
fn advice(counts: &Counts, arguments: &IngestArguments) -> String {
    let in_output = |name: &str| arguments.output.join(name).display().to_string();
    let raw: Vec<String> = arguments.paths.iter().map(|path| format!("--raw {}", path.display())).collect();
    if counts.failed.documents > 0 {
        return format!("{} says what could not be read", in_output(FAILED));
    }
    if counts.rejected.documents > 0 {
        return format!("{}/ says why documents were rejected", in_output(REJECTED));
    }
    let output = arguments.output.display();
    format!("`scutch verify {output} {}` proves that nothing was lost", raw.join(" "))
}

/// Reasons of rejection without their details: `binary 2, empty 1`.
fn reasons(counts: &Counts) -> String {
    let kinds: Vec<String> =
        rejections::kinds(&counts.reasons).into_iter().map(|(kind, count)| format!("{kind} {count}")).collect();
    kinds.join(", ")
}

fn megabytes(bytes: u64) -> String {
    indicatif::DecimalBytes(bytes).to_string()
}

//! `scutch clean`: a filter from standard input to standard output.

use std::io::{BufWriter, Write};

use super::Exit;
use super::arguments::{CleanArguments, ToFormat};
use super::messages::{Failure, print_warning};
use super::rejections;
use super::settings;
use crate::error::{Error, Place};
use crate::filter::{To, filter};
use crate::wording::passed_over;

pub(super) fn run(arguments: &CleanArguments) -> Result<Exit, Failure> {
    if let Some(file) = arguments.files.first() {
        let place = Place { file: file.display().to_string(), ..Place::default() };
        let message = "`clean` takes no files: it cleans standard input".to_owned();
        let hint = format!("write `scutch clean < {}`, or `scutch ingest` for files and folders", file.display());
        return Err(Failure::usage(Error::Definition { place, message, hint }));
    }
    let config = settings::configuration(&arguments.settings)?;
    let pipeline = settings::pipeline(&config, &arguments.settings)?;
    let to = arguments.to.map(|to| match to {
        ToFormat::Text => To::Text,
        ToFormat::Jsonl => To::Jsonl,
    });
    let mut output = BufWriter::new(std::io::stdout());
    let report = filter(Box::new(std::io::stdin()), &mut output, to, &config, &pipeline, arguments.threads)?;
    output.flush()?;
    let mut stream = anstream::stderr().lock();
    for message in &report.messages {
        // What was cleaned is on standard output already.
        let _ = writeln!(stream, "{message}");
    }
    if report.more_messages > 0 {
        let _ = writeln!(stream, "... and {} more that failed or were rejected", report.more_messages);
    }
    if let Some(line) = passed_over(report.passed_over.iter().map(|(kind, records)| (kind.as_str(), *records))) {
        let _ = writeln!(stream, "{line}");
    }
    if let Some(warning) = rejections::warning(report.read, &report.reasons) {
        let _ = print_warning(&mut stream, &warning);
    }
    Ok(if report.failed == 0 { Exit::Done } else { Exit::Faults })
}

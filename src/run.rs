//! A run over inputs: one reader, worker threads, one writer in input order, with bounded memory.
//!
//! Workers clean units of work in any order; their lines are put out in the order of the input, so that
//! the output is the same for any number of threads.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::config::Config;
use crate::error::Error;
use crate::input::{self, Inputs, Message, PayloadReader, Payloads, Unit};
use crate::output::{Counts, InputEntry, Manifest, OutputFolder, Overwrite, RowWriter, Rows, RunIdentity};
use crate::parallel::{Give, ordered_map};
use crate::pipeline::Pipeline;
use crate::rules::Exceptions;
use crate::stages::strip;
use crate::worker::{Worker, chain};

/// What a run is to do.
#[derive(Debug, Clone)]
pub struct RunOptions {
    /// Folders, files, or `-`.
    pub inputs: Vec<PathBuf>,
    /// The output folder.
    pub output: PathBuf,
    /// Whether the output of another run may be overwritten.
    pub overwrite: bool,
    /// Worker threads; 0 for one a core.
    pub threads: usize,
}

/// Follows a run. Methods are called on the thread that called [`run`].
pub trait Progress {
    /// Called whenever something was written: `counts` so far, and the bytes of all files that are done,
    /// as they are on disk.
    fn advanced(&mut self, counts: &Counts, input_bytes: u64);
}

/// Nobody follows.
impl Progress for () {
    fn advanced(&mut self, _counts: &Counts, _input_bytes: u64) {}
}

/// What came of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RunReport {
    /// Counts over everything.
    pub counts: Counts,
    /// Size in bytes of the input files, as they are on disk.
    pub input_bytes: u64,
    /// Number of input files.
    pub files: u64,
    /// Files of which every record failed since it lacks the field of the text.
    pub without_field: u64,
    /// The first of those: its name, and the error of its first record, which names the fields seen.
    pub first_without_field: Option<(String, String)>,
    /// Hidden files and folders that were passed over.
    pub hidden: u64,
    /// Which of the tables `[[rules.per-path]]`, then `[[rules.per-site]]`, fit a document: their numbers, from 0.
    /// Empty if the stage `strip` does not run.
    pub fitting: BTreeSet<usize>,
}

/// Cleans all inputs into the output folder.
///
/// `stop` may be set at any time to end the run early; the folder then stays as it was.
///
/// # Errors
/// [`Error::Output`] and [`Error::Definition`] before anything is written; [`Error::File`] if the
/// output cannot be written; [`Error::Interrupted`] if `stop` was set. Faults of inputs are no
/// errors: they are counted and named in `failed.jsonl`.
pub fn run(
    options: &RunOptions,
    config: &Config,
    pipeline: &Pipeline,
    progress: &mut dyn Progress,
    stop: &AtomicBool,
) -> Result<RunReport, Error> {
    let payloads = PayloadReader::new(config)?;
    let inputs = Inputs::new(&options.inputs)?.reading(config.input.hidden_files());
    if inputs.contain(&options.output) {
        let reason = "lies inside an input folder, so that the run would read its own output";
        return Err(Error::output(&options.output, reason, "name a folder outside of the inputs with `-o`"));
    }
    if let Some(input) = inputs.first_in(&options.output) {
        let reason = format!("holds the input `{}`, so that the run could overwrite it", input.display());
        return Err(Error::output(&options.output, &reason, "name a folder outside of the inputs with `-o`"));
    }
    let corpus = if config.output.source.is_empty() { inputs.corpus_name() } else { config.output.source.clone() };
    let identity = RunIdentity { source: corpus.clone(), config_sha256: pipeline.config_digest().to_owned() };
    let overwrite = if options.overwrite { Overwrite::AnyRun } else { Overwrite::SameRun };
    let mut folder = OutputFolder::open(&options.output, &identity, &inputs, overwrite)?;
    let writer = RowWriter::new(pipeline, config, &corpus);
    let worker = Worker { pipeline, payloads: &payloads, writer: &writer };
    let exceptions = if config.runs(strip::NAME) {
        Exceptions::new(&config.rules.per_path, &config.rules.per_site)?
    } else {
        Exceptions::default()
    };
    let mut collector = Collector::new(&mut folder, progress);
    let read = ordered_map(
        options.threads,
        |give| read(&inputs, config, stop, give),
        |message| process(worker, &exceptions, message),
        |done| collector.take(done),
    );
    let result = read.and_then(|()| collector.finish());
    match result {
        Ok(mut report) if !stop.load(Ordering::Relaxed) => {
            report.hidden = inputs.passed_over();
            let changes = config.output.changes;
            folder.complete(Manifest::new(pipeline, &identity, changes, &report.counts, report.hidden))?;
            Ok(report)
        }
        Ok(_) => {
            folder.abandon();
            Err(Error::Interrupted)
        }
        Err(error) => {
            folder.abandon();
            Err(error)
        }
    }
}

/// The reader: passes on the units of all files, in order.
fn read(inputs: &Inputs, config: &Config, stop: &AtomicBool, give: Give<'_, Message>) {
    let mut send = |message: Message| {
        let bytes = if let Message::Unit(unit) = &message { unit.bytes() } else { 0 };
        !stop.load(Ordering::Relaxed) && give(message, bytes)
    };
    for file in inputs.files() {
        let goes_on = match file {
            Ok(file) => input::read_file(file, &config.input, &mut send),
            Err((name, error)) => {
                let payloads = Payloads::Failed { line: 0, offset: 0, length: 0, error: chain(&error) };
                send(Message::Unit(Unit::of_name(name, payloads)))
            }
        };
        if !goes_on {
            return;
        }
    }
}

/// What a worker made of a message.
enum Done {
    Rows(Box<Rows>, String),
    FileDone { name: String, bytes: u64, sha256: String },
}

fn process(worker: Worker<'_>, exceptions: &Exceptions, message: Message) -> Done {
    match message {
        Message::FileDone { name, bytes, sha256 } => Done::FileDone { name, bytes, sha256 },
        Message::Unit(unit) => {
            let name = unit.file.name().to_owned();
            Done::Rows(Box::new(worker.clean(&unit, exceptions)), name)
        }
    }
}

/// The writer: puts out what the workers made, and keeps the counts.
struct Collector<'a> {
    folder: &'a mut OutputFolder,
    progress: &'a mut dyn Progress,
    report: RunReport,
    /// The file whose units come in.
    current: InputEntry,
    /// Its records that lack the field of the text.
    without_field: u64,
    /// The error of its first record that failed.
    first_error: String,
}

impl<'a> Collector<'a> {
    fn new(folder: &'a mut OutputFolder, progress: &'a mut dyn Progress) -> Self {
        let report = RunReport::default();
        Self { folder, progress, report, current: InputEntry::default(), without_field: 0, first_error: String::new() }
    }

    fn take(&mut self, done: Done) -> Result<(), Error> {
        let name = match &done {
            Done::Rows(_, name) | Done::FileDone { name, .. } => name,
        };
        if self.current.path != *name {
            // The file before was broken off: its digest is not known.
            self.end_file()?;
            self.current.path.clone_from(name);
        }
        match done {
            Done::Rows(rows, _) => {
                self.current.documents += rows.counts.read.documents;
                self.without_field += rows.without_field;
                if self.first_error.is_empty() {
                    self.first_error.clone_from(&rows.first_error);
                }
                self.folder.write(&rows)?;
                self.report.counts.merge(&rows.counts);
                self.report.fitting.extend(&rows.exceptions);
            }
            Done::FileDone { bytes, sha256, .. } => {
                (self.current.bytes, self.current.sha256) = (bytes, sha256);
                self.end_file()?;
            }
        }
        self.progress.advanced(&self.report.counts, self.report.input_bytes);
        Ok(())
    }

    /// Lists the file that is done, and makes room for the next.
    fn end_file(&mut self) -> Result<(), Error> {
        let file = std::mem::take(&mut self.current);
        let without_field = std::mem::take(&mut self.without_field);
        let first_error = std::mem::take(&mut self.first_error);
        if without_field > 0 && without_field == file.documents {
            self.report.without_field += 1;
            self.report.first_without_field.get_or_insert_with(|| (file.path.clone(), first_error));
        }
        if !file.path.is_empty() {
            self.folder.write_input(&file)?;
            self.report.files += 1;
            self.report.input_bytes += file.bytes;
        }
        Ok(())
    }

    fn finish(mut self) -> Result<RunReport, Error> {
        self.end_file()?;
        Ok(self.report)
    }
}

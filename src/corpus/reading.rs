//! A corpus, read document by document up to where the rules of `strip` see it.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::config::Config;
use crate::document::{Document, Source, Verdict};
use crate::error::Error;
use crate::input::{self, Inputs, Message, Payload, PayloadReader, Payloads, Unit};
use crate::parallel::{Give, ordered_map};
use crate::pipeline::Pipeline;
use crate::rules::Packs;
use crate::stages::{decode, extract, repair};
use crate::worker::{chain, clean_caught};

/// Stages that run before `strip`.
const STAGES_BEFORE_RULES: [&str; 3] = [decode::NAME, extract::NAME, repair::NAME];

/// Follows the reading of a corpus. Methods are called on the thread that asked for the work.
pub trait Follow {
    /// The corpus is about to be read for this purpose; it may be read several times.
    fn begin(&mut self, step: &str);
    /// Called as documents come in: their number and the bytes of all files done, in this reading.
    fn advanced(&mut self, documents: u64, input_bytes: u64);
}

/// Nobody follows.
impl Follow for () {
    fn begin(&mut self, _step: &str) {}
    fn advanced(&mut self, _documents: u64, _input_bytes: u64) {}
}

/// What one reading of a corpus found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Documents with text.
    pub documents: u64,
    /// Documents that were rejected: binaries, empty files, file types that are not read.
    pub rejected: u64,
    /// Documents that could not be read.
    pub failed: u64,
}

/// What a worker makes of one unit of work.
struct Made<R> {
    items: Vec<R>,
    tally: Tally,
    input_bytes: u64,
}

/// Reads a corpus, as often as it is asked.
pub(super) struct Reader<'a> {
    inputs: &'a Inputs,
    config: &'a Config,
    payloads: PayloadReader<'a>,
    pipeline: Pipeline,
    threads: usize,
    stop: &'a AtomicBool,
}

impl<'a> Reader<'a> {
    /// A reader of `inputs` with `threads` workers (0: one a core); `stop` ends it early.
    ///
    /// # Errors
    /// [`Error::Definition`] for settings that are not as they must be, and for standard input, which can be
    /// read only once.
    pub(super) fn new(
        inputs: &'a Inputs,
        config: &'a Config,
        threads: usize,
        stop: &'a AtomicBool,
    ) -> Result<Self, Error> {
        if inputs.has_standard_input() {
            let message = "standard input can be read only once, and a corpus is read several times";
            return Err(Error::of_setting("-", message, "write it to a file, and name that"));
        }
        let mut before_rules = config.clone();
        before_rules.stages.retain(|stage| STAGES_BEFORE_RULES.contains(&stage.as_str()));
        let pipeline = Pipeline::new(&before_rules, &Packs::default())?;
        Ok(Self { inputs, config, payloads: PayloadReader::new(config)?, pipeline, threads, stop })
    }

    /// Gives each document, as the stage `strip` would see it, to `map` on some worker, and what comes of it
    /// to `consume` in input order. `wanted` says which documents are looked at, by their source alone.
    ///
    /// # Errors
    /// [`Error::Interrupted`] if the stop was asked for.
    pub(super) fn each<R: Send>(
        &self,
        follow: &mut dyn Follow,
        wanted: impl Fn(&Source) -> bool + Sync,
        map: impl Fn(&Document) -> Option<R> + Sync,
        mut consume: impl FnMut(R),
    ) -> Result<Tally, Error> {
        let work = |message: Message| match message {
            Message::FileDone { bytes, .. } => Made { items: Vec::new(), tally: Tally::default(), input_bytes: bytes },
            Message::Unit(unit) => self.unit(&unit, &wanted, &map),
        };
        let mut total = Tally::default();
        let mut input_bytes = 0;
        ordered_map(
            self.threads,
            |give| self.read(give),
            work,
            |made| {
                made.items.into_iter().for_each(&mut consume);
                total.documents += made.tally.documents;
                total.rejected += made.tally.rejected;
                total.failed += made.tally.failed;
                input_bytes += made.input_bytes;
                follow.advanced(total.documents, input_bytes);
                if self.stop.load(Ordering::Relaxed) { Err(Error::Interrupted) } else { Ok(()) }
            },
        )?;
        if self.stop.load(Ordering::Relaxed) { Err(Error::Interrupted) } else { Ok(total) }
    }

    /// Passes on the units of all files, in order.
    fn read(&self, give: Give<'_, Message>) {
        let mut send = |message: Message| {
            let bytes = if let Message::Unit(unit) = &message { unit.bytes() } else { 0 };
            !self.stop.load(Ordering::Relaxed) && give(message, bytes)
        };
        for file in self.inputs.files() {
            let goes_on = match file {
                Ok(file) => input::read_file(file, &self.config.input, &mut send),
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

    fn unit<R>(
        &self,
        unit: &Unit,
        wanted: &impl Fn(&Source) -> bool,
        map: &impl Fn(&Document) -> Option<R>,
    ) -> Made<R> {
        let mut made = Made { items: Vec::new(), tally: Tally::default(), input_bytes: 0 };
        self.payloads.each(unit, &mut |source, payload| match payload {
            Payload::Bytes(_) if !wanted(&source) => {}
            Payload::Bytes(raw) => match clean_caught(&self.pipeline, raw, source) {
                Ok(document) if document.verdict == Verdict::Kept => {
                    made.tally.documents += 1;
                    made.items.extend(map(&document));
                }
                Ok(_) => made.tally.rejected += 1,
                Err(_) => made.tally.failed += 1,
            },
            Payload::Refused { .. } => made.tally.rejected += 1,
            Payload::Unreadable(_) => made.tally.failed += 1,
        });
        made
    }
}

//! What commands that read a corpus several times share: progress, and Ctrl-C.

use std::io::{IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::messages::Failure;
use super::progress::{Display, Quiet};
use crate::corpus::Follow;
use crate::error::Error;
use crate::output::Counts;
use crate::run::Progress;

/// Shows how far each reading of a corpus is.
pub(super) struct Readings {
    total: u64,
    quiet: Quiet,
    display: Display,
}

impl Readings {
    /// For a corpus of `total` bytes.
    pub(super) fn new(total: u64, quiet: Quiet) -> Self {
        Self { total, quiet, display: Display::Silent }
    }

    /// Takes the bar away.
    pub(super) fn finish(&self) {
        self.display.finish();
    }
}

impl Follow for Readings {
    fn begin(&mut self, step: &str) {
        self.display.finish();
        if self.quiet == Quiet::No && std::io::stderr().is_terminal() {
            // The work goes on when nobody can read its progress.
            let _ = writeln!(std::io::stderr(), "{step}");
        }
        self.display = Display::new(self.total, self.quiet);
    }

    fn advanced(&mut self, documents: u64, input_bytes: u64) {
        let mut counts = Counts::default();
        counts.read.documents = documents;
        counts.kept.documents = documents;
        self.display.advanced(&counts, input_bytes);
    }
}

/// A flag that Ctrl-C sets. Asked twice, the program ends at once.
pub(super) fn stop_on_interrupt() -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let asked = stop.clone();
    // Without a handler Ctrl-C still ends the program; only the tidy end is lost.
    let _ = ctrlc::set_handler(move || {
        if asked.swap(true, Ordering::Relaxed) {
            super::ingest::end_at_once();
        }
    });
    stop
}

/// Several errors, of which those of definitions are wrong use.
pub(super) fn failure(errors: Vec<Error>) -> Failure {
    let is_usage = errors.iter().all(Error::is_usage);
    Failure { errors, is_usage }
}

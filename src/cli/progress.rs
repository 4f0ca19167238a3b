//! Progress of a run: a bar on a terminal, plain lines otherwise.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

use indicatif::{HumanBytes, HumanCount, ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::output::Counts;
use crate::run::Progress;

/// Time between two plain lines: rare enough for log files.
const LINE_INTERVAL: Duration = Duration::from_secs(10);
/// Redraws of the bar a second.
const REDRAWS: u8 = 8;

/// Shows how far a run is, on standard error.
pub(super) enum Display {
    Bar(ProgressBar),
    Lines { started: Instant, printed: Instant, total: u64 },
    Silent,
}

impl Display {
    /// A display for `total` bytes of input (0 if unknown).
    pub(super) fn new(total: u64, quiet: Quiet) -> Self {
        if quiet == Quiet::Yes {
            return Self::Silent;
        }
        if !std::io::stderr().is_terminal() {
            return Self::Lines { started: Instant::now(), printed: Instant::now(), total };
        }
        let bar =
            ProgressBar::with_draw_target((total > 0).then_some(total), ProgressDrawTarget::stderr_with_hz(REDRAWS));
        let template = if total > 0 {
            "{bar:24} {percent:>3} %  {msg}  {binary_bytes_per_sec}  {eta} left"
        } else {
            "{spinner} {binary_bytes}  {msg}  {binary_bytes_per_sec}"
        };
        bar.set_style(ProgressStyle::with_template(template).expect("the template is a constant"));
        Self::Bar(bar)
    }

    /// Takes the bar away.
    pub(super) fn finish(&self) {
        if let Self::Bar(bar) = self {
            bar.finish_and_clear();
        }
    }
}

/// Whether anything but errors is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quiet {
    Yes,
    No,
}

impl Progress for Display {
    fn advanced(&mut self, counts: &Counts, input_bytes: u64) {
        let status = || {
            let (kept, rejected, failed) = (counts.kept.documents, counts.rejected.documents, counts.failed.documents);
            format!(
                "{} documents: {kept} kept, {rejected} rejected, {failed} failed",
                HumanCount(counts.read.documents)
            )
        };
        match self {
            Self::Bar(bar) => {
                bar.set_position(input_bytes);
                bar.set_message(status());
            }
            Self::Lines { started, printed, total } if printed.elapsed() >= LINE_INTERVAL => {
                *printed = Instant::now();
                let seconds = started.elapsed().as_secs();
                let of_total = if *total > 0 { format!(" of {}", HumanBytes(*total)) } else { String::new() };
                // A run goes on when nobody can read its progress.
                let _ = writeln!(std::io::stderr(), "{seconds} s: {}{of_total}, {}", HumanBytes(input_bytes), status());
            }
            Self::Lines { .. } | Self::Silent => {}
        }
    }
}

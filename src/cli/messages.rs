//! What is said when something goes wrong: `error:`, the causes, then `hint:`.

use std::io::{ErrorKind, Write};
use std::process::ExitCode;

use anstyle::{AnsiColor, Style};

use super::Exit;
use crate::error::Error;
use crate::worker::chain;

/// Why a command could not do its work.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) errors: Vec<Error>,
    /// Whether arguments, configuration or rules are at fault, so that nothing was written.
    pub(super) is_usage: bool,
}

impl Failure {
    /// A fault of arguments, configuration or rules, whatever its kind.
    pub(super) fn usage(error: Error) -> Self {
        Self { errors: vec![error], is_usage: true }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let is_usage = error.is_usage();
        Self { errors: vec![error], is_usage }
    }
}

impl From<std::io::Error> for Failure {
    fn from(source: std::io::Error) -> Self {
        Error::File { action: "write", path: "standard output".into(), source }.into()
    }
}

/// Exit code of a run that was stopped with Ctrl-C: what shells give a program that the signal ended.
pub(super) const INTERRUPTED: u8 = 130;

const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const HINT: Style = AnsiColor::Cyan.on_default().bold();

/// Prints a failure and returns the exit code. That nobody reads data to its end is no failure.
pub(super) fn report(failure: &Failure) -> ExitCode {
    if failure.errors.iter().any(is_closed_pipe) {
        return ExitCode::SUCCESS;
    }
    let mut stderr = anstream::stderr().lock();
    for error in &failure.errors {
        // If nobody can read the message, the exit code still says it.
        let _ = print_error(&mut stderr, error);
    }
    let is_interrupted = failure.errors.iter().any(|error| matches!(error, Error::Interrupted));
    ExitCode::from(match (failure.is_usage, is_interrupted) {
        (true, _) => 2,
        (false, true) => INTERRUPTED,
        (false, false) => 1,
    })
}

/// Prints what the user can do, beside what is said on standard output.
pub(super) fn hint(text: &str) {
    // If nobody can read the message, the exit code still says it.
    let _ = writeln!(anstream::stderr().lock(), "{HINT}hint:{HINT:#} {text}");
}

/// Prints one error with its causes and its hint.
pub(super) fn print_error(stream: &mut impl Write, error: &Error) -> std::io::Result<()> {
    writeln!(stream, "{ERROR}error:{ERROR:#} {}", chain(error))?;
    let hint = error.hint();
    if hint.is_empty() { Ok(()) } else { writeln!(stream, "{HINT}hint:{HINT:#} {hint}") }
}

/// Prints something that is no error, but should be mended, with its hint.
pub(super) fn print_warning(stream: &mut impl Write, warning: &Error) -> std::io::Result<()> {
    writeln!(stream, "{WARNING}warning:{WARNING:#} {}", chain(warning))?;
    let hint = warning.hint();
    if hint.is_empty() { Ok(()) } else { writeln!(stream, "{HINT}hint:{HINT:#} {hint}") }
}

/// How a command that checks something ends, when its findings were `written`: that nobody reads them to
/// their end changes nothing about what was found.
pub(super) fn found(exit: Exit, written: std::io::Result<()>) -> Result<Exit, Failure> {
    match written {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(exit),
    }
}

fn is_closed_pipe(error: &Error) -> bool {
    matches!(error, Error::File { source, .. } if source.kind() == ErrorKind::BrokenPipe)
}

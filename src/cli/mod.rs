//! The command line: one file per command, here what they share.

mod arguments;
mod clean;
mod corpus;
mod diff;
mod explain;
mod generate;
mod ingest;
mod learn;
mod marked_text;
mod messages;
mod progress;
mod rejections;
mod rule_authoring;
mod rule_lock;
mod rule_tests;
mod rules;
mod settings;
mod stage_rules;
mod verify;

use std::process::ExitCode;

use clap::Parser;

use arguments::{Arguments, Command};

/// How a command ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Exit {
    /// Done.
    Done,
    /// Done, but some documents failed, or a test or check did not hold.
    Faults,
}

/// Runs the command of this process's arguments and returns its exit code: 0 done; 1 done, but some
/// documents failed, or a test or check did not hold; 2 wrong arguments, configuration or rules, and
/// nothing was written. That the output is not read to its end changes nothing about the code of a check, and
/// is 0 for a command whose output is data.
#[must_use]
pub fn run() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are not errors; everything else is wrong arguments.
            let code = if error.use_stderr() { ExitCode::from(2) } else { ExitCode::SUCCESS };
            // Printing fails only if nobody listens.
            let _ = error.print();
            return code;
        }
    };
    let result = match arguments.command {
        Command::Ingest(arguments) => ingest::run(&arguments),
        Command::Clean(arguments) => clean::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Verify(arguments) => verify::run(&arguments),
        Command::Rules(arguments) => rules::run(&arguments),
        Command::Learn(arguments) => learn::run(&arguments),
        Command::Diff(arguments) => diff::run(&arguments),
        Command::Completions(arguments) => generate::completions(&arguments),
        Command::Man(arguments) => generate::man(&arguments),
    };
    match result {
        Ok(Exit::Done) => ExitCode::SUCCESS,
        Ok(Exit::Faults) => ExitCode::from(1),
        Err(failure) => messages::report(&failure),
    }
}

//! The `scutch` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    scutch::cli::run()
}

//! `scutch completions` and `scutch man`: files for shells and for `man`.

use clap::CommandFactory;

use super::Exit;
use super::arguments::{Arguments, CompletionsArguments, ManArguments};
use super::messages::Failure;
use crate::error::Error;

pub(super) fn completions(arguments: &CompletionsArguments) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Arguments::command(), "scutch", &mut script);
    write_stdout(&script)
}

pub(super) fn man(arguments: &ManArguments) -> Result<Exit, Failure> {
    // Pages would refer to one for `help`, which none is written for.
    let command = Arguments::command().disable_help_subcommand(true);
    let command = command.mut_subcommand("rules", |rules| rules.disable_help_subcommand(true));
    if let Some(folder) = &arguments.output {
        let fault = |source| Failure::usage(Error::file("write", folder, source));
        std::fs::create_dir_all(folder).map_err(fault)?;
        clap_mangen::generate_to(command, folder).map_err(fault)?;
        return Ok(Exit::Done);
    }
    let mut page = Vec::new();
    clap_mangen::Man::new(command).render(&mut page)?;
    write_stdout(&page)
}

fn write_stdout(bytes: &[u8]) -> Result<Exit, Failure> {
    std::io::Write::write_all(&mut std::io::stdout().lock(), bytes)?;
    Ok(Exit::Done)
}

//! From arguments and configuration file to a pipeline.

use std::path::Path;

use super::arguments::{ChangesName, ContentName, FromFormat, ProfileName, SettingsArguments};
use super::messages::{Failure, print_warning};
use crate::config::{ChangesDetail, Config, ContentChoice, FormatChoice};
use crate::error::Error;
use crate::pipeline::Pipeline;
use crate::rules::{Packs, Profile};
use crate::stages::decode::{DecodeOptions, EncodingOfPath};

/// The configuration file that is read unasked.
pub(super) const DEFAULT_FILE: &str = "scutch.toml";

/// The configuration file that is read: the one that was named, or the one in the current folder.
pub(super) fn file(named: Option<&Path>) -> Option<&Path> {
    named.or_else(|| Some(Path::new(DEFAULT_FILE)).filter(|path| path.is_file()))
}

/// What the configuration file says; `None` if there is none.
pub(super) fn read(named: Option<&Path>) -> Result<Option<Config>, Failure> {
    file(named).map(|path| Config::read(path).map_err(Failure::usage)).transpose()
}

/// Entries of a list as they are meant: `a, b` has a blank that belongs to none.
pub(super) fn trimmed(entries: &[String]) -> Vec<String> {
    entries.iter().map(|entry| entry.trim().to_owned()).collect()
}

/// Takes over `LABEL` and `GLOB=LABEL`. No label has a `=`, so that the last one parts them.
fn set_encodings(options: &mut DecodeOptions, values: &[String]) {
    let mut by_path = Vec::new();
    for value in values {
        match value.rsplit_once('=') {
            Some((glob, label)) => {
                by_path.push(EncodingOfPath { glob: glob.trim().to_owned(), encoding: label.trim().to_owned() });
            }
            None => options.encoding.clone_from(value),
        }
    }
    // What is said here comes before what the configuration file says.
    if values.iter().any(|value| !value.contains('=')) {
        options.by_path.clear();
    }
    by_path.append(&mut options.by_path);
    options.by_path = by_path;
}

/// A profile from its name.
pub(super) fn named_profile(name: ProfileName) -> Profile {
    match name {
        ProfileName::Safe => Profile::Safe,
        ProfileName::Balanced => Profile::Balanced,
        ProfileName::Aggressive => Profile::Aggressive,
    }
}

/// The configuration: file first, arguments over it.
pub(super) fn configuration(arguments: &SettingsArguments) -> Result<Config, Failure> {
    let mut config = read(arguments.config.as_deref())?.unwrap_or_default();
    if let Some(stages) = &arguments.stages {
        config.stages = trimmed(stages);
    }
    if let Some(profile) = arguments.profile {
        config.rules.profile = named_profile(profile);
    }
    if !arguments.rules.is_empty() {
        config.rules.packs = trimmed(&arguments.rules);
    }
    set_encodings(&mut config.decode, &arguments.encoding);
    if let Some(from) = arguments.from {
        config.input.from = match from {
            FromFormat::Auto => FormatChoice::Auto,
            FromFormat::Text => FormatChoice::Text,
            FromFormat::Html => FormatChoice::Html,
            FromFormat::Jsonl => FormatChoice::Jsonl,
        };
    }
    if let Some(field) = &arguments.field {
        config.input.field.clone_from(field);
    }
    if let Some(content) = arguments.content {
        config.input.content = match content {
            ContentName::Auto => ContentChoice::Auto,
            ContentName::Text => ContentChoice::Text,
            ContentName::Html => ContentChoice::Html,
        };
    }
    if let Some(margin) = arguments.repair_margin {
        config.repair.margin = margin;
    }
    if let Some(limit) = arguments.max_document_bytes {
        config.input.max_document_bytes = limit;
    }
    config.input.hidden |= arguments.hidden;
    Ok(config)
}

/// What `changes/` holds, from its name.
pub(super) fn changes_detail(name: ChangesName) -> ChangesDetail {
    match name {
        ChangesName::Full => ChangesDetail::Full,
        ChangesName::Spans => ChangesDetail::Spans,
        ChangesName::None => ChangesDetail::None,
    }
}

/// The packs of a configuration. Every fault of their rules is reported.
pub(super) fn packs(config: &Config) -> Result<Packs, Failure> {
    let (packs, faults) = Packs::load(&config.rules.packs);
    if faults.is_empty() { Ok(packs) } else { Err(Failure { errors: faults, is_usage: true }) }
}

/// The pipeline of a configuration, which [`configuration`] made of the same arguments. Every fault of its
/// rules is reported.
pub(super) fn pipeline(config: &Config, arguments: &SettingsArguments) -> Result<Pipeline, Failure> {
    let needs_rules = config.runs(crate::stages::strip::NAME);
    let packs = if needs_rules { packs(config)? } else { Packs::default() };
    let mut pipeline = Pipeline::new(config, &packs).map_err(|error| Failure::usage(placed(error, arguments)))?;
    let mut stderr = anstream::stderr().lock();
    for warning in pipeline.take_warnings() {
        // If nobody can read the message, nothing is lost: the run does what it says.
        let _ = print_warning(&mut stderr, &placed(warning, arguments));
    }
    Ok(pipeline)
}

/// An error about a setting, with its place in the configuration file if it stands there.
fn placed(error: Error, arguments: &SettingsArguments) -> Error {
    let Error::Definition { place, message, hint } = error else { return error };
    let Some(path) = file(arguments.config.as_deref()).filter(|_| place.line == 0) else {
        return Error::Definition { place, message, hint };
    };
    let text = std::fs::read_to_string(path).unwrap_or_default();
    match Config::place_of(&path.to_string_lossy(), &text, &place.file, &message) {
        Some(found) => Error::Definition { place: found, message: format!("{}: {message}", place.file), hint },
        None => Error::Definition { place, message, hint },
    }
}

//! From arguments and configuration file to a pipeline.

use std::path::Path;

use super::arguments::{ChangesName, ContentName, FromFormat, ProfileName, SettingsArguments};
use super::messages::Failure;
use crate::config::{ChangesDetail, Config, ContentChoice, FormatChoice};
use crate::pipeline::Pipeline;
use crate::rules::{Packs, Profile};

/// The configuration file that is read unasked.
const DEFAULT_FILE: &str = "scutch.toml";

/// The configuration: file first, arguments over it.
pub(super) fn configuration(arguments: &SettingsArguments) -> Result<Config, Failure> {
    let mut config = match &arguments.config {
        Some(path) => Config::read(path).map_err(Failure::usage)?,
        None if Path::new(DEFAULT_FILE).is_file() => Config::read(Path::new(DEFAULT_FILE)).map_err(Failure::usage)?,
        None => Config::default(),
    };
    if let Some(stages) = &arguments.stages {
        config.stages.clone_from(stages);
    }
    if let Some(profile) = arguments.profile {
        config.rules.profile = match profile {
            ProfileName::Safe => Profile::Safe,
            ProfileName::Balanced => Profile::Balanced,
            ProfileName::Aggressive => Profile::Aggressive,
        };
    }
    if !arguments.rules.is_empty() {
        config.rules.packs.clone_from(&arguments.rules);
    }
    if let Some(encoding) = &arguments.encoding {
        config.decode.encoding.clone_from(encoding);
    }
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

/// The pipeline of a configuration. Every fault of its rules is reported.
pub(super) fn pipeline(config: &Config) -> Result<Pipeline, Failure> {
    let needs_rules = config.runs(crate::stages::strip::NAME);
    let (packs, faults) = if needs_rules { Packs::load(&config.rules.packs) } else { Default::default() };
    if !faults.is_empty() {
        return Err(Failure { errors: faults, is_usage: true });
    }
    Pipeline::new(config, &packs).map_err(Failure::usage)
}

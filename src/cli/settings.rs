//! From arguments and configuration file to a pipeline.

use std::collections::BTreeSet;
use std::path::Path;

use super::arguments::{ChangesName, ContentName, ExtractName, FromFormat, ProfileName, SettingsArguments};
use super::messages::{Failure, print_warning};
use crate::config::{ChangesDetail, Config, ContentChoice, FormatChoice};
use crate::error::{Error, Place};
use crate::pipeline::Pipeline;
use crate::rules::{Packs, Profile, RuleLock, RuleOptions};
use crate::stages::decode::{DecodeOptions, EncodingOfPath};
use crate::stages::extract::ExtractMode;

/// The configuration file that is read unasked.
pub(super) const DEFAULT_FILE: &str = "scutch.toml";

/// What stands for no pack in `--rules`; `./none` is a folder of that name.
const NO_PACKS: &str = "none";

/// The configuration file that is read: the one that was named, or the one in the current folder.
pub(super) fn file(named: Option<&Path>) -> Option<&Path> {
    named.or_else(|| Some(Path::new(DEFAULT_FILE)).filter(|path| path.is_file()))
}

/// The configuration file that names the packs of a run; `None` if options name them.
pub(super) fn file_of_packs<'a>(named: Option<&'a Path>, packs: &[String]) -> Option<&'a Path> {
    file(named).filter(|_| packs.is_empty())
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

/// The packs that `--rules` names; `none` alone is for none.
fn packs_of(values: &[String]) -> Result<Vec<String>, Failure> {
    let packs = trimmed(values);
    if packs.iter().any(String::is_empty) {
        let hint = "name packs (`--rules web,news`), or write `--rules none` to run without rules";
        return Err(Failure::usage(Error::of_setting("--rules", "the name of a pack is empty", hint)));
    }
    Ok(if packs == [NO_PACKS] { Vec::new() } else { packs })
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
    if let Some(mode) = arguments.extract {
        config.extract.mode = match mode {
            ExtractName::Article => ExtractMode::Article,
            ExtractName::All => ExtractMode::All,
            ExtractName::Precision => ExtractMode::Precision,
            ExtractName::Recall => ExtractMode::Recall,
        };
    }
    if !arguments.rules.is_empty() {
        config.rules.packs = packs_of(&arguments.rules)?;
    }
    set_encodings(&mut config.decode, &arguments.encoding);
    if let Some(from) = arguments.from {
        config.input.from = match from {
            FromFormat::Auto => FormatChoice::Auto,
            FromFormat::Text => FormatChoice::Text,
            FromFormat::Html => FormatChoice::Html,
            FromFormat::Jsonl => FormatChoice::Jsonl,
            FromFormat::Warc => FormatChoice::Warc,
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

/// What to say of each exception that fitted no document of a run; `fitting` are the numbers of the others.
pub(super) fn idle_exceptions(config: &Config, fitting: &BTreeSet<usize>) -> Vec<Error> {
    if !config.runs(crate::stages::strip::NAME) {
        return Vec::new();
    }
    let of_path = config.rules.per_path.iter().map(|entry| {
        let glob = &entry.glob;
        let folder = if glob.contains("**") { String::new() } else { format!("; `**/{glob}` fits it in any folder") };
        let hint = format!("globs fit the whole path below the folder that is named, and `*` stays within a folder{folder}; `scutch explain FILE` shows the path");
        Error::of_setting("rules.per-path", format!("`{glob}` fits no document of this run"), hint)
    });
    let of_site = config.rules.per_site.iter().map(|entry| {
        let hint = "the site of a document is the host of its `url`, or of the address that its page names; `scutch explain FILE` shows it";
        Error::of_setting("rules.per-site", format!("`{}` fits no document of this run", entry.site), hint)
    });
    let all = of_path.chain(of_site).enumerate();
    all.filter(|(number, _)| !fitting.contains(number)).map(|(_, error)| error).collect()
}

/// What the configuration calls its exceptions, in the order of their numbers.
pub(super) fn exception_names(rules: &RuleOptions) -> Vec<String> {
    let paths = rules.per_path.iter().map(|entry| format!("rules.per-path `{}`", entry.glob));
    let sites = rules.per_site.iter().map(|entry| format!("rules.per-site `{}`", entry.site));
    paths.chain(sites).collect()
}

/// What `changes/` holds, from its name.
pub(super) fn changes_detail(name: ChangesName) -> ChangesDetail {
    match name {
        ChangesName::Full => ChangesDetail::Full,
        ChangesName::Spans => ChangesDetail::Spans,
        ChangesName::None => ChangesDetail::None,
    }
}

/// The packs of a configuration, which may have been read from `file`. Every fault of their rules is reported.
pub(super) fn packs(config: &Config, file: Option<&Path>) -> Result<Packs, Failure> {
    let (packs, faults) = Packs::load(&config.rules.packs);
    if faults.is_empty() {
        return Ok(packs);
    }
    let errors = faults.into_iter().map(|fault| placed_pack(fault, file)).collect();
    Err(Failure { errors, is_usage: true })
}

/// A fault of a pack as a whole, with the place where the configuration names the pack, if it does.
pub(super) fn placed_pack(error: Error, file: Option<&Path>) -> Error {
    let Error::Definition { place, message, hint } = error else { return error };
    let pack = format!("`{}`", place.file);
    match file.filter(|_| place.line == 0).and_then(|file| place_in(file, "rules.packs", &pack)) {
        Some(found) => Error::Definition { place: found, message: format!("rules.packs: {pack}: {message}"), hint },
        None => Error::Definition { place, message, hint },
    }
}

/// The pipeline of a configuration, which [`configuration`] made of the same arguments. Every fault of its
/// rules is reported.
pub(super) fn pipeline(config: &Config, arguments: &SettingsArguments) -> Result<Pipeline, Failure> {
    let needs_rules = config.runs(crate::stages::strip::NAME);
    let file = file(arguments.config.as_deref());
    let file_of_packs = file_of_packs(arguments.config.as_deref(), &arguments.rules);
    let packs = if needs_rules { packs(config, file_of_packs)? } else { Packs::default() };
    let mut pipeline = Pipeline::new(config, &packs).map_err(|error| Failure::usage(placed(error, file)))?;
    let mut stderr = anstream::stderr().lock();
    for warning in pipeline.take_warnings() {
        // If nobody can read the message, nothing is lost: the run does what it says.
        let _ = print_warning(&mut stderr, &placed(warning, file));
    }
    Ok(pipeline)
}

/// The same for a command that only looks: rules that are not the locked ones are warned of.
pub(super) fn pipeline_to_look(config: &Config, arguments: &SettingsArguments) -> Result<Pipeline, Failure> {
    let mut unlocked = config.clone();
    unlocked.rules.lock = RuleLock::default();
    let pipeline = pipeline(&unlocked, arguments)?;
    if config.runs(crate::stages::strip::NAME)
        && let Err(stale) = config.rules.lock.check(&RuleLock::spelled(pipeline.rules_digest()))
    {
        let warning = placed(stale, file(arguments.config.as_deref()));
        // If nobody can read the message, a run says it again.
        let _ = print_warning(&mut anstream::stderr().lock(), &warning);
    }
    Ok(pipeline)
}

/// An error about a setting, with its place in the configuration file if it stands there.
pub(super) fn placed(error: Error, file: Option<&Path>) -> Error {
    let Error::Definition { place, message, hint } = error else { return error };
    match file.filter(|_| place.line == 0).and_then(|file| place_in(file, &place.file, &message)) {
        Some(found) => Error::Definition { place: found, message: format!("{}: {message}", place.file), hint },
        None => Error::Definition { place, message, hint },
    }
}

/// Where the value of a key stands that `message` has in backticks.
fn place_in(file: &Path, key: &str, message: &str) -> Option<Place> {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    Config::place_of(&file.to_string_lossy(), &text, key, message)
}

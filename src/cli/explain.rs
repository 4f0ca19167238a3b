//! `scutch explain`: one document with every edit marked and named.

use std::io::Write;
use std::path::{Component, Path, PathBuf};

use super::Exit;
use super::arguments::{ColorWhen, ExplainArguments};
use super::marked_text::{self, NAME};
use super::messages::Failure;
use super::settings;
use crate::config::Config;
use crate::document::{Document, Field, Verdict};
use crate::error::{Error, Place};
use crate::input::{self, InputFile, Inputs, Message, PayloadReader};
use crate::output::RowWriter;
use crate::pipeline::Pipeline;
use crate::rules::{Exceptions, STAGE, STRIP_MODEL, quoted, without_stage};
use crate::stages::strip::host_of;
use crate::worker::Worker;

pub(super) fn run(arguments: &ExplainArguments) -> Result<Exit, Failure> {
    let config = settings::configuration(&arguments.settings)?;
    let pipeline = settings::pipeline_to_look(&config, &arguments.settings)?;
    let file = one_file(&arguments.file, arguments.root.as_deref()).map_err(Failure::usage)?;
    let writer = RowWriter::new(&pipeline, &config, "explain");
    let payloads = PayloadReader::new(&config).map_err(Failure::usage)?;
    let worker = Worker { pipeline: &pipeline, payloads: &payloads, writer: &writer };
    let mut found = None;
    let mut look = |message: Message| {
        if let Message::Unit(unit) = message {
            worker.each(&unit, &mut |source, _, result| {
                if found.is_none() && (!source.in_container || source.record == arguments.record) {
                    found = Some(result);
                }
            });
        }
        found.is_none()
    };
    input::read_file(file, &config.input, &mut look);
    let name = arguments.file.display().to_string();
    let fault = |message: String, hint: &str| {
        let place = Place { file: name.clone(), ..Place::default() };
        Failure { errors: vec![Error::Definition { place, message, hint: hint.to_owned() }], is_usage: false }
    };
    let document = match found {
        None => {
            return Err(fault(
                format!("there is no record {}", arguments.record),
                "records (of JSONL: lines) are counted from 1",
            ));
        }
        Some(Err(error)) => return Err(fault(error, "")),
        Some(Ok(document)) => document,
    };
    let choice = match arguments.color {
        ColorWhen::Auto => anstream::AutoStream::choice(&std::io::stdout()),
        ColorWhen::Always => anstream::ColorChoice::AlwaysAnsi,
        ColorWhen::Never => anstream::ColorChoice::Never,
    };
    let mut out = anstream::AutoStream::new(std::io::stdout().lock(), choice);
    marked_text::print(&mut out, &document, pipeline.rules())?;
    print_summary(&mut out, &document, &pipeline, &config)?;
    print_advice(&mut out, &document, &pipeline)?;
    Ok(Exit::Done)
}

/// The file at `path`; `-` is standard input. Its name is its path below `root`, else below the first folder that `path`
/// names, as if that were what `ingest` is given; of an absolute path and a file in the current folder it is the file's own.
fn one_file(path: &Path, root: Option<&Path>) -> Result<InputFile, Error> {
    let fault = |message: &str, hint: &str| Error::Definition {
        place: Place { file: path.display().to_string(), ..Place::default() },
        message: message.to_owned(),
        hint: hint.to_owned(),
    };
    let one_file = "name one file, or `-` for standard input";
    if path.is_dir() {
        return Err(fault("is a folder", one_file));
    }
    let inputs = Inputs::new(&[path.to_owned()])?;
    let file = inputs.files().next().and_then(Result::ok).ok_or_else(|| fault("cannot be read", one_file))?;
    if file.path().is_none() {
        return Ok(file);
    }
    match (root, first_folder(path)) {
        (Some(root), _) => InputFile::below(root, path).ok_or_else(|| {
            let message = format!("does not lie below `{}`", root.display());
            fault(&message, "`--root` names the folder that `ingest` is given")
        }),
        (None, Some(root)) => Ok(InputFile::below(&root, path).unwrap_or(file)),
        (None, None) => Ok(file),
    }
}

/// The first folder that a relative path goes into: `raw` of `raw/misc/poem.txt`, `../raw` of `../raw/poem.txt`.
fn first_folder(path: &Path) -> Option<PathBuf> {
    let is_up = |part: &Component<'_>| matches!(part, Component::CurDir | Component::ParentDir);
    let parts: Vec<Component<'_>> = path.components().collect();
    let ups = parts.iter().take_while(|part| is_up(part)).count();
    let (above, below) = parts.split_at(ups);
    let is_plain = below.len() > 1 && below.iter().all(|part| matches!(part, Component::Normal(_)));
    is_plain.then(|| above.iter().chain(below.first()).collect())
}

/// What became of the document, and which rules did it.
fn print_summary(
    out: &mut impl Write,
    document: &Document,
    pipeline: &Pipeline,
    config: &Config,
) -> std::io::Result<()> {
    writeln!(out, "\n{NAME}--- {}{NAME:#}", document.source.document_id())?;
    print_settings(out, document, config)?;
    if !document.encoding.is_empty() {
        let score = document.encoding_score;
        let sure = if score < 1.0 { format!(", {:.0} % sure", (score * 100.0).floor()) } else { String::new() };
        let malformed = match document.text.malformed() {
            0 => String::new(),
            1 => ", 1 malformed sequence".to_owned(),
            count => format!(", {count} malformed sequences"),
        };
        writeln!(out, "encoding   {} ({}{sure}{malformed})", document.encoding, document.encoding_from.name())?;
    }
    match &document.verdict {
        Verdict::Kept => writeln!(out, "verdict    kept")?,
        Verdict::Rejected(reason) => writeln!(out, "verdict    rejected: {reason}")?,
        Verdict::Duplicate(reason) => writeln!(out, "verdict    duplicate: {reason}")?,
    }
    for fact in &document.facts {
        let name = match &fact.field {
            Field::Title => "title",
            Field::Date => "date",
            Field::Byline => "byline",
            Field::Breadcrumbs => "breadcrumb",
            Field::Captions => "caption",
            Field::Lang => "lang",
            Field::Url => "url",
            Field::Extra(name) => name,
        };
        writeln!(out, "{name:<10} {} {NAME}<{}>{NAME:#}", fact.value, pipeline.rules().get(fact.rule).id)?;
    }
    for tag in &document.tags {
        writeln!(out, "tag        {tag}")?;
    }
    let mut counts: std::collections::BTreeMap<&str, u64> = std::collections::BTreeMap::new();
    for change in document.text.changes() {
        *counts.entry(&pipeline.rules().get(change.rule).id).or_default() += 1;
    }
    for (rule, count) in counts {
        writeln!(out, "{count:>9}x {rule}")?;
    }
    Ok(())
}

/// What settings for some documents are matched against, if there are any, and which of them fit.
fn print_settings(out: &mut impl Write, document: &Document, config: &Config) -> std::io::Result<()> {
    let rules = &config.rules;
    let path = &document.source.path;
    if !(rules.per_path.is_empty() && config.decode.by_path.is_empty()) {
        writeln!(
            out,
            "path       {path} {NAME}(what globs are matched against; `--root DIR` says below which folder){NAME:#}"
        )?;
    }
    let site = host_of(document);
    if !rules.per_site.is_empty() {
        writeln!(out, "site       {}", if site.is_empty() { "unknown" } else { &site })?;
    }
    // Faults of these tables ended the command before.
    let Ok(exceptions) = Exceptions::new(&rules.per_path, &rules.per_site) else { return Ok(()) };
    let names = settings::exception_names(rules);
    let fitting = exceptions.of(path, &site);
    for name in fitting.iter().filter_map(|number| names.get(*number)) {
        writeln!(out, "settings   {name}")?;
    }
    if fitting.is_empty() && !names.is_empty() {
        writeln!(out, "settings   no entry of per-path or per-site fits")?;
    }
    Ok(())
}

/// How to keep what rules and the line model took, if they took something.
fn print_advice(out: &mut impl Write, document: &Document, pipeline: &Pipeline) -> std::io::Result<()> {
    let rejecting = match &document.verdict {
        Verdict::Rejected(reason) => Some(format!("{STAGE}.{reason}")),
        Verdict::Kept | Verdict::Duplicate(_) => None,
    };
    let of_strip = || pipeline.rules().iter().filter(|rule| rule.stage == STAGE);
    let acted =
        document.text.changes().map(|change| pipeline.rules().get(change.rule)).find(|rule| rule.stage == STAGE);
    let rejecting = rejecting.and_then(|id| of_strip().find(|rule| rule.id == id));
    let Some(rule) = rejecting.or(acted) else { return Ok(()) };
    // What the model does has its whole id in a configuration; those of rules go without the name of the stage.
    let id = if rule.id.starts_with(STRIP_MODEL) { &rule.id } else { without_stage(&rule.id) };
    let path = &document.source.path;
    writeln!(out, "to keep what a rule took, name it in scutch.toml:")?;
    writeln!(out, "           everywhere   under [rules]: ignore = [{}]", quoted(id))?;
    writeln!(
        out,
        "           here         under [[rules.per-path]]: glob = {}, ignore = [{}]",
        quoted(&globset::escape(path)),
        quoted(id)
    )?;
    writeln!(out, "           what it is   `scutch rules show {id}`; `scutch rules explain \"LINE\"` for one line")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_folder_of_a_path_is_taken_for_the_input() {
        let of = |path: &str| first_folder(Path::new(path)).map(|root| root.display().to_string());
        assert_eq!(of("raw/misc/poem.txt").as_deref(), Some("raw"));
        assert_eq!(of("./raw/poem.txt").as_deref(), Some("./raw"));
        assert_eq!(of("../raw/poem.txt").as_deref(), Some("../raw"));
        for path in ["poem.txt", "./poem.txt", "../poem.txt", "/tmp/raw/poem.txt", "raw/../poem.txt"] {
            assert_eq!(of(path), None, "{path}");
        }
    }
}

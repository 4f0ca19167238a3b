//! `scutch explain`: one document with every edit marked and named.

use std::io::Write;
use std::ops::Range;
use std::path::Path;

use anstyle::{AnsiColor, Style};

use super::Exit;
use super::arguments::{ColorWhen, ExplainArguments};
use super::messages::Failure;
use super::settings;
use crate::document::{Document, Field, Verdict};
use crate::error::{Error, Place};
use crate::input::{self, InputFile, Inputs, Message};
use crate::output::RowWriter;
use crate::pipeline::Pipeline;
use crate::span::DecodedSpan;
use crate::worker::Worker;

const REMOVED: Style = AnsiColor::Red.on_default().strikethrough();
const ADDED: Style = AnsiColor::Green.on_default();
const NAME: Style = AnsiColor::Cyan.on_default().dimmed();

/// Characters of a removed stretch that are shown from each end.
const SHOWN: usize = 400;

pub(super) fn run(arguments: &ExplainArguments) -> Result<Exit, Failure> {
    let config = settings::configuration(&arguments.settings)?;
    let pipeline = settings::pipeline_to_look(&config, &arguments.settings)?;
    let file = one_file(&arguments.file).map_err(Failure::usage)?;
    let writer = RowWriter::new(&pipeline, &config, "explain");
    let worker = Worker { pipeline: &pipeline, config: &config, writer: &writer };
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
            return Err(fault(format!("there is no record {}", arguments.record), "records are lines, counted from 1"));
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
    print_text(&mut out, &document, &pipeline)?;
    print_summary(&mut out, &document, &pipeline)?;
    Ok(Exit::Done)
}

/// The file at `path`, under its own name; `-` is standard input.
fn one_file(path: &Path) -> Result<InputFile, Error> {
    let fault = |message: &str| Error::Definition {
        place: Place { file: path.display().to_string(), ..Place::default() },
        message: message.to_owned(),
        hint: "name one file, or `-` for standard input".to_owned(),
    };
    if path.is_dir() {
        return Err(fault("is a folder"));
    }
    let inputs = Inputs::new(&[path.to_owned()])?;
    inputs.files().next().and_then(Result::ok).ok_or_else(|| fault("cannot be read"))
}

/// Changes that touch one another: a stretch of the decoded text and what stands there in the end.
struct Spot<'a> {
    decoded: Range<u32>,
    rules: Vec<&'a str>,
    notes: Vec<String>,
}

fn spots<'a>(document: &Document, pipeline: &'a Pipeline) -> Vec<Spot<'a>> {
    let mut changes: Vec<_> = document.text.changes().collect();
    changes.sort_by_key(|change| (change.decoded.start, change.decoded.end));
    let mut spots: Vec<Spot<'_>> = Vec::new();
    for change in changes {
        let rule = pipeline.rules().get(change.rule).id.as_str();
        let note = if change.note.is_empty() { Vec::new() } else { vec![change.note.to_owned()] };
        match spots.last_mut() {
            Some(last) if change.decoded.start < last.decoded.end || change.decoded.start == last.decoded.start => {
                last.decoded.end = last.decoded.end.max(change.decoded.end);
                if !last.rules.contains(&rule) {
                    last.rules.push(rule);
                }
                last.notes.extend(note);
            }
            _ => spots.push(Spot { decoded: change.decoded.start..change.decoded.end, rules: vec![rule], notes: note }),
        }
    }
    spots
}

/// The decoded text, removed text as `[-...-]`, new text as `{+...+}`, each with its rules.
fn print_text(out: &mut impl Write, document: &Document, pipeline: &Pipeline) -> std::io::Result<()> {
    let decoded = document.text.decoded();
    let slice = |range: Range<u32>| decoded.get(range.start as usize..range.end as usize).unwrap_or_default();
    let mut at = 0;
    for spot in spots(document, pipeline) {
        write!(out, "{}", slice(at..spot.decoded.start))?;
        let span = DecodedSpan { start: spot.decoded.start, end: spot.decoded.end };
        let after = document.text.as_str().get(document.text.locate(span).range()).unwrap_or_default();
        let before = slice(spot.decoded.clone());
        if !before.is_empty() {
            write!(out, "{REMOVED}[-{}-]{REMOVED:#}", visible(before))?;
        }
        if !after.is_empty() {
            write!(out, "{ADDED}{{+{}+}}{ADDED:#}", visible(after))?;
        }
        let notes = if spot.notes.is_empty() { String::new() } else { format!(": {}", spot.notes.join("; ")) };
        write!(out, "{NAME}<{}{notes}>{NAME:#}", spot.rules.join(", "))?;
        if before.ends_with('\n') {
            writeln!(out)?;
        }
        at = spot.decoded.end;
    }
    write!(out, "{}", slice(at..u32::try_from(decoded.len()).unwrap_or(u32::MAX)))?;
    if !decoded.ends_with('\n') {
        writeln!(out)?;
    }
    Ok(())
}

/// Text with characters that cannot be seen spelled out, and a long middle left out.
fn visible(text: &str) -> String {
    let spell = |c: char| match c {
        '\n' => "\\n".to_owned(),
        '\r' => "\\r".to_owned(),
        '\t' => "\\t".to_owned(),
        ' ' => " ".to_owned(),
        c if c.is_control() || c.is_whitespace() || is_unseen(c) => format!("U+{:04X}", u32::from(c)),
        c => c.to_string(),
    };
    let count = text.chars().count();
    if count <= 2 * SHOWN {
        return text.chars().map(spell).collect();
    }
    let start: String = text.chars().take(SHOWN).map(spell).collect();
    let end: String = text.chars().skip(count - SHOWN).map(spell).collect();
    format!("{start} ... {} characters ... {end}", count - 2 * SHOWN)
}

/// Zero-width and invisible characters, and combining marks, which look like part of a letter.
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{feff}')
}

/// What became of the document, and which rules did it.
fn print_summary(out: &mut impl Write, document: &Document, pipeline: &Pipeline) -> std::io::Result<()> {
    writeln!(out, "\n{NAME}--- {}{NAME:#}", document.source.document_id())?;
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

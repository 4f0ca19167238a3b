//! `scutch rules test`: the tests that rules carry, for people, for programs (JSON) and for CI (`JUnit`).

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::Exit;
use super::arguments::{TestArguments, TestFormat};
use super::messages::{Failure, found, hint};
use super::rules::{load, no_such_rule, print_faults};
use crate::config::Config;
use crate::edit::RuleTable;
use crate::error::{Error, Place};
use crate::input::{self, Inputs, Message, PayloadReader};
use crate::output::RowWriter;
use crate::pipeline::Pipeline;
use crate::rules::{Coverage, Packs, RuleOptions, RuleSet, TestReport, examine_document};
use crate::stages::{decode, extract, repair};
use crate::wording::counted;
use crate::worker::Worker;

/// Version of the JSON that is written.
const FORMAT: u32 = 1;

/// Hits of each rule in a corpus, by id.
type CorpusHits = BTreeMap<String, u64>;

pub(super) fn run(arguments: &TestArguments) -> Result<Exit, Failure> {
    let (packs, faults) = match &arguments.rule_file {
        Some(path) => of_file(path)?,
        None => load(&arguments.packs)?,
    };
    let prefix = arguments.prefix.as_str();
    let mut report = packs.test(prefix);
    report.faults.splice(0..0, faults);
    if report.rules == 0 && report.faults.is_empty() {
        return Err(Failure::usage(no_such_rule(prefix, &packs)));
    }
    let wants_coverage = arguments.coverage || !arguments.corpus.is_empty();
    let coverage = wants_coverage.then(|| packs.coverage(prefix));
    let hits = if arguments.corpus.is_empty() { None } else { Some(hits_in(&arguments.corpus, &packs)?) };
    let exit = if report.holds() { Exit::Done } else { Exit::Faults };
    let mut out = anstream::stdout().lock();
    let written = match arguments.format {
        TestFormat::Text => {
            print_faults(&report.faults);
            print_text(&mut out, &report, coverage.as_deref().unwrap_or_default(), hits.as_ref())
        }
        TestFormat::Json => print_json(&mut out, &report, coverage.as_deref(), hits.as_ref()),
        TestFormat::Junit => print_junit(&mut out, &report),
    };
    found(exit, written)
}

/// The rules of one file. A file that is not there is wrong use.
fn of_file(path: &Path) -> Result<(Packs, Vec<Error>), Failure> {
    let (packs, faults) = Packs::load_file(path);
    if faults.iter().any(|fault| matches!(fault, Error::File { .. })) {
        return Err(Failure { errors: faults, is_usage: true });
    }
    Ok((packs, faults))
}

fn print_text(
    out: &mut impl Write,
    report: &TestReport,
    coverage: &[Coverage],
    hits: Option<&CorpusHits>,
) -> std::io::Result<()> {
    for failure in &report.failures {
        writeln!(out, "{}: {} ({}): {}", failure.place, failure.name, failure.kind, failure.message)?;
    }
    for rule in coverage {
        print_coverage(out, rule, hits)?;
    }
    if !coverage.is_empty() {
        let phrases: usize = coverage.iter().map(|rule| rule.phrases).sum();
        let never: usize = coverage.iter().map(|rule| rule.never_hit.len()).sum();
        write!(out, "{}, {never} never hit by a test", counted(phrases, "phrase"))?;
        if let Some(hits) = hits {
            let unused = coverage.iter().filter(|rule| !hits.contains_key(&rule.id)).count();
            write!(out, "; {} without a hit in the corpus", counted(unused, "rule"))?;
        }
        writeln!(out)?;
    }
    let speaks_of_line = |kind: &str| ["drop", "keep", "cross-rule keep", "gold"].contains(&kind);
    if report.failures.iter().any(|failure| speaks_of_line(failure.kind)) {
        hint("`scutch rules explain \"LINE\"`, with the same `--rules`, shows what matches a line, and why not");
    }
    let TestReport { rules, cases, checks, failures, faults, todo, .. } = report;
    let (failed, faulty) = (failures.len(), faults.len());
    let (rules, cases, checks) = (counted(*rules, "rule"), counted(*cases, "case"), counted(*checks, "check"));
    let (faulty, todo) = (counted(faulty, "fault"), counted(*todo, "known limit"));
    writeln!(out, "{rules}, {cases}: {checks}, {failed} failed, {faulty} in files, {todo}")
}

fn print_coverage(out: &mut impl Write, rule: &Coverage, hits: Option<&CorpusHits>) -> std::io::Result<()> {
    let Coverage { id, drop, keep, todo, phrases, never_hit, missing_languages } = rule;
    write!(
        out,
        "{id}: {drop} drop, {keep} keep, {todo} todo; {} of {} hit",
        phrases - never_hit.len(),
        counted(*phrases, "phrase")
    )?;
    match hits.map(|hits| hits.get(id).copied().unwrap_or(0)) {
        Some(0) => writeln!(out, "; no hit in the corpus")?,
        Some(count) => writeln!(out, "; {count} in the corpus")?,
        None => writeln!(out)?,
    }
    if !never_hit.is_empty() {
        writeln!(out, "    never hit: {}", never_hit.join(" | "))?;
    }
    if !missing_languages.is_empty() {
        writeln!(out, "    no phrase in: {}", missing_languages.join(" "))?;
    }
    Ok(())
}

/// The report as JSON.
#[derive(Serialize)]
struct JsonReport<'a> {
    format: u32,
    rules: usize,
    cases: usize,
    checks: usize,
    todo: usize,
    failures: Vec<JsonFailure<'a>>,
    faults: Vec<JsonFault>,
    #[serde(skip_serializing_if = "Option::is_none")]
    coverage: Option<Vec<JsonCoverage<'a>>>,
}

#[derive(Serialize)]
struct JsonFailure<'a> {
    name: &'a str,
    kind: &'a str,
    file: &'a str,
    line: usize,
    column: usize,
    message: &'a str,
}

#[derive(Serialize)]
struct JsonFault {
    file: String,
    line: usize,
    column: usize,
    message: String,
    hint: String,
}

#[derive(Serialize)]
struct JsonCoverage<'a> {
    id: &'a str,
    drop: usize,
    keep: usize,
    todo: usize,
    phrases: usize,
    never_hit: &'a [String],
    missing_languages: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    corpus_hits: Option<u64>,
}

fn print_json(
    out: &mut impl Write,
    report: &TestReport,
    coverage: Option<&[Coverage]>,
    hits: Option<&CorpusHits>,
) -> std::io::Result<()> {
    let failures = report.failures.iter().map(|failure| JsonFailure {
        name: &failure.name,
        kind: failure.kind,
        file: &failure.place.file,
        line: failure.place.line,
        column: failure.place.column,
        message: &failure.message,
    });
    let json = JsonReport {
        format: FORMAT,
        rules: report.rules,
        cases: report.cases,
        checks: report.checks,
        todo: report.todo,
        failures: failures.collect(),
        faults: report.faults.iter().map(fault).collect(),
        coverage: coverage.map(|rules| rules.iter().map(|rule| coverage_row(rule, hits)).collect()),
    };
    serde_json::to_writer_pretty(&mut *out, &json)?;
    writeln!(out)
}

fn coverage_row<'a>(rule: &'a Coverage, hits: Option<&CorpusHits>) -> JsonCoverage<'a> {
    let Coverage { id, drop, keep, todo, phrases, never_hit, missing_languages } = rule;
    let (drop, keep, todo, phrases) = (*drop, *keep, *todo, *phrases);
    let corpus_hits = hits.map(|hits| hits.get(id).copied().unwrap_or(0));
    JsonCoverage { id, drop, keep, todo, phrases, never_hit, missing_languages, corpus_hits }
}

fn fault(error: &Error) -> JsonFault {
    match error {
        Error::Definition { place, message, hint } => {
            let Place { file, line, column } = place.clone();
            JsonFault { file, line, column, message: message.clone(), hint: hint.clone() }
        }
        other => JsonFault { file: String::new(), line: 0, column: 0, message: other.to_string(), hint: other.hint() },
    }
}

/// The report as `JUnit` XML: a suite for each kind of test, a test case for each rule, file of gold lines and
/// whole-document case, and one for each fault of a file.
fn print_junit(out: &mut impl Write, report: &TestReport) -> std::io::Result<()> {
    let failed = report.tested.iter().filter(|tested| !tested.failures.is_empty()).count() + report.faults.len();
    let count = report.tested.len() + report.faults.len();
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(out, "<testsuites name=\"scutch rules\" tests=\"{count}\" failures=\"{failed}\">")?;
    for group in ["rule", "cross-rule keep", "gold", "case"] {
        let tested: Vec<_> = report.tested.iter().filter(|tested| tested.group == group).collect();
        if tested.is_empty() {
            continue;
        }
        let failed = tested.iter().filter(|tested| !tested.failures.is_empty()).count();
        writeln!(out, "  <testsuite name=\"{group}\" tests=\"{}\" failures=\"{failed}\">", tested.len())?;
        for one in tested {
            let (name, file, checks) = (escaped(&one.name), escaped(&one.file), one.checks);
            let head =
                format!("    <testcase classname=\"{group}\" name=\"{name}\" file=\"{file}\" assertions=\"{checks}\"");
            let failures = report.failures.get(one.failures.clone()).unwrap_or_default();
            if failures.is_empty() {
                writeln!(out, "{head}/>")?;
                continue;
            }
            writeln!(out, "{head}>")?;
            for failure in failures {
                let (place, message) = (escaped(&failure.place.to_string()), escaped(&failure.message));
                writeln!(
                    out,
                    "      <failure type=\"{}\" message=\"{message}\">{place}: {message}</failure>",
                    failure.kind
                )?;
            }
            writeln!(out, "    </testcase>")?;
        }
        writeln!(out, "  </testsuite>")?;
    }
    if !report.faults.is_empty() {
        let count = report.faults.len();
        writeln!(out, "  <testsuite name=\"files\" tests=\"{count}\" failures=\"{count}\">")?;
        for fault in report.faults.iter().map(fault) {
            let place = Place { file: fault.file.clone(), line: fault.line, column: fault.column };
            let (place, message) = (escaped(&place.to_string()), escaped(&fault.message));
            writeln!(out, "    <testcase classname=\"files\" name=\"{place}\" file=\"{}\">", escaped(&fault.file))?;
            writeln!(out, "      <failure type=\"fault\" message=\"{message}\">{place}: {message}</failure>")?;
            writeln!(out, "    </testcase>")?;
        }
        writeln!(out, "  </testsuite>")?;
    }
    writeln!(out, "</testsuites>")
}

/// Text as it may stand in XML 1.0. Control characters, which may not, become U+FFFD.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' => escaped.push_str("&#10;"),
            '\t' => escaped.push_str("&#9;"),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}

/// How often each rule acts, or would act, in the documents of a corpus. Where several rules want a line, the
/// winner has the hit.
fn hits_in(corpus: &[PathBuf], packs: &Packs) -> Result<CorpusHits, Failure> {
    let stages = [decode::NAME, extract::NAME, repair::NAME].map(str::to_owned).to_vec();
    let config = Config { stages, ..Config::default() };
    let pipeline = Pipeline::new(&config, packs).map_err(Failure::usage)?;
    let set = RuleSet::build(packs, &RuleOptions::default(), &mut RuleTable::default()).map_err(Failure::usage)?;
    let writer = RowWriter::new(&pipeline, &config, "coverage");
    let payloads = PayloadReader::new(&config).map_err(Failure::usage)?;
    let worker = Worker { pipeline: &pipeline, payloads: &payloads, writer: &writer };
    let mut hits = CorpusHits::new();
    for file in Inputs::new(corpus).map_err(Failure::usage)?.files() {
        let mut count = |message: Message| {
            if let Message::Unit(unit) = message {
                worker.each(&unit, &mut |_, _, result| {
                    let Ok(document) = result else { return };
                    for id in examine_document(&set, &document) {
                        *hits.entry(id.to_owned()).or_default() += 1;
                    }
                });
            }
            true
        };
        input::read_file(file.map_err(|(_, error)| error)?, &config.input, &mut count);
    }
    Ok(hits)
}

//! `scutch rules`: the tests, lists and faults of cleaning rules.

use std::io::Write;

use super::Exit;
use super::arguments::{PackArguments, RulesArguments, RulesCommand};
use super::messages::{Failure, found, print_error, print_warning};
use super::{rule_authoring, rule_lock, rule_tests, settings, stage_rules};
use crate::edit::RuleTable;
use crate::error::{Error, Place};
use crate::rules::{Packs, RuleOptions, RuleSet, RuleSummary, STAGE, did_you_mean, starts_of_id};
use crate::wording::counted;

pub(super) fn run(arguments: &RulesArguments) -> Result<Exit, Failure> {
    match &arguments.command {
        RulesCommand::Test(arguments) => rule_tests::run(arguments),
        RulesCommand::List { packs } => list(packs),
        RulesCommand::Show { id, packs } => show(id, packs),
        RulesCommand::Check { packs } => check(packs),
        RulesCommand::Lock(arguments) => rule_lock::run(arguments),
        RulesCommand::New(arguments) => rule_authoring::new(arguments),
        RulesCommand::Explain(arguments) => rule_authoring::explain(arguments),
    }
}

/// The packs, and the faults of their files. A pack that is not there, or no pack, is wrong use, and so is a choice of
/// rules of the configuration that names none of its packs.
pub(super) fn load(arguments: &PackArguments) -> Result<(Packs, Vec<Error>), Failure> {
    let (packs, faults) = load_to_look(arguments)?;
    check_choice(arguments, &packs, &faults)?;
    Ok((packs, faults))
}

/// Refuses a choice of rules of the configuration that names none of its packs.
fn check_choice(arguments: &PackArguments, packs: &Packs, faults: &[Error]) -> Result<(), Failure> {
    // A rule that cannot be read may be the one that is meant.
    if arguments.packs.is_empty()
        && faults.is_empty()
        && let Some(config) = settings::read(arguments.config.as_deref())?
    {
        let usage = |error| Failure::usage(settings::placed(error, settings::file(arguments.config.as_deref())));
        config.rules.check(packs).map_err(usage)?;
    }
    Ok(())
}

/// The same, whatever the configuration chooses: for those who look for the right id.
fn load_to_look(arguments: &PackArguments) -> Result<(Packs, Vec<Error>), Failure> {
    let file = settings::file_of_packs(arguments.config.as_deref(), &arguments.packs);
    let names = if arguments.packs.is_empty() {
        let config = settings::read(arguments.config.as_deref())?;
        config.map_or_else(|| Packs::builtin_names().map(str::to_owned).collect(), |config| config.rules.packs)
    } else {
        settings::trimmed(&arguments.packs)
    };
    let (packs, errors) = Packs::load(&names);
    // What is said of a pack as a whole has its name for a place; faults of its files have theirs.
    let (missing, faults): (Vec<Error>, Vec<Error>) = errors
        .into_iter()
        .partition(|error| matches!(error, Error::Definition { place, .. } if names.contains(&place.file)));
    if missing.is_empty() {
        return Ok((packs, faults));
    }
    let errors = missing.into_iter().map(|error| settings::placed_pack(error, file)).collect();
    Err(Failure { errors, is_usage: true })
}

fn list(arguments: &PackArguments) -> Result<Exit, Failure> {
    let (packs, faults) = load_to_look(arguments)?;
    print_faults(&faults);
    let mut out = anstream::stdout().lock();
    let list = packs.summaries().try_for_each(|rule| write_line(&mut out, &rule));
    // Who mends a choice of rules looks here for ids: the list is there, and then what is wrong.
    check_choice(arguments, &packs, &faults)?;
    found(exit_of(&faults), list)
}

fn write_line(out: &mut impl Write, rule: &RuleSummary) -> std::io::Result<()> {
    let (action, confidence, status) = (rule.action, rule.confidence, rule.status);
    writeln!(out, "{:<34} {action:<8} {confidence:<7} {status:<9} {}", rule.id, rule.why)
}

fn show(id: &str, arguments: &PackArguments) -> Result<Exit, Failure> {
    let (packs, faults) = load_to_look(arguments)?;
    print_faults(&faults);
    let mut out = anstream::stdout().lock();
    if let Some(rule) = stage_rules::ALL.iter().find(|rule| rule.is_named(id)) {
        let stage = rule.id.split('.').next().unwrap_or_default();
        for (name, value) in [("id", id), ("stage", stage), ("what it does", rule.about)] {
            writeln!(out, "{name:<12} {value}")?;
        }
        return Ok(Exit::Done);
    }
    // In output the ids of these rules start with their stage.
    let name = id.strip_prefix(STAGE).map_or(id, |rest| rest.strip_prefix('.').unwrap_or(rest));
    if let Some(rule) = packs.summaries().find(|rule| rule.id == name) {
        show_one(&mut out, &rule, packs.definition(name).unwrap_or_default())?;
        return Ok(Exit::Done);
    }
    let of_stages: Vec<_> = stage_rules::ALL.iter().filter(|rule| rule.id.starts_with(id)).collect();
    let of_packs: Vec<_> = packs.summaries().filter(|rule| rule.id.starts_with(name)).collect();
    if of_stages.is_empty() && of_packs.is_empty() {
        return Err(Failure::usage(no_such_rule(id, &packs)));
    }
    of_packs.iter().try_for_each(|rule| write_line(&mut out, rule))?;
    of_stages.iter().try_for_each(|rule| writeln!(out, "{:<34} {}", rule.id, rule.about))?;
    Ok(Exit::Done)
}

fn show_one(out: &mut impl Write, rule: &RuleSummary, definition: &str) -> std::io::Result<()> {
    let rows = [
        ("id", rule.id.as_str()),
        ("file", &rule.file),
        ("family", &rule.family),
        ("action", rule.action),
        ("confidence", rule.confidence),
        ("status", rule.status),
        ("since", &rule.since),
        ("replaced by", &rule.replaced_by),
        ("sha256", &rule.sha256),
        ("why", &rule.why),
        ("evidence", &rule.evidence),
    ];
    for (name, value) in rows.into_iter().filter(|(_, value)| !value.is_empty()) {
        writeln!(out, "{name:<12} {value}")?;
    }
    writeln!(out, "\n{definition}")
}

fn check(arguments: &PackArguments) -> Result<Exit, Failure> {
    let (packs, mut faults) = load(arguments)?;
    faults.extend(packs.check());
    print_faults(&faults);
    // What keeps the rules from being compiled was reported with the faults.
    let set = RuleSet::build(&packs, &RuleOptions::default(), &mut RuleTable::default());
    let mut stderr = anstream::stderr().lock();
    for warning in set.map(|mut set| set.take_warnings()).unwrap_or_default() {
        // If nobody can read the message, nothing is lost: it comes with every run.
        let _ = print_warning(&mut stderr, &warning);
    }
    drop(stderr);
    let summary = format!("{}, {}", counted(packs.summaries().count(), "rule"), counted(faults.len(), "fault"));
    found(exit_of(&faults), writeln!(anstream::stdout().lock(), "{summary}"))
}

fn exit_of(faults: &[Error]) -> Exit {
    if faults.is_empty() { Exit::Done } else { Exit::Faults }
}

pub(super) fn print_faults(faults: &[Error]) {
    let mut stream = anstream::stderr().lock();
    for fault in faults {
        // If nobody can read the message, the exit code still says it.
        let _ = print_error(&mut stream, fault);
    }
}

pub(super) fn no_such_rule(id: &str, packs: &Packs) -> Error {
    let message = if id.is_empty() { "these packs have no rules".to_owned() } else { format!("no rule `{id}`") };
    let rules: Vec<RuleSummary> = packs.summaries().collect();
    let ids = rules.iter().flat_map(|rule| starts_of_id(&rule.id));
    Error::Definition {
        place: Place { file: "rules".to_owned(), ..Place::default() },
        message,
        hint: did_you_mean(id, ids, "`scutch rules list` shows all ids"),
    }
}

//! `scutch rules lock`: writes the digest of the rules into the configuration, which a run then insists on.

use std::io::Write;
use std::path::{Path, PathBuf};

use toml::de::DeTable;

use super::Exit;
use super::arguments::LockArguments;
use super::messages::{Failure, found, hint, print_warning};
use super::settings;
use crate::config::Config;
use crate::edit::RuleTable;
use crate::error::{Error, Place};
use crate::rules::RuleSet;

pub(super) fn run(arguments: &LockArguments) -> Result<Exit, Failure> {
    let path = settings::file(arguments.config.as_deref())
        .map_or_else(|| PathBuf::from(settings::DEFAULT_FILE), Path::to_owned);
    let text = if path.is_file() || arguments.config.is_some() {
        std::fs::read_to_string(&path).map_err(|source| Failure::usage(Error::file("read", &path, source)))?
    } else {
        String::new()
    };
    let name = path.to_string_lossy();
    let config = Config::parse(&name, &text).map_err(Failure::usage)?;
    let usage = |error: Error| Failure::usage(settings::placed(error, Some(&path)));
    let packs = settings::packs(&config, Some(&path))?;
    config.rules.check(&packs).map_err(usage)?;
    let mut stderr = anstream::stderr().lock();
    for warning in config.rules.warnings(&packs) {
        // If nobody can read the message, nothing is lost: it comes again with every run.
        let _ = print_warning(&mut stderr, &settings::placed(warning, Some(&path)));
    }
    drop(stderr);
    let mut table = RuleTable::default();
    let set = RuleSet::build(&packs, &config.rules, &mut table).map_err(usage)?;
    let set = set.with_line_model(&config.rules, &mut table).map_err(usage)?;
    let (locked, digest) = (&config.rules.lock.digest, set.locked_digest());
    let mut out = anstream::stdout().lock();
    if *locked == digest {
        return found(Exit::Done, writeln!(out, "{name} locks these rules: {digest}"));
    }
    if arguments.check {
        let was = if locked.is_empty() { "no lock" } else { locked };
        let place = Config::place_of(&name, &text, "rules.lock.digest", &format!("`{locked}`"));
        let place = place.unwrap_or_else(|| Place { file: name.clone().into_owned(), ..Place::default() });
        let written = writeln!(out, "{place}: does not lock these rules (locked: {was}, found: {digest})");
        hint("look at what changed (`scutch diff OLD NEW CORPUS`), then lock the new rules with `scutch rules lock`");
        return found(Exit::Faults, written);
    }
    let changed = with_digest(&text, &digest);
    if Config::parse(&name, &changed).map_err(Failure::usage)?.rules.lock.digest != digest {
        return Err(Failure::usage(Error::Definition {
            place: Place { file: name.into_owned(), ..Place::default() },
            message: "the lock cannot be written into this file, whose `rules` is no table with a header".to_owned(),
            hint: format!("write `[rules]`, or the digest yourself: lock = {{ digest = \"{digest}\" }}"),
        }));
    }
    std::fs::write(&path, changed).map_err(|source| Error::file("write", &path, source))?;
    found(Exit::Done, writeln!(out, "{name} now locks these rules: {digest}"))
}

/// A configuration with this digest in its lock; all else stays as it is written.
fn with_digest(text: &str, digest: &str) -> String {
    let line = format!("digest = \"{digest}\"\n");
    let table = DeTable::parse(text).ok();
    let lock = table.as_ref().and_then(|table| table.get_ref().get("rules")?.get_ref().as_table()?.get("lock"));
    let old = lock.and_then(|lock| lock.get_ref().as_table()?.get("digest")).map(toml::Spanned::span);
    let (before, behind) = match (old, text.find("[rules.lock]")) {
        (Some(old), _) => {
            let (before, rest) = (text.get(..old.start).unwrap_or_default(), text.get(old.end..).unwrap_or_default());
            return format!("{before}\"{digest}\"{rest}");
        }
        (None, Some(header)) if lock.is_some() => {
            let end = text.get(header..).and_then(|rest| rest.find('\n')).map_or(text.len(), |end| header + end + 1);
            text.split_at(end)
        }
        _ => {
            let gap = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
            let blank = if text.is_empty() { "" } else { "\n" };
            return format!(
                "{text}{gap}{blank}# Written by `scutch rules lock`: a run with other rules is an error.\n[rules.lock]\n{line}"
            );
        }
    };
    let gap = if before.ends_with('\n') { "" } else { "\n" };
    format!("{before}{gap}{line}{behind}")
}

#[cfg(test)]
mod tests {
    use super::with_digest;

    fn locked(text: &str) -> String {
        let changed = with_digest(text, "sha256:0");
        let config = crate::Config::parse("scutch.toml", &changed).expect("still valid");
        assert_eq!(config.rules.lock.digest, "sha256:0", "{changed}");
        changed
    }

    #[test]
    fn all_else_stays_as_it_is_written() {
        let text = "# ours\n[rules]\nprofile = \"safe\" # for now";
        assert!(locked(text).starts_with(text));
        assert_eq!(locked("[rules.lock]\ndigest = \"old\" # 2026\n"), "[rules.lock]\ndigest = \"sha256:0\" # 2026\n");
        assert_eq!(locked("[rules.lock]\n\n[output]\n"), "[rules.lock]\ndigest = \"sha256:0\"\n\n[output]\n");
        assert!(locked("[rules.lock]").ends_with("]\ndigest = \"sha256:0\"\n"));
        locked("");
        locked("[rules]\nlock = { digest = \"old\" }\n");
    }
}

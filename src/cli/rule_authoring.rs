//! `scutch rules new` and `scutch rules explain`: help for authors of rules.

use std::io::Write;
use std::path::Path;

use super::Exit;
use super::arguments::{ExplainLineArguments, NewArguments};
use super::messages::{Failure, found};
use super::rules::{load, print_faults};
use super::settings;
use crate::error::{Error, Place};
use crate::rules::{Draft, Drafted, LineMatch, Packs, quoted};

/// Pack of a rule that is only printed.
const DEFAULT_PACK: &str = "local";

pub(super) fn new(arguments: &NewArguments) -> Result<Exit, Failure> {
    let folder = arguments.pack.as_deref();
    let pack = match folder {
        Some(folder) => pack_id(folder)?,
        // An id names its pack.
        None => arguments.id.split_once('.').map_or(DEFAULT_PACK, |(pack, _)| pack).to_owned(),
    };
    let draft = Draft {
        from: arguments.from.clone(),
        keep: arguments.keep.clone(),
        pack: pack.clone(),
        id: arguments.id.clone(),
        family: arguments.family.clone(),
    };
    let drafted = draft.write().map_err(Failure::usage)?;
    let mut out = anstream::stdout().lock();
    if !drafted.report.holds() {
        print_faults(&drafted.report.faults);
        for failure in &drafted.report.failures {
            // If nobody can read the message, the exit code still says it.
            let _ = writeln!(anstream::stderr().lock(), "{} ({}): {}", failure.name, failure.kind, failure.message);
        }
        return found(Exit::Faults, write!(out, "{}", drafted.toml));
    }
    match folder {
        None => found(Exit::Done, write!(out, "{}", drafted.toml)),
        Some(folder) => {
            let file = add(folder, &pack, &drafted)?;
            found(Exit::Done, writeln!(out, "{} is now in {file}", drafted.id))
        }
    }
}

/// The id of the pack in a folder: what its `pack.toml` says, else one made of the name of the folder.
fn pack_id(folder: &Path) -> Result<String, Failure> {
    let name = folder.to_string_lossy().into_owned();
    if folder.join("pack.toml").is_file() {
        let (packs, errors) = Packs::load(std::slice::from_ref(&name));
        // A pack without rules is what one starts with.
        return packs.names().next().map(|(id, _)| id.to_owned()).ok_or(Failure { errors, is_usage: true });
    }
    let last = folder.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    let id: String = last.chars().filter(char::is_ascii_alphanumeric).collect();
    if id.is_empty() { Ok(DEFAULT_PACK.to_owned()) } else { Ok(id) }
}

/// Puts a rule at the end of a file of the pack that is named after its family. Returns the file.
fn add(folder: &Path, pack: &str, drafted: &Drafted) -> Result<String, Failure> {
    let header = folder.join("pack.toml");
    if header.is_file() {
        let (packs, _) = Packs::load(&[folder.to_string_lossy().into_owned()]);
        if let Some(there) = packs.summaries().find(|rule| rule.id == drafted.id) {
            return Err(Failure::usage(Error::Definition {
                place: Place { file: there.file, ..Place::default() },
                message: format!("there is a rule `{}` already", drafted.id),
                hint: "give another with `--id`".to_owned(),
            }));
        }
    }
    let write =
        |path: &Path, text: &str| std::fs::write(path, text).map_err(|source| Error::file("write", path, source));
    std::fs::create_dir_all(folder).map_err(|source| Error::file("create", folder, source))?;
    if !header.is_file() {
        let (id, title) = (quoted(pack), quoted(&format!("Rules of {}", folder.display())));
        write(&header, &format!("format = 1\n\n[pack]\nid      = {id}\ntitle   = {title}\nlicence = \"CC0-1.0\"\n"))?;
    }
    let path = folder.join(format!("{}.toml", drafted.family));
    let mut text = if path.is_file() {
        std::fs::read_to_string(&path).map_err(|source| Error::file("read", &path, source))?
    } else {
        "format = 1\n".to_owned()
    };
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text.push('\n');
    text.push_str(&drafted.toml);
    write(&path, &text)?;
    Ok(path.to_string_lossy().into_owned())
}

pub(super) fn explain(arguments: &ExplainLineArguments) -> Result<Exit, Failure> {
    let (packs, faults) = load(&arguments.packs)?;
    print_faults(&faults);
    let config = settings::read(arguments.packs.config.as_deref())?.unwrap_or_default();
    let report = packs.explain_line(&arguments.line, &config.rules).map_err(Failure::usage)?;
    let mut out = anstream::stdout().lock();
    let key = if report.key.is_empty() { "(empty: only a `regex` can match)" } else { &report.key };
    writeln!(out, "key      {key}")?;
    match &report.taken_by {
        Some(id) => writeln!(out, "alone    {id} takes it")?,
        None => writeln!(out, "alone    it stays")?,
    }
    for (label, rules) in [("matches", &report.matches), ("nearly", &report.nearly)] {
        rules.iter().try_for_each(|one| write_match(&mut out, label, one))?;
    }
    if report.matches.is_empty() && report.nearly.is_empty() {
        writeln!(out, "no rule comes near; `scutch rules new --from LINE --keep LINE` makes one")?;
    }
    Ok(if faults.is_empty() { Exit::Done } else { Exit::Faults })
}

fn write_match(out: &mut impl Write, label: &str, one: &LineMatch) -> std::io::Result<()> {
    writeln!(out, "{label:<8} {} by {}", one.id, one.by)?;
    one.remarks.iter().try_for_each(|remark| writeln!(out, "         {remark}"))
}

//! `scutch rules new` and `scutch rules explain`: help for authors of rules.

use std::io::Write;
use std::path::Path;

use super::Exit;
use super::arguments::{ExplainLineArguments, NewArguments};
use super::messages::{Failure, found, hint, print_warning};
use super::rules::{load, print_faults};
use super::settings;
use crate::error::{Error, Place};
use crate::rules::{Draft, Drafted, LineMatch, Packs, quoted};

/// Pack of a rule that is only printed.
const DEFAULT_PACK: &str = "local";

pub(super) fn new(arguments: &NewArguments) -> Result<Exit, Failure> {
    let folder = arguments.pack.as_deref();
    if let Some(folder) = folder {
        check_folder(folder).map_err(Failure::usage)?;
    }
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
        sites: settings::trimmed(&arguments.site),
    };
    let drafted = draft.write().map_err(Failure::usage)?;
    if !drafted.report.holds() {
        print_faults(&drafted.report.faults);
        let mut stderr = anstream::stderr().lock();
        for failure in &drafted.report.failures {
            // If nobody can read the message, the exit code still says it.
            let _ = writeln!(stderr, "{} ({}): {}", failure.name, failure.kind, failure.message);
        }
        let _ = write!(stderr, "the rule that does not hold, which was not written:\n\n{}", drafted.toml);
        return Ok(Exit::Faults);
    }
    let mut out = anstream::stdout().lock();
    for warning in &drafted.beside {
        // If nobody can read the message, the tests of the packs say it again.
        let _ = print_warning(&mut anstream::stderr().lock(), warning);
    }
    match folder {
        None => {
            let written = write!(out, "{}", drafted.toml);
            hint("look next: read `why`, and add `--pack FOLDER` to put the rule into a pack");
            found(Exit::Done, written)
        }
        Some(folder) => {
            let file = add(folder, &pack, &drafted)?;
            let written = writeln!(out, "{} is now in {file}", drafted.id);
            let name = named_as_pack(folder);
            hint(&format!(
                "look next: read `why` in {file}, run `scutch rules test --rules builtin,{name}`, and see what it takes \
                 with `scutch diff builtin builtin,{name} CORPUS`"
            ));
            found(Exit::Done, written)
        }
    }
}

/// Refuses what is no folder for an own pack.
fn check_folder(folder: &Path) -> Result<(), Error> {
    let name = folder.to_string_lossy();
    if folder.is_file() {
        let hint = "`--pack` names the folder of a pack; the rule goes into the file of its family in it";
        return Err(Error::of_setting("--pack", format!("`{name}` is a file, not a folder"), hint));
    }
    let is_builtin = |name: &str| Packs::builtin_names().any(|one| one == name);
    if is_builtin(&name) {
        let hint = format!("choose another name; `./{name}` is the folder of that name");
        return Err(Error::of_setting("--pack", format!("`{name}` is a built-in pack"), hint));
    }
    if !folder.join("pack.toml").is_file() && is_builtin(&id_of_folder(folder)) {
        let message = format!("a new pack in `{name}` would have the id of a built-in pack");
        return Err(Error::of_setting("--pack", message, "choose another name for the folder"));
    }
    Ok(())
}

/// A folder as `--rules` names it: a built-in pack has its name for itself.
fn named_as_pack(folder: &Path) -> String {
    let name = folder.to_string_lossy();
    let name = name.trim_end_matches('/');
    if name.contains('/') || name.starts_with('.') { name.to_owned() } else { format!("./{name}") }
}

/// The id of the pack in a folder: what its `pack.toml` says, else one made of the name of the folder.
fn pack_id(folder: &Path) -> Result<String, Failure> {
    let name = folder.to_string_lossy().into_owned();
    if folder.join("pack.toml").is_file() {
        let (packs, errors) = Packs::load(std::slice::from_ref(&name));
        // A pack without rules is what one starts with.
        return packs.names().next().map(|(id, _)| id.to_owned()).ok_or(Failure { errors, is_usage: true });
    }
    Ok(id_of_folder(folder))
}

/// The id of a new pack in a folder.
fn id_of_folder(folder: &Path) -> String {
    let last = folder.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    let id: String = last.chars().filter(char::is_ascii_alphanumeric).collect();
    if id.is_empty() { DEFAULT_PACK.to_owned() } else { id }
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
    match (&report.taken_by, &report.protected_by) {
        (Some(id), _) => writeln!(out, "alone    {id} takes it")?,
        (None, Some(id)) => writeln!(out, "alone    it stays: {id} protects it, and wins")?,
        (None, None) => writeln!(out, "alone    it stays")?,
    }
    for (label, rules) in [("matches", &report.matches), ("nearly", &report.nearly)] {
        rules.iter().try_for_each(|one| write_match(&mut out, label, one))?;
    }
    if report.matches.is_empty() && report.nearly.is_empty() {
        writeln!(out, "no rule comes near; `scutch rules new --from LINE --keep LINE` makes one")?;
    }
    if report.taken_by.is_none() && report.protected_by.is_none() && config.rules.uses_line_model() {
        writeln!(out, "in a text the line model may take it, too: `scutch explain FILE` shows it")?;
    }
    Ok(if faults.is_empty() { Exit::Done } else { Exit::Faults })
}

fn write_match(out: &mut impl Write, label: &str, one: &LineMatch) -> std::io::Result<()> {
    writeln!(out, "{label:<8} {} by {}", one.id, one.by)?;
    one.remarks.iter().try_for_each(|remark| writeln!(out, "         {remark}"))
}

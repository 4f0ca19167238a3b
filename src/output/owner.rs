//! Whose output a folder holds: what keeps a run from overwriting that of another.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::manifest::{InputEntry, RunIdentity, StoredRun};
use super::names::{FOLDERS, MANIFEST, PARTIAL};
use crate::error::Error;
use crate::input::{Inputs, file_digest};

/// What the user can do about a folder that is refused.
const HINT: &str = "name another folder with `-o`, or replace what is there with `--overwrite`";

/// Whether the output of another run may be overwritten.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Overwrite {
    /// Only the output of the same corpus with the same settings.
    SameRun,
    /// Any output of scutch.
    AnyRun,
}

/// Refuses a folder with something in it that is not the output of this run.
///
/// # Errors
/// [`Error::Output`], before anything is written.
pub(super) fn check(root: &Path, identity: &RunIdentity, inputs: &Inputs) -> Result<(), Error> {
    let refused = |reason: &str| Err(Error::output(root, reason, HINT));
    match fs::read(root.join(MANIFEST)) {
        Ok(text) => match serde_json::from_slice::<StoredRun>(&text) {
            Ok(stored) if stored.identity == *identity => match difference(&stored.inputs, inputs) {
                None => Ok(()),
                Some(difference) => refused(&format!("holds the output of another run ({difference})")),
            },
            Ok(_) => refused("holds the output of another run (another corpus, or other settings)"),
            Err(_) => refused("has a manifest.json that scutch did not write"),
        },
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let holds_data = fs::read_dir(root)
                .is_ok_and(|mut entries| entries.any(|entry| entry.is_ok_and(|entry| is_foreign(&entry.path()))));
            if holds_data { refused("is not empty, and holds no output of scutch") } else { Ok(()) }
        }
        Err(source) => Err(Error::unusable_output(root, Error::file("read", &root.join(MANIFEST), source))),
    }
}

/// What tells the inputs of the run before from those of this one; `None` if this corpus is that one,
/// as it was, changed or grown.
///
/// The manifest knows neither machine nor folder, so the files themselves must tell: each one of the run
/// before is still there by its name, or its output would vanish unasked; and one at least has the same
/// bytes, since names such as `001.txt` are those of any corpus. In general one file is read for it.
fn difference(before: &[InputEntry], inputs: &Inputs) -> Option<String> {
    let mut missing: BTreeMap<&str, &InputEntry> = before.iter().map(|input| (input.path.as_str(), input)).collect();
    let mut same_size: Vec<(&InputEntry, PathBuf)> = Vec::new();
    for file in inputs.files() {
        let name = file.as_ref().map_or_else(|(name, _)| name.as_str(), |file| file.name());
        let Some(entry) = missing.remove(name) else { continue };
        let path = file.as_ref().ok().and_then(|file| file.path());
        // Reading a pipe would take from the run what it is to read.
        let has_size =
            |path: &&Path| fs::metadata(path).is_ok_and(|metadata| metadata.is_file() && metadata.len() == entry.bytes);
        same_size.extend(path.filter(has_size).map(|path| (entry, path.to_owned())));
    }
    if let Some(name) = missing.keys().next() {
        return Some(format!(
            "{} of its {} inputs, such as `{name}`, are not among those of this one",
            missing.len(),
            before.len()
        ));
    }
    // An empty file is the same in every corpus, and one that could not be read has no digest.
    let tells = |entry: &InputEntry| entry.bytes > 0 && !entry.sha256.is_empty();
    if !before.iter().any(tells) {
        return None;
    }
    same_size.retain(|(entry, _)| tells(entry));
    same_size.sort_by_key(|(entry, _)| entry.bytes);
    let is_same = |(entry, path): &(&InputEntry, PathBuf)| file_digest(path).is_ok_and(|digest| digest == entry.sha256);
    let none_is_same = "its inputs have the same names, but none is known to have the same content";
    (!same_size.iter().any(is_same)).then(|| none_is_same.to_owned())
}

/// Whether a file or folder is not what an unfinished run of scutch leaves.
fn is_foreign(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let is_folder_of_ours = FOLDERS.contains(&name)
        && fs::read_dir(path)
            .is_ok_and(|mut entries| entries.all(|entry| entry.is_ok_and(|entry| !is_foreign(&entry.path()))));
    let is_hidden = name.starts_with('.');
    !is_hidden && !is_folder_of_ours && !name.ends_with(PARTIAL)
}

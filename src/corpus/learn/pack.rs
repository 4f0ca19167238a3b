//! The pack that learned rules are written to: what it holds already, and what is added.
//!
//! Rules are appended to the files of a pack, one file a site; what stands in them is never changed, so that
//! what people wrote there stays as it is, down to its comments.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::propose::Proposal;
use super::render;
use crate::corpus::site::Site;
use crate::error::{Error, Place};
use crate::rules::{KnownLines, Packs};

/// The file that makes a folder a pack.
const HEADER: &str = "pack.toml";
/// Id of a pack whose folder has no name that could be one, and name of the rules of a corpus without sites.
const NAMELESS: &str = "learned";
/// Name of the file and in ids of what belongs to no site.
const WHOLE_CORPUS: &str = "corpus";

/// A pack of learned rules.
pub(super) struct LearnedPack {
    folder: PathBuf,
    id: String,
    known: KnownLines,
    /// The highest number given to a rule, by the start of its id.
    numbers: BTreeMap<String, u64>,
    /// Rules in the folder before.
    pub(super) rules_before: usize,
    /// What is to be appended, by file name.
    added: BTreeMap<String, String>,
    has_header: bool,
}

impl LearnedPack {
    /// The pack in `folder`, which need not exist.
    ///
    /// # Errors
    /// The faults of its files: rules that cannot be read might be proposed again.
    pub(super) fn open(folder: &Path) -> Result<Self, Vec<Error>> {
        let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let mut pack = Self {
            folder: folder.to_owned(),
            id: slug(&name).unwrap_or_else(|| NAMELESS.to_owned()),
            known: KnownLines::default(),
            numbers: BTreeMap::new(),
            rules_before: 0,
            added: BTreeMap::new(),
            has_header: folder.join(HEADER).is_file(),
        };
        if folder.exists() && !folder.is_dir() {
            return Err(vec![Error::output(folder, "is a file", "name a folder with `-o`")]);
        }
        if !pack.has_header {
            return Ok(pack);
        }
        let (packs, faults) = Packs::load(&[in_current_folder(folder)]);
        // A pack that was opened by nobody yet may hold no rules.
        let faults: Vec<Error> = faults.into_iter().filter(|fault| !is_empty_pack(fault, folder)).collect();
        if !faults.is_empty() {
            return Err(faults);
        }
        if let Some((id, _)) = packs.names().next() {
            id.clone_into(&mut pack.id);
        }
        pack.known = KnownLines::new(&packs);
        for rule in packs.summaries() {
            pack.rules_before += 1;
            let digits = rule.id.bytes().rev().take_while(u8::is_ascii_digit).count();
            let (start, number) = rule.id.split_at(rule.id.len() - digits);
            let number = number.parse().unwrap_or(0);
            let highest = pack.numbers.entry(start.to_owned()).or_default();
            *highest = number.max(*highest);
        }
        Ok(pack)
    }

    /// The lines that its rules speak of.
    pub(super) fn known(&self) -> &KnownLines {
        &self.known
    }

    /// Adds a proposal for a site; its id.
    pub(super) fn add(&mut self, proposal: &Proposal, site: &Site) -> String {
        let name = slug(&site.name).unwrap_or_else(|| WHOLE_CORPUS.to_owned());
        let kind = if proposal.lines.len() > 1 { 'b' } else { 'l' };
        let start = format!("{}.{name}.{kind}", self.id);
        let number = self.numbers.entry(start.clone()).or_default();
        *number += 1;
        let id = format!("{start}{number}");
        let rule = render::rule(proposal, site, &id);
        self.added.entry(format!("{name}.learned.toml")).or_default().push_str(&rule);
        id
    }

    /// Writes what was added. Each file is complete at every time.
    ///
    /// # Errors
    /// [`Error::File`] if the folder cannot be written to.
    pub(super) fn write(&self) -> Result<(), Error> {
        if self.added.is_empty() {
            return Ok(());
        }
        std::fs::create_dir_all(&self.folder).map_err(|source| Error::file("create", &self.folder, source))?;
        if !self.has_header {
            let id = render::quoted(&self.id);
            let header = format!(
                "format = 1\n\n[pack]\nid      = {id}\n\
                 title   = \"Lines that repeat across the pages of a site, found by scutch learn\"\n\
                 licence = \"CC0-1.0\"\n"
            );
            replace(&self.folder.join(HEADER), &header)?;
        }
        for (name, rules) in &self.added {
            let path = self.folder.join(name);
            let before = match std::fs::read_to_string(&path) {
                Ok(before) => before,
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => "format = 1\n".to_owned(),
                Err(source) => return Err(Error::file("read", &path, source)),
            };
            let end = if before.ends_with('\n') { "" } else { "\n" };
            replace(&path, &format!("{before}{end}{rules}"))?;
        }
        Ok(())
    }
}

/// A folder as packs are named: never that of a built-in pack.
fn in_current_folder(folder: &Path) -> String {
    let name = folder.to_string_lossy().into_owned();
    if folder.components().count() == 1 && folder.is_relative() { format!("./{name}") } else { name }
}

/// Whether a fault says no more than that a pack has no rules yet.
fn is_empty_pack(fault: &Error, folder: &Path) -> bool {
    let Error::Definition { place: Place { file, line: 0, .. }, message, .. } = fault else { return false };
    *file == in_current_folder(folder) && message.contains("holds no rules")
}

/// Writes a file beside its place, and moves it there.
fn replace(path: &Path, text: &str) -> Result<(), Error> {
    let beside = path.with_extension("toml.partial");
    std::fs::write(&beside, text).map_err(|source| Error::file("write", &beside, source))?;
    std::fs::rename(&beside, path).map_err(|source| Error::file("write", path, source))
}

/// A name as part of an id: small letters and digits, the rest as `_`; `None` if nothing is left.
fn slug(name: &str) -> Option<String> {
    let lower = name.to_lowercase();
    let slug: String = lower.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    let slug = slug.trim_matches('_');
    (!slug.is_empty()).then(|| slug.to_owned())
}

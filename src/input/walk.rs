//! Finding input files: in sorted order, so that every run sees them alike.

use std::fmt::Write as _;
use std::path::{Component, Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use super::compression::Compression;
use crate::error::{Error, Place};

/// What stands for standard input, and its name in output.
const STANDARD_INPUT: &str = "-";

/// How a file holds its documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// One document of plain text.
    Text,
    /// One document of HTML.
    Html,
    /// One JSON record a line.
    Jsonl,
    /// Records of WARC, WET or WAT.
    Warc,
    /// Told by the first bytes: standard input.
    Unknown,
    /// JSON, but not one record a line.
    Json,
    /// None of those that are read.
    Unsupported,
}

impl Format {
    fn of_extension(extension: Option<&str>) -> Self {
        match extension.map(str::to_ascii_lowercase).as_deref() {
            None | Some("txt" | "text" | "md") => Self::Text,
            Some("html" | "htm" | "xhtml") => Self::Html,
            Some("jsonl" | "ndjson") => Self::Jsonl,
            Some("warc" | "wet" | "wat") => Self::Warc,
            Some(_) => Self::Unsupported,
        }
    }
}

/// Where an input's bytes are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Location {
    File(PathBuf),
    StandardInput,
}

/// One input file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputFile {
    pub(crate) location: Location,
    /// Name in output: relative to the folder that was named, parts joined by `/`.
    pub(crate) name: String,
    pub(crate) format: Format,
    pub(crate) compression: Compression,
}

impl InputFile {
    /// Name in output: the column `raw_path`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The file at `path`, named as one of the folder `root`; `None` if it does not lie in it.
    pub(crate) fn below(root: &Path, path: &Path) -> Option<Self> {
        let root = resolved(root);
        // The file itself may be a link, which has the name of the link.
        let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let resolved = resolved(folder).join(path.file_name()?);
        let is_below = resolved.starts_with(&root) && resolved != root;
        let named = is_below.then(|| Root { path: root, prefix: String::new() }.file(resolved))?;
        Some(Self { location: Location::File(path.to_owned()), ..named })
    }

    /// Where the file is; `None` for standard input.
    pub(crate) fn path(&self) -> Option<&Path> {
        match &self.location {
            Location::File(path) => Some(path),
            Location::StandardInput => None,
        }
    }

    /// Standard input, which holds its documents as `format` says.
    pub(crate) fn standard_input(format: Format, compression: Compression) -> Self {
        let name = STANDARD_INPUT.to_owned();
        Self { location: Location::StandardInput, name, format, compression }
    }

    /// Whether the file may hold many documents.
    pub(crate) fn is_container(&self) -> bool {
        matches!(self.format, Format::Jsonl | Format::Warc)
    }

    /// Whether the file is one page of HTML.
    pub(crate) fn is_html(&self) -> bool {
        self.format == Format::Html
    }

    /// The file's ending as it decides the format: `csv` in `table.csv.gz`; empty if there is none.
    pub(crate) fn extension(&self) -> &str {
        let stem = Compression::of_name(&self.name).1;
        Path::new(stem).extension().and_then(|extension| extension.to_str()).unwrap_or_default()
    }
}

/// What happens to files and folders whose names begin with a dot (`.git`, `.DS_Store`). One that the user
/// names is read in any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Hidden {
    /// They are passed over.
    #[default]
    PassedOver,
    /// They are read like others.
    Read,
}

/// The folders and files that a run reads.
#[derive(Debug, Clone)]
pub struct Inputs {
    roots: Vec<Root>,
    hidden: Hidden,
}

#[derive(Debug, Clone)]
struct Root {
    path: PathBuf,
    /// Put before the names of its files; empty for the only folder.
    prefix: String,
}

impl Inputs {
    /// Takes what the user named: folders, files, or `-` for standard input.
    ///
    /// With several, the names of a folder's files start with the folder's own name.
    ///
    /// # Errors
    /// [`Error::Definition`] if one does not exist, or two would give their files the same names.
    pub fn new(paths: &[PathBuf]) -> Result<Self, Error> {
        let fault = |path: &Path, message: &str, hint: &str| Error::Definition {
            place: Place { file: path.display().to_string(), ..Place::default() },
            message: message.to_owned(),
            hint: hint.to_owned(),
        };
        let mut roots: Vec<Root> = Vec::new();
        for path in paths {
            if !is_standard_input(path) && std::fs::symlink_metadata(path).is_err() {
                return Err(fault(path, "no such file or folder", "name a file, a folder, or `-` for standard input"));
            }
            let own_name =
                path.canonicalize().ok().and_then(|full| full.file_name().map(|name| escaped(name.as_encoded_bytes())));
            let prefix = match own_name {
                Some(name) if paths.len() > 1 && path.is_dir() => format!("{name}/"),
                _ => String::new(),
            };
            let root = Root { path: path.clone(), prefix };
            let clashes = |other: &Root| {
                let both_files = !path.is_dir() && !other.path.is_dir() && path.file_name() == other.path.file_name();
                (path.is_dir() && other.path.is_dir() && other.prefix == root.prefix) || both_files
            };
            if roots.iter().any(clashes) {
                let hint = "clean them in two runs, or name the folder that holds both";
                return Err(fault(
                    path,
                    "another input has the same name, so their documents could not be told apart",
                    hint,
                ));
            }
            roots.push(root);
        }
        Ok(Self { roots, hidden: Hidden::default() })
    }

    /// The same inputs, with hidden files and folders as `hidden` says.
    #[must_use]
    pub fn reading(self, hidden: Hidden) -> Self {
        Self { hidden, ..self }
    }

    /// Number of hidden files and folders that [`Inputs::files`] passes over; what lies in such a folder is
    /// not counted.
    #[must_use]
    pub fn passed_over(&self) -> u64 {
        self.roots.iter().map(|root| root.passed_over(self.hidden)).sum()
    }

    /// Name of the first input: the default name of the corpus.
    #[must_use]
    pub fn corpus_name(&self) -> String {
        let Some(root) = self.roots.first().filter(|root| !is_standard_input(&root.path)) else {
            return "stdin".to_owned();
        };
        let full = root.path.canonicalize().unwrap_or_else(|_| root.path.clone());
        full.file_name().map_or_else(|| "corpus".to_owned(), |name| escaped(name.as_encoded_bytes()))
    }

    /// Whether `folder` is or lies in one of the inputs, so that a run would read its own output.
    #[must_use]
    pub fn contain(&self, folder: &Path) -> bool {
        let folder = resolved(folder);
        self.roots.iter().filter(|root| root.path.is_dir()).any(|root| folder.starts_with(resolved(&root.path)))
    }

    /// The first input that lies in `folder`, so that a run could overwrite its own input.
    #[must_use]
    pub fn first_in(&self, folder: &Path) -> Option<&Path> {
        let folder = resolved(folder);
        let paths = self.roots.iter().map(|root| root.path.as_path());
        paths.filter(|path| !is_standard_input(path)).find(|path| resolved(path).starts_with(&folder))
    }

    /// Whether standard input is among them.
    pub(crate) fn has_standard_input(&self) -> bool {
        self.roots.iter().any(|root| is_standard_input(&root.path))
    }

    /// Size in bytes of all files, as they are on disk; 0 if standard input is among them.
    #[must_use]
    pub fn total_bytes(&self) -> u64 {
        if self.has_standard_input() {
            return 0;
        }
        let size = |file: InputFile| {
            file.path().and_then(|path| std::fs::metadata(path).ok()).map_or(0, |metadata| metadata.len())
        };
        self.files().filter_map(Result::ok).map(size).sum()
    }

    /// All files, in sorted order of their paths; links are followed. A folder that cannot be read
    /// and a link that leads in a circle are errors, with the name that the file would have.
    pub fn files(&self) -> impl Iterator<Item = Result<InputFile, (String, Error)>> {
        self.roots.iter().flat_map(|root| root.files(self.hidden))
    }
}

impl Root {
    fn passed_over(&self, hidden: Hidden) -> u64 {
        let mut count = 0;
        if hidden == Hidden::PassedOver && self.path.is_dir() {
            let mut is_shown = |entry: &DirEntry| {
                count += u64::from(is_hidden(entry));
                !is_hidden(entry)
            };
            WalkDir::new(&self.path).follow_links(true).into_iter().filter_entry(&mut is_shown).for_each(drop);
        }
        count
    }

    fn files(&self, hidden: Hidden) -> Box<dyn Iterator<Item = Result<InputFile, (String, Error)>> + Send + '_> {
        if is_standard_input(&self.path) {
            return Box::new(std::iter::once(Ok(InputFile::standard_input(Format::Unknown, Compression::None))));
        }
        let walk = WalkDir::new(&self.path).follow_links(true).sort_by_file_name().into_iter();
        let walk = walk.filter_entry(move |entry| hidden == Hidden::Read || !is_hidden(entry));
        Box::new(walk.filter_map(|entry| match entry {
            Ok(entry) if entry.file_type().is_dir() => None,
            Ok(entry) if entry.depth() > 0 && !entry.file_type().is_file() => {
                // Reading a pipe or device could wait for ever; one that is named itself is meant.
                let source = std::io::Error::other("is a pipe, socket or device, not a regular file");
                Some(Err((self.name(entry.path()), Error::file("read", entry.path(), source))))
            }
            Ok(entry) => Some(Ok(self.file(entry.into_path()))),
            Err(error) => {
                let path = error.path().unwrap_or(&self.path).to_owned();
                let name = self.name(&path);
                let source = if error.loop_ancestor().is_some() {
                    std::io::Error::other("the link leads back to a folder it lies in")
                } else {
                    error.into()
                };
                Some(Err((name, Error::file("read", &path, source))))
            }
        }))
    }

    fn file(&self, path: PathBuf) -> InputFile {
        let name = self.name(&path);
        let (compression, stem) = Compression::of_name(&name);
        let extension = Path::new(stem).extension().and_then(|extension| extension.to_str());
        let format = Format::of_extension(extension);
        InputFile { location: Location::File(path), name, format, compression }
    }

    /// The name of a file below this root.
    fn name(&self, path: &Path) -> String {
        let relative = path.strip_prefix(&self.path).unwrap_or(path);
        let relative = if relative.as_os_str().is_empty() {
            Path::new(path.file_name().unwrap_or(path.as_os_str()))
        } else {
            relative
        };
        let parts: Vec<String> =
            relative.components().map(|part| escaped(part.as_os_str().as_encoded_bytes())).collect();
        format!("{}{}", self.prefix, parts.join("/"))
    }
}

/// Whether an entry of a folder has a name that begins with a dot.
fn is_hidden(entry: &DirEntry) -> bool {
    entry.depth() > 0 && entry.file_name().as_encoded_bytes().starts_with(b".")
}

/// The absolute path without links and `..`, also of something that does not exist yet.
fn resolved(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let existing = absolute.ancestors().find_map(|above| Some((above.canonicalize().ok()?, above)));
    let Some((mut full, above)) = existing else { return absolute };
    for part in absolute.strip_prefix(above).into_iter().flat_map(Path::components) {
        // Nothing of this part exists, so none of it is a link, and `..` is the part before it.
        if part == Component::ParentDir {
            full.pop();
        } else {
            full.push(part);
        }
    }
    full
}

fn is_standard_input(path: &Path) -> bool {
    path.as_os_str() == STANDARD_INPUT
}

/// A file name as text: bytes that are not UTF-8 as `\xNN` and a backslash as two, so that different
/// names stay different.
fn escaped(name: &[u8]) -> String {
    let mut text = String::with_capacity(name.len());
    for chunk in name.utf8_chunks() {
        text.push_str(&chunk.valid().replace('\\', "\\\\"));
        for byte in chunk.invalid() {
            // Writing to a string cannot fail.
            let _ = write!(text, "\\x{byte:02X}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn format_is_told_by_the_ending_behind_the_compression() {
        let root = Root { path: PathBuf::from("raw"), prefix: String::new() };
        let file = root.file(PathBuf::from("raw/a/b.JSONL.gz"));
        assert_eq!(
            (file.name.as_str(), file.format, file.compression),
            ("a/b.JSONL.gz", Format::Jsonl, Compression::Gzip)
        );
        assert_eq!(root.file(PathBuf::from("raw/README")).format, Format::Text);
        assert_eq!(root.file(PathBuf::from("raw/table.csv.zst")).extension(), "csv");
    }

    #[test]
    fn names_that_are_not_utf8_stay_different() {
        assert_eq!(escaped(b"caf\xE9.txt"), "caf\\xE9.txt");
    }
}

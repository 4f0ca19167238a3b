//! The output folder: written under temporary names, renamed when complete.

use std::fs::{self, File, TryLockError};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::manifest::{InputEntry, Manifest, RunIdentity};
use super::owner::{self, Overwrite};
use super::rows::Rows;
use crate::error::Error;
use crate::input::Inputs;

/// Ending of files that are not complete.
pub(super) const PARTIAL: &str = ".partial";
/// Folders that a run writes.
pub(super) const FOLDERS: [&str; 3] = ["documents", "rejected", "changes"];
pub(super) const MANIFEST: &str = "manifest.json";
const FAILED: &str = "failed.jsonl";
/// The list of inputs while it grows; it becomes the end of the manifest.
const INPUTS: &str = "inputs.jsonl";
const SHARD: &str = "part-00000.jsonl";

/// Files being written.
pub(crate) struct OutputFolder {
    root: PathBuf,
    /// Folders that were not there before, in the order of their creation.
    made: Vec<PathBuf>,
    /// The folder itself, locked for this run; `None` where folders cannot be locked. The system ends the lock
    /// with the process, however that ends.
    lock: Option<File>,
    documents: PartialFile,
    rejected: PartialFile,
    changes: PartialFile,
    failed: PartialFile,
    inputs: PartialFile,
}

impl OutputFolder {
    /// Opens `root` for a run over `inputs`. A folder that holds another run's output, or anything that
    /// is no output of scutch, is refused unless `overwrite`; files that scutch does not write are never
    /// touched.
    ///
    /// # Errors
    /// [`Error::Output`] if the folder is refused or cannot be written; then nothing was written.
    pub(crate) fn open(
        root: &Path,
        identity: &RunIdentity,
        inputs: &Inputs,
        overwrite: Overwrite,
    ) -> Result<Self, Error> {
        if fs::metadata(root).is_ok_and(|metadata| !metadata.is_dir()) {
            return Err(Error::output(root, "is a file, not a folder", "name a folder with `-o`"));
        }
        if overwrite == Overwrite::SameRun {
            owner::check(root, identity, inputs)?;
        }
        let mut made = Vec::new();
        let locked = create_folder(root, &mut made)
            .map_err(|error| Error::unusable_output(root, error))
            .and_then(|()| lock(root));
        let lock = locked.inspect_err(|_| remove_made(&made))?;
        let paths = FOLDERS.map(|folder| root.join(folder).join(SHARD));
        let [documents, rejected, changes] = &paths;
        let folders = FOLDERS.iter().try_for_each(|folder| create_folder(&root.join(folder), &mut made));
        let files =
            folders.and_then(|()| create_files([documents, rejected, changes, &root.join(FAILED), &root.join(INPUTS)]));
        match files {
            Ok([documents, rejected, changes, failed, inputs]) => {
                Ok(Self { root: root.to_owned(), made, lock, documents, rejected, changes, failed, inputs })
            }
            Err(error) => {
                remove_made(&made);
                Err(Error::unusable_output(root, error))
            }
        }
    }

    /// Appends the lines of one unit of work.
    ///
    /// # Errors
    /// [`Error::File`] if they cannot be written.
    pub(crate) fn write(&mut self, rows: &Rows) -> Result<(), Error> {
        self.documents.write(&rows.documents)?;
        self.rejected.write(&rows.rejected)?;
        self.changes.write(&rows.changes)?;
        self.failed.write(&rows.failed)
    }

    /// Appends one input to the list.
    ///
    /// # Errors
    /// [`Error::File`] if it cannot be written.
    pub(crate) fn write_input(&mut self, input: &InputEntry) -> Result<(), Error> {
        let mut line = serde_json::to_vec(input).expect("plain data is JSON");
        line.push(b'\n');
        self.inputs.write(&line)
    }

    /// Gives all files their names; the manifest comes last, and says that the run is complete.
    ///
    /// # Errors
    /// [`Error::File`] if a file cannot be written or renamed.
    pub(crate) fn complete(self, manifest: &Manifest<'_>) -> Result<(), Error> {
        let Self { root, made: _, lock: _lock, documents, rejected, changes, failed, inputs } = self;
        let inputs_path = inputs.path.clone();
        inputs.close()?;
        let mut target = PartialFile::create(&root.join(MANIFEST))?;
        let list = File::open(&inputs_path).map_err(|source| Error::file("read", &inputs_path, source))?;
        let written = manifest.write(&mut target.writer, BufReader::new(list).lines());
        written.map_err(|source| Error::file("write", &target.path, source))?;
        remove(&root.join(MANIFEST))?;
        for folder in FOLDERS {
            remove_stale_shards(&root.join(folder))?;
        }
        for file in [documents, rejected, changes, failed] {
            file.complete()?;
        }
        remove(&inputs_path)?;
        target.complete()
    }

    /// Takes the unfinished files away; what stood in the folder before stays as it was.
    pub(crate) fn abandon(self) {
        for file in [self.documents, self.rejected, self.changes, self.failed, self.inputs] {
            file.abandon();
        }
        remove_made(&self.made);
    }
}

/// Locks an output folder against other runs, so that they do not write into each other's files.
///
/// # Errors
/// [`Error::Output`] if another run has it.
fn lock(root: &Path) -> Result<Option<File>, Error> {
    // Not every system can open or lock a folder; there is no lock then.
    let Ok(folder) = File::open(root) else { return Ok(None) };
    match folder.try_lock() {
        Ok(()) => Ok(Some(folder)),
        Err(TryLockError::WouldBlock) => {
            let hint = "wait until that run is done, or name another folder with `-o`";
            Err(Error::output(root, "is being written by another run", hint))
        }
        Err(TryLockError::Error(_)) => Ok(None),
    }
}

/// Makes a folder and those above it, and adds the new ones to `made`.
fn create_folder(path: &Path, made: &mut Vec<PathBuf>) -> Result<(), Error> {
    if path.as_os_str().is_empty() || path.is_dir() {
        return Ok(());
    }
    if let Some(above) = path.parent() {
        create_folder(above, made)?;
    }
    match fs::create_dir(path) {
        Ok(()) => made.push(path.to_owned()),
        // Another run was faster.
        Err(_) if path.is_dir() => {}
        Err(source) => return Err(Error::file("create", path, source)),
    }
    Ok(())
}

/// Removes the folders of [`create_folder`], but those that hold something by now.
fn remove_made(made: &[PathBuf]) {
    for folder in made.iter().rev() {
        let _ = fs::remove_dir(folder);
    }
}

/// All files under their temporary names, or none.
fn create_files<const N: usize>(complete_paths: [&Path; N]) -> Result<[PartialFile; N], Error> {
    let mut files = Vec::with_capacity(N);
    for path in complete_paths {
        match PartialFile::create(path) {
            Ok(file) => files.push(file),
            Err(error) => {
                files.into_iter().for_each(PartialFile::abandon);
                return Err(error);
            }
        }
    }
    Ok(files.try_into().ok().expect("each path has its file"))
}

fn remove(path: &Path) -> Result<(), Error> {
    match fs::remove_file(path) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(source) => Err(Error::file("remove", path, source)),
    }
}

/// Removes the shards of an earlier run.
fn remove_stale_shards(folder: &Path) -> Result<(), Error> {
    let entries = fs::read_dir(folder).map_err(|source| Error::file("read", folder, source))?;
    for entry in entries {
        let path = entry.map_err(|source| Error::file("read", folder, source))?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let number = name.strip_prefix("part-").and_then(|rest| rest.strip_suffix(".jsonl")).unwrap_or_default();
        if !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) {
            remove(&path)?;
        }
    }
    Ok(())
}

/// A file under its temporary name.
struct PartialFile {
    path: PathBuf,
    complete_path: PathBuf,
    writer: BufWriter<File>,
}

impl PartialFile {
    fn create(complete_path: &Path) -> Result<Self, Error> {
        let mut name = complete_path.as_os_str().to_owned();
        name.push(PARTIAL);
        let path = PathBuf::from(name);
        let file = File::create(&path).map_err(|source| Error::file("create", &path, source))?;
        Ok(Self { path, complete_path: complete_path.to_owned(), writer: BufWriter::new(file) })
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.writer.write_all(bytes).map_err(|source| Error::file("write", &self.path, source))
    }

    /// Writes everything out and closes the file.
    fn close(self) -> Result<(), Error> {
        let path = self.path;
        let file = self.writer.into_inner().map_err(|error| Error::file("write", &path, error.into_error()))?;
        file.sync_all().map_err(|source| Error::file("write", &path, source))
    }

    /// Takes the file away.
    fn abandon(self) {
        // Nothing better can be done about a file that cannot be removed.
        let _ = fs::remove_file(&self.path);
    }

    fn complete(self) -> Result<(), Error> {
        let (path, complete_path) = (self.path.clone(), self.complete_path.clone());
        self.close()?;
        fs::rename(&path, &complete_path).map_err(|source| Error::file("rename", &path, source))
    }
}

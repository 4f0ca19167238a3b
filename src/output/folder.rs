//! The output folder: written under temporary names, renamed when complete.

use std::fs::{self, File, TryLockError};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::manifest::{InputEntry, Manifest, RunIdentity};
use super::names::{FAILED, FOLDERS, MANIFEST, PARTIAL};
use super::owner::{self, Overwrite};
use super::rows::Rows;
use crate::digest::Sha256Stream;
use crate::error::Error;
use crate::input::Inputs;

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
    /// Of what was written to `failed`.
    failed_digest: Sha256Stream,
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
            owner::check(root, identity, inputs).map_err(|error| broken_off(root).unwrap_or(error))?;
        }
        let mut made = Vec::new();
        let locked = create_folder(root, &mut made)
            .map_err(|error| Error::unusable_output(root, error))
            .and_then(|()| lock(root));
        let lock = locked.inspect_err(|_| remove_made(&made))?;
        let paths = shards(root);
        let [documents, rejected, changes] = &paths;
        let folders = FOLDERS.iter().try_for_each(|folder| create_folder(&root.join(folder), &mut made));
        let files =
            folders.and_then(|()| create_files([documents, rejected, changes, &root.join(FAILED), &root.join(INPUTS)]));
        match files {
            Ok([documents, rejected, changes, failed, inputs]) => Ok(Self {
                root: root.to_owned(),
                made,
                lock,
                documents,
                rejected,
                changes,
                failed,
                failed_digest: Sha256Stream::default(),
                inputs,
            }),
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
        self.failed_digest.update(&rows.failed);
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

    /// Gives all files their names; the manifest comes last, and says that the run is complete. The output
    /// that stood there goes only when everything is on disk.
    ///
    /// # Errors
    /// [`Error::File`] if a file cannot be written: then what stood in the folder stays as it was. The same
    /// if one cannot be renamed: then there is no manifest, and the files remain as far as they came.
    pub(crate) fn complete(self, manifest: Manifest<'_>) -> Result<(), Error> {
        let Self { root, made, lock: _lock, documents, rejected, changes, failed, failed_digest, inputs } = self;
        let manifest = manifest.with_failed(failed_digest.finish());
        let written = [documents, rejected, changes, failed, inputs].map(PartialFile::close);
        let closed = written.into_iter().collect::<Result<Vec<Renaming>, Error>>();
        let closed = closed.and_then(|files| {
            let target = write_manifest(&root, &manifest)?;
            Ok((files, target))
        });
        let (files, target) = match closed {
            Ok(closed) => closed,
            Err(error) => {
                for path in shards(&root).into_iter().chain([FAILED, INPUTS, MANIFEST].map(|name| root.join(name))) {
                    let _ = fs::remove_file(partial(&path));
                }
                remove_made(&made);
                return Err(error);
            }
        };
        // Between here and the last step there is no manifest: a crash leaves what is seen to be incomplete.
        remove(&root.join(MANIFEST))?;
        sync_folder(&root);
        for folder in FOLDERS {
            remove_stale_shards(&root.join(folder))?;
        }
        for file in files.iter().filter(|file| file.complete_path != root.join(INPUTS)) {
            file.rename()?;
        }
        remove(&partial(&root.join(INPUTS)))?;
        for folder in FOLDERS {
            sync_folder(&root.join(folder));
        }
        sync_folder(&root);
        target.rename()?;
        sync_folder(&root);
        Ok(())
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

/// The files of [`FOLDERS`].
fn shards(root: &Path) -> [PathBuf; 3] {
    FOLDERS.map(|folder| root.join(folder).join(SHARD))
}

/// What is said of a folder whose manifest is written, but has no name yet: a run broke off while its files
/// were renamed.
fn broken_off(root: &Path) -> Option<Error> {
    let manifest = root.join(MANIFEST);
    let is_broken_off = !manifest.exists() && partial(&manifest).exists();
    let reason = "holds the output of a run that broke off just before its end, and is not complete";
    is_broken_off
        .then(|| Error::output(root, reason, "run it again with `--overwrite`, or name another folder with `-o`"))
}

/// The whole manifest under its temporary name. The list of inputs must be closed.
fn write_manifest(root: &Path, manifest: &Manifest<'_>) -> Result<Renaming, Error> {
    let list_path = partial(&root.join(INPUTS));
    let list = File::open(&list_path).map_err(|source| Error::file("read", &list_path, source))?;
    let mut target = PartialFile::create(&root.join(MANIFEST))?;
    let written = manifest.write(&mut target.writer, BufReader::new(list).lines());
    written.map_err(|source| Error::file("write", &target.path, source))?;
    target.close()
}

/// Makes renames and removals in a folder last. Not every system can; then it is up to the system.
fn sync_folder(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
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
        let path = partial(complete_path);
        let file = File::create(&path).map_err(|source| Error::file("create", &path, source))?;
        Ok(Self { path, complete_path: complete_path.to_owned(), writer: BufWriter::new(file) })
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.writer.write_all(bytes).map_err(|source| Error::file("write", &self.path, source))
    }

    /// Writes everything out to the disk and closes the file.
    fn close(self) -> Result<Renaming, Error> {
        let Self { path, complete_path, writer } = self;
        let file = writer.into_inner().map_err(|error| Error::file("write", &path, error.into_error()))?;
        file.sync_all().map_err(|source| Error::file("write", &path, source))?;
        Ok(Renaming { path, complete_path })
    }

    /// Takes the file away.
    fn abandon(self) {
        // Nothing better can be done about a file that cannot be removed.
        let _ = fs::remove_file(&self.path);
    }
}

/// A file that is complete, but for its name.
struct Renaming {
    path: PathBuf,
    complete_path: PathBuf,
}

impl Renaming {
    fn rename(&self) -> Result<(), Error> {
        fs::rename(&self.path, &self.complete_path).map_err(|source| Error::file("rename", &self.path, source))
    }
}

/// The temporary name of a file.
fn partial(complete_path: &Path) -> PathBuf {
    let mut name = complete_path.as_os_str().to_owned();
    name.push(PARTIAL);
    PathBuf::from(name)
}

//! A temporary folder, the command run in it, and what the command wrote there.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// A folder that goes away with its test.
pub(crate) struct Scratch {
    folder: TempDir,
}

/// What a command said and how it ended.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Scratch {
    pub(crate) fn new() -> Self {
        Self { folder: TempDir::new().expect("there is room for a folder") }
    }

    pub(crate) fn root(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn path(&self, name: impl AsRef<OsStr>) -> PathBuf {
        self.root().join(Path::new(name.as_ref()))
    }

    /// Writes a file, and the folders it lies in.
    pub(crate) fn write(&self, name: impl AsRef<OsStr>, bytes: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("below the root")).expect("folders can be made");
        fs::write(path, bytes).expect("files can be written");
    }

    /// The command, to be run in this folder.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_scutch"));
        command.args(arguments).current_dir(self.root());
        command
    }

    pub(crate) fn scutch(&self, arguments: &[&str]) -> Ran {
        self.scutch_fed(arguments, b"")
    }

    pub(crate) fn scutch_fed(&self, arguments: &[&str], stdin: &[u8]) -> Ran {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the command was built");
        let mut pipe = child.stdin.take().expect("piped");
        let output = std::thread::scope(|scope| {
            // A command that does not read its input closes the pipe, which is its right.
            scope.spawn(move || drop(pipe.write_all(stdin)));
            child.wait_with_output().expect("the command ends")
        });
        Ran {
            code: output.status.code().expect("the command is not killed"),
            stdout: String::from_utf8(output.stdout).expect("output is UTF-8"),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// The content of every file below a folder, by its path in it.
    pub(crate) fn tree(&self, folder: &str) -> BTreeMap<String, Vec<u8>> {
        let mut tree = BTreeMap::new();
        collect(&self.path(folder), "", &mut tree);
        tree
    }

    /// What a run wrote into a folder.
    pub(crate) fn output(&self, folder: &str) -> Output {
        let part = |name: &str| {
            let mut rows = Vec::new();
            for (path, bytes) in self.tree(&format!("{folder}/{name}")) {
                assert!(path.strip_suffix(".jsonl").is_some(), "{path} is not complete");
                rows.extend(rows_of(&bytes));
            }
            rows
        };
        let read = |name: &str| fs::read(self.path(folder).join(name)).expect("the run is complete");
        Output {
            documents: part("documents"),
            rejected: part("rejected"),
            changes: part("changes"),
            failed: rows_of(&read("failed.jsonl")),
            manifest: serde_json::from_slice(&read("manifest.json")).expect("the manifest is JSON"),
        }
    }
}

fn collect(folder: &Path, prefix: &str, tree: &mut BTreeMap<String, Vec<u8>>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries {
        let entry = entry.expect("the folder can be read");
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            collect(&entry.path(), &format!("{name}/"), tree);
        } else {
            tree.insert(name, fs::read(entry.path()).expect("the file can be read"));
        }
    }
}

/// The rows of a file of JSON lines.
pub(crate) fn rows_of(lines: &[u8]) -> Vec<Value> {
    let text = std::str::from_utf8(lines).expect("output is UTF-8");
    text.lines().map(|line| serde_json::from_str(line).expect("every line is JSON")).collect()
}

/// Everything that a run wrote.
pub(crate) struct Output {
    pub(crate) documents: Vec<Value>,
    pub(crate) rejected: Vec<Value>,
    pub(crate) changes: Vec<Value>,
    pub(crate) failed: Vec<Value>,
    pub(crate) manifest: Value,
}

impl Output {
    /// The clean text of each kept document, by its file and record.
    pub(crate) fn texts(&self) -> BTreeMap<(String, u64), String> {
        let texts = self.documents.iter().map(|row| (place(&row["metadata"]), string(&row["text"])));
        texts.collect()
    }

    /// Asserts that everything read is in one place, by the manifest and by the rows.
    pub(crate) fn assert_reconciled(&self) {
        let tally = |name: &str| {
            let entry = &self.manifest[name];
            (number(&entry["documents"]), number(&entry["bytes"]))
        };
        let sum = |rows: &[Value], status: &str| {
            let of_status = rows.iter().filter(|row| row["metadata"]["status"] == status);
            of_status.fold((0, 0), |(count, bytes), row| (count + 1, bytes + number(&row["metadata"]["raw_length"])))
        };
        let failed = self.failed.iter().fold((0, 0), |(n, bytes), row| (n + 1, bytes + number(&row["raw_length"])));
        assert_eq!(tally("kept"), sum(&self.documents, "kept"));
        assert_eq!(tally("rejected"), sum(&self.rejected, "rejected"));
        assert_eq!(tally("duplicate"), sum(&self.rejected, "duplicate"));
        assert_eq!(tally("failed"), failed);
        let parts = [tally("kept"), tally("rejected"), tally("duplicate"), tally("failed")];
        let total = parts.iter().fold((0, 0), |total, part| (total.0 + part.0, total.1 + part.1));
        assert_eq!(tally("read"), total, "read = kept + rejected + duplicate + failed");
        let edits: u64 =
            self.documents.iter().chain(&self.rejected).map(|row| number(&row["metadata"]["n_edits"])).sum();
        assert_eq!(self.changes.len() as u64, edits, "every edit is a line of changes/");
        let inputs = self.manifest["inputs"].as_array().expect("a list");
        assert_eq!(inputs.iter().map(|input| number(&input["documents"])).sum::<u64>(), total.0);
        assert_eq!(
            self.documents.len() + self.rejected.len() + self.failed.len(),
            usize::try_from(total.0).expect("few")
        );
    }
}

/// File and record of a row of `failed.jsonl`, or of a document's metadata.
pub(crate) fn place(row: &Value) -> (String, u64) {
    (string(&row["raw_path"]), number(&row["raw_record"]))
}

pub(crate) fn string(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is not a string")).to_owned()
}

pub(crate) fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("{value} is not a count"))
}

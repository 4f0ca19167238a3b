//! The lines of an output, read ahead by as much as is needed to find one's way.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use super::{Key, Problem};
use crate::error::Error;

/// The lines of the shards of one output, with a look at the next two.
pub(super) struct Lines {
    files: std::vec::IntoIter<PathBuf>,
    current: Option<(PathBuf, BufReader<File>)>,
    /// Lines read ahead.
    ahead: VecDeque<Vec<u8>>,
    number: u64,
    /// The place of the record on the next line, once it was looked for.
    pub(super) next_key: Option<Key>,
    /// Files that do not end as they were written, or cannot be read to their end.
    pub(super) faults: Vec<Problem>,
}

impl Lines {
    pub(super) fn open(folder: &Path, part: &str) -> Result<Self, Error> {
        let folder = folder.join(part);
        let fault = |source| Error::file("read", &folder, source);
        let mut files = Vec::new();
        for entry in std::fs::read_dir(&folder).map_err(fault)? {
            let path = entry.map_err(fault)?.path();
            if path.extension().is_some_and(|extension| extension == "jsonl") {
                files.push(path);
            }
        }
        files.sort();
        Ok(Self::of_files(files))
    }

    pub(super) fn of_file(path: PathBuf) -> Result<Self, Error> {
        std::fs::metadata(&path).map_err(|source| Error::file("read", &path, source))?;
        Ok(Self::of_files(vec![path]))
    }

    fn of_files(files: Vec<PathBuf>) -> Self {
        Self {
            files: files.into_iter(),
            current: None,
            ahead: VecDeque::new(),
            number: 0,
            next_key: None,
            faults: Vec::new(),
        }
    }

    /// Reads one line more, without its line end. A file that cannot be read ends, and is a fault.
    fn read_line(&mut self) -> Option<Vec<u8>> {
        loop {
            if self.current.is_none() {
                let path = self.files.next()?;
                self.number = 0;
                match File::open(&path) {
                    Ok(file) => self.current = Some((path, BufReader::new(file))),
                    Err(error) => {
                        self.faults.push(fault(&path, &format!("cannot be read: {error}")));
                        continue;
                    }
                }
            }
            let (path, reader) = self.current.as_mut()?;
            let mut line = Vec::new();
            if let Err(error) = reader.read_until(b'\n', &mut line) {
                self.faults.push(fault(path, &format!("cannot be read: {error}")));
            }
            if line.is_empty() {
                self.current = None;
                continue;
            }
            if line.pop_if(|byte| *byte == b'\n').is_none() {
                self.faults.push(fault(path, "its last line has no line end"));
            }
            self.number += 1;
            return Some(line);
        }
    }

    pub(super) fn peek(&mut self) -> Option<&[u8]> {
        if self.ahead.is_empty() {
            let line = self.read_line()?;
            self.ahead.push_back(line);
        }
        self.ahead.front().map(Vec::as_slice)
    }

    /// The line behind the next one.
    pub(super) fn peek_second(&mut self) -> Option<&[u8]> {
        self.peek()?;
        if self.ahead.len() < 2 {
            let line = self.read_line()?;
            self.ahead.push_back(line);
        }
        self.ahead.get(1).map(Vec::as_slice)
    }

    pub(super) fn advance(&mut self) -> Option<Vec<u8>> {
        self.peek()?;
        self.next_key = None;
        self.ahead.pop_front()
    }

    /// File and number of the line read last.
    pub(super) fn place(&self) -> String {
        let name = self.current.as_ref().map(|(path, _)| path.display().to_string()).unwrap_or_default();
        format!("{name}:{}", self.number)
    }
}

fn fault(path: &Path, reason: &str) -> Problem {
    Problem { document: path.display().to_string(), reason: reason.to_owned() }
}

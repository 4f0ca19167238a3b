//! Corpora of made-up text in any size, and what the command takes to read them.

use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::ops::RangeInclusive;
use std::path::Path;
use std::process::{Command, Stdio};

use super::watch::{Used, watch};

/// Sentences whose words the text is made of.
const SENTENCES: &str = include_str!("../../rules/gold/en.txt");

/// The sizes in megabytes that are given as arguments, or these if none is.
pub(crate) fn sizes(default: &[u64]) -> Vec<u64> {
    let given: Vec<u64> = std::env::args().skip(1).filter_map(|argument| argument.parse().ok()).collect();
    if given.is_empty() { default.to_vec() } else { given }
}

/// The words of [`SENTENCES`], as often as they stand there.
pub(crate) fn words() -> Vec<&'static str> {
    SENTENCES.split(|c: char| !c.is_ascii_lowercase()).filter(|word| !word.is_empty()).collect()
}

/// Writes `in/corpus.jsonl`, of at least so many bytes. `record` writes the record with a number, without its line feed,
/// into an empty string.
pub(crate) fn write(folder: &Path, bytes: u64, mut record: impl FnMut(&mut String, u64)) {
    fs::create_dir(folder.join("in")).expect("a new folder");
    let mut file = BufWriter::new(File::create(folder.join("in/corpus.jsonl")).expect("a new file"));
    let (mut written, mut line, mut number) = (0, String::new(), 0);
    while written < bytes {
        line.clear();
        record(&mut line, number);
        line.push('\n');
        file.write_all(line.as_bytes()).expect("room on the disk");
        written += line.len() as u64;
        number += 1;
    }
    file.flush().expect("room on the disk");
}

/// Runs a command of scutch on `in/` and writes to the folder `output`.
pub(crate) fn run(command: &str, folder: &Path, output: &str) -> Used {
    let mut process = Command::new(env!("CARGO_BIN_EXE_scutch"));
    process.arg(command).arg(folder.join("in")).arg("-o").arg(folder.join(output));
    let mut child = process.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("scutch starts");
    let used = watch(&child);
    let status = child.wait().expect("it was started");
    assert!(status.success(), "{command} ends with {status}");
    used
}

/// Numbers that look random and are the same in every run: `SplitMix64` (Steele, Lea, Flood 2014).
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn within(&mut self, range: RangeInclusive<u64>) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        range.start() + (mixed ^ (mixed >> 31)) % (range.end() - range.start() + 1)
    }

    /// One of `words`.
    pub(crate) fn word<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[usize::try_from(self.within(0..=words.len() as u64 - 1)).expect("an index")]
    }
}

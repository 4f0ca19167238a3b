//! The whole program over clean English: `cargo bench --bench ingest -- [MEGABYTES...]` (default: 200 400).
//!
//! Prints CPU-seconds, megabytes per CPU-second and peak memory of `scutch ingest` over one file of JSONL with
//! records of 4 KB. Linux alone tells these of a process that has ended (`/proc`).

mod process;
#[path = "process/watch.rs"]
mod watch;

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use watch::{Used, watch};

/// Sizes in megabytes if none is given: those of the throughput goal.
const SIZES: [u64; 2] = [200, 400];
/// Bytes of text of one record.
const RECORD_BYTES: usize = 4096;
/// Bytes of one paragraph, least and most.
const PARAGRAPH_BYTES: std::ops::RangeInclusive<u64> = 150..=700;
/// Sentences whose words the text is made of.
const SENTENCES: &str = include_str!("../rules/gold/en.txt");

#[expect(clippy::print_stdout, reason = "the table is what the program is for")]
fn main() {
    let given: Vec<u64> = std::env::args().skip(1).filter_map(|argument| argument.parse().ok()).collect();
    let sizes = if given.is_empty() { SIZES.to_vec() } else { given };
    println!("{:>8}  {:>12}  {:>16}  {:>8}", "input MB", "CPU-seconds", "MB/CPU-second", "peak MB");
    for size in sizes {
        let folder = tempfile::tempdir().expect("a temporary folder");
        write_corpus(folder.path(), size * 1_000_000);
        let used = run(folder.path());
        let seconds = used.cpu.as_secs_f64();
        #[expect(clippy::cast_precision_loss, reason = "a few hundred")]
        let rate = size as f64 / seconds;
        println!("{size:>8}  {seconds:>12.2}  {rate:>16.1}  {:>8}", used.peak_kilobytes / 1000);
    }
}

fn run(folder: &Path) -> Used {
    let mut command = Command::new(env!("CARGO_BIN_EXE_scutch"));
    command.arg("ingest").arg(folder.join("in")).arg("-o").arg(folder.join("out"));
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("scutch starts");
    let used = watch(&child);
    let status = child.wait().expect("it was started");
    assert!(status.success(), "ingest ends with {status}");
    used
}

/// Writes `in/corpus.jsonl`: paragraphs of sentences of words as frequent as in [`SENTENCES`].
fn write_corpus(folder: &Path, bytes: u64) {
    let words: Vec<&str> = SENTENCES.split(|c: char| !c.is_ascii_lowercase()).filter(|word| !word.is_empty()).collect();
    fs::create_dir(folder.join("in")).expect("a new folder");
    let mut file = BufWriter::new(File::create(folder.join("in/corpus.jsonl")).expect("a new file"));
    let mut random = Random(1);
    let (mut written, mut line, mut id) = (0, String::new(), 0);
    while written < bytes {
        line.clear();
        write!(line, "{{\"id\":\"{id}\",\"text\":\"").expect("memory");
        while line.len() < RECORD_BYTES {
            if !line.ends_with('"') {
                line.push_str("\\n\\n");
            }
            paragraph(&mut line, &words, &mut random);
        }
        line.push_str("\"}\n");
        file.write_all(line.as_bytes()).expect("room on the disk");
        written += line.len() as u64;
        id += 1;
    }
    file.flush().expect("room on the disk");
}

fn paragraph(text: &mut String, words: &[&str], random: &mut Random) {
    /// Words of a sentence, least and most.
    const SENTENCE_WORDS: std::ops::RangeInclusive<u64> = 6..=20;
    let end = text.len() as u64 + random.within(PARAGRAPH_BYTES);
    while (text.len() as u64) < end {
        for index in 0..random.within(SENTENCE_WORDS) {
            let word = words[usize::try_from(random.within(0..=words.len() as u64 - 1)).expect("an index")];
            if index > 0 {
                text.push(' ');
            }
            let start = text.len();
            text.push_str(word);
            if index == 0 {
                text.get_mut(start..=start).expect("words are ASCII").make_ascii_uppercase();
            }
        }
        text.push_str(". ");
    }
    text.pop();
}

/// Numbers that look random and are the same in every run: `SplitMix64` (Steele, Lea, Flood 2014).
struct Random(u64);

impl Random {
    fn within(&mut self, range: std::ops::RangeInclusive<u64>) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        range.start() + (mixed ^ (mixed >> 31)) % (range.end() - range.start() + 1)
    }
}

//! Learning rules: `cargo bench --bench learn -- [MEGABYTES...]` (default: 100 1000).
//!
//! Prints CPU-seconds, megabytes per CPU-second, peak memory and the number of rules of `scutch learn` over one file of
//! JSONL: pages of sites, each page with an article of its own and the furniture of its site. Memory must not grow
//! with the corpus. Linux alone tells it (`/proc`).

mod process;
#[path = "process/watch.rs"]
mod watch;

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use watch::{Used, watch};

/// Sizes in megabytes if none is given.
const SIZES: [u64; 2] = [100, 1000];
/// Pages of one site.
const SITE_PAGES: u64 = 500;
/// Lines of furniture of a site.
const FURNITURE: u64 = 20;
/// Paragraphs of an article.
const PARAGRAPHS: u64 = 12;
/// Words of a paragraph, least and most: nearly all lines are short enough to be learned.
const PARAGRAPH_WORDS: std::ops::RangeInclusive<u64> = 8..=60;
/// Sentences whose words the text is made of.
const SENTENCES: &str = include_str!("../rules/gold/en.txt");

#[expect(clippy::print_stdout, reason = "the table is what the program is for")]
fn main() {
    let given: Vec<u64> = std::env::args().skip(1).filter_map(|argument| argument.parse().ok()).collect();
    let sizes = if given.is_empty() { SIZES.to_vec() } else { given };
    println!("{:>8}  {:>11}  {:>13}  {:>8}  {:>6}", "input MB", "CPU-seconds", "MB/CPU-second", "peak MB", "rules");
    for size in sizes {
        let folder = tempfile::tempdir().expect("a temporary folder");
        write_corpus(folder.path(), size * 1_000_000);
        let used = run(folder.path());
        let seconds = used.cpu.as_secs_f64();
        #[expect(clippy::cast_precision_loss, reason = "a few hundred")]
        let rate = size as f64 / seconds;
        let peak = used.peak_kilobytes / 1000;
        println!("{size:>8}  {seconds:>11.2}  {rate:>13.1}  {peak:>8}  {:>6}", rules(&folder.path().join("learned")));
    }
}

fn run(folder: &Path) -> Used {
    let mut command = Command::new(env!("CARGO_BIN_EXE_scutch"));
    command.arg("learn").arg(folder.join("in")).arg("-o").arg(folder.join("learned"));
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("scutch starts");
    let used = watch(&child);
    let status = child.wait().expect("it was started");
    assert!(status.success(), "learn ends with {status}");
    used
}

/// Number of rules in the files of a folder.
fn rules(folder: &Path) -> usize {
    let files = fs::read_dir(folder).expect("rules were learned");
    let texts = files.filter_map(|file| fs::read_to_string(file.ok()?.path()).ok());
    texts.map(|text| text.matches("[[rule]]").count()).sum()
}

/// Writes `in/corpus.jsonl`.
fn write_corpus(folder: &Path, bytes: u64) {
    let words: Vec<&str> = SENTENCES.split(|c: char| !c.is_ascii_lowercase()).filter(|word| !word.is_empty()).collect();
    fs::create_dir(folder.join("in")).expect("a new folder");
    let mut file = BufWriter::new(File::create(folder.join("in/corpus.jsonl")).expect("a new file"));
    let mut random = Random(1);
    let (mut written, mut line, mut page) = (0, String::new(), 0);
    while written < bytes {
        line.clear();
        let site = page / SITE_PAGES;
        write!(line, "{{\"url\":\"https://site{site}.example/{page}\",\"text\":\"").expect("memory");
        furniture(&mut line, &words, site, 0..FURNITURE / 2);
        for _ in 0..PARAGRAPHS {
            let count = random.within(PARAGRAPH_WORDS);
            sentence(&mut line, &words, &mut random, count);
            line.push_str(".\\n\\n");
        }
        furniture(&mut line, &words, site, FURNITURE / 2..FURNITURE);
        line.push_str("\"}\n");
        file.write_all(line.as_bytes()).expect("room on the disk");
        written += line.len() as u64;
        page += 1;
    }
    file.flush().expect("room on the disk");
}

/// Some lines of the furniture of a site.
fn furniture(text: &mut String, words: &[&str], site: u64, lines: std::ops::Range<u64>) {
    for line in lines {
        sentence(text, words, &mut Random(site * FURNITURE + line), 4);
        text.push_str("\\n");
    }
}

fn sentence(text: &mut String, words: &[&str], random: &mut Random, count: u64) {
    for index in 0..count {
        if index > 0 {
            text.push(' ');
        }
        text.push_str(words[usize::try_from(random.within(0..=words.len() as u64 - 1)).expect("an index")]);
    }
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

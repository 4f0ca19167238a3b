//! Learning rules: `cargo bench --bench learn -- [MEGABYTES...]` (default: 100 1000).
//!
//! Prints CPU-seconds, megabytes per CPU-second, peak memory and the number of rules of `scutch learn` over one file of
//! JSONL: pages of sites, each page with an article of its own and the furniture of its site. Memory must not grow
//! with the corpus. Linux alone tells it (`/proc`).

#[path = "process/corpus.rs"]
mod corpus;
mod process;
#[path = "process/watch.rs"]
mod watch;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use corpus::Random;

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

#[expect(clippy::print_stdout, reason = "the table is what the program is for")]
fn main() {
    println!("{:>8}  {:>11}  {:>13}  {:>8}  {:>6}", "input MB", "CPU-seconds", "MB/CPU-second", "peak MB", "rules");
    for size in corpus::sizes(&SIZES) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        write_corpus(folder.path(), size * 1_000_000);
        let used = corpus::run("learn", folder.path(), "learned");
        let seconds = used.cpu.as_secs_f64();
        #[expect(clippy::cast_precision_loss, reason = "a few hundred")]
        let rate = size as f64 / seconds;
        let peak = used.peak_kilobytes / 1000;
        println!("{size:>8}  {seconds:>11.2}  {rate:>13.1}  {peak:>8}  {:>6}", rules(&folder.path().join("learned")));
    }
}

/// Number of rules in the files of a folder.
fn rules(folder: &Path) -> usize {
    let files = fs::read_dir(folder).expect("rules were learned");
    let texts = files.filter_map(|file| fs::read_to_string(file.ok()?.path()).ok());
    texts.map(|text| text.matches("[[rule]]").count()).sum()
}

/// Writes pages of sites.
fn write_corpus(folder: &Path, bytes: u64) {
    let (words, mut random) = (corpus::words(), Random(1));
    corpus::write(folder, bytes, |line, page| {
        let site = page / SITE_PAGES;
        write!(line, "{{\"url\":\"https://site{site}.example/{page}\",\"text\":\"").expect("memory");
        furniture(line, &words, site, 0..FURNITURE / 2);
        for _ in 0..PARAGRAPHS {
            let count = random.within(PARAGRAPH_WORDS);
            sentence(line, &words, &mut random, count);
            line.push_str(".\\n\\n");
        }
        furniture(line, &words, site, FURNITURE / 2..FURNITURE);
        line.push_str("\"}");
    });
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
        text.push_str(random.word(words));
    }
}

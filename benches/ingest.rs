//! The whole program over clean English: `cargo bench --bench ingest -- [MEGABYTES...]` (default: 200 400).
//!
//! Prints CPU-seconds, megabytes per CPU-second and peak memory of `scutch ingest` over one file of JSONL with
//! records of 4 KB. Linux alone tells these of a process that has ended (`/proc`).

#[path = "process/corpus.rs"]
mod corpus;
mod process;
#[path = "process/watch.rs"]
mod watch;

use std::fmt::Write as _;
use std::path::Path;

use corpus::Random;

/// Sizes in megabytes if none is given: those of the throughput goal.
const SIZES: [u64; 2] = [200, 400];
/// Bytes of text of one record.
const RECORD_BYTES: usize = 4096;
/// Bytes of one paragraph, least and most.
const PARAGRAPH_BYTES: std::ops::RangeInclusive<u64> = 150..=700;

#[expect(clippy::print_stdout, reason = "the table is what the program is for")]
fn main() {
    println!("{:>8}  {:>12}  {:>16}  {:>8}", "input MB", "CPU-seconds", "MB/CPU-second", "peak MB");
    for size in corpus::sizes(&SIZES) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        write_corpus(folder.path(), size * 1_000_000);
        let used = corpus::run("ingest", folder.path(), "out");
        let seconds = used.cpu.as_secs_f64();
        #[expect(clippy::cast_precision_loss, reason = "a few hundred")]
        let rate = size as f64 / seconds;
        println!("{size:>8}  {seconds:>12.2}  {rate:>16.1}  {:>8}", used.peak_kilobytes / 1000);
    }
}

/// Writes paragraphs of sentences.
fn write_corpus(folder: &Path, bytes: u64) {
    let (words, mut random) = (corpus::words(), Random(1));
    corpus::write(folder, bytes, |line, id| {
        write!(line, "{{\"id\":\"{id}\",\"text\":\"").expect("memory");
        while line.len() < RECORD_BYTES {
            if !line.ends_with('"') {
                line.push_str("\\n\\n");
            }
            paragraph(line, &words, &mut random);
        }
        line.push_str("\"}");
    });
}

fn paragraph(text: &mut String, words: &[&str], random: &mut Random) {
    /// Words of a sentence, least and most.
    const SENTENCE_WORDS: std::ops::RangeInclusive<u64> = 6..=20;
    let end = text.len() as u64 + random.within(PARAGRAPH_BYTES);
    while (text.len() as u64) < end {
        for index in 0..random.within(SENTENCE_WORDS) {
            let word = random.word(words);
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

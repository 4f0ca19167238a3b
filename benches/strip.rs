//! Speed of the stage `strip` alone on made-up pages: `cargo bench --bench strip`.
//!
//! Prints megabytes of text per CPU-second on one thread, for the full text of pages and for articles alone, with the
//! line model and without. The fastest of several rounds counts. Linux alone tells the CPU time of a process.
//!
//! Texts of your own: `cargo bench --bench strip -- my/texts.jsonl`, each line a JSON object with a `text`.

#[path = "process/corpus.rs"]
#[expect(dead_code, reason = "nothing is written, and no command is run")]
mod corpus;
#[path = "texts/pages.rs"]
mod pages;
mod process;
#[path = "process/watch.rs"]
#[expect(dead_code, reason = "no other process is watched")]
mod watch;

use std::path::Path;
use std::time::Duration;

use corpus::Random;
use scutch::{Config, Packs, Pipeline, Source};

/// Texts of each kind.
const TEXTS: usize = 2000;
/// Rounds, of which the fastest counts.
const ROUNDS: usize = 5;
/// Bytes of a round, at least: CPU time comes in hundredths of a second.
const BYTES: usize = 16_000_000;

#[expect(clippy::print_stdout, reason = "the table is what the program is for")]
fn main() {
    let (words, mut random) = (corpus::words(), Random(1));
    let pages: Vec<String> = (0..TEXTS).map(|_| pages::page(&words, &mut random)).collect();
    let articles: Vec<String> = (0..TEXTS).map(|_| pages::article(&words, &mut random)).collect();
    println!("{:<10} {:>10} {:>14} {:>14}", "text", "bytes/line", "rules alone", "with the model");
    let mut all = vec![("full page".to_owned(), pages), ("article".to_owned(), articles)];
    // Cargo adds `--bench`.
    let paths: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    if !paths.is_empty() {
        all = paths.into_iter().map(|path| (path.clone(), texts_of(&path))).collect();
    }
    for (name, texts) in &all {
        let bytes: usize = texts.iter().map(String::len).sum();
        let lines: usize = texts.iter().map(|text| text.lines().count()).sum();
        let [alone, with_model] = ["none", "builtin"].map(|model| rate(texts, bytes, model));
        println!("{name:<10} {:>10} {alone:>14.1} {with_model:>14.1}", bytes / lines);
    }
}

/// The texts of a JSONL file.
fn texts_of(path: &str) -> Vec<String> {
    let lines = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("cannot read {path}: {error}"));
    let text_of = |line: &str| {
        let document: serde_json::Value = serde_json::from_str(line).expect("each line is a JSON object");
        document["text"].as_str().expect("each document has a text").to_owned()
    };
    lines.lines().map(text_of).collect()
}

/// Megabytes per CPU-second.
fn rate(texts: &[String], bytes: usize, line_model: &str) -> f64 {
    let mut config = Config { stages: vec!["strip".to_owned()], ..Config::default() };
    line_model.clone_into(&mut config.rules.line_model);
    let (packs, faults) = Packs::load(&config.rules.packs);
    assert!(faults.is_empty(), "{faults:?}");
    let pipeline = Pipeline::new(&config, &packs).expect("the default configuration is valid");
    let clean = |text: &String| drop(pipeline.clean(text.as_bytes(), Source::default()).expect("text"));
    // Patterns are compiled when they are first needed.
    texts.iter().for_each(clean);
    let mut best = Duration::MAX;
    let times = BYTES.div_ceil(bytes);
    for _ in 0..ROUNDS {
        let before = cpu_time();
        (0..times).for_each(|_| texts.iter().for_each(clean));
        best = best.min(cpu_time().saturating_sub(before));
    }
    #[expect(clippy::cast_precision_loss, reason = "a few megabytes")]
    let bytes = (bytes * times) as f64;
    bytes / 1e6 / best.as_secs_f64()
}

fn cpu_time() -> Duration {
    process::status(Path::new("/proc/self")).1
}

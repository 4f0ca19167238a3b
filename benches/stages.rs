//! Speed of the stages, one thread, on text made here: `cargo bench`.
//!
//! Every figure is bytes of raw text in a second. The last line of each group is the whole pipeline.

use divan::Bencher;
use divan::counter::BytesCount;
use scutch::{Config, Packs, Pipeline, STAGES, Source};

/// Bytes of one document, as in the 4 KB records of the throughput goal.
const DOCUMENT_BYTES: usize = 4096;

/// English paragraphs with a curly quote here and there.
fn english() -> String {
    let sentences = [
        "The bridge over the river was opened to traffic again on Monday, ten years after it was closed.",
        "“Nobody believed it would happen,” said the keeper of the lighthouse, who had counted the days.",
        "Repairs took longer than planned because the old piers stood on sand rather than on rock.",
        "A ferry had carried people and goods across the water in the meantime, twice an hour.",
    ];
    let mut text = String::new();
    for (count, sentence) in sentences.iter().cycle().enumerate() {
        if text.len() + sentence.len() > DOCUMENT_BYTES {
            return text;
        }
        text.push_str(sentence);
        text.push_str(if count % 4 == 3 { "\n\n" } else { " " });
    }
    text
}

/// The same with what scrapers leave in: labels, mojibake, doubled white space.
fn dirty() -> String {
    let broken = english().replace('“', "\u{e2}\u{20ac}\u{153}").replace('”', "\u{e2}\u{20ac}\u{9d}");
    format!(
        "Share\n\n{}\n\nAdvertisement\n\nComment\n",
        broken.replace(". ", ".\u{a0} ").replace("\n\n", "\n\nShare\n\n")
    )
}

/// The pipeline with these stages alone.
fn pipeline(stages: &[&str]) -> Pipeline {
    let config = Config { stages: stages.iter().map(|stage| (*stage).to_owned()).collect(), ..Config::default() };
    let (packs, faults) = Packs::load(&config.rules.packs);
    assert!(faults.is_empty(), "{faults:?}");
    Pipeline::new(&config, &packs).expect("the default configuration is valid")
}

fn measure(bencher: Bencher<'_, '_>, stages: &[&str], text: &str) {
    let pipeline = pipeline(stages);
    let clean = || pipeline.clean(text.as_bytes(), Source::default()).expect("text");
    // Tables that are made when first needed are not what is measured.
    drop(clean());
    bencher.counter(BytesCount::of_str(text)).bench(clean);
}

#[divan::bench(args = ["decode", "repair", "strip", "normalize", "annotate"])]
fn clean_english(bencher: Bencher<'_, '_>, stage: &str) {
    measure(bencher, &[stage], &english());
}

#[divan::bench]
fn clean_english_all_stages(bencher: Bencher<'_, '_>) {
    measure(bencher, &STAGES, &english());
}

#[divan::bench(args = ["decode", "repair", "strip", "normalize", "annotate"])]
fn dirty_english(bencher: Bencher<'_, '_>, stage: &str) {
    measure(bencher, &[stage], &dirty());
}

#[divan::bench]
fn dirty_english_all_stages(bencher: Bencher<'_, '_>) {
    measure(bencher, &STAGES, &dirty());
}

fn main() {
    divan::main();
}

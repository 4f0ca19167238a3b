//! Speed of repairs alone, one thread, on text made here: `cargo bench --bench repair`.
//!
//! Clean text of many scripts, the same with one odd pair in the middle of a long document, and
//! text of which one line in twenty is broken.

mod texts;

use divan::Bencher;
use divan::counter::BytesCount;
use scutch::stages::repair::{RepairOptions, Repairer};

use texts::{LANGUAGES, broken_document, document};

fn names() -> impl Iterator<Item = &'static str> {
    LANGUAGES.iter().map(|(name, _)| *name)
}

/// The same with `odd` behind a word in its middle.
fn with(name: &str, odd: &str) -> String {
    let text = document(name);
    let middle = text.len() / 2;
    let at = (middle..text.len()).find(|&at| text.is_char_boundary(at)).expect("the end is one");
    let (before, after) = text.split_at(at);
    format!("{before}{odd}{after}")
}

fn measure(bencher: Bencher<'_, '_>, text: &str) {
    let repairer = Repairer::new(RepairOptions::default());
    // Tables that are made when first needed are not what is measured.
    drop(repairer.repair(text));
    bencher.counter(BytesCount::of_str(text)).bench(|| repairer.repair(divan::black_box(text)));
}

#[divan::bench(args = names())]
fn clean(bencher: Bencher<'_, '_>, name: &str) {
    measure(bencher, &document(name));
}

#[divan::bench(args = names())]
fn odd_pair(bencher: Bencher<'_, '_>, name: &str) {
    measure(bencher, &with(name, "É® "));
}

#[divan::bench(args = names())]
fn one_replacement_character(bencher: Bencher<'_, '_>, name: &str) {
    measure(bencher, &with(name, "\u{fffd}"));
}

#[divan::bench(args = names())]
fn one_broken_quote(bencher: Bencher<'_, '_>, name: &str) {
    measure(bencher, &with(name, " Itâ€™s "));
}

#[divan::bench(args = ["english", "french", "russian", "chinese"])]
fn broken_lines(bencher: Bencher<'_, '_>, name: &str) {
    measure(bencher, &broken_document(name));
}

fn main() {
    divan::main();
}

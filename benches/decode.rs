//! Speed of finding an encoding and decoding, one thread, beside chardetng and `encoding_rs` alone: `cargo bench --bench
//! decode`. Figures are raw bytes in a second.

#[path = "texts/mod.rs"]
#[expect(dead_code, reason = "the broken texts are for the repair")]
mod texts;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use divan::Bencher;
use divan::counter::BytesCount;
use scutch::stages::decode::{Decode, DecodeOptions};
use scutch::{RuleTable, Source};

/// Bytes of one document, as in the records of the throughput goal.
const DOCUMENT_BYTES: usize = 4096;
/// A language of each alphabet with an encoding of it.
const TEXTS: [(&str, &str); 6] = [
    ("french", "windows-1252"),
    ("polish", "windows-1250"),
    ("russian", "windows-1251"),
    ("greek", "windows-1253"),
    ("chinese", "gbk"),
    ("japanese", "shift_jis"),
];

/// A document in a legacy encoding.
fn legacy(language: &str) -> Vec<u8> {
    let (_, label) = TEXTS.iter().find(|(name, _)| *name == language).expect("a language of the list");
    let encoding = encoding_rs::Encoding::for_label(label.as_bytes()).expect("a label of the standard");
    let text = texts::document(language);
    let end = text.floor_char_boundary(DOCUMENT_BYTES);
    encoding.encode(text.get(..end).expect("a boundary")).0.into_owned()
}

#[divan::bench(args = TEXTS.map(|(name, _)| name))]
fn scutch(bencher: Bencher<'_, '_>, language: &str) {
    let raw = legacy(language);
    let stage = Decode::new(&DecodeOptions::default(), &mut RuleTable::default()).expect("no encoding forced");
    let decode = || stage.run(&raw, Source::default()).expect("short");
    // Tables that are made when first needed are not what is measured.
    drop(decode());
    bencher.counter(BytesCount::new(raw.len())).bench(decode);
}

#[divan::bench(args = TEXTS.map(|(name, _)| name))]
fn chardetng(bencher: Bencher<'_, '_>, language: &str) {
    let raw = legacy(language);
    bencher.counter(BytesCount::new(raw.len())).bench(|| {
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
        detector.feed(&raw, true);
        detector.guess(None, Utf8Detection::Allow).decode_without_bom_handling(&raw).0.into_owned()
    });
}

fn main() {
    divan::main();
}

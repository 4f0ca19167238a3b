//! Checks against material that lies beside the project while it is developed, and is not part of it.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::Command;

use scraper::Html;
use scutch::stages::extract::HtmlTree;

use super::scratch::Scratch;

/// Pages whose trees are compared: enough for a look at real markup, few enough to take a second.
const PAGES: usize = 24;

/// A file beside the project; `None`, with a message, where it is not there.
fn beside(path: &str) -> Option<PathBuf> {
    let full = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared").join(path);
    if full.exists() {
        return Some(full);
    }
    #[expect(clippy::print_stderr, reason = "whoever runs the tests must see what was not run")]
    {
        eprintln!("skipped: {} is not there", full.display());
    }
    None
}

#[test]
fn seeds_come_out_as_labelled() {
    let Some(script) = beside("bench/seeds.py") else { return };
    let output = Command::new("python3")
        .arg(script)
        .env("SCUTCH", env!("CARGO_BIN_EXE_scutch"))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .expect("python3 is there where the seeds are");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn seeds_are_verified() {
    let Some(seeds) = beside("seeds") else { return };
    let scratch = Scratch::new();
    let seeds = seeds.to_str().expect("a plain name");
    let ran = scratch.scutch(&["ingest", seeds, "-o", "clean"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let verified = scratch.scutch(&["verify", "clean", "--raw", seeds]);
    assert_eq!(verified.code, 0, "{}", verified.stdout);
    scratch.output("clean").assert_reconciled();
}

/// The HTML of the first development pages.
fn pages() -> Option<Vec<String>> {
    let file = std::fs::File::open(beside("data/pages-aeb-dev.jsonl.xz")?).expect("it is there");
    let lines = BufReader::new(liblzma::read::XzDecoder::new_multi_decoder(file)).lines();
    let pages = lines.take(PAGES).map(|line| {
        let record: serde_json::Value = serde_json::from_str(&line.expect("the file is sound")).expect("JSON");
        record["html"].as_str().expect("each record has a page").to_owned()
    });
    Some(pages.collect())
}

#[test]
fn trees_of_real_pages_are_those_of_a_plain_parse() {
    for (number, page) in pages().unwrap_or_default().iter().enumerate() {
        let tree = HtmlTree::parse(page);
        assert!(tree.html().tree == Html::parse_document(page).tree, "page {number} differs");
    }
}

#[test]
fn real_pages_are_verified() {
    let Some(pages) = pages() else { return };
    let scratch = Scratch::new();
    for (number, page) in pages.iter().enumerate() {
        scratch.write(format!("raw/{number}.html"), page);
    }
    let ran = scratch.scutch(&["ingest", "raw", "-o", "clean"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let verified = scratch.scutch(&["verify", "clean", "--raw", "raw"]);
    assert_eq!(verified.code, 0, "{}", verified.stdout);
}

//! What a run warns of though it succeeds.

use super::scratch::Scratch;

const TEXT: &str = "The ferry left the harbor at noon, and nobody saw it go.\n\nThe harbor master wrote it down.\n";

/// A folder of documents, `lost` of which are error pages.
fn pages(kept: usize, lost: usize) -> Scratch {
    let scratch = Scratch::new();
    for number in 0..kept {
        scratch.write(format!("raw/news/kept-{number:02}.txt"), TEXT);
    }
    for number in 0..lost {
        scratch.write(format!("raw/lost-{number:02}.txt"), "Home\nNews\n\n404 Not Found\n\nShare\n");
    }
    scratch
}

#[test]
fn run_that_rejects_most_documents_for_one_reason_says_so() {
    let scratch = pages(4, 8);
    let ran = scratch.scutch(&["ingest", "raw", "-q"]);
    assert_eq!(ran.code, 0);
    let words = ["warning: web.error.whole_page: 8 of 12 documents ", "\nhint: `scutch explain FILE`", "ignore = ["];
    assert!(words.iter().all(|word| ran.stderr.contains(word)), "{}", ran.stderr);
    for few in [pages(1, 8), pages(8, 8)] {
        assert_eq!(few.scutch(&["ingest", "raw", "-q"]).stderr, "");
    }
}

#[test]
fn filter_that_rejects_most_records_says_so_on_standard_error() {
    let line = "{\"text\": \"Home\\nNews\\n\\n404 Not Found\\n\\nShare\\n\"}\n";
    let ran = Scratch::new().scutch_fed(&["clean"], line.repeat(10).as_bytes());
    assert_eq!((ran.code, ran.stdout.lines().count()), (0, 10));
    assert!(ran.stderr.contains("warning: web.error.whole_page: 10 of 10 documents "), "{}", ran.stderr);
    let few = Scratch::new().scutch_fed(&["clean"], line.repeat(9).as_bytes());
    assert!(!few.stderr.contains("warning"), "{}", few.stderr);
}

#[test]
fn settings_that_fit_no_document_are_named() {
    let scratch = pages(2, 0);
    scratch.write("raw/b.jsonl", "{\"text\": \"The ferry left.\", \"url\": \"https://m.example.org/a\"}\n");
    let entry =
        |table: &str, key: &str, value: &str| format!("[[rules.{table}]]\n{key} = \"{value}\"\nignore = [\"web\"]\n");
    let config = [
        entry("per-path", "glob", "kept-*"),
        entry("per-path", "glob", "news/*"),
        entry("per-site", "site", "example.org"),
        entry("per-site", "site", "example.com"),
    ];
    scratch.write("scutch.toml", config.concat());
    let ran = scratch.scutch(&["ingest", "raw", "-q"]);
    assert_eq!(ran.code, 0);
    let warnings: Vec<&str> = ran.stderr.lines().filter(|line| line.starts_with("warning: ")).collect();
    assert_eq!(
        warnings,
        [
            "warning: scutch.toml:2:8: rules.per-path: `kept-*` fits no document of this run",
            "warning: scutch.toml:11:8: rules.per-site: `example.com` fits no document of this run",
        ],
        "{}",
        ran.stderr
    );
    assert!(ran.stderr.contains("`**/kept-*` fits it in any folder"), "{}", ran.stderr);
    // Without rules nothing is chosen.
    let ran = scratch.scutch(&["ingest", "raw", "-q", "--overwrite", "--stages", "normalize"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
}

//! `verify`: whatever was changed after a run, it is noticed, and the document is named.

use std::collections::BTreeSet;
use std::fs;

use scutch::{Config, VerifyReport, verify};

use super::scratch::Scratch;

/// The document that is tampered with; the others lie before and behind it.
const VICTIM: &str = "b-victim.txt";

/// A run over a few documents with several changes each.
fn run() -> Scratch {
    let scratch = Scratch::new();
    let dirty = |name: &str| {
        format!(
            "Share\n\nIt\u{e2}\u{20ac}\u{2122}s the  ferry of {name}.\n\nAdvertisement\n\nNaïve \u{a0} “friends” left.\n"
        )
    };
    for name in ["a-first.txt", VICTIM, "c-third.txt"] {
        scratch.write(format!("raw/{name}"), dirty(name));
    }
    scratch.write("raw/d-clean.txt", "Nothing to do here.");
    scratch.write("raw/e.jsonl", "{\"text\": \"The  ferry left.\"}\n{}\n{\"text\": \"It  came back.\"}\n");
    scratch.write("raw/f.txt", "");
    assert_eq!(scratch.scutch(&["ingest", "raw", "-o", "clean"]).code, 1);
    scratch
}

const DOCUMENTS: &str = "clean/documents/part-00000.jsonl";
const CHANGES: &str = "clean/changes/part-00000.jsonl";

fn verified(scratch: &Scratch) -> VerifyReport {
    verify(&scratch.path("clean"), &[scratch.path("raw")], &Config::default()).expect("the folder can be read")
}

fn named(report: &VerifyReport) -> BTreeSet<&str> {
    report.problems.iter().map(|problem| problem.document.as_str()).collect()
}

/// Bytes of the lines of the victim in a file.
fn lines_of_victim(file: &[u8]) -> Vec<std::ops::Range<usize>> {
    let mut lines = Vec::new();
    let mut start = 0;
    for line in file.split_inclusive(|byte| *byte == b'\n') {
        if line.starts_with(format!("{{\"id\":\"{VICTIM}\"").as_bytes()) {
            lines.push(start..start + line.len());
        }
        start += line.len();
    }
    lines
}

/// Changes each byte of the victim's lines in turn: each change must be noticed, with the victim
/// named, and must not cast doubt on documents that are not beside it.
fn assert_each_byte_is_noticed(file: &str) {
    let scratch = run();
    assert_eq!(verified(&scratch).problems, []);
    let whole = fs::read(scratch.path(file)).expect("written");
    let lines = lines_of_victim(&whole);
    assert!(!lines.is_empty());
    for at in lines.into_iter().flatten() {
        let mut changed = whole.clone();
        // Letters stay letters and digits digits, so that most lines are still JSON.
        changed[at] ^= 1;
        scratch.write(file, &changed);
        let report = verified(&scratch);
        let around = changed.get(at.saturating_sub(30)..(at + 10).min(changed.len())).unwrap_or_default();
        let named = named(&report);
        let context = format!("byte {at} of {file}, `{}`: {named:?}", String::from_utf8_lossy(around));
        assert!(named.contains(VICTIM), "not named: {context}");
        for innocent in ["d-clean.txt", "e.jsonl#1", "e.jsonl#2", "e.jsonl#3", "f.txt"] {
            assert!(!named.contains(innocent), "{innocent} is named too: {context}");
        }
    }
}

#[test]
fn every_byte_of_a_document_is_vouched_for() {
    assert_each_byte_is_noticed(DOCUMENTS);
}

#[test]
fn every_byte_of_a_change_is_vouched_for() {
    assert_each_byte_is_noticed(CHANGES);
}

/// Puts `to` for `from` in the victim's first line that has it.
fn replaced(scratch: &Scratch, file: &str, from: &str, to: &str) {
    let whole = fs::read_to_string(scratch.path(file)).expect("written");
    let mut done = false;
    let lines: Vec<String> = whole
        .lines()
        .map(|line| {
            let hit = !done && line.starts_with(&format!("{{\"id\":\"{VICTIM}\"")) && line.contains(from);
            done |= hit;
            if hit { line.replacen(from, to, 1) } else { line.to_owned() }
        })
        .collect();
    assert!(done, "no line of the victim has {from}");
    scratch.write(file, lines.join("\n") + "\n");
}

#[test]
fn command_names_the_document_and_exits_with_1() {
    let tampered = [
        (DOCUMENTS, "\"id\":\"b-victim", "\"id\":\"b-Victim"),
        (DOCUMENTS, "the ferry", "The ferry"),
        (DOCUMENTS, "\"source\":\"raw\"", "\"source\":\"row\""),
        (DOCUMENTS, "\"added\":\"\"", "\"added\":\"x\""),
        (DOCUMENTS, "\"version\":\"scutch/", "\"version\":\"Scutch/"),
        (DOCUMENTS, "\"raw_path\":\"b-victim", "\"raw_path\":\"b-Victim"),
        (DOCUMENTS, "\"raw_record\":0", "\"raw_record\":1"),
        (DOCUMENTS, "\"raw_encoding\":\"UTF-8\"", "\"raw_encoding\":\"GBK\""),
        (DOCUMENTS, "\"raw_malformed\":0", "\"raw_malformed\":1"),
        (DOCUMENTS, "\"status\":\"kept\"", "\"status\":\"rejected\""),
        (DOCUMENTS, "\"reason\":\"\"", "\"reason\":\"x\""),
        (DOCUMENTS, "\"rules\":\"", "\"rules\":\"x:1 "),
        (DOCUMENTS, "\"metadata\":", "\"metadata\" :"),
        (CHANGES, "\"seq\":0", "\"seq\":7"),
        (CHANGES, "\"seq\":1,", "\"seq\":0,"),
        (CHANGES, "\"op\":\"delete\"", "\"op\":\"replace\""),
        (CHANGES, "\"stage\":\"", "\"stage\":\"x"),
        (CHANGES, "\"rule\":\"", "\"rule\":\"x"),
        (CHANGES, "\"rule_sha256\":\"", "\"rule_sha256\":\"x"),
        (CHANGES, "\"raw_start\":0", "\"raw_start\":1"),
        (CHANGES, "\"text_start\":0", "\"text_start\":1"),
        (CHANGES, "\"before\":\"", "\"before\":\"x"),
        (CHANGES, "\"after\":\"", "\"after\":\"x"),
        (CHANGES, "\"score\":1.0", "\"score\":0.5"),
        (CHANGES, "\"note\":\"", "\"note\":\"x"),
    ];
    for (file, from, to) in tampered {
        let scratch = run();
        replaced(&scratch, file, from, to);
        let ran = scratch.scutch(&["verify", "clean", "--raw", "raw"]);
        assert_eq!(ran.code, 1, "{to} in {file}: {}", ran.stdout);
        assert!(
            ran.stdout.lines().any(|line| line.starts_with(&format!("{VICTIM}: "))),
            "{to} in {file}: {}",
            ran.stdout
        );
    }
}

/// What is done to the lines of a file, the victim's being numbers `range`.
type Tampering = fn(&mut Vec<String>, std::ops::Range<usize>);

#[test]
fn lines_that_go_come_twice_or_move_are_noticed() {
    let tamperings: [(&str, Tampering); 4] = [
        ("a line is gone", |lines, range| drop(lines.remove(range.start))),
        ("a line is there twice", |lines, range| lines.insert(range.start, lines[range.start].clone())),
        ("two lines changed places", |lines, range| lines.swap(range.start, range.end)),
        ("all lines are gone", |lines, range| drop(lines.drain(range))),
    ];
    for file in [DOCUMENTS, CHANGES] {
        for (what, tamper) in tamperings {
            let scratch = run();
            let whole = fs::read_to_string(scratch.path(file)).expect("written");
            let mut lines: Vec<String> = whole.lines().map(str::to_owned).collect();
            let of_victim = |line: &String| line.starts_with(&format!("{{\"id\":\"{VICTIM}\""));
            let first = lines.iter().position(of_victim).expect("there");
            let count = lines.iter().filter(|line| of_victim(line)).count();
            tamper(&mut lines, first..first + count);
            scratch.write(file, lines.join("\n") + "\n");
            let report = verified(&scratch);
            assert!(named(&report).contains(VICTIM), "{what} in {file}: {:?}", report.problems);
        }
    }
}

#[test]
fn records_may_share_an_id() {
    let record = |id: &str, text: &str| format!("{{\"id\": \"{id}\", \"text\": \"{text}\"}}\n");
    let dirty = "The  ferry left.\\n\\nAdvertisement\\n\\nIt came  back.";
    let clean = "The ferry stayed.";
    for texts in [[dirty; 4], [dirty, clean, dirty, clean], [clean, dirty, clean, dirty], [clean, clean, dirty, dirty]]
    {
        for ids in [["7", "8", "7", "7"], ["7", "7", "8", "7"], ["7", "8", "8", "7"]] {
            let lines: String = ids.iter().zip(texts).map(|(id, text)| record(id, text)).collect();
            let scratch = Scratch::new();
            scratch.write("raw/a.jsonl", &lines);
            scratch.write("raw/b.jsonl", &lines);
            assert_eq!(scratch.scutch(&["ingest", "raw", "-o", "clean"]).code, 0);
            assert_eq!(verified(&scratch).problems, [], "{lines}");
        }
    }
}

#[test]
fn a_last_change_that_comes_twice_is_noticed() {
    let scratch = run();
    let whole = fs::read(scratch.path(CHANGES)).expect("written");
    let last = lines_of_victim(&whole).pop().expect("it has changes");
    let twice = [&whole[..last.end], &whole[last.start..]].concat();
    scratch.write(CHANGES, twice);
    assert_eq!(named(&verified(&scratch)).into_iter().collect::<Vec<_>>(), [VICTIM]);
}

#[test]
fn truncated_output_is_noticed() {
    for file in [DOCUMENTS, CHANGES] {
        let scratch = run();
        let whole = fs::read(scratch.path(file)).expect("written");
        let line = lines_of_victim(&whole).remove(0);
        for cut in [0, line.start, line.start + 20, line.end - 2] {
            scratch.write(file, whole.get(..cut).expect("within the file"));
            let report = verified(&scratch);
            assert!(named(&report).contains(VICTIM), "{file} cut at {cut}: {:?}", report.problems);
        }
    }
}

#[test]
fn rejected_and_failed_records_are_vouched_for() {
    let scratch = run();
    let rejected = scratch.path("clean/rejected/part-00000.jsonl");
    let text = fs::read_to_string(&rejected).expect("written");
    fs::write(&rejected, text.replace("empty: no bytes", "empty: no bytez")).expect("ours");
    assert_eq!(named(&verified(&scratch)).into_iter().collect::<Vec<_>>(), ["f.txt"]);
    fs::write(&rejected, "").expect("ours");
    assert!(named(&verified(&scratch)).contains("f.txt"));
    fs::write(&rejected, text).expect("ours");
    fs::write(scratch.path("clean/failed.jsonl"), "").expect("ours");
    assert!(named(&verified(&scratch)).contains("e.jsonl#2"));
}

#[test]
fn counts_of_the_manifest_are_vouched_for() {
    let scratch = run();
    let manifest = scratch.path("clean/manifest.json");
    let text = fs::read_to_string(&manifest).expect("written");
    let value: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    for name in ["read", "kept", "rejected", "duplicate", "failed"] {
        for count in ["documents", "bytes"] {
            let mut value = value.clone();
            value[name][count] = (value[name][count].as_u64().expect("a count") + 1).into();
            fs::write(&manifest, value.to_string()).expect("ours");
            assert!(named(&verified(&scratch)).contains("manifest.json"), "{name}.{count}");
        }
    }
    fs::write(&manifest, "{").expect("ours");
    assert!(named(&verified(&scratch)).contains("manifest.json"));
}

#[test]
fn other_raw_bytes_are_noticed() {
    let scratch = run();
    let victim = format!("raw/{VICTIM}");
    let raw = fs::read(scratch.path(&victim)).expect("written");
    for at in (0..raw.len()).step_by(7) {
        let mut changed = raw.clone();
        changed[at] ^= 1;
        scratch.write(&victim, &changed);
        let report = verified(&scratch);
        assert_eq!(named(&report).into_iter().collect::<Vec<_>>(), [VICTIM], "byte {at}");
    }
    fs::remove_file(scratch.path(&victim)).expect("ours");
    assert!(named(&verified(&scratch)).contains(VICTIM), "the raw file is gone");
    scratch.write(&victim, &raw);
    scratch.write("raw/b-added.txt", "A new file.");
    assert!(named(&verified(&scratch)).contains("b-added.txt"), "a raw file was added");
}

#[test]
fn spans_alone_are_checked_by_their_digests() {
    for detail in ["spans", "none"] {
        let scratch = run();
        let ran = scratch.scutch(&["ingest", "raw", "-o", "clean", "--changes", detail, "--overwrite"]);
        assert_eq!(ran.code, 1);
        assert_eq!(verified(&scratch).problems, [], "{detail}");
        replaced(&scratch, DOCUMENTS, "the ferry", "The ferry");
        assert!(named(&verified(&scratch)).contains(VICTIM), "{detail}");
    }
}

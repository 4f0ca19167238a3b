//! `verify`: whatever was changed after a run, it is noticed, and the document is named.

use std::collections::BTreeSet;
use std::fs;

use scutch::{Config, VerifyReport, verify};
use serde_json::Value;
use sha2::{Digest, Sha256};

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
fn every_byte_of_a_failure_is_vouched_for() {
    let scratch = run();
    let failed = scratch.path("clean/failed.jsonl");
    let text = fs::read_to_string(&failed).expect("written");
    let (line, error) = text.rsplit_once("\"error\":\"").expect("it ends with the error");
    fs::write(&failed, format!("{line}\"error\":\"{}", error.replacen(|c: char| c.is_ascii_lowercase(), "x", 1)))
        .expect("ours");
    assert_eq!(named(&verified(&scratch)).into_iter().collect::<Vec<_>>(), ["failed.jsonl"]);
}

#[test]
fn folder_without_any_input_of_the_run_is_all_that_is_said() {
    let scratch = run();
    scratch.write("other/x.txt", "Another text.");
    let ran = scratch.scutch(&["verify", "clean", "--raw", "other"]);
    assert_eq!(ran.code, 1);
    let lines: Vec<&str> = ran.stdout.lines().collect();
    let [problem, summary] = lines.as_slice() else { panic!("{}", ran.stdout) };
    assert!(problem.starts_with("other: holds no file that is an input of the run"), "{problem}");
    assert!(ran.stderr.contains("hint: ") && ran.stderr.contains("`--raw` takes what `ingest` took"), "{}", ran.stderr);
    assert!(summary.ends_with(": 1 problem"), "{summary}");
}

const MANIFEST: &str = "clean/manifest.json";

/// The places and values of everything in a manifest that is not a list or an object.
fn leaves(value: &Value, path: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(entries) => {
            for (name, value) in entries {
                leaves(value, &format!("{path}/{}", name.replace('~', "~0").replace('/', "~1")), found);
            }
        }
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                leaves(item, &format!("{path}/{at}"), found);
            }
        }
        _ => found.push(path.to_owned()),
    }
}

/// A manifest as scutch could have written it, with a digest that is right.
fn sealed(mut manifest: Value) -> String {
    manifest.as_object_mut().expect("an object").remove("manifest_sha256");
    let text = serde_json::to_string_pretty(&manifest).expect("JSON");
    let text = text.strip_suffix("\n}").expect("an object");
    format!("{text},\n  \"manifest_sha256\": \"{}\"\n}}\n", digest(text))
}

fn digest(text: &str) -> String {
    Sha256::digest(text).iter().fold(String::new(), |digits, byte| format!("{digits}{byte:02x}"))
}

#[test]
fn every_byte_of_the_manifest_is_vouched_for() {
    let scratch = run();
    let whole = fs::read(scratch.path(MANIFEST)).expect("written");
    for at in 0..whole.len() {
        let mut changed = whole.clone();
        changed[at] ^= 1;
        scratch.write(MANIFEST, &changed);
        assert_ne!(verified(&scratch).problems, [], "byte {at}");
    }
    for changed in [&whole[..whole.len() - 1], &[&whole[..], b"\n"].concat(), b"{", b""] {
        scratch.write(MANIFEST, changed);
        assert!(named(&verified(&scratch)).contains("manifest.json"));
    }
    let ran = scratch.scutch(&["verify", "clean", "--raw", "raw"]);
    assert_eq!(ran.code, 1, "{}", ran.stdout);
}

#[test]
fn every_value_of_the_manifest_is_counted_again() {
    let scratch = run();
    let manifest: Value = serde_json::from_slice(&fs::read(scratch.path(MANIFEST)).expect("written")).expect("JSON");
    scratch.write(MANIFEST, sealed(manifest.clone()));
    assert_eq!(verified(&scratch).problems, []);
    let mut paths = Vec::new();
    leaves(&manifest, "", &mut paths);
    paths.retain(|path| path != "/manifest_sha256");
    assert!(paths.len() > 50);
    for path in paths {
        let mut changed = manifest.clone();
        let value = changed.pointer_mut(&path).expect("there");
        *value = match &*value {
            Value::String(detail) if path == "/changes" && detail == "full" => "spans".into(),
            Value::String(text) => format!("{text}x").into(),
            number => (number.as_i64().expect("a count") + 1).into(),
        };
        scratch.write(MANIFEST, sealed(changed));
        assert_ne!(verified(&scratch).problems, [], "{path}");
    }
}

#[test]
fn a_cut_last_line_end_is_noticed() {
    let scratch = run();
    for file in [DOCUMENTS, CHANGES, "clean/rejected/part-00000.jsonl", "clean/failed.jsonl"] {
        let whole = fs::read(scratch.path(file)).expect("written");
        assert_eq!(whole.last(), Some(&b'\n'), "{file}");
        scratch.write(file, &whole[..whole.len() - 1]);
        assert_eq!(verified(&scratch).problems.len(), 1, "{file}");
        scratch.write(file, &whole);
    }
}

#[test]
fn changes_without_the_text_before_do_not_hide_another_text() {
    let scratch = run();
    let forged: Vec<String> = fs::read_to_string(scratch.path(CHANGES))
        .expect("written")
        .lines()
        .map(|line| {
            let mut change: Value = serde_json::from_str(line).expect("JSON");
            let before = serde_json::to_string(&change["before"].take()).expect("JSON");
            let is_victim = line.starts_with(&format!("{{\"id\":\"{VICTIM}\""));
            if is_victim { line.replace(&format!("\"before\":{before}"), "\"before\":\"\"") } else { line.to_owned() }
        })
        .collect();
    scratch.write(CHANGES, forged.join("\n") + "\n");
    let own: Vec<&String> = forged.iter().filter(|line| line.starts_with(&format!("{{\"id\":\"{VICTIM}\""))).collect();
    let documents = fs::read_to_string(scratch.path(DOCUMENTS)).expect("written");
    let line = documents.lines().find(|line| line.contains(VICTIM)).expect("there");
    let row: Value = serde_json::from_str(line).expect("JSON");
    let text = row["text"].as_str().expect("a text");
    let other = text.replace("the ferry", "The ferry");
    let value = |text: &str| serde_json::to_string(text).expect("JSON");
    let line_of_other = line.replace(&value(text), &value(&other)).replace(&digest(text), &digest(&other));
    let (signed, _) = line_of_other.split_once(",\"record_sha256\"").expect("the digest is last");
    let mut vouched = signed.replacen(&value(&other), "", 1);
    for change in own {
        vouched.extend([change.as_str(), "\n"]);
    }
    let line_of_other = format!("{signed},\"record_sha256\":\"{}\"}}}}", digest(&vouched));
    scratch.write(DOCUMENTS, documents.replace(line, &line_of_other));
    let report = verified(&scratch);
    let problem = report.problems.first().expect("it is noticed");
    assert_eq!(problem.document, VICTIM);
    assert!(problem.reason.starts_with("change 0 does not hold the text before it"), "{}", problem.reason);
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

//! `scutch clean`: what comes in goes out, record for record.

use serde_json::Value;

use super::scratch::{Ran, Scratch, number, rows_of, string};

fn clean(arguments: &[&str], stdin: impl AsRef<[u8]>) -> Ran {
    Scratch::new().scutch_fed(&[&["clean"], arguments].concat(), stdin.as_ref())
}

fn texts(ran: &Ran) -> Vec<String> {
    rows_of(ran.stdout.as_bytes()).iter().map(|row| string(&row["text"])).collect()
}

#[test]
fn text_comes_out_as_text() {
    let ran = clean(&[], "Share\n\nThe mayor called it \u{e2}\u{20ac}\u{153}a fair deal\u{e2}\u{20ac}\u{9d}.\n");
    assert_eq!((ran.code, ran.stdout.as_str()), (0, "The mayor called it “a fair deal”.\n"));
}

#[test]
fn page_comes_out_as_text() {
    let page = "<!DOCTYPE html><title>News</title><p>The ferry &amp; the <b>tug</b>.<script>x()</script><p>They left.";
    for arguments in [&[][..], &["--from", "html"]] {
        let ran = clean(arguments, page);
        assert_eq!((ran.code, ran.stdout.as_str()), (0, "The ferry & the tug.\n\nThey left.\n"));
    }
    let ran = clean(&["--from", "text", "--stages", "normalize"], page);
    assert!(ran.stdout.starts_with("<!DOCTYPE html>"), "{}", ran.stdout);
}

#[test]
fn bytes_of_another_encoding_come_out_as_utf8() {
    let raw = encoding_rs::WINDOWS_1251.encode("Переговоры продолжаются, сообщили в министерстве.").0;
    assert_eq!(clean(&[], &raw).stdout, "Переговоры продолжаются, сообщили в министерстве.\n");
    let raw = encoding_rs::ISO_8859_7.encode("Ναι").0;
    assert_eq!(clean(&["--encoding", "iso-8859-7"], &raw).stdout, "Ναι\n");
}

#[test]
fn lines_keep_their_number_and_order() {
    let lines = [
        r#"{"id": "a", "text": "The  ferry left."}"#,
        r#"{"id": "b", "text": "broken"#,
        r#"{"id": "c", "body": "no text"}"#,
        r#"{"id": "d", "text": 17}"#,
        r#"{"id": "e", "text": ""}"#,
        r#"{"id": "f", "text": "Nobody saw it.", "score": NaN}"#,
        r#"{"id": "g", "text": "Nobody saw it."}"#,
    ];
    let ran = clean(&["--threads", "3"], lines.join("\n"));
    assert_eq!(ran.code, 1);
    assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
    let rows = rows_of(ran.stdout.as_bytes());
    let statuses: Vec<String> = rows.iter().map(|row| string(&row["metadata"]["status"])).collect();
    assert_eq!(statuses, ["kept", "failed", "failed", "failed", "rejected", "failed", "kept"]);
    let records: Vec<u64> = rows.iter().map(|row| number(&row["metadata"]["raw_record"])).collect();
    assert_eq!(records, [1, 2, 3, 4, 5, 6, 7]);
    assert_eq!(texts(&ran), ["The ferry left.", "", "", "", "", "", "Nobody saw it."]);
    for row in rows.iter().filter(|row| row["metadata"]["status"] != "kept") {
        assert_ne!(row["metadata"]["reason"], "", "{row}");
    }
    let failures = ran.stderr.lines().filter(|line| line.starts_with("failed: ")).count();
    assert_eq!(failures, 4, "{}", ran.stderr);
}

#[test]
fn blank_lines_stay_blank_lines() {
    let record = |text: &str| format!("{{\"text\": \"{text}\"}}");
    let large = record(&"x".repeat(6000));
    let lines = ["", &record("One."), "", " \t\r", &large, "", &record("Two."), "broken", "   ", &record("Three."), ""];
    let (no_end, end) = (lines.join("\n") + " ", lines.join("\n") + "\n");
    for (input, threads) in [(&no_end, "1"), (&end, "4")] {
        let ran = clean(&["--from", "jsonl", "--threads", threads, "--max-document-bytes", "1000"], input);
        assert_eq!(ran.stdout.lines().count(), lines.len(), "{}", ran.stdout);
        for (number, (before, after)) in (1..).zip(lines.iter().zip(ran.stdout.lines())) {
            if before.trim().is_empty() {
                assert_eq!(after, "", "line {number}");
            } else {
                let row: Value = serde_json::from_str(after).expect("every other line is JSON");
                assert_eq!(row["metadata"]["raw_record"], number);
            }
        }
    }
    assert_eq!(
        clean(&["--from", "jsonl", "--to", "text"], record("One.") + "\n\n" + &record("Two.")).stdout,
        "One.\nTwo.\n"
    );
}

#[test]
fn blank_lines_do_not_move_lines_between_units_of_work() {
    let mut lines = String::new();
    for number in 1..=60_000 {
        lines.push_str(if number % 3 == 0 { "\n" } else { "{\"text\": \"The ferry left.\"}\n" });
    }
    let ran = clean(&["--stages", "decode", "--threads", "4"], &lines);
    assert_eq!(ran.stdout.lines().count(), 60_000);
    for (number, line) in (1..).zip(ran.stdout.lines()) {
        let row: Option<Value> = serde_json::from_str(line).ok();
        assert_eq!(row.map(|row| number_of(&row)), (number % 3 != 0).then_some(number));
    }
}

fn number_of(row: &Value) -> u64 {
    number(&row["metadata"]["raw_record"])
}

#[test]
fn rows_of_all_kinds_have_the_same_keys() {
    let ran = clean(&[], "{\"text\": \"The ferry left.\"}\n{\"text\": \"\"}\n{}\n");
    let keys = |row: &Value| -> Vec<String> {
        let of = |value: &Value| value.as_object().expect("an object").keys().cloned().collect::<Vec<_>>();
        [of(row), of(&row["metadata"])].concat()
    };
    let rows = rows_of(ran.stdout.as_bytes());
    assert_eq!(rows.len(), 3);
    assert!(rows.iter().all(|row| keys(row) == keys(&rows[0])));
    for row in &rows {
        let scalars = row
            .as_object()
            .expect("an object")
            .values()
            .chain(row["metadata"].as_object().expect("an object").values());
        assert!(scalars.filter(|value| !value.is_object()).all(|value| !value.is_null() && !value.is_array()), "{row}");
    }
}

#[test]
fn text_to_jsonl_is_one_row() {
    let ran = clean(&["--to", "jsonl"], "Share\n\nThe ferry left.\n");
    let rows = rows_of(ran.stdout.as_bytes());
    assert_eq!(rows.len(), 1);
    assert_eq!((rows[0]["text"].as_str(), rows[0]["id"].as_str()), (Some("The ferry left."), Some("-")));
}

#[test]
fn jsonl_to_text_is_the_texts() {
    let ran = clean(&["--to", "text"], "{\"text\": \"The  ferry left.\"}\n{\"text\": \"Nobody saw it.\"}\n");
    assert_eq!((ran.code, ran.stdout.as_str()), (0, "The ferry left.\nNobody saw it.\n"));
}

#[test]
fn only_named_stages_run() {
    let dirty = "Share\n\nIt\u{e2}\u{20ac}\u{2122}s  late.\n";
    let stage = |list: &str| clean(&["--from", "text", "--stages", list], dirty).stdout;
    assert_eq!(stage("decode"), dirty);
    assert_eq!(stage("repair"), "Share\n\nIt’s  late.\n");
    assert_eq!(stage("strip").trim_start(), "It\u{e2}\u{20ac}\u{2122}s  late.\n");
    assert_eq!(stage("normalize"), "Share\n\nIt\u{e2}\u{20ac}\u{2122}s late.\n");
    // The order in which they are named does not matter.
    assert_eq!(stage("normalize,strip,repair"), "It’s late.\n");
}

/// Furniture that all rules, and that only bold rules, take out of an article.
const FURNITURE: &str = "The ferry left the harbor at noon, and nobody on the pier saw it go.\n\nAdvertisement\n\n\
    The harbor master said on Monday that the pilots had been told in time.\n\nMenu\n\nSearch\n\nMore\n\n\
    The talks about the tugs go on, and the town will hear the result by spring.\n";

#[test]
fn profile_decides_which_rules_act() {
    let removed = |profile: &str| {
        let list = clean(&["--stages", "strip", "--profile", profile, "--to", "jsonl", "--from", "text"], FURNITURE);
        number(&rows_of(list.stdout.as_bytes())[0]["metadata"]["chars_removed"])
    };
    let (safe, balanced, aggressive) = (removed("safe"), removed("balanced"), removed("aggressive"));
    assert!(safe > 0, "the sure rules did nothing");
    assert!(safe <= balanced && balanced <= aggressive, "{safe}, {balanced}, {aggressive}");
    assert!(safe < aggressive, "the profiles do not differ");
}

#[test]
fn field_names_the_text() {
    let ran = clean(&["--field", "body"], "{\"text\": 1, \"body\": \"The  ferry left.\"}\n{\"text\": \"x\"}\n");
    assert_eq!((ran.code, texts(&ran)), (1, vec!["The ferry left.".to_owned(), String::new()]));
    assert!(ran.stdout.contains("no field `body`"));
}

#[test]
fn content_says_what_the_text_is() {
    let lines = "{\"text\": \"<p>A</p> 1 < 2 <b>B</b>\"}\n{\"text\": \"A <b>B</b>\"}\n";
    let text = |kind: &str| texts(&clean(&["--content", kind, "--stages", "extract"], lines));
    assert_eq!(text("text"), ["<p>A</p> 1 < 2 <b>B</b>", "A <b>B</b>"]);
    assert_eq!(text("html"), ["A\n\n1 < 2 B", "A B"]);
    assert_eq!(text("auto"), ["A\n\n1 < 2 B", "A <b>B</b>"]);
}

#[test]
fn own_id_and_url_are_kept() {
    let ran = clean(
        &[],
        "{\"id\": \"x-1\", \"url\": \"https://a.example/\", \"text\": \"The ferry left.\"}\n{\"id\": 7, \"text\": \"A\"}\n",
    );
    let rows = rows_of(ran.stdout.as_bytes());
    assert_eq!(
        (rows[0]["id"].as_str(), rows[0]["metadata"]["url"].as_str()),
        (Some("x-1"), Some("https://a.example/"))
    );
    assert_eq!(rows[1]["id"], "7");
}

#[test]
fn empty_input_gives_empty_output() {
    for arguments in [&[][..], &["--from", "text"], &["--from", "html"], &["--from", "jsonl"]] {
        let ran = clean(arguments, "");
        assert_eq!((ran.code, ran.stdout.as_str()), (0, ""), "{arguments:?}");
    }
    assert_eq!(clean(&["--from", "jsonl"], "\n\n").stdout, "\n\n");
}

#[test]
fn binary_input_is_rejected_with_a_reason() {
    let ran = clean(&[], b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR");
    assert_eq!(ran.stdout, "");
    assert!(ran.stderr.contains("PNG image"), "{}", ran.stderr);
}

#[test]
fn text_survives_line_ends_of_all_kinds() {
    assert_eq!(clean(&[], "A\r\nB\rC\u{2028}D\u{2029}E\n\n\n\nF").stdout, "A\nB\nC\nD\nE\n\nF\n");
}

#[test]
fn failed_records_keep_their_own_id() {
    let lines = [
        r#"{"id": "a", "url": "https://a.example/", "body": "no text"}"#,
        r#"{"text": 17, "id": "b"}"#,
        r#"{"text": null, "id": 3, "n": {"id": "inner"}}"#,
        r#"{"id": "d", "text": "broken"#,
    ];
    let rows = rows_of(clean(&[], lines.join("\n")).stdout.as_bytes());
    let ids: Vec<String> = rows.iter().map(|row| string(&row["id"])).collect();
    assert_eq!(ids, ["a", "b", "3", "-#4"]);
    assert_eq!(rows[0]["metadata"]["url"], "https://a.example/");
    let scratch = Scratch::new();
    scratch.write("raw/a.jsonl", lines.join("\n"));
    let ran = scratch.scutch(&["ingest", "raw"]);
    assert!(!ran.stderr.contains("all records"), "{}", ran.stderr);
    let failed = scratch.output("clean").failed;
    let ids: Vec<String> = failed.iter().map(|row| string(&row["id"])).collect();
    assert_eq!(ids, ["a", "b", "3", "a.jsonl#4"]);
    assert_eq!(failed[0]["error"], "no field `text`; fields seen: id, url, body");
    assert_eq!(scratch.scutch(&["verify", "clean", "--raw", "raw"]).code, 0);
}

#[test]
fn files_without_the_field_are_named_in_the_summary() {
    let scratch = Scratch::new();
    scratch.write("raw/a.jsonl", "{\"body\": \"The ferry left.\", \"id\": 1}\n".repeat(3));
    scratch.write("raw/b.jsonl", "{\"text\": \"The ferry left.\"}\n{\"id\": 1}\n");
    let ran = scratch.scutch(&["ingest", "raw"]);
    let words = "all records of a.jsonl failed: no field `text`; fields seen: body, id; `--field` names";
    assert!(ran.code == 1 && ran.stderr.contains(words), "{}", ran.stderr);
}

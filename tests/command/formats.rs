//! Every ending and every compression gives the same text.

use std::io::Write;

use super::scratch::{Scratch, number, string};

const CLEAN: &str = "The ferry left at noon.\n\nNobody saw it go, naïve as they were.";
const PAGE: &str = "<!DOCTYPE html><html><head><meta charset=utf-8><title></title></head><body>\
    <p>The ferry <b>left</b> at noon.</p>\n<p>Nobody saw it go, na&iuml;ve as they were.</p></body></html>";
const LINE: &str =
    "{\"text\": \"The ferry left at noon.\\n\\nNobody saw it go, na\\u00efve as they were.\", \"n\": 1}\n";

type Pack = fn(&[u8]) -> Vec<u8>;

/// Endings of compressed files, and what makes them.
const PACKS: [(&str, Pack); 5] =
    [("", <[u8]>::to_vec), (".gz", gzip), (".zst", zstandard), (".bz2", bzip2), (".xz", xz)];

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).expect("memory takes it");
    encoder.finish().expect("memory takes it")
}

fn zstandard(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 3).expect("memory takes it")
}

fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::best());
    encoder.write_all(bytes).expect("memory takes it");
    encoder.finish().expect("memory takes it")
}

fn xz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = liblzma::write::XzEncoder::new(Vec::new(), 6);
    encoder.write_all(bytes).expect("memory takes it");
    encoder.finish().expect("memory takes it")
}

#[test]
fn every_ending_gives_the_same_text() {
    let scratch = Scratch::new();
    let text = ["a.txt", "a.text", "a.md", "a", "LICENSE", "B.TXT"];
    let html = ["a.html", "a.htm", "a.xhtml", "B.HTML"];
    let jsonl = ["a.jsonl", "a.ndjson", "B.JsonL"];
    let mut files = 0;
    for (packing, (ending, pack)) in PACKS.into_iter().enumerate() {
        for (names, content) in [(&text[..], CLEAN), (&html, PAGE), (&jsonl, LINE)] {
            for name in names {
                scratch.write(format!("raw/{packing}/{name}{ending}"), pack(content.as_bytes()));
                files += 1;
            }
        }
    }
    scratch.write("raw/loud/a.TXT.GZ", gzip(CLEAN.as_bytes()));
    let ran = scratch.scutch(&["ingest", "raw", "-o", "clean"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let output = scratch.output("clean");
    output.assert_reconciled();
    assert_eq!(output.documents.len(), files + 1);
    for row in &output.documents {
        assert_eq!(row["text"], CLEAN, "{}", row["id"]);
        let path = string(&row["metadata"]["raw_path"]).to_lowercase();
        let content = if path.contains("htm") {
            PAGE
        } else if path.contains("json") {
            LINE
        } else {
            CLEAN
        };
        assert_eq!(number(&row["metadata"]["raw_length"]), content.len() as u64, "{path}: bytes before compression");
        assert_eq!(row["metadata"]["mime"], if path.contains("htm") { "text/html" } else { "text/plain" }, "{path}");
    }
    let verified = scratch.scutch(&["verify", "clean", "--raw", "raw"]);
    assert_eq!(verified.code, 0, "{}", verified.stdout);
}

#[test]
fn files_of_several_members_are_read_to_their_end() {
    let scratch = Scratch::new();
    let halves = CLEAN.split_at(30);
    for (ending, pack) in PACKS {
        let joined = [pack(halves.0.as_bytes()), pack(b""), pack(halves.1.as_bytes())].concat();
        scratch.write(format!("raw/a.txt{ending}"), joined);
        let lines = [pack(LINE.as_bytes()), pack(LINE.as_bytes())].concat();
        scratch.write(format!("raw/a.jsonl{ending}"), lines);
    }
    assert_eq!(scratch.scutch(&["ingest", "raw", "-o", "clean"]).code, 0);
    let output = scratch.output("clean");
    assert_eq!(output.documents.len(), 3 * PACKS.len());
    for row in &output.documents {
        assert_eq!(row["text"], CLEAN, "{}", row["id"]);
    }
}

#[test]
fn standard_input_is_an_input_like_any_other() {
    let scratch = Scratch::new();
    let ran = scratch.scutch_fed(&["ingest", "-", "-o", "clean"], CLEAN.as_bytes());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let output = scratch.output("clean");
    output.assert_reconciled();
    assert_eq!(output.documents[0]["text"], CLEAN);
    assert_eq!(
        (output.documents[0]["id"].as_str(), output.documents[0]["source"].as_str()),
        (Some("-"), Some("stdin"))
    );
    let verified = scratch.scutch_fed(&["verify", "clean", "--raw", "-"], CLEAN.as_bytes());
    assert_eq!(verified.code, 0, "{}", verified.stdout);
}

#[test]
fn standard_input_is_what_its_first_bytes_say() {
    let two_lines = LINE.repeat(2);
    for (content, mime, records) in [
        (two_lines.as_str(), "text/plain", &["-#1", "-#2"][..]),
        (PAGE, "text/html", &["-"]),
        (CLEAN, "text/plain", &["-"]),
    ] {
        let scratch = Scratch::new();
        let ran = scratch.scutch_fed(&["ingest", "-", "-o", "clean"], content.as_bytes());
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        let output = scratch.output("clean");
        output.assert_reconciled();
        let ids: Vec<String> = output.documents.iter().map(|row| string(&row["id"])).collect();
        assert_eq!(ids, records);
        for row in &output.documents {
            assert_eq!((&row["text"], &row["metadata"]["mime"]), (&CLEAN.into(), &mime.into()));
        }
        let verified = scratch.scutch_fed(&["verify", "clean", "--raw", "-"], content.as_bytes());
        assert_eq!(verified.code, 0, "{}", verified.stdout);
        let cleaned = scratch.scutch_fed(&["clean", "--to", "text"], content.as_bytes());
        assert_eq!(cleaned.stdout, format!("{CLEAN}\n").repeat(records.len()), "`clean` sees something else");
    }
    let scratch = Scratch::new();
    let explained = scratch.scutch_fed(&["explain", "-", "--record", "2"], two_lines.as_bytes());
    assert!(explained.stdout.contains("--- -#2"), "{}{}", explained.stdout, explained.stderr);
}

#[test]
fn standard_input_is_what_the_user_says() {
    let scratch = Scratch::new();
    scratch.write("scutch.toml", "[input]\nfrom = \"text\"\n");
    for (arguments, found) in [
        (&["--from", "text"][..], LINE.trim_end()),
        (&[], LINE.trim_end()),
        (&["--from", "jsonl"], CLEAN),
        (&["--from", "auto"], CLEAN),
    ] {
        let all = [&["ingest", "-", "-o", "clean", "--overwrite", "--stages", "normalize"], arguments].concat();
        let ran = scratch.scutch_fed(&all, LINE.as_bytes());
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        assert_eq!(scratch.output("clean").documents[0]["text"], found, "{arguments:?}");
        let verified = scratch.scutch_fed(&[&["verify", "clean", "--raw", "-"], arguments].concat(), LINE.as_bytes());
        assert_eq!(verified.code, 0, "{}", verified.stdout);
    }
}

#[test]
fn several_inputs_keep_their_names_apart() {
    let scratch = Scratch::new();
    scratch.write("one/a.txt", "The ferry left.");
    scratch.write("two/a.txt", "The ferry came back.");
    scratch.write("a.txt", "The ferry sank.");
    let ran = scratch.scutch(&["ingest", "two", "one", "a.txt", "-o", "clean"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let ids: Vec<String> = scratch.output("clean").documents.iter().map(|row| string(&row["id"])).collect();
    assert_eq!(ids, ["two/a.txt", "one/a.txt", "a.txt"]);
    let verified = scratch.scutch(&["verify", "clean", "--raw", "two", "--raw", "one", "--raw", "a.txt"]);
    assert_eq!(verified.code, 0, "{}", verified.stdout);
    scratch.write("deep/one/a.txt", "The ferry is back.");
    let ran = scratch.scutch(&["ingest", "one", "deep/one", "-o", "both"]);
    assert_eq!(ran.code, 2, "two inputs with one name: {}", ran.stderr);
    assert!(!scratch.path("both").exists());
}

#[test]
fn encodings_are_found_and_recorded() {
    let scratch = Scratch::new();
    let russian = "Переговоры продолжаются, сообщили в министерстве.";
    let utf16: Vec<u8> = russian.encode_utf16().flat_map(u16::to_le_bytes).collect();
    scratch.write("raw/cp1251.txt", encoding_rs::WINDOWS_1251.encode(russian).0);
    scratch.write("raw/utf16.txt", [b"\xFF\xFE", &utf16[..]].concat());
    let english = "The ferry left at noon, “naïve” as they were.";
    let no_mark: Vec<u8> = english.encode_utf16().flat_map(u16::to_be_bytes).collect();
    scratch.write("raw/utf16-no-mark.txt", no_mark);
    scratch.write("raw/utf8-mark.txt", format!("\u{feff}{russian}"));
    scratch.write("raw/utf8.txt", russian);
    scratch.write("raw/koi8.html", encoding_rs::KOI8_R.encode(&format!("<meta charset=koi8-r><p>{russian}</p>")).0);
    assert_eq!(scratch.scutch(&["ingest", "raw", "-o", "clean"]).code, 0);
    let output = scratch.output("clean");
    let found: Vec<(String, String, String)> = output
        .documents
        .iter()
        .map(|row| {
            (
                string(&row["id"]),
                string(&row["metadata"]["raw_encoding"]),
                string(&row["metadata"]["raw_encoding_from"]),
            )
        })
        .collect();
    let expected = [
        ("cp1251.txt", "windows-1251", "detected"),
        ("koi8.html", "KOI8-R", "declared"),
        ("utf16-no-mark.txt", "UTF-16BE", "detected"),
        ("utf16.txt", "UTF-16LE", "bom"),
        ("utf8-mark.txt", "UTF-8", "bom"),
        ("utf8.txt", "UTF-8", "utf-8"),
    ];
    assert_eq!(found, expected.map(|(id, encoding, from)| (id.to_owned(), encoding.to_owned(), from.to_owned())));
    for row in &output.documents {
        assert_eq!(row["text"], if row["id"] == "utf16-no-mark.txt" { english } else { russian }, "{}", row["id"]);
    }
    assert_eq!(scratch.scutch(&["verify", "clean", "--raw", "raw"]).code, 0);
}

#[test]
fn stray_nul_bytes_do_not_make_text_utf16() {
    let scratch = Scratch::new();
    // Both at even places, as in UTF-16.
    let ran = scratch.scutch_fed(&["clean"], b"The \0ferry left at\0 noon.\n");
    assert_eq!((ran.code, ran.stdout.as_str()), (0, "The ferry left at noon.\n"));
}

#[test]
fn compressed_standard_input_is_decompressed() {
    let lines = LINE.repeat(3);
    for (ending, pack) in PACKS {
        let cleaned = |arguments: &[&str], content: &[u8]| {
            let ran = Scratch::new().scutch_fed(&[&["clean"], arguments].concat(), &pack(content));
            assert_eq!(ran.code, 0, "{ending}: {}", ran.stderr);
            ran.stdout
        };
        assert_eq!(cleaned(&[], CLEAN.as_bytes()), format!("{CLEAN}\n"), "{ending}");
        assert_eq!(cleaned(&["--from", "text"], CLEAN.as_bytes()), format!("{CLEAN}\n"), "{ending}");
        assert_eq!(cleaned(&[], lines.as_bytes()).lines().count(), 3, "{ending}");
        assert_eq!(cleaned(&[], b""), "", "{ending}");
    }
    let whole = gzip(lines.as_bytes());
    let cut = Scratch::new().scutch_fed(&["clean"], whole.get(..whole.len() - 4).expect("most"));
    assert!(cut.code == 1 && cut.stderr.contains("could not read the file"), "{}", cut.stderr);
}

#[test]
fn json_that_is_not_one_record_a_line_is_no_prose() {
    let pretty = "{\n  \"text\": \"The ferry left.\"\n}\n";
    let list = "[\n  {\"text\": \"The ferry left.\"},\n  {\"text\": \"The tug left.\"}\n]\n";
    let one_line = "[{\"text\": \"The ferry left.\"}, {\"text\": \"The tug left.\"}]\n";
    for content in [pretty, list, one_line] {
        let ran = Scratch::new().scutch_fed(&["clean"], content.as_bytes());
        assert_eq!((ran.code, ran.stdout.as_str()), (1, ""), "{content}");
        assert!(ran.stderr.contains("not one record a line: `jq -c .`"), "{}", ran.stderr);
        let as_text = Scratch::new().scutch_fed(&["clean", "--from", "text"], content.as_bytes());
        assert!(as_text.code == 0 && as_text.stdout.contains("ferry"), "it can be asked for");
        let scratch = Scratch::new();
        scratch.write("raw/a.jsonl", content);
        assert_eq!(scratch.scutch(&["ingest", "raw"]).code, 1);
        let output = scratch.output("clean");
        output.assert_reconciled();
        assert!(string(&output.failed[0]["error"]).contains("`jq -c"), "{}", output.failed[0]);
        let ran = scratch.scutch_fed(&["ingest", "-", "-o", "stream"], content.as_bytes());
        assert_eq!(ran.code, 1);
        scratch.output("stream").assert_reconciled();
        let verified = scratch.scutch_fed(&["verify", "stream", "--raw", "-"], content.as_bytes());
        assert_eq!(verified.code, 0, "{}", verified.stdout);
    }
}

#[test]
fn json_in_utf16_is_named() {
    let units = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    for start in ["\u{feff}", "", "\u{feff}\n"] {
        let raw = units(&format!("{start}{}", LINE.repeat(5)));
        let scratch = Scratch::new();
        scratch.write("raw/a.jsonl", &raw);
        scratch.write("raw/b.jsonl.gz", gzip(&raw));
        assert_eq!(scratch.scutch(&["ingest", "raw"]).code, 1);
        let output = scratch.output("clean");
        output.assert_reconciled();
        assert_eq!(output.failed.len(), 2, "one failure a file, not one a line");
        for row in &output.failed {
            assert!(string(&row["error"]).starts_with("UTF-16"), "{row}");
            assert_eq!(number(&row["raw_length"]), raw.len() as u64);
        }
        assert_eq!(scratch.scutch(&["verify", "clean", "--raw", "raw"]).code, 0);
        let ran = scratch.scutch_fed(&["clean"], &raw);
        assert!(ran.code == 1 && ran.stderr.contains("UTF-16"), "{}", ran.stderr);
    }
}

#[test]
fn hidden_files_are_passed_over_and_counted() {
    let scratch = Scratch::new();
    for name in ["a.txt", ".a.txt", ".git/config", ".git/hooks/x", "sub/.DS_Store", "sub/b.txt"] {
        scratch.write(format!("raw/{name}"), "The ferry left.\n");
    }
    let paths = |folder: &str| -> Vec<String> {
        let output = scratch.output(folder);
        output.assert_reconciled();
        output.documents.iter().chain(&output.rejected).map(|row| string(&row["metadata"]["raw_path"])).collect()
    };
    let ran = scratch.scutch(&["ingest", "raw"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stderr.contains("skipped 3 hidden files and folders (`--hidden` reads them)"), "{}", ran.stderr);
    assert_eq!(paths("clean"), ["a.txt", "sub/b.txt"]);
    assert_eq!(scratch.output("clean").manifest["hidden"], 3);
    assert_eq!(scratch.scutch(&["verify", "clean", "--raw", "raw"]).code, 0);

    let ran = scratch.scutch(&["ingest", "raw", "-o", "all", "--hidden"]);
    assert!(!ran.stderr.contains("skipped"), "{}", ran.stderr);
    let mut all = paths("all");
    all.sort();
    assert_eq!(all, [".a.txt", ".git/config", ".git/hooks/x", "a.txt", "sub/.DS_Store", "sub/b.txt"]);
    assert_eq!(scratch.scutch(&["verify", "all", "--raw", "raw", "--hidden"]).code, 0);
    let unlike = scratch.scutch(&["verify", "all", "--raw", "raw"]);
    assert!(unlike.code == 1 && unlike.stderr.contains("`--hidden`"), "{}", unlike.stderr);

    assert_eq!(scratch.scutch(&["ingest", "raw/.git", "raw/.a.txt", "-o", "named"]).code, 0);
    assert_eq!(paths("named").len(), 3, "what is named is read");
}

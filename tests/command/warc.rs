//! Web archives: every record ends in one place, with what its archive says of it. `tests/warc/` was written by warcio.

use std::io::Write;

use serde_json::Value;

use super::scratch::{Output, Scratch, number, string};

const PLAIN: &[u8] = include_bytes!("../warc/crawl.warc");
const GZIP: &[u8] = include_bytes!("../warc/crawl.warc.gz");
const WET: &[u8] = include_bytes!("../warc/texts.warc.wet.gz");
/// The text of most pages.
const TEXT: &str =
    "The ferry left the quay at noon, naïve as its crew were about the weather that was coming up from the south.";
const RUSSIAN: &str =
    "Паром отошёл от причала в полдень, хотя с юга шла непогода, о которой на борту ещё никто не знал.";

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).expect("memory takes it");
    encoder.finish().expect("memory takes it")
}

/// The last part of the address of each row.
fn names(rows: &[Value]) -> Vec<String> {
    let name = |row: &Value| string(&row["metadata"]["url"]).rsplit('/').next().unwrap_or_default().to_owned();
    rows.iter().map(name).collect()
}

fn assert_verified(scratch: &Scratch, raw: &str) {
    let verified = scratch.scutch(&["verify", "clean", "--raw", raw]);
    assert_eq!(verified.code, 0, "{}{}", verified.stdout, verified.stderr);
}

/// A record of WARC.
fn record(kind: &str, id: &str, block: &[u8]) -> Vec<u8> {
    let head = format!(
        "WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <{id}>\r\nContent-Type: application/http\r\nContent-Length: {}\r\n\r\n",
        block.len()
    );
    [head.as_bytes(), block, b"\r\n\r\n"].concat()
}

/// A record of a page.
fn page(id: &str, text: &str) -> Vec<u8> {
    let block = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<!DOCTYPE html><p>{text}</p>");
    record("response", id, block.as_bytes())
}

#[test]
fn records_end_where_their_kind_says() {
    for (name, raw) in [("crawl.warc", PLAIN), ("crawl.warc.gz", GZIP), ("crawl.WARC.xz", PLAIN)] {
        let scratch = Scratch::new();
        if name.ends_with("xz") {
            let mut encoder = liblzma::write::XzEncoder::new(Vec::new(), 6);
            encoder.write_all(raw).expect("memory takes it");
            scratch.write(format!("raw/{name}"), encoder.finish().expect("memory takes it"));
        } else {
            scratch.write(format!("raw/{name}"), raw);
        }
        let ran = scratch.scutch(&["ingest", "raw"]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        let said = "passed over 5 records that hold no document (dns 1, metadata 1, request 1, revisit 1, warcinfo 1)";
        assert!(ran.stderr.contains(said), "{}", ran.stderr);
        let output = scratch.output("clean");
        output.assert_reconciled();
        assert_eq!(
            names(&output.documents),
            ["plain", "gzip", "br", "chunked", "decoded", "koi8", "cut", "notes.txt"],
            "{name}"
        );
        assert_eq!(names(&output.rejected), ["missing", "moved", "quay.png"]);
        let reasons: Vec<String> = output.rejected.iter().map(|row| string(&row["metadata"]["reason"])).collect();
        assert_eq!(reasons, ["input.status", "input.status", "input.mime"]);
        for row in &output.documents {
            let text = string(&row["text"]);
            match names(std::slice::from_ref(row))[0].as_str() {
                "koi8" => assert_eq!(text, RUSSIAN),
                "cut" => assert!(TEXT.starts_with(text.trim_end()) && text.len() > 50, "{text}"),
                _ => assert_eq!(text, TEXT, "{}", row["id"]),
            }
        }
        let passed = &output.manifest["passed_over"];
        let bytes = ["dns", "metadata", "request", "revisit", "warcinfo"].map(|kind| number(&passed[kind]["bytes"]));
        let total = number(&output.manifest["read"]["bytes"]) + bytes.iter().sum::<u64>();
        if name == "crawl.warc" {
            assert_eq!(total, PLAIN.len() as u64, "every byte is accounted for");
        }
        assert_verified(&scratch, "raw");
    }
}

#[test]
fn what_the_archive_says_is_kept() {
    let scratch = Scratch::new();
    scratch.write("raw/crawl.warc.gz", GZIP);
    assert_eq!(scratch.scutch(&["ingest", "raw"]).code, 0);
    let output = scratch.output("clean");
    let row = &output.documents[1];
    assert_eq!(row["id"], "<urn:uuid:00000000-0000-0000-0000-000000000004>");
    let metadata = &row["metadata"];
    for (key, value) in [
        ("url", "https://ferry.example/gzip"),
        ("raw_path", "crawl.warc.gz"),
        ("mime", "text/html"),
        ("warc_truncated", ""),
        ("raw_encoding", "UTF-8"),
    ] {
        assert_eq!(metadata[key], value, "{key}");
    }
    assert_eq!((number(&metadata["raw_record"]), number(&metadata["http_status"])), (4, 200));
    assert!(string(&metadata["warc_payload_digest"]).starts_with("sha1:"), "{metadata}");
    let extra: Value = serde_json::from_str(&string(&metadata["extra"])).expect("JSON");
    assert_eq!((&extra["warc_date"][0], &extra["warc_type"][0]), (&"2024-05-17T06:30:00Z".into(), &"response".into()));
    let place = |key: &str| string(&extra[key][0]).parse::<usize>().expect("a number");
    let (start, length) = (place("warc_member_offset"), place("warc_member_length"));
    let mut member = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(&GZIP[start..start + length]), &mut member)
        .expect("whole");
    assert_eq!(member.len() as u64, number(&metadata["raw_length"]), "the member is the record");
    let koi8 = &output.documents[5]["metadata"];
    assert_eq!((&koi8["raw_encoding"], &koi8["raw_encoding_from"]), (&"KOI8-R".into(), &"declared".into()));
    assert_eq!(output.documents[6]["metadata"]["warc_truncated"], "length");
    assert_eq!(
        (&output.rejected[2]["metadata"]["mime"], number(&output.rejected[0]["metadata"]["http_status"])),
        (&"image/png".into(), 404)
    );
    let explained = scratch.scutch(&["explain", "raw/crawl.warc.gz", "--record", "8"]);
    assert!(explained.stdout.contains("KOI8-R"), "{}{}", explained.stdout, explained.stderr);
}

#[test]
fn texts_of_wet_are_documents() {
    let scratch = Scratch::new();
    scratch.write("raw/texts.warc.wet.gz", WET);
    assert_eq!(scratch.scutch(&["ingest", "raw"]).code, 0);
    let output = scratch.output("clean");
    output.assert_reconciled();
    let texts: Vec<String> = output.documents.iter().map(|row| string(&row["text"])).collect();
    assert_eq!(texts, [TEXT, RUSSIAN]);
    assert_eq!(output.documents[0]["metadata"]["mime"], "text/plain");
    assert!(string(&output.documents[0]["metadata"]["extra"]).contains("\"warc_refers_to\":[\"<urn:uuid:"));
    assert_verified(&scratch, "raw");
}

#[test]
fn streams_are_read_like_files() {
    let output_of = |raw: &[u8], arguments: &[&str]| -> Output {
        let scratch = Scratch::new();
        let all = [&["ingest", "-", "-o", "clean"], arguments].concat();
        let ran = scratch.scutch_fed(&all, raw);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        let verified = scratch.scutch_fed(&[&["verify", "clean", "--raw", "-"], arguments].concat(), raw);
        assert_eq!(verified.code, 0, "{}", verified.stdout);
        scratch.output("clean")
    };
    for raw in [PLAIN, GZIP] {
        for arguments in [&[][..], &["--from", "warc"]] {
            let output = output_of(raw, arguments);
            output.assert_reconciled();
            assert_eq!(output.documents.len(), 8);
            assert_eq!(number(&output.manifest["inputs"][0]["bytes"]), raw.len() as u64, "bytes as they came in");
        }
        let cleaned = Scratch::new().scutch_fed(&["clean"], raw);
        assert_eq!(cleaned.code, 0, "{}", cleaned.stderr);
        let rows: Vec<Value> = cleaned.stdout.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        assert_eq!((rows.len(), rows[0]["text"].as_str()), (11, Some(TEXT)));
        assert!(cleaned.stderr.contains("passed over 5 records"), "{}", cleaned.stderr);
    }
}

#[test]
fn broken_records_fail_alone() {
    let pages: Vec<Vec<u8>> = (0..4).map(|number| page(&format!("id-{number}"), TEXT)).collect();
    let short_chunk =
        record("response", "id-4", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n9\r\nabc");
    let no_response = record("response", "id-5", b"nothing of the kind");
    let mut members: Vec<Vec<u8>> = pages.iter().chain([&short_chunk, &no_response]).map(|page| gzip(page)).collect();
    let check = members[1].len() - 5;
    members[1][check] ^= 1;
    let wrong_length = String::from_utf8(pages[2].clone()).expect("text").replacen("Length: 1", "Length: 9", 1);
    members[2] = gzip(wrong_length.as_bytes());
    let cut = members[3].len() - 20;
    let scratch = Scratch::new();
    scratch.write("raw/a.warc.gz", members.concat());
    scratch.write("raw/b.warc.gz", [&members[0][..], &members[3][..cut]].concat());
    let ran = scratch.scutch(&["ingest", "raw"]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    let output = scratch.output("clean");
    output.assert_reconciled();
    assert_eq!(output.documents.len(), 3, "two of the first file, one of the second");
    let failed: Vec<(String, String)> =
        output.failed.iter().map(|row| (string(&row["id"]), string(&row["error"]))).collect();
    for ((id, error), (expected, words)) in failed.iter().zip([
        ("<id-1>", "the gzip member in bytes"),
        ("<id-2>", "before its block"),
        ("<id-4>", "the chunked body is broken at byte 10: a chunk of 9 bytes has only 3"),
        ("<id-5>", "should be a response of HTTP, but begins with `nothing of the k`"),
        ("<id-3>", "it ends before it is complete"),
    ]) {
        assert!(id == expected && error.contains(words), "{id}: {error}");
    }
    assert_eq!(failed.len(), 5);
    assert_verified(&scratch, "raw");
}

#[test]
fn large_records_are_rejected_or_fail() {
    let scratch = Scratch::new();
    let large = record(
        "response",
        "film",
        &[b"HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\n\r\n", &vec![7; 300_000][..]].concat(),
    );
    let bomb = gzip(&vec![b'a'; 10_000_000]);
    let head = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Encoding: gzip\r\n\r\n";
    let raw = [
        large,
        page("long", &TEXT.repeat(4000)),
        record("response", "bomb", &[head, &bomb[..]].concat()),
        page("last", TEXT),
    ];
    scratch.write("raw/a.warc", raw.concat());
    let ran = scratch.scutch(&["ingest", "raw", "--max-document-bytes", "100000"]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    let output = scratch.output("clean");
    output.assert_reconciled();
    assert_eq!((output.documents.len(), &output.rejected[0]["metadata"]["reason"]), (1, &"input.mime".into()));
    let errors: Vec<String> = output.failed.iter().map(|row| string(&row["error"])).collect();
    assert!(errors.len() == 2 && errors.iter().all(|error| error.contains("too large (at most 100000")), "{errors:?}");
    let verified = scratch.scutch(&["verify", "clean", "--raw", "raw", "--max-document-bytes", "100000"]);
    assert_eq!(verified.code, 0, "{}", verified.stdout);
}

#[test]
fn filter_rejects_with_a_reason() {
    let scratch = Scratch::new();
    scratch.write("raw/crawl.warc", PLAIN);
    scratch.write("raw/texts.warc.wet.gz", WET);
    scratch.write(
        "raw/lines.jsonl",
        format!("{{\"text\": \"{TEXT}\", \"url\": \"https://tug.example/a\"}}\n{{\"text\": \"{TEXT}\"}}\n"),
    );
    scratch.write(
        "scutch.toml",
        "[filter]\nstatus = [\"200\", \"404\"]\nmime = []\nurls = [\"https://ferry.example/*\"]\n\
         not-urls = [\"re:/(gzip|br)$\"]\nmin-bytes = 100\nlanguages = [\"en\", \"eng\"]\n",
    );
    let ran = scratch.scutch(&["ingest", "raw"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let output = scratch.output("clean");
    output.assert_reconciled();
    let reasons: Vec<(String, String)> = names(&output.rejected)
        .into_iter()
        .zip(output.rejected.iter().map(|row| string(&row["metadata"]["reason"])))
        .collect();
    let expected = [
        ("gzip", "input.url"),
        ("br", "input.url"),
        ("moved", "input.status"),
        ("quay.png", "input.size"),
        ("notes.txt", "input.url"),
        ("a", "input.url"),
        ("rus,eng", "input.language"),
    ];
    assert_eq!(reasons, expected.map(|(name, reason)| (name.to_owned(), reason.to_owned())));
    assert_eq!(names(&output.documents), ["plain", "chunked", "decoded", "koi8", "missing", "cut", "", "eng"]);
    assert_verified(&scratch, "raw");
    scratch.write("scutch.toml", "[filter]\nstatus = [\"2x\"]\n");
    let ran = scratch.scutch(&["ingest", "raw"]);
    assert!(
        ran.code == 2 && ran.stderr.contains("scutch.toml:2:11: filter.status: `2x` is no status"),
        "{}",
        ran.stderr
    );
    scratch.write("scutch.toml", "[filter]\nstatuses = []\n");
    let ran = scratch.scutch(&["ingest", "raw"]);
    assert!(ran.code == 2 && ran.stderr.contains("scutch.toml:2:1: unknown field `statuses`"), "{}", ran.stderr);
}

#[test]
fn language_of_a_page_is_known_when_it_was_read() {
    let scratch = Scratch::new();
    let french =
        "<!DOCTYPE html><html lang=fr><p>Le bac a quitté le quai à midi, et personne ne l'a vu partir.</p></html>";
    scratch.write("raw/a.html", french);
    scratch.write("raw/b.html", french.replace("lang=fr", "lang=en-GB"));
    scratch.write("scutch.toml", "[filter]\nlanguages = [\"en\"]\n");
    assert_eq!(scratch.scutch(&["ingest", "raw"]).code, 0);
    let output = scratch.output("clean");
    output.assert_reconciled();
    assert_eq!((output.documents.len(), &output.rejected[0]["metadata"]["reason"]), (1, &"input.language".into()));
    assert_eq!(output.rejected[0]["metadata"]["lang"], "fr");
    assert_verified(&scratch, "raw");
}

#[test]
fn threads_do_not_change_the_output() {
    let scratch = Scratch::new();
    let pages: Vec<Vec<u8>> =
        (0..600).map(|number| gzip(&page(&format!("id-{number}"), &TEXT.repeat(number % 40 + 1)))).collect();
    let mut raw = pages.concat();
    let middle = raw.len() / 2;
    raw[middle] ^= 0xFF;
    scratch.write("raw/a.warc.gz", raw);
    for threads in ["1", "5"] {
        let ran = scratch.scutch(&["ingest", "raw", "-o", threads, "--threads", threads]);
        assert!(ran.code <= 1, "{}", ran.stderr);
    }
    assert!(scratch.tree("1") == scratch.tree("5"), "the same bytes");
    let output = scratch.output("1");
    output.assert_reconciled();
    assert_eq!(output.documents.len() + output.failed.len(), 600);
}

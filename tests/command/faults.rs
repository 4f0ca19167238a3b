//! Bad input of every kind: it is counted and named, and everything else is kept.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;

use super::scratch::{Output, Scratch, number, place, string};

/// What must become of a record.
#[derive(Debug)]
enum Fate {
    /// It is kept with this text.
    Kept(&'static str),
    /// It is rejected for a reason that starts so.
    Rejected(&'static str),
    /// It fails with an error that has these words.
    Failed(&'static str),
}

use Fate::{Failed, Kept, Rejected};

/// Length of the long lines: 100 MB, above the limit of 64 MiB for one document.
const LONG: usize = 100 << 20;

const FERRY: &str = "The ferry left at noon.";

/// Lines of a JSONL file with every kind of damage, and what must become of them.
fn damaged_lines() -> Vec<(Vec<u8>, Fate)> {
    let deep = format!("{}{}", "[".repeat(500), "]".repeat(500));
    let digits = "9".repeat(400);
    vec![
        (br#"{"text": "The ferry left at noon."}"#.to_vec(), Kept(FERRY)),
        (br#"{"text": "The ferry le"#.to_vec(), Failed("while parsing a string")),
        (br#"{"body": "The ferry left at noon."}"#.to_vec(), Failed("no field `text`")),
        (br#"{"text": 17}"#.to_vec(), Failed("expected a string")),
        (br#"{"text": null}"#.to_vec(), Failed("expected a string")),
        (br#"{"text": ["The ferry left at noon."]}"#.to_vec(), Failed("expected a string")),
        (br#"["The ferry left at noon."]"#.to_vec(), Failed("expected a JSON object")),
        (br#"{"text": "The ferry left at noon.", "score": NaN}"#.to_vec(), Failed("NaN")),
        (br#"{"text": "The ferry left at noon.", "score": -Infinity}"#.to_vec(), Failed("Infinity")),
        (br#"{"score": 1e999, "text": "The ferry left at noon."}"#.to_vec(), Kept(FERRY)),
        (format!(r#"{{"n": {digits}, "id": -{digits}.5e-7, "text": "{FERRY}"}}"#).into_bytes(), Kept(FERRY)),
        (format!(r#"{{"deep": {deep}, "text": "{FERRY}"}}"#).into_bytes(), Kept(FERRY)),
        (format!(r#"{{"text": {deep}}}"#).into_bytes(), Failed("expected a string")),
        (br#"{"text": "The \u0000ferry left at \u0000\u0000noon."}"#.to_vec(), Kept(FERRY)),
        (b"{\"text\": \"The ferry\0 left at noon.\"}".to_vec(), Kept(FERRY)),
        (b"\0\0\0\0".to_vec(), Failed("not JSON")),
        (
            b"{\"text\": \"Caf\xFF at the ferry, na\xC3\xAFve.\"}".to_vec(),
            Kept("Caf\u{fffd} at the ferry, na\u{ef}ve."),
        ),
        (br#"{"text": "The ferry \ud83d left."}"#.to_vec(), Kept("The ferry \u{fffd}\u{fffd}\u{fffd} left.")),
        (br#"{"text": ""}"#.to_vec(), Rejected("empty")),
        (br#"{"text": " \n\t "}"#.to_vec(), Rejected("empty")),
        (b"{\"text\": \"The ferry left at noon.\"}\r".to_vec(), Kept(FERRY)),
        (br#"{"text": "The ferry left at noon."} {}"#.to_vec(), Failed("not JSON")),
        (br#"{"id": {"a": 1}, "url": 3, "text": "The ferry left at noon."}"#.to_vec(), Kept(FERRY)),
        (b"nonsense".to_vec(), Failed("not JSON")),
        // The last line has no line end.
        (br#"{"text": "The ferry left at noon."}"#.to_vec(), Kept(FERRY)),
    ]
}

type Fates = BTreeMap<(String, u64), Fate>;

/// Makes `raw/` with every fault but those that only some systems have.
fn fault_folder(scratch: &Scratch) -> Fates {
    let mut fates = Fates::new();
    let mut file = |name: &str, bytes: &[u8], fate: Fate| {
        scratch.write(format!("raw/{name}"), bytes);
        fates.insert((name.to_owned(), 0), fate);
    };
    file("a-good.txt", b"The ferry left at noon.\n", Kept(FERRY));
    let bad_byte = b"Gr\xC3\xB6\xC3\x9Fe, Stra\xC3\x9Fe, s\xC3\xBC\xC3\x9F: the ferry \xFF left.\n";
    file("bad-utf8.txt", bad_byte, Kept("Größe, Straße, süß: the ferry \u{fffd} left."));
    file("picture.txt", b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06", Rejected("binary: PNG"));
    file("empty.txt", b"", Rejected("empty"));
    file("blank.txt", b" \n\t\n", Rejected("empty"));
    file("nul.txt", b"The ferry\0 left at noon.\n", Kept(FERRY));
    file("table.csv", b"a,b\n1,2\n", Rejected("unsupported: file type `.csv`"));
    file("nested/deep/er.md", b"The ferry left at noon.", Kept(FERRY));
    file("not-zstd.txt.zst", b"The ferry left at noon.\n", Failed("could not"));
    file("empty.txt.gz", b"", Failed("could not"));
    let article = "The ferry left at noon, and nobody saw it go but the cat of the harbor master.\n".repeat(500);
    let whole = gzip(article.as_bytes());
    file("cut.txt.gz", whole.get(..whole.len() / 2).expect("half"), Failed("could not read the file"));
    // The checksum at the end is gone: every byte was read, but nothing vouches for them.
    file("cut-checksum.txt.gz", whole.get(..whole.len() - 4).expect("most"), Failed("could not read the file"));
    file("long-line.txt", &vec![b'x'; LONG], Failed("too large"));

    scratch.write("raw/not-xz.jsonl.xz", "{\"text\": \"The ferry left at noon.\"}\n");
    fates.insert(("not-xz.jsonl.xz".to_owned(), 1), Failed("could not read the file"));

    let mut long = b"{\"text\": \"The ferry left at noon.\"}\n{\"text\": \"".to_vec();
    long.resize(long.len() + LONG, b'x');
    long.extend_from_slice(b"\"}\n{\"text\": \"The ferry left at noon.\"}\n");
    scratch.write("raw/long-line.jsonl", long);
    for (line, fate) in (1..).zip([Kept(FERRY), Failed("too large"), Kept(FERRY)]) {
        fates.insert(("long-line.jsonl".to_owned(), line), fate);
    }
    let (lines, fates_of_lines): (Vec<_>, Vec<_>) = damaged_lines().into_iter().unzip();
    scratch.write("raw/records.jsonl", lines.join(&b'\n'));
    fates.extend((1..).zip(fates_of_lines).map(|(line, fate)| (("records.jsonl".to_owned(), line), fate)));
    fates
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).expect("memory takes it");
    encoder.finish().expect("memory takes it")
}

/// Adds links and names that only Unix has.
#[cfg(unix)]
fn add_faults_of_unix(scratch: &Scratch, fates: &mut Fates) {
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::{PermissionsExt, symlink};

    let raw = scratch.path("raw");
    scratch.write(std::ffi::OsStr::from_bytes(b"raw/caf\xE9.txt"), "The ferry left at noon.\n");
    fates.insert(("caf\\xE9.txt".to_owned(), 0), Kept(FERRY));
    symlink("nowhere.txt", raw.join("dangling.txt")).expect("links can be made");
    fates.insert(("dangling.txt".to_owned(), 0), Failed("No such file"));
    symlink("itself.txt", raw.join("itself.txt")).expect("links can be made");
    fates.insert(("itself.txt".to_owned(), 0), Failed("symbolic links"));
    symlink("..", raw.join("nested/circle")).expect("links can be made");
    fates.insert(("nested/circle".to_owned(), 0), Failed("the link leads back"));
    symlink("a-good.txt", raw.join("z-link.txt")).expect("links can be made");
    fates.insert(("z-link.txt".to_owned(), 0), Kept(FERRY));

    scratch.write("raw/unreadable.txt", "The ferry left at noon.\n");
    let locked = raw.join("unreadable.txt");
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o000)).expect("the file is ours");
    // For the administrator every file is readable.
    let fate = if fs::File::open(&locked).is_ok() { Kept(FERRY) } else { Failed("ermission denied") };
    fates.insert(("unreadable.txt".to_owned(), 0), fate);
    if cfg!(target_os = "linux") {
        // It can be opened, but not read at its start, not even by the administrator.
        symlink("/proc/self/mem", raw.join("memory.txt")).expect("links can be made");
        fates.insert(("memory.txt".to_owned(), 0), Failed("could not read the file behind byte 0"));
        symlink("/dev/zero", raw.join("zero.txt")).expect("links can be made");
        fates.insert(("zero.txt".to_owned(), 0), Failed("not a regular file"));
    }
}

#[cfg(not(unix))]
fn add_faults_of_unix(_scratch: &Scratch, _fates: &mut Fates) {}

/// Each record is where it must be.
fn assert_fates(output: &Output, fates: &Fates) {
    let kept = output.texts();
    let reasons = |rows: &[Value]| -> BTreeMap<(String, u64), String> {
        rows.iter().map(|row| (place(&row["metadata"]), string(&row["metadata"]["reason"]))).collect()
    };
    let rejected = reasons(&output.rejected);
    let failed: BTreeMap<_, _> = output.failed.iter().map(|row| (place(row), string(&row["error"]))).collect();
    let mut wrong = Vec::new();
    for (place, fate) in fates {
        let found = (kept.get(place), rejected.get(place), failed.get(place));
        let holds = match (fate, found) {
            (Kept(text), (Some(found), None, None)) => found == text,
            (Rejected(start), (None, Some(reason), None)) => reason.starts_with(start),
            (Failed(words), (None, None, Some(error))) => {
                error.contains(words)
                    && !["Error", "Os {", "Custom", "kind:", "panick"].iter().any(|raw| error.contains(raw))
            }
            _ => false,
        };
        if !holds {
            wrong.push(format!("{place:?} must be {fate:?}, but is (kept, rejected, failed) {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let all = kept.keys().chain(rejected.keys()).chain(failed.keys());
    let unknown: Vec<_> = all.filter(|place| !fates.contains_key(*place)).collect();
    assert!(unknown.is_empty(), "nobody expected {unknown:?}");
    assert_eq!(kept.len() + rejected.len() + failed.len(), fates.len());
}

#[test]
fn every_fault_is_named_and_everything_else_is_kept() {
    let scratch = Scratch::new();
    let mut fates = fault_folder(&scratch);
    add_faults_of_unix(&scratch, &mut fates);
    let ran = scratch.scutch(&["ingest", "raw", "-o", "clean"]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
    assert!(ran.stderr.contains("failed.jsonl"), "the summary does not say where to look: {}", ran.stderr);
    let output = scratch.output("clean");
    assert_fates(&output, &fates);
    output.assert_reconciled();

    let verified = scratch.scutch(&["verify", "clean", "--raw", "raw"]);
    assert_eq!(verified.code, 0, "{}{}", verified.stdout, verified.stderr);

    let again = scratch.scutch(&["ingest", "raw", "-o", "again", "--threads", "8", "--quiet"]);
    assert_eq!((again.code, again.stderr.as_str()), (1, ""));
    assert!(scratch.tree("clean") == scratch.tree("again"), "faults must not change the order");
}

#[test]
fn place_of_a_record_is_its_bytes_in_the_file() {
    let scratch = Scratch::new();
    let lines: Vec<Vec<u8>> = damaged_lines().into_iter().map(|(line, _)| line).collect();
    // Blank lines are no records, but they count as lines.
    let mut file = b"\n \r\n".to_vec();
    file.extend(lines.join(&b'\n'));
    scratch.write("raw/records.jsonl", &file);
    scratch.write("raw/packed.jsonl.gz", gzip(&file));
    scratch.scutch(&["ingest", "raw", "-o", "clean"]);
    let output = scratch.output("clean");
    let documents = output.documents.iter().chain(&output.rejected).map(|row| &row["metadata"]);
    let mut seen = 0;
    for row in documents.chain(&output.failed) {
        let start = usize::try_from(number(&row["raw_offset"])).expect("small");
        let length = usize::try_from(number(&row["raw_length"])).expect("small");
        let record = usize::try_from(number(&row["raw_record"])).expect("small");
        let bytes = file.get(start..start + length).expect("within the file");
        assert_eq!(bytes.strip_suffix(b"\n").unwrap_or(bytes), lines[record - 3], "line {record}");
        seen += 1;
    }
    assert_eq!(seen, 2 * lines.len());
}

#[test]
fn complete_lines_of_a_truncated_gzip_are_kept() {
    let scratch = Scratch::new();
    // Lines that do not compress away, so that many of them lie before the cut.
    let text = |line: u64| format!("Ferry {} left at {}.", line * 7919 % 10007, line * 104_729 % 9973);
    let mut plain = Vec::new();
    for line in 1..=20_000 {
        writeln!(plain, "{{\"text\": \"{}\"}}", text(line)).expect("memory takes it");
    }
    let whole = gzip(&plain);
    scratch.write("raw/a-cut.jsonl.gz", whole.get(..whole.len() / 2).expect("half"));
    scratch.write("raw/b-good.txt", FERRY);
    let ran = scratch.scutch(&["ingest", "raw", "-o", "clean"]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    let output = scratch.output("clean");
    output.assert_reconciled();
    let mut texts = output.texts();
    assert_eq!(texts.remove(&("b-good.txt".to_owned(), 0)).as_deref(), Some(FERRY));
    let kept = texts.len() as u64;
    assert!(kept > 5000, "only {kept} lines were kept");
    for ((_, line), found) in &texts {
        assert_eq!(*found, text(*line));
    }
    assert_eq!(output.failed.len(), 1);
    assert_eq!(place(&output.failed[0]), ("a-cut.jsonl.gz".to_owned(), kept + 1), "the line that was cut");
    let error = string(&output.failed[0]["error"]);
    assert!(error.contains("could not read the file"), "{error}");
    let verified = scratch.scutch(&["verify", "clean", "--raw", "raw"]);
    assert_eq!(verified.code, 0, "{}", verified.stdout);
}

#[test]
fn line_beyond_the_limit_takes_no_other_line_with_it() {
    let long = format!("{{\"text\": \"{}\"}}\n", "x".repeat(700_000));
    let short = "{\"text\": \"The ferry left at noon.\"}\n";
    let file = format!("{short}{long}{short}{long}{long}{short}{}", long.trim_end());
    // One limit below what is read at once, and one above it.
    for limit in ["1000", "100000"] {
        let scratch = Scratch::new();
        scratch.write("raw/lines.jsonl", &file);
        assert_eq!(scratch.scutch(&["ingest", "raw", "-o", "clean", "--max-document-bytes", limit]).code, 1);
        let output = scratch.output("clean");
        output.assert_reconciled();
        let kept: Vec<u64> = output.texts().keys().map(|place| place.1).collect();
        let failed: Vec<u64> = output.failed.iter().map(|row| place(row).1).collect();
        assert_eq!((kept, failed), (vec![1, 3, 6], vec![2, 4, 5, 7]), "limit {limit}");
        for row in &output.failed {
            let start = usize::try_from(number(&row["raw_offset"])).expect("small");
            let length = usize::try_from(number(&row["raw_length"])).expect("small");
            let bytes = file.get(start..start + length).expect("within the file");
            assert_eq!(bytes.trim_end(), long.trim_end());
            assert!(string(&row["error"]).contains("at most"), "the limit is not named");
        }
        assert_eq!(number(&output.manifest["read"]["bytes"]), file.len() as u64);
        let verified = scratch.scutch(&["verify", "clean", "--raw", "raw", "--max-document-bytes", limit]);
        assert_eq!(verified.code, 0, "{}", verified.stdout);
    }
}

#[test]
fn jsonl_with_a_byte_order_mark_is_read() {
    let scratch = Scratch::new();
    scratch
        .write("raw/marked.jsonl", "\u{feff}{\"text\": \"The ferry left at noon.\"}\n{\"text\": \"Nobody saw it.\"}\n");
    let ran = scratch.scutch(&["ingest", "raw", "-o", "clean"]);
    assert_eq!(ran.code, 0, "{:?}", scratch.output("clean").failed);
    let verified = scratch.scutch(&["verify", "clean", "--raw", "raw"]);
    assert_eq!(verified.code, 0, "{}", verified.stdout);
}

#[test]
fn binary_named_jsonl_is_failures_and_no_panic() {
    let scratch = Scratch::new();
    let noise: Vec<u8> =
        (0..200_000_u64).map(|n| (n.wrapping_mul(n).wrapping_mul(2_654_435_761) >> 13).to_le_bytes()[0]).collect();
    scratch.write("raw/noise.jsonl", &noise);
    scratch.write("raw/noise.txt", &noise);
    scratch.write("raw/noise.html", &noise);
    for ending in ["gz", "zst", "bz2", "xz"] {
        scratch.write(format!("raw/noise.txt.{ending}"), &noise);
    }
    let ran = scratch.scutch(&["ingest", "raw", "-o", "clean"]);
    assert_eq!(ran.code, 1);
    assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
    let output = scratch.output("clean");
    output.assert_reconciled();
    assert!(output.failed.iter().all(|row| !string(&row["error"]).contains("panicked")));
    let verified = scratch.scutch(&["verify", "clean", "--raw", "raw"]);
    assert_eq!(verified.code, 0, "{}", verified.stdout);
}

#[cfg(unix)]
#[test]
fn names_that_look_alike_stay_apart() {
    use std::os::unix::ffi::OsStrExt;

    let scratch = Scratch::new();
    scratch.write(std::ffi::OsStr::from_bytes(b"raw/caf\xE9.txt"), "The byte.");
    scratch.write("raw/caf\\xE9.txt", "The backslash.");
    scratch.write("raw/caf\u{e9}.txt", "The letter.");
    scratch.write("raw/new\nline.txt", "The line end.");
    assert_eq!(scratch.scutch(&["ingest", "raw", "-o", "clean"]).code, 0);
    let texts = scratch.output("clean").texts();
    assert_eq!(texts.len(), 4, "{texts:?}");
    let verified = scratch.scutch(&["verify", "clean", "--raw", "raw"]);
    assert_eq!(verified.code, 0, "{}", verified.stdout);
}

//! Same input and settings: same bytes out, and nothing of another run is overwritten unasked.

use std::fmt::Write as _;
use std::io::Write as _;

use super::scratch::{Scratch, number};

/// Records of the mixed folder in JSONL files.
const RECORDS: usize = 4000;

/// A folder with several thousand small records of every kind: clean, with furniture, broken, HTML,
/// and with mojibake.
fn mixed_folder(scratch: &Scratch) {
    let texts = [
        "The ferry left at noon and nobody saw it go.",
        "Share\\n\\nThe mayor called it â€œa fair dealâ€\u{9d}.\\n\\nAdvertisement\\n\\nThe harbor stays shut.",
        "Caf\u{e9}s  along\\tthe \u{a0}pier  \\r\\n\\r\\n\\r\\n\\r\\nwere closed.",
        "<html><body><p>The pilots <b>met</b> again.</p><script>x()</script></body></html>",
        "Reklama &amp; novelty",
    ];
    let mut lines = String::new();
    for record in 0..RECORDS {
        let text = texts[record % texts.len()];
        match record % 97 {
            13 => writeln!(lines, "{{\"text\": \"{text}"),
            14 => writeln!(lines, "{{\"body\": \"{text}\"}}"),
            15 => writeln!(lines, "{{\"id\": \"r{record}\", \"text\": \"\"}}"),
            _ => writeln!(
                lines,
                "{{\"id\": \"r{record}\", \"url\": \"https://a.example/{record}\", \"text\": \"{text} {record}\"}}"
            ),
        }
        .expect("a string takes it");
    }
    scratch.write("raw/b.jsonl", &lines);
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(lines.as_bytes()).expect("memory takes it");
    scratch.write("raw/sub/c.jsonl.gz", encoder.finish().expect("memory takes it"));
    for file in 0..400 {
        let folder = file % 7;
        scratch.write(
            format!("raw/{folder}/{file}.txt"),
            format!("Share\n\nThe ferry number {file} left.\n\nAdvertisement\n"),
        );
        if file % 5 == 0 {
            scratch
                .write(format!("raw/{folder}/{file}.html"), format!("<title>{file}</title><p>Page <i>{file}</i></p>"));
        }
        if file % 50 == 0 {
            scratch.write(format!("raw/{folder}/{file}.bin"), [0, 1, 2]);
        }
    }
}

#[test]
fn number_of_threads_does_not_change_a_byte() {
    let scratch = Scratch::new();
    mixed_folder(&scratch);
    for threads in ["1", "3", "8"] {
        let ran = scratch.scutch(&["ingest", "raw", "-o", &format!("clean-{threads}"), "--threads", threads]);
        assert_eq!(ran.code, 1, "{}", ran.stderr);
    }
    let one = scratch.tree("clean-1");
    assert_eq!(one.len(), 5, "{:?}", one.keys());
    assert!(one == scratch.tree("clean-3"), "3 threads wrote other bytes");
    assert!(one == scratch.tree("clean-8"), "8 threads wrote other bytes");
    let output = scratch.output("clean-8");
    output.assert_reconciled();
    assert!(number(&output.manifest["kept"]["documents"]) > 8000);
    let verified = scratch.scutch(&["verify", "clean-8", "--raw", "raw"]);
    assert_eq!(verified.code, 0, "{}", verified.stdout);
}

#[test]
fn filter_writes_the_same_for_any_number_of_threads() {
    let scratch = Scratch::new();
    mixed_folder(&scratch);
    let lines = std::fs::read(scratch.path("raw/b.jsonl")).expect("just written");
    let [one, eight] = ["1", "8"].map(|threads| scratch.scutch_fed(&["clean", "--threads", threads], &lines));
    assert_eq!((one.code, eight.code), (1, 1));
    assert_eq!(one.stdout.lines().count(), RECORDS);
    assert!(one.stdout == eight.stdout);
}

#[test]
fn output_does_not_depend_on_where_it_is_made() {
    let (here, there) = (Scratch::new(), Scratch::new());
    for scratch in [&here, &there] {
        scratch.write("raw/a.txt", "Share\n\nThe ferry left.\n");
        scratch.write("raw/b.jsonl", "{\"text\": \"The ferry  left.\"}\n{}\n");
        let absolute = scratch.path("raw");
        let absolute = absolute.to_str().expect("temporary folders have plain names");
        assert_eq!(scratch.scutch(&["ingest", "raw", "-o", "clean"]).code, 1);
        assert_eq!(scratch.scutch(&["ingest", absolute, "-o", "absolute"]).code, 1);
        assert!(scratch.tree("clean") == scratch.tree("absolute"));
        for (name, bytes) in scratch.tree("clean") {
            let root = scratch.root().to_string_lossy().into_owned();
            assert!(!String::from_utf8_lossy(&bytes).contains(&root), "{name} holds a path of this machine");
        }
    }
    assert!(here.tree("clean") == there.tree("clean"));
}

#[test]
fn same_run_may_be_repeated() {
    let scratch = Scratch::new();
    scratch.write("raw/a.txt", "The ferry left.\n");
    assert_eq!(scratch.scutch(&["ingest", "raw", "-o", "clean"]).code, 0);
    let first = scratch.tree("clean");
    assert_eq!(scratch.scutch(&["ingest", "raw", "-o", "clean"]).code, 0);
    assert!(first == scratch.tree("clean"));
    // More documents of the same corpus are the same run, grown.
    scratch.write("raw/b.txt", "The ferry came back.\n");
    assert_eq!(scratch.scutch(&["ingest", "raw", "-o", "clean"]).code, 0);
    assert_eq!(scratch.output("clean").documents.len(), 2);
}

#[test]
fn changed_corpus_is_the_same_as_long_as_something_tells() {
    let scratch = Scratch::new();
    scratch.write("raw/a.txt", "The ferry left.\n");
    scratch.write("raw/deep/b.jsonl", "{\"text\": \"The ferry came back.\"}\n");
    scratch.write("raw/empty.txt", "");
    let run = || scratch.scutch(&["ingest", "raw", "-o", "clean"]);
    assert_eq!(run().code, 0);
    scratch.write("raw/a.txt", "The ferry stayed.\n");
    let ran = run();
    assert_eq!(ran.code, 0, "one file was changed: {}", ran.stderr);
    let absolute = scratch.path("raw");
    let ran = scratch.scutch(&["ingest", absolute.to_str().expect("a plain name"), "-o", "clean"]);
    assert_eq!(ran.code, 0, "the same folder by another name: {}", ran.stderr);
    let before = scratch.tree("clean");

    std::fs::remove_file(scratch.path("raw/a.txt")).expect("it is there");
    scratch.write("raw/c.txt", "The ferry stayed.\n");
    let ran = run();
    assert_eq!(ran.code, 2, "the output of a.txt would vanish: {}", ran.stderr);
    assert!(ran.stderr.contains("1 of its 3 inputs, such as `a.txt`"), "{}", ran.stderr);

    scratch.write("raw/a.txt", "The ferry sank.\n");
    scratch.write("raw/deep/b.jsonl", "{\"text\": \"The ferry never left.\"}\n");
    let ran = run();
    assert_eq!(ran.code, 2, "only the empty file is the same: {}", ran.stderr);
    assert!(ran.stderr.contains("same names") && ran.stderr.contains("--overwrite"), "{}", ran.stderr);
    assert!(before == scratch.tree("clean"));
}

#[test]
fn output_of_standard_input_is_not_overwritten_unasked() {
    let scratch = Scratch::new();
    assert_eq!(scratch.scutch_fed(&["ingest", "-", "-o", "clean"], b"The ferry left.\n").code, 0);
    let ran = scratch.scutch_fed(&["ingest", "-", "-o", "clean"], b"The ferry left.\n");
    assert_eq!(ran.code, 2, "nobody knows what it holds before it is read: {}", ran.stderr);
    assert_eq!(scratch.scutch_fed(&["ingest", "-", "-o", "clean", "--overwrite"], b"The ferry stayed.\n").code, 0);
}

/// Runs that may not write into the output of `ingest raw -o clean`.
const OTHER_RUNS: [&[&str]; 6] = [
    &["ingest", "other", "-o", "clean"],
    &["ingest", "elsewhere/raw", "-o", "clean"],
    &["ingest", "raw", "-o", "clean", "--profile", "safe"],
    &["ingest", "raw", "-o", "clean", "--stages", "normalize"],
    &["ingest", "raw", "-o", "clean", "--changes", "spans"],
    &["ingest", "raw", "-o", "clean", "--source", "another"],
];

#[test]
fn output_of_another_run_is_refused_and_stays() {
    let scratch = Scratch::new();
    scratch.write("raw/a.txt", "Share\n\nThe  ferry left.\n");
    scratch.write("other/a.txt", "The ferry stayed.\n");
    scratch.write("elsewhere/raw/a.txt", "The ferry  stayed.\n");
    assert_eq!(scratch.scutch(&["ingest", "raw", "-o", "clean"]).code, 0);
    scratch.write("clean/notes.txt", "mine");
    let before = scratch.tree("clean");
    for arguments in OTHER_RUNS {
        let ran = scratch.scutch(arguments);
        assert_eq!(ran.code, 2, "{arguments:?}");
        assert!(ran.stderr.starts_with("error:") && ran.stderr.contains("hint:"), "{}", ran.stderr);
        assert!(ran.stderr.contains("`clean`"), "the folder is not named: {}", ran.stderr);
        assert!(ran.stderr.contains("--overwrite"), "the way out is not named: {}", ran.stderr);
        assert!(before == scratch.tree("clean"), "{arguments:?} changed the folder");
    }
}

#[test]
fn overwrite_replaces_the_run_and_keeps_foreign_files() {
    let scratch = Scratch::new();
    scratch.write("raw/a.txt", "Share\n\nThe  ferry left.\n");
    scratch.write("other/a.txt", "The ferry stayed.\n");
    scratch.write("elsewhere/raw/a.txt", "The ferry  stayed.\n");
    let foreign = ["clean/notes.txt", "clean/documents/notes.txt", "clean/mine/part-00000.jsonl", "clean/.hidden"];
    assert_eq!(scratch.scutch(&["ingest", "raw", "-o", "clean"]).code, 0);
    for file in foreign {
        scratch.write(file, "mine");
    }
    for arguments in OTHER_RUNS {
        let ran = scratch.scutch(&[arguments, &["--overwrite"]].concat());
        assert_eq!(ran.code, 0, "{arguments:?}: {}", ran.stderr);
        for file in foreign {
            assert_eq!(std::fs::read(scratch.path(file)).expect("still there"), b"mine", "{file} after {arguments:?}");
        }
    }
    assert_eq!(scratch.scutch(&["ingest", "other", "-o", "clean", "--overwrite"]).code, 0);
    let text = std::fs::read_to_string(scratch.path("clean/documents/part-00000.jsonl")).expect("written");
    assert!(text.contains("The ferry stayed.") && text.lines().count() == 1);
}

#[cfg(unix)]
#[test]
fn a_failed_last_write_leaves_the_old_output_whole() {
    let scratch = Scratch::new();
    scratch.write("raw/a.txt", "The ferry left.\n");
    assert_eq!(scratch.scutch(&["ingest", "raw", "-o", "clean"]).code, 0);
    scratch.write("raw/b.txt", format!("Share\n\n{}", "The  ferry came  back.\n".repeat(20)));
    scratch.write("raw/c.txt", "");
    let before = scratch.tree("clean");
    // The files are small enough to stay in memory until they are closed.
    let mut failed = 0;
    for limit in 0..40 {
        for (output, old) in [("clean", Some(&before)), ("fresh", None)] {
            let script = format!("ulimit -f {limit}; trap '' XFSZ; exec \"$0\" ingest raw -q -o {output}");
            let mut command = std::process::Command::new("sh");
            command.args(["-c", &script, env!("CARGO_BIN_EXE_scutch")]).current_dir(scratch.root());
            let status = command.stderr(std::process::Stdio::null()).status().expect("sh is there");
            if status.success() {
                assert!(failed > 0, "the limit has no effect");
                return;
            }
            failed += 1;
            assert_eq!(status.code(), Some(1), "limit {limit}");
            match old {
                Some(old) => assert!(*old == scratch.tree(output), "limit {limit} changed the old output"),
                None => assert!(!scratch.path(output).exists(), "limit {limit} left something behind"),
            }
        }
    }
    panic!("no limit was large enough");
}

#[test]
fn a_run_that_broke_off_at_its_end_says_what_to_do() {
    let scratch = Scratch::new();
    scratch.write("raw/a.txt", "The ferry left.\n");
    assert_eq!(scratch.scutch(&["ingest", "raw", "-o", "clean"]).code, 0);
    let complete = scratch.tree("clean");
    let manifest = scratch.path("clean/manifest.json");
    std::fs::rename(&manifest, scratch.path("clean/manifest.json.partial")).expect("ours");
    let ran = scratch.scutch(&["ingest", "raw", "-o", "clean"]);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(ran.stderr.contains("broke off") && ran.stderr.contains("--overwrite"), "{}", ran.stderr);
    assert_eq!(scratch.scutch(&["verify", "clean", "--raw", "raw"]).code, 2);
    let ran = scratch.scutch(&["ingest", "raw", "-o", "clean", "--overwrite"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(complete == scratch.tree("clean"));
}

#[test]
fn folder_with_something_else_in_it_is_refused() {
    let scratch = Scratch::new();
    scratch.write("raw/a.txt", "The ferry left.\n");
    scratch.write("mine/notes.txt", "mine");
    scratch.write("foreign/manifest.json", "{\"name\": \"an app\"}");
    for folder in ["mine", "foreign"] {
        let before = scratch.tree(folder);
        let ran = scratch.scutch(&["ingest", "raw", "-o", folder]);
        assert_eq!(ran.code, 2, "{}", ran.stderr);
        assert!(ran.stderr.contains(&format!("`{folder}`")), "{}", ran.stderr);
        assert!(before == scratch.tree(folder), "{folder} was changed");
        assert!(!scratch.path(folder).join("documents").exists());
    }
}

#[test]
fn output_and_input_inside_each_other_are_refused() {
    let scratch = Scratch::new();
    scratch.write("raw/a.txt", "The ferry left.\n");
    scratch.write("out/mine/a.txt", "The ferry left.\n");
    scratch.write("out/documents/part-00000.jsonl", "{\"text\": \"The ferry left.\"}\n");
    #[cfg(unix)]
    std::os::unix::fs::symlink("raw", scratch.path("link")).expect("links can be made");
    let before = scratch.tree(".");
    for (input, output) in [
        ("raw", "raw"),
        ("raw", "raw/clean"),
        ("raw", "new/../raw/clean/deep"),
        #[cfg(unix)]
        ("raw", "link/clean"),
        ("out/mine", "out"),
        ("out/mine/a.txt", "out"),
        ("out/documents", "out"),
        ("out/documents/part-00000.jsonl", "out"),
        ("raw", "."),
    ] {
        for overwrite in [&[][..], &["--overwrite"]] {
            let ran = scratch.scutch(&[&["ingest", input, "-o", output], overwrite].concat());
            assert_eq!(ran.code, 2, "{input} to {output}: {}", ran.stderr);
            assert!(ran.stderr.starts_with("error:") && ran.stderr.contains("\nhint: "), "{}", ran.stderr);
            assert!(before == scratch.tree("."), "{input} to {output} wrote something");
            assert!(!scratch.path("new").exists() && !scratch.path("raw/clean").exists());
        }
    }
}

#[test]
fn ids_do_not_depend_on_stages() {
    let scratch = Scratch::new();
    scratch.write("raw/a.txt", "Share\n\nThe  ferry left.\n");
    scratch
        .write("raw/b.jsonl", "{\"text\": \"The ferry  left.\", \"id\": \"own\"}\n{\"text\": \"The ferry  left.\"}\n");
    assert_eq!(scratch.scutch(&["ingest", "raw", "-o", "all"]).code, 0);
    assert_eq!(scratch.scutch(&["ingest", "raw", "-o", "one", "--stages", "decode"]).code, 0);
    let ids = |folder: &str| -> Vec<String> {
        scratch.output(folder).documents.iter().map(|row| row["id"].to_string()).collect()
    };
    assert_eq!(ids("all"), ids("one"));
    assert_eq!(ids("all"), ["\"a.txt\"", "\"own\"", "\"b.jsonl#2\""]);
}

/// Ctrl-C while a pipe is being read: the run ends, says so, and leaves nothing behind.
#[cfg(unix)]
#[test]
fn interrupted_run_leaves_the_folder_as_it_was() {
    use std::process::{Command, Stdio};

    /// Far more than the run may read once it was told to stop.
    const ENOUGH_LINES: usize = 40_000_000;

    let scratch = Scratch::new();
    scratch.write("raw/a.txt", "The ferry left.\n");
    assert_eq!(scratch.scutch(&["ingest", "raw", "-o", "clean"]).code, 0);
    let before = scratch.tree("clean");
    let pipe = scratch.path("pipe.jsonl");
    assert!(Command::new("mkfifo").arg(&pipe).status().expect("mkfifo is part of Unix").success());
    let mut command = scratch.command(&["ingest", "raw", "pipe.jsonl", "-o", "clean", "--overwrite"]);
    let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("starts");
    // Opening waits for the reader, which is opened when the run has begun.
    let file = std::fs::OpenOptions::new().write(true).open(&pipe).expect("the run reads the pipe");
    let signal = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill is part of Unix");
    assert!(signal.success());
    let mut writer = std::io::BufWriter::new(file);
    let refused = (0..ENOUGH_LINES).any(|_| writer.write_all(b"{\"text\": \"The ferry left.\"}\n").is_err());
    drop(writer.into_parts());
    assert!(refused, "the run read on after Ctrl-C");
    let output = child.wait_with_output().expect("the run ends");
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(130), "{message}");
    assert!(message.contains("stopped") && message.contains("`clean`"), "what stands is not said: {message}");
    assert!(before == scratch.tree("clean"), "the folder was changed");
}

/// The first run waits for its input while the second begins.
#[cfg(unix)]
#[test]
fn two_runs_do_not_write_into_one_folder() {
    use std::process::{Command, Stdio};

    let scratch = Scratch::new();
    scratch.write("raw/a.txt", "The ferry left.\n");
    let pipe = scratch.path("pipe.jsonl");
    assert!(Command::new("mkfifo").arg(&pipe).status().expect("mkfifo is part of Unix").success());
    let mut command = scratch.command(&["ingest", "raw", "pipe.jsonl", "-o", "out/"]);
    let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("starts");
    // Opening waits for the reader, which is opened when the run has begun.
    let mut file = std::fs::OpenOptions::new().write(true).open(&pipe).expect("the run reads the pipe");
    for overwrite in [&[][..], &["--overwrite"]] {
        let second = scratch.scutch(&[&["ingest", "raw", "-o", "out"], overwrite].concat());
        assert_eq!(second.code, 2, "{}", second.stderr);
        assert!(second.stderr.contains("output folder `out` is being written by another run"), "{}", second.stderr);
        assert!(second.stderr.contains("\nhint: "), "{}", second.stderr);
    }
    file.write_all(b"{\"text\": \"The tug left.\"}\n").expect("the run reads");
    drop(file);
    let first = child.wait_with_output().expect("the run ends");
    let message = String::from_utf8_lossy(&first.stderr);
    assert_eq!(first.status.code(), Some(0), "{message}");
    assert!(message.contains(" in out/documents/"), "{message}");
    assert_eq!(scratch.output("out").documents.len(), 2);
}

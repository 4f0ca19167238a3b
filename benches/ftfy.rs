//! The repair stage beside ftfy on the same texts: `cargo bench --bench ftfy` (`PYTHON` names a Python that has
//! ftfy; without one the column stays empty).
//!
//! Prints megabytes of UTF-8 per CPU-second, one thread. ftfy runs with the settings that change no more than
//! repairs do: quotes, width, ligatures and line ends stay.

mod process;
mod texts;

use std::fs;
use std::path::Path;
use std::process::Command;

use scutch::stages::repair::Repairer;

use texts::{broken_document, document};

/// Bytes that scutch repairs of each kind of text: seconds of work.
const SCUTCH_BYTES: usize = 400 << 20;
/// Bytes that ftfy repairs: it is slower by orders of magnitude.
const FTFY_BYTES: usize = 4 << 20;
/// Languages whose texts are repaired.
const NAMES: [&str; 4] = ["english", "french", "russian", "chinese"];

/// What Python runs: it prints the CPU-seconds that ftfy takes for a file, so many times.
const PROGRAM: &str = "
import sys, time
import ftfy
config = ftfy.TextFixerConfig(uncurl_quotes=False, fix_character_width=False, fix_latin_ligatures=False,
                              fix_line_breaks=False)
text = open(sys.argv[1], encoding='utf-8', newline='').read()
start = time.process_time()
for _ in range(int(sys.argv[2])):
    ftfy.fix_text(text, config)
print(time.process_time() - start)
";

#[expect(clippy::print_stdout, reason = "the table is what the program is for")]
fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    println!("{:24}{:>14}{:>14}{:>8}", "MB per CPU-second", "scutch", "ftfy", "ratio");
    for name in NAMES {
        for (kind, text) in [("", document(name)), (", 5 % broken", broken_document(name))] {
            let ours = rate(SCUTCH_BYTES, scutch_seconds(&text));
            let theirs = ftfy_seconds(folder.path(), &text).map(|seconds| rate(FTFY_BYTES, seconds));
            let (rate, ratio) = theirs
                .map_or_else(Default::default, |theirs| (format!("{theirs:.2}"), format!("{:.0}", ours / theirs)));
            println!("{:24}{ours:>14.1}{rate:>14}{ratio:>8}", format!("{name}{kind}"));
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a few hundred million")]
fn rate(bytes: usize, seconds: f64) -> f64 {
    bytes as f64 / 1e6 / seconds
}

fn scutch_seconds(text: &str) -> f64 {
    let repairer = Repairer::default();
    let cpu = || process::status(Path::new("/proc/self")).1;
    let before = cpu();
    for _ in 0..SCUTCH_BYTES / text.len() {
        std::hint::black_box(repairer.repair(std::hint::black_box(text)));
    }
    cpu().saturating_sub(before).as_secs_f64()
}

/// CPU-seconds of ftfy; `None` without a Python that has it.
fn ftfy_seconds(folder: &Path, text: &str) -> Option<f64> {
    let file = folder.join("text.txt");
    fs::write(&file, text).ok()?;
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let times = (FTFY_BYTES / text.len()).to_string();
    let output = Command::new(python).args(["-c", PROGRAM]).arg(&file).arg(times).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

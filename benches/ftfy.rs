//! The repair stage beside ftfy on the same texts: `cargo bench --bench ftfy` (`PYTHON` names a Python that has
//! ftfy; without one the column stays empty).
//!
//! Prints megabytes of UTF-8 per CPU-second, one thread. ftfy runs with the settings that change no more than
//! repairs do: quotes, width, ligatures and line ends stay.

use std::fs;
use std::path::Path;
use std::process::Command;

use scutch::stages::repair::Repairer;

/// Bytes of one document.
const DOCUMENT_BYTES: usize = 64 << 10;
/// Bytes that scutch repairs of each kind of text: seconds of work.
const SCUTCH_BYTES: usize = 400 << 20;
/// Bytes that ftfy repairs: it is slower by orders of magnitude.
const FTFY_BYTES: usize = 4 << 20;
/// Clock ticks in a second, as `/proc` counts: the same on all Linux systems of today.
const TICKS: f64 = 100.0;
/// One paragraph in so many is broken in the texts that are.
const BROKEN: usize = 20;

/// Sentences of our own in each language.
const TEXTS: [(&str, &str); 4] = [
    (
        "English",
        "“Nobody believed it,” said the keeper — and he’d counted the days. The old piers stood on sand, and the \
         repairs took longer than planned. ",
    ),
    ("French", "« L’été fut très court », écrivit-elle à sa sœur, où déjà les forêts étaient dorées. Ça va ? "),
    ("Russian", "«Мост открыли в понедельник», — сказал смотритель и закрыл книгу. До города было 12 км. Что же? "),
    ("Chinese", "老桥在星期一重新开放了，守塔人说：“没有人相信。”从这里到城里有十二公里。孩子们在河边玩耍。"),
];

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
    for (name, sentence) in TEXTS {
        for is_broken in [false, true] {
            let text = document(sentence, is_broken);
            let ours = rate(SCUTCH_BYTES, scutch_seconds(&text));
            let theirs = ftfy_seconds(folder.path(), &text).map(|seconds| rate(FTFY_BYTES, seconds));
            let kind = format!("{name}{}", if is_broken { ", 5 % broken" } else { "" });
            let (rate, ratio) = theirs
                .map_or_else(Default::default, |theirs| (format!("{theirs:.2}"), format!("{:.0}", ours / theirs)));
            println!("{kind:24}{ours:>14.1}{rate:>14}{ratio:>8}");
        }
    }
}

/// Paragraphs of four sentences; if broken, some of them read as Windows-1252.
fn document(sentence: &str, is_broken: bool) -> String {
    let paragraph = sentence.repeat(4).trim_end().to_owned();
    let misread = encoding_rs::WINDOWS_1252.decode_without_bom_handling(paragraph.as_bytes()).0.into_owned();
    let mut text = String::new();
    for number in 0.. {
        text.push_str(if is_broken && number % BROKEN == 0 { &misread } else { &paragraph });
        text.push_str("\n\n");
        if text.len() >= DOCUMENT_BYTES {
            break;
        }
    }
    text
}

#[expect(clippy::cast_precision_loss, reason = "a few hundred million")]
fn rate(bytes: usize, seconds: f64) -> f64 {
    bytes as f64 / 1e6 / seconds
}

fn scutch_seconds(text: &str) -> f64 {
    let repairer = Repairer::default();
    let before = ticks();
    for _ in 0..SCUTCH_BYTES / text.len() {
        std::hint::black_box(repairer.repair(std::hint::black_box(text)));
    }
    (ticks() - before) / TICKS
}

/// Ticks of CPU time that this process took.
fn ticks() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").expect("Linux has it");
    // Behind the name, which may hold anything but a closing bracket: state, and 11 further on the ticks.
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11).take(2);
    fields.filter_map(|field| field.parse::<f64>().ok()).sum()
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

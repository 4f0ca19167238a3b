//! How many lost letters come back, and how many come back wrong: own texts of 16 languages (`tests/encodings/`), broken
//! by channels that leave letters with several readings.
//!
//! `cargo test lost_letters -- --nocapture` prints the table.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use encoding_rs::{Encoding, ISO_8859_15, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252};
use scutch::stages::repair::repair;

const LANGUAGES: [&str; 16] =
    ["cs", "da", "de", "es", "et", "fi", "fr", "hr", "hu", "it", "nl", "pl", "pt", "ro", "sv", "tr"];

/// What is left of one character that is not ASCII.
type Channel = fn(char) -> String;

/// A channel with the least share of letters that must come back and the greatest that may come back wrong, in percent.
type Row = (&'static str, Channel, f64, f64);

/// UTF-8 read as Windows-1252 and then written in a smaller encoding, and text of one byte per letter that was read as
/// UTF-8 or written in ASCII, where nothing tells a letter from others.
const CHANNELS: [Row; 6] = [
    ("utf8>cp1252>cp1251:?", |c| misread(c, Some(WINDOWS_1251)), 65.0, 1.0),
    ("utf8>cp1252>cp1250:?", |c| misread(c, Some(WINDOWS_1250)), 74.0, 1.0),
    ("utf8>cp1252>iso-8859-15:?", |c| misread(c, Some(ISO_8859_15)), 76.0, 1.0),
    ("utf8>cp1252>ascii:?", |c| misread(c, None), 0.0, 0.0),
    ("cp1252>utf8:fffd", |_| "\u{fffd}".to_owned(), 0.0, 1.0),
    ("direct>ascii:?", |_| "?".to_owned(), 0.0, 1.0),
];

/// `c` in UTF-8, read as Windows-1252 and written with a question mark for what `target` lacks.
fn misread(c: char, target: Option<&'static Encoding>) -> String {
    let mut buffer = [0; 4];
    let (read, _) = WINDOWS_1252.decode_without_bom_handling(c.encode_utf8(&mut buffer).as_bytes());
    let fits = |c: char| {
        let mut buffer = [0; 4];
        let lost = target.is_none_or(|target| target.encode(c.encode_utf8(&mut buffer)).2);
        c.is_ascii() || (!lost && !('\u{80}'..='\u{9f}').contains(&c))
    };
    read.chars().map(|c| if fits(c) { c } else { '?' }).collect()
}

/// What became of lost letters.
#[derive(Default, Clone, Copy)]
struct Outcome {
    restored: usize,
    wrong: usize,
    all: usize,
}

impl Outcome {
    const fn share(count: usize, all: usize) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "a few thousand")]
        let (count, all) = (count as f64, if all == 0 { 1.0 } else { all as f64 });
        count * 100.0 / all
    }
}

fn outcome(text: &str, channel: Channel) -> Outcome {
    let mut broken = String::new();
    let mut originals = HashMap::new();
    for c in text.chars() {
        if c.is_ascii() {
            broken.push(c);
            continue;
        }
        let start = broken.len();
        broken.push_str(&channel(c));
        originals.insert(start, (broken.len(), c));
    }
    let mut outcome =
        Outcome { all: text.chars().filter(|c| !c.is_ascii() && c.is_alphabetic()).count(), ..Outcome::default() };
    for edit in repair(&broken).edits {
        match originals.get(&edit.start) {
            Some((end, c)) if *end == edit.end && edit.replacement == c.to_string() => {
                outcome.restored += usize::from(c.is_alphabetic());
            }
            Some((_, c)) if !c.is_alphabetic() && !edit.replacement.contains(char::is_alphabetic) => {}
            // What stays lost is marked as such.
            _ if edit.replacement == "\u{fffd}" => {}
            _ => outcome.wrong += edit.replacement.chars().filter(|c| c.is_alphabetic()).count().max(1),
        }
    }
    outcome
}

#[test]
#[expect(clippy::print_stdout, reason = "the table is what the test is for")]
fn lost_letters_come_back() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/encodings");
    println!("{:28}{:>10}{:>8}{:>8}", "% of lost letters", "letters", "back", "wrong");
    let mut failures = Vec::new();
    for (name, channel, least_back, most_wrong) in CHANNELS {
        let mut total = Outcome::default();
        let mut row = String::new();
        for language in LANGUAGES {
            let text = fs::read_to_string(folder.join(format!("{language}.txt"))).expect("a text of the project");
            let found = outcome(&text, channel);
            let (back, wrong) = (Outcome::share(found.restored, found.all), Outcome::share(found.wrong, found.all));
            _ = write!(row, " {language} {back:.0}/{wrong:.0}");
            total.restored += found.restored;
            total.wrong += found.wrong;
            total.all += found.all;
        }
        let (back, wrong) = (Outcome::share(total.restored, total.all), Outcome::share(total.wrong, total.all));
        println!("{name:28}{:>10}{back:>8.1}{wrong:>8.1}", total.all);
        println!("   {row}");
        if back < least_back || wrong > most_wrong {
            failures.push(format!("{name}: {back:.1} % back, {wrong:.1} % wrong"));
        }
    }
    assert!(failures.is_empty(), "{failures:?}");
}

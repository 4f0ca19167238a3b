//! Clean text of many languages and kinds, which the repair must leave as it is: `tests/harm/`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use scutch::stages::repair::repair;
use unicode_normalization::UnicodeNormalization;

/// Files whose text means something else in other letters: they are tried as they stand.
const EXACT: [&str; 7] = [
    "about_mojibake.txt",
    "byte_order_marks.txt",
    "character_tables.txt",
    "escapes.txt",
    "lowered.txt",
    "mail_headers.txt",
    "patterns.txt",
];

/// A text that is changed although it should not be, and why that is not mended.
struct Known {
    text: String,
    reason: String,
}

/// The texts of the corpus by the names of their files.
fn corpus() -> BTreeMap<String, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/harm");
    let entries = fs::read_dir(folder).expect("the folder of the corpus is there");
    entries
        .map(|entry| {
            let path = entry.expect("the folder can be read").path();
            let name = path.file_name().and_then(|name| name.to_str()).expect("names are ASCII").to_owned();
            (name, fs::read_to_string(path).expect("the texts are UTF-8"))
        })
        .filter(|(name, _)| name != "known.txt")
        .collect()
}

/// The forms in which a text of the file `name` is tried.
fn forms(name: &str, text: &str) -> Vec<(&'static str, String)> {
    let mut forms = vec![("as it is", text.to_owned())];
    if !EXACT.contains(&name) {
        forms.push(("upper case", text.to_uppercase()));
        forms.push(("lower case", text.to_lowercase()));
        forms.push(("decomposed", text.nfd().collect()));
    }
    forms
}

/// What the repair does to `text`, for people to read. Nothing if it leaves the text alone.
fn harm(text: &str) -> Option<String> {
    let repaired = repair(text);
    let edits = repaired.edits.iter().map(|edit| {
        let broken = text.get(edit.start..edit.end).unwrap_or_default();
        format!("{broken:?} -> {:?} ({}, {:.1})", edit.replacement, edit.note, edit.score)
    });
    let all: Vec<String> = edits.chain(repaired.tags.iter().map(|tag| format!("{tag:?}"))).collect();
    (!all.is_empty()).then(|| all.join("; "))
}

#[test]
fn clean_text_is_left_as_it_is() {
    let known = known();
    let mut harms = Vec::new();
    for (name, text) in corpus() {
        let lines = text.lines().enumerate().map(|(n, line)| (format!("{name}:{}", n + 1), line));
        for (place, part) in std::iter::once((name.clone(), text.as_str())).chain(lines) {
            for (form, text) in forms(&name, part) {
                if let Some(harm) = harm(&text).filter(|_| known.iter().all(|known| known.text != text)) {
                    harms.push(format!("{place}, {form}: {harm}\n    {}", text.chars().take(200).collect::<String>()));
                }
            }
        }
    }
    assert!(harms.is_empty(), "{} texts are changed:\n{}", harms.len(), harms.join("\n"));
}

#[test]
fn known_harm_is_still_known() {
    for Known { text, reason } in known() {
        assert!(harm(&text).is_some(), "no longer harmed, so move it to its file: {text} ({reason})");
    }
}

/// The texts of `known.txt`: paragraphs of a reason, which begins with `#`, and a line of text.
fn known() -> Vec<Known> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/harm/known.txt");
    let file = fs::read_to_string(path).expect("the list of what is known is there");
    let mut known = Vec::new();
    let mut reason = "";
    for line in file.lines().filter(|line| !line.is_empty()) {
        match line.strip_prefix("# ") {
            Some(new) => reason = new,
            None => known.push(Known { text: line.to_owned(), reason: reason.to_owned() }),
        }
    }
    known
}

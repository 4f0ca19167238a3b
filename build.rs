//! Lists the files of `rules/`, so that the program carries its packs with it, and finds out what their
//! patterns cannot match without, which takes too long to be done whenever the program starts.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use gates::Gates;

#[path = "src/rules/affixes.rs"]
mod affixes;
#[expect(dead_code, reason = "what holds lines against gates is not used here")]
#[path = "src/rules/gates.rs"]
mod gates;
#[path = "src/rules/literals.rs"]
mod literals;
#[expect(dead_code, reason = "what holds lines against openings is not used here")]
#[path = "src/rules/openings.rs"]
mod openings;
#[expect(dead_code, reason = "what looks for texts is not used here")]
#[path = "src/rules/word_filter.rs"]
mod word_filter;
#[path = "src/rules/written_size.rs"]
mod written_size;

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join("rules");
    println!("cargo::rerun-if-changed=rules");
    for module in ["affixes", "gates", "literals", "openings", "word_filter", "written_size"] {
        println!("cargo::rerun-if-changed=src/rules/{module}.rs");
    }
    let mut files = Vec::new();
    collect(&root, &mut files)?;
    files.sort();
    let mut list = String::from("&[\n");
    let mut patterns = BTreeSet::new();
    for file in &files {
        let name = file.strip_prefix(&root).unwrap_or(file).to_string_lossy().replace('\\', "/");
        let _ = writeln!(list, "    ({name:?}, include_str!({:?})),", file.to_string_lossy());
        if file.extension().is_some_and(|extension| extension == "toml") {
            add_patterns(&fs::read_to_string(file)?, &mut patterns);
        }
    }
    list.push(']');
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(out.join("builtin_rules.rs"), list)?;
    fs::write(out.join("known_gates.rs"), known_gates(&patterns))
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let is_data = |ending: &str| path.extension().is_some_and(|extension| extension == ending);
        if path.is_dir() {
            collect(&path, files)?;
        } else if is_data("toml") || is_data("txt") {
            files.push(path);
        }
    }
    Ok(())
}

/// Adds every string of one line between `'''`, which is how packs write patterns. One that is something
/// else does no harm, and a pattern that is written otherwise is parsed when the program starts.
fn add_patterns(text: &str, patterns: &mut BTreeSet<String>) {
    let strings = text.split("'''").skip(1).step_by(2);
    patterns.extend(strings.filter(|string| !string.contains(['\n', '\r'])).map(str::to_owned));
}

/// The list `KNOWN` of `src/rules/known_gates.rs`, without patterns that are faulty or large: those are met again
/// when the program runs.
fn known_gates(patterns: &BTreeSet<String>) -> String {
    let mut list = String::from("&[\n");
    for pattern in patterns {
        let Ok(hir) = regex_syntax::parse(pattern) else { continue };
        // A comment may hide what is put behind a pattern.
        let is_hidden = pattern.contains('#') && regex_syntax::parse(&format!("^(?:{pattern})$")).is_err();
        if is_hidden || !written_size::surely_compiles(&hir) {
            continue;
        }
        let Gates { texts, affixes, openings, min_bytes, max_bytes, min_spaces, traits, alphabet, .. } =
            Gates::of(&hir, pattern);
        let alphabet = alphabet.0;
        let traits: Vec<u64> = traits.into_iter().map(|set| set.0).collect();
        let affixes = affixes.get().map(|found| [found.first.map(|set| set.0), found.last.map(|set| set.0)]);
        let openings = openings.get().map(|found| (found.first, found.last, found.inner, found.is_inner_behind_ascii));
        let _ = writeln!(
            list,
            "    KnownGates {{ pattern: {pattern:?}, texts: &{texts:?}, min_bytes: {min_bytes}, max_bytes: {max_bytes}, min_spaces: {min_spaces}, traits: &{traits:?}, alphabet: {alphabet}, affixes: {affixes:?}, openings: {openings:?} }},"
        );
    }
    list.push(']');
    list
}

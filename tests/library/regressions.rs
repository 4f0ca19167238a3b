//! Inputs that broke something, or were made to: `tests/regressions/`.

use std::fs;
use std::path::{Path, PathBuf};

use super::invariants::{decode, repair};

/// The inputs of a target of `fuzz/`, sorted by name.
fn inputs(target: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/regressions").join(target);
    let entries = fs::read_dir(folder).expect("the folder of the target is there");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("the folder can be read").path()).collect();
    paths.sort();
    assert!(!paths.is_empty());
    paths
}

/// Checks all inputs of a target, so that each that fails is named.
fn check_all(target: &str, check: impl Fn(&Path) + std::panic::RefUnwindSafe) {
    let fails = |path: &PathBuf| std::panic::catch_unwind(|| check(path)).is_err();
    let failed: Vec<PathBuf> = inputs(target).into_iter().filter(fails).collect();
    assert!(failed.is_empty(), "{failed:?} break what must hold");
}

#[test]
fn decoding_holds_for_regressions() {
    check_all("decode", |path| decode::check(&fs::read(path).expect("the input can be read")));
}

#[test]
fn repair_holds_for_regressions() {
    check_all("repair", |path| repair::check(&fs::read_to_string(path).expect("the input is UTF-8")));
}

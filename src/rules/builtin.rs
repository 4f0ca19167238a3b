//! The packs that come with the program.

/// Files below `rules/`: path with `/`, content; sorted by path.
pub(super) const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/builtin_rules.rs"));

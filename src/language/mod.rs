//! How the letters of languages follow each other: what tells one reading of bytes from another.
//!
//! The figures are in `letters.txt`, made by `make_letters.py` out of counts over Wikipedia and, for seven languages,
//! over the Leipzig corpora; those of Chinese and Japanese are ranks set by hand.

pub(crate) mod class;
mod han;
mod latin;
mod letters;

pub(crate) use han::{Common, Han};
pub(crate) use latin::{is_english, latin_by_cost, latin_language};
pub(crate) use letters::{BOUNDARY, Language, Letter, languages, with_comma};

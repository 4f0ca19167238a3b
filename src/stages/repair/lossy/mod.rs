//! Characters that were lost after a text was read in the wrong encoding: finds the channel, and restores what the
//! context tells.
//!
//! [`infer`] restores marks, [`spelled`] the letters of languages other than English, and [`questions`] marks of which only
//! question marks are left.

pub(super) mod channel;
mod folding;
mod habits;
mod index;
pub(super) mod infer;
mod literal;
pub(super) mod questions;
mod sequences;
pub(super) mod spelled;
mod spelling;
mod viterbi;
mod word;

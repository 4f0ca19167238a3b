//! Turns dirty scraped documents into clean, normalized text, and keeps a record of every edit.
//!
//! A [`Pipeline`] is built once from a [`Config`] and its rule [`Packs`], and cleans raw bytes on any
//! number of threads: it finds the encoding, takes the visible text out of HTML, repairs mojibake,
//! strips boilerplate by rules, and normalizes white space. Every change of the text is a [`Change`]
//! with its rule and its place in the raw bytes, so that clean text and changes give back the decoded
//! text exactly ([`replay::undo`]), and the decoded text and changes the clean one
//! ([`replay::replay`]).
//!
//! [`run`] cleans folders into an output folder, [`filter`] a stream into another, [`verify`] proves
//! an output folder against its inputs.
//!
//! What it does not do: it never prints, exits, reads a clock or uses the network; it does not yet
//! find the main text of a page, read Parquet, or find duplicates. `unsafe` is forbidden.
//!
//! ARCHITECTURE.md tells the way of one document through the modules.

#[cfg(feature = "cli")]
pub mod cli;
mod config;
pub mod corpus;
mod decoder;
mod digest;
mod document;
mod edit;
mod encoding;
mod error;
mod filter;
mod input;
mod language;
mod lines;
#[expect(clippy::inline_always, reason = "what is not inlined is compiled without vector instructions")]
mod network;
mod origins;
mod output;
mod parallel;
mod pieces;
mod pipeline;
pub mod replay;
mod rules;
mod run;
mod span;
mod stage;
pub mod stages;
mod traced_text;
mod verify;
mod wording;
mod worker;

pub use config::{
    ChangesDetail, Config, ContentChoice, FormatChoice, InputOptions, OutputOptions, RepairTable, STAGES, timestamp,
};
pub use document::{Content, Document, EncodingFrom, Fact, Field, Source, Verdict};
pub use edit::{Edit, Edits, Op, RuleId, RuleInfo, RuleTable};
pub use encoding::Encoding;
pub use error::{Error, Place};
pub use filter::{FilterReport, To as FilterTo, filter};
pub use input::{FilterOptions, Hidden, InputFile, Inputs};
pub use origins::Origins;
pub use output::{Counts, RowWriter, RuleCount, Tally};
pub use pipeline::Pipeline;
pub use rules::{
    Coverage, Draft, Drafted, LineMatch, LineReport, Override, Packs, Profile, RuleLock, RuleOptions, RuleSet,
    RuleSummary, RulesOfPath, RulesOfSite, TestFailure, TestReport, Tested,
};
pub use run::{Progress, RunOptions, RunReport, run};
pub use span::{DecodedSpan, RawSpan, TextSpan};
pub use stage::{CorpusStage, Outcome, Stage};
pub use traced_text::{Change, TracedText};
pub use verify::{Problem, VerifyReport, verify};

/// The examples of the README, compiled and run as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

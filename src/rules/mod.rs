//! Cleaning rules as data: reading packs, choosing rules, matching lines, testing rules.
//!
//! The format is described in `rules/README.md`. A rule set is built once per run
//! ([`RuleSet::build`]) and then only read.

mod affixes;
mod blocks;
mod builtin;
mod choosing;
mod conflicts;
mod copies;
mod coverage;
mod dates;
mod diff_notation;
mod documents;
mod draft;
mod engine;
mod exceptions;
mod facts;
mod families;
mod fast_path;
mod format;
mod gate_bits;
mod gates;
mod guards;
mod hits;
mod judging;
mod key_filter;
mod known_gates;
mod line_key;
mod line_report;
mod line_sets;
mod lints;
mod literals;
mod load;
mod matcher;
mod model;
mod nearest;
mod openings;
mod options;
mod overrides;
mod pattern;
mod phrases;
mod places;
mod recent_lines;
mod requirement;
mod running_text;
mod self_test;
mod set;
mod settling;
mod spacing;
mod span_pattern;
mod spans;
mod vocab;
mod word_filter;

mod written_size;

pub use coverage::Coverage;
pub(crate) use dates::parse_date;
pub(crate) use draft::quoted;
pub use draft::{Draft, Drafted};
pub(crate) use engine::{Context, Decision, Finding, Findings, Judged, examine, protects_some_line};
pub(crate) use exceptions::Exceptions;
pub use exceptions::{RulesOfPath, RulesOfSite};
pub(crate) use format::parse_toml;
pub(crate) use hits::examine_document;
pub(crate) use line_key::line_key;
pub use line_report::{LineMatch, LineReport};
pub use load::{Packs, RuleSummary};
pub(crate) use model::{NOTHING, STRIP_MODEL};
pub(crate) use nearest::did_you_mean;
pub(crate) use options::starts_of_id;
pub use options::{Profile, RuleLock, RuleOptions};
pub use overrides::Override;
pub(crate) use phrases::{KnownLines, PhraseIndex};
pub use self_test::{TestFailure, TestReport, Tested};
pub use set::RuleSet;
pub(crate) use set::STAGE;

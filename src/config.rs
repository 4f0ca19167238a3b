//! The configuration: one struct of tables, each with its defaults. `scutch.toml` spells it.

mod hints;

use std::path::Path;

use serde::{Deserialize, Serialize};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::digest;
use crate::document::Content;
use crate::error::{Error, Place};
use crate::input::{FilterOptions, Hidden, Selection};
use crate::rules::{RuleOptions, parse_toml};
use crate::stages::decode::DecodeOptions;
use crate::stages::extract::ExtractOptions;
use crate::stages::normalize::NormalizeOptions;
use crate::stages::repair::RepairOptions;
use crate::stages::{annotate, decode, extract, normalize, repair, strip};

/// Names of all stages, in the order in which they run.
pub const STAGES: [&str; 6] = [decode::NAME, extract::NAME, repair::NAME, strip::NAME, normalize::NAME, annotate::NAME];

/// Largest payload unless configured: 64 MiB. A novel has 1, the largest pages of crawls 10.
const DEFAULT_MAX_DOCUMENT_BYTES: u64 = 64 << 20;

/// Everything that may be set.
///
/// # Example
/// ```
/// use scutch::Config;
///
/// let config = Config::parse("scutch.toml", "[rules]\nprofile = \"safe\"\n")?;
/// assert_eq!(config.rules.profile, scutch::Profile::Safe);
/// let error = Config::parse("scutch.toml", "[rules]\nprofil = \"safe\"\n").unwrap_err();
/// assert!(error.to_string().starts_with("scutch.toml:2:1: unknown field `profil`"));
/// # Ok::<(), scutch::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Which stages run, by name; `decode` always does. They run in their own order.
    pub stages: Vec<String>,
    /// Where payloads come from.
    pub input: InputOptions,
    /// Which of them are cleaned at all.
    pub filter: FilterOptions,
    /// The stage `decode`.
    pub decode: DecodeOptions,
    /// The stage `extract`.
    pub extract: ExtractOptions,
    /// The stage `repair`.
    pub repair: RepairTable,
    /// The stage `strip`.
    pub rules: RuleOptions,
    /// The stage `normalize`.
    pub normalize: NormalizeOptions,
    /// What is written.
    pub output: OutputOptions,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            stages: STAGES.iter().map(|name| (*name).to_owned()).collect(),
            input: InputOptions::default(),
            filter: FilterOptions::default(),
            decode: DecodeOptions::default(),
            extract: ExtractOptions::default(),
            repair: RepairTable::default(),
            rules: RuleOptions::default(),
            normalize: NormalizeOptions::default(),
            output: OutputOptions::default(),
        }
    }
}

/// The table `[input]`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct InputOptions {
    /// What standard input is; `auto` looks at its first bytes. Files say it by their ending.
    pub from: FormatChoice,
    /// Name of the field that holds the text of a JSON record.
    pub field: String,
    /// Largest payload in bytes; a larger one is a counted failure.
    pub max_document_bytes: u64,
    /// What the text fields of JSON records and payloads without a media type hold; `auto` looks at each.
    pub content: ContentChoice,
    /// Whether files and folders in a folder whose names begin with a dot are read.
    pub hidden: bool,
}

impl InputOptions {
    pub(crate) fn hidden_files(&self) -> Hidden {
        if self.hidden { Hidden::Read } else { Hidden::PassedOver }
    }
}

impl Default for InputOptions {
    fn default() -> Self {
        Self {
            from: FormatChoice::Auto,
            field: "text".to_owned(),
            max_document_bytes: DEFAULT_MAX_DOCUMENT_BYTES,
            content: ContentChoice::Auto,
            hidden: false,
        }
    }
}

/// What a stream without a name is taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FormatChoice {
    /// WARC if it starts like a record of that, JSONL if the first line starts like a JSON object, HTML if it starts like
    /// a page, else text.
    #[default]
    Auto,
    /// One document of plain text.
    Text,
    /// One page.
    Html,
    /// One JSON record a line.
    Jsonl,
    /// Records of WARC or WET.
    Warc,
}

/// What payloads of containers that do not say are taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ContentChoice {
    /// HTML if it starts like a page, else text.
    #[default]
    Auto,
    /// Always text.
    Text,
    /// Always HTML.
    Html,
}

impl ContentChoice {
    /// The content of one payload.
    #[must_use]
    pub fn of(self, payload: &[u8]) -> Content {
        match self {
            Self::Auto => Content::sniff(payload),
            Self::Text => Content::Text,
            Self::Html => Content::Html,
        }
    }
}

/// The table `[repair]`.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct RepairTable {
    /// Extra evidence that lossy repairs need, in nats; 0 is the calibrated value.
    pub margin: f32,
}

/// What `changes/` holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChangesDetail {
    /// Every change with the text before and after.
    #[default]
    Full,
    /// Every change without the text before: for large HTML corpora, whose raw bytes have it.
    Spans,
    /// Nothing.
    None,
}

/// The table `[output]`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct OutputOptions {
    /// Name of the corpus, the column `source`; empty for the name of the first input.
    pub source: String,
    /// When the documents were added, the column `added`: a timestamp as [`timestamp`] gives it; empty for
    /// unknown. There is no clock, so that runs can be repeated.
    pub added: String,
    /// What `changes/` holds.
    pub changes: ChangesDetail,
}

/// The timestamp as records have it, `2016-06-30T07:34:00.000Z`, of a date (its midnight), of an RFC 3339 time,
/// or of such a time without a zone, which is taken as it stands. `None` for anything else.
///
/// # Example
/// ```
/// assert_eq!(scutch::timestamp("2016-06-30T09:34:00+02:00").as_deref(), Some("2016-06-30T07:34:00.000Z"));
/// assert_eq!(scutch::timestamp("yesterday"), None);
/// ```
#[must_use]
pub fn timestamp(text: &str) -> Option<String> {
    let time = match text.parse::<jiff::Timestamp>() {
        Ok(instant) => jiff::tz::Offset::UTC.to_datetime(instant),
        Err(_) => text.parse::<jiff::civil::DateTime>().ok()?,
    };
    (time.year() >= 0).then(|| format!("{}Z", time.strftime("%Y-%m-%dT%H:%M:%S%.3f")))
}

impl Config {
    /// Reads a configuration from TOML; `name` is the file's name in messages.
    ///
    /// # Errors
    /// [`Error::Definition`] with the place of the fault; unknown keys are faults.
    pub fn parse(name: &str, text: &str) -> Result<Self, Error> {
        let mut config: Self = parse_toml(name, text).map_err(|error| hints::mended(error, text))?;
        if let Some(added) = timestamp(&config.output.added) {
            config.output.added = added;
        }
        Ok(config)
    }

    /// Reads a configuration file.
    ///
    /// # Errors
    /// [`Error::File`] if it cannot be read, [`Error::Definition`] if it is not as it must be.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let text = std::fs::read_to_string(path).map_err(|source| Error::file("read", path, source))?;
        Self::parse(&path.to_string_lossy(), &text)
    }

    /// Where a value stands in the TOML text of a configuration file: the value of `key` (`rules.select`) that
    /// `message` has in backticks, or, of a list or table, that entry or key. `None` if it is not there, for the value may
    /// also come from elsewhere.
    pub(crate) fn place_of(name: &str, text: &str, key: &str, message: &str) -> Option<Place> {
        let document = DeTable::parse(text).ok()?;
        let mut parts = key.split('.');
        let mut value = document.get_ref().get(parts.next()?)?;
        for part in parts {
            value = value.get_ref().as_table()?.get(part)?;
        }
        place_within(value, text, message).map(|offset| Place::of_offset(name, text, offset))
    }

    /// Checks what the types cannot: names of stages, ranges of numbers.
    ///
    /// # Errors
    /// [`Error::Definition`] that names the key and the value.
    pub fn check(&self) -> Result<(), Error> {
        let fault = |key: &str, message: String, hint: String| Err(Error::of_setting(key, message, hint));
        if let Some(unknown) = self.stages.iter().find(|stage| !STAGES.contains(&stage.as_str())) {
            return fault("stages", format!("unknown stage `{unknown}`"), format!("stages are: {}", STAGES.join(", ")));
        }
        if !(0.0..=1.0).contains(&self.rules.max_removed) {
            let message = format!("`{}` is not a share (0 to 1)", self.rules.max_removed);
            return fault("rules.max-removed", message, "0.3 is the default".to_owned());
        }
        if !self.repair.margin.is_finite() || self.repair.margin < 0.0 {
            let message = format!("`{}` is not a margin (0 or more)", self.repair.margin);
            return fault("repair.margin", message, "0 is the calibrated value".to_owned());
        }
        let limit = u64::from(u32::MAX) / 4;
        if !(1..=limit).contains(&self.input.max_document_bytes) {
            let message = format!("`{}` is out of range (1 to {limit} bytes)", self.input.max_document_bytes);
            return fault("input.max-document-bytes", message, "64 MiB is the default".to_owned());
        }
        Selection::new(&self.filter)?;
        let added = &self.output.added;
        if !added.is_empty() && timestamp(added).as_ref() != Some(added) {
            let hint = "write a date, `2016-06-30`, or a time, `2016-06-30T07:34:00Z`".to_owned();
            return fault("output.added", format!("`{added}` is not a timestamp"), hint);
        }
        if self.input.field.is_empty() {
            return fault("input.field", "the field has no name".to_owned(), "`text` is the default".to_owned());
        }
        Ok(())
    }

    /// Whether a stage runs.
    #[must_use]
    pub fn runs(&self, stage: &str) -> bool {
        self.stages.iter().any(|name| name == stage)
    }

    /// SHA-256 of all settings, 64 hex digits: equal exactly if all settings are.
    ///
    /// # Panics
    /// Never: settings are plain data, which JSON can hold.
    #[must_use]
    pub fn digest(&self) -> String {
        let mut canonical = self.clone();
        canonical.stages = STAGES.iter().filter(|name| self.runs(name)).map(|name| (*name).to_owned()).collect();
        let json = serde_json::to_string(&canonical).expect("settings are plain data");
        digest::sha256(json.as_bytes())
    }

    /// Settings of the repairer.
    pub(crate) fn repair_options(&self) -> RepairOptions {
        RepairOptions { margin: self.repair.margin }
    }
}

/// The byte at which a value, or a part of it, stands that `message` has in backticks.
fn place_within(value: &Spanned<DeValue<'_>>, text: &str, message: &str) -> Option<usize> {
    let is_meant = |written: &str| message.contains(&format!("`{written}`"));
    match value.get_ref() {
        DeValue::Array(entries) => entries.iter().find_map(|entry| place_within(entry, text, message)),
        DeValue::Table(table) => table.iter().find_map(|(key, value)| {
            place_within(value, text, message).or_else(|| is_meant(key.get_ref()).then(|| key.span().start))
        }),
        _ => {
            let written = text.get(value.span()).unwrap_or_default().trim_matches(['"', '\'']);
            is_meant(written).then(|| value.span().start)
        }
    }
}

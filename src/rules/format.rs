//! The rule format, version 1, as it stands in files: see rules/README.md.
//!
//! Structs mirror the TOML tables; unknown keys are errors that name file, line and column.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use toml::Spanned;
use toml::de::DeTable;

use super::nearest::did_you_mean;
use crate::error::{Error, Place};

/// The only version of the format so far.
const FORMAT: u32 = 1;

/// One TOML file of a pack.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RuleFile {
    pub(crate) format: Spanned<u32>,
    pub(crate) pack: Option<PackHeader>,
    #[serde(default)]
    pub(crate) vocab: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    pub(crate) rule: Vec<Spanned<RuleDefinition>>,
    #[serde(default)]
    pub(crate) case: Vec<Case>,
}

/// What `pack.toml` says of its folder.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PackHeader {
    pub(crate) id: String,
    pub(crate) title: String,
    #[serde(rename = "licence")]
    pub(crate) _licence: String,
    pub(crate) requires: Option<Spanned<String>>,
    #[serde(rename = "homepage")]
    pub(crate) _homepage: Option<String>,
    #[serde(rename = "version")]
    pub(crate) _version: Option<String>,
}

/// What a rule looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Scope {
    Line,
    Block,
    Span,
    Document,
}

/// What a rule does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Action {
    Drop,
    Rewrite,
    Extract,
    Tag,
    Protect,
}

impl Action {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Drop => "drop",
            Self::Rewrite => "rewrite",
            Self::Extract => "extract",
            Self::Tag => "tag",
            Self::Protect => "protect",
        }
    }
}

/// How sure a rule is, in any text; orders from low to high.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Confidence {
    Low,
    Medium,
    High,
}

impl Confidence {
    pub(crate) const ALL: [Self; 3] = [Self::High, Self::Medium, Self::Low];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }

    /// The confidence as the score of an edit.
    pub(crate) fn score(self) -> f32 {
        match self {
            Self::Low => 0.5,
            Self::Medium => 0.8,
            Self::High => 1.0,
        }
    }
}

/// Where a rule is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Status {
    Proposed,
    Preview,
    Stable,
    Deprecated,
    Rejected,
}

impl Status {
    pub(crate) const ALL: [Self; 5] = [Self::Proposed, Self::Preview, Self::Stable, Self::Deprecated, Self::Rejected];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Preview => "preview",
            Self::Stable => "stable",
            Self::Deprecated => "deprecated",
            Self::Rejected => "rejected",
        }
    }
}

/// What a rule with `sites` does when the document's site is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum WhenSiteUnknown {
    #[default]
    Skip,
    Apply,
    Tag,
}

/// A `[[rule]]` table.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RuleDefinition {
    pub(crate) id: Spanned<String>,
    pub(crate) family: String,
    pub(crate) scope: Scope,
    pub(crate) action: Action,
    pub(crate) to: Option<String>,
    pub(crate) split: Option<Spanned<String>>,
    pub(crate) confidence: Confidence,
    pub(crate) status: Status,
    pub(crate) since: String,
    /// Ids that this rule had, or of rules whose work it took over.
    #[serde(default)]
    pub(crate) replaces: Vec<String>,
    pub(crate) replaced_by: Option<String>,
    pub(crate) why: String,
    pub(crate) evidence: Option<String>,
    #[serde(default, rename = "links")]
    pub(crate) _links: Vec<String>,
    #[serde(default)]
    pub(crate) langs: Vec<String>,
    #[serde(default)]
    pub(crate) sites: Vec<String>,
    #[serde(default)]
    pub(crate) when_site_unknown: WhenSiteUnknown,
    #[serde(default, rename = "match")]
    pub(crate) matches: MatchTable,
    #[serde(default)]
    pub(crate) when: When,
    #[serde(default)]
    pub(crate) unless: Matchers,
    #[serde(default)]
    support: Option<toml::Table>,
    pub(crate) tests: Tests,
}

impl RuleDefinition {
    /// Whether `scutch learn` says what speaks for the rule.
    pub(crate) fn has_support(&self) -> bool {
        self.support.is_some()
    }

    /// Whether an id is the rule's, or one that it had before.
    pub(crate) fn is_called(&self, id: &str) -> bool {
        self.id.get_ref() == id || self.replaces.iter().any(|old| old == id)
    }
}

/// Phrases and patterns that a line is held against; any may match.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Matchers {
    pub(crate) lines: Phrases,
    pub(crate) starts: Phrases,
    pub(crate) ends: Phrases,
    pub(crate) has: Phrases,
    pub(crate) regex: Vec<Spanned<String>>,
}

impl Matchers {
    pub(crate) fn is_empty(&self) -> bool {
        !self.has_phrases() && self.regex.is_empty()
    }

    pub(crate) fn has_phrases(&self) -> bool {
        self.phrases().iter().any(|phrases| !phrases.is_empty())
    }

    /// The phrases under `lines`, `starts`, `ends` and `has`.
    pub(crate) fn phrases(&self) -> [&Phrases; 4] {
        [&self.lines, &self.starts, &self.ends, &self.has]
    }
}

/// A table with the keys of [`Matchers`] and some of its own. serde has `flatten` for this, but beside
/// `deny_unknown_fields` it does not work, and errors would lose their line and column.
macro_rules! table_of_matchers {
    ($(#[$about:meta])* $name:ident { $($key:ident: $value:ty,)* }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Default, Deserialize)]
        #[serde(deny_unknown_fields, default)]
        pub(crate) struct $name {
            pub(crate) lines: Phrases,
            pub(crate) starts: Phrases,
            pub(crate) ends: Phrases,
            pub(crate) has: Phrases,
            pub(crate) regex: Vec<Spanned<String>>,
            $(pub(crate) $key: $value,)*
        }

        impl $name {
            /// The matchers of this table itself.
            pub(crate) fn matchers(&self) -> Matchers {
                let Self { lines, starts, ends, has, regex, .. } = self.clone();
                Matchers { lines, starts, ends, has, regex }
            }
        }
    };
}

table_of_matchers! {
    /// `[rule.match]`; its own matchers are for whole lines.
    MatchTable {
        start: Option<Matchers>,
        end: Option<BlockEnd>,
        inside: Option<Inside>,
        find: Option<Spanned<String>>,
        before: Option<Spanned<String>>,
        after: Option<Spanned<String>>,
        with: Option<String>,
    }
}

impl MatchTable {
    /// The phrases of the table itself, as [`Matchers::phrases`] has them.
    pub(crate) fn phrases(&self) -> [&Phrases; 4] {
        [&self.lines, &self.starts, &self.ends, &self.has]
    }

    /// All matchers for lines: those of the table itself, and of the start, the end and the inside of a block.
    pub(crate) fn parts(&self) -> impl Iterator<Item = Matchers> {
        let block =
            [self.start.clone(), self.end.as_ref().map(BlockEnd::matchers), self.inside.as_ref().map(Inside::matchers)];
        std::iter::once(self.matchers()).chain(block.into_iter().flatten())
    }
}

table_of_matchers! {
    /// `[rule.match.end]`.
    BlockEnd {
        eof: bool,
    }
}

table_of_matchers! {
    /// `[rule.match.inside]`: evidence between start and end.
    Inside {
        min: Option<usize>,
    }
}

/// Phrases by language (`any` for all), or a plain list.
#[derive(Debug, Clone, Default)]
pub(crate) struct Phrases {
    /// Shared, so that matchers can be taken out of their table.
    pub(crate) by_language: Arc<Vec<(String, Vec<String>)>>,
}

impl Phrases {
    pub(crate) fn is_empty(&self) -> bool {
        self.by_language.iter().all(|(_, phrases)| phrases.is_empty())
    }

    /// All phrases, whatever their language.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        self.by_language.iter().flat_map(|(_, phrases)| phrases.iter().map(String::as_str))
    }
}

impl<'de> Deserialize<'de> for Phrases {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PhrasesVisitor;
        impl<'de> Visitor<'de> for PhrasesVisitor {
            type Value = Phrases;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("phrases by language (`lines.en = [...]`) or a list of phrases")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Phrases, A::Error> {
                let mut phrases = Vec::new();
                while let Some(phrase) = sequence.next_element()? {
                    phrases.push(phrase);
                }
                Ok(Phrases { by_language: Arc::new(vec![("any".to_owned(), phrases)]) })
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Phrases, A::Error> {
                let mut by_language = Vec::new();
                while let Some((language, phrases)) = map.next_entry::<String, Vec<String>>()? {
                    by_language.push((language, phrases));
                }
                Ok(Phrases { by_language: Arc::new(by_language) })
            }
        }
        deserializer.deserialize_any(PhrasesVisitor)
    }
}

/// Places in a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Position {
    First,
    Last,
    Head,
    Tail,
    Body,
    Any,
}

impl Position {
    pub(crate) const ALL: [Self; 6] = [Self::First, Self::Last, Self::Head, Self::Tail, Self::Body, Self::Any];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Last => "last",
            Self::Head => "head",
            Self::Tail => "tail",
            Self::Body => "body",
            Self::Any => "any",
        }
    }
}

/// What a block without its end line does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum IfUnclosed {
    #[default]
    Keep,
    ToEnd,
    StartLine,
}

/// `[rule.when]`: all must hold.
#[expect(clippy::struct_excessive_bools, reason = "each mirrors a key of the format")]
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct When {
    pub(crate) position: Vec<Position>,
    pub(crate) min_chars: Option<usize>,
    pub(crate) max_chars: Option<usize>,
    pub(crate) min_words: Option<usize>,
    pub(crate) max_words: Option<usize>,
    pub(crate) max_lines: Option<usize>,
    pub(crate) short_neighbours: Option<usize>,
    pub(crate) near: Vec<String>,
    pub(crate) near_lines: Option<usize>,
    pub(crate) below: Vec<String>,
    pub(crate) run_before_body: Option<usize>,
    pub(crate) prefix_of_next: bool,
    pub(crate) extends_previous: bool,
    pub(crate) same_as_title: bool,
    pub(crate) shares_word_with_title: bool,
    pub(crate) duplicate_in_doc: bool,
    pub(crate) pages_on_site: Option<usize>,
    pub(crate) share_of_site: Option<f64>,
    pub(crate) min_hits: Option<usize>,
    pub(crate) max_body_lines: Option<usize>,
    pub(crate) min_hits_in_doc: Option<usize>,
    pub(crate) group: Option<String>,
    pub(crate) if_unclosed: IfUnclosed,
}

/// `[rule.tests]`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Tests {
    pub(crate) drop: Vec<String>,
    pub(crate) keep: Vec<String>,
    pub(crate) drop_docs: Vec<String>,
    pub(crate) keep_docs: Vec<String>,
    pub(crate) todo_drop: Vec<String>,
    pub(crate) todo_keep: Vec<String>,
    pub(crate) rewrite: Vec<RewriteTest>,
    pub(crate) extract: Vec<ExtractTest>,
    pub(crate) diff: Vec<DiffTest>,
}

/// A line and what a span rule makes of it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RewriteTest {
    #[serde(rename = "in")]
    pub(crate) input: String,
    pub(crate) out: String,
}

/// A line and what becomes metadata.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExtractTest {
    #[serde(rename = "in")]
    pub(crate) input: String,
    pub(crate) out: BTreeMap<String, OneOrMany>,
}

/// A value of metadata: one, or a list.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub(crate) enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl OneOrMany {
    pub(crate) fn values(&self) -> Vec<&str> {
        match self {
            Self::One(value) => vec![value],
            Self::Many(values) => values.iter().map(String::as_str).collect(),
        }
    }
}

/// A document in diff notation, for one rule.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DiffTest {
    pub(crate) name: String,
    pub(crate) doc: String,
    #[serde(default)]
    pub(crate) meta: BTreeMap<String, OneOrMany>,
}

/// A `[[case]]` table: a document in diff notation, for whole packs.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    pub(crate) name: Spanned<String>,
    pub(crate) packs: Vec<String>,
    pub(crate) doc: String,
    #[serde(default)]
    pub(crate) meta: BTreeMap<String, OneOrMany>,
}

/// Parses one rule file.
///
/// # Errors
/// [`Error::Definition`] with the place of the fault, for anything that is not as the format says.
pub(crate) fn parse(name: &str, text: &str) -> Result<RuleFile, Error> {
    let file: RuleFile = parse_toml(name, text)?;
    if *file.format.get_ref() != FORMAT {
        return Err(Error::Definition {
            place: Place::of_offset(name, text, file.format.span().start),
            message: format!("format {} is not known (this program reads format {FORMAT})", file.format.get_ref()),
            hint: "set `format = 1`, or update scutch".to_owned(),
        });
    }
    Ok(file)
}

/// Parses a TOML file into `T`; shared by rules and configuration.
///
/// # Errors
/// [`Error::Definition`] with the place of the fault.
pub(crate) fn parse_toml<T: serde::de::DeserializeOwned>(name: &str, text: &str) -> Result<T, Error> {
    toml::from_str(text).map_err(|error| {
        let span = error.span();
        let place = span.as_ref().map_or_else(
            || Place { file: name.to_owned(), ..Place::default() },
            |span| Place::of_offset(name, text, span.start),
        );
        let mut message = error.message().replace('\n', " ");
        let hint = hint_of(&message, span.as_ref().and_then(|span| text.get(span.start..)).unwrap_or_default());
        if message.contains("missing field")
            && let Some(id) = span.and_then(|span| rule_id_at(text, span.start))
        {
            let _ = write!(message, " in rule `{id}`");
        }
        Error::Definition { place, message, hint }
    })
}

/// What to do about a fault that the TOML reader found; `source` is the text from the fault on.
fn hint_of(message: &str, source: &str) -> String {
    // What is known stands in backticks behind what is not.
    let mut named = message.split('`').skip(1).step_by(2);
    let wrong = named.next().unwrap_or_default();
    let line = source.lines().next().unwrap_or_default().trim_end();
    if message.contains("unknown field") {
        let hint = "check the spelling, and that the key stands in the right table: keys after a `[rule.x]` header belong to that table";
        let known: Vec<&str> = named.collect();
        // At the top of a rule, keys of its tables are told from slips of the pen.
        let table = ["match", "tests"].iter().all(|name| known.contains(name)).then(|| table_of(wrong)).flatten();
        return match table {
            Some(table) => format!("write it under [rule.{table}], below the keys of the rule itself"),
            None => did_you_mean(wrong, known, hint),
        };
    }
    if message.contains("unknown variant") {
        return did_you_mean(wrong, named, "use one of the values that the message lists");
    }
    if message.contains("missing field") {
        return match wrong {
            "format" => "write `format = 1` as the first line of the file",
            "licence" => "write `licence = \"CC0-1.0\"`, or the licence of your rules, under [pack]",
            "title" => "write `title = \"...\"` under [pack]: what the rules are for",
            _ => "add the key; `scutch rules show web.ad.label` prints a whole rule to compare with",
        }
        .to_owned();
    }
    if message.contains("expected a sequence") || message.contains("a list of phrases") {
        let header = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).filter(|name| !name.contains('['));
        if let Some(name) = header.filter(|_| message.contains("invalid type: map")) {
            return format!("write `[[{name}]]`: there may be several");
        }
        if message.contains("invalid type: string") {
            let quote = if line.starts_with("'''") { "'''" } else { line.get(..1).unwrap_or_default() };
            let value = line.strip_prefix(quote).and_then(|rest| Some(rest.split_once(quote)?.0));
            let entry = value.filter(|value| !value.is_empty()).map(|value| format!("{quote}{value}{quote}"));
            return format!("it is a list: write `[{}]`", entry.as_deref().unwrap_or("\"...\""));
        }
    }
    "strings stand in quotation marks, lists in square brackets, numbers and `true` alone".to_owned()
}

/// The table of a rule that a key belongs to, of the keys that are often written above it.
fn table_of(key: &str) -> Option<&'static str> {
    match key {
        "lines" | "starts" | "ends" | "has" | "regex" | "find" | "start" | "end" | "with" => Some("match"),
        "position" | "max_chars" | "min_chars" | "max_words" | "min_words" | "max_lines" | "near" | "below" => {
            Some("when")
        }
        "drop" | "keep" | "drop_docs" | "keep_docs" => Some("tests"),
        _ => None,
    }
}

/// The id of the rule in whose tables a byte of a rule file lies.
fn rule_id_at(text: &str, offset: usize) -> Option<String> {
    let document = DeTable::parse(text).ok()?;
    let rules = document.get_ref().get("rule")?.get_ref().as_array()?;
    let rule = rules.iter().rev().find(|rule| rule.span().start <= offset)?;
    rule.get_ref().as_table()?.get("id")?.get_ref().as_str().map(str::to_owned)
}

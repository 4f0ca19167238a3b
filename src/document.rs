//! One document on its way through the pipeline: where it came from, its text, what is known of it.

use std::collections::BTreeMap;

use crate::edit::RuleId;
use crate::traced_text::TracedText;

/// What the payload is written in, which decides how its text is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Content {
    /// Plain text (or Markdown, which is treated as text).
    #[default]
    Text,
    /// HTML or XHTML.
    Html,
}

impl Content {
    /// Media type as written to `mime`.
    #[must_use]
    pub fn mime(self) -> &'static str {
        match self {
            Self::Text => "text/plain",
            Self::Html => "text/html",
        }
    }

    /// Content of a payload whose container does not say: HTML if it starts like a page.
    ///
    /// Looks at the first markup only, as the MIME sniffing standard does, behind an XML declaration and
    /// comments.
    #[must_use]
    pub fn sniff(payload: &[u8]) -> Self {
        /// Bytes in which the first tag must appear.
        const SNIFFED: usize = 1024;
        let head = payload.get(..SNIFFED.min(payload.len())).unwrap_or_default();
        let text = String::from_utf8_lossy(head);
        let text = text.to_ascii_lowercase();
        let trim = |text: &str| text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}').to_owned();
        let mut start = trim(&text);
        while let Some((_, behind)) = [("<?xml", "?>"), ("<!--", "-->")]
            .iter()
            .find_map(|(open, close)| start.strip_prefix(open).and_then(|rest| rest.split_once(close)))
        {
            start = trim(behind);
        }
        let is_page = ["<!doctype html", "<html", "<head", "<body", "<script", "<div", "<p>", "<table", "<article"]
            .iter()
            .any(|tag| start.starts_with(tag));
        if is_page { Self::Html } else { Self::Text }
    }
}

/// Where a payload came from. Unknown strings are empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Source {
    /// File, relative to the folder that was named, with `/` between the parts.
    pub path: String,
    /// Number of the record in its file (of JSONL its line), from 1; 0 for a file that is one document.
    pub record: u64,
    /// Byte in the decompressed file where the record starts.
    pub offset: u64,
    /// Bytes of the record in the decompressed file.
    pub length: u64,
    /// The record's own id; empty if it has none.
    pub id: String,
    /// Where the document was found on the web.
    pub url: String,
    /// What the payload is written in.
    pub content: Content,
    /// Encoding that a header declares.
    pub declared_charset: String,
    /// Whether the container holds strings that it has decoded (JSON), so that the payload is UTF-8, but for lone
    /// surrogates.
    pub is_decoded: bool,
    /// Whether the file holds one document or many.
    pub in_container: bool,
    /// Media type that the container states, in small letters and without parameters.
    pub mime: String,
    /// Status of the response that the payload was in; 0 if unknown.
    pub http_status: u16,
    /// Language that the container states, as it spells it.
    pub language: String,
    /// Digest of the payload that the container states (`sha1:...`). Nobody has checked it.
    pub payload_digest: String,
    /// Why the payload is not all that there was (`length`, `time`, ...), as its container says; empty if it does not.
    pub truncated: String,
    /// Whatever else the container says that is kept, by name, in the order in which it was found.
    pub extra: Vec<(&'static str, String)>,
}

impl Source {
    /// The media type in output: the one that the container states, or that of the content.
    #[must_use]
    pub fn media_type(&self) -> &str {
        if self.mime.is_empty() { self.content.mime() } else { &self.mime }
    }

    /// The id in output: the record's own, or its place. Never depends on rules or text.
    #[must_use]
    pub fn document_id(&self) -> String {
        match (self.id.is_empty(), self.in_container) {
            (false, _) => self.id.clone(),
            (true, true) => format!("{}#{}", self.path, self.record),
            (true, false) => self.path.clone(),
        }
    }
}

/// How the encoding became known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum EncodingFrom {
    /// A byte order mark.
    Bom,
    /// The user, a header, or the document itself, and the bytes agree.
    Declared,
    /// The bytes are valid UTF-8.
    #[default]
    Utf8,
    /// Statistics over the bytes.
    Detected,
}

impl EncodingFrom {
    /// Name in output: `bom`, `declared`, `utf-8` or `detected`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Bom => "bom",
            Self::Declared => "declared",
            Self::Utf8 => "utf-8",
            Self::Detected => "detected",
        }
    }
}

/// Something a stage found out about a document.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// Which field it fills.
    pub field: Field,
    /// The value; lists are several facts of one field, in order.
    pub value: String,
    /// The rule that found it.
    pub rule: RuleId,
}

/// Fields of a document's metadata that stages fill.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// Headline.
    Title,
    /// Date of the document, `2016-06-30T07:34:00.000Z`.
    Date,
    /// Author line.
    Byline,
    /// Path of navigation, one fact per step.
    Breadcrumbs,
    /// Captions of pictures, one fact each.
    Captions,
    /// Language, a BCP 47 tag.
    Lang,
    /// Address of the document.
    Url,
    /// Anything else, under its own name.
    Extra(String),
}

impl Field {
    /// The field with this name, as rules spell it.
    #[must_use]
    pub fn named(name: &str) -> Self {
        match name {
            "title" => Self::Title,
            "date" => Self::Date,
            "byline" => Self::Byline,
            "breadcrumbs" => Self::Breadcrumbs,
            "captions" => Self::Captions,
            "lang" => Self::Lang,
            "url" => Self::Url,
            other => Self::Extra(other.to_owned()),
        }
    }
}

/// Where a document ends.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Verdict {
    /// It goes to `documents/`.
    #[default]
    Kept,
    /// It goes to `rejected/`, for this reason.
    Rejected(String),
    /// It goes to `rejected/` as the copy of another, for this reason.
    Duplicate(String),
}

/// One document: its raw bytes are with the caller, everything else is here.
#[derive(Debug, Clone)]
pub struct Document {
    /// Where it came from.
    pub source: Source,
    /// Its text, with origins and the record of changes.
    pub text: TracedText,
    /// Name of the encoding that was used; empty if none was.
    pub encoding: &'static str,
    /// How the encoding became known.
    pub encoding_from: EncodingFrom,
    /// How sure that is, from 0 to 1.
    pub encoding_score: f64,
    /// What the stages found out, in order.
    pub facts: Vec<Fact>,
    /// Tags of the stages (`over-removal`), in order: things to look at that change nothing.
    pub tags: Vec<String>,
    /// Where it ends.
    pub verdict: Verdict,
}

impl Document {
    /// A document that is rejected without a look at its bytes.
    #[must_use]
    pub fn refused(source: Source, reason: String) -> Self {
        Self {
            source,
            text: TracedText::empty(),
            encoding: "",
            encoding_from: EncodingFrom::default(),
            encoding_score: 0.0,
            facts: Vec::new(),
            tags: Vec::new(),
            verdict: Verdict::Rejected(reason),
        }
    }

    /// The first value of a field; for most fields the only one that counts.
    #[must_use]
    pub fn fact(&self, field: &Field) -> Option<&str> {
        self.facts.iter().find(|fact| fact.field == *field).map(|fact| fact.value.as_str())
    }

    /// All values of a field, in order.
    pub fn facts_of<'a>(&'a self, field: &'a Field) -> impl Iterator<Item = &'a str> {
        self.facts.iter().filter(move |fact| fact.field == *field).map(|fact| fact.value.as_str())
    }

    /// Values of all fields without a column of their own, by name: what the container says, then what stages found.
    #[must_use]
    pub fn extra(&self) -> BTreeMap<&str, Vec<&str>> {
        let mut extra: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (name, value) in &self.source.extra {
            extra.entry(name).or_default().push(value);
        }
        for fact in &self.facts {
            if let Field::Extra(name) = &fact.field {
                extra.entry(name).or_default().push(&fact.value);
            }
        }
        extra
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn page_is_known_behind_declarations_and_comments() {
        for page in
            ["<?xml version=\"1.0\"?><html>", "<!-- c --><html>", "\n<?xml ?>\n<!-- a --> <!-- b --><!DOCTYPE html>"]
        {
            assert_eq!(Content::sniff(page.as_bytes()), Content::Html, "{page}");
        }
        for text in ["<?xml version=\"1.0\"?><rss>", "<!-- never closed <html>", "<!-- c --> # Notes", "a <html>"] {
            assert_eq!(Content::sniff(text.as_bytes()), Content::Text, "{text}");
        }
    }
}

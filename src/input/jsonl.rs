//! One JSON record a line: the text field as bytes, with the record's own id and address.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

/// What is taken from a record.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Record<'a> {
    /// The text field, unescaped. UTF-8, but for lone surrogates (`\ud83d`), which are encoded as if
    /// they were characters, and bytes of the file that were not UTF-8.
    pub(crate) text: Cow<'a, [u8]>,
    /// The record's id as text; empty if it has none, or none that is a string or number.
    pub(crate) id: String,
    /// The record's address; empty if it has none.
    pub(crate) url: String,
}

/// A record that has no text, with what is known of it all the same.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Fault {
    /// What is wrong with the line, for people: not JSON, no such field, or not a string.
    pub(crate) error: String,
    /// As in [`Record`]; empty too if the line is not JSON.
    pub(crate) id: String,
    /// Likewise.
    pub(crate) url: String,
}

/// How the error begins of a record that lacks the field of the text.
const NO_FIELD: &str = "no field `";
/// Names of fields that are shown of a record without the field of the text.
const FIELDS_SHOWN: usize = 8;
/// What to do about JSON that is not one record a line.
const MAKE_JSONL: &str = "`jq -c .` makes one record a line of it, of a list `jq -c '.[]'`";

/// Whether the error of a record is that it lacks the field of the text.
pub(crate) fn lacks_field(error: &str) -> bool {
    error.starts_with(NO_FIELD)
}

/// What is said of JSON that is not one record a line.
pub(crate) fn not_jsonl() -> String {
    format!("a JSON list or pretty-printed JSON, not one record a line: {MAKE_JSONL}")
}

/// Reads one line. Other fields are passed over, whatever they hold.
///
/// # Errors
/// [`Fault`] with what is wrong.
pub(crate) fn record<'a>(line: &'a [u8], field: &str) -> Result<Record<'a>, Fault> {
    let mut deserializer = serde_json::Deserializer::from_slice(line);
    let result = RecordSeed { field }.deserialize(&mut deserializer).and_then(|record| {
        deserializer.end()?;
        Ok(record)
    });
    result.map_err(|error| {
        let mut names = Names::default();
        let mut deserializer = serde_json::Deserializer::from_slice(line);
        let is_json = NamesSeed(&mut names).deserialize(&mut deserializer).is_ok() && deserializer.end().is_ok();
        if !is_json {
            return Fault { error: explained(line, &error), ..Fault::default() };
        }
        let mut error = explained(line, &error);
        if lacks_field(&error) && !names.fields.is_empty() {
            let more = if names.fields.len() > FIELDS_SHOWN { ", ..." } else { "" };
            names.fields.truncate(FIELDS_SHOWN);
            error = format!("{error}; fields seen: {}{more}", names.fields.join(", "));
        }
        Fault { error, id: names.id, url: names.url }
    })
}

/// The parser's message, with the place in the line and a hint where the cause is a known one.
fn explained(line: &[u8], error: &serde_json::Error) -> String {
    let text = error.to_string();
    let message = text.rsplit_once(" at line").map_or(text.as_str(), |(message, _)| message);
    // The column may be that of the word or of the sign before it.
    let at = line.get(error.column().saturating_sub(2)..).unwrap_or_default().trim_ascii_start();
    let is_not_a_number = [&b"NaN"[..], b"Infinity", b"-Infinity"].iter().any(|word| at.starts_with(word));
    let trimmed = line.trim_ascii();
    if matches!(trimmed, b"{" | b"[") || (trimmed.starts_with(b"[{") && trimmed.ends_with(b",")) {
        return format!("not JSON: the start of {}", not_jsonl());
    }
    match (error.classify(), is_not_a_number) {
        (serde_json::error::Category::Data, _) if trimmed.starts_with(b"[") => format!("{message}: {MAKE_JSONL}"),
        (serde_json::error::Category::Data, _) => message.to_owned(),
        (_, true) => format!("not JSON: NaN and Infinity are no JSON numbers (column {})", error.column()),
        (_, false) => format!("not JSON: {message} (column {})", error.column()),
    }
}

/// What a record is called, and the names of its fields.
#[derive(Default)]
struct Names {
    id: String,
    url: String,
    fields: Vec<String>,
}

struct NamesSeed<'n>(&'n mut Names);

impl<'de> DeserializeSeed<'de> for NamesSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for NamesSeed<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(Key(key)) = map.next_key()? {
            match &*key {
                b"id" => self.0.id = map.next_value::<Name>()?.0,
                b"url" => self.0.url = map.next_value::<Name>()?.0,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
            self.0.fields.push(String::from_utf8_lossy(&key).into_owned());
        }
        Ok(())
    }
}

struct RecordSeed<'f> {
    field: &'f str,
}

impl<'de> DeserializeSeed<'de> for RecordSeed<'_> {
    type Value = Record<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Record<'de>, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for RecordSeed<'_> {
    type Value = Record<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "a JSON object with the field `{}`", self.field)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Record<'de>, A::Error> {
        let mut record = Record::default();
        let mut has_text = false;
        while let Some(Key(key)) = map.next_key()? {
            if *key == *self.field.as_bytes() {
                record.text = map
                    .next_value::<Bytes<'de>>()
                    .map_err(|error| A::Error::custom(format!("field `{}`: {error}", self.field)))?
                    .0;
                has_text = true;
            } else if *key == *b"id" {
                record.id = map.next_value::<Name>()?.0;
            } else if *key == *b"url" {
                record.url = map.next_value::<Name>()?.0;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        if has_text { Ok(record) } else { Err(A::Error::custom(format!("{NO_FIELD}{}`", self.field))) }
    }
}

/// A key, as bytes: it may hold lone surrogates like any string.
struct Key<'de>(Cow<'de, [u8]>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_bytes(BytesVisitor).map(Self)
    }
}

/// A string as bytes.
struct Bytes<'de>(Cow<'de, [u8]>);

impl<'de> Deserialize<'de> for Bytes<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_bytes(BytesVisitor).map(Self)
    }
}

struct BytesVisitor;

impl<'de> Visitor<'de> for BytesVisitor {
    type Value = Cow<'de, [u8]>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a string")
    }

    fn visit_borrowed_bytes<E>(self, bytes: &'de [u8]) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(bytes))
    }

    fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Self::Value, E> {
        Ok(Cow::Owned(bytes.to_owned()))
    }
}

/// A string or number as text; anything else is passed over and gives the empty text. Numbers are
/// taken as they are written, however large.
struct Name(String);

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <&RawValue>::deserialize(deserializer)?.get();
        let name = match raw.bytes().next() {
            Some(b'"') => serde_json::from_str(raw).unwrap_or_default(),
            Some(b'-' | b'0'..=b'9') => raw.to_owned(),
            _ => String::new(),
        };
        Ok(Self(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_id_and_url_are_taken_and_the_rest_passed_over() {
        let line = br#"{"n": 1e999, "id": 17, "body": "a\u00e9\n", "url": "http://x/", "deep": [{"a": null}]}"#;
        let record = record(line, "body").expect("valid");
        assert_eq!((&*record.text, record.id.as_str(), record.url.as_str()), ("aé\n".as_bytes(), "17", "http://x/"));
    }

    #[test]
    fn lone_surrogates_do_not_fail_the_record() {
        let record = record(br#"{"text": "a\ud83d b"}"#, "text").expect("accepted");
        assert_eq!(&*record.text, b"a\xED\xA0\xBD b");
    }

    #[test]
    fn id_and_url_of_a_faulty_record_are_known() {
        for line in [r#"{"id": "a", "url": "u"}"#, r#"{"text": 1, "id": "a", "url": "u"}"#] {
            let fault = record(line.as_bytes(), "text").expect_err("faulty");
            assert_eq!((fault.id.as_str(), fault.url.as_str()), ("a", "u"));
        }
        assert_eq!(record(br#"{"id": "a", "text": "x"#, "text").expect_err("faulty").id, "");
    }

    #[test]
    fn faults_are_explained() {
        let fault = |line: &[u8]| record(line, "text").expect_err("faulty").error;
        assert_eq!(fault(b"{}"), "no field `text`");
        assert_eq!(fault(br#"{"body": "x", "id": 1}"#), "no field `text`; fields seen: body, id");
        assert_eq!(fault(br#"{"text": 3}"#), "field `text`: invalid type: integer `3`, expected a string");
        assert!(fault(br#"{"text": "x", "score": NaN}"#).starts_with("not JSON: NaN and Infinity"));
        assert!(fault(br#"{"text": "x""#).starts_with("not JSON: EOF while parsing an object"));
        assert!(fault(b"[1]").contains("expected a JSON object"));
        for line in [&b"{"[..], b"[\r", b"[{\"text\": \"x\"},"] {
            assert!(fault(line).contains("`jq -c .`"), "{}", fault(line));
        }
        assert!(fault(br#"{"text": "x"} trailing"#).starts_with("not JSON: trailing characters"));
    }
}

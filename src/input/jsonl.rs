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

/// Reads one line. Other fields are passed over, whatever they hold.
///
/// # Errors
/// What is wrong with the line, for people: not JSON, no such field, or not a string.
pub(crate) fn record<'a>(line: &'a [u8], field: &str) -> Result<Record<'a>, String> {
    let mut deserializer = serde_json::Deserializer::from_slice(line);
    let result = RecordSeed { field }.deserialize(&mut deserializer).and_then(|record| {
        deserializer.end()?;
        Ok(record)
    });
    result.map_err(|error| explained(line, &error))
}

/// The parser's message, with the place in the line and a hint where the cause is a known one.
fn explained(line: &[u8], error: &serde_json::Error) -> String {
    let text = error.to_string();
    let message = text.rsplit_once(" at line").map_or(text.as_str(), |(message, _)| message);
    // The column may be that of the word or of the sign before it.
    let at = line.get(error.column().saturating_sub(2)..).unwrap_or_default().trim_ascii_start();
    let is_not_a_number = [&b"NaN"[..], b"Infinity", b"-Infinity"].iter().any(|word| at.starts_with(word));
    match (error.classify(), is_not_a_number) {
        (serde_json::error::Category::Data, _) => message.to_owned(),
        (_, true) => format!("not JSON: NaN and Infinity are no JSON numbers (column {})", error.column()),
        (_, false) => format!("not JSON: {message} (column {})", error.column()),
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
        if has_text { Ok(record) } else { Err(A::Error::custom(format!("no field `{}`", self.field))) }
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
    fn faults_are_explained() {
        let fault = |line: &[u8]| record(line, "text").expect_err("faulty");
        assert_eq!(fault(br#"{"body": "x"}"#), "no field `text`");
        assert_eq!(fault(br#"{"text": 3}"#), "field `text`: invalid type: integer `3`, expected a string");
        assert!(fault(br#"{"text": "x", "score": NaN}"#).starts_with("not JSON: NaN and Infinity"));
        assert!(fault(br#"{"text": "x""#).starts_with("not JSON: EOF while parsing an object"));
        assert!(fault(b"[1]").contains("expected a JSON object"));
        assert!(fault(br#"{"text": "x"} trailing"#).starts_with("not JSON: trailing characters"));
    }
}

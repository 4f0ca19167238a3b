//! The head of a WARC record: its version and named fields.

use super::HEAD_START;
use crate::input::fields::{Fields, MediaType, head_end};

/// Types of records that hold no document of their own, and names under which they are counted.
const TYPES_WITHOUT_DOCUMENT: [&str; 5] = ["warcinfo", "request", "metadata", "revisit", "continuation"];
/// Types of records that hold one.
const TYPES_WITH_DOCUMENT: [&str; 3] = ["response", "resource", "conversion"];
/// The name under which records are counted that tell an answer of the domain name system.
const DNS: &str = "dns";
/// The name under which records of all other types are counted.
const OTHER: &str = "other";

/// The head of a record.
#[derive(Debug)]
pub(super) struct Head<'a> {
    pub(super) fields: Fields<'a>,
    /// Bytes of the head, its blank line included.
    pub(super) length: usize,
    /// Bytes of the block behind it.
    pub(super) content_length: u64,
}

/// What is done with a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// It holds a document.
    Document,
    /// It holds none, and is counted under this name.
    PassedOver(&'static str),
}

impl<'a> Head<'a> {
    /// Reads the head at the start of `record`.
    ///
    /// # Errors
    /// What is wrong with it, for people.
    pub(super) fn parse(record: &'a [u8]) -> Result<Self, String> {
        if !record.starts_with(HEAD_START) {
            return Err(format!("no record begins here, but `{}`", start_of(record)));
        }
        let length = head_end(record).ok_or("the head of the record has no end")?;
        let lines = record.get(..length).unwrap_or_default();
        let version_end = memchr::memchr(b'\n', lines).unwrap_or(length);
        let fields = Fields::parse(lines.get(version_end..).unwrap_or_default());
        let stated = fields.get("Content-Length").ok_or("the record has no `Content-Length`")?;
        let content_length =
            stated.parse().map_err(|_| format!("the `Content-Length` of the record is no number, but `{stated}`"))?;
        if fields.get("WARC-Type").is_none() {
            return Err("the record has no `WARC-Type`".to_owned());
        }
        Ok(Self { fields, length, content_length })
    }

    pub(super) fn content_type(&self) -> MediaType {
        self.fields.get("Content-Type").map(MediaType::parse).unwrap_or_default()
    }

    /// The address of what was archived, without the angle brackets that examples in WARC 1.0 have.
    pub(super) fn target(&self) -> &str {
        self.fields.get("WARC-Target-URI").unwrap_or_default().trim_start_matches('<').trim_end_matches('>')
    }

    /// What is to be done with the record.
    pub(super) fn usage(&self) -> Use {
        let stated = self.fields.get("WARC-Type").unwrap_or_default();
        let is_stated = |name: &&&str| stated.eq_ignore_ascii_case(name);
        if TYPES_WITH_DOCUMENT.iter().any(|name| stated.eq_ignore_ascii_case(name)) {
            let is_dns = self.target().starts_with("dns:") || self.content_type().essence == "text/dns";
            return if is_dns { Use::PassedOver(DNS) } else { Use::Document };
        }
        Use::PassedOver(TYPES_WITHOUT_DOCUMENT.iter().find(is_stated).copied().unwrap_or(OTHER))
    }
}

/// The first bytes of something, for messages.
pub(super) fn start_of(bytes: &[u8]) -> String {
    /// Bytes that are shown.
    const SHOWN: usize = 16;
    bytes.get(..SHOWN.min(bytes.len())).unwrap_or_default().escape_ascii().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usage(fields: &str) -> Use {
        let head = format!("WARC/1.1\r\nContent-Length: 0\r\n{fields}\r\n\r\n");
        Head::parse(head.as_bytes()).expect("a head").usage()
    }

    #[test]
    fn type_tells_what_is_done() {
        for kind in ["response", "Resource", "CONVERSION"] {
            assert_eq!(usage(&format!("WARC-Type: {kind}")), Use::Document);
        }
        for kind in TYPES_WITHOUT_DOCUMENT {
            assert_eq!(usage(&format!("warc-type: {kind}")), Use::PassedOver(kind));
        }
        assert_eq!(usage("WARC-Type: screenshot"), Use::PassedOver("other"));
        assert_eq!(usage("WARC-Type: response\r\nContent-Type: text/dns"), Use::PassedOver("dns"));
        assert_eq!(usage("WARC-Type: resource\r\nWARC-Target-URI: <dns:a.example>"), Use::PassedOver("dns"));
    }

    #[test]
    fn faults_are_named() {
        let fault = |head: &str| Head::parse(head.as_bytes()).map(|_| ()).expect_err(head);
        assert!(fault("GARC/1.0\r\n\r\n").contains("no record begins here, but `GARC/1.0\\r\\n\\r\\n`"));
        assert!(fault("WARC/1.0\r\nWARC-Type: response").contains("has no end"));
        assert!(fault("WARC/1.0\r\nWARC-Type: response\r\n\r\n").contains("no `Content-Length`"));
        assert!(fault("WARC/1.0\r\nContent-Length: 0\r\n\r\n").contains("no `WARC-Type`"));
        assert!(fault("WARC/1.0\r\nContent-Length: -5\r\n\r\n").contains("no number, but `-5`"));
    }
}

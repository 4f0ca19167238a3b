//! Standard input: it has no name that tells what it holds, so its first bytes must.

use std::io::{Cursor, Read};

use super::walk::Format;
use crate::config::FormatChoice;
use crate::document::Content;

/// Bytes looked at to tell what a stream is.
const SNIFFED: u64 = 4096;

/// How a stream holds its documents, and a reader of all its bytes, those that were looked at included.
pub(crate) fn open_stream<R: Read>(mut reader: R, choice: FormatChoice) -> (Format, impl Read + use<R>) {
    let mut start = Vec::new();
    let format = match choice {
        FormatChoice::Auto => {
            // What cannot be read now cannot be read later: the reader says so then.
            let _ = (&mut reader).take(SNIFFED).read_to_end(&mut start);
            sniff(&start)
        }
        FormatChoice::Text => Format::Text,
        FormatChoice::Html => Format::Html,
        FormatChoice::Jsonl => Format::Jsonl,
    };
    (format, Cursor::new(start).chain(reader))
}

/// JSONL if the first line starts like a JSON object, HTML if it starts like a page, else text.
fn sniff(start: &[u8]) -> Format {
    let first = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(start).trim_ascii_start();
    let in_object = first.strip_prefix(b"{").unwrap_or_default();
    let key = in_object.iter().find(|byte| !matches!(byte, b' ' | b'\t'));
    if key == Some(&b'"') {
        Format::Jsonl
    } else if Content::sniff(start) == Content::Html {
        Format::Html
    } else {
        Format::Text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_bytes_tell_the_format() {
        for jsonl in ["{\"text\": 1}", "\n {  \"id\": 2}", "\u{feff}{\"text\": 1}"] {
            assert_eq!(sniff(jsonl.as_bytes()), Format::Jsonl, "{jsonl}");
        }
        for text in ["", "{", "{} is the empty set", "{\n  \"text\": 1\n}", "a {\"text\": 1}"] {
            assert_eq!(sniff(text.as_bytes()), Format::Text, "{text}");
        }
        assert_eq!(sniff(b"\n<!DOCTYPE html>"), Format::Html);
    }

    #[test]
    fn nothing_that_was_looked_at_is_lost() {
        let long = "{\"text\": \"x\"}\n".repeat(1000);
        for choice in [FormatChoice::Auto, FormatChoice::Jsonl] {
            let (format, mut reader) = open_stream(long.as_bytes(), choice);
            let mut read = String::new();
            reader.read_to_string(&mut read).expect("memory can be read");
            assert_eq!((format, read == long), (Format::Jsonl, true));
        }
    }
}

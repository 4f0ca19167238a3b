//! Standard input: it has no name that tells what it holds, so its first bytes must.

use std::io::{BufReader, Cursor, Read, Take};

use super::compression::Compression;
use super::walk::{Format, InputFile};
use super::warc;
use crate::config::FormatChoice;
use crate::document::Content;

/// Bytes looked at to tell what a stream is.
const SNIFFED: u64 = 4096;

/// Bytes that tell how a stream is compressed.
const MAGIC: u64 = 6;

/// What a stream is: how it holds its documents and how it is compressed; and a reader of all its bytes as they are, those
/// that were looked at included.
pub(crate) fn open_stream<'a>(
    reader: impl Read + Send + 'a,
    choice: FormatChoice,
) -> (InputFile, Box<dyn Read + Send + 'a>) {
    let (start, reader) = look(reader, Compression::None, MAGIC);
    let compression = Compression::of_start(&start);
    let format = match choice {
        FormatChoice::Auto => {
            let (inside, reader) = look(reader, compression, SNIFFED);
            // Nothing but WARC has a dictionary, and without it nothing can be decompressed.
            let format = if warc::is_start(&start) { Format::Warc } else { sniff(&inside) };
            return (InputFile::standard_input(format, compression), reader);
        }
        FormatChoice::Text => Format::Text,
        FormatChoice::Html => Format::Html,
        FormatChoice::Jsonl => Format::Jsonl,
        FormatChoice::Warc => Format::Warc,
    };
    (InputFile::standard_input(format, compression), reader)
}

/// The first decompressed bytes of a reader, as many as it has up to `count`, and a reader of all its bytes as they are.
fn look<'a>(
    reader: impl Read + Send + 'a,
    compression: Compression,
    count: u64,
) -> (Vec<u8>, Box<dyn Read + Send + 'a>) {
    let mut noted = Noted { inner: reader.take(u64::MAX), bytes: Vec::new(), failed: None };
    if compression == Compression::None {
        noted.inner.set_limit(count);
    }
    let mut start = Vec::new();
    if let Ok(decompressed) = compression.reader(BufReader::new(&mut noted)) {
        // What cannot be decompressed or read is said by the one who reads it in earnest.
        let _ = decompressed.take(count).read_to_end(&mut start);
    }
    let Noted { inner, bytes, failed } = noted;
    (start, Box::new(Cursor::new(bytes).chain(Broken(failed)).chain(inner.into_inner())))
}

/// A reader that keeps what it has read.
struct Noted<R> {
    inner: Take<R>,
    bytes: Vec<u8>,
    failed: Option<std::io::Error>,
}

impl<R: Read> Read for Noted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        match self.inner.read(buffer) {
            Ok(count) => {
                self.bytes.extend_from_slice(buffer.get(..count).unwrap_or_default());
                Ok(count)
            }
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => Err(error),
            Err(error) => {
                let kind = error.kind();
                self.failed = Some(error);
                Err(kind.into())
            }
        }
    }
}

/// A reader that fails once with an error, if there is one, and then is at its end.
struct Broken(Option<std::io::Error>);

impl Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

/// WARC if it starts like a record of that, JSONL if the first line starts like a JSON object, HTML if it starts like a
/// page, else text.
fn sniff(start: &[u8]) -> Format {
    if warc::is_start(start) {
        return Format::Warc;
    }
    if is_utf16_json(start) {
        // The reader of lines says what is wrong with it.
        return Format::Jsonl;
    }
    let first = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(start).trim_ascii_start();
    let is_space = |byte: &u8| matches!(byte, b' ' | b'\t');
    let in_object = first.strip_prefix(b"{").unwrap_or_default();
    let key = in_object.iter().find(|byte| !is_space(byte));
    if key == Some(&b'"') {
        Format::Jsonl
    } else if is_other_json(first) {
        Format::Json
    } else if Content::sniff(start) == Content::Html {
        Format::Html
    } else {
        Format::Text
    }
}

/// Whether something starts like pretty-printed JSON, or like a list of records.
fn is_other_json(first: &[u8]) -> bool {
    let inside = |open: &[u8]| first.strip_prefix(open).map(<[u8]>::trim_ascii_start);
    let is_key = |rest: &[u8]| {
        let name = rest.strip_prefix(b"\"").unwrap_or_default();
        let end = memchr::memchr(b'"', name);
        end.is_some_and(|end| name.get(end + 1..).unwrap_or_default().trim_ascii_start().starts_with(b":"))
    };
    let starts_object = |rest: &[u8]| rest.strip_prefix(b"{").is_some_and(|rest| is_key(rest.trim_ascii_start()));
    inside(b"{").is_some_and(is_key) || inside(b"[").is_some_and(starts_object)
}

/// Whether something starts like a JSON object in UTF-16, with or without a byte order mark.
pub(super) fn is_utf16_json(start: &[u8]) -> bool {
    let unmarked = start.strip_prefix(b"\xFF\xFE").or_else(|| start.strip_prefix(b"\xFE\xFF")).unwrap_or(start);
    let units: Vec<u8> = unmarked.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).take(4).collect();
    units == *b"{\0\"\0" || units == *b"\0{\0\""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_bytes_tell_the_format() {
        for jsonl in ["{\"text\": 1}", "\n {  \"id\": 2}", "\u{feff}{\"text\": 1}"] {
            assert_eq!(sniff(jsonl.as_bytes()), Format::Jsonl, "{jsonl}");
        }
        for json in ["{\n  \"text\": 1\n}", "[{\"text\": 1}]", "\u{feff}[\n  {\n    \"text\": 1"] {
            assert_eq!(sniff(json.as_bytes()), Format::Json, "{json}");
        }
        for text in ["", "{", "{} is the empty set", "{\n\"text\" is", "a {\"text\": 1}", "[1] Ibid.", "[{}]"] {
            assert_eq!(sniff(text.as_bytes()), Format::Text, "{text}");
        }
        assert_eq!(sniff(b"\n<!DOCTYPE html>"), Format::Html);
        assert_eq!(sniff(b"WARC/1.1\r\n"), Format::Warc);
    }

    #[test]
    fn nothing_that_was_looked_at_is_lost() {
        let long = "{\"text\": \"x\"}\n".repeat(1000);
        for choice in [FormatChoice::Auto, FormatChoice::Jsonl] {
            let (file, mut reader) = open_stream(long.as_bytes(), choice);
            let mut read = String::new();
            reader.read_to_string(&mut read).expect("memory can be read");
            assert_eq!((file.format, read == long), (Format::Jsonl, true));
        }
    }
}

//! HTTP responses as archives hold them: status, fields, and the body without its transfer and content codings.
//!
//! Chunks are those of RFC 9112, section 7.1, and content codings those of RFC 9110, section 8.4.1. Archives often hold a
//! body that was decoded already beside fields that still name its codings: what does not begin like the coding that is
//! named is taken as it is.

use std::borrow::Cow;
use std::io::Read;

use super::fields::{Fields, MediaType, head_end};
use super::units::too_large;
use crate::document::Content;

/// Most content codings of one body that are undone: more are no web server's.
const MAX_CODINGS: usize = 4;
/// Bytes that brotli reads at once.
const BROTLI_BUFFER: usize = 16 << 10;
/// Bytes of the start of a body that are looked at to tell plain text from data.
const SAMPLE: usize = 1024;

/// A response.
#[derive(Debug)]
pub(crate) struct Response<'a> {
    /// The status code; 0 if the status line has none.
    pub(crate) status: u16,
    pub(crate) fields: Fields<'a>,
    /// The body as it was sent.
    body: &'a [u8],
}

/// Whether a body may end before its codings say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cut {
    /// It is known to be cut off: what can be decoded of it counts.
    Known,
    /// An end before the end is an error.
    Unexpected,
}

impl<'a> Response<'a> {
    /// Reads status line and fields; `None` if `message` is no response. One that ends within its fields has no body.
    pub(crate) fn parse(message: &'a [u8]) -> Option<Self> {
        if !message.starts_with(b"HTTP/") {
            return None;
        }
        let end = head_end(message).unwrap_or(message.len());
        let (head, body) = message.split_at(end);
        let status_end = memchr::memchr(b'\n', head).unwrap_or(head.len());
        let (status_line, fields) = head.split_at(status_end);
        let code = status_line.split(u8::is_ascii_whitespace).filter(|part| !part.is_empty()).nth(1);
        let status = code.and_then(|code| std::str::from_utf8(code).ok()?.parse().ok()).unwrap_or(0);
        Some(Self { status, fields: Fields::parse(fields), body })
    }

    /// The value of `Content-Type`.
    pub(crate) fn media_type(&self) -> MediaType {
        self.fields.get("Content-Type").map(MediaType::parse).unwrap_or_default()
    }

    /// The body without its codings, at most `limit` bytes.
    ///
    /// # Errors
    /// What is wrong with it, for people.
    pub(crate) fn payload(&self, limit: u64, cut: Cut) -> Result<Cow<'a, [u8]>, String> {
        let mut body = Cow::Borrowed(self.body);
        if self.fields.list("Transfer-Encoding").any(|coding| coding.eq_ignore_ascii_case("chunked")) {
            body = without_chunks(self.body, cut)?;
        }
        let codings: Vec<Coding> = self.fields.list("Content-Encoding").filter_map(Coding::named).collect();
        if codings.len() > MAX_CODINGS {
            return Err(format!("{} content codings (at most {MAX_CODINGS})", codings.len()));
        }
        for coding in codings.into_iter().rev() {
            body = coding.decode(body, limit, cut)?;
        }
        Ok(body)
    }
}

/// A chunked body as one. One that does not begin with the size of a chunk is taken as it is.
fn without_chunks(body: &[u8], cut: Cut) -> Result<Cow<'_, [u8]>, String> {
    let mut whole = Vec::new();
    let mut rest = body;
    loop {
        let at = body.len() - rest.len();
        let broken = |what: &str| format!("the chunked body is broken at byte {at}: {what}");
        let line_end = memchr::memchr(b'\n', rest);
        let size = line_end.and_then(|end| chunk_size(rest.get(..end).unwrap_or_default()));
        let (Some(line_end), Some(size)) = (line_end, size) else {
            return match (at, rest.is_empty() || line_end.is_none(), cut) {
                (0, ..) => Ok(Cow::Borrowed(body)),
                (_, true, Cut::Known) => Ok(Cow::Owned(whole)),
                (_, true, Cut::Unexpected) => Err(broken("it ends before its last chunk")),
                (_, false, _) => Err(broken("no size of a chunk")),
            };
        };
        rest = rest.get(line_end + 1..).unwrap_or_default();
        if size == 0 {
            return Ok(Cow::Owned(whole));
        }
        let Some(chunk) = usize::try_from(size).ok().and_then(|size| rest.get(..size)) else {
            whole.extend_from_slice(rest);
            return match cut {
                Cut::Known => Ok(Cow::Owned(whole)),
                Cut::Unexpected => Err(broken(&format!("a chunk of {size} bytes has only {}", rest.len()))),
            };
        };
        whole.extend_from_slice(chunk);
        rest = rest.get(chunk.len()..).unwrap_or_default();
        rest = rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n")).unwrap_or(rest);
    }
}

/// The size in the line before a chunk; extensions behind a semicolon are passed over.
fn chunk_size(line: &[u8]) -> Option<u64> {
    let size = line.split(|byte| *byte == b';').next()?.trim_ascii();
    if size.is_empty() || !size.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    u64::from_str_radix(std::str::from_utf8(size).ok()?, 16).ok()
}

/// A content coding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Coding {
    Gzip,
    Deflate,
    Brotli,
    Zstd,
}

impl Coding {
    /// `None` for those that change nothing and names that are no codings (`utf-8`), which servers send.
    fn named(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "gzip" | "x-gzip" => Some(Self::Gzip),
            "deflate" => Some(Self::Deflate),
            "br" => Some(Self::Brotli),
            "zstd" => Some(Self::Zstd),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Deflate => "deflate",
            Self::Brotli => "br",
            Self::Zstd => "zstd",
        }
    }

    fn decode(self, body: Cow<'_, [u8]>, limit: u64, cut: Cut) -> Result<Cow<'_, [u8]>, String> {
        if body.is_empty() {
            return Ok(body);
        }
        let mut decoded = Vec::new();
        let result = self.read(&body, limit, &mut decoded);
        if decoded.len() as u64 > limit {
            return Err(too_large(decoded.len() as u64, limit));
        }
        match result {
            Ok(()) => Ok(Cow::Owned(decoded)),
            Err(_) if is_plain(&body) => Ok(body),
            Err(error) if cut == Cut::Known && error.kind() == std::io::ErrorKind::UnexpectedEof => {
                Ok(Cow::Owned(decoded))
            }
            Err(error) => {
                let count = decoded.len();
                Err(format!("the content coding `{}` is broken behind {count} bytes: {error}", self.name()))
            }
        }
    }

    /// Adds at most one byte more than `limit` to `decoded`. What stands behind the end of the coded data is passed over,
    /// as browsers do.
    fn read(self, body: &[u8], limit: u64, decoded: &mut Vec<u8>) -> std::io::Result<()> {
        match self {
            Self::Gzip => {
                let mut rest = body;
                while decoded.len() as u64 <= limit {
                    let room = limit + 1 - decoded.len() as u64;
                    flate2::bufread::GzDecoder::new(&mut rest).take(room).read_to_end(decoded)?;
                    if !rest.starts_with(b"\x1F\x8B") {
                        break;
                    }
                }
                Ok(())
            }
            Self::Deflate if has_zlib_head(body) => read_up_to(flate2::bufread::ZlibDecoder::new(body), limit, decoded),
            // Servers that took the name for the format of RFC 1951 alone are as old as the coding.
            Self::Deflate => read_up_to(flate2::bufread::DeflateDecoder::new(body), limit, decoded),
            Self::Brotli => read_up_to(brotli_decompressor::Decompressor::new(body, BROTLI_BUFFER), limit, decoded),
            Self::Zstd => read_up_to(zstd::stream::read::Decoder::with_buffer(body)?.single_frame(), limit, decoded),
        }
    }
}

fn read_up_to(reader: impl Read, limit: u64, decoded: &mut Vec<u8>) -> std::io::Result<()> {
    reader.take(limit + 1).read_to_end(decoded).map(drop)
}

/// Whether data begins with the head of RFC 1950: method 8, and a check of the first two bytes.
fn has_zlib_head(body: &[u8]) -> bool {
    matches!(body, [method, flags, ..] if method & 0x0F == 8 && (u16::from(*method) << 8 | u16::from(*flags)) % 31 == 0)
}

/// Whether a body is text as it stands, and none of the codings.
fn is_plain(body: &[u8]) -> bool {
    let sample = body.get(..SAMPLE.min(body.len())).unwrap_or_default();
    let is_text = match std::str::from_utf8(sample) {
        Ok(_) => true,
        // A character that the sample cuts is none that is wrong.
        Err(error) => error.error_len().is_none() && error.valid_up_to() > 0,
    };
    let is_control = |byte: &u8| *byte < 0x20 && !byte.is_ascii_whitespace();
    (is_text && !sample.iter().any(is_control)) || Content::sniff(body) == Content::Html
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;

    use super::*;

    const PAGE: &[u8] = b"<!DOCTYPE html><p>The ferry left at noon, and the ferry came back at noon.</p>";

    fn payload(fields: &str, body: &[u8], cut: Cut) -> Result<Vec<u8>, String> {
        let message = [b"HTTP/1.1 200 OK\r\n", fields.as_bytes(), b"\r\n", body].concat();
        let response = Response::parse(&message).expect("a response");
        response.payload(1000, cut).map(Cow::into_owned)
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).expect("memory");
        encoder.finish().expect("memory")
    }

    fn zlib(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).expect("memory");
        encoder.finish().expect("memory")
    }

    fn chunked(bytes: &[u8]) -> Vec<u8> {
        let mut body = Vec::new();
        for chunk in bytes.chunks(17) {
            body.extend_from_slice(format!("{:X};name=value\r\n", chunk.len()).as_bytes());
            body.extend_from_slice(chunk);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(b"0\r\nTrailer: x\r\n\r\n");
        body
    }

    #[test]
    fn status_and_fields_are_read() {
        let response = Response::parse(b"HTTP/1.0 404\nContent-Type: text/html; charset=koi8-r\n\nx").expect("one");
        assert_eq!((response.status, response.body), (404, &b"x"[..]));
        assert_eq!(response.media_type(), MediaType { essence: "text/html".into(), charset: "koi8-r".into() });
        assert_eq!(Response::parse(b"HTTP/1.1 200 OK\r\nA: b").expect("cut off").body, b"");
        assert!(Response::parse(b"GET / HTTP/1.1\r\n\r\n").is_none());
    }

    #[test]
    fn codings_are_undone() {
        const GZIP: &str = "Content-Encoding: gzip\r\n";
        let both = "Transfer-Encoding: Chunked\r\nContent-Encoding: x-gzip\r\n";
        let raw_deflate = {
            let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), Compression::default());
            encoder.write_all(PAGE).expect("memory");
            encoder.finish().expect("memory")
        };
        let zstandard = zstd::encode_all(PAGE, 3).expect("memory");
        // `PAGE` by Python's brotli 1.2.
        let brotli = b"\x1b\x4d\x00\x80\x8c\x94\x2e\xee\x94\x53\x8e\x34\x85\x40\xfb\x4e\xf5\x65\x0f\x1f\x70\xc8\x01\xfb\xf7\
            \xc5\x12\x49\xc4\x79\x8c\x9d\x4d\x96\x0c\x8b\x5a\x9b\xde\xe3\x0a\xa3\xf6\xf1\x0f\x78\x9c\xd8\x3b\x62\x24\x31\x0a\
            \x21\x30\x53\x01";
        for (fields, body) in [
            (GZIP, gzip(PAGE)),
            (GZIP, [gzip(PAGE.split_at(9).0), gzip(PAGE.split_at(9).1), b"rest".to_vec()].concat()),
            (both, chunked(&gzip(PAGE))),
            ("Content-Encoding: deflate, gzip\r\n", gzip(&zlib(PAGE))),
            ("Content-Encoding: deflate\r\n", raw_deflate),
            ("Content-Encoding: zstd\r\n", zstandard),
            ("Content-Encoding: br\r\n", brotli.to_vec()),
            ("Content-Encoding: identity\r\n", PAGE.to_vec()),
        ] {
            assert_eq!(payload(fields, &body, Cut::Unexpected).as_deref(), Ok(PAGE), "{fields}");
        }
    }

    #[test]
    fn what_was_decoded_before_is_taken_as_it_is() {
        for fields in [
            "Transfer-Encoding: chunked\r\n",
            "Content-Encoding: gzip\r\n",
            "Content-Encoding: br\r\n",
            "Content-Encoding: deflate\r\n",
            "Content-Encoding: zstd\r\n",
            "Transfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n",
        ] {
            assert_eq!(payload(fields, PAGE, Cut::Unexpected).as_deref(), Ok(PAGE), "{fields}");
        }
    }

    #[test]
    fn body_that_is_cut_off_fails_unless_that_is_known() {
        for (fields, body) in [
            ("Content-Encoding: gzip\r\n", gzip(PAGE)),
            ("Content-Encoding: deflate\r\n", zlib(PAGE)),
            ("Transfer-Encoding: chunked\r\n", chunked(PAGE)),
        ] {
            let body = body.get(..body.len() - 30).expect("long enough");
            let error = payload(fields, body, Cut::Unexpected).expect_err(fields);
            assert!(error.contains("broken"), "{error}");
            let start = payload(fields, body, Cut::Known).expect(fields);
            assert!(!start.is_empty() && PAGE.starts_with(&start), "{fields}");
        }
    }

    #[test]
    fn decompressed_size_is_limited() {
        let bomb = gzip(&vec![b'a'; 1 << 20]);
        let error = payload("Content-Encoding: gzip\r\n", &bomb, Cut::Unexpected).expect_err("too large");
        assert!(error.contains("too large (at most 1000"), "{error}");
        let many = "Content-Encoding: gzip, gzip, gzip, gzip, gzip\r\n";
        assert!(payload(many, &bomb, Cut::Unexpected).expect_err("many").contains("5 content codings"));
    }
}

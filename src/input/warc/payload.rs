//! What is in a record: where it came from, and the payload without the codings of its transport.

use std::borrow::Cow;

use super::head::{Head, start_of};
use crate::config::ContentChoice;
use crate::document::{Content, Source};
use crate::input::fields::MediaType;
use crate::input::http::{Cut, Response};

/// Media types of pages.
const PAGES: [&str; 2] = ["text/html", "application/xhtml+xml"];
/// Media types of text that is no page even if it starts like one.
const TEXTS: [&str; 2] = ["text/plain", "text/markdown"];
/// The media type of a whole message of HTTP.
const HTTP: &str = "application/http";

/// Fields of the head that are kept among `extra`, and their names there.
const EXTRA: [(&str, &str); 4] = [
    ("WARC-Type", "warc_type"),
    ("WARC-Date", "warc_date"),
    ("WARC-Refers-To", "warc_refers_to"),
    (LANGUAGES, "warc_languages"),
];
/// The field of Common Crawl that lists the languages of a text (ISO 639-3), the first of them the most.
const LANGUAGES: &str = "WARC-Identified-Content-Language";

/// The block of a record.
#[derive(Debug)]
pub(in crate::input) enum Body<'a> {
    /// The payload itself.
    Plain(&'a [u8]),
    /// A response that holds the payload, and whether it is known to be cut off.
    Response(Response<'a>, Cut),
}

impl<'a> Body<'a> {
    /// The payload, at most `limit` bytes of it if it has codings.
    ///
    /// # Errors
    /// What is wrong with it, for people.
    pub(in crate::input) fn payload(&self, limit: u64) -> Result<Cow<'a, [u8]>, String> {
        match self {
            Self::Plain(block) => Ok(Cow::Borrowed(block)),
            Self::Response(response, cut) => response.payload(limit, *cut),
        }
    }
}

/// Looks into a record that is whole, or the start of one that is too large: completes `source` and returns the block.
/// What the payload is written in is left to [`content`].
///
/// # Errors
/// What is wrong with it, for people.
pub(in crate::input) fn open<'a>(record: &'a [u8], source: &mut Source) -> Result<Body<'a>, String> {
    let head = Head::parse(record)?;
    describe(&head, source);
    let block = record.get(head.length..).unwrap_or_default();
    let stated = head.content_type();
    let identified = head.fields.get("WARC-Identified-Payload-Type").map(MediaType::parse).unwrap_or_default().essence;
    let is_message = stated.essence == HTTP;
    let is_response = head.fields.get("WARC-Type").is_some_and(|kind| kind.eq_ignore_ascii_case("response"));
    let (payload_type, body) = match Response::parse(block) {
        Some(response) if is_message || is_response => {
            source.http_status = response.status;
            let cut = if source.truncated.is_empty() { Cut::Unexpected } else { Cut::Known };
            (response.media_type(), Body::Response(response, cut))
        }
        _ if is_message => {
            return Err(format!("the block should be a response of HTTP, but begins with `{}`", start_of(block)));
        }
        _ => (stated, Body::Plain(block)),
    };
    source.declared_charset = payload_type.charset;
    source.mime = if identified.is_empty() { payload_type.essence } else { identified };
    Ok(body)
}

/// Completes `source` by the head of a record that cannot be read, as far as that is there.
pub(in crate::input) fn open_broken(start: &[u8], source: &mut Source) {
    if let Ok(head) = Head::parse(start) {
        describe(&head, source);
    }
}

/// What the payload of a record is written in, by the media type of its source or, if that does not tell, by its bytes.
pub(in crate::input) fn content(source: &Source, choice: ContentChoice, payload: &[u8]) -> Content {
    match source.mime.as_str() {
        page if PAGES.contains(&page) => Content::Html,
        text if TEXTS.contains(&text) => Content::Text,
        _ => choice.of(payload),
    }
}

fn describe(head: &Head<'_>, source: &mut Source) {
    let field = |name: &str| head.fields.get(name).unwrap_or_default().to_owned();
    source.id = field("WARC-Record-ID");
    head.target().clone_into(&mut source.url);
    source.payload_digest = field("WARC-Payload-Digest");
    source.truncated = field("WARC-Truncated");
    head.fields.list(LANGUAGES).next().unwrap_or_default().clone_into(&mut source.language);
    let present = EXTRA.iter().filter_map(|(name, key)| Some((*key, head.fields.get(name)?.to_owned())));
    source.extra.extend(present);
}

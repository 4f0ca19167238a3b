//! Named fields: the lines `Name: value` at the head of WARC records, HTTP messages and parts of mail, and the media
//! types that stand in them.

use std::borrow::Cow;

use memchr::{memchr, memchr_iter};

/// Fields of one head, in order.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Fields<'a> {
    fields: Vec<(Cow<'a, str>, Cow<'a, str>)>,
}

impl<'a> Fields<'a> {
    /// Reads all lines of `head`. A line that begins with white space goes on with the value before it (RFC 9112,
    /// section 5.2, and WARC 1.1, section 4); a line without a colon is passed over. Bytes that are not UTF-8 become
    /// U+FFFD.
    pub(crate) fn parse(head: &'a [u8]) -> Self {
        let mut fields: Vec<(Cow<'a, str>, Cow<'a, str>)> = Vec::new();
        for line in head.split(|byte| *byte == b'\n') {
            let text = String::from_utf8_lossy(line.trim_ascii());
            if line.starts_with(b" ") || line.starts_with(b"\t") {
                if let Some((_, value)) = fields.last_mut().filter(|_| !text.is_empty()) {
                    value.to_mut().push(' ');
                    value.to_mut().push_str(&text);
                }
                continue;
            }
            let Some(colon) = memchr(b':', line) else { continue };
            let (name, value) = line.split_at(colon);
            let value = value.get(1..).unwrap_or_default();
            fields.push((String::from_utf8_lossy(name.trim_ascii()), String::from_utf8_lossy(value.trim_ascii())));
        }
        Self { fields }
    }

    /// The first value of a field; names are compared without regard to case.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let found = self.fields.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| &**value)
    }

    /// All values of a field, in order.
    pub(crate) fn all<'f>(&'f self, name: &'f str) -> impl DoubleEndedIterator<Item = &'f str> {
        let of_name = self.fields.iter().filter(move |(known, _)| known.eq_ignore_ascii_case(name));
        of_name.map(|(_, value)| &**value)
    }

    /// The values of a field that is a list with commas, over all its lines, in order.
    pub(crate) fn list<'f>(&'f self, name: &'f str) -> impl DoubleEndedIterator<Item = &'f str> {
        self.all(name).flat_map(|value| value.split(',')).map(str::trim).filter(|value| !value.is_empty())
    }
}

/// Where a head ends: behind its blank line. `None` if there is none. Lines end in a line feed, with or without a carriage
/// return in front.
pub(crate) fn head_end(bytes: &[u8]) -> Option<usize> {
    memchr_iter(b'\n', bytes).find_map(|at| match bytes.get(at + 1..) {
        Some([b'\n', ..]) => Some(at + 2),
        Some([b'\r', b'\n', ..]) => Some(at + 3),
        _ => None,
    })
}

/// A media type as `Content-Type` has it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct MediaType {
    /// Type and subtype in small letters, without parameters; empty if there are none.
    pub(crate) essence: String,
    /// The parameter `charset`, without quotation marks; empty if there is none.
    pub(crate) charset: String,
}

impl MediaType {
    pub(crate) fn parse(value: &str) -> Self {
        let mut parts = value.split(';').map(str::trim);
        let essence = parts.next().unwrap_or_default().to_ascii_lowercase();
        let charset = parts.find_map(|part| {
            let (name, value) = part.split_once('=')?;
            name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches(['"', '\'']).to_owned())
        });
        Self { essence, charset: charset.unwrap_or_default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folded_lines_belong_to_the_value_before() {
        let fields = Fields::parse(b"A: one\r\n  two\r\nno field\r\nb :three, 3\nA: four\r\nB: ,5\n");
        assert_eq!(fields.all("a").collect::<Vec<_>>(), ["one two", "four"]);
        assert_eq!(fields.list("B").collect::<Vec<_>>(), ["three", "3", "5"]);
        assert_eq!(fields.get("c"), None);
        assert_eq!(Fields::parse(b" \xFF: x\n\xFF: \xFE").get("\u{FFFD}"), Some("\u{FFFD}"));
    }

    #[test]
    fn head_ends_behind_its_blank_line() {
        assert_eq!(head_end(b"A: b\r\n\r\nbody"), Some(8));
        assert_eq!(head_end(b"A: b\n\nbody"), Some(6));
        assert_eq!(head_end(b"A: b\r\n"), None);
    }

    #[test]
    fn charset_is_found_among_the_parameters() {
        let found = MediaType::parse("Text/HTML; boundary=x; Charset=\"UTF-8\"");
        assert_eq!((found.essence.as_str(), found.charset.as_str()), ("text/html", "UTF-8"));
        assert_eq!(MediaType::parse(""), MediaType::default());
    }
}

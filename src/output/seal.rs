//! The digests at the end of a document's line and of a manifest that vouch for all that stands before them.
//!
//! A document's one vouches for its line and for its lines in `changes/`, so that any later change of either
//! can be pinned to its document. It is the SHA-256 of the line up to the digest, without the value of `text`, and of the lines in
//! `changes/`. `text_sha256`, which stands in the line, vouches for the text: large texts need not be hashed
//! twice.

use std::ops::Range;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::digest::Sha256Stream;

/// How a digest is written at the end of something.
pub(super) struct Seal {
    /// The key, with what stands around it.
    before: &'static str,
    /// What closes the value and everything around it.
    after: &'static str,
}

/// The digest of a row is the last key of `metadata`.
const ROW: Seal = Seal { before: ",\"record_sha256\":\"", after: "\"}}" };
/// The digest of a manifest is its last key.
pub(super) const MANIFEST: Seal = Seal { before: ",\n  \"manifest_sha256\": \"", after: "\"\n}\n" };
/// Hex digits of a digest.
const DIGITS: usize = 64;

impl Seal {
    /// The end of what `digest` vouches for.
    pub(super) fn written(&self, digest: &str) -> String {
        let Self { before, after } = self;
        format!("{before}{digest}{after}")
    }

    /// What is vouched for, and the digest that it states; `None` if there is none.
    pub(super) fn split<'a>(&self, sealed: &'a [u8]) -> Option<(&'a [u8], &'a [u8])> {
        let cut = sealed.len().checked_sub(self.before.len() + DIGITS + self.after.len())?;
        let (signed, rest) = sealed.split_at(cut);
        let stated = rest.strip_prefix(self.before.as_bytes())?.strip_suffix(self.after.as_bytes())?;
        Some((signed, stated))
    }
}

/// Puts the digest at the end of the row that starts at `start` of `lines`, and ends the line. The row is
/// complete but for that; `text` is the place of its text value, with its quotation marks, in `lines`.
pub(super) fn seal(lines: &mut Vec<u8>, start: usize, text: &Range<usize>, changes: &[u8]) {
    // `}}` closes the metadata and the row; the digest goes in before.
    lines.truncate(lines.len() - 2);
    let part = |range: Range<usize>| lines.get(range).unwrap_or_default();
    let digest = digest([part(start..text.start), part(text.end..lines.len())], [changes]);
    lines.extend_from_slice(ROW.written(&digest).as_bytes());
    lines.push(b'\n');
}

/// Whether a document's line (without line end) and its lines in `changes/` (likewise) are those for which
/// the digest was made. Whether the text is the one of `text_sha256` is not looked at, but it must be written
/// as scutch writes it.
pub(crate) fn is_intact(line: &[u8], changes: &[Vec<u8>]) -> bool {
    let Some((signed, stated)) = ROW.split(line) else { return false };
    let Some(text) = text_value(line).filter(|text| text.end <= signed.len()) else { return false };
    let part = |range: Range<usize>| signed.get(range).unwrap_or_default();
    let changes = changes.iter().flat_map(|change| [change.as_slice(), b"\n"]);
    digest([part(0..text.start), part(text.end..signed.len())], changes).as_bytes() == stated
}

fn digest<'a>(line: [&'a [u8]; 2], changes: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut stream = Sha256Stream::default();
    line.into_iter().chain(changes).for_each(|part| stream.update(part));
    stream.finish()
}

/// Where the value of `text` stands in a row, with its quotation marks; `None` if the row does not begin as
/// rows do, or writes the text in another way.
fn text_value(line: &[u8]) -> Option<Range<usize>> {
    #[derive(Deserialize)]
    struct Head<'a> {
        #[serde(borrow)]
        id: &'a RawValue,
        #[serde(borrow)]
        text: &'a RawValue,
    }
    let Head { id, text } = serde_json::from_slice(line).ok()?;
    let start = format!("{{\"id\":{},\"text\":", id.get());
    let written = text.get().as_bytes();
    let range = start.len()..start.len() + written.len();
    let is_usual = serde_json::from_str::<String>(text.get())
        .is_ok_and(|text| serde_json::to_vec(&text).is_ok_and(|usual| usual == written));
    (line.starts_with(start.as_bytes()) && line.get(range.clone()) == Some(written) && is_usual).then_some(range)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A sealed row, without its line end.
    fn sealed(text: &str) -> Vec<u8> {
        let mut lines = b"another line\n".to_vec();
        let start = lines.len();
        let value = serde_json::to_string(text).expect("a string");
        lines.extend_from_slice(format!("{{\"id\":\"a\\\"b\",\"text\":{value},\"metadata\":{{\"n\":1}}}}").as_bytes());
        let text_start = start + br#"{"id":"a\"b","text":"#.len();
        seal(&mut lines, start, &(text_start..text_start + value.len()), b"{}\n");
        assert_eq!(lines.pop(), Some(b'\n'));
        lines.split_off(start)
    }

    #[test]
    fn every_byte_outside_the_text_is_vouched_for() {
        let line = sealed("one\u{1f} \"two\"");
        let changes = [b"{}".to_vec()];
        assert!(is_intact(&line, &changes));
        assert!(!is_intact(&line, &[]) && !is_intact(&line, &[b"[]".to_vec()]));
        let text = text_value(&line).expect("a row");
        for index in (0..line.len()).filter(|index| !text.contains(index)) {
            let mut other = line.clone();
            other[index] ^= 1;
            assert!(!is_intact(&other, &changes), "byte {index}");
        }
    }

    #[test]
    fn the_text_must_be_written_as_usual() {
        let line = String::from_utf8(sealed("one\u{1f}two")).expect("UTF-8");
        let changes = [b"{}".to_vec()];
        assert!(is_intact(line.as_bytes(), &changes));
        assert!(!is_intact(line.replace("\\u001f", "\\u001F").as_bytes(), &changes));
        assert!(!is_intact(line.replace("two", "\\u0074wo").as_bytes(), &changes));
    }
}

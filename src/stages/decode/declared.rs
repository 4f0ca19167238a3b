//! The charset that a header or the document itself declares.

use crate::document::{Content, Source};
use crate::encoding::Encoding;

/// Bytes at the start of a page in which `<meta charset>` must stand (HTML standard, 1024).
const META_PRESCAN: usize = 1024;

/// The declared encoding, if its label is known.
pub(super) fn find(raw: &[u8], source: &Source) -> Option<Encoding> {
    let label = if source.declared_charset.is_empty() && source.content == Content::Html {
        meta_charset(raw)?
    } else {
        source.declared_charset.clone()
    };
    Encoding::for_label(&label)
}

/// The label in `<meta charset=...>`, `<meta ... content="text/html; charset=...">` or an XML
/// declaration near the start of a page.
fn meta_charset(raw: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(raw.get(..META_PRESCAN.min(raw.len()))?).to_ascii_lowercase();
    let after = ["charset", "encoding"].iter().find_map(|key| {
        let rest = head.split_once(key)?.1.trim_start();
        rest.strip_prefix('=')
    })?;
    let label = after.trim_start().trim_start_matches(['"', '\'']);
    let end = label.find(|c: char| !(c.is_ascii_alphanumeric() || "-_:.".contains(c))).unwrap_or(label.len());
    label.get(..end).filter(|label| !label.is_empty()).map(str::to_owned)
}

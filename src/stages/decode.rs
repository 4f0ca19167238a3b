//! Raw bytes to text: which encoding, and whether it is text at all.
//!
//! Order: the user's word, byte order mark, valid UTF-8, NUL parity (UTF-16 and UTF-32 without a mark), declared
//! charset checked against the bytes, nearly valid UTF-8, statistics (chardetng 1.0). Binaries are
//! refused with a reason, never guessed at.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{UTF_16BE, UTF_16LE};
use serde::{Deserialize, Serialize};

use crate::document::{Content, Document, EncodingFrom, Source, Verdict};
use crate::edit::{Edit, Edits, RuleId, RuleTable};
use crate::encoding::Encoding;
use crate::error::Error;
use crate::span::TextSpan;
use crate::traced_text::TracedText;

/// Name of the stage.
pub const NAME: &str = "decode";

/// Share of NUL bytes at even or odd places above which a payload is UTF-16 (or UTF-32).
/// ASCII in UTF-16 has 1.0, English with curly quotes 0.99, Russian 0.12 (spaces and punctuation).
const NUL_SHARE_OF_UTF16: f64 = 0.05;
/// Share of NUL bytes at the other places up to which that holds.
const NUL_SHARE_ELSEWHERE: f64 = 0.01;
/// Share of the two commonest upper bytes in UTF-16 text of one alphabet: Russian with Latin spaces has
/// 1.0, with curly quotes 0.98; the letters of English at every second place 0.25.
const SHARE_OF_TWO_VALUES: f64 = 0.7;
/// Valid multi-byte sequences per malformed one from which a payload is damaged UTF-8 rather than a
/// legacy encoding, in which such sequences are rare accidents.
const VALID_PER_MALFORMED: usize = 4;
/// Share of control bytes (other than white space, backspace and escape) above which a payload is
/// binary. Text with terminal escapes or a few stray controls stays far below.
const BINARY_CONTROL_SHARE: f64 = 0.1;
/// Bytes at the start of a payload that are looked at to tell binaries.
const BINARY_SAMPLE: usize = 8192;
/// Bytes at the start of a page in which `<meta charset>` must stand (HTML standard, 1024).
const META_PRESCAN: usize = 1024;

/// Settings of the stage `decode`, the table `[decode]`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct DecodeOptions {
    /// Encoding of all inputs, a label (`windows-1251`, `cp850`); empty to find it
    /// out for each document.
    pub encoding: String,
}

/// Makes documents out of raw bytes.
pub struct Decode {
    forced: Option<Encoding>,
    bom: RuleId,
}

/// What the bytes turned out to be.
enum Finding {
    Text(Encoding, EncodingFrom),
    /// Text that was decoded on the way, in the declared encoding.
    Declared(Encoding, TracedText),
    Refused(String),
}

impl Decode {
    /// The stage, its rules registered in `rules`.
    ///
    /// # Errors
    /// [`Error::Definition`] if the forced encoding has no such label.
    pub fn new(options: &DecodeOptions, rules: &mut RuleTable) -> Result<Self, Error> {
        let label = options.encoding.trim();
        let forced = Encoding::for_label(label);
        if forced.is_none() && !label.is_empty() {
            return Err(Error::Definition {
                place: crate::error::Place { file: "decode.encoding".to_owned(), ..Default::default() },
                message: format!("unknown encoding `{label}`"),
                hint: "use a label such as `utf-8`, `windows-1252`, `shift_jis` or `cp850`".to_owned(),
            });
        }
        Ok(Self { forced, bom: rules.builtin(NAME, "bom") })
    }

    /// The document that `raw` holds. Its verdict is a rejection if the bytes are not text.
    ///
    /// # Errors
    /// [`Error::TooLarge`] if the text would not fit 32-bit positions.
    pub fn run(&self, raw: &[u8], source: Source) -> Result<Document, Error> {
        let (encoding, encoding_from, mut text) = match self.find(raw, &source) {
            Finding::Text(encoding, from) => (encoding, from, TracedText::decode(raw, encoding)?),
            Finding::Declared(encoding, text) => (encoding, EncodingFrom::Declared, text),
            Finding::Refused(reason) => return Ok(Document::refused(source, reason)),
        };
        if text.as_str().starts_with('\u{feff}') {
            let mut edits = Edits::default();
            edits.push(Edit::delete(TextSpan::from_range(0..'\u{feff}'.len_utf8()), self.bom))?;
            text.apply(&edits);
        }
        Ok(Document {
            source,
            text,
            encoding: encoding.name(),
            encoding_from,
            facts: Vec::new(),
            tags: Vec::new(),
            verdict: Verdict::Kept,
        })
    }

    fn find(&self, raw: &[u8], source: &Source) -> Finding {
        if let Some(encoding) = self.forced {
            return Finding::Text(encoding, EncodingFrom::Declared);
        }
        if raw.is_empty() {
            return Finding::Refused("empty: no bytes".to_owned());
        }
        if source.in_container && source.declared_charset == "utf-8" {
            // The container has decoded its strings; what is malformed are lone surrogates.
            return Finding::Text(Encoding::UTF_8, EncodingFrom::Declared);
        }
        if let Some(found) = byte_order_mark(raw) {
            return found;
        }
        let has_nul = memchr::memchr(0, raw).is_some();
        let is_utf8 = simdutf8::basic::from_utf8(raw).is_ok();
        if is_utf8 && !has_nul {
            let control = control_share(raw);
            return if control > BINARY_CONTROL_SHARE {
                refused_as_binary(control)
            } else {
                Finding::Text(Encoding::UTF_8, EncodingFrom::Utf8)
            };
        }
        if let Some(kind) = known_binary(raw, has_nul) {
            return Finding::Refused(format!("binary: {kind}"));
        }
        if let Some(found) = has_nul.then(|| nul_parity(raw)).flatten() {
            return found;
        }
        let control = control_share(raw);
        if control > BINARY_CONTROL_SHARE {
            return refused_as_binary(control);
        }
        if is_utf8 {
            return Finding::Text(Encoding::UTF_8, EncodingFrom::Utf8);
        }
        if let Some((encoding, text)) = declared(raw, source) {
            return Finding::Declared(encoding, text);
        }
        if is_damaged_utf8(raw) {
            return Finding::Text(Encoding::UTF_8, EncodingFrom::Detected);
        }
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
        detector.feed(raw, true);
        Finding::Text(detector.guess(None, Utf8Detection::Allow).into(), EncodingFrom::Detected)
    }
}

fn refused_as_binary(control: f64) -> Finding {
    Finding::Refused(format!("binary: {:.0} % control bytes", control * 100.0))
}

fn byte_order_mark(raw: &[u8]) -> Option<Finding> {
    Encoding::for_bom(raw).map(|encoding| Finding::Text(encoding, EncodingFrom::Bom))
}

/// UTF-16 without a mark: half of the bytes of ASCII characters are NUL, all at even or all at odd
/// places.
fn nul_parity(raw: &[u8]) -> Option<Finding> {
    let share = |first: usize, step: usize| {
        let places = raw.len().saturating_sub(first).div_ceil(step);
        let nuls = raw.iter().skip(first).step_by(step).filter(|byte| **byte == 0).count();
        ratio(nuls, places)
    };
    let (even, odd) = (share(0, 2), share(1, 2));
    if share(2, 4) > NUL_SHARE_OF_UTF16
        && share(1, 4) > NUL_SHARE_OF_UTF16
        && even > NUL_SHARE_OF_UTF16
        && odd > NUL_SHARE_OF_UTF16
    {
        let by_order = [(share(0, 4), Encoding::UTF_32LE), (share(3, 4), Encoding::UTF_32BE)];
        let found = by_order.into_iter().find(|(nuls, _)| *nuls <= NUL_SHARE_ELSEWHERE);
        return found.map(|(_, encoding)| Finding::Text(encoding, EncodingFrom::Detected));
    }
    if odd > NUL_SHARE_OF_UTF16 && even <= NUL_SHARE_ELSEWHERE && has_few_values(raw, 1) {
        return Some(Finding::Text(UTF_16LE.into(), EncodingFrom::Detected));
    }
    let is_big_endian = even > NUL_SHARE_OF_UTF16 && odd <= NUL_SHARE_ELSEWHERE && has_few_values(raw, 0);
    is_big_endian.then_some(Finding::Text(UTF_16BE.into(), EncodingFrom::Detected))
}

/// Whether the bytes at even (`first` 0) or odd places (1) are mostly of two values, as the upper bytes
/// of an alphabet are; the letters of a text with stray NUL bytes are of many.
fn has_few_values(raw: &[u8], first: usize) -> bool {
    let mut counts = [0_usize; 256];
    for byte in raw.iter().skip(first).step_by(2) {
        counts[usize::from(*byte)] += 1;
    }
    let all = counts.iter().sum();
    counts.sort_unstable_by(|one, other| other.cmp(one));
    ratio(counts[0] + counts[1], all) > SHARE_OF_TWO_VALUES
}

/// The declared charset and the text in it, if the bytes can be read with it without a fault.
fn declared(raw: &[u8], source: &Source) -> Option<(Encoding, TracedText)> {
    let label = if source.declared_charset.is_empty() && source.content == Content::Html {
        meta_charset(raw)?
    } else {
        source.declared_charset.clone()
    };
    let encoding = Encoding::for_label(&label)?;
    let text = TracedText::decode(raw, encoding).ok()?;
    (text.malformed() == 0).then_some((encoding, text))
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

/// Whether the bytes are UTF-8 with a few faults: many valid sequences for each malformed one.
fn is_damaged_utf8(raw: &[u8]) -> bool {
    let (mut valid, mut malformed) = (0, 0);
    for chunk in raw.utf8_chunks() {
        valid += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        malformed += usize::from(!chunk.invalid().is_empty());
    }
    valid >= VALID_PER_MALFORMED * malformed
}

/// Share of control bytes that do not occur in text, at the start of the payload.
fn control_share(raw: &[u8]) -> f64 {
    let sample = raw.get(..BINARY_SAMPLE.min(raw.len())).unwrap_or_default();
    let is_control = |byte: &&u8| **byte < 0x20 && !b"\t\n\x0B\x0C\r\x08\x1B".contains(*byte);
    ratio(sample.iter().filter(is_control).count(), sample.len())
}

#[expect(clippy::cast_precision_loss, reason = "a share needs no more than 52 bits")]
fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// Names of binary formats by their first bytes.
const SIGNATURES: [(&[u8], &str); 22] = [
    (b"\x89PNG\r\n\x1A\n", "PNG image"),
    (b"\xFF\xD8\xFF", "JPEG image"),
    (b"GIF8", "GIF image"),
    (b"BM", "BMP image"),
    (b"II*\0", "TIFF image"),
    (b"MM\0*", "TIFF image"),
    (b"RIFF", "RIFF media"),
    (b"OggS", "Ogg media"),
    (b"ID3", "MP3 audio"),
    (b"fLaC", "FLAC audio"),
    (b"%PDF-", "PDF document"),
    (b"PK\x03\x04", "ZIP archive or office document"),
    (b"Rar!", "RAR archive"),
    (b"7z\xBC\xAF\x27\x1C", "7-Zip archive"),
    (b"\x1F\x8B", "gzip data"),
    (b"\x28\xB5\x2F\xFD", "Zstandard data"),
    (b"BZh", "bzip2 data"),
    (b"\xFD7zXZ\0", "xz data"),
    (b"\x7FELF", "ELF program"),
    (b"MZ", "Windows program"),
    (b"\xD0\xCF\x11\xE0", "old office document"),
    (b"SQLite format 3\0", "SQLite database"),
];

/// The binary format that the payload starts like. Asked only of payloads that are not plain UTF-8;
/// a signature that could start a text counts only beside NUL bytes.
fn known_binary(raw: &[u8], has_nul: bool) -> Option<&'static str> {
    let fits = |signature: &[u8]| {
        let could_be_text = signature.iter().all(u8::is_ascii_alphanumeric);
        raw.starts_with(signature) && (has_nul || !could_be_text)
    };
    SIGNATURES.iter().find(|(signature, _)| fits(signature)).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(raw: &[u8]) -> Document {
        let stage = Decode::new(&DecodeOptions::default(), &mut RuleTable::default()).expect("no encoding forced");
        stage.run(raw, Source::default()).expect("short")
    }

    #[test]
    fn byte_order_mark_is_believed_and_removed_by_an_edit() {
        let document = decoded(b"\xEF\xBB\xBFText");
        assert_eq!((document.text.as_str(), document.encoding_from), ("Text", EncodingFrom::Bom));
        assert_eq!(document.text.changes().len(), 1);
        assert_eq!(decoded(b"\xFE\xFF\0T\0e").text.as_str(), "Te");
        let document = decoded(b"\xFF\xFE\0\0T\0\0\0e\0\0\0");
        assert_eq!((document.text.as_str(), document.encoding), ("Te", "UTF-32LE"));
    }

    #[test]
    fn utf16_without_mark_is_found_by_parity() {
        let raw: Vec<u8> = "The “talks” go on.\nДа.".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let document = decoded(&raw);
        assert_eq!((document.encoding, document.text.as_str()), ("UTF-16LE", "The “talks” go on.\nДа."));
    }

    #[test]
    fn one_bad_byte_does_not_make_utf8_a_legacy_encoding() {
        let document = decoded("Caf\u{e9}s, na\u{ef}ve “words” – and\u{e9} more".replace("and", "\u{0}").as_bytes());
        assert_eq!(document.encoding, "UTF-8");
        let mut raw = "Cafés, naïve “words” – and é more".as_bytes().to_vec();
        raw.push(0xFF);
        let document = decoded(&raw);
        assert_eq!((document.encoding, document.encoding_from), ("UTF-8", EncodingFrom::Detected));
        assert_eq!(document.text.malformed(), 1);
    }

    #[test]
    fn legacy_text_is_detected() {
        let text = "Переговоры продолжаются, сообщили в министерстве.";
        let raw = encoding_rs::WINDOWS_1251.encode(text).0;
        let document = decoded(&raw);
        assert_eq!((document.encoding, document.text.as_str()), ("windows-1251", text));
    }

    #[test]
    fn declared_charset_is_checked_against_the_bytes() {
        let stage = Decode::new(&DecodeOptions::default(), &mut RuleTable::default()).expect("no encoding forced");
        let page = |charset: &str, bytes: &[u8]| {
            let raw = [format!("<meta charset=\"{charset}\"><p>").as_bytes(), bytes].concat();
            let source = Source { content: Content::Html, ..Source::default() };
            stage.run(&raw, source).expect("short")
        };
        let document = page("iso-8859-2", b"\xB3\xF3d\xBC");
        assert_eq!((document.encoding, document.encoding_from), ("ISO-8859-2", EncodingFrom::Declared));
        // 0x81 0x20 is no sequence of Shift_JIS: the declaration is wrong.
        assert_ne!(page("shift_jis", b"caf\xE9 \x81\x20").encoding, "Shift_JIS");
    }

    #[test]
    fn binaries_are_refused_with_a_reason() {
        let refusal = |raw: &[u8]| match decoded(raw).verdict {
            Verdict::Rejected(reason) => reason,
            other => panic!("not refused: {other:?}"),
        };
        assert_eq!(refusal(b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR"), "binary: PNG image");
        assert_eq!(refusal(b""), "empty: no bytes");
        assert_eq!(refusal(b"\x01\x02\x03\x04text"), "binary: 50 % control bytes");
    }

    #[test]
    fn stray_nul_bytes_do_not_make_text_binary() {
        assert_eq!(decoded(b"Some text\0 with two NUL\0 bytes in it.").verdict, Verdict::Kept);
    }
}

//! Raw bytes to text: which encoding, and whether it is text at all.
//!
//! Order: the user's word, byte order mark, escapes of seven-bit encodings, the places of control bytes (UTF-16 and
//! UTF-32 without a mark), valid UTF-8, nearly valid UTF-8, and statistics, against which a declared charset is
//! checked. Binaries are refused with a reason, never guessed at.

mod binary;
mod declared;
mod detect;
mod structure;

use globset::{GlobBuilder, GlobMatcher};
use serde::{Deserialize, Serialize};

use crate::document::{Document, EncodingFrom, Source, Verdict};
use crate::edit::{Edit, Edits, RuleId, RuleTable};
use crate::encoding::Encoding;
use crate::error::Error;
use crate::span::TextSpan;
use crate::traced_text::TracedText;
use detect::Detected;

/// Name of the stage.
pub const NAME: &str = "decode";

/// Valid multi-byte sequences per malformed one from which a payload is damaged UTF-8 rather than a
/// legacy encoding, in which such sequences are accidents: one in ten in GBK, fewer in others.
const VALID_PER_MALFORMED: usize = 2;
/// The same where another encoding is declared.
const VALID_AGAINST_DECLARED: usize = 8;

/// Tag of a document whose encoding is a guess, and below which score it is one. Of 3100 texts of 80 to 3000
/// characters with a higher score one in 500 was misread, of 390 others one in three.
const UNSURE: &str = "encoding-unsure";
const SURE: f64 = 0.9;

/// Settings of the stage `decode`, the table `[decode]`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct DecodeOptions {
    /// Encoding of all inputs, a label (`windows-1251`, `cp850`); empty to find it
    /// out for each document.
    pub encoding: String,
    /// Encodings of some inputs, by their paths. The first that fits counts, before `encoding`.
    pub by_path: Vec<EncodingOfPath>,
}

/// The encoding of some inputs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EncodingOfPath {
    /// Which ones: a glob over the path as `raw_path` has it (`old/*.txt`, `**/dos/**`). `*` and `?` stay within a
    /// folder.
    pub glob: String,
    /// A label.
    pub encoding: String,
}

/// Makes documents out of raw bytes.
pub struct Decode {
    forced: Option<Encoding>,
    by_path: Vec<(GlobMatcher, Encoding)>,
    bom: RuleId,
}

/// What the bytes turned out to be.
enum Finding {
    /// Text, how that is known, and how sure it is, up to 1.
    Text(Encoding, EncodingFrom, f64),
    Refused(String),
}

impl Decode {
    /// The stage, its rules registered in `rules`.
    ///
    /// # Errors
    /// [`Error::Definition`] if a forced encoding has no such label, or a glob is none.
    pub fn new(options: &DecodeOptions, rules: &mut RuleTable) -> Result<Self, Error> {
        let label = options.encoding.trim();
        let forced = if label.is_empty() { None } else { Some(encoding(label, "decode.encoding")?) };
        let by_path = options.by_path.iter().map(EncodingOfPath::compile).collect::<Result<_, _>>()?;
        Ok(Self { forced, by_path, bom: rules.builtin(NAME, "bom") })
    }

    /// The document that `raw` holds. Its verdict is a rejection if the bytes are not text.
    ///
    /// # Errors
    /// [`Error::TooLarge`] if the text would not fit 32-bit positions.
    pub fn run(&self, raw: &[u8], source: Source) -> Result<Document, Error> {
        let (encoding, encoding_from, encoding_score) = match self.find(raw, &source) {
            Finding::Text(encoding, from, score) => (encoding, from, score),
            Finding::Refused(reason) => return Ok(Document::refused(source, reason)),
        };
        let mut text = TracedText::decode(raw, encoding)?;
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
            encoding_score,
            facts: Vec::new(),
            tags: if encoding_score < SURE { vec![UNSURE.to_owned()] } else { Vec::new() },
            verdict: Verdict::Kept,
        })
    }

    fn find(&self, raw: &[u8], source: &Source) -> Finding {
        let of_path = self.by_path.iter().find(|(glob, _)| glob.is_match(&source.path)).map(|(_, encoding)| *encoding);
        if let Some(encoding) = of_path.or(self.forced) {
            return Finding::Text(encoding, EncodingFrom::Declared, 1.0);
        }
        if raw.is_empty() {
            return Finding::Refused("empty: no bytes".to_owned());
        }
        if source.is_decoded {
            // The container has decoded its strings; what is malformed are lone surrogates.
            return Finding::Text(Encoding::UTF_8, EncodingFrom::Declared, 1.0);
        }
        if let Some(encoding) = Encoding::for_bom(raw) {
            return Finding::Text(encoding, EncodingFrom::Bom, 1.0);
        }
        if let Some(encoding) = structure::by_escapes(raw) {
            return Finding::Text(encoding, EncodingFrom::Detected, 1.0);
        }
        let has_nul = memchr::memchr(0, raw).is_some();
        let is_utf8 = simdutf8::basic::from_utf8(raw).is_ok();
        if let Some(kind) = (!is_utf8 || has_nul).then(|| binary::known(raw, has_nul)).flatten() {
            return Finding::Refused(format!("binary: {kind}"));
        }
        let controls = binary::controls(raw, is_utf8 && !has_nul);
        let may_be_wide = has_nul || controls.is_some();
        if let Some(encoding) = may_be_wide.then(|| structure::by_upper_bytes(raw)).flatten() {
            return Finding::Text(encoding, EncodingFrom::Detected, 1.0);
        }
        if let Some(reason) = controls {
            let wide = (!is_utf8).then(|| detect::utf16(raw)).flatten();
            return wide.map_or(Finding::Refused(reason), Finding::detected);
        }
        if is_utf8 {
            return Finding::Text(Encoding::UTF_8, EncodingFrom::Utf8, 1.0);
        }
        let declared = declared::find(raw, source);
        let needed = if declared.is_none_or(|declared| declared == Encoding::UTF_8) {
            VALID_PER_MALFORMED
        } else {
            VALID_AGAINST_DECLARED
        };
        if is_damaged_utf8(raw, needed) {
            return Finding::Text(Encoding::UTF_8, EncodingFrom::Detected, 1.0);
        }
        let detected = detect::detect(raw, declared);
        if declared == Some(detected.encoding) {
            return Finding::Text(detected.encoding, EncodingFrom::Declared, detected.confidence);
        }
        Finding::detected(detected)
    }
}

impl Finding {
    fn detected(detected: Detected) -> Self {
        Self::Text(detected.encoding, EncodingFrom::Detected, detected.confidence)
    }
}

/// How encodings of paths are spelled.
const HINT: &str = "write `{ glob = \"old/*.txt\", encoding = \"cp850\" }`, or `--encoding \"old/*.txt=cp850\"`";

impl EncodingOfPath {
    fn compile(&self) -> Result<(GlobMatcher, Encoding), Error> {
        const KEY: &str = "decode.by-path";
        if self.glob.is_empty() {
            return Err(Error::of_setting(KEY, format!("no glob before the encoding `{}`", self.encoding), HINT));
        }
        let glob = GlobBuilder::new(&self.glob).literal_separator(true).build();
        let glob = glob.map_err(|error| {
            Error::of_setting(KEY, format!("`{}` is not a glob: {}", self.glob, error.kind()), HINT)
        })?;
        Ok((glob.compile_matcher(), encoding(&self.encoding, KEY)?))
    }
}

/// The encoding with a label that stands in the setting `key`.
fn encoding(label: &str, key: &str) -> Result<Encoding, Error> {
    const HINT: &str = "use a label of the Encoding Standard such as `utf-8`, `windows-1252`, `macintosh`, `euc-kr`, or a \
                        DOS one such as `cp850`";
    Encoding::for_label(label).ok_or_else(|| Error::of_setting(key, format!("unknown encoding `{label}`"), HINT))
}

/// Whether the bytes are UTF-8 with a few faults: so many valid sequences for each malformed one.
fn is_damaged_utf8(raw: &[u8], per_malformed: usize) -> bool {
    let (mut valid, mut malformed) = (0, 0);
    for chunk in raw.utf8_chunks() {
        valid += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        malformed += usize::from(!chunk.invalid().is_empty());
    }
    valid >= per_malformed * malformed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Content;

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
    fn a_false_declaration_is_overruled() {
        let stage = Decode::new(&DecodeOptions::default(), &mut RuleTable::default()).expect("no encoding forced");
        let text = "Лодки стоят у причала, и никто не знает, когда кончится шторм.";
        let source = Source { declared_charset: "iso-8859-1".to_owned(), ..Source::default() };
        let document = stage.run(&encoding_rs::WINDOWS_1251.encode(text).0, source).expect("short");
        assert_eq!((document.encoding, document.encoding_from), ("windows-1251", EncodingFrom::Detected));
        assert_eq!(document.text.as_str(), text);
    }

    #[test]
    fn damaged_utf8_and_impossible_declarations_are_seen() {
        let stage = Decode::new(&DecodeOptions::default(), &mut RuleTable::default()).expect("no encoding forced");
        let text = "Лодки стоят у причала, и никто не знает, когда кончится шторм.";
        let said = |raw: &[u8], label: &str| {
            let source = Source { declared_charset: label.to_owned(), ..Source::default() };
            stage.run(raw, source).expect("short")
        };
        let cut = [text.as_bytes(), b"\xD0"].concat();
        assert_eq!(said(&cut, "windows-1251").encoding, "UTF-8");
        let legacy = encoding_rs::WINDOWS_1251.encode(text).0;
        for label in ["utf-32be", "iso-2022-jp", "iso-2022-kr", "johab", "utf-16le"] {
            assert_eq!(said(&legacy, label).encoding, "windows-1251", "{label}");
        }
        assert_eq!(decoded(b"\x01\xFF").verdict, Verdict::Rejected("binary: 50 % control bytes".to_owned()));
    }

    #[test]
    fn dos_encodings_are_detected() {
        let document = decoded(b"Die B\x84ckerei \x94ffnet fr\x81h, und die Br\x94tchen sind gro\xE1.");
        assert_eq!(document.text.as_str(), "Die Bäckerei öffnet früh, und die Brötchen sind groß.");
        assert!(document.encoding_score > SURE && document.tags.is_empty());
        assert_eq!(decoded(b"na\x8Bve").tags, [UNSURE]);
    }

    #[test]
    fn a_sign_in_a_short_text_is_a_sign() {
        for (raw, text) in [
            (b"The sheet is 5\xB5m thick.\n".as_slice(), "The sheet is 5µm thick.\n"),
            (b"The oven was at 20\xB0C for the whole day.", "The oven was at 20°C for the whole day."),
            (b"The board is 10\xD720 cm large.", "The board is 10×20 cm large."),
            (b"A room of 100 m\xB2 and a garden.", "A room of 100 m² and a garden."),
            (b"Price 5\xA2 or \xA310", "Price 5¢ or £10"),
        ] {
            assert_eq!(decoded(raw).text.as_str(), text);
        }
    }

    #[test]
    fn paths_choose_encodings() {
        let by_path = |glob: &str, encoding: &str| EncodingOfPath { glob: glob.into(), encoding: encoding.into() };
        let options = DecodeOptions {
            encoding: "koi8-r".to_owned(),
            by_path: vec![by_path("dos/*.txt", "cp850"), by_path("**/*.txt", "latin1")],
        };
        let stage = Decode::new(&options, &mut RuleTable::default()).expect("labels and globs are right");
        let encoding = |path: &str| {
            let source = Source { path: path.to_owned(), ..Source::default() };
            stage.run(b"f\x81r", source).expect("short").encoding
        };
        let found = ["dos/a.txt", "dos/old/a.txt", "a.html"].map(encoding);
        assert_eq!(found, ["IBM850", "windows-1252", "KOI8-R"]);
        let wrong = DecodeOptions { by_path: vec![by_path("[", "cp850")], ..DecodeOptions::default() };
        let error = Decode::new(&wrong, &mut RuleTable::default()).err().map(|error| error.to_string());
        assert!(error.is_some_and(|message| message.starts_with("decode.by-path: `[` is not a glob")));
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
        let all: Vec<u8> = (0..=u8::MAX).cycle().take(4096).collect();
        assert_eq!(refusal(&all), "binary: 25 kinds of control bytes");
    }

    #[test]
    fn text_may_show_control_bytes_of_all_kinds() {
        let lines = ('\u{1}'..' ').map(|c| format!("What a terminal makes of {c}, tried on Monday."));
        let table = lines.collect::<Vec<_>>().join("\n");
        assert_eq!(decoded(table.as_bytes()).verdict, Verdict::Kept);
    }

    #[test]
    fn stray_nul_bytes_do_not_make_text_binary() {
        assert_eq!(decoded(b"Some text\0 with two NUL\0 bytes in it.").verdict, Verdict::Kept);
    }
}

//! What must hold for any bytes that are decoded.

use scutch::replay::{RecordedChange, replay, undo};
use scutch::stages::decode::{Decode, DecodeOptions};
use scutch::{Content, Document, Encoding, RawSpan, RuleTable, Source, TextSpan, TracedText, Verdict};

/// Charsets that a source may declare, one of each kind of decoder, a wrong one, and none.
const DECLARED: [&str; 16] = [
    "",
    "utf-8",
    "windows-1252",
    "windows-1251",
    "koi8-r",
    "shift_jis",
    "euc-kr",
    "big5",
    "gb18030",
    "iso-2022-jp",
    "iso-2022-kr",
    "utf-16le",
    "utf-32be",
    "johab",
    "cp850",
    "no such charset",
];

/// Encodings in which some bytes only change what the others mean, or a character is held back: their raw bytes
/// are not those of the characters, one after the other.
const STATEFUL: [&str; 4] = ["ISO-2022-JP", "ISO-2022-KR", "UTF-16LE", "UTF-16BE"];

/// Decodes `input` and checks the document. The first byte is no part of it, but tells its source: the lowest
/// four bits are the declared charset, the fifth says HTML, the sixth a container, which has decoded its strings
/// if the charset is UTF-8.
pub(crate) fn check(input: &[u8]) {
    let Some((&source, raw)) = input.split_first() else { return };
    let stage = Decode::new(&DecodeOptions::default(), &mut RuleTable::default()).expect("no encoding is forced");
    let decode = || stage.run(raw, source_of(source)).expect("the input is short");
    let document = decode();
    match &document.verdict {
        Verdict::Rejected(reason) => assert!(!reason.is_empty() && document.text.as_str().is_empty()),
        Verdict::Duplicate(_) => panic!("a document was called a duplicate of no other"),
        Verdict::Kept => check_kept(&document, raw),
    }
    let again = decode();
    assert_eq!((document.text.as_str(), document.encoding), (again.text.as_str(), again.encoding));
    assert_eq!(document.verdict, again.verdict);
}

fn source_of(byte: u8) -> Source {
    Source {
        declared_charset: DECLARED[usize::from(byte & 0x0F)].to_owned(),
        content: if byte & 0x10 == 0 { Content::Text } else { Content::Html },
        in_container: byte & 0x20 != 0,
        is_decoded: byte & 0x2F == 0x21,
        ..Source::default()
    }
}

fn check_kept(document: &Document, raw: &[u8]) {
    let encoding = Encoding::for_label(document.encoding).expect("the encoding has a known name");
    assert!((0.0..=1.0).contains(&document.encoding_score), "{}", document.encoding_score);
    let text = &document.text;
    let decoded = TracedText::decode(raw, encoding).expect("the input is short");
    assert_eq!(decoded.as_str(), text.decoded(), "the encoding does not give the decoded text");
    let changes = recorded(text);
    assert_eq!(replay(text.decoded(), &changes).expect("the changes fit"), text.as_str());
    assert_eq!(undo(text.as_str(), &changes).expect("the changes fit"), text.decoded());
    check_origins(&decoded, raw, document.encoding);
}

/// The characters' raw bytes, one after the other, are the raw bytes. Characters that came from the same bytes
/// together share them.
fn check_origins(text: &TracedText, raw: &[u8], encoding: &str) {
    let mut last = RawSpan::default();
    let mut undone = Vec::with_capacity(raw.len());
    for (at, c) in text.as_str().char_indices() {
        let span = text.raw_span(TextSpan::from_range(at..at + c.len_utf8()));
        let bytes = raw.get(span.range()).expect("the raw span lies within the raw bytes");
        assert!(span.start >= last.start && span.end >= last.end, "{span:?} of {c:?} goes back behind {last:?}");
        if span != last {
            undone.extend_from_slice(bytes);
        }
        last = span;
    }
    if !STATEFUL.contains(&encoding) {
        assert!(undone == raw, "the raw spans of {encoding} give {undone:?}");
    }
}

/// The changes of a text as they are written: in code points.
pub(crate) fn recorded(text: &TracedText) -> Vec<RecordedChange> {
    let code_points = |byte: u32| {
        let before = text.decoded().get(..byte as usize).expect("changes lie on character borders");
        u32::try_from(before.chars().count()).expect("the input is short")
    };
    text.changes()
        .map(|change| RecordedChange {
            text_start: code_points(change.decoded.start),
            text_end: code_points(change.decoded.end),
            before: change.before.to_owned(),
            after: change.after.to_owned(),
        })
        .collect()
}

//! Payloads that are no text.

use crate::stages::decode::structure::ratio;

/// Share of control bytes (other than white space, backspace and escape) above which a payload is
/// binary. Text with terminal escapes or a few stray controls stays far below.
const CONTROL_SHARE: f64 = 0.1;
/// Different control bytes (of the same) from which a payload that is no UTF-8, or has NUL bytes, is binary: damaged text
/// has some of one kind or two, and data has all of them.
const CONTROL_KINDS: usize = 8;
/// Bytes at the start of a payload that are looked at to tell binaries.
const SAMPLE: usize = 8192;

/// Why the payload is binary by the control bytes at its start that do not occur in text, if it is. `is_text` says that
/// it is UTF-8 without NUL bytes.
pub(super) fn controls(raw: &[u8], is_text: bool) -> Option<String> {
    let sample = raw.get(..SAMPLE.min(raw.len())).unwrap_or_default();
    // Most texts have none. Without a way out within the loop, this is done many bytes at a time.
    let is_unusual =
        |byte: u8| u8::from(byte < b' ') & u8::from(byte != b'\n') & u8::from(byte != b'\t') & u8::from(byte != b'\r');
    if sample.iter().fold(0, |found, byte| found | is_unusual(*byte)) == 0 {
        return None;
    }
    let is_control = |byte: &&u8| **byte < 0x20 && !b"\t\n\x0B\x0C\r\x08\x1B".contains(*byte);
    let controls = || sample.iter().filter(is_control);
    let count = controls().count();
    let share = ratio(count, sample.len());
    if share > CONTROL_SHARE {
        return Some(format!("binary: {:.0} % control bytes", share * 100.0));
    }
    if is_text || count < CONTROL_KINDS {
        return None;
    }
    let kinds = controls().fold(0_u32, |kinds, byte| kinds | 1 << byte).count_ones() as usize;
    (kinds >= CONTROL_KINDS).then(|| format!("binary: {kinds} kinds of control bytes"))
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
pub(super) fn known(raw: &[u8], has_nul: bool) -> Option<&'static str> {
    let fits = |signature: &[u8]| {
        let could_be_text = signature.iter().all(u8::is_ascii_alphanumeric);
        raw.starts_with(signature) && (has_nul || !could_be_text)
    };
    SIGNATURES.iter().find(|(signature, _)| fits(signature)).map(|(_, name)| *name)
}

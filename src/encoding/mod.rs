//! The encodings that text is read in: those of the Encoding Standard, and older ones that it lacks.

mod johab;
mod single_byte;

use encoding_rs::{
    BIG5, EUC_JP, EUC_KR, GB18030, GBK, IBM866, ISO_2022_JP, ISO_8859_2, ISO_8859_3, ISO_8859_4, ISO_8859_5,
    ISO_8859_6, ISO_8859_7, ISO_8859_8, ISO_8859_8_I, ISO_8859_10, ISO_8859_13, ISO_8859_14, ISO_8859_15, ISO_8859_16,
    KOI8_R, KOI8_U, MACINTOSH, REPLACEMENT, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_874, WINDOWS_1250,
    WINDOWS_1251, WINDOWS_1252, WINDOWS_1253, WINDOWS_1254, WINDOWS_1255, WINDOWS_1256, WINDOWS_1257, WINDOWS_1258,
    X_MAC_CYRILLIC, X_USER_DEFINED,
};

pub(crate) use johab::{decode_pair as decode_johab_pair, is_lead as is_johab_lead, ks_x_1001};
pub(crate) use single_byte::{IBM437, IBM737, IBM850, IBM852, IBM855, IBM858, UpperHalf};

/// A way to read bytes as text: an encoding of the Encoding Standard, or UTF-32, ISO-2022-KR, Johab or one
/// of the DOS encodings IBM437, IBM737, IBM850, IBM852, IBM855 and IBM00858.
///
/// # Example
/// ```
/// use scutch::{Encoding, TracedText};
///
/// let dos = Encoding::for_label("cp850").expect("known");
/// assert_eq!(dos.name(), "IBM850");
/// assert_eq!(TracedText::decode(b"f\x81r", dos)?.as_str(), "für");
/// assert_eq!(Encoding::for_label("latin1"), Some(encoding_rs::WINDOWS_1252.into()));
/// # Ok::<(), scutch::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Encoding(Kind);

/// How an encoding works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// As the Encoding Standard says.
    Standard(&'static encoding_rs::Encoding),
    /// Each byte on its own, ASCII below 0x80.
    SingleByte(&'static UpperHalf),
    /// Four bytes a character.
    Utf32(ByteOrder),
    /// KS X 1001 in seven bits, between shift out and shift in (RFC 1557).
    Iso2022Kr,
    /// Hangul by its letters.
    Johab,
}

/// Which byte of a number comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ByteOrder {
    /// The least.
    Little,
    /// The greatest.
    Big,
}

impl Encoding {
    /// UTF-8.
    pub(crate) const UTF_8: Self = Self(Kind::Standard(UTF_8));
    /// UTF-32, the least byte first.
    pub(crate) const UTF_32LE: Self = Self(Kind::Utf32(ByteOrder::Little));
    /// UTF-32, the greatest byte first.
    pub(crate) const UTF_32BE: Self = Self(Kind::Utf32(ByteOrder::Big));
    /// ISO-2022-KR.
    pub(crate) const ISO_2022_KR: Self = Self(Kind::Iso2022Kr);
    /// Johab.
    pub(crate) const JOHAB: Self = Self(Kind::Johab);

    /// All encodings that can be named, in the order in which the Encoding Standard lists its own; those that it lacks
    /// come last. `replacement` is none of them, since it reads nothing.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let standard = [
            UTF_8,
            IBM866,
            ISO_8859_2,
            ISO_8859_3,
            ISO_8859_4,
            ISO_8859_5,
            ISO_8859_6,
            ISO_8859_7,
            ISO_8859_8,
            ISO_8859_8_I,
            ISO_8859_10,
            ISO_8859_13,
            ISO_8859_14,
            ISO_8859_15,
            ISO_8859_16,
            KOI8_R,
            KOI8_U,
            MACINTOSH,
            WINDOWS_874,
            WINDOWS_1250,
            WINDOWS_1251,
            WINDOWS_1252,
            WINDOWS_1253,
            WINDOWS_1254,
            WINDOWS_1255,
            WINDOWS_1256,
            WINDOWS_1257,
            WINDOWS_1258,
            X_MAC_CYRILLIC,
            GBK,
            GB18030,
            BIG5,
            EUC_JP,
            ISO_2022_JP,
            SHIFT_JIS,
            EUC_KR,
            UTF_16BE,
            UTF_16LE,
            X_USER_DEFINED,
        ];
        let standard = standard.into_iter().map(Self::from);
        standard.chain(OTHERS.iter().map(|(encoding, _)| *encoding)).collect()
    }

    /// The encoding that a label means: a label of the Encoding Standard, or a name of one of the others (`cp437`,
    /// `IBM437`, `437`, `johab`, `cp1361`, `utf-32le`), in any case. `utf-32` without a byte order is none.
    #[must_use]
    pub fn for_label(label: &str) -> Option<Self> {
        let label = label.trim();
        let other = OTHERS.iter().find(|(encoding, labels)| {
            encoding.name().eq_ignore_ascii_case(label) || labels.iter().any(|known| known.eq_ignore_ascii_case(label))
        });
        if let Some((encoding, _)) = other {
            return Some(*encoding);
        }
        let standard = encoding_rs::Encoding::for_label(label.as_bytes())?;
        // The standard reads some encodings as nothing, since pages in them were used for attacks.
        (standard != REPLACEMENT).then_some(standard.into())
    }

    /// The encoding that a byte order mark at the start tells.
    pub(crate) fn for_bom(raw: &[u8]) -> Option<Self> {
        // A mark of UTF-16 and a NUL is no text, so that it is UTF-32.
        if raw.starts_with(b"\xFF\xFE\0\0") {
            return Some(Self::UTF_32LE);
        }
        if raw.starts_with(b"\0\0\xFE\xFF") {
            return Some(Self::UTF_32BE);
        }
        encoding_rs::Encoding::for_bom(raw).map(|(encoding, _)| encoding.into())
    }

    /// The name, as [`Encoding::for_label`] knows it: that of the Encoding Standard, or of the IANA
    /// registry (of neither: `IBM737`, `Johab`).
    #[must_use]
    pub fn name(self) -> &'static str {
        match self.0 {
            Kind::Standard(encoding) => encoding.name(),
            Kind::SingleByte(half) => half.name(),
            Kind::Utf32(ByteOrder::Little) => "UTF-32LE",
            Kind::Utf32(ByteOrder::Big) => "UTF-32BE",
            Kind::Iso2022Kr => "ISO-2022-KR",
            Kind::Johab => "Johab",
        }
    }

    /// How it works.
    pub(crate) const fn kind(self) -> Kind {
        self.0
    }

    /// What each byte means, if the encoding maps every byte on its own; `None` marks a malformed byte.
    pub(crate) fn byte_table(self) -> Option<[Option<char>; 256]> {
        let mut table = [None; 256];
        match self.0 {
            Kind::Standard(encoding) if encoding.is_single_byte() => {
                for (byte, slot) in (0..=u8::MAX).zip(table.iter_mut()) {
                    let raw = [byte];
                    let text = encoding.decode_without_bom_handling_and_without_replacement(&raw);
                    *slot = text.and_then(|text| text.chars().next());
                }
            }
            Kind::SingleByte(half) => {
                let chars = (0..0x80).map(char::from).chain(half.chars());
                for (slot, c) in table.iter_mut().zip(chars) {
                    *slot = Some(c);
                }
            }
            _ => return None,
        }
        Some(table)
    }
}

impl From<&'static encoding_rs::Encoding> for Encoding {
    fn from(encoding: &'static encoding_rs::Encoding) -> Self {
        Self(Kind::Standard(encoding))
    }
}

impl From<&'static UpperHalf> for Encoding {
    fn from(half: &'static UpperHalf) -> Self {
        Self(Kind::SingleByte(half))
    }
}

/// The encodings that the Encoding Standard lacks, with the labels beside their names: aliases of the IANA
/// registry, of glibc and of Python.
static OTHERS: [(Encoding, &[&str]); 10] = [
    (Encoding::UTF_32LE, &["utf32le", "utf-32-le", "ucs-4le"]),
    (Encoding::UTF_32BE, &["utf32be", "utf-32-be", "ucs-4be"]),
    (Encoding::ISO_2022_KR, &["csiso2022kr", "iso2022kr", "iso2022_kr"]),
    (Encoding::JOHAB, &["cp1361", "ms1361", "windows-1361"]),
    (Encoding(Kind::SingleByte(&IBM437)), &["cp437", "437", "ibm-437", "cspc8codepage437"]),
    (Encoding(Kind::SingleByte(&IBM737)), &["cp737", "737", "ibm-737"]),
    (Encoding(Kind::SingleByte(&IBM850)), &["cp850", "850", "ibm-850", "cspc850multilingual"]),
    (Encoding(Kind::SingleByte(&IBM852)), &["cp852", "852", "ibm-852", "cspcp852"]),
    (Encoding(Kind::SingleByte(&IBM855)), &["cp855", "855", "ibm-855", "csibm855"]),
    (Encoding(Kind::SingleByte(&IBM858)), &["cp858", "858", "ibm-858", "ibm858", "cp00858", "ccsid00858"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_a_label() {
        for encoding in Encoding::all() {
            assert_eq!(Encoding::for_label(encoding.name()), Some(encoding), "{}", encoding.name());
            assert_eq!(Encoding::for_label(&encoding.name().to_ascii_uppercase()), Some(encoding));
        }
    }

    #[test]
    fn labels_of_other_encodings_are_known() {
        for (label, name) in [
            ("cp437", "IBM437"),
            ("437", "IBM437"),
            (" CP852 ", "IBM852"),
            ("ibm855", "IBM855"),
            ("cp866", "IBM866"),
            ("cp1361", "Johab"),
            ("utf-32le", "UTF-32LE"),
            ("iso-2022-kr", "ISO-2022-KR"),
            ("mac", "macintosh"),
            ("x-mac-ukrainian", "x-mac-cyrillic"),
            ("koi8-u", "KOI8-U"),
        ] {
            assert_eq!(Encoding::for_label(label).map(Encoding::name), Some(name), "{label}");
        }
        for label in ["utf-32", "hz-gb-2312", "replacement", "", "no such"] {
            assert_eq!(Encoding::for_label(label), None, "{label}");
        }
    }

    #[test]
    fn byte_order_marks_of_utf_32_are_not_those_of_utf_16() {
        assert_eq!(Encoding::for_bom(b"\xFF\xFE\0\0a\0\0\0").map(Encoding::name), Some("UTF-32LE"));
        assert_eq!(Encoding::for_bom(b"\0\0\xFE\xFF\0\0\0a").map(Encoding::name), Some("UTF-32BE"));
        assert_eq!(Encoding::for_bom(b"\xFF\xFEa\0").map(Encoding::name), Some("UTF-16LE"));
        assert_eq!(Encoding::for_bom(b"plain"), None);
    }
}

//! The single-byte encodings that text gets wrongly read as, with what programs make of their gaps.

use std::sync::OnceLock;

use encoding_rs::{
    IBM866, ISO_8859_2, ISO_8859_5, ISO_8859_7, ISO_8859_15, KOI8_R, KOI8_U, MACINTOSH, WINDOWS_874, WINDOWS_1250,
    WINDOWS_1251, WINDOWS_1252, WINDOWS_1253, WINDOWS_1254, WINDOWS_1255, WINDOWS_1256, WINDOWS_1257, WINDOWS_1258,
    X_MAC_CYRILLIC,
};

use crate::encoding::{Encoding, IBM437, IBM850, IBM852};

/// A single-byte encoding. Bytes below 0x80 are ASCII in all of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Codec {
    Latin1,
    Windows1252,
    Windows1250,
    Windows1251,
    Windows1253,
    Windows1254,
    Windows1257,
    Iso8859_2,
    Iso8859_15,
    MacRoman,
    Cp437,
    Cp850,
    Cp852,
    Cp866,
    Koi8R,
    Koi8U,
    Windows1255,
    Windows1256,
    Windows1258,
    Windows874,
    Iso8859_5,
    Iso8859_7,
    MacCyrillic,
}

/// All encodings, the most common causes of mojibake first.
pub(crate) const ALL: [Codec; 23] = [
    Codec::Windows1252,
    Codec::Latin1,
    Codec::Windows1250,
    Codec::Windows1251,
    Codec::Windows1253,
    Codec::Windows1254,
    Codec::Windows1257,
    Codec::Iso8859_2,
    Codec::Iso8859_15,
    Codec::MacRoman,
    Codec::Cp437,
    Codec::Cp850,
    Codec::Cp852,
    Codec::Cp866,
    Codec::Koi8R,
    Codec::Koi8U,
    Codec::Windows1255,
    Codec::Windows1256,
    Codec::Windows1258,
    Codec::Windows874,
    Codec::Iso8859_5,
    Codec::Iso8859_7,
    Codec::MacCyrillic,
];

/// Characters below this code point are encoded by looking them up in an array.
pub(crate) const DIRECT_LENGTH: usize = 0x2600;

/// Bytes that begin sequences of UTF-8, other than ASCII.
pub(crate) const LEADS: std::ops::RangeInclusive<u8> = 0xC2..=0xF4;

/// The two directions of a [`Codec`].
#[derive(Debug)]
pub(crate) struct Table {
    decoded: [char; 128],
    /// Undefined in the strict form of the encoding, bit `n` for byte `0x80 + n`.
    undefined: u128,
    direct: Vec<u8>,
    beyond: Vec<(char, u8)>,
    /// The first bytes, in UTF-8, of the characters whose own byte begins a sequence of UTF-8.
    leads: [bool; 256],
}

impl Codec {
    /// The stable name, as in channel names.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Latin1 => "latin-1",
            Self::Windows1252 => "cp1252",
            Self::Windows1250 => "cp1250",
            Self::Windows1251 => "cp1251",
            Self::Windows1253 => "cp1253",
            Self::Windows1254 => "cp1254",
            Self::Windows1257 => "cp1257",
            Self::Iso8859_2 => "iso-8859-2",
            Self::Iso8859_15 => "iso-8859-15",
            Self::MacRoman => "mac_roman",
            Self::Cp437 => "cp437",
            Self::Cp850 => "cp850",
            Self::Cp852 => "cp852",
            Self::Cp866 => "cp866",
            Self::Koi8R => "koi8-r",
            Self::Koi8U => "koi8-u",
            Self::Windows1255 => "cp1255",
            Self::Windows1256 => "cp1256",
            Self::Windows1258 => "cp1258",
            Self::Windows874 => "cp874",
            Self::Iso8859_5 => "iso-8859-5",
            Self::Iso8859_7 => "iso-8859-7",
            Self::MacCyrillic => "mac_cyrillic",
        }
    }

    /// The table, built at first use.
    pub(crate) fn table(self) -> &'static Table {
        static TABLES: [OnceLock<Table>; ALL.len()] = [const { OnceLock::new() }; ALL.len()];
        TABLES[self as usize].get_or_init(|| Table::new(self))
    }

    fn decoded(self) -> [char; 128] {
        let encoding: Encoding = match self {
            Self::Latin1 => return std::array::from_fn(|n| char::from(high_byte(n))),
            Self::Cp437 => Encoding::from(&IBM437),
            Self::Cp850 => Encoding::from(&IBM850),
            Self::Cp852 => Encoding::from(&IBM852),
            Self::Windows1252 => WINDOWS_1252.into(),
            Self::Windows1250 => WINDOWS_1250.into(),
            Self::Windows1251 => WINDOWS_1251.into(),
            Self::Windows1253 => WINDOWS_1253.into(),
            Self::Windows1254 => WINDOWS_1254.into(),
            Self::Windows1257 => WINDOWS_1257.into(),
            Self::Iso8859_2 => ISO_8859_2.into(),
            Self::Iso8859_15 => ISO_8859_15.into(),
            Self::MacRoman => MACINTOSH.into(),
            Self::Cp866 => IBM866.into(),
            Self::Koi8R => KOI8_R.into(),
            Self::Koi8U => KOI8_U.into(),
            Self::Windows1255 => WINDOWS_1255.into(),
            Self::Windows1256 => WINDOWS_1256.into(),
            Self::Windows1258 => WINDOWS_1258.into(),
            Self::Windows874 => WINDOWS_874.into(),
            Self::Iso8859_5 => ISO_8859_5.into(),
            Self::Iso8859_7 => ISO_8859_7.into(),
            Self::MacCyrillic => X_MAC_CYRILLIC.into(),
        };
        let table = encoding.byte_table().expect("all codecs are single-byte encodings");
        std::array::from_fn(|n| table[usize::from(high_byte(n))].unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    /// Whether it is what programs of a large region read bytes as when they are not told: UTF-8 is
    /// commonly given to these.
    pub(crate) const fn is_default(self) -> bool {
        !matches!(
            self,
            Self::Cp852
                | Self::Koi8U
                | Self::Windows1255
                | Self::Windows1256
                | Self::Windows1258
                | Self::Windows874
                | Self::Iso8859_5
                | Self::Iso8859_7
                | Self::MacCyrillic
        )
    }

    const fn is_windows(self) -> bool {
        matches!(
            self,
            Self::Windows1250
                | Self::Windows1251
                | Self::Windows1252
                | Self::Windows1253
                | Self::Windows1254
                | Self::Windows1255
                | Self::Windows1256
                | Self::Windows1257
                | Self::Windows1258
                | Self::Windows874
        )
    }
}

fn high_byte(n: usize) -> u8 {
    0x80 | u8::try_from(n & 0x7F).expect("seven bits fit a byte")
}

impl Table {
    fn new(codec: Codec) -> Self {
        let mut decoded = codec.decoded();
        let mut undefined = 0u128;
        for (n, c) in decoded.iter_mut().enumerate() {
            let own = char::from(high_byte(n));
            let control = ('\u{80}'..='\u{9f}').contains(c);
            if *c == char::REPLACEMENT_CHARACTER || (control && codec.is_windows()) {
                undefined |= 1 << n;
                *c = own;
            }
        }
        let mut direct = vec![0; DIRECT_LENGTH];
        let mut beyond = Vec::new();
        for (n, &c) in decoded.iter().enumerate() {
            let byte = high_byte(n);
            match usize::try_from(u32::from(c)).ok().and_then(|index| direct.get_mut(index)) {
                Some(slot) => *slot = byte,
                None => beyond.push((c, byte)),
            }
        }
        // Text that went through two programs often has the C1 control of the byte next to the
        // characters of the Windows table, so either stands for the byte.
        if codec.is_windows() {
            for byte in 0x80..=0x9F_u8 {
                let slot = &mut direct[usize::from(byte)];
                if *slot == 0 {
                    *slot = byte;
                }
            }
        }
        let mut table = Self { decoded, undefined, direct, beyond, leads: [false; 256] };
        for byte in LEADS {
            // The controls of a Windows encoding are no leads.
            let first = table.decode(byte).encode_utf8(&mut [0; 4]).as_bytes()[0];
            table.leads[usize::from(first)] = true;
        }
        table
    }

    /// The positions in `text` of characters whose bytes begin sequences of UTF-8, with those bytes.
    pub(crate) fn leads(&self, text: &str) -> impl Iterator<Item = (usize, u8)> {
        let places = text.bytes().enumerate().filter(|(_, byte)| self.leads[usize::from(*byte)]);
        places.filter_map(|(at, _)| {
            let byte = self.encode(text.get(at..)?.chars().next()?)?;
            LEADS.contains(&byte).then_some((at, byte))
        })
    }

    /// The byte of a character that is not ASCII; nothing if the encoding lacks it.
    pub(crate) fn encode(&self, c: char) -> Option<u8> {
        let code = usize::try_from(u32::from(c)).ok()?;
        match self.direct.get(code) {
            Some(0) => None,
            Some(&byte) => Some(byte),
            None => self.beyond.iter().find(|(known, _)| *known == c).map(|&(_, byte)| byte),
        }
    }

    /// The byte of a character in the strict form of the encoding.
    pub(crate) fn encode_strict(&self, c: char) -> Option<u8> {
        self.encode(c).filter(|&byte| self.decode(byte) == c && !self.is_undefined(byte))
    }

    /// The character of a byte; an undefined byte gives the control character of the same value.
    pub(crate) fn decode(&self, byte: u8) -> char {
        match byte.checked_sub(0x80) {
            Some(n) => self.decoded[usize::from(n)],
            None => char::from(byte),
        }
    }

    /// Whether strict decoders refuse the byte.
    pub(crate) fn is_undefined(&self, byte: u8) -> bool {
        byte.checked_sub(0x80).is_some_and(|n| self.undefined & (1 << n) != 0)
    }

    /// Whether strict decoders refuse any byte.
    pub(crate) fn has_undefined(&self) -> bool {
        self.undefined != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_defined_byte_survives_a_round_trip() {
        for codec in ALL {
            let table = codec.table();
            for byte in 0x80..=0xFF_u8 {
                assert_eq!(table.encode(table.decode(byte)), Some(byte), "{codec:?} {byte:x}");
            }
        }
    }

    #[test]
    fn windows_1252_has_five_undefined_bytes() {
        let table = Codec::Windows1252.table();
        let undefined: Vec<u8> = (0x80..=0xFF).filter(|&b| table.is_undefined(b)).collect();
        assert_eq!(undefined, [0x81, 0x8D, 0x8F, 0x90, 0x9D]);
        assert_eq!(table.encode_strict('\u{9d}'), None);
        assert_eq!(table.encode('\u{9d}'), Some(0x9D));
        assert_eq!(table.encode('\u{93}'), Some(0x93));
        assert_eq!(table.encode('“'), Some(0x93));
    }
}

//! What the characters of a text say about all encodings at once, so that one look at each character serves the
//! search in every encoding.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::language::class::{Class, class};
use crate::stages::repair::codec::{self, Codec, DIRECT_LENGTH, LEADS};
use crate::stages::repair::oddity::Suspicions;
use crate::stages::repair::text::Characters;

/// Encodings, one bit for each by its number.
type Codecs = u32;

const _: () = assert!(codec::ALL.len() <= Codecs::BITS as usize);

/// What a character that is not ASCII can be a byte of, by encoding.
#[derive(Clone, Copy, Default)]
struct Bytes {
    /// The encodings that have the character.
    held: Codecs,
    /// Those in which its byte begins a sequence of UTF-8.
    lead: Codecs,
    /// Those in which its byte continues one.
    trail: Codecs,
}

/// What the characters at some positions of a text say.
pub(crate) struct Evidence {
    /// Where sequences may begin, and in which encodings: that of two bytes, the second of which may be lost.
    leads: Vec<(usize, Codecs)>,
    /// All encodings in which one may begin.
    any: Codecs,
    /// For each letter or odd sign the encodings that have it.
    signs: Vec<Codecs>,
    /// Where something stands that is odd behind what stands before it, controls apart.
    pub(crate) odd: Vec<usize>,
}

impl Evidence {
    /// What the characters at `marks`, which are not ASCII, say.
    pub(crate) fn new(text: &Characters, marks: &[usize]) -> Self {
        let (table, suspicions) = (Table::get(), Suspicions::get());
        let mut evidence = Self { leads: Vec::new(), any: 0, signs: Vec::with_capacity(marks.len()), odd: Vec::new() };
        for &at in marks {
            let c = text.at(at);
            let (bytes, kind) = (table.bytes(c), class(c));
            if kind.is_letter() || matches!(kind, Class::Odd | Class::Box | Class::Math) {
                evidence.signs.push(bytes.held);
            }
            if kind != Class::Control && suspicions.has(class(text.before(at)), kind) {
                evidence.odd.push(at);
            }
            let lead = if bytes.lead == 0 { 0 } else { bytes.lead & table.continued(text.get(at + 1)) };
            if lead != 0 {
                evidence.leads.push((at, lead));
                evidence.any |= lead;
            }
        }
        evidence
    }

    /// Whether a sequence may begin anywhere in `codec`.
    pub(crate) const fn has(&self, codec: Codec) -> bool {
        self.any & bit(codec) != 0
    }

    /// The positions at which a sequence may begin in `codec`, rising.
    pub(crate) fn leads(&self, codec: Codec) -> impl Iterator<Item = usize> {
        self.leads.iter().filter(move |(_, codecs)| codecs & bit(codec) != 0).map(|(at, _)| *at)
    }

    /// How many letters and odd signs `codec` has.
    pub(crate) fn signs(&self, codec: Codec) -> usize {
        self.signs.iter().filter(|codecs| **codecs & bit(codec) != 0).count()
    }
}

const fn bit(codec: Codec) -> Codecs {
    1 << (codec as Codecs)
}

/// The bytes of all characters that any encoding has.
struct Table {
    direct: Vec<Bytes>,
    beyond: BTreeMap<char, Bytes>,
}

impl Table {
    /// The table, built at first use.
    fn get() -> &'static Self {
        static TABLE: OnceLock<Table> = OnceLock::new();
        TABLE.get_or_init(Self::new)
    }

    fn new() -> Self {
        let mut all: BTreeMap<char, Bytes> = BTreeMap::new();
        for codec in codec::ALL {
            // Controls stand for bytes too where an encoding has characters for them.
            let chars = (0x80..=0xFF_u8).flat_map(|byte| [codec.table().decode(byte), char::from(byte)]);
            for c in chars {
                let Some(byte) = codec.table().encode(c) else { continue };
                let bytes = all.entry(c).or_default();
                bytes.held |= bit(codec);
                if LEADS.contains(&byte) {
                    bytes.lead |= bit(codec);
                } else if byte <= 0xBF {
                    bytes.trail |= bit(codec);
                }
            }
        }
        let mut table = Self { direct: vec![Bytes::default(); DIRECT_LENGTH], beyond: BTreeMap::new() };
        for (c, bytes) in all {
            match usize::try_from(u32::from(c)).ok().and_then(|code| table.direct.get_mut(code)) {
                Some(slot) => *slot = bytes,
                None => _ = table.beyond.insert(c, bytes),
            }
        }
        table
    }

    fn bytes(&self, c: char) -> Bytes {
        match usize::try_from(u32::from(c)).ok().and_then(|code| self.direct.get(code)) {
            Some(bytes) => *bytes,
            None => self.beyond.get(&c).copied().unwrap_or_default(),
        }
    }

    /// The encodings in which a sequence may go on with `c`: with a byte that was lost in all of them.
    fn continued(&self, c: Option<char>) -> Codecs {
        match c {
            None => 0,
            Some(' ' | '?' | char::REPLACEMENT_CHARACTER) => Codecs::MAX,
            Some(c) if c.is_ascii() => 0,
            Some(c) => self.bytes(c).trail,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leads_are_those_of_the_encodings_that_have_both_characters() {
        let text = Characters::new("cafÃ© РґРѕРј Ã");
        let evidence = Evidence::new(&text, &text.all_marks);
        assert_eq!(evidence.leads(Codec::Windows1252).collect::<Vec<_>>(), [3]);
        assert_eq!(evidence.leads(Codec::Windows1251).collect::<Vec<_>>(), [6, 8, 10]);
        assert!(evidence.has(Codec::Windows1254) && !evidence.has(Codec::Koi8R));
        assert_eq!((evidence.signs(Codec::Windows1252), evidence.signs(Codec::Windows1251)), (2, 6));
    }
}

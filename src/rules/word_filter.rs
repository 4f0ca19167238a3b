//! Finding any of many texts in a line, at a cost that does not depend on how many there are.
//!
//! Of every text one gram of four bytes is kept, its rarest with the byte behind it. A pass over the line looks every
//! five bytes up in a table of bits that fits the first cache; only where the bit is set are texts compared. This is the
//! filter of Wu and Manber ("A fast algorithm for multi-pattern searching", 1994) without its skips, for which
//! words are too short.

use std::cmp::Reverse;

/// Bytes of a gram, and of the shortest text that can be looked for.
pub(super) const GRAM_BYTES: usize = 4;
/// Bits of the table, as a power of two: 16 KB.
const TABLE_BITS: u32 = 17;
/// Words of the table.
const TABLE_WORDS: usize = 1 << (TABLE_BITS - 6);
/// Lists of texts, as a power of two; each gram has its own, but for chance.
const LIST_BITS: u32 = 12;
/// Makes ASCII letters small. Other bytes may become equal too, which costs a comparison.
const SMALL: u8 = 0x20;
/// Bytes that are loaded at once, and what makes their letters small.
const LOADED: usize = 8;
const SMALL_LETTERS: u64 = u64::from_le_bytes([SMALL; LOADED]);
/// The bits of a gram and the byte behind it.
const FIVE_BYTES: u64 = (1 << 40) - 1;
/// Stands for the byte behind the last gram of a line; no folded byte is as small.
const NOTHING: u8 = 0;

/// Looks for texts without regard to the case of ASCII letters.
pub(super) struct WordFilter {
    /// Two bits for the gram and the byte behind it of each text (Bloom, "Space/time trade-offs in hash coding", 1970).
    bits: Vec<u64>,
    /// The texts by the hash of their gram: list `n` are those from `starts[n]` to `starts[n + 1]`.
    starts: Vec<u32>,
    texts: Vec<Text>,
}

/// A text and where its gram stands in it.
struct Text {
    gram: u32,
    /// The four bytes in front of the gram and behind it, as far as the text goes, folded.
    before: Neighbors,
    behind: Neighbors,
    /// Bytes in front of the gram.
    offset: u32,
    index: u32,
    /// The text in small letters.
    bytes: Box<[u8]>,
}

/// Up to four bytes beside a gram, and which of them the text has.
#[derive(Clone, Copy)]
struct Neighbors {
    bytes: u32,
    mask: u32,
}

impl Neighbors {
    /// `None` stands for places where the text has nothing.
    fn new(places: [Option<u8>; GRAM_BYTES]) -> Self {
        let bytes = places.map(|byte| byte.map_or(0, |byte| byte | SMALL));
        Self { bytes: u32::from_le_bytes(bytes), mask: u32::from_le_bytes(places.map(|byte| byte.map_or(0, |_| 0xFF))) }
    }

    fn fit(self, found: u32) -> bool {
        (found ^ self.bytes) & self.mask == 0
    }
}

impl WordFilter {
    /// A filter for these texts, in small letters, each with the number that it is given out as.
    ///
    /// # Panics
    /// If a text has fewer than four bytes.
    pub(super) fn new<'a>(texts: impl Iterator<Item = (usize, &'a str)>) -> Self {
        let mut texts: Vec<Text> = texts.map(|(index, text)| Text::new(text, index)).collect();
        texts.sort_by_key(|text| (list(text.gram), text.index));
        let start = |number: usize| texts.partition_point(|text| list(text.gram) < number);
        let starts = (0..=1 << LIST_BITS).map(|number| small_number(start(number))).collect();
        let mut bits = vec![0; TABLE_WORDS];
        for text in &texts {
            let behind = text.bytes.get(text.offset as usize + GRAM_BYTES).map(|byte| byte | SMALL);
            let mut set = |behind: u8| {
                for hash in hashes(five(text.gram, behind)) {
                    bits[hash >> 6] |= 1 << (hash & 63);
                }
            };
            match behind {
                Some(byte) => set(byte),
                // Behind a text of four bytes may stand anything, or nothing.
                None => (0..=u8::MAX).filter(|byte| byte & SMALL != 0).chain([NOTHING]).for_each(set),
            }
        }
        Self { bits, starts, texts }
    }

    /// Gives out the number of every text that stands in `line`, once for each place.
    pub(super) fn find(&self, line: &str, mut give: impl FnMut(usize)) {
        let line = line.as_bytes();
        let Some(bits) = self.bits.first_chunk::<TABLE_WORDS>() else { return };
        let may_be = |five: u64| {
            let is_set = |hash: usize| bits[hash >> 6] >> (hash & 63) & 1 == 1;
            let [first, second] = hashes(five);
            // The second bit is seldom asked for, and makes it rare that both are those of other texts.
            is_set(first) && is_set(second)
        };
        // Eight bytes hold four grams, each with the byte behind it.
        let mut at = 0;
        while let Some(eight) = line.get(at..).and_then(<[u8]>::first_chunk::<LOADED>) {
            let eight = u64::from_le_bytes(*eight) | SMALL_LETTERS;
            for place in 0..GRAM_BYTES {
                let five = eight >> (8 * place) & FIVE_BYTES;
                if may_be(five) {
                    self.compare(line, at + place, gram_of(five), &mut give);
                }
            }
            at += GRAM_BYTES;
        }
        let rest = line.get(at..).unwrap_or_default();
        let mut eight = [0; LOADED];
        eight[..rest.len()].copy_from_slice(rest);
        let eight = u64::from_le_bytes(eight) | SMALL_LETTERS;
        for place in 0..rest.len().saturating_sub(GRAM_BYTES) {
            let five = eight >> (8 * place) & FIVE_BYTES;
            if may_be(five) {
                self.compare(line, at + place, gram_of(five), &mut give);
            }
        }
        if let Some(gram) = line.last_chunk().map(|gram| folded(*gram))
            && may_be(five(gram, NOTHING))
        {
            self.compare(line, line.len() - GRAM_BYTES, gram, &mut give);
        }
    }

    /// The texts with this gram that stand in `line` around it.
    #[inline(never)]
    fn compare(&self, line: &[u8], start: usize, gram: u32, give: &mut impl FnMut(usize)) {
        let number = list(gram);
        let Some([from, to]) = self.starts.get(number..number + 2) else { return };
        let around = |from: Option<usize>| {
            let bytes = from.and_then(|from| line.get(from..)).and_then(|bytes| bytes.first_chunk::<GRAM_BYTES>());
            bytes.map(|bytes| folded(*bytes))
        };
        // At the ends of a line there may be too few bytes: then the text itself is compared.
        let (before, behind) = (around(start.checked_sub(GRAM_BYTES)), around(Some(start + GRAM_BYTES)));
        for text in self.texts.get(*from as usize..*to as usize).unwrap_or_default() {
            let is_there = || {
                let found =
                    start.checked_sub(text.offset as usize).and_then(|from| line.get(from..from + text.bytes.len()));
                found
                    .is_some_and(|found| found.iter().zip(&text.bytes).all(|(one, other)| one | SMALL == other | SMALL))
            };
            if text.gram == gram
                && before.is_none_or(|found| text.before.fit(found))
                && behind.is_none_or(|found| text.behind.fit(found))
                && is_there()
            {
                give(text.index as usize);
            }
        }
    }
}

impl Text {
    fn new(text: &str, index: usize) -> Self {
        let grams = text.as_bytes().array_windows::<GRAM_BYTES>().enumerate();
        // The last gram has no byte behind it that would tell more, unless it is the only one.
        let (offset, gram) = grams
            .take(text.len().saturating_sub(GRAM_BYTES).max(1))
            .max_by_key(|(offset, gram)| (rarity(**gram), Reverse(*offset)))
            .expect("texts have four bytes or more");
        let bytes = text.as_bytes();
        let at = |place: Option<usize>| place.and_then(|place| bytes.get(place)).copied();
        Self {
            gram: folded(*gram),
            before: Neighbors::new([4, 3, 2, 1].map(|back| at(offset.checked_sub(back)))),
            behind: Neighbors::new([0, 1, 2, 3].map(|ahead| at(Some(offset + GRAM_BYTES + ahead)))),
            offset: small_number(offset),
            index: small_number(index),
            bytes: bytes.into(),
        }
    }
}

fn small_number(number: usize) -> u32 {
    u32::try_from(number).expect("a rule set has fewer texts, and shorter ones")
}

fn folded(gram: [u8; GRAM_BYTES]) -> u32 {
    u32::from_le_bytes(gram) | u32::from_le_bytes([SMALL; GRAM_BYTES])
}

/// A number by multiplication (Knuth, The Art of Computer Programming, vol. 3, section 6.4): its upper bits
/// depend on all of the gram.
fn product(gram: u32) -> u32 {
    const GOLDEN_RATIO: u32 = 0x9E37_79B1;
    gram.wrapping_mul(GOLDEN_RATIO)
}

/// A gram and the byte behind it as one number.
fn five(gram: u32, behind: u8) -> u64 {
    u64::from(gram) | u64::from(behind) << u32::BITS
}

fn gram_of(five: u64) -> u32 {
    u32::try_from(five & u64::from(u32::MAX)).expect("so many bits")
}

/// The two bits that stand for a gram and the byte behind it.
#[inline]
fn hashes(five: u64) -> [usize; 2] {
    /// From xxHash (Collet 2012): a number without small factors.
    const SPREAD: u64 = 0x9E37_79B1_85EB_CA87;
    let product = five.wrapping_mul(SPREAD);
    #[expect(clippy::cast_possible_truncation, reason = "the lower bits are kept")]
    let bits = |shift: u32| (product >> shift) as usize % (1 << TABLE_BITS);
    [bits(u64::BITS - TABLE_BITS), bits(u64::BITS - 2 * TABLE_BITS)]
}

fn list(gram: u32) -> usize {
    (product(gram) >> (u32::BITS - LIST_BITS)) as usize
}

/// How seldom a gram is met: less for each pair of characters that is frequent in English text. Pairs with
/// other characters than letters and spaces are the rarest.
fn rarity(gram: [u8; GRAM_BYTES]) -> u8 {
    const RAREST: u8 = 9;
    let row = |byte: u8| match byte | SMALL {
        letter @ b'a'..=b'z' => Some(usize::from(letter - b'a' + 1)),
        b' ' => Some(0),
        _ => None,
    };
    let frequency = |pair: &[u8; 2]| match (row(pair[0]), row(pair[1])) {
        (Some(one), Some(next)) => PAIRS[one][next] - b'0',
        _ => 0,
    };
    gram.array_windows().map(|pair| RAREST - frequency(pair)).sum()
}

/// How frequent pairs of characters are in English: rows are the first character, columns the second, each
/// a space and the letters in order; a digit more stands for twice as many. Counted over half a million
/// characters of news articles, case folded.
const PAIRS: [&[u8; 27]; 27] = [
    b"098988879965788984899769262",
    b"806774562725879062889564273",
    b"363107000500600610541600050",
    b"572508007606602800627600040",
    b"960248030700434600550532040",
    b"984797553604879563997366661",
    b"860006600700400700615500020",
    b"860007046600414600642500030",
    b"882109000800223700535403040",
    b"665877660015779851788360304",
    b"040003000200000500000500000",
    b"620007000500304400340100010",
    b"871168412803831740265632070",
    b"775208000700050760350500040",
    b"971798483724435711178541050",
    b"845654853515779660967867242",
    b"670017005500711760755500020",
    b"000000000000000000000500000",
    b"983569451805566830577642060",
    b"972638107704443760379604040",
    b"983409209900532900776625063",
    b"555555350503667160777000021",
    b"250008000700000500000000000",
    b"670017007700205600340000010",
    b"430202000300000140004200010",
    b"922215010400321620052001000",
    b"330004000200000200000000001",
];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found(texts: &[String], line: &str) -> Vec<usize> {
        let mut found = Vec::new();
        WordFilter::new(texts.iter().map(String::as_str).enumerate()).find(line, |text| found.push(text));
        found.sort_unstable();
        found.dedup();
        found
    }

    #[test]
    fn texts_are_found_in_any_case_and_place() {
        let texts = ["cookie", "code", "реклама", "订阅", "coda", "photo by "].map(str::to_owned);
        assert_eq!(found(&texts, "Cookies"), [0]);
        assert_eq!(found(&texts, "STORY CODE"), [1]);
        assert_eq!(found(&texts, "на правах реклама"), [2]);
        assert_eq!(found(&texts, "请订阅我们"), [3]);
        assert_eq!(found(&texts, "A Photo By Ada"), [5]);
        assert!(found(&texts, "cod").is_empty() && found(&texts, "").is_empty());
    }

    proptest! {
        #[test]
        fn what_a_plain_search_finds_is_found(
            texts in prop::collection::vec("[a-c ]{4,9}|[éж订]{2,4}", 1..20),
            line in "[a-c éж订]{0,80}",
        ) {
            let is_there = |(index, text): (usize, &String)| line.contains(text.as_str()).then_some(index);
            let expected: Vec<usize> = texts.iter().enumerate().filter_map(is_there).collect();
            prop_assert_eq!(found(&texts, &line), expected);
        }
    }
}

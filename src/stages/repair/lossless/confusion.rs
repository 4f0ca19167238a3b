//! A document in one single-byte encoding that was read as another: `Ìîñò`, `лНЯР`, `Gr÷▀e`.
//!
//! Every character is still there, so that the document is written in the encoding it was read in
//! and read in each other one. Whether that is better is told by the oddity of both readings and,
//! between alphabets, by the frequency of letters. Thresholds without a figure are set by hand, on the
//! texts of the tests below, the articles of `bench/lossy.py` and ftfy's cases.

use std::collections::BTreeMap;

use crate::language::class::{Script, class};
use crate::language::{is_english, latin_language};
use crate::stages::repair::codec::{self, Codec};
use crate::stages::repair::oddity::{cost, rarity, small};
use crate::stages::repair::{Repair, RepairKind, listed, lossless};

/// One letter in so many, at most, that the language does not have.
const MOST_STRANGE: usize = 4;
/// Characters beyond ASCII below which a document says too little.
const LEAST_CHARACTERS: usize = 12;
/// Characters at the start of a document that are looked at.
const SAMPLE: usize = 4000;
/// Share of the characters beyond ASCII that the encoding may lack, as one in so many: a few U+FFFD.
const MOST_FOREIGN: usize = 50;
/// One character in fewer than so many beside a lost one shows that the damage is another.
const LOST_SHARE: usize = 10;
/// One sequence of UTF-8 in fewer than so many characters shows other damage.
const UTF8_SHARE: usize = 4;
/// What each character must gain where the alphabet stays Latin, in nats: accented letters of one
/// language look as good as those of another, misplaced signs and capitals do not.
const LATIN_GAIN: f32 = 2.0;
/// Share of the characters that must become letters, in percent: quotes and dashes alone are another
/// search's, which knows what may have stood there.
const LETTER_SHARE: usize = 60;
/// What a character of such a text may cost still, in nats: letters cost 1.5 to 3, and stray signs 5.
const MOST_LEFT: f32 = 3.5;
/// One capital inside a word in fewer characters than so many shows a wrong reading.
const CAPITALS: usize = 50;
/// What a character is worth if all letters are common ones, in nats.
const SHARE_GAIN: f32 = 5.0;
/// Share of the commonest letters among the letters of a text, in percent, at the least. Two or three
/// sentences in each of five languages have 65 to 74; 80 wrong readings of the four Cyrillic ones have
/// 25 in the median and 49 at most.
const FREQUENT_SHARE: usize = 50;
/// Letters of a text in another alphabet for each Latin one, at the least.
const FEW: usize = 4;
/// How much larger that share must be than before where the letters were not Latin, in percent.
const BETTER_SHARE: usize = 12;
/// One letter in fewer than so many without another one beside it shows prices or faces: `€5`, `ö_ö`. In
/// Russian prose one letter in 20 is a word of its own.
const MOST_ALONE: usize = 3;
/// Share of a lower bound of a cost that holds whatever the order in which it is summed up.
const ROUNDING: f32 = 0.99;
/// The commonest letters of Russian, Ukrainian and Bulgarian together, and of Greek.
const FREQUENT_CYRILLIC: &str = "оеаинтсрвлі";
const FREQUENT_GREEK: &str = "αοιτεσνηρκάόί";

/// Repairs of a document that was read in the wrong single-byte encoding as a whole, sorted. Empty
/// for others.
pub(crate) fn repair(text: &str) -> Vec<Repair> {
    let sample: Vec<char> = text.chars().take(SAMPLE).collect();
    let foreign = |c: &&char| !c.is_ascii() && **c != char::REPLACEMENT_CHARACTER;
    let beyond: Vec<char> = sample.iter().filter(foreign).copied().collect();
    let is_lost = |c: char| c == '?' || c == char::REPLACEMENT_CHARACTER;
    let beside_lost = sample.windows(2).filter(|pair| match pair {
        [one, other] => (is_lost(*one) && !other.is_ascii()) || (is_lost(*other) && !one.is_ascii()),
        _ => false,
    });
    if beyond.len() < LEAST_CHARACTERS || listed::is_table(&sample) || beside_lost.count() * LOST_SHARE > beyond.len() {
        return Vec::new();
    }
    let lacks = |codec: Codec| beyond.iter().filter(|c| codec.table().encode(**c).is_none()).count();
    let is_possible = |codec: Codec| lacks(codec) * MOST_FOREIGN <= beyond.len();
    let is_utf8 = |codec: Codec| lossless::traces(text, codec).take(beyond.len()).count() * UTF8_SHARE > beyond.len();
    if codec::ALL.into_iter().any(|codec| is_possible(codec) && is_utf8(codec)) {
        return Vec::new();
    }
    let count = small(beyond.len());
    let before = cost('\n', &sample, '\n');
    let signs = Signs::new(&sample);
    let seen = signs.alphabet(|c| c);
    let mut best: Option<(f32, Codec, Codec)> = None;
    for read in codec::ALL.into_iter().filter(|codec| codec.is_default() && is_possible(*codec)) {
        let table = read.table();
        for written in codec::ALL.into_iter().filter(|written| *written != read) {
            let reading = |c: char| table.encode(c).map_or(c, |byte| written.table().decode(byte));
            let Some(limits) = Limits::of(signs.alphabet(reading), seen, before, count) else { continue };
            if signs.least_cost(reading) > limits.most_cost {
                continue;
            }
            let meant: Vec<char> = sample.iter().map(|&c| if c.is_ascii() { c } else { reading(c) }).collect();
            let after = cost('\n', &meant, '\n');
            if !limits.are_kept(&meant, before, after, count) {
                continue;
            }
            let gain = before - after + limits.share * SHARE_GAIN * count;
            if best.is_none_or(|(other, ..)| gain > other) {
                best = Some((gain, read, written));
            }
        }
    }
    let Some((gain, read, written)) = best else {
        return Vec::new();
    };
    let map = mapping(&beyond, read, written);
    if !are_of_language(text, &beyond, &map) {
        return Vec::new();
    }
    let letters = beyond.iter().filter(|c| map.get(c).is_some_and(|c| class(*c).is_letter())).count();
    if letters * 100 < beyond.len() * LETTER_SHARE || alone(&sample, &map) * MOST_ALONE > letters {
        return Vec::new();
    }
    repairs(text, read, written, gain)
}

/// Whether the Latin letters of a reading are mostly those of the language of the words in ASCII, if that is known: in
/// English, which has them in names alone, whether they are fewer than its marks.
fn are_of_language(text: &str, beyond: &[char], map: &BTreeMap<char, char>) -> bool {
    let latin = || {
        let meant = beyond.iter().filter_map(|c| map.get(c).copied());
        meant.filter(|c| class(*c).script() == Some(Script::Latin))
    };
    let Some(language) = latin().next().and_then(|_| latin_language(text)) else { return true };
    if language.code() == "en" {
        return !is_english(text) || latin().count() * 2 <= beyond.len();
    }
    latin().filter(|c| !language.has(*c)).count() * MOST_STRANGE <= latin().count()
}

/// What each character is if its byte is read as `written`.
fn mapping(chars: &[char], read: Codec, written: Codec) -> BTreeMap<char, char> {
    let pairs = chars.iter().filter_map(|c| read.table().encode(*c).map(|byte| (*c, written.table().decode(byte))));
    pairs.collect()
}

/// How many letters of the reading `map` stand without another letter beside them.
fn alone(seen: &[char], map: &BTreeMap<char, char>) -> usize {
    let is_letter = |c: Option<&char>| c.is_some_and(|c| class(map.get(c).copied().unwrap_or(*c)).is_letter());
    let count = seen.iter().enumerate().filter(|(at, c)| {
        map.contains_key(*c)
            && is_letter(Some(c))
            && !is_letter(at.checked_sub(1).and_then(|before| seen.get(before)))
            && !is_letter(seen.get(at + 1))
    });
    count.count()
}

/// What a reading must keep to be better text than what is seen.
struct Limits {
    /// The alphabet of the reading is another one than the Latin.
    is_foreign: bool,
    /// The share of the letters that are common in its language, 0 to 1, or 0 for Latin.
    share: f32,
    /// What the reading may cost, in nats.
    most_cost: f32,
}

impl Limits {
    /// The limits of a reading in the first of two alphabets, each with the share of its commonest letters, where the
    /// second is seen. Nothing if the letters themselves speak against it. `count` characters cost `before`.
    fn of(meant: (Script, usize), seen: (Script, usize), before: f32, count: f32) -> Option<Self> {
        let ((script, share), (old, old_share)) = (meant, seen);
        let needed = match script {
            // Nobody writes words of accented letters alone.
            Script::Cyrillic | Script::Greek if old == Script::Latin => FREQUENT_SHARE,
            Script::Cyrillic | Script::Greek => FREQUENT_SHARE.max(old_share + BETTER_SHARE),
            Script::Latin if old == Script::Latin => {
                let most_cost = (before - LATIN_GAIN * count).min(MOST_LEFT * count);
                return Some(Self { is_foreign: false, share: 0.0, most_cost });
            }
            // There is no measure for texts in other alphabets.
            _ => return None,
        };
        let share = (share >= needed).then(|| f32::from(u8::try_from(share).unwrap_or(100)) / 100.0)?;
        Some(Self { is_foreign: true, share, most_cost: f32::INFINITY })
    }

    /// Whether the reading `meant`, which costs `after`, keeps them.
    fn are_kept(&self, meant: &[char], before: f32, after: f32, count: f32) -> bool {
        if !self.is_foreign {
            return (before - after) / count >= LATIN_GAIN && after / count <= MOST_LEFT;
        }
        let inside = meant.windows(2).filter(|pair| match pair {
            [one, other] => class(*one).is_lower() && class(*other).is_upper(),
            _ => false,
        });
        inside.count() * CAPITALS < meant.len()
    }
}

/// The characters beyond ASCII of a text, each with how often it occurs: there are few, and hundreds of readings are
/// tried.
struct Signs {
    counts: BTreeMap<char, usize>,
    /// Letters of ASCII.
    ascii_letters: usize,
}

impl Signs {
    fn new(text: &[char]) -> Self {
        let mut counts = BTreeMap::new();
        for c in text.iter().filter(|c| !c.is_ascii()) {
            *counts.entry(*c).or_insert(0) += 1;
        }
        Self { counts, ascii_letters: text.iter().filter(|c| c.is_ascii_alphabetic()).count() }
    }

    /// The alphabet of most letters beyond ASCII in a reading, and the share of its commonest letters in percent.
    fn alphabet(&self, reading: impl Fn(char) -> char) -> (Script, usize) {
        let (mut latin, mut others) = (self.ascii_letters, 0);
        let (mut cyrillic, mut greek) = ((0, 0), (0, 0));
        for (&c, &count) in &self.counts {
            let c = reading(c);
            let among =
                |letters: &str| if c.to_lowercase().next().is_some_and(|c| letters.contains(c)) { count } else { 0 };
            match class(c).script() {
                Some(Script::Latin) => latin += count,
                Some(Script::Cyrillic) => cyrillic = (cyrillic.0 + count, cyrillic.1 + among(FREQUENT_CYRILLIC)),
                Some(Script::Greek) => greek = (greek.0 + count, greek.1 + among(FREQUENT_GREEK)),
                Some(_) => others += count,
                None => {}
            }
        }
        let share = |(all, common): (usize, usize)| common * 100 / all.max(1);
        if others > latin {
            (Script::Other, 0)
        } else if cyrillic.0 > greek.0.max(latin * FEW) {
            (Script::Cyrillic, share(cyrillic))
        } else if greek.0 > latin * FEW {
            (Script::Greek, share(greek))
        } else {
            (Script::Latin, 0)
        }
    }

    /// What a reading costs at the least, in nats: its characters without their neighbors.
    fn least_cost(&self, reading: impl Fn(char) -> char) -> f32 {
        let costs = self.counts.iter().map(|(&c, &count)| rarity(reading(c)) * small(count));
        costs.sum::<f32>() * ROUNDING
    }
}

fn repairs(text: &str, read: Codec, written: Codec, gain: f32) -> Vec<Repair> {
    let mut repairs: Vec<Repair> = Vec::new();
    for (start, c) in text.char_indices().filter(|(_, c)| !c.is_ascii()) {
        let Some(meant) = read.table().encode(c).map(|byte| written.table().decode(byte)).filter(|meant| *meant != c)
        else {
            continue;
        };
        let end = start + c.len_utf8();
        match repairs.last_mut() {
            Some(last) if last.end == start => {
                last.end = end;
                last.replacement.push(meant);
            }
            _ => repairs.push(Repair {
                start,
                end,
                replacement: meant.to_string(),
                kind: RepairKind::Lossless,
                note: format!("{}>{}", written.name(), read.name()),
                score: gain,
            }),
        }
    }
    repairs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn misread(text: &str, written: Codec, read: Codec) -> String {
        let byte = |c: char| written.table().encode(c).expect("the encoding has all of the text");
        text.chars().map(|c| if c.is_ascii() { c } else { read.table().decode(byte(c)) }).collect()
    }

    fn repaired(text: &str) -> String {
        crate::stages::repair::edits::apply(text, &repair(text))
    }

    const RUSSIAN: &str = "Мост открыли в понедельник, сказал смотритель и закрыл книгу. До города было далеко.";
    const GERMAN: &str = "Die Größe der Tür überraschte die Müllerin; später fuhren sie über die Brücke und hörten Glöckchen, süß und schön.";
    const GREEK: &str = "Η γέφυρα άνοιξε ξανά, είπε ο φύλακας και έκλεισε το βιβλίο. Ήταν ήδη αργά το βράδυ.";

    #[test]
    fn a_document_in_another_encoding_is_read_again() {
        use Codec::{Cp437, Cp850, Cp866, Iso8859_5, Koi8R, Latin1, MacRoman, Windows1251, Windows1252, Windows1253};
        for (text, written, read) in [
            (RUSSIAN, Windows1251, Windows1252),
            (RUSSIAN, Windows1251, Latin1),
            (RUSSIAN, Koi8R, Windows1252),
            (RUSSIAN, Koi8R, Windows1251),
            (RUSSIAN, Windows1251, Koi8R),
            (RUSSIAN, Cp866, Windows1251),
            (RUSSIAN, Windows1251, Cp866),
            (RUSSIAN, Windows1251, MacRoman),
            (RUSSIAN, Iso8859_5, Windows1251),
            (GREEK, Windows1253, Windows1252),
            (GERMAN, Windows1252, Cp437),
            (GERMAN, Windows1252, Cp850),
            (GERMAN, Cp437, Windows1252),
            (GERMAN, Windows1252, Windows1251),
        ] {
            assert_eq!(repaired(&misread(text, written, read)), text, "{written:?} {read:?}");
        }
    }

    #[test]
    fn text_in_capitals_and_of_many_languages_is_left() {
        for text in [
            RUSSIAN,
            &RUSSIAN.to_uppercase(),
            GERMAN,
            &GERMAN.to_uppercase(),
            GREEK,
            &GREEK.to_uppercase(),
            "ЦЕНТР ВІКІ УКРАЇНА — ЩО ЦЕ ТАКЕ, І ЧОМУ ЙОГО ТУТ НЕМАЄ? ПИТАННЯ БЕЗ ВІДПОВІДІ",
            "Příliš žluťoučký kůň úpěl ďábelské ódy, řekl děda a šel spát.",
            "Árvíztűrő tükörfúrógép, mondta az öreg, és elindult a hídra.",
            "Türkçe’de yağış çok şiddetliydi, ışıklar söndü, öğrenciler sığınağa koştu.",
            "¿À·¡µÈ ´Ù¸®°¡ ¿ù¿äÀÏ¿¡ ´Ù½Ã ¿·È´Ù. ¾Æ¹«µµ ¹ÏÁö ¾Ê¾Ò´Ù¶ó°í µî´ëÁö±â°¡ ¸»Çß´Ù.",
            "┌──┬──┐\n│ä│ö│\n├──┼──┤\n└──┴──┘ √2 ≈ 1,4 ∑ ∏ ≤ ≥",
        ] {
            assert_eq!(repaired(text), text);
        }
    }
}

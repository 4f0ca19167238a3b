//! A document in one single-byte encoding that was read as another: `Ìîñò`, `лНЯР`, `Gr÷▀e`.
//!
//! Every character is still there, so that the document is written in the encoding it was read in
//! and read in each other one. Whether that is better is told by the oddity of both readings and,
//! between alphabets, by the frequency of letters. Thresholds without a figure are set by hand, on the
//! texts of the tests below, the articles of `bench/lossy.py` and ftfy's cases.

use std::collections::BTreeMap;

use crate::stages::repair::class::{Script, class};
use crate::stages::repair::codec::{self, Codec};
use crate::stages::repair::oddity::cost;
use crate::stages::repair::{Repair, RepairKind, listed, lossless};

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
    let count = f32::from(u16::try_from(beyond.len()).unwrap_or(u16::MAX));
    let before = cost('\n', &sample, '\n');
    let mut best: Option<(f32, Codec, Codec)> = None;
    for read in codec::ALL.into_iter().filter(|codec| codec.is_default()) {
        let table = read.table();
        let lacking = beyond.iter().filter(|c| table.encode(**c).is_none()).count();
        if lacking * MOST_FOREIGN > beyond.len() {
            continue;
        }
        if lossless::traces(text, read).take(beyond.len()).count() * UTF8_SHARE > beyond.len() {
            return Vec::new();
        }
        for written in codec::ALL.into_iter().filter(|written| *written != read) {
            let map = mapping(&beyond, read, written);
            let meant: Vec<char> = sample.iter().map(|c| map.get(c).copied().unwrap_or(*c)).collect();
            let after = cost('\n', &meant, '\n');
            let Some(share) = language(&sample, &meant, (before - after) / count, after / count) else {
                continue;
            };
            let gain = before - after + share * SHARE_GAIN * count;
            if best.is_none_or(|(other, ..)| gain > other) {
                best = Some((gain, read, written));
            }
        }
    }
    let Some((gain, read, written)) = best else {
        return Vec::new();
    };
    let map = mapping(&beyond, read, written);
    let letters = beyond.iter().filter(|c| map.get(c).is_some_and(|c| class(*c).is_letter())).count();
    if letters * 100 < beyond.len() * LETTER_SHARE || alone(&sample, &map) * MOST_ALONE > letters {
        return Vec::new();
    }
    repairs(text, read, written, gain)
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

/// Whether `meant` is better text than `seen`: then the share of the letters that are common in its
/// language, 0 to 1, or 0 for Latin. Each character gains `gain`, and costs `left` still.
fn language(seen: &[char], meant: &[char], gain: f32, left: f32) -> Option<f32> {
    let (script, share) = frequent(meant);
    let (old, old_share) = frequent(seen);
    let needed = match script {
        // Nobody writes words of accented letters alone.
        Script::Cyrillic | Script::Greek if old == Script::Latin => FREQUENT_SHARE,
        Script::Cyrillic | Script::Greek => FREQUENT_SHARE.max(old_share + BETTER_SHARE),
        Script::Latin if old == Script::Latin => {
            return (gain >= LATIN_GAIN && left <= MOST_LEFT).then_some(0.0);
        }
        // There is no measure for texts in other alphabets.
        _ => return None,
    };
    let inside = meant.windows(2).filter(|pair| match pair {
        [one, other] => class(*one).is_lower() && class(*other).is_upper(),
        _ => false,
    });
    let is_spelled = inside.count() * CAPITALS < meant.len();
    (share >= needed && is_spelled).then(|| f32::from(u8::try_from(share).unwrap_or(100)) / 100.0)
}

/// The alphabet of most letters beyond ASCII, and the share of its commonest ten in percent.
fn frequent(text: &[char]) -> (Script, usize) {
    let of = |script: Script, letters: &str| {
        let all: Vec<char> = text.iter().filter(|c| class(**c).script() == Some(script)).copied().collect();
        let common = all.iter().filter(|c| c.to_lowercase().next().is_some_and(|c| letters.contains(c))).count();
        (all.len(), common * 100 / all.len().max(1))
    };
    let latin = text.iter().filter(|c| class(**c).script() == Some(Script::Latin)).count();
    let (cyrillic, cyrillic_share) = of(Script::Cyrillic, FREQUENT_CYRILLIC);
    let (greek, greek_share) = of(Script::Greek, FREQUENT_GREEK);
    let others = text.iter().filter_map(|c| class(*c).script()).count() - latin - cyrillic - greek;
    if others > latin {
        (Script::Other, 0)
    } else if cyrillic > greek.max(latin * FEW) {
        (Script::Cyrillic, cyrillic_share)
    } else if greek > latin * FEW {
        (Script::Greek, greek_share)
    } else {
        (Script::Latin, 0)
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

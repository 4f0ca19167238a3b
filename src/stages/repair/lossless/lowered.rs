//! Mojibake whose letters were made small afterwards: `montrã©al`, `ãœber`. The first byte of a sequence was a
//! capital, so that no encoding has the sequence any more.
//!
//! Only what Windows-1252 makes of Latin letters of two bytes: all the rest is too rare to be known when it is seen.

use crate::language::class::{Class, class};
use crate::stages::repair::codec::Codec;
use crate::stages::repair::oddity::rarity;
use crate::stages::repair::{Repair, RepairKind, protected};

/// Letters that the first byte of the sequences has become, those of 0xC3, 0xC4 and 0xC5.
const FIRST: [char; 3] = ['ã', 'ä', 'å'];
/// Signs that stand in no word, and so tell by themselves what a letter before them is. Not those that stand for
/// notes or quotations.
const SIGNS: &str = "¡¢£¤¥¦§¨©ª¬®¯°±´¶¸º¼½¾¿";
/// Small letters that the second byte may have become.
const SECOND_LETTERS: [char; 4] = ['œ', 'š', 'ž', 'ÿ'];
/// Signs that stand for notes behind words, and so tell nothing by themselves.
const RAISED: [char; 3] = ['¹', '²', '³'];
/// Letters of the word around a sequence, itself apart, from which the word is one.
const LEAST_LETTERS: usize = 3;

/// A sequence and what it stands for.
struct Place {
    at: usize,
    visible: [char; 2],
    before: char,
    after: char,
    original: char,
}

/// Repairs of the sequences of a text, sorted. Empty if none of them is clear: a word of small letters in which
/// `ã` stands before a sign or a letter that it never stands before.
pub(crate) fn repair(text: &str) -> Vec<Repair> {
    if memchr::memmem::find(text.as_bytes(), "ã".as_bytes()).is_none() {
        return Vec::new();
    }
    let places = places(text);
    let repairs = |is_one: &dyn Fn(&Place) -> bool| {
        let mut repairs: Vec<Repair> = places.iter().filter(|place| is_one(place)).map(Place::repair).collect();
        protected::spare(text, &mut repairs);
        repairs
    };
    if repairs(&|place| is_clear(text, place)).is_empty() { Vec::new() } else { repairs(&is_likely) }
}

impl Place {
    fn repair(&self) -> Repair {
        Repair {
            start: self.at,
            end: self.at + self.visible.iter().map(|c| c.len_utf8()).sum::<usize>(),
            replacement: self.original.to_string(),
            kind: RepairKind::Lossy,
            note: "utf8>cp1252|lower".to_owned(),
            score: 4.0,
        }
    }
}

fn places(text: &str) -> Vec<Place> {
    let found = text.char_indices().filter(|(_, c)| FIRST.contains(c));
    found
        .filter_map(|(at, first)| {
            let mut rest = text.get(at + first.len_utf8()..)?.chars();
            let second = rest.next()?;
            let before = text.get(..at)?.chars().next_back().unwrap_or('\n');
            let after = rest.next().unwrap_or('\n');
            Some(Place { at, visible: [first, second], before, after, original: original(first, second)? })
        })
        .collect()
}

/// The small letter that `first` and `second` stand for. Where `second` may have been a capital or not, it is the
/// more common letter.
fn original(first: char, second: char) -> Option<char> {
    let table = Codec::Windows1252.table();
    let lead = table.encode(first.to_uppercase().next()?)?;
    let forms = std::iter::once(second).chain(second.to_uppercase());
    let decoded = forms.filter_map(|form| {
        let pair = [lead, table.encode(form)?];
        std::str::from_utf8(&pair).ok()?.chars().next()
    });
    let letter = decoded.min_by(|a, b| rarity(*a).total_cmp(&rarity(*b)))?;
    letter.is_alphabetic().then(|| letter.to_lowercase().next()).flatten()
}

/// Whether a sequence can be nothing else, by itself.
fn is_clear(text: &str, place: &Place) -> bool {
    let [first, second] = place.visible;
    let is_sequence = first == 'ã' && (SIGNS.contains(second) || matches!(second, 'œ' | 'ÿ'));
    let is_letter = |c: &char| class(*c).is_letter();
    let (before, after) = text.split_at_checked(place.at).unwrap_or_default();
    if !is_sequence {
        return false;
    }
    let count = |chars: &mut dyn Iterator<Item = char>| chars.take(LEAST_LETTERS).take_while(is_letter).count();
    let letters = count(&mut before.chars().rev()) + count(&mut after.chars().skip(place.visible.len()));
    letters >= LEAST_LETTERS && place.after.is_ascii_lowercase() && !class(place.before).is_upper()
}

/// Whether a sequence is one, in a text that has clear ones: it is part of a word. Quotation marks are only inside of
/// words, since elsewhere they may be themselves.
fn is_likely(place: &Place) -> bool {
    let [first, second] = place.visible;
    let is_beside_word = |c: char| class(c).is_letter() || matches!(class(c), Class::Space | Class::Stop);
    let is_second_of_most = SECOND_LETTERS.contains(&second) || RAISED.contains(&second);
    if SIGNS.contains(second) || second == '\u{a0}' || (first == 'ã' && is_second_of_most) {
        return is_beside_word(place.before) || is_beside_word(place.after);
    }
    let is_sign = !class(second).is_letter() && !second.is_whitespace();
    is_sign && is_beside_word(place.before) && class(place.after).is_letter()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repaired(text: &str) -> String {
        crate::stages::repair::edits::apply(text, &repair(text))
    }

    /// UTF-8 read as Windows-1252, in small letters.
    fn lowered(text: &str) -> String {
        let read = encoding_rs::WINDOWS_1252.decode_without_bom_handling(text.as_bytes()).0;
        read.to_lowercase()
    }

    #[test]
    fn words_in_small_letters_come_back() {
        for text in [
            "montréal",
            "über den fluss",
            "le café du coin est très fermé, même à noël",
            "die straße führt über größere brücken",
            "le cœur sincère du curé",
            "el niño cantó una canción",
        ] {
            let broken = lowered(text);
            assert_ne!(broken, text);
            assert_eq!(repaired(&broken), text, "{broken}");
        }
        assert_eq!(repaired(&lowered("Über")), "über");
    }

    #[test]
    fn letters_that_are_meant_stay() {
        for text in [
            "A irmã disse: amanhã, não. «Manhã» e “lã”; Irmã© e Lã®, são 20ª e lã²",
            "på ½ time, så £5, Åland§ och läns¹ – “å”",
            "`montrã©al` and 'montrã©al' are montréal",
            "in code: `cafã©s` alone",
            "the pair ã© stands for é",
        ] {
            assert_eq!(repaired(text), text);
        }
    }
}

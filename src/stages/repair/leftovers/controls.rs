//! C1 controls: bytes of Windows-1252 or Mac Roman that were kept as they are.

use crate::language::class::class;
use crate::stages::repair::codec::Codec;
use crate::stages::repair::oddity::cost;
use crate::stages::repair::text::Characters;
use crate::stages::repair::{Repair, RepairKind};

/// Repairs of the C1 controls of a text, sorted. Bytes that Windows-1252 leaves undefined stay.
pub(crate) fn repair(text: &Characters) -> Vec<Repair> {
    let places: Vec<usize> = (0..text.len()).filter(|&i| ('\u{80}'..='\u{9f}').contains(&text.at(i))).collect();
    if places.is_empty() {
        return Vec::new();
    }
    let codec = if places.iter().all(|&at| is_inside_word(text, at)) { Codec::MacRoman } else { Codec::Windows1252 };
    let chosen = readings(text, &places, codec);
    chosen
        .into_iter()
        .filter(|&(at, c, _)| text.at(at) != c)
        .map(|(at, c, cost)| Repair {
            start: text.starts[at],
            end: text.starts[at + 1],
            replacement: c.to_string(),
            kind: RepairKind::C1,
            note: format!("{}>latin-1", codec.name()),
            score: (8.0 - cost).max(0.1),
        })
        .collect()
}

/// Whether the control at `at` is a letter of Mac Roman: between two letters, and not the
/// apostrophe of an English contraction.
fn is_inside_word(text: &Characters, at: usize) -> bool {
    let read = |c: char| match u8::try_from(u32::from(c)) {
        Ok(byte @ 0x80..=0x9F) => Codec::MacRoman.table().decode(byte),
        _ => c,
    };
    let ends = |n: usize| !class(text.at(at + n)).is_letter();
    let contraction =
        text.at(at) == '\u{92}' && (ends(2) || (ends(3) && ["ll", "re", "ve"].iter().any(|w| text.has(at + 1, w))));
    class(text.before(at)).is_lower()
        && class(text.at(at + 1)).is_lower()
        && class(read(text.at(at))).is_lower()
        && !contraction
}

fn readings(text: &Characters, places: &[usize], codec: Codec) -> Vec<(usize, char, f32)> {
    let table = codec.table();
    let read = |c: char| match u8::try_from(u32::from(c)) {
        Ok(byte @ 0x80..=0x9F) => table.decode(byte),
        _ => c,
    };
    places
        .iter()
        .map(|&at| {
            let c = read(text.at(at));
            let (before, after) = (read(text.before(at)), read(text.at(at + 1)));
            (at, c, cost(before, &[c], after))
        })
        .collect()
}

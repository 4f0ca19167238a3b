//! UTF-8 that was read as a single-byte encoding, where no byte was lost: decodes it again.
//!
//! The method follows ftfy 6.3.1 (`fix_encoding`: encode with the suspected table, decode as
//! UTF-8, keep what looks better), but per sequence instead of per line, with more tables.

pub(super) mod confusion;
mod evidence;
pub(super) mod lowered;
pub(super) mod multibyte;

use crate::language::class::{Class, Script, class};
use crate::stages::repair::codec::{self, Codec, LEADS, Table};
use crate::stages::repair::listed::is_listed;
use crate::stages::repair::lossless::evidence::Evidence;
use crate::stages::repair::oddity::{cost, cost_of, small};
use crate::stages::repair::text::Characters;
use crate::stages::repair::{Repair, RepairKind};

/// What a lone sequence must gain before it is decoded, in nats. Between `OÙ` (4.8) and the
/// Swedish and Romanian names before a trade mark sign (3.8) of ftfy's negative cases.
const LONE_GAIN: f32 = 4.0;
/// The same for a sequence with a space in the place of byte A0.
const LONE_SPACE_GAIN: f32 = 6.0;
/// Sum of the gains of clear sequences from which a document is taken to be broken this way.
const ARMING_GAIN: f32 = 10.0;
/// What a sequence must gain in such a document.
const ARMED_GAIN: f32 = 1.0;
/// The same for a sequence with a space in the place of byte A0.
const ARMED_SPACE_GAIN: f32 = 0.0;
/// The score of a sequence of which only the document tells that it is broken, in nats.
const LEAST_SCORE: f32 = 0.1;
/// A sequence that decodes to something less likely than this speaks against the encoding.
const CONTRADICTION_GAIN: f32 = 3.0;
/// How much it speaks against it, in nats.
const CONTRADICTION_COST: f32 = 3.0;
/// Letters that the encoding does not explain, per explained character, above which
/// the gain must be twice as high.
const STRAY_RATIO: usize = 2;

/// Length in characters below which a text that stays garbled is not touched.
const SHORT_TEXT: usize = 120;
/// Cost of a letter or odd sign that neither a whole nor a lossy sequence explains, in nats.
const STRAY_COST: f32 = 1.0;
/// What the encoding of the round before is likelier than others, in nats: programs repeat their mistakes.
const SAME_ENCODING: f32 = 8.0;

/// Cost of a lone character of a script whose characters come in groups, in nats.
const ISOLATED_COST: f32 = 4.0;

/// Cost of a capital and a raised number that are a word of their own, `Å³`, as one letter, in nats: above the
/// 4.0 by which that is clearer than [`LONE_GAIN`].
const RAISED_COST: f32 = 5.0;

/// Cost of reading a quotation mark as a byte where it closes what another has opened before, in nats: above
/// the 8.0 that `Ö“` seems to gain as a Hebrew accent.
const CLOSING_COST: f32 = 12.0;
/// Characters within which a quotation mark that is still open is looked for.
const QUOTATION_CHARS: usize = 300;

/// Cost of a letter beside a sequence that the encoding lacks, in nats: a word is misread as a whole,
/// unless an earlier round has decoded a part of it. Above the 9.5 of a lone `ƒô` less [`LONE_GAIN`].
const FOREIGN_COST: f32 = 6.0;

/// The encodings in which lossless damage is looked for. Windows tables also take C1 controls
/// for their bytes, so Latin-1 needs no turn of its own.
fn tried() -> impl Iterator<Item = Codec> {
    codec::ALL.into_iter().filter(|codec| *codec != Codec::Latin1)
}

/// What is taken off the gain of a character that is a C1 control although the table has a
/// character for its byte: the ISO encodings explain it better.
const MIXED_COST: f32 = 1.5;

/// What is taken off the gain of an encoding, so that the more common one wins.
const fn handicap(codec: Codec) -> f32 {
    match codec {
        Codec::Windows1252 => 0.0,
        Codec::Windows1250 | Codec::Windows1251 | Codec::MacRoman => 0.5,
        Codec::Windows1253 | Codec::Windows1254 | Codec::Windows1257 => 1.0,
        Codec::Iso8859_15 => 2.5,
        _ => 1.5,
    }
}

/// Length of the longest sequence: two surrogates of three bytes each.
const LONGEST: usize = 6;

/// What becomes of a sequence in which a byte was lost.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum LostBytes {
    /// It stays as it is, for the search for lossy channels.
    Kept,
    /// It becomes U+FFFD as a whole.
    Marked,
}

#[derive(Clone, Copy, Debug)]
struct Sequence {
    from: usize,
    to: usize,
    decoded: char,
    /// A space stood for byte A0.
    spaced: bool,
    /// A byte was lost.
    lossy: bool,
}

impl Sequence {
    const fn length(&self) -> usize {
        self.to - self.from
    }

    const fn moved(self, by: usize) -> Self {
        Self { from: self.from + by, to: self.to + by, ..self }
    }
}

/// Characters beyond ASCII, in damaged lines, that tell which encoding it was: the others cost as much again for
/// each encoding.
const MOST_MARKS: usize = 1024;

/// Sequences without anything between them.
#[derive(Debug)]
struct Run<'s> {
    sequences: &'s [Sequence],
    gain: f32,
    spaced: bool,
    touches_letter: bool,
}

/// One round of decoding with the encoding that explains most. Empty if nothing is broken.
///
/// Returns the repairs, sorted, and the encoding. Text broken twice needs two rounds: `known` is
/// the encoding of the round before, which needs no more evidence.
pub(crate) fn repair(text: &Characters, known: Option<Codec>, lost: LostBytes) -> (Vec<Repair>, Option<Codec>) {
    let sample = text.marks.get(..MOST_MARKS).map(|sample| Evidence::new(text, sample));
    let sample = sample.and_then(|sample| best_codec(text, known, lost, &sample));
    let evidence = Evidence::new(text, &text.marks);
    let Some(codec) = sample.or_else(|| best_codec(text, known, lost, &evidence)) else {
        return (Vec::new(), None);
    };
    // Once the encoding is known, lines without a sign of damage may hold its sequences too.
    let everywhere = sequences(text, codec.table(), text.all_marks.iter().copied());
    let found = usable(text, codec, lost, &everywhere);
    let explained = sequences(text, codec.table(), evidence.leads(codec));
    let (_, runs) = accepted(text, codec, &found, &explained, known == Some(codec), lost, &evidence);
    let note = format!("utf8>{}", codec.name());
    let vietnamese = runs.iter().flat_map(|run| run.sequences).any(|s| ('\u{1ea0}'..='\u{1ef9}').contains(&s.decoded));
    let mut repairs = Vec::new();
    for run in &runs {
        for sequence in run.sequences {
            let mut to = sequence.to;
            if sequence.spaced && sequence.decoded == 'à' && !joins(text, to, vietnamese) {
                to -= 1;
            }
            let (decoded, kind, note) = match restored(text, sequence) {
                Some(mark) => (mark, RepairKind::Lossy, format!("{note}:?")),
                None => (sequence.decoded, RepairKind::Lossless, note.clone()),
            };
            repairs.push(Repair {
                start: text.starts[sequence.from],
                end: text.starts[to],
                replacement: decoded.to_string(),
                kind,
                note,
                score: run.gain.max(LEAST_SCORE),
            });
        }
    }
    (repairs, Some(codec))
}

/// The encoding that explains most of the evidence; `None` if nothing is broken there.
fn best_codec(text: &Characters, known: Option<Codec>, lost: LostBytes, evidence: &Evidence) -> Option<Codec> {
    let mut best: Option<(f32, Codec)> = None;
    for codec in tried().filter(|codec| evidence.has(*codec)) {
        let explained = sequences(text, codec.table(), evidence.leads(codec));
        let found = usable(text, codec, lost, &explained);
        if found.is_empty() {
            continue;
        }
        let (gain, runs) = accepted(text, codec, &found, &explained, known == Some(codec), lost, evidence);
        if runs.is_empty() {
            continue;
        }
        let mixed = runs.iter().map(|r| mixed(text, codec, r)).sum::<f32>();
        let same = if known == Some(codec) { SAME_ENCODING } else { 0.0 };
        let gain = gain + same - handicap(codec) - mixed - STRAY_COST * unexplained(&explained, evidence);
        if best.as_ref().is_none_or(|(other, ..)| gain > *other) {
            best = Some((gain, codec));
        }
    }
    best.map(|(_, codec)| codec)
}

/// The sequences that may be decoded.
fn usable(text: &Characters, codec: Codec, lost: LostBytes, sequences: &[Sequence]) -> Vec<Sequence> {
    let usable = sequences.iter().filter(|s| {
        (lost == LostBytes::Marked || !s.lossy) && !is_half_way(codec, s) && !is_listed(text, s.from, s.to)
    });
    usable.copied().collect()
}

/// Letters and odd signs of the encoding that no sequence, with or without lost bytes, explains.
fn unexplained(explained: &[Sequence], evidence: &Evidence) -> f32 {
    let mut explained = explained.iter().peekable();
    let mut odd = 0u16;
    for &i in &evidence.odd {
        while explained.next_if(|s| s.to <= i).is_some() {}
        if explained.peek().is_none_or(|s| s.from > i) {
            odd = odd.saturating_add(1);
        }
    }
    f32::from(odd)
}

/// The cost of C1 controls among the characters of a Windows table other than the Western one.
fn mixed(text: &Characters, codec: Codec, run: &Run<'_>) -> f32 {
    if codec == Codec::Windows1252 {
        return 0.0;
    }
    let table = codec.table();
    run.sequences
        .iter()
        .flat_map(|s| text.chars.get(s.from..s.to).unwrap_or_default())
        .filter(|&&c| table.encode(c).is_some_and(|byte| table.decode(byte) != c))
        .map(|_| MIXED_COST)
        .sum()
}

/// Whether the word goes on after `Ã` and a space: the space was byte A0 itself, not a space
/// that swallowed it. Portuguese contractions do, and à within Vietnamese words.
fn joins(text: &Characters, at: usize, vietnamese: bool) -> bool {
    let ends = |n: usize| !class(text.at(at + n)).is_word();
    (text.has_ending(at, "s") && !matches!(text.at(at + 1), '\'' | '’'))
        || text.at(at) == ' '
        || ["quele", "quela", "quilo"].iter().any(|word| text.has(at, word))
        || (vietnamese && class(text.at(at)) == Class::Lower && (ends(1) || ends(2)))
}

/// Sequences of characters that are valid UTF-8 when encoded, and those that would be but for a lost byte, in order.
/// They begin at one of `leads`, which rise.
fn sequences(text: &Characters, table: &Table, leads: impl Iterator<Item = usize>) -> Vec<Sequence> {
    let space_is_a0 = table.decode(0xA0) == '\u{a0}';
    let mut found = Vec::new();
    let mut done = 0;
    for i in leads {
        let Some(lead) = table.encode(text.at(i)).filter(|byte| LEADS.contains(byte)) else {
            continue;
        };
        if i < done {
            continue;
        }
        let rest = text.chars.get(i..).unwrap_or_default();
        let whole =
            sequence_at(rest, table, lead, space_is_a0).map(|s| s.moved(i)).filter(|s| !is_capital_mark(text, s));
        if let Some(sequence) = whole.or_else(|| marked_at(text, table, i, lead)) {
            done = sequence.to;
            found.push(sequence);
        }
    }
    found
}

/// Whether the sequence begins a quote in capitals, which another channel restores: `Â€™`.
fn is_capital_mark(text: &Characters, sequence: &Sequence) -> bool {
    let next = || Codec::Windows1252.table().encode(text.at(sequence.to));
    text.at(sequence.from) == 'Â'
        && text.at(sequence.from + 1) == '€'
        && next().is_some_and(|byte| (0x80..=0xBF).contains(&byte))
}

/// Where `text` has sequences that `codec` decodes, as byte positions.
pub(crate) fn traces(text: &str, codec: Codec) -> impl Iterator<Item = usize> {
    let table = codec.table();
    let space_is_a0 = table.decode(0xA0) == '\u{a0}';
    table.leads(text).filter_map(move |(at, lead)| {
        let mut rest = text.get(at..)?.chars();
        // Most such letters of an intact word have an ASCII letter behind them.
        if matches!(rest.clone().nth(1), None | Some('!'..='\u{7f}')) {
            return None;
        }
        let mut chars = ['\0'; LONGEST];
        let length = chars.iter_mut().zip(rest.by_ref()).map(|(slot, c)| *slot = c).count();
        sequence_at(chars.get(..length)?, table, lead, space_is_a0).map(|_| at)
    })
}

/// The sequence at the start of `text`, whose first character has the byte `lead`.
fn sequence_at(text: &[char], table: &Table, lead: u8, space_is_a0: bool) -> Option<Sequence> {
    let length = match lead {
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        _ => 4,
    };
    let mut bytes = [lead, 0, 0, 0];
    let mut spaced = false;
    for (j, byte) in bytes.iter_mut().enumerate().take(length).skip(1) {
        let c = *text.get(j)?;
        *byte = if c == ' ' && space_is_a0 && !spaced && may_be_spaced(lead, j) {
            spaced = true;
            0xA0
        } else if c.is_ascii() {
            return None;
        } else {
            table.encode(c).filter(|b| (0x80..=0xBF).contains(b))?
        };
    }
    if lead == 0xED && bytes[1] >= 0xA0 {
        return surrogates(text, table, bytes);
    }
    let decoded = decoded(bytes.get(..length)?)?;
    if spaced && !may_hold_space(text.get(..length)?, decoded) {
        return None;
    }
    Some(Sequence { from: 0, to: length, decoded, spaced, lossy: false })
}

/// The character of a lead byte and as many continuation bytes as it asks for, no surrogates among them.
fn decoded(bytes: &[u8]) -> Option<char> {
    let (lead, rest) = bytes.split_first()?;
    let (mask, least) = match bytes.len() {
        2 => (0x1F, 0x80),
        3 => (0x0F, 0x800),
        _ => (0x07, 0x1_0000),
    };
    let code = rest.iter().fold(u32::from(lead & mask), |code, byte| (code << 6) | u32::from(byte & 0x3F));
    char::from_u32(code).filter(|_| code >= least)
}

/// Whether a sequence with a space in it can be meant for `decoded`: `â€ ` is a quote that lost its last byte, not a
/// dagger, and `â\u{9d} ` not a dingbat.
fn may_hold_space(sequence: &[char], decoded: char) -> bool {
    let kind = class(decoded);
    // What other alphabets have in the place of `Â` ends words, and a space follows.
    let is_latin = sequence.first().is_some_and(|c| class(*c).script().is_none_or(|script| script == Script::Latin));
    let is_emoji = kind == Class::Emoji && !sequence.iter().any(|&c| class(c) == Class::Control);
    kind.is_letter() || is_emoji || (decoded == '\u{a0}' && is_latin) || decoded == '\u{2800}'
}

/// A sequence in which U+FFFD, or one question mark, stands for a lost byte. The rules for the
/// question mark are those of ftfy 6.3.1 (`LOSSY_UTF8_RE`).
fn marked_at(text: &Characters, table: &Table, from: usize, lead: u8) -> Option<Sequence> {
    if !table.has_undefined() {
        return None;
    }
    let length = match lead {
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        _ => 4,
    };
    let (mut replaced, mut questions, mut quotes) = (0, 0, 0);
    for j in 1..length {
        match text.get(from + j)? {
            char::REPLACEMENT_CHARACTER => replaced += 1,
            '?' => questions += 1,
            c if c.is_ascii() => return None,
            c => {
                table.encode(c).filter(|b| (0x80..=0xBF).contains(b))?;
                quotes += usize::from(matches!(class(c), Class::Open | Class::Close | Class::Apostrophe));
            }
        }
    }
    let whole = replaced + questions == 0;
    let asked = questions > 1 || (questions == 1 && length == 2 && lead > 0xC3);
    // `ö“?` and `ö?“` end a question.
    if whole || asked || (questions > 0 && quotes > 0 && quotes + questions + 1 == length) {
        return None;
    }
    Some(Sequence { from, to: from + length, decoded: char::REPLACEMENT_CHARACTER, spaced: false, lossy: true })
}

/// Whether a space may stand for byte A0 at `position` of a sequence: only where the result is
/// a common character (method and first-byte list: ftfy 6.3.1, `ALTERED_UTF8_RE`).
const fn may_be_spaced(lead: u8, position: usize) -> bool {
    match lead {
        0xC2 | 0xC3 | 0xC5 | 0xCE | 0xD0 | 0xD9 | 0xF0 => true,
        0xE2 | 0xE3 => position <= 2,
        0xE0 | 0xE1 => position == 2,
        _ => false,
    }
}

/// A character beyond U+FFFF as two surrogates of three bytes each (CESU-8).
fn surrogates(text: &[char], table: &Table, high: [u8; 4]) -> Option<Sequence> {
    if high[1] > 0xAF {
        return None;
    }
    let byte = |j: usize| table.encode(*text.get(j)?);
    let (lead, second, third) = (byte(3)?, byte(4)?, byte(5)?);
    if lead != 0xED || !(0xB0..=0xBF).contains(&second) || !(0x80..=0xBF).contains(&third) {
        return None;
    }
    let unit = |second: u8, third: u8| (u32::from(second & 0x0F) << 6) | u32::from(third & 0x3F);
    let code = 0x1_0000 + (unit(high[1], high[2]) << 10) + unit(second & 0x0F, third);
    let decoded = char::from_u32(code)?;
    Some(Sequence { from: 0, to: LONGEST, decoded, spaced: false, lossy: false })
}

/// The runs of adjacent sequences that gain enough, and the sum of their gains.
fn accepted<'s>(
    text: &Characters,
    codec: Codec,
    found: &'s [Sequence],
    explained: &[Sequence],
    known: bool,
    lost: LostBytes,
    evidence: &Evidence,
) -> (f32, Vec<Run<'s>>) {
    let covered = lengths(found);
    let mut runs: Vec<Run<'s>> =
        found.chunk_by(|one, next| one.to == next.from).map(|run| Run::new(text, run)).collect();
    for run in &mut runs {
        if !known {
            run.gain -= foreign(text, codec.table(), run);
        }
        if closes_quotation(text, run) {
            run.gain -= CLOSING_COST;
        }
    }
    let clear = |r: &Run<'_>| {
        let needed = if r.spaced { LONE_SPACE_GAIN } else { LONE_GAIN };
        r.gain >= needed && (r.touches_letter || is_certain(text, r))
    };
    // A lost byte leaves less evidence, but nothing that may be meant as it stands.
    let known_evidence = match lost {
        LostBytes::Kept => LONE_GAIN,
        LostBytes::Marked => 0.0,
    };
    let mut clearness = 0.0;
    for r in &runs {
        if clear(r) {
            clearness += r.gain;
        } else if r.gain < CONTRADICTION_GAIN && !r.spaced {
            clearness -= CONTRADICTION_COST;
        }
    }
    // Letters and odd signs that the encoding has but no sequence explains.
    let strays = evidence.signs(codec).saturating_sub(lengths(explained));
    let garbled = text.document_length() < SHORT_TEXT && unexplained(explained, evidence) > small(covered) / 2.0;
    let factor = if strays > covered * STRAY_RATIO { 2.0 } else { 1.0 };
    let armed = clearness >= ARMING_GAIN * factor || (known && clearness >= known_evidence);
    if garbled || is_ambiguous(text, &runs) {
        return (0.0, Vec::new());
    }
    let mut gain = 0.0;
    runs.retain(|r| {
        let keep = if armed {
            let whole = !r.sequences.iter().any(|s| s.decoded == char::REPLACEMENT_CHARACTER);
            let needed = match lost {
                LostBytes::Marked if whole => LONE_GAIN,
                _ if r.spaced => ARMED_SPACE_GAIN,
                _ => ARMED_GAIN,
            };
            r.gain >= needed
        } else {
            let needed = if r.spaced { LONE_SPACE_GAIN } else { LONE_GAIN };
            clearness > 0.0 && r.gain >= needed * factor && (r.touches_letter || is_certain(text, r))
        };
        if keep {
            gain += r.gain;
        }
        keep
    });
    (gain, runs)
}

/// Characters in all of the sequences.
fn lengths(sequences: &[Sequence]) -> usize {
    sequences.iter().map(Sequence::length).sum()
}

/// A lone `Ã¥` beside intact marks: Mac Roman can mean it too, so ftfy 6.3.1 leaves it as well.
fn is_ambiguous(text: &Characters, runs: &[Run<'_>]) -> bool {
    let [run] = runs else { return false };
    let [sequence] = run.sequences else {
        return false;
    };
    text.has(sequence.from, "Ã¥") && text.has_marks()
}

/// Signs alone, away from any word, may be a face or a formula: they need three bytes or more.
fn is_certain(text: &Characters, run: &Run<'_>) -> bool {
    run.sequences.len() > 1
        || run.sequences.iter().any(|s| {
            let lead = class(text.at(s.from));
            s.to - s.from > 2 || lead.is_letter() || lead == Class::Box
        })
}

/// Text that was broken twice shows C1 controls half-way, but only through the Western tables.
fn is_half_way(codec: Codec, sequence: &Sequence) -> bool {
    codec != Codec::Windows1252 && ('\u{80}'..='\u{9f}').contains(&sequence.decoded)
}

/// Whether a run ends in a quotation mark that, read as it stands, closes a quotation at the end of a word:
/// `„FPÖ“`.
fn closes_quotation(text: &Characters, run: &Run<'_>) -> bool {
    // Longer sequences do not come about by chance, and `Â»` stays a quotation mark when it is decoded.
    let pair = run.sequences.last().filter(|sequence| sequence.length() == 2);
    let Some(last) = pair.and_then(|sequence| sequence.to.checked_sub(1)) else { return false };
    if pair.is_some_and(|sequence| sequence.decoded == text.at(last)) {
        return false;
    }
    let openers: &[char] = match text.at(last) {
        '“' => &['„', '”'],
        '”' => &['“', '„', '”'],
        '‘' => &['‚', '’'],
        '’' => &['‘', '‚'],
        '»' => &['«', '»'],
        '«' => &['»'],
        '›' => &['‹'],
        '‹' => &['›'],
        _ => return false,
    };
    !class(text.at(last + 1)).is_word() && is_open(text, last, openers, text.at(last))
}

/// Whether one of `openers` stands before `at` in the line without a `closer` in between.
fn is_open(text: &Characters, at: usize, openers: &[char], closer: char) -> bool {
    let before = (at.saturating_sub(QUOTATION_CHARS)..at).rev().map(|i| text.at(i)).take_while(|c| *c != '\n');
    before.into_iter().find(|c| openers.contains(c) || *c == closer).is_some_and(|c| openers.contains(&c))
}

/// The mark that a sequence of General Punctuation stood for whose last byte is lost, where nothing else can
/// have stood there: the apostrophe of a contraction or an elision, and the quotation mark that closes speech.
fn restored(text: &Characters, sequence: &Sequence) -> Option<char> {
    const PUNCTUATION: [char; 5] = [',', '.', '!', '?', '…'];
    let lost = sequence.decoded == char::REPLACEMENT_CHARACTER && sequence.length() == 3;
    let is_general = (text.at(sequence.from), text.at(sequence.from + 1)) == ('â', '€');
    if !lost || !is_general {
        return None;
    }
    let (before, after) = (text.before(sequence.from), text.at(sequence.to));
    if PUNCTUATION.contains(&before) && !class(after).is_word() && is_open(text, sequence.from, &['“'], '”') {
        return Some('”');
    }
    let is_contraction =
        ["s", "t", "d", "m", "re", "ve", "ll"].iter().any(|ending| text.has_ending(sequence.to, ending));
    (class(before).is_letter() && is_contraction).then_some('’')
}

/// The cost of letters beside a run that the misread bytes cannot have left there.
fn foreign(text: &Characters, table: &Table, run: &Run<'_>) -> f32 {
    let (Some(first), Some(last)) = (run.sequences.first(), run.sequences.last()) else {
        return 0.0;
    };
    let is_foreign = |c: char| !c.is_ascii() && class(c).is_letter() && table.encode(c).is_none();
    // A word in another alphabet, and behind it a character that was lost for itself.
    let script = class(text.at(first.from)).script().filter(|script| *script != Script::Latin);
    let is_word = script.is_some() && class(text.before(first.from)).script() == script;
    let is_lost = run.sequences.iter().all(|s| s.decoded == char::REPLACEMENT_CHARACTER);
    let is_odd = is_foreign(text.before(first.from)) || is_foreign(text.at(last.to)) || (is_word && is_lost);
    if is_odd { FOREIGN_COST } else { 0.0 }
}

impl<'s> Run<'s> {
    /// Adjacent sequences, and what is gained by decoding them.
    fn new(text: &Characters, sequences: &'s [Sequence]) -> Self {
        let from = sequences.first().map_or(0, |s| s.from);
        let to = sequences.last().map_or(0, |s| s.to);
        let decoded = sequences.iter().map(|s| s.decoded);
        let visible = text.chars.get(from..to).unwrap_or_default();
        let (before, after) = (text.before(from), text.at(to));
        let mut gain = cost(before, visible, after) - cost_of(before, decoded, after);
        if let [Sequence { decoded: lone, .. }] = sequences {
            let script = class(*lone).script();
            let alone = [before, after].iter().all(|&c| class(c).script() != script);
            let mark = matches!(lone, '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ffef}');
            if alone && !mark && matches!(script, Some(Script::Han | Script::Abugida)) {
                gain -= ISOLATED_COST;
            }
            if class(*lone) == Class::Mark && !takes_mark(before, *lone) {
                gain -= ISOLATED_COST;
            }
            let is_word = !class(before).is_letter() && !class(after).is_letter() && script.is_some();
            if is_word && visible.last().is_some_and(|c| class(*c) == Class::Number) {
                gain -= RAISED_COST;
            }
        }
        let spaced = sequences.iter().any(|s| s.spaced);
        let touches_letter = class(before).is_letter() || class(after).is_letter();
        Self { sequences, gain, spaced, touches_letter }
    }
}

/// Whether the combining character `mark` may stand behind `c`: Hebrew ones stand behind Hebrew letters alone.
fn takes_mark(c: char, mark: char) -> bool {
    !('\u{591}'..='\u{5c7}').contains(&mark) || class(c) == Class::Hebrew
}

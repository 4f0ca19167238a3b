//! Lossy channels: how UTF-8 was misread, and what then happened to the characters.
//!
//! A channel is named `utf8>DECODER>ENCODER:LOSS` or `utf8>DECODER|CHANGE`. A decoder with `~`
//! gives control characters for undefined bytes, one without gives U+FFFD.

use std::collections::BTreeMap;

use encoding_rs::{BIG5, EUC_KR, Encoding, GBK, SHIFT_JIS};

use crate::stages::repair::codec::{self, Codec, Table};
use crate::stages::repair::lossy::folding::{Style, compatible, transliterated};
use crate::stages::repair::lossy::sequences::Sequences;

/// How a decoder treats bytes that its encoding leaves undefined.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Decoding {
    /// U+FFFD.
    Strict,
    /// The control character of the same value, as browsers do.
    Sloppy,
}

/// An encoding that the misread text was converted to, losing what it lacks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Target {
    Ascii,
    Single(Codec),
    Gbk,
    ShiftJis,
    EucKr,
    Big5,
}

/// What a conversion writes for a character that does not fit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Loss {
    Question,
    Dropped,
    Replacement,
}

/// What happened to the misread characters.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum After {
    Nothing,
    Encoded(Target, Loss),
    ControlsDropped,
    ControlsQuestioned,
    Straightened,
    SpacedNbsp,
    Compatible,
    Lowered,
    Uppered,
    Transliterated(Style),
}

/// One way in which a text gets broken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Spec {
    Misread(Codec, Decoding, After),
    /// The same twice, and what happened then.
    MisreadTwice(Codec, After),
    /// Every byte of the UTF-8 became U+FFFD.
    EachByteReplaced,
    /// Every byte of the UTF-8 lost its highest bit.
    SevenBits,
    /// 16-bit code units were cut down to their low byte.
    LowByte,
    /// A single-byte encoding was read as another one.
    Confused(Codec, Codec),
    /// A single-byte encoding was read as UTF-8: each of its characters became U+FFFD.
    ReadAsUtf8,
}

/// Characters that are worth restoring: marks, signs and the letters of Latin scripts.
const CANDIDATES: &str = concat!(
    "“”‘’–—…•„‚«»‹›·™€©®°£§†‡×½¼¾²³\u{a0}−→′″‑¿¡±¹µ¢¥ºª÷\u{ad}",
    "éèêëáàâäãåæçíìîïñóòôöõøœßúùûüýÿðþ",
    "ÉÈÊËÁÀÂÄÃÅÆÇÍÌÎÏÑÓÒÔÖÕØŒÚÙÛÜÝÐÞŸ",
    "šžŠŽčćđČĆĐłńśźżąęŁŃŚŹŻĄĘőűŐŰğışĞİŞřťůňďěŘŤŮŇĎĚāēīūģķļņĀĒĪŪĢĶĻŅėįųĖĮŲășțĂȘȚţ",
);

/// The most common ones: a channel is recognized by what it makes of these.
pub(crate) const CORE: &str = "“”‘’–—…•™£½éáàäöüßçñíóèêâ«»„\u{a0}";

/// Lengths of ambiguous sequences in characters: `A(C)` has four. One character alone says nothing.
const AMBIGUOUS_CHARS: std::ops::RangeInclusive<usize> = 2..=4;

/// The tables of one channel.
#[derive(Debug)]
pub(crate) struct Channel {
    pub(crate) spec: Spec,
    pub(crate) name: String,
    /// What is visible.
    pub(crate) sequences: Sequences,
    /// Sequences that occur in texts for better reasons, `??` and `C)`: they are no evidence.
    pub(crate) ambiguous: Sequences,
}

impl Channel {
    pub(crate) fn new(spec: Spec) -> Self {
        let writer = Writer::new(spec);
        let mut sequences: BTreeMap<Vec<char>, Vec<char>> = BTreeMap::new();
        let mut ambiguous: BTreeMap<Vec<char>, Vec<char>> = BTreeMap::new();
        for original in CANDIDATES.chars() {
            for visible in writer.all_visible(original) {
                if is_usable(spec, original, &visible) {
                    sequences.entry(visible).or_default().push(original);
                } else if AMBIGUOUS_CHARS.contains(&visible.len()) && !visible.iter().any(|c| c.is_whitespace()) {
                    ambiguous.entry(visible).or_default().push(original);
                }
            }
        }
        let (sequences, ambiguous) = (Sequences::new(sequences), Sequences::new(ambiguous));
        Self { spec, name: name(spec), sequences, ambiguous }
    }

    /// The characters in `originals` and what a channel makes of each, without what says too little.
    pub(crate) fn of(spec: Spec, originals: &str) -> Vec<(char, Vec<char>)> {
        let writer = Writer::new(spec);
        originals
            .chars()
            .flat_map(|original| writer.all_visible(original).map(move |visible| (original, visible)))
            .filter(|(original, visible)| is_usable(spec, *original, visible))
            .collect()
    }

    /// What the channel makes of `original`.
    pub(crate) fn visible(&self, original: char) -> Option<Vec<char>> {
        Writer::new(self.spec).visible(original)
    }
}

/// Whether a visible sequence says enough to be undone.
fn is_usable(spec: Spec, original: char, visible: &[char]) -> bool {
    if visible == [original] {
        return false;
    }
    let control = |c: &char| *c < ' ' && !matches!(c, '\n' | '\r' | '\t');
    match spec {
        Spec::Confused(..) => return visible.iter().all(|c| !c.is_ascii()),
        Spec::ReadAsUtf8 => return true,
        _ => {}
    }
    if visible.len() < 2 {
        return visible.iter().any(control) || (visible == ['â'] && loses_controls(spec));
    }
    if visible.iter().any(|c| matches!(c, '\n' | '\r')) || visible.last() == Some(&' ') {
        return false;
    }
    let questions = visible.iter().filter(|c| **c == '?').count();
    if questions == visible.len() {
        return questions >= 3;
    }
    // Gate of the design: a question mark before a quote or a space is a question.
    let closing = |c: &char| matches!(c, '”' | '’' | '“' | '‘' | '»' | '«' | '›' | '‹' | ' ' | '"' | '\'');
    if visible.len() == 2 && questions == 1 && visible.iter().any(closing) {
        return false;
    }
    if visible.iter().all(char::is_ascii) && questions == 0 && !visible.iter().any(control) {
        // Transliterated text is told by the name of the euro sign.
        let text: String = visible.iter().collect();
        let ending = text.strip_prefix("aEUR");
        return ending.is_some_and(|e| e == "oe" || !e.ends_with(|c: char| c.is_ascii_alphabetic()));
    }
    true
}

/// Whether â is all that a channel leaves of the typographic marks.
fn loses_controls(spec: Spec) -> bool {
    matches!(spec, Spec::Misread(_, _, After::ControlsDropped | After::Encoded(_, Loss::Dropped)))
}

/// Writes characters as a channel leaves them.
struct Writer {
    spec: Spec,
    table: Option<&'static Table>,
}

impl Writer {
    fn new(spec: Spec) -> Self {
        let table = match spec {
            Spec::Misread(codec, ..) | Spec::MisreadTwice(codec, _) => Some(codec.table()),
            _ => None,
        };
        Self { spec, table }
    }

    /// What may be visible of a character: what is left of it, and the same where what can be decoded was.
    fn all_visible(&self, original: char) -> impl Iterator<Item = Vec<char>> + use<> {
        let visible = self.visible(original);
        let decoded = visible.as_deref().and_then(|visible| self.decoded(visible));
        visible.into_iter().chain(decoded)
    }

    /// A text that was misread twice after the sequences of it that nothing was lost of were decoded once; nothing if
    /// there are none.
    fn decoded(&self, visible: &[char]) -> Option<Vec<char>> {
        let table = self.table.filter(|_| matches!(self.spec, Spec::MisreadTwice(..)))?;
        let mut out = Vec::with_capacity(visible.len());
        let mut rest = visible;
        while let Some(first) = rest.first() {
            let sequence = |length: usize| {
                let bytes: Vec<u8> = rest.get(..length)?.iter().map(|c| table.encode(*c)).collect::<Option<_>>()?;
                Some((str::from_utf8(&bytes).ok()?.chars().next()?, length))
            };
            let (c, length) = sequence(2).or_else(|| sequence(3)).unwrap_or((*first, 1));
            out.push(c);
            rest = rest.get(length..).unwrap_or_default();
        }
        (out != visible).then_some(out)
    }

    fn visible(&self, original: char) -> Option<Vec<char>> {
        let mut buffer = [0; 4];
        let bytes = original.encode_utf8(&mut buffer).as_bytes();
        let mut out = Vec::new();
        match self.spec {
            Spec::Misread(_, decoding, after) => {
                let table = self.table?;
                for &byte in bytes {
                    let c = if decoding == Decoding::Strict && table.is_undefined(byte) {
                        char::REPLACEMENT_CHARACTER
                    } else {
                        table.decode(byte)
                    };
                    push(c, after, &mut out);
                }
            }
            Spec::MisreadTwice(_, after) => {
                let table = self.table?;
                for misread in bytes.iter().map(|byte| table.decode(*byte)) {
                    misread.encode_utf8(&mut [0; 4]).bytes().for_each(|byte| {
                        push(if byte.is_ascii() { byte.into() } else { table.decode(byte) }, after, &mut out);
                    });
                }
            }
            Spec::EachByteReplaced => out.resize(bytes.len(), char::REPLACEMENT_CHARACTER),
            Spec::SevenBits => out.extend(bytes.iter().map(|b| char::from(b & 0x7F))),
            Spec::ReadAsUtf8 => {
                Codec::Windows1252.table().encode_strict(original)?;
                out.push(char::REPLACEMENT_CHARACTER);
            }
            Spec::LowByte => {
                let unit = u16::try_from(u32::from(original)).ok()?;
                out.push(char::from(unit.to_le_bytes()[0]));
            }
            Spec::Confused(written, read) => {
                let byte = written.table().encode_strict(original)?;
                out.push(read.table().decode(byte));
            }
        }
        Some(out)
    }
}

#[expect(clippy::match_same_arms, reason = "a table, read by line")]
fn push(c: char, after: After, out: &mut Vec<char>) {
    let control = ('\u{80}'..='\u{9f}').contains(&c);
    match after {
        After::Nothing => out.push(c),
        After::Encoded(target, loss) => {
            if fits(c, target) {
                out.push(c);
            } else {
                match loss {
                    Loss::Question => out.push('?'),
                    Loss::Dropped => {}
                    Loss::Replacement => out.push(char::REPLACEMENT_CHARACTER),
                }
            }
        }
        After::ControlsDropped if control => {}
        After::ControlsQuestioned if control => out.push('?'),
        After::ControlsDropped | After::ControlsQuestioned => out.push(c),
        After::Straightened => out.push(match c {
            '‘' | '’' | '‚' | '‛' => '\'',
            '“' | '”' | '„' | '‟' => '"',
            _ => c,
        }),
        After::SpacedNbsp => out.push(if c == '\u{a0}' { ' ' } else { c }),
        After::Compatible => match compatible(c) {
            Some(text) => out.extend(text.chars()),
            None => out.push(c),
        },
        After::Lowered => out.extend(c.to_lowercase()),
        After::Uppered => out.extend(c.to_uppercase()),
        After::Transliterated(style) => out.extend(transliterated(c, style).chars()),
    }
}

fn fits(c: char, target: Target) -> bool {
    if c.is_ascii() {
        return true;
    }
    if c == char::REPLACEMENT_CHARACTER {
        return false;
    }
    let encoding: &'static Encoding = match target {
        Target::Ascii => return false,
        Target::Single(codec) => return codec.table().encode_strict(c).is_some(),
        Target::Gbk => GBK,
        Target::ShiftJis => SHIFT_JIS,
        Target::EucKr => EUC_KR,
        Target::Big5 => BIG5,
    };
    if ('\u{80}'..='\u{9f}').contains(&c) || (c == '€' && target == Target::Gbk) {
        return false;
    }
    let (_, _, lost) = encoding.encode(c.encode_utf8(&mut [0; 4]));
    !lost
}

/// The encodings that lose characters afterwards, the most common first.
const TARGETS: [Target; 22] = [
    Target::Single(Codec::Latin1),
    Target::Single(Codec::Windows1252),
    Target::Single(Codec::Windows1251),
    Target::Single(Codec::Windows1250),
    Target::Single(Codec::Iso8859_15),
    Target::Single(Codec::Iso8859_2),
    Target::Single(Codec::Windows1254),
    Target::Single(Codec::Windows1253),
    Target::Single(Codec::Windows1257),
    Target::Gbk,
    Target::Single(Codec::Windows1255),
    Target::Single(Codec::Windows874),
    Target::EucKr,
    Target::ShiftJis,
    Target::Big5,
    Target::Single(Codec::MacRoman),
    Target::Single(Codec::Cp437),
    Target::Single(Codec::Cp850),
    Target::Single(Codec::Koi8R),
    Target::Single(Codec::Cp866),
    Target::Single(Codec::Iso8859_5),
    Target::Single(Codec::Iso8859_7),
];

const CONFUSED: [Codec; 8] = [
    Codec::Windows1252,
    Codec::MacRoman,
    Codec::Cp437,
    Codec::Cp850,
    Codec::Windows1250,
    Codec::Windows1251,
    Codec::Koi8R,
    Codec::Cp866,
];

/// All channels, the more common before the rarer.
pub(crate) fn all() -> Vec<Spec> {
    let mut specs = Vec::new();
    for codec in codec::ALL.into_iter().filter(|codec| codec.is_default()) {
        specs.push(Spec::Misread(codec, Decoding::Strict, After::Nothing));
        for decoding in [Decoding::Strict, Decoding::Sloppy] {
            if decoding == Decoding::Strict || codec.table().has_undefined() {
                specs.extend(changes(codec).into_iter().map(|after| Spec::Misread(codec, decoding, after)));
            }
        }
    }
    // What undefined bytes have lost.
    let others = codec::ALL.into_iter().filter(|codec| !codec.is_default() && codec.table().has_undefined());
    specs.extend(others.map(|codec| Spec::Misread(codec, Decoding::Strict, After::Nothing)));
    for codec in [Codec::Windows1252, Codec::Latin1] {
        let lost = TARGETS.into_iter().chain([Target::Ascii]).map(|target| After::Encoded(target, Loss::Question));
        let controls = [After::ControlsQuestioned, After::ControlsDropped];
        specs.extend(lost.chain(controls).map(|after| Spec::MisreadTwice(codec, after)));
    }
    specs.extend([Spec::EachByteReplaced, Spec::SevenBits, Spec::LowByte, Spec::ReadAsUtf8]);
    for written in [Codec::MacRoman, Codec::Windows1252] {
        for read in CONFUSED {
            if read != written {
                specs.push(Spec::Confused(written, read));
            }
        }
    }
    specs
}

/// What may happen to text that was read as `codec`.
fn changes(codec: Codec) -> Vec<After> {
    let mut changes = Vec::new();
    for target in TARGETS {
        if target != Target::Single(codec) || codec.table().has_undefined() {
            changes.push(After::Encoded(target, Loss::Question));
        }
    }
    changes.extend([
        After::Encoded(Target::Ascii, Loss::Question),
        After::ControlsQuestioned,
        After::ControlsDropped,
        After::Straightened,
        After::Compatible,
        After::SpacedNbsp,
        After::Lowered,
        After::Uppered,
    ]);
    if matches!(codec, Codec::Windows1252 | Codec::Latin1) {
        changes.extend([After::Transliterated(Style::Iconv), After::Transliterated(Style::Unidecode)]);
    }
    for target in [Target::Single(Codec::Latin1), Target::Single(Codec::Windows1252), Target::Ascii] {
        for loss in [Loss::Dropped, Loss::Replacement] {
            changes.push(After::Encoded(target, loss));
        }
    }
    changes
}

fn name(spec: Spec) -> String {
    let (codec, decoding, after) = match spec {
        Spec::Misread(codec, decoding, after) => (codec, decoding, after),
        Spec::MisreadTwice(codec, after) => {
            let once = name(Spec::Misread(codec, Decoding::Sloppy, after));
            return format!("utf8>{}>{once}", codec.name());
        }
        Spec::EachByteReplaced => return "utf8>ascii:fffd".to_owned(),
        Spec::SevenBits => return "utf8>&7f".to_owned(),
        Spec::LowByte => return "ucs2>&ff".to_owned(),
        Spec::ReadAsUtf8 => return "cp1252>utf8:fffd".to_owned(),
        Spec::Confused(written, read) => return format!("{}>{}", written.name(), read.name()),
    };
    let sloppy = if decoding == Decoding::Sloppy && codec.table().has_undefined() { "~" } else { "" };
    let codec = codec.name();
    let after = match after {
        After::Nothing => String::new(),
        After::Encoded(target, loss) => {
            let target = match target {
                Target::Ascii => "ascii",
                Target::Single(codec) => codec.name(),
                Target::Gbk => "gbk",
                Target::ShiftJis => "cp932",
                Target::EucKr => "cp949",
                Target::Big5 => "big5",
            };
            let loss = match loss {
                Loss::Question => "?",
                Loss::Dropped => "drop",
                Loss::Replacement => "fffd",
            };
            return format!("utf8>{codec}{sloppy}>{target}:{loss}");
        }
        After::ControlsDropped => "c1strip".to_owned(),
        After::ControlsQuestioned => "c1?".to_owned(),
        After::Straightened => "uncurl".to_owned(),
        After::SpacedNbsp => "nbsp2sp".to_owned(),
        After::Compatible => "nfkc".to_owned(),
        After::Lowered => "lower".to_owned(),
        After::Uppered => "upper".to_owned(),
        After::Transliterated(Style::Iconv) => "glibc-translit".to_owned(),
        After::Transliterated(Style::Unidecode) => "unidecode".to_owned(),
    };
    if after.is_empty() { format!("utf8>{codec}{sloppy}") } else { format!("utf8>{codec}{sloppy}|{after}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visible(spec: Spec, original: char) -> String {
        Channel::new(spec).visible(original).map(|v| v.into_iter().collect()).unwrap_or_default()
    }

    #[test]
    fn the_channel_of_the_first_document_keeps_the_apostrophe() {
        let target = Target::Single(Codec::Windows1251);
        let spec = Spec::Misread(Codec::Windows1252, Decoding::Sloppy, After::Encoded(target, Loss::Question));
        assert_eq!(visible(spec, '“'), "?€?");
        assert_eq!(visible(spec, '”'), "?€?");
        assert_eq!(visible(spec, '’'), "?€™");
        assert_eq!(name(spec), "utf8>cp1252~>cp1251:?");
    }

    #[test]
    fn text_that_was_misread_twice_is_longer() {
        let twice = |target| Spec::MisreadTwice(Codec::Windows1252, After::Encoded(target, Loss::Question));
        assert_eq!(visible(twice(Target::Ascii), '’'), "????????");
        assert_eq!(visible(twice(Target::Single(Codec::Windows1251)), '’'), "???‚¬?„?");
        let latin = Channel::new(twice(Target::Single(Codec::Latin1)));
        let sequences: Vec<String> = latin.sequences.visible().map(|visible| visible.iter().collect()).collect();
        assert!(["Ã¢â?¬â?¢", "ââ?¬â?¢"].iter().all(|visible| sequences.iter().any(|known| known == visible)));
        assert_eq!(latin.name, "utf8>cp1252>utf8>cp1252~>latin-1:?");
    }

    #[test]
    fn other_changes_after_the_misreading() {
        let western = |after| Spec::Misread(Codec::Windows1252, Decoding::Sloppy, after);
        assert_eq!(visible(western(After::Straightened), '—'), "â€\"");
        assert_eq!(visible(western(After::Transliterated(Style::Iconv)), '’'), "aEUR(TM)");
        assert_eq!(visible(western(After::Compatible), '’'), "â€TM");
        assert_eq!(visible(Spec::LowByte, '’'), "\u{19}");
        assert_eq!(visible(Spec::EachByteReplaced, '…').chars().count(), 3);
        assert_eq!(visible(Spec::Confused(Codec::MacRoman, Codec::Windows1252), '’'), "Õ");
    }
}

//! How often the encoding of a text is found: own texts of 33 languages (`tests/encodings/`), and short ones of seven
//! more (`tests/harm/`), in every encoding that they were written in, beside chardetng alone on the same bytes.
//!
//! `cargo test encodings_are_found -- --nocapture` prints the table.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use scutch::stages::decode::{Decode, DecodeOptions};
use scutch::{Encoding, RuleTable, Source, TracedText};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::compose;

/// Characters of each text that are tried.
const LENGTHS: [usize; 3] = [80, 400, 3000];
/// Places in each text at which the shorter ones start.
const STARTS: [usize; 3] = [0, 900, 1800];
/// One letter in so many may be lost in an encoding in which a language can be written.
const LOST: usize = 200;

/// Languages with the encodings in which they were written.
const WRITTEN: [(&str, &str); 19] = [
    (
        "en de fr es it pt nl sv da fi",
        "windows-1252 ISO-8859-15 macintosh IBM437 IBM850 IBM00858 ISO-8859-10 windows-1254 UTF-16LE UTF-32BE",
    ),
    ("pl cs sk hu ro hr", "windows-1250 ISO-8859-2 IBM852 ISO-8859-16 UTF-16BE"),
    ("et lt lv", "windows-1257 ISO-8859-13 ISO-8859-4"),
    ("tr", "windows-1254 ISO-8859-3 UTF-16LE"),
    ("ru", "windows-1251 KOI8-R KOI8-U IBM866 ISO-8859-5 x-mac-cyrillic IBM855 UTF-16LE UTF-16BE UTF-32LE UTF-32BE"),
    ("uk", "windows-1251 KOI8-U x-mac-cyrillic IBM855 ISO-8859-5"),
    ("bg", "windows-1251 IBM866 ISO-8859-5 x-mac-cyrillic IBM855"),
    ("el", "windows-1253 ISO-8859-7 IBM737 UTF-16LE"),
    ("he", "windows-1255 ISO-8859-8 ISO-8859-8-I"),
    ("ar fa", "windows-1256 ISO-8859-6 UTF-16LE"),
    ("th vi", "windows-874 windows-1258 UTF-16BE"),
    ("ja", "Shift_JIS EUC-JP ISO-2022-JP UTF-16LE UTF-16BE UTF-32LE"),
    ("ko", "EUC-KR Johab ISO-2022-KR UTF-16LE UTF-16BE"),
    ("zh-hans", "GBK gb18030 UTF-16LE UTF-16BE UTF-32LE"),
    ("zh-hant", "Big5 UTF-16LE UTF-16BE"),
    ("irish welsh", "ISO-8859-14 windows-1252"),
    ("maltese esperanto", "ISO-8859-3"),
    ("icelandic norwegian", "windows-1252 ISO-8859-10 IBM850 macintosh"),
    ("serbian", "windows-1251 ISO-8859-5"),
];

/// Encodings that chardetng does not look for (its README, and `encoding_rs`'s names of what it lacks).
const BEYOND_CHARDETNG: [&str; 16] = [
    "IBM437",
    "IBM737",
    "IBM850",
    "IBM852",
    "IBM855",
    "IBM00858",
    "ISO-8859-3",
    "ISO-8859-15",
    "ISO-8859-16",
    "ISO-2022-KR",
    "Johab",
    "UTF-16LE",
    "UTF-16BE",
    "UTF-32LE",
    "UTF-32BE",
    "macintosh",
];
/// Rows of the table for many encodings: all, and those that chardetng looks for.
const ALL: &str = "all";
const FOR_BOTH: &str = "those for both";

/// What people wrote for a character that their encoding lacked.
fn instead(c: char) -> &'static str {
    match c {
        '“' | '”' | '„' | '«' | '»' => "\"",
        '‘' | '’' | '‚' => "'",
        '–' | '—' => "-",
        '…' => "...",
        '€' => "EUR",
        'ș' => "ş",
        'ț' => "ţ",
        'Ș' => "Ş",
        'Ț' => "Ţ",
        'ی' => "ي",
        'ک' => "ك",
        '،' => ",",
        '\u{a0}' => " ",
        _ => "",
    }
}

/// How an encoding writes characters.
enum Writer {
    Standard(&'static encoding_rs::Encoding),
    /// UTF-16 and UTF-32: the bytes of each character.
    Wide(fn(char) -> Vec<u8>),
    /// All others, by what their bytes mean.
    Table(HashMap<char, Vec<u8>>),
    /// The two bytes of KS X 1001, between shifts.
    Iso2022Kr,
}

impl Writer {
    fn new(name: &str) -> Self {
        match name {
            "UTF-16LE" => {
                Self::Wide(|c| c.encode_utf16(&mut [0; 2]).iter().flat_map(|unit| unit.to_le_bytes()).collect())
            }
            "UTF-16BE" => {
                Self::Wide(|c| c.encode_utf16(&mut [0; 2]).iter().flat_map(|unit| unit.to_be_bytes()).collect())
            }
            "UTF-32LE" => Self::Wide(|c| u32::from(c).to_le_bytes().to_vec()),
            "UTF-32BE" => Self::Wide(|c| u32::from(c).to_be_bytes().to_vec()),
            "ISO-2022-KR" => Self::Iso2022Kr,
            _ => match encoding_rs::Encoding::for_label(name.as_bytes()) {
                Some(encoding) => Self::Standard(encoding),
                None => Self::Table(table(Encoding::for_label(name).expect("known"))),
            },
        }
    }

    fn can_write(&self, c: char) -> bool {
        match self {
            Self::Standard(encoding) => !encoding.encode(c.encode_utf8(&mut [0; 4])).2,
            Self::Wide(_) => true,
            Self::Table(table) => table.contains_key(&c),
            Self::Iso2022Kr => c.is_ascii() || ks_x_1001(c).is_some(),
        }
    }

    fn write(&self, text: &str) -> Vec<u8> {
        match self {
            Self::Standard(encoding) => encoding.encode(text).0.into_owned(),
            Self::Wide(bytes) => text.chars().flat_map(bytes).collect(),
            Self::Table(table) => text.chars().flat_map(|c| table[&c].clone()).collect(),
            Self::Iso2022Kr => write_iso_2022_kr(text),
        }
    }
}

/// What each byte, or each two bytes, mean.
fn table(encoding: Encoding) -> HashMap<char, Vec<u8>> {
    let mut table = HashMap::new();
    let single = (0..=0xFF).map(|byte: u8| vec![byte]);
    let pairs = (0x84..=0xF9_u8).flat_map(|lead| (0x31..=0xFE).map(move |trail: u8| vec![lead, trail]));
    for bytes in single.chain(pairs) {
        let text = TracedText::decode(&bytes, encoding).expect("short");
        let mut chars = text.as_str().chars();
        if let (Some(c), None, 0) = (chars.next(), chars.next(), text.malformed()) {
            table.entry(c).or_insert(bytes);
        }
    }
    table
}

/// The two bytes of a character in EUC-KR without its extensions.
fn ks_x_1001(c: char) -> Option<[u8; 2]> {
    let text = c.to_string();
    let (bytes, _, lost) = encoding_rs::EUC_KR.encode(&text);
    match bytes.as_ref() {
        [lead, trail] if !lost && lead.min(trail) >= &0xA1 => Some([*lead, *trail]),
        _ => None,
    }
}

fn write_iso_2022_kr(text: &str) -> Vec<u8> {
    let mut raw = b"\x1B$)C".to_vec();
    let mut is_shifted = false;
    for c in text.chars() {
        let pair = ks_x_1001(c);
        if pair.is_some() != is_shifted {
            raw.push(if is_shifted { 0x0F } else { 0x0E });
            is_shifted = !is_shifted;
        }
        match pair {
            Some(pair) => raw.extend(pair.map(|byte| byte & 0x7F)),
            None => raw.extend(c.to_string().bytes()),
        }
    }
    raw
}

/// The text as it can be written, or nothing if too many letters get lost.
fn fitted(text: &str, writer: &Writer) -> Option<String> {
    let mut fitted = String::new();
    let mut lost = 0;
    for c in text.chars() {
        if writer.can_write(c) {
            fitted.push(c);
        } else if let Some(marked) = with_tone_apart(c).filter(|marked| marked.chars().all(|c| writer.can_write(c))) {
            fitted.push_str(&marked);
        } else {
            let other = instead(c);
            let other = if other.chars().all(|c| writer.can_write(c)) { other } else { "" };
            lost += usize::from(other.is_empty() && c.is_alphabetic());
            fitted.push_str(other);
        }
    }
    (lost <= text.chars().count() / LOST).then_some(fitted)
}

/// A Vietnamese vowel with its tone as a mark of its own, as windows-1258 writes it.
fn with_tone_apart(c: char) -> Option<String> {
    const TONES: [char; 5] = ['\u{300}', '\u{301}', '\u{303}', '\u{309}', '\u{323}'];
    let parts: Vec<char> = std::iter::once(c).nfd().collect();
    let tone = *parts.iter().find(|part| TONES.contains(part))?;
    let vowel =
        parts.iter().filter(|part| **part != tone).copied().reduce(|one, other| compose(one, other).unwrap_or(one))?;
    Some([vowel, tone].iter().collect())
}

/// How often an encoding was found: by scutch, by chardetng, of how many.
#[derive(Default, Clone, Copy)]
struct Score {
    found: usize,
    by_chardetng: usize,
    all: usize,
}

impl Score {
    fn percent(part: usize, all: usize) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "some hundred texts")]
        let share = part as f64 / all.max(1) as f64;
        share * 100.0
    }
}

/// Scores by name and length.
#[derive(Default)]
struct Scores(BTreeMap<(String, usize), Score>);

impl Scores {
    fn add(&mut self, name: &str, length: usize, found: bool, by_chardetng: bool) {
        let for_both = (!BEYOND_CHARDETNG.contains(&name)).then_some(FOR_BOTH);
        for name in [name, ALL].into_iter().chain(for_both) {
            let score = self.0.entry((name.to_owned(), length)).or_default();
            score.found += usize::from(found);
            score.by_chardetng += usize::from(by_chardetng);
            score.all += 1;
        }
    }

    fn of(&self, name: &str, length: usize) -> Score {
        self.0.get(&(name.to_owned(), length)).copied().unwrap_or_default()
    }

    /// A line for each encoding: for each length the share found, that found by chardetng, and how many texts.
    fn table(&self) -> String {
        let mut names: Vec<&String> = self.0.keys().map(|(name, _)| name).collect();
        names.dedup();
        names.sort_by_key(|name| [ALL, FOR_BOTH].contains(&name.as_str()));
        let mut table = format!("{:16}", "characters");
        for length in LENGTHS {
            write!(table, "{length:>26}").expect("strings take all");
        }
        for name in names {
            write!(table, "\n{name:16}").expect("strings take all");
            for length in LENGTHS {
                let Score { found, by_chardetng, all } = self.of(name, length);
                let (found, theirs) = (Score::percent(found, all), Score::percent(by_chardetng, all));
                write!(table, "{found:9.1} % {theirs:6.1} % {all:5}").expect("strings take all");
            }
        }
        table
    }
}

fn text_of(language: &str) -> String {
    let path = |folder: &str| Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/{folder}/{language}.txt"));
    let text = fs::read_to_string(path("encodings")).or_else(|_| fs::read_to_string(path("harm")));
    text.expect("each language has a text")
}

/// The text that chardetng and `encoding_rs` make of the bytes.
fn by_chardetng(raw: &[u8]) -> String {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(raw, true);
    let encoding = detector.guess(None, Utf8Detection::Allow);
    encoding.decode_without_bom_handling(raw).0.into_owned()
}

/// Texts in an encoding, with what they say.
fn written(language: &str, writer: &Writer) -> Vec<(usize, String, Vec<u8>)> {
    let whole = text_of(language);
    let places = LENGTHS.iter().flat_map(|length| STARTS.map(|start| (*length, start)));
    let of_place = |(length, start): (usize, usize)| {
        let part: String = whole.chars().skip(start).take(length).collect();
        let text = fitted(&part, writer).filter(|_| part.chars().count() == length)?;
        let raw = writer.write(&text);
        let says_something = !raw.is_ascii() || raw.contains(&0x1B) || raw.contains(&0);
        says_something.then_some((length, text, raw))
    };
    places.filter_map(of_place).collect()
}

#[test]
#[expect(clippy::print_stdout, reason = "the table is what the test is for")]
fn encodings_are_found() {
    let stage = Decode::new(&DecodeOptions::default(), &mut RuleTable::default()).expect("no encoding forced");
    let mut scores = Scores::default();
    for (languages, encodings) in WRITTEN {
        for name in encodings.split(' ') {
            let writer = Writer::new(name);
            for language in languages.split(' ') {
                for (length, text, raw) in written(language, &writer) {
                    let document = stage.run(&raw, Source::default()).expect("short");
                    let is_found = document.text.as_str() == text;
                    if !is_found {
                        println!("{length} characters of {language} in {name} are read as {}", document.encoding);
                    }
                    scores.add(name, length, is_found, by_chardetng(&raw) == text);
                }
            }
        }
    }
    println!("share of texts read as they were written, by scutch and by chardetng alone, and how many");
    println!("{}", scores.table());
    for (_, name) in WRITTEN.iter().flat_map(|(languages, names)| names.split(' ').map(move |name| (languages, name))) {
        let of_all = LENGTHS.map(|length| scores.of(name, length));
        let (found, all) = of_all.iter().fold((0, 0), |(found, all), score| (found + score.found, all + score.all));
        assert!(all > 0 && 4 * found >= 3 * all, "{name}: {found} of {all}");
    }
    for (length, row) in LENGTHS.iter().flat_map(|length| [ALL, FOR_BOTH].map(|row| (*length, row))) {
        let Score { found, by_chardetng, all } = scores.of(row, length);
        assert!(found > by_chardetng, "{row}, {length} characters: {found} of {all}, chardetng {by_chardetng}");
        assert!(Score::percent(found, all) >= 97.0, "{row}, {length} characters: {found} of {all}");
    }
}

#[test]
fn every_encoding_is_tried() {
    let tried: Vec<&str> = WRITTEN.iter().flat_map(|(_, encodings)| encodings.split(' ')).collect();
    for encoding in Encoding::all() {
        // Bytes of the private use area say nothing, and UTF-8 is seen by its form.
        let is_exempt = ["UTF-8", "x-user-defined"].contains(&encoding.name());
        assert!(is_exempt || tried.contains(&encoding.name()), "{}", encoding.name());
    }
}

//! Finds and undoes mojibake: text whose bytes were read in the wrong encoding.

use std::borrow::Cow;
use std::cell::LazyCell;
use std::collections::BTreeMap;
use std::ops::Range;

use crate::language::latin_language;
use crate::stages::repair::codec::Codec;
use crate::stages::repair::edits::Rounds;
use crate::stages::repair::excerpt::Excerpt;
use crate::stages::repair::leftovers::{byte_order, controls, encoded_words, entities, escapes, terminal};
use crate::stages::repair::lossless::LostBytes;
use crate::stages::repair::lossless::{confusion, lowered, multibyte};
use crate::stages::repair::lossy::channel::Channel;
use crate::stages::repair::lossy::infer::Letters;
use crate::stages::repair::lossy::{infer, questions, spelled};
use crate::stages::repair::text::Characters;
use crate::stages::repair::{edits, excerpt, lossless, protected, scan};

/// What was wrong with a repaired place. The names are stable.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum RepairKind {
    /// UTF-8 read as a single-byte encoding, every byte of it still there.
    Lossless,
    /// The same after a conversion that lost characters: restored from the context.
    Lossy,
    /// A byte of Windows-1252 or Mac Roman that was kept as a control character.
    C1,
    /// A character reference of HTML.
    Entity,
    /// An escape sequence of a programming language, a URL or an e-mail.
    Escape,
    /// A byte order mark inside a text, also one that was misread.
    ByteOrderMark,
    /// An escape sequence for a terminal, or a character struck over another.
    Terminal,
    /// An encoded word of an e-mail header.
    EncodedWord,
}

impl RepairKind {
    pub(crate) const ALL: [Self; 8] = [
        Self::Lossless,
        Self::Lossy,
        Self::C1,
        Self::Entity,
        Self::Escape,
        Self::ByteOrderMark,
        Self::Terminal,
        Self::EncodedWord,
    ];

    /// The name used in rule ids: lower case, stable.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Lossless => "lossless",
            Self::Lossy => "lossy",
            Self::C1 => "c1",
            Self::Entity => "entity",
            Self::Escape => "escape",
            Self::ByteOrderMark => "bom",
            Self::Terminal => "terminal",
            Self::EncodedWord => "encoded_word",
        }
    }
}

/// One repaired place of a text.
#[derive(Clone, PartialEq, Debug)]
pub struct Repair {
    /// First byte of the broken place in the input text.
    pub start: usize,
    /// End of the broken place, excluded.
    pub end: usize,
    /// What belongs there.
    pub replacement: String,
    /// What was wrong.
    pub kind: RepairKind,
    /// The channel and other evidence, for people to read.
    pub note: String,
    /// How much likelier the repaired text is, in nats. Above 0.
    pub score: f32,
}

/// What was noticed about a text but not repaired.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub enum Tag {
    /// Characters were lost by this channel, but the evidence does not suffice to restore them.
    Unsure(String),
}

/// What one text needs.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Repairs {
    /// The repairs of the input text: sorted, disjoint, on character boundaries. Often empty.
    pub edits: Vec<Repair>,
    /// What was noticed but left alone, in the order of detection.
    pub tags: Vec<Tag>,
}

impl Repairs {
    /// The text after the repairs. `text` must be the input text.
    #[must_use]
    pub fn apply(&self, text: &str) -> String {
        edits::apply(text, &self.edits)
    }
}

/// A repaired text and what was done to it.
#[derive(Clone, PartialEq, Debug)]
pub struct Repaired<'t> {
    /// The text after the repairs; borrowed if it needed none.
    pub text: Cow<'t, str>,
    /// The repairs, in terms of the input text: sorted, disjoint, on character boundaries.
    pub edits: Vec<Repair>,
    /// What was noticed but left alone.
    pub tags: Vec<Tag>,
}

/// Repairs one text with the calibrated settings.
///
/// Does not straighten quotes or normalize: it only undoes what broke the text. All that it removes are byte order
/// marks and what was meant for a terminal.
/// For other settings see [`Repairer`]; for text with origins and a record see
/// [`Pipeline`](crate::Pipeline) with the stage `repair`.
///
/// # Example
/// ```
/// use scutch::stages::repair::repair;
///
/// let repaired = repair("un cafÃ© noir");
/// assert_eq!(repaired.text, "un café noir");
/// let edit = &repaired.edits[0];
/// assert_eq!((edit.start..edit.end, edit.note.as_str()), (6..10, "utf8>cp1252"));
///
/// // Both quotes have become `?€?`; what surrounds them tells which is which.
/// let lost = "She wrote: ?€?I don?€™t know who it was,?€? and added: ?€?It wasn?€™t me, nor anyone that I know.?€? \
///     Nobody else was there, and so the case was closed.";
/// assert!(repair(lost).text.starts_with("She wrote: “I don’t know who it was,” and added: “It wasn’t me,"));
///
/// let clean = "Nothing is wrong with “this” text — at all.";
/// assert_eq!((repair(clean).text.as_ref(), repair(clean).edits.len()), (clean, 0));
/// ```
#[must_use]
pub fn repair(text: &str) -> Repaired<'_> {
    let Repairs { edits, tags } = Repairer::default().repair(text);
    let text = if edits.is_empty() { Cow::Borrowed(text) } else { Cow::Owned(edits::apply(text, &edits)) };
    Repaired { text, edits, tags }
}

/// What can be set about repairs.
#[derive(Clone, Copy, PartialEq, Debug)]
#[non_exhaustive]
pub struct RepairOptions {
    /// Extra evidence that lossy repairs need, in nats: 0 is the calibrated value.
    pub margin: f32,
}

impl Default for RepairOptions {
    fn default() -> Self {
        Self { margin: 0.0 }
    }
}

/// Repairs texts. Building one is free: tables are computed when a text needs them.
#[derive(Clone, Debug, Default)]
pub struct Repairer {
    options: RepairOptions,
}

/// Rounds of decoding: text that was broken more often than this stays partly broken.
const ROUNDS: usize = 6;

impl Repairer {
    /// A repairer with `options`.
    #[must_use]
    pub fn new(options: RepairOptions) -> Self {
        Self { options }
    }

    /// The repairs that `text` needs. A text without damage costs one scan, and one with an odd place
    /// that scan and a look at its line.
    ///
    /// Does not straighten quotes or normalize, and removes nothing but byte order marks and what was meant for a
    /// terminal.
    #[must_use]
    pub fn repair(&self, text: &str) -> Repairs {
        let mut rounds = Rounds::new(text);
        rounds.add(terminal::repair(text));
        let colors = terminal::without_escape(&rounds.current);
        rounds.add(colors);
        let words = encoded_words::repair(&rounds.current);
        rounds.add(words);
        let Repairs { edits, tags } = self.repair_encodings(&rounds.current);
        rounds.add(edits);
        // Marks are evidence of the encoding up to here.
        let marks = byte_order::repair(&rounds.current);
        rounds.add(marks);
        let lowered = lowered::repair(&rounds.current);
        rounds.add(lowered);
        Repairs { edits: rounds.edits, tags }
    }

    /// The repairs of what the wrong encoding, or one too many, has made of a text.
    fn repair_encodings(&self, text: &str) -> Repairs {
        let mut references = entities::repair(text);
        protected::spare_all(text, &mut references);
        if references.is_empty() {
            references = escapes::repair(text);
        }
        let multibyte = multibyte::repair(text);
        if !multibyte.is_empty() {
            references.extend(multibyte);
            edits::make_disjoint(&mut references);
            return self.examine(text, &Excerpt::whole(text), references).repaired(text);
        }
        let mut ranges = excerpt::suspects(text);
        ranges.extend(references.iter().map(|reference| excerpt::around_all(text, reference.start..reference.end)));
        if ranges.is_empty() {
            return Repairs::default();
        }
        let mut excerpt = Excerpt::new(text, ranges);
        if references.is_empty() && excerpt.has_most_signs(text) {
            let confused = confusion::repair(text);
            if !confused.is_empty() {
                return self.examine(text, &Excerpt::whole(text), confused).repaired(text);
            }
        }
        for widening in [Widening::Traces, Widening::Whole] {
            let findings = self.examine(text, &excerpt, references.clone());
            let missed = findings.missed(text, &excerpt);
            if missed.is_empty() {
                return findings.repaired(text);
            }
            excerpt = match widening {
                Widening::Traces => Excerpt::new(text, excerpt.ranges().chain(missed).collect()),
                Widening::Whole => Excerpt::whole(text),
            };
        }
        self.examine(text, &excerpt, references).repaired(text)
    }

    /// All repairs of an excerpt. `first` are the repairs of the whole text that come before all
    /// others, such as character references: the mojibake of references is spelled in references.
    fn examine(&self, text: &str, excerpt: &Excerpt<'_>, first: Vec<Repair>) -> Findings {
        let mut pass = Pass::new(excerpt);
        let mut codecs = Vec::new();
        let mut has_changed = pass.add(excerpt.to_excerpt(first));
        for _ in 0..ROUNDS {
            // Nothing more would be looked for in a text that came like this.
            if has_changed && scan::is_clean(&pass.rounds.current) {
                return pass.findings(excerpt, codecs, Inferred::default());
            }
            let (found, codec) = lossless::repair(&pass.characters, codecs.last().copied(), LostBytes::Kept);
            codecs.extend(codec);
            has_changed = pass.add(found);
            if !has_changed {
                break;
            }
        }
        let language = LazyCell::new(|| latin_language(text));
        let other_language = || language.filter(|language| language.code() != "en");
        let mut decoded = pass.decoded();
        let document = || excerpt.document(text, &pass.rounds.edits);
        let spelled = spelled::repair(&pass.characters, other_language, document, &decoded, self.options.margin);
        let letters = if spelled.is_some() { Letters::Spelled } else { Letters::Open };
        let has_spelled = pass.add(spelled.unwrap_or_default());
        if has_spelled {
            decoded = pass.decoded();
        }
        let document = || excerpt.document(text, &pass.rounds.edits);
        let (characters, current) = (&pass.characters, &pass.rounds.current);
        let inference = infer::repair(characters, current, document, &decoded, letters, self.options.margin);
        let mut has_guessed = pass.add(inference.repairs) || has_spelled;
        if !has_guessed {
            let is_english = || language.is_none_or(|language| language.code() == "en");
            has_guessed = pass.add(questions::repair(&pass.characters, is_english));
        }
        let inferred = Inferred {
            suspected: inference.suspected.map(|channel| channel.name.as_str()),
            candidates: inference.candidates,
            has_guessed,
        };
        let mut known = codecs.last().copied();
        for _ in 0..ROUNDS {
            let (found, codec) = lossless::repair(&pass.characters, known, LostBytes::Marked);
            known = codec;
            codecs.extend(codec);
            if !pass.add(found) {
                break;
            }
        }
        pass.add(controls::repair(&pass.characters));
        pass.findings(excerpt, codecs, inferred)
    }
}

/// What a second look at a text takes in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Widening {
    /// The lines that the first look has missed.
    Traces,
    /// Everything.
    Whole,
}

/// What was found in an excerpt.
struct Findings {
    /// The repairs, in terms of the whole text.
    edits: Vec<Repair>,
    /// The encodings that explain lossless damage.
    codecs: Vec<Codec>,
    inferred: Inferred,
}

/// What was found out about lost characters.
#[derive(Default)]
struct Inferred {
    /// Name of the channel that seems to have lost characters, but is not sure enough.
    suspected: Option<&'static str>,
    /// The channels that may be sure enough if they explain more of the document.
    candidates: Vec<&'static Channel>,
    /// Whether lost characters were restored, which all of a document decides about.
    has_guessed: bool,
}

impl Findings {
    /// The parts of the text outside the excerpt that these findings concern.
    fn missed(&self, text: &str, excerpt: &Excerpt<'_>) -> Vec<Range<usize>> {
        let rest = excerpt.rest(text);
        let is_candidate = |piece: &str| self.inferred.candidates.iter().any(|channel| channel.sequences.is_in(piece));
        if self.inferred.has_guessed || rest.iter().filter_map(|range| text.get(range.clone())).any(is_candidate) {
            return rest;
        }
        let mut missed: Vec<Range<usize>> = Vec::new();
        for range in rest {
            let piece = text.get(range.clone()).unwrap_or_default();
            for at in self.codecs.iter().flat_map(|codec| lossless::traces(piece, *codec)) {
                let at = range.start + at;
                if missed.last().is_none_or(|last| !last.contains(&at)) {
                    missed.push(excerpt::around(text, at));
                }
            }
        }
        missed
    }

    fn repaired(self, text: &str) -> Repairs {
        let mut edits = self.edits;
        for edit in &mut edits {
            // A byte order mark means nothing inside a text.
            if edit.replacement == "\u{feff}" {
                edit.replacement.clear();
            }
        }
        protected::spare(text, &mut edits);
        let suspected = self.inferred.suspected.filter(|_| !protected::is_damage_quoted(text));
        Repairs { edits, tags: suspected.map(|channel| Tag::Unsure(channel.to_owned())).into_iter().collect() }
    }
}

/// An excerpt on its way through the rounds.
struct Pass<'t> {
    text: &'t str,
    rounds: Rounds<'t>,
    characters: Characters,
}

impl<'t> Pass<'t> {
    fn new(excerpt: &'t Excerpt<'_>) -> Self {
        let text = excerpt.text.as_ref();
        Self { text, rounds: Rounds::new(text), characters: Characters::of_part(text, excerpt.outside) }
    }

    fn findings(self, excerpt: &Excerpt<'_>, mut codecs: Vec<Codec>, inferred: Inferred) -> Findings {
        codecs.dedup();
        Findings { edits: excerpt.to_whole(self.rounds.edits), codecs, inferred }
    }

    /// What the repairs so far found: the broken characters and what they stand for.
    fn decoded(&self) -> BTreeMap<infer::Decoded, usize> {
        let mut counts = BTreeMap::new();
        for edit in &self.rounds.edits {
            let visible: Vec<char> = self.text.get(edit.start..edit.end).unwrap_or_default().chars().collect();
            let mut original = edit.replacement.chars();
            if let (Some(c), None) = (original.next(), original.next()) {
                *counts.entry((visible, c)).or_insert(0) += 1;
            }
        }
        counts
    }

    /// Makes repairs of the current text. Returns whether there were any.
    fn add(&mut self, found: Vec<Repair>) -> bool {
        let has_changed = self.rounds.add(found);
        if has_changed {
            self.characters = Characters::of_part(&self.rounds.current, self.characters.outside);
        }
        has_changed
    }
}

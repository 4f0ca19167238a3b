//! Finds and undoes mojibake: text whose bytes were read in the wrong encoding.

use super::{controls, edits, entities, infer, lossless, protected, questions, scan};

use std::collections::BTreeMap;

use super::lossless::LostBytes;
use super::text::Characters;

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
}

impl RepairKind {
    /// The name used in rule ids: lower case, stable.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Lossless => "lossless",
            Self::Lossy => "lossy",
            Self::C1 => "c1",
            Self::Entity => "entity",
            Self::Escape => "escape",
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

/// The outcome for one text.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Repaired {
    /// The repairs of the input text: sorted, disjoint, on character boundaries. Often empty.
    pub edits: Vec<Repair>,
    /// What was noticed but left alone, in the order of detection.
    pub tags: Vec<Tag>,
}

impl Repaired {
    /// The text after the repairs. `text` must be the input text.
    #[must_use]
    pub fn apply(&self, text: &str) -> String {
        edits::apply(text, &self.edits)
    }
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

    /// The repairs that `text` needs. A text without damage costs one scan.
    ///
    /// Does not straighten quotes, normalize, or remove characters.
    #[must_use]
    pub fn repair(&self, text: &str) -> Repaired {
        let references = entities::repair(text);
        if references.is_empty() && scan::is_clean(text) {
            return Repaired::default();
        }
        let mut pass = Pass::new(text);
        // First, because the mojibake of entities is spelled in entities.
        pass.add(references);
        let mut known = None;
        for _ in 0..ROUNDS {
            let (found, codec) = lossless::repair(&pass.characters, known, LostBytes::Kept);
            known = codec.or(known);
            if !pass.add(found) {
                break;
            }
        }
        let mut tags = Vec::new();
        let decoded = pass.decoded();
        let (found, unsure) = infer::repair(&pass.characters, &pass.current, &decoded, self.options.margin);
        if !pass.add(found) {
            pass.add(questions::repair(&pass.characters));
        }
        tags.extend(unsure.map(Tag::Unsure));
        for _ in 0..ROUNDS {
            let (found, codec) = lossless::repair(&pass.characters, known, LostBytes::Marked);
            known = codec;
            if !pass.add(found) {
                break;
            }
        }
        pass.add(controls::repair(&pass.characters));
        for edit in &mut pass.edits {
            // A byte order mark means nothing inside a text.
            if edit.replacement == "\u{feff}" {
                edit.replacement.clear();
            }
        }
        protected::spare(text, &mut pass.edits);
        Repaired { edits: pass.edits, tags }
    }
}

/// A text on its way through the rounds.
struct Pass<'t> {
    text: &'t str,
    edits: Vec<Repair>,
    current: String,
    characters: Characters,
}

impl<'t> Pass<'t> {
    fn new(text: &'t str) -> Self {
        Self { text, edits: Vec::new(), current: text.to_owned(), characters: Characters::new(text) }
    }

    /// What the repairs so far found: the broken characters and what they stand for.
    fn decoded(&self) -> BTreeMap<infer::Decoded, usize> {
        let mut counts = BTreeMap::new();
        for edit in &self.edits {
            let visible: Vec<char> = self.text.get(edit.start..edit.end).unwrap_or_default().chars().collect();
            let mut original = edit.replacement.chars();
            if let (Some(c), None) = (original.next(), original.next()) {
                *counts.entry((visible, c)).or_insert(0) += 1;
            }
        }
        counts
    }

    /// Applies repairs of the current text. Returns whether there were any.
    fn add(&mut self, found: Vec<Repair>) -> bool {
        if found.is_empty() {
            return false;
        }
        self.current = edits::apply(&self.current, &found);
        self.edits = edits::compose(self.text, std::mem::take(&mut self.edits), found);
        self.characters = Characters::new(&self.current);
        true
    }
}

//! Unicode normalization form, and the foldings that are off unless asked for.

use std::borrow::Cow;

use unicode_normalization::char::canonical_combining_class;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick, is_nfkc_quick};

use super::options::{NormalizeOptions, UnicodeForm};
use crate::document::Document;
use crate::edit::{Edit, Edits, RuleId, RuleTable};
use crate::error::Error;
use crate::span::TextSpan;
use crate::stage::{Outcome, Stage};

/// Below this code point every character is in NFC and composes with nothing before it.
const FIRST_COMBINING: char = '\u{300}';

/// Brings text into a normalization form, edit by edit: each edit is one combining sequence.
pub struct UnicodeFormStage {
    options: NormalizeOptions,
    form: RuleId,
    quotes: RuleId,
    ligatures: RuleId,
    width: RuleId,
}

impl UnicodeFormStage {
    /// The stage, its rules registered in `rules`.
    pub fn new(options: NormalizeOptions, rules: &mut RuleTable) -> Self {
        let form = match options.form {
            UnicodeForm::Nfkc => "nfkc",
            UnicodeForm::Nfc | UnicodeForm::None => "nfc",
        };
        Self {
            options,
            form: rules.builtin(super::NAME, form),
            quotes: rules.builtin(super::NAME, "quotes"),
            ligatures: rules.builtin(super::NAME, "ligatures"),
            width: rules.builtin(super::NAME, "width"),
        }
    }

    fn edits(&self, text: &str) -> Result<Edits, Error> {
        let mut edits = Edits::default();
        let mut position = 0;
        while let Some(start) = self.next_suspect(text, position) {
            let end = self.sequence_end(text, start);
            let sequence = text.get(start..end).expect("sequences lie on character borders");
            if let Some((replacement, rule)) = self.replacement(sequence) {
                edits.push(Edit::replace(TextSpan::from_range(start..end), replacement, rule))?;
            }
            position = end;
        }
        Ok(edits)
    }

    /// Start of the next combining sequence that may need a change.
    fn next_suspect(&self, text: &str, position: usize) -> Option<usize> {
        let rest = text.get(position..)?;
        for (offset, c) in NonAscii::new(rest) {
            let at = position + offset;
            if c >= FIRST_COMBINING && !self.is_settled(c) {
                let start = if self.is_starter(c) { None } else { self.sequence_start(text, position, at) };
                return Some(start.unwrap_or(at));
            }
            if self.folds(c) {
                return Some(at);
            }
        }
        None
    }

    /// Whether a character stays as it is whatever stands around it.
    fn is_settled(&self, c: char) -> bool {
        let quick = match self.options.form {
            UnicodeForm::None => return true,
            UnicodeForm::Nfc => is_nfc_quick(std::iter::once(c)),
            UnicodeForm::Nfkc => is_nfkc_quick(std::iter::once(c)),
        };
        quick == IsNormalized::Yes && canonical_combining_class(c) == 0
    }

    /// Whether nothing before the character can change what becomes of it.
    fn is_starter(&self, c: char) -> bool {
        let first = match self.options.form {
            UnicodeForm::Nfkc => std::iter::once(c).nfkd().next().unwrap_or(c),
            UnicodeForm::Nfc | UnicodeForm::None => c,
        };
        canonical_combining_class(first) == 0 && is_nfc_quick(std::iter::once(first)) != IsNormalized::Maybe
    }

    /// Start of the combining sequence that the character at `at` continues; not before `floor`.
    fn sequence_start(&self, text: &str, floor: usize, at: usize) -> Option<usize> {
        let mut start = None;
        for (offset, c) in text.get(floor..at)?.char_indices().rev() {
            start = Some(floor + offset);
            if self.is_starter(c) {
                break;
            }
        }
        start
    }

    /// End of the combining sequence that starts at `start`.
    fn sequence_end(&self, text: &str, start: usize) -> usize {
        let rest = text.get(start..).unwrap_or_default();
        let next = rest.char_indices().skip(1).find(|(_, c)| self.is_starter(*c));
        next.map_or(text.len(), |(offset, _)| start + offset)
    }

    fn folds(&self, c: char) -> bool {
        (self.options.fold_quotes && fold_quote(c).is_some())
            || (self.options.fold_ligatures && is_ligature(c))
            || (self.options.fold_width && has_odd_width(c))
            || (self.options.form == UnicodeForm::Nfkc && is_nfkc_quick(std::iter::once(c)) != IsNormalized::Yes)
    }

    /// What a combining sequence becomes, if it changes.
    fn replacement(&self, sequence: &str) -> Option<(Cow<'static, str>, RuleId)> {
        let mut rule = self.form;
        let mut folded: Cow<'_, str> = Cow::Borrowed(sequence);
        if let Some(first) = sequence.chars().next().filter(|c| self.folds(*c)) {
            let rest = sequence.get(first.len_utf8()..).unwrap_or_default();
            if let Some(quote) = fold_quote(first).filter(|_| self.options.fold_quotes) {
                (folded, rule) = (Cow::Owned(format!("{quote}{rest}")), self.quotes);
            } else if self.options.fold_ligatures && is_ligature(first) {
                (folded, rule) = (Cow::Owned(first.nfkc().chain(rest.chars()).collect()), self.ligatures);
            } else if self.options.fold_width && has_odd_width(first) {
                (folded, rule) = (Cow::Owned(sequence.nfkc().collect()), self.width);
            }
        }
        let result: String = match self.options.form {
            UnicodeForm::None => folded.into_owned(),
            UnicodeForm::Nfc => folded.nfc().collect(),
            UnicodeForm::Nfkc => folded.nfkc().collect(),
        };
        (result != sequence).then_some((Cow::Owned(result), rule))
    }
}

impl Stage for UnicodeFormStage {
    fn name(&self) -> &'static str {
        super::NAME
    }

    fn run(&self, document: &Document) -> Result<Outcome, Error> {
        Ok(Outcome { edits: self.edits(document.text.as_str())?, ..Outcome::default() })
    }
}

/// Characters outside ASCII with their positions; ASCII is passed over in blocks.
struct NonAscii<'a> {
    text: &'a str,
    position: usize,
}

impl<'a> NonAscii<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, position: 0 }
    }
}

impl Iterator for NonAscii<'_> {
    type Item = (usize, char);

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.text.as_bytes().get(self.position..)?;
        self.position += encoding_rs::Encoding::ascii_valid_up_to(rest);
        let at = self.position;
        let c = self.text.get(at..)?.chars().next()?;
        self.position += c.len_utf8();
        Some((at, c))
    }
}

fn fold_quote(c: char) -> Option<char> {
    match c {
        '‘' | '’' | '‚' | '‛' | '′' | '‹' | '›' => Some('\''),
        '“' | '”' | '„' | '‟' | '″' | '«' | '»' => Some('"'),
        _ => None,
    }
}

/// The Latin ligatures of the Alphabetic Presentation Forms block.
fn is_ligature(c: char) -> bool {
    ('\u{fb00}'..='\u{fb06}').contains(&c)
}

/// Half-width and Full-width Forms block.
fn has_odd_width(c: char) -> bool {
    ('\u{ff01}'..='\u{ffee}').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::traced_text::TracedText;

    fn normalized(text: &str, options: NormalizeOptions) -> String {
        let stage = UnicodeFormStage::new(options, &mut RuleTable::default());
        let mut traced = TracedText::decode(text.as_bytes(), encoding_rs::UTF_8).expect("short");
        traced.apply(&stage.edits(text).expect("in order"));
        traced.as_str().to_owned()
    }

    #[test]
    fn result_is_the_normal_form_of_the_whole_text() {
        for text in [
            "e\u{301}te\u{301}",
            "\u{1112}\u{1161}\u{11ab}",
            "a\u{302}\u{323}",
            "Å\u{212b}",
            "한국어",
            "क\u{93c}",
            "\u{301}x",
            "q\u{307}\u{323}",
            "ﬁn ② ｱｶﾞ",
            "\u{2000}",
        ] {
            let nfc = normalized(text, NormalizeOptions::default());
            assert_eq!(nfc, text.nfc().collect::<String>(), "from {text:?}");
            let compatible =
                normalized(text, NormalizeOptions { form: UnicodeForm::Nfkc, ..NormalizeOptions::default() });
            assert_eq!(compatible, text.nfkc().collect::<String>(), "from {text:?}");
        }
    }

    #[test]
    fn foldings_are_off_unless_asked_for() {
        let text = "“ﬁne” ＡＢＣ’s";
        assert_eq!(normalized(text, NormalizeOptions::default()), text);
        let all = NormalizeOptions {
            fold_quotes: true,
            fold_ligatures: true,
            fold_width: true,
            ..NormalizeOptions::default()
        };
        assert_eq!(normalized(text, all), "\"fine\" ABC's");
    }
}

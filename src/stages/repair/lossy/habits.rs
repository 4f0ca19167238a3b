//! What a document shows of its own habits: its quotes, its dashes.

use crate::stages::repair::oddity::small;

/// How a language writes its quotations.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum QuoteStyle {
    /// “ ” as in English.
    Curly,
    /// „ “ as in German.
    Low,
    /// „ ” as in Polish.
    LowCurly,
    /// ” ” as in Swedish and Finnish.
    Same,
    /// « » as in French.
    Angle,
}

/// What a document tells about the characters that their neighbors cannot.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Habits {
    pub(crate) style: QuoteStyle,
    /// Cost of an en dash in nats, by how often it is seen and by the spelling.
    pub(crate) en_dash: f32,
    /// Cost of an em dash in nats.
    pub(crate) em_dash: f32,
    /// Cost of a bullet in a paragraph, in nats.
    pub(crate) bullet: f32,
}

/// Bytes of a text in which at least one of the words of its language is expected.
const STYLE_SPACING: usize = 200;
/// Frequent words of other languages, each with the quotes of the language.
const STYLES: [(&[&str], QuoteStyle); 5] = [
    (&[" und ", " der ", " nicht ", " ist "], QuoteStyle::Low),
    (&[" och ", " att ", " som ", " inte "], QuoteStyle::Same),
    (&[" ja ", " on ", " että ", " ei "], QuoteStyle::Same),
    (&[" les ", " des ", " est ", " une "], QuoteStyle::Angle),
    (&[" nie ", " na ", " się ", " jest "], QuoteStyle::LowCurly),
];
/// Spellings of British English, where a dash between spaces is an en dash.
const BRITISH: [&str; 16] = [
    "£",
    "colour",
    "favour",
    "labour",
    "behaviour",
    "centre",
    "theatre",
    "defence",
    "organis",
    "realis",
    "recognis",
    "programme",
    "whilst",
    "travell",
    " Mr ",
    "licence",
];
/// Spellings of American English, where it is an em dash.
const AMERICAN: [&str; 13] = [
    "color", "favor", "labor", "behavior", "center", "theater", "defense", "organiz", "realiz", "recogniz", "program ",
    " Mr. ", "U.S.",
];
/// What each spelling adds to the odds, in nats, and how many count at most.
const SPELLING: f32 = 0.7;
const MOST_SPELLINGS: u16 = 3;
/// The odds of the em dash in English without any hint, in nats: 33 of 58 newspaper articles.
const EM_ODDS: f32 = 0.3;

/// Characters of a paragraph from which it is prose if it ends like a sentence: that of a body line.
const PROSE_CHARS: usize = 80;
/// Characters at the end of a paragraph in which the stop of its last sentence stands, with lost quotes behind.
const SENTENCE_END: usize = 6;
/// What a bullet costs in prose, in nats: as much as two quotes with a space on their wrong sides.
const BULLET_IN_PROSE: f32 = 5.0;

impl Habits {
    /// The habits that the intact part of a text shows. `english` tells whether it is.
    pub(crate) fn of(whole: &str, english: bool) -> Self {
        let count = |wanted: char| whole.matches(wanted).count();
        let kinds = |words: &[&str]| {
            let seen = words.iter().filter(|word| whole.contains(**word)).count();
            f32::from(u16::try_from(seen).unwrap_or(u16::MAX).min(MOST_SPELLINGS))
        };
        let style = if english { QuoteStyle::Curly } else { style(whole, &count) };
        let odds = if english { EM_ODDS + SPELLING * (kinds(&AMERICAN) - kinds(&BRITISH)) } else { -1.0 };
        let share = 1.0 / (1.0 + (-odds).exp());
        let (en, em) = (small(count('–')), small(count('—')));
        let total = en + em + 1.0;
        let en_dash = -((en + 1.0 - share) / total).ln();
        Self { style, en_dash, em_dash: -((em + share) / total).ln(), bullet: 0.0 }
    }

    /// The habits in one paragraph: a bullet stands between entries, and not in sentences.
    pub(crate) fn in_paragraph(self, paragraph: &[char]) -> Self {
        let end = paragraph.iter().rev().take(SENTENCE_END).any(|c| matches!(c, '.' | '!'));
        let is_prose = paragraph.len() >= PROSE_CHARS && end;
        Self { bullet: if is_prose { BULLET_IN_PROSE } else { 0.0 }, ..self }
    }
}

/// The quotes of a text that is not English.
fn style(whole: &str, count: &dyn Fn(char) -> usize) -> QuoteStyle {
    if count('„') > 0 {
        return if count('”') > 0 { QuoteStyle::LowCurly } else { QuoteStyle::Low };
    }
    if count('«') > 0 {
        return QuoteStyle::Angle;
    }
    let mut best = (STYLE_SPACING, QuoteStyle::Curly);
    for (words, style) in STYLES {
        let seen: usize = words.iter().map(|word| whole.matches(word).count()).sum();
        let spacing = whole.len() / seen.max(1);
        if seen > 1 && spacing < best.0 {
            best = (spacing, style);
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::is_english;

    fn of(text: &str) -> Habits {
        Habits::of(text, is_english(text))
    }

    #[test]
    fn spelling_decides_between_the_dashes() {
        let british = of("The colour of the theatre is the work of the centre.");
        assert!(british.en_dash < british.em_dash);
        let american = of("The color of the theater is the work of the center.");
        assert!(american.em_dash < american.en_dash);
    }

    #[test]
    fn words_tell_the_style_of_quotes() {
        assert_eq!(of("Der Hund und die Katze sind nicht da, und das ist gut.").style, QuoteStyle::Low);
        assert_eq!(of("The dog and the cat are not there.").style, QuoteStyle::Curly);
        assert_eq!(of("Hunden och katten som inte vill att äta.").style, QuoteStyle::Same);
    }
}

//! How sure the line model must be before a line, or a whole text, goes: by profile, text and line.
//!
//! The network gives a number for each line; what follows from it depends on what text the line stands in. The figures
//! behind the limits are in `rules/models/README.md`.

use super::evidence::Evidence;
use super::features::{Features, most_frequent, tells_goods};
use crate::lines::{Line, is_unspaced};
use crate::rules::options::Profile;

/// Different lines taken by rules of medium or high confidence from which a text is the full text of a page: 95 % of the
/// full texts of the development set have as many, families about the text counted, 2.5 % of those that an extractor had
/// cleaned, and 4 of 901 texts of the Turku set. Lines with the same words count once, since the pages of a forum repeat theirs with every entry.
const WHOLE_PAGE_LINES: usize = 11;

/// Families of rules that say something of the text itself: lists of dates and names do not make a whole page.
const ABOUT_THE_TEXT: [&str; 5] = ["byline", "caption", "credit", "dateline", "readtime"];

/// Characters below which lines between others that go are an island.
const ISLAND_CHARS: usize = 500;

/// Characters from which a line counts as a paragraph, even if it does not end like one.
const PARAGRAPH_CHARS: usize = 120;

/// Share of the characters of a text up to which its body lines do not make it a text.
const MOST_BODY: f64 = 0.1;
/// The same of sentences of half the length of a body line, in a list.
const MOST_SENTENCES: f64 = 0.04;
/// The same of phrases: verse and other text in short lines has hardly anything else.
const MOST_PHRASES: f64 = 0.3;
/// The same of lines that end like sentences, however short: dialogue has them.
const MOST_SHORT_SENTENCES: f64 = 0.2;
/// Lines of a text for each that begins with a bar, at most, from which such lines are rows of tables.
const LINES_PER_BARRED_ROW: usize = 3;
/// Separators of the cells of a row of comma-separated values, at least.
const LEAST_SEPARATORS: usize = 2;
/// Words of the shortest phrase, and characters of the shortest one in a script without spaces.
const PHRASE_WORDS: usize = 4;
const PHRASE_CHARS_UNSPACED: usize = 8;

/// Lines of the shortest text that may be nothing but boilerplate.
const LIST_LINES: usize = 15;

/// How likely a line must be boilerplate to go, 0 to 1; above 1 for never.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Policy {
    /// In the full text of a page.
    whole_page: f32,
    /// The mean over the lines of an island: a few lines of the full text of a page between others that go.
    island: f32,
    /// A short line of a text that looks as if somebody had cleaned it.
    short: f32,
    /// A paragraph of such a text. Training texts are made from pages and hold more boilerplate of the length of
    /// paragraphs than cleaned texts do.
    paragraph: f32,
    /// A line of such a text that a rule of low confidence matches.
    hinted: f32,
    /// A line of such a text that a rule of medium confidence matches.
    confirmed: f32,
    /// The mean over a text without paragraphs, by characters, from which all of it goes.
    no_body: f32,
    /// The same for a list without sentences.
    no_sentences: f32,
    /// Whether a text goes as a whole only if it has a line that a rule matches, a price or a line twice. Many corpora
    /// leave out texts without sentences, whatever they are (C4: Raffel et al. 2020, fewer than five sentences; Gopher: Rae
    /// et al. 2021, fewer than two of the commonest words).
    needs_a_sign: bool,
}

/// More than any likelihood.
const NEVER: f32 = 2.0;

impl Policy {
    pub(super) fn of(profile: Profile) -> Self {
        match profile {
            Profile::Safe => Self {
                whole_page: NEVER,
                island: NEVER,
                short: NEVER,
                paragraph: NEVER,
                hinted: 0.82,
                confirmed: 0.8,
                no_body: NEVER,
                no_sentences: 0.06,
                needs_a_sign: true,
            },
            Profile::Balanced => Self {
                whole_page: 0.55,
                island: NEVER,
                short: 0.6,
                paragraph: 0.9,
                hinted: 0.7,
                confirmed: 0.5,
                no_body: 0.7,
                no_sentences: 0.06,
                needs_a_sign: false,
            },
            Profile::Aggressive => Self {
                whole_page: 0.45,
                island: 0.15,
                short: 0.5,
                paragraph: 0.8,
                hinted: 0.5,
                confirmed: 0.35,
                no_body: 0.6,
                no_sentences: 0.06,
                needs_a_sign: false,
            },
        }
    }

    /// How likely a line must be boilerplate to go.
    pub(super) fn limit(&self, is_whole_page: bool, line: &Line, evidence: &Evidence) -> f32 {
        let is_paragraph = line.is_body || line.chars() > PARAGRAPH_CHARS;
        match () {
            () if is_whole_page => self.whole_page,
            () if evidence.strength > 1 => self.confirmed,
            () if evidence.strength > 0 => self.hinted,
            () if is_paragraph => self.paragraph,
            () => self.short,
        }
    }

    /// What goes, with the islands of the full text of a page. `may_go` says which lines no one protects.
    pub(super) fn with_islands(
        &self,
        lines: &[Line],
        scores: &[f32],
        goes: &[bool],
        may_go: impl Fn(usize) -> bool,
    ) -> Vec<bool> {
        let mut with_islands = goes.to_vec();
        let mut start = 0;
        for run in goes.chunk_by(|one, next| one == next) {
            let range = start..start + run.len();
            start = range.end;
            if run.first() == Some(&true) {
                continue;
            }
            let (lines, scores) =
                (lines.get(range.clone()).unwrap_or_default(), scores.get(range.clone()).unwrap_or_default());
            let chars: usize = lines.iter().map(Line::chars).sum();
            #[expect(clippy::cast_precision_loss, reason = "an island has few lines")]
            let mean = scores.iter().sum::<f32>() / scores.len().max(1) as f32;
            if chars >= ISLAND_CHARS || mean <= self.island {
                continue;
            }
            for ((at, line), score) in range.zip(lines).zip(scores) {
                with_islands[at] = may_go(at) && (!line.is_body || *score > self.island);
            }
        }
        with_islands
    }

    /// The mean score of a text that is nothing but boilerplate: one without paragraphs, which is a list of teasers,
    /// goods or links.
    pub(super) fn nothing(&self, text: &str, lines: &[Line], features: &[Features], scores: &[f32]) -> Option<f32> {
        if lines.len() < LIST_LINES || (self.needs_a_sign && !features.iter().any(tells_goods)) {
            return None;
        }
        let chars = |line: &Line| f64::from(u32::try_from(line.chars()).unwrap_or(u32::MAX));
        let sum = |counts: &dyn Fn(&Line) -> bool| -> f64 { lines.iter().filter(|line| counts(line)).map(chars).sum() };
        let all = sum(&|_| true);
        let likely: f64 = lines.iter().zip(scores).map(|(line, score)| chars(line) * f64::from(*score)).sum();
        #[expect(clippy::cast_possible_truncation, reason = "a likelihood needs few digits")]
        let mean = (likely / all.max(1.0)) as f32;
        let has_no_body = || sum(&|line| line.is_body) <= MOST_BODY * all;
        let has_no_sentences = || sum(&|line| line.is_short_body) <= MOST_SENTENCES * all;
        let is_nothing = (mean > self.no_body && has_no_body()) || (mean > self.no_sentences && has_no_sentences());
        let is_text = || {
            sum(&|line| is_phrase(line.text(text))) > MOST_PHRASES * all
                || sum(&|line| is_short_sentence(text, line)) > MOST_SHORT_SENTENCES * all
                || is_table(text, lines)
        };
        (is_nothing && !is_text()).then_some(mean)
    }
}

/// Whether a line of two words and more ends like a sentence.
fn is_short_sentence(text: &str, line: &Line) -> bool {
    line.ends_sentence && line.text(text).split_whitespace().nth(1).is_some()
}

/// Whether most lines are rows of a table: cells between tabs, or between as many commas or semicolons in each.
fn is_table(text: &str, lines: &[Line]) -> bool {
    let texts = || lines.iter().map(|line| line.text(text));
    let is_most = |count: usize| count * 2 > lines.len();
    let separators = || texts().map(|line| line.matches([',', ';']).count());
    let usual = most_frequent(separators().filter(|count| *count >= LEAST_SEPARATORS));
    is_most(texts().filter(|line| line.contains('\t')).count())
        || usual.is_some_and(|usual| is_most(separators().filter(|count| *count == usual).count()))
}

/// Whether the lines of a text that begin with a bar are rows of tables: there are many of them. Forums are set in tables,
/// and who wrote when stands in rows of their own.
pub(super) fn has_barred_rows(text: &str, lines: &[Line]) -> bool {
    let barred = lines.iter().filter(|line| line.text(text).starts_with('|')).count();
    barred * LINES_PER_BARRED_ROW >= lines.len()
}

/// The numbers behind all decisions that no profile sets, for telling policies apart.
pub(super) fn limits() -> String {
    format!(
        "{WHOLE_PAGE_LINES} {ABOUT_THE_TEXT:?} {ISLAND_CHARS} {PARAGRAPH_CHARS} {MOST_BODY} {MOST_SENTENCES} {MOST_PHRASES} \
         {MOST_SHORT_SENTENCES} {LINES_PER_BARRED_ROW} {LEAST_SEPARATORS} {PHRASE_WORDS} {PHRASE_CHARS_UNSPACED} {LIST_LINES}"
    )
}

/// Whether a line reads like a part of a sentence, though it need not end like one: some words without a number, few of
/// them capitalized, as in verse. Names, goods, and titles in English are none.
fn is_phrase(line: &str) -> bool {
    if line.starts_with(['-', '•', '*', '|', '–', '—']) || line.ends_with(['…', '|']) || line.ends_with("...") {
        return false;
    }
    if line.chars().any(char::is_numeric) {
        return false;
    }
    let unspaced = line.chars().filter(|c| is_unspaced(*c)).count();
    let (mut words, mut capitalized) = (0, 0);
    for word in line.split_whitespace() {
        if let Some(first) =
            word.trim_start_matches(|c: char| c.is_ascii_punctuation() || "“”‘’«»¿¡".contains(c)).chars().next()
            && first.is_alphabetic()
        {
            words += 1;
            capitalized += usize::from(first.is_uppercase());
        }
    }
    // One capital begins the line; beyond it, a third of the words may be names.
    unspaced >= PHRASE_CHARS_UNSPACED || (words >= PHRASE_WORDS && capitalized * 3 <= words + 2)
}

/// Whether a text is the full text of a page. `family_of` is the family of a rule by its index.
pub(super) fn is_whole_page<'a>(
    text: &str,
    lines: &[Line],
    evidence: &[Evidence],
    family_of: impl Fn(u32) -> &'a str,
) -> bool {
    let is_furniture =
        |one: &Evidence| one.strength > 1 && one.rule.is_some_and(|rule| !ABOUT_THE_TEXT.contains(&family_of(rule)));
    let mut different: Vec<&str> = Vec::with_capacity(WHOLE_PAGE_LINES);
    for (line, _) in lines.iter().zip(evidence).filter(|(_, one)| is_furniture(one)) {
        let hit = line.text(text);
        if !different.contains(&hit) {
            different.push(hit);
        }
        if different.len() == WHOLE_PAGE_LINES {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::super::features::describe;
    use super::*;
    use crate::lines;
    use crate::lines::scan::Scan;

    /// Whether a text is taken for the full text of a page when rules of a family take all of its lines.
    fn is_whole_page_of(text: &str, family: &'static str) -> bool {
        let lines = lines::split(text);
        let taken = Evidence { strength: 3, rule: Some(0), ..Evidence::default() };
        is_whole_page(text, &lines, &vec![taken; lines.len()], |_| family)
    }

    #[test]
    fn whole_pages_have_many_different_pieces_of_furniture() {
        let menu: Vec<String> = (0..11).map(|number| format!("Menu {number}")).collect();
        assert!(is_whole_page_of(&menu.join("\n"), "nav"));
        assert!(!is_whole_page_of(&menu[1..].join("\n"), "nav"));
        assert!(!is_whole_page_of(&"Reply\n".repeat(40), "comment"), "a forum repeats its buttons");
        assert!(!is_whole_page_of(&menu.join("\n"), "dateline"), "dates are about the text");
    }

    #[test]
    fn lines_that_begin_with_a_bar_are_rows_if_they_are_many() {
        let has_rows = |text: &str| has_barred_rows(text, &lines::split(text));
        assert!(has_rows("|Author ||Message |\n||Posted: Tue 5:45 pm\nThe lamp was out.\n|disi |"));
        assert!(!has_rows("Home\n| Contact\nThe lamp was out.\nIt was lit again."));
    }

    #[test]
    fn texts_without_paragraphs_are_nothing_if_the_network_says_so() {
        let policy = Policy::of(Profile::Balanced);
        let judged = |policy: &Policy, text: &str, score: f32| {
            let lines = lines::split(text);
            let features = describe(text, &Scan::of(text), &lines, &vec![Evidence::default(); lines.len()]);
            policy.nothing(text, &lines, &features, &vec![score; lines.len()]).is_some()
        };
        let is_nothing = |text: &str, score: f32| judged(&policy, text, score);
        let list = "Lamp, brass\n".repeat(15);
        assert!(is_nothing(&list, 0.2));
        assert!(!is_nothing(&list, 0.05), "a list that looks like text");
        assert!(!is_nothing(&"and nobody has told the crew\n".repeat(20), 0.9), "verse");
        assert!(!is_nothing(&"Lamp, brass\n".repeat(14), 0.9), "a short list");
        let body = "The lamp over the lock was lit again on Monday, and nobody knows who has paid for its oil.\n";
        assert!(!is_nothing(&(list.clone() + body), 0.9), "a list with a paragraph");
        assert!(is_nothing(&(list.repeat(5) + body), 0.8), "a list with a paragraph among much else");
        assert!(!is_nothing(&(list.repeat(5) + body), 0.5));
        assert!(!is_nothing(&"KEEPER\nWho is there?\nMILLER\nA friend.\n".repeat(6), 0.9), "dialogue");
        assert!(!is_nothing(&"gate,depth,year\n".repeat(20), 0.9), "comma-separated values");
        let words =
            "bow\nstern\nport\nkeel\nhelm\ngalley\nsheet\nboom\nmast\njib\nbilge\nhatch\ncleat\noar\nrope\nnet\n";
        assert!(is_nothing(words, 0.9));
        let safe = Policy::of(Profile::Safe);
        assert!(!judged(&safe, words, 0.9), "nothing tells of goods");
        assert!(judged(&safe, &format!("{words}4.90 €\n"), 0.9));
    }
}

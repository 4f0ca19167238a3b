//! Texts of which one must stand in every match of a pattern: the analysis of RE2's prefilter, as R. Cox
//! describes it ("Regular Expression Matching with a Trigram Index", 2012), for whole texts in place of
//! trigrams.

use std::collections::HashSet;
use std::sync::LazyLock;

use regex_syntax::hir::{Class, ClassUnicode, Hir, HirKind};

use super::word_filter::GRAM_BYTES;

/// Texts in small letters, any of which will do.
pub(super) type Texts = Vec<String>;

/// Most texts that a part of a pattern is spelled out to.
const MAX_SPELLED: usize = 48;
/// Most characters of a class that is spelled out.
const MAX_CLASS: u32 = 16;
/// Most texts of which one must be there; with more, nearly every line has one.
const MAX_ALTERNATIVES: usize = 160;

/// What is known of the matches of a part of a pattern.
struct Known {
    /// All of them, if they are few.
    spelled: Option<Texts>,
    /// Of each of these sets, one text stands in every match.
    required: Vec<Texts>,
}

impl Known {
    fn spelled(texts: Texts) -> Self {
        Self { spelled: Some(texts), required: Vec::new() }
    }

    fn nothing() -> Self {
        Self { spelled: None, required: Vec::new() }
    }

    /// The sets that every match has a text of.
    fn sets(self) -> Vec<Texts> {
        let mut sets = self.required;
        sets.extend(self.spelled.as_deref().and_then(telling));
        sets
    }
}

/// Of all sets of texts of which one stands in every match, apart from case, the one that says most.
/// Each text has four bytes or more and is in small letters, as [`small`] makes them. Empty if there is no
/// such set.
///
/// Case is that of ordinary letters: `ſ` and the Kelvin sign, which `(?i)` takes for `s` and `k`, are not
/// thought of.
pub(super) fn required(hir: &Hir) -> Texts {
    best(known(hir).sets()).unwrap_or_default()
}

fn known(hir: &Hir) -> Known {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Known::spelled(vec![String::new()]),
        HirKind::Literal(literal) => match std::str::from_utf8(&literal.0) {
            Ok(text) => Known::spelled(vec![small(text)]),
            Err(_) => Known::nothing(),
        },
        HirKind::Class(Class::Unicode(class)) => Known { spelled: spelled_class(class), required: Vec::new() },
        HirKind::Class(Class::Bytes(_)) => Known::nothing(),
        HirKind::Capture(capture) => known(&capture.sub),
        HirKind::Repetition(repetition) => {
            let sub = known(&repetition.sub);
            match (repetition.min, repetition.max, sub) {
                (0, Some(1), Known { spelled: Some(mut texts), .. }) if texts.len() < MAX_SPELLED => {
                    texts.push(String::new());
                    Known::spelled(texts)
                }
                (0, ..) => Known::nothing(),
                (_, _, sub) => Known { spelled: None, required: sub.sets() },
            }
        }
        HirKind::Concat(parts) => known_of_concatenation(parts),
        HirKind::Alternation(parts) => known_of_alternation(parts),
    }
}

/// Neighbors are spelled out together as long as that gives few texts.
fn known_of_concatenation(parts: &[Hir]) -> Known {
    let mut required = Vec::new();
    let mut run = vec![String::new()];
    let mut is_whole = true;
    for part in parts {
        let Known { spelled, required: of_part } = known(part);
        match spelled {
            Some(texts) if run.len() * texts.len() <= MAX_SPELLED => {
                run = run.iter().flat_map(|start| texts.iter().map(move |end| format!("{start}{end}"))).collect();
            }
            spelled => {
                is_whole = false;
                required.extend(telling(&run));
                run = spelled.unwrap_or_else(|| vec![String::new()]);
                required.extend(of_part);
            }
        }
    }
    if is_whole {
        return Known { spelled: Some(run), required };
    }
    required.extend(telling(&run));
    Known { spelled: None, required }
}

/// One text of any alternative must be there: of each alternative, the set that says most.
fn known_of_alternation(parts: &[Hir]) -> Known {
    let all: Vec<Known> = parts.iter().map(known).collect();
    let spelled: Option<Vec<&Texts>> = all.iter().map(|one| one.spelled.as_ref()).collect();
    if let Some(spelled) = spelled.filter(|sets| sets.iter().map(|set| set.len()).sum::<usize>() <= MAX_SPELLED) {
        return Known::spelled(sorted(spelled.into_iter().flatten().cloned().collect()));
    }
    let sets: Option<Vec<Texts>> = all.into_iter().map(|one| best(one.sets())).collect();
    let together = sets.map(|sets| sorted(sets.concat())).filter(|set| set.len() <= MAX_ALTERNATIVES);
    Known { spelled: None, required: together.into_iter().collect() }
}

/// The characters of a small class, one for all cases of a letter.
fn spelled_class(class: &ClassUnicode) -> Option<Texts> {
    let count: u32 = class.iter().map(|range| u32::from(range.end()) - u32::from(range.start()) + 1).sum();
    if count > MAX_CLASS {
        return None;
    }
    let chars = class.iter().flat_map(|range| range.start()..=range.end()).filter(|c| !is_odd_case(*c));
    Some(sorted(chars.map(|c| c.to_lowercase().collect()).collect()))
}

/// Letters that `(?i)` adds to others and that lines of the web do not have: long s, the Kelvin and
/// Angstrom signs, old forms of Cyrillic letters.
fn is_odd_case(c: char) -> bool {
    matches!(c, 'ſ' | '\u{212a}' | '\u{212b}' | '\u{1c80}'..='\u{1c88}')
}

fn sorted(mut texts: Texts) -> Texts {
    texts.sort();
    texts.dedup();
    texts
}

/// The set as texts that can be looked for, if all of them can.
fn telling(texts: &[String]) -> Option<Texts> {
    texts.iter().all(|text| text.len() >= GRAM_BYTES).then(|| sorted(texts.to_vec()))
}

/// A text in small letters, each letter for itself: unlike `str::to_lowercase`, what stands beside a sigma
/// does not matter, so that a part of a text becomes the same as in the whole.
pub(super) fn small(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

/// The set that says most: that with the rarest texts; of equal ones the smaller.
fn best(sets: Vec<Texts>) -> Option<Texts> {
    let worth = |set: &Texts| set.iter().map(|text| rarity(text)).min().unwrap_or(0);
    sets.into_iter().filter(|set| set.len() <= MAX_ALTERNATIVES).max_by(|one, other| {
        worth(one).cmp(&worth(other)).then(other.len().cmp(&one.len())).then_with(|| other.cmp(one))
    })
}

/// How much it says that a text stands in a line: letters of those of its words that are not common
/// English ones, and a little for what else it has.
fn rarity(text: &str) -> usize {
    static COMMON: LazyLock<HashSet<&str>> = LazyLock::new(|| COMMON_WORDS.split_whitespace().collect());
    /// What a letter counts more than another character.
    const LETTER: usize = 4;
    let words = text.split(|c: char| !c.is_alphabetic()).filter(|word| !COMMON.contains(word));
    let letters: usize = words.map(|word| word.chars().count()).sum();
    letters * LETTER + text.chars().count()
}

/// The commonest English words, as any frequency list has them: running text is full of them, so that
/// finding one says nothing.
const COMMON_WORDS: &str = "
a about after again all also always an and another any are around article as ask at away back be because
been before being best better between big both but by call came can change city come comes content could
country course day days did different do does done down each early end enough even ever every fact far
feel few find first for found four free from full general get give given go going good government great
group had hand has have he head hear help her here high him himself his home house how however i if
important in interest into is it its itself join just keep kind know large last late later least left
less let life like line little live local long look made make man many may me mean means men might money
more most much must my name national need never new news next night no not nothing now number of off
often old on once one only open or order other others our out over own part people perhaps place plan
play point possible post power present problem program public put question rather read really right room
said same say school second see seem seemed seen set several shall she should show side since small so
social some something sometimes state states still story such system take taken tell text than that the
their them then there these they thing things think this those though thought three through time times
to today together told too took toward turn two under united until up upon us use used very want war was
water way ways we week well went were what when where which while white who whole why will with within
without word work world would year years yet you young your";

#[cfg(test)]
mod tests {
    use super::*;

    fn required_in(pattern: &str) -> Texts {
        required(&regex_syntax::parse(pattern).expect("valid"))
    }

    #[test]
    fn texts_are_found_behind_groups_and_case() {
        assert_eq!(required_in(r"(?i)(?:story|article)\s?code\s?:?\s?[0-9]+"), ["code"]);
        assert_eq!(required_in(r"(?i)reporting by .+; edit by .+"), ["reporting by "]);
        assert_eq!(required_in(r"(?:Foto|Bild): .*"), ["bild: ", "foto: "]);
        assert_eq!(required_in(r".*[ab]ICP[备证].*"), ["aicp备", "aicp证", "bicp备", "bicp证"]);
        assert_eq!(required_in(r"(?i).*(?:О нас|реклама).*"), ["о нас", "реклама"]);
        assert_eq!(required_in(r".* (?:is|was) an? .*"), [" is a ", " is an ", " was a ", " was an "]);
    }

    #[test]
    fn nothing_is_required_where_anything_may_stand() {
        assert!(required_in(r"\p{Lu}.*").is_empty());
        assert!(required_in(r"(?:photo)?x").is_empty());
        assert!(required_in(r"ad:.*").is_empty(), "too short to look for");
        assert!(required_in(r"photo|x.*").is_empty());
    }
}

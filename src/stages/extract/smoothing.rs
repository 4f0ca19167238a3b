//! What the structure of a page says of blocks that the network judged one by one: a heading belongs to the text below it,
//! and the entries of a list to each other.

use super::page::Tag;

/// Expected F1 above which headings follow the text below them: elsewhere they may be names of goods and entries.
const SURE: f32 = 0.85;
/// How likely a heading between texts that stay must be main text to stay.
const HEADING_CHANCE: f32 = 0.25;
/// How likely an entry of a list that mostly stays must be main text to stay.
const ENTRY_CHANCE: f32 = 0.2;
/// Entries of the shortest list.
const LEAST_ENTRIES: usize = 3;
/// Share of the words of a list from which it mostly stays, and below which all of it goes.
const MOST: f32 = 0.5;
const FEW: f32 = 0.2;

/// A block as the network judged it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Judged {
    /// Its index in the page.
    pub(super) index: usize,
    /// Its innermost block element.
    pub(super) tag: Tag,
    /// Tells blocks that look alike.
    pub(super) look: (u64, u64),
    /// How likely it is main text, 0 to 1.
    pub(super) chance: f32,
    /// Number of its words.
    pub(super) words: f32,
}

impl Judged {
    fn is_heading(&self) -> bool {
        matches!(self.tag, Tag::Heading | Tag::LowHeading)
    }

    fn is_entry(&self) -> bool {
        matches!(self.tag, Tag::Item | Tag::Cell | Tag::Term)
    }
}

/// Corrects which blocks stay. `expected` is the F1 that the choice is expected to have.
pub(super) fn smooth(judged: &[Judged], stays: &mut [bool], expected: f32) {
    smooth_lists(judged, stays);
    if expected > SURE {
        smooth_headings(judged, stays);
    }
}

/// Keeps lists whole that mostly stay, and lets the rest of those go that mostly go.
fn smooth_lists(judged: &[Judged], stays: &mut [bool]) {
    let mut start = 0;
    for list in judged.chunk_by(|one, next| one.is_entry() && next.is_entry() && one.look == next.look) {
        let range = start..start + list.len();
        start = range.end;
        let Some(stays) = stays.get_mut(range).filter(|_| list.len() >= LEAST_ENTRIES) else { continue };
        let words: f32 = list.iter().map(|one| one.words).sum();
        let kept: f32 = list.iter().zip(&*stays).filter(|(_, stays)| **stays).map(|(one, _)| one.words).sum();
        let share = kept / words;
        for (one, stays) in list.iter().zip(stays) {
            if share >= MOST {
                *stays |= one.chance > ENTRY_CHANCE;
            } else if share < FEW {
                *stays = false;
            }
        }
    }
}

/// Lets headings go that nothing stays below, and keeps likely ones between texts that stay.
fn smooth_headings(judged: &[Judged], stays: &mut [bool]) {
    // From the last on, so that a heading sees what became of the one below it.
    for at in (0..judged.len()).rev() {
        let Some(one) = judged.get(at).filter(|one| one.is_heading()) else { continue };
        let below = at + 1;
        let behind = judged.iter().skip(below).take_while(|next| next.is_heading()).count();
        let stays_in = |range: std::ops::Range<usize>| {
            stays.get(range.start..range.end.min(stays.len())).is_some_and(|part| part.contains(&true))
        };
        let has_text = stays_in(below..below + behind + 2);
        let is_between = stays_in(below..below + 1) && stays_in(at.saturating_sub(2)..at);
        let stay = if stays.get(at) == Some(&true) { has_text } else { is_between && one.chance > HEADING_CHANCE };
        if let Some(slot) = stays.get_mut(at) {
            *slot = stay;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn smoothed(blocks: &[(Tag, f32, bool)]) -> Vec<bool> {
        let one = |(index, (tag, chance, _)): (usize, &(Tag, f32, bool))| Judged {
            index,
            tag: *tag,
            look: (0, 0),
            chance: *chance,
            words: 5.0,
        };
        let judged: Vec<Judged> = blocks.iter().enumerate().map(one).collect();
        let mut stays: Vec<bool> = blocks.iter().map(|(_, _, stays)| *stays).collect();
        smooth(&judged, &mut stays, 0.95);
        stays
    }

    #[test]
    fn headings_follow_the_text_below_them() {
        let text = (Tag::Paragraph, 0.9, true);
        let gone = (Tag::Paragraph, 0.1, false);
        assert_eq!(smoothed(&[text, (Tag::Heading, 0.8, true), gone, gone, gone]), [true, false, false, false, false]);
        assert_eq!(smoothed(&[text, (Tag::Heading, 0.4, false), text]), [true; 3]);
        assert_eq!(smoothed(&[text, (Tag::Heading, 0.1, false), text]), [true, false, true]);
        let two = [text, (Tag::Heading, 0.8, true), (Tag::LowHeading, 0.8, true), gone, text];
        assert_eq!(smoothed(&two), [true, true, true, false, true]);
    }

    #[test]
    fn lists_stay_or_go_as_a_whole() {
        let entry = |chance: f32, stays: bool| (Tag::Item, chance, stays);
        assert_eq!(smoothed(&[entry(0.9, true), entry(0.3, false), entry(0.8, true)]), [true; 3]);
        assert_eq!(smoothed(&[entry(0.9, true), entry(0.1, false), entry(0.8, true)]), [true, false, true]);
        let mut menu = [entry(0.1, false); 8];
        menu[3] = entry(0.7, true);
        assert_eq!(smoothed(&menu), [false; 8]);
        assert_eq!(smoothed(&menu[2..4]), [false, true], "two entries are no list");
    }
}

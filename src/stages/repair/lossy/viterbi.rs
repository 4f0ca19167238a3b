//! Chooses among the characters that a lost one may have been, paragraph by paragraph.
//!
//! The hidden state is whether a double and a single quotation is open; the best way through a
//! paragraph is found by dynamic programming over its lost characters and quotes.

use crate::stages::repair::fit::{Side, is_contraction, misfit, side};
use crate::stages::repair::lossy::habits::{Habits, QuoteStyle};
use crate::stages::repair::text::Characters;

/// A place where one of several characters was lost.
#[derive(Clone, Debug)]
pub(crate) struct Lost {
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) originals: &'static [char],
}

impl Lost {
    /// What is left of the character in `text`.
    pub(crate) fn visible<'t>(&self, text: &'t Characters) -> &'t [char] {
        text.chars.get(self.from..self.to).unwrap_or_default()
    }
}

/// What was chosen for a lost character, and by how much it beats the runner-up, in nats.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Choice {
    pub(crate) original: char,
    pub(crate) margin: f32,
}

impl QuoteStyle {
    const fn marks(self) -> (char, char) {
        match self {
            Self::Curly => ('“', '”'),
            Self::Low => ('„', '“'),
            Self::LowCurly => ('„', '”'),
            Self::Same => ('”', '”'),
            Self::Angle => ('«', '»'),
        }
    }
}

/// Opening a quotation inside an open one, or closing one that is not open.
const UNBALANCED: f32 = 3.0;
/// A quotation still open at the end of a paragraph.
const UNCLOSED: f32 = 1.0;
/// The same for a single quotation, which an apostrophe may have seemed to open.
const UNCLOSED_SINGLE: f32 = 1.5;
/// Closing a single quotation that is open.
const CLOSES_SINGLE: f32 = -1.5;
/// An apostrophe inside a word that is not one of the English contractions.
const UNCONTRACTED: f32 = 1.5;
/// An intact ’ that ends a word when no single quotation is open.
const UNOPENED_SINGLE: f32 = 1.5;
/// A quotation mark that is not of the document's style.
const FOREIGN_MARK: f32 = 4.0;

#[derive(Clone, Copy)]
enum Event<'l> {
    Lost(&'l Lost),
    Straight,
    Mark(char),
}

/// The best way to one state.
#[derive(Clone, Copy)]
struct Path {
    cost: f32,
    /// What this step chose.
    choice: Option<Choice>,
    /// The link of the choice before.
    before: Option<usize>,
}

/// A choice on the way to a state, and the link of the choice before.
struct Link {
    choice: Choice,
    before: Option<usize>,
}

/// The choices for the lost characters of one paragraph, in order.
pub(crate) fn restore(text: &Characters, from: usize, to: usize, lost: &[Lost], habits: Habits) -> Vec<Choice> {
    let mut states: [Option<Path>; 4] = [Some(Path { cost: 0.0, choice: None, before: None }), None, None, None];
    let mut links = Vec::new();
    let mut next_lost = 0;
    let mut i = from;
    while i < to {
        let event = match lost.get(next_lost) {
            Some(l) if l.from == i => {
                next_lost += 1;
                Some((Event::Lost(l), l.to))
            }
            _ => match text.at(i) {
                '"' => Some((Event::Straight, i + 1)),
                c @ ('“' | '”' | '„' | '«' | '»' | '‘' | '’') => Some((Event::Mark(c), i + 1)),
                _ => None,
            },
        };
        let Some((event, end)) = event else {
            i += 1;
            continue;
        };
        states = step(text, &states, event, i, end, lost, next_lost, (from, to), habits);
        for path in states.iter_mut().flatten() {
            if let Some(choice) = path.choice.take() {
                links.push(Link { choice, before: path.before });
                path.before = Some(links.len() - 1);
            }
        }
        i = end;
    }
    let end_cost = [0.0, UNCLOSED, UNCLOSED_SINGLE, UNCLOSED + UNCLOSED_SINGLE];
    states
        .into_iter()
        .zip(end_cost)
        .filter_map(|(path, cost)| path.map(|p| (p.cost + cost, p.before)))
        .min_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, last)| chosen(&links, last))
        .unwrap_or_default()
}

/// The choices that lead to the link `last`, in order.
fn chosen(links: &[Link], last: Option<usize>) -> Vec<Choice> {
    let link = |at: Option<usize>| at.and_then(|i| links.get(i));
    let mut choices: Vec<Choice> = std::iter::successors(link(last), |l| link(l.before)).map(|l| l.choice).collect();
    choices.reverse();
    choices
}

#[expect(clippy::too_many_arguments, reason = "one step of one loop")]
fn step(
    text: &Characters,
    states: &[Option<Path>; 4],
    event: Event<'_>,
    at: usize,
    end: usize,
    lost: &[Lost],
    next_lost: usize,
    (from, to): (usize, usize),
    habits: Habits,
) -> [Option<Path>; 4] {
    let mut next: [Option<Path>; 4] = [None, None, None, None];
    let left = if at == from {
        Side::Edge
    } else if lost.get(next_lost.wrapping_sub(2)).is_some_and(|l| l.to == at) {
        Side::Quote
    } else {
        side(Some(text.before(at)))
    };
    let right = if end >= to {
        Side::Edge
    } else if lost.get(next_lost).is_some_and(|l| l.from == end) {
        Side::Quote
    } else {
        side(text.get(end))
    };
    let (opening, closing) = habits.style.marks();
    for (state, path) in states.iter().enumerate() {
        let Some(path) = path else { continue };
        let (double, single) = (state & 1, state & 2);
        match event {
            Event::Straight => keep(&mut next, (1 - double) | single, path.cost, path, None),
            Event::Mark('‘') => keep(&mut next, double | 2, path.cost, path, None),
            Event::Mark('’') => {
                let closes = !matches!(right, Side::Lower | Side::Upper | Side::Digit);
                let (after, cost) = match (closes, single != 0) {
                    (true, true) => (double, CLOSES_SINGLE),
                    (true, false) if text.before(at) != 's' => (double, UNOPENED_SINGLE),
                    _ => (state, 0.0),
                };
                keep(&mut next, after, path.cost + cost, path, None);
            }
            Event::Mark(c) => {
                let double = usize::from(c == opening || (matches!(c, '„' | '«') && c != closing));
                keep(&mut next, double | single, path.cost, path, None);
            }
            Event::Lost(l) => {
                let mut options: Vec<(f32, char, usize)> = l
                    .originals
                    .iter()
                    .map(|&c| {
                        let (cost, state) =
                            option(text, c, end, (left, right), (double, single), (opening, closing), habits);
                        (cost, c, state)
                    })
                    .collect();
                options.sort_by(|a, b| a.0.total_cmp(&b.0));
                let best = options.first().map_or(0.0, |o| o.0);
                let second = options.get(1).map_or(best + 9.0, |o| o.0);
                for (cost, original, state) in options {
                    let margin = if cost > best { best - cost } else { second - best };
                    keep(&mut next, state, path.cost + cost, path, Some(Choice { original, margin }));
                }
            }
        }
    }
    next
}

/// The cost of one character for a lost one, and the state after it.
fn option(
    text: &Characters,
    c: char,
    end: usize,
    (left, right): (Side, Side),
    (double, single): (usize, usize),
    (opening, closing): (char, char),
    habits: Habits,
) -> (f32, usize) {
    let mut cost = misfit(c, left, right);
    let (mut double, mut single) = (double, single);
    match c {
        '–' => cost += habits.en_dash,
        '—' => cost += habits.em_dash,
        '•' => cost += habits.bullet,
        _ => {}
    }
    if c == opening && c == closing {
        let opens = misfit('“', left, right);
        let closes = misfit('”', left, right);
        cost = if double == 0 { opens } else { closes };
        double = 1 - double;
    } else if c == opening {
        cost += if double == 1 { UNBALANCED } else { 0.0 };
        double = 1;
    } else if c == closing {
        if c == '“' {
            cost = misfit('”', left, right);
        }
        cost += if double == 0 { UNBALANCED } else { -0.7 };
        double = 0;
    } else if matches!(c, '“' | '”' | '„' | '«' | '»') {
        cost += FOREIGN_MARK;
    }
    match c {
        '‘' => {
            cost += if single == 0 { 0.0 } else { 2.0 };
            single = 2;
        }
        '’' if matches!(left, Side::Lower | Side::Upper | Side::Digit)
            && matches!(right, Side::Lower | Side::Upper) =>
        {
            cost += if is_contraction(text, end) { 0.0 } else { UNCONTRACTED };
        }
        '’' if single != 0 && !matches!(left, Side::Space | Side::Edge) => {
            single = 0;
            cost += CLOSES_SINGLE;
        }
        _ => {}
    }
    (cost, double | single)
}

fn keep(next: &mut [Option<Path>; 4], state: usize, cost: f32, path: &Path, choice: Option<Choice>) {
    if next[state].as_ref().is_some_and(|known| known.cost <= cost) {
        return;
    }
    next[state] = Some(Path { cost, choice, before: path.before });
}

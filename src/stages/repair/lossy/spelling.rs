//! How likely letters are where some were lost: by the letters beside them and by words that are intact elsewhere.

use std::collections::{BTreeMap, HashSet};

use crate::language::class::class;
use crate::language::{BOUNDARY, Language, Letter, with_comma};

/// What a word costs less that is intact elsewhere, in nats: more than the least margin of a letter.
const KNOWN_WORD: f32 = 4.0;
/// What a letter costs in an encoding that the document does not use, in nats.
const OTHER_FORM: f32 = 6.0;
/// Letters of a word that says something: shorter ones differ in one letter too often.
const LEAST_WORD: usize = 3;
/// What the end of a word costs where nothing is known of the letter before, in nats: one letter in six ends a word.
const END: f32 = 1.8;
/// Steps of a [`Language`]'s costs in one nat.
const STEPS: f32 = 4.0;

/// What may have stood in a lost place.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Candidate {
    pub(crate) original: char,
    /// What it costs besides its neighbors in the word, in nats.
    pub(crate) cost: f32,
}

/// A part of a word.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Piece {
    Letter(char),
    Lost(Vec<Candidate>),
}

/// What a word with lost letters was.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Reading {
    /// What the lost places cost together, in nats, beyond the letters that were not lost.
    pub(crate) cost: f32,
    /// For each lost place its candidates, each with its probability.
    pub(crate) places: Vec<Vec<(Candidate, f32)>>,
}

/// How a document spells its words.
#[derive(Debug)]
pub(crate) struct Spelling {
    language: &'static Language,
    /// Words with letters beyond ASCII, in small letters.
    known: HashSet<String>,
    /// The letters of the language beyond ASCII, each with its share of them.
    own: Vec<(char, f32)>,
    /// Whether Romanian letters have cedillas in the document, as in older encodings.
    has_cedillas: bool,
}

impl Spelling {
    /// The spelling of `document`, which is in `language`.
    pub(crate) fn new(language: &'static Language, document: &str) -> Self {
        let words = document.split(|c: char| !class(c).is_letter());
        let known = words.filter(|word| !word.is_ascii() && word.chars().count() >= LEAST_WORD).map(str::to_lowercase);
        Self { language, known: known.collect(), own: own(language), has_cedillas: document.contains(['ş', 'ţ']) }
    }

    /// Whether questions begin with a mark, as in Spanish.
    pub(crate) fn opens_questions(&self) -> bool {
        self.language.code() == "es"
    }

    /// Whether nouns begin with a capital, as in German.
    pub(crate) fn has_capital_nouns(&self) -> bool {
        self.language.code() == "de"
    }

    /// What one of the two encodings of a Romanian letter costs that the document does not use, in nats, where `among` has
    /// both.
    pub(crate) fn form_cost(&self, c: char, among: &[char]) -> f32 {
        let is_other = match with_comma(c) {
            Some(comma) => !self.has_cedillas && among.contains(&comma),
            None => self.has_cedillas && among.iter().any(|other| with_comma(*other) == Some(c)),
        };
        if is_other { OTHER_FORM } else { 0.0 }
    }

    /// Whether the language has the letter.
    pub(crate) fn has(&self, c: char) -> bool {
        self.language.has(c)
    }

    /// The letters of the language beyond ASCII, each with its share of them.
    pub(crate) fn own_letters(&self) -> impl Iterator<Item = (char, f32)> {
        self.own.iter().copied()
    }

    /// Reads a word, by the forward-backward algorithm over the pairs of its letters (Rabiner 1989, section III).
    pub(crate) fn read(&self, word: &[Piece]) -> Reading {
        let states: Vec<Vec<State>> = word.iter().map(|piece| self.states(piece)).collect();
        let forward = self.forward(&states);
        let backward = self.backward(&states);
        let ends = |(sum, state): (&f32, &State)| sum - self.pair(state.letter, BOUNDARY);
        let last = forward.last().into_iter().flatten().zip(states.last().into_iter().flatten());
        let total = log_sum(last.map(ends));
        let mut places = Vec::new();
        for (at, piece) in word.iter().enumerate() {
            let Piece::Lost(candidates) = piece else { continue };
            let share = |candidate: &Candidate| {
                let letter = self.language.letter(candidate.original);
                let of = states[at]
                    .iter()
                    .zip(forward[at].iter().zip(&backward[at]))
                    .find(|(state, _)| state.letter == letter);
                of.map_or(0.0, |(state, (f, b))| (f + b - total - candidate.cost + state.cost).exp())
            };
            places.push(candidates.iter().map(|candidate| (*candidate, share(candidate))).collect());
        }
        self.favor_known(word, &mut places);
        Reading { cost: -total - self.intact(word), places }
    }

    /// The letters that a piece may be, each once: capitals and small letters are one, and so are all marks.
    fn states(&self, piece: &Piece) -> Vec<State> {
        let candidates = match piece {
            Piece::Letter(c) => return vec![State { letter: self.language.letter(*c), cost: 0.0 }],
            Piece::Lost(candidates) => candidates,
        };
        let mut costs: BTreeMap<Letter, Vec<f32>> = BTreeMap::new();
        for candidate in candidates {
            costs.entry(self.language.letter(candidate.original)).or_default().push(-candidate.cost);
        }
        let state = |(letter, costs): (Letter, Vec<f32>)| State { letter, cost: -log_sum(costs.into_iter()) };
        costs.into_iter().map(state).collect()
    }

    /// The logarithms of the probabilities of all beginnings that end in a state.
    fn forward(&self, states: &[Vec<State>]) -> Vec<Vec<f32>> {
        let start = [State { letter: BOUNDARY, cost: 0.0 }];
        let mut rows: Vec<Vec<f32>> = Vec::with_capacity(states.len());
        for (at, here) in states.iter().enumerate() {
            let before = at.checked_sub(1).map_or(start.as_slice(), |at| &states[at]);
            let known = rows.last().map_or([0.0].as_slice(), Vec::as_slice);
            let reach = |state: &State| {
                let ways = known.iter().zip(before).map(|(sum, from)| sum - self.pair(from.letter, state.letter));
                log_sum(ways) - state.cost
            };
            rows.push(here.iter().map(reach).collect());
        }
        rows
    }

    /// The logarithms of the probabilities of all that may follow a state.
    fn backward(&self, states: &[Vec<State>]) -> Vec<Vec<f32>> {
        let end = [State { letter: BOUNDARY, cost: 0.0 }];
        let mut rows: Vec<Vec<f32>> = Vec::with_capacity(states.len());
        for (at, here) in states.iter().enumerate().rev() {
            let after = states.get(at + 1).map_or(end.as_slice(), Vec::as_slice);
            let known = rows.last().map_or([0.0].as_slice(), Vec::as_slice);
            let reach = |state: &State| {
                let way = |(sum, to): (&f32, &State)| sum - self.pair(state.letter, to.letter) - to.cost;
                log_sum(known.iter().zip(after).map(way))
            };
            rows.push(here.iter().map(reach).collect());
        }
        rows.reverse();
        rows
    }

    /// What the intact letters of a word cost by themselves, each after the one before it if that is intact.
    fn intact(&self, word: &[Piece]) -> f32 {
        let mut total = 0.0;
        let mut before = Some(BOUNDARY);
        for piece in word {
            before = match piece {
                Piece::Letter(c) => {
                    let letter = self.language.letter(*c);
                    let alone = || nats(self.language.alone(letter));
                    total += before.map_or_else(alone, |before| self.pair(before, letter));
                    Some(letter)
                }
                Piece::Lost(_) => None,
            };
        }
        total + before.map_or(END, |before| self.pair(before, BOUNDARY))
    }

    /// Makes the words likelier that are known, where one letter is lost.
    fn favor_known(&self, word: &[Piece], places: &mut [Vec<(Candidate, f32)>]) {
        let ([place], true) = (places, word.len() >= LEAST_WORD && !self.known.is_empty()) else { return };
        for (candidate, share) in place.iter_mut() {
            let letter = |piece: &Piece| match piece {
                Piece::Letter(c) => *c,
                Piece::Lost(_) => candidate.original,
            };
            let word: String = word.iter().flat_map(|piece| letter(piece).to_lowercase()).collect();
            if self.known.contains(&word) {
                *share *= KNOWN_WORD.exp();
            }
        }
        let total: f32 = place.iter().map(|(_, share)| share).sum();
        if total > 0.0 {
            for (_, share) in place.iter_mut() {
                *share /= total;
            }
        }
    }

    fn pair(&self, first: Letter, second: Letter) -> f32 {
        nats(self.language.cost(first, second))
    }
}

fn nats(steps: u32) -> f32 {
    f32::from(u16::try_from(steps).unwrap_or(u16::MAX)) / STEPS
}

/// The letters of a language beyond ASCII with their shares.
fn own(language: &Language) -> Vec<(char, f32)> {
    let letters = language.letters().filter(|(letter, _)| !letter.is_ascii());
    let mut own: Vec<(char, f32)> = letters.map(|(letter, cost)| (letter, (-f32::from(cost) / STEPS).exp())).collect();
    let total: f32 = own.iter().map(|(_, share)| share).sum();
    for (_, share) in &mut own {
        *share /= total;
    }
    own
}

/// A letter that a place of a word may have.
#[derive(Clone, Copy)]
struct State {
    letter: Letter,
    cost: f32,
}

/// The logarithm of a sum of numbers that are given by theirs.
fn log_sum(logarithms: impl Iterator<Item = f32> + Clone) -> f32 {
    let most = logarithms.clone().fold(f32::NEG_INFINITY, f32::max);
    if most == f32::NEG_INFINITY {
        return most;
    }
    most + logarithms.map(|logarithm| (logarithm - most).exp()).sum::<f32>().ln()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::languages;

    /// The likeliest letters of `word`, in which `?` stands for one of `among`.
    fn read(code: &str, document: &str, word: &str, among: &str) -> String {
        let language = languages().iter().find(|language| language.code() == code).expect("known");
        let spelling = Spelling::new(language, document);
        let candidates: Vec<Candidate> = among.chars().map(|original| Candidate { original, cost: 0.0 }).collect();
        let piece = |c| if c == '?' { Piece::Lost(candidates.clone()) } else { Piece::Letter(c) };
        let pieces: Vec<Piece> = word.chars().map(piece).collect();
        let reading = spelling.read(&pieces);
        let likeliest = |place: &Vec<(Candidate, f32)>| {
            assert!((place.iter().map(|(_, share)| share).sum::<f32>() - 1.0).abs() < 1e-3, "{place:?}");
            place.iter().max_by(|a, b| a.1.total_cmp(&b.1)).expect("some").0.original
        };
        reading.places.iter().map(likeliest).collect()
    }

    #[test]
    fn letters_are_told_by_their_neighbors() {
        assert_eq!(read("de", "", "f?r", "äöüß"), "ü");
        assert_eq!(read("de", "", "gro?", "äöüß"), "ß");
        assert_eq!(read("pt", "", "na??o", "ãçéó"), "çã");
        assert_eq!(read("pl", "", "si?", "ąęłó"), "ę");
    }

    #[test]
    fn a_word_that_is_intact_elsewhere_tells_the_letter() {
        assert_eq!(read("fr", "", "h?te", "éêô"), read("fr", "une autre", "h?te", "éêô"));
        assert_eq!(read("fr", "Notre hôte arrive.", "H?te", "éêô"), "ô");
        assert_eq!(read("fr", "En hâte", "h?te", "âéêô"), "â");
    }
}

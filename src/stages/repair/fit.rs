//! How well a character fits between its neighbors: what a lost character probably was.

use crate::language::class::{Class, class};
use crate::stages::repair::text::Characters;

/// What stands beside a lost character.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Side {
    Edge,
    Space,
    Lower,
    Upper,
    Digit,
    Stop,
    Opening,
    Closing,
    Dash,
    /// Another lost character, or a straight quote.
    Quote,
    Other,
}

impl Side {
    pub(crate) const fn is_letter(self) -> bool {
        matches!(self, Self::Lower | Self::Upper)
    }
}

/// The side that a character makes. `c` is nothing at the edge of a paragraph.
pub(crate) fn side(c: Option<char>) -> Side {
    let Some(c) = c else { return Side::Edge };
    match c {
        '\n' | '\r' => return Side::Edge,
        '(' | '[' | '{' => return Side::Opening,
        ')' | ']' | '}' => return Side::Closing,
        '?' => return Side::Stop,
        _ => {}
    }
    let kind = class(c);
    if kind.is_letter() {
        return if kind.is_upper() { Side::Upper } else { Side::Lower };
    }
    match kind {
        Class::Space => Side::Space,
        Class::Digit => Side::Digit,
        Class::Stop | Class::Ellipsis => Side::Stop,
        Class::Open => Side::Opening,
        Class::Close | Class::Apostrophe => Side::Closing,
        Class::Dash => Side::Dash,
        Class::Straight => Side::Quote,
        _ => Side::Other,
    }
}

/// The endings of English contractions, without the apostrophe.
const CONTRACTIONS: [&str; 7] = ["s", "t", "ll", "re", "ve", "d", "m"];

/// Whether an English contraction or genitive ends at `at`: letters that end a word.
pub(crate) fn is_contraction(text: &Characters, at: usize) -> bool {
    // Most words go on otherwise, and the question comes up at every one of their letters.
    if !matches!(text.at(at).to_ascii_lowercase(), 's' | 't' | 'l' | 'r' | 'v' | 'd' | 'm') {
        return false;
    }
    CONTRACTIONS.iter().any(|ending| {
        let mut i = at;
        for c in ending.chars() {
            if text.at(i).to_ascii_lowercase() != c {
                return false;
            }
            i += 1;
        }
        !class(text.at(i)).is_word()
    })
}

/// The cost of `c` between `left` and `right`, in nats: how rare it is and how ill it fits.
/// The base costs are the shares of the marks in English newspaper prose.
#[expect(clippy::match_same_arms, clippy::too_many_lines, reason = "a table, read by line")]
pub(crate) fn misfit(c: char, left: Side, right: Side) -> f32 {
    use Side::{Closing, Dash, Digit, Edge, Opening, Other, Quote, Space, Stop};
    let l = left.is_letter();
    let r = right.is_letter();
    match c {
        '“' | '«' | '„' => {
            1.5 + match left {
                Space | Edge => 0.0,
                Opening | Dash | Quote => 0.7,
                Digit | Stop | Closing => 3.5,
                _ if l => 5.0,
                _ => 2.0,
            } + match right {
                _ if r => 0.0,
                Digit | Opening | Quote => 0.7,
                Stop | Other => 1.5,
                Dash => 2.5,
                _ => 5.0,
            }
        }
        '”' | '»' => {
            1.5 + match left {
                Stop => 0.0,
                Digit | Closing | Quote => 0.8,
                _ if l => 0.5,
                Dash => 1.5,
                Other => 1.5,
                _ => 5.0,
            } + match right {
                Space | Edge => 0.0,
                Stop | Closing | Dash => 0.6,
                Quote => 1.0,
                Other => 1.5,
                Digit => 3.0,
                _ => 4.5,
            }
        }
        '’' => match (left, right) {
            _ if l && r => 0.3,
            (_, Space) if l => 2.6,
            (_, Stop | Quote | Edge | Closing | Dash) if l => 3.0,
            (Digit, _) if r => 1.5,
            (Stop | Closing, Space | Edge | Quote | Stop | Closing) => 4.0,
            (Space | Edge, Digit) => 3.0,
            (Space | Edge, _) if r => 4.5,
            (Quote, Space | Edge) => 4.0,
            _ if l => 3.5,
            _ => 6.0,
        },
        '‘' => match (left, right) {
            (Space | Edge, _) if r => 3.6,
            (Space | Edge | Opening | Dash, Digit) => 4.5,
            (Opening | Quote | Dash, _) if r => 3.6,
            (Space | Edge, Quote | Stop) => 5.0,
            _ => 8.0,
        },
        '–' | '—' => {
            let base = match (left, right) {
                (Space, Space) => 1.6,
                (Digit, Digit) if c == '–' => 0.6,
                (Digit, Digit) => 4.0,
                (Space, Edge) => 4.0,
                (Edge, Space) => 3.0,
                (Edge, _) if r => {
                    if c == '—' {
                        2.5
                    } else {
                        3.0
                    }
                }
                _ if l && r => {
                    if c == '—' {
                        2.4
                    } else {
                        3.2
                    }
                }
                (Digit, _) | (_, Digit) => 2.8,
                (Closing | Quote | Stop, _) if r => 3.0,
                (_, Quote | Opening) if l => 3.2,
                (_, Space) if l => 4.0,
                (Space, _) if r => 4.2,
                _ => 4.0,
            };
            base + 1.2
        }
        '…' => {
            4.0 + match left {
                _ if l => 0.0,
                Stop | Closing | Digit | Quote => 0.5,
                Space | Edge => 1.0,
                _ => 2.0,
            } + match right {
                Space | Edge | Quote | Closing => 0.0,
                Stop => 0.7,
                _ if r => 1.2,
                _ => 2.0,
            }
        }
        '•' => match (left, right) {
            (Edge, Space) => 1.8,
            (Edge, _) if r => 4.0,
            (Space, Space) => 4.0,
            (Edge, Digit | Edge) => 4.5,
            _ => 8.0,
        },
        '·' => match (left, right) {
            (Space, Space) => 6.0,
            _ => 8.0,
        },
        '\u{a0}' => match (left, right) {
            (Space, _) | (_, Space) => 6.0,
            (Digit, _) | (_, Digit) => 4.0,
            _ => 5.0,
        },
        '™' | '®' => match (left, right) {
            (_, Space | Stop | Closing | Edge) if l => 5.0,
            _ => 8.0,
        },
        '©' => match (left, right) {
            (Edge | Space | Opening, Space | Digit) => 4.5,
            _ => 8.0,
        },
        '£' | '¥' | '¢' => match (left, right) {
            (Space | Edge | Opening | Dash | Quote, Digit) => 3.5,
            _ => 8.0,
        },
        '€' => match (left, right) {
            (Space | Edge | Opening, Digit) | (Digit | Space, Space | Edge | Stop) => 3.5,
            _ => 8.0,
        },
        '½' | '¼' | '¾' | '²' | '³' | '°' => match left {
            Digit => 3.5,
            Space | Edge | Opening if matches!(right, Space | Edge | Closing) => 4.5,
            _ => 7.0,
        },
        '\u{ad}' => {
            if l && r {
                7.0
            } else {
                9.0
            }
        }
        _ if class(c).is_letter() => letter(c, left, right),
        _ => 8.0,
    }
}

fn letter(c: char, left: Side, right: Side) -> f32 {
    let rare = match c {
        'é' => 0.0,
        'á' | 'í' | 'ó' | 'ñ' | 'ü' | 'ö' | 'ä' | 'è' | 'à' | 'ç' => 0.8,
        'à'..='ü' => 1.5,
        'À'..='Ü' => 2.0,
        _ => 3.0,
    };
    let upper = class(c).is_upper();
    rare + match (left, right) {
        (Side::Lower, _) if upper => 8.0,
        (Side::Upper, Side::Upper) if upper => 4.5,
        (Side::Lower | Side::Upper, Side::Lower) => {
            if upper {
                8.0
            } else {
                4.5
            }
        }
        (Side::Lower, _) => 5.0,
        (Side::Space | Side::Edge, Side::Lower) => {
            if upper {
                4.7
            } else {
                5.0
            }
        }
        (Side::Space | Side::Edge, Side::Space) if c == 'à' => 5.5,
        _ => 7.0,
    }
}

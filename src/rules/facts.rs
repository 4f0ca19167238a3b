//! What deciding asks of a rule for every line that the rule is held against, in a few bytes that lie together.

use super::format::{Action, Position, RuleDefinition, Scope, When};
use super::matcher::DEFAULT_MAX_CHARS;

/// What must be known of a document before the guards of a rule can be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asks {
    /// The line and those beside it.
    Neighbors,
    /// Where the body of the text lies.
    Position,
    /// The title, or what other rules found.
    Others,
}

impl Asks {
    pub(super) fn of(when: &When) -> Self {
        if !when.near.is_empty() || !when.below.is_empty() || when.same_as_title || when.shares_word_with_title {
            Self::Others
        } else if when.position.is_empty() || is_anywhere_beside_a_body(&when.position) {
            Self::Neighbors
        } else {
            Self::Position
        }
    }
}

/// Whether the positions are those of all lines of a text that has a body. Such a rule is as sure of its
/// lines as one without position, and tells what the body is.
fn is_anywhere_beside_a_body(positions: &[Position]) -> bool {
    [Position::Head, Position::Body, Position::Tail].iter().all(|position| positions.contains(position))
}

/// Whether a rule asks for the lines beside a line.
pub(super) fn looks_around(when: &When) -> bool {
    when.prefix_of_next || when.extends_previous || when.duplicate_in_doc || when.short_neighbours.is_some()
}

/// A set of positions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Positions(u8);

impl Positions {
    /// These positions; [`Position::Any`] for none.
    #[inline]
    pub(crate) fn of(positions: &[Position]) -> Self {
        let named = if positions.is_empty() { &[Position::Any] } else { positions };
        Self(named.iter().fold(0, |set, position| set | 1 << *position as u8))
    }

    /// The set with one more, if `holds`.
    #[inline]
    pub(crate) fn with(self, position: Position, holds: bool) -> Self {
        Self(self.0 | u8::from(holds) << position as u8)
    }

    /// Whether a position is in both sets.
    #[inline]
    pub(crate) fn meet(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// What is asked of a rule for every line.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Facts {
    pub(crate) asks: Asks,
    pub(crate) positions: Positions,
    pub(crate) scope: Scope,
    pub(crate) action: Action,
    /// Fewest and most characters of a line.
    min_chars: usize,
    max_chars: usize,
    /// Whether it asks for the number of words.
    pub(crate) counts_words: bool,
    /// Whether it asks for the lines beside a line.
    pub(crate) looks_around: bool,
    /// Whether it leaves lines alone that are part of a sentence or list around them. Structural rules look around
    /// themselves.
    pub(crate) needs_loose_line: bool,
}

impl Facts {
    pub(crate) fn of(definition: &RuleDefinition) -> Self {
        let when = &definition.when;
        Self {
            asks: Asks::of(when),
            positions: Positions::of(&when.position),
            scope: definition.scope,
            action: definition.action,
            min_chars: when.min_chars.unwrap_or(0),
            max_chars: when.max_chars.unwrap_or(DEFAULT_MAX_CHARS),
            counts_words: when.min_words.is_some() || when.max_words.is_some(),
            looks_around: looks_around(when),
            needs_loose_line: !definition.matches.matchers().is_empty() && definition.action != Action::Protect,
        }
    }

    /// Most characters of a line.
    #[inline]
    pub(crate) fn max_chars(&self) -> usize {
        self.max_chars
    }

    /// Whether a line of so many characters is neither too short nor too long.
    #[inline]
    pub(crate) fn admit_size(&self, chars: usize) -> bool {
        self.min_chars <= chars && chars <= self.max_chars
    }

    /// Whether the rule takes text out.
    #[inline]
    pub(crate) fn removes(&self) -> bool {
        matches!(self.action, Action::Drop | Action::Extract)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_of_positions_meet_in_what_both_have() {
        let ends = Positions::of(&[Position::Head, Position::Tail]);
        assert!(ends.meet(Positions::of(&[Position::Tail, Position::Last])));
        assert!(!ends.meet(Positions::of(&[Position::Body, Position::Any])));
        assert!(Positions::of(&[]).meet(Positions::of(&[Position::Any])));
        assert!(ends.with(Position::Body, true).meet(Positions::of(&[Position::Body])));
        assert_eq!(ends.with(Position::Body, false), ends);
    }
}

//! Patterns that leave the fast path: nothing can be looked for before they are run, and running them goes far
//! into every line.

use regex_syntax::hir::{Class, Hir, HirKind};

/// Characters up to which a class stops a pattern at most lines, as a letter does.
const FEW_CHARS: usize = 16;
/// Repetitions from which a part runs far.
const MANY: u32 = 40;

/// Whether a pattern reads most lines to their end before it is known that they do not match: it comes to a
/// repetition of nearly anything (`.*`, `[^x]+`) before it comes to a letter or a few of them.
pub(super) fn runs_far(pattern: &str) -> bool {
    regex_syntax::parse(pattern).is_ok_and(|hir| first_decision(&hir) == Some(Start::RunsFar))
}

/// What a part of a pattern does with a line that is like no other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Start {
    RunsFar,
    Stops,
}

/// `None` if the part may be passed without a decision.
fn first_decision(hir: &Hir) -> Option<Start> {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => None,
        HirKind::Literal(literal) => literal.0.iter().any(|byte| *byte != b' ').then_some(Start::Stops),
        HirKind::Class(class) => (chars_of(class) <= FEW_CHARS).then_some(Start::Stops),
        HirKind::Capture(capture) => first_decision(&capture.sub),
        HirKind::Repetition(repetition) => {
            if repetition.max.is_none_or(|most| most >= MANY) && is_nearly_anything(&repetition.sub) {
                return Some(Start::RunsFar);
            }
            let of_part = first_decision(&repetition.sub);
            if repetition.min > 0 { of_part } else { of_part.filter(|start| *start == Start::RunsFar) }
        }
        HirKind::Concat(parts) => parts.iter().find_map(first_decision),
        HirKind::Alternation(parts) => {
            let all: Vec<Option<Start>> = parts.iter().map(first_decision).collect();
            if all.contains(&Some(Start::RunsFar)) {
                return Some(Start::RunsFar);
            }
            all.iter().all(Option::is_some).then_some(Start::Stops)
        }
    }
}

fn chars_of(class: &Class) -> usize {
    match class {
        Class::Unicode(class) => class.iter().map(regex_syntax::hir::ClassUnicodeRange::len).sum(),
        Class::Bytes(class) => class.iter().map(regex_syntax::hir::ClassBytesRange::len).sum(),
    }
}

/// Whether a part is a class with letters and the space, so that running text does not end it.
fn is_nearly_anything(hir: &Hir) -> bool {
    let holds = |class: &Class, wanted: char| match class {
        Class::Unicode(class) => class.iter().any(|range| (range.start()..=range.end()).contains(&wanted)),
        Class::Bytes(class) => u8::try_from(wanted)
            .is_ok_and(|byte| class.iter().any(|range| (range.start()..=range.end()).contains(&byte))),
    };
    match hir.kind() {
        HirKind::Class(class) => holds(class, 'e') && holds(class, ' '),
        HirKind::Capture(capture) => is_nearly_anything(&capture.sub),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::runs_far;

    #[test]
    fn patterns_that_read_whole_lines_are_told() {
        for pattern in [r".*", r"\p{Lu}.* ?\p{L}+", r"[^|]+\|?", r"(?:x|.+)y", r"(?:[a-z ]{2,80})x", r"(?:x)?.*"] {
            assert!(runs_far(pattern), "{pattern}");
        }
        for pattern in [
            r"x.*",
            r"(?i)by .*",
            r"(?:home|about).*",
            r"[^0-9A-Za-z]*(?:home|about).*",
            r"\p{Lu}{2} \p{Lu}+",
            r"[–-] .*",
        ] {
            assert!(!runs_far(pattern), "{pattern}");
        }
    }
}

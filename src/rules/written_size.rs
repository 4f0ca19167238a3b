//! How large a pattern is, its repetitions written out: whether it compiles can be told without compiling it.
//!
//! The build script uses this file too: see `known_gates`.

use regex_syntax::hir::{Class, Hir, HirKind};

/// Size of a pattern, as [`written_out`] counts it, up to which it compiles for sure: a part has some hundred
/// bytes at most, and the compiler allows 10 MB.
const SURELY_COMPILES: usize = 50_000;

/// Whether a pattern is so small that the compiler's limit does not matter.
pub(super) fn surely_compiles(hir: &Hir) -> bool {
    written_out(hir) <= SURELY_COMPILES
}

/// Parts of an expression in which repetitions are written out: characters, and ranges of classes.
fn written_out(hir: &Hir) -> usize {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => 1,
        HirKind::Literal(literal) => literal.0.len(),
        HirKind::Class(Class::Unicode(class)) => class.ranges().len(),
        HirKind::Class(Class::Bytes(class)) => class.ranges().len(),
        HirKind::Capture(capture) => written_out(&capture.sub),
        HirKind::Repetition(repetition) => {
            let times = repetition.max.unwrap_or(repetition.min).max(1);
            written_out(&repetition.sub).saturating_mul(usize::try_from(times).unwrap_or(usize::MAX))
        }
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            parts.iter().map(written_out).fold(0, usize::saturating_add)
        }
    }
}

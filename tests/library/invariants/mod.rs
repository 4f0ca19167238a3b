//! What must hold for any input. The targets below `fuzz/` include these files by their paths, and
//! `regressions.rs` tries them on what was found.

pub(crate) mod decode;
pub(super) mod repair;

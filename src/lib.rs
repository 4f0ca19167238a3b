//! scutch
mod decoder;
mod digest;
mod edit;
mod error;
mod origins;
mod pieces;
pub mod replay;
mod span;
mod traced_text;

pub use edit::{Edit, Edits, Op, RuleId, RuleInfo, RuleTable};
pub use error::{Error, Place};
pub use origins::Origins;
pub use span::{DecodedSpan, RawSpan, TextSpan};
pub use traced_text::{Change, TracedText};

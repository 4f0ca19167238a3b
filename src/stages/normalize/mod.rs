//! White space, control characters and Unicode form: what no reader misses.
//!
//! Two passes, so that taking out an invisible character cannot leave behind a sequence that is no
//! longer in normal form.

mod options;
mod unicode_form;
mod white_space;

pub use options::{NormalizeOptions, UnicodeForm};
pub use unicode_form::UnicodeFormStage;
pub use white_space::WhiteSpace;

/// Name of the stage.
pub const NAME: &str = "normalize";

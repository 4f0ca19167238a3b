//! What may be switched on beyond the defaults.

use serde::{Deserialize, Serialize};

/// Unicode normalization forms of UAX #15 that make sense for text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UnicodeForm {
    /// Leave code points as they are.
    None,
    /// Composed: what nearly all tools expect.
    #[default]
    Nfc,
    /// Composed, with compatibility characters folded: `ﬁ` to `fi`, `①` to `1`, full width to half.
    /// Changes meaning in places (`x²` to `x2`).
    Nfkc,
}

/// Settings of the stage `normalize`, the table `[normalize]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct NormalizeOptions {
    /// Unicode normalization form.
    pub form: UnicodeForm,
    /// Curly and other quotation marks to `'` and `"`.
    pub fold_quotes: bool,
    /// Latin ligatures (`ﬁ`) to letters.
    pub fold_ligatures: bool,
    /// Full-width ASCII and half-width katakana to their usual width.
    pub fold_width: bool,
}
